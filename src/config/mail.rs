//! The mail server of a channel. In: the keys of its table. Out: a [`MailServer`], or what is wrong. Never: a password
//! that would travel without TLS.

use std::path::Path;

use url::Url;

use super::channel::{ChannelRule, allows_host, expected_of};
use super::keys::Keys;
use super::mistake::quoted;
use super::secret::Safe;
use super::settings::Network;
use super::value::{Form, TEXT};

/// How a mail server is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// TLS from the first byte.
    Tls,
    /// TLS after STARTTLS, or nothing at all is sent.
    StartTls,
    /// None; only to `network.allow`, and never with a password.
    Plain,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailServer {
    /// How it is reached.
    pub encryption: Encryption,
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who logs in, where somebody does.
    pub user: Option<String>,
}

/// Reads the keys of a mail server into a rule.
pub(super) fn read(keys: &mut Keys<'_, '_>, safe: Safe<'_>, network: &Network, rule: &mut ChannelRule) {
    rule.server = keys.read("server", &SERVER);
    rule.password = keys.secrets("password", safe).pop();
    rule.from = keys.read("from", &MAILBOX);
    rule.to = keys.list("to", &MAILBOX);
    if let Some(file) = keys.read("ca", &TEXT) {
        rule.ca = pem(keys, &safe.folder.join(file));
    }
    let Some(server) = &rule.server else { return };
    if server.encryption == Encryption::Plain {
        if rule.password.is_some() {
            keys.wrong("server", "a password is not sent without TLS", "smtps:// or starttls://");
        } else if !allows_host(network, &server.host, server.port) {
            let message = format!("{} is reached without TLS and is not in `network.allow`", quoted(&server.host));
            keys.wrong("server", message, "smtps:// or starttls://, or an address of `network.allow`");
        }
    }
    match (&server.user, &rule.password) {
        (None, Some(_)) => keys.wrong("server", "there is a password and no user", "smtps://USER@HOST"),
        (Some(_), None) if !keys.has("password") => keys.missing("password", expected_of("password")),
        _ => {}
    }
}

fn pem(keys: &Keys<'_, '_>, path: &Path) -> Option<String> {
    match std::fs::read_to_string(path) {
        Ok(pem) if pem.contains("-----BEGIN CERTIFICATE-----") => Some(pem),
        Ok(_) => {
            keys.wrong("ca", format!("{} holds no certificate", path.display()), "a file of certificates in PEM");
            None
        }
        Err(error) => {
            keys.wrong("ca", format!("{} cannot be read: {error}", path.display()), "a file of certificates in PEM");
            None
        }
    }
}

const MAILBOX: Form<String> = Form {
    expected: "an address such as \"desk@example.org\" or \"Desk <desk@example.org>\"",
    parse: |written| match written.parse::<lettre::message::Mailbox>() {
        Ok(_) => Ok(written.to_owned()),
        Err(_) => Err(format!("{} is not a mail address", quoted(written))),
    },
};

const SERVER: Form<MailServer> = Form {
    expected: "smtps://USER@HOST, starttls://USER@HOST, or smtp://HOST for an address of `network.allow`",
    parse: |written| {
        let wrong = || format!("{} is not a mail server", quoted(written));
        let url = Url::parse(written).map_err(|_| "this is not a mail server".to_owned())?;
        let (encryption, port) = match url.scheme() {
            "smtps" => (Encryption::Tls, 465),
            "starttls" => (Encryption::StartTls, 587),
            "smtp" => (Encryption::Plain, 25),
            _ => return Err(wrong()),
        };
        if url.password().is_some() {
            return Err("the password does not belong here".to_owned());
        }
        let user = percent_decoded(url.username());
        Ok(MailServer {
            encryption,
            host: url.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong)?.to_owned(),
            port: url.port().unwrap_or(port),
            user: Some(user).filter(|user| !user.is_empty()),
        })
    },
};

/// A user name may be an address, whose @ stands as %40 in a URL.
fn percent_decoded(text: &str) -> String {
    url::form_urlencoded::parse(format!("u={}", text.replace('+', "%2B")).as_bytes())
        .next()
        .map(|(_, user)| user.into_owned())
        .unwrap_or_default()
}
