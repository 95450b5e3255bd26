//! Views of the company's phone numbers. Their providers' secrets are in none.

use countersign_service::phone_number::PhoneNumberDetail;
use countersign_types::phone_number::PhoneProvider;
use serde::Serialize;
use utoipa::ToSchema;

/// A phone number of the company.
#[derive(Debug, Serialize, ToSchema)]
pub struct PhoneNumberView {
    /// Its id.
    #[schema(example = "num_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub id: String,
    /// E.164.
    #[schema(example = "+46771123456")]
    pub number: String,
    /// Its name.
    #[schema(example = "Support")]
    pub name: String,
    /// How its calls come: `bench` (they do not), `twiml` (webhooks of a provider) or `sip`.
    #[schema(value_type = String, pattern = "^(bench|twiml|sip)$")]
    pub adapter: &'static str,
    /// Who provides it: `twilio`, `signalwire` or `telnyx`; with `twiml` only.
    #[schema(value_type = Option<String>, pattern = "^(twilio|signalwire|telnyx)$")]
    pub provider: Option<&'static str>,
    /// The flow that its callers hear; `null`: nobody answers.
    #[schema(example = "flow_01jd3k6q9we3t8v2c4x5z6b7n8")]
    pub flow: Option<String>,
    /// Whether the secret with which its provider signs is known; it is never given out.
    pub has_auth_token: bool,
    /// Whether the key with which recordings are fetched is known; it is never given out.
    pub has_api_key: bool,
    /// Whether recordings are removed at the provider once they are here.
    pub removes_recordings: bool,
    /// Where its provider posts; with `twiml` only.
    pub hook_url: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<PhoneNumberDetail> for PhoneNumberView {
    fn from(detail: PhoneNumberDetail) -> Self {
        let PhoneNumberDetail { number, hook_url } = detail;
        Self {
            id: number.id.to_string(),
            number: number.number,
            name: number.name,
            adapter: number.adapter.as_str(),
            provider: number.provider.map(PhoneProvider::as_str),
            flow: number.flow.map(|flow| flow.to_string()),
            has_auth_token: number.has_auth_token,
            has_api_key: number.has_api_key,
            removes_recordings: number.removes_recordings,
            hook_url,
            created_at: number.created_at.to_string(),
            updated_at: number.updated_at.to_string(),
        }
    }
}
