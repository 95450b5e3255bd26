//! Codes that are sent to an address on file and read back (V-4): only whoever holds the address speaks for whoever was selected.

use std::sync::Arc;

use countersign_fakes::twilio::Twilio;
use countersign_fakes::{Provider, Reply};
use countersign_store::Tx;
use countersign_store::testing::{TestDb, both};
use countersign_testkit::Jobs;
use serde_json::{Value, json};

use super::engagement::{ANN, Talk, World, fail, policy, publish, topic_id};

const TEXT: &str = "text_message";

/// A workspace that sends text messages.
async fn texts(world: &World) -> Arc<Twilio> {
    let provider: Arc<Twilio> = Arc::default();
    let there = provider.clone();
    world.app.outbound.provide(provider.address(), move |call| there.answer(call));
    let mut body = provider.channel();
    body["name"] = json!("Texts");
    world.app.api().post("/v1/channels", body).await.expect(201);
    provider
}

/// Sends a code to whoever is selected, and waits until the provider has it. The digits.
async fn send(talk: &mut Talk<'_>, provider: &Twilio, jobs: &Jobs) -> String {
    let before = provider.sent().len();
    talk.step("send-code", json!({ "by": TEXT })).await;
    assert_eq!(talk.verification()["evidence"]["sent"]["by"], TEXT);
    jobs.until(async || provider.sent().len() > before).await;
    code(provider)
}

/// The code of the newest text message.
fn code(provider: &Twilio) -> String {
    let text = provider.sent().last().unwrap().text.clone();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    assert_eq!(digits.len(), 6, "{text}");
    digits
}

/// Another six digits.
fn other(code: &str) -> String {
    code.chars().map(|c| char::from(b'0' + (c as u8 - b'0' + 1) % 10)).collect()
}

async fn confirm(talk: &Talk<'_>, code: &str) -> countersign_testkit::Answer {
    talk.try_step("confirm-code", json!({ "code": code })).await
}

#[tokio::test]
async fn v_4_a_code_that_went_to_the_number_on_file_replaces_the_questions_of_somebody_at_the_desk() {
    both(async |db| {
        let world = World::new(db).await;
        let mut talk = world.open().await;
        talk.begin("self").await.pick("Müller", &world.ann).await;
        assert_eq!(talk.verification()["evidence"]["ways"], json!([]), "nothing sends text messages here");
        assert_eq!(talk.try_step("send-code", json!({ "by": TEXT })).await.problem(409), "no-number-on-file");
        let provider = texts(&world).await;
        let jobs = world.app.jobs();
        assert_eq!(confirm(&talk, "123456").await.problem(409), "no-code-sent");

        let code = send(&mut talk, &provider, &jobs).await;
        let sent = provider.sent().pop().unwrap();
        assert_eq!(sent.to, "+4930901820");
        assert!(sent.text.contains("speaking with us"), "{}", sent.text);
        let path = format!("/v1/engagements/{}", talk.id());
        let state = async || world.agent.get(&path).await.expect(200)["verification"]["evidence"].clone();
        jobs.until(async || state().await["sent"]["state"] == "sent").await;
        let now = state().await;
        assert_eq!(now["ways"], json!([{ "by": TEXT, "to": null }]), "the policy may ask for the number");
        assert_eq!(talk.outcome().0, "none", "a code that is sent proves nothing");

        assert_eq!(confirm(&talk, "12345").await.expect(400)["errors"][0]["pointer"], "/code");
        assert_eq!(confirm(&talk, &other(&code)).await.problem(409), "code-refused");
        assert_eq!(state().await["sent"]["tries_left"], 2, "what cannot be a code is no try");
        talk.step("confirm-code", json!({ "code": format!("{} {}", &code[..3], &code[3..]) })).await;
        assert_eq!(talk.outcome(), ("proceed", None, "al3"));
        assert_eq!(confirm(&talk, &code).await.problem(409), "engagement-over");

        let record = talk.record(&world.agent).await;
        assert_eq!(
            (&record["evidence"], &record["parties"][0]["passed_by"]),
            (&json!("call_back"), &json!("strong_evidence"))
        );
        let audit = world.app.api().get("/v1/audit?limit=100").await.expect(200).to_string();
        assert!(audit.contains("engagement.send_code") && audit.contains("engagement.confirm_code"));
        for said in [audit, record.to_string(), talk.now.to_string()] {
            assert!(!said.contains(&code) && !said.contains("4930901820"), "{said}");
        }
        jobs.stop().await;
    })
    .await;
}

#[tokio::test]
async fn v_4_a_code_that_was_said_proves_nothing_of_who_writes_in_a_chat_and_is_none_of_another_engagement() {
    both(async |db| {
        let world = World::new(db).await;
        let provider = texts(&world).await;
        let jobs = world.app.jobs();
        let channel = world.app.custom_channel("Pigeon").await;
        let case =
            world.app.say(&channel, "u-1", "1", "hello").await["case"]["id"].as_str().unwrap().to_owned();
        let body = json!({ "channel": "chat", "type": "inbound", "case_id": case });
        let mut talk = world.open_as(&world.agent, body).await;
        talk.begin("self").await.pick("Müller", &world.ann).await;
        let level = async || {
            let case = world.app.api().get(&format!("/v1/cases/{case}")).await.expect(200);
            case["identity"]["assurance"].clone()
        };
        let code = send(&mut talk, &provider, &jobs).await;
        assert_eq!(confirm(&talk, &other(&code)).await.problem(409), "code-refused");
        assert_eq!(level().await, "al0", "no error raises a level");
        talk.step("confirm-code", json!({ "code": code })).await;
        assert_eq!(
            (talk.outcome(), level().await),
            (("proceed", None, "al3"), json!("al0")),
            "nobody wrote it there"
        );
        // A code of one engagement is none of another.
        let mut again = world.open().await;
        again.begin("self").await.pick("Müller", &world.ann).await;
        send(&mut again, &provider, &jobs).await;
        assert_eq!(confirm(&again, &code).await.problem(409), "code-refused");
        jobs.stop().await;
    })
    .await;
}

#[tokio::test]
async fn v_4_a_code_is_used_up_by_three_misses_by_its_time_and_by_another_person() {
    let world = World::new(TestDb::sqlite().await).await;
    let provider = texts(&world).await;
    let jobs = world.app.jobs();
    let mut talk = world.open().await;
    talk.begin("self").await.pick("Müller", &world.ann).await;
    let first = send(&mut talk, &provider, &jobs).await;
    for _ in 0..3 {
        assert_eq!(confirm(&talk, &other(&first)).await.problem(409), "code-refused");
    }
    assert_eq!(confirm(&talk, &first).await.problem(409), "code-refused", "the right one comes too late");

    let early = talk.try_step("send-code", json!({ "by": TEXT })).await;
    assert_eq!(early.problem(429), "too-many-attempts", "one after the other");
    world.app.clock.advance(20 * 1_000_000);
    let second = send(&mut talk, &provider, &jobs).await;
    world.app.clock.advance(10 * 60 * 1_000_000);
    assert_eq!(confirm(&talk, &second).await.problem(409), "code-refused", "its ten minutes are over");

    // Somebody else is selected: what went to Ann proves nothing of her twin.
    let third = send(&mut talk, &provider, &jobs).await;
    talk.step("back", json!({ "to": "customer" })).await.pick("Müller", &world.twin).await;
    assert_eq!(talk.verification()["evidence"]["sent"], Value::Null);
    assert_eq!(confirm(&talk, &third).await.problem(409), "no-code-sent");
    let refused = talk.try_step("send-code", json!({ "by": TEXT })).await;
    assert_eq!(refused.problem(409), "codes-used-up", "three in one engagement");
    assert_eq!(talk.outcome().0, "none");
    // The questions can still be asked.
    talk.step("back", json!({ "to": "customer" })).await.pick("Müller", &world.ann).await.pass(&ANN).await;
    assert_eq!(talk.outcome(), ("proceed", None, "al2"));
    jobs.stop().await;
}

#[tokio::test]
async fn v_4_nobodys_telephone_is_flooded_with_codes() {
    let world = World::new(TestDb::sqlite().await).await;
    texts(&world).await;
    for n in 0..6 {
        let mut talk = world.open().await;
        talk.begin("self").await.pick("Müller", &world.ann).await;
        let sent = talk.try_step("send-code", json!({ "by": TEXT })).await;
        match n {
            0..5 => drop(sent.expect(200)),
            _ => assert_eq!(sent.problem(429), "too-many-attempts"),
        }
    }
}

#[tokio::test]
async fn v_4_nothing_is_sent_where_it_could_prove_nothing() {
    both(async |db| {
        let world = World::new(db).await;
        let provider = texts(&world).await;
        let jobs = world.app.jobs();
        let mut talk = world.open().await;
        let send = json!({ "by": TEXT });
        assert_eq!(
            talk.try_step("send-code", json!({ "by": "pigeon" })).await.expect(400)["errors"][0]["pointer"],
            "/by"
        );
        assert_eq!(talk.try_step("send-code", send.clone()).await.problem(409), "another-step-first");
        talk.begin("self").await;
        assert_eq!(talk.try_step("send-code", send.clone()).await.problem(409), "another-step-first");
        talk.pick("Müller", &world.ann).await;
        let stale = json!({ "by": TEXT, "revision": 0 });
        let path = format!("/v1/engagements/{}/send-code", talk.id());
        assert_eq!(world.agent.post(&path, stale).await.problem(409), "engagement-changed");

        // A number that somebody only claims is no address on file.
        let claims = json!({ "external_id": "w-eve", "name": "Eve Claim" });
        let eve =
            world.app.api().post("/v1/profiles", claims).await.expect(201)["id"].as_str().unwrap().to_owned();
        world.agent.patch(&format!("/v1/profiles/{eve}"), json!({ "phone": "+4930901829" })).await;
        let mut other = world.open().await;
        other.begin("self").await.search("Claim").await;
        let picked = other.try_step("select", json!({ "profile_id": eve })).await;
        if picked.status == 200 {
            other.now = picked.expect(200);
            assert_eq!(other.try_step("send-code", send.clone()).await.problem(409), "no-number-on-file");
        }

        // Of whom somebody speaks for, nothing proves that they speak: after the representative it is asked.
        let mut two = world.open().await;
        two.begin("someone_else").await.pick("Weber", &world.rob).await;
        let code = self::send(&mut two, &provider, &jobs).await;
        two.step("confirm-code", json!({ "code": code })).await;
        assert_eq!(two.stage(), "mandate", "the representative's own pass");
        two.step("mandate", json!({ "mandate_id": super::engagement::mandate_id(1) })).await;
        two.pick("Müller", &world.ann).await;
        assert_eq!(two.verification()["evidence"]["ways"], json!([]));
        assert_eq!(two.try_step("send-code", send.clone()).await.problem(409), "evidence-not-taken");

        // A lock that guessing set is opened by no code.
        for _ in 0..3 {
            fail(&world, &world.agent).await;
        }
        assert_eq!(talk.try_step("send-code", send.clone()).await.problem(409), "customer-locked");

        let mut strict = policy();
        strict["customer"]["strong_evidence_replaces"] = json!(false);
        let now = world.app.service.now();
        world.write(async move |tx: &mut Tx<'_>| publish(tx, 2, strict, now).await).await;
        let mut strict = world.open().await;
        strict
            .step("topic", json!({ "topic_id": topic_id(1) }))
            .await
            .step("subject", json!({ "about": "self" }))
            .await;
        strict.pick("Müller", &world.twin).await;
        assert_eq!(strict.try_step("send-code", send).await.problem(409), "evidence-not-taken");
        assert_eq!(provider.sent().len(), 1, "to the representative alone");
        jobs.stop().await;
    })
    .await;
}

#[tokio::test]
async fn v_4_a_code_that_the_provider_refuses_is_told_and_never_counts() {
    let world = World::new(TestDb::sqlite().await).await;
    let provider = texts(&world).await;
    let jobs = world.app.jobs();
    provider.trouble(Reply::json(400, &json!({ "code": 21_614 })));
    let mut talk = world.open().await;
    talk.begin("self").await.pick("Müller", &world.ann).await;
    talk.step("send-code", json!({ "by": TEXT })).await;
    let path = format!("/v1/engagements/{}", talk.id());
    let sent = async || world.agent.get(&path).await.expect(200)["verification"]["evidence"]["sent"].clone();
    jobs.until(async || sent().await["state"] == "failed").await;
    let dead = world.app.api().get("/v1/dead-letters").await.expect(200);
    assert_eq!(
        (&dead["data"][0]["kind"], &dead["data"][0]["target_name"]),
        (&json!("sent_code"), &json!("Texts"))
    );
    jobs.stop().await;
}

#[tokio::test]
async fn v_6_nobody_has_a_code_sent_to_themself_or_to_those_they_represent() {
    let world = World::new(TestDb::sqlite().await).await;
    let provider = texts(&world).await;
    let mut talk = world.open().await;
    talk.begin("self").await.pick("Müller", &world.ann).await;
    // Only then it turns out that the agent is Rob, who represents Ann.
    let own = json!({ "email": "agent@example.test" });
    world.app.api().patch(&format!("/v1/profiles/{}", world.rob), own).await.expect(200);
    assert_eq!(talk.try_step("send-code", json!({ "by": TEXT })).await.problem(403), "own-profile");
    assert!(provider.sent().is_empty());
    let mut twin = world.open().await;
    twin.begin("self").await.pick("Müller", &world.twin).await;
    let path = format!("/v1/profiles/{}/block", world.twin);
    world.app.api().post(&path, json!({ "reason": "A thief." })).await.expect(200);
    assert_eq!(twin.try_step("send-code", json!({ "by": TEXT })).await.problem(409), "profile-blocked");
}

#[tokio::test]
async fn v_2_wrong_codes_count_as_failed_sessions_and_lock() {
    let world = World::new(TestDb::sqlite().await).await;
    let provider = texts(&world).await;
    let jobs = world.app.jobs();
    for n in 0..3 {
        let mut talk = world.open().await;
        talk.begin("self").await.pick("Müller", &world.ann).await;
        let code = send(&mut talk, &provider, &jobs).await;
        for _ in 0..3 {
            assert_eq!(confirm(&talk, &other(&code)).await.problem(409), "code-refused");
        }
        let again = confirm(&talk, &code).await.problem(409);
        assert_eq!(again, if n < 2 { "code-refused" } else { "customer-locked" });
    }
    let mut talk = world.open().await;
    talk.begin("self").await.search("Müller").await;
    let refused = talk.try_step("select", json!({ "profile_id": world.ann })).await;
    assert_eq!(refused.problem(409), "customer-locked");
    jobs.stop().await;
}

#[tokio::test]
async fn v_4_only_a_number_that_has_long_been_on_file_of_one_customer_alone_takes_codes() {
    both(async |db| {
        let world = World::new(db).await;
        texts(&world).await;
        let mut old = policy();
        old["customer"]["sent_code_after_hours"] = json!(1);
        let now = world.app.service.now();
        world.write(async move |tx: &mut Tx<'_>| publish(tx, 2, old, now).await).await;
        let later = async || {
            for _ in 0..3 {
                world.app.clock.advance(1_200 * 1_000_000);
                // Who does nothing is logged out.
                world.agent.get("/v1/me").await.expect(200);
            }
        };
        let ways = async |profile: &str| {
            let mut talk = world.open().await;
            talk.begin("self").await.pick("Müller", profile).await;
            talk.verification()["evidence"]["ways"].as_array().unwrap().len()
        };
        assert_eq!(ways(&world.ann).await, 0, "it was written down a moment ago");
        later().await;
        assert_eq!(ways(&world.ann).await, 1);
        let api = world.app.api();
        let change = async |profile: &str, phone: &str| {
            api.patch(&format!("/v1/profiles/{profile}"), json!({ "phone": phone })).await.expect(200);
        };
        change(&world.ann, "+4930901820").await;
        assert_eq!(ways(&world.ann).await, 1, "said again it is as old as it was");
        // A number of two people proves neither of them.
        change(&world.twin, "+4930901820").await;
        assert_eq!((ways(&world.ann).await, ways(&world.twin).await), (0, 0));
        change(&world.twin, "+4930901822").await;
        assert_eq!((ways(&world.ann).await, ways(&world.twin).await), (1, 0), "another one is new");
        // A number at which the company itself reads.
        change(&world.twin, "+15005550006").await;
        later().await;
        assert_eq!(ways(&world.twin).await, 0);
        change(&world.twin, "+4930901823").await;
        later().await;
        assert_eq!(ways(&world.twin).await, 1);
        // What somebody brings along by a merge is not the survivor's.
        change(&world.ann, "+4930901824").await;
        let no_phone = json!({ "external_id": "w-none", "name": "Ann Müller" });
        let none = api.post("/v1/profiles", no_phone).await.expect(201)["id"].as_str().unwrap().to_owned();
        let other = json!({ "name": "Ann Müller", "phone": "+4930901825" });
        let other = api.post("/v1/profiles", other).await.expect(201)["id"].as_str().unwrap().to_owned();
        later().await;
        assert_eq!((ways(&none).await, ways(&other).await), (0, 1));
        let merge = json!({ "from": other, "reason": "The same person." });
        world.app.admin().await.post(&format!("/v1/profiles/{none}/merge"), merge).await.expect(201);
        later().await;
        assert_eq!(ways(&none).await, 0, "an accomplice's number");
    })
    .await;
}

#[tokio::test]
async fn v_4_a_code_whose_time_is_over_is_sent_to_nobody() {
    let world = World::new(TestDb::sqlite().await).await;
    let provider = texts(&world).await;
    let mut talk = world.open().await;
    talk.begin("self").await.pick("Müller", &world.ann).await;
    talk.step("send-code", json!({ "by": TEXT })).await;
    world.app.clock.advance(10 * 60 * 1_000_000);
    let jobs = world.app.jobs();
    let path = format!("/v1/engagements/{}", talk.id());
    let sent = async || world.agent.get(&path).await.expect(200)["verification"]["evidence"]["sent"].clone();
    jobs.until(async || sent().await["state"] == "failed").await;
    assert!(provider.sent().is_empty());
    jobs.stop().await;
}
