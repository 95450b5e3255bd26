//! Floors and ceilings: what a setting may not be, and why.

use std::net::{IpAddr, SocketAddr};

use super::Settings;
use super::layer::Problem;

/// A setting, its value, and the range it has to be in.
type Range = (&'static str, i64, i64, i64, &'static str);

fn ranges(s: &Settings) -> Vec<Range> {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let millis = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    vec![
        (
            "code.lifetime_secs",
            s.code.lifetime_secs,
            60,
            600,
            "a code that lives longer is more easily stolen or guessed, one that lives shorter cannot be typed",
        ),
        ("code.link_days", s.code.link_days, 1, 3_650, "a link does not live for ever"),
        ("code.undo_secs", s.code.undo_secs, 60, 86_400, "the customer needs the time to see it"),
        ("code.per_subject_10min", s.code.per_subject_10min, 1, 60, "every code alive can be guessed"),
        ("code.per_ip_min", s.code.per_ip_min, 1, 600, "every code alive can be guessed"),
        ("code.per_key_min", s.code.per_key_min, 1, 100_000, "every code alive can be guessed"),
        (
            "code.live_max",
            s.code.live_max,
            1,
            100_000,
            "with more codes alive than that a guess hits one too easily",
        ),
        (
            "code.misses_per_min_alarm",
            s.code.misses_per_min_alarm,
            1,
            1_000,
            "somebody guessing has to be noticed",
        ),
        (
            "session.agent_idle_secs",
            s.session.agent_idle_secs,
            60,
            28_800,
            "an unattended screen must not stay open",
        ),
        (
            "session.agent_max_secs",
            s.session.agent_max_secs,
            300,
            86_400,
            "a stolen session must come to an end",
        ),
        (
            "session.admin_idle_secs",
            s.session.admin_idle_secs,
            60,
            14_400,
            "an unattended screen must not stay open",
        ),
        (
            "session.admin_max_secs",
            s.session.admin_max_secs,
            300,
            43_200,
            "a stolen session must come to an end",
        ),
        ("outbox.concurrency", count(s.outbox.concurrency), 1, 512, "each delivery needs a connection"),
        (
            "outbox.timeout_ms",
            millis(s.outbox.timeout_ms),
            100,
            60_000,
            "a slow endpoint must not hold up others",
        ),
        (
            "retention.code_hours",
            s.retention.code_hours,
            1,
            720,
            "used codes have to be recognised for a while",
        ),
        (
            "tracker.names_per_ip_min",
            s.tracker.names_per_ip_min,
            10,
            10_000_000,
            "a page names its visitor in many of its batches",
        ),
        ("tracker.per_ip_min", s.tracker.per_ip_min, 60, 10_000_000, "a browser sends a batch a second"),
        ("retention.delivery_days", s.retention.delivery_days, 1, 365, "a delivery carries what happened"),
        (
            "server.connections_per_ip_max",
            count(s.server.connections_per_ip_max),
            1,
            100_000,
            "one address must not take all",
        ),
        ("server.connections_max", count(s.server.connections_max), 16, 1_000_000, "each one takes memory"),
        ("server.requests_max", count(s.server.requests_max), 1, 100_000, "each one takes memory"),
        ("server.unready_ms", millis(s.server.unready_ms), 0, 60_000, "a stop has to come to an end"),
        ("server.drain_secs", millis(s.server.drain_secs), 0, 600, "a stop has to come to an end"),
        ("database.readers", count(s.database.readers), 1, 64, "each one is a thread"),
        ("database.pool_size", count(s.database.pool_size), 1, 1_000, "each one is a connection"),
    ]
}

/// Everything that is wrong with these settings.
pub(super) fn check(s: &Settings) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut refuse = |path: &str, sentence: String, hint: Option<&str>| {
        problems.push(Problem { path: path.to_owned(), sentence, hint: hint.map(ToOwned::to_owned) });
    };
    for (path, value, min, max, why) in ranges(s) {
        if !(min..=max).contains(&value) {
            refuse(path, format!("`{path}` is {value}, it has to be {min} to {max}: {why}"), None);
        }
    }
    listen(&s.server.listen, "server.listen", &mut refuse);
    if !s.server.metrics_listen.is_empty() {
        listen(&s.server.metrics_listen, "server.metrics_listen", &mut refuse);
    }
    public_url(&s.server.public_url, &mut refuse);
    let contact = &s.server.security_contact;
    let is_contact = contact.starts_with("mailto:") || contact.starts_with("https://");
    if !contact.is_empty() && (!is_contact || contact.chars().any(|c| c.is_whitespace() || c.is_control())) {
        refuse(
            "server.security_contact",
            format!("`server.security_contact` is `{contact}`, which is not an address to write to"),
            Some("write mailto:security@example.org or an https address"),
        );
    }
    for entry in &s.outbound.allow {
        if !is_allow_entry(entry) {
            refuse(
                "outbound.allow",
                format!("`{entry}` in `outbound.allow` is not a host, an address or a network"),
                Some("write \"hooks.internal\", \"10.0.0.0/8\" or \"127.0.0.1:9000\", without http://"),
            );
        }
    }
    let source = &s.outbound.source_address;
    if !source.is_empty() && source.parse::<IpAddr>().is_err() {
        refuse(
            "outbound.source_address",
            format!("`outbound.source_address` is `{source}`, which is not an address"),
            Some("write one address of this computer, such as \"203.0.113.7\", or nothing"),
        );
    }
    schedule(&s.outbox.schedule_secs, &mut refuse);
    if !s.database.url.is_empty() && !s.database.url_file.is_empty() {
        let sentence = "`database.url` and `database.url_file` are both set".to_owned();
        refuse("database.url_file", sentence, Some("set one of them"));
    }
    if !matches!(s.log.format.as_str(), "json" | "text") {
        let sentence = format!("`log.format` is `{}`, it has to be `json` or `text`", s.log.format);
        refuse("log.format", sentence, None);
    }
    if s.log.level.parse::<tracing_subscriber::filter::Targets>().is_err() {
        let sentence = format!("`log.level` is `{}`, which is not a level", s.log.level);
        refuse("log.level", sentence, Some("error, warn, info, debug or trace"));
    }
    problems
}

type Refuse<'a> = &'a mut dyn FnMut(&str, String, Option<&str>);

fn listen(text: &str, path: &str, refuse: Refuse<'_>) {
    if text.parse::<SocketAddr>().is_err() {
        refuse(
            path,
            format!("`{path}` is `{text}`, which is not an address and a port"),
            Some("write 127.0.0.1:8080, 0.0.0.0:8080 or [::]:8080"),
        );
    }
}

/// https, or http to this computer: elsewhere the browser would not send the session's cookie back.
fn public_url(text: &str, refuse: Refuse<'_>) {
    if text.is_empty() {
        return;
    }
    let origin = text.trim_end_matches('/');
    let Some((scheme, rest)) = origin.split_once("://") else {
        let sentence = format!("`server.public_url` is `{text}`, which is not a URL");
        return refuse("server.public_url", sentence, Some("write https://id.example.org"));
    };
    let is_odd = rest.is_empty()
        || rest.contains(['/', '?', '#', '@', '*', '\\', ';', ',', '\'', '"'])
        || rest.chars().any(|c| c.is_whitespace() || c.is_control() || c.is_ascii_uppercase());
    if is_odd {
        let sentence = format!("`server.public_url` is `{text}`; it may hold a host and a port only");
        return refuse("server.public_url", sentence, Some("write https://id.example.org, in lower case"));
    }
    let host = match rest.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => rest.split(':').next().unwrap_or_default(),
    };
    let is_local = host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match scheme {
        "https" => {}
        "http" if is_local => {}
        "http" => refuse(
            "server.public_url",
            format!("`server.public_url` is `{text}`: without TLS nobody could log in there"),
            Some("put a proxy that speaks TLS in front and write https://"),
        ),
        _ => refuse(
            "server.public_url",
            format!("`server.public_url` is `{text}`; it has to start with https://"),
            None,
        ),
    }
}

fn schedule(waits: &[i64], refuse: Refuse<'_>) {
    if waits.is_empty() || waits.len() > 20 || waits.iter().any(|secs| !(0..=604_800).contains(secs)) {
        let sentence = "`outbox.schedule_secs` has to hold 1 to 20 waits of 0 to 604800 seconds".to_owned();
        refuse("outbox.schedule_secs", sentence, None);
    }
}

/// A host name, an address or a network, and perhaps a port.
fn is_allow_entry(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        // `::1` and `fe80::/10` have colons of their own.
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    if port.is_some_and(|p| p.parse::<u16>().map_or(true, |p| p == 0)) {
        return false;
    }
    let host = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    if let Some((address, bits)) = host.split_once('/') {
        let most = match address.parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) => 32,
            Ok(IpAddr::V6(_)) => 128,
            Err(_) => return false,
        };
        return bits.parse::<u8>().is_ok_and(|b| b <= most);
    }
    if host.parse::<IpAddr>().is_ok() {
        return true;
    }
    let is_label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && l.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}
