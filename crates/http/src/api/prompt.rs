//! `/v1/prompts`: what callers hear as recordings.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign_service::prompt::{FILE_BYTES_MAX, RecordingSource};
use countersign_types::{Error, PromptId};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cursor::List;
use crate::extract::{Auth, Body, Id, NoParams, Params, SameOrigin};
use crate::json::Json;
use crate::middleware::broken_body;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::public::media::sound;
use crate::router::App;
use crate::view::prompt::{PromptView, VoiceView};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_prompts, create_prompt))
        .routes(routes!(read_prompt, update_prompt, delete_prompt))
        .routes(routes!(put_recording, delete_recording))
        .routes(routes!(speak_prompt))
        .routes(routes!(open_recording))
        .routes(routes!(read_voice))
}

/// A new prompt, or its new name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromptBody {
    /// Its name; no other prompt has it.
    #[schema(min_length = 1, max_length = 80, example = "Welcome")]
    name: String,
}

/// What the server's voice is to say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpeechBody {
    /// In which language, a tag such as `sv`.
    #[schema(min_length = 2, max_length = 35, example = "sv")]
    language: String,
    /// What.
    #[schema(min_length = 1, max_length = 2000, example = "Välkommen till banken.")]
    text: String,
}

/// How a recording came about.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordingParams {
    /// `upload` (a file), which it is where nothing is said, or `recording` (a browser's microphone).
    #[param(value_type = Option<String>, pattern = "^(upload|recording)$")]
    source: Option<RecordingSource>,
}

/// Which recording.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AudioParams {
    /// A language tag, or `und` for no language in particular. Where there is no such recording, the one that a caller
    /// would hear in its place.
    #[param(max_length = 35)]
    language: Option<String>,
}

/// A prompt and a language in an address.
fn named((id, language): (String, String)) -> Result<(PromptId, String), Failure> {
    Ok((id.parse().map_err(|_| Error::NotFound("prompt"))?, language))
}

/// All prompts, by name.
#[utoipa::path(get, path = "/v1/prompts", tag = "phone", operation_id = "list_prompts",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = List<PromptView>), Refusals))]
async fn list_prompts(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<List<PromptView>>, Failure> {
    let all = app.service.list_prompts(&request).await?;
    Ok(Json(List::whole(all.into_iter().map(PromptView::from).collect())))
}

/// Adds a prompt. Its recordings follow.
#[utoipa::path(post, path = "/v1/prompts", tag = "phone", operation_id = "create_prompt",
    security(("api_key" = []), ("session" = [])), request_body = PromptBody,
    responses((status = 201, body = PromptView), Refusals))]
async fn create_prompt(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<PromptBody>,
) -> Result<(StatusCode, Json<PromptView>), Failure> {
    let made = app.service.create_prompt(&request, &body.name).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// A prompt.
#[utoipa::path(get, path = "/v1/prompts/{id}", tag = "phone", operation_id = "read_prompt",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = PromptView), Refusals))]
async fn read_prompt(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<PromptId>,
    _: NoParams,
) -> Result<Json<PromptView>, Failure> {
    Ok(Json(app.service.read_prompt(&request, id).await?.into()))
}

/// Gives a prompt another name.
#[utoipa::path(patch, path = "/v1/prompts/{id}", tag = "phone", operation_id = "update_prompt",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = PromptBody,
    responses((status = 200, body = PromptView), Refusals))]
async fn update_prompt(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<PromptId>,
    Body(body): Body<PromptBody>,
) -> Result<Json<PromptView>, Failure> {
    Ok(Json(app.service.rename_prompt(&request, id, &body.name).await?.into()))
}

/// Deletes a prompt with its recordings. One that a flow plays stays (`prompt-in-use`).
#[utoipa::path(delete, path = "/v1/prompts/{id}", tag = "phone", operation_id = "delete_prompt",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_prompt(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<PromptId>,
) -> Result<StatusCode, Failure> {
    app.service.delete_prompt(&request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a recording in place of the one in its language: the body is a WAV file of any usual kind, at most 10 MiB and
/// 10 minutes. It is kept as telephones play it: one channel, 8,000 samples a second.
#[utoipa::path(put, path = "/v1/prompts/{id}/recordings/{language}", tag = "phone",
    operation_id = "put_prompt_recording", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path), ("language" = String, Path), RecordingParams),
    request_body(content = String, content_type = "audio/wav"),
    responses((status = 200, body = PromptView), Refusals))]
async fn put_recording(
    State(app): State<Arc<App>>,
    Auth(caller): Auth,
    Path(address): Path<(String, String)>,
    Params(params): Params<RecordingParams>,
    request: Request,
) -> Result<Json<PromptView>, Failure> {
    let (id, language) = named(address)?;
    let source = params.source.unwrap_or(RecordingSource::Upload);
    if source == RecordingSource::Speech {
        let detail = "Have the server speak a text instead.";
        return Err(Failure(Error::invalid("source", "invalid-value", detail)));
    }
    // Before any of it is read: whoever may not is not kept waiting, and takes up no memory.
    let upload = app.service.upload_recording(&caller, id, &language, source).await?;
    let file = match Limited::new(request.into_body(), FILE_BYTES_MAX).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Err(Failure(too_big())),
        Err(_) => return Err(Failure(broken_body())),
    };
    Ok(Json(upload.finish(file.into()).await?.into()))
}

fn too_big() -> Error {
    let detail = "The file is bigger than 10 MiB. Save it with one channel and 16,000 samples a second.";
    Error::invalid("", "recording-too-big", detail)
}

/// Deletes the recording in one language.
#[utoipa::path(delete, path = "/v1/prompts/{id}/recordings/{language}", tag = "phone",
    operation_id = "delete_prompt_recording", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path), ("language" = String, Path)),
    responses((status = 204), Refusals))]
async fn delete_recording(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Path(address): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let (id, language) = named(address)?;
    app.service.delete_recording(&request, id, &language).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Has the server's voice speak a text, and keeps that in place of the recording in its language.
#[utoipa::path(post, path = "/v1/prompts/{id}/speech", tag = "phone", operation_id = "speak_prompt",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)), request_body = SpeechBody,
    responses((status = 200, body = PromptView), Refusals))]
async fn speak_prompt(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<PromptId>,
    Body(body): Body<SpeechBody>,
) -> Result<Json<PromptView>, Failure> {
    Ok(Json(app.service.speak_prompt(&request, id, &body.language, &body.text).await?.into()))
}

/// A recording, as callers hear it.
#[utoipa::path(get, path = "/v1/prompts/{id}/audio", tag = "phone", operation_id = "open_prompt_recording",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), AudioParams),
    responses((status = 200, description = "The recording", content((String = "audio/wav"))), Refusals))]
async fn open_recording(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: SameOrigin,
    Id(id): Id<PromptId>,
    Params(params): Params<AudioParams>,
) -> Result<Response, Failure> {
    let wav = app.service.open_recording(&request, id, params.language.as_deref()).await?;
    Ok(sound(wav, "private, no-store", "same-origin"))
}

/// The voice that the server speaks prompts with.
#[utoipa::path(get, path = "/v1/voice", tag = "phone", operation_id = "read_voice",
    security(("api_key" = []), ("session" = [])),
    responses((status = 200, body = VoiceView), Refusals))]
async fn read_voice(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<VoiceView>, Failure> {
    Ok(Json(app.service.read_voice(&request).await?.into()))
}
