#![allow(clippy::unwrap_used)]
use countersign_service::message::{is_unproved_sender, sender_address};
use countersign_types::pii::Purpose;
use serde_json::json;

use super::*;

fn config() -> Config {
    serde_json::from_value(json!({
        "address": "support@acme.test", "authserv_id": "mx.acme.test",
        "imap": { "host": "mail.acme.test", "port": 993, "security": "tls", "username": "support" },
        "smtp": { "host": "mail.acme.test", "port": 465, "security": "tls" }
    }))
    .unwrap()
}

const PASS: &str = "Authentication-Results: mx.acme.test; dmarc=pass header.from=example.org\r\n";
const OURS: &str = "msg_01arz3ndektsv4rrffq69g5fav@acme.test";

fn mail(head: &str, body: &str) -> Inbound {
    let raw = format!(
        "{head}Message-ID: <1@example.org>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nSubject: Invoice\r\n\r\n{body}"
    );
    match read(raw.as_bytes(), &config(), "1:2").pop().unwrap() {
        Incoming::Message(inbound) => *inbound,
        other => panic!("{other:?}"),
    }
}

fn user(inbound: &Inbound) -> &str {
    inbound.user_id.plain(Purpose::Match)
}

#[test]
fn a_sender_is_who_the_companys_server_vouches_for_and_nobody_else() {
    let proved = mail(&format!("{PASS}From: Mia <Mia@Example.org>\r\n"), "hello");
    assert_eq!(user(&proved), "mia@example.org");
    assert!(proved.claims.email.is_some());
    assert!(!proved.mail.as_ref().unwrap().is_unproved);
    let forged = [
        "From: mia@example.org\r\n".to_owned(),
        // Another server's word, above or below the sender's own copy of ours.
        format!(
            "Authentication-Results: evil.test; dmarc=pass header.from=example.org\r\n{PASS}From: mia@example.org\r\n"
        ),
        format!(
            "Authentication-Results: mx.acme.test; dmarc=fail header.from=example.org\r\n{PASS}From: mia@example.org\r\n"
        ),
        format!("{PASS}From: mia@example.com\r\n"),
        // Two addresses, two fields, a group, an address in a name.
        format!("{PASS}From: mia@example.org, eve@example.org\r\n"),
        format!("{PASS}From: mia@example.org\r\nFrom: eve@example.org\r\n"),
        format!("{PASS}From: all: mia@example.org;\r\n"),
        format!("{PASS}From: \"mia@example.org\" <eve@evil.test>\r\n"),
    ];
    for head in forged {
        let inbound = mail(&head, "hello");
        assert!(is_unproved_sender(user(&inbound)), "{head}");
        assert!(inbound.claims.is_empty(), "{head}");
        assert!(inbound.mail.unwrap().is_unproved, "{head}");
    }
}

#[test]
fn two_mails_that_nobody_vouches_for_are_two_senders() {
    let one = mail("From: mia@example.org\r\n", "one");
    let other = mail("From: mia@example.org\r\n", "other");
    assert_ne!(user(&one), user(&other));
    assert_eq!(sender_address(user(&one)), "mia@example.org");
}

#[test]
fn copies_of_a_mail_are_one_and_its_id_alone_is_nobodys() {
    let head = "From: mia@example.org\r\n";
    let copy = mail(&format!("Received: from a by b\r\nDelivered-To: x@acme.test\r\n{PASS}{head}"), "one");
    assert_eq!(copy.provider_id, mail(&format!("{PASS}{head}"), "one").provider_id);
    assert_ne!(copy.provider_id, mail(&format!("{PASS}{head}"), "two").provider_id);
}

#[test]
fn an_answer_names_what_it_answers_and_quotes_it_no_more() {
    let head = format!(
        "{PASS}From: mia@example.org\r\nIn-Reply-To: <{OURS}>\r\nReferences: <0@example.org> <{OURS}>\r\n"
    );
    let answer =
        mail(&head, "482 913\r\n\r\nOn 22 Nov 2026, Acme <support@acme.test> wrote:\r\n> Your code?\r\n");
    let about = answer.mail.unwrap();
    assert_eq!(about.answers.len(), 1);
    assert_eq!(about.thread.references, ["0@example.org", OURS]);
    assert_eq!(answer.text.plain(Purpose::Match), "482 913");
    // What is quoted from somebody else stays.
    let forwarded = mail(&format!("{PASS}From: mia@example.org\r\n"), "see\r\n> theirs");
    assert_eq!(forwarded.text.plain(Purpose::Match), "see\n> theirs");
}

#[test]
fn machines_are_told_from_people() {
    let is_automatic = |head: &str| mail(&format!("{PASS}{head}"), "x").is_automatic;
    assert!(!is_automatic("From: mia@example.org\r\nAuto-Submitted: no\r\n"));
    for head in [
        "From: mia@example.org\r\nAuto-Submitted: auto-replied\r\n",
        "From: mia@example.org\r\nPrecedence: bulk\r\n",
        "From: mia@example.org\r\nReturn-Path: <>\r\n",
        "From: mia@example.org\r\nX-Auto-Response-Suppress: OOF\r\n",
        "From: MAILER-DAEMON@example.org\r\n",
        "From: support@acme.test\r\n",
    ] {
        assert!(is_automatic(head), "{head}");
    }
}

#[test]
fn files_and_overlong_texts_are_fetched_later() {
    let long = "word ".repeat(6_000);
    let raw = format!(
        "From: mia@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{long}\r\n--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=\"a/../b.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\n--b--\r\n"
    );
    let Some(Incoming::Message(inbound)) = read(raw.as_bytes(), &config(), "7:9").pop() else { panic!() };
    let listed: Vec<(&str, i64)> =
        inbound.remote.iter().map(|file| (file.reference.as_str(), file.size_bytes)).collect();
    assert_eq!(listed, [("7:9:text", 29_999), ("7:9:0", 6)]);
    assert!(inbound.check().is_ok());
    assert_eq!(file(raw.as_bytes(), "0").unwrap(), b"\x89PNG\r\n");
    assert_eq!(file(raw.as_bytes(), "text").unwrap().len(), 29_999);
    assert_eq!(file(raw.as_bytes(), "9"), None);
}

#[test]
fn what_cannot_be_shown_is_said_and_never_dropped() {
    let only_html = mail(
        &format!("{PASS}From: mia@example.org\r\nContent-Type: text/html\r\n"),
        "<p>Hello <b>you</b></p>",
    );
    assert_eq!(only_html.text.plain(Purpose::Match).trim(), "Hello you");
    assert_eq!(mail("From: mia@example.org\r\n", "").text.plain(Purpose::Match), "Invoice");
    for raw in [&b""[..], b"\xff\xfe", b"From: x\r\n", b"\r\n\r\n"] {
        let Some(Incoming::Message(inbound)) = read(raw, &config(), "1:1").pop() else { panic!("{raw:?}") };
        assert!(inbound.check().is_ok(), "{raw:?}");
    }
    let news = read_large(b"From: mia@example.org\r\nSubject: film\r\n\r\n", 80_000_000, &config(), "1:1");
    let Some(Incoming::Message(inbound)) = news.into_iter().next() else { panic!() };
    assert_eq!(inbound.text.plain(Purpose::Match), "[too large: 76 MB, left in the mailbox]");
}

#[test]
fn a_bounce_is_word_of_the_reply_and_no_message() {
    let report = |action: &str, id: &str| {
        format!(
            "From: MAILER-DAEMON@mx.test\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: rfc822; mia@example.org\r\nAction: {action}\r\nStatus: 5.1.1\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{id}>\r\nFrom: support@acme.test\r\n\r\nhello\r\n--b--\r\n"
        )
    };
    let news = read(report("failed", OURS).as_bytes(), &config(), "1:1");
    let [Incoming::Receipt { detail: Some(detail), .. }] = news.as_slice() else { panic!("{news:?}") };
    assert_eq!(detail, "the mail came back: there is no such address (5.1.1)");
    assert!(read(report("delayed", OURS).as_bytes(), &config(), "1:1").is_empty());
    let strange = read(report("failed", "1@else.test").as_bytes(), &config(), "1:1");
    let [Incoming::Message(inbound)] = strange.as_slice() else { panic!("{strange:?}") };
    assert!(inbound.is_automatic, "of a mail that is not ours: kept, and answered by nobody");
}

#[test]
fn a_copy_of_our_own_reply_is_nothing() {
    let raw = format!("From: support@acme.test\r\nMessage-ID: <{OURS}>\r\n\r\nhello");
    assert!(read(raw.as_bytes(), &config(), "1:1").is_empty());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(512))]
    #[test]
    fn whatever_lies_in_a_mailbox_can_be_kept(
        cut in 0_usize..900, at in 0_usize..900, byte in 0_u8..=255,
    ) {
        let mut raw = format!(
            "{PASS}From: =?utf-8?q?M=C3=AFa?= <mia@example.org>\r\nReferences: <{OURS}>\r\nMessage-ID: <1@x>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n<p>caf\u{e9}</p>\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: a@b.test\r\n\r\nin\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n--b--\r\n"
        ).into_bytes();
        let at = at % raw.len();
        raw[at] = byte;
        raw.truncate(cut.max(1));
        for one in read(&raw, &config(), "1:1") {
            if let Incoming::Message(inbound) = one {
                proptest::prop_assert!(inbound.check().is_ok(), "{:?}", inbound.check());
            }
        }
    }
}
