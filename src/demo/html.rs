//! What the pages of both portals are made of: the moment of a visit, escaping, and the parts that change by
//! themselves. In: notices and a [`Moment`]. Out: pieces of HTML.

use std::fmt::Write as _;

use jiff::civil::{Date, Weekday};

use super::Stage;
use super::samples::Notice;

/// What a page is computed from besides its URL.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// How far the story has gone.
    pub(super) stage: Stage,
    /// How many requests came before this one; it moves counters and tokens.
    pub(super) n_visits: u64,
    /// The day in China.
    pub(super) today: Date,
}

impl Moment {
    /// The visit counter of a page, as if it had been running for years.
    pub(super) fn hits(&self, notice: &Notice) -> u64 {
        u64::from(notice.id % 977) + self.n_visits
    }

    /// A token as a template writes it into a script: another one on each visit.
    pub(super) fn token(&self) -> String {
        // The multiplier of Knuth's MMIX generator: successive visits share no digits.
        format!("{:016x}", (self.n_visits + 1).wrapping_mul(6_364_136_223_846_793_005))
    }

    /// 今天是, with the day of the week.
    pub(super) fn today_shown(&self) -> String {
        let weekday = match self.today.weekday() {
            Weekday::Monday => '一',
            Weekday::Tuesday => '二',
            Weekday::Wednesday => '三',
            Weekday::Thursday => '四',
            Weekday::Friday => '五',
            Weekday::Saturday => '六',
            Weekday::Sunday => '日',
        };
        format!("{}年{}月{}日 星期{weekday}", self.today.year(), self.today.month(), self.today.day())
    }
}

/// Text as it may stand between tags and in double quotes.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A title as a narrow column shows it: cut with `…` after this many characters.
pub(super) fn cut(title: &str, n_chars: usize) -> String {
    match title.char_indices().nth(n_chars) {
        Some((at, _)) => format!("{}…", &title[..at]),
        None => title.to_owned(),
    }
}

/// The body's paragraphs, each opened by this tag and followed by these spaces.
pub(super) fn paragraphs(notice: &Notice, open: &str, indent: &str) -> String {
    notice.paragraphs.iter().fold(String::new(), |mut html, text| {
        writeln!(html, "{open}{indent}{}</p>", escape(text)).expect("invariant: writing to a String cannot fail");
        html
    })
}

/// A link.
pub(super) fn link(href: &str, text: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escape(href), escape(text))
}

/// A list of items, each as it is.
pub(super) fn items(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    format!("<ul><li>{}</li></ul>", items.join("</li><li>"))
}

/// The State Council's page tags (国办发〔2017〕47号, annex), as both portals carry them.
pub(super) fn column_meta(site: &str, domain: &str, site_code: &str, column: &str) -> String {
    format!(
        "<meta name=\"SiteName\" content=\"{site}\">\n<meta name=\"SiteDomain\" content=\"{domain}\">\n\
         <meta name=\"SiteIDCode\" content=\"{site_code}\">\n<meta name=\"ColumnName\" content=\"{column}\">\n\
         <meta name=\"ColumnType\" content=\"政务公开\">\n"
    )
}

/// The tags of a single article.
pub(super) fn article_meta(notice: &Notice) -> String {
    format!(
        "<meta name=\"ArticleTitle\" content=\"{}\">\n<meta name=\"PubDate\" content=\"{}\">\n\
         <meta name=\"ContentSource\" content=\"{}\">\n",
        escape(&notice.title),
        notice.published.strftime("%Y-%m-%d %H:%M"),
        notice.office
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::samples::Sample;

    #[test]
    fn counters_and_tokens_differ_on_each_visit() {
        let today = jiff::civil::date(2026, 2, 1);
        let [first, second] = [1, 2].map(|n_visits| Moment { stage: Stage::Opening, n_visits, today });
        let notice = Sample::Sanxing.report();
        assert_ne!(first.hits(&notice), second.hits(&notice));
        assert_ne!(first.token(), second.token());
        assert_eq!(first.today_shown(), "2026年2月1日 星期日");
    }

    #[test]
    fn a_long_title_is_cut_between_characters() {
        assert_eq!(cut("法治政府", 2), "法治…");
        assert_eq!(cut("法治", 2), "法治");
    }
}
