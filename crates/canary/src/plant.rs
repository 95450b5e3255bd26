//! Puts a value into every personal field there is, as programs, people and pages do: through the API.

use axum::http::Method;
use serde_json::{Value, json};

use crate::client::Client;
use crate::values::canary;
use crate::{Stage, Trouble};

/// The page of a shop that has a tracker.
const PAGE: &str = "https://shop.example";

/// A text of an answer that has to be there.
fn text(value: &Value, pointer: &str) -> Result<String, Trouble> {
    let found = value.pointer(pointer).and_then(Value::as_str).map(ToOwned::to_owned);
    found.ok_or_else(|| Trouble::new(format!("an answer has no {pointer}")))
}

/// Plants everything.
///
/// Answers who brought the file of customers: what somebody brought they see as they brought it (decision 0015).
pub(crate) async fn plant(stage: &Stage) -> Result<Client, Trouble> {
    let api = stage.api();
    ways_out(stage, &api).await?;
    let case = conversation(&api).await?;
    let admin = stage.admin().await?;
    colleague(&admin, &case).await?;
    website(stage, &api).await?;
    call(&api).await?;
    engagement(&api).await?;
    mandate(&api).await?;
    furniture(&api).await?;
    let bringer = file(stage).await?;
    privacy(stage, &api).await?;
    Ok(bringer)
}

/// Attributes, webhooks, and a rule that writes what it knows.
async fn ways_out(stage: &Stage, api: &Client) -> Result<(), Trouble> {
    for (level, key, kind) in
        [("profile", "secret", "text"), ("profile", "born", "date"), ("case", "secret", "text")]
    {
        let body = json!({ "key": key, "label": key, "level": level, "type": kind, "pii": "personal" });
        api.post("/v1/attributes", body).await?.ok()?;
    }
    let hook = json!({ "url": "https://hooks.example/thin", "events": ["*"] });
    api.post("/v1/webhooks", hook).await?.ok()?;
    let full = json!({ "url": "https://hooks.example/full", "events": ["*"], "with_personal_data": true });
    api.post("/v1/webhooks", full).await?.ok()?;
    let told = stage.another("team_manager", "told").await?;
    let me = told.get("/v1/me").await?.ok()?["user"]["id"].clone();
    let rule = json!({ "name": "Tell", "trigger": "new_case", "actions": [
        { "kind": "notify", "people": [me], "text": "{profile.name} {profile.email} {profile.phone}: {message.text}" },
        { "kind": "note", "text": "They are {profile.name}, {profile.phone}" },
    ] });
    api.post("/v1/rules", rule).await?.ok()?;
    Ok(())
}

/// A customer who writes, and proves with a code who they are. Answers with the conversation.
async fn conversation(api: &Client) -> Result<String, Trouble> {
    let person = json!({
        "external_id": canary("profile.external_id"), "name": canary("profile.name"),
        "email": canary("profile.email"), "phone": canary("profile.phone"),
        "attributes": { "secret": canary("profile.attributes.secret"), "born": canary("profile.attributes.born") },
    });
    let code = api.post("/v1/identification-codes", json!({ "profile": person })).await?.ok()?;
    let code = text(&code, "/display")?;
    let channel = json!({ "kind": "custom", "name": "Chat", "config": {} });
    let channel = text(&api.post("/v1/channels", channel).await?.ok()?, "/id")?;
    let said = |id: &str, text: String| {
        let from = json!({
            "id": canary("account.user_id"), "name": canary("account.name"),
            "email": canary("claims.email"), "phone": canary("claims.phone"),
        });
        json!({ "id": id, "from": from, "text": text })
    };
    let path = format!("/v1/channels/{channel}/messages");
    let wrote = format!("write to {} or call {}", canary("message.text.email"), canary("message.text.phone"));
    api.post(&path, said("1", wrote)).await?.ok()?;
    let answer = api.post(&path, said("2", format!("my code is {code}"))).await?.ok()?;
    text(&answer, "/case/id")
}

/// What a colleague writes and sends: a file, a note, a field, a merge.
async fn colleague(admin: &Client, case: &str) -> Result<(), Trouble> {
    let file = admin.clone().with("content-type", "application/octet-stream");
    let disposition = format!("attachment; filename*=UTF-8''{}.txt", canary("file.name"));
    let (file, path) =
        (file.with("content-disposition", &disposition), format!("/v1/cases/{case}/attachments"));
    let file = file.send(Method::POST, &path, Some(b"hello".to_vec())).await?.ok()?;
    let messages = format!("/v1/cases/{case}/messages");
    let reply = json!({ "text": "Here it is", "attachments": [file["id"]] });
    admin.post(&messages, reply).await?.ok()?;
    let note = format!("also {}; {} is right", canary("note.text.email"), canary("profile.name"));
    admin.post(&messages, json!({ "text": note, "kind": "note" })).await?.ok()?;
    let fields = json!({ "attributes": { "secret": canary("case.attributes.secret") } });
    admin.patch(&format!("/v1/cases/{case}"), fields).await?.ok()?;
    let found = admin.get(&format!("/v1/cases/{case}")).await?.ok()?;
    let into = text(&found, "/identity/profile/id")?;
    let from =
        text(&admin.post("/v1/profiles", json!({ "name": "Nobody in particular" })).await?.ok()?, "/id")?;
    let merge = json!({ "from": from, "reason": format!("both have {}", canary("merge.reason")) });
    admin.post(&format!("/v1/profiles/{into}/merge"), merge).await?.ok()?;
    Ok(())
}

/// Somebody on the company's website.
async fn website(stage: &Stage, api: &Client) -> Result<(), Trouble> {
    let site = json!({ "name": "Shop", "config": { "origins": [PAGE], "storage": "storage" } });
    let site = api.post("/v1/sites", site).await?.ok()?;
    let at = 1_700_000_000_000_i64;
    let event = json!({
        "id": "c0".repeat(16), "name": "PageEntered", "at": at, "page": "c1".repeat(16),
        "url": format!("{PAGE}/of/{}", canary("visit.url")),
        "title": format!("Basket of {}", canary("visit.title")),
        "data": { "note": format!("asked for {}", canary("visit.data")) },
    });
    let signed_in = json!({
        "id": "c4".repeat(16), "name": "SignIn", "at": at + 500, "page": "c1".repeat(16), "url": PAGE,
        "title": "Basket", "data": { "identity": canary("visit.identity") },
    });
    let batch = json!({
        "v": 1, "sent": at + 1_000, "visit": "c2".repeat(16), "device": "c3".repeat(16), "language": "en",
        "events": [event, signed_in],
    });
    let page = stage.anonymous().with("origin", PAGE);
    page.post(&format!("/t/{}", text(&site, "/write_key")?), batch).await?.ok()?;
    Ok(())
}

/// Somebody new comes in, and a colleague writes down who it is.
async fn engagement(api: &Client) -> Result<(), Trouble> {
    let lead = json!({ "name": canary("engagement.lead"), "email": canary("engagement.notes") });
    let new = json!({ "channel": "in_person", "type": "inbound", "initiating_attendee": { "lead": lead } });
    let made = text(&api.post("/v1/engagements", new).await?.ok()?, "/id")?;
    let notes = json!({ "notes": format!("will write from {}", canary("engagement.notes")) });
    api.patch(&format!("/v1/engagements/{made}"), notes).await?.ok()?;
    Ok(())
}

/// Somebody calls and keys something in; an agent writes a note.
async fn call(api: &Client) -> Result<(), Trouble> {
    let flow = json!({ "name": "Bank", "start": "ask", "nodes": {
        "ask": { "kind": "keypad_input", "variable": "accountNumber", "min": 10, "max": 10,
            "prompt": { "say": "Enter your account number." }, "exits": { "next": "bye", "failed": "bye" } },
        "bye": { "kind": "hang_up", "prompt": { "say": "Goodbye." } },
    } });
    let flow = text(&api.post("/v1/ivr-flows", flow).await?.ok()?, "/id")?;
    api.post(&format!("/v1/ivr-flows/{flow}/publish"), json!({})).await?.ok()?;
    let call = json!({ "flow": flow, "from": canary("call.caller"), "to": "+46771123456",
        "script": [{ "after_ms": 6_000, "press": format!("{}#", canary("call.keyed")) }] });
    let call = text(&api.post("/v1/bench/calls", call).await?.ok()?, "/id")?;
    let note = json!({ "note": format!("will write from {}", canary("call.note")) });
    api.patch(&format!("/v1/calls/{call}"), note).await?.ok()?;
    Ok(())
}

/// Somebody may act for the customer, on papers, and may no more; and how customers are verified, of which a version is
/// published.
async fn mandate(api: &Client) -> Result<(), Trouble> {
    let policy = json!({ "name": "Bank", "customer": {
        "searches": [{ "kind": "text", "fields": ["name"] }],
        "required": [{ "field": "phone", "answer": "phone", "bits": 20 }] } });
    let policy = api.post("/v1/verification-policies", json!({ "policy": policy })).await?.ok()?;
    let publish = format!("/v1/verification-policies/{}/publish", text(&policy, "/id")?);
    api.post(&publish, json!({ "revision": 1 })).await?.ok()?;
    let list = api.get("/v1/profiles").await?.ok()?;
    let all = list["data"].as_array().cloned().unwrap_or_default();
    let customer = all.iter().find(|p| p["name"] == canary("profile.name"));
    let customer = text(customer.unwrap_or(&Value::Null), "/id")?;
    let other = text(&api.post("/v1/profiles", json!({ "name": "Somebody's sister" })).await?.ok()?, "/id")?;
    let mandate = json!({
        "kind": "power_of_attorney", "representative_id": other, "represented_id": customer, "scope": "all",
        "valid_from": "2024-01-01T00:00:00Z",
        "documents": [{ "title": format!("From {}", canary("mandate.document")), "reference": canary("profile.phone") }],
        "note": format!("{} wrote from {}", canary("profile.name"), canary("mandate.note")),
    });
    let mandate = text(&api.post("/v1/mandates", mandate).await?.ok()?, "/id")?;
    let reason = json!({ "reason": format!("says {}", canary("mandate.reason")) });
    api.post(&format!("/v1/mandates/{mandate}/revoke"), reason).await?.ok()?;
    Ok(())
}

/// What a workspace has besides: nothing personal in it, but each has pages that are read.
async fn furniture(api: &Client) -> Result<(), Trouble> {
    for (path, body) in [
        ("/v1/groups", json!({ "name": "Billing" })),
        ("/v1/calendars", json!({ "name": "Hours", "time_zone": "UTC" })),
        ("/v1/widgets", json!({ "name": "Bank", "origins": ["https://bank.example"] })),
        ("/v1/prompts", json!({ "name": "Welcome" })),
        ("/v1/call-widgets", json!({ "name": "Customer", "title": "{accountNumber}" })),
        (
            "/v1/look-ups",
            json!({ "name": "File", "request": { "method": "GET", "url": "https://crm.example/of" } }),
        ),
        (
            "/v1/canned-replies",
            json!({ "name": "hi", "title": "Hi", "text": "Hello {profile.name}", "audience": "everybody" }),
        ),
    ] {
        api.post(path, body).await?.ok()?;
    }
    Ok(())
}

/// A file of customers, with a row that is wrong.
async fn file(stage: &Stage) -> Result<Client, Trouble> {
    let csv = format!(
        "external_id,name,email\nnew-1,{},{}\nnew-2,Somebody,{} x\n",
        canary("import.name"),
        canary("import.email"),
        canary("import.failure"),
    );
    let bringer = stage.another("admin", "bringer").await?;
    let with_file = bringer.clone().with("content-type", "text/csv");
    let import = with_file.send(Method::POST, "/v1/profile-imports", Some(csv.into_bytes())).await?.ok()?;
    let plan = json!({ "fields": ["external_id", "name", "email"], "create_missing": true });
    let path = format!("/v1/profile-imports/{}/preview", text(&import, "/id")?);
    bringer.post(&path, plan).await?.ok()?;
    stage.service.run_imports_now().await.map_err(|e| Trouble::new(format!("imports did not run: {e}")))?;
    Ok(bringer)
}

/// A file of everything, and what else is kept about a customer's privacy.
async fn privacy(stage: &Stage, api: &Client) -> Result<(), Trouble> {
    let list = api.get("/v1/profiles").await?.ok()?;
    let all = list["data"].as_array().cloned().unwrap_or_default();
    let customer = all.iter().find(|p| p["name"] == canary("profile.name"));
    let customer = text(customer.unwrap_or(&Value::Null), "/id")?;
    let reason = format!("wrote from {}", canary("request.reason"));
    let export = json!({ "profile_id": customer, "reason": reason });
    api.post("/v1/privacy/exports", export).await?.ok()?;
    stage.service.run_exports_now().await.map_err(|e| Trouble::new(format!("exports did not run: {e}")))?;
    let reason = format!("{} sues", canary("hold.reason"));
    api.put(&format!("/v1/profiles/{customer}/hold"), json!({ "reason": reason })).await?.ok()?;
    Ok(())
}
