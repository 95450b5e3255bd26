//! The event log: what happened in the workspace, for whoever builds on it.

use async_recursion::async_recursion as boxed;
use countersign_store::{Tx, event as store};
use countersign_types::event::EventKind;
use countersign_types::{Event, Page, PageRequest, Permission, Result};

use crate::Service;
use crate::caller::Request;

/// An event, and what a webhook without personal data would carry of it.
#[derive(Debug, Clone)]
pub struct LoggedEvent {
    /// The event.
    pub event: Event,
    /// The payload: ids and words, never personal data.
    pub payload: serde_json::Value,
}

impl Service {
    /// What happened, newest first, of one kind or of all.
    #[boxed]
    pub async fn list_events(
        &self,
        request: &Request,
        kind: Option<EventKind>,
        page: PageRequest,
    ) -> Result<Page<LoggedEvent>> {
        self.authorise(request, Permission::EventRead).await?;
        let page =
            self.read(async move |tx: &mut Tx<'_>| Ok(store::list_events(tx, kind, page).await?)).await?;
        Ok(page.map(|event| {
            let payload = serde_json::from_str(&crate::outbox::body(&event, None)).unwrap_or_default();
            LoggedEvent { event, payload }
        }))
    }
}
