//! What the two databases say differently: every difference, both versions on one screen.
//!
//! Everything here is made of constants and of numbers; nothing a person typed may enter SQL text.

use crate::Backend;

/// Ends a `SELECT` inside an `UPDATE … WHERE id IN (SELECT …)` that claims work: rows another server is claiming
/// are passed over. SQLite has one writer, so nothing is claimed twice there.
pub const fn claim_suffix(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "",
        Backend::Postgres => " FOR UPDATE SKIP LOCKED",
    }
}

/// Ends a `SELECT` whose rows are decided upon and then changed in the same operation. On SQLite operations run one
/// after another; on PostgreSQL (READ COMMITTED) two could otherwise decide on the same state.
pub const fn lock_suffix(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "",
        Backend::Postgres => " FOR UPDATE",
    }
}

/// An SQL condition: `column` contains argument `$n`, ASCII letters compared without case. The argument is a
/// pattern made by [`like_contains`]. Fold text in Rust beforehand where more than ASCII matters.
pub fn contains(backend: Backend, column: &'static str, n: u8) -> String {
    match backend {
        Backend::Sqlite => format!("{column} LIKE ${n} ESCAPE '\\'"),
        Backend::Postgres => format!("{column} ILIKE ${n} ESCAPE '\\'"),
    }
}

/// Bytes of ours, written out in SQL.
pub(crate) fn blob(backend: Backend, bytes: &[u8]) -> String {
    match backend {
        Backend::Sqlite => format!("x'{}'", hex::encode(bytes)),
        Backend::Postgres => format!("'\\x{}'::bytea", hex::encode(bytes)),
    }
}

/// The pattern for [`contains`]: `%text%` with what means something in patterns made harmless.
pub fn like_contains(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// An SQL condition: the JSON list in `column` has the text `?`.
pub fn has_word(backend: Backend, column: &'static str) -> String {
    match backend {
        Backend::Sqlite => format!("EXISTS (SELECT 1 FROM json_each({column}) WHERE json_each.value = ?)"),
        Backend::Postgres => format!("{column} @> jsonb_build_array(?::text)"),
    }
}

/// The next number of a counted noun (`profile`, `support_case`), as a statement that answers with one row. Numbers
/// are never given twice; on PostgreSQL an undone operation leaves a gap.
pub fn next_number(backend: Backend, noun: &'static str) -> String {
    match backend {
        Backend::Sqlite => {
            format!("UPDATE sequence SET value = value + 1 WHERE name = '{noun}' RETURNING value")
        }
        Backend::Postgres => format!("SELECT nextval('{noun}_number')"),
    }
}

/// A statement that holds everybody else off the number `$1` until the operation ends; nothing on SQLite, where
/// operations run one after another. For what a row does not stand for yet.
pub const fn lock_key(backend: Backend) -> Option<&'static str> {
    match backend {
        Backend::Sqlite => None,
        Backend::Postgres => Some("SELECT pg_advisory_xact_lock($1)"),
    }
}

/// `$1, $2, …, $n`, for `IN (…)`.
pub fn places(n: usize) -> String {
    (1..=n).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}

/// The version of the database, as a statement that answers with one text.
pub const fn database_version(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "SELECT sqlite_version()",
        Backend::Postgres => "SELECT current_setting('server_version')",
    }
}

/// Bytes that the database takes, as a statement that answers with one number.
pub const fn database_size(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        Backend::Postgres => "SELECT pg_database_size(current_database())",
    }
}
