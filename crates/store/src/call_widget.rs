//! Call widgets. What one says is JSON to this crate.

use countersign_types::CallWidgetId;
use countersign_types::call_widget::StoredCallWidget;

use crate::codec::{id, json, opt_id, time, to_json};
use crate::fold::folded;
use crate::{Arg, Row, StoreError, Tx, args};

/// The rule that a name is given once.
pub const UNIQUE_NAME: &str = "uq_call_widget__name_folded";

const SELECT: &str = "SELECT id, name, made_by, body, version, created_at, updated_at FROM call_widget";

fn widget(row: &Row<'_>) -> Result<StoredCallWidget, StoreError> {
    Ok(StoredCallWidget {
        id: id(row, 0)?,
        name: row.text(1)?,
        made_by: opt_id(row, 2)?,
        body: json(row, 3)?,
        version: row.i64(4)?,
        created_at: time(row, 5)?,
        updated_at: time(row, 6)?,
    })
}

/// All call widgets, oldest first: the order in which cards stand.
pub async fn list_call_widgets(tx: &mut Tx<'_>) -> Result<Vec<StoredCallWidget>, StoreError> {
    tx.fetch_all(&format!("{SELECT} ORDER BY created_at, id"), args![], widget).await
}

/// A call widget.
pub async fn find_call_widget(
    tx: &mut Tx<'_>,
    widget_id: CallWidgetId,
) -> Result<Option<StoredCallWidget>, StoreError> {
    tx.fetch_optional(&format!("{SELECT} WHERE id = $1"), args![widget_id], widget).await
}

/// How many call widgets there are.
pub async fn count_call_widgets(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.fetch_one("SELECT count(*) FROM call_widget", args![], |row| row.i64(0)).await
}

/// Adds a call widget. A name that is taken is refused by [`UNIQUE_NAME`].
pub async fn insert_call_widget(tx: &mut Tx<'_>, widget: &StoredCallWidget) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO call_widget (id, name, name_folded, made_by, body, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            widget.id,
            &widget.name,
            folded(&widget.name),
            widget.made_by,
            Arg::json(to_json(&widget.body)?),
            widget.version,
            widget.created_at,
            widget.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Saves name and body as the next version; `false` when somebody else saved that version first, or deleted it.
pub async fn update_call_widget(tx: &mut Tx<'_>, widget: &StoredCallWidget) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE call_widget SET name = $2, name_folded = $3, body = $4, version = $5, updated_at = $6
             WHERE id = $1 AND version = $7",
            args![
                widget.id,
                &widget.name,
                folded(&widget.name),
                Arg::json(to_json(&widget.body)?),
                widget.version,
                widget.updated_at,
                widget.version - 1,
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Deletes a call widget.
pub async fn delete_call_widget(tx: &mut Tx<'_>, widget_id: CallWidgetId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM call_widget WHERE id = $1", args![widget_id]).await? == 1)
}
