//! API keys: what they may do, from where, and until when.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use countersign_http::{Options, app};
use countersign_store::testing::{TestDb, both};
use countersign_testkit::{Client, TestApp, on_both};
use countersign_types::time::{DAY, HOUR};
use serde_json::{Value, json};

async fn key(client: &Client, body: Value) -> (String, String) {
    let made = client.post("/v1/api-keys", body).await.expect(201);
    (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
}

fn bearer(app: &TestApp, secret: &str) -> Client {
    app.anonymous().bearer(secret)
}

#[tokio::test]
async fn x_7_a_key_does_what_its_scopes_say_and_its_secret_is_shown_once() {
    on_both(async |app| {
        let admin = app.admin().await;
        let (id, secret) =
            key(&admin, json!({ "name": "crm", "scopes": ["user.read", "personal_data.read"] })).await;
        assert!(secret.starts_with("cs_live_") && secret.len() == 57, "{secret}");
        let crm = bearer(&app, &secret);
        crm.get("/v1/users").await.expect(200);
        let denied = crm.get("/v1/audit").await;
        assert_eq!(denied.problem(403), "forbidden");
        let list = admin.get("/v1/api-keys").await;
        assert!(!String::from_utf8_lossy(&list.body).contains(&secret));
        let view = list.expect(200)["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|k| k["id"] == id.as_str())
            .unwrap()
            .clone();
        assert_eq!(view["last4"].as_str().unwrap(), &secret[secret.len() - 4..]);
        assert_eq!(view["scopes"], json!(["personal_data.read", "user.read"]));
        // A denied access is on record.
        let log = admin.get("/v1/audit?action=access.denied").await.expect(200);
        assert_eq!(log["data"][0]["actor"]["id"], id.as_str());
        assert_eq!(log["data"][0]["outcome"], "forbidden");
    })
    .await;
}

#[tokio::test]
async fn x_7_nobody_gives_a_key_more_than_they_may_give() {
    on_both(async |app| {
        let admin = app.admin().await;
        let (_, secret) = key(&admin, json!({ "name": "a", "scopes": ["api_key.write", "case.read"] })).await;
        let limited = bearer(&app, &secret);
        limited.post("/v1/api-keys", json!({ "name": "b", "scopes": ["case.read"] })).await.expect(201);
        let more =
            limited.post("/v1/api-keys", json!({ "name": "c", "scopes": ["case.read", "audit.read"] })).await;
        assert_eq!(more.problem(403), "forbidden");
        let strong = admin.get("/v1/api-keys").await.expect(200);
        let strong =
            strong["data"].as_array().unwrap().iter().find(|k| k["name"] == "setup").unwrap()["id"].clone();
        let rotated =
            limited.post(&format!("/v1/api-keys/{}/rotate", strong.as_str().unwrap()), json!({})).await;
        assert_eq!(rotated.problem(403), "forbidden");
        for bad in [
            json!({ "name": "x", "scopes": [] }),
            json!({ "name": "x", "scopes": ["nonsense"] }),
            json!({ "name": "", "scopes": ["case.read"] }),
            json!({ "name": "x", "scopes": ["case.read"], "allowed_ips": ["300.1.1.1"] }),
            json!({ "name": "x", "scopes": ["case.read"], "expires_at": "2020-01-01T00:00:00Z" }),
        ] {
            assert_eq!(
                admin.post("/v1/api-keys", bad.clone()).await.problem(400),
                "invalid-request",
                "{bad}"
            );
        }
        let agent = app.person("agent").await;
        let denied = agent.post("/v1/api-keys", json!({ "name": "x", "scopes": ["case.read"] })).await;
        assert_eq!(denied.problem(403), "forbidden");
        let all = agent.get("/v1/permissions").await.expect(200);
        assert!(all["data"].as_array().unwrap().iter().any(|p| p["scope"] == "message.receive"));
    })
    .await;
}

#[tokio::test]
async fn x_7_a_key_is_bound_to_its_networks() {
    on_both(async |server| {
        let admin = server.admin().await;
        let body =
            json!({ "name": "n", "scopes": ["user.read"], "allowed_ips": ["192.0.2.9/24", "2001:db8::1"] });
        let (_, secret) = key(&admin, body).await;
        let nobody = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let options = Options { trusted_proxies: vec![nobody], ..Options::default() };
        let client = Client::new(app(server.service.clone(), options)).bearer(&secret);
        for from in ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.77", "203.0.113.5, 192.0.2.3"] {
            client.clone().header("x-forwarded-for", from).get("/v1/users").await.expect(200);
        }
        for from in ["192.0.3.1", "2001:db8::2", "203.0.113.5", "192.0.2.3, 203.0.113.5"] {
            let answer = client.clone().header("x-forwarded-for", from).get("/v1/users").await;
            assert_eq!(answer.problem(401), "api-key-address", "{from}");
        }
    })
    .await;
}

#[tokio::test]
async fn x_7_a_revoked_key_ends_at_once_here_and_within_two_seconds_elsewhere() {
    both(async |db: TestDb| {
        let raw = (*db).clone();
        let here = TestApp::on(db).await;
        let elsewhere = here.another_server(raw).await;
        let admin = here.admin().await;
        let (id, secret) = key(&admin, json!({ "name": "x", "scopes": ["user.read"] })).await;
        let (one, two) = (bearer(&here, &secret), bearer(&elsewhere, &secret));
        one.get("/v1/users").await.expect(200);
        two.get("/v1/users").await.expect(200);
        admin.delete(&format!("/v1/api-keys/{id}")).await.expect(204);
        assert_eq!(one.get("/v1/users").await.problem(401), "bad-api-key");
        tokio::time::sleep(Duration::from_millis(2_050)).await;
        assert_eq!(two.get("/v1/users").await.problem(401), "bad-api-key");
        assert_eq!(admin.delete(&format!("/v1/api-keys/{id}")).await.problem(404), "not-found");
        for nonsense in ["", "cs_live_x", &secret[..56], &format!("{}x", &secret[..56])] {
            assert_eq!(bearer(&here, nonsense).get("/v1/users").await.problem(401), "bad-api-key");
        }
    })
    .await;
}

#[tokio::test]
async fn x_7_after_a_rotation_both_keys_work_for_a_day() {
    on_both(async |app| {
        let admin = app.admin().await;
        let (id, old) = key(&admin, json!({ "name": "x", "scopes": ["user.read"] })).await;
        let made = app.api().post(&format!("/v1/api-keys/{id}/rotate"), json!({})).await.expect(201);
        let new = made["secret"].as_str().unwrap().to_owned();
        assert_ne!(made["id"], id.as_str());
        bearer(&app, &old).get("/v1/users").await.expect(200);
        bearer(&app, &new).get("/v1/users").await.expect(200);
        app.clock.advance(DAY - HOUR);
        bearer(&app, &old).get("/v1/users").await.expect(200);
        app.clock.advance(HOUR);
        assert_eq!(bearer(&app, &old).get("/v1/users").await.problem(401), "bad-api-key");
        bearer(&app, &new).get("/v1/users").await.expect(200);
        let again = app.api().post(&format!("/v1/api-keys/{id}/rotate"), json!({})).await;
        assert_eq!(again.problem(409), "api-key-ended");
        app.clock.advance(366 * DAY);
        assert_eq!(
            bearer(&app, &new).get("/v1/users").await.problem(401),
            "bad-api-key",
            "a year by default"
        );
    })
    .await;
}

#[tokio::test]
async fn an_idempotency_key_gives_the_same_secret_again_and_one_key() {
    on_both(async |app| {
        let api = app.api().header("idempotency-key", "one");
        let body = json!({ "name": "x", "scopes": ["user.read"] });
        let first = api.post("/v1/api-keys", body.clone()).await;
        let again = api.post("/v1/api-keys", body).await;
        assert_eq!(first.expect(201), again.expect(201));
        assert_eq!(again.headers["idempotent-replayed"], "true");
        let other = api.post("/v1/api-keys", json!({ "name": "y", "scopes": ["user.read"] })).await;
        assert_eq!(other.problem(422), "idempotency-mismatch");
        let list = app.api().get("/v1/api-keys").await.expect(200);
        assert_eq!(list["data"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn x_7_a_client_does_not_choose_its_address_through_a_proxy_that_adds_ports() {
    on_both(async |server| {
        let admin = server.admin().await;
        let body =
            json!({ "name": "n", "scopes": ["user.read"], "allowed_ips": ["192.0.2.0/24", "2001:db8::1"] });
        let (_, secret) = key(&admin, body).await;
        let nobody = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let options = Options { trusted_proxies: vec![nobody], ..Options::default() };
        let client = Client::new(app(server.service.clone(), options)).bearer(&secret);
        for from in ["192.0.2.1:49152", "203.0.113.5, 192.0.2.3:443", "[2001:db8::1]:49152", "[2001:db8::1]"]
        {
            client.clone().header("x-forwarded-for", from).get("/v1/users").await.expect(200);
        }
        // What the client wrote stands to the left of what the proxy added, readable or not.
        for from in [
            "192.0.2.1, 203.0.113.5:49152",
            "192.0.2.1, [2001:db8::9]:49152",
            "192.0.2.1, unknown",
            "192.0.2.1,",
        ] {
            let answer = client.clone().header("x-forwarded-for", from).get("/v1/users").await;
            assert_eq!(answer.problem(401), "api-key-address", "{from}");
        }
    })
    .await;
}
