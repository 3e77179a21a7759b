//! One talk with a mail server, in which each receiver is judged by itself.
//!
//! In: a server, a mail, its receivers. Out: what the server said of each. **Source**: RFC 5321 (sections 3.3, 4.2.1 and
//! 4.5.3.1.10), RFC 8314 (TLS). Never: a receiver that is not reached because another one is refused, as in the library's own
//! sending, which ends at the first; a password over a plain connection; a name that the gate did not see resolved.

use std::net::SocketAddr;

use lettre::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;

use super::reply::{excerpt, redacted};
use super::{Channels, Scope, Trouble};
use crate::config::{ChannelRule, Encryption, MailServer};
use crate::fetch::NotSent;

/// What a server said of a receiver, with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// The mail is taken.
    Taken,
    /// Refused for now.
    ForNow(String),
    /// Refused for good.
    ForGood(String),
    /// The mail was refused after it was read, for several receivers together: which one is meant is not said.
    Together,
}

/// A connection that is ready for a mail.
pub(super) struct Talk<'a> {
    rule: &'a ChannelRule,
    connection: AsyncSmtpConnection,
}

impl<'a> Talk<'a> {
    /// Connects, seals and logs in. The connection goes to the address that the gate let pass; the certificate must be the
    /// name's.
    pub(super) async fn begin(
        channels: &Channels,
        rule: &'a ChannelRule,
        server: &MailServer,
    ) -> Result<Self, Trouble> {
        let address = address(channels, server).await?;
        let (limit, hello) = (Some(channels.limit()), ClientId::default());
        let failed = |error: SmtpError| trouble(rule, &error);
        let sealed = if server.encryption == Encryption::Tls { Some(parameters(rule, server)?) } else { None };
        let connection = AsyncSmtpConnection::connect_tokio1(address, limit, &hello, sealed, None).await;
        let mut connection = connection.map_err(failed)?;
        if server.encryption == Encryption::StartTls {
            connection.starttls(parameters(rule, server)?, &hello).await.map_err(failed)?;
        }
        if let (Some(user), Some(password)) = (&server.user, &rule.password)
            && server.encryption != Encryption::Plain
        {
            let credentials = Credentials::new(user.clone(), password.expose().to_owned());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(failed)?;
        }
        Ok(Self { rule, connection })
    }

    /// Sends a mail to whom the server lets have it. What is said of each stands in the order of `to`.
    ///
    /// **Errors**: what is said of no receiver: a lost connection, a sender or a login that is refused.
    pub(super) async fn mail(&mut self, from: &Address, to: &[Address], bytes: &[u8]) -> Result<Vec<Said>, Trouble> {
        let wants_utf8 = !is_plain(from) || !to.iter().all(is_plain);
        let options = self.options(from, wants_utf8, bytes)?;
        let begun = self.connection.command(Mail::new(Some(from.clone()), options)).await;
        begun.map_err(|error| trouble(self.rule, &error))?;
        let mut said = Vec::with_capacity(to.len());
        for receiver in to {
            said.push(self.receiver(receiver).await?);
        }
        let n_taken = said.iter().filter(|said| **said == Said::Taken).count();
        if n_taken == 0 {
            return Ok(said);
        }
        let refused = match self.text(bytes).await? {
            Said::Taken => return Ok(said),
            refused if n_taken == 1 => refused,
            _ => Said::Together,
        };
        said.iter_mut().filter(|said| **said == Said::Taken).for_each(|said| said.clone_from(&refused));
        Ok(said)
    }

    /// Takes leave. Who has the mail has it whatever is answered.
    pub(super) async fn end(mut self) {
        self.connection.abort().await;
    }

    async fn text(&mut self, bytes: &[u8]) -> Result<Said, Trouble> {
        let answer = match self.connection.command(Data).await {
            Ok(_) => self.connection.message(bytes).await,
            refused => refused,
        };
        self.said(answer)
    }

    /// What the mail asks of the server beyond what every server can do.
    fn options(&self, from: &Address, wants_utf8: bool, bytes: &[u8]) -> Result<Vec<MailParameter>, Trouble> {
        let lacks =
            |what: &str| Trouble::of(Scope::Setting, format!("the mail server cannot do what is needed: {what}"));
        let mut options = Vec::new();
        if wants_utf8 && self.knows(Extension::SmtpUtfEight) {
            options.push(MailParameter::SmtpUtfEight);
        } else if !is_plain(from) {
            return Err(lacks("SMTPUTF8, for the address of from"));
        }
        if !bytes.is_ascii() {
            if !self.knows(Extension::EightBitMime) {
                return Err(lacks("8BITMIME"));
            }
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(options)
    }

    fn knows(&self, extension: Extension) -> bool {
        self.connection.server_info().supports_feature(extension)
    }

    async fn receiver(&mut self, receiver: &Address) -> Result<Said, Trouble> {
        if !is_plain(receiver) && !self.knows(Extension::SmtpUtfEight) {
            return Ok(Said::ForGood("the mail server knows no such addresses (SMTPUTF8)".to_owned()));
        }
        let answer = self.connection.command(Rcpt::new(receiver.clone(), Vec::new())).await;
        self.said(answer)
    }

    fn said(&self, answer: Result<Response, SmtpError>) -> Result<Said, Trouble> {
        let Err(error) = answer else { return Ok(Said::Taken) };
        match error.status().map(u16::from) {
            // 421: it hangs up, whoever is asked for. The others: nothing passes without a login.
            None | Some(421 | 530 | 534 | 535 | 538) => Err(trouble(self.rule, &error)),
            Some(code) if code >= 500 => Ok(Said::ForGood(words(self.rule, &error))),
            Some(_) => Ok(Said::ForNow(words(self.rule, &error))),
        }
    }
}

fn is_plain(address: &Address) -> bool {
    AsRef::<str>::as_ref(address).is_ascii()
}

async fn address(channels: &Channels, server: &MailServer) -> Result<SocketAddr, Trouble> {
    let found = channels.fetcher.reachable(&server.host, server.port).await;
    let found = found.map_err(|NotSent(why)| Trouble::of(Scope::Channel, why))?;
    let address = found.iter().find(|address| address.is_ipv4()).or(found.first()).copied();
    address.ok_or_else(|| Trouble::of(Scope::Channel, "the mail server has no address"))
}

fn parameters(rule: &ChannelRule, server: &MailServer) -> Result<TlsParameters, Trouble> {
    let wrong = |error: SmtpError| Trouble::of(Scope::Setting, format!("TLS cannot be set up: {}", chain(&error)));
    let mut builder = TlsParameters::builder(server.host.trim_matches(['[', ']']).to_owned());
    if let Some(ca) = &rule.ca {
        // A house that signs for itself is asked for nobody else's word.
        let certificate = Certificate::from_pem(ca.as_bytes()).map_err(wrong)?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(certificate);
    }
    builder.build_rustls().map_err(wrong)
}

/// What an error of the library means that concerns no single receiver. A 4xx or a broken connection passes; a 5xx of
/// login is a matter of the settings, any other one of this mail.
fn trouble(rule: &ChannelRule, error: &SmtpError) -> Trouble {
    let said = words(rule, error);
    let code = error.status().map(u16::from);
    match code {
        Some(530 | 534 | 535 | 538 | 454) => {
            Trouble::of(Scope::Setting, format!("the mail server refuses the login, check user and password: {said}"))
        }
        Some(code) if code >= 500 => {
            Trouble::of(Scope::Message, format!("the mail server does not take the mail: {said}"))
        }
        Some(_) => Trouble::of(Scope::Channel, format!("the mail server puts us off: {said}")),
        // The library calls a refused certificate a broken connection.
        None if error.is_tls() || said.contains("certificate") => {
            Trouble::of(Scope::Setting, format!("no TLS with the mail server: {said}"))
        }
        None if error.is_client() => {
            Trouble::of(Scope::Setting, format!("the mail server cannot do what is needed: {said}"))
        }
        None if error.is_timeout() => Trouble::of(Scope::Channel, "the mail server does not answer".to_owned()),
        None => Trouble::of(Scope::Channel, format!("the mail server cannot be reached: {said}")),
    }
}

/// What the server or the library said, without secrets.
fn words(rule: &ChannelRule, error: &SmtpError) -> String {
    redacted(rule, &excerpt(&chain(error)))
}

/// All causes of an error, in words.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |cause| cause.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
