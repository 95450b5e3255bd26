//! The telephones on which colleagues take calls that come by a provider: everybody sets their own, and whoever
//! administers people may set a colleague's. The number is the colleague's own: no list has it, and no log.

use async_recursion::async_recursion as boxed;
use countersign_identity::identifier::is_premium_rate;
use countersign_store::{Tx, phone_number, telephone as store, user};
use countersign_types::pii::{Pii, Purpose};
use countersign_types::telephone::Telephone;
use countersign_types::{Error, Permission, Result, UserId};
use serde_json::json;

use crate::Service;
use crate::caller::{Caller, Grant, Request};
use crate::user::may_give_role;
use crate::work::Log;

/// A telephone as it is to be.
#[derive(Clone)]
pub struct TelephoneChange {
    /// The number, in E.164 or as the workspace's country writes it; none: there is no telephone any more.
    pub number: Option<String>,
    /// Whether it rings.
    pub takes_calls: bool,
}

impl Service {
    /// One's own telephone, if there is one.
    #[boxed]
    pub async fn read_own_telephone(&self, request: &Request) -> Result<Option<Telephone>> {
        let (_, me, _) = self.authorise_own(request)?;
        self.read(async move |tx: &mut Tx<'_>| Ok(store::find_telephone(tx, me.id).await?)).await
    }

    /// Sets one's own telephone.
    #[boxed]
    pub async fn update_own_telephone(
        &self,
        request: &Request,
        change: TelephoneChange,
    ) -> Result<Option<Telephone>> {
        let (grant, me, _) = self.authorise_own(request)?;
        self.change_telephone(&request.caller, &grant, me.id, change).await
    }

    /// The telephone of a colleague.
    #[boxed]
    pub async fn read_telephone(&self, request: &Request, id: UserId) -> Result<Option<Telephone>> {
        self.authorise(request, Permission::UserWrite).await?;
        self.read(async move |tx: &mut Tx<'_>| {
            user::find_user(tx, id).await?.ok_or(Error::NotFound("user"))?;
            Ok(store::find_telephone(tx, id).await?)
        })
        .await
    }

    /// Sets the telephone of a colleague.
    #[boxed]
    pub async fn update_telephone(
        &self,
        request: &Request,
        id: UserId,
        change: TelephoneChange,
    ) -> Result<Option<Telephone>> {
        let grant = self.authorise(request, Permission::UserWrite).await?;
        self.change_telephone(&request.caller, &grant, id, change).await
    }

    async fn change_telephone(
        &self,
        caller: &Caller,
        grant: &Grant,
        id: UserId,
        change: TelephoneChange,
    ) -> Result<Option<Telephone>> {
        let text = change.number.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let number = text.map(|text| self.own_number(text)).transpose()?;
        if number.as_deref().is_some_and(is_premium_rate) {
            let detail = "Calls to this number cost more than others; it cannot take calls.";
            return Err(Error::invalid("/number", "premium-rate", detail));
        }
        let after =
            number.map(|number| Telephone { number: Pii::new(number), takes_calls: change.takes_calls });
        let (caller, now) = (caller.clone(), self.now());
        self.write(grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Option<Telephone>> {
            let who = user::lock_user(tx, id).await?.ok_or(Error::NotFound("user"))?;
            // Whoever's telephone is set hears that colleague's callers.
            may_give_role(&caller, who.role)?;
            let before = store::find_telephone_for_update(tx, id).await?;
            if before == after {
                return Ok(after);
            }
            match &after {
                Some(after) => {
                    // Calls would ring themselves.
                    let e164 = after.number.plain(Purpose::Match);
                    if phone_number::find_phone_number_by_number(tx, e164).await?.is_some() {
                        let detail = "This is a number of the company; calls to it would come back.";
                        return Err(Error::invalid("/number", "own-number", detail));
                    }
                    store::upsert_telephone(tx, id, after, now).await?;
                }
                None => drop(store::delete_telephone(tx, id).await?),
            }
            let is_other = before.as_ref().map(|of| &of.number) != after.as_ref().map(|of| &of.number);
            let takes_calls = after.as_ref().is_some_and(|after| after.takes_calls);
            let details =
                json!({ "has_number": after.is_some(), "is_other_number": is_other, "takes_calls": takes_calls });
            log.audit("telephone.update", id, details);
            log.live("user.updated", id);
            Ok(after)
        })
        .await
    }
}
