//! The registry: each place where personal data lies, whose it is, why, for how long, and what an erasure and an export
//! do with it. Pure data; a test of the store reads the migrations and fails where a table or a sealed or hashed column
//! is missing here. The export, the preview of an erasure and the record of Art. 30 are made from it.

use crate::words::words;

words! {
    /// A part of the file that a person gets, each with the exporter of its name.
    Section {
        /// Fields and claims.
        Profile = "profile",
        /// Values that the company defined.
        Attributes = "attributes",
        /// What the person is found by.
        Identifiers = "identifiers",
        /// How channels know them.
        Accounts = "accounts",
        /// Which accounts were held to be theirs, and on what ground.
        Links = "links",
        /// Identification codes: when, never the code.
        Codes = "codes",
        /// Conversations with their messages, fields and what rules did.
        Conversations = "conversations",
        /// Files of conversations.
        Files = "files",
        /// Visits of the web chat.
        Sessions = "sessions",
        /// Calls.
        Calls = "calls",
        /// Who may act for them, and for whom they may act.
        Mandates = "mandates",
        /// Guided verifications.
        Engagements = "engagements",
        /// Visits of the company's websites: sessions and pages that are theirs.
        Website = "website",
        /// What happened to the profile.
        Events = "events",
        /// Profiles that became part of it, and what they said.
        Merges = "merges",
        /// Who looked, and who took a file along.
        Viewers = "viewers",
        /// What was asked for before.
        Requests = "requests",
    }
}

/// Whose data it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Customers and visitors.
    Customer,
    /// People of the team.
    Team,
}

impl Whose {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Team => "team",
        }
    }
}

/// How long it is kept, if nobody erases it before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// As long as the customer is.
    WithCustomer,
    /// As the setting for conversations says.
    Conversations,
    /// As the setting for events says.
    Events,
    /// As the setting for visits of websites says.
    Visits,
    /// As the setting for engagements says.
    Engagements,
    /// As the setting for files of exports says.
    Exports,
    /// As the setting for hashes of erased people says.
    ErasedIdentifiers,
    /// As the configuration says for records of codes.
    Codes,
    /// As the configuration says for deliveries; what was given up, four times as long.
    Deliveries,
    /// So many hours.
    Hours(u32),
    /// So many days.
    Days(u32),
    /// For this reason without an end.
    ForGood(&'static str),
    /// As long as the person works here.
    WithUser,
}

/// What the erasure of a customer does with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// Its rows go, and the key under which values are sealed.
    Deleted,
    /// It stays, for this reason.
    Stays(&'static str),
    /// It is not about customers.
    NotTheirs,
}

/// What the export of a customer does with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exported {
    /// It is in this part of the file.
    In(Section),
    /// It is left out, for this reason.
    No(&'static str),
}

/// A place where personal data lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Its word.
    pub name: &'static str,
    /// What it is, for people.
    pub what: &'static str,
    /// Whose.
    pub whose: Whose,
    /// What for.
    pub purpose: &'static str,
    /// Tables, each with the columns that hold something of a person, sealed, hashed or plain.
    pub places: &'static [(&'static str, &'static [&'static str])],
    /// For how long.
    pub kept: Kept,
    /// What erasing does.
    pub erased: Erased,
    /// What exporting does.
    pub exported: Exported,
}

/// The entries of one kind of person have the same form.
const fn customer(
    (name, what, purpose): (&'static str, &'static str, &'static str),
    places: &'static [(&'static str, &'static [&'static str])],
    kept: Kept,
    erased: Erased,
    exported: Exported,
) -> Entry {
    Entry { name, what, whose: Whose::Customer, purpose, places, kept, erased, exported }
}

const fn team(
    (name, what, purpose): (&'static str, &'static str, &'static str),
    places: &'static [(&'static str, &'static [&'static str])],
    kept: Kept,
) -> Entry {
    let exported = Exported::No("It is about people of the team, not about customers.");
    let erased = Erased::NotTheirs;
    Entry { name, what, whose: Whose::Team, purpose, places, kept, erased, exported }
}

const KNOW: &str = "Knowing who the customer is";
const SERVE: &str = "Answering customers";
const PROVE: &str = "Proving who the customer is, and that it was proved";
const SECURE: &str = "Holding off guessing and abuse";
const ACCOUNT: &str = "Showing that the law was kept";
const INDEX: &str =
    "Keyed hashes by which the server finds what stands elsewhere in this file; they say nothing.";

use Erased::{Deleted, Stays};
use Exported::{In, No};

/// Every place where personal data lies.
pub const REGISTRY: &[Entry] = &[
    customer(
        ("profile", "Name, addresses, numbers, the company's id, and what was claimed of them", KNOW),
        &[(
            "profile",
            &[
                "name_sealed",
                "email_sealed",
                "phone_sealed",
                "external_id_sealed",
                "external_id_hash",
                "claims_sealed",
            ],
        )],
        Kept::WithCustomer,
        Deleted,
        In(Section::Profile),
    ),
    customer(
        ("attributes", "Values of the attributes that the company defined", KNOW),
        &[("profile_attribute", &["value_sealed"])],
        Kept::WithCustomer,
        Deleted,
        In(Section::Attributes),
    ),
    customer(
        ("identifiers", "Addresses, numbers and ids by which they are found", KNOW),
        &[("identifier", &["key_hash", "value_sealed"])],
        Kept::WithCustomer,
        Deleted,
        In(Section::Identifiers),
    ),
    customer(
        (
            "name_search",
            "Keyed hashes of the beginnings of their name's words, and of pairs such as birth date and street",
            KNOW,
        ),
        &[("search_token", &["token"])],
        Kept::WithCustomer,
        Deleted,
        No(INDEX),
    ),
    customer(
        ("accounts", "Who they are on each channel", SERVE),
        &[("channel_account", &["user_hash", "user_sealed", "name_sealed", "auto_replies"])],
        Kept::WithCustomer,
        Deleted,
        In(Section::Accounts),
    ),
    customer(
        ("links", "Which accounts are theirs, and the evidence", PROVE),
        &[("link", &["profile_id"]), ("evidence", &["profile_id", "by_name"])],
        Kept::WithCustomer,
        Deleted,
        In(Section::Links),
    ),
    customer(
        ("codes", "Records of identification codes, with what was pushed along until they are used", PROVE),
        &[("identification_code", &["code_hash", "subject_hash", "pushed_sealed", "status_hash"])],
        Kept::Codes,
        Deleted,
        In(Section::Codes),
    ),
    customer(
        ("conversations", "Conversations: subject, fields, how they went", SERVE),
        &[("support_case", &["attributes_sealed", "subject_sealed", "thread_sealed", "thread_hash"])],
        Kept::Conversations,
        Deleted,
        In(Section::Conversations),
    ),
    customer(
        ("messages", "What they and the company wrote, and the team's notes", SERVE),
        &[("message", &["text_sealed", "attachments_sealed", "author_name"])],
        Kept::Conversations,
        Deleted,
        In(Section::Conversations),
    ),
    customer(
        ("rules", "What rules did in their conversations", SERVE),
        &[("rule_firing", &["done"])],
        Kept::Conversations,
        Deleted,
        In(Section::Conversations),
    ),
    customer(
        ("message_search", "Keyed hashes of the beginnings of the words of messages", SERVE),
        &[("message_token", &["token"])],
        Kept::Conversations,
        Deleted,
        No(INDEX),
    ),
    customer(
        ("files", "Files of conversations, and what they said to a voicemail", SERVE),
        &[("attachment", &["about_sealed"]), ("attachment_piece", &["data_sealed"])],
        Kept::Conversations,
        Deleted,
        In(Section::Files),
    ),
    customer(
        ("notices", "What rules told the team about a conversation", SERVE),
        &[("notice", &["text_sealed"])],
        Kept::Days(30),
        Deleted,
        No("Copies for the team of what stands in the profile and in the messages of this file."),
    ),
    customer(
        ("visits", "Visits of the web chat", SERVE),
        &[("web_chat_session", &["token_hash"])],
        Kept::Days(30),
        Deleted,
        In(Section::Sessions),
    ),
    customer(
        ("calls", "Calls: numbers, what was keyed in and looked up, text messages, notes", SERVE),
        &[("phone_call", &["about_sealed", "note_sealed", "caller_hash"]), ("call_look_up", &["call_id"])],
        Kept::Conversations,
        Deleted,
        In(Section::Calls),
    ),
    customer(
        ("engagement_texts", "What was written of guided verifications: reason, notes, who is new", SERVE),
        &[("engagement_text", &["about_sealed"])],
        Kept::WithCustomer,
        Deleted,
        In(Section::Engagements),
    ),
    customer(
        (
            "engagements",
            "Records of guided verifications: who, when, which questions, never an answer",
            PROVE,
        ),
        &[
            ("engagement", &["state_sealed", "attendee_id", "customer_id", "representative_id"]),
            ("engagement_person", &["profile_id"]),
        ],
        Kept::Engagements,
        Stays("It names customers by ids that nothing else names any more, and holds no answer."),
        In(Section::Engagements),
    ),
    customer(
        ("verification_failures", "When verifications of a customer failed", SECURE),
        &[("verification_failure", &["profile_id"])],
        Kept::WithCustomer,
        Deleted,
        No("It would tell whoever guesses how far they are."),
    ),
    customer(
        (
            "verification_overrides",
            "Why a supervisor allowed one more verification of a locked customer",
            SECURE,
        ),
        &[("verification_override", &["reason_sealed"])],
        Kept::WithCustomer,
        Deleted,
        No("It would tell whoever guesses how far they are."),
    ),
    team(
        (
            "verification_tallies",
            "How many verifications of the last hour each agent led, and how many failed",
            SECURE,
        ),
        &[("verification_tally", &["agent_id"])],
        Kept::WithUser,
    ),
    customer(
        ("mandates", "Who may act for them and for whom they may act, on which papers", PROVE),
        &[("mandate", &["representative_id", "represented_id", "granted_by_id", "content_sealed"])],
        Kept::WithCustomer,
        Deleted,
        In(Section::Mandates),
    ),
    customer(
        (
            "website",
            "Visits of the company's websites: browsers by keyed hashes, pages, what pages said of them",
            "Knowing who is on the website",
        ),
        &[
            (
                "visit",
                &["key_hash", "newest_key", "page_url", "page_title", "entry_url", "referrer", "agent"],
            ),
            ("visit_device", &["key_hash"]),
            ("visit_identity", &["account_id"]),
            ("visit_contact", &["identity_row"]),
            ("chat_offer", &["visit_row"]),
            ("visit_decision", &["identity_row"]),
            ("account_visit", &["account_id"]),
            ("visit_event", &["url", "title", "data", "key", "page_key"]),
        ],
        Kept::Visits,
        Deleted,
        In(Section::Website),
    ),
    customer(
        ("events", "What happened to them, by ids", ACCOUNT),
        &[("event", &["profile_id", "account_id", "actor_name", "details"])],
        Kept::Events,
        Deleted,
        In(Section::Events),
    ),
    customer(
        ("merges", "Profiles that became one, and what that changed", KNOW),
        &[("profile_merge", &["journal_sealed", "reason"])],
        Kept::WithCustomer,
        Deleted,
        In(Section::Merges),
    ),
    customer(
        ("suggestions", "Profiles that may be the same person", KNOW),
        &[("merge_suggestion", &["profile_id", "other_id"])],
        Kept::WithCustomer,
        Deleted,
        No("A guess that names somebody else's profile."),
    ),
    customer(
        ("keys", "The keys under which their values are sealed", "Making erasure possible"),
        &[("subject_key", &["wrapped"])],
        Kept::WithCustomer,
        Deleted,
        No("A key says nothing of anybody, and opens what is given out in the clear here."),
    ),
    customer(
        ("deliveries", "Events and replies on their way to webhooks and channels", SERVE),
        &[("outbox", &["body_sealed"])],
        Kept::Deliveries,
        Deleted,
        No("Copies, on their way, of what stands in this file."),
    ),
    customer(
        ("imports", "Files of customers that somebody brought", KNOW),
        &[
            ("profile_import", &["about_sealed", "actor_name"]),
            ("profile_import_piece", &["rows_sealed"]),
            ("profile_import_failure", &["about_sealed"]),
        ],
        Kept::Hours(24),
        Stays("Nobody can be looked for in a sealed file. It goes within a day, with its key."),
        No("Nobody can be looked for in a sealed file. What it brought stands in the profile."),
    ),
    customer(
        ("export_files", "Files made for a person who asked for their data", "Answering Art. 15 and 20 GDPR"),
        &[("privacy_export_piece", &["data_sealed"])],
        Kept::Exports,
        Deleted,
        No("It is this file."),
    ),
    customer(
        ("requests", "What a person asked for, when, and when they were answered", ACCOUNT),
        &[("privacy_request", &["profile_id", "reason", "actor_name", "answer", "made_of_hash"])],
        Kept::ForGood("It proves that a person was answered in time."),
        Stays(
            "It proves that the erasure was done. It names ids, which say nothing once the person is gone.",
        ),
        In(Section::Requests),
    ),
    customer(
        ("holds", "Customers of whom nothing may go, and why", "Keeping what a dispute or a duty needs"),
        &[("profile_hold", &["reason", "actor_name"])],
        Kept::WithCustomer,
        Deleted,
        No(
            "Saying why could defeat what it is kept for. Decide in each case whether to tell (Art. 23 GDPR).",
        ),
    ),
    customer(
        ("erasures", "Ids of whom was erased", ACCOUNT),
        &[("erasure", &["subject_id"])],
        Kept::ForGood("After a restore of a backup it says whom to erase again."),
        Stays("It is the record of the erasure: ids, which say nothing once the person is gone."),
        No("Who is in it has no data here any more."),
    ),
    customer(
        (
            "erased_identifiers",
            "Keyed hashes of what erased people were found by",
            "Noticing that a file brings somebody back",
        ),
        &[("erased_identifier", &["key_hash"])],
        Kept::ErasedIdentifiers,
        Stays("It is how their return is noticed. It opens only for whoever has the value already."),
        No("Who is in it has no data here any more."),
    ),
    customer(
        ("audit", "Who did what to which customer, by ids", ACCOUNT),
        &[("audit", &["object", "actor_name", "details", "hash"]), ("audit_head", &["hash"])],
        Kept::ForGood("A row that could go would be no proof."),
        Stays("It is chained: a row that went would break it. Customers stand in it by id alone."),
        In(Section::Viewers),
    ),
    customer(
        ("limits", "Keyed hashes of whom guesses and requests are counted for", SECURE),
        &[("limit_counter", &["subject_hash"])],
        Kept::Days(8),
        Stays("A counter says nothing of anybody, and goes by itself."),
        No("A count under a keyed hash."),
    ),
    customer(
        ("receipts", "Answers under idempotency keys, sealed", "Doing once what is asked twice"),
        &[("idempotency", &["key_hash", "fingerprint", "receipt_sealed"])],
        Kept::Hours(24),
        Stays("Answers of programs, by ids; they go within a day."),
        No("Ids that a program was answered with."),
    ),
    customer(
        ("tokens", "Hashes of signed tokens that were used", SECURE),
        &[("token_use", &["token_hash"])],
        Kept::Hours(24),
        Stays("A hash of a random text; it goes when the token's time is over."),
        No("A hash of a random text."),
    ),
    team(
        ("people", "Who works here: name, address, telephone, password's hash", "Letting people log in"),
        &[
            ("console_user", &["email", "name", "password_hash"]),
            ("user_telephone", &["number"]),
            ("invitation", &["token_hash"]),
            ("group_member", &["user_id"]),
            ("saved_view", &["name", "query"]),
            ("saved_view_place", &["user_id"]),
            ("canned_reply", &["text"]),
        ],
        Kept::WithUser,
    ),
    team(
        ("team_sessions", "Log-ins of the team", SECURE),
        &[("session", &["token_hash", "user_agent"])],
        Kept::Days(30),
    ),
    team(
        ("presence", "Who is here and looks at which conversation", "Not answering twice"),
        &[("presence", &["user_id"]), ("presence_tab", &["user_id", "tab"])],
        Kept::Hours(24),
    ),
    team(
        (
            "reports",
            "Numbers of reports by day; some by colleague, none by customer",
            "Seeing how the team gets on",
        ),
        &[("metric_fact", &["user_id"]), ("metric_day", &["item"])],
        Kept::ForGood("Sums over a day that name no customer."),
    ),
    team(
        ("request_log", "Requests of programs", SECURE),
        &[("request_line", &["path"]), ("api_key", &["secret_hash", "allowed_ips"])],
        Kept::Days(7),
    ),
];

/// Tables without anything of a person, and why that is so.
pub const NOT_PERSONAL: &[(&str, &str)] = &[
    ("setting", "settings of the workspace"),
    ("attribute", "definitions, not values"),
    ("channel", "the company's own access to its channels"),
    ("channel_state", "how a channel got on"),
    ("webhook", "the company's own addresses and secrets"),
    ("widget", "the company's own pages"),
    ("widget_key", "the company's own keys"),
    ("widget_sighting", "when a widget was seen at all"),
    ("lease", "which server does which job"),
    ("server", "which servers run"),
    ("sequence", "numbers to come"),
    ("user_group", "names of groups"),
    ("calendar", "business hours"),
    ("look_up", "how the company's own systems are asked, and its secrets for that"),
    ("rule_group", "names of groups of rules"),
    ("rule", "rules, written by the company"),
    ("rule_version", "rules as they were"),
    ("chat_invitation", "whom the company invites to a chat, written by the company"),
    ("ivr_flow", "what callers are asked, written by the company, and its own access to its systems"),
    ("ivr_flow_version", "phone menus as they were published"),
    ("call_widget", "cards for agents, written by the company"),
    ("phone_number", "the company's own numbers and its access to their providers"),
    ("topic", "what customers may want, written by the company"),
    ("verification_policy", "how customers are verified, written by the company"),
    ("verification_policy_version", "policies as they were published"),
    ("prompt", "names of what callers hear"),
    ("prompt_recording", "what callers hear, recorded by the company"),
    ("visit_refused", "names of events that were not taken, and why"),
    ("visit_day", "how many events a website sent on a day"),
];

/// An entry by its word.
pub fn entry(name: &str) -> Option<&'static Entry> {
    REGISTRY.iter().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn x_10_each_part_of_an_export_has_an_entry_and_each_entry_one_word() {
        let sections: BTreeSet<Section> = REGISTRY
            .iter()
            .filter_map(|entry| match entry.exported {
                In(section) => Some(section),
                No(_) => None,
            })
            .collect();
        assert_eq!(sections, Section::ALL.iter().copied().collect());
        let names: BTreeSet<&str> = REGISTRY.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), REGISTRY.len());
        let tables: Vec<&str> = REGISTRY.iter().flat_map(|e| e.places).map(|(table, _)| *table).collect();
        let once: BTreeSet<&str> = tables.iter().copied().collect();
        assert_eq!(tables.len(), once.len(), "a table stands in one entry");
        assert!(NOT_PERSONAL.iter().all(|(table, _)| !once.contains(table)));
    }

    #[test]
    fn what_is_left_out_of_an_export_and_what_stays_has_a_reason() {
        for entry in REGISTRY {
            if let No(why) = entry.exported {
                assert!(why.len() > 10, "{}", entry.name);
            }
            if let Stays(why) = entry.erased {
                assert!(why.len() > 10, "{}", entry.name);
            }
            assert_eq!(entry.whose == Whose::Team, entry.erased == Erased::NotTheirs, "{}", entry.name);
        }
    }
}
