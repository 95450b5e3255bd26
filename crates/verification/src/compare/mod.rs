//! Whether what was said is what is stored.
//!
//! Both sides are read into one form for their kind of answer, and compared there. A person is asked to say it again
//! where nothing can be read out of what was said; that never depends on what is stored.
//!
//! ```
//! use countersign_verification::compare::{Comparison, How, Locale, Unreadable, compare};
//! use countersign_verification::policy::Answer;
//!
//! let german = Locale::of("DE");
//! let date = How::exact(Answer::Date, &german);
//! assert_eq!(compare(&date, "1990-05-03", "3. Mai 1990"), Comparison::Same);
//! assert_eq!(compare(&date, "1990-05-03", "05.03.1990"), Comparison::Different);
//! assert_eq!(compare(&date, "1990-05-03", "3.5.90"), Comparison::Unreadable(Unreadable::TwoDigitYear));
//!
//! let name = How::exact(Answer::Name, &german);
//! assert_eq!(compare(&name, "Юрій Шевченко", "Yuriy Shevchenko"), Comparison::Same);
//! assert_eq!(compare(&name, "محمد الحسن", "Mohammed al-Hasan"), Comparison::Same);
//! assert_eq!(compare(&name, "Jörg Müller", "Mueller, Joerg"), Comparison::Same);
//! ```
//!
//! **Time.** Forms of which only sameness counts are compared whole, in buffers of one length, without an early end.
//! Names and words with slips take time that depends on how long both sides are, as reading them does anyway.

mod alphabet;
mod amount;
mod date;
mod month;
mod name;
mod plain;
mod spelling;

use countersign_identity::identifier::{self, Region};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::policy::Answer;

/// The most characters that are read, of what is stored and of what was said.
pub const CHARS_MAX: usize = 200;

/// How a comparison came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Both say the same.
    Same,
    /// They do not.
    Different,
    /// One of them says nothing that can be compared.
    Unreadable(Unreadable),
}

/// Why nothing can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// There is nothing.
    #[error("there is nothing")]
    Empty,
    /// More characters or words than an answer has.
    #[error("this is too long")]
    TooLong,
    /// No day of any calendar year from 1850 to 2150.
    #[error("this is not a date")]
    NotADate,
    /// A year of two digits: it may be of this century or the last.
    #[error("the year needs four digits")]
    TwoDigitYear,
    /// Not a phone number that exists, or a national one without a country.
    #[error("this is not a telephone number")]
    NotAPhone,
    /// Not an e-mail address.
    #[error("this is not an e-mail address")]
    NotAnEmail,
    /// Not a post code.
    #[error("this is not a post code")]
    NotAPostcode,
    /// Not an amount.
    #[error("this is not an amount")]
    NotAnAmount,
    /// More or fewer than four characters.
    #[error("this is not the last four characters")]
    NotFour,
    /// What is stored cannot be read: whoever is asked cannot be right.
    #[error("what is stored cannot be compared")]
    Stored,
}

/// In which order a country writes dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// Day, month, year.
    #[default]
    DayFirst,
    /// Month, day, year.
    MonthFirst,
}

/// What decides where a text may be read in two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locale {
    /// The country that national phone numbers belong to.
    pub region: Option<Region>,
    /// How `03/04/1990` is read. Dates that can be read in one way only are read in that way.
    pub dates: DateOrder,
    /// Whether `1.234` is one and a bit (`.`) or more than a thousand (`,`).
    pub decimal: char,
}

impl Locale {
    /// The locale of a country by its ISO 3166 code.
    ///
    /// ```
    /// use countersign_verification::compare::{DateOrder, Locale};
    /// assert_eq!(Locale::of("US").dates, DateOrder::MonthFirst);
    /// assert_eq!((Locale::of("GB").decimal, Locale::of("SE").decimal), ('.', ','));
    /// ```
    pub fn of(country: &str) -> Self {
        const MONTH_FIRST: &[&str] = &["US", "PH", "FM", "MH", "PW"];
        const POINT: &[&str] = &[
            "US", "GB", "IE", "AU", "NZ", "CA", "IN", "PK", "CN", "JP", "KR", "TH", "MY", "SG", "HK", "TW",
            "PH", "IL", "MX", "NG", "KE", "GH", "CH", "LI", "MT", "AE", "SA", "EG", "QA", "KW", "BH", "OM",
            "JO", "LB", "YE", "IQ", "FM", "MH", "PW",
        ];
        let dates = if MONTH_FIRST.contains(&country) { DateOrder::MonthFirst } else { DateOrder::DayFirst };
        let decimal = if POINT.contains(&country) { '.' } else { ',' };
        Self { region: country.parse().ok(), dates, decimal }
    }
}

/// How an answer is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct How<'a> {
    /// Its kind.
    pub answer: Answer,
    /// Typing slips that still count as the same; they count for names and words only.
    pub slips: u8,
    /// What decides where there are two ways.
    pub locale: &'a Locale,
}

impl<'a> How<'a> {
    /// Without any slips.
    pub const fn exact(answer: Answer, locale: &'a Locale) -> Self {
        Self { answer, slips: 0, locale }
    }
}

/// What was read: the form in which two answers are compared.
enum Form {
    Exact(String),
    LastFour(String),
    Amount(amount::Amount),
    Name(name::Name),
    Words(String),
}

/// Compares what is stored with what was said. See the module.
pub fn compare(how: &How<'_>, stored: &str, said: &str) -> Comparison {
    let said = match read(how, said, false) {
        Ok(said) => said,
        Err(why) => return Comparison::Unreadable(why),
    };
    let Ok(stored) = read(how, stored, true) else { return Comparison::Unreadable(Unreadable::Stored) };
    let is_same = match (&stored, &said) {
        (Form::Exact(stored), Form::Exact(said)) | (Form::LastFour(stored), Form::LastFour(said)) => {
            same(stored, said)
        }
        (Form::Amount(stored), Form::Amount(said)) => stored.is_same(said),
        (Form::Name(stored), Form::Name(said)) => stored.is_same(said, how.slips),
        (Form::Words(stored), Form::Words(said)) => name::are_alike(stored, said, how.slips),
        _ => false,
    };
    if is_same { Comparison::Same } else { Comparison::Different }
}

/// Whether something can be read out of what was said. It says nothing about what is stored.
pub fn check_said(how: &How<'_>, said: &str) -> Result<(), Unreadable> {
    read(how, said, false).map(drop)
}

/// Whether what is stored can be compared with anything at all.
pub fn can_be_asked(how: &How<'_>, stored: &str) -> bool {
    read(how, stored, true).is_ok()
}

fn read(how: &How<'_>, text: &str, is_stored: bool) -> Result<Form, Unreadable> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Unreadable::Empty);
    }
    if text.chars().nth(CHARS_MAX).is_some() {
        return Err(Unreadable::TooLong);
    }
    let locale = how.locale;
    Ok(match how.answer {
        Answer::Name => Form::Name(name::Name::read(text)?),
        Answer::Date => Form::Exact(date::read(text, locale.dates)?),
        Answer::Phone => {
            let phone = identifier::normalise_phone(text, locale.region);
            Form::Exact(phone.map_err(|_| Unreadable::NotAPhone)?.key)
        }
        Answer::Email => {
            Form::Exact(identifier::normalise_email(text).map_err(|_| Unreadable::NotAnEmail)?.key)
        }
        Answer::Postcode => Form::Exact(plain::postcode(text)?),
        Answer::Amount => Form::Amount(amount::Amount::read(text, locale.decimal)?),
        Answer::LastFour => Form::LastFour(plain::last_four(text, is_stored)?),
        Answer::Text => Form::Words(plain::words(text)?),
        Answer::Choice => Form::Exact(plain::words(text)?),
    })
}

/// Whether two texts are the same, in a time that does not depend on where they differ or on how long they are, up to
/// twice [`CHARS_MAX`] characters of four bytes.
fn same(a: &str, b: &str) -> bool {
    const LEN: usize = CHARS_MAX * 8;
    let padded = |text: &str| {
        let mut buffer = [0u8; LEN];
        let len = text.len().min(LEN);
        buffer[..len].copy_from_slice(&text.as_bytes()[..len]);
        buffer
    };
    let is_same_length = (a.len() as u64).ct_eq(&(b.len() as u64));
    let fits = a.len() <= LEN && b.len() <= LEN;
    fits && bool::from(is_same_length & padded(a).ct_eq(&padded(b)))
}
