//! Scenarios that install with one press.
//!
//! `chat-identification` is the one the product is named for: a stranger is asked for an identification code, and agents
//! meet only customers who are identified and whose tariff is known. It is data: a dropdown and ten rules, which an
//! administrator edits like any others. Each rule carries its [`RuleBody::origin`], so installing again finds what is
//! there instead of doubling it.
//!
//! ```
//! use countersign_rules::scenario::{Language, chat_identification};
//! let scenario = chat_identification(Language::De, None);
//! assert_eq!((scenario.attribute.label.as_str(), scenario.rules.len()), ("Tarif", 10));
//! ```

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod pl;
mod sv;
mod uk;

use countersign_types::Timestamp;
use countersign_types::attribute::{AttributeLevel, AttributeOption, AttributeType, Form};
use countersign_types::case::{CaseStatus, Priority};
use serde_json::{Value as Json, json};

use crate::action::{Action, Settable};
use crate::model::{Block, Condition, Join, Mode, Op, RuleBody, Trigger};
use crate::schema::AttributeDefinition;

/// The key of the dropdown.
pub const TARIFF: &str = "tariff";
/// What every origin of the scenario's rules begins with.
pub const CHAT_IDENTIFICATION: &str = "chat-identification";
const FIELD: &str = "profile.attributes.tariff";

macro_rules! languages {
    ($($(#[$doc:meta])* $name:ident $tag:literal $phrases:expr,)*) => {
        /// The languages in which scenarios are written.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Language { $($(#[$doc])* $name,)* }

        impl Language {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The language tag.
            pub const fn tag(self) -> &'static str {
                match self { $(Self::$name => $tag,)* }
            }

            const fn phrases(self) -> &'static Phrases {
                match self { $(Self::$name => &$phrases,)* }
            }
        }
    };
}

languages! {
    /// English
    En "en" en::PHRASES,
    /// German
    De "de" de::PHRASES,
    /// Spanish
    Es "es" es::PHRASES,
    /// French
    Fr "fr" fr::PHRASES,
    /// Swedish
    Sv "sv" sv::PHRASES,
    /// Polish
    Pl "pl" pl::PHRASES,
    /// Ukrainian
    Uk "uk" uk::PHRASES,
    /// Arabic
    Ar "ar" ar::PHRASES,
}

impl Language {
    /// The language of a tag such as `de` or `de-AT`.
    pub fn parse(tag: &str) -> Option<Self> {
        let begin = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Self::ALL.iter().copied().find(|language| language.tag() == begin)
    }
}

/// The words of a language. One file each.
struct Phrases {
    /// The dropdown and its options.
    tariff: &'static str,
    standard: &'static str,
    vip: &'static str,
    no_account: &'static str,
    /// Names of the rules, in the order of [`chat_identification`].
    names: [&'static str; 10],
    /// To a stranger who begins a conversation.
    ask: &'static str,
    hello_standard: &'static str,
    hello_vip: &'static str,
    hello_no_account: &'static str,
    /// The code was not accepted, whatever the reason.
    invalid: &'static str,
    valid_standard: &'static str,
    valid_vip: &'static str,
    /// They said that they have no account.
    told_no_account: &'static str,
    /// They have one now.
    again: &'static str,
    /// They wrote something else.
    not_sent: &'static str,
    /// What people write who have no account. The English ones count everywhere.
    no_account_words: &'static [&'static str],
    /// What people write who have one now, beside `5` and `start`.
    start_words: &'static [&'static str],
}

/// An attribute that a scenario needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeDraft {
    /// Its key.
    pub key: String,
    /// The word that people see.
    pub label: String,
    /// On what it stands.
    pub level: AttributeLevel,
    /// Its type.
    pub r#type: AttributeType,
    /// Its options; nothing chosen is the blank of the seed.
    pub options: Vec<AttributeOption>,
    /// Where it shows.
    pub forms: Vec<Form>,
}

impl AttributeDraft {
    /// As rules see it.
    pub fn definition(&self) -> AttributeDefinition {
        let (level, key, r#type, options) = (self.level, self.key.clone(), self.r#type, self.options.clone());
        AttributeDefinition { level, key, r#type, options }
    }
}

/// What a scenario installs.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Its name in the API.
    pub key: &'static str,
    /// The attribute it needs; one with the same key, level and type is taken as it is, with missing options added.
    pub attribute: AttributeDraft,
    /// Its rules in their order.
    pub rules: Vec<RuleBody>,
}

/// The ten rules of the seed document.
///
/// `created_after` limits the questions to customers who were first heard of after that moment ("if you want
/// identification to apply only to new users"); who was there before is left to the agents.
///
/// The order differs from the seed's in one place: *no account* stands above *no code was sent* and stops, so that
/// whoever edits its words has to edit one rule and not two.
pub fn chat_identification(language: Language, created_after: Option<Timestamp>) -> Scenario {
    let p = language.phrases();
    let mut rules = rules_for_new(p);
    rules.extend(rules_for_codes(p));
    rules.extend(rules_for_words(p));
    for (rule, name) in rules.iter_mut().zip(p.names) {
        name.clone_into(&mut rule.name);
        let is_question = rule.origin.as_deref().is_some_and(|o| ASKING.iter().any(|key| o.ends_with(key)));
        if let Some(at) = created_after.filter(|_| is_question) {
            rule.blocks[0].conditions.push(when("profile.created_at", Op::After, json!(at)));
        }
    }
    Scenario { key: CHAT_IDENTIFICATION, attribute: tariff(p), rules }
}

/// The rules that ask a stranger something.
const ASKING: [&str; 3] = ["/new-stranger", "/no-account", "/not-sent"];

fn tariff(p: &Phrases) -> AttributeDraft {
    let option = |(value, label): (&str, &str)| AttributeOption {
        value: value.to_owned(),
        label: label.to_owned(),
        is_retired: false,
    };
    AttributeDraft {
        key: TARIFF.to_owned(),
        label: p.tariff.to_owned(),
        level: AttributeLevel::Profile,
        r#type: AttributeType::Dropdown,
        options: [("standard", p.standard), ("vip", p.vip), ("no_account", p.no_account)]
            .map(option)
            .to_vec(),
        forms: vec![Form::ProfileData, Form::ProfilePage],
    }
}

fn when(field: &str, op: Op, value: Json) -> Condition {
    Condition { field: field.to_owned(), op, value }
}

fn rule(key: &str, trigger: Trigger, conditions: Vec<Condition>, actions: Vec<Action>) -> RuleBody {
    RuleBody {
        name: String::new(),
        trigger,
        delay_secs: None,
        enabled: true,
        group: None,
        blocks: vec![Block { mode: Mode::All, conditions }],
        join: Join::And,
        actions,
        once_per_case: false,
        cooldown_secs: None,
        origin: Some(format!("{CHAT_IDENTIFICATION}/{key}")),
    }
}

fn say(text: &str) -> Action {
    Action::SendMessage { texts: vec![text.to_owned()] }
}

fn ask(text: &str) -> Action {
    Action::AskForCode { texts: vec![text.to_owned()] }
}

fn wait() -> Action {
    Action::EndChat { status: CaseStatus::Pending }
}

fn open(priority: Priority) -> [Action; 2] {
    [Action::SetStatus { status: CaseStatus::Open }, Action::SetPriority { priority }]
}

fn set_tariff(value: Json) -> Action {
    let field = Settable { level: AttributeLevel::Profile, key: TARIFF.to_owned() };
    Action::SetAttribute { field, value }
}

fn with(first: Action, rest: impl IntoIterator<Item = Action>) -> Vec<Action> {
    std::iter::once(first).chain(rest).collect()
}

fn is_identified(is_so: bool) -> Condition {
    when("profile.is_identified", Op::Is, json!(is_so))
}

fn is_blank() -> Condition {
    when(FIELD, Op::IsEmpty, Json::Null)
}

fn is_tariff(value: &str) -> Condition {
    when(FIELD, Op::Is, json!(value))
}

/// Step 2 of the seed: a, and b for each tariff. Only who is identified is served by tariff: a word that an agent or a
/// page wrote is no proof.
fn rules_for_new(p: &Phrases) -> Vec<RuleBody> {
    let new = Trigger::NewCase;
    vec![
        rule("new-stranger", new, vec![is_identified(false), is_blank()], vec![ask(p.ask), wait()]),
        rule(
            "new-standard",
            new,
            vec![is_identified(true), is_tariff("standard")],
            with(say(p.hello_standard), open(Priority::Normal)),
        ),
        rule(
            "new-vip",
            new,
            vec![is_identified(true), is_tariff("vip")],
            with(say(p.hello_vip), open(Priority::High)),
        ),
        rule(
            "new-no-account",
            new,
            vec![is_tariff("no_account")],
            with(say(p.hello_no_account), open(Priority::Normal)),
        ),
    ]
}

fn came(more: Vec<Condition>) -> Vec<Condition> {
    let mut conditions = vec![when("message.author", Op::Is, json!("customer"))];
    conditions.extend(more);
    conditions
}

fn outcome(word: &str) -> Condition {
    when("identification_code.outcome", Op::Is, json!(word))
}

/// Step 3 d and e. Whoever is identified and has not the VIP tariff is served as standard, also where the company sent
/// no tariff with the code: a customer who has proved who they are must not be left waiting.
fn rules_for_codes(p: &Phrases) -> Vec<RuleBody> {
    let updated = Trigger::UpdatedCase;
    vec![
        rule(
            "invalid",
            updated,
            came(vec![is_identified(false), outcome("invalid")]),
            vec![say(p.invalid), wait()],
        ),
        rule(
            "valid-standard",
            updated,
            came(vec![is_identified(true), outcome("valid"), when(FIELD, Op::IsNot, json!("vip"))]),
            with(say(p.valid_standard), open(Priority::Normal)),
        ),
        rule(
            "valid-vip",
            updated,
            came(vec![is_identified(true), outcome("valid"), is_tariff("vip")]),
            with(say(p.valid_vip), open(Priority::High)),
        ),
    ]
}

/// Step 3 f, g and c. *Not sent* leaves conversations alone that an agent has taken.
fn rules_for_words(p: &Phrases) -> Vec<RuleBody> {
    let updated = Trigger::UpdatedCase;
    let words = |own: &[&str], always: &[&str]| {
        let mut words: Vec<String> = own.iter().chain(always).map(|w| (*w).to_owned()).collect();
        words.sort_unstable();
        words.dedup();
        json!(words)
    };
    let no_account = words(p.no_account_words, en::PHRASES.no_account_words);
    let start = words(p.start_words, &["5", "start"]);
    vec![
        rule(
            "no-account",
            updated,
            came(vec![
                is_identified(false),
                is_blank(),
                outcome("not_sent"),
                when("message.text", Op::HasWord, no_account),
            ]),
            with(
                set_tariff(json!("no_account")),
                with(say(p.told_no_account), open(Priority::Normal)).into_iter().chain([Action::Stop {}]),
            ),
        ),
        rule(
            "start-again",
            updated,
            came(vec![is_tariff("no_account"), outcome("not_sent"), when("message.text", Op::Equals, start)]),
            vec![set_tariff(Json::Null), ask(p.again), wait()],
        ),
        rule(
            "not-sent",
            updated,
            came(vec![
                is_identified(false),
                is_blank(),
                outcome("not_sent"),
                when("case.assignee", Op::IsEmpty, Json::Null),
            ]),
            vec![ask(p.not_sent), wait()],
        ),
    ]
}
