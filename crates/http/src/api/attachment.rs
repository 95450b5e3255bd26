//! Files of conversations: in as they are, out so that no browser takes them for a page.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_service::Service;
use countersign_service::attachment::{Download, Upload, is_raster, type_of};
use countersign_types::message::Attachment;
use countersign_types::{AttachmentId, CaseId};
use futures_util::stream;
use http_body_util::BodyExt;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Auth, Id, NoParams, SameOrigin};
use crate::json::Json;
use crate::middleware::broken_body;
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(upload_attachment)).routes(routes!(open_attachment))
}

/// A file that was taken in. Send it by naming its id in a message within a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadedView {
    /// Its id.
    #[schema(example = "att_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// Its name, made safe.
    pub name: String,
    /// What its bytes say it is.
    pub mime_type: String,
    /// Bytes.
    pub size_bytes: i64,
}

impl From<Attachment> for UploadedView {
    fn from(a: Attachment) -> Self {
        let id = a.id.map(|id| id.to_string()).unwrap_or_default();
        Self { id, name: a.name, mime_type: a.mime_type, size_bytes: a.size_bytes }
    }
}

/// The name of a file, from `Content-Disposition: attachment; filename*=UTF-8''…`. It is only ever shown.
#[derive(Debug)]
pub struct FileName(pub String);

impl FromRequestParts<Arc<App>> for FileName {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _app: &Arc<App>) -> Result<Self, Failure> {
        let value = parts.headers.get(header::CONTENT_DISPOSITION).and_then(|v| v.to_str().ok());
        Ok(Self(value.map(file_name).unwrap_or_default()))
    }
}

fn file_name(disposition: &str) -> String {
    let parameters = || disposition.split(';').skip(1).filter_map(|p| p.trim().split_once('='));
    let named = |wanted: &str| parameters().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    if let Some((_, value)) = named("filename*") {
        let encoded = value.splitn(3, '\'').nth(2).unwrap_or_default();
        return percent_decoded(encoded);
    }
    named("filename").map(|(_, value)| value.trim_matches('"').to_owned()).unwrap_or_default()
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(&byte) = bytes.get(at) {
        let pair = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.filter(|_| byte == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(decoded) => {
                out.push(decoded);
                at += 3;
            }
            None => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Takes a body in, some bytes at a time. What does not become a file is taken back.
pub async fn take_in(mut upload: Upload, request: Request) -> Result<Json<UploadedView>, Failure> {
    let mut body = request.into_body();
    while let Some(frame) = body.frame().await {
        let taken = match frame {
            Ok(frame) => match frame.data_ref() {
                Some(bytes) => upload.push(bytes).await,
                None => Ok(()),
            },
            Err(_) => Err(broken_body()),
        };
        if let Err(error) = taken {
            upload.discard().await?;
            return Err(Failure(error));
        }
    }
    Ok(Json(upload.finish().await?.into()))
}

/// Takes in a file for a customer's conversation: the body is the file, at most 25 MiB. What it is, its bytes say.
#[utoipa::path(post, path = "/v1/cases/{id}/attachments", tag = "messages", operation_id = "upload_attachment",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, body = UploadedView), Refusals))]
async fn upload_attachment(
    State(app): State<Arc<App>>,
    Auth(caller): Auth,
    Id(case): Id<CaseId>,
    FileName(name): FileName,
    request: Request,
) -> Result<(StatusCode, Json<UploadedView>), Failure> {
    let upload = app.service.upload_for_case(&caller, case, name).await?;
    Ok((StatusCode::CREATED, take_in(upload, request).await?))
}

/// A file of a conversation. Pictures may be shown in a page; anything else is only ever saved.
#[utoipa::path(get, path = "/v1/attachments/{id}", tag = "messages", operation_id = "open_attachment",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path)),
    responses((status = 200, description = "The file", content(
        (String = "application/octet-stream"), (String = "image/png"), (String = "image/jpeg"),
        (String = "image/gif"), (String = "image/webp"))), Refusals))]
async fn open_attachment(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: SameOrigin,
    Id(id): Id<AttachmentId>,
    _: NoParams,
) -> Result<Response, Failure> {
    let file = app.service.open_attachment(&request, id).await?;
    give_out(&app.service, file).await
}

/// Sends a file: sandboxed, never sniffed, and as a picture only when its first bytes say so now.
pub async fn give_out(service: &Service, file: Download) -> Result<Response, Failure> {
    let first = service.attachment_piece(&file, 0).await?.unwrap_or_default();
    let is_picture = is_raster(&file.about.mime_type)
        && type_of(&first).is_some_and(|found| found.media_type == file.about.mime_type);
    let (media_type, how) = match is_picture {
        true => (file.about.mime_type.as_str(), "inline"),
        false => ("application/octet-stream", "attachment"),
    };
    let disposition = format!("{how}; filename*=UTF-8''{}", percent_encoded(&file.about.name));
    let mut head = vec![
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CONTENT_LENGTH, file.about.size_bytes.to_string()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned()),
    ];
    let service = service.clone();
    let rest = stream::try_unfold((service, file, 1_i64), |(service, file, number)| async move {
        let piece = service.attachment_piece(&file, number).await.map_err(std::io::Error::other)?;
        Ok::<_, std::io::Error>(piece.map(|piece| (piece, (service, file, number + 1))))
    });
    let whole = stream::once(std::future::ready(Ok(first)));
    let mut response = Body::from_stream(futures_util::StreamExt::chain(whole, rest)).into_response();
    for (name, value) in head.drain(..) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

fn percent_encoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_goes_through_a_header_and_back_whatever_is_in_it() {
        for name in ["photo.png", "фото з відпустки.png", "a;b\"c'd%41.txt", "100 %.txt"] {
            let header = format!("attachment; filename*=UTF-8''{}", percent_encoded(name));
            assert!(HeaderValue::from_str(&header).is_ok());
            assert_eq!(file_name(&header), name);
        }
        assert_eq!(file_name("attachment; filename=\"old.txt\""), "old.txt");
        for odd in ["", "attachment", "attachment; filename*=", "attachment; filename*=x", ";;;==="] {
            assert_eq!(file_name(odd), "", "{odd}");
        }
        assert_eq!(file_name("attachment; filename*=UTF-8''%ff%"), "\u{fffd}%");
    }
}
