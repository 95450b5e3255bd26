//! What becomes of a mail that a rule wrote stands at its note.

use countersign_store::testing::both;
use countersign_store::{Db, Tx, Vault, channel};
use countersign_testkit::TestApp;
use countersign_types::channel::{Channel, ChannelKind, ChannelState};
use countersign_types::{ChannelId, Timestamp};
use serde_json::{Value, json};

/// A mailbox that was connected once, and whose servers nobody reaches from here.
async fn mailbox(db: &Db, app: &TestApp) -> String {
    let server = json!({ "host": "mail.acme.test", "port": 993, "security": "tls", "username": "x" });
    let new = Channel {
        id: ChannelId::from_bytes([9; 16]),
        kind: ChannelKind::Email,
        name: "Support mail".to_owned(),
        state: ChannelState::Active,
        config: json!({ "address": "support@acme.test", "imap": server, "smtp": server }),
        last_inbound_at: None,
        last_outbound_at: None,
        created_at: Timestamp::from_micros(1),
        updated_at: Timestamp::from_micros(1),
    };
    let path = format!("/v1/channels/{}", new.id);
    db.write(async move |tx: &mut Tx<'_>| {
        let secret = Some(r#"{"imap_password":"x"}"#);
        channel::insert_channel(tx, &Vault::new(&[7; 32]), &new, secret).await
    })
    .await
    .unwrap();
    app.service.reload().await.unwrap();
    path
}

async fn note(app: &TestApp, messages: &str) -> Value {
    let found = app.api().get(messages).await.expect(200);
    found["data"].as_array().unwrap().iter().find(|m| m["kind"] == "note").unwrap().clone()
}

#[tokio::test]
async fn a_mail_of_a_rule_that_fails_is_seen_at_its_note_and_sent_again_from_there() {
    both(async |db| {
        let raw: Db = (*db).clone();
        let app = TestApp::on(db).await;
        let path = mailbox(&raw, &app).await;
        let rule = json!({ "name": "Write", "trigger": "updated_case",
            "match": [{ "mode": "all", "conditions": [{ "field": "identification_code.outcome", "op": "is", "value": "valid" }] }],
            "actions": [{ "kind": "email_customer", "subject": "Hello", "texts": ["Only for the customer."] }] });
        app.admin().await.post("/v1/rules", rule).await.expect(201);
        let profile = json!({ "external_id": "ann", "email": "ann@customer.test" });
        let made = app.api().post("/v1/identification-codes", json!({ "profile": profile })).await.expect(201);
        let pigeon = app.custom_channel("Pigeon").await;
        app.say(&pigeon, "jo", "m0", "hello").await;
        let said = app.say(&pigeon, "jo", "m1", made["display"].as_str().unwrap()).await;
        let messages = format!("/v1/cases/{}/messages", said["case"]["id"].as_str().unwrap());
        let waiting = note(&app, &messages).await;
        assert_eq!(waiting["delivery"], "queued");
        let retry = format!("/v1/messages/{}/retry", waiting["id"].as_str().unwrap());
        assert_eq!(app.api().post(&retry, json!({})).await.problem(409), "not-failed");
        // Its mailbox is gone before it left: that is for good.
        app.api().delete(&path).await.expect(204);
        let jobs = app.jobs();
        let failed = async || note(&app, &messages).await["delivery"] == "failed";
        jobs.until(failed).await;
        let seen = note(&app, &messages).await;
        assert!(seen["delivery_detail"].as_str().unwrap().contains("out of use"), "{seen}");
        // Again: the mail, and never the note as a reply on the channel of the conversation.
        let again = app.api().post(&retry, json!({})).await.expect(200);
        assert_eq!((&again["kind"], &again["delivery"]), (&json!("note"), &json!("queued")));
        jobs.until(failed).await;
        jobs.stop().await;
        let out = app.api().get("/v1/dead-letters").await.expect(200);
        let letters = out["data"].as_array().unwrap();
        assert_eq!(letters.len(), 1, "nothing else was put on its way: {out}");
        let agent = app.person("agent").await;
        let by_agent = agent.post(&retry, json!({})).await;
        assert_eq!(by_agent.expect(200)["delivery"], "queued");
    })
    .await;
}
