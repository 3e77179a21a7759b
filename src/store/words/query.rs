//! What a person asks the index: words, "phrases", -exclusions, and OR between two words.
//!
//! In: a line. Out: a [`Query`], and the expression that FTS5 takes. Whatever else stands in the line is plain words:
//! every word is cut by us and quoted, so no line is a fault of syntax. Never: a word looked for that was meant as a sign.

use super::cut;

/// Most words and phrases of a query: far more than a person types, few enough to be answered.
const MOST_PHRASES: usize = 128;

/// Why a line is no query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// It has neither letter nor figure.
    #[error("no word to search for: give at least one letter, figure or ideograph")]
    NoWords,
    /// It only says what is not wanted.
    #[error("only words that are not wanted: add one that is, as in `法治 -征收`")]
    OnlyUnwanted,
    /// A sign has no word to stand between or before.
    #[error(
        "{} is a sign: `公告 OR 通知` asks for either, `公告 NOT 征收` or `公告 -征收` for one without the other; \
         write it in quotes, \"{}\", to search for the word",
        sign.as_str(), sign.as_str()
    )]
    LoneSign {
        /// Which one.
        sign: Sign,
    },
    /// It has too many words.
    #[error("{n} words and phrases; a search takes {MOST_PHRASES}: leave some out, or put them into a \"phrase\"")]
    TooMany {
        /// How many it has.
        n: usize,
    },
}

/// What is sought: one of every group, and none of what is not wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub(super) wanted: Vec<Vec<Phrase>>,
    unwanted: Vec<Phrase>,
}

/// Words that stand one after another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrase {
    pub(super) words: Vec<String>,
    /// Whether the last word is a lone ideograph, which may go on: 号 finds 号文.
    pub(super) is_open: bool,
}

/// A part of the line.
enum Item {
    Wanted(Phrase),
    Unwanted(Phrase),
    Sign(Sign),
}

/// A word that says how others are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Either of two words.
    Or,
    /// Not this word.
    Not,
}

impl Sign {
    fn as_str(self) -> &'static str {
        match self {
            Self::Or => "OR",
            Self::Not => "NOT",
        }
    }
}

impl Item {
    /// None where it has neither letter nor figure, and for AND: all words are wanted anyway.
    fn of(text: &str, is_unwanted: bool, is_quoted: bool) -> Option<Self> {
        match text {
            "OR" if !is_quoted && !is_unwanted => Some(Self::Sign(Sign::Or)),
            "NOT" if !is_quoted && !is_unwanted => Some(Self::Sign(Sign::Not)),
            "AND" if !is_quoted && !is_unwanted => None,
            _ => Phrase::of(text).map(if is_unwanted { Self::Unwanted } else { Self::Wanted }),
        }
    }
}

impl Query {
    /// Reads a line.
    ///
    /// Words stand for all of them; `"..."` and `“...”` for words that follow one another; `-` before a word or a
    /// phrase for what is not wanted, or `NOT`; `OR`, both in capitals, between two words for either.
    pub fn parse(line: &str) -> Result<Self, QueryError> {
        let mut query = Self { wanted: Vec::new(), unwanted: Vec::new() };
        // The sign that waits for its word, and whether a wanted word stands before it.
        let (mut waiting, mut is_after_wanted) = (None, false);
        for item in items(line) {
            let is_wanted = matches!((&item, waiting), (Item::Wanted(_), None | Some(Sign::Or)));
            match (item, waiting.take()) {
                (Item::Wanted(phrase), None) => query.wanted.push(vec![phrase]),
                (Item::Wanted(phrase), Some(Sign::Or)) => {
                    query.wanted.last_mut().expect("invariant: a word stands before OR").push(phrase);
                }
                (Item::Wanted(phrase), Some(Sign::Not)) | (Item::Unwanted(phrase), None) => query.unwanted.push(phrase),
                (Item::Sign(Sign::Or), None) if is_after_wanted => waiting = Some(Sign::Or),
                (Item::Sign(Sign::Not), None) => waiting = Some(Sign::Not),
                (Item::Sign(sign), None) | (_, Some(sign)) => return Err(QueryError::LoneSign { sign }),
            }
            is_after_wanted = is_wanted;
        }
        if let Some(sign) = waiting {
            return Err(QueryError::LoneSign { sign });
        }
        query.ensure_answerable()?;
        Ok(query)
    }

    fn ensure_answerable(&self) -> Result<(), QueryError> {
        let n = self.wanted.iter().map(Vec::len).sum::<usize>() + self.unwanted.len();
        match (self.wanted.is_empty(), self.unwanted.is_empty()) {
            (true, true) => Err(QueryError::NoWords),
            (true, false) => Err(QueryError::OnlyUnwanted),
            _ if n > MOST_PHRASES => Err(QueryError::TooMany { n }),
            _ => Ok(()),
        }
    }

    /// The query as FTS5 takes it, among what stands in all of these places. Source: sqlite.org/fts5.html section 3.
    pub(in crate::store) fn expression(&self, places: &[String]) -> String {
        let either = |group: &Vec<Phrase>| {
            let phrases: Vec<String> = group.iter().map(Phrase::expression).collect();
            format!("({})", phrases.join(" OR "))
        };
        let places = places.iter().map(|place| format!("\"{place}\""));
        let all: Vec<String> = places.chain(self.wanted.iter().map(either)).collect();
        let all = all.join(" AND ");
        if self.unwanted.is_empty() { all } else { format!("({all}) NOT {}", either(&self.unwanted)) }
    }
}

impl Phrase {
    /// The words of a text; none where it has neither letter nor figure.
    fn of(text: &str) -> Option<Self> {
        let mut words: Vec<(String, usize)> = Vec::new();
        cut::each(text, |word, place| words.push((word.to_owned(), place.end)));
        let is_lone = |word: &str| word.chars().count() == 1 && word.chars().all(cut::is_ideographic);
        let mut is_open = words.last().is_some_and(|(word, _)| is_lone(word));
        // The end of a run says that nothing follows it: here something may.
        if let [.., (_, end), (_, last)] = words.as_slice()
            && is_open
            && end == last
        {
            words.pop();
            is_open = false;
        }
        let words: Vec<String> = words.into_iter().map(|(word, _)| word).collect();
        (!words.is_empty()).then_some(Self { words, is_open })
    }

    fn expression(&self) -> String {
        // Words are letters, figures and ideographs: nothing in them ends the quotes.
        format!("\"{}\"{}", self.words.join(" "), if self.is_open { " *" } else { "" })
    }
}

/// The words and quoted phrases of a line, with their signs. A quote that is not closed is none: the words behind it are
/// words.
fn items(line: &str) -> Vec<Item> {
    let closing = |c: char| match c {
        '"' | '\u{ff02}' => Some(['"', '\u{ff02}']),
        '“' => Some(['”', '"']),
        _ => None,
    };
    let mut items = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        let is_sign = matches!(first, '-' | '\u{ff0d}') && after.chars().next().is_some_and(|c| !c.is_whitespace());
        let body = if is_sign { after } else { rest };
        let opened = body.chars().next().and_then(|c| Some((c, closing(c)?)));
        let quoted = opened.and_then(|(quote, ends)| body[quote.len_utf8()..].split_once(ends));
        let (text, left) = quoted.unwrap_or_else(|| {
            let bare = opened.map_or(body, |(quote, _)| &body[quote.len_utf8()..]);
            let end = bare.find(|c: char| c.is_whitespace() || closing(c).is_some()).unwrap_or(bare.len());
            bare.split_at(end)
        });
        items.extend(Item::of(text, is_sign, quoted.is_some()));
        rest = left.trim_start();
    }
    items
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn expression(line: &str) -> String {
        Query::parse(line).map_or_else(|error| format!("{error:?}"), |query| query.expression(&[]))
    }

    #[test]
    fn words_phrases_exclusions_and_alternatives_are_read() {
        assert_eq!(expression("行政复议 2024"), "(\"行政 政复 复议\") AND (\"2024\")");
        assert_eq!(expression("\"Open Data\" -征收"), "((\"open data\")) NOT (\"征收\")");
        assert_eq!(expression("“法治 政府”\u{ff0d}\"年度 报告\""), "((\"法治 治政 政府\")) NOT (\"年度 度报 报告\")");
        assert_eq!(expression("公告 OR 通知 OR 通报 教育"), "(\"公告\" OR \"通知\" OR \"通报\") AND (\"教育\")");
        assert_eq!(expression("号"), "(\"号\" *)");
        assert_eq!(expression("国发〔2024〕5号"), "(\"国发 发 2024 5 号\" *)");
        assert_eq!(expression("去年2023"), "(\"去年 年 2023\")");
    }

    #[test]
    fn what_looks_like_syntax_is_plain_words() {
        assert_eq!(
            expression("title:a NEAR(b c, 5) ^d* 'e' \"f"),
            "(\"title a\") AND (\"near b\") AND (\"c\") AND (\"5\") AND (\"d\") AND (\"e\") AND (\"f\")"
        );
        assert_eq!(expression("a-b - c"), "(\"a b\") AND (\"c\")");
    }

    #[test]
    fn a_quote_that_is_not_closed_keeps_no_words_together() {
        for line in ["\"法治 政府", "法治 政府\"", "“法治 政府", "法治 \" 政府"] {
            assert_eq!(expression(line), "(\"法治\") AND (\"政府\")", "{line}");
        }
        assert_eq!(expression("\"法治 政府\" \"年度"), "(\"法治 治政 政府\") AND (\"年度\")");
        assert_eq!(expression("年度 -\"法治 政府"), "((\"年度\") AND (\"政府\")) NOT (\"法治\")");
    }

    #[test]
    fn signs_say_how_words_are_meant_or_that_they_have_none() {
        assert_eq!(expression("公告 NOT 征收"), "((\"公告\")) NOT (\"征收\")");
        assert_eq!(expression("公告 AND NOT \"征收 土地\""), "((\"公告\")) NOT (\"征收 收土 土地\")");
        assert_eq!(expression("公告 AND 通知"), expression("公告 通知"));
        assert_eq!(expression("\"OR\" or not"), "(\"or\") AND (\"or\") AND (\"not\")");
        for line in
            ["OR", "OR 甲乙", "甲乙 OR", "甲乙 OR OR 丙丁", "甲乙 OR -丙丁", "甲乙 -丙丁 OR 戊己", "甲乙 OR NOT 丙丁"]
        {
            assert_eq!(Query::parse(line), Err(QueryError::LoneSign { sign: Sign::Or }), "{line}");
        }
        for line in ["NOT", "甲乙 NOT", "甲乙 NOT -丙丁", "甲乙 NOT NOT 丙丁"] {
            assert_eq!(Query::parse(line), Err(QueryError::LoneSign { sign: Sign::Not }), "{line}");
        }
    }

    #[test]
    fn what_cannot_be_answered_says_why() {
        for line in ["", " ", "\"\"", "——", "- \"，\""] {
            assert_eq!(Query::parse(line), Err(QueryError::NoWords), "{line}");
        }
        assert_eq!(Query::parse("-征收"), Err(QueryError::OnlyUnwanted));
        assert_eq!(Query::parse(&"甲乙 ".repeat(129)), Err(QueryError::TooMany { n: 129 }));
    }

    proptest! {
        #[test]
        fn nothing_leaves_the_quotes(line in ".{0,40}") {
            if let Ok(query) = Query::parse(&line) {
                for phrase in query.wanted.iter().flatten().chain(&query.unwanted) {
                    prop_assert!(phrase.words.iter().all(|word| word.chars().all(char::is_alphanumeric)
                        || !word.is_ascii()), "{:?}", phrase);
                    prop_assert!(phrase.words.iter().all(|word| !word.contains(['"', '\0', ' ', '*'])));
                }
            }
        }
    }
}
