//! The same words in 简体中文, for the web page and for alerts.

use jiff::Timestamp;

use super::MOST_TITLES;
use crate::change::obligation::{Coverage, CoverageState, Remark, Seen, SeenIn, YearBy};
use crate::model::{Event, EventKind, Owed};

/// One sentence for an alert, made of the facts that its event keeps.
pub fn in_short(event: &Event, owed: &Owed) -> String {
    let Owed { name, due, source, .. } = owed;
    let days = event.count.unwrap_or(0);
    let report = event.year.map_or_else(|| name.clone(), |year| format!("{year} 年度{name}"));
    match (event.event, days) {
        (EventKind::DueSoon, 0) => format!("{report}今天到期（{due}），尚未查到（依据：{source}）"),
        (EventKind::DueSoon, _) => format!("{report}的公开期限为 {due}，还有 {days} 天，尚未查到（依据：{source}）"),
        (EventKind::Arrived, 0) => format!("{report}此前告知为逾期，现已查到，系按期公开：撤回此前的逾期通知"),
        (EventKind::Arrived, _) => format!("{report}在期限（{due}）之后 {days} 天公开"),
        _ => {
            let proof = proof(owed).map(|proof| format!("：{proof}")).unwrap_or_default();
            format!("{report}的公开期限为 {due}，已逾期 {days} 天，本站仍未查到{proof}（依据：{source}）")
        }
    }
}

/// What "overdue" rests on.
fn proof(owed: &Owed) -> Option<String> {
    let looked_at = owed.listings.zip(owed.titles).map(|(listings, titles)| Remark::LookedAt { listings, titles });
    let reaches_back = owed.oldest_row.map(|oldest_row| Remark::ReachesBack { oldest_row });
    let said = [looked_at, reaches_back].into_iter().flatten().map(|it| remark(&it, |at| at.to_string()));
    let said: Vec<String> = said.collect();
    (!said.is_empty()).then(|| said.join("；"))
}

/// The state in words.
pub(super) fn state(coverage: &Coverage) -> String {
    match (coverage.state, coverage.lag_days) {
        (CoverageState::NotDue, _) => "未到期".to_owned(),
        (CoverageState::OnTime, _) => "按期".to_owned(),
        (CoverageState::Late, Some(days)) => format!("迟公开 {days} 天"),
        (CoverageState::Late, None) => "迟公开".to_owned(),
        (CoverageState::Overdue, Some(days)) => format!("逾期 {days} 天"),
        (CoverageState::Overdue, None) => "逾期".to_owned(),
        (CoverageState::Unknown, _) => "未知".to_owned(),
    }
}

/// One remark as a clause; `minute` writes an instant.
#[expect(clippy::too_many_lines, reason = "one arm a remark")]
pub(super) fn remark(remark: &Remark, minute: fn(Timestamp) -> String) -> String {
    match remark {
        Remark::SeenInTime => "截止日之前已在本站见到".to_owned(),
        Remark::RowOnly => "其网页未能读取，仅凭栏目中的一行认定".to_owned(),
        Remark::StatedOnly => "发布日期以网页或栏目所标为准".to_owned(),
        Remark::BackDated { missed_at } => {
            format!("所标日期按时，但 {} 查完整个栏目时还没有：日期被提前，或之后才放到此处", minute(*missed_at))
        }
        Remark::Redated { from } => format!("首次读取时网页所标日期为 {from}，之后改成了按时的日期"),
        Remark::SeenLater { days } => format!("首次见到比所标日期晚 {days} 天"),
        Remark::Withdrawn => "之后已撤下".to_owned(),
        Remark::Replaced { reports } => format!("之后已撤下，现由以下文件代替：{}", titles(reports)),
        Remark::YearUnnamed { by: YearBy::Text } => "标题未写年份，正文写了".to_owned(),
        Remark::YearUnnamed { by: YearBy::Day } => "标题和正文都未写年份：按发布日期的上一年计".to_owned(),
        Remark::Undated => "文件在，但无从得知何时发布".to_owned(),
        Remark::YearAssumed => "文件在，但发布日期只见于未写年份的一行".to_owned(),
        Remark::Paused => "站点已暂停".to_owned(),
        Remark::Trouble { reason } => format!("站点目前无法读取：{reason}"),
        Remark::NoPlace => "尚不知道本站哪个栏目发布这类文件".to_owned(),
        Remark::OfOtherYear { listing, year } => {
            format!("栏目“{listing}”是 {year} 年的栏目：该文件应在另一年的栏目中")
        }
        Remark::NotWalked { listing, since_at, reason } => {
            let why = reason.as_deref().map(|why| format!("（{why}）")).unwrap_or_default();
            format!("{} 以来未查完栏目“{listing}”{why}", minute(*since_at))
        }
        Remark::NotToTheEnd { listing, oldest_row } => {
            let to = oldest_row.map(|day| format!("，只到 {day}")).unwrap_or_default();
            format!("栏目“{listing}”没有查到底{to}")
        }
        Remark::NewestOnly { listing, oldest_row } => {
            let to = oldest_row.map(|day| format!("，最早到 {day}")).unwrap_or_default();
            format!("栏目“{listing}”可能只显示最新的若干条{to}：此前移出列表的没有看到")
        }
        Remark::NotLately { listing, looked_at } => {
            let last = looked_at.map(|at| format!("，上次在 {}", minute(at))).unwrap_or_default();
            format!("栏目“{listing}”近期没有查看{last}")
        }
        Remark::NotWatchedThen => "截止日之后才开始监测，且没有这类栏目能回溯到截止日之前".to_owned(),
        Remark::Unread { reports } => format!("已列出但尚未读取：{}", titles(reports)),
        Remark::MayBe { reports } => format!("可能就是：{}", titles(reports)),
        Remark::Outside { listing, reports } => {
            format!("栏目“{listing}”的网页上、各条目之外有链接：{}", titles(reports))
        }
        Remark::OfOthers { reports } => format!("种类和年份相符，但署其他机关：{}", titles(reports)),
        Remark::Elsewhere { reports } => format!("其他站点上有署本机关的：{}", titles(reports)),
        Remark::ReachesBack { oldest_row } => {
            format!("截止日之后才开始监测：栏目列有 {oldest_row} 以来的文件，但此前可能已撤下")
        }
        Remark::LookedAt { listings, titles } => {
            format!("此后查完 {listings} 个栏目，看过 {titles} 个标题，均未找到")
        }
    }
}

/// What a person may do about a gap of the proof at a site.
pub(super) fn settles(remark: &Remark, site: &str) -> Option<String> {
    let next = match remark {
        Remark::Paused => "在站点文件中设 paused = false".to_owned(),
        Remark::Trouble { .. } => "查看 govwatch status -v".to_owned(),
        Remark::NoPlace => "给发布这类文件的栏目写上 kind = ...，或用 govwatch add 添加栏目".to_owned(),
        Remark::OfOtherYear { .. } => "用 govwatch add 添加那一年的栏目，或各年之上的栏目".to_owned(),
        Remark::NotWalked { .. } | Remark::NotLately { .. } => format!("抓取该站点：govwatch fetch {site} --full"),
        Remark::NotToTheEnd { .. } => {
            "govwatch status -v 说明为何止步：写明 pages、调高 pages.limit 或把 since 提前，再抓取该站点".to_owned()
        }
        Remark::NewestOnly { .. } => "如有历史列表，用 govwatch add 添加，或亲自查看门户网站".to_owned(),
        Remark::NotWatchedThen | Remark::Undated | Remark::YearAssumed => "请亲自查看门户网站".to_owned(),
        Remark::Unread { .. } | Remark::RowOnly => "再抓取一次；govwatch status 会说明网页为何读取失败".to_owned(),
        Remark::MayBe { .. } => "请核对；在栏目上写 kind，或在 obligations.toml 中写标题的模式，即可区分".to_owned(),
        Remark::Outside { .. } => {
            "请核对；如果就是该报告或通往该报告，让该栏目的 entry 也能取到它，或用 govwatch add 添加它所在的列表"
                .to_owned()
        }
        Remark::OfOthers { .. } => "请核对；站点文件 [obligations] 的 office 说明哪些是本机关的".to_owned(),
        Remark::Elsewhere { .. } => "请核对那是否就是应发布的文件".to_owned(),
        Remark::SeenInTime
        | Remark::StatedOnly
        | Remark::BackDated { .. }
        | Remark::Redated { .. }
        | Remark::SeenLater { .. }
        | Remark::Withdrawn
        | Remark::Replaced { .. }
        | Remark::YearUnnamed { .. }
        | Remark::ReachesBack { .. }
        | Remark::LookedAt { .. } => return None,
    };
    Some(next)
}

/// The first titles, each with where it stands.
fn titles(reports: &[Seen]) -> String {
    let shown = reports.iter().take(MOST_TITLES).map(|seen| {
        let day = seen.published.map(|day| format!("，{day}")).unwrap_or_default();
        let place = match (seen.seen_in, seen.report) {
            (SeenIn::Attachment | SeenIn::Enclosed, Some(report)) => format!("{} 第 {report} 号文件的附件", seen.site),
            (SeenIn::PassedOver, _) => format!("{} 的站点文件排除的一行", seen.site),
            (SeenIn::Unlinked, _) => format!("{} 上没有链接的一行", seen.site),
            (SeenIn::Outside, _) => format!("链接到 {}", seen.url),
            (_, Some(report)) => format!("{} 第 {report} 号文件", seen.site),
            (_, None) => seen.url.clone(),
        };
        format!("“{}”（{place}{day}）", seen.title)
    });
    let mut shown: Vec<String> = shown.collect();
    shown.extend((reports.len() > MOST_TITLES).then(|| format!("另有 {} 个", reports.len() - MOST_TITLES)));
    shown.join("、")
}
