//! Spanish.

use super::Phrases;

pub(super) const PHRASES: Phrases = Phrases {
    tariff: "Tarifa",
    standard: "Estándar",
    vip: "VIP",
    no_account: "Sin cuenta",
    names: [
        "Chat nuevo: preguntar quién es",
        "Chat nuevo: tarifa Estándar",
        "Chat nuevo: tarifa VIP",
        "Chat nuevo: sin cuenta",
        "El código no es válido",
        "El código es válido: tarifa Estándar",
        "El código es válido: tarifa VIP",
        "El cliente no tiene cuenta",
        "El cliente ya tiene cuenta",
        "No se envió ningún código",
    ],
    ask: "¡Hola! Para ayudarle con su cuenta necesitamos saber quién es. Inicie sesión en nuestro sitio web o en nuestra aplicación, copie su código de identificación y envíelo aquí. Si todavía no tiene cuenta, escriba simplemente «sin cuenta».",
    hello_standard: "¡Hola! Gracias por escribirnos. ¿En qué podemos ayudarle?",
    hello_vip: "¡Hola! Nos alegra saber de usted. Su equipo personal le atenderá en un momento.",
    hello_no_account: "¡Hola! ¿En qué podemos ayudarle? Si ya tiene cuenta, envíe la cifra 5 o la palabra «start» y le identificaremos.",
    invalid: "Lamentablemente, este código no es válido. Cada código sirve una sola vez y durante cinco minutos. Obtenga uno nuevo en su cuenta y envíelo aquí, por favor.",
    valid_standard: "Gracias, ya sabemos quién es. Un agente le atenderá enseguida.",
    valid_vip: "Gracias, ya sabemos quién es. Su equipo personal le atenderá en un momento.",
    told_no_account: "Gracias por avisarnos. Nuestro equipo responderá con gusto a sus preguntas sobre nuestro servicio. Cuando se haya registrado, envíe la cifra 5 o la palabra «start» y le identificaremos.",
    again: "¡Estupendo! Inicie sesión, copie su código de identificación y envíelo aquí, por favor.",
    not_sent: "No hemos encontrado ningún código de identificación en su mensaje. Inicie sesión, copie el código y envíelo aquí, por favor. Si no tiene cuenta, escriba «sin cuenta».",
    no_account_words: &[
        "sin cuenta",
        "no tengo cuenta",
        "no tengo una cuenta",
        "no tengo ninguna cuenta",
        "no soy cliente",
        "no soy clienta",
        "no estoy registrado",
        "no estoy registrada",
    ],
    start_words: &["empezar", "cinco"],
};
