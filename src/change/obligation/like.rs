//! What a title leaves open, in whatever year and whoever's it is. In: a title, the kind that was told of it. Out: whether
//! it may be a report of the kind in question after all.
//!
//! Every title of a site is asked about, and nearly all are about something else: what fails for most comes first.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::Obligation;
use crate::change::fingerprint::bare;
use crate::change::report_kind::Kind;
use crate::change::year;

/// Titles that do not say what they are, or are cut short: any annual paper may stand behind them until it is read.
static VAGUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("报告|报表|年报|总结|附件|…|[.]{3}|^.{0,7}$").expect("invariant: the pattern is valid")
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
    /// Whether a title of another kind, or of none, may be it in any year, as far as it and the kind tell.
    pub fn may_be(self, title: &str, kind: Option<&str>, is_unread: bool) -> bool {
        let title = bare(title);
        (is_unread && kind.is_none() && self.may_turn_out(&title)) || self.is_like(&title, kind)
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

    fn is_near(self, bare_title: &str) -> bool {
        let Obligation { near, far, .. } = self.obligation;
        let fits = |patterns: &[Regex]| patterns.iter().any(|pattern| pattern.is_match(bare_title));
        fits(near) && !fits(far)
    }
}
