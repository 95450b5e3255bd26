//! The view of a call on the bench at this moment: what its caller hears, masked for who plays.

use countersign_masking::Known;
use countersign_service::call::{BenchDetail, CallPiece};
use countersign_types::pii::{FreeText, Phone, Pii};
use serde::Serialize;
use utoipa::ToSchema;

use super::Lens;
use super::call::{CallView, said};

/// A piece of what is played.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BenchPiece {
    /// A sentence.
    Say {
        /// What is said.
        text: String,
        /// In which language; `null`: the workspace's.
        language: Option<String>,
    },
    /// Digits, each by itself.
    Digits {
        /// Which.
        digits: String,
        /// In which language.
        language: Option<String>,
    },
    /// A recording.
    Recorded {
        /// Its id.
        prompt: String,
        /// Where it is heard.
        url: Option<String>,
    },
}

/// What is playing.
#[derive(Debug, Serialize, ToSchema)]
pub struct BenchPlaying {
    /// What `heard` says when it is over.
    pub id: u32,
    /// Whether a key stops it.
    pub may_be_interrupted: bool,
    /// What is heard, in turn.
    pub pieces: Vec<BenchPiece>,
}

/// Who rings.
#[derive(Debug, Serialize, ToSchema)]
pub struct BenchRings {
    /// `queue`, `connect` or `transfer`.
    #[schema(value_type = String, pattern = "^(queue|connect|transfer)$")]
    pub kind: &'static str,
    /// Whom: the queue, a person, a group, a number or a SIP address.
    pub to: String,
}

/// A call on the bench at this moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct BenchMoment {
    /// The call.
    pub call: CallView,
    /// Whether it is over.
    pub is_over: bool,
    /// At which node.
    pub node: Option<String>,
    /// Now, on the call's clock, milliseconds.
    pub at_ms: u64,
    /// When the next timer is due.
    pub tick_at_ms: Option<u64>,
    /// What is playing.
    pub playing: Option<BenchPlaying>,
    /// Who rings.
    pub rings: Option<BenchRings>,
    /// Whether a message is recorded.
    pub records: bool,
}

impl BenchMoment {
    /// The call as whoever plays may see it.
    pub fn of(moment: BenchDetail) -> Self {
        let BenchDetail { detail, node, at_ms, tick_at_ms, under_way, urls } = moment;
        let mut lens = Lens::new(detail.viewer);
        let known = said(detail.viewer, detail.caller.name.as_ref(), &detail.known.variables);
        let mut text = |text: String| lens.show_text("playing", &Pii::<FreeText>::new(text), &known);
        let playing = under_way.playing.map(|playing| BenchPlaying {
            id: playing.id,
            may_be_interrupted: playing.may_be_interrupted,
            pieces: playing
                .pieces
                .into_iter()
                .map(|piece| match piece {
                    CallPiece::Say { text: said, language } => BenchPiece::Say { text: text(said), language },
                    CallPiece::Digits { digits, language } => {
                        BenchPiece::Digits { digits: text(digits), language }
                    }
                    CallPiece::Recorded { prompt } => {
                        let url = urls.get(&prompt).cloned();
                        BenchPiece::Recorded { prompt, url }
                    }
                })
                .collect(),
        });
        let rings = under_way.leg.filter(|leg| !leg.is_answered).map(|leg| {
            let to = called(&mut lens, &known, leg.to);
            BenchRings { kind: leg.kind.as_str(), to }
        });
        Self {
            is_over: detail.call.ended_at.is_some(),
            call: CallView::of(detail),
            node,
            at_ms,
            tick_at_ms,
            playing,
            rings,
            records: under_way.recording.is_some(),
        }
    }
}

/// Whom a call is passed on to may be what the caller keyed in.
fn called(lens: &mut Lens, known: &Known, to: String) -> String {
    if to.starts_with('+') {
        return lens.show("rings", &Pii::<Phone>::new(to));
    }
    lens.show_text("rings", &Pii::<FreeText>::new(to), known)
}
