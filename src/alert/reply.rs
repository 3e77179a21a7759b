//! What an answer means: taken, put off, refused for good. In: a status and a body. Out: nothing, or a [`Trouble`] in
//! words. Never: a secret, or a control character of the receiver's.

use std::time::Duration;

use serde_json::Value;

use super::{Channels, Scope, Trouble};
use crate::config::{Address, ChannelRule};
use crate::fetch::{NotSent, Outgoing, Reply};

/// Longest wish that is believed, as of `Retry-After`.
const LONGEST_WISH: Duration = Duration::from_hours(24);
/// Characters of an answer that are repeated.
const MOST_SAID: usize = 200;

impl Channels {
    /// Sends JSON to an address, and judges the status of the answer.
    pub(super) async fn post(&self, rule: &ChannelRule, post: Outgoing<'_>) -> Result<Reply, Trouble> {
        let lost = |NotSent(why)| Trouble::of(Scope::Channel, redacted(rule, &why));
        let reply = self.fetcher.post(post).await.map_err(lost)?;
        match trouble(&reply) {
            None => Ok(reply),
            Some((scope, words)) => Err(refused(rule, &reply, scope, &words)),
        }
    }

    /// All the time that a try may take.
    pub(super) fn limit(&self) -> Duration {
        self.limit
    }
}

/// A refusal in the receiver's words.
pub(super) fn refused(rule: &ChannelRule, reply: &Reply, scope: Scope, words: &str) -> Trouble {
    let said = redacted(rule, &excerpt(&reply.body));
    let error = if said.is_empty() { words.to_owned() } else { format!("{words}: {said}") };
    Trouble { error, scope, retry_after: reply.retry_after.or_else(|| wish(reply)) }
}

/// How long a service wants to be left alone that says so in its answer: Telegram in `parameters`, Discord beside them,
/// in seconds.
fn wish(reply: &Reply) -> Option<Duration> {
    let answer: Value = serde_json::from_str(&reply.body).ok().filter(|_| reply.status == 429)?;
    let said = answer["parameters"]["retry_after"].as_f64().or_else(|| answer["retry_after"].as_f64())?;
    Some(Duration::try_from_secs_f64(said).ok()?.clamp(Duration::from_secs(1), LONGEST_WISH))
}

fn trouble(reply: &Reply) -> Option<(Scope, String)> {
    let status = reply.status;
    Some(match status {
        200..300 => return None,
        300..400 => (
            Scope::Setting,
            format!("it answers {status} and sends us elsewhere; redirects are not followed, write where it is now"),
        ),
        401 | 403 | 404 | 405 => (Scope::Setting, format!("it answers {status}: check its address and its secret")),
        410 => (Scope::Gone, "it answers 410: nothing more is wanted there".to_owned()),
        408 | 425 | 429 => (Scope::Channel, format!("it answers {status}: too much, or too slow for it")),
        400..500 => (Scope::Message, format!("it answers {status} and does not take the message")),
        _ => (Scope::Channel, format!("it answers {status}")),
    })
}

/// The beginning of an answer on one line.
pub(super) fn excerpt(body: &str) -> String {
    let body = body.trim();
    // A page of a proxy tells nothing in its first characters.
    if body.starts_with('<') {
        return String::new();
    }
    let mut words: String = super::plain::one_line(body).chars().take(MOST_SAID).collect();
    words.truncate(words.trim_end().len());
    words
}

/// A text without the secrets of a channel, which a receiver may repeat.
pub(super) fn redacted(rule: &ChannelRule, text: &str) -> String {
    let mut text = text.to_owned();
    let secrets = rule.secrets.iter().chain(&rule.token).chain(&rule.password).map(|secret| secret.expose().to_owned());
    let url = rule.url.as_ref().map(Address::expose);
    let path = url.into_iter().flat_map(|url| [url.path().to_owned(), url.query().unwrap_or_default().to_owned()]);
    let queried = url.into_iter().flat_map(|url| url.query_pairs().map(|(_, value)| value.into_owned()));
    // A path of a few letters is no key, and its letters may stand in any word.
    for secret in secrets.chain(path).chain(queried).filter(|secret| secret.len() >= 8) {
        text = text.replace(&secret, "***");
    }
    text
}
