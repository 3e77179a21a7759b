//! Feeds: Atom and JSON Feed files, of everything and of each site and kind.
//!
//! In: what the channel was given lately. Out: files that are there whole or not at all, for any web server to serve.
//! **Source**: RFC 4287; jsonfeed.org/version/1.1.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use serde_json::json;

use super::words::{Label, label};
use super::{Channels, Item, Message, Scope, Trouble, letter, plain, render};
use crate::config::ChannelRule;
use crate::model::SiteId;
use crate::store::Store;

/// Entries of a feed: readers keep what they have seen.
const MOST_ENTRIES: usize = 200;
/// Bytes of an entry's text.
const MOST_ENTRY_BYTES: usize = 20_000;

pub(super) async fn send(
    channels: &Channels,
    store: &Store,
    rule: &ChannelRule,
    message: &Message,
) -> Result<(), Trouble> {
    // A test is seen until the next change.
    let tests = if message.is_test { message.items.clone() } else { Vec::new() };
    write(channels, store, rule, tests).await
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
    if has_files { write(channels, store, rule, Vec::new()).await } else { Ok(()) }
}

/// Writes the files from what the channel was given lately, below these.
async fn write(channels: &Channels, store: &Store, rule: &ChannelRule, tests: Vec<Item>) -> Result<(), Trouble> {
    let folder = rule.folder.clone().ok_or_else(|| Trouble::missing("folder"))?;
    let told = store.told_by(&rule.id, MOST_ENTRIES).await;
    let told = told.map_err(|error| Trouble::of(Scope::Channel, error.to_string()))?;
    let mut items: Vec<Item> = told.into_iter().map(|(id, event)| channels.item(id, event)).collect();
    let is_test = !tests.is_empty();
    items.splice(0..0, tests);
    let files = files(rule, &items, is_test);
    let writing = tokio::task::spawn_blocking(move || write_all(&folder, &files).map_err(|error| (folder, error)));
    let written = writing.await.map_err(|_| Trouble::of(Scope::Message, "writing the feeds panicked"))?;
    written.map_err(|(folder, error)| unwritable(&folder, &error))
}

fn unwritable(folder: &Path, error: &io::Error) -> Trouble {
    let error = format!("{} cannot be written: {error}: check that this user may write there", folder.display());
    Trouble::of(Scope::Setting, error)
}

/// The files by their names.
fn files(rule: &ChannelRule, items: &[Item], is_test: bool) -> BTreeMap<String, String> {
    let mut feeds: BTreeMap<String, (String, Vec<&Item>)> = BTreeMap::new();
    for item in items {
        let site = &item.event.site;
        let names =
            [Some(("all".to_owned(), "govwatch".to_owned())), Some((format!("site-{site}"), item.site_name.clone()))];
        let kind = item.event.kind.as_ref().map(|kind| (format!("kind-{kind}"), kind.clone()));
        for (name, title) in names.into_iter().chain([kind]).flatten() {
            feeds.entry(name).or_insert_with(|| (title, Vec::new())).1.push(item);
        }
    }
    let title =
        |title: &str| if is_test { format!("{} {title}", label(rule.language, Label::Test)) } else { title.to_owned() };
    let both = feeds.iter().flat_map(|(name, (heading, items))| {
        let heading = plain::one_line(&title(heading));
        [
            (format!("{name}.atom"), atom(rule, name, &heading, items)),
            (format!("{name}.json"), json_feed(rule, &heading, items)),
        ]
    });
    both.collect()
}

fn atom(rule: &ChannelRule, name: &str, title: &str, items: &[&Item]) -> String {
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

fn json_feed(rule: &ChannelRule, title: &str, items: &[&Item]) -> String {
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
