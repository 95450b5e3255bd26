//! Guided verification at the bank: what is asked before anything confidential is said, and who acts for a customer.

use serde_json::{Value, json};

use super::api::{Api, text};
use crate::failure::Result;

/// What the bank asks for: by customer the birth date, the card and the last amount that was booked.
const KNOWN: &[(&str, &str, &str, &str)] = &[
    ("anna", "1990-05-03", "4716 2255 0199 4417", "42.80"),
    ("victor", "1961-11-30", "4024 0071 8821 3306", "1250.00"),
    ("marta", "1984-02-14", "4539 6610 2304 9128", "318.75"),
    ("dmitri", "1978-08-22", "4485 1177 6403 5592", "86.40"),
    ("priya", "1995-01-09", "4532 9083 4417 2061", "540.10"),
];

/// Sets it up, once the customers are there.
pub(super) async fn seed(api: &Api) -> Result<()> {
    for (key, label, kind) in [
        ("birth_date", "Birth date", "date"),
        ("card_number", "Card number", "text"),
        ("last_amount", "Last amount booked", "text"),
    ] {
        let body = json!({
            "key": key, "label": label, "level": "profile", "type": kind, "pii": "sensitive",
            "forms": ["profile_data"],
        });
        api.post("/v1/attributes", body).await?;
    }
    for (id, born, card, amount) in KNOWN {
        let body =
            json!({ "attributes": { "birth_date": born, "card_number": card, "last_amount": amount } });
        api.put(&format!("/v1/profiles/by-external-id/{id}"), body).await?;
    }
    let policy = api.post("/v1/verification-policies", json!({ "policy": policy() })).await?;
    let policy = text(&policy, "/id");
    api.post(&format!("/v1/verification-policies/{policy}/publish"), json!({ "revision": 1 })).await?;
    for topic in topics(&policy) {
        api.post("/v1/topics", topic).await?;
    }
    mandates(api).await
}

/// Birth date, and one of two things that only the customer knows.
fn policy() -> Value {
    let party = json!({
        "searches": [
            { "kind": "text", "fields": ["name", "phone", "email"], "results": ["customer_since"],
              "sort": [{ "field": "name" }] },
            { "kind": "object", "object": "account", "label": "Account number", "fields": ["account_number"] },
        ],
        "required": [{ "field": "birth_date", "answer": "date", "label": "Birth date", "bits": 14 }],
        "additional": [
            { "field": "card_number", "answer": "last_four", "label": "Last four digits of the card", "bits": 13 },
            { "field": "last_amount", "answer": "amount", "label": "Last amount booked", "bits": 9 },
        ],
        "additional_minimum": 1,
        "strong_evidence_replaces": true,
    });
    json!({ "name": "Accounts", "customer": party, "representative": party })
}

fn topics(policy: &str) -> [Value; 3] {
    let script = |opening: &str| {
        json!({
            "opening": opening,
            "proceed": "Thank you, I can help you with that now.",
            "stop": "I am sorry, I cannot give any information on this now. You can come to a branch with your passport.",
        })
    };
    [
        json!({
            "key": "balance", "name": "Balance and bookings", "is_confidential": true, "policy_id": policy,
            "script": script("Before I look at the account, I have to ask you a few questions."),
            "next_action": { "label": "Open the account" },
        }),
        json!({
            "key": "address_change", "name": "Change of address", "is_confidential": true, "policy_id": policy,
            "script": script("Before I change an address, I have to ask you a few questions."),
            "next_action": { "label": "Change the address" },
        }),
        json!({ "key": "opening_hours", "name": "Opening hours", "is_confidential": false }),
    ]
}

/// Marta acts for Anna, in two topics; Dmitri did, until his time was over.
async fn mandates(api: &Api) -> Result<()> {
    let id = async |external: &str| -> Result<String> {
        let found = api.get(&format!("/v1/profiles?external_id={external}")).await?;
        Ok(text(&found, "/data/0/id"))
    };
    let (anna, marta, dmitri) = (id("anna").await?, id("marta").await?, id("dmitri").await?);
    for mandate in [
        json!({
            "kind": "power_of_attorney", "representative_id": dmitri, "represented_id": anna, "granted_by_id": anna,
            "scope": "all", "valid_from": "2022-01-01T00:00:00Z", "valid_until": "2024-12-31T00:00:00Z",
            "documents": [{ "title": "Power of attorney", "reference": "A-2022-0017" }],
        }),
        json!({
            "kind": "power_of_attorney", "representative_id": marta, "represented_id": anna, "granted_by_id": anna,
            "scope": { "topics": ["balance", "address_change"] }, "valid_from": "2025-01-01T00:00:00Z",
            "documents": [{ "title": "Power of attorney, signed at the branch", "reference": "A-2025-0342" }],
            "note": "Her sister. No payments.",
        }),
    ] {
        api.post("/v1/mandates", mandate).await?;
    }
    Ok(())
}
