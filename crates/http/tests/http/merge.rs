//! Merging customers through the API: what it does, who may, and that it comes back.

use countersign_testkit::{Client, TestApp, on_both};
use serde_json::{Value, json};

async fn made(app: &TestApp, body: Value) -> Value {
    app.api().post("/v1/profiles", body).await.expect(201)
}

fn id(of: &Value) -> String {
    of["id"].as_str().unwrap().to_owned()
}

async fn merge(who: &Client, into: &str, from: &str) -> Value {
    let body = json!({ "from": from, "reason": "one person" });
    who.post(&format!("/v1/profiles/{into}/merge"), body).await.expect(201)
}

async fn undo(who: &Client, merge: &Value) -> Value {
    who.post(&format!("/v1/merges/{}/undo", id(merge)), json!({})).await.expect(200)
}

/// Everything that the API tells of a customer, save what is told of every change: the timeline.
async fn dump(app: &TestApp, profile: &str) -> Value {
    let mut all = vec![app.api().get(&format!("/v1/profiles/{profile}")).await.expect(200)];
    for part in ["identifiers", "links", "evidence"] {
        all.push(app.api().get(&format!("/v1/profiles/{profile}/{part}")).await.expect(200));
    }
    Value::Array(all)
}

#[tokio::test]
async fn a_preview_names_every_conflict_and_does_nothing() {
    on_both(async |app| {
        let ann = made(&app, json!({ "external_id": "ann", "name": "Ann", "email": "ann@a.example" })).await;
        let anna =
            made(&app, json!({ "name": "Anna", "email": "ann@b.example", "phone": "+4930901820" })).await;
        let (into, from) = (id(&ann), id(&anna));
        let body = json!({ "from": from, "preview": true });
        let path = format!("/v1/profiles/{into}/merge");
        let preview = app.api().post(&path, body.clone()).await.expect(200);
        let conflict = |field: &str| {
            preview["conflicts"].as_array().unwrap().iter().find(|c| c["field"] == field).unwrap().clone()
        };
        assert_eq!(
            (&conflict("name")["winner"], &conflict("name")["from"]["value"]),
            (&json!("into"), &json!("Anna"))
        );
        assert_eq!(conflict("email")["into"]["source"], "api");
        assert!(preview["gains"].as_array().unwrap().iter().any(|g| g["field"] == "phone"));
        assert_eq!((&preview["accounts"], &preview["better_reversed"]), (&json!(0), &json!(false)));
        assert_eq!(
            app.api().get(&format!("/v1/profiles/{from}")).await.expect(200),
            anna,
            "nothing happened"
        );
        // An agent may look, sees what an agent sees, and may not merge.
        let agent = app.person("agent").await;
        let seen = agent.post(&path, body).await.expect(200);
        let text = seen.to_string();
        assert!(!text.contains("ann@a.example") && !text.contains("30901820"), "{text}");
        let refused = agent.post(&path, json!({ "from": from, "reason": "x" })).await;
        assert_eq!(refused.problem(403), "forbidden");
        let manager = app.person("team_manager").await;
        let silent = manager.post(&path, json!({ "from": from })).await;
        assert_eq!(silent.json()["errors"][0]["pointer"], "/reason");
        merge(&manager, &into, &from).await;
    })
    .await;
}

#[tokio::test]
async fn a_live_chat_survives_and_the_old_id_leads_to_the_survivor() {
    on_both(async |app| {
        let ann = made(&app, json!({ "external_id": "ann", "name": "Ann" })).await;
        let channel = app.custom_channel("Pigeon").await;
        let said = app.say(&channel, "jo", "1", "hello").await;
        let case = id(&said["case"]);
        let stranger = id(&said["case"]["identity"]["profile"]);
        let done = merge(&app.api(), &id(&ann), &stranger).await;
        assert_eq!((&done["into"]["id"], &done["ground"]), (&ann["id"], &json!("hand")));
        let again = app.say(&channel, "jo", "2", "still here").await;
        assert_eq!(id(&again["case"]), case, "the conversation goes on");
        assert_eq!(again["case"]["identity"]["profile"]["id"], ann["id"]);
        assert_eq!(again["case"]["identity"]["assurance"], "al0", "nobody proved anything (P-4)");
        let found = app.api().get(&format!("/v1/profiles/{stranger}")).await.expect(200);
        assert_eq!((&found["id"], &found["merged"][0]["id"]), (&ann["id"], &json!(stranger)));
        let by_reference = found["merged"][0]["reference"].as_str().unwrap();
        let agent = app.person("agent").await;
        let listed = agent.get(&format!("/v1/profiles?q={by_reference}")).await.expect(200);
        assert_eq!(listed["data"][0]["id"], ann["id"]);
        let body = json!({ "name": "Ann Lee" });
        let changed = app.api().patch(&format!("/v1/profiles/{stranger}"), body).await.expect(200);
        assert_eq!((&changed["id"], &changed["name"]), (&ann["id"], &json!("Ann Lee")));
        let timeline = app.api().get(&format!("/v1/profiles/{stranger}/timeline")).await.expect(200);
        let kinds: Vec<&str> =
            timeline["data"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds.iter().filter(|kind| **kind == "profile.merged").count(), 1, "{kinds:?}");
        assert!(kinds.contains(&"case.created"), "{kinds:?}");
        // P-4: a token that names the stranger by their account does not become one of Ann by a colleague's merge.
        let key = json!({ "profile": { "channel_user": { "channel": channel, "id": "jo" } } });
        let refused = app.api().post("/v1/identification-codes", key).await;
        assert_eq!(refused.problem(409), "merged-by-hand");
        // A code of Ann's still works in the same chat.
        let code = app.code("ann").await;
        let proved = app.say(&channel, "jo", "3", &code).await;
        assert_eq!(proved["case"]["identity"]["assurance"], "al3");
        let undone = undo(&app.api(), &done).await;
        assert_eq!(undone["conflicts"], json!(["account"]), "what was proved since then stays");
        let after = app.say(&channel, "jo", "4", "and on").await;
        assert_eq!((id(&after["case"]), &after["case"]["identity"]["profile"]["id"]), (case, &ann["id"]));
        assert_eq!(
            app.api().get(&format!("/v1/profiles/{stranger}")).await.expect(200)["id"],
            json!(stranger)
        );
    })
    .await;
}

#[tokio::test]
async fn a_code_of_the_one_merged_away_proves_the_survivor_and_a_strangers_ends() {
    on_both(async |app| {
        let ann = made(&app, json!({ "name": "Ann", "phone": "+4930901820" })).await;
        made(&app, json!({ "external_id": "ann", "name": "Ann" })).await;
        let code = app.code("ann").await;
        let old = app.api().get("/v1/profiles?external_id=ann").await.expect(200)["data"][0].clone();
        merge(&app.api(), &id(&ann), &id(&old)).await;
        let channel = app.custom_channel("Pigeon").await;
        let said = app.say(&channel, "phone", "1", &code).await;
        assert_eq!(said["case"]["identity"]["assurance"], "al3");
        assert_eq!(said["case"]["identity"]["profile"]["id"], ann["id"]);
        let found = app.api().get("/v1/profiles?external_id=ann").await.expect(200);
        assert_eq!(found["data"][0]["id"], ann["id"], "its external id went over");
        // P-4: the live code of somebody of whom nobody knows anything ends with the merge.
        app.say(&channel, "jo", "2", "hello").await;
        let key = json!({ "profile": { "channel_user": { "channel": channel, "id": "jo" } } });
        let issued = app.api().post("/v1/identification-codes", key).await.expect(201);
        let jo = app.say(&channel, "jo", "3", "hm").await["case"]["identity"]["profile"].clone();
        merge(&app.api(), &id(&ann), &id(&jo)).await;
        let said = app.say(&channel, "mallory", "4", issued["code"].as_str().unwrap()).await;
        assert_ne!(said["case"]["identity"]["profile"]["id"], ann["id"]);
    })
    .await;
}

#[tokio::test]
async fn bad_merges_are_refused_with_a_reason() {
    on_both(async |app| {
        let api = app.api();
        let ann = id(&made(&app, json!({ "external_id": "ann", "name": "Ann" })).await);
        let bob = id(&made(&app, json!({ "external_id": "bob", "name": "Bob" })).await);
        let shop = id(&made(&app, json!({ "name": "Shop", "kind": "organisation" })).await);
        let jo = id(&made(&app, json!({ "name": "Jo" })).await);
        let refused = async |into: &str, from: &str| {
            let body = json!({ "from": from, "reason": "x" });
            api.post(&format!("/v1/profiles/{into}/merge"), body).await
        };
        assert_eq!(refused(&ann, &ann).await.problem(409), "merge-with-itself");
        assert_eq!(refused(&ann, &bob).await.problem(409), "different-external-ids");
        assert_eq!(refused(&ann, &shop).await.problem(409), "different-kinds");
        assert_eq!(refused(&ann, "pro_00000000000000000000000000").await.problem(404), "not-found");
        let first = merge(&api, &ann, &jo).await;
        assert_eq!(refused(&jo, &ann).await.problem(409), "already-merged", "no cycles");
        assert_eq!(refused(&ann, &jo).await.problem(409), "already-merged");
        let eve = id(&made(&app, json!({ "name": "Eve" })).await);
        let second = merge(&api, &eve, &ann).await;
        let newer = api.post(&format!("/v1/merges/{}/undo", id(&first)), json!({})).await;
        assert_eq!(newer.problem(409), "merged-further");
        assert_eq!(
            api.get(&format!("/v1/profiles/{jo}")).await.expect(200)["id"],
            json!(eve),
            "both ids lead on"
        );
        undo(&api, &second).await;
        undo(&api, &first).await;
        let twice = api.post(&format!("/v1/merges/{}/undo", id(&first)), json!({})).await;
        assert_eq!(twice.problem(409), "merge-undone");
        // After an erasure there is nothing to be taken back, and both are gone.
        let third = merge(&api, &ann, &jo).await;
        api.delete(&format!("/v1/profiles/{jo}")).await.expect(204);
        for gone in [&ann, &jo] {
            assert_eq!(api.get(&format!("/v1/profiles/{gone}")).await.problem(404), "not-found");
        }
        assert_eq!(
            api.post(&format!("/v1/merges/{}/undo", id(&third)), json!({})).await.problem(404),
            "not-found"
        );
    })
    .await;
}

#[tokio::test]
async fn two_merges_at_once_make_one_and_p_6_the_twenty_first_needs_somebody_else() {
    on_both(async |app| {
        let ann = id(&made(&app, json!({ "name": "Ann" })).await);
        let jo = id(&made(&app, json!({ "name": "Jo" })).await);
        let both = [(ann.clone(), jo.clone()), (jo, ann.clone())].map(|(into, from)| {
            let api = app.api();
            tokio::spawn(async move {
                let body = json!({ "from": from, "reason": "x" });
                api.post(&format!("/v1/profiles/{into}/merge"), body).await.status.as_u16()
            })
        });
        let mut answers = Vec::new();
        for answer in both {
            answers.push(answer.await.unwrap());
        }
        answers.sort_unstable();
        assert_eq!(answers, [201, 409]);
        let manager = app.person("team_manager").await;
        let pairs: Vec<(String, String)> = {
            let mut all = Vec::new();
            for n in 0..21 {
                let a = id(&made(&app, json!({ "name": format!("A{n}") })).await);
                all.push((a, id(&made(&app, json!({ "name": format!("B{n}") })).await)));
            }
            all
        };
        for (into, from) in &pairs[..20] {
            merge(&manager, into, from).await;
        }
        let body = json!({ "from": pairs[20].1, "reason": "x" });
        let path = format!("/v1/profiles/{}/merge", pairs[20].0);
        assert_eq!(manager.post(&path, body.clone()).await.problem(409), "second-person-needed");
        app.admin().await.post(&path, body).await.expect(201);
    })
    .await;
}

/// Numbers that look drawn by lot, the same in every run.
struct Lot(u64);

impl Lot {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

#[tokio::test]
async fn p_3_random_merges_taken_back_in_any_order_leave_everything_as_it_was() {
    on_both(async |app| {
        let body = json!({ "key": "tariff", "label": "Tariff", "level": "profile", "type": "text" });
        app.api().post("/v1/attributes", body).await.expect(201);
        let channel = app.custom_channel("Pigeon").await;
        let mut profiles = Vec::new();
        for n in 0..4 {
            let mut body = json!({ "name": format!("N{n}"), "email": format!("n{}@a.example", n % 3),
                "attributes": { "tariff": format!("t{n}") } });
            if n == 1 {
                body["external_id"] = json!("one");
                body["phone"] = json!("+4930901820");
            }
            profiles.push(id(&made(&app, body).await));
        }
        let code = app.code("one").await;
        app.say(&channel, "one-phone", "c1", &code).await;
        for n in 0..3 {
            let from =
                json!({ "id": format!("s{n}"), "name": format!("S{n}"), "email": format!("s{n}@b.example") });
            let body = json!({ "id": format!("m{n}"), "from": from, "text": "hello" });
            let said = app.api().post(&format!("/v1/channels/{channel}/messages"), body).await.expect(200);
            profiles.push(id(&said["case"]["identity"]["profile"]));
        }
        let mut before = Vec::new();
        for profile in &profiles {
            before.push(dump(&app, profile).await);
        }
        let (mut lot, admin) = (Lot(7), app.admin().await);
        for _round in 0..6 {
            let mut done = Vec::new();
            for _ in 0..3 {
                let (into, from) = (&profiles[lot.next(7)], &profiles[lot.next(7)]);
                let body = json!({ "from": from, "reason": "x" });
                let answer = admin.post(&format!("/v1/profiles/{into}/merge"), body).await;
                if answer.status.as_u16() == 201 {
                    done.push(answer.json());
                }
            }
            while !done.is_empty() {
                let at = lot.next(done.len());
                let path = format!("/v1/merges/{}/undo", id(&done[at]));
                let answer = app.api().post(&path, json!({})).await;
                if answer.status.as_u16() == 200 {
                    assert_eq!(answer.json()["conflicts"], json!([]));
                    done.remove(at);
                } else {
                    assert_eq!(answer.problem(409), "merged-further");
                }
            }
            for (profile, before) in profiles.iter().zip(&before) {
                assert_eq!(&dump(&app, profile).await, before);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn p_3_what_was_written_later_stays_and_is_named() {
    on_both(async |app| {
        let ann = made(&app, json!({ "name": "Ann" })).await;
        let anna =
            made(&app, json!({ "name": "Anna", "email": "ann@b.example", "phone": "+4930901820" })).await;
        let done = merge(&app.api(), &id(&ann), &id(&anna)).await;
        let path = format!("/v1/profiles/{}", id(&ann));
        app.api().patch(&path, json!({ "email": "new@b.example" })).await.expect(200);
        let undone = undo(&app.api(), &done).await;
        assert_eq!(undone["conflicts"], json!(["email", "identifier"]));
        let after = app.api().get(&path).await.expect(200);
        assert_eq!((&after["email"], &after["phone"]), (&json!("new@b.example"), &Value::Null));
        assert_eq!(app.api().get(&format!("/v1/profiles/{}", id(&anna))).await.expect(200), anna);
        let listed = app.api().get(&format!("/v1/merges?profile={}", id(&anna))).await.expect(200);
        assert_eq!(listed["data"], json!([undone]));
    })
    .await;
}
