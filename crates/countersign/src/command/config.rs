//! `countersign config check|show`.

use crate::config::{Config, Flags};
use crate::failure::{Result, note, print, print_json};

/// Checks the settings in force.
pub fn check(flags: &Flags, json: bool) -> Result<()> {
    let config = Config::load(flags)?;
    if json {
        return print_json(&serde_json::json!({ "ok": true, "changed": config.origins.len() }));
    }
    note(&match config.origins.len() {
        0 => "The configuration is valid: every setting has its default.".to_owned(),
        n => format!("The configuration is valid. Settings that are not defaults: {n}."),
    });
    Ok(())
}

/// Shows the settings in force and where each comes from, without secrets.
pub fn show(flags: &Flags, json: bool) -> Result<()> {
    let mut config = Config::load(flags)?;
    config.settings.database.url = without_password(&config.settings.database.url);
    if json {
        return print_json(&serde_json::json!({ "settings": config.settings, "origins": config.origins }));
    }
    let text = toml::to_string(&config.settings).unwrap_or_default();
    let mut section = String::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            section = format!("{name}.");
        }
        let name = line.split(" = ").next().unwrap_or_default();
        match config.origins.get(&format!("{section}{name}")) {
            Some(origin) => print(&format!("{line}  # {origin}"))?,
            None => print(line)?,
        }
    }
    Ok(())
}

/// A database URL that may be shown.
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    // The last @ ends the user part, even when a password holds one that was not escaped.
    let Some((user, host)) = rest.rsplit_once('@') else { return url.to_owned() };
    match user.split_once(':') {
        Some((name, _)) => format!("{scheme}://{name}:••••@{host}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(without_password("postgres://u:p@ss:w@h:5432/d"), "postgres://u:••••@h:5432/d");
        assert_eq!(without_password("postgres://u@h/d"), "postgres://u@h/d");
        assert_eq!(without_password("sqlite:/a/b"), "sqlite:/a/b");
    }
}
