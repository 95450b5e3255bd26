//! What the console is made of besides the nouns: event log, request log, saved views, first steps, export of the
//! audit log.

use countersign_http::assets::{Asset, Assets};
use countersign_http::{Options, app};
use countersign_testkit::{Client, TestApp, on_both};
use countersign_types::time::SECOND;
use serde_json::{Value, json};

static SITE: &[Asset] = &[Asset {
    path: "/widget/frame/{id}",
    media_type: "text/html; charset=utf-8",
    cache: "no-cache",
    integrity: "",
    tag: "t",
    plain: b"frame",
    brotli: b"",
}];

fn words(list: &Value, field: &str) -> Vec<String> {
    list["data"].as_array().unwrap().iter().map(|row| row[field].as_str().unwrap().to_owned()).collect()
}

async fn key(app: &TestApp, name: &str, scopes: Value) -> (String, Client) {
    let body = json!({ "name": name, "scopes": scopes });
    let made = app.admin().await.post("/v1/api-keys", body).await.expect(201);
    let id = made["id"].as_str().unwrap().to_owned();
    (id, app.anonymous().bearer(made["secret"].as_str().unwrap()))
}

#[tokio::test]
async fn the_event_log_says_what_happened_and_nothing_personal() {
    on_both(async |app| {
        let channel = app.custom_channel("Messenger").await;
        let code = app.code("cust-1").await;
        app.say(&channel, "tg-1", "m1", &code).await;
        let log = app.api().get("/v1/events?limit=50").await;
        let text = String::from_utf8_lossy(&log.body).into_owned();
        assert!(!text.contains("Ann Example") && !text.contains("cust-1") && !text.contains(&code), "{text}");
        let kinds = words(&log.expect(200), "type");
        for wanted in ["code.issued", "identification.succeeded", "link.created", "case.created"] {
            assert!(kinds.iter().any(|kind| kind == wanted), "{wanted} is missing in {kinds:?}");
        }
        let issued = app.api().get("/v1/events?type=code.issued").await.expect(200);
        assert_eq!(words(&issued, "type"), ["code.issued"]);
        let payload = &issued["data"][0]["payload"];
        assert_eq!(payload["type"], "code.issued");
        assert_eq!(payload["id"], issued["data"][0]["id"]);
        assert!(payload["data"]["code"].as_str().unwrap().starts_with("code_"));
        assert_eq!(app.api().get("/v1/events?type=nonsense").await.problem(400), "invalid-request");
        let agent = app.person("agent").await;
        assert_eq!(agent.get("/v1/events").await.problem(403), "forbidden");
        app.person("team_manager").await.get("/v1/events").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn the_request_log_keeps_what_keys_asked_for_and_no_more() {
    on_both(async |app| {
        let (id, crm) = key(&app, "crm", json!(["profile.read", "profile.write"])).await;
        let body = json!({ "external_id": "e-1", "name": "Ann Example", "email": "ann@example.test" });
        let made = crm.post("/v1/profiles", body).await;
        let request_id = made.headers["x-request-id"].to_str().unwrap().to_owned();
        let profile = made.expect(201)["id"].as_str().unwrap().to_owned();
        crm.get(&format!("/v1/profiles/{profile}")).await.expect(200);
        crm.get("/v1/profiles?email=ann@example.test").await.expect(200);
        assert_eq!(crm.get("/v1/audit").await.problem(403), "forbidden");
        let admin = app.admin().await;
        assert!(
            words(&admin.get(&format!("/v1/request-log?api_key={id}")).await.expect(200), "path").is_empty()
        );
        app.service.note_job().await.unwrap();
        let answer = admin.get(&format!("/v1/request-log?api_key={id}")).await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        for personal in ["ann@example.test", "Ann Example", "e-1", profile.as_str()] {
            assert!(!text.contains(personal), "{personal} in {text}");
        }
        let log = answer.expect(200);
        let mut paths = words(&log, "path");
        paths.sort();
        assert_eq!(paths, ["/v1/audit", "/v1/profiles", "/v1/profiles", "/v1/profiles/{id}"]);
        assert!(
            log["data"]
                .as_array()
                .unwrap()
                .iter()
                .all(|row| row["api_key"] == json!({ "id": id, "name": "crm" }))
        );
        let failed = admin.get("/v1/request-log?status=failed").await.expect(200);
        assert_eq!(failed["data"].as_array().unwrap().len(), 1);
        assert_eq!(failed["data"][0]["status"], 403);
        assert_eq!(failed["data"][0]["problem"], "forbidden");
        let one = admin.get(&format!("/v1/request-log?request_id={request_id}")).await.expect(200);
        assert_eq!((&one["data"][0]["method"], &one["data"][0]["status"]), (&json!("POST"), &json!(201)));
        for (query, count) in
            [("status=2xx", 3), ("status=404", 0), ("method=post", 1), ("path=/v1/profiles", 2)]
        {
            let list = admin.get(&format!("/v1/request-log?api_key={id}&{query}")).await.expect(200);
            assert_eq!(list["data"].as_array().unwrap().len(), count, "{query}");
        }
        for bad in ["status=9xx", "status=abc", "api_key=nonsense"] {
            assert_eq!(admin.get(&format!("/v1/request-log?{bad}")).await.status.as_u16(), 400, "{bad}");
        }
        assert_eq!(app.person("agent").await.get("/v1/request-log").await.problem(403), "forbidden");
    })
    .await;
}

#[tokio::test]
async fn a_persons_own_requests_are_not_in_the_request_log() {
    on_both(async |app| {
        let admin = app.admin().await;
        admin.get("/v1/cases").await.expect(200);
        app.anonymous().get("/v1/setup").await.expect(200);
        app.anonymous().bearer("cs_live_nonsense").get("/v1/cases").await.expect(401);
        app.service.note_job().await.unwrap();
        assert!(words(&admin.get("/v1/request-log").await.expect(200), "path").is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_flood_of_requests_leaves_room_for_those_that_failed() {
    on_both(async |app| {
        let (_, crm) = key(&app, "crm", json!(["attribute.read"])).await;
        for _ in 0..410 {
            crm.get("/v1/attributes").await.expect(200);
        }
        crm.get("/v1/audit").await.expect(403);
        app.service.note_job().await.unwrap();
        let admin = app.admin().await;
        let failed = admin.get("/v1/request-log?status=failed").await.expect(200);
        assert_eq!(failed["data"].as_array().unwrap().len(), 1);
        let mut good = 0;
        let mut cursor = String::new();
        loop {
            let page = admin.get(&format!("/v1/request-log?status=2xx&limit=200{cursor}")).await.expect(200);
            good += page["data"].as_array().unwrap().len();
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(good, 400);
    })
    .await;
}

#[tokio::test]
async fn saved_views_are_ones_own_and_hold_no_personal_data() {
    on_both(async |app| {
        let (admin, agent) = (app.admin().await, app.person("agent").await);
        let body = json!({ "page": "inbox", "name": "Nobody's", "query": "status=open&assignee=none" });
        let made = agent.post("/v1/me/views", body.clone()).await.expect(201);
        assert_eq!(made["query"], "status=open&assignee=none");
        assert_eq!(agent.post("/v1/me/views", body).await.problem(409), "view-name-taken");
        assert_eq!(words(&agent.get("/v1/me/views").await.expect(200), "name"), ["Nobody's"]);
        assert!(words(&admin.get("/v1/me/views").await.expect(200), "name").is_empty());
        let path = format!("/v1/me/views/{}", made["id"].as_str().unwrap());
        assert_eq!(admin.delete(&path).await.problem(404), "not-found");
        agent.delete(&path).await.expect(204);
        assert_eq!(agent.delete(&path).await.problem(404), "not-found");
        for query in ["q=ann@example.test", "q=Ann", "phone=493012345678", "q=a b", "=x", "a=1&b=%41"] {
            let body = json!({ "page": "inbox", "name": "x", "query": query });
            assert_eq!(agent.post("/v1/me/views", body).await.problem(400), "invalid-request", "{query}");
        }
        assert_eq!(app.api().get("/v1/me/views").await.problem(403), "people-only");
    })
    .await;
}

#[tokio::test]
async fn first_steps_tick_when_they_were_taken() {
    on_both(async |app| {
        let admin = app.admin().await;
        let steps = async || admin.get("/v1/progress").await.expect(200);
        let taken = |steps: &Value| {
            let all = steps.as_object().unwrap();
            all.iter().filter(|(_, at)| at.is_string()).map(|(name, _)| name.clone()).collect::<Vec<_>>()
        };
        assert!(taken(&steps().await).is_empty());
        let channel = app.custom_channel("Messenger").await;
        let code = app.code("cust-1").await;
        assert_eq!(taken(&steps().await), ["channel_at", "code_at"]);
        app.say(&channel, "tg-1", "m1", &code).await;
        let agent = app.person("agent").await;
        assert_eq!(taken(&steps().await), ["authenticated_at", "channel_at", "code_at", "invited_at"]);
        assert_eq!(agent.get("/v1/progress").await.problem(403), "forbidden");
    })
    .await;
}

#[tokio::test]
async fn a_widget_was_seen_when_a_page_of_the_company_showed_it() {
    on_both(async |app| {
        let body = json!({ "name": "Bank", "origins": ["https://bank.example"] });
        let id = app.api().post("/v1/widgets", body).await.expect(201)["id"].as_str().unwrap().to_owned();
        let seen = async || {
            app.service.note_job().await.unwrap();
            app.api().get(&format!("/v1/widgets/{id}")).await.expect(200)["last_seen_at"].clone()
        };
        let options = Options { assets: Assets { console: &[], site: SITE }, ..Options::default() };
        let frame = Client::new(self::app(app.service.clone(), options)).header("sec-fetch-dest", "iframe");
        let path = format!("/widget/frame/{id}");
        let preview = frame.clone().header("sec-fetch-site", "same-origin").get(&path).await;
        assert_eq!((preview.status.as_u16(), seen().await), (200, Value::Null), "the console's preview");
        assert_eq!(frame.header("sec-fetch-site", "cross-site").get(&path).await.status.as_u16(), 200);
        assert!(seen().await.is_string());
        let steps = app.api().get("/v1/progress").await.expect(200);
        assert!(steps["widget_seen_at"].is_string());
    })
    .await;
}

#[tokio::test]
async fn the_audit_log_goes_along_as_a_file_and_says_so() {
    on_both(async |app| {
        let admin = app.admin().await;
        for n in 0..5 {
            let body = json!({ "name": format!("=cmd|'/c calc'!A{n}"), "scopes": ["case.read"] });
            let made = admin.post("/v1/api-keys", body).await.expect(201);
            let evil = app.anonymous().bearer(made["secret"].as_str().unwrap());
            evil.get("/v1/audit").await.expect(403);
        }
        app.clock.advance(10 * SECOND);
        let csv = admin.get("/v1/audit/export?format=csv&action=access.denied").await;
        assert_eq!(csv.status.as_u16(), 200);
        let name = csv.headers["content-disposition"].to_str().unwrap();
        assert!(name.starts_with("attachment; filename=\"audit-20") && name.ends_with(".csv\""), "{name}");
        let text = String::from_utf8(csv.body).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "id,seq,at,action,actor_kind,actor_id,actor_name,object,outcome,details,hash");
        assert_eq!(lines.len(), 6);
        assert!(lines[1..].iter().all(|line| line.contains(",\"'=cmd|'/c calc'!A")), "{text}");
        let jsonl = admin.get("/v1/audit/export?format=jsonl").await;
        let text = String::from_utf8(jsonl.body).unwrap();
        let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let list = admin.get("/v1/audit?limit=200").await.expect(200);
        assert_eq!(rows.len() + 1, list["data"].as_array().unwrap().len(), "but for its own row");
        assert_eq!(&rows[0], &list["data"][1]);
        assert_eq!(list["data"][0]["action"], "audit.export");
        assert_eq!(list["data"][0]["details"]["format"], "jsonl");
        let cross = admin.clone().header("sec-fetch-site", "cross-site");
        assert_eq!(cross.get("/v1/audit/export?format=csv").await.problem(403), "cross-origin");
        assert_eq!(admin.get("/v1/audit/export").await.status.as_u16(), 400);
        let manager = app.person("team_manager").await;
        assert_eq!(manager.get("/v1/audit/export?format=csv").await.problem(403), "forbidden");
    })
    .await;
}

#[tokio::test]
async fn an_export_of_many_rows_is_whole() {
    on_both(async |app| {
        let admin = app.admin().await;
        for n in 0..230 {
            admin.patch("/v1/workspace", json!({ "name": format!("Workspace {n}") })).await.expect(200);
        }
        app.clock.advance(SECOND);
        let file = admin.get("/v1/audit/export?format=jsonl&action=workspace.update").await;
        let text = String::from_utf8(file.body).unwrap();
        assert_eq!(text.lines().count(), 230);
    })
    .await;
}

#[tokio::test]
async fn permissions_say_which_roles_have_them() {
    on_both(async |app| {
        let list = app.admin().await.get("/v1/permissions").await.expect(200);
        let find =
            |scope: &str| list["data"].as_array().unwrap().iter().find(|p| p["scope"] == scope).unwrap();
        assert_eq!(find("case.read")["roles"], json!(["admin", "team_manager", "agent"]));
        assert_eq!(find("audit.export")["roles"], json!(["admin"]));
        assert_eq!(find("message.receive")["roles"], json!([]));
    })
    .await;
}
