//! `/v1/calls`: who rang and what came of it.

use std::sync::Arc;

use axum::extract::State;
use countersign_service::call::CallFilter;
use countersign_types::call::CallOutcome;
use countersign_types::{CallId, Error, ProfileId, UserId};
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
        .routes(routes!(accept_call))
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

/// Takes a call that rings for whoever asks, or for a group they are in.
#[utoipa::path(post, path = "/v1/calls/{id}/accept", tag = "phone", operation_id = "accept_call",
    security(("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = CallView), Refusals))]
async fn accept_call(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<CallId>,
    _: NoParams,
) -> Result<Json<CallView>, Failure> {
    Ok(Json(CallView::of(app.service.accept_call(&request, id).await?)))
}
