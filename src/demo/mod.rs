//! The embedded portal of the `demo` command: five sample reports on two sites that publish, edit and withdraw.
//!
//! In: an [`Act`] at a time. Out: pages over HTTP on loopback, built like those of real portals. Never: anything
//! outside 127.0.0.1; the sites' names end in `.example` (RFC 2606) and are resolved by a pinned address.

mod fazhi;
mod html;
mod portal;
mod samples;
mod shelf;
mod sites;
mod xiangzhen;

pub use portal::DemoPortal;
pub use sites::{SITE_FILES, SiteFile};

use crate::model::EventKind;

/// How far the story has gone; each stage holds everything before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Both portals as they are found.
    Opening,
    /// The first portal has one more annual report.
    Published,
    /// The second portal has a copy of it.
    Republished,
    /// One figure of a report is another one.
    Edited,
    /// A report is gone: its row and its page.
    Withdrawn,
    /// It is back, the same as before.
    Restored,
    /// The first portal's templates are other ones.
    Redesigned,
}

impl Stage {
    /// All stages in the order of the story.
    pub const ALL: [Self; 7] = [
        Self::Opening,
        Self::Published,
        Self::Republished,
        Self::Edited,
        Self::Withdrawn,
        Self::Restored,
        Self::Redesigned,
    ];
}

/// One act of the story: what the portals do, how often they are polled then, and what each poll must tell.
#[derive(Debug)]
pub struct Act {
    /// What the portals are set to.
    pub stage: Stage,
    /// In a few words.
    pub title: &'static str,
    /// What happens on the portals, in a sentence or two.
    pub what_happens: &'static str,
    /// The events that each poll of this act must tell, in any order; a poll that tells nothing has an empty list.
    pub polls: &'static [&'static [EventKind]],
}

/// The story of the demo.
pub const ACTS: &[Act] = &[
    Act {
        stage: Stage::Opening,
        title: "Two portals are read for the first time",
        what_happens: "Three listings on two sites: one in UTF-8 with a script pager, one in GB18030 that calls itself \
                       gb2312. What stands there already is the baseline: it is stored, and nobody is told of each.",
        polls: &[&[EventKind::Baseline, EventKind::Baseline, EventKind::Baseline]],
    },
    Act {
        stage: Stage::Published,
        title: "A report is published",
        what_happens: "demo-fazhi puts the annual report of 陆良县 on top of its listing. Every row below moves down, \
                       some onto the next page. Visit counters, dates and tokens change on every page, as always.",
        polls: &[&[EventKind::New]],
    },
    Act {
        stage: Stage::Republished,
        title: "Another site republishes it",
        what_happens: "demo-xiangzhen puts the same text on its own page, in another charset and between other menus.",
        polls: &[&[EventKind::Copy]],
    },
    Act {
        stage: Stage::Edited,
        title: "A report is edited in silence",
        what_happens: "In the report of 兴县 2,582 legal consultations become 2,852. The page keeps its date and title.",
        polls: &[&[EventKind::Edited]],
    },
    Act {
        stage: Stage::Withdrawn,
        title: "A report is withdrawn",
        what_happens: "The report of 江源区 answers 404 and its row is gone. One poll proves nothing: the site files ask \
                       for two before it is told.",
        polls: &[&[], &[EventKind::Withdrawn]],
    },
    Act {
        stage: Stage::Restored,
        title: "It comes back",
        what_happens: "The report of 江源区 is served and listed again, word for word as before.",
        polls: &[&[EventKind::Restored]],
    },
    Act {
        stage: Stage::Redesigned,
        title: "A portal is redesigned",
        what_happens: "demo-fazhi gets other templates: every class name that its site file relies on is gone. The texts \
                       are the same, so readers are told nothing; the operator is told once.",
        polls: &[&[EventKind::SiteBroken]],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_goes_through_all_stages_in_order() {
        let told: Vec<Stage> = ACTS.iter().map(|act| act.stage).collect();
        assert_eq!(told, Stage::ALL);
    }
}
