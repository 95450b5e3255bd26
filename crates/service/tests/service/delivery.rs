//! The outbox worker against a server that answers well, badly, or not at all (X-8, D3, FT8, FT14, FT15).

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_service::config::Config;
use countersign_service::webhook::{DeliveryView, WebhookPatch};
use countersign_store::testing::{TestDb, both};
use countersign_types::webhook::{DeliveryState, WebhookState};
use countersign_types::{PageRequest, WebhookId, time};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::rig::{Rig, Seen, Sink, system, until};

/// Three tries, one after another.
fn at_once(config: &mut Config) {
    config.outbox.schedule_secs = vec![0, 0, 0];
    config.outbox.timeout_ms = 1_500;
    config.outbox.concurrency = 8;
}

async fn deliveries(rig: &Rig, id: WebhookId) -> Vec<DeliveryView> {
    rig.service.list_deliveries(&system(), id, None, PageRequest::first()).await.unwrap().items
}

async fn state(rig: &Rig, id: WebhookId) -> Option<DeliveryState> {
    deliveries(rig, id).await.first().map(|view| view.delivery.state)
}

/// Checks a signature by the words of the specification, with nothing of ours.
fn is_signed(seen: &Seen, secret: &str) -> bool {
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    let signed =
        format!("{}.{}.{}", seen.headers["webhook-id"], seen.headers["webhook-timestamp"], seen.body);
    mac.update(signed.as_bytes());
    let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    seen.headers["webhook-signature"].split(' ').any(|signature| signature == expected)
}

#[tokio::test]
async fn x_8_a_delivery_is_signed_and_tried_until_it_is_taken() {
    both(async |db: TestDb| {
        let (mut rig, sink) = (Rig::running((*db).clone(), at_once).await, Sink::start().await);
        let hook = rig.webhook(&format!("{}/flaky/2", sink.url)).await;
        let id = hook.webhook.id;
        rig.service.test_webhook(&system(), id).await.unwrap();
        until("it is delivered", async || state(&rig, id).await == Some(DeliveryState::Delivered)).await;
        let seen = sink.seen("/flaky/2");
        assert_eq!(seen.len(), 3);
        assert!(seen.iter().all(|s| is_signed(s, &hook.secret)));
        assert!(seen.windows(2).all(|s| s[0].headers["webhook-id"] == s[1].headers["webhook-id"]));
        let body: serde_json::Value = serde_json::from_str(&seen[0].body).unwrap();
        assert_eq!(
            (body["type"].as_str(), body["id"].as_str()),
            (Some("webhook.test"), Some(&*seen[0].headers["webhook-id"]))
        );
        let view = deliveries(&rig, id).await.remove(0).delivery;
        let statuses: Vec<_> = view.attempts.iter().map(|a| a.status).collect();
        assert_eq!(statuses, [Some(500), Some(500), Some(200)]);
        assert_eq!(view.next_attempt_at, None);
        rig.stop().await;
    })
    .await;
}

#[tokio::test]
async fn x_8_for_a_day_after_a_rotation_both_secrets_sign() {
    both(async |db: TestDb| {
        let (mut rig, sink) = (Rig::running((*db).clone(), at_once).await, Sink::start().await);
        let hook = rig.webhook(&format!("{}/ok", sink.url)).await;
        let id = hook.webhook.id;
        let new = rig.service.rotate_webhook_secret(&system(), id).await.unwrap();
        rig.service.test_webhook(&system(), id).await.unwrap();
        until("it is sent", async || sink.seen("/ok").len() == 1).await;
        let seen = sink.seen("/ok").remove(0);
        assert!(is_signed(&seen, &hook.secret) && is_signed(&seen, &new));
        rig.clock.advance(time::DAY + time::SECOND);
        rig.service.test_webhook(&system(), id).await.unwrap();
        until("the second is sent", async || sink.seen("/ok").len() == 2).await;
        let seen = sink.seen("/ok").remove(1);
        assert!(!is_signed(&seen, &hook.secret) && is_signed(&seen, &new));
        rig.stop().await;
    })
    .await;
}

#[tokio::test]
async fn x_8_an_endpoint_that_is_gone_is_disabled_and_its_letter_is_sent_again() {
    both(async |db: TestDb| {
        let (mut rig, sink) = (Rig::running((*db).clone(), at_once).await, Sink::start().await);
        let id = rig.webhook(&format!("{}/gone", sink.url)).await.webhook.id;
        rig.service.test_webhook(&system(), id).await.unwrap();
        until("it is dead", async || state(&rig, id).await == Some(DeliveryState::Dead)).await;
        assert_eq!(sink.seen("/gone").len(), 1);
        until("it is disabled", async || {
            rig.service.get_webhook(&system(), id).await.unwrap().state == WebhookState::Disabled
        })
        .await;
        let hook = rig.service.get_webhook(&system(), id).await.unwrap();
        assert!(hook.disabled_reason.unwrap().contains("410"));
        assert!(rig.service.test_webhook(&system(), id).await.is_err());
        let letters = rig.service.list_dead_letters(&system(), PageRequest::first()).await.unwrap().items;
        assert_eq!((letters.len(), letters[0].attempts[0].status), (1, Some(410)));

        sink.fix();
        let patch = WebhookPatch { state: Some(WebhookState::Active), ..WebhookPatch::default() };
        assert_eq!(rig.service.update_webhook(&system(), id, patch).await.unwrap().disabled_reason, None);
        rig.service.replay_dead_letter(&system(), letters[0].id).await.unwrap();
        until("it is delivered", async || state(&rig, id).await == Some(DeliveryState::Delivered)).await;
        assert!(rig.service.replay_dead_letter(&system(), letters[0].id).await.is_err());
        let delivery = deliveries(&rig, id).await.remove(0).delivery;
        rig.service.replay_delivery(&system(), delivery.id).await.unwrap();
        until("it is sent once more", async || sink.seen("/gone").len() == 3).await;
        rig.stop().await;
    })
    .await;
}

#[tokio::test]
async fn d3_what_is_never_taken_becomes_a_dead_letter_with_its_reason() {
    both(async |db: TestDb| {
        let (mut rig, sink) = (Rig::running((*db).clone(), at_once).await, Sink::start().await);
        for path in ["redirect", "fail"] {
            let id = rig.webhook(&format!("{}/{path}", sink.url)).await.webhook.id;
            rig.service.test_webhook(&system(), id).await.unwrap();
            until("it is dead", async || state(&rig, id).await == Some(DeliveryState::Dead)).await;
            assert_eq!(sink.seen(&format!("/{path}")).len(), 3, "{path}");
            until("it is disabled: it took nothing", async || {
                let hook = rig.service.get_webhook(&system(), id).await.unwrap();
                hook.state == WebhookState::Disabled
            })
            .await;
        }
        assert_eq!(sink.seen("/ok").len(), 0, "a redirect is not followed");
        let letters = rig.service.list_dead_letters(&system(), PageRequest::first()).await.unwrap().items;
        let details: Vec<_> = letters.iter().map(|l| l.attempts.last().unwrap().detail.clone()).collect();
        assert_eq!(details, ["refused (500)", "a redirect (302), which is not followed"]);
        rig.stop().await;
    })
    .await;
}

#[tokio::test]
async fn x_8_retry_after_is_honoured() {
    both(async |db: TestDb| {
        let (mut rig, sink) = (Rig::running((*db).clone(), at_once).await, Sink::start().await);
        let id = rig.webhook(&format!("{}/busy", sink.url)).await.webhook.id;
        rig.service.test_webhook(&system(), id).await.unwrap();
        until("it was tried", async || !deliveries(&rig, id).await[0].delivery.attempts.is_empty()).await;
        let view = deliveries(&rig, id).await.remove(0).delivery;
        let wait = view.next_attempt_at.unwrap().since(view.attempts[0].at);
        assert!((3_600 * time::SECOND..=4_400 * time::SECOND).contains(&wait), "{wait}");
        rig.stop().await;
    })
    .await;
}

#[tokio::test]
async fn ft15_an_endpoint_that_hangs_does_not_delay_the_others() {
    both(async |db: TestDb| {
        let (mut rig, sink) = (Rig::running((*db).clone(), at_once).await, Sink::start().await);
        let slow = rig.webhook(&format!("{}/hang", sink.url)).await.webhook.id;
        let fast = rig.webhook(&format!("{}/ok", sink.url)).await.webhook.id;
        for _ in 0..40 {
            rig.service.test_webhook(&system(), slow).await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        for n in 0..10 {
            let begun = Instant::now();
            rig.service.test_webhook(&system(), fast).await.unwrap();
            until("the other is told", async || sink.seen("/ok").len() > n).await;
            let took = sink.seen("/ok")[n].at.duration_since(begun);
            assert!(took < Duration::from_secs(10), "{took:?}");
        }
        assert!(sink.seen("/hang").len() <= 4, "few at once");
        rig.stop().await;
    })
    .await;
}

#[tokio::test]
async fn ft14_a_delivery_that_panics_is_a_failed_try_and_its_neighbours_go_on() {
    both(async |db: TestDb| {
        let (mut rig, sink) = (Rig::running((*db).clone(), at_once).await, Sink::start().await);
        let bad = rig.webhook(&format!("{}/panic", sink.url)).await.webhook.id;
        let good = rig.webhook(&format!("{}/ok", sink.url)).await.webhook.id;
        rig.service.test_webhook(&system(), bad).await.unwrap();
        rig.service.test_webhook(&system(), good).await.unwrap();
        until("the neighbour is told", async || sink.seen("/ok").len() == 1).await;
        until("it is dead", async || state(&rig, bad).await == Some(DeliveryState::Dead)).await;
        assert_eq!(deliveries(&rig, bad).await[0].delivery.attempts.len(), 3);
        rig.stop().await;
    })
    .await;
}

#[tokio::test]
async fn ft8_two_servers_on_one_database_deliver_each_event_once() {
    let db = TestDb::postgres().await;
    let sink = Sink::start().await;
    let mut one = Rig::idle((*db).clone(), at_once).await;
    let mut two = Rig::idle(db.another_server().await, at_once).await;
    let id = one.webhook(&format!("{}/ok", sink.url)).await.webhook.id;
    for _ in 0..200 {
        one.service.test_webhook(&system(), id).await.unwrap();
    }
    one.start();
    two.start();
    until("all are delivered", async || sink.seen("/ok").len() >= 200).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let seen = sink.seen("/ok");
    let ids: std::collections::HashSet<_> = seen.iter().map(|s| s.headers["webhook-id"].clone()).collect();
    assert_eq!((seen.len(), ids.len()), (200, 200));
    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn ft1_what_a_server_that_died_had_claimed_is_delivered_after_its_lease() {
    both(async |db: TestDb| {
        let sink = Sink::start().await;
        let mut rig = Rig::idle((*db).clone(), at_once).await;
        let id = rig.webhook(&format!("{}/ok", sink.url)).await.webhook.id;
        rig.service.test_webhook(&system(), id).await.unwrap();
        let now = rig.service.now();
        let claimed = db.write(async move |tx| {
            let until = now.plus(20 * time::SECOND);
            countersign_store::outbox::claim_outbox(tx, id.to_bytes(), [9; 16], now, until, 9).await
        });
        assert_eq!(claimed.await.unwrap().len(), 1);
        if db.kind() == countersign_store::Backend::Postgres {
            rig.start();
            tokio::time::sleep(Duration::from_millis(300)).await;
            assert_eq!(sink.seen("/ok").len(), 0, "another server has it");
            rig.clock.advance(21 * time::SECOND);
        } else {
            // One process has a SQLite file: what is claimed at its start was claimed by one that is gone.
            rig.start();
        }
        until("it is delivered", async || sink.seen("/ok").len() == 1).await;
        rig.stop().await;
    })
    .await;
}
