//! The five sample reports, and the notices that are cut from them by rule.
//!
//! In: the texts under `reports/`, one paragraph a line, their page chrome taken off. Out: whole reports, their
//! chapters (一、) and their parts ((一)). Nothing is invented but dates and offices where a sample states none.

use jiff::civil::{DateTime, datetime};

/// Least characters of a chapter or part that is worth a notice of its own: above stock text (100 characters).
const LEAST_CHARS: usize = 150;
/// Longest heading that goes into a title as it is; a longer one is running text and is cut at its first comma.
const LONGEST_HEADING: usize = 36;

/// One of the five reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sample {
    /// 兴县 2023.
    Xingxian,
    /// 江源区 2022.
    Jiangyuan,
    /// 陆良县 2024.
    Luliang,
    /// 官仓镇 2021.
    Guancang,
    /// 三星乡 2024.
    Sanxing,
}

/// A text with its title and date, as a portal would publish it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notice {
    /// Its number on the portal; unique over both sites.
    pub(super) id: u32,
    /// Its title.
    pub(super) title: String,
    /// 来源.
    pub(super) office: &'static str,
    /// 发布日期, in China's civil time.
    pub(super) published: DateTime,
    /// Its paragraphs.
    pub(super) paragraphs: Vec<String>,
}

struct Facts {
    text: &'static str,
    first_id: u32,
    place: &'static str,
    title: &'static str,
    office: &'static str,
    published: DateTime,
}

impl Sample {
    #[expect(clippy::too_many_lines, reason = "a table of five rows")]
    fn facts(self) -> Facts {
        match self {
            Self::Xingxian => Facts {
                text: include_str!("reports/000.txt"),
                first_id: 10_912_200,
                place: "兴县",
                title: "中共兴县县委兴县人民政府关于2023年法治政府建设工作的年度报告",
                office: "兴县司法局",
                published: datetime(2024, 2, 1, 15, 11, 0, 0),
            },
            Self::Jiangyuan => Facts {
                text: include_str!("reports/001.txt"),
                first_id: 10_871_500,
                place: "江源区",
                title: "白山市江源区2022年度法治政府建设情况报告",
                office: "江源区司法局",
                published: datetime(2023, 1, 17, 10, 5, 0, 0),
            },
            Self::Luliang => Facts {
                text: include_str!("reports/002.txt"),
                first_id: 11_034_800,
                place: "陆良县",
                title: "陆良县2024年度法治政府建设情况报告",
                office: "陆良县司法局",
                published: datetime(2025, 2, 18, 9, 22, 0, 0),
            },
            Self::Guancang => Facts {
                text: include_str!("reports/003.txt"),
                first_id: 4100,
                place: "官仓镇",
                title: "法治政府建设示范创建工作实施意见(乡镇)",
                office: "官仓镇司法所",
                published: datetime(2021, 5, 25, 15, 17, 36, 0),
            },
            Self::Sanxing => Facts {
                text: include_str!("reports/004.txt"),
                first_id: 7300,
                place: "三星乡",
                title: "石柱土家族自治县三星乡人民政府2024年度法治政府建设情况报告",
                office: "三星乡人民政府",
                published: datetime(2024, 12, 19, 16, 30, 0, 0),
            },
        }
    }

    /// The whole report.
    pub(super) fn report(self) -> Notice {
        let Facts { text, first_id, title, office, published, .. } = self.facts();
        let paragraphs = text.lines().map(str::to_owned).collect();
        Notice { id: first_id, title: title.to_owned(), office, published, paragraphs }
    }

    /// Its chapters, each a notice posted one day after the one before it.
    pub(super) fn chapters(self) -> Vec<Notice> {
        self.excerpts(Level::Chapter, "摘编", 1)
    }

    /// Its parts, each a notice posted one day after the one before it.
    pub(super) fn parts(self) -> Vec<Notice> {
        self.excerpts(Level::Part, "工作动态", 50)
    }

    fn excerpts(self, level: Level, series: &str, id_offset: u32) -> Vec<Notice> {
        let Facts { text, first_id, place, office, published, .. } = self.facts();
        let worth_it = sections(text, level).into_iter().filter(|lines| n_chars(lines) >= LEAST_CHARS);
        let days_later = std::iter::successors(published.tomorrow().ok(), |day| day.tomorrow().ok());
        let numbered = (first_id + id_offset..).zip(days_later);
        let notice = |(lines, (id, published)): (Vec<&str>, (u32, DateTime))| Notice {
            id,
            title: format!("{place}法治政府建设{series}:{}", heading(lines[0])),
            office,
            published,
            paragraphs: lines.into_iter().map(str::to_owned).collect(),
        };
        worth_it.zip(numbered).map(notice).collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Chapter,
    Part,
    Text,
}

/// 一、 opens a chapter, (一) a part; samples that lost half of a number (`、`, `二)`) still count.
fn level(line: &str) -> Level {
    let rest = line.trim_start_matches('(').trim_start_matches(is_numeral);
    if rest.starts_with('、') && line.chars().count() <= LONGEST_HEADING {
        return Level::Chapter;
    }
    if rest.starts_with(')') && rest.len() < line.len() { Level::Part } else { Level::Text }
}

fn is_numeral(c: char) -> bool {
    "一二三四五六七八九十".contains(c)
}

/// The runs of lines that a heading of this level opens; a heading of a higher level ends them.
fn sections(text: &str, wanted: Level) -> Vec<Vec<&str>> {
    let mut found: Vec<Vec<&str>> = Vec::new();
    let mut is_inside = false;
    for line in text.lines() {
        let level = level(line);
        if level <= wanted {
            is_inside = level == wanted;
            if is_inside {
                found.push(Vec::new());
            }
        }
        if let (true, Some(section)) = (is_inside, found.last_mut()) {
            section.push(line);
        }
    }
    found
}

/// The words of a heading line without its number and without the text that runs on after it.
fn heading(line: &str) -> &str {
    let rest = line.trim_start_matches('(').trim_start_matches(is_numeral).trim_start_matches([')', '、']);
    let sentence = rest.split('。').next().unwrap_or(rest);
    let words = sentence.split("一是").next().unwrap_or(sentence);
    if words.chars().count() <= LONGEST_HEADING { words } else { words.split(',').next().unwrap_or(words) }
}

fn n_chars(lines: &[&str]) -> usize {
    lines.iter().map(|line| line.chars().count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const ALL: [Sample; 5] = [Sample::Xingxian, Sample::Jiangyuan, Sample::Luliang, Sample::Guancang, Sample::Sanxing];

    #[test]
    fn a_report_is_cut_at_its_numbered_headings() {
        let titles: Vec<String> = Sample::Jiangyuan.chapters().into_iter().map(|notice| notice.title).collect();
        let expected = ["摘编:工作举措和成效", "摘编:存在的问题", "摘编:下一年工作安排"];
        assert_eq!(titles, expected.map(|title| format!("江源区法治政府建设{title}")));
        assert_eq!(Sample::Xingxian.chapters().len(), 7);
        assert_eq!(Sample::Guancang.parts()[0].title, "官仓镇法治政府建设工作动态:依法全面履行政府职能");
    }

    #[test]
    fn no_two_notices_share_a_number_a_title_or_a_text() {
        let mut notices: Vec<Notice> = Vec::new();
        for sample in ALL {
            notices.push(sample.report());
            notices.extend(sample.chapters());
            notices.extend(sample.parts());
        }
        let ids: BTreeSet<u32> = notices.iter().map(|notice| notice.id).collect();
        let titles: BTreeSet<&str> = notices.iter().map(|notice| notice.title.as_str()).collect();
        let texts: BTreeSet<&[String]> = notices.iter().map(|notice| notice.paragraphs.as_slice()).collect();
        assert_eq!((ids.len(), titles.len(), texts.len()), (notices.len(), notices.len(), notices.len()));
    }
}
