//! The first steps of a workspace: which of them were taken.

use async_recursion::async_recursion as boxed;
use countersign_store::{Tx, progress as store};
use countersign_types::{Permission, Result};

pub use countersign_store::progress::Progress;

use crate::Service;
use crate::caller::Request;

impl Service {
    /// How far the workspace has come.
    #[boxed]
    pub async fn get_progress(&self, request: &Request) -> Result<Progress> {
        self.authorise(request, Permission::SettingRead).await?;
        self.read(async move |tx: &mut Tx<'_>| Ok(store::find_progress(tx).await?)).await
    }
}
