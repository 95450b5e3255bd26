//! `Idempotency-Key`: on every `POST` that needs a log-in or a key, one effect and one answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::Method;
use countersign_fakes::Provider;
use countersign_fakes::twilio::Twilio;
use countersign_store::Db;
use countersign_store::testing::{TestDb, both};
use countersign_testkit::{Client, TestApp};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::engagement::{ANN, BALANCE, ROB, World, fail, mandate_id, topic_id};

/// Operations to which a key means nothing, and why.
const WITHOUT: &[(&str, &str)] = &[
    ("log_in", "nobody is known yet"),
    ("set_up", "nobody is known yet"),
    ("look_at_invitation", "it changes nothing"),
    ("accept_invitation", "nobody is known yet; its link works once"),
    ("log_out", "it ends the session it is asked with"),
    ("verify_audit", "it changes nothing"),
    ("type_in_case", "nothing is kept of it"),
    ("dry_run_rules", "it changes nothing"),
    ("try_text_patterns", "it changes nothing"),
    ("preview_call_widget", "it changes nothing"),
    ("check_verification_policy", "it changes nothing"),
    ("validate_ivr_flow", "it changes nothing"),
    ("search_cases", "it changes nothing; what is counted is that somebody searched, each time"),
    ("search_in_engagement", "its results are kept nowhere; one that was seen is refused by its revision"),
    ("test_look_up", "it asks anew each time, and what is kept is that it was asked"),
    ("reveal_value", "the value is kept nowhere, and each look is counted"),
    ("query_visits", "it changes nothing"),
    ("query_pages", "it changes nothing"),
    ("query_web_events", "it changes nothing"),
    ("take_segment_batch", "each event has an id of its own, and is stored once"),
    ("take_segment_track", "each event has an id of its own, and is stored once"),
    ("take_segment_page", "each event has an id of its own, and is stored once"),
    ("take_segment_screen", "each event has an id of its own, and is stored once"),
    ("take_segment_identify", "each event has an id of its own, and is stored once"),
    ("take_segment_alias", "each event has an id of its own, and is stored once"),
    ("take_segment_group", "each event has an id of its own, and is stored once"),
    ("take_segment_b", "each event has an id of its own, and is stored once"),
    ("take_segment_t", "each event has an id of its own, and is stored once"),
    ("take_segment_p", "each event has an id of its own, and is stored once"),
    ("take_segment_s", "each event has an id of its own, and is stored once"),
    ("take_segment_i", "each event has an id of its own, and is stored once"),
    ("take_segment_a", "each event has an id of its own, and is stored once"),
    ("take_segment_g", "each event has an id of its own, and is stored once"),
    ("take_segment_m", "nothing is kept of it"),
    ("upload_attachment", "a file that no message names goes away by itself"),
    ("upload_import", "a file that nobody applies goes away by itself"),
];

/// Every `POST` of `/v1` that takes a key, by its operation id.
fn posts() -> BTreeSet<String> {
    let document = serde_json::to_value(countersign_http::router::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let v1 = paths.iter().filter(|(path, _)| path.starts_with("/v1/"));
    let ids = v1.filter_map(|(_, item)| item["post"]["operationId"].as_str());
    ids.filter(|id| !WITHOUT.iter().any(|(without, _)| without == id)).map(ToOwned::to_owned).collect()
}

/// What every operation is asked about.
struct Stage {
    app: TestApp,
    admin: Client,
    channel: String,
    case: String,
    seen: BTreeSet<String>,
    /// A code on its way: its provider, where it is read back, and with what.
    sent: Option<(Arc<Twilio>, String, Value)>,
}

impl Stage {
    async fn new(app: TestApp) -> Self {
        let body =
            json!({ "kind": "custom", "name": "P", "config": { "outbound_url": "https://p.example/out" } });
        let channel = id(&app.api().post("/v1/channels", body).await.expect(201));
        let case = app.say(&channel, "jo", "1", "Hello").await["case"]["id"].as_str().unwrap().to_owned();
        let admin = app.admin().await;
        Self { app, admin, channel, case, seen: BTreeSet::new(), sent: None }
    }

    /// Asks twice under one key: the answers are the same, the second says that it is one given before.
    async fn twice(&mut self, operation: &str, path: &str, body: Value) -> Value {
        let client = self.app.api();
        self.twice_as(client, operation, path, body).await
    }

    async fn twice_as(&mut self, client: Client, operation: &str, path: &str, body: Value) -> Value {
        self.seen.insert(operation.to_owned());
        let keyed = client.header("idempotency-key", &format!("key-of-{operation}"));
        let first = keyed.post(path, body.clone()).await;
        assert!(first.status.is_success(), "{operation}: {} {}", first.status, first.json());
        assert_eq!(first.headers.get("idempotent-replayed"), None, "{operation}");
        let again = keyed.post(path, body).await;
        assert_eq!((again.status, again.json()), (first.status, first.json()), "{operation}");
        assert_eq!(again.headers["idempotent-replayed"], "true", "{operation}");
        if path.len() > 4 {
            // The same key for something else is refused, and does nothing.
            let other = keyed.post(path, json!({ "another": "body" })).await;
            assert!(other.status.is_client_error(), "{operation}: {}", other.status);
        }
        first.json()
    }

    async fn conversations(&mut self) {
        let (case, channel) = (self.case.clone(), self.channel.clone());
        let inbound = json!({ "id": "2", "from": { "id": "jo" }, "text": "Are you there?" });
        self.twice("receive_message", &format!("/v1/channels/{channel}/messages"), inbound).await;
        self.twice("read_case", &format!("/v1/cases/{case}/read"), json!({})).await;
        self.twice("ask_for_code", &format!("/v1/cases/{case}/ask-for-code"), json!({})).await;
        let reply = json!({ "text": "Yes." });
        let sent = self.twice("post_message", &format!("/v1/cases/{case}/messages"), reply).await;
        let receipt = json!({ "message": sent["id"], "state": "failed", "detail": "no such user" });
        self.twice("record_receipt", &format!("/v1/channels/{channel}/receipts"), receipt).await;
        let retry = format!("/v1/messages/{}/retry", id(&sent));
        let retried = self.twice("retry_message", &retry, json!({})).await;
        assert_eq!(retried["delivery"], "queued");
        let list = self.app.api().get(&format!("/v1/cases/{case}/messages")).await.expect(200);
        assert_eq!(list["data"].as_array().unwrap().len(), 4, "two that came in, two that went out");
        let canned = json!({ "name": "hi", "title": "Greet", "text": "Hello", "audience": "everybody" });
        let canned = self.twice("create_canned_reply", "/v1/canned-replies", canned).await;
        let path = format!("/v1/canned-replies/{}", id(&canned));
        self.twice("fill_canned_reply", &format!("{path}/fill"), json!({ "case": case })).await;
        assert_eq!(self.app.api().get(&path).await.expect(200)["use_count"], 1);
        let by_hand = json!({ "text": "How can I help?", "kind": "reply" });
        self.admin.post(&format!("/v1/cases/{case}/messages"), by_hand).await.expect(201);
        self.twice("extend_chat", &format!("/v1/cases/{case}/extend"), json!({ "minutes": 5 })).await;
        self.twice("end_chat", &format!("/v1/cases/{case}/end"), json!({ "status": "closed" })).await;
        self.twice("test_channel", &format!("/v1/channels/{channel}/test"), json!({})).await;
        let tests = self.app.outbound.requests();
        let tests = tests.iter().filter(|r| String::from_utf8_lossy(&r.body).contains("This is a test"));
        assert_eq!(tests.count(), 1, "sent once");
        self.twice("rotate_channel_secret", &format!("/v1/channels/{channel}/secret"), json!({})).await;
        let new = json!({ "kind": "custom", "name": "Q" });
        self.twice("create_channel", "/v1/channels", new).await;
    }

    async fn customers(&mut self) {
        let channel = self.channel.clone();
        let ann = self.twice("create_profile", "/v1/profiles", json!({ "external_id": "ann" })).await;
        let path = format!("/v1/profiles/{}", id(&ann));
        self.twice("block_profile", &format!("{path}/block"), json!({ "reason": "as a test" })).await;
        self.twice("unblock_profile", &format!("{path}/unblock"), json!({})).await;
        let by_hand = json!({ "channel": channel, "user_id": "jo", "reason": "I know her voice" });
        let admin = self.admin.clone();
        self.twice_as(admin, "link_by_agent", &format!("{path}/links"), by_hand).await;
        let whom = json!({ "profile": { "external_id": "ann" } });
        let code = self.twice("issue_code", "/v1/identification-codes", whom).await;
        self.app.say(&channel, "jo", "3", code["code"].as_str().unwrap()).await;
        let links = self.app.api().get(&format!("{path}/links")).await.expect(200);
        let live = links["data"].as_array().unwrap().iter().find(|l| l["state"] == "live").unwrap().clone();
        self.twice("undo_link", &format!("/v1/links/{}/undo", id(&live)), json!({})).await;
        let attribute = json!({ "key": "tier", "label": "Tier", "level": "profile", "type": "text" });
        self.twice("create_attribute", "/v1/attributes", attribute).await;
        self.twice("create_group", "/v1/groups", json!({ "name": "Second line" })).await;
        let hours = json!({ "name": "Support", "time_zone": "Europe/Berlin" });
        self.twice("create_calendar", "/v1/calendars", hours).await;
        let look_up = json!({ "name": "CRM", "request": { "url": "https://crm.example/{a}" } });
        self.twice("create_look_up", "/v1/look-ups", look_up).await;
        self.verification().await;
        self.merges().await;
        self.imports().await;
        self.privacy().await;
        self.rules().await;
    }

    async fn verification(&mut self) {
        let policy = json!({ "name": "Bank", "customer": {
            "searches": [{ "kind": "text", "fields": ["name"] }],
            "required": [{ "field": "phone", "answer": "phone", "bits": 20 }] } });
        let policy = self
            .twice("create_verification_policy", "/v1/verification-policies", json!({ "policy": policy }))
            .await;
        let publish = format!("/v1/verification-policies/{}/publish", id(&policy));
        let published = self.twice("publish_verification_policy", &publish, json!({ "revision": 1 })).await;
        assert_eq!(published["published_version"], 1);
        let topic =
            json!({ "key": "cards", "name": "Cards", "is_confidential": true, "policy_id": policy["id"] });
        self.twice("create_topic", "/v1/topics", topic).await;
        let mut people = Vec::new();
        for name in ["Una", "Uwe"] {
            people.push(id(&self.app.api().post("/v1/profiles", json!({ "name": name })).await.expect(201)));
        }
        let mandate = json!({ "kind": "other", "representative_id": people[0], "represented_id": people[1],
            "scope": { "topics": ["cards"] }, "valid_from": self.app.service.now().to_string() });
        let mandate = self.twice("create_mandate", "/v1/mandates", mandate).await;
        let revoke = format!("/v1/mandates/{}/revoke", id(&mandate));
        self.twice("revoke_mandate", &revoke, json!({ "reason": "by letter" })).await;
    }

    async fn merges(&mut self) {
        let mut made = Vec::new();
        for name in ["Ida", "Ida L", "Ida Lee", "I. Lee"] {
            made.push(id(&self.app.api().post("/v1/profiles", json!({ "name": name })).await.expect(201)));
        }
        let body = json!({ "from": made[1], "reason": "the same voice" });
        let merge = self.twice("merge_profiles", &format!("/v1/profiles/{}/merge", made[0]), body).await;
        self.twice("undo_merge", &format!("/v1/merges/{}/undo", id(&merge)), json!({})).await;
        let pair = json!({ "profile": made[0], "other": made[2] });
        let later = self.twice("suggest_merge", "/v1/merge-suggestions", pair).await;
        let path = format!("/v1/merge-suggestions/{}", id(&later));
        self.twice("postpone_suggestion", &format!("{path}/postpone"), json!({})).await;
        self.twice("refuse_suggestion", &format!("{path}/refuse"), json!({})).await;
        let pair = json!({ "profile": made[0], "other": made[3] });
        let one = self.app.api().post("/v1/merge-suggestions", pair).await.expect(201);
        let path = format!("/v1/merge-suggestions/{}/accept", id(&one));
        self.twice("accept_suggestion", &path, json!({})).await;
    }

    async fn imports(&mut self) {
        let rows =
            json!({ "create_missing": true, "rows": [{ "external_id": "zoe" }, { "external_id": "" }] });
        let done = self.twice("update_profiles", "/v1/profiles/batch", rows).await;
        assert_eq!((&done["created"], &done["failed"]), (&json!(1), &json!(1)));
        let csv = self.app.api().header("content-type", "text/csv");
        let file = b"external_id,name\nzoe,Zoe\n".to_vec();
        let import = csv.send(Method::POST, "/v1/profile-imports", Some(file)).await.expect(201);
        let path = format!("/v1/profile-imports/{}", id(&import));
        let fields = json!({ "fields": ["external_id", "name"] });
        self.twice("preview_import", &format!("{path}/preview"), fields).await;
        self.app.service.run_imports_now().await.unwrap();
        self.twice("apply_import", &format!("{path}/apply"), json!({})).await;
        self.twice("cancel_import", &format!("{path}/cancel"), json!({})).await;
    }

    async fn privacy(&mut self) {
        let made = self.app.api().post("/v1/profiles", json!({ "external_id": "rex" })).await.expect(201);
        let of = json!({ "profile_id": made["id"], "reason": "asked" });
        let asked = json!({ "profile_id": made["id"], "kind": "erasure", "reason": "asked" });
        let asked = self.twice("record_privacy_request", "/v1/privacy/requests", asked).await;
        let close = format!("/v1/privacy/requests/{}/close", id(&asked));
        self.twice("close_privacy_request", &close, json!({ "outcome": "refused", "reason": "no" })).await;
        self.twice("begin_privacy_export", "/v1/privacy/exports", of.clone()).await;
        self.app.service.run_exports_now().await.unwrap();
        self.twice("erase_for_privacy", "/v1/privacy/erasures", of).await;
    }

    async fn rules(&mut self) {
        let install = "/v1/rule-templates/chat-identification/install";
        self.twice("install_rule_template", install, json!({ "language": "sv" })).await;
        self.twice("create_rule_group", "/v1/rule-groups", json!({ "name": "Night" })).await;
        let rule = json!({ "name": "Stop", "trigger": "new_case", "enabled": false, "actions": [{ "kind": "stop" }] });
        let rule = self.twice("create_rule", "/v1/rules", rule).await;
        let path = format!("/v1/rules/{}", id(&rule));
        self.app.api().patch(&path, json!({ "name": "Halt" })).await.expect(200);
        self.twice("restore_rule", &format!("{path}/restore"), json!({ "version": 1 })).await;
        let versions = self.app.api().get(&format!("{path}/versions")).await.expect(200);
        assert_eq!(versions["data"].as_array().unwrap().len(), 3, "put back once");
        let admin = self.admin.clone();
        self.twice_as(admin, "read_notices", "/v1/me/notices/read", json!({})).await;
        // What is switched off answers nobody in the rest of this test.
        self.app.api().patch("/v1/settings/rules", json!({ "enabled": false })).await.expect(200);
    }

    async fn settings(&mut self) {
        let key = json!({ "name": "Shop", "scopes": ["code.issue"] });
        let key = self.twice("create_api_key", "/v1/api-keys", key).await;
        self.twice("rotate_api_key", &format!("/v1/api-keys/{}/rotate", id(&key)), json!({})).await;
        let who = json!({ "email": "new@example.test", "name": "New", "role": "agent" });
        let admin = self.admin.clone();
        let user = self.twice_as(admin.clone(), "invite_user", "/v1/users", who).await;
        let user = user.pointer("/user/id").or(user.get("id")).unwrap().as_str().unwrap().to_owned();
        let path = format!("/v1/users/{user}/invitation");
        self.twice_as(admin.clone(), "renew_invitation", &path, json!({})).await;
        let view = json!({ "page": "inbox", "name": "Mine", "query": "assignee=me" });
        self.twice_as(admin.clone(), "create_saved_view", "/v1/me/views", view).await;
        let widget = json!({ "name": "Bank", "origins": ["https://bank.example"] });
        let widget = self.twice("create_widget", "/v1/widgets", widget).await;
        let path = format!("/v1/widgets/{}/keys", id(&widget));
        self.twice("create_widget_key", &path, json!({ "algorithm": "HS256" })).await;
        self.website().await;
        self.phone().await;
        let password = json!({
            "current_password": self.app.admin_password, "new_password": "another long passphrase 7",
        });
        self.twice_as(admin, "change_password", "/v1/me/password", password).await;
    }

    async fn phone(&mut self) {
        let flow = json!({ "name": "Bank", "start": "bye", "nodes": { "bye": { "kind": "hang_up" } } });
        let flow = self.twice("create_ivr_flow", "/v1/ivr-flows", flow).await;
        let path = format!("/v1/ivr-flows/{}", id(&flow));
        self.twice("publish_ivr_flow", &format!("{path}/publish"), json!({})).await;
        let draft = json!({ "start": "end", "nodes": { "end": { "kind": "hang_up" } } });
        self.app.api().put(&format!("{path}/draft"), draft).await.expect(200);
        let restore = format!("{path}/versions/1/restore");
        let back = self.twice("restore_ivr_flow_version", &restore, json!({})).await;
        assert_eq!(back["version"], 3, "put back once");
        let widget = json!({ "name": "Customer", "title": "{caller}" });
        self.twice("create_call_widget", "/v1/call-widgets", widget).await;
        let call = json!({ "flow": flow["id"], "from": "+46706170786" });
        self.twice("bench_call", "/v1/bench/calls", call).await;
        let prompt = self.twice("create_prompt", "/v1/prompts", json!({ "name": "Welcome" })).await;
        let path = format!("/v1/prompts/{}/speech", id(&prompt));
        self.twice("speak_prompt", &path, json!({ "language": "sv", "text": "Hej." })).await;
        self.calls().await;
        let number =
            json!({ "number": "+46771123456", "name": "Support", "adapter": "bench", "flow": flow["id"] });
        self.twice("create_phone_number", "/v1/phone-numbers", number).await;
    }

    async fn calls(&mut self) {
        let queue = json!({ "name": "Queue", "start": "q", "nodes": {
            "q": { "kind": "queue", "queue": "Support", "exits": {} } } });
        let flow = self.app.api().post("/v1/ivr-flows", queue).await.expect(201);
        let call = json!({ "flow": flow["id"], "version": "draft", "by_hand": true });
        let by_hand = self.app.api().header("idempotency-key", "by-hand");
        let first = by_hand.post("/v1/bench/calls", call.clone()).await.expect(201);
        let call = by_hand.post("/v1/bench/calls", call).await.expect(201);
        assert_eq!(call["id"], first["id"]);
        let admin = self.app.admin().await;
        self.twice_as(admin, "accept_call", &format!("/v1/calls/{}/accept", id(&call)), json!({})).await;
        // A code that the caller reads out.
        let new = json!({ "channel": "voice", "type": "inbound", "call_id": call["id"] });
        let open = self.app.api().post("/v1/engagements", new).await.json();
        let code = self.app.code("w-caller").await;
        let body = json!({ "revision": open["verification"]["revision"], "code": code });
        let (admin, path) = (self.app.admin().await, format!("/v1/engagements/{}/redeem", id(&open)));
        self.twice_as(admin, "redeem_engagement_code", &path, body).await;
        let path = format!("/v1/bench/calls/{}/inputs", id(&call));
        self.twice("bench_input", &path, json!({ "hang_up": true })).await;
    }

    async fn website(&mut self) {
        let site = json!({ "name": "Shop", "config": { "origins": ["https://shop.example"] } });
        let site = self.twice("create_site", "/v1/sites", site).await;
        let chat =
            json!({ "kind": "web_chat", "name": "Chat", "config": { "origins": ["https://shop.example"] } });
        let chat = self.app.api().post("/v1/channels", chat).await.expect(201);
        let invitation = json!({ "name": "Help", "site": site["id"], "channel": chat["id"],
            "texts": { "en": "Can we help?" } });
        self.twice("create_invitation", "/v1/invitations", invitation).await;
        let batch = json!({ "v": 1, "sent": 2_000, "visit": "ab".repeat(16), "device": "cd".repeat(16), "events": [
            { "id": "01".repeat(16), "name": "SignIn", "at": 1_000, "data": { "identity": "ann" } },
            { "id": "02".repeat(16), "name": "SignOut", "at": 2_000, "data": {} },
        ] });
        let page = self.app.anonymous().header("origin", "https://shop.example");
        page.post(&format!("/t/{}", site["write_key"].as_str().unwrap()), batch).await.expect(200);
        let visit = self.app.api().get("/v1/visits").await.expect(200)["data"][0].clone();
        let decision =
            json!({ "identity": visit["identity"]["id"], "decision": "reject", "reason": "it was her son" });
        self.twice("decide_visit", &format!("/v1/visits/{}/identity", id(&visit)), decision).await;
    }

    async fn deliveries(&mut self) {
        let hook = json!({ "url": "https://hook.example/", "events": ["case.created"] });
        let hook = self.twice("create_webhook", "/v1/webhooks", hook).await;
        let path = format!("/v1/webhooks/{}", id(&hook));
        self.twice("rotate_webhook_secret", &format!("{path}/secret"), json!({})).await;
        let test = self.twice("test_webhook", &format!("{path}/test"), json!({})).await;
        let (api, service) = (self.app.api(), self.app.service.clone());
        let (stop, stopped) = watch::channel(false);
        let jobs = tokio::spawn(async move { service.run_jobs(stopped).await });
        let list = format!("{path}/deliveries?state=dead");
        let (mut is_dead, mut reply) = (false, None);
        for _ in 0..1_000 {
            let found = api.get(&list).await.expect(200);
            is_dead = found["data"].as_array().unwrap().iter().any(|d| d["id"] == test["id"]);
            let letters = api.get("/v1/dead-letters").await.expect(200);
            reply = letters["data"].as_array().unwrap().iter().find(|l| l["kind"] == "message").map(id);
            if is_dead && reply.is_some() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert!(is_dead, "the test was given up");
        // Nothing is sent any more, so that what is replayed waits.
        stop.send_replace(true);
        jobs.await.unwrap();
        let path = format!("/v1/webhook-deliveries/{}/replay", id(&test));
        self.twice("replay_delivery", &path, json!({})).await;
        let letter = reply.expect("a reply was given up");
        self.twice("replay_dead_letter", &format!("/v1/dead-letters/{letter}/replay"), json!({})).await;
    }
}

impl Stage {
    async fn engagements(&mut self, db: Db) {
        let world = World::on(self.app.clone(), db).await;
        let (ann, rob) = (world.ann.clone(), world.rob.clone());
        let said = |whom: &[(&str, &str)]| -> Vec<Value> {
            whom.iter().map(|(field, said)| json!({ "field": field, "said": said })).collect()
        };
        let body = json!({ "channel": "chat", "type": "inbound", "case_id": self.case });
        let mut now = self.twice("open_engagement", "/v1/engagements", body).await;
        let path = format!("/v1/engagements/{}", id(&now));
        let person = world.agent.get("/v1/me").await.expect(200)["user"]["id"].clone();
        let body = |now: &Value, mut body: Value| {
            body["revision"] = now["verification"]["revision"].clone();
            body["on_behalf_of"] = person.clone();
            body
        };
        let topic = body(&now, json!({ "topic_id": topic_id(BALANCE) }));
        now = self.twice("choose_engagement_topic", &format!("{path}/topic"), topic).await;
        let about = body(&now, json!({ "about": "someone_else" }));
        now = self.twice("choose_engagement_about", &format!("{path}/subject"), about).await;
        let ask = body(&now, json!({}));
        now = self.twice("ask_for_engagement_code", &format!("{path}/code"), ask).await;
        for (whom, profile, name) in [(&ROB, &rob, "Weber"), (&ANN, &ann, "Müller")] {
            let search = body(&now, json!({ "search": 0, "query": name }));
            now = self.app.api().post(&format!("{path}/search"), search).await.expect(200)["engagement"]
                .clone();
            let select = body(&now, json!({ "profile_id": profile }));
            now = self.twice_or("select_in_engagement", &format!("{path}/select"), select).await;
            let asked = now["verification"]["questions"].clone();
            let is_asked = |answer: &Value| {
                asked.as_array().unwrap().iter().any(|question| question["field"] == answer["field"])
            };
            let answers: Vec<Value> = said(whom).into_iter().filter(is_asked).collect();
            let answers = body(&now, json!({ "answers": answers }));
            now = self.twice_or("answer_in_engagement", &format!("{path}/answers"), answers).await;
            let finish = body(&now, json!({}));
            now = self.twice_or("finish_engagement_questions", &format!("{path}/finish"), finish).await;
            if name == "Weber" {
                let mandate = body(&now, json!({ "mandate_id": mandate_id(1) }));
                now = self.twice("choose_engagement_mandate", &format!("{path}/mandate"), mandate).await;
                let back = body(&now, json!({ "to": "mandate" }));
                now = self.twice("go_back_in_engagement", &format!("{path}/back"), back).await;
                let mandate = body(&now, json!({ "mandate_id": mandate_id(1) }));
                now = self.app.api().post(&format!("{path}/mandate"), mandate).await.expect(200);
            }
        }
        assert_eq!(now["result"], "proceed");
        let audience = json!({ "audience": "https://core.bank.example" });
        self.twice("sign_engagement_result", &format!("{path}/result-token"), audience).await;
        self.locks(&world).await;
    }

    /// [`Stage::twice`] the first time; later once, since its key is used.
    async fn twice_or(&mut self, operation: &str, path: &str, body: Value) -> Value {
        if self.seen.contains(operation) {
            return self.app.api().post(path, body).await.expect(200);
        }
        self.twice(operation, path, body).await
    }

    async fn locks(&mut self, world: &World) {
        for _ in 0..3 {
            fail(world, &world.agent).await;
        }
        let path = format!("/v1/verification-locks/{}/override", world.ann);
        let reason = json!({ "reason": "she is here with her passport" });
        let admin = self.app.admin().await;
        self.twice_as(admin, "override_verification_lock", &path, reason).await;
        // A code in a conversation is taken as evidence, and another engagement is ended.
        let code = self.app.code("w-ann").await;
        let case = self.app.say(&self.channel, "w-ann", "w-1", &code).await["case"]["id"].clone();
        let new = json!({ "channel": "chat", "type": "inbound", "case_id": case });
        let person = world.agent.get("/v1/me").await.expect(200)["user"]["id"].clone();
        let mut talk = world.open_as(&world.agent, new).await;
        talk.begin("self").await.step("select", json!({ "profile_id": world.ann })).await;
        let path = format!("/v1/engagements/{}", talk.id());
        let body = json!({ "revision": talk.verification()["revision"], "on_behalf_of": person });
        self.twice("take_engagement_evidence", &format!("{path}/evidence"), body).await;
        let talk = world.open().await;
        let path = format!("/v1/engagements/{}/end", talk.id());
        self.twice("end_engagement", &path, json!({ "revision": 0, "on_behalf_of": person })).await;
        self.sent_codes(world, &person).await;
    }

    /// A code goes to the number on file.
    async fn sent_codes(&mut self, world: &World, person: &Value) {
        let provider: Arc<Twilio> = Arc::default();
        let there = provider.clone();
        world.app.outbound.provide(provider.address(), move |call| there.answer(call));
        let mut channel = provider.channel();
        channel["name"] = json!("Texts");
        world.app.api().post("/v1/channels", channel).await.expect(201);
        let mut talk = world.open().await;
        talk.begin("self").await.pick("Müller", &world.twin).await;
        let (path, revision) = (format!("/v1/engagements/{}", talk.id()), &talk.verification()["revision"]);
        let send = json!({ "revision": revision, "on_behalf_of": person, "by": "text_message" });
        self.twice("send_engagement_code", &format!("{path}/send-code"), send).await;
        let path = format!("{path}/confirm-code");
        self.sent = Some((provider, path, json!({ "revision": revision, "on_behalf_of": person })));
    }

    /// What was delivered with everything else is read back.
    async fn read_back(&mut self) {
        let (provider, path, mut code) = self.sent.take().unwrap();
        let sent = provider.sent();
        assert_eq!(sent.len(), 1);
        code["code"] = sent[0].text.chars().filter(char::is_ascii_digit).collect::<String>().into();
        self.twice("confirm_engagement_code", &path, code).await;
    }
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("no id: {value}")).to_owned()
}

#[tokio::test]
async fn every_post_under_one_idempotency_key_has_one_effect_and_one_answer() {
    both(async |db: TestDb| {
        let raw = (*db).clone();
        let app = TestApp::with(db, |config| config.outbox.schedule_secs = vec![0]).await;
        let mut stage = Stage::new(app).await;
        stage.conversations().await;
        stage.customers().await;
        stage.engagements(raw).await;
        stage.settings().await;
        stage.app.outbound.answer(500);
        stage.deliveries().await;
        stage.read_back().await;
        let left: Vec<_> = posts().difference(&stage.seen).cloned().collect();
        assert_eq!(left, [""; 0], "these were not asked twice");
    })
    .await;
}
