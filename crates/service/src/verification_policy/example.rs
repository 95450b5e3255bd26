//! What a workspace begins with: the vendor's policy as a draft, and two topics.
//!
//! The policy shows the form and carries the linter's findings; it is not published, and the confidential topic that names
//! it is switched off, so that nobody is verified by an example.

use countersign_store::{Tx, setting, topic as topics, verification_policy as store};
use countersign_types::audit::Actor;
use countersign_types::topic::{NextAction, Script, Topic};
use countersign_types::{Assurance, Result};
use countersign_verification::default_policy;
use serde_json::{Value, json};

use crate::caller::Grant;
use crate::work::Log;
use crate::{Service, setup};

/// The setting that says that the examples were installed once: whoever deletes them does not get them back.
const INSTALLED: &str = "verification_examples";

impl Service {
    /// Installs the examples in a workspace that was set up before there were any.
    pub(crate) async fn install_verification_examples(&self) -> Result<()> {
        let installed = self
            .read(async move |tx: &mut Tx<'_>| {
                Ok(setting::find_setting::<Value>(tx, INSTALLED).await?.is_some())
            })
            .await?;
        if installed || self.set_up_state().await? == setup::SetUpState::Needed {
            return Ok(());
        }
        let service = self.clone();
        let system = Grant::internal(Actor::system());
        self.write(&system, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if service.install_verification_examples_in(tx).await? {
                log.audit("verification_policy.install_examples", "", json!({}));
                log.live("verification_policy.updated", "");
                log.live("topic.updated", "");
            }
            Ok(())
        })
        .await
    }

    /// Installs the examples, once: with the set-up, on whose record they stand. Whether it did.
    pub(crate) async fn install_verification_examples_in(&self, tx: &mut Tx<'_>) -> Result<bool> {
        let now = self.now();
        if !setting::insert_setting(tx, INSTALLED, &json!({}), now).await? {
            return Ok(false);
        }
        // Somebody was faster and wrote their own.
        if store::has_policies(tx).await? || topics::count_topics(tx).await? > 0 {
            return Ok(false);
        }
        let policy = self.new_policy(&default_policy())?;
        store::insert_policy(tx, &policy).await?;
        let topic = |key: &str, name: &str| -> Result<Topic> {
            Ok(Topic {
                id: self.new_id()?,
                key: key.to_owned(),
                name: name.to_owned(),
                is_confidential: false,
                minimum_level: Assurance::Al2,
                policy: None,
                script: Script::default(),
                next_action: None,
                is_active: true,
                created_at: now,
                updated_at: now,
            })
        };
        let script = Script {
            opening: Some("Before I look at your account, I have to ask you a few questions.".to_owned()),
            proceed: Some("Thank you, I can help you with that now.".to_owned()),
            stop: Some("I am sorry, I cannot give any information on this now.".to_owned()),
        };
        let next = NextAction { label: "Open the customer's account".to_owned(), url: None };
        let account = Topic {
            is_confidential: true,
            policy: Some(policy.id),
            script,
            next_action: Some(next),
            is_active: false,
            ..topic("account", "Questions about an account")?
        };
        for topic in [topic("general", "General questions")?, account] {
            topics::insert_topic(tx, &topic).await?;
        }
        Ok(true)
    }
}
