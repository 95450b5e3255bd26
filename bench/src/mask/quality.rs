//! Precision, recall and leaks.

use std::collections::BTreeMap;

use countersign_masking::{FindingKind, Known, Nation, detect};
use serde_json::Value as Json;

use super::corpus::Said;
use crate::report::{Line, Report};

/// Something that was found: where, as what, how surely.
struct Found {
    span: (usize, usize),
    kind: &'static str,
    score: f64,
}

/// The kinds that both look for.
const BOTH: [&str; 6] = ["email", "phone", "card", "iban", "ssn", "ip"];
/// Presidio says how sure it is; it gets the threshold at which it does best, for each kind.
const THRESHOLDS: [f64; 6] = [0.0, 0.2, 0.35, 0.45, 0.55, 0.8];
/// Characters in a row of a value that may be left at most.
const LEFT_MAX: usize = 4;

fn ours(text: &str) -> Vec<Found> {
    let kind = |kind| match kind {
        FindingKind::Email => "email",
        FindingKind::Phone => "phone",
        FindingKind::Card => "card",
        FindingKind::Iban => "iban",
        FindingKind::National(Nation::UsSsn) => "ssn",
        FindingKind::National(_) => "national",
        FindingKind::Ip => "ip",
        FindingKind::Birth => "birth",
        FindingKind::Number | FindingKind::Known | FindingKind::Custom => "other",
    };
    let found = detect(text, &Known::nothing()).into_iter();
    found.map(|f| Found { span: (f.span.start, f.span.end), kind: kind(f.kind), score: 1.0 }).collect()
}

fn theirs(answer: &Json) -> Vec<Found> {
    let kind = |name: &str| match name {
        "EMAIL_ADDRESS" => "email",
        "PHONE_NUMBER" => "phone",
        "CREDIT_CARD" => "card",
        "IBAN_CODE" => "iban",
        "US_SSN" => "ssn",
        "IP_ADDRESS" => "ip",
        _ => "other",
    };
    let number = |value: &Json| value.as_u64().unwrap_or(0) as usize;
    let found = answer.as_array().into_iter().flatten();
    found
        .map(|f| Found {
            span: (number(&f[0]), number(&f[1])),
            kind: kind(f[2].as_str().unwrap_or_default()),
            score: f[3].as_f64().unwrap_or(0.0),
        })
        .collect()
}

/// How many were right, wrong and missed.
#[derive(Default, Clone, Copy)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Score {
    fn precision(self) -> f64 {
        self.right as f64 / (self.right + self.wrong).max(1) as f64
    }

    fn recall(self) -> f64 {
        self.right as f64 / (self.right + self.missed).max(1) as f64
    }

    fn f1(self) -> f64 {
        2.0 * self.right as f64 / (2 * self.right + self.wrong + self.missed).max(1) as f64
    }
}

/// Whether they share half of both at least.
fn is_same(a: (usize, usize), b: (usize, usize)) -> bool {
    let shared = a.1.min(b.1).saturating_sub(a.0.max(b.0));
    2 * shared >= a.1 - a.0 && 2 * shared >= b.1 - b.0
}

fn score(said: &[Said], found: &[Vec<Found>], kind: &str, threshold: f64) -> Score {
    let mut score = Score::default();
    for (said, found) in said.iter().zip(found) {
        let planted = || said.planted.iter().filter(|p| p.kind == kind);
        let found = || found.iter().filter(|f| f.kind == kind && f.score >= threshold);
        let right = planted().filter(|p| found().any(|f| is_same(p.span, f.span))).count();
        score.right += right;
        score.missed += planted().count() - right;
        // An address that is spelled out is no mistake where it is found as one; it counts apart.
        let is_meant = |f: &&Found| {
            said.planted.iter().any(|p| {
                (p.kind == kind || kind == "email" && p.kind == "obfuscated") && is_same(p.span, f.span)
            })
        };
        score.wrong += found().filter(|f| !is_meant(f)).count();
    }
    score
}

/// Of the values of these kinds, how many are left to be read: five characters in a row or more, whatever they were
/// taken for.
fn leaks(said: &[Said], found: &[Vec<Found>], kinds: &[&str]) -> (usize, usize) {
    let (mut left, mut all) = (0, 0);
    for (said, found) in said.iter().zip(found) {
        for planted in said.planted.iter().filter(|p| kinds.contains(&p.kind)) {
            let is_open = |i: usize| !found.iter().any(|f| f.span.0 <= i && i < f.span.1);
            let (start, end) = planted.span;
            let chars = said.text[start..end].char_indices().filter(|(_, c)| c.is_alphanumeric());
            let longest = chars.fold((0, 0), |(run, longest): (usize, usize), (i, _)| {
                let run = if is_open(start + i) { run + 1 } else { 0 };
                (run, longest.max(run))
            });
            all += 1;
            left += usize::from(longest.1 > LEFT_MAX);
        }
    }
    (left, all)
}

fn share((part, all): (usize, usize)) -> f64 {
    100.0 * part as f64 / all.max(1) as f64
}

/// Adds a line for each kind, and one for what is left.
pub(super) fn run(said: &[Said], presidio: Option<&Json>, report: &mut Report) {
    let mine: Vec<Vec<Found>> = said.iter().map(|said| ours(&said.text)).collect();
    let answers = presidio.and_then(|answer| answer["found"].as_array());
    let others: Option<Vec<Vec<Found>>> = answers.map(|all| all.iter().map(theirs).collect());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    said.iter().flat_map(|said| &said.planted).for_each(|p| *counts.entry(p.kind).or_default() += 1);
    for kind in ["email", "phone", "card", "iban", "ssn", "ip", "national", "birth", "obfuscated"] {
        let count = counts.get(kind).copied().unwrap_or(0);
        // One spelled out is an address like any other.
        let score_mine =
            if kind == "obfuscated" { spelled(said, &mine) } else { score(said, &mine, kind, 0.0) };
        let best = others.as_ref().filter(|_| BOTH.contains(&kind)).map(|others| {
            let all = THRESHOLDS.map(|threshold| score(said, others, kind, threshold));
            all.into_iter().fold(Score::default(), |a, b| if b.f1() > a.f1() { b } else { a })
        });
        let (precision, recall) = (score_mine.precision(), score_mine.recall());
        let theirs = best.map_or_else(String::new, |b| {
            format!("; Presidio's precision {:.3}, recall {:.3}", b.precision(), b.recall())
        });
        let size = format!("{count} held out, precision {precision:.3}, recall {recall:.3}{theirs}");
        let line = Line::new(format!("found: {kind}"), "F1", score_mine.f1(), size);
        let line = line.peer("Presidio, all regions", best.map(Score::f1));
        report.add(match best {
            Some(best) => line.goal("above Presidio's", score_mine.f1() > best.f1()),
            None => line,
        });
    }
    let everything: Vec<&str> = counts.keys().copied().collect();
    let left = leaks(said, &mine, &BOTH);
    let all = leaks(said, &mine, &everything);
    let hidden = harmless(said, &mine);
    let size = format!(
        "{} of {} values; {:.2} % of all {} kinds; {:.1} % of harmless numbers hidden",
        left.0,
        left.1,
        share(all),
        everything.len(),
        hidden
    );
    let line = Line::new("left to be read", "%", share(left), size);
    let line =
        line.peer("Presidio, all regions", others.as_ref().map(|others| share(leaks(said, others, &BOTH))));
    report.add(line.goal("≤ 2 %", share(left) <= 2.0 && share(all) <= 2.0));
}

/// Addresses that are spelled out count as found where they are found as addresses.
fn spelled(said: &[Said], found: &[Vec<Found>]) -> Score {
    let mut score = Score::default();
    for (said, found) in said.iter().zip(found) {
        for planted in said.planted.iter().filter(|p| p.kind == "obfuscated") {
            let is_found = found.iter().any(|f| f.kind == "email" && is_same(planted.span, f.span));
            score.right += usize::from(is_found);
            score.missed += usize::from(!is_found);
        }
    }
    score
}

/// Of the numbers and dates that are nobody's, the share that is hidden.
fn harmless(said: &[Said], found: &[Vec<Found>]) -> f64 {
    let (mut hidden, mut all) = (0, 0);
    for (said, found) in said.iter().zip(found) {
        for span in &said.harmless {
            all += 1;
            hidden += usize::from(found.iter().any(|f| f.span.0 < span.1 && span.0 < f.span.1));
        }
    }
    share((hidden, all))
}
