//! What is to be written where: a new file, one more listing in a file, or nothing.
//!
//! In: a proposal, and the sites that are there. Out: a [`Plan`], whose text the real loader has read. Never: the disk
//! before [`Plan::write`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use url::Url;

use super::super::out::clean;
use super::super::{Exit, Stop};
use crate::config::draft::{self, ListingDraft, SiteDraft};
use crate::config::{Format, Mistake, Site, SiteReader, is_same_page, write};
use crate::page::induce::{Proposal, Reason, SURE};

/// What is to be written.
#[derive(Debug, Clone)]
pub(crate) enum Plan {
    /// A file that is not there yet.
    New { dir: PathBuf, id: String, path: PathBuf, text: String },
    /// One more listing in a file that is there.
    Edit { path: PathBuf, old: String, text: String, added: String },
    /// The file of this site has this listing.
    There { path: PathBuf },
}

/// A plan, and the site that its text makes.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) plan: Plan,
    pub(super) site: Arc<Site>,
}

/// Where it is written, and beside what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) dir: &'a Path,
    pub(super) id: &'a str,
    /// The site that has this id already.
    pub(super) site: Option<&'a Arc<Site>>,
    /// The text of its file, where that is not written yet.
    pub(super) text: Option<&'a str>,
    pub(super) reader: &'a SiteReader,
    pub(super) today: Date,
}

/// Makes the text, and reads it with the real loader.
pub(super) fn planned(proposal: &Proposal, url: &Url, place: &Place<'_>) -> Result<Planned, Stop> {
    let path = place.dir.join(format!("{}.toml", place.id));
    let Some(site) = place.site else {
        if path.exists() {
            return Err(wrong(format!("{} has mistakes; mend it first: govwatch check {}", path.display(), place.id)));
        }
        let text = draft::site(&site_draft(proposal, url, place));
        let site = read(place, &text)?;
        return Ok(Planned {
            plan: Plan::New { dir: place.dir.to_owned(), id: place.id.to_owned(), path, text },
            site,
        });
    };
    let at = proposal.first_page(url);
    if site.listings.iter().any(|listing| is_same_page(&listing.first_page(), &at, &site.twins())) {
        return Ok(Planned { plan: Plan::There { path }, site: Arc::clone(site) });
    }
    let kept = || std::fs::read_to_string(&path).map_err(|error| wrong(format!("{}: {error}", path.display())));
    let old = place.text.map_or_else(kept, |text| Ok(text.to_owned()))?;
    let draft = listing_draft(proposal, url, place);
    let hosts = hosts(proposal, url, Some(site));
    let text = draft::with_listing(&old, &draft, &hosts);
    let text = text.map_err(|error| wrong(format!("{}: {error}", path.display())))?;
    let site = read(place, &text)?;
    Ok(Planned { plan: Plan::Edit { path, old, text, added: draft::listing(&draft) }, site })
}

#[expect(clippy::needless_pass_by_value, reason = "errors are mapped by it")]
fn wrong(why: String) -> Stop {
    Stop::new(Exit::Config, clean(&why))
}

fn read(place: &Place<'_>, text: &str) -> Result<Arc<Site>, Stop> {
    let broken = |mistakes: Vec<Mistake>| {
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        wrong(format!("the file that was made is wrong, which is a bug of govwatch: {}", lines.join("; ")))
    };
    place.reader.site(place.id, text).map(Arc::new).map_err(broken)
}

fn site_draft(proposal: &Proposal, url: &Url, place: &Place<'_>) -> SiteDraft {
    let home = url.join("/").unwrap_or_else(|_| url.clone());
    let about = format!(
        "Written by govwatch add on {} from the page itself; govwatch try {} shows what it reads.",
        place.today, place.id
    );
    SiteDraft {
        name: proposal.names.site.as_deref().map(clean),
        home,
        family: proposal.family.as_ref().map(|family| family.id.clone()),
        division: proposal.names.division.clone(),
        hosts: hosts(proposal, url, None),
        listing: listing_draft(proposal, url, place),
        about: vec![about],
    }
}

fn listing_draft(proposal: &Proposal, url: &Url, place: &Place<'_>) -> ListingDraft {
    ListingDraft {
        name: name(proposal, place.site.map(AsRef::as_ref)),
        url: url.clone(),
        post: proposal.post.as_ref().map(|post| post.written().to_owned()),
        format: proposal.format.clone(),
        has_own_json: has_own_json(proposal, place.site.map(AsRef::as_ref)),
        entry: proposal.entry.clone(),
        pages: proposal.pages.clone(),
        kind: proposal.kind.clone(),
        about: about(proposal, place.today),
    }
}

/// Whether the pointers of a JSON answer are other than those of the family that the file names.
fn has_own_json(proposal: &Proposal, site: Option<&Site>) -> bool {
    let family = site.map_or(proposal.family.as_ref(), |site| site.family.as_ref());
    let theirs = family.and_then(|family| family.json.as_ref()).map(|(rule, _)| rule);
    matches!(&proposal.format, Format::Json(rule) if theirs != Some(&**rule))
}

/// What was seen, and what the file leaves to automatic reading.
fn about(proposal: &Proposal, today: Date) -> Vec<String> {
    let entries = &proposal.first.entries;
    let newest = entries.iter().filter_map(|entry| entry.date).max();
    let newest = newest.map_or_else(|| "none dated".to_owned(), |date| format!("the newest of {}", date.date()));
    let pages = proposal.first.n_pages.map_or_else(String::new, |n| format!("; {n} pages"));
    let rows = if entries.len() == 1 { "row" } else { "rows" };
    let mut lines = vec![format!("{} {rows} on {today}, {newest}{pages}.", entries.len())];
    if proposal.entry.entry.is_none() && proposal.format == Format::Html {
        let said = if proposal.is_framed || proposal.first.is_frame {
            "A script of the page loads its rows; the address is found on the page."
        } else {
            "Its rows are found automatically."
        };
        lines.push(said.to_owned());
    }
    if proposal.pages.is_none() {
        let is_last = proposal.first.next.is_empty();
        let said = if is_last { "No further page was seen." } else { "Each page tells where the next one is." };
        lines.push(said.to_owned());
    }
    let unsure = proposal.reasons.iter().filter(|reason| proposal.confidence() < SURE && reason.cost() > 0);
    lines.extend(unsure.map(|reason| format!("Unsure: {}.", clean(&reason.to_string()))));
    lines
}

/// The listing's name; with its column's before it where the site has one of that name.
fn name(proposal: &Proposal, site: Option<&Site>) -> Option<String> {
    let name = clean(proposal.names.listing.as_deref()?);
    let is_free = |name: &String| !site.is_some_and(|site| site.listings.iter().any(|one| one.name == *name));
    let above = proposal.names.columns.iter().rev().find(|column| !column.contains(&name));
    let longer = above.map(|above| format!("{} / {name}", clean(above)));
    std::iter::once(name).chain(longer).find(is_free)
}

/// Hosts of the same owner that entries live on: `www.x.gov.cn` beside `zwgk.x.gov.cn`. Others are told, not written.
fn hosts(proposal: &Proposal, url: &Url, site: Option<&Site>) -> Vec<String> {
    let mut hosts: Vec<String> = Vec::new();
    for host in strange_hosts(proposal, url, site) {
        if is_kin(&host, url.host_str().unwrap_or_default()) && !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    hosts
}

/// The hosts of entries that are neither the listing's nor named by its site.
fn strange_hosts(proposal: &Proposal, url: &Url, site: Option<&Site>) -> Vec<String> {
    let mut own = vec![url.host_str().unwrap_or_default().to_owned()];
    if let Some(site) = site {
        own.extend(site.fetch.hosts.iter().cloned());
        let urls = site.listings.iter().map(|listing| &listing.url).chain([&site.home]);
        own.extend(urls.filter_map(|url| url.host_str().map(str::to_owned)));
    }
    let mut strange: Vec<String> = Vec::new();
    for host in proposal.first.entries.iter().filter_map(|entry| entry.url.host_str()) {
        if !own.iter().chain(&strange).any(|known| known == host) {
            strange.push(host.to_owned());
        }
    }
    strange
}

/// What must be known of hosts that are not asked.
pub(super) fn other_hosts(proposal: &Proposal, url: &Url, site: Option<&Site>) -> Option<Reason> {
    let strange = strange_hosts(proposal, url, site);
    let others: Vec<String> =
        strange.into_iter().filter(|host| !is_kin(host, url.host_str().unwrap_or_default())).collect();
    (!others.is_empty()).then_some(Reason::OtherHosts(others))
}

/// Whether two hosts belong to one owner: under `gov.cn` and its like by their last three labels, else by two.
fn is_kin(one: &str, other: &str) -> bool {
    fn owner(host: &str) -> &str {
        let n_labels =
            if ["gov.cn", "edu.cn", "com.cn", "org.cn", "net.cn", "ac.cn"].iter().any(|end| host.ends_with(end)) {
                3
            } else {
                2
            };
        host.rmatch_indices('.').nth(n_labels - 1).map_or(host, |(at, _)| &host[at + 1..])
    }
    let is_name = |host: &str| host.chars().any(|c| c.is_ascii_alphabetic());
    is_name(one) && owner(one) == owner(other)
}

/// Whether an address lives with the owner of this home page.
pub(super) fn is_of_owner(url: &Url, home: &Url) -> bool {
    is_kin(url.host_str().unwrap_or_default(), home.host_str().unwrap_or_default())
}

/// The id of a host's site: `www.x.gov.cn` is `x-gov-cn`.
pub(super) fn id_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("site").to_ascii_lowercase();
    let port = url.port().map_or_else(String::new, |port| format!("-{port}"));
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let plain: String = host.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("{}{port}", plain.trim_matches('-'))
}

impl Plan {
    /// Writes it; gives what was done in words, or nothing where there is nothing to do.
    pub(super) fn write(&self) -> Result<Option<String>, String> {
        let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
        match self {
            Self::There { .. } => Ok(None),
            Self::New { dir, id, path, text } => {
                write::new_file(dir, id, text).map_err(|error| failed(path, error))?;
                Ok(Some(format!("wrote {}; poll it with: govwatch fetch {id}", path.display())))
            }
            Self::Edit { path, old, text, .. } => {
                let beside = write::edited_file(path, old, text).map_err(|error| failed(path, error))?;
                let id = path.file_stem().unwrap_or_default().to_string_lossy();
                let old = beside.display();
                Ok(Some(format!(
                    "added a listing to {}, its old text is {old}; poll it with: govwatch fetch {id}",
                    path.display()
                )))
            }
        }
    }

    /// The file it is about.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::New { path, .. } | Self::Edit { path, .. } | Self::There { path } => path,
        }
    }

    /// What is written, or would be: the whole file, or the listing that is added.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::New { text, .. } => text,
            Self::Edit { added, .. } => added,
            Self::There { .. } => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_owners_are_read_off_hosts() {
        let id = |url: &str| id_of(&url.parse().expect("url"));
        assert_eq!(id("http://www.x.gov.cn/a/"), "x-gov-cn");
        assert_eq!(id("https://rsj.gz.gov.cn:8443/"), "rsj-gz-gov-cn-8443");
        assert_eq!(id("http://[::1]:80/"), "--1".trim_matches('-'));
        assert!(is_kin("zwgk.x.gov.cn", "www.x.gov.cn") && is_kin("x.gov.cn", "www.x.gov.cn"));
        assert!(!is_kin("www.y.gov.cn", "www.x.gov.cn") && !is_kin("mp.weixin.qq.com", "www.x.gov.cn"));
        assert!(!is_kin("127.0.0.1", "127.0.0.2"));
    }
}
