//! What a page asks its server for: the calls of its scripts and its forms, where their pages are counted.
//!
//! In: a page. Out: [`Asked`] addresses, the likeliest list first, each for its first page. Never: a value that had to be
//! guessed: a call with one is left out; a form that asks for a password, a file or a text of one's own; another host.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::calls;
use super::parameter;
use super::pattern;
use super::tree::{Node, Tree};
use crate::config::{Pagination, PostRule, first_page};
use crate::model::PageAddress;

/// Most addresses of a page that are told.
const MOST_ASKED: usize = 4;

/// Parts of a path that lists are found under.
static OF_A_LIST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)list|query|search|page|article|news|content|info|data|catalog"));

/// Parts of a path, and of a method that is sent, that change something on the server: votes, letters, counters.
static OF_AN_ACT: LazyLock<Regex> = LazyLock::new(|| {
    let act = "save|add|submit|vote|like|praise|click|insert|del|upd|send|reg|login|count|visit|comment|upload";
    pattern(&format!("(?i){act}"))
});

/// Names of what says which method of the server is meant.
static OF_A_METHOD: LazyLock<Regex> = LazyLock::new(|| {
    let names = "method|action|act|oper(?:ate|ation)?|opt?|cmd|command|do|func(?:tion)?|service";
    pattern(&format!(r#"(?i)^[{{"\s]*(?:{names})"?$"#))
});

/// An address that a page asks.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The URL of the first page.
    pub url: Url,
    /// What is posted to it; `None` asks by GET.
    pub post: Option<PostRule>,
    /// How its pages are counted; `None`: nothing of it counts them.
    pub pages: Option<Pagination>,
}

impl Asked {
    /// Whether it may be asked on the word of this page alone: on the page's own host, and without changing anything
    /// there. A form to be posted must say that it is a query.
    pub fn may_be_asked(&self, page: &Url) -> bool {
        self.url.origin() == page.origin() && self.post.as_ref().is_none_or(|post| is_query(&self.url, post, page))
    }

    /// Where its first page is.
    pub fn first_page(&self) -> PageAddress {
        first_page(&self.url, self.post.as_ref(), self.pages.as_ref())
    }
}

impl std::fmt::Display for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.post {
            None => write!(f, "{}", self.url),
            Some(post) => write!(f, "{} by POST of {}", self.url, post.written()),
        }
    }
}

/// What the page at this URL asks for; forms come before scripts, and what counts pages before what does not.
pub fn all(tree: &Tree, base: &Url, page: &Url) -> Vec<Asked> {
    let forms = tree.named("form").filter_map(|form| of_form(form, base));
    let mut found: Vec<Asked> = forms.collect();
    found.extend(tree.named("script").flat_map(|script| calls::all(tree, base, &script.raw_text())));
    found.retain(|asked| {
        let is_list = asked.pages.is_some() || OF_A_LIST.is_match(asked.url.path());
        let may_be_posted = asked.post.is_none() || asked.pages.is_some();
        asked.may_be_asked(page) && is_list && may_be_posted
    });
    found.sort_by_key(|asked| asked.pages.is_none());
    let mut known = Vec::new();
    found.retain(|asked| {
        let address = asked.to_string();
        let is_first = !known.contains(&address);
        known.push(address);
        is_first
    });
    found.truncate(MOST_ASKED);
    found
}

/// Whether what is posted asks for a list, by its path or since it goes to the page that shows one, and neither its path nor
/// a method that it names is an act.
fn is_query(url: &Url, post: &PostRule, page: &Url) -> bool {
    let sent = format!("{}&{}", url.query().unwrap_or_default(), post.written());
    let mut pairs = sent.split(['&', ',']).filter_map(|pair| pair.split_once(['=', ':']));
    let has_act = pairs.any(|(name, value)| OF_A_METHOD.is_match(name) && OF_AN_ACT.is_match(value));
    (OF_A_LIST.is_match(url.path()) || url == page) && !OF_AN_ACT.is_match(url.path()) && !has_act
}

/// A form that is posted and counts pages in one of its fields.
fn of_form(form: Node<'_>, base: &Url) -> Option<Asked> {
    let is_post = form.attr("method").is_some_and(|method| method.trim().eq_ignore_ascii_case("post"));
    let url = base.join(form.attr("action").unwrap_or_default().trim()).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https");
    let (mut body, mut pages) = (Vec::new(), None);
    for field in form.descendants().filter(|node| matches!(node.name(), "input" | "select" | "textarea")) {
        let kind = field.attr("type").unwrap_or("text").to_ascii_lowercase();
        // What wants an answer of one's own is a letter, a vote or a survey, and no query.
        if field.name() == "textarea" || matches!(kind.as_str(), "password" | "file" | "checkbox" | "radio") {
            return None;
        }
        let is_button = matches!(kind.as_str(), "submit" | "button" | "image" | "reset");
        let Some(name) = field.attr("name").filter(|name| !name.is_empty() && !is_button) else { continue };
        let value = value_of(field);
        let is_visible = field.name() == "input" && kind != "hidden";
        if is_visible && value.is_empty() && !parameter::is_page(name) {
            return None;
        }
        if parameter::is_page(name) && pages.is_none() {
            let first = value.parse::<u32>().unwrap_or(1).min(1);
            pages = Some(Pagination::Query { name: None, first: first + 1 });
            body.push(format!("{}={{n}}", encoded(name)));
        } else {
            body.push(format!("{}={}", encoded(name), encoded(&value)));
        }
    }
    let post = PostRule::parse(&body.join("&")).ok()?;
    (is_post && is_web && pages.is_some()).then_some(Asked { url, post: Some(post), pages })
}

/// What a field of a form holds.
pub(super) fn value_of(field: Node<'_>) -> String {
    let options = || field.descendants().filter(|node| node.name() == "option");
    let chosen = || options().find(|option| option.attr("selected").is_some()).or_else(|| options().next());
    let holder = if field.name() == "select" { chosen() } else { Some(field) };
    holder.and_then(|node| node.attr("value")).unwrap_or_default().to_owned()
}

/// A value as a form of a site file writes it: what people write in Chinese stays readable.
pub(super) fn encoded(value: &str) -> String {
    let one = |c: char| if c.is_ascii() { byte_serialize(c.to_string().as_bytes()).collect() } else { c.to_string() };
    value.chars().filter(|c| c.is_ascii() || !c.is_whitespace()).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::link;

    fn asked(html: &str) -> Vec<(String, Option<Pagination>)> {
        let base = Url::parse("http://x.gov.cn/tzgg/list.html").expect("url");
        let tree = Tree::parse(html).expect("tree");
        let all = all(&tree, &link::base(&tree, &base), &base);
        all.into_iter().map(|asked| (asked.to_string(), asked.pages)).collect()
    }

    fn of_script(script: &str) -> Vec<(String, Option<Pagination>)> {
        asked(&format!("<input id=kw value='法治'><script>{script}</script>"))
    }

    fn query(name: Option<&str>, first: u32) -> Pagination {
        Pagination::Query { name: name.map(str::to_owned), first }
    }

    #[test]
    fn a_call_by_post_is_read_with_its_body_and_the_name_that_counts_its_pages() {
        for (script, address, pages) in [
            (
                "var size = 4; function load(page) { $.ajax({ url: '/api/list', type: 'POST', dataType: 'json', \
                 data: { key: $('#kw').val(), page: page, size: size }, success: function (d) { fill(d); } }); }",
                "/api/list by POST of key=法治&page={n}&size=4",
                query(None, 2),
            ),
            (
                "$.ajax({ url: \"/api/query\", type: \"post\", contentType: \"application/json\", data: \
                 JSON.stringify({ channel: 'tzgg', start: (cur - 1) * 20, rows: 20, isTop: true }) })",
                r#"/api/query by POST of {"channel":"tzgg","start":{offset},"rows":20,"isTop":true}"#,
                Pagination::Offset { name: None, first: 20, step: 20 },
            ),
            (
                "var params = {websiteid: '330000', pg: 15, p: pageNo}; $.post('/interfaces/search.do', params, show)",
                "/interfaces/search.do by POST of websiteid=330000&pg=15&p={n}",
                query(None, 2),
            ),
            (
                "axios.post('/api/list', {pageIndex: page - 1})",
                r#"/api/list by POST of {"pageIndex":{n}}"#,
                query(None, 1),
            ),
        ] {
            assert_eq!(of_script(script), [(format!("http://x.gov.cn{address}"), Some(pages))], "{script}");
        }
    }

    #[test]
    fn a_call_by_get_is_read_with_its_address() {
        let numbered = Pagination::Numbered { pattern: "/api/list/{n}.json".to_owned(), first: 2 };
        for (script, address, pages) in [
            (
                "axios.get('api/list', {params: {c: 7, pageNum: this.page}})",
                "/tzgg/api/list?c=7&pageNum=1",
                query(Some("pageNum"), 2),
            ),
            (
                "var u = '/api/list?c=7&page=' + page; $.getJSON(u, fill)",
                "/api/list?c=7&page=1",
                query(Some("page"), 2),
            ),
            ("fetch(`/api/list/${page}.json`).then(show)", "/api/list/1.json", numbered),
        ] {
            assert_eq!(of_script(script), [(format!("http://x.gov.cn{address}"), Some(pages))], "{script}");
        }
    }

    #[test]
    fn a_call_of_which_something_is_not_known_is_none() {
        for script in [
            "$.post('/api/list', {channel: channelId, page: page})",
            "$.post('/api/login', {user: 'a'})",
            "$.ajax({url: 'http://other.cn/api/list?page=' + page})",
            "$.get(base + '/list?page=1')",
            "$.get('/visit/count.jsp?id=7')",
        ] {
            assert_eq!(of_script(script), [], "{script}");
        }
    }

    #[test]
    fn a_form_that_counts_pages_is_asked_and_one_that_wants_words_of_ones_own_is_not() {
        let form = "<form action='/search.do' method=POST><input type=hidden name=col value=2><input type=hidden \
             name=cpage value=1><select name=t><option value=a><option value=b selected></select><input type=submit name=go></form>";
        assert_eq!(
            asked(form),
            [("http://x.gov.cn/search.do by POST of col=2&cpage={n}&t=b".to_owned(), Some(query(None, 2)))]
        );
        let letter =
            "<form action='/letter.do' method=post><input name=page value=1><textarea name=text></textarea></form>";
        let login = "<form action='/login.do' method=post><input name=p value=1><input type=password name=w></form>";
        let get = "<form action='/s'><input name=page value=1></form>";
        assert_eq!([letter, login, get].map(asked), [const { Vec::new() }; 3]);
    }

    #[test]
    fn only_a_query_is_posted() {
        let form = |action: &str, fields: &str| {
            let fields = format!("<input type=hidden name=page value=1>{fields}");
            asked(&format!("<form action='{action}' method=post>{fields}</form>")).len()
        };
        assert_eq!(form("/api/list", "<input type=hidden name=col value=2>"), 1);
        for action in ["/api/vote/list", "/page/submit.do", "/comment/list", "/survey.do", "/list.do?method=addLike"] {
            assert_eq!(form(action, ""), 0, "{action}");
        }
        let own = "<form action='/tzgg/' method=post><input type=hidden name=page value=1></form>";
        let at = |url: &str| {
            let base = Url::parse(url).expect("url");
            all(&Tree::parse(own).expect("tree"), &base, &base).len()
        };
        assert_eq!((at("http://x.gov.cn/tzgg/"), at("http://x.gov.cn/")), (1, 0), "a page may ask itself");
        for field in [
            "<input name=phone>",
            "<input type=email name=mail>",
            "<input type=radio name=a value=1 checked>",
            "<input type=checkbox name=b value=1>",
            "<input type=hidden name=act value=saveOpinion>",
        ] {
            assert_eq!(form("/api/list", field), 0, "{field}");
        }
        for script in [
            "$.post('/content/count', {page: page})",
            "$.post('/news/like', {id: 7, page: page})",
            "$.post('/api/list', {action: 'addVisit', page: page})",
            "$.post('/survey/do', {page: page})",
        ] {
            assert_eq!(of_script(script), [], "{script}");
        }
    }

    #[test]
    fn a_base_element_leads_to_no_other_host_port_or_scheme() {
        let form = "<form action='/list.do' method=post><input type=hidden name=page value=1></form>";
        for base in ["http://y.gov.cn/", "http://x.gov.cn:8080/", "https://x.gov.cn/"] {
            let script = "<script>$.post('/api/list', {page: page}); $.get('/api/list?page=' + page)</script>";
            assert_eq!(asked(&format!("<base href='{base}'>{form}{script}")), [], "{base}");
        }
        assert_eq!(asked(&format!("<base href='/site/'>{form}")).len(), 1);
    }
}
