//! What a simulated portal has to list: its reports, what is pinned, and what happens while it is walked.

use std::sync::{Arc, Mutex, MutexGuard};

use crate::portal::{Ask, Reply};

/// Rows of a page.
pub(super) const SIZE: usize = 4;

/// Reports at the beginning: five pages, and still five with one report more.
pub(super) const REPORTS: u32 = 18;

/// Reports that stand on top of page 1 a second time.
const PINNED: [u32; 2] = [5, 3];

/// What happens to the portal while it is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Nothing.
    None,
    /// Rows of page 1 that stand further down too.
    Pinned,
    /// A report is published after the second listing page was served: every row moves by one.
    Shifting,
    /// The row of the newest report is taken away after the second listing page was served; its page stays.
    Withdrawn,
    /// The third listing page answers 503 once.
    Failing,
}

/// The state of a portal; clones share it.
#[derive(Clone)]
pub(super) struct Board(Arc<Mutex<State>>);

struct State {
    newest: u32,
    trouble: Trouble,
    n_pages_served: usize,
    n_failed: usize,
    has_withdrawn: bool,
}

impl State {
    /// The newest report that is listed.
    fn newest_listed(&self) -> u32 {
        self.newest - u32::from(self.has_withdrawn)
    }
}

/// A row as a listing shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row(pub(super) u32);

impl Row {
    pub(super) fn path(self) -> String {
        format!("/art/2026/{}.html", self.0)
    }

    pub(super) fn title(self) -> String {
        format!("关于做好第{}号重点工作安排的通知", self.0)
    }

    /// Report 1 is of the first of June; one a day from there.
    pub(super) fn day(self) -> String {
        jiff::civil::date(2026, 6, 1).saturating_add(jiff::Span::new().days(i64::from(self.0) - 1)).to_string()
    }

    /// The page of the report.
    pub(super) fn report(self) -> String {
        let (title, day, n) = (self.title(), self.day(), self.0);
        format!(
            "<html><head><title>{title}</title></head><body><h1>{title}</h1><div>发布时间：{day} 来源：县政府办公室</div>\
             <div class=\"TRS_Editor\"><p>为做好第{n}号工作，各乡镇人民政府、县直各部门要高度重视，按照职责分工抓好落实，\
             有关情况于月底前报送县政府办公室，并按规定向社会公开，接受社会监督，确保各项工作取得实效。</p></div></body></html>"
        )
    }
}

impl Board {
    pub(super) fn new(trouble: Trouble) -> Self {
        Self::of(REPORTS, trouble)
    }

    /// A portal of so many reports.
    pub(super) fn of(newest: u32, trouble: Trouble) -> Self {
        let state = State { newest, trouble, n_pages_served: 0, n_failed: 0, has_withdrawn: false };
        Self(Arc::new(Mutex::new(state)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("invariant: no renderer panics")
    }

    /// How many reports are listed.
    pub(super) fn n_reports(&self) -> usize {
        self.state().newest_listed() as usize
    }

    /// Whether a row was taken away.
    pub(super) fn has_withdrawn(&self) -> bool {
        self.state().has_withdrawn
    }

    /// How many pages of rows.
    pub(super) fn n_pages(&self) -> usize {
        self.n_reports().div_ceil(SIZE)
    }

    /// How often a page failed.
    pub(super) fn n_failed(&self) -> usize {
        self.state().n_failed
    }

    /// The rows from one place in the list on, the newest first.
    pub(super) fn rows(&self, from: usize, n_rows: usize) -> Vec<Row> {
        let newest = self.state().newest_listed();
        (1..=newest).rev().skip(from).take(n_rows).map(Row).collect()
    }

    /// The rows of a page, from 0; on page 0 the pinned ones stand above them.
    pub(super) fn page(&self, page: usize) -> Vec<Row> {
        let is_pinned = page == 0 && self.state().trouble == Trouble::Pinned;
        let pinned = PINNED.into_iter().filter(|_| is_pinned).map(Row);
        pinned.chain(self.rows(page * SIZE, SIZE)).collect()
    }

    /// Sends a listing page, unless its trouble is due.
    pub(super) fn serve(&self, page: Reply) -> Reply {
        let mut state = self.state();
        if state.trouble == Trouble::Failing && state.n_pages_served == 2 && state.n_failed == 0 {
            state.n_failed += 1;
            return Reply::status(503);
        }
        state.n_pages_served += 1;
        if state.trouble == Trouble::Shifting && state.n_pages_served == 2 {
            state.newest += 1;
        }
        state.has_withdrawn |= state.trouble == Trouble::Withdrawn && state.n_pages_served == 2;
        page
    }

    /// The page of a report.
    pub(super) fn report(&self, ask: &Ask) -> Option<Reply> {
        let number = ask.path.strip_prefix("/art/2026/")?.strip_suffix(".html")?.parse().ok()?;
        (1..=self.state().newest).contains(&number).then(|| Reply::html(Row(number).report()))
    }
}
