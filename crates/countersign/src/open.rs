//! Opens what a server stands on: the data directory, the master key, the database, the service.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use countersign_service::port::{Clock, Entropy, SystemClock, SystemEntropy};
use countersign_store::{Backend, Db, DbOptions, StoreError, Tx, Vault, setting};
use countersign_types::Timestamp;
use zeroize::Zeroizing;

use crate::config::Settings;
use crate::failure::{Exit, Failure, Result};

/// The setting that names the key under which this database was written.
const KEY_ID: &str = "master_key_id";

/// What a server stands on.
pub struct Opened {
    /// The database, migrated.
    pub db: Db,
    /// The keys.
    pub vault: Vault,
    /// How many migrations ran.
    pub migrations: usize,
    /// Whether the master key was made just now.
    pub is_new_key: bool,
}

/// Opens everything, and makes at the first start what is not there yet.
pub async fn open(settings: &Settings) -> Result<Opened> {
    data_dir(&settings.data_dir)?;
    let db = database(settings).await?;
    let is_new = db.schema_version().await? == 0;
    let (vault, is_new_key) = master_key(settings, is_new)?;
    let now = SystemClock::default().now();
    let migrations = db.migrate(now.as_micros()).await?;
    fits(&db, &vault, &settings.master_key_file(), now).await?;
    Ok(Opened { db, vault, migrations, is_new_key })
}

/// Opens the database as it is.
pub async fn database(settings: &Settings) -> Result<Db> {
    let mut options = DbOptions::new(database_url(settings)?);
    options.readers = settings.database.readers;
    options.pool_size = settings.database.pool_size;
    Db::open(&options).await.map_err(|error| {
        let is_locked = matches!(&error, StoreError::Refused(text) if text.contains("another Countersign"));
        let mut failure = Failure::from(error);
        if is_locked {
            failure.exit = Exit::TryLater;
        }
        failure
    })
}

/// The database's URL; holds a password.
pub fn database_url(settings: &Settings) -> Result<String> {
    if !settings.database.url_file.is_empty() {
        let path = &settings.database.url_file;
        let text = fs::read_to_string(path).map_err(|e| {
            Failure::new(Exit::Config, format!("The file with the database's URL, {path}, cannot be read"))
                .cause(e)
        })?;
        return Ok(text.trim().to_owned());
    }
    if settings.database.url.is_empty() {
        return Ok(format!("sqlite:{}", settings.data_dir.join("countersign.db").display()));
    }
    Ok(settings.database.url.clone())
}

/// Makes the data directory, for its owner alone.
fn data_dir(path: &Path) -> Result<()> {
    let shown = path.display();
    let cannot = |what: &str, e: std::io::Error| {
        Failure::new(Exit::CannotCreate, format!("The data directory {shown} cannot be {what}"))
            .cause(e)
            .hint("choose another with `--data-dir DIR`")
    };
    match fs::metadata(path) {
        Ok(found) if !found.is_dir() => {
            Err(Failure::new(Exit::CannotCreate, format!("{shown} is not a directory"))
                .hint("choose another with `--data-dir DIR`"))
        }
        Ok(found) if found.permissions().mode() & 0o077 == 0 => Ok(()),
        Ok(_) if is_ours(path).map_err(|e| cannot("read", e))? => {
            fs::set_permissions(path, Permissions::from_mode(0o700))
                .map_err(|e| cannot("closed to others", e))
        }
        Ok(_) => Err(Failure::new(
            Exit::Permission,
            format!("Other users of this computer can look into the data directory {shown}"),
        )
        .cause("it holds other files too, so its permissions are left alone")
        .hint(format!("choose an empty directory with `--data-dir DIR`, or run `chmod 700 {shown}`"))),
        Err(e) if e.kind() == ErrorKind::NotFound => {
            DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|e| cannot("made", e))
        }
        Err(e) => Err(cannot("opened", e)),
    }
}

/// Whether a directory holds nothing but what a server keeps there.
fn is_ours(path: &Path) -> std::io::Result<bool> {
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        let is_known = name == "keys"
            || name.starts_with("countersign.")
            || name.ends_with(".toml")
            || name == "lost+found";
        if !is_known {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Reads the master key. The first start makes it.
fn master_key(settings: &Settings, is_new: bool) -> Result<(Vault, bool)> {
    let path = settings.master_key_file();
    let shown = path.display();
    match read_key(&path) {
        Ok(key) => Ok((Vault::new(&key), false)),
        Err(KeyError::Io(e)) if e.kind() == ErrorKind::NotFound && is_new => {
            let key = make_key(&path)?;
            Ok((Vault::new(&key), true))
        }
        Err(KeyError::Io(e)) if e.kind() == ErrorKind::NotFound => Err(Failure::new(
            Exit::Config,
            format!("The master key {shown} is missing, but the database is not new"),
        )
        .cause("what is in the database can be read only with the key it was written with")
        .hint("put the key back, or name its place with `keys.master_key_file`")),
        Err(KeyError::Io(e)) => {
            Err(Failure::new(Exit::Permission, format!("The master key {shown} cannot be read")).cause(e))
        }
        Err(KeyError::Open(mode)) => Err(Failure::new(
            Exit::Permission,
            format!("Others than its owner can read the master key {shown}"),
        )
        .cause(format!("its permissions are {mode:04o}"))
        .hint(format!("run `chmod 600 {shown}`, and think about who may have read it"))),
        Err(KeyError::Form) => Err(Failure::new(Exit::Config, format!("{shown} is not a master key"))
            .cause("a master key is 32 bytes, or 64 hexadecimal digits")),
    }
}

/// Why there is no key.
#[derive(Debug)]
pub enum KeyError {
    /// The file cannot be read.
    Io(std::io::Error),
    /// Others can read it: its mode.
    Open(u32),
    /// It does not hold a key.
    Form,
}

/// Reads a master key that only its owner can read.
pub fn read_key(path: &Path) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let file = fs::File::open(path).map_err(KeyError::Io)?;
    let mode = file.metadata().map_err(KeyError::Io)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Open(mode));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(128));
    file.take(128).read_to_end(&mut bytes).map_err(KeyError::Io)?;
    let mut key = Zeroizing::new([0; 32]);
    if bytes.len() == 32 {
        key.copy_from_slice(&bytes);
        return Ok(key);
    }
    hex::decode_to_slice(bytes.trim_ascii(), key.as_mut_slice()).map_err(|_| KeyError::Form)?;
    Ok(key)
}

/// Makes a master key, durable before it is used.
fn make_key(path: &Path) -> Result<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0; 32]);
    SystemEntropy.fill(key.as_mut_slice())?;
    let write = || -> std::io::Result<()> {
        let directory = path.parent().unwrap_or(Path::new("."));
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        let unfinished = path.with_extension("new");
        let _ = fs::remove_file(&unfinished);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
        file.write_all(key.as_slice())?;
        file.sync_all()?;
        // Unlike a rename, a link fails when another start made a key meanwhile.
        fs::hard_link(&unfinished, path)?;
        fs::remove_file(&unfinished)?;
        fs::File::open(directory)?.sync_all()
    };
    write().map_err(|e| {
        Failure::new(Exit::CannotCreate, format!("The master key {} cannot be made", path.display())).cause(e)
    })?;
    Ok(key)
}

/// Makes sure that this key is the one that the database was written with, and notes it in a new one.
async fn fits(db: &Db, vault: &Vault, path: &Path, now: Timestamp) -> Result<()> {
    let ours = vault.key_id();
    let theirs: String = db
        .write(async move |tx: &mut Tx<'_>| -> Result<String, StoreError> {
            // Of two servers that start on a new database at once, the second finds the first one's.
            setting::insert_setting(tx, KEY_ID, &ours, now).await?;
            Ok(setting::find_setting(tx, KEY_ID).await?.unwrap_or(ours))
        })
        .await?;
    if theirs == vault.key_id() {
        return Ok(());
    }
    Err(Failure::new(Exit::Data, "The database was written with another master key")
        .cause(format!("it wants key {theirs}, and {} is key {}", path.display(), vault.key_id()))
        .hint("put the right key back, or name its place with `keys.master_key_file`"))
}

/// The kind of database in words.
pub fn kind_name(db: &Db) -> &'static str {
    match db.kind() {
        Backend::Sqlite => "SQLite",
        Backend::Postgres => "PostgreSQL",
    }
}
