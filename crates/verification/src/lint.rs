//! What a policy does not hold: findings with a place and what to do (V-4).
//!
//! Strength is counted for the worst case: all required questions, and of the additional ones the weakest that suffice. A
//! question counts with no more bits than its kind of answer can have, with two fewer for each slip it allows, and with
//! none where the agent sees the answer among the results of the search, or where somebody is searched by it.
//!
//! ```
//! use countersign_verification::lint::{Known, lint};
//! use countersign_verification::policy::default_policy;
//!
//! let codes: Vec<_> = lint(&default_policy(), &Known::default()).iter().map(|finding| finding.code).collect();
//! assert!(codes.contains(&"too-weak") && codes.contains(&"public-data-possible"));
//! ```

use std::collections::BTreeSet;

use countersign_types::Assurance;

use crate::engagement::Topic;
use crate::finding::Finding;
use crate::policy::{Answer, Judge, MandateRule, Party, Policy, Question, Search, SearchKind};

/// Strength that a party's questions must have, in bits (V-4).
pub const BITS_MIN: u32 = 20;
/// Fields that anybody can find out. Nobody is known by these alone.
pub const PUBLIC: &[&str] = &[
    "name",
    "first_name",
    "last_name",
    "full_name",
    "birth_date",
    "date_of_birth",
    "birthday",
    "postcode",
    "post_code",
    "zip",
    "postal_code",
    "town",
    "city",
    "address",
    "street",
];

/// What there is in the workspace. An empty list is not checked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// Keys of fields that profiles have.
    pub fields: &'a [&'a str],
    /// Look-ups that answer yes or no.
    pub look_ups: &'a [&'a str],
}

/// What is wrong or doubtful about a policy, in the order of its parts.
pub fn lint(policy: &Policy, known: &Known<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    Lint { place: "/customer", party: &policy.customer, known, findings: &mut findings }.all();
    if let Some(party) = &policy.representative {
        Lint { place: "/representative", party, known, findings: &mut findings }.all();
        if policy.mandate == MandateRule::NotRequired {
            findings.push(Finding::warning(
                "/mandate",
                "no-mandate",
                "Whoever knows the answers of two people acts for one of them without any authority on file.",
                "Require a mandate.",
            ));
        }
    }
    findings
}

/// What is wrong or doubtful about a topic with its policy.
///
/// ```
/// use countersign_types::Assurance;
/// use countersign_verification::engagement::Topic;
/// use countersign_verification::lint::lint_topic;
/// use countersign_verification::policy::default_policy;
///
/// let mut policy = default_policy();
/// policy.customer.strong_evidence_replaces = false;
/// let topic = Topic { key: "payee".into(), is_confidential: true, minimum_level: Assurance::Al3 };
/// assert_eq!(lint_topic(&topic, Some(&policy))[0].code, "level-impossible");
/// ```
pub fn lint_topic(topic: &Topic, policy: Option<&Policy>) -> Vec<Finding> {
    let Some(policy) = policy else {
        let is_fine = !topic.is_confidential;
        let finding = Finding::problem(
            "/policy",
            "no-policy",
            "The topic is confidential and has no policy: nobody can be verified for it.",
            "Choose a policy, or say that the topic is not confidential.",
        );
        return if is_fine { Vec::new() } else { vec![finding] };
    };
    let mut findings = Vec::new();
    if topic.is_confidential && topic.minimum_level == Assurance::Al3 {
        if !policy.customer.strong_evidence_replaces {
            findings.push(Finding::problem(
                "/minimum_level",
                "level-impossible",
                "The topic asks for AL3. Questions give AL2, and the policy takes no stronger evidence.",
                "Let strong evidence replace the questions, or ask for AL2.",
            ));
        }
        if policy.representative.is_some() {
            findings.push(Finding::warning(
                "/minimum_level",
                "never-for-others",
                "Whoever is represented is verified by questions, which give AL2: nobody acts for others in this topic.",
                "Ask for AL2 if representatives are to act.",
            ));
        }
    }
    findings
}

/// The most bits that an answer of a kind can have, whatever its author hopes.
const fn ceiling(question: &Question) -> u32 {
    if question.look_up.is_some() {
        return question.bits as u32;
    }
    match question.answer {
        // A hundred years of days; ten thousand endings; a few choices.
        Answer::Date => 15,
        Answer::LastFour => 13,
        Answer::Choice => 3,
        Answer::Name => 12,
        Answer::Postcode => 13,
        Answer::Amount => 16,
        Answer::Phone | Answer::Email => 24,
        Answer::Text => 32,
    }
}

/// What a question adds in the worst case.
pub fn bits(question: &Question, is_told: bool) -> u32 {
    let claimed = u32::from(question.bits).min(ceiling(question));
    if is_told { 0 } else { claimed.saturating_sub(2 * u32::from(question.slips)) }
}

/// The strength of a party's questions in the worst case, in bits: what the meter of the editor shows.
pub fn strength(party: &Party) -> u32 {
    let is_told = |field: &str| is_shown(party, field) || is_searched(party, field);
    let bits = |question: &Question| bits(question, is_told(&question.field));
    let required: u32 = party.required.iter().map(bits).sum();
    let mut additional: Vec<u32> = party.additional.iter().map(bits).collect();
    additional.sort_unstable();
    required + additional.iter().take(usize::from(party.additional_minimum)).sum::<u32>()
}

fn is_shown(party: &Party, field: &str) -> bool {
    party.searches.iter().any(|search| search.results.iter().any(|result| result == field))
}

/// Whether a customer is found by a field: whoever said it to be found is asked nothing new by it.
fn is_searched(party: &Party, field: &str) -> bool {
    party.searches.iter().any(|search| search.fields.iter().any(|searched| searched == field))
}

/// Whether a search by this field alone can find somebody. What is asked about finds nobody: that would tell an answer.
fn can_find(party: &Party, search: &Search, field: &str) -> bool {
    let is_built_in = matches!(field, "name" | "phone" | "email" | "external_id");
    let is_asked = party.question(field).is_some_and(|question| question.judge == Judge::Server);
    is_built_in || (search.kind == SearchKind::Object && !is_asked)
}

fn is_public(field: &str) -> bool {
    PUBLIC.contains(&field)
}

struct Lint<'a> {
    place: &'static str,
    party: &'a Party,
    known: &'a Known<'a>,
    findings: &'a mut Vec<Finding>,
}

impl Lint<'_> {
    fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.place)
    }

    fn problem(&mut self, at: &str, code: &'static str, detail: impl Into<String>, hint: &str) {
        self.findings.push(Finding::problem(self.at(at), code, detail, hint));
    }

    fn warning(&mut self, at: &str, code: &'static str, detail: impl Into<String>, hint: &str) {
        self.findings.push(Finding::warning(self.at(at), code, detail, hint));
    }

    fn all(&mut self) {
        self.searches();
        self.counts();
        self.questions();
        self.strength();
        if self.party.strong_evidence_replaces {
            return;
        }
        if self.party.required.is_empty() && self.party.additional_minimum == 0 {
            let detail = "Nothing is asked, and no evidence is taken instead.";
            self.problem("required", "asks-nothing", detail, "Add questions.");
        }
    }

    fn searches(&mut self) {
        let party = self.party;
        if party.searches.is_empty() {
            let detail = "There is no way to search, so nobody is found.";
            self.problem("searches", "no-search", detail, "Add a text search.");
        }
        let finds = |search: &Search| search.fields.iter().any(|field| can_find(party, search, field));
        if !party.searches.is_empty() && !party.searches.iter().any(finds) {
            let detail = "No search looks at a field by which somebody is found.";
            let hint = "Search by the name, the number, the address or the company's id, or let a search by object look \
                        at an attribute that is not asked about.";
            self.warning("searches", "finds-nobody", detail, hint);
        }
        for (n, search) in party.searches.iter().enumerate() {
            let at = format!("searches/{n}");
            if search.fields.is_empty() {
                let detail = "This search looks at no field.";
                self.problem(&format!("{at}/fields"), "no-field", detail, "Add the fields it looks at.");
            }
            if let Some(field) = search.results.iter().find(|field| search.hidden_results.contains(field)) {
                let detail = format!("`{field}` is both shown and hidden.");
                let hint = "Take it out of one of the two lists.";
                self.problem(&format!("{at}/hidden_results"), "shown-and-hidden", detail, hint);
            }
            for (place, field) in fields(search) {
                self.field(&format!("{at}/{place}"), field);
            }
        }
    }

    fn field(&mut self, at: &str, field: &str) {
        if !self.known.fields.is_empty() && !self.known.fields.contains(&field) {
            let near = self.known.fields.iter().min_by_key(|known| strsim::damerau_levenshtein(known, field));
            let hint = match near {
                Some(near) if strsim::damerau_levenshtein(near, field) <= 3 => {
                    format!("Did you mean `{near}`?")
                }
                _ => "Make the attribute first, or take the field out.".to_owned(),
            };
            self.problem(at, "unknown-field", format!("No profile has a field `{field}`."), &hint);
        }
    }

    fn counts(&mut self) {
        let party = self.party;
        let (minimum, asked, pool) =
            (usize::from(party.additional_minimum), party.asked(), party.additional.len());
        if minimum > asked {
            let detail = format!("{minimum} must be right, and {asked} are asked.");
            self.problem("additional_minimum", "minimum-above-asked", detail, "Ask more, or require fewer.");
        }
        if asked > pool {
            let detail = format!("{asked} additional questions are asked, and there are {pool}.");
            self.problem("additional", "pool-empty", detail, "Add questions, or ask fewer.");
        } else if pool < 2 * asked {
            let detail = format!(
                "{asked} of {pool} additional questions are asked: whoever calls twice knows most of them."
            );
            let hint = "Have at least twice as many as are asked.";
            self.warning("additional", "pool-too-small", detail, hint);
        }
        if party.required.is_empty() {
            let detail = "No question is required, so the answers to a few drawn ones are enough.";
            self.warning(
                "required",
                "no-required",
                detail,
                "Require a question that only the customer can answer.",
            );
        }
    }

    fn questions(&mut self) {
        let party = self.party;
        let mut seen = BTreeSet::new();
        for (list, questions) in [("required", &party.required), ("additional", &party.additional)] {
            for (n, question) in questions.iter().enumerate() {
                let at = format!("{list}/{n}");
                if !seen.insert(question.field.as_str()) {
                    let detail = format!("`{}` is asked twice.", question.field);
                    self.problem(&format!("{at}/field"), "duplicate", detail, "Ask for each field once.");
                }
                self.field(&format!("{at}/field"), &question.field);
                self.question(&at, question);
            }
        }
    }

    fn question(&mut self, at: &str, question: &Question) {
        if let Some(look_up) = &question.look_up {
            if !self.known.look_ups.is_empty() && !self.known.look_ups.contains(&look_up.as_str()) {
                let detail = "There is no such look-up.";
                self.problem(&format!("{at}/look_up"), "unknown-look-up", detail, "Choose one of the list.");
            }
            if question.judge == Judge::Agent {
                let detail =
                    "A look-up says yes or no; there is no stored answer that an agent could judge by.";
                self.problem(&format!("{at}/judge"), "two-judges", detail, "Let the server judge.");
            }
        } else if question.judge == Judge::Agent {
            let detail = "The agent sees the stored answer to this one.";
            let hint = "Let the server compare, unless nobody can type what was said.";
            self.warning(&format!("{at}/judge"), "agent-sees-answer", detail, hint);
        }
        if question.slips > 0 && !question.answer.may_have_slips() {
            let detail = "A number with one wrong character is another number.";
            self.problem(&format!("{at}/slips"), "slips-in-number", detail, "Allow no slips here.");
        }
        if u32::from(question.bits) > ceiling(question) {
            let detail = format!(
                "An answer of this kind has {} bits at most, and is counted with those.",
                ceiling(question)
            );
            self.warning(&format!("{at}/bits"), "overstated", detail, "Claim fewer bits.");
        }
        if is_shown(self.party, &question.field) {
            let detail = format!(
                "`{}` stands in the results of the search, where the agent reads it.",
                question.field
            );
            let hint = "Show something else, or ask something else.";
            self.warning(&format!("{at}/field"), "shown-in-results", detail, hint);
        }
        if is_searched(self.party, &question.field) {
            let detail = format!(
                "Customers are searched by `{}`: what was said to find somebody proves nothing, and counts no bits.",
                question.field
            );
            let hint = "Search by something else, or ask something else.";
            self.warning(&format!("{at}/field"), "asked-and-searched", detail, hint);
        }
    }

    fn strength(&mut self) {
        let party = self.party;
        if party.required.is_empty() && party.additional.is_empty() {
            return;
        }
        let strength = strength(party);
        if strength < BITS_MIN {
            let detail =
                format!("In the worst case the questions have {strength} bits; {BITS_MIN} are needed.");
            let hint = "Ask for something that only the customer knows: a card, an amount, a contract.";
            self.warning("required", "too-weak", detail, hint);
        }
        let all = || party.required.iter().chain(&party.additional);
        let public_additional = party.additional.iter().filter(|question| is_public(&question.field)).count();
        let is_required_public = party.required.iter().all(|question| is_public(&question.field));
        if all().all(|question| is_public(&question.field)) {
            let detail = "Everything asked for is public: name, birth date and address stand in many lists.";
            let hint = "Ask for something that only the customer knows.";
            self.problem("required", "public-data-only", detail, hint);
        } else if is_required_public && public_additional >= usize::from(party.additional_minimum) {
            let detail = "Somebody may pass with public data alone, if the draw is theirs.";
            let hint = "Require a question about something that is not public.";
            self.warning("required", "public-data-possible", detail, hint);
        }
    }
}

fn fields(search: &Search) -> impl Iterator<Item = (String, &str)> {
    let list = |name: &'static str, fields: &[String]| {
        (0..fields.len()).map(move |n| format!("{name}/{n}")).collect::<Vec<_>>()
    };
    let lists = [
        ("fields", &search.fields),
        ("results", &search.results),
        ("hidden_results", &search.hidden_results),
    ];
    let own = lists.into_iter().flat_map(move |(name, fields)| {
        list(name, fields).into_iter().zip(fields.iter().map(String::as_str))
    });
    let filters = search.filters.iter().enumerate();
    let sort = search.sort.iter().enumerate();
    own.chain(filters.map(|(n, filter)| (format!("filters/{n}/field"), filter.field.as_str())))
        .chain(sort.map(|(n, sort)| (format!("sort/{n}/field"), sort.field.as_str())))
}
