//! Why something is told, in one sentence of 简体中文, for every channel and the web page. Pure.
//!
//! In: an event, how an instant is written. Out: a sentence made of the facts that the event keeps; where a reason is kept
//! in English words alone, what it comes to, and those words as a quote. Never: English words of ours outside the quote,
//! but for names, commands and keys of site files.

use jiff::Timestamp;

use crate::change::obligation::words::in_short_chinese;
use crate::error::Class;
use crate::fetch::status_in;
use crate::model::{Event, EventKind, IllSite, Next, Undelivered, Why};

/// The reason of an event in Chinese; `None`: it has none.
pub(crate) fn in_chinese(event: &Event, minute: impl Fn(Timestamp) -> String) -> Option<String> {
    match &event.why {
        Some(Why::Obligation(owed)) => Some(in_short_chinese(event, owed)),
        Some(Why::Channel(why)) => Some(undelivered(event.channel.as_deref().unwrap_or_default(), why)),
        Some(Why::Sites { n_ill, ill }) => Some(all_sites(event.count.unwrap_or(0), *n_ill, ill)),
        Some(Why::Absent { absent_at }) => {
            let walked = minute(*absent_at);
            Some(format!("{walked} 查看其栏目时，已查到所标日期之前，其中还没有这份文件"))
        }
        None => {
            let quote = event.reason.as_deref()?;
            Some(format!("{}。原文：{quote}", gist(event)))
        }
    }
}

/// What the English words of a reason come to.
fn gist(event: &Event) -> String {
    let days = event.count.unwrap_or(0);
    match event.event {
        EventKind::SiteBroken => site_broken(event),
        EventKind::SiteRecovered => "此前反复中断又恢复，现已稳定一天".to_owned(),
        EventKind::DueSoon => format!("距公开期限还有 {days} 天，尚未查到"),
        EventKind::Overdue => format!("已逾期 {days} 天，本站仍未查到"),
        EventKind::Arrived if days == 0 => "此前告知为逾期，现已查到，系按期公开".to_owned(),
        EventKind::Arrived => format!("在期限之后 {days} 天公开"),
        EventKind::ChannelBroken | EventKind::ChannelRecovered => "此渠道未能送达".to_owned(),
        EventKind::Weekly => format!("{days} 个站点正常"),
        EventKind::New
        | EventKind::Copy
        | EventKind::Edited
        | EventKind::Withdrawn
        | EventKind::Restored
        | EventKind::Moved
        | EventKind::Redesign
        | EventKind::Baseline => "另有说明".to_owned(),
    }
}

/// What is wrong with a site, by who must act and what its server answered, with the next act.
fn site_broken(event: &Event) -> String {
    let class = event.class.as_deref().and_then(class_of);
    let status = event.reason.as_deref().and_then(status_in);
    let code = status.map(|status| format!("（{status}）")).unwrap_or_default();
    let site = &event.site;
    match (class, status) {
        (Some(Class::Blocked), Some(429)) => format!("网站限制访问频率{code}，暂停访问一段时间"),
        (Some(Class::Blocked), Some(412 | 521)) => format!("网站设有只让浏览器通过的验证{code}，不予绕过"),
        (Some(Class::Blocked), Some(_)) => {
            format!("网站拒绝访问{code}：请调大 pace.min_interval 放慢访问，或联系网站")
        }
        (Some(Class::Blocked), None) => "网站不允许自动访问".to_owned(),
        (Some(Class::Transient), _) => format!("网站暂时无法访问{code}，会自动重试"),
        (Some(Class::Gone), _) => format!("页面已不存在{code}"),
        (Some(Class::Layout), Some(_)) => format!("网站对该地址的答复异常{code}：请核对站点文件中的网址"),
        (Some(Class::Layout), None) => format!("页面与站点文件不符：可运行 govwatch repair {site}"),
        (Some(Class::Config), Some(_)) => format!("代理或站点文件的设置有误{code}：请核对"),
        (Some(Class::Config), None) => "站点文件或设置有误：可运行 govwatch check 查看".to_owned(),
        (Some(Class::Bug), _) => "程序自身出错，请报告".to_owned(),
        (None, _) => format!("网站无法读取{code}"),
    }
}

fn class_of(word: &str) -> Option<Class> {
    serde_json::from_value(word.into()).ok()
}

fn undelivered(channel: &str, why: &Undelivered) -> String {
    let what = if why.has_reached_some { "未能送达全部收件人" } else { "无法送达" };
    let next = match why.next {
        Next::TriedAgain => "待发通知会保留并重试，可运行 govwatch alerts 查看".to_owned(),
        Next::GivenUp => "此通知不再发送，但会保留，可运行 govwatch alerts retry 重发".to_owned(),
        Next::NotAgain => "此通知不再重发，请更正该渠道的 to".to_owned(),
        Next::SwitchedOff => format!("已停止向其发送，改正后请运行 govwatch alerts test {channel}"),
    };
    format!("渠道 {channel} {what}：{next}。原文：{}", why.error)
}

/// How all sites do; the first of those that are not fine are named.
fn all_sites(n_fine: u64, n_ill: u64, ill: &[IllSite]) -> String {
    if n_ill == 0 {
        return format!("{n_fine} 个站点正常，没有其他在看的站点");
    }
    let named: Vec<String> = ill.iter().map(|it| format!("{}（{}）", it.site, trouble(&it.class))).collect();
    let n_more = n_ill.saturating_sub(named.len() as u64);
    let more = if n_more > 0 { format!("等 {n_ill} 个") } else { String::new() };
    format!("{n_fine} 个站点正常；以下站点有问题：{}{more}；可运行 govwatch status 查看", named.join("、"))
}

/// What is wrong with a site, in a word or two.
fn trouble(class: &str) -> &'static str {
    match class_of(class) {
        Some(Class::Transient) => "暂时无法访问",
        Some(Class::Blocked) => "拒绝访问",
        Some(Class::Gone) => "页面已不存在",
        Some(Class::Layout) => "与站点文件不符",
        Some(Class::Config) => "设置有误",
        Some(Class::Bug) => "程序出错",
        None => "无法读取",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Owed, SiteId};

    fn event(kind: EventKind, reason: &str) -> Event {
        let mut event = Event::new(kind, SiteId::new("xingxian"), Timestamp::UNIX_EPOCH);
        event.reason = Some(reason.to_owned());
        event
    }

    fn said(event: &Event) -> String {
        in_chinese(event, |at| at.strftime("%H:%M").to_string()).unwrap()
    }

    #[test]
    fn a_broken_site_is_told_by_its_class_and_status_and_the_english_words_are_a_quote() {
        let broken = |class: &str, reason: &str| {
            said(&Event { class: Some(class.to_owned()), ..event(EventKind::SiteBroken, reason) })
        };
        let refused = "http://a.gov.cn/ answered 403: the portal refuses us";
        let wanted = format!("网站拒绝访问（403）：请调大 pace.min_interval 放慢访问，或联系网站。原文：{refused}");
        assert_eq!(broken("blocked", refused), wanted);
        for (class, reason, wanted) in [
            ("blocked", "a wall", "网站不允许自动访问"),
            ("blocked", "x answered 429: y", "网站限制访问频率（429），暂停访问一段时间"),
            ("blocked", "x answered 412: y", "网站设有只让浏览器通过的验证（412），不予绕过"),
            ("transient", "x answered 503: y", "网站暂时无法访问（503），会自动重试"),
            ("transient", "a timeout", "网站暂时无法访问，会自动重试"),
            ("gone", "it is gone", "页面已不存在"),
            ("layout", "no row", "页面与站点文件不符：可运行 govwatch repair xingxian"),
            ("layout", "x answered 401: y", "网站对该地址的答复异常（401）：请核对站点文件中的网址"),
            ("config", "a selector", "站点文件或设置有误：可运行 govwatch check 查看"),
            ("config", "x answered 407: y", "代理或站点文件的设置有误（407）：请核对"),
            ("bug", "a panic", "程序自身出错，请报告"),
            ("of a later version", "what", "网站无法读取"),
        ] {
            assert_eq!(broken(class, reason), format!("{wanted}。原文：{reason}"));
        }
        let back = event(EventKind::SiteRecovered, "since 2026-04-01 it turned twice");
        assert_eq!(said(&back), "此前反复中断又恢复，现已稳定一天。原文：since 2026-04-01 it turned twice");
        assert_eq!(in_chinese(&Event { reason: None, ..back }, |_| String::new()), None);
    }

    #[test]
    fn an_obligation_is_told_by_its_facts() {
        let told = |kind, count, (listings, titles, oldest_row)| {
            let (name, source) = ("法治政府建设年度报告".to_owned(), "第二十四条".to_owned());
            let due = jiff::civil::date(2026, 4, 1);
            let why = Why::Obligation(Owed { name, due, source, listings, titles, oldest_row });
            said(&Event { count: Some(count), year: Some(2025), why: Some(why), ..event(kind, "english") })
        };
        let (nothing, day) = ((None, None, None), jiff::civil::date(2020, 5, 6));
        for (said, wanted) in [
            (
                told(EventKind::DueSoon, 7, nothing),
                "2025 年度法治政府建设年度报告的公开期限为 2026-04-01，还有 7 天，尚未查到（依据：第二十四条）",
            ),
            (
                told(EventKind::DueSoon, 0, nothing),
                "2025 年度法治政府建设年度报告今天到期（2026-04-01），尚未查到（依据：第二十四条）",
            ),
            (
                told(EventKind::Overdue, 2, (Some(3), Some(40), Some(day))),
                "2025 年度法治政府建设年度报告的公开期限为 2026-04-01，已逾期 2 天，本站仍未查到：此后查完 3 个栏目，\
                 看过 40 个标题，均未找到；截止日之后才开始监测：栏目列有 2020-05-06 以来的文件，但此前可能已撤下（依据：第二十四条）",
            ),
            (told(EventKind::Arrived, 7, nothing), "2025 年度法治政府建设年度报告在期限（2026-04-01）之后 7 天公开"),
            (
                told(EventKind::Arrived, 0, nothing),
                "2025 年度法治政府建设年度报告此前告知为逾期，现已查到，系按期公开：撤回此前的逾期通知",
            ),
        ] {
            assert_eq!(said, wanted);
        }
    }

    #[test]
    fn a_channel_all_sites_and_a_date_are_told_by_their_facts() {
        let channel = |has_reached_some, next| {
            let why = Why::Channel(Undelivered { error: "it answers 503".to_owned(), has_reached_some, next });
            let event = event(EventKind::ChannelBroken, "english");
            said(&Event { channel: Some("hook".to_owned()), why: Some(why), ..event })
        };
        for (said, wanted) in [
            (channel(false, Next::TriedAgain), "无法送达：待发通知会保留并重试，可运行 govwatch alerts 查看"),
            (channel(false, Next::GivenUp), "无法送达：此通知不再发送，但会保留，可运行 govwatch alerts retry 重发"),
            (channel(true, Next::NotAgain), "未能送达全部收件人：此通知不再重发，请更正该渠道的 to"),
            (channel(false, Next::SwitchedOff), "无法送达：已停止向其发送，改正后请运行 govwatch alerts test hook"),
        ] {
            assert_eq!(said, format!("渠道 hook {wanted}。原文：it answers 503"));
        }
        let weekly = |n_ill, ill: &[(&str, &str)]| {
            let ill = ill.iter().map(|(site, class)| IllSite { site: SiteId::new(*site), class: (*class).to_owned() });
            let why = Some(Why::Sites { n_ill, ill: ill.collect() });
            said(&Event { count: Some(9), why, ..event(EventKind::Weekly, "english") })
        };
        assert_eq!(weekly(0, &[]), "9 个站点正常，没有其他在看的站点");
        assert_eq!(
            weekly(3, &[("a", "transient"), ("b", "layout")]),
            "9 个站点正常；以下站点有问题：a（暂时无法访问）、b（与站点文件不符）等 3 个；可运行 govwatch status 查看"
        );
        let why = Some(Why::Absent { absent_at: Timestamp::UNIX_EPOCH });
        let dated_back = Event { why, ..event(EventKind::New, "english") };
        assert_eq!(said(&dated_back), "00:00 查看其栏目时，已查到所标日期之前，其中还没有这份文件");
    }

    #[test]
    fn an_event_of_before_is_told_by_what_it_keeps() {
        let mut event = event(EventKind::Overdue, "the report was due");
        event.count = Some(3);
        let mut stored = serde_json::to_value(&event).unwrap();
        stored.as_object_mut().unwrap().remove("why");
        let read: Event = serde_json::from_value(stored).unwrap();
        assert_eq!(said(&read), "已逾期 3 天，本站仍未查到。原文：the report was due");
    }
}
