//! Taking a merge back: exactly, or as far as nothing was written later.

use std::collections::BTreeMap;

use countersign_types::merge::{Cell, Change, Held, Sheet};

/// What taking back comes to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Undone {
    /// What the survivor's places become.
    pub cells: BTreeMap<Cell, Option<Held>>,
    /// Places that were written later: what was written stays.
    pub conflicts: Vec<Cell>,
}

/// The changes of a merge, place by place.
pub type Changes = BTreeMap<Cell, Change>;

/// Takes a merge back from the survivor's present values. `newer` are the changes of later merges into the same profile
/// that stand, oldest first: where one of them covers a place, the place keeps its value, and what that merge would put
/// back becomes what stood there before this one. So merges are taken back in any order.
pub fn undo(present: &Sheet, changes: &Changes, newer: &mut [Changes]) -> Undone {
    let mut undone = Undone::default();
    for (cell, change) in changes {
        let later = newer.iter_mut().find_map(|changes| changes.get_mut(cell));
        if let Some(later) = later {
            if is_same(*cell, later.before.as_ref(), change.after.as_ref()) {
                later.before.clone_from(&change.before);
            } else {
                undone.conflict(*cell);
            }
        } else if is_same(*cell, present.get(cell), change.after.as_ref()) {
            undone.cells.insert(*cell, change.before.clone());
        } else {
            undone.conflict(*cell);
        }
    }
    let is_known = [Cell::Name, Cell::Email, Cell::Phone, Cell::ExternalId].into_iter().any(|cell| {
        undone.cells.get(&cell).map_or_else(|| present.contains_key(&cell), |value| value.is_some())
    });
    // A name that somebody wrote later, or that a later merge brought, keeps the profile one of somebody: until that
    // merge is taken back as well.
    if is_known
        && undone.cells.remove(&Cell::Anonymous).is_some()
        && let (Some(change), Some(next)) = (changes.get(&Cell::Anonymous), newer.first_mut())
    {
        next.insert(Cell::Anonymous, change.clone());
    }
    undone
}

/// Is it the same word of the same origin? Of fields only the value is recorded.
fn is_same(cell: Cell, a: Option<&Held>, b: Option<&Held>) -> bool {
    match cell {
        Cell::Attribute(_) | Cell::Identifier(..) => a == b,
        _ => a.map(|held| &held.value) == b.map(|held| &held.value),
    }
}

impl Undone {
    fn conflict(&mut self, cell: Cell) {
        if !cell.is_bookkeeping() {
            self.conflicts.push(cell);
        }
    }
}
