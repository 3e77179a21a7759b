//! Names to addresses, with the gate inside: the connector uses exactly what is given back here.
//!
//! In: a host name. Out: the addresses that may be connected to. Never: an address that the gate refuses; of a
//! mixed answer only the bad ones are dropped, so a rebinding name gains nothing by answering twice.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::gate::{self, Reach};
use crate::config::Network;

/// Who answers questions about names.
#[derive(Debug, Clone)]
pub enum Names {
    /// The system, `/etc/hosts` included.
    System,
    /// A script of successive answers for tests; the last one of a name stays.
    Scripted(Arc<Mutex<BTreeMap<String, Vec<Vec<IpAddr>>>>>),
}

impl Names {
    pub(super) async fn lookup(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        match self {
            Self::System => Ok(tokio::net::lookup_host((name, 0)).await?.map(|addr| addr.ip()).collect()),
            Self::Scripted(script) => {
                let mut script = script.lock().expect("invariant: no holder of the script panics");
                let answers = script.entry(name.to_owned()).or_default();
                Ok(if answers.len() > 1 { answers.remove(0) } else { answers.first().cloned().unwrap_or_default() })
            }
        }
    }
}

/// Why a name gives no address to connect to.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResolveError {
    /// The gate refuses all of its addresses.
    #[error("{0}")]
    Refused(String),
    /// It is not known, or has no address.
    #[error("the name {0} is not known: {1}")]
    Unknown(String, String),
}

/// The resolver of one client: all its requests go to one port, and are all of one reach.
pub(super) struct Guarded {
    pub(super) network: Arc<Network>,
    pub(super) names: Names,
    pub(super) port: u16,
    pub(super) reach: Reach,
    /// The configured proxy is a trusted hop: its name may mean any address.
    pub(super) proxy_host: Option<String>,
}

impl Guarded {
    async fn addresses(self: Arc<Self>, name: String) -> Result<Vec<SocketAddr>, ResolveError> {
        if let Some(pin) = self.network.resolve.get(&name) {
            return self.filtered([*pin]);
        }
        let found = self.names.lookup(&name).await;
        let found = found.map_err(|error| ResolveError::Unknown(name.clone(), error.to_string()))?;
        if found.is_empty() {
            return Err(ResolveError::Unknown(name, "it has no address".to_owned()));
        }
        if self.proxy_host.as_deref() == Some(&name) {
            return Ok(found.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect());
        }
        self.filtered(found.into_iter().map(|ip| SocketAddr::new(ip, self.port)))
    }

    fn filtered(&self, found: impl IntoIterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, ResolveError> {
        let mut good = Vec::new();
        let mut refusal = String::new();
        for addr in found {
            match gate::ensure_reachable(addr.ip(), addr.port(), &self.network, self.reach) {
                Ok(()) => good.push(addr),
                Err(why) => refusal = why,
            }
        }
        if good.is_empty() { Err(ResolveError::Refused(refusal)) } else { Ok(good) }
    }
}

/// The form that the client takes.
pub(super) struct Resolver(pub(super) Arc<Guarded>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guarded = Arc::clone(&self.0);
        let name = name.as_str().trim_end_matches('.').to_ascii_lowercase();
        Box::pin(async move {
            let addresses = guarded.addresses(name).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}
