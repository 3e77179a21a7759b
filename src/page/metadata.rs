//! The fields beside the body: from selectors, the State Council's meta tags, and the lines around the title.
//!
//! In: tree, outline, where title and body stand. Out: fields of a Document, each with the rule that gave it. Never:
//! the page-generation time as a date of publication. **Source**: 政府网站发展指引 (国办发〔2017〕47号), annex.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::disclosure::Disclosed;
use super::label_words::Label;
use super::labels::{self, Reading};
pub(super) use super::meta_tags::Meta;
use super::meta_tags::says_something;
use super::outline::Outline;
use super::pattern;
use super::seen::tidy;
use super::title::bare;
use super::tree::{Query, Tree};
use super::{ReadRules, breadcrumb, cited, density, doc_no, validity};
use crate::config::ReportRule;
use crate::model::{Document, FieldName, Origin};

/// Longest value of a field, in characters.
const LONGEST_VALUE: usize = 80;

/// What stands between the name of a site and that of a column.
const MARKS: [char; 8] = ['-', '_', '—', '－', '|', '>', '·', ' '];

/// Shortest name of a column, in characters: 公告.
const SHORTEST_COLUMN: usize = 2;

static SITE_CODE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:bm\d{8}|[1-6]\d{9})\b"));

static SHOWN_SITE_CODE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:标识码\s*[：:]?\s*|site_code=)(bm\d{8}|[1-6]\d{9})(?:\D|$)"));

/// What the fields are read from.
pub(super) struct Page<'a, 't> {
    pub(super) tree: &'t Tree,
    pub(super) outline: &'a Outline<'t>,
    pub(super) meta: &'a Meta,
    pub(super) rules: &'a ReadRules<'a>,
    /// The lines that show the title, above the body; empty where none do.
    pub(super) title: Range<usize>,
    /// The first line below the title; 0 where no line shows it.
    pub(super) below_title: usize,
    /// The lines of the body, first to last.
    pub(super) body: Range<usize>,
}

impl Page<'_, '_> {
    /// Fills in every field that the page states.
    pub(super) fn fill(&self, document: &mut Document) {
        let disclosed = Disclosed::of(self.tree, self.outline, self.below_title, &self.body);
        self.names(document, &disclosed);
        let found = self.text(|rule| &rule.index_no, &[], || disclosed.in_order(Label::IndexNo).find_map(index_no));
        set(document, FieldName::IndexNo, found, |document| &mut document.index_no);
        let of_page = || validity::of(self, document.title.as_deref(), &disclosed);
        let found = self.text(|rule| &rule.validity, &[], of_page);
        set(document, FieldName::Validity, found, |document| &mut document.validity);
        let found = self.doc_no(document, &disclosed);
        set(document, FieldName::DocNo, found, |document| &mut document.doc_no);
        document.cited = cited::numbers(document);
        if !document.cited.is_empty() {
            document.from.insert(FieldName::Cited, Origin::Auto);
        }
        let found = self.site_code();
        let local = |code: &String| code.bytes().all(|byte| byte.is_ascii_digit());
        let division =
            found.clone().filter(|(code, _)| local(code)).map(|(code, origin)| (code[..6].to_owned(), origin));
        set(document, FieldName::Division, division, |document| &mut document.division);
        set(document, FieldName::SiteCode, found, |document| &mut document.site_code);
        let found = self.column(document);
        set(document, FieldName::Column, found, |document| &mut document.column);
        self.dates(document, &disclosed);
    }

    /// The fields that name an office or a subject.
    fn names(&self, document: &mut Document, disclosed: &Disclosed) {
        let source = || disclosed.in_order(Label::Source).find(|value| is_name(value)).map(str::to_owned);
        let found = self.selected(|rule| &rule.source).or_else(|| self.stated_source(document, disclosed));
        let found = found.or_else(|| source().map(|name| (name, Origin::Auto)));
        set(document, FieldName::Source, found, |document| &mut document.source);
        let authority = || disclosed.ranked(Label::Authority).find(|value| is_name(value)).map(str::to_owned);
        let found = self.text(|rule| &rule.authority, &[], authority);
        set(document, FieldName::Authority, found, |document| &mut document.authority);
        let topic = disclosed.ranked(Label::Topic).find(|value| is_name(value));
        let topic = topic.map(|value| (value.to_owned(), Origin::Auto));
        set(document, FieldName::Topic, topic, |document| &mut document.topic);
    }

    /// Site selectors, family selectors, meta tags, then `auto`.
    fn text(
        &self,
        queries: impl Fn(&ReportRule) -> &Vec<Query>,
        meta: &[&str],
        auto: impl FnOnce() -> Option<String>,
    ) -> Option<(String, Origin)> {
        self.selected(&queries)
            .or_else(|| self.meta.get(meta).map(|value| (value, Origin::Meta)))
            .or_else(|| auto().map(|value| (value, Origin::Auto)))
    }

    /// The first value of the site's, then of the family's queries, without its label.
    fn selected(&self, queries: impl Fn(&ReportRule) -> &Vec<Query>) -> Option<(String, Origin)> {
        let first = |rule: &ReportRule| queries(rule).iter().find_map(|query| query.first(self.tree.root()));
        let site = self.rules.site.and_then(&first).map(|value| (value, Origin::Site));
        let family = || self.rules.family.and_then(|family| first(&family.report)).map(|value| (value, Origin::Family));
        let (value, origin) = site.or_else(family)?;
        let mut read = Reading::default();
        labels::of_text(&value, 0, &mut read);
        let value = read.pairs.into_iter().next().map_or_else(|| tidy(&value), |pair| pair.value);
        says_something(&value).then_some((value, origin))
    }

    /// The source of the meta tag; where that names no more than the site itself and another is shown under the title, that
    /// one. The tag may repeat the title.
    fn stated_source(&self, document: &Document, disclosed: &Disclosed) -> Option<(String, Origin)> {
        let is_title = |name: &str| document.title.as_deref().is_some_and(|title| bare(title) == bare(name));
        let stated = self.meta.get(&["contentsource"]).filter(|name| !is_title(name))?;
        let shown = || disclosed.under_title(Label::Source).find(|value| is_name(value) && !names_itself(value));
        let shown = if self.is_site(&stated) { shown().map(str::to_owned) } else { None };
        let shown = shown.filter(|shown| *shown != stated);
        Some(shown.map_or((stated, Origin::Meta), |shown| (shown, Origin::Auto)))
    }

    /// Whether a text is the name of the site, by its meta tag or at the end of the page's `<title>`.
    fn is_site(&self, name: &str) -> bool {
        let name = bare(name);
        let ends_title = || {
            let title = self.tree.named("title").next().map(|title| bare(&title.raw_text()));
            let end = title.and_then(|title| Some(title.rsplit_once(['-', '_', '|', '—', '－'])?.1.to_owned()));
            end.is_some_and(|end| end.starts_with(&name))
        };
        self.meta.get(&["sitename"]).is_some_and(|site| bare(&site) == name) || ends_title()
    }

    /// The column: by its meta tag without the name of the site in front, where it names one; else the last step of the
    /// breadcrumb, else the kind of the column.
    fn column(&self, document: &Document) -> Option<(String, Origin)> {
        let site = self.meta.get(&["sitename"]).unwrap_or_default();
        let own = |name: String| {
            let cut = name.strip_prefix(site.as_str()).filter(|_| !site.is_empty());
            // A column may be named after an office, as the site is: 兴县人民政府办公室.
            let is_site =
                |rest: &&str| site.ends_with(['网', '站', '台']) || rest.is_empty() || rest.starts_with(MARKS);
            let own = cut.filter(is_site).unwrap_or(&name).trim_start_matches(MARKS);
            (own.chars().count() >= SHORTEST_COLUMN && !breadcrumb::is_no_column(own)).then(|| own.to_owned())
        };
        let stated = self.meta.get(&["columnname"]);
        let last = || document.breadcrumb.last().filter(|name| !breadcrumb::is_no_column(name)).cloned();
        let typed = || if stated.is_some() { self.meta.get(&["columntype"]).and_then(own) } else { None };
        let of_meta = |name| (name, Origin::Meta);
        stated
            .clone()
            .and_then(own)
            .map(of_meta)
            .or_else(|| last().map(|name| (name, Origin::Auto)))
            .or_else(|| typed().map(of_meta))
    }

    fn doc_no(&self, document: &Document, disclosed: &Disclosed) -> Option<(String, Origin)> {
        if let Some((value, origin)) = self.selected(|rule| &rule.doc_no) {
            return doc_no::labelled(&value).map(|number| (number, origin));
        }
        let labelled = || disclosed.in_order(Label::DocNo).find_map(doc_no::labelled);
        let between = self.below_title.min(self.body.start)..self.body.start;
        let above = || doc_no::at_head(self.outline.lines[between.clone()].iter().map(|line| line.text.as_str()));
        let head = || doc_no::at_head(document.blocks.iter().map(|block| block.text.as_str()));
        let of_title = || document.title.as_deref().and_then(doc_no::of_title);
        let of_row = || {
            let rows = document.blocks.iter().filter_map(|block| block.text.split_once('\t'));
            let mut numbered = rows.filter(|(label, _)| label.ends_with("文号") || label.ends_with("文书号"));
            numbered.find_map(|(_, value)| doc_no::labelled(value))
        };
        let found = labelled().or_else(head).or_else(above).or_else(of_title).or_else(of_row);
        found.map(|number| (number, Origin::Auto))
    }

    /// The meta tag, else the code in the footer or in its links.
    fn site_code(&self) -> Option<(String, Origin)> {
        let meta = self.meta.get(&["siteidcode"]);
        let meta = meta.and_then(|content| SITE_CODE.find(&content).map(|code| code.as_str().to_owned()));
        let shown = || {
            let lines = self.outline.lines.iter().rev().map(|line| line.text.as_str());
            let hrefs = self.outline.links.iter().rev().filter_map(|link| link.node.attr("href"));
            lines.chain(hrefs).find_map(|text| SHOWN_SITE_CODE.captures(text).map(|found| found[1].to_owned()))
        };
        meta.map(|code| (code, Origin::Meta)).or_else(|| shown().map(|code| (code, Origin::Auto)))
    }
}

fn set(
    document: &mut Document,
    name: FieldName,
    found: Option<(String, Origin)>,
    field: impl FnOnce(&mut Document) -> &mut Option<String>,
) {
    if let Some((value, origin)) = found {
        *field(document) = Some(value);
        document.from.insert(name, origin);
    }
}

/// Whether a source is called no more than the site itself: 本网, 本站原创.
fn names_itself(value: &str) -> bool {
    value.starts_with("本") || value.contains("管理员") || matches!(value, "原创" | "网站" | "平台发布" | "办公室")
}

/// Whether a text beside 来源, 发文机关 or 主题分类 may be a name.
fn is_name(value: &str) -> bool {
    let n_chars = value.chars().count();
    n_chars <= LONGEST_VALUE && !value.contains(['。', '！', '？']) && !density::is_date(value)
}

/// An index number: digits, letters and separators, perhaps an agency's name before them.
fn index_no(value: &str) -> Option<String> {
    let value = value.split_whitespace().collect::<String>();
    let is_number =
        value.chars().any(|c| c.is_ascii_digit()) && value.chars().count() <= 48 && !value.contains(['，', '。']);
    is_number.then_some(value)
}
