//! The day under the signature that closes an official paper.
//!
//! In: blocks of a body. Out: the day of the first lines that close a paper, which what it forwards stands behind; else
//! of the last line that is a date under the name of an office. Never: a day in running text, a blank form (年 月 日), or
//! the day of a meeting.

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use regex::Regex;

use super::date;
use super::pattern;
use crate::model::{Block, BlockKind, Stated};

/// Longest name of an office, in characters: several sign together.
const LONGEST_NAME: usize = 60;

/// Lines between the name and its day: the seal, a second office.
const MOST_BETWEEN: usize = 2;

/// Nothing but a day, in brackets or not.
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"^[（(]?(?:(?:19|20)[0-9]{2}|[〇○◯⭕零OoО0一二三四五六七八九]{4})",
        r"(?:年(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})月(?:[0-9]{1,2}|[一二三四五六七八九十廿]{1,3})日|[-/.][0-9]{1,2}[-/.][0-9]{1,2})[）)]?$",
    );
    pattern(written)
});

/// A day at the end of a line that a name begins.
static DAY_AT_END: LazyLock<Regex> = LazyLock::new(|| {
    let written = r"(?:(?:19|20)[0-9]{2}|[〇○◯零O一二三四五六七八九]{4})年[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日$";
    pattern(written)
});

/// How the names of offices end.
static OFFICE: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"^[\p{Han}A-Za-z0-9“”、（）() ]{2,}",
        r"(?:政府|办公室|办公厅|办事处|委员会|管委会|[局厅委部院署会组处科所站队中心馆社团行校镇乡街道场]|党组|指挥部|公司|大学|学院|医院)",
        r"(?:[（(](?:印|盖章|公章|章|印章)[）)])?$",
    );
    pattern(written)
});

/// The day of the signature.
pub(super) fn day(blocks: &[Block], zone: &TimeZone) -> Option<Stated> {
    let lines: Vec<&Block> = blocks.iter().filter(|block| !block.text.is_empty()).collect();
    let may_sign = |block: &Block| !matches!(block.kind, BlockKind::Row | BlockKind::Image);
    let closing = (0..lines.len()).filter(|&at| lines[at].kind == BlockKind::Signature);
    let signed = (0..lines.len()).rev().filter(|&at| may_sign(lines[at]));
    closing.chain(signed).filter_map(|at| signed_at(&lines, at)).find_map(|written| {
        let day = date::stated(&written, zone)?;
        Some(Stated::day(day.date()))
    })
}

/// The day that the line at `at` is, if an office signs over it or in it.
fn signed_at(lines: &[&Block], at: usize) -> Option<String> {
    let bare = half_width(&lines[at].text);
    if DAY.is_match(&bare) {
        let over = lines[at.saturating_sub(MOST_BETWEEN + 1)..at].iter().rev();
        return over.into_iter().any(|line| is_office(&line.text)).then_some(bare);
    }
    let day = DAY_AT_END.find(&bare).filter(|_| bare.chars().count() <= LONGEST_NAME)?;
    is_office(&bare[..day.start()]).then(|| day.as_str().to_owned())
}

/// Whether a line is the name of an office, as papers are signed by.
pub(super) fn is_office(line: &str) -> bool {
    let bare: String = line.split_whitespace().collect();
    bare.chars().count() <= LONGEST_NAME && OFFICE.is_match(&bare)
}

/// Without white space, full-width digits as ASCII ones.
fn half_width(text: &str) -> String {
    let fold = |c: char| match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        'Ｏ' => 'O',
        c => c,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(fold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Option<String> {
        let blocks: Vec<Block> = lines.iter().map(|line| Block::new(BlockKind::Paragraph, *line)).collect();
        let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
        day(&blocks, &zone).map(|stated| stated.to_string())
    }

    #[test]
    fn the_day_under_an_office_is_the_day_of_the_paper() {
        for lines in [
            &["现印发给你们。", "兴县人民政府办公室", "2024年1月23日"][..],
            &["兴县司法局", "二〇二四年一月二十三日", "附件：方案"],
            &["兴县人民政府　办公室", "２０２４ 年 １ 月 ２３ 日"],
            &["兴县司法局 兴县财政局", "兴县民政局", "2024年1月23日", "（此件公开发布）"],
            &["兴县人民政府（印）", "2024.1.23"],
            &["中共兴县县委办公室 2024年1月23日"],
            &["兴县城关镇", "（2024年1月23日）"],
            &["国家税务总局兴县税务局", "2024-01-23"],
        ] {
            assert_eq!(read(lines).as_deref(), Some("2024-01-23"), "{lines:?}");
        }
    }

    #[test]
    fn a_day_in_the_text_or_on_a_form_is_none() {
        for lines in [
            &["会议于2024年1月23日召开。"][..],
            &["2024年1月23日"],
            &["申请单位（盖章）", "年 月 日"],
            &["各单位要高度重视。", "2024年1月23日"],
            &["一、报名时间", "2024年1月23日"],
            &["兴县司法局", "2024年13月23日"],
            &["联系人：张三", "2024年1月23日"],
            &[],
        ] {
            assert_eq!(read(lines), None, "{lines:?}");
        }
    }
}
