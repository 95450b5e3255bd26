//! Links end, move and come back.

use countersign_testkit::{TestApp, on_both};
use serde_json::{Value, json};

async fn identified(app: &TestApp, channel: &str, user: &str, external_id: &str, id: &str) -> Value {
    let code = app.code(external_id).await;
    let received = app.say(channel, user, id, &code).await;
    assert_eq!(received["identification"]["outcome"], "valid");
    received
}

fn identity(received: &Value) -> (String, String) {
    let i = &received["case"]["identity"];
    (i["assurance"].as_str().unwrap().to_owned(), i["profile"]["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn the_newest_proof_wins_the_account_and_an_undo_puts_back_what_it_replaced() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let first = identified(&app, &channel, "shared", "ann", "1").await;
        let second = identified(&app, &channel, "shared", "bob", "2").await;
        let ((_, ann), (_, bob)) = (identity(&first), identity(&second));
        assert_ne!(ann, bob);
        let link = second["case"]["identity"]["link"].as_str().unwrap().to_owned();
        let undone = app.api().post(&format!("/v1/links/{link}/undo"), json!({})).await.expect(200);
        assert_eq!((&undone["state"], &undone["ended_reason"]), (&json!("ended"), &json!("undone")));
        let now = app.say(&channel, "shared", "3", "who am I?").await;
        assert_eq!(identity(&now), ("al3".to_owned(), ann));
        let again = app.api().post(&format!("/v1/links/{link}/undo"), json!({})).await;
        assert_eq!(again.problem(409), "link-ended");
    })
    .await;
}

#[tokio::test]
async fn an_unlinked_account_is_a_strangers_again_and_every_case_of_it_says_so() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let hello = app.say(&channel, "jo", "0", "hi").await;
        let (_, stranger) = identity(&hello);
        let proved = identified(&app, &channel, "jo", "ann", "1").await;
        let link = proved["case"]["identity"]["link"].as_str().unwrap().to_owned();
        app.api().delete(&format!("/v1/links/{link}")).await.expect(200);
        let case = proved["case"]["id"].as_str().unwrap();
        let view = app.api().get(&format!("/v1/cases/{case}")).await.expect(200);
        assert_eq!(view["identity"]["assurance"], "al0");
        assert_eq!(view["identity"]["profile"]["id"], json!(stranger));
        assert_eq!(view["identity"]["evidence"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn an_agents_word_is_al1_and_never_replaces_a_proof() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        app.say(&channel, "jo", "0", "hi").await;
        let ann = json!({ "external_id": "ann", "name": "Ann" });
        let ann = app.api().post("/v1/profiles", ann).await.expect(201)["id"].as_str().unwrap().to_owned();
        let agent = app.person("agent").await;
        let body = json!({ "channel": channel, "user_id": "jo", "reason": "I know her voice" });
        let link = agent.post(&format!("/v1/profiles/{ann}/links"), body.clone()).await.expect(201);
        assert_eq!(
            (&link["assurance"], &link["evidence"]["method"]),
            (&json!("al1"), &json!("agent_confirmed"))
        );
        identified(&app, &channel, "jo", "bob", "1").await;
        let refused = agent.post(&format!("/v1/profiles/{ann}/links"), body).await;
        assert_eq!(refused.problem(409), "proved-link");
    })
    .await;
}

#[tokio::test]
async fn every_link_stands_in_the_ledger_with_its_reason() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let proved = identified(&app, &channel, "jo", "ann", "1").await;
        let (_, profile) = identity(&proved);
        let evidence = app.api().get(&format!("/v1/profiles/{profile}/evidence")).await.expect(200);
        assert_eq!(evidence["data"][0]["method"], "api_code");
        let links = app.api().get(&format!("/v1/profiles/{profile}/links")).await.expect(200);
        assert_eq!(links["data"][0]["account"]["user_id"], "jo");
        let timeline = app.api().get(&format!("/v1/profiles/{profile}/timeline")).await.expect(200);
        let kinds: Vec<&str> =
            timeline["data"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
        assert!(kinds.contains(&"identification.succeeded") && kinds.contains(&"link.created"), "{kinds:?}");
    })
    .await;
}

#[tokio::test]
async fn m3_an_account_named_by_a_phone_number_is_masked_for_whoever_sees_phones_masked() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let body =
            json!({ "id": "1", "from": { "id": "+4930901820", "name": "+49 30 901820" }, "text": "hi" });
        let said = app.api().post(&format!("/v1/channels/{channel}/messages"), body).await.expect(200);
        let case = said["case"]["id"].as_str().unwrap();
        let agent = app.person("agent").await;
        let seen = agent.get(&format!("/v1/cases/{case}")).await.expect(200);
        assert!(!seen.to_string().contains("901820"), "{seen}");
        assert!(seen["masked"].as_array().unwrap().contains(&json!("user_id")));
        let manager = app.person("team_manager").await;
        let whole = manager.get(&format!("/v1/cases/{case}")).await.expect(200);
        assert_eq!(whole["account"]["user_id"], "+4930901820");
    })
    .await;
}

#[tokio::test]
async fn m_1_an_account_is_masked_alike_among_links_and_identifiers() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let proved = identified(&app, &channel, "+4915112345678", "ann", "1").await;
        let (_, profile) = identity(&proved);
        let agent = app.person("agent").await;
        for page in ["identifiers", "links", "timeline", "evidence"] {
            let text = agent.get(&format!("/v1/profiles/{profile}/{page}")).await.expect(200).to_string();
            assert!(!text.contains("1511234"), "{page} shows {text}");
        }
        let seen = agent.get(&format!("/v1/profiles/{profile}/identifiers")).await.expect(200);
        let account =
            seen["data"].as_array().unwrap().iter().find(|i| i["kind"] == "channel_account").unwrap();
        assert_eq!((&account["value"], &account["masked"]), (&json!("XXX-XXX-5678"), &json!(["value"])));
    })
    .await;
}

#[tokio::test]
async fn x_9_reasons_stay_in_the_audit_log_without_addresses_and_numbers() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        app.say(&channel, "jo", "0", "hi").await;
        let ann = json!({ "external_id": "ann", "name": "Ann" });
        let ann = app.api().post("/v1/profiles", ann).await.expect(201)["id"].as_str().unwrap().to_owned();
        let agent = app.person("agent").await;
        let reason = "she called from +49 151 12345678 and ann@example.org answered";
        let body = json!({ "channel": channel, "user_id": "jo", "reason": reason });
        let link = agent.post(&format!("/v1/profiles/{ann}/links"), body).await.expect(201);
        let path = format!("/v1/links/{}", link["id"].as_str().unwrap());
        let body = json!({ "reason": reason }).to_string().into_bytes();
        agent.send(axum::http::Method::DELETE, &path, Some(body)).await.expect(200);
        for action in ["link.confirm", "link.unlink"] {
            let log = app.admin().await.get(&format!("/v1/audit?action={action}")).await.expect(200);
            let kept = log["data"][0]["details"]["reason"].as_str().unwrap();
            assert_eq!(kept, "she called from XXX-XXX-5678 and ****@example.org answered", "{action}");
        }
    })
    .await;
}
