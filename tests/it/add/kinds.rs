//! Invented portals, one a make of listing: every page of it, its reports, and what `add` should say of it.

use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::Date;

/// Reports of a listing, pages of it, and reports that stand on top of the first page whatever their date.
const N_ROWS: usize = 21;
const ROWS_A_PAGE: usize = 7;
const N_PINNED: usize = 2;

/// A make of listing.
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// The path of page n, from 1.
    pub(super) path: fn(usize) -> String,
    /// The address of report n, as a row links to it.
    href: fn(usize) -> String,
    /// One row: address, title, day.
    row: fn(&str, &str, &str) -> String,
    /// What stands around the rows, and the pager of page n of n.
    list: fn(&str, usize, usize) -> String,
    /// The `kind` of `pages` that is right; empty: the page itself tells it best.
    pub(super) pages: &'static str,
    /// Whether the list fits on one page.
    is_single: bool,
    /// A page without rows of its own, whose script loads them; empty: the first page has rows.
    frame: &'static str,
}

/// Title, address, day.
pub(super) type Row = (String, String, Option<String>);

impl Kind {
    pub(super) fn host(&self) -> String {
        format!("{}.kinds.example", self.name)
    }

    pub(super) fn url(&self, n_page: usize) -> String {
        format!("http://{}{}", self.host(), (self.path)(n_page))
    }

    /// Whether its first page is a frame.
    pub(super) fn is_frame(&self) -> bool {
        !self.frame.is_empty()
    }

    /// Where its page n of rows is, from 1.
    pub(super) fn rows_url(&self, n_page: usize) -> String {
        self.url(n_page + usize::from(self.is_frame()))
    }

    pub(super) fn n_pages(&self) -> usize {
        if self.is_single { 1 } else { N_ROWS / ROWS_A_PAGE }
    }

    fn reports(&self, n_page: usize) -> Vec<usize> {
        let n_rows = if self.is_single { N_ROWS } else { ROWS_A_PAGE };
        // Two old ones are pinned to the top of the first page.
        let mut order: Vec<usize> = (N_ROWS - N_PINNED..N_ROWS).chain(0..N_ROWS - N_PINNED).collect();
        if self.name == "month-day" {
            order.sort_unstable();
        }
        order.into_iter().skip((n_page - 1) * n_rows).take(n_rows).collect()
    }

    /// Every row of a page, as it should be read.
    pub(super) fn rows(&self, n_page: usize) -> Vec<Row> {
        let base: url::Url = self.url(n_page).parse().expect("url");
        let row = |n: usize| {
            let url = base.join(&(self.href)(n)).expect("href");
            // A sitemap names neither title nor day of publication.
            match self.name {
                "sitemap" => (String::new(), url.to_string(), None),
                _ => (title(n), url.to_string(), Some(day(n).to_string())),
            }
        };
        self.reports(n_page).into_iter().map(row).collect()
    }

    /// The HTML of a page of the listing.
    pub(super) fn page(&self, n_page: usize) -> String {
        let rows = self
            .reports(n_page)
            .into_iter()
            .fold(String::new(), |rows, n| rows + &(self.row)(&(self.href)(n), &title(n), &day(n).to_string()));
        let list = (self.list)(&rows, n_page, self.n_pages());
        let is_data = list.starts_with("<?xml") || list.starts_with('{');
        if is_data { list } else { dressed(&list) }
    }

    /// Every page of it with its path, the frame too.
    pub(super) fn served(&self) -> Vec<(String, String)> {
        let frame = self.is_frame().then(|| ((self.path)(1), dressed(self.frame)));
        let path = |n| (self.path)(n + usize::from(self.is_frame()));
        frame.into_iter().chain((1..=self.n_pages()).map(|n| (path(n), self.page(n)))).collect()
    }

    /// The paths and pages of its reports.
    pub(super) fn details(&self) -> Vec<(String, String)> {
        let base: url::Url = self.url(1).parse().expect("url");
        let detail = |n: usize| {
            let url = base.join(&(self.href)(n)).expect("href");
            (url[url::Position::BeforePath..].to_owned(), report(n))
        };
        (0..N_ROWS).map(detail).collect()
    }
}

fn title(n: usize) -> String {
    let matters = ["城东片区供水管网改造", "法治政府建设年度重点工作", "农村集体经济组织登记", "中小学校园安全检查"];
    format!("青溪县人民政府办公室关于做好第{}号{}有关事项的通知", n + 1, matters[n % matters.len()])
}

/// The newest first, a few days between them, the first some days ago: a date without a year is this year's.
fn day(n: usize) -> Date {
    today() - (i64::try_from(n).expect("few") * 3 + 5).days()
}

/// The day on the portals' walls.
pub(super) fn today() -> Date {
    jiff::Zoned::now().date()
}

fn cut(title: &str) -> String {
    title.chars().take(18).collect::<String>() + "…"
}

/// The page around a list: menu, breadcrumb, hot news, links, footer.
fn dressed(list: &str) -> String {
    let mut hot = String::new();
    for n in 1..=8 {
        let day = 20 - n;
        let _ = write!(
            hot,
            "<li><a href='/xwzx/202611/t202611{day}_{n}.html'>青溪县召开第{n}次重点工作推进会议</a><span>11-{day}</span></li>"
        );
    }
    format!(
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>通知公告_青溪县人民政府</title>\
         <meta name='SiteName' content='青溪县人民政府'><meta name='SiteIDCode' content='1411230001'>\
         <meta name='ColumnName' content='通知公告'></head><body>\
         <div class='header'><ul class='nav'><li><a href='/'>首页</a></li><li><a href='/zwgk/'>政务公开</a></li>\
         <li><a href='/zwfw/'>政务服务</a></li><li><a href='/hdjl/'>互动交流</a></li></ul></div>\
         <div class='crumb'>当前位置：<a href='/'>首页</a> &gt; <a href='/zwgk/'>政务公开</a> &gt; 通知公告</div>\
         <div class='main'><div class='left-menu'><ul><li><a href='/zwgk/zcwj/'>政策文件</a></li>\
         <li><a href='/zwgk/rsxx/'>人事信息</a></li><li><a href='/zwgk/tzgg/'>通知公告</a></li></ul></div>\
         <div class='right-box'>{list}</div></div>\
         <div class='side'><h3>热点新闻</h3><ul class='hot'>{hot}</ul></div>\
         <div class='footer'><a href='http://www.gov.cn/'>中国政府网</a><a href='/wzdt/'>网站地图</a>\
         <p>主办：青溪县人民政府办公室 网站标识码：1411230001</p></div></body></html>"
    )
}

fn report(n: usize) -> String {
    let (title, day) = (title(n), day(n));
    let text = "现将有关事项通知如下。各乡镇人民政府、县直各部门要高度重视，按照职责分工抓好落实，有关情况及时报送县政府办公室，\
         并按规定向社会公开，接受社会监督，确保各项工作取得实效。全年受理事项十五件，办结十四件，群众满意度持续提升。";
    format!(
        "<html><head><meta charset='utf-8'><title>{title}_青溪县人民政府</title><meta name='ArticleTitle' content='{title}'>\
         <meta name='PubDate' content='{day} 09:30'></head><body><div class='crumb'>当前位置：首页 &gt; 通知公告</div>\
         <h1>{title}</h1><div class='info'>发布时间：{day} 09:30 来源：县政府办公室</div>\
         <div class='content'><p>{text}</p><p>{text}第{n}号。</p></div></body></html>"
    )
}

/// `1 2 3 下一页 尾页`, the addresses as the function says.
fn links(n_page: usize, n_pages: usize, to: impl Fn(usize) -> String) -> String {
    let mut links = String::new();
    for n in 1..=n_pages {
        let _ =
            if n == n_page { write!(links, "<span>{n}</span>") } else { write!(links, "<a href='{}'>{n}</a>", to(n)) };
    }
    if n_page < n_pages {
        let _ = write!(links, "<a href='{}'>下一页</a><a href='{}'>尾页</a>", to(n_page + 1), to(n_pages));
    }
    links
}

fn plain(href: &str, title: &str, day: &str) -> String {
    format!("<li><a href='{href}' target='_blank'>{title}</a><span>{day}</span></li>")
}

fn trs(n: usize) -> String {
    format!("./202611/t202611{:02}_{}.html", n % 28 + 1, 900_000 + n)
}

fn index(n: usize) -> String {
    if n == 1 { "/zwgk/tzgg/".to_owned() } else { format!("/zwgk/tzgg/index_{}.html", n - 1) }
}

fn from_one(n: usize) -> String {
    if n == 1 { "/zwgk/tzgg/index.html".to_owned() } else { format!("/zwgk/tzgg/index_{n}.html") }
}

/// Every make that is told by elements of the page.
#[expect(clippy::too_many_lines, reason = "a table of makes")]
pub(super) fn kinds() -> Vec<Kind> {
    let usual = || Kind {
        name: "trs",
        path: index,
        href: trs,
        row: |href, title, day| {
            format!("<li><a href='{href}' title='{title}'>{}</a><span class='date'>{day}</span></li>", cut(title))
        },
        list: |rows, n, of| {
            format!(
                "<ul class='news-list'>{rows}</ul><div class='page'><script>createPageHTML({of},{},\"index\",\"html\");</script></div>",
                n - 1
            )
        },
        pages: "script",
        is_single: false,
        frame: "",
    };
    vec![
        usual(),
        Kind {
            name: "ucap",
            path: from_one,
            href: |n| format!("/zwgk/c10{}/202611/{:08x}.shtml", n % 3, 77_000_000 + n),
            row: |href, title, day| {
                format!("<li class='clearfix'><em></em><a href='{href}'>{title}</a><i>[\n  {day}\n ]</i></li>")
            },
            list: |rows, n, of| {
                format!(
                    "<div class='gl-list'><ul>{rows}</ul></div><div id='page_div'></div><script>createPageHTML('page_div',{of}, {n},'index','html',{N_ROWS});</script>"
                )
            },
            ..usual()
        },
        Kind {
            name: "jquery",
            path: from_one,
            row: plain,
            list: |rows, _, of| {
                format!(
                    "<ul class='list'>{rows}</ul><div class='pagination'></div><script>$('.pagination').pagination({{ totalPage: {of}, callBack: function (p) {{ if(p==1) location.href='index.html'; else location.href='index_'+p+'.html'; }} }});</script>"
                )
            },
            ..usual()
        },
        Kind {
            name: "table",
            path: from_one,
            row: |href, title, day| {
                format!(
                    "<tr><td>14112300-2026-{}</td><td><a href='{href}' title='{title}'>{}</a><table style='display:none'><tr><td>生成日期</td><td>2026-01-01</td></tr></table></td><td>县政府办</td><td>{day}</td></tr>",
                    &href[href.len() - 8..href.len() - 5],
                    cut(title)
                )
            },
            list: |rows, n, of| {
                let pager = links(n, of, from_one);
                format!(
                    "<table class='xxgk'><tr><th>索引号</th><th>名称</th><th>发布机构</th><th>发布日期</th></tr>{rows}</table><div>共{of}页 {pager}</div>"
                )
            },
            pages: "numbered",
            ..usual()
        },
        Kind {
            name: "terms",
            row: |href, title, day| format!("<dt><a href='{href}'>{title}</a></dt><dd>{day}</dd>"),
            list: |rows, n, of| format!("<dl>{rows}</dl><p>{}</p>", links(n, of, index)),
            pages: "",
            ..usual()
        },
        Kind {
            name: "next-link",
            path: |n| if n == 1 { "/tzgg.html".to_owned() } else { format!("/tzgg-{}.html", ["b7", "c3"][n - 2]) },
            href: |n| format!("/article/{}.html", 50_000 + n),
            row: plain,
            list: |rows, n, of| {
                let next = if n < of {
                    format!("<a class='next' href='/tzgg-{}.html'>下一页</a>", ["b7", "c3"][n - 1])
                } else {
                    String::new()
                };
                format!(
                    "<ul id='articles'>{rows}</ul><div class='fanye'><a class='prev' href='/tzgg.html'>上一页</a>{next}</div>"
                )
            },
            pages: "next",
            ..usual()
        },
        Kind {
            name: "query",
            path: |n| if n == 1 { "/list.aspx?cid=5".to_owned() } else { format!("/list.aspx?cid=5&page={n}") },
            href: |n| format!("/view.aspx?id={}", 4_000 + n),
            row: |href, title, day| {
                format!("<div class='item'><span class='time'>{day}</span><a href='{href}'>{title}</a></div>")
            },
            list: |rows, n, of| {
                let pager = links(n, of, |n| format!("list.aspx?cid=5&page={n}"));
                format!("<div class='items'>{rows}</div><div class='pages'>{pager}</div>")
            },
            pages: "query",
            ..usual()
        },
        Kind {
            name: "countdown",
            path: |n| if n == 1 { "/xwgg/tzgg.htm".to_owned() } else { format!("/xwgg/tzgg/{}.htm", 4 - n) },
            href: |n| format!("/info/1012/{}.htm", 3_000 + n),
            row: |href, title, day| {
                format!(
                    "<li id='line_u8_{0}'><a href='{href}'>{title}</a><span>{day}</span></li>",
                    &href[href.len() - 5..href.len() - 4]
                )
            },
            list: |rows, n, of| {
                let next = if n < of {
                    format!("<a href='/xwgg/tzgg/{}.htm'>下页</a><a href='/xwgg/tzgg/1.htm'>尾页</a>", of - n)
                } else {
                    String::new()
                };
                format!(
                    "<div class='list_right'><ul>{rows}</ul></div><div>共{N_ROWS}条 {n}/{of} {next}</div><script>_showDynClicks('wbnews',1,2)</script>"
                )
            },
            pages: "countdown",
            ..usual()
        },
        Kind {
            name: "cards",
            path: from_one,
            row: |href, title, day| {
                format!(
                    "<div class='card'><h3><a href='{href}'>{title}</a></h3><p>各乡镇人民政府：自2026年1月1日起施行的办法现予公布，请认真贯彻执行。<a href='{href}'>[详细]</a></p><div class='foot'><b>来源：县政府办</b><b class='pub'>{day}</b></div></div>"
                )
            },
            list: |rows, n, of| {
                format!("<div class='cards'>{rows}</div><div class='p'>第{n}/{of}页 {}</div>", links(n, of, from_one))
            },
            pages: "numbered",
            ..usual()
        },
        Kind {
            name: "tiles",
            row: |href, title, day| {
                format!(
                    "<li><a href='{href}'><div class='sj'><p>{}</p><span>{}</span></div><div class='bt'>{title}</div></a></li>",
                    &day[8..],
                    &day[..7]
                )
            },
            ..usual()
        },
        Kind {
            name: "month-day",
            row: |href, title, day| format!("<li><i>{}</i><a href='{href}'>{title}</a></li>", &day[5..]),
            list: |rows, _, _| format!("<div class='gg'><ul>{rows}</ul></div>"),
            pages: "",
            is_single: true,
            ..usual()
        },
        Kind {
            name: "flat",
            row: |href, title, day| format!("<a href='{href}'>{title}</a><b>{day}</b><br>"),
            ..usual()
        },
        Kind {
            name: "date-in-link",
            row: |href, title, day| {
                format!("<li><a href='{href}'><em>·</em><span class='t'>{title}</span><b>{day}</b></a></li>")
            },
            ..usual()
        },
        Kind {
            name: "opened",
            row: |href, title, day| {
                format!("<li><a href='#' onclick=\"window.open('{href}')\">{title}</a><span>（{day}）</span></li>")
            },
            ..usual()
        },
        Kind {
            name: "button",
            path: from_one,
            row: |href, title, day| {
                format!("<tr><td>{title}</td><td>{day}</td><td><a href='{href}'>查看</a></td></tr>")
            },
            list: |rows, n, of| {
                format!("<table id='gk'><tbody>{rows}</tbody></table><div>共 {of} 页 {}</div>", links(n, of, from_one))
            },
            pages: "numbered",
            ..usual()
        },
        Kind {
            name: "by-year",
            row: plain,
            list: |rows, _, _| {
                let half = rows.match_indices("<li>").nth(10).map_or(0, |(at, _)| at);
                format!(
                    "<div class='years'><h4>2026年</h4><ul class='y'>{}</ul><h4>2025年</h4><ul class='y'>{}</ul></div>",
                    &rows[..half],
                    &rows[half..]
                )
            },
            pages: "",
            is_single: true,
            ..usual()
        },
        Kind {
            name: "datastore",
            path: |n| {
                if n == 1 {
                    "/col/col7/index.html".to_owned()
                } else {
                    format!("/module/web/jpage/dataproxy.jsp?page={}&webid=5&columnid=7", n - 1)
                }
            },
            href: |n| format!("/art/2026/11/{}/art_7_{}.html", n % 28 + 1, 100 + n),
            row: |href, title, day| {
                format!(
                    "<record><![CDATA[<li><a href='{href}' title='{title}'>{}</a><b>{day}</b></li>]]></record>",
                    cut(title)
                )
            },
            list: |rows, n, of| {
                if n == 1 {
                    return format!(
                        "<div id='1'><script type='text/xml'><datastore><nextgroup><![CDATA[<a href='/module/web/jpage/dataproxy.jsp?page=1&webid=5&columnid=7'></a>]]></nextgroup><recordset>{rows}</recordset></datastore></script></div>"
                    );
                }
                format!(
                    "<?xml version='1.0'?><datastore><totalpage>{}</totalpage><recordset>{rows}</recordset></datastore>",
                    of - 1
                )
            },
            pages: "dataproxy",
            ..usual()
        },
        Kind {
            name: "json-pages",
            path: |n| format!("/api/news/list?column=7&pageSize=7&pageNo={n}"),
            href: |n| format!("/art/{n}.html"),
            row: |href, title, day| {
                format!(
                    "{{\"id\":1,\"img\":\"/i{href}.png\",\"title\":\"{title}\",\"url\":\"{href}\",\"pubDate\":\"{day}\"}},"
                )
            },
            list: |rows, _, _| {
                format!("{{\"code\":200,\"data\":{{\"total\":{N_ROWS},\"rows\":[{}]}}}}", rows.trim_end_matches(','))
            },
            pages: "query",
            ..usual()
        },
        Kind {
            name: "json-offset",
            path: |n| {
                if n == 1 {
                    "/search?q=a&start=0&rows=7".to_owned()
                } else {
                    format!("/search?q=a&rows=7&start={}", (n - 1) * 7)
                }
            },
            href: |n| format!("/art/{n}.html"),
            row: |href, title, day| {
                format!(
                    "{{\"docTitle\":\"{title}\",\"docPubUrl\":\"{href}\",\"crtime\":\"2020-01-01\",\"docReltime\":\"{day}\"}},"
                )
            },
            list: |rows, _, _| {
                format!("{{\"result\":{{\"numFound\":{N_ROWS},\"docs\":[{}]}}}}", rows.trim_end_matches(','))
            },
            pages: "offset",
            ..usual()
        },
        Kind {
            name: "feed",
            path: |_| "/rss.xml".to_owned(),
            href: |n| format!("/art/{n}.html"),
            row: |href, title, day| {
                format!(
                    "<item><title>{title}</title><link>http://feed.kinds.example{href}</link><pubDate>{day}</pubDate></item>"
                )
            },
            list: |rows, _, _| {
                format!(
                    "<?xml version='1.0'?><rss version='2.0'><channel><title>通知公告</title>{rows}</channel></rss>"
                )
            },
            pages: "",
            is_single: true,
            ..usual()
        },
        Kind {
            name: "sitemap",
            path: |_| "/sitemap.xml".to_owned(),
            href: |n| format!("/art/{n}.html"),
            row: |href, _, day| {
                format!("<url><loc>http://sitemap.kinds.example{href}</loc><lastmod>{day}</lastmod></url>")
            },
            list: |rows, _, _| {
                format!(
                    "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{rows}</urlset>"
                )
            },
            pages: "",
            is_single: true,
            ..usual()
        },
        Kind {
            name: "unit",
            path: |n| {
                let unit = "/api-gateway/jpaas-publish-server/front/page/build/unit?parseType=bulidstatic&webId=8d&tplSetId=20&pageType=column&tagId=%E5%88%86%E9%A1%B5%E5%88%97%E8%A1%A8&editType=null&pageId=50";
                match n {
                    1 => "/zwgk/tzgg/index.html".to_owned(),
                    2 => unit.to_owned(),
                    n => format!("{unit}&paramJson=%7B%22pageNo%22%3A{}%2C%22pageSize%22%3A7%7D", n - 1),
                }
            },
            href: |n| format!("/zwgk/tzgg/art/2026/art_{n:032x}.html"),
            row: plain,
            list: |rows, n, _| {
                let html = format!(
                    "<div class='page-content'><ul>{rows}</ul></div><div class='pagination' rows='7' count='{N_ROWS}' pageno='{n}'></div>"
                );
                format!("{{\"success\":true,\"code\":\"200\",\"data\":{{\"html\":\"{html}\"}}}}")
            },
            pages: "",
            frame: "<script parseType='bulidstatic' src='/cms_files/x/unitbuild.js' url='/api-gateway/jpaas-publish-server/front/page/build/unit' queryData=\"{'parseType':'bulidstatic','webId':'8d','tplSetId':'20','pageType':'column','tagId':'分页列表','editType':'null','pageId':'50'}\"></script>",
            ..usual()
        },
        Kind {
            name: "gkmlpt",
            path: |n| match n {
                1 => "/gkmlpt/index".to_owned(),
                2 => "/gkmlpt/api/all/0?page=1&sid=755".to_owned(),
                n => format!("/gkmlpt/api/all/0?sid=755&page={}", n - 1),
            },
            href: |n| format!("/gkmlpt/content/9/{n}/post_{n}.html"),
            row: |href, title, day| {
                format!("{{\"title\":\"{title}\",\"url\":\"{href}\",\"display_publish_time\":\"{day}\"}},")
            },
            list: |rows, _, _| format!("{{\"total\":{N_ROWS},\"articles\":[{}]}}", rows.trim_end_matches(',')),
            pages: "query",
            frame: "<div id='app'></div><script>window.NFCMS_ = {SID: '755'}; load('/gkmlpt/api/all/');</script>",
            ..usual()
        },
    ]
}
