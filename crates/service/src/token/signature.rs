//! Signatures: one algorithm for each key, chosen when the key was made.

use countersign_types::widget::WidgetAlgorithm;
use countersign_types::{Error, Result};
use ed25519_dalek::pkcs8::DecodePublicKey;
use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::signature::Verifier;
use sha2::Sha256;

use super::refused;

/// Verifies a signature over `signed` with a key's material: the secret, or a public key as PEM. Constant time where
/// there is a secret.
pub(super) fn verify(
    algorithm: WidgetAlgorithm,
    material: &[u8],
    signed: &[u8],
    signature: &[u8],
) -> Result<()> {
    let is_good = match algorithm {
        WidgetAlgorithm::Hs256 => match Hmac::<Sha256>::new_from_slice(material) {
            Ok(mut mac) => {
                mac.update(signed);
                mac.verify_slice(signature).is_ok()
            }
            Err(_) => false,
        },
        WidgetAlgorithm::EdDsa => {
            let signature = ed25519_dalek::Signature::from_slice(signature);
            // Strict: no key of small order, no second spelling of a signature.
            signature.is_ok_and(|signature| {
                ed25519_key(material).is_ok_and(|key| key.verify_strict(signed, &signature).is_ok())
            })
        }
        WidgetAlgorithm::Es256 => {
            let signature = p256::ecdsa::Signature::from_slice(signature);
            signature.is_ok_and(|signature| {
                p256_key(material).is_ok_and(|key| key.verify(signed, &signature).is_ok())
            })
        }
    };
    if is_good {
        return Ok(());
    }
    Err(refused(
        "token-signature",
        "The token's signature does not fit its content and key.",
        "Sign with this key's own secret or private key, over the header and the claims as they are sent.",
    ))
}

fn pem(material: &[u8]) -> std::result::Result<&str, ()> {
    std::str::from_utf8(material).map_err(|_| ())
}

fn ed25519_key(material: &[u8]) -> std::result::Result<ed25519_dalek::VerifyingKey, ()> {
    ed25519_dalek::VerifyingKey::from_public_key_pem(pem(material)?).map_err(|_| ())
}

fn p256_key(material: &[u8]) -> std::result::Result<p256::ecdsa::VerifyingKey, ()> {
    p256::ecdsa::VerifyingKey::from_public_key_pem(pem(material)?).map_err(|_| ())
}

/// A PEM with lines of 64 characters, as readers want it, from one that came out of an environment variable, a form or
/// a file of another system.
fn rewrapped(text: &str) -> Option<Vec<u8>> {
    const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
    const END: &str = "-----END PUBLIC KEY-----";
    let body = text.strip_prefix(BEGIN)?.strip_suffix(END)?.replace("\\n", "\n");
    let body: Vec<u8> = body.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let mut pem = format!("{BEGIN}\n").into_bytes();
    for line in body.chunks(64) {
        pem.extend_from_slice(line);
        pem.push(b'\n');
    }
    pem.extend_from_slice(END.as_bytes());
    pem.push(b'\n');
    Some(pem)
}

/// Checks a public key that somebody pasted; answers with what is stored.
pub(crate) fn check_public_key(algorithm: WidgetAlgorithm, text: &str) -> Result<Vec<u8>> {
    let wrong = |code: &'static str, detail: &str| Err(Error::invalid("/public_key", code, detail));
    let text = text.trim();
    if text.len() > 4_096 {
        return wrong("too-long", "A public key as PEM has less than 4,096 characters.");
    }
    if text.contains("PRIVATE KEY") {
        return wrong(
            "private-key",
            "This is a private key. It was not stored, but treat it as lost: make a new pair and paste the public one.",
        );
    }
    let material = rewrapped(text).unwrap_or_default();
    match algorithm {
        WidgetAlgorithm::Hs256 => wrong("not-needed", "The secret of an HS256 key is made here; send none."),
        WidgetAlgorithm::EdDsa => match ed25519_key(&material) {
            Ok(key) if !key.is_weak() => Ok(material),
            _ => wrong("invalid-key", "This is not an Ed25519 public key as PEM (`BEGIN PUBLIC KEY`)."),
        },
        WidgetAlgorithm::Es256 => match p256_key(&material) {
            Ok(_) => Ok(material),
            Err(()) => wrong("invalid-key", "This is not a P-256 public key as PEM (`BEGIN PUBLIC KEY`)."),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// A public key as PEM from the DER that goes before it and its own bytes.
    fn pem_of(prefix: &str, key: &[u8]) -> String {
        let mut der = hex::decode(prefix).unwrap();
        der.extend_from_slice(key);
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", STANDARD.encode(der))
    }

    fn split(token: &str) -> (&[u8], Vec<u8>) {
        let (signed, signature) = token.rsplit_once('.').unwrap();
        (signed.as_bytes(), bytes(signature))
    }

    /// RFC 7515 A.1 and A.3, RFC 8037 A.4: algorithm, material, token.
    fn examples() -> Vec<(WidgetAlgorithm, Vec<u8>, &'static str)> {
        let secret =
            bytes("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
        let ed25519 =
            pem_of("302a300506032b6570032100", &bytes("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"));
        let mut point = vec![4];
        point.extend(bytes("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"));
        point.extend(bytes("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"));
        let p256 = pem_of("3059301306072a8648ce3d020106082a8648ce3d030107034200", &point);
        let public = |algorithm, pem: &str| check_public_key(algorithm, pem).unwrap();
        vec![
            (
                WidgetAlgorithm::Hs256,
                secret,
                "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6\
                 Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            ),
            (
                WidgetAlgorithm::Es256,
                public(WidgetAlgorithm::Es256, &p256),
                "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9p\
                 c19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3\
                 -Kg6NU1Q",
            ),
            (
                WidgetAlgorithm::EdDsa,
                public(WidgetAlgorithm::EdDsa, &ed25519),
                "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIb\
                 QR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
            ),
        ]
    }

    #[test]
    fn the_examples_of_the_standards_verify() {
        for (algorithm, material, token) in examples() {
            let (signed, signature) = split(token);
            verify(algorithm, &material, signed, &signature).unwrap();
        }
    }

    #[test]
    fn w_1_a_bent_signature_text_or_key_of_another_algorithm_is_refused() {
        let all = examples();
        for (algorithm, material, token) in &all {
            let (signed, signature) = split(token);
            for at in 0..signature.len() {
                let mut bent = signature.clone();
                bent[at] ^= 1;
                assert!(verify(*algorithm, material, signed, &bent).is_err(), "{algorithm:?} byte {at}");
            }
            assert!(verify(*algorithm, material, &signed[1..], &signature).is_err());
            for length in [0, 1, 16, 31, signature.len() - 1] {
                assert!(verify(*algorithm, material, signed, &signature[..length]).is_err());
            }
            let longer = [signature.as_slice(), &[0]].concat();
            assert!(verify(*algorithm, material, signed, &longer).is_err());
            for (other, ..) in all.iter().filter(|(other, ..)| other != algorithm) {
                assert!(verify(*other, material, signed, &signature).is_err(), "{algorithm:?} as {other:?}");
            }
            assert!(verify(*algorithm, b"", signed, &signature).is_err());
        }
        // CVE-2022-21449: r = s = 0 signs nothing.
        let (_, material, token) = &all[1];
        assert!(verify(WidgetAlgorithm::Es256, material, split(token).0, &[0; 64]).is_err());
    }

    #[test]
    fn only_public_keys_of_their_algorithm_are_stored() {
        let all = examples();
        let text = |n: usize| String::from_utf8(all[n].1.clone()).unwrap();
        let (p256, ed25519) = (text(1), text(2));
        let one_line = p256.replace('\n', "").replace("KEY-----M", "KEY-----\\nM").replace("==-", "==\r\n-");
        assert_eq!(check_public_key(WidgetAlgorithm::Es256, &one_line).unwrap(), p256.as_bytes());
        assert!(check_public_key(WidgetAlgorithm::Es256, &ed25519).is_err());
        assert!(check_public_key(WidgetAlgorithm::EdDsa, &p256).is_err());
        assert!(check_public_key(WidgetAlgorithm::Hs256, &p256).is_err());
        // The neutral point, which verifies anything under careless rules, and a point that is not on the curve.
        let weak = pem_of("302a300506032b6570032100", &[&[1u8][..], &[0; 31]].concat());
        assert!(check_public_key(WidgetAlgorithm::EdDsa, &weak).is_err());
        let off = pem_of("3059301306072a8648ce3d020106082a8648ce3d030107034200", &[4; 65]);
        assert!(check_public_key(WidgetAlgorithm::Es256, &off).is_err());
        let private = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
        for algorithm in [WidgetAlgorithm::EdDsa, WidgetAlgorithm::Es256] {
            let Err(Error::Invalid(fields)) = check_public_key(algorithm, private) else { panic!("refused") };
            assert_eq!(fields[0].code, "private-key");
            assert!(check_public_key(algorithm, "").is_err());
            assert!(check_public_key(algorithm, &"x".repeat(5_000)).is_err());
        }
    }
}
