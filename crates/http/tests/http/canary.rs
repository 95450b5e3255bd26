//! The canary crawl (M-8) on both databases: the crate `countersign-canary`, on a server of a test, each of whose answers
//! is held against the document.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_canary::{EVERYTHING, Outcome, Stage, Written, run};
use countersign_testkit::{TestApp, on_both};

async fn crawl(app: &TestApp, masked: &[&str]) -> Outcome {
    let written = Written::default();
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    // A server without sockets may have nothing to say: this shows that the log is read.
    tracing::info!("the crawl begins, and what is written down is read with the rest");
    let jobs = app.jobs();
    let outbound = app.outbound.clone();
    let stage = Stage {
        router: app.checked(),
        service: app.service.clone(),
        admin_email: app.admin_email.clone(),
        admin_password: app.admin_password.clone(),
        api_key: app.api_key.clone(),
        sent: Arc::new(move || outbound.requests().into_iter().map(|r| (r.url, r.body)).collect()),
        written,
        metrics: None,
    };
    let outcome = run(&stage, masked).await.unwrap();
    jobs.stop().await;
    outcome
}

#[tokio::test]
async fn m_8_nothing_personal_is_said_to_whoever_sees_it_masked() {
    on_both(async |app| {
        let outcome = crawl(&app, EVERYTHING).await;
        assert_eq!(outcome.hits, BTreeSet::new());
        assert_eq!(outcome.unmet, Vec::<&str>::new(), "planted, but said to nobody");
        assert!(outcome.is_clean());
        // What the crawl does not reach has tests of its own: it needs a visitor's secret, or was never made here.
        let not_here = [
            "/hooks/{id}",
            "/public/codes/{id}",
            "/public/web-chats/{id}/attachments/{file}",
            "/public/web-chats/{id}/invitation",
            "/public/web-chats/{id}/messages",
            "/t/{write_key}",
            "/v1/calls/{id}/recordings/{file}",
            "/v1/invitations/{id}",
            "/v1/phone-numbers/{id}",
            "/v1/prompts/{id}/audio",
        ];
        assert_eq!(outcome.unvisited, not_here);
        for who in ["agent", "team_manager", "admin", "key"] {
            let told = outcome.told[who];
            assert!(told.successes > 40, "{who} was told of too little: {told:?}");
        }
        // `countersign doctor --canary` searches the log of a whole server.
        for (besides, least) in [("live", 1_000), ("webhooks", 1_000), ("log", 60)] {
            assert!(outcome.besides[besides] > least, "{besides}: {:?}", outcome.besides);
        }
    })
    .await;
}

#[tokio::test]
async fn m_8_the_crawl_finds_a_leak_that_was_planted() {
    on_both(async |app| {
        let masked: Vec<&str> = EVERYTHING.iter().copied().filter(|class| *class != "phone").collect();
        let outcome = crawl(&app, &masked).await;
        assert!(!outcome.is_clean());
        let of: BTreeSet<&str> =
            outcome.hits.iter().filter(|hit| hit.who == "agent").map(|hit| hit.field).collect();
        assert_eq!(
            of,
            BTreeSet::from(["profile.phone", "claims.phone", "call.caller"]),
            "{:?}",
            outcome.hits
        );
        assert!(outcome.hits.iter().any(|hit| hit.place == "/v1/profiles" && hit.field == "profile.phone"));
        assert!(outcome.hits.iter().all(|hit| !["nobody", "key", "log", "live"].contains(&hit.who)));
    })
    .await;
}
