//! What callers say to a voicemail: told of in a webhook, wanted in the transaction that takes the webhook in, fetched from
//! the provider by the outbox's worker, kept as a file of the call under the key of its account.
//!
//! The provider's address may itself be a key to the recording: it stands in the sealed entry of the outbox and nowhere else.

use async_recursion::async_recursion as boxed;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_store::account::find_account_ref_for_update;
use countersign_store::attachment::{CallFile, attach_to_call, list_call_files};
use countersign_store::outbox::{NewOutbox, OutboxRow, insert_outbox};
use countersign_store::{Tx, Vault, call as store, phone_number, subject_key};
use countersign_telephony::twiml::recording::{self, Proof, Told};
use countersign_types::audit::Actor;
use countersign_types::call::Call;
use countersign_types::message::Attachment;
use countersign_types::phone_number::{PhoneNumber, PhoneProvider};
use countersign_types::pii::Class;
use countersign_types::webhook::{Attempt, DeliveryState};
use countersign_types::{
    AccountId, AttachmentId, CallId, Error, EventId, OutboxId, Permission, Result, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Known;
use super::text::save;
use crate::Service;
use crate::attachment::{Download, FILE_BYTES_MAX, type_of};
use crate::caller::{Grant, Request};
use crate::port::{OutboundAnswer, OutboundError, OutboundRequest, Provided, ProviderError};
use crate::work::Log;

/// What entries of the outbox are called that fetch a recording.
pub(crate) const KIND: &str = "recording";
/// Recordings of one call at most.
const OF_CALL: usize = 5;
/// What a file is called whose caller gave it no name.
const NAME: &str = "voicemail";

const ELSEWHERE: &str = "the address is not one at which this provider has recordings";
const TOO_BIG: &str = "the recording is larger than 25 MiB";
const NO_SOUND: &str = "what came is neither WAV nor MP3";
const GONE: &str = "the call or its number is gone";
const NO_ADDRESS: &str = "the provider does not say where the recording is now";
const NO_REMOVAL: &str = "the provider's address does not say where the recording is removed";

/// What became of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingOutcome {
    /// It is being fetched.
    Wanted,
    /// It is here.
    Kept,
    /// It was given up.
    Failed,
}

impl RecordingOutcome {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Kept => "kept",
            Self::Failed => "failed",
        }
    }
}

/// A recording of a call, sealed with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CallRecording {
    /// What the provider calls it.
    sid: String,
    /// Its entry of the outbox.
    entry: OutboxId,
    /// How long it is, milliseconds.
    pub ms: u64,
    /// When the provider told of it.
    pub at: Timestamp,
    /// What became of it.
    pub outcome: RecordingOutcome,
    /// Why it is not here, or not removed there: a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Tries that failed.
    #[serde(default)]
    pub failures: u32,
    /// The file, once it is here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Attachment>,
    /// Whether it was removed at the provider.
    #[serde(default)]
    pub is_removed: bool,
}

/// What is asked of the worker.
#[derive(Serialize, Deserialize)]
struct Wanted {
    call: CallId,
    account: AccountId,
    provider: PhoneProvider,
    sid: String,
    url: String,
    /// What the provider calls the company's account.
    owner: String,
}

impl Wanted {
    fn told(&self) -> Told {
        Told { sid: self.sid.clone(), url: self.url.clone(), account: self.owner.clone(), ms: 0 }
    }
}

/// A recording that is to be fetched, with what opens it.
struct Job {
    recording: CallRecording,
    number: PhoneNumber,
    token: Option<String>,
    key: Option<String>,
}

impl Service {
    /// Has a recording fetched of which a provider tells, once however often it does. A call that is over counts: who hangs
    /// up while they speak has left a message.
    pub(super) async fn want_recording(
        &self,
        number: &PhoneNumber,
        provider_id: &str,
        told: Told,
    ) -> Result<()> {
        let Some(provider) = number.provider else { return Ok(()) };
        let (service, grant) = (self.clone(), Grant::internal(Actor::system()));
        let (number, provider_id, entry) = (number.id, provider_id.to_owned(), self.new_id()?);
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let (vault, now) = (service.vault(), service.now());
            let Some(seen) = service.find_voice_call(tx, number, &provider_id).await? else { return Ok(()) };
            // The account before the call: the order in which whoever erases a customer locks them.
            find_account_ref_for_update(tx, seen.account).await?.ok_or(Error::NotFound("call"))?;
            let found = store::find_call_for_update(tx, vault, seen.id).await?;
            let mut call = found.ok_or(Error::NotFound("call"))?;
            let mut known = Known::of(&call)?;
            let is_known = known.recordings.iter().any(|of| of.sid == told.sid);
            if is_known || known.recordings.len() >= OF_CALL {
                return Ok(());
            }
            let Told { sid, url, account: owner, ms } = told;
            let wanted =
                Wanted { call: call.id, account: call.account, provider, sid: sid.clone(), url, owner };
            let new = NewOutbox {
                id: entry,
                kind: KIND,
                target: number.to_bytes(),
                event_id: EventId::from_bytes(call.id.to_bytes()),
                event_type: KIND.to_owned(),
                body: serde_json::to_vec(&wanted).map_err(Error::internal)?,
            };
            let key = subject_key::subject(tx, vault, call.account.to_bytes()).await?;
            insert_outbox(tx, &key, &new, now).await?;
            known.recordings.push(CallRecording {
                sid,
                entry,
                ms,
                at: now,
                outcome: RecordingOutcome::Wanted,
                why: None,
                failures: 0,
                file: None,
                is_removed: false,
            });
            let heard_of = call.updated_at;
            save(tx, vault, &mut call, &known, heard_of).await?;
            log.live("call.updated", call.id);
            Ok(())
        })
        .await
    }

    /// Fetches a recording and gives it to its call; then removes it at the provider, where the number says so. What was done
    /// by a try before is not done again.
    pub(crate) async fn fetch_recording(&self, row: &OutboxRow, body: &str) -> Provided<()> {
        let Ok(wanted) = serde_json::from_str::<Wanted>(body) else {
            return Err(ProviderError::refused(
                None,
                "the recording is not one that this version understands",
            ));
        };
        let Some(job) = self.recording_job(row, &wanted).await.map_err(ours)? else {
            return Err(ProviderError::refused(None, GONE));
        };
        if job.recording.file.is_none() {
            let bytes = self.recording_bytes(&wanted, &job).await?;
            self.keep_recording(row.id, &wanted, &bytes).await?;
        }
        if job.number.removes_recordings && !job.recording.is_removed {
            self.remove_recording(row.id, &wanted, &job).await?;
        }
        Ok(())
    }

    async fn recording_job(&self, row: &OutboxRow, wanted: &Wanted) -> Result<Option<Job>> {
        let (service, call, entry, provider) = (self.clone(), wanted.call, row.id, wanted.provider);
        self.read(async move |tx: &mut Tx<'_>| -> Result<Option<Job>> {
            let vault = service.vault();
            let Some(call) = store::find_call(tx, vault, call).await? else { return Ok(None) };
            let recording = Known::of(&call)?.recordings.into_iter().find(|of| of.entry == entry);
            let (Some(recording), Some(id)) = (recording, call.number) else { return Ok(None) };
            let Some(number) = phone_number::find_phone_number(tx, id).await? else { return Ok(None) };
            // The number may have moved since: what proves us to its provider now is no other's business.
            if number.provider != Some(provider) {
                return Ok(None);
            }
            let token = phone_number::find_phone_number_token(tx, vault, id).await?;
            let key = phone_number::find_phone_number_api_key(tx, vault, id).await?;
            Ok(Some(Job { recording, number, token, key }))
        })
        .await
    }

    async fn recording_bytes(&self, wanted: &Wanted, job: &Job) -> Provided<Vec<u8>> {
        let told = wanted.told();
        let mut answer = self.ask_recording(&told, wanted, job).await?;
        // An address that was good for some minutes only is asked for anew, once in each try.
        if matches!(answer.status, 403 | 404 | 410)
            && job.key.is_some()
            && let Some(renewal) = recording::renewal(wanted.provider, &told)
        {
            let url = self.renewed_address(&renewal, wanted, job).await?;
            answer = self.ask_recording(&Told { url, ..told }, wanted, job).await?;
        }
        judge(&answer)?;
        if answer.body.len() > FILE_BYTES_MAX {
            return Err(ProviderError::refused(Some(answer.status), TOO_BIG));
        }
        let kind = type_of(&answer.body).map(|found| found.media_type);
        match kind {
            Some("audio/wav" | "audio/mpeg") => Ok(answer.body),
            _ => Err(ProviderError::refused(Some(answer.status), NO_SOUND)),
        }
    }

    /// What is at a recording's address, or where that leads.
    async fn ask_recording(&self, told: &Told, wanted: &Wanted, job: &Job) -> Provided<OutboundAnswer> {
        let provider = wanted.provider;
        let Some(url) = recording::address(provider, told) else {
            return Err(ProviderError::refused(None, ELSEWHERE));
        };
        let answer = self.ask_provider("GET", &url, wanted, job).await?;
        if !(300..=399).contains(&answer.status) {
            return Ok(answer);
        }
        let next = answer.location.filter(|next| recording::may_lead_to(provider, next));
        let Some(next) = next else { return Err(ProviderError::refused(Some(answer.status), ELSEWHERE)) };
        self.ask_provider("GET", &next, wanted, job).await
    }

    /// Where the provider says that a recording is now.
    async fn renewed_address(&self, renewal: &str, wanted: &Wanted, job: &Job) -> Provided<String> {
        let answer = self.ask_provider("GET", renewal, wanted, job).await?;
        judge(&answer)?;
        recording::renewed(&answer.body)
            .ok_or_else(|| ProviderError::unavailable(Some(answer.status), NO_ADDRESS))
    }

    /// One request to a provider. Our secrets go to its own hosts, and to none that it leads to.
    async fn ask_provider(
        &self,
        method: &'static str,
        url: &str,
        wanted: &Wanted,
        job: &Job,
    ) -> Provided<OutboundAnswer> {
        let basic = |secret: &str| format!("Basic {}", STANDARD.encode(format!("{}:{secret}", wanted.owner)));
        let proof = match recording::proof(wanted.provider, url) {
            Some(Proof::Token) => job.token.as_deref().map(basic),
            Some(Proof::Key) => job.key.as_deref().map(basic),
            Some(Proof::Bearer) => job.key.as_ref().map(|key| format!("Bearer {key}")),
            None => None,
        };
        let request = OutboundRequest {
            method,
            url: url.to_owned(),
            headers: proof.map(|proof| ("authorization".to_owned(), proof)).into_iter().collect(),
            body: Vec::new(),
            timeout_ms: self.config().outbox.timeout_ms,
            answer_bytes_max: FILE_BYTES_MAX + 1,
        };
        self.outbound().call(request).await.map_err(|error| match error {
            OutboundError::Refused(why) => ProviderError::refused(None, why),
            OutboundError::Unreachable(why) => ProviderError::unavailable(None, why),
        })
    }

    async fn keep_recording(&self, entry: OutboxId, wanted: &Wanted, bytes: &[u8]) -> Provided<()> {
        let grant = Grant::internal(Actor::system());
        let mut upload = self.upload_of(grant, wanted.account, NAME.to_owned()).await.map_err(ours)?;
        if let Err(error) = upload.push(bytes).await {
            upload.discard().await.map_err(ours)?;
            return Err(ours(error));
        }
        // What is begun and not finished is cleaned away later.
        let file = upload.finish().await.map_err(ours)?;
        let (service, call, grant) = (self.clone(), wanted.call, Grant::internal(Actor::system()));
        let given = self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let id = file.id.ok_or(Error::NotFound("attachment"))?;
            let Some(mut locked) = lock(tx, service.vault(), call, entry).await? else { return Ok(()) };
            let Some(recording) = locked.recording() else { return Ok(()) };
            // A second copy of it is left to the clean-up.
            if recording.file.is_some() || !attach_to_call(tx, id, call).await? {
                return Ok(());
            }
            recording.file = Some(file);
            (recording.outcome, recording.why) = (RecordingOutcome::Kept, None);
            log.audit("call.record", call, json!({ "file": id }));
            locked.put_back(tx, service.vault(), log).await
        });
        given.await.map_err(ours)
    }

    async fn remove_recording(&self, entry: OutboxId, wanted: &Wanted, job: &Job) -> Provided<()> {
        let Some(url) = recording::removal(wanted.provider, &wanted.told()) else {
            return Err(ProviderError::refused(None, NO_REMOVAL));
        };
        let answer = self.ask_provider("DELETE", &url, wanted, job).await?;
        // One that is not there any more is removed.
        if !matches!(answer.status, 404 | 410) {
            judge(&answer)?;
        }
        let (service, call, grant) = (self.clone(), wanted.call, Grant::internal(Actor::system()));
        let noted = self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let Some(mut locked) = lock(tx, service.vault(), call, entry).await? else { return Ok(()) };
            if let Some(recording) = locked.recording() {
                (recording.is_removed, recording.why) = (true, None);
            }
            log.audit("call.remove_recording", call, json!({}));
            locked.put_back(tx, service.vault(), log).await
        });
        noted.await.map_err(ours)
    }

    /// A recording of a call, for somebody of the team who may hear what customers say. It is on record that they did.
    #[boxed]
    pub async fn open_call_recording(
        &self,
        request: &Request,
        call: CallId,
        file: AttachmentId,
    ) -> Result<Download> {
        let grant = self.authorise(request, Permission::CallRead).await?;
        if grant.viewer().is_masked(Class::FreeText) {
            return Err(Error::Refused {
                code: "masked-field",
                detail: "What customers say is masked for your role, and a recording cannot be masked.",
                hint: "Ask somebody who sees messages whole.",
            });
        }
        let vault = self.vault().clone();
        let found = self.read(async move |tx: &mut Tx<'_>| -> Result<Option<CallFile>> {
            let Some(of) = store::find_call(tx, &vault, call).await? else { return Ok(None) };
            let files = list_call_files(tx, &vault, of.account).await?;
            Ok(files.into_iter().find(|of| of.id == file && of.call == call))
        });
        let found = found.await?.ok_or(Error::NotFound("recording"))?;
        self.write(&grant, async move |_tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            log.audit("call.listen", call, json!({ "file": file }));
            Ok(())
        })
        .await?;
        Ok(Download::of_call(found))
    }
}

/// A call that is locked, with one of its recordings.
struct Locked {
    call: Call,
    known: Known,
    place: usize,
}

impl Locked {
    fn recording(&mut self) -> Option<&mut CallRecording> {
        self.known.recordings.get_mut(self.place)
    }

    async fn put_back(mut self, tx: &mut Tx<'_>, vault: &Vault, log: &mut Log) -> Result<()> {
        // What the provider says of it is no sign of life of the call.
        let heard_of = self.call.updated_at;
        save(tx, vault, &mut self.call, &self.known, heard_of).await?;
        log.live("call.updated", self.call.id);
        Ok(())
    }
}

/// Locks the call of a recording. `None`: it is gone.
async fn lock(tx: &mut Tx<'_>, vault: &Vault, id: CallId, entry: OutboxId) -> Result<Option<Locked>> {
    let Some(seen) = store::find_call(tx, vault, id).await? else { return Ok(None) };
    find_account_ref_for_update(tx, seen.account).await?;
    let Some(call) = store::find_call_for_update(tx, vault, id).await? else { return Ok(None) };
    let known = Known::of(&call)?;
    let place = known.recordings.iter().position(|of| of.entry == entry);
    Ok(place.map(|place| Locked { call, known, place }))
}

/// Tells a call what became of a try to fetch its recording.
pub(crate) async fn record_recording(
    tx: &mut Tx<'_>,
    vault: &Vault,
    log: &mut Log,
    row: &OutboxRow,
    state: DeliveryState,
    tried: &Attempt,
) -> Result<()> {
    if state == DeliveryState::Delivered {
        return Ok(());
    }
    let call = CallId::from_bytes(row.event_id.to_bytes());
    let Some(mut locked) = lock(tx, vault, call, row.id).await? else { return Ok(()) };
    if let Some(recording) = locked.recording() {
        let is_here = recording.file.is_some();
        recording.failures = recording.failures.saturating_add(1);
        recording.why = Some(if is_here { "not_removed" } else { why(tried) }.to_owned());
        if !is_here && state == DeliveryState::Dead {
            recording.outcome = RecordingOutcome::Failed;
        }
    }
    locked.put_back(tx, vault, log).await
}

/// Why a try failed, in a word.
fn why(tried: &Attempt) -> &'static str {
    match (tried.detail.as_str(), tried.status) {
        (ELSEWHERE, _) => "elsewhere",
        (TOO_BIG, _) => "too_big",
        (NO_SOUND, _) => "no_sound",
        (_, Some(401 | 403)) => "not_allowed",
        (_, Some(404 | 410)) => "not_there",
        _ => "unavailable",
    }
}

/// What an answer means. A recording is told of before it is there, and a key can be mended while it waits.
fn judge(answer: &OutboundAnswer) -> Provided<()> {
    let status = Some(answer.status);
    match answer.status {
        200..=299 => Ok(()),
        401 | 403 => Err(ProviderError::settings(status, "the provider does not take the number's secret")),
        404 | 408 | 409 | 410 | 425 | 429 | 500..=599 => Err(ProviderError::Unavailable {
            status,
            detail: "the provider has no recording for us yet".to_owned(),
            retry_after_secs: answer.retry_after_secs,
        }),
        _ => Err(ProviderError::refused(status, "the provider refuses")),
    }
}

fn ours(error: Error) -> ProviderError {
    ProviderError::unavailable(None, format!("not kept: {}", error.code()))
}
