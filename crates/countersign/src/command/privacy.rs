//! `countersign privacy replay`: after a restore, erases again whom the list of erasures names.

use std::path::Path;

use countersign_service::privacy::erasure::Replayed;

use crate::config::{Config, Flags};
use crate::failure::{Exit, Failure, Result, note, print_json};

/// What became of the lines of the list.
#[derive(Default)]
struct Tally {
    erased: usize,
    gone: usize,
    merged: Vec<String>,
}

/// Erases again whom the list names. Said twice it does nothing more. Exit status 1 when somebody on the list is part of
/// another customer in the restored copy: whether that one is to go, a person decides.
pub async fn replay(flags: &Flags, from: &Path, json: bool) -> Result<()> {
    let list = read(from)?;
    let config = Config::load(flags)?;
    let server = super::serve::start(&config.settings).await.map_err(|failure| match failure.exit {
        Exit::TryLater => {
            failure.hint("stop the server first: nobody should be served before the list was replayed")
        }
        _ => failure,
    })?;
    let mut tally = Tally::default();
    let mut failed = None;
    for subject in list {
        match server.service.replay_erasure(subject).await {
            Ok(Replayed::Erased) => tally.erased += 1,
            Ok(Replayed::Gone) => tally.gone += 1,
            Ok(Replayed::Merged) => {
                tally.merged.push(countersign_types::ProfileId::from_bytes(subject).to_string());
            }
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    server.db.close().await;
    if let Some(error) = failed {
        return Err(error.into());
    }
    if json {
        print_json(&serde_json::json!({
            "erased": tally.erased, "gone_already": tally.gone, "merged": tally.merged,
        }))?;
    } else {
        note(&format!("Erased again: {}. Not there any more: {}.", tally.erased, tally.gone));
    }
    if tally.merged.is_empty() {
        return Ok(());
    }
    Err(Failure::new(Exit::Found, "Some of the list are part of another customer in this copy")
        .cause(tally.merged.join(", "))
        .hint("look at each in the console, take the merge back or erase the customer, then replay again"))
}

/// The ids of the list: the first cell of each line after the first.
fn read(from: &Path) -> Result<Vec<[u8; 16]>> {
    let shown = from.display();
    let text = std::fs::read_to_string(from)
        .map_err(|e| Failure::new(Exit::Usage, format!("The list {shown} cannot be read")).cause(e))?;
    parse(&text).map_err(|line| {
        Failure::new(Exit::Usage, format!("Line {line} of {shown} is not one of a list of erasures"))
            .hint("make it with GET /v1/privacy/erasures?format=csv; nothing was erased")
    })
}

/// Reads all lines or none; the number of the line that is wrong.
fn parse(text: &str) -> std::result::Result<Vec<[u8; 16]>, usize> {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    if lines.next().map(str::trim) != Some("subject_id,erased_at") {
        return Err(1);
    }
    let mut list = Vec::new();
    for (number, line) in (2_usize..).zip(lines).filter(|(_, line)| !line.trim().is_empty()) {
        let cell = line.split(',').next().unwrap_or_default().trim();
        let is_id = cell.len() == 32 && cell.bytes().all(|b| b.is_ascii_hexdigit());
        let id = u128::from_str_radix(cell, 16).ok().filter(|_| is_id).ok_or(number)?;
        list.push(id.to_be_bytes());
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_list_is_read_whole_or_not_at_all() {
        let good =
            "\u{feff}subject_id,erased_at\r\n0193a1b2c3d47e5f8091a2b3c4d5e6f7,2026-01-01T00:00:00Z\r\n\r\n";
        assert_eq!(parse(good).map(|list| list.len()), Ok(1));
        assert_eq!(parse("subject_id,erased_at\n"), Ok(Vec::new()));
        assert_eq!(parse("id,at\n"), Err(1));
        assert_eq!(parse("subject_id,erased_at\n0193a1b2c3d47e5f8091a2b3c4d5e6f7,x\npro_1,x\n"), Err(3));
        assert_eq!(parse("subject_id,erased_at\n+193a1b2c3d47e5f8091a2b3c4d5e6f7,x\n"), Err(2));
    }
}
