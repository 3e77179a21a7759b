//! Who may do what: the password, the tokens, the sessions, and how often a password may be tried.
//!
//! In: the settings, and what a request shows. Out: what it may. Never: a secret in a log or in the store; there stand
//! only digests, which another password makes worthless.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use ipnet::IpNet;
use tokio::sync::Semaphore;

use crate::config::{Secret, WebRule};
use crate::model::Hash;

/// How long a session lasts without a new login.
pub(super) const SESSION: Duration = Duration::from_hours(30 * 24);
/// Random bytes of a session: more than can ever be guessed.
const SESSION_BYTES: usize = 32;
/// Passwords that one address may try a minute: a person mistypes, a program guesses.
const TRIES_A_MINUTE: NonZeroU32 = NonZeroU32::new(6).expect("invariant: six");
/// Addresses remembered before those that wait no longer are forgotten.
const MOST_ADDRESSES: usize = 4096;
/// Parts of an IPv6 address that one customer has for itself.
const IPV6_NETWORK: u128 = !0 << 64;

/// What a request may do; each may do what the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum May {
    /// Only what is open to everybody.
    Nothing,
    /// Read.
    Read,
    /// Read and change.
    Change,
}

/// Why the page is not served.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AccessError {
    /// Everybody could read what it shows.
    #[error(
        "the web page would listen on {0}, which others can reach, without a password: set web.password, or listen on \
         127.0.0.1"
    )]
    Open(SocketAddr),
    /// The hash is none.
    #[error("web.password begins like an Argon2 hash and is none: {0}")]
    WrongHash(String),
    /// There is no randomness, or the hash could not be made.
    #[error("the password cannot be hashed: {0}")]
    Hashing(String),
}

/// Who may do what.
pub struct Access {
    names: BTreeSet<String>,
    proxies: Vec<IpNet>,
    /// The Argon2 hash of the password; `None`: whoever reaches the page may do everything.
    password: Option<String>,
    /// What sessions are hashed with: another password ends them all.
    session_key: [u8; 32],
    tokens: Vec<(blake3::Hash, May)>,
    tries: RateLimiter<IpAddr, HashMapStateStore<IpAddr>, DefaultClock>,
    /// One password is hashed at a time: each takes 19 MiB.
    hashing: Semaphore,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access").field("names", &self.names).finish_non_exhaustive()
    }
}

impl Access {
    /// Access as the settings say, of a page that listens at this address.
    pub fn new(rule: &WebRule, listens_at: SocketAddr) -> Result<Self, AccessError> {
        if rule.password.is_none() && !listens_at.ip().to_canonical().is_loopback() {
            return Err(AccessError::Open(listens_at));
        }
        let written = rule.password.as_ref().map(Secret::expose).unwrap_or_default();
        let tokens = |tokens: &[Secret], may| -> Vec<(blake3::Hash, May)> {
            tokens.iter().map(|token| (blake3::hash(token.expose().as_bytes()), may)).collect()
        };
        Ok(Self {
            names: rule.names.clone(),
            proxies: rule.proxies.clone(),
            password: rule.password.as_ref().map(|password| hashed(password.expose())).transpose()?,
            session_key: blake3::derive_key("govwatch 2026-11-26 web sessions", written.as_bytes()),
            tokens: [tokens(&rule.read_tokens, May::Read), tokens(&rule.admin_tokens, May::Change)].concat(),
            tries: RateLimiter::hashmap(Quota::per_minute(TRIES_A_MINUTE)),
            hashing: Semaphore::new(1),
        })
    }

    /// Whether a password is asked for.
    pub(super) fn asks_password(&self) -> bool {
        self.password.is_some()
    }

    /// Whether the page is reached by this `Host` header: by an address, `localhost`, or a name of the settings. A name
    /// of others that was made to point here (DNS rebinding) is none of these.
    pub(super) fn is_own_host(&self, host: &str) -> bool {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
            _ => host,
        };
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        bare.parse::<IpAddr>().is_ok() || name == "localhost" || self.names.contains(&name)
    }

    /// Who asks, where `peer` is connected: a proxy of ours is believed who it was connected by, which it wrote last
    /// (`X-Forwarded-For: client, proxy, proxy`). What was written before that, anybody may have.
    pub(super) fn asker<'h>(&self, peer: IpAddr, forwarded: impl DoubleEndedIterator<Item = &'h str>) -> IpAddr {
        let is_proxy = |address: &IpAddr| {
            let address = address.to_canonical();
            self.proxies.iter().any(|net| net.contains(&address))
        };
        let said = |one: &str| {
            let one = one.trim();
            one.parse().ok().or_else(|| one.parse::<SocketAddr>().ok().map(|address| address.ip()))
        };
        let mut asker = peer;
        for one in forwarded.flat_map(|line| line.split(',')).rev() {
            if !is_proxy(&asker) {
                break;
            }
            let Some(address) = said(one) else { break };
            asker = address;
        }
        asker
    }

    /// What the bearer of this token may do.
    pub(super) fn token(&self, secret: &str) -> May {
        let shown = blake3::hash(secret.as_bytes());
        // Hashes compare in constant time, and all are compared.
        let fold = |may, (known, grants): &(blake3::Hash, May)| if *known == shown { (*grants).max(may) } else { may };
        self.tokens.iter().fold(May::Nothing, fold)
    }

    /// Whether this address may try another password now.
    pub(super) fn may_try(&self, address: IpAddr) -> bool {
        if self.tries.len() > MOST_ADDRESSES {
            self.tries.retain_recent();
        }
        let address = match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & IPV6_NETWORK).into(),
            address @ IpAddr::V4(_) => address,
        };
        self.tries.check_key(&address).is_ok()
    }

    /// Whether this is the password. Takes some hundredths of a second of a core, whatever is shown.
    pub(super) async fn is_password(&self, shown: String) -> bool {
        let Some(hash) = self.password.clone() else { return true };
        let Ok(_turn) = self.hashing.acquire().await else { return false };
        let compare = move || {
            let hash = PasswordHash::new(&hash).ok();
            hash.is_some_and(|hash| Argon2::default().verify_password(shown.as_bytes(), &hash).is_ok())
        };
        tokio::task::spawn_blocking(compare).await.unwrap_or(false)
    }

    /// A new session: what the browser keeps, and what the store keeps. **Errors**: the system gives no randomness.
    pub(super) fn new_session(&self) -> Result<(String, Hash), getrandom::Error> {
        let mut random = [0; SESSION_BYTES];
        getrandom::fill(&mut random)?;
        let session = URL_SAFE_NO_PAD.encode(random);
        let digest = self.session_digest(&session);
        Ok((session, digest))
    }

    /// What the store knows a session by.
    pub(super) fn session_digest(&self, session: &str) -> Hash {
        Hash::from_bytes(*blake3::keyed_hash(&self.session_key, session.as_bytes()).as_bytes())
    }
}

/// The Argon2 hash of a password, which may be one already.
fn hashed(password: &str) -> Result<String, AccessError> {
    if password.starts_with("$argon2") {
        let parsed = PasswordHash::new(password).map_err(|error| AccessError::WrongHash(error.to_string()))?;
        return Ok(parsed.to_string());
    }
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| AccessError::Hashing(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(rule: &WebRule) -> Access {
        Access::new(rule, ([127, 0, 0, 1], 0).into()).unwrap()
    }

    #[test]
    fn a_page_that_others_reach_needs_a_password() {
        let (open, everywhere) = (WebRule::default(), ([0, 0, 0, 0], 8600).into());
        assert_eq!(Access::new(&open, everywhere).unwrap_err(), AccessError::Open(everywhere));
        let closed = WebRule { password: Some(Secret::new("一二三")), ..open };
        assert!(Access::new(&closed, everywhere).is_ok());
    }

    #[test]
    fn names_of_others_are_not_answered() {
        let names = BTreeSet::from(["watch.example.org".to_owned()]);
        let access = access(&WebRule { names, ..WebRule::default() });
        for own in ["127.0.0.1:8600", "[::1]:8600", "[::1]", "localhost:1", "LOCALHOST", "watch.example.org.:443"] {
            assert!(access.is_own_host(own), "{own}");
        }
        for foreign in ["", "evil.example", "127.0.0.1.evil.example:80", "localhost.evil.example", "evil:80:80"] {
            assert!(!access.is_own_host(foreign), "{foreign}");
        }
    }

    #[test]
    fn only_a_proxy_of_ours_says_who_asks_and_only_what_it_wrote_itself() {
        let proxies = vec!["127.0.0.1/32".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        let behind = access(&WebRule { proxies, ..WebRule::default() });
        let asker = |access: &Access, peer: &str, forwarded: &[&str]| {
            access.asker(peer.parse().unwrap(), forwarded.iter().copied()).to_string()
        };
        assert_eq!(asker(&behind, "127.0.0.1", &["192.0.2.7"]), "192.0.2.7");
        assert_eq!(asker(&behind, "::ffff:127.0.0.1", &["192.0.2.7:4711"]), "192.0.2.7");
        assert_eq!(
            asker(&behind, "127.0.0.1", &["6.6.6.6", "192.0.2.7, 10.1.1.1"]),
            "192.0.2.7",
            "the guesser wrote 6.6.6.6"
        );
        assert_eq!(asker(&behind, "192.0.2.9", &["6.6.6.6"]), "192.0.2.9", "it is no proxy");
        assert_eq!(asker(&behind, "127.0.0.1", &["unknown"]), "127.0.0.1");
        assert_eq!(asker(&access(&WebRule::default()), "127.0.0.1", &["6.6.6.6"]), "127.0.0.1", "nobody is believed");
    }

    #[tokio::test]
    async fn a_password_is_known_by_its_hash_alone() {
        let hash = hashed("正确的密码").unwrap();
        for written in ["正确的密码".to_owned(), hash] {
            let access = access(&WebRule { password: Some(Secret::new(written)), ..WebRule::default() });
            assert!(access.is_password("正确的密码".into()).await);
            assert!(!access.is_password("错误的密码".into()).await);
            assert!(!format!("{access:?}").contains("argon2"));
        }
    }

    #[test]
    fn another_password_ends_all_sessions() {
        let with = |password: &str| access(&WebRule { password: Some(Secret::new(password)), ..WebRule::default() });
        let (one, other) = (with("one"), with("other"));
        let (session, digest) = one.new_session().unwrap();
        assert_eq!(one.session_digest(&session), digest);
        assert_ne!(other.session_digest(&session), digest);
        assert_ne!(one.new_session().unwrap().0, session);
    }

    #[test]
    fn an_address_that_guesses_has_to_wait_and_no_other() {
        let access = access(&WebRule::default());
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let tries = (0..10).filter(|n| access.may_try(format!("2001:db8::{n}").parse().unwrap())).count();
        assert_eq!(tries, 6);
        assert!(!access.may_try(one));
        assert!(access.may_try("192.0.2.1".parse().unwrap()));
    }
}
