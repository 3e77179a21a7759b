//! Feeds: Atom and JSON Feed files, of everything and of each site and kind.
//!
//! In: a message, and what the channel was given lately. Out: the files that the message belongs to, each with its own
//! latest entries, there whole or not at all, for any web server to serve. **Source**: RFC 4287; jsonfeed.org/version/1.1.
//! Never: a change that is taken for delivered and stood in none of its files; more in memory than the entries of one
//! file, whatever the message touches.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use serde_json::json;

use super::words::{Label, label};
use super::{Channels, Item, Message, Scope, Trouble, letter, plain, render};
use crate::config::ChannelRule;
use crate::model::{Event, SiteId};
use crate::store::{Store, ToldOf};

/// Entries of each feed: readers keep what they have seen. A message holds fewer.
const MOST_ENTRIES: usize = 200;
/// Bytes of an entry's text.
const MOST_ENTRY_BYTES: usize = 20_000;

pub(super) async fn send(
    channels: &Channels,
    store: &Store,
    rule: &ChannelRule,
    message: &Message,
) -> Result<(), Trouble> {
    let feeds = Feeds { channels, store, rule };
    for feed in feeds_of(message.items.iter().map(|item| &item.event)) {
        feeds.write(&feed, &message.items, message.is_test).await?;
    }
    Ok(())
}

/// The feeds that events belong to.
fn feeds_of<'e>(events: impl Iterator<Item = &'e Event>) -> BTreeSet<ToldOf> {
    events.flat_map(feeds_of_one).collect()
}

fn feeds_of_one(event: &Event) -> impl Iterator<Item = ToldOf> {
    let kind = event.kind.clone().map(ToldOf::Kind);
    [ToldOf::All, ToldOf::Site(event.site.clone())].into_iter().chain(kind)
}

/// Files of a site that has another id now: they go by that, with what they hold, and all are written anew.
pub(super) async fn rename(
    channels: &Channels,
    store: &Store,
    rule: &ChannelRule,
    (from, to): (&SiteId, &SiteId),
) -> Result<(), Trouble> {
    let folder = rule.folder.clone().ok_or_else(|| Trouble::missing("folder"))?;
    let mut has_files = false;
    for ending in ["atom", "json"] {
        let file = |site: &SiteId| folder.join(format!("site-{site}.{ending}"));
        match tokio::fs::rename(file(from), file(to)).await {
            Ok(()) => has_files = true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unwritable(&folder, &error)),
        }
    }
    if !has_files {
        return Ok(());
    }
    let feeds = Feeds { channels, store, rule };
    let of_site = feeds.told(&ToldOf::Site(to.clone())).await?;
    for feed in feeds_of(of_site.iter().map(|item| &item.event)) {
        feeds.write(&feed, &[], false).await?;
    }
    Ok(())
}

/// The feeds of a channel.
struct Feeds<'a> {
    channels: &'a Channels,
    store: &'a Store,
    rule: &'a ChannelRule,
}

impl Feeds<'_> {
    /// Writes the two files of a feed: what is sent now, and what the channel was given last. A test is seen until the next
    /// change.
    async fn write(&self, feed: &ToldOf, sent: &[Item], is_test: bool) -> Result<(), Trouble> {
        let folder = self.rule.folder.clone().ok_or_else(|| Trouble::missing("folder"))?;
        let items = with_sent(self.told(feed).await?, sent, feed, is_test);
        let files = files(self.rule, feed, &items, is_test);
        drop(items);
        let writing = tokio::task::spawn_blocking(move || write_all(&folder, &files).map_err(|error| (folder, error)));
        let written = writing.await.map_err(|_| Trouble::of(Scope::Message, "writing the feeds panicked"))?;
        written.map_err(|(folder, error)| unwritable(&folder, &error))
    }

    async fn told(&self, feed: &ToldOf) -> Result<Vec<Item>, Trouble> {
        let told = self.store.told_by(&self.rule.id, feed.clone(), MOST_ENTRIES).await;
        let told = told.map_err(|error| Trouble::of(Scope::Channel, error.to_string()))?;
        Ok(told.into_iter().map(|(id, event)| self.channels.item(id, event)).collect())
    }
}

/// The entries of a feed, the youngest first: those of a message that stand below the latest ones stand there all the same.
fn with_sent(mut items: Vec<Item>, sent: &[Item], feed: &ToldOf, is_test: bool) -> Vec<Item> {
    let known: BTreeSet<String> = items.iter().map(|item| item.id.clone()).collect();
    let lacking = sent.iter().rev().filter(|item| !known.contains(&item.id));
    let lacking = lacking.filter(|item| feeds_of_one(&item.event).any(|one| one == *feed)).cloned();
    let at = if is_test { 0 } else { items.len() };
    items.splice(at..at, lacking);
    items
}

fn unwritable(folder: &Path, error: &io::Error) -> Trouble {
    let error = format!("{} cannot be written: {error}: check that this user may write there", folder.display());
    Trouble::of(Scope::Setting, error)
}

/// The files of a feed by their names.
fn files(rule: &ChannelRule, feed: &ToldOf, items: &[Item], is_test: bool) -> BTreeMap<String, String> {
    let Some(first) = items.first() else { return BTreeMap::new() };
    let (name, title) = match feed {
        ToldOf::All => ("all".to_owned(), "govwatch"),
        ToldOf::Site(site) => (format!("site-{site}"), first.site_name.as_str()),
        ToldOf::Kind(kind) => (format!("kind-{kind}"), kind.as_str()),
    };
    let title = if is_test { format!("{} {title}", label(rule.language, Label::Test)) } else { title.to_owned() };
    let heading = plain::one_line(&title);
    [
        (format!("{name}.atom"), atom(rule, &name, &heading, items)),
        (format!("{name}.json"), json_feed(rule, &heading, items)),
    ]
    .into()
}

fn atom(rule: &ChannelRule, name: &str, title: &str, items: &[Item]) -> String {
    let updated = items.first().map(|item| item.event.seen_at.to_string()).unwrap_or_default();
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <id>urn:govwatch:{}:{}</id>\n<title>{}</title>\n<updated>{updated}</updated>\n\
         <author><name>govwatch</name></author>\n<generator>govwatch</generator>\n",
        plain::html(&rule.id),
        plain::html(name),
        plain::html(title),
    );
    for item in items {
        let told = render::told(rule, item);
        let (id, at) = (plain::html(&item.id), item.event.seen_at);
        let _ = writeln!(xml, "<entry>\n<id>urn:govwatch:{id}</id>\n<title>{}</title>", plain::html(&told.headline));
        let _ = writeln!(xml, "<updated>{at}</updated>\n<category term=\"{}\"/>", item.event.event.as_str());
        if let Some(url) = &told.url {
            let _ = writeln!(xml, "<link rel=\"alternate\" href=\"{}\"/>", plain::html(url));
        }
        let card = letter::card(rule, &told, MOST_ENTRY_BYTES);
        let _ = writeln!(xml, "<content type=\"html\">{}</content>\n</entry>", plain::html(&card));
    }
    xml + "</feed>\n"
}

fn json_feed(rule: &ChannelRule, title: &str, items: &[Item]) -> String {
    let entries: Vec<_> = items
        .iter()
        .map(|item| {
            let told = render::told(rule, item);
            let mut entry = json!({
                "id": format!("urn:govwatch:{}", item.id),
                "title": told.headline,
                "date_published": item.event.seen_at,
                "tags": [item.event.event],
                "content_html": letter::card(rule, &told, MOST_ENTRY_BYTES),
                "_govwatch": item.event,
            });
            if let Some(url) = &told.url {
                entry["url"] = url.as_str().into();
            }
            entry
        })
        .collect();
    json!({"version": "https://jsonfeed.org/version/1.1", "title": title, "items": entries}).to_string()
}

/// Writes each file aside and moves it into place.
fn write_all(folder: &Path, files: &BTreeMap<String, String>) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (name, text) in files {
        let mut aside = tempfile::Builder::new().prefix(".govwatch-").tempfile_in(folder)?;
        aside.write_all(text.as_bytes())?;
        // A web server runs as another user.
        #[cfg(unix)]
        aside.as_file().set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        aside.persist(folder.join(name)).map_err(|error| error.error)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EventKind;

    fn item(n: usize, site: &str) -> Item {
        let event = Event::new(EventKind::New, SiteId::new(site), jiff::Timestamp::UNIX_EPOCH);
        Item { id: format!("msg_{n}"), event, site_name: site.to_owned() }
    }

    fn ids(items: &[Item]) -> Vec<&str> {
        items.iter().map(|item| item.id.as_str()).collect()
    }

    #[test]
    fn what_is_sent_stands_in_its_feeds_below_any_number_of_younger_ones() {
        let latest = || vec![item(9, "a"), item(8, "b"), item(7, "a")];
        let sent = [item(1, "a"), item(2, "b"), item(3, "a"), item(7, "a")];
        let all = with_sent(latest(), &sent, &ToldOf::All, false);
        assert_eq!(ids(&all), ["msg_9", "msg_8", "msg_7", "msg_3", "msg_2", "msg_1"]);
        let of_b = with_sent(vec![item(8, "b")], &sent, &ToldOf::Site(SiteId::new("b")), false);
        assert_eq!(ids(&of_b), ["msg_8", "msg_2"]);
        let test = with_sent(latest(), &[item(10, "test")], &ToldOf::All, true);
        assert_eq!(ids(&test), ["msg_10", "msg_9", "msg_8", "msg_7"]);
    }
}
