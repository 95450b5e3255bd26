//! The steps of an engagement. Each names the revision that was seen: of two who go on with one, one is refused.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use countersign_service::caller::Request;
use countersign_service::engagement::{About, Given, GivenReply, SearchInput, SendBy, Step, StepName};
use countersign_types::pii::Pii;
use countersign_types::{EngagementId, Error, MandateId, ProfileId, TopicId, UserId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Auth, Body, Id};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;
use crate::view::engagement::{EngagementSearchResultsView, EngagementView};

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(choose_engagement_topic))
        .routes(routes!(choose_engagement_about))
        .routes(routes!(search_in_engagement))
        .routes(routes!(select_in_engagement))
        .routes(routes!(choose_engagement_mandate))
        .routes(routes!(answer_in_engagement))
        .routes(routes!(finish_engagement_questions))
        .routes(routes!(take_engagement_evidence))
        .routes(routes!(ask_for_engagement_code))
        .routes(routes!(redeem_engagement_code))
        .routes(routes!(send_engagement_code))
        .routes(routes!(confirm_engagement_code))
        .routes(routes!(go_back_in_engagement))
        .routes(routes!(end_engagement))
}

async fn take(
    app: &App,
    request: &Request,
    id: EngagementId,
    revision: u32,
    step: Step,
) -> Result<Json<EngagementView>, Failure> {
    let detail = app.service.take_engagement_step(request, id, revision, step).await?;
    Ok(Json(EngagementView::of(&detail, &app.service.snapshot())))
}

/// Why they call.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EngagementTopicBody {
    /// `verification.revision` as it was seen.
    revision: u32,
    /// For which person a program acts; people leave it out.
    #[schema(value_type = Option<String>)]
    on_behalf_of: Option<UserId>,
    /// The topic.
    #[schema(value_type = String)]
    topic_id: TopicId,
}

/// Chooses the topic. Everything begins anew; a topic that is not confidential ends it.
#[utoipa::path(post, path = "/v1/engagements/{id}/topic", tag = "verification",
    operation_id = "choose_engagement_topic", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = EngagementTopicBody,
    responses((status = 200, body = EngagementView), Refusals))]
async fn choose_engagement_topic(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    Body(body): Body<EngagementTopicBody>,
) -> Result<Json<EngagementView>, Failure> {
    take(&app, &request.on_behalf_of(body.on_behalf_of), id, body.revision, Step::Topic(body.topic_id)).await
}

/// Whom it is about.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EngagementAboutBody {
    /// `verification.revision` as it was seen.
    revision: u32,
    /// For which person a program acts; people leave it out.
    #[schema(value_type = Option<String>)]
    on_behalf_of: Option<UserId>,
    /// `self` or `someone_else`.
    #[schema(pattern = "^(self|someone_else)$")]
    about: String,
}

/// Says whom it is about. For somebody else the representative is verified first.
#[utoipa::path(post, path = "/v1/engagements/{id}/subject", tag = "verification",
    operation_id = "choose_engagement_about", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = EngagementAboutBody,
    responses((status = 200, body = EngagementView), Refusals))]
async fn choose_engagement_about(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    Body(body): Body<EngagementAboutBody>,
) -> Result<Json<EngagementView>, Failure> {
    let about = match body.about.as_str() {
        "self" => About::Oneself,
        "someone_else" => About::SomebodyElse,
        _ => return Err(Error::invalid("/about", "invalid", "`self` or `someone_else`.").into()),
    };
    take(&app, &request.on_behalf_of(body.on_behalf_of), id, body.revision, Step::About(about)).await
}

/// A search.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EngagementSearchBody {
    /// `verification.revision` as it was seen.
    revision: u32,
    /// For which person a program acts; people leave it out.
    #[schema(value_type = Option<String>)]
    on_behalf_of: Option<UserId>,
    /// Which of `verification.searches`, from 0.
    #[schema(maximum = 9)]
    search: usize,
    /// Keywords: a name, a number, an address, a reference.
    #[schema(max_length = 200)]
    query: Option<String>,
    /// Or fields of the search, each with what it is to be.
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    fields: Option<BTreeMap<String, String>>,
}

/// Makes a search of the policy. What is asked about is not in what it finds, and names are masked for everybody.
#[utoipa::path(post, path = "/v1/engagements/{id}/search", tag = "verification",
    operation_id = "search_in_engagement", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = EngagementSearchBody,
    responses((status = 200, body = EngagementSearchResultsView), Refusals))]
async fn search_in_engagement(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    Body(body): Body<EngagementSearchBody>,
) -> Result<Json<EngagementSearchResultsView>, Failure> {
    let input = match (body.query, body.fields) {
        (Some(query), None) => SearchInput::Query(Pii::new(query)),
        (None, Some(fields)) => {
            SearchInput::Fields(fields.into_iter().map(|(field, text)| (field, Pii::new(text))).collect())
        }
        _ => return Err(Error::invalid("/query", "one-of", "Send one of `query` and `fields`.").into()),
    };
    let request = request.on_behalf_of(body.on_behalf_of);
    let found = app.service.search_in_engagement(&request, id, body.revision, body.search, input).await?;
    Ok(Json(EngagementSearchResultsView::of(&found, &app.service.snapshot())))
}

/// Who it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EngagementSelectBody {
    /// `verification.revision` as it was seen.
    revision: u32,
    /// For which person a program acts; people leave it out.
    #[schema(value_type = Option<String>)]
    on_behalf_of: Option<UserId>,
    /// The customer.
    #[schema(value_type = String)]
    profile_id: ProfileId,
}

/// Selects one of those found, or a candidate.
#[utoipa::path(post, path = "/v1/engagements/{id}/select", tag = "verification",
    operation_id = "select_in_engagement", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = EngagementSelectBody,
    responses((status = 200, body = EngagementView), Refusals))]
async fn select_in_engagement(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    Body(body): Body<EngagementSelectBody>,
) -> Result<Json<EngagementView>, Failure> {
    take(&app, &request.on_behalf_of(body.on_behalf_of), id, body.revision, Step::Select(body.profile_id))
        .await
}

/// By which mandate.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EngagementMandateBody {
    /// `verification.revision` as it was seen.
    revision: u32,
    /// For which person a program acts; people leave it out.
    #[schema(value_type = Option<String>)]
    on_behalf_of: Option<UserId>,
    /// The mandate.
    #[schema(value_type = String)]
    mandate_id: MandateId,
}

/// Chooses the mandate of a representative who was verified.
#[utoipa::path(post, path = "/v1/engagements/{id}/mandate", tag = "verification",
    operation_id = "choose_engagement_mandate", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = EngagementMandateBody,
    responses((status = 200, body = EngagementView), Refusals))]
async fn choose_engagement_mandate(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    Body(body): Body<EngagementMandateBody>,
) -> Result<Json<EngagementView>, Failure> {
    take(&app, &request.on_behalf_of(body.on_behalf_of), id, body.revision, Step::Mandate(body.mandate_id))
        .await
}

/// An answer: exactly one of `said`, `is_right` and `skipped`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EngagementAnswerBody {
    /// The question's field.
    #[schema(max_length = 60)]
    field: String,
    /// What was said: the server compares it, or asks the source. It is kept nowhere.
    #[schema(max_length = 500)]
    said: Option<String>,
    /// Where the agent judges: whether it was right.
    is_right: Option<bool>,
    /// There was no answer, which counts as wrong.
    skipped: Option<bool>,
}

impl EngagementAnswerBody {
    fn read(self, n: usize) -> Result<Given, Error> {
        let reply = match (self.said, self.is_right, self.skipped) {
            (Some(said), None, None) => GivenReply::Said(Pii::new(said)),
            (None, Some(is_right), None) => GivenReply::Ticked(is_right),
            (None, None, Some(true)) => GivenReply::Skipped,
            _ => {
                let detail = "Send one of `said`, `is_right` and `skipped`.";
                return Err(Error::invalid(format!("/answers/{n}"), "one-of", detail));
            }
        };
        Ok(Given { field: self.field, reply })
    }
}

/// Answers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EngagementAnswersBody {
    /// `verification.revision` as it was seen.
    revision: u32,
    /// For which person a program acts; people leave it out.
    #[schema(value_type = Option<String>)]
    on_behalf_of: Option<UserId>,
    /// The answers.
    #[schema(min_items = 1, max_items = 40)]
    answers: Vec<EngagementAnswerBody>,
}

/// Takes answers. Whether they are right is said by nothing before the end; the last answer to a question counts.
#[utoipa::path(post, path = "/v1/engagements/{id}/answers", tag = "verification",
    operation_id = "answer_in_engagement", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = EngagementAnswersBody,
    responses((status = 200, body = EngagementView), Refusals))]
async fn answer_in_engagement(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    Body(body): Body<EngagementAnswersBody>,
) -> Result<Json<EngagementView>, Failure> {
    let answers = body.answers.into_iter().enumerate().map(|(n, answer)| answer.read(n));
    let answers = answers.collect::<Result<Vec<Given>, Error>>()?;
    take(&app, &request.on_behalf_of(body.on_behalf_of), id, body.revision, Step::Answers(answers)).await
}

/// A step that says nothing more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EngagementStepBody {
    /// `verification.revision` as it was seen.
    revision: u32,
    /// For which person a program acts; people leave it out.
    #[schema(value_type = Option<String>)]
    on_behalf_of: Option<UserId>,
}

/// All was asked: now it is decided. What was not answered counts as wrong.
#[utoipa::path(post, path = "/v1/engagements/{id}/finish", tag = "verification",
    operation_id = "finish_engagement_questions", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = EngagementStepBody,
    responses((status = 200, body = EngagementView), Refusals))]
async fn finish_engagement_questions(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    Body(body): Body<EngagementStepBody>,
) -> Result<Json<EngagementView>, Failure> {
    take(&app, &request.on_behalf_of(body.on_behalf_of), id, body.revision, Step::Finish).await
}

/// Takes the strong evidence that the conversation holds of whoever was selected: a code, a signed session.
#[utoipa::path(post, path = "/v1/engagements/{id}/evidence", tag = "verification",
    operation_id = "take_engagement_evidence", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = EngagementStepBody,
    responses((status = 200, body = EngagementView), Refusals))]
async fn take_engagement_evidence(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    Body(body): Body<EngagementStepBody>,
) -> Result<Json<EngagementView>, Failure> {
    take(&app, &request.on_behalf_of(body.on_behalf_of), id, body.revision, Step::Evidence).await
}

/// Asks the customer for an identification code, in the conversation that the engagement belongs to.
#[utoipa::path(post, path = "/v1/engagements/{id}/code", tag = "verification",
    operation_id = "ask_for_engagement_code", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = EngagementStepBody,
    responses((status = 200, body = EngagementView), Refusals))]
async fn ask_for_engagement_code(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    Body(body): Body<EngagementStepBody>,
) -> Result<Json<EngagementView>, Failure> {
    let request = request.on_behalf_of(body.on_behalf_of);
    let detail = app.service.ask_for_engagement_code(&request, id, body.revision).await?;
    Ok(Json(EngagementView::of(&detail, &app.service.snapshot())))
}

/// A code that was read out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EngagementCodeBody {
    /// `verification.revision` as it was seen.
    revision: u32,
    /// The code, as the customer reads it out. It is kept nowhere.
    #[schema(max_length = 64)]
    code: String,
    /// The person for whom a program acts; needed of programs, refused of people for anybody else.
    #[schema(value_type = Option<String>)]
    on_behalf_of: Option<UserId>,
}

/// Redeems a code that the caller reads out, in a call that goes on. It counts as one that was keyed in: used once, its misses
/// counted for the caller. What it proves stands with the call, and is taken by `evidence`.
#[utoipa::path(post, path = "/v1/engagements/{id}/redeem", tag = "verification",
    operation_id = "redeem_engagement_code", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = EngagementCodeBody,
    responses((status = 200, body = EngagementView), Refusals))]
async fn redeem_engagement_code(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    Body(body): Body<EngagementCodeBody>,
) -> Result<Json<EngagementView>, Failure> {
    let code = Pii::new(body.code);
    let request = request.on_behalf_of(body.on_behalf_of);
    let detail = app.service.redeem_engagement_code(&request, id, body.revision, &code).await?;
    Ok(Json(EngagementView::of(&detail, &app.service.snapshot())))
}

/// By what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EngagementSendBody {
    /// `verification.revision` as it was seen.
    revision: u32,
    /// For which person a program acts; people leave it out.
    #[schema(value_type = Option<String>)]
    on_behalf_of: Option<UserId>,
    /// One of `verification.evidence.ways`: `text_message`.
    #[schema(pattern = "^text_message$")]
    by: String,
}

/// Sends a code of six digits to the number that the company itself has on file of whoever was selected, where the policy says so
/// (`sent_code_after_hours`). It is good for ten minutes. Whoever reads it back holds that number.
#[utoipa::path(post, path = "/v1/engagements/{id}/send-code", tag = "verification",
    operation_id = "send_engagement_code", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = EngagementSendBody,
    responses((status = 200, body = EngagementView), Refusals))]
async fn send_engagement_code(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    Body(body): Body<EngagementSendBody>,
) -> Result<Json<EngagementView>, Failure> {
    let by = SendBy::parse(&body.by).ok_or_else(|| Error::invalid("/by", "invalid", "`text_message`."))?;
    let request = request.on_behalf_of(body.on_behalf_of);
    let detail = app.service.send_engagement_code(&request, id, body.revision, by).await?;
    Ok(Json(EngagementView::of(&detail, &app.service.snapshot())))
}

/// Takes the code that was sent, as it is read back. The right one replaces the questions at once and gives AL3; three wrong ones
/// use it up and count as a session that failed.
#[utoipa::path(post, path = "/v1/engagements/{id}/confirm-code", tag = "verification",
    operation_id = "confirm_engagement_code", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = EngagementCodeBody,
    responses((status = 200, body = EngagementView), Refusals))]
async fn confirm_engagement_code(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    Body(body): Body<EngagementCodeBody>,
) -> Result<Json<EngagementView>, Failure> {
    let code = Pii::new(body.code);
    let request = request.on_behalf_of(body.on_behalf_of);
    let detail = app.service.confirm_engagement_code(&request, id, body.revision, &code).await?;
    Ok(Json(EngagementView::of(&detail, &app.service.snapshot())))
}

/// Where to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EngagementBackBody {
    /// `verification.revision` as it was seen.
    revision: u32,
    /// For which person a program acts; people leave it out.
    #[schema(value_type = Option<String>)]
    on_behalf_of: Option<UserId>,
    /// `topic`, `about`, `representative`, `mandate` or `customer`.
    #[schema(pattern = "^(topic|about|representative|mandate|customer)$")]
    to: String,
}

/// Goes back to an earlier step, which is taken anew with all that rests on it. No pass outlives what it was given for.
#[utoipa::path(post, path = "/v1/engagements/{id}/back", tag = "verification",
    operation_id = "go_back_in_engagement", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = EngagementBackBody,
    responses((status = 200, body = EngagementView), Refusals))]
async fn go_back_in_engagement(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    Body(body): Body<EngagementBackBody>,
) -> Result<Json<EngagementView>, Failure> {
    let to = match body.to.as_str() {
        "topic" => StepName::Topic,
        "about" => StepName::About,
        "representative" => StepName::Representative,
        "mandate" => StepName::Mandate,
        "customer" => StepName::Customer,
        _ => {
            let detail = "`topic`, `about`, `representative`, `mandate` or `customer`.";
            return Err(Error::invalid("/to", "invalid", detail).into());
        }
    };
    take(&app, &request.on_behalf_of(body.on_behalf_of), id, body.revision, Step::Back(to)).await
}

/// Ends an engagement: it stops. What was answered and not decided counts as failed.
#[utoipa::path(post, path = "/v1/engagements/{id}/end", tag = "verification",
    operation_id = "end_engagement", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = EngagementStepBody,
    responses((status = 200, body = EngagementView), Refusals))]
async fn end_engagement(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    Body(body): Body<EngagementStepBody>,
) -> Result<Json<EngagementView>, Failure> {
    take(&app, &request.on_behalf_of(body.on_behalf_of), id, body.revision, Step::End).await
}
