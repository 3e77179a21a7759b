//! The five sample reports, as pages of the demo's portals, and the thousand of the town: read right to the character.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;

use govwatch::clock::Clock;
use govwatch::config::{Network, Site, load_sites};
use govwatch::demo::{DemoPortal, Stage};
use govwatch::model::{Document, PageKind};
use govwatch::page::tree::Tree;
use govwatch::page::{ReadRules, decode, extract, kind};
use url::Url;

use crate::town::Town;

struct Sample {
    url: &'static str,
    title: &'static str,
    published: &'static str,
    source: &'static str,
    text: &'static str,
}

const SAMPLES: [Sample; 5] = [
    Sample {
        url: "http://www.fazhi.example/fzzfjs/ndbg/202402/t20240201_10912200.shtml",
        title: "中共兴县县委兴县人民政府关于2023年法治政府建设工作的年度报告",
        published: "2024-02-01T15:11:00+08:00",
        source: "兴县司法局",
        text: include_str!("../../src/demo/reports/000.txt"),
    },
    Sample {
        url: "http://www.fazhi.example/fzzfjs/ndbg/202301/t20230117_10871500.shtml",
        title: "白山市江源区2022年度法治政府建设情况报告",
        published: "2023-01-17T10:05:00+08:00",
        source: "江源区司法局",
        text: include_str!("../../src/demo/reports/001.txt"),
    },
    Sample {
        url: "http://www.xiangzhen.example/gwbg/2025/02/7401.html",
        title: "陆良县2024年度法治政府建设情况报告",
        published: "2025-02-19T16:40:00+08:00",
        source: "陆良县司法局",
        text: include_str!("../../src/demo/reports/002.txt"),
    },
    Sample {
        url: "http://www.xiangzhen.example/gwbg/2021/05/4100.html",
        title: "法治政府建设示范创建工作实施意见(乡镇)",
        published: "2021-05-25T15:17:00+08:00",
        source: "官仓镇司法所",
        text: include_str!("../../src/demo/reports/003.txt"),
    },
    Sample {
        url: "http://www.xiangzhen.example/gwbg/2024/12/7300.html",
        title: "石柱土家族自治县三星乡人民政府2024年度法治政府建设情况报告",
        published: "2024-12-19T16:30:00+08:00",
        source: "三星乡人民政府",
        text: include_str!("../../src/demo/reports/004.txt"),
    },
];

/// A text as a page can carry it: HTML folds white space.
fn folded<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    lines.into_iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn read(site: &Site, url: &Url, content_type: &str, body: &[u8]) -> Document {
    let decoded = decode::text(body, Some(content_type), None);
    let tree = Tree::parse(&decoded.text).expect("a page within limits");
    let answer = kind::Answer { status: 200, asked: Some(url), landed: Some(url), home: Some(&site.home) };
    assert_eq!(kind::of(&tree, &decoded, &answer), PageKind::Report, "{url}");
    let rules = ReadRules {
        url: Some(url),
        zone: &site.timezone,
        site: Some(&site.report),
        family: site.family.as_deref(),
        min_body_chars: 0,
    };
    extract::document(&tree, &decoded, &rules)
}

/// One request on a connection of its own; gives the media type and the body.
fn get(address: SocketAddr, url: &Url) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(address).expect("loopback");
    let host = url.host_str().expect("http");
    let request = format!("GET {} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", url.path());
    stream.write_all(request.as_bytes()).expect("loopback");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("loopback");
    let head_end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&answer[..head_end]).to_lowercase();
    assert!(head.starts_with("http/1.1 200 "), "{url}: {head}");
    let content_type = head.lines().find_map(|line| line.strip_prefix("content-type:")).expect("a media type");
    (content_type.trim().to_owned(), answer[head_end + 4..].to_vec())
}

fn site_of<'a>(sites: &'a [Arc<Site>], url: &Url) -> &'a Site {
    sites.iter().find(|site| site.home.host_str() == url.host_str()).expect("its site file")
}

#[test]
fn the_five_samples_are_read_to_the_character_from_their_pages() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let portal = runtime.block_on(DemoPortal::start(Clock::System)).expect("a free port");
    portal.set_stage(Stage::Republished);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sites");
    let only = ["demo-fazhi", "demo-xiangzhen"].map(str::to_owned);
    let loaded = load_sites(&folder, &only, &Network::default());
    for sample in SAMPLES {
        let url: Url = sample.url.parse().expect("a URL");
        let (content_type, body) = get(portal.address(), &url);
        let document = read(site_of(&loaded.sites, &url), &url, &content_type, &body);
        assert_eq!(folded(document.text().lines()), folded(sample.text.lines()), "{url}");
        assert_eq!(document.title.as_deref(), Some(sample.title));
        assert_eq!(document.published.map(|date| date.to_string()).as_deref(), Some(sample.published));
        assert_eq!(document.source.as_deref(), Some(sample.source));
        assert_eq!(document.doubts, []);
    }
}

#[test]
fn the_thousand_reports_of_the_town_are_read_to_the_character() {
    let mut town = Town::new(20_260_101);
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in town.site_files() {
        std::fs::write(folder.path().join(name), text).expect("an empty folder");
    }
    let loaded = load_sites(folder.path(), &[], &Network::default());
    for at in 0..town.sites.len() {
        for report in 0..town.sites[at].reports.len() {
            let url: Url = town.url(at, report).parse().expect("a URL");
            let page = town.answer(town.sites[at].host, url.path());
            let document = read(site_of(&loaded.sites, &url), &url, page.content_type, &page.body);
            let written = &town.sites[at].reports[report];
            assert_eq!(folded(document.text().lines()), folded(written.paragraphs.iter().map(String::as_str)), "{url}");
            assert_eq!(document.title.as_ref(), Some(&written.title));
            assert_eq!(document.published.map(|date| date.date()), Some(written.published));
            assert_eq!(document.doubts, []);
        }
    }
}
