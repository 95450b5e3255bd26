//! Masking of what people write: the obvious first, and rather too much than too little.

use crate::detect::{self, Finding, FindingKind, detect, digit, is_digit};
use crate::known::Known;
use crate::value::{BULLETS, is_domain};

/// What stands for a card; its last four digits follow, as on any receipt.
const CARD: &str = "•••• •••• •••• ";

/// Hides personal data in free text, in time linear in its length: e-mail addresses, phone numbers, cards, accounts,
/// national numbers, addresses of machines, dates of birth, and any number of seven digits or more. Calendar dates
/// stay. Numbers may be grouped in any way and be in any script's digits. It hides more than personal data rather
/// than less. What is left of it: the domain of an address, the last four digits of phones, cards and plain numbers.
///
/// ```
/// use countersign_masking::mask_text;
/// assert_eq!(
///     mask_text("I am ann@example.org, +49 (0)30 / 901820, since 2026-11-20."),
///     "I am ****@example.org, XXX-XXX-1820, since 2026-11-20."
/// );
/// ```
pub fn mask_text(text: &str) -> String {
    mask_text_with(text, &Known::nothing())
}

/// [`mask_text`], which hides what is known of the customer too, wherever it stands.
///
/// ```
/// use countersign_masking::{Known, KnownValue, mask_text_with};
/// let known = Known::of([KnownValue::Name("Ann Löwe")]);
/// assert_eq!(mask_text_with("This is ann loewe... löwe!", &known), "This is •••••• loewe... ••••••!");
/// ```
pub fn mask_text_with(text: &str, known: &Known) -> String {
    let found = detect(text, known);
    if found.is_empty() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 32);
    let mut at = 0;
    for Finding { span, kind } in found {
        out.push_str(&text[at..span.start]);
        at = span.end;
        match kind {
            FindingKind::Email => {
                out.push_str("****");
                if let Some(domain) = detect::domain_of(text, span).filter(|domain| is_domain(domain)) {
                    out.push('@');
                    out.push_str(domain);
                }
            }
            FindingKind::Phone | FindingKind::Number => {
                out.push_str("XXX-XXX-");
                push_last_four(&text[span], &mut out);
            }
            FindingKind::Card => {
                out.push_str(CARD);
                push_last_four(&text[span], &mut out);
            }
            FindingKind::Iban
            | FindingKind::National(_)
            | FindingKind::Ip
            | FindingKind::Birth
            | FindingKind::Known
            | FindingKind::Custom => out.push_str(BULLETS),
        }
    }
    out.push_str(&text[at..]);
    out
}

/// The last four digits; there are seven at least.
fn push_last_four(number: &str, out: &mut String) {
    let mut tail = ['X'; 4];
    for (place, c) in tail.iter_mut().rev().zip(number.chars().rev().filter(|c| is_digit(*c))) {
        *place = c;
    }
    out.extend(tail);
}

/// A text without its card numbers, as it may be stored; `None` where there is none (M-5). Only what certainly is one
/// is taken: a number of an issuer of cards, with the right check digit, in one piece or grouped as on a card. Orders,
/// phones and accounts stay.
///
/// ```
/// use countersign_masking::scrub_cards;
/// assert_eq!(scrub_cards("with 4111 1111 1111 1111, please").unwrap(), "with •••• •••• •••• 1111, please");
/// assert_eq!(scrub_cards("order 4111111111111112, +49 170 1234567"), None);
/// ```
pub fn scrub_cards(text: &str) -> Option<String> {
    let mut out: Option<(String, usize)> = None;
    detect::cards(text, |span| {
        let (kept, at) = out.get_or_insert_with(|| (String::with_capacity(text.len()), 0));
        kept.push_str(&text[*at..span.start]);
        kept.push_str(CARD);
        let four: Vec<char> = text[span.clone()].chars().rev().filter(|c| is_digit(*c)).take(4).collect();
        kept.extend(four.iter().rev().map(|c| char::from(b'0' + digit(*c))));
        *at = span.end;
    });
    out.map(|(mut kept, at)| {
        kept.push_str(&text[at..]);
        kept
    })
}
