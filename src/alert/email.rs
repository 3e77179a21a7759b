//! Mail over SMTP: text and HTML, in threads of one report, TLS wherever a password goes.
//!
//! In: a message. Out: a mail that the server took for each receiver who can be had, once. The Message-ID is the message's
//! id, so that a reader's program shows a repeat once. **Source**: RFC 5322 (threads), RFC 2919 (List-Id), RFC 3834
//! (Auto-Submitted). Never: a receiver who is mailed again, or not at all, because of another one.

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::address::Envelope;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message as Mail};
use tokio::time::timeout;

use super::halfway::{Halfway, Key};
use super::smtp::{Said, Talk};
use super::{Channels, Message, Scope, Trouble, letter, render};
use crate::config::{ChannelRule, MailServer};

pub(super) async fn send(
    channels: &Channels,
    rule: &ChannelRule,
    message: &Message,
    now: Timestamp,
) -> Result<(), Trouble> {
    let server = rule.server.as_ref().ok_or_else(|| Trouble::missing("server"))?;
    let mail = mail(rule, message, now)?;
    let from = mail.envelope().from().ok_or_else(|| Trouble::missing("from"))?;
    let (key, all, bytes) = ((rule.id.as_str(), message.id.as_str()), mail.envelope().to(), mail.formatted());
    let post = Post { channels, rule, server, from, all, key, bytes: &bytes };
    let limit = channels.limit();
    let judged = timeout(limit, post.to_all_left()).await.unwrap_or_else(|_| {
        let slow = format!("the mail server did not take the mail within {} s", limit.as_secs());
        Err(Trouble::of(Scope::Channel, slow))
    })?;
    let done = outcome(&channels.halfway, key, all.len(), judged);
    if message.is_test {
        channels.halfway.forget(key);
    }
    done
}

/// A mail on its way.
struct Post<'a> {
    channels: &'a Channels,
    rule: &'a ChannelRule,
    server: &'a MailServer,
    from: &'a Address,
    /// All receivers of the channel.
    all: &'a [Address],
    key: Key<'a>,
    bytes: &'a [u8],
}

impl Post<'_> {
    /// To all at once who do not have the mail. Where it is refused after it was read, to each alone: one address must not
    /// silence the others.
    async fn to_all_left(&self) -> Result<Vec<(Address, Said)>, Trouble> {
        let left = self.channels.halfway.left(self.key, self.all);
        if left.is_empty() {
            return Ok(Vec::new());
        }
        let judged = self.to(&left).await?;
        let (together, mut judged): (Vec<_>, Vec<_>) =
            judged.into_iter().partition(|(_, said)| *said == Said::Together);
        for (receiver, _) in together {
            judged.extend(self.to(&[receiver]).await?);
        }
        Ok(judged)
    }

    /// What is taken is noted before anything else can fail.
    async fn to(&self, receivers: &[Address]) -> Result<Vec<(Address, Said)>, Trouble> {
        let mut talk = Talk::begin(self.channels, self.rule, self.server).await?;
        let said = talk.mail(self.from, receivers, self.bytes).await?;
        let taken = receivers.iter().zip(&said).filter(|(_, said)| **said == Said::Taken);
        self.channels.halfway.note_taken(self.key, self.all, taken.map(|(receiver, _)| receiver));
        talk.end().await;
        Ok(receivers.iter().cloned().zip(said).collect())
    }
}

/// How a try ended by what was said of its receivers.
///
/// As long as nobody has the mail it is tried again as a whole: what is refused for now passes, and waits for the whole
/// channel. As soon as somebody has it, those who were put off are tried again alone, and those refused for good are not.
fn outcome(halfway: &Halfway, key: Key<'_>, n_all: usize, judged: Vec<(Address, Said)>) -> Result<(), Trouble> {
    let (mut put_off, mut refused) = (Vec::new(), Vec::new());
    for (receiver, said) in judged {
        match said {
            Said::ForNow(said) => put_off.push((receiver, said)),
            Said::ForGood(said) => refused.push((receiver, said)),
            Said::Taken | Said::Together => {}
        }
    }
    let Some(gone) = halfway.note_refused(key, &refused) else {
        let all = put_off.iter().chain(&refused);
        let all =
            if n_all == 1 { all.map(|(_, said)| said.clone()).collect::<Vec<_>>() } else { named(all) }.join("; ");
        return Err(if put_off.is_empty() {
            Trouble::of(Scope::Message, format!("the mail server does not take the mail: {all}"))
        } else {
            Trouble::of(Scope::Channel, format!("the mail server puts us off: {all}"))
        });
    };
    let open = [named(put_off.iter()), gone].concat().join("; ");
    let others = format!("the mail is taken for the others and not for {open}");
    if !put_off.is_empty() {
        return Err(Trouble::of(Scope::SomeForNow, others));
    }
    halfway.forget(key);
    if open.is_empty() { Ok(()) } else { Err(Trouble::of(Scope::SomeForGood, others)) }
}

/// Receivers with the words of the server.
fn named<'r>(refused: impl Iterator<Item = &'r (Address, String)>) -> Vec<String> {
    refused.map(|(receiver, said)| format!("{receiver}: {said}")).collect()
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
