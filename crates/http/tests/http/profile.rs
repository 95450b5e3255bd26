//! Profiles: what the company says is kept apart from what is only claimed.

use countersign_testkit::{Client, ORIGIN, TestApp, on_both};
use serde_json::{Value, json};

async fn made(app: &TestApp, body: Value) -> Value {
    app.api().post("/v1/profiles", body).await.expect(201)
}

fn path(profile: &Value) -> String {
    format!("/v1/profiles/{}", profile["id"].as_str().unwrap())
}

async fn tariff(app: &TestApp) {
    let body = json!({ "key": "tariff", "label": "Tariff", "level": "profile", "type": "dropdown",
        "options": [{ "value": "standard", "label": "Standard" }, { "value": "vip", "label": "VIP" }] });
    app.api().post("/v1/attributes", body).await.expect(201);
}

#[tokio::test]
async fn a_profile_is_made_read_changed_and_cleared() {
    on_both(async |app| {
        tariff(&app).await;
        let body = json!({ "external_id": "ann", "name": " Ann Müller ", "email": "Ann@EXAMPLE.org",
            "phone": "+49 30 901820", "language": "de", "attributes": { "tariff": "VIP" } });
        let ann = made(&app, body).await;
        assert_eq!(ann["name"], "Ann Müller");
        assert_eq!((&ann["email"], &ann["phone"]), (&json!("Ann@example.org"), &json!("+4930901820")));
        assert_eq!((&ann["attributes"], &ann["assurance"]), (&json!({ "tariff": "vip" }), &json!("al0")));
        assert_eq!(ann["attribute_sources"]["tariff"]["proved"], true);
        assert_eq!(ann["attribute_sources"]["tariff"]["source"], "api");
        assert_eq!((&ann["masked"], &ann["claims"]), (&json!([]), &json!({})));
        assert!(ann["reference"].as_str().unwrap().starts_with("C-1"));
        let api = app.api();
        let body = json!({ "email": null, "name": "Ann Lee", "attributes": { "tariff": null } });
        let changed = api.patch(&path(&ann), body).await.expect(200);
        assert_eq!((&changed["email"], &changed["name"]), (&Value::Null, &json!("Ann Lee")));
        assert_eq!((&changed["phone"], &changed["attributes"]), (&json!("+4930901820"), &json!({})));
        assert_eq!(api.get(&path(&ann)).await.expect(200), changed);
        let timeline = api.get(&format!("{}/timeline", path(&ann))).await.expect(200);
        let lines: Vec<&str> =
            timeline["data"].as_array().unwrap().iter().map(|e| e["summary"].as_str().unwrap()).collect();
        assert_eq!(lines, ["Changed: name, e-mail address, Tariff.", "The customer was added."]);
        let text = timeline.to_string();
        assert!(!text.contains("Lee") && !text.contains("example.org"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn an_upsert_by_external_id_makes_one_profile() {
    on_both(async |app| {
        let put = "/v1/profiles/by-external-id/A%2F7%20x";
        let first = app.api().put(put, json!({ "name": "Ann" })).await.expect(201);
        assert_eq!(first["external_id"], "A/7 x");
        let again = app.api().put(put, json!({ "email": "ann@example.org" })).await.expect(200);
        assert_eq!((&again["id"], &again["name"]), (&first["id"], &json!("Ann")));
        let requests =
            (0..8).map(|n| {
                let api = app.api();
                async move {
                    api.put("/v1/profiles/by-external-id/race", json!({ "name": format!("N{n}") })).await
                }
            });
        let answers = futures(requests).await;
        let made = answers.iter().filter(|a| a.status.as_u16() == 201).count();
        let ids: std::collections::BTreeSet<String> =
            answers.iter().map(|a| a.json()["id"].as_str().unwrap_or("none").to_owned()).collect();
        assert_eq!((made, ids.len()), (1, 1), "{ids:?}");
    })
    .await;
}

async fn futures<T: Send + 'static>(
    all: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = all.map(tokio::spawn).collect();
    let mut done = Vec::new();
    for task in tasks {
        done.push(task.await.unwrap());
    }
    done
}

#[tokio::test]
async fn everything_wrong_is_named_at_once_and_never_repeated() {
    on_both(async |app| {
        tariff(&app).await;
        let body = json!({ "external_id": "undefined", "name": "zq\u{7}zq", "email": "zqzq", "phone": "zqzq",
            "language": "zqzqzq!", "attributes": { "tarif": "zqzq", "tariff": "zqzq" } });
        let answer = app.api().post("/v1/profiles", body).await;
        assert_eq!(answer.problem(400), "invalid-request");
        let errors = answer.json()["errors"].clone();
        let pointers: Vec<&str> =
            errors.as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        assert_eq!(
            pointers,
            [
                "/external_id",
                "/name",
                "/email",
                "/phone",
                "/language",
                "/attributes/tarif",
                "/attributes/tariff"
            ]
        );
        assert!(!errors.to_string().contains("zqzq"));
        assert!(errors[5]["detail"].as_str().unwrap().contains("`tariff`"));
        let empty = app.api().post("/v1/profiles", json!({ "language": "de" })).await;
        assert_eq!(empty.json()["errors"][0]["code"], "nothing-to-know-them-by");
        let unknown = app.api().post("/v1/profiles", json!({ "nmae": "x" })).await;
        assert_eq!(unknown.problem(400), "unknown-field");
    })
    .await;
}

#[tokio::test]
async fn m_2_a_duplicate_does_not_say_which_field_it_is() {
    on_both(async |app| {
        made(&app, json!({ "external_id": "ann", "name": "Ann" })).await;
        let bob = made(&app, json!({ "external_id": "bob", "name": "Bob" })).await;
        let again = app.api().post("/v1/profiles", json!({ "external_id": "ann", "name": "X" })).await;
        assert_eq!(again.problem(409), "already-exists");
        let taken = app.api().patch(&path(&bob), json!({ "external_id": "ann" })).await;
        assert_eq!(taken.problem(409), "already-exists");
        for answer in [again, taken] {
            assert!(!answer.json()["detail"].as_str().unwrap().contains("external"));
            assert_eq!(answer.json()["errors"], json!([]));
        }
    })
    .await;
}

#[tokio::test]
async fn a_code_by_an_address_of_two_customers_is_a_conflict_and_by_a_claimed_one_makes_a_new_customer() {
    on_both(async |app| {
        let code =
            async |key: Value| app.api().post("/v1/identification-codes", json!({ "profile": key })).await;
        made(&app, json!({ "external_id": "ann", "email": "home@example.org" })).await;
        made(&app, json!({ "external_id": "bob", "email": "HOME@example.org" })).await;
        let ambiguous = code(json!({ "email": "home@example.org" })).await;
        assert_eq!(ambiguous.problem(409), "ambiguous-identifier");
        assert!(ambiguous.json()["hint"].as_str().unwrap().contains("external_id"));
        code(json!({ "external_id": "ann" })).await.expect(201);
        // P-1: what a stranger claims in a chat is not how the company's server finds anybody.
        let channel = app.custom_channel("Pigeon").await;
        let from = json!({ "id": "jo", "email": "claimed@example.org", "phone": "+4930901820" });
        let body = json!({ "id": "1", "from": from, "text": "hello" });
        let said = app.api().post(&format!("/v1/channels/{channel}/messages"), body).await.expect(200);
        code(json!({ "email": "claimed@example.org" })).await.expect(201);
        let found = app.api().get("/v1/profiles?email=claimed@example.org").await.expect(200);
        assert_eq!(found["data"].as_array().unwrap().len(), 1);
        assert_ne!(found["data"][0]["id"], said["case"]["identity"]["profile"]["id"]);
        assert_eq!(found["data"][0]["email"], "claimed@example.org");
        assert_eq!(app.api().get("/v1/profiles?phone=%2B4930901820").await.expect(200)["data"], json!([]));
    })
    .await;
}

/// A plain widget: anybody can put anything into the page.
async fn plain_page(app: &TestApp) -> (String, Client) {
    let body = json!({ "name": "Demo", "origins": ["https://bank.example"], "mode": "plain", "plain_reason": "demo" });
    let id = app.api().post("/v1/widgets", body).await.expect(201)["id"].as_str().unwrap().to_owned();
    (format!("/public/widgets/{id}/codes"), app.anonymous().header("origin", ORIGIN))
}

#[tokio::test]
async fn w_2_chatwoot_2694_an_unsigned_identity_does_not_open_the_victims_conversation() {
    on_both(async |app| {
        let ann =
            made(&app, json!({ "external_id": "ann", "email": "ann@example.org", "phone": "+4930901820" }))
                .await;
        let (codes, page) = plain_page(&app).await;
        let channel = app.custom_channel("Pigeon").await;
        for (n, who) in
            [json!({ "email": "ann@example.org" }), json!({ "phone": "+4930901820" })].iter().enumerate()
        {
            let code = page.post(&codes, json!({ "profile": who })).await.expect(201);
            let said = app
                .say(&channel, &format!("mallory{n}"), &format!("m{n}"), code["code"].as_str().unwrap())
                .await;
            let identity = &said["case"]["identity"];
            assert_eq!(identity["assurance"], "al1");
            assert_ne!(identity["profile"]["id"], ann["id"], "{who}");
        }
        let links = app.api().get(&format!("{}/links", path(&ann))).await.expect(200);
        assert_eq!(links["data"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn w_2_chatwoot_2762_an_unsigned_page_does_not_change_a_customer() {
    on_both(async |app| {
        tariff(&app).await;
        let body = json!({ "external_id": "ann", "email": "ann@example.org", "name": "Ann", "attributes": { "tariff": "standard" } });
        let ann = made(&app, body).await;
        let channel = app.custom_channel("Pigeon").await;
        let code = app.code("ann").await;
        app.say(&channel, "ann-phone", "1", &code).await;
        let before = app.api().get(&path(&ann)).await.expect(200);
        let (codes, page) = plain_page(&app).await;
        let claim = json!({ "email": "ann@example.org", "name": "Mallory", "attributes": { "tariff": "vip" } });
        let code = page.post(&codes, json!({ "profile": claim })).await.expect(201);
        // Even from the customer's own account: a weaker proof takes nothing and overwrites nothing.
        let said = app.say(&channel, "ann-phone", "2", code["code"].as_str().unwrap()).await;
        assert_eq!(said["case"]["identity"]["assurance"], "al3");
        assert_eq!(said["case"]["identity"]["profile"]["id"], ann["id"]);
        let after = app.api().get(&path(&ann)).await.expect(200);
        for field in ["name", "email", "attributes", "attribute_sources", "external_id", "assurance"] {
            assert_eq!(after[field], before[field], "{field}");
        }
    })
    .await;
}

#[tokio::test]
async fn w_2_chatwoot_14884_an_update_with_an_unsigned_address_neither_matches_nor_merges() {
    on_both(async |app| {
        let ann =
            made(&app, json!({ "external_id": "ann", "email": "ann@example.org", "name": "Ann" })).await;
        let (codes, page) = plain_page(&app).await;
        let channel = app.custom_channel("Pigeon").await;
        let own = json!({ "email": "mallory@example.org" });
        let code = page.post(&codes, json!({ "profile": own })).await.expect(201);
        let said = app.say(&channel, "mallory", "1", code["code"].as_str().unwrap()).await;
        let mallory = said["case"]["identity"]["profile"]["id"].as_str().unwrap().to_owned();
        // The second time the page says the victim's address: the merge-by-email path.
        let code = page.post(&codes, json!({ "profile": { "email": "ann@example.org" } })).await.expect(201);
        let said = app.say(&channel, "mallory", "2", code["code"].as_str().unwrap()).await;
        assert_eq!(said["case"]["identity"]["profile"]["id"], mallory.as_str());
        let view = app.api().get(&format!("/v1/profiles/{mallory}")).await.expect(200);
        assert_eq!((&view["email"], &view["claims"]["email"]), (&Value::Null, &json!("ann@example.org")));
        assert_eq!(view["assurance"], "al1");
        let found = app.api().get("/v1/profiles?email=ann@example.org").await.expect(200);
        assert_eq!(found["data"].as_array().unwrap().len(), 1);
        assert_eq!(found["data"][0]["id"], ann["id"]);
        let identifiers = app.api().get(&format!("/v1/profiles/{mallory}/identifiers")).await.expect(200);
        let emails: Vec<&Value> =
            identifiers["data"].as_array().unwrap().iter().filter(|i| i["kind"] == "email").collect();
        assert_eq!(emails.len(), 2);
        assert!(emails.iter().all(|i| i["proved"] == false && i["source"] == "plain_widget"));
    })
    .await;
}

#[tokio::test]
async fn blocking_takes_codes_back_and_keeps_links() {
    on_both(async |app| {
        let ann = made(&app, json!({ "external_id": "ann", "name": "Ann" })).await;
        let channel = app.custom_channel("Pigeon").await;
        let code = app.code("ann").await;
        app.say(&channel, "ann-phone", "1", &code).await;
        let live = app.code("ann").await;
        let api = app.api();
        assert_eq!(
            api.post(&format!("{}/block", path(&ann)), json!({})).await.problem(400),
            "invalid-request"
        );
        let blocked = api
            .post(&format!("{}/block", path(&ann)), json!({ "reason": "fraud, ann@example.org" }))
            .await
            .expect(200);
        assert_eq!((&blocked["state"], &blocked["assurance"]), (&json!("blocked"), &json!("al3")));
        let said = app.say(&channel, "other", "2", &live).await;
        assert_eq!(said["identification"]["reason"], "revoked");
        let refused =
            api.post("/v1/identification-codes", json!({ "profile": { "external_id": "ann" } })).await;
        assert_eq!(refused.problem(409), "profile-blocked");
        let links = api.get(&format!("{}/links", path(&ann))).await.expect(200);
        assert_eq!(links["data"][0]["state"], "live");
        let listed = api.get("/v1/profiles?state=blocked").await.expect(200);
        assert_eq!(listed["data"][0]["id"], ann["id"]);
        let audit = api.get("/v1/audit?action=profile.block").await;
        if audit.status.as_u16() == 200 {
            assert!(
                !audit.json().to_string().contains("ann@example.org"),
                "an address in a reason is masked"
            );
        }
        let free = api.post(&format!("{}/unblock", path(&ann)), json!({})).await.expect(200);
        assert_eq!(free["state"], "active");
        app.code("ann").await;
        assert_eq!(
            api.post("/v1/profiles/pro_x/block", json!({ "reason": "x" })).await.problem(404),
            "not-found"
        );
    })
    .await;
}

#[tokio::test]
async fn x_9_a_look_by_a_person_is_written_once_in_five_minutes() {
    on_both(async |app| {
        let ann = made(&app, json!({ "external_id": "ann", "name": "Ann" })).await;
        let viewers = format!("{}/viewers", path(&ann));
        assert_eq!(app.api().get(&viewers).await.expect(200)["data"], json!([]));
        let agent = app.person("agent").await;
        for page in ["", "/identifiers", "/timeline", "/evidence", ""] {
            agent.get(&format!("{}{page}", path(&ann))).await.expect(200);
        }
        let looks = app.api().get(&viewers).await.expect(200);
        assert_eq!(looks["data"].as_array().unwrap().len(), 1, "{looks}");
        assert_eq!(looks["data"][0]["actor"]["name"], "A agent");
        app.clock.advance(6 * 60 * 1_000_000);
        agent.get(&path(&ann)).await.expect(200);
        let first = app.api().get(&format!("{viewers}?limit=1")).await.expect(200);
        let rest = format!("{viewers}?limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
        let rest = app.api().get(&rest).await.expect(200);
        assert_eq!(rest["data"].as_array().unwrap().len(), 1);
        assert_eq!(rest["next_cursor"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn m_3_a_masked_person_sees_masks_in_every_view_and_cannot_save_one() {
    on_both(async |app| {
        let body =
            json!({ "key": "born", "label": "Born", "level": "profile", "type": "date", "pii": "personal" });
        app.api().post("/v1/attributes", body).await.expect(201);
        let body = json!({ "external_id": "ann-17", "name": "Ann Müller", "email": "ann@example.org",
            "phone": "+4930901820", "attributes": { "born": "1984-03-17" } });
        let ann = made(&app, body).await;
        let all = json!({ "name": true, "email": true, "phone": true, "attributes": true, "text": true });
        let none =
            json!({ "name": false, "email": false, "phone": false, "attributes": false, "text": false });
        let matrix = json!({ "roles": { "admin": none, "team_manager": none, "agent": all } });
        app.admin().await.put("/v1/masking", matrix).await.expect(200);
        let agent = app.person("agent").await;
        let seen = agent.get(&path(&ann)).await.expect(200);
        assert_eq!(seen["masked"], json!(["attributes.born", "name", "email", "phone", "external_id"]));
        assert_eq!((&seen["email"], &seen["phone"]), (&json!("****@example.org"), &json!("XXX-XXX-1820")));
        assert_eq!(seen["attributes"]["born"], "1984-••-••");
        for page in ["", "/identifiers", "/timeline", "/links", "/evidence"] {
            let text = agent.get(&format!("{}{page}", path(&ann))).await.expect(200).to_string();
            for secret in ["Ann M", "Müller", "ann@", "901820", "ann-17", "03-17"] {
                assert!(!text.contains(secret), "{page} shows {secret}");
            }
        }
        for field in ["name", "email", "phone", "external_id"] {
            let answer = agent.patch(&path(&ann), json!({ field: seen[field] })).await;
            assert_eq!(answer.json()["errors"][0]["code"], "masked-value", "{field}");
        }
        let answer = agent.patch(&path(&ann), json!({ "attributes": seen["attributes"] })).await;
        assert_eq!(answer.status.as_u16(), 400);
        let renamed = agent.patch(&path(&ann), json!({ "name": "Ann Lee" })).await.expect(200);
        assert_eq!(renamed["name"], "A••••••");
        assert_eq!(app.api().get(&path(&ann)).await.expect(200)["name"], "Ann Lee");
    })
    .await;
}

#[tokio::test]
async fn x_9_every_way_to_look_at_a_customer_is_on_record() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let agent = app.person("agent").await;
        let looked = async |path: &str, profile: &str| {
            agent.get(path).await.expect(200);
            let looks = app.api().get(&format!("/v1/profiles/{profile}/viewers")).await.expect(200);
            let count =
                looks["data"].as_array().unwrap().iter().filter(|l| l["actor"]["name"] == "A agent").count();
            app.clock.advance(6 * 60 * 1_000_000);
            count
        };
        let code = app.code("ann").await;
        let proved = app.say(&channel, "jo", "1", &code).await;
        let profile = proved["case"]["identity"]["profile"]["id"].as_str().unwrap();
        let case = proved["case"]["id"].as_str().unwrap();
        let codes = app.api().get("/v1/identification-codes").await.expect(200);
        let code = codes["data"][0]["id"].as_str().unwrap();
        for (n, path) in [
            format!("/v1/profiles/{profile}/links"),
            format!("/v1/cases/{case}"),
            format!("/v1/cases/{case}/messages"),
            format!("/v1/identification-codes/{code}"),
            format!("/v1/identification-codes?profile={profile}"),
            format!("/v1/cases?profile={profile}"),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(looked(&path, profile).await, n + 1, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn x_9_lists_are_on_record_page_by_page_and_for_programs_that_see_personal_data_too() {
    on_both(async |app| {
        let mut ids = Vec::new();
        for n in 0..3 {
            ids.push(made(&app, json!({ "external_id": format!("c{n}"), "name": "Ann" })).await);
        }
        let channel = app.custom_channel("Pigeon").await;
        app.say(&channel, "jo", "1", "hello").await;
        app.code("c0").await;
        let (agent, admin) = (app.person("agent").await, app.admin().await);
        let count = async |action: &str| {
            let log = admin.get(&format!("/v1/audit?action={action}")).await.expect(200);
            log["data"].as_array().unwrap().len()
        };
        for (action, path) in [
            ("profile.list", "/v1/profiles"),
            ("case.list", "/v1/cases"),
            ("code.list", "/v1/identification-codes"),
        ] {
            assert_eq!(count(action).await, 0);
            for _ in 0..2 {
                agent.get(path).await.expect(200);
            }
            assert_eq!(count(action).await, 1, "a screen that is drawn anew is one look: {path}");
            app.api().get(path).await.expect(200);
            assert_eq!(count(action).await, 2, "so is a program that sees personal data: {path}");
        }
        let first = agent.get("/v1/profiles?limit=1").await.expect(200);
        let next = format!("/v1/profiles?limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
        agent.get(&next).await.expect(200);
        agent.get(&next).await.expect(200);
        assert_eq!(count("profile.list").await, 4, "every further page is a row");
        app.api().get(&path(&ids[0])).await.expect(200);
        let looks = app.api().get(&format!("{}/viewers", path(&ids[0]))).await.expect(200);
        assert_eq!(looks["data"][0]["actor"]["kind"], "api_key");
        let body = json!({ "name": "sync", "scopes": ["profile.read"] });
        let key = admin.post("/v1/api-keys", body).await.expect(201);
        let masked = app.anonymous().bearer(key["secret"].as_str().unwrap());
        masked.get("/v1/profiles").await.expect(200);
        masked.get(&path(&ids[0])).await.expect(200);
        let rows = admin.get(&format!("/v1/audit?actor={}", key["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(rows["data"], json!([]), "who sees nothing but masks looks at nobody");
    })
    .await;
}

#[tokio::test]
async fn habits_tell_where_when_and_how_fast_and_nothing_from_too_little() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        app.say(&channel, "jo", "m-0", "hello").await;
        let case = app.api().get("/v1/cases").await.expect(200)["data"][0].clone();
        let path = format!("/v1/profiles/{}/habits", case["identity"]["profile"]["id"].as_str().unwrap());
        let found = app.api().get(&path).await.expect(200);
        let nothing = json!({ "messages": 1, "channel": null, "hours": null, "topics": [],
            "customer_answers_within_seconds": null, "company_answers_within_seconds": null });
        assert_eq!(found, nothing);
        let case = case["id"].as_str().unwrap().to_owned();
        app.api().patch(&format!("/v1/cases/{case}"), json!({ "labels": ["refund"] })).await.expect(200);
        // Each day at the same hour: a question, ten minutes later an answer, five minutes later thanks.
        for day in 0..5 {
            app.api()
                .post(&format!("/v1/cases/{case}/messages"), json!({ "text": "Yes." }))
                .await
                .expect(201);
            app.clock.advance(5 * 60_000_000);
            app.say(&channel, "jo", &format!("t-{day}"), "thanks").await;
            app.clock.advance(23 * 3_600_000_000 + 45 * 60_000_000);
            app.say(&channel, "jo", &format!("q-{day}"), "and this?").await;
            app.clock.advance(10 * 60_000_000);
        }
        let found = app.api().get(&path).await.expect(200);
        assert_eq!((&found["messages"], &found["channel"]["percent"]), (&json!(11), &json!(100)));
        assert_eq!(found["channel"]["channel"]["name"], "Pigeon");
        assert_eq!(found["topics"], json!([{ "label": "refund", "cases": 1 }]));
        assert_eq!(found["customer_answers_within_seconds"], 300);
        let hours = &found["hours"];
        let long = (hours["to"].as_i64().unwrap() - hours["from"].as_i64().unwrap()).rem_euclid(24);
        assert!(long <= 2 && hours["percent"].as_i64().unwrap() >= 70, "{hours}");
        // A year later nothing of it is a habit any more.
        app.clock.advance(366 * 86_400_000_000);
        assert_eq!(app.person("agent").await.get(&path).await.expect(200)["messages"], 0);
    })
    .await;
}
