//! Look-ups: made, asked, refused; what is shown of them, and what never is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};

use countersign_fakes::{Call, Reply};
use countersign_service::look_up::{Class, Variables, Which};
use countersign_service::port::{NO_ANSWER_IN_TIME, OutboundError};
use countersign_testkit::{TestApp, on_both};
use countersign_types::time::SECOND;
use serde_json::{Value, json};

const CRM: &str = "https://crm.example";
const KEY: &str = "k3y-of-the-crm-0123456789";

fn customer() -> Value {
    json!({ "customer": { "name": "Jane Doe", "phoneNumber": "+46706170786", "accountNumber": "1234567890" } })
}

/// The company's system: knows one account.
fn crm(call: &Call<'_>) -> Reply {
    match call.path {
        "/customers/1234567890" => Reply::json(200, &customer()),
        _ => Reply::json(404, &json!({ "error": "no such customer" })),
    }
}

/// A system that says one thing.
fn says(app: &TestApp, address: &str, status: u16, body: impl Into<Vec<u8>>) {
    let body = body.into();
    let reply = move |_: &Call<'_>| Reply { status, content_type: "text/plain", body: body.clone() };
    app.outbound.provide(address, reply);
}

fn by_account() -> Value {
    json!({
        "name": "Customer by account",
        "request": {
            "method": "GET", "url": "https://crm.example/customers/{accountNumber}",
            "headers": [{ "name": "X-Api-Key", "value": KEY, "secret": true }, { "name": "X-From", "value": "ivr" }],
        },
        "answer": { "fields": [
            { "path": "$.customer.name", "to": "name" }, { "path": "$.customer.phoneNumber", "to": "phone" },
            { "path": "$.customer.accountNumber", "to": "external_id" },
        ] },
    })
}

async fn make(app: &TestApp, body: Value) -> String {
    let made = app.api().post("/v1/look-ups", body).await.expect(201);
    format!("/v1/look-ups/{}", made["id"].as_str().unwrap())
}

/// A look-up of this address and nothing else.
async fn plain(app: &TestApp, name: &str, url: &str) -> String {
    make(app, json!({ "name": name, "request": { "url": url } })).await
}

async fn test(app: &TestApp, path: &str, number: &str) -> Value {
    let body = json!({ "variables": { "accountNumber": number } });
    let mut answer = app.api().post(&format!("{path}/test"), body).await.expect(200);
    answer.as_object_mut().unwrap().remove("latency_ms").unwrap().as_u64().unwrap();
    answer
}

/// What was sent to the company's system.
fn asked(app: &TestApp, address: &str) -> Vec<countersign_service::port::OutboundRequest> {
    app.outbound.requests().into_iter().filter(|request| request.url.starts_with(address)).collect()
}

#[tokio::test]
async fn i_7_a_look_up_is_made_changed_and_deleted_and_never_says_its_secrets() {
    on_both(async |app| {
        let api = app.api();
        let made = api.post("/v1/look-ups", by_account()).await.expect(201);
        assert!(made["id"].as_str().unwrap().starts_with("lku_"));
        let headers = json!([
            { "name": "X-From", "value": "ivr", "secret": false, "last4": null },
            { "name": "x-api-key", "value": null, "secret": true, "last4": "6789" },
        ]);
        assert_eq!(made["request"]["headers"], headers);
        assert_eq!((&made["timeout_ms"], &made["cache_secs"]), (&json!(5_000), &json!(0)));
        assert_eq!(made["state"], json!({ "failures": 0, "paused_until": null }));
        assert_eq!(made["answer"]["found"]["not_found_status"], json!([404, 410]));
        let path = format!("/v1/look-ups/{}", made["id"].as_str().unwrap());
        let auth = json!({ "kind": "basic", "username": "ivr", "password": "passw0rd-of-the-crm" });
        let changed = api
            .patch(&path, json!({ "name": "By number", "auth": auth, "cache_secs": 60 }))
            .await
            .expect(200);
        assert_eq!(changed["request"], made["request"], "what was not named stays, secrets too");
        assert_eq!((&changed["auth"]["kind"], &changed["auth"]["last4"]), (&json!("basic"), &Value::Null));
        let list = api.get("/v1/look-ups").await.expect(200);
        assert_eq!(list["data"][0], api.get(&path).await.expect(200));
        app.outbound.provide(CRM, crm);
        let tested = test(&app, &path, "1234567890").await;
        let sent = asked(&app, CRM).pop().unwrap();
        assert!(sent.headers.contains(&("x-api-key".to_owned(), KEY.to_owned())), "{:?}", sent.headers);
        // ivr:passw0rd-of-the-crm
        let login = "Basic aXZyOnBhc3N3MHJkLW9mLXRoZS1jcm0=".to_owned();
        assert!(sent.headers.contains(&("authorization".to_owned(), login)));
        let audit = api.get("/v1/audit").await.expect(200);
        let said = [made, changed, list, tested, audit].map(|value| value.to_string()).concat();
        assert!(
            said.contains("look_up.create")
                && said.contains("look_up.update")
                && said.contains("look_up.test")
        );
        for secret in [KEY, "passw0rd", "aXZyOn", "k3y-of"] {
            assert!(!said.contains(secret), "{secret}: {said}");
        }
        let again = api.post("/v1/look-ups", json!({ "name": "by NUMBER", "request": { "url": CRM } })).await;
        assert_eq!(again.problem(409), "name-taken");
        api.delete(&path).await.expect(204);
        assert_eq!(api.get(&path).await.problem(404), "not-found");
        assert_eq!(api.delete(&path).await.problem(404), "not-found");
    })
    .await;
}

#[tokio::test]
async fn the_example_of_the_account_number_is_found_and_mapped() {
    on_both(async |app| {
        app.outbound.provide(CRM, crm);
        let path = make(&app, by_account()).await;
        let found = test(&app, &path, "1234567890").await;
        assert_eq!((&found["outcome"], &found["status"], &found["tries"]), (&json!("found"), &json!(200), &json!(1)));
        assert_eq!(found["result"], customer());
        let fields = json!({
            "name": "Jane Doe", "phone": "+46706170786", "external_id": "1234567890", "email": null, "attributes": {},
        });
        assert_eq!(found["fields"], fields);
        assert_eq!(found["masked"], json!([]));
        // What was asked shows no number.
        assert_eq!(found["sent"]["url"], "https://crm.example/customers/••••");
        assert_eq!(asked(&app, CRM)[0].url, "https://crm.example/customers/1234567890");
        let missed = test(&app, &path, "0000000000").await;
        assert_eq!((&missed["outcome"], &missed["status"]), (&json!("not_found"), &json!(404)));
        assert_eq!((&missed["why"], &missed["result"]), (&Value::Null, &Value::Null));
        // Somebody who sees personal data masked sees the form of the answer, and masked fields.
        let roles = app.api().get("/v1/masking").await.expect(200);
        let mut roles = json!({ "roles": roles["roles"] });
        for class in ["name", "email", "phone", "ids", "attributes", "text"] {
            roles["roles"]["admin"][class] = json!(true);
        }
        app.api().put("/v1/masking", roles).await.expect(200);
        let body = json!({ "variables": { "accountNumber": "1234567890" } });
        let masked = app.admin().await.post(&format!("{path}/test"), body).await.expect(200);
        assert_eq!(masked["result"]["customer"]["name"], "••••");
        assert!(masked["masked"].as_array().unwrap().contains(&json!("result")));
        let text = masked.to_string();
        assert!(!text.contains("Jane") && !text.contains("6170786") && !text.contains("1234567890"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn i_5_a_system_that_is_wrong_or_down_is_unavailable_and_never_not_found() {
    on_both(async |app| {
        let typographic = "{\n“customer”: {\n“name”: “Jane Doe”,\n}\n}";
        let deep = format!("{}1{}", "[".repeat(40), "]".repeat(40));
        for (name, status, body, why) in [
            ("error", 500, "{}".to_owned(), "status"),
            ("denied", 403, "{}".to_owned(), "not_authorised"),
            ("elsewhere", 302, String::new(), "redirected"),
            ("huge", 200, format!("\"{}\"", "x".repeat(300_000)), "too_large"),
            ("deep", 200, deep, "too_deep"),
            ("typographic", 200, typographic.to_owned(), "typographic_quotes"),
            ("comma", 200, "{\"a\": 1,}".to_owned(), "trailing_comma"),
            ("page", 200, "<html>Log in</html>".to_owned(), "web_page"),
            ("text", 200, "yes".to_owned(), "not_json"),
        ] {
            let address = format!("https://{name}.example");
            says(&app, &address, status, body);
            let path = plain(&app, name, &format!("{address}/c/{{accountNumber}}")).await;
            let answer = test(&app, &path, "1").await;
            assert_eq!((&answer["outcome"], &answer["why"]), (&json!("unavailable"), &json!(why)), "{name}");
            assert!(answer["detail"].as_str().unwrap().ends_with(['.', ')']), "{answer}");
            // Only what failed is asked again, once.
            let tries = if status == 500 { 2 } else { 1 };
            assert_eq!(
                (answer["tries"].as_u64(), asked(&app, &address).len()),
                (Some(tries), tries as usize),
                "{name}"
            );
        }
        for (name, error, why, tries) in [
            ("nobody", OutboundError::Unreachable("no connection".to_owned()), "unreachable", 2),
            ("late", OutboundError::Unreachable(NO_ANSWER_IN_TIME.to_owned()), "timed_out", 2),
            ("inside", OutboundError::Refused("not public".to_owned()), "address_refused", 1),
        ] {
            let address = format!("https://{name}.example");
            app.outbound.take_down(&address, Some(error));
            let path = plain(&app, name, &format!("{address}/c/{{accountNumber}}")).await;
            let answer = test(&app, &path, "1").await;
            assert_eq!((&answer["why"], &answer["tries"]), (&json!(why), &json!(tries)), "{name}");
        }
        // What changes something is never sent twice.
        says(&app, "https://post.example", 502, "");
        let body = json!({ "kind": "form", "fields": [{ "name": "account", "value": "{accountNumber}" }] });
        let request = json!({ "method": "POST", "url": "https://post.example/", "body": body });
        let path = make(&app, json!({ "name": "post", "request": request })).await;
        assert_eq!(test(&app, &path, "1&x=2").await["tries"], 1);
        assert_eq!(asked(&app, "https://post.example")[0].body, b"account=1%26x%3D2");
        // Nothing is asked without the number, nor with one that is another way.
        let path = plain(&app, "Strict", "https://crm.example/c/{accountNumber}/x").await;
        for (number, why) in [("", "missing_variable"), ("..", "unsafe_value")] {
            let answer = test(&app, &path, number).await;
            assert_eq!((&answer["why"], &answer["tries"]), (&json!(why), &json!(0)), "{number:?}");
        }
        assert!(asked(&app, CRM).is_empty());
    })
    .await;
}

/// Two ways of saying that there is nobody look the same to whoever reads the outcome.
#[tokio::test]
async fn i_1_every_miss_reads_the_same() {
    on_both(async |app| {
        let mut misses = Vec::new();
        for (name, status, body) in [
            ("a", 404, "{\"error\": 1}"),
            ("b", 410, "x"),
            ("c", 200, "null"),
            ("d", 200, "{}"),
            ("e", 204, ""),
        ] {
            let address = format!("https://{name}.example");
            says(&app, &address, status, body);
            let path = plain(&app, name, &format!("{address}/{{accountNumber}}")).await;
            let mut answer = test(&app, &path, "1").await;
            assert_eq!(answer["status"], status);
            answer.as_object_mut().unwrap().remove("status");
            answer["sent"]["url"] = Value::Null;
            misses.push(answer);
        }
        assert!(misses.iter().all(|miss| *miss == misses[0] && miss["outcome"] == "not_found"), "{misses:?}");
    })
    .await;
}

#[tokio::test]
async fn i_5_five_failures_leave_a_system_alone_for_half_a_minute() {
    on_both(async |app| {
        let status = Arc::new(AtomicU16::new(503));
        let said = status.clone();
        app.outbound.provide(CRM, move |_| Reply::json(said.load(Ordering::SeqCst), &customer()));
        let path = plain(&app, "CRM", "https://crm.example/{accountNumber}").await;
        for _ in 0..5 {
            assert_eq!(test(&app, &path, "1").await["why"], "status");
        }
        let before = asked(&app, CRM).len();
        let paused = test(&app, &path, "1").await;
        assert_eq!((&paused["why"], &paused["tries"]), (&json!("paused"), &json!(0)));
        let state = app.api().get(&path).await.expect(200)["state"].clone();
        assert_eq!(state["failures"], 5);
        assert!(state["paused_until"].is_string());
        assert_eq!(asked(&app, CRM).len(), before, "nobody was asked");
        // Another look-up is not touched by it.
        let other = plain(&app, "Other", "https://crm.example/o/{accountNumber}").await;
        assert_eq!(test(&app, &other, "1").await["why"], "status");
        app.clock.advance(31 * SECOND);
        assert_eq!(test(&app, &path, "1").await["why"], "status", "one tries");
        assert_eq!(test(&app, &path, "1").await["why"], "paused", "in vain");
        app.clock.advance(31 * SECOND);
        status.store(200, Ordering::SeqCst);
        for _ in 0..2 {
            assert_eq!(test(&app, &path, "1").await["outcome"], "found");
        }
        assert_eq!(
            app.api().get(&path).await.expect(200)["state"],
            json!({ "failures": 0, "paused_until": null })
        );
    })
    .await;
}

#[tokio::test]
async fn a_token_is_fetched_once_and_anew_when_it_ends_or_is_refused() {
    on_both(async |app| {
        let issued = Arc::new(AtomicUsize::new(0));
        let count = issued.clone();
        app.outbound.provide("https://id.example/token", move |call| {
            assert_eq!(call.body, b"grant_type=client_credentials&scope=crm.read");
            assert_eq!(call.header("authorization"), Some("Basic aXZyOnNlY3JldC1vZi10aGUtaXZyLTEyMzQ="));
            let n = count.fetch_add(1, Ordering::SeqCst) + 1;
            Reply::json(
                200,
                &json!({ "access_token": format!("token-{n}"), "token_type": "Bearer", "expires_in": 600 }),
            )
        });
        let good = Arc::new(std::sync::Mutex::new("Bearer token-1".to_owned()));
        let wanted = good.clone();
        app.outbound.provide(CRM, move |call| {
            let is_good = call.header("authorization") == Some(wanted.lock().unwrap().as_str());
            Reply::json(if is_good { 200 } else { 401 }, &customer())
        });
        let auth = json!({
            "kind": "oauth2_client_credentials", "token_url": "https://id.example/token", "client_id": "ivr",
            "client_secret": "secret-of-the-ivr-1234", "scope": "crm.read",
        });
        let request = json!({ "url": "https://crm.example/{accountNumber}" });
        let path = make(&app, json!({ "name": "CRM", "request": request, "auth": auth })).await;
        let shown = app.api().get(&path).await.expect(200)["auth"].clone();
        assert_eq!((&shown["client_id"], &shown["last4"]), (&json!("ivr"), &json!("1234")));
        for _ in 0..3 {
            let found = test(&app, &path, "1").await;
            assert_eq!((&found["outcome"], &found["tries"]), (&json!("found"), &json!(1)));
        }
        assert_eq!(issued.load(Ordering::SeqCst), 1);
        // Taken back before its end: one more token, one more try.
        *good.lock().unwrap() = "Bearer token-2".to_owned();
        let found = test(&app, &path, "1").await;
        assert_eq!((&found["outcome"], &found["tries"]), (&json!("found"), &json!(2)));
        // Its end comes.
        *good.lock().unwrap() = "Bearer token-3".to_owned();
        app.clock.advance(571 * SECOND);
        assert_eq!(test(&app, &path, "1").await["tries"], 1);
        assert_eq!(issued.load(Ordering::SeqCst), 3);
        // Refused for good: not again and again.
        *good.lock().unwrap() = "nobody".to_owned();
        let refused = test(&app, &path, "1").await;
        assert_eq!((&refused["why"], &refused["tries"]), (&json!("not_authorised"), &json!(2)));
        app.outbound
            .take_down("https://id.example", Some(OutboundError::Unreachable("no connection".to_owned())));
        app.clock.advance(600 * SECOND);
        assert_eq!(test(&app, &path, "1").await["why"], "no_token");
    })
    .await;
}

#[tokio::test]
async fn i_7_secrets_are_asked_for_again_when_another_host_is_asked() {
    on_both(async |app| {
        let api = app.api();
        let mut body = by_account();
        body["auth"] = json!({ "kind": "bearer", "token": "t0ken-of-the-crm-0123" });
        let path = make(&app, body).await;
        let request = |url: &str| {
            json!({ "request": {
            "url": url, "headers": [{ "name": "X-Api-Key", "secret": true }],
        } })
        };
        let kept = api.patch(&path, request("https://crm.example/v2/{accountNumber}")).await.expect(200);
        assert_eq!(
            (&kept["request"]["headers"][0]["last4"], &kept["auth"]["last4"]),
            (&json!("6789"), &json!("0123"))
        );
        for elsewhere in ["https://evil.example/{accountNumber}", "https://crm.example:8443/{accountNumber}"]
        {
            let refused = api.patch(&path, request(elsewhere)).await.expect(400);
            assert_eq!(refused["errors"][0]["code"], "secret-needed", "{refused}");
        }
        let mut with_key = request("https://new.example/{accountNumber}");
        with_key["request"]["headers"][0]["value"] = json!("another-key");
        let refused = api.patch(&path, with_key.clone()).await.expect(400);
        assert_eq!(refused["errors"][0]["pointer"], "/auth/token");
        with_key["auth"] = json!({ "kind": "none" });
        api.patch(&path, with_key).await.expect(200);
        // A certificate is shown, its key is not.
        let pem = |what: &str| format!("-----BEGIN {what}-----\nAAAA\n-----END {what}-----\n");
        let auth = json!({ "kind": "mtls", "certificate": pem("CERTIFICATE"), "key": pem("PRIVATE KEY") });
        let shown = api.patch(&path, json!({ "auth": auth })).await.expect(200);
        assert_eq!(shown["auth"]["certificate"], pem("CERTIFICATE"));
        assert!(!shown.to_string().contains("PRIVATE"), "{shown}");
        test(&app, &path, "1").await;
        let sent = asked(&app, "https://new.example").pop().unwrap();
        assert!(sent.headers.contains(&("test-certificate".to_owned(), pem("CERTIFICATE"))));
    })
    .await;
}

#[tokio::test]
async fn wrong_look_ups_are_refused_at_their_place() {
    on_both(async |app| {
        let api = app.api();
        let good = json!({ "name": "x", "request": { "url": "https://crm.example/{a}" } });
        for (at, value, pointer, code) in [
            ("/request", json!({ "url": "http://crm.example/{a}" }), "/request/url", "address-not-allowed"),
            ("/request", json!({ "url": "https://{host}/" }), "/request/url", "variable-not-allowed"),
            ("/request", json!({ "url": "https://crm.example/?{a}=1" }), "/request/url", "variable-not-allowed"),
            ("/request", json!({ "url": "file:///etc/passwd" }), "/request/url", "invalid-url"),
            ("/request", json!({ "url": CRM, "headers": [{ "name": "Host", "value": "x" }] }), "/request/headers/0/name", "invalid-header"),
            ("/request", json!({ "url": CRM, "headers": [{ "name": "x", "secret": true }] }), "/request/headers", "secret-needed"),
            ("/request", json!({ "url": CRM, "headers": [{ "name": "x", "value": "a\r\nb", "secret": true }] }), "/request/headers", "invalid-header"),
            ("/request", json!({ "url": CRM, "body": { "kind": "json", "value": 1 } }), "/request/body", "not-allowed"),
            ("/answer", json!({ "json_path": "customer" }), "/answer/json_path", "invalid-path"),
            ("/auth", json!({ "kind": "bearer" }), "/auth/token", "secret-needed"),
            ("/auth", json!({ "kind": "basic", "username": "a:b", "password": "x" }), "/auth/username", "invalid-secret"),
            ("/auth", json!({ "kind": "mtls", "certificate": "x", "key": "y" }), "/auth/certificate", "invalid-secret"),
            ("/auth", json!({ "kind": "oauth2_client_credentials", "token_url": "http://x.example", "client_id": "a", "client_secret": "b" }), "/auth/token_url", "address-not-allowed"),
            ("/timeout_ms", json!(60_000), "/timeout_ms", "out-of-range"),
            ("/name", json!(" "), "/name", "invalid-name"),
        ] {
            let mut body = good.clone();
            body[&at[1..]] = value;
            let refused = api.post("/v1/look-ups", body.clone()).await.expect(400);
            let error = &refused["errors"][0];
            assert_eq!((&error["pointer"], &error["code"]), (&json!(pointer), &json!(code)), "{body}");
        }
        let path = make(&app, good).await;
        let refused = api.post(&format!("{path}/test"), json!({ "variables": { "a b": "1" } })).await.expect(400);
        assert_eq!(refused["errors"][0]["pointer"], "/variables/a b");
    })
    .await;
}

#[tokio::test]
async fn who_may_see_change_and_test_look_ups() {
    on_both(async |app| {
        let path = make(&app, by_account()).await;
        let (agent, manager, admin) =
            (app.person("agent").await, app.person("team_manager").await, app.admin().await);
        for read in ["/v1/look-ups", &path] {
            assert_eq!(agent.get(read).await.problem(403), "forbidden");
            manager.get(read).await.expect(200);
            admin.get(read).await.expect(200);
        }
        for client in [&agent, &manager] {
            assert_eq!(client.post("/v1/look-ups", by_account()).await.problem(403), "forbidden");
            assert_eq!(client.patch(&path, json!({ "name": "x" })).await.problem(403), "forbidden");
            assert_eq!(client.post(&format!("{path}/test"), json!({})).await.problem(403), "forbidden");
            assert_eq!(client.delete(&path).await.problem(403), "forbidden");
        }
        assert_eq!(app.anonymous().get("/v1/look-ups").await.status, 401);
        assert!(asked(&app, CRM).is_empty());
        admin.delete(&path).await.expect(204);
    })
    .await;
}

/// As a call asks, which uses what was kept.
#[tokio::test]
async fn an_answer_is_kept_for_its_time_in_memory_alone() {
    on_both(async |app| {
        app.outbound.provide(CRM, crm);
        let mut body = by_account();
        body["cache_secs"] = json!(60);
        make(&app, body).await;
        let run = async |number: &str| {
            let entry = app.service.snapshot().look_ups[0].clone();
            let mut variables = Variables::default();
            variables.set("accountNumber", Class::Personal, number).unwrap();
            app.service.look_up_run(Which::Stored(&entry), &variables, false).await
        };
        let first = run("1234567890").await;
        assert_eq!((first.outcome.as_str(), first.from_cache), ("found", false));
        let again = run("1234567890").await;
        assert_eq!((again.from_cache, again.tries, &again.outcome), (true, 0, &first.outcome));
        assert_eq!(again.mapped, first.mapped);
        for expected in [false, true] {
            let miss = run("0000000000").await;
            assert_eq!((miss.outcome.as_str(), miss.from_cache), ("not_found", expected));
        }
        assert_eq!(asked(&app, CRM).len(), 2);
        app.clock.advance(61 * SECOND);
        assert!(!run("1234567890").await.from_cache);
        // What is shown of a run holds no value.
        assert!(!format!("{first:?}").contains("Jane") && !format!("{first:?}").contains("1234567890"));
    })
    .await;
}
