//! Signed tokens (W-1): what is not exactly right is refused, whoever bent it.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use countersign_store::testing::TestDb;
use countersign_testkit::TestApp;
use countersign_types::pii::Purpose;
use countersign_types::profile::ProfileKey;
use countersign_types::{Error, WidgetId};
use ed25519_dalek::pkcs8::EncodePublicKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// A company's server: signs with one key of a widget.
struct Signing {
    widget: String,
    kid: String,
    key: Key,
}

enum Key {
    Secret(Vec<u8>),
    Ed25519(SigningKey),
    P256(p256::ecdsa::SigningKey),
}

impl Key {
    fn sign(&self, text: &str) -> Vec<u8> {
        match self {
            Self::Secret(secret) => {
                let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
                mac.update(text.as_bytes());
                mac.finalize().into_bytes().to_vec()
            }
            Self::Ed25519(key) => key.sign(text.as_bytes()).to_bytes().to_vec(),
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature =
                    p256::ecdsa::signature::Signer::sign(key, text.as_bytes());
                signature.to_bytes().to_vec()
            }
        }
    }

    const fn algorithm(&self) -> &'static str {
        match self {
            Self::Secret(_) => "HS256",
            Self::Ed25519(_) => "EdDSA",
            Self::P256(_) => "ES256",
        }
    }

    fn public_pem(&self) -> Option<String> {
        match self {
            Self::Secret(_) => None,
            Self::Ed25519(key) => Some(key.verifying_key().to_public_key_pem(LineEnding::LF).unwrap()),
            Self::P256(key) => {
                let key = p256::PublicKey::from(key.verifying_key());
                Some(p256::pkcs8::EncodePublicKey::to_public_key_pem(&key, LineEnding::LF).unwrap())
            }
        }
    }
}

fn part(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

impl Signing {
    async fn new(app: &TestApp, key: Option<Key>) -> Self {
        let body = json!({ "name": "Bank", "origins": ["https://bank.example"] });
        let made = app.api().post("/v1/widgets", body).await.expect(201);
        let widget = made["id"].as_str().unwrap().to_owned();
        Self::add(app, &widget, key).await
    }

    async fn add(app: &TestApp, widget: &str, key: Option<Key>) -> Self {
        let algorithm = key.as_ref().map_or("HS256", Key::algorithm);
        let mut body = json!({ "algorithm": algorithm });
        if let Some(pem) = key.as_ref().and_then(Key::public_pem) {
            body["public_key"] = json!(pem);
        }
        let made = app.api().post(&format!("/v1/widgets/{widget}/keys"), body).await.expect(201);
        let key = key.unwrap_or_else(|| Key::Secret(made["secret"].as_str().unwrap().as_bytes().to_vec()));
        Self { widget: widget.to_owned(), kid: made["kid"].as_str().unwrap().to_owned(), key }
    }

    fn header(&self) -> Value {
        json!({ "alg": self.key.algorithm(), "typ": "JWT", "kid": self.kid })
    }

    fn claims(&self, now: i64) -> Value {
        json!({ "aud": self.widget, "sub": "ann", "iat": now, "exp": now + 300, "jti": "token-0001" })
    }

    /// Signs header and claims given as text, so that texts that are no JSON can be signed too.
    fn text(&self, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(&signed));
        format!("{signed}.{signature}")
    }

    fn token(&self, now: i64) -> String {
        self.text(&self.header().to_string(), &self.claims(now).to_string())
    }

    /// A signed token whose claims differ: `null` takes one out.
    fn with(&self, now: i64, changes: Value) -> String {
        self.text(&self.header().to_string(), &merged(self.claims(now), changes).to_string())
    }

    fn with_header(&self, now: i64, changes: Value) -> String {
        self.text(&merged(self.header(), changes).to_string(), &self.claims(now).to_string())
    }
}

fn merged(mut base: Value, changes: Value) -> Value {
    for (key, value) in changes.as_object().cloned().unwrap_or_default() {
        if value.is_null() {
            base.as_object_mut().unwrap().remove(&key);
        } else {
            base[key] = value;
        }
    }
    base
}

fn verify(app: &TestApp, widget: &str, token: &str) -> Result<String, String> {
    let widget: WidgetId = widget.parse().unwrap();
    match app.service.verify_widget_token(widget, token, app.service.now()) {
        Ok(signed) => Ok(match signed.key {
            ProfileKey::ExternalId(id) => id.plain(Purpose::Match).to_owned(),
            ProfileKey::Email(email) => email.plain(Purpose::Match).to_owned(),
            ProfileKey::Phone(phone) => phone.plain(Purpose::Match).to_owned(),
            ProfileKey::ChannelUser { user_id, .. } => user_id.plain(Purpose::Match).to_owned(),
        }),
        Err(Error::Refused { code, detail, hint }) => {
            assert!(detail.ends_with('.') && hint.len() > 10, "{code}");
            Err(code.to_owned())
        }
        Err(other) => panic!("{other:?}"),
    }
}

async fn app() -> TestApp {
    TestApp::on(TestDb::sqlite().await).await
}

fn ed25519(seed: u8) -> Key {
    Key::Ed25519(SigningKey::from_bytes(&[seed; 32]))
}

fn p256_key() -> Key {
    Key::P256(p256::ecdsa::SigningKey::from_slice(&[9; 32]).unwrap())
}

#[tokio::test]
async fn w_1_tokens_of_all_three_algorithms_say_who_it_is() {
    let app = app().await;
    for key in [None, Some(ed25519(1)), Some(p256_key())] {
        let signing = Signing::new(&app, key).await;
        let now = app.service.now().as_micros() / 1_000_000;
        let good = [
            (signing.token(now), "ann"),
            (signing.with(now, json!({ "sub": null, "email": "ann@example.org" })), "ann@example.org"),
            (signing.with(now, json!({ "sub": "", "phone": "+4930901820" })), "+4930901820"),
            (signing.with(now, json!({ "sub": "ann", "email": "ann@example.org", "name": "Ann" })), "ann"),
            (
                signing.with(
                    now,
                    json!({ "sub": null, "user_custom_id": "u1",
                    "user_custom_channel": "chan_01jd3k6q9we3t8v2c4x5z6b7n8" }),
                ),
                "u1",
            ),
            (signing.with(now, json!({ "iss": "bank", "nbf": now, "scope": [1, { "a": 2 }] })), "ann"),
            (signing.with(now, json!({ "iat": now - 300, "exp": now - 59 })), "ann"),
            (signing.with(now, json!({ "iat": now + 59, "exp": now + 60 })), "ann"),
            (signing.with_header(now, json!({ "typ": "jwt" })), "ann"),
            (signing.with_header(now, json!({ "typ": null, "cty": "x" })), "ann"),
        ];
        for (n, (token, who)) in good.into_iter().enumerate() {
            assert_eq!(verify(&app, &signing.widget, &token).as_deref(), Ok(who), "{n}");
        }
    }
}

#[tokio::test]
async fn w_1_the_patch_the_name_and_the_end_of_a_token_are_handed_on() {
    let app = app().await;
    let signing = Signing::new(&app, None).await;
    let now = app.service.now().as_micros() / 1_000_000;
    let more =
        json!({ "name": "Ann", "phone": "+4930901820", "language": "de", "attributes": { "tariff": "vip" } });
    let widget: WidgetId = signing.widget.parse().unwrap();
    let read = |token: &str| app.service.verify_widget_token(widget, token, app.service.now()).unwrap();
    let signed = read(&signing.with(now, more));
    assert_eq!(signed.patch.name.flatten().unwrap().plain(Purpose::Match), "Ann");
    assert_eq!(signed.patch.language, Some(Some("de".to_owned())));
    assert_eq!(signed.patch.attributes["tariff"], "vip");
    assert!(signed.patch.email.is_none());
    assert_eq!(signed.kid.to_string(), signing.kid);
    assert_eq!(
        signed.expires_at.as_micros(),
        (now + 300 + 60) * 1_000_000,
        "remembered while it could be sent"
    );
    assert_eq!(signed.jti_hash, read(&signing.with(now, json!({ "sub": "bob" }))).jti_hash);
    assert_ne!(signed.jti_hash, read(&signing.with(now, json!({ "jti": "token-0002" }))).jti_hash);
}

/// What is wrong, the token, and the code it is answered with.
type Vector = (&'static str, String, &'static str);

fn times(s: &Signing, now: i64) -> Vec<Vector> {
    let with = |changes| s.with(now, changes);
    let raw = |claims: &str| {
        let claims = claims.replace("AUD", &s.widget).replace("NOW", &now.to_string());
        s.text(&s.header().to_string(), &claims)
    };
    vec![
        ("expired", with(json!({ "iat": now - 600, "exp": now - 400 })), "token-expired"),
        ("expired by one second", with(json!({ "iat": now - 300, "exp": now - 61 })), "token-expired"),
        ("of the future", with(json!({ "iat": now + 120, "exp": now + 300 })), "token-not-yet-valid"),
        ("not before later", with(json!({ "nbf": now + 120 })), "token-not-yet-valid"),
        ("lives 301 seconds", with(json!({ "exp": now + 301 })), "token-lifetime"),
        ("lives for ever", with(json!({ "exp": 253_402_300_799_i64 })), "token-lifetime"),
        ("ends before it begins", with(json!({ "exp": now - 1 })), "token-lifetime"),
        ("ends when it begins", with(json!({ "exp": now })), "token-lifetime"),
        ("issued in 1970", with(json!({ "iat": 0 })), "token-lifetime"),
        ("no exp", with(json!({ "exp": null })), "token-claims"),
        ("no iat", with(json!({ "iat": null })), "token-claims"),
        ("exp as text", with(json!({ "exp": (now + 300).to_string() })), "token-claims"),
        ("iat as text", with(json!({ "iat": now.to_string() })), "token-claims"),
        ("nbf as text", with(json!({ "nbf": "0" })), "token-claims"),
        ("exp as fraction", with(json!({ "exp": now as f64 + 10.5 })), "token-claims"),
        (
            "exp as float",
            raw(r#"{"aud":"AUD","sub":"a","iat":NOW,"exp":NOW.0,"jti":"token-1"}"#),
            "token-claims",
        ),
        (
            "exp with exponent",
            raw(r#"{"aud":"AUD","sub":"a","iat":NOW,"exp":1e10,"jti":"token-1"}"#),
            "token-claims",
        ),
        ("exp negative", with(json!({ "exp": -1 })), "token-claims"),
        ("exp overflows", with(json!({ "exp": u64::MAX })), "token-claims"),
        ("exp overflows i64 micros", with(json!({ "exp": i64::MAX })), "token-claims"),
        (
            "exp huge",
            raw(r#"{"aud":"AUD","sub":"a","iat":NOW,"exp":1e400,"jti":"token-1"}"#),
            "token-malformed",
        ),
        ("exp as list", with(json!({ "exp": [now + 300] })), "token-claims"),
        ("exp as bool", with(json!({ "exp": true })), "token-claims"),
        ("exp null", raw(r#"{"aud":"AUD","sub":"a","iat":NOW,"exp":null,"jti":"token-1"}"#), "token-claims"),
        (
            "times in milliseconds",
            with(json!({ "iat": now * 1000, "exp": now * 1000 + 300 })),
            "token-claims",
        ),
    ]
}

fn claims(s: &Signing, now: i64, other: &Signing) -> Vec<Vector> {
    let with = |changes| s.with(now, changes);
    vec![
        ("aud of another widget", with(json!({ "aud": other.widget })), "token-audience"),
        ("aud as list", with(json!({ "aud": [s.widget] })), "token-audience"),
        ("aud as list of two", with(json!({ "aud": [s.widget, other.widget] })), "token-audience"),
        ("no aud", with(json!({ "aud": null })), "token-audience"),
        ("aud with a space", with(json!({ "aud": format!("{} ", s.widget) })), "token-audience"),
        ("aud in capitals", with(json!({ "aud": s.widget.to_uppercase() })), "token-audience"),
        ("aud as object", with(json!({ "aud": { "id": s.widget } })), "token-audience"),
        ("nobody", with(json!({ "sub": null })), "token-subject"),
        ("sub of spaces", with(json!({ "sub": "   " })), "token-subject"),
        ("sub as number", with(json!({ "sub": 17 })), "token-claims"),
        ("sub as list", with(json!({ "sub": ["ann"] })), "token-claims"),
        ("custom id without channel", with(json!({ "sub": null, "user_custom_id": "u" })), "token-subject"),
        (
            "custom channel that is none",
            with(json!({ "sub": null, "user_custom_id": "u", "user_custom_channel": "x" })),
            "token-claims",
        ),
        ("email as object", with(json!({ "email": { "$ne": "" } })), "token-claims"),
        ("attributes as list", with(json!({ "attributes": [] })), "token-claims"),
        ("attributes as text", with(json!({ "attributes": "{}" })), "token-claims"),
        ("no jti", with(json!({ "jti": null })), "token-claims"),
        ("jti of seven", with(json!({ "jti": "1234567" })), "token-claims"),
        ("jti of 201", with(json!({ "jti": "x".repeat(201) })), "token-claims"),
        ("jti with a NUL", with(json!({ "jti": "12345678\u{0}" })), "token-claims"),
        ("jti as number", with(json!({ "jti": 1_234_567_890 })), "token-claims"),
    ]
}

fn headers(s: &Signing, now: i64, other: &Signing) -> Vec<Vector> {
    let with = |changes| s.with_header(now, changes);
    let jwk = json!({ "kty": "oct", "k": "AAAA" });
    let unsigned = |alg: &str| {
        let header = merged(s.header(), json!({ "alg": alg })).to_string();
        format!("{}.{}.", part(&header), part(&s.claims(now).to_string()))
    };
    vec![
        ("none", unsigned("none"), "token-algorithm"),
        ("None", unsigned("None"), "token-algorithm"),
        ("NONE", unsigned("NONE"), "token-algorithm"),
        ("nOnE signed", with(json!({ "alg": "nOnE" })), "token-algorithm"),
        ("empty alg", with(json!({ "alg": "" })), "token-algorithm"),
        ("no alg", with(json!({ "alg": null })), "token-algorithm"),
        ("alg as number", with(json!({ "alg": 256 })), "token-algorithm"),
        ("alg as list", with(json!({ "alg": [s.key.algorithm()] })), "token-algorithm"),
        ("HS512", with(json!({ "alg": "HS512" })), "token-algorithm"),
        ("RS256", with(json!({ "alg": "RS256" })), "token-algorithm"),
        ("hs256", with(json!({ "alg": s.key.algorithm().to_lowercase() })), "token-algorithm"),
        ("signature left out", unsigned(s.key.algorithm()), "token-signature"),
        ("no kid", with(json!({ "kid": null })), "token-key"),
        ("empty kid", with(json!({ "kid": "" })), "token-key"),
        ("kid of another widget", with(json!({ "kid": other.kid })), "token-key"),
        ("kid unknown", with(json!({ "kid": "wkey_01jd3k6q9we3t8v2c4x5z6b7n8" })), "token-key"),
        ("kid as path", with(json!({ "kid": "../../../../dev/null" })), "token-key"),
        ("kid as SQL", with(json!({ "kid": "' OR '1'='1" })), "token-key"),
        ("kid as number", with(json!({ "kid": 0 })), "token-key"),
        ("jku", with(json!({ "jku": "https://evil.example/keys" })), "token-header"),
        ("x5u", with(json!({ "x5u": "https://evil.example/cert" })), "token-header"),
        ("jwk", with(json!({ "jwk": jwk })), "token-header"),
        ("x5c", with(json!({ "x5c": ["MIIB"] })), "token-header"),
        ("crit", with(json!({ "crit": ["exp"] })), "token-header"),
        ("b64", with(json!({ "b64": false })), "token-header"),
        ("zip", with(json!({ "zip": "DEF" })), "token-header"),
        ("typ", with(json!({ "typ": "at+jwt" })), "token-header"),
        ("typ as list", with(json!({ "typ": ["JWT"] })), "token-header"),
        ("whole token of another widget", other.token(now), "token-key"),
    ]
}

fn shapes(s: &Signing, now: i64) -> Vec<Vector> {
    let good = s.token(now);
    let parts: Vec<&str> = good.split('.').collect();
    let (header, body) = (s.header().to_string(), s.claims(now).to_string());
    let text = |header: &str, claims: &str| s.text(header, claims);
    let doubled = |name: &str| body.replacen('{', &format!("{{\"{name}\":\"x\","), 1);
    let mut flipped = parts[2].as_bytes().to_vec();
    flipped[0] = if flipped[0] == b'A' { b'B' } else { b'A' };
    let flipped = String::from_utf8(flipped).unwrap();
    let swapped = part(&s.with(now, json!({ "sub": "admin" })));
    vec![
        ("empty", String::new(), "token-malformed"),
        ("dots", "..".to_owned(), "token-malformed"),
        ("one part", parts[0].to_owned(), "token-malformed"),
        ("two parts", format!("{}.{}", parts[0], parts[1]), "token-malformed"),
        ("four parts", format!("{good}.{}", parts[2]), "token-malformed"),
        ("five parts", format!("{good}.a.b"), "token-malformed"),
        ("trailing dot", format!("{good}."), "token-malformed"),
        ("trailing data", format!("{good}AAAA"), "token-signature"),
        ("trailing newline", format!("{good}\n"), "token-malformed"),
        ("leading space", format!(" {good}"), "token-malformed"),
        ("space inside", good.replacen('.', ". ", 1), "token-malformed"),
        ("Bearer", format!("Bearer {good}"), "token-malformed"),
        ("padding", format!("{}.{}.{}=", parts[0], parts[1], parts[2]), "token-malformed"),
        ("ordinary base64", STANDARD.encode([0xfb_u8; 60]).repeat(3), "token-malformed"),
        (
            "padded header",
            format!("{}.{}.{}", URL_SAFE.encode(format!("{header} ")), parts[1], parts[2]),
            "token-malformed",
        ),
        ("not base64", format!("{}.{}.{}", parts[0], "!!!!", parts[2]), "token-malformed"),
        ("unicode", format!("{}.{}.{}", parts[0], "ünïcödé", parts[2]), "token-malformed"),
        ("full-width dots", good.replace('.', "．"), "token-malformed"),
        ("NUL", format!("{good}\0"), "token-malformed"),
        ("header is a list", text("[]", &body), "token-malformed"),
        ("header is null", text("null", &body), "token-malformed"),
        ("header is a text", text("\"HS256\"", &body), "token-malformed"),
        ("header is nothing", text("", &body), "token-malformed"),
        ("claims are a list", text(&header, "[]"), "token-malformed"),
        ("claims are a number", text(&header, "17"), "token-malformed"),
        ("claims are no JSON", text(&header, "{'sub':'ann'}"), "token-malformed"),
        ("claims are cut", text(&header, &body[..body.len() - 1]), "token-malformed"),
        ("claims and more", text(&header, &format!("{body}{{}}")), "token-malformed"),
        ("comment in claims", text(&header, &format!("{body}//x")), "token-malformed"),
        ("a BOM before the claims", text(&header, &format!("\u{feff}{body}")), "token-malformed"),
        ("sub twice", text(&header, &doubled("sub")), "token-malformed"),
        ("aud twice", text(&header, &doubled("aud")), "token-malformed"),
        ("exp twice", text(&header, &doubled("exp")), "token-malformed"),
        ("kid twice", text(&header.replacen('{', "{\"kid\":\"x\",", 1), &body), "token-malformed"),
        (
            "a member twice, deep down",
            text(&header, &body.replacen('{', r#"{"attributes":{"a":1,"a":2},"#, 1)),
            "token-malformed",
        ),
        (
            "a member twice, once escaped",
            text(&header, &body.replacen('{', "{\"\\u0073ub\":\"admin\",", 1)),
            "token-malformed",
        ),
        (
            "nested deep",
            text(
                &header,
                &body.replacen('{', &format!("{{\"x\":{}{},", "[".repeat(100), "]".repeat(100)), 1),
            ),
            "token-malformed",
        ),
        (
            "nested very deep",
            text(
                &header,
                &body.replacen('{', &format!("{{\"x\":{}{},", "[".repeat(2_000), "]".repeat(2_000)), 1),
            ),
            "token-malformed",
        ),
        ("a token in a token", text(&header, &good), "token-malformed"),
        (
            "claims not UTF-8",
            {
                let signed =
                    format!("{}.{}", part(&header), URL_SAFE_NO_PAD.encode([0x7b, 0xff, 0xfe, 0x7d]));
                let signature = URL_SAFE_NO_PAD.encode(s.key.sign(&signed));
                format!("{signed}.{signature}")
            },
            "token-malformed",
        ),
        ("huge", s.with(now, json!({ "name": "x".repeat(9_000) })), "token-too-large"),
        ("huge and no token", "A".repeat(1_000_000), "token-too-large"),
        ("signature bent", format!("{}.{}.{flipped}", parts[0], parts[1]), "token-signature"),
        (
            "signature of another token",
            format!(
                "{}.{}.{}",
                parts[0],
                part(&merged(s.claims(now), json!({ "sub": "admin" })).to_string()),
                parts[2]
            ),
            "token-signature",
        ),
        ("claims swapped for a token", format!("{}.{swapped}.{}", parts[0], parts[2]), "token-signature"),
        ("signature halved", format!("{}.{}.{}", parts[0], parts[1], part("x")), "token-signature"),
    ]
}

#[tokio::test]
async fn w_1_every_bent_token_is_refused_and_says_why() {
    let app = app().await;
    let other = Signing::new(&app, None).await;
    let mut count = 0;
    for key in [None, Some(ed25519(1)), Some(p256_key())] {
        let signing = Signing::new(&app, key).await;
        let now = app.service.now().as_micros() / 1_000_000;
        let groups = [
            times(&signing, now),
            claims(&signing, now, &other),
            headers(&signing, now, &other),
            shapes(&signing, now),
        ];
        for (what, token, code) in groups.into_iter().flatten() {
            let found = verify(&app, &signing.widget, &token);
            assert_eq!(
                found.as_ref().map_err(String::as_str),
                Err(code),
                "{} {what}",
                signing.key.algorithm()
            );
            count += 1;
        }
        assert_eq!(verify(&app, &signing.widget, &signing.token(now)).as_deref(), Ok("ann"));
    }
    assert!(count >= 3 * 60, "{count}");
}

#[tokio::test]
async fn w_1_a_public_key_is_no_secret_and_a_key_verifies_by_its_own_algorithm_only() {
    let app = app().await;
    let signing = Signing::new(&app, Some(ed25519(1))).await;
    let now = app.service.now().as_micros() / 1_000_000;
    let pem = signing.key.public_pem().unwrap();
    let raw = SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes().to_vec();
    for secret in [pem.clone().into_bytes(), format!("{}\n", pem.trim()).into_bytes(), raw, Vec::new()] {
        let forger =
            Signing { widget: signing.widget.clone(), kid: signing.kid.clone(), key: Key::Secret(secret) };
        assert_eq!(verify(&app, &signing.widget, &forger.token(now)), Err("token-algorithm".to_owned()));
        let named = forger.with_header(now, json!({ "alg": "EdDSA" }));
        assert_eq!(verify(&app, &signing.widget, &named), Err("token-signature".to_owned()));
    }
    // Two keys of two algorithms: each verifies its own tokens and not the other's.
    let second = Signing::add(&app, &signing.widget, Some(p256_key())).await;
    assert!(verify(&app, &signing.widget, &second.token(now)).is_ok());
    let crossed = Signing { kid: signing.kid.clone(), ..second };
    assert_eq!(verify(&app, &signing.widget, &crossed.token(now)), Err("token-algorithm".to_owned()));
    let impostor = Signing { key: ed25519(2), widget: signing.widget.clone(), kid: signing.kid.clone() };
    assert_eq!(verify(&app, &signing.widget, &impostor.token(now)), Err("token-signature".to_owned()));
}

#[tokio::test]
async fn w_1_a_removed_key_and_a_deleted_widget_verify_nothing() {
    let app = app().await;
    let signing = Signing::new(&app, None).await;
    let now = app.service.now().as_micros() / 1_000_000;
    let token = signing.token(now);
    assert!(verify(&app, &signing.widget, &token).is_ok());
    app.api().delete(&format!("/v1/widgets/{}/keys/{}", signing.widget, signing.kid)).await.expect(204);
    assert_eq!(verify(&app, &signing.widget, &token), Err("token-key".to_owned()));
    app.api().delete(&format!("/v1/widgets/{}", signing.widget)).await.expect(204);
    let widget: WidgetId = signing.widget.parse().unwrap();
    let gone = app.service.verify_widget_token(widget, &token, app.service.now());
    assert!(matches!(gone, Err(Error::NotFound("widget"))));
}
