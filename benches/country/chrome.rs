//! What a site puts around each of its pages: styles, scripts, menus, crumbs, links of friends, the foot with its numbers.
//!
//! In: a country and a site. Out: pieces of HTML, 30 to 60 KB together, with marks where a portal counts, dates and signs
//! each answer. Measured on real pages: 700 tags, 6 to 12 KB of scripts, 50 to 100 links on a page of 45 to 90 KB.

use std::fmt::Write as _;

use crate::land::{self, Build, Country, column_name, host, listing_path};

/// Where the count of visits is put in.
pub(crate) const HITS: char = '\u{1}';
/// Where a token is put in.
pub(crate) const TOKEN: char = '\u{2}';
/// Where today's date is put in.
pub(crate) const TODAY: char = '\u{3}';

/// Words of menus.
const MENU: [&str; 24] = [
    "政府领导",
    "机构职能",
    "政策解读",
    "规划计划",
    "统计信息",
    "重点领域",
    "行政权力",
    "行政执法公示",
    "建议提案办理",
    "应急管理",
    "乡村振兴",
    "生态环境",
    "食品药品监管",
    "社会救助",
    "教育信息",
    "医疗卫生",
    "公共资源交易",
    "政府开放日",
    "领导信箱",
    "在线访谈",
    "民意征集",
    "网上调查",
    "办事指南",
    "便民查询",
];

/// The pieces of a site.
pub(crate) struct Chrome {
    /// From the styles to the end of `head`.
    pub(crate) head: String,
    /// Bar, search box and menus above the page.
    pub(crate) top: String,
    /// Columns beside it.
    pub(crate) side: String,
    /// Links, numbers and scripts below it.
    pub(crate) foot: String,
    /// The name of the office.
    pub(crate) office: String,
    /// 网站标识码.
    pub(crate) site_code: String,
}

impl Chrome {
    pub(crate) fn of(country: &Country, site: usize) -> Self {
        let mut chance = country.chance([site, 0, 0, 2]);
        let office = format!("{}人民政府", chance.place());
        let site_code = format!("14{:08}", chance.below(100_000_000));
        let (n_styles, n_scripts) = (60 + chance.below(160), 16 + chance.below(40));
        let foot = foot(&office, &site_code, site);
        Self {
            head: head(n_styles, n_scripts),
            top: top(country, site, &office),
            side: side(country),
            foot,
            office,
            site_code,
        }
    }
}

fn head(n_styles: usize, n_scripts: usize) -> String {
    let mut html = String::new();
    for (at, name) in ["reset", "common", "layout", "font-awesome.min", "swiper.min", "detail"].iter().enumerate() {
        put(
            &mut html,
            format_args!("<link rel=\"stylesheet\" type=\"text/css\" href=\"/images/{name}.css?v={at}{TOKEN}\" />\n"),
        );
    }
    html.push_str("<style type=\"text/css\">\n");
    for at in 0..n_styles {
        put(
            &mut html,
            format_args!(
                ".m{at}-box .item{at} > a:hover {{ color: #c{at:02}; margin: 0 {at}px 0 auto; background: url(../images/i{at}.png) no-repeat; }}\n"
            ),
        );
    }
    html.push_str("</style>\n");
    for name in ["jquery-1.12.4.min", "jquery.SuperSlide.2.1.3", "common", "share"] {
        put(&mut html, format_args!("<script type=\"text/javascript\" src=\"/js/{name}.js\"></script>\n"));
    }
    put(&mut html, format_args!("<script>var _token = \"{TOKEN}\", _visits = {HITS};\n"));
    for at in 0..n_scripts {
        put(
            &mut html,
            format_args!(
                "function tab{at}(id, n) {{\n    // 切换栏目 {at}\n    for (var i = 0; i < n; i++) {{\n        \
                 $('#tab{at}_' + i).removeClass(\"on\"); if (i < {at} && n > 1) {{ document.write('<i class=\"t{at}\"></i>'); }}\n    \
                 }}\n    $(\"#\" + id).addClass('on').siblings('.con{at}').eq(n).show();\n}}\n"
            ),
        );
    }
    html.push_str("</script>\n");
    html
}

fn top(country: &Country, site: usize, office: &str) -> String {
    let mut html = format!(
        "<div class=\"top-bar\"><div class=\"w1200 clearfix\">\n<div class=\"fl\"><a href=\"http://www.gov.cn/\" target=\"_blank\">中国政府网</a> | \
         <a href=\"#\" target=\"_blank\">省人民政府</a> | <a href=\"#\">市人民政府</a></div>\n<div class=\"fr\"><span id=\"today\">今天是 {TODAY}</span> \
         <a href=\"javascript:;\" onclick=\"wza()\">无障碍浏览</a> <a href=\"#\">长者模式</a> <a href=\"#\">繁體</a> <span>网站支持IPv6</span></div>\n</div></div>\n\
         <!-- 头部 开始 -->\n<div class=\"header\"><div class=\"w1200\"><a class=\"logo\" href=\"/\"><img src=\"/images/logo.png\" alt=\"{office}\" /></a>\n\
         <form class=\"search\" action=\"/search/\" method=\"get\"><input type=\"hidden\" name=\"siteCode\" value=\"{site}\" />\
         <input type=\"hidden\" name=\"csrf\" value=\"{TOKEN}\" /><input type=\"text\" name=\"q\" class=\"txt\" placeholder=\"请输入关键字\" />\
         <button type=\"submit\">搜索</button></form></div></div>\n<!-- 头部 结束 -->\n<div class=\"nav\">\n<ul class=\"w1200 clearfix\">\n"
    );
    for group in 0..8 {
        put(
            &mut html,
            format_args!(
                "\t<li class=\"nav-li nav{group}\">\n\t\t<a class=\"nav-a\" href=\"/\">{}</a>\n\t\t<div class=\"sub-nav\"><ul>\n",
                column_name(group)
            ),
        );
        for at in 0..10 {
            let column = (group * 10 + at) % country.sizes.listings;
            let name = MENU[(group * 7 + at) % MENU.len()];
            put(
                &mut html,
                format_args!(
                    "\t\t\t<li class=\"sub{at}\"><a href=\"{}\" title=\"{name}\" target=\"_blank\">{name}</a></li>\n",
                    listing_path(column, 0)
                ),
            );
        }
        html.push_str("\t\t</ul></div>\n\t</li>\n");
    }
    html.push_str("</ul>\n</div>\n");
    html
}

fn side(country: &Country) -> String {
    let mut html =
        "<div class=\"side fl\">\n<h3 class=\"side-tit\">信息公开目录</h3>\n<ul class=\"side-list\">\n".to_owned();
    for (at, name) in MENU.iter().take(14).enumerate() {
        let column = at % country.sizes.listings;
        put(
            &mut html,
            format_args!(
                "\t<li><a href=\"{}\" class=\"lv{at}\"><i class=\"fa fa-angle-right\"></i>{}</a></li>\n",
                listing_path(column, 0),
                name
            ),
        );
    }
    html.push_str("</ul>\n</div>\n");
    html
}

fn foot(office: &str, site_code: &str, site: usize) -> String {
    let mut html = "<div class=\"links\"><div class=\"w1200\">\n".to_owned();
    for (group, name) in ["国务院部门网站", "各省区市网站", "市州网站", "县区网站"].iter().enumerate()
    {
        put(&mut html, format_args!("<select onchange=\"go(this)\"><option value=\"\">{name}</option>\n"));
        for at in 0..14 {
            put(
                &mut html,
                format_args!(
                    "<option value=\"http://www.g{group}-{at}.example/\">{}</option>\n",
                    MENU[(group * 5 + at) % MENU.len()]
                ),
            );
        }
        html.push_str("</select>\n");
    }
    put(
        &mut html,
        format_args!(
            "</div></div>\n<div class=\"footer\"><div class=\"w1200\">\n<p><a href=\"/\">网站首页</a> | <a href=\"#\">网站地图</a> | <a href=\"#\">联系我们</a> | \
             <a href=\"#\">使用帮助</a></p>\n<p>主办单位:{office} 承办单位:{office}办公室 网站标识码:{site_code}</p>\n\
             <p><a href=\"https://beian.miit.gov.cn/\" target=\"_blank\">晋ICP备{:08}号-1</a> \
             <a href=\"#\"><img src=\"/images/ghs.png\" />晋公网安备 {site_code}0001号</a> 技术支持:某某科技</p>\n\
             <p>您是本站第 <em id=\"visits\">{HITS}</em> 位访客 Copyright © 2015-2026 版权所有</p>\n</div></div>\n\
             <script type=\"text/javascript\">\nvar _hmt = _hmt || [];\n(function() {{ var hm = document.createElement(\"script\");\n  \
             hm.src = \"https://hm.example/hm.js?{TOKEN}\";\n  var s = document.getElementsByTagName(\"script\")[0]; \
             s.parentNode.insertBefore(hm, s); }})();\n</script>\n",
            site % 100_000_000
        ),
    );
    html
}

/// The page around its content.
pub(crate) fn framed(chrome: &Chrome, site: usize, title: &str, meta: &str, content: &str) -> String {
    let charset = if land::build(site) == Build::TrsGbk { "gb2312" } else { "utf-8" };
    let Chrome { head, top, side, foot, office, site_code } = chrome;
    let mut html = String::with_capacity(head.len() + top.len() + side.len() + foot.len() + content.len() + 2048);
    put(
        &mut html,
        format_args!(
            "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset={charset}\" />\n\
             <meta http-equiv=\"X-UA-Compatible\" content=\"IE=edge\" />\n<title>{title}_{office}</title>\n\
             <meta name=\"SiteName\" content=\"{office}\" />\n<meta name=\"SiteDomain\" content=\"{}\" />\n\
             <meta name=\"SiteIDCode\" content=\"{site_code}\" />\n{meta}{head}</head>\n<body>\n{top}<div class=\"main w1200 clearfix\">\n{side}{content}</div>\n{foot}</body>\n</html>\n",
            host(site)
        ),
    );
    html
}

/// Writes into a text.
pub(crate) fn put(html: &mut String, words: std::fmt::Arguments<'_>) {
    html.write_fmt(words).expect("writing to a String cannot fail");
}
