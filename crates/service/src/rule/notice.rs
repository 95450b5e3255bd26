//! What rules tell people of the team. A notice is sealed under the key of the customer it is about, masked as an agent
//! may see it, and gone with the customer or after thirty days.

use async_recursion::async_recursion as boxed;
use countersign_rules::evaluate::Decision;
use countersign_store::notice as store;
use countersign_store::{Tx, subject_key};
use countersign_types::notice::{Notice, NoticeKind};
use countersign_types::pii::Pii;
use countersign_types::{GroupId, Page, PageRequest, Result, UserId};

use super::act::Outcome;
use super::run::Run;
use super::words::{Reader, written};
use crate::Service;
use crate::caller::{Caller, Request};
use crate::work::Log;

impl Service {
    pub(super) async fn notify(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        run: &mut Run<'_>,
        decision: &Decision<'_>,
        people: &[UserId],
        groups: &[GroupId],
    ) -> Result<Outcome> {
        let Some(text) = decision.text else { return Ok(Outcome::Skipped("no_text")) };
        let mut told: Vec<UserId> = people.to_vec();
        for group in groups {
            told.extend(run.members(*group));
        }
        told.sort_unstable();
        told.dedup();
        told.retain(|person| run.rules().schema.users.contains(person));
        if told.is_empty() {
            return Ok(Outcome::Skipped("nobody_to_tell"));
        }
        let words = written(run, text, Reader::Team);
        let key = subject_key::subject(tx, self.vault(), run.row.account.id.to_bytes()).await?;
        for person in &told {
            let notice = Notice {
                id: self.new_id()?,
                user: *person,
                case: run.row.case.id,
                kind: NoticeKind::Rule,
                rule_name: decision.rule.body.name.clone(),
                text: Pii::new(words.clone()),
                created_at: run.now,
                read_at: None,
            };
            store::insert_notice(tx, &key, &notice).await?;
            log.live("notice.created", person);
        }
        Ok(Outcome::Did(told.len().to_string()))
    }

    /// What rules told the caller, newest first. Programs are told nothing.
    #[boxed]
    pub async fn list_notices(&self, request: &Request, page: PageRequest) -> Result<Page<Notice>> {
        let Some(user) = person(request) else { return Ok(Page { items: Vec::new(), next: None }) };
        let vault = self.vault().clone();
        self.read(async move |tx: &mut Tx<'_>| Ok(store::list_notices(tx, &vault, user, page).await?)).await
    }

    /// Notes that the caller has read what they were told.
    #[boxed]
    pub async fn read_notices(&self, request: &Request) -> Result<()> {
        let Some(user) = person(request) else { return Ok(()) };
        let (grant, now) = (self.grant(request), self.now());
        self.write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            store::update_notices_read(tx, user, now).await?;
            log.live("notice.created", user);
            Ok(())
        })
        .await
    }
}

fn person(request: &Request) -> Option<UserId> {
    match &request.caller {
        Caller::User { user, .. } => Some(user.id),
        Caller::ApiKey(_) | Caller::System => None,
    }
}
