//! Writes reports: sentences of the five samples, put together by rule. In: a seed. Out: as many different reports
//! as wanted, the same for the same seed.

use std::sync::LazyLock;

use jiff::civil::Date;

use super::TownReport;

const SAMPLES: [&str; 5] = [
    include_str!("../../../src/demo/reports/000.txt"),
    include_str!("../../../src/demo/reports/001.txt"),
    include_str!("../../../src/demo/reports/002.txt"),
    include_str!("../../../src/demo/reports/003.txt"),
    include_str!("../../../src/demo/reports/004.txt"),
];

/// Sentences long enough to carry meaning and short enough that a report mixes many.
static SENTENCES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let sentences = SAMPLES.iter().flat_map(|text| text.lines()).flat_map(|line| line.split('。'));
    sentences.map(str::trim).filter(|sentence| (25..=120).contains(&sentence.chars().count())).collect()
});

const SUBJECTS: [&str; 8] = [
    "加强行政执法监督",
    "规范重大行政决策程序",
    "推进政务公开",
    "落实普法责任制",
    "化解矛盾纠纷",
    "优化营商环境",
    "清理行政规范性文件",
    "开展法治宣传教育",
];
const PAPERS: [&str; 4] = ["通知", "公告", "情况通报", "工作方案"];

/// Writes one report after another.
#[derive(Debug)]
pub(super) struct Writer {
    state: u64,
    n_written: u32,
}

impl Writer {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed, n_written: 0 }
    }

    /// The next report, published on this day.
    pub(super) fn report(&mut self, published: Date) -> TownReport {
        self.n_written += 1;
        let id = 1_200_000 + self.n_written;
        let (subject, paper) = (SUBJECTS[self.below(SUBJECTS.len())], PAPERS[self.below(PAPERS.len())]);
        let title = format!("关于{subject}的{paper}(第{}号)", self.n_written);
        let n_paragraphs = 3 + self.below(4);
        let mut paragraphs: Vec<String> = (0..n_paragraphs).map(|_| self.paragraph()).collect();
        paragraphs.push(format!("本期共登记办理事项{}件,以上情况予以公布。", 1000 + self.below(8000)));
        TownReport { id, title, published, paragraphs, is_pinned: false }
    }

    fn paragraph(&mut self) -> String {
        let n_sentences = 2 + self.below(3);
        (0..n_sentences).fold(String::new(), |text, _| text + SENTENCES[self.below(SENTENCES.len())] + "。")
    }

    /// A number below `limit`. SplitMix64 (Steele, Lea, Flood 2014).
    fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let limit = u64::try_from(limit).expect("a limit fits");
        usize::try_from((mixed ^ (mixed >> 31)) % limit).expect("below the limit")
    }
}

/// The text with the figure in it one higher.
pub(super) fn with_next_figure(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let next = digits.parse::<u32>().expect("one figure") + 1;
    text.replacen(&digits, &next.to_string(), 1)
}
