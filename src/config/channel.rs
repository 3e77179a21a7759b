//! What a channel is told in `[[channel]]`: where alerts go, with which secrets, how often. In: a table. Out: a
//! [`ChannelRule`], or its mistakes. Never: a secret in the file itself.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;
use url::Url;

use super::channel_kind::{ChannelKind, Traits};
use super::keys::Keys;
use super::mail::{self, MailServer};
use super::mistake::quoted;
use super::secret::{Safe, Secret};
use super::settings::Network;
use super::value::{Form, HOURS, KIND, SPAN, TEXT, ZONE};

/// The form of a webhook's body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WebhookForm {
    /// `type`, `timestamp` and `data`, as Standard Webhooks has it.
    #[default]
    Standard,
    /// A CloudEvents 1.0 envelope, in JSON.
    CloudEvents,
}

/// The language of a channel's messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// 简体中文.
    Chinese,
}

/// An address that may hold a secret: a robot's key stands in its path or query.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// Takes an address.
    pub fn new(url: Url) -> Self {
        Self(url)
    }

    /// The whole address, to be asked and not to be shown.
    pub fn expose(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({}://{}/..)", self.0.scheme(), self.0.host_str().unwrap_or_default())
    }
}

/// A channel, checked. Keys that its kind does not take are absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRule {
    /// Its name in routes.
    pub id: String,
    /// What it is.
    pub kind: ChannelKind,
    /// Where it is, with its key.
    pub url: Option<Address>,
    /// What messages are signed with; two while one takes the place of the other.
    pub secrets: Vec<Secret>,
    /// Who we are.
    pub token: Option<Secret>,
    /// The chat of a bot.
    pub chat: Option<String>,
    /// The topic.
    pub topic: Option<String>,
    /// The form of a webhook's body.
    pub form: WebhookForm,
    /// The mail server.
    pub server: Option<MailServer>,
    /// The password of its user.
    pub password: Option<Secret>,
    /// Who signs its certificate, where that is none that all know: PEM.
    pub ca: Option<String>,
    /// Who writes.
    pub from: Option<String>,
    /// To whom.
    pub to: Vec<String>,
    /// Where files go.
    pub folder: Option<PathBuf>,
    /// Most messages in a span of time.
    pub rate: (u32, Duration),
    /// When nothing is sent, in minutes of the day.
    pub quiet: Option<(u16, u16)>,
    /// The zone of its hours and of the times in its messages.
    pub timezone: TimeZone,
    /// Its language.
    pub language: Language,
    /// The subject, with fields in braces.
    pub subject: Option<String>,
    /// The text, with fields in braces.
    pub body: Option<String>,
    /// Why nothing can be sent by it here: a secret that is not there. What it is owed waits.
    pub lacks: Option<String>,
}

/// The keys that every kind takes.
const COMMON: [&str; 8] = ["id", "kind", "rate", "quiet", "timezone", "language", "subject", "body"];

/// Reads one `[[channel]]`.
pub(super) fn read(mut keys: Keys<'_, '_>, safe: Safe<'_>, network: &Network) -> Option<ChannelRule> {
    let (id, kind) = identity(&mut keys)?;
    let traits = kind.traits();
    for key in traits.needs.iter().filter(|key| !keys.has(key)) {
        keys.missing(key, expected_of(key));
    }
    let n_warnings = keys.n_warnings();
    let takes = |key: &str| traits.needs.contains(&key) || traits.takes.contains(&key);
    let mut rule = common(&mut keys, id, kind, &traits);
    if takes("url") {
        rule.url = address(&mut keys, safe, network, &traits);
    }
    if takes("secret") {
        rule.secrets = keys.secrets("secret", safe);
    }
    if takes("token") {
        rule.token = keys.secrets("token", safe).pop();
    }
    if takes("chat") {
        rule.chat = keys.read("chat", &TEXT);
    }
    if takes("topic") {
        rule.topic = keys.read("topic", &TOPIC);
    }
    if takes("form") {
        let forms = [("standard", WebhookForm::Standard), ("cloudevents", WebhookForm::CloudEvents)];
        rule.form = keys.word("form", &forms, &[]).unwrap_or_default();
    }
    if takes("folder") {
        rule.folder = keys.read("folder", &TEXT).map(|folder| safe.folder.join(folder));
    }
    if takes("server") {
        mail::read(&mut keys, safe, network, &mut rule);
    }
    rule.lacks = keys.warned_since(n_warnings);
    ensure_sealed(&keys, &rule, network);
    keys.done(|key| (COMMON.contains(&key) || key == "to").then_some("[[channel]] or [[route]]"));
    Some(rule)
}

/// Its id and its kind, without which the other keys cannot be judged.
fn identity(keys: &mut Keys<'_, '_>) -> Option<(String, ChannelKind)> {
    let id = keys.read("id", &KIND);
    if !keys.has("id") {
        keys.missing("id", "a name for routes, such as \"mail\"");
    }
    let words: Vec<(&str, ChannelKind)> = ChannelKind::ALL.iter().map(|kind| (kind.as_str(), *kind)).collect();
    let kind = keys.word("kind", &words, &[]);
    if !keys.has("kind") {
        keys.missing("kind", "what it is, such as \"email\"");
    }
    Some((id?, kind?))
}

fn common(keys: &mut Keys<'_, '_>, id: String, kind: ChannelKind, traits: &Traits) -> ChannelRule {
    let languages = [("en", Language::English), ("zh", Language::Chinese)];
    let (most, seconds) = traits.rate;
    ChannelRule {
        id,
        kind,
        url: None,
        secrets: Vec::new(),
        token: None,
        chat: None,
        topic: None,
        form: WebhookForm::default(),
        server: None,
        password: None,
        ca: None,
        from: None,
        to: Vec::new(),
        folder: None,
        rate: keys.read("rate", &RATE).unwrap_or((most, Duration::from_secs(seconds))),
        quiet: keys.read("quiet", &HOURS),
        timezone: keys.read_or("timezone", &ZONE, "Asia/Shanghai"),
        language: keys.word("language", &languages, &[]).unwrap_or_default(),
        subject: keys.read("subject", &TEMPLATE),
        body: keys.read("body", &TEMPLATE),
        lacks: None,
    }
}

/// The address of a channel: written, or kept like a secret, since most hold one.
fn address(keys: &mut Keys<'_, '_>, safe: Safe<'_>, network: &Network, traits: &Traits) -> Option<Address> {
    let written = keys.text_or_secret("url", safe);
    let Some(written) = written else {
        let usual = (!keys.has("url")).then_some(traits.url).flatten()?;
        return Url::parse(usual).ok().map(Address::new);
    };
    let url = match Url::parse(written.expose()) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => url,
        _ => {
            keys.wrong("url", "this is no address of http or https", "an address such as \"https://example.org/in\"");
            return None;
        }
    };
    if !url.username().is_empty() || url.password().is_some() {
        keys.wrong("url", "the URL holds a user name or a password", "an address without them");
        return None;
    }
    let is_key = traits.needs.contains(&"url") && traits.word != "webhook";
    if is_key && url.scheme() == "http" && !is_allowed(network, &url) {
        keys.wrong("url", "its key would travel without TLS", "https, or an address of `network.allow`");
    }
    Some(Address::new(url))
}

/// Secrets do not travel in the open.
fn ensure_sealed(keys: &Keys<'_, '_>, rule: &ChannelRule, network: &Network) {
    let has_secret = !rule.secrets.is_empty() || rule.token.is_some();
    let open = rule.url.as_ref().map(Address::expose).filter(|url| url.scheme() == "http");
    let is_key = rule.kind.traits().needs.contains(&"url") && rule.kind != ChannelKind::Webhook;
    if has_secret && !is_key && open.is_some_and(|url| !is_allowed(network, url)) {
        let message = "what is signed, or a token, would travel without TLS";
        keys.wrong("url", message, "https, or an address of `network.allow`");
    }
    for secret in rule.secrets.iter().filter(|_| rule.kind == ChannelKind::Webhook) {
        if crate::alert::webhook_key(secret).is_none() {
            let expected = "whsec_ and 24 to 64 bytes in Base64, as `openssl rand -base64 32` makes them";
            keys.wrong("secret", "this is no secret of Standard Webhooks", expected);
        }
    }
}

fn is_allowed(network: &Network, url: &Url) -> bool {
    allows_host(network, url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(0))
}

/// Whether a host is an address of `network.allow`, or pinned to one.
pub(super) fn allows_host(network: &Network, host: &str, port: u16) -> bool {
    let literal = host.trim_matches(['[', ']']).parse().ok().map(|ip| std::net::SocketAddr::new(ip, port));
    let pinned = network.resolve.get(&host.to_ascii_lowercase()).copied();
    literal.or(pinned).is_some_and(|address| network.allows(address))
}

/// What stands in a key that is missing.
pub(super) fn expected_of(key: &str) -> &'static str {
    match key {
        "url" => "its address, or { env = \"NAME\" }, as most hold a secret",
        "server" => "a mail server such as \"smtps://robot@smtp.example.org:465\"",
        "from" => "an address such as \"govwatch <robot@example.org>\"",
        "to" => "addresses such as [\"desk@example.org\"]",
        "password" | "token" => "where it is kept: { env = \"NAME\" } or { file = \"PATH\" }",
        "chat" => "the number or name of a chat, such as \"-1001234567890\" or \"@desk\"",
        "topic" => "the name of a topic",
        "folder" => "a folder for the files, such as \"feeds\"",
        _ => "a value",
    }
}

const RATE: Form<(u32, Duration)> = Form {
    expected: "how many in which time, at most a day, such as \"20/1m\"",
    parse: |written| {
        let wrong = || format!("{} is not a rate", quoted(written));
        let (most, span) = written.split_once('/').ok_or_else(wrong)?;
        let most: u32 = most.trim().parse().ok().filter(|most| (1..=10_000).contains(most)).ok_or_else(wrong)?;
        let span = (SPAN.parse)(span.trim()).map_err(|_| wrong())?;
        let is_right = span >= Duration::from_secs(1) && span <= Duration::from_hours(24);
        if is_right { Ok((most, span)) } else { Err(wrong()) }
    },
};

const TOPIC: Form<String> = Form {
    expected: "a name of letters, digits, - and _, at most 64",
    parse: |written| {
        let is_name = written.len() <= 64
            && !written.is_empty()
            && written.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if is_name { Ok(written.to_owned()) } else { Err(format!("{} is not a topic", quoted(written))) }
    },
};

const TEMPLATE: Form<String> = Form {
    expected: "a text with fields in braces, such as \"{site}: {event} {title}\"",
    parse: |written| {
        crate::alert::unknown_field(written).map_or_else(
            || Ok(written.to_owned()),
            |field| Err(format!("there is no field {{{field}}}; {{{{ is a brace")),
        )
    },
};
