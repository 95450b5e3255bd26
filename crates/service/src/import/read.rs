//! From a file's bytes to rows of cells. Pure: what a file is, its bytes say.

use countersign_types::Error;
use countersign_types::import::ImportLine;

/// Rows of a file at most.
pub const ROWS_MAX: usize = 100_000;
/// Columns of a file at most.
pub const COLUMNS_MAX: usize = 200;
/// Rows that stand in a sample.
const SAMPLES: usize = 3;
/// Lines by which separators are told apart.
const LOOK: usize = 20;
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// What was read.
#[derive(Debug)]
pub struct Sheet {
    /// `utf-8`, `utf-16` or `windows-1252`.
    pub encoding: &'static str,
    /// What stands between cells.
    pub separator: char,
    /// The first line.
    pub columns: Vec<String>,
    /// The first rows.
    pub samples: Vec<Vec<String>>,
    /// The rows by pieces of the length that was asked for, as JSON of [`ImportLine`]s.
    pub pieces: Vec<Vec<u8>>,
    /// How many rows there are.
    pub rows: usize,
}

/// Reads a file of comma-separated values, or says why it is none.
pub fn read(bytes: &[u8], piece_rows: usize) -> Result<Sheet, Error> {
    let (text, encoding) = decode(bytes)?;
    let (text, first_line) = without_hint(&text);
    let separator = separator(text);
    let mut reader = reader(text, separator);
    let mut record = csv::StringRecord::new();
    let has_head = reader.read_record(&mut record).map_err(broken)?;
    if !has_head || record.iter().all(|cell| cell.trim().is_empty()) {
        return Err(refused("empty-file", "The file has no first line with the names of its columns."));
    }
    if record.len() > COLUMNS_MAX {
        return Err(refused("too-many-columns", &format!("A file has at most {COLUMNS_MAX} columns.")));
    }
    let columns: Vec<String> = record.iter().map(|cell| armed(cell.trim()).to_owned()).collect();
    let mut sheet = Sheet {
        encoding,
        separator: char::from(separator),
        columns,
        samples: Vec::new(),
        pieces: Vec::new(),
        rows: 0,
    };
    let mut lines = Lines { text: text.as_bytes(), byte: 0, line: 1 };
    let mut piece: Vec<ImportLine> = Vec::with_capacity(piece_rows);
    while reader.read_record(&mut record).map_err(broken)? {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if sheet.rows == ROWS_MAX {
            let detail = format!("A file has at most {ROWS_MAX} rows. Split it into several.");
            return Err(refused("too-many-rows", &detail));
        }
        sheet.rows += 1;
        let cells: Vec<String> = record.iter().map(|cell| armed(cell).to_owned()).collect();
        if sheet.samples.len() < SAMPLES {
            sheet.samples.push(cells.iter().map(|cell| cell.chars().take(200).collect()).collect());
        }
        let line = lines.at(record.position()) + first_line;
        piece.push((i64::try_from(line).unwrap_or(i64::MAX), cells));
        if piece.len() == piece_rows {
            sheet.pieces.push(serde_json::to_vec(&piece).map_err(Error::internal)?);
            piece.clear();
        }
    }
    if !piece.is_empty() {
        sheet.pieces.push(serde_json::to_vec(&piece).map_err(Error::internal)?);
    }
    if sheet.rows == 0 {
        return Err(refused("empty-file", "The file has no rows below the names of its columns."));
    }
    Ok(sheet)
}

/// A cell without the apostrophe that an export put before what a spreadsheet would run.
pub fn armed(cell: &str) -> &str {
    let begin = cell.trim_start_matches('\'');
    let is_defused = begin.len() < cell.len()
        && begin.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠']);
    if is_defused { &cell[1..] } else { cell }
}

/// Counts lines as an editor does; the reader of CSV takes the second half of an end of line for the next one.
struct Lines<'a> {
    text: &'a [u8],
    byte: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of a record that begins at or, with empty lines, after a position.
    fn at(&mut self, position: Option<&csv::Position>) -> u64 {
        let begin = position.map_or(0, |p| usize::try_from(p.byte()).unwrap_or(usize::MAX));
        while let Some(byte) = self.text.get(self.byte) {
            let is_end = matches!(byte, b'\r' | b'\n');
            if self.byte >= begin && !is_end {
                break;
            }
            let is_whole = *byte == b'\n' || *byte == b'\r' && self.text.get(self.byte + 1) != Some(&b'\n');
            self.line += u64::from(is_whole);
            self.byte += 1;
        }
        self.line
    }
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes())
}

/// The separator with which the first lines agree most about the number of columns.
fn separator(text: &str) -> u8 {
    let score = |separator: u8| {
        let mut reader = reader(text, separator);
        let lengths: Vec<usize> = reader.records().take(LOOK).flatten().map(|record| record.len()).collect();
        let columns = lengths.first().copied().unwrap_or(0);
        let agreeing = lengths.iter().filter(|length| **length == columns).count();
        (columns > 1, agreeing * 100 / lengths.len().max(1), columns)
    };
    SEPARATORS.into_iter().rev().max_by_key(|separator| score(*separator)).unwrap_or(b',')
}

/// Without the line `sep=;` that Excel writes and reads; how many lines that was.
fn without_hint(text: &str) -> (&str, u64) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let is_hint =
        first.trim_end().trim_matches('"').strip_prefix("sep=").is_some_and(|s| s.chars().count() <= 1);
    if is_hint { (rest, 1) } else { (text, 0) }
}

/// The text of a file, and its encoding.
fn decode(bytes: &[u8]) -> Result<(String, &'static str), Error> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(refused(
            "file-type",
            "This is a workbook, not CSV. Save it as “CSV UTF-8” and bring that file.",
        ));
    }
    if bytes.starts_with(b"%PDF") {
        return Err(refused("file-type", "This is a PDF, not CSV."));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        let text = std::str::from_utf8(rest).map_err(|_| mixed())?;
        return without_nul(text.to_owned(), "utf-8");
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return utf_16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return utf_16(rest, u16::from_be_bytes);
    }
    let head = &bytes[..bytes.len().min(4_096)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count() * 4 > head.len();
    match (zeros(0), zeros(1)) {
        (false, true) => return utf_16(bytes, u16::from_le_bytes),
        (true, false) => return utf_16(bytes, u16::from_be_bytes),
        _ => {}
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => without_nul(text.to_owned(), "utf-8"),
        Err(_) => without_nul(windows_1252(bytes)?, "windows-1252"),
    }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<(String, &'static str), Error> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    match text {
        Ok(text) if rest.is_empty() => without_nul(text, "utf-16"),
        _ => Err(refused("encoding", "The file begins as UTF-16 and is not whole. Save it as “CSV UTF-8”.")),
    }
}

fn without_nul(text: String, encoding: &'static str) -> Result<(String, &'static str), Error> {
    if text.contains('\0') {
        return Err(refused("file-type", "This is not a text file. Save the table as CSV and bring that."));
    }
    Ok((text, encoding))
}

/// The characters of 0x80 to 0x9f; those without one are no text.
const HIGH: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“',
    '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

fn windows_1252(bytes: &[u8]) -> Result<String, Error> {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for byte in bytes {
        let c = match byte {
            0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
            _ => char::from(*byte),
        };
        if c == '\0' && *byte != 0 {
            return Err(mixed());
        }
        text.push(c);
    }
    Ok(text)
}

fn mixed() -> Error {
    refused(
        "encoding",
        "The characters of this file cannot be told: it is neither UTF-8 nor UTF-16 nor Windows-1252. Save it as “CSV UTF-8”.",
    )
}

fn broken(error: csv::Error) -> Error {
    let line = error.position().map_or(0, csv::Position::line);
    refused("broken-file", &format!("The file cannot be read as CSV from line {line} on."))
}

fn refused(code: &'static str, detail: &str) -> Error {
    Error::invalid("", code, detail)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn rows(sheet: &Sheet) -> Vec<ImportLine> {
        sheet.pieces.iter().flat_map(|p| serde_json::from_slice::<Vec<ImportLine>>(p).unwrap()).collect()
    }

    #[test]
    fn encodings_and_separators_are_told_by_the_bytes() {
        let text = "id;name\r\n1;Łódź, Grüße\r\n";
        let utf16 = |unit: fn(u16) -> [u8; 2], bom: bool| {
            let bom = if bom { "\u{feff}" } else { "" };
            format!("{bom}{text}").encode_utf16().flat_map(unit).collect::<Vec<u8>>()
        };
        let files = [
            (text.as_bytes().to_vec(), "utf-8"),
            (format!("\u{feff}{text}").into_bytes(), "utf-8"),
            (utf16(u16::to_le_bytes, true), "utf-16"),
            (utf16(u16::to_be_bytes, true), "utf-16"),
            (utf16(u16::to_le_bytes, false), "utf-16"),
            (utf16(u16::to_be_bytes, false), "utf-16"),
        ];
        for (bytes, encoding) in files {
            let sheet = read(&bytes, 50).unwrap();
            assert_eq!((sheet.encoding, sheet.separator), (encoding, ';'));
            assert_eq!(rows(&sheet), [(2, vec!["1".to_owned(), "Łódź, Grüße".to_owned()])]);
        }
        let sheet = read(b"id\tname\n1\tGr\xfc\xdfe \x80\n", 50).unwrap();
        assert_eq!((sheet.encoding, sheet.separator), ("windows-1252", '\t'));
        assert_eq!(rows(&sheet)[0].1[1], "Grüße €");
    }

    #[test]
    fn what_is_no_table_is_refused_with_the_reason() {
        let code = |bytes: &[u8]| match read(bytes, 50).unwrap_err() {
            Error::Invalid(fields) => fields[0].code,
            other => panic!("{other}"),
        };
        assert_eq!(code(b""), "empty-file");
        assert_eq!(code(b"id,name\n"), "empty-file");
        assert_eq!(code(b"\n\n  \n"), "empty-file");
        assert_eq!(code(b"PK\x03\x04...."), "file-type");
        assert_eq!(code(b"%PDF-1.7"), "file-type");
        assert_eq!(code(b"id\n\x81\x8d\n"), "encoding");
        assert_eq!(code(b"\xef\xbb\xbfid\n\xff\n"), "encoding");
        assert_eq!(code(b"\xff\xfei\0d\0\n\0\x00\xd8"), "encoding");
        assert_eq!(code(b"id\n1\0\n"), "file-type");
        let many = format!("id\n{}", "1\n".repeat(ROWS_MAX + 1));
        assert_eq!(code(many.as_bytes()), "too-many-rows");
        assert_eq!(code("a,".repeat(COLUMNS_MAX).as_bytes()), "too-many-columns");
    }

    #[test]
    fn lines_are_counted_as_an_editor_does_and_cells_are_as_an_export_read_them() {
        let sheet = read(b"sep=,\nid,name\n1,\"a\nb\"\n\n,\n2,'=1+1\n3,''=1\n4,'x\n", 2).unwrap();
        assert_eq!((sheet.separator, sheet.pieces.len(), sheet.rows), (',', 2, 4));
        let cells: Vec<(i64, String)> =
            rows(&sheet).into_iter().map(|(line, c)| (line, c[1].clone())).collect();
        let expected = [(3, "a\nb"), (7, "=1+1"), (8, "'=1"), (9, "'x")];
        assert_eq!(cells, expected.map(|(line, text)| (line, text.to_owned())));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_a_table_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            if let Ok(sheet) = read(&bytes, 3) {
                proptest::prop_assert_eq!(rows(&sheet).len(), sheet.rows);
            }
        }

        #[test]
        fn what_is_written_is_read(cells in proptest::collection::vec("[a-z'=+\", \n;-]{0,9}", 2..5)) {
            proptest::prop_assume!(cells.iter().any(|c| !c.trim().is_empty()));
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record((0..cells.len()).map(|n| format!("c{n}"))).unwrap();
            writer.write_record(&cells).unwrap();
            let sheet = read(&writer.into_inner().unwrap(), 50).unwrap();
            if sheet.separator == ',' {
                let read: Vec<String> = rows(&sheet)[0].1.clone();
                let expected: Vec<String> = cells.iter().map(|c| armed(c).to_owned()).collect();
                proptest::prop_assert_eq!(read, expected);
            }
        }
    }
}
