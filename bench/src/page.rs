//! A page of fifty cases through the real router: to an administrator who sees everything, and to an agent to whom
//! everything is masked.

use std::time::{Duration, Instant};

use countersign_blackbox::{Client, World, message, unique};
use serde_json::json;

use crate::Plan;
use crate::load::{Counted, percentile};
use crate::report::{Line, Report};

const CASES: usize = 50;
/// Requests in a row of one reader, before the other's turn.
const TURN: usize = 25;

/// The figure of both.
pub(crate) async fn run(plan: &Plan, report: &mut Report) {
    let world = World::sqlite().await;
    fill(&world).await;
    let mut readers = [agent(&world).await, log_in(&world, &world.admin.0, &world.admin.1).await];
    let path = format!("/v1/cases?limit={CASES}");
    let mut took: [Vec<Duration>; 2] = Default::default();
    let mut cpu = [0.0; 2];
    for (n, client) in readers.iter_mut().enumerate() {
        let page = client.get(&path).await.ok();
        assert_eq!(page["data"].as_array().map(Vec::len), Some(CASES));
        let is_seen = page.json.to_string().contains("Löwenstein-7");
        assert_eq!(is_seen, n == 1, "one sees it masked and the other does not");
    }
    let since = Instant::now();
    while since.elapsed() < plan.time * 2 {
        for (n, client) in readers.iter_mut().enumerate() {
            let before = world.servers[0].cpu();
            for _ in 0..TURN {
                let begin = Instant::now();
                client.get(&path).await.ok();
                took[n].push(begin.elapsed());
            }
            cpu[n] += world.servers[0].cpu() - before;
        }
    }
    let median = took.each_mut().map(|took| {
        took.sort_unstable();
        percentile(took, 0.5)
    });
    let more = median[0] / median[1] - 1.0;
    let each = [0usize, 1].map(|n| 1_000.0 * cpu[n] / took[n].len() as f64);
    let size = format!(
        "{} pages each; {:+.1} % by the clock; processor {:.2} ms and {:.2} ms a page, {:+.1} %",
        took[0].len(),
        100.0 * more,
        each[0],
        each[1],
        100.0 * (each[0] / each[1] - 1.0),
    );
    report.add(
        Line::new("a page of 50 cases, masked, median", "ms", median[0], size)
            .peer("the same page, nothing masked", Some(median[1]))
            .goal("≤ 1.05 x", more <= 0.05),
    );
}

/// Customers whom the company knows well, each with a case and a text that holds some of it.
async fn fill(world: &World) {
    let mut client = world.client(0);
    for (key, kind) in [("street", "text"), ("birth_date", "date")] {
        let body = json!({ "key": key, "label": key, "level": "profile", "type": kind, "pii": "personal" });
        client.post("/v1/attributes", &body).await.ok();
    }
    for n in 0..CASES {
        let person = json!({
            "external_id": format!("C-{n:05}"), "name": format!("Anneliese Löwenstein-{n}"),
            "email": format!("customer-{n}@example.org"), "phone": format!("+4930901{n:04}"),
            "attributes": { "street": format!("Roßmarkt {n}, 60311 Frankfurt"), "birth_date": "1984-03-17" },
        });
        let code = client.post("/v1/identification-codes", &json!({ "profile": person })).await.ok();
        let user = format!("user-{n}");
        world.send(&mut client, &user, &code.text("/display")).await.ok();
        let text = format!(
            "I am customer-{n}@example.org, Roßmarkt {n}. Call +49 30 901{n:04} or ask Löwenstein-{n}"
        );
        client.post(&world.inbound(), &message(&unique("m"), &user, &text)).await.ok();
    }
}

/// Somebody who sees everything masked.
async fn agent(world: &World) -> Client {
    let mut admin = log_in(world, &world.admin.0, &world.admin.1).await;
    let (all, none) = ([true; 6], [false; 6]);
    let classes = |on: [bool; 6]| {
        let names = ["name", "email", "phone", "ids", "attributes", "text"];
        names.into_iter().map(str::to_owned).zip(on.map(Into::into)).collect::<serde_json::Map<_, _>>()
    };
    let roles = json!({ "admin": classes(none), "team_manager": classes(none), "agent": classes(all) });
    world.client(0).put("/v1/masking", &json!({ "roles": roles })).await.ok();
    let (email, password) = ("agent@example.test", "a rather long passphrase 1");
    let invited = json!({ "email": email, "name": "Agent", "role": "agent" });
    let url = admin.post("/v1/users", &invited).await.ok().text("/invitation_url");
    let token = url.split("token=").nth(1).expect("a token in the link");
    let accepted = json!({ "token": token, "password": password });
    world.servers[0].client().post("/v1/invitations/accept", &accepted).await.ok();
    log_in(world, email, password).await
}

/// A console's session.
async fn log_in(world: &World, email: &str, password: &str) -> Client {
    let mut client = world.servers[0].client();
    let answer = client.post("/v1/auth/login", &json!({ "email": email, "password": password })).await.ok();
    let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("a session");
    let (cookie, csrf) = (cookie.to_owned(), answer.text("/csrf_token"));
    client.with_header("cookie", &cookie).with_header("x-csrf-token", &csrf)
}
