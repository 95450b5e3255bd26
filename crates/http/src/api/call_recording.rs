//! `/v1/calls/{id}/recordings/{file}`: what a caller left as a message, to be heard in a page.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_service::Service;
use countersign_service::attachment::{Download, PIECE_BYTES, type_of};
use countersign_types::{AttachmentId, CallId, Error};
use futures_util::stream;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Auth, NoParams, SameOrigin};
use crate::openapi::Refusals;
use crate::problem::Failure;
use crate::router::App;

/// The operations of this file.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(open_call_recording))
}

/// What a caller left as a message. Each time it is opened is on record. A part of it is asked for with `Range: bytes=…`.
#[utoipa::path(get, path = "/v1/calls/{id}/recordings/{file}", tag = "phone", operation_id = "open_call_recording",
    security(("api_key" = []), ("session" = [])), params(("id" = String, Path), ("file" = String, Path)),
    responses(
        (status = 200, description = "The recording", content((String = "audio/wav"), (String = "audio/mpeg"))),
        (status = 206, description = "The part that was asked for", content((String = "audio/wav"), (String = "audio/mpeg"))),
        (status = 416, description = "The recording has no such part; `Content-Range` says how long it is"), Refusals))]
async fn open_call_recording(
    State(app): State<Arc<App>>,
    Auth(request): Auth,
    _: SameOrigin,
    Path((call, file)): Path<(String, String)>,
    _: NoParams,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let call: CallId = call.parse().map_err(|_| Failure(Error::NotFound("call")))?;
    let file: AttachmentId = file.parse().map_err(|_| Failure(Error::NotFound("recording")))?;
    let file = app.service.open_call_recording(&request, call, file).await?;
    let first = app.service.attachment_piece(&file, 0).await?.unwrap_or_default();
    let media_type = type_of(&first).map(|found| found.media_type);
    // What it is, its bytes say each time.
    let media_type = media_type.filter(|found| *found == file.about.mime_type && found.starts_with("audio/"));
    let Some(media_type) = media_type else { return Err(Failure(Error::NotFound("recording"))) };
    let size = u64::try_from(file.about.size_bytes).unwrap_or(0);
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let (status, part) = match part_of(range, size) {
        Asked::Whole => (StatusCode::OK, Part { from: 0, to: size }),
        Asked::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Asked::Nothing => {
            let length = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, length).into_response());
        }
    };
    let mut response = (status, sound(&app.service, file, part)).into_response();
    let mut head = vec![
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_LENGTH, (part.to - part.from).to_string()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned()),
    ];
    if status == StatusCode::PARTIAL_CONTENT {
        head.push((header::CONTENT_RANGE, format!("bytes {}-{}/{size}", part.from, part.to - 1)));
    }
    for (name, value) in head {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

/// The bytes of a part, piece by piece.
fn sound(service: &Service, file: Download, part: Part) -> Body {
    let piece_bytes = PIECE_BYTES as u64;
    let begin = (service.clone(), file, part.from);
    Body::from_stream(stream::try_unfold(begin, move |(service, file, at)| async move {
        if at >= part.to {
            return Ok::<_, std::io::Error>(None);
        }
        let number = i64::try_from(at / piece_bytes).unwrap_or(i64::MAX);
        let piece = service.attachment_piece(&file, number).await.map_err(std::io::Error::other)?;
        let Some(piece) = piece.map(Bytes::from) else { return Ok(None) };
        let from = usize::try_from(at % piece_bytes).unwrap_or(usize::MAX).min(piece.len());
        let left = usize::try_from(part.to - at).unwrap_or(usize::MAX);
        let bytes = piece.slice(from..piece.len().min(from.saturating_add(left)));
        let next = at + bytes.len() as u64;
        Ok((!bytes.is_empty()).then_some((bytes, (service, file, next))))
    }))
}

/// Bytes from one on, up to and without another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    from: u64,
    to: u64,
}

/// What a `Range` asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// Everything: nothing is said, or nothing that is understood.
    Whole,
    Part(Part),
    /// There is no such part.
    Nothing,
}

/// What of so many bytes is asked for (RFC 9110, 14.1.2). Several parts at once are answered with everything, as is allowed.
fn part_of(range: Option<&str>, size: u64) -> Asked {
    let Some((from, to)) = range.and_then(|range| range.trim().strip_prefix("bytes=")?.split_once('-'))
    else {
        return Asked::Whole;
    };
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u64>().ok())?;
    let part = match (from.trim(), to.trim()) {
        ("", last) => match number(last) {
            Some(last) => Part { from: size.saturating_sub(last), to: size },
            None => return Asked::Whole,
        },
        (from, "") => match number(from) {
            Some(from) => Part { from, to: size },
            None => return Asked::Whole,
        },
        (from, to) => match (number(from), number(to)) {
            (Some(from), Some(to)) if from <= to => Part { from, to: to.saturating_add(1).min(size) },
            _ => return Asked::Whole,
        },
    };
    if part.from < part.to { Asked::Part(part) } else { Asked::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_recording_is_what_was_asked_for() {
        let part = |from, to| Asked::Part(Part { from, to });
        for (range, expected) in [
            (None, Asked::Whole),
            (Some("bytes=0-"), part(0, 100)),
            (Some("bytes=0-0"), part(0, 1)),
            (Some("bytes=10-19"), part(10, 20)),
            (Some("bytes=90-500"), part(90, 100)),
            (Some("bytes=99-"), part(99, 100)),
            (Some("bytes=-10"), part(90, 100)),
            (Some("bytes=-500"), part(0, 100)),
            (Some("bytes=100-"), Asked::Nothing),
            (Some("bytes=100-200"), Asked::Nothing),
            (Some("bytes=-0"), Asked::Nothing),
            (Some("bytes=20-10"), Asked::Whole),
            (Some("bytes=0-1,5-9"), Asked::Whole),
            (Some("bytes=-"), Asked::Whole),
            (Some("bytes=+1-2"), Asked::Whole),
            (Some("bytes=99999999999999999999999-"), Asked::Whole),
            (Some("seconds=1-2"), Asked::Whole),
        ] {
            assert_eq!(part_of(range, 100), expected, "{range:?}");
        }
        assert_eq!(part_of(Some("bytes=0-"), 0), Asked::Nothing);
    }
}
