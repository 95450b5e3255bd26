//! The countersign server: its command line, its settings, and what plugs the crates together.

pub mod assets;
pub mod cli;
pub mod command;
pub mod config;
pub mod country;
pub mod demo;
pub mod failure;
pub mod log;
pub mod open;
pub mod outbound;
pub mod server;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{AuditCommand, Cli, Command, ConfigCommand, PrivacyCommand};
use crate::failure::{Exit, Failure, Result};

/// Does what the command line says.
pub fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report();
            ExitCode::from(failure.exit as u8)
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    match cli.command {
        Command::Serve { place, listen, metrics_listen, public_url } => {
            let mut flags = place.flags();
            let more = [
                ("server.listen", "--listen", listen),
                ("server.metrics_listen", "--metrics-listen", metrics_listen),
                ("server.public_url", "--public-url", public_url),
            ];
            flags.values.extend(more.into_iter().filter_map(|(path, flag, v)| Some((path, flag, v?))));
            runtime()?.block_on(command::serve::serve(&flags))
        }
        Command::Migrate { place, json } => {
            runtime()?.block_on(command::migrate::migrate(&place.flags(), json))
        }
        Command::Config(ConfigCommand::Default) => failure::print(config::DEFAULTS.trim_end()),
        Command::Config(ConfigCommand::Check { place, json }) => command::config::check(&place.flags(), json),
        Command::Config(ConfigCommand::Show { place, json }) => command::config::show(&place.flags(), json),
        Command::Doctor { canary: true, json, .. } => runtime()?.block_on(command::canary::canary(json)),
        Command::Doctor { place, json, .. } => {
            runtime()?.block_on(command::doctor::doctor(&place.flags(), json))
        }
        Command::Healthcheck { listen, config } => {
            runtime()?.block_on(command::healthcheck::healthcheck(listen, config))
        }
        Command::Openapi => failure::print_json(&countersign_http::router::document()),
        Command::Setup { place, email, password, json } => {
            runtime()?.block_on(command::setup::setup(&place.flags(), &email, password, json))
        }
        Command::Demo { data_dir, listen, json } => runtime()?.block_on(demo::demo(data_dir, listen, json)),
        Command::Audit(AuditCommand::Verify { place, json, accept_lost_heads }) => {
            runtime()?.block_on(command::audit::verify(&place.flags(), json, accept_lost_heads))
        }
        Command::Privacy(PrivacyCommand::Replay { place, from, json }) => {
            runtime()?.block_on(command::privacy::replay(&place.flags(), &from, json))
        }
    }
}

/// One worker for each core.
fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("countersign")
        .build()
        .map_err(|e| Failure::new(Exit::Internal, "The system gives no threads").cause(e))
}
