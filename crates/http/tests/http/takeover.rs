//! Ways to become somebody else that were tried, and do not work: each test is one of them.

use countersign_testkit::{Client, ORIGIN, TestApp, on_both};
use serde_json::{Value, json};

use super::widget::widget;

fn frame(app: &TestApp) -> Client {
    app.anonymous().header("origin", ORIGIN)
}

async fn chat(app: &TestApp) -> String {
    let body =
        json!({ "kind": "web_chat", "name": "Shop", "config": { "origins": ["https://shop.example"] } });
    app.api().post("/v1/channels", body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

async fn profile(app: &TestApp, external_id: &str) -> String {
    let path = format!("/v1/profiles?external_id={external_id}");
    app.api().get(&path).await.expect(200)["data"][0]["id"].as_str().unwrap_or_default().to_owned()
}

async fn known(app: &TestApp, external_id: &str, fields: Value) -> String {
    let path = format!("/v1/profiles/by-external-id/{external_id}");
    app.api().put(&path, fields).await.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn p1_a_signed_chat_is_the_customer_the_token_names_whatever_the_browser() {
    on_both(async |app| {
        let (chat, widget) = (chat(&app).await, widget(&app, "signed").await);
        let ann = known(&app, "ann", json!({ "name": "Ann" })).await;
        let open = async |jti: &str| {
            let token = widget.token(&app, "ann", jti, json!({}));
            let path = format!("/public/web-chats/{chat}/sessions");
            frame(&app).post(&path, json!({ "token": token })).await.expect(201)
        };
        let first = open("token-0001").await;
        let client = frame(&app).bearer(first["session"].as_str().unwrap());
        let message = json!({ "id": "m1", "text": "from my laptop" });
        client.post(&format!("/public/web-chats/{chat}/messages"), message).await.expect(201);
        let second = open("token-0002").await;
        assert_eq!(second["messages"][0]["text"], "from my laptop");
        let cases = app.api().get("/v1/cases").await.expect(200);
        assert_eq!(cases["data"].as_array().unwrap().len(), 1);
        assert_eq!(cases["data"][0]["identity"]["profile"]["id"], json!(ann));
        assert_eq!(app.api().get("/v1/profiles").await.expect(200)["data"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_blocked_customer_opens_no_signed_chat() {
    on_both(async |app| {
        let (chat, widget) = (chat(&app).await, widget(&app, "signed").await);
        let ann = known(&app, "ann", json!({ "name": "Ann" })).await;
        app.api().post(&format!("/v1/profiles/{ann}/block"), json!({ "reason": "fraud" })).await.expect(200);
        let token = widget.token(&app, "ann", "token-0001", json!({}));
        let path = format!("/public/web-chats/{chat}/sessions");
        assert_eq!(frame(&app).post(&path, json!({ "token": token })).await.problem(409), "profile-blocked");
    })
    .await;
}

/// A thief sends the victim's code, then one of their own at once, so that "not me" finds the link replaced; undoing
/// their own must not bring the victim's back.
#[tokio::test]
async fn c7_a_link_that_was_disowned_never_comes_back() {
    on_both(async |app| {
        let (channel, widget) = (app.custom_channel("Pigeon").await, widget(&app, "signed").await);
        let issue = async |sub: &str, jti: &str| {
            widget.issue(&frame(&app), &widget.token(&app, sub, jti, json!({}))).await.expect(201)
        };
        let (victims, own) = (issue("victim", "token-0001").await, issue("mallory", "token-0002").await);
        let stolen = app.say(&channel, "thief", "1", victims["code"].as_str().unwrap()).await;
        assert_eq!(stolen["identification"]["outcome"], "valid");
        app.say(&channel, "thief", "2", own["code"].as_str().unwrap()).await;
        let page = async |made: &Value, what: &str| {
            let client = frame(&app).bearer(made["status_token"].as_str().unwrap());
            let path = format!("/public/codes/{}", made["id"].as_str().unwrap());
            match what {
                "undo" => client.post(&format!("{path}/undo"), json!({})).await,
                _ => client.get(&path).await,
            }
        };
        let seen = page(&victims, "look").await.expect(200);
        assert_eq!(seen["link"]["state"], "superseded");
        let undone = page(&victims, "undo").await.expect(200);
        assert_eq!(undone["state"], "undone");
        page(&own, "undo").await.expect(200);
        let after = app.say(&channel, "thief", "3", "who am I?").await;
        assert_eq!(after["case"]["identity"]["assurance"], "al0");
    })
    .await;
}

#[tokio::test]
async fn c7_undo_does_not_bring_back_the_link_of_somebody_who_was_blocked_meanwhile() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let first = app.code("ann").await;
        app.say(&channel, "jo", "1", &first).await;
        let second = app.code("bob").await;
        let taken = app.say(&channel, "jo", "2", &second).await;
        let ann = profile(&app, "ann").await;
        app.api().post(&format!("/v1/profiles/{ann}/block"), json!({ "reason": "fraud" })).await.expect(200);
        let link = taken["case"]["identity"]["link"].as_str().unwrap();
        app.api().post(&format!("/v1/links/{link}/undo"), json!({})).await.expect(200);
        assert_eq!(app.say(&channel, "jo", "3", "hi").await["case"]["identity"]["assurance"], "al0");
    })
    .await;
}

#[tokio::test]
async fn p4_an_agents_word_about_an_account_is_not_made_a_proof_by_a_code_for_the_account() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        app.say(&channel, "user-x", "1", "hi").await;
        let priya = known(&app, "priya", json!({ "name": "Priya" })).await;
        let body = json!({ "channel": channel, "user_id": "user-x", "reason": "sounds like her" });
        let agent = app.person("agent").await;
        agent.post(&format!("/v1/profiles/{priya}/links"), body).await.expect(201);
        let subject = json!({ "profile": { "channel_user": { "channel": channel, "id": "user-x" } } });
        let code = app.api().post("/v1/identification-codes", subject).await.expect(201);
        let received = app.say(&channel, "user-y", "2", code["display"].as_str().unwrap()).await;
        assert_ne!(received["case"]["identity"]["profile"]["id"], json!(priya));
    })
    .await;
}

/// The list of one's own channels is the customer's: a token for an account that only an agent's word put under
/// somebody neither reads that customer's list nor ends their links.
#[tokio::test]
async fn p4_an_agents_word_about_an_account_opens_nobodys_list_of_channels() {
    on_both(async |app| {
        let (channel, widget) = (app.custom_channel("Pigeon").await, widget(&app, "signed").await);
        app.say(&channel, "user-x", "1", "hi").await;
        let priya = known(&app, "priya", json!({ "name": "Priya" })).await;
        let subject = json!({ "profile": { "external_id": "priya" } });
        let code = app.api().post("/v1/identification-codes", subject).await.expect(201);
        app.say(&channel, "her-own", "2", code["display"].as_str().unwrap()).await;
        let body = json!({ "channel": channel, "user_id": "user-x", "reason": "sounds like her" });
        app.person("agent").await.post(&format!("/v1/profiles/{priya}/links"), body).await.expect(201);

        let path = format!("/public/widgets/{}/links", widget.id);
        let list = async |jti: &str, claims: Value| {
            let token = widget.token(&app, "priya", jti, claims);
            frame(&app).post(&path, json!({ "token": token })).await.expect(200)["data"].clone()
        };
        let account = json!({ "sub": null, "user_custom_id": "user-x", "user_custom_channel": channel });
        assert_eq!(list("token-0001", account.clone()).await, json!([]));
        let hers = list("token-0002", json!({})).await;
        assert_eq!(hers.as_array().unwrap().len(), 2);
        let token = widget.token(&app, "priya", "token-0003", account);
        let end = format!("{path}/{}/end", hers[0]["id"].as_str().unwrap());
        frame(&app).post(&end, json!({ "token": token })).await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn p1_what_a_colleague_typed_finds_nobody_when_a_token_names_an_address() {
    on_both(async |app| {
        let (channel, widget) = (app.custom_channel("Pigeon").await, widget(&app, "signed").await);
        let wrong = known(&app, "wrong", json!({ "name": "Wrong" })).await;
        let agent = app.person("agent").await;
        let patch = json!({ "email": "ceo@acme.example" });
        agent.patch(&format!("/v1/profiles/{wrong}"), patch).await.expect(200);
        let claims = json!({ "sub": null, "email": "ceo@acme.example" });
        let made =
            widget.issue(&frame(&app), &widget.token(&app, "", "token-0001", claims)).await.expect(201);
        let received = app.say(&channel, "ceo", "1", made["code"].as_str().unwrap()).await;
        assert_eq!(received["case"]["identity"]["assurance"], "al3");
        assert_ne!(received["case"]["identity"]["profile"]["id"], json!(wrong));
        // They still see and find it: it is only no key.
        let found = app.api().get("/v1/profiles?email=ceo%40acme.example").await.expect(200);
        assert_eq!(found["data"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn p1_the_company_alone_says_which_external_id_is_whose() {
    on_both(async |app| {
        let ann = known(&app, "ann", json!({ "name": "Ann" })).await;
        for role in ["agent", "team_manager"] {
            let person = app.person(role).await;
            let patch = json!({ "external_id": "bob" });
            let answer = person.patch(&format!("/v1/profiles/{ann}"), patch).await;
            if answer.status != 403 {
                assert_eq!(answer.expect(400)["errors"][0]["code"], "not-yours-to-set");
            }
        }
        app.admin()
            .await
            .patch(&format!("/v1/profiles/{ann}"), json!({ "external_id": "a2" }))
            .await
            .expect(200);
    })
    .await;
}

/// Pre-hijack: somebody signs up at the company with another person's address and never confirms it.
#[tokio::test]
async fn p1_an_address_that_the_token_does_not_call_verified_stays_a_claim() {
    on_both(async |app| {
        let (channel, widget) = (app.custom_channel("Pigeon").await, widget(&app, "signed").await);
        for (n, verified) in
            [json!({}), json!({ "email_verified": false }), json!({ "email_verified": "true" })]
                .into_iter()
                .enumerate()
        {
            let mut more = json!({ "email": "ceo@acme.example" });
            more.as_object_mut().unwrap().extend(verified.as_object().unwrap().clone());
            let token = widget.token(&app, "evil-7", &format!("token-000{n}"), more);
            let made = widget.issue(&frame(&app), &token).await.expect(201);
            app.say(&channel, "evil", &n.to_string(), made["code"].as_str().unwrap()).await;
        }
        let evil = profile(&app, "evil-7").await;
        let view = app.api().get(&format!("/v1/profiles/{evil}")).await.expect(200);
        assert_eq!((&view["email"], &view["claims"]["email"]), (&json!(null), &json!("ceo@acme.example")));
        let claims = json!({ "sub": null, "email": "ceo@acme.example" });
        let made =
            widget.issue(&frame(&app), &widget.token(&app, "", "token-0010", claims)).await.expect(201);
        let ceo = app.say(&channel, "ceo", "9", made["code"].as_str().unwrap()).await;
        assert_ne!(ceo["case"]["identity"]["profile"]["id"], json!(evil));
        let verified = json!({ "email": "me@acme.example", "email_verified": true });
        let made =
            widget.issue(&frame(&app), &widget.token(&app, "good", "token-0011", verified)).await.expect(201);
        app.say(&channel, "good", "10", made["code"].as_str().unwrap()).await;
        let good = app.api().get(&format!("/v1/profiles/{}", profile(&app, "good").await)).await.expect(200);
        assert_eq!(good["email"], "me@acme.example");
        let refused = json!({ "sub": null, "email": "ceo@acme.example", "email_verified": false });
        let answer = widget.issue(&frame(&app), &widget.token(&app, "", "token-0012", refused)).await;
        assert_eq!(answer.problem(403), "token-subject");
    })
    .await;
}

#[tokio::test]
async fn t3_a_code_in_a_browser_lasts_as_long_as_a_signed_session() {
    on_both(async |app| {
        let chat = chat(&app).await;
        let path = format!("/public/web-chats/{chat}/sessions");
        let session = frame(&app).post(&path, json!({})).await.expect(201);
        let code = app.code("ann").await;
        let client = frame(&app).bearer(session["session"].as_str().unwrap());
        let message = json!({ "id": "m1", "text": code });
        client.post(&format!("/public/web-chats/{chat}/messages"), message).await.expect(201);
        let case = app.api().get("/v1/cases").await.expect(200)["data"][0].clone();
        assert_eq!(case["identity"]["assurance"], "al3");
        app.clock.advance(12 * 3_600 * 1_000_000);
        let again = frame(&app).post(&path, json!({ "session": session["session"] })).await.expect(201);
        assert_eq!(again["assurance"], "al0");
    })
    .await;
}

#[tokio::test]
async fn x7_a_key_gives_no_role_and_no_data_that_it_does_not_have() {
    on_both(async |app| {
        let scopes = json!(["user.read", "user.write", "webhook.read", "webhook.write"]);
        let body = json!({ "name": "narrow", "scopes": scopes });
        let key = app.admin().await.post("/v1/api-keys", body).await.expect(201);
        let narrow = app.anonymous().bearer(key["secret"].as_str().unwrap());
        let invite = json!({ "email": "eve@example.org", "name": "Eve", "role": "admin" });
        assert_eq!(narrow.post("/v1/users", invite).await.problem(403), "forbidden");
        let users = narrow.get("/v1/users").await.expect(200);
        let admin = users["data"].as_array().unwrap().iter().find(|u| u["role"] == "admin").unwrap().clone();
        let path = format!("/v1/users/{}", admin["id"].as_str().unwrap());
        assert_eq!(narrow.post(&format!("{path}/invitation"), json!({})).await.problem(403), "forbidden");
        assert_eq!(narrow.patch(&path, json!({ "state": "disabled" })).await.problem(403), "forbidden");
        let hook = json!({ "url": "https://hooks.example/in", "events": ["*"], "with_personal_data": true });
        assert_eq!(narrow.post("/v1/webhooks", hook.clone()).await.problem(403), "forbidden");
        let made = app.admin().await.post("/v1/webhooks", hook).await.expect(201);
        let path = format!("/v1/webhooks/{}", made["id"].as_str().unwrap());
        let moved = json!({ "url": "https://mine.example/in" });
        assert_eq!(narrow.patch(&path, moved).await.problem(403), "forbidden");
        narrow.patch(&path, json!({ "with_personal_data": false })).await.expect(200);
    })
    .await;
}
