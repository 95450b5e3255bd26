//! Personal data in chat text: how fast it is found and hidden, and how well, beside Presidio, redact-pii and regexes.
//!
//! All get the same text. What is judged stands in templates and generators that were written before the detectors and
//! not tuned on since (`held_out.txt`, `corpus.rs`, `national.rs`).

mod corpus;
mod national;
mod quality;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_masking::{Known, KnownValue, mask_text, mask_text_with};
use regex::{Captures, Regex};
use serde_json::{Value as Json, json};

use self::corpus::Said;
use crate::Plan;
use crate::clock::rate;
use crate::peer::script;
use crate::report::{Line, Report};

const MESSAGES: usize = 20_000;
/// What Presidio is timed on: it is slow.
const MESSAGES_FEW: usize = 400;
/// What is judged.
const MESSAGES_JUDGED: usize = 4_000;
const SEED: u64 = 20_261_122;

const PRESIDIO: &str = "presidio-analyzer==2.2.366";
const REDACT: &str = "redact-pii@3.4.0";

/// The figures of all.
pub(crate) fn run(plan: &Plan, report: &mut Report) {
    let said = corpus::generate(MESSAGES, SEED);
    let size: usize = said.iter().map(|said| said.text.len()).sum();
    let personal = said.iter().filter(|said| !said.planted.is_empty()).count();
    let shape = format!(
        "{MESSAGES} messages, {} B mean, {} % with personal data",
        size / MESSAGES,
        100 * personal / MESSAGES
    );
    let megabytes = |bytes: f64| bytes / 1e6;
    let all = |mask: &dyn Fn(&str) -> String| {
        megabytes(rate(plan, || {
            let kept: usize = said.iter().map(|said| mask(black_box(&said.text)).len()).sum();
            black_box(kept);
            size
        }))
    };
    let ours = all(&|text| mask_text(text));
    let regexes = five_regexes();
    let by_regex = all(&|text| with_regexes(&regexes, text));
    let copying = all(&|text| text.to_owned());
    let known = known();
    let with_known = all(&|text| mask_text_with(text, &known));
    let peers = Peers::installed(&said);
    let redact = peers.redact();
    let presidio = peers.presidio();
    let presidio_rate = presidio.as_ref().and_then(|answer| answer["rate"].as_f64());
    let beats = |other: Option<f64>, times: f64| other.is_some_and(|other| ours >= times * other);
    let is_reached = beats(presidio_rate, 2_000.0) && beats(redact, 8.0) && beats(Some(by_regex), 2.0);
    report.add(
        Line::new("mask chat messages", "MB/cpu-s", ours, shape.clone())
            .peer(format!("{PRESIDIO}, five recognisers"), presidio_rate)
            .peer(format!("{REDACT}, five patterns"), redact)
            .peer("five Rust regexes, same mask", Some(by_regex))
            .limit("copying the text", copying)
            .goal("≥ 2,000 x, ≥ 8 x, ≥ 2 x", is_reached),
    );
    report.add(Line::new("… with ten known values of a customer", "MB/cpu-s", with_known, shape));
    let judged = &said[..MESSAGES_JUDGED];
    quality::run(judged, presidio.as_ref(), report);
}

/// What is known of a customer with everything filled in.
fn known() -> Known {
    let text = [
        "Roßmarkt 12, 60311 Frankfurt",
        "1984-03-17",
        "AT-774-112",
        "Hausverwaltung Löwe",
        "Frankfurt",
        "K 47-11",
    ];
    let values = [KnownValue::Name("Anneliese Löwenstein"), KnownValue::Email("a.loewenstein@example.org")];
    Known::of(values.into_iter().chain(text.map(KnownValue::Text)))
}

/// As somebody would write them who needs it today.
fn five_regexes() -> [Regex; 5] {
    [
        r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",
        r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b",
        r"\b\d{3}-\d{2}-\d{4}\b",
        r"\b(?:\d[ -]?){13,19}\b",
        r"\+?\(?\d[\d ().\-/]{5,}\d",
    ]
    .map(|pattern| Regex::new(pattern).expect("a sound pattern"))
}

fn with_regexes(regexes: &[Regex; 5], text: &str) -> String {
    let last_four = |found: &Captures<'_>| {
        let digits: Vec<char> = found[0].chars().filter(char::is_ascii_digit).collect();
        let tail: String = digits[digits.len().saturating_sub(4)..].iter().collect();
        format!("XXX-XXX-{tail}")
    };
    let domain = |found: &Captures<'_>| {
        let domain = found[0].rsplit('@').next().unwrap_or_default();
        format!("****@{domain}")
    };
    let mut text = regexes[0].replace_all(text, domain).into_owned();
    for regex in &regexes[1..3] {
        text = regex.replace_all(&text, "••••••").into_owned();
    }
    for regex in &regexes[3..] {
        text = regex.replace_all(&text, last_four).into_owned();
    }
    text
}

/// Redactors of other languages, installed from their registries beside the scripts.
struct Peers {
    data: PathBuf,
}

impl Peers {
    fn installed(said: &[Said]) -> Self {
        let texts: Vec<&str> = said.iter().map(|said| said.text.as_str()).collect();
        let data = json!({ "texts": texts, "few": MESSAGES_FEW, "judged": MESSAGES_JUDGED });
        let peers = Self { data: script("mask.json", &data.to_string()) };
        let folder = peers.folder();
        if !folder.join("node_modules/redact-pii").exists() {
            let mut npm = Command::new("npm");
            npm.args(["install", "--silent", "--no-audit", "--no-fund", REDACT, "--prefix"]).arg(folder);
            let _ = npm.output();
        }
        let python = folder.join("presidio");
        if !python.exists() {
            let _ = Command::new("python3").args(["-m", "venv"]).arg(&python).output();
            let mut pip = Command::new(python.join("bin/python"));
            let _ = pip.args(["-m", "pip", "install", "-q", PRESIDIO]).output();
        }
        peers
    }

    fn folder(&self) -> &Path {
        self.data.parent().expect("it stands in a folder")
    }

    fn output(&self, program: &Path, name: &str, text: &str) -> Option<String> {
        let output = Command::new(program).arg(script(name, text)).arg(&self.data).output().ok()?;
        if !output.status.success() {
            eprintln!("{name} does not run: {}", String::from_utf8_lossy(&output.stderr));
        }
        String::from_utf8(output.stdout).ok()
    }

    fn redact(&self) -> Option<f64> {
        self.output(Path::new("node"), "redact.js", include_str!("redact.js"))?.trim().parse().ok()
    }

    /// How fast it is, and what it found in each message that is judged.
    fn presidio(&self) -> Option<Json> {
        let python = self.folder().join("presidio/bin/python");
        serde_json::from_str(&self.output(&python, "presidio.py", include_str!("presidio.py"))?).ok()
    }
}
