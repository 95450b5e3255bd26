//! The table of contents: every path this server answers.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use countersign_service::Service;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::assets::{self, Assets};
use crate::middleware::{envelope, idempotency};
use crate::openapi::Document;
use crate::problem::{Failure, no_such_method};
use crate::wait::Waits;
use crate::{api, hooks, live, public, reference, request_log};

/// What every handler reaches.
pub struct App {
    /// The operations.
    pub service: Service,
    /// Settings of this face.
    pub options: Options,
    /// Readers of live updates.
    pub live: live::Live,
    /// Long polls.
    pub waits: Waits,
}

/// Settings of the HTTP face.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Addresses whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The console and what runs on companies' pages.
    pub assets: Assets,
    /// Where to report a security problem of this deployment: `mailto:` or `https:`. Empty: nowhere.
    pub security_contact: String,
}

impl App {
    /// The origin under which people reach this server.
    pub fn origin(&self) -> &str {
        &self.service.config().public_url
    }
}

/// The API's operations with their document.
fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(api::auth::routes())
        .merge(api::me::routes())
        .merge(api::saved_view::routes())
        .merge(api::presence::routes())
        .merge(api::progress::routes())
        .merge(api::user::routes())
        .merge(api::telephone::routes())
        .merge(api::group::routes())
        .merge(api::calendar::routes())
        .merge(api::bench::routes())
        .merge(api::call::routes())
        .merge(api::call_widget::routes())
        .merge(api::ivr_flow::routes())
        .merge(api::phone_number::routes())
        .merge(api::look_up::routes())
        .merge(api::prompt::routes())
        .merge(api::chat_invitation::routes())
        .merge(api::canned_reply::routes())
        .merge(api::api_key::routes())
        .merge(api::request_log::routes())
        .merge(api::workspace::routes())
        .merge(api::masking::routes())
        .merge(api::webhook::routes())
        .merge(api::event::routes())
        .merge(api::analytics::routes())
        .merge(api::audit::routes())
        .merge(api::system::routes())
        .merge(live::routes())
        .merge(api::channel::routes())
        .merge(api::message::routes())
        .merge(api::attachment::routes())
        .merge(api::case::routes())
        .merge(api::case_search::routes())
        .merge(api::code::routes())
        .merge(api::link::routes())
        .merge(api::merge::routes())
        .merge(api::unification::routes())
        .merge(api::profile::routes())
        .merge(api::import::routes())
        .merge(api::privacy::routes())
        .merge(api::reveal::routes())
        .merge(api::attribute::routes())
        .merge(api::rule::routes())
        .merge(api::widget::routes())
        .merge(api::site::routes())
        .merge(api::visit::routes())
        .merge(public::tracker::routes())
        .merge(public::widget::routes())
        .merge(public::web_chat::routes())
        .merge(public::invitation::routes())
        .merge(hooks::routes())
}

/// The served OpenAPI document.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = api().into_openapi();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    document
}

/// Everything, ready to be served.
pub fn app(service: Service, options: Options) -> Router {
    let app = Arc::new(App { service, options, live: live::Live::default(), waits: Waits::default() });
    let (router, _) = api().split_for_parts();
    router
        .merge(reference::routes())
        .merge(public::history::routes())
        .merge(public::media::routes())
        .merge(public::tracker::preflights())
        .merge(assets::routes(app.options.assets))
        .fallback(assets::fallback)
        .method_not_allowed_fallback(async || Failure(no_such_method()))
        .layer(from_fn(idempotency))
        .layer(from_fn(envelope))
        .layer(from_fn_with_state(app.clone(), request_log::note))
        .with_state(app)
}
