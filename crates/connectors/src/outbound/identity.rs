//! Clients that show a certificate: one for each, few, kept as long as they are used.

use std::sync::{Mutex, PoisonError};

use countersign_service::port::{ClientIdentity, OutboundError};
use reqwest::Client;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};

use super::{Guarded, client, verifying};

/// Clients that are kept at most; each has connections of its own.
const CLIENTS_MAX: usize = 32;

/// The clients by a hash of certificate and key, the one used last at the end.
#[derive(Default)]
pub(super) struct Clients(Mutex<Vec<([u8; 32], Client)>>);

impl Guarded {
    /// The client that shows this certificate.
    pub(super) fn client_of(&self, identity: &ClientIdentity) -> Result<Client, OutboundError> {
        let mut hash = Sha256::new_with_prefix(&identity.certificate);
        hash.update([0]);
        hash.update(&identity.key);
        let hash: [u8; 32] = hash.finalize().into();
        let mut clients = self.clients.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = match clients.iter().position(|(known, _)| *known == hash) {
            Some(at) => clients.remove(at).1,
            None => self.new_client(identity)?,
        };
        if clients.len() >= CLIENTS_MAX {
            clients.remove(0);
        }
        clients.push((hash, found.clone()));
        Ok(found)
    }

    fn new_client(&self, identity: &ClientIdentity) -> Result<Client, OutboundError> {
        let refused = |why: &str| OutboundError::Refused(why.to_owned());
        let chain: Vec<_> = CertificateDer::pem_slice_iter(identity.certificate.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|_| refused("the certificate is not PEM"))?;
        if chain.is_empty() {
            return Err(refused("the certificate is not PEM"));
        }
        let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes())
            .map_err(|_| refused("the private key is not PEM, or it has a password"))?;
        let tls = verifying(&self.roots)
            .and_then(|tls| tls.with_client_auth_cert(chain, key))
            .map_err(|_| refused("the private key is not the one of the certificate"))?;
        client(tls, &self.judged, self.source).map_err(|_| refused("the certificate cannot be used"))
    }
}
