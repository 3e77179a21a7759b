//! Short notices on large pages, as portals serve them: the text a few sentences, the page 50 KB of everything else.
//!
//! In: a seed, how ids and classes are called. Out: pages with the text, title and table rows that an editor would
//! give them. Never: real pages; places, people and sentences are made up.
#![expect(clippy::format_push_string, clippy::format_collect, reason = "markup reads best as it is written")]

mod bodies;
mod chrome;
mod families;
mod variety;
mod words;

use bodies::Body;
pub(crate) use families::FAMILIES;
pub(crate) use variety::unusual;
use words::Picker;

/// How the ids and classes of a page are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// As the templates of the family call them.
    OfFamily,
    /// By words that mean nothing; no element, comment or meta tag of the family either.
    Meaningless,
}

/// A page and what it says.
#[derive(Debug)]
pub(crate) struct Notice {
    /// The template it was made by.
    pub(crate) family: &'static str,
    pub(crate) html: String,
    pub(crate) title: String,
    /// The body, one line a paragraph or row.
    pub(crate) lines: Vec<String>,
    /// Those of the lines that are rows of a table.
    pub(crate) rows: Vec<String>,
    /// Names of linked files.
    pub(crate) files: Vec<String>,
}

impl Notice {
    fn of(family: &'static str, html: String, body: &Body) -> Self {
        Self {
            family,
            html,
            title: body.title.clone(),
            lines: body.lines(),
            rows: body.rows.iter().map(|cells| cells.join("\t")).collect(),
            files: body.files.clone(),
        }
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        self.lines.join("\n")
    }
}

/// Pages a family.
pub(crate) const PAGES: u64 = 40;

/// Forty notices of each family.
pub(crate) fn notices(seed: u64, names: Names) -> Vec<Notice> {
    let of = |(at, family): (u64, &families::Family)| {
        (0..PAGES).map(move |n| one(family, Picker::new(seed ^ (at * 1_000 + n), names))).collect::<Vec<_>>()
    };
    (1..).zip(FAMILIES.iter()).flat_map(of).collect()
}

fn one(family: &families::Family, mut pick: Picker) -> Notice {
    let body = bodies::notice(&mut pick);
    let html = (family.page)(&mut pick, &body);
    Notice::of(family.name, html, &body)
}
