//! What is planted, where, and every way in which it might be written.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Digest as _;

/// What is planted, with the field it is planted in. Nothing of it is a part of what a mask may show.
pub const CANARIES: &[(&str, &str)] = &[
    ("profile.name", "Zquorvane Plimtock"),
    ("profile.email", "zquorvane.plimtock@letters.example"),
    ("profile.phone", "+4915112345698"),
    ("profile.external_id", "CUST-QX77193-HIDDEN"),
    ("profile.attributes.secret", "Vexillum-Orrery-Kestrel"),
    ("profile.attributes.born", "1971-02-03"),
    ("case.attributes.secret", "Quincunx-Halberd-Larch"),
    ("account.user_id", "wyzzard-90817-oblique"),
    ("account.name", "Thaddeus Quillfeather"),
    ("claims.email", "ottoline.fizzbin@papers.example"),
    ("claims.phone", "+4915198765432"),
    ("message.text.email", "brunhilde.xanadu@letters.example"),
    ("message.text.phone", "+49 170 555 82 91"),
    ("note.text.email", "leopoldina.wurst@letters.example"),
    ("file.name", "cordelia.umbrage@letters.example"),
    ("import.name", "Ambrosius Nettlewick"),
    ("import.email", "ambrosius.nettlewick@letters.example"),
    ("import.failure", "peregrine.thimblewit@letters.example"),
    ("merge.reason", "ferdinanda.oxlip@letters.example"),
    ("request.reason", "gwendolyn.harrowgate@letters.example"),
    ("hold.reason", "+4915177700316"),
    ("visit.title", "hortensia.quagmire@letters.example"),
    ("visit.url", "lysander.fothergill@letters.example"),
    ("visit.data", "marmaduke.ploverton@letters.example"),
    ("visit.identity", "theodora.vexley@letters.example"),
    ("call.caller", "+46706178843"),
    ("call.keyed", "8391746205"),
    ("call.note", "philippa.snodgrass@letters.example"),
    ("engagement.lead", "Euphemia Tanglebrook"),
    ("engagement.notes", "euphemia.tanglebrook@letters.example"),
    ("mandate.document", "evangeline.crabtree@letters.example"),
    ("mandate.note", "bartholomew.wigglesby@letters.example"),
    ("mandate.reason", "clementine.farthing@letters.example"),
];

/// Canaries that the server takes out before it stores anything, so that nobody is told them, whoever they are.
pub const SCRUBBED: &[&str] = &["merge.reason", "request.reason", "hold.reason", "visit.url"];

/// The value that is planted in a field; empty where there is no such field.
pub fn canary(field: &str) -> &'static str {
    CANARIES.iter().find(|(name, _)| *name == field).map_or("", |(_, value)| value)
}

/// Each canary with each of its spellings.
pub struct Needles(BTreeMap<&'static str, BTreeSet<String>>);

impl Default for Needles {
    fn default() -> Self {
        Self(CANARIES.iter().map(|(field, value)| (*field, spellings(value))).collect())
    }
}

impl Needles {
    /// Which canaries stand in a text.
    pub fn seen(&self, text: &str) -> Vec<&'static str> {
        let lower = text.to_lowercase();
        let digits: String =
            text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '/')).collect();
        let is_in = |spelling: &String| {
            text.contains(spelling)
                || lower.contains(spelling)
                || spelling.len() > 9 && digits.contains(spelling)
        };
        self.0.iter().filter(|(_, all)| all.iter().any(is_in)).map(|(field, _)| *field).collect()
    }
}

/// A value in its own form, and as people write it.
fn plain(value: &str) -> BTreeSet<String> {
    let mut plain = BTreeSet::from([value.to_owned(), value.to_lowercase()]);
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    if value.starts_with('+') {
        // E.164, national, and without either; in groups it is still these digits (see `seen`).
        plain.extend([digits.clone(), format!("0{}", &digits[2..]), digits[2..].to_owned()]);
    }
    if let Some((local, _)) = value.split_once('@') {
        plain.insert(local.to_owned());
    } else if value.contains(' ') && !value.starts_with('+') {
        plain.extend(value.split(' ').map(str::to_lowercase));
    }
    plain
}

/// Each way in which a value might be written: also backwards, URL- and hex-encoded, in base 64 and hashed.
fn spellings(value: &str) -> BTreeSet<String> {
    let plain = plain(value);
    let mut all = plain.clone();
    for text in &plain {
        all.insert(text.chars().rev().collect());
        all.insert(text.bytes().map(|b| format!("{b:02x}")).collect());
        all.insert(text.bytes().map(|b| format!("%{b:02x}")).collect());
        let escaped: String = text
            .bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02x}") })
            .collect();
        all.insert(escaped);
        for shift in 0..3 {
            // Base 64 of a text in which this stands somewhere: the part that no neighbour changes.
            let coded = STANDARD.encode([&b"   "[..shift], text.as_bytes()].concat());
            let inner = coded.trim_end_matches('=');
            let inner = &inner[if shift == 0 { 0 } else { 4 }..inner.len() - 2];
            if inner.len() >= 8 {
                all.extend([inner.to_owned(), inner.replace('+', "-").replace('/', "_")]);
            }
        }
        let hashes = [
            md5::Md5::digest(text).to_vec(),
            sha1::Sha1::digest(text).to_vec(),
            sha2::Sha256::digest(text).to_vec(),
        ];
        for hash in hashes {
            all.insert(hash.iter().map(|b| format!("{b:02x}")).collect());
            all.insert(STANDARD.encode(hash));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_scrubbed_is_planted() {
        for field in SCRUBBED {
            assert!(!canary(field).is_empty(), "{field}");
        }
    }

    #[test]
    fn m_8_every_spelling_of_a_value_is_found() {
        let needles = Needles::default();
        for (text, field) in [
            ("x zquorvane.plimtock y", "profile.email"),
            ("mailto:zquorvane%2eplimtock%40letters%2eexample", "profile.email"),
            ("0151 1234-5698", "profile.phone"),
            ("elpmaxe.srettel@kcotmilp.enavrouqz", "profile.email"),
            (&STANDARD.encode("{\"n\":\"Zquorvane Plimtock\"}"), "profile.name"),
            ("5a71756f7276616e6520506c696d746f636b", "profile.name"),
            ("0706-17 88 43", "call.caller"),
        ] {
            assert!(needles.seen(text).contains(&field), "{text}");
        }
        let masked = "****@letters.example, XXX-XXX-5698, Z••••••, 1971-••-••";
        assert_eq!(needles.seen(masked), Vec::<&str>::new());
    }

    #[test]
    fn m_8_no_canary_stands_in_another() {
        let needles = Needles::default();
        for (field, value) in CANARIES {
            // The address of a customer holds the name of the same customer.
            let others: Vec<&str> = needles
                .seen(value)
                .into_iter()
                .filter(|other| other != field && other.split('.').next() != field.split('.').next())
                .collect();
            assert_eq!(others, Vec::<&str>::new(), "{field}");
        }
    }
}
