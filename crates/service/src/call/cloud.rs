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
use countersign_telephony::UnderWay;
use countersign_telephony::twiml::answer::{self, Links};
use countersign_telephony::twiml::request::{Event, Here, Webhook};
use countersign_telephony::twiml::signature::{Signed, is_signed};
use countersign_types::audit::Actor;
use countersign_types::call::Call;
use countersign_types::phone_number::{PhoneAdapter, PhoneNumber, PhoneProvider};
use countersign_types::{CallId, Error, PhoneNumberId, Result, Timestamp};

use super::Known;
use super::agents::Choice;
use super::drive::Beginning;
use super::live::Going;
use crate::Service;
use crate::caller::Grant;
use crate::port::HookRequest;

/// How long a webhook waits for the company's system. Providers wait for 15 seconds.
const PATIENCE: Duration = Duration::from_secs(8);
/// Prompts in a row of which nothing can be heard, at most.
const UNHEARD_MAX: usize = 20;
/// How long a webhook that the database failed for waits before it is taken in again.
const RETRIES: [Duration; 3] =
    [Duration::from_millis(200), Duration::from_millis(800), Duration::from_millis(2_000)];
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
        let last_word = || VoiceAnswer::Document(self.voice_last_word());
        let (number, provider, token) = match self.voice_number(number).await {
            Ok(Some(found)) => found,
            Ok(None) => return VoiceAnswer::Refused,
            Err(error) => {
                // Whether it is signed cannot be said now. To ask again, or a sentence, tells nobody anything.
                tracing::error!(%error, "the number of a call was not read");
                let webhook = Webhook::read(&hook.body, &hook.query);
                let again = webhook.and_then(|webhook| once_more(hook, &webhook));
                return again.map_or_else(last_word, VoiceAnswer::Document);
            }
        };
        let now_secs = self.now().as_micros() / 1_000_000;
        let signed = Signed { url: &hook.url, body: &hook.body, headers: &hook.headers, now_secs };
        if !is_signed(provider, &token, &signed) {
            metrics::counter!("countersign_voice_refused_total").increment(1);
            return VoiceAnswer::Refused;
        }
        let Some(webhook) = Webhook::read(&hook.body, &hook.query) else { return last_word() };
        match self.take_voice_surely(&number, &webhook).await {
            Ok(document) => VoiceAnswer::Document(document),
            Err(error) => {
                tracing::error!(%error, number = %number.id, "a webhook of a call was not taken in");
                VoiceAnswer::Document(once_more(hook, &webhook).unwrap_or_else(|| self.voice_last_word()))
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

    /// Takes a webhook in, again where the database fails for a moment: what was keyed in comes with no other webhook. What
    /// was done by then is not done twice.
    async fn take_voice_surely(&self, number: &PhoneNumber, webhook: &Webhook) -> Result<String> {
        for wait in RETRIES {
            match self.take_voice(number, webhook).await {
                Err(Error::Unavailable(_) | Error::Internal(_)) => tokio::time::sleep(wait).await,
                taken => return taken,
            }
        }
        self.take_voice(number, webhook).await
    }

    async fn take_voice(&self, number: &PhoneNumber, webhook: &Webhook) -> Result<String> {
        if let Some(rung) = webhook.agent_leg() {
            return self.voice_agent(number, webhook, rung).await;
        }
        let Some(provider_id) = webhook.call_id().map(ToOwned::to_owned) else {
            return Ok(self.voice_last_word());
        };
        if let Some(told) = webhook.recording() {
            self.want_recording(number, &provider_id, told).await?;
        }
        if webhook.query("recorded").is_some() {
            return Ok(answer::nothing());
        }
        let (call, seen) = match self.voice_seen(number, webhook, provider_id.clone()).await? {
            Seen::Nobody => return self.voice_begins(number, webhook, provider_id).await,
            Seen::Leg(call, leg) => {
                self.voice_leg(call, leg, webhook).await?;
                return Ok(answer::nothing());
            }
            Seen::Same(call, next) => (call, Some(next)),
            Seen::Changes(call) => (call, None),
        };
        let until = Instant::now() + PATIENCE;
        if seen.is_none() {
            let (hook, grant) = (webhook.clone(), Grant::internal(Actor::system()));
            let take = move |going: &mut Going, now: Timestamp| going.heard(&hook, now);
            let (_, turn) = self.turn_call(&grant, call, take).await?;
            self.patiently(turn, until).await;
        }
        self.voice_document(number, call, until, seen).await
    }

    /// What a webhook finds. Most only ask again what a caller waits for: they change nothing, and nothing is written. A
    /// provider speaks of calls of the number whose secret it signs with, and of no other.
    async fn voice_seen(&self, number: &PhoneNumber, webhook: &Webhook, provider_id: String) -> Result<Seen> {
        let (service, number, hook) = (self.clone(), number.clone(), webhook.clone());
        self.read(async move |tx: &mut Tx<'_>| -> Result<Seen> {
            let found = service.find_voice_call(tx, number.id, &provider_id).await?;
            let Some(found) = found else { return Ok(Seen::Nobody) };
            let call = found.id;
            if let Some(leg) = hook.query("leg").and_then(|leg| leg.parse::<u32>().ok()) {
                return Ok(Seen::Leg(call, leg));
            }
            let Some(mut going) = service.going(tx, found).await? else {
                return Ok(Seen::Same(call, Next::Over));
            };
            let now = service.now();
            going.heard(&hook, now)?;
            if going.is_changed {
                return Ok(Seen::Changes(call));
            }
            Ok(Seen::Same(call, service.voice_next(tx, &going, &number, now).await?))
        })
        .await
    }

    pub(super) async fn find_voice_call(
        &self,
        tx: &mut Tx<'_>,
        number: PhoneNumberId,
        provider_id: &str,
    ) -> Result<Option<Call>> {
        let adapter = PhoneAdapter::Twiml;
        match store::find_call_by_provider_id(tx, self.vault(), adapter, provider_id).await? {
            Some(call) if call.number != Some(number) => Err(Error::NotFound("call")),
            found => Ok(found),
        }
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
        let Some(flow_id) = number.flow else { return Ok(self.voice_last_word()) };
        let Some((version, flow)) = self.flow_of_calls(flow_id, None).await? else {
            return Ok(self.voice_last_word());
        };
        let CallFacts { caller, callee: called, from, attestation } = webhook.facts();
        if called.is_some_and(|called| called != number.number) {
            tracing::warn!(number = %number.id, "a webhook for another number came to the address of this one");
            return Ok(self.voice_last_word());
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
                let (service, number) = (self.clone(), number.id);
                let found = self.read(async move |tx: &mut Tx<'_>| {
                    service.find_voice_call(tx, number, &provider_id).await
                });
                found.await?.map(|found| found.id).ok_or(error)?
            }
            Err(error) => return Err(error),
        };
        self.voice_document(number, call, until, None).await
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

    /// What the caller hears now. What nobody can play, and whose telephones ring, is told to the engine first.
    async fn voice_document(
        &self,
        number: &PhoneNumber,
        call: CallId,
        until: Instant,
        seen: Option<Next>,
    ) -> Result<String> {
        let (mut seen, mut is_even) = (seen, false);
        for _ in 0..UNHEARD_MAX {
            let next = match seen.take() {
                Some(next) => next,
                None => self.voice_look(number, call).await?,
            };
            let (after, change): (u64, Change) = match next {
                Next::Hear(document) => return Ok(document),
                Next::Over => break,
                Next::Unheard(id) => {
                    let failed = move |going: &mut Going, _| {
                        let at = going.live.at;
                        going.step(Input::PlaybackFailed { id }, at)
                    };
                    (0, Box::new(failed))
                }
                Next::Chosen(leg, choice) => {
                    (0, Box::new(move |going, now| going.chosen(leg, choice, going.moment(now))))
                }
                Next::After(_, document) if is_even => return Ok(document),
                Next::After(left, _) => {
                    is_even = true;
                    (left, Box::new(|going, now| going.tick(going.moment(now))))
                }
            };
            tokio::time::sleep(Duration::from_millis(after)).await;
            let (_, turn) = self.turn_call(&Grant::internal(Actor::system()), call, change).await?;
            self.patiently(turn, until).await;
        }
        Ok(answer::over())
    }

    async fn voice_look(&self, number: &PhoneNumber, call: CallId) -> Result<Next> {
        let (service, number) = (self.clone(), number.clone());
        self.read(async move |tx: &mut Tx<'_>| -> Result<Next> {
            let found = store::find_call(tx, service.vault(), call).await?.ok_or(Error::NotFound("call"))?;
            let Some(going) = service.going(tx, found).await? else { return Ok(Next::Over) };
            let now = service.now();
            service.voice_next(tx, &going, &number, now).await
        })
        .await
    }

    /// What is to be done for a caller, or what they hear.
    async fn voice_next(
        &self,
        tx: &mut Tx<'_>,
        going: &Going,
        number: &PhoneNumber,
        now: Timestamp,
    ) -> Result<Next> {
        let language = going.live.state.language();
        let prompt = |id: &str| self.prompt_url(id, language);
        let at = going.moment(now);
        let UnderWay { playing, leg, .. } = &going.live.under_way;
        if let Some(playing) = playing.as_ref().filter(|of| !answer::is_playable(&of.pieces, &prompt)) {
            return Ok(Next::Unheard(playing.id));
        }
        if let Some(leg) = leg.as_ref().filter(|leg| leg.is_to_ring(at)) {
            match self.choose_agents(tx, leg).await? {
                Choice::Wait => {}
                choice => return Ok(Next::Chosen(leg.id, choice)),
            }
        }
        let public = self.config().public_url.trim_end_matches('/');
        let base = format!("{public}/hooks/voice/{}?call={}", number.id, going.call.id);
        let next = format!("{base}&seq={}", going.live.steps);
        let answered = format!("{base}&leg={}", leg.as_ref().map_or(0, |leg| leg.id));
        let caller_id = &number.number;
        let recorded = format!("{base}&recorded=1");
        let links = Links {
            next: &next,
            recorded: &recorded,
            answered: &answered,
            agent: &base,
            caller_id,
            prompt: &prompt,
        };
        let document = answer::document(&going.here(), &links);
        // A provider pauses for whole seconds. What comes at an even moment is awaited here, so that nobody hears how long
        // the company's system took (I-1).
        Ok(match going.even_left(at) {
            Some(left) => Next::After(left, document),
            None => Next::Hear(document),
        })
    }

    /// The last word to whoever calls a number where nothing is set up, in the language of the workspace.
    fn voice_last_word(&self) -> String {
        answer::last_word(Some(&self.snapshot().workspace.default_language))
    }
}

/// What happens to a call.
type Change = Box<dyn FnOnce(&mut Going, Timestamp) -> Result<()> + Send>;

/// What a webhook finds.
enum Seen {
    /// A call that is not known.
    Nobody,
    /// It tells of the other end.
    Leg(CallId, u32),
    /// It changes nothing.
    Same(CallId, Next),
    /// It changes something.
    Changes(CallId),
}

/// What comes of looking what a caller is to hear.
enum Next {
    /// This.
    Hear(String),
    /// Something else: what was to be heard cannot be.
    Unheard(u32),
    /// What became of looking for somebody who takes the call.
    Chosen(u32, Choice),
    /// What comes after so many milliseconds, or this.
    After(u64, String),
    /// Nothing: the call is over.
    Over,
}

/// A document that asks again in a moment: a call that is under way outlives a failure of ours. Not more than three times.
/// What the provider told goes along, but for keys: addresses stand in logs, and a key may be of a PIN.
fn once_more(hook: &HookRequest, webhook: &Webhook) -> Option<String> {
    webhook.query("call")?;
    let address = hook.url.split("&again=").next()?;
    let times = webhook.times_again() + 1;
    (times <= AGAIN_MAX).then(|| answer::again(&format!("{address}&again={times}{}", webhook.carried())))
}

impl Going {
    /// A webhook comes. One that is repeated or late changes nothing; that the call is over is never late.
    fn heard(&mut self, hook: &Webhook, now: Timestamp) -> Result<()> {
        let seq = hook.query("seq").and_then(|seq| seq.parse::<u64>().ok());
        if seq == Some(self.live.steps) || hook.is_parting(&self.live.under_way) {
            return self.told(hook, now);
        }
        if hook.is_over() { self.step(Input::HangUp, self.moment(now)) } else { Ok(()) }
    }

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
                Event::Unanswered(at) => self.unanswered(at),
            }
        }
        Ok(())
    }
}
