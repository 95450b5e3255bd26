//! T-4: what is left of an address.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_visits::site::{REDACTED, URL_MAX};
use countersign_visits::strip_url;
use proptest::prelude::*;
use url::Url;

fn allow() -> Vec<String> {
    ["utm_source", "utm_campaign"].map(String::from).to_vec()
}

fn strip(url: &str) -> Option<String> {
    strip_url(url, &allow())
}

#[test]
fn t_4_only_what_is_allowed_is_left() {
    let cases = [
        ("https://shop.example", Some("https://shop.example/")),
        ("HTTPS://Shop.Example:443/A/B", Some("https://shop.example/A/B")),
        ("http://shop.example:8080/a", Some("http://shop.example:8080/a")),
        ("https://u:p@shop.example/a", Some("https://shop.example/a")),
        (
            "https://shop.example/a?b=1&utm_source=x&c=2&utm_campaign=y%20z#f",
            Some("https://shop.example/a?utm_source=x&utm_campaign=y+z"),
        ),
        ("https://shop.example/a?UTM_SOURCE=x", Some("https://shop.example/a")),
        (
            "https://shop.example/a?utm_source=ada@example.com",
            Some("https://shop.example/a?utm_source=%3Aredacted"),
        ),
        ("https://shop.example/a#access_token=abc", Some("https://shop.example/a")),
        ("https://shop.example/#/cart/2?coupon=abc", Some("https://shop.example/#/cart/2")),
        ("https://shop.example/#!/cart", Some("https://shop.example/#!/cart")),
        ("https://shop.example/#/cb&id_token=abc", Some("https://shop.example/#/cb")),
        ("https://shop.example/a;jsessionid=77/b", Some("https://shop.example/a/b")),
        ("ftp://shop.example/a", None),
        ("data:text/html,hello", None),
        ("javascript:alert(1)", None),
        ("$direct", None),
        ("/relative", None),
        ("", None),
    ];
    for (url, expected) in cases {
        assert_eq!(strip(url).as_deref(), expected, "{url}");
    }
}

#[test]
fn t_4_parts_that_look_like_a_person_or_a_token_are_taken_out() {
    for part in [
        "ada@example.com",
        "ada%40example.com",
        "ada%2540example.com",
        "mailto:ada@example.com",
        "4006381333931",
        "4111-1111-1111-1111",
        "+49%20170%201234567",
        "٠١٢٣٤٥٦٧",
        "0198c4f0-7f4e-7abc-8def-0123456789ab",
        "0198c4f07f4e7abc8def0123456789ab",
        "reset-9f8a7b6c5d4e3f2a1b0c",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w",
        "Zk3-aB_cD4-eF_gH5-iJ",
    ] {
        for url in [format!("https://shop.example/u/{part}/x"), format!("https://shop.example/app#/u/{part}")]
        {
            let stripped = strip(&url).unwrap();
            assert!(stripped.contains(REDACTED), "{url} → {stripped}");
            assert!(!stripped.contains(part), "{url} → {stripped}");
        }
    }
    for part in [
        "loans",
        "how-to-apply-for-a-loan-in-2025",
        "2025",
        "2025-11-24",
        "iphone-17-pro-max-256gb",
        "B08N5WRWNW",
        "GesellschafterversammlungsProtokoll",
        "internationalization",
        "Über-uns",
        "ACCESSIBILITYSTATEMENT",
        "@ada",
        "v1.22.333",
    ] {
        let stripped = strip(&format!("https://shop.example/p/{part}/x")).unwrap();
        assert!(!stripped.contains(REDACTED), "{part} → {stripped}");
    }
}

#[test]
fn x_15_addresses_have_a_length() {
    let long = format!("https://shop.example/{}", "ab/".repeat(3_000));
    let stripped = strip(&long).unwrap();
    assert!(stripped.len() <= URL_MAX && stripped.starts_with("https://shop.example/ab/"));
    assert_eq!(strip(&stripped).as_deref(), Some(stripped.as_str()));
    let one = format!("https://shop.example/{}", "a-".repeat(2_000));
    assert_eq!(strip(&one).as_deref(), Some("https://shop.example/"));
    let query = format!("https://shop.example/a?utm_source={}", "a-".repeat(2_000));
    assert_eq!(strip(&query).as_deref(), Some("https://shop.example/a"));
    assert_eq!(strip(&format!("https://shop.example/{}", "a".repeat(20_000))), None);
}

/// Addresses with something of everything, and with marks in wrong places.
fn urls() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z]{1,8}",
        "[a-zA-Z0-9._~;=@%-]{0,24}",
        Just("..".to_owned()),
        Just("%2e%2E".to_owned()),
        Just("..;x".to_owned()),
        Just("%".to_owned()),
        Just("%25%32%35".to_owned()),
        "\\PC{0,6}",
    ];
    let query = prop::collection::vec(
        (
            prop_oneof![
                Just("utm_source"),
                Just("utm_campaign"),
                Just("token"),
                Just("%75tm_source"),
                Just("")
            ],
            "\\PC{0,12}",
        ),
        0..4,
    );
    (
        prop_oneof![
            Just("https://"),
            Just("http://"),
            Just("https:/"),
            Just("HTTP:\\\\"),
            Just("https://u:secretsecret@")
        ],
        prop_oneof![
            Just("shop.example"),
            Just("SHOP.example:8443"),
            Just("[::1]:80"),
            Just("127.1"),
            Just("bücher.example")
        ],
        prop::collection::vec(part.clone(), 0..6),
        query,
        prop_oneof![
            Just(String::new()),
            "#\\PC{0,12}",
            "#/[a-z/?=&;%@]{0,16}",
            "#!/[a-z]{0,4}[?&#=]secretsecret"
        ],
    )
        .prop_map(|(scheme, host, parts, query, fragment)| {
            let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
            format!("{scheme}{host}/{}{query}{fragment}", parts.join("/"))
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

    #[test]
    fn t_4_nothing_else_comes_through(url in urls()) {
        if let Some(stripped) = strip(&url) {
            let read = Url::parse(&stripped).unwrap();
            prop_assert!(matches!(read.scheme(), "http" | "https"));
            prop_assert!(read.username().is_empty() && read.password().is_none());
            prop_assert!(read.query_pairs().all(|(name, _)| allow().contains(&name.into_owned())), "{stripped}");
            prop_assert!(!stripped.contains("secretsecret"), "{stripped}");
            if let Some(fragment) = read.fragment() {
                prop_assert!(fragment.starts_with('/') || fragment.starts_with("!/"), "{stripped}");
                prop_assert!(!fragment.contains(['?', '&', '=', '#']), "{stripped}");
            }
            prop_assert!(stripped.len() <= URL_MAX);
            prop_assert_eq!(strip(&stripped), Some(stripped.clone()), "stripping twice");
        }
    }

    #[test]
    fn t_4_whatever_is_given_is_stripped_once_and_for_all(url in "\\PC{0,200}", prefix in "(https?://[a-z]{1,3}/)?") {
        let url = format!("{prefix}{url}");
        if let Some(stripped) = strip(&url) {
            prop_assert_eq!(strip(&stripped), Some(stripped.clone()));
        }
    }
}
