//! Personal data in what people write: cards are never stored (M-5), known values are hidden where texts are (M-2).

use countersign_testkit::{TestApp, on_both};
use serde_json::{Value, json};

const CARD: &str = "4111 1111 1111 1111";

async fn texts(app: &TestApp, path: &str) -> Vec<String> {
    let messages = app.admin().await.get(path).await.expect(200)["data"].as_array().unwrap().clone();
    messages.iter().map(|m| m["text"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn m_5_a_card_number_is_nowhere_after_it_was_written() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let said = app.say(&channel, "jo", "1", &format!("My card is {CARD} 09/28, it fails")).await;
        assert_eq!(said["message"]["text"], "My card is •••• •••• •••• 1111 09/28, it fails");
        let path = format!("/v1/cases/{}/messages", said["case"]["id"].as_str().unwrap());
        let admin = app.admin().await;
        let reply = json!({ "text": "Is it 5555-5555-5555-4444?" });
        assert_eq!(admin.post(&path, reply).await.expect(201)["text"], "Is it •••• •••• •••• 4444?");
        let note = json!({ "kind": "note", "text": "it is 378282246310005" });
        admin.post(&path, note).await.expect(201);
        app.service.index_job().await.unwrap();
        let case = admin.get(path.trim_end_matches("/messages")).await.expect(200);
        let found = admin.post("/v1/cases/search", json!({ "q": "card" })).await.expect(200);
        let everything = format!("{:?}{case}{found}", texts(&app, &path).await);
        for number in [CARD, "4111 1111", "5555-5555", "37828224"] {
            assert!(!everything.contains(number), "{number} in {everything}");
        }
        for digits in ["4111", "5555", "378282246310005"] {
            let found = admin.post("/v1/cases/search", json!({ "q": digits })).await.expect(200);
            assert_eq!(found["data"], json!([]), "{digits}");
        }
    })
    .await;
}

#[tokio::test]
async fn orders_phones_and_accounts_are_stored_as_they_were_written() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let wrote = "order 4111111111111112, +49 170 1234567, DE89370400440532013000, EAN 4006381333931";
        let said = app.say(&channel, "jo", "1", wrote).await;
        let path = format!("/v1/cases/{}/messages", said["case"]["id"].as_str().unwrap());
        assert_eq!(texts(&app, &path).await, [wrote]);
    })
    .await;
}

/// Who has the role agent sees these masked.
async fn mask(app: &TestApp, masked: Value) {
    let none = json!({ "name": false, "email": false, "phone": false, "attributes": false, "text": false });
    let matrix = json!({ "roles": { "admin": none, "team_manager": none, "agent": masked } });
    app.admin().await.put("/v1/masking", matrix).await.expect(200);
}

#[tokio::test]
async fn m_1_what_is_known_of_a_customer_is_hidden_in_what_they_write() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let said =
            app.say(&channel, "jo", "1", "It is ANNE löwenstein again, born 17.3.1984, not 18.3.1984").await;
        let id = said["case"]["id"].as_str().unwrap();
        let profile = said["case"]["identity"]["profile"]["id"].as_str().unwrap();
        let admin = app.admin().await;
        let name = json!({ "name": "Anne Löwenstein" });
        admin.patch(&format!("/v1/profiles/{profile}"), name).await.expect(200);
        app.service.index_job().await.unwrap();
        let all = json!({ "name": true, "email": true, "phone": true, "attributes": true, "text": true });
        mask(&app, all.clone()).await;
        let agent = app.person("agent").await;
        let messages = agent.get(&format!("/v1/cases/{id}/messages")).await.expect(200).to_string();
        let case = agent.get(&format!("/v1/cases/{id}")).await.expect(200).to_string();
        let list = agent.get("/v1/cases").await.expect(200).to_string();
        let found = agent.post("/v1/cases/search", json!({ "q": "again" })).await.expect(200).to_string();
        for (place, seen) in [("messages", messages), ("case", case), ("list", list), ("search", found)] {
            let seen = seen.to_lowercase();
            assert!(seen.contains("again"), "{place}: {seen}");
            assert!(!seen.contains("is anne") && !seen.contains("löwenstein"), "{place}: {seen}");
        }
        // Whoever sees names sees them in texts; whoever sees texts sees all of it.
        for (class, shown) in [("name", "It is ANNE löwenstein again, born ••••••, not ••••••"), ("text", "")]
        {
            let mut fewer = all.clone();
            fewer[class] = json!(false);
            mask(&app, fewer).await;
            let seen = agent.get(&format!("/v1/cases/{id}/messages")).await.expect(200);
            let text = seen["data"][0]["text"].as_str().unwrap();
            assert!(shown.is_empty() && text.contains("17.3.1984") || text == shown, "{class}: {text}");
        }
    })
    .await;
}
