//! How each kind of portal shows its rows: its site file, and its answers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::board::{Board, Row, SIZE};
use crate::portal::{Ask, Codec, Reply};

/// A kind of portal.
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// The keys of its `[[listing]]` but the name, and what stands above them: `$` is the root of the host.
    pub(super) site: &'static str,
    /// A listing page; `None` where the path is none.
    pub(super) listing: fn(&Ask, &Board) -> Option<Reply>,
    /// Pages of the walk that only lead to those with the rows.
    pub(super) n_frames: usize,
    /// The page that people know, where its script or its form asks for the listing: its path, what stands on it.
    pub(super) front: Option<(&'static str, &'static str)>,
    /// Whether its answers say how many rows there are: then one that is pulled up over a boundary is noticed.
    pub(super) states_total: bool,
}

fn kind(name: &'static str, site: &'static str, listing: fn(&Ask, &Board) -> Option<Reply>) -> Kind {
    Kind { name, site, listing, n_frames: 0, front: None, states_total: false }
}

/// Every kind.
pub(super) fn kinds() -> Vec<Kind> {
    let mut kinds = vec![
        kind("html numbered from 1", include_str!("sites/numbered_1.toml"), numbered_1),
        kind("html numbered from 0", include_str!("sites/numbered_0.toml"), numbered_0),
        kind("createPageHTML A", include_str!("sites/script_a.toml"), script_a),
        kind("createPageHTML B", include_str!("sites/script_b.toml"), script_b),
        kind("next link", include_str!("sites/next_link.toml"), next_link),
        kind("?page=", include_str!("sites/query.toml"), query),
        kind("offset ?start=", include_str!("sites/offset.toml"), offset),
        kind("VSB countdown", include_str!("sites/countdown.toml"), countdown),
        kind("Hanweb datastore, GET", include_str!("sites/dataproxy_get.toml"), dataproxy_get).framed(),
        kind("Hanweb escaped, POST windows", include_str!("sites/dataproxy_post.toml"), dataproxy_post).framed(),
        kind("Atom, rel=next", include_str!("sites/atom.toml"), atom),
        kind("RSS, ?paged=", include_str!("sites/rss.toml"), rss),
        kind("sitemap index, gzip", include_str!("sites/sitemap.toml"), sitemap).framed(),
        kind("search page, POST", include_str!("sites/search_page.toml"), search_page)
            .behind("/tzgg/search.html", FORM),
        kind("JSON cursor", include_str!("sites/json_cursor.toml"), json_cursor),
    ];
    kinds.extend(totalled());
    kinds
}

/// Those whose answers say how many rows there are.
fn totalled() -> impl Iterator<Item = Kind> {
    let kinds = [
        kind("jpaas unit", include_str!("sites/unit.toml"), unit).framed(),
        kind("UCAP searchList", include_str!("sites/ucap.toml"), ucap),
        kind("UCAP page with a script", include_str!("sites/ucap_frame.toml"), ucap).framed(),
        kind("gkmlpt catalogue", include_str!("sites/gkmlpt.toml"), gkmlpt).behind("/gkmlpt/index", CATALOGUE),
        kind("JSON, POST form", include_str!("sites/json_form.toml"), json_form).behind("/tzgg/form.html", BY_FORM),
        kind("JSON, POST JSON", include_str!("sites/json_post.toml"), json_post).behind("/tzgg/query.html", BY_JSON),
        kind("jsearch, HTML in JSON", include_str!("sites/jsearch.toml"), jsearch).behind("/jsearch/", SEARCH),
    ];
    kinds.into_iter().map(|kind| Kind { states_total: true, ..kind })
}

impl Kind {
    fn framed(self) -> Self {
        Self { n_frames: 1, ..self }
    }

    fn behind(self, path: &'static str, html: &'static str) -> Self {
        Self { front: Some((path, html)), ..self }
    }
}

/// The catalogue of a portal of 广东: a script makes the links.
const CATALOGUE: &str = "<html><head><title>信息公开目录</title></head><body><div id=app></div><script>window._CONFIG = \
     {SID: '758', root: '/gkmlpt/'};</script><script>function row(item) { return '<li><a href=\"/art/2026/' + item.id + \
     '.html\" target=\"_blank\">' + item.title + '</a><span>' + day(item.display_publish_time) + '</span></li>'; }</script></body></html>";

/// A column whose rows a script asks for with a form.
const BY_FORM: &str = "<html><head><title>通知公告</title></head><body><ul class=list></ul><script>var key = '法治', \
     pageSize = 4; function load(page) { $.ajax({ url: '/api/list', type: 'POST', dataType: 'json', data: { key: key, \
     page: page, size: pageSize }, success: function (data) { fill(data.rows); } }); } load(1);</script></body></html>";

/// The same with JSON, counted by rows.
const BY_JSON: &str = "<html><head><title>通知公告</title></head><body><ul class=list></ul><script>function load(curr) { \
     $.ajax({ url: '/api/query', type: 'post', contentType: 'application/json', data: JSON.stringify({ channel: 'tzgg', \
     start: (curr - 1) * 4, rows: 4 }), success: show }); }</script></body></html>";

/// A search whose answer holds pieces of HTML.
const SEARCH: &str = "<html><head><title>通知公告</title></head><body><div class=list></div><script>var params = { websiteid: \
     330000, p: pageNo, pg: 4 }; $.post('/interfaces/search.do', params, function (data) { fill(data.result); }, 'json');</script></body></html>";

/// A form that a script sends for each page.
const FORM: &str = "<html><head><title>通知公告</title></head><body><form name=search action=/search.do method=post><input \
     type=hidden name=col value=2><input type=hidden name=cpage value=1></form><ul class=list></ul><script>function go(n) { \
     document.search.cpage.value = n; document.search.submit(); } go(1);</script></body></html>";

fn li(row: Row) -> String {
    format!("<li><a href=\"{}\" title=\"{1}\">{1}</a><span>{2}</span></li>", row.path(), row.title(), row.day())
}

fn list(rows: &[Row]) -> String {
    rows.iter().map(|row| li(*row)).collect()
}

fn html(rows: &[Row], below: &str) -> Reply {
    Reply::html(format!(
        "<html><head><title>通知公告</title></head><body><div id=\"nav\"><ul><li><a href=\"/\">首页</a></li>\
         <li><a href=\"/zwgk/\">政务公开</a></li></ul></div><ul class=\"list\">{}</ul>{below}</body></html>",
        list(rows)
    ))
}

/// The pairs of a query or a form, decoded.
fn pairs(text: &str) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn parts(ask: &Ask) -> (&str, BTreeMap<String, String>) {
    let (path, query) = ask.path.split_once('?').unwrap_or((&ask.path, ""));
    (path, pairs(query))
}

fn number(pairs: &BTreeMap<String, String>, name: &str) -> Option<usize> {
    pairs.get(name)?.parse().ok()
}

/// The number in a path between two texts.
fn between(path: &str, before: &str, after: &str) -> Option<usize> {
    path.strip_prefix(before)?.strip_suffix(after)?.parse().ok()
}

/// A page of rows; beyond the last one there is none.
fn numbered(board: &Board, page: usize, below: &str) -> Option<Reply> {
    (page < board.n_pages()).then(|| html(&board.page(page), below))
}

fn numbered_1(ask: &Ask, board: &Board) -> Option<Reply> {
    match ask.path.as_str() {
        "/tzgg/" => numbered(board, 0, ""),
        path => numbered(board, between(path, "/tzgg/index_", ".html").filter(|n| *n > 1)? - 1, ""),
    }
}

fn numbered_0(ask: &Ask, board: &Board) -> Option<Reply> {
    match ask.path.as_str() {
        "/tzgg/" => numbered(board, 0, ""),
        path => numbered(board, between(path, "/tzgg/index_", ".html").filter(|n| *n > 0)?, ""),
    }
}

fn script_a(ask: &Ask, board: &Board) -> Option<Reply> {
    let page = match ask.path.as_str() {
        "/tzgg/" => 0,
        path => between(path, "/tzgg/index_", ".shtml")?,
    };
    let n_pages = board.n_pages();
    let pager = format!(
        "<!-- <script>createPageHTML(99,0,\"old\",\"html\")</script> --><script>function createPageHTML(a,b,c,d){{}}\n\
         createPageHTML({n_pages}, {page}, \"index\", \"shtml\");</script>"
    );
    numbered(board, page, &pager)
}

fn script_b(ask: &Ask, board: &Board) -> Option<Reply> {
    let page = match ask.path.as_str() {
        "/tzgg/zwgklist.shtml" => 0,
        path => between(path, "/tzgg/zwgklist_", ".shtml")? - 1,
    };
    let (n_pages, current, n_rows) = (board.n_pages(), page + 1, board.n_reports());
    let pager = format!(
        "<div id=page_div></div><script>createPageHTML('page_div',{n_pages}, {current},'zwgklist','shtml',{n_rows});</script>"
    );
    numbered(board, page, &pager)
}

fn next_link(ask: &Ask, board: &Board) -> Option<Reply> {
    let page = match ask.path.as_str() {
        "/tzgg/list.html" => 0,
        path => between(path, "/tzgg/list-", ".html")? - 1,
    };
    let next = if page + 1 < board.n_pages() {
        format!("<a href=\"list-{}.html\">下一页</a>", page + 2)
    } else {
        "<a href=\"javascript:void(0)\">下一页</a>".to_owned()
    };
    numbered(board, page, &format!("<div class=page>{next}</div>"))
}

fn query(ask: &Ask, board: &Board) -> Option<Reply> {
    let (path, pairs) = parts(ask);
    let page = number(&pairs, "page").unwrap_or(1);
    (path == "/list.jsp" && pairs.get("id").is_some_and(|id| id == "7")).then(|| html(&board.page(page - 1), ""))
}

fn offset(ask: &Ask, board: &Board) -> Option<Reply> {
    let (path, pairs) = parts(ask);
    let start = number(&pairs, "start").unwrap_or(0);
    let rows = if start == 0 { board.page(0) } else { board.rows(start, SIZE) };
    (path == "/tzgg/list.do").then(|| html(&rows, ""))
}

/// The second page is the total less one.
fn countdown(ask: &Ask, board: &Board) -> Option<Reply> {
    let n_pages = board.n_pages();
    let page = match ask.path.as_str() {
        "/tzgg.htm" => 0,
        path => n_pages.checked_sub(between(path, "/tzgg/", ".htm")?)?,
    };
    let next = match n_pages - page - 1 {
        0 => String::new(),
        n if page == 0 => format!("<a href=\"tzgg/{n}.htm\">下页</a>"),
        n => format!("<a href=\"{n}.htm\">下页</a>"),
    };
    numbered(board, page, &format!("<div>共{}条 {}/{n_pages} {next}</div>", board.n_reports(), page + 1))
}

fn record(row: Row) -> String {
    format!("<record><![CDATA[{}]]></record>", li(row))
}

fn records(rows: &[Row], before: &str) -> String {
    let records: String = rows.iter().map(|row| record(*row)).collect();
    format!("<datastore>{before}<recordset>{records}</recordset></datastore>")
}

fn xml(text: String) -> Reply {
    Reply::bytes("text/xml;charset=UTF-8", text.into_bytes())
}

fn dataproxy_get(ask: &Ask, board: &Board) -> Option<Reply> {
    let (path, pairs) = parts(ask);
    match path {
        "/col/col412/index.html" => {
            let group = "<nextgroup><![CDATA[<a href=\"/module/web/jpage/dataproxy.jsp?page=1&webid=9&columnid=412\"></a>]]></nextgroup>";
            let island = records(&board.page(0), group);
            Some(Reply::html(format!(
                "<html><body><div id=nav></div><script type=\"text/xml\">{island}</script></body></html>"
            )))
        }
        "/module/web/jpage/dataproxy.jsp" => {
            let (page, total) = (number(&pairs, "page")?, board.n_reports());
            let head = format!("<totalrecord>{total}</totalrecord><totalpage>{}</totalpage>", board.n_pages());
            Some(xml(records(&board.rows((page - 1) * SIZE, SIZE), &head)))
        }
        _ => None,
    }
}

fn dataproxy_post(ask: &Ask, board: &Board) -> Option<Reply> {
    let (path, pairs_of_query) = parts(ask);
    let total = board.n_reports();
    match path {
        "/col/col413/index.html" => {
            let island = records(&board.page(0), "").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let call = format!(
                "$('#2088').jpage({{ dataStore:dataStore, totalRecord:{total}, proxyUrl:'/module/jpage/dataproxy.jsp', perPage:2, \
                 groupSize:2, ajaxParam:{{col:1,webid:39,path:'/',columnid:413,webname:'青溪县人民政府'}} }});"
            );
            Some(Reply::html(format!(
                "<html><body><div id=2088><script type=\"text/xml\">{island}</script></div><script>{call}</script></body></html>"
            )))
        }
        "/module/jpage/dataproxy.jsp" => {
            let form = pairs(&ask.body);
            let is_right = form.get("columnid").is_some_and(|id| id == "413") && form.contains_key("webname");
            let (start, end) = (number(&pairs_of_query, "startrecord")?, number(&pairs_of_query, "endrecord")?);
            let head = format!("<totalrecord>{total}</totalrecord>");
            is_right.then(|| xml(records(&board.rows(start - 1, end + 1 - start), &head)))
        }
        _ => None,
    }
}

/// A whole number of what was asked.
fn whole(value: &Value) -> usize {
    serde_json::from_value(value.clone()).expect("a whole number")
}

fn json_reply(value: &Value) -> Reply {
    Reply::bytes("application/json;charset=UTF-8", value.to_string().into_bytes())
}

fn unit(ask: &Ask, board: &Board) -> Option<Reply> {
    const SERVICE: &str = "/api-gateway/jpaas-publish-server/front/page/build/unit";
    let (path, pairs) = parts(ask);
    let loader = |tag: &str| {
        format!(
            "<script parseType=\"bulidstatic\" url=\"{SERVICE}\" queryData=\"{{'parseType':'bulidstatic','webId':'8d82',\
             'pageType':'column','tagId':'{tag}','pageId':'50bf'}}\"></script>"
        )
    };
    match path {
        "/gxsj/index.html" => {
            let menu = "<ul><li><a href=\"/zwgk/a.html\">政务公开工作专栏</a></li><li><a href=\"/zwgk/b.html\">办事服务指南专栏</a></li></ul>";
            Some(Reply::html(format!("<html><body>{menu}{}{}</body></html>", loader("头部"), loader("分页列表"))))
        }
        SERVICE if pairs.get("tagId").is_some_and(|tag| tag == "分页列表") => {
            let asked = pairs.get("paramJson").map(|text| serde_json::from_str::<Value>(text).expect("JSON"));
            let page = asked.map_or(1, |asked| whole(&asked["pageNo"]));
            let (rows, count) = (list(&board.page(page - 1)), board.n_reports());
            let html = format!(
                "<div class=\"page-content\"><ul>{rows}</ul></div>\
                 <div class=\"pagination\" rows=\"{SIZE}\" count=\"{count}\" pageno=\"{page}\" unitid=\"u\"></div>"
            );
            Some(json_reply(&json!({"success": true, "code": "200", "data": {"html": html}})))
        }
        _ => None,
    }
}

fn ucap(ask: &Ask, board: &Board) -> Option<Reply> {
    const CHANNEL: &str = "/searchList/0123456789abcdef0123456789abcdef";
    let (path, pairs) = parts(ask);
    if path == "/tzgg/list.shtml" {
        let script = format!("var url = '{CHANNEL}?_isAgg=true&_isJson=true&_pageSize={SIZE}&_template=index&page=1';");
        return Some(Reply::html(format!("<html><body><ul id=list></ul><script>{script}</script></body></html>")));
    }
    let page = number(&pairs, "page")?;
    let row = |row: &Row| json!({"title": format!("<em>{}</em>", row.title()), "url": row.path(), "publishedTimeStr": format!("{} 09:30:00", row.day())});
    let results: Vec<Value> = board.page(page - 1).iter().map(row).collect();
    (path == CHANNEL).then(|| {
        json_reply(&json!({"code": 200, "data": {"total": board.n_reports(), "rows": SIZE, "results": results}}))
    })
}

/// Links as numbers, dates as seconds.
fn gkmlpt(ask: &Ask, board: &Board) -> Option<Reply> {
    let (path, pairs) = parts(ask);
    let page = number(&pairs, "page")?;
    let row = |row: &Row| {
        let day: jiff::civil::Date = row.day().parse().expect("a day");
        let at = day.in_tz("Asia/Shanghai").expect("a moment").timestamp().as_second();
        json!({"id": row.0, "title": row.title(), "display_publish_time": at})
    };
    let articles: Vec<Value> = board.page(page - 1).iter().map(row).collect();
    (path == "/gkmlpt/api/all/0").then(|| json_reply(&json!({"articles": articles, "total": board.n_reports()})))
}

fn data_rows(rows: &[Row]) -> Vec<Value> {
    rows.iter().map(|row| json!({"docTitle": row.title(), "docUrl": row.path(), "pubDate": row.day()})).collect()
}

fn json_form(ask: &Ask, board: &Board) -> Option<Reply> {
    let form = pairs(&ask.body);
    let is_right = ask.path == "/api/list" && form.get("key").is_some_and(|key| key == "法治");
    let page = number(&form, "page")?;
    is_right.then(|| json_reply(&json!({"rows": data_rows(&board.page(page - 1)), "total": board.n_reports()})))
}

fn json_post(ask: &Ask, board: &Board) -> Option<Reply> {
    let asked: Value = serde_json::from_str(&ask.body).ok()?;
    let is_right = ask.path == "/api/query" && ask.header("content-type") == Some("application/json");
    let start = whole(&asked["start"]);
    let rows = if start == 0 { board.page(0) } else { board.rows(start, SIZE) };
    is_right.then(|| json_reply(&json!({"data": {"list": data_rows(&rows), "count": board.n_reports()}})))
}

/// A cursor is the number of the oldest row that was given: rows that are published meanwhile do not move it.
fn json_cursor(ask: &Ask, board: &Board) -> Option<Reply> {
    let (path, pairs) = parts(ask);
    let rows = match number(&pairs, "cursor") {
        None => board.page(0),
        Some(cursor) => board.rows(board.n_reports() + 1 - cursor, SIZE),
    };
    let last = rows.last().map(|row| row.0).filter(|n| *n > 1);
    let cursor = last.map_or(Value::Null, |n| Value::from(n.to_string()));
    (path == "/api/feed").then(|| json_reply(&json!({"items": data_rows(&rows), "next": cursor})))
}

fn jsearch(ask: &Ask, board: &Board) -> Option<Reply> {
    let form = pairs(&ask.body);
    let page = number(&form, "p")?;
    let piece = |row: &Row| {
        let (path, title, day) = (row.path(), row.title(), row.day());
        format!(
            "<div class=\"comprehensiveItem\"><div class=\"titleWrapper\"><a href=\"{path}\">{title}</a></div><div class=\"sourceTime\"><span>时间:{day}</span></div></div>"
        )
    };
    let result: Vec<String> = board.page(page - 1).iter().map(piece).collect();
    (ask.path == "/interfaces/search.do")
        .then(|| json_reply(&json!({"code": "200", "result": result, "total": board.n_reports()})))
}

fn atom(ask: &Ask, board: &Board) -> Option<Reply> {
    let (path, pairs) = parts(ask);
    let page = number(&pairs, "p").unwrap_or(1);
    let entry = |row: &Row| {
        let (path, title, day) = (row.path(), row.title(), row.day());
        format!(
            "<entry><title type=\"html\">&lt;b&gt;{title}&lt;/b&gt;</title><link href=\"{path}\"/><id>urn:{}</id>\
             <published>{day}T09:00:00+08:00</published><updated>2026-11-01T09:00:00Z</updated></entry>",
            row.0
        )
    };
    let entries: String = board.page(page - 1).iter().map(entry).collect();
    let next = if page < board.n_pages() {
        format!("<link rel=\"next\" href=\"/feed.atom?p={}\"/>", page + 1)
    } else {
        String::new()
    };
    let text = format!(
        "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>通知公告</title>{next}{entries}</feed>"
    );
    (path == "/feed.atom").then(|| Reply::bytes("application/atom+xml", text.into_bytes()))
}

fn rss(ask: &Ask, board: &Board) -> Option<Reply> {
    let (path, pairs) = parts(ask);
    let page = number(&pairs, "paged").unwrap_or(1);
    let item = |row: &Row| {
        let (path, title) = (row.path(), row.title());
        let day: jiff::civil::Date = row.day().parse().expect("a day");
        let mail = day.strftime("%a, %d %b %Y 09:00:00 +0800");
        format!(
            "<item><title><![CDATA[{title}]]></title><link>http://www.kinds.example{path}</link><pubDate>{mail}</pubDate></item>"
        )
    };
    let items: String = board.page(page - 1).iter().map(item).collect();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"><channel><title>A & B</title>{items}</channel></rss>"
    );
    (path == "/rss.xml").then(|| Reply::bytes("application/rss+xml", text.into_bytes()))
}

/// Sitemaps are made at night: what is published meanwhile is in the next ones.
fn sitemap(ask: &Ask, board: &Board) -> Option<Reply> {
    if ask.path == "/sitemap.xml" {
        let one = |n: usize| format!("<sitemap><loc>/sitemap-{n}.xml.gz</loc><lastmod>2026-11-01</lastmod></sitemap>");
        let all: String = (1..=board.n_pages()).map(one).collect();
        return Some(xml(format!(
            "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{all}</sitemapindex>"
        )));
    }
    let page = between(&ask.path, "/sitemap-", ".xml.gz")?;
    let url = |row: &Row| format!("<url><loc>{}</loc><lastmod>2026-11-01</lastmod></url>", row.path());
    let urls: String = board.page(page - 1).iter().map(url).collect();
    let text = format!("<?xml version=\"1.0\"?><urlset>{urls}<url><loc>/index.html</loc></url></urlset>");
    Some(Reply::bytes("application/x-gzip", Codec::Gzip.encode(text.as_bytes())))
}

fn search_page(ask: &Ask, board: &Board) -> Option<Reply> {
    let form = pairs(&ask.body);
    let page = number(&form, "cpage")?;
    let is_right = ask.path == "/search.do" && form.get("col").is_some_and(|col| col == "2");
    let below = format!("<div>共{}页</div>", board.n_pages());
    is_right.then(|| html(&board.page(page - 1), &below))
}
