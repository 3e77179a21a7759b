//! The settings: `govwatch.toml` and the environment above it. In: the file and the variables, passed in. Out:
//! [`Settings`], or every mistake at once. Never: the process's environment itself.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use url::{Host, Url};

use super::channel::{self, ChannelRule};
use super::folder;
use super::keys::Keys;
use super::mistake::{Mistake, quoted, suggestion};
use super::route::{self, RouteRule};
use super::secret::{Safe, Secret};
use super::source::Source;
use super::value::{
    ALLOWED, AT_ONCE, CAP, CONTACT, Form, HOST, NET, PROGRAM, PROXY, RESOLVED, SOCKET, SPAN, STORE, TEXT, URL,
};
use super::web::{self, WebRule};
use crate::change::obligation::Manner;
use crate::store::STDOUT;

/// What holds for the whole installation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Folder of the embedded database; `None`: as the command line says.
    pub store: Option<PathBuf>,
    /// Who runs this installation: goes into the User-Agent.
    pub contact: Option<String>,
    /// How the network is reached.
    pub network: Network,
    /// Whether the words of scanned attachments are recognised, where the programs for it are installed.
    pub ocr: bool,
    /// The browser of the sites that want one.
    pub browser: Browser,
    /// Who may see the web page, and where.
    pub web: WebRule,
    /// An address that a healthy daemon calls every few minutes, so that somebody outside notices when it does not.
    pub ping: Option<Url>,
    /// Where alerts go.
    pub channels: Vec<ChannelRule>,
    /// Which alerts go where.
    pub routes: Vec<RouteRule>,
    /// When obligations are told of, where a site file does not say it.
    pub obligations: Manner,
    /// What keeps a part of it from working: secrets that are not here, channels that no route names.
    pub warnings: Vec<Mistake>,
}

/// The browser of the sites that want one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    /// The program; `None`: Debian's Chromium.
    pub path: Option<PathBuf>,
    /// Most browsers at once, each some 400 MB.
    pub at_once: usize,
}

impl Default for Browser {
    /// One: a second one would need the memory that small machines do not have.
    fn default() -> Self {
        Self { path: None, at_once: 1 }
    }
}

/// How the network is reached, and what of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// Private addresses that may be reached; nothing else of that kind is.
    pub allow: Vec<Allowed>,
    /// Names that stand for a fixed address and port, lower case; the target must be allowed all the same.
    pub resolve: BTreeMap<String, SocketAddr>,
    /// Proxy for every site.
    pub proxy: Option<Url>,
    /// Sizes that end a transfer.
    pub caps: Caps,
}

/// A network, on one port or on all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// The addresses.
    pub net: IpNet,
    /// The port; `None`: every port.
    pub port: Option<u16>,
}

impl Allowed {
    /// Whether an address and port belong to it. An IPv4 address in IPv6 spelling counts as the IPv4 address.
    pub fn contains(&self, address: SocketAddr) -> bool {
        let is_port = self.port.is_none_or(|port| port == address.port());
        is_port && (self.net.contains(&address.ip()) || self.net.contains(&address.ip().to_canonical()))
    }
}

impl Network {
    /// Whether an address and port are in [`Network::allow`].
    pub fn allows(&self, address: SocketAddr) -> bool {
        self.allow.iter().any(|allowed| allowed.contains(address))
    }

    /// Whether a URL's literal address is in [`Network::allow`]; a name is none.
    pub(super) fn allows_url(&self, url: &Url) -> bool {
        let ip: IpAddr = match url.host() {
            Some(Host::Ipv4(ip)) => ip.into(),
            Some(Host::Ipv6(ip)) => ip.into(),
            Some(Host::Domain(_)) | None => return false,
        };
        url.port_or_known_default().is_some_and(|port| self.allows(SocketAddr::new(ip, port)))
    }
}

/// Sizes that end a transfer, counted after inflation; `None`: the fetcher's own limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caps {
    /// Most bytes of a page.
    pub page_bytes: Option<u64>,
    /// Most bytes of an attachment.
    pub attachment_bytes: Option<u64>,
}

/// Most browsers that may run at once: beyond it they take turns at the processors, and pages run into their deadlines.
pub(super) const MOST_BROWSERS: u64 = 16;

/// Largest cap that may be set: bodies are held in memory.
pub(super) const MOST_CAP_BYTES: u64 = 2 << 30;

impl Settings {
    /// Reads the file, if there is one, and the variables above it. Empty variables count as absent.
    pub fn load(file: Option<&Path>, env: &BTreeMap<String, String>) -> Result<Self, Vec<Mistake>> {
        let text = file.map(folder::text).transpose()?.unwrap_or_default();
        let name = file.map_or_else(String::new, |file| file.display().to_string());
        let source = Source::new(name, &text);
        let root = source.root();
        let env = Environment { variables: env, mistakes: RefCell::default(), asked: RefCell::default() };
        let mut top = Layer { keys: Some(Keys::top(&source, &root)), env: &env, path: "" };
        let folder = file.and_then(Path::parent).unwrap_or(Path::new(""));
        let safe = Safe { variables: env.variables, folder };
        let mut settings = Self {
            store: store(&mut top, file),
            contact: top.read("contact", &CONTACT),
            network: network(top.table("network")),
            ocr: attachments(top.table("attachments")),
            browser: browser(top.table("browser")),
            web: web(top.table("web"), safe),
            ping: daemon(top.table("daemon")),
            channels: Vec::new(),
            routes: Vec::new(),
            obligations: obligations(top.table("obligations")),
            warnings: Vec::new(),
        };
        if let Some(mut keys) = top.keys {
            (settings.channels, settings.routes) = alerts(&mut keys, safe, &settings.network);
            keys.done(|key| match key {
                "ocr" => Some("[attachments]"),
                "path" | "at_once" => Some("[browser]"),
                "remind" | "follow_ups" => Some("[obligations]"),
                "obligation" => Some("obligations.toml in the folder of the site files"),
                "ping" => Some("[daemon]"),
                key => NETWORK_KEYS.contains(&key).then_some("[network]"),
            });
        }
        settings.warnings = source.warnings();
        settings.warnings.sort_by_key(|warning| warning.line);
        let mut mistakes = source.into_mistakes();
        mistakes.extend(env.into_mistakes());
        if mistakes.is_empty() { Ok(settings) } else { Err(mistakes) }
    }
}

/// The keys of `[network]`.
const NETWORK_KEYS: [&str; 5] = ["allow", "resolve", "proxy", "page_bytes", "attachment_bytes"];

fn store(top: &mut Layer<'_, '_, '_>, file: Option<&Path>) -> Option<PathBuf> {
    let beside = file.and_then(Path::parent).unwrap_or(Path::new(""));
    let written = top.keys.as_mut().and_then(|keys| keys.read("store", &STORE));
    top.env.read(&top.variable("store"), &STORE).or(written.map(|store| beside.join(store)))
}

fn network(mut layer: Layer<'_, '_, '_>) -> Network {
    let [allow, resolve, proxy, page_bytes, attachment_bytes] = NETWORK_KEYS;
    let network = Network {
        allow: layer.list(allow, &ALLOWED),
        resolve: layer.resolve(resolve),
        proxy: layer.read(proxy, &PROXY),
        caps: Caps {
            page_bytes: layer.number(page_bytes, 1..=MOST_CAP_BYTES, &CAP),
            attachment_bytes: layer.number(attachment_bytes, 1..=MOST_CAP_BYTES, &CAP),
        },
    };
    layer.env.ensure_known(&format!("{PREFIX}NETWORK_"));
    if let Some(keys) = layer.keys {
        keys.done(|_| None);
    }
    network
}

/// Whether words are recognised: off, as it costs seconds of CPU for each page.
fn attachments(mut layer: Layer<'_, '_, '_>) -> bool {
    let ocr = layer.flag("ocr", false);
    layer.env.ensure_known(&format!("{PREFIX}ATTACHMENTS_"));
    if let Some(keys) = layer.keys {
        keys.done(|_| None);
    }
    ocr
}

fn daemon(mut layer: Layer<'_, '_, '_>) -> Option<Url> {
    let ping = layer.read("ping", &URL);
    layer.env.ensure_known(&format!("{PREFIX}DAEMON_"));
    if let Some(keys) = layer.keys {
        keys.done(|_| None);
    }
    ping
}

fn browser(mut layer: Layer<'_, '_, '_>) -> Browser {
    let at_once = layer.number("at_once", 1..=MOST_BROWSERS, &AT_ONCE);
    let browser = Browser {
        path: layer.read("path", &PROGRAM),
        at_once: at_once.and_then(|n| usize::try_from(n).ok()).unwrap_or(Browser::default().at_once),
    };
    layer.env.ensure_known(&format!("{PREFIX}BROWSER_"));
    if let Some(keys) = layer.keys {
        keys.done(|_| None);
    }
    browser
}

/// The channels and the routes to them.
fn alerts(keys: &mut Keys<'_, '_>, safe: Safe<'_>, network: &Network) -> (Vec<ChannelRule>, Vec<RouteRule>) {
    let mut channels: Vec<ChannelRule> = Vec::new();
    // One that is wrong in another way still has its name.
    let (mut ids, mut places) = (Vec::new(), Vec::new());
    for table in keys.tables("channel") {
        ids.extend(table.plain("id"));
        let place = table.place("id");
        let Some(rule) = channel::read(table, safe, network) else { continue };
        if channels.iter().any(|other| other.id == rule.id) || rule.id == STDOUT {
            keys.note_at(place, "channel.id", format!("there is another channel {:?}", rule.id), "a name of its own");
        }
        channels.push(rule);
        places.push(place);
    }
    let known: Vec<&str> = ids.iter().map(String::as_str).collect();
    let routes: Vec<RouteRule> = keys.tables("route").into_iter().map(|table| route::read(table, &known)).collect();
    // A route with a slip in its `to` may be the one that is meant.
    let is_slip = routes.iter().flat_map(|route| &route.to).any(|id| !ids.contains(id));
    let is_routed = |id: &String| routes.iter().any(|route| route.to.contains(id));
    for (rule, place) in channels.iter().zip(places).filter(|(rule, _)| !is_slip && !is_routed(&rule.id)) {
        let message = format!("nothing is sent to channel {:?}", rule.id);
        keys.warn_at(place, "channel.id", message, &format!("a [[route]] with to = [{:?}]", rule.id));
    }
    (channels, routes)
}

fn obligations(mut layer: Layer<'_, '_, '_>) -> Manner {
    let usual = Manner::default();
    let follow_ups = layer.list("follow_ups", &SPAN);
    let manner = Manner {
        remind: layer.read("remind", &SPAN).unwrap_or(usual.remind),
        follow_ups: if follow_ups.is_empty() { usual.follow_ups } else { follow_ups },
    };
    layer.env.ensure_known(&format!("{PREFIX}OBLIGATIONS_"));
    if let Some(keys) = layer.keys {
        keys.done(|_| None);
    }
    manner
}

/// The web page. Its password may stand in a variable of its own; tokens are named by the file alone.
fn web(mut layer: Layer<'_, '_, '_>, safe: Safe<'_>) -> WebRule {
    let listen = layer.read("listen", &SOCKET);
    let names: BTreeSet<_> = layer.list("names", &HOST).into_iter().collect();
    let proxies = layer.list("proxies", &NET);
    let n_warnings = layer.keys.as_ref().map_or(0, Keys::n_warnings);
    let written = layer.keys.as_mut().and_then(|keys| keys.secrets("password", safe).pop());
    let password = layer.env.read(&layer.variable("password"), &TEXT).map(Secret::new).or(written);
    // A token that is not there lets nobody in; a password that is not there would let everybody in.
    let lacks = layer.keys.as_ref().filter(|_| password.is_none()).and_then(|keys| keys.warned_since(n_warnings));
    let mut tokens = |key| layer.keys.as_mut().map(|keys| web::tokens(keys, key, safe)).unwrap_or_default();
    let (read_tokens, admin_tokens) = (tokens("read_tokens"), tokens("admin_tokens"));
    layer.env.ensure_known(&format!("{PREFIX}WEB_"));
    let is_closed = password.is_some() || layer.keys.as_ref().is_some_and(|keys| keys.has("password"));
    match &layer.keys {
        _ if names.is_empty() || is_closed => {}
        Some(keys) if keys.has("names") => keys.wrong("names", web::OPEN, web::CLOSED),
        _ => layer.env.note(&layer.variable("names"), web::OPEN.to_owned(), Some(web::CLOSED.to_owned())),
    }
    if let Some(keys) = layer.keys {
        keys.done(|_| None);
    }
    WebRule { listen, names, proxies, password, read_tokens, admin_tokens, lacks }
}

/// `true` or `false` in the environment.
const FLAG: Form<bool> = Form {
    expected: "true or false",
    parse: |written| written.parse().map_err(|_| format!("{} is neither true nor false", quoted(written))),
};

/// What comes before every variable's name.
const PREFIX: &str = "GOVWATCH_";

/// A table of the file with the environment above it.
struct Layer<'l, 's, 't> {
    /// The table; `None` where the file has none.
    keys: Option<Keys<'s, 't>>,
    env: &'l Environment<'l>,
    /// The table's name; empty at the top.
    path: &'static str,
}

impl<'s, 't> Layer<'_, 's, 't> {
    fn table(&mut self, key: &'static str) -> Layer<'_, 's, 't> {
        Layer { keys: self.keys.as_mut().and_then(|keys| keys.table(key)), env: self.env, path: key }
    }

    fn read<T>(&mut self, key: &'static str, form: &Form<T>) -> Option<T> {
        let written = self.keys.as_mut().and_then(|keys| keys.read(key, form));
        self.env.read(&self.variable(key), form).or(written)
    }

    fn flag(&mut self, key: &'static str, default: bool) -> bool {
        let written = self.keys.as_mut().map_or(default, |keys| keys.flag(key, default));
        self.env.read(&self.variable(key), &FLAG).unwrap_or(written)
    }

    fn number(&mut self, key: &'static str, range: RangeInclusive<u64>, form: &Form<u64>) -> Option<u64> {
        let written = self.keys.as_mut().and_then(|keys| keys.number(key, range));
        self.env.read(&self.variable(key), form).or(written)
    }

    fn list<T>(&mut self, key: &'static str, form: &Form<T>) -> Vec<T> {
        let written = self.keys.as_mut().map(|keys| keys.list(key, form));
        self.env.list(&self.variable(key), form).or(written).unwrap_or_default()
    }

    /// Names and the addresses they stand for: a table in the file, `name=address` in the environment.
    fn resolve(&mut self, key: &'static str) -> BTreeMap<String, SocketAddr> {
        let written = self.keys.as_mut().map(|keys| {
            let mut named = Vec::new();
            for (name, address) in keys.map(key, &SOCKET) {
                match (HOST.parse)(&name) {
                    Ok(host) => named.push((host, address)),
                    Err(message) => keys.wrong(key, message, HOST.expected),
                }
            }
            named
        });
        self.env.list(&self.variable(key), &RESOLVED).or(written).into_iter().flatten().collect()
    }

    /// The variable above a key: `network.allow` is `GOVWATCH_NETWORK_ALLOW`.
    fn variable(&self, key: &str) -> String {
        let path = if self.path.is_empty() { String::new() } else { format!("{}_", self.path) };
        format!("{PREFIX}{path}{key}").to_uppercase()
    }
}

/// The variables, which of them were asked for, and what is wrong with them.
struct Environment<'l> {
    variables: &'l BTreeMap<String, String>,
    asked: RefCell<BTreeSet<String>>,
    mistakes: RefCell<Vec<Mistake>>,
}

impl Environment<'_> {
    fn read<T>(&self, variable: &str, form: &Form<T>) -> Option<T> {
        self.parse(variable, self.get(variable)?, form)
    }

    /// A list separated by commas.
    fn list<T>(&self, variable: &str, form: &Form<T>) -> Option<Vec<T>> {
        let items = self.get(variable)?.split(',').map(str::trim).filter(|item| !item.is_empty());
        Some(items.filter_map(|item| self.parse(variable, item, form)).collect())
    }

    /// Notes the variables of a table that nobody asked for.
    fn ensure_known(&self, prefix: &str) {
        let asked = self.asked.borrow();
        for variable in self.variables.keys().filter(|name| name.starts_with(prefix) && !asked.contains(*name)) {
            let meant = suggestion(variable, asked.iter().map(String::as_str));
            self.note(variable, format!("is not a setting{meant}"), None);
        }
    }

    fn into_mistakes(self) -> Vec<Mistake> {
        self.mistakes.into_inner()
    }

    fn get(&self, variable: &str) -> Option<&str> {
        self.asked.borrow_mut().insert(variable.to_owned());
        self.variables.get(variable).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn parse<T>(&self, variable: &str, value: &str, form: &Form<T>) -> Option<T> {
        (form.parse)(value).map_err(|message| self.note(variable, message, Some(form.expected.to_owned()))).ok()
    }

    fn note(&self, variable: &str, message: String, expected: Option<String>) {
        let (file, key) = ("environment".to_owned(), Some(variable.to_owned()));
        self.mistakes.borrow_mut().push(Mistake { file, line: None, key, message, expected });
    }
}
