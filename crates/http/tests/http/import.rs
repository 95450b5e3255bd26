//! Customers from a file: looked at as they would be, then written row by row by the server itself.

use axum::http::Method;
use countersign_testkit::{Client, TestApp, on_both};
use countersign_types::time;
use serde_json::{Value, json};

const IMPORTS: &str = "/v1/profile-imports";

async fn tariff(app: &TestApp) {
    let body = json!({ "key": "tariff", "label": "Tariff", "level": "profile", "type": "dropdown",
        "options": [{ "value": "standard", "label": "Standard" }, { "value": "vip", "label": "VIP" }] });
    app.api().post("/v1/attributes", body).await.expect(201);
}

async fn upload(client: &Client, file: impl AsRef<[u8]>) -> Value {
    let client = client.clone().header("content-type", "text/csv");
    client.send(Method::POST, IMPORTS, Some(file.as_ref().to_vec())).await.expect(201)
}

async fn step(client: &Client, import: &Value, what: &str, body: Value, status: u16) -> Value {
    client.post(&path(import, what), body).await.expect(status)
}

fn path(import: &Value, what: &str) -> String {
    format!("{IMPORTS}/{}{what}", import["id"].as_str().unwrap())
}

/// Names the columns as they were guessed, and waits for the preview.
async fn preview(app: &TestApp, client: &Client, import: &Value, create_missing: bool) -> Value {
    let fields: Vec<Value> =
        import["file"]["columns"].as_array().unwrap().iter().map(|c| c["field"].clone()).collect();
    let body = json!({ "fields": fields, "create_missing": create_missing });
    step(client, import, "/preview", body, 202).await;
    app.service.run_imports_now().await.unwrap();
    client.get(&path(import, "")).await.expect(200)
}

fn counts(import: &Value) -> [i64; 4] {
    ["created", "updated", "unchanged", "failed"].map(|key| import[key].as_i64().unwrap())
}

#[tokio::test]
async fn a_file_is_looked_at_applied_and_its_bad_rows_come_back() {
    on_both(async |app| {
        tariff(&app).await;
        let admin = app.admin().await;
        let ann = json!({ "external_id": "ann", "name": "Ann", "email": "ann@example.org" });
        let ann = app.api().post("/v1/profiles", ann).await.expect(201);
        app.api().post("/v1/profiles", json!({ "external_id": "bob", "name": "Bob" })).await.expect(201);
        let file = "Customer ID;Full name;E-Mail;Tariff;Notes\r\n\
                    ann;Ann Lee;[clear];VIP;x\r\n\
                    bob;Bob;;;x\r\n\
                    cid;Cid;cid@example.org;standard;x\r\n\
                    cid;Cid Two;;;x\r\n\
                    dan;Dan;nonsense;VIP;x\r\n\
                    eve;too;few\r\n\
                    ;Nobody;;;x\r\n";
        let import = upload(&admin, file).await;
        assert_eq!((&import["state"], &import["rows"]), (&json!("ready"), &json!(7)));
        let columns = import["file"]["columns"].as_array().unwrap();
        let fields: Vec<&Value> = columns.iter().map(|c| &c["field"]).collect();
        assert_eq!(json!(fields), json!(["external_id", "name", "email", "attributes.tariff", null]));
        let early = admin.post(&path(&import, "/apply"), json!({})).await;
        assert_eq!(early.problem(409), "import-state");
        let seen = preview(&app, &admin, &import, true).await;
        assert_eq!((&seen["state"], counts(&seen)), (&json!("previewed"), [1, 2, 1, 3]));
        let rows = admin.get(&path(&import, "/rows")).await.expect(200)["data"].clone();
        assert_eq!((&rows[0]["outcome"], &rows[0]["reference"]), (&json!("updated"), &ann["reference"]));
        assert_eq!(
            rows[0]["cells"][1],
            json!({ "field": "name", "before": "Ann", "after": "Ann Lee", "changed": true })
        );
        assert_eq!(rows[0]["cells"][2]["after"], Value::Null);
        assert_eq!(rows[0]["cells"][2]["before"], "ann@example.org");
        let failures = admin.get(&path(&import, "/failures")).await.expect(200)["data"].clone();
        let said: Vec<(i64, &Value, &str)> = failures
            .as_array()
            .unwrap()
            .iter()
            .map(|f| {
                (
                    f["line"].as_i64().unwrap(),
                    &f["errors"][0]["column"],
                    f["errors"][0]["code"].as_str().unwrap(),
                )
            })
            .collect();
        let (email, none) = (json!("E-Mail"), Value::Null);
        assert_eq!(
            said,
            [(6, &email, "not-an-email"), (7, &none, "wrong-length"), (8, &none, "missing-key")]
        );
        // Nothing is written yet.
        let same = app.api().get(&format!("/v1/profiles/{}", ann["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(same["name"], "Ann");
        step(&admin, &import, "/apply", json!({}), 202).await;
        app.service.run_imports_now().await.unwrap();
        let done = admin.get(&path(&import, "")).await.expect(200);
        assert_eq!(
            (&done["state"], counts(&done), &done["progress"]),
            (&json!("done"), [1, 2, 1, 3], &json!(7))
        );
        let changed =
            app.api().get(&format!("/v1/profiles/{}", ann["id"].as_str().unwrap())).await.expect(200);
        assert_eq!((&changed["name"], &changed["email"]), (&json!("Ann Lee"), &Value::Null));
        assert_eq!((&changed["attributes"]["tariff"], &changed["assurance"]), (&json!("vip"), &json!("al0")));
        let cid = app.api().get("/v1/profiles?external_id=cid").await.expect(200);
        assert_eq!(cid["data"][0]["name"], "Cid Two");
        let file = admin.get(&path(&import, "/failures.csv")).await.expect_text(200);
        let lines: Vec<&str> = file.trim_start_matches('\u{feff}').split_terminator("\r\n").collect();
        assert_eq!(lines[0], "Customer ID,Full name,E-Mail,Tariff,Notes,line,reason");
        assert!(lines[1].starts_with("dan,Dan,nonsense,VIP,x,6,E-Mail: "), "{}", lines[1]);
        assert_eq!(lines.len(), 4);
        // The mended file is read as it is: the two new columns are left out.
        let audit = admin.get("/v1/audit?action=import.finish").await.expect(200);
        let expected = json!({ "created": 1, "updated": 2, "unchanged": 1, "failed": 3, "warned": 0 });
        assert_eq!(audit["data"][0]["details"], expected);
        let again = admin.post(&path(&import, "/apply"), json!({})).await;
        assert_eq!(again.problem(409), "import-state");
    })
    .await;
}

#[tokio::test]
async fn what_was_exported_comes_back_unchanged() {
    on_both(async |app| {
        tariff(&app).await;
        let api = app.api();
        let bodies = [
            json!({ "external_id": "a", "name": "=1+1", "phone": "+49 30 901820", "attributes": { "tariff": "vip" } }),
            json!({ "name": "Without an id, \"of\" ours\u{2026}", "language": "de" }),
            json!({ "external_id": "-5", "name": "'=1", "kind": "organisation" }),
        ];
        for body in bodies {
            api.post("/v1/profiles", body).await.expect(201);
        }
        let admin = app.admin().await;
        let file = admin.get("/v1/profiles/export").await.expect_text(200);
        let import = upload(&admin, file.replace("de,person", "sv,person")).await;
        let seen = preview(&app, &admin, &import, false).await;
        assert_eq!(counts(&seen), [0, 1, 2, 0]);
    })
    .await;
}

#[tokio::test]
async fn each_row_is_counted_once_however_often_it_is_cut_off() {
    on_both(async |app| {
        let admin = app.admin().await;
        let mut file = "external_id,name\n".to_owned();
        for n in 0..330 {
            file.push_str(&format!("k{n},Name {n}\n"));
        }
        let import = upload(&admin, &file).await;
        assert_eq!(counts(&preview(&app, &admin, &import, true).await), [330, 0, 0, 0]);
        step(&admin, &import, "/apply", json!({}), 202).await;
        // Two servers that both believe the work is theirs.
        let (one, two) = (app.service.clone(), app.service.clone());
        let (one, two) = tokio::join!(
            tokio::spawn(async move { one.run_imports_now().await }),
            tokio::spawn(async move { two.run_imports_now().await })
        );
        one.unwrap().unwrap();
        two.unwrap().unwrap();
        let done = admin.get(&path(&import, "")).await.expect(200);
        assert_eq!((&done["state"], counts(&done)), (&json!("done"), [330, 0, 0, 0]));
        let made = app.api().get("/v1/profiles/export/preview").await.expect(200);
        assert_eq!(made["rows"], 330);
    })
    .await;
}

#[tokio::test]
async fn m_2_what_a_file_holds_is_for_whoever_brought_it_and_masks_are_no_values() {
    on_both(async |app| {
        let admin = app.admin().await;
        let api = app.api();
        let ann = api.post("/v1/profiles", json!({ "external_id": "ann", "name": "Ann" })).await.expect(201);
        let import = upload(&admin, "external_id,name\nann,A••••••\nann,Ann\n").await;
        assert_eq!(counts(&preview(&app, &admin, &import, true).await), [0, 0, 1, 1]);
        let failures = admin.get(&path(&import, "/failures")).await.expect(200);
        assert_eq!(failures["data"][0]["errors"][0]["code"], "masked-value");
        // Another holder of the permission sees that it is there, and may stop it.
        assert_eq!(api.get(&path(&import, "")).await.expect(200)["file"], Value::Null);
        for what in ["/rows", "/failures", "/failures.csv"] {
            assert_eq!(api.get(&path(&import, what)).await.problem(403), "not-your-file");
        }
        assert_eq!(api.post(&path(&import, "/apply"), json!({})).await.problem(403), "not-your-file");
        let stopped = api.post(&path(&import, "/cancel"), json!({})).await.expect(200);
        assert_eq!(stopped["state"], "cancelled");
        assert_eq!(api.post(&path(&import, "/cancel"), json!({})).await.problem(409), "import-state");
        assert_eq!(admin.get(&path(&import, "")).await.expect(200)["file"], Value::Null);
        // To whom names are masked, a preview does not say whether a guess is right.
        let made = admin
            .post("/v1/api-keys", json!({ "name": "n", "scopes": ["profile.import"] }))
            .await
            .expect(201);
        let masked = app.anonymous().bearer(made["secret"].as_str().unwrap());
        let reference = ann["reference"].as_str().unwrap();
        let import = upload(&masked, format!("reference,name\n{reference},Ann\n")).await;
        assert_eq!(counts(&preview(&app, &masked, &import, false).await), [0, 1, 0, 0]);
        let rows = masked.get(&path(&import, "/rows")).await.expect(200);
        let name = rows["data"][0]["cells"][1].clone();
        assert_eq!((&name["after"], &name["changed"]), (&json!("Ann"), &json!(true)));
        assert_ne!(name["before"], "Ann");
        let agent = app.person("agent").await;
        assert_eq!(agent.get(IMPORTS).await.problem(403), "forbidden");
        assert_eq!(agent.get(&path(&import, "/rows")).await.problem(403), "forbidden");
    })
    .await;
}

#[tokio::test]
async fn what_is_no_table_is_refused_and_a_file_that_nobody_applies_goes_after_a_day() {
    on_both(async |app| {
        let admin = app.admin().await;
        let csv = admin.clone().header("content-type", "text/csv");
        let refused = |answer: countersign_testkit::Answer| answer.json()["errors"][0]["code"].clone();
        let send = async |bytes: &[u8]| csv.send(Method::POST, IMPORTS, Some(bytes.to_vec())).await;
        assert_eq!(refused(send(b"PK\x03\x04workbook").await), "file-type");
        assert_eq!(refused(send(b"").await), "empty-file");
        assert_eq!(refused(send(b"id\n\x81\n").await), "encoding");
        assert_eq!(send(&vec![b'a'; 20 * 1_048_576 + 1]).await.problem(413), "file-too-large");
        let import = upload(&admin, "external_id,name\nann,Ann\n").await;
        let plan = |fields: Value| json!({ "fields": fields });
        for (fields, code) in [
            (json!(["external_id"]), "wrong-length"),
            (json!(["external_id", "external_id"]), "duplicate"),
            (json!(["external_id", "assurance"]), "unknown-field"),
            (json!([null, "name"]), "missing-key"),
        ] {
            let answer = admin.post(&path(&import, "/preview"), plan(fields)).await;
            assert_eq!(answer.status.as_u16(), 400);
            assert_eq!(refused(answer), code);
        }
        preview(&app, &admin, &import, true).await;
        app.clock.advance(2 * time::DAY);
        app.service.clean_now().await.unwrap();
        let admin = app.admin().await;
        let gone = admin.get(&path(&import, "")).await.expect(200);
        assert_eq!((&gone["state"], &gone["file"]), (&json!("expired"), &Value::Null));
        let listed = admin.get(IMPORTS).await.expect(200);
        assert_eq!(listed["data"].as_array().unwrap().len(), 1);
        for n in 0..5 {
            upload(&admin, format!("external_id,name\n{n},Ann\n")).await;
        }
        assert_eq!(send(b"external_id\n1\n").await.status.as_u16(), 401, "the old session is over");
    })
    .await;
}
