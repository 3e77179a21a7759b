//! What site and listing are called, by the State Council's tags, the breadcrumb and the title of the page.
//!
//! In: a listing page as read. Out: names; empty where the page says nothing. Never: a guess of the division.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::Document;
use crate::page::meta_tags::Meta;
use crate::page::pattern;
use crate::page::tree::{Node, Step, Tree, collapse, visible_text};

static BETWEEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s*[-_|－—–>＞·]+\s*"));
static OFFICE: LazyLock<Regex> = LazyLock::new(|| pattern(r"政府|网$|网站|门户|委员会|[厅局部院署]$|信息公开"));

static CRUMB: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^\s*(?:您?(?:当前|现在|目前)?(?:所在|的)?(?:的)?位置|当前路径|现在位置)\s*(?:是\s*)?[：:]?\s*(.+)$")
});
static STEP: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s*(?:>+|＞+|»|›|→|/|\\|\|)\s*"));

/// Elements around the label that may hold the whole breadcrumb.
const MOST_AROUND: usize = 4;

/// Longest text of a breadcrumb, in bytes.
const LONGEST_CRUMB_BYTES: usize = 400;

/// Longest name, in characters.
const LONGEST_NAME: usize = 40;

/// Names of a site and of one of its listings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The site's; 兴县人民政府.
    pub site: Option<String>,
    /// The listing's; 通知公告.
    pub listing: Option<String>,
    /// GB/T 2260 code, by the 网站标识码.
    pub division: Option<String>,
    /// The columns that the page says it stands in, outermost first.
    pub columns: Vec<String>,
}

/// Reads the names; `document` is the page read as if it were a report.
pub(super) fn of(tree: &Tree, document: &Document) -> Names {
    let meta = Meta::of(tree);
    let title = tree.named("title").next().map(|node| collapse(&node.raw_text())).unwrap_or_default();
    let parts: Vec<String> = BETWEEN.split(&title).map(str::to_owned).filter(|part| is_name(part)).collect();
    let site = meta.get(&["sitename"]).filter(|name| is_name(name));
    let site = site.or_else(|| parts.iter().rev().find(|part| OFFICE.is_match(part)).cloned());
    let column = meta.get(&["columnname"]).or_else(|| document.column.clone()).filter(|name| is_name(name));
    let columns = if document.breadcrumb.is_empty() { crumb(tree) } else { document.breadcrumb.clone() };
    let columns: Vec<String> = columns.into_iter().filter(|name| is_name(name) && !name.contains("首页")).collect();
    let in_title = parts.iter().find(|part| Some(*part) != site.as_ref()).cloned();
    let listing = column.or_else(|| columns.last().cloned()).or(in_title);
    Names { listing, site, division: document.division.clone(), columns }
}

/// The breadcrumb of a page that is no report: `当前位置：首页 > 政务公开 > 通知公告`.
fn crumb(tree: &Tree) -> Vec<String> {
    let mut open: Vec<Node<'_>> = Vec::new();
    for step in tree.root().walk() {
        match step {
            Step::Enter(node) => open.push(node),
            Step::Leave(_) => drop(open.pop()),
            Step::Text(text) if text.contains("位置") || text.contains("路径") => {
                let around = open.iter().rev().take(MOST_AROUND).map(|node| visible_text(*node));
                let names = around.filter(|line| line.len() <= LONGEST_CRUMB_BYTES).find_map(|line| steps(&line));
                if let Some(names) = names {
                    return names;
                }
            }
            Step::Text(_) | Step::Comment(_) => {}
        }
    }
    Vec::new()
}

fn steps(line: &str) -> Option<Vec<String>> {
    let found = CRUMB.captures(line)?;
    let names: Vec<String> = STEP.split(&found[1]).map(|name| name.trim().to_owned()).collect();
    (names.len() > 1).then_some(names)
}

fn is_name(text: &str) -> bool {
    (2..=LONGEST_NAME).contains(&text.chars().count()) && !text.contains(['{', '<', '$'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(html: &str) -> Names {
        of(&Tree::parse(html).expect("tree"), &Document::default())
    }

    #[test]
    fn names_come_from_tags_then_breadcrumb_then_title() {
        let tags = "<title>列表</title><meta name=SiteName content=青溪县人民政府><meta name=ColumnName content=公告>";
        let found = names(tags);
        assert_eq!((found.site.as_deref(), found.listing.as_deref()), (Some("青溪县人民政府"), Some("公告")));
        let crumb =
            "<title>青溪县人民政府门户网站</title><div>您的位置：<a>首页</a> > <a>政务公开</a> > <b>通知公告</b></div>";
        let found = names(crumb);
        assert_eq!(found.listing.as_deref(), Some("通知公告"));
        assert_eq!(found.columns, ["政务公开", "通知公告"]);
        let title = names("<title>通知公告-青溪县人民政府</title>");
        assert_eq!((title.site.as_deref(), title.listing.as_deref()), (Some("青溪县人民政府"), Some("通知公告")));
        assert_eq!(names("<p>地理位置：青溪县东部</p>"), Names::default());
    }
}
