//! Five templates: TRS, Hanweb, UCAP, Guangdong's, and one of ASP.NET whose page is a form; the last two in tables.

use super::Names;
use super::bodies::{Body, MARKUPS, Markup, written};
use super::chrome;
use super::words::Picker;

/// A template.
pub(crate) struct Family {
    pub(super) name: &'static str,
    pub(super) page: fn(&mut Picker, &Body) -> String,
}

pub(crate) const FAMILIES: [Family; 5] = [
    Family { name: "trs", page: trs },
    Family { name: "hanweb", page: hanweb },
    Family { name: "ucap", page: ucap },
    Family { name: "gkmlpt", page: gkmlpt },
    Family { name: "aspnet", page: aspnet },
];

fn markup(pick: &mut Picker) -> Markup {
    pick.of(&MARKUPS)
}

/// Meta tags; a family that is not to be known has them on every second page.
fn meta(pick: &mut Picker, title: &str) -> String {
    if pick.names == Names::Meaningless && pick.one_in(2) { String::new() } else { chrome::meta(pick, title) }
}

fn maybe(pick: &mut Picker, n: usize, part: fn(&mut Picker) -> String) -> String {
    if pick.one_in(n) { part(pick) } else { String::new() }
}

/// Tools under the text in the column of the text, a side column behind it.
fn trs(pick: &mut Picker, body: &Body) -> String {
    let markup = markup(pick);
    let (text, head) = (written(body, markup), meta(pick, &body.title));
    let (main, editor, view) = (pick.name("xl_main"), pick.name("TRS_Editor"), pick.name("view"));
    let style =
        if pick.names == Names::OfFamily { "<style type=\"text/css\">.TRS_Editor P{margin:0}</style>" } else { "" };
    let inside = [
        "<body>\n".to_owned(),
        chrome::top(pick),
        chrome::menu(pick),
        maybe(pick, 2, chrome::dialog),
        format!("<div class=\"{main}\">\n"),
        chrome::crumbs(pick, &body.title),
        format!("<h1>{}</h1>\n", body.title),
        chrome::info(pick),
        format!("<div class=\"{view}\"><div class=\"{editor}\">{style}{text}</div></div>\n"),
        chrome::under(pick),
        "</div>\n".to_owned(),
        maybe(pick, 2, chrome::side),
        maybe(pick, 2, chrome::declaration),
        chrome::footer(pick),
        "</body>".to_owned(),
    ];
    chrome::page(pick, &body.title, &head, &inside.concat())
}

/// A layout of tables, title and text in cells of their own, a side column before the text.
fn hanweb(pick: &mut Picker, body: &Body) -> String {
    let markup = if pick.one_in(2) { Markup::Breaks } else { markup(pick) };
    let (text, head) = (written(body, markup), meta(pick, &body.title));
    let (begin, end) = match pick.names {
        Names::OfFamily => ("<!--ZJEG_RSS.content.begin-->", "<!--ZJEG_RSS.content.end-->"),
        Names::Meaningless => ("", ""),
    };
    let id = match pick.names {
        Names::OfFamily => " id=\"zoom\"".to_owned(),
        Names::Meaningless => format!(" id=\"{}\"", pick.name("zoom")),
    };
    let side = if pick.one_in(2) {
        format!("<td width=\"240\" valign=\"top\">{}</td>", chrome::side(pick))
    } else {
        String::new()
    };
    let inside = [
        "<body>\n<table width=\"1000\" align=\"center\"><tr><td>\n".to_owned(),
        chrome::top(pick),
        "</td></tr><tr><td>".to_owned(),
        chrome::menu(pick),
        "</td></tr></table>\n<table width=\"1000\"><tr>".to_owned(),
        side,
        "<td valign=\"top\"><table width=\"100%\"><tr><td>".to_owned(),
        chrome::crumbs(pick, &body.title),
        format!(
            "</td></tr>\n<tr><td align=\"center\" class=\"{}\"><font size=\"5\">{}</font></td></tr>\n",
            pick.name("title"),
            body.title
        ),
        "<tr><td align=\"center\">".to_owned(),
        chrome::info(pick),
        format!("</td></tr>\n<tr><td{id}>{begin}{text}{end}</td></tr>\n<tr><td>"),
        chrome::under(pick),
        "</td></tr></table></td></tr></table>\n".to_owned(),
        maybe(pick, 2, chrome::declaration),
        format!("<table width=\"1000\"><tr><td>{}</td></tr></table>\n</body>", chrome::footer(pick)),
    ];
    chrome::page(pick, &body.title, &head, &inside.concat())
}

/// Custom elements, a dialog, a side column beside the text in the same row.
fn ucap(pick: &mut Picker, body: &Body) -> String {
    let markup = markup(pick);
    let (text, head) = (written(body, markup), meta(pick, &body.title));
    let (open, close) = match pick.names {
        Names::OfFamily => ("<ucapcontent>".to_owned(), "</ucapcontent>"),
        Names::Meaningless => (format!("<div class=\"{}\">", pick.name("ucap")), "</div>"),
    };
    let side = maybe(pick, 2, chrome::side);
    let (row, left) = (pick.name("row"), pick.name("left"));
    let inside = [
        "<body>\n".to_owned(),
        chrome::dialog(pick),
        chrome::top(pick),
        chrome::menu(pick),
        chrome::crumbs(pick, &body.title),
        format!("<div class=\"{row}\">\n"),
        format!("<div class=\"{left}\"><div class=\"{}\"><h2>{}</h2>", pick.name("head"), body.title),
        chrome::info(pick),
        format!("</div>\n<div>{open}{text}{close}</div>\n"),
        chrome::under(pick),
        "</div>\n".to_owned(),
        side,
        "</div>\n".to_owned(),
        chrome::footer(pick),
        maybe(pick, 3, chrome::dialog),
        "</body>".to_owned(),
    ];
    chrome::page(pick, &body.title, &head, &inside.concat())
}

/// Title and text in one element, the prose of a side column before both.
fn gkmlpt(pick: &mut Picker, body: &Body) -> String {
    let markup = markup(pick);
    let (text, head) = (written(body, markup), meta(pick, &body.title));
    let content = pick.name("article-content");
    let title = match pick.below(3) {
        0 => format!("<h1 class=\"{}\">{}</h1>\n", pick.name("title"), body.title),
        1 => format!("<h3>{}</h3>\n", body.title),
        _ => format!("<div class=\"{}\" style=\"font-size:24px\">{}</div>\n", pick.name("title"), body.title),
    };
    let inside = [
        "<body>\n".to_owned(),
        chrome::top(pick),
        chrome::menu(pick),
        chrome::crumbs(pick, &body.title),
        maybe(pick, 2, chrome::side),
        format!("<div class=\"{}\">{title}", pick.name("content")),
        chrome::info(pick),
        format!("<div class=\"{content}\">{text}</div>\n</div>\n"),
        chrome::under(pick),
        maybe(pick, 2, chrome::declaration),
        chrome::list(pick, "最新发布", "newest", 8),
        chrome::footer(pick),
        "</body>".to_owned(),
    ];
    chrome::page(pick, &body.title, &head, &inside.concat())
}

/// No name that anybody knows; the whole page inside a form; the text as it comes in a cell or an element.
fn aspnet(pick: &mut Picker, body: &Body) -> String {
    let markup = if pick.one_in(2) { Markup::Breaks } else { markup(pick) };
    let text = written(body, markup);
    let state = "dDwtMTA2MzQ3NDc5NTs7Pl5rZ3Jh".repeat(60);
    let cell = if pick.one_in(2) {
        format!("<table width=\"98%\"><tr><td>{text}</td></tr></table>\n")
    } else {
        format!("<div><span id=\"{}\">{text}</span></div>\n", pick.name("ctl00_lblText"))
    };
    let title = pick.name("ctl00_lblTitle");
    let under = chrome::under(pick);
    let inside = [
        "<body>\n<form method=\"post\" action=\"./Show.aspx?id=318\" id=\"aspnetForm\">\n<div>".to_owned(),
        format!("<input type=\"hidden\" name=\"__VIEWSTATE\" id=\"__VIEWSTATE\" value=\"{state}\" /></div>\n"),
        chrome::top(pick),
        chrome::menu(pick),
        "<table width=\"960\"><tr><td width=\"220\">".to_owned(),
        chrome::side(pick),
        "</td><td>\n".to_owned(),
        chrome::crumbs(pick, &body.title),
        format!(
            "<table width=\"98%\"><tr><td align=\"center\"><span id=\"{title}\"><b>{}</b></span></td></tr>",
            body.title
        ),
        format!("<tr><td align=\"center\">{}</td></tr></table>\n", chrome::info(pick)),
        format!("{cell}{under}</td></tr></table>\n"),
        chrome::footer(pick),
        "</form>\n</body>".to_owned(),
    ];
    chrome::page(pick, &body.title, "", &inside.concat())
}
