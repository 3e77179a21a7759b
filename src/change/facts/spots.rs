//! Spots of a text that say one thing: a date, a figure with its unit, a name, a document number.
//!
//! In: a line, folded and without idle white space. Out: spots in order, none overlapping. Never: a word of running text
//! for a name; a name stands in 《》 or behind `联系人:` and the like.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::FactKind;
use crate::page::pattern;

/// A spot and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) kind: FactKind,
    /// In bytes of the text.
    pub(super) at: Range<usize>,
}

/// Units, the longer ones first.
const UNITS: &str = "个百分点|万人次|平方公里|平方米|公里|万元|亿元|万人|万件|万亩|人次|件次|小时|分钟|元|人|件|起|次|份|个|项|条|家|\
     户|名|场|期|宗|例|篇|部|亩|吨|天|所|支|套|批|处|辆|台|张|本|册|座|类|级|岁|分|轮|站|村|米";

static SPOT: LazyLock<Regex> = LazyLock::new(|| {
    let doc_no = r"(?P<doc_no>\p{Han}{2,8}[〔\[(](?:19|20)[0-9]{2}[〕\])]第?[0-9]{1,5}号)";
    let date = r"(?P<date>(?:19|20)[0-9]{2}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?|(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}月[0-9]{1,2}日)";
    let paper = r"(?P<paper>《[^《》\n]{1,60}》)";
    let office = r"(?:联系人|负责人|经办人|签发人|法定代表人|局长|县长|区长|市长|乡长|镇长|主任|书记|所长)";
    let person = format!(r"{office}:(?P<person>\p{{Han}}{{2,4}})(?:[,。、;)\n\t]|$)");
    let figure = format!(r"(?P<figure>[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?(?:[余多]?(?:[%‰]|{UNITS}))?)");
    pattern(&[doc_no, date, paper, &person, &figure].join("|"))
});

const GROUPS: [(&str, FactKind); 5] = [
    ("doc_no", FactKind::DocNo),
    ("date", FactKind::Date),
    ("paper", FactKind::Name),
    ("person", FactKind::Name),
    ("figure", FactKind::Figure),
];

/// The spots of a text.
pub(super) fn of(text: &str) -> Vec<Spot> {
    let spot = |found: regex::Captures<'_>| {
        let (kind, at) = GROUPS.iter().find_map(|(name, kind)| Some((*kind, found.name(name)?.range())))?;
        let n_idle = if kind == FactKind::DocNo { n_idle(&text[at.clone()]) } else { 0 };
        Some(Spot { kind, at: at.start + n_idle..at.end })
    };
    SPOT.captures_iter(text).filter_map(spot).collect()
}

/// Bytes of the words that a sentence puts before a document number, which are no part of it.
fn n_idle(number: &str) -> usize {
    const WORDS: [&str; 11] = ["按照", "根据", "依据", "依照", "落实", "贯彻", "印发", "和", "与", "及", "以"];
    let mut rest = number;
    while let Some(shorter) = WORDS.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = shorter;
    }
    number.len() - rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(FactKind, &str)> {
        of(text).into_iter().map(|spot| (spot.kind, &text[spot.at])).collect()
    }

    #[test]
    fn each_spot_is_read_whole_and_by_its_sort() {
        use FactKind::{Date, DocNo, Figure, Name};
        let text = "依据《行政许可法》和县府发〔2024〕3号,2023年1月2日至3月5日办理1,234.5万元、80余件,占3%。局长:张三,";
        let expected = [
            (Name, "《行政许可法》"),
            (DocNo, "县府发〔2024〕3号"),
            (Date, "2023年1月2日"),
            (Date, "3月5日"),
            (Figure, "1,234.5万元"),
            (Figure, "80余件"),
            (Figure, "3%"),
            (Name, "张三"),
        ];
        assert_eq!(read(text), expected);
        assert_eq!(read("主任会议研究决定"), []);
    }
}
