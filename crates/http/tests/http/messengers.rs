//! What every messenger that posts to us keeps, whoever provides it; and what is peculiar to one.

use std::sync::Arc;

use axum::http::Method;
use countersign_fakes::line::LineApp;
use countersign_fakes::meta::{ANOTHER, Meta, Product};
use countersign_fakes::twilio::Twilio;
use countersign_fakes::viber::Viber;
use countersign_fakes::{Provider, Reply};
use countersign_testkit::{TestApp, on_both};
use serde_json::{Value, json};

/// A fresh provider of each kind.
fn providers() -> Vec<Arc<dyn Provider>> {
    vec![
        Arc::new(Meta::new(Product::WhatsApp)),
        Arc::new(Meta::new(Product::Messenger)),
        Arc::new(Meta::new(Product::Instagram)),
        Arc::new(Twilio::default()),
        Arc::new(LineApp::default()),
        Arc::new(Viber::default()),
    ]
}

/// Connects a channel to a provider, as an administrator does on both sides.
async fn connect(app: &TestApp, provider: &Arc<dyn Provider>) -> Value {
    let there = provider.clone();
    app.outbound.provide(provider.address(), move |call| there.answer(call));
    let mut body = provider.channel();
    body["name"] = body["kind"].clone();
    let channel = app.api().post("/v1/channels", body).await.expect(201);
    provider.told(channel["hook_url"].as_str().unwrap(), channel["id"].as_str().unwrap());
    channel
}

async fn cases(app: &TestApp) -> Vec<Value> {
    app.api().get("/v1/cases").await.expect(200)["data"].as_array().unwrap().clone()
}

async fn messages(app: &TestApp, case: &Value) -> Vec<Value> {
    let path = format!("/v1/cases/{}/messages", case["id"].as_str().unwrap());
    let found = app.api().get(&path).await.expect(200);
    found["data"].as_array().unwrap().iter().filter(|m| m["kind"] == "reply").cloned().collect()
}

/// Runs a test once for each kind of provider, on both databases.
async fn for_each(test: impl AsyncFn(&TestApp, Arc<dyn Provider>)) {
    for n in 0..providers().len() {
        on_both(async |app| test(&app, providers().swap_remove(n)).await).await;
    }
}

#[tokio::test]
async fn each_is_set_up_brings_a_code_identifies_and_delivers_the_answer() {
    for_each(async |app, provider| {
        let channel = connect(app, &provider).await;
        assert_eq!(channel["health"]["ok"], true);
        let secrets = provider.channel()["secrets"].clone();
        for secret in secrets.as_object().unwrap().values() {
            assert!(
                !channel.to_string().contains(secret.as_str().unwrap()),
                "secrets are given out by nothing"
            );
        }
        let code = app.code("ann").await;
        app.carry(&provider.says(1, "hello")).await.expect_text(200);
        app.carry(&provider.says(2, &format!("my code is {code}"))).await.expect_text(200);
        let case = cases(app).await[0].clone();
        assert_eq!(case["identity"]["assurance"], "al3", "{}", channel["kind"]);
        assert!(!messages(app, &case).await.iter().any(|m| m["text"].as_str().unwrap().contains(&code)));
        let path = format!("/v1/cases/{}/messages", case["id"].as_str().unwrap());
        app.person("agent").await.post(&path, json!({ "text": "Hello Ann." })).await.expect(201);
        let jobs = app.jobs();
        jobs.until(async || !provider.sent().is_empty()).await;
        assert_eq!(
            (provider.sent()[0].to.as_str(), provider.sent()[0].text.as_str()),
            (provider.user(), "Hello Ann.")
        );
        jobs.until(async || messages(app, &case).await.iter().any(|m| m["delivery"] == "sent")).await;
        jobs.stop().await;
    })
    .await;
}

#[tokio::test]
async fn r5_each_may_repeat_and_reorder_what_it_posts() {
    for_each(async |app, provider| {
        connect(app, &provider).await;
        let code = app.code("ann").await;
        let posts = [provider.says(1, "one"), provider.says(2, &code), provider.says(3, "three")];
        for order in [[1, 0, 2], [2, 1, 0], [0, 1, 2], [2, 0, 1], [1, 2, 0]] {
            for place in order {
                app.carry(&posts[place]).await.expect_text(200);
            }
        }
        let all = cases(app).await;
        assert_eq!((all.len(), &all[0]["identity"]["assurance"]), (1, &json!("al3")));
        assert_eq!(messages(app, &all[0]).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn r4_each_is_believed_by_its_signature_alone() {
    for_each(async |app, provider| {
        connect(app, &provider).await;
        let good = provider.says(1, "hello");
        let place = good.headers.iter().position(|(name, _)| name == provider.signature()).unwrap();
        let signature = good.headers[place].1.clone();
        let last = signature.len() - 3;
        let flipped = if &signature[last..=last] == "a" { "b" } else { "a" };
        let bad = [
            format!("{}{flipped}{}", &signature[..last], &signature[last + 1..]),
            signature[..last].to_owned(),
            String::new(),
            "sha256=".to_owned(),
            "ÿÿÿ".to_owned(),
        ];
        for bad in bad {
            let mut post = good.clone();
            post.headers[place].1 = bad;
            assert_eq!(app.carry(&post).await.problem(401), "bad-signature");
        }
        let mut without = good.clone();
        without.headers.remove(place);
        assert_eq!(app.carry(&without).await.problem(401), "bad-signature");
        let mut changed = good.clone();
        let at = changed.body.windows(5).position(|part| part == b"hello").unwrap();
        changed.body[at] ^= 1;
        assert_eq!(app.carry(&changed).await.problem(401), "bad-signature", "one flipped bit of the body");
        assert!(cases(app).await.is_empty());
        app.carry(&good).await.expect_text(200);
        assert_eq!(cases(app).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn each_kind_of_message_that_nobody_has_heard_of_is_kept_and_said() {
    for_each(async |app, provider| {
        connect(app, &provider).await;
        app.carry(&provider.odd(1)).await.expect_text(200);
        let text = messages(app, &cases(app).await[0]).await[0]["text"].as_str().unwrap().to_owned();
        assert!(text.starts_with("[unsupported"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn each_refuses_settings_that_its_provider_does_not_take() {
    for_each(async |app, provider| {
        let there = provider.clone();
        app.outbound.provide(provider.address(), move |call| there.answer(call));
        let mut wrong = provider.channel();
        wrong["name"] = json!("x");
        wrong["secrets"][provider.token()] = json!("another-token");
        let problem = app.api().post("/v1/channels", wrong.clone()).await.expect(400);
        assert_eq!(problem["errors"][0]["code"], "provider-refused", "{problem}");
        wrong["secrets"].as_object_mut().unwrap().remove(provider.token());
        let problem = app.api().post("/v1/channels", wrong.clone()).await.expect(400);
        assert_eq!(problem["errors"][0]["pointer"], format!("/secrets/{}", provider.token()));
        wrong["secrets"] = provider.channel()["secrets"].clone();
        wrong["config"]["colour"] = json!("red");
        let problem = app.api().post("/v1/channels", wrong.clone()).await.expect(400);
        assert_eq!(problem["errors"][0]["code"], "invalid-config");
        wrong["config"] = provider.channel()["config"].clone();
        wrong["config"]["api_url"] = json!("http://169.254.169.254/latest");
        let problem = app.api().post("/v1/channels", wrong).await.expect(400);
        assert_eq!(problem["errors"][0]["pointer"], "/config/api_url");
    })
    .await;
}

#[tokio::test]
async fn a_reply_waits_while_a_provider_is_down_and_its_channel_says_so() {
    for_each(async |app, provider| {
        let channel = connect(app, &provider).await;
        app.carry(&provider.says(1, "hello")).await.expect_text(200);
        let case = cases(app).await[0].clone();
        let path = format!("/v1/cases/{}/messages", case["id"].as_str().unwrap());
        provider.trouble(Reply::json(503, &json!({})));
        app.api().post(&path, json!({ "text": "Hello." })).await.expect(201);
        let jobs = app.jobs();
        let health = format!("/v1/channels/{}", channel["id"].as_str().unwrap());
        jobs.until(async || app.api().get(&health).await.expect(200)["health"]["ok"] == false).await;
        assert!(messages(app, &case).await.iter().any(|m| m["delivery"] == "queued"));
        app.clock.advance(60 * 1_000_000);
        jobs.until(async || provider.sent().len() == 1).await;
        jobs.until(async || app.api().get(&health).await.expect(200)["health"]["ok"] == true).await;
        jobs.stop().await;
    })
    .await;
}

#[tokio::test]
async fn meta_s_verification_is_answered_with_the_right_token_alone() {
    on_both(async |app| {
        let meta = Arc::new(Meta::new(Product::WhatsApp));
        let provider: Arc<dyn Provider> = meta.clone();
        let channel = connect(&app, &provider).await;
        let ask = async |token: &str| {
            let url = meta.verification(token);
            app.anonymous()
                .send(Method::GET, url.strip_prefix(countersign_testkit::ORIGIN).unwrap(), None)
                .await
        };
        let id = channel["id"].as_str().unwrap();
        assert_eq!(ask(id).await.expect_text(200), "1158201444");
        assert_eq!(ask("guessed").await.problem(401), "bad-signature");
        let config = json!({ "phone_number_id": "106540352242922", "verify_token": "our-own" });
        app.admin().await.patch(&format!("/v1/channels/{id}"), json!({ "config": config })).await.expect(200);
        assert_eq!(ask("our-own").await.expect_text(200), "1158201444");
        assert_eq!(ask(id).await.problem(401), "bad-signature");
    })
    .await;
}

#[tokio::test]
async fn a_whatsapp_customer_stays_the_same_when_the_number_gives_way_to_the_scoped_id() {
    on_both(async |app| {
        let meta = Arc::new(Meta::new(Product::WhatsApp));
        let provider: Arc<dyn Provider> = meta.clone();
        connect(&app, &provider).await;
        let code = app.code("ann").await;
        app.carry(&provider.says(1, &code)).await.expect_text(200);
        let says = |n: u32, number: Option<&str>, text: &str| {
            let mut message = json!({ "id": format!("wamid.in{n}"), "from_user_id": "DE.1349", "type": "text",
                                      "timestamp": "1780315200", "text": { "body": text } });
            if let Some(number) = number {
                message["from"] = json!(number);
            }
            meta.change(json!({ "messages": [message] }))
        };
        app.carry(&says(2, Some("491512345678"), "both")).await.expect_text(200);
        app.carry(&says(3, None, "the number is hidden now")).await.expect_text(200);
        let all = cases(&app).await;
        assert_eq!(
            (all.len(), &all[0]["identity"]["assurance"]),
            (1, &json!("al3")),
            "one person, one conversation"
        );
        // Whoever gets the number later is somebody else.
        app.carry(&provider.says(4, "new owner of the number")).await.expect_text(200);
        let all = cases(&app).await;
        assert_eq!(all.len(), 2);
        let mut levels: Vec<&str> =
            all.iter().map(|c| c["identity"]["assurance"].as_str().unwrap()).collect();
        levels.sort_unstable();
        assert_eq!(levels, ["al0", "al3"]);
        let ann = all.iter().find(|c| c["identity"]["assurance"] == "al3").unwrap();
        let path = format!("/v1/cases/{}/messages", ann["id"].as_str().unwrap());
        app.api().post(&path, json!({ "text": "Hello Ann." })).await.expect(201);
        let jobs = app.jobs();
        jobs.until(async || !meta.bodies().is_empty()).await;
        assert_eq!(meta.bodies()[0]["recipient"], "DE.1349");
        assert_eq!(meta.bodies()[0].get("to"), None);
        jobs.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_whatsapp_reply_after_a_day_goes_as_a_template_or_says_why_not() {
    on_both(async |app| {
        let meta = Arc::new(Meta::new(Product::WhatsApp));
        let provider: Arc<dyn Provider> = meta.clone();
        let channel = connect(&app, &provider).await;
        app.carry(&provider.says(1, "hello")).await.expect_text(200);
        app.clock.advance(25 * 3_600 * 1_000_000);
        let case = cases(&app).await[0].clone();
        let path = format!("/v1/cases/{}/messages", case["id"].as_str().unwrap());
        let said = app.api().post(&path, json!({ "text": "Still\nthere?" })).await.expect(201);
        let jobs = app.jobs();
        jobs.until(async || messages(&app, &case).await.iter().any(|m| m["delivery"] == "failed")).await;
        let failed = messages(&app, &case).await.into_iter().find(|m| m["delivery"] == "failed").unwrap();
        assert!(failed["delivery_detail"].as_str().unwrap().starts_with("more than 24 hours"), "{failed}");
        let template = json!({ "name": "support_reply", "language": "en_US" });
        let config = json!({ "phone_number_id": "106540352242922", "template": template });
        let channel = format!("/v1/channels/{}", channel["id"].as_str().unwrap());
        app.admin().await.patch(&channel, json!({ "config": config })).await.expect(200);
        let retry = format!("/v1/messages/{}/retry", said["id"].as_str().unwrap());
        app.api().post(&retry, json!({})).await.expect(200);
        jobs.until(async || !provider.sent().is_empty()).await;
        assert_eq!(provider.sent()[0].text, "template \"support_reply\": Still there?");
        jobs.stop().await;
    })
    .await;
}

#[tokio::test]
async fn delivery_states_of_whatsapp_and_text_messages_reach_the_conversation_forward_only() {
    on_both(async |app| {
        let (meta, twilio) = (Arc::new(Meta::new(Product::WhatsApp)), Arc::new(Twilio::default()));
        let whatsapp: Arc<dyn Provider> = meta.clone();
        let sms: Arc<dyn Provider> = twilio.clone();
        connect(&app, &whatsapp).await;
        connect(&app, &sms).await;
        let jobs = app.jobs();
        for provider in [&whatsapp, &sms] {
            app.carry(&provider.says(1, "hello")).await.expect_text(200);
        }
        for case in cases(&app).await {
            let path = format!("/v1/cases/{}/messages", case["id"].as_str().unwrap());
            app.api().post(&path, json!({ "text": "Hello." })).await.expect(201);
            let state = async || {
                let all = messages(&app, &case).await;
                let reply = all.iter().find(|m| m["direction"] == "outbound").unwrap();
                (reply["delivery"].as_str().unwrap().to_owned(), reply["delivery_detail"].clone())
            };
            jobs.until(async || state().await.0 == "sent").await;
            let is_whatsapp = case["channel"]["kind"] == "whatsapp";
            let told = async |status: &str, code: i64| {
                let post = if is_whatsapp {
                    let id = meta.bodies()[0]["biz_opaque_callback_data"].clone();
                    let errors = json!([{ "code": code, "title": "Message undeliverable" }]);
                    meta.change(json!({ "statuses": [{ "id": "wamid.1", "status": status, "errors": errors,
                                                       "biz_opaque_callback_data": id }] }))
                } else {
                    twilio.status(status, &code.to_string())
                };
                app.carry(&post).await.expect_text(200);
                state().await.0
            };
            assert_eq!(told("delivered", 0).await, "delivered");
            assert_eq!(told("sent", 0).await, "delivered", "late news change nothing");
            assert_eq!(told("read", 0).await, "read");
            assert_eq!(told("failed", 131_026).await, "read");
            assert_eq!(told("of next year", 0).await, "read");
        }
        jobs.stop().await;
    })
    .await;
}

#[tokio::test]
async fn the_code_of_a_messenger_link_identifies_without_a_word() {
    on_both(async |app| {
        let meta = Arc::new(Meta::new(Product::Messenger));
        let provider: Arc<dyn Provider> = meta.clone();
        connect(&app, &provider).await;
        let made = app
            .api()
            .post("/v1/identification-codes", json!({ "profile": { "external_id": "ann", "name": "Ann" } }))
            .await
            .expect(201);
        let link = made["links"][0]["url"].as_str().unwrap();
        let code = link.strip_prefix("https://m.me/acmebank?ref=").expect("a link that carries the code");
        let referral = json!({ "ref": code, "source": "SHORTLINK", "type": "OPEN_THREAD" });
        let post = meta.event("7042", 1_780_315_200_000, json!({ "referral": referral }));
        for _ in 0..3 {
            app.carry(&post).await.expect_text(200);
        }
        let all = cases(&app).await;
        assert_eq!((all.len(), &all[0]["identity"]["assurance"]), (1, &json!("al3")));
        assert_eq!(messages(&app, &all[0]).await.len(), 1);
        let watermark = json!({ "delivery": { "watermark": 1_880_315_200_000_i64 } });
        app.carry(&meta.event("7042", 1, watermark)).await.expect_text(200);
        let nobody = json!({ "read": { "watermark": 1 } });
        app.carry(&meta.event("999", 1, nobody)).await.expect_text(200);
    })
    .await;
}

#[tokio::test]
async fn two_numbers_of_one_app_share_an_address_and_each_takes_its_own_part() {
    on_both(async |app| {
        let meta = Arc::new(Meta::new(Product::WhatsApp));
        let provider: Arc<dyn Provider> = meta.clone();
        connect(&app, &provider).await;
        let mut second = provider.channel();
        (second["name"], second["config"]["phone_number_id"]) = (json!("second"), json!(ANOTHER));
        app.api().post("/v1/channels", second.clone()).await.expect(201);
        let mut stranger = second;
        (stranger["name"], stranger["secrets"]["app_secret"]) =
            (json!("another app's"), json!("not-the-secret"));
        assert_eq!(app.api().post("/v1/channels", stranger).await.problem(409), "account-taken");
        let message =
            json!({ "id": "wamid.in9", "from": provider.user(), "type": "text", "text": { "body": "hi" } });
        let post = meta.change_of(ANOTHER, json!({ "messages": [message] }));
        for _ in 0..2 {
            app.carry(&post).await.expect_text(200);
        }
        let all = cases(&app).await;
        assert_eq!((all.len(), &all[0]["channel"]["name"]), (1, &json!("second")));
    })
    .await;
}

#[tokio::test]
async fn a_paused_channel_sends_nothing_until_it_goes_on() {
    on_both(async |app| {
        let provider: Arc<dyn Provider> = Arc::new(LineApp::default());
        let channel = connect(&app, &provider).await;
        app.carry(&provider.says(1, "hello")).await.expect_text(200);
        let path = format!("/v1/channels/{}", channel["id"].as_str().unwrap());
        let admin = app.admin().await;
        admin.patch(&path, json!({ "state": "paused" })).await.expect(200);
        assert_eq!(app.carry(&provider.says(2, "again")).await.problem(503), "unavailable");
        let case = cases(&app).await[0].clone();
        let messages_path = format!("/v1/cases/{}/messages", case["id"].as_str().unwrap());
        app.api().post(&messages_path, json!({ "text": "Hello." })).await.expect(201);
        let jobs = app.jobs();
        // Long enough for a delivery that is not held back.
        tokio::time::sleep(std::time::Duration::from_millis(1_000)).await;
        assert!(provider.sent().is_empty());
        admin.patch(&path, json!({ "state": "active" })).await.expect(200);
        app.clock.advance(60 * 1_000_000);
        jobs.until(async || provider.sent().len() == 1).await;
        jobs.stop().await;
    })
    .await;
}

#[tokio::test]
async fn viber_calls_the_address_before_it_says_yes_to_it_and_is_answered() {
    on_both(async |app| {
        let router = app.router.clone();
        // As Viber does it: the call that sets the webhook waits until the webhook has answered.
        let viber = Viber::calling(move |post| {
            let (router, post) = (router.clone(), post.clone());
            let asked = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on(async {
                    let mut client = countersign_testkit::Client::new(router);
                    for (name, value) in post.headers {
                        client = client.header(name.leak(), &value);
                    }
                    let path = post.url.strip_prefix(countersign_testkit::ORIGIN).unwrap().to_owned();
                    client.send(Method::POST, &path, Some(post.body)).await.status.as_u16()
                })
            });
            asked.join().unwrap()
        });
        let provider: Arc<dyn Provider> = Arc::new(viber);
        let channel = connect(&app, &provider).await;
        assert_eq!(channel["config"]["uri"], "acmebank");
        app.carry(&provider.says(1, "hello")).await.expect_text(200);
        assert_eq!(cases(&app).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_account_of_a_provider_is_one_channel() {
    for_each(async |app, provider| {
        let first = connect(app, &provider).await;
        let kind = first["kind"].as_str().unwrap();
        let path = format!("/v1/channels/{}", first["id"].as_str().unwrap());
        let mut body = provider.channel();
        body["name"] = json!("Again");
        let second = async || app.api().post("/v1/channels", body.clone()).await;
        let refused = second().await;
        assert_eq!(refused.problem(409), "account-taken", "{kind}");
        assert!(refused.json()["detail"].as_str().unwrap().contains(kind), "it says which channel has it");
        // Its own settings are no other's; a channel that rests keeps its account.
        let change = json!({ "secrets": body["secrets"], "config": body["config"] });
        app.api().patch(&path, change).await.expect(200);
        app.api().patch(&path, json!({ "state": "paused" })).await.expect(200);
        assert_eq!(second().await.problem(409), "account-taken", "{kind}");
        // What was deleted has none, and cannot come back.
        app.api().delete(&path).await.expect(204);
        second().await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn customers_are_shown_that_somebody_writes_where_their_messenger_can() {
    for_each(async |app, provider| {
        connect(app, &provider).await;
        app.carry(&provider.says(1, "hello")).await.expect_text(200);
        let case = cases(app).await.swap_remove(0);
        let path = format!("/v1/cases/{}", case["id"].as_str().unwrap());
        let agent = app.person("agent").await;
        // Whoever types hears of no trouble, and a conversation is not flooded with signs.
        provider.trouble(Reply::json(500, &json!({})));
        for _ in 0..20 {
            agent.post(&format!("{path}/typing"), json!({})).await.expect_text(204);
        }
        let can = matches!(case["channel"]["kind"].as_str(), Some("messenger" | "line"));
        let most = if can { 11 } else { 0 };
        let jobs = app.jobs();
        jobs.until(async || provider.typed().len() == most).await;
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        assert_eq!(provider.typed(), vec![provider.user().to_owned(); most]);
        // In an ended chat nobody is shown anything.
        agent.post(&format!("{path}/end"), json!({})).await.expect(200);
        app.clock.advance(61_000_000);
        agent.post(&format!("{path}/typing"), json!({})).await.expect_text(204);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        assert_eq!(provider.typed().len(), most);
        jobs.stop().await;
    })
    .await;
}
