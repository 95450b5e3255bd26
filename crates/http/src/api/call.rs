//! `/v1/calls`: who rang and what came of it; `/v1/bench/calls`: calls without telephony.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::call::{BenchCall, CallFilter, LegOutcome, Scripted};
use countersign_types::call::CallOutcome;
use countersign_types::{CallId, Error, IvrFlowId, ProfileId, UserId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::visit::id;
use crate::cursor::{List, narrowed, page_request};
use crate::extract::{Auth, Body, Id, NoParams, Params};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::call::CallView;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_calls))
        .routes(routes!(read_call, note_call))
        .routes(routes!(bench_call))
}

/// Which calls.
#[derive(Debug, Default, Deserialize, IntoParams, ToSchema)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CallParams {
    /// Of this customer.
    profile: Option<String>,
    /// Taken by this agent.
    agent: Option<String>,
    /// That came to this.
    #[param(pattern = "^(answered|abandoned|missed|voicemail|transferred|handled)$")]
    outcome: Option<String>,
    /// Those that go on (`true`) or are over.
    live: Option<bool>,
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl CallParams {
    fn filter(&self) -> Result<CallFilter, Error> {
        let outcome = match &self.outcome {
            None => None,
            Some(word) => Some(CallOutcome::parse(word).ok_or_else(|| {
                let detail = "`answered`, `abandoned`, `missed`, `voicemail`, `transferred` or `handled`.";
                Error::invalid("outcome", "invalid", detail)
            })?),
        };
        Ok(CallFilter {
            profile: id::<ProfileId>(self.profile.as_deref(), "profile", "profile")?,
            agent: id::<UserId>(self.agent.as_deref(), "agent", "user")?,
            outcome,
            is_live: self.live,
            account: None,
        })
    }

    fn name(&self) -> String {
        let live = self.live.map(|live| if live { "1" } else { "0" });
        narrowed("calls", &[self.profile.as_deref(), self.agent.as_deref(), self.outcome.as_deref(), live])
    }
}

/// What is to be said of a call.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallPatchBody {
    /// The agent's note; an empty text takes it away.
    #[schema(max_length = 10000)]
    note: String,
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
    #[serde(default)]
    #[schema(max_items = 500)]
    script: Vec<ScriptedBody>,
    /// What agents do whose telephones ring.
    #[serde(default)]
    #[schema(inline)]
    agent: BenchAgent,
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

/// Calls, newest first.
#[utoipa::path(get, path = "/v1/calls", tag = "phone", operation_id = "list_calls",
    security(("api_key" = []), ("session" = [])), params(CallParams),
    responses((status = 200, body = List<CallView>), Refusals))]
async fn list_calls(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<CallParams>,
) -> Result<Json<List<CallView>>, Failure> {
    let name = params.name();
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let found = app.service.list_calls(&request, params.filter()?, page).await?;
    Ok(Json(List::of(&app.service, &name, found, CallView::of)))
}

/// A call.
#[utoipa::path(get, path = "/v1/calls/{id}", tag = "phone", operation_id = "read_call",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = CallView), Refusals))]
async fn read_call(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CallId>,
    _: NoParams,
) -> Result<Json<CallView>, Failure> {
    Ok(Json(CallView::of(app.service.read_call(&request, id).await?)))
}

/// Writes down what an agent has to say of a call.
#[utoipa::path(patch, path = "/v1/calls/{id}", tag = "phone", operation_id = "note_call",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = CallPatchBody,
    responses((status = 200, body = CallView), Refusals))]
async fn note_call(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CallId>,
    Body(body): Body<CallPatchBody>,
) -> Result<Json<CallView>, Failure> {
    Ok(Json(CallView::of(app.service.note_call(&request, id, &body.note).await?)))
}

/// Plays a call without telephony, on a virtual clock, and keeps it as a call. Look-ups are made, codes are used up;
/// no telephone rings and no text message is sent.
#[utoipa::path(post, path = "/v1/bench/calls", tag = "phone", operation_id = "bench_call",
    security(("api_key" = []), ("session" = [])), request_body = BenchCallBody,
    responses((status = 201, body = CallView), Refusals))]
async fn bench_call(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<BenchCallBody>,
) -> Result<(StatusCode, Json<CallView>), Failure> {
    let step =
        |step: ScriptedBody| Scripted { after_ms: step.after_ms, press: step.press, hang_up: step.hang_up };
    let asked = BenchCall {
        flow: body.flow,
        is_draft: body.version == BenchVersion::Draft,
        from: body.from,
        to: body.to,
        script: body.script.into_iter().map(step).collect(),
        legs: match body.agent {
            BenchAgent::Answers => LegOutcome::Answered,
            BenchAgent::Busy => LegOutcome::Busy,
            BenchAgent::NoAnswer => LegOutcome::NoAnswer,
        },
    };
    let made = app.service.bench_call(&request, asked).await?;
    Ok((StatusCode::CREATED, Json(CallView::of(made))))
}
