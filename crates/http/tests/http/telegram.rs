//! A Telegram bot: set up, fetched or posted to, identified, answered; and what goes wrong there.

use std::sync::Arc;

use countersign_fakes::telegram::Telegram;
use countersign_testkit::{TestApp, on_both};
use serde_json::{Value, json};

const TOKEN: &str = "123456:ABC-DEF1234ghIkl";
const API: &str = "https://api.telegram.org";

/// Telegram, where this server finds it.
fn telegram(app: &TestApp) -> Arc<Telegram> {
    let fake = Arc::new(Telegram::new(TOKEN, "acme_bot"));
    let there = fake.clone();
    app.outbound.provide(API, move |call| there.answer(call));
    fake
}

fn new(receive: &str, token: &str) -> Value {
    json!({ "kind": "telegram", "name": "Telegram", "config": { "receive": receive },
            "secrets": { "bot_token": token } })
}

async fn connect(app: &TestApp, receive: &str) -> Value {
    app.api().post("/v1/channels", new(receive, TOKEN)).await.expect(201)
}

async fn cases(app: &TestApp) -> Vec<Value> {
    app.api().get("/v1/cases").await.expect(200)["data"].as_array().unwrap().clone()
}

/// What the conversation says, oldest first, without lines of the record.
async fn texts(app: &TestApp, case: &Value) -> Vec<String> {
    let path = format!("/v1/cases/{}/messages", case["id"].as_str().unwrap());
    let found = app.api().get(&path).await.expect(200);
    let said = found["data"].as_array().unwrap().iter().filter(|m| m["kind"] != "event");
    said.map(|m| m["text"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_bot_is_connected_fetched_identifies_its_user_and_answers() {
    on_both(async |app| {
        let telegram = telegram(&app);
        let channel = connect(&app, "poll").await;
        assert_eq!(channel["config"]["username"], "acme_bot");
        assert_eq!((&channel["secrets"], &channel["hook_url"]), (&json!(["bot_token"]), &json!(null)));
        assert_eq!(channel["health"]["ok"], true);
        assert!(!channel.to_string().contains(TOKEN), "a secret is given out by nothing");
        let code = app.code("ann").await;
        telegram.write(42, "Ann", 1_780_315_200, json!({ "text": "hello" }));
        telegram.write(42, "Ann", 1_780_315_201, json!({ "text": format!("/start {code}") }));
        let jobs = app.jobs();
        jobs.until(async || cases(&app).await.first().is_some_and(|c| c["identity"]["assurance"] == "al3"))
            .await;
        let case = cases(&app).await[0].clone();
        assert_eq!(case["identity"]["evidence"]["method"], "api_code");
        assert!(!texts(&app, &case).await.join(" ").contains(&code), "codes are redacted");
        let path = format!("/v1/cases/{}/messages", case["id"].as_str().unwrap());
        let agent = app.person("agent").await;
        let typing = format!("/v1/cases/{}/typing", case["id"].as_str().unwrap());
        agent.post(&typing, json!({})).await.expect_text(204);
        jobs.until(async || telegram.typed() == ["42"]).await;
        agent.post(&path, json!({ "text": "Hello Ann." })).await.expect(201);
        jobs.until(async || !telegram.sent().is_empty()).await;
        let sent = &telegram.sent()[0];
        assert_eq!((sent.chat_id.as_str(), sent.text.as_str()), ("42", "Hello Ann."));
        jobs.until(async || {
            let found = app.api().get(&path).await.expect(200);
            found["data"].as_array().unwrap().iter().any(|m| m["delivery"] == "sent")
        })
        .await;
        jobs.until(async || telegram.pending().is_empty()).await;
        jobs.stop().await;
    })
    .await;
}

#[tokio::test]
async fn r5_updates_that_come_five_times_and_out_of_order_leave_one_conversation() {
    on_both(async |app| {
        let telegram = telegram(&app);
        connect(&app, "webhook").await;
        let code = app.code("ann").await;
        let updates = [
            telegram.write(42, "Ann", 1_780_315_200, json!({ "text": "one" })),
            telegram.write(42, "Ann", 1_780_315_201, json!({ "text": code })),
            telegram.write(42, "Ann", 1_780_315_202, json!({ "text": "three" })),
        ];
        for order in [[1, 0, 2], [2, 1, 0], [0, 1, 2], [2, 0, 1], [1, 2, 0]] {
            for place in order {
                app.carry(&telegram.post(&updates[place]).unwrap()).await.expect_text(200);
            }
        }
        let all = cases(&app).await;
        assert_eq!(all.len(), 1);
        assert_eq!(all[0]["identity"]["assurance"], "al3");
        let mut said = texts(&app, &all[0]).await;
        said.sort();
        assert_eq!(said.len(), 3, "{said:?}");
    })
    .await;
}

#[tokio::test]
async fn r4_only_telegram_itself_is_believed() {
    on_both(async |app| {
        let telegram = telegram(&app);
        let channel = connect(&app, "webhook").await;
        assert!(channel["hook_url"].as_str().unwrap().starts_with("https://countersign.test/hooks/chan_"));
        let update = telegram.write(42, "Ann", 1_780_315_200, json!({ "text": "hello" }));
        let good = telegram.post(&update).unwrap();
        let (name, secret) = good.headers[1].clone();
        let mut flipped = secret.clone().into_bytes();
        flipped[10] ^= 1;
        let flipped = String::from_utf8(flipped).unwrap();
        for bad in [flipped.as_str(), "", &secret[1..], &format!("{secret}x"), TOKEN] {
            let mut post = good.clone();
            post.headers[1] = (name.clone(), bad.to_owned());
            assert_eq!(app.carry(&post).await.problem(401), "bad-signature", "{bad}");
        }
        let mut without = good.clone();
        without.headers.pop();
        assert_eq!(app.carry(&without).await.problem(401), "bad-signature");
        assert!(cases(&app).await.is_empty());
        app.carry(&good).await.expect_text(200);
        assert_eq!(cases(&app).await.len(), 1);
        let mut odd = good.clone();
        odd.body = b"{\"update_id\": 1, ".to_vec();
        assert_eq!(app.carry(&odd).await.problem(400), "invalid-request");
        odd.body = vec![b' '; 1_100_000];
        assert_eq!(app.carry(&odd).await.problem(413), "payload-too-large");
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_is_fetched_or_of_another_kind_is_not_posted_to() {
    on_both(async |app| {
        let telegram = telegram(&app);
        let fetched = connect(&app, "poll").await;
        let custom = app.custom_channel("Messenger").await;
        telegram.write(42, "Ann", 1, json!({ "text": "hello" }));
        for id in [fetched["id"].as_str().unwrap(), &custom, "chan_01jd3k6q9we3t8v2c4x5z6b7n8"] {
            for method in [axum::http::Method::GET, axum::http::Method::POST] {
                let answer =
                    app.anonymous().send(method, &format!("/hooks/{id}"), Some(b"{}".to_vec())).await;
                assert_eq!(answer.problem(404), "not-found", "{id}");
            }
        }
    })
    .await;
}

const REFUSALS: &[&str] = &[
    "/secrets/bot_token: missing-field: The channel does not work without this secret.",
    ": provider-refused: The provider does not take these settings: Telegram does not know this token.",
    ": provider-refused: The provider does not take these settings: a bot's token looks like 123456:ABC-DEF, as @BotFather shows it.",
    ": provider-refused: The provider does not take these settings: a bot's token looks like 123456:ABC-DEF, as @BotFather shows it.",
    "/secrets/bot_token: invalid-secret: A secret is a text on one line, as the provider shows it.",
    "/config: invalid-config: A Telegram bot takes `receive` (`poll` or `webhook`), `api_url` and `link_url`.",
    "/secrets/api_hash: unknown-field: Channels of this kind have no such secret.",
    "/config/api_url: address-not-allowed: Only https:// addresses are allowed.",
];

#[tokio::test]
async fn settings_that_do_not_work_are_refused_with_the_place_and_nothing_is_saved() {
    on_both(async |app| {
        let telegram = telegram(&app);
        let refused = async |body: Value| {
            let problem = app.api().post("/v1/channels", body).await.expect(400);
            let error = &problem["errors"][0];
            ["pointer", "code", "detail"].map(|key| error[key].as_str().unwrap()).join(": ")
        };
        let mut unknown = new("poll", TOKEN);
        unknown["secrets"]["api_hash"] = json!("x");
        let mut elsewhere = new("poll", TOKEN);
        elsewhere["config"]["api_url"] = json!("http://169.254.169.254");
        let bodies = [
            json!({ "kind": "telegram", "name": "T", "config": {} }),
            new("poll", "999:WRONG"),
            new("poll", "no token at all/../x"),
            new("poll", "1:a/../../bot2:b"),
            new("poll", ""),
            new("carrier pigeon", TOKEN),
            unknown,
            elsewhere,
        ];
        for (body, expected) in bodies.into_iter().zip(REFUSALS) {
            assert_eq!(refused(body).await, *expected);
        }
        telegram.trouble(502, json!("bad gateway"));
        let down =
            ": provider-unavailable: The provider does not answer: Telegram answered 502. Nothing was saved.";
        assert_eq!(refused(new("poll", TOKEN)).await, down);
        assert_eq!(app.api().get("/v1/channels").await.expect(200)["data"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_reply_that_cannot_arrive_is_seen_with_its_reason_and_can_be_sent_again() {
    on_both(async |app| {
        let telegram = telegram(&app);
        connect(&app, "poll").await;
        telegram.write(42, "Ann", 1, json!({ "text": "hello" }));
        telegram.block(42);
        let jobs = app.jobs();
        jobs.until(async || cases(&app).await.len() == 1).await;
        let path = format!("/v1/cases/{}/messages", cases(&app).await[0]["id"].as_str().unwrap());
        app.api().post(&path, json!({ "text": "Are you there?" })).await.expect(201);
        let newest = async || {
            let found = app.api().get(&path).await.expect(200);
            found["data"].as_array().unwrap().iter().find(|m| m["direction"] == "outbound").unwrap().clone()
        };
        jobs.until(async || newest().await["delivery"] == "failed").await;
        assert_eq!(
            newest().await["delivery_detail"],
            "the customer has blocked the bot, or never started it"
        );
        let channel = &app.api().get("/v1/channels").await.expect(200)["data"][0];
        assert_eq!(channel["health"]["ok"], true, "one customer says nothing of the channel");
        jobs.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_photo_is_fetched_and_an_answer_with_a_file_arrives() {
    on_both(async |app| {
        let telegram = telegram(&app);
        connect(&app, "poll").await;
        let picture = b"\x89PNG\r\n\x1a\n and what follows";
        telegram.keep("photo-1", "photos/file_0.png", picture);
        telegram.write(
            42,
            "Ann",
            1,
            json!({ "caption": "my card", "photo": [
            { "file_id": "photo-1", "width": 90, "height": 90, "file_size": picture.len() }] }),
        );
        telegram.keep("run-1", "documents/file_1.exe", b"MZ\x90\0\x03");
        telegram.write(42, "Ann", 2, json!({ "document": { "file_id": "run-1", "file_name": "run.exe" } }));
        let jobs = app.jobs();
        jobs.until(async || cases(&app).await.len() == 1).await;
        let path = format!("/v1/cases/{}/messages", cases(&app).await[0]["id"].as_str().unwrap());
        let all = async || app.api().get(&path).await.expect(200)["data"].as_array().unwrap().clone();
        jobs.until(async || all().await.iter().any(|m| m["attachments"][0]["id"].is_string())).await;
        let photo = all().await.into_iter().find(|m| m["text"] == "my card").unwrap();
        let file = format!("/v1/attachments/{}", photo["attachments"][0]["id"].as_str().unwrap());
        assert_eq!(app.api().get(&file).await.body, picture);
        let program = all().await.into_iter().find(|m| m["text"] == "").unwrap();
        assert_eq!(program["attachments"][0]["name"], "run.exe", "announced, and never kept");
        assert_eq!(program["attachments"][0]["id"], json!(null));
        let upload = path.replace("/messages", "/attachments");
        let client = app.api().header("content-type", "application/octet-stream");
        let client = client.header("content-disposition", "attachment; filename=\"form.png\"");
        let uploaded =
            client.send(axum::http::Method::POST, &upload, Some(picture.to_vec())).await.expect(201);
        let body = json!({ "text": "Here it is.", "attachments": [uploaded["id"]] });
        app.api().post(&path, body).await.expect(201);
        jobs.until(async || telegram.sent().len() == 2).await;
        let sent = telegram.sent();
        assert_eq!((sent[0].method.as_str(), sent[1].method.as_str()), ("sendMessage", "sendPhoto"));
        let form = &sent[1].form;
        assert!(form.windows(picture.len()).any(|part| part == picture), "byte for byte");
        jobs.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_channel_says_how_its_provider_gets_on_with_us_and_is_mended() {
    on_both(async |app| {
        let telegram = telegram(&app);
        let channel = connect(&app, "poll").await;
        let path = format!("/v1/channels/{}", channel["id"].as_str().unwrap());
        for _ in 0..2 {
            telegram.trouble(401, json!({ "ok": false, "error_code": 401, "description": "Unauthorized" }));
        }
        let jobs = app.jobs();
        let health = async || app.api().get(&path).await.expect(200)["health"].clone();
        jobs.until(async || health().await["ok"] == false).await;
        assert_eq!(health().await["detail"], "Telegram does not know this token");
        telegram.write(42, "Ann", 1, json!({ "text": "hello" }));
        jobs.until(async || cases(&app).await.len() == 1).await;
        jobs.until(async || health().await["ok"] == true).await;
        let test = app.admin().await.post(&format!("{path}/test"), json!({})).await.expect(200);
        assert_eq!(
            (&test["ok"], &test["detail"]),
            (&json!(true), &json!("@acme_bot answers; its messages are fetched."))
        );
        jobs.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_administrator_turns_from_fetching_to_posting_and_takes_the_bot_out_of_use() {
    on_both(async |app| {
        let telegram = telegram(&app);
        let channel = connect(&app, "poll").await;
        let path = format!("/v1/channels/{}", channel["id"].as_str().unwrap());
        let admin = app.admin().await;
        let turned = admin.patch(&path, json!({ "config": { "receive": "webhook" } })).await.expect(200);
        assert_eq!(turned["secrets"], json!(["bot_token"]), "secrets stay where none are given");
        let update = telegram.write(42, "Ann", 1, json!({ "text": "hello" }));
        let post = telegram.post(&update).expect("a webhook is set");
        app.carry(&post).await.expect_text(200);
        assert_eq!(cases(&app).await.len(), 1);
        let refused = admin.patch(&path, json!({ "secrets": { "bot_token": "1:other" } })).await;
        assert_eq!(refused.expect(400)["errors"][0]["code"], "provider-refused");
        assert!(telegram.post(&update).is_some(), "what worked before still does");
        admin.patch(&path, json!({ "state": "paused" })).await.expect(200);
        assert_eq!(app.carry(&post).await.problem(503), "unavailable", "Telegram keeps it and tries again");
        admin.delete(&path).await.expect(204);
        assert!(telegram.post(&update).is_none(), "Telegram was told");
        assert_eq!(app.carry(&post).await.problem(404), "not-found");
    })
    .await;
}

#[tokio::test]
async fn a_bot_is_not_taken_away_from_the_channel_that_has_it() {
    on_both(async |app| {
        let telegram = telegram(&app);
        let first = connect(&app, "webhook").await;
        let hook = first["hook_url"].as_str().unwrap().to_owned();
        assert_eq!(telegram.post(&json!({})).unwrap().url, hook);
        // Another token of the same bot, and fetched instead: Telegram is not even asked.
        for body in [new("webhook", TOKEN), new("poll", "123456:another-one")] {
            let refused = app.api().post("/v1/channels", body).await;
            assert_eq!(refused.problem(409), "account-taken");
        }
        assert_eq!(telegram.post(&json!({})).unwrap().url, hook, "its messages still come here");
    })
    .await;
}
