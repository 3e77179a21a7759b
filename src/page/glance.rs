//! One look at a page, as far as its kind needs it: what the head says, how much text stands where.
//!
//! In: a parsed page. Out: a [`Glance`]. The look ends as soon as the page is known to be a report. Never: judgement.

use super::seen;
use super::tree::{HIDDEN_ELEMENTS, Node, NodeKey, Step, Tree, collapse};

/// Visible text under which a page may be a wall, a soft 404 or a notice of maintenance, in bytes: real pages carry
/// more in their navigation alone.
const SHORT_PAGE_BYTES: usize = 2_000;

/// Characters of one paragraph outside of links from which a page without the State Council's tags is a report.
pub(super) const LONG_PARAGRAPH: usize = 120;

/// The same where the page has a body element of a known CMS.
pub(super) const BODY_CHARS: usize = 20;

/// Body elements of a page that are looked at; they nest in each other where an editor pasted from another page.
const MOST_BODIES: usize = 20;

/// What a reader sees, and what the head says.
#[derive(Debug, Default)]
pub(super) struct Glance {
    pub(super) title: String,
    /// The beginning of the visible text, [`SHORT_PAGE_BYTES`] or a little more; empty only where there is none.
    pub(super) text: String,
    /// The same without what the page's own styles hide: messages that scripts show when there is reason to.
    shown: String,
    /// That without the words of links.
    said: String,
    n_links: usize,
    /// Characters of the longest paragraph outside of links.
    pub(super) longest: usize,
    /// Characters of all paragraphs outside of links.
    pub(super) n_prose: usize,
    /// Characters of the body element of a known CMS.
    pub(super) n_body: usize,
    pub(super) has_article_tags: bool,
    pub(super) has_column_tags: bool,
}

impl Glance {
    /// Looks. The counts of a page with the tags of an article, or with a body that makes it a report, are not complete.
    pub(super) fn of(tree: &Tree) -> Self {
        let mut look = Look { seen: Self::default(), ..Look::default() };
        look.seen.read_head(tree);
        for step in body(tree).walk() {
            match step {
                Step::Enter(node) => look.enter(node),
                Step::Leave(node) => look.leave(node),
                Step::Text(run) => look.text(run),
                Step::Comment(_) => {}
            }
            let is_report = look.seen.has_article_tags || look.seen.n_body >= BODY_CHARS;
            if is_report && !look.seen.text.is_empty() {
                break;
            }
        }
        look.end_paragraph();
        look.seen
    }

    /// Title and tags, wherever they stand; the title matters only to pages without the tags of an article.
    fn read_head(&mut self, tree: &Tree) {
        let mut has_title = false;
        for node in tree.root().descendants() {
            match node.name() {
                "title" if !has_title => {
                    has_title = true;
                    self.title = collapse(&node.raw_text());
                }
                "meta" if node.attr("content").is_some_and(|content| !content.trim().is_empty()) => {
                    let name = node.attr("name").unwrap_or_default();
                    let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
                    self.has_article_tags |= is("ArticleTitle");
                    self.has_column_tags |= is("ColumnName") || is("ColumnType");
                }
                _ => {}
            }
            if self.has_article_tags {
                return;
            }
        }
    }

    /// What the page itself says: a list shows the titles of papers, and papers are about walls and lost pages too.
    pub(super) fn said(&self) -> &str {
        /// Links of a page that says no more than that it has nothing.
        const FEW: usize = 3;
        if self.n_links > FEW { &self.said } else { &self.shown }
    }

    /// Little text and none of the tags that walls and error pages lack.
    pub(super) fn is_short(&self) -> bool {
        self.text.len() < SHORT_PAGE_BYTES && !self.has_article_tags && !self.has_column_tags
    }
}

/// The element that holds what a page shows.
pub(super) fn body(tree: &Tree) -> Node<'_> {
    tree.root().descendants().find(|node| node.name() == "body").unwrap_or_else(|| tree.root())
}

/// Ids of the elements that content systems put the text of an article into, and nothing else: the surest of the
/// containers that a body is looked for in.
pub(super) const BODY_IDS: [&str; 9] =
    ["UCAP-CONTENT", "zoom", "Zoom", "zoomcon", "ivs_content", "vsb_content", "mainText", "fontzoom", "BodyLabel"];

/// Classes of the same.
pub(super) const BODY_CLASSES: [&str; 6] =
    ["v_news_content", "TRS_Editor", "TRS_UEDITOR", "trs_editor_view", "article-content", "content_article"];

fn is_article_body(node: Node<'_>) -> bool {
    let by_class = |classes: &str| classes.split_ascii_whitespace().any(|class| BODY_CLASSES.contains(&class));
    node.name() == "ucapcontent"
        || node.id().is_some_and(|id| BODY_IDS.contains(&id))
        || node.attr("class").is_some_and(by_class)
}

/// Elements that end a paragraph.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "li"
            | "td"
            | "th"
            | "tr"
            | "table"
            | "br"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "dd"
            | "dt"
            | "section"
            | "article"
            | "ul"
    )
}

/// A body element that is open.
struct Body {
    key: NodeKey,
    /// Elements outside of prose that were open when it began.
    n_outside: usize,
    n_chars: usize,
}

#[derive(Default)]
struct Look {
    seen: Glance,
    /// Characters of the paragraph so far.
    n_chars: usize,
    is_gap: bool,
    /// Open links.
    n_in_links: usize,
    n_hidden: usize,
    /// The outermost open element that the page's own styles hide.
    unseen: Option<NodeKey>,
    /// Open elements whose text is no prose: links, forms, what is hidden.
    n_outside: usize,
    bodies: Vec<Body>,
    n_bodies: usize,
}

impl Look {
    fn enter(&mut self, node: Node<'_>) {
        let name = node.name();
        if self.n_bodies < MOST_BODIES && is_article_body(node) {
            self.n_bodies += 1;
            self.bodies.push(Body { key: node.key(), n_outside: self.n_outside, n_chars: 0 });
        }
        let is_hidden = HIDDEN_ELEMENTS.contains(&name);
        self.n_hidden += usize::from(is_hidden);
        if name == "a" {
            self.n_in_links += 1;
            self.seen.n_links += 1;
            if !self.seen.said.ends_with(' ') {
                self.seen.said.push(' ');
            }
        }
        if self.unseen.is_none() && self.seen.text.len() < SHORT_PAGE_BYTES && seen::is_hidden(node) {
            self.unseen = Some(node.key());
        }
        if is_hidden || matches!(name, "a" | "select" | "form") {
            self.n_outside += 1;
        } else if is_block(name) {
            self.end_paragraph();
        }
    }

    fn leave(&mut self, node: Node<'_>) {
        let name = node.name();
        let is_hidden = HIDDEN_ELEMENTS.contains(&name);
        self.n_hidden -= usize::from(is_hidden);
        self.n_in_links -= usize::from(name == "a");
        self.unseen.take_if(|unseen| *unseen == node.key());
        if is_hidden || matches!(name, "a" | "select" | "form") {
            self.n_outside -= 1;
        } else if is_block(name) {
            self.end_paragraph();
        }
        self.bodies.pop_if(|body| body.key == node.key());
    }

    fn text(&mut self, run: &str) {
        if self.n_hidden == 0 && self.seen.text.len() < SHORT_PAGE_BYTES {
            self.see(run);
        }
        if self.n_outside > 0 && self.bodies.is_empty() {
            return;
        }
        let n_chars = run.chars().filter(|c| !c.is_whitespace()).count();
        if self.n_outside == 0 {
            self.n_chars += n_chars;
        }
        for body in self.bodies.iter_mut().filter(|body| body.n_outside == self.n_outside) {
            body.n_chars += n_chars;
            self.seen.n_body = self.seen.n_body.max(body.n_chars);
        }
    }

    /// Adds to the visible text, white space collapsed.
    fn see(&mut self, run: &str) {
        for c in run.chars() {
            if c.is_whitespace() {
                self.is_gap = true;
                continue;
            }
            if std::mem::take(&mut self.is_gap) && !self.seen.text.is_empty() {
                self.show(' ');
            }
            self.show(c);
        }
    }

    fn show(&mut self, c: char) {
        self.seen.text.push(c);
        if self.unseen.is_some() {
            return;
        }
        self.seen.shown.push(c);
        if self.n_in_links == 0 {
            self.seen.said.push(c);
        }
    }

    fn end_paragraph(&mut self) {
        let n_chars = std::mem::take(&mut self.n_chars);
        self.seen.longest = self.seen.longest.max(n_chars);
        self.seen.n_prose += n_chars;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glance(page: &str) -> Glance {
        Glance::of(&Tree::parse(page).expect("a small page"))
    }

    #[test]
    fn a_body_is_counted_within_the_form_that_holds_the_whole_page() {
        let page = format!("<form><p>首页</p><div id=zoom>{}<a>链接</a></div></form>", "正文".repeat(9));
        let seen = glance(&page);
        assert_eq!((seen.n_body, seen.n_prose, seen.longest), (18, 0, 0));
        assert_eq!(seen.text.chars().count(), 22);
    }

    #[test]
    fn the_largest_of_bodies_inside_one_another_counts_and_links_in_it_do_not() {
        let seen =
            glance("<div class='x TRS_Editor'>一二<div class=TRS_Editor>三<a>四五</a><script>六</script></div></div>");
        assert_eq!((seen.n_body, seen.n_prose), (3, 3));
        assert_eq!(seen.text, "一二三四五");
    }

    #[test]
    fn what_is_hidden_until_there_is_reason_for_it_is_not_said() {
        let page = "<p>甲</p><div style='display:none'><p>系统维护中</p><a href=/>页面不存在</a></div><p>乙</p>";
        assert_eq!(glance(page).said(), "甲乙");
        let row = "<li><a href=1.html>丙</a> 11-03</li>";
        assert_eq!(glance(&format!("{page}{}", row.repeat(5))).said().matches("系统维护中").count(), 0);
    }

    #[test]
    fn what_links_say_is_not_said_by_a_page_of_many() {
        let row = "<li><a href=1.html>政府信息不存在告知书</a> 11-03</li>";
        assert_eq!(glance(&row.repeat(5)).said().trim(), "11-03  11-03  11-03  11-03  11-03");
        assert!(glance("<p>对不起，<a href=/>页面不存在，返回首页</a></p>").said().contains("页面不存在"));
    }

    #[test]
    fn paragraphs_end_with_their_elements() {
        let seen = glance("<title> 标 题 </title><p>一二三<br>四<b>五</b></p><select>六</select><ul><li>七 八</ul>");
        assert_eq!((seen.longest, seen.n_prose, seen.title.as_str()), (3, 7, "标 题"));
        assert_eq!(seen.text, "一二三四五六七 八");
    }

    #[test]
    fn the_look_ends_where_a_report_is_certain() {
        let seen = glance(&format!("<meta name=articletitle content=甲><p>乙</p>{}", "<p>丙</p>".repeat(100)));
        assert!(seen.has_article_tags && !seen.text.is_empty() && seen.n_prose < 100);
        let seen = glance(&format!("<div id=zoom>{}</div>{}", "正文".repeat(20), "<p>丙</p>".repeat(100)));
        assert!(seen.n_body >= BODY_CHARS && seen.n_prose < 100);
        assert!(glance("<meta name=ArticleTitle content=' '><p>乙</p>").longest == 1);
    }
}
