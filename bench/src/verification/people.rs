//! Customers, each the same whenever one is made of its number. Names are spread as people's are: the commonest stand in
//! one profile in a hundred, most in a few of a million.

/// The commonest names.
const GIVEN: [&str; 20] = [
    "Anna",
    "Thomas",
    "Maria",
    "Michael",
    "Peter",
    "Claudia",
    "Andreas",
    "Susanne",
    "Stefan",
    "Sabine",
    "Ursula",
    "Christian",
    "Monika",
    "Hans",
    "Petra",
    "Wolfgang",
    "Julia",
    "Martin",
    "Renate",
    "Ali",
];
/// The commonest family names.
pub(super) const FAMILY: [&str; 24] = [
    "Müller",
    "Schmidt",
    "Schneider",
    "Fischer",
    "Weber",
    "Meyer",
    "Wagner",
    "Becker",
    "Schulz",
    "Hoffmann",
    "Schäfer",
    "Koch",
    "Bauer",
    "Richter",
    "Klein",
    "Wolf",
    "Schröder",
    "Neumann",
    "Schwarz",
    "Zimmermann",
    "Braun",
    "Krüger",
    "Nguyen",
    "Yılmaz",
];
/// What rarer ones are put together from.
const STARTS: [&str; 25] = [
    "Schön", "Hart", "Brand", "Lind", "Ober", "Nieder", "Stein", "Wald", "Eich", "Burg", "Kirch", "Alt",
    "Neu", "Lang", "Rein", "Gott", "Diet", "Fried", "Hein", "Ger", "Wil", "Sieg", "Bern", "Rosen", "Mar",
];
const GIVEN_STARTS: [&str; 25] = [
    "Adel", "Bri", "Cor", "Dor", "Elis", "Flor", "Gis", "Hil", "Ing", "Jon", "Kat", "Lud", "Mir", "Nad",
    "Oth", "Pau", "Reg", "Sig", "Tor", "Ulr", "Val", "Wer", "Xav", "Yas", "Zof",
];
const MIDDLES: [&str; 25] = [
    "a", "be", "ci", "do", "el", "fa", "ge", "hol", "in", "jo", "ka", "le", "mo", "ne", "or", "pe", "qui",
    "ro", "sa", "ti", "ul", "vi", "wa", "xe", "zi",
];
const ENDS: [&str; 32] = [
    "mann", "berg", "hof", "feld", "dorf", "bach", "thal", "stein", "hard", "kamp", "land", "ner", "ler",
    "ke", "ing", "rath", "hausen", "heim", "auer", "bauer", "huber", "meier", "son", "sen", "ski", "wicz",
    "ova", "er", "el", "ert", "ich", "olt",
];
/// Family names and given names that there are.
const FAMILY_NAMES: usize = 20_000;
const GIVEN_NAMES: usize = 2_000;

/// Everything that a benchmark knows of a customer.
pub(super) struct Person {
    /// What they are called.
    pub given: String,
    /// Their family's name.
    pub family: String,
    /// Their address; nobody else's.
    pub email: String,
    /// Their number, E.164; one in ten shares it.
    pub phone: String,
    /// The company's id.
    pub external_id: String,
    /// The number of their contract.
    pub contract: String,
    /// The number of their card.
    pub card: String,
    /// A word that they agreed upon.
    pub word: String,
    /// The day of their birth.
    pub birth_date: String,
}

impl Person {
    /// The customer of a number.
    pub(super) fn of(n: u64) -> Self {
        let given = name(&GIVEN, &GIVEN_STARTS, rank(mixed(3 * n), GIVEN_NAMES));
        let family = name(&FAMILY, &STARTS, rank(mixed(3 * n + 1), FAMILY_NAMES));
        let draw = mixed(3 * n + 2);
        let household = if n % 10 == 1 { n - 1 } else { n };
        Self {
            given,
            family,
            email: format!("customer-{n}@mail.example"),
            phone: format!("+4930901{household:07}"),
            external_id: format!("K-{n:07}"),
            contract: format!("V-{n:08}"),
            card: format!("4716 2255 {:04} {:04}", draw % 10_000, draw / 10_000 % 10_000),
            word: format!("amber kettle {}", draw % 1_000_000),
            birth_date: format!("{}-{:02}-{:02}", 1940 + draw % 65, 1 + draw / 65 % 12, 1 + draw / 780 % 28),
        }
    }

    /// The whole name.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    /// What they say when they are asked.
    pub(super) fn answer(&self, field: &str) -> &str {
        match field {
            "birth_date" => &self.birth_date,
            "card" => &self.card[self.card.len() - 4..],
            "word" => &self.word,
            other => panic!("{other} is not asked"),
        }
    }
}

/// Numbers without an order, one for each.
pub(super) const fn mixed(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

/// The rank of a name among so many, each drawn as often as one by its rank and ten.
fn rank(draw: u64, count: usize) -> usize {
    let share = (draw >> 11) as f64 / (1_u64 << 53) as f64;
    let rank = 10.0 * (1.0 + count as f64 / 10.0).powf(share) - 10.0;
    (rank as usize).min(count - 1)
}

fn name(common: &[&str], starts: &[&str], rank: usize) -> String {
    if let Some(name) = common.get(rank) {
        return (*name).to_owned();
    }
    let (start, rest) = (rank % starts.len(), rank / starts.len());
    let (middle, end) = (rest % MIDDLES.len(), rest / MIDDLES.len() % ENDS.len());
    format!("{}{}{}", starts[start], MIDDLES[middle], ENDS[end])
}
