//! Calls that come as webhooks of a cloud provider. A webhook is an event; the answer says what the caller hears until
//! the next. Whatever fails here, the caller hears a sentence and not silence.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use async_recursion::async_recursion as boxed;
use countersign_ivr::Moment;
use countersign_ivr::engine::{CallFacts, Input, LegOutcome};
use countersign_ivr::node::Kind;
use countersign_ivr::node::http_request::EVEN_MS;
use countersign_store::{Tx, call as store, phone_number};
use countersign_telephony::twiml::answer::{self, Links};
use countersign_telephony::twiml::request::{Event, Here, Webhook};
use countersign_telephony::twiml::signature::{Signed, is_signed};
use countersign_types::audit::Actor;
use countersign_types::phone_number::{PhoneAdapter, PhoneNumber, PhoneProvider};
use countersign_types::{CallId, Error, PhoneNumberId, Result, Timestamp};

use super::Known;
use super::drive::Beginning;
use super::live::Going;
use crate::Service;
use crate::caller::Grant;
use crate::port::HookRequest;

/// How long a webhook waits for the company's system. Providers wait for 15 seconds.
const PATIENCE: Duration = Duration::from_secs(8);
/// Prompts in a row of which nothing can be heard, at most.
const UNHEARD_MAX: usize = 20;
/// How often a call is asked again after failures of ours, at most.
const AGAIN_MAX: u32 = 3;

/// The answer to a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoiceAnswer {
    /// A document.
    Document(String),
    /// It is not signed by the provider of one of our numbers.
    Refused,
}

impl Service {
    /// Takes in what a provider posts of a call.
    #[boxed]
    pub async fn receive_voice(&self, number: PhoneNumberId, hook: &HookRequest) -> VoiceAnswer {
        let last_word = || VoiceAnswer::Document(answer::last_word(None));
        let (number, provider, token) = match self.voice_number(number).await {
            Ok(Some(found)) => found,
            Ok(None) => return VoiceAnswer::Refused,
            Err(error) => {
                // Whether it is signed cannot be said now. This sentence tells nobody anything.
                tracing::error!(%error, "the number of a call was not read");
                return last_word();
            }
        };
        let now_secs = self.now().as_micros() / 1_000_000;
        let signed = Signed { url: &hook.url, body: &hook.body, headers: &hook.headers, now_secs };
        if !is_signed(provider, &token, &signed) {
            metrics::counter!("countersign_voice_refused_total").increment(1);
            return VoiceAnswer::Refused;
        }
        let Some(webhook) = Webhook::read(&hook.body, &hook.query) else { return last_word() };
        match self.take_voice(&number, &webhook).await {
            Ok(document) => VoiceAnswer::Document(document),
            Err(error) => {
                tracing::error!(%error, number = %number.id, "a webhook of a call was not taken in");
                VoiceAnswer::Document(once_more(hook, &webhook).unwrap_or_else(|| answer::last_word(None)))
            }
        }
    }

    /// A number whose calls come as webhooks, and how they are signed.
    async fn voice_number(&self, id: PhoneNumberId) -> Result<Option<(PhoneNumber, PhoneProvider, String)>> {
        let vault = self.vault().clone();
        self.read(async move |tx: &mut Tx<'_>| -> Result<_> {
            let Some(number) = phone_number::find_phone_number(tx, id).await? else { return Ok(None) };
            let Some(provider) = number.provider.filter(|_| number.adapter == PhoneAdapter::Twiml) else {
                return Ok(None);
            };
            let token = phone_number::find_phone_number_token(tx, &vault, id).await?;
            Ok(token.map(|token| (number, provider, token)))
        })
        .await
    }

    async fn take_voice(&self, number: &PhoneNumber, webhook: &Webhook) -> Result<String> {
        let Some(provider_id) = webhook.call_id().map(ToOwned::to_owned) else {
            return Ok(answer::last_word(None));
        };
        let found = self.call_of_provider(number.id, provider_id.clone()).await?;
        let Some(call) = found else { return self.voice_begins(number, webhook, provider_id).await };
        let leg = webhook.query("leg").and_then(|leg| leg.parse::<u32>().ok());
        if let Some(leg) = leg {
            self.voice_leg(call, leg, webhook).await?;
            return Ok(answer::nothing());
        }
        let seq = webhook.query("seq").and_then(|seq| seq.parse::<u64>().ok());
        let (hook, grant) = (webhook.clone(), Grant::internal(Actor::system()));
        let take = move |going: &mut Going, now: Timestamp| {
            // A webhook that is repeated or late changes nothing. That the call is over is never late.
            if seq != Some(going.live.steps) && !hook.is_parting(&going.live.under_way) {
                let at = going.moment(now);
                return if hook.is_over() { going.step(Input::HangUp, at) } else { Ok(()) };
            }
            going.told(&hook, now)
        };
        let (_, turn) = self.turn_call(&grant, call, take).await?;
        let until = Instant::now() + PATIENCE;
        self.patiently(turn, until).await;
        self.voice_document(number.id, call, until).await
    }

    /// A provider speaks of calls of the number whose secret it signs with, and of no other.
    async fn call_of_provider(&self, number: PhoneNumberId, provider_id: String) -> Result<Option<CallId>> {
        let service = self.clone();
        self.read(async move |tx: &mut Tx<'_>| -> Result<Option<CallId>> {
            let adapter = PhoneAdapter::Twiml;
            let found = store::find_call_by_provider_id(tx, service.vault(), adapter, &provider_id).await?;
            match found {
                Some(call) if call.number != Some(number) => Err(Error::NotFound("call")),
                found => Ok(found.map(|call| call.id)),
            }
        })
        .await
    }

    async fn voice_begins(
        &self,
        number: &PhoneNumber,
        webhook: &Webhook,
        provider_id: String,
    ) -> Result<String> {
        if webhook.is_over() || webhook.query("leg").is_some() {
            return Ok(answer::nothing());
        }
        // A number without a flow, or whose flow is not published: nobody answers it, and says so.
        let Some(flow_id) = number.flow else { return Ok(answer::last_word(None)) };
        let Some((version, flow)) = self.flow_of_calls(flow_id, None).await? else {
            return Ok(answer::last_word(None));
        };
        let CallFacts { caller, callee: called, from, attestation } = webhook.facts();
        if called.is_some_and(|called| called != number.number) {
            tracing::warn!(number = %number.id, "a webhook for another number came to the address of this one");
            return Ok(answer::last_word(None));
        }
        let (sender, callee) = (caller.clone(), Some(number.number.clone()));
        let beginning = Beginning {
            adapter: PhoneAdapter::Twiml,
            provider_id: Some(provider_id.clone()),
            number: Some(number.id),
            flow_id,
            version: Some(version),
            flow: Arc::new(flow),
            known: Known { caller, callee, from, attestation, ..Known::default() },
            sender,
            may_identify: true,
        };
        let until = Instant::now() + PATIENCE;
        let call = match self.begin_call(&Grant::internal(Actor::system()), beginning).await {
            Ok((turn, _)) => {
                let call = turn.call;
                self.patiently(turn, until).await;
                call
            }
            // Another server took the same webhook at the same moment.
            Err(error @ Error::Conflict { .. }) => {
                self.call_of_provider(number.id, provider_id).await?.ok_or(error)?
            }
            Err(error) => return Err(error),
        };
        self.voice_document(number.id, call, until).await
    }

    /// The other end answers.
    async fn voice_leg(&self, call: CallId, leg: u32, webhook: &Webhook) -> Result<()> {
        if !webhook.is_answered() {
            return Ok(());
        }
        let take = move |going: &mut Going, now: Timestamp| {
            let at = going.moment(now);
            // The provider rings as long as it was told: who answered, answered in time.
            let until = going.live.state.timer().map_or(at, |(_, until)| until);
            going.step(Input::Leg { id: leg, outcome: LegOutcome::Answered }, at.min(until))
        };
        let (_, turn) = self.turn_call(&Grant::internal(Actor::system()), call, take).await?;
        self.patiently(turn, Instant::now() + PATIENCE).await;
        Ok(())
    }

    /// Asks what a call asks, and waits for it as long as a provider waits; then it goes on beside.
    async fn patiently(&self, turn: super::drive::Turn, until: Instant) {
        let asked = self.perform_beside(turn);
        if tokio::time::timeout_at(until, asked).await.is_err() {
            tracing::debug!("a webhook is answered before the company's system");
        }
    }

    /// What the caller hears now. What nobody can play is told to the engine first.
    async fn voice_document(&self, number: PhoneNumberId, call: CallId, until: Instant) -> Result<String> {
        let mut is_even = false;
        for _ in 0..UNHEARD_MAX {
            let service = self.clone();
            let render = move |going: &mut Going, now: Timestamp| -> Result<Next> {
                let prompt = |id: &str| service.url_of_prompt(id);
                let playing = going.live.under_way.playing.as_ref();
                if let Some(id) =
                    playing.filter(|of| !answer::is_playable(&of.pieces, &prompt)).map(|of| of.id)
                {
                    let at = going.live.at;
                    going.step(Input::PlaybackFailed { id }, at)?;
                    return Ok(Next::Again);
                }
                // Nobody in the console has a telephone that could be rung: the flow goes on at once.
                let leg = going.live.under_way.leg.as_ref();
                if let Some(id) = leg.filter(|leg| leg.is_of_console() && !leg.is_answered).map(|leg| leg.id)
                {
                    let at = going.live.at;
                    going.step(Input::Leg { id, outcome: LegOutcome::Failed }, at)?;
                    return Ok(Next::Again);
                }
                // A provider pauses for whole seconds. What comes at an even moment is awaited here, so that nobody hears
                // how long the company's system took (I-1).
                let at = going.moment(now);
                if let Some(left) = going.even_left(at).filter(|_| !is_even) {
                    return Ok(Next::After(left));
                }
                let public = service.config().public_url.trim_end_matches('/');
                let base = format!("{public}/hooks/voice/{number}?call={}", going.call.id);
                let next = format!("{base}&seq={}", going.live.steps);
                let leg = going.live.under_way.leg.as_ref().map_or(0, |leg| leg.id);
                let links = Links { next: &next, answered: &format!("{base}&leg={leg}"), prompt: &prompt };
                Ok(Next::Hear(answer::document(&going.here(), &links)))
            };
            let (rendered, turn) = self.turn_call(&Grant::internal(Actor::system()), call, render).await?;
            match rendered {
                Some(Next::Hear(document)) => return Ok(document),
                Some(Next::Again) => self.patiently(turn, until).await,
                Some(Next::After(left)) => {
                    is_even = true;
                    tokio::time::sleep(Duration::from_millis(left)).await;
                    let tick = |going: &mut Going, now: Timestamp| going.tick(going.moment(now));
                    let (_, turn) = self.turn_call(&Grant::internal(Actor::system()), call, tick).await?;
                    self.patiently(turn, until).await;
                }
                None => break,
            }
        }
        // It is over.
        let nothing = countersign_telephony::UnderWay::default();
        let here = Here { under_way: &nothing, question: None, until: None, at: 0, is_over: true };
        Ok(answer::document(&here, &Links { next: "", answered: "", prompt: &|_| None }))
    }
}

/// What comes of looking what a caller is to hear.
enum Next {
    /// This.
    Hear(String),
    /// Something else: what was to be heard cannot be.
    Again,
    /// What comes after so many milliseconds.
    After(u64),
}

/// A document that asks again in a moment: a call that is under way outlives a failure of ours. Not more than three times.
fn once_more(hook: &HookRequest, webhook: &Webhook) -> Option<String> {
    webhook.query("call")?;
    let times = webhook.query("again").and_then(|times| times.parse::<u32>().ok()).unwrap_or(0);
    let address = hook.url.split("&again=").next()?;
    (times < AGAIN_MAX).then(|| answer::again(&format!("{address}&again={}", times + 1)))
}

impl Going {
    /// How long it is until an answer of the company's system is acted upon, where that is what is waited for.
    fn even_left(&self, at: Moment) -> Option<u64> {
        let now = &self.live.under_way;
        let is_silent = now.playing.is_none() && now.leg.is_none() && now.recording.is_none();
        let is_look_up = matches!(
            self.live.state.node().and_then(|node| self.flow.node(node)).map(|node| &node.kind),
            Some(Kind::HttpRequest(_))
        );
        let (_, until) = self.live.state.timer()?;
        let left = until.checked_sub(at).filter(|left| (1..=EVEN_MS).contains(left))?;
        (is_silent && is_look_up).then_some(left)
    }

    fn here(&self) -> Here<'_> {
        Here::of(&self.flow, &self.live.state, &self.live.under_way, self.live.at)
    }

    /// What a provider tells.
    fn told(&mut self, webhook: &Webhook, now: Timestamp) -> Result<()> {
        let at = self.moment(now);
        for event in webhook.events(&self.here(), at) {
            match event {
                Event::Input(at, input) => self.step(input, at)?,
                Event::Tick(at) => self.tick(at)?,
            }
        }
        Ok(())
    }
}
