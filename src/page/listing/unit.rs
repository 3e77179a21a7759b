//! Hanweb's jpaas: a page whose list a script loads as HTML in JSON, and the answers that hold it.
//!
//! In: a page with `<script queryData="{'parseType':..}">`, or an answer `{"success":true,"data":{"html":".."}}`.
//! Out: where the list is, its HTML, its pager. **Source**: columns of MIIT, MOFCOM and 泰州, seen in 2026.
//! Never: the rows.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{ListingError, broken, json as answers};
use crate::page::link;
use crate::page::pattern;
use crate::page::tree::{Selector, Tree};

/// The service that gives out units.
const SERVICE: &str = "/front/page/build/unit";

/// The parameter that says which page of a unit is wanted.
const PAGE_PARAMETER: &str = "paramJson";

static PAGER: LazyLock<Selector> =
    LazyLock::new(|| Selector::parse("[pageno]").expect("invariant: the selector is valid"));

/// A pair of `queryData`, which is an object of JavaScript: names and values in quotes of either kind.
static PAIR: LazyLock<Regex> = LazyLock::new(|| pattern(r#"["']([\w-]+)["']\s*:\s*(?:'([^']*)'|"([^"]*)"|([\w.-]+))"#));

/// A part of a page that a script loads.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Loaded {
    /// What its template calls it: 分页列表, 当前栏目list, ajax分页.
    pub(super) tag: String,
    /// Where it is.
    pub(super) url: Url,
}

/// Every part of a page that a script loads.
pub(super) fn loaded(tree: &Tree, base: &Url) -> Vec<Loaded> {
    let loader = |script: crate::page::tree::Node<'_>| {
        let service = script.attr("url").filter(|url| url.contains(SERVICE))?;
        let mut url = link::resolve(service, base)?;
        let pairs: Vec<(String, String)> = PAIR
            .captures_iter(script.attr("querydata")?)
            .map(|pair| {
                let value = pair.get(2).or(pair.get(3)).or(pair.get(4));
                (pair[1].to_owned(), value.map_or("", |value| value.as_str()).to_owned())
            })
            .collect();
        let tag = pairs.iter().find(|(name, _)| name == "tagId").map(|(_, tag)| tag.clone())?;
        url.query_pairs_mut().extend_pairs(&pairs);
        Some(Loaded { tag, url })
    };
    tree.named("script").filter_map(loader).collect()
}

/// The list of a column, where it is certain which part that is: the only one that is paged, or else the only list.
pub(super) fn list(tree: &Tree, base: &Url) -> Option<Url> {
    let mut parts = loaded(tree, base);
    for word in ["分页", "列表", "list"] {
        let mut named = parts.iter().enumerate().filter(|(_, part)| part.tag.contains(word));
        match (named.next(), named.next()) {
            (Some((at, _)), None) => return Some(parts.swap_remove(at).url),
            (Some(_), Some(_)) => return None,
            (None, _) => {}
        }
    }
    None
}

/// An answer of the service.
#[derive(Debug, Deserialize)]
pub(super) struct Unit {
    /// The HTML that the script puts into the page.
    pub(super) html: String,
}

#[derive(Deserialize)]
struct Answer {
    success: Option<bool>,
    data: Unit,
}

/// Whether a text is an answer that holds a unit.
pub(super) fn is_answer(text: &str) -> bool {
    text.contains("\"data\"") && text.contains("\"html\"") && answer(text).is_ok()
}

/// The unit of an answer.
pub(super) fn answer(text: &str) -> Result<Unit, ListingError> {
    match serde_json::from_str::<Answer>(text) {
        Ok(Answer { success: None | Some(true), data }) => Ok(data),
        Ok(_) => Err(fault(text)),
        Err(error) => Err(broken("JSON", &error)),
    }
}

/// What is wrong with an answer that holds no unit.
pub(super) fn fault(text: &str) -> ListingError {
    match answers::parse(text) {
        Ok(value) => answers::failure(&value).map_or_else(
            || ListingError::NoItems { items: "/data/html".to_owned(), has: answers::shown(&value) },
            ListingError::Failed,
        ),
        Err(error) => error,
    }
}

/// The pager of a unit: `<div class=pagination rows=15 count=137 pageno=1>`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pager {
    n_page: u64,
    /// Rows of a page.
    size: Option<u64>,
    /// Rows of the whole listing.
    pub(super) n_rows: Option<u64>,
}

/// The pager of a unit; `None` where all its rows stand on one page.
pub(super) fn pager(tree: &Tree, page_url: &Url) -> Option<Pager> {
    let found = tree.select(&PAGER).next()?;
    let number = |name: &str| found.attr(name)?.trim().parse::<u64>().ok();
    let asked = asked_page(page_url);
    let size = number("rows").filter(|size| *size > 0);
    Some(Pager { n_page: asked.or_else(|| number("pageno"))?, size, n_rows: number("count") })
}

/// The number that a unit was asked for by.
fn asked_page(page_url: &Url) -> Option<u64> {
    let (_, written) = page_url.query_pairs().find(|(name, _)| name == PAGE_PARAMETER)?;
    serde_json::from_str::<Value>(&written).ok()?.get("pageNo")?.as_u64()
}

impl Pager {
    /// The URL of the next page.
    pub(super) fn next(&self, page_url: &Url, has_entries: bool) -> Option<Url> {
        let (n_page, size) = (self.n_page.checked_add(1)?, self.size?);
        let is_last = self.of_unit().map_or(!has_entries, |n_pages| self.n_page >= n_pages);
        let mut next = page_url.clone();
        let others: Vec<(String, String)> =
            page_url.query_pairs().into_owned().filter(|(name, _)| name != PAGE_PARAMETER).collect();
        let page = json!({ "pageNo": n_page, "pageSize": size }).to_string();
        next.query_pairs_mut().clear().extend_pairs(others).append_pair(PAGE_PARAMETER, &page);
        (!is_last).then_some(next)
    }

    /// How many pages the walk has that is on its page `n_page`: the frame is one of them.
    pub(super) fn n_pages(&self, n_page: u32) -> Option<u32> {
        let left = self.of_unit()?.saturating_sub(self.n_page);
        Some(n_page.saturating_add(u32::try_from(left).ok()?))
    }

    fn of_unit(&self) -> Option<u64> {
        Some(self.n_rows?.div_ceil(self.size?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<script parseType="bulidstatic" src="/cms_files/x/unitbuild.js"
        url="/api-gateway/jpaas-publish-server/front/page/build/unit"
        queryData="{'parseType':'bulidstatic','webId':'8d82','tplSetId':'2097','pageType':'column','tagId':'TAG','editType':'null','pageId':'50bf'}"></script>"#;

    fn base() -> Url {
        Url::parse("https://www.x.gov.cn/gxsj/index.html").expect("url")
    }

    #[test]
    fn the_paged_list_of_a_column_is_found_among_its_parts() {
        let page = ["头部", "当前栏目list", "分页列表"].map(|tag| PAGE.replace("TAG", tag)).concat();
        let list = list(&Tree::parse(&page).expect("tree"), &base()).expect("a list");
        assert_eq!(list.path(), "/api-gateway/jpaas-publish-server/front/page/build/unit");
        let tag = list.query_pairs().find(|(name, _)| name == "tagId").map(|(_, tag)| tag.into_owned());
        assert_eq!((tag.as_deref(), list.query_pairs().count()), (Some("分页列表"), 7));
    }

    #[test]
    fn two_lists_are_not_told_apart() {
        let page = ["左侧列表", "右侧列表"].map(|tag| PAGE.replace("TAG", tag)).concat();
        let tree = Tree::parse(&page).expect("tree");
        assert_eq!((list(&tree, &base()), loaded(&tree, &base()).len()), (None, 2));
    }

    #[test]
    fn pages_are_counted_by_the_pager_of_the_unit() {
        let tree =
            Tree::parse_fragment("<div class='pagination' rows='15' count='31' pageno='1'></div>").expect("tree");
        let first = Url::parse("https://x.gov.cn/front/page/build/unit?webId=8&tagId=a").expect("url");
        let pager = |url: &Url| super::pager(&tree, url).expect("a pager");
        let second = pager(&first).next(&first, true).expect("a second page");
        assert_eq!(second.query(), Some("webId=8&tagId=a&paramJson=%7B%22pageNo%22%3A2%2C%22pageSize%22%3A15%7D"));
        let third = pager(&second).next(&second, true).expect("a third page");
        assert_eq!((pager(&third).next(&third, true), pager(&third).n_pages(4)), (None, Some(4)));
    }

    #[test]
    fn an_answer_that_failed_is_no_unit() {
        assert!(is_answer(r#"{"success":true,"code":"200","data":{"html":""}}"#));
        let failed = r#"{"success":false,"code":"500","message":"系统繁忙","data":{"html":""}}"#;
        assert_eq!(answer(failed).unwrap_err(), ListingError::Failed("code 500, 系统繁忙".to_owned()));
        assert!(matches!(fault(r#"{"data":[]}"#), ListingError::NoItems { .. }));
    }
}
