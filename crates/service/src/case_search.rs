//! Finding conversations: by the words of their messages, their number, their customer, their labels.
//!
//! Nobody finds by a word what they may not read: the index is made of texts with everything hidden that masking hides.
//! Nothing of a search is kept; the audit log says that somebody searched, and by what kind of thing.

mod index;

use async_recursion::async_recursion as boxed;
use std::collections::BTreeMap;

use countersign_masking::{Known, mask_text, mask_text_with};
use countersign_store::case_search::{CaseKey, END};
use countersign_store::message_token::Wanted;
use countersign_store::{Tx, case, case_search as store};
use countersign_types::message::Message;
use countersign_types::pii::{FreeText, Pii, Purpose, Viewer};
use countersign_types::{CaseId, Cursor, Error, Page, PageRequest, Permission, Result, Timestamp};

pub use countersign_store::case_search::SearchFilter;

use crate::Service;
use crate::caller::{Caller, Grant, Request};
use crate::case::CaseRow;
use crate::profile::{CustomerQuery, take_hourly};
use crate::work::Log;

/// Longest search, characters.
const QUERY_CHARS_MAX: usize = 200;
/// Shortest one that may be a label.
const LABEL_CHARS_MIN: usize = 3;
/// Searches of a person in an hour, pages counted.
pub const SEARCHES_PER_HOUR: u32 = 120;
const SEARCHES_OF_KEY_PER_HOUR: u32 = 6_000;
/// Messages, and cases, that one page shows at most.
pub const FOUND_MAX: i64 = 20;
/// Messages that are opened to be compared for one page, and at once.
const COMPARED_MAX: usize = 1_000;
const COMPARED_AT_ONCE: i64 = 200;
const SCOPE: &str = "case_search";

/// By what a case was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundBy {
    /// Its number.
    Number,
    /// Its customer.
    Customer,
    /// One of its labels.
    Label,
}

impl FoundBy {
    /// The word that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Customer => "customer",
            Self::Label => "label",
        }
    }
}

/// What a search found.
#[derive(Debug)]
pub struct Found {
    /// Cases, on the first page.
    pub cases: Vec<(FoundBy, CaseRow)>,
    /// Messages, newest first, each with its case.
    pub messages: Page<(Message, CaseRow)>,
    /// Whether every message there is can be found by now.
    pub is_whole: bool,
    /// Whether this server searches the words of messages.
    pub has_messages: bool,
    /// What was looked for in the messages, to mark it.
    pub wanted: Wanted,
}

/// What somebody typed, taken apart.
struct Plan {
    wanted: Wanted,
    number: Option<i64>,
    label: String,
    customers: CustomerQuery,
}

impl Plan {
    fn by(&self) -> Vec<&'static str> {
        let number = self.number.iter().map(|_| "number");
        let words = self.wanted.says_enough().then_some("words");
        self.customers.by().into_iter().chain(number).chain(words).collect()
    }
}

impl Service {
    /// Conversations in which all words of a text stand, or that it names otherwise.
    #[boxed]
    pub async fn search_cases(
        &self,
        request: &Request,
        q: &Pii<FreeText>,
        filter: SearchFilter,
        page: PageRequest,
    ) -> Result<Found> {
        let grant = self.authorise(request, Permission::CaseRead).await?;
        let mut plan = self.search_plan(&grant, q.plain(Purpose::Match))?;
        if !self.config().search.messages {
            plan.wanted = Wanted::default();
        }
        self.count_case_search(&request.caller, &grant, &plan).await?;
        let (service, viewer, now) = (self.clone(), grant.viewer(), self.now());
        let has_messages = self.config().search.messages;
        self.read(async move |tx: &mut Tx<'_>| -> Result<Found> {
            let mut rows =
                Rows { service: &service, viewer, now, rows: BTreeMap::new(), known: BTreeMap::new() };
            let cases = match page.after {
                None => rows.cases(tx, &plan, &filter).await?,
                Some(_) => Vec::new(),
            };
            let messages = rows.messages(tx, &plan.wanted, &filter, page).await?;
            let is_whole = has_messages && index::is_whole(tx).await?;
            Ok(Found { cases, messages, is_whole, has_messages, wanted: plan.wanted })
        })
        .await
    }

    fn search_plan(&self, grant: &Grant, text: &str) -> Result<Plan> {
        let text = text.trim();
        if text.chars().count() > QUERY_CHARS_MAX {
            return Err(Error::invalid("/q", "too-long", "A search has at most 200 characters."));
        }
        let customers = self.customer_query(text, grant.viewer())?;
        // What is hidden in texts stands in no index: an address or a number is looked for as a customer's alone.
        let shown = mask_text(text);
        let wanted = if shown == text { Wanted::of(text) } else { Wanted::default() };
        let digits = text.strip_prefix('#').unwrap_or(text);
        let number = digits.parse().ok().filter(|_| digits.len() <= 12 && !digits.starts_with(['+', '-']));
        let plan = Plan { wanted, number, label: text.to_owned(), customers };
        // A label may be as short as that, in any script.
        let is_short = text.chars().count() < LABEL_CHARS_MIN && !plan.wanted.says_enough();
        if text.is_empty() || is_short && plan.by().is_empty() {
            let detail = "Search for a word of at least three letters, a number, a label, or a customer.";
            return Err(Error::invalid("/q", "too-short", detail));
        }
        Ok(plan)
    }

    /// Writes to the audit log that somebody searched, and counts it (X-6, M-2): each page is a question of its own.
    async fn count_case_search(&self, caller: &Caller, grant: &Grant, plan: &Plan) -> Result<()> {
        let per_hour = match caller {
            Caller::User { .. } => SEARCHES_PER_HOUR,
            Caller::ApiKey(_) => SEARCHES_OF_KEY_PER_HOUR,
            Caller::System => return Ok(()),
        };
        let (service, caller, now) = (self.clone(), caller.clone(), self.now());
        let (by, is_masked) = (plan.by(), plan.customers.is_masked);
        let actor = grant.actor().id.clone();
        let grant = Grant { idempotency: None, ..grant.clone() };
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            take_hourly(tx, (SCOPE, "searches"), service.vault().blind(SCOPE, &actor), per_hour, now).await?;
            if is_masked {
                service.take_masked_search(tx, &caller, &actor, now).await?;
            }
            log.audit("case.search", "", serde_json::json!({ "by": by, "is_masked": is_masked }));
            Ok(())
        })
        .await
    }
}

/// The cases that stand in an answer, each read once.
struct Rows<'a> {
    service: &'a Service,
    viewer: Viewer,
    now: Timestamp,
    rows: BTreeMap<CaseId, CaseRow>,
    /// What is known of their customers and hidden from the viewer.
    known: BTreeMap<CaseId, Known>,
}

impl Rows<'_> {
    async fn row(&mut self, tx: &mut Tx<'_>, id: CaseId) -> Result<Option<CaseRow>> {
        if !self.rows.contains_key(&id)
            && let Some(row) = case::find_case(tx, self.service.vault(), id, self.now).await?
        {
            self.rows.insert(id, row);
        }
        Ok(self.rows.get(&id).cloned())
    }

    /// The case of a message in which the words stand, once what is hidden of the customer is left out too: nobody
    /// finds by a name what they do not see (M-2).
    async fn row_of(
        &mut self,
        tx: &mut Tx<'_>,
        message: &Message,
        wanted: &Wanted,
    ) -> Result<Option<CaseRow>> {
        let plain = message.text.plain(Purpose::Match);
        if !wanted.is_in(&mask_text(plain)) {
            return Ok(None);
        }
        let Some(row) = self.row(tx, message.case).await? else { return Ok(None) };
        if !self.known.contains_key(&row.case.id) {
            let known = self.service.known_of_row(tx, self.viewer, &row).await?;
            self.known.insert(row.case.id, known);
        }
        let known = self.known.get(&row.case.id).filter(|known| !known.is_nothing());
        Ok(known.is_none_or(|known| wanted.is_in(&mask_text_with(plain, known))).then_some(row))
    }

    async fn cases(
        &mut self,
        tx: &mut Tx<'_>,
        plan: &Plan,
        filter: &SearchFilter,
    ) -> Result<Vec<(FoundBy, CaseRow)>> {
        let mut ids: Vec<(FoundBy, CaseId)> = Vec::new();
        if let Some(number) = plan.number {
            // Whoever knows the number wants that case, in whatever state it is.
            ids.extend(store::find_case_by_number(tx, number).await?.map(|id| (FoundBy::Number, id)));
        }
        let customers = CaseKey::Profiles(self.service.find_customers(tx, &plan.customers).await?);
        let label = CaseKey::Label(plan.label.clone());
        for (by, key) in [(FoundBy::Customer, customers), (FoundBy::Label, label)] {
            let found = store::list_cases_by_key(tx, &key, filter, FOUND_MAX, self.now).await?;
            ids.extend(found.into_iter().map(|id| (by, id)));
        }
        let mut cases: Vec<(FoundBy, CaseRow)> = Vec::new();
        for (by, id) in ids {
            let is_there = cases.iter().any(|(_, row)| row.case.id == id);
            if !is_there && cases.len() < usize::try_from(FOUND_MAX).unwrap_or(0) {
                cases.extend(self.row(tx, id).await?.map(|row| (by, row)));
            }
        }
        Ok(cases)
    }

    /// Messages with all words. After so many that were compared in vain the page ends, and the next goes on there.
    async fn messages(
        &mut self,
        tx: &mut Tx<'_>,
        wanted: &Wanted,
        filter: &SearchFilter,
        page: PageRequest,
    ) -> Result<Page<(Message, CaseRow)>> {
        let tokens = wanted.tokens(self.service.vault());
        let limit = usize::try_from(page.limit.min(FOUND_MAX)).unwrap_or(1);
        let mut before = page.after.map_or(END, |cursor| cursor.id);
        let (mut items, mut compared) = (Vec::new(), 0);
        if !wanted.says_enough() {
            return Ok(Page { items, next: None });
        }
        loop {
            let vault = self.service.vault();
            let rows =
                store::list_named_messages(tx, vault, &tokens, filter, before, COMPARED_AT_ONCE, self.now);
            let rows = rows.await?;
            let is_end = i64::try_from(rows.len()).unwrap_or(i64::MAX) < COMPARED_AT_ONCE;
            let count = rows.len();
            for (at, message) in rows.into_iter().enumerate() {
                before = message.id.to_bytes();
                compared += 1;
                if let Some(row) = self.row_of(tx, &message, wanted).await? {
                    items.push((message, row));
                }
                let is_last = is_end && at + 1 == count;
                if !is_last && (items.len() == limit || compared == COMPARED_MAX) {
                    return Ok(Page { items, next: Some(Cursor { at: 0, id: before }) });
                }
            }
            if is_end {
                return Ok(Page { items, next: None });
            }
        }
    }
}

/// A part of a line: whether it is what was looked for.
pub type Part = (String, bool);

/// Characters of a message that a result shows.
const LINE_CHARS: usize = 160;
/// … of them before the first word that was looked for.
const BEFORE_CHARS: usize = 48;

/// The line of a text, as its reader sees it, around the first word that was looked for.
pub fn line(text: &str, wanted: &Wanted) -> Vec<Part> {
    let marks = wanted.marks(text);
    let first = marks.first().map_or(0, |mark| mark.start);
    let start = text[..first].char_indices().rev().nth(BEFORE_CHARS - 1).map_or(0, |(at, _)| at);
    // Not in the middle of a word, where there are spaces between words.
    let is_cut = start > 0 && !text[..start].ends_with(char::is_whitespace);
    let space = text[start..first].char_indices().find(|(_, c)| is_cut && c.is_whitespace());
    let start = space.map_or(start, |(at, c)| start + at + c.len_utf8());
    let end = text[start..].char_indices().nth(LINE_CHARS).map_or(text.len(), |(at, _)| start + at);
    let mut parts: Vec<Part> = Vec::new();
    let mut at = start;
    if start > 0 {
        parts.push(("… ".to_owned(), false));
    }
    for mark in marks.iter().filter(|mark| mark.start < end) {
        let stop = mark.end.min(end);
        parts.push((text[at..mark.start].to_owned(), false));
        parts.push((text[mark.start..stop].to_owned(), true));
        at = stop;
    }
    parts.push((text[at..end].to_owned(), false));
    if end < text.len() {
        parts.push((" …".to_owned(), false));
    }
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, query: &str) -> String {
        let parts = line(text, &Wanted::of(query));
        parts
            .into_iter()
            .map(|(part, is_marked)| if is_marked { format!("[{part}]") } else { part })
            .collect()
    }

    #[test]
    fn a_line_shows_what_was_looked_for_with_some_words_around_it() {
        assert_eq!(shown("Where is my refund?", "refund"), "Where is my [refund]?");
        assert_eq!(shown("Refunds and refunds", "ref and"), "[Refunds] [and] [refunds]");
        assert_eq!(shown("no such word", "refund"), "no such word");
        let long = format!("{} refund {}", "word ".repeat(50), "word ".repeat(80));
        let line = shown(&long, "refund");
        assert!(line.starts_with("… word ") && line.ends_with(" …") && line.contains("[refund]"), "{line}");
        assert!(line.chars().count() <= LINE_CHARS + 6);
        assert_eq!(shown(&"é".repeat(500), "zzz").chars().count(), LINE_CHARS + 2);
    }
}
