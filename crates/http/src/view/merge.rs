//! Views of merges, of what one would do, and of suggestions.

use countersign_service::Service;
use countersign_service::merge::MergePreview;
use countersign_types::merge::{Cell, Held, Merge};
use countersign_types::pii::{self, Pii, Purpose, Viewer};
use countersign_types::profile::IdentifierKind;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Lens;
use super::case::ActorView;
use super::profile::{ProfileRefView, ProfileView};

/// Two customers that became one.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergeView {
    /// Its id.
    #[schema(example = "mrg_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// The customer that goes on.
    pub into: ProfileRefView,
    /// The customer that stands behind it.
    pub from: ProfileRefView,
    /// `hand`, `suggestion`, `proved` or `attested`.
    pub ground: &'static str,
    /// Why, in the words of whoever did it.
    pub reason: Option<String>,
    /// Who did it.
    pub actor: ActorView,
    /// When.
    #[schema(format = DateTime)]
    pub merged_at: String,
    /// Until when it can be taken back.
    #[schema(format = DateTime)]
    pub undo_until: String,
    /// When it was taken back.
    #[schema(format = DateTime)]
    pub undone_at: Option<String>,
    /// What could not be put back, because it was written later and stays where it is.
    pub conflicts: Vec<String>,
}

impl From<Merge> for MergeView {
    fn from(merge: Merge) -> Self {
        let actor = merge.actor;
        Self {
            id: merge.id.to_string(),
            into: ProfileRefView::of(merge.into, merge.into_number),
            from: ProfileRefView::of(merge.from, merge.from_number),
            ground: merge.ground.as_str(),
            reason: merge.reason,
            actor: ActorView { kind: actor.kind.as_str().to_owned(), id: actor.id, name: actor.name },
            merged_at: merge.merged_at.to_string(),
            undo_until: merge.merged_at.plus(countersign_service::merge::UNDO_SPAN).to_string(),
            undone_at: merge.undone_at.map(|t| t.to_string()),
            conflicts: merge.conflicts,
        }
    }
}

/// What a merge would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergePreviewView {
    /// The customer that would go on.
    pub into: ProfileView,
    /// The customer that would stand behind it.
    pub from: ProfileView,
    /// Places where the two say different things, with both words and the one that stays.
    pub conflicts: Vec<ConflictView>,
    /// Places that would get a value they have not, or a better word for it.
    pub gains: Vec<GainView>,
    /// Channel accounts that would move, with their conversations.
    pub accounts: usize,
    /// Addresses and numbers that would find nobody any more, because a customer has at most ten of each kind.
    pub identifiers_left: usize,
    /// Whether live codes of the other one would be taken back.
    pub ends_codes: bool,
    /// Whether it would be better the other way round.
    pub better_reversed: bool,
}

/// A place where the two say different things.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConflictView {
    /// The place, such as `email` or `attributes.tariff`.
    pub field: String,
    /// What the one that goes on says.
    pub into: HeldView,
    /// What the other one says.
    pub from: HeldView,
    /// `into` or `from`: whose word stays.
    pub winner: &'static str,
}

/// A place that gets a value.
#[derive(Debug, Serialize, ToSchema)]
pub struct GainView {
    /// The place.
    pub field: String,
    /// What it gets.
    pub value: HeldView,
}

/// A value with where it came from.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldView {
    /// The value; of an attribute, in its type.
    pub value: Value,
    /// Whether the company itself said so.
    pub proved: bool,
    /// Who said so, where that is recorded.
    pub source: Option<String>,
    /// When, where that is recorded.
    #[schema(format = DateTime)]
    pub at: Option<String>,
    /// Whether this viewer sees it masked.
    pub masked: bool,
}

impl HeldView {
    /// Renders a value of a place for a viewer.
    fn of(service: &Service, cell: Cell, held: &Held, viewer: Viewer) -> Self {
        let mut lens = Lens::new(viewer);
        let text = held.value.plain(Purpose::Render);
        let value = match cell {
            Cell::Name => Value::String(lens.show("value", &Pii::<pii::Name>::new(text))),
            Cell::ClaimedName => Value::String(lens.show_chosen("value", &Pii::<pii::Name>::new(text))),
            Cell::Email | Cell::ClaimedEmail | Cell::Identifier(IdentifierKind::Email, _) => {
                Value::String(lens.show("value", &Pii::<pii::Email>::new(text)))
            }
            Cell::Phone | Cell::ClaimedPhone | Cell::Identifier(IdentifierKind::Phone, _) => {
                Value::String(lens.show("value", &Pii::<pii::Phone>::new(text)))
            }
            Cell::ExternalId | Cell::Identifier(IdentifierKind::ExternalId, _) => {
                Value::String(lens.show("value", &Pii::<pii::ExternalId>::new(text)))
            }
            Cell::Attribute(id) => {
                let snapshot = service.snapshot();
                let definition = snapshot.attribute(id);
                let key = definition.map_or("", |attribute| attribute.key.as_str());
                lens.show_attribute(key, definition, serde_json::from_str(text).unwrap_or_default())
            }
            Cell::State | Cell::Kind | Cell::Anonymous | Cell::Language | Cell::LastSeen | Cell::Updated => {
                Value::String(text.to_owned())
            }
        };
        let is_dated = held.at.as_micros() > 0;
        Self {
            value,
            proved: held.is_proved,
            source: (!held.source.is_empty()).then(|| held.source.clone()),
            at: is_dated.then(|| held.at.to_string()),
            masked: !lens.masked().is_empty(),
        }
    }
}

impl MergePreviewView {
    /// Renders a preview for a viewer.
    pub fn of(service: &Service, preview: &MergePreview, viewer: Viewer) -> Self {
        let snapshot = service.snapshot();
        let conflicts = preview.plan.conflicts.iter().map(|conflict| ConflictView {
            field: service.cell_name(conflict.cell),
            into: HeldView::of(service, conflict.cell, &conflict.survivor, viewer),
            from: HeldView::of(service, conflict.cell, &conflict.other, viewer),
            winner: if conflict.survivor_wins { "into" } else { "from" },
        });
        let is_told = |cell: Cell| preview.plan.conflicts.iter().any(|conflict| conflict.cell == cell);
        let gains = preview.plan.cells.iter().filter(|(cell, _)| !cell.is_bookkeeping() && !is_told(**cell));
        let gains = gains.filter_map(|(cell, change)| {
            let value = HeldView::of(service, *cell, change.after.as_ref()?, viewer);
            Some(GainView { field: service.cell_name(*cell), value })
        });
        Self {
            into: ProfileView::of(&preview.into, &snapshot, viewer),
            from: ProfileView::of(&preview.from, &snapshot, viewer),
            conflicts: conflicts.collect(),
            gains: gains.collect(),
            accounts: preview.accounts,
            identifiers_left: preview.plan.left,
            ends_codes: preview.ends_codes,
            better_reversed: preview.is_better_reversed,
        }
    }
}
