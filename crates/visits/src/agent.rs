//! What a browser says it is, as families: for people to read, too coarse to tell visitors apart.

/// The browser, the system and the kind of device of a visit.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UserAgent {
    /// The browser and its major version, such as `Firefox 143`; empty if unknown.
    pub browser: String,
    /// The system, such as `Android`; empty if unknown.
    pub system: String,
    /// `desktop`, `mobile` or `tablet`.
    pub device: DeviceKind,
}

crate::words::words! {
    /// What one holds in one's hand.
    DeviceKind {
        /// A computer, or whatever does not say that it is something else.
        Desktop = "desktop",
        /// A telephone.
        Mobile = "mobile",
        /// A tablet.
        Tablet = "tablet",
    }
}

/// The sign of a browser, and its name. The order matters: most of them carry the signs of those after them.
const BROWSERS: &[(&str, &str)] = &[
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex Browser"),
    ("Vivaldi/", "Vivaldi"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
    ("MSIE ", "Internet Explorer"),
    ("rv:", "Internet Explorer"),
];

/// The sign of a system, and its name; the order matters here too.
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

/// Reads a `User-Agent` header.
///
/// ```
/// use countersign_visits::agent::{DeviceKind, user_agent};
/// let phone = user_agent(
///     "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
/// );
/// assert_eq!((phone.browser.as_str(), phone.system.as_str()), ("Chrome 141", "Android"));
/// assert_eq!(phone.device, DeviceKind::Mobile);
/// ```
pub fn user_agent(text: &str) -> UserAgent {
    let browser = BROWSERS.iter().find_map(|(sign, name)| {
        let (_, after) = text.split_once(sign)?;
        // These signs are common; alone they name no browser.
        let is_it = match *name {
            "Safari" => text.contains("Safari/"),
            "Internet Explorer" => text.contains("Trident/") || *sign == "MSIE ",
            _ => true,
        };
        is_it.then(|| {
            // No browser has a major version of more digits; what has is not worth keeping.
            let major: String = after.chars().take_while(char::is_ascii_digit).take(4).collect();
            if major.is_empty() { (*name).to_owned() } else { format!("{name} {major}") }
        })
    });
    let system = SYSTEMS.iter().find(|(sign, _)| text.contains(sign)).map_or("", |(_, name)| name);
    let device = if text.contains("iPad") || text.contains("Tablet") {
        DeviceKind::Tablet
    } else if text.contains("iPhone") || text.contains("Mobi") {
        DeviceKind::Mobile
    } else if system == "Android" {
        // An Android browser that is not on a telephone leaves "Mobile" out.
        DeviceKind::Tablet
    } else {
        DeviceKind::Desktop
    };
    UserAgent { browser: browser.unwrap_or_default(), system: system.to_owned(), device }
}

#[cfg(test)]
mod tests {
    use super::{DeviceKind, user_agent};

    #[test]
    fn browsers_are_named_by_what_they_are_and_not_by_what_they_pretend() {
        use DeviceKind::{Desktop, Mobile, Tablet};
        let safari = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1";
        let chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
        let cases = [
            (format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {chrome}"), "Chrome 141", "Windows", Desktop),
            (format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {chrome} Edg/141.0.0.0"), "Edge 141", "Windows", Desktop),
            (format!("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {chrome}"), "Chrome 141", "ChromeOS", Desktop),
            (format!("Mozilla/5.0 (X11; Linux x86_64) {chrome} OPR/122.0.0.0"), "Opera 122", "Linux", Desktop),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0".into(),
                "Firefox 143",
                "macOS",
                Desktop,
            ),
            (format!("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {safari}"), "Safari 18", "iOS", Mobile),
            (format!("Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) {safari}"), "Safari 18", "iPadOS", Tablet),
            (
                "Mozilla/5.0 (Linux; Android 13; SM-X906C) AppleWebKit/537.36 SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36"
                    .into(),
                "Samsung Internet 28",
                "Android",
                Tablet,
            ),
            (
                "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko".into(),
                "Internet Explorer 11",
                "Windows",
                Desktop,
            ),
            ("curl/8.5.0".into(), "", "", Desktop),
            (String::new(), "", "", Desktop),
        ];
        for (text, browser, system, device) in cases {
            let read = user_agent(&text);
            assert_eq!(
                (read.browser.as_str(), read.system.as_str(), read.device),
                (browser, system, device),
                "{text}"
            );
        }
    }

    #[test]
    fn t_4_no_version_beyond_the_major_is_kept() {
        let read = user_agent("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0.7390.123456 Safari/537.36");
        assert_eq!(read.browser, "Chrome 141");
        assert_eq!(user_agent("Firefox/123456789.1").browser, "Firefox 1234");
        assert_eq!(serde_json::to_value(read).unwrap()["device"], "desktop");
    }
}
