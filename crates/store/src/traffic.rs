//! How many visits there were, counted where they stand.

use countersign_types::{ChannelId, Timestamp};

use crate::codec::opt_id;
use crate::{Arg, StoreError, Tx};

/// Visits of one kind, added up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traffic {
    /// The number of the day, in days since 1970, where days are told apart.
    pub day: i64,
    /// The site, where sites are.
    pub site: Option<ChannelId>,
    /// The word, where words are; none: they say nothing.
    pub word: Option<String>,
    /// Visits.
    pub visits: i64,
    /// Browsers that they came from; a visit of an unknown one counts as one.
    pub visitors: i64,
    /// Pages.
    pub pages: i64,
    /// Visits with a page.
    pub with_pages: i64,
    /// Of those, with one page only.
    pub single_page: i64,
    /// From the first to the last event of all of them, microseconds.
    pub micros: i64,
    /// Visits in which somebody signed in.
    pub signed_in: i64,
    /// Visits in which somebody was named, signed in or not.
    pub named: i64,
}

/// What is told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrafficBy {
    /// Nothing.
    All,
    /// Days: until each of these moments one begins so many microseconds after midnight of UTC; after the last one, as
    /// with the last one.
    Day(Vec<(Timestamp, i64)>),
    /// Sites.
    Site,
    /// Where visitors came from.
    Source,
    /// Where visits began.
    Entry,
    /// Kinds of browsers.
    Device,
    /// Languages of browsers.
    Language,
}

/// Rows at most; those with the most visits.
const ROWS_MAX: usize = 500;

/// Visits that began from a moment until before another, added up.
pub async fn count_traffic(
    tx: &mut Tx<'_>,
    by: &TrafficBy,
    site: Option<ChannelId>,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<Traffic>, StoreError> {
    const NO_DAY: &str = "CAST(0 AS BIGINT)";
    const NO_SITE: &str = "CAST(NULL AS BYTEA)";
    const NO_WORD: &str = "CAST(NULL AS TEXT)";
    let days = if let TrafficBy::Day(offsets) = by { day_of(offsets) } else { NO_DAY.to_owned() };
    let (group, site_of, word) = match by {
        TrafficBy::All => ("", NO_SITE, NO_WORD),
        TrafficBy::Day(_) => ("GROUP BY 1", NO_SITE, NO_WORD),
        TrafficBy::Site => ("GROUP BY v.site_id", "v.site_id", NO_WORD),
        TrafficBy::Source => ("GROUP BY v.source", NO_SITE, "v.source"),
        TrafficBy::Entry => ("GROUP BY v.entry_url", NO_SITE, "v.entry_url"),
        TrafficBy::Device => ("GROUP BY 3", NO_SITE, DEVICE),
        TrafficBy::Language => ("GROUP BY v.language", NO_SITE, "v.language"),
    };
    let only = if site.is_some() { "AND v.site_id = $3" } else { "" };
    let sql = format!(
        "SELECT {days}, {site_of}, {word}, COUNT(*), COUNT(DISTINCT COALESCE(v.device_row, -v.row_id)),
                CAST(COALESCE(SUM(v.pages), 0) AS BIGINT),
                COUNT(CASE WHEN v.pages > 0 THEN 1 END), COUNT(CASE WHEN v.pages = 1 THEN 1 END),
                CAST(COALESCE(SUM(v.last_at - v.started_at), 0) AS BIGINT),
                COUNT(CASE WHEN EXISTS (SELECT 1 FROM visit_contact c
                    WHERE c.visit_row = v.row_id AND c.association = 'authenticated') THEN 1 END),
                COUNT(CASE WHEN EXISTS (SELECT 1 FROM visit_contact c
                    WHERE c.visit_row = v.row_id AND c.association <> 'rejected') THEN 1 END)
         FROM visit v WHERE v.active_at >= {since} AND v.started_at >= $1 AND v.started_at < $2 {only}
         {group} ORDER BY 4 DESC LIMIT {ROWS_MAX}",
        since = from.as_micros() - countersign_types::time::MINUTE,
    );
    let mut with: Vec<Arg<'_>> = vec![from.into(), to.into()];
    with.extend(site.map(Arg::from));
    tx.fetch_all(&sql, &with, |row| {
        Ok(Traffic {
            day: row.i64(0)?,
            site: opt_id(row, 1)?,
            word: row.opt_text(2)?,
            visits: row.i64(3)?,
            visitors: row.i64(4)?,
            pages: row.i64(5)?,
            with_pages: row.i64(6)?,
            single_page: row.i64(7)?,
            micros: row.i64(8)?,
            signed_in: row.i64(9)?,
            named: row.i64(10)?,
        })
    })
    .await
}

const DEVICE: &str = r#"CASE WHEN v.agent LIKE '%"device":"desktop"%' THEN 'desktop'
    WHEN v.agent LIKE '%"device":"mobile"%' THEN 'mobile' WHEN v.agent LIKE '%"device":"tablet"%' THEN 'tablet' END"#;

/// The number of the day on which a visit began, where the workspace is. Numbers only: no text of anybody's.
fn day_of(offsets: &[(Timestamp, i64)]) -> String {
    const DAY: i64 = countersign_types::time::DAY;
    let day = |offset: i64| format!("(v.started_at + ({offset})) / {DAY}");
    let Some(((_, last), others)) = offsets.split_last() else { return day(0) };
    if others.is_empty() {
        return day(*last);
    }
    let cases: Vec<String> = others
        .iter()
        .map(|(until, offset)| format!("WHEN v.started_at < {} THEN {}", until.as_micros(), day(*offset)))
        .collect();
    format!("CASE {} ELSE {} END", cases.join(" "), day(*last))
}
