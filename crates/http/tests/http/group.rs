//! Groups of the team: made, filled, renamed, deleted; who may, and what is refused.

use std::time::Duration;

use countersign_store::testing::TestDb;
use countersign_testkit::{Client, TestApp, on_both};
use serde_json::{Value, json};

async fn me(client: &Client) -> String {
    client.get("/v1/me").await.expect(200)["user"]["id"].as_str().unwrap().to_owned()
}

fn path(group: &Value) -> String {
    format!("/v1/groups/{}", group["id"].as_str().unwrap())
}

fn names(group: &Value) -> Vec<&str> {
    group["members"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

/// Actions of the audit log that begin so, oldest first, each with its details.
async fn on_record(app: &TestApp, prefix: &str) -> Vec<(String, Value)> {
    let rows = app.api().get("/v1/audit?limit=100").await.expect(200);
    let rows = rows["data"].as_array().unwrap().iter().rev();
    rows.filter(|row| row["action"].as_str().unwrap().starts_with(prefix))
        .map(|row| (row["action"].as_str().unwrap().to_owned(), row["details"].clone()))
        .collect()
}

#[tokio::test]
async fn a_group_is_made_filled_renamed_and_deleted() {
    on_both(async |app| {
        let (manager, agent) = (app.person("team_manager").await, app.person("agent").await);
        let (lead, ben) = (me(&manager).await, me(&agent).await);
        let body = json!({ "name": "  Second line ", "members": [ben, lead, ben] });
        let made = manager.post("/v1/groups", body).await.expect(201);
        assert!(made["id"].as_str().unwrap().starts_with("grp_"));
        assert_eq!(made["name"], "Second line");
        assert_eq!(
            made["members"],
            json!([
                { "id": ben, "name": "A agent", "state": "active" },
                { "id": lead, "name": "A team_manager", "state": "active" },
            ])
        );
        let empty = app.api().post("/v1/groups", json!({ "name": "Billing" })).await.expect(201);
        assert_eq!(empty["members"], json!([]));
        // Whoever works here sees them, by name.
        let listed = agent.get("/v1/groups").await.expect(200);
        assert_eq!((&listed["data"][0], &listed["data"][1]), (&empty, &made));
        assert_eq!(listed["next_cursor"], Value::Null);
        assert_eq!(agent.get(&path(&made)).await.expect(200), made);
        app.clock.advance(1_000_000);
        let changed = manager.patch(&path(&made), json!({ "members": [lead] })).await.expect(200);
        assert_eq!((names(&changed), &changed["name"]), (vec!["A team_manager"], &json!("Second line")));
        let renamed = manager.patch(&path(&made), json!({ "name": "SECOND LINE" })).await.expect(200);
        assert_eq!((names(&renamed), &renamed["name"]), (vec!["A team_manager"], &json!("SECOND LINE")));
        assert_eq!(renamed["created_at"], made["created_at"]);
        assert_ne!(renamed["updated_at"], made["updated_at"]);
        manager.delete(&path(&made)).await.expect(204);
        assert_eq!(manager.delete(&path(&made)).await.problem(404), "not-found");
        assert_eq!(manager.get(&path(&made)).await.problem(404), "not-found");
        assert_eq!(manager.patch(&path(&made), json!({})).await.problem(404), "not-found");
        let said = on_record(&app, "group.").await;
        let actions: Vec<&str> = said.iter().map(|(action, _)| action.as_str()).collect();
        assert_eq!(actions, ["group.create", "group.create", "group.update", "group.update", "group.delete"]);
        assert_eq!(said[0].1, json!({ "name": "Second line", "added": [ben, lead] }));
        assert_eq!(said[2].1, json!({ "added": [], "removed": [ben] }));
        assert_eq!(said[3].1, json!({ "name": { "old": "Second line", "new": "SECOND LINE" } }));
        assert_eq!(said[4].1, json!({ "name": "SECOND LINE", "removed": [lead] }));
    })
    .await;
}

#[tokio::test]
async fn agents_see_groups_and_do_not_change_them() {
    on_both(async |app| {
        let agent = app.person("agent").await;
        let made = app.api().post("/v1/groups", json!({ "name": "Billing" })).await.expect(201);
        agent.get("/v1/groups").await.expect(200);
        assert_eq!(agent.post("/v1/groups", json!({ "name": "Mine" })).await.problem(403), "forbidden");
        let mine = json!({ "members": [me(&agent).await] });
        assert_eq!(agent.patch(&path(&made), mine).await.problem(403), "forbidden");
        assert_eq!(agent.delete(&path(&made)).await.problem(403), "forbidden");
        assert_eq!(app.anonymous().get("/v1/groups").await.problem(401), "not-logged-in");
        let body = json!({ "name": "screen", "scopes": ["case.read"] });
        let key = app.admin().await.post("/v1/api-keys", body).await.expect(201);
        let screen = app.anonymous().bearer(key["secret"].as_str().unwrap());
        assert_eq!(screen.get("/v1/groups").await.problem(403), "forbidden");
    })
    .await;
}

#[tokio::test]
async fn a_bad_group_is_refused_where_it_is_bad() {
    on_both(async |app| {
        let api = app.api();
        let ben = me(&app.person("agent").await).await;
        let group = api.post("/v1/groups", json!({ "name": "Zürich", "members": [ben] })).await.expect(201);
        let nobody = "usr_01jd3k6q9we3t8v2c4x5z6b7n8";
        let many = vec![nobody; 501];
        for (change, pointer, code) in [
            (json!({ "name": "" }), "/name", "invalid-name"),
            (json!({ "name": " \u{200b}\u{feff} " }), "/name", "invalid-name"),
            (json!({ "name": "a\nb" }), "/name", "invalid-name"),
            (json!({ "name": "a\0b" }), "/name", "invalid-text"),
            (json!({ "name": "evil \u{202e}txt" }), "/name", "invalid-name"),
            (json!({ "name": "x".repeat(81) }), "/name", "invalid-name"),
            (json!({ "name": 7 }), "/name", "invalid-value"),
            (json!({ "members": [ben, nobody] }), "/members/1", "unknown-user"),
            (json!({ "members": ["case_01jd3k6q9we3t8v2c4x5z6b7n8"] }), "/members/0", "invalid-value"),
            (json!({ "members": [null] }), "/members/0", "invalid-value"),
            (json!({ "members": ben }), "/members", "invalid-value"),
            (json!({ "members": many }), "/members", "too-many"),
            (json!({ "owner": ben }), "/owner", "unknown-field"),
        ] {
            let mut body = json!({ "name": "New" });
            for (key, value) in change.as_object().unwrap() {
                body[key] = value.clone();
            }
            for refused in
                [api.post("/v1/groups", body).await, api.patch(&path(&group), change.clone()).await]
            {
                let answer = refused.expect(400);
                let found = (&answer["errors"][0]["pointer"], &answer["errors"][0]["code"]);
                assert_eq!(found, (&json!(pointer), &json!(code)), "{change}: {answer}");
            }
        }
        for name in ["zürich", "ZÜRICH", "Zu\u{308}rich", "Z\u{200b}ürich", "Ｚürich"] {
            assert_eq!(
                api.post("/v1/groups", json!({ "name": name })).await.problem(409),
                "name-taken",
                "{name}"
            );
        }
        let other = api.post("/v1/groups", json!({ "name": "Bern" })).await.expect(201);
        assert_eq!(api.patch(&path(&other), json!({ "name": "zürich" })).await.problem(409), "name-taken");
        for id in ["grp_01jd3k6q9we3t8v2c4x5z6b7n8", "usr_01jd3k6q9we3t8v2c4x5z6b7n8", "x", "%00"] {
            assert_eq!(api.get(&format!("/v1/groups/{id}")).await.problem(404), "not-found", "{id}");
        }
        // Nothing of what was refused is there.
        let listed = api.get("/v1/groups").await.expect(200);
        let there: Vec<&str> =
            listed["data"].as_array().unwrap().iter().map(|group| group["name"].as_str().unwrap()).collect();
        assert_eq!(there, ["Bern", "Zürich"]);
        assert_eq!(names(&listed["data"][1]), ["A agent"]);
    })
    .await;
}

#[tokio::test]
async fn x_15_hostile_names_come_back_as_they_are_and_groups_are_counted() {
    on_both(async |app| {
        let api = app.api();
        let hostile =
            ["<img src=x onerror=alert(1)>", "'; DROP TABLE user_group; --", "فريق الدعم", "🦊 %s {0}"];
        for name in hostile {
            assert_eq!(api.post("/v1/groups", json!({ "name": name })).await.expect(201)["name"], name);
        }
        for n in hostile.len()..200 {
            api.post("/v1/groups", json!({ "name": format!("Group {n}") })).await.expect(201);
        }
        let one_more = api.post("/v1/groups", json!({ "name": "One more" })).await;
        assert_eq!(one_more.problem(409), "too-many-groups");
        assert_eq!(api.get("/v1/groups").await.expect(200)["data"].as_array().unwrap().len(), 200);
    })
    .await;
}

#[tokio::test]
async fn who_cannot_work_stays_in_the_group_and_is_not_counted_among_those_who_can() {
    on_both(async |app| {
        let admin = app.admin().await;
        let agent = me(&app.person("agent").await).await;
        let invited = json!({ "email": "new@example.test", "name": "New", "role": "agent" });
        let invited = admin.post("/v1/users", invited).await.expect(201)["user"]["id"].clone();
        let body = json!({ "name": "Billing", "members": [agent, invited] });
        let group = admin.post("/v1/groups", body).await.expect(201);
        let workers = || -> Vec<String> {
            let snapshot = app.service.snapshot();
            snapshot.groups[0].members.iter().map(ToString::to_string).collect()
        };
        assert_eq!(workers(), [agent.as_str()]);
        let user = format!("/v1/users/{agent}");
        admin.patch(&user, json!({ "state": "disabled" })).await.expect(200);
        assert!(workers().is_empty());
        let kept = admin.get(&path(&group)).await.expect(200);
        assert_eq!(
            (names(&kept), &kept["members"][0]["state"]),
            (vec!["A agent", "New"], &json!("disabled"))
        );
        // A group with somebody who is not active can still be changed.
        admin.patch(&path(&group), json!({ "members": [agent, invited] })).await.expect(200);
        admin.patch(&user, json!({ "state": "active" })).await.expect(200);
        assert_eq!(workers(), [agent.as_str()]);
    })
    .await;
}

#[tokio::test]
async fn every_server_knows_groups_and_calendars_that_another_one_changed() {
    let db = TestDb::postgres().await;
    let other = db.another_server().await;
    let app = TestApp::on(db).await;
    let elsewhere = app.another_server(other).await.service;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let jobs = tokio::spawn({
        let service = elsewhere.clone();
        async move { service.run_jobs(stopped).await }
    });
    let knows = async |what: &str, is_so: &dyn Fn() -> bool| {
        for _ in 0..250 {
            if is_so() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the other server does not know {what}");
    };
    let memory = || elsewhere.snapshot();
    let ben = me(&app.person("agent").await).await;
    let body = json!({ "name": "Billing", "members": [ben] });
    let group = app.api().post("/v1/groups", body).await.expect(201);
    app.api().post("/v1/calendars", json!({ "name": "Hours", "time_zone": "UTC" })).await.expect(201);
    knows("what was made", &|| memory().groups.len() == 1 && memory().calendars.len() == 1).await;
    assert_eq!(memory().groups[0].members[0].to_string(), ben);
    assert_eq!(memory().calendars[0].calendar.time_zone, "UTC");
    let admin = app.admin().await;
    admin.patch(&format!("/v1/users/{ben}"), json!({ "state": "disabled" })).await.expect(200);
    knows("who cannot work", &|| memory().groups[0].members.is_empty()).await;
    app.api().delete(&path(&group)).await.expect(204);
    knows("what was deleted", &|| memory().groups.is_empty()).await;
    stop.send_replace(true);
    jobs.await.unwrap();
}

#[tokio::test]
async fn what_a_rule_or_a_flow_names_is_not_deleted_under_it() {
    on_both(async |app| {
        let api = app.api();
        let make = async |kind: &str, body: Value| -> (String, String) {
            let made = api.post(&format!("/v1/{kind}"), body).await.expect(201);
            let id = made["id"].as_str().unwrap().to_owned();
            (format!("/v1/{kind}/{id}"), id)
        };
        let (group, group_id) = make("groups", json!({ "name": "Support", "members": [] })).await;
        let hours = json!({ "name": "Day", "time_zone": "Europe/Stockholm", "week": {} });
        let (calendar, calendar_id) = make("calendars", hours).await;
        let rule = json!({ "name": "To support", "trigger": "new_case",
            "actions": [{ "kind": "assign_group", "group": group_id }] });
        let (rule, _) = make("rules", rule).await;
        let flow = |queue: &str, calendar: &str| {
            json!({ "name": "Bank", "start": "hours", "nodes": {
                "hours": { "kind": "business_hours", "calendar": calendar, "exits": { "open": "q", "closed": "h" } },
                "q": { "kind": "queue", "queue": queue, "exits": { "timeout": "h", "failed": "h" } },
                "h": { "kind": "hang_up" } } })
        };
        let (made, _) = make("ivr-flows", flow("support", &calendar_id)).await;
        api.post(&format!("{made}/publish"), json!({})).await.expect(200);
        let refused = api.delete(&group).await;
        assert_eq!(refused.problem(409), "group-is-named");
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert_eq!(detail, "It is named by the rule “To support” and the phone menu “Bank”.");
        let refused = api.delete(&calendar).await;
        assert_eq!(refused.problem(409), "calendar-is-named");
        assert!(refused.json()["detail"].as_str().unwrap().contains("the phone menu “Bank”"));
        // What calls hear is what is published, whatever the draft says.
        let mut draft = flow("Everybody", "");
        draft.as_object_mut().unwrap().remove("name");
        let draft = api.put(&format!("{made}/draft"), draft).await;
        assert!(draft.status.is_success(), "{}", draft.json());
        assert_eq!(api.delete(&calendar).await.problem(409), "calendar-is-named");
        api.delete(&rule).await.expect(204);
        api.delete(&made).await.expect(204);
        api.delete(&group).await.expect(204);
        api.delete(&calendar).await.expect(204);
    })
    .await;
}
