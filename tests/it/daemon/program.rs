//! The real program as a daemon: one a state folder, health and metrics over HTTP, signals, a fetch beside it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::portal::{Fault, Portal, Reply};

const HOST: &str = "www.program.example";
/// Longer than anything here takes on a machine that does much else.
const PATIENCE: Duration = Duration::from_mins(1);

/// A portal of two reports, a folder of its own, and the commands that work on it.
struct Office {
    portal: Portal,
    folder: tempfile::TempDir,
    asked: Receiver<()>,
    /// What systemd would be told.
    notified: UnixDatagram,
}

/// A daemon that runs; it is killed with its test.
struct Running {
    child: Child,
    log: Receiver<Value>,
    told: Receiver<Value>,
}

impl Office {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("sites")).unwrap();
        let site = format!(
            "pace = {{ min_interval = \"0s\" }}\n[[listing]]\nurl = \"http://{HOST}/tzgg/\"\nentry = \"ul.list li\"\n\
             pages = {{ kind = \"none\" }}\n"
        );
        fs::write(folder.path().join("sites/office.toml"), site).unwrap();
        let portal = Portal::start();
        let rows =
            [2, 1].map(|n| format!("<li><a href=\"/tzgg/{n}.html\">{}</a><span>2026-02-0{n}</span></li>", title(n)));
        portal.page(HOST, "/tzgg/", format!("<html><body><ul class=\"list\">{}</ul></body></html>", rows.concat()));
        let (bell, asked): (Sender<()>, _) = channel();
        portal.answer(HOST, "/tzgg/2.html", move |_| {
            // Nobody listens once the test has heard enough.
            let _ = bell.send(());
            Reply::html(report(2))
        });
        portal.page(HOST, "/tzgg/1.html", report(1));
        let notified = UnixDatagram::bind(folder.path().join("notify")).unwrap();
        notified.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { portal, folder, asked, notified }
    }

    /// Lists one report more, the newest.
    fn publish(&self, n: u32) {
        let rows = (1..=n).rev().fold(String::new(), |rows, n| {
            format!("{rows}<li><a href=\"/tzgg/{n}.html\">{}</a><span>2026-02-0{n}</span></li>", title(n))
        });
        self.portal.page(HOST, &format!("/tzgg/{n}.html"), report(n));
        self.portal.page(HOST, "/tzgg/", format!("<html><body><ul class=\"list\">{rows}</ul></body></html>"));
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_govwatch"));
        command
            .current_dir(self.folder.path())
            .args(["--json", "--log", "json", "--sites", "sites", "--state", "state"])
            .args(arguments)
            .env("GOVWATCH_NETWORK_ALLOW", "127.0.0.1/32")
            .env("GOVWATCH_NETWORK_RESOLVE", format!("{HOST}={}", self.portal.addr()))
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn rows(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn daemon(&self) -> Running {
        let mut command = self.command(&["daemon", "--listen", "127.0.0.1:0"]);
        command.env("NOTIFY_SOCKET", self.folder.path().join("notify")).env("WATCHDOG_USEC", "180000000");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (told, log) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
        Running { child, log, told }
    }
}

/// Waits until systemd is told these words.
fn told_systemd(office: &Office, words: &str) {
    let mut bytes = [0; 4096];
    while !String::from_utf8_lossy(&bytes).contains(words) {
        bytes.fill(0);
        office.notified.recv(&mut bytes).unwrap_or_else(|_| panic!("systemd is not told {words}"));
    }
}

fn title(n: u32) -> String {
    format!("关于做好第{n}号工作的通知")
}

fn report(n: u32) -> String {
    let text = "现将有关事项通知如下,各乡镇人民政府、县直各部门要高度重视,按照职责分工抓好落实。".repeat(4);
    format!(
        "<html><head><title>{0}</title></head><body><h1>{0}</h1><div class=\"info\">发布时间:2026-02-0{n}</div>\
         <div class=\"TRS_Editor\"><p>{text}第{n}号。</p></div></body></html>",
        title(n)
    )
}

/// The JSON lines of a stream, as they come.
fn lines(stream: impl std::io::Read + Send + 'static) -> Receiver<Value> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let row = serde_json::from_str(&line).unwrap_or(Value::String(line));
            if sender.send(row).is_err() {
                return;
            }
        }
    });
    receiver
}

impl Running {
    /// Waits for two lines, in whatever order two tasks write them.
    fn says_both(&self, words: [&str; 2]) {
        let mut waited = words.to_vec();
        let mut said = Vec::new();
        while !waited.is_empty() {
            let line = self.log.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no {waited:?} after {said:?}"));
            waited.retain(|words| !line.to_string().contains(words));
            said.push(line);
        }
    }

    /// The next line of the log whose message has these words.
    fn says(&self, words: &str) -> Value {
        let mut said = Vec::new();
        loop {
            let line = self.log.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no {words:?} after {said:?}"));
            if line.to_string().contains(words) {
                return line;
            }
            said.push(line);
        }
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Asks it to end; gives how it ended and how long that took.
    fn end(mut self) -> (Option<i32>, Duration) {
        let began = Instant::now();
        self.signal(Signal::TERM);
        let status = self.child.wait().unwrap();
        (status.code(), began.elapsed())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Status and body of a GET.
fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

fn address(running: &Running) -> String {
    let line = running.says("listening at");
    line["message"].as_str().unwrap().trim_start_matches("listening at ").to_owned()
}

#[test]
fn a_daemon_polls_tells_and_answers_how_it_does() {
    let office = Office::open();
    let running = office.daemon();
    let address = address(&running);
    told_systemd(&office, "READY=1");
    told_systemd(&office, "WATCHDOG=1");
    let polled = running.says("\"polled\"");
    assert_eq!(
        (&polled["site"], &polled["reports_read"], &polled["baseline"]),
        (&"office".into(), &2.into(), &2.into())
    );
    let told = running.told.recv_timeout(PATIENCE).unwrap();
    assert_eq!((&told["event"], &told["count"]), (&"baseline".into(), &2.into()));
    let (status, health) = get(&address, "/health");
    let health: Value = serde_json::from_str(&health).unwrap();
    assert_eq!((status, &health["state"], &health["sites"]), (200, &"ok".into(), &1.into()), "{health}");
    assert_eq!((&health["is_store_writable"], &health["oldest_overdue"]), (&true.into(), &Value::Null));
    let (status, metrics) = get(&address, "/metrics");
    assert_eq!(status, 200);
    for line in [
        "govwatch_polls_total{ended=\"done\"} 1",
        "govwatch_sites{state=\"ok\"} 1",
        "govwatch_reports_read_total 2",
        "govwatch_site_file_mistakes 0",
        "# TYPE govwatch_poll_duration_seconds histogram",
        "# EOF",
    ] {
        assert!(metrics.lines().any(|said| said == line), "no {line} in\n{metrics}");
    }
    assert!(metrics.contains("govwatch_received_bytes_total ") && metrics.contains("govwatch_store_size_bytes "));
    let (status, page) = get(&address, "/");
    assert!(status == 200 && page.contains("<html"), "the web page stands beside: {status}");
    let (code, took) = running.end();
    assert!(code == Some(0) && took < Duration::from_secs(15), "{code:?} after {took:?}");
    told_systemd(&office, "STOPPING=1");
}

#[test]
fn one_daemon_works_on_a_state_folder_and_the_other_commands_work_beside_it() {
    let office = Office::open();
    let running = office.daemon();
    let address = address(&running);
    running.says("\"polled\"");
    let second = office.run(&["daemon", "--listen", "off"]);
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(4), "{said}");
    assert!(said.contains(&format!("process {}", running.child.id())) && said.contains(&address), "{said}");
    let summary = office.rows(&["fetch", "office"]).pop().unwrap();
    assert_eq!((&summary["sites"], &summary["sites_failed"]), (&1.into(), &0.into()));
    assert_eq!(office.rows(&["backup", "copy.db"])[0]["file"], "copy.db");
    assert_eq!(office.run(&["backup", "copy.db"]).status.code(), Some(2), "it is there already");
    assert_eq!(office.rows(&["doctor", "--backup", "copy.db"])[0]["state"], "ok");
    let renamed = office.run(&["site", "rename", "office", "bureau"]);
    assert_eq!(renamed.status.code(), Some(2), "not while the daemon may be polling it");
    assert_eq!(running.end().0, Some(0));
    assert_eq!(office.rows(&["site", "rename", "office", "bureau"])[0]["site"], "bureau");
    assert!(office.folder.path().join("sites/bureau.toml").exists());
    assert!(office.rows(&["reports"]).iter().all(|row| row["site"] == "bureau"));
}

#[test]
fn what_a_poll_finds_is_delivered_to_the_channels_of_the_settings() {
    let office = Office::open();
    let (bell, delivered) = channel();
    office.portal.answer("127.0.0.1", "/in", move |ask| {
        // Nobody listens once the test has heard enough.
        drop(bell.send(ask.body.clone()));
        Reply::status(204)
    });
    let settings = format!(
        "[[channel]]\nid = \"hook\"\nkind = \"webhook\"\nurl = \"{}\"\n\
         [[route]]\nto = [\"hook\"]\naudience = \"readers\"\nevents = [\"baseline\"]\n",
        office.portal.url("/in")
    );
    fs::write(office.folder.path().join("govwatch.toml"), settings).unwrap();
    let running = office.daemon();
    let body: Value = serde_json::from_str(&delivered.recv_timeout(PATIENCE).unwrap()).unwrap();
    assert_eq!((&body["type"], &body["data"]["count"]), (&"govwatch.baseline".into(), &2.into()), "{body}");
    assert_eq!(running.end().0, Some(0));
}

#[test]
fn a_word_to_reload_takes_the_files_over_and_a_mistake_is_told_in_health_and_doctor() {
    let office = Office::open();
    let running = office.daemon();
    let address = address(&running);
    running.says("\"polled\"");
    fs::write(office.folder.path().join("sites/office.toml"), "nmae = 1\n").unwrap();
    running.signal(Signal::HUP);
    assert_eq!(running.says("nmae")["level"], "ERROR");
    running.says("the site files were read again");
    let health: Value = serde_json::from_str(&get(&address, "/health").1).unwrap();
    let keys: Vec<&str> = health["mistakes"].as_array().unwrap().iter().filter_map(|row| row["key"].as_str()).collect();
    assert_eq!((&health["state"], keys.contains(&"nmae")), (&"ok".into(), true), "{health}");
    let doctor = office.run(&["doctor"]);
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert_eq!(doctor.status.code(), Some(3), "the file is still wrong: {said}");
    assert!(said.contains(&format!("process {}", running.child.id())), "{said}");
    assert_eq!(running.end().0, Some(0));
}

#[test]
fn a_word_to_reload_takes_channels_and_routes_over_and_wrong_settings_change_nothing() {
    let office = Office::open();
    let (bell, delivered) = channel();
    office.portal.answer("127.0.0.1", "/in", move |ask| {
        // Nobody listens once the test has heard enough.
        drop(bell.send(ask.body.clone()));
        Reply::status(204)
    });
    let running = office.daemon();
    let address = address(&running);
    running.says("\"polled\"");
    let settings = format!(
        "[[channel]]\nid = \"desk\"\nkind = \"webhook\"\nurl = \"{}\"\n[[channel]]\nid = \"bare\"\nkind = \"ntfy\"\n\
         topic = \"x\"\ntoken = {{ env = \"NO_SUCH_TOKEN\" }}\n[[route]]\nto = [\"desk\", \"bare\"]\nevents = [\"new\"]\n",
        office.portal.url("/in")
    );
    let file = office.folder.path().join("govwatch.toml");
    fs::write(&file, &settings).unwrap();
    running.signal(Signal::HUP);
    running.says_both(["the channels and routes of the settings were read again", "NO_SUCH_TOKEN"]);
    let health: Value = serde_json::from_str(&get(&address, "/health").1).unwrap();
    assert!(health["reasons"].to_string().contains("channel bare sends nothing"), "{health}");

    // What is wrong is told, and the channel of before is told what comes next.
    fs::write(&file, format!("{settings}kinds = 5\n")).unwrap();
    running.signal(Signal::HUP);
    assert!(running.says("channels and routes go on as they were").to_string().contains("route.kinds"));
    let health: Value = serde_json::from_str(&get(&address, "/health").1).unwrap();
    assert!(health["mistakes"].to_string().contains("route.kinds"), "{health}");
    office.publish(3);
    let site = office.folder.path().join("sites/office.toml");
    fs::write(&site, format!("# looked at again\n{}", fs::read_to_string(&site).unwrap())).unwrap();
    running.signal(Signal::HUP);
    let body: Value = serde_json::from_str(&delivered.recv_timeout(PATIENCE).unwrap()).unwrap();
    assert_eq!(body["type"], "govwatch.new", "{body}");
    assert_eq!(running.end().0, Some(0));
}

#[test]
fn a_daemon_that_is_told_to_stop_in_the_middle_of_a_poll_leaves_within_seconds_and_goes_on_there() {
    let office = Office::open();
    office.portal.serve(HOST, "/tzgg/1.html", Fault::Forever);
    let running = office.daemon();
    office.asked.recv_timeout(PATIENCE).unwrap();
    let (code, took) = running.end();
    println!("a poll whose portal hangs ended {took:?} after SIGTERM");
    assert!(code == Some(0) && took < Duration::from_secs(15), "{code:?} after {took:?}");
    office.portal.page(HOST, "/tzgg/1.html", report(1));
    let again = office.daemon();
    let told = again.told.recv_timeout(PATIENCE).unwrap();
    assert_eq!((&told["event"], &told["count"]), (&"baseline".into(), &2.into()), "one baseline over both polls");
    assert_eq!(again.end().0, Some(0));
    assert_eq!(office.rows(&["reports"]).len(), 2);
    assert_eq!(office.rows(&["doctor"]).iter().filter(|row| row["state"] == "wrong").count(), 0);
}

#[test]
fn what_a_daemon_may_not_do_is_told_with_the_next_step() {
    let office = Office::open();
    let open = office.run(&["daemon", "--listen", "0.0.0.0:8600"]);
    let said = String::from_utf8_lossy(&open.stderr).into_owned();
    assert_eq!(open.status.code(), Some(2), "{said}");
    assert!(said.contains("password") && said.contains("127.0.0.1"), "{said}");
    assert_eq!(office.run(&["daemon", "--listen", "nowhere"]).status.code(), Some(2));
    let settings = office.folder.path().join("govwatch.toml");
    fs::write(&settings, "[web]\npassword = { env = \"NO_SUCH_PASSWORD\" }\n").unwrap();
    let lacking = office.run(&["daemon"]);
    let said = String::from_utf8_lossy(&lacking.stderr).into_owned();
    assert_eq!(lacking.status.code(), Some(3), "{said}");
    assert!(said.contains("NO_SUCH_PASSWORD") && said.contains("open to all"), "{said}");
    fs::remove_file(&settings).unwrap();
    let unknown = office.run(&["site", "pause", "ofice"]);
    let said = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert_ne!(unknown.status.code(), Some(0));
    assert!(!office.folder.path().join("state/daemon.lock").exists(), "{said}");
}

#[test]
fn a_channel_that_breaks_is_told_to_the_other_one() {
    let office = Office::open();
    let (bell, delivered) = channel();
    office.portal.answer("127.0.0.1", "/gone", |_| Reply::status(404));
    office.portal.answer("127.0.0.1", "/in", move |ask| {
        // Nobody listens once the test has heard enough.
        drop(bell.send(ask.body.clone()));
        Reply::status(204)
    });
    let channel = |id: &str, events: &str, path: &str| {
        let url = office.portal.url(path);
        format!(
            "[[channel]]\nid = \"{id}\"\nkind = \"webhook\"\nurl = \"{url}\"\n\
             [[route]]\nto = [\"{id}\"]\nevents = [\"{events}\"]\n"
        )
    };
    let settings = channel("news", "baseline", "/gone")
        + &channel("desk", "channel_broken", "/in").replace("events", "audience = \"operators\"\nevents");
    fs::write(office.folder.path().join("govwatch.toml"), settings).unwrap();
    let running = office.daemon();
    let body: Value = serde_json::from_str(&delivered.recv_timeout(PATIENCE).unwrap()).unwrap();
    assert_eq!((&body["type"], &body["data"]["channel"]), (&"govwatch.channel_broken".into(), &"news".into()));
    assert_eq!(running.end().0, Some(0));
}

#[test]
fn a_daemon_whose_output_nobody_reads_says_so_once_and_goes_on() {
    let office = Office::open();
    let mut command = office.command(&["daemon", "--listen", "127.0.0.1:0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let (log, (_, told)) = (lines(child.stderr.take().unwrap()), channel());
    let running = Running { child, log, told };
    let address = address(&running);
    running.says("standard output is closed");
    assert_eq!(get(&address, "/health").0, 200);
    assert_eq!(running.end().0, Some(0));
    assert!(office.rows(&["fetch", "office"]).len() > 1, "what was not printed is still owed");
}

#[test]
fn a_daemon_that_is_not_alone_touches_no_store() {
    let office = Office::open();
    let state = office.folder.path().join("state");
    fs::create_dir(&state).unwrap();
    let lock = fs::File::create(state.join("daemon.lock")).unwrap();
    lock.try_lock().unwrap();
    assert_eq!(office.run(&["daemon", "--listen", "off"]).status.code(), Some(4));
    let found: Vec<_> = fs::read_dir(&state).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(found, ["daemon.lock"]);
}
