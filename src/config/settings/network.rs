//! How the network is reached: what may be, what names stand for, how much is taken.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use url::{Host, Url};

/// How the network is reached, and what of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// Private addresses that may be reached; nothing else of that kind is.
    pub allow: Vec<Allowed>,
    /// Names that stand for a fixed address and port, lower case; the target must be allowed all the same.
    pub resolve: BTreeMap<String, SocketAddr>,
    /// Proxy for every site.
    pub proxy: Option<Url>,
    /// Sizes that end a transfer.
    pub caps: Caps,
}

/// A network, on one port or on all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// The addresses.
    pub net: IpNet,
    /// The port; `None`: every port.
    pub port: Option<u16>,
}

impl Allowed {
    /// Whether an address and port belong to it. An IPv4 address in IPv6 spelling counts as the IPv4 address.
    pub fn contains(&self, address: SocketAddr) -> bool {
        let is_port = self.port.is_none_or(|port| port == address.port());
        is_port && (self.net.contains(&address.ip()) || self.net.contains(&address.ip().to_canonical()))
    }
}

impl Network {
    /// Whether an address and port are in [`Network::allow`].
    pub fn allows(&self, address: SocketAddr) -> bool {
        self.allow.iter().any(|allowed| allowed.contains(address))
    }

    /// Whether a URL's literal address is in [`Network::allow`]; a name is none.
    pub(in crate::config) fn allows_url(&self, url: &Url) -> bool {
        let ip: IpAddr = match url.host() {
            Some(Host::Ipv4(ip)) => ip.into(),
            Some(Host::Ipv6(ip)) => ip.into(),
            Some(Host::Domain(_)) | None => return false,
        };
        url.port_or_known_default().is_some_and(|port| self.allows(SocketAddr::new(ip, port)))
    }
}

/// Sizes that end a transfer, counted after inflation; `None`: the fetcher's own limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caps {
    /// Most bytes of a page.
    pub page_bytes: Option<u64>,
    /// Most bytes of an attachment.
    pub attachment_bytes: Option<u64>,
}

/// Largest cap that may be set: bodies are held in memory.
pub(in crate::config) const MOST_CAP_BYTES: u64 = 2 << 30;
