//! Telephone numbers.

use std::str::FromStr;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};

use super::plan::{self, Answer};
use super::{IdentifierError, IdentifierKind, Normalised, checked};

/// A country whose national numbers are understood: an ISO 3166 code such as `DE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region(rlibphonenumber::Region);

impl FromStr for Region {
    type Err = IdentifierError;

    fn from_str(code: &str) -> Result<Self, IdentifierError> {
        rlibphonenumber::Region::from_str(code)
            .ok()
            .filter(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(*region).is_some())
            .map(Self)
            .ok_or(IdentifierError::NotPhone)
    }
}

const BYTES_MAX: usize = 64;

pub(super) fn normalise(text: &str, region: Option<Region>) -> Result<Normalised, IdentifierError> {
    let raw = checked(text, BYTES_MAX)?;
    let value = if is_valid_e164(raw) { raw.to_owned() } else { parse(raw, region)? };
    Ok(Normalised { kind: IdentifierKind::Phone, key: value.clone(), value, raw: raw.to_owned() })
}

fn parse(raw: &str, region: Option<Region>) -> Result<String, IdentifierError> {
    let number = PHONE_NUMBER_UTIL.parse(raw, region.map(|r| r.0)).map_err(|_| IdentifierError::NotPhone)?;
    if !PHONE_NUMBER_UTIL.is_valid_number(&number) {
        return Err(IdentifierError::NotPhone);
    }
    Ok(PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned())
}

/// A number in E.164 as people of a country write it: `070-617 07 86` for a Swedish number in Sweden, E.164 for numbers
/// of other countries. What is no number stays as it is.
///
/// ```
/// use countersign_identity::identifier::{Region, shown_in};
/// let sweden: Region = "SE".parse().unwrap();
/// assert_eq!(shown_in("+46706170786", sweden), "070-617 07 86");
/// assert_eq!(shown_in("+4722334455", sweden), "+4722334455");
/// assert_eq!(shown_in("anonymous", sweden), "anonymous");
/// ```
pub fn shown_in(number: &str, region: Region) -> String {
    let Ok(parsed) = PHONE_NUMBER_UTIL.parse(number, None) else { return number.to_owned() };
    let is_domestic = PHONE_NUMBER_UTIL.get_country_code_for_region(region.0) == Some(parsed.country_code);
    if !PHONE_NUMBER_UTIL.is_valid_number(&parsed) {
        return number.to_owned();
    }
    let form = if is_domestic { PhoneNumberFormat::National } else { PhoneNumberFormat::E164 };
    PHONE_NUMBER_UTIL.format(&parsed, form).into_owned()
}

/// Whether whoever calls a number in E.164 pays more than a call costs.
///
/// ```
/// use countersign_identity::identifier::is_premium_rate;
/// assert!(is_premium_rate("+19002345678"));
/// assert!(!is_premium_rate("+46706170786"));
/// ```
pub fn is_premium_rate(number: &str) -> bool {
    let parsed = PHONE_NUMBER_UTIL.parse(number, None).ok();
    let kind = parsed.map(|parsed| PHONE_NUMBER_UTIL.get_number_type(&parsed));
    kind == Some(PhoneNumberType::PremiumRate)
}

/// Is this text a valid number already in E.164, to the letter? Much faster than a parse; it says no to numbers
/// that a parse would still correct.
///
/// ```
/// use countersign_identity::identifier::is_valid_e164;
/// assert!(is_valid_e164("+4930901820"));
/// assert!(!is_valid_e164("+49 30 901820"));
/// assert!(!is_valid_e164("+999123456"));
/// ```
pub fn is_valid_e164(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('+') else { return false };
    if !(7..=15).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    match plan::look_up(digits.as_bytes()) {
        Answer::Valid => true,
        Answer::Invalid => false,
        Answer::Ask => parse(text, None).is_ok_and(|value| value == text),
    }
}

#[cfg(test)]
#[allow(clippy::print_stdout)]
mod tests {
    use super::*;

    /// The library's own answer for text that is in E.164 already.
    fn is_valid_by_library(text: &str) -> bool {
        parse(text, None).is_ok_and(|value| value == text)
    }

    /// Numbers of every calling code: example numbers with their last digits changed, and random ones.
    #[test]
    fn the_automata_answer_as_the_library_does() {
        let mut state = 1u64;
        let mut random = move |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let examples: Vec<String> = PHONE_NUMBER_UTIL
            .get_supported_regions()
            .filter_map(|region| PHONE_NUMBER_UTIL.get_example_number(region).ok())
            .map(|number| PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned())
            .collect();
        let codes: Vec<i32> = PHONE_NUMBER_UTIL.get_supported_calling_codes().collect();
        let (mut valid, mut asked, mut total) = (0, 0, 0);
        for round in 0..400_000usize {
            let mut digits = if round % 4 == 0 {
                let code = codes[random(codes.len() as u64) as usize].to_string();
                let len = 4 + random(10) as usize;
                (0..len).fold(code, |text, _| text + &random(10).to_string())
            } else {
                let example = &examples[round % examples.len()][1..];
                let keep = example.len() - random(example.len() as u64 - 3) as usize;
                let len = (example.len() + random(5) as usize).saturating_sub(2).max(keep);
                (keep..len).fold(example[..keep].to_owned(), |text, _| text + &random(10).to_string())
            };
            digits.truncate(15);
            let text = format!("+{digits}");
            asked += usize::from(plan::look_up(digits.as_bytes()) == Answer::Ask);
            let ours = is_valid_e164(&text);
            assert_eq!(ours, digits.len() >= 7 && is_valid_by_library(&text), "{text}");
            valid += usize::from(ours);
            total += 1;
        }
        println!("phones: {total} numbers, {valid} valid, {asked} asked of the library, 0 disagreements");
        assert!(valid > 80_000 && asked < total / 10);
    }
}
