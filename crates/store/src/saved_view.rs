//! Views of lists that people saved, and the order in which each person has theirs.

use countersign_types::canned_reply::Audience;
use countersign_types::saved_view::SavedView;
use countersign_types::{SavedViewId, UserId};

use crate::codec::{id, opt_id, time};
use crate::{Row, StoreError, Tx, args};

/// The rule that a person has one view of a name on a page.
pub const UNIQUE_NAME: &str = "uq_saved_view__user_id__page__name";

const COLUMNS: &str = "v.id, v.user_id, v.page, v.name, v.query, v.created_at, v.audience, v.group_id";

fn saved_view(row: &Row<'_>) -> Result<SavedView, StoreError> {
    let user = id(row, 1)?;
    Ok(SavedView {
        id: id(row, 0)?,
        user,
        page: row.text(2)?,
        name: row.text(3)?,
        query: row.text(4)?,
        audience: match (row.text(6)?.as_str(), opt_id(row, 7)?) {
            ("everybody", _) => Audience::Everybody,
            ("group", Some(group)) => Audience::Group(group),
            _ => Audience::Person(user),
        },
        created_at: time(row, 5)?,
    })
}

/// The views that a person has: their own, everybody's, and those of their groups, in the order they gave them; new
/// ones last.
pub async fn list_saved_views(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<SavedView>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM saved_view v
         LEFT JOIN saved_view_place p ON p.view_id = v.id AND p.user_id = $1
         WHERE v.user_id = $1 OR v.audience = 'everybody'
            OR (v.audience = 'group' AND v.group_id IN (SELECT group_id FROM group_member WHERE user_id = $1))
         ORDER BY COALESCE(p.position, 9223372036854775807), v.created_at, v.id"
    );
    tx.fetch_all(&sql, args![user], saved_view).await
}

/// How many views a person saved.
pub async fn count_saved_views(tx: &mut Tx<'_>, user: UserId) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM saved_view WHERE user_id = $1";
    tx.fetch_one(sql, args![user], |row| row.i64(0)).await
}

/// A view, whoever has it.
pub async fn find_saved_view(tx: &mut Tx<'_>, view: SavedViewId) -> Result<Option<SavedView>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM saved_view v WHERE v.id = $1");
    tx.fetch_optional(&sql, args![view], saved_view).await
}

/// Adds a view.
pub async fn insert_saved_view(tx: &mut Tx<'_>, view: &SavedView) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO saved_view (id, user_id, page, name, query, created_at, audience, group_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            view.id,
            view.user,
            &view.page,
            &view.name,
            &view.query,
            view.created_at,
            view.audience.as_str(),
            view.audience.group(),
        ],
    )
    .await?;
    Ok(())
}

/// Saves name, filters and audience of a view.
pub async fn update_saved_view(tx: &mut Tx<'_>, view: &SavedView) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE saved_view SET name = $2, query = $3, audience = $4, group_id = $5 WHERE id = $1",
            args![view.id, &view.name, &view.query, view.audience.as_str(), view.audience.group()],
        )
        .await?;
    Ok(changed == 1)
}

/// Gives a person their views in this order.
pub async fn set_saved_view_places(
    tx: &mut Tx<'_>,
    user: UserId,
    order: &[SavedViewId],
) -> Result<(), StoreError> {
    tx.execute("DELETE FROM saved_view_place WHERE user_id = $1", args![user]).await?;
    for (position, view) in (0_i64..).zip(order) {
        tx.execute(
            "INSERT INTO saved_view_place (user_id, view_id, position) VALUES ($1, $2, $3)",
            args![user, *view, position],
        )
        .await?;
    }
    Ok(())
}

/// Removes a view; `false` when there is none of that id.
pub async fn delete_saved_view(tx: &mut Tx<'_>, view: SavedViewId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM saved_view WHERE id = $1", args![view]).await? == 1)
}
