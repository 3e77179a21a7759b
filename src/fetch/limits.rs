//! Every limit of fetching, each named once with its unit and its reason.
//!
//! A limit that is met is an error that names it: nothing is cut in silence, but robots.txt, which RFC 9309 lets
//! end anywhere after 500 KiB. Tests set tiny ones instead of waiting.

use std::time::Duration;

use crate::config::Caps;

/// One KiB, in bytes.
const KIB: u64 = 1024;
/// One MiB, in bytes.
const MIB: u64 = 1024 * KIB;

/// How far a fetch goes before it gives up.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Characters of a URL: servers refuse longer ones, and traps grow them without end.
    pub url_chars: usize,
    /// Inflated bytes of a page: real portal pages stay under 3 MiB.
    pub page_bytes: u64,
    /// Inflated bytes of an attachment: scanned yearbooks reach 80 MiB.
    pub attachment_bytes: u64,
    /// Inflated bytes for one byte on the wire: real portal pages reach 11.
    pub inflate_ratio: u64,
    /// Inflated bytes below which the ratio is not looked at: a blank table of 1 MiB is no bomb.
    pub inflate_ratio_from_bytes: u64,
    /// Content encodings on top of one another: more than two is an attack (CVE-2022-32206).
    pub encodings: usize,
    /// Bytes of all header lines together. The HTTP library stops reading at 408 KiB; between the two the answer
    /// is read and refused.
    pub header_bytes: usize,
    /// Header lines; the HTTP library refuses the head beyond it.
    pub header_lines: usize,
    /// Redirects of one fetch: browsers follow 20, portals need 3.
    pub redirects: usize,
    /// Redirects of a robots.txt: RFC 9309 section 2.3.1.2 asks for at least five.
    pub robots_redirects: usize,
    /// Name lookup, TCP and TLS together.
    pub connect: Duration,
    /// From the start of a request, connecting included, to the end of the answer's head.
    pub first_byte: Duration,
    /// Between two pieces of a body.
    pub idle: Duration,
    /// How long a connection is kept that nobody uses, or up to twice as long: as most portals are waited for between two
    /// requests; one with a longer Crawl-delay is connected to anew each time. Each holds a buffer as large as what came
    /// over it at a time; a round over the country leaves thousands of them behind.
    pub kept_open: Duration,
    /// All network time of a page, redirects included, and all time that a browser takes for it beside; waiting for the
    /// pace is not counted.
    pub page_total: Duration,
    /// All network time of an attachment: 100 MiB at 60 KiB/s.
    pub attachment_total: Duration,
    /// Bytes of a robots.txt that are read: RFC 9309 section 2.5 asks for at least 500 KiB.
    pub robots_bytes: u64,
    /// How long a robots.txt is kept: RFC 9309 section 2.4.
    pub robots_age: Duration,
    /// How long an unreachable robots.txt is not asked for again: a poll must not ask once for each report.
    pub robots_retry: Duration,
    /// Longest Crawl-delay that is honoured: more would make a poll of a portal take weeks.
    pub crawl_delay: Duration,
    /// Shortest and longest Retry-After that is believed.
    pub retry_after: (Duration, Duration),
    /// Longest extra wait after trouble.
    pub backoff: Duration,
    /// A wait up to this is slept; a longer one is an error that says until when.
    pub patience: Duration,
    /// Below this interval every address must be one of `network.allow`.
    pub open_interval: Duration,
    /// How long a claim of a host holds without being renewed: a killed process blocks its hosts no longer.
    pub lease: Duration,
    /// Cookies kept for one host, bytes of one cookie, bytes of a `Cookie` header (CVE-2022-32205).
    pub cookies: (usize, usize, usize),
    /// Requests of one drawn page, its own among them: portals that draw themselves make 20 to 80.
    pub drawn_requests: u32,
    /// Bytes of all that a drawn page loads, inflated: three times what one page may have.
    pub drawn_bytes: u64,
    /// A drawn page is looked at when it asked for nothing for so long, and taken when the next look, as much later, finds
    /// the same: scripts wait some hundred milliseconds for the rest of a page.
    pub quiet: Duration,
}

impl Limits {
    /// The same with the sizes that the settings name.
    #[must_use]
    pub fn capped(self, caps: Caps) -> Self {
        Self {
            page_bytes: caps.page_bytes.unwrap_or(self.page_bytes),
            attachment_bytes: caps.attachment_bytes.unwrap_or(self.attachment_bytes),
            ..self
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            url_chars: 8192,
            page_bytes: 20 * MIB,
            attachment_bytes: 100 * MIB,
            inflate_ratio: 100,
            inflate_ratio_from_bytes: MIB,
            encodings: 2,
            header_bytes: 128 * 1024,
            header_lines: 200,
            redirects: 10,
            robots_redirects: 5,
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(30),
            idle: Duration::from_secs(20),
            kept_open: Duration::from_secs(10),
            page_total: Duration::from_secs(90),
            attachment_total: Duration::from_mins(30),
            robots_bytes: 500 * KIB,
            robots_age: Duration::from_hours(24),
            robots_retry: Duration::from_mins(1),
            crawl_delay: Duration::from_secs(30),
            retry_after: (Duration::from_secs(1), Duration::from_hours(24)),
            backoff: Duration::from_hours(1),
            patience: Duration::from_mins(1),
            open_interval: Duration::from_secs(1),
            lease: Duration::from_secs(20),
            cookies: (50, 4096, 8192),
            drawn_requests: 200,
            drawn_bytes: 60 * MIB,
            quiet: Duration::from_millis(500),
        }
    }
}
