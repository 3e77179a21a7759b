//! Texts made of the clauses of the sample reports, each with places, years and figures of its own.
//!
//! In: a [`Chance`]. Out: the clauses, and reports made of them. Never: chance that is not the seed's.

/// The sample reports that the clauses are taken from.
const SAMPLES: [&str; 5] = [
    include_str!("../src/demo/reports/000.txt"),
    include_str!("../src/demo/reports/001.txt"),
    include_str!("../src/demo/reports/002.txt"),
    include_str!("../src/demo/reports/003.txt"),
    include_str!("../src/demo/reports/004.txt"),
];

/// Places that the sample reports name, for which others are put in.
const NAMED: [&str; 9] =
    ["石柱土家族自治县", "兴县", "江源区", "白山市", "陆良县", "三星乡", "官仓镇", "石柱县", "石柱"];

/// Ideographs that names of places are made of, from this one on: so many that two places with one name are rare.
const FIRST_SYLLABLE: u32 = 0x510a;
const N_SYLLABLES: usize = 700;

/// A text before it is a Document.
#[derive(Clone)]
pub(crate) struct Text {
    pub(crate) title: String,
    pub(crate) lines: Vec<String>,
}

/// The sentences of the samples, the places in them left open.
pub(crate) fn clauses() -> Vec<String> {
    let sentences = SAMPLES.iter().flat_map(|sample| sample.lines()).flat_map(|line| line.split_inclusive(['。', ';']));
    let fitting = sentences.filter(|sentence| (12..=160).contains(&sentence.chars().count()));
    let open = |sentence: &str| NAMED.iter().fold(sentence.to_owned(), |text, name| text.replace(name, "{}"));
    fitting.map(open).collect()
}

/// An annual report of these clauses.
pub(crate) fn report(form: &[&String], place: &str, year: usize, chance: &mut Chance) -> Text {
    let title = format!("{place}{year}年度法治政府建设情况报告");
    let mut lines = vec![title.clone(), format!("{year}年,{place}坚持依法行政,现将有关情况报告如下:")];
    for chapter in form.chunks(4) {
        lines.push(chapter.iter().map(|clause| filled(clause, place, year, chance)).collect());
    }
    lines.push(format!("{place}人民政府"));
    lines.push(format!("{year}年1月{}日", 1 + chance.below(28)));
    Text { title, lines }
}

/// A clause with its place, its years moved, and figures of its own.
fn filled(clause: &str, place: &str, year: usize, chance: &mut Chance) -> String {
    let chars: Vec<char> = clause.replace("{}", place).chars().collect();
    let mut text = String::new();
    let mut at = 0;
    while at < chars.len() {
        let n_digits = chars[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        let figure: String = chars[at..at + n_digits].iter().collect();
        let is_year = n_digits == 4 && figure.starts_with("20");
        match (n_digits, figure.parse::<usize>()) {
            (0, _) => text.push(chars[at]),
            (_, Ok(stated)) if is_year => text.push_str(&(stated + year - 2024).to_string()),
            (_, Ok(100)) => text.push_str("100"),
            _ => (0..n_digits).for_each(|place| {
                let digit = if place == 0 { 1 + chance.below(9) } else { chance.below(10) };
                text.push_str(&digit.to_string());
            }),
        }
        at += n_digits.max(1);
    }
    text
}

/// A row of numbers that looks like chance. Source: SplitMix64.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ bits >> 31
    }

    /// A number from 0 on.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap_or_default()
    }

    /// One of a list.
    pub(crate) fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// One of a million and a half names.
    pub(crate) fn place(&mut self) -> String {
        let mut syllable = || {
            let at = u32::try_from(self.below(N_SYLLABLES)).unwrap_or_default();
            char::from_u32(FIRST_SYLLABLE + at * 17).unwrap_or('安')
        };
        let name = [syllable(), syllable()];
        format!("{}{}{}", name[0], name[1], self.of(&['县', '县', '区', '市']))
    }
}
