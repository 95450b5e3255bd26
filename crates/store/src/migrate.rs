//! Migrations: two folders, the same file names, embedded in the binary.
//!
//! A runner of our own, not refinery: that wants the drivers' bare connections (ours live behind the seam, one of
//! them on the writer thread), reads the clock itself, and takes no lock, so that two servers starting at once on
//! one PostgreSQL would race. Here each migration runs through the seam, in one transaction together with its row
//! in `schema_migration`, on PostgreSQL under an advisory lock. Migrations only expand or, a release later,
//! contract; they are never edited once released, and a checksum holds that.

use sha2::{Digest, Sha256};

use crate::{Backend, Db, StoreError, Tx, args};

/// One step of the schema, in both dialects.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// `0001_name`, the file name without its end.
    pub name: &'static str,
    /// The text for SQLite.
    pub sqlite: &'static str,
    /// The text for PostgreSQL.
    pub postgres: &'static str,
}

macro_rules! migration {
    ($name:literal) => {
        Migration {
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }
    };
}

/// All migrations, oldest first. Add the pair of files and then its line here; a test compares the two.
pub const MIGRATIONS: &[Migration] = &[
    migration!("0001_foundation"),
    migration!("0002_attachment"),
    migration!("0003_console"),
    migration!("0004_clean_up"),
    migration!("0005_held_code"),
    migration!("0006_presence"),
    migration!("0007_groups_and_calendars"),
    migration!("0008_rules"),
    migration!("0009_channel_state"),
    migration!("0010_mail_thread"),
    migration!("0011_replies_and_timers"),
    migration!("0012_search_and_tabs"),
    migration!("0013_profile_import"),
    migration!("0014_masking"),
    migration!("0015_merge"),
    migration!("0016_closing"),
    migration!("0017_privacy"),
    migration!("0018_analytics"),
    migration!("0019_website"),
    migration!("0020_account_visit"),
    migration!("0021_invitation"),
    migration!("0022_visit_more"),
    migration!("0023_visit_active"),
    migration!("0024_look_up"),
    migration!("0025_ivr"),
    migration!("0026_call"),
    migration!("0027_call_caller"),
    migration!("0029_prompt"),
    migration!("0030_telephone"),
    migration!("0031_verification"),
    migration!("0032_engagement"),
    migration!("0033_engagement_person"),
    migration!("0034_searched"),
    migration!("0035_call_recording"),
];

/// The advisory lock under which PostgreSQL migrates: "counters" in ASCII.
const LOCK: i64 = 0x636f_756e_7465_7273;

impl Migration {
    /// The number at the start of its name.
    pub fn version(&self) -> i64 {
        self.name.split('_').next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
    }

    /// Its text for this database.
    pub fn sql(&self, backend: Backend) -> &'static str {
        match backend {
            Backend::Sqlite => self.sqlite,
            Backend::Postgres => self.postgres,
        }
    }

    fn checksum(&self, backend: Backend) -> String {
        hex::encode(Sha256::digest(self.sql(backend)))
    }
}

impl Db {
    /// Brings the schema to this version of the program; answers with the number of migrations that ran. A database
    /// of a newer program, or one whose migrations were edited, is refused.
    pub async fn migrate(&self, now_micros: i64) -> Result<usize, StoreError> {
        self.migrate_with(MIGRATIONS, now_micros).await
    }

    /// [`Db::migrate`] with a list of one's own: for tests.
    #[doc(hidden)]
    pub async fn migrate_with(
        &self,
        list: &'static [Migration],
        now_micros: i64,
    ) -> Result<usize, StoreError> {
        self.write(async |tx| {
            prepare(tx).await?;
            refuse_strangers(tx, list).await
        })
        .await?;
        let mut count = 0;
        for migration in list {
            let ran = self.write(async move |tx| step(tx, migration, now_micros).await).await?;
            count += usize::from(ran);
        }
        Ok(count)
    }

    /// The version of the newest migration in the database; 0 before the first.
    pub async fn schema_version(&self) -> Result<i64, StoreError> {
        self.read(async |tx| {
            let sql = match tx.backend() {
                Backend::Sqlite => "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'schema_migration'",
                Backend::Postgres => {
                    "SELECT COUNT(*) FROM pg_catalog.pg_tables WHERE tablename = 'schema_migration'
                     AND schemaname = current_schema()"
                }
            };
            if tx.fetch_one(sql, args![], |row| row.i64(0)).await? == 0 {
                return Ok(0);
            }
            tx.fetch_one("SELECT COALESCE(MAX(version), 0) FROM schema_migration", args![], |row| row.i64(0))
                .await
        })
        .await
    }
}

/// Locks out other servers and makes the table of migrations.
async fn prepare(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    lock(tx).await?;
    let sql = match tx.backend() {
        Backend::Sqlite => {
            "CREATE TABLE IF NOT EXISTS schema_migration (
                version INTEGER NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL,
                CONSTRAINT pk_schema_migration PRIMARY KEY (version)) STRICT"
        }
        Backend::Postgres => {
            "CREATE TABLE IF NOT EXISTS schema_migration (
                version BIGINT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL,
                CONSTRAINT pk_schema_migration PRIMARY KEY (version))"
        }
    };
    tx.execute_batch(sql).await
}

/// Until the end of the transaction: no other server migrates, and no statement is cut short.
async fn lock(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    if tx.backend() == Backend::Postgres {
        tx.execute_batch("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0").await?;
        tx.execute("SELECT pg_advisory_xact_lock($1)", args![LOCK]).await?;
    }
    Ok(())
}

async fn refuse_strangers(tx: &mut Tx<'_>, list: &[Migration]) -> Result<(), StoreError> {
    let backend = tx.backend();
    let sql = "SELECT version, name, checksum FROM schema_migration ORDER BY version";
    let applied = tx.fetch_all(sql, args![], |row| Ok((row.i64(0)?, row.text(1)?, row.text(2)?))).await?;
    for (version, name, checksum) in applied {
        let Some(known) = list.iter().find(|known| known.version() == version) else {
            return Err(StoreError::Refused(format!(
                "The database was migrated by a newer version of Countersign (it has {name}, which this one does \
                 not know). Start that version, or restore a backup from before."
            )));
        };
        if known.name != name || known.checksum(backend) != checksum {
            return Err(StoreError::Refused(format!(
                "Migration {name} in the database is not the one this program has. It was edited after it ran."
            )));
        }
    }
    Ok(())
}

/// Runs one migration unless it has run, also if another server was faster.
async fn step(tx: &mut Tx<'_>, migration: &Migration, now_micros: i64) -> Result<bool, StoreError> {
    lock(tx).await?;
    let found = tx
        .fetch_one(
            "SELECT COUNT(*) FROM schema_migration WHERE version = $1",
            args![migration.version()],
            |row| row.i64(0),
        )
        .await?;
    if found > 0 {
        return Ok(false);
    }
    tracing::info!(migration = migration.name, "migrating the database");
    tx.execute_batch(migration.sql(tx.backend())).await?;
    let checksum = migration.checksum(tx.backend());
    tx.execute(
        "INSERT INTO schema_migration (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
        args![migration.version(), migration.name, checksum, now_micros],
    )
    .await?;
    Ok(true)
}
