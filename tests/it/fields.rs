//! The fields of a report over many layouts of head, line of date and source, and disclosure table.
//!
//! A wrong value is worse than none: every test counts both, and lets no wrong one pass.

mod heads;
mod lines;
mod tables;
mod texts;

use std::collections::BTreeMap;

use govwatch::model::Document;
use govwatch::page::tree::Tree;
use govwatch::page::{ReadRules, decode, extract};
use jiff::tz::TimeZone;
use url::Url;

/// The title of every page that has no other.
const TITLE: &str = "兴县人民政府办公室关于印发兴县2024年法治政府建设工作要点的通知";

/// The text of every page that has no other: it cites a number and a date that are not its own.
const BODY: &str = "<p>各乡镇人民政府，县直各单位：</p>\
    <p>根据《关于进一步加强法治政府建设的意见》（吕政办发〔2022〕18号）要求，现将《兴县2024年法治政府建设工作要点》印发给你们，请结合实际，认真抓好贯彻落实。</p>\
    <p>各单位要加强组织领导，细化工作举措，明确责任分工，于2024年11月30日前将工作情况报县司法局，确保各项任务落到实处。</p>\
    <p>执行中遇到的问题，请径向县司法局反映。电话：0358-6321000，邮箱：xxsfj@example.com，地址：兴县城关镇新建路。</p>";

/// What a page is expected to say, by field.
type Fields = BTreeMap<&'static str, String>;

fn fields(stated: &[(&'static str, &str)]) -> Fields {
    stated.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

/// A page of these parts; `title` is what stands in `<title>`.
fn page(title: &str, meta: &str, inside: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title>{meta}</head><body>\
         <div class=\"top\"><a href=\"/\">兴县人民政府</a> <span>今天是2026年3月5日 星期四</span></div>\
         <ul class=\"nav\"><li><a href=\"/\">首页</a></li><li><a href=\"/zwgk/\">政务公开</a></li><li><a href=\"/hd/\">互动交流</a></li></ul>\
         {inside}\
         <div class=\"foot\"><p>主办单位：兴县人民政府办公室 联系电话：0358-6322000</p><p>网站标识码：1411230001 晋ICP备05000001号</p></div>\
         </body></html>"
    )
}

fn read(page: &str) -> Document {
    let decoded = decode::text(page.as_bytes(), None, None);
    let tree = Tree::parse(&decoded.text).expect("a small page");
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    let url = Url::parse("http://www.xingxian.gov.cn/zwgk/fgwj/content_1.html").expect("url");
    extract::document(
        &tree,
        &decoded,
        &ReadRules { url: Some(&url), zone: &zone, site: None, family: None, min_body_chars: 0 },
    )
}

/// The fields that a Document states, days without the time.
fn stated(document: &Document) -> Fields {
    let day = |stated: Option<govwatch::model::Stated>| stated.map(|stated| stated.date().to_string());
    let all = [
        ("title", document.title.clone()),
        ("published", day(document.published)),
        ("source", document.source.clone()),
        ("authority", document.authority.clone()),
        ("index_no", document.index_no.clone()),
        ("doc_no", document.doc_no.clone()),
        ("written", day(document.written)),
        ("validity", document.validity.clone()),
        ("effective", day(document.effective)),
        ("repealed", day(document.repealed)),
        ("topic", document.topic.clone()),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// How many fields were read rightly, wrongly, and not at all.
#[derive(Default)]
struct Score {
    n_pages: usize,
    n_right: usize,
    n_missed: usize,
    wrong: Vec<String>,
    missed: Vec<String>,
}

impl Score {
    /// Compares the fields named in `judged`.
    fn add(&mut self, name: &str, page: &str, expected: &Fields, judged: &[&'static str]) {
        let read = stated(&read(page));
        self.n_pages += 1;
        for field in judged {
            match (expected.get(field), read.get(field)) {
                (Some(right), Some(read)) if right == read => self.n_right += 1,
                (None, None) => self.n_right += 1,
                (right, Some(read)) => self.wrong.push(format!("{name}: {field}: read {read:?}, stated {right:?}")),
                (Some(right), None) => {
                    self.n_missed += 1;
                    self.missed.push(format!("{name}: {field}: missed {right:?}"));
                }
            }
        }
    }

    /// Prints the score; fails where a value is wrong or more than one in a hundred is missing.
    fn ensure_good(&self, what: &str) {
        let n = self.n_right + self.n_missed + self.wrong.len();
        println!(
            "{what}: {} pages, {}/{n} fields right, {} missed, {} wrong",
            self.n_pages,
            self.n_right,
            self.n_missed,
            self.wrong.len()
        );
        self.missed.iter().chain(&self.wrong).for_each(|line| println!("  {line}"));
        assert!(self.wrong.is_empty(), "{what}: {} values are wrong", self.wrong.len());
        assert!(self.n_missed * 100 <= n, "{what}: {} of {n} values are missing", self.n_missed);
    }
}
