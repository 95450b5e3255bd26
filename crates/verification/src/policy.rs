//! A policy version as an administrator writes it: strict JSON, no logic.
//!
//! ```
//! use countersign_verification::policy;
//!
//! let policy = policy::parse(r#"{
//!     "name": "Accounts",
//!     "customer": {
//!         "searches": [{"kind": "text", "fields": ["name", "phone"], "results": ["town"]}],
//!         "required": [{"field": "birth_date", "answer": "date", "bits": 14}],
//!         "additional": [{"field": "last_amount", "answer": "amount", "bits": 9},
//!                        {"field": "card", "answer": "last_four", "bits": 13}],
//!         "additional_minimum": 1
//!     }
//! }"#).unwrap();
//! assert!(policy.representative.is_none(), "nobody acts for others under this one");
//!
//! // Unknown keys are refused, with the place and what may have been meant.
//! let findings = policy::parse(r#"{"name": "x", "customer": {"searches": [], "requird": []}}"#).unwrap_err();
//! assert_eq!((findings[0].code, findings[0].pointer.as_str()), ("not-a-policy", "/customer/requird"));
//! assert!(findings[0].hint.contains("`required`"));
//! ```

use serde::{Deserialize, Serialize};

use crate::finding::Finding;

/// The largest policy as JSON, in bytes.
pub const POLICY_BYTES_MAX: usize = 64 * 1024;
/// Characters in a name or label, at most.
pub const NAME_CHARS_MAX: usize = 120;
/// Characters in the key of a field, of an object or the id of a look-up, at most.
pub const KEY_CHARS_MAX: usize = 60;
/// Ways of searching of a party, at most.
pub const SEARCHES_MAX: usize = 10;
/// Fields in each list of a search, at most.
pub const FIELDS_MAX: usize = 20;
/// Questions of a party, required and additional each, at most.
pub const QUESTIONS_MAX: usize = 20;
/// Typing slips that a question may allow, at most.
pub const SLIPS_MAX: u8 = 2;
/// The most bits that one question may claim.
pub const BITS_MAX: u8 = 64;
/// The shortest and the longest time for which a result holds: a minute, and a day.
pub const VALID_SECS: std::ops::RangeInclusive<u32> = 60..=86_400;
/// Failed sessions that may be allowed before a lock.
pub const FAILURES: std::ops::RangeInclusive<u8> = 1..=10;
/// The shortest and longest span in which failures are counted, and for which a lock lasts: an hour, and 30 days.
pub const LOCK_SECS: std::ops::RangeInclusive<u32> = 3_600..=2_592_000;

/// What is asked of whom before anything confidential is released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What people call it.
    pub name: String,
    /// How customers are verified: those who speak for themselves, and those for whom somebody else speaks.
    pub customer: Party,
    /// How a representative is verified. Without it nobody acts for somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative: Option<Party>,
    /// Whether a representative needs a mandate.
    #[serde(default)]
    pub mandate: MandateRule,
    /// When failures lock a customer.
    #[serde(default)]
    pub locks: LockRule,
    /// For how long a passed verification holds, in seconds.
    #[serde(default = "valid_secs")]
    pub valid_secs: u32,
}

const fn valid_secs() -> u32 {
    3_600
}

/// How one party is found and asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// The ways to search.
    pub searches: Vec<Search>,
    /// Questions that must all be answered right.
    #[serde(default)]
    pub required: Vec<Question>,
    /// The pool that the server draws from.
    #[serde(default)]
    pub additional: Vec<Question>,
    /// How many of the drawn ones must be right.
    #[serde(default)]
    pub additional_minimum: u8,
    /// How many are drawn; as many as must be right, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_asked: Option<u8>,
    /// Whether evidence of AL3 of whoever is speaking (a code, a signed session) replaces the questions.
    #[serde(default)]
    pub strong_evidence_replaces: bool,
    /// Whether a code that is sent to a number on file counts as such evidence too, and how many hours the number has to be on
    /// file before; nothing: none is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_code_after_hours: Option<u16>,
    /// The least age in years; who is younger, or of unknown age, is not verified by this policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_age: Option<u8>,
}

impl Party {
    /// How many additional questions are drawn.
    pub fn asked(&self) -> usize {
        usize::from(self.additional_asked.unwrap_or(self.additional_minimum))
    }

    /// The question about a field.
    pub fn question(&self, field: &str) -> Option<&Question> {
        self.required.iter().chain(&self.additional).find(|question| question.field == field)
    }
}

/// What a search looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchKind {
    /// Keywords, over all the fields at once.
    Text,
    /// One field of an object that belongs to the customer.
    Object,
}

/// One way to search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// What it looks at.
    pub kind: SearchKind,
    /// For a search by object: which, such as `account`, `contract`, `card`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Fields that are searched.
    pub fields: Vec<String>,
    /// What every result must have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// How results are sorted, the first field first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sort: Vec<Sort>,
    /// Fields that are shown, masked for whoever sees them masked.
    #[serde(default)]
    pub results: Vec<String>,
    /// Fields that are read with a result and not shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden_results: Vec<String>,
}

/// A field that every result must have with this value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// The field.
    pub field: String,
    /// Its value.
    pub equals: String,
}

/// A field that results are sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sort {
    /// The field.
    pub field: String,
    /// The last first.
    #[serde(default)]
    pub descending: bool,
}

/// What kind of answer a question has: how it is read and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// A person's name.
    Name,
    /// A day.
    Date,
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A post code.
    Postcode,
    /// An amount of money, or any number.
    Amount,
    /// The last four characters of a longer number.
    LastFour,
    /// Words.
    Text,
    /// One of a few.
    Choice,
}

impl Answer {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Name,
        Self::Date,
        Self::Phone,
        Self::Email,
        Self::Postcode,
        Self::Amount,
        Self::LastFour,
        Self::Text,
        Self::Choice,
    ];

    /// Whether typing slips can be told from another answer. A number with one wrong digit is another number.
    pub const fn may_have_slips(self) -> bool {
        matches!(self, Self::Name | Self::Text)
    }
}

/// Who says whether an answer is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judge {
    /// The server compares what was said; the stored answer goes nowhere.
    #[default]
    Server,
    /// The agent sees the stored answer and ticks right or wrong.
    Agent,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The field that holds the answer.
    pub field: String,
    /// What kind of answer that is.
    pub answer: Answer,
    /// What the agent asks, if not the field's own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Who judges.
    #[serde(default)]
    pub judge: Judge,
    /// A look-up that says yes or no to what was said, instead of a stored answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look_up: Option<String>,
    /// How hard it is to guess for somebody who knows the customer a little: two to the power of this many tries.
    pub bits: u8,
    /// Typing slips that still count as the same.
    #[serde(default)]
    pub slips: u8,
}

/// Whether a representative needs a mandate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MandateRule {
    /// Always.
    #[default]
    Required,
    /// Both verifications suffice.
    NotRequired,
}

/// When failed sessions lock a customer, counted over all agents and channels (V-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockRule {
    /// Failed sessions that lock.
    pub failures: u8,
    /// In how many seconds.
    pub within_secs: u32,
    /// How long a lock lasts, in seconds, unless somebody overrides it.
    pub lock_secs: u32,
}

impl Default for LockRule {
    /// 3 in 24 hours, for 24 hours.
    fn default() -> Self {
        Self { failures: 3, within_secs: 86_400, lock_secs: 86_400 }
    }
}

/// Reads a policy. What is not one is refused with everything that is wrong with its counts and lengths.
pub fn parse(json: &str) -> Result<Policy, Vec<Finding>> {
    let not_one = |pointer: String, detail: String, hint: String| {
        vec![Finding::problem(pointer, "not-a-policy", detail, hint)]
    };
    if json.len() > POLICY_BYTES_MAX {
        let detail = format!("The policy is larger than {} KiB.", POLICY_BYTES_MAX / 1024);
        return Err(not_one(String::new(), detail, "Shorten it, or make two policies of it.".to_owned()));
    }
    let mut reader = serde_json::Deserializer::from_str(json);
    let policy: Policy = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = pointer(error.path());
        let message = error.into_inner().to_string();
        let hint = meant(&message);
        not_one(place, format!("This is not a policy: {message}."), hint)
    })?;
    reader.end().map_err(|error| {
        let detail = format!("Something stands behind the policy: {error}.");
        not_one(String::new(), detail, "Send one policy at a time.".to_owned())
    })?;
    let findings = limits(&policy);
    if findings.is_empty() { Ok(policy) } else { Err(findings) }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut out = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => out.push_str(&format!("/{index}")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                out.push('/');
                out.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Unknown => {}
        }
    }
    out
}

/// What may have been meant by a word that serde does not know: the nearest of those it names.
fn meant(message: &str) -> String {
    let mut words = message.split('`').skip(1).step_by(2);
    let nearest = words.next().and_then(|wrong| {
        words
            .map(|word| (strsim::damerau_levenshtein(wrong, word), word))
            .min()
            .filter(|(far, word)| *far * 2 <= word.len())
    });
    match nearest {
        Some((_, word)) => format!("Did you mean `{word}`?"),
        None => "Correct the place named; docs/VERIFICATION.md has the form of a policy.".to_owned(),
    }
}

fn limits(policy: &Policy) -> Vec<Finding> {
    let mut limits = Limits(Vec::new());
    limits.words("/name", &policy.name, NAME_CHARS_MAX);
    limits.party("/customer", &policy.customer);
    if let Some(party) = &policy.representative {
        limits.party("/representative", party);
    }
    limits.number("/valid_secs", policy.valid_secs, VALID_SECS);
    let LockRule { failures, within_secs, lock_secs } = policy.locks;
    limits.number(
        "/locks/failures",
        failures.into(),
        u32::from(*FAILURES.start())..=(*FAILURES.end()).into(),
    );
    limits.number("/locks/within_secs", within_secs, LOCK_SECS);
    limits.number("/locks/lock_secs", lock_secs, LOCK_SECS);
    limits.0
}

struct Limits(Vec<Finding>);

impl Limits {
    fn add(&mut self, pointer: &str, detail: String, hint: &str) {
        self.0.push(Finding::problem(pointer, "out-of-range", detail, hint));
    }

    fn words(&mut self, pointer: &str, text: &str, chars_max: usize) {
        let has_control = text.chars().any(char::is_control);
        if text.trim().is_empty() || text.chars().count() > chars_max || has_control {
            let detail = format!("This needs 1 to {chars_max} characters, none of them control characters.");
            self.add(pointer, detail, "Write a short text.");
        }
    }

    fn key(&mut self, pointer: &str, key: &str) {
        let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if key.is_empty() || key.len() > KEY_CHARS_MAX || !key.chars().all(is_key) {
            let detail = format!("A key has 1 to {KEY_CHARS_MAX} of the characters a-z, 0-9 and _.");
            self.add(pointer, detail, "Write the key as the list of attributes shows it.");
        }
    }

    fn number(&mut self, pointer: &str, number: u32, range: std::ops::RangeInclusive<u32>) {
        if !range.contains(&number) {
            let detail = format!("{number} is not between {} and {}.", range.start(), range.end());
            self.add(pointer, detail, "Choose a number in that range.");
        }
    }

    fn count(&mut self, pointer: &str, count: usize, max: usize) {
        if count > max {
            self.add(pointer, format!("There are {count}; {max} is the most."), "Take some out.");
        }
    }

    fn party(&mut self, place: &str, party: &Party) {
        let at = |name: &str| format!("{place}/{name}");
        self.count(&at("searches"), party.searches.len(), SEARCHES_MAX);
        for (n, search) in party.searches.iter().enumerate().take(SEARCHES_MAX) {
            self.search(&at(&format!("searches/{n}")), search);
        }
        for (name, questions) in [("required", &party.required), ("additional", &party.additional)] {
            self.count(&at(name), questions.len(), QUESTIONS_MAX);
            for (n, question) in questions.iter().enumerate().take(QUESTIONS_MAX) {
                self.question(&at(&format!("{name}/{n}")), question);
            }
        }
        if let Some(age) = party.minimum_age {
            self.number(&at("minimum_age"), age.into(), 1..=120);
        }
        if let Some(hours) = party.sent_code_after_hours {
            self.number(&at("sent_code_after_hours"), hours.into(), 0..=8_760);
        }
    }

    fn search(&mut self, place: &str, search: &Search) {
        let at = |name: &str| format!("{place}/{name}");
        if let Some(label) = &search.label {
            self.words(&at("label"), label, NAME_CHARS_MAX);
        }
        if let Some(object) = &search.object {
            self.key(&at("object"), object);
        }
        if (search.kind == SearchKind::Object) != search.object.is_some() {
            let detail = "A search by object names the object; a text search has none.".to_owned();
            self.add(&at("object"), detail, "Name the object, or make it a text search.");
        }
        let lists = [
            ("fields", &search.fields),
            ("results", &search.results),
            ("hidden_results", &search.hidden_results),
        ];
        for (name, fields) in lists {
            self.count(&at(name), fields.len(), FIELDS_MAX);
            for (n, field) in fields.iter().enumerate().take(FIELDS_MAX) {
                self.key(&at(&format!("{name}/{n}")), field);
            }
        }
        self.count(&at("filters"), search.filters.len(), FIELDS_MAX);
        for (n, filter) in search.filters.iter().enumerate().take(FIELDS_MAX) {
            self.key(&at(&format!("filters/{n}/field")), &filter.field);
            self.words(&at(&format!("filters/{n}/equals")), &filter.equals, NAME_CHARS_MAX);
        }
        self.count(&at("sort"), search.sort.len(), FIELDS_MAX);
        for (n, sort) in search.sort.iter().enumerate().take(FIELDS_MAX) {
            self.key(&at(&format!("sort/{n}/field")), &sort.field);
        }
    }

    fn question(&mut self, place: &str, question: &Question) {
        self.key(&format!("{place}/field"), &question.field);
        if let Some(label) = &question.label {
            self.words(&format!("{place}/label"), label, NAME_CHARS_MAX);
        }
        if let Some(look_up) = &question.look_up {
            self.words(&format!("{place}/look_up"), look_up, KEY_CHARS_MAX);
        }
        self.number(&format!("{place}/bits"), question.bits.into(), 0..=BITS_MAX.into());
        self.number(&format!("{place}/slips"), question.slips.into(), 0..=SLIPS_MAX.into());
    }
}

/// The policy that is installed as an example, as the vendor of the seed ships it: a text search, name and birth date
/// required, one of phone and post code. The linter warns of it, rightly; see [`lint`](mod@crate::lint).
///
/// ```
/// use countersign_verification::policy::{self, default_policy};
/// let written = serde_json::to_string(&default_policy()).unwrap();
/// assert_eq!(policy::parse(&written).unwrap(), default_policy());
/// ```
pub fn default_policy() -> Policy {
    let question = |field: &str, answer, bits, slips| Question {
        field: field.to_owned(),
        answer,
        label: None,
        judge: Judge::Server,
        look_up: None,
        bits,
        slips,
    };
    let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
    let party = |strong_evidence_replaces| Party {
        searches: vec![Search {
            kind: SearchKind::Text,
            object: None,
            label: None,
            fields: keys(&["name", "phone", "email"]),
            filters: Vec::new(),
            sort: vec![Sort { field: "name".to_owned(), descending: false }],
            results: keys(&["name", "birth_date", "phone"]),
            hidden_results: Vec::new(),
        }],
        required: vec![question("name", Answer::Name, 10, 1), question("birth_date", Answer::Date, 14, 0)],
        additional: vec![
            question("phone", Answer::Phone, 20, 0),
            question("postcode", Answer::Postcode, 10, 0),
        ],
        additional_minimum: 1,
        additional_asked: None,
        strong_evidence_replaces,
        sent_code_after_hours: None,
        minimum_age: None,
    };
    Policy {
        name: "Example: name, birth date and one more".to_owned(),
        customer: party(true),
        representative: Some(party(true)),
        mandate: MandateRule::Required,
        locks: LockRule::default(),
        valid_secs: valid_secs(),
    }
}
