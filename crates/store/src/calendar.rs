//! Calendars of business hours.

use countersign_types::CalendarId;
use countersign_types::calendar::StoredCalendar;

use crate::codec::{id, json, time, to_json};
use crate::fold::folded;
use crate::{Arg, Row, StoreError, Tx, args};

/// The rule that a name is given once.
pub const UNIQUE_NAME: &str = "uq_calendar__name_folded";

const SELECT: &str = "SELECT id, name, body, created_at, updated_at FROM calendar";

fn calendar(row: &Row<'_>) -> Result<StoredCalendar, StoreError> {
    Ok(StoredCalendar {
        id: id(row, 0)?,
        name: row.text(1)?,
        body: json(row, 2)?,
        created_at: time(row, 3)?,
        updated_at: time(row, 4)?,
    })
}

/// All calendars by name.
pub async fn list_calendars(tx: &mut Tx<'_>) -> Result<Vec<StoredCalendar>, StoreError> {
    tx.fetch_all(&format!("{SELECT} ORDER BY name_folded"), args![], calendar).await
}

/// A calendar.
pub async fn find_calendar(
    tx: &mut Tx<'_>,
    calendar_id: CalendarId,
) -> Result<Option<StoredCalendar>, StoreError> {
    tx.fetch_optional(&format!("{SELECT} WHERE id = $1"), args![calendar_id], calendar).await
}

/// How many calendars there are.
pub async fn count_calendars(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.fetch_one("SELECT count(*) FROM calendar", args![], |row| row.i64(0)).await
}

/// Adds a calendar. A name that is taken is refused by [`UNIQUE_NAME`].
pub async fn insert_calendar(tx: &mut Tx<'_>, calendar: &StoredCalendar) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO calendar (id, name, name_folded, body, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        args![
            calendar.id,
            &calendar.name,
            folded(&calendar.name),
            Arg::json(to_json(&calendar.body)?),
            calendar.created_at,
            calendar.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Saves name and hours of a calendar.
pub async fn update_calendar(tx: &mut Tx<'_>, calendar: &StoredCalendar) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE calendar SET name = $2, name_folded = $3, body = $4, updated_at = $5 WHERE id = $1",
            args![
                calendar.id,
                &calendar.name,
                folded(&calendar.name),
                Arg::json(to_json(&calendar.body)?),
                calendar.updated_at,
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Deletes a calendar.
pub async fn delete_calendar(tx: &mut Tx<'_>, calendar_id: CalendarId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM calendar WHERE id = $1", args![calendar_id]).await? == 1)
}
