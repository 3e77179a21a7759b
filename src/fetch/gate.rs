//! The gate: the one place that may refuse a URL or an address.
//!
//! In: a URL, before every hop, and every address that a name resolves to, inside the resolver whose answer is
//! used. Out: nothing, or why not. Never: a lookup of its own, so that what is checked is what is connected.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::FetchError;
use super::limits::Limits;
use crate::config::Network;

/// Ports of other protocols that an HTTP request could be smuggled into.
/// Source: WHATWG Fetch, section "Port blocking".
const BAD_PORTS: [u16; 82] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
    532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 5060, 5061,
    6000, 6566, 6665, 6666, 6667, 6668, 6669, 6697, 6679, 10080,
];

/// Which addresses may be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Reach {
    /// The public internet and what `network.allow` lists.
    Public,
    /// Only what `network.allow` lists: who asks faster than a stranger may must own the server.
    OwnOnly,
}

/// How a request would travel.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Route {
    /// Which addresses it may connect to.
    pub(super) reach: Reach,
    /// The proxy it goes through: a trusted hop that resolves names itself, so that only literals can be judged.
    pub(super) proxy: Option<Url>,
}

/// Refuses a URL that must not be asked. An address literal in any spelling is judged here, since it never
/// reaches the resolver; the parser has already turned `0x7f.1` and `2130706433` into 127.0.0.1.
pub(super) fn ensure_askable(url: &Url, network: &Network, route: &Route, limits: &Limits) -> Result<(), FetchError> {
    let refused = |why: String| FetchError::Refused { url: without_credentials(url), why };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refused(format!("{} is neither http nor https", url.scheme())));
    }
    if url.as_str().len() > limits.url_chars {
        return Err(refused(format!("it is longer than {} characters", limits.url_chars)));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("it carries credentials; put them into `fetch.headers`".to_owned()));
    }
    let Some(port) = url.port_or_known_default().filter(|port| !BAD_PORTS.contains(port)) else {
        return Err(refused("its port belongs to another protocol".to_owned()));
    };
    let address = match url.host() {
        Some(Host::Ipv4(v4)) => Some((IpAddr::V4(v4), port)),
        Some(Host::Ipv6(v6)) => Some((IpAddr::V6(v6), port)),
        Some(Host::Domain(name)) if route.proxy.is_some() => {
            ensure_proxyable(name, route.reach).map_err(refused)?;
            None
        }
        Some(Host::Domain(name)) => network.resolve.get(name).map(|pin| (pin.ip(), pin.port())),
        None => return Err(refused("it has no host".to_owned())),
    };
    address.map_or(Ok(()), |(ip, port)| ensure_reachable(ip, port, network, route.reach).map_err(refused))
}

/// What can be said of a name that a proxy resolves.
fn ensure_proxyable(name: &str, reach: Reach) -> Result<(), String> {
    if is_local_name(name) {
        return Err(format!("{name} would be the proxy's own machine"));
    }
    match reach {
        Reach::Public => Ok(()),
        Reach::OwnOnly => Err("behind a proxy the address cannot be known to be one of `network.allow`; set \
                               `pace.min_interval` to 1s or more"
            .to_owned()),
    }
}

/// Whether this address may be connected to; the error says why not and what would allow it.
pub(super) fn ensure_reachable(ip: IpAddr, port: u16, network: &Network, reach: Reach) -> Result<(), String> {
    if is_allowed(ip, port, network) {
        return Ok(());
    }
    match (not_public(ip), reach) {
        (Some(kind), _) => Err(format!("{ip} is {kind}; `network.allow = [\"{ip}:{port}\"]` would allow it")),
        (None, Reach::OwnOnly) => Err(format!(
            "{ip} is not in `network.allow`, and only such addresses may be asked more often than once a second; \
             set `pace.min_interval` to 1s or more"
        )),
        (None, Reach::Public) => Ok(()),
    }
}

fn is_allowed(ip: IpAddr, port: u16, network: &Network) -> bool {
    let inner = inner_v4(ip).map(IpAddr::V4);
    network.allow.iter().any(|allowed| {
        let names = |ip: &IpAddr| allowed.net.contains(ip);
        (names(&ip) || inner.as_ref().is_some_and(names)) && allowed.port.is_none_or(|only| only == port)
    })
}

/// What kind of address this is, if it is not one of the public internet.
/// Source: the IANA special-purpose registries, RFC 6890; cloud metadata lives in 169.254/16 and 100.64/10.
fn not_public(ip: IpAddr) -> Option<&'static str> {
    match (inner_v4(ip), ip) {
        (Some(v4), _) => not_public_v4(v4),
        (None, IpAddr::V6(v6)) => not_public_v6(v6),
        (None, IpAddr::V4(_)) => None,
    }
}

fn not_public_v4(ip: Ipv4Addr) -> Option<&'static str> {
    match ip.octets() {
        [0, ..] => Some("an address of this machine (0.0.0.0/8)"),
        [127, ..] => Some("a loopback address"),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Some("a private address"),
        [100, 64..=127, ..] => Some("a carrier's inner address (100.64.0.0/10, where clouds keep metadata)"),
        [169, 254, ..] => Some("a link-local address (where clouds keep metadata)"),
        [192, 0, 0 | 2, _] | [192, 88, 99, _] | [198, 18..=19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => {
            Some("an address reserved for protocols, tests or documents")
        }
        [224..=239, ..] => Some("a multicast address"),
        [240..=255, ..] => Some("a reserved address"),
        _ => None,
    }
}

fn not_public_v6(ip: Ipv6Addr) -> Option<&'static str> {
    match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => Some("a loopback address"),
        [0xfc00..=0xfdff, ..] => Some("a private address (fc00::/7)"),
        [0xfe80..=0xfebf, ..] => Some("a link-local address"),
        [0xff00..=0xffff, ..] => Some("a multicast address"),
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => {
            Some("an address reserved for protocols or documents")
        }
        [0x2000..=0x3fff, ..] => None,
        _ => Some("not a public address (outside 2000::/3)"),
    }
}

/// The IPv4 address that is meant: itself, or the one inside a mapped, compatible, NAT64 or 6to4 address.
fn inner_v4(ip: IpAddr) -> Option<Ipv4Addr> {
    let v6 = match ip {
        IpAddr::V4(v4) => return Some(v4),
        IpAddr::V6(v6) => v6,
    };
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Some(Ipv4Addr::new(a, b, c, d))
    };
    match v6.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            v4(high, low)
        }
        _ => None,
    }
}

/// Names that always mean the machine that looks them up. Source: RFC 6761 section 6.3.
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

fn without_credentials(url: &Url) -> String {
    let mut url = url.clone();
    // Both setters fail only for URLs that cannot have credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Allowed;

    fn refusal(url: &str, network: &Network) -> Option<String> {
        let url = Url::parse(url).unwrap();
        let route = Route { reach: Reach::Public, proxy: network.proxy.clone() };
        let asked = ensure_askable(&url, network, &route, &Limits::default());
        asked.err().map(|error| error.to_string())
    }

    fn allow(net: &str, port: Option<u16>) -> Network {
        Network { allow: vec![Allowed { net: net.parse().unwrap(), port }], ..Network::default() }
    }

    /// Addresses nobody may be led to, in the spellings that attackers use.
    const PRIVATE: &str = "127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 017700000001 0177.0.0.1 \
        127.0.0.1. １２７.0.0.1 %31%32%37.0.0.1 0.0.0.0 0 10.1.2.3 172.16.0.1 \
        172.31.255.255 192.168.1.1 169.254.169.254 100.100.100.200 224.0.0.1 240.0.0.1 255.255.255.255 \
        198.18.0.1 192.0.0.192 [::1] [::] [::ffff:127.0.0.1] [::ffff:a00:1] [::127.0.0.1] \
        [64:ff9b::7f00:1] [64:ff9b::169.254.169.254] [64:ff9b:1::1] [2002:7f00:1::] [2002:a9fe:a9fe::1] [2001::1] [2001:db8::1] \
        [fe80::1] [fd00:ec2::254] [fc00::1] [ff02::1] [fec0::1]";

    #[test]
    fn private_literals_are_refused_in_any_spelling() {
        for host in PRIVATE.split_whitespace() {
            let said = refusal(&format!("http://{host}/x"), &Network::default());
            assert!(said.as_ref().is_some_and(|said| said.contains("network.allow")), "{host}: {said:?}");
        }
    }

    #[test]
    fn public_literals_and_names_pass() {
        for host in ["www.gov.cn", "202.99.0.1", "[2408:8000::1]", "[64:ff9b::ca63:1]", "172.32.0.1", "100.128.0.1"] {
            assert_eq!(refusal(&format!("http://{host}/x"), &Network::default()), None, "{host}");
        }
    }

    #[test]
    fn a_private_address_passes_where_address_and_port_are_allowed() {
        let network = allow("10.1.2.0/24", Some(8080));
        assert_eq!(refusal("http://10.1.2.3:8080/", &network), None);
        assert_eq!(refusal("http://[::ffff:10.1.2.3]:8080/", &network), None);
        assert!(refusal("http://10.1.2.3/", &network).is_some_and(|said| said.contains("10.1.2.3:80")));
        assert!(refusal("http://10.1.3.3:8080/", &network).is_some());
        assert_eq!(refusal("http://10.1.2.3:9999/", &allow("10.0.0.0/8", None)), None);
    }

    #[test]
    fn other_schemes_ports_credentials_and_endless_urls_are_refused() {
        let public = Network::default();
        for url in ["file:///etc/passwd", "ftp://a.gov.cn/", "data:text/html,x", "javascript:1", "gopher://a.gov.cn/"] {
            assert!(refusal(url, &public).is_some_and(|said| said.contains("neither http nor https")), "{url}");
        }
        let said = refusal("http://user:secret@a.gov.cn/", &public).unwrap();
        assert!(said.contains("credentials") && !said.contains("secret"), "{said}");
        assert!(refusal("http://a.gov.cn:25/", &public).is_some_and(|said| said.contains("port")));
        assert!(refusal("http://a.gov.cn:0/", &public).is_some());
        assert!(refusal(&format!("http://a.gov.cn/{}", "a".repeat(9000)), &public).is_some());
    }

    #[test]
    fn a_pinned_name_is_judged_by_its_pin() {
        let pinned = |network: Network| Network {
            resolve: [("a.gov.cn".to_owned(), "127.0.0.1:8080".parse().unwrap())].into(),
            ..network
        };
        assert!(refusal("http://a.gov.cn/", &pinned(Network::default())).is_some());
        assert_eq!(refusal("http://a.gov.cn/", &pinned(allow("127.0.0.1/32", Some(8080)))), None);
    }

    #[test]
    fn a_proxy_does_not_open_its_own_machine() {
        let network = Network { proxy: Some(Url::parse("http://127.0.0.1:3128").unwrap()), ..Network::default() };
        assert!(refusal("http://localhost/", &network).is_some());
        assert!(refusal("http://x.localhost./", &network).is_some());
        assert!(refusal("http://127.0.0.1:3128/", &network).is_some());
        assert_eq!(refusal("http://www.gov.cn/", &network), None);
    }

    #[test]
    fn whoever_asks_too_often_must_own_the_address() {
        let url = Url::parse("http://202.99.0.1/").unwrap();
        let route = Route { reach: Reach::OwnOnly, proxy: None };
        let asked = |network: &Network| ensure_askable(&url, network, &route, &Limits::default());
        assert!(asked(&Network::default()).is_err_and(|error| error.to_string().contains("pace.min_interval")));
        assert!(asked(&allow("202.99.0.0/16", None)).is_ok());
        let proxied = Route { proxy: Some(Url::parse("http://127.0.0.1:3128").unwrap()), ..route };
        let name = Url::parse("http://www.gov.cn/").unwrap();
        assert!(ensure_askable(&name, &Network::default(), &proxied, &Limits::default()).is_err());
    }
}
