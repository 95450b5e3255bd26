//! Prompts: recorded, spoken, heard by people and by telephone providers; who may, and what is refused.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use countersign_testkit::{Answer, Client, TestApp, on_both, wav};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

async fn upload(client: &Client, path: &str, file: Vec<u8>) -> Answer {
    client.send(Method::PUT, path, Some(file)).await
}

async fn made(client: &Client, name: &str) -> String {
    let made = client.post("/v1/prompts", json!({ "name": name })).await.expect(201);
    assert_eq!((&made["recordings"], &made["texts"]), (&json!([]), &json!({})));
    format!("/v1/prompts/{}", made["id"].as_str().unwrap())
}

/// What the recordings of a prompt are, without when.
fn recordings(prompt: &Value) -> Value {
    let of = |r: &Value| json!([r["language"], r["source"], r["duration_ms"]]);
    prompt["recordings"].as_array().unwrap().iter().map(of).collect()
}

/// What anybody gets from an address.
async fn fetch(app: &TestApp, url: &str) -> (StatusCode, String, Vec<u8>) {
    let path = url.strip_prefix(countersign_testkit::ORIGIN).unwrap_or(url);
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = app.router.clone().oneshot(request).await.unwrap();
    let (head, body) = answer.into_parts();
    assert_eq!(head.headers["x-content-type-options"], "nosniff");
    let cache = head.headers["cache-control"].to_str().unwrap().to_owned();
    if head.status == 200 {
        assert_eq!(head.headers["content-type"], "audio/wav");
        assert_eq!(head.headers["content-security-policy"], "default-src 'none'; sandbox");
    }
    (head.status, cache, body.collect().await.unwrap().to_bytes().to_vec())
}

/// How long a WAV file is, as [`countersign_testkit::wav`] and the server write them.
fn secs(file: &[u8]) -> f64 {
    let rate = u32::from_le_bytes(file[24..28].try_into().unwrap());
    (file.len() - 44) as f64 / 2.0 / f64::from(rate)
}

#[tokio::test]
async fn a_prompt_is_recorded_in_languages_heard_renamed_and_deleted() {
    on_both(async |app| {
        let admin = app.admin().await;
        let path = made(&admin, "Welcome").await;
        let put = async |language: &str, query: &str, rate: u32, secs: f64| {
            let path = format!("{path}/recordings/{language}{query}");
            upload(&admin, &path, wav(rate, secs)).await
        };
        put("sv", "", 44_100, 1.5).await.expect(200);
        put("und", "?source=recording", 16_000, 0.5).await.expect(200);
        let prompt = put("PT-br", "", 8_000, 2.0).await.expect(200);
        let wanted = json!([["pt-BR", "upload", 2_000], ["sv", "upload", 1_500], [null, "recording", 500]]);
        assert_eq!(recordings(&prompt), wanted);
        assert_eq!(admin.get(&path).await.expect(200), prompt);
        assert_eq!(admin.get("/v1/prompts").await.expect(200)["data"], json!([prompt]));

        // What is heard is what telephones play, in the language or the one in its place.
        for (query, long) in [
            ("?language=sv", 1.5),
            ("?language=und", 0.5),
            ("?language=pt", 2.0),
            ("?language=fi", 0.5),
            ("", 0.5),
        ] {
            let heard = admin.get(&format!("{path}/audio{query}")).await;
            assert_eq!(heard.status.as_u16(), 200, "{query}");
            let file = heard.body;
            assert_eq!(u32::from_le_bytes(file[24..28].try_into().unwrap()), 8_000);
            assert!((secs(&file) - long).abs() < 0.001, "{query}: {}", secs(&file));
        }

        let renamed = admin.patch(&path, json!({ "name": "Hello" })).await.expect(200);
        assert_eq!((&renamed["name"], &renamed["recordings"]), (&json!("Hello"), &prompt["recordings"]));
        made(&admin, "Other").await;
        assert_eq!(admin.patch(&path, json!({ "name": "oTHER" })).await.problem(409), "name-taken");
        admin.delete(&format!("{path}/recordings/sv")).await.expect(204);
        assert_eq!(admin.delete(&format!("{path}/recordings/sv")).await.problem(404), "not-found");
        admin.delete(&path).await.expect(204);
        for gone in [path.clone(), format!("{path}/audio")] {
            assert_eq!(admin.get(&gone).await.problem(404), "not-found");
        }
        assert_eq!(put("sv", "", 8_000, 1.0).await.problem(404), "not-found");

        let rows = admin.get("/v1/audit?limit=100").await.expect(200);
        let rows = rows["data"].as_array().unwrap().iter().rev();
        let said: Vec<&str> =
            rows.filter_map(|row| row["action"].as_str().unwrap().strip_prefix("prompt.")).collect();
        assert_eq!(
            said,
            ["create", "record", "record", "record", "update", "create", "delete_recording", "delete"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_provider_hears_the_recording_at_its_address_and_nobody_guesses_another() {
    on_both(async |app| {
        let admin = app.admin().await;
        let path = made(&admin, "Welcome").await;
        let id = path.rsplit('/').next().unwrap();
        assert_eq!(app.service.prompt_url(id, None), None, "it says nothing yet");
        let put = async |long: f64| {
            upload(&admin, &format!("{path}/recordings/sv"), wav(16_000, long)).await.expect(200)
        };
        put(1.0).await;
        let url = app.service.prompt_url(id, Some("sv-FI")).unwrap();
        assert!(url.starts_with(&format!("{}/media/prompts/{id}/sv.wav?t=", countersign_testkit::ORIGIN)));
        let (status, cache, file) = fetch(&app, &url).await;
        assert_eq!((status.as_u16(), cache.as_str()), (200, "public, max-age=31536000, immutable"));
        assert!((secs(&file) - 1.0).abs() < 0.001);

        // The tag is of this recording alone.
        let (start, tag) = url.split_once("?t=").unwrap();
        let bent = format!("{start}?t={}{}", if tag.starts_with('0') { '1' } else { '0' }, &tag[1..]);
        for other in [
            bent,
            start.to_owned(),
            format!("{start}?t="),
            url.replace("sv.wav", "und.wav"),
            url.replace("sv.wav", "sv"),
            url.replace(id, "prm_01jd3k6q9we3t8v2c4x5z6b7n8"),
        ] {
            let (status, cache, _) = fetch(&app, &other).await;
            assert_eq!((status.as_u16(), cache.as_str()), (404, "no-store"), "{other}");
        }

        // Another recording has another address, at once; what was at the old one is not there any more.
        put(2.0).await;
        let second = app.service.prompt_url(id, None).unwrap();
        assert_ne!(second, url);
        assert!((secs(&fetch(&app, &second).await.2) - 2.0).abs() < 0.001);
        assert_eq!(fetch(&app, &url).await.0, 404);
        admin.delete(&format!("{path}/recordings/sv")).await.expect(204);
        put(1.0).await;
        assert_eq!(fetch(&app, &second).await.0, 404);
        assert_eq!(fetch(&app, &url).await.0, 404, "as long as the first, and another all the same");
        assert_eq!(app.service.prompt_url("prm_01jd3k6q9we3t8v2c4x5z6b7n8", None), None);
        assert_eq!(app.service.prompt_url("x", None), None);
    })
    .await;
}

#[tokio::test]
async fn the_voice_of_the_server_speaks() {
    on_both(async |app| {
        let admin = app.admin().await;
        let voice = admin.get("/v1/voice").await.expect(200);
        assert_eq!(voice, json!({ "engine": "hum", "languages": ["en", "sv"] }));
        assert_eq!(admin.get("/v1/system").await.expect(200)["speech"], "hum");
        let path = made(&admin, "Welcome").await;
        let speak = async |language: &str, text: &str| {
            admin.post(&format!("{path}/speech"), json!({ "language": language, "text": text })).await
        };
        let spoken = speak("sv-FI", " Välkommen till banken, vad gäller det? ").await.expect(200);
        assert_eq!(recordings(&spoken), json!([["sv-FI", "speech", 1_500]]));
        assert_eq!(spoken["texts"], json!({ "sv-FI": "Välkommen till banken, vad gäller det?" }));
        // A file in its place was not spoken.
        let file = wav(8_000, 1.0);
        let put = upload(&admin, &format!("{path}/recordings/sv-fi"), file).await.expect(200);
        assert_eq!((recordings(&put), &put["texts"]), (json!([["sv-FI", "upload", 1_000]]), &json!({})));

        for (language, text, code) in [
            ("fi", "Hei.", "language-not-spoken"),
            ("und", "Hm.", "language-not-spoken"),
            ("../sv", "Hej.", "invalid-language"),
            ("sv", "  ", "invalid-text"),
            ("sv", "a\u{7}b", "invalid-text"),
        ] {
            let refused = speak(language, text).await.expect(400);
            assert_eq!(refused["errors"][0]["code"], code, "{language}: {text}");
        }
        assert_eq!(speak("sv", &"x".repeat(2_001)).await.expect(400)["errors"][0]["pointer"], "/text");
        assert_eq!(speak("sv", "cough").await.problem(503), "unavailable");
        assert_eq!(recordings(&admin.get(&path).await.expect(200)), json!([["sv-FI", "upload", 1_000]]));
    })
    .await;
}

#[tokio::test]
async fn what_is_no_recording_is_refused_with_what_to_do() {
    on_both(async |app| {
        let admin = app.admin().await;
        let path = made(&admin, "Welcome").await;
        let put = async |language: &str, file: Vec<u8>| {
            upload(&admin, &format!("{path}/recordings/{language}"), file).await.expect(400)
        };
        let mut six_channels = wav(8_000, 0.1);
        six_channels[22] = 6;
        for (file, code) in [
            (b"ID3\x04".to_vec(), "not-a-wav"),
            (Vec::new(), "not-a-wav"),
            (wav(8_000, 0.0), "empty-recording"),
            (six_channels, "unsupported-recording"),
            (b"RIFF\0\0\0\0WAVEfmt ".to_vec(), "damaged-recording"),
            (vec![0; 11 * 1_024 * 1_024], "recording-too-big"),
        ] {
            let refused = put("sv", file).await;
            assert_eq!(refused["errors"][0]["code"], code);
            assert!(refused["errors"][0]["detail"].as_str().unwrap().ends_with('.'), "{refused}");
        }
        assert_eq!(put("svenska", wav(8_000, 1.0)).await["errors"][0]["code"], "invalid-language");
        let spoken = format!("{path}/recordings/sv?source=speech");
        assert_eq!(upload(&admin, &spoken, wav(8_000, 1.0)).await.status.as_u16(), 400);
        assert_eq!(admin.get(&path).await.expect(200)["recordings"], json!([]));
        // Twenty languages, and each of them again.
        for language in (b'a'..b'u').map(|c| format!("x{}", char::from(c))).chain(["xa".to_owned()]) {
            let path = format!("{path}/recordings/{language}");
            upload(&admin, &path, wav(8_000, 0.01)).await.expect(200);
        }
        let more = upload(&admin, &format!("{path}/recordings/sv"), wav(8_000, 0.01)).await;
        assert_eq!(more.problem(409), "too-many-recordings");
    })
    .await;
}

fn flow(prompt: &str, look_up: &str) -> Value {
    json!({ "start": "hello", "nodes": {
        "hello": { "kind": "play", "prompt": { "prompt": prompt }, "exits": { "next": "look" } },
        "look": { "kind": "http_request", "look_up": look_up, "variable": "customer",
            "exits": { "found": "bye", "not_found": "bye", "unavailable": "bye" } },
        "bye": { "kind": "hang_up" },
    } })
}

#[tokio::test]
async fn what_flows_use_stays_and_what_they_name_has_to_be_there() {
    on_both(async |app| {
        let admin = app.admin().await;
        let path = made(&admin, "Welcome").await;
        let prompt = path.rsplit('/').next().unwrap();
        let look_up = json!({ "name": "CRM", "request": { "url": "https://crm.example/customers" } });
        let look_up =
            admin.post("/v1/look-ups", look_up).await.expect(201)["id"].as_str().unwrap().to_owned();
        let mut document = flow(prompt, &look_up);
        document["name"] = json!("Bank");
        let made = admin.post("/v1/ivr-flows", document).await.expect(201);
        let flow_path = format!("/v1/ivr-flows/{}", made["id"].as_str().unwrap());
        let findings = admin.post(&format!("{flow_path}/validate"), json!({})).await.expect(200);
        assert_eq!(findings["is_publishable"], true, "{findings}");

        let in_use = async |app: &Client| {
            for (path, code) in
                [(path.clone(), "prompt-in-use"), (format!("/v1/look-ups/{look_up}"), "look-up-in-use")]
            {
                let refused = app.delete(&path).await.expect(409);
                assert_eq!(refused["code"], code);
                assert!(refused["detail"].as_str().unwrap().contains("the phone menu “Bank”"), "{refused}");
            }
        };
        in_use(&admin).await;
        admin.post(&format!("{flow_path}/publish"), json!({})).await.expect(200);
        // The draft says something else by now: callers still hear what was published.
        let other = json!({ "start": "bye", "nodes": { "bye": { "kind": "hang_up" } } });
        admin.put(&format!("{flow_path}/draft"), other).await.expect(200);
        in_use(&admin).await;
        // Only the newest version counts.
        admin.post(&format!("{flow_path}/publish"), json!({})).await.expect(200);
        admin.delete(&path).await.expect(204);
        admin.delete(&format!("/v1/look-ups/{look_up}")).await.expect(204);
        // And then it cannot come back: what it names is not there.
        admin.put(&format!("{flow_path}/draft"), flow(prompt, &look_up)).await.expect(200);
        let findings = admin.post(&format!("{flow_path}/validate"), json!({})).await.expect(200);
        let named: Vec<&str> =
            findings["findings"].as_array().unwrap().iter().map(|f| f["node"].as_str().unwrap()).collect();
        assert_eq!(findings["is_publishable"], false);
        assert!(named.contains(&"hello") && named.contains(&"look"), "{findings}");
    })
    .await;
}

#[tokio::test]
async fn m_4_who_reads_the_phone_hears_prompts_and_who_writes_it_makes_them() {
    on_both(async |app| {
        let admin = app.admin().await;
        let path = made(&admin, "Welcome").await;
        let put =
            async |client: &Client| upload(client, &format!("{path}/recordings/sv"), wav(8_000, 1.0)).await;
        put(&admin).await.expect(200);
        let key =
            admin.post("/v1/api-keys", json!({ "name": "x", "scopes": ["phone.read"] })).await.expect(201);
        let reads = app.anonymous().bearer(key["secret"].as_str().unwrap());
        reads.get("/v1/prompts").await.expect(200);
        reads.get("/v1/voice").await.expect(200);
        assert_eq!(reads.get(&format!("{path}/audio")).await.status.as_u16(), 200);
        put(&reads).await.problem(403);
        reads.post("/v1/prompts", json!({ "name": "x" })).await.problem(403);
        reads.post(&format!("{path}/speech"), json!({ "language": "sv", "text": "x" })).await.problem(403);
        reads.patch(&path, json!({ "name": "x" })).await.problem(403);
        reads.delete(&path).await.problem(403);
        reads.delete(&format!("{path}/recordings/sv")).await.problem(403);
        let agent = app.person("agent").await;
        for hidden in
            ["/v1/prompts".to_owned(), path.clone(), format!("{path}/audio"), "/v1/voice".to_owned()]
        {
            agent.get(&hidden).await.problem(403);
        }
        let anonymous = app.anonymous();
        anonymous.get(&format!("{path}/audio")).await.problem(401);
    })
    .await;
}
