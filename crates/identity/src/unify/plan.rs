//! Which profile goes on, and which value wins in each place.

use std::collections::{BTreeMap, BTreeSet};

use countersign_types::merge::{Cell, Change, Held, Sheet};
use countersign_types::pii::Purpose;
use countersign_types::profile::{IdentifierKind, ProfileState, Source};
use countersign_types::{Assurance, Timestamp};

use super::IDENTIFIERS_MAX;

/// Which one goes on when nobody says so: the surer one, then the one that the company knows, then the older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seniority {
    /// The level of its live links.
    pub assurance: Assurance,
    /// Whether more than a channel account is known.
    pub is_known: bool,
    /// The older the more.
    pub age: std::cmp::Reverse<Timestamp>,
}

/// Where the two said different things.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The place.
    pub cell: Cell,
    /// What the survivor said.
    pub survivor: Held,
    /// What the other one said.
    pub other: Held,
    /// Whether the survivor's value stays.
    pub survivor_wins: bool,
}

/// What a merge would do to the survivor.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// Places that change.
    pub cells: BTreeMap<Cell, Change>,
    /// Places where the two said different things, whoever won.
    pub conflicts: Vec<Conflict>,
    /// Identifiers of the other one that find nobody any more, because there are too many (P-2).
    pub left: usize,
}

/// How much a value's origin says: the company's systems, then its people, then everybody.
fn rank(held: &Held) -> u8 {
    match Source::parse(&held.source) {
        _ if !held.is_proved => 0,
        Some(source) if source.is_matching() => 2,
        _ => 1,
    }
}

/// Plans one profile of two. Evidence decides, then recency, then the survivor. A claim never takes the place of what is
/// proved, and stays a claim (P-4).
pub fn plan(survivor: &Sheet, other: &Sheet, now: Timestamp) -> Plan {
    let mut plan = Plan::default();
    let cells: BTreeSet<Cell> = survivor.keys().chain(other.keys()).copied().collect();
    for cell in cells {
        let (mine, theirs) = (survivor.get(&cell), other.get(&cell));
        let winner = match (mine, theirs) {
            _ if matches!(cell, Cell::Identifier(..) | Cell::Updated) => continue,
            (Some(mine), None) => mine,
            (None, Some(theirs)) => theirs,
            (Some(mine), Some(theirs)) => {
                let survivor_wins = wins(cell, mine, theirs);
                if mine.value != theirs.value && !cell.is_bookkeeping() {
                    let (survivor, other) = (mine.clone(), theirs.clone());
                    plan.conflicts.push(Conflict { cell, survivor, other, survivor_wins });
                }
                if survivor_wins { mine } else { theirs }
            }
            (None, None) => continue,
        };
        if is_settled(cell, winner, survivor, other) {
            continue;
        }
        plan.set(cell, mine, winner);
    }
    plan.add_identifiers(survivor, other);
    plan.set(Cell::Updated, survivor.get(&Cell::Updated), &moment(now));
    plan
}

/// A moment as a place of a profile holds it.
pub fn moment(at: Timestamp) -> Held {
    Held {
        value: countersign_types::Pii::new(at.as_micros().to_string()),
        source: String::new(),
        is_proved: true,
        at: Timestamp::from_micros(0),
    }
}

/// Does the survivor's value stay?
fn wins(cell: Cell, mine: &Held, theirs: &Held) -> bool {
    let text = |held: &Held| held.value.plain(Purpose::Match).to_owned();
    match cell {
        // A block is not washed away, nor is what is known.
        Cell::State => text(theirs) != ProfileState::Blocked.as_str(),
        Cell::Anonymous => text(theirs) != "false",
        Cell::LastSeen => {
            let micros = |held: &Held| text(held).parse::<i64>().unwrap_or_default();
            micros(mine) >= micros(theirs)
        }
        _ => (rank(mine), mine.at) >= (rank(theirs), theirs.at),
    }
}

/// A claim that one of the two fields says already is no claim any more.
fn is_settled(cell: Cell, claim: &Held, survivor: &Sheet, other: &Sheet) -> bool {
    let field = match cell {
        Cell::ClaimedName => Cell::Name,
        Cell::ClaimedEmail => Cell::Email,
        Cell::ClaimedPhone => Cell::Phone,
        _ => return false,
    };
    let says = |sheet: &Sheet| sheet.get(&field).is_some_and(|held| held.value == claim.value);
    !survivor.contains_key(&cell) && (says(survivor) || says(other))
}

impl Plan {
    fn set(&mut self, cell: Cell, before: Option<&Held>, after: &Held) {
        if before != Some(after) {
            self.cells.insert(cell, Change { before: before.cloned(), after: Some(after.clone()) });
        }
    }

    /// Takes over identifiers, the best first, up to the limit of each kind. Where both carry one, the better word
    /// counts; it is never made of two weaker ones.
    fn add_identifiers(&mut self, survivor: &Sheet, other: &Sheet) {
        let kind = |cell: &Cell| match cell {
            Cell::Identifier(kind, _) => Some(*kind),
            _ => None,
        };
        let mut count: BTreeMap<IdentifierKind, usize> = BTreeMap::new();
        for kind in survivor.keys().filter_map(kind) {
            *count.entry(kind).or_default() += 1;
        }
        let mut theirs: Vec<(&Cell, &Held)> = other.iter().filter(|(cell, _)| kind(cell).is_some()).collect();
        theirs.sort_by_key(|(cell, held)| (std::cmp::Reverse((rank(held), held.at)), **cell));
        for (cell, held) in theirs {
            let Some(kind) = kind(cell) else { continue };
            match survivor.get(cell) {
                Some(mine) if rank(mine) >= rank(held) => {}
                Some(mine) => self.set(*cell, Some(mine), held),
                None => {
                    let count = count.entry(kind).or_default();
                    if *count >= IDENTIFIERS_MAX {
                        self.left += 1;
                        continue;
                    }
                    *count += 1;
                    self.set(*cell, None, held);
                }
            }
        }
    }
}
