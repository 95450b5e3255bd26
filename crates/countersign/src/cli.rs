//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::Flags;

/// Says in every channel who the customer is, how sure that is, why, and until when.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, propagate_version = true, disable_help_subcommand = true)]
#[command(
    after_help = "Exit statuses: 0 done, 1 a check found something, 2 wrong usage, 65 wrong database or key, \
    69 unavailable, 74 disk failure, 75 already running, 77 wrong permissions, 78 wrong configuration."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server.
    Serve {
        /// Where its things are.
        #[command(flatten)]
        place: Place,
        /// Where to listen [default: 127.0.0.1:8080]
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
        /// Where Prometheus fetches /metrics [default: nowhere]
        #[arg(long, value_name = "ADDR")]
        metrics_listen: Option<String>,
        /// The address by which people and pages reach the server [default: http:// and where it listens]
        #[arg(long, value_name = "URL")]
        public_url: Option<String>,
    },
    /// Run an example: a bank, a messenger, customers and people, on a database that is thrown away.
    Demo {
        /// Keep the example here and go on with it next time [default: a directory that is thrown away]
        #[arg(long, value_name = "DIR")]
        data_dir: Option<PathBuf>,
        /// Where to listen; the pages of the example take the next port [default: 127.0.0.1:8080]
        #[arg(long, value_name = "ADDR")]
        listen: Option<SocketAddr>,
        /// Print where everything is as JSON, on standard output
        #[arg(long)]
        json: bool,
    },
    /// Make the workspace, its first administrator and an API key without a person.
    Setup {
        /// Where its things are.
        #[command(flatten)]
        place: Place,
        /// The administrator's e-mail address
        #[arg(long, default_value = "admin@example.org")]
        email: String,
        /// The administrator's password, 15 characters or more [default: a random one, printed]
        #[arg(long)]
        password: Option<String>,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Bring the database to this version. (`serve` does it as well.)
    Migrate {
        /// Where its things are.
        #[command(flatten)]
        place: Place,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print, check or show settings.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// The audit log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Privacy of customers.
    #[command(subcommand)]
    Privacy(PrivacyCommand),
    /// Look at what a server needs: settings, keys, database, disk, clock. Or at what this program says to whom.
    Doctor {
        /// Where its things are.
        #[command(flatten)]
        place: Place,
        /// Instead, plant personal values in a database that is thrown away and look for leaks as each masked role
        #[arg(long, conflicts_with_all = ["data_dir", "database", "config"])]
        canary: bool,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Ask a running server whether it is ready. For containers and supervisors.
    Healthcheck {
        /// Where the server listens [default: 127.0.0.1:8080, or what the configuration says]
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
        /// The settings file
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Print the OpenAPI document of the API.
    Openapi,
}

/// Settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print every setting with its default and its meaning.
    Default,
    /// Check the settings in force; nothing is started.
    Check {
        /// Where its things are.
        #[command(flatten)]
        place: Place,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the settings in force and where each comes from, without secrets.
    Show {
        /// Where its things are.
        #[command(flatten)]
        place: Place,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
}

/// The audit log.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check that no row of the audit log was changed, removed or added.
    Verify {
        /// Where its things are.
        #[command(flatten)]
        place: Place,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
        /// Begin a new file of signed heads first, because the old one was lost: that is put on record
        #[arg(long)]
        accept_lost_heads: bool,
    },
}

/// Privacy of customers.
#[derive(Debug, Subcommand)]
pub enum PrivacyCommand {
    /// Erase again, after a restore, whom the list names. The server must not run.
    Replay {
        /// Where its things are.
        #[command(flatten)]
        place: Place,
        /// The list: what GET /v1/privacy/erasures?format=csv answered
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
}

/// Where the server's things are.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// Where keys and, with SQLite, the database are kept [default: data]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// The database [default: SQLite in the data directory]
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// The settings file [default: none]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl Place {
    /// As the last layer of the configuration.
    pub fn flags(&self) -> Flags {
        let mut flags = Flags { config: self.config.clone(), ..Flags::default() };
        if let Some(directory) = &self.data_dir {
            flags.values.push(("data_dir", "--data-dir", directory.to_string_lossy().into_owned()));
        }
        if let Some(url) = &self.database {
            flags.values.push(("database.url", "--database", url.clone()));
            flags.values.push(("database.url_file", "--database", String::new()));
        }
        flags
    }
}
