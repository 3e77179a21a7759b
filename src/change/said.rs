//! What is said in the place of a report: whether another text stands there than stood there before.
//!
//! In: two Documents. Out: a word on them. Never: a judgement on what a portal meant by it; what others of its site say
//! decides ([`crate::model::Doubt::TextOfOthers`]).

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Document, Hash};
use crate::page::{pattern, validity};

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

/// Hundredths of the runs of the shorter of two titles that stand in the other one, below which they name two papers.
const OTHER_TITLE_BELOW: usize = 50;

/// Whether a page bears the title that its row promised, whole, though the row may have cut it.
pub fn is_as_promised(promised: &str, found: &str) -> bool {
    /// Characters of a title that tell it from a word of the portal's.
    const FEWEST: usize = 4;
    let promised = fingerprint::bare(promised);
    let promised = promised.trim_end_matches(CUT);
    promised.chars().count() >= FEWEST && fingerprint::bare(found).contains(promised)
}

/// How rows mark a title that they cut.
const CUT: [char; 3] = ['…', '.', '⋯'];

/// Whether a page bears another title than its row promised, and not the same one cut, or with something before or behind
/// it.
pub fn is_other_title(promised: &str, found: &str) -> bool {
    let (promised, found) = (fingerprint::bare(promised), fingerprint::bare(found));
    let promised = promised.trim_end_matches(CUT);
    if promised.is_empty() || found.is_empty() || found.contains(promised) || promised.contains(found.as_str()) {
        return false;
    }
    let pairs = |title: &str| -> HashSet<[char; 2]> {
        let chars: Vec<char> = title.chars().collect();
        chars.array_windows().copied().collect()
    };
    let (promised, found) = (pairs(promised), pairs(&found));
    let n_same = promised.intersection(&found).count();
    n_same * 100 < promised.len().min(found.len()) * OTHER_TITLE_BELOW
}

/// What a text says beside its own titles and figures: the same for all pages of a portal that show one notice, though it
/// names each of them, or counts.
pub fn form(document: &Document, titles: &[String]) -> Hash {
    let mut body = fingerprint::bare(&fingerprint::body(&document.blocks));
    for title in document.title.iter().map(String::as_str).chain(titles.iter().map(String::as_str)) {
        let title = fingerprint::bare(title);
        if !title.is_empty() {
            body = body.replace(&title, "");
        }
    }
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let mut form = String::with_capacity(body.len());
    let mut rest = body.as_str();
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| is_word(c) != is_word(first)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        // Dates, numbers of requests, addresses of machines: all that has a figure in it.
        form.push_str(if run.contains(|c: char| c.is_ascii_digit()) { "#" } else { run });
        rest = behind;
    }
    Hash::of(form.as_bytes())
}

/// Fewest reports that show one text in the place of theirs for it to be the portal's doing.
pub const LEAST_OF_ONE_TEXT: usize = 3;

/// The same of reports that lead nowhere: a bureau does take several back.
const LEAST_DEAD: usize = 5;

/// So many of them stand against one that is well.
const DEAD_TO_WELL: usize = 3;

/// Whether it is the portal's doing that so many reports show one text in the place of theirs; so many were well since.
pub fn is_text_of_portal(n: usize, n_well: usize) -> bool {
    n >= LEAST_OF_ONE_TEXT && n > n_well
}

/// Whether it is the portal's doing that so many reports lead nowhere though they are listed; so many were well since.
pub fn are_dead_by_portal(n: usize, n_well: usize) -> bool {
    n >= LEAST_DEAD && n > n_well * DEAD_TO_WELL
}

/// What is said of a rule, or of a paper by its title or number, that is not in force any more.
static END: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        "(?:文件|规定|办法|通知|细则|方案|意见|条例|决定|政策|公告|通告|制度|规则|标准|预案|规范|公示|批复|》|号)[^。；]{0,40}",
        "(?:废止|失效|作废|无效|撤销|停止执行|不再执行|停止施行|不再施行)",
    );
    pattern(written)
});

/// What may be invalid that is no rule.
static NO_RULE: LazyLock<Regex> =
    LazyLock::new(|| pattern("链接|页面|网页|登录|会话|账号|验证码|转载|网站|浏览器|访问|升级|维护"));

/// Whether a text says of a rule that it is not in force any more: a bureau voids many on one day, and says so on each in
/// the same words.
pub fn is_end_of_rule(document: &Document) -> bool {
    /// A text that says nothing else is short: a sentence, or the decision.
    const MOST_CHARS: usize = 300;
    if document.n_chars() > MOST_CHARS {
        return false;
    }
    ends_a_rule(&document.text())
}

/// Whether something is said of a rule or a paper: that it is not in force any more.
pub fn ends_a_rule(text: &str) -> bool {
    let is_stated = text.lines().any(|line| validity::of_line(line).is_some_and(|state| validity::is_void(&state)));
    let text = fingerprint::bare(text);
    is_stated || (END.is_match(&text) && !NO_RULE.is_match(&text))
}

/// Whether a text is too little to be known by: what it says stands in its files and pictures.
pub fn is_stock(document: &Document) -> bool {
    /// 详见附件, a caption.
    const MOST_CHARS: usize = 50;
    let has_more = document.has_images() || !document.attachments.is_empty();
    document.n_chars() == 0 || (has_more && document.n_chars() <= MOST_CHARS)
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
    use crate::change::sample::{attachment, paragraphs};

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
    fn a_title_that_is_cut_or_written_otherwise_is_the_one_that_was_promised() {
        let promised = "关于印发兴县2026年法治政府建设工作要点的通知";
        for found in [
            promised,
            "兴县人民政府关于印发兴县2026年法治政府建设工作要点的通知",
            "兴县2026年法治政府建设工作要点",
            "关于印发《兴县2026年法治政府建设工作要点》的通知（兴政发〔2026〕3号）",
        ] {
            assert!(!is_other_title(promised, found), "{found}");
        }
        assert!(!is_other_title("关于印发兴县2026年…", promised) && !is_other_title("", promised));
        assert!(is_as_promised("关于印发兴县2026年…", &format!("兴县{promised}")));
        assert!(!is_as_promised("高清监控系统维护项目中标公告", "系统维护") && !is_as_promised("公告", "系统维护公告"));
        for found in ["网站升级改造公告", "关于春节放假安排的通知"] {
            assert!(is_other_title(promised, found), "{found}");
        }
    }

    #[test]
    fn a_notice_has_one_form_though_it_names_each_report_and_counts() {
        let notice = |title: &str, n: &str| {
            let text = format!("《{title}》正在迁移，编号{n}，更新时间：2026-11-{n} 10:{n}，您是第{n}位访问者。");
            form(&Document { title: Some("公告".to_owned()), ..paragraphs(&[&text]) }, &[title.to_owned()])
        };
        assert_eq!(notice("关于春耕的通知", "3"), notice("关于防汛工作的意见", "17"));
        assert_eq!(notice("关于春耕的通知", "3"), notice("关于春耕的通知", "a7f09c"));
        assert_ne!(form(&text(), &[]), form(&paragraphs(&[NOTICE]), &[]));
    }

    #[test]
    fn what_stands_in_files_and_pictures_is_no_text_to_know_a_page_by() {
        let with_file =
            |texts: &[&str]| Document { attachments: vec![attachment("附件", "/1.pdf", None)], ..paragraphs(texts) };
        assert!(is_stock(&with_file(&[])) && is_stock(&with_file(&["详见附件。"])) && is_stock(&paragraphs(&[])));
        assert!(!is_stock(&paragraphs(&["系统维护中"])) && !is_stock(&with_file(&[NOTICE, NOTICE, NOTICE])));
    }

    #[test]
    fn where_nothing_was_said_or_is_said_there_is_no_other_text() {
        assert!(!is_other_text(&paragraphs(&[]), &text()));
        assert!(!is_other_text(&text(), &paragraphs(&["失效"])), "it has no run");
    }

    #[test]
    fn a_short_text_that_voids_a_rule_is_known_and_a_report_of_voided_rules_is_none() {
        for text in [
            "本文件已废止。",
            "《兴县临时救助办法》自2026年5月1日起失效。",
            "兴政发〔2019〕3号已停止执行。",
            "该公告撤销。",
        ] {
            assert!(is_end_of_rule(&paragraphs(&[text])), "{text}");
        }
        for text in [
            "因门户网站升级，原文章链接已失效，请从首页重新进入。",
            "登录已失效，请重新登录。",
            "关于放假的通知已发布。未经授权转载无效。",
            "定于周五召开会议。",
        ] {
            assert!(!is_end_of_rule(&paragraphs(&[text])), "{text}");
        }
        assert!(!is_end_of_rule(&paragraphs(&[NOTICE])));
        assert!(!is_end_of_rule(&paragraphs(&[&"废止文件目录。".repeat(60)])));
    }
}
