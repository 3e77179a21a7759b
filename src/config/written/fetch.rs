//! How pages are asked for, as people write it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

/// Spacing of requests.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub(in crate::config) struct PaceTable {
    /// Least time between the starts of two requests to a host. Under "1s" only for addresses in `network.allow`.
    pub(in crate::config) min_interval: String,
    /// Most requests to a host under way at once.
    #[schemars(range(min = 1, max = 16))]
    pub(in crate::config) concurrent: usize,
    /// Hours of the day in which requests may start, in the site's zone; "22:00-06:00" goes over midnight.
    pub(in crate::config) hours: String,
}

impl Default for PaceTable {
    fn default() -> Self {
        // Slower than a person who clicks; county servers are small.
        Self { min_interval: "3s".to_owned(), concurrent: 1, hours: "00:00-24:00".to_owned() }
    }
}

/// How pages are asked for.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub(in crate::config) struct FetchTable {
    /// Whether robots.txt is obeyed; "ignore" is said in every status.
    #[schemars(extend("enum" = ["obey", "ignore"]))]
    pub(in crate::config) robots: String,
    /// Charset of the pages, only where they lie about it, such as "gb18030".
    pub(in crate::config) charset: String,
    /// Headers sent with each request.
    pub(in crate::config) headers: BTreeMap<String, String>,
    /// Whether cookies are kept during a poll.
    pub(in crate::config) cookies: bool,
    /// What becomes of the files that reports link to: read, and kept with their bytes; read only; or listed by name.
    #[schemars(extend("enum" = ["keep", "read", "list"]))]
    pub(in crate::config) attachments: String,
    /// Proxy for this site alone.
    pub(in crate::config) proxy: String,
    /// How certificates are checked.
    #[schemars(extend("enum" = ["strict"]))]
    pub(in crate::config) tls: String,
    /// Who makes a page of what the portal answers: nobody, or Chromium, which runs its scripts. Files are never drawn.
    #[schemars(extend("enum" = ["none", "browser"]))]
    pub(in crate::config) render: String,
    /// Other hosts that entries, pages and attachments may live on.
    pub(in crate::config) hosts: Vec<String>,
    /// Other names of the home page's host: the same path is the same report there. With and without "www." and
    /// http and https are one anyway.
    pub(in crate::config) twins: Vec<String>,
}

impl Default for FetchTable {
    fn default() -> Self {
        Self {
            robots: "obey".to_owned(),
            charset: String::new(),
            headers: BTreeMap::new(),
            cookies: false,
            attachments: "keep".to_owned(),
            proxy: String::new(),
            tls: "strict".to_owned(),
            render: "none".to_owned(),
            hosts: Vec::new(),
            twins: Vec::new(),
        }
    }
}
