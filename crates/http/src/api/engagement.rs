//! `/v1/engagements`: conversations in which somebody is verified, step by step.

mod steps;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_service::engagement::{EngagementFilter, EngagementPatch, InitiatingAttendee, NewEngagement};
use countersign_types::engagement::{EngagementDirection, EngagementOutcome, EngagementStatus};
use countersign_types::pii::Pii;
use countersign_types::{CallId, CaseId, EngagementId, Error, ProfileId, Timestamp, UserId};
use serde::{Deserialize, Deserializer, Serialize};
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
use crate::view::engagement::{
    EngagementLineView, EngagementRecordView, EngagementView, VerificationLocksView, page,
};

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_engagements, open_engagement))
        .routes(routes!(read_engagement, update_engagement))
        .routes(routes!(read_engagement_record))
        .routes(routes!(print_engagement_record))
        .routes(routes!(sign_engagement_result))
        .routes(routes!(list_verification_locks))
        .routes(routes!(override_verification_lock))
        .merge(steps::routes())
}

/// Which engagements.
#[derive(Debug, Default, Deserialize, IntoParams, ToSchema)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EngagementParams {
    /// How far they are.
    #[param(pattern = "^(new|in_progress|completed)$")]
    status: Option<String>,
    /// How people talk.
    #[param(max_length = 40)]
    channel: Option<String>,
    /// Who opened them: the id of a person or a key.
    #[param(max_length = 60)]
    owner: Option<String>,
    /// That name this customer.
    profile: Option<String>,
    /// Of this conversation.
    case: Option<String>,
    /// Of this call.
    call: Option<String>,
    /// That came out so.
    #[param(pattern = "^(proceed|stop|not_needed)$")]
    result: Option<String>,
    /// Rows at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

fn word<T>(
    text: Option<&str>,
    key: &'static str,
    parse: fn(&str) -> Option<T>,
    words: &'static str,
) -> Result<Option<T>, Error> {
    let Some(text) = text else { return Ok(None) };
    parse(text).map(Some).ok_or_else(|| Error::invalid(key, "invalid", words))
}

impl EngagementParams {
    fn filter(&self) -> Result<EngagementFilter, Error> {
        let statuses = "`new`, `in_progress` or `completed`.";
        let outcomes = "`proceed`, `stop` or `not_needed`.";
        Ok(EngagementFilter {
            status: word(self.status.as_deref(), "status", EngagementStatus::parse, statuses)?,
            channel: self.channel.clone(),
            owner: self.owner.clone(),
            profile: id::<ProfileId>(self.profile.as_deref(), "profile", "profile")?,
            case: id::<CaseId>(self.case.as_deref(), "case", "case")?,
            call: id::<CallId>(self.call.as_deref(), "call", "call")?,
            outcome: word(self.result.as_deref(), "result", EngagementOutcome::parse, outcomes)?,
            // The service says, by what is asked for.
            without_waiting: false,
        })
    }

    fn name(&self) -> String {
        let filter =
            [&self.status, &self.channel, &self.owner, &self.profile, &self.case, &self.call, &self.result];
        narrowed("engagements", &filter.map(|text| text.as_deref()))
    }
}

/// Somebody new.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadBody {
    /// Their name.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// Their number.
    #[schema(max_length = 40)]
    phone: Option<String>,
    /// Their address.
    #[schema(max_length = 320)]
    email: Option<String>,
}

/// Who began the conversation: exactly one of these.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttendeeBody {
    /// A customer.
    #[schema(value_type = Option<String>)]
    profile_id: Option<ProfileId>,
    /// Whoever has this number.
    #[schema(max_length = 40)]
    phone: Option<String>,
    /// Somebody new.
    lead: Option<LeadBody>,
}

impl AttendeeBody {
    fn read(self) -> Result<InitiatingAttendee, Error> {
        match (self.profile_id, self.phone, self.lead) {
            (Some(profile), None, None) => Ok(InitiatingAttendee::Profile(profile)),
            (None, Some(phone), None) => Ok(InitiatingAttendee::Phone(Pii::new(phone))),
            (None, None, Some(LeadBody { name, phone, email })) => Ok(InitiatingAttendee::Lead {
                name: name.map(Pii::new),
                phone: phone.map(Pii::new),
                email: email.map(Pii::new),
            }),
            _ => {
                let detail = "Name one of `profile_id`, `phone` and `lead`.";
                Err(Error::invalid("/initiating_attendee", "one-of", detail))
            }
        }
    }
}

/// An engagement to be opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EngagementBody {
    /// `in_person`, `voice`, `video`, `chat`, or a word of your own.
    #[schema(max_length = 40, pattern = "^[a-z_]+$")]
    channel: String,
    /// `inbound` or `outbound`.
    #[schema(value_type = String, pattern = "^(inbound|outbound)$")]
    r#type: EngagementDirection,
    /// When the conversation began; now, if nothing is said.
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    /// The conversation that it belongs to.
    #[schema(value_type = Option<String>)]
    case_id: Option<CaseId>,
    /// The call that it belongs to.
    #[schema(value_type = Option<String>)]
    call_id: Option<CallId>,
    /// Who began it.
    initiating_attendee: Option<AttendeeBody>,
    /// What it is about, in your words.
    #[schema(max_length = 200)]
    reason: Option<String>,
    /// For which person a program acts; people leave it out.
    #[schema(value_type = Option<String>)]
    on_behalf_of: Option<UserId>,
}

fn touched<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(d).map(Some)
}

/// What is written of an engagement. What is left out stays; `null` takes it away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EngagementPatchBody {
    /// What it is about, in your words.
    #[serde(default, deserialize_with = "touched")]
    #[schema(value_type = Option<String>, max_length = 200)]
    reason: Option<Option<String>>,
    /// How the customer felt.
    #[serde(default, deserialize_with = "touched")]
    #[schema(value_type = Option<String>, max_length = 200)]
    sentiment: Option<Option<String>>,
    /// Notes.
    #[serde(default, deserialize_with = "touched")]
    #[schema(value_type = Option<String>, max_length = 10000)]
    notes: Option<Option<String>>,
    /// Fields of your own, all of them; 50 at most.
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    custom: Option<BTreeMap<String, String>>,
    /// When the conversation ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    /// Who began it; not once somebody was verified.
    initiating_attendee: Option<AttendeeBody>,
}

/// Engagements, newest first.
#[utoipa::path(get, path = "/v1/engagements", tag = "verification", operation_id = "list_engagements",
    security(("api_key" = []), ("session" = [])), params(EngagementParams),
    responses((status = 200, body = List<EngagementLineView>), Refusals))]
async fn list_engagements(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Params(params): Params<EngagementParams>,
) -> Result<Json<List<EngagementLineView>>, Failure> {
    let name = params.name();
    let page = page_request(&app.service, &name, params.limit, params.cursor.as_deref())?;
    let found = app.service.list_engagements(&request, params.filter()?, page).await?;
    Ok(Json(List::of(&app.service, &name, found, |detail| EngagementLineView::of(&detail))))
}

/// Opens an engagement. Where its conversation or its call has one that goes on, that one is answered, with status 200.
#[utoipa::path(post, path = "/v1/engagements", tag = "verification", operation_id = "open_engagement",
    security(("api_key" = []), ("session" = [])), request_body = EngagementBody,
    responses((status = 201, body = EngagementView), (status = 200, body = EngagementView), Refusals))]
async fn open_engagement(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<EngagementBody>,
) -> Result<(StatusCode, Json<EngagementView>), Failure> {
    let request = request.on_behalf_of(body.on_behalf_of);
    let new = NewEngagement {
        channel: body.channel,
        direction: body.r#type,
        started_at: body.started_at,
        case: body.case_id,
        call: body.call_id,
        attendee: body.initiating_attendee.map(AttendeeBody::read).transpose()?,
        reason: body.reason.map(Pii::new),
    };
    let (detail, is_new) = app.service.open_engagement(&request, new).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(EngagementView::of(&detail, &app.service.snapshot()))))
}

/// An engagement: how far the verification is, what comes next.
#[utoipa::path(get, path = "/v1/engagements/{id}", tag = "verification", operation_id = "read_engagement",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, body = EngagementView), Refusals))]
async fn read_engagement(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    _: NoParams,
) -> Result<Json<EngagementView>, Failure> {
    let detail = app.service.read_engagement(&request, id).await?;
    Ok(Json(EngagementView::of(&detail, &app.service.snapshot())))
}

/// Writes down what you have to say of an engagement. Its record is not changed by it.
#[utoipa::path(patch, path = "/v1/engagements/{id}", tag = "verification", operation_id = "update_engagement",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    request_body = EngagementPatchBody, responses((status = 200, body = EngagementView), Refusals))]
async fn update_engagement(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    Body(body): Body<EngagementPatchBody>,
) -> Result<Json<EngagementView>, Failure> {
    let text = |text: Option<Option<String>>| text.map(|text| text.map(Pii::new));
    let custom =
        |all: BTreeMap<String, String>| all.into_iter().map(|(key, text)| (key, Pii::new(text))).collect();
    let patch = EngagementPatch {
        reason: text(body.reason),
        sentiment: text(body.sentiment),
        notes: text(body.notes),
        custom: body.custom.map(custom),
        ended_at: body.ended_at,
        attendee: body.initiating_attendee.map(AttendeeBody::read).transpose()?,
    };
    let detail = app.service.update_engagement(&request, id, patch).await?;
    Ok(Json(EngagementView::of(&detail, &app.service.snapshot())))
}

/// The record of an engagement: who, when, by which version of which policy, which questions. How single questions came
/// out is for supervisors, once it is over; answers are kept nowhere.
#[utoipa::path(get, path = "/v1/engagements/{id}/record", tag = "verification",
    operation_id = "read_engagement_record", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), responses((status = 200, body = EngagementRecordView), Refusals))]
async fn read_engagement_record(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    _: NoParams,
) -> Result<Json<EngagementRecordView>, Failure> {
    let record = app.service.engagement_record(&request, id).await?;
    Ok(Json(EngagementRecordView::of(&record, &app.service.snapshot())))
}

/// The record of an engagement as a page to be printed.
#[utoipa::path(get, path = "/v1/engagements/{id}/record.html", tag = "verification",
    operation_id = "print_engagement_record", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)),
    responses((status = 200, description = "The page", content((String = "text/html"))), Refusals))]
async fn print_engagement_record(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    _: NoParams,
) -> Result<Response, Failure> {
    let record = app.service.engagement_record(&request, id).await?;
    let view = EngagementRecordView::of(&record, &app.service.snapshot());
    let head = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        // It never runs under the address of the console; `allow-modals` lets it be printed.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-modals",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((head, page(&view)).into_response())
}

/// For whom a result is signed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResultTokenBody {
    /// The system that the result is for, such as its address.
    #[schema(max_length = 200)]
    audience: String,
}

/// A signed result.
#[derive(Serialize, ToSchema)]
pub struct ResultTokenView {
    /// A JWT, signed by the key of `/.well-known/jwks.json`.
    token: String,
    /// Until when it is accepted: ten minutes, or as long as the result counts.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Signs the result of an engagement for another system.
#[utoipa::path(post, path = "/v1/engagements/{id}/result-token", tag = "verification",
    operation_id = "sign_engagement_result", security(("api_key" = []), ("session" = [])),
    params(("id" = String, Path)), request_body = ResultTokenBody,
    responses((status = 200, body = ResultTokenView), Refusals))]
async fn sign_engagement_result(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<EngagementId>,
    Body(body): Body<ResultTokenBody>,
) -> Result<Json<ResultTokenView>, Failure> {
    let signed = app.service.sign_engagement_result(&request, id, &body.audience).await?;
    Ok(Json(ResultTokenView { token: signed.token, expires_at: signed.expires_at.to_string() }))
}

/// Customers who are locked after failed verifications, and agents whose sessions fail out of the ordinary.
#[utoipa::path(get, path = "/v1/verification-locks", tag = "verification", operation_id = "list_verification_locks",
    security(("api_key" = []), ("session" = [])), responses((status = 200, body = VerificationLocksView), Refusals))]
async fn list_verification_locks(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: NoParams,
) -> Result<Json<VerificationLocksView>, Failure> {
    Ok(Json(VerificationLocksView::of(&app.service.list_verification_locks(&request).await?)))
}

/// Why one more session is allowed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverrideBody {
    /// Why; it goes on record.
    #[schema(min_length = 10, max_length = 500)]
    reason: String,
}

/// Allows one more session with a locked customer within the hour. Who led one of those that failed may not.
#[utoipa::path(post, path = "/v1/verification-locks/{id}/override", tag = "verification",
    operation_id = "override_verification_lock", security(("session" = [])), params(("id" = String, Path)),
    request_body = OverrideBody, responses((status = 200, body = VerificationLocksView), Refusals))]
async fn override_verification_lock(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Id(id): Id<ProfileId>,
    Body(body): Body<OverrideBody>,
) -> Result<Json<VerificationLocksView>, Failure> {
    app.service.override_verification_lock(&request, id, &body.reason).await?;
    Ok(Json(VerificationLocksView::of(&app.service.list_verification_locks(&request).await?)))
}
