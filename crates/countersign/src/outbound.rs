//! The way out to other servers, with the operator's allow-list.

use std::sync::Arc;

use countersign_connectors::outbound::{Guarded, Settings as WayOut};
use countersign_service::port::Outbound;

use crate::config::Settings;
use crate::failure::{Exit, Failure, Result};

/// The client that calls only what it may.
pub fn guarded(settings: &Settings) -> Result<Arc<dyn Outbound>> {
    let source = &settings.outbound.source_address;
    let way_out = WayOut {
        allow: settings.outbound.allow.clone(),
        // `config::check` refused what is no address.
        source_address: source.parse().ok(),
        ..WayOut::default()
    };
    match Guarded::with(way_out) {
        Ok(client) => Ok(Arc::new(client)),
        Err(error) => Err(Failure::new(Exit::Config, "Outgoing calls cannot be made").cause(error)),
    }
}
