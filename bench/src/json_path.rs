//! Paths into answers of a company's system: ours, compiled once, beside jsonpath-plus, which is what telephone systems written
//! in JavaScript use. Both have the answer parsed; every result is compared before anything is timed.

use std::hint::black_box;
use std::process::Command;

use countersign_ivr::look_up::Path;
use serde_json::{Value, json};

use crate::Plan;
use crate::clock::rate;
use crate::peer::{script, version};
use crate::report::{Line, Report};

const PEER: (&str, &str) = ("jsonpath-plus", "11.3.0");

/// What people write: a field, a field of a list, a filter, all of a kind, anything below.
const PATHS: [&str; 5] = [
    "$.customer.name",
    "$.customer.accounts[0].balance",
    "$.customer.accounts[?(@.kind=='savings')].number",
    "$.customer.accounts[*].number",
    "$..city",
];

fn answer() -> Value {
    let account = |n: u64| {
        json!({ "number": format!("12345678{n:02}"), "kind": if n.is_multiple_of(3) { "savings" } else { "current" },
            "balance": n * 100, "currency": "SEK", "opened": "2024-03-01" })
    };
    json!({ "customer": {
        "name": "Jane Doe", "phoneNumber": "+46706170786", "accountNumber": "1234567890", "language": "sv",
        "address": { "street": "Storgatan 1", "city": "Malmö", "postcode": "211 34" },
        "accounts": (0..8).map(account).collect::<Vec<_>>(),
    }, "meta": { "took": 12, "source": "crm" } })
}

/// The peer's figure, its own best of seven, once its results are known to be ours.
fn peer(seconds: f64, paths: &[&str], results: &[Value]) -> Option<f64> {
    let text = format!(
        "const {{ JSONPath }} = require('jsonpath-plus');
         const answer = {answer}, paths = {paths}, wanted = {results};
         for (const [at, path] of paths.entries()) {{
           const found = JSONPath({{ path, json: answer }});
           const one = found.length === 1 ? found[0] : found;
           if (JSON.stringify(one) !== JSON.stringify(wanted[at])) throw new Error(path + ' ' + JSON.stringify(one));
         }}
         let best = 0, kept = 0;
         for (let round = 0; round < 7; round++) {{
           const begin = process.cpuUsage();
           let count = 0, took = 0;
           while (took < {slice}) {{
             for (let n = 0; n < 50; n++) for (const path of paths) kept += JSONPath({{ path, json: answer }}).length;
             count += 50 * paths.length;
             const spent = process.cpuUsage(begin);
             took = (spent.user + spent.system) / 1e6;
           }}
           best = Math.max(best, count / took);
         }}
         if (kept < 0) throw new Error();
         console.log(best);",
        answer = answer(),
        paths = json!(paths),
        results = json!(results),
        slice = seconds / 7.0,
    );
    let path = script("json_path.cjs", &text);
    let folder = path.parent().expect("a script stands in a folder");
    if !folder.join("node_modules").join(PEER.0).exists() {
        let mut npm = Command::new("npm");
        npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(folder);
        let _ = npm.arg(format!("{}@{}", PEER.0, PEER.1)).output();
    }
    let output = Command::new("node").arg(&path).output().ok()?;
    if !output.status.success() {
        eprintln!("SKIPPED jsonpath-plus: {}", String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

/// The figures beside the peer's: what nearly all paths are, and a bit of everything.
pub(crate) fn run(plan: &Plan, report: &mut Report) {
    figure(plan, report, "JSON path of a field", &PATHS[..2]);
    figure(plan, report, "JSON paths of all kinds", &PATHS);
}

fn figure(plan: &Plan, report: &mut Report, name: &str, paths: &[&str]) {
    let answer = answer();
    let compiled: Vec<Path> = paths.iter().map(|path| Path::compile(path).expect("a path")).collect();
    let find = |path: &Path| path.find(&answer).expect("each path leads somewhere");
    let results: Vec<Value> = compiled.iter().map(find).collect();
    let ours = rate(plan, || {
        for _ in 0..50 {
            for path in &compiled {
                black_box(find(black_box(path)));
            }
        }
        50 * compiled.len()
    });
    let size = format!("{}; an answer of {} bytes", paths.join(" "), answer.to_string().len());
    let theirs = peer(plan.time.as_secs_f64(), paths, &results);
    let peer = format!("{} {}, Node {}", PEER.0, PEER.1, version("node"));
    let line = Line::new(name, "/cpu-s", ours, size).peer(peer, theirs);
    report.add(match theirs {
        Some(theirs) => line.goal("≥ 8 x jsonpath-plus", ours >= 8.0 * theirs),
        None => line,
    });
}
