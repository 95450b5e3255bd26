//! Search: exact for everybody, by the beginning of a name for those who may see names (M-2, X-6).

use countersign_testkit::{Client, TestApp, on_both};
use serde_json::{Value, json};

async fn people(app: &TestApp) -> Vec<Value> {
    let mut made = Vec::new();
    for (id, name, email, phone) in [
        ("ann", "Ann Müller", "ann@example.org", "+4930901820"),
        ("ANN", "Anton Okri", "anton@example.org", "+4930901821"),
        ("4711", "Zoë Quist", "zoe@example.org", "+4930901822"),
    ] {
        let body = json!({ "external_id": id, "name": name, "email": email, "phone": phone });
        made.push(app.api().post("/v1/profiles", body).await.expect(201));
    }
    made
}

async fn found(client: &Client, query: &str) -> Vec<String> {
    let answer = client.get(&format!("/v1/profiles?{query}")).await.expect(200);
    answer["data"].as_array().unwrap().iter().map(|p| p["reference"].as_str().unwrap().to_owned()).collect()
}

async fn mask(app: &TestApp, name: bool) {
    let agent = json!({ "name": name, "email": true, "phone": true, "attributes": false, "text": false });
    let none = json!({ "name": false, "email": false, "phone": false, "attributes": false, "text": false });
    let matrix = json!({ "roles": { "admin": none, "team_manager": none, "agent": agent } });
    app.admin().await.put("/v1/masking", matrix).await.expect(200);
}

#[tokio::test]
async fn what_is_typed_is_understood_by_its_shape() {
    on_both(async |app| {
        let all = people(&app).await;
        let [ann, anton, zoe] = [0, 1, 2].map(|n| all[n]["reference"].as_str().unwrap().to_owned());
        let api = app.api();
        for (query, expected) in [
            ("q=ANN@example.org".to_owned(), vec![&ann]),
            ("q=%2B4930901821".to_owned(), vec![&anton]),
            (format!("q={anton}"), vec![&anton]),
            (format!("q={}", anton.to_lowercase()), vec![&anton]),
            (format!("q={}", &anton[2..]), vec![&anton]),
            ("q=4711".to_owned(), vec![&zoe]),
            ("q=ann".to_owned(), vec![&ann]),
            ("q=ANN".to_owned(), vec![&anton]),
            ("q=Anto".to_owned(), vec![&anton]),
            ("q=mull".to_owned(), vec![&ann]),
            ("q=zoe+qui".to_owned(), vec![&zoe]),
            ("q=Qu".to_owned(), vec![]),
            ("q=nobody@example.org".to_owned(), vec![]),
            ("q=".to_owned(), vec![&zoe, &anton, &ann]),
            ("email=ann@EXAMPLE.org".to_owned(), vec![&ann]),
            ("phone=%2B49+30+901822".to_owned(), vec![&zoe]),
            ("external_id=ann".to_owned(), vec![&ann]),
            ("external_id=Ann".to_owned(), vec![]),
            ("state=blocked".to_owned(), vec![]),
        ] {
            assert_eq!(found(&api, &query).await.iter().collect::<Vec<_>>(), expected, "{query}");
        }
        let first = api.get("/v1/profiles?limit=2").await.expect(200);
        let rest = format!("/v1/profiles?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
        assert_eq!(api.get(&rest).await.expect(200)["data"][0]["reference"], ann.as_str());
        for (query, code) in [
            ("email=nonsense", "not-an-email"),
            ("phone=nonsense", "not-a-phone"),
            ("external_id=null", "placeholder"),
            ("q=a&email=b@c.org", "too-many-filters"),
        ] {
            let answer = api.get(&format!("/v1/profiles?{query}")).await;
            assert_eq!(answer.json()["errors"][0]["code"], code, "{query}");
        }
        assert_eq!(api.get("/v1/profiles?name=Ann").await.problem(400), "unknown-query-key");
        assert_eq!(
            api.get("/v1/profiles?email%5B%24startsWith%5D=a").await.problem(400),
            "unknown-query-key"
        );
    })
    .await;
}

#[tokio::test]
async fn a_national_number_is_of_the_workspaces_country() {
    on_both(async |app| {
        people(&app).await;
        app.admin().await.patch("/v1/workspace", json!({ "default_country": "DE" })).await.expect(200);
        assert_eq!(found(&app.api(), "q=030+901820").await.len(), 1);
        assert_eq!(found(&app.api(), "phone=(030)%20901821").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn strangers_are_found_by_reference_alone() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let said = app.say(&channel, "jo", "1", "hello").await;
        let reference = said["case"]["identity"]["profile"]["reference"].as_str().unwrap();
        assert_eq!(found(&app.api(), "").await, [""; 0]);
        assert_eq!(found(&app.api(), &format!("q={reference}")).await, [reference]);
    })
    .await;
}

#[tokio::test]
async fn m_2_masked_names_are_not_searched_by_their_beginning() {
    on_both(async |app| {
        let all = people(&app).await;
        mask(&app, true).await;
        let agent = app.person("agent").await;
        for query in ["q=Anto", "q=Mull", "q=nob", "q=Zzz"] {
            let answer = agent.get(&format!("/v1/profiles?{query}")).await;
            assert_eq!(answer.problem(403), "masked-field", "{query}: a hit and a miss answer alike");
        }
        for query in ["q=ann@example.org", "email=ann@example.org", "phone=%2B4930901820", "external_id=ann"]
        {
            assert_eq!(found(&agent, query).await, [all[0]["reference"].as_str().unwrap()], "{query}");
        }
        assert_eq!(found(&agent, "q=nobody@example.org").await, [""; 0]);
        mask(&app, false).await;
        assert_eq!(found(&agent, "q=Anto").await.len(), 1, "an administrator may change that at any time");
    })
    .await;
}

#[tokio::test]
async fn m_2_exact_searches_for_masked_values_are_counted_and_written_down() {
    on_both(async |app| {
        people(&app).await;
        mask(&app, false).await;
        let (agent, admin) = (app.person("agent").await, app.admin().await);
        for n in 0..60 {
            agent.get(&format!("/v1/profiles?email=guess{n}@example.org")).await.expect(200);
        }
        let refused = agent.get("/v1/profiles?phone=%2B4930901820").await;
        assert_eq!(refused.problem(429), "too-many-attempts");
        assert!(refused.headers.contains_key("retry-after"));
        assert_eq!(agent.get("/v1/profiles?q=ann@example.org").await.problem(429), "too-many-attempts");
        assert_eq!(found(&agent, "q=Anto").await.len(), 1, "what is not masked is not counted");
        agent.get("/v1/profiles").await.expect(200);
        assert_eq!(found(&admin, "email=ann@example.org").await.len(), 1, "nor is anybody else");
        app.clock.advance(61 * 60 * 1_000_000);
        let again = agent.get("/v1/profiles?email=ann@example.org").await;
        // The agent's session may have ended by then; the count has.
        assert!(matches!(again.status.as_u16(), 200 | 401));
        let audit = app.api().get("/v1/audit?action=profile.search&limit=200").await;
        if audit.status.as_u16() == 200 {
            let text = audit.json().to_string();
            assert!(text.contains("profile.search") && !text.contains("guess1") && !text.contains("901820"));
        }
    })
    .await;
}

#[tokio::test]
async fn m_2_x_9_a_cursor_of_another_list_asks_no_question() {
    on_both(async |app| {
        people(&app).await;
        let channel = app.custom_channel("Pigeon").await;
        for n in 0..3 {
            app.say(&channel, &format!("user-{n}"), &format!("{n}"), "hello").await;
            app.code(&format!("customer-{n}")).await;
        }
        let agent = app.person("agent").await;
        for (list, question) in [
            ("/v1/profiles?limit=1", "/v1/profiles?limit=1&email=ann@example.org"),
            ("/v1/profiles?limit=1", "/v1/profiles?limit=1&phone=%2B4930901820"),
            ("/v1/profiles?limit=1", "/v1/profiles?limit=1&q=ann@example.org"),
            ("/v1/profiles?limit=1", "/v1/profiles?limit=1&state=blocked"),
            ("/v1/cases?limit=1", "/v1/cases?limit=1&assurance=al0"),
            ("/v1/cases?limit=1&status=open", "/v1/cases?limit=1"),
            ("/v1/identification-codes?limit=1", "/v1/identification-codes?limit=1&state=live"),
        ] {
            let first = agent.get(list).await.expect(200);
            let cursor = first["next_cursor"].as_str().unwrap();
            let answer = agent.get(&format!("{question}&cursor={cursor}")).await;
            assert_eq!(answer.problem(400), "invalid-request", "{question}");
            assert_eq!(answer.json()["errors"][0]["code"], "stale-cursor", "{question}");
            agent.get(&format!("{list}&cursor={cursor}")).await.expect(200);
        }
        let audit = app.admin().await.get("/v1/audit?limit=1").await.expect(200);
        let cursor = audit["next_cursor"].as_str().unwrap();
        let other = format!("/v1/audit?limit=1&action=profile.view&cursor={cursor}");
        assert_eq!(app.admin().await.get(&other).await.problem(400), "invalid-request");
    })
    .await;
}

#[tokio::test]
async fn x_9_what_a_program_that_sees_personal_data_searches_is_on_record() {
    on_both(async |app| {
        people(&app).await;
        let searches = async || {
            let log = app.admin().await.get("/v1/audit?action=profile.search").await.expect(200);
            log["data"].as_array().unwrap().len()
        };
        assert_eq!(found(&app.api(), "email=ann@example.org").await.len(), 1);
        assert_eq!(found(&app.api(), "q=Anto").await.len(), 1);
        assert_eq!(searches().await, 2);
        let body = json!({ "name": "sync", "scopes": ["profile.read"] });
        let made = app.admin().await.post("/v1/api-keys", body).await.expect(201);
        let masked = app.anonymous().bearer(made["secret"].as_str().unwrap());
        assert_eq!(found(&masked, "external_id=ann").await.len(), 1);
        assert_eq!(
            searches().await,
            2,
            "an id of the company's own tells a program nothing that it does not know"
        );
    })
    .await;
}
