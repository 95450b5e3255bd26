//! The audit log as a file, made while it is sent.

use bytes::Bytes;
use countersign_service::audit::AuditExport;
use countersign_types::Error;
use countersign_types::audit::AuditRow;
use futures_util::{Stream, stream};

use super::{AuditView, ExportFormat};

const HEAD: &str = "id,seq,at,action,actor_kind,actor_id,actor_name,object,outcome,details,hash\r\n";

/// The file in pieces. When reading fails midway the connection ends, so that nobody takes a part for the whole.
pub(super) fn stream(
    export: AuditExport,
    format: ExportFormat,
) -> impl Stream<Item = Result<Bytes, Error>> + Send + 'static {
    let head = match format {
        ExportFormat::Csv => Some(Bytes::from_static(HEAD.as_bytes())),
        ExportFormat::Jsonl => None,
    };
    stream::try_unfold((export, head), move |(mut export, head)| async move {
        if let Some(head) = head {
            return Ok(Some((head, (export, None))));
        }
        let rows = export.next().await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let mut out = String::with_capacity(rows.len() * 400);
        for row in rows {
            match format {
                ExportFormat::Csv => write_csv(row, &mut out),
                ExportFormat::Jsonl => {
                    out.push_str(&serde_json::to_string(&AuditView::from(row)).map_err(Error::internal)?);
                    out.push('\n');
                }
            }
        }
        Ok(Some((Bytes::from(out), (export, None))))
    })
}

fn write_csv(row: AuditRow, out: &mut String) {
    let view = AuditView::from(row);
    let seq = view.seq.map(|seq| seq.to_string()).unwrap_or_default();
    let details = view.details.to_string();
    let hash = view.hash.unwrap_or_default();
    let cells = [
        &view.id,
        &seq,
        &view.at,
        &view.action,
        view.actor.kind,
        &view.actor.id,
        &view.actor.name,
        &view.object,
        &view.outcome,
        &details,
        &hash,
    ];
    for (n, cell) in cells.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        write_cell(cell, out);
    }
    out.push_str("\r\n");
}

/// A cell by RFC 4180. What a spreadsheet would take for a formula gets an apostrophe before it: names in the log are
/// chosen by people, and the file is opened by somebody else.
fn write_cell(cell: &str, out: &mut String) {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let is_quoted = is_formula || cell.contains([',', '"', '\r', '\n', ';', '\t']);
    if !is_quoted {
        out.push_str(cell);
        return;
    }
    out.push('"');
    if is_formula {
        out.push('\'');
    }
    for c in cell.chars() {
        if c == '"' {
            out.push('"');
        }
        out.push(c);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::write_cell;

    fn cell(text: &str) -> String {
        let mut out = String::new();
        write_cell(text, &mut out);
        out
    }

    #[test]
    fn a_cell_is_never_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            assert!(cell(text).starts_with("\"'"), "{text:?} became {}", cell(text));
        }
        assert_eq!(cell("channel.create"), "channel.create");
        assert_eq!(cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(cell("=HYPERLINK(\"https://x.test\")"), "\"'=HYPERLINK(\"\"https://x.test\"\")\"");
    }
}
