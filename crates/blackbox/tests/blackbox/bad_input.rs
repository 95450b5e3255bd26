//! Bad input gets the documented answer.

use bytes::Bytes;
use countersign_blackbox::{Answer, Client, World, message, unique};
use hyper::Method;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

async fn raw(client: &mut Client, path: &str, body: impl Into<Bytes>, headers: &[(&str, &str)]) -> Answer {
    client.send_raw(Method::POST, path, Some(body.into()), headers).await.expect("a whole answer")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_input_gets_a_problem_that_says_what_and_why() {
    let world = World::sqlite().await;
    let (mut client, inbound) = (world.client(0), world.inbound());

    let large = message("large", "x", &"x".repeat(1_100_000)).to_string();
    raw(&mut client, &inbound, large, &[]).await.refused(413, "payload-too-large");
    client.close();
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(raw(&mut client, &inbound, deep, &[]).await.status, 400);
    for broken in ["{", "", "null", "[1]", "{\"id\": \"a\"} x", "\u{feff}{}", "{\"id\": \"\\ud800\"}"] {
        let answer = raw(&mut client, &inbound, broken.to_owned(), &[]).await;
        assert_eq!(
            (answer.status, answer["errors"].as_array().map(Vec::len)),
            (400, Some(1)),
            "{broken}: {}",
            answer.json
        );
    }
    assert_eq!(raw(&mut client, &inbound, vec![0xff, 0xfe, b'{'], &[]).await.status, 400);
    let mut body = message("m-1", "x", "hello");
    body["colour"] = json!("red");
    let answer = client.post(&inbound, &body).await;
    assert_eq!((answer.status, &answer["errors"][0]["code"]), (400, &json!("unknown-field")));
    let answer = client.get("/v1/cases?colour=red").await;
    assert_eq!((answer.status, &answer["errors"][0]["code"]), (400, &json!("unknown-query-key")));
    for path in ["/v1/cases?limit=0", "/v1/cases?limit=201", "/v1/cases?limit=x", "/v1/cases?status=new"] {
        assert_eq!(client.get(path).await.status, 400, "{path}");
    }
    client.send_raw(Method::DELETE, "/v1/cases", None, &[]).await.unwrap().refused(405, "method-not-allowed");
    client.get("/v1/nowhere").await.refused(404, "not-found");
    client.get("/v1/cases/case_1").await.refused(404, "not-found");
    world.servers[0].client().get("/v1/cases").await.refused(401, "not-logged-in");
    let mut wrong = world.servers[0].client().with_key("cs_live_nobody");
    assert_eq!(wrong.get("/v1/cases").await.status, 401);
    let answer = client.get("/v1/cases").await.ok();
    assert!(answer.header("x-request-id").is_some_and(|id| id.starts_with("req_")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_input_a_cursor_that_is_stale_foreign_or_forged_is_refused() {
    let world = World::sqlite().await;
    let mut client = world.client(0);
    for _ in 0..3 {
        world.send(&mut client, &unique("user"), "hello").await.ok();
    }
    let page = client.get("/v1/cases?limit=1").await.ok();
    let cursor = page.text("/next_cursor");
    client.get(&format!("/v1/cases?limit=1&cursor={cursor}")).await.ok();
    let mut forged = cursor.clone();
    forged.replace_range(2..3, if cursor.as_bytes()[2] == b'A' { "B" } else { "A" });
    for path in [
        format!("/v1/cases?limit=1&cursor={forged}"),
        format!("/v1/cases?limit=1&sort=waiting&cursor={cursor}"),
        format!("/v1/profiles?limit=1&cursor={cursor}"),
        "/v1/cases?cursor=AAAA".to_owned(),
    ] {
        let answer = client.get(&path).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.json);
        assert!(
            answer["errors"][0]["code"].as_str().is_some_and(|c| c.contains("cursor")),
            "{}",
            answer.json
        );
    }
}

fn reason(answer: &Answer) -> (&str, &str) {
    let found = &answer.json["identification"];
    (found["outcome"].as_str().unwrap(), found["reason"].as_str().unwrap_or(""))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_input_codes_that_are_not_good_say_why_and_link_nobody() {
    let world = World::sqlite().await;
    let mut client = world.client(0);
    let other = world.new_channel("Another").await;
    let (_, code) = world.code(&mut client, "used").await;
    assert_eq!(reason(&world.send(&mut client, "first", &code).await.ok()), ("valid", ""));
    assert_eq!(reason(&world.send(&mut client, "second", &code).await.ok()), ("invalid", "used"));
    let (_, old) = world.code(&mut client, "superseded").await;
    let (_, new) = world.code(&mut client, "superseded").await;
    assert_eq!(reason(&world.send(&mut client, "third", &old).await.ok()), ("invalid", "superseded"));
    assert_eq!(reason(&world.send(&mut client, "third", &new).await.ok()), ("valid", ""));
    let (id, code) = world.code(&mut client, "revoked").await;
    let revoked = client.send_raw(Method::DELETE, &format!("/v1/identification-codes/{id}"), None, &[]).await;
    assert_eq!(revoked.unwrap().status, 204);
    assert_eq!(reason(&world.send(&mut client, "fourth", &code).await.ok()), ("invalid", "revoked"));
    let body = json!({ "profile": { "external_id": "elsewhere" }, "channels": [other] });
    let code = client.post("/v1/identification-codes", &body).await.ok().text("/display");
    assert_eq!(reason(&world.send(&mut client, "fifth", &code).await.ok()), ("invalid", "wrong_channel"));
    let broken = swap(&code);
    let answer = world.send(&mut client, "sixth", &broken).await.ok();
    assert_eq!(reason(&answer), ("invalid", "malformed"), "a typing error is told as one");
    let body = json!({ "profile": { "external_id": "short" }, "lifetime_secs": 59 });
    assert_eq!(client.post("/v1/identification-codes", &body).await.status, 400);
    let five = [1, 2, 3, 4, 5];
    for _ in five {
        world.code(&mut client, "eager").await;
    }
    let body = json!({ "profile": { "external_id": "eager" } });
    let answer = client.post("/v1/identification-codes", &body).await;
    assert_eq!(answer.status, 429, "C-9: five codes in ten minutes");
    assert!(answer.header("retry-after").is_some());
}

/// The same code with two neighbours exchanged.
fn swap(code: &str) -> String {
    let mut chars: Vec<char> = code.chars().collect();
    let at = (0..chars.len() - 1)
        .find(|n| chars[*n] != chars[*n + 1] && chars[*n].is_alphabetic() && chars[*n + 1].is_alphabetic());
    let at = at.expect("not all symbols are the same");
    chars.swap(at, at + 1);
    chars.into_iter().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_input_an_expired_code_is_told_so() {
    if !countersign_blackbox::is_long() {
        eprintln!("SKIPPED: a code lives a minute at least; COUNTERSIGN_LONG=1 waits for it");
        return;
    }
    let world = World::sqlite().await;
    let mut client = world.client(0);
    let body = json!({ "profile": { "external_id": "late" }, "lifetime_secs": 60 });
    let issued = client.post("/v1/identification-codes", &body).await.ok();
    tokio::time::sleep(std::time::Duration::from_secs(61)).await;
    let answer = world.send(&mut client, "late", &issued.text("/display")).await.ok();
    assert_eq!(reason(&answer), ("invalid", "expired"));
    let record = client.get(&format!("/v1/identification-codes/{}", issued.text("/id"))).await.ok();
    assert_eq!(record["state"], "expired");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_input_an_idempotency_key_answers_once_and_refuses_another_body() {
    let world = World::sqlite().await;
    let mut client = world.client(0);
    let body = json!({ "profile": { "external_id": "once" } });
    let path = "/v1/identification-codes";
    let first = client.try_post_once(path, &body, "key-1").await.unwrap().ok();
    assert_eq!(first.header("idempotent-replayed"), None);
    let again = client.try_post_once(path, &body, "key-1").await.unwrap().ok();
    assert_eq!((&again.json, again.header("idempotent-replayed")), (&first.json, Some("true")));
    let other = json!({ "profile": { "external_id": "another" } });
    client.try_post_once(path, &other, "key-1").await.unwrap().refused(422, "idempotency-mismatch");
    let answer = client.try_post_once(path, &body, &"k".repeat(256)).await.unwrap();
    assert_eq!((answer.status, &answer["errors"][0]["code"]), (400, &json!("invalid-header")));
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// A widget in signed mode with one key: its id, the key's id and secret.
async fn widget(client: &mut Client) -> (String, String, String) {
    let body = json!({ "name": "Bank", "origins": ["https://bank.example"] });
    let id = client.post("/v1/widgets", &body).await.ok().text("/id");
    let key = client.post(&format!("/v1/widgets/{id}/keys"), &json!({ "algorithm": "HS256" })).await.ok();
    (id, key.text("/kid"), key.text("/secret"))
}

fn sign(kid: &str, secret: &[u8], algorithm: Algorithm, claims: &Value) -> String {
    let header = Header { kid: Some(kid.to_owned()), alg: algorithm, ..Header::default() };
    encode(&header, claims, &EncodingKey::from_secret(secret)).expect("a token")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_input_tokens_that_are_forged_expired_replayed_or_from_elsewhere_issue_no_code() {
    let world = World::sqlite().await;
    let (id, kid, secret) = widget(&mut world.client(0)).await;
    let origin = world.servers[0].launch.origin();
    let mut page = world.servers[0].client().with_header("origin", &origin);
    let path = format!("/public/widgets/{id}/codes");
    let claims = |sub: &str| json!({ "aud": id, "sub": sub, "iat": now(), "exp": now() + 120, "jti": unique("a-token-of-this-test") });
    let good = sign(&kid, secret.as_bytes(), Algorithm::HS256, &claims("customer-1"));
    let answer = page.post(&path, &json!({ "token": good })).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    let replayed = page.post(&path, &json!({ "token": good })).await;
    let mut expired = claims("customer-2");
    expired["iat"] = json!(now() - 1_000);
    expired["exp"] = json!(now() - 900);
    let mut long = claims("customer-3");
    long["exp"] = json!(now() + 3_600);
    let mut foreign = claims("customer-4");
    foreign["aud"] = json!("wid_someone_else");
    let unsigned = {
        let parts: Vec<&str> = good.split('.').collect();
        format!("eyJhbGciOiJub25lIn0.{}.", parts[1])
    };
    let mut answers = vec![("replayed", replayed)];
    for (name, token) in [
        (
            "forged",
            sign(&kid, b"not the secret at all, but as long", Algorithm::HS256, &claims("customer-5")),
        ),
        ("another algorithm", sign(&kid, secret.as_bytes(), Algorithm::HS512, &claims("customer-6"))),
        ("an unknown key", sign("nobody", secret.as_bytes(), Algorithm::HS256, &claims("customer-7"))),
        ("expired", sign(&kid, secret.as_bytes(), Algorithm::HS256, &expired)),
        ("too long", sign(&kid, secret.as_bytes(), Algorithm::HS256, &long)),
        ("for another widget", sign(&kid, secret.as_bytes(), Algorithm::HS256, &foreign)),
        ("unsigned", unsigned),
        ("no token", "x.y.z".to_owned()),
    ] {
        answers.push((name, page.post(&path, &json!({ "token": token })).await));
    }
    for (name, answer) in answers {
        assert!((400..500).contains(&answer.status), "{name}: {} {}", answer.status, answer.json);
        assert!(answer["code"].is_string(), "{name} is a problem");
    }
    let good = sign(&kid, secret.as_bytes(), Algorithm::HS256, &claims("customer-8"));
    let mut elsewhere = world.servers[0].client().with_header("origin", "https://evil.example");
    let answer = elsewhere.post(&path, &json!({ "token": good })).await;
    assert_eq!(answer.status, 403, "{}", answer.json);
    let records = world.client(0).get("/v1/identification-codes").await.ok();
    assert_eq!(records["data"].as_array().unwrap().len(), 1, "one code was issued");
}
