//! Erasure through the API: the customer is gone, and so is everything that came with them.

use std::collections::BTreeSet;

use countersign_store::testing::{both, every_value};
use countersign_testkit::TestApp;
use serde_json::json;

#[tokio::test]
async fn x_10_erasure_destroys_the_keys_and_every_index() {
    both(async |db| {
        let raw = (*db).clone();
        let app = TestApp::on(db).await;
        let channel = app.custom_channel("Pigeon").await;
        let hook = json!({ "url": "https://hooks.example/x", "events": ["*"] });
        let _ = app.api().post("/v1/webhooks", hook).await;
        let body =
            json!({ "key": "iban", "label": "IBAN", "level": "profile", "type": "text", "pii": "sensitive" });
        app.api().post("/v1/attributes", body).await.expect(201);
        // Somebody with the same address stays whole.
        app.api()
            .post("/v1/profiles", json!({ "external_id": "bob", "email": "ann@example.org" }))
            .await
            .expect(201);
        let code = app.code("bob").await;
        app.say(&channel, "bob-phone", "b1", &code).await;
        app.service.index_job().await.unwrap();
        let before = every_value(&raw).await;

        let body = json!({ "external_id": "ann", "name": "Ann Müller", "email": "ann@example.org",
            "phone": "+4930901820", "attributes": { "iban": "DE89370400440532013000" } });
        let ann = app.api().post("/v1/profiles", body).await.expect(201);
        let id = ann["id"].as_str().unwrap().to_owned();
        let code = app.code("ann").await;
        app.say(&channel, "ann-phone", "a1", "My name is Ann").await;
        let said = app.say(&channel, "ann-phone", "a2", &code).await;
        assert_eq!(said["case"]["identity"]["assurance"], "al3");
        let case = said["case"]["id"].as_str().unwrap().to_owned();
        let reply = json!({ "text": "Hello Ann" });
        app.admin().await.post(&format!("/v1/cases/{case}/messages"), reply).await.expect(201);
        app.code("ann").await;
        app.service.index_job().await.unwrap();

        app.api().delete(&format!("/v1/profiles/{id}")).await.expect(204);
        // What may stay: who was erased, what was done (by id), what goes to webhooks (ids), log-ins, idempotency.
        let may_stay = |place: &str| {
            [
                "erasure.",
                "erased_identifier.",
                "audit.",
                "audit_head.",
                "session.",
                "limit_counter.",
                "idempotency.",
                "server.",
                "lease.",
                // Numbers, which name nobody.
                "metric_fact.",
                "metric_day.",
            ]
            .iter()
            .any(|table| place.starts_with(table))
        };
        let raw_id = id.parse::<countersign_types::ProfileId>().unwrap().to_bytes().to_vec();
        let mut left: Vec<(String, Vec<u8>)> = every_value(&raw)
            .await
            .difference(&before)
            .filter(|(place, _)| !may_stay(place))
            .cloned()
            .collect();
        // The event of the deletion itself, and its thin copy for webhooks, name the id and nothing else.
        let events: BTreeSet<Vec<u8>> =
            left.iter().filter(|(place, _)| place == "event.id").map(|(_, id)| id.clone()).collect();
        assert!(events.len() <= 1, "{events:?}");
        left.retain(|(place, value)| {
            let is_id = place == "event.profile_id" && *value == raw_id;
            !(place.starts_with("outbox.") || events.contains(value) || is_id)
        });
        assert_eq!(left.iter().map(|(place, _)| place.as_str()).collect::<Vec<_>>(), [""; 0]);
        assert!(before.is_subset(&every_value(&raw).await), "nothing of anybody else is gone");

        for page in ["", "/identifiers", "/links", "/evidence", "/timeline", "/viewers", "/cases"] {
            let answer = app.api().get(&format!("/v1/profiles/{id}{page}")).await;
            assert!(answer.status.as_u16() == 404 || answer.json()["data"] == json!([]), "{page}");
        }
        app.api().get(&format!("/v1/cases/{case}")).await.expect(404);
        assert_eq!(app.api().delete(&format!("/v1/profiles/{id}")).await.problem(404), "not-found");
        let bob = app.api().get("/v1/profiles?external_id=bob").await.expect(200);
        assert_eq!(
            (&bob["data"][0]["email"], &bob["data"][0]["assurance"]),
            (&json!("ann@example.org"), &json!("al3"))
        );
        // Who comes back is a stranger.
        let again = app.say(&channel, "ann-phone", "a3", "Hello?").await;
        assert_eq!(again["case"]["identity"]["assurance"], "al0");
        let anew =
            app.api().post("/v1/profiles", json!({ "external_id": "ann", "name": "Ann" })).await.expect(201);
        assert_ne!(anew["id"], ann["id"]);
    })
    .await;
}

#[tokio::test]
async fn only_an_administrator_or_a_key_with_the_scope_erases() {
    both(async |db| {
        let app = TestApp::on(db).await;
        let ann = app.api().post("/v1/profiles", json!({ "external_id": "ann" })).await.expect(201);
        let path = format!("/v1/profiles/{}", ann["id"].as_str().unwrap());
        assert_eq!(app.person("agent").await.delete(&path).await.problem(403), "forbidden");
        app.api().get(&path).await.expect(200);
        app.admin().await.delete(&path).await.expect(204);
    })
    .await;
}
