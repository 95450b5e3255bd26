//! Swedish.

use super::Phrases;

pub(super) const PHRASES: Phrases = Phrases {
    tariff: "Avtal",
    standard: "Standard",
    vip: "VIP",
    no_account: "Inget konto",
    names: [
        "Ny chatt: fråga vem det är",
        "Ny chatt: avtal Standard",
        "Ny chatt: avtal VIP",
        "Ny chatt: inget konto",
        "Koden är ogiltig",
        "Koden är giltig: avtal Standard",
        "Koden är giltig: avtal VIP",
        "Kunden har inget konto",
        "Kunden har ett konto nu",
        "Ingen kod skickades",
    ],
    ask: "Hej! För att kunna hjälpa dig med ditt konto behöver vi veta vem du är. Logga in på vår webbplats eller i vår app, kopiera din identifieringskod och skicka den här. Har du inget konto än? Skriv bara ”inget konto”.",
    hello_standard: "Hej! Tack för att du hör av dig. Hur kan vi hjälpa dig?",
    hello_vip: "Hej! Vad roligt att du hör av dig. Ditt personliga team är strax här.",
    hello_no_account: "Hej! Hur kan vi hjälpa dig? Om du har ett konto nu, skicka siffran 5 eller ordet ”start” så identifierar vi dig.",
    invalid: "Tyvärr är koden inte giltig. En kod gäller en gång och i fem minuter. Hämta en ny i ditt konto och skicka den här.",
    valid_standard: "Tack, nu vet vi vem du är. En medarbetare är strax här.",
    valid_vip: "Tack, nu vet vi vem du är. Ditt personliga team är här om ett ögonblick.",
    told_no_account: "Tack för beskedet. Vi svarar gärna på dina frågor om vår tjänst. När du har registrerat dig, skicka siffran 5 eller ordet ”start” så identifierar vi dig.",
    again: "Vad bra! Logga in, kopiera din identifieringskod och skicka den här.",
    not_sent: "Vi hittade ingen identifieringskod i ditt meddelande. Logga in, kopiera koden och skicka den här. Om du inte har något konto, skriv ”inget konto”.",
    no_account_words: &[
        "inget konto",
        "inte något konto",
        "har inte konto",
        "inte kund",
        "inte registrerad",
        "utan konto",
    ],
    start_words: &["börja", "fem"],
};
