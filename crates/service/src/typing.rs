//! Signs of typing, both ways. Nothing is stored, and nobody waits for one to arrive.

use async_recursion::async_recursion as boxed;
use std::time::Duration;

use countersign_store::Tx;
use countersign_store::case::{CaseRow, find_newest_case};
use countersign_types::case::ChatState;
use countersign_types::channel::ChannelState;
use countersign_types::pii::Purpose;
use countersign_types::{CaseId, ChannelId, Permission, Result};
use sha2::{Digest, Sha256};

use crate::Service;
use crate::caller::Request;

/// What is said when somebody of the team writes to a visitor, with the account.
pub(crate) const TEAM_TYPING: &str = "team.typing";
/// Signs of typing of one person in a minute.
const PER_MIN: i64 = 40;
/// Signs that a messenger is given for one conversation in a minute, whoever writes there: they last some seconds each.
const TOLD_PER_MIN: i64 = 12;
/// A sign that comes later is none.
const PATIENCE: Duration = Duration::from_secs(5);

impl Service {
    /// A visitor is writing: consoles that look at their case hear of it.
    #[boxed]
    pub async fn type_web_chat(&self, channel: ChannelId, session: &str) -> Result<()> {
        self.find_web_chat(channel).await?;
        let account = self.chat_account(channel, session).await?;
        self.flood().take_typing(account.to_bytes(), self.now(), PER_MIN)?;
        let newest = self
            .read(async move |tx: &mut Tx<'_>| Ok(find_newest_case(tx, account).await?.map(|c| c.id)))
            .await?;
        // Before the first message there is no case, and nobody looks.
        let Some(case) = newest else { return Ok(()) };
        self.say_live(format!("customer.typing {case}")).await
    }

    /// Somebody of the team is writing: the customer's chat shows it, where it can.
    #[boxed]
    pub async fn type_in_case(&self, request: &Request, case: CaseId) -> Result<()> {
        let grant = self.authorise(request, Permission::CaseWrite).await?;
        let mut who = [0; 16];
        who.copy_from_slice(&Sha256::digest(grant.actor().id.as_bytes())[..16]);
        self.flood().take_typing(who, self.now(), PER_MIN)?;
        let row = self.find_case(case).await?;
        self.say_live(format!("{TEAM_TYPING} {}", row.account.id)).await?;
        self.tell_messenger(&row).await;
        Ok(())
    }

    async fn say_live(&self, notice: String) -> Result<()> {
        self.db().write(async move |tx: &mut Tx<'_>| -> Result<()> { Ok(tx.notify(&notice)?) }).await
    }

    /// Has the customer's messenger show it. Whoever types does not wait, and hears of no failure: the reply itself says
    /// what is wrong with the channel.
    async fn tell_messenger(&self, row: &CaseRow) {
        let account = &row.account;
        let Ok(entry) = self.channel_of(account.channel.to_bytes()).await else { return };
        let Ok(connector) = self.connector(entry.channel.kind).cloned() else { return };
        let is_heard = connector.shows_typing()
            && entry.channel.state == ChannelState::Active
            && row.case.chat != ChatState::Ended
            && self.flood().take_typing(account.id.to_bytes(), self.now(), TOLD_PER_MIN).is_ok();
        if !is_heard {
            return;
        }
        let (service, to) = (self.clone(), account.user_id.plain(Purpose::Deliver).to_owned());
        tokio::spawn(async move {
            let desk = service.desk(&entry);
            let told = connector.type_to(desk.line(&service, &entry), &to);
            match tokio::time::timeout(PATIENCE, told).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::debug!(channel = %entry.channel.id, %error, "a sign of typing was not taken")
                }
                Err(_) => {
                    tracing::debug!(channel = %entry.channel.id, "a sign of typing was not taken in time")
                }
            }
        });
    }
}
