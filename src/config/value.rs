//! The forms of single values: a text as written in, a checked value out, or what is wrong with it.
//!
//! Each form says once what it expects; the readers of site files, family files, settings and environment share them.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo};
use url::{Host, Url};

use super::mistake::{quoted, suggestion};
use super::post::PostRule;
use super::rules::Recheck;
use super::settings::{Allowed, MOST_BROWSERS, MOST_CAP_BYTES};
use crate::change::obligation::{Level, Unit};
use crate::page::pointer::{LinkQuery, Pointer};

/// A kind of value: how it is read and what it looks like.
#[derive(Debug)]
pub(super) struct Form<T> {
    /// What would be right, for the message.
    pub(super) expected: &'static str,
    /// Reads it, or says what is wrong.
    pub(super) parse: fn(&str) -> Result<T, String>,
}

impl<T> Form<T> {
    /// Reads a value of ours, such as a default.
    pub(super) fn known(&self, written: &str) -> T {
        (self.parse)(written).expect("invariant: a default is right")
    }
}

/// Longest span: more than this is a slip of the keyboard.
const LONGEST_SPAN: SignedDuration = SignedDuration::from_hours(20 * 366 * 24);

/// Any text.
pub(super) const TEXT: Form<String> = Form {
    expected: "a text",
    parse: |written| {
        let text = written.trim();
        if text.is_empty() { Err("this is only white space".to_owned()) } else { Ok(text.to_owned()) }
    },
};

/// A text that goes into a header line.
pub(super) const HEADER_TEXT: Form<String> = Form {
    expected: "one line of visible ASCII characters",
    parse: |written| {
        let is_safe = written.chars().all(|c| c == ' ' || c.is_ascii_graphic());
        if is_safe { Ok(written.trim().to_owned()) } else { Err(format!("{} cannot be sent", quoted(written))) }
    },
};

/// The address of a page.
pub(super) const URL: Form<Url> =
    Form { expected: "an address such as \"http://www.example.gov.cn/zwgk/\"", parse: url };

/// The address of a proxy. It may hold a password: messages do not repeat it.
pub(super) const PROXY: Form<Url> = Form {
    expected: "an address such as \"http://10.0.0.1:3128\" or \"socks5h://10.0.0.1:1080\"",
    parse: |written| {
        let parsed = Url::parse(written).map_err(|error| format!("this is not a proxy's address: {error}"))?;
        let is_known = matches!(parsed.scheme(), "http" | "https" | "socks5" | "socks5h");
        if is_known && parsed.has_host() { Ok(parsed) } else { Err("this is not a proxy's address".to_owned()) }
    },
};

/// A span of time.
pub(super) const SPAN: Form<Duration> =
    Form { expected: "a span of time such as \"3s\", \"90 min\", \"1h 30m\" or \"7 days\"", parse: span };

/// A day.
pub(super) const DAY: Form<Date> = Form {
    expected: "a day such as \"2019-01-01\"",
    parse: |written| written.parse().map_err(|_| format!("{} is not a day", quoted(written))),
};

/// How often known reports are read again.
pub(super) const RECHECK: Form<Recheck> = Form {
    expected: "\"decay\" or a span of time such as \"24h\" or \"7 days\"",
    parse: |written| if written == "decay" { Ok(Recheck::Decay) } else { span(written).map(Recheck::Every) },
};

/// A cron pattern of five fields.
pub(super) const CRON: Form<String> =
    Form { expected: "minute, hour, day, month and weekday, such as \"0 7,19 * * *\"", parse: cron };

/// A time zone.
pub(super) const ZONE: Form<TimeZone> = Form { expected: "a zone such as \"Asia/Shanghai\"", parse: zone };

/// Hours of the day, in minutes since midnight. An end before the start lies on the next day.
pub(super) const HOURS: Form<(u16, u16)> =
    Form { expected: "from and to, such as \"00:00-24:00\" or \"22:00-06:00\"", parse: hours };

/// The place of a value in JSON.
pub(super) const POINTER: Form<Pointer> = Form {
    expected: "a JSON pointer such as \"/data/results\"",
    parse: |written| Pointer::parse(written).map_err(|error| format!("{} is not one: {error}", quoted(written))),
};

/// How the link of a row is had from JSON.
pub(super) const LINK: Form<LinkQuery> = Form {
    expected: "a JSON pointer such as \"/url\", or a pattern such as \"/content/post_{/id}.html\"",
    parse: |written| LinkQuery::parse(written).map_err(|error| format!("{} is not one: {error}", quoted(written))),
};

/// What is posted for a page.
pub(super) const POST: Form<PostRule> = Form {
    expected: "a form such as \"page={n}&size=20\", or JSON such as '{\"pageNo\": {n}}'",
    parse: |written| PostRule::parse(written).map_err(|error| format!("{} cannot be sent: {error}", quoted(written))),
};

/// GB/T 2260.
pub(super) const DIVISION: Form<String> = Form {
    expected: "the six digits of GB/T 2260, such as \"141123\"",
    parse: |written| {
        let is_code = written.len() == 6 && written.bytes().all(|byte| byte.is_ascii_digit());
        if is_code { Ok(written.to_owned()) } else { Err(format!("{} is not a division code", quoted(written))) }
    },
};

/// The beginning of such a code.
pub(super) const DIVISIONS: Form<String> = Form {
    expected: "the first two to six digits of GB/T 2260, such as \"14\"",
    parse: |written| {
        let is_prefix = (2..=6).contains(&written.len()) && written.bytes().all(|byte| byte.is_ascii_digit());
        if is_prefix { Ok(written.to_owned()) } else { Err(format!("{} begins no division code", quoted(written))) }
    },
};

/// The words of `unit`.
const UNITS: [(&str, Unit); 2] = [("government", Unit::Government), ("department", Unit::Department)];

/// What sort of office.
pub(super) const UNIT: Form<Unit> =
    Form { expected: "\"government\" or \"department\"", parse: |written| one_word(written, &UNITS) };

/// The words of `level`.
const LEVELS: [(&str, Level); 5] = [
    ("national", Level::National),
    ("province", Level::Province),
    ("city", Level::City),
    ("county", Level::County),
    ("township", Level::Township),
];

/// Of which level.
pub(super) const LEVEL: Form<Level> = Form {
    expected: "\"national\", \"province\", \"city\", \"county\" or \"township\"",
    parse: |written| one_word(written, &LEVELS),
};

/// Month and day of every year.
pub(super) const DUE_DAY: Form<(i8, i8)> = Form {
    expected: "month and day, such as \"04-01\"",
    parse: |written| {
        let wrong = || format!("{} is no day of every year", quoted(written));
        let (month, day) = written.split_once('-').ok_or_else(wrong)?;
        let (month, day) = (month.parse().map_err(|_| wrong())?, day.parse().map_err(|_| wrong())?);
        // Of a year without a leap day.
        Date::new(2025, month, day).map(|_| (month, day)).map_err(|_| wrong())
    },
};

/// A host's name or address, in lower case and without a port.
pub(super) const HOST: Form<String> = Form {
    expected: "a host such as \"files.example.gov.cn\", without scheme, port and path",
    parse: |written| match Host::parse(written) {
        Ok(host) => Ok(host.to_string()),
        Err(error) => Err(format!("{} is not a host: {error}", quoted(written))),
    },
};

/// The name of a kind of report.
pub(super) const KIND: Form<String> = Form {
    expected: "a word of a-z, 0-9 and hyphens, such as \"rule-of-law-annual\"",
    parse: |written| {
        if is_id(written) { Ok(written.to_owned()) } else { Err(format!("{} is no kind", quoted(written))) }
    },
};

/// A charset's label; aliases give the same name.
pub(super) const CHARSET: Form<String> = Form {
    expected: "a charset such as \"gb18030\" or \"utf-8\"",
    parse: |written| match encoding_rs::Encoding::for_label(written.as_bytes()) {
        Some(encoding) => Ok(encoding.name().to_owned()),
        None => Err(format!("{} is not a charset", quoted(written))),
    },
};

/// The address of a further page, relative to the listing's.
pub(super) const PAGE_PATTERN: Form<String> = Form {
    expected: "a URL with {n} where the number stands, such as \"index_{n}.html\"",
    parse: |written| match written.matches("{n}").count() {
        1 => Ok(written.to_owned()),
        0 => Err(format!("{} has no {{n}}", quoted(written))),
        _ => Err(format!("{} has {{n}} more than once", quoted(written))),
    },
};

/// A name in the query of a URL.
pub(super) const PARAMETER: Form<String> = Form {
    expected: "the name of a parameter, such as \"page\"",
    parse: |written| {
        let is_name = !written.chars().any(|c| c.is_whitespace() || c.is_control() || "?&=#/".contains(c));
        if is_name { Ok(written.to_owned()) } else { Err(format!("{} is not a name", quoted(written))) }
    },
};

/// A network that may be reached although it is private.
pub(super) const ALLOWED: Form<Allowed> = Form {
    expected: "a network such as \"127.0.0.2/32\", \"10.1.2.3/32:8080\" or \"[::1]/128:80\"",
    parse: |written| allowed(written).ok_or_else(|| format!("{} is not a network", quoted(written))),
};

/// A network, or one address.
pub(super) const NET: Form<IpNet> = Form {
    expected: "a network such as \"10.0.0.0/8\", or an address such as \"127.0.0.1\"",
    parse: |written| {
        let net = written.parse().ok().or_else(|| written.parse::<IpAddr>().ok().map(IpNet::from));
        net.ok_or_else(|| format!("{} is not a network", quoted(written)))
    },
};

/// An address and port.
pub(super) const SOCKET: Form<SocketAddr> = Form {
    expected: "an address and port such as \"127.0.0.1:8080\" or \"[::1]:8080\"",
    parse: |written| written.parse().map_err(|_| format!("{} is not an address and port", quoted(written))),
};

/// A name and the address and port it stands for.
pub(super) const RESOLVED: Form<(String, SocketAddr)> = Form {
    expected: "name=address:port, such as www.example.gov.cn=127.0.0.1:8080",
    parse: |written| {
        let (name, address) = written.split_once('=').ok_or_else(|| format!("{} has no =", quoted(written)))?;
        Ok(((HOST.parse)(name.trim())?, (SOCKET.parse)(address.trim())?))
    },
};

/// Who runs this installation. It becomes part of a header's comment.
pub(super) const CONTACT: Form<String> = Form {
    expected: "an email address or a page's URL, such as \"https://example.org/govwatch\"",
    parse: |written| {
        let is_safe = written.chars().all(|c| (c == ' ' || c.is_ascii_graphic()) && !"()\\".contains(c));
        if is_safe { Ok(written.trim().to_owned()) } else { Err(format!("{} cannot be sent", quoted(written))) }
    },
};

/// The folder of the embedded database.
pub(super) const STORE: Form<PathBuf> = Form {
    expected: "a folder, such as \"state\"",
    parse: |written| {
        if written.contains("://") {
            return Err("this version keeps its store in a folder only".to_owned());
        }
        Ok(PathBuf::from(written))
    },
};

/// A program of this machine.
pub(super) const PROGRAM: Form<PathBuf> = Form {
    expected: "a program, such as \"/usr/bin/chromium\"",
    parse: |written| {
        let path = PathBuf::from(written);
        if path.is_absolute() { Ok(path) } else { Err(format!("{} does not begin with /", quoted(written))) }
    },
};

/// How many browsers run at once.
pub(super) const AT_ONCE: Form<u64> = Form {
    expected: "a whole number from 1 to 16",
    parse: |written| {
        let number = written.parse().ok().filter(|number| (1..=MOST_BROWSERS).contains(number));
        number.ok_or_else(|| format!("{} is not such a number", quoted(written)))
    },
};

/// A size that ends a transfer.
pub(super) const CAP: Form<u64> = Form {
    expected: "a number of bytes from 1 to 2147483648",
    parse: |written| {
        let bytes = written.parse().ok().filter(|bytes| (1..=MOST_CAP_BYTES).contains(bytes));
        bytes.ok_or_else(|| format!("{} is not a size in bytes", quoted(written)))
    },
};

/// Whether a word may be the id of a site, of a family or of a kind: `[a-z0-9-]+`.
pub(super) fn is_id(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

fn one_word<T: Copy>(written: &str, known: &[(&str, T)]) -> Result<T, String> {
    let meant = || suggestion(written, known.iter().map(|(word, _)| *word));
    let found = known.iter().find(|(word, _)| *word == written).map(|(_, meaning)| *meaning);
    found.ok_or_else(|| format!("{} is not known{}", quoted(written), meant()))
}

fn url(written: &str) -> Result<Url, String> {
    let parsed = Url::parse(written).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => format!("{} lacks http:// or https://", quoted(written)),
        _ => format!("{} is not a URL: {error}", quoted(written)),
    })?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(format!("{} is neither http nor https", quoted(written)));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err("the URL holds a user name or a password".to_owned());
    }
    Ok(parsed)
}

fn span(written: &str) -> Result<Duration, String> {
    let wrong = || format!("{} is not a span of time", quoted(written));
    let parsed: Span = written.trim().parse().map_err(|_| wrong())?;
    let length = parsed.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
    if length > LONGEST_SPAN {
        return Err(format!("{} is longer than 20 years", quoted(written)));
    }
    Duration::try_from(length).map_err(|_| format!("{} is negative", quoted(written)))
}

fn cron(written: &str) -> Result<String, String> {
    let parser = croner::parser::CronParser::builder()
        .seconds(croner::parser::Seconds::Disallowed)
        .year(croner::parser::Year::Disallowed)
        .build();
    let parsed = parser.parse(written).map_err(|error| {
        let why = error.to_string();
        format!("{} is not a cron pattern: {}", quoted(written), why.trim_end_matches('.').to_lowercase())
    })?;
    // Any start will do: a pattern that comes at all comes within the eight years between two leap days.
    let start = jiff::civil::date(2024, 1, 1).to_zoned(TimeZone::UTC).map_err(|error| error.to_string())?;
    match parsed.find_next_occurrence(&start, false) {
        Ok(_) => Ok(written.to_owned()),
        Err(_) => Err(format!("{} never comes", quoted(written))),
    }
}

fn zone(written: &str) -> Result<TimeZone, String> {
    TimeZone::get(written).map_err(|_| {
        let names: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
        let meant = suggestion(written, names.iter().map(String::as_str));
        format!("{} is not a time zone{meant}", quoted(written))
    })
}

fn hours(written: &str) -> Result<(u16, u16), String> {
    let minute = |clock: &str| -> Option<u16> {
        let (hour, minute) = clock.trim().split_once(':')?;
        let digits = |part: &str| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        let (hour, minute): (u16, u16) =
            (digits(hour).then(|| hour.parse().ok())??, digits(minute).then(|| minute.parse().ok())??);
        let total = hour * 60 + minute;
        (minute < 60 && total <= 24 * 60).then_some(total)
    };
    let both = written.split_once('-').and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
    match both {
        Some((from, to)) if from == to => Err(format!("{} leaves no time", quoted(written))),
        Some(both) => Ok(both),
        None => Err(format!("{} are not hours of the day", quoted(written))),
    }
}

fn allowed(written: &str) -> Option<Allowed> {
    let written = written.trim();
    let (address, rest) = match written.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']')?,
        None if written.parse::<IpAddr>().is_ok() => (written, ""),
        None => written.split_at(written.find('/').or_else(|| written.find(':'))?),
    };
    let address: IpAddr = address.parse().ok()?;
    let (bits, port) = match rest.split_once(':') {
        Some((bits, port)) => (bits, Some(port.parse().ok()?)),
        None => (rest, None),
    };
    let net = match bits.strip_prefix('/') {
        Some(bits) => IpNet::new(address, bits.parse().ok()?).ok()?,
        None if bits.is_empty() => IpNet::from(address),
        None => return None,
    };
    Some(Allowed { net: net.trunc(), port })
}

#[cfg(test)]
mod tests;
