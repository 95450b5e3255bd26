//! How much of what there is of a customer: what an erasure would take, by the tables of the registry.

use countersign_types::ProfileId;
use countersign_types::privacy::registry::{Entry, Erased};

use crate::{StoreError, Tx, args};

/// The profiles that are one with `$1`.
const P: &str = "(SELECT id FROM profile WHERE id = $1 OR merged_into = $1)";
/// The accounts that go with `$1`: those that stand under it, those at home in it, and calls from its numbers in which
/// nobody was identified.
fn accounts() -> String {
    format!(
        "(SELECT id FROM channel_account WHERE profile_id = $1 OR home_profile_id = $1
           OR home_profile_id IN (SELECT id FROM profile WHERE merged_into = $1) OR id IN ({}))",
        crate::call::UNCLAIMED
    )
}

/// The engagements that ever named `$1`.
fn named_in() -> String {
    format!("(SELECT engagement_id FROM engagement_person WHERE profile_id IN {P})")
}

/// The rows of a table that are about a customer; `None` for a table in which nobody can be looked for.
pub fn rows_of(table: &str) -> Option<String> {
    let a = accounts();
    let cases = format!("(SELECT id FROM support_case WHERE account_id IN {a})");
    let messages = format!("(SELECT id FROM message WHERE case_id IN {cases})");
    let visits = format!(
        "(SELECT c.visit_row FROM visit_contact c JOIN visit_identity i ON i.row_id = c.identity_row
          WHERE i.account_id IN {a} AND c.association <> 'rejected')"
    );
    Some(match table {
        "profile" => format!("id IN {P}"),
        "engagement_text" => format!("engagement_id IN {}", named_in()),
        "engagement" => format!("id IN {}", named_in()),
        "profile_attribute"
        | "engagement_person"
        | "identifier"
        | "search_token"
        | "profile_hold"
        | "privacy_request"
        | "verification_failure"
        | "verification_override" => {
            format!("profile_id IN {P}")
        }
        "channel_account" => format!("id IN {a}"),
        "link" => format!("profile_id IN {P} OR account_id IN {a}"),
        "evidence" => {
            format!("link_id IN (SELECT id FROM link WHERE profile_id IN {P} OR account_id IN {a})")
        }
        "identification_code" => format!("profile_id IN {P}"),
        "visit" => format!("row_id IN {visits}"),
        "visit_event" | "visit_contact" | "visit_decision" | "chat_offer" => format!("visit_row IN {visits}"),
        "visit_identity" | "account_visit" => format!("account_id IN {a}"),
        "visit_device" => {
            format!("row_id IN (SELECT device_row FROM visit WHERE row_id IN {visits})")
        }
        "support_case" | "web_chat_session" | "attachment" | "phone_call" => format!("account_id IN {a}"),
        "call_look_up" => format!("call_id IN (SELECT id FROM phone_call WHERE account_id IN {a})"),
        "attachment_piece" => format!("attachment_id IN (SELECT id FROM attachment WHERE account_id IN {a})"),
        "message" | "rule_firing" | "notice" => format!("case_id IN {cases}"),
        "message_token" => format!("message_id IN {messages}"),
        "event" => format!("profile_id IN {P} OR account_id IN {a}"),
        "outbox" | "subject_key" => format!("subject_id IN {P} OR subject_id IN {a}"),
        "profile_merge" => format!("into_id IN {P} OR from_id IN {P}"),
        "mandate" => {
            format!("representative_id IN {P} OR represented_id IN {P} OR granted_by_id IN {P}")
        }
        "merge_suggestion" => format!("profile_id IN {P} OR other_id IN {P}"),
        "privacy_export_piece" => {
            format!("request_id IN (SELECT id FROM privacy_request WHERE profile_id IN {P})")
        }
        _ => return None,
    })
}

/// How many rows of an entry an erasure would take: those of its first table, which the others belong to.
pub async fn count_entry(tx: &mut Tx<'_>, entry: &Entry, profile: ProfileId) -> Result<i64, StoreError> {
    let Some((table, rows)) = entry.places.first().and_then(|(table, _)| Some((table, rows_of(table)?)))
    else {
        return Ok(0);
    };
    let sql = format!("SELECT COUNT(*) FROM {table} WHERE {rows}");
    tx.fetch_one(&sql, args![profile], |row| row.i64(0)).await
}

/// How many accounts were linked to a customer once and stand under somebody else now.
pub async fn count_accounts_elsewhere(tx: &mut Tx<'_>, profile: ProfileId) -> Result<i64, StoreError> {
    let a = accounts();
    let sql = format!(
        "SELECT COUNT(DISTINCT link.account_id) FROM link WHERE link.profile_id IN {P} AND link.account_id NOT IN {a}"
    );
    tx.fetch_one(&sql, args![profile], |row| row.i64(0)).await
}

/// The entries that an erasure takes.
pub fn taken(entries: &'static [Entry]) -> impl Iterator<Item = &'static Entry> {
    entries.iter().filter(|entry| entry.erased == Erased::Deleted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_types::privacy::registry::{NOT_PERSONAL, REGISTRY, Whose};
    use std::collections::{BTreeMap, BTreeSet};

    /// Columns of each table, read from the migrations.
    fn tables() -> BTreeMap<String, BTreeSet<String>> {
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for migration in crate::migrate::MIGRATIONS {
            let mut table = String::new();
            for line in migration.sqlite.lines().map(str::trim) {
                let words: Vec<&str> = line.split([' ', ',']).filter(|word| !word.is_empty()).collect();
                match words.as_slice() {
                    ["CREATE", "TABLE", name, ..] => {
                        table = (*name).to_owned();
                        all.entry(table.clone()).or_default();
                    }
                    ["DROP", "TABLE", name, ..] => {
                        all.remove(name.trim_end_matches(';'));
                    }
                    ["ALTER", "TABLE", name, "ADD", "COLUMN", column, ..] => {
                        all.get_mut(*name).unwrap().insert((*column).to_owned());
                    }
                    [column, "BLOB" | "TEXT" | "INTEGER", ..] => {
                        all.get_mut(&table).unwrap().insert((*column).to_owned());
                    }
                    _ => {}
                }
            }
        }
        assert!(all.len() > 40, "the migrations are not written as this reader expects: {}", all.len());
        all
    }

    #[test]
    fn x_10_every_table_and_every_sealed_or_hashed_column_stands_in_the_registry() {
        let tables = tables();
        let named: BTreeMap<&str, &[&str]> = REGISTRY.iter().flat_map(|e| e.places).copied().collect();
        for (table, columns) in &tables {
            if NOT_PERSONAL.iter().any(|(name, _)| name == table) {
                continue;
            }
            let said = named.get(table.as_str());
            let said = said.unwrap_or_else(|| panic!("{table} stands nowhere: whose data is it?"));
            for column in columns {
                let is_secret = column.ends_with("_sealed")
                    || column.ends_with("_hash")
                    || column == "token"
                    || column == "wrapped";
                assert!(!is_secret || said.contains(&column.as_str()), "{table}.{column} is missing");
            }
        }
        for (table, columns) in named {
            let known = tables.get(table).unwrap_or_else(|| panic!("there is no table {table}"));
            for column in columns {
                assert!(known.contains(*column), "there is no column {table}.{column}");
            }
        }
    }

    #[test]
    fn x_10_what_an_erasure_takes_can_be_counted() {
        for entry in taken(REGISTRY) {
            assert_eq!(entry.whose, Whose::Customer);
            for (table, _) in entry.places {
                assert!(rows_of(table).is_some(), "{table}");
            }
        }
    }
}
