//! `/v1/phone-numbers`: the company's numbers, and which flow their callers hear.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use countersign_service::phone_number::{NewPhoneNumber, PhoneNumberPatch};
use countersign_types::phone_number::{PhoneAdapter, PhoneProvider};
use countersign_types::{IvrFlowId, PhoneNumberId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::List;
use crate::extract::{Auth, Body, Id, NoParams, absent_or};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::phone_number::PhoneNumberView;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_phone_numbers, create_phone_number)).routes(routes!(
        read_phone_number,
        update_phone_number,
        delete_phone_number
    ))
}

/// A new phone number.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPhoneNumberBody {
    /// The number, in E.164 or as the workspace's country writes it; no other has it.
    #[schema(max_length = 64, example = "+46771123456")]
    number: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// How its calls come: `bench` (they do not), `twiml` (webhooks of a provider) or `sip`.
    #[schema(value_type = String, pattern = "^(bench|twiml|sip)$")]
    adapter: PhoneAdapter,
    /// Who provides it: `twilio`, `signalwire` or `telnyx`; needed with `twiml`, and only there.
    #[schema(value_type = Option<String>, pattern = "^(twilio|signalwire|telnyx)$")]
    provider: Option<PhoneProvider>,
    /// The flow that its callers hear; none: nobody answers.
    #[schema(value_type = Option<String>)]
    flow: Option<IvrFlowId>,
    /// The secret with which its provider signs; kept sealed and never given out.
    #[schema(max_length = 512)]
    auth_token: Option<String>,
    /// The key with which recordings are fetched, where the secret that signs is not the one that opens: SignalWire's API
    /// token, Telnyx' API key. Kept sealed and never given out.
    #[schema(max_length = 512)]
    api_key: Option<String>,
    /// Whether recordings are removed at the provider once they are here.
    #[serde(default)]
    removes_recordings: bool,
}

/// A change to a phone number.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhoneNumberPatchBody {
    /// The number.
    #[schema(max_length = 64)]
    number: Option<String>,
    /// Its name.
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    /// How its calls come.
    #[schema(value_type = Option<String>, pattern = "^(bench|twiml|sip)$")]
    adapter: Option<PhoneAdapter>,
    /// Who provides it. With another provider the secret goes, unless a new one comes along.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, pattern = "^(twilio|signalwire|telnyx)$")]
    provider: Option<Option<PhoneProvider>>,
    /// The flow that its callers hear; `null`: nobody answers.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>)]
    flow: Option<Option<IvrFlowId>>,
    /// The secret with which its provider signs; `null` takes it away.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 512)]
    auth_token: Option<Option<String>>,
    /// The key with which recordings are fetched; `null` takes it away.
    #[serde(default, deserialize_with = "absent_or")]
    #[schema(value_type = Option<String>, max_length = 512)]
    api_key: Option<Option<String>>,
    /// Whether recordings are removed at the provider once they are here.
    removes_recordings: Option<bool>,
}

/// All phone numbers, oldest first.
#[utoipa::path(get, path = "/v1/phone-numbers", tag = "phone", operation_id = "list_phone_numbers",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = List<PhoneNumberView>), Refusals))]
async fn list_phone_numbers(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<List<PhoneNumberView>>, Failure> {
    let all = app.service.list_phone_numbers(&request).await?;
    Ok(Json(List::whole(all.into_iter().map(PhoneNumberView::from).collect())))
}

/// Adds a phone number.
#[utoipa::path(post, path = "/v1/phone-numbers", tag = "phone", operation_id = "create_phone_number",
    security(("api_key" = []), ("session" = [])), request_body = NewPhoneNumberBody,
    responses((status = 201, body = PhoneNumberView), Refusals))]
async fn create_phone_number(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<NewPhoneNumberBody>,
) -> Result<(StatusCode, Json<PhoneNumberView>), Failure> {
    let NewPhoneNumberBody { number, name, adapter, provider, flow, auth_token, api_key, removes_recordings } =
        body;
    let new =
        NewPhoneNumber { number, name, adapter, provider, flow, auth_token, api_key, removes_recordings };
    let made = app.service.create_phone_number(&request, new).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// A phone number.
#[utoipa::path(get, path = "/v1/phone-numbers/{id}", tag = "phone", operation_id = "read_phone_number",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = PhoneNumberView), Refusals))]
async fn read_phone_number(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<PhoneNumberId>,
    _: NoParams,
) -> Result<Json<PhoneNumberView>, Failure> {
    Ok(Json(app.service.read_phone_number(&request, id).await?.into()))
}

/// Changes a phone number.
#[utoipa::path(patch, path = "/v1/phone-numbers/{id}", tag = "phone", operation_id = "update_phone_number",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = PhoneNumberPatchBody,
    responses((status = 200, body = PhoneNumberView), Refusals))]
async fn update_phone_number(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<PhoneNumberId>,
    Body(body): Body<PhoneNumberPatchBody>,
) -> Result<Json<PhoneNumberView>, Failure> {
    let PhoneNumberPatchBody {
        number,
        name,
        adapter,
        provider,
        flow,
        auth_token,
        api_key,
        removes_recordings,
    } = body;
    let patch =
        PhoneNumberPatch { number, name, adapter, provider, flow, auth_token, api_key, removes_recordings };
    Ok(Json(app.service.update_phone_number(&request, id, patch).await?.into()))
}

/// Deletes a phone number: nobody answers its calls any more.
#[utoipa::path(delete, path = "/v1/phone-numbers/{id}", tag = "phone", operation_id = "delete_phone_number",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_phone_number(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<PhoneNumberId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_phone_number(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
