//! French.

use super::Phrases;

pub(super) const PHRASES: Phrases = Phrases {
    tariff: "Formule",
    standard: "Standard",
    vip: "VIP",
    no_account: "Pas de compte",
    names: [
        "Nouveau chat : demander qui c’est",
        "Nouveau chat : formule Standard",
        "Nouveau chat : formule VIP",
        "Nouveau chat : pas de compte",
        "Le code n’est pas valable",
        "Le code est valable : formule Standard",
        "Le code est valable : formule VIP",
        "Le client n’a pas de compte",
        "Le client a maintenant un compte",
        "Aucun code n’a été envoyé",
    ],
    ask: "Bonjour ! Pour vous aider avec votre compte, nous devons savoir qui vous êtes. Connectez-vous sur notre site ou dans notre application, copiez votre code d’identification et envoyez-le ici. Si vous n’avez pas encore de compte, écrivez simplement « pas de compte ».",
    hello_standard: "Bonjour ! Merci de nous écrire. Comment pouvons-nous vous aider ?",
    hello_vip: "Bonjour ! Nous sommes heureux de vous lire. Votre équipe dédiée vous répond dans un instant.",
    hello_no_account: "Bonjour ! Comment pouvons-nous vous aider ? Si vous avez maintenant un compte, envoyez le chiffre 5 ou le mot « start » et nous vous identifierons.",
    invalid: "Malheureusement, ce code n’est pas valable. Un code sert une seule fois, pendant cinq minutes. Demandez-en un nouveau dans votre compte et envoyez-le ici, s’il vous plaît.",
    valid_standard: "Merci, nous savons maintenant qui vous êtes. Un conseiller vous rejoint dans un instant.",
    valid_vip: "Merci, nous savons maintenant qui vous êtes. Votre équipe dédiée vous rejoint tout de suite.",
    told_no_account: "Merci de nous l’avoir dit. Notre équipe répondra volontiers à vos questions sur notre service. Une fois inscrit, envoyez le chiffre 5 ou le mot « start » et nous vous identifierons.",
    again: "Parfait ! Connectez-vous, copiez votre code d’identification et envoyez-le ici, s’il vous plaît.",
    not_sent: "Nous n’avons pas trouvé de code d’identification dans votre message. Connectez-vous, copiez le code et envoyez-le ici, s’il vous plaît. Si vous n’avez pas de compte, écrivez « pas de compte ».",
    no_account_words: &[
        "pas de compte",
        "pas encore de compte",
        "aucun compte",
        "sans compte",
        "pas client",
        "pas cliente",
        "pas inscrit",
        "pas inscrite",
    ],
    start_words: &["commencer", "cinq"],
};
