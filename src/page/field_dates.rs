//! The dates of a report: published, written, in force since, no longer in force since.
//!
//! In: labelled values, meta tags, the lines around the title, the end of the body, the URL. Out: the dates, each with
//! the rule that gave it. Never: a day of another report or of the page itself.

use std::sync::LazyLock;

use jiff::ToSpan;
use regex::Regex;

use super::disclosure::Disclosed;
use super::label_words::Label;
use super::letter::Letter;
use super::meta_tags::without_filler;
use super::metadata::Page;
use super::outline::Line;
use super::pattern;
use super::tree::Query;
use super::{chrome, date, density, labels, signed};
use crate::config::ReportRule;
use crate::model::{Document, FieldName, Origin, Stated};

/// Longest line under a title that may show a date.
const LONGEST_DATE_LINE: usize = 100;

static DATE_IN_URL: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"/t(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)_\d+\.s?html?$|",
        r"/art/(?P<y2>20\d\d)/(?P<m2>\d{1,2})/(?P<d2>\d{1,2})/art_",
    );
    pattern(written)
});

/// Words before a day that is not the one of publication.
static OTHER_DAY: LazyLock<Regex> =
    LazyLock::new(|| pattern("更新|修改|实施|施行|失效|废止|生效|生成|成文|截止|报名|有效|开标|会议"));

impl Page<'_, '_> {
    /// Fills in every date that the page states.
    pub(super) fn dates(&self, document: &mut Document, disclosed: &Disclosed) {
        let labelled = |label: Label| {
            let mut days = disclosed.ranked(label).filter_map(|value| date::labelled(value, self.rules.zone));
            days.next().map(|stated| (without_filler(stated), Origin::Auto))
        };
        set(document, FieldName::Published, self.published(disclosed), |document| &mut document.published);
        set(document, FieldName::Effective, labelled(Label::Effective), |document| &mut document.effective);
        set(document, FieldName::Repealed, labelled(Label::Repealed), |document| &mut document.repealed);
        let written = self.selected_date(|rule| &rule.written).map(|(stated, origin)| (without_filler(stated), origin));
        let written = written.or_else(|| labelled(Label::Written)).or_else(|| self.signed(document));
        set(document, FieldName::Written, written, |document| &mut document.written);
    }

    /// The day under the signature that closes the body; a day after the publication is some other.
    fn signed(&self, document: &Document) -> Option<(Stated, Origin)> {
        let day = signed::day(&document.blocks, self.rules.zone)?;
        let latest = document.published.and_then(|published| published.date().checked_add(1.day()).ok());
        latest.is_none_or(|latest| day.date() <= latest).then_some((day, Origin::Auto))
    }

    /// Site, family, the labelled line, the meta tag, the answer to a letter, a line that is a date, the URL. The meta tag
    /// adds the time to a shown day that is the same.
    fn published(&self, disclosed: &Disclosed) -> Option<(Stated, Origin)> {
        let zone = self.rules.zone;
        let meta = self.meta.published(zone).map(|stated| (stated, Origin::Meta));
        let labelled = disclosed.published().find_map(|value| date::labelled(value, zone)).map(without_filler);
        let labelled = labelled.map(|shown| match meta {
            Some((stated, _)) if is_finer(&stated, &shown) => (stated, Origin::Auto),
            _ => (shown, Origin::Auto),
        });
        // What readers see stands before what a tag says of the same day.
        let meta = meta.map(|(stated, origin)| {
            let is_own = |line: &Line| density::is_date(&line.text) || labels::is_info(&line.text);
            let shown = self.date_shown_by(is_own).filter(|shown| shown.has_time() && shown.date() == stated.date());
            let shown = shown.map(without_filler).filter(|shown| shown.has_time() && !is_finer(&stated, shown));
            shown.map_or((stated, origin), |shown| (shown, Origin::Auto))
        });
        self.selected_date(|rule| &rule.published)
            .or(labelled)
            .or(meta)
            .or_else(|| Some((Letter::of(self.tree)?.day(zone)?, Origin::Auto)))
            .or_else(|| self.shown_date(disclosed).map(|stated| (without_filler(stated), Origin::Auto)))
            .or_else(|| self.date_in_url().map(|stated| (stated, Origin::Auto)))
    }

    fn selected_date(&self, queries: impl Fn(&ReportRule) -> &Vec<Query>) -> Option<(Stated, Origin)> {
        let first = |rule: &ReportRule| {
            let values = queries(rule).iter().flat_map(|query| query.values(self.tree.root()));
            values.into_iter().find_map(|value| date::labelled(&value, self.rules.zone))
        };
        let site = self.rules.site.and_then(&first).map(|stated| (stated, Origin::Site));
        site.or_else(|| {
            self.rules.family.and_then(|family| first(&family.report)).map(|stated| (stated, Origin::Family))
        })
    }

    /// The first date between title and body that no other label claims.
    fn shown_date(&self, disclosed: &Disclosed) -> Option<Stated> {
        self.date_shown_by(|line| {
            // A sentence speaks of some other day: of when the portal will be out of service.
            let is_free = || !disclosed.is_claimed(&line.text) && !line.text.contains(['，', '。', '！']);
            density::is_date(&line.text) || labels::is_info(&line.text) || is_free()
        })
    }

    /// The first date of these lines between title and body.
    fn date_shown_by(&self, is_wanted: impl Fn(&Line) -> bool) -> Option<Stated> {
        let between = self.below_title.min(self.body.start)..self.body.start;
        let lines = self.outline.lines[between].iter();
        let short =
            lines.filter(|line| line.n_chars <= LONGEST_DATE_LINE && !line.is_links() && !chrome::is_clock(&line.text));
        short.filter(|line| is_wanted(line)).find_map(|line| {
            let first = OTHER_DAY.split(&line.text).next().unwrap_or_default();
            date::stated(first, self.rules.zone)
        })
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
}

/// Whether a tag gives the time to a day that is shown, or the second to its minute.
fn is_finer(stated: &Stated, shown: &Stated) -> bool {
    let minute = |stated: &Stated| (stated.civil().hour(), stated.civil().minute());
    let is_same_minute = !shown.has_time() || minute(stated) == minute(shown);
    stated.has_time() && stated.date() == shown.date() && is_same_minute
}

fn set(
    document: &mut Document,
    name: FieldName,
    found: Option<(Stated, Origin)>,
    field: impl FnOnce(&mut Document) -> &mut Option<Stated>,
) {
    if let Some((stated, origin)) = found {
        *field(document) = Some(stated);
        document.from.insert(name, origin);
    }
}
