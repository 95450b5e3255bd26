//! The bench by hand: a call without telephony that somebody plays key by key, in real time.

use std::collections::HashMap;
use std::sync::Arc;

use async_recursion::async_recursion as boxed;
use countersign_ivr::engine::{Input, LegOutcome, RecordOutcome};
use countersign_ivr::{Key, Moment};
use countersign_store::{Tx, call as store};
use countersign_telephony::{LegKind, Piece, UnderWay};
use countersign_types::phone_number::PhoneAdapter;
use countersign_types::{CallId, Error, IvrFlowId, Permission, Result, Timestamp};

use super::bench::KEYS_MAX;
use super::drive::Beginning;
use super::live::Going;
use super::{CallDetail, Known};
use crate::Service;
use crate::caller::Request;

/// A call on the bench that is played by hand.
#[derive(Debug, Clone)]
pub struct HandCall {
    /// The flow.
    pub flow: IvrFlowId,
    /// Its draft, rather than the version that calls take.
    pub is_draft: bool,
    /// The caller's number; nothing: it is withheld.
    pub from: Option<String>,
    /// The number that is called.
    pub to: Option<String>,
}

/// What becomes of whoever rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandLeg {
    /// They answer.
    Answer,
    /// They are on the telephone.
    Busy,
    /// Nobody comes.
    NoAnswer,
    /// They have parted.
    End,
}

/// Something that happens in a call by hand.
#[derive(Clone)]
pub enum HandInput {
    /// Keys are pressed.
    Press(String),
    /// What was played is over.
    Heard(u32),
    /// Time has passed.
    Tick,
    /// Something becomes of whoever rings.
    Leg(HandLeg),
    /// A message was recorded, so long.
    Recorded(u64),
    /// The caller hangs up.
    HangUp,
}

/// A call by hand as it is at this moment.
#[derive(Debug, Clone)]
pub struct BenchDetail {
    /// The call.
    pub detail: CallDetail,
    /// At which node.
    pub node: Option<String>,
    /// Now, on the call's clock.
    pub at_ms: Moment,
    /// When the next timer is due.
    pub tick_at_ms: Option<Moment>,
    /// What the caller hears or waits for.
    pub under_way: UnderWay,
    /// Where recordings are heard, by their ids.
    pub urls: HashMap<String, String>,
}

impl Service {
    /// Begins a call that is played by hand.
    #[boxed]
    pub async fn begin_bench_call(&self, request: &Request, asked: HandCall) -> Result<CallDetail> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        self.authorise(request, Permission::CallRead).await?;
        let known = Known {
            caller: self.number(asked.from.as_deref(), "/from")?,
            callee: self.number(asked.to.as_deref(), "/to")?,
            ..Known::default()
        };
        let (version, flow) = self.flow_of_bench(asked.flow, asked.is_draft).await?;
        let beginning = Beginning {
            adapter: PhoneAdapter::Bench,
            provider_id: None,
            number: None,
            flow_id: asked.flow,
            version,
            flow: Arc::new(flow),
            known,
            sender: Some(super::bench::sender(&grant)),
            may_identify: super::bench::may_identify(request),
        };
        let (turn, _) = self.begin_call(&grant, beginning).await?;
        let call = turn.call;
        self.settle_call(turn).await?;
        let begun = self.call_for(grant.viewer(), call).await?;
        self.record_view(&request.caller, &grant, begun.caller.profile).await?;
        Ok(begun)
    }

    /// Something happens in a call by hand. What is late, or nobody waits for, does nothing.
    #[boxed]
    pub async fn bench_input(&self, request: &Request, id: CallId, input: HandInput) -> Result<BenchDetail> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        self.authorise(request, Permission::CallRead).await?;
        if let HandInput::Press(keys) = &input {
            pressed(keys)?;
        }
        let play = move |going: &mut Going, now: Timestamp| -> Result<()> {
            if going.call.adapter != PhoneAdapter::Bench {
                return Err(Error::NotFound("bench call"));
            }
            // Whoever plays is there: the call goes on for another quarter of an hour.
            going.is_changed = true;
            going.play(input, now)
        };
        let (_, turn) = self.turn_call(&grant, id, play).await?;
        self.settle_call(turn).await?;
        let played = self.bench_detail(grant.viewer(), id).await?;
        self.record_view(&request.caller, &grant, played.detail.caller.profile).await?;
        Ok(played)
    }

    /// A call by hand as it is now.
    #[boxed]
    pub async fn read_bench_call(&self, request: &Request, id: CallId) -> Result<BenchDetail> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        self.authorise(request, Permission::CallRead).await?;
        let found = self.bench_detail(grant.viewer(), id).await?;
        self.record_view(&request.caller, &grant, found.detail.caller.profile).await?;
        Ok(found)
    }

    /// Asks what a call asks, to the end: also for a page that was closed meanwhile.
    async fn settle_call(&self, turn: super::drive::Turn) -> Result<()> {
        self.perform_beside(turn).await.map_err(Error::internal)
    }

    async fn bench_detail(&self, viewer: countersign_types::Viewer, id: CallId) -> Result<BenchDetail> {
        let (service, now) = (self.clone(), self.now());
        self.read(async move |tx: &mut Tx<'_>| -> Result<BenchDetail> {
            let found = store::find_call(tx, service.vault(), id).await?.ok_or(Error::NotFound("call"))?;
            if found.adapter != PhoneAdapter::Bench {
                return Err(Error::NotFound("bench call"));
            }
            let going = service.going(tx, found.clone()).await?;
            let around = super::Around::read(tx).await?;
            let detail = service.one_call(tx, &around, found, viewer).await?;
            Ok(match going {
                Some(going) => BenchDetail {
                    node: going.live.state.node().map(ToOwned::to_owned),
                    at_ms: going.moment(now),
                    tick_at_ms: going.live.state.timer().map(|(_, until)| until),
                    urls: service.urls_of(&going),
                    under_way: going.live.under_way.clone(),
                    detail,
                },
                None => BenchDetail {
                    at_ms: length(&detail),
                    detail,
                    node: None,
                    tick_at_ms: None,
                    under_way: UnderWay::default(),
                    urls: HashMap::new(),
                },
            })
        })
        .await
    }
}

impl Service {
    /// Where the recordings are heard that are playing.
    fn urls_of(&self, going: &Going) -> HashMap<String, String> {
        let pieces = going.live.under_way.playing.iter().flat_map(|playing| &playing.pieces);
        let language = going.live.state.language();
        let urls = pieces.filter_map(|piece| match piece {
            Piece::Recorded { prompt } => Some((prompt.clone(), self.prompt_url(prompt, language)?)),
            _ => None,
        });
        urls.collect()
    }
}

/// How long a call was that is over.
fn length(detail: &CallDetail) -> Moment {
    let call = &detail.call;
    let end = call.ended_at.unwrap_or(call.updated_at);
    let micros = end.as_micros().saturating_sub(call.started_at.as_micros());
    u64::try_from(micros / 1_000).unwrap_or(0)
}

/// Keys as they are written.
fn pressed(text: &str) -> Result<Vec<Key>> {
    let keys: Option<Vec<Key>> = text.chars().map(Key::new).collect();
    keys.filter(|keys| (1..=KEYS_MAX).contains(&keys.len())).ok_or_else(|| {
        let detail = format!("Keys are 0 to 9, * and #, one to {KEYS_MAX} at once.");
        Error::invalid("/press", "not-keys", detail)
    })
}

impl Going {
    fn play(&mut self, input: HandInput, now: Timestamp) -> Result<()> {
        let at = self.moment(now);
        let under_way = &self.live.under_way;
        let input = match input {
            HandInput::Tick => return self.tick(at),
            HandInput::Press(keys) => {
                for key in pressed(&keys)? {
                    self.step(Input::Digit(key), at)?;
                    self.stop_recording(at)?;
                }
                return Ok(());
            }
            HandInput::Heard(id) => Input::PlaybackEnded { id },
            HandInput::HangUp => Input::HangUp,
            HandInput::Recorded(ms) => {
                let Some(recording) = &under_way.recording else { return Ok(()) };
                let ms = ms.min(u64::from(recording.max_ms));
                let outcome = RecordOutcome::Recorded { recording: "bench".to_owned(), ms };
                Input::Recorded { id: recording.id, outcome }
            }
            HandInput::Leg(what) => {
                let Some(leg) = &under_way.leg else { return Ok(()) };
                // Only who is together parts; a number that a call is passed on to takes it or does not.
                let outcome = match (what, leg.is_answered, leg.kind) {
                    (HandLeg::Answer, false, LegKind::Transfer) => LegOutcome::Ended,
                    (HandLeg::Answer, false, _) => LegOutcome::Answered,
                    (HandLeg::Busy, false, _) => LegOutcome::Busy,
                    (HandLeg::NoAnswer, false, _) => LegOutcome::NoAnswer,
                    (HandLeg::End, true, _) => LegOutcome::Ended,
                    _ => return Ok(()),
                };
                Input::Leg { id: leg.id, outcome }
            }
        };
        self.step(input, at)
    }

    /// A key ends a message.
    fn stop_recording(&mut self, at: Moment) -> Result<()> {
        let stopped = self.live.under_way.recording.clone().filter(|recording| recording.is_stopped);
        let Some(recording) = stopped else { return Ok(()) };
        let ms = at.saturating_sub(recording.since);
        let outcome = RecordOutcome::Recorded { recording: "bench".to_owned(), ms };
        self.step(Input::Recorded { id: recording.id, outcome }, at)
    }
}
