//! The served OpenAPI document: generated from the handlers, checked in as `api/openapi.json`.

use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};

use crate::problem::{Problem, ProblemField};

/// The frame of the document; paths come from the router.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Countersign",
        description = "Who the customer is, how sure the company may be, why, and until when.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(Problem, ProblemField)),
    modifiers(&Security),
)]
pub struct Document;

struct Security;

impl utoipa::Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("api_key", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        components.add_security_scheme("page", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        components.add_security_scheme(
            "session",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(crate::extract::SESSION_COOKIE))),
        );
    }
}

/// Every answer an authenticated operation may give besides its own: declared once, used by all with
/// `responses(…, Refusals)`.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "only its annotations are used")]
pub enum Refusals {
    /// The request is not valid.
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(Problem),
    /// Nobody is logged in, or the credential is not good.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(Problem),
    /// Not allowed.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// No such object.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
    /// The object's state does not allow it.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// The body is not JSON.
    #[response(status = 415, content_type = "application/problem+json")]
    NotJson(Problem),
    /// The idempotency key belongs to another request.
    #[response(status = 422, content_type = "application/problem+json")]
    Mismatch(Problem),
    /// Too many; see `Retry-After`.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(Problem),
    /// Something this server depends on does not answer; see `Retry-After`.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
    /// The disk is full.
    #[response(status = 507, content_type = "application/problem+json")]
    StorageFull(Problem),
}
