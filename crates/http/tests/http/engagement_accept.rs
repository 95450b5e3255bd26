//! Accepting a call or a chat opens its engagement, which waits, is taken up, or goes with its conversation (issue 8 §1).

use countersign_store::testing::both;
use countersign_store::{Tx, args};
use countersign_testkit::{Client, TestApp};
use countersign_types::ProfileId;
use countersign_types::time::{DAY, MINUTE};
use serde_json::{Value, json};

use super::engagement::{ANN, Talk, World, topic_id};

const HOURS: u8 = 3;

/// A stranger's conversation in that world.
struct Chat {
    world: World,
    channel: String,
    case: String,
}

impl Chat {
    async fn begin(world: World) -> Self {
        let channel = world.app.custom_channel("Pigeon").await;
        let said = world.app.say(&channel, "jo", "m1", "hello").await;
        Self { case: said["case"]["id"].as_str().unwrap().to_owned(), world, channel }
    }

    async fn take(&self, agent: &Client) {
        let me = agent.get("/v1/me").await.expect(200)["user"]["id"].clone();
        agent.patch(&format!("/v1/cases/{}", self.case), json!({ "assignee": me })).await.expect(200);
    }

    async fn reply(&self, agent: &Client) {
        let body = json!({ "kind": "reply", "text": "How can I help?" });
        agent.post(&format!("/v1/cases/{}/messages", self.case), body).await.expect(201);
    }

    async fn end(&self, agent: &Client) {
        agent.post(&format!("/v1/cases/{}/end", self.case), json!({})).await.expect(200);
    }

    /// The engagements of the conversation, newest first.
    async fn engagements(&self) -> Vec<Value> {
        let path = format!("/v1/engagements?case={}", self.case);
        self.world.agent.get(&path).await.expect(200)["data"].as_array().unwrap().clone()
    }

    fn body(&self) -> Value {
        json!({ "channel": "chat", "type": "inbound", "case_id": self.case })
    }
}

async fn audit(app: &TestApp, action: &str) -> Vec<Value> {
    let path = format!("/v1/audit?action={action}&limit=200");
    app.api().get(&path).await.expect(200)["data"].as_array().unwrap().clone()
}

async fn opened(app: &TestApp) -> usize {
    let events = app.api().get("/v1/events?type=engagement.opened").await.expect(200);
    events["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn accepting_a_chat_opens_its_engagement_once() {
    both(async |db| {
        let chat = Chat::begin(World::new(db).await).await;
        let (app, agent) = (&chat.world.app, &chat.world.agent);
        let second = app.another("agent", "second").await;
        assert_eq!(chat.engagements().await.len(), 0, "nobody accepted it");
        // A program gives it to somebody: that is not their accepting it.
        let me = agent.get("/v1/me").await.expect(200)["user"]["id"].clone();
        let path = format!("/v1/cases/{}", chat.case);
        app.api().patch(&path, json!({ "assignee": me })).await.expect(200);
        assert_eq!(chat.engagements().await.len(), 0);
        app.api().patch(&path, json!({ "assignee": null })).await.expect(200);
        chat.take(agent).await;
        let first = chat.engagements().await;
        assert_eq!(first.len(), 1);
        assert_eq!(
            (&first[0]["status"], &first[0]["channel"], &first[0]["type"], &first[0]["owner"]["id"]),
            (&json!("new"), &json!("chat"), &json!("inbound"), &me)
        );
        // Once more, by a colleague, and by answering.
        chat.take(&second).await;
        tokio::join!(chat.reply(agent), chat.reply(&second));
        assert_eq!(chat.engagements().await.len(), 1);
        assert_eq!(audit(app, "engagement.open").await.len(), 1);
        assert_eq!(opened(app).await, 0, "told once somebody takes it up");
        // It does not drown the list, and is there for whoever asks.
        let list = async |query: &str| {
            let found = agent.get(&format!("/v1/engagements{query}")).await.expect(200);
            found["data"].as_array().unwrap().len()
        };
        assert_eq!((list("").await, list("?status=new").await), (0, 1));
        let taken = agent.post("/v1/engagements", chat.body()).await.expect(200);
        assert_eq!(taken["id"], first[0]["id"], "Verify picks it up");
        assert!(taken["verification"]["idle_until"].is_string());
        assert_eq!((list("").await, opened(app).await), (1, 1));
        agent.post("/v1/engagements", chat.body()).await.expect(200);
        assert_eq!(opened(app).await, 1);
    })
    .await;
}

#[tokio::test]
async fn of_two_who_accept_at_once_one_opens_the_engagement() {
    both(async |db| {
        let chat = Chat::begin(World::new(db).await).await;
        let second = chat.world.app.another("agent", "second").await;
        tokio::join!(chat.reply(&chat.world.agent), chat.reply(&second), chat.take(&chat.world.agent));
        assert_eq!(chat.engagements().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn whoever_was_verified_answers_on_and_a_chat_begun_anew_opens_another() {
    both(async |db| {
        let chat = Chat::begin(World::new(db).await).await;
        let agent = &chat.world.agent;
        chat.reply(agent).await;
        let now = agent.post("/v1/engagements", chat.body()).await.expect(200);
        let mut talk = Talk { world: &chat.world, agent: agent.clone(), now };
        talk.step("topic", json!({ "topic_id": topic_id(HOURS) })).await;
        chat.reply(agent).await;
        assert_eq!(chat.engagements().await.len(), 1, "the same chat goes on");
        chat.world.app.clock.advance(MINUTE);
        chat.end(agent).await;
        chat.reply(agent).await;
        assert_eq!(chat.engagements().await.len(), 1, "what is over is accepted by nobody");
        chat.world.app.say(&chat.channel, "jo", "m2", "one more thing").await;
        chat.reply(agent).await;
        let all = chat.engagements().await;
        assert_eq!(
            (all.len(), &all[0]["status"], &all[1]["status"]),
            (2, &json!("new"), &json!("completed"))
        );
    })
    .await;
}

#[tokio::test]
async fn one_that_waits_does_not_expire_and_its_time_begins_with_the_first_step() {
    both(async |db| {
        let chat = Chat::begin(World::new(db).await).await;
        let (app, agent) = (&chat.world.app, &chat.world.agent);
        chat.take(agent).await;
        for _ in 0..3 {
            app.clock.advance(20 * MINUTE);
            agent.get("/v1/me").await.expect(200);
        }
        assert_eq!(app.service.expire_engagements_now().await.unwrap(), 0);
        assert_eq!(app.service.clear_left_engagements_now().await.unwrap(), 0, "the chat goes on");
        let id = chat.engagements().await[0]["id"].as_str().unwrap().to_owned();
        let now = agent.get(&format!("/v1/engagements/{id}")).await.expect(200);
        assert_eq!(now["verification"]["idle_until"], Value::Null);
        let mut talk = Talk { world: &chat.world, agent: agent.clone(), now };
        talk.begin("self").await.pick("Müller", &chat.world.ann).await.pass(&ANN).await;
        assert_eq!((talk.outcome().0, opened(app).await), ("proceed", 1));
    })
    .await;
}

#[tokio::test]
async fn an_engagement_that_nobody_took_up_goes_with_its_chat() {
    both(async |db| {
        let chat = Chat::begin(World::new(db).await).await;
        let (app, agent) = (&chat.world.app, &chat.world.agent);
        let clear = async || app.service.clear_left_engagements_now().await.unwrap();
        chat.take(agent).await;
        let id = chat.engagements().await[0]["id"].as_str().unwrap().to_owned();
        chat.end(agent).await;
        assert_eq!((clear().await, clear().await), (1, 0));
        agent.get(&format!("/v1/engagements/{id}")).await.expect(404);
        let gone = audit(app, "engagement.discard").await;
        assert_eq!((gone.len(), &gone[0]["object"]), (1, &json!(id)));
        // What somebody wrote of it stays: it ends.
        app.say(&chat.channel, "jo", "m2", "one more thing").await;
        chat.reply(agent).await;
        let id = chat.engagements().await[0]["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/engagements/{id}");
        agent.patch(&path, json!({ "notes": "was in a hurry" })).await.expect(200);
        agent.patch(&format!("/v1/cases/{}", chat.case), json!({ "status": "closed" })).await.expect(200);
        assert_eq!(clear().await, 1);
        let ended = agent.get(&path).await.expect(200);
        assert_eq!(
            (&ended["status"], &ended["verification"]["outcome"]["class"], &ended["topics"]),
            (&json!("completed"), &json!("ended"), &json!([]))
        );
        assert_eq!(ended["notes"], "was in a hurry");
    })
    .await;
}

#[tokio::test]
async fn administrators_may_turn_it_off() {
    both(async |db| {
        let chat = Chat::begin(World::new(db).await).await;
        let (app, agent) = (&chat.world.app, &chat.world.agent);
        let before = app.api().get("/v1/workspace").await.expect(200);
        assert_eq!(before["opens_engagements"], true);
        let off = json!({ "opens_engagements": false });
        agent.patch("/v1/workspace", off.clone()).await.expect(403);
        let now = app.admin().await.patch("/v1/workspace", off).await.expect(200);
        assert_eq!(now["opens_engagements"], false);
        chat.take(agent).await;
        chat.reply(agent).await;
        assert_eq!(chat.engagements().await.len(), 0);
        agent.post("/v1/engagements", chat.body()).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_known_by_a_link_is_filled_in_as_a_candidate() {
    both(async |db| {
        let chat = Chat::begin(World::new(db).await).await;
        let ann: ProfileId = chat.world.ann.parse().unwrap();
        chat.world
            .write(async move |tx: &mut Tx<'_>| {
                tx.execute("UPDATE channel_account SET profile_id = $1", args![ann]).await.map(|_| ())
            })
            .await;
        chat.take(&chat.world.agent).await;
        let attendee = chat.engagements().await[0]["initiating_attendee"].clone();
        assert_eq!(
            (&attendee["profile"]["id"], &attendee["source"]),
            (&json!(chat.world.ann), &json!("account"))
        );
    })
    .await;
}

#[tokio::test]
async fn accepting_a_call_opens_its_engagement_once() {
    both(async |db| {
        let world = World::new(db).await;
        let (app, agent) = (&world.app, &world.agent);
        let user = agent.get("/v1/me").await.expect(200)["user"]["id"].clone();
        app.api().post("/v1/groups", json!({ "name": "Support", "members": [user] })).await.expect(201);
        let flow = json!({ "name": "Queue", "start": "q", "nodes": {
            "q": { "kind": "queue", "queue": "Support", "exits": {} } } });
        let draft = app.api().post("/v1/ivr-flows", flow).await.expect(201);
        let body = json!({ "flow": draft["id"], "version": "draft", "by_hand": true });
        let call = app.api().post("/v1/bench/calls", body).await.expect(201)["id"].clone();
        let call = call.as_str().unwrap();
        let list = async || {
            let found = agent.get(&format!("/v1/engagements?call={call}")).await.expect(200);
            found["data"].as_array().unwrap().clone()
        };
        assert_eq!(list().await.len(), 0, "it rings");
        let path = format!("/v1/calls/{call}/accept");
        agent.post(&path, json!({})).await.expect(200);
        agent.post(&path, json!({})).await.expect(200);
        let found = list().await;
        assert_eq!(found.len(), 1);
        assert_eq!(
            (&found[0]["channel"], &found[0]["type"], &found[0]["status"], &found[0]["owner"]["id"]),
            (&json!("voice"), &json!("inbound"), &json!("new"), &user)
        );
        assert_eq!(app.service.clear_left_engagements_now().await.unwrap(), 0);
        let inputs = format!("/v1/bench/calls/{call}/inputs");
        app.api().post(&inputs, json!({ "hang_up": true })).await.expect(200);
        assert_eq!(app.service.clear_left_engagements_now().await.unwrap(), 1);
        assert_eq!(list().await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn x_10_notes_go_with_a_stranger_and_with_whoever_was_selected_earlier() {
    both(async |db| {
        let chat = Chat::begin(World::new(db).await).await;
        let (app, agent) = (&chat.world.app, &chat.world.agent);
        let is_gone = async |path: &str| {
            let now = agent.get(path).await.expect(200);
            let refused = agent.patch(path, json!({ "notes": "again" })).await;
            now["notes"].is_null() && refused.problem(409) == "customer-erased"
        };
        chat.take(agent).await;
        let path = format!("/v1/engagements/{}", chat.engagements().await[0]["id"].as_str().unwrap());
        let taken_up = json!({ "channel": "chat", "type": "inbound", "case_id": chat.case });
        agent.post("/v1/engagements", taken_up).await.expect(200);
        agent.patch(&path, json!({ "notes": "lives by the sea" })).await.expect(200);
        let case = app.api().get(&format!("/v1/cases/{}", chat.case)).await.expect(200);
        let stranger = case["identity"]["profile"]["id"].as_str().unwrap();
        app.api().delete(&format!("/v1/profiles/{stranger}")).await.expect(204);
        assert!(is_gone(&path).await, "nobody was named by it");
        let mut talk = chat.world.open().await;
        talk.begin("self").await.pick("Müller", &chat.world.twin).await;
        talk.step("select", json!({ "profile_id": chat.world.ann })).await;
        let path = format!("/v1/engagements/{}", talk.id());
        agent.patch(&path, json!({ "notes": "has a brother" })).await.expect(200);
        app.api().delete(&format!("/v1/profiles/{}", chat.world.twin)).await.expect(204);
        assert!(is_gone(&path).await, "they were selected before");
    })
    .await;
}

#[tokio::test]
async fn engagements_are_kept_as_long_as_the_company_says_and_their_end_is_on_record() {
    both(async |db| {
        let world = World::new(db).await;
        let app = &world.app;
        let mut over = world.open().await;
        over.step("topic", json!({ "topic_id": topic_id(HOURS) })).await;
        let over = format!("/v1/engagements/{}", over.id());
        // The key of the test is not good for two years.
        let set = json!({ "conversation_days": 0, "event_days": 0, "export_hours": 24, "erased_identifier_days": 365 });
        let kept = app.admin().await.put("/v1/settings/retention", set.clone()).await.expect(200);
        assert_eq!(kept["engagement_days"], 730);
        let mut set = set;
        set["engagement_days"] = json!(90);
        app.admin().await.put("/v1/settings/retention", set).await.expect(200);
        app.clock.advance(89 * DAY);
        app.service.clean_now().await.unwrap();
        app.api().get(&over).await.expect(200);
        app.clock.advance(2 * DAY);
        app.service.clean_now().await.unwrap();
        app.api().get(&over).await.expect(404);
        let cleaned = audit(app, "retention.clean").await;
        assert_eq!(cleaned.iter().filter(|row| row["details"]["engagements"] == 1).count(), 1, "{cleaned:?}");
    })
    .await;
}
