//! The same message many times.

use countersign_blackbox::{Answer, Home, World, message, unique};
use serde_json::Value;

/// Sends a message five times at once, over all servers.
async fn five_times(world: &World, body: &Value) -> Vec<Answer> {
    let sent: Vec<_> = (0..5)
        .map(|n| {
            let (mut client, path, body) =
                (world.client(n % world.servers.len()), world.inbound(), body.clone());
            tokio::spawn(async move { client.post(&path, &body).await.ok() })
        })
        .collect();
    let mut answers = Vec::new();
    for answer in sent {
        answers.push(answer.await.unwrap());
    }
    answers
}

async fn is_one(mut world: World) {
    let mut client = world.client(0);
    let user = unique("repeater");
    let mut bodies = Vec::new();
    for n in 0..20 {
        let text = if n == 10 { world.code(&mut client, &user).await.1 } else { format!("message {n}") };
        bodies.push(message(&format!("id-{n}"), &user, &text));
    }
    let mut ids = Vec::new();
    for body in &bodies {
        let answers = five_times(&world, body).await;
        for answer in &answers {
            assert_eq!(answer.text("/message/id"), answers[0].text("/message/id"));
            assert_eq!(answer["identification"], answers[0]["identification"], "each copy is told the same");
        }
        ids.push((
            answers[0].text("/message/id"),
            answers[0].text("/case/id"),
            answers[0]["identification"].clone(),
        ));
    }
    assert_eq!(ids[10].2["outcome"], "valid");
    for server in &mut world.servers {
        server.kill();
        server.start_again().await;
    }
    for (body, (id, case, identification)) in bodies.iter().zip(&ids) {
        for answer in five_times(&world, body).await {
            assert_eq!((&answer.text("/message/id"), &answer.text("/case/id")), (id, case));
            assert_eq!(&answer["identification"], identification, "also after a restart");
        }
    }
    let mut client = world.client(0);
    let case = &ids[0].1;
    let all = client.get(&format!("/v1/cases/{case}/messages?limit=200")).await.ok();
    let inbound = all["data"].as_array().unwrap().iter().filter(|m| m["direction"] == "inbound").count();
    assert_eq!(inbound, bodies.len(), "each message stands once");
    let cases = client.get("/v1/cases?limit=200").await.ok();
    assert_eq!(cases["data"].as_array().unwrap().len(), 1, "five first messages at once make one case");
    let case = client.get(&format!("/v1/cases/{case}")).await.ok();
    let links = client.get(&format!("/v1/profiles/{}/links", case.text("/identity/profile/id"))).await.ok();
    assert_eq!(links["data"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ft9_r5_each_message_five_times_concurrently_and_after_restart_is_one() {
    is_one(World::sqlite().await).await;
    is_one(World::start(Home::postgres().await, 2, |launch| launch).await).await;
}
