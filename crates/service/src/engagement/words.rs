//! What customers are written when a code is sent to them, in their language.

/// A code that is to be read back to whoever the customer is speaking with.
pub(super) fn sent_code(language: &str, workspace: &str, digits: &str) -> String {
    // In two halves: nobody says six digits in one breath.
    let (first, second) = digits.split_at(digits.len() / 2);
    let code = format!("{first} {second}");
    match language.split(['-', '_']).next().unwrap_or(language) {
        "de" => format!(
            "Ihr Code für {workspace}: {code}. Lesen Sie ihn nur vor, wenn Sie gerade selbst mit uns sprechen. Er gilt \
                 zehn Minuten."
        ),
        "es" => format!(
            "Su código de {workspace}: {code}. Léalo solo si está hablando con nosotros en este momento. Es válido \
                 durante diez minutos."
        ),
        "fr" => format!(
            "Votre code {workspace} : {code}. Ne le lisez que si vous êtes vous-même en train de nous parler. Il est \
                 valable dix minutes."
        ),
        "sv" => format!(
            "Din kod från {workspace}: {code}. Läs upp den bara om du själv talar med oss just nu. Den gäller i tio \
                 minuter."
        ),
        "pl" => format!(
            "Twój kod od {workspace}: {code}. Podaj go tylko wtedy, gdy właśnie z nami rozmawiasz. Jest ważny przez \
                 dziesięć minut."
        ),
        "uk" => format!(
            "Ваш код від {workspace}: {code}. Називайте його, лише якщо ви зараз самі розмовляєте з нами. Він дійсний \
                 десять хвилин."
        ),
        "ar" => format!(
            "رمزك من {workspace}: {code}. لا تقرأه إلا إذا كنت تتحدث معنا بنفسك الآن. الرمز صالح لمدة عشر دقائق."
        ),
        _ => format!(
            "Your code for {workspace}: {code}. Read it out only if you are speaking with us yourself at this moment. \
                 It is good for ten minutes."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::sent_code;

    #[test]
    fn every_language_says_the_code_once() {
        for language in ["en", "de", "es", "fr", "sv", "pl", "uk", "ar", "xx", "pt-BR"] {
            let text = sent_code(language, "Acme", "012345");
            assert_eq!(text.matches("012 345").count(), 1, "{language}");
            assert!(text.chars().count() < 300, "{language}");
        }
    }
}
