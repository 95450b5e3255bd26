//! Everything that a profile holds, place by place: read, and written.

use std::collections::BTreeMap;

use countersign_types::merge::{Cell, Held, Sheet};
use countersign_types::pii::{self, Pii, Purpose};
use countersign_types::profile::{IdentifierKind, Profile, ProfileKind, ProfileState};
use countersign_types::{ProfileId, Timestamp};

use crate::codec::{time, word};
use crate::identifier::{self, key_hash, row_id};
use crate::profile::row::{SELECT, Stored, lock_profile, save, stored};
use crate::profile::value::{self, list_attributes_of};
use crate::search_token::update_tokens;
use crate::value_token::update_value_token;
use crate::{StoreError, Subject, Tx, Vault, args};

/// Everything that a profile holds, itself and not whom it stands behind. Whoever writes locks it before.
pub async fn find_sheet(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
) -> Result<Option<Sheet>, StoreError> {
    let sql = format!("{SELECT} WHERE profile.id = $1");
    let stored = tx.fetch_optional(&sql, args![profile], |row| stored(row, vault)).await?;
    let Some(Stored { profile: row, key }) = stored else { return Ok(None) };
    let mut sheet = Sheet::new();
    add_identifiers(tx, &key, profile, &mut sheet).await?;
    add_fields(&row, &mut sheet);
    let keys = BTreeMap::from([(profile, key)]);
    for (attribute, entry) in list_attributes_of(tx, &keys).await?.remove(&profile).unwrap_or_default() {
        let held = Held {
            value: Pii::new(entry.value.plain(Purpose::Match)),
            source: entry.source,
            is_proved: entry.is_proved,
            at: entry.updated_at,
        };
        sheet.insert(Cell::Attribute(attribute), held);
    }
    Ok(Some(sheet))
}

async fn add_identifiers(
    tx: &mut Tx<'_>,
    key: &Subject,
    profile: ProfileId,
    sheet: &mut Sheet,
) -> Result<(), StoreError> {
    let rows = tx
        .fetch_all(
            "SELECT id, kind, key_hash, value_sealed, is_proved, source, recorded_at FROM identifier
             WHERE profile_id = $1",
            args![profile],
            |row| {
                let kind = word(row, 1, IdentifierKind::parse)?;
                let hash = <[u8; 32]>::try_from(row.bytes_ref(2)?)
                    .map_err(|_| StoreError::corrupt("a blind index has 32 bytes"))?;
                let value = key.open_text(identifier::VALUE, row.uuid(0)?.into_bytes(), row.bytes_ref(3)?)?;
                let held = Held {
                    value: Pii::new(value),
                    is_proved: row.bool(4)?,
                    source: row.text(5)?,
                    at: time(row, 6)?,
                };
                Ok((Cell::Identifier(kind, hash), held))
            },
        )
        .await?;
    sheet.extend(rows);
    Ok(())
}

fn add_fields(row: &Profile, sheet: &mut Sheet) {
    let unknown = |value: &str, is_proved| Held {
        value: Pii::new(value),
        source: String::new(),
        is_proved,
        at: Timestamp::from_micros(0),
    };
    // Who said an address or a number, and when, stands with the identifier.
    let known = |sheet: &Sheet, wanted: IdentifierKind, value: &str| {
        let is_it = |cell: &Cell, held: &Held| {
            matches!(cell, Cell::Identifier(kind, _) if *kind == wanted)
                && held.value.plain(Purpose::Match) == value
        };
        let found = sheet.iter().find(|(cell, held)| is_it(cell, held)).map(|(_, held)| held.clone());
        Held { is_proved: true, ..found.unwrap_or_else(|| unknown(value, true)) }
    };
    fn text<K: pii::Kind>(value: Option<&Pii<K>>) -> Option<&str> {
        value.map(|value| value.plain(Purpose::Match))
    }
    let mut cells = vec![
        (Cell::State, unknown(row.state.as_str(), true)),
        (Cell::Kind, unknown(row.kind.as_str(), true)),
        (Cell::Anonymous, unknown(if row.is_anonymous { "true" } else { "false" }, true)),
        (Cell::Updated, unknown(&row.updated_at.as_micros().to_string(), true)),
    ];
    let seen = row.last_seen_at.map(|at| (Cell::LastSeen, unknown(&at.as_micros().to_string(), true)));
    cells.extend(seen);
    cells.extend(text(row.name.as_ref()).map(|v| (Cell::Name, unknown(v, true))));
    cells.extend(row.language.as_deref().map(|v| (Cell::Language, unknown(v, true))));
    cells.extend(text(row.email.as_ref()).map(|v| (Cell::Email, known(sheet, IdentifierKind::Email, v))));
    cells.extend(text(row.phone.as_ref()).map(|v| (Cell::Phone, known(sheet, IdentifierKind::Phone, v))));
    cells.extend(
        text(row.external_id.as_ref())
            .map(|v| (Cell::ExternalId, known(sheet, IdentifierKind::ExternalId, v))),
    );
    cells.extend(text(row.claims.name.as_ref()).map(|v| (Cell::ClaimedName, unknown(v, false))));
    cells.extend(text(row.claims.email.as_ref()).map(|v| (Cell::ClaimedEmail, unknown(v, false))));
    cells.extend(text(row.claims.phone.as_ref()).map(|v| (Cell::ClaimedPhone, unknown(v, false))));
    sheet.extend(cells);
}

/// Writes places of a profile, sealed anew under its own key; `None` empties one. `false` when there is no such profile.
/// An external id must be nobody else's by then.
pub async fn update_cells(
    tx: &mut Tx<'_>,
    vault: &Vault,
    profile: ProfileId,
    cells: &BTreeMap<Cell, Option<Held>>,
) -> Result<bool, StoreError> {
    let Some(stored) = lock_profile(tx, vault, profile).await? else { return Ok(false) };
    let (mut row, key) = (stored.profile, stored.key);
    let mut updated_at = row.updated_at;
    for (cell, held) in cells {
        let text = held.as_ref().map(|held| held.value.plain(Purpose::Seal));
        match cell {
            Cell::Attribute(_) | Cell::Identifier(..) => {
                update_row(tx, vault, &key, (profile, *cell), held.as_ref()).await?;
            }
            Cell::Updated => updated_at = text.and_then(micros).unwrap_or(updated_at),
            Cell::Name => update_tokens(tx, vault, profile, text).await?,
            _ => {}
        }
        put(&mut row, *cell, text);
    }
    save(tx, &key, &row, updated_at).await?;
    let external_id = row.external_id.as_ref().map(|v| v.plain(Purpose::Match));
    tx.execute(
        "UPDATE profile SET state = $2, last_seen_at = $3, external_id_hash = $4 WHERE id = $1",
        args![
            profile,
            row.state.as_str(),
            row.last_seen_at,
            external_id.map(|v| key_hash(vault, IdentifierKind::ExternalId, v)),
        ],
    )
    .await?;
    Ok(true)
}

fn micros(text: &str) -> Option<Timestamp> {
    text.parse().ok().map(Timestamp::from_micros)
}

/// Puts a value into a field of the row.
fn put(row: &mut Profile, cell: Cell, text: Option<&str>) {
    match cell {
        Cell::State => row.state = text.and_then(ProfileState::parse).unwrap_or(row.state),
        Cell::Kind => row.kind = text.and_then(ProfileKind::parse).unwrap_or(row.kind),
        Cell::Anonymous => row.is_anonymous = text == Some("true"),
        Cell::Name => row.name = text.map(Pii::new),
        Cell::Email => row.email = text.map(Pii::new),
        Cell::Phone => row.phone = text.map(Pii::new),
        Cell::ExternalId => row.external_id = text.map(Pii::new),
        Cell::Language => row.language = text.map(ToOwned::to_owned),
        Cell::LastSeen => row.last_seen_at = text.and_then(micros),
        Cell::ClaimedName => row.claims.name = text.map(Pii::new),
        Cell::ClaimedEmail => row.claims.email = text.map(Pii::new),
        Cell::ClaimedPhone => row.claims.phone = text.map(Pii::new),
        Cell::Updated | Cell::Attribute(_) | Cell::Identifier(..) => {}
    }
}

/// Writes the row of an attribute's value or of an identifier.
async fn update_row(
    tx: &mut Tx<'_>,
    vault: &Vault,
    key: &Subject,
    (profile, cell): (ProfileId, Cell),
    held: Option<&Held>,
) -> Result<(), StoreError> {
    if let Cell::Attribute(attribute) = cell {
        let stored = held.map(|held| held.value.plain(Purpose::Match));
        update_value_token(tx, vault, (profile, attribute), stored).await?;
    }
    let seal = |place, row, held: &Held| key.seal(place, row, held.value.plain(Purpose::Seal).as_bytes());
    match (cell, held) {
        (Cell::Attribute(attribute), None) => {
            let sql = "DELETE FROM profile_attribute WHERE profile_id = $1 AND attribute_id = $2";
            tx.execute(sql, args![profile, attribute]).await?;
        }
        (Cell::Attribute(attribute), Some(held)) => {
            // An attribute that was deleted meanwhile takes no value back.
            tx.execute(
                "INSERT INTO profile_attribute (profile_id, attribute_id, value_sealed, is_proved, source, updated_at)
                 SELECT $1, id, $3, $4, $5, $6 FROM attribute WHERE id = $2
                 ON CONFLICT (profile_id, attribute_id) DO UPDATE
                 SET value_sealed = excluded.value_sealed, is_proved = excluded.is_proved,
                     source = excluded.source, updated_at = excluded.updated_at",
                args![
                    profile,
                    attribute,
                    seal(value::VALUE, attribute.to_bytes(), held)?,
                    held.is_proved,
                    &held.source,
                    held.at,
                ],
            )
            .await?;
        }
        (Cell::Identifier(kind, hash), None) => {
            let sql = "DELETE FROM identifier WHERE profile_id = $1 AND kind = $2 AND key_hash = $3";
            tx.execute(sql, args![profile, kind.as_str(), hash]).await?;
        }
        (Cell::Identifier(kind, hash), Some(held)) => {
            let row = row_id(vault, profile, kind, &hash);
            tx.execute(
                "INSERT INTO identifier (id, profile_id, kind, key_hash, value_sealed, is_proved, source, recorded_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (profile_id, kind, key_hash) DO UPDATE
                 SET value_sealed = excluded.value_sealed, is_proved = excluded.is_proved,
                     source = excluded.source, recorded_at = excluded.recorded_at",
                args![
                    row,
                    profile,
                    kind.as_str(),
                    hash,
                    seal(identifier::VALUE, row, held)?,
                    held.is_proved,
                    &held.source,
                    held.at,
                ],
            )
            .await?;
        }
        _ => {}
    }
    Ok(())
}
