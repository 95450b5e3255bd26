//! A server as a process.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::{Client, binary, random};

/// A server that is not ready by then never will be.
const START_MAX: Duration = Duration::from_secs(30);

/// How a server is started.
#[derive(Debug, Clone)]
pub struct Launch {
    /// Its data directory.
    pub data_dir: PathBuf,
    /// Its database; SQLite in the data directory when nothing is said.
    pub database: Option<String>,
    /// Settings, as environment variables.
    pub env: Vec<(String, String)>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Launch {
    /// On a free port, with the limits of connections and codes out of the way.
    pub fn new(data_dir: &Path, database: Option<String>) -> Self {
        let env = [
            ("COUNTERSIGN_SERVER_CONNECTIONS_PER_IP_MAX", "10000"),
            ("COUNTERSIGN_CODE_PER_KEY_MIN", "100000"),
            ("COUNTERSIGN_CODE_PER_IP_MIN", "600"),
            ("COUNTERSIGN_LOG_LEVEL", "info"),
        ];
        Self {
            data_dir: data_dir.to_owned(),
            database,
            env: env.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec(),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, free_port())),
        }
    }

    /// The same with another setting.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The program with this sub-command, on this database.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(binary());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("COUNTERSIGN_")) {
            command.env_remove(name);
        }
        command.envs(self.env.iter().cloned()).args(words).arg("--data-dir").arg(&self.data_dir);
        if let Some(url) = &self.database {
            command.args(["--database", url]);
        }
        command.stdin(Stdio::null());
        command
    }

    /// The address by which clients name it.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// A running server. Ended when dropped.
pub struct Server {
    /// How it was started.
    pub launch: Launch,
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts the process and does not wait.
    pub fn spawn(launch: &Launch) -> Self {
        let log = launch.data_dir.with_extension("log");
        let out = File::options().create(true).append(true).open(&log).expect("the log opens");
        let address = launch.address.to_string();
        let child = launch
            .command(&["serve", "--listen", &address])
            .stdout(Stdio::null())
            .stderr(out)
            .spawn()
            .expect("the server's binary runs");
        Self { launch: launch.clone(), child, log }
    }

    /// Starts a server and waits until it is ready.
    pub async fn start(launch: &Launch) -> Self {
        let mut server = Self::spawn(launch);
        server.ready().await;
        server
    }

    /// Waits until it is ready and says how long that took.
    pub async fn ready(&mut self) -> Duration {
        let since = Instant::now();
        let mut client = Client::new(self.launch.address);
        while since.elapsed() < START_MAX {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                panic!("the server ended with {status}:\n{}", self.log_end(30));
            }
            match client.try_call(hyper::Method::GET, "/readyz", None, &[]).await {
                Ok(answer) if answer.status == 200 => return since.elapsed(),
                _ => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
        panic!("the server is not ready after {START_MAX:?}:\n{}", self.log_end(30));
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.launch.address
    }

    /// A client without credentials.
    pub fn client(&self) -> Client {
        Client::new(self.launch.address)
    }

    /// `kill -9`: it is gone when this returns.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to stop, as a supervisor does.
    pub fn terminate(&self) {
        let _ = kill_process(self.process(), Signal::TERM);
    }

    /// Waits for its end.
    pub async fn ended(&mut self, patience: Duration) -> Option<ExitStatus> {
        let since = Instant::now();
        while since.elapsed() < patience {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                return Some(status);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        None
    }

    /// Starts it again, where it was.
    pub async fn start_again(&mut self) -> Duration {
        let mut next = Self::spawn(&self.launch);
        let took = next.ready().await;
        std::mem::swap(self, &mut next);
        took
    }

    /// Seconds of processor time it has used.
    pub fn cpu_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
        (ticks(11) + ticks(12)) / 100.0
    }

    /// Bytes of memory it holds.
    pub fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0) * 1024
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    fn process(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// The last lines it wrote to standard error.
    pub fn log_end(&self, lines: usize) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let all: Vec<&str> = text.lines().collect();
        all[all.len().saturating_sub(lines)..].join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the end of the log of {}:\n{}", self.launch.address, self.log_end(15));
        }
        self.kill();
    }
}

/// A port on which nothing listens, below those that the system gives to clients.
pub fn free_port() -> u16 {
    for _ in 0..200 {
        let port = 20_000 + u16::try_from(random(12_000)).unwrap_or(0);
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free")
}
