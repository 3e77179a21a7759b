//! Notices of a few sentences on pages of 50 KB, read without any site file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use govwatch::model::{Document, PageKind};
use govwatch::page::kind::{self, Answer};
use govwatch::page::tree::Tree;
use govwatch::page::{ReadRules, decode, extract};
use jiff::tz::TimeZone;
use serde_json::json;
use url::Url;

use crate::notices::{Names, Notice, notices, unusual};
use crate::scoring::{bare, f1, mean_and_least};

const SEED: u64 = 20_261_122;

pub(crate) fn read(html: &str) -> Document {
    let decoded = decode::text(html.as_bytes(), None, None);
    let tree = Tree::parse(&decoded.text).expect("a page within limits");
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    let url = Url::parse("http://www.qinghe.example/zwgk/202401/t20240102_318.html").expect("a URL");
    let rules = ReadRules { url: Some(&url), zone: &zone, site: None, family: None, min_body_chars: 0 };
    extract::document(&tree, &decoded, &rules)
}

/// Writes the pages and their texts where `GOVWATCH_NOTICES_OUT` says, for other readers to be compared.
fn dump(notices: &[Notice], names: &str) {
    let Some(folder) = std::env::var_os("GOVWATCH_NOTICES_OUT").map(PathBuf::from) else { return };
    for (n, notice) in notices.iter().enumerate() {
        let record =
            json!({ "family": notice.family, "title": notice.title, "text": notice.text(), "html": notice.html });
        std::fs::write(folder.join(format!("{names}-{n:03}.json")), record.to_string()).expect("a folder");
    }
}

/// What came of reading pages.
#[derive(Debug, Default)]
struct Outcome {
    scores: BTreeMap<&'static str, Vec<f64>>,
    n_leaks: usize,
    n_lost_rows: usize,
    n_lost_files: usize,
    n_wrong_titles: usize,
    n_doubted: usize,
}

impl Outcome {
    fn of(notices: &[Notice]) -> Self {
        let mut outcome = Self::default();
        for (n, notice) in notices.iter().enumerate() {
            outcome.add(n, notice, &read(&notice.html));
        }
        for (family, scores) in &outcome.scores {
            let (mean, least) = mean_and_least(scores);
            println!("{family:14} {:3} pages: mean F1 {mean:.4}, worst {least:.3}", scores.len());
        }
        println!(
            "all {:.4}; {} lines of chrome, {} rows lost, {} files lost, {} titles wrong, {} doubted",
            outcome.mean_and_least().0,
            outcome.n_leaks,
            outcome.n_lost_rows,
            outcome.n_lost_files,
            outcome.n_wrong_titles,
            outcome.n_doubted
        );
        outcome
    }

    fn add(&mut self, n: usize, notice: &Notice, document: &Document) {
        let score = f1(&notice.text(), &document.text());
        self.scores.entry(notice.family).or_default().push(score);
        let gold = bare(&notice.text()).into_iter().collect::<String>();
        let leaks: Vec<&str> = document
            .worded()
            .map(|block| block.text.as_str())
            .filter(|line| !gold.contains(&bare(line).into_iter().collect::<String>()))
            .collect();
        self.n_leaks += leaks.len();
        let text = document.text();
        self.n_lost_rows += notice.rows.iter().filter(|&row| !text.contains(row.trim_end())).count();
        let has = |name: &&String| document.attachments.iter().any(|file| file.title == **name);
        self.n_lost_files += notice.files.iter().filter(|name| !has(name)).count();
        if document.title.as_ref() != Some(&notice.title) {
            println!("{n:3} {} title {:?}, not {:?}", notice.family, document.title, notice.title);
        }
        self.n_wrong_titles += usize::from(document.title.as_ref() != Some(&notice.title));
        self.n_doubted += usize::from(!document.doubts.is_empty());
        if score < 0.99 {
            println!(
                "{n:3} {score:.3} {} {:?}, title {:?}\n      gold {:?}\n      read {:?}",
                notice.family,
                document.doubts,
                document.title,
                notice.lines,
                document.worded().map(|block| block.text.chars().take(40).collect()).take(12).collect::<Vec<String>>()
            );
        }
    }

    fn mean_and_least(&self) -> (f64, f64) {
        let all: Vec<f64> = self.scores.values().flatten().copied().collect();
        mean_and_least(&all)
    }

    /// Whether no page lost a sentence, a row, a file or its title, and none was doubted.
    fn assert_good(&self) {
        /// No page may be far below the others: a notice that lost one of its three sentences stays below this.
        const LEAST: f64 = 0.9;
        let (mean, least) = self.mean_and_least();
        assert!(mean >= 0.98 && least >= LEAST, "mean {mean}, worst {least}");
        assert_eq!((self.n_leaks, self.n_lost_rows, self.n_lost_files), (0, 0, 0));
        assert_eq!((self.n_wrong_titles, self.n_doubted), (0, 0));
    }
}

#[test]
fn the_generated_pages_are_as_large_and_the_notices_as_short_as_they_should_be() {
    for names in [Names::OfFamily, Names::Meaningless] {
        let notices = notices(SEED, names);
        assert_eq!(notices.len(), 200);
        for notice in &notices {
            let n_chars = bare(&notice.text()).len();
            assert!((60..=300).contains(&n_chars), "{n_chars}: {}", notice.text());
            assert!(notice.html.len() >= 50_000, "{}", notice.html.len());
        }
    }
}

#[test]
fn short_notices_are_read_without_any_site_file() {
    let notices = notices(SEED, Names::OfFamily);
    dump(&notices, "family");
    let outcome = Outcome::of(&notices);
    outcome.assert_good();
}

#[test]
fn short_notices_are_read_where_no_name_means_anything() {
    let notices = notices(SEED, Names::Meaningless);
    dump(&notices, "meaningless");
    let outcome = Outcome::of(&notices);
    outcome.assert_good();
}

#[test]
fn bodies_of_rare_shapes_are_read_too() {
    let mut notices = unusual(SEED, Names::OfFamily);
    notices.extend(unusual(SEED + 1, Names::Meaningless));
    dump(&notices, "unusual");
    let outcome = Outcome::of(&notices);
    outcome.assert_good();
}

#[test]
fn a_table_whose_cell_holds_title_day_and_text_lays_out_a_page() {
    let text = "因管道抢修，8月10日8时至18时城西片区停水，请用户储水。";
    let page = format!(
        "<title>停水通知</title><table><tr><td><a href=a.aspx>机构设置</a><br><a href=b.aspx>领导分工</a></td>\
         <td><h1>停水通知</h1><p>发布时间：2024-8-9</p><p>{text}</p></td></tr></table>"
    );
    let document = read(&page);
    assert_eq!(document.text(), text);
    assert_eq!(document.title.as_deref(), Some("停水通知"));
    let form = "<h1>收支总表</h1><table><tr><td colspan=2><h1>收支总表</h1></td></tr>\
                <tr><td>收入</td><td>50.00</td></tr><tr><td>支出</td><td>48.20</td></tr></table>";
    assert!(read(form).text().contains("收入\t50.00"), "{}", read(form).text());
}

#[test]
fn a_row_of_data_with_a_day_and_a_sentence_is_no_line_of_date_and_source() {
    let page = "<h1>城西片区停水通知</h1><table>\
                <tr><td>发布时间：2024-8-9</td><td>因管道抢修，城西片区停水，请用户储水。</td></tr></table>";
    assert!(read(page).text().contains("因管道抢修，城西片区停水"), "{}", read(page).text());
}

#[test]
fn a_file_under_a_title_and_its_day_is_no_listing() {
    let kind = |html: &str| {
        let decoded = decode::text(html.as_bytes(), None, None);
        let tree = Tree::parse(&decoded.text).expect("a page within limits");
        kind::of(&tree, &decoded, &Answer { status: 200, ..Answer::default() })
    };
    let page = |under: &str| {
        format!(
            "<title>清河县2024年财政决算公开</title><div><a href=/>首页</a></div>\
             <div><h1>清河县2024年财政决算公开</h1>{under}</div><div>上一篇：无</div>"
        )
    };
    let day = "<div>发布日期：2024年10月8日</div>";
    let file = "<p><a href='/down.jsp?id=33&name=x.doc'>决算说明.doc</a></p>";
    assert_ne!(kind(&page(&format!("{day}<div>{file}</div>"))), PageKind::Listing);
    let row = |id: u8| {
        format!(
            "<li><a href='/czjs/t20241008_{id}.html'>清河县第{id}中学决算</a><span>发布日期：2024-10-08</span></li>"
        )
    };
    for n_rows in [1, 2] {
        let rows: String = (1..=n_rows).map(row).collect();
        assert_eq!(kind(&page(&format!("<ul>{rows}</ul>"))), PageKind::Listing, "{n_rows}");
    }
    let row = "<ul><li><a href=/a/2.doc>决算说明.doc</a><span>发布日期：2024-10-08</span></li></ul>";
    assert_eq!(kind(&page(row)), PageKind::Listing);
}

#[test]
fn a_heading_of_two_characters_is_a_title_where_the_head_says_the_same() {
    let page = |title: &str, heading: &str| {
        let text = "拟录用人员体检、考察合格，现予公布，如有异议请于七日内书面反映。";
        format!("<title>{title}</title><h1>{heading}</h1><div>发布时间：2024-06-01</div><div><p>{text}</p></div>")
    };
    for title in ["公示", "名单", "公告二"] {
        let document = read(&page(title, title));
        assert_eq!(document.title.as_deref(), Some(title));
        assert!(!document.text().contains(title), "{}", document.text());
    }
    assert_eq!(read(&page("首页", "首页")).title, None);
    assert_eq!(read(&page("", "公示")).title, None);
}
