//! The one place where HTTP clients are made.
//!
//! In: the port, reach and proxy of a request. Out: a client whose resolver is the gate. Never: a client made
//! anywhere else, a redirect or a decompression behind our back, a proxy out of the environment.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use super::FetchError;
use super::gate::Route;
use super::limits::Limits;
use super::resolve::{Guarded, Names, Resolver};
use crate::config::Network;
use reqwest::{Client, ClientBuilder, Proxy, redirect};

/// Clients kept at once: portals use a handful of ports; each client holds a TLS setup of some 100 KiB.
const MOST_CLIENTS: usize = 32;

/// What makes one client differ from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Kind {
    /// The port that all its requests go to: the gate judges address and port together.
    pub(super) port: u16,
    /// Where it may connect to, and through what.
    pub(super) route: Route,
}

/// The clients made so far.
pub(super) struct Clients {
    network: Arc<Network>,
    names: Names,
    user_agent: String,
    made: Mutex<HashMap<Kind, Client>>,
}

impl Clients {
    pub(super) fn new(network: Arc<Network>, names: Names, user_agent: String) -> Self {
        Self { network, names, user_agent, made: Mutex::new(HashMap::new()) }
    }

    /// The client of this kind, made when it is first needed.
    pub(super) fn of(&self, kind: Kind, limits: &Limits) -> Result<Client, FetchError> {
        let mut made = self.made.lock().expect("invariant: no holder of the clients panics");
        if let Some(client) = made.get(&kind) {
            return Ok(client.clone());
        }
        let client = self.make(&kind, limits)?;
        if made.len() >= MOST_CLIENTS {
            made.clear();
        }
        made.insert(kind, client.clone());
        Ok(client)
    }

    /// The addresses of a name, for what speaks another protocol; not yet judged by the gate.
    pub(super) async fn lookup(&self, name: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
        let found = self.names.lookup(name).await.map_err(|error| format!("the name {name} is not known: {error}"))?;
        Ok(found.into_iter().map(|ip| SocketAddr::new(ip, port)).collect())
    }

    fn make(&self, kind: &Kind, limits: &Limits) -> Result<Client, FetchError> {
        let setting = |error: reqwest::Error| FetchError::Setting { what: format!("no HTTP client: {error:?}") };
        // A machine without CA certificates can still read plain HTTP; HTTPS then says that the issuer is unknown.
        match self.builder(kind, limits)?.build() {
            Ok(client) => Ok(client),
            Err(_) => self.builder(kind, limits)?.tls_certs_only([]).build().map_err(setting),
        }
    }

    fn builder(&self, kind: &Kind, limits: &Limits) -> Result<ClientBuilder, FetchError> {
        let resolver = Resolver(Arc::new(Guarded {
            network: Arc::clone(&self.network),
            names: self.names.clone(),
            port: kind.port,
            reach: kind.route.reach,
            proxy_host: kind.route.proxy.as_ref().and_then(|proxy| proxy.host_str()).map(str::to_owned),
        }));
        let builder = Client::builder()
            .user_agent(&self.user_agent)
            .http1_only()
            .http1_max_headers(limits.header_lines)
            .redirect(redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .connect_timeout(limits.connect)
            .pool_idle_timeout(limits.kept_open)
            .dns_resolver(resolver)
            .no_proxy();
        let Some(proxy) = &kind.route.proxy else { return Ok(builder) };
        let proxy = Proxy::all(proxy.clone())
            .map_err(|error| FetchError::Setting { what: format!("the proxy cannot be used: {error}") })?;
        Ok(builder.proxy(proxy))
    }
}

/// The User-Agent: who we are and how to reach whoever runs us.
pub(super) fn user_agent(contact: Option<&str>) -> Result<String, FetchError> {
    let name = concat!("govwatch/", env!("CARGO_PKG_VERSION"));
    match contact.map(str::trim).filter(|contact| !contact.is_empty()) {
        None => Ok(name.to_owned()),
        Some(contact) if contact.bytes().all(|byte| (0x20..0x7f).contains(&byte) && !b"()\\".contains(&byte)) => {
            Ok(format!("{name} (+{contact})"))
        }
        Some(contact) => Err(FetchError::Setting {
            what: format!("contact {contact:?} cannot stand in a header: write a URL or an address in plain ASCII"),
        }),
    }
}

/// What went wrong before there was an answer, in words, from the whole chain of causes.
pub(super) fn words(error: &(dyn std::error::Error + 'static)) -> String {
    let mut causes = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    let all = causes.join(": ");
    let known = MEANINGS.iter().find(|(mark, _)| all.contains(mark)).map(|(_, meaning)| *meaning);
    let last = causes.pop().unwrap_or_default();
    known.map_or_else(|| last.clone(), |meaning| format!("{meaning} ({last})"))
}

/// What the libraries' error texts mean for whoever runs us. Source: Display of rustls 0.23 and of the system.
const MEANINGS: [(&str, &str); 11] = [
    ("UnknownIssuer", "TLS: the certificate's issuer is not known; often the server leaves out an intermediate"),
    ("Expired", "TLS: the certificate has expired"),
    ("NotValidYet", "TLS: the certificate is not valid yet, or the clock here is wrong"),
    ("NotValidForName", "TLS: the certificate is for another name"),
    ("HandshakeFailure", "TLS: no cipher in common; the server speaks only old TLS"),
    ("ProtocolVersion", "TLS: no version in common; the server speaks only TLS 1.0 or 1.1"),
    ("peer is incompatible", "TLS: nothing in common; the server speaks only old TLS"),
    ("tls handshake eof", "TLS: the server hung up during the handshake"),
    ("corrupt message", "TLS: the server does not speak TLS on this port"),
    ("Connection refused", "the server refuses the connection"),
    ("reset by peer", "the server reset the connection"),
];
