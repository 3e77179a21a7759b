//! `demo`: plays the story of the embedded portals, polls them after each act and prints what a reader would be told.
//!
//! In: the embedded portals and a way to poll them. Out: the acts and their events; whether every poll told what the
//! story says. Never: the user's own sites, store or settings.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use ipnet::IpNet;
use unicode_width::UnicodeWidthChar;

use super::{Context, Exit, Out, Stop, demo_web, diff, event, world};
use crate::change::render::Colour;
use crate::clock::Clock;
use crate::config::{Allowed, Network, Settings, Site, load_sites};
use crate::crawl::{self, PollOptions, Thoroughness, World};
use crate::demo::{ACTS, Act, DemoPortal, SITE_FILES};
use crate::model::{Event, EventKind, ReportId};
use crate::store::{STDOUT, Store};

/// Columns of the narration: it reads well on the narrowest usual terminal.
const COLUMNS: usize = 80;

/// What the demo ends with.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Stay after the story and serve the web page over what it left, until Ctrl-C
    #[arg(long)]
    pub web: bool,
    /// Where the web page listens; addresses that others reach are refused
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8600", requires = "web")]
    pub listen: SocketAddr,
}

/// Runs the command: the story, then the diff of the edited report, then the web page where it is wanted.
pub async fn run(context: &Context, args: &DemoArgs) -> Result<Exit, Stop> {
    let scratch = Scratch::new()?;
    let failed = |error| Stop::new(Exit::SomeFailed, format!("the demo cannot listen on 127.0.0.1: {error}"));
    let portal = DemoPortal::start(Clock::System).await.map_err(failed)?;
    let settings = settings(&portal);
    let loaded = load_sites(&scratch.sites(), &[], &settings.network);
    if !loaded.mistakes.is_empty() {
        return Err(loaded.mistakes.into());
    }
    let world = world::world(&settings, Store::open(&scratch.state())?, Clock::System)?;
    let played = play(&context.out, context.global.json, &portal, async || {
        poll(&world, &loaded.sites, context.out.colour).await
    })
    .await?;
    if let (Some(edited), false) = (played.edited, context.global.json) {
        context.out.line("\nThe edit once more, as `govwatch diff` shows it:\n")?;
        context.out.text(&diff::for_people(&world.store, edited, (1, 2), context.out.colour).await?)?;
    }
    context.out.flush()?;
    if args.web {
        demo_web::serve(context, &world, loaded.sites, args.listen).await?;
    }
    played.exit()
}

/// What a poll told: the event, and the lines that a reader sees of it.
type Telling = (Event, String);

/// One poll of both sites that reads everything again, and what it told.
async fn poll(world: &World, sites: &[Arc<Site>], colour: Colour) -> Result<Vec<Telling>, Stop> {
    let options = PollOptions { thoroughness: Thoroughness::Full, ..PollOptions::default() };
    crawl::poll_sites(world, sites, options).await?;
    let owed = world.store.owed(STDOUT, None, usize::MAX).await?;
    let mut tellings = Vec::with_capacity(owed.len());
    for (alert, event) in owed {
        let lines = event::told(&world.store, &event, colour).await?;
        world.store.settle(&[alert], world.clock.now()).await?;
        tellings.push((event, lines));
    }
    Ok(tellings)
}

/// What the story left behind.
#[derive(Debug, Default)]
pub struct Played {
    /// The report that was edited: the demo ends with its diff.
    pub edited: Option<ReportId>,
    /// Polls that did not tell what the story says, in words; empty when all is well.
    pub surprises: Vec<String>,
}

impl Played {
    /// Done when every poll told what the story says.
    pub fn exit(&self) -> Result<Exit, Stop> {
        if self.surprises.is_empty() {
            return Ok(Exit::Done);
        }
        Err(Stop::new(Exit::SomeFailed, self.surprises.join("\n")))
    }
}

/// Plays all acts. `poll` reads every page of both sites again and gives the events of that poll.
pub async fn play(
    out: &Out,
    is_json: bool,
    portal: &DemoPortal,
    mut poll: impl AsyncFnMut() -> Result<Vec<Telling>, Stop>,
) -> Result<Played, Stop> {
    let mut played = Played::default();
    for (index, act) in ACTS.iter().enumerate() {
        portal.set_stage(act.stage);
        if !is_json {
            announce(out, index, act)?;
        }
        for (n_poll, expected) in (1_usize..).zip(act.polls) {
            let tellings = poll().await?;
            if is_json {
                tellings.iter().try_for_each(|(event, _)| out.json(event))?;
            } else {
                tell(out, &tellings, n_poll, act.polls.len())?;
            }
            played.note(act, n_poll, &tellings, expected);
        }
    }
    Ok(played)
}

impl Played {
    fn note(&mut self, act: &Act, n_poll: usize, tellings: &[Telling], expected: &[EventKind]) {
        let edit = tellings.iter().find(|(event, _)| event.event == EventKind::Edited);
        self.edited = edit.and_then(|(event, _)| event.report).or(self.edited);
        let told = sorted_words(tellings.iter().map(|(event, _)| event.event));
        let owed = sorted_words(expected.iter().copied());
        if told != owed {
            self.surprises.push(format!(
                "demo: {:?}, poll {n_poll}: told [{}], expected [{}]",
                act.title,
                told.join(", "),
                owed.join(", ")
            ));
        }
    }
}

fn sorted_words(kinds: impl Iterator<Item = EventKind>) -> Vec<&'static str> {
    let mut words: Vec<&str> = kinds.map(EventKind::as_str).collect();
    words.sort_unstable();
    words
}

fn announce(out: &Out, index: usize, act: &Act) -> Result<(), Stop> {
    let title = format!("{}/{}  {}", index + 1, ACTS.len(), act.title);
    out.line(format!("\n{}", out.colour.paint("1;34", &title)))?;
    wrapped(act.what_happens).iter().try_for_each(|line| out.line(format!("     {line}")))?;
    out.line("")
}

fn tell(out: &Out, tellings: &[Telling], n_poll: usize, n_polls: usize) -> Result<(), Stop> {
    if tellings.is_empty() {
        return out.line(format!("(poll {n_poll} of {n_polls}: nothing to tell)"));
    }
    tellings.iter().try_for_each(|(_, lines)| out.line(lines))
}

/// The text in lines of at most [`COLUMNS`] columns, broken at spaces.
fn wrapped(text: &str) -> Vec<String> {
    let width = |text: &str| text.chars().filter_map(UnicodeWidthChar::width).sum::<usize>();
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("invariant: there is always a line");
        if !line.is_empty() && width(line) + 1 + width(word) > COLUMNS {
            lines.push(word.to_owned());
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines
}

/// The settings of the demo: both names pinned to the embedded portals, and no other private address allowed.
pub fn settings(portal: &DemoPortal) -> Settings {
    let address = portal.address();
    let allow = vec![Allowed { net: IpNet::from(address.ip()), port: Some(address.port()) }];
    Settings { network: Network { allow, resolve: portal.resolve(), ..Network::default() }, ..Settings::default() }
}

/// A folder of its own for the demo's site files and store; removed when this is dropped.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes the folder under the system's temporary one and writes both site files into its `sites/`.
    pub fn new() -> Result<Self, Stop> {
        let folder = std::env::temp_dir().join(format!("govwatch-demo-{}", std::process::id()));
        let failed = |error| Stop::new(Exit::Store, format!("cannot write to {}: {error}", folder.display()));
        fs::create_dir(&folder).map_err(failed)?;
        let scratch = Self(folder.clone());
        let (sites, state) = (scratch.sites(), scratch.state());
        [&sites, &state].into_iter().try_for_each(fs::create_dir).map_err(failed)?;
        SITE_FILES.iter().try_for_each(|file| fs::write(sites.join(file.name), file.text)).map_err(failed)?;
        Ok(scratch)
    }

    /// Where the site files are.
    pub fn sites(&self) -> PathBuf {
        self.0.join("sites")
    }

    /// Where the store goes.
    pub fn state(&self) -> PathBuf {
        self.0.join("state")
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays behind in the temporary folder is the system's to clean.
        drop(fs::remove_dir_all(&self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SiteId;
    use jiff::Timestamp;

    fn event(kind: EventKind) -> Event {
        let mut event = Event::new(kind, SiteId::new("demo-fazhi"), Timestamp::UNIX_EPOCH);
        event.report = Some(ReportId(7));
        event
    }

    #[tokio::test]
    async fn a_poll_that_tells_what_the_story_does_not_say_is_named() {
        let portal = DemoPortal::start(Clock::System).await.expect("a free port");
        let owed: Vec<&[EventKind]> = ACTS.iter().flat_map(|act| act.polls).copied().collect();
        let mut n_poll = 0;
        let poll = async || {
            n_poll += 1;
            let kinds = if n_poll == owed.len() { &[][..] } else { owed[n_poll - 1] };
            Ok(kinds.iter().map(|kind| (event(*kind), String::new())).collect())
        };
        let out = Out::memory();
        let played = play(&out, false, &portal, poll).await.expect("memory");
        assert_eq!(played.edited, Some(ReportId(7)));
        let expected = "demo: \"A portal is redesigned\", poll 1: told [], expected [site_broken]";
        assert_eq!(played.surprises, [expected]);
        assert!(out.written().contains("(poll 1 of 2: nothing to tell)"));
    }

    #[tokio::test]
    async fn the_settings_allow_the_portals_and_nothing_beside_them() {
        let portal = DemoPortal::start(Clock::System).await.expect("a free port");
        let network = settings(&portal).network;
        assert_eq!(network.resolve.len(), 2);
        assert!(network.resolve.values().all(|address| network.allows(*address)));
        assert!(!network.allows(([127, 0, 0, 1], portal.address().port() ^ 1).into()));
    }

    #[test]
    fn narration_breaks_at_spaces_and_counts_wide_characters_twice() {
        let lines = wrapped(&"法治 ".repeat(20));
        assert_eq!(lines[0].chars().filter(|c| *c == '法').count(), 16);
        assert_eq!(wrapped("one line"), ["one line"]);
    }

    #[test]
    fn the_scratch_folder_holds_both_site_files_and_goes_away() {
        let scratch = Scratch::new().expect("a temporary folder");
        let path = scratch.path().to_owned();
        assert!(scratch.sites().join("demo-xiangzhen.toml").is_file());
        drop(scratch);
        assert!(!path.exists());
    }
}
