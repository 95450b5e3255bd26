//! Random graphs of profiles: merged, written to, taken back in any order.

use std::collections::BTreeMap;

use countersign_identity::unify::journal::{Changes, undo};
use countersign_identity::unify::plan::plan;
use countersign_types::merge::{Cell, Sheet};
use countersign_types::profile::IdentifierKind;
use countersign_types::{AttributeId, Timestamp};
use proptest::prelude::*;

use crate::plan::held;

/// A merge that was done.
#[derive(Clone)]
struct Done {
    into: usize,
    from: usize,
    cells: Changes,
    accounts: Vec<usize>,
    joined: Vec<usize>,
    is_undone: bool,
}

/// What the database would hold.
#[derive(Clone, PartialEq, Debug)]
struct World {
    sheets: Vec<Sheet>,
    root: Vec<Option<usize>>,
    /// Under which profile each account stands; account `n` began under profile `n`.
    accounts: Vec<usize>,
}

impl World {
    fn survivor(&self, profile: usize) -> usize {
        self.root[profile].unwrap_or(profile)
    }

    fn merge(&mut self, into: usize, from: usize, now: i64) -> Option<Done> {
        let (into, from) = (self.survivor(into), self.survivor(from));
        if into == from {
            return None;
        }
        let planned = plan(&self.sheets[into], &self.sheets[from], Timestamp::from_micros(now));
        for (cell, change) in &planned.cells {
            set(&mut self.sheets[into], *cell, change.after.clone());
        }
        let accounts: Vec<usize> = (0..self.accounts.len()).filter(|a| self.accounts[*a] == from).collect();
        accounts.iter().for_each(|a| self.accounts[*a] = into);
        let joined: Vec<usize> =
            (0..self.root.len()).filter(|p| *p == from || self.root[*p] == Some(from)).collect();
        joined.iter().for_each(|p| self.root[*p] = Some(into));
        Some(Done { into, from, cells: planned.cells, accounts, joined, is_undone: false })
    }

    /// Takes back; `None` while the survivor itself stands behind another.
    fn unmerge(&mut self, done: &mut [Done], at: usize) -> Option<Vec<Cell>> {
        let (before, rest) = done.split_at_mut(at + 1);
        let merge = &mut before[at];
        if merge.is_undone || self.root[merge.into].is_some() {
            return None;
        }
        let mut later: Vec<&mut Done> =
            rest.iter_mut().filter(|d| !d.is_undone && d.into == merge.into).collect();
        let mut newer: Vec<Changes> = later.iter().map(|d| d.cells.clone()).collect();
        let undone = undo(&self.sheets[merge.into], &merge.cells, &mut newer);
        for (done, cells) in later.iter_mut().zip(newer) {
            done.cells = cells;
        }
        for (cell, value) in undone.cells {
            set(&mut self.sheets[merge.into], cell, value);
        }
        merge.accounts.iter().for_each(|a| self.accounts[*a] = merge.from);
        for profile in &merge.joined {
            self.root[*profile] = (*profile != merge.from).then_some(merge.from);
        }
        merge.is_undone = true;
        Some(undone.conflicts)
    }
}

fn set(sheet: &mut Sheet, cell: Cell, value: Option<countersign_types::merge::Held>) {
    match value {
        Some(value) => sheet.insert(cell, value),
        None => sheet.remove(&cell),
    };
}

fn cell(n: u8) -> Cell {
    match n {
        0 => Cell::Name,
        1 => Cell::Email,
        2 => Cell::ClaimedPhone,
        3 => Cell::State,
        4 => Cell::LastSeen,
        n if n < 8 => Cell::Attribute(AttributeId::from_bytes([n; 16])),
        n => Cell::Identifier(IdentifierKind::Email, [n; 32]),
    }
}

fn any_sheet() -> impl Strategy<Value = Sheet> {
    let value = (0..12u8, 0..4u8, any::<bool>(), 0..5i64);
    prop::collection::vec(value, 0..8).prop_map(|values| {
        let mut sheet: Sheet = values
            .into_iter()
            .map(|(c, v, is_proved, at)| {
                let source = if is_proved { "api" } else { "channel" };
                (cell(c), held(&v.to_string(), source, is_proved, at))
            })
            .collect();
        let is_known = sheet.contains_key(&Cell::Name) || sheet.contains_key(&Cell::Email);
        sheet.insert(Cell::Anonymous, held(if is_known { "false" } else { "true" }, "", true, 0));
        sheet.insert(Cell::Updated, held("1", "", true, 0));
        sheet
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn p_3_merging_and_taking_back_in_any_order_is_as_before(
        sheets in prop::collection::vec(any_sheet(), 2..7),
        merges in prop::collection::vec((0..7usize, 0..7usize), 1..7),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..64),
    ) {
        let count = sheets.len();
        let mut world =
            World { sheets, root: vec![None; count], accounts: (0..count).collect() };
        let before = world.clone();
        let mut done = Vec::new();
        for (n, (into, from)) in merges.into_iter().enumerate() {
            let made = world.merge(into % count, from % count, 100 + n as i64);
            done.extend(made);
            for profile in 0..count {
                // No cycles: whoever stands behind another is behind one who stands for itself.
                prop_assert!(world.root[world.survivor(profile)].is_none());
            }
        }
        for index in order {
            if done.is_empty() { break; }
            let at = index.index(done.len());
            if let Some(conflicts) = world.unmerge(&mut done, at) {
                prop_assert!(conflicts.is_empty(), "nothing was written later");
            }
        }
        while let Some(at) = done.iter().rposition(|d| !d.is_undone) {
            prop_assert!(world.unmerge(&mut done, at).is_some());
        }
        prop_assert_eq!(world, before);
    }

    #[test]
    fn p_3_what_was_written_later_stays_and_is_named(
        sheets in prop::collection::vec(any_sheet(), 2..4),
        written in prop::collection::vec((5..12u8, 10..14u8), 0..4),
    ) {
        let count = sheets.len();
        let mut world =
            World { sheets, root: vec![None; count], accounts: (0..count).collect() };
        let before = world.clone();
        let mut done = vec![world.merge(0, 1, 100).unwrap()];
        let written: BTreeMap<Cell, _> = written
            .into_iter()
            .map(|(c, v)| (cell(c), held(&v.to_string(), "api", true, 200)))
            .collect();
        for (cell, value) in &written {
            world.sheets[0].insert(*cell, value.clone());
        }
        let touched: Vec<Cell> = done[0].cells.keys().filter(|c| written.contains_key(c)).copied().collect();
        prop_assert_eq!(world.unmerge(&mut done, 0).unwrap(), touched);
        prop_assert_eq!(&world.sheets[1], &before.sheets[1]);
        let mut expected = before.sheets[0].clone();
        expected.extend(written);
        prop_assert_eq!(&world.sheets[0], &expected);
    }
}
