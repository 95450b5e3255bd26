//! The request log: what programs asked for. Written in batches, beside the requests.

use countersign_types::request_line::RequestLine;
use countersign_types::{ApiKeyId, Cursor, Page, PageRequest, Timestamp};

use crate::codec::{id, time};
use crate::{Arg, StoreError, Tx, args};

/// Lines that one statement adds at most.
pub const INSERT_MAX: usize = 50;
const COLUMNS: usize = 9;

/// A line as it is listed, with the name of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedRequest {
    /// Its place in the list.
    pub id: [u8; 16],
    /// The line.
    pub line: RequestLine,
    /// The key's name.
    pub key_name: String,
}

/// What a list of the request log is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct RequestFilter {
    /// Of one key.
    pub key: Option<ApiKeyId>,
    /// With this id, exactly.
    pub request_id: Option<String>,
    /// By method.
    pub method: Option<String>,
    /// By path, as the API's document writes it.
    pub path: Option<String>,
    /// Statuses not below this.
    pub status_from: Option<i64>,
    /// Statuses not above this.
    pub status_to: Option<i64>,
}

/// Adds some lines, [`INSERT_MAX`] at most, in one statement.
pub async fn insert_requests(tx: &mut Tx<'_>, lines: &[([u8; 16], RequestLine)]) -> Result<(), StoreError> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut sql = String::from(
        "INSERT INTO request_line (id, request_id, at, api_key_id, method, path, status, duration_micros, problem)
         VALUES ",
    );
    let mut values: Vec<Arg<'_>> = Vec::with_capacity(lines.len() * COLUMNS);
    for (n, (id, line)) in lines.iter().enumerate() {
        sql.push_str(if n == 0 { "(" } else { ", (" });
        for column in 1..=COLUMNS {
            sql.push_str(if column == 1 { "$" } else { ", $" });
            sql.push_str(&(n * COLUMNS + column).to_string());
        }
        sql.push(')');
        values.extend([
            Arg::from(*id),
            Arg::from(&line.request_id),
            Arg::from(line.at),
            Arg::from(line.key),
            Arg::from(&line.method),
            Arg::from(&line.path),
            Arg::from(line.status),
            Arg::from(line.duration_micros),
            Arg::from(line.problem.as_deref()),
        ]);
    }
    tx.execute(&sql, &values).await?;
    Ok(())
}

/// The request log, newest first.
pub async fn list_requests(
    tx: &mut Tx<'_>,
    filter: &RequestFilter,
    page: PageRequest,
) -> Result<Page<LoggedRequest>, StoreError> {
    let after = page.after.unwrap_or(Cursor { at: i64::MAX, id: [0xff; 16] });
    // One text for each way in, so that each is read along its own index.
    let by_key = if filter.key.is_some() { "request_line.api_key_id = $3" } else { "$3 = $3" };
    let sql = format!(
        "SELECT request_line.id, request_id, at, api_key_id, method, path, status, duration_micros, problem, api_key.name
         FROM request_line JOIN api_key ON api_key.id = request_line.api_key_id
         WHERE (at, request_line.id) < ($1, $2) AND {by_key}
           AND ($4 = '' OR request_id = $4) AND ($5 = '' OR method = $5) AND ($6 = '' OR path = $6)
           AND status >= $7 AND status <= $8
         ORDER BY at DESC, request_line.id DESC LIMIT $9"
    );
    let rows = tx
        .fetch_all(
            &sql,
            args![
                after.at,
                after.id,
                filter.key.map_or([0; 16], ApiKeyId::to_bytes),
                filter.request_id.as_deref().unwrap_or_default(),
                filter.method.as_deref().unwrap_or_default(),
                filter.path.as_deref().unwrap_or_default(),
                filter.status_from.unwrap_or(0),
                filter.status_to.unwrap_or(i64::from(u16::MAX)),
                page.limit + 1,
            ],
            |row| {
                Ok(LoggedRequest {
                    id: row.uuid(0)?.into_bytes(),
                    line: RequestLine {
                        request_id: row.text(1)?,
                        at: time(row, 2)?,
                        key: id(row, 3)?,
                        method: row.text(4)?,
                        path: row.text(5)?,
                        status: row.i64(6)?,
                        duration_micros: row.i64(7)?,
                        problem: row.opt_text(8)?,
                    },
                    key_name: row.text(9)?,
                })
            },
        )
        .await?;
    Ok(Page::from_overfetch(rows, page.limit, |r| Cursor { at: r.line.at.as_micros(), id: r.id }))
}

/// The moment of the newest line that is beyond the first `keep`; `None` while there are not more.
pub async fn find_request_beyond(tx: &mut Tx<'_>, keep: i64) -> Result<Option<Timestamp>, StoreError> {
    tx.fetch_optional(
        "SELECT at FROM request_line ORDER BY at DESC, id DESC LIMIT 1 OFFSET $1",
        args![keep],
        |row| time(row, 0),
    )
    .await
}

/// Removes lines from before this moment, some at a time.
pub async fn delete_requests(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM request_line WHERE id IN
             (SELECT id FROM request_line WHERE at < $1 ORDER BY at, id LIMIT $2)",
        args![before, limit],
    )
    .await
}
