//! What the company pastes into its page.

use countersign_types::WidgetId;

/// Snippets with the widget's id filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippets {
    /// The page carries a token that the company's server signed.
    pub signed: String,
    /// The page says what it likes (AL1).
    pub plain: String,
    /// The notation of the older widget that companies already have on their pages.
    pub seed: String,
}

impl Snippets {
    /// The snippets of a widget of the server at `public_url`; `integrity` is the hash of the loader's bytes.
    pub fn of(public_url: &str, id: WidgetId, integrity: Option<&str>) -> Self {
        let src = format!("{}/widget/1/loader.js", public_url.trim_end_matches('/'));
        let integrity = integrity.map_or_else(String::new, |hash| format!("\n        integrity=\"{hash}\""));
        let button = "<button class=\"countersign-identify\">Get identification code</button>";
        let signed = format!(
            "<script async src=\"{src}\"{integrity} crossorigin=\"anonymous\"\n        \
             data-widget=\"{id}\" data-token-url=\"/identification-token\"></script>\n{button}\n"
        );
        let plain = format!(
            "<script>\nwindow.countersign = {{\n  \
             // The customer who is signed in. Without a signature this is a claim, not a proof.\n  \
             email: \"ann@example.org\",\n  name: \"Ann\",\n}};\n</script>\n\
             <script async src=\"{src}\"{integrity} crossorigin=\"anonymous\" data-widget=\"{id}\"></script>\n{button}\n"
        );
        let seed_integrity = if integrity.is_empty() {
            String::new()
        } else {
            format!("c.integrity={};", integrity.trim().trim_start_matches("integrity="))
        };
        let seed = format!(
            "<script>\nwindow.DeskieIndetify = {{\n    \
             // Email of the currently signed in user.\n    user_email: 'ann@example.org',\n    \
             // Or phone of the currently signed in user.\n    user_phone: '+498813705444',\n    \
             // Or id of the currently signed in user, with the id of the custom channel.\n    \
             user_custom_id: 'YOUR_USER_ID_HERE',\n    user_custom_channel: 'YOUR_CHANNEL_ID_HERE',\n}};\n\n\
             !function(e,o){{!window.deskie?window.deskie=[]:'';window.deskie.push(o);\
             o.g_config={{widget_id:\"{id}\"}};o.type_widget = \"identifier\";\
             var r=e.getElementsByTagName(\"script\")[0],c=e.createElement(\"script\");\
             c.type=\"text/javascript\",c.async=!0;c.crossOrigin=\"anonymous\";{seed_integrity}\
             c.src=\"{src}\";r.parentNode.insertBefore(c,r)}}(document,[]);\n</script>\n\
             <button class=\"deskie-identifier-widget\">Account identification</button>\n"
        );
        Self { signed, plain, seed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snippets_carry_the_widget_the_loader_and_its_hash() {
        let id = WidgetId::from_bytes([1; 16]);
        let with = Snippets::of("https://id.example/", id, Some("sha384-abc"));
        for text in [&with.signed, &with.plain, &with.seed] {
            assert!(text.contains(&id.to_string()), "{text}");
            assert!(text.contains("https://id.example/widget/1/loader.js"), "{text}");
            assert!(text.contains("sha384-abc"), "{text}");
        }
        assert!(
            with.seed.contains("o.type_widget = \"identifier\"")
                && with.seed.contains("window.DeskieIndetify")
        );
        assert!(with.seed.contains("c.integrity=\"sha384-abc\";"));
        let without = Snippets::of("https://id.example", id, None);
        assert!(!without.signed.contains("integrity") && !without.seed.contains("integrity"));
    }
}
