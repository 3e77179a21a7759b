//! Edits told as facts: which figure, date, name, cell, section, field or attachment is another one.
//!
//! In: two revisions and their diff. Out: facts in reading order, fields and attachments first. Never: a guess; what is
//! not sure stays a hunk.

mod places;
mod sections;
mod spots;
mod tables;
mod words;

use crate::model::{Document, Fact, FactKind, FieldName};

use super::diff::Diff;
use super::fields::FieldChange;
use places::Sections;

/// Facts of one edit that are told; a text that has more was written anew, and its hunks tell that better.
const MOST_FACTS: usize = 100;

/// What is sure of an edit.
pub fn of(old: &Document, new: &Document, diff: &Diff) -> Vec<Fact> {
    let mut facts: Vec<Fact> = diff.fields.iter().filter_map(of_field).collect();
    facts.extend(sections::facts(old, new));
    let sections = Sections::of(&new.blocks);
    let of_tables = tables::facts(old, new, &sections);
    let of_words = diff.hunks.iter().flat_map(|hunk| words::facts(old, new, &sections, hunk));
    // No more are made than are told.
    facts.extend(of_tables.chain(of_words).take(MOST_FACTS.saturating_sub(facts.len())));
    facts.truncate(MOST_FACTS);
    facts
}

fn of_field(change: &FieldChange) -> Option<Fact> {
    let kind = match change.field {
        FieldName::AttachmentAdded => FactKind::AttachmentAdded,
        FieldName::AttachmentRemoved => FactKind::AttachmentRemoved,
        FieldName::AttachmentReplaced => FactKind::AttachmentReplaced,
        // A title and a document number are told as fields, whatever stands in them.
        _ => FactKind::Field,
    };
    let label = (kind == FactKind::Field).then(|| change.field.as_str().to_owned());
    let is_said = change.old.is_some() || change.new.is_some();
    is_said.then(|| Fact { label, ..Fact::new(kind, change.old.clone(), change.new.clone()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::diff;
    use crate::change::sample::{attachment, document, paragraphs, row};
    use crate::model::{Block, BlockKind};

    fn told(old: &Document, new: &Document) -> Vec<String> {
        of(old, new, &diff::hunks(old, new)).iter().map(ToString::to_string).collect()
    }

    fn between(old: &[&str], new: &[&str]) -> Vec<String> {
        told(&paragraphs(old), &paragraphs(new))
    }

    #[test]
    fn a_figure_is_told_with_its_section_and_what_it_counts() {
        let heads = ["一、总体情况", "三、行政复议"];
        let old = [heads[0], "全面推进。", heads[1], "全年共受理15件,同比下降3.5%,罚没1,200万元。"];
        let new = [heads[0], "全面推进。", heads[1], "全年共受理9件,同比下降3.5%,罚没1,300万元。"];
        assert_eq!(
            between(&old, &new),
            ["三、行政复议: 全年共受理 15件 → 9件", "三、行政复议: 罚没 1,200万元 → 1,300万元"]
        );
    }

    #[test]
    fn dates_numbers_and_names_are_told_whole() {
        assert_eq!(
            between(&["自2024年1月5日起施行。"], &["自2024年3月15日起施行。"]),
            ["自 2024年1月5日 → 2024年3月15日"]
        );
        assert_eq!(
            between(&["按照石府发〔2024〕34号文件"], &["按照石府发〔2023〕3号文件"]),
            ["石府发〔2024〕34号 → 石府发〔2023〕3号"]
        );
        assert_eq!(
            between(&["落实《行政处罚法》要求"], &["落实《行政许可法》要求"]),
            ["落实 《行政处罚法》 → 《行政许可法》"]
        );
        assert_eq!(between(&["联系人:谭千红,电话如下"], &["联系人:谭万红,电话如下"]), ["联系人 谭千红 → 谭万红"]);
    }

    #[test]
    fn what_is_not_sure_is_no_fact() {
        let sure: [String; 0] = [];
        assert_eq!(between(&["全年共受理15件。"], &["本年度新收案件9件。"]), sure, "another sentence");
        assert_eq!(between(&["共15件,降3%"], &["共15件"]), sure);
        assert_eq!(between(&["加强领导。"], &["加强组织领导。"]), sure);
        assert_eq!(between(&["会议由主任主持"], &["会议由局长主持"]), sure);
    }

    #[test]
    fn a_cell_is_told_by_its_row_and_column() {
        let table = |count: &str| Document {
            blocks: vec![
                row("项目\t上年结转\t本年新收"),
                row("行政许可\t3\t15"),
                row(&format!("行政处罚\t2\t{count}")),
            ],
            ..document()
        };
        assert_eq!(told(&table("7"), &table("9")), ["table 1, 行政处罚, 本年新收: 7 → 9"]);
        let mut longer = table("7");
        longer.blocks.push(row("行政强制\t0\t1"));
        assert_eq!(told(&table("7"), &longer), ["table 1, 行政强制: row added: 行政强制 | 0 | 1"]);
        assert_eq!(told(&longer, &table("7")), ["table 1, 行政强制: row removed: 行政强制 | 0 | 1"]);
    }

    #[test]
    fn a_long_text_without_headings_is_looked_through_once_for_them() {
        let text = |from: usize| (0..5000).map(move |n| format!("本条共{}件。", if n % 2 == 0 { n + from } else { n }));
        let (old, new): (Vec<_>, Vec<_>) = (text(0).collect(), text(7).collect());
        let document = |lines: &[String]| paragraphs(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        let before = places::N_LOOKED_AT.get();
        assert_eq!(told(&document(&old), &document(&new)).len(), MOST_FACTS);
        assert!(places::N_LOOKED_AT.get() - before <= 3 * 5000, "{}", places::N_LOOKED_AT.get() - before);
    }

    #[test]
    fn a_row_put_in_at_the_top_of_a_numbered_table_is_one_fact() {
        let table = |rows: &[&str]| Document {
            blocks: ["序号\t事项\t件数"].iter().chain(rows).map(|text| row(text)).collect(),
            ..document()
        };
        let old = table(&["1\t行政许可\t15", "2\t行政处罚\t7", "3\t行政强制\t2"]);
        let new = table(&["1\t行政复议\t4", "2\t行政许可\t15", "3\t行政处罚\t9", "4\t行政强制\t2"]);
        assert_eq!(
            told(&old, &new),
            ["table 1, 行政复议: row added: 1 | 行政复议 | 4", "table 1, 行政处罚, 件数: 7 → 9"]
        );
        let (old, new) = (["1\t罚款\t15", "2\t罚款\t7"], ["1\t罚款\t15", "2\t罚款\t8"]);
        assert_eq!(
            told(&table(&old), &table(&new)),
            ["table 1, 2 罚款, 件数: 7 → 8"],
            "the names alone are not single"
        );
    }

    #[test]
    fn a_table_that_took_the_place_of_another_is_no_edit_of_it() {
        let body = |counts: &[&str]| {
            let table = |count: &&str| {
                let rows = [row("项目\t件数"), row(&format!("行政许可\t{count}"))];
                rows.into_iter().chain([Block::new(BlockKind::Paragraph, "下表:")])
            };
            Document { blocks: counts.iter().flat_map(table).collect(), ..document() }
        };
        assert_eq!(told(&body(&["1", "2", "3"]), &body(&["2", "3", "4"])), [""; 0]);
        assert_eq!(told(&body(&["1", "2"]), &body(&["4", "5"])), [""; 0], "which is which is not sure");
        assert_eq!(told(&body(&["1", "2", "3"]), &body(&["1", "9", "3"])), ["table 2, 行政许可, 件数: 2 → 9"]);
    }

    #[test]
    fn fields_attachments_and_sections_are_told() {
        let old = document();
        let mut new = document();
        new.validity = Some("失效".into());
        new.attachments.push(attachment("附件2", "/2.doc", None));
        new.blocks.splice(2..3, paragraphs(&["二、主要问题", "队伍较弱。", "三、其他需要报告的事项", "无。"]).blocks);
        let told = told(&old, &new);
        assert_eq!(told[..2], ["validity: 有效 → 失效", "attachment added: 附件2 (http://www.x.gov.cn/2.doc)"]);
        assert!(told.contains(&"section added: 三、其他需要报告的事项".to_owned()), "{told:?}");
    }
}
