//! Pagers that a script writes: how many pages there are and what the next is called, read from the call itself.
//!
//! In: a page. Out: [`Pager`]. Never: runs a script; calls inside comments and the function's own definition are not
//! calls.

use std::cmp::Reverse;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use url::Url;

use super::pattern;
use super::scripts;
use super::tree::Tree;

/// A number as a call has it, or the name of one: `5`, `'5'`, `nPageCount`, `parseInt("5")`.
const GIVEN: &str = r#"(?:parseInt\s*\(\s*)?["']?([\w$.]+)["']?(?:\s*,\s*10)?\s*\)?"#;

/// A word as a call has it, or the name of one: `"index"`, `sPageName`.
const NAMED: &str = r#"(?:["']\.?([\w./-]+)["']|([A-Za-z_$][\w$]*))"#;

/// TRS: pages, current from 0, name, extension; the page after the first is `name_1.ext`.
static CLASSIC: LazyLock<Regex> = LazyLock::new(|| call(""));

/// UCAP and Gansu: element, pages, current from 1, name, extension; the page after the first is `name_2.ext`. Where the
/// current one is 0, it is TRS's with an element before it.
static IN_ELEMENT: LazyLock<Regex> = LazyLock::new(|| call(r#"["'][\w#.-]+["']\s*,\s*"#));

/// What a script that calls one of these has in it.
static NEAR: LazyLock<Regex> = LazyLock::new(|| pattern("(?i:createPage|getPageHTML)|Pager\\(|countPage|totalPage"));

fn call(before: &str) -> Regex {
    let name = r"\b(?i:createPageHTML|createPage|getPageHTML)\d?";
    pattern(&format!(r"{name}\s*\(\s*{before}{GIVEN}\s*,\s*{GIVEN}\s*,\s*{NAMED}\s*,\s*{NAMED}"))
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
            _ => self.numbered(self.second.saturating_add(n_page - 2)),
        }
    }

    /// The name of the page after this one, which is that of `n_page` in the walk: the number in its address counts, where
    /// it has one.
    pub(super) fn name_after(&self, page: &Url, n_page: u32) -> String {
        let number = self.number_in(page).map(|number| self.numbered(number.saturating_add(1)));
        number.unwrap_or_else(|| self.name_of(n_page.saturating_add(1)))
    }

    /// Whether the page at this address is numbered, and the last one.
    pub(super) fn is_last(&self, page: &Url) -> bool {
        self.number_in(page).is_some() && self.n_page.is_some_and(|n_page| n_page >= self.n_pages)
    }

    fn numbered(&self, number: u32) -> String {
        format!("{}_{number}.{}", self.name, self.extension)
    }

    /// `index` of `../index`.
    fn stem(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    /// The number in the name of a page: 3 of `index_3.html`.
    fn number_in(&self, page: &Url) -> Option<u32> {
        let (stem, _) = file(page).rsplit_once('.')?;
        let number: u32 = stem.strip_prefix(self.stem())?.strip_prefix('_')?.parse().ok()?;
        (number <= self.n_pages).then_some(number)
    }

    /// Whether it is called as the first page is: by its name, or by nothing.
    fn is_first(&self, page: &Url) -> bool {
        match file(page).rsplit_once('.') {
            Some((stem, _)) => stem == self.stem(),
            None => file(page).is_empty() && matches!(self.stem(), "index" | "default"),
        }
    }

    /// The pager as the page at this address shows from where it counts.
    fn at(mut self, page: &Url) -> Self {
        match self.number_in(page) {
            Some(1) => self.second = 1,
            // The second page is not called like the first: the call counts from 1.
            None if self.n_page == Some(2) && self.is_first(page) => (self.second, self.n_page) = (2, Some(1)),
            _ => {}
        }
        self
    }
}

/// The last part of a path.
fn file(page: &Url) -> &str {
    page.path().rsplit('/').next().unwrap_or_default()
}

/// Calls of a script, and of a page, that are looked at: real pages have one or two.
const MOST_CALLS: usize = 16;

/// The pager of the page at this address, as its scripts call it: of several the one that is called like the page, and
/// that of the most pages.
pub(super) fn find(tree: &Tree, page: &Url) -> Option<Pager> {
    // Most pages have no such script: nothing is taken out of theirs.
    if !tree.named("script").any(|script| NEAR.is_match(&script.raw_text())) {
        return None;
    }
    let scripts = scripts::of(tree);
    let near = scripts.iter().filter(|script| NEAR.is_match(script));
    let called = near.flat_map(|script| called(&scripts, script)).take(MOST_CALLS);
    let is_own = |pager: &Pager| pager.is_first(page) || pager.number_in(page).is_some();
    called.map(|pager| pager.at(page)).min_by_key(|pager| Reverse((is_own(pager), pager.n_pages)))
}

/// A number as written, or what the scripts of the page set the name to; `None` where they set it to several.
fn number(scripts: &[String], written: &str) -> Option<u32> {
    let set = || set(scripts, written, r#"(?:parseInt\s*\(\s*)?["']?(\d{1,5})["']?\s*(?:[;,)\n]|$)"#);
    written.parse().ok().or_else(|| set()?.parse().ok())
}

/// A word as written, or what the scripts of the page set its name to.
fn word(scripts: &[String], found: &Captures<'_>, at: usize) -> Option<String> {
    let written = found.get(at).map(|written| written.as_str().to_owned());
    let set = || set(scripts, found.get(at + 1)?.as_str(), r#"["']\.?([\w./-]*[A-Za-z][\w./-]*)["']"#);
    written.or_else(set)
}

/// What the scripts of the page set a name to; `None` where they set it to several.
fn set(scripts: &[String], name: &str, value: &str) -> Option<String> {
    let set = Regex::new(&format!(r"(?:^|[^\w$.]){}\s*=\s*{value}", regex::escape(name))).ok()?;
    let mut values = scripts.iter().flat_map(|script| set.captures_iter(script)).map(|found| found[1].to_owned());
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

fn called(scripts: &[String], script: &str) -> Vec<Pager> {
    let is_call = |found: &Captures<'_>| {
        let before = found.get(0).map_or("", |whole| &script[..whole.start()]);
        !before.trim_end().ends_with("function")
    };
    let classic = CLASSIC.captures_iter(script).filter(is_call).take(MOST_CALLS);
    let classic = classic.filter_map(|found| by_arguments(scripts, &found, 1));
    let in_element = IN_ELEMENT.captures_iter(script).filter(is_call).take(MOST_CALLS);
    let in_element = in_element.filter_map(|found| by_arguments(scripts, &found, 2));
    let others = || by_object(script).or_else(|| by_writing(script)).or_else(|| by_callback(script));
    let called: Vec<Pager> = classic.chain(in_element).collect();
    if called.is_empty() { others().into_iter().collect() } else { called }
}

/// `second`: the number of the second page. Where it is 1, or the first one is 0, pages are counted from 0.
fn by_arguments(scripts: &[String], found: &Captures<'_>, second: u32) -> Option<Pager> {
    let (n_pages, current): (u32, u32) = (number(scripts, &found[1])?, number(scripts, &found[2])?);
    let second = if current == 0 { 1 } else { second };
    let n_page = Some(current.saturating_add(2 - second));
    Some(Pager { n_pages, n_page, name: word(scripts, found, 3)?, extension: word(scripts, found, 5)?, second })
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
        find(&tree, &listing("")).map(|pager| (pager.n_pages, pager.name_of(2)))
    }

    fn listing(file: &str) -> Url {
        Url::parse(&format!("http://x.gov.cn/zwgk/{file}")).expect("url")
    }

    #[test]
    fn each_dialect_names_its_second_page() {
        for (script, n_pages, second) in [
            (r#"createPageHTML(287,0,"index","shtml");"#, 287, "index_1.shtml"),
            (r"createPageHTML(3, 0, 'index', 'html', 60);", 3, "index_1.html"),
            (r#"createPageHTML("page",15,0,"index","html",300);"#, 15, "index_1.html"),
            (r#"createPageHtml(15,0,"index","html");"#, 15, "index_1.html"),
            (r#"getPageHTML(15,0,"index",".shtml"); "#, 15, "index_1.shtml"),
            (
                "var n=15, c=0; var sName='list'; var sExt='html'; createPage(n, c, sName, sExt); function createPage(n, c, sName, sExt){ }",
                15,
                "list_1.html",
            ),
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
            let pager = find(&tree, &listing("other.html"));
            assert_eq!(pager.and_then(|pager| pager.n_page), Some(n_page), "{script}");
        }
    }

    #[test]
    fn the_address_of_a_page_tells_its_number_and_from_where_a_call_counts() {
        let after = |script: &str, file: &str, n_page: u32| {
            let tree = Tree::parse(&format!("<body><script>{script}</script>")).expect("tree");
            let page = listing(file);
            let pager = find(&tree, &page).expect("a pager");
            (pager.name_after(&page, n_page), pager.is_last(&page))
        };
        let classic = |current: u32| format!("createPageHTML(15,{current},'index','html')");
        assert_eq!(after(&classic(0), "", 1), ("index_1.html".to_owned(), false));
        assert_eq!(after(&classic(3), "index_3.html", 1), ("index_4.html".to_owned(), false));
        assert_eq!(after(&classic(14), "index_14.html", 1), ("index_15.html".to_owned(), true));
        assert_eq!(after(&classic(1), "", 1), ("index_2.html".to_owned(), false), "it counts from 1");
        assert_eq!(after(&classic(2), "index_2.html", 2), ("index_3.html".to_owned(), false));
        let in_element = |current: u32| format!("createPageHTML('p',15,{current},'index','html',300)");
        assert_eq!(after(&in_element(1), "index_1.html", 2), ("index_2.html".to_owned(), false));
        assert_eq!(after(&in_element(1), "index.html", 1), ("index_2.html".to_owned(), false));
        assert_eq!(after(&classic(0), "t2026_67430.html", 1), ("index_1.html".to_owned(), false));
    }

    #[test]
    fn of_several_pagers_the_one_of_the_page_counts_and_then_that_of_the_most_pages() {
        let both = "createPageHTML(1,0,'index_a','html'); createPageHTML(15,0,'index','html')";
        assert_eq!(second_of(both), Some((15, "index_1.html".to_owned())));
        let tree = Tree::parse(&format!("<script>{both}</script>")).expect("tree");
        let own = find(&tree, &listing("index_a.html")).map(|pager| (pager.n_pages, pager.name_of(2)));
        assert_eq!(own, Some((1, "index_a_1.html".to_owned())));
        let twice = "createPageHTML(3,0,'list','html'); createPageHTML(9,0,'lists','html')";
        assert_eq!(second_of(twice), Some((9, "lists_1.html".to_owned())));
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
        assert_eq!(find(&tree, &listing("")), None);
        assert_eq!(second_of("createPageHTML(nPageCount, 0, 'index', 'html');"), None);
        let set_twice = "var n = 0; n = 2; createPageHTML(n, 0, 'index', 'html');";
        assert_eq!(second_of(set_twice), None, "what it is in the end is not known");
        let call = "var home = 'http://x.gov.cn/'; createPageHTML(5,0,'index','html');";
        assert_eq!(second_of(call), Some((5, "index_1.html".to_owned())));
    }
}
