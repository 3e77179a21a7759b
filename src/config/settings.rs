//! The settings: `govwatch.toml` and the environment above it. In: the file and the variables, passed in. Out:
//! [`Settings`], or every mistake at once. Never: the process's environment itself.

mod layer;
mod network;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use url::Url;

use self::layer::{Environment, Layer};
pub(super) use self::network::MOST_CAP_BYTES;
pub use self::network::{Allowed, Caps, Network};
use super::channel::{self, ChannelRule};
use super::folder;
use super::keys::Keys;
use super::mistake::Mistake;
use super::route::{self, RouteRule};
use super::secret::{Safe, Secret};
use super::source::Source;
use super::value::{ALLOWED, AT_ONCE, CAP, CONTACT, HOST, NET, PROGRAM, PROXY, SOCKET, SPAN, STORE, TEXT, URL};
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

/// Most browsers that may run at once: beyond it they take turns at the processors, and pages run into their deadlines.
pub(super) const MOST_BROWSERS: u64 = 16;

impl Settings {
    /// Reads the file, if there is one, and the variables above it. Empty variables count as absent.
    pub fn load(file: Option<&Path>, env: &BTreeMap<String, String>) -> Result<Self, Vec<Mistake>> {
        let text = file.map(folder::text).transpose()?.unwrap_or_default();
        let name = file.map_or_else(String::new, |file| file.display().to_string());
        let source = Source::new(name, &text);
        let root = source.root();
        let env = Environment::of(env);
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
    layer.done();
    network
}

/// Whether words are recognised: off, as it costs seconds of CPU for each page.
fn attachments(mut layer: Layer<'_, '_, '_>) -> bool {
    let ocr = layer.flag("ocr", false);
    layer.done();
    ocr
}

fn daemon(mut layer: Layer<'_, '_, '_>) -> Option<Url> {
    let ping = layer.read("ping", &URL);
    layer.done();
    ping
}

fn browser(mut layer: Layer<'_, '_, '_>) -> Browser {
    let at_once = layer.number("at_once", 1..=MOST_BROWSERS, &AT_ONCE);
    let browser = Browser {
        path: layer.read("path", &PROGRAM),
        at_once: at_once.and_then(|n| usize::try_from(n).ok()).unwrap_or(Browser::default().at_once),
    };
    layer.done();
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
    layer.done();
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
    layer.ensure_known();
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
