//! Chats in which nobody answers: they end by themselves, can be put off, and stop counting when the customer writes.

use countersign_testkit::{Client, TestApp, on_both};
use countersign_types::time;
use serde_json::{Value, json};

struct Talk {
    app: TestApp,
    agent: Client,
    channel: String,
    case: String,
}

impl Talk {
    /// A customer has written.
    async fn begin(app: &TestApp) -> Self {
        let agent = app.person("agent").await;
        let channel = app.custom_channel("Pigeon").await;
        let said = app.say(&channel, "jo", "m1", "hello").await;
        let case = said["case"]["id"].as_str().unwrap().to_owned();
        Self { app: app.clone(), agent, channel, case }
    }

    async fn post(&self, what: &str, body: Value) -> countersign_testkit::Answer {
        self.agent.post(&format!("/v1/cases/{}/{what}", self.case), body).await
    }

    async fn reply(&self) {
        self.post("messages", json!({ "text": "How can I help?", "kind": "reply" })).await.expect(201);
    }

    async fn now(&self) -> Value {
        self.app.api().get(&format!("/v1/cases/{}", self.case)).await.expect(200)
    }

    async fn state(&self) -> (String, String, bool) {
        let case = self.now().await;
        let word = |key: &str| case[key].as_str().unwrap().to_owned();
        (word("chat"), word("status"), case["chat_ends_at"].is_string())
    }

    /// Time goes by, and the job looks once.
    async fn after(&self, seconds: i64) {
        self.app.clock.advance(seconds * time::SECOND);
        self.app.service.run_chat_timers_now().await.unwrap();
    }
}

fn is(chat: &str, status: &str, ends: bool) -> (String, String, bool) {
    (chat.to_owned(), status.to_owned(), ends)
}

async fn settings(app: &TestApp, body: Value) -> countersign_testkit::Answer {
    app.admin().await.patch("/v1/workspace", body).await
}

#[tokio::test]
async fn a_chat_ends_ten_minutes_after_a_reply_that_nobody_answers() {
    on_both(async |app| {
        let talk = Talk::begin(&app).await;
        assert_eq!(talk.state().await, is("live", "open", false));
        talk.after(1200).await;
        assert_eq!(talk.state().await, is("live", "open", false), "the customer waits: nothing ends");
        talk.reply().await;
        assert_eq!(talk.state().await, is("live", "open", true));
        talk.after(599).await;
        assert_eq!(talk.state().await, is("live", "open", true));
        talk.after(1).await;
        assert_eq!(talk.state().await, is("ended", "pending", false));
        let events = app.api().get("/v1/events?type=chat.ended").await.expect(200);
        let events = events["data"].as_array().unwrap();
        assert_eq!(events.len(), 1);
        assert_eq!(events[0]["actor"]["kind"], "system");
        // It happens once, and the customer's next message opens it again.
        talk.after(1200).await;
        app.say(&talk.channel, "jo", "m2", "still there").await;
        assert_eq!(talk.state().await, is("live", "open", false));
        talk.after(1200).await;
        assert_eq!(talk.state().await, is("live", "open", false));
    })
    .await;
}

#[tokio::test]
async fn the_customers_answer_stops_the_clock_and_notes_do_not_start_it() {
    on_both(async |app| {
        let talk = Talk::begin(&app).await;
        talk.post("messages", json!({ "text": "for us", "kind": "note" })).await.expect(201);
        assert_eq!(talk.state().await, is("live", "open", false));
        // What a program writes begins nothing either.
        let body = json!({ "text": "automatic", "kind": "reply" });
        app.api().post(&format!("/v1/cases/{}/messages", talk.case), body).await.expect(201);
        assert_eq!(talk.state().await, is("live", "open", false));
        talk.reply().await;
        talk.after(599).await;
        let said = app.say(&talk.channel, "jo", "m2", "thanks").await;
        assert_eq!(said["case"]["chat_ends_at"], Value::Null);
        talk.after(1200).await;
        assert_eq!(talk.state().await, is("live", "open", false));
    })
    .await;
}

#[tokio::test]
async fn an_end_is_put_off_within_limits_and_only_where_there_is_one() {
    on_both(async |app| {
        let talk = Talk::begin(&app).await;
        assert_eq!(talk.post("extend", json!({ "minutes": 5 })).await.problem(409), "chat-does-not-end");
        talk.reply().await;
        for minutes in [0, 61] {
            let refused = talk.post("extend", json!({ "minutes": minutes })).await;
            assert_eq!(refused.problem(400), "invalid-request");
        }
        let before = talk.now().await["chat_ends_at"].clone();
        let after = talk.post("extend", json!({ "minutes": 5 })).await.expect(200);
        assert!(after["chat_ends_at"].as_str() > before.as_str());
        let told = app.api().get("/v1/events?type=case.updated").await.expect(200);
        let told = told["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|e| e["payload"].to_string().contains("\"minutes\":5"));
        assert_eq!(told.expect("the history says who put it off")["actor"]["kind"], "user");
        talk.after(14 * 60 + 59).await;
        assert_eq!(talk.state().await, is("live", "open", true));
        // Even in the second in which it would have ended.
        talk.app.clock.advance(2 * time::SECOND);
        talk.post("extend", json!({ "minutes": 60 })).await.expect(200);
        for _ in 0..3 {
            talk.post("extend", json!({ "minutes": 59 })).await.expect(200);
        }
        assert_eq!(talk.post("extend", json!({ "minutes": 60 })).await.problem(409), "chat-put-off-enough");
        talk.post("end", json!({ "status": "closed" })).await.expect(200);
        assert_eq!(talk.state().await, is("ended", "closed", false));
        assert_eq!(talk.post("extend", json!({ "minutes": 5 })).await.problem(409), "chat-does-not-end");
        assert_eq!(
            app.anonymous()
                .post(&format!("/v1/cases/{}/extend", talk.case), json!({ "minutes": 5 }))
                .await
                .problem(401),
            "not-logged-in"
        );
    })
    .await;
}

#[tokio::test]
async fn its_assignee_is_told_once_a_minute_before() {
    on_both(async |app| {
        let talk = Talk::begin(&app).await;
        let me = talk.agent.get("/v1/me").await.expect(200)["user"]["id"].clone();
        talk.agent.patch(&format!("/v1/cases/{}", talk.case), json!({ "assignee": me })).await.expect(200);
        talk.reply().await;
        let told = async || {
            let all = talk.agent.get("/v1/me/notices").await.expect(200);
            all["data"].as_array().unwrap().iter().map(|n| n["kind"].clone()).collect::<Vec<_>>()
        };
        talk.after(539).await;
        assert_eq!(told().await, Vec::<Value>::new());
        talk.after(1).await;
        talk.after(1).await;
        assert_eq!(told().await, ["chat_ends"]);
        // Put off, it is told again before the new end.
        talk.post("extend", json!({ "minutes": 5 })).await.expect(200);
        talk.after(300).await;
        assert_eq!(told().await, ["chat_ends", "chat_ends"]);
        // Server down over the whole minute: it ends, and nobody is told of what is over.
        talk.post("extend", json!({ "minutes": 5 })).await.expect(200);
        talk.after(1200).await;
        assert_eq!(told().await.len(), 2);
        assert_eq!(talk.state().await.0, "ended");
    })
    .await;
}

#[tokio::test]
async fn the_workspace_says_after_how_long_and_in_which_status() {
    on_both(async |app| {
        let found = app.admin().await.get("/v1/workspace").await.expect(200);
        assert_eq!((&found["chat_end_minutes"], &found["chat_end_status"]), (&json!(10), &json!("pending")));
        assert_eq!(settings(&app, json!({ "chat_end_minutes": 1441 })).await.problem(400), "invalid-request");
        settings(&app, json!({ "chat_end_minutes": 1, "chat_end_status": "closed" })).await.expect(200);
        let talk = Talk::begin(&app).await;
        talk.reply().await;
        talk.after(60).await;
        assert_eq!(talk.state().await, is("ended", "closed", false));
        // Never, also for those that would have ended in a moment.
        let said = app.say(&talk.channel, "jo", "m2", "hello again").await;
        let talk = Talk { case: said["case"]["id"].as_str().unwrap().to_owned(), ..talk };
        talk.reply().await;
        settings(&app, json!({ "chat_end_minutes": 0 })).await.expect(200);
        talk.after(1200).await;
        assert_eq!(talk.state().await, is("live", "open", false));
        talk.reply().await;
        assert_eq!(talk.state().await, is("live", "open", false));
    })
    .await;
}

#[tokio::test]
async fn a_case_that_was_closed_by_hand_is_not_touched_later() {
    on_both(async |app| {
        let talk = Talk::begin(&app).await;
        talk.reply().await;
        let closed = json!({ "status": "closed" });
        talk.agent.patch(&format!("/v1/cases/{}", talk.case), closed).await.expect(200);
        assert_eq!(talk.state().await, is("live", "closed", false));
        talk.reply().await;
        talk.after(1200).await;
        assert_eq!(talk.state().await, is("live", "closed", false));
    })
    .await;
}

#[tokio::test]
async fn rules_see_the_end_as_a_change_and_end_it_themselves() {
    on_both(async |app| {
        let rule = |name: &str, from: Value, actions: Value| {
            json!({ "name": name, "trigger": "updated_case", "actions": actions,
                    "match": [{ "mode": "all", "conditions": [from] }] })
        };
        let ended = json!({ "field": "case.chat", "op": "changed", "value": { "to": "ended" } });
        let said = json!({ "field": "message.text", "op": "has_word", "value": ["bye"] });
        let admin = app.admin().await;
        let label = json!([{ "kind": "add_labels", "labels": ["gone"] }]);
        admin.post("/v1/rules", rule("Ended", ended, label)).await.expect(201);
        let end = json!([{ "kind": "end_chat", "status": "pending" }]);
        admin.post("/v1/rules", rule("Bye", said, end)).await.expect(201);
        let talk = Talk::begin(&app).await;
        talk.reply().await;
        talk.after(600).await;
        assert_eq!(talk.state().await, is("ended", "pending", false));
        assert_eq!(talk.now().await["labels"], json!(["gone"]));
        // A rule that ends a chat leaves no clock behind: here it answers an agent's word.
        app.say(&talk.channel, "jo", "m2", "hello").await;
        talk.post("messages", json!({ "text": "bye now", "kind": "reply" })).await.expect(201);
        assert_eq!(talk.state().await, is("ended", "pending", false));
        talk.after(1200).await;
        let events = app.api().get("/v1/events?type=chat.ended").await.expect(200);
        assert_eq!(events["data"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_message_at_the_moment_of_the_end_leaves_the_chat_live_or_opens_it_again() {
    on_both(async |app| {
        let talk = Talk::begin(&app).await;
        for round in 0..12 {
            talk.reply().await;
            app.clock.advance(10 * time::MINUTE);
            // Two looks at once, as of two servers, and the customer.
            let id = format!("r{round}");
            let (a, b, _) = tokio::join!(
                app.service.run_chat_timers_now(),
                app.service.run_chat_timers_now(),
                app.say(&talk.channel, "jo", &id, "here I am")
            );
            a.unwrap();
            b.unwrap();
            assert_eq!(talk.state().await, is("live", "open", false));
        }
        let events = app.api().get("/v1/events?type=chat.ended").await.expect(200);
        assert!(events["data"].as_array().unwrap().len() <= 12);
    })
    .await;
}
