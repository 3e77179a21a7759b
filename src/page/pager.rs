//! Pagers that a script writes: how many pages there are and what the next is called, read from the call itself.
//!
//! In: a page. Out: [`Pager`]. Never: runs a script; calls inside comments and the function's own definition are not
//! calls.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::pattern;
use super::tree::Tree;

/// A number as a call has it, or the name of one: `5`, `'5'`, `nPageCount`, `parseInt("5")`.
const GIVEN: &str = r#"(?:parseInt\s*\(\s*)?["']?([\w$.]+)["']?(?:\s*,\s*10)?\s*\)?"#;

/// TRS: pages, current from 0, name, extension; the page after the first is `name_1.ext`.
static CLASSIC: LazyLock<Regex> = LazyLock::new(|| call("", GIVEN));

/// UCAP and Gansu: element, pages, current from 1, name, extension; the page after the first is `name_2.ext`.
static IN_ELEMENT: LazyLock<Regex> = LazyLock::new(|| call(r#"["'][\w#.-]+["']\s*,\s*"#, GIVEN));

fn call(before: &str, given: &str) -> Regex {
    pattern(&format!(
        r#"createPageHTML\s*\(\s*{before}{given}\s*,\s*{given}\s*,\s*["']([\w./-]+)["']\s*,\s*["']\.?(\w+)["']"#
    ))
}

/// `Pager({size: 9, current: 0, prefix: 'index', suffix: 'html'})`, keys in any order.
static PAGER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bPager\s*\(\s*\{([^{}]*)\}"));
static PAGER_KEY: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(\w+)["']?\s*:\s*["']?\.?([\w./-]+)["']?"#));

/// TRS's older template writes the links itself from `countPage` and `currentPage`, from 0.
static COUNT_PAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bcountPage\s*=\s*(\d+)"));
static CURRENT_PAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bcurrentPage\s*=\s*(\d+)"));
static WRITTEN_NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"([\w-]+)["']?\s*\+?\s*["']?_["']\s*\+\s*nextPage\s*\+\s*["']\.?["']?\s*\+?\s*["']?(\w+)"#)
});

/// The jQuery pagination plugin with a callback that goes to `index_{i}.html`, from 1.
static TOTAL_PAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\btotalPage\s*:\s*(\d+)"));
static CALLBACK_NAME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"location(?:\.href)?\s*=\s*["']([\w./-]+)_["']\s*\+\s*\w+\s*\+\s*["']\.(s?html?)["']"#));

/// A pager as a script states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pager {
    /// How many pages there are.
    pub(super) n_pages: u32,
    /// Which of them this one is, from 1, where the call says so.
    pub(super) n_page: Option<u32>,
    /// `index` of `index_2.html`.
    name: String,
    /// `html` of `index_2.html`.
    extension: String,
    /// The number in the name of the second page.
    second: u32,
}

impl Pager {
    /// The name of a page, from 1.
    pub(super) fn name_of(&self, n_page: u32) -> String {
        match n_page {
            0 | 1 => format!("{}.{}", self.name, self.extension),
            _ => format!("{}_{}.{}", self.name, self.second + n_page - 2, self.extension),
        }
    }
}

/// The first pager that a script of the page calls.
pub(super) fn find(tree: &Tree) -> Option<Pager> {
    tree.named("script").find_map(|script| {
        let written = script.raw_text();
        let is_near = ["createPageHTML", "Pager(", "countPage", "totalPage"].iter().any(|mark| written.contains(mark));
        is_near.then(|| called(tree, &without_comments(&written))).flatten()
    })
}

/// A number as written, or what the scripts of the page set the name to; `None` where they set it to several.
fn number(tree: &Tree, written: &str) -> Option<u32> {
    if let Ok(number) = written.parse() {
        return Some(number);
    }
    let set = format!(
        r#"(?:^|[^\w$.]){}\s*=\s*(?:parseInt\s*\(\s*)?["']?(\d{{1,5}})["']?\s*(?:[;,)\n]|$)"#,
        regex::escape(written)
    );
    let set = Regex::new(&set).ok()?;
    let scripts = tree.named("script").map(|script| without_comments(&script.raw_text()));
    let all: Vec<String> = scripts.collect();
    let mut values = all.iter().flat_map(|script| set.captures_iter(script)).map(|found| found[1].parse().ok());
    let first = values.next()??;
    values.all(|value| value == Some(first)).then_some(first)
}

/// A script without its comments; `<!--` begins one that ends with its line, as browsers have it. Text in quotes is not
/// told apart, but `//` counts only where an address cannot stand before it.
pub(super) fn without_comments(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(at) = rest.find(['/', '<']) {
        let (before, from) = rest.split_at(at);
        kept.push_str(before);
        let is_line = from.starts_with("<!--") || (from.starts_with("//") && may_end_before_comment(&kept));
        let n_skipped = if from.starts_with("/*") {
            from.find("*/").map_or(from.len(), |end| end + 2)
        } else if is_line {
            from.find('\n').unwrap_or(from.len())
        } else {
            kept.push_str(&from[..1]);
            1
        };
        rest = &from[n_skipped..];
    }
    kept.push_str(rest);
    kept
}

fn may_end_before_comment(kept: &str) -> bool {
    kept.chars().next_back().is_none_or(|c| c.is_whitespace() || c.is_alphanumeric() || ";{}),".contains(c))
}

fn called(tree: &Tree, script: &str) -> Option<Pager> {
    // Where the second page is number 1, pages are counted from 0.
    let by_number = |found: Captures<'_>, second: u32| {
        let (n_pages, current): (u32, u32) = (number(tree, &found[1])?, number(tree, &found[2])?);
        let n_page = Some(current.saturating_add(2 - second));
        Some(Pager { n_pages, n_page, name: found[3].into(), extension: found[4].into(), second })
    };
    None.or_else(|| by_number(CLASSIC.captures(script)?, 1))
        .or_else(|| by_number(IN_ELEMENT.captures(script)?, 2))
        .or_else(|| by_object(script))
        .or_else(|| by_writing(script))
        .or_else(|| by_callback(script))
}

fn by_object(script: &str) -> Option<Pager> {
    let object = PAGER.captures(script)?;
    let key = |name: &str| {
        let found = PAGER_KEY.captures_iter(object.get(1)?.as_str()).find(|found| &found[1] == name)?;
        Some(found[2].to_owned())
    };
    let n_page = key("current").and_then(|current| Some(current.parse::<u32>().ok()?.saturating_add(1)));
    Some(Pager {
        n_pages: key("size")?.parse().ok()?,
        n_page,
        name: key("prefix")?,
        extension: key("suffix")?,
        second: 1,
    })
}

fn by_writing(script: &str) -> Option<Pager> {
    let current: u32 = CURRENT_PAGE.captures(script)?[1].parse().ok()?;
    let n_pages = COUNT_PAGE.captures(script)?[1].parse().ok()?;
    let (name, extension) = match WRITTEN_NAME.captures(script) {
        Some(found) => (found[1].to_owned(), found[2].to_owned()),
        None => return None,
    };
    Some(Pager { n_pages, n_page: Some(current.saturating_add(1)), name, extension, second: 1 })
}

fn by_callback(script: &str) -> Option<Pager> {
    let n_pages = TOTAL_PAGE.captures(script)?[1].parse().ok()?;
    let found = CALLBACK_NAME.captures(script)?;
    Some(Pager { n_pages, n_page: None, name: found[1].to_owned(), extension: found[2].to_owned(), second: 2 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second_of(script: &str) -> Option<(u32, String)> {
        let tree = Tree::parse(&format!("<body><script>{script}</script>")).expect("tree");
        find(&tree).map(|pager| (pager.n_pages, pager.name_of(2)))
    }

    #[test]
    fn each_dialect_names_its_second_page() {
        for (script, n_pages, second) in [
            (r#"createPageHTML(287,0,"index","shtml");"#, 287, "index_1.shtml"),
            (r"createPageHTML(3, 1, 'index', 'html', 60);", 3, "index_1.html"),
            ("createPageHTML('page_div',10, 1,'zwgklist','shtml',200);", 10, "zwgklist_2.shtml"),
            ("createPageHTML (12, 0, 'index', 'html')", 12, "index_1.html"),
            (r#"createPageHTML(parseInt("9"), parseInt('0', 10), "index", "html");"#, 9, "index_1.html"),
            ("var nPageCount = '8', nCurr = 0; createPageHTML(nPageCount, nCurr, 'index', 'html');", 8, "index_1.html"),
            ("createPageHTML('page_div','10','1','zwgklist','shtml','200');", 10, "zwgklist_2.shtml"),
            (r#"Pager({"size": 6, "current": 0, "prefix": "index", "suffix": "html"})"#, 6, "index_1.html"),
            ("new Pager({size:12, current:0, prefix:'index', suffix:'html'})", 12, "index_1.html"),
            ("Pager({ prefix: 'list', suffix: '.shtml', size: '4', current: 0 })", 4, "list_1.shtml"),
            (
                r#"var currentPage=0; var nextPage=currentPage+1; var countPage=56;
                document.write("<a  href=\"index"+"_"+nextPage+"."+"html\" target=\"_self\">下一页</a>");"#,
                56,
                "index_1.html",
            ),
            (
                "$('.pagination').pagination({ totalPage: 54, callBack: function (p) { var i=p; if(i==1) location.href='index.html'; else location.href='index_'+i+'.html'; } });",
                54,
                "index_2.html",
            ),
        ] {
            assert_eq!(second_of(script), Some((n_pages, second.to_owned())), "{script}");
        }
    }

    #[test]
    fn each_dialect_says_which_page_it_stands_on() {
        for (script, n_page) in [
            (r#"createPageHTML(287,0,"index","shtml");"#, 1),
            ("createPageHTML(3, 1, 'index', 'html', 60);", 2),
            ("createPageHTML('page_div',10, 3,'zwgklist','shtml',200);", 3),
            ("new Pager({size:12, current:1, prefix:'index', suffix:'html'})", 2),
        ] {
            let tree = Tree::parse(&format!("<body><script>{script}</script>")).expect("tree");
            assert_eq!(find(&tree).and_then(|pager| pager.n_page), Some(n_page), "{script}");
        }
    }

    #[test]
    fn what_is_commented_out_or_only_defined_is_no_pager() {
        assert_eq!(second_of("// createPageHTML(5,0,'index','html');"), None);
        assert_eq!(second_of("/* createPageHTML(5,0,'index','html'); */"), None);
        assert_eq!(second_of("<!-- createPageHTML(5,0,'index','html');"), None);
        let hidden_from_old_browsers = "<!--\ncreatePageHTML(5,0,'index','html');\n//-->";
        assert_eq!(second_of(hidden_from_old_browsers), Some((5, "index_1.html".to_owned())));
        assert_eq!(second_of("function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){ }"), None);
        let tree = Tree::parse("<!-- <script>createPageHTML(5,0,'index','html')</script> -->").expect("tree");
        assert_eq!(find(&tree), None);
        assert_eq!(second_of("createPageHTML(nPageCount, 0, 'index', 'html');"), None);
        let set_twice = "var n = 0; n = 2; createPageHTML(n, 0, 'index', 'html');";
        assert_eq!(second_of(set_twice), None, "what it is in the end is not known");
        let call = "var home = 'http://x.gov.cn/'; createPageHTML(5,0,'index','html');";
        assert_eq!(second_of(call), Some((5, "index_1.html".to_owned())));
    }
}
