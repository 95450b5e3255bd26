//! Attributes: defined, used, retired, deleted.

use countersign_testkit::on_both;
use serde_json::{Value, json};

#[tokio::test]
async fn an_attribute_is_defined_used_and_deleted_with_its_values() {
    on_both(async |app| {
        let api = app.api();
        let option = |value: &str| json!({ "value": value, "label": value.to_uppercase() });
        let body = json!({ "key": "tariff", "label": "Tariff", "level": "profile", "type": "dropdown",
            "options": [option("vip"), option("standard")], "forms": ["profile_page", "profile_data", "profile_page"] });
        let made = api.post("/v1/attributes", body.clone()).await.expect(201);
        assert_eq!((&made["pii"], &made["forms"]), (&json!("none"), &json!(["profile_page", "profile_data"])));
        assert_eq!(api.post("/v1/attributes", body).await.problem(409), "already-exists");
        let path = format!("/v1/attributes/{}", made["id"].as_str().unwrap());
        // Nobody has a value yet: an option that is left out goes.
        let less = json!({ "options": [option("vip")] });
        let changed = api.patch(&path, less.clone()).await.expect(200);
        assert_eq!(changed["options"].as_array().unwrap().len(), 1);
        let more = json!({ "options": [option("vip"), option("gold")], "label": "Plan", "pii": "personal" });
        api.patch(&path, more).await.expect(200);
        let body = json!({ "external_id": "ann", "attributes": { "tariff": "gold" } });
        let ann = api.post("/v1/profiles", body).await.expect(201);
        // Now somebody may have it: it is retired, its value stays readable, and nobody can choose it any more.
        let changed = api.patch(&path, less).await.expect(200);
        assert_eq!(changed["options"][1]["retired"], true);
        let profile = format!("/v1/profiles/{}", ann["id"].as_str().unwrap());
        assert_eq!(api.get(&profile).await.expect(200)["attributes"]["tariff"], "gold");
        let refused = api.patch(&profile, json!({ "attributes": { "tariff": "gold" } })).await;
        assert_eq!(refused.json()["errors"][0]["pointer"], "/attributes/tariff");
        let listed = api.get("/v1/attributes?level=profile").await.expect(200);
        assert_eq!(listed["data"][0]["label"], "Plan");
        assert_eq!(api.get("/v1/attributes?level=case").await.expect(200)["data"], json!([]));
        api.delete(&path).await.expect(204);
        assert_eq!(api.delete(&path).await.problem(404), "not-found");
        assert_eq!(api.get(&profile).await.expect(200)["attributes"], json!({}));
    })
    .await;
}

#[tokio::test]
async fn a_bad_definition_is_refused_where_it_is_bad() {
    on_both(async |app| {
        let good = json!({ "key": "a", "label": "A", "level": "profile", "type": "text" });
        let many: Vec<Value> = (0..201).map(|n| json!({ "value": n.to_string(), "label": n.to_string() })).collect();
        for (change, pointer) in [
            (json!({ "key": "Tariff" }), "/key"),
            (json!({ "key": "1a" }), "/key"),
            (json!({ "key": "x".repeat(51) }), "/key"),
            (json!({ "label": " " }), "/label"),
            (json!({ "label": "a\nb" }), "/label"),
            (json!({ "type": "colour" }), "/type"),
            (json!({ "level": "user" }), "/level"),
            (json!({ "pii": "some" }), "/pii"),
            (json!({ "forms": ["nowhere"] }), "/forms/0"),
            (json!({ "level": "case", "forms": ["profile_page"] }), "/forms"),
            (json!({ "options": [{ "value": "a", "label": "A" }] }), "/options"),
            (json!({ "type": "dropdown" }), "/options"),
            (json!({ "type": "dropdown", "options": many }), "/options"),
            (json!({ "type": "dropdown", "options": [{ "value": "", "label": "A" }] }), "/options/0/value"),
            (
                json!({ "type": "dropdown", "options": [{ "value": "a", "label": "A" }, { "value": "b", "label": "a" }] }),
                "/options",
            ),
        ] {
            let mut body = good.clone();
            for (key, value) in change.as_object().unwrap() {
                body[key] = value.clone();
            }
            let answer = app.api().post("/v1/attributes", body).await;
            assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{change}");
        }
        assert_eq!(app.person("agent").await.post("/v1/attributes", good).await.problem(403), "forbidden");
    })
    .await;
}

#[tokio::test]
async fn m_1_values_of_every_type_are_masked_in_cases_as_in_profiles() {
    on_both(async |app| {
        for (key, kind, pii) in [
            ("salary", "number", "sensitive"),
            ("has_hiv", "checkbox", "sensitive"),
            ("born", "date", "personal"),
            ("nickname", "text", "personal"),
            ("floor", "number", "none"),
        ] {
            let body = json!({ "key": key, "label": key, "level": "case", "type": kind, "pii": pii });
            app.api().post("/v1/attributes", body).await.expect(201);
        }
        let channel = app.custom_channel("Pigeon").await;
        let case = app.say(&channel, "jo", "1", "hello").await["case"]["id"].as_str().unwrap().to_owned();
        let values = json!({ "salary": 91234, "has_hiv": true, "born": "1984-03-17", "nickname": "Bunny", "floor": 3 });
        let whole = app.api().patch(&format!("/v1/cases/{case}"), json!({ "attributes": values })).await.expect(200);
        assert_eq!(whole["attributes"], values);
        let body = json!({ "name": "screen", "scopes": ["case.read"] });
        let made = app.admin().await.post("/v1/api-keys", body).await.expect(201);
        let masked = app.anonymous().bearer(made["secret"].as_str().unwrap());
        let seen = masked.get(&format!("/v1/cases/{case}")).await.expect(200);
        let masks = json!({ "salary": "••••••", "has_hiv": "••••••", "born": "1984-••-••", "nickname": "••••••", "floor": 3 });
        assert_eq!(seen["attributes"], masks);
        assert!(seen["masked"].as_array().unwrap().contains(&json!("attributes.salary")));
        assert_eq!(masked.get("/v1/cases").await.expect(200)["data"][0]["attributes"], masks);
    })
    .await;
}
