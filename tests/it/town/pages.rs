//! The pages of the town. In: a site, a path and a visit. Out: bytes as a portal of that kind sends them.

use super::{Build, Page, TownReport, TownSite};

/// Rows of a listing page.
const ROWS: usize = 20;
/// Rows of a datastore on the listing page itself.
const ISLAND_ROWS: usize = 6;
const LISTING: &str = "/zwgk/tzgg/";
const COLUMN: &str = "通知公告";
const DATAPROXY: &str = "/module/web/jpage/dataproxy.jsp";

/// What differs between two requests for the same page.
pub(super) struct Visit {
    hits: u64,
    today: String,
    token: String,
}

impl Visit {
    pub(super) fn new(n_request: u64) -> Self {
        Self {
            hits: 10_000 + n_request,
            today: format!("{}年{}月{}日", 2026, 1 + n_request / 28 % 12, 1 + n_request % 28),
            token: format!("{:016x}", n_request.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        }
    }
}

/// The site file of a portal.
pub(super) fn site_file(site: &TownSite) -> String {
    let host = site.host;
    let listing = match site.build {
        Build::Numbered => {
            "entry = \"ul.list li\"\ntitle = [\"a::attr(title)\", \"a::text\"]\ndate = \"span::text\"\n\
             pages = { kind = \"numbered\", pattern = \"list_{n}.html\", first = 2 }\n\n\
             [report]\ntitle = \"h1::text\"\nbody = \"div.text\"\npublished = \".info::text\"\n"
        }
        Build::Script => "pages = { kind = \"script\" }\n",
        Build::Datastore => "format = \"datastore\"\npages = { kind = \"dataproxy\" }\n",
    };
    format!(
        "name = \"{host}\"\nhome = \"http://{host}/\"\npace = {{ min_interval = \"0s\", concurrent = 4 }}\n\n\
         [expect]\nwithdrawn_after = {{ polls = 2, span = \"0s\" }}\n\n\
         [[listing]]\nname = \"{COLUMN}\"\nurl = \"http://{host}{}\"\n{listing}",
        listing_path(site, 1)
    )
}

/// The path of page n of the listing, from 1.
pub(super) fn listing_path(site: &TownSite, n_page: usize) -> String {
    match (site.build, n_page) {
        (Build::Numbered | Build::Script, 1) => LISTING.to_owned(),
        (Build::Numbered, _) => format!("{LISTING}list_{n_page}.html"),
        (Build::Script, _) => format!("{LISTING}index_{}.html", n_page - 1),
        (Build::Datastore, 1) => "/col/col12377/index.html".to_owned(),
        (Build::Datastore, _) => dataproxy(n_page - 1),
    }
}

/// The path of a report.
pub(super) fn article_path(build: Build, report: &TownReport) -> String {
    let TownReport { id, published, .. } = report;
    match build {
        Build::Numbered => format!("{LISTING}content_{id}.html"),
        Build::Script => {
            format!("{LISTING}{}/t{}_{id}.html", published.strftime("%Y%m"), published.strftime("%Y%m%d"))
        }
        Build::Datastore => {
            format!("/art/{}/{}/{}/art_12377_{id}.html", published.year(), published.month(), published.day())
        }
    }
}

fn dataproxy(n_page: usize) -> String {
    format!("{DATAPROXY}?page={n_page}&appid=1&webid=110&path=/&columnid=12377&unitid=38486&permissiontype=0")
}

/// The answer of a portal.
pub(super) fn answer(site: &TownSite, target: &str, visit: &Visit) -> Page {
    if target == "/robots.txt" {
        return Page { status: 200, content_type: "text/plain", body: b"User-agent: *\nDisallow:\n".to_vec() };
    }
    if let Some(at) = site.reports.iter().position(|report| article_path(site.build, report) == target) {
        return page(site, &frame(site, &article(site, at, visit), visit));
    }
    let n_pages = n_pages(site);
    if let Some(n_page) = (1..=n_pages).find(|&n_page| target == dataproxy(n_page))
        && site.build == Build::Datastore
    {
        let totals = format!("<totalrecord>{}</totalrecord><totalpage>{n_pages}</totalpage>", site.reports.len());
        let body = datastore(&totals, site, &rows(site, n_page)).into_bytes();
        return Page { status: 200, content_type: "text/xml; charset=utf-8", body };
    }
    match (1..=n_pages).find(|&n_page| target == listing_path(site, n_page)) {
        Some(n_page) => page(site, &frame(site, &listing(site, n_page), visit)),
        None => not_found(),
    }
}

fn n_pages(site: &TownSite) -> usize {
    site.reports.len().div_ceil(ROWS).max(1)
}

/// What stands at no known path.
pub(super) fn not_found() -> Page {
    let body = "<html><head><title>404</title></head><body>您访问的页面不存在</body></html>".as_bytes().to_vec();
    Page { status: 404, content_type: "text/html; charset=utf-8", body }
}

fn page(site: &TownSite, html: &str) -> Page {
    match site.build {
        Build::Script => {
            let (bytes, _, _) = encoding_rs::GB18030.encode(html);
            Page { status: 200, content_type: "text/html", body: bytes.into_owned() }
        }
        Build::Numbered | Build::Datastore => {
            Page { status: 200, content_type: "text/html; charset=utf-8", body: html.as_bytes().to_vec() }
        }
    }
}

/// The rows of page n; pinned ones stand on the first page above the others and nowhere else.
fn rows(site: &TownSite, n_page: usize) -> Vec<&TownReport> {
    let unpinned = site.reports.iter().filter(|report| !report.is_pinned);
    let mut rows: Vec<&TownReport> = unpinned.skip((n_page - 1) * ROWS).take(ROWS).collect();
    if n_page == 1 {
        rows.splice(0..0, site.reports.iter().filter(|report| report.is_pinned));
    }
    rows
}

fn row(site: &TownSite, report: &TownReport) -> String {
    let TownReport { title, published, .. } = report;
    let path = article_path(site.build, report);
    let shown: String =
        if title.chars().count() > 16 { title.chars().take(14).chain("...".chars()).collect() } else { title.clone() };
    let day = if site.build == Build::Datastore {
        format!("<b>{published}</b>")
    } else {
        format!("<span>{published}</span>")
    };
    format!("<li><a href=\"{path}\" title=\"{title}\" target=\"_blank\">{shown}</a>{day}</li>")
}

fn datastore(head: &str, site: &TownSite, rows: &[&TownReport]) -> String {
    let record = |report: &&TownReport| format!("<record><![CDATA[\n{}]]></record>", row(site, report));
    let records: Vec<String> = rows.iter().map(record).collect();
    format!("<datastore>\n{head}\n<recordset>\n{}\n</recordset>\n</datastore>\n", records.join("\n"))
}

/// The records that stand on the listing page itself: the first few of what the dataproxy's page 1 has.
fn island(site: &TownSite) -> String {
    let next = format!("<nextgroup><![CDATA[<a href=\"{}\"></a>]]></nextgroup>", dataproxy(1));
    let rows = rows(site, 1);
    datastore(&next, site, &rows[..rows.len().min(ISLAND_ROWS)])
}

fn listing(site: &TownSite, n_page: usize) -> String {
    let n_pages = n_pages(site);
    let rows: Vec<String> = rows(site, n_page).into_iter().map(|report| row(site, report)).collect();
    let rows = rows.join("\n");
    match site.build {
        Build::Numbered => {
            format!("<h2>{COLUMN}</h2><ul class=\"list\">\n{rows}\n</ul>\n<div class=\"pages\">共{n_pages}页</div>\n")
        }
        Build::Script => format!(
            "<ul class=\"doc_list\">\n{rows}\n</ul>\n<script>createPageHTML({n_pages}, {}, \"index\", \"html\");</script>\n",
            n_page - 1
        ),
        Build::Datastore => {
            format!("<div id=\"38486\"><script type=\"text/xml\">{}</script></div>\n", island(site))
        }
    }
}

fn article(site: &TownSite, at: usize, visit: &Visit) -> String {
    let report = &site.reports[at];
    let TownReport { title, published, paragraphs, .. } = report;
    let paragraphs: Vec<String> = paragraphs.iter().map(|text| format!("<p>\u{3000}\u{3000}{text}</p>")).collect();
    let paragraphs = paragraphs.join("\n");
    let body = match site.build {
        Build::Numbered => format!("<div class=\"text\">\n{paragraphs}\n</div>"),
        Build::Script => format!("<div class=\"TRS_Editor\">\n{paragraphs}\n</div>"),
        Build::Datastore => {
            format!("<div id=\"zoom\"><!--ZJEG_RSS.content.begin-->\n{paragraphs}\n<!--ZJEG_RSS.content.end--></div>")
        }
    };
    let to = |at: Option<usize>| match at.and_then(|at| site.reports.get(at)) {
        Some(report) => format!("<a href=\"{}\">{}</a>", article_path(site.build, report), report.title),
        None => "没有了".to_owned(),
    };
    let (previous, next) = (to(at.checked_sub(1)), to(Some(at + 1)));
    format!(
        "<div class=\"main\"><h1>{title}</h1>\n<div class=\"info\">发布日期:{published} 来源:法治办 浏览次数:{} \
         字号:<a>大</a> <a>中</a> <a>小</a></div>\n{body}\n<div class=\"share\">分享到: <a>微信</a> <a>打印</a></div>\n\
         <p>上一篇:{previous}</p><p>下一篇:{next}</p></div>\n",
        visit.hits
    )
}

fn frame(site: &TownSite, content: &str, visit: &Visit) -> String {
    let Visit { hits, today, token } = visit;
    let charset = if site.build == Build::Script { "gb2312" } else { "utf-8" };
    format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"{charset}\"><title>{COLUMN}</title>\n\
         <script>var token = \"{token}\";</script><link href=\"/css/a.css?v={token}\" rel=\"stylesheet\"></head>\n<body>\n\
         <div class=\"top\">今天是{today} <a href=\"#\">无障碍浏览</a></div>\n\
         <div class=\"nav\"><a href=\"/\">首页</a> <a href=\"{LISTING}\">{COLUMN}</a> <a href=\"#\">互动交流</a></div>\n\
         <div class=\"crumb\">当前位置:<a href=\"/\">首页</a> &gt; <a href=\"{LISTING}\">{COLUMN}</a></div>\n{content}\
         <div class=\"foot\">版权所有 访问量:{hits} <input type=\"hidden\" name=\"csrf\" value=\"{token}\"></div>\n</body></html>\n"
    )
}
