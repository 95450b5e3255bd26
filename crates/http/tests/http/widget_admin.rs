//! Widgets as administrators set them up.

use countersign_testkit::on_both;
use serde_json::{Value, json};

fn bank() -> Value {
    json!({ "name": "Bank", "origins": ["https://bank.example/", "https://BANK.example"] })
}

#[tokio::test]
async fn a_widget_is_made_changed_and_taken_out_of_use() {
    on_both(async |app| {
        let api = app.api();
        let channel = app.custom_channel("Pigeon").await;
        let made = api.post("/v1/widgets", bank()).await.expect(201);
        assert_eq!((&made["origins"], &made["mode"]), (&json!(["https://bank.example"]), &json!("signed")));
        assert_eq!((&made["keys"], &made["stats"]), (&json!([]), &json!({ "issued_24h": 0, "used_24h": 0 })));
        assert_eq!(made["languages"], json!(["en"]));
        let path = format!("/v1/widgets/{}", made["id"].as_str().unwrap());
        let body = json!({ "languages": ["de", "en"], "default_language": "de", "channels": [channel],
            "phrases": { "de": { "title": "Wer sind Sie?", "copy": "" } },
            "theme": { "accent": "#2f5bd0", "radius": 8, "scheme": "auto" } });
        let changed = api.patch(&path, body).await.expect(200);
        assert_eq!(changed["phrases"], json!({ "de": { "title": "Wer sind Sie?" } }));
        assert_eq!(changed["theme"], json!({ "accent": "#2f5bd0", "radius": 8, "scheme": "auto" }));
        assert_eq!(api.get(&path).await.expect(200), changed);
        assert_eq!(api.get("/v1/widgets").await.expect(200)["data"][0], changed);
        let snippet = api.get(&format!("{path}/snippet")).await.expect(200);
        for kind in ["signed", "plain", "seed"] {
            let text = snippet[kind].as_str().unwrap();
            assert!(
                text.contains(made["id"].as_str().unwrap()) && text.contains("/widget/1/loader.js"),
                "{kind}"
            );
        }
        api.delete(&path).await.expect(204);
        for answer in [api.get(&path).await, api.delete(&path).await, api.patch(&path, json!({})).await] {
            assert_eq!(answer.problem(404), "not-found");
        }
    })
    .await;
}

#[tokio::test]
async fn w_1_two_live_keys_at_most_and_a_secret_is_shown_once() {
    on_both(async |app| {
        let api = app.api();
        let made = api.post("/v1/widgets", bank()).await.expect(201);
        let path = format!("/v1/widgets/{}", made["id"].as_str().unwrap());
        let keys = format!("{path}/keys");
        let hs256 = json!({ "algorithm": "HS256" });
        let once = api.clone().header("idempotency-key", "rotate-1");
        let first = once.post(&keys, hs256.clone()).await.expect(201);
        assert_eq!(once.post(&keys, hs256.clone()).await.expect(201), first, "a retry makes no second key");
        assert_eq!(first["secret"].as_str().unwrap().len(), 43);
        assert_eq!((&first["id"], &first["algorithm"]), (&first["kid"], &json!("HS256")));
        let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----";
        let second = api.post(&keys, json!({ "algorithm": "EdDSA", "public_key": pem })).await.expect(201);
        assert_eq!(second.get("secret"), None);
        assert_eq!(api.post(&keys, hs256.clone()).await.problem(409), "two-keys");
        let shown = api.get(&path).await.expect(200);
        assert_eq!(shown["keys"].as_array().unwrap().len(), 2);
        assert!(!shown.to_string().contains(first["secret"].as_str().unwrap()));
        api.delete(&format!("{keys}/{}", first["kid"].as_str().unwrap())).await.expect(204);
        let again = api.delete(&format!("{keys}/{}", first["kid"].as_str().unwrap())).await;
        assert_eq!(again.problem(404), "not-found");
        api.post(&keys, hs256).await.expect(201);
        for body in [
            json!({ "algorithm": "EdDSA" }),
            json!({ "algorithm": "ES256", "public_key": pem }),
            json!({ "algorithm": "HS256", "public_key": pem }),
            json!({ "algorithm": "EdDSA", "public_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----" }),
            json!({ "algorithm": "none" }),
            json!({ "algorithm": "RS256", "public_key": pem }),
        ] {
            assert_eq!(api.post(&keys, body.clone()).await.status.as_u16(), 400, "{body}");
        }
    })
    .await;
}

#[tokio::test]
async fn w_2_plain_mode_needs_a_reason_each_time_it_is_turned_on() {
    on_both(async |app| {
        let api = app.api();
        let made = api.post("/v1/widgets", bank()).await.expect(201);
        let path = format!("/v1/widgets/{}", made["id"].as_str().unwrap());
        for reason in [Value::Null, json!(""), json!("  ")] {
            let refused = api.patch(&path, json!({ "mode": "plain", "plain_reason": reason })).await;
            assert_eq!(refused.json()["errors"][0]["pointer"], "/plain_reason");
        }
        let plain =
            api.patch(&path, json!({ "mode": "plain", "plain_reason": " a demo " })).await.expect(200);
        assert_eq!((&plain["mode"], &plain["plain_reason"]), (&json!("plain"), &json!("a demo")));
        let signed = api.patch(&path, json!({ "mode": "signed" })).await.expect(200);
        assert_eq!(signed["plain_reason"], Value::Null);
        assert_eq!(api.patch(&path, json!({ "mode": "plain" })).await.status.as_u16(), 400);
    })
    .await;
}

#[tokio::test]
async fn settings_that_the_frame_does_not_understand_are_refused_where_they_are() {
    on_both(async |app| {
        for (change, pointer) in [
            (json!({ "name": "" }), "/name"),
            (json!({ "origins": [] }), "/origins"),
            (json!({ "origins": ["https://ok.example", "http://bank.example"] }), "/origins/1"),
            (json!({ "origins": ["https://*.bank.example"] }), "/origins/0"),
            (json!({ "languages": [] }), "/languages"),
            (json!({ "languages": ["english!"] }), "/languages/0"),
            (json!({ "languages": ["de"], "default_language": "en" }), "/default_language"),
            (json!({ "channels": ["chan_01jd3k6q9we3t8v2c4x5z6b7n8"] }), "/channels"),
            (json!({ "phrases": { "en": { "titel": "x" } } }), "/phrases/en/titel"),
            (json!({ "phrases": { "en": { "title": "x".repeat(301) } } }), "/phrases/en/title"),
            (json!({ "theme": { "accent": "red" } }), "/theme/accent"),
            (json!({ "theme": { "accent": "#fff" } }), "/theme/accent"),
            (json!({ "theme": { "radius": 99 } }), "/theme/radius"),
            (json!({ "theme": { "scheme": "dim" } }), "/theme/scheme"),
        ] {
            let mut body = bank();
            for (key, value) in change.as_object().unwrap() {
                body[key] = value.clone();
            }
            let answer = app.api().post("/v1/widgets", body).await;
            assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{change}: {}", answer.json());
        }
        let unknown = json!({ "name": "x", "origins": ["https://a.example"], "theme": { "font": "x" } });
        assert_eq!(app.api().post("/v1/widgets", unknown).await.problem(400), "unknown-field");
        assert_eq!(app.person("agent").await.get("/v1/widgets").await.problem(403), "forbidden");
    })
    .await;
}
