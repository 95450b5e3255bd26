//! Views of cases, messages, links, evidence: what a conversation shows of who somebody is.

use countersign_masking::Known;
use countersign_service::case::CaseRow;
use countersign_types::attribute::Attribute;
use countersign_types::channel::Channel;
use countersign_types::code::Outcome;
use countersign_types::evidence::{Evidence, Method};
use countersign_types::link::{Account, Link};
use countersign_types::message::{Attachment, AuthorKind, Message};
use countersign_types::pii::{Pii, Viewer};
use countersign_types::{Assurance, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Field, Lens};

/// A channel in a few words.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelRef {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `custom`, `web_chat`, `email` or a messenger.
    pub kind: &'static str,
}

impl From<&Channel> for ChannelRef {
    fn from(channel: &Channel) -> Self {
        Self { id: channel.id.to_string(), name: channel.name.clone(), kind: channel.kind.as_str() }
    }
}

/// Somebody as one channel knows them.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountView {
    /// Its id.
    pub id: String,
    /// On which channel.
    pub channel: ChannelRef,
    /// The channel's id of the user.
    pub user_id: String,
    /// The name the channel shows.
    pub name: Option<String>,
}

impl AccountView {
    fn of(lens: &mut Lens, account: &Account, channel: ChannelRef) -> Self {
        Self {
            id: account.id.to_string(),
            channel,
            user_id: lens.show_chosen("user_id", &account.user_id),
            name: account.name.as_ref().map(|n| lens.show_chosen("name", n)),
        }
    }
}

/// One recorded reason to believe.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceView {
    /// Its id.
    pub id: String,
    /// How it was found out.
    #[schema(example = "api_code")]
    pub method: &'static str,
    /// The level it gives.
    #[schema(example = "al3")]
    pub assurance: &'static str,
    /// When.
    #[schema(format = DateTime)]
    pub recorded_at: String,
    /// Until when.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// When it was ended before that.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// Who recorded it.
    pub by: ActorView,
    /// The reason in one sentence.
    pub explanation: String,
}

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActorView {
    /// `user`, `api_key`, `widget`, `public`, `customer` or `system`.
    pub kind: String,
    /// Its id, where it has one.
    pub id: String,
    /// Its name at that time.
    pub name: String,
}

impl From<&Evidence> for EvidenceView {
    fn from(e: &Evidence) -> Self {
        Self {
            id: e.id.to_string(),
            method: e.method.as_str(),
            assurance: e.assurance.as_str(),
            recorded_at: e.recorded_at.to_string(),
            expires_at: e.expires_at.map(|t| t.to_string()),
            ended_at: e.ended_at.map(|t| t.to_string()),
            by: ActorView { kind: e.by.kind.clone(), id: e.by.id.clone(), name: e.by.name.clone() },
            explanation: explanation(e.method).to_owned(),
        }
    }
}

fn explanation(method: Method) -> &'static str {
    match method {
        Method::ApiCode => "Sent a one-time code that your server issued for this customer.",
        Method::SignedWidgetCode => {
            "Sent a one-time code shown on your site while signed in; your server signed who it was."
        }
        Method::PlainWidgetCode => {
            "Sent a one-time code from a page whose data was not signed: anybody could have written it."
        }
        Method::SignedSession => "Chats from your site while signed in; your server signed who it is.",
        Method::AgentConfirmed => "An agent said that this account is theirs.",
        Method::Claimed => "The customer or the channel said so.",
        Method::Import => "Your server named this account as theirs.",
        Method::Oidc => "Signed in at an identity provider that you trust.",
        Method::CallBack => "Read back a code that went to a number on file.",
        Method::Policy => "Passed a verification policy.",
        Method::LookUpPin => "Account number and PIN matched in your own system.",
        Method::CallerId => "Calls from a number that is theirs; numbers can be forged.",
        Method::Device => "Uses a device that was seen with this customer before.",
        Method::PageEvent => "A page named them, without a signature: anybody could have written it.",
        Method::Attested => "The channel's provider says that this address or number is theirs.",
    }
}

/// A link.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkView {
    /// Its id.
    pub id: String,
    /// Whose.
    pub profile: String,
    /// Which account.
    pub account: AccountView,
    /// The level its evidence gives.
    pub assurance: &'static str,
    /// `live` or `ended`.
    pub state: &'static str,
    /// The evidence that carries it.
    pub evidence: EvidenceView,
    /// When it was made.
    #[schema(format = DateTime)]
    pub linked_at: String,
    /// Until when.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// When it ended.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// Why it ended.
    pub ended_reason: Option<&'static str>,
    /// Whether it can be taken back.
    pub can_undo: bool,
    /// Fields that this viewer sees masked.
    #[schema(value_type = Vec<String>)]
    pub masked: Vec<Field>,
}

impl LinkView {
    /// Renders a link.
    pub fn of(link: &Link, viewer: Viewer, now: Timestamp) -> Self {
        let mut lens = Lens::new(viewer);
        let is_live = link.is_live(now);
        let channel = ChannelRef {
            id: link.account.channel.to_string(),
            name: link.channel_name.clone(),
            kind: link.channel_kind.as_str(),
        };
        let ended_reason = match link.ended_reason {
            Some(reason) => Some(reason.as_str()),
            None if !is_live => Some("expired"),
            None => None,
        };
        Self {
            id: link.id.to_string(),
            profile: link.profile.to_string(),
            account: AccountView::of(&mut lens, &link.account, channel),
            assurance: link.assurance.as_str(),
            state: if is_live { "live" } else { "ended" },
            evidence: EvidenceView::from(&link.evidence),
            linked_at: link.linked_at.to_string(),
            expires_at: link.expires_at.map(|t| t.to_string()),
            ended_at: link.ended_at.map(|t| t.to_string()),
            ended_reason,
            can_undo: is_live,
            masked: lens.masked(),
        }
    }
}

/// What became of a message as a proof.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeView {
    /// `not_sent`, `invalid` or `valid`.
    pub outcome: &'static str,
    /// Why it was invalid.
    pub reason: Option<&'static str>,
}

impl From<Outcome> for OutcomeView {
    fn from(outcome: Outcome) -> Self {
        Self { outcome: outcome.as_str(), reason: outcome.reason().map(|r| r.as_str()) }
    }
}

/// How the last message that looked like a code ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeOutcomeView {
    /// `invalid` or `valid`.
    pub outcome: &'static str,
    /// Why it was invalid.
    pub reason: Option<&'static str>,
    /// When.
    #[schema(format = DateTime)]
    pub at: Option<String>,
}

/// Who the customer of a case is, how sure that is, why, and until when.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdentityView {
    /// The level now.
    pub assurance: &'static str,
    /// The profile the account stands under.
    pub profile: ProfileRef,
    /// The evidence that decides the level.
    pub evidence: Option<EvidenceView>,
    /// The live link.
    pub link: Option<String>,
    /// Until when the level holds.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// When the customer was last asked for a code.
    #[schema(format = DateTime)]
    pub code_requested_at: Option<String>,
    /// How the last message that looked like a code ended.
    pub last_code_outcome: Option<CodeOutcomeView>,
}

/// A profile in a few words.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileRef {
    /// Its id.
    pub id: String,
    /// Its short stable reference.
    #[schema(example = "C-1042")]
    pub reference: String,
    /// Name.
    pub name: Option<String>,
    /// `person` or `organisation`.
    pub kind: &'static str,
    /// Whether only a channel account is known.
    pub anonymous: bool,
}

/// The account of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseAccount {
    /// Its id.
    pub id: String,
    /// The channel's id of the user.
    pub user_id: String,
    /// The name the channel shows.
    pub name: Option<String>,
}

/// The newest message of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct LastMessageView {
    /// Its id.
    pub id: String,
    /// `inbound` or `outbound`.
    pub direction: &'static str,
    /// Its beginning.
    pub preview: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
}

/// Somebody of the team.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserRef {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
}

/// A case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseView {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: i64,
    /// The channel.
    pub channel: ChannelRef,
    /// The customer as the channel knows them.
    pub account: CaseAccount,
    /// What it is about, where it came by e-mail.
    pub subject: Option<String>,
    /// `open`, `pending` or `closed`.
    pub status: &'static str,
    /// `live` or `ended`.
    pub chat: &'static str,
    /// Who works on it.
    pub assignee: Option<UserRef>,
    /// The group it is with.
    pub group: Option<String>,
    /// Labels.
    pub labels: Vec<String>,
    /// `low`, `normal`, `high` or `urgent`.
    pub priority: &'static str,
    /// Case attributes by key.
    #[schema(value_type = Object)]
    pub attributes: serde_json::Map<String, serde_json::Value>,
    /// Inbound messages that the team has not seen.
    pub unread_count: i64,
    /// Since when the customer waits.
    #[schema(format = DateTime)]
    pub waiting_since: Option<String>,
    /// When the chat ends by itself unless the customer answers.
    #[schema(format = DateTime)]
    pub chat_ends_at: Option<String>,
    /// The newest message.
    pub last_message: Option<LastMessageView>,
    /// Who the customer is, how sure, why, until when.
    pub identity: IdentityView,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// Fields that this viewer sees masked.
    #[schema(value_type = Vec<String>)]
    pub masked: Vec<Field>,
}

const PREVIEW_CHARS: usize = 120;

impl CaseView {
    /// Renders a case, with the definitions of its attributes by key, and what is known of its customer.
    pub fn of<'a>(
        row: &CaseRow,
        channel: ChannelRef,
        definition: impl Fn(&str) -> Option<&'a Attribute>,
        viewer: Viewer,
        known: &Known,
    ) -> Self {
        let mut lens = Lens::new(viewer);
        let case = &row.case;
        let account = CaseAccount {
            id: row.account.id.to_string(),
            user_id: lens.show_chosen("user_id", &row.account.user_id),
            name: row.account.name.as_ref().map(|n| lens.show_chosen("name", n)),
        };
        let last_message = row.last_message.as_ref().map(|m| {
            let text = lens.show_text("text", &m.text, known);
            LastMessageView {
                id: m.id.to_string(),
                direction: m.direction.as_str(),
                preview: text.chars().take(PREVIEW_CHARS).collect(),
                at: m.at.to_string(),
            }
        });
        let identity = identity(&mut lens, row);
        let values = case.attributes.iter();
        let attributes = values
            .map(|(key, value)| (key.clone(), lens.show_attribute(key, definition(key), value.clone())))
            .collect();
        Self {
            id: case.id.to_string(),
            number: case.number,
            channel,
            account,
            subject: case.subject.as_ref().map(|text| lens.show_text("subject", text, known)),
            status: case.status.as_str(),
            chat: case.chat.as_str(),
            assignee: case.assignee.map(|id| UserRef {
                id: id.to_string(),
                name: row.assignee_name.clone().unwrap_or_default(),
            }),
            group: case.group.map(|group| group.to_string()),
            labels: case.labels.clone(),
            priority: case.priority.as_str(),
            attributes,
            unread_count: case.unread_count,
            waiting_since: case.waiting_since.map(|t| t.to_string()),
            chat_ends_at: case.chat_ends_at.map(|t| t.to_string()),
            last_message,
            identity,
            created_at: case.created_at.to_string(),
            updated_at: case.updated_at.to_string(),
            masked: lens.masked(),
        }
    }
}

fn identity(lens: &mut Lens, row: &CaseRow) -> IdentityView {
    let case = &row.case;
    let evidence = row.link.as_ref().map(|(_, evidence)| evidence);
    IdentityView {
        assurance: evidence.map_or(Assurance::Al0, |e| e.assurance).as_str(),
        profile: ProfileRef {
            id: row.profile.id.to_string(),
            reference: format!("C-{}", row.profile.number),
            name: lens.show_opt("profile_name", row.profile.name.as_ref()),
            kind: row.profile.kind.as_str(),
            anonymous: row.profile.is_anonymous,
        },
        evidence: evidence.map(EvidenceView::from),
        link: row.link.as_ref().map(|(id, _)| id.to_string()),
        expires_at: evidence.and_then(|e| e.expires_at).map(|t| t.to_string()),
        code_requested_at: case.code_requested_at.map(|t| t.to_string()),
        last_code_outcome: case.last_code_outcome.map(|o| CodeOutcomeView {
            outcome: o.as_str(),
            reason: o.reason().map(|r| r.as_str()),
            at: case.last_code_at.map(|t| t.to_string()),
        }),
    }
}

/// Who wrote a message.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthorView {
    /// `customer`, `user`, `system`, `rule` or `api`.
    pub kind: &'static str,
    /// Their id, where they have one.
    pub id: Option<String>,
    /// Their name, where it is not the customer's.
    pub name: Option<String>,
}

/// A file of a message.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttachmentView {
    /// File name.
    pub name: String,
    /// Media type.
    pub mime_type: String,
    /// Bytes.
    pub size_bytes: i64,
    /// Its id, where it is kept here.
    #[schema(example = "att_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: Option<String>,
    /// Where it is: a path of this API for files kept here, otherwise an address of the channel's.
    pub url: Option<String>,
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageView {
    /// Its id.
    pub id: String,
    /// Of which case.
    pub case: String,
    /// `inbound` or `outbound`.
    pub direction: &'static str,
    /// `reply`, `note` or `event`.
    pub kind: &'static str,
    /// Who wrote it.
    pub author: AuthorView,
    /// The text; codes and card numbers in it are redacted.
    pub text: String,
    /// Files.
    pub attachments: Vec<AttachmentView>,
    /// How far a reply has come: `queued`, `sent`, `delivered`, `read` or `failed`.
    pub delivery: Option<&'static str>,
    /// Why it failed, or what the channel said.
    pub delivery_detail: Option<String>,
    /// What it was as a proof, for inbound messages.
    pub identification: Option<OutcomeView>,
    /// The customer's level once it was handled.
    pub assurance: &'static str,
    /// When the channel says that it was sent.
    #[schema(format = DateTime)]
    pub sent_at: Option<String>,
    /// Whether a machine wrote it, as the channel says, or this server.
    pub is_automatic: bool,
    /// When it became durable here.
    #[schema(format = DateTime)]
    pub received_at: String,
    /// Fields that this viewer sees masked.
    #[schema(value_type = Vec<String>)]
    pub masked: Vec<Field>,
}

impl MessageView {
    /// Renders a message, with what is known of its customer.
    pub fn of(message: &Message, viewer: Viewer, known: &Known) -> Self {
        let mut lens = Lens::new(viewer);
        // What the team and the server wrote stands as it is, unless it quotes the customer's data back.
        let text = lens.show_text("text", &message.text, known);
        let attachments = message.attachments.iter().map(|a| attachment(&mut lens, a, known)).collect();
        Self {
            id: message.id.to_string(),
            case: message.case.to_string(),
            direction: message.direction.as_str(),
            kind: message.kind.as_str(),
            author: AuthorView {
                kind: message.author.kind.as_str(),
                id: message.author.id.clone(),
                name: message.author.name.clone().filter(|_| message.author.kind != AuthorKind::Customer),
            },
            text,
            attachments,
            delivery: message.delivery.map(|d| d.as_str()),
            delivery_detail: message.delivery_detail.clone(),
            identification: message.outcome.map(OutcomeView::from),
            assurance: message.assurance.as_str(),
            sent_at: message.sent_at.map(|t| t.to_string()),
            is_automatic: message.is_automatic,
            received_at: message.received_at.to_string(),
            masked: lens.masked(),
        }
    }
}

/// A file's name is free text too; an address may hold anything and is left out for whoever sees text masked.
fn attachment(lens: &mut Lens, a: &Attachment, known: &Known) -> AttachmentView {
    let name = Pii::<countersign_types::pii::FreeText>::new(a.name.as_str());
    let is_masked = lens.viewer().is_masked(countersign_types::pii::Class::FreeText);
    AttachmentView {
        name: lens.show_text("attachments", &name, known),
        mime_type: a.mime_type.clone(),
        size_bytes: a.size_bytes,
        id: a.id.map(|id| id.to_string()),
        url: a.id.map(|id| format!("/v1/attachments/{id}")).or_else(|| a.url.clone()).filter(|_| !is_masked),
    }
}
