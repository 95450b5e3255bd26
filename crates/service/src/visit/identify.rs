//! Whom an event names. A token that the company's server signed proves it (W-1); anything else is what a page says, and
//! pages can be made to say anything: it names an account of the site, and proves nothing (T-1).

use std::collections::HashMap;
use std::sync::Arc;

use countersign_store::{Tx, visit_identity, widget};
use countersign_types::audit::{Actor, ActorKind};
use countersign_types::pii::{ExternalId, Name, Pii, Purpose};
use countersign_types::profile::ProfileKey;
use countersign_types::{Error, Result, Timestamp};
use countersign_visits::{Who, is_refused_id};

use crate::Service;
use crate::site::{SiteEntry, site_of};
use crate::web_chat::Signed;
use crate::work::Log;

/// How the ids begin of accounts that a page named. Those of tokens begin otherwise: nobody gets at one by naming it.
pub(crate) const NAMED_PREFIX: &str = "named:";

/// Whom an event says it is about.
#[derive(Debug)]
pub(super) struct Asked {
    known: Known,
    name: Option<Pii<Name>>,
}

/// On what ground.
#[derive(Debug)]
enum Known {
    /// A good token.
    Signed(Arc<Signed>),
    /// The page's word.
    Named(Pii<ExternalId>),
    /// It is no token, or nobody's id.
    Refused(&'static str),
    /// It does not say.
    Nobody,
}

/// The tokens of a batch, each verified once: checking a signature is the costliest thing that a stranger may ask for.
#[derive(Debug, Default)]
pub(super) struct Tokens(HashMap<String, std::result::Result<Arc<Signed>, &'static str>>);

/// What came of it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Identified {
    /// It is about this identity.
    As {
        /// Its number.
        identity: i64,
        /// Whether a token said so.
        is_signed: bool,
    },
    /// It is about nobody, for this reason.
    Refused(&'static str),
    /// It does not say.
    Nobody,
}

impl Asked {
    /// Whether it names the same as another, as foreign clients do in every event of a batch. A token says the same in
    /// one visit only.
    pub(super) fn is_as(&self, other: &Self, is_same_visit: bool) -> bool {
        match (&self.known, &other.known) {
            (Known::Named(_), Known::Named(_)) => self.order() == other.order(),
            (Known::Signed(_), Known::Signed(_)) => is_same_visit && self.order() == other.order(),
            _ => false,
        }
    }

    /// The place in the order in which batches lock accounts.
    pub(super) fn order(&self) -> (u8, &str, &[u8]) {
        match &self.known {
            Known::Nobody | Known::Refused(_) => (0, "", &[]),
            Known::Named(user) => (1, user.plain(Purpose::Match), &[]),
            Known::Signed(signed) => (2, subject(&signed.key), &signed.jti_hash),
        }
    }
}

fn subject(key: &ProfileKey) -> &str {
    match key {
        ProfileKey::ExternalId(id) => id.plain(Purpose::Match),
        ProfileKey::Email(email) => email.plain(Purpose::Match),
        ProfileKey::Phone(phone) => phone.plain(Purpose::Match),
        ProfileKey::ChannelUser { user_id, .. } => user_id.plain(Purpose::Match),
    }
}

/// Whether an error is about what the token asks for, such as a customer who is blocked: the event stays, and names
/// nobody. Anything else is the server's, and the whole batch is sent again.
fn is_about_the_token(error: &Error) -> bool {
    match error {
        Error::Refused { .. } | Error::Invalid(_) | Error::NotFound(_) => true,
        // That is what a database says where two met over the same row.
        Error::Conflict { code, .. } => *code != "already-exists",
        _ => false,
    }
}

impl Service {
    /// Reads whom an event names, and checks a token's signature, outside of the transaction.
    pub(super) fn asked(&self, who: &Who, tokens: &mut Tokens, now: Timestamp) -> Asked {
        let known = match (&who.token, &who.identity) {
            (Some(token), _) => {
                // Which check failed is told to the company in the inspector, by the error's own word.
                let verify =
                    || self.verify_chat_token(token, now).map(Arc::new).map_err(|error| error.code());
                match tokens.0.entry(token.clone()).or_insert_with(verify) {
                    Ok(signed) => Known::Signed(signed.clone()),
                    Err(why) => Known::Refused(why),
                }
            }
            (None, Some(identity)) if is_refused_id(identity) => Known::Refused("bad_id"),
            (None, Some(identity)) => Known::Named(Pii::new(format!("{NAMED_PREFIX}{}", identity.trim()))),
            // An address or a number says something of somebody, and names nobody.
            (None, None) => Known::Nobody,
        };
        let name = who.name.as_deref().map(str::trim).filter(|name| (1..=200).contains(&name.len()));
        Asked { known, name: name.map(|name| Pii::new(name.to_owned())) }
    }

    /// The identity that an event is about; made if it is new. `visit`: the hash of its key, and whether that is found by
    /// what a user is called.
    pub(super) async fn identify(
        &self,
        tx: &mut Tx<'_>,
        log: &mut Log,
        site: &SiteEntry,
        asked: &Asked,
        visit: ([u8; 16], bool),
        now: Timestamp,
    ) -> Result<Identified> {
        let actor =
            Actor { kind: ActorKind::Public, id: site_of(site.id).to_string(), name: site.name.clone() };
        let (account, is_signed) = match &asked.known {
            Known::Nobody => return Ok(Identified::Nobody),
            Known::Refused(why) => return Ok(Identified::Refused(why)),
            // Whoever guesses what a user is called could have written into that visit before.
            Known::Signed(_) if visit.1 => return Ok(Identified::Refused("token-without-browser")),
            Known::Signed(signed) => {
                let visit = visit.0;
                if !self.is_tokens_visit(tx, signed, visit).await? {
                    return Ok(Identified::Refused("token-replayed"));
                }
                let snapshot = self.snapshot();
                let entry = snapshot.channel(site.id)?;
                match self.signed_account(tx, log, &actor, entry, signed, now).await {
                    Ok(account) => (account, true),
                    Err(error) if is_about_the_token(&error) => {
                        return Ok(Identified::Refused(error.code()));
                    }
                    Err(error) => return Err(error),
                }
            }
            Known::Named(user) => {
                let account =
                    self.account_for(tx, log, &actor, site.id, user.clone(), asked.name.clone(), now).await?;
                (account, false)
            }
        };
        let identity = visit_identity::upsert_identity(tx, account.id, self.new_row()).await?;
        Ok(Identified::As { identity, is_signed })
    }

    /// A token is good in one visit: taken from there, it opens no other. The same visit may send it again, because what
    /// was not answered is sent twice.
    async fn is_tokens_visit(&self, tx: &mut Tx<'_>, signed: &Signed, visit: [u8; 16]) -> Result<bool> {
        let mut here = signed.jti_hash.to_vec();
        here.extend_from_slice(&visit);
        let here = self.vault().blind_bytes("token_use_in_visit", &here);
        let anywhere = self.vault().blind_bytes("token_use_in_visits", &signed.jti_hash);
        if !widget::insert_token_use(tx, anywhere, signed.token_ends_at).await? {
            return Ok(widget::is_token_used(tx, here).await?);
        }
        widget::insert_token_use(tx, here, signed.token_ends_at).await?;
        Ok(true)
    }
}

/// The text by which a site names somebody, if it does: an account of a token has none.
pub(super) fn named(user_id: &str) -> Option<&str> {
    user_id.strip_prefix(NAMED_PREFIX)
}
