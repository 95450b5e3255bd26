//! Two people answer at once: the second one reads first.

use countersign_testkit::{Client, on_both};
use serde_json::{Value, json};

async fn newest(client: &Client, path: &str) -> Value {
    let messages = client.get(path).await.expect(200)["data"].as_array().unwrap().clone();
    messages.last().unwrap()["id"].clone()
}

#[tokio::test]
async fn a_reply_that_would_cross_a_colleagues_is_refused_once() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let said = app.say(&channel, "jo", "1", "Where is it?").await;
        let path = format!("/v1/cases/{}/messages", said["case"]["id"].as_str().unwrap());
        let (mia, tess) = (app.person("agent").await, app.person("team_manager").await);
        let seen = newest(&mia, &path).await;
        let reply = |text: &str, seen: &Value| json!({ "text": text, "last_seen": seen });
        mia.post(&path, reply("On its way.", &seen)).await.expect(201);
        let crossed = tess.post(&path, reply("It is lost.", &seen)).await;
        assert_eq!(crossed.problem(409), "answered-meanwhile");
        assert_eq!(crossed.json()["detail"], "A agent answered meanwhile.");
        // One's own answer is no surprise; a note and what the customer writes are none either.
        mia.post(&path, reply("Tomorrow.", &seen)).await.expect(201);
        let note = json!({ "kind": "note", "text": "I am on it", "last_seen": seen });
        tess.post(&path, note).await.expect(201);
        let seen = newest(&tess, &path).await;
        app.say(&channel, "jo", "2", "Thanks!").await;
        mia.post(&path, json!({ "kind": "note", "text": "Done" })).await.expect(201);
        tess.post(&path, reply("Gladly.", &seen)).await.expect(201);
        assert_eq!(mia.post(&path, reply("Bye", &seen)).await.problem(409), "answered-meanwhile");
        mia.post(&path, json!({ "text": "Bye" })).await.expect(201);
        let replies = app.api().get(&path).await.expect(200)["data"].to_string();
        assert!(!replies.contains("It is lost"), "what was refused was not stored");
    })
    .await;
}

#[tokio::test]
async fn of_replies_at_once_one_is_the_first() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let said = app.say(&channel, "jo", "1", "Where is it?").await;
        let path = format!("/v1/cases/{}/messages", said["case"]["id"].as_str().unwrap());
        let (mia, tess) = (app.person("agent").await, app.person("team_manager").await);
        let body = json!({ "text": "Here", "last_seen": newest(&mia, &path).await });
        let (one, other) = tokio::join!(mia.post(&path, body.clone()), tess.post(&path, body));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
    })
    .await;
}

#[tokio::test]
async fn the_last_message_seen_is_one_of_the_conversation() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let jo = app.say(&channel, "jo", "1", "Hello").await;
        let mo = app.say(&channel, "mo", "2", "Hello").await;
        let path = format!("/v1/cases/{}/messages", jo["case"]["id"].as_str().unwrap());
        let mia = app.person("agent").await;
        for seen in [mo["message"]["id"].clone(), json!("msg_00000000000000000000000000")] {
            let answer = mia.post(&path, json!({ "text": "Hi", "last_seen": seen })).await;
            assert_eq!(answer.json()["errors"][0]["code"], "unknown-message");
        }
    })
    .await;
}
