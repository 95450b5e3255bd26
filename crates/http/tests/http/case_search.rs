//! Finding conversations: by the words of messages, by number, customer and label (M-2, X-6, X-10).

use countersign_service::port::Clock;
use countersign_store::testing::TestDb;
use countersign_testkit::{Client, TestApp, on_both};
use countersign_types::time::{HOUR, MINUTE};
use serde_json::{Value, json};

async fn search(client: &Client, body: Value) -> Value {
    client.post("/v1/cases/search", body).await.expect(200)
}

/// The lines that a search finds, matches in brackets.
async fn lines(client: &Client, q: &str) -> Vec<String> {
    let found = search(client, json!({ "q": q })).await;
    found["data"].as_array().unwrap().iter().map(line).collect()
}

fn line(message: &Value) -> String {
    let parts = message["line"].as_array().unwrap().iter();
    parts
        .map(|part| match part["is_match"].as_bool().unwrap() {
            true => format!("[{}]", part["text"].as_str().unwrap()),
            false => part["text"].as_str().unwrap().to_owned(),
        })
        .collect()
}

/// Somebody says something; answers with the case.
async fn say(app: &TestApp, channel: &str, from: &str, text: &str) -> Value {
    app.clock.advance(1_000_000);
    let id = format!("{from}-{}", app.clock.now().as_micros());
    app.say(channel, from, &id, text).await["case"].clone()
}

async fn index(app: &TestApp) {
    app.service.index_job().await.unwrap();
}

async fn mask(app: &TestApp) {
    let agent = json!({ "name": true, "email": true, "phone": true, "attributes": true, "text": true });
    let none = json!({ "name": false, "email": false, "phone": false, "attributes": false, "text": false });
    let matrix = json!({ "roles": { "admin": none, "team_manager": none, "agent": agent } });
    app.admin().await.put("/v1/masking", matrix).await.expect(200);
}

#[tokio::test]
async fn all_words_have_to_stand_in_one_message_and_the_newest_comes_first() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        let first = say(&app, &channel, "jo", "Where is my refund for the blue kettle?").await;
        say(&app, &channel, "jo", "The kettle was <b>blue</b>.").await;
        let second = say(&app, &channel, "mo", "REFUNDED, thank you").await;
        let api = app.api();
        let note = json!({ "kind": "note", "text": "Refund sent by bank" });
        let notes = format!("/v1/cases/{}/messages", first["id"].as_str().unwrap());
        app.clock.advance(1_000_000);
        api.post(&notes, note).await.expect(201);
        index(&app).await;
        assert_eq!(
            lines(&api, "blue kett").await,
            ["The [kettle] was <b>[blue]</b>.", "Where is my refund for the [blue] [kettle]?"]
        );
        assert_eq!(
            lines(&api, "refund").await,
            ["[Refund] sent by bank", "[REFUNDED], thank you", "Where is my [refund] for the blue kettle?"]
        );
        assert_eq!(lines(&api, "refund kettle bank").await, [""; 0]);
        let found = search(&api, json!({ "q": "thank" })).await;
        assert_eq!(found["data"][0]["case"]["id"], second["id"]);
        assert_eq!(found["is_whole"], true);
    })
    .await;
}

#[tokio::test]
async fn pages_go_on_where_the_one_before_ended_and_belong_to_their_search() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        for n in 0..5 {
            say(&app, &channel, "jo", &format!("parcel {n}")).await;
            // Begins with the same letters, and is not what is looked for.
            say(&app, &channel, "jo", &format!("parking {n}")).await;
        }
        index(&app).await;
        let api = app.api();
        let (mut found, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let page = search(&api, json!({ "q": "parc", "limit": 2, "cursor": cursor })).await;
            found.extend(page["data"].as_array().unwrap().iter().map(line));
            cursor = page["next_cursor"].clone();
            if cursor.is_null() {
                break;
            }
            let other = json!({ "q": "park", "limit": 2, "cursor": cursor });
            assert_eq!(api.post("/v1/cases/search", other).await.problem(400), "invalid-request");
        }
        assert_eq!(found, ["[parcel] 4", "[parcel] 3", "[parcel] 2", "[parcel] 1", "[parcel] 0"]);
    })
    .await;
}

#[tokio::test]
async fn a_search_is_narrowed_as_the_inbox_is() {
    on_both(async |app| {
        let (pigeon, raven) = (app.custom_channel("Pigeon").await, app.custom_channel("Raven").await);
        let jo = say(&app, &pigeon, "jo", "a broken lamp").await;
        let now = app.clock.now().to_string();
        let mo = say(&app, &raven, "mo", "another broken lamp").await;
        index(&app).await;
        let api = app.api();
        let path = format!("/v1/cases/{}", mo["id"].as_str().unwrap());
        api.patch(&path, json!({ "status": "closed", "labels": ["fragile", "50%"] })).await.expect(200);
        let ids = async |narrow: Value| {
            let mut body = json!({ "q": "lamp" });
            body.as_object_mut().unwrap().extend(narrow.as_object().unwrap().clone());
            let found = search(&api, body).await;
            let ids = found["data"].as_array().unwrap().iter().map(|m| m["case"]["id"].clone());
            ids.collect::<Vec<_>>()
        };
        assert_eq!(ids(json!({})).await, [mo["id"].clone(), jo["id"].clone()]);
        let (jo, mo) = ([jo["id"].clone()], [mo["id"].clone()]);
        assert_eq!(ids(json!({ "status": "open" })).await, jo);
        assert_eq!(ids(json!({ "status": "closed" })).await, mo);
        assert_eq!(ids(json!({ "channel": raven })).await, mo);
        assert_eq!(ids(json!({ "label": "fragile" })).await, mo);
        assert_eq!(ids(json!({ "label": "frag" })).await, [Value::Null; 0]);
        assert_eq!(ids(json!({ "assignee": "none" })).await.len(), 2);
        assert_eq!(ids(json!({ "assurance": "al3" })).await, [Value::Null; 0]);
        assert_eq!(ids(json!({ "assurance": "al0", "status": "open" })).await, jo);
        assert_eq!(ids(json!({ "since": now })).await, mo);
        assert_eq!(ids(json!({ "until": now })).await, jo);
        // What stands on a case finds it too.
        let by = async |q: &str| {
            let found = search(&api, json!({ "q": q })).await;
            found["cases"].as_array().unwrap().iter().map(|c| c["found_by"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(by("fragile").await, ["label"]);
        assert_eq!(by("50%").await, ["label"], "no pattern");
        let number = api.get(&path).await.expect(200)["number"].as_i64().unwrap();
        assert!(by(&format!("#{number}")).await.contains(&json!("number")));
    })
    .await;
}

#[tokio::test]
async fn a_customers_conversations_are_found_by_what_identifies_them() {
    on_both(async |app| {
        let ann = json!({ "external_id": "ann7", "name": "Ann Müller", "email": "ann@example.org",
            "phone": "+4930901820" });
        app.api().post("/v1/profiles", ann).await.expect(201);
        let channel = app.custom_channel("Pigeon").await;
        let code = app.code("ann7").await;
        let case = say(&app, &channel, "bird", &code).await;
        let agent = app.person("agent").await;
        let found = async |q: &str| {
            let found = search(&agent, json!({ "q": q })).await;
            found["cases"].as_array().unwrap().iter().map(|c| c["case"]["id"].clone()).collect::<Vec<_>>()
        };
        for q in ["ann@example.org", "ANN@example.org", "+49 30 901820", "ann7", "Exam", "ann exam"] {
            assert_eq!(found(q).await, [case["id"].clone()], "{q}");
        }
        mask(&app).await;
        for q in ["ann@example.org", "+49 30 901820"] {
            assert_eq!(found(q).await, [case["id"].clone()], "exactly, {q}");
        }
        assert_eq!(found("Exam").await, [Value::Null; 0], "names are masked");
        let bob = json!({ "q": "bob@example.org" });
        let mut refused = None;
        for n in 0..80 {
            let answer = agent.post("/v1/cases/search", bob.clone()).await;
            if answer.status.as_u16() == 429 {
                refused = Some(n);
                break;
            }
        }
        assert!(refused.is_some_and(|n| n < 60), "sixty an hour for who sees addresses masked: {refused:?}");
    })
    .await;
}

#[tokio::test]
async fn m_2_what_masking_hides_is_found_by_nobodys_words() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        say(
            &app,
            &channel,
            "jo",
            "Write to jo.secret@example.org or call +49 30 901820, order 9081 7263 5544",
        )
        .await;
        index(&app).await;
        let agent = app.person("agent").await;
        for masked in [false, true] {
            if masked {
                mask(&app).await;
            }
            for q in ["jo.secret", "secret", "901820", "9081", "9081 7263", "+49 30 901820"] {
                assert_eq!(lines(&agent, q).await, [""; 0], "{q}, masked: {masked}");
            }
        }
        assert_eq!(
            lines(&agent, "write").await,
            ["[Write] to ****@example.org or call XXX-XXX-1820, order XXX-XXX-5544"]
        );
        let admin = app.admin().await;
        assert_eq!(
            lines(&admin, "write order").await,
            ["[Write] to jo.secret@example.org or call +49 30 901820, [order] 9081 7263 5544"]
        );
    })
    .await;
}

#[tokio::test]
async fn x_6_searching_is_counted_and_leaves_no_word_behind() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        say(&app, &channel, "jo", "marmalade").await;
        index(&app).await;
        let agent = app.person("agent").await;
        for n in 0..120 {
            assert_eq!(
                agent.post("/v1/cases/search", json!({ "q": "marmalade" })).await.status.as_u16(),
                200,
                "{n}"
            );
        }
        let more = json!({ "q": "marmalade" });
        assert_eq!(agent.post("/v1/cases/search", more.clone()).await.problem(429), "too-many-attempts");
        app.clock.advance(HOUR);
        agent.post("/v1/cases/search", more).await;
        let audit = app.api().get("/v1/audit?limit=200").await.expect(200).to_string();
        assert!(audit.contains("case.search") && !audit.contains("marmalade"), "{audit}");
        for q in ["", " ", "is", "*", "é "] {
            let answer = app.api().post("/v1/cases/search", json!({ "q": q })).await;
            assert_eq!(answer.json()["errors"][0]["code"], "too-short", "{q}");
        }
        let long = json!({ "q": "x".repeat(201) });
        assert_eq!(app.api().post("/v1/cases/search", long).await.json()["errors"][0]["code"], "too-long");
    })
    .await;
}

#[tokio::test]
async fn only_who_reads_cases_searches_them() {
    on_both(async |app| {
        let key = json!({ "name": "Shop", "scopes": ["code.issue"] });
        let made = app.admin().await.post("/v1/api-keys", key).await.expect(201);
        let shop = app.anonymous().bearer(made["secret"].as_str().unwrap());
        let body = json!({ "q": "refund" });
        assert_eq!(shop.post("/v1/cases/search", body.clone()).await.problem(403), "forbidden");
        assert_eq!(app.anonymous().post("/v1/cases/search", body).await.status.as_u16(), 401);
    })
    .await;
}

#[tokio::test]
async fn old_messages_are_read_after_new_ones_and_each_once() {
    on_both(async |app| {
        let channel = app.custom_channel("Pigeon").await;
        for n in 0..120 {
            say(&app, &channel, "jo", &format!("history {n}")).await;
        }
        app.clock.advance(HOUR);
        let api = app.api();
        assert_eq!(search(&api, json!({ "q": "history" })).await["is_whole"], false);
        index(&app).await;
        let whole = search(&api, json!({ "q": "history 7" })).await;
        assert_eq!((&whole["is_whole"], whole["data"].as_array().unwrap().len()), (&json!(true), 1));
        say(&app, &channel, "jo", "something new").await;
        app.clock.advance(MINUTE);
        index(&app).await;
        index(&app).await;
        assert_eq!(lines(&api, "new").await, ["something [new]"]);
        assert_eq!(lines(&api, "history 119").await, ["[history] [119]"]);
    })
    .await;
}

#[tokio::test]
async fn a_search_that_is_switched_off_removes_its_index() {
    countersign_store::testing::both(async |db: TestDb| {
        let raw = (*db).clone();
        let app = TestApp::on(db).await;
        let channel = app.custom_channel("Pigeon").await;
        say(&app, &channel, "jo", "marmalade").await;
        index(&app).await;
        assert_eq!(lines(&app.api(), "marmalade").await.len(), 1);
        let rows = async || {
            let count = async move |tx: &mut countersign_store::Tx<'_>| {
                tx.fetch_one("SELECT COUNT(*) FROM message_token", countersign_store::args![], |row| {
                    row.i64(0)
                })
                .await
            };
            raw.read(count).await.unwrap()
        };
        assert!(rows().await > 0);
        let off = app.another_server_with(raw.clone(), |config| config.search.messages = false).await;
        // The other server is gone, and its lease with it.
        app.clock.advance(MINUTE);
        off.service.index_job().await.unwrap();
        assert_eq!(rows().await, 0);
        let found = search(&off.api(), json!({ "q": "marmalade" })).await;
        assert_eq!((&found["data"], &found["is_whole"]), (&json!([]), &json!(false)));
    })
    .await;
}
