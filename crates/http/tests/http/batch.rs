//! Many profiles in one call, and customers as a file.

use countersign_testkit::{Client, TestApp, on_both};
use serde_json::{Value, json};

const BATCH: &str = "/v1/profiles/batch";

async fn attribute(app: &TestApp, key: &str, kind: &str, pii: &str) {
    let body = json!({ "key": key, "label": key, "level": "profile", "type": kind, "pii": pii });
    app.api().post("/v1/attributes", body).await.expect(201);
}

async fn with_scopes(app: &TestApp, scopes: &[&str]) -> Client {
    let body = json!({ "name": "Narrow", "scopes": scopes });
    let made = app.admin().await.post("/v1/api-keys", body).await.expect(201);
    app.anonymous().bearer(made["secret"].as_str().unwrap())
}

async fn count(client: &Client, path: &str) -> usize {
    let (mut rows, mut cursor) = (0, String::new());
    loop {
        let page = client.get(&format!("{path}limit=200{cursor}")).await.expect(200);
        rows += page["data"].as_array().unwrap().len();
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
    }
}

/// Thirty rows that cannot be, of every sort.
fn bad_rows() -> Vec<Value> {
    let one = vec![
        json!({ "external_id": "bad-1", "email": "zqzq" }),
        json!({ "external_id": "bad-2", "phone": "zqzq" }),
        json!({ "external_id": "bad-3", "name": "" }),
        json!({ "external_id": "bad-4", "name": "zq\u{7}zq" }),
        json!({ "external_id": "bad-5", "nmae": "zqzq" }),
        json!({ "external_id": "bad-6", "attributes": { "nowhere": "zqzq" } }),
        json!({ "external_id": "bad-7", "attributes": { "age": "zqzq" } }),
        json!({ "external_id": "bad-8", "name": 7 }),
        json!({ "external_id": "bad-9", "name": "zq\u{0}zq" }),
        json!({ "external_id": "undefined" }),
        json!({ "name": "zqzq" }),
        json!("zqzq"),
        json!(null),
        json!({ "id": "pro_00000000000000000000000000", "name": "zqzq" }),
        json!({ "id": "zqzq", "name": "zqzq" }),
    ];
    let two = vec![
        json!({ "reference": "C-999999", "name": "zqzq" }),
        json!({ "reference": "zqzq", "name": "zqzq" }),
        json!({ "id": "pro_00000000000000000000000000", "reference": "C-1", "name": "zqzq" }),
        json!({ "external_id": null, "name": "zqzq" }),
        json!({ "external_id": "bad-10", "language": "zqzqzqzqzq!" }),
        json!({ "external_id": "bad-11", "kind": "zqzq" }),
        json!({ "external_id": "bad-12", "name": "x".repeat(201) }),
        json!({ "external_id": "x".repeat(400) }),
        json!({ "external_id": "bad-13", "attributes": "zqzq" }),
        json!({ "external_id": "bad-14", "email": ["zqzq"] }),
        json!({ "external_id": "bad-15", "attributes": { "age": true } }),
        json!({ "external_id": "bad-16", "assurance": "al3" }),
        json!({ "external_id": "bad-17", "state": "blocked" }),
        json!({ "external_id": "" }),
        json!([]),
    ];
    [one, two].concat()
}

#[tokio::test]
async fn a_thousand_rows_are_written_and_thirty_bad_ones_fail_for_themselves() {
    on_both(async |app| {
        attribute(&app, "age", "number", "none").await;
        let api = app.api();
        let mut rows: Vec<Value> = (0..970)
            .map(|n| json!({ "external_id": format!("c{n}"), "name": format!("N {n}"), "attributes": { "age": n } }))
            .collect();
        for (n, bad) in bad_rows().into_iter().enumerate() {
            rows.insert(n * 31, bad);
        }
        assert_eq!(rows.len(), 1_000);
        let done = api.post(BATCH, json!({ "create_missing": true, "rows": rows })).await.expect(200);
        let counts = |done: &Value| {
            ["created", "updated", "unchanged", "failed"].map(|key| done[key].as_u64().unwrap())
        };
        assert_eq!(counts(&done), [970, 0, 0, 30]);
        for (n, result) in done["data"].as_array().unwrap().iter().enumerate() {
            assert_eq!(result["index"], n);
            let is_bad = n % 31 == 0 && n / 31 < 30;
            assert_eq!(result["outcome"] == "failed", is_bad, "{result}");
            assert_eq!(result["id"].is_null(), is_bad);
            assert_eq!(result["problem"]["code"].is_string(), is_bad);
        }
        assert!(!done.to_string().contains("zqzq"), "a value is never repeated");
        assert_eq!(done["data"][0]["problem"]["errors"][0]["pointer"], "/email");
        assert_eq!(count(&api, "/v1/profiles?").await, 970);
        let again = api.post(BATCH, json!({ "rows": rows })).await.expect(200);
        assert_eq!(counts(&again), [0, 0, 970, 30]);
        let rows: Vec<Value> =
            (0..970).map(|n| json!({ "external_id": format!("c{n}"), "attributes": { "age": n + 1 } })).collect();
        let changed = api.post(BATCH, json!({ "rows": rows })).await.expect(200);
        assert_eq!(counts(&changed), [0, 970, 0, 0]);
        // Each row has its audit row and its event, as if it had come alone.
        let admin = app.admin().await;
        assert_eq!(count(&admin, "/v1/audit?action=profile.update&").await, 970);
        assert_eq!(count(&admin, "/v1/audit?action=profile.create&").await, 970);
        let id = changed["data"][969]["id"].as_str().unwrap();
        let timeline = api.get(&format!("/v1/profiles/{id}/timeline")).await.expect(200);
        assert_eq!(timeline["data"][0]["summary"], "Changed: age.");
        assert_eq!(api.get(&format!("/v1/profiles/{id}")).await.expect(200)["assurance"], "al0");
    })
    .await;
}

#[tokio::test]
async fn rows_are_applied_in_their_order_and_found_by_id_reference_or_external_id() {
    on_both(async |app| {
        let api = app.api();
        let ann = api.post("/v1/profiles", json!({ "external_id": "ann", "name": "Ann" })).await.expect(201);
        let rows = json!([
            { "external_id": "new", "name": "First" },
            { "external_id": "new", "name": "Second" },
            { "external_id": "new", "name": "Second" },
            { "id": ann["id"], "name": "Ann Lee" },
            { "reference": ann["reference"], "email": "ann@example.org" },
            { "reference": ann["reference"], "external_id": "new" },
            { "id": ann["id"], "external_id": "ann-2" },
            { "external_id": "ann", "name": "Nobody has it any more" },
        ]);
        let done = api.post(BATCH, json!({ "create_missing": true, "rows": rows })).await.expect(200);
        let outcomes: Vec<&str> =
            done["data"].as_array().unwrap().iter().map(|r| r["outcome"].as_str().unwrap()).collect();
        let expected =
            ["created", "updated", "unchanged", "updated", "updated", "failed", "updated", "created"];
        assert_eq!(outcomes, expected, "{done}");
        assert_eq!(done["data"][5]["problem"]["code"], "already-exists");
        let ann = api.get(&format!("/v1/profiles/{}", ann["id"].as_str().unwrap())).await.expect(200);
        assert_eq!((&ann["name"], &ann["external_id"]), (&json!("Ann Lee"), &json!("ann-2")));
        // P-1: an e-mail address that somebody else has merges nobody.
        let rows = json!([{ "external_id": "other", "email": "ann@example.org" }]);
        let other = api.post(BATCH, json!({ "create_missing": true, "rows": rows })).await.expect(200);
        assert_eq!(other["created"], 1);
        assert_ne!(other["data"][0]["id"], ann["id"]);
        let missing = api.post(BATCH, json!({ "rows": [{ "external_id": "nobody" }] })).await.expect(200);
        assert_eq!(missing["data"][0]["problem"]["code"], "not-found");
    })
    .await;
}

#[tokio::test]
async fn a_repeated_batch_answers_the_same_and_another_body_is_refused() {
    on_both(async |app| {
        let api = app.api().header("idempotency-key", "batch-1");
        let rows: Vec<Value> = (0..120)
            .map(|n| match n {
                60 => json!({ "external_id": "x", "email": "wrong" }),
                n => json!({ "external_id": format!("k{n}"), "name": "N" }),
            })
            .collect();
        let body = json!({ "create_missing": true, "rows": rows });
        let first = api.post(BATCH, body.clone()).await;
        assert!(first.headers.get("idempotent-replayed").is_none());
        let again = api.post(BATCH, body).await;
        assert_eq!(again.headers.get("idempotent-replayed").unwrap(), "true");
        assert_eq!(first.expect(200), again.expect(200));
        let other = api.post(BATCH, json!({ "rows": [{ "external_id": "k1", "name": "M" }] })).await;
        assert_eq!(other.problem(422), "idempotency-mismatch");
    })
    .await;
}

#[tokio::test]
async fn batches_that_cross_each_other_lose_no_row() {
    on_both(async |app| {
        let api = app.api();
        let rows = |backwards: bool, name: &str| {
            let mut rows: Vec<Value> =
                (0..100).map(|n| json!({ "external_id": format!("r{n}"), "name": name })).collect();
            if backwards {
                rows.reverse();
            }
            json!({ "create_missing": true, "rows": rows })
        };
        let calls = [(false, "A"), (true, "B"), (false, "C"), (true, "D")].map(|(backwards, name)| {
            let (api, body) = (api.clone(), rows(backwards, name));
            tokio::spawn(async move { api.post(BATCH, body).await.expect(200) })
        });
        let mut created = 0;
        for call in calls {
            let done = call.await.unwrap();
            assert_eq!(done["failed"], 0, "{done}");
            created += done["created"].as_u64().unwrap();
        }
        assert_eq!((created, count(&api, "/v1/profiles?").await), (100, 100));
    })
    .await;
}

#[tokio::test]
async fn a_batch_is_allowed_what_the_single_operation_is() {
    on_both(async |app| {
        let api = app.api();
        let ann = api.post("/v1/profiles", json!({ "external_id": "ann", "name": "Ann" })).await.expect(201);
        let agent = app.person("agent").await;
        let rows = json!([{ "id": ann["id"], "name": "Ann Lee" }, { "external_id": "ann", "name": "Eve" },
            { "id": ann["id"], "external_id": "eve" }]);
        let done = agent.post(BATCH, json!({ "create_missing": true, "rows": rows })).await.expect(200);
        assert_eq!((&done["updated"], &done["failed"]), (&json!(1), &json!(2)));
        assert_eq!(done["data"][1]["problem"]["errors"][0]["code"], "not-yours-to-set");
        let reader = with_scopes(&app, &["profile.read"]).await;
        let refused = reader.post(BATCH, json!({ "rows": [{ "id": ann["id"], "name": "Eve" }] })).await;
        assert_eq!(refused.problem(403), "forbidden");
        assert_eq!(api.post(BATCH, json!({ "rows": [] })).await.problem(400), "invalid-request");
        let many = vec![json!({ "external_id": "a" }); 2_001];
        assert_eq!(api.post(BATCH, json!({ "rows": many })).await.problem(400), "invalid-request");
        let large = json!({ "rows": [{ "external_id": "a", "name": "x".repeat(4 * 1_048_576) }] });
        assert_eq!(api.post(BATCH, large).await.problem(413), "payload-too-large");
    })
    .await;
}

#[tokio::test]
async fn m_7_customers_are_a_file_masked_as_on_the_screen_and_without_formulas() {
    on_both(async |app| {
        attribute(&app, "salary", "number", "sensitive").await;
        let api = app.api();
        let body = json!({ "external_id": "ann", "name": "=1+1", "phone": "+49 30 901820",
            "email": "ann@example.org", "attributes": { "salary": -5 } });
        api.post("/v1/profiles", body).await.expect(201);
        for n in 0..250 {
            api.post("/v1/profiles", json!({ "name": format!("Many, {n}") })).await.expect(201);
        }
        let admin = app.admin().await;
        let file = admin.get("/v1/profiles/export?bom=false").await;
        assert_eq!(file.headers.get("content-type").unwrap(), "text/csv; charset=utf-8; header=present");
        let text = file.expect_text(200);
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert_eq!(lines[0], "reference,external_id,name,email,phone,language,kind,attributes.salary");
        assert_eq!(lines.len(), 252);
        assert!(
            lines[251].ends_with(",ann,'=1+1,ann@example.org,'+4930901820,,person,'-5"),
            "{}",
            lines[251]
        );
        assert!(lines[1].contains("\"Many, 249\""));
        let one =
            admin.get("/v1/profiles/export?columns=name,state&email=ann@example.org").await.expect_text(200);
        assert_eq!(one, "\u{feff}name,state\r\n'=1+1,active\r\n");
        // A program without the scope for personal data takes along what it sees: masks.
        let masked = with_scopes(&app, &["profile.export"]).await;
        let text = masked.get("/v1/profiles/export").await.expect_text(200);
        for value in ["ann@example.org", "901820", "-5", "=1+1", "Many"] {
            assert!(!text.contains(value), "{value}");
        }
        let preview = masked.get("/v1/profiles/export/preview").await.expect(200);
        assert_eq!(preview["rows"], 251);
        let masks: Vec<&str> = preview["columns"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|c| c["masked"] == true)
            .map(|c| c["name"].as_str().unwrap())
            .collect();
        assert_eq!(masks, ["external_id", "name", "email", "phone", "attributes.salary"]);
        let audit = admin.get("/v1/audit?action=profile.export").await.expect(200);
        assert_eq!(audit["data"].as_array().unwrap().len(), 3);
        assert_eq!(
            audit["data"][1]["details"],
            json!({ "rows": 1, "by": ["email"], "state": null, "columns": ["name", "state"] })
        );
        let refused = admin.get("/v1/profiles/export?columns=name,secret").await;
        assert_eq!(refused.json()["errors"][0]["code"], "unknown-column");
        let manager = app.person("team_manager").await;
        assert_eq!(manager.get("/v1/profiles/export").await.problem(403), "forbidden");
        let cross = admin.header("sec-fetch-site", "cross-site");
        assert_eq!(cross.get("/v1/profiles/export").await.problem(403), "cross-origin");
    })
    .await;
}
