//! Masks of single values.

use crate::detect::is_digit;

/// What stands for whatever is hidden: always six, however long the value.
pub const BULLETS: &str = "••••••";

/// How a value is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// `XXX-XXX-7890`: the last four digits.
    Phone,
    /// `****@domain.com`: the domain.
    Email,
    /// `****`: for addresses whose domain is the person's own.
    EmailWhole,
    /// `A••••••`: the initial.
    Name,
    /// `1984-••-••`: the year.
    Date,
    /// `•••••• Berlin`: the town of an address; see [`mask_town`].
    Town,
    /// `••••••`: nothing.
    Text,
    /// The text with e-mail addresses and long numbers masked; see [`crate::mask_text`].
    FreeText,
    /// The first and last characters, as far as that is safe; see [`mask_keep`].
    Keep {
        /// Characters shown at the beginning.
        first: u8,
        /// Characters shown at the end.
        last: u8,
    },
}

/// Masks a value. An empty value stays empty: that there is none is no secret, and a mask would look like one.
///
/// ```
/// use countersign_masking::{mask, Format};
/// assert_eq!(mask(Format::Phone, "+1 (555) 456-7890"), "XXX-XXX-7890");
/// assert_eq!(mask(Format::Email, "ann.lee@domain.com"), "****@domain.com");
/// assert_eq!(mask(Format::Name, "Ann Lee"), "A••••••");
/// assert_eq!(mask(Format::Date, "1984-03-17"), "1984-••-••");
/// assert_eq!(mask(Format::Text, "VIP, divorced"), "••••••");
/// ```
pub fn mask(format: Format, value: &str) -> String {
    if value.trim().is_empty() {
        return String::new();
    }
    match format {
        Format::Phone => mask_phone(value),
        Format::Email => mask_email(value),
        Format::EmailWhole => "****".to_owned(),
        Format::Name => mask_name(value),
        Format::Date => mask_date(value),
        Format::Town => mask_town(value),
        Format::Text => BULLETS.to_owned(),
        Format::FreeText => crate::mask_text(value),
        Format::Keep { first, last } => mask_keep(value, usize::from(first), usize::from(last)),
    }
}

/// The last four digits, if they are at most four of seven.
fn mask_phone(value: &str) -> String {
    let mut tail = ['X'; 4];
    let mut count = 0usize;
    for c in value.chars().filter(|c| is_digit(*c)) {
        tail.rotate_left(1);
        tail[3] = c;
        count += 1;
    }
    if count < 7 {
        tail = ['X'; 4];
    }
    format!("XXX-XXX-{}", String::from_iter(tail))
}

fn mask_email(value: &str) -> String {
    match value.trim().rsplit_once('@') {
        Some((_, domain)) if is_domain(domain) => format!("****@{domain}"),
        _ => "****".to_owned(),
    }
}

/// Is this a domain that may be shown: a host name with a top level, in which no long number hides?
pub(crate) fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.chars().count())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let mut digits = 0;
    let has_long_number = domain.chars().filter(|c| *c != '-' && *c != '.').any(|c| {
        digits = if is_digit(c) { digits + 1 } else { 0 };
        digits >= 7
    });
    let top = domain.rsplit('.').next().unwrap_or_default();
    let is_top = top.starts_with("xn--") || top.chars().count() >= 2 && top.chars().all(char::is_alphabetic);
    domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(is_label)
        && is_top
        && !has_long_number
}

fn mask_name(value: &str) -> String {
    let mut letters = value.trim().chars();
    match letters.next() {
        Some(initial) if initial.is_alphabetic() && letters.next().is_some() => {
            format!("{}{BULLETS}", initial.to_uppercase())
        }
        _ => BULLETS.to_owned(),
    }
}

fn mask_date(value: &str) -> String {
    let value = value.trim();
    match value.as_bytes() {
        [a, b, c, d, b'-', _, ..] if [a, b, c, d].iter().all(|b| b.is_ascii_digit()) => {
            format!("{}-••-••", &value[..4])
        }
        _ => BULLETS.to_owned(),
    }
}

/// The town of an address, where it can be told: it stands with the post code, or before the country, on a line of
/// its own or between commas, and never first. Otherwise nothing.
///
/// ```
/// use countersign_masking::mask_town;
/// assert_eq!(mask_town("Karl-Marx-Allee 3, 10178 Berlin, Germany"), "•••••• Berlin");
/// assert_eq!(mask_town("Ann Lee, Karl-Marx-Allee 3, 10178 Berlin"), "••••••"); // two numbers: which is the town's?
/// assert_eq!(mask_town("1 Main St\nSpringfield, IL 62701"), "••••••");
/// assert_eq!(mask_town("1 Main St, Springfield, USA"), "•••••• Springfield");
/// assert_eq!(mask_town("Somewhere"), "••••••");
/// ```
pub fn mask_town(value: &str) -> String {
    let parts: Vec<&str> = value.split([',', ';', '\n']).map(str::trim).filter(|p| !p.is_empty()).collect();
    let has_digit = |word: &str| word.chars().any(is_digit);
    let with_code: Vec<&str> =
        parts.iter().skip(1).copied().filter(|part| part.chars().any(is_digit)).collect();
    let town = match with_code[..] {
        // A second number is a second street, a floor, a phone: which is the town's cannot be told.
        [part] => {
            // The code stands before or after the town, never within; a word of one or two letters is a region.
            let words: Vec<&str> = part.split_whitespace().collect();
            let letters: Vec<&str> = words.iter().copied().filter(|word| !has_digit(word)).collect();
            let is_at_edge =
                words.first().is_some_and(|w| has_digit(w)) || words.last().is_some_and(|w| has_digit(w));
            let is_town = letters.iter().any(|word| word.chars().count() > 2);
            (is_at_edge && is_town && letters.len() <= 4).then(|| letters.join(" "))
        }
        [] if parts.len() >= 3 => Some(parts[parts.len() - 2].to_owned()),
        _ => None,
    };
    let is_name = |town: &String| {
        (2..=40).contains(&town.chars().count())
            && town.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’' | '.'))
    };
    town.filter(is_name).map_or_else(|| BULLETS.to_owned(), |town| format!("{BULLETS} {town}"))
}

/// Shows the first and last characters of a value, four at most in all and never more than a quarter of it;
/// otherwise nothing. For account numbers and the like.
///
/// ```
/// use countersign_masking::mask_keep;
/// assert_eq!(mask_keep("DE89370400440532013000", 2, 2), "DE••••••00");
/// assert_eq!(mask_keep("AB12", 2, 2), "••••••");
/// assert_eq!(mask_keep("DE89370400440532013000", 9, 9), "••••••");
/// ```
pub fn mask_keep(value: &str, first: usize, last: usize) -> String {
    let value = value.trim();
    let count = value.chars().count();
    let shown = first.saturating_add(last);
    if shown > 4 || shown * 4 > count {
        return BULLETS.to_owned();
    }
    let head: String = value.chars().take(first).collect();
    let tail: String = value.chars().skip(count - last).collect();
    format!("{head}{BULLETS}{tail}")
}
