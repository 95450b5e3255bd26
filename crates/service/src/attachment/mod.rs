//! Files of conversations: uploaded piece by piece, sent with a message, fetched piece by piece.
//!
//! They are kept in the database, sealed under the key of the account they belong to (docs/decisions/0007). An upload
//! that no message ever names is cleaned away.

mod check;

use async_recursion::async_recursion as boxed;
use std::net::IpAddr;

use countersign_store::attachment::{self as store, CallFile, NewAttachment, StoredAttachment};
use countersign_store::{Tx, account, case, subject_key};
use countersign_types::message::Attachment;
use countersign_types::pii::Class;
use countersign_types::{
    AccountId, AttachmentId, CaseId, ChannelId, Error, FieldError, MessageId, Permission, Result, time,
};

use check::{FileType, clean_name};
pub use check::{NAME_CHARS_MAX, is_raster, type_of};

use crate::Service;
use crate::caller::{Grant, Request};
use crate::work::Log;

/// Bytes of a file at most.
pub const FILE_BYTES_MAX: usize = 25 * 1_048_576;
/// Bytes of a stored piece; the last one of a file may be shorter.
pub const PIECE_BYTES: usize = 262_144;
/// Files of one message kept here.
pub const FILES_MAX: usize = 10;
/// Files that a visitor may have uploaded and not sent.
const LOOSE_MAX: i64 = 20;
/// Bytes that a visitor may upload in a day.
const DAY_BYTES_MAX: i64 = 200 * 1_048_576;
/// Uploads of one address in a minute.
const UPLOADS_PER_MIN: i64 = 30;
/// How long a file that was not sent is kept.
pub(crate) const LOOSE_SPAN: i64 = time::DAY;

/// A file on its way in. Dropped before [`Upload::finish`], what was written is cleaned away later.
pub struct Upload {
    service: Service,
    grant: Grant,
    new: NewAttachment,
    name: String,
    file: Option<FileType>,
    piece: Vec<u8>,
    number: i64,
    size: usize,
}

/// A file on its way out.
#[derive(Debug, Clone)]
pub struct Download {
    /// Its id.
    pub id: AttachmentId,
    /// Name, type and size.
    pub about: Attachment,
    account: AccountId,
    pieces: i64,
}

impl Download {
    pub(crate) fn of(id: AttachmentId, found: StoredAttachment) -> Self {
        Self { id, about: found.about, account: found.account, pieces: found.pieces }
    }

    pub(crate) fn of_call(found: CallFile) -> Self {
        let CallFile { id, about, account, pieces, .. } = found;
        Self { id, about, account, pieces }
    }
}

impl Service {
    /// Begins a file of somebody of the team for a customer's conversation.
    #[boxed]
    pub async fn upload_for_case(&self, request: &Request, id: CaseId, name: String) -> Result<Upload> {
        let grant = self.authorise(request, Permission::CaseWrite).await?;
        let (vault, now) = (self.vault().clone(), self.now());
        let found = self.read(async move |tx: &mut Tx<'_>| Ok(case::find_case(tx, &vault, id, now).await?));
        let account = found.await?.ok_or(Error::NotFound("case"))?.account.id;
        self.begin_upload(grant, account, false, name).await
    }

    /// Begins a file of a web chat's visitor.
    #[boxed]
    pub async fn upload_web_chat(
        &self,
        channel: ChannelId,
        session: &str,
        name: String,
        address: IpAddr,
    ) -> Result<Upload> {
        let entry = self.find_web_chat(channel).await?;
        self.flood().take_upload(address, self.now(), UPLOADS_PER_MIN)?;
        let account = self.chat_account(channel, session).await?;
        let since = self.now().plus(-time::DAY);
        let uploads = self
            .read(async move |tx: &mut Tx<'_>| Ok(store::count_uploads(tx, account, since).await?))
            .await?;
        if uploads.loose >= LOOSE_MAX || uploads.bytes >= DAY_BYTES_MAX {
            return Err(Error::TooMany { what: "uploads", retry_after_secs: 3_600 });
        }
        self.begin_upload(Self::public_grant(channel, &entry.channel.name), account, true, name).await
    }

    /// Begins a file that a provider keeps for one of its users.
    pub(crate) async fn upload_of(&self, grant: Grant, account: AccountId, name: String) -> Result<Upload> {
        self.begin_upload(grant, account, true, name).await
    }

    async fn begin_upload(
        &self,
        grant: Grant,
        account: AccountId,
        is_inbound: bool,
        name: String,
    ) -> Result<Upload> {
        let new = NewAttachment { id: self.new_id()?, account, is_inbound, created_at: self.now() };
        self.write(&grant, async move |tx: &mut Tx<'_>, _log: &mut Log| {
            Ok(store::insert_attachment(tx, &new).await?)
        })
        .await?;
        let piece = Vec::with_capacity(PIECE_BYTES);
        Ok(Upload { service: self.clone(), grant, new, name, file: None, piece, number: 0, size: 0 })
    }

    /// A file that a message names, for somebody of the team who may read the conversation.
    #[boxed]
    pub async fn open_attachment(&self, request: &Request, id: AttachmentId) -> Result<Download> {
        let grant = self.authorise(request, Permission::CaseRead).await?;
        if grant.viewer().is_masked(Class::FreeText) {
            return Err(Error::Refused {
                code: "masked-field",
                detail: "What customers write is masked for your role, and a file cannot be masked.",
                hint: "Ask somebody who sees messages whole.",
            });
        }
        let found = self.stored_attachment(id).await?;
        let case = found.case;
        self.write(&grant, async move |_tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            log.audit("attachment.open", id, serde_json::json!({ "case": case }));
            Ok(())
        })
        .await?;
        Ok(Download::of(id, found))
    }

    /// A file of a visitor's own conversation.
    #[boxed]
    pub async fn open_web_chat_attachment(
        &self,
        channel: ChannelId,
        session: &str,
        id: AttachmentId,
    ) -> Result<Download> {
        let account = self.chat_account(channel, session).await?;
        let found = self.stored_attachment(id).await?;
        // Somebody else's file is as unknown as one that does not exist.
        if found.account != account {
            return Err(Error::NotFound("attachment"));
        }
        Ok(Download::of(id, found))
    }

    async fn stored_attachment(&self, id: AttachmentId) -> Result<StoredAttachment> {
        let vault = self.vault().clone();
        self.read(async move |tx: &mut Tx<'_>| Ok(store::find_attachment(tx, &vault, id).await?))
            .await?
            .ok_or(Error::NotFound("attachment"))
    }

    /// Piece `number` of a file, from 0; `None` after the last.
    #[boxed]
    pub async fn attachment_piece(&self, file: &Download, number: i64) -> Result<Option<Vec<u8>>> {
        if number >= file.pieces {
            return Ok(None);
        }
        let (vault, account, id) = (self.vault().clone(), file.account, file.id);
        self.read(async move |tx: &mut Tx<'_>| Ok(store::find_piece(tx, &vault, account, id, number).await?))
            .await
    }

    /// The files that a message names, looked at in its transaction: complete, of this account, of this direction, and
    /// not another message's.
    pub(crate) async fn loose_files(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        is_inbound: bool,
        files: &[AttachmentId],
    ) -> Result<Vec<Attachment>> {
        let unknown = |n: usize| {
            let detail = "There is no such file here, or another message has it.";
            Error::invalid(format!("/attachments/{n}"), "unknown-attachment", detail)
        };
        if files.len() > FILES_MAX {
            let detail = format!("At most {FILES_MAX} files.");
            return Err(Error::Invalid(vec![FieldError::new("/attachments", "too-many", detail)]));
        }
        let key = subject_key::subject(tx, self.vault(), account.to_bytes()).await?;
        let mut found = Vec::with_capacity(files.len());
        for (n, file) in files.iter().enumerate() {
            let about = store::find_loose_attachment(tx, &key, account, is_inbound, *file).await?;
            found.push(about.filter(|_| !files[..n].contains(file)).ok_or_else(|| unknown(n))?);
        }
        Ok(found)
    }

    /// Gives files to a message that was just inserted.
    pub(crate) async fn attach_files(
        &self,
        tx: &mut Tx<'_>,
        files: &[AttachmentId],
        message: MessageId,
    ) -> Result<()> {
        for file in files {
            if !store::attach(tx, *file, message).await? {
                return Err(Error::conflict(
                    "attachment-taken",
                    "Another message has this file.",
                    "Upload it again to send it again.",
                ));
            }
        }
        Ok(())
    }
}

impl Upload {
    /// Takes in the next bytes.
    pub async fn push(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.size += bytes.len();
        if self.size > FILE_BYTES_MAX {
            return Err(too_large());
        }
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE_BYTES - self.piece.len()));
            self.piece.extend_from_slice(now);
            bytes = later;
            if self.piece.len() == PIECE_BYTES {
                self.store().await?;
            }
        }
        Ok(())
    }

    async fn store(&mut self) -> Result<()> {
        if self.number == 0 {
            self.file = Some(type_of(&self.piece).ok_or_else(wrong_type)?);
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE_BYTES));
        let (service, id, number) = (self.service.clone(), self.new.id, self.number);
        let account = self.new.account;
        self.number += 1;
        let stored = self
            .service
            .write(&self.grant, async move |tx: &mut Tx<'_>, _log: &mut Log| -> Result<bool> {
                if account::find_account(tx, service.vault(), account).await?.is_none() {
                    return Ok(false);
                }
                let key = subject_key::subject(tx, service.vault(), account.to_bytes()).await?;
                Ok(store::insert_piece(tx, &key, id, number, &piece).await?)
            })
            .await?;
        // Erased while they were uploading.
        if stored { Ok(()) } else { Err(Error::NotFound("attachment")) }
    }

    /// The last bytes are here: the file can be sent now.
    pub async fn finish(mut self) -> Result<Attachment> {
        if self.size == 0 {
            return Err(Error::invalid("", "empty-file", "The file is empty."));
        }
        if !self.piece.is_empty() {
            self.store().await?;
        }
        let file = self.file.ok_or_else(wrong_type)?;
        let about = Attachment {
            name: clean_name(&self.name, file),
            mime_type: file.media_type.to_owned(),
            size_bytes: i64::try_from(self.size).unwrap_or(i64::MAX),
            url: None,
            id: Some(self.new.id),
        };
        let (service, kept, new, now) = (self.service.clone(), about.clone(), self.new, self.service.now());
        self.service
            .write(&self.grant, async move |tx: &mut Tx<'_>, _log: &mut Log| -> Result<()> {
                let key = subject_key::subject(tx, service.vault(), new.account.to_bytes()).await?;
                if store::complete_attachment(tx, &key, new.id, &kept, now).await? {
                    Ok(())
                } else {
                    Err(Error::NotFound("attachment"))
                }
            })
            .await?;
        Ok(about)
    }

    /// Takes back what came in so far: the rest is not coming, or it is not a file that is taken.
    pub async fn discard(self) -> Result<()> {
        let id = self.new.id;
        self.service
            .write(&self.grant, async move |tx: &mut Tx<'_>, _log: &mut Log| {
                Ok(store::delete_attachment(tx, id).await?)
            })
            .await
    }
}

/// The file is over the limit.
fn too_large() -> Error {
    Error::Refused {
        code: "file-too-large",
        detail: "The file is larger than 25 MiB.",
        hint: "Send a smaller file, or a link to it.",
    }
}

fn wrong_type() -> Error {
    Error::Refused {
        code: "file-type",
        detail: "Files of this type are not taken here.",
        hint: "Pictures, PDF, plain text, office documents, archives, sound and video are. The content decides, not the name.",
    }
}
