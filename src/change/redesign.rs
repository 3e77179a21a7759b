//! Redesigns: edits that are the portal's, not the reports'.
//!
//! In: what one poll edited, and how many reports it read; how many rows left a column. Out: the reports to fold into one
//! event for the operator.
//! Never: a report that also has an edit of its own, or one whose validity was stated anew.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::model::{Document, FieldName, Hash, Hunk, HunkKind, Piece, ReportId, Tag};

use super::diff::{self, Diff};
use super::fields::FieldChange;
use super::fingerprint::{self, bare};
use super::said;
use crate::page::{pattern, validity};

/// Fewest reports of a redesign: three messages are no flood, and three officials do make the same correction.
pub const LEAST_REPORTS: usize = 4;

/// A redesign touches more than one in so many of the reports read: most of them.
const ONE_IN: usize = 2;

/// A column was split or cleared where more than one in so many of its reports left it at once.
const LEFT_ONE_IN: usize = 3;

/// Sentences of the portal's that count its visitors, or say how it is reached.
static OF_PORTAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern("浏览|点击|阅读|访问|下载|转发|点赞|评论|次数|人次|第[0-9]+位|电话|传真|热线|邮编|备案|ICP|版权|地址")
});

/// An edited report of a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The report.
    pub report: ReportId,
    /// In what ways it changed.
    pub ways: Ways,
}

/// In what ways a report changed: one hash for each piece put in or taken out.
///
/// Empty: the report is told on its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ways(BTreeSet<Hash>);

impl Ways {
    /// The ways from the old revision to the new one.
    ///
    /// Where another text stands under another title, the one way is the text that went: a portal may have shown one notice
    /// in the place of all. A page whose title stayed had a text that was still to come.
    pub fn of(old: &Document, new: &Document) -> Self {
        let diff = diff::hunks(old, new);
        let ways = Self::of_diff(&diff);
        let has_other_title = diff.fields.iter().any(|change| change.field == FieldName::Title);
        if ways.is_empty() || !has_other_title || !said::is_other_text(old, new) {
            return ways;
        }
        Self([Hash::of(format!("text {}", fingerprint::body(&old.blocks)).as_bytes())].into())
    }

    /// The ways of a diff at hand.
    fn of_diff(diff: &Diff) -> Self {
        // A bureau may well void most of its rules on one day, and that is what people wait for.
        let is_stated = |change: &FieldChange| match (change.field, &change.old, &change.new) {
            (FieldName::Validity, Some(_), Some(_)) => true,
            (FieldName::Validity, None, Some(new)) => validity::is_void(new),
            (FieldName::Title, old, Some(new)) => {
                let is_marked = |title: &str| validity::of_title(title).is_some();
                is_marked(new) && !old.as_deref().is_some_and(is_marked)
            }
            _ => false,
        };
        if diff.fields.iter().any(is_stated) {
            return Self::default();
        }
        let fields = diff.fields.iter().flat_map(field_ways);
        let Some(hunks) = diff.hunks.iter().map(hunk_ways).collect::<Option<Vec<_>>>() else { return Self::default() };
        let ways = fields.chain(hunks.into_iter().flatten());
        Self(ways.map(|way| Hash::of(way.as_bytes())).collect())
    }

    /// Whether there are none: then nothing can be common.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a report that changed in these ways changed only as a redesign changed the others.
    pub fn are_of(&self, redesign: &Self) -> bool {
        !self.is_empty() && self.0.is_subset(&redesign.0)
    }
}

/// Edits that are one redesign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// The reports; empty: there is no redesign.
    pub reports: BTreeSet<ReportId>,
    /// In what ways it changed them.
    pub ways: Ways,
}

/// Known reports read in a poll from which on no others need be: they tell by themselves whether most of a site changed.
pub const ENOUGH_READ: usize = LEAST_REPORTS * ONE_IN;

/// Whether so few edits may be the beginning of a redesign: most of what was read again changed, and nobody knows of the
/// rest of the site.
pub fn may_have_begun(edits: &[Edit], n_read_again: usize) -> bool {
    let n = edits.iter().filter(|edit| !edit.ways.is_empty()).count();
    n > 0 && n * ONE_IN > n_read_again && n_read_again < ENOUGH_READ
}

/// The reports to fold.
///
/// They changed only in ways in which most of the reports read changed. `n_read_again` counts every known report that
/// the poll read, edited or not: what a report says that was not known before tells nothing of a redesign.
pub fn folded(edits: &[Edit], n_read_again: usize) -> Folded {
    let is_most = |n: usize| n >= LEAST_REPORTS && n * ONE_IN > n_read_again;
    let mut counts: HashMap<Hash, usize> = HashMap::new();
    for way in edits.iter().flat_map(|edit| &edit.ways.0) {
        *counts.entry(*way).or_default() += 1;
    }
    let is_common = |ways: &Ways| !ways.0.is_empty() && ways.0.iter().all(|way| is_most(counts[way]));
    let common: Vec<&Edit> = edits.iter().filter(|edit| is_common(&edit.ways)).collect();
    if !is_most(common.len()) {
        return Folded::default();
    }
    let ways = common.iter().flat_map(|edit| edit.ways.0.iter().copied()).collect();
    Folded { reports: common.iter().map(|edit| edit.report).collect(), ways: Ways(ways) }
}

/// Whether so many reports left their column together, without a word that they are gone, and not each for itself: a good
/// part of what stood there. `n_staying` rows are left.
pub fn left_together(n_left: usize, n_staying: usize) -> bool {
    n_left >= LEAST_REPORTS && n_left * LEFT_ONE_IN > n_left + n_staying
}

/// A field that came or went is one way, whatever it says, but for the validity: a new template that shows it everywhere
/// must not hide the one report that is void. A field that says something else changed in these pieces.
fn field_ways(change: &FieldChange) -> Vec<String> {
    let field = change.field;
    match (&change.old, &change.new) {
        (Some(said), None) if field == FieldName::Validity => vec![format!("{field} - {}", bare(said))],
        (None, Some(said)) if field == FieldName::Validity => vec![format!("{field} + {}", bare(said))],
        (Some(_), None) => vec![format!("{field} -")],
        (None, Some(_)) => vec![format!("{field} +")],
        (Some(old), Some(new)) if masked(old) == masked(new) => vec![format!("{field} {}", masked(new))],
        (old, new) => {
            let pieces = diff::pieces(old.as_deref().unwrap_or_default(), new.as_deref().unwrap_or_default());
            piece_ways(&pieces, bare).map(|way| format!("{field} {way}")).collect()
        }
    }
}

/// The old and the new text of a hunk.
fn sides(hunk: &Hunk) -> (String, String) {
    let side = |left_out: Tag| {
        let kept = hunk.pieces.iter().filter(|piece| piece.tag != left_out);
        kept.map(|piece| piece.text.as_str()).collect()
    };
    (side(Tag::Insert), side(Tag::Delete))
}

fn is_sentence(text: &str) -> bool {
    text.contains(['。', '；', ';', '，'])
}

/// Whole lines count without their figures (浏览次数:12), edits inside a line with them: figures are what reports are
/// about. A line that differs only in its figures, and a sentence with other words in it, count whole: they are common only
/// where all reports have this very line, as what a template puts around them. `None`: no template does this; a sentence
/// ends a rule, or has other figures and neither counts visitors nor gives an address.
fn hunk_ways(hunk: &Hunk) -> Option<Vec<String>> {
    let (old, new) = sides(hunk);
    if said::ends_a_rule(&new) && !said::ends_a_rule(&old) {
        return None;
    }
    if hunk.kind != HunkKind::Replaced {
        return Some(piece_ways(&hunk.pieces, masked).collect());
    }
    let (is_sentence, shown) = (is_sentence(&old) && is_sentence(&new), [masked(&old), masked(&new)]);
    if shown[0] == shown[1] {
        let is_own = is_sentence && !OF_PORTAL.is_match(&bare(&new));
        return (!is_own).then(|| vec![format!("= {}", shown[1])]);
    }
    let changed = hunk.pieces.iter().filter(|piece| piece.tag != Tag::Equal);
    let has_words = changed.map(|piece| bare(&piece.text)).any(|text| text.chars().any(char::is_alphanumeric));
    if has_words && is_sentence {
        return Some(vec![format!("= {} > {}", shown[0], shown[1])]);
    }
    Some(piece_ways(&hunk.pieces, bare).collect())
}

fn piece_ways(pieces: &[Piece], said: fn(&str) -> String) -> impl Iterator<Item = String> {
    pieces.iter().filter(|piece| piece.tag != Tag::Equal).flat_map(move |piece| {
        let sign = if piece.tag == Tag::Delete { '-' } else { '+' };
        let lines = piece.text.lines().map(said).filter(|line| !line.is_empty());
        lines.map(|line| format!("{sign} {line}")).collect::<Vec<_>>()
    })
}

/// The text with every figure as one sign.
fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    for c in bare(text).chars() {
        match c.is_ascii_digit() {
            true if masked.ends_with('#') => {}
            true => masked.push('#'),
            false => masked.push(c),
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::sample::{document, paragraphs};

    fn edits(pairs: &[(Document, Document)]) -> Vec<Edit> {
        let edit = |(report, (old, new)): (i64, &(Document, Document))| Edit {
            report: ReportId(report),
            ways: Ways::of(old, new),
        };
        (1..).zip(pairs).map(edit).collect()
    }

    fn report(n: usize, added: &str) -> (Document, Document) {
        let text = format!("第{n}局共办理{n}5件。");
        (paragraphs(&[&text]), paragraphs(&[&text, added]))
    }

    #[test]
    fn the_same_line_in_most_reports_is_one_redesign() {
        let pairs: Vec<_> = (1..=5).map(|n| report(n, &format!("浏览次数:{n}3"))).collect();
        assert_eq!(folded(&edits(&pairs), 8).reports.len(), 5);
        assert_eq!(folded(&edits(&pairs), 10).reports.len(), 0, "half is not most");
        assert_eq!(folded(&edits(&pairs[..3]), 3).reports.len(), 0, "three are no flood");
    }

    #[test]
    fn a_third_of_a_column_leaves_it_together_or_each_row_for_itself() {
        assert!(left_together(4, 7) && left_together(40, 60));
        assert!(!left_together(4, 8), "a third is not more");
        assert!(!left_together(3, 0), "three are no flood");
    }

    #[test]
    fn a_report_with_an_edit_of_its_own_is_told() {
        let mut pairs: Vec<_> = (1..=6).map(|n| report(n, "打印本页")).collect();
        pairs[2].1.blocks[0].text = "第3局共办理36件。".into();
        let folded = folded(&edits(&pairs), 6);
        assert_eq!(folded.reports.len(), 5);
        assert!(!folded.reports.contains(&ReportId(3)));
    }

    #[test]
    fn few_edits_may_begin_a_redesign_where_little_else_was_read() {
        let one = edits(&[report(1, "打印本页")]);
        assert!(may_have_begun(&one, 1));
        assert!(!may_have_begun(&one, 2), "the other one stayed as it was");
        assert!(!may_have_begun(&[], 0));
        let many: Vec<_> = (1..=8).map(|n| report(n, "打印本页")).collect();
        assert!(!may_have_begun(&edits(&many), 8), "enough is known");
    }

    #[test]
    fn texts_in_whose_place_one_notice_stood_are_folded_and_other_texts_are_told() {
        let titled = |title: &str, text: &str| Document { title: Some(title.to_owned()), ..paragraphs(&[text]) };
        let text = |n: char| titled(&format!("{n}局通知"), &format!("{n}局全年开展执法检查，办理{n}字号案件。"));
        let notice = |_| titled("公告", "本站正在升级改造，内容迁移期间暂停浏览。");
        let back: Vec<_> = "甲乙丙丁戊".chars().map(|n| (notice(n), text(n))).collect();
        assert_eq!(folded(&edits(&back), 5).reports.len(), 5);
        let filled: Vec<_> = "甲乙丙丁戊"
            .chars()
            .map(|n| (titled(&format!("{n}局通知"), "内容正在更新中，敬请期待。"), text(n)))
            .collect();
        assert_eq!(folded(&edits(&filled), 5).reports.len(), 0, "what was to come has come");
        let replaced: Vec<_> =
            "甲乙丙丁戊".chars().map(|n| (text(n), paragraphs(&[&format!("{n}镇公示名单如下：无。")]))).collect();
        assert_eq!(folded(&edits(&replaced), 5).reports.len(), 0);
    }

    #[test]
    fn a_report_that_is_read_later_changed_as_the_others_or_on_its_own() {
        let pairs: Vec<_> = (1..=5).map(|n| report(n, &format!("浏览次数:{n}3"))).collect();
        let ways = folded(&edits(&pairs), 5).ways;
        let of = |(old, new): (Document, Document)| Ways::of(&old, &new);
        assert!(of(report(6, "浏览次数:12")).are_of(&ways));
        assert!(!of(report(6, "特此更正")).are_of(&ways));
        assert!(!Ways::default().are_of(&ways), "what cannot be compared is told");
    }

    #[test]
    fn figures_corrected_in_most_reports_are_told() {
        let line = |place: char, count: u32| paragraphs(&[&format!("{place}县共办理{count}件,比重高。")]);
        let pairs: Vec<_> = "甲乙丙丁戊己".chars().map(|place| (line(place, 15), line(place, 9))).collect();
        assert_eq!(folded(&edits(&pairs), 6).reports.len(), 0);
    }

    #[test]
    fn what_a_bureau_does_to_all_its_rules_on_one_day_is_told() {
        let rule = |n: char, edit: fn(&str) -> String| {
            let texts = [
                format!("{n}类办法"),
                "各有关单位：".to_owned(),
                format!("{n}类行为处以罚款，具体由教育局执行。"),
                "逾期不缴的，依法申请强制执行。".to_owned(),
                "本办法自印发之日起施行，有效期5年。".to_owned(),
            ];
            let texts: Vec<String> = texts.iter().map(|text| edit(text)).collect();
            let texts: Vec<&str> = texts.iter().flat_map(|text| text.lines()).collect();
            Document { title: Some(edit(&format!("关于{n}类的通知"))), ..paragraphs(&texts) }
        };
        let same: fn(&str) -> String = str::to_owned;
        let edited = |edit: fn(&str) -> String| {
            let pairs: Vec<_> = "甲乙丙丁戊己".chars().map(|n| (rule(n, same), rule(n, edit))).collect();
            folded(&edits(&pairs), 6).reports.len()
        };
        assert_eq!(edited(|text| text.replace("有效期5年", "有效期3年")), 0, "figures");
        assert_eq!(edited(|text| text.replace("罚款", "行政罚款").replace("教育局", "教育体育局")), 0, "words");
        assert_eq!(edited(|text| text.replace("各有关", "（本文件自2026年12月1日起废止）\n各有关")), 0, "a line");
        assert_eq!(edited(|text| text.replace("有效期5年。", "有效期5年。\n本文件自2026年12月1日起停止执行。")), 0);
        assert_eq!(edited(|text| text.replace("各有关", "本文件已于2026年12月1日废止\n各有关")), 0, "a line of state");
        assert_eq!(edited(|text| text.replace("关于", "【已废止】关于")), 0, "the title");
        for state in ["失效", "宣布失效", "部分失效", "本文件已于2026年12月1日废止"] {
            let void = |n| Document { validity: Some(state.to_owned()), ..rule(n, same) };
            let pairs: Vec<_> = "甲乙丙丁戊己".chars().map(|n| (rule(n, same), void(n))).collect();
            assert_eq!(folded(&edits(&pairs), 6).reports.len(), 0, "{state}");
        }
        assert_eq!(edited(|text| text.replace("有效期5年。", "有效期5年。\n扫一扫，在手机上打开。")), 6);
        assert_eq!(edited(|text| text.replace("关于", "兴县政府网：关于")), 6);
    }

    #[test]
    fn what_a_portal_says_in_sentences_around_every_text_is_folded() {
        let page = |n: char, said: &str| {
            let own = format!("{n}局全年办理行政复议案件，依法审结。");
            let texts: Vec<&str> = [&own, "特此报告。", said, "本网站由县政府主办。", "县大数据局承办。"].into();
            paragraphs(&texts)
        };
        for (old, new) in [
            ("本文已有21人阅读，欢迎转发本页。", "本文已有345人阅读，欢迎转发本页。"),
            ("版权所有，未经许可不得转载。", "版权所有，未经书面授权不得转载。"),
            (
                "更多信息请登录www.xingxian.gov.cn，或到窗口咨询。",
                "更多信息请登录www.sxxingxian.gov.cn，或到窗口咨询。",
            ),
            ("联系电话：0358-1234567，欢迎来电。", "联系电话：0358-7654321，欢迎来电。"),
        ] {
            let pairs: Vec<_> = "甲乙丙丁戊己".chars().map(|n| (page(n, old), page(n, new))).collect();
            assert_eq!(folded(&edits(&pairs), 6).reports.len(), 6, "{new}");
        }
    }

    #[test]
    fn a_counter_line_that_all_reports_have_is_folded() {
        let line = |n: usize, count: usize| paragraphs(&[&format!("正文{n}甲"), &format!("点击量:{count}")]);
        let pairs: Vec<_> = (1..=5).map(|n| (line(n, n), line(n, n * 17))).collect();
        assert_eq!(folded(&edits(&pairs), 5).reports.len(), 5);
    }

    #[test]
    fn a_suffix_on_every_title_and_a_field_that_is_gone_are_ways() {
        let titled =
            |n: usize, suffix: &str| Document { title: Some(format!("第{n}号通知{suffix}")), ..document() };
        let pairs: Vec<_> = (1..=4).map(|n| (titled(n, ""), Document { source: None, ..titled(n, "_兴县") })).collect();
        assert_eq!(folded(&edits(&pairs), 4).reports.len(), 4);
    }

    #[test]
    fn rules_voided_on_one_day_are_told_one_by_one() {
        let void = || Document { validity: Some("失效".into()), ..document() };
        let pairs: Vec<_> = (1..=9).map(|_| (document(), void())).collect();
        assert_eq!(folded(&edits(&pairs), 9).reports.len(), 0);
    }

    #[test]
    fn a_template_that_shows_the_validity_hides_no_report_that_is_void() {
        let shown = |validity: Option<&str>| Document { validity: validity.map(str::to_owned), ..document() };
        let mut pairs: Vec<_> = (1..=9).map(|_| (shown(None), shown(Some("有效")))).collect();
        pairs[3].1 = shown(Some("失效"));
        let folded = folded(&edits(&pairs), 9);
        assert_eq!(folded.reports.len(), 8);
        assert!(!folded.reports.contains(&ReportId(4)));
        assert!(Ways::of(&shown(None), &shown(Some("有效"))).are_of(&folded.ways));
        assert!(!Ways::of(&shown(None), &shown(Some("失效"))).are_of(&folded.ways), "read later, it is told");
    }
}
