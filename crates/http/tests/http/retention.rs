//! What is kept how long, the record of processing, the list of erasures.

use countersign_testkit::on_both;
use countersign_types::time;
use serde_json::{Value, json};

fn id(of: &Value) -> String {
    of["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn retention_has_ranges_and_deletes_nothing_before_somebody_says_so() {
    on_both(async |app| {
        let admin = app.admin().await;
        let first = admin.get("/v1/settings/retention").await.expect(200);
        let expected = json!({ "conversation_days": 0, "event_days": 0, "visit_days": 395, "engagement_days": 730, "export_hours": 24,
            "erased_identifier_days": 365, "code_hours": 24, "delivery_days": 7 });
        assert_eq!(first, expected);
        let with = |key: &str, value: u32| {
            let mut set = json!({ "conversation_days": 0, "event_days": 0, "export_hours": 24, "erased_identifier_days": 365 });
            set[key] = json!(value);
            set
        };
        for (key, value) in [
            ("conversation_days", 6), ("conversation_days", 3_651), ("event_days", 1), ("visit_days", 6), ("engagement_days", 6), ("export_hours", 0),
            ("export_hours", 73), ("erased_identifier_days", 3_651),
        ] {
            let answer = admin.put("/v1/settings/retention", with(key, value)).await.expect(400);
            assert_eq!(answer["errors"][0]["pointer"], format!("/{key}"));
        }
        let channel = app.custom_channel("Pigeon").await;
        let case = id(&app.say(&channel, "jo", "1", "hello").await["case"]);
        admin.patch(&format!("/v1/cases/{case}"), json!({ "status": "closed" })).await.expect(200);
        app.clock.advance(300 * time::DAY);
        app.service.clean_now().await.unwrap();
        app.api().get(&format!("/v1/cases/{case}")).await.expect(200);
        // What is open stays, however old.
        let open = id(&app.say(&channel, "bo", "2", "hello").await["case"]);
        app.clock.advance(8 * time::DAY);
        let admin = app.admin().await;
        admin.put("/v1/settings/retention", with("conversation_days", 7)).await.expect(200);
        app.service.clean_now().await.unwrap();
        app.api().get(&format!("/v1/cases/{case}")).await.expect(404);
        app.api().get(&format!("/v1/cases/{open}")).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn the_record_of_processing_names_places_recipients_and_measures_but_no_secret() {
    on_both(async |app| {
        let hook = json!({ "url": "https://hooks.example/in?token=s3cret", "events": ["*"], "with_personal_data": true });
        app.api().post("/v1/webhooks", hook).await.expect(201);
        app.custom_channel("Pigeon").await;
        let admin = app.admin().await;
        let record = admin.get("/v1/privacy/registry").await.expect(200);
        let entries = record["entries"].as_array().unwrap();
        assert_eq!(entries.len(), countersign_types::privacy::registry::REGISTRY.len());
        assert!(entries.iter().all(|e| !e["kept"].as_str().unwrap().is_empty()));
        let kept = |name: &str| entries.iter().find(|e| e["name"] == name).unwrap()["kept"].clone();
        assert_eq!(kept("conversations"), "For ever, unless the customer is erased.");
        assert_eq!(kept("export_files"), "24 hours.");
        let to: Vec<(&str, &str)> = record["recipients"].as_array().unwrap().iter()
            .map(|r| (r["kind"].as_str().unwrap(), r["host"].as_str().unwrap())).collect();
        assert_eq!(to, [("channel", "custom"), ("webhook", "hooks.example")]);
        assert!(!record.to_string().contains("s3cret"));
        let file = admin.get("/v1/privacy/registry?format=csv").await.expect_text(200);
        assert!(file.starts_with('\u{feff}') && !file.contains("s3cret") && file.contains("hooks.example"));
        assert!(file.lines().count() > entries.len());
        assert_eq!(admin.get("/v1/privacy/registry?format=xml").await.status.as_u16(), 400);
    })
    .await;
}

#[tokio::test]
async fn the_list_of_erasures_holds_ids_alone() {
    on_both(async |app| {
        let ann = id(&app
            .api()
            .post("/v1/profiles", json!({ "external_id": "ann", "name": "Ann" }))
            .await
            .expect(201));
        let admin = app.admin().await;
        assert_eq!(admin.get("/v1/privacy/erasures").await.expect(200)["data"], json!([]));
        admin.delete(&format!("/v1/profiles/{ann}")).await.expect(204);
        let list = admin.get("/v1/privacy/erasures").await.expect(200);
        let hex = ann
            .parse::<countersign_types::ProfileId>()
            .unwrap()
            .to_bytes()
            .map(|b| format!("{b:02x}"))
            .concat();
        assert_eq!((&list["data"][0]["subject_id"], &list["next_cursor"]), (&json!(hex), &Value::Null));
        let file = admin.get("/v1/privacy/erasures?format=csv").await.expect_text(200);
        let lines: Vec<&str> = file.lines().collect();
        assert_eq!((lines[0], lines.len()), ("subject_id,erased_at", 2));
        assert!(lines[1].starts_with(&format!("{hex},2")), "{file}");
    })
    .await;
}
