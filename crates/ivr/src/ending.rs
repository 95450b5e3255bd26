//! The built-in last word: what a caller hears when a call cannot go on and the flow has nothing to say.

use crate::prompt::{Filled, Spoken};

const SORRY: [(&str, &str); 8] = [
    ("en", "We are sorry, this call cannot go on. Please call again later. Goodbye."),
    (
        "de",
        "Es tut uns leid, dieser Anruf kann nicht fortgesetzt werden. Bitte rufen Sie später noch einmal an. Auf Wiederhören.",
    ),
    ("es", "Lo sentimos, esta llamada no puede continuar. Vuelva a llamar más tarde, por favor. Adiós."),
    (
        "fr",
        "Nous sommes désolés, cet appel ne peut pas se poursuivre. Veuillez rappeler plus tard. Au revoir.",
    ),
    ("sv", "Vi kan tyvärr inte fortsätta det här samtalet. Ring gärna igen senare. Hej då."),
    ("pl", "Przepraszamy, nie możemy kontynuować tej rozmowy. Prosimy zadzwonić później. Do usłyszenia."),
    ("uk", "Вибачте, ми не можемо продовжити цей дзвінок. Зателефонуйте, будь ласка, пізніше. До побачення."),
    ("ar", "نعتذر، لا يمكن متابعة هذه المكالمة. يُرجى الاتصال مرة أخرى لاحقًا. إلى اللقاء."),
];

/// The last word, in the language in which the caller was last spoken to, or in English.
pub fn sorry(language: Option<&str>) -> Spoken {
    let primary = language.and_then(|tag| tag.split('-').next()).unwrap_or_default();
    let known = SORRY.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(primary));
    let (tag, text) = known.copied().unwrap_or(SORRY[0]);
    Spoken::Say { text: Filled::fixed(text), language: Some(tag.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_in_the_callers_language() {
        for (language, wanted) in
            [(None, "en"), (Some("sv"), "sv"), (Some("de-AT"), "de"), (Some("ja"), "en")]
        {
            assert_eq!(sorry(language).language(), Some(wanted));
        }
    }
}
