//! What to write in the site file for a page whose rows a script loads in a way that is known, but not for certain.
//!
//! In: a page without rows. Out: a sentence for a person. Never: an address that is asked for.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::unit;
use crate::page::pattern;
use crate::page::tree::Tree;
use crate::page::{asked, unfilled};

/// Parts of a page that are named.
const MOST_NAMED: usize = 8;

/// UCAP's column, as its meta tag or a script names it.
static CHANNEL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?i)channelId["']?[^0-9a-z]{1,20}(?:content=["'])?([0-9a-f]{32})\b"#));
/// The number of a site in the catalogue of 广东.
static CATALOGUE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\bSID\s*[:=]\s*["']?(\d{1,12})"#));

/// The advice, where a way is known.
pub(super) fn of(tree: &Tree, text: &str, base: &Url) -> Option<String> {
    let parts = unit::loaded(tree, base);
    if !parts.is_empty() {
        let tags: Vec<&str> = parts.iter().take(MOST_NAMED).map(|part| part.tag.as_str()).collect();
        return Some(format!(
            "a script loads its parts ({}); write as `url` the address of the one that is the list, with format = \"unit\": \
             {} and so on",
            tags.join(", "),
            parts[0].url
        ));
    }
    let Api { url, family } = api(text, base)?;
    Some(format!("a script loads its rows; write format = \"json\", family = \"{family}\" and url = \"{url}\""))
}

/// The advice, where a script plainly fills the page and nothing is known of its way.
pub(super) fn of_script(tree: &Tree, text: &str, base: &Url, page: &Url) -> Option<String> {
    const DRAWN: &str = "let Chromium draw the page, with render = \"browser\" under [fetch]";
    let asks = asked::all(tree, base, page);
    let is_counted = asks.iter().any(|asked| asked.pages.is_some());
    let mark = unfilled::mark(tree, text);
    match (asks.first(), mark) {
        (Some(asked), mark) if is_counted || mark.is_some() => Some(format!(
            "a script seems to load its rows: it asks for {asked}; `govwatch add {base}` reads what it gives, or {DRAWN}"
        )),
        (None, Some(mark)) => Some(format!(
            "a script seems to load its rows ({mark}); name as `url` the address that it asks (the browser's network log \
             shows it), or {DRAWN}"
        )),
        _ => None,
    }
}

/// An API that has the rows of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::page) struct Api {
    pub(in crate::page) url: Url,
    /// The family whose `[json]` reads its answers.
    pub(in crate::page) family: &'static str,
}

/// The API of a page whose rows a script loads, put together from what the page says.
pub(in crate::page) fn api(text: &str, base: &Url) -> Option<Api> {
    let json = |path: &str, family| Some(Api { url: base.join(path).ok()?, family });
    if let Some(sid) = CATALOGUE.captures(text).filter(|_| text.contains("gkmlpt")) {
        return json(&format!("/gkmlpt/api/all/0?page=1&sid={}", &sid[1]), "gkmlpt");
    }
    let channel = CHANNEL.captures(text).filter(|_| text.contains("searchList"))?;
    json(&format!("/searchList/{}?_isAgg=true&_isJson=true&_pageSize=20&_template=index&page=1", &channel[1]), "ucap")
}
