//! What commands need before they begin: the sites they were asked for, the fetcher, the World.

use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use super::out::clean;
use super::{Context, Exit, Stop, ensure_known};
use crate::alert::{Channels, Routes};
use crate::clock::Clock;
use crate::config::{Settings, Site, load_sites};
use crate::crawl::{Interrupt, Parser, Progress, World};
use crate::fetch::{Browsers, Fetcher, Hosts, Recognise, Sandbox};
use crate::store::Store;

/// The sites a command works on.
pub(super) struct Chosen {
    /// Those whose files are right.
    pub(super) sites: Vec<Arc<Site>>,
    /// What is wrong with the others; it was said on stderr.
    pub(super) n_mistakes: usize,
}

/// Loads the sites named, or all. Mistakes are said on stderr; the valid sites go on. **Errors**: an unknown name.
pub(super) fn sites(context: &Context, names: &[String], settings: &Settings) -> Result<Chosen, Stop> {
    let loaded = load_sites(&context.global.sites, names, &settings.network);
    ensure_known(&loaded)?;
    for mistake in &loaded.mistakes {
        eprintln!("{}", clean(&mistake.to_string()));
    }
    Ok(Chosen { sites: loaded.sites, n_mistakes: loaded.mistakes.len() })
}

/// The one site that a command is about.
pub(super) fn site(context: &Context, id: &str, settings: &Settings) -> Result<Arc<Site>, Stop> {
    let mut chosen = sites(context, &[id.to_owned()], settings)?;
    chosen.sites.pop().ok_or_else(|| Stop::new(Exit::Config, format!("mend the file of site {id} first")))
}

/// Who is owed what by the settings, for these sites.
pub(super) fn routes(settings: &Settings, sites: &[Arc<Site>]) -> Routes {
    let divisions = sites.iter().filter_map(|site| Some((site.id.clone(), site.division.clone()?)));
    Routes::new(&settings.routes, &settings.channels, divisions.collect())
}

/// The channels of the settings.
pub(super) fn channels(settings: &Settings, fetcher: &Fetcher, sites: &[Arc<Site>]) -> Channels {
    let names = sites.iter().map(|site| (site.id.clone(), site.name.clone()));
    Channels::new(settings.channels.clone(), fetcher.clone(), names.collect())
}

/// A World over this store, with nobody interrupting or watching.
pub(super) fn world(settings: &Settings, store: Store, clock: Clock) -> Result<World, Stop> {
    raise_file_limit();
    let n_cores = thread::available_parallelism().map_or(1, NonZero::get);
    Ok(World {
        fetcher: fetcher(settings, Hosts::Store(store.clone()), clock.clone())?,
        store,
        clock,
        parser: Parser::new(n_cores),
        sandbox: sandbox(settings)?,
        interrupt: Interrupt::default(),
        progress: Progress::default(),
    })
}

/// Every poll needs a few files and connections; the usual limit of 1,024 is for programs that use none.
fn raise_file_limit() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
        // Where it may not be raised the program goes on: polls that find no file fail, and are tried again.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    }
}

/// Children of this very program.
pub(super) fn sandbox(settings: &Settings) -> Result<Sandbox, Stop> {
    let program = std::env::current_exe();
    let program = program.map_err(|error| Stop::new(Exit::SomeFailed, format!("cannot find this program: {error}")))?;
    let recognise = if settings.ocr { Recognise::WithTesseract } else { Recognise::Never };
    Ok(Sandbox::new(program, recognise))
}

/// A fetcher that remembers nothing after this run.
pub(super) fn passing_fetcher(settings: &Settings) -> Result<Fetcher, Stop> {
    fetcher(settings, Hosts::default(), Clock::System)
}

fn fetcher(settings: &Settings, hosts: Hosts, clock: Clock) -> Result<Fetcher, Stop> {
    let fetcher = Fetcher::new(settings.network.clone(), settings.contact.as_deref(), hosts, clock)
        .map_err(|error| Stop::new(Exit::Config, error.to_string()))?;
    Ok(fetcher.with_browsers(Browsers::new(settings.browser.clone())))
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::process::{Resource, getrlimit};

    #[test]
    fn as_many_files_may_be_open_as_the_system_lets_us() {
        super::raise_file_limit();
        let limit = getrlimit(Resource::Nofile);
        assert_eq!(limit.current, limit.maximum);
    }
}
