//! Where second pages usually are, for a listing that shows no way to its own: the script that draws its pager is not
//! run, or there is none.
//!
//! In: the address of a listing and its first page. Out: rules to try, the likeliest first. Never: more than a portal
//! may be asked for nothing; a rule counts only when it leads to rows of its own.

use serde_json::Value;
use url::Url;

use super::Proposal;
use super::answer;
use crate::config::{Format, Pagination};

/// Most rules that are tried.
const MOST_TRIED: usize = 4;

/// Ends of addresses that a program answers.
const PROGRAMS: [&str; 6] = ["jsp", "do", "aspx", "asp", "php", "action"];

/// The rules to try. `answer` is the text of the first page where it is JSON.
pub fn pages(url: &Url, proposal: &Proposal, answer: Option<&str>) -> Vec<Pagination> {
    let n_rows = u32::try_from(proposal.first.entries.len()).unwrap_or(u32::MAX);
    let query = |name: &str| Pagination::Query { name: Some(name.to_owned()), first: 2 };
    let offset = |name: &str| Pagination::Offset { name: Some(name.to_owned()), first: n_rows, step: n_rows };
    let mut rules = match proposal.format {
        Format::Feed => vec![query("paged"), query("page")],
        Format::Json(_) => {
            let value: Option<Value> = answer.and_then(|text| serde_json::from_str(text).ok());
            let mut rules = value.as_ref().map(answer::cursors).unwrap_or_default();
            rules.extend([query("page"), query("pageNo"), offset("start")]);
            rules
        }
        Format::Html if is_program(url) => vec![query("page"), offset("start"), query("pageNo"), query("p")],
        Format::Html => {
            let (stem, end) = names(url, proposal);
            let numbered = |first| Pagination::Numbered { pattern: format!("{stem}_{{n}}.{end}"), first };
            vec![numbered(1), numbered(2), query("page")]
        }
        Format::Datastore | Format::Unit | Format::Sitemap => Vec::new(),
    };
    rules.truncate(MOST_TRIED);
    rules
}

/// Whether a program answers this address, rather than a file.
fn is_program(url: &Url) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    url.query().is_some() || end.is_some_and(|end| PROGRAMS.contains(&end.as_str()))
}

/// `index` and `html` of the file that answers; a folder answers with its index, ending as its reports do.
fn names(url: &Url, proposal: &Proposal) -> (String, String) {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    let of_report = || {
        let first = proposal.first.entries.first()?;
        let end = first.url.path().rsplit_once('.')?.1;
        ["html", "htm", "shtml"].contains(&end).then(|| end.to_owned())
    };
    match name.rsplit_once('.') {
        Some((stem, end)) => (stem.to_owned(), end.to_owned()),
        None => ("index".to_owned(), of_report().unwrap_or_else(|| "html".to_owned())),
    }
}
