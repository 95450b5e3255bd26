//! Every read of the OpenAPI document, and what somebody is told by them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::Trouble;
use crate::client::{Answer, Client};
use crate::values::canary;

/// How many ids of each kind are tried in each place.
const IDS_EACH: usize = 3;
/// How many customers are: each holds values of its own, and where a clock stands still their order is anybody's guess.
const CUSTOMERS: usize = 16;

/// How many ids are tried that begin like this.
fn most(kind: &str) -> usize {
    if kind == "pro" { CUSTOMERS } else { IDS_EACH }
}

/// Every id of every kind that stands in a text.
fn ids(text: &str, into: &mut BTreeSet<String>) {
    for (at, _) in text.match_indices('_') {
        let start = text[..at].rfind(|c: char| !c.is_ascii_lowercase()).map_or(0, |n| n + 1);
        let end = at + 27;
        let is_id = text.get(at + 1..end).is_some_and(|t| t.bytes().all(|b| b.is_ascii_alphanumeric()));
        if is_id
            && start < at
            && let Some(id) = text.get(start..end)
        {
            into.insert(id.to_owned());
        }
    }
}

/// A path with an id in the place of each of its parameters.
fn filled(path: &str, id: &str) -> String {
    let mut filled = path.to_owned();
    while let (Some(from), Some(to)) = (filled.find('{'), filled.find('}')) {
        let given = if &filled[from..=to] == "{number}" { "1" } else { id };
        filled.replace_range(from..=to, given);
    }
    filled
}

/// What is asked of the reports, each by each of its columns.
fn reports() -> Vec<String> {
    let mut all = Vec::new();
    for report in countersign_types::analytics::Report::ALL {
        let of = |by: &countersign_types::analytics::By| {
            format!("/v1/analytics/{}?by={}", report.as_str(), by.as_str())
        };
        all.extend(report.bys().iter().map(of));
        all.push(format!("/v1/analytics/{}?format=csv", report.as_str()));
    }
    all
}

/// What somebody would type into the filters of lists of customers.
fn filters() -> Vec<String> {
    let mut all = Vec::new();
    for list in ["/v1/profiles", "/v1/profiles/export", "/v1/profiles/export/preview"] {
        for (key, field) in [
            ("q", "profile.email"),
            ("q", "profile.name"),
            ("email", "profile.email"),
            ("phone", "profile.phone"),
            ("external_id", "profile.external_id"),
        ] {
            let value = canary(field).replace('+', "%2B").replace(' ', "%20");
            all.push(format!("{list}?{key}={value}"));
        }
    }
    all
}

/// Paths of the document that are read. The live stream does not end and is listened to apart.
fn paths() -> Result<Vec<String>, Trouble> {
    let document = serde_json::to_value(countersign_http::router::document())
        .map_err(|e| Trouble::new(format!("the document is no JSON: {e}")))?;
    let all = document["paths"].as_object().cloned().unwrap_or_default();
    let reads = all.into_iter().filter(|(path, item)| item.get("get").is_some() && path != "/v1/live");
    Ok(reads.map(|(path, _)| path).collect())
}

/// Every path that is read, with each id that there is in its place, and with what a visitor would type into its filters.
fn reads(paths: &[String], ids: &BTreeSet<String>) -> Vec<String> {
    let mut all = filters();
    for path in paths {
        if path == "/v1/analytics/{report}" {
            all.extend(reports());
        } else if path == "/v1/audit/export" {
            all.extend(["csv", "jsonl"].map(|format| format!("{path}?format={format}")));
        } else if path == "/v1/privacy/erasures/preview" {
            let profiles = ids.iter().filter(|id| id.starts_with("pro_")).take(CUSTOMERS);
            all.extend(profiles.map(|id| format!("{path}?profile_id={id}")));
        } else if path.contains('{') {
            let mut of_kind: BTreeMap<&str, usize> = BTreeMap::new();
            for id in ids {
                let kind = id.split('_').next().unwrap_or_default();
                let count = of_kind.entry(kind).or_default();
                *count += 1;
                if *count <= most(kind) {
                    all.push(filled(path, id));
                }
            }
        } else {
            all.push(path.clone());
        }
    }
    all
}

/// Every read that answers somebody who sees everything, found by trying each id that is met in each place.
///
/// `known` are ids that were met before, and grows; `only` are the paths that are tried, if not all.
pub(crate) async fn every_read(
    client: &Client,
    known: &mut BTreeSet<String>,
    only: Option<Vec<String>>,
) -> Result<Vec<String>, Trouble> {
    let (mut tried, mut all) = (BTreeSet::new(), BTreeSet::new());
    let paths = only.map_or_else(paths, Ok)?;
    // What a first round meets, a second asks for.
    for _ in 0..2 {
        for path in reads(&paths, known) {
            // Lists may hold more in the second round.
            if path.contains('_') && !tried.insert(path.clone()) {
                continue;
            }
            let answer = client.get(&path).await?;
            ids(&answer.text, known);
            if answer.status.is_success() {
                all.insert(path);
            }
        }
    }
    Ok(all.into_iter().collect())
}

/// How many paths of the document stand behind some reads, and how many it has.
pub(crate) fn covered(reads: &[String]) -> Result<(Vec<String>, usize), Trouble> {
    let paths = paths()?;
    let is_of = |path: &str, read: &str| {
        let read = read.split('?').next().unwrap_or_default();
        let fits = |(ours, theirs): (&str, &str)| {
            if ours.starts_with('{') { theirs.contains('_') || ours != "{id}" } else { ours == theirs }
        };
        path.split('/').count() == read.split('/').count() && path.split('/').zip(read.split('/')).all(fits)
    };
    let missed = paths.iter().filter(|path| !reads.iter().any(|read| is_of(path, read))).cloned().collect();
    Ok((missed, paths.len()))
}

/// What somebody is told: every read, a few searches and every kind of refusal. Each answer goes to `hear` with its place.
pub(crate) async fn listen(
    client: &Client,
    reads: &[String],
    mut hear: impl FnMut(&str, &Answer),
) -> Result<(), Trouble> {
    for path in reads {
        // Its own query may be said back in a cursor or a link, so what was asked is taken out of the place.
        let place = path.split('?').next().unwrap_or_default();
        hear(place, &client.get(path).await?);
    }
    for field in ["message.text.email", "profile.email", "account.user_id", "profile.name"] {
        let asked = client.post("/v1/cases/search", json!({ "q": canary(field) })).await?;
        hear("POST /v1/cases/search", &asked);
    }
    // Refusals do not say values back.
    let wrong = json!({
        "external_id": canary("profile.external_id"), "name": 7, "email": format!("{} x", canary("profile.email")),
        "phone": format!("{}x", canary("profile.phone")),
        "attributes": { "born": canary("profile.attributes.secret") },
    });
    hear("POST /v1/profiles", &client.post("/v1/profiles", wrong).await?);
    let taken = json!({ "external_id": canary("profile.external_id"), "email": canary("profile.email") });
    hear("POST /v1/profiles", &client.post("/v1/profiles", taken).await?);
    let log_in = json!({ "email": canary("profile.email"), "password": canary("profile.attributes.secret") });
    hear("POST /v1/auth/login", &client.post("/v1/auth/login", log_in).await?);
    Ok(())
}
