//! What connectors to providers' APIs share: where the API is, settings in their stored form, files both ways.

use countersign_service::port::{Line, Outbound, OutboundAnswer, OutboundError, Provided, ProviderError};
use countersign_types::message::Attachment;
use countersign_types::{Error, FieldError, Result};
use serde::Serialize;
use serde_json::Value;

/// Bytes of a file at most: what conversations take.
pub(crate) const FILE_BYTES_MAX: usize = 25 * 1_048_576;

/// Checks where an API is: an address that this server may call, kept without a slash at its end.
pub(crate) fn check_api_url(url: &mut String, outbound: &dyn Outbound, errors: &mut Vec<FieldError>) {
    *url = url.trim_end_matches('/').to_owned();
    if let Err(OutboundError::Refused(why) | OutboundError::Unreachable(why)) = outbound.check_url(url) {
        errors.push(FieldError::new("/config/api_url", "address-not-allowed", why));
    }
}

/// Settings as they are saved, unless something is wrong with them.
pub(crate) fn checked<T: Serialize>(config: &T, errors: Vec<FieldError>) -> Result<Value> {
    if errors.is_empty() {
        serde_json::to_value(config).map_err(Error::internal)
    } else {
        Err(Error::Invalid(errors))
    }
}

/// Settings as they are saved once the provider has filled in its part.
pub(crate) fn filled<T: Serialize>(config: &T) -> Provided<Value> {
    serde_json::to_value(config).map_err(|_| ProviderError::settings(None, "the settings are not JSON"))
}

/// The bytes of a file that a reply names.
pub(crate) async fn reply_file(line: Line<'_>, file: &Attachment) -> Provided<Vec<u8>> {
    let Some(id) = file.id else {
        return Err(ProviderError::refused(None, "a file of the reply is not kept here"));
    };
    line.files.read(id).await.map_err(|_| ProviderError::unavailable(None, "a file could not be read"))
}

/// The bytes of a file that `whose` provider was asked for.
pub(crate) fn given_out(answer: OutboundAnswer, whose: &str) -> Provided<Vec<u8>> {
    match answer.status {
        200 => Ok(answer.body),
        status @ (400..=428 | 430..=499) => {
            Err(ProviderError::refused(status, format!("{whose} has this file no more")))
        }
        // 202: it is still being prepared.
        status => Err(ProviderError::unavailable(status, format!("{whose} does not give out the file now"))),
    }
}
