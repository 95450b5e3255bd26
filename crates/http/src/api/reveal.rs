//! `/v1/reveals`: one masked value, shown to a person for a reason.

use std::sync::Arc;

use axum::extract::State;
use countersign_service::reveal::{RevealOf, SHOWN_SECS};
use countersign_types::Error;
use countersign_types::pii::Purpose;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Auth, Body};
use crate::json::Json;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(reveal_value))
}

/// Which value, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealBody {
    /// The id of the profile, channel account, case or message on which it stands.
    #[schema(example = "pro_01jd3k6q9we3t8v2c4x5z6b7n8")]
    of: String,
    /// Its field there. Profile: `name`, `email`, `phone`, `external_id`, `claims.name`, `claims.email`,
    /// `claims.phone`, `attributes.<key>`, `identifiers.<id>`. Account: `user_id`, `name`. Case: `subject`, `user_id`,
    /// `name`, `profile_name`, `attributes.<key>`. Message: `text`, `attachments`.
    #[schema(max_length = 100, example = "email")]
    field: String,
    /// Why it is needed. It is kept in the audit log and shown to whoever looks who saw this customer.
    #[schema(min_length = 3, max_length = 300)]
    reason: String,
}

/// A value that was masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevealView {
    /// The value.
    value: String,
    /// After so many seconds a screen hides it again.
    hide_after_seconds: u32,
}

/// Shows one masked value to a person. It is counted against the role's limit, and who saw what and why is on record.
#[utoipa::path(post, path = "/v1/reveals", tag = "profiles", operation_id = "reveal_value",
    security(("session" = [])), request_body = RevealBody,
    responses((status = 200, body = RevealView), Refusals))]
async fn reveal_value(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    Body(body): Body<RevealBody>,
) -> Result<Json<RevealView>, Failure> {
    let of = object(&body.of)?;
    let value = app.service.reveal(&request, of, &body.field, &body.reason).await?;
    Ok(Json(RevealView { value: value.plain(Purpose::Reveal).to_owned(), hide_after_seconds: SHOWN_SECS }))
}

fn object(id: &str) -> Result<RevealOf, Error> {
    let profile = id.parse().map(RevealOf::Profile).ok();
    let account = || id.parse().map(RevealOf::Account).ok();
    let case = || id.parse().map(RevealOf::Case).ok();
    let message = || id.parse().map(RevealOf::Message).ok();
    profile.or_else(account).or_else(case).or_else(message).ok_or_else(|| {
        let detail = "This is the id of no profile, channel account, case or message.";
        Error::invalid("/of", "invalid-id", detail)
    })
}
