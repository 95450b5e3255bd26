//! German.

use super::Phrases;

pub(super) const PHRASES: Phrases = Phrases {
    tariff: "Tarif",
    standard: "Standard",
    vip: "VIP",
    no_account: "Kein Konto",
    names: [
        "Neuer Chat: fragen, wer es ist",
        "Neuer Chat: Tarif Standard",
        "Neuer Chat: Tarif VIP",
        "Neuer Chat: kein Konto",
        "Code ist ungültig",
        "Code ist gültig: Tarif Standard",
        "Code ist gültig: Tarif VIP",
        "Kunde hat kein Konto",
        "Kunde hat jetzt ein Konto",
        "Kein Code wurde gesendet",
    ],
    ask: "Guten Tag! Damit wir Ihnen mit Ihrem Konto helfen können, müssen wir wissen, wer Sie sind. Bitte melden Sie sich auf unserer Website oder in unserer App an, kopieren Sie Ihren Identifikationscode und senden Sie ihn hier. Wenn Sie noch kein Konto haben, schreiben Sie einfach „kein Konto“.",
    hello_standard: "Guten Tag! Danke, dass Sie uns schreiben. Wie können wir Ihnen helfen?",
    hello_vip: "Guten Tag! Schön, von Ihnen zu hören. Ihr persönliches Team ist gleich für Sie da.",
    hello_no_account: "Guten Tag! Wie können wir Ihnen helfen? Wenn Sie inzwischen ein Konto haben, senden Sie die Ziffer 5 oder das Wort „start“, dann identifizieren wir Sie.",
    invalid: "Dieser Code ist leider nicht gültig. Ein Code gilt einmal und fünf Minuten lang. Bitte holen Sie sich in Ihrem Konto einen neuen und senden Sie ihn hier.",
    valid_standard: "Danke, jetzt wissen wir, wer Sie sind. Gleich ist jemand aus unserem Team für Sie da.",
    valid_vip: "Danke, jetzt wissen wir, wer Sie sind. Ihr persönliches Team ist sofort für Sie da.",
    told_no_account: "Danke für die Auskunft. Unser Team beantwortet Ihre Fragen zu unserem Angebot gern. Sobald Sie sich registriert haben, senden Sie die Ziffer 5 oder das Wort „start“, dann identifizieren wir Sie.",
    again: "Sehr schön! Bitte melden Sie sich an, kopieren Sie Ihren Identifikationscode und senden Sie ihn hier.",
    not_sent: "In Ihrer Nachricht haben wir keinen Identifikationscode gefunden. Bitte melden Sie sich an, kopieren Sie den Code und senden Sie ihn hier. Wenn Sie kein Konto haben, schreiben Sie bitte „kein Konto“.",
    no_account_words: &[
        "kein Konto",
        "keinen Account",
        "kein Account",
        "noch kein Kunde",
        "kein Kunde",
        "keine Kundin",
        "nicht registriert",
        "ohne Konto",
    ],
    start_words: &["los", "fünf"],
};
