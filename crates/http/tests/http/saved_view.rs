//! Saved views that are shared, ordered and counted.

use countersign_testkit::{Client, TestApp, on_both};
use serde_json::{Value, json};

async fn save(by: &Client, name: &str, query: &str, more: Value) -> countersign_testkit::Answer {
    let mut body = json!({ "page": "inbox", "name": name, "query": query });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    by.post("/v1/me/views", body).await
}

async fn names(of: &Client) -> Vec<String> {
    let found = of.get("/v1/me/views").await.expect(200);
    found["data"].as_array().unwrap().iter().map(|v| v["name"].as_str().unwrap().to_owned()).collect()
}

fn path(view: &Value) -> String {
    format!("/v1/me/views/{}", view["id"].as_str().unwrap())
}

async fn group(app: &TestApp, members: &[&Client]) -> String {
    let mut ids = Vec::new();
    for one in members {
        ids.push(one.get("/v1/me").await.expect(200)["user"]["id"].clone());
    }
    let body = json!({ "name": "Billing", "members": ids });
    app.admin().await.post("/v1/groups", body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_view_is_shared_by_who_looks_after_groups_and_changed_by_nobody_else() {
    on_both(async |app| {
        let (agent, manager) = (app.person("agent").await, app.person("team_manager").await);
        let team = group(&app, &[&agent]).await;
        let everybody = json!({ "audience": "everybody" });
        assert_eq!(save(&agent, "Ours", "status=open", everybody.clone()).await.problem(403), "forbidden");
        for wrong in [
            json!({ "audience": "group" }),
            json!({ "group": team }),
            json!({ "audience": "group", "group": "grp_00000000000000000000000000" }),
        ] {
            assert_eq!(save(&manager, "Ours", "status=open", wrong).await.problem(400), "invalid-request");
        }
        let ours = save(&manager, "Ours", "status=open", everybody).await.expect(201);
        assert_eq!((&ours["audience"], &ours["changeable"]), (&json!("everybody"), &json!(true)));
        let of_team = json!({ "audience": "group", "group": team });
        let billing = save(&manager, "Billing", "status=pending", of_team).await.expect(201);
        let own = save(&agent, "My own", "assignee=me", json!({})).await.expect(201);
        assert_eq!(names(&agent).await, ["Ours", "Billing", "My own"]);
        assert_eq!(names(&app.admin().await).await, ["Ours"], "not of the group");
        let listed = agent.get("/v1/me/views").await.expect(200);
        assert_eq!(
            (&listed["data"][0]["changeable"], &listed["data"][2]["changeable"]),
            (&json!(false), &json!(true))
        );
        // An agent changes only their own; a personal one is there for nobody else, not even for administrators.
        let renamed = json!({ "name": "Taken over" });
        assert_eq!(agent.patch(&path(&ours), renamed.clone()).await.problem(403), "forbidden");
        assert_eq!(agent.delete(&path(&ours)).await.problem(403), "forbidden");
        let shared = json!({ "audience": "everybody" });
        assert_eq!(agent.patch(&path(&own), shared).await.problem(403), "forbidden");
        let admin = app.admin().await;
        assert_eq!(admin.patch(&path(&own), renamed.clone()).await.problem(404), "not-found");
        assert_eq!(admin.delete(&path(&own)).await.problem(404), "not-found");
        // Who looks after what is shared renames it, and does not take it for themselves.
        assert_eq!(admin.patch(&path(&ours), renamed).await.expect(200)["name"], "Taken over");
        let taken = admin.patch(&path(&ours), json!({ "audience": "personal" })).await;
        assert_eq!(taken.json()["errors"][0]["code"], "not-expected");
        manager.patch(&path(&ours), json!({ "audience": "personal" })).await.expect(200);
        assert_eq!(names(&agent).await, ["Billing", "My own"]);
        assert_eq!(
            manager.patch(&path(&ours), json!({ "name": "Billing" })).await.problem(409),
            "view-name-taken"
        );
        assert_eq!(
            manager.patch(&path(&billing), json!({ "query": "q=Ann" })).await.problem(400),
            "invalid-request"
        );
        manager.delete(&path(&billing)).await.expect(204);
        assert_eq!(names(&agent).await, ["My own"]);
    })
    .await;
}

#[tokio::test]
async fn each_person_has_an_order_of_their_own() {
    on_both(async |app| {
        let (agent, manager) = (app.person("agent").await, app.person("team_manager").await);
        let mut ids = Vec::new();
        for name in ["One", "Two", "Three"] {
            let made =
                save(&manager, name, "status=open", json!({ "audience": "everybody" })).await.expect(201);
            ids.push(made["id"].clone());
        }
        let hidden = save(&manager, "Hidden", "status=open", json!({})).await.expect(201)["id"].clone();
        let order = json!({ "views": [ids[2], hidden, ids[0]] });
        agent.put("/v1/me/view-order", order).await.expect(204);
        assert_eq!(names(&agent).await, ["Three", "One", "Two"], "what is not theirs has no place");
        assert_eq!(names(&manager).await, ["One", "Two", "Three", "Hidden"]);
        let twice = agent.put("/v1/me/view-order", json!({ "views": [ids[0], ids[0]] })).await;
        assert_eq!(twice.json()["errors"][0]["code"], "not-an-order");
        assert_eq!(
            app.api().put("/v1/me/view-order", json!({ "views": [] })).await.problem(403),
            "people-only"
        );
    })
    .await;
}

#[tokio::test]
async fn views_of_the_inbox_are_counted_up_to_ninety_nine() {
    on_both(async |app| {
        let agent = app.person("agent").await;
        let channel = app.custom_channel("Pigeon").await;
        for n in 0..101 {
            app.say(&channel, &format!("u{n}"), &format!("m{n}"), "hello").await;
        }
        for (name, query) in [
            ("Open", ""),
            ("Mine", "assignee=me"),
            ("Closed", "status=closed&sort=newest"),
            ("Unproved", "level=al0&status=any&hide=x"),
            ("Gone", "assignee=nobody-knows"),
        ] {
            save(&agent, name, query, json!({})).await.expect(201);
        }
        agent
            .post("/v1/me/views", json!({ "page": "customers", "name": "Not counted", "query": "" }))
            .await
            .expect(201);
        let case = app.api().get("/v1/cases?limit=1").await.expect(200)["data"][0]["id"].clone();
        let me = agent.get("/v1/me").await.expect(200)["user"]["id"].clone();
        let case = format!("/v1/cases/{}", case.as_str().unwrap());
        agent.patch(&case, json!({ "assignee": me })).await.expect(200);
        let counted = agent.get("/v1/me/view-counts").await.expect(200);
        let said: Vec<_> = counted["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| (c["count"].as_i64().unwrap(), c["more"].as_bool().unwrap()))
            .collect();
        assert_eq!(said, [(99, true), (1, false), (0, false), (99, true)], "and none of what cannot be read");
    })
    .await;
}
