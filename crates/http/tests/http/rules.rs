//! Rules in the real server: the scenario of the seed, limits, chains, timers, history, and how they are kept.

use countersign_testkit::{Answer, TestApp, on_both};
use countersign_types::time;
use serde_json::{Value, json};

/// A conversation at the pace of a person: each message a minute after the one before.
struct Talk<'a> {
    app: &'a TestApp,
    channel: String,
    from: &'static str,
    count: std::cell::Cell<usize>,
}

impl<'a> Talk<'a> {
    async fn on(app: &'a TestApp, from: &'static str) -> Self {
        let channel = app.custom_channel(&format!("Pigeon of {from}")).await;
        Self { app, channel, from, count: std::cell::Cell::new(0) }
    }

    /// Says something; answers with the case as it is then.
    async fn say(&self, text: &str) -> Value {
        self.app.clock.advance(time::MINUTE + time::SECOND);
        self.at_once(text).await
    }

    async fn at_once(&self, text: &str) -> Value {
        self.count.set(self.count.get() + 1);
        let id = format!("{}-{}", self.from, self.count.get());
        self.app.say(&self.channel, self.from, &id, text).await["case"].clone()
    }

    /// What rules said in a case, oldest first.
    async fn replies(&self, case: &Value) -> Vec<String> {
        let id = case["id"].as_str().unwrap();
        let messages = self.app.api().get(&format!("/v1/cases/{id}/messages")).await.expect(200);
        let all = messages["data"].as_array().unwrap().iter();
        let of_rules = all.filter(|m| m["author"]["kind"] == "rule" && m["kind"] == "reply");
        of_rules.map(|m| m["text"].as_str().unwrap().to_owned()).collect()
    }

    async fn last_reply(&self, case: &Value) -> String {
        self.replies(case).await.last().cloned().unwrap_or_default()
    }

    async fn close(&self, case: &Value) {
        let id = case["id"].as_str().unwrap();
        self.app.api().post(&format!("/v1/cases/{id}/end"), json!({ "status": "closed" })).await.expect(200);
    }
}

async fn install(app: &TestApp, body: Value) -> Value {
    let path = "/v1/rule-templates/chat-identification/install";
    app.admin().await.post(path, body).await.expect(200)
}

async fn rule(app: &TestApp, body: Value) -> Value {
    app.admin().await.post("/v1/rules", body).await.expect(201)
}

async fn code_with(app: &TestApp, external_id: &str, tariff: Option<&str>) -> String {
    let mut profile = json!({ "external_id": external_id, "name": "Ann Example" });
    if let Some(tariff) = tariff {
        profile["attributes"] = json!({ "tariff": tariff });
    }
    let made = app.api().post("/v1/identification-codes", json!({ "profile": profile })).await.expect(201);
    made["display"].as_str().unwrap().to_owned()
}

/// Status, whether the chat is live, and priority.
fn state(case: &Value) -> (&str, &str, &str) {
    let word = |key: &str| case[key].as_str().unwrap();
    (word("status"), word("chat"), word("priority"))
}

async fn firings(app: &TestApp, case: &Value) -> Vec<String> {
    let id = case["id"].as_str().unwrap();
    let all = app.api().get(&format!("/v1/cases/{id}/firings")).await.expect(200);
    let all = all["data"].as_array().unwrap().iter().rev();
    all.map(|f| f["rule"]["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_scenario_asks_a_stranger_until_the_code_is_right() {
    on_both(async |app| {
        let installed = install(&app, json!({ "language": "en" })).await;
        assert_eq!(installed["added"].as_array().unwrap().len(), 10);
        assert_eq!(installed["made_attribute"], true);
        let talk = Talk::on(&app, "jo").await;

        // 2 a: a new conversation of a stranger.
        let case = talk.say("Hi, what about my order?").await;
        assert_eq!(state(&case), ("pending", "ended", "normal"));
        assert!(talk.last_reply(&case).await.starts_with("Hello! To help you with your account"));
        // 3 c: something else than a code.
        let case = talk.say("what?").await;
        assert_eq!(state(&case), ("pending", "ended", "normal"));
        assert!(talk.last_reply(&case).await.starts_with("We have not found an identification code"));
        // 3 d: a code that is over five minutes old.
        let old = code_with(&app, "ann", Some("vip")).await;
        app.clock.advance(5 * time::MINUTE);
        let case = talk.say(&old).await;
        assert_eq!(state(&case), ("pending", "ended", "normal"));
        assert_eq!(case["identity"]["assurance"], "al0");
        assert!(talk.last_reply(&case).await.starts_with("Unfortunately this code is not valid"));
        // 3 e: the right one, of somebody with the VIP tariff.
        app.clock.advance(11 * time::MINUTE);
        let code = code_with(&app, "ann", Some("vip")).await;
        let case = talk.say(&code).await;
        assert_eq!(state(&case), ("open", "live", "high"));
        assert_eq!(case["identity"]["assurance"], "al3");
        assert!(talk.last_reply(&case).await.contains("Your personal team will join you"));
        assert_eq!(
            firings(&app, &case).await,
            ["New chat: ask who it is", "No code was sent", "Code is invalid", "Code is valid: VIP tariff"]
        );
        // What is said then is for the agents.
        let before = talk.replies(&case).await.len();
        let case = talk.say("So, about my order").await;
        assert_eq!(talk.replies(&case).await.len(), before);
        assert_eq!(state(&case).0, "open");
    })
    .await;
}

#[tokio::test]
async fn the_scenario_greets_whom_it_knows_by_tariff() {
    on_both(async |app| {
        install(&app, json!({ "language": "en" })).await;
        for (from, tariff, first, again, priority) in [
            ("std", "standard", "An agent will join you", "Thank you for writing to us", "normal"),
            ("vip", "vip", "Your personal team will join", "Your personal team will be with you", "high"),
        ] {
            let talk = Talk::on(&app, from).await;
            talk.say("Hello").await;
            let code = code_with(&app, from, Some(tariff)).await;
            let case = talk.say(&code).await;
            assert!(talk.last_reply(&case).await.contains(first));
            assert_eq!(state(&case), ("open", "live", priority));
            talk.close(&case).await;
            app.clock.advance(time::HOUR);
            let next = talk.say("It is me again").await;
            assert_ne!(next["id"], case["id"], "what was closed is over");
            assert!(talk.last_reply(&next).await.contains(again));
            assert_eq!(state(&next), ("open", "live", priority));
        }
    })
    .await;
}

#[tokio::test]
async fn the_scenario_serves_who_has_no_account_and_takes_them_back() {
    on_both(async |app| {
        install(&app, json!({ "language": "en" })).await;
        let talk = Talk::on(&app, "newcomer").await;
        talk.say("Hello").await;
        // 3 f: they have none.
        let case = talk.say("sorry, I don't have an account yet").await;
        assert_eq!(state(&case), ("open", "live", "normal"));
        assert!(talk.last_reply(&case).await.starts_with("Thank you for telling us"));
        assert_eq!(firings(&app, &case).await, ["New chat: ask who it is", "Customer has no account"]);
        // 2 b: another conversation of theirs.
        talk.close(&case).await;
        app.clock.advance(time::HOUR);
        let case = talk.say("One more question").await;
        assert!(talk.last_reply(&case).await.contains("If you have an account by now"));
        assert_eq!(state(&case), ("open", "live", "normal"));
        // 3 g: they have one now.
        let case = talk.say(" 5 ").await;
        assert_eq!(state(&case), ("pending", "ended", "normal"));
        assert!(talk.last_reply(&case).await.starts_with("Wonderful!"));
        let code = code_with(&app, "newcomer", Some("standard")).await;
        let case = talk.say(&code).await;
        assert_eq!(state(&case), ("open", "live", "normal"));

        let other = Talk::on(&app, "other").await;
        other.say("Hello").await;
        other.say("no account").await;
        let case = other.say("START").await;
        assert!(other.last_reply(&case).await.starts_with("Wonderful!"));
    })
    .await;
}

#[tokio::test]
async fn the_scenario_is_installed_once_in_any_language_and_for_new_customers_only_where_wished() {
    on_both(async |app| {
        let known = Talk::on(&app, "known").await;
        known.say("I was here before the rules").await;
        app.clock.advance(time::HOUR);
        let first = install(&app, json!({ "language": "de", "new_customers_only": true })).await;
        let rules = app.api().get("/v1/rules").await.expect(200);
        assert_eq!(rules["data"][0]["name"].as_str().unwrap(), "Neuer Chat: fragen, wer es ist");
        for rule in rules["data"].as_array().unwrap() {
            assert_eq!((&rule["problems"], &rule["takes_part"]), (&json!([]), &json!(true)), "{rule}");
        }
        let again = install(&app, json!({ "language": "fr" })).await;
        assert_eq!((&again["added"], &again["kept"]), (&json!([]), &first["added"]));
        assert_eq!(again["made_attribute"], false);
        let case = known.say("Hallo?").await;
        assert!(known.replies(&case).await.is_empty(), "who was here before is left to the agents");
        let case = Talk::on(&app, "newer").await.say("Hallo").await;
        assert_eq!(state(&case).0, "pending");
        let template = &app.api().get("/v1/rule-templates").await.expect(200)["data"][0];
        assert_eq!((&template["installed"], &template["rules"]), (&json!(10), &json!(10)));
        assert_eq!(template["languages"].as_array().unwrap().len(), 8);
        let path = "/v1/rule-templates/chat-identification/install";
        let refused = app.admin().await.post(path, json!({ "language": "xx" })).await.expect(400);
        assert_eq!(refused["errors"][0]["code"], "unknown-language");
    })
    .await;
}

#[tokio::test]
async fn r1_automatic_messages_trigger_nothing_and_ours_say_that_they_are() {
    on_both(async |app| {
        rule(&app, answering("updated_case")).await;
        rule(&app, answering("new_case")).await;
        let talk = Talk::on(&app, "bot").await;
        let path = format!("/v1/channels/{}/messages", talk.channel);
        let body =
            json!({ "id": "a", "from": { "id": "bot" }, "text": "Out of office", "is_automatic": true });
        let got = app.api().post(&path, body).await.expect(200);
        assert!(talk.replies(&got["case"]).await.is_empty());
        let case = talk.say("I am here").await;
        assert_eq!(talk.replies(&case).await.len(), 1);
        let id = case["id"].as_str().unwrap();
        let messages = app.api().get(&format!("/v1/cases/{id}/messages")).await.expect(200);
        let last = messages["data"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["author"]["kind"], &last["is_automatic"]), (&json!("rule"), &json!(true)));
    })
    .await;
}

#[tokio::test]
async fn r1_replies_are_held_back_in_a_storm_and_the_rest_is_done() {
    on_both(async |app| {
        rule(
            &app,
            json!({ "name": "Answer", "trigger": "updated_case",
                "match": [{ "mode": "all", "conditions": [
                    { "field": "message.author", "op": "is", "value": "customer" }] }],
                "actions": [{ "kind": "send_message", "texts": ["We have it."] },
                            { "kind": "add_labels", "labels": ["answered"] }] }),
        )
        .await;
        let talk = Talk::on(&app, "fast").await;
        talk.say("one").await;
        talk.at_once("two").await;
        let case = talk.at_once("three").await;
        assert_eq!(talk.replies(&case).await.len(), 1, "one in a minute by one rule");
        assert_eq!(case["labels"], json!(["answered"]));
        let id = case["id"].as_str().unwrap();
        let firing = &app.api().get(&format!("/v1/cases/{id}/firings")).await.expect(200)["data"][0];
        assert_eq!(
            (firing["done"][0]["outcome"].as_str(), firing["done"][0]["detail"].as_str()),
            (Some("held"), Some("same_rule"))
        );
        assert_eq!(firing["done"][1]["outcome"], "done");
    })
    .await;
}

fn answering(trigger: &str) -> Value {
    json!({ "name": format!("Answer {trigger}"), "trigger": trigger,
            "actions": [{ "kind": "send_message", "texts": ["Hello {profile.name|there} at {workspace.name}"] }] })
}

#[tokio::test]
async fn r2_rules_that_set_each_other_off_end() {
    on_both(async |app| {
        let flip = |name: &str, to: &str, from: &str| {
            json!({ "name": name, "trigger": "updated_case",
                "match": [{ "mode": "all", "conditions": [
                    { "field": "case.priority", "op": "changed", "value": { "to": from } }] }],
                "actions": [{ "kind": "set_priority", "priority": to }] })
        };
        rule(&app, flip("up", "high", "low")).await;
        rule(&app, flip("down", "low", "high")).await;
        let all = app.api().get("/v1/rules").await.expect(200);
        let warned = all["data"].as_array().unwrap().iter().any(|r| r["warnings"][0]["code"] == "cycle");
        assert!(warned, "{all}");
        let talk = Talk::on(&app, "jo").await;
        let case = talk.say("hi").await;
        let id = case["id"].as_str().unwrap();
        let patched =
            app.api().patch(&format!("/v1/cases/{id}"), json!({ "priority": "low" })).await.expect(200);
        assert_eq!(patched["priority"], "low", "up, down, and neither twice in one chain");
        assert_eq!(firings(&app, &case).await, ["up", "down"]);
    })
    .await;
}

#[tokio::test]
async fn a_rule_does_all_that_it_says_in_one_transaction() {
    on_both(async |app| {
        let admin = app.admin().await;
        for (key, level) in [("region", "profile"), ("topic", "case")] {
            let body = json!({ "key": key, "label": key, "level": level, "type": "text" });
            admin.post("/v1/attributes", body).await.expect(201);
        }
        let me = admin.get("/v1/me").await.expect(200)["user"]["id"].clone();
        rule(
            &app,
            json!({ "name": "Everything", "trigger": "new_case", "actions": [
                { "kind": "set_attribute", "field": "profile.attributes.region", "value": "north" },
                { "kind": "set_attribute", "field": "case.attributes.topic", "value": "billing" },
                { "kind": "assign_agent", "agent": me },
                { "kind": "set_priority", "priority": "urgent" },
                { "kind": "add_labels", "labels": ["b", "a"] },
                { "kind": "note", "text": "Said: {message.text} by {profile.name|nobody}" },
                { "kind": "notify", "people": [me], "text": "Case {case.number}: {message.text}" },
                { "kind": "webhook", "method": "PUT", "url": "https://hooks.example.test/x/{message.text}",
                  "headers": { "X-Case": "{case.id}" }, "body": "{{\"said\": \"{message.text}\"}}" },
                { "kind": "send_message", "texts": ["In {profile.attributes.region|nowhere}: {case.attributes.topic}"] },
            ] }),
        )
        .await;
        let talk = Talk::on(&app, "jo").await;
        let case = talk.say("a \"b\" c").await;
        assert_eq!(case["assignee"]["id"], me);
        assert_eq!((&case["priority"], &case["labels"]), (&json!("urgent"), &json!(["a", "b"])));
        assert_eq!(case["attributes"]["topic"], "billing");
        assert_eq!(talk.last_reply(&case).await, "In north: billing");
        let notices = admin.get("/v1/me/notices").await.expect(200);
        assert_eq!(notices["data"][0]["case"], case["id"]);
        assert!(notices["data"][0]["text"].as_str().unwrap().ends_with("a \"b\" c"));
        assert!(notices["data"][0]["read_at"].is_null());
        admin.post("/v1/me/notices/read", json!({})).await.expect(204);
        assert!(admin.get("/v1/me/notices").await.expect(200)["data"][0]["read_at"].is_string());
        deliver(&app).await;
        let calls: Vec<_> =
            app.outbound.requests().into_iter().filter(|r| r.url.starts_with("https://hooks")).collect();
        assert_eq!(calls.len(), 1);
        assert_eq!((calls[0].method, calls[0].url.as_str()), ("PUT", "https://hooks.example.test/x/a%20%22b%22%20c"));
        assert_eq!(calls[0].body, br#"{"said": "a \"b\" c"}"#);
        let header = calls[0].headers.iter().find(|(name, _)| name == "x-case").unwrap();
        assert_eq!(header.1, case["id"].as_str().unwrap());
    })
    .await;
}

/// Runs the jobs until the outbox is empty.
async fn deliver(app: &TestApp) {
    let (stop, until) = tokio::sync::watch::channel(false);
    let service = app.service.clone();
    let jobs = tokio::spawn(async move { service.run_jobs(until).await });
    for _ in 0..100 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        if !app.outbound.requests().is_empty() {
            break;
        }
    }
    stop.send_replace(true);
    jobs.await.unwrap();
}

#[tokio::test]
async fn rules_are_kept_in_versions_ordered_and_switched() {
    on_both(async |app| {
        let admin = app.admin().await;
        let a = rule(&app, answering("new_case")).await;
        let b = rule(&app, answering("updated_case")).await;
        let path = format!("/v1/rules/{}", a["id"].as_str().unwrap());
        let changed = admin.patch(&path, json!({ "name": "Other", "version": 1 })).await.expect(200);
        assert_eq!((&changed["name"], &changed["version"]), (&json!("Other"), &json!(2)));
        let late = admin.patch(&path, json!({ "name": "Late", "version": 1 })).await.expect(409);
        assert_eq!(late["code"], "changed-meanwhile");
        let versions = admin.get(&format!("{path}/versions")).await.expect(200);
        assert_eq!(versions["data"].as_array().unwrap().len(), 2);
        let back = admin.post(&format!("{path}/restore"), json!({ "version": 1 })).await.expect(200);
        assert_eq!((&back["name"], &back["version"]), (&a["name"], &json!(3)));

        let order = json!({ "rules": [b["id"], a["id"]] });
        let ordered = admin.put("/v1/rule-order", order).await.expect(200);
        assert_eq!((&ordered["data"][0]["id"], &ordered["data"][1]["id"]), (&b["id"], &a["id"]));
        let half = admin.put("/v1/rule-order", json!({ "rules": [b["id"]] })).await.expect(400);
        assert_eq!(half["errors"][0]["code"], "not-an-order");

        let group = admin.post("/v1/rule-groups", json!({ "name": "Night" })).await.expect(201);
        admin.patch(&path, json!({ "group": group["id"] })).await.expect(200);
        let group_path = format!("/v1/rule-groups/{}", group["id"].as_str().unwrap());
        admin.patch(&group_path, json!({ "enabled": false })).await.expect(200);
        assert_eq!(admin.get(&path).await.expect(200)["takes_part"], false);
        assert_eq!(admin.delete(&group_path).await.expect(409)["code"], "group-in-use");
        let talk = Talk::on(&app, "jo").await;
        let case = talk.say("hi").await;
        assert!(talk.replies(&case).await.is_empty());
        admin.patch(&group_path, json!({ "enabled": true })).await.expect(200);
        admin.patch("/v1/settings/rules", json!({ "enabled": false })).await.expect(200);
        let case = talk.say("hi again").await;
        assert!(talk.replies(&case).await.is_empty(), "the switch stops all of them");
        admin.patch("/v1/settings/rules", json!({ "enabled": true })).await.expect(200);
        let case = talk.say("and again").await;
        assert_eq!(talk.last_reply(&case).await, "Hello there at Countersign");
        admin.delete(&path).await.expect(204);
        admin.get(&path).await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_rule_is_refused_with_its_place() {
    on_both(async |app| {
        let admin = app.admin().await;
        let wrong = |answer: &Answer| {
            let said = answer.expect(400);
            let error = &said["errors"][0];
            (error["pointer"].as_str().unwrap().to_owned(), error["code"].as_str().unwrap().to_owned())
        };
        let with = |conditions: Value| {
            json!({ "name": "x", "trigger": "updated_case", "actions": [{ "kind": "stop" }],
                    "match": [{ "mode": "all", "conditions": conditions }] })
        };
        let condition =
            |field: &str, op: &str, value: Value| json!({ "field": field, "op": op, "value": value });
        for (body, place, code) in [
            (json!({ "name": "x", "trigger": "now", "actions": [] }), "/trigger", "not-a-rule"),
            (json!({ "name": "x", "trigger": "new_case", "actions": [] }), "/actions", "no-action"),
            (
                with(json!([condition("profile.attributes.gone", "is_empty", Value::Null)])),
                "/match/0/conditions/0/field",
                "unknown-attribute",
            ),
            (
                with(json!([condition("message.text", "matches", json!("(a{9999}){9999}"))])),
                "/match/0/conditions/0/value",
                "regex-too-large",
            ),
            (
                with(json!([
                    condition("case.status", "is", json!("open")),
                    condition("case.status", "is", json!("closed"))
                ])),
                "/match/0/conditions/1",
                "never-true",
            ),
            (
                json!({ "name": "x", "trigger": "new_case",
                        "actions": [{ "kind": "send_message", "texts": ["Hi {profile.nam}"] }] }),
                "/actions/0/texts/0",
                "unknown-variable",
            ),
            (
                json!({ "name": "x", "trigger": "new_case",
                        "actions": [{ "kind": "webhook", "method": "POST", "url": "http://10.0.0.1/" }] }),
                "/actions/0/url",
                "refused-address",
            ),
            (
                json!({ "name": "x", "trigger": "new_case",
                        "actions": [{ "kind": "email_customer", "subject": "x", "texts": ["x"] }] }),
                "/actions/0",
                "no-email-channel",
            ),
            (
                json!({ "name": "x", "trigger": "new_case", "actions": [{ "kind": "set_assurance" }] }),
                "/actions/0",
                "not-a-rule",
            ),
        ] {
            let answer = admin.post("/v1/rules", body.clone()).await;
            let found = wrong(&answer);
            assert!(found.0.starts_with(place) && found.1 == code, "{body}: {found:?}");
        }
        let agent = app.person("agent").await;
        agent.get("/v1/rules").await.expect(403);
        agent.post("/v1/rules", answering("new_case")).await.expect(403);
        let manager = app.person("team_manager").await;
        manager.get("/v1/rules").await.expect(200);
        manager.post("/v1/rules", answering("new_case")).await.expect(403);
    })
    .await;
}

#[tokio::test]
async fn m2_nobody_asks_by_a_rule_what_they_see_masked() {
    on_both(async |app| {
        let admin = app.admin().await;
        let case = Talk::on(&app, "jo").await.say("My number is +49 30 901820").await;
        let asking = |field: &str| {
            json!({ "name": "Who?", "trigger": "new_case", "actions": [{ "kind": "stop" }], "match": [
                { "mode": "all", "conditions": [{ "field": field, "op": "starts_with", "value": "+49 3" }] }] })
        };
        let key = json!({ "name": "Rules", "scopes": ["rule.read", "rule.write", "case.read"] });
        let key = admin.post("/v1/api-keys", key).await.expect(201)["secret"].as_str().unwrap().to_owned();
        let program = app.anonymous().bearer(&key);
        for field in ["profile.phone", "profile.name", "profile.email", "profile.external_id", "message.text"] {
            let refused = program.post("/v1/rules", asking(field)).await.expect(400);
            assert_eq!(refused["errors"][0]["code"], "masked-field", "{field}");
            assert_eq!(refused["errors"][0]["pointer"], "/match/0/conditions/0/field");
            let dry = json!({ "case": case["id"], "draft": asking(field) });
            let refused = program.post("/v1/rules/dry-run", dry).await.expect(400);
            assert_eq!(refused["errors"][0]["code"], "masked-field", "{field}");
        }
        let harmless = program.post("/v1/rules", answering("new_case")).await.expect(201);
        let path = format!("/v1/rules/{}", harmless["id"].as_str().unwrap());
        let change = json!({ "match": asking("profile.phone")["match"] });
        program.patch(&path, change.clone()).await.expect(400);
        admin.patch(&path, change).await.expect(200);
        // What another wrote may be renamed and switched.
        program.patch(&path, json!({ "enabled": false })).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn what_a_rule_writes_is_never_longer_than_a_message() {
    on_both(async |app| {
        let long = "{message.text}".repeat(200);
        rule(
            &app,
            json!({ "name": "Echo", "trigger": "new_case", "actions": [
                { "kind": "send_message", "texts": [long] },
                { "kind": "webhook", "method": "GET", "url": "https://hooks.example.test/{message.text}" }] }),
        )
        .await;
        let talk = Talk::on(&app, "jo").await;
        let case = talk.say(&"ä".repeat(19_000)).await;
        assert_eq!(talk.last_reply(&case).await.chars().count(), 20_000);
        let id = case["id"].as_str().unwrap();
        let firing = &app.api().get(&format!("/v1/cases/{id}/firings")).await.expect(200)["data"][0];
        assert_eq!(firing["done"][1]["detail"], "address_too_long");
    })
    .await;
}

#[tokio::test]
async fn a_rule_with_a_deleted_attribute_takes_no_part_and_the_others_run() {
    on_both(async |app| {
        let admin = app.admin().await;
        let body = json!({ "key": "city", "label": "City", "level": "profile", "type": "text" });
        let attribute = admin.post("/v1/attributes", body).await.expect(201);
        let broken = rule(
            &app,
            json!({ "name": "City", "trigger": "new_case", "actions": [{ "kind": "stop" }], "match": [
                { "mode": "all", "conditions": [{ "field": "profile.attributes.city", "op": "is_empty" }] }] }),
        )
        .await;
        rule(&app, answering("new_case")).await;
        admin.delete(&format!("/v1/attributes/{}", attribute["id"].as_str().unwrap())).await.expect(204);
        let now = admin.get(&format!("/v1/rules/{}", broken["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(
            (&now["takes_part"], &now["problems"][0]["code"]),
            (&json!(false), &json!("unknown-attribute"))
        );
        let talk = Talk::on(&app, "jo").await;
        let case = talk.say("hi").await;
        assert_eq!(talk.replies(&case).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_says_what_would_fire_and_sends_nothing() {
    on_both(async |app| {
        let admin = app.admin().await;
        let talk = Talk::on(&app, "jo").await;
        let case = talk.say("Hello").await;
        let case = talk.say(&format!("my mail is {}", case["number"])).await;
        install(&app, json!({ "language": "en" })).await;
        let steps = admin.post("/v1/rules/dry-run", json!({ "case": case["id"] })).await.expect(200);
        let steps = steps["data"].as_array().unwrap();
        assert_eq!(steps.len(), 2);
        let fired = |step: &Value| -> Vec<String> {
            let rules = step["rules"].as_array().unwrap().iter().filter(|r| r["verdict"] == "fired");
            rules.map(|r| r["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(fired(&steps[0]), ["New chat: ask who it is"]);
        assert_eq!(fired(&steps[1]), ["No code was sent"]);
        assert!(steps[1]["rules"][0]["sentence"].as_str().unwrap().contains("did not fire"));
        assert!(talk.replies(&case).await.is_empty() && firings(&app, &case).await.is_empty());

        let typed = json!({ "messages": [{ "text": "hi" }, { "text": "AAAA", "outcome": "invalid" },
            { "text": "BBBB", "outcome": "valid" }],
            "draft": { "name": "Draft", "trigger": "updated_case", "actions": [
                { "kind": "send_message", "texts": ["From the draft"] }] } });
        let steps = admin.post("/v1/rules/dry-run", typed).await.expect(200);
        let last = &steps["data"][2];
        assert_eq!(fired(last), ["Code is valid: Standard tariff", "Draft"]);
        assert_eq!(last["rules"].as_array().unwrap().last().unwrap()["replies"][0]["text"], "From the draft");
        let nothing = admin.post("/v1/rules/dry-run", json!({})).await.expect(400);
        assert_eq!(nothing["errors"][0]["code"], "nothing-to-play");
    })
    .await;
}

#[tokio::test]
async fn rules_for_existing_cases_come_with_the_time() {
    on_both(async |app| {
        let talk = Talk::on(&app, "jo").await;
        talk.say("long ago").await;
        app.clock.advance(2 * time::HOUR);
        rule(
            &app,
            json!({ "name": "Reminder", "trigger": "existing_case", "delay_secs": 3600,
                    "actions": [{ "kind": "send_message", "texts": ["Are you still there?"] }] }),
        )
        .await;
        rule(
            &app,
            json!({ "name": "Half hour", "trigger": "existing_case", "once_per_case": true,
                    "actions": [{ "kind": "add_labels", "labels": ["seen"] }] }),
        )
        .await;
        tick(&app).await;
        let other = Talk::on(&app, "anna").await;
        let case = other.say("a question").await;
        tick(&app).await;
        assert!(other.replies(&case).await.is_empty());
        app.clock.advance(time::HOUR);
        tick(&app).await;
        assert_eq!(other.replies(&case).await, ["Are you still there?"]);
        let old = talk.say("me again").await;
        assert!(talk.replies(&old).await.is_empty(), "what was said before the rule was made is left alone");
        app.clock.advance(time::HOUR);
        tick(&app).await;
        tick(&app).await;
        assert_eq!(other.replies(&case).await.len(), 1, "once for one silence");
        assert_eq!(talk.replies(&old).await.len(), 1);
        let path = format!("/v1/cases/{}", case["id"].as_str().unwrap());
        assert_eq!(app.api().get(&path).await.expect(200)["labels"], json!(["seen"]));
    })
    .await;
}

/// What rules of a server said in its only case, oldest first.
async fn said_by_rules(app: &TestApp) -> Vec<String> {
    let cases = app.api().get("/v1/cases").await.expect(200);
    let Some(id) = cases["data"][0]["id"].as_str() else { return Vec::new() };
    let messages = app.api().get(&format!("/v1/cases/{id}/messages")).await.expect(200);
    let all = messages["data"].as_array().unwrap().iter();
    let replies = all.filter(|m| m["author"]["kind"] == "rule" && m["kind"] == "reply");
    replies.map(|m| m["text"].as_str().unwrap().to_owned()).collect()
}

/// Two servers, each a customer of the other, by channels that do not say that a machine writes. Answers with how many
/// messages both sent before neither said anything more.
async fn answer_each_other(left: &TestApp, right: &TestApp, rules: &[Value], pause: i64) -> usize {
    let (mut channels, apps) = (Vec::new(), [left, right]);
    for app in apps {
        for body in rules {
            rule(app, body.clone()).await;
        }
        channels.push(app.custom_channel("Bridge").await);
    }
    // A person begins it, by mistake.
    left.say(&channels[0], "bridge", "begin", "Hello, is anybody there?").await;
    let mut heard = [0, 0];
    for _ in 0..500 {
        let mut is_quiet = true;
        for (from, to) in [(0, 1), (1, 0)] {
            let said = said_by_rules(apps[from]).await;
            for (n, text) in said.iter().enumerate().skip(heard[from]) {
                apps[to].clock.advance(pause);
                apps[to].say(&channels[to], "bridge", &format!("m{n}"), text).await;
                is_quiet = false;
            }
            heard[from] = said.len();
        }
        if is_quiet {
            return heard[0] + heard[1];
        }
    }
    panic!("they answer each other for ever");
}

#[tokio::test]
async fn r1_two_servers_that_answer_each_other_stop_after_four_messages() {
    on_both(async |left| {
        let right = TestApp::on(countersign_testkit::TestDb::sqlite().await).await;
        let rules = [answering("new_case"), answering("updated_case")];
        let sent = answer_each_other(&left, &right, &rules, 1_000).await;
        assert!((1..=4).contains(&sent), "{sent} messages");
    })
    .await;
}

#[tokio::test]
async fn r1_two_servers_with_the_scenario_stop_at_any_pace() {
    for (pause, most) in [(1_000, 4), (time::SECOND, 6), (time::MINUTE + time::SECOND, 20)] {
        let left = TestApp::on(countersign_testkit::TestDb::sqlite().await).await;
        let right = TestApp::on(countersign_testkit::TestDb::sqlite().await).await;
        install(&left, json!({ "language": "en" })).await;
        install(&right, json!({ "language": "de" })).await;
        let sent = answer_each_other(&left, &right, &[], pause).await;
        assert!((1..=most).contains(&sent), "{sent} messages at a pace of {pause}");
    }
}

/// Lets the rules' clock look once.
async fn tick(app: &TestApp) {
    app.service.run_rules_now().await.unwrap();
}
