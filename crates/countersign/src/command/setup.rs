//! `countersign setup`: the workspace without a person.

use serde::Serialize;

use crate::config::{Config, Flags};
use crate::failure::{Result, note, print_json};

#[derive(Serialize)]
struct Made {
    admin: Admin,
    api_key: String,
}

#[derive(Serialize)]
struct Admin {
    email: String,
    password: String,
}

/// Makes the workspace, its first administrator and an API key with every scope. Refuses a second time.
pub async fn setup(flags: &Flags, email: &str, password: Option<String>, json: bool) -> Result<()> {
    let config = Config::load(flags)?;
    let server = super::serve::start(&config.settings).await?;
    server.say_new_key(&config.settings);
    let made = server.service.setup_without_person(email, password).await;
    server.db.close().await;
    let made = made?;
    if json {
        return print_json(&Made {
            admin: Admin { email: made.email, password: made.password },
            api_key: made.api_key,
        });
    }
    note("The workspace is set up. This is shown once:\n");
    crate::failure::print(&format!(
        "e-mail    {}\npassword  {}\nAPI key   {}",
        made.email, made.password, made.api_key
    ))?;
    note("\nThe API key may do everything: make one with fewer scopes for each program, then revoke it.");
    Ok(())
}
