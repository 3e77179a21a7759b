//! Progress bars on a terminal, one a site that is being polled; nothing when stderr is piped.

use std::collections::HashMap;
use std::io::{self, IsTerminal};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::out::clean;
use crate::crawl::{Progress, Step};
use crate::model::SiteId;

/// Bars shown at once: more would scroll the terminal.
const MOST_BARS: usize = 12;

/// The bars of one round of polls.
pub(super) struct Bars(Option<(MultiProgress, JoinHandle<()>)>);

impl Bars {
    /// No bars.
    pub(super) fn none() -> Self {
        Self(None)
    }

    /// Takes them off the screen.
    pub(super) fn finish(self) {
        if let Some((screen, listener)) = self.0 {
            listener.abort();
            // A terminal that went away has nothing left to clear.
            drop(screen.clear());
        }
    }
}

/// Bars that follow the polls, where people see them.
pub(super) fn bars() -> (Progress, Bars) {
    if !io::stderr().is_terminal() {
        return (Progress::default(), Bars::none());
    }
    let (sender, receiver) = mpsc::unbounded_channel();
    let screen = MultiProgress::new();
    let listener = tokio::spawn(follow(receiver, screen.clone()));
    (Progress::to(sender), Bars(Some((screen, listener))))
}

async fn follow(mut steps: mpsc::UnboundedReceiver<(SiteId, Step)>, screen: MultiProgress) {
    let mut bars: HashMap<SiteId, ProgressBar> = HashMap::new();
    while let Some((site, step)) = steps.recv().await {
        match step {
            Step::Begun if bars.len() < MOST_BARS => {
                let bar = screen.add(ProgressBar::new_spinner().with_prefix(site.to_string()));
                bar.set_style(style("{prefix:24} {spinner} {msg}"));
                bars.insert(site, bar);
            }
            Step::Begun => {}
            Step::Ended => drop(bars.remove(&site).map(|bar| bar.finish_and_clear())),
            step => {
                if let Some(bar) = bars.get(&site) {
                    show(bar, &step);
                }
            }
        }
    }
}

fn show(bar: &ProgressBar, step: &Step) {
    match step {
        Step::Page(listing, n_page) => {
            bar.set_message(format!("{} page {n_page}", clean(listing)));
            bar.tick();
        }
        Step::ToRead(n_reports) => {
            bar.set_length(*n_reports);
            bar.set_style(style("{prefix:24} {bar:30} {pos}/{len} reports, {eta} left"));
        }
        Step::Read => bar.inc(1),
        Step::Begun | Step::Ended => {}
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("invariant: the template is valid")
}
