//! How far a workspace has come: what the first steps left behind.

use countersign_types::event::EventKind;
use countersign_types::{Assurance, Timestamp, WidgetId};

use crate::codec::opt_time;
use crate::{StoreError, Tx, args};

/// When each first step was taken; `None` while it was not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// A channel was made.
    pub channel_at: Option<Timestamp>,
    /// A widget was made.
    pub widget_at: Option<Timestamp>,
    /// A widget was opened on a page of the company.
    pub widget_seen_at: Option<Timestamp>,
    /// A code was issued.
    pub code_at: Option<Timestamp>,
    /// Somebody was authenticated.
    pub authenticated_at: Option<Timestamp>,
    /// A second person was invited.
    pub invited_at: Option<Timestamp>,
}

/// Looks what is there. Each part stops at the first row it finds.
pub async fn find_progress(tx: &mut Tx<'_>) -> Result<Progress, StoreError> {
    tx.fetch_one(
        "SELECT (SELECT MIN(created_at) FROM channel WHERE deleted_at IS NULL),
                (SELECT MIN(created_at) FROM widget WHERE deleted_at IS NULL),
                (SELECT MIN(first_seen_at) FROM widget_sighting),
                (SELECT at FROM event WHERE kind = $1 ORDER BY at, id LIMIT 1),
                (SELECT recorded_at FROM evidence WHERE assurance = $2 LIMIT 1),
                (SELECT MIN(created_at) FROM console_user
                 WHERE created_at > (SELECT MIN(created_at) FROM console_user))",
        args![EventKind::CodeIssued.as_str(), Assurance::Al3.as_i64()],
        |row| {
            Ok(Progress {
                channel_at: opt_time(row, 0)?,
                widget_at: opt_time(row, 1)?,
                widget_seen_at: opt_time(row, 2)?,
                code_at: opt_time(row, 3)?,
                authenticated_at: opt_time(row, 4)?,
                invited_at: opt_time(row, 5)?,
            })
        },
    )
    .await
}

/// Notes that a widget was opened on a page of the company.
pub async fn note_sighting(tx: &mut Tx<'_>, widget: WidgetId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO widget_sighting (widget_id, first_seen_at, last_seen_at) VALUES ($1, $2, $2)
         ON CONFLICT (widget_id) DO UPDATE SET last_seen_at = excluded.last_seen_at",
        args![widget, now],
    )
    .await?;
    Ok(())
}

/// When a widget was last opened on a page of the company.
pub async fn find_sighting(tx: &mut Tx<'_>, widget: WidgetId) -> Result<Option<Timestamp>, StoreError> {
    let found = tx
        .fetch_optional(
            "SELECT last_seen_at FROM widget_sighting WHERE widget_id = $1",
            args![widget],
            |row| opt_time(row, 0),
        )
        .await?;
    Ok(found.flatten())
}
