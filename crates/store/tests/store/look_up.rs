//! Look-ups and their secrets, on both databases.

use countersign_store::look_up::{
    LookUpRow, UNIQUE_NAME, count_look_ups, delete_look_up, insert_look_up, list_look_ups, lock_look_up,
    update_look_up,
};
use countersign_store::testing::{TestDb, both};
use countersign_store::{Arg, StoreError, Tx, Vault};
use countersign_types::look_up::StoredLookUp;
use countersign_types::{LookUpId, Timestamp};
use serde_json::json;

fn vault() -> Vault {
    Vault::new(&[7; 32])
}

fn row(n: u8, name: &str, secrets: Option<&str>) -> LookUpRow {
    let look_up = StoredLookUp {
        id: LookUpId::from_bytes([n; 16]),
        name: name.to_owned(),
        body: json!({ "request": { "url": "https://crm.example/{a}" }, "auth": { "kind": "none" } }),
        created_at: Timestamp::from_micros(5),
        updated_at: Timestamp::from_micros(i64::from(n)),
    };
    LookUpRow { look_up, secrets: secrets.map(ToOwned::to_owned) }
}

async fn write<T: Send + 'static>(
    db: &TestDb,
    operation: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    db.write(operation).await
}

async fn list(db: &TestDb) -> Vec<LookUpRow> {
    db.read(async |tx: &mut Tx<'_>| list_look_ups(tx, &vault()).await).await.unwrap()
}

#[tokio::test]
async fn a_look_up_reads_back_changes_and_goes() {
    both(async |db| {
        for new in [row(6, "Customers", Some("s3cret")), row(7, "cards", None)] {
            write(&db, async move |tx| insert_look_up(tx, &vault(), &new).await).await.unwrap();
        }
        assert_eq!(list(&db).await, [row(7, "cards", None), row(6, "Customers", Some("s3cret"))]);
        assert_eq!(db.read(async |tx: &mut Tx<'_>| count_look_ups(tx).await).await.unwrap(), 2);
        let mut new = row(6, "CUSTOMERS", Some("an0ther"));
        new.look_up.body = json!({ "timeout_ms": 900 });
        new.look_up.updated_at = Timestamp::from_micros(9);
        let wanted = new.clone();
        assert!(write(&db, async move |tx| update_look_up(tx, &vault(), &new).await).await.unwrap());
        let found =
            write(&db, async |tx| lock_look_up(tx, &vault(), LookUpId::from_bytes([6; 16])).await).await;
        assert_eq!(found.unwrap(), Some(wanted));
        let gone = row(8, "Gone", None);
        assert!(!write(&db, async move |tx| update_look_up(tx, &vault(), &gone).await).await.unwrap());
        for is_there in [true, false] {
            let deleted =
                write(&db, async |tx| delete_look_up(tx, LookUpId::from_bytes([6; 16])).await).await;
            assert_eq!(deleted.unwrap(), is_there);
        }
        assert_eq!(list(&db).await, [row(7, "cards", None)]);
    })
    .await;
}

#[tokio::test]
async fn two_look_ups_never_have_one_name() {
    both(async |db| {
        for new in [row(6, "Customers", None), row(7, "Straße", None)] {
            write(&db, async move |tx| insert_look_up(tx, &vault(), &new).await).await.unwrap();
        }
        for name in ["customers", "CUSTOMERS ", "STRASSE"] {
            let new = row(8, name, None);
            let again = write(&db, async move |tx| insert_look_up(tx, &vault(), &new).await).await;
            assert_eq!(again.unwrap_err().unique_constraint(), Some(UNIQUE_NAME), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn i_7_secrets_lie_sealed_for_their_row_and_are_not_shown() {
    both(async |db| {
        let new = row(6, "Customers", Some("s3cret-of-the-crm"));
        assert!(!format!("{new:?}").contains("s3cret"));
        write(&db, async move |tx| insert_look_up(tx, &vault(), &new).await).await.unwrap();
        let sealed = db
            .read(async |tx: &mut Tx<'_>| {
                tx.fetch_one("SELECT secrets_sealed FROM look_up", &[] as &[Arg], |row| row.bytes(0)).await
            })
            .await
            .unwrap();
        assert!(!sealed.windows(6).any(|bytes| bytes == b"s3cret"));
        // Moved to another row it does not open.
        let other = row(7, "Other", None);
        write(&db, async move |tx| insert_look_up(tx, &vault(), &other).await).await.unwrap();
        write(&db, async |tx| {
            tx.execute(
                "UPDATE look_up SET secrets_sealed = (SELECT secrets_sealed FROM look_up WHERE secrets_sealed IS NOT NULL LIMIT 1)",
                &[] as &[Arg],
            )
            .await
        })
        .await
        .unwrap();
        let found = db.read(async |tx: &mut Tx<'_>| list_look_ups(tx, &vault()).await).await;
        assert!(found.is_err());
    })
    .await;
}
