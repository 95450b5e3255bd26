//! From what a company calls somebody to the profile: exactly one, a new one, or a refusal. Never a guess.

use countersign_store::{Tx, identifier, profile as store};
use countersign_types::audit::Actor;
use countersign_types::channel::ChannelKind;
use countersign_types::pii::{Pii, Purpose};
use countersign_types::profile::{Claims, IdentifierKind, ProfileKey, ProfilePatch, ProfileState, Source};
use countersign_types::{Error, FieldError, ProfileId, Result, Timestamp};

use super::{Checked, check};
use crate::Service;
use crate::work::Log;

impl Service {
    /// The profile that a company names by key, made if it is new, with the patch written into it.
    ///
    /// An external id is exact. An e-mail address or a phone number finds a profile only where it is proved (P-1);
    /// several are a conflict. Where the caller itself proves nothing (`source`), nothing is found and a profile of
    /// claims is made: an unsigned page must not reach anybody by typing their address (W-2).
    #[allow(clippy::too_many_arguments, reason = "everything that decides is named")]
    pub(crate) async fn resolve_or_create(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        key: &ProfileKey,
        patch: &ProfilePatch,
        source: Source,
        now: Timestamp,
    ) -> Result<ProfileId> {
        let (kind, text, checked) = self.checked_with(key, patch)?;
        let id: ProfileId = self.new_id()?;
        if !source.is_matching() {
            self.insert(tx, log, actor, id, &checked, source, now).await?;
            return Ok(id);
        }
        if let Some(known) = self.find_proved(tx, kind, &text).await? {
            return self.changed(tx, log, actor, known, &checked, source, now).await;
        }
        if kind != IdentifierKind::ExternalId {
            // Two requests for the same unknown person make one profile.
            store::lock_identifier(tx, self.vault(), kind, &text).await?;
            if let Some(known) = self.find_proved(tx, kind, &text).await? {
                return self.changed(tx, log, actor, known, &checked, source, now).await;
            }
        }
        if self.insert(tx, log, actor, id, &checked, source, now).await? {
            return Ok(id);
        }
        // Another server made it between our look and our insert.
        match self.find_proved(tx, kind, &text).await? {
            Some(known) => self.changed(tx, log, actor, known, &checked, source, now).await,
            None => Err(super::already_exists()),
        }
    }

    #[allow(clippy::too_many_arguments, reason = "everything that is written is named")]
    async fn changed(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        known: ProfileId,
        checked: &Checked,
        source: Source,
        now: Timestamp,
    ) -> Result<ProfileId> {
        if store::find_profile_state(tx, known).await? == Some(ProfileState::Blocked) {
            return Err(crate::code::blocked());
        }
        self.change(tx, log, actor, known, checked, source, now).await?;
        Ok(known)
    }

    /// The profile that a key finds, by what is proved of it.
    pub(crate) async fn find_subject(&self, tx: &mut Tx<'_>, key: &ProfileKey) -> Result<Option<ProfileId>> {
        let (kind, text, _) = self.checked_with(key, &ProfilePatch::default())?;
        self.find_proved(tx, kind, &text).await
    }

    async fn find_proved(
        &self,
        tx: &mut Tx<'_>,
        kind: IdentifierKind,
        key: &str,
    ) -> Result<Option<ProfileId>> {
        if kind == IdentifierKind::ExternalId {
            return Ok(store::find_by_external_id(tx, self.vault(), key).await?);
        }
        match store::find_by_identifier(tx, self.vault(), kind, key, true).await?.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            _ => Err(Error::conflict(
                "ambiguous-identifier",
                "Several customers have this identifier.",
                "Name the customer by `external_id`, which belongs to one customer only.",
            )),
        }
    }

    /// The patch with the key in it, checked, and the key as it is found by.
    fn checked_with(
        &self,
        key: &ProfileKey,
        patch: &ProfilePatch,
    ) -> Result<(IdentifierKind, String, Checked)> {
        let snapshot = self.snapshot();
        let mut checked = self.checked(patch, "/profile")?;
        let wrong = |field: &str, (code, detail): (&'static str, String)| {
            Error::Invalid(vec![FieldError::new(format!("/profile/{field}"), code, detail)])
        };
        fn text<K: countersign_types::pii::Kind>(key: &Pii<K>) -> String {
            key.plain(Purpose::Match).to_owned()
        }
        Ok(match key {
            ProfileKey::ExternalId(value) => {
                let keyed = check::external_id(value).map_err(|e| wrong("external_id", e))?;
                let text = text(&keyed.key);
                checked.change.external_id = Some(Some(keyed));
                (IdentifierKind::ExternalId, text, checked)
            }
            ProfileKey::Email(value) => {
                let keyed = check::email(value).map_err(|e| wrong("email", e))?;
                let text = text(&keyed.key);
                checked.change.email = Some(Some(keyed));
                (IdentifierKind::Email, text, checked)
            }
            ProfileKey::Phone(value) => {
                let keyed = check::phone(value, &snapshot).map_err(|e| wrong("phone", e))?;
                let text = text(&keyed.key);
                checked.change.phone = Some(Some(keyed));
                (IdentifierKind::Phone, text, checked)
            }
            ProfileKey::ChannelUser { .. } => {
                let detail = "A user of a channel is named by their account, not by a profile.";
                return Err(Error::invalid("/profile/channel_user", "invalid-value", detail));
            }
        })
    }

    /// Puts an address and a number that a channel says of its sender on record, when they are new: for people to find,
    /// and for the job that looks who is one person. Providers vouch for what their users write from; what a page or a
    /// company's own channel says stays a claim.
    pub(crate) async fn record_claims(
        &self,
        tx: &mut Tx<'_>,
        channel: ChannelKind,
        home: ProfileId,
        claims: &Claims,
        now: Timestamp,
    ) -> Result<()> {
        use ChannelKind as K;
        let source = match channel {
            K::WhatsApp | K::Sms | K::Email | K::Telegram => Source::Attested,
            K::Custom
            | K::WebChat
            | K::Website
            // Anybody can send a number that is not theirs (I-2).
            | K::Phone
            | K::Messenger
            | K::Instagram
            | K::Viber
            | K::Line
            | K::Matrix => Source::Channel,
        };
        let email = claims.email.as_ref().and_then(|value| check::email(value).ok());
        if let Some(email) = email {
            let (value, key) = (email.value.plain(Purpose::Seal), email.key.plain(Purpose::Match));
            let claim = (IdentifierKind::Email, value, key);
            identifier::record_claim(tx, self.vault(), home, claim, source, now).await?;
        }
        let snapshot = self.snapshot();
        let phone = claims.phone.as_ref().and_then(|value| check::phone(value, &snapshot).ok());
        if let Some(phone) = phone {
            let (value, key) = (phone.value.plain(Purpose::Seal), phone.key.plain(Purpose::Match));
            let claim = (IdentifierKind::Phone, value, key);
            identifier::record_claim(tx, self.vault(), home, claim, source, now).await?;
        }
        Ok(())
    }

    /// Writes data that was pushed with a code. Attributes that no longer exist and values that no longer fit are
    /// left out: a customer's message never fails because of them. Unproved data becomes claims.
    #[allow(clippy::too_many_arguments, reason = "everything that is written is named")]
    pub(crate) async fn apply_pushed(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        actor: &Actor,
        profile: ProfileId,
        patch: &ProfilePatch,
        source: Source,
        is_proved: bool,
        now: Timestamp,
    ) -> Result<()> {
        let checked = self.usable(patch);
        // The weaker of the two words counts: a source that proves nothing cannot be talked into it.
        let source = if is_proved || !source.is_proved() { source } else { Source::Claimed };
        match self.change(tx, log, actor, profile, &checked, source, now).await {
            Err(Error::NotFound(_)) => Ok(()),
            done => done.map(|_| ()),
        }
    }
}
