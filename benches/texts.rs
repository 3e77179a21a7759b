//! Texts like annual reports and stock notices, with reprints and look-alikes planted among them.
//!
//! In: how many, and a seed; the clauses are those of the sample reports. Out: Documents, and which pairs of them are one
//! text. Never: chance that is not the seed's; the same seed gives the same texts in every run.

use std::collections::BTreeMap;

use govwatch::model::{Block, BlockKind, Document};

use super::clauses::{Chance, Text, clauses, report};

/// Characters that an editor's other words begin with.
const OTHER_WORDS: &str =
    "的了在是和有人这中大为上个国以要他时来用们生到作地于出就分对成会可主发年动同工也能过子说产种面而方后多定行学所";

/// How a planted text is made from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Plant {
    /// Another head and foot.
    Framed,
    /// A sentence put in.
    Line,
    /// One character in a hundred changed.
    OneInHundred,
    /// One character in twenty changed.
    OneInTwenty,
    /// One sentence in twenty changed, added or left out.
    Sentences,
    /// Its end cut off, up to the half.
    Cut,
    /// A stock notice with another head and foot.
    FramedNotice,
}

/// Two texts that are one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    /// The place of the original.
    pub(crate) original: usize,
    /// The place of the reprint.
    pub(crate) reprint: usize,
    /// What was done to it.
    pub(crate) plant: Plant,
}

/// Texts, and the pairs among them.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// In the order of publication.
    pub(crate) documents: Vec<Document>,
    /// The planted reprints.
    pub(crate) pairs: Vec<Pair>,
}

/// At least so many texts.
///
/// Of ten reports six have a reprint. One has look-alikes in the next county and of the years before, one has one of the
/// year before with a third of it written anew, and one has one with nothing but the place changed. Beside each report
/// stand three stock notices of four forms.
pub(crate) fn texts(n: usize, seed: u64) -> Texts {
    let mut chance = Chance(seed);
    let clauses = clauses();
    let mut texts = Texts::default();
    while texts.documents.len() < n {
        let form: Vec<&String> = (0..12 + chance.below(40)).map(|_| chance.of(&clauses)).collect();
        let (place, year) = (chance.place(), 2015 + chance.below(11));
        let report = report(&form, &place, year, &mut chance);
        let original = texts.add(&report);
        let plants =
            [Plant::Framed, Plant::Line, Plant::OneInHundred, Plant::OneInTwenty, Plant::Sentences, Plant::Cut];
        match chance.below(10) {
            at @ 0..6 => texts.plant(original, plants[at], &planted(&report, plants[at], &clauses, &mut chance)),
            6 => look_alikes(&mut texts, &form, &place, year, &mut chance),
            7 => {
                let rewritten: Vec<&String> =
                    form.iter().map(|&kept| if chance.below(3) == 0 { chance.of(&clauses) } else { kept }).collect();
                texts.add(&self::report(&rewritten, &place, year - 1, &mut chance));
            }
            8 => drop(texts.add(&report.with(&place, &chance.place()))),
            _ => {}
        }
        for _ in 0..3 {
            let notice = notice(&mut chance);
            let original = texts.add(&notice);
            if chance.below(10) == 0 {
                texts.plant(original, Plant::FramedNotice, &framed(&notice, &mut chance));
            }
        }
    }
    texts
}

/// The next county's report of the same form, and the same county's of the years before.
fn look_alikes(texts: &mut Texts, form: &[&String], place: &str, year: usize, chance: &mut Chance) {
    let next = chance.place();
    texts.add(&report(form, &next, year, chance));
    texts.add(&report(form, place, year - 1, chance));
    texts.add(&report(form, place, year - 2, chance));
}

impl Texts {
    fn add(&mut self, text: &Text) -> usize {
        let blocks = text.lines.iter().filter(|line| !line.is_empty());
        self.documents.push(Document {
            title: Some(text.title.clone()),
            blocks: blocks.map(|line| Block::new(BlockKind::Paragraph, line.trim())).collect(),
            ..Document::default()
        });
        self.documents.len() - 1
    }

    /// A text in which chance changed nothing is a copy, and no reprint that only resembles.
    fn plant(&mut self, original: usize, plant: Plant, text: &Text) {
        let reprint = self.add(text);
        if self.documents[original].blocks != self.documents[reprint].blocks {
            self.pairs.push(Pair { original, reprint, plant });
        }
    }

    /// How many pairs there are of each sort.
    pub(crate) fn n_planted(&self) -> BTreeMap<Plant, usize> {
        self.pairs.iter().fold(BTreeMap::new(), |mut counts, pair| {
            *counts.entry(pair.plant).or_default() += 1;
            counts
        })
    }
}

impl Text {
    fn map(&self, mut with: impl FnMut(&str) -> String) -> Self {
        Self { title: self.title.clone(), lines: self.lines.iter().map(|line| with(line)).collect() }
    }

    fn with(&self, old: &str, new: &str) -> Self {
        Self { title: self.title.replace(old, new), ..self.map(|line| line.replace(old, new)) }
    }
}

/// A stock notice: one of four forms, the place, the year and a few figures put in.
#[expect(clippy::too_many_lines, reason = "a table of four forms")]
fn notice(chance: &mut Chance) -> Text {
    let (place, year) = (chance.place(), 2015 + chance.below(11));
    let mut n = |below: usize| 1 + chance.below(below);
    let lines = match n(4) {
        1 => format!(
            "{place}人民政府办公室关于{year}年国庆节放假安排的通知\n各镇人民政府、街道办事处,县直各部门:根据上级通知精神,现将{year}年国庆节放假安排通知如下:10月1日至7日放假调休,共7天。9月{}日、10月{}日上班。节假日期间,各级各部门要妥善安排好值班和安全、保卫等工作,遇有重大突发事件,要按规定及时报告并妥善处置,确保人民群众祥和平安度过节日假期。值班电话:{}。\n{place}人民政府办公室\n{year}年9月{}日",
            20 + n(9),
            7 + n(3),
            6_000_000 + n(999_999),
            10 + n(18)
        ),
        2 => format!(
            "{place}财政局{year}年部门预算公开说明\n根据《中华人民共和国预算法》和上级有关规定,现将{place}财政局{year}年部门预算公开如下:一、部门主要职责。贯彻执行国家财税方针政策,拟订并组织实施全县财政发展规划。二、部门预算收支情况。{year}年收入预算{}万元,支出预算{}万元,其中基本支出{}万元,项目支出{}万元。三、“三公”经费预算{}万元,比上年下降{}%。\n{place}财政局\n{year}年2月{}日",
            n(9000),
            n(9000),
            n(900),
            n(900),
            n(90),
            n(30),
            n(28)
        ),
        3 => format!(
            "{place}{year}年政府信息公开工作年度报告\n本单位{year}年度政府信息公开工作年度报告依据《中华人民共和国政府信息公开条例》要求编制。本年度收到政府信息公开申请{}件,结转上年{}件,予以公开{}件,部分公开{}件,不予公开{}件。行政复议{}件,行政诉讼{}件。存在的主要问题:公开内容有待进一步丰富,队伍建设有待加强。下一步将加强培训,提升水平。其他需要报告的事项:无。本年度未收取信息处理费。",
            n(99),
            n(9),
            n(99),
            n(20),
            n(20),
            n(9),
            n(9)
        ),
        _ => format!(
            "{place}自然资源局国有建设用地使用权拍卖出让公告\n经{place}人民政府批准,{place}自然资源局决定以公开拍卖方式出让{}(幅)地块的国有土地使用权。现将有关事项公告如下:一、拍卖出让地块的基本情况和规划指标要求:宗地编号{year}-{}号,宗地总面积{}平方米,容积率不大于{}.{},起始价{}万元,保证金{}万元。二、中华人民共和国境内外的法人、自然人和其他组织均可申请参加。三、本次拍卖出让按照价高者得原则确定竞得人。联系电话:{}。",
            n(5),
            n(99),
            1000 + n(90_000),
            n(3),
            n(9),
            100 + n(9000),
            50 + n(900),
            6_000_000 + n(999_999)
        ),
    };
    let lines: Vec<String> = lines.lines().map(str::to_owned).collect();
    Text { title: lines[0].clone(), lines }
}

fn planted(report: &Text, plant: Plant, clauses: &[String], chance: &mut Chance) -> Text {
    match plant {
        Plant::Framed | Plant::FramedNotice => framed(report, chance),
        Plant::Line => {
            let mut lines = report.lines.clone();
            lines.insert(1 + chance.below(lines.len() - 1), chance.of(clauses).replace("{}", "本地"));
            Text { lines, ..report.clone() }
        }
        Plant::OneInHundred => scattered(report, 100, chance),
        Plant::OneInTwenty => scattered(report, 20, chance),
        Plant::Sentences => report.map(|line| {
            let sentences = line.split_inclusive('。').map(|sentence| match chance.below(60) {
                0 => String::new(),
                1 => format!("{sentence}{}", chance.of(clauses).replace("{}", "本地")),
                2 => chance.of(clauses).replace("{}", "本地"),
                _ => sentence.to_owned(),
            });
            sentences.collect()
        }),
        Plant::Cut => {
            let n_chars: usize = report.lines.iter().map(|line| line.chars().count()).sum();
            let mut left = n_chars * (50 + chance.below(45)) / 100;
            report.map(|line| {
                let kept: String = line.chars().take(left).collect();
                left -= kept.chars().count();
                kept
            })
        }
    }
}

/// One character in so many is another one.
fn scattered(text: &Text, one_in: usize, chance: &mut Chance) -> Text {
    let others: Vec<char> = OTHER_WORDS.chars().collect();
    text.map(|line| line.chars().map(|c| if chance.below(one_in) == 0 { *chance.of(&others) } else { c }).collect())
}

/// What another portal puts around a text that it reprints.
fn framed(text: &Text, chance: &mut Chance) -> Text {
    let place = chance.place();
    let head =
        format!("来源:{place}人民政府网 发布时间:2026-03-{:02} 浏览次数:{}", 1 + chance.below(28), chance.below(9999));
    let foot = format!("主办:{place}人民政府 承办:{place}大数据中心 联系电话:{}", 1_000_000 + chance.below(8_000_000));
    let frame = [vec![head], text.lines.clone(), vec!["责任编辑:办公室".to_owned(), foot]];
    Text { title: format!("转发:{}", text.title), lines: frame.concat() }
}
