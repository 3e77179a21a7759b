//! Progress bars on a terminal, one a site that is being polled; nothing when stderr is piped.

use std::collections::HashMap;
use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::out::clean;
use super::way::Way;
use crate::crawl::{Progress, Step};
use crate::model::SiteId;

/// Bars shown at once: more would scroll the terminal.
const MOST_BARS: usize = 12;
/// How often the time that has passed is shown anew while nothing happens.
const TICK: Duration = Duration::from_millis(500);

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
    let mut bars: HashMap<SiteId, (ProgressBar, Way)> = HashMap::new();
    while let Some((site, step)) = steps.recv().await {
        match step {
            Step::Begun if bars.len() < MOST_BARS => {
                let bar = screen.add(ProgressBar::new(0).with_prefix(clean(site.as_str())));
                bar.set_style(style("{prefix:20} {bar:20} {msg}"));
                bar.enable_steady_tick(TICK);
                bars.insert(site, (bar, Way::default()));
            }
            Step::Begun => {}
            Step::Ended => drop(bars.remove(&site).map(|(bar, _)| bar.finish_and_clear())),
            step => {
                if let Some((bar, way)) = bars.get_mut(&site) {
                    way.go(&step);
                    show(bar, way);
                }
            }
        }
    }
}

fn show(bar: &ProgressBar, way: &Way) {
    bar.set_length(way.n_done() + way.n_left());
    bar.set_position(way.n_done());
    bar.set_message(clean(&way.in_words(bar.elapsed())));
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("invariant: the template is valid")
}
