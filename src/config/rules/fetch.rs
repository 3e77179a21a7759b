//! How the pages of a site are asked for: how often, by whom, and what of its files.

use std::time::Duration;

use url::Url;

/// Spacing of requests to each host of a site.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PaceRule {
    /// Least time between the starts of two requests.
    pub min_interval: Duration,
    /// Most requests under way at once.
    pub concurrent: usize,
    /// First and last minute of the day, in the site's zone, in which requests may start; (0, 1440) is always.
    pub hours: (u16, u16),
}

/// What becomes of the files that reports link to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Attachments {
    /// Asked for and read; bytes and text are kept.
    #[default]
    Keep,
    /// Asked for and read; the text is kept, of the bytes only their hash.
    Read,
    /// Not asked for: a report's files are known by their names.
    List,
}

/// How a site's pages are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchRule {
    /// Whether robots.txt is obeyed.
    pub robots: Robots,
    /// Charset to read pages by where they lie about it.
    pub charset: Option<String>,
    /// Headers sent with each request, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Whether cookies are kept during a poll.
    pub cookies: bool,
    /// What becomes of the files that reports link to.
    pub attachments: Attachments,
    /// Proxy for this site alone.
    pub proxy: Option<Url>,
    /// Whether its pages are drawn by a browser before they are read.
    pub render: Render,
    /// Other hosts that entries, pages and attachments may live on, lower case.
    pub hosts: Vec<String>,
    /// Other names of the home page's host, lower case: the same path is the same report there.
    pub twins: Vec<String>,
}

/// Who makes a page of what a portal answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Render {
    /// Nobody: the answer is the page.
    #[default]
    None,
    /// A browser, which runs its scripts.
    Browser,
}

/// Whether robots.txt is obeyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Robots {
    /// RFC 9309.
    Obey,
    /// Said in every status.
    Ignore,
}
