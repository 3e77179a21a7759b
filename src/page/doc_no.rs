//! 发文字号: the number a report carries itself, in one spelling.
//!
//! In: a value beside its label, or the lines at the head of a body. Out: `石柱府办发〔2024〕34号`. Never: a number
//! that the text cites.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Lines at the head of a body that may be its number; behind the salutation numbers are cited.
const HEAD_LINES: usize = 8;

/// A line longer than this is running text.
const LONGEST_HEAD_LINE: usize = 60;

/// Agency code, year in any bracket, serial.
const NUMBER: &str =
    r"([\p{Han}A-Za-z]{2,20}?)\s*[〔\[［(（【﹝]\s*((?:19|20)\d{2})\s*年?\s*[〕\]］)）】﹞]\s*第?\s*(\d{1,6})\s*号";

fn pattern(written: &str) -> Regex {
    Regex::new(written).expect("invariant: the pattern is valid")
}

static ANYWHERE: LazyLock<Regex> = LazyLock::new(|| pattern(NUMBER));
static ALONE: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"^\s*[（(]?\s*{NUMBER}\s*[）)]?\s*(?:签发人\s*[：:]?.{{0,12}})?$")));
static IN_TITLE: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"[（(]\s*{NUMBER}\s*[）)]\s*$")));
/// `某市人民政府令第179号`, `国家税务总局公告2023年第5号`.
static ORDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[（(]?([\p{Han}\s]{2,40}(?:令|公告|通告))\s*[（(]?((?:20\d{2}\s*年\s*)?第\s*[\d一二三四五六七八九十〇零百]{1,6}\s*号)[）)]?$",
    )
});
static ORDER_ISSUER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[\p{Han}\s]{2,40}(?:令|公告|通告)$"));
static ORDER_SERIAL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[（(]?((?:20\d{2}\s*年\s*)?第\s*[\d一二三四五六七八九十〇零百]{1,6}\s*号)[）)]?$"));

fn spelled(found: &Captures<'_>) -> String {
    let serial = found[3].trim_start_matches('0');
    format!("{}〔{}〕{}号", agency(&found[1]), &found[2], if serial.is_empty() { "0" } else { serial })
}

/// The agency code without a title that is glued before it: 关于…的通知川卫函.
fn agency(code: &str) -> &str {
    let ends = ["的通知", "的意见", "的决定", "的公告", "的批复", "的报告", "办法", "细则", "规定", "方案"];
    let cut = ends.iter().filter_map(|end| code.rfind(end).map(|at| at + end.len())).max();
    cut.map(|at| &code[at..]).filter(|rest| !rest.is_empty()).unwrap_or(code)
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The number in a value that stands beside 文号.
pub(super) fn labelled(value: &str) -> Option<String> {
    if let Some(found) = ANYWHERE.captures(value) {
        return Some(spelled(&found));
    }
    let bare = without_space(value);
    let has_number = bare.chars().any(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    let is_number = bare.contains('号') && has_number && bare.chars().count() <= 40;
    is_number.then_some(bare)
}

/// The number that stands on a line of its own at the head of a body.
pub(super) fn at_head<'l>(lines: impl Iterator<Item = &'l str>) -> Option<String> {
    let mut before = "";
    for line in lines.take(HEAD_LINES).take_while(|line| line.chars().count() <= LONGEST_HEAD_LINE) {
        if let Some(found) = ALONE.captures(line) {
            return Some(spelled(&found));
        }
        if let Some(found) = ORDER.captures(line) {
            return Some(without_space(&found[1]) + &without_space(&found[2]));
        }
        if let Some(serial) = ORDER_SERIAL.captures(line)
            && ORDER_ISSUER.is_match(before)
        {
            return Some(without_space(before) + &without_space(&serial[1]));
        }
        before = line;
    }
    None
}

/// The number in brackets that ends a title.
pub(super) fn of_title(title: &str) -> Option<String> {
    IN_TITLE.captures(title).map(|found| spelled(&found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bracket_becomes_one() {
        for written in
            ["石柱府办发〔2024〕34号", "石柱府办发[2024]034号", "石柱府办发（2024）第34号", "石柱府办发【2024】 34 号"]
        {
            assert_eq!(labelled(written).as_deref(), Some("石柱府办发〔2024〕34号"), "{written}");
        }
        assert_eq!(labelled("关于印发方案的通知川卫函〔2025〕46号").as_deref(), Some("川卫函〔2025〕46号"));
        assert_eq!(labelled("无"), None);
    }

    #[test]
    fn a_cited_number_is_not_its_own() {
        let head = ["各区人民政府：", "根据《关于印发办法的通知》（厅字〔2019〕28号），现通知如下。"];
        assert_eq!(at_head(head.into_iter()), None);
        assert_eq!(at_head(["川卫函〔2025〕46号"].into_iter()).as_deref(), Some("川卫函〔2025〕46号"));
        assert_eq!(of_title("关于废止（川府〔2019〕3号）的通知"), None);
    }

    #[test]
    fn an_order_is_joined_from_two_lines() {
        assert_eq!(at_head(["某市人民政府令", "第179号"].into_iter()).as_deref(), Some("某市人民政府令第179号"));
        assert_eq!(
            at_head(["国家税务总局公告2023年第5号"].into_iter()).as_deref(),
            Some("国家税务总局公告2023年第5号")
        );
    }
}
