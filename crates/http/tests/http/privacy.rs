//! Privacy of one person through the API: the file, the erasure, holds, requests, what is kept how long (X-10, M-7).

use axum::http::Method;
use countersign_store::testing::{both, every_value};
use countersign_testkit::{Answer, Client, TestApp, on_both};
use countersign_types::time;
use serde_json::{Value, json};

fn id(of: &Value) -> String {
    of["id"].as_str().unwrap().to_owned()
}

async fn customer(app: &TestApp, body: Value) -> String {
    id(&app.api().post("/v1/profiles", body).await.expect(201))
}

fn body(profile: &str) -> Value {
    json!({ "profile_id": profile, "reason": "they asked by letter" })
}

/// Asks for a file and makes it.
async fn export(app: &TestApp, who: &Client, profile: &str) -> Value {
    let begun = who.post("/v1/privacy/exports", body(profile)).await.expect(202);
    assert_eq!((&begun["state"], &begun["kind"]), (&json!("making"), &json!("export")));
    app.service.run_exports_now().await.unwrap();
    who.get(&format!("/v1/privacy/exports/{}", id(&begun))).await.expect(200)
}

async fn file(who: &Client, export: &Value, format: &str) -> Answer {
    who.get(&format!("/v1/privacy/exports/{}/file?format={format}", id(export))).await
}

/// Ann with everything, and Bob, who wrote on the same channel.
async fn people(app: &TestApp) -> (String, String, String) {
    let api = app.api();
    for (level, key) in [("profile", "iban"), ("case", "order")] {
        let attribute =
            json!({ "key": key, "label": key, "level": level, "type": "text", "pii": "personal" });
        api.post("/v1/attributes", attribute).await.expect(201);
    }
    let rule =
        json!({ "name": "Greeting", "trigger": "new_case", "actions": [{ "kind": "note", "text": "new" }] });
    api.post("/v1/rules", rule).await.expect(201);
    let channel = app.custom_channel("Pigeon").await;
    let ann = json!({ "external_id": "ann", "name": "Ann <script>alert(1)</script>", "email": "ann@example.org",
        "phone": "+4930901820", "attributes": { "iban": "DE89370400440532013000" } });
    let ann = customer(app, ann).await;
    let bob =
        customer(app, json!({ "external_id": "bob", "name": "Bob Bystander", "email": "bob@example.org" }))
            .await;
    for (who, n) in [("bob", 1), ("ann", 2)] {
        let code = app.code(who).await;
        app.say(&channel, &format!("{who}-phone"), &format!("{n}"), &format!("{who} says hello </td>")).await;
        app.say(&channel, &format!("{who}-phone"), &format!("{n}c"), &code).await;
    }
    // A code brings a name along.
    for (profile, name) in [(&ann, "Ann <script>alert(1)</script>"), (&bob, "Bob Bystander")] {
        api.patch(&format!("/v1/profiles/{profile}"), json!({ "name": name })).await.expect(200);
    }
    let case = app.say(&channel, "ann-phone", "3", "where is my order?").await["case"]["id"].clone();
    let path = format!("/v1/cases/{}", case.as_str().unwrap());
    let admin = app.admin().await;
    let upload = admin.clone().header("content-type", "application/octet-stream");
    let upload = upload.header("content-disposition", "attachment; filename=\"receipt.txt\"");
    let sent = upload
        .send(Method::POST, &format!("{path}/attachments"), Some(b"a receipt".to_vec()))
        .await
        .expect(201);
    let reply = json!({ "text": "On its way", "attachments": [sent["id"]] });
    admin.post(&format!("{path}/messages"), reply).await.expect(201);
    let note = json!({ "text": "she sounds annoyed", "kind": "note" });
    admin.post(&format!("{path}/messages"), note).await.expect(201);
    admin.patch(&path, json!({ "attributes": { "order": "4711" } })).await.expect(200);
    (ann, bob, channel)
}

#[tokio::test]
async fn x_10_the_file_holds_all_of_one_person_and_nothing_of_another() {
    on_both(async |app| {
        let (ann, _, _) = people(&app).await;
        let admin = app.admin().await;
        admin.get(&format!("/v1/profiles/{ann}")).await.expect(200);
        let made = export(&app, &admin, &ann).await;
        assert_eq!(made["state"], "ready");
        let text = file(&admin, &made, "json").await.expect_text(200);
        for held in [
            "Ann <script>",
            "ann@example.org",
            "+4930901820",
            "DE89370400440532013000",
            "ann says hello",
            "On its way",
            "she sounds annoyed",
            "receipt.txt",
            "YSByZWNlaXB0",
            "4711",
            "ann-phone",
            "api_code",
            "Greeting",
            "they asked by letter",
        ] {
            assert!(text.contains(held), "{held} is missing in {text}");
        }
        for others in ["Bob", "bob@example.org", "bob-phone", "bob says"] {
            assert!(!text.contains(others), "{others} is in {text}");
        }
        let document: Value = serde_json::from_str(&text).unwrap();
        let sections = document["sections"].as_object().unwrap();
        let known: Vec<&str> =
            countersign_types::privacy::registry::Section::ALL.iter().map(|s| s.as_str()).collect();
        assert_eq!(sections.len(), known.len());
        for part in [
            "attributes",
            "identifiers",
            "accounts",
            "links",
            "codes",
            "conversations",
            "files",
            "events",
            "viewers",
        ] {
            assert!(!sections[part].as_array().unwrap().is_empty(), "{part}");
        }
        // Who of the team wrote is not said.
        assert_eq!(
            document["sections"]["conversations"][0]["messages"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|m| m["by"] == "team")
                .count(),
            2
        );
        assert!(!text.contains("admin@example.test"));
        let page = file(&admin, &made, "html").await;
        assert!(page.headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
        assert!(page.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        let page = page.expect_text(200);
        assert!(page.contains("Ann &lt;script&gt;") && !page.contains("<script>"), "{page}");
        assert!(page.contains("On its way") && page.contains("&lt;/td&gt;"));
    })
    .await;
}

#[tokio::test]
async fn m_7_each_download_is_on_record_whoever_of_the_administrators_takes_it() {
    on_both(async |app| {
        let ann = customer(&app, json!({ "external_id": "ann" })).await;
        let admin = app.admin().await;
        let made = export(&app, &admin, &ann).await;
        let other = app.another("admin", "other").await;
        app.clock.advance(time::SECOND);
        file(&other, &made, "json").await.expect_text(200);
        app.clock.advance(time::SECOND);
        file(&admin, &made, "html").await.expect_text(200);
        let looks = admin.get(&format!("/v1/profiles/{ann}/viewers")).await.expect(200);
        let what: Vec<&str> =
            looks["data"].as_array().unwrap().iter().map(|l| l["what"].as_str().unwrap()).collect();
        let taken = "Everything, taken along as a file";
        assert_eq!(what, [taken, taken, "Everything, made into a file"]);
        assert_eq!(looks["data"][1]["actor"]["name"], "A admin");
        assert_eq!(looks["data"][2]["reason"], "they asked by letter");
        for action in ["privacy.export", "privacy.download"] {
            let rows = admin.get(&format!("/v1/audit?action={action}")).await.expect(200);
            assert_eq!(rows["data"][0]["object"], json!(ann), "{action}");
        }
        // A page of another site that sends a browser here gets nothing.
        let elsewhere = admin.clone().header("sec-fetch-site", "cross-site");
        assert_eq!(file(&elsewhere, &made, "json").await.problem(403), "cross-origin");
    })
    .await;
}

#[tokio::test]
async fn m_7_whoever_sees_something_masked_gets_no_file() {
    on_both(async |app| {
        let ann = customer(&app, json!({ "external_id": "ann" })).await;
        let admin = app.admin().await;
        let made = export(&app, &admin, &ann).await;
        for role in ["agent", "team_manager"] {
            let person = app.person(role).await;
            assert_eq!(person.post("/v1/privacy/exports", body(&ann)).await.problem(403), "forbidden");
            assert_eq!(file(&person, &made, "json").await.problem(403), "forbidden");
            for path in ["/v1/privacy/requests", "/v1/privacy/registry", "/v1/privacy/erasures", "/v1/privacy/holds"] {
                assert_eq!(person.get(path).await.problem(403), "forbidden", "{role} {path}");
            }
            let path = format!("/v1/profiles/{ann}");
            assert_eq!(person.post("/v1/privacy/erasures", body(&ann)).await.problem(403), "forbidden");
            assert_eq!(person.put(&format!("{path}/hold"), json!({ "reason": "x" })).await.problem(403), "forbidden");
            assert_eq!(person.get(&format!("{path}/privacy")).await.problem(403), "forbidden");
            let retention = app.admin().await.get("/v1/settings/retention").await.expect(200);
            let set = json!({ "conversation_days": 7, "event_days": 0, "export_hours": 24,
                "erased_identifier_days": retention["erased_identifier_days"] });
            assert_eq!(person.put("/v1/settings/retention", set).await.problem(403), "forbidden");
        }
        let key = json!({ "name": "dpo", "scopes": ["privacy.manage"] });
        let key = admin.post("/v1/api-keys", key).await.expect(201);
        let blind = app.anonymous().bearer(key["secret"].as_str().unwrap());
        assert_eq!(blind.post("/v1/privacy/exports", body(&ann)).await.problem(403), "sees-masked");
        assert_eq!(file(&blind, &made, "json").await.problem(403), "sees-masked");
        // One attribute that the role sees masked is enough.
        let attribute = json!({ "key": "iban", "label": "IBAN", "level": "profile", "type": "text", "pii": "sensitive",
            "mask": { "format": "hidden", "roles": { "admin": true } } });
        admin.post("/v1/attributes", attribute).await.expect(201);
        assert_eq!(file(&admin, &made, "json").await.problem(403), "sees-masked");
        assert_eq!(admin.post("/v1/privacy/exports", body(&ann)).await.problem(403), "sees-masked");
        // A program that sees values sees this one too.
        file(&app.api(), &made, "json").await.expect_text(200);
    })
    .await;
}

#[tokio::test]
async fn an_export_needs_a_reason_is_made_once_and_has_a_limit() {
    on_both(async |app| {
        let ann = customer(&app, json!({ "external_id": "ann" })).await;
        let admin = app.admin().await;
        let nothing = json!({ "profile_id": ann, "reason": " " });
        assert_eq!(admin.post("/v1/privacy/exports", nothing).await.problem(400), "invalid-request");
        let begun = admin.post("/v1/privacy/exports", body(&ann)).await.expect(202);
        assert_eq!(file(&admin, &begun, "json").await.problem(409), "export-not-here");
        assert_eq!(admin.post("/v1/privacy/exports", body(&ann)).await.problem(409), "export-in-making");
        app.service.run_exports_now().await.unwrap();
        for _ in 1..countersign_service::privacy::export::EXPORTS_PER_HOUR {
            export(&app, &admin, &ann).await;
        }
        assert_eq!(admin.post("/v1/privacy/exports", body(&ann)).await.problem(429), "too-many-attempts");
        let gone = json!({ "profile_id": "pro_00000000000000000000000000", "reason": "x" });
        assert_eq!(app.api().post("/v1/privacy/exports", gone).await.problem(404), "not-found");
    })
    .await;
}

#[tokio::test]
async fn x_10_files_go_by_themselves_and_with_the_person() {
    both(async |db| {
        let raw = (*db).clone();
        let app = TestApp::on(db).await;
        let pieces = async || {
            let all = every_value(&raw).await;
            all.iter().filter(|(place, _)| place == "privacy_export_piece.data_sealed").count()
        };
        let ann = customer(&app, json!({ "external_id": "ann", "email": "ann@example.org" })).await;
        let admin = app.admin().await;
        let old = export(&app, &admin, &ann).await;
        assert_eq!(pieces().await, 1);
        app.clock.advance(24 * time::HOUR);
        let admin = app.admin().await;
        assert_eq!(file(&admin, &old, "json").await.problem(409), "export-not-here");
        app.service.clean_now().await.unwrap();
        let over = admin.get(&format!("/v1/privacy/exports/{}", id(&old))).await.expect(200);
        assert_eq!((&over["state"], pieces().await), (&json!("expired"), 0));

        let ready = export(&app, &admin, &ann).await;
        let begun = admin.post("/v1/privacy/exports", body(&ann)).await.expect(202);
        admin.delete(&format!("/v1/profiles/{ann}")).await.expect(204);
        app.service.run_exports_now().await.unwrap();
        for export in [&ready, &begun] {
            let now = admin.get(&format!("/v1/privacy/exports/{}", id(export))).await.expect(200);
            assert_eq!(now["state"], "destroyed");
            assert_eq!(file(&admin, export, "json").await.problem(409), "export-not-here");
        }
        assert_eq!(pieces().await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_file_is_not_given_out_once_the_customer_is_somebody_else() {
    on_both(async |app| {
        let (ann, bob, channel) = people(&app).await;
        let admin = app.admin().await;
        let other = customer(&app, json!({ "name": "Anna", "email": "anna@example.org" })).await;
        let made = export(&app, &admin, &ann).await;
        let merge = json!({ "from": other, "reason": "one person" });
        let merge = admin.post(&format!("/v1/profiles/{ann}/merge"), merge).await.expect(201);
        assert_eq!(file(&admin, &made, "json").await.problem(409), "export-outdated");
        // Asked for by the id that was merged away, it is the survivor's file, with what both said.
        let both = export(&app, &admin, &other).await;
        assert_eq!(both["profile"]["id"], json!(ann));
        let text = file(&admin, &both, "json").await.expect_text(200);
        assert!(text.contains("ann@example.org") && text.contains("anna@example.org"), "{text}");
        admin.post(&format!("/v1/merges/{}/undo", id(&merge)), json!({})).await.expect(200);
        assert_eq!(file(&admin, &both, "json").await.problem(409), "export-outdated");
        // A conversation that turns out to be somebody else's leaves no file behind that has it.
        let made = export(&app, &admin, &bob).await;
        let code = app.code("ann").await;
        app.say(&channel, "bob-phone", "taken", &code).await;
        assert_eq!(file(&admin, &made, "json").await.problem(409), "export-outdated");
    })
    .await;
}

#[tokio::test]
async fn x_10_an_erasure_is_looked_at_done_once_and_noticed_when_a_file_brings_them_back() {
    on_both(async |app| {
        let (ann, bob, _) = people(&app).await;
        let admin = app.admin().await;
        let other = customer(&app, json!({ "name": "Anna", "email": "anna@example.org" })).await;
        let merge = json!({ "from": other, "reason": "one person" });
        let merge = admin.post(&format!("/v1/profiles/{ann}/merge"), merge).await.expect(201);
        let path = format!("/v1/privacy/erasures/preview?profile_id={other}");
        let preview = admin.get(&path).await.expect(200);
        assert_eq!((&preview["profile"]["id"], &preview["hold"]), (&json!(ann), &Value::Null));
        let goes = |name: &str| {
            let all = preview["goes"].as_array().unwrap();
            all.iter().find(|g| g["name"] == name).map_or(0, |g| g["count"].as_i64().unwrap())
        };
        assert_eq!((goes("profile"), goes("attributes"), goes("accounts"), goes("files")), (2, 1, 1, 1));
        assert!(goes("messages") >= 4 && goes("keys") >= 3);
        assert!(preview["stays"].as_array().unwrap().iter().any(|s| s["name"] == "audit"));

        let asked = json!({ "kind": "erasure", "profile_id": ann, "reason": "by mail" });
        let asked = admin.post("/v1/privacy/requests", asked).await.expect(201);
        let done = admin.post("/v1/privacy/erasures", body(&ann)).await.expect(201);
        assert_eq!(
            (&done["id"], &done["state"]),
            (&asked["id"], &json!("done")),
            "it answers what was asked"
        );
        assert_eq!(done["counts"]["attributes"], 1);
        assert_eq!(admin.post("/v1/privacy/erasures", body(&ann)).await.problem(404), "not-found");
        assert_eq!(admin.get(&path).await.problem(404), "not-found");
        assert_eq!(
            admin.post(&format!("/v1/merges/{}/undo", id(&merge)), json!({})).await.problem(404),
            "not-found"
        );
        admin.get(&format!("/v1/profiles/{bob}")).await.expect(200);
        let list = admin.get(&format!("/v1/privacy/requests?profile={ann}")).await.expect(200);
        assert_eq!(list["data"].as_array().unwrap().len(), 1, "it is on record though they are gone");

        // An older file of the company brings her back: it says so before, and her page says so after.
        let csv = admin.clone().header("content-type", "text/csv");
        let rows = b"external_id,name,email\nann2,Ann,ANN@example.org\nbob,Bob,bob@example.org\n".to_vec();
        let import = csv.send(Method::POST, "/v1/profile-imports", Some(rows)).await.expect(201);
        let path = format!("/v1/profile-imports/{}", id(&import));
        let plan = json!({ "fields": ["external_id", "name", "email"], "create_missing": true });
        admin.post(&format!("{path}/preview"), plan).await.expect(202);
        app.service.run_imports_now().await.unwrap();
        assert_eq!(admin.get(&path).await.expect(200)["warned"], 1);
        let rows = admin.get(&format!("{path}/rows")).await.expect(200);
        assert_eq!(rows["data"][0]["warnings"][0]["kind"], "email");
        assert_eq!(rows["data"][1]["warnings"], json!([]));
        admin.post(&format!("{path}/apply"), json!({})).await.expect(202);
        app.service.run_imports_now().await.unwrap();
        assert_eq!(admin.get(&path).await.expect(200)["warned"], 1);
        let back = admin.get("/v1/profiles?external_id=ann2").await.expect(200)["data"][0]["id"].clone();
        let around = admin.get(&format!("/v1/profiles/{}/privacy", back.as_str().unwrap())).await.expect(200);
        assert_eq!(around["erased_before"][0]["kind"], "email");
        let around = admin.get(&format!("/v1/profiles/{bob}/privacy")).await.expect(200);
        assert_eq!(around["erased_before"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn m_2_an_import_does_not_tell_whoever_sees_addresses_masked_who_was_erased() {
    on_both(async |app| {
        let ann = customer(&app, json!({ "external_id": "ann", "email": "ann@example.org" })).await;
        app.api().delete(&format!("/v1/profiles/{ann}")).await.expect(204);
        let all = json!({ "name": true, "email": true, "phone": true, "ids": true, "attributes": true, "text": true });
        let roles = json!({ "roles": { "admin": all, "team_manager": all, "agent": all } });
        app.api().put("/v1/masking", roles).await.expect(200);
        let admin = app.admin().await;
        let csv = admin.clone().header("content-type", "text/csv");
        let rows = b"external_id,email\nann,ann@example.org\n".to_vec();
        let import = csv.send(Method::POST, "/v1/profile-imports", Some(rows)).await.expect(201);
        let path = format!("/v1/profile-imports/{}", id(&import));
        let plan = json!({ "fields": ["external_id", "email"], "create_missing": true });
        admin.post(&format!("{path}/preview"), plan).await.expect(202);
        app.service.run_imports_now().await.unwrap();
        assert_eq!(admin.get(&path).await.expect(200)["warned"], 0);
        assert_eq!(admin.get(&format!("{path}/rows")).await.expect(200)["data"][0]["warnings"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn two_erasures_at_once_have_one_effect() {
    on_both(async |app| {
        let (ann, _, _) = people(&app).await;
        let (one, other) = (app.admin().await, app.another("admin", "other").await);
        let (one, other) = tokio::join!(
            one.post("/v1/privacy/erasures", body(&ann)),
            other.post("/v1/privacy/erasures", body(&ann))
        );
        let mut answers = [one.status.as_u16(), other.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers, [201, 404]);
        let list = app.admin().await.get(&format!("/v1/privacy/requests?profile={ann}")).await.expect(200);
        assert_eq!(list["data"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn x_10_nothing_of_a_customer_on_hold_goes() {
    on_both(async |app| {
        let (ann, bob, channel) = people(&app).await;
        let admin = app.admin().await;
        let hold = format!("/v1/profiles/{ann}/hold");
        assert_eq!(admin.delete(&hold).await.problem(404), "not-found");
        let past = json!({ "reason": "x", "until": "2020-01-01T00:00:00Z" });
        assert_eq!(admin.put(&hold, past).await.problem(400), "invalid-request");
        let placed = admin.put(&hold, json!({ "reason": "court case 7" })).await.expect(200);
        assert_eq!((&placed["reason"], &placed["until"]), (&json!("court case 7"), &Value::Null));
        let refused = admin.post("/v1/privacy/erasures", body(&ann)).await.expect(409);
        assert_eq!(refused["code"], "on-hold");
        assert!(refused["detail"].as_str().unwrap().contains("court case 7"), "{refused}");
        // Who may delete and not manage privacy is not told why.
        let key = json!({ "name": "crm", "scopes": ["profile.delete"] });
        let key = admin.post("/v1/api-keys", key).await.expect(201);
        let crm = app.anonymous().bearer(key["secret"].as_str().unwrap());
        let refused = crm.delete(&format!("/v1/profiles/{ann}")).await.expect(409);
        assert_eq!(refused["code"], "on-hold");
        assert!(!refused["detail"].as_str().unwrap().contains("court"), "{refused}");
        let listed = admin.get("/v1/privacy/holds").await.expect(200);
        assert_eq!(listed["data"][0]["profile"]["id"], json!(ann));
        let preview = admin.get(&format!("/v1/privacy/erasures/preview?profile_id={ann}")).await.expect(200);
        assert_eq!(preview["hold"]["reason"], "court case 7");

        // Merged into somebody else, the hold goes along.
        let into = customer(&app, json!({ "name": "Anna", "email": "anna@example.org" })).await;
        let merge = json!({ "from": ann, "reason": "one person" });
        admin.post(&format!("/v1/profiles/{into}/merge"), merge).await.expect(201);
        assert_eq!(admin.post("/v1/privacy/erasures", body(&into)).await.problem(409), "on-hold");
        assert_eq!(admin.delete(&format!("/v1/profiles/{into}")).await.problem(409), "on-hold");

        // What is old goes, but for them.
        app.api().post("/v1/profiles", json!({ "external_id": "late" })).await.expect(201);
        for profile in [&into, &bob] {
            let cases = admin.get(&format!("/v1/cases?profile={profile}")).await.expect(200);
            for case in cases["data"].as_array().unwrap() {
                admin.patch(&format!("/v1/cases/{}", id(case)), json!({ "status": "closed" })).await.expect(200);
            }
        }
        let kept = json!({ "conversation_days": 30, "event_days": 30, "export_hours": 24, "erased_identifier_days": 365 });
        admin.put("/v1/settings/retention", kept).await.expect(200);
        app.clock.advance(31 * time::DAY);
        app.say(&channel, "late-phone", "late", "hello").await;
        app.service.clean_now().await.unwrap();
        let cases = async |profile: &str| {
            let list = app.api().get(&format!("/v1/cases?profile={profile}")).await.expect(200);
            list["data"].as_array().unwrap().len()
        };
        assert_eq!((cases(&into).await, cases(&bob).await), (1, 0));
        let timeline = async |profile: &str| {
            let list = app.api().get(&format!("/v1/profiles/{profile}/timeline")).await.expect(200);
            list["data"].as_array().unwrap().len()
        };
        assert!(timeline(&into).await > 3);
        assert_eq!(timeline(&bob).await, 0);
        let admin = app.admin().await;
        let cleaned = admin.get("/v1/audit?action=retention.clean").await.expect(200);
        assert_eq!(cleaned["data"].as_array().unwrap().len(), 2);

        admin.delete(&format!("/v1/profiles/{into}/hold")).await.expect(204);
        admin.post("/v1/privacy/erasures", body(&into)).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn a_hold_ends_at_its_time_and_keeps_an_account_that_is_at_home_elsewhere() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let said = app.say(&channel, "ann-phone", "1", "hello").await;
        let home = said["case"]["identity"]["profile"]["id"].as_str().unwrap().to_owned();
        let ann = customer(&app, json!({ "external_id": "ann" })).await;
        let code = app.code("ann").await;
        app.say(&channel, "ann-phone", "2", &code).await;
        let admin = app.admin().await;
        let until = app.service.now().plus(time::DAY).to_string();
        let hold = json!({ "reason": "dispute", "until": until });
        admin.put(&format!("/v1/profiles/{ann}/hold"), hold).await.expect(200);
        // Erasing the stranger that she was would take her conversation along.
        assert_eq!(admin.delete(&format!("/v1/profiles/{home}")).await.problem(409), "on-hold");
        app.clock.advance(time::DAY);
        let admin = app.admin().await;
        admin.delete(&format!("/v1/profiles/{home}")).await.expect(204);
        admin.post("/v1/privacy/erasures", body(&ann)).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn requests_have_a_deadline_and_an_end() {
    on_both(async |app| {
        let ann = customer(&app, json!({ "external_id": "ann" })).await;
        let admin = app.admin().await;
        let at = |days: i64| app.service.now().plus(-days * time::DAY).to_string();
        let asked = |kind: &str, received: String| json!({ "kind": kind, "profile_id": ann, "reason": "by phone", "received_at": received });
        let path = "/v1/privacy/requests";
        assert_eq!(admin.post(path, asked("export", at(-1))).await.problem(400), "invalid-request");
        assert_eq!(admin.post(path, asked("export", at(400))).await.problem(400), "invalid-request");
        let late = admin.post(path, asked("export", at(40))).await.expect(201);
        assert_eq!((&late["state"], &late["overdue"]), (&json!("open"), &json!(true)));
        let other = admin.post(path, asked("erasure", at(1))).await.expect(201);
        assert_eq!(other["overdue"], json!(false));
        let open = admin.get(&format!("{path}?state=open&kind=export")).await.expect(200);
        assert_eq!((open["data"].as_array().unwrap().len(), &open["data"][0]["id"]), (1, &late["id"]));
        let made = export(&app, &admin, &ann).await;
        assert_eq!((&made["id"], &made["received_at"]), (&late["id"], &late["received_at"]), "it answers what was asked");
        assert_eq!(made["overdue"], json!(false));

        let close = format!("{path}/{}/close", id(&other));
        let nothing = json!({ "outcome": "refused", "reason": "" });
        assert_eq!(admin.post(&close, nothing).await.problem(400), "invalid-request");
        let refused = json!({ "outcome": "refused", "reason": "invoices are kept for ten years" });
        let closed = admin.post(&close, refused.clone()).await.expect(200);
        assert_eq!((&closed["state"], &closed["answer"]), (&json!("refused"), &refused["reason"]));
        assert_eq!(admin.post(&close, refused).await.problem(409), "already-answered");
        let first = admin.get(&format!("{path}?limit=1")).await.expect(200);
        let next = format!("{path}?limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
        let second = admin.get(&next).await.expect(200);
        assert_ne!(first["data"][0]["id"], second["data"][0]["id"]);
    })
    .await;
}

/// X-10 asks for a minute for 10,000 events; printed with `--nocapture`, never a reason to fail on a slow machine.
#[tokio::test]
async fn x_10_a_file_of_ten_thousand_events_is_made() {
    both(async |db| {
        let raw = (*db).clone();
        let app = TestApp::on(db).await;
        let (ann, _, _) = people(&app).await;
        let bytes = ann.parse::<countersign_types::ProfileId>().unwrap().to_bytes();
        for begin in (0..10_000_i64).step_by(500) {
            raw.write(
                async move |tx: &mut countersign_store::Tx<'_>| -> Result<(), countersign_store::StoreError> {
                    for n in begin..begin + 500 {
                        let event = countersign_types::Event {
                            id: countersign_types::EventId::from_bytes(
                                (u128::MAX / 2 + n as u128).to_be_bytes(),
                            ),
                            kind: countersign_types::event::EventKind::ProfileUpdated,
                            at: countersign_types::Timestamp::from_micros(1_700_000_000_000_000 + n),
                            actor: countersign_types::audit::Actor::system(),
                            profile: Some(countersign_types::ProfileId::from_bytes(bytes)),
                            account: None,
                            case: None,
                            message: None,
                            link: None,
                            code: None,
                            details: json!({ "fields": ["name"] }),
                        };
                        countersign_store::audit::insert_event(tx, &event).await?;
                    }
                    Ok(())
                },
            )
            .await
            .unwrap();
        }
        let admin = app.admin().await;
        let begun = std::time::Instant::now();
        let made = export(&app, &admin, &ann).await;
        println!("10,000 events exported in {:?}", begun.elapsed());
        assert_eq!(made["state"], "ready");
        assert!(made["counts"]["events"].as_i64().unwrap() >= 10_000, "{made}");
        let begun = std::time::Instant::now();
        let page = file(&admin, &made, "html").await.expect_text(200);
        println!("rendered as HTML in {:?}, {} bytes", begun.elapsed(), page.len());
    })
    .await;
}
