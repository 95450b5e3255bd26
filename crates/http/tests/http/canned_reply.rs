//! Canned replies: who sees and writes which, what is refused, and how one is filled for whom.

use countersign_testkit::{Client, TestApp, on_both};
use serde_json::{Value, json};

fn path(reply: &Value) -> String {
    format!("/v1/canned-replies/{}", reply["id"].as_str().unwrap())
}

async fn names(client: &Client, query: &str) -> Vec<String> {
    let all = client.get(&format!("/v1/canned-replies{query}")).await.expect(200);
    all["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

fn body(name: &str, audience: &str) -> Value {
    json!({ "name": name, "title": "Greet", "text": "Hello {profile.name|there}", "audience": audience })
}

/// A conversation of somebody known, with a number.
async fn conversation(app: &TestApp) -> String {
    let channel = app.custom_channel("Pigeon").await;
    let profile = json!({ "external_id": "ann", "name": "Ann Example", "phone": "+12025550123" });
    let made = app.api().post("/v1/identification-codes", json!({ "profile": profile })).await.expect(201);
    let code = made["display"].as_str().unwrap();
    let said = app.say(&channel, "ann", "m1", &format!("my code is {code}")).await;
    said["case"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_canned_reply_is_made_changed_and_deleted() {
    on_both(async |app| {
        let admin = app.admin().await;
        let made = admin.post("/v1/canned-replies", body("/Greeting", "everybody")).await.expect(201);
        assert_eq!(
            (&made["name"], &made["audience"], &made["use_count"]),
            (&json!("Greeting"), &json!("everybody"), &json!(0))
        );
        assert_eq!(admin.get(&path(&made)).await.expect(200), made);
        let again = admin.post("/v1/canned-replies", body("GREETING", "everybody")).await;
        assert_eq!(again.problem(409), "name-taken");
        app.clock.advance(1_000_000);
        let change = json!({ "text": "Hi {profile.name}", "language": "en" });
        let changed = admin.patch(&path(&made), change).await.expect(200);
        assert_eq!((&changed["text"], &changed["language"]), (&json!("Hi {profile.name}"), &json!("en")));
        assert_ne!(changed["updated_at"], made["updated_at"]);
        // Nothing changed is no change.
        let same = admin.patch(&path(&made), json!({ "language": "en" })).await.expect(200);
        assert_eq!(same, changed);
        admin.delete(&path(&made)).await.expect(204);
        assert_eq!(admin.delete(&path(&made)).await.problem(404), "not-found");
        assert_eq!(names(&admin, "").await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn everybody_uses_what_is_shared_and_nobody_sees_what_is_anothers() {
    on_both(async |app| {
        let (admin, manager, agent) =
            (app.admin().await, app.person("team_manager").await, app.person("agent").await);
        let me = agent.get("/v1/me").await.expect(200)["user"]["id"].clone();
        let mine = app.api().post("/v1/groups", json!({ "name": "Mine", "members": [me] })).await.expect(201);
        let theirs = app.api().post("/v1/groups", json!({ "name": "Theirs" })).await.expect(201);
        let of = |name: &str, group: &Value| {
            let mut body = body(name, "group");
            body["group"] = group["id"].clone();
            body
        };
        manager.post("/v1/canned-replies", body("all", "everybody")).await.expect(201);
        manager.post("/v1/canned-replies", of("mine", &mine)).await.expect(201);
        let other = manager.post("/v1/canned-replies", of("theirs", &theirs)).await.expect(201);
        let own = agent.post("/v1/canned-replies", body("all", "personal")).await.expect(201);
        let secret = manager.post("/v1/canned-replies", body("secret", "personal")).await.expect(201);

        assert_eq!(names(&agent, "").await, ["all", "all", "mine"]);
        assert_eq!(names(&manager, "").await, ["all", "mine", "secret", "theirs"]);
        assert_eq!(names(&manager, "?usable=true").await, ["all", "secret"]);
        assert_eq!(names(&app.api(), "").await, ["all", "mine", "theirs"]);
        // Somebody else's own, and another group's, are there for nobody.
        let case = json!({ "case": conversation(&app).await });
        for (who, what) in [(&agent, &secret), (&agent, &other), (&admin, &own), (&app.api(), &own)] {
            assert_eq!(who.get(&path(what)).await.problem(404), "not-found");
            assert_eq!(who.patch(&path(what), json!({ "title": "x" })).await.problem(404), "not-found");
            assert_eq!(who.delete(&path(what)).await.problem(404), "not-found");
            assert_eq!(
                who.post(&format!("{}/fill", path(what)), case.clone()).await.problem(404),
                "not-found"
            );
        }
        // An agent writes their own, and not those of others; nor makes theirs everybody's.
        assert_eq!(agent.post("/v1/canned-replies", body("x", "everybody")).await.problem(403), "forbidden");
        assert_eq!(agent.post("/v1/canned-replies", of("x", &mine)).await.problem(403), "forbidden");
        let shared = json!({ "audience": "everybody", "name": "mine-for-all" });
        assert_eq!(agent.patch(&path(&own), shared.clone()).await.problem(403), "forbidden");
        agent.patch(&path(&own), json!({ "title": "My own" })).await.expect(200);
        agent.delete(&path(&own)).await.expect(204);
        manager.patch(&path(&secret), shared).await.expect(200);
        assert_eq!(names(&agent, "").await, ["all", "mine", "mine-for-all"]);
        assert_eq!(
            app.api().post("/v1/canned-replies", body("x", "personal")).await.problem(400),
            "invalid-request"
        );
        // A group keeps its replies from being lost, and from being everybody's.
        let group = format!("/v1/groups/{}", theirs["id"].as_str().unwrap());
        assert_eq!(manager.delete(&group).await.problem(409), "group-has-replies");
        manager.delete(&path(&other)).await.expect(204);
        manager.delete(&group).await.expect(204);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_a_reply_is_refused_with_its_place() {
    on_both(async |app| {
        let admin = app.admin().await;
        let with = |key: &str, value: Value| {
            let mut body = body("greeting", "everybody");
            body[key] = value;
            body
        };
        for (key, value, code) in [
            ("name", json!("two words"), "invalid-name"),
            ("name", json!("a".repeat(41)), "invalid-name"),
            ("name", json!("\u{202e}evil"), "invalid-name"),
            ("title", json!(" "), "invalid-name"),
            ("title", json!("x".repeat(81)), "invalid-name"),
            ("text", json!("  "), "invalid-text"),
            ("text", json!("x".repeat(5_001)), "invalid-text"),
            ("text", json!("nul \0"), "invalid-text"),
            ("text", json!("Hello {profile.nam}"), "unknown-variable"),
            ("text", json!("Hello {profile.attributes.nothing}"), "unknown-attribute"),
            ("text", json!("Hello {"), "lone-brace"),
            ("language", json!("<script>"), "invalid-language"),
            ("group", json!("grp_00000000000000000000000000"), "not-expected"),
        ] {
            let refused = admin.post("/v1/canned-replies", with(key, value.clone())).await;
            assert_eq!(refused.problem(400), "invalid-request", "{key} {value}");
            let first = &refused.json()["errors"][0];
            assert_eq!(
                (&first["pointer"], &first["code"]),
                (&json!(format!("/{key}")), &json!(code)),
                "{value}"
            );
        }
        let nobody = admin.post("/v1/canned-replies", with("audience", json!("group"))).await;
        assert_eq!(nobody.json()["errors"][0]["code"], "missing-field");
        // Hostile text is kept as it is: it is only ever text.
        let markup = "<img src=x onerror=alert(1)> {{not a variable}} '; DROP TABLE canned_reply; --";
        let made = admin.post("/v1/canned-replies", with("text", json!(markup))).await.expect(201);
        assert_eq!(made["text"], markup);
        let case = conversation(&app).await;
        let filled = admin.post(&format!("{}/fill", path(&made)), json!({ "case": case })).await.expect(200);
        assert_eq!(filled["text"], markup.replace("{{", "{").replace("}}", "}"));
    })
    .await;
}

#[tokio::test]
async fn m_2_a_masked_agent_never_reads_a_masked_value_by_inserting_a_reply() {
    on_both(async |app| {
        let (admin, agent) = (app.admin().await, app.person("agent").await);
        let case = conversation(&app).await;
        let text = "Dear {profile.name|customer}, we call {profile.phone|your number}. {case.number} {workspace.name}";
        let reply = json!({ "name": "call", "title": "Call", "text": text, "audience": "everybody" });
        let made = admin.post("/v1/canned-replies", reply).await.expect(201);
        let fill = format!("{}/fill", path(&made));
        let seen = admin.post(&fill, json!({ "case": case })).await.expect(200);
        let number = app.api().get(&format!("/v1/cases/{case}")).await.expect(200)["number"].clone();
        let expected = format!("Dear Ann Example, we call +12025550123. {number} Countersign");
        assert_eq!(seen, json!({ "text": expected, "left_out": [] }));
        let seen = agent.post(&fill, json!({ "case": case })).await.expect(200);
        let expected = format!("Dear Ann Example, we call your number. {number} Countersign");
        assert_eq!(seen, json!({ "text": expected, "left_out": ["profile.phone"] }));
        // Uses are counted, and what is filled is a look at the customer.
        let used = agent.get(&path(&made)).await.expect(200);
        assert_eq!(used["use_count"], 2);
        assert_ne!(used["last_used_at"], Value::Null);
        let unknown = json!({ "case": "case_00000000000000000000000000" });
        assert_eq!(agent.post(&fill, unknown).await.problem(404), "not-found");
    })
    .await;
}

#[tokio::test]
async fn a_person_has_at_most_a_hundred_replies_of_their_own() {
    on_both(async |app| {
        let agent = app.person("agent").await;
        for n in 0..100 {
            agent.post("/v1/canned-replies", body(&format!("r{n}"), "personal")).await.expect(201);
        }
        let more = agent.post("/v1/canned-replies", body("more", "personal")).await;
        assert_eq!(more.problem(409), "too-many-replies");
    })
    .await;
}
