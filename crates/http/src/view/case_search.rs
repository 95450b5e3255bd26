//! Views of what a search over conversations found.

use countersign_service::case::CaseRow;
use countersign_service::case_search::{Found, FoundBy, line};
use countersign_service::known::KnownCustomers;
use countersign_types::message::{AuthorKind, Message};
use countersign_types::pii::Viewer;
use serde::Serialize;
use utoipa::ToSchema;

use super::Lens;
use super::case::{AuthorView, CaseView};

/// What a search found.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchView {
    /// Cases that were found by what stands on them; with the first page only.
    pub cases: Vec<FoundCaseView>,
    /// Messages in which all words stand, newest first.
    pub data: Vec<FoundMessageView>,
    /// Send it as `cursor` for the next page; `null` at the end. A page may be short or empty and not be the last.
    pub next_cursor: Option<String>,
    /// Whether every message can be found by now. Not while older ones are still being read for the first time, or where
    /// the search of messages is switched off.
    pub is_whole: bool,
    /// Whether this server searches the words of messages at all; else only cases are found.
    pub searches_messages: bool,
}

/// A case that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundCaseView {
    /// `number`, `customer` or `label`.
    #[schema(pattern = "^(number|customer|label)$")]
    pub found_by: &'static str,
    /// The case.
    pub case: CaseView,
}

/// A message that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundMessageView {
    /// Its id.
    #[schema(example = "msg_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// `inbound` or `outbound`.
    pub direction: &'static str,
    /// `reply` or `note`.
    pub kind: &'static str,
    /// Who wrote it.
    pub author: AuthorView,
    /// The line of its text around the words, in parts: plain text, never markup.
    pub line: Vec<PartView>,
    /// When it became durable here.
    #[schema(format = DateTime)]
    pub received_at: String,
    /// Its case.
    pub case: CaseView,
}

/// A part of a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartView {
    /// The text.
    pub text: String,
    /// Whether it is a word that was looked for.
    pub is_match: bool,
}

impl SearchView {
    /// Renders what was found.
    pub fn of(
        found: &Found,
        next_cursor: Option<String>,
        viewer: Viewer,
        known: &KnownCustomers,
        case: impl Fn(&CaseRow) -> CaseView,
    ) -> Self {
        let message = |message: &Message, row: &CaseRow| {
            let text = Lens::new(viewer).show_text("text", &message.text, known.of(row.case.id));
            let name = message.author.name.clone().filter(|_| message.author.kind != AuthorKind::Customer);
            FoundMessageView {
                id: message.id.to_string(),
                direction: message.direction.as_str(),
                kind: message.kind.as_str(),
                author: AuthorView {
                    kind: message.author.kind.as_str(),
                    id: message.author.id.clone(),
                    name,
                },
                line: line(&text, &found.wanted)
                    .into_iter()
                    .map(|(text, is_match)| PartView { text, is_match })
                    .collect(),
                received_at: message.received_at.to_string(),
                case: case(row),
            }
        };
        let seen = |(by, row): &(FoundBy, CaseRow)| FoundCaseView { found_by: by.as_str(), case: case(row) };
        Self {
            cases: found.cases.iter().map(seen).collect(),
            data: found.messages.items.iter().map(|(m, row)| message(m, row)).collect(),
            next_cursor,
            is_whole: found.is_whole,
            searches_messages: found.has_messages,
        }
    }
}
