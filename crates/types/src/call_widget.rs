//! Call widgets, as the store keeps them. What they say is known to `ivr::widget`.

use crate::words::words;
use crate::{ApiKeyId, CallWidgetId, Timestamp};

words! {
    /// Who made a widget.
    WidgetSource {
        /// Somebody of the team, in the console.
        People = "people",
        /// A program, with an API key: people look at it and leave it as it is.
        Integration = "integration",
    }
}

/// A call widget.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredCallWidget {
    /// Its id.
    pub id: CallWidgetId,
    /// Its name, which no card shows; no other widget has it, whatever its case.
    pub name: String,
    /// The key that made it; `None` where people did.
    pub made_by: Option<ApiKeyId>,
    /// What it says: an `ivr::widget::Widget`.
    pub body: serde_json::Value,
    /// Counted up by each change, from 1.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl StoredCallWidget {
    /// Who made it.
    pub const fn source(&self) -> WidgetSource {
        if self.made_by.is_some() { WidgetSource::Integration } else { WidgetSource::People }
    }
}
