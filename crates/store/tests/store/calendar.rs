//! Calendars of business hours, on both databases.

use countersign_store::calendar::{
    UNIQUE_NAME, count_calendars, delete_calendar, find_calendar, insert_calendar, list_calendars,
    update_calendar,
};
use countersign_store::testing::{TestDb, both};
use countersign_store::{StoreError, Tx};
use countersign_types::calendar::StoredCalendar;
use countersign_types::{CalendarId, Timestamp};
use serde_json::json;

fn calendar(n: u8, name: &str) -> StoredCalendar {
    StoredCalendar {
        id: CalendarId::from_bytes([n; 16]),
        name: name.to_owned(),
        body: json!({ "time_zone": "Europe/Berlin", "week": { "mon": [{ "from": "09:00", "to": "17:30" }] } }),
        created_at: Timestamp::from_micros(5),
        updated_at: Timestamp::from_micros(i64::from(n)),
    }
}

async fn write<T: Send + 'static>(
    db: &TestDb,
    operation: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    db.write(operation).await
}

async fn list(db: &TestDb) -> Vec<StoredCalendar> {
    db.read(async |tx: &mut Tx<'_>| list_calendars(tx).await).await.unwrap()
}

#[tokio::test]
async fn a_calendar_reads_back_changes_and_goes() {
    both(async |db| {
        for new in [calendar(6, "Support"), calendar(7, "billing")] {
            write(&db, async move |tx| insert_calendar(tx, &new).await).await.unwrap();
        }
        assert_eq!(list(&db).await, [calendar(7, "billing"), calendar(6, "Support")]);
        let count = db.read(async |tx: &mut Tx<'_>| count_calendars(tx).await).await.unwrap();
        assert_eq!(count, 2);
        let body = json!({ "time_zone": "UTC", "holidays": [{ "date": "2026-12-25", "name": "Święta 🎄" }] });
        let new = StoredCalendar { body, updated_at: Timestamp::from_micros(9), ..calendar(6, "SUPPORT") };
        let wanted = new.clone();
        assert!(write(&db, async move |tx| update_calendar(tx, &new).await).await.unwrap());
        let found = db.read(async |tx: &mut Tx<'_>| find_calendar(tx, calendar(6, "").id).await).await;
        assert_eq!(found.unwrap(), Some(wanted));
        assert!(!write(&db, async |tx| update_calendar(tx, &calendar(8, "Gone")).await).await.unwrap());
        assert!(write(&db, async |tx| delete_calendar(tx, calendar(6, "").id).await).await.unwrap());
        assert!(!write(&db, async |tx| delete_calendar(tx, calendar(6, "").id).await).await.unwrap());
        assert_eq!(list(&db).await, [calendar(7, "billing")]);
    })
    .await;
}

#[tokio::test]
async fn two_calendars_never_have_one_name() {
    both(async |db| {
        for new in [calendar(6, "Support"), calendar(7, "Straße")] {
            write(&db, async move |tx| insert_calendar(tx, &new).await).await.unwrap();
        }
        for name in ["support", "SUPPORT ", "STRASSE"] {
            let again = write(&db, async move |tx| insert_calendar(tx, &calendar(8, name)).await).await;
            assert_eq!(again.unwrap_err().unique_constraint(), Some(UNIQUE_NAME), "{name}");
        }
        let taken = write(&db, async |tx| update_calendar(tx, &calendar(7, "support")).await).await;
        assert_eq!(taken.unwrap_err().unique_constraint(), Some(UNIQUE_NAME));
    })
    .await;
}
