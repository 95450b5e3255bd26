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
/// A whole name of two words; a word alone says less.
const NAME: [Level; 4] =
    [("same", 0.72, 0.000_2), ("close", 0.17, 0.000_6), ("part", 0.07, 0.02), ("different", 0.04, 0.979_2)];
const LONE_NAME: [Level; 2] = [("same", 0.72, 0.004), ("different", 0.28, 0.996)];
const BIRTH_DATE: [Level; 3] = [("same", 0.90, 0.000_06), ("close", 0.07, 0.002), ("different", 0.03, 0.998)];
const ADDRESS: [Level; 4] =
    [("same", 0.70, 0.000_5), ("close", 0.12, 0.001_5), ("street", 0.06, 0.003), ("different", 0.12, 0.995)];
const POST_CODE: [Level; 3] = [("same", 0.85, 0.002), ("close", 0.08, 0.01), ("different", 0.07, 0.988)];
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

/// A record in the form in which it is compared: made once, compared often.
#[derive(Default)]
pub struct Prepared {
    /// The words of the name, bare and in order.
    pub(super) words: Vec<String>,
    /// Digits of the birth date.
    pub(super) birth_date: Option<String>,
    /// Street and number, bare.
    pub(super) address: Option<String>,
    pub(super) post_code: Option<String>,
    pub(super) town: Option<String>,
    has_name: bool,
    emails: Vec<String>,
    phones: Vec<String>,
    variants: Vec<String>,
    devices: Vec<String>,
}

impl Prepared {
    /// Prepares a record.
    pub fn of(record: &Record) -> Self {
        let digits = |text: &String| text.chars().filter(char::is_ascii_digit).collect();
        let text = |text: &Option<String>| text.as_deref().map(bare);
        Self {
            words: record.name.as_deref().map(words).unwrap_or_default(),
            birth_date: record.birth_date.as_ref().map(digits),
            address: text(&record.address),
            post_code: text(&record.post_code),
            town: text(&record.town),
            has_name: record.name.is_some(),
            emails: record.emails.clone(),
            phones: record.phones.clone(),
            variants: record.phones.iter().flat_map(|phone| phone_variants(phone)).collect(),
            devices: record.devices.clone(),
        }
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
    each_level(&Prepared::of(a), &Prepared::of(b), |what, level| score.add(what, level));
    score.reasons.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    score
}

/// The sum of [`score`] alone, for many pairs.
pub fn total(a: &Prepared, b: &Prepared) -> f64 {
    let mut total = 0.0;
    each_level(a, b, |_, (_, m, u)| total += (m / u).log2());
    total
}

/// Calls with how each comparison came out.
fn each_level(a: &Prepared, b: &Prepared, mut add: impl FnMut(&'static str, Level)) {
    let have_one = |a: &[String], b: &[String]| a.iter().any(|value| b.contains(value));
    if have_one(&a.emails, &b.emails) {
        add("email", SAME_EMAIL);
    }
    if have_one(&a.phones, &b.phones) {
        add("phone", SAME_PHONE);
    } else if have_one(&a.variants, &b.phones) {
        add("phone", PHONE_VARIANT);
    }
    if have_one(&a.devices, &b.devices) {
        add("device", SAME_DEVICE);
    }
    if a.has_name && b.has_name {
        add("name", name_level(&a.words, &b.words));
    }
    if let (Some(a), Some(b)) = (&a.birth_date, &b.birth_date) {
        add("birth_date", BIRTH_DATE[date_level(a, b)]);
    }
    if let (Some(a), Some(b)) = (&a.address, &b.address) {
        add("address", ADDRESS[address_level(a, b)]);
    }
    if let (Some(a), Some(b)) = (&a.post_code, &b.post_code) {
        let level = if a == b { 0 } else { 1 + usize::from(strsim::osa_distance(a, b) > 1) };
        add("post_code", POST_CODE[level]);
    }
    if let (Some(a), Some(b)) = (&a.town, &b.town) {
        add("town", TOWN[usize::from(a != b && strsim::jaro_winkler(a, b) < 0.9)]);
    }
}

/// Text without case, marks and whatever separates: `Müller` and `Mueller` are `muller`.
fn bare(text: &str) -> String {
    if text.is_ascii() {
        return folded(text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
    }
    let bare: String = text.nfkd().filter(|c| !is_combining_mark(*c) && c.is_alphanumeric()).collect();
    folded(bare.to_lowercase().chars())
}

/// `mueller` is how `müller` is typed abroad.
fn folded(letters: impl Iterator<Item = char>) -> String {
    let (mut folded, mut last) = (String::with_capacity(24), ' ');
    for c in letters {
        match c {
            'e' if matches!(last, 'a' | 'o' | 'u') => {}
            'ß' => folded.push_str("ss"),
            'ł' => folded.push('l'),
            c => folded.push(c),
        }
        last = c;
    }
    folded
}

fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> =
        name.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).map(bare).collect();
    words.retain(|word| !word.is_empty());
    words.sort_unstable();
    words
}

/// The same words in any order, alike, a word in common, or different.
fn name_level(a: &[String], b: &[String]) -> Level {
    let [same, close, part, different] = NAME;
    if a.is_empty() || b.is_empty() {
        return different;
    }
    if a == b {
        return if a.len() > 1 { same } else { LONE_NAME[0] };
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let alike = |a: &String, b: &String| if a == b { 1.0 } else { strsim::jaro_winkler(a, b) };
    let best = |word: &String| long.iter().map(|w| alike(word, w)).fold(0.0, f64::max);
    // An initial or a lone given name says little, however well it fits.
    let says_enough = short.len() > 1 && short.iter().filter(|word| word.chars().count() > 1).count() > 1;
    let (mut all_alike, mut one_fits) = (true, false);
    for word in short {
        let similar = best(word);
        all_alike &= similar >= 0.88;
        one_fits |= word.chars().count() > 2 && similar >= 0.92;
    }
    match (says_enough && all_alike, one_fits) {
        (true, _) => close,
        (false, true) => part,
        (false, false) => different,
    }
}

/// Both are digits: 0 the same, 1 one digit wrong or day and month exchanged, 2 different.
fn date_level(a: &str, b: &str) -> usize {
    if a == b {
        return 0;
    }
    let is_exchanged = match (a.get(..4), a.get(4..6), a.get(6..8)) {
        (Some(year), Some(month), Some(day)) => b == format!("{year}{day}{month}"),
        _ => false,
    };
    if is_exchanged || a.len() == b.len() && strsim::osa_distance(a, b) <= 1 { 1 } else { 2 }
}

/// 0 the same, 1 alike, 2 the same street with another number, 3 different.
fn address_level(a: &str, b: &str) -> usize {
    if a == b {
        return 0;
    }
    let is_number = |c: char| c.is_numeric();
    let (street_a, street_b) = (a.trim_matches(is_number), b.trim_matches(is_number));
    let numbers = |text: &str| text.chars().filter(|c| c.is_numeric()).collect::<String>();
    let is_alike = |a: &str, b: &str| a == b || strsim::jaro_winkler(a, b) >= 0.9;
    if !is_alike(street_a, street_b) {
        3
    } else if strsim::osa_distance(&numbers(a), &numbers(b)) <= 1 {
        1
    } else {
        2
    }
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
