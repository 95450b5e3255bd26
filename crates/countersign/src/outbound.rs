//! The way out to other servers, with the operator's allow-list.

use std::sync::Arc;

use countersign_connectors::outbound::Guarded;
use countersign_service::port::Outbound;

use crate::config::Settings;
use crate::failure::{Exit, Failure, Result};

/// The client that calls only what it may.
pub fn guarded(settings: &Settings) -> Result<Arc<dyn Outbound>> {
    match Guarded::new(&settings.outbound.allow) {
        Ok(client) => Ok(Arc::new(client)),
        Err(error) => Err(Failure::new(Exit::Config, "Outgoing calls cannot be made").cause(error)),
    }
}
