//! Signing of cursors: a place in a list that only this server's keys can name.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_types::{Cursor, Error, Result};
use subtle::ConstantTimeEq;

use crate::Service;

const MAC_BYTES: usize = 12;

impl Service {
    /// A cursor of the list `name` as text.
    pub fn sign_cursor(&self, name: &str, cursor: Cursor) -> String {
        let mut bytes = cursor.at.to_be_bytes().to_vec();
        bytes.extend_from_slice(&cursor.id);
        let mac = self.vault().token_mac(&format!("cursor:{name}"), &bytes);
        bytes.extend_from_slice(&mac[..MAC_BYTES]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor of the list `name`.
    pub fn read_cursor(&self, name: &str, text: &str) -> Result<Cursor> {
        let stale = || {
            Error::invalid(
                "cursor",
                "stale-cursor",
                "This cursor is not one of this list. Start again without it.",
            )
        };
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| stale())?;
        let (body, mac) = bytes.split_at_checked(24).ok_or_else(stale)?;
        let expected = self.vault().token_mac(&format!("cursor:{name}"), body);
        if mac.len() != MAC_BYTES || !bool::from(mac.ct_eq(&expected[..MAC_BYTES])) {
            return Err(stale());
        }
        let (at, id) = body.split_at(8);
        let at = i64::from_be_bytes(at.try_into().map_err(|_| stale())?);
        Ok(Cursor { at, id: id.try_into().map_err(|_| stale())? })
    }
}
