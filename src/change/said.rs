//! What is said in the place of a report: whether another text stands there than stood there before.
//!
//! In: two Documents. Out: a word on them. Never: a judgement on what a portal meant by it; what others of its site say
//! decides ([`crate::model::Doubt::TextOfOthers`]).

use std::collections::HashSet;

use crate::model::Document;

use super::fingerprint;

/// Characters in a run: two texts about different matters share one run in fifty.
const RUN: usize = 4;

/// Hundredths of the runs of the new text that stood in the old one, below which it is another text: a report that was
/// revised from its first line to its last keeps more.
const OTHER_BELOW: usize = 25;

/// Whether another text stands where this one stood, and none that was made of it.
pub fn is_other_text(old: &Document, new: &Document) -> bool {
    let (old, new) = (runs(old), runs(new));
    let n_same = new.intersection(&old).count();
    !old.is_empty() && !new.is_empty() && n_same * 100 < new.len() * OTHER_BELOW
}

/// Whether a text says of a rule that it is not in force any more: a bureau voids many on one day, and says so on each in
/// the same words.
pub fn is_end_of_rule(document: &Document) -> bool {
    /// A text that says nothing else is short.
    const MOST_CHARS: usize = 100;
    const WORDS: [&str; 7] = ["废止", "失效", "作废", "无效", "撤销", "停止执行", "不再执行"];
    let text = document.text();
    document.n_chars() <= MOST_CHARS && WORDS.iter().any(|word| text.contains(word))
}

/// The runs of a body.
fn runs(document: &Document) -> HashSet<[char; RUN]> {
    let body = fingerprint::body(&document.blocks);
    let chars: Vec<char> = body.chars().filter(|c| !c.is_whitespace()).collect();
    chars.array_windows().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::sample::paragraphs;

    const NOTICE: &str = "本站正在升级改造，内容迁移期间暂停浏览，敬请谅解。";

    fn text() -> Document {
        paragraphs(&[
            "全年共办理行政复议案件15件，同比下降3%。",
            "开展法治宣传教育活动，推进依法行政。",
            "兴县人民政府",
        ])
    }

    #[test]
    fn a_notice_is_another_text_and_a_revised_report_is_none() {
        assert!(is_other_text(&text(), &paragraphs(&[NOTICE])));
        assert!(is_other_text(&paragraphs(&[NOTICE]), &text()));
        let revised = paragraphs(&["全年共办理行政复议案件12件，同比下降9%。", "兴县司法局"]);
        assert!(!is_other_text(&text(), &revised));
        assert!(!is_other_text(&text(), &text()));
    }

    #[test]
    fn where_nothing_was_said_or_is_said_there_is_no_other_text() {
        assert!(!is_other_text(&paragraphs(&[]), &text()));
        assert!(!is_other_text(&text(), &paragraphs(&["失效"])), "it has no run");
    }

    #[test]
    fn a_short_text_that_voids_a_rule_is_known_and_a_report_of_voided_rules_is_none() {
        assert!(is_end_of_rule(&paragraphs(&["本文件已废止。"])));
        assert!(!is_end_of_rule(&paragraphs(&[NOTICE])));
        assert!(!is_end_of_rule(&paragraphs(&[&"废止文件目录。".repeat(20)])));
    }
}
