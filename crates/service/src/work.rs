//! How an operation writes: state, evidence, audit, events and outbox in one transaction.

use std::sync::atomic::Ordering;

use countersign_store::{Place, StoreError, Tx, Vault, analytics, audit};
use countersign_types::analytics::Fact;
use countersign_types::audit::{Actor, AuditRow};
use countersign_types::event::EventKind;
use countersign_types::{Error, Event, Result, Timestamp, time};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Service;
use crate::auth::FORGETS;
use crate::caller::{Grant, Idempotency};

const RECEIPT: Place = Place("idempotency.receipt_sealed");

/// What an operation has to tell besides its state; written at its end, in its transaction.
#[derive(Debug, Default)]
pub struct Log {
    audits: Vec<(String, String, &'static str, serde_json::Value)>,
    events: Vec<Event>,
    live: Vec<(&'static str, String)>,
    facts: Vec<Fact>,
    actor: Option<Actor>,
    reload: bool,
}

impl Log {
    /// Adds an audit row: `noun.verb`, the printed id of the object, details without personal data.
    pub fn audit(&mut self, action: &str, object: impl ToString, details: serde_json::Value) {
        self.refused(action, object, "ok", details);
    }

    /// Adds an audit row of something that was refused, with the error's code as its outcome.
    pub fn refused(
        &mut self,
        action: &str,
        object: impl ToString,
        outcome: &'static str,
        details: serde_json::Value,
    ) {
        self.audits.push((action.to_owned(), object.to_string(), outcome, details));
    }

    /// From here on somebody else than the grant's actor does it: the customer whom a page's token names.
    pub fn act_as(&mut self, actor: Actor) {
        self.actor = Some(actor);
    }

    /// Adds an event: to timelines, and to webhooks that want its kind.
    pub fn event(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Counts something for reports.
    pub fn count(&mut self, fact: Fact) {
        self.facts.push(fact);
    }

    /// Tells open consoles that an object changed: `case.updated` and its printed id. Names, never data.
    pub fn live(&mut self, name: &'static str, id: impl ToString) {
        let id = id.to_string();
        if !self.live.iter().any(|(n, i)| *n == name && *i == id) {
            self.live.push((name, id));
        }
    }

    /// Says that something every server keeps in memory changed (settings, channels, widgets, attributes, webhooks,
    /// groups, calendars);
    /// see [`crate::snapshot`].
    pub fn reload(&mut self, name: &'static str, id: impl ToString) {
        self.live(name, id);
        self.reload = true;
    }
}

impl Service {
    /// An event of `kind` at this moment, by the grant's actor, naming nothing yet.
    pub(crate) fn event(&self, kind: EventKind, actor: &Actor, now: Timestamp) -> Result<Event> {
        Ok(Event {
            id: self.new_id()?,
            kind,
            at: now,
            actor: actor.clone(),
            profile: None,
            account: None,
            case: None,
            message: None,
            link: None,
            code: None,
            details: serde_json::json!({}),
        })
    }

    /// Runs an operation that writes. Its state and its [`Log`] are durable together before this answers.
    pub(crate) async fn write<T, F>(&self, grant: &Grant, operation: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Tx<'_>, &mut Log) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let service = self.clone();
        let actor = grant.actor.clone();
        let (answer, reload) = self
            .db()
            .write(async move |tx: &mut Tx<'_>| -> Result<(T, bool)> {
                let mut log = Log::default();
                let answer = operation(tx, &mut log).await?;
                let reload = log.reload;
                service.flush(tx, &actor, log).await?;
                Ok((answer, reload))
            })
            .await?;
        if reload {
            self.reload().await?;
        }
        Ok(answer)
    }

    /// [`Service::write`] that happens once for each idempotency key of the grant: repeated, it answers the same and
    /// does nothing. The answer is kept sealed for a day; keep it small (ids, and secrets shown once).
    pub(crate) async fn write_once<T, F>(&self, grant: &Grant, operation: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Tx<'_>, &mut Log) -> Result<T> + Send + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let Some(idempotency) = grant.idempotency else { return self.write(grant, operation).await };
        let service = self.clone();
        let now = self.now();
        let is_replay = grant.is_replay.clone();
        self.write(grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<T> {
            if let Some(answer) = service.receipt(tx, idempotency, now).await? {
                is_replay.store(true, Ordering::Relaxed);
                return Ok(answer);
            }
            let (row, vault) = (key_row(idempotency.key_hash), service.vault());
            let answer = operation(tx, log).await?;
            let plain = serde_json::to_vec(&answer).map_err(Error::internal)?;
            let sealed = vault.workspace().seal(RECEIPT, row, &plain)?;
            let fingerprint = fingerprint_of(vault, &idempotency);
            if !audit::insert_receipt(tx, idempotency.key_hash, fingerprint, &sealed, now).await? {
                // Another server committed the same key between our look and now: it asks again and finds it.
                return Err(Error::conflict(
                    "idempotency-in-flight",
                    "The same request is being handled at this moment.",
                    "Send it again in a second; it will answer what the first one did.",
                ));
            }
            Ok(answer)
        })
        .await
    }

    /// What was answered under the grant's idempotency key before: for operations that do something before they write,
    /// or decide by what they change.
    pub(crate) async fn replayed<T>(&self, grant: &Grant) -> Result<Option<T>>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let Some(idempotency) = grant.idempotency else { return Ok(None) };
        let (service, now) = (self.clone(), self.now());
        let found =
            self.read(async move |tx: &mut Tx<'_>| service.receipt(tx, idempotency, now).await).await?;
        if found.is_some() {
            grant.is_replay.store(true, Ordering::Relaxed);
        }
        Ok(found)
    }

    async fn receipt<T: DeserializeOwned>(
        &self,
        tx: &mut Tx<'_>,
        idempotency: Idempotency,
        now: Timestamp,
    ) -> Result<Option<T>> {
        let found = audit::find_receipt(tx, idempotency.key_hash, now.plus(-time::DAY)).await?;
        let Some((fingerprint, sealed)) = found else { return Ok(None) };
        if fingerprint != fingerprint_of(self.vault(), &idempotency) {
            return Err(mismatch());
        }
        let plain = self.vault().workspace().open(RECEIPT, key_row(idempotency.key_hash), &sealed)?;
        serde_json::from_slice(&plain).map(Some).map_err(Error::internal)
    }

    /// Runs an operation that only reads.
    pub(crate) async fn read<T, F>(&self, operation: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.db().read(operation).await
    }

    async fn flush(&self, tx: &mut Tx<'_>, actor: &Actor, log: Log) -> Result<()> {
        let now = self.now();
        let actor = log.actor.as_ref().unwrap_or(actor);
        for (action, object, outcome, details) in log.audits {
            let id = self.new_id()?;
            let row = AuditRow {
                id,
                seq: None,
                at: now,
                action,
                actor: actor.clone(),
                object,
                outcome: outcome.to_owned(),
                details,
                hash: None,
            };
            audit::insert_audit(tx, &row).await?;
        }
        for event in &log.events {
            // Messages stand in their case, events of websites in their visit; a second row for each would say nothing more.
            if event.kind != EventKind::MessageCreated && !event.kind.is_of_visit() {
                audit::insert_event(tx, event).await?;
            }
        }
        if !log.facts.is_empty() {
            let today = self.day_of(now);
            for fact in &log.facts {
                analytics::insert_fact(tx, self.new_id()?, fact, fact.day.unwrap_or(today)).await?;
            }
        }
        self.fan_out(tx, &log.events).await?;
        for (name, id) in &log.live {
            let notice = format!("{name} {id}");
            // What other servers keep in memory, they must not go on with.
            match log.reload || FORGETS.contains(name) {
                true => tx.notify_within(&notice)?,
                false => tx.notify(&notice)?,
            }
        }
        Ok(())
    }
}

/// A fingerprint as it is kept: keyed, as bodies hold what customers said, and little of it, so that a plain hash could be
/// tried out by whoever has the database alone.
fn fingerprint_of(vault: &Vault, idempotency: &Idempotency) -> [u8; 32] {
    vault.blind_bytes("idempotency.fingerprint", &idempotency.fingerprint)
}

fn key_row(key_hash: [u8; 32]) -> [u8; 16] {
    let mut row = [0; 16];
    row.copy_from_slice(&key_hash[..16]);
    row
}

fn mismatch() -> Error {
    Error::Refused {
        code: "idempotency-mismatch",
        detail: "This idempotency key was used for another request.",
        hint: "Use a new key for a new request, and the same key only to repeat the same one.",
    }
}

/// Whether an error is the violation of this constraint.
pub(crate) fn is_unique(error: &StoreError, constraint: &str) -> bool {
    error.unique_constraint() == Some(constraint)
}
