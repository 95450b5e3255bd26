//! A cloud number on the real server, with Twilio's own SDK (PyPI `twilio`) as the provider.

use std::path::PathBuf;
use std::process::Command;

use countersign_blackbox::World;
use serde_json::{Value, json};

/// The Python that has the SDK: `COUNTERSIGN_TWILIO`, or where `cargo xtask test` puts it.
fn python() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("COUNTERSIGN_TWILIO") {
        return Some(PathBuf::from(path));
    }
    let here = std::env::current_exe().ok()?;
    here.ancestors().map(|folder| folder.join("twilio/bin/python")).find(|python| python.is_file())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_4_twilios_own_sdk_signs_the_webhooks_and_knows_every_word_of_the_answers() {
    let Some(python) = python() else {
        assert!(std::env::var_os("CI").is_none(), "Twilio's SDK is not installed");
        eprintln!("SKIPPED, Twilio's SDK is not installed: cargo xtask test installs it");
        return;
    };
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
    let token = "0123456789abcdef0123456789abcdef";
    let number = json!({ "number": "+46771123456", "name": "Support", "adapter": "twiml", "provider": "twilio",
        "flow": flow, "auth_token": token });
    let number = client.post("/v1/phone-numbers", &number).await.ok();
    let hook = number.text("/hook_url");
    let origin = world.servers[0].launch.origin();
    let path = hook.strip_prefix(&origin).unwrap_or_else(|| panic!("{hook} is not below {origin}"));
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/blackbox/voice_oracle.py");
    let played = Command::new(python).arg(script).args([&origin, path, token]).output().unwrap();
    assert!(played.status.success(), "{}", String::from_utf8_lossy(&played.stderr));
    let heard: Value = serde_json::from_slice(&played.stdout).unwrap();
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
