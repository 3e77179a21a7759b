//! Files that a report links to by an address that names none.

use govwatch::model::Document;
use govwatch::page::tree::Tree;
use govwatch::page::{ReadRules, decode, extract};
use jiff::tz::TimeZone;
use url::Url;

const PROSE: &str =
    "<p>本县认真贯彻落实上级部署，扎实推进法治政府建设，依法全面履行政府职能，各项工作取得新的进展和成效。</p>";

fn read(inside: &str) -> Document {
    let html = format!(
        "<html><head><title>关于公布名单的通知</title></head><body><div class=nav><a href='/'>首页</a>\
         <a href='/download.jsp?id=1'>附件下载</a></div><h1>关于公布名单的通知</h1>\
         <div class=info>发布时间：2024-01-02 来源：兴县民政局</div>{inside}</body></html>"
    );
    let decoded = decode::text(html.as_bytes(), None, None);
    let tree = Tree::parse(&decoded.text).expect("a page within limits");
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    let url = Url::parse("http://www.a.gov.cn/show.jsp?id=77").expect("url");
    let rules = ReadRules { url: Some(&url), zone: &zone, site: None, family: None, min_body_chars: 0 };
    extract::document(&tree, &decoded, &rules)
}

fn titles(inside: &str) -> Vec<String> {
    read(inside).attachments.into_iter().map(|file| file.title).collect()
}

/// A link in the body, and one in the box of annexes behind it.
fn placed(link: &str) -> [String; 2] {
    let body = PROSE.repeat(4);
    [
        format!("<div id=zoom>{body}<p>{link}</p></div>"),
        format!("<div id=zoom>{body}</div><div class=fujian><p>附件下载：</p><ul><li>{link}</li></ul></div>"),
    ]
}

#[test]
fn a_link_that_is_called_an_annex_or_leads_to_a_script_that_sends_files_is_one() {
    for (href, words) in [
        ("/module/download/down.jsp?i_ID=4431&colID=77", "附件3：名单"),
        ("/showfile.do?id=33", "下载附件10"),
        ("/file/view.jsp?id=3", "附件17：清单"),
        ("/getFile.php?id=8", "附件18：清单"),
        ("/attach/show.asp?id=9", "附件19 清单"),
        ("/content.jsp?fid=9", "附件二、清单"),
        ("/f/3", "附件下载"),
    ] {
        for inside in placed(&format!("<a href='{href}'>{words}</a>")) {
            assert_eq!(titles(&inside), [words], "{inside}");
        }
    }
    let [in_body, _] = placed("附件：1.<a href='/getFile.php?id=8'>拟录用人员名单</a>");
    assert_eq!(titles(&in_body), ["拟录用人员名单"]);
}

#[test]
fn pages_are_no_annexes_whatever_they_are_called() {
    for link in [
        "<a href='t20240103_2.html'>附件3：名单</a>",
        "<a href='/show.jsp?id=78'>附件解读</a>",
        "<a href='/show.jsp?id=77#fj'>附件3：名单</a>",
        "<a href='/fj/'>附件下载</a>",
        "<a href='/list.jsp?id=3'>附件下载</a>",
        "<a href='/show.jsp?id=78'>关于附件的说明</a>",
    ] {
        for inside in placed(link) {
            assert_eq!(titles(&inside), [""; 0], "{inside}");
        }
    }
    let side = "<div class=side><a href='/show.jsp?id=5'>附件下载</a></div>";
    assert_eq!(titles(&format!("<div><div id=zoom>{}</div></div>{side}", PROSE.repeat(4))), [""; 0]);
}

#[test]
fn the_name_under_which_a_link_offers_its_file_is_its_title_where_its_words_say_none() {
    for (words, title) in [
        ("点击下载", "决算说明.docx"),
        ("下载", "决算说明.docx"),
        ("", "决算说明.docx"),
        ("2023年决算公开说明", "2023年决算公开说明"),
    ] {
        let [inside, _] = placed(&format!("<a href='/f?id=3' download='决算说明.docx'>{words}</a>"));
        let document = read(&inside);
        let files: Vec<(&str, bool)> =
            document.attachments.iter().map(|file| (file.title.as_str(), file.media_type.is_some())).collect();
        assert_eq!(files, [(title, true)], "{words}");
    }
}
