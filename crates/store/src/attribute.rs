//! Definitions of attributes.

use countersign_types::AttributeId;
use countersign_types::attribute::{Attribute, AttributeLevel, AttributeType, PiiClass};

use crate::codec::{id, json, time, to_json, word};
use crate::{Arg, Row, StoreError, Tx, args};

fn attribute(row: &Row<'_>) -> Result<Attribute, StoreError> {
    Ok(Attribute {
        id: id(row, 0)?,
        key: row.text(1)?,
        label: row.text(2)?,
        level: word(row, 3, AttributeLevel::parse)?,
        r#type: word(row, 4, AttributeType::parse)?,
        options: json(row, 5)?,
        pii: word(row, 6, PiiClass::parse)?,
        forms: json(row, 7)?,
        is_required_to_close: row.bool(8)?,
        position: row.i64(9)?,
        created_at: time(row, 10)?,
        updated_at: time(row, 11)?,
        mask: json(row, 12)?,
    })
}

/// All definitions in the order of the forms.
pub async fn list_attributes(tx: &mut Tx<'_>) -> Result<Vec<Attribute>, StoreError> {
    tx.fetch_all(
        "SELECT id, attr_key, label, level, type, options, pii, forms, is_required_to_close, position, created_at,
                updated_at, mask
         FROM attribute ORDER BY level DESC, position, created_at, id",
        args![],
        attribute,
    )
    .await
}

/// Adds a definition. Fails on `uq_attribute__level__attr_key` when the key is taken.
pub async fn insert_attribute(tx: &mut Tx<'_>, attribute: &Attribute) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO attribute (id, attr_key, label, level, type, options, pii, forms, is_required_to_close, position,
                                created_at, updated_at, mask)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        args![
            attribute.id,
            &attribute.key,
            &attribute.label,
            attribute.level.as_str(),
            attribute.r#type.as_str(),
            Arg::json(to_json(&attribute.options)?),
            attribute.pii.as_str(),
            Arg::json(to_json(&attribute.forms)?),
            attribute.is_required_to_close,
            attribute.position,
            attribute.created_at,
            attribute.updated_at,
            Arg::json(to_json(&attribute.mask)?),
        ],
    )
    .await?;
    Ok(())
}

/// Saves label, options, care, mask, forms, need at closing and place of a definition; key, level and type are fixed.
pub async fn update_attribute(tx: &mut Tx<'_>, attribute: &Attribute) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE attribute SET label = $2, options = $3, pii = $4, forms = $5, is_required_to_close = $6, position = $7,
                                  updated_at = $8, mask = $9
             WHERE id = $1",
            args![
                attribute.id,
                &attribute.label,
                Arg::json(to_json(&attribute.options)?),
                attribute.pii.as_str(),
                Arg::json(to_json(&attribute.forms)?),
                attribute.is_required_to_close,
                attribute.position,
                attribute.updated_at,
                Arg::json(to_json(&attribute.mask)?),
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Deletes a definition with all its values on profiles.
pub async fn delete_attribute(tx: &mut Tx<'_>, attribute: AttributeId) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM attribute WHERE id = $1", args![attribute]).await? == 1)
}

/// Whether any profile has a value of this attribute. Which one is sealed, so options cannot be told apart.
pub async fn is_attribute_in_use(tx: &mut Tx<'_>, attribute: AttributeId) -> Result<bool, StoreError> {
    let found = tx
        .fetch_optional(
            "SELECT 1 FROM profile_attribute WHERE attribute_id = $1 LIMIT 1",
            args![attribute],
            |_| Ok(()),
        )
        .await?;
    Ok(found.is_some())
}
