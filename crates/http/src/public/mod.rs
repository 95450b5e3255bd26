//! What pages of the company call: the widget's frame and the web chat's frame. No cookies, JSON only, `Origin` checked.

pub mod history;
pub mod invitation;
pub mod media;
pub mod tracker;
pub mod web_chat;
pub mod widget;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use countersign_types::Error;

use crate::extract::bearer;
use crate::problem::Failure;
use crate::router::App;

/// The origin that a browser says the request comes from, checked by [`PageOrigin::check`].
#[derive(Debug, Clone)]
pub struct PageOrigin {
    origin: Option<String>,
    host: Option<String>,
}

impl FromRequestParts<Arc<App>> for PageOrigin {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _app: &Arc<App>) -> Result<Self, Failure> {
        let text = |name| parts.headers.get(name).and_then(|v| v.to_str().ok()).map(ToOwned::to_owned);
        Ok(Self { origin: text(header::ORIGIN), host: text(header::HOST) })
    }
}

impl PageOrigin {
    /// Accepts our own frames and the registered origins, nothing else (W-6).
    pub fn check(&self, app: &App, allowed: &[String]) -> Result<(), Failure> {
        let Some(origin) = &self.origin else { return Err(Failure(foreign())) };
        let is_own = origin == app.origin()
            || origin.split_once("://").is_some_and(|(_, rest)| Some(rest) == self.host.as_deref());
        if is_own || allowed.contains(origin) { Ok(()) } else { Err(Failure(foreign())) }
    }
}

fn foreign() -> Error {
    Error::Refused {
        code: "unknown-origin",
        detail: "This page is not one that may do this.",
        hint: "An administrator registers the page's origin, such as https://bank.example, in the console.",
    }
}

/// A token of a page or chat session, as `Authorization: Bearer …`.
#[derive(Debug, Clone)]
pub struct Bearer(pub String);

impl FromRequestParts<Arc<App>> for Bearer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _app: &Arc<App>) -> Result<Self, Failure> {
        let token = bearer(&parts.headers).filter(|t| (16..=512).contains(&t.len()));
        token.map(|t| Self(t.to_owned())).ok_or_else(|| {
            Failure(Error::Unauthenticated {
                code: "token-needed",
                detail: "This needs the token of the page.",
            })
        })
    }
}
