//! One office's portal, as it is on a day: pages that are full of what changes without meaning anything.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::portal::{Portal, Reply};

const SENTENCES: [&str; 6] = [
    "现将有关事项通知如下,请各乡镇人民政府、县直各部门按照职责分工抓好落实,按时报送工作进展。",
    "要高度重视行政执法规范化建设,全面落实行政执法公示、执法全过程记录、重大执法决定法制审核三项制度。",
    "全年受理行政复议申请15件,办结14件,行政机关负责人出庭应诉率达到百分之九十六。",
    "要加强规范性文件合法性审核和备案审查,做到有件必备、有备必审、有错必纠。",
    "要持续优化法治化营商环境,清理不符合上位法规定的文件,依法平等保护各类市场主体。",
    "有关情况及时报送县司法局,并按规定向社会公开,接受社会监督,确保各项工作取得实效。",
];

/// How a report goes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Its row goes, its page answers 404.
    Gone,
    /// Its row goes, its page says 200 and that it is not there.
    SoftNotFound,
    /// Its row goes, its page leads to the home page.
    HomeRedirect,
    /// Its row goes, its page stays.
    Delisted,
    /// Its row stays, its page answers 404.
    DeadLink,
}

/// What the whole portal answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    Fair,
    /// 503 everywhere.
    Down,
    /// A page that only scripts get past.
    Wall,
    /// 200 and a page about maintenance, whatever was asked for.
    Maintenance,
}

/// How the portal's pages are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Template {
    First,
    /// Other containers and other classes around the same texts.
    Second,
}

pub(super) struct Office {
    pub(super) host: String,
    number: usize,
    portal: Portal,
    /// Listed reports, the newest first.
    rows: Vec<u32>,
    /// What served reports say; what is not there answers as its way says.
    texts: BTreeMap<u32, String>,
    ways: BTreeMap<u32, Way>,
    /// The days on which reports came beside the first ones.
    published: BTreeMap<u32, u32>,
    pub(super) weather: Weather,
    pub(super) template: Template,
    /// The folder that reports live in.
    pub(super) folder: &'static str,
    /// A line that the portal puts into every report.
    pub(super) stamp: &'static str,
    day: Arc<AtomicU32>,
}

impl Office {
    /// Reports 1 to 8 are listed and served.
    pub(super) fn new(portal: &Portal, n: usize, day: &Arc<AtomicU32>) -> Self {
        Self {
            host: format!("www.office{n:02}.example"),
            number: n,
            portal: portal.clone(),
            rows: (1..=8).rev().collect(),
            texts: (1..=8).map(|report| (report, text(n, report))).collect(),
            ways: BTreeMap::new(),
            published: BTreeMap::new(),
            weather: Weather::Fair,
            template: Template::First,
            folder: "tzgg",
            stamp: "",
            day: Arc::clone(day),
        }
    }

    pub(super) fn publish(&mut self, n: u32) {
        self.rows.insert(0, n);
        self.published.insert(n, self.day.load(Ordering::Relaxed));
        self.texts.insert(n, text(self.number, n));
    }

    pub(super) fn edit(&mut self, n: u32) {
        self.texts.insert(n, text(self.number, n).replace("15件", "9件"));
    }

    pub(super) fn withdraw(&mut self, n: u32, way: Way) {
        if way != Way::DeadLink {
            self.rows.retain(|row| *row != n);
        }
        if way != Way::Delisted {
            self.texts.remove(&n);
        }
        self.ways.insert(n, way);
    }

    /// As it was before it was withdrawn or edited.
    pub(super) fn restore(&mut self, n: u32) {
        self.ways.remove(&n);
        self.texts.insert(n, text(self.number, n));
        if !self.rows.contains(&n) {
            self.rows.push(n);
            self.rows.sort_unstable_by(|a, b| b.cmp(a));
        }
    }

    /// The rows that fall off a listing that shows the newest ten.
    pub(super) fn cut(&mut self) {
        self.rows.truncate(10);
    }

    /// Serves everything as it is now.
    pub(super) fn serve(&self) {
        match self.weather {
            Weather::Fair => {}
            Weather::Down => return self.serve_all(Reply::status(503)),
            Weather::Wall => {
                return self.serve_all(Reply::html("<html><script>var $_ts=window['$_ts'];</script></html>"));
            }
            Weather::Maintenance => {
                let page = "<html><head><title>系统维护</title></head><body><h1>系统维护中</h1>\
                            <p>系统维护中,请稍后访问。</p></body></html>";
                return self.serve_all(Reply::html(page));
            }
        }
        let lost = format!("<html><head><title>404</title></head><body>{}</body></html>", "您访问的页面不存在或已删除");
        self.serve_all(Reply { body: lost.clone().into(), ..Reply::status(404) });
        self.page("/", "<html><head><title>首页</title></head><body><h1>县人民政府</h1></body></html>".to_owned());
        self.page("/tzgg/", self.listing());
        for (n, text) in &self.texts {
            self.page(&self.path(*n), self.report(*n, text));
        }
        for (n, way) in &self.ways {
            match way {
                Way::Gone | Way::DeadLink | Way::Delisted => {}
                Way::SoftNotFound => self.page(&self.path(*n), lost.clone()),
                Way::HomeRedirect => self.portal.serve(&self.host, &self.path(*n), Reply::redirect("/")),
            }
        }
    }

    fn serve_all(&self, reply: Reply) {
        self.portal.forget_host(&self.host);
        self.portal.answer_all(
            &self.host,
            move |ask| {
                if ask.path == "/robots.txt" { Reply::status(404) } else { reply.clone() }
            },
        );
    }

    /// A page with a counter and the day of today in it.
    fn page(&self, path: &str, html: String) {
        let day = Arc::clone(&self.day);
        self.portal.answer(&self.host, path, move |ask| {
            let today = format!("2026年3月{}日", day.load(Ordering::Relaxed));
            let visits = (ask.nth * 17 + html.len()).to_string();
            Reply::html(html.replace("{today}", &today).replace("{visits}", &visits))
        });
    }

    fn path(&self, n: u32) -> String {
        format!("/{}/2026/{n}.html", self.folder)
    }

    fn listing(&self) -> String {
        let (open, close) = match self.template {
            Template::First => ("<ul class=\"list\">", "</ul>"),
            Template::Second => ("<div class=\"news-box\">", "</div>"),
        };
        let mut rows = String::new();
        for n in &self.rows {
            let link = format!("<a href=\"{}\">{}</a><span>{}</span>", self.path(*n), title(*n), self.date(*n));
            let row = match self.template {
                Template::First => format!("<li>{link}</li>"),
                Template::Second => format!("<p class=\"item\">{link}</p>"),
            };
            rows.push_str(&row);
        }
        Self::framed("通知公告", &format!("{open}{rows}{close}"))
    }

    fn report(&self, n: u32, text: &str) -> String {
        let mut body = text.split('\n').fold(String::new(), |mut html, line| {
            write!(html, "<p>{line}</p>").unwrap();
            html
        });
        if !self.stamp.is_empty() {
            write!(body, "<p>{}</p>", self.stamp).unwrap();
        }
        let at = self.rows.iter().position(|row| *row == n).unwrap_or(0);
        let (previous, next) = (self.rows.get(at.wrapping_sub(1)), self.rows.get(at + 1));
        let beside = |label: &str, n: Option<&u32>| {
            n.map_or_else(String::new, |n| format!("<li>{label}:<a href=\"{}\">{}</a></li>", self.path(*n), title(*n)))
        };
        let beside = format!("<ul class=\"pn\">{}{}</ul>", beside("上一篇", previous), beside("下一篇", next));
        let (head, wrapped) = (
            title(n),
            match self.template {
                Template::First => format!("<div class=\"TRS_Editor\">{body}</div>"),
                Template::Second => format!("<div id=\"zoom\" class=\"article-con\"><div>{body}</div></div>"),
            },
        );
        let line = format!(
            "<div class=\"info\">发布时间:{} 来源:县司法局 浏览次数:<span>{{visits}}</span> 【字体:大 中 小】</div>",
            self.date(n)
        );
        Self::framed(&head, &format!("<h1>{head}</h1>{line}{wrapped}{beside}"))
    }

    /// The first reports are of February, the others of the day on which they came.
    fn date(&self, n: u32) -> String {
        self.published.get(&n).map_or_else(|| format!("2026-02-{n:02}"), |day| format!("2026-03-{day:02}"))
    }

    fn framed(title: &str, inner: &str) -> String {
        let menu: String =
            ["首页", "政务公开", "办事服务", "互动交流"].map(|word| format!("<a href=\"/\">{word}</a>")).concat();
        format!(
            "<html><head><title>{title}_县人民政府</title><meta name=\"token\" content=\"{{visits}}\"></head><body>\
             <div class=\"top\">今天是{{today}} 欢迎访问</div><div class=\"nav\">{menu}</div>\
             <div class=\"crumb\">当前位置:<a href=\"/\">首页</a> &gt; 通知公告</div>{inner}\
             <div class=\"footer\">版权所有:县人民政府 晋ICP备12345678号 访问量:{{visits}}</div></body></html>"
        )
    }
}

pub(super) fn title(n: u32) -> String {
    format!("关于做好第{n}号工作的通知")
}

/// No other office says the same.
fn text(office: usize, n: u32) -> String {
    let turned = (0..SENTENCES.len()).map(|at| SENTENCES[(at + n as usize) % SENTENCES.len()]);
    let lines: Vec<String> =
        turned.enumerate().map(|(at, line)| format!("第{office}局第{n}号之{}:{line}", at + 1)).collect();
    lines.join("\n")
}
