//! Words near a number that say what it is.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// How far a word may stand before a number, bytes.
const BEFORE: usize = 56;
/// … and behind a date.
const AFTER: usize = 28;

/// What a word says of the number after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    /// A date of birth.
    Birth,
    /// A phone number.
    Phone,
    /// A number of a thing: an order, an invoice, a parcel.
    Thing,
    /// A US social security number.
    Ssn,
    /// A British health number.
    Nhs,
    /// A Canadian insurance number.
    Sin,
    /// A Dutch citizen number.
    Bsn,
    /// An Indian identity number.
    Aadhaar,
}

/// Stems, in the languages of the console and those of its neighbours. Case matters beyond ASCII, so both stand here.
const WORDS: &[(Hint, &[&str])] = &[
    (
        Hint::Birth,
        &[
            "born",
            "birth",
            "dob",
            "d.o.b",
            "geboren",
            "geburt",
            "geb.",
            "nacid",
            "nací",
            "nacim",
            "née",
            "né le",
            "naissance",
            "född",
            "födelse",
            "födde",
            "urodz",
            " ur. ",
            "народив",
            "народил",
            "народж",
            "Народи",
            "Народж",
            "рожден",
            "рождён",
            "Рожден",
            "родил",
            "Родил",
            "ميلاد",
            "مواليد",
            "ولدت",
            "ولادت",
            "nato il",
            "nata il",
            "nascita",
            "geboorte",
            "nascim",
            "nasci ",
            "nascid",
            "doğum",
            "doğdum",
            "जन्म",
            "生年月日",
            "誕生",
            "出生",
            "生日",
        ],
    ),
    (
        Hint::Phone,
        &[
            "phone",
            "tel",
            "mobil",
            "cell",
            "whatsapp",
            "call",
            "ring",
            "sms",
            "text me",
            "fax",
            "handy",
            "anruf",
            "rufnummer",
            "móvil",
            "llám",
            "llama",
            "portable",
            "appel",
            "joindre",
            "zadzwo",
            "komórk",
            "тел",
            "Тел",
            "дзвон",
            "звон",
            "номер",
            "Номер",
            "هاتف",
            "جوال",
            "اتصل",
            "اتصال",
            "رقمي",
            "chiam",
            "bel me",
            "bel ",
            "ligue",
            "arayın",
            "numaram",
            "फोन",
            "मोबाइल",
            "電話",
            "携帯",
            "电话",
            "手机",
            "my number",
            "meine nummer",
            "number is",
            "reach",
        ],
    ),
    (
        Hint::Thing,
        &[
            "order",
            "invoice",
            "ticket",
            "ref",
            "tracking",
            "parcel",
            "serial",
            "article",
            "item",
            "case",
            "bestell",
            "rechnung",
            "auftrag",
            "sendung",
            "vorgang",
            "kunden",
            "pedido",
            "factura",
            "envío",
            "commande",
            "facture",
            "colis",
            "beställning",
            "faktura",
            "zamówieni",
            "przesyłk",
            "замовлен",
            "заказ",
            "рахун",
            "طلب",
            "فاتورة",
            "ordine",
            "fattura",
            "#",
            "№",
            "sku",
            "imei",
            "isbn",
            "booking",
            "buchung",
            "contract",
            "vertrag",
            "account",
        ],
    ),
    (Hint::Ssn, &["ssn", "social"]),
    (Hint::Nhs, &["nhs"]),
    (Hint::Sin, &["sin ", "sin:", "insurance"]),
    (Hint::Bsn, &["bsn", "burgerservice", "sofi"]),
    (Hint::Aadhaar, &["aadhaar", "aadhar", "uid", "आधार"]),
];

struct Words {
    automaton: AhoCorasick,
    hints: Vec<Hint>,
}

static ALL: LazyLock<Option<Words>> = LazyLock::new(|| {
    let pairs = || WORDS.iter().flat_map(|(hint, words)| words.iter().map(|word| (*hint, *word)));
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(aho_corasick::AhoCorasickKind::DFA))
        .build(pairs().map(|(_, word)| word))
        .ok()?;
    Some(Words { automaton, hints: pairs().map(|(hint, _)| hint).collect() })
});

/// Calls with each hint between two places, in order.
fn each(text: &str, mut then: impl FnMut(Hint)) {
    if let Some(words) = &*ALL {
        for found in words.automaton.find_overlapping_iter(text) {
            then(words.hints[found.pattern().as_usize()]);
        }
    }
}

/// What stands before a number, on its line.
fn before(text: &str, at: usize) -> &str {
    let window = &text[text.floor_char_boundary(at.saturating_sub(BEFORE))..at];
    window.rsplit('\n').next().unwrap_or_default()
}

/// What the words before a number say: the last of those that decide between a phone and a thing, and any other.
#[derive(Debug, Default)]
pub(super) struct Hints {
    nearest: Option<Hint>,
    special: [bool; 5],
}

impl Hints {
    pub(super) fn before(text: &str, at: usize) -> Self {
        let mut hints = Self::default();
        each(before(text, at), |hint| match hint {
            Hint::Phone | Hint::Thing => hints.nearest = Some(hint),
            Hint::Ssn => hints.special[0] = true,
            Hint::Nhs => hints.special[1] = true,
            Hint::Sin => hints.special[2] = true,
            Hint::Bsn => hints.special[3] = true,
            Hint::Aadhaar => hints.special[4] = true,
            Hint::Birth => {}
        });
        hints
    }

    pub(super) fn has(&self, hint: Hint) -> bool {
        match hint {
            Hint::Ssn => self.special[0],
            Hint::Nhs => self.special[1],
            Hint::Sin => self.special[2],
            Hint::Bsn => self.special[3],
            Hint::Aadhaar => self.special[4],
            other => self.nearest == Some(other),
        }
    }
}

/// Whether somebody is born near a date.
pub(super) fn is_birth(text: &str, start: usize, end: usize) -> bool {
    let after = &text[end..text.floor_char_boundary((end + AFTER).min(text.len()))];
    let mut is_birth = false;
    for part in [before(text, start), after.split('\n').next().unwrap_or_default()] {
        each(part, |hint| is_birth |= hint == Hint::Birth);
    }
    is_birth
}
