//! Amounts: digits of any script, separators of any country, signs and codes of currencies.

use unicode_normalization::UnicodeNormalization;

use super::alphabet::digit;
use super::{Unreadable, same};

/// An amount: its digits, and its currency if one was named.
pub(super) struct Amount {
    number: String,
    currency: Option<&'static str>,
}

/// Signs and words of currencies. What several currencies share (`kr`, a dollar sign) names none.
const CURRENCIES: &[(&str, Option<&str>)] = &[
    ("€", Some("EUR")),
    ("eur", Some("EUR")),
    ("euro", Some("EUR")),
    ("euros", Some("EUR")),
    ("£", Some("GBP")),
    ("gbp", Some("GBP")),
    ("pounds", None),
    ("pound", None),
    ("$", None),
    ("dollars", None),
    ("dollar", None),
    ("usd", Some("USD")),
    ("us$", Some("USD")),
    ("cad", Some("CAD")),
    ("aud", Some("AUD")),
    ("chf", Some("CHF")),
    ("fr", None),
    ("kr", None),
    ("kronor", None),
    ("sek", Some("SEK")),
    ("nok", Some("NOK")),
    ("dkk", Some("DKK")),
    ("zł", Some("PLN")),
    ("zl", Some("PLN")),
    ("pln", Some("PLN")),
    ("złotych", Some("PLN")),
    ("₴", Some("UAH")),
    ("грн", Some("UAH")),
    ("uah", Some("UAH")),
    ("₽", Some("RUB")),
    ("руб", Some("RUB")),
    ("rub", Some("RUB")),
    ("¥", None),
    ("jpy", Some("JPY")),
    ("cny", Some("CNY")),
    ("₹", Some("INR")),
    ("inr", Some("INR")),
    ("₺", Some("TRY")),
    ("try", Some("TRY")),
    ("aed", Some("AED")),
    ("درهم", None),
    ("sar", Some("SAR")),
    ("ريال", None),
    ("egp", Some("EGP")),
    ("جنيه", None),
    ("czk", Some("CZK")),
    ("kč", Some("CZK")),
    ("huf", Some("HUF")),
    ("ft", None),
    ("ron", Some("RON")),
    ("lei", None),
];

impl Amount {
    pub(super) fn read(text: &str, decimal: char) -> Result<Self, Unreadable> {
        let text: String = text.nfkc().map(|c| digit(c).unwrap_or(c)).collect::<String>().to_lowercase();
        let is_part = |c: char| {
            c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | ',' | '\'' | '’' | '٫' | '٬' | '_')
        };
        let (Some(begin), Some(end)) =
            (text.find(|c: char| c.is_ascii_digit()), text.rfind(|c: char| c.is_ascii_digit()))
        else {
            return Err(Unreadable::NotAnAmount);
        };
        let number = &text[begin..=end];
        if !number.chars().all(is_part) {
            return Err(Unreadable::NotAnAmount);
        }
        let (before, is_negative) = sign(&text[..begin]);
        let (before, after) = (currency(before)?, currency(&text[end + 1..])?);
        let currency = match (before, after) {
            (Some(a), Some(b)) if a != b => return Err(Unreadable::NotAnAmount),
            (a, b) => a.or(b),
        };
        let mut number = digits(number, decimal).ok_or(Unreadable::NotAnAmount)?;
        if is_negative && number != "0" {
            number.insert(0, '-');
        }
        Ok(Self { number, currency })
    }

    /// The same number; and, where both name one, the same currency.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let is_same_number = same(&self.number, &other.number);
        let is_same_currency = match (self.currency, other.currency) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        is_same_number & is_same_currency
    }
}

/// What stands before the digits without a minus sign, and whether there was one.
fn sign(before: &str) -> (&str, bool) {
    let before = before.trim();
    for minus in ['-', '\u{2212}', '\u{2013}'] {
        if let Some(rest) = before.strip_prefix(minus).or_else(|| before.strip_suffix(minus)) {
            return (rest.trim(), true);
        }
    }
    (before, false)
}

fn currency(word: &str) -> Result<Option<&'static str>, Unreadable> {
    // `1.234,-` and `1 234:-` are how round amounts are written.
    let ends = |c: char| c.is_whitespace() || matches!(c, '.' | ',' | '-' | ':' | '\u{2013}' | '\u{2014}');
    let word = word.trim_matches(ends);
    if word.is_empty() {
        return Ok(None);
    }
    let known = CURRENCIES.iter().find(|(name, _)| *name == word);
    known.map(|(_, code)| *code).ok_or(Unreadable::NotAnAmount)
}

/// The digits with a point before the fraction, without noughts in front and behind.
fn digits(number: &str, decimal: char) -> Option<String> {
    let (whole, fraction) = match mark(number, decimal)? {
        Some(at) => (&number[..at], number[at..].trim_start_matches(|c: char| !c.is_ascii_digit())),
        None => (number, ""),
    };
    if !fraction.bytes().all(|b| b.is_ascii_digit()) || !is_grouped(whole) {
        return None;
    }
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    if whole.len() > 18 || fraction.len() > 6 {
        return None;
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

/// Where the fraction begins; `None` inside if there is none, outside if that cannot be said.
fn mark(number: &str, decimal: char) -> Option<Option<usize>> {
    if let Some(at) = number.find('٫') {
        return Some(Some(at));
    }
    let (point, comma) = (number.rfind('.'), number.rfind(','));
    let at = match (point, comma) {
        (None, None) => return Some(None),
        (Some(point), Some(comma)) => return Some(Some(point.max(comma))),
        (Some(at), None) | (None, Some(at)) => at,
    };
    let separator = number[at..].chars().next()?;
    if number.matches(separator).count() > 1 {
        return Some(None);
    }
    // One separator and three digits behind it: the country decides.
    let is_thousand = number.len() - at == 4 && at <= 3 && separator != decimal && &number[..at] != "0";
    Some(if is_thousand { None } else { Some(at) })
}

/// Whether separators, if there are any, stand where thousands (or, in India, hundreds of them) end.
fn is_grouped(whole: &str) -> bool {
    let mut groups = whole.split(|c: char| !c.is_ascii_digit());
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let Some((last, between)) = rest.split_last() else { return true };
    let is_group = |group: &&str| matches!(group.len(), 2 | 3);
    (1..=3).contains(&first.len()) && last.len() == 3 && between.iter().all(is_group)
}
