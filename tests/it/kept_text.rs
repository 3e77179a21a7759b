//! Text that looks like what portals put around a report, and is the report.

use govwatch::config::ReportRule;
use govwatch::model::{Document, Doubt};
use govwatch::page::tree::Tree;
use govwatch::page::{ReadRules, decode, extract};
use jiff::tz::TimeZone;
use url::Url;

fn read_by(page: &str, site: Option<&ReportRule>) -> Document {
    let decoded = decode::text(page.as_bytes(), None, None);
    let tree = Tree::parse(&decoded.text).expect("a page within limits");
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    let url = Url::parse("http://www.a.gov.cn/zwgk/202401/t20240102_1.html").expect("url");
    extract::document(
        &tree,
        &decoded,
        &ReadRules { url: Some(&url), zone: &zone, site, family: None, min_body_chars: 0 },
    )
}

#[test]
fn pictures_in_elements_as_deep_as_may_be_cost_one_look_each() {
    // Looked at with all that stands around them and around the title, they would cost 3.6e11 comparisons.
    let deep = "<div>".repeat(1_900);
    let shut = "</div>".repeat(1_900);
    let pictures = "<img src=a>".repeat(100_000);
    let title = "关于临时救助的通知";
    let html = format!("<title>{title}</title><body>{deep}<h1>{title}</h1>{shut}{deep}{pictures}");
    let read = read_by(&html, None);
    assert_eq!(read.title.as_deref(), Some(title));
    assert_eq!(read.doubts, [Doubt::OnlyImages]);
}
