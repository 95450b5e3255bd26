//! Views of lists that people saved.

use countersign_types::saved_view::SavedView;
use countersign_types::{SavedViewId, UserId};

use crate::codec::{id, time};
use crate::{Row, StoreError, Tx, args};

/// The rule that a person has one view of a name on a page.
pub const UNIQUE_NAME: &str = "uq_saved_view__user_id__page__name";

fn saved_view(row: &Row<'_>) -> Result<SavedView, StoreError> {
    Ok(SavedView {
        id: id(row, 0)?,
        user: id(row, 1)?,
        page: row.text(2)?,
        name: row.text(3)?,
        query: row.text(4)?,
        created_at: time(row, 5)?,
    })
}

/// A person's views, oldest first.
pub async fn list_saved_views(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<SavedView>, StoreError> {
    tx.fetch_all(
        "SELECT id, user_id, page, name, query, created_at FROM saved_view WHERE user_id = $1
         ORDER BY created_at, id",
        args![user],
        saved_view,
    )
    .await
}

/// Adds a view.
pub async fn insert_saved_view(tx: &mut Tx<'_>, view: &SavedView) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO saved_view (id, user_id, page, name, query, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        args![view.id, view.user, &view.page, &view.name, &view.query, view.created_at],
    )
    .await?;
    Ok(())
}

/// Removes a view of a person; `false` when they have none of that id.
pub async fn delete_saved_view(tx: &mut Tx<'_>, user: UserId, id: SavedViewId) -> Result<bool, StoreError> {
    let deleted =
        tx.execute("DELETE FROM saved_view WHERE id = $1 AND user_id = $2", args![id, user]).await?;
    Ok(deleted == 1)
}
