//! PostgreSQL clusters for tests: found on the machine, started in a temporary directory, reached by Unix socket.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

/// Held for the life of the process: a shared lock that says the cluster is in use.
static IN_USE: OnceLock<File> = OnceLock::new();

/// A cluster of its own, for tests that stop and kill servers. Stopped and deleted when dropped.
pub struct Cluster {
    directory: TempDir,
    server: Server,
}

impl Cluster {
    /// Starts a cluster that syncs to disk as in production.
    pub fn start() -> Result<Self, String> {
        let directory = tempfile::Builder::new().prefix("cs-pg-").tempdir().map_err(|e| e.to_string())?;
        let server = Server::find(directory.path())?;
        server.init(true)?;
        server.start()?;
        Ok(Self { directory, server })
    }

    /// The URL of its `postgres` database.
    pub fn url(&self) -> String {
        format!("{}/postgres", url(self.directory.path()))
    }

    /// Ends all server processes at once, without a checkpoint.
    pub fn kill(&self) -> Result<(), String> {
        self.server.stop()
    }

    /// Starts it again.
    pub fn start_again(&self) -> Result<(), String> {
        self.server.start()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.server.stop();
    }
}

/// The URL, without a database, of the cluster that all test processes of this user share.
pub(super) fn shared_url() -> Result<String, String> {
    let user = fs::metadata("/proc/self").map(|me| me.uid()).unwrap_or(0);
    let base = std::env::temp_dir().join(format!("countersign-test-postgres-{user}"));
    fs::create_dir_all(&base).map_err(|e| e.to_string())?;
    if IN_USE.get().is_none() {
        let users = lock_file(&base.join("users.lock"))?;
        users.lock_shared().map_err(|e| e.to_string())?;
        let _ = IN_USE.set(users);
    }
    let starting = lock_file(&base.join("start.lock"))?;
    starting.lock().map_err(|e| e.to_string())?;
    let server = Server::find(&base)?;
    if !server.is_running() {
        let _ = fs::remove_dir_all(server.data());
        server.init(false)?;
        server.start()?;
        reap(&base, &server);
    }
    Ok(url(&base))
}

fn lock_file(path: &Path) -> Result<File, String> {
    OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(|e| e.to_string())
}

fn url(directory: &Path) -> String {
    format!("postgres://postgres@{}", directory.display().to_string().replace('/', "%2F"))
}

/// Leaves a small process behind that stops the cluster once nobody has used it for two minutes.
fn reap(base: &Path, server: &Server) {
    let script = r#"
        cd "$1" || exit
        while [ -d data ]; do
            idle=0
            while [ $idle -lt 6 ]; do
                sleep 20
                if flock -n -x users.lock true; then idle=$((idle + 1)); else idle=0; fi
            done
            flock -x start.lock sh -c 'flock -n -x users.lock true && { "$0" stop -m immediate -D data; rm -rf data; }' "$2"
        done"#;
    let mut command = server.command("sh");
    command.args(["-c", script, "sh"]).arg(base).arg(server.bin.join("pg_ctl")).process_group(0);
    let _ = command.spawn();
}

/// The programs of PostgreSQL and the directory they work in.
struct Server {
    bin: PathBuf,
    directory: PathBuf,
    /// PostgreSQL refuses to run as root; then it runs as this user and group.
    user: Option<(u32, u32)>,
}

impl Server {
    fn find(directory: &Path) -> Result<Self, String> {
        let bin = programs().ok_or("initdb is neither in /usr/lib/postgresql/*/bin nor in PATH")?;
        let me = fs::metadata("/proc/self").map(|me| me.uid()).unwrap_or(1);
        let user = if me == 0 { Some(unprivileged()?) } else { None };
        if let Some((uid, gid)) = user {
            chown(directory, Some(uid), Some(gid)).map_err(|e| e.to_string())?;
        }
        Ok(Self { bin, directory: directory.to_owned(), user })
    }

    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        // Nothing inherited: a server that held a test's output open would keep the test runner waiting.
        command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }

    fn run(&self, program: &str, args: &[&str]) -> Result<(), String> {
        let status = self.command(self.bin.join(program)).args(args).status().map_err(|e| e.to_string())?;
        if status.success() { Ok(()) } else { Err(format!("{program} failed: {status}")) }
    }

    fn init(&self, is_durable: bool) -> Result<(), String> {
        let data = self.data().display().to_string();
        let mut args = vec!["-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"];
        args.push("--no-sync");
        self.run("initdb", &args)?;
        let fsync = if is_durable { "" } else { "fsync = off\nfull_page_writes = off\n" };
        let settings = format!(
            "\nlisten_addresses = ''\nunix_socket_directories = '{}'\nmax_connections = 300\n\
             shared_buffers = 64MB\nautovacuum = off\n{fsync}",
            self.directory.display()
        );
        let file = self.data().join("postgresql.conf");
        let known = fs::read_to_string(&file).map_err(|e| e.to_string())?;
        fs::write(&file, known + &settings).map_err(|e| e.to_string())
    }

    fn start(&self) -> Result<(), String> {
        let (data, log) = (self.data(), self.directory.join("data/server.log"));
        let (data, log) = (data.display().to_string(), log.display().to_string());
        let mut result = Err(String::new());
        // After a kill, the old shared memory may not be released yet.
        for _ in 0..20 {
            result = self.run("pg_ctl", &["start", "-w", "-D", &data, "-l", &log]);
            if result.is_ok() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
        result
    }

    fn stop(&self) -> Result<(), String> {
        self.run("pg_ctl", &["stop", "-w", "-m", "immediate", "-D", &self.data().display().to_string()])
    }

    fn is_running(&self) -> bool {
        self.run("pg_ctl", &["status", "-D", &self.data().display().to_string()]).is_ok()
    }
}

/// The newest PostgreSQL on this machine.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    found.sort_by_key(|bin| {
        let version = bin.parent().and_then(|dir| dir.file_name()).and_then(|name| name.to_str());
        version.and_then(|name| name.parse::<u32>().ok())
    });
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).collect::<Vec<_>>();
    found.into_iter().rev().chain(on_path).find(|bin| bin.join("initdb").is_file())
}

/// The user and group ids of `postgres`, or else of `nobody`.
fn unprivileged() -> Result<(u32, u32), String> {
    let users = fs::read_to_string("/etc/passwd").map_err(|e| e.to_string())?;
    let find = |name: &str| {
        let mut fields = users.lines().find(|line| line.split(':').next() == Some(name))?.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    find("postgres")
        .or_else(|| find("nobody"))
        .ok_or_else(|| "no unprivileged user to run PostgreSQL as".to_owned())
}
