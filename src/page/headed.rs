//! A text under the title of its page and its day: what makes a report of a page whose paragraphs are short, whatever
//! dates and links stand around them.
//!
//! In: a parsed page, its `<title>`, the entries of what may be its list. Out: whether there is such a text. Never: rows
//! under the title, however much is said in them.

use std::collections::HashSet;

use url::Url;

use super::anchor::{self, LONGEST_INFO};
use super::glance::{self, LONG_PARAGRAPH};
use super::link;
use super::tree::{HIDDEN_ELEMENTS, Node, Step, Tree, collapse};
use crate::model::Entry;

/// Characters of the text, at least: two long paragraphs.
pub(super) const LEAST_TEXT: usize = 2 * LONG_PARAGRAPH;

/// Characters of a title, at least; the names of most columns are shorter.
const SHORTEST_TITLE: usize = 8;

/// Lines between a title and the one that shows its day, at most: a subtitle, a document number.
const MOST_BETWEEN: usize = 3;

/// Whether a text stands under the title of its page and its day, before any entry.
pub(super) fn is_text(tree: &Tree, page_title: &str, entries: &[Entry], base: &Url) -> bool {
    let entries = entries.iter().map(|entry| &entry.url).collect();
    let mut look =
        Look { page_title, entries, base, line: String::new(), n_outside: 0, is_heading: false, at: Place::Above };
    for step in glance::body(tree).walk() {
        match step {
            Step::Enter(node) => look.enter(node),
            Step::Leave(node) => look.leave(node),
            Step::Text(text) if look.n_outside == 0 => look.line.push_str(text),
            Step::Text(_) | Step::Comment(_) => {}
        }
        if matches!(look.at, Place::Text(n_chars) if n_chars >= LEAST_TEXT) {
            return true;
        }
    }
    false
}

/// How far the look has come.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// No line was the title.
    Above,
    /// So many lines were read behind the title.
    UnderTitle(usize),
    /// So many characters of text were read behind the day.
    Text(usize),
}

struct Look<'a> {
    page_title: &'a str,
    entries: HashSet<&'a Url>,
    base: &'a Url,
    /// The line so far, links left out.
    line: String,
    /// Open elements whose text is none of the line's.
    n_outside: usize,
    /// Whether the line stands in a heading of the first rank: many a `<title>` names the portal alone.
    is_heading: bool,
    at: Place,
}

impl Look<'_> {
    fn enter(&mut self, node: Node<'_>) {
        if is_outside(node) {
            self.n_outside += 1;
        } else if glance::is_block(node.name()) {
            self.end_line();
        }
        self.is_heading |= node.name() == "h1";
        let is_entry = || link::of_anchor(node, self.base).is_some_and(|url| self.entries.contains(&url));
        if node.name() == "a" && !matches!(self.at, Place::Above) && is_entry() {
            self.at = Place::Above;
        }
    }

    fn leave(&mut self, node: Node<'_>) {
        if is_outside(node) {
            self.n_outside -= 1;
        } else if glance::is_block(node.name()) {
            self.end_line();
        }
        self.is_heading &= node.name() != "h1";
    }

    fn end_line(&mut self) {
        let line = collapse(&std::mem::take(&mut self.line));
        if line.is_empty() {
            return;
        }
        let n_chars = line.chars().filter(|c| !c.is_whitespace()).count();
        let is_title = n_chars >= SHORTEST_TITLE && (self.is_heading || self.page_title.starts_with(&line));
        self.at = match self.at {
            Place::Above | Place::UnderTitle(_) if is_title => Place::UnderTitle(0),
            Place::UnderTitle(_) if n_chars <= LONGEST_INFO && anchor::shows_day(&line) => Place::Text(0),
            Place::UnderTitle(n_between) if n_between < MOST_BETWEEN => Place::UnderTitle(n_between + 1),
            Place::Above | Place::UnderTitle(_) => Place::Above,
            Place::Text(before) if is_sentence(&line) => Place::Text(before + n_chars),
            Place::Text(before) => Place::Text(before),
        };
    }
}

fn is_outside(node: Node<'_>) -> bool {
    HIDDEN_ELEMENTS.contains(&node.name()) || matches!(node.name(), "a" | "select")
}

/// Whether a line is one of a text: names of offices and numbers of licences in a footer have no such marks.
fn is_sentence(line: &str) -> bool {
    line.contains(['，', '。', '；'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PageKind;
    use crate::page::decode::Decoded;
    use crate::page::kind::{self, Answer};

    const TITLE: &str = "青溪县古树名木保护办法";

    /// What a page with this under its head is.
    fn kind(main: &str) -> PageKind {
        kind_of(&format!("{TITLE}_青溪县人民政府"), main)
    }

    fn kind_of(title: &str, main: &str) -> PageKind {
        let html = format!(
            "<title>{title}</title><div class=top><h2>青溪县人民政府</h2><div>今天是2026年11月27日 23:52:14</div>\
             <ul class=nav><li><a href=/>首页</a><li><a href=/zwgk/fz/>法治政府建设年度报告</a><li><a href=/hd/>互动交流</a></ul></div>\
             <div class=path>位置：<a href=/>首页</a> &gt; <a href=/zwgk/gfxwj/>规范性文件</a></div>{main}\
             <div class=foot><p>主办：青溪县人民政府办公室</p><p>访问量：74125</p></div>"
        );
        let page = Url::parse("http://www.qingxi.example/zwgk/gfxwj/t1.html").expect("url");
        let decoded = Decoded { text: html.clone(), charset: "UTF-8", n_replaced: 0 };
        let answer = Answer { status: 200, asked: Some(&page), ..Answer::default() };
        kind::of(&Tree::parse(&html).expect("tree"), &decoded, &answer)
    }

    fn text(n_paragraphs: usize) -> String {
        "<p>第一条　为了保护古树名木，根据有关规定，结合本县实际，制定本办法。</p>".repeat(n_paragraphs)
    }

    fn rows(folder: &str, n_rows: usize) -> String {
        let row =
            |n| format!("<li><a href='{folder}/t{n}.html'>关于第{n}号文件的通知</a><span>2026-03-0{n}</span></li>");
        format!("<ul class=list>{}</ul>", (1..=n_rows).map(row).collect::<String>())
    }

    #[test]
    fn a_text_in_short_paragraphs_under_its_title_and_day_is_a_report() {
        for (tag, day) in [
            ("article", "<p class=meta><span>时间：2024-11-04 09:10</span> <span>来源：县政府办</span></p>"),
            ("div", "<div>2024-11-04</div>"),
            ("section", "<p>青政发〔2024〕4号</p><p>2024年11月4日</p>"),
        ] {
            let report = format!("<{tag}><h1>{TITLE}</h1>{day}<div class=txt>{}</div></{tag}>", text(9));
            assert_eq!(kind(&report), PageKind::Report, "{day}");
            assert_eq!(kind_of("青溪县人民政府", &report), PageKind::Report, "{day}");
            let beside = format!("{report}<div class=xg><h3>相关信息</h3>{}</div>", rows("..", 6));
            assert_eq!(kind(&beside), PageKind::Report, "{day}");
        }
    }

    #[test]
    fn rows_under_a_title_are_a_listing_whatever_is_said_of_them() {
        let described = rows(".", 6).replace("</span>", &format!("</span>{}", text(2)));
        for main in [
            format!("<h1>{TITLE}</h1><p>更新时间：2026-03-06</p>{}", rows(".", 9)),
            format!("<h1>{TITLE}</h1><p>更新时间：2026-03-06</p>{described}"),
            format!("<h1>{TITLE}</h1>{described}{}", text(9)),
            format!("<h1>{TITLE}</h1><p>2026-03-06</p>{}{}", text(3), rows(".", 9)),
        ] {
            assert_eq!(kind(&main), PageKind::Listing, "{main}");
        }
    }
}
