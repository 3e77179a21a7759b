//! What people do from the page beyond reading: write site files, look at a portal, ask for a poll.
//!
//! In: a text, an address, a site. Out: a file that the checks of `check` find right, a word to the daemon. Never: a poll
//! begun here, a file overwritten that somebody else changed, a request that passes neither gate, robots.txt nor pace.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, Notify, watch};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::Web;
use super::access::May;
use super::fail::Fail;
use super::guard::Caller;
use crate::config::{Mistake, Network, SiteReader, is_site_id, write};
use crate::fetch::Fetcher;
use crate::model::{Hash, SiteId};

/// How long an answer waits for the daemon to take a file over: it reads some thousand files in a second.
const TAKEN_OVER_WITHIN: Duration = Duration::from_secs(3);

/// What the page may do beside showing what is stored.
pub struct Tools {
    /// The folder of the site files.
    pub dir: PathBuf,
    /// By which networks they are checked.
    pub network: Network,
    /// Asks portals, at the pace that the polls keep.
    pub fetcher: Fetcher,
    /// Told when a site file was written.
    pub wants_files: Arc<Notify>,
    /// Told when a site was made due.
    pub wants_polls: Arc<Notify>,
    /// Moved on when alerts were made due: whoever delivers looks at the outbox.
    pub landed: watch::Sender<u64>,
}

/// A site file as it stands on the disk.
pub(super) struct Standing {
    pub(super) path: PathBuf,
    /// Its text; `None`: there is no such file.
    pub(super) text: Option<String>,
}

impl Standing {
    /// What tells this state of the file from others; empty where there is none.
    pub(super) fn digest(&self) -> String {
        self.text.as_ref().map(|text| Hash::of(text.as_bytes()).to_string()).unwrap_or_default()
    }
}

impl Web {
    /// The tools, for who may use them: a site file may hold a password, so that even reading it is no reader's.
    pub(super) fn tools(&self, caller: Caller) -> Result<&Tools, Fail> {
        if caller.may < May::Change {
            return Err(Fail::OnlyReading);
        }
        self.0.tools.as_ref().ok_or(Fail::NoTools)
    }

    /// Whether site files can be written and polls asked for.
    pub(super) fn has_tools(&self) -> bool {
        self.0.tools.is_some()
    }

    /// Whether a site has a file that can be edited here.
    pub(super) async fn has_file(&self, site: &SiteId) -> Result<bool, Fail> {
        match &self.0.tools {
            Some(tools) if is_site_id(site.as_str()) => Ok(tools.standing(site.as_str()).await?.text.is_some()),
            _ => Ok(false),
        }
    }

    /// The first mistake of a site's file as it stands now; the site goes on as it was when it was right.
    pub(super) async fn first_mistake(&self, site: &SiteId) -> Result<Option<Mistake>, Fail> {
        let Some(tools) = self.0.tools.as_ref().filter(|_| is_site_id(site.as_str())) else { return Ok(None) };
        let Some(text) = tools.standing(site.as_str()).await?.text else { return Ok(None) };
        Ok(tools.mistakes(site.as_str(), &text).await?.into_iter().next())
    }

    /// Tells the daemon that a site file was written, and waits a moment until it is taken over.
    pub(super) async fn take_over(&self, tools: &Tools) {
        let mut sites = self.0.sites.clone();
        sites.mark_unchanged();
        tools.wants_files.notify_one();
        // Where it takes longer, the page of the site says so itself.
        drop(timeout(TAKEN_OVER_WITHIN, sites.changed()).await);
    }
}

impl Tools {
    /// The file of a site. **Errors**: an id that can be none, a file that cannot be read.
    pub(super) async fn standing(&self, id: &str) -> Result<Standing, Fail> {
        if !is_site_id(id) {
            return Err(Fail::Unknown(id.to_owned()));
        }
        let path = self.dir.join(format!("{id}.toml"));
        let file = path.clone();
        let read = spawn_blocking(move || std::fs::read_to_string(file)).await?;
        match read {
            Ok(text) => Ok(Standing { path, text: Some(text) }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Standing { path, text: None }),
            Err(error) => Err(Fail::File(format!("{}: {error}", path.display()))),
        }
    }

    /// What is wrong with a text as the file of a site.
    pub(super) async fn mistakes(&self, id: &str, text: &str) -> Result<Vec<Mistake>, Fail> {
        let (dir, network) = (self.dir.clone(), self.network.clone());
        let (id, text) = (id.to_owned(), text.to_owned());
        let check = move || SiteReader::of(&dir, &network).site(&id, &text).err().unwrap_or_default();
        Ok(spawn_blocking(check).await?)
    }

    /// Writes a text in the place of what stood there, which is kept beside it. **Errors**: the disk refuses, or somebody
    /// else has changed the file.
    pub(super) async fn write(&self, id: &str, standing: Standing, text: String) -> Result<(), Fail> {
        /// One writer at a time: two that compare at once would both find the old text, and one of theirs would be lost.
        static WRITING: Mutex<()> = Mutex::const_new(());
        let _turn = WRITING.lock().await;
        let (dir, id, Standing { path, text: old }) = (self.dir.clone(), id.to_owned(), standing);
        let place = path.display().to_string();
        let written = spawn_blocking(move || match old {
            Some(old) => write::edited_file(&path, &old, &text).map(drop),
            None => write::new_file(&dir, &id, &text).map(drop),
        });
        written.await?.map_err(|error| Fail::File(format!("{place}: {error}")))
    }
}
