//! Checks a look-up before it is saved: every part by its own rules, and secrets only where they were meant to go.

use std::collections::BTreeMap;

use countersign_ivr::look_up::request::{HEADERS_MAX, header_name, is_header_value};
use countersign_types::look_up::StoredLookUp;
use countersign_types::{Error, FieldError, Result};

use super::{Auth, LookUpEntry, LookUpSecrets, NewAuth, NewLookUp, Plan, SecretHeader};
use crate::Service;
use crate::port::{ClientIdentity, OutboundError};
use crate::text::name;

/// Longest certificate chain and private key, bytes.
const PEM_BYTES_MAX: usize = 32 * 1_024;
/// Longest name, password or token, bytes.
const SECRET_BYTES_MAX: usize = 4_096;

impl Service {
    /// The look-up that this describes; what is not handed in comes from how it was before.
    pub(super) fn checked_look_up(
        &self,
        mut stored: StoredLookUp,
        new: NewLookUp,
        before: Option<&LookUpEntry>,
    ) -> Result<LookUpEntry> {
        stored.name = name("/name", &new.name)?;
        let plan = Plan::compile(&new.definition)
            .map_err(|problem| Error::invalid(problem.pointer, problem.code, problem.detail))?;
        self.may_be_called("/request/url", &format!("{}/", plan.origin()))?;
        if let Auth::Oauth2ClientCredentials { token_url, .. } = &new.auth.auth {
            if token_url.len() > 2_048 {
                return Err(Error::invalid(
                    "/auth/token_url",
                    "too-long",
                    "An address has at most 2,048 characters.",
                ));
            }
            self.may_be_called("/auth/token_url", token_url)?;
        }
        // Only to the host that it was entered for is a secret sent without being entered again.
        let kept = before.filter(|before| {
            before.plan.as_ref().is_some_and(|known| known.origin() == plan.origin())
                && token_host(&before.auth) == token_host(&new.auth.auth)
        });
        let fixed: Vec<&str> =
            new.definition.request.headers.iter().map(|header| header.name.as_str()).collect();
        let headers = secret_headers(&new.secret_headers, &fixed, kept)?;
        let has_login = !matches!(new.auth.auth, Auth::None | Auth::Mtls);
        let is_login = |name: &str| name.eq_ignore_ascii_case("authorization");
        if has_login && (fixed.iter().any(|name| is_login(name)) || headers.keys().any(|name| is_login(name)))
        {
            let detail = "This look-up logs in already: leave the header Authorization out.";
            return Err(Error::invalid("/request/headers", "duplicate-field", detail));
        }
        let NewAuth { auth, secret, certificate } = new.auth;
        let kept = kept.filter(|before| is_same_kind(&before.auth, &auth));
        let secret = secret.or_else(|| kept.and_then(|before| before.secrets.auth.clone()));
        let certificate = certificate.or_else(|| kept.and_then(|before| before.secrets.certificate.clone()));
        let (secret, certificate) = self.checked_login(&auth, secret, certificate)?;
        let secrets = LookUpSecrets { headers, auth: secret, certificate };
        Ok(LookUpEntry { stored, definition: new.definition, auth, secrets, plan: Some(plan) })
    }

    fn may_be_called(&self, pointer: &str, url: &str) -> Result<()> {
        match self.outbound().check_url(url) {
            Ok(()) => Ok(()),
            Err(OutboundError::Refused(why) | OutboundError::Unreachable(why)) => Err(Error::invalid(
                pointer,
                "address-not-allowed",
                format!("This address cannot be called: {why}."),
            )),
        }
    }

    /// The secret of a log-in and its certificate, as its kind has them.
    fn checked_login(
        &self,
        auth: &Auth,
        secret: Option<String>,
        certificate: Option<String>,
    ) -> Result<(Option<String>, Option<String>)> {
        let is_line = |text: &str| {
            !text.is_empty() && text.len() <= SECRET_BYTES_MAX && !text.chars().any(char::is_control)
        };
        let wrong = |field: &str, detail: &str| {
            Err(Error::invalid(format!("/auth/{field}"), "invalid-secret", detail))
        };
        let field = match auth {
            Auth::None => return Ok((None, None)),
            Auth::Basic { .. } => "password",
            Auth::Bearer => "token",
            Auth::Oauth2ClientCredentials { .. } => "client_secret",
            Auth::Mtls => "key",
        };
        let Some(secret) = secret.filter(|text| !text.is_empty()) else {
            let detail = "This is needed, and again when the look-up asks another host.";
            return Err(Error::invalid(format!("/auth/{field}"), "secret-needed", detail));
        };
        match auth {
            Auth::None => {}
            Auth::Basic { username } if !is_line(username) || username.contains(':') => {
                return wrong("username", "A name has 1 to 4096 characters on one line and no colon.");
            }
            Auth::Oauth2ClientCredentials { client_id, scope, .. } => {
                if !is_line(client_id) {
                    return wrong("client_id", "A client id has 1 to 4096 characters on one line.");
                }
                if scope.as_deref().is_some_and(|scope| !is_line(scope)) {
                    return wrong("scope", "A scope has 1 to 4096 characters on one line.");
                }
            }
            Auth::Bearer if !is_header_value(&secret) => {
                return wrong(field, "A token has printable ASCII characters alone.");
            }
            Auth::Mtls => return self.checked_identity(secret, certificate),
            Auth::Basic { .. } | Auth::Bearer => {}
        }
        if !is_line(&secret) {
            return wrong(field, "A secret has at most 4096 characters on one line.");
        }
        Ok((Some(secret), None))
    }

    fn checked_identity(
        &self,
        key: String,
        certificate: Option<String>,
    ) -> Result<(Option<String>, Option<String>)> {
        let Some(certificate) = certificate.filter(|text| !text.is_empty()) else {
            let detail = "This is needed, and again when the look-up asks another host.";
            return Err(Error::invalid("/auth/certificate", "secret-needed", detail));
        };
        if key.len() > PEM_BYTES_MAX || certificate.len() > PEM_BYTES_MAX {
            return Err(Error::invalid(
                "/auth/certificate",
                "too-long",
                "Certificate and key have at most 32 KiB each.",
            ));
        }
        let identity = ClientIdentity { certificate, key };
        match self.outbound().check_identity(&identity) {
            Ok(()) => Ok((Some(identity.key), Some(identity.certificate))),
            Err(OutboundError::Refused(why) | OutboundError::Unreachable(why)) => Err(Error::invalid(
                "/auth/certificate",
                "invalid-secret",
                format!("This cannot be used: {why}."),
            )),
        }
    }
}

/// Who gives the token, where one does.
fn token_host(auth: &Auth) -> Option<String> {
    match auth {
        Auth::Oauth2ClientCredentials { token_url, .. } => {
            url::Url::parse(token_url).ok().map(|url| url.origin().ascii_serialization())
        }
        _ => None,
    }
}

fn is_same_kind(a: &Auth, b: &Auth) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

/// The secret headers with their values. `fixed` are the names of those that are not secret.
fn secret_headers(
    given: &[SecretHeader],
    fixed: &[&str],
    kept: Option<&LookUpEntry>,
) -> Result<BTreeMap<String, String>> {
    if given.len() + fixed.len() > HEADERS_MAX {
        return Err(Error::invalid("/request/headers", "too-many", "A look-up has at most 20 headers."));
    }
    let (mut headers, mut wrong) = (BTreeMap::new(), Vec::new());
    for header in given {
        let mut refuse = |code, detail: String| wrong.push(FieldError::new("/request/headers", code, detail));
        let name = match header_name(&header.name) {
            Ok(name) => name,
            Err(why) => {
                refuse("invalid-header", why.to_owned());
                continue;
            }
        };
        let known = || kept.and_then(|before| before.secrets.headers.get(&name).cloned());
        match header.value.clone().filter(|value| !value.is_empty()).or_else(known) {
            None => refuse(
                "secret-needed",
                format!("The header {name} needs its value, and again when the look-up asks another host."),
            ),
            Some(value) if !is_header_value(&value) => {
                refuse(
                    "invalid-header",
                    "A value of a header has printable ASCII characters alone.".to_owned(),
                );
            }
            Some(_)
                if fixed.iter().any(|other| other.eq_ignore_ascii_case(&name))
                    || headers.contains_key(&name) =>
            {
                refuse("duplicate-field", "Another header has this name.".to_owned());
            }
            Some(value) => {
                headers.insert(name, value);
            }
        }
    }
    if wrong.is_empty() { Ok(headers) } else { Err(Error::Invalid(wrong)) }
}
