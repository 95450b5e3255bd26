//! The widget's frame: signed and plain mode, following a code, *not me*.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_testkit::{Client, ORIGIN, TestApp, on_both};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

pub(super) struct Widget {
    pub(super) id: String,
    pub(super) kid: String,
    pub(super) secret: Vec<u8>,
}

pub(super) async fn widget(app: &TestApp, mode: &str) -> Widget {
    let mut body = json!({ "name": "Bank", "origins": ["https://bank.example"], "mode": mode });
    if mode == "plain" {
        body["plain_reason"] = json!("trying it out");
    }
    let id = app.api().post("/v1/widgets", body).await.expect(201)["id"].as_str().unwrap().to_owned();
    let key =
        app.api().post(&format!("/v1/widgets/{id}/keys"), json!({ "algorithm": "HS256" })).await.expect(201);
    let secret = key["secret"].as_str().unwrap();
    Widget { id, kid: key["kid"].as_str().unwrap().to_owned(), secret: secret.as_bytes().to_vec() }
}

impl Widget {
    /// A token as the company's server signs it, `jti` and all.
    pub(super) fn token(&self, app: &TestApp, sub: &str, jti: &str, more: Value) -> String {
        let now = app.service.now().as_micros() / 1_000_000;
        let mut claims = json!({ "aud": self.id, "sub": sub, "iat": now, "exp": now + 120, "jti": jti });
        for (key, value) in more.as_object().cloned().unwrap_or_default() {
            claims[key] = value;
        }
        let header = json!({ "alg": "HS256", "typ": "JWT", "kid": self.kid });
        let part = |v: &Value| URL_SAFE_NO_PAD.encode(v.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).unwrap();
        mac.update(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    pub(super) async fn issue(&self, page: &Client, token: &str) -> countersign_testkit::Answer {
        page.post(&format!("/public/widgets/{}/codes", self.id), json!({ "token": token })).await
    }
}

fn page(app: &TestApp) -> Client {
    app.anonymous().header("origin", ORIGIN)
}

#[tokio::test]
async fn w1_a_signed_page_gets_a_code_that_gives_al3_once_a_token() {
    on_both(async |app| {
        let widget = widget(&app, "signed").await;
        let channel = app.custom_channel("Pigeon").await;
        let token =
            widget.token(&app, "ann", "token-0001", json!({ "name": "Ann", "email": "ann@example.org" }));
        let made = widget.issue(&page(&app), &token).await.expect(201);
        assert_eq!(made["lifetime_secs"], 300);
        assert_eq!(made["links"][0]["name"], "Pigeon");
        let replayed = widget.issue(&page(&app), &token).await;
        assert_eq!(replayed.problem(403), "token-used");
        let received = app.say(&channel, "jo", "1", made["display"].as_str().unwrap()).await;
        assert_eq!(received["identification"]["outcome"], "valid");
        let identity = &received["case"]["identity"];
        assert_eq!((&identity["assurance"], &identity["profile"]["name"]), (&json!("al3"), &json!("Ann")));
        assert_eq!(identity["evidence"]["method"], "signed_widget_code");
    })
    .await;
}

#[tokio::test]
async fn w1_forged_expired_and_foreign_tokens_issue_nothing() {
    on_both(async |app| {
        let (ours, other) = (widget(&app, "signed").await, widget(&app, "signed").await);
        let good = ours.token(&app, "ann", "token-0001", json!({}));
        let forged = format!("{}x", &good[..good.len() - 1]);
        let foreign = other.token(&app, "ann", "token-0002", json!({}));
        let now = app.service.now().as_micros() / 1_000_000;
        let expired = ours.token(&app, "ann", "token-0003", json!({ "iat": now - 600, "exp": now - 400 }));
        let long = ours.token(&app, "ann", "token-0004", json!({ "exp": now + 3_600 }));
        let parts: Vec<&str> = good.split('.').collect();
        let none = URL_SAFE_NO_PAD.encode(json!({ "alg": "none", "kid": ours.kid }).to_string());
        let unsigned = format!("{none}.{}.", parts[1]);
        for (name, token) in [
            ("forged", forged),
            ("foreign", foreign),
            ("expired", expired),
            ("long", long),
            ("none", unsigned),
        ] {
            let answer = ours.issue(&page(&app), &token).await;
            assert!(matches!(answer.status.as_u16(), 400 | 401 | 403), "{name}: {}", answer.status);
        }
        ours.issue(&page(&app), &good).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn w2_plain_page_data_gives_al1_and_never_touches_who_it_names() {
    on_both(async |app| {
        let ann = json!({ "external_id": "ann", "name": "Ann", "email": "ann@example.org" });
        app.api().post("/v1/profiles", ann).await.expect(201);
        let widget = widget(&app, "plain").await;
        let channel = app.custom_channel("Pigeon").await;
        let path = format!("/public/widgets/{}/codes", widget.id);
        let body = json!({ "profile": { "email": "ann@example.org", "name": "Mallory" } });
        let made = page(&app).post(&path, body).await.expect(201);
        let received = app.say(&channel, "mallory", "1", made["code"].as_str().unwrap()).await;
        let identity = &received["case"]["identity"];
        assert_eq!(
            (&identity["assurance"], &received["identification"]["outcome"]),
            (&json!("al1"), &json!("valid"))
        );
        let found = app.api().get("/v1/profiles?email=ann@example.org").await.expect(200);
        assert_eq!(found["data"].as_array().unwrap().len(), 1);
        assert_eq!(found["data"][0]["name"], "Ann");
        assert_ne!(found["data"][0]["id"], identity["profile"]["id"]);
        let who = identity["profile"]["id"].as_str().unwrap();
        let view = app.api().get(&format!("/v1/profiles/{who}")).await.expect(200);
        assert_eq!(view["claims"]["email"], "ann@example.org");
    })
    .await;
}

#[tokio::test]
async fn w2_a_signed_widget_takes_no_plain_data_and_plain_mode_needs_a_reason() {
    on_both(async |app| {
        let widget = widget(&app, "signed").await;
        let path = format!("/public/widgets/{}/codes", widget.id);
        let refused = page(&app).post(&path, json!({ "profile": { "email": "ann@example.org" } })).await;
        assert_eq!(refused.problem(403), "signed-token-needed");
        let body = json!({ "name": "Bank", "origins": ["https://bank.example"], "mode": "plain" });
        app.api().post("/v1/widgets", body).await.expect(400);
    })
    .await;
}

#[tokio::test]
async fn w6_an_unknown_origin_gets_no_code() {
    on_both(async |app| {
        let widget = widget(&app, "signed").await;
        for (origin, status) in [
            (Some("https://evil.example"), 403),
            (Some("null"), 403),
            (None, 403),
            (Some("https://bank.example"), 201),
            (Some(ORIGIN), 201),
        ] {
            let mut client = app.anonymous();
            if let Some(origin) = origin {
                client = client.header("origin", origin);
            }
            let token = widget.token(&app, "ann", &format!("token-{origin:?}"), json!({}));
            assert_eq!(widget.issue(&client, &token).await.status.as_u16(), status, "{origin:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn c7_the_issuing_page_sees_the_link_and_takes_it_back_for_ten_minutes() {
    on_both(async |app| {
        let widget = widget(&app, "signed").await;
        let channel = app.custom_channel("Pigeon").await;
        let made =
            widget.issue(&page(&app), &widget.token(&app, "ann", "token-0001", json!({}))).await.expect(201);
        let follow = format!("/public/codes/{}", made["id"].as_str().unwrap());
        let owner = page(&app).bearer(made["status_token"].as_str().unwrap());
        assert_eq!(owner.get(&follow).await.expect(200)["state"], "live");
        page(&app).bearer("somebody-elses-token-0").get(&follow).await.expect(404);
        app.say(&channel, "jo", "1", made["code"].as_str().unwrap()).await;
        let used = owner.get(&format!("{follow}?seen=live&wait=5")).await.expect(200);
        assert_eq!((&used["state"], &used["link"]["channel_name"]), (&json!("used"), &json!("Pigeon")));
        let undone = owner.post(&format!("{follow}/undo"), json!({})).await.expect(200);
        assert_eq!(undone["link"]["state"], "undone");
        let after = app.say(&channel, "jo", "2", "hello").await;
        assert_eq!(after["case"]["identity"]["assurance"], "al0");
    })
    .await;
}

#[tokio::test]
async fn c7_after_ten_minutes_the_page_can_no_longer_undo() {
    on_both(async |app| {
        let widget = widget(&app, "signed").await;
        let channel = app.custom_channel("Pigeon").await;
        let made =
            widget.issue(&page(&app), &widget.token(&app, "ann", "token-0001", json!({}))).await.expect(201);
        app.say(&channel, "jo", "1", made["code"].as_str().unwrap()).await;
        app.clock.advance(601 * 1_000_000);
        let owner = page(&app).bearer(made["status_token"].as_str().unwrap());
        let path = format!("/public/codes/{}/undo", made["id"].as_str().unwrap());
        assert_eq!(owner.post(&path, json!({})).await.problem(409), "too-late");
    })
    .await;
}

#[tokio::test]
async fn a_customer_sees_their_own_linked_channels_and_ends_one() {
    on_both(async |app| {
        let ours = widget(&app, "signed").await;
        let channel = app.custom_channel("Pigeon").await;
        let link = async |sub: &str, from: &str, jti: &str| {
            let token = ours.token(&app, sub, jti, json!({}));
            let made = ours.issue(&page(&app), &token).await.expect(201);
            app.say(&channel, from, &format!("{from}-1"), made["code"].as_str().unwrap()).await;
        };
        link("ann", "ann-chat", "token-0001").await;
        link("bob", "bob-chat", "token-0002").await;
        let path = format!("/public/widgets/{}/links", ours.id);
        let list = async |sub: &str, jti: &str| {
            let token = ours.token(&app, sub, jti, json!({}));
            page(&app).post(&path, json!({ "token": token })).await
        };
        let mine = list("ann", "token-0003").await.expect(200);
        assert_eq!(mine["data"].as_array().unwrap().len(), 1);
        assert_eq!(
            (&mine["data"][0]["channel_name"], &mine["data"][0]["account_name"]),
            (&json!("Pigeon"), &json!("ann…"))
        );
        assert_eq!(list("nobody", "token-0004").await.expect(200)["data"], json!([]));
        assert_eq!(list("ann", "token-0003").await.problem(403), "token-used");
        let bobs = list("bob", "token-0005").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();

        let end = async |link: &str, jti: &str| {
            let token = ours.token(&app, "ann", jti, json!({}));
            page(&app).post(&format!("{path}/{link}/end"), json!({ "token": token })).await
        };
        end(&bobs, "token-0006").await.expect(404);
        let mine = mine["data"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(end(&mine, "token-0007").await.expect(200)["data"], json!([]));
        end(&mine, "token-0008").await.expect(404);
        let after = app.say(&channel, "ann-chat", "ann-2", "hello").await;
        assert_eq!(after["case"]["identity"]["assurance"], "al0");
        let audit = app.api().get("/v1/audit?action=link.unlink").await.expect(200);
        assert_eq!(
            (&audit["data"][0]["actor"]["kind"], &audit["data"][0]["object"]),
            (&json!("customer"), &json!(mine))
        );
        let bob = app.say(&channel, "bob-chat", "bob-2", "hello").await;
        assert_eq!(bob["case"]["identity"]["assurance"], "al3");
    })
    .await;
}

#[tokio::test]
async fn w1_nobody_sees_links_without_a_good_token_from_a_registered_page() {
    on_both(async |app| {
        let (plain, other) = (widget(&app, "plain").await, widget(&app, "signed").await);
        let path = format!("/public/widgets/{}/links", plain.id);
        page(&app).post(&path, json!({ "profile": { "email": "ann@example.org" } })).await.expect(400);
        let foreign = other.token(&app, "ann", "token-0001", json!({}));
        let refused = page(&app).post(&path, json!({ "token": foreign })).await;
        assert!(matches!(refused.status.as_u16(), 400 | 401 | 403), "{}", refused.status);
        let good = plain.token(&app, "ann", "token-0002", json!({}));
        let evil = app.anonymous().header("origin", "https://evil.example");
        assert_eq!(evil.post(&path, json!({ "token": good })).await.problem(403), "unknown-origin");
        page(&app).post(&path, json!({ "token": good })).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn w2_a_plain_page_with_an_address_that_is_none_is_named_by_the_rest() {
    on_both(async |app| {
        let widget = widget(&app, "plain").await;
        let path = format!("/public/widgets/{}/codes", widget.id);
        let body = json!({ "profile": { "email": "[email protected]", "phone": "+498813705444", "custom_id": "YOUR_USER_ID_HERE" } });
        page(&app).post(&path, body).await.expect(201);
        let alone = page(&app).post(&path, json!({ "profile": { "email": "[email protected]" } })).await.expect(400);
        assert_eq!(alone["errors"][0]["pointer"], "/profile/email");
    })
    .await;
}

#[tokio::test]
async fn c_4_c_9_pages_at_once_get_no_more_codes_than_one_after_another() {
    on_both(async |app| {
        let widget = widget(&app, "plain").await;
        let path = format!("/public/widgets/{}/codes", widget.id);
        let asked: Vec<_> = (0..9)
            .map(|_| {
                let (page, path) = (page(&app), path.clone());
                let body = json!({ "profile": { "email": "ann@example.org" } });
                tokio::spawn(async move { page.post(&path, body).await })
            })
            .collect();
        let mut codes = Vec::new();
        for answer in asked {
            let answer = answer.await.unwrap();
            if answer.status.as_u16() == 201 {
                codes.push(answer.json());
            } else {
                answer.expect(429);
            }
        }
        assert_eq!(codes.len(), 5, "five in ten minutes");
        let mut live = 0;
        for code in &codes {
            let client = page(&app).bearer(code["status_token"].as_str().unwrap());
            let path = format!("/public/codes/{}", code["id"].as_str().unwrap());
            live += usize::from(client.get(&path).await.expect(200)["state"] == "live");
        }
        assert_eq!(live, 1, "a new code takes the place of the one before");
    })
    .await;
}

#[tokio::test]
async fn a_weak_code_of_somebody_with_a_strong_link_says_which_link_stands_and_cannot_take_it_back() {
    on_both(async |app| {
        let widget = widget(&app, "plain").await;
        let channel = app.custom_channel("Pigeon").await;
        let strong = app.code("ann").await;
        let said = app.say(&channel, "jo", "1", &strong).await;
        assert_eq!(said["case"]["identity"]["assurance"], "al3");
        let body = json!({ "profile": { "email": "ann@example.org" } });
        let weak = page(&app).post(&format!("/public/widgets/{}/codes", widget.id), body).await.expect(201);
        let said = app.say(&channel, "jo", "2", weak["display"].as_str().unwrap()).await;
        assert_eq!(said["case"]["identity"]["assurance"], "al3", "the strong link stays");
        let client = page(&app).bearer(weak["status_token"].as_str().unwrap());
        let path = format!("/public/codes/{}", weak["id"].as_str().unwrap());
        let seen = client.get(&path).await.expect(200);
        assert_eq!((&seen["state"], &seen["link"]["state"]), (&json!("used"), &json!("live")));
        assert_eq!(client.post(&format!("{path}/undo"), json!({})).await.problem(409), "too-late");
        let record =
            app.api().get(&format!("/v1/identification-codes/{}", weak["id"].as_str().unwrap())).await;
        assert_eq!(record.expect(200)["link"]["assurance"], "al3");
    })
    .await;
}

/// A workspace in which codes are being guessed: three senders tried one that nobody was issued.
async fn guessed_at(db: countersign_testkit::TestDb) -> (TestApp, String, Widget) {
    let app = TestApp::with(db, |config| config.code.misses_per_min_alarm = 3).await;
    let channel = app.custom_channel("Pigeon").await;
    let widget = widget(&app, "signed").await;
    for sender in ["s1", "s2", "s3"] {
        let tried = app.say(&channel, sender, sender, "WDJB-MJHT-KLPJ").await;
        assert_eq!(tried["identification"]["reason"], "unknown");
    }
    assert_eq!(app.api().get("/v1/identification/status").await.expect(200)["mode"], "elevated");
    (app, channel, widget)
}

/// A code of Ann's page: where it stands, the page that may ask, the code.
async fn anns_code(app: &TestApp, widget: &Widget) -> (String, Client, String) {
    let made = widget.issue(&page(app), &widget.token(app, "ann", "token-0001", json!({}))).await.expect(201);
    let text = |field: &str| made[field].as_str().unwrap().to_owned();
    (format!("/public/codes/{}", text("id")), page(app).bearer(&text("status_token")), text("code"))
}

#[tokio::test]
async fn c5_while_codes_are_guessed_a_pages_code_links_nobody_before_the_page_says_so() {
    countersign_testkit::both(async |db| {
        let (app, channel, widget) = guessed_at(db).await;
        let (path, client, code) = anns_code(&app, &widget).await;
        let early = client.post(&format!("{path}/confirm"), json!({ "is_me": true })).await;
        assert_eq!(early.problem(409), "nothing-to-confirm");

        let sent = app.say(&channel, "ann-chat", "1", &code).await;
        assert_eq!(sent["identification"]["reason"], "unconfirmed");
        assert_eq!(sent["case"]["identity"]["assurance"], "al0");
        let seen = client.get(&path).await.expect(200);
        assert_eq!((&seen["state"], &seen["link"]), (&json!("held"), &Value::Null));
        assert_eq!(seen["held"]["account_name"], "ann…");
        // Whoever comes second finds it used; sending it again changes nothing.
        assert_eq!(app.say(&channel, "rival", "2", &code).await["identification"]["reason"], "used");
        assert_eq!(
            app.say(&channel, "ann-chat", "3", &code).await["identification"]["reason"],
            "unconfirmed"
        );
        // Only the page that issued it has a say.
        let stranger = page(&app).bearer("another-token-of-some-length");
        stranger.post(&format!("{path}/confirm"), json!({ "is_me": true })).await.expect(404);

        let done = client.post(&format!("{path}/confirm"), json!({ "is_me": true })).await.expect(200);
        assert_eq!((&done["state"], &done["link"]["state"]), (&json!("used"), &json!("live")));
        let after = app.say(&channel, "ann-chat", "4", "hello").await;
        assert_eq!(after["case"]["identity"]["assurance"], "al3");
        let twice = client.post(&format!("{path}/confirm"), json!({ "is_me": true })).await;
        assert_eq!(twice.problem(409), "nothing-to-confirm");
    })
    .await;
}

#[tokio::test]
async fn c5_a_code_that_the_page_disowns_ends_and_counts_against_its_sender() {
    countersign_testkit::both(async |db| {
        let (app, channel, widget) = guessed_at(db).await;
        let (path, client, code) = anns_code(&app, &widget).await;
        app.say(&channel, "thief", "1", &code).await;
        let ended = client.post(&format!("{path}/confirm"), json!({ "is_me": false })).await.expect(200);
        assert_eq!((&ended["state"], &ended["held"]), (&json!("revoked"), &Value::Null));
        assert_eq!(app.say(&channel, "thief", "2", &code).await["identification"]["reason"], "locked");
        assert_eq!(app.say(&channel, "ann-chat", "3", &code).await["identification"]["reason"], "revoked");
        // A company's server vouches for its codes itself: they are never held up.
        let by_api = app.code("ann").await;
        assert_eq!(app.say(&channel, "ann-phone", "4", &by_api).await["identification"]["outcome"], "valid");
    })
    .await;
}

#[tokio::test]
async fn c3_c5_confirmed_ten_times_at_once_links_once() {
    countersign_testkit::both(async |db| {
        let (app, channel, widget) = guessed_at(db).await;
        let (path, client, code) = anns_code(&app, &widget).await;
        let path = format!("{path}/confirm");
        app.say(&channel, "ann-chat", "1", &code).await;
        let presses = (0..10).map(|n| {
            let (client, path) = (client.clone(), path.clone());
            async move { client.post(&path, json!({ "is_me": n % 2 == 0 })).await.status.as_u16() }
        });
        let answers = futures_util::future::join_all(presses).await;
        assert_eq!(answers.iter().filter(|&&status| status == 200).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|status| matches!(status, 200 | 409)), "{answers:?}");
    })
    .await;
}
