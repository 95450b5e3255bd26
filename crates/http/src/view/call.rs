//! Views of calls: what was keyed in and looked up is masked for who looks at it, and secrets are not there.

use std::borrow::Cow;

use countersign_masking::{Known, KnownValue};
use countersign_service::call::{CallDetail, CallRecording, CallText, Candidate, Class, Variables};
use countersign_service::call_widget::{Piece, Rendered, value_class};
use countersign_types::call::{CallLookUp, CallOutcome};
use countersign_types::phone_number::PhoneAdapter;
use countersign_types::pii::{self, FreeText, Name, Phone, Pii, Purpose, Viewer};
use countersign_types::{Assurance, CallWidgetId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::call_widget::{CardView, shown};
use super::case::EvidenceView;
use super::{Field, Lens};

/// Who calls, as far as that is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallIdentityView {
    /// The level that was reached in the call.
    #[schema(value_type = String, pattern = "^al[0-3]$")]
    pub assurance: &'static str,
    /// The profile that the call stands under.
    pub profile: String,
    /// Its short stable reference.
    #[schema(example = "C-1042")]
    pub reference: String,
    /// Its name.
    pub name: Option<String>,
    /// Whether nobody in particular is known.
    pub anonymous: bool,
    /// The evidence that decides the level.
    pub evidence: Option<EvidenceView>,
}

/// A customer who has the number that rings.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallCandidateView {
    /// The customer.
    pub profile: String,
    /// The short stable reference.
    #[schema(example = "C-1042")]
    pub reference: String,
    /// The name.
    pub name: Option<String>,
}

/// A variable of a call. Secrets are not among them: they are kept nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallVariableView {
    /// Its name.
    pub name: String,
    /// `public` or `personal`.
    #[schema(value_type = String, pattern = "^(public|personal)$")]
    pub class: &'static str,
    /// What it holds.
    pub value: Value,
}

/// A look-up that a call made. What was asked and answered stands in the variables, and nowhere else.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallLookUpView {
    /// Its id.
    pub id: String,
    /// At which node.
    pub node: String,
    /// `found`, `not_found` or `unavailable`.
    pub outcome: String,
    /// Why it was unavailable.
    pub why: Option<String>,
    /// The status of the answer.
    pub status: Option<i64>,
    /// How long it took.
    pub latency_ms: i64,
    /// Who was asked.
    #[schema(example = "https://crm.example")]
    pub host: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
}

/// A text message that a flow sent. Secrets are in none.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallTextView {
    /// At which node.
    pub node: String,
    /// To which number.
    pub to: String,
    /// What it says.
    pub text: String,
    /// `queued`, `sent` or `failed`; `tried` on the bench, where none is sent.
    #[schema(value_type = String, pattern = "^(tried|queued|sent|failed)$")]
    pub outcome: &'static str,
    /// Why it was not sent: `no_channel`, `not_a_number`, `premium_rate`, `own_number`, `too_many` or `refused`.
    pub why: Option<String>,
}

/// What a caller left as a message.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallRecordingView {
    /// `wanted` (being fetched from the provider), `kept` or `failed`.
    #[schema(value_type = String, pattern = "^(wanted|kept|failed)$")]
    pub outcome: &'static str,
    /// Why it is not here (`elsewhere`, `too_big`, `no_sound`, `not_allowed`, `not_there`, `unavailable`), or not removed
    /// there though it should be (`not_removed`).
    pub why: Option<String>,
    /// Tries that failed.
    pub failures: u32,
    /// How long it is, as the provider says.
    pub ms: u64,
    /// The file, to be heard at `/v1/calls/{id}/recordings/{file}`, once it is here.
    pub file: Option<String>,
    /// What it is: `audio/wav` or `audio/mpeg`.
    pub mime_type: Option<String>,
    /// Bytes.
    pub size_bytes: Option<i64>,
    /// Whether it was removed at the provider.
    pub removed: bool,
    /// When the provider told of it.
    #[schema(format = DateTime)]
    pub at: String,
}

impl From<CallRecording> for CallRecordingView {
    fn from(recording: CallRecording) -> Self {
        let CallRecording { ms, at, outcome, why, failures, file, is_removed, .. } = recording;
        Self {
            outcome: outcome.as_str(),
            why,
            failures,
            ms,
            file: file.as_ref().and_then(|file| file.id).map(|id| id.to_string()),
            mime_type: file.as_ref().map(|file| file.mime_type.clone()),
            size_bytes: file.map(|file| file.size_bytes),
            removed: is_removed,
            at: at.to_string(),
        }
    }
}

/// A card that an agent sees.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallCardView {
    /// The widget that made it.
    pub widget: String,
    /// The widget's name.
    pub name: String,
    /// How it looks.
    pub card: CardView,
}

/// A call.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallView {
    /// Its id.
    #[schema(example = "call_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// How it came: `bench`, `twiml` or `sip`.
    #[schema(value_type = String, pattern = "^(bench|twiml|sip)$")]
    pub adapter: &'static str,
    /// `in_flow`, `waiting`, `ringing`, `connected` or `ended`.
    #[schema(value_type = String, pattern = "^(in_flow|waiting|ringing|connected|ended)$")]
    pub state: &'static str,
    /// What it came to: `answered`, `abandoned`, `missed`, `voicemail`, `transferred` or `handled`.
    #[schema(value_type = Option<String>, pattern = "^(answered|abandoned|missed|voicemail|transferred|handled)$")]
    pub outcome: Option<&'static str>,
    /// The caller's number.
    pub caller: Option<String>,
    /// The number that was called.
    pub callee: Option<String>,
    /// The queue's number, or the one that the call was passed on from.
    pub from: Option<String>,
    /// What the carrier says of the caller's number.
    pub attestation: Option<String>,
    /// The number of ours that was called.
    pub number: Option<String>,
    /// Its name.
    pub number_name: Option<String>,
    /// The flow.
    pub flow: Option<String>,
    /// Its name.
    pub flow_name: Option<String>,
    /// The version of the flow; `null`: the draft, on the bench.
    pub flow_version: Option<i64>,
    /// Who calls.
    pub identity: CallIdentityView,
    /// Customers who have the caller's number, where nobody is known: anybody can send a number that is not theirs. Not in
    /// lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<Vec<CallCandidateView>>,
    /// Whether it rings for you at this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rings_for_you: Option<bool>,
    /// What was keyed in and looked up.
    pub variables: Vec<CallVariableView>,
    /// The cards that an agent sees.
    pub widgets: Vec<CallCardView>,
    /// The look-ups it made, in turn.
    pub look_ups: Vec<CallLookUpView>,
    /// The text messages that the flow sent, in turn.
    pub texts: Vec<CallTextView>,
    /// What the caller left as messages, in turn.
    pub recordings: Vec<CallRecordingView>,
    /// What happened, in turn: `{"at": milliseconds, "node", "what", …}`. Keys are counted, values are not in it.
    pub transcript: Value,
    /// What the agent wrote down.
    pub note: Option<String>,
    /// Who took it.
    pub agent: Option<String>,
    /// When it began.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// When somebody took it.
    #[schema(format = DateTime)]
    pub answered_at: Option<String>,
    /// When it ended.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// The fields that you see masked.
    #[schema(value_type = Vec<String>)]
    pub masked: Vec<Field>,
}

impl From<CallLookUp> for CallLookUpView {
    fn from(made: CallLookUp) -> Self {
        let CallLookUp { id, node, outcome, why, status, latency_ms, host, at, .. } = made;
        Self { id: id.to_string(), node, outcome, why, status, latency_ms, host, at: at.to_string() }
    }
}

fn candidate(lens: &mut Lens, who: Candidate) -> CallCandidateView {
    CallCandidateView {
        profile: who.profile.to_string(),
        reference: who.reference,
        name: lens.show_opt("candidates.name", who.name.as_ref()),
    }
}

impl CallView {
    /// A call as its viewer may see it.
    pub fn of(detail: CallDetail) -> Self {
        let CallDetail {
            call,
            known,
            caller,
            number_name,
            flow_name,
            look_ups,
            candidates,
            rings_for_you,
            cards,
            viewer,
        } = detail;
        let mut lens = Lens::new(viewer);
        let identity = CallIdentityView {
            assurance: caller.evidence.as_ref().map_or(Assurance::Al0, |e| e.assurance).as_str(),
            profile: caller.profile.to_string(),
            reference: caller.reference,
            name: lens.show_opt("identity.name", caller.name.as_ref()),
            anonymous: caller.is_stranger,
            evidence: caller.evidence.as_ref().map(EvidenceView::from),
        };
        let candidates = candidates.map(|all| all.into_iter().map(|who| candidate(&mut lens, who)).collect());
        let variables = variables(&mut lens, &known.variables, call.adapter == PhoneAdapter::Bench);
        let said = said(viewer, caller.name.as_ref(), &known.variables);
        let is_bench = call.adapter == PhoneAdapter::Bench;
        let texts =
            known.texts.into_iter().map(|text| texted(&mut lens, text, &known.variables, is_bench)).collect();
        let note = call.about.note.as_ref().map(|note| lens.show_text("note", note, &said));
        let mut number = |field, text: Option<&String>| {
            text.map(|text| lens.show(field, &Pii::<Phone>::new(text.clone())))
        };
        Self {
            id: call.id.to_string(),
            adapter: call.adapter.as_str(),
            state: call.state.as_str(),
            outcome: call.outcome.map(CallOutcome::as_str),
            caller: number("caller", known.caller.as_ref()),
            // The company's own number.
            callee: known.callee,
            from: number("from", known.from.as_ref()),
            attestation: known.attestation,
            number: call.number.map(|id| id.to_string()),
            number_name,
            flow: call.flow.map(|id| id.to_string()),
            flow_name,
            flow_version: call.flow_version,
            identity,
            candidates,
            rings_for_you,
            variables,
            widgets: cards.into_iter().map(|card| self::card(card, viewer)).collect(),
            look_ups: look_ups.into_iter().map(Into::into).collect(),
            texts,
            recordings: known.recordings.into_iter().map(Into::into).collect(),
            transcript: call.transcript,
            note,
            agent: call.agent.map(|id| id.to_string()),
            started_at: call.started_at.to_string(),
            answered_at: call.answered_at.map(|at| at.to_string()),
            ended_at: call.ended_at.map(|at| at.to_string()),
            masked: lens.masked(),
        }
    }
}

fn card((widget, name, card): (CallWidgetId, String, Rendered), viewer: Viewer) -> CallCardView {
    CallCardView { widget: widget.to_string(), name, card: CardView::of(card, viewer) }
}

/// A text message as this viewer may see it. On the bench whoever plays may have written it, and chosen what it says of
/// whom: values that are masked in the variables are masked in it as well.
fn texted(lens: &mut Lens, text: CallText, all: &Variables, is_bench: bool) -> CallTextView {
    let mut values = Vec::new();
    let is_hidden = |name: &str, class: Class| match class {
        Class::Public => is_bench && !is_free_on_bench(name),
        Class::Personal | Class::Secret => true,
    };
    for (name, variable) in all.iter().filter(|(name, variable)| is_hidden(name, variable.class)) {
        leaves(name, &variable.value, &mut values);
    }
    let known = hidden(lens.viewer, None, &values);
    let CallText { node, to, text, outcome, why, .. } = text;
    CallTextView {
        node,
        to: lens.show("texts.to", &Pii::<Phone>::new(to)),
        text: lens.show_text("texts.text", &Pii::<FreeText>::new(text), &known),
        outcome: outcome.as_str(),
        why,
    }
}

/// What of a call on the bench is nobody's own.
fn is_free_on_bench(name: &str) -> bool {
    ["B-NUMBER", "callee", "attestation"].contains(&name)
}

/// `is_bench`: whoever writes a flow says which class an answer has, and on the bench hears it at once. To whoever sees
/// something masked, nothing that was asked or keyed in is public there.
fn variables(lens: &mut Lens, all: &Variables, is_bench: bool) -> Vec<CallVariableView> {
    let is_free = |name: &str| !is_bench || is_free_on_bench(name);
    let mut shown = Vec::with_capacity(all.len());
    for (name, variable) in all.iter() {
        let class = match variable.class {
            Class::Public => "public",
            Class::Personal => "personal",
            // Not kept, and not shown if it were.
            Class::Secret => continue,
        };
        let value = match class {
            "public" if is_free(name) => variable.value.clone(),
            _ => masked(lens, name, name, &variable.value),
        };
        shown.push(CallVariableView { name: name.to_owned(), class, value });
    }
    shown
}

/// What is known of the caller, to be hidden in what was written about the call: of it, what this viewer sees masked.
pub(super) fn said(viewer: Viewer, name: Option<&Pii<Name>>, all: &Variables) -> Known {
    let mut values = Vec::new();
    for (path, variable) in all.iter().filter(|(_, variable)| variable.class == Class::Personal) {
        leaves(path, &variable.value, &mut values);
    }
    hidden(viewer, name, &values)
}

/// Of values, those that this viewer sees masked.
fn hidden(viewer: Viewer, name: Option<&Pii<Name>>, values: &[(pii::Class, Cow<'_, str>)]) -> Known {
    let name = name.map(|name| name.plain(Purpose::Render)).filter(|_| viewer.is_masked(pii::Class::Name));
    let of_class = values.iter().filter_map(|(class, text)| {
        viewer.is_masked(*class).then_some(match class {
            pii::Class::Name => KnownValue::Name(text),
            pii::Class::Email => KnownValue::Email(text),
            _ => KnownValue::Text(text),
        })
    });
    Known::of(of_class.chain(name.map(KnownValue::Name)))
}

/// The texts of a value, each with what it is.
fn leaves<'a>(path: &str, value: &'a Value, into: &mut Vec<(pii::Class, Cow<'a, str>)>) {
    match value {
        Value::String(text) => into.push((value_class(path), text.into())),
        Value::Number(number) => into.push((value_class(path), number.to_string().into())),
        Value::Array(of) => of.iter().for_each(|of| leaves(path, of, into)),
        Value::Object(of) => of.iter().for_each(|(key, of)| leaves(&format!("{path}.{key}"), of, into)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// A value as this viewer may see it, leaf by leaf: what it is is told by where it stands.
fn masked(lens: &mut Lens, name: &str, path: &str, value: &Value) -> Value {
    let leaf = |lens: &mut Lens, text: String| {
        let piece = Piece::personal(text, path);
        let seen = shown(lens, &piece);
        (seen != piece.text).then(|| {
            lens.note(format!("variables.{name}").into());
            Value::String(seen)
        })
    };
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::String(text) => leaf(lens, text.clone()).unwrap_or_else(|| value.clone()),
        Value::Number(number) => leaf(lens, number.to_string()).unwrap_or_else(|| value.clone()),
        Value::Array(of) => {
            of.iter().enumerate().map(|(at, of)| masked(lens, name, &format!("{path}.{at}"), of)).collect()
        }
        Value::Object(of) => {
            let mut seen = serde_json::Map::new();
            for (key, of) in of {
                let value = masked(lens, name, &format!("{path}.{key}"), of);
                // Keys are words of the system's; one that is a value is masked as one.
                let is_value = key.bytes().any(|b| b.is_ascii_digit() || b == b'@');
                let hidden = if is_value { leaf(lens, key.clone()) } else { None };
                let key = hidden
                    .and_then(|hidden| hidden.as_str().map(str::to_owned))
                    .unwrap_or_else(|| key.clone());
                seen.insert(key, value);
            }
            seen.into()
        }
    }
}
