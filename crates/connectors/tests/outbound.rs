//! The guarded client: which addresses it calls, and how (I-4, I-5).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_connectors::outbound::Guarded;
use countersign_service::port::{ANSWER_BYTES_MAX, Outbound, OutboundError, OutboundRequest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn guarded(allow: &[&str]) -> Guarded {
    let allow: Vec<String> = allow.iter().map(|s| (*s).to_owned()).collect();
    Guarded::new(&allow).unwrap()
}

fn get(url: &str) -> OutboundRequest {
    OutboundRequest {
        method: "GET",
        url: url.to_owned(),
        headers: vec![("x-test".to_owned(), "1".to_owned())],
        body: Vec::new(),
        timeout_ms: 1_000,
        answer_bytes_max: ANSWER_BYTES_MAX,
    }
}

/// Answers every connection with the same text, and counts them.
async fn server(answer: &'static str) -> (u16, std::sync::Arc<std::sync::atomic::AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let seen = count.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            tokio::spawn(async move {
                let mut buffer = [0; 4_096];
                let _ = stream.read(&mut buffer).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    (port, count)
}

/// Hosts that lead inside, in every spelling.
const INSIDE: &[&str] = &[
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "127.0.0.1.",
    "127.255.255.254",
    "0",
    "0.0.0.0",
    "0x0",
    "00000",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "0xa.0.0.1",
    "012.0.0.1",
    "167772161",
    "10.1",
    "10.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "2886729729",
    "0xac.0x10.0.1",
    "192.168.0.1",
    "192.168.255.255",
    "3232235521",
    "0xc0a80001",
    "0300.0250.0.1",
    "192.168.1",
    "169.254.169.254",
    "169.254.169.254.",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "0xa9.0xfe.0xa9.0xfe",
    "169.254.43518",
    "169.16689662",
    "169.254.170.2",
    "169.254.0.1",
    "168.63.129.16",
    "100.64.0.1",
    "100.127.255.255",
    "100.100.100.200",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.175.48.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "4294967295",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[::0001]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:a9fe:a9fe]",
    "[::ffff:169.254.169.254]",
    "[0:0:0:0:0:ffff:192.168.0.1]",
    "[::ffff:8.8.8.8]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b::8.8.8.8]",
    "[64:ff9b:1::1]",
    "[100::1]",
    "[2001::1]",
    "[2001:0:7f00:1::]",
    "[2001:2::1]",
    "[2001:10::1]",
    "[2001:20::1]",
    "[2001:db8::1]",
    "[2002:7f00:1::]",
    "[2002:a00:1::]",
    "[2002:a9fe:a9fe::1]",
    "[2002:808:808::1]",
    "[2620:4f:8000::1]",
    "[3fff::1]",
    "[5f00::1]",
    "[fc00::1]",
    "[fd00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fe90::1]",
    "[febf::1]",
    "[fec0::1]",
    "[ff00::1]",
    "[ff02::1]",
    "[ff05::2]",
    "[4000::1]",
    "[8000::1]",
    "[1::1]",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "foo.localhost",
    "localhost.localdomain",
    "metadata.google.internal",
    "metadata.google.internal.",
    "instance-data.ec2.internal",
    "printer.local",
    "nas.lan",
    "router.home.arpa",
    "intranet",
    "wiki.intranet",
    "ｌｏｃａｌｈｏｓｔ",
    "ⓛocalhost",
    "１２７.0.0.1",
    "127。0。0。1",
    "①②⑦.0.0.1",
    "127.0.0.¹",
    "0177.1",
    "0x7f.1",
    "0x7F.0x0.0x0.0x1",
    "0177.0000.0000.0001",
    "000000000000177.0.0.1",
    "0x0000007f.0.0.1",
    "127.0x1",
    "127.65535",
    "2130706434",
    "0x7f000002",
    "10.0.0.1.",
    "0xa000001",
    "01200000001",
    "10.0x1",
    "172.16.1",
    "172.1048577",
    "0254.020.0.1",
    "0xac100001",
    "025404000001",
    "192.168.257",
    "192.11010049",
    "030052000001",
    "0xc0.0xa8.0x0.0x1",
    "169.0xfea9fe",
    "0251.254.0xa9.254",
    "025177524776",
    "169.254.169.253",
    "169.254.169.123",
    "0xa9fea9fe.",
    "100.64.0.2",
    "0x64400001",
    "0xe0000001",
    "0xf0000001",
    "0xffffffff",
    "[::0]",
    "[0::1]",
    "[::127.1.1.1]",
    "[::a9fe:a9fe]",
    "[::FFFF:C0A8:1]",
    "[::ffff:172.16.0.1]",
    "[::ffff:100.64.0.1]",
    "[::ffff:0.0.0.0]",
    "[0:0:0:0:0:ffff:7f00:0001]",
    "[64:ff9b::10.0.0.1]",
    "[64:ff9b::169.254.169.254]",
    "[64:ff9b:1:ffff:ffff::1]",
    "[2002:c0a8:1::]",
    "[2001:0:a9fe:a9fe::]",
    "[fd12:3456:789a::1]",
    "[fe80::a9fe:a9fe]",
    "[fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
    "[ff0e::1]",
    "169。254。169。254",
    "１６９.２５４.１６９.２５４",
    "⑩.⓪.⓪.①",
    "METADATA.GOOGLE.INTERNAL",
    "kubernetes.default.svc.cluster.local",
    "host.docker.internal",
    "a.b.localhost.",
    "db.localdomain",
    "ｍｅｔａｄａｔａ.google.internal",
];

/// What is not an address that anybody may call, whatever the host.
const NO_URL: &[&str] = &[
    "",
    "hooks.example",
    "//hooks.example",
    "https://",
    "https:///x",
    "https://user@hooks.example/",
    "https://user:secret@hooks.example/",
    "https://:secret@hooks.example/",
    "ftp://hooks.example/",
    "file:///etc/passwd",
    "gopher://hooks.example/",
    "javascript:alert(1)",
    "data:text/plain,x",
    "http://hooks.example/",
    "http://8.8.8.8/",
    "https://hooks.example:80/",
    "https://hooks.example:22/",
    "https://hooks.example:6379/",
    "https://hooks.example:0/",
    "https://8.8.8.8:9200/",
    "https://hooks example/",
    "https://[::1/",
    "https://[fe80::1%25eth0]/",
    "https://[fe80::1%eth0]/",
    "https://127.0.0.1@/",
    "https://hooks.example\\@127.0.0.1:1/",
    "https://%31%32%37.0.0.1:99999/",
];

#[test]
fn i_4_every_spelling_of_an_inside_address_is_refused() {
    let client = guarded(&[]);
    let mut count = 0;
    for host in INSIDE {
        for url in [format!("https://{host}/hook"), format!("https://{host}:8443/hook?x=1#y")] {
            count += 1;
            assert!(client.check_url(&url).is_err(), "{url}");
        }
    }
    for url in NO_URL {
        count += 1;
        assert!(client.check_url(url).is_err(), "{url}");
    }
    assert!(INSIDE.len() >= 150 && count >= 300, "{} {count}", INSIDE.len());
    // Percent-encoding is undone before the host is read.
    assert!(client.check_url("https://%31%32%37.0.0.1/").is_err());
}

#[test]
fn i_4_public_https_needs_no_entry() {
    let client = guarded(&[]);
    for url in [
        "https://hooks.example/in",
        "https://hooks.example:443/",
        "https://hooks.example:8443/a?b=c",
        "https://8.8.8.8/",
        "https://[2606:4700::1111]/",
        "https://bücher.example/",
        "https://11.0.0.1/",
        "https://172.15.0.1/",
        "https://172.32.0.1/",
        "https://192.167.1.1/",
        "https://100.63.0.1/",
        "https://198.20.0.1/",
        "https://localhost.example/",
        "https://internal.example/",
    ] {
        assert_eq!(client.check_url(url), Ok(()), "{url}");
    }
}

#[test]
fn i_4_the_operator_allows_by_host_address_network_and_port() {
    let client = guarded(&["hooks.internal", "10.0.0.0/8", "127.0.0.1:9000", "[::1]:9001", "fd00::/8"]);
    for url in [
        "http://hooks.internal/",
        "https://hooks.internal:9999/",
        "http://HOOKS.internal./",
        "http://10.1.2.3:8080/",
        "http://127.0.0.1:9000/",
        "http://[::1]:9001/",
        "http://[fd00::1]/",
    ] {
        assert_eq!(client.check_url(url), Ok(()), "{url}");
    }
    for url in [
        "http://other.internal:1/",
        "http://127.0.0.1:9001/",
        "http://[::1]:9000/",
        "http://192.168.0.1/",
        "http://127.0.0.1/",
    ] {
        // A name may lead into an allowed network: it is judged when it is called.
        if !url.contains("other") {
            assert!(client.check_url(url).is_err(), "{url}");
        }
    }
    for bad in ["", "http://x", "10.0.0.0/99", "host:0", "host:99999", "a b", "*.example"] {
        assert!(Guarded::new(&[bad.to_owned()]).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn i_4_a_name_that_leads_inside_is_refused_when_it_is_called() {
    let (port, count) = server("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    // Listed by network, so that the URL passes; the name leads elsewhere.
    let client = guarded(&[&format!("10.0.0.0/8:{port}")]);
    let url = format!("http://localhost:{port}/");
    assert_eq!(client.check_url(&url), Ok(()));
    let refused = client.call(get(&url)).await.unwrap_err();
    assert!(matches!(refused, OutboundError::Refused(_)), "{refused:?}");
    assert_eq!(count.load(std::sync::atomic::Ordering::Relaxed), 0, "nobody was connected to");
}

#[tokio::test]
async fn i_4_a_listed_name_and_a_listed_address_are_called() {
    let (port, _) = server("HTTP/1.1 204 No Content\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n").await;
    for (entry, host) in
        [(format!("localhost:{port}"), "localhost"), (format!("127.0.0.1:{port}"), "127.0.0.1")]
    {
        let client = guarded(&[&entry, "[::1]"]);
        let answer = client.call(get(&format!("http://{host}:{port}/"))).await.unwrap();
        assert_eq!((answer.status, answer.retry_after_secs), (204, Some(7)));
    }
}

#[tokio::test]
async fn i_4_a_redirect_is_an_answer_and_not_a_way() {
    let (inner, count) = server("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let text =
        format!("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{inner}/\r\ncontent-length: 0\r\n\r\n");
    let (port, _) = server(Box::leak(text.into_boxed_str())).await;
    let client = guarded(&["127.0.0.1"]);
    let answer = client.call(get(&format!("http://127.0.0.1:{port}/"))).await.unwrap();
    assert_eq!(answer.status, 302);
    assert_eq!(count.load(std::sync::atomic::Ordering::Relaxed), 0);
}

#[tokio::test]
async fn i_5_an_answer_is_read_up_to_256_kib() {
    let body = "x".repeat(2_000_000);
    let text = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let (port, _) = server(Box::leak(text.into_boxed_str())).await;
    let answer = guarded(&["127.0.0.1"]).call(get(&format!("http://127.0.0.1:{port}/"))).await.unwrap();
    assert_eq!(answer.body.len(), 256 * 1024);
}

#[tokio::test]
async fn i_5_a_server_that_does_not_answer_is_left_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let begun = std::time::Instant::now();
    let error = guarded(&["127.0.0.1"]).call(get(&format!("http://127.0.0.1:{port}/"))).await.unwrap_err();
    assert_eq!(error, OutboundError::Unreachable("no answer in time".to_owned()));
    assert!(begun.elapsed() < std::time::Duration::from_secs(3));
}

#[tokio::test]
async fn i_4_a_certificate_that_nobody_signed_is_refused() {
    // Speaks no TLS at all: the handshake fails, nothing is sent in clear.
    let (port, _) = server("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let error = guarded(&["127.0.0.1"]).call(get(&format!("https://127.0.0.1:{port}/"))).await.unwrap_err();
    assert!(matches!(error, OutboundError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn a_retry_after_date_counts_from_the_answers_own_date() {
    let (port, _) = server(
        "HTTP/1.1 503 Busy\r\ndate: Sat, 21 Nov 2026 10:00:00 GMT\r\nretry-after: Sat, 21 Nov 2026 10:02:00 GMT\r\n\
         content-length: 0\r\n\r\n",
    )
    .await;
    let answer = guarded(&["127.0.0.1"]).call(get(&format!("http://127.0.0.1:{port}/"))).await.unwrap();
    assert_eq!(answer.retry_after_secs, Some(120));
}
