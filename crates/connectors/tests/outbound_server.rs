//! The guarded client against servers, names and networks that mislead, and a server that wants a certificate (I-4, I-5).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use countersign_connectors::outbound::{Guarded, Names, Settings};
use countersign_service::port::{
    ANSWER_BYTES_MAX, BoxFuture, ClientIdentity, NO_ANSWER_IN_TIME, Outbound, OutboundError, OutboundRequest,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn get(url: &str) -> OutboundRequest {
    OutboundRequest {
        method: "GET",
        url: url.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
        timeout_ms: 2_000,
        answer_bytes_max: ANSWER_BYTES_MAX + 1,
    }
}

fn guarded(allow: &[&str]) -> Guarded {
    let allow: Vec<String> = allow.iter().map(|entry| (*entry).to_owned()).collect();
    Guarded::new(&allow).unwrap()
}

/// Answers each connection with this head and then with so many times this piece, until nobody reads any more.
async fn server(head: String, piece: Vec<u8>, times: usize) -> (u16, Arc<Mutex<Vec<SocketAddr>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let peers = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, peer)) = listener.accept().await {
            peers.lock().unwrap().push(peer);
            let (head, piece) = (head.clone(), piece.clone());
            tokio::spawn(async move {
                let mut buffer = [0; 4_096];
                let _ = stream.read(&mut buffer).await;
                let _ = stream.write_all(head.as_bytes()).await;
                for _ in 0..times {
                    if stream.write_all(&piece).await.is_err() {
                        return;
                    }
                }
                let _ = stream.shutdown().await;
            });
        }
    });
    (port, seen)
}

/// Says of a name what it is told, one answer after the other; the last one stays.
struct Told(Vec<Vec<IpAddr>>, AtomicUsize);

impl Names for Told {
    fn addresses<'a>(&'a self, _name: &'a str) -> BoxFuture<'a, std::io::Result<Vec<IpAddr>>> {
        let at = self.1.fetch_add(1, Ordering::SeqCst).min(self.0.len() - 1);
        Box::pin(async move { Ok(self.0[at].clone()) })
    }
}

fn told(answers: &[&[&str]]) -> Arc<Told> {
    let parse = |list: &&[&str]| list.iter().map(|ip| ip.parse().unwrap()).collect();
    Arc::new(Told(answers.iter().map(parse).collect(), AtomicUsize::new(0)))
}

#[tokio::test]
async fn i_4_a_name_is_asked_for_once_and_the_judged_address_is_the_one_that_is_connected_to() {
    let (port, seen) = server("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_owned(), Vec::new(), 0).await;
    // A server of names that turns around: the judged answer first, then the one it wants to be connected to.
    let names = told(&[&["127.0.0.2"], &["127.0.0.1"]]);
    let client = Guarded::with(Settings {
        allow: vec![format!("127.0.0.2/32:{port}")],
        names: Some(names.clone()),
        ..Settings::default()
    });
    let url = format!("http://rebind.example:{port}/");
    // The server listens at 127.0.0.1 alone; the judged address is 127.0.0.2, where nobody is.
    for _ in 0..3 {
        let error = client.as_ref().unwrap().call(get(&url)).await.unwrap_err();
        assert!(matches!(error, OutboundError::Unreachable(_)), "{error:?}");
    }
    assert_eq!(names.1.load(Ordering::SeqCst), 1, "asked once, not again for connecting");
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn i_4_one_private_address_among_public_ones_is_enough_to_refuse() {
    for answer in [
        &["93.184.215.14", "127.0.0.1"][..],
        &["169.254.169.254"],
        &["2606:4700::1111", "::ffff:127.0.0.1"],
        &["fd00:ec2::254"],
        &["64:ff9b::a9fe:a9fe"],
        &["10.0.0.1", "8.8.8.8"],
    ] {
        let client = Guarded::with(Settings { names: Some(told(&[answer])), ..Settings::default() }).unwrap();
        let error = client.call(get("https://crm.example/")).await.unwrap_err();
        assert!(matches!(error, OutboundError::Refused(_)), "{answer:?}: {error:?}");
    }
    let nobody = Guarded::with(Settings { names: Some(told(&[&[]])), ..Settings::default() }).unwrap();
    assert!(matches!(nobody.call(get("https://crm.example/")).await, Err(OutboundError::Unreachable(_))));
}

#[tokio::test]
async fn i_4_an_entry_of_a_network_and_a_port_opens_that_and_nothing_beside_it() {
    let (port, seen) =
        server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_owned(), Vec::new(), 0).await;
    let names = told(&[&["127.0.0.1"]]);
    let client = Guarded::with(Settings {
        allow: vec![format!("127.0.0.0/8:{port}")],
        names: Some(names),
        ..Settings::default()
    })
    .unwrap();
    let answer = client.call(get(&format!("http://database.lan:{port}/"))).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"{}".as_slice()));
    assert_eq!(seen.lock().unwrap().len(), 1);
    for other in
        ["http://database.lan/", "https://database.lan/", "https://127.0.0.1/", "http://127.0.0.1:1/"]
    {
        assert!(matches!(client.call(get(other)).await, Err(OutboundError::Refused(_))), "{other}");
    }
}

#[tokio::test]
async fn i_4_a_redirect_to_the_metadata_of_a_cloud_is_not_followed() {
    for (status, to) in [
        (301, "http://169.254.169.254/latest/meta-data/"),
        (302, "http://metadata.google.internal/"),
        (303, "//169.254.169.254/"),
        (307, "http://127.0.0.1:1/"),
        (308, "file:///etc/passwd"),
    ] {
        let head = format!("HTTP/1.1 {status} Go\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
        let (port, seen) = server(head, Vec::new(), 0).await;
        let answer = guarded(&["127.0.0.1"]).call(get(&format!("http://127.0.0.1:{port}/"))).await.unwrap();
        assert_eq!((answer.status, answer.location.as_deref()), (status, Some(to)));
        assert_eq!(seen.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn i_5_fifty_megabytes_are_left_after_the_first_bytes() {
    for head in [
        "HTTP/1.1 200 OK\r\ncontent-length: 52428800\r\n\r\n",
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n",
    ] {
        let (port, _) = server(head.to_owned(), vec![b'x'; 65_536], 800).await;
        let answer = guarded(&["127.0.0.1"]).call(get(&format!("http://127.0.0.1:{port}/"))).await.unwrap();
        assert_eq!(
            answer.body.len(),
            ANSWER_BYTES_MAX + 1,
            "one more than the limit tells that there was more"
        );
    }
}

#[tokio::test]
async fn i_5_what_is_compressed_stays_compressed() {
    // 64 MiB of zeros in 64 KiB.
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut gzip, &vec![0; 64 << 20]).unwrap();
    let bomb = gzip.finish().unwrap();
    let size = bomb.len();
    assert!(size < 100_000);
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {size}\r\n\r\n");
    let (port, _) = server(head, bomb, 1).await;
    let answer = guarded(&["127.0.0.1"]).call(get(&format!("http://127.0.0.1:{port}/"))).await.unwrap();
    assert_eq!(answer.body.len(), size);
}

#[tokio::test]
async fn i_5_an_answer_that_drips_or_never_ends_is_left_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0; 4_096];
                let _ = stream.read(&mut buffer).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n").await;
                while stream.write_all(b"x").await.is_ok() {
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
            });
        }
    });
    let request = OutboundRequest { timeout_ms: 300, ..get(&format!("http://127.0.0.1:{port}/")) };
    let error = guarded(&["127.0.0.1"]).call(request).await.unwrap_err();
    assert_eq!(error, OutboundError::Unreachable(NO_ANSWER_IN_TIME.to_owned()));
}

#[tokio::test]
async fn calls_go_out_from_the_address_that_the_operator_bound() {
    let (port, seen) = server("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_owned(), Vec::new(), 0).await;
    let client = Guarded::with(Settings {
        allow: vec!["127.0.0.1".to_owned(), "::1".to_owned()],
        source_address: Some("127.0.0.7".parse().unwrap()),
        ..Settings::default()
    })
    .unwrap();
    assert_eq!(client.source_address(), Some("127.0.0.7".parse().unwrap()));
    client.call(get(&format!("http://127.0.0.1:{port}/"))).await.unwrap();
    client.dial("127.0.0.1", port, false).await.unwrap();
    // A connection that was accepted is in the list.
    while seen.lock().unwrap().len() < 2 {
        tokio::task::yield_now().await;
    }
    assert!(seen.lock().unwrap().iter().all(|peer| peer.ip().to_string() == "127.0.0.7"));
    // From an IPv4 address nobody reaches an IPv6 one, and the system's own choice is not taken instead.
    let other = client.call(get(&format!("http://[::1]:{port}/"))).await.unwrap_err();
    assert!(matches!(&other, OutboundError::Unreachable(why) if why.contains("source_address")), "{other:?}");
}

/// A server that wants a certificate of its authority, and its clients' certificates.
struct Certified {
    port: u16,
    root: Vec<u8>,
    good: ClientIdentity,
    stranger: ClientIdentity,
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn identity(by: &CertifiedIssuer<'static, KeyPair>) -> ClientIdentity {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["countersign.example".to_owned()]).unwrap();
    ClientIdentity { certificate: params.signed_by(&key, by).unwrap().pem(), key: key.serialize_pem() }
}

async fn certified() -> Certified {
    let (ours, other) = (authority(), authority());
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &ours).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(ours.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier =
        rustls::server::WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
            .build()
            .unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut buffer = [0; 4_096];
                let _ = stream.read(&mut buffer).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
                let _ = stream.shutdown().await;
            });
        }
    });
    Certified { port, root: ours.der().to_vec(), good: identity(&ours), stranger: identity(&other) }
}

#[tokio::test]
async fn a_server_that_wants_a_certificate_gets_the_one_of_the_look_up() {
    let Certified { port, root, good, stranger } = certified().await;
    let client = Guarded::with(Settings {
        allow: vec!["127.0.0.1".to_owned()],
        roots: vec![root],
        ..Settings::default()
    })
    .unwrap();
    let url = format!("https://127.0.0.1:{port}/");
    for _ in 0..2 {
        assert_eq!(client.call_as(&good, get(&url)).await.unwrap().status, 200);
    }
    for answer in [client.call(get(&url)).await, client.call_as(&stranger, get(&url)).await] {
        assert!(matches!(answer, Err(OutboundError::Unreachable(_))), "{answer:?}");
    }
    // Where it goes is judged as ever.
    let inside = client.call_as(&good, get("https://10.0.0.1/")).await;
    assert!(matches!(inside, Err(OutboundError::Refused(_))), "{inside:?}");
    assert_eq!(client.check_identity(&good), Ok(()));
    let mixed = ClientIdentity { certificate: good.certificate.clone(), key: stranger.key.clone() };
    let none = ClientIdentity { certificate: "x".to_owned(), key: good.key.clone() };
    let no_key = ClientIdentity { certificate: good.certificate.clone(), key: String::new() };
    for bad in [mixed, none, no_key] {
        let refused = client.check_identity(&bad).unwrap_err();
        assert!(matches!(refused, OutboundError::Refused(_)));
        assert!(!format!("{bad:?} {refused:?}").contains("PRIVATE"), "{refused:?}");
    }
}
