//! What the companies of the example know: their keys, their secrets, their people.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::telephone::Telephone;
use crate::failure::{Exit, Failure, Result};

const FILE: &str = "countersign.demo.json";

/// Somebody who logs in to the console.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Person {
    pub(super) role: String,
    pub(super) email: String,
    pub(super) password: String,
}

/// What the companies know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    /// May do everything.
    pub(super) api_key: String,
    /// Hands messages in.
    pub(super) connector_key: String,
    /// Reads cases and answers.
    pub(super) assistant_key: String,
    pub(super) people: Vec<Person>,
    pub(super) pigeon: String,
    pub(super) pigeon_secret: String,
    pub(super) web_chat: String,
    pub(super) widget: String,
    pub(super) widget_kid: String,
    pub(super) widget_secret: String,
    pub(super) webhook: String,
    pub(super) webhook_secret: String,
    /// The website; none in a directory of an earlier version.
    #[serde(default)]
    pub(super) site: String,
    #[serde(default)]
    pub(super) site_key: String,
    #[serde(default)]
    pub(super) telephone: Telephone,
}

impl State {
    /// What an earlier run left in this directory.
    pub(super) fn load(directory: &Path) -> Result<Option<Self>> {
        let path = directory.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(broken(&path, &e)),
        };
        serde_json::from_str(&text).map(Some).map_err(|e| broken(&path, &e))
    }

    /// Keeps it for the next run, for nobody else's eyes.
    pub(super) fn save(&self, directory: &Path) -> Result<()> {
        let path = directory.join(FILE);
        let write = || -> std::io::Result<()> {
            let mut file =
                OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
            file.write_all(&serde_json::to_vec_pretty(self)?)
        };
        write().map_err(|e| broken(&path, &e))
    }
}

fn broken(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Exit::Found, format!("The example's file {} cannot be used", path.display()))
        .cause(error)
        .hint("choose an empty directory with `--data-dir DIR`")
}
