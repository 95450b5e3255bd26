//! *My linked channels*: what a signed-in customer sees of their own links on the company's page, and ends there.
//!
//! Each look and each change takes a token of its own that the company's server just signed, used up like the token of
//! a code. In plain mode there is none of this: a page's word would open anybody's list.

use async_recursion::async_recursion as boxed;
use std::net::IpAddr;

use countersign_store::{Tx, account, link as store, profile, widget};
use countersign_types::audit::{Actor, ActorKind};
use countersign_types::link::Link;
use countersign_types::pii::Purpose;
use countersign_types::profile::{ProfileKey, ProfileState};
use countersign_types::{Error, LinkId, ProfileId, Result, Timestamp, WidgetId};

use crate::Service;
use crate::code::page::PageLink;
use crate::token::SignedIdentity;
use crate::work::Log;

impl Service {
    /// The live links of the customer that a token names, newest first.
    #[boxed]
    pub async fn list_links_for_page(
        &self,
        id: WidgetId,
        token: &str,
        address: IpAddr,
    ) -> Result<Vec<PageLink>> {
        self.for_customer(id, token, address, None).await
    }

    /// Ends one of the links of the customer that a token names; answers with those that are left.
    #[boxed]
    pub async fn end_link_for_page(
        &self,
        id: WidgetId,
        token: &str,
        link: LinkId,
        address: IpAddr,
    ) -> Result<Vec<PageLink>> {
        self.for_customer(id, token, address, Some(link)).await
    }

    async fn for_customer(
        &self,
        id: WidgetId,
        token: &str,
        address: IpAddr,
        end: Option<LinkId>,
    ) -> Result<Vec<PageLink>> {
        let found = self.find_widget(id).await?;
        let now = self.now();
        self.flood().take_address(address, now, self.config().code.per_ip_min)?;
        let signed = self.verify_widget_token(id, token, now)?;
        let grant = Self::public_grant(id, &found.name);
        let service = self.clone();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Vec<PageLink>> {
            if !widget::insert_token_use(tx, signed.jti_hash, signed.expires_at).await? {
                return Err(Error::Refused {
                    code: "token-used",
                    detail: "This token was used already.",
                    hint: "Let your server sign a fresh token, with a new `jti`, each time the page asks.",
                });
            }
            widget::touch_widget_key(tx, signed.kid, now).await?;
            let Some(customer) = service.customer_of(tx, log, &signed, now).await? else {
                return match end {
                    Some(_) => Err(Error::NotFound("link")),
                    None => Ok(Vec::new()),
                };
            };
            if let Some(link) = end {
                let actor =
                    Actor { kind: ActorKind::Customer, id: customer.to_string(), name: found.name.clone() };
                service.end_own_link(tx, log, &actor, customer, link, now).await?;
            }
            let links = store::list_links(tx, service.vault(), customer).await?;
            Ok(links.into_iter().filter(|l| l.is_live(now)).map(|link| PageLink::live(link, now)).collect())
        })
        .await
    }

    /// The profile that a token names, if it is known already: looking makes nobody.
    async fn customer_of(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        signed: &SignedIdentity,
        now: Timestamp,
    ) -> Result<Option<ProfileId>> {
        let found = match &signed.key {
            ProfileKey::ChannelUser { channel, user_id } => {
                let hash = account::user_hash(self.vault(), *channel, user_id.plain(Purpose::Match));
                match account::find_account_for_update(tx, *channel, hash).await? {
                    Some(account) => Some(self.proved_profile(tx, log, account, now).await?),
                    None => None,
                }
            }
            key => self.find_subject(tx, key).await?,
        };
        let Some(profile_id) = found else { return Ok(None) };
        match profile::find_profile_state(tx, profile_id).await? {
            Some(ProfileState::Active) => Ok(Some(profile_id)),
            Some(ProfileState::Blocked) => Err(crate::code::blocked()),
            None => Ok(None),
        }
    }

    /// Somebody else's link is as unknown as one that does not exist.
    async fn end_own_link(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        customer: ProfileId,
        link: LinkId,
        now: Timestamp,
    ) -> Result<()> {
        let found: Option<Link> = store::find_link(tx, self.vault(), link).await?;
        found.filter(|l| l.profile == customer && l.is_live(now)).ok_or(Error::NotFound("link"))?;
        log.act_as(actor.clone());
        self.unlink_in(tx, log, actor, link, now).await?;
        log.audit("link.unlink", link, serde_json::json!({ "by": "customer" }));
        Ok(())
    }
}
