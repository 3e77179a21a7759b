//! Pages that look like a listing and are none, or not the one that was meant: `add` must not be sure of any.

use std::fmt::Write as _;

use jiff::ToSpan as _;

use super::kinds::today;

/// A page that must not be taken for a listing with confidence, its name and its address.
pub(super) struct Trap {
    pub(super) name: &'static str,
    pub(super) url: String,
    pub(super) html: String,
}

fn rows(folder: &str, n_rows: usize) -> String {
    let mut rows = String::new();
    for n in 0..n_rows {
        let day = 25 - n;
        let _ = write!(
            rows,
            "<li><a href='/{folder}/202611/t202611{day}_{n}.html'>关于{folder}第{n}次会议有关情况的报道和说明</a><span>2026-11-{day}</span></li>"
        );
    }
    rows
}

fn page(main: &str) -> String {
    format!(
        "<html><head><title>政务公开_青溪县人民政府</title></head><body><div class='nav'><ul><li><a href='/'>首页</a></li>\
         <li><a href='/zwgk/'>政务公开</a></li><li><a href='/zwfw/'>政务服务</a></li></ul></div>{main}\
         <div class='footer'><a href='/wzdt/'>网站地图</a></div></body></html>"
    )
}

fn box_of(heading: &str, rows: &str) -> String {
    format!(
        "<div class='box'><div class='tit'><h2>{heading}</h2><a href='/{heading}/'>更多</a></div><ul class='list'>{rows}</ul></div>"
    )
}

pub(super) fn traps() -> Vec<Trap> {
    let trap = |name, html| Trap { name, url: "http://trap.example/zwgk/tzgg/".to_owned(), html };
    let text = "现将有关事项通知如下。各乡镇人民政府、县直各部门要高度重视，按照职责分工抓好落实，有关情况及时报送县政府办公室。".repeat(6);
    let shell = "<div class='list-box'><ul id='list'></ul></div><script>$.ajax({url:'/api/list', data:{column:7}, success: fill});</script>";
    let template = "<script type='text/x-handlebars'>{{#each data}}<li><a href='{{url}}'>{{title}}</a>{{date}}</li>{{/each}}</script><div id='380055'></div>";
    let mut days = String::new();
    for day in 1..=28 {
        let _ = write!(days, "<td><a href='/rl/2026-11-{day:02}.html'>{day}</a></td>");
    }
    let events = (1..=9).fold(String::new(), |events, n| {
        let day = today() + (2 * n).days();
        events + &format!("<li><a href='/hd/{n}.html'>青溪县图书馆第{n}场公益讲座活动预告</a><span>{day}</span></li>")
    });
    let columns = ["政府文件", "人事信息", "规划计划", "财政预决算", "应急管理", "重点领域"]
        .map(|name| format!("<li><a href='/zwgk/{name}/'>{name}</a></li>"));
    [
        Trap { name: "home page", url: "http://trap.example/".to_owned(), html: page(&[box_of("要闻", &rows("yw", 7)), box_of("公告", &rows("gg", 7)), box_of("部门动态", &rows("bm", 7))].concat()) },
        trap("two equal lists", page(&[box_of("政策文件", &rows("zcwj", 8)), box_of("政策解读", &rows("zcjd", 8))].concat())),
        trap("two lists in one box", page(&format!("<div class='box'><h3>政策文件</h3><ul class='list'>{}</ul><h3>政策解读</h3><ul class='list'>{}</ul></div>", rows("zcwj", 8), rows("zcjd", 8)))),
        trap("shell beside hot news", page(&format!("{shell}<div class='side'><h3>热点新闻</h3><ul>{}</ul></div>", rows("xwzx", 8)))),
        trap("shell beside news", page(&format!("{shell}<div class='col-3'><ul class='sub'>{}</ul></div>", rows("xwzx", 8)))),
        trap("template beside news", page(&format!("{template}<div class='col-3'><ul class='sub'>{}</ul></div>", rows("xwzx", 8)))),
        trap("shell alone", page(shell)),
        trap("calendar", page(&format!("<table class='rl'><tr>{days}</tr></table>"))),
        trap("events to come", page(&format!("<ul class='hd'>{events}</ul>"))),
        trap("dated menu", page(&format!("<div class='menu'><ul>{}</ul></div>", rows("zt", 6)))),
        trap("columns of a column", page(&format!("<ul class='lm'>{}</ul>", columns.concat()))),
        trap("report", page(&format!("<h1>关于做好有关工作的通知</h1><div class='info'>发布时间：2026-11-02 来源：县政府办</div><div id='zoom'><p>{text}</p></div><div class='xg'><h3>相关阅读</h3><ul>{}</ul></div>", rows("zwgk/tzgg", 6)))),
        trap("challenge", "<html><head><title>安全验证</title></head><body>请完成安全验证<script>var _0x=$_ts;</script></body></html>".to_owned()),
        trap("gone", "<html><head><title>404</title></head><body>您访问的页面不存在</body></html>".to_owned()),
        trap("empty", "<html><head><title></title></head><body><script src='/app.js'></script></body></html>".to_owned()),
        trap("empty list", page("<div class='crumb'>当前位置：首页 &gt; 通知公告</div><ul class='list'></ul><p>暂无内容</p>")),
        trap("list in a frame", page("<h2>通知公告</h2><iframe src='list_gg.html' width='100%'></iframe>")),
        trap("one row", page(&format!("<ul class='list'>{}</ul>", rows("zwgk/tzgg", 1)))),
        trap("pager by script", page(&format!("<ul class='list'>{}</ul><div class='fy'><a href='javascript:goPage(2)'>下一页</a></div>", rows("zwgk/tzgg", 9)))),
        trap("pages stated, none linked", page(&format!("<ul class='list'>{}</ul><div class='fy'>共 12 页</div>", rows("zwgk/tzgg", 9)))),
        trap("rows stated, none linked", page(&format!("<ul class='list'>{}</ul><div id='fy'></div><script>laypage({{cont:'fy', pageCount: 14}})</script>", rows("zwgk/tzgg", 9)))),
    ]
    .into_iter()
    .chain(further_pages())
    .collect()
}

/// Pages of a listing that are not its first.
fn further_pages() -> [Trap; 5] {
    let second = |name, file: &str, pager: &str| Trap {
        name,
        url: format!("http://trap.example/zwgk/tzgg/{file}"),
        html: page(&format!("<ul class='list'>{}</ul>{pager}", rows("zwgk/tzgg", 9))),
    };
    [
        second("createPageHTML A, page 2", "index_1.html", "<script>createPageHTML(12, 1, 'index', 'html');</script>"),
        second(
            "createPageHTML B, page 3",
            "index_3.html",
            "<script>createPageHTML('page_div', 12, 3, 'index', 'html', 230);</script>",
        ),
        second(
            "words, page 2",
            "index_2.html",
            "<div class='fy'>第 2 页 共 12 页 <a href='index.html'>首页</a> <a href='index.html'>上一页</a> <a href='index_3.html'>下一页</a></div>",
        ),
        second(
            "links, page 2",
            "list-2.html",
            "<div class='fy'><a href='list-1.html'>上一页</a> <a href='list-3.html'>下一页</a></div>",
        ),
        second("?page=3", "list.jsp?page=3", "<div class='fy'><a href='list.jsp?page=4'>下一页</a></div>"),
    ]
}
