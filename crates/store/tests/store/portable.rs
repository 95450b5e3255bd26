//! The SQL is portable: both folders say the same, and shared texts hold nothing that only one database knows.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use countersign_store::migrate::MIGRATIONS;

/// Tables that stand for something PostgreSQL has built in (there: sequences).
const SQLITE_ONLY: &[&str] = &["SEQUENCE"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn names(folder: &str) -> Vec<String> {
    let files = fs::read_dir(root().join("migrations").join(folder)).unwrap();
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".sql").map(str::to_owned))
        .collect();
    names.sort();
    names
}

/// A text without comments, in upper case, with single spaces.
fn plain(sql: &str) -> String {
    let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
    let text = lines.collect::<Vec<_>>().join(" ").to_uppercase();
    text.replace('(', " ( ").replace(')', " ) ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What one dialect creates: each table's columns with their types, and the names of constraints and indexes.
#[derive(Debug, Default)]
struct Schema {
    tables: BTreeMap<String, Vec<(String, String)>>,
    constraints: Vec<String>,
    indexes: Vec<String>,
    problems: Vec<String>,
}

/// Splits at commas outside of brackets.
fn items(body: &str) -> Vec<&str> {
    let (mut depth, mut from, mut items) = (0, 0, Vec::new());
    for (at, c) in body.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                items.push(body[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    items.push(body[from..].trim());
    items
}

fn columns(list: &str) -> String {
    let open = list.find('(').unwrap() + 1;
    let close = open + list[open..].find(" )").unwrap();
    list[open..close].split(',').map(|part| part.trim().replace(' ', "_")).collect::<Vec<_>>().join("__")
}

impl Schema {
    fn of(dialect: &str) -> Self {
        let mut schema = Self::default();
        for migration in MIGRATIONS {
            let text = if dialect == "sqlite" { migration.sqlite } else { migration.postgres };
            for statement in plain(text).split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
                schema.read(statement, dialect == "sqlite");
            }
        }
        schema.constraints.sort();
        schema.indexes.sort();
        schema
    }

    fn read(&mut self, statement: &str, is_sqlite: bool) {
        if let Some(rest) = statement.strip_prefix("CREATE TABLE ") {
            let (table, rest) = rest.split_once(" ( ").unwrap();
            let (body, end) = rest.rsplit_once(" )").unwrap();
            if is_sqlite && !end.contains("STRICT") {
                self.problems.push(format!("{table} is not STRICT"));
            }
            for item in items(body) {
                self.item(table.trim(), item, is_sqlite);
            }
        } else if let Some(rest) = statement.strip_prefix("CREATE UNIQUE INDEX ") {
            let (name, on) = rest.split_once(" ON ").unwrap();
            let (table, list) = on.split_once(' ').unwrap();
            self.indexes.push(name.to_owned());
            let expected = format!("UQ_{table}__{}", columns(list));
            // An index on an expression is named by SQLite itself.
            if name != expected && !columns(list).contains('(') {
                self.problems.push(format!("{name} must be {expected}"));
            }
        } else if let Some(rest) = statement.strip_prefix("CREATE INDEX ") {
            self.indexes.push(rest.split_once(" ON ").unwrap().0.to_owned());
        } else if let Some(rest) = statement.strip_prefix("ALTER TABLE ")
            && let Some((table, column)) = rest.split_once(" ADD COLUMN ")
        {
            self.item(table, column, is_sqlite);
        }
    }

    fn item(&mut self, table: &str, item: &str, is_sqlite: bool) {
        if let Some(rest) = item.strip_prefix("CONSTRAINT ") {
            let (name, what) = rest.split_once(' ').unwrap();
            self.constraints.push(name.to_owned());
            if what.starts_with("PRIMARY KEY") && name != format!("PK_{table}") {
                self.problems.push(format!("{name} must be PK_{table}"));
            }
            if what.starts_with("UNIQUE") && name != format!("UQ_{table}__{}", columns(what)) {
                self.problems.push(format!("{name} must be UQ_{table}__{}", columns(what)));
            }
            return;
        }
        let mut words = item.split(' ');
        let (name, kind) = (words.next().unwrap(), words.next().unwrap());
        let rest = words.collect::<Vec<_>>().join(" ");
        // Constraints of a column are named by whoever counts them; they are written for the table instead.
        for word in ["PRIMARY KEY", "UNIQUE", "REFERENCES"] {
            // SQLite adds no constraint to a table that is there: one of a column that is added is named with it.
            let is_named = rest.contains(&format!("CONSTRAINT FK_{table}__{name} {word}"));
            if rest.contains(word) && !is_named {
                self.problems
                    .push(format!("{table}.{name}: {word} belongs in a named CONSTRAINT of the table"));
            }
        }
        let is_question = rest.replace(' ', "").contains(&format!("CHECK({name}IN(0,1))"));
        let kind = match (is_sqlite, kind) {
            (true, "INTEGER") if is_question => "BOOLEAN",
            (true, "INTEGER") | (false, "BIGINT") => "BIGINT",
            (true, "BLOB") | (false, "BYTEA") => "BYTEA",
            (_, "TEXT") | (false, "JSONB") => "TEXT",
            (false, "BOOLEAN") => "BOOLEAN",
            _ => {
                self.problems.push(format!("{table}.{name}: {kind} is not a type of the store"));
                kind
            }
        };
        let is_null = if rest.contains("NOT NULL") { "NOT NULL" } else { "" };
        let known = self.tables.entry(table.to_owned()).or_default();
        known.push((name.to_owned(), format!("{kind} {is_null}")));
        if name.ends_with("_AT") && kind != "BIGINT" {
            self.problems.push(format!("{table}.{name}: time is microseconds in a BIGINT"));
        }
    }
}

#[test]
fn the_list_of_migrations_is_what_the_two_folders_hold() {
    let listed: Vec<&str> = MIGRATIONS.iter().map(|migration| migration.name).collect();
    assert_eq!(names("sqlite"), listed, "add the line to MIGRATIONS in src/migrate.rs");
    assert_eq!(names("postgres"), listed);
    // Numbers are given beforehand where several people write migrations at once, so one may be left out.
    assert!(MIGRATIONS.windows(2).all(|pair| pair[0].version() < pair[1].version()), "they run in order");
}

#[test]
fn both_dialects_create_the_same_tables_columns_and_constraints() {
    let (mut sqlite, postgres) = (Schema::of("sqlite"), Schema::of("postgres"));
    for table in SQLITE_ONLY {
        sqlite.tables.remove(*table);
        sqlite.constraints.retain(|name| *name != format!("PK_{table}"));
    }
    assert_eq!(sqlite.tables.keys().collect::<Vec<_>>(), postgres.tables.keys().collect::<Vec<_>>());
    for (table, columns) in &sqlite.tables {
        assert_eq!(columns, &postgres.tables[table], "the columns of {table}");
    }
    assert_eq!(sqlite.constraints, postgres.constraints);
    assert_eq!(sqlite.indexes, postgres.indexes);
    assert_eq!(sqlite.problems, [""; 0]);
    assert_eq!(postgres.problems, [""; 0]);
    for name in sqlite.constraints.iter().chain(&sqlite.indexes) {
        assert!(name.len() <= 63, "PostgreSQL would cut {name}");
    }
}

#[test]
fn no_migration_uses_what_the_seam_cannot_bear() {
    for migration in MIGRATIONS {
        for text in [migration.sqlite, migration.postgres] {
            for word in
                ["DEFERRABLE", "TIMESTAMP", "AUTOINCREMENT", "WITHOUT ROWID, ", "SERIAL", "GENERATED "]
            {
                assert!(!plain(text).contains(word), "{}: {word}", migration.name);
            }
        }
    }
}

/// The Rust files that hold shared SQL: all but the seam itself and the place for differences.
fn shared(folder: &Path, found: &mut Vec<PathBuf>) {
    const OWN: &[&str] =
        &["dialect.rs", "migrate.rs", "sqlite.rs", "group_commit.rs", "postgres.rs", "listen.rs", "testing"];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if OWN.contains(&name.as_str()) || name == "testing.rs" {
            continue;
        }
        if path.is_dir() {
            shared(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn shared_sql_holds_nothing_that_only_one_database_knows() {
    const FORBIDDEN: &[&str] = &[
        "ILIKE",
        "SKIP LOCKED",
        "FOR UPDATE",
        "NOW()",
        "CURRENT_TIMESTAMP",
        "ARRAY[",
        "ANY($",
        "UNNEST",
        "->>",
        "JSON_EXTRACT",
        "JSONB_",
        "TO_TSVECTOR",
        "INSERT OR ",
        "REPLACE INTO",
        "GLOB ",
        "SELECT *",
        "RETURNING *",
        "IFNULL(",
        "STRFTIME",
        "DATETIME(",
        "EXTRACT(EPOCH",
        "DISTINCT ON",
        "SERIAL ",
        " rowid",
        "ON DUPLICATE",
        "GREATEST(",
        "LEAST(",
        "STRING_AGG(",
        "GROUP_CONCAT(",
    ];
    let mut files = Vec::new();
    shared(&root().join("src"), &mut files);
    let mut problems = Vec::new();
    for file in files {
        for (number, line) in (1..).zip(fs::read_to_string(&file).unwrap().lines()) {
            let code = line.trim_start();
            // SQL words are written in capitals, Rust's are not.
            for word in FORBIDDEN.iter().filter(|word| !code.starts_with("//") && code.contains(*word)) {
                problems.push(format!("{}:{number}: {word} belongs in dialect.rs", file.display()));
            }
        }
    }
    assert_eq!(problems, [""; 0]);
}
