//! API keys: `cs_live_`, 43 characters of randomness, 6 of checksum.
//!
//! The checksum lets secret scanners, and this server, tell a key from something that looks like one without asking
//! anybody.

use async_recursion::async_recursion as boxed;
use countersign_store::{Tx, api_key as store};
use countersign_types::api_key::ApiKey;
use countersign_types::{
    ApiKeyId, Error, FieldError, Page, PageRequest, Permission, Result, Role, Timestamp, time,
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::Service;
use crate::auth::secret_hash;
use crate::caller::{Caller, Request};
use crate::work::Log;

/// The beginning of every key.
const PREFIX: &str = "cs_live_";
/// Characters of 256 bits in base 62.
const RANDOM_CHARS: usize = 43;
/// Characters of the checksum.
const CHECK_CHARS: usize = 6;
/// How long a key works when nothing is said.
const DAYS_DEFAULT: i64 = 365;
/// How long a key works at most.
const DAYS_MAX: i64 = 3_650;
/// How long the old key works after a rotation.
const OVERLAP: i64 = time::DAY;
/// Networks of one key at most.
const NETWORKS_MAX: usize = 50;
const BASE_62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// Its name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Until when; a year if nothing is said.
    pub expires_at: Option<Timestamp>,
    /// From where: addresses and networks; from anywhere if empty.
    pub allowed_ips: Vec<String>,
}

/// A key and its secret, shown this once.
#[derive(Debug, Clone)]
pub struct MadeApiKey {
    /// The key.
    pub key: ApiKey,
    /// The secret.
    pub secret: String,
}

#[derive(Serialize, Deserialize)]
struct Made {
    id: ApiKeyId,
    secret: String,
}

impl Service {
    /// Keys that were not revoked, newest first.
    #[boxed]
    pub async fn list_api_keys(&self, request: &Request, page: PageRequest) -> Result<Page<ApiKey>> {
        self.authorise(request, Permission::ApiKeyRead).await?;
        self.read(async move |tx: &mut Tx<'_>| Ok(store::list_api_keys(tx, page).await?)).await
    }

    /// Makes a key. Nobody gives one more than they may give: administrators everything, a key what it has itself.
    #[boxed]
    pub async fn create_api_key(&self, request: &Request, new: NewApiKey) -> Result<MadeApiKey> {
        let grant = self.authorise(request, Permission::ApiKeyWrite).await?;
        let scopes = scopes(&request.caller, &new.scopes)?;
        let networks = networks(&new.allowed_ips)?;
        let name = key_name(&new.name)?;
        let now = self.now();
        if let Some(until) = new.expires_at
            && (until <= now || until > now.plus(DAYS_MAX * time::DAY))
        {
            return Err(Error::invalid(
                "/expires_at",
                "out-of-range",
                "A key expires in the future, ten years from now at the latest.",
            ));
        }
        let (key, secret) = self.new_api_key(&name, scopes, networks, new.expires_at)?;
        let hash = secret_hash(&secret);
        let made = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Made> {
                store::insert_api_key(tx, &key, hash).await?;
                log.audit("api_key.create", key.id, describe(&key));
                log.live("api_key.updated", key.id);
                Ok(Made { id: key.id, secret })
            })
            .await?;
        self.made_key(made).await
    }

    /// Makes a key in the place of another, which works for another day.
    #[boxed]
    pub async fn rotate_api_key(&self, request: &Request, id: ApiKeyId) -> Result<MadeApiKey> {
        let grant = self.authorise(request, Permission::ApiKeyWrite).await?;
        let caller = request.caller.clone();
        let service = self.clone();
        let now = self.now();
        let made = self
            .write_once(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<Made> {
                let old = store::lock_api_key(tx, id).await?.ok_or(Error::NotFound("API key"))?;
                if old.revoked_at.is_some() || old.expires_at.is_some_and(|until| until <= now) {
                    return Err(Error::conflict(
                        "api-key-ended",
                        "This key does not work any more.",
                        "Make a new one instead.",
                    ));
                }
                may_give(&caller, &old.scopes)?;
                let lifetime = old.expires_at.map(|until| now.plus(until.since(old.created_at)));
                let (key, secret) = service.new_api_key(&old.name, old.scopes, old.allowed_ips, lifetime)?;
                store::insert_api_key(tx, &key, secret_hash(&secret)).await?;
                let ends = now.plus(OVERLAP).min(old.expires_at.unwrap_or(now.plus(OVERLAP)));
                store::update_api_key_expiry(tx, id, ends).await?;
                log.audit("api_key.rotate", id, serde_json::json!({ "new": key.id, "old_ends_at": ends }));
                log.live("api_key.updated", id);
                log.live("api_key.updated", key.id);
                Ok(Made { id: key.id, secret })
            })
            .await?;
        self.remembered().forget();
        self.made_key(made).await
    }

    /// Revokes a key, at once.
    #[boxed]
    pub async fn revoke_api_key(&self, request: &Request, id: ApiKeyId) -> Result<()> {
        let grant = self.authorise(request, Permission::ApiKeyWrite).await?;
        let now = self.now();
        self.write(&grant, async move |tx: &mut Tx<'_>, log: &mut Log| -> Result<()> {
            if !store::revoke_api_key(tx, id, now).await? {
                return Err(Error::NotFound("API key"));
            }
            log.audit("api_key.revoke", id, serde_json::json!({}));
            log.live("api_key.updated", id);
            Ok(())
        })
        .await?;
        self.remembered().forget();
        Ok(())
    }

    /// A key that is not stored yet, and its secret.
    pub(crate) fn new_api_key(
        &self,
        name: &str,
        scopes: Vec<Permission>,
        allowed_ips: Vec<String>,
        expires_at: Option<Timestamp>,
    ) -> Result<(ApiKey, String)> {
        let secret = secret(&self.random::<32>()?);
        let now = self.now();
        let key = ApiKey {
            id: self.new_id()?,
            name: name.to_owned(),
            scopes,
            last4: secret[secret.len() - 4..].to_owned(),
            allowed_ips,
            created_at: now,
            expires_at: Some(expires_at.unwrap_or(now.plus(DAYS_DEFAULT * time::DAY))),
            revoked_at: None,
            last_used_at: None,
        };
        Ok((key, secret))
    }

    async fn made_key(&self, made: Made) -> Result<MadeApiKey> {
        let id = made.id;
        let key = self.read(async move |tx: &mut Tx<'_>| Ok(store::find_api_key(tx, id).await?)).await?;
        Ok(MadeApiKey { key: key.ok_or(Error::NotFound("API key"))?, secret: made.secret })
    }
}

/// Whether a text has the form and the checksum of a key.
pub(crate) fn is_well_formed(secret: &str) -> bool {
    let Some(body) = secret.strip_prefix(PREFIX) else { return false };
    if body.len() != RANDOM_CHARS + CHECK_CHARS || !body.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return false;
    }
    checksum(&secret[..secret.len() - CHECK_CHARS]) == body[RANDOM_CHARS..]
}

fn secret(random: &[u8; 32]) -> String {
    let mut text = PREFIX.to_owned();
    text.push_str(&base_62(random, RANDOM_CHARS));
    let check = checksum(&text);
    text.push_str(&check);
    text
}

/// CRC-32 (ISO-HDLC, as in zip) of the text before it, in base 62.
fn checksum(text: &str) -> String {
    let crc = !text.bytes().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(byte), |c, _| if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 })
    });
    base_62(&crc.to_be_bytes(), CHECK_CHARS)
}

/// A big-endian number in base 62, with leading zeros.
fn base_62(number: &[u8], chars: usize) -> String {
    let mut number = number.to_vec();
    let mut digits = vec![0u8; chars];
    for digit in digits.iter_mut().rev() {
        let mut rest = 0u32;
        for byte in &mut number {
            let value = rest * 256 + u32::from(*byte);
            *byte = (value / 62) as u8;
            rest = value % 62;
        }
        *digit = BASE_62[rest as usize];
    }
    digits.into_iter().map(char::from).collect()
}

fn scopes(caller: &Caller, words: &[String]) -> Result<Vec<Permission>> {
    let mut scopes = Vec::new();
    let mut errors = Vec::new();
    for (n, word) in words.iter().enumerate() {
        match Permission::parse(word) {
            Some(scope) if scopes.contains(&scope) => {}
            Some(scope) => scopes.push(scope),
            None => errors.push(FieldError::new(
                format!("/scopes/{n}"),
                "unknown-scope",
                "There is no such scope; /v1/permissions lists them.",
            )),
        }
    }
    if words.is_empty() {
        errors.push(FieldError::new("/scopes", "missing-field", "A key needs at least one scope."));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    may_give(caller, &scopes)?;
    scopes.sort_unstable();
    Ok(scopes)
}

fn may_give(caller: &Caller, scopes: &[Permission]) -> Result<()> {
    let may = |scope: Permission| match caller {
        Caller::User { user, .. } => user.role == Role::Admin || user.role.may(scope),
        Caller::ApiKey(key) => key.scopes.contains(&scope),
        Caller::System => true,
    };
    match scopes.iter().find(|scope| !may(**scope)) {
        None => Ok(()),
        Some(scope) => Err(Error::Forbidden(*scope)),
    }
}

fn networks(texts: &[String]) -> Result<Vec<String>> {
    if texts.len() > NETWORKS_MAX {
        return Err(Error::invalid("/allowed_ips", "too-many", "A key has at most 50 networks."));
    }
    let parse = |(n, text): (usize, &String)| {
        let net = text.parse::<IpNet>().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from));
        net.map(|net| net.trunc().to_string()).map_err(|_| {
            FieldError::new(
                format!("/allowed_ips/{n}"),
                "invalid-network",
                "This is neither an address nor a network such as `192.0.2.0/24`.",
            )
        })
    };
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for parsed in texts.iter().enumerate().map(parse) {
        match parsed {
            Ok(net) => good.push(net),
            Err(error) => bad.push(error),
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(Error::Invalid(bad)) }
}

fn key_name(text: &str) -> Result<String> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > 80 || name.chars().any(char::is_control) {
        return Err(Error::invalid("/name", "invalid-name", "A name has 1 to 80 characters."));
    }
    Ok(name.to_owned())
}

fn describe(key: &ApiKey) -> serde_json::Value {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    serde_json::json!({
        "name": key.name,
        "scopes": scopes,
        "expires_at": key.expires_at,
        "allowed_ips": key.allowed_ips,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x_7_the_checksum_is_the_crc_32_that_scanners_know() {
        // "123456789" is the check value of every CRC catalogue: cbf43926.
        assert_eq!(checksum("123456789"), base_62(&0xcbf4_3926u32.to_be_bytes(), 6));
    }

    #[test]
    fn x_7_a_key_with_one_changed_character_is_not_well_formed() {
        let secret = secret(&[0xA5; 32]);
        assert_eq!(secret.len(), 8 + 43 + 6);
        assert!(is_well_formed(&secret));
        for at in 0..secret.len() {
            let mut bent = secret.clone().into_bytes();
            bent[at] = if bent[at] == b'x' { b'y' } else { b'x' };
            assert!(!is_well_formed(&String::from_utf8_lossy(&bent)), "character {at}");
        }
    }

    #[test]
    fn base_62_holds_256_bits_in_43_characters() {
        assert_eq!(base_62(&[255; 32], 43).len(), 43);
        assert_ne!(base_62(&[255; 32], 43), base_62(&[254; 32], 43));
        assert_eq!(base_62(&[0, 61], 2), "0z");
        assert_eq!(base_62(&[0, 62], 2), "10");
    }
}
