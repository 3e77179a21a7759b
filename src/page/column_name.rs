//! What the column of a listing is called, by its page.
//!
//! In: a page. Out: whether a heading on it is that of the column, so that the list under it is the page's own. Never: the
//! names of portals, which stand in the same titles.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern;
use super::tree::Tree;

/// Characters of a name: 公告, 政府信息公开工作年度报告.
const SHORTEST: usize = 2;
const LONGEST: usize = 24;

/// Characters that a heading has beside the name: 更多, 列表.
const MOST_BESIDE: usize = 4;

/// Names of portals and offices, which stand beside that of the column in a title.
static PORTAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:政府|[局委办厅院署行处社会]|委员会|中心|网|网站|门户|平台|首页|[省市县区旗镇乡州])$")
});

/// The name of a column; empty where the page does not say.
#[derive(Debug, Default)]
pub(super) struct ColumnName(String);

impl ColumnName {
    /// By its meta tag, else the first part of its title that names no portal.
    pub(super) fn of(tree: &Tree) -> Self {
        let is_column = |name: &str| name.eq_ignore_ascii_case("ColumnName");
        let stated = tree.named("meta").find(|meta| meta.attr("name").is_some_and(is_column));
        let stated = stated.and_then(|meta| meta.attr("content")).map(bare).filter(|name| may_name(name));
        let titled = || {
            let title = tree.named("title").next()?.raw_text();
            let parts = title.split(['_', '-', '—', '–', '|', '｜', '>', '»', '/', '·']).map(bare);
            parts.into_iter().find(|part| may_name(part) && !PORTAL.is_match(part))
        };
        Self(stated.or_else(titled).unwrap_or_default())
    }

    /// Whether the page says what its column is called.
    pub(super) fn is_known(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether a heading is the name of the column, with a word or two beside it.
    pub(super) fn is(&self, heading: &str) -> bool {
        let (name, heading) = (self.0.as_str(), bare(heading));
        let n_chars = heading.chars().count();
        !name.is_empty()
            && n_chars >= SHORTEST
            && ((heading.starts_with(name) && n_chars <= name.chars().count() + MOST_BESIDE)
                || (name.ends_with(&heading) && n_chars >= 2 * SHORTEST))
    }
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn may_name(name: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&name.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(page: &str, heading: &str) -> bool {
        ColumnName::of(&Tree::parse(page).expect("a small page")).is(heading)
    }

    #[test]
    fn a_heading_is_the_column_s_as_its_page_calls_it() {
        for page in [
            "<meta name=columnname content=通知公告><title>兴县人民政府</title>",
            "<title>通知公告_政务公开_兴县人民政府</title>",
            "<title>兴县人民政府门户网站 - 通知公告</title>",
            "<title>兴县司法局|通知公告</title>",
        ] {
            for heading in ["通知公告", " 通知公告 更多>>", "【通知公告】", "通知公告列表"] {
                assert!(is(page, heading), "{page}: {heading}");
            }
            for heading in ["要闻动态", "通知", "最新通知公告", "", "通知公告栏目的说明文字", "兴县人民政府"]
            {
                assert!(!is(page, heading), "{page}: {heading}");
            }
        }
        assert!(is("<meta name=ColumnName content=县政府通知公告>", "通知公告"));
        assert!(!is("<title>兴县人民政府</title>", "兴县人民政府") && !is("", "通知公告"));
    }
}
