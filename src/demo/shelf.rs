//! What stands in each listing of the two portals at each stage of the story. In: a listing and a stage. Out: its
//! notices, the newest first.

use jiff::civil::datetime;

use super::Stage;
use super::samples::{Notice, Sample};

/// The figure that is changed in silence, as published and as edited.
const EDIT: (&str, &str) = ("免费法律咨询2582件", "免费法律咨询2852件");
/// When the second portal republishes the report of 陆良县.
const REPUBLISHED: jiff::civil::DateTime = datetime(2025, 2, 19, 16, 40, 0, 0);
/// Its number there.
const REPUBLISHED_ID: u32 = 7_401;

/// A listing of one of the two portals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shelf {
    /// demo-fazhi: 年度报告.
    Annual,
    /// demo-fazhi: 通知公告.
    Notices,
    /// demo-xiangzhen: 公文报告.
    Papers,
}

impl Shelf {
    /// What stands here at this stage, the newest first.
    pub(super) fn notices(self, stage: Stage) -> Vec<Notice> {
        let mut notices = match self {
            Self::Annual => annual(stage),
            Self::Notices => [Sample::Xingxian, Sample::Jiangyuan].map(Sample::parts).concat(),
            Self::Papers => papers(stage),
        };
        notices.sort_by(|a, b| b.published.cmp(&a.published).then(b.id.cmp(&a.id)));
        notices
    }
}

fn annual(stage: Stage) -> Vec<Notice> {
    let mut notices = [Sample::Xingxian, Sample::Jiangyuan].map(Sample::chapters).concat();
    let mut xingxian = Sample::Xingxian.report();
    if stage >= Stage::Edited {
        for paragraph in &mut xingxian.paragraphs {
            *paragraph = paragraph.replace(EDIT.0, EDIT.1);
        }
    }
    notices.push(xingxian);
    if stage != Stage::Withdrawn {
        notices.push(Sample::Jiangyuan.report());
    }
    if stage >= Stage::Published {
        notices.push(Sample::Luliang.report());
    }
    notices
}

fn papers(stage: Stage) -> Vec<Notice> {
    let of = |sample: Sample| [vec![sample.report()], sample.chapters(), sample.parts()].concat();
    let mut notices = [of(Sample::Guancang), of(Sample::Sanxing)].concat();
    if stage >= Stage::Republished {
        notices.push(Notice { id: REPUBLISHED_ID, published: REPUBLISHED, ..Sample::Luliang.report() });
    }
    notices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(shelf: Shelf, stage: Stage) -> Vec<u32> {
        shelf.notices(stage).into_iter().map(|notice| notice.id).collect()
    }

    #[test]
    fn publishing_puts_one_row_on_top_and_moves_the_rest_down() {
        let before = ids(Shelf::Annual, Stage::Opening);
        let after = ids(Shelf::Annual, Stage::Published);
        assert_eq!(after[1..], before);
        assert_eq!(ids(Shelf::Papers, Stage::Published), ids(Shelf::Papers, Stage::Opening));
        assert_eq!(ids(Shelf::Papers, Stage::Republished)[0], REPUBLISHED_ID);
    }

    #[test]
    fn the_edit_changes_one_paragraph_of_one_report() {
        let before = Shelf::Annual.notices(Stage::Republished);
        let after = Shelf::Annual.notices(Stage::Edited);
        let differing = before.iter().zip(&after).filter(|(old, new)| old != new);
        let changed: Vec<_> = differing.map(|(old, new)| (&old.paragraphs, &new.paragraphs)).collect();
        assert_eq!(changed.len(), 1);
        let lines = changed[0].0.iter().zip(changed[0].1).filter(|(old, new)| old != new);
        let lines: Vec<_> = lines.collect();
        assert_eq!(lines.len(), 1);
        assert!(lines[0].0.contains("2582件") && lines[0].1.contains("2852件"));
    }

    #[test]
    fn what_is_withdrawn_comes_back_as_it_was() {
        assert_eq!(Shelf::Annual.notices(Stage::Withdrawn).len() + 1, Shelf::Annual.notices(Stage::Edited).len());
        assert_eq!(Shelf::Annual.notices(Stage::Restored), Shelf::Annual.notices(Stage::Edited));
        assert_eq!(Shelf::Annual.notices(Stage::Redesigned), Shelf::Annual.notices(Stage::Restored));
    }
}
