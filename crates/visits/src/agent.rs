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
