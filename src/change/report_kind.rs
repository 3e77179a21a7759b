//! What kind of report a title, a column or the first lines of a text make of it: 法治政府建设年度报告, 政策解读, ...
//!
//! In: title, column, breadcrumb, head of the text, and the kinds of `obligations.toml`. Out: the first kind that fits,
//! or none. Never: a guess; a wrong kind is worse than none.

use std::cell::{LazyCell, OnceCell};

use regex::Regex;

use super::fingerprint::bare;
use super::paper_title::{Paper, paper, without_type};
use super::year;
use crate::config::Recheck;
use crate::model::Document;

/// A kind of report and how it is recognised.
///
/// Patterns see text without white space and with full-width characters as ASCII ones: `（` is `(`, `：` is `:`.
#[derive(Debug, Clone)]
pub struct Kind {
    /// `rule-of-law-annual`: the word of site files and of the JSON contract.
    pub id: String,
    /// 法治政府建设年度报告.
    pub name: String,
    /// One of them fits the title, or one of `column` does.
    pub title: Vec<Regex>,
    /// One of them fits the column or a name of the breadcrumb.
    pub column: Vec<Regex>,
    /// Each of them stands in the head of the text.
    pub text_all: Vec<Regex>,
    /// One of them stands in the head of the text; empty asks for nothing.
    pub text_any: Vec<Regex>,
    /// None of them fits the title.
    pub not: Vec<Regex>,
    /// Which year it is about.
    pub year: YearRule,
    /// How often its reports are read again, where the kind has a wish.
    pub recheck: Option<Recheck>,
}

/// Which year a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YearRule {
    /// The one that its title names, else none.
    Title,
    /// The one before the one that its title names, else none.
    BeforeTitle,
    /// The one that its title names, else the one before it was published: an annual report.
    TitleOrYearBefore,
    /// The one that its title names, else the one in which it was published.
    TitleOrPublished,
    /// It is about no year.
    None,
}

/// The kinds that are known, the most particular first.
#[derive(Debug, Clone, Default)]
pub struct Kinds(Vec<Kind>);

impl Kinds {
    /// Takes kinds, the most particular first.
    pub fn new(kinds: Vec<Kind>) -> Self {
        Self(kinds)
    }

    /// Every kind, the most particular first.
    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.0.iter()
    }

    /// The kind of this id; a site file names it.
    pub fn get(&self, id: &str) -> Option<&Kind> {
        self.0.iter().find(|kind| kind.id == id)
    }

    /// Kind and year of a report: what its listing says it is, else what it shows itself to be. Where annual reports stand
    /// those of other kinds may stand too: there a title that is of another kind goes before its listing. The year of a
    /// report of no known kind is that of its title.
    pub fn classify(&self, listed: Option<&str>, document: &Document) -> (Option<String>, Option<i16>) {
        /// Characters of a text that tell its kind: a paper says in its first paragraphs what it is.
        const HEAD_CHARS: usize = 1000;
        let title = document.title.as_deref().unwrap_or_default();
        let head = document.head(HEAD_CHARS);
        let shown = || self.of(title, document.column.as_deref(), &document.breadcrumb, &head);
        let listed = listed.and_then(|id| self.get(id));
        let kind = listed.map(|listed| self.of_another(listed, title).unwrap_or(listed)).or_else(shown);
        let published = document.published.map(|stated| stated.date());
        let year = kind.map_or_else(|| year::of(title), |kind| year::of_kind(kind, title, published, &head));
        (kind.map(|kind| kind.id.clone()), year)
    }

    /// The first kind that fits.
    ///
    /// `breadcrumb` has the outermost name first; `text_head` is the beginning of the text, empty where it is not known
    /// yet: a kind that asks for words of the text is not recognised then.
    pub fn of(&self, title: &str, column: Option<&str>, breadcrumb: &[String], text_head: &str) -> Option<&Kind> {
        let title = bare(title);
        let title = Titled::of(without_type(&title));
        let columns: Vec<String> = column.into_iter().chain(breadcrumb.iter().map(String::as_str)).map(bare).collect();
        let text = LazyCell::new(|| bare(text_head));
        self.0.iter().find(|kind| kind.fits(&title, &columns, &text))
    }

    /// The other kind that a title names where its listing says that it is an annual report of this one.
    fn of_another(&self, listed: &Kind, title: &str) -> Option<&Kind> {
        let title = bare(title);
        if !listed.is_annual() || listed.is_bare_titled(&title) {
            return None;
        }
        let is_told_by_title = |kind: &&Kind| kind.text_all.is_empty() && kind.text_any.is_empty();
        let mut others = self.0.iter().filter(|kind| kind.id != listed.id).filter(is_told_by_title);
        others.find(|kind| kind.is_bare_titled(without_type(&title)))
    }
}

/// A title without white space, and what it calls a paper by itself, once that was asked.
struct Titled<'t> {
    shown: &'t str,
    paper: OnceCell<Paper<'t>>,
}

impl<'t> Titled<'t> {
    fn of(shown: &'t str) -> Self {
        Self { shown, paper: OnceCell::new() }
    }

    /// The paper, where that is told and called otherwise than the title.
    fn paper(&self) -> Option<&str> {
        // Every title of a site is asked about, and nearly all are no reports.
        let paper = self.shown.contains('报').then(|| self.paper.get_or_init(|| paper(self.shown)))?;
        (paper.is_told && paper.title != self.shown).then_some(&*paper.title)
    }
}

impl Kind {
    /// Whether a title alone tells this kind.
    pub fn is_titled(&self, title: &str) -> bool {
        self.is_bare_titled(&bare(title))
    }

    /// The same of a title without white space.
    pub(super) fn is_bare_titled(&self, title: &str) -> bool {
        self.is_by_title(&Titled::of(title), |title| any(&self.title, title))
    }

    /// Whether it is the report of a year, which is called so in few words.
    fn is_annual(&self) -> bool {
        self.year == YearRule::TitleOrYearBefore
    }

    /// Whether a title, or what it calls an annual report by itself, is such a one and nothing speaks against it.
    fn is_by_title(&self, title: &Titled<'_>, is_such: impl Fn(&str) -> bool) -> bool {
        let is_it = |title: &str| is_such(title) && !any(&self.not, title);
        is_it(title.shown) || (self.is_annual() && title.paper().is_some_and(is_it))
    }

    fn fits(&self, title: &Titled<'_>, columns: &[String], text: &LazyCell<String, impl FnOnce() -> String>) -> bool {
        let is_in_column = columns.iter().any(|column| any(&self.column, column));
        self.is_by_title(title, |title| is_in_column || any(&self.title, title))
            && self.text_all.iter().all(|pattern| pattern.is_match(text))
            && (self.text_any.is_empty() || any(&self.text_any, text))
    }
}

fn any(patterns: &[Regex], text: &str) -> bool {
    patterns.iter().any(|pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(id: &str) -> Kind {
        Kind {
            id: id.to_owned(),
            name: id.to_owned(),
            title: Vec::new(),
            column: Vec::new(),
            text_all: Vec::new(),
            text_any: Vec::new(),
            not: Vec::new(),
            year: YearRule::Title,
            recheck: None,
        }
    }

    fn patterns(written: &[&str]) -> Vec<Regex> {
        written.iter().map(|one| Regex::new(one).expect("a pattern")).collect()
    }

    #[test]
    fn the_first_kind_that_fits_wins_and_not_is_asked_of_the_title() {
        let report = Kind { title: patterns(&["年度报告$"]), not: patterns(&["通知"]), ..kind("report") };
        let rule = Kind { column: patterns(&["^规范性文件$"]), title: patterns(&["年度"]), ..kind("rule") };
        let kinds = Kinds::new(vec![report, rule]);
        let of = |title: &str, column: Option<&str>| kinds.of(title, column, &[], "").map(|kind| kind.id.as_str());
        assert_eq!(of("兴县２０２３年 年度　报告", None), Some("report"));
        assert_eq!(of("关于通知的年度报告", None), Some("rule"));
        assert_eq!(of("办法", Some("规范性文件")), Some("rule"));
        assert_eq!(of("办法", Some("其他规范性文件")), None);
        let path = ["首页".to_owned(), "规范性文件".to_owned()];
        assert_eq!(kinds.of("办法", None, &path, "").map(|kind| kind.id.as_str()), Some("rule"));
        assert!(kinds.get("rule").is_some() && kinds.get("none").is_none());
    }

    #[test]
    fn words_of_the_text_are_asked_for_only_where_a_kind_wants_them() {
        let kinds = Kinds::new(vec![Kind {
            title: patterns(&["公告"]),
            text_all: patterns(&["征收", "土地"]),
            text_any: patterns(&["第一条", "一、"]),
            ..kind("land")
        }]);
        let fits = |text: &str| kinds.of("公告", None, &[], text).is_some();
        assert!(fits("一、征收土地的范围"));
        assert!(!fits("征收土地的范围") && !fits("一、征收房屋") && !fits(""));
    }
}
