//! The portal of an office, built in several ways: the same reports in other elements, under other names, at other
//! addresses.

use std::fmt::Write as _;

const BODY: &str = "现将有关事项通知如下。各乡镇人民政府、县直各部门要高度重视,按照职责分工抓好落实,群众满意度持续提升,\
     有关情况及时报送县司法局,并按规定向社会公开,接受社会监督,确保各项工作取得实效。";

/// How a portal is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Template {
    /// As the site file says.
    Old,
    /// A table with a head; the text in another container.
    Table,
    /// Cards with cut titles, a summary, and the day apart from its month.
    Cards,
    /// The same elements under other classes; the text in `#zoom`.
    Renamed,
    /// Cards at other addresses of a new system, over other pages.
    Moved,
    /// The old class is that of a menu now.
    Menu,
    /// The old elements with other addresses.
    OldMoved,
    /// The old listing; reports in another template.
    OnlyReports,
    /// A page without any known report; the reports are as they were.
    Gone,
}

pub(super) fn title(n: usize) -> String {
    format!("关于进一步做好依法行政有关重点工作的第{n}号通知")
}

pub(super) fn day(n: usize) -> String {
    format!("2026-{:02}-{:02}", 1 + (n - 1) / 14, 1 + (n - 1) % 14 * 2)
}

pub(super) fn paragraphs(n: usize) -> Vec<String> {
    vec![
        format!("{BODY}本通知为第{n}号。"),
        BODY.to_owned(),
        format!("全年受理行政复议案件{}件,办结{}件,其余案件正在依法审理之中。", n + 15, n + 14),
    ]
}

impl Template {
    pub(super) fn path(self, n: usize) -> String {
        match self {
            Self::Moved => format!("/content/2026/post_{}.html", 9_000_000 + n * 17),
            Self::OldMoved => format!("/tzgg/new/t2026_{n}.html"),
            _ => format!("/tzgg/2026/{n}.html"),
        }
    }

    pub(super) fn listing_path(self, n_page: usize) -> String {
        match (self, n_page) {
            (_, 1) => "/tzgg/".to_owned(),
            (Self::Moved, n) => format!("/tzgg/index_{n}.html"),
            (_, n) => format!("/tzgg/p{n}.html"),
        }
    }

    pub(super) fn listing(self, rows: &[usize], n_page: usize, n_pages: usize) -> String {
        let rows: String = rows.iter().map(|n| self.row(*n)).collect();
        let list = match self {
            Self::Old | Self::OldMoved | Self::OnlyReports => format!("<ul class=\"list\">{rows}</ul>"),
            Self::Table | Self::Menu => {
                format!("<table class=\"news-table\"><tr><th>标题</th><th>发布日期</th></tr>{rows}</table>")
            }
            Self::Cards | Self::Moved => format!("<div class=\"news-box clearfix\">{rows}</div>"),
            Self::Renamed => format!("<ul class=\"infolist\">{rows}</ul>"),
            Self::Gone => "<div class=\"search\"><p>栏目已经调整,请使用检索。</p></div>".to_owned(),
        };
        let next = if n_page < n_pages {
            format!("<div class=\"pager\"><a href=\"{}\">下一页</a></div>", self.listing_path(n_page + 1))
        } else {
            String::new()
        };
        self.page("通知公告", &format!("<div class=\"main\">{list}{next}</div>"))
    }

    fn row(self, n: usize) -> String {
        let (path, title, day) = (self.path(n), title(n), day(n));
        match self {
            Self::Table | Self::Menu => {
                format!("<tr><td class=\"t\"><a href=\"{path}\">{title}</a></td><td class=\"d\">{day}</td></tr>")
            }
            Self::Cards | Self::Moved => {
                let short: String = title.chars().take(12).collect();
                let (month, date) = day.rsplit_once('-').unwrap_or_default();
                format!(
                    "<div class=\"card item{n}\"><div class=\"when\"><b>{date}</b><i>{month}</i></div><div class=\"what\">\
                     <h3><a href=\"{path}\" title=\"{title}\">{short}...</a></h3><p class=\"sum\">{BODY}</p></div></div>"
                )
            }
            Self::Renamed => format!("<li class=\"row\"><em>{day}</em><a href=\"{path}\">{title}</a></li>"),
            Self::Gone => String::new(),
            _ => format!("<li><a href=\"{path}\">{title}</a><span>{day}</span></li>"),
        }
    }

    pub(super) fn report(self, n: usize) -> String {
        let (title, day) = (title(n), day(n));
        let body = paragraphs(n).iter().fold(String::new(), |mut text, paragraph| {
            write!(text, "<p>{paragraph}</p>").unwrap();
            text
        });
        let inner = match self {
            Self::Old | Self::OldMoved | Self::Gone => format!(
                "<h1>{title}</h1><div class=\"info\">发布时间:{day} 来源:县司法局</div><div class=\"TRS_Editor\">{body}</div>"
            ),
            Self::Table | Self::Menu => format!(
                "<div class=\"article\"><h2 class=\"article-title\">{title}</h2><p class=\"meta\"><em>发布日期:{day}</em>\
                 <em>来源:县司法局</em></p><div class=\"article-content\">{body}</div></div>"
            ),
            Self::Renamed | Self::OnlyReports => format!(
                "<div class=\"detail\"><div class=\"tit\">{title}</div><div class=\"sub\">时间:{day} 来源:县司法局</div>\
                 <div id=\"zoom\"><div class=\"txt\">{body}</div></div></div>"
            ),
            _ => format!(
                "<article class=\"post\"><h1 class=\"post-title\">{title}</h1><ul class=\"post-meta\"><li>日期:{day}</li>\
                 <li>来源:县司法局</li></ul><section class=\"post-body\">{body}</section></article>"
            ),
        };
        self.page(&title, &inner)
    }

    /// The page around it, with a menu, a list of the latest, and a footer.
    fn page(self, title: &str, inner: &str) -> String {
        let menu = (1..=9).fold(String::new(), |mut menu, n| {
            write!(menu, "<li><a href=\"/lm{n}/\">政务公开栏目之{n}</a></li>").unwrap();
            menu
        });
        let class = if self == Self::Menu { "list" } else { "menu" };
        format!(
            "<html><head><title>{title}_某县司法局</title></head><body><div class=\"top\"><ul class=\"{class}\">{menu}</ul></div>\
             <div class=\"wrap\"><div class=\"crumb\">当前位置:<a href=\"/\">首页</a> &gt; <a href=\"/tzgg/\">通知公告</a></div>{inner}</div>\
             <div class=\"foot\"><a href=\"/about.html\">关于我们</a> 主办:某县司法局 网站标识码:1411230010</div></body></html>"
        )
    }
}
