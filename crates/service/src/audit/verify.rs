//! Verifying the chain: every row, every gap, every signed head, and the file of heads beside the database.

use async_recursion::async_recursion as boxed;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_store::Tx;
use countersign_store::audit_chain::{self as chain, Head, RawRow};
use countersign_types::{Error, Permission, Result, Timestamp, time};
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use tokio::sync::Semaphore;

use super::{BEGIN, canonical_row, hash_after, head_message};
use crate::Service;
use crate::caller::Request;

/// Rows read at once.
const PAGE: i64 = 4_000;
/// What is read of the file of heads: its end.
const FILE_BYTES_MAX: u64 = 64 * 1_024;

/// A log whose first row is so old has had a signed head: one is signed every minute.
const LOST_AFTER: i64 = 10 * time::MINUTE;

/// One at a time: it reads the whole log.
static VERIFYING: Semaphore = Semaphore::const_new(1);

/// What came of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether everything holds.
    pub ok: bool,
    /// Rows that were verified; where something is wrong, those before it.
    pub rows: i64,
    /// Rows that have no place yet: those of the last seconds.
    pub unsealed: i64,
    /// The last signed head.
    pub head: Option<VerdictHead>,
    /// What is wrong, and with which row.
    pub problem: Option<String>,
}

/// A signed head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictHead {
    /// The place of the last row it covers.
    pub seq: i64,
    /// That row's hash, hex.
    pub hash: String,
    /// When it was signed.
    pub signed_at: Timestamp,
}

/// How far the verification has come.
struct Walk {
    key: VerifyingKey,
    seq: i64,
    hash: [u8; 32],
    heads: std::collections::VecDeque<Head>,
}

impl Service {
    /// Verifies the audit log for somebody who may read it.
    #[boxed]
    pub async fn verify_audit(&self, request: &Request) -> Result<Verdict> {
        self.authorise(request, Permission::AuditRead).await?;
        let Ok(_turn) = VERIFYING.try_acquire() else {
            return Err(Error::TooMany { what: "verifications at once", retry_after_secs: 10 });
        };
        self.verify_audit_log().await
    }

    /// Verifies the audit log: for an operator at the command line.
    #[boxed]
    pub async fn verify_audit_log(&self) -> Result<Verdict> {
        // The file is read first: rows are sealed before a head is signed over them, so what the file knows now is in what
        // is read next, however busy the sealer is meanwhile.
        let kept = self.read_head_file().await?;
        let (last, unsealed, newest) = self
            .read(async |tx: &mut Tx<'_>| -> Result<_> {
                let unsealed = chain::count_unsealed(tx).await?;
                Ok((chain::last_sealed(tx).await?, unsealed, chain::last_head(tx).await?))
            })
            .await?;
        let end = last.as_ref().map_or(0, |(seq, _)| *seq);
        let head = newest.as_ref().map(|head| VerdictHead {
            seq: head.seq,
            hash: hex::encode(&head.hash),
            signed_at: head.signed_at,
        });
        let (rows, problem) = self.walk(end).await?;
        let problem = match problem {
            Some(problem) => Some(problem),
            None => match newest {
                Some(head) if head.seq > end => Some(format!(
                    "The log ends at row {end}, but row {} was signed at {}: rows were cut off.",
                    head.seq, head.signed_at
                )),
                _ => self.check_kept_head(kept, end).await?,
            },
        };
        Ok(Verdict { ok: problem.is_none(), rows, unsealed, head, problem })
    }

    /// Walks the chain up to a place; answers how far it holds, and what is wrong there.
    async fn walk(&self, end: i64) -> Result<(i64, Option<String>)> {
        let key = SigningKey::from_bytes(self.vault().audit_seed()).verifying_key();
        let mut walk = Walk { key, seq: 0, hash: BEGIN, heads: std::collections::VecDeque::new() };
        let mut page = self.rows_after(0, end).await?;
        while !page.is_empty() {
            let (after, last) = (walk.heads.back().map_or(walk.seq, |head| head.seq), page.last());
            if last.and_then(|row| row.seq) > Some(after) {
                walk.heads.extend(
                    self.read(async move |tx: &mut Tx<'_>| Ok(chain::list_heads(tx, after, PAGE).await?))
                        .await?,
                );
            }
            let next_after = last.and_then(|row| row.seq).unwrap_or(end);
            // The next page is read while this one is hashed.
            let hashing = tokio::task::spawn_blocking(move || {
                let problem = page.iter().find_map(|row| walk.step(row).err());
                (walk, problem)
            });
            let (hashed, next) = tokio::join!(hashing, self.rows_after(next_after, end));
            let (walked, problem) = hashed.map_err(Error::internal)?;
            if problem.is_some() {
                return Ok((walked.seq, problem));
            }
            (walk, page) = (walked, next?);
        }
        let problem = (walk.seq < end).then(|| format!("Row {} is missing.", walk.seq + 1));
        Ok((walk.seq, problem))
    }

    async fn rows_after(&self, after: i64, end: i64) -> Result<Vec<RawRow>> {
        self.read(async move |tx: &mut Tx<'_>| Ok(chain::list_sealed(tx, after, end, PAGE).await?)).await
    }

    /// The last line of the file of heads beside the database; inside, why it cannot be read.
    async fn read_head_file(&self) -> Result<std::io::Result<Option<String>>> {
        let Some(path) = self.audit_head_file().cloned() else { return Ok(Ok(None)) };
        tokio::task::spawn_blocking(move || last_line(&path)).await.map_err(Error::internal)
    }

    /// Compares the last head in the file beside the database: whoever cut or rewrote the log there did not reach it.
    async fn check_kept_head(
        &self,
        kept: std::io::Result<Option<String>>,
        end: i64,
    ) -> Result<Option<String>> {
        if self.audit_head_file().is_none() {
            return Ok(None);
        }
        let line = match kept {
            Ok(Some(line)) => line,
            // Until a first head is signed there is no file. Who removes it later, with rows and heads, is not believed.
            Ok(None) => {
                let problem = self.find_lost_head_file(end).await?;
                // Unless the first head was signed between the look at the file and the look at the database.
                let is_there = problem.is_some() && matches!(self.read_head_file().await?, Ok(Some(_)));
                return Ok(problem.filter(|_| !is_there));
            }
            Err(error) => return Ok(Some(format!("The file of signed heads cannot be read: {error}."))),
        };
        let key = SigningKey::from_bytes(self.vault().audit_seed()).verifying_key();
        let Some(head) = parse_line(&line) else {
            return Ok(Some("The last line of the file of signed heads is not a head.".to_owned()));
        };
        if !is_signed(&key, &head) {
            return Ok(Some(format!(
                "The head of row {} in the file is not signed by this server.",
                head.seq
            )));
        }
        if head.seq > end {
            return Ok(Some(format!(
                "The log ends at row {end}, but the file of signed heads knows row {}: rows were cut off.",
                head.seq
            )));
        }
        let seq = head.seq;
        let hash = self.read(async move |tx: &mut Tx<'_>| Ok(chain::find_hash(tx, seq).await?)).await?;
        let differs = hash.as_deref() != Some(head.hash.as_slice());
        Ok(differs.then(|| {
            format!("Row {seq} is not the one that the file of signed heads knows: the log was rewritten.")
        }))
    }
}

impl Service {
    /// What is wrong when the file of heads is gone, or has no head: nothing, as long as none can have been written.
    async fn find_lost_head_file(&self, end: i64) -> Result<Option<String>> {
        let (head, first) = self
            .read(async move |tx: &mut Tx<'_>| -> Result<_> {
                Ok((chain::last_head(tx).await?, chain::list_sealed(tx, 0, end, 1).await?))
            })
            .await?;
        let signed = head.map(|head| format!("row {} was signed at {}", head.seq, head.signed_at));
        let is_old = |row: &RawRow| self.now().since(row.at) >= LOST_AFTER;
        let since =
            first.first().filter(|row| is_old(row)).map(|row| format!("the log goes back to {}", row.at));
        Ok(signed.or(since).map(|known| {
            format!(
                "The file of signed heads is missing or empty, but {known}: rows may have been cut off. If you know \
                 that the file was lost or never was on this server, `countersign audit verify --accept-lost-heads` \
                 begins a new one and puts that on record."
            )
        }))
    }
}

impl Walk {
    /// Verifies the next row.
    fn step(&mut self, row: &RawRow) -> std::result::Result<(), String> {
        let seq = row.seq.unwrap_or(0);
        let expected = self.seq + 1;
        if seq != expected {
            return Err(format!("Row {expected} is missing."));
        }
        let name = format!("Row {seq} ({})", row.id);
        let text = canonical_row(row, seq)
            .ok_or_else(|| format!("{name} was changed: its details are not JSON."))?;
        let hash = hash_after(&self.hash, &text);
        if row.hash.as_deref() != Some(hash.as_slice()) {
            return Err(format!("{name} was changed, or its hash was."));
        }
        (self.seq, self.hash) = (seq, hash);
        while self.heads.front().is_some_and(|head| head.seq <= seq) {
            let Some(head) = self.heads.pop_front() else { break };
            if !is_signed(&self.key, &head) {
                return Err(format!("The signed head of row {} is not signed by this server.", head.seq));
            }
            if head.seq != seq || head.hash != hash {
                return Err(format!(
                    "{name} is not the one that was signed at {}: the log was rewritten.",
                    head.signed_at
                ));
            }
        }
        Ok(())
    }
}

fn is_signed(key: &VerifyingKey, head: &Head) -> bool {
    let Ok(signature) = Signature::from_slice(&head.signature) else { return false };
    key.verify_strict(head_message(head.seq, &head.hash, head.signed_at).as_bytes(), &signature).is_ok()
}

/// The last whole line of a file that is only appended to; one that a crash cut short is passed over.
fn last_line(path: &Path) -> std::io::Result<Option<String>> {
    let mut file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(FILE_BYTES_MAX)))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    let text = String::from_utf8_lossy(&end);
    let whole = text.rfind('\n').map_or("", |at| &text[..at]);
    Ok(whole.lines().next_back().filter(|line| !line.is_empty()).map(str::to_owned))
}

fn parse_line(line: &str) -> Option<Head> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    Some(Head {
        seq: value.get("seq")?.as_i64()?,
        hash: hex::decode(value.get("hash")?.as_str()?).ok()?,
        signature: STANDARD.decode(value.get("signature")?.as_str()?).ok()?,
        signed_at: value.get("signed_at")?.as_str()?.parse().ok()?,
    })
}
