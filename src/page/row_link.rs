//! Which link of a row is the report: not the department before it, nor the picture that explains it behind it.
//!
//! In: the links of a row with what they are called, in page order. Out: the one to follow. Never: reads the row.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::pattern;
use super::row::SHORTEST_TITLE;

/// Fewest characters of a title that stands for itself, whatever longer one follows.
const LEAST_OWN_TITLE: usize = 10;

/// How the title of a thing begins that goes with a report.
static COMPANION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\s\[【(（<《·]*(?:(?:一图|图文|图片|视频|文字|政策|相关|专家|媒体|音频|动漫|部门)?(?:解读|图解|读懂|看懂)|一张图|附件|相关(?:链接|文件|附件)|.{0,4}下载)",
    )
});

/// A department or a category: what stands in brackets as a whole, the names of offices, numbers of documents.
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:[\[【(（〔].*[\]】)）〕]|[\x00-\x7f]*|.{0,12}\d{4}[〕\]】)）年].{0,8}号|[^关于的]{0,20}(?:局|委|委员会|办|办公室|政府|厅|处|院|中心|公司|镇|乡|街道))\s*$",
    )
});

/// Whether a title is that of what goes with a report: 图解, 政策解读, 附件下载.
pub(super) fn is_companion(title: &str) -> bool {
    COMPANION.is_match(title)
}

/// Whether a text is that of a department, a category or the number of a document.
pub(super) fn is_tag(title: &str) -> bool {
    TAG.is_match(title)
}

/// The link of the report. What can be one and stands first is it; a short title gives way to a longer one, unless
/// that is of what goes with a report.
pub(super) fn of_report<'l, 'u, T: AsRef<str>>(
    links: &'l [(&'u Url, T)],
    longest: &'l (&'u Url, T),
) -> &'l (&'u Url, T) {
    let n_chars = |link: &(&Url, T)| link.1.as_ref().chars().count();
    let is_own = |link: &&'l (&'u Url, T)| {
        let title = link.1.as_ref();
        n_chars(link) >= SHORTEST_TITLE && !is_column(link.0) && !is_tag(title) && !is_companion(title)
    };
    let Some(first) = links.iter().find(is_own) else { return longest };
    let is_first = n_chars(first) >= LEAST_OWN_TITLE || is_companion(longest.1.as_ref());
    if is_first { first } else { longest }
}

/// Whether an address is that of a column rather than of a report.
fn is_column(url: &Url) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    let is_index = name.starts_with("index.") || name.starts_with("list.");
    (name.is_empty() || is_index) && url.query().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(links: &[(&str, &str)]) -> String {
        let base = Url::parse("http://www.qingxi.example/zwgk/").expect("url");
        let urls: Vec<Url> = links.iter().map(|(url, _)| base.join(url).expect("url")).collect();
        let links: Vec<(&Url, &str)> = urls.iter().zip(links).map(|(url, (_, title))| (url, *title)).collect();
        let longest = links.iter().rev().max_by_key(|(_, title)| title.chars().count()).expect("a link");
        of_report(&links, longest).1.to_owned()
    }

    #[test]
    fn the_first_report_of_a_row_is_its_own() {
        let long = "图解：一图读懂青溪县关于进一步加强农村供水工程维修养护工作的实施方案";
        for (before, report, behind) in [
            (None, "青溪县关于农村供水工程维修养护的通知", long),
            (
                None,
                "青溪县关于农村供水工程维修养护的通知",
                "青溪县召开农村供水工程维修养护工作推进会并部署下一阶段工作",
            ),
            (None, "任前公示", long),
            (None, "任前公示", "【政策解读】青溪县干部任前公示有关问题的解答"),
            (Some(("/bm/sfj/", "青溪县农村供水保障中心信息")), "青溪县关于供水工程维修的通知", long),
            (Some(("/bm/1.html", "[青溪县水利和湖泊管理局]")), "青溪县关于供水工程维修的通知", long),
            (Some(("/bm/1.html", "青溪县水利和湖泊管理局")), "青溪县关于供水工程维修的通知", long),
        ] {
            let links: Vec<(&str, &str)> =
                before.into_iter().chain([("t1.html", report), ("t2.html", behind)]).collect();
            assert_eq!(chosen(&links), report, "{links:?}");
        }
    }

    #[test]
    fn a_tag_or_a_short_word_gives_way_to_the_title_behind_it() {
        let title = "解读：青溪县关于农村供水工程维修养护的实施办法";
        for tag in [
            "[县政府办]",
            "通知",
            "政策解读",
            "县司法局",
            "青溪县人民政府办公室",
            "青政办发〔2026〕12号",
            "000014349/2026-00012",
        ] {
            assert_eq!(chosen(&[("/bm/1.html", tag), ("t1.html", title)]), title, "{tag}");
        }
        assert_eq!(chosen(&[("/a/", "农村供水工程维修养护专栏"), ("t1.html", title)]), title);
    }
}
