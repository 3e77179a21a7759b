//! The fields beside the body: from selectors, the State Council's meta tags, and the lines around the title.
//!
//! In: tree, outline, where title and body stand. Out: fields of a Document, each with the rule that gave it. Never:
//! the page-generation time as a date of publication. **Source**: 政府网站发展指引 (国办发〔2017〕47号), annex.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::{DateTime, Time};
use regex::Regex;

use super::labels::{self, Label, Pair};
use super::outline::Outline;
use super::seen::tidy;
use super::tree::{Query, Selector, Tree};
use super::{ReadRules, date, density, doc_no, title};
use crate::config::ReportRule;
use crate::model::{Document, FieldName, Origin, Stated};

/// Lines before the body that may hold the disclosure table.
const LINES_BEFORE: usize = 60;

/// Lines after the body that may name its source or number.
const LINES_AFTER: usize = 12;

/// Longest line under a title that may show a date.
const LONGEST_DATE_LINE: usize = 100;

/// Longest value of a field, in characters.
const LONGEST_VALUE: usize = 80;

static META: LazyLock<Selector> =
    LazyLock::new(|| Selector::parse("meta[name][content]").expect("invariant: the selector is valid"));

static SITE_CODE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(?:bm\d{8}|[1-6]\d{9})\b").expect("invariant: the pattern is valid"));

static SHOWN_SITE_CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:标识码\s*[：:]?\s*|site_code=)(bm\d{8}|[1-6]\d{9})(?:\D|$)")
        .expect("invariant: the pattern is valid")
});

static DATE_IN_URL: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"/t(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)_\d+\.s?html?$|",
        r"/art/(?P<y2>20\d\d)/(?P<m2>\d{1,2})/(?P<d2>\d{1,2})/art_",
    );
    Regex::new(written).expect("invariant: the pattern is valid")
});

static SCRIPT_VALIDITY: LazyLock<Regex> = LazyLock::new(|| {
    let written = r#"file_?status\s*=\s*['"]([^'"<>]{2,20})['"]"#;
    Regex::new(written).expect("invariant: the pattern is valid")
});

/// The named meta tags of a page.
#[derive(Debug)]
pub(super) struct Meta(HashMap<String, Vec<String>>);

impl Meta {
    /// Reads them; names in any case.
    pub(super) fn of(tree: &Tree) -> Self {
        let mut tags: HashMap<String, Vec<String>> = HashMap::new();
        for node in tree.select(&META) {
            if let (Some(name), Some(content)) = (node.attr("name"), node.attr("content")) {
                tags.entry(name.trim().to_lowercase()).or_default().push(content.to_owned());
            }
        }
        Self(tags)
    }

    /// The first content of these names that says something.
    pub(super) fn get(&self, names: &[&str]) -> Option<String> {
        let contents = names.iter().filter_map(|name| self.0.get(*name)).flatten();
        contents.map(|content| tidy(content)).find(|content| says_something(content))
    }

    /// The title it states.
    pub(super) fn title(&self) -> Option<String> {
        let is_other =
            |title: &String| [self.get(&["sitename"]), self.get(&["columnname"])].contains(&Some(title.clone()));
        let raw = self.0.get("articletitle")?.iter().find(|content| says_something(content))?;
        title::of_meta(raw).filter(|title| !is_other(title))
    }

    /// When it says that it was published, unless that is when the page was generated.
    fn published(&self, zone: &jiff::tz::TimeZone) -> Option<Stated> {
        let generated = ["others", "htmlgeneratetime", "maketime", "createpagetime", "generatetime"]
            .iter()
            .filter_map(|name| self.0.get(*name))
            .flatten()
            .filter_map(|content| date::stated(content, zone))
            .map(|stated| to_minute(stated.civil()));
        let generated: Vec<DateTime> = generated.collect();
        let is_generated = |stated: &Stated| stated.has_time() && generated.contains(&to_minute(stated.civil()));
        let stated = |names: &[&str]| date::stated(&self.get(names)?, zone).filter(|stated| !is_generated(stated));
        stated(&["pubdate"])
            .or_else(|| stated(&["firstpublishedtime", "publishdate", "publish_date"]))
            .map(without_filler)
    }
}

/// Whether a value is more than a filler: `null`, `-`, a template mark.
fn says_something(value: &str) -> bool {
    value.chars().any(char::is_alphanumeric)
        && !value.contains("{{")
        && !value.contains("${")
        && !matches!(value.trim(), "null" | "undefined" | "无" | "NULL" | "None")
}

fn to_minute(civil: DateTime) -> DateTime {
    civil.date().at(civil.hour(), civil.minute(), 0, 0)
}

/// Midnight and the last second of a day stand where a portal knows only the day.
fn without_filler(stated: Stated) -> Stated {
    let time = stated.civil().time();
    let is_filler = time == Time::midnight() || time == Time::constant(23, 59, 59, 0);
    if is_filler { Stated::day(stated.date()) } else { stated }
}

/// What the fields are read from.
pub(super) struct Page<'a, 't> {
    pub(super) tree: &'t Tree,
    pub(super) outline: &'a Outline<'t>,
    pub(super) meta: &'a Meta,
    pub(super) rules: &'a ReadRules<'a>,
    /// The first line below the title; 0 where no line shows it.
    pub(super) below_title: usize,
    /// The lines of the body, first to last.
    pub(super) body: Range<usize>,
}

impl Page<'_, '_> {
    /// Fills in every field that the page states.
    pub(super) fn fill(&self, document: &mut Document) {
        let pairs = self.pairs();
        let labelled =
            |label: Label| pairs.iter().filter(move |pair| pair.label == label).map(|pair| pair.value.as_str());
        self.dates(document, &pairs);
        let source = || labelled(Label::Source).find(|value| is_value(value)).map(str::to_owned);
        let found = self.text(|rule| &rule.source, &["contentsource"], source);
        set(document, FieldName::Source, found, |document| &mut document.source);
        let authority = || labelled(Label::Authority).find(|value| is_value(value)).map(str::to_owned);
        let found = self.text(|rule| &rule.authority, &[], authority);
        set(document, FieldName::Authority, found, |document| &mut document.authority);
        let found = self.text(|rule| &rule.index_no, &[], || labelled(Label::IndexNo).find_map(index_no));
        set(document, FieldName::IndexNo, found, |document| &mut document.index_no);
        let found = self.text(|rule| &rule.validity, &[], || self.validity(&pairs));
        set(document, FieldName::Validity, found, |document| &mut document.validity);
        let found = self.doc_no(document, &pairs);
        set(document, FieldName::DocNo, found, |document| &mut document.doc_no);
        let found = self.site_code();
        set(document, FieldName::SiteCode, found, |document| &mut document.site_code);
        let last = || document.breadcrumb.last().cloned().map(|name| (name, Origin::Auto));
        let found = self.meta.get(&["columnname"]).map(|name| (name, Origin::Meta)).or_else(last);
        set(document, FieldName::Column, found, |document| &mut document.column);
    }

    fn pairs(&self) -> Vec<Pair> {
        let n_lines = self.outline.lines.len();
        let top = self.below_title.min(self.body.start);
        let mut pairs = labels::pairs(self.outline, top.saturating_sub(LINES_BEFORE)..self.body.start);
        pairs.extend(labels::pairs(self.outline, self.body.end..n_lines.min(self.body.end + LINES_AFTER)));
        pairs
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
        let mut pairs = Vec::new();
        labels::of_text(&value, &mut pairs);
        let value = pairs.into_iter().next().map_or_else(|| tidy(&value), |pair| pair.value);
        says_something(&value).then_some((value, origin))
    }

    fn dates(&self, document: &mut Document, pairs: &[Pair]) {
        let zone = self.rules.zone;
        let written = self.selected_date(|rule| &rule.written).or_else(|| {
            let mut values = pairs.iter().filter(|pair| pair.label == Label::Written);
            values.find_map(|pair| date::stated(&pair.value, zone)).map(|stated| (stated, Origin::Auto))
        });
        if let Some((stated, origin)) = written {
            document.written = Some(without_filler(stated));
            document.from.insert(FieldName::Written, origin);
        }
        let meta = self.meta.published(zone);
        // A rebuild of the site moves PubDate on, past the date under the title; nothing moves it back.
        let under_title = self.labelled_under_title();
        let meta = meta.filter(|meta| under_title.is_none_or(|shown| meta.date() <= shown.date()));
        let published = self
            .selected_date(|rule| &rule.published)
            .or_else(|| meta.map(|stated| (stated, Origin::Meta)))
            .or_else(|| self.shown_date(pairs).map(|stated| (without_filler(stated), Origin::Auto)))
            .or_else(|| self.date_in_url().map(|stated| (stated, Origin::Auto)));
        if let Some((stated, origin)) = published {
            document.published = Some(stated);
            document.from.insert(FieldName::Published, origin);
        }
    }

    fn selected_date(&self, queries: impl Fn(&ReportRule) -> &Vec<Query>) -> Option<(Stated, Origin)> {
        let first = |rule: &ReportRule| {
            let values = queries(rule).iter().flat_map(|query| query.values(self.tree.root()));
            values.into_iter().find_map(|value| date::stated(&value, self.rules.zone))
        };
        let site = self.rules.site.and_then(&first).map(|stated| (stated, Origin::Site));
        site.or_else(|| {
            self.rules.family.and_then(|family| first(&family.report)).map(|stated| (stated, Origin::Family))
        })
    }

    /// The date beside its label, else the first date between title and body that no other label claims.
    fn shown_date(&self, pairs: &[Pair]) -> Option<Stated> {
        let zone = self.rules.zone;
        let mut labelled = pairs.iter().filter(|pair| pair.label == Label::Published);
        let found = labelled.find_map(|pair| date::stated(&pair.value, zone));
        found.or_else(|| {
            let between = self.below_title.min(self.body.start)..self.body.start;
            let is_claimed =
                |text: &str| pairs.iter().any(|pair| pair.label != Label::Source && text.contains(&pair.value));
            let lines = self.outline.lines[between].iter();
            let short = lines.filter(|line| line.n_chars <= LONGEST_DATE_LINE && !line.is_links());
            short
                .filter(|line| density::is_date(&line.text) || labels::is_info(&line.text) || !is_claimed(&line.text))
                .find_map(|line| {
                    let first = line.text.split(['更', '修', '实', '失', '生', '成']).next().unwrap_or_default();
                    date::stated(first, zone)
                })
        })
    }

    /// The date of publication that stands labelled between title and body.
    fn labelled_under_title(&self) -> Option<Stated> {
        let between = self.below_title..self.body.start;
        if self.below_title == 0 || between.is_empty() {
            return None;
        }
        let pairs = labels::pairs(self.outline, between);
        let mut labelled = pairs.iter().filter(|pair| pair.label == Label::Published);
        labelled.find_map(|pair| date::stated(&pair.value, self.rules.zone))
    }

    /// The day that TRS (`t20240102_1.html`) and Hanweb (`/art/2024/1/2/art_1_2.html`) write into the URL of a page
    /// that states none.
    fn date_in_url(&self) -> Option<Stated> {
        let found = DATE_IN_URL.captures(self.rules.url?.path())?;
        let number = |names: [&str; 2]| names.iter().find_map(|name| found.name(name)?.as_str().parse::<i16>().ok());
        let (year, month, day) = (number(["y", "y2"])?, number(["m", "m2"])?, number(["d", "d2"])?);
        let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        Some(Stated::day(date))
    }

    fn doc_no(&self, document: &Document, pairs: &[Pair]) -> Option<(String, Origin)> {
        if let Some((value, origin)) = self.selected(|rule| &rule.doc_no) {
            return doc_no::labelled(&value).map(|number| (number, origin));
        }
        let labelled =
            || pairs.iter().filter(|pair| pair.label == Label::DocNo).find_map(|pair| doc_no::labelled(&pair.value));
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

    fn validity(&self, pairs: &[Pair]) -> Option<String> {
        let labelled = pairs.iter().filter(|pair| pair.label == Label::Validity).map(|pair| pair.value.clone());
        labelled.into_iter().find(|value| value.chars().count() <= 20).or_else(|| self.scripted_validity())
    }

    /// Some portals write 文件状态 by a script that names it: `var file_status = '有效'`.
    fn scripted_validity(&self) -> Option<String> {
        static SCRIPTS: LazyLock<Selector> =
            LazyLock::new(|| Selector::parse("script:not([src])").expect("invariant: the selector is valid"));
        self.tree.select(&SCRIPTS).find_map(|script| {
            let text = script.raw_text();
            SCRIPT_VALIDITY.captures(&text).map(|found| found[1].to_owned()).filter(|value| says_something(value))
        })
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

/// Whether a text beside 来源 or 发文机关 may be a name.
fn is_value(value: &str) -> bool {
    let n_chars = value.chars().count();
    n_chars <= LONGEST_VALUE && !value.contains('。') && !density::is_date(value)
}

/// An index number: digits, letters and separators, perhaps an agency's name before them.
fn index_no(value: &str) -> Option<String> {
    let value = value.split_whitespace().collect::<String>();
    let is_number =
        value.chars().any(|c| c.is_ascii_digit()) && value.chars().count() <= 48 && !value.contains(['，', '。']);
    is_number.then_some(value)
}
