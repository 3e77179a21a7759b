//! One Chromium from its start to its end.
//!
//! In: a program and a folder. Out: a running browser and the wire to it. Never: a network of its own: where the system
//! has namespaces it gets one without a network, and everywhere its switches lead each connection to nowhere; a process
//! that outlives this value; the rights of root.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::time::Duration;

use rustix::process::{Pid, Signal, geteuid, kill_process_group, test_kill_process_group};
use tempfile::TempDir;
use tokio::process::{ChildStdin, ChildStdout};

use super::wire::Wire;
use super::{Wall, program};

/// What the folders of browsers are called.
const PREFIX: &str = "govwatch-browser-";
/// The user and group that own nothing: whom root runs browsers as. Source: Debian Policy section 9.2.2.
const NOBODY: u32 = 65534;
/// How long processes that were killed may take to be gone, and how often that is looked at: longer is a system on which
/// nobody buries the dead.
const DYING_STEP: Duration = Duration::from_millis(10);
const DYING_STEPS: u32 = 200;
/// What is read of its errors: the last line says why it ended.
const WORDS_BYTES: usize = 2048;
/// Where the helper is that gives Chromium its sandbox on systems without user namespaces.
const SANDBOX_HELPER: &str = "/usr/lib/chromium/chrome-sandbox";
/// Chromium speaks on the descriptors 3 and 4, which only a shell can lay for us: `unsafe` is forbidden here.
const START: &str = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#;
/// The same in a namespace that has no network: not even the loopback device is up.
const START_WALLED: &str = r#"exec unshare --map-current-user --net "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#;
/// Programs of the desktop that Chromium would hand the links of other schemes to.
const DESKTOP_PROGRAMS: [&str; 4] = ["xdg-open", "xdg-email", "xdg-mime", "xdg-settings"];
/// No datagram leaves but through a proxy, and there is none that would take one: for WebRTC, which heeds no other
/// switch (seen with Chromium 156).
const PREFERENCES: &str = r#"{"webrtc":{"ip_handling_policy":"disable_non_proxied_udp"}}"#;

/// How it is started. Every connection would go through a proxy whose name, like every other name, does not exist.
const SWITCHES: [&str; 28] = [
    "--headless",
    "--remote-debugging-pipe",
    "--proxy-server=http://nowhere.invalid:1",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-client-side-phishing-detection",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-breakpad",
    "--no-pings",
    "--no-first-run",
    "--no-startup-window",
    "--no-default-browser-check",
    "--password-store=basic",
    "--use-mock-keychain",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--mute-audio",
    // A window that nobody sees draws all the same.
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    // An address in http is asked in http.
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,OptimizationHints,Translate",
    // Scripts that want more than half a GiB end their tab.
    "--js-flags=--max-old-space-size=512",
];

/// Why there is no browser.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotStarted {
    /// The installation cannot run one.
    #[error("{0}")]
    Unfit(String),
    /// The system did not let it start this time.
    #[error("the browser cannot be started: {0}")]
    System(#[from] io::Error),
}

/// A running browser. Its process group is its own; group and folder end with this value.
pub(super) struct Process {
    child: Child,
    /// Removed with this value.
    _home: TempDir,
    /// Where its errors go; kept open, as whoever owns the folder could put another file in its place.
    errors: File,
    /// Held as long as we live, so that others see whether the folder was left behind.
    _lock: File,
}

impl Process {
    /// Starts one in a folder of its own below `parent`.
    pub(super) fn start(path: Option<&Path>, parent: &Path, wall: Wall) -> Result<(Self, Wire), NotStarted> {
        let program = program(path).map_err(NotStarted::Unfit)?;
        let means = Means::of_system(wall)?;
        clear(parent);
        let home = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
        let lock = furnish(home.path())?;
        let mut command = Command::new("/bin/sh");
        command.args(["-c", if means.is_walled { START_WALLED } else { START }]).arg(program).args(SWITCHES);
        command.arg(format!("--user-data-dir={}", home.path().display()));
        if !means.has_sandbox {
            command.arg("--no-sandbox");
        }
        command.env_clear().env("HOME", home.path()).env("TMPDIR", home.path()).env("LANG", "C.UTF-8");
        command.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", home.path().join("bin").display()));
        command.current_dir("/").process_group(0);
        as_nobody(&mut command);
        let errors = File::options().read(true).write(true).create_new(true).open(home.path().join("errors"))?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors.try_clone()?);
        let mut child = command.spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let process = Self { child, errors, _lock: lock, _home: home };
        let (to, from) = pipes.ok_or_else(|| io::Error::other("it has no pipes"))?;
        Ok((process, Wire::new(ChildStdin::from_std(to)?, ChildStdout::from_std(from)?)))
    }

    /// The last line that it said before it died.
    pub(super) fn last_words(&self) -> String {
        let mut said = vec![0; WORDS_BYTES];
        let length = self.errors.metadata().map_or(0, |metadata| metadata.len());
        let from = length.saturating_sub(WORDS_BYTES as u64);
        let n_read = self.errors.read_at(&mut said, from).unwrap_or(0);
        let said = String::from_utf8_lossy(&said[..n_read]).into_owned();
        said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing").trim().to_owned()
    }
}

impl Drop for Process {
    /// Takes a tenth of a second, until its processes let go of the folder.
    fn drop(&mut self) {
        let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group {
            // None of them may be left.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
        // The others of its group die by themselves, a moment later where the machine is busy.
        let is_left = || group.is_some_and(|group| test_kill_process_group(group).is_ok());
        for _ in 0..DYING_STEPS {
            if !is_left() {
                break;
            }
            std::thread::sleep(DYING_STEP);
        }
    }
}

/// What the system lets a browser have.
struct Means {
    is_walled: bool,
    has_sandbox: bool,
}

impl Means {
    /// **Errors**: there is no sandbox to be had, and we are not root, who has at least somebody else to run it as.
    fn of_system(wall: Wall) -> Result<Self, NotStarted> {
        /// Once is enough for a process that starts a browser every ten minutes.
        static SAID: Once = Once::new();
        let can = |arguments: &[&str]| {
            let mut command = Command::new("unshare");
            command.args(arguments).arg("true").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            as_nobody(&mut command);
            command.status().is_ok_and(|status| status.success())
        };
        let is_walled = wall == Wall::Namespace && can(&["--map-current-user", "--net"]);
        let has_sandbox = is_walled || can(&["--user"]) || Path::new(SANDBOX_HELPER).exists();
        if !has_sandbox && !geteuid().is_root() {
            let why = "Chromium needs user namespaces for its sandbox, or on Debian: apt install chromium-sandbox";
            return Err(NotStarted::Unfit(why.to_owned()));
        }
        if !has_sandbox {
            SAID.call_once(|| {
                tracing::warn!(
                    "Chromium runs without its sandbox, as nobody: this system has no user namespaces; \
                     on Debian chromium-sandbox would give it one"
                );
            });
        }
        Ok(Self { is_walled, has_sandbox })
    }
}

/// Chromium as root would have no sandbox; root has a user to give it away to.
fn as_nobody(command: &mut Command) {
    if geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
}

/// Lays out the folder. Gives the lock that says that somebody lives here.
fn furnish(home: &Path) -> io::Result<File> {
    let lock = File::create(lock_of(home))?;
    lock.try_lock().map_err(|error| match error {
        TryLockError::Error(error) => error,
        TryLockError::WouldBlock => io::Error::other("its folder belongs to somebody else"),
    })?;
    let (profile, bin) = (home.join("Default"), home.join("bin"));
    fs::create_dir(&profile)?;
    fs::create_dir(&bin)?;
    for name in DESKTOP_PROGRAMS {
        symlink("/bin/false", bin.join(name))?;
    }
    let preferences = profile.join("Preferences");
    fs::write(&preferences, PREFERENCES)?;
    if geteuid().is_root() {
        for path in [home, &profile, &preferences] {
            chown(path, Some(NOBODY), Some(NOBODY))?;
        }
    }
    Ok(lock)
}

fn lock_of(home: &Path) -> PathBuf {
    home.join("lock")
}

/// Removes the folders of browsers whose owner was killed; the browsers themselves ended with the wire.
fn clear(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    let folders = entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX));
    for folder in folders.map(|entry| entry.path()) {
        if is_left_behind(&folder)
            && let Err(error) = fs::remove_dir_all(&folder)
        {
            tracing::debug!(folder = %folder.display(), %error, "a folder of a browser stays behind");
        }
    }
}

/// Whether a folder is ours and nobody holds its lock. One without a lock is being furnished.
fn is_left_behind(folder: &Path) -> bool {
    let owner = fs::symlink_metadata(folder).map(|metadata| metadata.uid());
    let is_ours = owner.is_ok_and(|uid| uid == geteuid().as_raw() || (uid == NOBODY && geteuid().is_root()));
    let lock = lock_of(folder);
    let is_file = fs::symlink_metadata(&lock).is_ok_and(|metadata| metadata.is_file());
    is_ours && is_file && File::open(lock).is_ok_and(|lock| lock.try_lock().is_ok())
}
