//! Log lines in plain words, for people who did not ask for more: `warning: xingxian: not read: .. (http://..)`.
//!
//! In: an event of the log. Out: a line on stderr. Never: a control character of a portal's text.

use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::out::clean;

/// The form of such lines.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainWords;

impl<S, N> FormatEvent<S, N> for PlainWords
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut words = Words::default();
        event.record(&mut words);
        let level = match *event.metadata().level() {
            Level::ERROR => "error: ",
            Level::WARN => "warning: ",
            _ => "",
        };
        writeln!(writer, "{level}{}", clean(&words.line()))
    }
}

/// What an event says.
#[derive(Debug, Default)]
struct Words {
    message: String,
    /// The site or the host that it is about.
    about: Option<String>,
    url: Option<String>,
    others: Vec<String>,
}

impl Words {
    fn line(&self) -> String {
        let mut line = self.about.iter().fold(String::new(), |line, about| line + about + ": ");
        line.push_str(&self.message);
        for other in &self.others {
            let _ = write!(line, "; {other}");
        }
        // The reason often names the address already.
        if let Some(url) = self.url.as_ref().filter(|url| !self.message.contains(url.as_str())) {
            let _ = write!(line, " ({url})");
        }
        line
    }

    fn keep(&mut self, name: &str, value: String) {
        match name {
            "message" => self.message = value,
            "site" | "host" => self.about = Some(value),
            "url" => self.url = Some(value),
            _ => self.others.push(format!("{name} {value}")),
        }
    }
}

impl Visit for Words {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.keep(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.keep(field.name(), format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("invariant: nobody panics").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_warning_is_a_sentence_with_its_site_and_address() {
        let kept = Kept::default();
        let writer = kept.clone();
        let log = tracing_subscriber::fmt().event_format(PlainWords).with_writer(move || writer.clone()).finish();
        tracing::subscriber::with_default(log, || {
            let url = Some("http://x.gov.cn/1.html");
            tracing::warn!(site = %"xingxian", url, "not read: answered 500\u{1b}[31m");
            tracing::warn!(host = "x.gov.cn", "not read: http://x.gov.cn/2.html was cut short");
        });
        let said = String::from_utf8(kept.0.lock().expect("invariant: nobody panics").clone()).expect("UTF-8");
        let lines: Vec<&str> = said.lines().collect();
        assert!(lines[0].starts_with("warning: xingxian: not read: answered 500"), "{said}");
        assert!(lines[0].ends_with("(http://x.gov.cn/1.html)") && !said.contains('\u{1b}'), "{said}");
        assert_eq!(lines[1], "warning: x.gov.cn: not read: http://x.gov.cn/2.html was cut short");
    }
}
