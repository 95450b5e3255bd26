//! A chat customer proves who they are with a one-time code.

use countersign_testkit::{Client, ORIGIN, TestApp, on_both};
use countersign_types::time;
use serde_json::{Value, json};

fn outcome(received: &Value) -> (&str, &str) {
    let i = &received["identification"];
    (i["outcome"].as_str().unwrap(), i["reason"].as_str().unwrap_or(""))
}

fn assurance(received: &Value) -> &str {
    received["case"]["identity"]["assurance"].as_str().unwrap()
}

#[tokio::test]
async fn a_code_turns_an_anonymous_chat_into_a_known_customer() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let hello = app.say(&channel, "jo", "1", "Hi, I need help").await;
        assert_eq!(outcome(&hello), ("not_sent", ""));
        assert_eq!(assurance(&hello), "al0");
        assert_eq!(hello["case"]["identity"]["profile"]["anonymous"], true);

        let code = app.code("customer-1").await;
        let proved = app.say(&channel, "jo", "2", &format!("here you go: {code} thanks")).await;
        assert_eq!(outcome(&proved), ("valid", ""));
        assert_eq!(assurance(&proved), "al3");
        assert_eq!(proved["case"]["id"], hello["case"]["id"], "the earlier anonymous case is theirs now");
        let identity = &proved["case"]["identity"];
        assert_eq!(identity["profile"]["name"], "Ann Example");
        assert_eq!(identity["evidence"]["method"], "api_code");
        assert!(identity["expires_at"].is_string());
    })
    .await;
}

#[tokio::test]
async fn c8_the_code_is_redacted_wherever_the_message_stands() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let code = app.code("customer-1").await;
        let received = app.say(&channel, "jo", "1", &format!("my code {code}")).await;
        let plain = code.replace('-', "");
        let case = received["case"]["id"].as_str().unwrap();
        for path in [
            format!("/v1/cases/{case}"),
            format!("/v1/cases/{case}/messages"),
            "/v1/identification-codes".to_owned(),
            "/v1/cases".to_owned(),
        ] {
            let text = app.api().get(&path).await.expect(200).to_string();
            assert!(!text.contains(&code) && !text.contains(&plain), "{path} shows the code");
        }
        let text = received["message"]["text"].as_str().unwrap();
        assert!(text.starts_with("my code ••••-••••-••"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn c3_a_used_code_is_invalid_in_another_chat_and_the_first_stays() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let code = app.code("customer-1").await;
        assert_eq!(outcome(&app.say(&channel, "jo", "1", &code).await), ("valid", ""));
        let thief = app.say(&channel, "mallory", "2", &code).await;
        assert_eq!(outcome(&thief), ("invalid", "used"));
        assert_eq!(assurance(&thief), "al0");
        let again = app.say(&channel, "jo", "3", "still me").await;
        assert_eq!(assurance(&again), "al3");
    })
    .await;
}

#[tokio::test]
async fn c4_a_code_lives_five_minutes_to_the_millisecond_and_a_new_one_ends_the_old() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let old = app.code("customer-1").await;
        let new = app.code("customer-1").await;
        assert_eq!(outcome(&app.say(&channel, "a", "1", &old).await), ("invalid", "superseded"));
        app.clock.advance(300 * time::SECOND - 1_000);
        assert_eq!(outcome(&app.say(&channel, "a", "2", &new).await), ("valid", ""));
        let late = app.code("customer-2").await;
        app.clock.advance(300 * time::SECOND + 1_000);
        assert_eq!(outcome(&app.say(&channel, "b", "3", &late).await), ("invalid", "expired"));
    })
    .await;
}

#[tokio::test]
async fn c5_after_five_misses_a_sender_waits_and_nobody_else_does() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let old = app.code("customer-1").await;
        assert_eq!(outcome(&app.say(&channel, "x", "0", &old).await), ("valid", ""));
        for i in 0..5 {
            let missed = app.say(&channel, "guesser", &format!("g{i}"), &old).await;
            assert_eq!(outcome(&missed), ("invalid", "used"));
        }
        let good = app.code("customer-2").await;
        let locked = app.say(&channel, "guesser", "g6", &good).await;
        assert_eq!(outcome(&locked), ("invalid", "locked"));
        // C-6: the lock is the sender's, never the customer's.
        assert_eq!(outcome(&app.say(&channel, "honest", "h1", &good).await), ("valid", ""));
        app.clock.advance(time::HOUR + time::MINUTE);
        let fresh = app.code("customer-3").await;
        assert_eq!(outcome(&app.say(&channel, "guesser", "g7", &fresh).await), ("valid", ""));
    })
    .await;
}

#[tokio::test]
async fn c7_a_code_bound_to_a_channel_is_no_good_on_another() {
    on_both(async |app| {
        let (here, there) = (app.custom_channel("Here").await, app.custom_channel("There").await);
        let body = json!({ "profile": { "external_id": "c" }, "channels": [here] });
        let made = app.api().post("/v1/identification-codes", body).await.expect(201);
        let code = made["code"].as_str().unwrap();
        assert_eq!(outcome(&app.say(&there, "jo", "1", code).await), ("invalid", "wrong_channel"));
        assert_eq!(outcome(&app.say(&here, "jo", "2", code).await), ("valid", ""));
    })
    .await;
}

#[tokio::test]
async fn c9_codes_for_one_customer_are_limited() {
    on_both(async |app| {
        for _ in 0..5 {
            app.code("customer-1").await;
        }
        let body = json!({ "profile": { "external_id": "customer-1" } });
        let sixth = app.api().post("/v1/identification-codes", body).await;
        assert_eq!(sixth.problem(429), "too-many-attempts");
        assert!(sixth.headers.contains_key("retry-after"));
        app.code("customer-2").await;
    })
    .await;
}

#[tokio::test]
async fn c10_a_link_ends_by_itself_and_the_account_is_a_strangers_again() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let code = app.code("customer-1").await;
        app.say(&channel, "jo", "1", &code).await;
        app.clock.advance(181 * time::DAY);
        let later = app.say(&channel, "jo", "2", "hello again").await;
        assert_eq!(assurance(&later), "al0");
        assert_eq!(later["case"]["identity"]["profile"]["anonymous"], true);
    })
    .await;
}

#[tokio::test]
async fn r5_the_same_message_again_answers_the_same_and_does_nothing() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let code = app.code("customer-1").await;
        let first = app.say(&channel, "jo", "same", &code).await;
        let second = app.say(&channel, "jo", "same", &code).await;
        assert_eq!(first["message"]["id"], second["message"]["id"]);
        assert_eq!(outcome(&second), ("valid", ""), "the outcome is remembered, not judged anew");
        let case = first["case"]["id"].as_str().unwrap();
        let messages = app.api().get(&format!("/v1/cases/{case}/messages")).await.expect(200);
        let inbound =
            messages["data"].as_array().unwrap().iter().filter(|m| m["direction"] == "inbound").count();
        assert_eq!(inbound, 1);
    })
    .await;
}

#[tokio::test]
async fn pushed_data_is_written_when_the_code_is_used_and_not_before() {
    on_both(async |app| {
        let attribute = json!({
            "key": "tariff", "label": "Tariff", "level": "profile", "type": "dropdown",
            "options": [{ "value": "standard", "label": "Standard" }, { "value": "vip", "label": "VIP" }],
        });
        app.api().post("/v1/attributes", attribute).await.expect(201);
        let channel = app.custom_channel("Pigeon").await;
        let body =
            json!({ "profile": { "external_id": "c1", "name": "Vic", "attributes": { "tariff": "vip" } } });
        let made = app.api().post("/v1/identification-codes", body).await.expect(201);
        let before = app.api().get("/v1/profiles?external_id=c1").await.expect(200);
        assert_eq!(before["data"][0]["attributes"], json!({}));
        app.say(&channel, "vic", "1", made["code"].as_str().unwrap()).await;
        let after = app.api().get("/v1/profiles?external_id=c1").await.expect(200);
        assert_eq!(after["data"][0]["attributes"]["tariff"], "vip");
        assert_eq!(after["data"][0]["name"], "Vic");
        assert_eq!(after["data"][0]["assurance"], "al3");
    })
    .await;
}

#[tokio::test]
async fn a_code_of_a_blocked_or_deleted_profile_is_no_good_and_none_is_issued() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let api = app.api();
        for verb in ["block", "delete"] {
            let external = format!("to-{verb}");
            let code = app.code(&external).await;
            let found = api.get(&format!("/v1/profiles?external_id={external}")).await.expect(200);
            let id = found["data"][0]["id"].as_str().unwrap().to_owned();
            if verb == "block" {
                api.post(&format!("/v1/profiles/{id}/block"), json!({ "reason": "fraud" })).await.expect(200);
                let body = json!({ "profile": { "external_id": external } });
                let refused = api.post("/v1/identification-codes", body).await;
                assert_eq!(refused.problem(409), "profile-blocked");
            } else {
                api.delete(&format!("/v1/profiles/{id}")).await.expect(204);
            }
            let sent = app.say(&channel, &format!("s-{verb}"), verb, &code).await;
            assert_eq!(sent["identification"]["outcome"], "invalid", "{verb}");
            assert_eq!(assurance(&sent), "al0");
        }
    })
    .await;
}

#[tokio::test]
async fn only_a_closed_case_is_followed_by_a_new_one() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let first = app.say(&channel, "jo", "1", "hello").await;
        let case = first["case"]["id"].as_str().unwrap().to_owned();
        app.api().post(&format!("/v1/cases/{case}/end"), json!({ "status": "pending" })).await.expect(200);
        let same = app.say(&channel, "jo", "2", "me again").await;
        assert_eq!(same["case"]["id"], first["case"]["id"]);
        assert_eq!((&same["case"]["status"], &same["case"]["chat"]), (&json!("open"), &json!("live")));
        app.api().post(&format!("/v1/cases/{case}/end"), json!({ "status": "closed" })).await.expect(200);
        let new = app.say(&channel, "jo", "3", "something else").await;
        assert_ne!(new["case"]["id"], first["case"]["id"]);
    })
    .await;
}

#[tokio::test]
async fn a_claimed_address_is_a_claim_and_finds_nobody() {
    on_both(async |app: TestApp| {
        let api = app.api();
        let ann = json!({ "external_id": "ann", "name": "Ann", "email": "ann@example.org" });
        api.post("/v1/profiles", ann).await.expect(201);
        let channel = app.custom_channel("Pigeon").await;
        let body =
            json!({ "id": "1", "from": { "id": "mallory", "email": "ann@example.org" }, "text": "I am Ann" });
        let said = api.post(&format!("/v1/channels/{channel}/messages"), body).await.expect(200);
        assert_eq!(assurance(&said), "al0");
        let profile = said["case"]["identity"]["profile"]["id"].as_str().unwrap();
        let view = api.get(&format!("/v1/profiles/{profile}")).await.expect(200);
        assert_eq!(view["claims"]["email"], "ann@example.org");
        assert_eq!(view["email"], Value::Null);
        let found = api.get("/v1/profiles?email=ann@example.org").await.expect(200);
        assert_eq!(found["data"].as_array().unwrap().len(), 1, "the claim is no identifier");
    })
    .await;
}

/// The texts of a case as they are stored, read by somebody who sees everything.
async fn stored(app: &TestApp, case: &str) -> String {
    app.api().get(&format!("/v1/cases/{case}/messages?limit=200")).await.expect(200).to_string()
}

#[tokio::test]
async fn c8_a_live_code_is_redacted_however_far_down_it_stands() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let code = app.code("customer-1").await;
        let far = format!("{} {code} thanks", "well, ".repeat(700));
        let received = app.say(&channel, "jo", "1", &far).await;
        assert_eq!(outcome(&received), ("not_sent", ""), "only the beginning is read for a code");
        let text = stored(&app, received["case"]["id"].as_str().unwrap()).await;
        assert!(!text.contains(&code) && text.contains("••••-••••-••"), "the code stays readable");
    })
    .await;
}

#[tokio::test]
async fn c8_a_live_code_is_redacted_in_what_the_team_writes() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let case = app.say(&channel, "jo", "1", "hello").await["case"]["id"].as_str().unwrap().to_owned();
        let body = json!({ "profile": { "external_id": "c2" }, "form": "keypad" });
        let keypad = app.api().post("/v1/identification-codes", body).await.expect(201);
        let [bare, grouped] = ["code", "display"].map(|k| keypad[k].as_str().unwrap().to_owned());
        let code = app.code("customer-1").await;
        let agent = app.person("agent").await;
        for (kind, text) in [
            ("note", format!("she read out {code} to me")),
            ("note", format!("she read out {} to me", code.replace('-', ""))),
            ("reply", format!("is {code} yours?")),
            ("note", format!("she typed {grouped}")),
            ("note", bare.clone()),
            // An order number that is nobody's code, phone numbers, an account: as they are.
            ("note", "48291734056281".to_owned()),
            ("reply", "call +49 30 901820 or 004930901820, IBAN DE89 3704 0044 0532 0130 00".to_owned()),
            ("note", "parcel 00340434161094015902, order 482-9173405-6281734".to_owned()),
        ] {
            let body = json!({ "kind": kind, "text": text });
            agent.post(&format!("/v1/cases/{case}/messages"), body).await.expect(201);
        }
        let text = stored(&app, &case).await;
        for secret in [&code, &code.replace('-', ""), &grouped, &bare] {
            assert!(!text.contains(secret.as_str()), "{secret} stays readable");
        }
        for kept in [
            "48291734056281\"",
            "004930901820",
            "0532 0130 00",
            "00340434161094015902",
            "482-9173405-6281734",
        ] {
            assert!(text.contains(kept), "{kept} is gone from {text}");
        }
    })
    .await;
}

#[tokio::test]
async fn c8_a_mistyped_code_in_a_sentence_is_redacted_and_no_attempt() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        for (n, written) in ["as shown", "in one piece", "in small letters"].into_iter().enumerate() {
            let code = app.code(&format!("customer-{n}")).await;
            let shown = match n {
                0 => code.clone(),
                1 => code.replace('-', ""),
                _ => code.replace('-', "").to_lowercase(),
            };
            let wrong = if shown.to_uppercase().ends_with('B') { "C" } else { "B" };
            let wrong = if n == 2 { wrong.to_lowercase() } else { wrong.to_owned() };
            let typo = format!("{}{wrong}", &shown[..shown.len() - 1]);
            let said = app
                .say(&channel, &format!("jo-{n}"), "1", &format!("hello, is it {typo} that you want?"))
                .await;
            assert_eq!(outcome(&said), ("not_sent", ""), "{written}");
            let text = stored(&app, said["case"]["id"].as_str().unwrap()).await;
            assert!(!text.contains(&typo[..typo.len() - 2]), "{written}: {text}");
            let sent = app.say(&channel, &format!("jo-{n}"), "2", &code).await;
            assert_eq!(outcome(&sent), ("valid", ""), "{written}");
        }
    })
    .await;
}

#[tokio::test]
async fn c5_the_miss_that_locks_is_the_last_candidate_of_its_message() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let mut used = Vec::new();
        for n in 0..2 {
            let code = app.code(&format!("customer-{n}")).await;
            app.say(&channel, "honest", &format!("h{n}"), &code).await;
            used.push(code);
        }
        for n in 0..4 {
            app.say(&channel, "guesser", &format!("g{n}"), &used[0]).await;
        }
        let live = app.code("customer-9").await;
        let text = format!("{} {} {live}", used[0], used[1]);
        let said = app.say(&channel, "guesser", "last", &text).await;
        assert_eq!(outcome(&said).0, "invalid", "the fifth miss locked; what follows is not looked up");
        assert_eq!(assurance(&said), "al0");
        let text = stored(&app, said["case"]["id"].as_str().unwrap()).await;
        assert!(!text.contains(&live), "what was not looked up is redacted all the same");
        assert_eq!(outcome(&app.say(&channel, "owner", "o1", &live).await), ("valid", ""));
    })
    .await;
}

#[tokio::test]
async fn c6_whoever_knows_an_address_takes_no_plain_code_away_from_its_owner() {
    on_both(async |app| {
        let widget = super::widget::widget(&app, "plain").await;
        let channel = app.custom_channel("Pigeon").await;
        let path = format!("/public/widgets/{}/codes", widget.id);
        let body = json!({ "profile": { "email": "ann@example.org" } });
        let nobody = std::net::IpAddr::from([0, 0, 0, 0]);
        let options = countersign_http::Options { trusted_proxies: vec![nobody], ..Default::default() };
        let router = countersign_http::app(app.service.clone(), options);
        let from = |address: &str| {
            Client::new(router.clone()).header("origin", ORIGIN).header("x-forwarded-for", address)
        };
        let owners = from("192.0.2.1").post(&path, body.clone()).await.expect(201);
        for _ in 0..5 {
            from("203.0.113.9").post(&path, body.clone()).await.expect(201);
        }
        assert_eq!(from("203.0.113.9").post(&path, body.clone()).await.problem(429), "too-many-attempts");
        let said = app.say(&channel, "jo", "1", owners["code"].as_str().unwrap()).await;
        assert_eq!(said["identification"]["outcome"], "valid", "{}", said["identification"]);
        let again = from("192.0.2.1").post(&path, body.clone()).await.expect(201);
        from("192.0.2.1").post(&path, body).await.expect(201);
        let said = app.say(&channel, "jo", "2", again["code"].as_str().unwrap()).await;
        assert_eq!(said["identification"]["reason"], "superseded", "C-4 for one page, as before");
    })
    .await;
}
