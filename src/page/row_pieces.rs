//! What rows are made of: the elements and texts of a page in reading order, each read once.
//!
//! In: an element or a page. Out: its pieces: where links lead, what texts show, which of them are dates; the same piece
//! stands in one candidate for the list of a page after another. Never: what a row is.

use std::ops::Range;
use std::rc::Rc;
use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use regex::Regex;
use url::Url;

use super::row_attributes::WholeDay;
use super::tree::{HIDDEN_ELEMENTS, Node, Step, Tree, collapse};
use super::{chrome, date, link, pattern, row_date};
use crate::model::Stated;

/// Elements that begin a line of their own within a link: a heading over a summary. A cell of a table does too, but not one
/// that heads others.
const BLOCKS: [&str; 11] = ["div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd"];

/// Longest text outside of links in which a date is the row's: `发布时间：2026-07-10 09:30 来源：县司法局`; a longer one is a
/// summary that speaks of some day.
const LONGEST_LINE_BYTES: usize = 120;

/// What a reading of rows knows of its page.
pub(super) struct RowReader<'a> {
    /// What links are relative to.
    pub(super) base: &'a Url,
    /// The page itself, which is never an entry of its own.
    pub(super) page: &'a Url,
    /// The zone of its dates.
    pub(super) zone: &'a TimeZone,
    /// The day that dates without a year are nearest to.
    pub(super) today: Date,
}

/// What an element is to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A link, or what a script follows like one.
    Anchor,
    /// A cell of a table.
    Cell,
    /// A cell that heads others.
    HeadCell,
    /// What begins a line.
    Block,
    /// Its content is never shown.
    Unshown,
    /// Anything else.
    Inline,
}

impl Role {
    fn of(node: Node<'_>, reader: &RowReader<'_>) -> Self {
        match node.name() {
            "a" if is_in_followed(node, reader) => Self::Inline,
            "a" => Self::Anchor,
            "li" | "tr" | "dd" if is_followed(node, reader) => Self::Anchor,
            "td" => Self::Cell,
            "th" => Self::HeadCell,
            name if BLOCKS.contains(&name) => Self::Block,
            name if HIDDEN_ELEMENTS.contains(&name) => Self::Unshown,
            _ => Self::Inline,
        }
    }
}

/// Whether an element without links is one for a script: `<li onclick="location.href='a.html'">`. Links in it that lead
/// nowhere are none, where its script leads somewhere.
fn is_followed(node: Node<'_>, reader: &RowReader<'_>) -> bool {
    if !is_scripted(node) {
        return false;
    }
    let mut links = node.descendants().filter(|inner| inner.name() == "a").peekable();
    links.peek().is_none() || (links.all(is_idle) && link::of_anchor(node, reader.base).is_some())
}

fn is_scripted(node: Node<'_>) -> bool {
    ["onclick", "data-url", "data-href", "data-link"].iter().any(|name| node.attr(name).is_some())
}

/// Whether a link leads nowhere, whatever is pressed.
fn is_idle(node: Node<'_>) -> bool {
    static SCRIPT: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)^javascript:[\s;]*(?:void\s*\(?\s*(?:0|null)?\s*\)?[\s;]*)?$"));
    // Every link of a page is asked, and most lead somewhere.
    let is_nowhere = |href: &str| {
        let href = href.trim_start();
        href.is_empty() || href == "#" || (href.starts_with(['j', 'J']) && SCRIPT.is_match(href))
    };
    node.attr("href").is_none_or(is_nowhere) && !is_scripted(node)
}

/// Whether a link leads nowhere and stands in a row that a script follows.
fn is_in_followed(node: Node<'_>, reader: &RowReader<'_>) -> bool {
    /// `li > div > h3 > a`.
    const MOST_LEVELS: usize = 5;
    let is_row = |around: &Node<'_>| matches!(around.name(), "li" | "tr" | "dd");
    is_idle(node) && node.ancestors().take(MOST_LEVELS).find(is_row).is_some_and(|row| is_followed(row, reader))
}

/// One step through a page.
#[derive(Debug)]
pub(super) enum Piece<'t> {
    /// An element begins.
    Begin(Begun<'t>),
    /// It ends.
    End(Node<'t>, Role),
    /// A text between two tags.
    Text(Written),
}

/// An element as it bears on a row.
#[derive(Debug)]
pub(super) struct Begun<'t> {
    pub(super) node: Node<'t>,
    pub(super) role: Role,
    /// Where it leads, of a link that leads anywhere.
    pub(super) target: Option<Target>,
    /// Whether it says of itself that it is not shown.
    pub(super) is_hidden: bool,
    /// Whether it is a heading, by its name or its class.
    pub(super) is_heading: bool,
}

/// Where a link leads.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) url: Rc<Url>,
    /// Whether that is the page itself, which is never an entry of its own.
    pub(super) is_own_page: bool,
}

/// A text as it stands.
#[derive(Debug)]
pub(super) struct Written {
    /// What it shows; `None`: white space.
    pub(super) shown: Option<Rc<Shown>>,
    pub(super) begins_with_space: bool,
    pub(super) ends_with_space: bool,
}

/// What a text shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// White space collapsed, ends trimmed.
    pub(super) text: String,
    /// The date that it is and nothing else.
    pub(super) date: Option<Stated>,
    /// Whether it holds template marks.
    pub(super) is_template: bool,
    /// Whether it is a short line with a date in it.
    pub(super) is_dated_line: bool,
    /// Whether it ends with a date.
    pub(super) is_dated_at_end: bool,
}

impl Shown {
    fn of(text: String, reader: &RowReader<'_>) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let is_template = link::is_template(&text);
        if !date::may_be_in(&text) {
            return Some(Self { text, is_template, ..Self::default() });
        }
        let date = row_date::alone(&text, reader.zone, reader.today);
        // Of what is a date and nothing else no more is asked.
        let is_line = date.is_none() && text.len() <= LONGEST_LINE_BYTES;
        let is_dated_line = is_line && date::stated(&text, reader.zone).is_some();
        let is_dated_at_end = date.is_none() && row_date::is_at_end(&text, reader.zone);
        // The day on which a page is read is that of no row.
        let is_of_row = (is_dated_line || is_dated_at_end) && !chrome::is_clock(&text);
        Some(Self {
            text,
            date,
            is_template,
            is_dated_line: is_dated_line && is_of_row,
            is_dated_at_end: is_dated_at_end && is_of_row,
        })
    }

    /// The date that a template spread over two texts, `<b>19</b><i>2024-12</i>`, shown as one.
    pub(super) fn joined(&self, next: &Self, reader: &RowReader<'_>) -> Option<Self> {
        let date = date::stated(&row_date::spread(&self.text, &next.text)?, reader.zone)?;
        Some(Self { text: format!("{} {}", self.text, next.text), date: Some(date), ..Self::default() })
    }

    /// The same of several texts that are its parts and what stands between them.
    pub(super) fn of_parts(parts: &[&str], reader: &RowReader<'_>) -> Option<Self> {
        let text = row_date::of_parts(parts)?;
        let date = date::stated(&text, reader.zone)?;
        Some(Self { text, date: Some(date), ..Self::default() })
    }

    /// What is left of a text whose date is shown by the one before it.
    pub(super) fn taken(date: Option<Stated>) -> Self {
        Self { date, ..Self::default() }
    }
}

/// A page, piece by piece.
#[derive(Debug)]
pub(super) struct Pieces<'t> {
    all: Vec<Piece<'t>>,
    /// Where each element and what is inside of it stands, by [`super::tree::NodeKey::index`].
    places: Vec<Range<usize>>,
    /// How many elements each one holds that are no part of another one in it, by the same.
    n_children: Vec<usize>,
}

impl<'t> Pieces<'t> {
    /// Goes through a page.
    pub(super) fn of(tree: &'t Tree, reader: &RowReader<'_>) -> Self {
        let mut all = Vec::new();
        let mut places = vec![0..0; tree.n_nodes()];
        let mut n_children = vec![0; tree.n_nodes()];
        for piece in of_element(tree.root(), reader) {
            match &piece {
                Piece::Begin(begun) => {
                    places[begun.node.key().index()] = all.len()..all.len();
                    if let Some(parent) = begun.node.parent() {
                        n_children[parent.key().index()] += 1;
                    }
                }
                Piece::End(node, _) => places[node.key().index()].end = all.len() + 1,
                Piece::Text(_) => {}
            }
            all.push(piece);
        }
        Self { all, places, n_children }
    }

    /// How many child elements it has.
    pub(super) fn n_children(&self, node: Node<'t>) -> usize {
        self.n_children.get(node.key().index()).copied().unwrap_or_default()
    }

    /// All inside of an element, and its end.
    pub(super) fn inside(&self, node: Node<'t>) -> &[Piece<'t>] {
        let place = self.places.get(node.key().index()).cloned().unwrap_or_default();
        self.all.get(place).and_then(|pieces| pieces.get(1..)).unwrap_or_default()
    }

    /// Whether a text of the page says that a list is empty.
    pub(super) fn say_nothing(&self) -> bool {
        static WORDS: LazyLock<Regex> = LazyLock::new(|| {
            pattern(
                r"^(?:(?:该|本|此|当前)?(?:栏目|列表|目录)[下内]?)?(?:暂无|暂时没有|暂没有|目前没有|没有)(?:找到|查询到|检索到)?(?:任何|更多|符合条件的)?(?:相关)?(?:数据|内容|信息|记录|文件|文章|公告|公示|结果)[！!。….~]*$|^(?:该|本|此|当前)?(?:栏目|页面)(?:正在|尚在)?建设中[！!。….，,]*(?:敬请期待)?[！!。….]*$|^(?:总?共|合计)有?\s*0\s*(?:条|篇)(?:记录|信息|数据)?$",
            )
        });
        self.all.iter().any(|piece| match piece {
            Piece::Text(Written { shown: Some(shown), .. }) => WORDS.is_match(&shown.text),
            _ => false,
        })
    }

    /// The links that lead anywhere.
    pub(super) fn anchors(&self) -> impl Iterator<Item = Node<'t>> {
        self.all.iter().filter_map(|piece| match piece {
            Piece::Begin(begun) if begun.target.is_some() => Some(begun.node),
            _ => None,
        })
    }
}

/// An element, piece by piece.
pub(super) fn of_element<'t>(root: Node<'t>, reader: &RowReader<'_>) -> impl Iterator<Item = Piece<'t>> {
    // What stands in them is neither shown nor a row.
    let is_code = |node: Node<'_>| matches!(node.name(), "script" | "style");
    let mut is_in_code = false;
    let mut whole: Option<WholeDay<'t>> = None;
    root.walk().filter_map(move |step| match step {
        Step::Enter(node) => {
            is_in_code |= is_code(node);
            whole = WholeDay::of(node, reader).or(whole.take());
            Some(Piece::Begin(begun(node, reader)))
        }
        Step::Leave(node) => {
            is_in_code &= !is_code(node);
            whole.take_if(|whole| whole.node == node);
            Some(Piece::End(node, Role::of(node, reader)))
        }
        Step::Text(raw) if !is_in_code => {
            let text = written(raw, reader);
            Some(Piece::Text(match &mut whole {
                Some(whole) => whole.shown_by(text, reader),
                None => text,
            }))
        }
        Step::Text(_) | Step::Comment(_) => None,
    })
}

fn begun<'t>(node: Node<'t>, reader: &RowReader<'_>) -> Begun<'t> {
    let role = Role::of(node, reader);
    let url = if role == Role::Anchor { link::of_anchor(node, reader.base) } else { None };
    let target = url.map(|url| Target { is_own_page: link::is_own_page(&url, reader.page), url: Rc::new(url) });
    Begun { node, role, target, is_hidden: is_hidden(node), is_heading: is_heading(node) }
}

fn written(raw: &str, reader: &RowReader<'_>) -> Written {
    let shown = Shown::of(collapse(raw), reader).map(Rc::new);
    let (begins_with_space, ends_with_space) =
        (raw.starts_with(char::is_whitespace), raw.ends_with(char::is_whitespace));
    Written { shown, begins_with_space, ends_with_space }
}

/// Whether an element holds the title of its row.
fn is_heading(node: Node<'_>) -> bool {
    let is_named = |class: &str| matches!(class, "bt" | "biaoti" | "tit" | "title");
    matches!(node.name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
        || node.attr("class").is_some_and(|classes| classes.split_ascii_whitespace().any(is_named))
}

/// Whether an element says of itself that it is not shown.
fn is_hidden(node: Node<'_>) -> bool {
    let style = node.attr("style").unwrap_or_default();
    let is_styled = style.contains("none") && {
        let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
        style.to_ascii_lowercase().contains("display:none")
    };
    is_styled || node.attr("hidden").is_some() || (node.name() == "input")
}
