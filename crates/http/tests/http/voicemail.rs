//! What callers say to a voicemail: fetched from its provider, kept with the call, heard by those who may, and gone with it.

use std::sync::Arc;

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_fakes::twilio::Twilio;
use countersign_fakes::{Post, Provider, Reply};
use countersign_store::testing::TestDb;
use countersign_testkit::{Client, Jobs, TestApp, on_both, wav};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};

use super::call::published;
use super::voice::{CALLER, OURS, form, number};

/// A provider with a number whose callers reach a voicemail.
struct Box {
    provider: Arc<Twilio>,
    /// Where it posts.
    path: String,
    token: String,
}

async fn voicemail(app: &TestApp) -> Box {
    let provider: Arc<Twilio> = Arc::default();
    let there = provider.clone();
    app.outbound.provide(provider.address(), move |call| there.answer(call));
    let token = provider.channel()["secrets"]["auth_token"].as_str().unwrap().to_owned();
    let path = number(app, Some(&menu(app).await), "twilio", &token).await;
    Box { provider, path, token }
}

/// A phone menu in which one may speak.
async fn menu(app: &TestApp) -> String {
    let flow = json!({ "name": "Box", "start": "mail", "nodes": {
        "mail": { "kind": "voicemail", "exits": { "recorded": "bye", "failed": "bye" } },
        "bye": { "kind": "hang_up", "prompt": { "say": "Thank you." } } } });
    published(app, flow).await
}

/// The address that a document gives by this name.
fn named(document: &str, name: &str) -> String {
    let after = document.split(&format!(" {name}=\"")).nth(1).expect(document);
    after.split('"').next().unwrap().replace("&amp;", "&")
}

impl Box {
    fn resource(&self) -> String {
        self.path.replace("/hooks/voice", "/v1/phone-numbers")
    }

    async fn post(&self, app: &TestApp, url: &str, fields: &[(&str, &str)]) -> String {
        let mut all = vec![("CallSid", "CA1"), ("From", CALLER), ("To", OURS)];
        all.extend_from_slice(fields);
        let post: Post = self.provider.post(url, &all);
        app.carry(&post).await.expect_text(200)
    }

    /// Somebody calls; the two addresses of the recording that is asked for.
    async fn call(&self, app: &TestApp) -> (String, String) {
        let url = format!("{}{}", countersign_testkit::ORIGIN, self.path);
        let document = self.post(app, &url, &[("CallStatus", "in-progress")]).await;
        (named(&document, "action"), named(&document, "recordingStatusCallback"))
    }

    /// The provider says that a recording is ready; to both addresses, and to one of them twice.
    async fn told(&self, app: &TestApp, (action, status): &(String, String), at: &str) {
        let fields = [
            ("CallStatus", "in-progress"),
            ("RecordingSid", "RE1"),
            ("RecordingUrl", at),
            ("RecordingDuration", "4"),
        ];
        assert!(self.post(app, action, &fields).await.contains("Thank you."));
        for _ in 0..2 {
            self.post(app, status, &fields).await;
        }
    }
}

async fn call(client: &Client) -> Value {
    client.get("/v1/calls").await.expect(200)["data"][0].clone()
}

async fn until(app: &TestApp, jobs: &Jobs, outcome: &str) -> Value {
    let api = app.api();
    jobs.until(async || call(&api).await["recordings"][0]["outcome"] == outcome).await;
    call(&api).await
}

fn address(call: &Value) -> String {
    let of = |value: &Value| value.as_str().unwrap().to_owned();
    format!("/v1/calls/{}/recordings/{}", of(&call["id"]), of(&call["recordings"][0]["file"]))
}

fn gets(app: &TestApp) -> usize {
    let all = app.outbound.requests();
    all.iter().filter(|request| request.url.contains("/Recordings/") && request.method == "GET").count()
}

#[tokio::test]
async fn a_message_is_fetched_once_and_heard_by_those_who_may_which_is_on_record() {
    on_both(async |app| {
        let place = voicemail(&app).await;
        let sound = wav(8_000, 20.0);
        let at = place.provider.record("RE1", sound.clone());
        let asked = place.call(&app).await;
        let jobs = app.jobs();
        place.told(&app, &asked, &at).await;
        let url = format!("{}{}", countersign_testkit::ORIGIN, place.path);
        place.post(&app, &url, &[("CallStatus", "completed")]).await;
        let kept = until(&app, &jobs, "kept").await;
        assert_eq!(kept["outcome"], "voicemail");
        let recording = &kept["recordings"][0];
        let seen = (&recording["ms"], &recording["mime_type"], &recording["failures"], &recording["removed"]);
        assert_eq!(seen, (&json!(4_000), &json!("audio/wav"), &json!(0), &json!(false)), "{recording}");
        assert_eq!((kept["recordings"].as_array().unwrap().len(), gets(&app)), (1, 1), "however often it is told");
        assert_eq!(place.provider.recordings(), ["RE1"], "nobody said to remove it");

        let admin = app.admin().await;
        let whole = admin.get(&address(&kept)).await;
        assert_eq!((whole.status.as_u16(), &whole.body), (200, &sound));
        assert_eq!(whole.headers["content-type"], "audio/wav");
        assert_eq!(whole.headers["accept-ranges"], "bytes");
        // A part that lies in two pieces.
        let part = admin.clone().header("range", "bytes=262000-262500").get(&address(&kept)).await;
        assert_eq!((part.status.as_u16(), part.body.as_slice()), (206, &sound[262_000..=262_500]));
        assert_eq!(part.headers["content-range"], format!("bytes 262000-262500/{}", sound.len()));
        let none = admin.clone().header("range", "bytes=999999999-").get(&address(&kept)).await;
        assert_eq!(none.status.as_u16(), 416);
        let audit = admin.get("/v1/audit?action=call.listen").await.expect(200);
        assert_eq!(audit["data"].as_array().unwrap().len(), 3, "{audit}");
        assert_eq!(audit["data"][0]["object"], kept["id"]);

        let nobodys = format!("{}1", &address(&kept)[..address(&kept).len() - 1]);
        admin.get(&nobodys).await.problem(404);
        app.anonymous().get(&address(&kept)).await.problem(401);
        // A file cannot be masked: whoever sees texts masked hears nothing.
        let toggles = |masked: bool| json!({ "name": masked, "email": masked, "phone": masked, "ids": masked, "attributes": masked, "text": masked });
        let masks = json!({ "roles": { "admin": toggles(false), "team_manager": toggles(false), "agent": toggles(true) },
            "reveals_per_hour": { "admin": 30, "team_manager": 30, "agent": 30 } });
        let agent = app.person("agent").await;
        admin.put("/v1/masking", masks).await.expect(200);
        assert_eq!(agent.get(&address(&kept)).await.problem(403), "masked-field");
        jobs.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_message_of_whoever_hung_up_while_speaking_is_kept() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let place = voicemail(&app).await;
    let at = place.provider.record("RE1", wav(8_000, 1.0));
    let (_, status) = place.call(&app).await;
    let url = format!("{}{}", countersign_testkit::ORIGIN, place.path);
    place.post(&app, &url, &[("CallStatus", "completed")]).await;
    assert_eq!(call(&app.api()).await["state"], "ended");
    let fields = [("RecordingSid", "RE1"), ("RecordingUrl", &at), ("RecordingDuration", "1")];
    place.post(&app, &status, &fields).await;
    let jobs = app.jobs();
    until(&app, &jobs, "kept").await;
    jobs.stop().await;
}

#[tokio::test]
async fn a_failing_fetch_is_seen_tried_again_and_given_up_where_it_can_be_replayed() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let place = voicemail(&app).await;
    let at = place.provider.record("RE1", wav(8_000, 1.0));
    let asked = place.call(&app).await;
    // It is told of before it is there.
    place.provider.trouble(Reply::json(404, &json!({ "code": 20_404 })));
    // Something that is no sound.
    place.provider.trouble(Reply {
        status: 200,
        content_type: "text/html",
        body: b"<html>no</html>".to_vec(),
    });
    let jobs = app.jobs();
    place.told(&app, &asked, &at).await;
    let api = app.api();
    jobs.until(async || call(&api).await["recordings"][0]["why"] == "not_there").await;
    let waiting = call(&api).await["recordings"][0].clone();
    assert_eq!((&waiting["outcome"], &waiting["failures"]), (&json!("wanted"), &json!(1)));
    jobs.until(async || {
        app.clock.advance(60_000_000);
        call(&api).await["recordings"][0]["outcome"] == "failed"
    })
    .await;
    assert_eq!(call(&api).await["recordings"][0]["why"], "no_sound");
    let admin = app.admin().await;
    let dead = admin.get("/v1/dead-letters").await.expect(200)["data"][0].clone();
    assert_eq!(dead["kind"], "recording");
    assert!(!dead.to_string().contains("api.twilio.com"), "the address may be a key: {dead}");
    let replay = format!("/v1/dead-letters/{}/replay", dead["id"].as_str().unwrap());
    admin.post(&replay, json!({})).await.expect(204);
    let kept = until(&app, &jobs, "kept").await;
    assert_eq!((&kept["recordings"][0]["why"], gets(&app)), (&Value::Null, 3));
    jobs.stop().await;
}

#[tokio::test]
async fn i_4_nothing_is_fetched_from_anybody_but_the_provider_and_secrets_go_nowhere_else() {
    for elsewhere in ["https://evil.example/RE1", "https://169.254.169.254/", "http://api.twilio.com/RE1"] {
        let app = TestApp::on(TestDb::sqlite().await).await;
        let place = voicemail(&app).await;
        let asked = place.call(&app).await;
        let jobs = app.jobs();
        place.told(&app, &asked, elsewhere).await;
        let failed = until(&app, &jobs, "failed").await;
        assert_eq!(failed["recordings"][0]["why"], "elsewhere");
        assert_eq!(app.outbound.requests().len(), 0, "{elsewhere}");
        jobs.stop().await;
    }
}

#[tokio::test]
async fn a_number_may_have_recordings_removed_at_the_provider_once_they_are_here() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let place = voicemail(&app).await;
    let changed = app.api().patch(&place.resource(), json!({ "removes_recordings": true })).await.expect(200);
    assert_eq!(changed["removes_recordings"], true);
    let at = place.provider.record("RE1", wav(8_000, 1.0));
    let asked = place.call(&app).await;
    let jobs = app.jobs();
    place.told(&app, &asked, &at).await;
    let api = app.api();
    jobs.until(async || call(&api).await["recordings"][0]["removed"] == true).await;
    assert_eq!(place.provider.recordings(), Vec::<String>::new());
    assert_eq!(app.api().get(&address(&call(&api).await)).await.status.as_u16(), 200, "it is here");
    jobs.stop().await;
}

#[tokio::test]
async fn x_10_a_message_goes_with_its_customer() {
    on_both(async |app| {
        let place = voicemail(&app).await;
        let at = place.provider.record("RE1", wav(8_000, 1.0));
        let asked = place.call(&app).await;
        let jobs = app.jobs();
        place.told(&app, &asked, &at).await;
        let kept = until(&app, &jobs, "kept").await;
        jobs.stop().await;
        let admin = app.admin().await;
        let profile = kept["identity"]["profile"].as_str().unwrap();
        admin.delete(&format!("/v1/profiles/{profile}")).await.expect(204);
        admin.get(&address(&kept)).await.problem(404);
    })
    .await;
}

#[tokio::test]
async fn x_10_a_message_is_in_the_file_that_its_customer_gets() {
    on_both(async |app| {
        let place = voicemail(&app).await;
        let sound = wav(8_000, 20.0);
        let at = place.provider.record("RE1", sound.clone());
        let asked = place.call(&app).await;
        let jobs = app.jobs();
        place.told(&app, &asked, &at).await;
        let kept = until(&app, &jobs, "kept").await;
        let admin = app.admin().await;
        let profile = kept["identity"]["profile"].as_str().unwrap();
        let begun = json!({ "profile_id": profile, "reason": "asked for it" });
        let begun = admin.post("/v1/privacy/exports", begun).await.expect(202);
        let export = format!("/v1/privacy/exports/{}", begun["id"].as_str().unwrap());
        jobs.until(async || admin.get(&export).await.expect(200)["state"] == "ready").await;
        jobs.stop().await;
        let file = format!("{export}/file?format=json");
        let text = admin.get(&file).await.expect_text(200);
        let file: Value = serde_json::from_str(&text).unwrap();
        let files = file["sections"]["files"].as_array().unwrap();
        assert_eq!(files.len(), 1);
        let of = &files[0];
        assert_eq!(
            (&of["call"], &of["type"], &of["by"]),
            (&kept["id"], &json!("audio/wav"), &json!("customer"))
        );
        assert_eq!(of["size_bytes"], sound.len());
        assert!(of["content_base64"] == STANDARD.encode(&sound), "byte by byte");
        for secret in [place.token.as_str(), at.as_str()] {
            assert!(!text.contains(secret), "neither the number's secret nor where the provider had it");
        }
    })
    .await;
}

const TELNYX_KEY: &str = "KEY0123456789ABCDEF";
const TELNYX_API: &str = "https://api.telnyx.com";
/// Telnyx has what was recorded here, at addresses that are good for ten minutes.
const TELNYX_STORE: &str = "https://s3.amazonaws.com/telephony-recorder-prod";

/// A webhook of Telnyx, signed with a key and a time.
async fn telnyx(app: &TestApp, url: &str, fields: &[(&str, &str)]) -> String {
    let mut all = vec![("AccountSid", "acc-1"), ("CallSid", "v3:abc"), ("From", CALLER), ("To", OURS)];
    all.extend_from_slice(fields);
    let (body, at) = (form(&all), app.service.now().as_micros() / 1_000_000);
    let signed = SigningKey::from_bytes(&[9; 32]).sign(format!("{at}|{body}").as_bytes());
    let client = app
        .anonymous()
        .header("content-type", "application/x-www-form-urlencoded")
        .header("telnyx-signature-ed25519", &STANDARD.encode(signed.to_bytes()))
        .header("telnyx-timestamp", &at.to_string());
    let path = url.trim_start_matches(countersign_testkit::ORIGIN);
    client.send(Method::POST, path, Some(body.into_bytes())).await.expect_text(200)
}

/// Somebody speaks to a voicemail at a number of Telnyx, which tells of an address that is good no more.
async fn telnyx_told(app: &TestApp, key: Option<&str>) {
    let public = STANDARD.encode(SigningKey::from_bytes(&[9; 32]).verifying_key().as_bytes());
    let path = number(app, Some(&menu(app).await), "telnyx", &public).await;
    let resource = path.replace("/hooks/voice", "/v1/phone-numbers");
    app.api().patch(&resource, json!({ "api_key": key })).await.expect(200);
    app.outbound.provide(&format!("{TELNYX_STORE}/old.wav"), |_| Reply {
        status: 403,
        content_type: "application/xml",
        body: b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>".to_vec(),
    });
    let document = telnyx(app, &path, &[("CallStatus", "in-progress")]).await;
    let status = named(&document, "recordingStatusCallback");
    let old = format!("{TELNYX_STORE}/old.wav?X-Amz-Expires=600&X-Amz-Signature=1");
    let fields = [
        ("RecordingSid", "rec-1"),
        ("RecordingStatus", "completed"),
        ("RecordingUrl", &old),
        ("RecordingDuration", "4"),
    ];
    telnyx(app, &status, &fields).await;
}

/// Telnyx's *Fetch recording resource* says that the recording is at this address.
fn telnyx_says(app: &TestApp, media_url: String) {
    app.outbound.provide(TELNYX_API, move |call| {
        let bearer = format!("Bearer {TELNYX_KEY}");
        if call.header("authorization") != Some(bearer.as_str()) {
            return Reply::json(401, &json!({ "errors": [{ "code": "10009" }] }));
        }
        if (call.method, call.path) != ("GET", "/v2/texml/Accounts/acc-1/Recordings/rec-1.json") {
            return Reply::json(404, &json!({ "errors": [{ "detail": "Resource not found" }] }));
        }
        let answer = json!({ "account_sid": "acc-1", "sid": "rec-1", "duration": "4", "status": "completed",
            "error_code": null, "media_url": media_url });
        Reply::json(200, &answer)
    });
}

/// What was asked of whom, without queries; the key went to Telnyx's API alone.
fn asked_telnyx(app: &TestApp) -> Vec<String> {
    let all = app.outbound.requests();
    for request in &all {
        let is_api = request.url.starts_with(&format!("{TELNYX_API}/"));
        let shows = format!("{} {:?}", request.url, request.headers).contains(TELNYX_KEY);
        assert_eq!(shows, is_api, "{}", request.url);
    }
    all.iter().map(|request| request.url.split('?').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_address_that_is_good_no_more_is_asked_for_anew_and_the_key_goes_to_the_api_alone() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let sound = wav(8_000, 1.0);
    let body = sound.clone();
    app.outbound.provide(&format!("{TELNYX_STORE}/new.wav"), move |_| Reply {
        status: 200,
        content_type: "audio/wav",
        body: body.clone(),
    });
    telnyx_says(&app, format!("{TELNYX_STORE}/new.wav?X-Amz-Expires=600&X-Amz-Signature=2"));
    telnyx_told(&app, Some(TELNYX_KEY)).await;
    let jobs = app.jobs();
    let kept = until(&app, &jobs, "kept").await;
    assert_eq!(kept["recordings"][0]["failures"], 0);
    let (old, new) = (format!("{TELNYX_STORE}/old.wav"), format!("{TELNYX_STORE}/new.wav"));
    let resource = format!("{TELNYX_API}/v2/texml/Accounts/acc-1/Recordings/rec-1.json");
    assert_eq!(asked_telnyx(&app), [old, resource, new]);
    assert_eq!(app.admin().await.get(&address(&kept)).await.body, sound);
    jobs.stop().await;
}

#[tokio::test]
async fn i_4_a_new_address_is_believed_no_further_than_the_first() {
    for elsewhere in ["https://evil.example/RE1", "https://169.254.169.254/", "http://api.telnyx.com/RE1"] {
        let app = TestApp::on(TestDb::sqlite().await).await;
        telnyx_says(&app, elsewhere.to_owned());
        telnyx_told(&app, Some(TELNYX_KEY)).await;
        let jobs = app.jobs();
        let failed = until(&app, &jobs, "failed").await;
        assert_eq!(failed["recordings"][0]["why"], "elsewhere");
        assert_eq!(asked_telnyx(&app).len(), 2, "{elsewhere}");
        jobs.stop().await;
    }
}

#[tokio::test]
async fn without_a_key_nobody_is_asked_for_another_address() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    telnyx_told(&app, None).await;
    let jobs = app.jobs();
    let api = app.api();
    jobs.until(async || call(&api).await["recordings"][0]["why"] == "not_allowed").await;
    assert!(asked_telnyx(&app).iter().all(|url| url.starts_with(TELNYX_STORE)));
    jobs.stop().await;
}

#[tokio::test]
async fn no_secret_and_no_address_of_a_recording_is_written_down() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let written = countersign_canary::Written::default();
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    tracing::info!("the log is read");
    let place = voicemail(&app).await;
    let at = place.provider.record("RE1", wav(8_000, 1.0));
    let asked = place.call(&app).await;
    place.provider.trouble(Reply::json(401, &json!({ "code": 20_003 })));
    let jobs = app.jobs();
    place.told(&app, &asked, &at).await;
    let api = app.api();
    jobs.until(async || call(&api).await["recordings"][0]["why"] == "not_allowed").await;
    jobs.stop().await;
    drop(guard);
    let log = written.text();
    assert!(log.contains("the log is read"));
    for secret in [place.token.as_str(), at.as_str(), "/Recordings/RE1"] {
        assert!(!log.contains(secret), "{secret} stands in the log");
        let told = api.get("/v1/calls").await.expect(200).to_string();
        assert!(!told.contains(secret), "{secret} is told");
    }
}
