//! Bad input gets a clear answer; nothing is lost and nothing leaks.

use axum::http::Method;
use countersign_testkit::on_both;
use serde_json::json;

#[tokio::test]
async fn what_is_wrong_with_a_body_is_said_where_it_is() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let path = format!("/v1/channels/{channel}/messages");
        let api = app.api();
        for (body, code, pointer) in [
            (&b"{"[..], "invalid-request", ""),
            (br#"{"id":"1","from":{"id":"a"},"text":"x","txet":"y"}"#, "unknown-field", "/txet"),
            (br#"{"from":{"id":"a"},"text":"x"}"#, "invalid-request", "/id"),
            (br#"{"id":1,"from":{"id":"a"},"text":"x"}"#, "invalid-request", "/id"),
            (br#"{"id":"1","from":{"id":"a"}}"#, "invalid-request", "/text"),
            (br#"{"id":"1","from":{"id":"null"},"text":"x"}"#, "invalid-request", "/from/id"),
        ] {
            let answer = api.send(Method::POST, &path, Some(body.to_vec())).await;
            let shown = String::from_utf8_lossy(body).into_owned();
            assert_eq!(answer.problem(400), code, "{shown}");
            let problem = answer.json();
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{shown}");
            assert!(problem["hint"].as_str().unwrap().len() > 10);
            assert_eq!(
                answer.headers["x-request-id"].to_str().unwrap(),
                problem["request_id"].as_str().unwrap()
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_over_a_mebibyte_is_refused() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let body = json!({ "id": "1", "from": { "id": "a" }, "text": "x".repeat(1_100_000) });
        let answer = app.api().post(&format!("/v1/channels/{channel}/messages"), body).await;
        assert_eq!(answer.problem(413), "payload-too-large");
    })
    .await;
}

#[tokio::test]
async fn unknown_query_keys_stale_cursors_and_foreign_ids_are_refused() {
    on_both(async |app| {
        let api = app.api();
        assert_eq!(api.get("/v1/cases?stauts=open").await.problem(400), "unknown-query-key");
        assert_eq!(api.get("/v1/cases?cursor=AAAA").await.problem(400), "invalid-request");
        assert_eq!(api.get("/v1/cases?limit=201").await.problem(400), "invalid-request");
        // X-5: an id of another kind, one that does not exist and nonsense answer alike.
        let channel = app.custom_channel("Pigeon").await;
        for id in ["case_01hzzzzzzzzzzzzzzzzzzzzzzz", channel.as_str(), "nonsense"] {
            assert_eq!(api.get(&format!("/v1/cases/{id}")).await.problem(404), "not-found");
        }
        assert_eq!(api.get("/v1/no-such-thing").await.problem(404), "not-found");
        assert_eq!(api.send(Method::PUT, "/v1/cases", None).await.status.as_u16(), 403 + 2);
    })
    .await;
}

#[tokio::test]
async fn an_idempotency_key_has_one_effect_and_belongs_to_one_request() {
    on_both(async |app| {
        let keyed = app.api().header("idempotency-key", "order-17");
        let body = json!({ "kind": "custom", "name": "Once", "config": {} });
        let first = keyed.post("/v1/channels", body.clone()).await;
        let again = keyed.post("/v1/channels", body).await;
        assert_eq!(first.expect(201)["id"], again.expect(201)["id"]);
        assert_eq!(
            first.json()["secret"],
            again.json()["secret"],
            "the secret shown once is shown to the retry"
        );
        assert!(again.headers.contains_key("idempotent-replayed"));
        let other = json!({ "kind": "custom", "name": "Twice", "config": {} });
        assert_eq!(keyed.post("/v1/channels", other).await.problem(422), "idempotency-mismatch");
        let all = app.api().get("/v1/channels").await.expect(200);
        assert_eq!(all["data"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn x3_a_session_changes_nothing_without_its_csrf_token_or_from_elsewhere() {
    on_both(async |app| {
        let admin = app.admin().await;
        let body = json!({ "kind": "custom", "name": "C", "config": {} });
        let forged = admin.clone().header("x-csrf-token", "guess");
        assert_eq!(forged.post("/v1/channels", body.clone()).await.problem(403), "csrf-token");
        let elsewhere = admin.clone().header("origin", "https://evil.example");
        assert_eq!(elsewhere.post("/v1/channels", body.clone()).await.problem(403), "cross-origin");
        admin.post("/v1/channels", body).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn an_agent_may_work_but_not_set_up() {
    on_both(async |app| {
        let agent = app.person("agent").await;
        agent.get("/v1/cases").await.expect(200);
        let body = json!({ "kind": "custom", "name": "C", "config": {} });
        assert_eq!(agent.post("/v1/channels", body).await.problem(403), "forbidden");
        assert_eq!(agent.get("/v1/audit").await.problem(403), "forbidden");
        let body = json!({ "profile": { "external_id": "x" } });
        assert_eq!(agent.post("/v1/identification-codes", body).await.problem(403), "forbidden");
    })
    .await;
}

#[tokio::test]
async fn a_nul_is_refused_wherever_a_text_is_taken() {
    on_both(async |app| {
        for path in
            ["/v1/audit?action=%00", "/v1/audit?actor=a%00b", "/v1/audit?object=%00", "/v1/profiles?q=%00"]
        {
            app.api().get(path).await.expect(400);
        }
        let channel = json!({ "kind": "web_chat", "name": "Shop", "config": { "greeting": "hi\0" } });
        let refused = app.api().post("/v1/channels", channel).await.expect(400);
        assert_eq!(refused["errors"][0]["pointer"], "/config/greeting");
        let widget = json!({ "name": "Bank", "origins": [], "mode": "plain", "plain_reason": "because\0" });
        app.api().post("/v1/widgets", widget).await.expect(400);
        let channel = app.custom_channel("Pigeon").await;
        let case = app.say(&channel, "jo", "1", "hello").await["case"]["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/cases/{case}/messages");
        let sent = app.api().post(&path, json!({ "text": "hi" })).await.expect(201);
        let receipt = json!({ "message": sent["id"], "state": "failed", "detail": "a\0b" });
        let path = format!("/v1/channels/{channel}/receipts");
        assert_eq!(app.api().post(&path, receipt).await.expect(400)["errors"][0]["pointer"], "/detail");
        let profile = json!({ "external_id": "ann", "attributes": { "a\0": 1 } });
        app.api().post("/v1/profiles", profile).await.expect(400);
        // A backslash before `u0000` is no NUL.
        app.say(&channel, "jo", "2", "write it as \\u0000").await;
    })
    .await;
}

#[tokio::test]
async fn what_a_channel_says_of_a_message_and_its_sender_is_kept() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let path = format!("/v1/channels/{channel}/messages");
        let body = json!({ "id": "1", "from": { "id": "jo", "name": "Jo" }, "text": "hi" });
        let said = app.api().post(&path, body).await.expect(200);
        assert_eq!(said["message"]["is_automatic"], false);
        assert_eq!(said["case"]["account"]["name"], "Jo");
        let body = json!({
            "id": "2", "from": { "id": "jo", "name": "Jo Doe" }, "text": "I am away", "is_automatic": true,
        });
        let said = app.api().post(&path, body).await.expect(200);
        assert_eq!(said["message"]["is_automatic"], true);
        assert_eq!(said["case"]["account"]["name"], "Jo Doe", "the name that the channel shows now");
        let case = said["case"]["id"].as_str().unwrap();
        let list = app.api().get(&format!("/v1/cases/{case}/messages")).await.expect(200);
        assert_eq!(
            (&list["data"][0]["is_automatic"], &list["data"][1]["is_automatic"]),
            (&json!(false), &json!(true))
        );
    })
    .await;
}
