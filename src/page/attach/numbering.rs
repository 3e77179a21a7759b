//! The numbers that Word sets before paragraphs of a list: 一、 (二) 3. 第四条
//!
//! In: the parts `numbering.xml` and `styles.xml`. Out: the label of each paragraph, in order. Never: the bullets of a
//! list without numbers.
//!
//! Source: ECMA-376 part 1, 17.9.

use std::collections::HashMap;

use super::AttachError;
use super::flow::Numbering;
use super::xml::{Element, Mark, Part};

/// Levels of a list. Source: ECMA-376 part 1, 17.9.3.
const LEVELS: usize = 9;

/// How one level is numbered.
#[derive(Debug, Clone)]
struct Level {
    start: u32,
    format: String,
    /// The label; `%1` stands for the number of the first level.
    text: String,
}

/// All lists of a document and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// Levels by the id of the abstract list.
    models: HashMap<String, Vec<Option<Level>>>,
    /// The abstract list of each list.
    model_of: HashMap<String, String>,
    /// The list and level that a style sets.
    styles: HashMap<String, (String, usize)>,
    /// Counts by abstract list: its lists count on together.
    counts: HashMap<String, [Option<u32>; LEVELS]>,
}

impl Lists {
    /// Reads the two parts; empty text where there is none. **Errors**: `Broken` where one is not well-formed.
    pub(super) fn read(numbering: &str, styles: &str) -> Result<Self, AttachError> {
        let mut lists = Self::default();
        lists.read_models(numbering)?;
        lists.read_styles(styles)?;
        Ok(lists)
    }

    fn read_models(&mut self, xml: &str) -> Result<(), AttachError> {
        let mut part = Part::new(xml, "DOCX");
        let (mut model, mut list) = (String::new(), String::new());
        let mut level: Option<usize> = None;
        while let Some(mark) = part.next()? {
            let Mark::Open(element) = mark else { continue };
            match element.name() {
                "abstractNum" => {
                    model = element.get("abstractNumId").unwrap_or_default();
                    self.models.insert(model.clone(), vec![None; LEVELS]);
                }
                "lvl" => level = level_of(element.get("ilvl").as_deref()),
                "num" => {
                    list = element.get("numId").unwrap_or_default();
                    // Levels that follow overrule those of one list; they are too rare to be told apart.
                    level = None;
                    model.clear();
                }
                "abstractNumId" => {
                    self.model_of.insert(list.clone(), element.get("val").unwrap_or_default());
                }
                _ => self.set(&model, level, &element),
            }
        }
        Ok(())
    }

    /// What an element inside a level says of it.
    fn set(&mut self, model: &str, level: Option<usize>, element: &Element<'_>) {
        let Some(level) = level else { return };
        let Some(slot) = self.models.get_mut(model).and_then(|levels| levels.get_mut(level)) else { return };
        let known = slot.get_or_insert_with(|| Level { start: 1, format: String::new(), text: String::new() });
        let value = element.get("val").unwrap_or_default();
        match element.name() {
            "start" => known.start = value.parse().unwrap_or(1),
            "numFmt" => known.format = value,
            "lvlText" => known.text = value,
            _ => {}
        }
    }

    fn read_styles(&mut self, xml: &str) -> Result<(), AttachError> {
        let mut part = Part::new(xml, "DOCX");
        let (mut style, mut level) = (String::new(), 0);
        while let Some(mark) = part.next()? {
            let Mark::Open(element) = mark else { continue };
            match element.name() {
                "style" => (style, level) = (element.get("styleId").unwrap_or_default(), 0),
                "ilvl" => level = level_of(element.get("val").as_deref()).unwrap_or(0),
                "numId" => {
                    self.styles.insert(style.clone(), (element.get("val").unwrap_or_default(), level));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The list and level of a paragraph: its own, else its style's.
    fn place(&self, style: Option<&str>, list: Option<&str>, level: Option<&str>) -> Option<(String, usize)> {
        match list {
            Some(list) => Some((list.to_owned(), level_of(level).unwrap_or(0))),
            None => self.styles.get(style?).cloned(),
        }
    }
}

impl Numbering for Lists {
    fn label(&mut self, style: Option<&str>, list: Option<&str>, level: Option<&str>) -> String {
        let label = || {
            let (list, level) = self.place(style, list, level)?;
            let model = self.model_of.get(&list)?;
            let levels = self.models.get(model)?;
            let own = levels.get(level)?.as_ref()?;
            let counts = self.counts.entry(model.clone()).or_default();
            let count = counts[level].map_or(own.start, |count| count.saturating_add(1));
            counts[level] = Some(count);
            counts[level + 1..].fill(None);
            if matches!(own.format.as_str(), "bullet" | "none") {
                return None;
            }
            let mut label = own.text.clone();
            for (place, shown) in levels.iter().enumerate().take(level + 1) {
                let Some(shown) = shown else { continue };
                let number = counts[place].unwrap_or(shown.start);
                label = label.replace(&format!("%{}", place + 1), &written(number, &shown.format));
            }
            Some(label)
        };
        let mut label = label;
        spaced(label().unwrap_or_default())
    }
}

/// A label that a file itself shows; a bullet is none.
pub(super) fn shown(label: &str) -> String {
    let is_number = label.contains(|c: char| c.is_alphanumeric());
    if is_number { spaced(label.trim().to_owned()) } else { String::new() }
}

/// A label and what parts it from the text.
fn spaced(label: String) -> String {
    let ends_in_mark = label.ends_with(|c: char| !c.is_ascii() || c == ')');
    if label.is_empty() || ends_in_mark { label } else { format!("{label} ") }
}

fn level_of(value: Option<&str>) -> Option<usize> {
    value?.parse().ok().filter(|level| *level < LEVELS)
}

/// A number as a format writes it. Source: ECMA-376 part 1, 17.18.59.
fn written(number: u32, format: &str) -> String {
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "ideographDigital"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand" => chinese(number),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if (1..=20).contains(&number) => {
            char::from_u32(0x2460 + number - 1).map_or_else(|| number.to_string(), String::from)
        }
        "decimalZero" => format!("{number:02}"),
        "upperLetter" | "lowerLetter" if (1..=26).contains(&number) => {
            let first = if format == "upperLetter" { 'A' } else { 'a' };
            char::from_u32(u32::from(first) + number - 1).map_or_else(|| number.to_string(), String::from)
        }
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).to_lowercase(),
        _ => number.to_string(),
    }
}

/// 1 to 99 in Chinese numerals; others in digits, as no list of a report goes so far.
fn chinese(number: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = (number as usize / 10, number as usize % 10);
    match (tens, ones) {
        (0, 0) => "〇".to_owned(),
        (0, ones) => DIGITS[ones].to_owned(),
        (1, ones) => format!("十{}", DIGITS[ones]),
        (2..=9, ones) => format!("{}十{}", DIGITS[tens], DIGITS[ones]),
        _ => number.to_string(),
    }
}

/// 1 to 399 in Roman numerals; others in digits.
fn roman(number: u32) -> String {
    const SIGNS: [(u32, &str); 9] =
        [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    if !(1..400).contains(&number) {
        return number.to_string();
    }
    let mut left = number;
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while left >= value {
            text.push_str(sign);
            left -= value;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_counts_its_levels() {
        let numbering = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0">
            <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
            <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
            </w:abstractNum><w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#;
        let mut lists = Lists::read(numbering, "").unwrap();
        let mut label = |level| lists.label(None, Some("5"), Some(level));
        assert_eq!([label("0"), label("1"), label("1"), label("0"), label("1")], ["一、", "1. ", "2. ", "二、", "1. "]);
        assert_eq!(lists.label(None, Some("0"), None), "");
    }

    #[test]
    fn numbers_are_written_as_the_format_says() {
        assert_eq!(written(21, "chineseCountingThousand"), "二十一");
        assert_eq!(written(10, "japaneseCounting"), "十");
        assert_eq!(written(3, "decimalEnclosedCircle"), "③");
        assert_eq!(written(14, "lowerRoman"), "xiv");
    }
}
