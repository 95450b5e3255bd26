//! How likely two records are one person: Fellegi and Sunter's sum of log₂ likelihood ratios, each of them shown.
//!
//! A weight is `log2(m / u)`: how often the comparison comes out like this for two records of one person (`m`), against
//! how often for records of two (`u`). The values are priors of ordinary customer data, written down here and nowhere
//! learned, so that every score can be explained and repeated.

use countersign_types::merge::Reason;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// From this sum on a pair is worth a person's look. It stands for how seldom two customers drawn by lot are one person:
/// a name alone does not reach it.
pub const SUGGEST_MIN: f64 = 12.0;

/// What is known of a person, as far as it is compared. Nothing in it is proof.
#[derive(Clone, Default)]
pub struct Record {
    /// The whole name.
    pub name: Option<String>,
    /// E-mail addresses, normalised.
    pub emails: Vec<String>,
    /// Phones in E.164.
    pub phones: Vec<String>,
    /// Birth date, `1990-12-31`.
    pub birth_date: Option<String>,
    /// Street and number.
    pub address: Option<String>,
    /// Post code.
    pub post_code: Option<String>,
    /// Town.
    pub town: Option<String>,
    /// Names of devices, or whatever stands for one.
    pub devices: Vec<String>,
}

/// How a comparison came out: the word, and `m` and `u`.
type Level = (&'static str, f64, f64);

const SAME_EMAIL: Level = ("same", 0.75, 0.000_05);
const SAME_PHONE: Level = ("same", 0.70, 0.000_1);
const PHONE_VARIANT: Level = ("variant", 0.10, 0.000_01);
const SAME_DEVICE: Level = ("same", 0.40, 0.002);
const NAME: [Level; 4] =
    [("same", 0.72, 0.000_8), ("close", 0.17, 0.002), ("part", 0.07, 0.02), ("different", 0.04, 0.977_2)];
const BIRTH_DATE: [Level; 3] = [("same", 0.90, 0.000_06), ("close", 0.07, 0.002), ("different", 0.03, 0.998)];
const ADDRESS: [Level; 3] = [("same", 0.70, 0.000_5), ("close", 0.15, 0.003), ("different", 0.15, 0.996_5)];
const POST_CODE: [Level; 3] = [("same", 0.85, 0.002), ("close", 0.08, 0.02), ("different", 0.07, 0.978)];
const TOWN: [Level; 2] = [("same", 0.85, 0.01), ("different", 0.15, 0.99)];

/// The score of a pair, with everything that it is made of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Score {
    /// The sum.
    pub total: f64,
    /// Its parts, the weightiest first.
    pub reasons: Vec<Reason>,
}

impl Score {
    fn add(&mut self, what: &str, (level, m, u): Level) {
        let weight = (m / u).log2();
        self.total += weight;
        self.reasons.push(Reason { what: what.to_owned(), level: level.to_owned(), weight });
    }
}

/// Compares two records. What one of them does not say is not compared.
///
/// ```
/// use countersign_identity::unify::score::{Record, SUGGEST_MIN, score};
/// let ann = Record { name: Some("Ann Müller".into()), birth_date: Some("1990-12-31".into()), ..Record::default() };
/// let anna = Record { name: Some("MUELLER, Ann".into()), ..ann.clone() };
/// assert!(score(&ann, &anna).total > SUGGEST_MIN);
/// let bob = Record { name: Some("Bob Meyer".into()), birth_date: Some("1971-03-02".into()), ..Record::default() };
/// assert!(score(&ann, &bob).total < 0.0);
/// ```
pub fn score(a: &Record, b: &Record) -> Score {
    let mut score = Score::default();
    if a.emails.iter().any(|email| b.emails.contains(email)) {
        score.add("email", SAME_EMAIL);
    }
    if a.phones.iter().any(|phone| b.phones.contains(phone)) {
        score.add("phone", SAME_PHONE);
    } else if a.phones.iter().any(|phone| phone_variants(phone).iter().any(|v| b.phones.contains(v))) {
        score.add("phone", PHONE_VARIANT);
    }
    if a.devices.iter().any(|device| b.devices.contains(device)) {
        score.add("device", SAME_DEVICE);
    }
    if let (Some(a), Some(b)) = (&a.name, &b.name) {
        score.add("name", NAME[name_level(a, b)]);
    }
    if let (Some(a), Some(b)) = (&a.birth_date, &b.birth_date) {
        score.add("birth_date", BIRTH_DATE[date_level(a, b)]);
    }
    if let (Some(a), Some(b)) = (&a.address, &b.address) {
        score.add("address", ADDRESS[text_level(a, b)]);
    }
    if let (Some(a), Some(b)) = (&a.post_code, &b.post_code) {
        let (a, b) = (bare(a), bare(b));
        let level = if a == b { 0 } else { 1 + usize::from(strsim::osa_distance(&a, &b) > 1) };
        score.add("post_code", POST_CODE[level]);
    }
    if let (Some(a), Some(b)) = (&a.town, &b.town) {
        score.add("town", TOWN[usize::from(strsim::jaro_winkler(&bare(a), &bare(b)) < 0.9)]);
    }
    score.reasons.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    score
}

/// Text without case, marks and whatever separates: `Müller` and `Mueller` are `muller`.
fn bare(text: &str) -> String {
    let bare: String = text.nfkd().filter(|c| !is_combining_mark(*c) && c.is_alphanumeric()).collect();
    umlauts(&bare.to_lowercase())
}

/// `mueller` is how `müller` is typed abroad.
fn umlauts(text: &str) -> String {
    text.replace("ae", "a").replace("oe", "o").replace("ue", "u").replace('ß', "ss").replace('ł', "l")
}

fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> =
        name.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).map(bare).collect();
    words.retain(|word| !word.is_empty());
    words.sort_unstable();
    words
}

/// 0 the same words in any order, 1 alike, 2 a word in common, 3 different.
fn name_level(a: &str, b: &str) -> usize {
    let (a, b) = (words(a), words(b));
    if a.is_empty() || b.is_empty() {
        return 3;
    }
    if a == b {
        return 0;
    }
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let best = |word: &String| long.iter().map(|w| strsim::jaro_winkler(word, w)).fold(0.0, f64::max);
    let alike: Vec<f64> = short.iter().map(best).collect();
    // An initial or a lone given name says little, however well it fits.
    let says_enough = short.len() > 1 && short.iter().filter(|word| word.chars().count() > 1).count() > 1;
    if says_enough && alike.iter().all(|similar| *similar >= 0.88) {
        1
    } else if short.iter().zip(&alike).any(|(word, similar)| word.chars().count() > 2 && *similar >= 0.92) {
        2
    } else {
        3
    }
}

/// 0 the same, 1 one digit wrong or day and month exchanged, 2 different.
fn date_level(a: &str, b: &str) -> usize {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (a, b) = (digits(a), digits(b));
    let exchanged = |d: &str| match (d.get(..4), d.get(4..6), d.get(6..8)) {
        (Some(year), Some(month), Some(day)) => format!("{year}{day}{month}"),
        _ => String::new(),
    };
    if a == b {
        0
    } else if exchanged(&a) == b || a.len() == b.len() && strsim::osa_distance(&a, &b) <= 1 {
        1
    } else {
        2
    }
}

/// 0 the same, 1 alike, 2 different.
fn text_level(a: &str, b: &str) -> usize {
    let (a, b) = (bare(a), bare(b));
    if a == b { 0 } else { 1 + usize::from(strsim::jaro_winkler(&a, &b) < 0.9) }
}

/// Other numbers that may be the same line, as carriers of Brazil, Argentina and Mexico write it. They find candidates;
/// they are never the same identifier.
///
/// ```
/// use countersign_identity::unify::score::phone_variants;
/// assert_eq!(phone_variants("+553188888888"), ["+5531988888888"]);
/// assert_eq!(phone_variants("+5491123456789"), ["+541123456789"]);
/// assert_eq!(phone_variants("+525512345678"), ["+5215512345678"]);
/// assert!(phone_variants("+4930901820").is_empty());
/// ```
pub fn phone_variants(e164: &str) -> Vec<String> {
    let with = |country: &str, area: usize, digit: &str, long: usize| -> Option<String> {
        let rest = e164.strip_prefix(country)?;
        let (head, tail) = (rest.get(..area)?, rest.get(area..)?);
        match tail.strip_prefix(digit) {
            Some(bare) if rest.len() == long => Some(format!("{country}{head}{bare}")),
            _ if rest.len() + 1 == long => Some(format!("{country}{head}{digit}{tail}")),
            _ => None,
        }
    };
    [with("+55", 2, "9", 11), with("+54", 0, "9", 11), with("+52", 0, "1", 11)]
        .into_iter()
        .flatten()
        .collect()
}
