//! Calls of providers reach colleagues on their own telephones: who is rung, who takes the call, and what becomes of it
//! when nobody does.

use std::time::Duration;

use countersign_service::live::{LiveUpdate, LiveUpdates};
use countersign_store::testing::TestDb;
use countersign_testkit::{Answer, Client, TestApp, on_both};
use countersign_types::time::SECOND;
use serde_json::{Value, json};

use super::call::published;
use super::voice::{CALLER, Line, ORIGIN, OURS, TOKEN, next, number, plain, posted, signature, told};

/// A colleague who is logged in.
struct Colleague {
    client: Client,
    id: String,
}

impl Colleague {
    async fn hired(app: &TestApp, name: &str) -> Self {
        let client = app.another("agent", name).await;
        let id = client.get("/v1/me").await.expect(200)["user"]["id"].as_str().unwrap().to_owned();
        Self { client, id }
    }

    /// One who can take calls at this moment.
    async fn ready(app: &TestApp, name: &str, telephone: &str) -> Self {
        let one = Self::hired(app, name).await;
        one.set(json!({ "number": telephone, "takes_calls": true })).await.expect(200);
        one.is("online").await;
        one
    }

    async fn set(&self, telephone: Value) -> Answer {
        self.client.put("/v1/me/telephone", telephone).await
    }

    async fn is(&self, state: &str) {
        self.client.put("/v1/me/presence", json!({ "state": state })).await.expect(204);
    }
}

async fn group(app: &TestApp, members: &[&Colleague]) -> String {
    let members: Vec<&str> = members.iter().map(|one| one.id.as_str()).collect();
    let made =
        app.api().post("/v1/groups", json!({ "name": "Support", "members": members })).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

/// A queue that is waited in for a minute.
fn queue() -> Value {
    json!({ "name": "Queue", "start": "q", "nodes": {
        "q": { "kind": "queue", "queue": "Support", "timeout_ms": 60_000, "hold_prompt": { "say": "Please hold." },
            "exits": { "timeout": "mail", "failed": "bye" } },
        "mail": { "kind": "voicemail", "exits": { "recorded": "bye", "failed": "bye" } },
        "bye": { "kind": "hang_up", "prompt": { "say": "Nobody is free." } } } })
}

/// The attributes of each tag of a name, and its text.
fn tags<'a>(document: &'a str, name: &str) -> Vec<(String, &'a str)> {
    let (mut rest, mut found) = (document, Vec::new());
    while let Some((tag, after)) = next(rest) {
        if tag.name == name && tag.text.contains("=") {
            found.push((tag.text.to_owned(), after.split('<').next().unwrap()));
        }
        rest = after;
    }
    found
}

fn attribute(text: &str, name: &str) -> String {
    let value = text.split_once(&format!(" {name}=\"")).unwrap().1.split('"').next().unwrap();
    plain(value).replace(ORIGIN, "")
}

/// The numbers that a document rings, each with what its telephone hears.
fn rung(document: &str) -> Vec<(String, String)> {
    let numbers = tags(document, "Number");
    numbers.iter().map(|(text, number)| ((*number).to_owned(), attribute(text, "url"))).collect()
}

fn action(document: &str, name: &str) -> String {
    attribute(&tags(document, name)[0].0, "action")
}

/// What a telephone is told that was picked up (no key), or at which a key was pressed.
async fn picked_up(app: &TestApp, path: &str, key: Option<&str>) -> String {
    let mut fields =
        vec![("CallSid", "CAleg"), ("ParentCallSid", "CA1"), ("From", OURS), ("CallStatus", "in-progress")];
    fields.extend(key.map(|key| ("Digits", key)));
    posted(app, path, &fields, &signature(path, &fields)).await.expect_text(200)
}

fn is_through(document: &str) -> bool {
    document.ends_with("<Response></Response>")
}

async fn read(client: &Client, line: &Line<'_>) -> Value {
    let id = line.call().await["id"].as_str().unwrap().to_owned();
    client.get(&format!("/v1/calls/{id}")).await.expect(200)
}

#[tokio::test]
async fn a_call_rings_the_telephones_of_those_who_are_there_and_one_key_takes_it() {
    on_both(async |app| {
        let ann = Colleague::ready(&app, "ann", "+46706170001").await;
        let ben = Colleague::ready(&app, "ben", "+46706170002").await;
        let away = Colleague::ready(&app, "away", "+46706170003").await;
        away.is("away").await;
        let off = Colleague::ready(&app, "off", "+46706170004").await;
        off.set(json!({ "number": "+46706170004", "takes_calls": false })).await.expect(200);
        let other = Colleague::ready(&app, "other", "+46706170005").await;
        group(&app, &[&ann, &ben, &away, &off]).await;
        let flow = published(&app, queue()).await;
        let path = number(&app, Some(&flow), "twilio", TOKEN).await;
        let mut live = app.service.subscribe_live();
        let line = Line::begin(&app, &path, "CA1", &[]).await;
        assert_eq!(attribute(&tags(&line.document, "Dial")[0].0, "callerId"), OURS);
        let telephones = rung(&line.document);
        let mut numbers: Vec<&str> = telephones.iter().map(|(number, _)| number.as_str()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, ["+46706170001", "+46706170002"], "{}", line.document);
        // It is told once, and rings for those two and nobody else.
        let call = line.call().await["id"].as_str().unwrap().to_owned();
        assert_eq!(rings(&app, &mut live, &call).await, 1);
        let of =
            |who: &Colleague| telephones.iter().find(|(_, url)| url.contains(&who.id)).unwrap().1.clone();
        for (who, is_rung) in [(&ann, true), (&ben, true), (&away, false), (&off, false), (&other, false)] {
            let found = read(&who.client, &line).await;
            assert_eq!((&found["rings_for_you"], &found["state"]), (&json!(is_rung), &json!("waiting")));
            let accepted = who.client.post(&format!("/v1/calls/{call}/accept"), json!({})).await;
            match is_rung {
                true => assert_eq!(accepted.problem(409), "rings-on-telephone"),
                false => assert_eq!(accepted.problem(403), "not-your-call"),
            }
        }
        // Who picks up hears a sentence that says nothing of anybody. That is not taking the call, however often.
        let asked = picked_up(&app, &of(&ann), None).await;
        assert!(
            asked.contains("press any key") && asked.ends_with("</Gather><Hangup/></Response>"),
            "{asked}"
        );
        assert!(!asked.contains(CALLER) && !asked.contains("Support"));
        assert_eq!(picked_up(&app, &of(&ann), None).await, asked, "repeated");
        assert_eq!(read(&ann.client, &line).await["state"], "waiting");
        // Forged, of somebody who is not rung, of another call, of another round.
        let key = action(&asked, "Gather");
        let fields = [("CallSid", "CAleg"), ("Digits", "1")];
        assert_eq!(posted(&app, &key, &fields, &signature(&path, &fields)).await.status, 403);
        for wrong in [
            key.replace(&ann.id, &other.id),
            key.replace(&call, "call_01jd3k6q9we3t8v2c4x5z6b7n8"),
            key.replace("round=1", "round=0"),
        ] {
            assert_ne!(wrong, key);
            let told = picked_up(&app, &wrong, Some("1")).await;
            assert!(told.contains("not waiting") && told.ends_with("<Hangup/></Response>"), "{told}");
        }
        let stranger = [("CallSid", "CAleg"), ("ParentCallSid", "CA9"), ("Digits", "1")];
        let told = posted(&app, &key, &stranger, &signature(&key, &stranger)).await.expect_text(200);
        assert!(told.contains("not waiting"), "another call's telephone");
        // Two keys at once: one has it.
        let (hers, his) = (of(&ann), of(&ben));
        let (one, two) = tokio::join!(picked_up(&app, &hers, Some("5")), picked_up(&app, &his, Some("#")));
        assert_eq!([&one, &two].into_iter().filter(|told| is_through(told)).count(), 1, "{one} {two}");
        let (winner, loser) = if is_through(&one) { (&ann, &ben) } else { (&ben, &ann) };
        let taken = read(&winner.client, &line).await;
        assert_eq!((&taken["state"], &taken["agent"]), (&json!("connected"), &json!(winner.id)));
        assert_eq!((&taken["rings_for_you"], taken["answered_at"].is_string()), (&json!(false), true));
        // Repeated: theirs. The other one is late, again.
        assert!(is_through(&picked_up(&app, &of(winner), Some("5")).await));
        assert!(picked_up(&app, &of(loser), Some("5")).await.ends_with("<Hangup/></Response>"));
        assert_eq!(read(&winner.client, &line).await["agent"], json!(winner.id));
        // Who talks is not rung by the next caller; the other is.
        let second = Line::begin(&app, &path, "CA2", &[]).await;
        assert_eq!(rung(&second.document).len(), 1);
        assert!(rung(&second.document)[0].1.contains(&loser.id));
        second.post(&path, "completed", &[]).await;
        let abandoned = app.api().get("/v1/calls?outcome=abandoned").await.expect(200);
        assert_eq!(abandoned["data"].as_array().unwrap().len(), 1, "hung up in the queue");
        // They part.
        app.clock.advance(30 * SECOND);
        let parted = [("DialCallStatus", "completed"), ("DialCallDuration", "30")];
        let end = line.post(&action(&line.document, "Dial"), "in-progress", &parted).await;
        assert!(end.contains("<Hangup/>"), "{end}");
        let over = winner.client.get(&format!("/v1/calls/{call}")).await.expect(200);
        assert_eq!((&over["state"], &over["outcome"]), (&json!("ended"), &json!("answered")));
        assert!(!is_through(&picked_up(&app, &of(winner), Some("5")).await), "it is over");
        // The number of a colleague is in no call, no list of people, and no audit row.
        let audit = app.api().get("/v1/audit").await.expect(200);
        let people = other.client.get("/v1/users").await.expect(200);
        assert!(![over, audit, people].iter().any(|said| said.to_string().contains("4670617000")));
    })
    .await;
}

/// How often it was told that a call rings, up to now.
async fn rings(app: &TestApp, live: &mut LiveUpdates, call: &str) -> usize {
    let made = app.api().post("/v1/groups", json!({ "name": "Told last", "members": [] })).await.expect(201);
    let last = made["id"].as_str().unwrap();
    let mut count = 0;
    let reading = async {
        while let Some(update) = live.recv().await {
            match update {
                LiveUpdate::Changed { name: "call.ringing", id, .. } if *id == *call => count += 1,
                LiveUpdate::Changed { id, .. } if *id == *last => return,
                _ => {}
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(5), reading).await.unwrap();
    count
}

#[tokio::test]
async fn an_answering_machine_takes_no_call_and_the_queue_rings_again_until_its_time_is_over() {
    on_both(async |app| {
        let ann = Colleague::ready(&app, "ann", "+46706170001").await;
        group(&app, &[&ann]).await;
        let path = number(&app, Some(&published(&app, queue()).await), "twilio", TOKEN).await;
        let mut line = Line::begin(&app, &path, "CA1", &[]).await;
        let machine = rung(&line.document)[0].1.clone();
        assert!(picked_up(&app, &machine, None).await.contains("<Gather"));
        app.clock.advance(20 * SECOND);
        // It was picked up and hung up: to the provider that is a call that took place.
        let parted = [("DialCallStatus", "completed"), ("DialCallDuration", "12"), ("DialBridged", "false")];
        let dialled = action(&line.document, "Dial");
        line.document = line.post(&dialled, "in-progress", &parted).await;
        assert!(
            line.document.contains("Please hold.") && !line.document.contains("<Dial"),
            "{}",
            line.document
        );
        assert_eq!(read(&ann.client, &line).await["rings_for_you"], false);
        let late = picked_up(&app, &machine, Some("1")).await;
        assert!(late.contains("not waiting"), "{late}");
        // A poll that finds nothing new writes nothing.
        let before = line.call().await["updated_at"].clone();
        app.clock.advance(SECOND);
        let again = line.follow().await.unwrap();
        assert_eq!((&again, &line.call().await["updated_at"]), (&line.document, &before));
        app.clock.advance(6 * SECOND);
        line.document = line.follow().await.unwrap();
        let second = rung(&line.document);
        assert!(second[0].1.contains("round=2"), "{}", line.document);
        // What comes of the first round is late.
        assert_eq!(line.post(&dialled, "in-progress", &parted).await, line.document);
        app.clock.advance(40 * SECOND);
        let silent = [("DialCallStatus", "no-answer")];
        line.document = line.post(&action(&line.document, "Dial"), "in-progress", &silent).await;
        assert!(line.document.contains("<Record"), "{}", line.document);
        let spoken = [("RecordingSid", "RE1"), ("RecordingDuration", "9")];
        let recorded = line.post(&action(&line.document, "Record"), "in-progress", &spoken).await;
        assert!(recorded.contains("Nobody is free."), "{recorded}");
        line.document = recorded;
        line.run().await;
        let call = line.call().await;
        assert_eq!((&call["outcome"], &call["agent"]), (&json!("voicemail"), &Value::Null));
    })
    .await;
}

#[tokio::test]
async fn who_waits_while_everybody_talks_is_put_through_when_one_is_free() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let ann = Colleague::ready(&app, "ann", "+46706170001").await;
    group(&app, &[&ann]).await;
    let path = number(&app, Some(&published(&app, queue()).await), "twilio", TOKEN).await;
    let first = Line::begin(&app, &path, "CA1", &[]).await;
    assert!(is_through(&picked_up(&app, &rung(&first.document)[0].1, Some("1")).await));
    let mut second = Line::begin(&app, &path, "CA2", &[]).await;
    assert!(second.document.contains("Please hold.") && !second.document.contains("<Dial"));
    assert_eq!(second.follow().await.unwrap(), second.document, "still");
    first.post(&path, "completed", &[]).await;
    ann.is("online").await;
    second.document = second.follow().await.unwrap();
    assert_eq!(rung(&second.document).len(), 1, "{}", second.document);
    // Nobody is held for whom nobody can come any more.
    ann.set(json!({ "number": null, "takes_calls": true })).await.expect(200);
    let dialled = action(&second.document, "Dial");
    second.document = second.post(&dialled, "in-progress", &[("DialCallStatus", "busy")]).await;
    app.clock.advance(6 * SECOND);
    second.document = second.follow().await.unwrap();
    assert!(second.document.contains("Nobody is free."), "{}", second.document);
}

#[tokio::test]
async fn somebody_by_name_has_an_exit_for_each_thing_that_may_become_of_it() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let ann = Colleague::hired(&app, "ann").await;
    let say = |text: &str| json!({ "kind": "hang_up", "prompt": { "say": text } });
    let flow = json!({ "name": "Ann", "start": "c", "nodes": {
        "c": { "kind": "connect", "to": ann.id, "ring_ms": 20_000, "exits": { "no_answer": "n", "busy": "b", "failed": "f" } },
        "n": say("No answer."), "b": say("Busy."), "f": say("Failed.") } });
    let flow = published(&app, flow).await;
    let path = number(&app, Some(&flow), "twilio", TOKEN).await;
    let begin = async |sid: &str| Line::begin(&app, &path, sid, &[]).await;
    assert!(begin("CA10").await.document.contains("Failed."), "no telephone");
    ann.set(json!({ "number": "+46 70 617 00 01", "takes_calls": true })).await.expect(200);
    assert!(begin("CA11").await.document.contains("No answer."), "not here");
    ann.is("online").await;
    for (at, (status, heard)) in
        [("busy", "Busy."), ("no-answer", "No answer."), ("failed", "Failed."), ("completed", "No answer.")]
            .into_iter()
            .enumerate()
    {
        ann.is("online").await;
        let line = begin(&format!("CA2{at}")).await;
        assert_eq!(attribute(&tags(&line.document, "Dial")[0].0, "timeout"), "20");
        app.clock.advance(21 * SECOND);
        let dialled = action(&line.document, "Dial");
        let document = line.post(&dialled, "in-progress", &[("DialCallStatus", status)]).await;
        assert!(document.contains(heard), "{status}: {document}");
    }
    // A key that comes when the provider has rung long enough still counts; then she is busy.
    ann.is("online").await;
    let line = begin("CA1").await;
    app.clock.advance(24 * SECOND);
    assert!(is_through(&picked_up(&app, &rung(&line.document)[0].1, Some("1")).await));
    assert!(begin("CA30").await.document.contains("Busy."));
    // The caller hangs up: the same transcript as on the bench.
    line.post(&path, "completed", &[]).await;
    let mine = app.api().get(&format!("/v1/calls?agent={}", ann.id)).await.expect(200);
    assert_eq!(
        (mine["data"].as_array().unwrap().len(), &mine["data"][0]["outcome"]),
        (1, &json!("answered"))
    );
    let bench = app.api().post("/v1/bench/calls", json!({ "flow": flow, "from": CALLER })).await.expect(201);
    assert_eq!(told(&mine["data"][0]), told(&bench));
    // Whoever may not log in any more takes nothing.
    ann.is("online").await;
    let line = begin("CA1x").await;
    let gone = json!({ "state": "disabled" });
    app.api().patch(&format!("/v1/users/{}", ann.id), gone).await.expect(200);
    let url = rung(&line.document)[0].1.clone();
    let fields = [("CallSid", "CAleg"), ("Digits", "1")];
    let told = posted(&app, &url, &fields, &signature(&url, &fields)).await.expect_text(200);
    assert!(told.contains("not waiting"), "{told}");
}

#[tokio::test]
async fn ten_telephones_ring_at_most_and_whose_turn_it_is_first() {
    let app = TestApp::on(TestDb::sqlite().await).await;
    let mut all = Vec::new();
    for n in 10..22 {
        all.push(Colleague::ready(&app, &format!("p{n}"), &format!("+467061700{n}")).await);
    }
    // No group has the queue's name: everybody is meant.
    let path = number(&app, Some(&published(&app, queue()).await), "twilio", TOKEN).await;
    let line = Line::begin(&app, &path, "CA1", &[]).await;
    let first = rung(&line.document);
    assert_eq!(first.len(), 10);
    assert!(is_through(&picked_up(&app, &first[0].1, Some("1")).await));
    line.post(&path, "completed", &[]).await;
    let second = Line::begin(&app, &path, "CA2", &[]).await;
    let second: Vec<String> = rung(&second.document).into_iter().map(|(number, _)| number).collect();
    assert!(!second.contains(&first[0].0), "who took a call last comes last: {second:?}");
}

#[tokio::test]
async fn a_telephone_is_ones_own_and_whoever_administers_people_may_set_it() {
    on_both(async |app| {
        let ann = Colleague::hired(&app, "ann").await;
        let (admin, manager) = (app.admin().await, app.person("team_manager").await);
        let none = json!({ "number": null, "takes_calls": false });
        assert_eq!(ann.client.get("/v1/me/telephone").await.expect(200), none);
        let own = json!({ "number": "+46706170001", "takes_calls": false });
        assert_eq!(ann.set(own.clone()).await.expect(200), own);
        assert_eq!(ann.client.get("/v1/me/telephone").await.expect(200), own);
        assert_eq!(app.api().get("/v1/me/telephone").await.problem(403), "people-only");
        assert_eq!(app.anonymous().get("/v1/me/telephone").await.problem(401), "not-logged-in");
        let path = format!("/v1/users/{}/telephone", ann.id);
        for other in [&ann.client, &manager] {
            assert_eq!(other.get(&path).await.problem(403), "forbidden");
            assert_eq!(other.put(&path, own.clone()).await.problem(403), "forbidden");
        }
        assert_eq!(admin.get(&path).await.expect(200), own);
        app.clock.advance(SECOND);
        let set = json!({ "number": "+46706170002", "takes_calls": true });
        assert_eq!(admin.put(&path, set.clone()).await.expect(200), set);
        assert_eq!(ann.client.get("/v1/me/telephone").await.expect(200), set);
        let nobody = "/v1/users/usr_01jd3k6q9we3t8v2c4x5z6b7n8/telephone";
        assert_eq!(admin.get(nobody).await.problem(404), "not-found");
        assert_eq!(admin.put(nobody, set.clone()).await.problem(404), "not-found");
        let ours = json!({ "number": OURS, "name": "Support", "adapter": "bench" });
        app.api().post("/v1/phone-numbers", ours).await.expect(201);
        for (wrong, code) in [(OURS, "own-number"), ("+19002345678", "premium-rate"), ("12", "not-a-phone")] {
            let refused = ann.set(json!({ "number": wrong, "takes_calls": true })).await;
            assert_eq!(refused.problem(400), "invalid-request", "{wrong}");
            assert!(refused.json().to_string().contains(code), "{wrong}");
        }
        // A key that may administer agents sets no administrator's telephone: their callers would be heard by it.
        let scopes = json!({ "name": "HR", "scopes": ["user.read", "user.write"] });
        let key = app.admin().await.post("/v1/api-keys", scopes).await.expect(201);
        let hr = app.anonymous().bearer(key["secret"].as_str().unwrap());
        let me = admin.get("/v1/me").await.expect(200)["user"]["id"].as_str().unwrap().to_owned();
        assert_eq!(hr.put(&format!("/v1/users/{me}/telephone"), set).await.problem(403), "forbidden");
        app.clock.advance(SECOND);
        admin.put(&path, none.clone()).await.expect(200);
        assert_eq!(ann.client.get("/v1/me/telephone").await.expect(200), none);
        let audit = admin.get("/v1/audit?action=telephone.update").await.expect(200);
        let details: Vec<&Value> = audit["data"].as_array().unwrap().iter().map(|row| &row["details"]).collect();
        let wrote = |has, is_other, takes| json!({ "has_number": has, "is_other_number": is_other, "takes_calls": takes });
        assert_eq!(details, [&wrote(false, true, false), &wrote(true, true, true), &wrote(true, true, false)]);
    })
    .await;
}
