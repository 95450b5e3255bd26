//! A cloud number on the real server, with Twilio's own SDK (PyPI `twilio`) as the provider.

use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_blackbox::{Client, World};
use serde_json::{Value, json};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// The Python that has the SDK: `COUNTERSIGN_TWILIO`, or where `cargo xtask test` puts it.
fn python() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("COUNTERSIGN_TWILIO") {
        return Some(PathBuf::from(path));
    }
    let here = std::env::current_exe().ok()?;
    here.ancestors().map(|folder| folder.join("twilio/bin/python")).find(|python| python.is_file())
}

fn sdk() -> Option<PathBuf> {
    let found = python();
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "Twilio's SDK is not installed");
        eprintln!("SKIPPED, Twilio's SDK is not installed: cargo xtask test installs it");
    }
    found
}

/// Has the SDK play a call to a flow; what it says of it.
async fn played(world: &World, python: &Path, client: &mut Client, flow: &str, calls: &str) -> Value {
    let number = json!({ "number": "+46771123456", "name": "Support", "adapter": "twiml", "provider": "twilio",
        "flow": flow, "auth_token": TOKEN });
    let number = client.post("/v1/phone-numbers", &number).await.ok();
    let hook = number.text("/hook_url");
    let origin = world.servers[0].launch.origin();
    let path = hook.strip_prefix(&origin).unwrap_or_else(|| panic!("{hook} is not below {origin}"));
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/blackbox/voice_oracle.py");
    let played = Command::new(python).arg(script).args([&origin, path, TOKEN, calls]).output().unwrap();
    assert!(played.status.success(), "{}", String::from_utf8_lossy(&played.stderr));
    serde_json::from_slice(&played.stdout).unwrap()
}

/// Somebody who is here and takes calls on their telephone.
async fn colleague(world: &World, telephone: &str) -> String {
    let (email, password) = &world.admin;
    let mut page = world.client(0).anonymous();
    let body = json!({ "email": email, "password": password });
    let entered = page.post("/v1/auth/login", &body).await.ok();
    let cookie = entered.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let mut page =
        page.with_header("cookie", &cookie).with_header("x-csrf-token", &entered.text("/csrf_token"));
    let rings = json!({ "number": telephone, "takes_calls": true });
    page.put("/v1/me/telephone", &rings).await.ok();
    page.put("/v1/me/presence", &json!({ "state": "online" })).await.ok();
    page.get("/v1/me").await.ok().text("/user/id")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_4_twilios_own_sdk_knows_every_word_of_what_colleagues_and_those_who_wait_hear() {
    let Some(python) = sdk() else { return };
    let world = World::sqlite().await;
    let mut client = world.client(0);
    let agent = colleague(&world, "+46706170001").await;
    let group =
        client.post("/v1/groups", &json!({ "name": "Support", "members": [agent] })).await.ok().text("/id");
    let say = |text: &str| json!({ "say": text, "language": "sv" });
    let flow = json!({ "name": "Desk", "start": "menu", "nodes": {
        "menu": { "kind": "menu", "prompt": say("Tryck."), "exits": { "1": "q", "2": "mail", "3": "sip", "4": "away", "failed": "bye" } },
        "q": { "kind": "queue", "queue": group, "timeout_ms": 60_000, "hold_prompt": say("Vänta."), "exits": { "timeout": "bye", "failed": "bye" } },
        "mail": { "kind": "voicemail", "prompt": say("Efter tonen."), "exits": { "recorded": "bye", "failed": "bye" } },
        "sip": { "kind": "connect", "to": "sip:desk@pbx.example", "exits": { "no_answer": "bye", "busy": "bye", "failed": "bye" } },
        "away": { "kind": "transfer", "to": "+46771000000", "exits": { "failed": "bye" } },
        "bye": { "kind": "hang_up", "prompt": say("Tack.") } } });
    let flow = client.post("/v1/ivr-flows", &flow).await.ok().text("/id");
    client.post(&format!("/v1/ivr-flows/{flow}/publish"), &json!({})).await.ok();
    let verbs = played(&world, &python, &mut client, &flow, "people").await;
    let wanted = [
        "Dial",
        "Dial/Number",
        "Dial/Sip",
        "Gather",
        "Gather/Say",
        "Hangup",
        "Pause",
        "Record",
        "Redirect",
        "Say",
    ];
    assert_eq!(verbs, json!(wanted), "what the SDK parsed");
    let calls = client.get("/v1/calls").await.ok();
    let outcomes: Vec<&str> =
        calls["data"].as_array().unwrap().iter().map(|call| call["outcome"].as_str().unwrap()).collect();
    // The latest first.
    assert_eq!(outcomes, ["transferred", "answered", "voicemail", "abandoned", "answered"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_4_twilios_own_sdk_signs_the_webhooks_and_knows_every_word_of_the_answers() {
    let Some(python) = sdk() else { return };
    let world = World::sqlite().await;
    let mut client = world.client(0);
    let say = |text: &str| json!({ "say": text, "language": "sv" });
    let flow = json!({ "name": "Bank", "start": "ask", "nodes": {
        "ask": { "kind": "keypad_input", "variable": "accountNumber", "min": 10, "max": 10,
            "prompt": say("Slå ditt kontonummer & avsluta med <fyrkant>."), "exits": { "next": "bye", "failed": "bye" } },
        "bye": { "kind": "hang_up", "prompt": say("Tack.") },
    } });
    let flow = client.post("/v1/ivr-flows", &flow).await.ok().text("/id");
    client.post(&format!("/v1/ivr-flows/{flow}/publish"), &json!({})).await.ok();
    let heard = played(&world, &python, &mut client, &flow, "keys").await;
    assert_eq!(heard, json!(["Slå ditt kontonummer & avsluta med <fyrkant>.", "Tack."]));
    let calls = client.get("/v1/calls").await.ok();
    assert_eq!(calls["data"].as_array().unwrap().len(), 1, "one call, whatever was refused before");
    let call = &calls["data"][0];
    assert_eq!((&call["adapter"], &call["state"]), (&json!("twiml"), &json!("ended")));
    let keyed =
        call["variables"].as_array().unwrap().iter().find(|variable| variable["name"] == "accountNumber");
    assert_eq!(keyed.unwrap()["value"], "1234567890");
    assert!(!call.to_string().contains("Hangup/"), "who provides names of callers is not believed");
}
