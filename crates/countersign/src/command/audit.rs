//! `countersign audit verify`.

use crate::config::{Config, Flags};
use crate::failure::{Exit, Failure, Result, note, print_json};

/// Checks that no row of the audit log was changed, removed or added. Exit status 1 when one was. With
/// `accept_lost_heads` a new file of signed heads is begun before, and that is put on record.
pub async fn verify(flags: &Flags, json: bool, accept_lost_heads: bool) -> Result<()> {
    let config = Config::load(flags)?;
    let server = super::serve::start(&config.settings).await.map_err(|failure| match failure.exit {
        Exit::TryLater => {
            failure.hint("ask the running server instead: POST /v1/audit/verify, or the console's Audit page")
        }
        _ => failure,
    })?;
    let accepted = if accept_lost_heads { server.service.accept_lost_heads().await } else { Ok(()) };
    let verdict = server.service.verify_audit_log().await;
    server.db.close().await;
    accepted?;
    let verdict = verdict?;
    if json {
        let head = verdict.head.as_ref().map(
            |head| serde_json::json!({ "seq": head.seq, "hash": head.hash, "signed_at": head.signed_at }),
        );
        print_json(&serde_json::json!({
            "ok": verdict.ok, "rows": verdict.rows, "unsealed": verdict.unsealed, "head": head,
            "problem": verdict.problem,
        }))?;
    }
    match verdict.problem {
        Some(problem) => Err(Failure::new(Exit::Found, "The audit log is not what was written")
            .cause(problem)
            .hint("keep this database as it is, and find out who could write to it")),
        None => {
            note(&format!(
                "The audit log holds. Rows verified: {}; not yet sealed: {}.",
                verdict.rows, verdict.unsealed
            ));
            Ok(())
        }
    }
}
