//! Connections that speak no HTTP, by the same rules: mail.

use std::net::{IpAddr, SocketAddr};

use countersign_service::port::{BoxWire, OutboundError};
use rustls::pki_types::ServerName;
use tokio::net::{TcpSocket, TcpStream};
use url::Host;

use super::{CONNECT, Guarded, address, not_public};

/// Ports of mail that need no entry, where the connection is encrypted: submission and IMAP, both ways of each.
const MAIL_PORTS: [u16; 4] = [143, 465, 587, 993];

impl Guarded {
    /// Judges a server as far as it can be without asking anybody.
    pub(super) fn judge_wire(
        &self,
        host: &str,
        port: u16,
        is_encrypted: bool,
    ) -> Result<Host<String>, OutboundError> {
        let refused = |why: &str| OutboundError::Refused(why.to_owned());
        let host = Host::parse(host).map_err(|_| refused("it is not the name of a server"))?;
        let (is_listed, may_be_listed) = match &host {
            Host::Domain(name) => (self.allow.has_name(name, port), self.allow.has_networks(port)),
            Host::Ipv4(v4) => (self.allow.has_address((*v4).into(), port), false),
            Host::Ipv6(v6) => (self.allow.has_address((*v6).into(), port), false),
        };
        if is_listed || may_be_listed {
            return Ok(host);
        }
        if !is_encrypted {
            return Err(refused(
                "only encrypted connections can be made, unless the operator lists this server in the configuration (outbound.allow)",
            ));
        }
        if !MAIL_PORTS.contains(&port) {
            return Err(refused(
                "only the ports 143, 465, 587 and 993 can be connected to, unless the operator lists this server in the configuration (outbound.allow)",
            ));
        }
        match &host {
            Host::Ipv4(v4) if !address::is_public((*v4).into()) => Err(not_public()),
            Host::Ipv6(v6) if !address::is_public((*v6).into()) => Err(not_public()),
            Host::Domain(name) if address::is_private_name(name) => Err(not_public()),
            _ => Ok(host),
        }
    }

    /// Connects to an address that was judged, and to no other.
    pub(super) async fn guarded_dial(
        &self,
        host: &str,
        port: u16,
        is_encrypted: bool,
    ) -> Result<BoxWire, OutboundError> {
        let unreachable = |why: &str| OutboundError::Unreachable(why.to_owned());
        let addresses: Vec<IpAddr> = match self.judge_wire(host, port, is_encrypted)? {
            Host::Ipv4(v4) => self.of_source_family(vec![v4.into()])?,
            Host::Ipv6(v6) => self.of_source_family(vec![v6.into()])?,
            Host::Domain(name) => {
                let is_plain = !is_encrypted || !MAIL_PORTS.contains(&port);
                self.judge_name(&name, port, is_plain).await?
            }
        };
        for address in addresses {
            let connecting = self.connect(SocketAddr::new(address, port));
            if let Ok(Ok(stream)) = tokio::time::timeout(CONNECT, connecting).await {
                return Ok(Box::new(stream));
            }
        }
        Err(unreachable("no connection"))
    }

    async fn connect(&self, to: SocketAddr) -> std::io::Result<TcpStream> {
        let Some(source) = self.source else { return TcpStream::connect(to).await };
        let socket = if to.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.bind(SocketAddr::new(source, 0))?;
        socket.connect(to).await
    }

    /// TLS on a connection that stands, with the certificate of `host`.
    pub(super) async fn encrypted(&self, wire: BoxWire, host: &str) -> Result<BoxWire, OutboundError> {
        let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
            .map_err(|_| OutboundError::Refused("it is not the name of a server".to_owned()))?;
        let shaking = self.tls.connect(name, wire);
        match tokio::time::timeout(CONNECT * 3, shaking).await {
            Ok(Ok(stream)) => Ok(Box::new(stream)),
            Ok(Err(_)) => {
                let why =
                    "no encrypted connection: the port speaks another way, or the certificate is not trusted";
                Err(OutboundError::Unreachable(why.to_owned()))
            }
            Err(_) => Err(OutboundError::Unreachable("no answer in time".to_owned())),
        }
    }
}
