//! Where the words of a query stand in the texts of a revision, and what to show around them.
//!
//! In: a query and texts. Out: [`Snippet`]s, the places of the words in them as characters. Never: a line end in a
//! snippet.

use std::collections::HashMap;
use std::ops::Range;

use serde::Serialize;

use super::cut;
use super::query::{Phrase, Query};

/// Characters of a snippet: two lines of a terminal.
const LONGEST: usize = 90;
/// Characters before the first word: enough to know what is spoken of.
const BEFORE: usize = 24;

/// Which part of a report a snippet is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SnippetPart {
    /// Its title.
    Title,
    /// Its number, source or authority.
    Field,
    /// Its body.
    Body,
    /// The text of a file.
    Attachment,
}

/// A stretch of a text around the words that were sought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// Where it is from.
    pub part: SnippetPart,
    /// The file's title.
    pub attachment: Option<String>,
    /// The stretch, on one line; cells of a row are joined by a tab.
    pub snippet: String,
    /// Where the words stand in it: characters, from and to, in order; none overlap.
    pub hits: Vec<(usize, usize)>,
    /// Whether its line begins before it.
    pub is_cut_before: bool,
    /// Whether its line goes on after it.
    pub is_cut_after: bool,
}

/// A text to look into.
#[expect(clippy::struct_field_names, reason = "named as in a Snippet")]
pub(in crate::store) struct Part<'a> {
    pub(in crate::store) part: SnippetPart,
    pub(in crate::store) attachment: Option<&'a str>,
    pub(in crate::store) text: &'a str,
}

/// The phrases of a query that were not shown yet.
pub(in crate::store) struct Sought<'a> {
    phrases: Vec<&'a Phrase>,
    is_shown: Vec<bool>,
}

/// A phrase in a text.
struct Hit {
    phrase: usize,
    chars: Range<usize>,
}

/// A word of a text; those that no phrase has are all number 0.
struct Word {
    number: usize,
    first: char,
    chars: Range<usize>,
}

impl<'a> Sought<'a> {
    pub(in crate::store) fn of(query: &'a Query) -> Self {
        let phrases: Vec<&Phrase> = query.wanted.iter().flatten().collect();
        Self { is_shown: vec![false; phrases.len()], phrases }
    }

    /// Whether every phrase was shown.
    pub(in crate::store) fn is_done(&self) -> bool {
        self.is_shown.iter().all(|is_shown| *is_shown)
    }

    /// The best stretch of this text; none where it has no phrase that was not shown before.
    pub(in crate::store) fn snippet(&mut self, part: &Part<'_>) -> Option<Snippet> {
        let hits = self.hits(part.text);
        let best = self.best(&hits)?;
        let chars: Vec<char> = part.text.chars().collect();
        let (line, range) = around(&chars, best);
        for hit in hits.iter().filter(|hit| range.start <= hit.chars.start && hit.chars.end <= range.end) {
            self.is_shown[hit.phrase] = true;
        }
        Some(Snippet {
            part: part.part,
            attachment: part.attachment.map(str::to_owned),
            snippet: chars[range.clone()].iter().collect(),
            hits: spans(&hits, &range),
            is_cut_before: range.start > line.start,
            is_cut_after: range.end < line.end,
        })
    }

    /// The first of the hits that have the most phrases beside them which were not shown yet. Each looks no further than
    /// a snippet goes, however many there are.
    fn best<'h>(&self, hits: &'h [Hit]) -> Option<&'h Hit> {
        let most = self.is_shown.iter().filter(|is_shown| !**is_shown).count();
        // By which hit a phrase was counted last.
        let mut counted_by = vec![usize::MAX; self.phrases.len()];
        let (mut best, mut n_best, mut same_start) = (None, 0, 0);
        for (at, first) in hits.iter().enumerate() {
            if hits[same_start].chars.start < first.chars.start {
                same_start = at;
            }
            let end = first.chars.start + LONGEST - BEFORE;
            let mut n_new = 0;
            for hit in hits[same_start..].iter().take_while(|hit| hit.chars.start < end) {
                let is_new = hit.chars.end <= end && !self.is_shown[hit.phrase] && counted_by[hit.phrase] != at;
                if is_new {
                    counted_by[hit.phrase] = at;
                    n_new += 1;
                }
            }
            if n_new > n_best {
                (best, n_best) = (Some(first), n_new);
            }
            if n_best == most {
                break;
            }
        }
        best
    }

    /// Every place of every phrase, in order.
    fn hits(&self, text: &str) -> Vec<Hit> {
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        for word in self.phrases.iter().flat_map(|phrase| &phrase.words) {
            let next = numbers.len() + 1;
            numbers.entry(word).or_insert(next);
        }
        let mut words: Vec<Word> = Vec::new();
        cut::each(text, |word, chars| {
            let number = numbers.get(word).copied().unwrap_or(0);
            words.push(Word { number, first: word.chars().next().unwrap_or(' '), chars });
        });
        let mut hits = Vec::new();
        for (at, phrase) in self.phrases.iter().enumerate() {
            let sought: Vec<usize> = phrase.words.iter().map(|word| numbers[word.as_str()]).collect();
            hits.extend(places(&words, phrase, &sought).map(|chars| Hit { phrase: at, chars }));
        }
        hits.sort_by_key(|hit| (hit.chars.start, hit.chars.end));
        hits
    }
}

/// Where a phrase stands among the words of a text.
fn places<'a>(words: &'a [Word], phrase: &'a Phrase, sought: &'a [usize]) -> impl Iterator<Item = Range<usize>> + 'a {
    let n = sought.len();
    let last = phrase.words[n - 1].chars().next().unwrap_or(' ');
    words.windows(n).filter_map(move |here| {
        let n_whole = if phrase.is_open { n - 1 } else { n };
        let is_here = here.iter().zip(&sought[..n_whole]).all(|(word, number)| word.number == *number);
        let end = &here[n - 1];
        if !is_here || (phrase.is_open && end.first != last) {
            return None;
        }
        // Of a pair that begins with the ideograph only that one is meant.
        let end = if phrase.is_open { end.chars.start + 1 } else { end.chars.end };
        Some(here[0].chars.start..end)
    })
}

/// The line of a hit, and the stretch of it to show.
fn around(chars: &[char], hit: &Hit) -> (Range<usize>, Range<usize>) {
    let is_end = |c: &char| matches!(c, '\n' | '\r');
    let line_start = chars[..hit.chars.start].iter().rposition(is_end).map_or(0, |at| at + 1);
    let line_end = chars[hit.chars.end..].iter().position(is_end).map_or(chars.len(), |at| hit.chars.end + at);
    // A line whose end is near is shown to its end, with more before the hit.
    let start = hit.chars.start.saturating_sub(BEFORE).min(line_end.saturating_sub(LONGEST)).max(line_start);
    let end = (start + LONGEST).max(hit.chars.end).min(line_end);
    (line_start..line_end, start..end)
}

/// The hits of a stretch, counted from its start; what touches is one.
fn spans(hits: &[Hit], shown: &Range<usize>) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for hit in hits.iter().filter(|hit| shown.start <= hit.chars.start && hit.chars.end <= shown.end) {
        let (from, to) = (hit.chars.start - shown.start, hit.chars.end - shown.start);
        match spans.last_mut() {
            Some((_, last)) if from <= *last => *last = to.max(*last),
            _ => spans.push((from, to)),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(query: &str, text: &str) -> Option<String> {
        let query = Query::parse(query).expect("a query");
        let snippet = Sought::of(&query).snippet(&Part { part: SnippetPart::Body, attachment: None, text })?;
        let mut marked = String::from(if snippet.is_cut_before { "…" } else { "" });
        for (at, c) in snippet.snippet.chars().enumerate() {
            marked.extend(snippet.hits.iter().filter(|hit| hit.0 == at).map(|_| '['));
            marked.push(c);
            marked.extend(snippet.hits.iter().filter(|hit| hit.1 == at + 1).map(|_| ']'));
        }
        Some(marked + if snippet.is_cut_after { "…" } else { "" })
    }

    #[test]
    fn every_word_is_marked_where_it_stands() {
        assert_eq!(marked("复议 15", "行政复议15件").as_deref(), Some("行政[复议15]件"));
        assert_eq!(marked("号", "国发5号文和号码").as_deref(), Some("国发5[号]文和[号]码"));
        assert_eq!(marked("行政复议", "行 政 复 议案").as_deref(), Some("[行 政 复 议]案"));
        assert_eq!(marked("open", "An \u{ff2f}pen door").as_deref(), Some("An [\u{ff2f}pen] door"));
        assert_eq!(marked("征收", "征求"), None);
    }

    #[test]
    fn the_stretch_with_most_words_is_shown_within_its_line() {
        let far = format!("甲乙\n{}\n先甲乙,再丙丁\n尾", "戊".repeat(200));
        assert_eq!(marked("甲乙 丙丁", &far).as_deref(), Some("先[甲乙],再[丙丁]"));
        let long = format!("{}甲乙{}", "一".repeat(60), "二".repeat(100));
        let shown = marked("甲乙", &long).expect("a snippet");
        assert_eq!(shown, format!("…{}[甲乙]{}…", "一".repeat(24), "二".repeat(64)));
    }

    #[test]
    fn a_text_full_of_the_words_is_looked_through_once() {
        let began = std::time::Instant::now();
        let text = format!("{}乙", "甲".repeat(100_000));
        assert_eq!(marked("甲 乙", &text).map(|shown| shown.contains('乙')), Some(true));
        assert!(marked("甲 丙", &text).is_some());
        assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    }
}
