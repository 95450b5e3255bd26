//! What a file may be and what it is called. Nothing that its sender says is believed: the type comes from the bytes,
//! and the name is only ever shown. Archives are never unpacked, documents never parsed.

use std::borrow::Cow;

/// Longest name kept, characters.
pub const NAME_CHARS_MAX: usize = 120;
/// Bytes at the beginning of a file that tell its type.
const HEAD: usize = 4_096;

/// A type of file that conversations take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileType {
    /// Media type.
    pub media_type: &'static str,
    /// The ends of names that say this type; the first is given to a name that says another one.
    pub ends: &'static [&'static str],
}

/// Pictures that a browser draws and that cannot hold a program.
const RASTER: &[(&[u8], usize, FileType)] = &[
    (b"\x89PNG\r\n\x1a\n", 0, FileType { media_type: "image/png", ends: &["png"] }),
    (b"\xff\xd8\xff", 0, FileType { media_type: "image/jpeg", ends: &["jpg", "jpeg", "jfif"] }),
    (b"GIF87a", 0, FileType { media_type: "image/gif", ends: &["gif"] }),
    (b"GIF89a", 0, FileType { media_type: "image/gif", ends: &["gif"] }),
];

const OTHERS: &[(&[u8], usize, FileType)] = &[
    (b"%PDF-", 0, FileType { media_type: "application/pdf", ends: &["pdf"] }),
    (
        b"PK\x03\x04",
        0,
        FileType {
            media_type: "application/zip",
            ends: &["zip", "docx", "xlsx", "pptx", "odt", "ods", "odp", "pages", "numbers", "key"],
        },
    ),
    (b"\x1aE\xdf\xa3", 0, FileType { media_type: "video/webm", ends: &["webm", "mkv"] }),
    (
        b"ftyp",
        4,
        FileType { media_type: "video/mp4", ends: &["mp4", "m4a", "m4v", "mov", "heic", "heif", "avif"] },
    ),
    (b"OggS", 0, FileType { media_type: "audio/ogg", ends: &["ogg", "oga", "opus"] }),
    (b"ID3", 0, MP3),
    (b"\xff\xfb", 0, MP3),
    (b"\xff\xfa", 0, MP3),
    (b"\xff\xf3", 0, MP3),
    (b"\xff\xf2", 0, MP3),
];

const WEBP: FileType = FileType { media_type: "image/webp", ends: &["webp"] };
const MP3: FileType = FileType { media_type: "audio/mpeg", ends: &["mp3"] };
const WAVE: FileType = FileType { media_type: "audio/wav", ends: &["wav"] };
const TEXT: FileType =
    FileType { media_type: "text/plain", ends: &["txt", "csv", "log", "md", "json", "eml"] };

/// What the bytes at the beginning of a file say it is; `None` for what conversations do not take: programs, pages,
/// anything unknown.
pub fn type_of(head: &[u8]) -> Option<FileType> {
    let has = |(magic, at, _): &&(&[u8], usize, FileType)| {
        head.get(*at..).is_some_and(|rest| rest.starts_with(magic))
    };
    if let Some((_, _, found)) = RASTER.iter().chain(OTHERS).find(has) {
        return Some(*found);
    }
    if head.starts_with(b"RIFF") {
        return match head.get(8..12) {
            Some(b"WEBP") => Some(WEBP),
            Some(b"WAVE") => Some(WAVE),
            _ => None,
        };
    }
    is_plain_text(&head[..head.len().min(HEAD)]).then_some(TEXT)
}

/// Text that no program takes for something to run and no browser for a page.
fn is_plain_text(head: &[u8]) -> bool {
    // The end may cut a character in two.
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    let begin = text.trim_start_matches('\u{feff}').trim_start();
    !begin.is_empty()
        && !begin.starts_with(['<'])
        && !begin.starts_with("#!")
        && !text.chars().any(is_control)
}

/// Whether a picture of this type may be shown in a page. Looked at again in the bytes each time it is sent.
pub fn is_raster(media_type: &str) -> bool {
    media_type == WEBP.media_type || RASTER.iter().any(|(_, _, t)| t.media_type == media_type)
}

/// A name that is safe to show and to save: the last part of a path, without what reorders or hides text, with an end
/// that says what the bytes are.
pub(super) fn clean_name(name: &str, file: FileType) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !is_hidden(*c)).map(replaced).collect();
    let trimmed = kept.trim_matches(|c: char| c.is_whitespace() || c == '.');
    let (stem, end) = match trimmed.rsplit_once('.') {
        Some((stem, end)) if file.ends.iter().any(|known| known.eq_ignore_ascii_case(end)) => {
            (stem, Cow::Owned(end.to_ascii_lowercase()))
        }
        _ => (trimmed, Cow::Borrowed(file.ends.first().copied().unwrap_or("bin"))),
    };
    let stem: String = stem.trim_end_matches([' ', '.']).chars().take(NAME_CHARS_MAX).collect();
    let stem = if stem.is_empty() { "file" } else { &stem };
    format!("{stem}.{end}")
}

/// Control characters, marks that turn text round (the `exe.gpj` trick), and characters nobody sees.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{ad}' | '\u{180e}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// What some system does not take in a name.
fn replaced(c: char) -> char {
    if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_bytes_say_what_a_file_is_and_not_its_sender() {
        let cases: &[(&[u8], Option<&str>)] = &[
            (b"\x89PNG\r\n\x1a\n....", Some("image/png")),
            (b"\xff\xd8\xff\xe0..JFIF", Some("image/jpeg")),
            (b"GIF89a....", Some("image/gif")),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some("image/webp")),
            (b"RIFF\x10\0\0\0AVI LIST", None),
            (b"%PDF-1.7", Some("application/pdf")),
            (b"PK\x03\x04....", Some("application/zip")),
            (b"....ftypmp42", Some("video/mp4")),
            (b"ID3\x03\0", Some("audio/mpeg")),
            (b"\xff\xf3\x44\xc4", Some("audio/mpeg")),
            ("Größe;Preis\r\n1;2".as_bytes(), Some("text/plain")),
            (b"", None),
            (b"   ", None),
            (b"MZ\x90\0\x03", None),
            (b"\x7fELF\x02\x01", None),
            (b"#!/bin/sh\nrm -rf /", None),
            (b"<!doctype html><script>alert(1)</script>", None),
            (b"\xef\xbb\xbf  <svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", None),
            (b"<?xml version='1.0'?>", None),
            (b"text with a \0 in it", None),
            (b"\xff\xfe<\0s\0c\0r\0", None),
        ];
        for (head, expected) in cases {
            assert_eq!(type_of(head).map(|t| t.media_type), *expected, "{:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn a_name_is_the_last_part_of_a_path_and_its_end_is_true() {
        let png = type_of(b"\x89PNG\r\n\x1a\n").unwrap();
        let cases = [
            ("photo.PNG", "photo.png"),
            ("../../etc/passwd", "passwd.png"),
            ("C:\\Users\\me\\photo.png", "photo.png"),
            ("invoice.exe", "invoice.exe.png"),
            ("photo\u{202e}gnp.exe", "photognp.exe.png"),
            ("a\u{200b}b\r\nSet-Cookie: x.png", "abSet-Cookie_ x.png"),
            ("<img src=x onerror=alert(1)>.png", "_img src=x onerror=alert(1)_.png"),
            ("", "file.png"),
            ("...", "file.png"),
            (".png", "png.png"),
            ("фото з відпустки.png", "фото з відпустки.png"),
        ];
        for (name, expected) in cases {
            assert_eq!(clean_name(name, png), expected, "{name:?}");
        }
        assert!(clean_name(&"x".repeat(5_000), png).chars().count() <= NAME_CHARS_MAX + 5);
    }

    proptest::proptest! {
        #[test]
        fn no_name_becomes_a_path_or_turns_its_text_round(name in "\\PC{0,80}|[\\x00-\\x7f\\u{200b}-\\u{202f}]{0,80}") {
            let clean = clean_name(&name, TEXT);
            proptest::prop_assert!(!clean.contains(['/', '\\', '\0', '\r', '\n', '<', '"']));
            proptest::prop_assert!(!clean.chars().any(is_hidden));
            proptest::prop_assert!(!clean.starts_with('.') && clean.len() > 4);
        }

        #[test]
        fn any_bytes_have_a_type_or_none(head in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = type_of(&head);
        }
    }
}
