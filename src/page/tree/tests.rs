//! Trees, queries, and their limits.

use std::fmt::Write;

use proptest::prelude::ProptestConfig;
use proptest::proptest;

use super::*;

#[test]
fn a_query_takes_text_attributes_or_the_node_itself() {
    let tree = Tree::parse("<ul><li><a href=' /a.html ' title='T'>An <b>entry</b></a><span> 2024 </span></li></ul>")
        .expect("small page");
    let li = Query::parse("li").expect("selector").elements(tree.root())[0];
    let value = |written: &str| Query::parse(written).expect("selector").first(li);
    assert_eq!(value("a::attr(href)").as_deref(), Some("/a.html"));
    assert_eq!(value("a::text").as_deref(), Some("An entry"));
    assert_eq!(value("::text").as_deref(), Some("An entry 2024"));
    assert_eq!(value("b::attr(title)"), None);
}

#[test]
fn elements_of_a_name_are_those_that_its_selector_finds() {
    let page = "<head><base><BASE href=/a/><script src=a></script></head><svg><a>1</a><script>2</script></svg>\
        <table><a>3</a><tr><td><A>4</a></table><template><a>5</a></template><abbr>6</abbr>";
    let tree = Tree::parse(page).expect("small page");
    for (name, n) in [("a", 4), ("script", 2), ("base", 2), ("abbr", 1), ("nav", 0)] {
        let selector = Selector::parse(name).expect("selector");
        let named: Vec<NodeKey> = tree.named(name).map(|node| node.key()).collect();
        assert_eq!(named, tree.select(&selector).map(|node| node.key()).collect::<Vec<_>>(), "{name}");
        assert_eq!(named.len(), n, "{name}");
    }
}

#[test]
fn a_wrong_suffix_says_what_is_allowed() {
    let error = Query::parse("a::html").expect_err("no such suffix").to_string();
    assert!(error.contains("text or attr(name)"), "{error}");
    assert!(Query::parse("a::attr(on click)").is_err());
    assert!(Query::parse("div[").is_err());
    assert!(Query::parse("").is_err());
}

#[test]
fn elements_nested_as_deep_as_may_be_do_not_overflow_the_stack_and_deeper_ones_are_refused() {
    let tree = Tree::parse(&"<div>".repeat(MOST_DEPTH)).expect("as deep as may be");
    assert_eq!(visible_text(tree.root()), "");
    for tag in ["<div>", "<b>", "<SPAN class=x>", "<table><tr><td>"] {
        assert_eq!(Tree::parse(&tag.repeat(100_000)).err(), Some(TreeError::TooDeep), "{tag}");
    }
}

#[test]
fn paragraphs_and_rows_that_are_never_closed_do_not_count_as_nested() {
    let rows = "<p>一<br><tr><td>二<li>三<img src=a>".repeat(10_000);
    assert!(Tree::parse(&rows).is_ok());
}

#[test]
fn end_tags_that_close_nothing_do_not_hide_how_deep_a_page_is() {
    // What the misnested ones open stands in one another, though the builder moves it about.
    for tags in ["<div></x>", "<div></p>", "<div></br>", "<a><b><div></a></b>", "<b><div></i></b>", "<svg><td></x>"] {
        assert_eq!(Tree::parse(&tags.repeat(400_000)).err(), Some(TreeError::TooDeep), "{tags}");
    }
    assert_eq!(Tree::parse_fragment(&"<div></x>".repeat(400_000)).err(), Some(TreeError::TooDeep));
}

#[test]
fn what_ends_with_another_element_or_by_itself_does_not_count_as_nested() {
    for tags in ["<svg><path/></svg>", "<p><o:p/></p>", "<p><o:p></p>", "<div><font></div>", "<tr><td><b></td>"] {
        assert!(Tree::parse(&format!("<table>{}", tags.repeat(2 * MOST_DEPTH))).is_ok(), "{tags}");
    }
    let drawing = format!("<svg>{}</svg>", "<path/><g><circle/></g>".repeat(MOST_DEPTH));
    assert!(Tree::parse(&drawing).is_ok());
}

/// What of a tree anything reads: elements, attributes sorted by name, text, comments.
fn ours(tree: &Tree) -> String {
    let mut written = String::new();
    for step in tree.root().walk() {
        match step {
            Step::Enter(node) => {
                let mut attrs: Vec<String> =
                    node.attrs().iter().map(|attr| format!("{:?}={:?}", attr.name, &*attr.value)).collect();
                attrs.sort();
                let _ = write!(written, "<{} {}>", node.name(), attrs.join(" "));
            }
            Step::Leave(node) => {
                let _ = write!(written, "</{}>", node.name());
            }
            Step::Text(text) => {
                let _ = write!(written, "{text:?}");
            }
            Step::Comment(text) => {
                let _ = write!(written, "!{text:?}");
            }
        }
    }
    written
}

/// The same of the tree that the HTML library's own tokenizer leads to.
fn theirs(html: &scraper::Html) -> String {
    let mut written = String::new();
    for edge in html.root_element().traverse() {
        let (is_open, node) = match edge {
            ego_tree::iter::Edge::Open(node) => (true, node),
            ego_tree::iter::Edge::Close(node) => (false, node),
        };
        let _ = match node.value() {
            scraper::Node::Element(element) if is_open => {
                let mut attrs: Vec<String> =
                    element.attrs.iter().map(|(name, value)| format!("{name:?}={:?}", &**value)).collect();
                attrs.sort();
                write!(written, "<{} {}>", element.name(), attrs.join(" "))
            }
            scraper::Node::Element(element) => write!(written, "</{}>", element.name()),
            scraper::Node::Text(text) if is_open => write!(written, "{:?}", &**text),
            scraper::Node::Comment(text) if is_open => write!(written, "!{:?}", &**text),
            _ => Ok(()),
        };
    }
    written
}

fn ensure_same(text: &str) {
    let tree = Tree::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    assert_eq!(ours(&tree), theirs(&scraper::Html::parse_document(text)), "{text:?}");
    let tree = Tree::parse_fragment(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    assert_eq!(ours(&tree), theirs(&scraper::Html::parse_fragment(text)), "fragment {text:?}");
}

/// Pieces of which hazards are made.
const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<div class=a>",
    "</div>",
    "<b>",
    "</b>",
    "<i id='x'>",
    "</i>",
    "<a href=\"/a?b=1&amp;c&copy=2&lt\">",
    "</a>",
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</table>",
    "<script>",
    "</script>",
    "</SCRIPT >",
    "</script/x",
    "<!--",
    "-->",
    "--!>",
    "<!-->",
    "<!--->",
    "->",
    "-",
    "--",
    "!",
    ">",
    "<",
    "</",
    "<!",
    "<?xml a?>",
    "<?",
    "<style>",
    "</style>",
    "<title>",
    "</title>",
    "<textarea>\n",
    "</textarea>",
    "<plaintext>",
    "<noscript>",
    "</noscript>",
    "<svg>",
    "</svg>",
    "<math>",
    "<mi>",
    "<foreignObject>",
    "<![CDATA[",
    "]]>",
    "]]",
    "<select>",
    "<option>",
    "</select>",
    "<template>",
    "</template>",
    "<frameset>",
    "<iframe>",
    "</iframe>",
    "<pre>\n\n",
    "</pre>",
    "\r\n",
    "\r",
    "\n",
    " ",
    "\t",
    "\u{c}",
    "\0",
    "&",
    "&amp;",
    "&amp",
    "&ampx",
    "&notit;",
    "&notin;",
    "&#x4e2d;",
    "&#20013",
    "&#x;",
    "&#;",
    "&#0;",
    "&#128;",
    "&#x81;",
    "&#xD800;",
    "&#x110000;",
    "&#99999999999;",
    "&#13;",
    "&nosuch;",
    "&NotEqualTilde;",
    "中文",
    "通知。",
    "a",
    "script",
    "<!DOCTYPE html>",
    "<!doctype",
    " html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"x\">",
    "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.0//EN\">",
    "<!DOCTYPE html SYSTEM 'about:legacy-compat'>",
    "<!DOCTYPE html PUBLIC '-//IETF//DTD HTML//EN",
    "<!DOCTYPE>",
    "<!DOCTYPE x SYSTEM",
    "<br/>",
    "<br / >",
    "<img src=a/>",
    "<IMG SRC='b' src=c ALT>",
    "<x =a b= c=\"d\"e f='g\0' h\0=i>",
    "<input disabled value",
    "='",
    "\"",
    "'",
    "=",
    "/",
    "<html lang=zh>",
    "<body onload=x>",
    "<head>",
    "</head>",
    "</body>",
    "</html>",
    "<form>",
    "</form>",
    "<li>",
    "<dd>",
    "<h1>",
    "</h1>",
    "<button>",
    "<nobr>",
    "<caption>",
    "<col>",
    "<xmp>",
    "</xmp>",
    "</br>",
    "</p x=y>",
    "<\u{4e2d}>",
    "</\u{4e2d}>",
    "<a\0b>",
    "<!--\0",
    "<noframes>",
    "</noframes>",
    "<meta charset=gbk>",
    "<ruby><rt>",
];

#[test]
fn broken_pages_become_the_trees_that_browsers_make_of_them() {
    for text in PIECES {
        ensure_same(text);
    }
    for one in PIECES {
        for other in PIECES {
            ensure_same(&format!("{one}{other}"));
        }
    }
    for text in ["<!DOCTYPE html PUBLIC \"a\"'b' c><p><table>", "<!DOCTYPE a b><p><table>", "<!DOCTYPE\0 >"] {
        ensure_same(text);
    }
}

#[test]
fn scripts_and_comments_end_where_browsers_end_them() {
    let pieces =
        ["<!--", "-->", "<script>", "<SCRIPT ", "</script>", "</scripts>", "-", "--", "<!", "!", ">", "<", "a"];
    for one in pieces {
        for two in pieces {
            for three in pieces {
                ensure_same(&format!("<script>{one}{two}{three}</script>b</script>c"));
                ensure_same(&format!("<!--{one}{two}{three}-->b"));
            }
        }
    }
}

#[test]
fn a_byte_order_mark_is_no_text() {
    assert_eq!(visible_text(Tree::parse("\u{feff}\u{feff}一").expect("small page").root()), "\u{feff}一");
    ensure_same("\u{feff}<p>");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_mixture_of_hazards_becomes_the_tree_that_browsers_make_of_it(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..24),
    ) {
        ensure_same(&pieces.concat());
    }
}

#[test]
fn what_would_make_the_parse_slow_is_refused_while_it_is_read() {
    let attributes = (0..200_000).map(|n| format!(" a{n}=1")).collect::<Vec<_>>().concat();
    assert_eq!(Tree::parse(&format!("<p{attributes}>")).err(), Some(TreeError::TooManyAttributes));
    assert_eq!(Tree::parse(&format!("</p{attributes}>")).err(), Some(TreeError::TooManyAttributes));
    assert!(matches!(Tree::parse(&"<p>".repeat(MOST_NODES + 1)), Err(TreeError::TooManyNodes(_))));
    // Every paragraph opens all the formatting anew.
    let formatting = (0..MOST_DEPTH - 10).map(|n| format!("<b a={n}>")).collect::<Vec<_>>().concat();
    assert!(matches!(
        Tree::parse(&format!("<p>{formatting}</p>{}", "<p>一</p>".repeat(10_000))),
        Err(TreeError::TooManyNodes(_))
    ));
}
