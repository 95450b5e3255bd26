//! Attributes and their values on profiles, on both databases.

use countersign_store::testing::{TestDb, both};
use countersign_store::{StoreError, Tx, attribute, profile};
use countersign_types::AttributeId;
use countersign_types::attribute::{
    Attribute, AttributeLevel, AttributeMask, AttributeOption, AttributeType, Form, MaskFormat, PiiClass,
};
use countersign_types::pii::Purpose;
use countersign_types::profile::Source;
use serde_json::{Value, json};

use crate::profile::{NOW, ann, id, insert, vault};

fn tariff(n: u8) -> Attribute {
    let option = |value: &str| AttributeOption {
        value: value.to_owned(),
        label: value.to_uppercase(),
        is_retired: false,
    };
    Attribute {
        id: AttributeId::from_bytes([n; 16]),
        key: format!("tariff{n}"),
        label: "Tariff".to_owned(),
        level: AttributeLevel::Profile,
        r#type: AttributeType::Dropdown,
        options: vec![option("vip"), option("standard")],
        pii: PiiClass::None,
        mask: AttributeMask { shown: MaskFormat::Hidden, ..AttributeMask::default() },
        forms: vec![Form::ProfilePage, Form::ProfileData],
        is_required_to_close: false,
        position: i64::from(n),
        created_at: NOW,
        updated_at: NOW,
    }
}

async fn add(db: &TestDb, new: Attribute) -> Result<(), StoreError> {
    db.write(async move |tx: &mut Tx<'_>| attribute::insert_attribute(tx, &new).await).await
}

async fn set(db: &TestDb, n: u8, value: Option<Value>, is_proved: bool) -> usize {
    let source = if is_proved { Source::Api } else { Source::PlainWidget };
    db.write(async move |tx: &mut Tx<'_>| {
        let values = [(AttributeId::from_bytes([n; 16]), value)];
        profile::set_attributes(tx, &vault(), id(1), &values, source, NOW).await
    })
    .await
    .unwrap()
    .len()
}

async fn value(db: &TestDb, n: u8) -> Option<(String, bool, String)> {
    let found = db
        .read(async |tx: &mut Tx<'_>| profile::find_profile(tx, &vault(), id(1)).await)
        .await
        .unwrap()
        .unwrap();
    let alone = db.read(async |tx: &mut Tx<'_>| profile::find_attributes(tx, &vault(), id(1)).await).await;
    assert_eq!(alone.unwrap(), found.attributes, "alone they are the same");
    let known = db.read(async |tx: &mut Tx<'_>| profile::list_attributes_set(tx, id(1)).await).await.unwrap();
    assert!(known.iter().eq(found.attributes.keys()), "and those that have a value are known without it");
    let entry = found.attributes.get(&AttributeId::from_bytes([n; 16]))?;
    Some((entry.value.plain(Purpose::Match).to_owned(), entry.is_proved, entry.source.clone()))
}

#[tokio::test]
async fn a_definition_reads_back_changes_and_goes_with_its_values() {
    both(async |db| {
        insert(&db, ann(1), NOW).await;
        add(&db, tariff(1)).await.unwrap();
        add(&db, tariff(2)).await.unwrap();
        let same_key = Attribute { id: AttributeId::from_bytes([3; 16]), ..tariff(1) };
        let error = add(&db, same_key).await.unwrap_err();
        assert_eq!(error.unique_constraint(), Some("uq_attribute__level__attr_key"));
        set(&db, 1, Some(json!("vip")), true).await;
        let (changed, in_use, unused) = db
            .write(async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let (label, pii) = ("Plan".to_owned(), PiiClass::Personal);
                let new = Attribute { label, pii, is_required_to_close: true, ..tariff(1) };
                let changed = attribute::update_attribute(tx, &new).await?;
                Ok((
                    changed,
                    attribute::is_attribute_in_use(tx, tariff(1).id).await?,
                    attribute::is_attribute_in_use(tx, tariff(2).id).await?,
                ))
            })
            .await
            .unwrap();
        assert_eq!((changed, in_use, unused), (true, true, false));
        let all = db.read(async |tx: &mut Tx<'_>| attribute::list_attributes(tx).await).await.unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].label.as_str(), all[0].pii), ("Plan", PiiClass::Personal));
        assert!(all[0].is_required_to_close);
        assert_eq!((&all[0].options, &all[1]), (&tariff(1).options, &tariff(2)));
        let deleted = db
            .write(async |tx: &mut Tx<'_>| -> Result<_, StoreError> {
                let first = attribute::delete_attribute(tx, tariff(1).id).await?;
                Ok((first, attribute::delete_attribute(tx, tariff(1).id).await?))
            })
            .await
            .unwrap();
        assert_eq!(deleted, (true, false));
        assert_eq!(value(&db, 1).await, None);
    })
    .await;
}

#[tokio::test]
async fn w_2_a_claimed_value_never_overwrites_or_clears_a_proved_one() {
    both(async |db| {
        insert(&db, ann(1), NOW).await;
        add(&db, tariff(1)).await.unwrap();
        assert_eq!(set(&db, 1, Some(json!("standard")), false).await, 1);
        assert_eq!(set(&db, 1, Some(json!("vip")), false).await, 1, "one claim follows another");
        assert_eq!(value(&db, 1).await, Some(("\"vip\"".into(), false, "plain_widget".into())));
        assert_eq!(set(&db, 1, Some(json!("vip")), true).await, 1, "a proof of the same value is news");
        assert_eq!(set(&db, 1, Some(json!("vip")), true).await, 0);
        assert_eq!(set(&db, 1, Some(json!("standard")), false).await, 0);
        assert_eq!(set(&db, 1, None, false).await, 0);
        assert_eq!(value(&db, 1).await, Some(("\"vip\"".into(), true, "api".into())));
        assert_eq!(set(&db, 1, Some(json!("standard")), true).await, 1);
        assert_eq!(set(&db, 1, None, true).await, 1);
        assert_eq!(value(&db, 1).await, None);
    })
    .await;
}
