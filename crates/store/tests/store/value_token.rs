//! Searches by the values of attributes, on both databases.

use std::collections::BTreeMap;

use countersign_store::merge::update_cells;
use countersign_store::testing::both;
use countersign_store::value_token::{
    find_by_value, find_searched_attribute, index_values, mark_searched, unmark_searched,
};
use countersign_store::{StoreError, Tx, args, attribute, erasure, profile};
use countersign_types::attribute::{Attribute, AttributeLevel, AttributeMask, AttributeType, PiiClass};
use countersign_types::merge::{Cell, Held};
use countersign_types::pii::Pii;
use countersign_types::profile::Source;
use countersign_types::{AttributeId, ProfileId};
use serde_json::{Value, json};

use crate::profile::{NOW, ann, id, insert, vault};

fn own(n: u8) -> AttributeId {
    AttributeId::from_bytes([n; 16])
}

fn contract(n: u8, pii: PiiClass) -> Attribute {
    Attribute {
        id: own(n),
        key: format!("contract{n}"),
        label: "Contract".to_owned(),
        level: AttributeLevel::Profile,
        r#type: AttributeType::Text,
        options: Vec::new(),
        pii,
        mask: AttributeMask::default(),
        forms: Vec::new(),
        is_required_to_close: false,
        position: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

async fn set(tx: &mut Tx<'_>, of: u8, attribute: u8, value: Option<Value>) -> Result<(), StoreError> {
    let values = [(own(attribute), value)];
    profile::set_attributes(tx, &vault(), id(of), &values, Source::Api, NOW).await?;
    Ok(())
}

async fn found(tx: &mut Tx<'_>, attribute: u8, text: &str) -> Result<Vec<ProfileId>, StoreError> {
    find_by_value(tx, &vault(), own(attribute), text, 9).await
}

async fn tokens(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM search_token WHERE length(token) = 20";
    tx.fetch_one(sql, args![], |row| row.i64(0)).await
}

#[tokio::test]
async fn a_value_is_found_however_it_is_written_and_follows_what_is_written() {
    both(async |db| {
        for n in [1, 2, 3] {
            insert(&db, ann(n), NOW.plus(n.into())).await;
        }
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            for n in [1, 2] {
                attribute::insert_attribute(tx, &contract(n, PiiClass::Personal)).await?;
            }
            set(tx, 1, 1, Some(json!("DE-4711 a"))).await?;
            assert_eq!(tokens(tx).await?, 0, "nobody searches by it");
            assert!(mark_searched(tx, "contract1").await? && !mark_searched(tx, "contract1").await?);
            assert_eq!(find_searched_attribute(tx, "contract1").await?, None, "values are missing yet");
            // What is written from now on is indexed at once.
            set(tx, 2, 1, Some(json!("de 4711-A"))).await?;
            set(tx, 3, 1, Some(json!(4711))).await?;
            set(tx, 3, 2, Some(json!("DE4711A"))).await?;
            assert_eq!(found(tx, 1, "DE4711A").await?, [id(2)]);
            while index_values(tx, &vault(), 1).await? {}
            assert_eq!(find_searched_attribute(tx, "contract1").await?, Some(own(1)));
            assert_eq!(found(tx, 1, " de4711a. ").await?, [id(1), id(2)]);
            assert_eq!(found(tx, 1, "4711").await?, [id(3)]);
            assert_eq!(found(tx, 1, "4712").await?, []);
            assert_eq!(found(tx, 1, " - ").await?, [], "nothing to search by");
            assert_eq!(found(tx, 2, "DE4711A").await?, [], "another attribute, which nobody searches by");
            set(tx, 1, 1, Some(json!("4712"))).await?;
            set(tx, 2, 1, None).await?;
            assert_eq!(found(tx, 1, "DE4711A").await?, []);
            assert_eq!((found(tx, 1, "4712").await?, tokens(tx).await?), (vec![id(1)], 2));
            // A name told anew, and keys by which profiles meet, leave it.
            countersign_store::search_token::update_meeting_keys(tx, &vault(), id(1), &["k".to_owned()])
                .await?;
            assert_eq!(found(tx, 1, "4712").await?, [id(1)]);
            unmark_searched(tx, &vault(), own(1)).await?;
            assert_eq!((found(tx, 1, "4712").await?, tokens(tx).await?), (vec![], 0));
            assert_eq!(find_searched_attribute(tx, "contract1").await?, None);
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn x_10_what_a_value_is_found_by_follows_a_merge_is_never_plain_and_goes_with_the_customer() {
    both(async |db| {
        for n in [1, 2] {
            insert(&db, ann(n), NOW).await;
        }
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            attribute::insert_attribute(tx, &contract(1, PiiClass::Personal)).await?;
            mark_searched(tx, "contract1").await?;
            while index_values(tx, &vault(), 9).await? {}
            set(tx, 2, 1, Some(json!("ZQ4711"))).await?;
            // The survivor gets a copy; whoever was merged away is found no more.
            let held =
                Held { value: Pii::new("\"ZQ4711\""), source: "api".to_owned(), is_proved: true, at: NOW };
            let cells = BTreeMap::from([(Cell::Attribute(own(1)), Some(held))]);
            assert!(update_cells(tx, &vault(), id(1), &cells).await?);
            let away = "UPDATE profile SET merged_into = $2 WHERE id = $1";
            tx.execute(away, args![id(2), Some(id(1))]).await?;
            assert_eq!(found(tx, 1, "zq-4711").await?, [id(1)]);
            // Taken back, each has what it had.
            let cells = BTreeMap::from([(Cell::Attribute(own(1)), None)]);
            assert!(update_cells(tx, &vault(), id(1), &cells).await?);
            tx.execute(away, args![id(2), None::<ProfileId>]).await?;
            assert_eq!(found(tx, 1, "zq-4711").await?, [id(2)]);
            Ok(())
        })
        .await
        .unwrap();
        let every = countersign_store::testing::every_value(&db).await;
        let plain = |value: &[u8]| value.windows(6).any(|some| some.eq_ignore_ascii_case(b"zq4711"));
        assert!(every.iter().all(|(_, value)| !plain(value)));
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            erasure::erase_profile(tx, &vault(), id(2), NOW).await?.unwrap();
            assert_eq!((found(tx, 1, "ZQ4711").await?, tokens(tx).await?), (vec![], 0));
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn nobody_is_searched_by_what_is_sensitive() {
    both(async |db| {
        insert(&db, ann(1), NOW).await;
        db.write(async |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            attribute::insert_attribute(tx, &contract(1, PiiClass::Sensitive)).await?;
            set(tx, 1, 1, Some(json!("4711"))).await?;
            assert!(!mark_searched(tx, "contract1").await?);
            assert!(!index_values(tx, &vault(), 9).await?);
            assert_eq!((found(tx, 1, "4711").await?, tokens(tx).await?), (vec![], 0));
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}
