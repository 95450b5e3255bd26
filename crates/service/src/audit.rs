//! The audit log: read, sealed into a chain, verified.
//!
//! A row is written in the transaction of what it tells. Seconds later the sealer gives it its place and the hash
//! SHA-256(hash before ‖ canonical JSON of the row), and signs the chain's head every minute or every 1,000 rows. The
//! reasons are in `docs/decisions/0003-audit-chain.md`.

mod canonical;
mod verify;

use async_recursion::async_recursion as boxed;
use std::io::Write as _;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_store::audit::AuditFilter;
use countersign_store::audit_chain::{self as chain, Head, RawRow};
use countersign_store::{Tx, audit as store};
use countersign_types::audit::AuditRow;
use countersign_types::{AuditId, Cursor, Error, Page, PageRequest, Permission, Result, Timestamp, time};
use ed25519_dalek::{Signature, Signer, SigningKey};
use sha2::{Digest, Sha256};

pub use countersign_store::audit::AuditFilter as Filter;
pub use verify::{Verdict, VerdictHead};

use crate::Service;
use crate::caller::Request;
use crate::work::Log;

/// The lease of the sealer.
const LEASE: &str = "audit.seal";
/// How old a row is before it is sealed: operations under way on other servers get in by then.
const SEAL_AFTER: i64 = 2 * time::SECOND;
/// Rows sealed in one transaction.
const SEAL_MAX: i64 = 500;
/// A head is signed after so many rows …
const SIGN_ROWS: i64 = 1_000;
/// … or after this time.
const SIGN_AFTER: i64 = time::MINUTE;

/// The hash before the first row.
const BEGIN: [u8; 32] = [0; 32];

/// An export under way.
pub struct AuditExport {
    service: Service,
    filter: AuditFilter,
    after: Option<Cursor>,
    is_over: bool,
}

impl AuditExport {
    /// The next rows, newest first; none at the end.
    pub async fn next(&mut self) -> Result<Vec<AuditRow>> {
        if self.is_over {
            return Ok(Vec::new());
        }
        let (filter, page) =
            (self.filter.clone(), PageRequest { limit: PageRequest::LIMIT_MAX, after: self.after });
        let page = self
            .service
            .read(async move |tx: &mut Tx<'_>| Ok(store::list_audit(tx, &filter, page).await?))
            .await?;
        self.after = page.next;
        self.is_over = page.next.is_none();
        Ok(page.items)
    }
}

impl Service {
    /// The audit log, newest first.
    #[boxed]
    pub async fn list_audit(
        &self,
        request: &Request,
        filter: AuditFilter,
        page: PageRequest,
    ) -> Result<Page<AuditRow>> {
        self.authorise(request, Permission::AuditRead).await?;
        self.read(async move |tx: &mut Tx<'_>| Ok(store::list_audit(tx, &filter, page).await?)).await
    }

    /// Begins to take the log along: says who did, and answers the filter to read it with, page by page. What is
    /// written from now on is not in it, so that it comes to an end.
    #[boxed]
    pub async fn begin_audit_export(
        &self,
        request: &Request,
        format: &'static str,
        filter: AuditFilter,
    ) -> Result<AuditExport> {
        let grant = self.authorise(request, Permission::AuditExport).await?;
        let now = self.now();
        let filter = AuditFilter { to: Some(filter.to.map_or(now, |to| to.min(now))), ..filter };
        let details = serde_json::json!({
            "format": format, "action": filter.action, "actor": filter.actor, "object": filter.object,
            "from": filter.from, "to": filter.to,
        });
        self.write(&grant, async move |_: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            log.audit("audit.export", "", details);
            Ok(())
        })
        .await?;
        Ok(AuditExport { service: self.clone(), filter, after: None, is_over: false })
    }

    /// Job: seals what is old enough and signs the head when it is time.
    pub(crate) async fn seal_job(&self) -> Result<()> {
        if !self.has_lease(LEASE).await? {
            return Ok(());
        }
        while self.seal_some().await? == SEAL_MAX && !*self.stopping().borrow() {}
        self.sign_head(false, false).await?;
        Ok(())
    }

    /// Seals everything that was written until now and signs the head: for a clean end and for tests.
    #[boxed]
    pub async fn seal_all(&self) -> Result<()> {
        let now = self.now();
        while self.seal_before(now).await? == SEAL_MAX {}
        self.sign_head(true, false).await?;
        Ok(())
    }

    /// Begins the file of heads anew, on the word of an operator that the old one was lost or never was here: puts that
    /// on record first, and signs it.
    #[boxed]
    pub async fn accept_lost_heads(&self) -> Result<()> {
        let grant = crate::Grant::internal(countersign_types::audit::Actor::system());
        self.write(&grant, async move |_: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            log.audit("audit.accept_lost_heads", "", serde_json::json!({}));
            Ok(())
        })
        .await?;
        let now = self.now();
        while self.seal_before(now).await? == SEAL_MAX {}
        self.sign_head(true, true).await
    }

    async fn seal_some(&self) -> Result<i64> {
        self.seal_before(self.now().plus(-SEAL_AFTER)).await
    }

    /// Seals some rows; answers how many. The hashes are computed before the transaction that writes them, so that
    /// nobody waits for them.
    async fn seal_before(&self, before: Timestamp) -> Result<i64> {
        let (last, rows) = self
            .read(async move |tx: &mut Tx<'_>| -> Result<_> {
                let last = chain::last_sealed(tx).await?;
                Ok((last, chain::list_unsealed(tx, before, SEAL_MAX).await?))
            })
            .await?;
        if rows.is_empty() {
            return Ok(0);
        }
        let (mut seq, mut hash) = match &last {
            Some((seq, hash)) => (*seq, hash_of(hash)?),
            None => (0, BEGIN),
        };
        let mut sealed: Vec<(AuditId, i64, [u8; 32])> = Vec::with_capacity(rows.len());
        for row in &rows {
            seq += 1;
            hash = chained(&hash, row, seq)?;
            sealed.push((row.id, seq, hash));
        }
        let count = i64::try_from(sealed.len()).unwrap_or(i64::MAX);
        self.db()
            .write(async move |tx: &mut Tx<'_>| -> Result<()> {
                if chain::last_sealed(tx).await? != last || !chain::seal_rows(tx, &sealed).await? {
                    return Err(Error::conflict(
                        "sealed-elsewhere",
                        "Another server sealed these rows at the same moment.",
                        "Nothing is lost: the next run goes on from there.",
                    ));
                }
                Ok(())
            })
            .await?;
        Ok(count)
    }

    /// Signs the head of the chain, if it is time and there is something new.
    async fn sign_head(&self, is_due: bool, begins_anew: bool) -> Result<()> {
        let (last, head) = self
            .read(async move |tx: &mut Tx<'_>| -> Result<_> {
                Ok((chain::last_sealed(tx).await?, chain::last_head(tx).await?))
            })
            .await?;
        let Some((seq, hash)) = last else { return Ok(()) };
        let now = self.now();
        let begins = begins_anew || head.is_none();
        let (signed, at) = head.map_or((0, Timestamp::default()), |head| (head.seq, head.signed_at));
        let is_due = is_due || seq - signed >= SIGN_ROWS || now.since(at) >= SIGN_AFTER;
        if seq == signed || !is_due {
            return Ok(());
        }
        let key = SigningKey::from_bytes(self.vault().audit_seed());
        let message = head_message(seq, &hash, now);
        let signature: Signature = key.sign(message.as_bytes());
        let head = Head { seq, hash, signature: signature.to_bytes().to_vec(), signed_at: now };
        let line = self.audit_head_file().map(|_| head_line(&head, &key));
        // The file first: a head that is only there is true all the same, one that is only in the database would let
        // the file seem lost.
        if let Some(line) = line {
            self.append_head(line, begins).await;
        }
        Ok(self.db().write(async move |tx: &mut Tx<'_>| chain::insert_head(tx, &head).await).await?)
    }

    /// Writes a signed head to the file beside the database. A failure is loud and stops nothing: the head is in the
    /// database, and the next one goes to the file again. A file that is gone is not made anew by itself: whoever removed
    /// it to hide that the log was cut would have that done for them.
    async fn append_head(&self, line: String, begins: bool) {
        let Some(path) = self.audit_head_file().cloned() else { return };
        let path = Arc::new(path);
        let written = tokio::task::spawn_blocking({
            let path = path.clone();
            move || -> std::io::Result<()> {
                let mut file = std::fs::OpenOptions::new().create(begins).append(true).open(&*path)?;
                if !begins && file.metadata()?.len() == 0 {
                    return Err(std::io::Error::other("heads were signed before, but the file is empty"));
                }
                file.write_all(line.as_bytes())?;
                file.sync_data()
            }
        });
        match written.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::error!(%error, path = %path.display(), "a signed head of the audit log was not written to its file");
            }
            Err(_) => tracing::error!("writing a signed head of the audit log panicked"),
        }
    }
}

fn hash_of(bytes: &[u8]) -> Result<[u8; 32]> {
    bytes.try_into().map_err(|_| Error::internal("the last sealed audit row has no whole hash"))
}

/// The hash of a row in its place.
fn chained(before: &[u8; 32], row: &RawRow, seq: i64) -> Result<[u8; 32]> {
    let text =
        canonical_row(row, seq).ok_or_else(|| Error::internal("an audit row's details are not JSON"))?;
    Ok(hash_after(before, &text))
}

fn hash_after(before: &[u8; 32], text: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(text.as_bytes());
    hash.finalize().into()
}

/// The canonical JSON of a row: what the API shows of it, without `hash`. `None` when its details are not JSON.
fn canonical_row(row: &RawRow, seq: i64) -> Option<String> {
    let details: serde_json::Value = serde_json::from_str(&row.details).ok()?;
    let mut out = String::with_capacity(320 + row.details.len());
    let mut field = |name: &str, text: &str| {
        out.push_str(name);
        canonical::write_text(text, &mut out);
    };
    // The keys stand in the order of RFC 8785.
    field("{\"action\":", &row.action);
    field(",\"actor\":{\"id\":", &row.actor_id);
    field(",\"kind\":", &row.actor_kind);
    field(",\"name\":", &row.actor_name);
    field("},\"at\":", &row.at.to_string());
    out.push_str(",\"details\":");
    canonical::write(&details, &mut out);
    let mut field = |name: &str, text: &str| {
        out.push_str(name);
        canonical::write_text(text, &mut out);
    };
    field(",\"id\":", &row.id.to_string());
    field(",\"object\":", &row.object);
    field(",\"outcome\":", &row.outcome);
    out.push_str(",\"seq\":");
    out.push_str(&seq.to_string());
    out.push('}');
    Some(out)
}

/// What the signature of a head covers: canonical JSON.
fn head_message(seq: i64, hash: &[u8], signed_at: Timestamp) -> String {
    format!("{{\"hash\":\"{}\",\"seq\":{seq},\"signed_at\":\"{signed_at}\"}}", hex::encode(hash))
}

/// A line of the file of heads.
fn head_line(head: &Head, key: &SigningKey) -> String {
    let line = serde_json::json!({
        "seq": head.seq,
        "hash": hex::encode(&head.hash),
        "signed_at": head.signed_at,
        "signature": STANDARD.encode(&head.signature),
        "public_key": STANDARD.encode(key.verifying_key().to_bytes()),
    });
    format!("{line}\n")
}
