//! Calls: who rang, what the flow did, what was keyed in and looked up, which cards an agent sees.
//!
//! Each call is an account of its own on the workspace's telephone. A number says who a telephone belongs to and not who
//! speaks, and anybody can send one that is not theirs (I-2): what is proved in a call is proved of that call's account,
//! and the next one from the same number begins anew. `docs/decisions/0026-calls.md` says why.

mod accept;
mod agents;
mod bench;
mod clock;
mod cloud;
mod drive;
mod hand;
mod limits;
mod live;
mod memory;
pub(crate) mod recording;
pub(crate) mod text;
mod who;
mod world;

use std::collections::HashMap;

use async_recursion::async_recursion as boxed;
use countersign_ivr::CallFacts;
use countersign_ivr::widget::render;
use countersign_store::call as store;
use countersign_store::{Tx, channel, ivr_flow, link, phone_number, profile};
use countersign_types::call::{Call, CallAbout, CallLookUp};
use countersign_types::call_widget::StoredCallWidget;
use countersign_types::channel::{Channel, ChannelKind, ChannelState};
use countersign_types::evidence::Evidence;
use countersign_types::phone_number::PhoneAdapter;
use countersign_types::pii::{self, Name, Pii, Purpose, Viewer};
use countersign_types::{
    AccountId, CallId, CallWidgetId, ChannelId, Error, IvrFlowId, Page, PageRequest, Permission,
    PhoneNumberId, ProfileId, Result, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use bench::{BenchCall, Scripted};
pub use cloud::VoiceAnswer;
pub use countersign_ivr::engine::LegOutcome;
pub use countersign_ivr::{Class, Variables};
pub use countersign_store::call::CallFilter;
pub use countersign_telephony::Piece as CallPiece;
pub use hand::{BenchDetail, HandCall, HandInput, HandLeg};
pub(crate) use memory::CallMemory;
pub use recording::{CallRecording, RecordingOutcome};
pub use text::{CallText, TextOutcome};
pub use who::Candidate;

use crate::Service;
use crate::call_widget::{CUSTOMER_REF, Numbers, Rendered, Rules, Widget, widgets_of_calls};
use crate::caller::{Caller, Request};
use crate::work::Log;

/// The name of the channel under which people are known who ring.
pub(crate) const CHANNEL_NAME: &str = "Telephone";
/// Its id: there is one, whoever makes it.
pub(crate) const TELEPHONE: &[u8; 16] = b"countersign-tel\0";
/// Longest note, characters.
const NOTE_CHARS_MAX: usize = 10_000;

/// What is known of a call, as it is sealed: the numbers, and the variables that are not secret.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Known {
    /// The caller's number, E.164.
    #[serde(default)]
    pub caller: Option<String>,
    /// The number that was called, E.164.
    #[serde(default)]
    pub callee: Option<String>,
    /// The queue's number, or the one that the call was passed on from.
    #[serde(default)]
    pub from: Option<String>,
    /// What the carrier says of the caller's number.
    #[serde(default)]
    pub attestation: Option<String>,
    /// What was keyed in and looked up. Secrets leave it as it is written (I-3).
    #[serde(default)]
    pub variables: Variables,
    /// Text messages that the flow sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<CallText>,
    /// What the caller left as messages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recordings: Vec<CallRecording>,
    /// Where the call stands, while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    live: Option<Box<live::Live>>,
}

impl Known {
    fn facts(&self) -> CallFacts {
        CallFacts {
            caller: self.caller.clone(),
            callee: self.callee.clone(),
            from: self.from.clone(),
            attestation: self.attestation.clone(),
        }
    }

    fn about(&self) -> Result<CallAbout> {
        let body = serde_json::to_string(self).map_err(Error::internal)?;
        Ok(CallAbout { body: Pii::new(body), note: None })
    }

    fn of(call: &Call) -> Result<Self> {
        serde_json::from_str(call.about.body.plain(Purpose::Render)).map_err(Error::internal)
    }
}

/// The number that rings, E.164.
pub(crate) fn caller_number(call: &Call) -> Result<Option<String>> {
    Ok(Known::of(call)?.caller)
}

/// For whom wrong codes are counted in a call that goes on.
pub(crate) fn sender_of(call: &Call) -> Result<Option<String>> {
    Ok(Known::of(call)?.live.and_then(|live| live.sender))
}

/// Shows nothing of it.
impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Known(••••)")
    }
}

/// Who calls, as far as that is known.
#[derive(Debug, Clone)]
pub struct CallerDetail {
    /// The profile that the call stands under.
    pub profile: ProfileId,
    /// Its short stable reference.
    pub reference: String,
    /// Its name.
    pub name: Option<Pii<Name>>,
    /// Whether nobody in particular is known.
    pub is_stranger: bool,
    /// The evidence that decides the level, while it counts.
    pub evidence: Option<Evidence>,
}

/// A call with everything that is shown of it.
#[derive(Debug, Clone)]
pub struct CallDetail {
    /// The call.
    pub call: Call,
    /// What is known of it.
    pub known: Known,
    /// Who calls.
    pub caller: CallerDetail,
    /// The name of the number that was called.
    pub number_name: Option<String>,
    /// The name of the flow.
    pub flow_name: Option<String>,
    /// The look-ups it made, in turn.
    pub look_ups: Vec<CallLookUp>,
    /// Customers who have the number that rings, where nobody is known; not looked for in lists.
    pub candidates: Option<Vec<Candidate>>,
    /// Whether it rings for whoever asks.
    pub rings_for_you: Option<bool>,
    /// The cards that an agent sees, in turn.
    pub cards: Vec<(CallWidgetId, String, Rendered)>,
    /// For whom it is rendered.
    pub viewer: Viewer,
}

/// What is read beside calls, once for a page of them.
struct Around {
    widgets: Vec<(StoredCallWidget, Widget)>,
    rules: Rules,
    numbers: HashMap<PhoneNumberId, String>,
    flows: HashMap<IvrFlowId, String>,
}

impl Around {
    async fn read(tx: &mut Tx<'_>) -> Result<Self> {
        let (widgets, rules) = widgets_of_calls(tx).await?;
        let numbers = phone_number::list_phone_numbers(tx).await?.into_iter();
        let flows = ivr_flow::list_ivr_flow_names(tx).await?;
        Ok(Self {
            widgets,
            rules,
            numbers: numbers.map(|number| (number.id, number.name)).collect(),
            flows: flows.into_iter().collect(),
        })
    }
}

/// What is read of calls, once for a page of them.
struct Beside {
    callers: HashMap<AccountId, CallerDetail>,
    look_ups: Vec<CallLookUp>,
}

impl Beside {
    async fn read(tx: &mut Tx<'_>, service: &Service, calls: &[Call]) -> Result<Self> {
        let ids: Vec<CallId> = calls.iter().map(|call| call.id).collect();
        let accounts: Vec<AccountId> = calls.iter().map(|call| call.account).collect();
        let behind = store::list_callers(tx, &accounts).await?;
        let profiles: Vec<ProfileId> = behind.iter().map(|(_, profile)| *profile).collect();
        let profiles = profile::list_profiles_by_id(tx, service.vault(), &profiles).await?;
        let profiles: HashMap<ProfileId, _> = profiles.into_iter().map(|who| (who.id, who)).collect();
        let now = service.now();
        let evidence = link::list_live_evidence(tx, &accounts).await?.into_iter();
        let evidence = evidence.filter(|evidence| evidence.expires_at.is_none_or(|end| end > now));
        let mut evidence: HashMap<AccountId, Evidence> = evidence.map(|of| (of.account, of)).collect();
        let mut callers = HashMap::with_capacity(behind.len());
        for (account, profile) in behind {
            let Some(who) = profiles.get(&profile) else { continue };
            let caller = CallerDetail {
                profile: who.id,
                reference: who.reference(),
                name: who.name.clone(),
                is_stranger: who.is_anonymous,
                evidence: evidence.remove(&account),
            };
            callers.insert(account, caller);
        }
        Ok(Self { callers, look_ups: store::list_call_look_ups(tx, &ids).await? })
    }
}

impl Service {
    /// Calls, newest first.
    #[boxed]
    pub async fn list_calls(
        &self,
        request: &Request,
        filter: CallFilter,
        page: PageRequest,
    ) -> Result<Page<CallDetail>> {
        let grant = self.authorise(request, Permission::CallRead).await?;
        let (service, viewer) = (self.clone(), grant.viewer());
        let found = self.read(async move |tx: &mut Tx<'_>| -> Result<Page<CallDetail>> {
            let calls = store::list_calls(tx, service.vault(), &filter, page).await?;
            let around = Around::read(tx).await?;
            let beside = Beside::read(tx, &service, &calls.items).await?;
            let mut items = Vec::with_capacity(calls.items.len());
            for call in calls.items {
                // Whose caller was erased between two statements is gone.
                items.extend(service.call_detail(&around, &beside, call, viewer)?);
            }
            Ok(Page { items, next: calls.next })
        });
        let mut found = found.await?;
        for item in &mut found.items {
            item.rings_for_you = Some(self.rings_for(item, &request.caller));
        }
        self.record_list(&request.caller, &grant, "call.list", page, found.items.len()).await?;
        Ok(found)
    }

    /// A call.
    #[boxed]
    pub async fn read_call(&self, request: &Request, id: CallId) -> Result<CallDetail> {
        let grant = self.authorise(request, Permission::CallRead).await?;
        let mut found = self.call_for(grant.viewer(), id).await?;
        found.rings_for_you = Some(self.rings_for(&found, &request.caller));
        self.record_view(&request.caller, &grant, found.caller.profile).await?;
        Ok(found)
    }

    async fn call_for(&self, viewer: Viewer, id: CallId) -> Result<CallDetail> {
        let service = self.clone();
        self.read(async move |tx: &mut Tx<'_>| -> Result<CallDetail> {
            let found = store::find_call(tx, service.vault(), id).await?.ok_or(Error::NotFound("call"))?;
            let around = Around::read(tx).await?;
            let mut detail = service.one_call(tx, &around, found, viewer).await?;
            // On the bench the number is whatever somebody likes: it finds nobody for whoever may not look for it (M-2).
            let may_look = detail.call.adapter != PhoneAdapter::Bench || !viewer.is_masked(pii::Class::Phone);
            detail.candidates = match &detail.known.caller {
                Some(number) if may_look && detail.caller.is_stranger => {
                    Some(service.candidates(tx, number).await?)
                }
                _ => Some(Vec::new()),
            };
            Ok(detail)
        })
        .await
    }

    /// Writes down what an agent has to say of a call; an empty text takes it away.
    #[boxed]
    pub async fn note_call(&self, request: &Request, id: CallId, note: &str) -> Result<CallDetail> {
        let grant = self.authorise(request, Permission::CallWrite).await?;
        // Whoever writes reads what is there.
        self.authorise(request, Permission::CallRead).await?;
        let note = note.trim().to_owned();
        if note.chars().count() > NOTE_CHARS_MAX {
            let detail = format!("A note has at most {NOTE_CHARS_MAX} characters.");
            return Err(Error::invalid("/note", "too-long", detail));
        }
        let (service, now, author) = (self.clone(), self.now(), grant.actor.clone());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            // Live codes and numbers of cards do not stand in notes either (C-8, M-5).
            let note = service.redacted_words(tx, &author, &note, now).await?;
            let found = store::find_call_for_update(tx, service.vault(), id).await?;
            let mut call = found.ok_or(Error::NotFound("call"))?;
            call.about.note = (!note.is_empty()).then(|| Pii::new(note));
            call.updated_at = now;
            store::update_call(tx, service.vault(), &call).await?;
            log.audit("call.note", id, json!({}));
            log.live("call.updated", id);
            Ok(())
        })
        .await?;
        let noted = self.call_for(grant.viewer(), id).await?;
        self.record_view(&request.caller, &grant, noted.caller.profile).await?;
        Ok(noted)
    }

    fn rings_for(&self, of: &CallDetail, caller: &Caller) -> bool {
        let is_bench = of.call.adapter == PhoneAdapter::Bench;
        accept::rings_for_caller(&of.known, is_bench, &self.snapshot(), caller)
    }

    async fn one_call(
        &self,
        tx: &mut Tx<'_>,
        around: &Around,
        call: Call,
        viewer: Viewer,
    ) -> Result<CallDetail> {
        let beside = Beside::read(tx, self, std::slice::from_ref(&call)).await?;
        self.call_detail(around, &beside, call, viewer)?.ok_or(Error::NotFound("call"))
    }

    /// A call with what was read beside it. `None`: its caller is gone.
    fn call_detail(
        &self,
        around: &Around,
        beside: &Beside,
        call: Call,
        viewer: Viewer,
    ) -> Result<Option<CallDetail>> {
        let mut known = Known::of(&call)?;
        if call.adapter == PhoneAdapter::Bench {
            // Whoever plays may have written the flow: calling a value public shows it to nobody (M-8).
            known.variables = known.variables.raised(&["B-NUMBER", "callee", "attestation"]);
        }
        let Some(caller) = beside.callers.get(&call.account).cloned() else { return Ok(None) };
        let number_name = call.number.and_then(|id| around.numbers.get(&id).cloned());
        let flow_name = call.flow.and_then(|id| around.flows.get(&id).cloned());
        let look_ups = beside.look_ups.iter().filter(|made| made.call == call.id).cloned().collect();
        let cards = self.cards(around, &known, &caller);
        Ok(Some(CallDetail {
            call,
            known,
            caller,
            number_name,
            flow_name,
            look_ups,
            candidates: None,
            rings_for_you: None,
            cards,
            viewer,
        }))
    }

    /// The cards of a call.
    fn cards(
        &self,
        around: &Around,
        known: &Known,
        caller: &CallerDetail,
    ) -> Vec<(CallWidgetId, String, Rendered)> {
        let number = |text: &Option<String>| text.as_deref().map(|text| self.number_for(text, None));
        let numbers = Numbers {
            caller: number(&known.caller),
            callee: number(&known.callee),
            from: number(&known.from),
        };
        let mut variables = known.variables.clone();
        // What a card may name instead of personal data. There is always room: a call has fewer of its own.
        let _ = variables.set(CUSTOMER_REF, countersign_ivr::Class::Public, caller.reference.clone());
        let made = around.widgets.iter().filter_map(|(stored, widget)| {
            let card = render(widget, &variables, &numbers, &around.rules)?;
            Some((stored.id, stored.name.clone(), card))
        });
        made.collect()
    }

    /// The telephone as a channel; made with the first call.
    async fn telephone(&self, tx: &mut Tx<'_>, log: &mut Log, now: Timestamp) -> Result<ChannelId> {
        let id = ChannelId::from_bytes(*TELEPHONE);
        if self.snapshot().channels.contains_key(&id) {
            return Ok(id);
        }
        let made = Channel {
            id,
            kind: ChannelKind::Phone,
            name: CHANNEL_NAME.to_owned(),
            state: ChannelState::Active,
            config: json!({}),
            last_inbound_at: None,
            last_outbound_at: None,
            created_at: now,
            updated_at: now,
        };
        // Another server, or the call before, may have made it a moment ago.
        if channel::insert_built_in_channel(tx, &made).await? {
            log.reload("channel.updated", id);
        }
        Ok(id)
    }
}
