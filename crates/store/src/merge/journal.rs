//! The journal of a merge as text, to be sealed.

use countersign_types::merge::{Cell, Change, Held, Journal};
use countersign_types::pii::{Pii, Purpose};
use countersign_types::profile::IdentifierKind;
use countersign_types::{AccountId, AttributeId, CodeId, LinkId, ProfileId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::codec::{from_json, to_json};

#[derive(Serialize, Deserialize)]
struct Text {
    cells: Vec<(String, Option<HeldText>, Option<HeldText>)>,
    accounts: Vec<AccountId>,
    links: Vec<LinkId>,
    codes: Vec<CodeId>,
    joined: Vec<ProfileId>,
}

#[derive(Serialize, Deserialize)]
struct HeldText {
    value: String,
    source: String,
    is_proved: bool,
    at: i64,
}

pub(super) fn text(journal: &Journal) -> Result<String, StoreError> {
    let cells = journal.cells.iter();
    to_json(&Text {
        cells: cells
            .map(|(cell, c)| (cell_text(*cell), held(c.before.as_ref()), held(c.after.as_ref())))
            .collect(),
        accounts: journal.accounts.clone(),
        links: journal.links.clone(),
        codes: journal.codes.clone(),
        joined: journal.joined.clone(),
    })
}

pub(super) fn parse(text: &str) -> Result<Journal, StoreError> {
    let text: Text = from_json(text)?;
    let mut journal = Journal {
        accounts: text.accounts,
        links: text.links,
        codes: text.codes,
        joined: text.joined,
        ..Journal::default()
    };
    for (cell, before, after) in text.cells {
        let cell =
            parse_cell(&cell).ok_or_else(|| StoreError::corrupt("a journal names an unknown place"))?;
        journal.cells.insert(cell, Change { before: before.map(unheld), after: after.map(unheld) });
    }
    Ok(journal)
}

fn held(held: Option<&Held>) -> Option<HeldText> {
    held.map(|held| HeldText {
        value: held.value.plain(Purpose::Seal).to_owned(),
        source: held.source.clone(),
        is_proved: held.is_proved,
        at: held.at.as_micros(),
    })
}

fn unheld(text: HeldText) -> Held {
    Held {
        value: Pii::new(text.value),
        source: text.source,
        is_proved: text.is_proved,
        at: Timestamp::from_micros(text.at),
    }
}

fn cell_text(cell: Cell) -> String {
    match cell {
        Cell::Attribute(id) => format!("attribute:{id}"),
        Cell::Identifier(kind, hash) => format!("identifier:{}:{}", kind.as_str(), hex::encode(hash)),
        cell => cell.as_str().to_owned(),
    }
}

fn parse_cell(text: &str) -> Option<Cell> {
    const PLAIN: [Cell; 13] = [
        Cell::State,
        Cell::Kind,
        Cell::Anonymous,
        Cell::Name,
        Cell::Email,
        Cell::Phone,
        Cell::ExternalId,
        Cell::Language,
        Cell::LastSeen,
        Cell::Updated,
        Cell::ClaimedName,
        Cell::ClaimedEmail,
        Cell::ClaimedPhone,
    ];
    if let Some(id) = text.strip_prefix("attribute:") {
        return id.parse::<AttributeId>().ok().map(Cell::Attribute);
    }
    if let Some(rest) = text.strip_prefix("identifier:") {
        let (kind, hash) = rest.split_once(':')?;
        let hash: [u8; 32] = hex::decode(hash).ok()?.try_into().ok()?;
        return IdentifierKind::parse(kind).map(|kind| Cell::Identifier(kind, hash));
    }
    PLAIN.into_iter().find(|cell| cell.as_str() == text)
}
