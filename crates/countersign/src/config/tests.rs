use super::layer::variable_name;
use super::*;
use crate::failure::Style;

fn load(file: Option<&str>, environment: &[(&str, &str)]) -> Result<Config, String> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("c.toml");
    let mut flags = Flags::default();
    if let Some(text) = file {
        std::fs::write(&path, text).unwrap();
        flags.config = Some(path.clone());
    }
    let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    Config::load_with(&flags, environment)
        .map_err(|e| e.render(Style::plain()).replace(&path.display().to_string(), "FILE"))
}

#[test]
fn the_documented_defaults_are_the_service_s_own() {
    let ours = load(None, &[]).unwrap().settings.service();
    assert_eq!(format!("{ours:?}"), format!("{:?}", countersign_service::Config::default()));
}

#[test]
fn the_documented_defaults_are_the_settings() {
    let settings = load(None, &[]).unwrap().settings;
    let written: toml::Table = DEFAULTS.parse().unwrap();
    assert_eq!(toml::Table::try_from(&settings).unwrap(), written);
    // Each setting has a comment above it.
    let lines: Vec<_> = DEFAULTS.lines().collect();
    for (i, line) in lines.iter().enumerate() {
        if line.contains(" = ") && !line.starts_with('#') {
            assert!(lines[i - 1].starts_with('#'), "no comment above: {line}");
        }
    }
}

#[test]
fn the_file_is_over_the_defaults_and_the_environment_over_the_file() {
    let file = "[server]\nlisten = \"127.0.0.1:1\"\n[code]\nlifetime_secs = 120\n";
    let config = load(Some(file), &[("COUNTERSIGN_SERVER_LISTEN", "127.0.0.1:2")]).unwrap();
    assert_eq!(config.settings.server.listen, "127.0.0.1:2");
    assert_eq!(config.settings.code.lifetime_secs, 120);
    assert_eq!(config.origins["server.listen"], "COUNTERSIGN_SERVER_LISTEN");
    assert!(config.origins["code.lifetime_secs"].starts_with("line 4 of"));
}

#[test]
fn an_unknown_setting_is_an_error_with_a_suggestion() {
    let error = load(Some("[server]\nlisen = \"127.0.0.1:1\"\n"), &[]).unwrap_err();
    assert!(error.contains("line 2 of FILE: there is no setting `server.lisen`"), "{error}");
    assert!(error.contains("did you mean `listen`?"), "{error}");
    let error = load(Some("listen = \"127.0.0.1:1\"\n"), &[]).unwrap_err();
    assert!(error.contains("did you mean `server.listen`?"), "{error}");
    let error = load(None, &[("COUNTERSIGN_SERVER_LISTN", "x")]).unwrap_err();
    assert!(error.contains("did you mean COUNTERSIGN_SERVER_LISTEN?"), "{error}");
}

#[test]
fn a_value_of_another_type_is_an_error_that_says_which() {
    let error = load(Some("[code]\nlifetime_secs = \"5m\"\n"), &[]).unwrap_err();
    assert!(error.contains("line 2 of FILE: `code.lifetime_secs` has to be a whole number"), "{error}");
    let error = load(None, &[("COUNTERSIGN_OUTBOX_SCHEDULE_SECS", "1,x")]).unwrap_err();
    assert!(error.contains("has to be a list of whole numbers"), "{error}");
}

#[test]
fn every_problem_is_reported_at_once() {
    let error = load(Some("[code]\nlifetime_secs = 30\nlink_days = 0\nx = 1\n"), &[]).unwrap_err();
    assert!(error.contains("3 problems"), "{error}");
}

#[test]
fn c_1_and_c_4_floors_hold() {
    for (name, bad) in [
        ("code.lifetime_secs", "59"),
        ("code.lifetime_secs", "601"),
        ("code.live_max", "100001"),
        ("code.misses_per_min_alarm", "0"),
        ("session.admin_idle_secs", "99999"),
    ] {
        assert!(load(None, &[(&variable_name(name), bad)]).is_err(), "{name} = {bad}");
    }
    for (name, good) in [("code.lifetime_secs", "60"), ("code.lifetime_secs", "600")] {
        assert!(load(None, &[(&variable_name(name), good)]).is_ok(), "{name} = {good}");
    }
}

#[test]
fn the_public_url_is_https_or_this_computer() {
    let check = |url: &str| load(None, &[("COUNTERSIGN_SERVER_PUBLIC_URL", url)]);
    for good in
        ["https://id.example.org", "https://id.example.org/", "http://127.0.0.1:8080", "http://[::1]:1"]
    {
        assert!(check(good).is_ok(), "{good}");
    }
    for bad in
        ["http://id.example.org", "id.example.org", "ftp://x", "https://x/y", "https://", "https://u@x"]
    {
        assert!(check(bad).is_err(), "{bad}");
    }
}

#[test]
fn an_allowed_address_is_a_host_an_address_or_a_network() {
    let check = |entry: &str| load(None, &[("COUNTERSIGN_OUTBOUND_ALLOW", entry)]);
    for good in ["hooks.internal", "10.0.0.0/8", "127.0.0.1:9000", "::1", "[::1]:80", "fd00::/8", "a.b:1"] {
        assert!(check(good).is_ok(), "{good}");
    }
    for bad in ["http://x", "10.0.0.0/33", "x:0", "x:99999", "A.b", "x/y", "*"] {
        assert!(check(bad).is_err(), "{bad}");
    }
}
