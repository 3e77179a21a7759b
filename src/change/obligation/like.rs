//! What a title leaves open, in whatever year and whoever's it is. In: a title, the kind that was told of it. Out: whether
//! it may be a report of the kind in question after all.
//!
//! Every title of a site is asked about, and nearly all are about something else: what fails for most comes first.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::Obligation;
use crate::change::fingerprint::bare;
use crate::change::paper_title::paper;
use crate::change::report_kind::Kind;
use crate::change::year;
use crate::page::pattern;

/// Titles that do not say what they are, or are cut short: any annual paper may stand behind them until it is read.
static VAGUE: LazyLock<Regex> = LazyLock::new(|| pattern("报告|报表|年报|总结|附件|…|[.]{3}|^.{0,7}$"));

/// Titles that are cut short: what they are about stands in their texts.
static CUT: LazyLock<Regex> = LazyLock::new(|| pattern("(?:…|[.]{3}|⋯)$"));

/// Where the words of a link are cut that are those of such a report: behind its matter, or within what it is called.
static CUT_SHORT: LazyLock<Regex> = LazyLock::new(|| {
    pattern("^(.*(?:法[治制]|政府|建设?|行政|信息|公开?|网站|新媒体|工作?|推进|情况?|的|年度?报?))(?:…|[.]{3}|⋯)+$")
});

/// Titles that name no matter: what such a paper reports on, its text says (关于2025年工作情况的报告).
static GENERAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        "^(?:关于)?(?:.{0,14}(?:[省市县区旗州盟镇乡府局委厅办室队院处会部]|中心|街道))?(?:关于)?(?:报送)?(?:(?:19|20)[0-9]{2}年?度?)?",
        "(?:年度|全年)?(?:有关|相关|重点)?(?:工作|履职)?(?:开展|完成)?(?:的?情况)?的?(?:报告|总结|年报|汇报|情况)(?:[(].{0,20}[)])?$|^.{0,7}$",
    ))
});

/// A paper that asks others for reports: the files with it are blank forms, or examples.
static CALL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        "(?:做好|报送|上报|呈报|填报|催报|编制|编写|编报|撰写|起草|征集|申报|提交|督促|规范).{0,60}",
        "(?:通知|通报|函|方案|要求|说明|须知|办法|指南|意见|公告)(?:[(].{0,40}[)])?$|模[板版]|样[本例表式]|范[本文]|提纲|格式要求"
    ))
});

/// How the titles of papers end that are no report, whatever they say: of a scan its title is all that is known.
static OTHER_PAPER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        "(?:通知|通告|公告|公示|通报|批复|答复|决定|决议|意见|建议|办法|规定|细则|条例|方案|预案|规划|计划|要点|清单|目录|名单|",
        "解读|简报|纪要|函|令|合同|申请表|登记表|证书|通知书|裁决书|决定书|意见书|公告书)(?:[(].{0,20}[)])?$"
    ))
});

/// By what a title is told that is like those of a kind.
#[derive(Debug, Clone, Copy)]
pub struct Like<'l> {
    /// The rule, which knows titles that are near.
    pub obligation: &'l Obligation,
    /// How a report of the kind is told.
    pub kind: &'l Kind,
}

impl Like<'_> {
    /// Lines of a text in which its title stands: a letterhead, a number and a date may go before it.
    const LINES: usize = 8;
    /// Characters of the longest title that is looked for; what is longer is the text.
    const LONGEST: usize = 40;

    /// Whether a title of another kind, or of none, may be it in any year, as far as it and the kind tell.
    pub fn may_be(self, title: &str, kind: Option<&str>, is_unread: bool) -> bool {
        let title = bare(title);
        (is_unread && kind.is_none() && self.may_turn_out(&title)) || self.is_like(&title, kind)
    }

    /// Whether the words of a link that is no row may be those of the report of a year: they name one, and where they are
    /// cut what is left of them fits. Without a year they are those of a column.
    pub fn may_stand_outside(self, words: &str) -> bool {
        let names_year = year::of(words).is_some_and(|year| year >= self.obligation.first_year);
        names_year && {
            let words = bare(words);
            let whole =
                CUT_SHORT.captures(&words).map(|cut| ["年度报告", "年度报表"].map(|end| format!("{}{end}", &cut[1])));
            self.is_like(&words, None) || whole.iter().flatten().any(|whole| self.is_like(whole, None))
        }
    }

    /// Whether a title leaves it to its text what it is about: it says nothing, or is cut short.
    pub fn is_general(self, title: &str, kind: Option<&str>) -> bool {
        let title = bare(title);
        kind.is_none() && (GENERAL.is_match(&title) || CUT.is_match(&title))
    }

    /// Whether words say of no matter that they are about it: 2025年, 2025年年度报告.
    pub(super) fn names_no_matter(words: &str) -> bool {
        GENERAL.is_match(&bare(words))
    }

    /// Whether a title may be it whose page nobody could read: it is near, or leaves it to its text what it is about.
    pub fn may_be_by_row(self, title: &str, kind: Option<&str>) -> bool {
        kind.is_none() && (self.is_general(title, kind) || self.is_near(&bare(title)))
    }

    /// Whether a title asks others for such reports: a file that stands with it is none, whatever it is called.
    pub fn is_call(self, title: &str) -> bool {
        let title = bare(title);
        CALL.is_match(&title) && !self.kind.is_bare_titled(&title)
    }

    /// Whether a title is in its own words one of the kind, or says nothing but that it is a report: so much it must say
    /// where only its listing tells the kind.
    pub(super) fn may_stand_there(self, bare_title: &str) -> bool {
        self.kind.is_bare_titled(bare_title) || self.is_near(bare_title) || GENERAL.is_match(bare_title)
    }

    /// The lines at the head of a text, and the clause in it, that are like titles of the kind: they say whose it is.
    pub(super) fn titles_in(self, text: &str) -> impl Iterator<Item = String> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(Self::LINES);
        let titles = lines.filter(move |line| line.chars().count() <= Self::LONGEST && self.is_like(&bare(line), None));
        titles.map(str::to_owned).chain(self.said_in(text))
    }

    /// What a text calls itself in its first lines, where that may be it: a link may say 点击下载 only.
    pub fn named_in(self, text: &str) -> Option<String> {
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(Self::LINES).collect();
        // A long title is broken into two lines, the first of which mostly says whose it is.
        let to_here =
            |at: usize| [at.checked_sub(1).map(|before| lines[before..=at].concat()), Some(lines[at].to_owned())];
        let mut titles = (0..lines.len()).flat_map(to_here).flatten();
        titles.find(|title| title.chars().count() <= Self::LONGEST && self.is_like(&bare(title), None))
    }

    /// The clause in which a text says what it reports on, where that may be it: 现将2025年法治政府建设情况报告如下; or the two in
    /// which it does: 扎实推进法治政府建设，现将有关情况报告如下.
    pub fn said_in(self, head: &str) -> Option<String> {
        let clauses: Vec<&str> = head.split(['。', '，', ',', '；', '：', ':', '\n']).map(str::trim).collect();
        let is_said = |clause: &str| {
            let clause = bare(clause);
            !clause.is_empty() && !GENERAL.is_match(&clause) && self.is_near(&clause)
        };
        let said = clauses.iter().find(|clause| is_said(clause)).map(|clause| (*clause).to_owned());
        let in_two = || {
            let mut two = clauses.windows(2).filter(|two| two[1].ends_with("报告如下")).map(|two| two.join("，"));
            two.find(|two| is_said(two))
        };
        said.or_else(in_two)
    }

    /// Whether a title of no kind leaves it open that a paper that nobody can read is it: it says nothing, or names a year.
    pub fn may_be_mute(self, title: &str, kind: Option<&str>) -> bool {
        kind.is_none() && (year::of(title).is_some() || VAGUE.is_match(&bare(title)))
    }

    /// Whether a paper that nobody can read may be it where it stands among such reports.
    pub(super) fn may_be_beside(self, bare_title: &str) -> bool {
        let is_far = self.obligation.far.iter().any(|pattern| pattern.is_match(bare_title));
        !is_far && !OTHER_PAPER.is_match(bare_title)
    }

    /// Whether what nobody read yet may turn out to be it.
    pub(super) fn may_turn_out(self, bare_title: &str) -> bool {
        VAGUE.is_match(bare_title) || self.is_near(bare_title)
    }

    /// Whether a title of another kind, or of none, is one that such a report could bear.
    pub(super) fn is_like(self, bare_title: &str, kind: Option<&str>) -> bool {
        // 年度报告公示 is no kind's title, and is often the report itself.
        let mut titled = Cow::Borrowed(bare_title);
        for word in ["公示", "公告"] {
            if titled.contains(word) {
                titled = Cow::Owned(titled.replace(word, ""));
            }
        }
        // A listing may say that all it holds is of another kind; a paper that names a year of its own may stand there
        // none the less.
        let is_open = kind.is_none() || year::of(&titled).is_some();
        self.kind.is_bare_titled(&titled) || (is_open && self.is_near(&titled))
    }

    /// Whether a title is near and not far. What is far in an annex, an occasion, the name of the office or of another paper
    /// says nothing of a report that is named in full.
    fn is_near(self, bare_title: &str) -> bool {
        let Obligation { near, far, .. } = self.obligation;
        let fits = |patterns: &[Regex], title: &str| patterns.iter().any(|pattern| pattern.is_match(title));
        let is_near = |title: &str| fits(near, title) && !fits(far, title);
        is_near(bare_title) || (bare_title.contains('报') && is_near(&paper(bare_title).title))
    }
}
