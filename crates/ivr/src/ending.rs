//! Built-in sentences: what a caller hears when a call cannot go on and the flow has nothing to say, and what the telephone
//! of an agent says. None says anything of anybody.

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

const INCOMING: [(&str, &str); 8] = [
    ("en", "You have a call. To take it, press any key."),
    ("de", "Sie haben einen Anruf. Um ihn anzunehmen, drücken Sie eine beliebige Taste."),
    ("es", "Tiene una llamada. Para atenderla, pulse cualquier tecla."),
    ("fr", "Vous avez un appel. Pour le prendre, appuyez sur une touche."),
    ("sv", "Du har ett samtal. Tryck på valfri knapp för att ta det."),
    ("pl", "Masz połączenie. Aby je odebrać, naciśnij dowolny klawisz."),
    ("uk", "Вам телефонують. Щоб прийняти дзвінок, натисніть будь-яку клавішу."),
    ("ar", "لديك مكالمة. للرد عليها اضغط أي مفتاح."),
];

const GONE: [(&str, &str); 8] = [
    ("en", "The call is not waiting any more. Goodbye."),
    ("de", "Der Anruf wartet nicht mehr. Auf Wiederhören."),
    ("es", "La llamada ya no está en espera. Adiós."),
    ("fr", "L’appel n’est plus en attente. Au revoir."),
    ("sv", "Samtalet väntar inte längre. Hej då."),
    ("pl", "Połączenie już nie czeka. Do usłyszenia."),
    ("uk", "Дзвінок уже не очікує. До побачення."),
    ("ar", "لم تعد المكالمة في الانتظار. إلى اللقاء."),
];

/// The last word, in the language in which the caller was last spoken to, or in English.
pub fn sorry(language: Option<&str>) -> Spoken {
    said(&SORRY, language)
}

/// What the telephone of an agent says that is picked up.
pub fn incoming(language: Option<&str>) -> Spoken {
    said(&INCOMING, language)
}

/// What it says when somebody else has taken the call, or it is over.
pub fn gone(language: Option<&str>) -> Spoken {
    said(&GONE, language)
}

fn said(sentences: &[(&'static str, &'static str); 8], language: Option<&str>) -> Spoken {
    let primary = language.and_then(|tag| tag.split('-').next()).unwrap_or_default();
    let known = sentences.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(primary));
    let (tag, text) = known.copied().unwrap_or(sentences[0]);
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
            for sentence in [sorry, incoming, gone] {
                assert_eq!(sentence(language).language(), Some(wanted));
            }
        }
    }
}
