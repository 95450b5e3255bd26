//! Cases: the conversations, and what the list beside them shows in one query.

use countersign_types::case::{AssigneeFilter, Case, CaseFilter, CaseSort, CaseStatus, ChatState, Priority};
use countersign_types::code::Outcome;
use countersign_types::evidence::{Evidence, EvidenceBy, Method};
use countersign_types::link::Account;
use countersign_types::message::{Direction, Message};
use countersign_types::pii::{ExternalId, FreeText, Name, Pii};
use countersign_types::profile::ProfileKind;
use countersign_types::{
    AccountId, Assurance, CaseId, ChannelId, Cursor, LinkId, MessageId, Page, PageRequest, ProfileId,
    Timestamp,
};

use crate::codec::{from_json, id, json, opt_id, opt_time, time, to_json, word};
use crate::dialect::{lock_suffix, next_number};
use crate::subject_key::{find_subject, subject};
use crate::{Arg, Place, Row, StoreError, Tx, Vault, args, message, profile};

pub(crate) const ATTRIBUTES: Place = Place("support_case.attributes_sealed");
pub(crate) const SUBJECT: Place = Place("support_case.subject_sealed");
/// Sorts cases in which nobody waits behind those in which somebody does.
const NEVER: i64 = i64::MAX;

/// A case with what stands around it.
#[derive(Debug, Clone)]
pub struct CaseRow {
    /// The case.
    pub case: Case,
    /// The customer as the channel knows them.
    pub account: Account,
    /// The profile the account stands under.
    pub profile: ProfileHead,
    /// The live link and the evidence that carries it.
    pub link: Option<(LinkId, Evidence)>,
    /// The newest message.
    pub last_message: Option<LastMessage>,
    /// Name of the assignee.
    pub assignee_name: Option<String>,
}

/// A profile's heading.
#[derive(Debug, Clone)]
pub struct ProfileHead {
    /// Its id.
    pub id: ProfileId,
    /// The number of its reference.
    pub number: i64,
    /// Person or organisation.
    pub kind: ProfileKind,
    /// Whether only a channel account is known.
    pub is_anonymous: bool,
    /// Name.
    pub name: Option<Pii<Name>>,
}

/// The newest message of a case.
#[derive(Debug, Clone)]
pub struct LastMessage {
    /// Its id.
    pub id: MessageId,
    /// Which way it went.
    pub direction: Direction,
    /// Its text.
    pub text: Pii<FreeText>,
    /// When.
    pub at: Timestamp,
}

/// What the hot path needs of an account's newest case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseRef {
    /// Its id.
    pub id: CaseId,
    /// Its status.
    pub status: CaseStatus,
    /// Live or ended.
    pub chat: ChatState,
}

/// The newest case of an account.
pub async fn find_newest_case(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<CaseRef>, StoreError> {
    tx.fetch_optional(
        "SELECT id, status, chat FROM support_case WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1",
        args![account.to_bytes()],
        |row| {
            Ok(CaseRef {
                id: id(row, 0)?,
                status: word(row, 1, CaseStatus::parse)?,
                chat: word(row, 2, ChatState::parse)?,
            })
        },
    )
    .await
}

/// When the newest message of an account was. The account must be locked.
pub async fn last_message_time(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<Timestamp>, StoreError> {
    tx.fetch_one(
        "SELECT MAX(last_message_at) FROM support_case WHERE account_id = $1",
        args![account],
        |row| opt_time(row, 0),
    )
    .await
}

/// When a message that comes now is the newest of its account: later than every one before it, whatever the clocks of
/// servers say. Open chats ask for what is later than what they have.
pub fn later_than(last: Option<Timestamp>, now: Timestamp) -> Timestamp {
    last.map_or(now, |last| now.max(last.plus(1)))
}

/// Adds an open, live case without messages.
pub async fn insert_case(
    tx: &mut Tx<'_>,
    case: CaseId,
    channel: ChannelId,
    account: AccountId,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let sql = next_number(tx.backend(), "support_case");
    let number = tx.fetch_one(&sql, args![], |row| row.i64(0)).await?;
    tx.execute_later(
        "INSERT INTO support_case (id, number, channel_id, account_id, status, chat, labels, priority, unread_count,
                                   created_at, updated_at)
         VALUES ($1, $2, $3, $4, 'open', 'live', $5, 'normal', 0, $6, $6)",
        args![
            case.to_bytes(),
            number,
            channel.to_bytes(),
            account.to_bytes(),
            Arg::json("[]"),
            now.as_micros(),
        ],
    )
    .await?;
    Ok(number)
}

/// Notes an inbound message on its case: the chat is live again, somebody waits, a pending case opens. `now` is the
/// time of the message, from [`later_than`].
pub async fn record_inbound(
    tx: &mut Tx<'_>,
    case: CaseId,
    message: MessageId,
    outcome: Option<Outcome>,
    is_automatic: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_later(
        "UPDATE support_case SET status = 'open', chat = 'live', unread_count = unread_count + 1,
                waiting_since = COALESCE(waiting_since, $3), last_message_id = $2, last_message_at = $3,
                last_inbound_at = $3, updated_at = $3, chat_ends_at = NULL, chat_warns_at = NULL,
                last_code_outcome = COALESCE($4, last_code_outcome),
                last_code_at = CASE WHEN $4 IS NULL THEN last_code_at ELSE $3 END,
                message_count = message_count + 1, last_person_at = CASE WHEN $5 THEN last_person_at ELSE $3 END
         WHERE id = $1",
        args![
            case.to_bytes(),
            message.to_bytes(),
            now.as_micros(),
            outcome.map(Outcome::to_column),
            is_automatic
        ],
    )
    .await?;
    Ok(())
}

impl CaseRow {
    /// What [`record_inbound`] made of this case, so that what was just written need not be read.
    pub fn note_inbound(&mut self, message: &Message) {
        let (case, now) = (&mut self.case, message.received_at);
        case.status = CaseStatus::Open;
        case.chat = ChatState::Live;
        case.unread_count += 1;
        case.waiting_since = case.waiting_since.or(Some(now));
        case.chat_ends_at = None;
        case.last_message = Some(message.id);
        case.last_message_at = Some(now);
        case.message_count += 1;
        if !message.is_automatic {
            case.last_person_at = Some(now);
        }
        case.updated_at = now;
        if let Some(outcome) = message.outcome.filter(|outcome| *outcome != Outcome::NotSent) {
            case.last_code_outcome = Some(outcome);
            case.last_code_at = Some(now);
        }
        let (id, direction, text) = (message.id, message.direction, message.text.clone());
        self.last_message = Some(LastMessage { id, direction, text, at: now });
    }
}

/// Notes a reply on its case: nobody waits any more, everything is read. `now` is the time of the message, from
/// [`later_than`]; `is_person`: a colleague wrote it, not a program.
pub async fn record_reply(
    tx: &mut Tx<'_>,
    case: CaseId,
    message: MessageId,
    is_code_request: bool,
    is_person: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_later(
        "UPDATE support_case SET unread_count = 0, waiting_since = NULL, last_message_id = $2, last_message_at = $3,
                last_outbound_at = $3, updated_at = $3, message_count = message_count + 1,
                last_person_at = CASE WHEN $5 THEN $3 ELSE last_person_at END,
                code_requested_at = CASE WHEN $4 THEN $3 ELSE code_requested_at END
         WHERE id = $1",
        args![case.to_bytes(), message.to_bytes(), now.as_micros(), is_code_request, is_person],
    )
    .await?;
    Ok(())
}

/// Notes a rule's reply on its case. Nobody of the team has read anything by it, and whoever waits for a person waits
/// on.
pub async fn record_automatic_reply(
    tx: &mut Tx<'_>,
    case: CaseId,
    message: MessageId,
    is_code_request: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_later(
        "UPDATE support_case SET last_message_id = $2, last_message_at = $3, last_outbound_at = $3, updated_at = $3,
                message_count = message_count + 1,
                code_requested_at = CASE WHEN $4 THEN $3 ELSE code_requested_at END
         WHERE id = $1",
        args![case.to_bytes(), message.to_bytes(), now.as_micros(), is_code_request],
    )
    .await?;
    Ok(())
}

/// Notes a note on its case; `is_person`: a colleague wrote it, not a rule or a program.
pub async fn record_note(
    tx: &mut Tx<'_>,
    case: CaseId,
    is_person: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute_later(
        "UPDATE support_case SET message_count = message_count + 1,
                last_person_at = CASE WHEN $2 THEN $3 ELSE last_person_at END
         WHERE id = $1",
        args![case.to_bytes(), is_person, now.as_micros()],
    )
    .await?;
    Ok(())
}

/// Notes that the team has seen a case.
pub async fn record_read(tx: &mut Tx<'_>, case: CaseId) -> Result<bool, StoreError> {
    let changed = tx
        .execute(
            "UPDATE support_case SET unread_count = 0 WHERE id = $1 AND unread_count > 0",
            args![case.to_bytes()],
        )
        .await?;
    Ok(changed == 1)
}

/// Saves status, chat, assignee, group, labels, priority and attributes of a case. A chat that is over, and a case that
/// is closed, end no more by themselves.
pub async fn update_case(tx: &mut Tx<'_>, vault: &Vault, case: &Case) -> Result<(), StoreError> {
    let attributes = if case.attributes.is_empty() {
        None
    } else {
        let key = subject(tx, vault, case.account.to_bytes()).await?;
        Some(key.seal(ATTRIBUTES, case.id.to_bytes(), to_json(&case.attributes)?.as_bytes())?)
    };
    tx.execute_later(
        "UPDATE support_case SET status = $2, chat = $3, assignee_id = $4, labels = $5, priority = $6,
                attributes_sealed = $7, waiting_since = $8, updated_at = $9, group_id = $10,
                chat_ends_at = CASE WHEN $3 = 'ended' OR $2 = 'closed' THEN NULL ELSE chat_ends_at END,
                chat_warns_at = CASE WHEN $3 = 'ended' OR $2 = 'closed' THEN NULL ELSE chat_warns_at END
         WHERE id = $1",
        args![
            case.id.to_bytes(),
            case.status.as_str(),
            case.chat.as_str(),
            case.assignee.map(|u| u.to_bytes()),
            Arg::json(to_json(&case.labels)?),
            case.priority.as_str(),
            attributes,
            case.waiting_since.map(Timestamp::as_micros),
            case.updated_at.as_micros(),
            case.group.map(|g| g.to_bytes()),
        ],
    )
    .await?;
    Ok(())
}

/// Locks a case until the operation ends, so that two changes do not overwrite each other.
pub async fn lock_case(tx: &mut Tx<'_>, case: CaseId) -> Result<bool, StoreError> {
    let sql = format!("SELECT id FROM support_case WHERE id = $1{}", lock_suffix(tx.backend()));
    Ok(tx.fetch_optional(&sql, args![case.to_bytes()], |_| Ok(())).await?.is_some())
}

/// Whether there is such a case.
pub async fn has_case(tx: &mut Tx<'_>, case: CaseId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM support_case WHERE id = $1";
    Ok(tx.fetch_optional(sql, args![case.to_bytes()], |_| Ok(())).await?.is_some())
}

/// Ids of the cases of an account, newest first, at most 200.
pub async fn list_case_ids(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<CaseId>, StoreError> {
    tx.fetch_all(
        "SELECT id FROM support_case WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT 200",
        args![account.to_bytes()],
        |row| id(row, 0),
    )
    .await
}

/// What stands around a case, for [`sealed`]; `last` are the three columns of its newest message.
macro_rules! columns {
    ($last:literal) => {
        concat!(
            "SELECT c.id, c.number, c.channel_id, c.account_id, c.status, c.chat, c.assignee_id, c.labels,
        c.priority, c.attributes_sealed, c.unread_count, c.waiting_since, c.last_message_id, c.last_message_at,
        c.code_requested_at, c.last_code_outcome, c.last_code_at, c.created_at, c.updated_at,
        a.profile_id, a.home_profile_id, a.user_sealed, a.name_sealed, a.created_at,
        p.number, p.kind, p.is_anonymous, p.name_sealed,
        l.id, e.id, e.method, e.assurance, e.recorded_at, e.expires_at, e.by_kind, e.by_id, e.by_name,
        ",
            $last,
            ", u.name, c.group_id, c.message_count, c.last_person_at, c.subject_sealed, c.chat_ends_at"
        )
    };
}
pub(crate) use columns;

/// Where they stand; `$1` is now.
macro_rules! tables {
    () => {
        "
     FROM support_case c
     JOIN channel_account a ON a.id = c.account_id
     JOIN profile p ON p.id = a.profile_id
     LEFT JOIN link l ON l.account_id = a.id AND l.ended_at IS NULL AND (l.expires_at IS NULL OR l.expires_at > $1)
     LEFT JOIN evidence e ON e.link_id = l.id AND e.ended_at IS NULL
     LEFT JOIN message m ON m.id = c.last_message_id
     LEFT JOIN console_user u ON u.id = c.assignee_id"
    };
}

const SELECT: &str = concat!(columns!("m.direction, m.text_sealed, m.received_at"), tables!());
const ONES: &str = concat!("SELECT 1 AS one", tables!());
/// Columns of [`SELECT`]; what is read besides comes after them.
pub(crate) const COLUMNS: usize = 46;

/// What one row holds before it is opened.
pub(crate) struct Sealed {
    case: Case,
    attributes: Option<Vec<u8>>,
    subject: Option<Vec<u8>>,
    account: (ProfileId, Vec<u8>, Option<Vec<u8>>, Timestamp),
    profile: (i64, ProfileKind, bool, Option<Vec<u8>>),
    link: Option<(LinkId, Evidence)>,
    last: Option<(Direction, Vec<u8>, Timestamp)>,
    assignee_name: Option<String>,
}

fn case_of(row: &Row<'_>) -> Result<Case, StoreError> {
    Ok(Case {
        id: id(row, 0)?,
        number: row.i64(1)?,
        channel: id(row, 2)?,
        account: id(row, 3)?,
        profile: id(row, 19)?,
        status: word(row, 4, CaseStatus::parse)?,
        chat: word(row, 5, ChatState::parse)?,
        assignee: opt_id(row, 6)?,
        group: opt_id(row, 41)?,
        labels: json(row, 7)?,
        priority: word(row, 8, Priority::parse)?,
        attributes: serde_json::Map::new(),
        unread_count: row.i64(10)?,
        waiting_since: opt_time(row, 11)?,
        chat_ends_at: opt_time(row, 45)?,
        last_message: opt_id(row, 12)?,
        last_message_at: opt_time(row, 13)?,
        last_person_at: opt_time(row, 43)?,
        message_count: row.i64(42)?,
        code_requested_at: opt_time(row, 14)?,
        last_code_outcome: row.opt_str(15)?.and_then(Outcome::from_column),
        last_code_at: opt_time(row, 16)?,
        subject: None,
        created_at: time(row, 17)?,
        updated_at: time(row, 18)?,
    })
}

pub(crate) fn sealed(row: &Row<'_>) -> Result<Sealed, StoreError> {
    let case = case_of(row)?;
    let link: Option<LinkId> = opt_id(row, 28)?;
    let link = match (link, row.opt_uuid(29)?) {
        (Some(link), Some(evidence)) => Some((
            link,
            Evidence {
                id: evidence.into_bytes().into(),
                profile: case.profile,
                account: case.account,
                link,
                method: word(row, 30, Method::parse)?,
                assurance: Assurance::from_i64(row.i64(31)?),
                recorded_at: time(row, 32)?,
                expires_at: opt_time(row, 33)?,
                ended_at: None,
                by: EvidenceBy { kind: row.text(34)?, id: row.text(35)?, name: row.text(36)? },
            },
        )),
        // A link without live evidence proves nothing.
        _ => None,
    };
    let last = match row.opt_str(37)? {
        Some(direction) => {
            let direction =
                Direction::parse(direction).ok_or_else(|| StoreError::corrupt("unknown direction"))?;
            Some((direction, row.bytes(38)?, time(row, 39)?))
        }
        None => None,
    };
    Ok(Sealed {
        attributes: row.opt_bytes(9)?,
        subject: row.opt_bytes(44)?,
        account: (id(row, 20)?, row.bytes(21)?, row.opt_bytes(22)?, time(row, 23)?),
        profile: (row.i64(24)?, word(row, 25, ProfileKind::parse)?, row.bool(26)?, row.opt_bytes(27)?),
        link,
        last,
        assignee_name: row.opt_text(40)?,
        case,
    })
}

/// Opens one row. `None` when its customer was erased between two statements of a reader.
pub(crate) async fn opened(
    tx: &mut Tx<'_>,
    vault: &Vault,
    sealed: Sealed,
) -> Result<Option<CaseRow>, StoreError> {
    let Sealed { mut case, attributes, subject, account, profile: head, link, last, assignee_name } = sealed;
    let Some(key) = find_subject(tx, vault, case.account.to_bytes()).await? else { return Ok(None) };
    let Some(profile_key) = find_subject(tx, vault, case.profile.to_bytes()).await? else { return Ok(None) };
    if let Some(sealed) = attributes {
        case.attributes = from_json(&key.open_text(ATTRIBUTES, case.id.to_bytes(), &sealed)?)?;
    }
    if let Some(sealed) = subject {
        case.subject = Some(Pii::new(key.open_text(SUBJECT, case.id.to_bytes(), &sealed)?));
    }
    let row = case.account.to_bytes();
    let (home_profile, user, name, created_at) = account;
    let account = Account {
        id: case.account,
        channel: case.channel,
        user_id: Pii::<ExternalId>::new(key.open_text(crate::account::USER, row, &user)?),
        name: name.map(|s| key.open_text(crate::account::NAME, row, &s)).transpose()?.map(Pii::new),
        profile: case.profile,
        home_profile,
        created_at,
    };
    let (number, kind, is_anonymous, name) = head;
    let name = name
        .map(|s| profile_key.open_text(profile::NAME, case.profile.to_bytes(), &s))
        .transpose()?
        .map(Pii::new);
    let last_message = match (case.last_message, last) {
        (Some(id), Some((direction, text, at))) => {
            let text = Pii::new(key.open_text(message::TEXT, id.to_bytes(), &text)?);
            Some(LastMessage { id, direction, text, at })
        }
        _ => None,
    };
    let profile = ProfileHead { id: case.profile, number, kind, is_anonymous, name };
    Ok(Some(CaseRow { case, account, profile, link, last_message, assignee_name }))
}

/// A case with what stands around it.
pub async fn find_case(
    tx: &mut Tx<'_>,
    vault: &Vault,
    case: CaseId,
    now: Timestamp,
) -> Result<Option<CaseRow>, StoreError> {
    let sql = format!("{SELECT} WHERE c.id = $2");
    match tx.fetch_optional(&sql, args![now.as_micros(), case.to_bytes()], sealed).await? {
        Some(sealed) => opened(tx, vault, sealed).await,
        None => Ok(None),
    }
}

/// Cases, narrowed and sorted.
pub async fn list_cases(
    tx: &mut Tx<'_>,
    vault: &Vault,
    filter: &CaseFilter,
    sort: CaseSort,
    page: PageRequest,
    now: Timestamp,
) -> Result<Page<CaseRow>, StoreError> {
    let (sql, args) = list_statement(SELECT, filter, Some(sort), page, now);
    let rows = tx.fetch_all(&sql, &args, sealed).await?;
    let cursor = move |row: &Sealed| Cursor {
        at: match sort {
            CaseSort::Waiting => row.case.waiting_since.map_or(NEVER, Timestamp::as_micros),
            CaseSort::Newest => row.case.last_message_at.unwrap_or(row.case.created_at).as_micros(),
        },
        id: row.case.id.to_bytes(),
    };
    let page = Page::from_overfetch(rows, page.limit, cursor);
    let mut items = Vec::with_capacity(page.items.len());
    for sealed in page.items {
        items.extend(opened(tx, vault, sealed).await?);
    }
    Ok(Page { items, next: page.next })
}

/// How many cases there are of a kind, counted up to a limit: what a list would show, without reading it.
pub async fn count_cases(
    tx: &mut Tx<'_>,
    filter: &CaseFilter,
    limit: i64,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let page = PageRequest { limit: limit - 1, after: None };
    let (sql, args) = list_statement(ONES, filter, None, page, now);
    let sql = format!("SELECT COUNT(*) FROM ({sql}) AS counted");
    tx.fetch_one(&sql, &args, |row| row.i64(0)).await
}

/// The statement of a list: constants of this file, joined by what is asked for. Values are arguments.
fn list_statement(
    select: &str,
    filter: &CaseFilter,
    sort: Option<CaseSort>,
    page: PageRequest,
    now: Timestamp,
) -> (String, Vec<Arg<'static>>) {
    let mut sql = format!("{select} WHERE 1 = 1");
    let mut args: Vec<Arg<'static>> = vec![now.as_micros().into()];
    let mut add = |condition: &str, arg: Option<Arg<'static>>| {
        args.extend(arg);
        sql.push_str(" AND ");
        sql.push_str(&condition.replace('?', &format!("${}", args.len())));
    };
    if let Some(status) = filter.status {
        add("c.status = ?", Some(status.as_str().into()));
    }
    if let Some(channel) = filter.channel {
        add("c.channel_id = ?", Some(channel.to_bytes().into()));
    }
    if let Some(profile) = filter.profile {
        let of = "a.profile_id = (SELECT COALESCE(merged_into, id) FROM profile WHERE id = ?)";
        add(of, Some(profile.to_bytes().into()));
    }
    match filter.assignee {
        Some(AssigneeFilter::User(user)) => add("c.assignee_id = ?", Some(user.to_bytes().into())),
        Some(AssigneeFilter::Nobody) => add("c.assignee_id IS NULL", None),
        None => {}
    }
    if let Some(group) = filter.group {
        add("c.group_id = ?", Some(group.to_bytes().into()));
    }
    if let Some(assurance) = filter.assurance {
        add("COALESCE(e.assurance, 0) = ?", Some(assurance.as_i64().into()));
    }
    let order = sort.map(|sort| match sort {
        CaseSort::Waiting => ("COALESCE(c.waiting_since, 9223372036854775807)", "ASC", ">"),
        CaseSort::Newest => ("COALESCE(c.last_message_at, c.created_at)", "DESC", "<"),
    });
    if let (Some(after), Some((column, _, compare))) = (page.after, order) {
        args.push(after.at.into());
        args.push(after.id.into());
        let n = args.len();
        sql.push_str(&format!(" AND ({column}, c.id) {compare} (${}, ${n})", n - 1));
    }
    if let Some((column, direction, _)) = order {
        sql.push_str(&format!(" ORDER BY {column} {direction}, c.id {direction}"));
    }
    args.push((page.limit + 1).into());
    sql.push_str(&format!(" LIMIT ${}", args.len()));
    (sql, args)
}
