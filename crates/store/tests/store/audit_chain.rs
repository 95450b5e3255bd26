//! The audit log's rows, places and heads, and what is kept no longer, on both databases.

use countersign_store::audit::{AuditFilter, insert_audit, insert_receipt, list_audit, list_audit_of};
use countersign_store::audit_chain::{self as chain, Head};
use countersign_store::testing::{TestDb, both};
use countersign_store::{Db, StoreError, Tx, args, retention};
use countersign_types::audit::{Actor, AuditRow};
use countersign_types::{AuditId, PageRequest, Timestamp};

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

async fn write<T: Send + 'static>(
    db: &Db,
    operation: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    db.write(operation).await.unwrap()
}

async fn put(db: &Db, n: u8, micros: i64) -> AuditId {
    let id = AuditId::from_bytes([n; 16]);
    let row = AuditRow {
        id,
        seq: None,
        at: at(micros),
        action: format!("thing.{n}"),
        actor: Actor::system(),
        object: "thing_1".to_owned(),
        outcome: "ok".to_owned(),
        details: serde_json::json!({ "b": 1, "a": "ü" }),
        hash: None,
    };
    write(db, async move |tx| insert_audit(tx, &row).await).await;
    id
}

#[tokio::test]
async fn x_9_rows_get_their_places_once_and_whole() {
    both(async |db: TestDb| {
        let (late, early) = (put(&db, 1, 200).await, put(&db, 2, 100).await);
        put(&db, 3, 900).await;
        let unsealed = db.read(async |tx| chain::list_unsealed(tx, at(500), 10).await).await.unwrap();
        assert_eq!(unsealed.iter().map(|r| r.id).collect::<Vec<_>>(), [early, late]);
        assert_eq!(unsealed[0].details, r#"{"a":"ü","b":1}"#);
        assert_eq!(db.read(async |tx| chain::last_sealed(tx).await).await.unwrap(), None);
        let places = [(early, 1, [1; 32]), (late, 2, [2; 32])];
        assert!(write(&db, async move |tx| chain::seal_rows(tx, &places).await).await);
        let again = db.write(async move |tx| chain::seal_rows(tx, &places).await).await;
        assert!(!again.unwrap_or(false), "they have their places");
        let taken = [(AuditId::from_bytes([3; 16]), 2, [9; 32])];
        let taken = db.write(async move |tx| chain::seal_rows(tx, &taken).await).await;
        assert_eq!(taken.unwrap_err().unique_constraint(), Some("uq_audit__seq"));
        assert_eq!(db.read(async |tx| chain::count_unsealed(tx).await).await.unwrap(), 1);
        assert_eq!(db.read(async |tx| chain::last_sealed(tx).await).await.unwrap(), Some((2, vec![2; 32])));
        let rows = db.read(async |tx| chain::list_sealed(tx, 0, 2, 10).await).await.unwrap();
        assert_eq!(
            rows.iter().map(|r| (r.seq, r.id)).collect::<Vec<_>>(),
            [(Some(1), early), (Some(2), late)]
        );
        assert_eq!(db.read(async |tx| chain::list_sealed(tx, 1, 2, 10).await).await.unwrap().len(), 1);
        assert_eq!(db.read(async |tx| chain::find_hash(tx, 1).await).await.unwrap(), Some(vec![1; 32]));
        assert_eq!(db.read(async |tx| chain::find_hash(tx, 9).await).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn x_9_heads_are_kept_in_order() {
    both(async |db: TestDb| {
        for seq in [1_000, 2_000] {
            let head = Head { seq, hash: vec![1; 32], signature: vec![2; 64], signed_at: at(seq) };
            write(&db, async move |tx| chain::insert_head(tx, &head).await).await;
        }
        let again = Head { seq: 1_000, hash: vec![9; 32], signature: vec![9; 64], signed_at: at(9) };
        write(&db, async move |tx| chain::insert_head(tx, &again).await).await;
        let heads = db.read(async |tx| chain::list_heads(tx, 0, 10).await).await.unwrap();
        assert_eq!(heads.iter().map(|h| (h.seq, h.hash[0])).collect::<Vec<_>>(), [(1_000, 1), (2_000, 1)]);
        assert_eq!(db.read(async |tx| chain::list_heads(tx, 1_000, 10).await).await.unwrap().len(), 1);
        assert_eq!(db.read(async |tx| chain::last_head(tx).await).await.unwrap().unwrap().seq, 2_000);
    })
    .await;
}

#[tokio::test]
async fn the_log_is_listed_newest_first_and_narrowed() {
    both(async |db: TestDb| {
        for n in 1..=4 {
            put(&db, n, i64::from(n) * 10).await;
        }
        let list = async |filter: AuditFilter, limit| {
            let page = PageRequest { limit, after: None };
            db.read(async move |tx| list_audit(tx, &filter, page).await).await.unwrap()
        };
        let page = list(AuditFilter::default(), 3).await;
        assert_eq!(page.items.iter().map(|r| r.at.as_micros()).collect::<Vec<_>>(), [40, 30, 20]);
        let rest = PageRequest { limit: 3, after: page.next };
        let rest =
            db.read(async move |tx| list_audit(tx, &AuditFilter::default(), rest).await).await.unwrap();
        assert_eq!((rest.items.len(), rest.next), (1, None));
        let narrow = AuditFilter { from: Some(at(20)), to: Some(at(40)), ..AuditFilter::default() };
        assert_eq!(list(narrow, 9).await.items.len(), 2);
        let narrow = AuditFilter { action: Some("thing.2".to_owned()), ..AuditFilter::default() };
        assert_eq!(list(narrow, 9).await.items[0].details["a"], "ü");
        let narrow = AuditFilter { object: Some("other".to_owned()), ..AuditFilter::default() };
        assert!(list(narrow, 9).await.items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn x_10_what_is_over_is_removed_some_at_a_time() {
    both(async |db: TestDb| {
        for n in 0..5u8 {
            write(&db, async move |tx| insert_receipt(tx, [n; 32], [0; 32], b"x", at(i64::from(n))).await).await;
        }
        let delete = async |before, limit| {
            write(&db, async move |tx| retention::delete_receipts(tx, at(before), limit).await).await
        };
        assert_eq!((delete(4, 3).await, delete(4, 3).await, delete(4, 3).await), (3, 1, 0));
        write(&db, async |tx| {
            tx.execute(
                "INSERT INTO identification_code (id, code_hash, subject_hash, form, issuer_kind, issuer_id, channels,
                                                  issued_at, expires_at, is_superseded)
                 VALUES ($1, $2, $2, 'text', 'api_key', $1, $3, 1, 50, $4)",
                args![[1; 16], [1; 32], countersign_store::Arg::json("[]"), false],
            )
            .await
        })
        .await;
        let codes = async |before| {
            write(&db, async move |tx| retention::delete_codes(tx, at(before), at(before), 10).await).await
        };
        assert_eq!((codes(50).await, codes(51).await), (0, 1));
    })
    .await;
}

#[tokio::test]
async fn what_happened_to_an_object_comes_newest_first() {
    both(async |db: TestDb| {
        let (late, early) = (put(&db, 1, 200).await, put(&db, 2, 100).await);
        let of = async |object: &'static str, limit| {
            let rows = db.read(async move |tx| list_audit_of(tx, object, limit).await).await.unwrap();
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(of("thing_1", 10).await, [late, early]);
        assert_eq!(of("thing_1", 1).await, [late]);
        assert!(of("thing", 10).await.is_empty());
    })
    .await;
}
