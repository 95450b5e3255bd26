//! What a search over conversations finds: messages by their words, cases by what stands on them.

use countersign_types::case::{AssigneeFilter, CaseFilter};
use countersign_types::message::Message;
use countersign_types::{CaseId, ProfileId, Timestamp};

use crate::codec::id;
use crate::dialect::has_word;
use crate::message::{SELECT, list_messages_by};
use crate::{Arg, StoreError, Tx, Vault, args};

/// What a search is narrowed to, besides what it looks for.
#[derive(Debug, Clone, Default)]
pub struct SearchFilter {
    /// As the inbox is narrowed.
    pub case: CaseFilter,
    /// Cases with this label.
    pub label: Option<String>,
    /// Messages, or the last sign of a case, not before that.
    pub since: Option<Timestamp>,
    /// … and before that.
    pub until: Option<Timestamp>,
}

/// A statement that is being put together: constants of this file, joined by what is asked for. Values are arguments.
struct Statement {
    sql: String,
    args: Vec<Arg<'static>>,
}

impl Statement {
    /// Adds a condition; `?` in it is its argument.
    fn and(&mut self, condition: &str, arg: impl Into<Arg<'static>>) {
        self.args.push(arg.into());
        self.sql.push_str(" AND ");
        self.sql.push_str(&condition.replace('?', &format!("${}", self.args.len())));
    }

    /// Narrows by what stands on the case `c`; `time` is the column that a time is compared with.
    fn narrow(&mut self, tx: &Tx<'_>, filter: &SearchFilter, time: &str, now: Timestamp) {
        let case = &filter.case;
        if let Some(status) = case.status {
            self.and("c.status = ?", status.as_str());
        }
        if let Some(channel) = case.channel {
            self.and("c.channel_id = ?", channel.to_bytes());
        }
        if let Some(group) = case.group {
            self.and("c.group_id = ?", group.to_bytes());
        }
        match case.assignee {
            Some(AssigneeFilter::User(user)) => self.and("c.assignee_id = ?", user.to_bytes()),
            Some(AssigneeFilter::Nobody) => self.sql.push_str(" AND c.assignee_id IS NULL"),
            None => {}
        }
        if let Some(profile) = case.profile {
            let of = "c.account_id IN (SELECT id FROM channel_account WHERE profile_id =
                          (SELECT COALESCE(merged_into, id) FROM profile WHERE id = ?))";
            self.and(of, profile.to_bytes());
        }
        if let Some(assurance) = case.assurance {
            self.args.push(now.as_micros().into());
            let live = format!(
                "COALESCE((SELECT e.assurance FROM link l JOIN evidence e ON e.link_id = l.id AND e.ended_at IS NULL
                 WHERE l.account_id = c.account_id AND l.ended_at IS NULL
                 AND (l.expires_at IS NULL OR l.expires_at > ${})), 0) = ?",
                self.args.len()
            );
            self.and(&live, assurance.as_i64());
        }
        if let Some(label) = &filter.label {
            let has = has_word(tx.backend(), "c.labels");
            self.and(&has, label.clone());
        }
        if let Some(since) = filter.since {
            self.and(&format!("{time} >= ?"), since.as_micros());
        }
        if let Some(until) = filter.until {
            self.and(&format!("{time} < ?"), until.as_micros());
        }
    }
}

/// Messages that the index names for all of these tokens, newest first, before a place. What they say has to be
/// compared: different words may have the same token.
pub async fn list_named_messages(
    tx: &mut Tx<'_>,
    vault: &Vault,
    tokens: &[i64],
    filter: &SearchFilter,
    before: [u8; 16],
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Message>, StoreError> {
    let [first, others @ ..] = tokens else { return Ok(Vec::new()) };
    let mut statement = Statement {
        sql: format!(
            "{SELECT} JOIN message_token t ON t.message_id = m.id WHERE t.token = $1 AND t.message_id < $2"
        ),
        args: vec![(*first).into(), before.into()],
    };
    for token in others {
        let also = "EXISTS (SELECT 1 FROM message_token o WHERE o.token = ? AND o.message_id = t.message_id)";
        statement.and(also, *token);
    }
    statement.narrow(tx, filter, "m.received_at", now);
    statement.args.push(limit.into());
    statement.sql.push_str(&format!(" ORDER BY t.message_id DESC LIMIT ${}", statement.args.len()));
    list_messages_by(tx, vault, &statement.sql, &statement.args).await
}

/// What a case is found by, besides words of its messages.
#[derive(Debug, Clone)]
pub enum CaseKey {
    /// Its customer is one of these, at most fifty.
    Profiles(Vec<ProfileId>),
    /// It has this label.
    Label(String),
}

/// Cases found by a key, newest first.
pub async fn list_cases_by_key(
    tx: &mut Tx<'_>,
    key: &CaseKey,
    filter: &SearchFilter,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<CaseId>, StoreError> {
    let mut statement = Statement {
        sql: "SELECT c.id FROM support_case c JOIN channel_account a ON a.id = c.account_id WHERE 1 = 1"
            .to_owned(),
        args: Vec::new(),
    };
    match key {
        CaseKey::Profiles(profiles) if profiles.is_empty() => return Ok(Vec::new()),
        CaseKey::Profiles(profiles) => {
            let args = &mut statement.args;
            args.extend(profiles.iter().take(50).map(|profile| Arg::from(profile.to_bytes())));
            let places: Vec<String> = (1..=args.len()).map(|place| format!("${place}")).collect();
            statement.sql.push_str(&format!(" AND a.profile_id IN ({})", places.join(", ")));
        }
        CaseKey::Label(label) => {
            let has = has_word(tx.backend(), "c.labels");
            statement.and(&has, label.clone());
        }
    }
    let time = "COALESCE(c.last_message_at, c.created_at)";
    statement.narrow(tx, filter, time, now);
    statement.args.push(limit.into());
    statement.sql.push_str(&format!(" ORDER BY {time} DESC, c.id DESC LIMIT ${}", statement.args.len()));
    tx.fetch_all(&statement.sql, &statement.args, |row| id(row, 0)).await
}

/// The case with this number.
pub async fn find_case_by_number(tx: &mut Tx<'_>, number: i64) -> Result<Option<CaseId>, StoreError> {
    tx.fetch_optional("SELECT id FROM support_case WHERE number = $1", args![number], |row| id(row, 0)).await
}

/// Where the first message at or after a moment would stand.
pub fn place_at(at: Timestamp) -> [u8; 16] {
    let millis = u64::try_from(at.as_micros().max(0) / 1_000).unwrap_or(0);
    let mut place = [0; 16];
    place[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    place
}

/// Behind every message.
pub const END: [u8; 16] = [0xff; 16];
