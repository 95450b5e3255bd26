//! What an agent's screen shows, and when.

use std::time::{Duration, Instant};

use countersign_blackbox::{Live, World};

async fn badge(world: World) {
    let mut client = world.client(0);
    let first = world.send(&mut client, "visitor", "hello").await.ok();
    let case = first.text("/case/id");
    assert_eq!(first["case"]["identity"]["assurance"], "al0");
    let (_, code) = world.code(&mut client, "customer-1").await;
    let mut live = Live::open(&client, None).await;
    let since = Instant::now();
    world.send(&mut client, "visitor", &format!("Here is it: {code}")).await.ok();
    live.wait_for("case.updated", &case, Duration::from_secs(10)).await.expect("the screen is told");
    let view = client.get(&format!("/v1/cases/{case}")).await.ok();
    let took = since.elapsed();
    assert_eq!(view["identity"]["assurance"], "al3");
    assert_eq!(view["identity"]["evidence"]["method"], "api_code");
    eprintln!("from sending to the badge: {took:?}");
    // The design says one second, and the bench measures it; tests share the machine with builds.
    assert!(took < Duration::from_secs(10), "the badge took {took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agents_screen_shows_the_badge_soon() {
    badge(World::sqlite().await).await;
    badge(World::postgres(1).await).await;
}
