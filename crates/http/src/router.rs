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

/// The operations of one kind, and what the document says of them.
type Routes = fn() -> OpenApiRouter<Arc<App>>;

/// The API's operations, kind by kind.
const API: &[Routes] = &[
    api::auth::routes,
    api::me::routes,
    api::saved_view::routes,
    api::presence::routes,
    api::progress::routes,
    api::user::routes,
    api::telephone::routes,
    api::group::routes,
    api::calendar::routes,
    api::bench::routes,
    api::call::routes,
    api::call_recording::routes,
    api::call_widget::routes,
    api::ivr_flow::routes,
    api::phone_number::routes,
    api::look_up::routes,
    api::prompt::routes,
    api::topic::routes,
    api::verification_policy::routes,
    api::mandate::routes,
    api::chat_invitation::routes,
    api::canned_reply::routes,
    api::api_key::routes,
    api::request_log::routes,
    api::workspace::routes,
    api::masking::routes,
    api::webhook::routes,
    api::event::routes,
    api::engagement::routes,
    api::analytics::routes,
    api::audit::routes,
    api::system::routes,
    live::routes,
    api::channel::routes,
    api::message::routes,
    api::attachment::routes,
    api::case::routes,
    api::case_search::routes,
    api::code::routes,
    api::link::routes,
    api::merge::routes,
    api::unification::routes,
    api::profile::routes,
    api::import::routes,
    api::privacy::routes,
    api::reveal::routes,
    api::attribute::routes,
    api::rule::routes,
    api::widget::routes,
    api::site::routes,
    api::visit::routes,
    public::tracker::routes,
    public::widget::routes,
    public::web_chat::routes,
    public::invitation::routes,
    hooks::routes,
];

/// The served OpenAPI document.
pub fn document() -> utoipa::openapi::OpenApi {
    let whole = OpenApiRouter::with_openapi(Document::openapi());
    let mut document = API.iter().fold(whole, |whole, routes| whole.merge(routes())).into_openapi();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    document
}

/// Everything, ready to be served.
pub fn app(service: Service, options: Options) -> Router {
    let app = Arc::new(App { service, options, live: live::Live::default(), waits: Waits::default() });
    // Each kind's share of the document is let go before the next is made: whole, it is 20 MB, between which the routes that
    // stay would lie, so that the system never had the memory back.
    let api = API.iter().fold(Router::new(), |api, routes| api.merge(routes().split_for_parts().0));
    api.merge(reference::routes())
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
