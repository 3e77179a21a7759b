//! 发文字号: the number a report carries itself, in one spelling.
//!
//! In: a value beside its label, the lines at the head of a body, or a title. Out: `石柱府办发〔2024〕34号`. Never: a
//! number that the text cites.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::pattern;

/// Lines at the head of a body that may be its number; behind the salutation numbers are cited.
const HEAD_LINES: usize = 8;

/// A line longer than this is running text.
const LONGEST_HEAD_LINE: usize = 60;

/// Longest code of an agency, in characters: 国家市场监督管理总局公告.
const LONGEST_CODE: usize = 16;

/// Year in any bracket, serial.
pub(super) const YEAR_AND_SERIAL: &str =
    r"\s*[〔\[(【﹝〖{（]\s*((?:19|20)[0-9]{2})\s*年?\s*[〕\])】﹞〗}）]\s*第?\s*([0-9]{1,6})\s*号";

/// Words that end before the code of an agency where a title or a sentence is glued to it.
const GLUED: [&str; 36] = [
    "通知",
    "意见",
    "决定",
    "的公告",
    "批复",
    "报告",
    "办法",
    "细则",
    "规定",
    "方案",
    "条例",
    "通报",
    "要求",
    "精神",
    "按照",
    "根据",
    "依据",
    "依照",
    "遵照",
    "参照",
    "执行",
    "落实",
    "贯彻",
    "印发",
    "转发",
    "文件",
    "关于",
    "以及",
    "或者",
    "详见",
    "废止",
    "我省",
    "我市",
    "我县",
    "的",
    "号",
];

/// Agency code, year in any bracket, serial.
fn number() -> String {
    format!(r"([\p{{Han}}A-Za-z]{{2,20}}?){YEAR_AND_SERIAL}")
}

static ANYWHERE: LazyLock<Regex> = LazyLock::new(|| pattern(&number()));
static ALONE: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"^\s*[（(]?\s*{}\s*[）)]?\s*(?:签发人\s*[：:]?.{{0,12}})?$", number())));
static AT_END: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"{}\s*[）)]?\s*$", number())));
static AT_START: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"^\s*[（(【\[]?\s*{}\s*[）)】\]]?", number())));
/// A label without 号 or with two digits too few is written so by hand: `兴政发〔2024〕5`.
static WITHOUT_END: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^([\p{Han}A-Za-z]{2,16})\s*[〔\[(【（]\s*((?:19|20)[0-9]{2})\s*年?\s*[〕\])】）]\s*第?\s*([0-9]{1,6})$")
});
/// `某市人民政府令第179号`, `国家税务总局公告2023年第5号`.
static ORDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[（(]?([\p{Han}\s]{2,40}(?:令|公告|通告))\s*[（(]?((?:20[0-9]{2}\s*年\s*)?第\s*[0-9一二三四五六七八九十〇零百]{1,6}\s*号)[）)]?$",
    )
});
/// Who gives orders and announcements under a number: an office, or a person in office. An order may name its subject
/// behind the office: 人民政府封山禁牧令.
static OFFICE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:政府|办公[室厅]|指挥部|领导小组|委员会|管委会|协会|联合会|法院|检察院|银行|中心|大队|支队|[局部厅委署院])(?:令|公告|通告)$|(?:主席|主任|长)令$|(?:政府|指挥部)\p{Han}{1,10}令$",
    )
});
static ORDER_ISSUER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[\p{Han}\s]{2,40}(?:令|公告|通告)$"));
static ORDER_SERIAL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[（(]?((?:20[0-9]{2}\s*年\s*)?第\s*[0-9一二三四五六七八九十〇零百]{1,6}\s*号)[）)]?$"));

/// A number in one spelling.
pub(super) fn spelled(code: &str, year: &str, serial: &str) -> String {
    let serial = serial.trim_start_matches('0');
    format!("{code}〔{year}〕{}号", if serial.is_empty() { "0" } else { serial })
}

fn of(found: &Captures<'_>) -> Option<String> {
    let code = code(&found[1]);
    (code.chars().count() <= LONGEST_CODE).then(|| spelled(code, &found[2], &found[3]))
}

/// The agency code without the title or the words that are glued before it: 关于…的通知川卫函.
pub(super) fn code(glued: &str) -> &str {
    let cut = GLUED.iter().filter_map(|end| glued.rfind(end).map(|at| at + end.len())).max();
    cut.map(|at| &glued[at..]).filter(|rest| rest.chars().count() >= 2).unwrap_or(glued)
}

/// Full-width digits and square brackets as ASCII ones.
pub(super) fn half_width(text: &str) -> String {
    let fold = |c: char| match c {
        '０'..='９' | '［' | '］' | '｛' | '｝' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c => c,
    };
    text.chars().map(fold).collect()
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The number in a value that stands beside 文号.
pub(super) fn labelled(value: &str) -> Option<String> {
    let value = half_width(value);
    if let Some(found) = ANYWHERE.captures(&value) {
        return of(&found);
    }
    let bare = without_space(&value);
    if let Some(found) = WITHOUT_END.captures(&bare) {
        return of(&found);
    }
    let has_number = bare.chars().any(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    let is_number =
        bare.ends_with('号') && has_number && bare.chars().count() <= 40 && !bare.contains(['，', '。', '：']);
    is_number.then_some(bare)
}

/// The number that stands on a line of its own at the head of a body, or ends the title there.
pub(super) fn at_head<'l>(lines: impl Iterator<Item = &'l str>) -> Option<String> {
    let mut before = String::new();
    for line in lines.take(HEAD_LINES).take_while(|line| line.chars().count() <= LONGEST_HEAD_LINE) {
        let line = half_width(line);
        if let Some(found) = ALONE.captures(&line) {
            return of(&found);
        }
        if let Some(found) = ORDER.captures(&line)
            && is_issuer(&found[1])
        {
            return Some(without_space(&found[1]) + &without_space(&found[2]));
        }
        if let Some(serial) = ORDER_SERIAL.captures(&line)
            && ORDER_ISSUER.is_match(&before)
            && is_issuer(&before)
        {
            return Some(without_space(&before) + &without_space(&serial[1]));
        }
        // 各乡镇人民政府：
        if line.ends_with(['：', ':', '。']) {
            return None;
        }
        before = line;
    }
    None
}

/// Whether an order or an announcement is named by who gives it, not by what it is about.
fn is_issuer(named: &str) -> bool {
    let is_of_subject = ["关于", "的公告", "的通告"].iter().any(|word| named.contains(word));
    !is_of_subject && OFFICE.is_match(&without_space(named))
}

/// The number that a title carries: in brackets at its end, behind it, or before it.
pub(super) fn of_title(title: &str) -> Option<String> {
    let title = half_width(title.trim());
    if let Some(found) = ORDER.captures(&title) {
        let issuer = without_space(&found[1]);
        return is_issuer(&issuer).then(|| issuer + &without_space(&found[2]));
    }
    if let Some(found) = AT_END.captures(&title) {
        let whole = found.get(0)?;
        let head = &title[..whole.start()];
        return is_own_at_end(head, &found[1], title.ends_with(['）', ')'])).then(|| of(&found)).flatten();
    }
    let found = AT_START.captures(&title)?;
    let rest = &title[found.get(0)?.end()..];
    // `兴政发〔2024〕5号文件解读`: the number is of what the report is about.
    let is_of_other = rest.trim_start().starts_with(['文', '》', '和', '、', '的', '政', '等', '及', '与'])
        || ["解读", "图解", "问答", "废止", "修改", "失效"].iter().any(|word| rest.contains(word));
    (!rest.trim().is_empty() && !is_of_other).then(|| of(&found)).flatten()
}

/// Whether the number at the end of a title is the title's: in brackets, behind a space, or behind the word that ends
/// titles; not behind the name of another document.
fn is_own_at_end(head: &str, glued: &str, is_bracketed: bool) -> bool {
    let quotes_other = head.trim_end_matches(['（', '(', ' ']).ends_with('》') && !head.starts_with('《');
    let is_apart = head.is_empty() || head.ends_with(['（', '(', ' ', '\u{3000}']);
    !quotes_other && (is_bracketed || is_apart || code(glued) != glued)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bracket_becomes_one() {
        for written in [
            "石柱府办发〔2024〕34号",
            "石柱府办发[2024]034号",
            "石柱府办发（2024）第34号",
            "石柱府办发【2024】 34 号",
            "石柱府办发［２０２４］３４号",
            "石柱府办发﹝2024﹞34号",
            "石柱府办发〔2024年〕34号",
            "石柱府办发(2024)34",
        ] {
            assert_eq!(labelled(written).as_deref(), Some("石柱府办发〔2024〕34号"), "{written}");
        }
        assert_eq!(labelled("关于印发方案的通知川卫函〔2025〕46号").as_deref(), Some("川卫函〔2025〕46号"));
        assert_eq!(labelled("2024年第5号").as_deref(), Some("2024年第5号"));
        for nothing in ["无", "--", "号", "兴县司法局", "关于3号楼，4号楼", "2024-01-05"] {
            assert_eq!(labelled(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_cited_number_is_not_its_own() {
        let head = ["各区人民政府：", "根据《关于印发办法的通知》（厅字〔2019〕28号），现通知如下。"];
        assert_eq!(at_head(head.into_iter()), None);
        assert_eq!(at_head(["各区人民政府：", "厅字〔2019〕28号"].into_iter()), None);
        assert_eq!(at_head(["川卫函〔2025〕46号"].into_iter()).as_deref(), Some("川卫函〔2025〕46号"));
        for title in [
            "关于废止（川府〔2019〕3号）的通知",
            "关于废止《兴县临时救助办法》（兴政发〔2019〕3号）",
            "兴政发〔2024〕5号文件解读",
            "兴政发〔2024〕5号 《兴县临时救助办法》政策解读",
            "关于招聘工作人员的公告（第3号）",
            "兴政发〔2019〕3号等文件",
        ] {
            assert_eq!(of_title(title), None, "{title}");
        }
    }

    #[test]
    fn a_title_carries_its_number_in_several_places() {
        for title in [
            "兴县人民政府关于印发办法的通知（兴政发〔2024〕5号）",
            "兴县人民政府关于印发办法的通知 兴政发〔2024〕5号",
            "兴县人民政府关于印发办法的通知兴政发〔2024〕5号",
            "兴政发〔2024〕5号 兴县人民政府关于印发办法的通知",
            "兴政发[2024]05号兴县人民政府关于印发办法的通知",
            "（兴政发〔2024〕5号）关于印发办法的通知",
        ] {
            assert_eq!(of_title(title).as_deref(), Some("兴政发〔2024〕5号"), "{title}");
        }
        assert_eq!(of_title("兴县人民政府令（第12号）").as_deref(), Some("兴县人民政府令第12号"));
        assert_eq!(of_title("国家税务总局公告2023年第5号").as_deref(), Some("国家税务总局公告2023年第5号"));
    }

    #[test]
    fn an_order_is_joined_from_two_lines() {
        assert_eq!(at_head(["某市人民政府令", "第179号"].into_iter()).as_deref(), Some("某市人民政府令第179号"));
        assert_eq!(at_head(["关于招聘的公告", "第3号"].into_iter()), None);
        assert_eq!(
            at_head(["国家税务总局公告2023年第5号"].into_iter()).as_deref(),
            Some("国家税务总局公告2023年第5号")
        );
    }
}
