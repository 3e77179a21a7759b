//! What a person asks the index: words, "phrases", -exclusions, and OR between two words.
//!
//! In: a line. Out: a [`Query`], and the expression that FTS5 takes. Whatever else stands in the line is plain words:
//! every word is cut by us and quoted, so no line is a fault of syntax.

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
struct Item {
    text: String,
    is_unwanted: bool,
    is_quoted: bool,
}

impl Item {
    fn is_or(&self) -> bool {
        self.text == "OR" && !self.is_quoted && !self.is_unwanted
    }
}

impl Query {
    /// Reads a line.
    ///
    /// Words stand for all of them; `"..."` and `“...”` for words that follow one another; `-` before a word or a
    /// phrase for what is not wanted; `OR`, in capitals, between two words for either.
    pub fn parse(line: &str) -> Result<Self, QueryError> {
        let items = items(line);
        let mut query = Self { wanted: Vec::new(), unwanted: Vec::new() };
        let mut is_either = false;
        for (at, item) in items.iter().enumerate() {
            let is_wanted = |item: &Item| !item.is_unwanted && !item.is_or() && Phrase::of(&item.text).is_some();
            let is_between = at > 0 && items.get(at + 1).is_some_and(is_wanted) && is_wanted(&items[at - 1]);
            if item.is_or() && is_between {
                is_either = true;
                continue;
            }
            let Some(phrase) = Phrase::of(&item.text) else { continue };
            match query.wanted.last_mut() {
                _ if item.is_unwanted => query.unwanted.push(phrase),
                Some(group) if is_either => group.push(phrase),
                _ => query.wanted.push(vec![phrase]),
            }
            is_either = false;
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

    /// The query as FTS5 takes it. Source: sqlite.org/fts5.html section 3.
    pub(in crate::store) fn expression(&self) -> String {
        let either = |group: &Vec<Phrase>| {
            let phrases: Vec<String> = group.iter().map(Phrase::expression).collect();
            format!("({})", phrases.join(" OR "))
        };
        let all: Vec<String> = self.wanted.iter().map(either).collect();
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

/// The words and quoted phrases of a line, with their signs. A quote that is not closed reaches to the end.
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
        let (text, left) = if let Some((quote, ends)) = opened {
            let inner = &body[quote.len_utf8()..];
            inner.split_once(ends).unwrap_or((inner, ""))
        } else {
            let end = body.find(|c: char| c.is_whitespace() || closing(c).is_some()).unwrap_or(body.len());
            body.split_at(end)
        };
        items.push(Item { text: text.to_owned(), is_unwanted: is_sign, is_quoted: opened.is_some() });
        rest = left.trim_start();
    }
    items
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn expression(line: &str) -> String {
        Query::parse(line).map_or_else(|error| format!("{error:?}"), |query| query.expression())
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
        assert_eq!(expression("OR"), "(\"or\")");
        assert_eq!(expression("OR 甲乙 OR"), "(\"or\") AND (\"甲乙\") AND (\"or\")");
        assert_eq!(expression("甲乙 OR -丙丁"), "((\"甲乙\") AND (\"or\")) NOT (\"丙丁\")");
        assert_eq!(
            expression("title:a NEAR(b c, 5) ^d* 'e' \"f"),
            "(\"title a\") AND (\"near b\") AND (\"c\") AND (\"5\") AND (\"d\") AND (\"e\") AND (\"f\")"
        );
        assert_eq!(expression("a-b - c"), "(\"a b\") AND (\"c\")");
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
