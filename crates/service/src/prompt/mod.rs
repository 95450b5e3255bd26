//! Prompts: what callers hear as recordings. Their sound is known to `countersign_audio`, who plays it is told an address.

mod audio;
mod recording;

use async_recursion::async_recursion as boxed;
use countersign_store::{StoreError, Tx, prompt as store};
pub use countersign_types::prompt::{NO_LANGUAGE, Prompt, PromptRecording, RecordingSource};
use countersign_types::{Error, Permission, PromptId, Result};
use serde_json::json;

pub use countersign_audio::FILE_BYTES_MAX;
pub use recording::{RecordingUpload, Voice};

use crate::Service;
use crate::caller::Request;
use crate::named::flows_that_name;
use crate::text::name;
use crate::work::{Log, is_unique};

/// Prompts at most.
pub const PROMPTS_MAX: i64 = 500;

/// A prompt with its recordings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptDetail {
    /// The prompt.
    pub prompt: Prompt,
    /// Its recordings, by language.
    pub recordings: Vec<PromptRecording>,
}

impl PromptDetail {
    /// All of them by name.
    pub(crate) async fn load(tx: &mut Tx<'_>) -> Result<Vec<Self>> {
        let recordings = store::list_prompt_recordings(tx).await?;
        let of = |prompt: Prompt| {
            // They come in the order of their prompts.
            let from = recordings.partition_point(|recording| recording.prompt < prompt.id);
            let mine = recordings[from..].iter().take_while(|recording| recording.prompt == prompt.id);
            Self { recordings: mine.cloned().collect(), prompt }
        };
        Ok(store::list_prompts(tx).await?.into_iter().map(of).collect())
    }
}

impl Service {
    /// All prompts by name.
    #[boxed]
    pub async fn list_prompts(&self, request: &Request) -> Result<Vec<PromptDetail>> {
        self.authorise(request, Permission::PhoneRead).await?;
        self.read(async |tx: &mut Tx<'_>| PromptDetail::load(tx).await).await
    }

    /// A prompt.
    #[boxed]
    pub async fn read_prompt(&self, request: &Request, id: PromptId) -> Result<PromptDetail> {
        self.authorise(request, Permission::PhoneRead).await?;
        self.find_prompt(id).await
    }

    async fn find_prompt(&self, id: PromptId) -> Result<PromptDetail> {
        let all = self.read(async |tx: &mut Tx<'_>| PromptDetail::load(tx).await).await?;
        all.into_iter().find(|detail| detail.prompt.id == id).ok_or(Error::NotFound("prompt"))
    }

    /// Adds a prompt, which says nothing yet.
    #[boxed]
    pub async fn create_prompt(&self, request: &Request, prompt_name: &str) -> Result<PromptDetail> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let (id, name, now) = (self.new_id()?, name("/name", prompt_name)?, self.now());
        let prompt = Prompt { id, name, created_at: now, updated_at: now };
        let id = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<PromptId> {
                if store::count_prompts(tx).await?.0 >= PROMPTS_MAX {
                    let detail = format!("There are {PROMPTS_MAX} prompts, which is the most.");
                    return Err(Error::conflict("too-many-prompts", detail, "Delete one that nobody needs."));
                }
                store::insert_prompt(tx, &prompt).await.map_err(name_taken)?;
                log.audit("prompt.create", prompt.id, json!({ "name": prompt.name }));
                log.reload("prompt.updated", prompt.id);
                Ok(prompt.id)
            })
            .await?;
        self.find_prompt(id).await
    }

    /// Gives a prompt another name.
    #[boxed]
    pub async fn rename_prompt(&self, request: &Request, id: PromptId, new: &str) -> Result<PromptDetail> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        let (new, now) = (name("/name", new)?, self.now());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let before = store::lock_prompt(tx, id).await?.ok_or(Error::NotFound("prompt"))?;
            if before.name != new {
                store::update_prompt(tx, id, &new, now.max(before.updated_at)).await.map_err(name_taken)?;
                log.audit("prompt.update", id, json!({ "name": { "old": before.name, "new": new } }));
                log.reload("prompt.updated", id);
            }
            Ok(())
        })
        .await?;
        self.find_prompt(id).await
    }

    /// Deletes a prompt with its recordings. One that a flow plays stays.
    #[boxed]
    pub async fn delete_prompt(&self, request: &Request, id: PromptId) -> Result<()> {
        let grant = self.authorise(request, Permission::PhoneWrite).await?;
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let prompt = store::lock_prompt(tx, id).await?.ok_or(Error::NotFound("prompt"))?;
            if let Some(flows) = flows_that_name(tx, &id.to_string()).await? {
                let hint = "Take it out of these phone menus, and publish them, first.";
                return Err(Error::conflict("prompt-in-use", format!("It is played by {flows}."), hint));
            }
            store::delete_prompt(tx, id).await?;
            log.audit("prompt.delete", id, json!({ "name": prompt.name }));
            log.reload("prompt.updated", id);
            Ok(())
        })
        .await
    }
}

fn name_taken(error: StoreError) -> Error {
    if !is_unique(&error, store::UNIQUE_NAME) {
        return error.into();
    }
    Error::conflict("name-taken", "There is a prompt with this name.", "Choose another name.")
}
