//! Codes for pages: asked for by the widget's frame, followed by it, and taken back with *not me*.

use async_recursion::async_recursion as boxed;
use std::net::IpAddr;
use std::time::Duration;

use countersign_store::{Notice, Tx, account, code as store, link, profile, widget};
use countersign_types::channel::ChannelKind;
use countersign_types::code::{CodeForm, CodeState, Invalid, Issuer, Outcome};
use countersign_types::link::{Account, Link, LinkEnd};
use countersign_types::pii::Purpose;
use countersign_types::profile::{ProfilePatch, ProfileState, Source};
use countersign_types::widget::{Widget, WidgetMode};
use countersign_types::{AccountId, CodeId, Error, Result, Timestamp, WidgetId, time};

use super::redeem::Place;
use super::{CodeLink, Issued, Order, Pushed, status_hash};
use crate::Service;
use crate::analytics::{count_outcome, count_refused};
use crate::web_chat::CHAT_UPDATED;
use crate::work::Log;

/// Longest wait of a page for news, seconds.
pub const WAIT_SECS_MAX: u64 = 30;

/// What a page hands over to get a code.
#[derive(Debug)]
pub enum PageIdentity {
    /// A token that the company's server signed.
    Token(String),
    /// What the page says; plain mode only, AL1 at most.
    Plain {
        /// The claims, as a patch.
        patch: Box<ProfilePatch>,
        /// The id of the user on a custom channel; names the subject, proves nothing.
        custom_id: Option<String>,
    },
}

/// A code as the page that issued it sees it.
#[derive(Debug)]
pub struct PageCode {
    /// Where it stands.
    pub state: CodeState,
    /// Until when it can be sent.
    pub expires_at: Timestamp,
    /// The link that its use made.
    pub link: Option<PageLink>,
    /// Who sent it, while the page has not said whether that is its customer.
    pub held: Option<Held>,
}

/// Who sent a code that waits for the word of its page.
#[derive(Debug)]
pub struct Held {
    /// Name of the channel.
    pub channel_name: String,
    /// Kind of the channel.
    pub channel_kind: ChannelKind,
    /// How the page names the account.
    pub account_name: String,
}

/// A link as the page sees it: enough to say "that was me" or "not me".
#[derive(Debug)]
pub struct PageLink {
    /// The link.
    pub link: Link,
    /// Whether it stands.
    pub is_live: bool,
    /// Until when the page can take it back.
    pub undo_until: Timestamp,
}

impl Service {
    /// A widget that is in use.
    #[boxed]
    pub async fn find_widget(&self, id: WidgetId) -> Result<Widget> {
        Ok(self.snapshot_with(|s| s.widgets.contains_key(&id)).await?.widget(id)?.widget.clone())
    }

    /// Where codes of a widget can be sent.
    pub fn widget_channels(&self, widget: &Widget, issued: Option<&Issued>) -> Vec<CodeLink> {
        let blank;
        let issued = match issued {
            Some(issued) => issued,
            None => {
                blank = Issued {
                    id: CodeId::from_bytes([0; 16]),
                    code: String::new(),
                    display: String::new(),
                    form: String::new(),
                    issued_at: Timestamp::default(),
                    expires_at: Timestamp::default(),
                    status_token: None,
                };
                &blank
            }
        };
        let mut links = self.code_links(issued, &widget.channels);
        if issued.display.is_empty() {
            for link in &mut links {
                link.url = None;
            }
        }
        links
    }

    /// Issues a code to a page that carries the widget.
    #[boxed]
    pub async fn issue_code_for_page(
        &self,
        id: WidgetId,
        identity: PageIdentity,
        form: CodeForm,
        address: IpAddr,
    ) -> Result<(Issued, Vec<CodeLink>)> {
        let widget = self.find_widget(id).await?;
        let now = self.now();
        self.flood().take_address(address, now, self.config().code.per_ip_min)?;
        let issued = match (identity, widget.mode) {
            (PageIdentity::Token(token), _) => self.issue_signed(&widget, &token, form, now).await?,
            (PageIdentity::Plain { patch, custom_id }, WidgetMode::Plain) => {
                self.issue_plain(&widget, *patch, custom_id, form, address, now).await?
            }
            (PageIdentity::Plain { .. }, WidgetMode::Signed) => {
                return Err(Error::Refused {
                    code: "signed-token-needed",
                    detail: "This widget takes signed tokens only.",
                    hint: "Let your server sign a token for the customer and hand it to the widget.",
                });
            }
        };
        let links = self.widget_channels(&widget, Some(&issued));
        Ok((issued, links))
    }

    async fn issue_signed(
        &self,
        widget: &Widget,
        token: &str,
        form: CodeForm,
        now: Timestamp,
    ) -> Result<Issued> {
        let signed = self.verify_widget_token(widget.id, token, now)?;
        let grant = Self::public_grant(widget.id, &widget.name);
        let (service, actor, id) = (self.clone(), grant.actor.clone(), widget.id);
        let (channels, lifetime_secs) = (widget.channels.clone(), self.config().code.lifetime_secs);
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Issued> {
            if !widget::insert_token_use(tx, signed.jti_hash, signed.expires_at).await? {
                return Err(Error::Refused {
                    code: "token-used",
                    detail: "This token has issued a code already.",
                    hint: "Let your server sign a fresh token, with a new `jti`, for every code.",
                });
            }
            widget::touch_widget_key(tx, signed.kid, now).await?;
            let profile = service.subject_of(tx, log, &actor, &signed.key, Source::SignedWidget, now).await?;
            let issuer = Issuer::SignedWidget(id);
            let order = Order {
                issuer,
                profile: Some(profile),
                subject_hash: service.subject_hash(issuer, &profile.to_bytes()),
                pushed: Pushed::of(&signed.patch).with_claimed(&signed.claimed),
                form,
                channels,
                lifetime_secs,
                with_status: true,
            };
            service.issue(tx, log, &actor, order, now).await
        })
        .await
    }

    async fn issue_plain(
        &self,
        widget: &Widget,
        patch: ProfilePatch,
        custom_id: Option<String>,
        form: CodeForm,
        address: IpAddr,
        now: Timestamp,
    ) -> Result<Issued> {
        let named = self.without_unusable(&patch);
        let pushed = Pushed::of(&named);
        if pushed.email.is_none() && pushed.phone.is_none() && custom_id.is_none() {
            // Nothing is left: what was wrong says more than that something is missing.
            self.check_patch(&patch)?;
        }
        self.check_patch(&named)?;
        if pushed.email.is_none() && pushed.phone.is_none() && custom_id.is_none() {
            let detail = "Say who it is: `email`, `phone` or `custom_id`.";
            return Err(Error::invalid("/profile", "missing-field", detail));
        }
        let issuer = Issuer::PlainWidget(widget.id);
        // The same page data from the same network is the same subject. Anybody can write somebody's address into a
        // page: from elsewhere that neither ends their code nor uses up their number of codes (C-6).
        let network = countersign_types::network::client_network(address);
        let subject = serde_json::to_vec(&(&pushed.email, &pushed.phone, &custom_id, network))
            .map_err(Error::internal)?;
        let order = Order {
            issuer,
            profile: None,
            subject_hash: self.subject_hash(issuer, &subject),
            pushed,
            form,
            channels: widget.channels.clone(),
            lifetime_secs: self.config().code.lifetime_secs,
            with_status: true,
        };
        let grant = Self::public_grant(widget.id, &widget.name);
        let (service, actor) = (self.clone(), grant.actor.clone());
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Issued> {
            service.issue(tx, log, &actor, order, now).await
        })
        .await
    }

    /// What a page says without an address or a number that is none: old pages carry such, and their customer is named
    /// by the rest. All of it is claims.
    fn without_unusable(&self, patch: &ProfilePatch) -> ProfilePatch {
        let mut named = patch.clone();
        let alone = |email, phone| ProfilePatch { email, phone, ..ProfilePatch::default() };
        if self.check_patch(&alone(patch.email.clone(), None)).is_err() {
            named.email = None;
        }
        if self.check_patch(&alone(None, patch.phone.clone())).is_err() {
            named.phone = None;
        }
        named
    }

    /// Where a code stands, for the page that issued it. Waits up to `wait_secs` while it stays as `seen`.
    #[boxed]
    pub async fn follow_code(
        &self,
        id: CodeId,
        status_token: &str,
        seen: Option<&str>,
        wait_secs: u64,
    ) -> Result<PageCode> {
        let hash = status_hash(status_token);
        // Subscribed before the first look: a change between look and wait is not missed.
        let mut notices = self.db().subscribe();
        let found = self.page_code(id, hash).await?;
        if wait_secs == 0 || seen != Some(found.word()) {
            return Ok(found);
        }
        let left = found.expires_at.since(self.now()).max(0) / time::SECOND + 1;
        let wait = wait_secs.min(WAIT_SECS_MAX);
        let wait =
            if found.state == CodeState::Live { wait.min(u64::try_from(left).unwrap_or(wait)) } else { wait };
        let wanted = format!("code.updated {id}");
        let news = async {
            loop {
                match notices.recv().await {
                    Some(Notice::Message(text)) if *text != *wanted => {}
                    _ => break,
                }
            }
        };
        tokio::select! {
            () = news => {}
            () = tokio::time::sleep(Duration::from_secs(wait)) => {}
            () = self.stopped() => {}
        }
        self.page_code(id, hash).await
    }

    async fn page_code(&self, id: CodeId, status_hash: [u8; 32]) -> Result<PageCode> {
        let (service, now) = (self.clone(), self.now());
        self.read(async move |tx: &mut Tx<'_>| -> Result<PageCode> {
            let row = store::find_code_by_status(tx, id, status_hash).await?;
            let row = row.ok_or(Error::NotFound("identification code"))?;
            let link = match row.code.link {
                Some(link) => link::find_link(tx, service.vault(), link).await?,
                None => None,
            };
            let undo_secs = service.config().code.undo_secs;
            let state = row.code.state(now);
            let held = match row.held {
                Some((account, _)) if state == CodeState::Live => service.held_by(tx, account).await?,
                _ => None,
            };
            Ok(PageCode {
                state,
                held,
                expires_at: row.code.expires_at,
                link: link.map(|link| PageLink {
                    is_live: link.is_live(now),
                    // What stood before the code came is not the page's to take back.
                    undo_until: match row.code.used_at {
                        Some(used_at) if link.linked_at < used_at => link.linked_at,
                        _ => link.linked_at.plus(undo_secs * time::SECOND),
                    },
                    link,
                }),
            })
        })
        .await
    }

    async fn held_by(&self, tx: &mut Tx<'_>, account: AccountId) -> Result<Option<Held>> {
        let Some(account) = account::find_account(tx, self.vault(), account).await? else { return Ok(None) };
        let snapshot = self.snapshot();
        let Some(channel) = snapshot.channels.get(&account.channel).map(|entry| &entry.channel) else {
            return Ok(None);
        };
        Ok(Some(Held {
            channel_name: channel.name.clone(),
            channel_kind: channel.kind,
            account_name: page_name(&account),
        }))
    }

    /// The customer's answer to "was that you?", which the page asks when a code was sent while codes are being guessed
    /// (C-5). *Yes* links the sender; *no* ends the code and counts against the sender.
    #[boxed]
    pub async fn confirm_code_for_page(
        &self,
        id: CodeId,
        status_token: &str,
        is_me: bool,
    ) -> Result<PageCode> {
        let (hash, now) = (status_hash(status_token), self.now());
        let grant = Self::public_grant(id, "identification page");
        let service = self.clone();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            let row = store::find_code_by_status(tx, id, hash).await?;
            let row = row.ok_or(Error::NotFound("identification code"))?;
            let (holder, case) =
                row.held.filter(|_| row.code.state(now) == CodeState::Live).ok_or_else(nothing_held)?;
            // Account, profile, code: the order of everybody who locks these.
            let account = account::find_account_ref_for_update(tx, holder).await?.ok_or_else(nothing_held)?;
            let known = account::find_account(tx, service.vault(), holder).await?.ok_or_else(nothing_held)?;
            let snapshot = service.snapshot();
            let channel = &snapshot.channel(known.channel)?.channel;
            let place = Place {
                channel: channel.id,
                channel_name: &channel.name,
                account,
                case: Some(case),
                sender: None,
            };
            if !is_me {
                if !service.disown(tx, log, &place, &row, now).await? {
                    return Err(nothing_held());
                }
                count_refused(log, place.channel, Invalid::Unconfirmed);
            } else if row.has_profile
                && profile::lock_profile_state(tx, row.code.profile).await? != Some(ProfileState::Active)
            {
                return Err(super::blocked());
            } else {
                let linked = service.use_up(tx, log, &place, &row, Some(holder), now).await?;
                let linked = linked.ok_or_else(nothing_held)?;
                count_outcome(log, place.channel, Outcome::Valid);
                service.note_identified(tx, &place, linked.assurance, now).await?;
                log.live("message.created", case);
                service.run_rules_on_confirmation(tx, log, case, now).await?;
            }
            log.live("case.updated", case);
            log.live(CHAT_UPDATED, holder);
            Ok(())
        })
        .await?;
        self.page_code(id, hash).await
    }

    /// *Not me*: takes back the link that a code made, by the page that issued the code, for ten minutes.
    #[boxed]
    pub async fn undo_code_for_page(&self, id: CodeId, status_token: &str) -> Result<PageCode> {
        let hash = status_hash(status_token);
        let found = self.page_code(id, hash).await?;
        let link = found.link.ok_or_else(|| {
            Error::conflict(
                "nothing-linked",
                "This code has linked nothing.",
                "There is nothing to take back.",
            )
        })?;
        let now = self.now();
        if now >= link.undo_until {
            return Err(Error::conflict(
                "too-late",
                "The time to undo this is over.",
                "Ask the company to unlink the account.",
            ));
        }
        let grant = Self::public_grant(id, "identification page");
        let (service, actor, link_id) = (self.clone(), grant.actor.clone(), link.link.id);
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            service.undo(tx, log, &actor, link_id, now).await?;
            log.live("code.updated", id);
            Ok(())
        })
        .await?;
        self.page_code(id, hash).await
    }
}

impl PageCode {
    /// The state in a word; an undone link is a state of its own to the page.
    pub fn word(&self) -> &'static str {
        match &self.link {
            Some(link) if link.word() == "undone" => "undone",
            None if self.held.is_some() => "held",
            _ => self.state.as_str(),
        }
    }
}

impl PageLink {
    /// A live link, taken back by a fresh token and not by the page that made it.
    pub(crate) fn live(link: Link, now: Timestamp) -> Self {
        Self { link, is_live: true, undo_until: now }
    }

    /// Where the link stands, in a word. One that a newer proof replaced can still be disowned, so that undoing the newer
    /// one never brings it back.
    pub fn word(&self) -> &'static str {
        match self.link.ended_reason {
            _ if self.is_live => "live",
            Some(LinkEnd::Superseded) => "superseded",
            _ => "undone",
        }
    }

    /// How the page names the account: its name, or the beginning of its id.
    pub fn account_name(&self) -> String {
        page_name(&self.link.account)
    }
}

fn page_name(account: &Account) -> String {
    match &account.name {
        Some(name) => name.plain(Purpose::Deliver).chars().take(60).collect(),
        None => {
            let id = account.user_id.plain(Purpose::Deliver);
            format!("{}…", id.chars().take(3).collect::<String>())
        }
    }
}

fn nothing_held() -> Error {
    Error::conflict(
        "nothing-to-confirm",
        "This code does not wait for an answer.",
        "Look where the code stands: it was used, has ended, or nobody has sent it.",
    )
}
