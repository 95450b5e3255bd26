//! Polish.

use super::Phrases;

pub(super) const PHRASES: Phrases = Phrases {
    tariff: "Taryfa",
    standard: "Standard",
    vip: "VIP",
    no_account: "Brak konta",
    names: [
        "Nowy czat: zapytaj, kto pisze",
        "Nowy czat: taryfa Standard",
        "Nowy czat: taryfa VIP",
        "Nowy czat: brak konta",
        "Kod jest nieprawidłowy",
        "Kod jest prawidłowy: taryfa Standard",
        "Kod jest prawidłowy: taryfa VIP",
        "Klient nie ma konta",
        "Klient ma już konto",
        "Nie wysłano kodu",
    ],
    ask: "Dzień dobry! Aby pomóc w sprawie konta, musimy wiedzieć, z kim rozmawiamy. Prosimy zalogować się na naszej stronie lub w aplikacji, skopiować kod identyfikacyjny i wysłać go tutaj. Jeśli nie ma Pani/Pan jeszcze konta, wystarczy napisać „brak konta”.",
    hello_standard: "Dzień dobry! Dziękujemy za wiadomość. W czym możemy pomóc?",
    hello_vip: "Dzień dobry! Miło nam, że Pani/Pan pisze. Osobisty zespół odezwie się za chwilę.",
    hello_no_account: "Dzień dobry! W czym możemy pomóc? Jeśli ma już Pani/Pan konto, prosimy wysłać cyfrę 5 lub słowo „start”, a przeprowadzimy identyfikację.",
    invalid: "Niestety ten kod jest nieprawidłowy. Kod działa jeden raz i przez pięć minut. Prosimy pobrać nowy kod na swoim koncie i wysłać go tutaj.",
    valid_standard: "Dziękujemy, wiemy już, z kim rozmawiamy. Za chwilę dołączy nasz pracownik.",
    valid_vip: "Dziękujemy, wiemy już, z kim rozmawiamy. Osobisty zespół zaraz dołączy.",
    told_no_account: "Dziękujemy za informację. Chętnie odpowiemy na pytania o naszą usługę. Po rejestracji prosimy wysłać cyfrę 5 lub słowo „start”, a przeprowadzimy identyfikację.",
    again: "Świetnie! Prosimy zalogować się, skopiować kod identyfikacyjny i wysłać go tutaj.",
    not_sent: "W wiadomości nie znaleźliśmy kodu identyfikacyjnego. Prosimy zalogować się, skopiować kod i wysłać go tutaj. W przypadku braku konta prosimy napisać „brak konta”.",
    no_account_words: &[
        "brak konta",
        "nie mam konta",
        "nie posiadam konta",
        "nie jestem klientem",
        "nie jestem klientką",
        "bez konta",
    ],
    start_words: &["zacznij", "pięć"],
};
