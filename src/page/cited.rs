//! The document numbers that a text cites.
//!
//! In: a Document with body and number. Out: the numbers of others in one spelling, in order, each once. Never: its own
//! number, or a number whose agency cannot be told from the sentence around it.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::doc_no::{self, YEAR_AND_SERIAL};
use super::pattern;
use crate::model::Document;

/// A list of repealed documents is longer than what anybody follows up.
const MOST: usize = 200;

/// Longest code that a bracket, a space or a quotation mark begins, in characters.
const LONGEST_APART: usize = 14;

/// Longest code that is cut out of a sentence.
const LONGEST_GLUED: usize = 8;

/// How codes end; asked of those that are cut out of a sentence.
const ENDS: [char; 24] = [
    '发', '函', '字', '办', '规', '令', '文', '电', '告', '通', '审', '批', '复', '组', '呈', '议', '任', '报', '监',
    '罚', '政', '综', '税', '明',
];

static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"([\p{{Han}}A-Za-z]{{2,24}}){YEAR_AND_SERIAL}")));

/// `（国务院令第711号）`: an order is cited in brackets.
static ORDER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[（(]\s*(\p{Han}{2,18}令)\s*(?:[（(])?第?\s*([0-9]{1,4})\s*号\s*[）)，,]"));

/// The numbers that the text cites.
pub(super) fn numbers(document: &Document) -> Vec<String> {
    let mut seen: HashSet<String> = document.doc_no.iter().cloned().collect();
    let mut cited = Vec::new();
    // Every number ends so; the patterns cost more than all else that is asked of a text without one.
    for block in document.worded().filter(|block| block.text.contains('号')) {
        for number in in_text(&doc_no::half_width(&block.text)) {
            if cited.len() == MOST {
                return cited;
            }
            if seen.insert(number.clone()) {
                cited.push(number);
            }
        }
    }
    cited
}

fn in_text(text: &str) -> Vec<String> {
    let numbers = NUMBER.captures_iter(text).filter_map(|found| {
        let run = found.get(1)?;
        let code = code(run.as_str(), text[..run.start()].chars().next_back())?;
        Some((run.start(), doc_no::spelled(code, &found[2], &found[3])))
    });
    let orders = ORDER.captures_iter(text).filter_map(|found| {
        let serial = found[2].trim_start_matches('0');
        Some((found.get(0)?.start(), format!("{}第{serial}号", &found[1])))
    });
    let mut all: Vec<(usize, String)> = numbers.chain(orders).collect();
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, number)| number).collect()
}

/// The agency code at the end of a run of characters that `before` stands before.
fn code(run: &str, before: Option<char>) -> Option<&str> {
    let is_glued = before.is_some_and(char::is_alphanumeric);
    let cut = doc_no::code(run);
    let is_cut = cut.len() < run.len();
    // A list goes on: 国办发〔2021〕5号和国办函〔2021〕6号.
    let follows = matches!(before, Some('号' | '）' | ')' | '》' | '”')) || is_cut;
    let cut = cut.strip_prefix('和').filter(|_| follows).unwrap_or(cut);
    let code = cut.trim_start_matches(['见', '按', '据', '或', '由', '以', '在', '对', '与', '及', '原']);
    let n_chars = code.chars().count();
    let longest = if is_cut || is_glued || code.len() < cut.len() { LONGEST_GLUED } else { LONGEST_APART };
    let is_whole = !is_glued && !is_cut || ((is_cut || follows) && code.ends_with(ENDS));
    (is_whole && (2..=longest).contains(&n_chars)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind};

    fn cited(text: &str) -> Vec<String> {
        let document = Document {
            doc_no: Some("兴政发〔2024〕5号".to_owned()),
            blocks: vec![Block::new(BlockKind::Paragraph, text)],
            ..Document::default()
        };
        numbers(&document)
    }

    #[test]
    fn numbers_of_others_are_told_in_order_and_once() {
        assert_eq!(
            cited(
                "根据《意见》（厅字〔2019〕28号）、《通知》(国办发[2021]05号)和国务院令第711号，按照国办函〔2021〕6号和国办发〔2021〕5号文件要求，\
                 《兴县办法》（兴政发〔2024〕5号）现予印发，教思政厅函［２０２４］10 号同时废止。"
            ),
            ["厅字〔2019〕28号", "国办发〔2021〕5号", "国办函〔2021〕6号", "教思政厅函〔2024〕10号"]
        );
        assert_eq!(cited("《政府信息公开条例》（国务院令第711号）"), ["国务院令第711号"]);
        assert_eq!(
            cited("（晋政办发〔2020〕1号、吕政办发〔2020〕2号）"),
            ["晋政办发〔2020〕1号", "吕政办发〔2020〕2号"]
        );
    }

    #[test]
    fn a_number_whose_agency_is_part_of_a_sentence_is_left_out() {
        assert_eq!(cited("全县各级各部门都要认真学习领会县委办公室发来的材料〔2024〕3号"), Vec::<String>::new());
        assert_eq!(cited("在2024年第5号楼"), Vec::<String>::new());
        assert_eq!(cited("请认真贯彻执行晋政发〔2020〕1号"), ["晋政发〔2020〕1号"]);
    }

    #[test]
    fn two_hundred_are_enough() {
        let list: Vec<String> = (1..400).map(|n| format!("（国发〔2020〕{n}号）")).collect();
        assert_eq!(cited(&list.join("、")).len(), MOST);
    }
}
