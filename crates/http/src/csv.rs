//! CSV by RFC 4180, in which no cell is a formula.

use countersign_types::Error;

/// The byte order mark by which spreadsheets know UTF-8.
pub const BOM: &[u8] = "\u{feff}".as_bytes();

/// Lines of cells. What a spreadsheet would take for a formula gets an apostrophe before it: values are chosen by
/// people, and the file is opened by somebody else (M-7).
pub fn lines(rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, Error> {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        let cells = row.into_iter().map(defused);
        writer.write_record(cells).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(|error| Error::internal(error.to_string()))
}

/// A cell that no spreadsheet runs. One that begins with apostrophes and then as a formula gets one more, so that taking
/// one off gives back what was.
pub fn defused(cell: String) -> String {
    let begin = cell.trim_start_matches('\'');
    let is_formula = begin.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn m_7_a_cell_is_never_a_formula() {
        for text in ["=1+1", "+49 30", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1", "＝1"] {
            assert_eq!(defused(text.to_owned()), format!("'{text}"));
        }
        assert_eq!(defused("'=1".to_owned()), "''=1");
        assert_eq!(defused("O'Neil 'x".to_owned()), "O'Neil 'x");
        let row = vec!["=HYPERLINK(\"https://x.test\")".to_owned(), "a, b".to_owned(), "c\r\nd".to_owned()];
        let text = String::from_utf8(lines(std::iter::once(row)).unwrap()).unwrap();
        assert_eq!(text, "\"'=HYPERLINK(\"\"https://x.test\"\")\",\"a, b\",\"c\r\nd\"\r\n");
    }
}
