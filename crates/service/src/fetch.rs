//! Files that stay with a provider until they are fetched: wanted in the transaction of their message, fetched by the
//! outbox's worker, kept like files that were uploaded here.

use countersign_store::outbox::{NewOutbox, OutboxRow, insert_outbox};
use countersign_store::{Subject, Tx, attachment, message as store, subject_key};
use countersign_types::message::Attachment;
use countersign_types::{AccountId, Error, MessageId, Result};
use serde::{Deserialize, Serialize};

use crate::Service;
use crate::attachment::FILE_BYTES_MAX;
use crate::code::redeem::Place;
use crate::port::{ProviderError, RemoteFile};
use crate::work::Log;

/// What is asked of the worker.
#[derive(Debug, Serialize, Deserialize)]
struct Wanted {
    /// Of which message.
    message: MessageId,
    /// Whose.
    account: AccountId,
    /// Its place among the message's files.
    place: usize,
    /// What the provider calls it, and says of it.
    file: RemoteFile,
}

/// A file as a message shows it before it is here.
pub(crate) fn announced(file: &RemoteFile) -> Attachment {
    Attachment {
        name: file.name.clone(),
        mime_type: file.mime_type.clone(),
        size_bytes: file.size_bytes,
        url: None,
        id: None,
    }
}

impl Service {
    /// Has the files of a message fetched, once it is durable.
    pub(crate) async fn want_files(
        &self,
        tx: &mut Tx<'_>,
        key: &Subject,
        at: &Place<'_>,
        message: MessageId,
        first: usize,
        files: &[RemoteFile],
    ) -> Result<()> {
        for (n, file) in files.iter().enumerate() {
            let (place, account) = (first + n, at.account.id);
            let wanted = Wanted { message, account, place, file: file.clone() };
            let entry = NewOutbox {
                id: self.new_id()?,
                kind: "fetch",
                target: at.channel.to_bytes(),
                event_id: message.to_bytes().into(),
                event_type: "attachment".to_owned(),
                body: serde_json::to_vec(&wanted).map_err(Error::internal)?,
            };
            insert_outbox(tx, key, &entry, self.now()).await?;
        }
        Ok(())
    }

    /// Fetches a file and gives it to its message.
    pub(crate) async fn fetch_file(&self, row: &OutboxRow, body: &str) -> crate::port::Provided<()> {
        let Ok(wanted) = serde_json::from_str::<Wanted>(body) else {
            return Err(ProviderError::refused(None, "the file is not one that this version understands"));
        };
        let ours = |error: Error| ProviderError::unavailable(None, format!("not kept: {}", error.code()));
        let entry = self.channel_of(row.target).await?;
        if wanted.file.size_bytes > i64::try_from(FILE_BYTES_MAX).unwrap_or(i64::MAX) {
            return Err(ProviderError::refused(None, "the file is larger than 25 MiB"));
        }
        let desk = self.desk(&entry);
        let connector = self.connector(entry.channel.kind).map_err(ours)?.clone();
        let bytes = connector.fetch(desk.line(self, &entry), &wanted.file.reference).await?;
        if bytes.is_empty() || bytes.len() > FILE_BYTES_MAX {
            return Err(ProviderError::refused(None, "the file is empty or larger than 25 MiB"));
        }
        let grant = Self::public_grant(entry.channel.id, &entry.channel.name);
        let mut upload =
            self.upload_of(grant, wanted.account, wanted.file.name.clone()).await.map_err(ours)?;
        let theirs = |error: Error| match error {
            Error::Refused { detail, .. } => ProviderError::refused(None, detail),
            other => ours(other),
        };
        if let Err(error) = upload.push(&bytes).await {
            upload.discard().await.map_err(ours)?;
            return Err(theirs(error));
        }
        // What is begun and not finished is cleaned away later.
        let kept = upload.finish().await.map_err(theirs)?;
        self.give_file(&wanted, kept).await.map_err(ours)
    }

    /// Puts a file that is here now in the place of the one that was announced. A second copy of it is left to the
    /// clean-up.
    async fn give_file(&self, wanted: &Wanted, kept: Attachment) -> Result<()> {
        let (service, message, account, place) = (self.clone(), wanted.message, wanted.account, wanted.place);
        let grant = crate::caller::Grant::internal(countersign_types::audit::Actor::system());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let key = subject_key::subject(tx, service.vault(), account.to_bytes()).await?;
            let Some(found) = store::lock_attachments(tx, &key, message).await? else { return Ok(()) };
            let (case, mut files) = found;
            let (Some(file), Some(id)) = (files.get_mut(place).filter(|f| f.id.is_none()), kept.id) else {
                return Ok(());
            };
            *file = kept;
            store::update_attachments(tx, &key, message, &files).await?;
            attachment::attach(tx, id, message).await?;
            log.live("message.updated", case);
            Ok(())
        })
        .await
    }
}
