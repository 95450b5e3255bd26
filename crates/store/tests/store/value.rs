//! What is written is what is read.

use countersign_store::{Arg, Backend, Db, StoreError, args};
use proptest::prelude::*;
use uuid::Uuid;

use crate::operation::{SCHEMA, both};

#[derive(Debug, Clone, PartialEq)]
struct Thing {
    size: Option<i64>,
    is_open: Option<bool>,
    name: Option<String>,
    data: Option<Vec<u8>>,
    key: Option<Uuid>,
}

async fn round_trip(db: &Db, id: i64, thing: &Thing) -> Thing {
    let written = thing.clone();
    db.write::<_, StoreError, _>(async move |tx| {
        tx.execute(
            // Out of order, with one argument used twice: $n means the n-th on both.
            "INSERT INTO thing (data, name, size, id, is_open, key, doc)
             VALUES ($5, $2, $3, $1, $4, $6, CASE WHEN $2 IS NULL THEN NULL ELSE $7 END)",
            args![
                id,
                written.name.as_ref(),
                written.size,
                written.is_open,
                written.data.as_ref(),
                written.key,
                Arg::json("{\"a\": 1}"),
            ],
        )
        .await?;
        Ok(())
    })
    .await
    .unwrap();
    db.read::<_, StoreError, _>(async move |tx| {
        tx.fetch_one("SELECT size, is_open, name, data, key FROM thing WHERE id = $1", args![id], |row| {
            assert_eq!(row.len(), 5);
            Ok(Thing {
                size: row.opt_i64(0)?,
                is_open: row.opt_bool(1)?,
                name: row.opt_text(2)?,
                data: row.opt_bytes(3)?,
                key: row.opt_uuid(4)?,
            })
        })
        .await
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn every_value_comes_back_as_it_went() {
    both(async |db| {
        let things = [
            Thing { size: None, is_open: None, name: None, data: None, key: None },
            Thing {
                size: Some(i64::MIN),
                is_open: Some(true),
                name: Some(String::new()),
                data: Some(Vec::new()),
                key: Some(Uuid::nil()),
            },
            Thing {
                size: Some(i64::MAX),
                is_open: Some(false),
                name: Some("\u{10FFFF} 'quoted' \\ \"x\" 日本 \u{1}".to_owned()),
                data: Some((0..1 << 20).map(|n| n as u8).collect()),
                key: Some(Uuid::max()),
            },
            Thing {
                size: Some(0),
                is_open: Some(true),
                name: Some("x".repeat(2_000)),
                data: Some(vec![0; 3]),
                key: None,
            },
        ];
        for (id, thing) in things.iter().enumerate() {
            assert_eq!(&round_trip(&db, id as i64, thing).await, thing);
        }
        let long = "é".repeat(1 << 20);
        let sent = long.clone();
        let read = db.read::<_, StoreError, _>(async move |tx| {
            tx.fetch_one("SELECT CAST($1 AS TEXT)", args![&sent], |row| row.text(0)).await
        });
        assert_eq!(read.await.unwrap(), long);
    })
    .await;
}

#[test]
fn arbitrary_values_come_back_as_they_went() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let thing = (
        any::<Option<i64>>(),
        any::<Option<bool>>(),
        proptest::option::of("[^\0]{0,40}"),
        proptest::option::of(proptest::collection::vec(any::<u8>(), 0..60)),
        any::<Option<[u8; 16]>>(),
    )
        .prop_map(|(size, is_open, name, data, key)| Thing {
            size: size.filter(|size| *size != 13),
            is_open,
            name,
            data,
            key: key.map(Uuid::from_bytes),
        });
    let things = proptest::collection::vec(thing, 200);
    let tree = things.new_tree(&mut proptest::test_runner::TestRunner::deterministic()).unwrap();
    let things = proptest::strategy::ValueTree::current(&tree);
    runtime.block_on(both(async |db| {
        for (id, thing) in things.iter().enumerate() {
            // Names are unique in this table.
            let name = thing.name.as_ref().map(|name| format!("{name}{id}"));
            let thing = Thing { name, ..thing.clone() };
            assert_eq!(round_trip(&db, id as i64, &thing).await, thing);
        }
    }));
    assert_eq!(SCHEMA.len(), 1);
}

#[tokio::test]
async fn json_is_kept() {
    both(async |db| {
        let found = db.write::<_, StoreError, _>(async |tx| {
            tx.execute(
                "INSERT INTO thing (id, doc) VALUES ($1, $2)",
                args![1, Arg::json("{\"a\": \"é\", \"n\": 5}")],
            )
            .await?;
            tx.fetch_one("SELECT doc FROM thing", args![], |row| Ok(row.json(0)?.to_owned())).await
        });
        let doc = found.await.unwrap();
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&doc).unwrap(),
            serde_json::json!({"a": "é", "n": 5})
        );
    })
    .await;
}

#[tokio::test]
async fn text_is_searched_as_text_and_not_as_a_pattern() {
    use countersign_store::dialect::{contains, like_contains};
    both(async |db| {
        let found = db.write::<_, StoreError, _>(async |tx| {
            let rows: Vec<_> = ["100% sure", "1000 sure", "a_B\\c"].iter().zip(1i64..).collect();
            for (name, id) in rows {
                tx.execute(crate::operation::INSERT, args![id, *name]).await?;
            }
            let sql = format!("SELECT id FROM thing WHERE {} ORDER BY id", contains(tx.backend(), "name", 1));
            let mut found = Vec::new();
            for text in ["0%", "A_b\\", "SURE"] {
                found.push(tx.fetch_all(&sql, args![like_contains(text)], |row| row.i64(0)).await?);
            }
            Ok(found)
        });
        assert_eq!(found.await.unwrap(), [vec![1], vec![3], vec![1, 2]]);
    })
    .await;
}

#[tokio::test]
async fn a_value_of_another_type_or_an_unexpected_null_is_an_error() {
    both(async |db| {
        let read = async |sql: &'static str, index: usize| -> Result<i64, StoreError> {
            db.read(async move |tx| tx.fetch_one(sql, args![], |row| row.i64(index)).await).await
        };
        assert_eq!(read("SELECT COUNT(*), LENGTH('four') FROM thing", 1).await.unwrap(), 4);
        assert!(matches!(read("SELECT CAST(NULL AS BIGINT)", 0).await, Err(StoreError::Corrupt(_))));
        assert!(matches!(read("SELECT 'x'", 0).await, Err(StoreError::Corrupt(_))));
        assert!(matches!(read("SELECT 1", 3).await, Err(StoreError::Bug(_))));
        assert!(matches!(read("SELECT id FROM thing", 0).await, Err(StoreError::Bug(_))));
    })
    .await;
}

#[tokio::test]
async fn too_few_or_too_many_arguments_are_an_error() {
    both(async |db| {
        // PostgreSQL ignores an argument the text does not mention; that SQLite does not is enough for a test.
        let many = if db.kind() == Backend::Sqlite { args![1, "a", 3].to_vec() } else { Vec::new() };
        for args in [args![1].to_vec(), many] {
            let result = db.write(async move |tx| tx.execute(crate::operation::INSERT, &args).await).await;
            assert!(matches!(result, Err(StoreError::Bug(_) | StoreError::Sql(_))), "{result:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_batch_writes_every_row_or_none() {
    both(async |db| {
        let insert = async |from: i64, to: i64| {
            db.write::<_, StoreError, _>(async move |tx| {
                let rows: Vec<_> =
                    (from..to).map(|id| [Arg::from(id), Arg::from(format!("n{id}"))]).collect();
                tx.execute_many(crate::operation::INSERT, &rows).await
            })
            .await
        };
        assert_eq!(insert(0, 1_500).await.unwrap(), 1_500);
        assert_eq!(insert(0, 0).await.unwrap(), 0);
        assert!(matches!(insert(1_400, 1_600).await, Err(StoreError::Unique { .. })));
        assert_eq!(crate::operation::ids(&db).await, (0..1_500).collect::<Vec<_>>());
    })
    .await;
}
