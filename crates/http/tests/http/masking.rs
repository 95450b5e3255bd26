//! Who sees what masked: role × attribute, and one value revealed for a reason (M-1, M-3, M-6).

use countersign_testkit::{Client, TestApp, on_both};
use serde_json::{Value, json};

const IBAN: &str = "DE89370400440532013000";
const ADDRESS: &str = "Karl-Marx-Allee 3, 10178 Berlin, Germany";

fn toggles(masked: bool) -> Value {
    json!({ "name": masked, "email": masked, "phone": masked, "ids": masked, "attributes": masked, "text": masked })
}

async fn mask(app: &TestApp, agent: Value, per_hour: u32) {
    let body = json!({
        "roles": { "admin": toggles(false), "team_manager": toggles(false), "agent": agent },
        "reveals_per_hour": { "admin": 30, "team_manager": 30, "agent": per_hour },
    });
    app.admin().await.put("/v1/masking", body).await.expect(200);
}

async fn attribute(app: &TestApp, key: &str, r#type: &str, mask: Value) -> Value {
    let body = json!({ "key": key, "label": key, "level": "profile", "type": r#type, "pii": "personal", "mask": mask });
    app.api().post("/v1/attributes", body).await.expect(201)
}

/// A customer with a value in every field.
async fn customer(app: &TestApp) -> Value {
    attribute(app, "iban", "text", json!({ "format": "keep", "first": 2, "last": 2 })).await;
    attribute(app, "address", "text_area", json!({ "format": "town" })).await;
    attribute(app, "born", "date", json!({})).await;
    attribute(app, "vip", "checkbox", json!({})).await;
    let body = json!({
        "external_id": "A-4711", "name": "Ann Lee", "email": "ann@example.org", "phone": "+4930901820",
        "attributes": { "iban": IBAN, "address": ADDRESS, "born": "1984-03-17", "vip": true },
    });
    app.api().post("/v1/profiles", body).await.expect(201)
}

async fn reveal(client: &Client, of: &Value, field: &str) -> countersign_testkit::Answer {
    client
        .post("/v1/reveals", json!({ "of": of, "field": field, "reason": "They ask for a call back" }))
        .await
}

#[tokio::test]
async fn each_attribute_has_a_mask_and_may_differ_by_role() {
    on_both(async |app| {
        let person = customer(&app).await;
        let agent = app.person("agent").await;
        mask(&app, toggles(true), 30).await;
        let path = format!("/v1/profiles/{}", person["id"].as_str().unwrap());
        let seen = agent.get(&path).await.expect(200);
        assert_eq!(
            seen["attributes"],
            json!({ "iban": "DE••••••00", "address": "•••••• Berlin", "born": "1984-••-••", "vip": "••••••" })
        );
        assert_eq!(seen["external_id"], "••••••");
        let masked = seen["masked"].as_array().unwrap();
        for field in ["name", "email", "phone", "external_id", "attributes.iban", "attributes.vip"] {
            assert!(masked.contains(&json!(field)), "{field} in {masked:?}");
        }
        // One attribute is shown to agents, whatever their toggle; another is hidden from managers alone.
        let all = app.api().get("/v1/attributes?level=profile").await.expect(200);
        let id = |key: &str| {
            let all = all["data"].as_array().unwrap();
            all.iter().find(|a| a["key"] == key).unwrap()["id"].as_str().unwrap().to_owned()
        };
        let shown = json!({ "mask": { "format": "town", "roles": { "agent": false } } });
        app.api().patch(&format!("/v1/attributes/{}", id("address")), shown).await.expect(200);
        let hidden = json!({ "mask": { "format": "hidden", "roles": { "team_manager": true } } });
        app.api().patch(&format!("/v1/attributes/{}", id("iban")), hidden).await.expect(200);
        let manager = app.person("team_manager").await;
        assert_eq!(agent.get(&path).await.expect(200)["attributes"]["address"], ADDRESS);
        let seen = manager.get(&path).await.expect(200);
        assert_eq!(
            (&seen["attributes"]["iban"], &seen["masked"]),
            (&json!("••••••"), &json!(["attributes.iban"]))
        );
        // A program with the scope has no role, and sees what it saw.
        assert_eq!(app.api().get(&path).await.expect(200)["attributes"]["iban"], IBAN);
        // A mask sent back is refused where the attribute is masked, not elsewhere.
        let back = json!({ "attributes": { "iban": "••••••" } });
        let refused = manager.patch(&path, back).await;
        assert_eq!(refused.json()["errors"][0]["code"], "masked-value");
    })
    .await;
}

#[tokio::test]
async fn a_mask_that_would_tell_too_much_is_refused() {
    on_both(async |app| {
        for (r#type, mask) in [
            ("dropdown", json!({ "format": "keep", "first": 1 })),
            ("checkbox", json!({ "format": "name" })),
            ("text", json!({ "format": "keep", "first": 3, "last": 2 })),
            ("text", json!({ "format": "keep" })),
            ("text", json!({ "format": "year" })),
            ("date", json!({ "format": "keep", "last": 2 })),
        ] {
            let options = if r#type == "dropdown" { json!([{ "value": "a", "label": "A" }]) } else { json!([]) };
            let body = json!({ "key": "x", "label": "X", "level": "profile", "type": r#type, "options": options,
                               "pii": "personal", "mask": mask });
            let answer = app.api().post("/v1/attributes", body).await;
            let error = &answer.json()["errors"][0];
            assert_eq!((&error["pointer"], &error["code"]), (&json!("/mask/format"), &json!("unfit-mask")), "{mask}");
        }
    })
    .await;
}

#[tokio::test]
async fn one_value_is_revealed_for_a_reason_and_on_record() {
    on_both(async |app| {
        let person = customer(&app).await;
        let agent = app.person("agent").await;
        mask(&app, toggles(true), 30).await;
        let (id, path) = (&person["id"], format!("/v1/profiles/{}", person["id"].as_str().unwrap()));
        let own = agent.get(&format!("{path}/identifiers")).await.expect(200);
        let identifier = format!("identifiers.{}", own["data"][0]["id"].as_str().unwrap());
        for (field, value) in [
            ("name", "Ann Lee"),
            ("email", "ann@example.org"),
            ("phone", "+4930901820"),
            ("external_id", "A-4711"),
            ("attributes.iban", IBAN),
            ("attributes.vip", "true"),
        ] {
            let seen = reveal(&agent, id, field).await.expect(200);
            assert_eq!((&seen["value"], &seen["hide_after_seconds"]), (&json!(value), &json!(60)), "{field}");
        }
        reveal(&agent, id, &identifier).await.expect(200);
        // Everything else still is masked, and who saw what is there for whoever may look at the customer.
        assert_eq!(agent.get(&path).await.expect(200)["email"], "****@example.org");
        let looks = app.admin().await.get(&format!("{path}/viewers")).await.expect(200);
        let of_email =
            looks["data"].as_array().unwrap().iter().find(|look| look["field"] == "email").unwrap().clone();
        assert_eq!(of_email["reason"], "They ask for a call back");
        assert_eq!(
            looks["data"].as_array().unwrap().iter().filter(|look| look["field"].is_string()).count(),
            7
        );
        for (field, code) in [
            ("attributes.nothing", "unknown-field"),
            ("claims.email", "unknown-field"),
            ("*", "unknown-field"),
        ] {
            assert_eq!(reveal(&agent, id, field).await.json()["errors"][0]["code"], code, "{field}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_conversation_masks_is_revealed_one_by_one() {
    on_both(async |app| {
        let channel = app.custom_channel("Chat").await;
        let said = app.say(&channel, "+49 30 901820", "m1", "I am ann@example.org").await;
        let agent = app.person("agent").await;
        mask(&app, toggles(true), 30).await;
        let case = said["case"]["id"].as_str().unwrap();
        let row = agent.get(&format!("/v1/cases/{case}")).await.expect(200);
        let messages = agent.get(&format!("/v1/cases/{case}/messages")).await.expect(200);
        let message = &messages["data"][0];
        assert_eq!(message["text"], "I am ****@example.org");
        assert_eq!(reveal(&agent, &message["id"], "text").await.expect(200)["value"], "I am ann@example.org");
        let seen = reveal(&agent, &row["account"]["id"], "user_id").await.expect(200);
        assert_eq!(seen["value"], "+49 30 901820");
        assert_eq!(reveal(&agent, &row["id"], "user_id").await.expect(200)["value"], "+49 30 901820");
        let profile = row["identity"]["profile"]["id"].as_str().unwrap();
        let looks = agent.get(&format!("/v1/profiles/{profile}/viewers")).await.expect(200);
        assert_eq!(
            looks["data"].as_array().unwrap().iter().filter(|look| look["field"].is_string()).count(),
            3
        );
    })
    .await;
}

#[tokio::test]
async fn a_reveal_is_refused_without_reason_right_or_need() {
    on_both(async |app| {
        let person = customer(&app).await;
        let id = &person["id"];
        let agent = app.person("agent").await;
        mask(&app, toggles(true), 2).await;
        let why = |reason: &str| json!({ "of": id, "field": "email", "reason": reason });
        for reason in ["", "  ", "ok", "a\nb\nc", &"x".repeat(301)] {
            let answer = agent.post("/v1/reveals", why(reason)).await;
            assert_eq!(answer.json()["errors"][0]["code"], "invalid-reason", "{reason:?}");
        }
        let answer =
            agent.post("/v1/reveals", json!({ "of": "usr_1", "field": "email", "reason": "because" })).await;
        assert_eq!(answer.json()["errors"][0]["code"], "invalid-id");
        let nobody = json!("pro_01jd3k6q9we3t8v2c4x5z6b7n8");
        assert_eq!(reveal(&agent, &nobody, "email").await.problem(404), "not-found");
        // Refused ones are not counted; each look is, the same value too, and an idempotency key repeats nothing.
        let keyed = agent.clone().header("idempotency-key", "one");
        reveal(&keyed, id, "email").await.expect(200);
        reveal(&keyed, id, "email").await.expect(200);
        assert_eq!(reveal(&keyed, id, "email").await.problem(429), "too-many-attempts");
        for _ in 0..4 {
            app.clock.advance(20 * 60 * 1_000_000);
            agent.get("/v1/me").await.expect(200);
        }
        reveal(&agent, id, "email").await.expect(200);
        assert_eq!(reveal(&app.admin().await, id, "email").await.problem(409), "not-masked");
        assert_eq!(reveal(&app.api(), id, "email").await.problem(403), "people-only");
        mask(&app, toggles(true), 0).await;
        assert_eq!(reveal(&agent, id, "phone").await.problem(403), "reveal-off");
        assert_eq!(agent.get("/v1/me").await.expect(200)["reveals_per_hour"], 0);
        // What people quote in a reason does not go into the audit log.
        mask(&app, toggles(true), 30).await;
        let quoted = json!({ "of": id, "field": "phone", "reason": "write to ann@example.org" });
        agent.post("/v1/reveals", quoted).await.expect(200);
        let rows = app.admin().await.get("/v1/audit?action=profile.reveal").await.expect(200);
        let newest = &rows["data"][0];
        assert_eq!(newest["object"], *id);
        assert_eq!(newest["details"]["reason"], "write to ****@example.org");
        assert!(!rows.to_string().contains("ann@example.org") && !rows.to_string().contains("+4930901820"));
    })
    .await;
}

#[tokio::test]
async fn what_a_company_looks_for_itself_is_hidden_in_texts_of_the_past_too() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        app.say(&channel, "jo", "m-1", "My card is MC-4711, hello").await;
        mask(&app, toggles(true), 0).await;
        let admin = app.admin().await;
        let patterns = json!({ "patterns": [{ "name": "Membership card", "pattern": r"\bMC-[0-9]{4}\b" }] });
        let tried =
            json!({ "patterns": patterns["patterns"], "text": "MC-4711 and MC-47111, +49 30 901820" });
        let tried = admin.post("/v1/masking/patterns/try", tried).await.expect(200);
        assert_eq!(tried["masked"], "•••••• and MC-47111, XXX-XXX-1820");
        assert_eq!(admin.put("/v1/masking/patterns", patterns.clone()).await.expect(200), patterns);
        let agent = app.person("agent").await;
        let case = agent.get("/v1/cases").await.expect(200)["data"][0].clone();
        assert_eq!(case["last_message"]["preview"], "My card is ••••••, hello");
        let path = format!("/v1/cases/{}/messages", case["id"].as_str().unwrap());
        assert_eq!(agent.get(&path).await.expect(200)["data"][0]["text"], "My card is ••••••, hello");
        assert_eq!(admin.get(&path).await.expect(200)["data"][0]["text"], "My card is MC-4711, hello");
        // Nobody finds by what they do not see.
        app.service.index_job().await.unwrap();
        let found = |client: Client| async move {
            client.post("/v1/cases/search", json!({ "q": "MC-4711" })).await.expect(200)["data"]
                .as_array()
                .unwrap()
                .len()
        };
        assert_eq!((found(agent.clone()).await, found(admin.clone()).await), (0, 1));
        // What cannot be looked for, or has no name, is refused with its place, and nothing changes.
        let refused = async |one: Value| {
            let body = json!({ "patterns": [patterns["patterns"][0], one] });
            let answer = admin.put("/v1/masking/patterns", body).await.expect(400);
            (answer["errors"][0]["pointer"].clone(), answer["errors"][0]["code"].clone())
        };
        for (name, pattern, place, code) in [
            ("Open", "K-(12", "/patterns/1/pattern", "invalid-pattern"),
            ("All", "x*", "/patterns/1/pattern", "invalid-pattern"),
            ("Bomb", "(a{1000}){1000}", "/patterns/1/pattern", "invalid-pattern"),
            (" ", "K-12", "/patterns/1/name", "invalid-name"),
            ("MEMBERSHIP card", "K-12", "/patterns/1/name", "name-taken"),
        ] {
            let (pointer, is) = refused(json!({ "name": name, "pattern": pattern })).await;
            assert_eq!((pointer, is), (json!(place), json!(code)), "{name}");
        }
        assert_eq!(app.admin().await.get("/v1/masking/patterns").await.expect(200), patterns);
        assert_eq!(
            agent.put("/v1/masking/patterns", json!({ "patterns": [] })).await.problem(403),
            "forbidden"
        );
    })
    .await;
}
