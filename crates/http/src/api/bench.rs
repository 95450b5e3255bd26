//! `/v1/bench/calls`: calls without telephony, with a script on a virtual clock or by hand in real time.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::call::{BenchCall, HandCall, HandInput, HandLeg, LegOutcome, Scripted};
use countersign_types::{CallId, Error, IvrFlowId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Auth, Body, Id, NoParams};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::bench::BenchMoment;
use crate::view::call::CallView;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(bench_call))
        .routes(routes!(read_bench_call))
        .routes(routes!(bench_input))
}

/// A step of a script.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScriptedBody {
    /// So long after the step before, or after the call began, milliseconds.
    #[serde(default)]
    #[schema(maximum = 600000)]
    after_ms: u64,
    /// Keys that are pressed, in turn, 150 milliseconds apart.
    #[schema(max_length = 100, pattern = "^[0-9*#]*$", example = "1234567890#")]
    press: Option<String>,
    /// Whether the caller hangs up.
    #[serde(default)]
    hang_up: bool,
}

/// What agents do whose telephones ring.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BenchAgent {
    /// They answer after three seconds, and the caller hangs up when the script is over.
    #[default]
    Answers,
    /// They are on the telephone.
    Busy,
    /// Nobody comes.
    NoAnswer,
}

/// A call on the bench.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BenchCallBody {
    /// The flow.
    #[schema(value_type = String, example = "flow_01jd3k6q9we3t8v2c4x5z6b7n8")]
    flow: IvrFlowId,
    /// `published` (the version that calls take) or `draft`.
    #[serde(default)]
    #[schema(inline)]
    version: BenchVersion,
    /// The caller's number; none: it is withheld.
    #[schema(max_length = 64, example = "+46706170786")]
    from: Option<String>,
    /// The number that is called.
    #[schema(max_length = 64)]
    to: Option<String>,
    /// What the caller does.
    #[schema(max_items = 500)]
    script: Option<Vec<ScriptedBody>>,
    /// What agents do whose telephones ring.
    #[schema(inline)]
    agent: Option<BenchAgent>,
    /// Whether it is played by hand: nothing happens until an input comes, and the clock is the real one. Then there is
    /// neither `script` nor `agent`.
    #[serde(default)]
    by_hand: bool,
}

/// Which version of a flow is called.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BenchVersion {
    /// The version that calls take.
    #[default]
    Published,
    /// What is being written.
    Draft,
}

/// What becomes of whoever rings in a call by hand.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BenchAgentInput {
    /// They answer.
    Answer,
    /// They are on the telephone.
    Busy,
    /// Nobody comes.
    NoAnswer,
    /// They have parted.
    End,
}

/// A message that was recorded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BenchRecorded {
    /// How long it is.
    #[schema(maximum = 600000)]
    ms: u64,
}

/// Something that happens in a call by hand: exactly one of these.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BenchInputBody {
    /// Keys that are pressed, in turn.
    #[schema(min_length = 1, max_length = 100, pattern = "^[0-9*#]+$", example = "5")]
    press: Option<String>,
    /// What was played under this id is over.
    heard: Option<u32>,
    /// `true`: time has passed, and timers that are due fire.
    tick: Option<bool>,
    /// What becomes of whoever rings.
    #[schema(inline)]
    agent: Option<BenchAgentInput>,
    /// A message was recorded.
    recorded: Option<BenchRecorded>,
    /// `true`: the caller hangs up.
    hang_up: Option<bool>,
}

impl BenchInputBody {
    fn input(self) -> Result<HandInput, Error> {
        let leg = |agent| match agent {
            BenchAgentInput::Answer => HandLeg::Answer,
            BenchAgentInput::Busy => HandLeg::Busy,
            BenchAgentInput::NoAnswer => HandLeg::NoAnswer,
            BenchAgentInput::End => HandLeg::End,
        };
        let mut all = [
            self.press.map(HandInput::Press),
            self.heard.map(HandInput::Heard),
            self.tick.filter(|is| *is).map(|_| HandInput::Tick),
            self.agent.map(leg).map(HandInput::Leg),
            self.recorded.map(|recorded| HandInput::Recorded(recorded.ms)),
            self.hang_up.filter(|is| *is).map(|_| HandInput::HangUp),
        ]
        .into_iter()
        .flatten();
        if let (Some(one), None) = (all.next(), all.next()) {
            return Ok(one);
        }
        let detail = "Say one of `press`, `heard`, `tick`, `agent`, `recorded` and `hang_up`.";
        Err(Error::invalid("", "not-one", detail))
    }
}

/// Begins a call without telephony and keeps it as a call. With a script it is played on a virtual clock to its end; by
/// hand it goes on with inputs. Look-ups are made, codes are used up; no telephone rings and no text message is sent.
#[utoipa::path(post, path = "/v1/bench/calls", tag = "phone", operation_id = "bench_call",
    security(("api_key" = []), ("session" = [])), request_body = BenchCallBody,
    responses((status = 201, body = CallView), Refusals))]
async fn bench_call(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<BenchCallBody>,
) -> Result<(StatusCode, Json<CallView>), Failure> {
    let is_draft = body.version == BenchVersion::Draft;
    let made = if body.by_hand {
        for (is_given, pointer) in [(body.script.is_some(), "/script"), (body.agent.is_some(), "/agent")] {
            if is_given {
                let detail = "A call by hand has neither a script nor agents: it goes on with inputs.";
                return Err(Error::invalid(pointer, "not-expected", detail).into());
            }
        }
        let asked = HandCall { flow: body.flow, is_draft, from: body.from, to: body.to };
        app.service.begin_bench_call(&request, asked).await?
    } else {
        let step = |step: ScriptedBody| Scripted {
            after_ms: step.after_ms,
            press: step.press,
            hang_up: step.hang_up,
        };
        let asked = BenchCall {
            flow: body.flow,
            is_draft,
            from: body.from,
            to: body.to,
            script: body.script.unwrap_or_default().into_iter().map(step).collect(),
            legs: match body.agent.unwrap_or_default() {
                BenchAgent::Answers => LegOutcome::Answered,
                BenchAgent::Busy => LegOutcome::Busy,
                BenchAgent::NoAnswer => LegOutcome::NoAnswer,
            },
        };
        app.service.bench_call(&request, asked).await?
    };
    Ok((StatusCode::CREATED, Json(CallView::of(made))))
}

/// A call on the bench as it is at this moment.
#[utoipa::path(get, path = "/v1/bench/calls/{id}", tag = "phone", operation_id = "read_bench_call",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = BenchMoment), Refusals))]
async fn read_bench_call(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CallId>,
    _: NoParams,
) -> Result<Json<BenchMoment>, Failure> {
    Ok(Json(BenchMoment::of(app.service.read_bench_call(&request, id).await?)))
}

/// Something happens in a call by hand. What is late, or is for something else, does nothing.
#[utoipa::path(post, path = "/v1/bench/calls/{id}/inputs", tag = "phone", operation_id = "bench_input",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = BenchInputBody,
    responses((status = 200, body = BenchMoment), Refusals))]
async fn bench_input(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CallId>,
    Body(body): Body<BenchInputBody>,
) -> Result<Json<BenchMoment>, Failure> {
    Ok(Json(BenchMoment::of(app.service.bench_input(&request, id, body.input()?).await?)))
}
