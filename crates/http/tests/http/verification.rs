//! Topics, verification policies and mandates: who may, what is refused, what is kept.

use countersign_testkit::{Client, TestApp, on_both};
use serde_json::{Value, json};

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// The codes of the fields that were refused.
fn refused(answer: &countersign_testkit::Answer) -> Vec<(String, String)> {
    let problem = answer.expect(400);
    let text = |error: &Value, key: &str| error[key].as_str().unwrap().to_owned();
    let errors = problem["errors"].as_array().unwrap().iter();
    errors.map(|error| (text(error, "pointer"), text(error, "code"))).collect()
}

fn one(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

/// A policy that can be published without a word: 27 bits, none of them public.
fn strong(name: &str) -> Value {
    json!({
        "name": name,
        "customer": {
            "searches": [{ "kind": "text", "fields": ["name", "email"] }],
            "required": [{ "field": "phone", "answer": "phone", "bits": 20 }],
            "additional": [
                { "field": "card", "answer": "last_four", "bits": 13 },
                { "field": "contract", "answer": "text", "bits": 16 },
            ],
            "additional_minimum": 1,
        },
    })
}

async fn attributes(app: &TestApp) {
    for key in ["card", "contract"] {
        let body = json!({ "key": key, "label": key, "level": "profile", "type": "text" });
        app.api().post("/v1/attributes", body).await.expect(201);
    }
}

async fn person(client: &Client, name: &str) -> String {
    id(&client.post("/v1/profiles", json!({ "name": name })).await.expect(201)).to_owned()
}

fn codes(findings: &Value) -> Vec<&str> {
    findings.as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_workspace_begins_with_an_example_that_nobody_is_verified_by() {
    on_both(async |app| {
        let policies = app.api().get("/v1/verification-policies").await.expect(200);
        let example = &policies["data"][0];
        assert_eq!(policies["data"].as_array().unwrap().len(), 1);
        assert_eq!(example["published_version"], Value::Null);
        for code in ["too-weak", "public-data-possible", "shown-in-results"] {
            assert!(codes(&example["findings"]).contains(&code), "{code}: {example}");
        }
        let topics = app.api().get("/v1/topics").await.expect(200);
        let row = |topic: &Value| json!([topic["key"], topic["is_confidential"], topic["is_active"]]);
        // Made at one moment, they have no order.
        let mut topics = topics["data"].as_array().unwrap().clone();
        topics.sort_by_key(|topic| topic["key"].to_string());
        let rows: Vec<Value> = topics.iter().map(row).collect();
        assert_eq!(rows, [json!(["account", true, false]), json!(["general", false, true])]);
        assert_eq!(example["is_used_by"][0]["topic_id"], topics[0]["id"]);
        // Switched on, it says what is missing.
        let path = format!("/v1/topics/{}", id(&topics[0]));
        let on = app.api().patch(&path, json!({ "is_active": true })).await.expect(200);
        assert_eq!(codes(&on["problems"]), ["no-policy"]);
    })
    .await;
}

#[tokio::test]
async fn a_policy_is_drafted_checked_published_and_never_lost() {
    on_both(async |app| {
        attributes(&app).await;
        let admin = app.admin().await;
        let made =
            admin.post("/v1/verification-policies", json!({ "policy": strong("Bank") })).await.expect(201);
        assert_eq!(
            (&made["name"], &made["revision"], &made["findings"]),
            (&json!("Bank"), &json!(1), &json!([]))
        );
        assert_eq!(made["strength"], json!({ "customer": 33, "representative": null }));
        assert_eq!((&made["published_by"], &made["is_changed"]), (&Value::Null, &json!(true)));
        let path = format!("/v1/verification-policies/{}", id(&made));

        // Two people, one draft.
        let mut weaker = strong("Bank");
        weaker["customer"]["required"][0]["bits"] = json!(2);
        let save = json!({ "revision": 1, "policy": weaker });
        let saved = admin.patch(&path, save.clone()).await.expect(200);
        assert_eq!((&saved["revision"], codes(&saved["findings"])), (&json!(2), vec!["too-weak"]));
        assert_eq!(admin.patch(&path, save).await.problem(409), "changed-meanwhile");
        let publish = format!("{path}/publish");
        let late = json!({ "revision": 1, "acknowledged": ["too-weak"] });
        assert_eq!(admin.post(&publish, late).await.problem(409), "changed-meanwhile");
        let silent = admin.post(&publish, json!({ "revision": 2 })).await;
        assert_eq!(refused(&silent), one("/acknowledged", "warnings-not-acknowledged"));
        let seen = json!({ "revision": 2, "acknowledged": ["too-weak", "of-no-meaning"] });
        let published = admin.post(&publish, seen.clone()).await.expect(200);
        assert_eq!((&published["published_version"], &published["is_changed"]), (&json!(1), &json!(false)));
        assert!(published["published_by"]["id"].as_str().unwrap().starts_with("usr_"));
        // Published twice: nothing new.
        assert_eq!(admin.post(&publish, seen).await.expect(200)["published_version"], 1);
        let versions = admin.get(&format!("{path}/versions")).await.expect(200);
        assert_eq!(versions["data"].as_array().unwrap().len(), 1);
        assert_eq!(versions["data"][0]["acknowledged"], json!(["too-weak"]));

        // What was published stays as it was.
        admin.patch(&path, json!({ "revision": 2, "policy": strong("Bank") })).await.expect(200);
        let first = admin.get(&format!("{path}/versions/1")).await.expect(200);
        assert_eq!(first["policy"]["customer"]["required"][0]["bits"], 2);
        admin.post(&publish, json!({ "revision": 3 })).await.expect(200);
        assert_eq!(admin.get(&path).await.expect(200)["published_version"], 2);

        // A topic holds it; deleted, its versions stay for the record.
        let topic =
            json!({ "key": "balance", "name": "Balance", "is_confidential": true, "policy_id": made["id"] });
        let topic = admin.post("/v1/topics", topic).await.expect(201);
        assert_eq!(topic["problems"], json!([]));
        let held = admin.delete(&path).await;
        assert_eq!(held.problem(409), "policy-in-use");
        assert!(held.json()["detail"].as_str().unwrap().contains("“Balance”"));
        admin.patch(&format!("/v1/topics/{}", id(&topic)), json!({ "policy_id": null })).await.expect(200);
        admin.delete(&path).await.expect(204);
        admin.get(&path).await.expect(404);
        assert_eq!(admin.get(&format!("{path}/versions/1")).await.expect(200), first);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_policy_is_refused_with_the_place_and_without_the_value() {
    on_both(async |app| {
        let admin = app.admin().await;
        let create =
            async |policy: Value| admin.post("/v1/verification-policies", json!({ "policy": policy })).await;
        let mut wrong = strong("A");
        wrong["customer"]["requird"] = json!([]);
        let answer = create(wrong).await;
        assert_eq!(refused(&answer), one("/policy/customer/requird", "not-a-policy"));
        assert!(answer.json()["errors"][0]["detail"].as_str().unwrap().contains("`required`"));
        let mut wrong = strong("B");
        wrong["customer"]["required"][0]["answer"] = json!("zqzq");
        let answer = create(wrong).await;
        assert_eq!(refused(&answer), one("/policy/customer/required/0/answer", "not-a-policy"));
        assert!(!answer.json().to_string().contains("zqzq"));
        let mut large = strong("C");
        large["customer"]["searches"][0]["label"] = json!("x".repeat(65 * 1024));
        let answer = create(large.clone()).await;
        assert_eq!(refused(&answer), one("/policy", "not-a-policy"));
        assert!(answer.json()["errors"][0]["detail"].as_str().unwrap().contains("64 KiB"));

        // Fields and look-ups are those of the workspace: the draft is kept, and cannot be published.
        let mut unknown = strong("D");
        unknown["customer"]["additional"][0]["look_up"] = json!("lku_none");
        let made = create(unknown.clone()).await.expect(201);
        let found = codes(&made["findings"]);
        assert_eq!(found.iter().filter(|code| **code == "unknown-field").count(), 2, "{found:?}");
        assert!(found.contains(&"unknown-look-up"), "{found:?}");
        let publish = format!("/v1/verification-policies/{}/publish", id(&made));
        let answer = admin.post(&publish, json!({ "revision": 1, "acknowledged": found })).await;
        let problems = refused(&answer);
        assert!(problems.contains(&one("/customer/additional/0/field", "unknown-field")[0]), "{problems:?}");

        // A check keeps nothing and answers to what is no policy as well.
        let check = async |policy: Value| {
            admin.post("/v1/verification-policies/check", json!({ "policy": policy })).await.expect(200)
        };
        attributes(&app).await;
        let good = check(strong("D")).await;
        assert_eq!(good, json!({ "findings": [], "strength": { "customer": 33, "representative": null } }));
        let bad = check(large).await;
        assert_eq!((codes(&bad["findings"]), &bad["strength"]), (vec!["not-a-policy"], &Value::Null));
        let again = create(strong("d")).await;
        assert_eq!(again.problem(409), "name-taken");
    })
    .await;
}

#[tokio::test]
async fn a_look_up_that_a_policy_asks_stays() {
    on_both(async |app| {
        let admin = app.admin().await;
        let look_up = json!({ "name": "CRM", "request": { "url": "https://crm.example/{a}" } });
        let look_up = admin.post("/v1/look-ups", look_up).await.expect(201);
        let mut policy = strong("Bank");
        policy["customer"]["required"][0]["look_up"] = look_up["id"].clone();
        let made = admin.post("/v1/verification-policies", json!({ "policy": policy })).await.expect(201);
        assert!(!codes(&made["findings"]).contains(&"unknown-look-up"));
        let path = format!("/v1/look-ups/{}", id(&look_up));
        assert_eq!(admin.delete(&path).await.problem(409), "look-up-in-policy");
        admin.delete(&format!("/v1/verification-policies/{}", id(&made))).await.expect(204);
        admin.delete(&path).await.expect(204);
    })
    .await;
}

#[tokio::test]
async fn a_topic_is_refused_with_the_field_that_is_wrong() {
    on_both(async |app| {
        let admin = app.admin().await;
        let good = json!({ "key": "balance", "name": "Balance", "is_confidential": false,
            "script": { "opening": " Hello \n there " }, "next_action": { "label": "Open" } });
        let made = admin.post("/v1/topics", good.clone()).await.expect(201);
        assert_eq!(made["script"], json!({ "opening": "Hello \n there", "proceed": null, "stop": null }));
        assert_eq!(made["minimum_level"], "al2");
        let mut again = good.clone();
        again["name"] = json!("Once more");
        assert_eq!(admin.post("/v1/topics", again).await.problem(409), "already-exists");
        let with = |changes: Value| {
            let mut body = good.clone();
            body["key"] = json!("other");
            body["name"] = json!("Other");
            for (key, value) in changes.as_object().unwrap() {
                body[key] = value.clone();
            }
            body
        };
        assert_eq!(
            admin.post("/v1/topics", with(json!({ "name": "BALANCE" }))).await.problem(409),
            "name-taken"
        );
        for (changes, pointer, code) in [
            (json!({ "key": "Balance!" }), "/key", "invalid-key"),
            (json!({ "name": " " }), "/name", "invalid-name"),
            (json!({ "minimum_level": "al1" }), "/minimum_level", "out-of-range"),
            (json!({ "policy_id": "vpol_00000000000000000000000000" }), "/policy_id", "unknown-policy"),
            (json!({ "script": { "stop": "x".repeat(1_001) } }), "/script/stop", "too-long"),
            (
                json!({ "next_action": { "label": "x", "url": "javascript:alert(1)" } }),
                "/next_action/url",
                "invalid-url",
            ),
        ] {
            assert_eq!(refused(&admin.post("/v1/topics", with(changes)).await), one(pointer, code));
        }
        let path = format!("/v1/topics/{}", id(&made));
        let key = admin.patch(&path, json!({ "key": "another" })).await;
        assert_eq!(refused(&key), one("/key", "unknown-field"));
        let off = admin.patch(&path, json!({ "is_active": false, "next_action": null })).await.expect(200);
        assert_eq!(
            (&off["is_active"], &off["next_action"], &off["name"]),
            (&json!(false), &Value::Null, &json!("Balance"))
        );
    })
    .await;
}

#[tokio::test]
async fn a_mandate_is_entered_shortened_and_revoked_and_stays_on_record() {
    on_both(async |app| {
        let manager = app.person("team_manager").await;
        let (ann, bob) = (person(&app.api(), "Ann").await, person(&app.api(), "Bob").await);
        let now = app.service.now();
        let day = |n: i64| now.plus(n * countersign_types::time::DAY).to_string();
        let new = json!({
            "kind": "power_of_attorney", "representative_id": bob, "represented_id": ann, "granted_by_id": ann,
            "scope": { "topics": ["general", "account"] }, "valid_from": day(-1), "valid_until": day(30),
            "documents": [{ "title": "Deed", "reference": "UR 12/7" }], "note": "calls on Mondays",
        });
        let made = manager.post("/v1/mandates", new.clone()).await.expect(201);
        assert_eq!((&made["state"], &made["representative"]["name"]), (&json!("active"), &json!("Bob")));
        assert_eq!(made["scope"], json!({ "topics": ["account", "general"] }));
        let path = format!("/v1/mandates/{}", id(&made));
        let entries = app.api().get(&format!("/v1/profiles/{ann}/timeline")).await.expect(200);
        assert!(entries.to_string().contains("mandate.created"), "{entries}");

        let later = json!({ "valid_until": day(31) });
        assert_eq!(refused(&manager.patch(&path, later).await), one("/valid_until", "only-shorter"));
        let open = json!({ "valid_until": null });
        assert_eq!(refused(&manager.patch(&path, open).await), one("/valid_until", "only-shorter"));
        let past = json!({ "valid_until": day(-1) });
        assert_eq!(refused(&manager.patch(&path, past).await), one("/valid_until", "out-of-range"));
        let change = json!({ "valid_until": day(7), "documents": [], "note": null });
        let changed = manager.patch(&path, change).await.expect(200);
        assert_eq!((&changed["valid_until"], &changed["note"]), (&json!(day(7)), &Value::Null));
        assert_eq!(changed["documents"], json!([]));

        let revoke = format!("{path}/revoke");
        assert_eq!(refused(&manager.post(&revoke, json!({ "reason": " " })).await), one("/reason", "missing-field"));
        let before = json!({ "reason": "by letter", "at": day(-1) });
        assert_eq!(refused(&manager.post(&revoke, before).await), one("/at", "out-of-range"));
        let tomorrow = json!({ "reason": "by letter", "at": day(1) });
        let planned = manager.post(&revoke, tomorrow.clone()).await.expect(200);
        assert_eq!((&planned["state"], &planned["revoked_at"]), (&json!("active"), &json!(day(1))));
        assert_eq!(manager.post(&revoke, tomorrow).await.problem(409), "mandate-over");
        let revoked = manager.post(&revoke, json!({ "reason": "by letter" })).await.expect(200);
        assert_eq!((&revoked["state"], &revoked["revoke_reason"]), (&json!("revoked"), &json!("by letter")));
        assert_eq!(manager.post(&revoke, json!({ "reason": "again" })).await.problem(409), "mandate-over");
        let short = json!({ "valid_until": day(2) });
        assert_eq!(manager.patch(&path, short).await.problem(409), "mandate-over");

        let count = async |query: &str| {
            let list = manager.get(&format!("/v1/mandates{query}")).await.expect(200);
            list["data"].as_array().unwrap().len()
        };
        assert_eq!((count("").await, count("?state=active").await, count("?state=revoked").await), (1, 0, 1));
        assert_eq!(count(&format!("?represented={ann}")).await, 1);
        assert_eq!(count(&format!("?represented={bob}")).await, 0);
        assert_eq!(count(&format!("?representative={bob}&state=revoked")).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_mandate_that_says_nothing_sound_is_refused() {
    on_both(async |app| {
        let api = app.api();
        let (ann, bob, cis) = (person(&api, "Ann").await, person(&api, "Bob").await, person(&api, "Cis").await);
        let gone = person(&api, "Gone").await;
        api.delete(&format!("/v1/profiles/{gone}")).await.expect(204);
        let other = person(&api, "Ann again").await;
        let merge = json!({ "from": other, "reason": "the same" });
        api.post(&format!("/v1/profiles/{ann}/merge"), merge).await.expect(201);
        let now = app.service.now();
        let at = |secs: i64| now.plus(secs * 1_000_000).to_string();
        let good = json!({ "kind": "guardian", "representative_id": bob, "represented_id": ann, "scope": "all",
            "valid_from": at(0) });
        for (changes, pointer, code) in [
            (json!({ "representative_id": ann }), "/representative_id", "represents-oneself"),
            (json!({ "granted_by_id": bob }), "/granted_by_id", "given-on"),
            (json!({ "granted_by_id": cis }), "/granted_by_id", "given-on"),
            (json!({ "valid_until": at(0) }), "/valid_until", "ends-before-it-begins"),
            (json!({ "valid_from": "1789-07-14T00:00:00Z" }), "/valid_from", "out-of-range"),
            (json!({ "scope": { "topics": [] } }), "/scope/topics", "out-of-range"),
            (json!({ "scope": { "topics": ["nowhere"] } }), "/scope/topics", "unknown-topic"),
            (json!({ "representative_id": gone }), "/representative_id", "unknown-profile"),
            (json!({ "represented_id": other }), "/represented_id", "merged-profile"),
            (json!({ "documents": [{ "title": "" }] }), "/documents/0/title", "missing-field"),
            (json!({ "documents": vec![json!({ "title": "x" }); 11] }), "/documents", "too-many"),
            (json!({ "note": "x".repeat(2_001) }), "/note", "too-long"),
        ] {
            let mut body = good.clone();
            for (key, value) in changes.as_object().unwrap() {
                body[key] = value.clone();
            }
            assert_eq!(refused(&api.post("/v1/mandates", body).await), one(pointer, code), "{changes}");
        }
        let made = api.post("/v1/mandates", good).await.expect(201);
        assert_eq!((&made["scope"], &made["granted_by_id"]), (&json!("all"), &Value::Null));
    })
    .await;
}

#[tokio::test]
async fn mandates_follow_the_customer_through_a_merge_and_go_with_them() {
    on_both(async |app| {
        let api = app.api();
        let (ann, also, bob) =
            (person(&api, "Ann").await, person(&api, "Ann A").await, person(&api, "Bob").await);
        let new = json!({ "kind": "other", "representative_id": bob, "represented_id": also, "scope": "all",
            "valid_from": app.service.now().to_string(), "note": "on file" });
        let made = api.post("/v1/mandates", new).await.expect(201);
        let path = format!("/v1/mandates/{}", id(&made));
        let merge = json!({ "from": also, "reason": "the same" });
        let merge = api.post(&format!("/v1/profiles/{ann}/merge"), merge).await.expect(201);
        let merged = api.get(&path).await.expect(200);
        assert_eq!(merged["represented"]["id"], json!(ann));
        for whom in [&ann, &also] {
            let list = api.get(&format!("/v1/mandates?represented={whom}")).await.expect(200);
            assert_eq!(list["data"][0]["id"], made["id"], "the old id leads there too");
        }
        api.post(&format!("/v1/merges/{}/undo", id(&merge)), json!({})).await.expect(200);
        assert_eq!(api.get(&path).await.expect(200), made, "as it was");
        api.delete(&format!("/v1/profiles/{bob}")).await.expect(204);
        assert_eq!(api.get(&path).await.problem(404), "not-found");
    })
    .await;
}

#[tokio::test]
async fn who_may_read_and_change_what_verification_rests_on() {
    on_both(async |app| {
        let (ann, bob) = (person(&app.api(), "Ann").await, person(&app.api(), "Bob").await);
        let mandate = json!({ "kind": "other", "representative_id": bob, "represented_id": ann, "scope": "all",
            "valid_from": app.service.now().to_string() });
        for (role, configures, enters) in
            [("agent", false, false), ("team_manager", false, true), ("admin", true, true)]
        {
            let client = app.another(role, &format!("one-{}", role.replace('_', "-"))).await;
            for path in ["/v1/topics", "/v1/verification-policies", "/v1/mandates"] {
                client.get(path).await.expect(200);
            }
            let check = json!({ "policy": strong("x") });
            client.post("/v1/verification-policies/check", check).await.expect(200);
            let topic = json!({ "key": role, "name": role, "is_confidential": false });
            client.post("/v1/topics", topic).await.expect(if configures { 201 } else { 403 });
            let policy = json!({ "policy": strong(role) });
            client.post("/v1/verification-policies", policy).await.expect(if configures { 201 } else { 403 });
            client.post("/v1/mandates", mandate.clone()).await.expect(if enters { 201 } else { 403 });
        }
        app.anonymous().get("/v1/topics").await.expect(401);
        app.anonymous().get("/v1/mandates").await.expect(401);
    })
    .await;
}

#[tokio::test]
async fn m_8_what_is_written_about_a_mandate_hides_what_its_viewer_sees_masked() {
    on_both(async |app| {
        let admin = app.admin().await;
        let (ann, bob) = (person(&admin, "Annika Lindqvist").await, person(&admin, "Bob").await);
        let new = json!({ "kind": "other", "representative_id": bob, "represented_id": ann, "scope": "all",
            "valid_from": app.service.now().to_string(), "note": "Annika Lindqvist, ann@papers.example" });
        let path = format!("/v1/mandates/{}", id(&admin.post("/v1/mandates", new).await.expect(201)));
        assert!(admin.get(&path).await.expect(200)["note"].as_str().unwrap().contains("Lindqvist"));
        let row: Value = ["name", "email", "phone", "ids", "attributes", "text"]
            .into_iter()
            .map(|class| (class.to_owned(), json!(true)))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let open = json!({ "name": false, "email": false, "phone": false, "ids": false, "attributes": false, "text": false });
        let roles = json!({ "roles": { "admin": open, "team_manager": open, "agent": row } });
        app.api().put("/v1/masking", roles).await.expect(200);
        let told = app.person("agent").await.get(&path).await.expect(200);
        assert!(!told.to_string().contains("Lindqvist") && !told.to_string().contains("ann@papers"), "{told}");
        let masked = told["masked"].as_array().unwrap();
        assert!(masked.contains(&json!("note")) && masked.contains(&json!("represented.name")), "{told}");
    })
    .await;
}
