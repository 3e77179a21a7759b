//! What `[web]` says: where the page listens, by which names it is reached, who may see it. In: a table and the
//! environment above it. Out: a [`WebRule`], or its mistakes. Never: a secret in the file itself.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use ipnet::IpNet;

use super::keys::Keys;
use super::secret::{Safe, Secret};

/// Shortest token: one that is random cannot be guessed.
pub(super) const LEAST_TOKEN_CHARS: usize = 16;

/// What is wrong with names and no password, and what is expected. A password that cannot be read is a mistake already.
pub(super) const OPEN: &str = "others reach the page by its names, and it asks for no password";
pub(super) const CLOSED: &str = "web.password beside them, or no names";

/// The web page, as the settings have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebRule {
    /// Where it listens; `None`: as the command line says.
    pub listen: Option<SocketAddr>,
    /// Names that it is reached by, beside addresses and `localhost`; lower case.
    pub names: BTreeSet<String>,
    /// Networks of the proxies before the page: what they say of who asks is believed, and nobody else's word is.
    pub proxies: Vec<IpNet>,
    /// The password of people, or its Argon2 hash (`$argon2id$...`); `None`: whoever reaches the page may do everything.
    pub password: Option<Secret>,
    /// Tokens of programs that read.
    pub read_tokens: Vec<Secret>,
    /// Tokens of programs that read and change.
    pub admin_tokens: Vec<Secret>,
    /// Why nobody may see it here: a secret that is not there. Without it the page would be open.
    pub lacks: Option<String>,
}

/// The tokens of a key; those that could be guessed are mistakes.
pub(super) fn tokens(keys: &mut Keys<'_, '_>, key: &'static str, safe: Safe<'_>) -> Vec<Secret> {
    let tokens = keys.secrets(key, safe);
    if tokens.iter().any(|token| token.expose().chars().count() < LEAST_TOKEN_CHARS) {
        let expected = format!("at least {LEAST_TOKEN_CHARS} random characters, as `openssl rand -hex 32` gives them");
        keys.wrong(key, "a token is so short that it could be guessed", expected);
    }
    tokens
}
