//! Mail over SMTP: text and HTML, in threads of one report, TLS wherever a password goes.
//!
//! In: a message. Out: a mail that the server took. The Message-ID is the message's id, so that a reader's program shows a
//! repeat once. **Source**: RFC 5322 (threads), RFC 2919 (List-Id), RFC 3834 (Auto-Submitted), RFC 8314 (TLS).
//! Never: a password over a plain connection, or a name that the gate did not see resolved.

use std::net::SocketAddr;
use std::time::SystemTime;

use jiff::Timestamp;
use lettre::address::Envelope;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransport, Error as SmtpError};
use lettre::{AsyncTransport, Message as Mail, Tokio1Executor};
use tokio::time::timeout;

use super::reply::{excerpt, redacted};
use super::{Channels, Message, Scope, Trouble, letter, render};
use crate::config::{ChannelRule, Encryption, MailServer};
use crate::fetch::NotSent;

pub(super) async fn send(
    channels: &Channels,
    rule: &ChannelRule,
    message: &Message,
    now: Timestamp,
) -> Result<(), Trouble> {
    let server = rule.server.as_ref().ok_or_else(|| Trouble::missing("server"))?;
    let mail = mail(rule, message, now)?;
    let found = channels.fetcher.reachable(&server.host, server.port).await;
    let found = found.map_err(|NotSent(why)| Trouble::of(Scope::Channel, why))?;
    let address = found.iter().find(|address| address.is_ipv4()).or(found.first()).copied();
    let address = address.ok_or_else(|| Trouble::of(Scope::Channel, "the mail server has no address"))?;
    let transport = transport(rule, server, address, channels)?;
    let limit = channels.limit();
    match timeout(limit, hand_over(&transport, rule, message, &mail)).await {
        Ok(done) => done,
        Err(_) => Err(Trouble::of(
            Scope::Channel,
            format!("the mail server did not take the mail within {} s", limit.as_secs()),
        )),
    }
}

/// To all receivers at once; where the server refuses that for good, to each alone: one wrong address must not silence
/// the others.
async fn hand_over(
    transport: &AsyncSmtpTransport<Tokio1Executor>,
    rule: &ChannelRule,
    message: &Message,
    mail: &Mail,
) -> Result<(), Trouble> {
    let (envelope, bytes) = (mail.envelope(), mail.formatted());
    let Err(error) = transport.send_raw(envelope, &bytes).await else { return Ok(()) };
    let whole = trouble(rule, &error);
    let receivers = envelope.to();
    if whole.scope != Scope::Message || receivers.len() < 2 {
        return Err(whole);
    }
    let mut refused = Vec::new();
    for receiver in receivers {
        let alone = Envelope::new(envelope.from().cloned(), vec![receiver.clone()]);
        let alone = alone.map_err(|_| Trouble::of(Scope::Setting, format!("{receiver} is not a mail address")))?;
        match transport.send_raw(&alone, &bytes).await.map_err(|error| trouble(rule, &error)) {
            Ok(_) => {}
            Err(trouble) if trouble.scope == Scope::Message => refused.push(format!("{receiver}: {}", trouble.error)),
            // Who took it already gets it again, with the same id.
            Err(trouble) => return Err(trouble),
        }
    }
    if refused.len() == receivers.len() {
        return Err(whole);
    }
    if refused.is_empty() {
        return Ok(());
    }
    let refused = format!("the mail is taken for the others and not for {}", refused.join("; "));
    if message.is_test {
        return Err(Trouble::of(Scope::Setting, refused));
    }
    tracing::warn!(channel = rule.id, message = message.id, "{refused}: correct the channel's to");
    Ok(())
}

/// The connection goes to the address that the gate let pass; the certificate must be the name's.
fn transport(
    rule: &ChannelRule,
    server: &MailServer,
    address: SocketAddr,
    channels: &Channels,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, Trouble> {
    let tls = match server.encryption {
        Encryption::Plain => Tls::None,
        Encryption::Tls => Tls::Wrapper(parameters(rule, server)?),
        Encryption::StartTls => Tls::Required(parameters(rule, server)?),
    };
    let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.ip().to_string());
    let mut builder = builder.port(address.port()).tls(tls).timeout(Some(channels.limit()));
    if let (Some(user), Some(password)) = (&server.user, &rule.password)
        && server.encryption != Encryption::Plain
    {
        builder = builder.credentials(Credentials::new(user.clone(), password.expose().to_owned()));
    }
    Ok(builder.build())
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

fn mail(rule: &ChannelRule, message: &Message, now: Timestamp) -> Result<Mail, Trouble> {
    let wrong = |what: &str| Trouble::of(Scope::Setting, format!("{what} is not a mail address"));
    let mailbox = |text: &str| text.parse::<Mailbox>().map_err(|_| wrong(text));
    let from = mailbox(rule.from.as_deref().unwrap_or_default())?;
    let domain = from.email.domain().to_owned();
    let to = rule.to.iter().map(|to| mailbox(to)).collect::<Result<Vec<_>, _>>()?;
    let addresses = to.iter().map(|to| to.email.clone()).collect();
    let envelope = Envelope::new(Some(from.email.clone()), addresses).map_err(|_| wrong("the list of receivers"))?;
    let mut builder = Mail::builder().from(from).subject(render::subject(rule, message)).envelope(envelope);
    builder = to.into_iter().fold(builder, lettre::message::MessageBuilder::to);
    builder = builder
        .message_id(Some(format!("<{}@{domain}>", message.id)))
        .date(SystemTime::from(now))
        .header(ListId(format!("<{}.govwatch.{domain}>", rule.id)))
        .header(AutoSubmitted("auto-generated".to_owned()));
    if let Some(thread) = &message.thread {
        let first = format!("<{thread}@{domain}>");
        builder = builder.in_reply_to(first.clone()).references(first);
    }
    let parts = MultiPart::alternative_plain_html(letter::text(rule, message), letter::html(rule, message));
    builder.multipart(parts).map_err(|error| Trouble::of(Scope::Message, format!("no mail can be made of it: {error}")))
}

/// Headers that the library has no type for; their values are ours, in ASCII.
macro_rules! header {
    ($name:ident, $word:literal) => {
        #[derive(Debug, Clone)]
        struct $name(String);

        impl Header for $name {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($word)
            }

            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}

header!(ListId, "List-Id");
header!(AutoSubmitted, "Auto-Submitted");

/// What an error of the library means. A 4xx or a broken connection passes; a 5xx of login is a matter of the settings,
/// any other one of this mail.
fn trouble(rule: &ChannelRule, error: &SmtpError) -> Trouble {
    let said = redacted(rule, &excerpt(&chain(error)));
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

/// All causes of an error, in words.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |cause| cause.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
