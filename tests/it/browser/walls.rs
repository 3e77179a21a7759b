//! Chromium cannot be made to reach an address that the gate refuses, whatever a page tries, by either wall alone.

use std::collections::BTreeMap;
use std::net::{IpAddr, TcpListener, UdpSocket};
use std::sync::{Arc, Mutex};

use govwatch::fetch::{Limits, Names, Wall};

use super::{A, may_run, plan, scene_with, text_of};
use crate::portal::Reply;

/// Somebody on this machine whom nobody may reach. A connection stands in its queue, whether it is taken or not.
struct Sentinel {
    tcp: Vec<TcpListener>,
    udp: UdpSocket,
}

impl Sentinel {
    fn listen() -> Self {
        let first = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = first.local_addr().unwrap().port();
        // A machine without IPv6 has no such way in.
        let tcp: Vec<TcpListener> =
            [Some(first), TcpListener::bind(("::1", port)).ok()].into_iter().flatten().collect();
        let udp = UdpSocket::bind(("127.0.0.1", port)).unwrap();
        for listener in &tcp {
            listener.set_nonblocking(true).unwrap();
        }
        udp.set_nonblocking(true).unwrap();
        Self { tcp, udp }
    }

    fn port(&self) -> u16 {
        self.udp.local_addr().unwrap().port()
    }

    /// Who came, in words.
    fn visits(&self) -> Vec<String> {
        let mut visits: Vec<String> =
            self.tcp.iter().filter_map(|listener| Some(format!("TCP from {}", listener.accept().ok()?.1))).collect();
        let mut datagram = [0; 2048];
        visits.extend(self.udp.recv_from(&mut datagram).ok().map(|(n, from)| format!("{n} bytes by UDP from {from}")));
        visits
    }
}

/// Every way out that a page has; each says in the document what became of it.
const ATTEMPTS: &str = r#"<!DOCTYPE html><html><head>
<link rel=prefetch href="TO/prefetch"><link rel=preconnect href="TO"><link rel=dns-prefetch href="TO">
<link rel=preload as=script href="TO/preload"><link rel=modulepreload href="TO/module"><link rel=icon href="TO/icon">
<link rel=stylesheet href="TO/style"><link rel=manifest href="TO/manifest"><script src="TO/script"></script>
<script type=speculationrules>{"prerender":[{"source":"list","urls":["/again"]}],"prefetch":[{"source":"list","urls":["TO/rule"]}]}</script>
</head><body background="TO/background"><img src="TO/img"><iframe src="TO/frame"></iframe><embed src="TO/embed">
<object data="TO/object"></object><video src="TO/video"></video><audio src="TO/audio"></audio>
<style>@import "TO/import"; @font-face { font-family: x; src: url(TO/font) } p { font-family: x; background: url(TO/css) }</style><p>x</p>
<script>
const said = {}, open = new Set();
const tell = (what, how) => { if (said[what]) return; said[what] = how; open.delete(what); document.body.dataset[what] = how; };
const tryIt = (what, how) => { open.add(what); try { how(); } catch (error) { tell(what, 'threw ' + error.name); } };
const by = (what, promise) => promise.then(() => tell(what, 'came'), () => tell(what, 'failed'));
const ask = (url, options) => fetch(url, options);
ADDRESSES.forEach((to, n) => {
    tryIt('fetch' + n, () => by('fetch' + n, ask(to + '/fetch', { mode: 'no-cors' })));
    tryIt('post' + n, () => by('post' + n, ask(to + '/post', { method: 'POST', mode: 'no-cors', body: 'x' })));
    tryIt('keepalive' + n, () => by('keepalive' + n, ask(to + '/keepalive', { keepalive: true, mode: 'no-cors' })));
    tryIt('xhr' + n, () => { const x = new XMLHttpRequest(); x.onload = () => tell('xhr' + n, 'came'); x.onerror = () => tell('xhr' + n, 'failed'); x.open('GET', to + '/xhr'); x.send(); });
    tryIt('socket' + n, () => { const s = new WebSocket(to.replace('http', 'ws') + '/socket'); s.onopen = () => tell('socket' + n, 'came'); s.onerror = () => tell('socket' + n, 'failed'); });
    tryIt('events' + n, () => { const s = new EventSource(to + '/events'); s.onopen = () => tell('events' + n, 'came'); s.onerror = () => tell('events' + n, 'failed'); });
    tryIt('beacon' + n, () => tell('beacon' + n, 'sent ' + navigator.sendBeacon(to + '/beacon', 'x')));
    tryIt('popup' + n, () => { open.delete('popup' + n); window.open(to + '/popup'); });
    tryIt('inWorker' + n, () => { const w = new Worker(URL.createObjectURL(new Blob([`fetch('${to}/worker', { mode: 'no-cors' }).then(() => postMessage('came'), () => postMessage('failed'))`]))); w.onmessage = (m) => tell('inWorker' + n, m.data); });
    tryIt('module' + n, () => by('module' + n, import(to + '/import.js')));
    for (const url of ['stun:' + to.slice(7), 'turn:' + to.slice(7) + '?transport=udp', 'turn:' + to.slice(7) + '?transport=tcp'])
        try { const c = new RTCPeerConnection({ iceServers: [{ urls: url, username: 'u', credential: 'c' }] }); c.createDataChannel('x'); c.createOffer().then((o) => c.setLocalDescription(o)); } catch {}
    try { new WebTransport(to.replace('http:', 'https:')).ready.catch(() => {}); } catch {}
});
['/to', '/twice'].forEach((path) => { const name = 'redirect' + path.slice(1);
    tryIt(name, () => by(name, ask(path))); });
tryIt('serviceWorker', () => navigator.serviceWorker ? by('serviceWorker', navigator.serviceWorker.register('/sw.js')) : tell('serviceWorker', 'none'));
tryIt('shared', () => { new SharedWorker('/sw.js').onerror = () => tell('shared', 'failed'); open.delete('shared'); });
const form = document.createElement('form'); form.action = 'TO/form'; form.method = 'post'; form.target = '_blank'; document.body.append(form); form.submit();
const inner = document.createElement('iframe'); inner.srcdoc = '<img src="TO/srcdoc"><script>fetch("TO/inner", { mode: "no-cors" }); top.document.body.dataset.inner = "ran"<' + '/script>'; document.body.append(inner);
for (const url of ['mailto:x@y', 'ftp://127.0.0.1:PORT/x', 'file:///etc/passwd', 'chrome://version', 'view-source:TO/source', 'TO/location']) { try { location.href = url; } catch {} }
</script><meta http-equiv=refresh content="0;url=TO/refresh"></body></html>"#;

async fn nothing_gets_out(wall: Wall) {
    if !may_run() {
        return;
    }
    let sentinel = Sentinel::listen();
    let port = sentinel.port();
    let loopback: IpAddr = "127.0.0.1".parse().unwrap();
    let known = ["inside.example", "localhost"].map(|name| (name.to_owned(), vec![vec![loopback]]));
    let names = Names::Scripted(Arc::new(Mutex::new(BTreeMap::from(known))));
    let scene = scene_with(Limits::default(), wall, names);
    let to = format!("http://127.0.0.1:{port}");
    let addresses = ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:7f00:1]", "localhost", "inside.example"];
    let listed: Vec<String> = addresses.iter().map(|host| format!("'http://{host}:{port}'")).collect();
    let page = ATTEMPTS.replace("ADDRESSES", &format!("[{}]", listed.join(", ")));
    scene.portal.page(A, "/", page.replace("TO", &to).replace("PORT", &port.to_string()));
    scene.portal.serve(A, "/to", Reply::redirect(&format!("{to}/redirected")));
    scene.portal.serve(A, "/twice", Reply::redirect("/to"));
    let worker = format!("fetch('{to}/sw'); self.addEventListener('install', () => fetch('{to}/install'))");
    scene.portal.serve(A, "/sw.js", Reply::bytes("text/javascript", worker.into_bytes()));

    let mut plan = plan(&format!("http://{A}/"));
    // The site file opens all these hosts: only the gate stands before them.
    let hosts = ["127.0.0.1", "[::1]", "[::ffff:7f00:1]", "localhost", "inside.example"];
    plan.rule.hosts = hosts.map(str::to_owned).to_vec();
    let text = text_of(&scene.fetch(&plan).await.unwrap());
    scene.fetcher.close().await;
    assert_eq!(sentinel.visits(), [""; 0], "{wall:?}");
    assert!(!text.contains("\"came\""), "{text}");
    for n in 0..addresses.len() {
        for what in ["fetch", "post", "xhr", "socket", "events", "module"] {
            assert!(text.contains(&format!("data-{what}{n}=\"failed\"")), "{what} {n}: {text}");
        }
        assert!(text.contains(&format!("data-in-worker{n}=\"failed\"")), "{n}: {text}");
    }
    for what in ["redirectto", "redirecttwice", "service-worker"] {
        assert!(text.contains(&format!("data-{what}=\"")), "{what}: {text}");
    }
    assert!(text.contains("data-inner=\"ran\""), "{text}");
    let asked: Vec<String> = scene.portal.asks().into_iter().map(|ask| ask.path).collect();
    assert!(asked.contains(&"/to".to_owned()) && !asked.contains(&"/again".to_owned()), "{asked:?}");
}

#[tokio::test]
async fn nothing_gets_out_of_a_namespace_without_a_network() {
    nothing_gets_out(Wall::Namespace).await;
}

#[tokio::test]
async fn nothing_gets_out_by_the_switches_alone() {
    nothing_gets_out(Wall::SwitchesOnly).await;
}
