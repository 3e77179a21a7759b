//! The page's own words, in both languages side by side.
//!
//! In: a language. Out: its words. Never: a word on a page that stands in one language only, or a portal's.

use crate::change::render::Lang;

macro_rules! texts {
    ($($name:ident: $zh:literal, $en:literal;)*) => {
        /// The words of one language; `{}` is where a value goes.
        #[derive(Debug)]
        pub(super) struct Texts {
            $(pub(super) $name: &'static str,)*
        }

        /// 简体中文.
        pub(super) static ZH: Texts = Texts { $($name: $zh,)* };
        /// English.
        pub(super) static EN: Texts = Texts { $($name: $en,)* };
    };
}

texts! {
    lang: "zh-CN", "en";
    other_lang: "en", "zh-CN";
    other_lang_name: "English", "简体中文";
    tagline: "政府网站信息公开监测", "what government portals publish, edit and withdraw";
    skip: "跳到正文", "Skip to content";
    nav: "主导航", "Main";
    today: "动态", "Today";
    search: "检索", "Search";
    sites: "站点", "Sites";
    leave: "退出", "Log out";
    clock_note: "时间均为北京时间（UTC+8）", "Times are Beijing time (UTC+8)";

    site: "站点", "Site";
    kind: "文种", "Kind";
    event: "变动", "Event";
    words: "词语", "Words";
    since: "自", "From";
    until: "至", "To";
    any: "全部", "Any";
    filter: "筛选", "Filter";
    clear: "清除筛选", "Clear filters";
    words_hint: "标题或改动文字", "in title or changed text";
    site_hint: "站点标识", "site id";
    feed_atom: "Atom 订阅", "Atom feed";
    feed_json: "JSON 订阅", "JSON feed";
    earlier: "更早", "Earlier";
    later_first: "回到最新", "Back to the newest";
    next_page: "下一页", "Next page";
    look_on: "继续往前查找", "Look further back";
    looked_to: "已查到 {}，继续往前可能还有。", "Looked back as far as {}; there may be more before.";
    nothing: "没有符合条件的变动。", "No change matches.";
    nothing_yet: "还没有任何变动。首次抓取只记录基线，网站此后的发布、修改和撤下会显示在这里；各站点抓取得如何，见“站点”。没有运行 daemon 时，请运行 govwatch fetch。",
        "Nothing has happened yet. The first poll only records what is there; what portals publish, edit and withdraw from then on is shown here, and how each site fares under Sites. Where no daemon runs, run govwatch fetch.";
    today_day: "今天", "Today";
    yesterday: "昨天", "Yesterday";
    unread: "未读", "Unread";
    n_unread: "本页 {} 条未读", "{} unread on this page";
    mark_read: "全部标为已读", "Mark all as read";
    compare: "对照", "Compare";
    more_lines: "还有 {} 处改动", "{} more changed lines";
    n_known: "现有 {} 篇", "{} reports known now";
    n_alike: "{} 篇以同样方式变动，视为改版", "{} reports changed in the same way: taken for a redesign";
    n_left: "{} 篇一并移出本栏目，未见撤下说明，视为栏目拆分或清空", "{} reports left this column together, and no word says that they are gone: taken for a column that was split or cleared";
    can_send_again: "可以重新送达", "It delivers again";
    can_read_again: "可以重新读取", "It can be read again";
    no_title: "（无标题）", "(no title)";
    revision_pair: "第 {} 版", "revision {}";
    moved_from: "原地址 {}", "moved from {}";
    edited_fields: "改动：{}", "edited: {}";
    copy_of: "与其他网站内容相同", "the same text stands on another site";
    resembles: "与文件 {} 近似", "resembles report {}";
    doubts: "存疑", "Doubts";

    text: "正文", "Text";
    about: "属性", "About";
    address: "网址", "Address";
    state: "状态", "State";
    portal_clock: "网站标注的日期", "Date the portal states";
    first_seen: "首次发现", "First seen";
    absent: "遍历栏目时尚无", "Not there yet when its listing was walked";
    last_seen: "最近一次可访问", "Last served";
    attachments: "附件", "Attachments";
    file_text: "文字", "text";
    download: "下载", "download";
    all_files: "显示全部附件", "Show all files";
    all_steps: "显示全部版本", "Show all revisions";
    revisions: "版本", "Revisions";
    revision: "版本", "Revision";
    shown_now: "当前显示", "shown";
    compare_before: "与上一版对照", "compare with the one before";
    compare_two: "对照两个版本", "Compare two revisions";
    old: "旧版", "Old";
    new: "新版", "New";
    evidence: "证据", "Evidence";
    evidence_note: "抓取到的原始响应按哈希保存。下载的是原始字节，不会作为网页打开。",
        "What was received is kept by its hash. A download gives the bytes as they came and never opens as a page.";
    asked: "请求地址", "Asked";
    answered: "最终地址", "Answered by";
    status: "状态码", "Status";
    fetched: "抓取时间", "Fetched";
    size: "大小", "Size";
    hash: "哈希（BLAKE3）", "Hash (BLAKE3)";
    headers: "响应头（{} 行）", "Response headers ({} lines)";
    no_capture: "此版本没有保存原始响应（只见于列表）。", "No response is kept for this revision: only its listing row was seen.";
    not_read: "列表中有此文件，正文尚未读取。", "It is listed and has not been read yet.";
    only_row: "只见于列表：页面未被请求（其主机不在网站文件的 fetch.hosts 中，或 robots.txt 不允许）、未能读到，或网站给出的是别的内容。",
        "Only its row is known: its page was not asked for (fetch.hosts, robots.txt), did not come, or showed something else.";
    no_text: "页面没有正文。", "The page has no text.";
    no_body: "页面没有正文，内容在附件中。", "The page has no text of its own; what it says stands in its attachments.";
    copies: "同文", "Same text elsewhere";
    copies_note: "内容相同的文件共 {} 篇；先发现者在前。", "{} reports carry this text, the first one seen first.";
    part_of: "第 {} 部分，共 {} 部分", "Part {} of {}";
    part_before: "上一部分", "Previous part";
    next_part: "下一部分", "Next part";
    content_hash: "内容哈希", "Content hash";

    inline: "合并显示", "Inline";
    side: "左右对照", "Side by side";
    unchanged: "{} 段未变", "{} unchanged paragraphs";
    no_difference: "两个版本没有可见差别。", "A reader sees no difference between the two.";
    truncated: "部分内容过长，未逐字对照。", "Some parts were too long to be compared word by word.";
    whole_diff: "下载全部改动（文本）", "All of it as one text";
    legend: "删除线为删去，下划线为新增。", "Struck through: taken out. Underlined: put in.";

    never: "从未", "never";
    last_success: "最近成功", "Last success";
    next_due: "下次抓取", "Next due";
    n_reports: "文件数", "Reports";
    complete_since: "完整起始日", "Complete since";
    why: "原因", "Why";
    site_words_hint: "名称或标识", "name or id";
    no_sites: "还没有站点。一个站点就是一个几行的文件：运行 govwatch add 网址。", "No sites yet. A site is a file of a few lines: run govwatch add URL.";
    no_such_sites: "没有符合条件的站点。", "No site matches.";
    n_sites: "{} 个站点", "{} sites";
    listings: "栏目", "Listings";
    listing: "栏目", "Listing";
    pages_read: "已读页数", "Pages read";
    pending: "未读文件", "Unread";
    last_look: "最近查看", "Last look";
    note: "说明", "Note";
    whole: "完整", "all of it";
    rhythm: "发布节奏", "Publication rhythm";
    rhythm_note: "近三年每月标注日期的文件数，最多 {} 篇。", "Reports dated into each month of the last three years; at most {} in one.";
    no_rhythm: "近三年没有标注日期的文件。", "No report is dated into the last three years.";
    newest_reports: "最新文件", "Newest reports";
    site_changes: "此站点的变动", "Changes of this site";
    robots_ignored: "不遵守 robots.txt（站点文件如此设定）", "robots.txt is ignored: its file says so";
    its_reports: "文件页面", "Its reports";
    broken_since: "自 {} 起无法读取", "Cannot be read since {}";
    last_healthy: "上次正常：{}，{} 行", "Last read well on {}, with {} rows";
    repair_hint: "下一步：govwatch repair {}", "Next: govwatch repair {}";
    selector: "选择器", "Selector";
    date: "日期", "Date";
    title: "标题", "Title";
    no_reports: "没有符合条件的文件。", "No report matches.";

    add_site: "添加站点", "Add a site";
    add_note: "填入栏目页（如通知公告）的网址。先显示将读取的内容和站点文件，确认后才写入。约需半分钟：对网站的请求遵守间隔。",
        "Give the address of a listing page (栏目), such as its notices. What would be read, and the file, are shown before anything is written. It takes half a minute: the portal is asked at its pace.";
    listing_address: "栏目网址", "Address of the listing";
    id_wanted: "标识（可不填）", "Id (optional)";
    look: "查看", "Look";
    no_address: "这不是网址。", "This is no address.";
    no_id: "标识只能含 a-z、0-9 和连字符。", "An id has only a-z, 0-9 and hyphens.";
    look_too_long: "网站三分钟内没有答复完毕，请稍后再试。", "The portal did not answer within three minutes: try again later.";
    no_family: "未识别的系统", "no known family";
    what_is_read: "将读取的内容", "What would be read";
    sure: "可靠", "sure";
    unsure: "不可靠", "unsure";
    recognised: "识别为", "Recognised as";
    pages: "翻页", "Pages";
    a_report: "文件示例", "A report";
    n_chars_files: "{} 字，{} 个附件", "{} characters, {} attachments";
    second_page: "第二页 {}", "the second is {}";
    second_rows: "第二页 {} 行，其中新行 {}", "it has {} rows, {} of them its own";
    one_page: "一页", "one";
    nothing_to_write: "没有可写入的规则。请改用带有列表的栏目页。", "There is no rule to be written. Try a page that shows the list itself.";
    is_there: "此栏目已在站点文件中：", "This listing is in a site file already:";
    one_listing_more: "该站点已有文件，将增加一个栏目。", "The site has a file: it gets one listing more.";
    site_file: "站点文件", "Site file";
    file_text_label: "文件内容（TOML）", "Text of the file (TOML)";
    save: "保存", "Save";
    check_only: "仅检查", "Check only";
    edit_file: "编辑站点文件", "Edit the site file";
    at_line: "第 {} 行", "line {}";
    file_is_wrong: "站点文件有误，该站点仍按此前正确的文件运行：", "Its file has a mistake; the site goes on as its file was before, where it was ever right:";
    file_wrong: "文件有误，未写入", "The file has mistakes and was not written";
    file_right: "文件无误，尚未写入。", "The file is right. It is not written yet.";
    file_written: "站点文件已写入；原来若有文件，原文保存在旁。", "The site file was written; where there was one before, its text is kept beside it.";
    file_changed: "文件已被他人修改，未写入。您的内容仍在下面，文件现在的内容附后；再次保存将取代它。",
        "The file was changed meanwhile, and nothing was written. Your text is still here, and below it what the file says now; saving again replaces that.";
    file_now: "文件现在的内容", "What the file says now";
    file_note: "与 govwatch check 检查相同。原文保存为 .toml.1、.toml.2 …；改用新规则后，已存的页面会重新读取，不发通知。",
        "It is checked as govwatch check does. The old text is kept as .toml.1, .toml.2 and so on; what is stored is read again by new rules, and nobody is told of that.";
    last_poll: "最近一次抓取", "Last poll";
    poll_now: "立即抓取", "Poll now";
    look_again: "刷新", "Look again";
    n_walked: "已翻阅栏目 {}/{}", "listings walked: {} of {}";
    n_to_read: "待读文件 {}", "reports to be read: {}";
    n_read: "读取文件 {}", "reports read: {}";
    n_requests: "请求 {}", "requests: {}";

    alerts: "通知", "Alerts";
    channel: "渠道", "Channel";
    channels: "渠道", "Channels";
    tries: "尝试", "Tries";
    next_try: "下次尝试", "Next try";
    what: "内容", "What";
    retry: "重试", "Retry";
    retry_all: "立即重试全部待发", "Try all that is owed now";
    test: "测试", "Test";
    tested: "渠道 {} 已收下测试消息。", "Channel {} took a test message.";
    not_tested: "渠道 {} 未收下：{}", "Channel {} did not take it: {}";
    retried: "{} 条已排入立即发送。", "{} are due now.";
    no_alerts: "没有通知。", "There are no alerts.";
    no_channels: "govwatch.toml 中没有渠道。通知渠道写在 [[channel]]，发给谁写在 [[route]]。",
        "There is no channel in govwatch.toml. Where alerts go is written into [[channel]], which of them into [[route]].";
    works: "正常", "works";
    reaches_some: "部分收件人未送达", "does not deliver to all";
    switched_off: "自 {} 起已停用", "switched off since {}";
    failed_times: "连续失败 {} 次", "failed {} times in a row";
    waits_for_rate: "正常，{} 条因发送频率限制等待发送", "works; {} wait for its rate";
    lacks: "缺少密钥，暂不发送", "sends nothing, a secret is missing";
    youngest: "显示最近 {} 条。", "The youngest {} are shown.";
    cannot_test: "此处不能测试渠道：请运行 govwatch alerts test {}", "No channel can be tried here: run govwatch alerts test {}";

    saved: "已存的检索", "Saved searches";
    save_as: "将此筛选存为", "Save this filter as";
    forget: "删除", "Remove";
    query: "检索词", "Search for";
    query_hint: "词 “短语” -排除 OR", "words \"phrase\" -not OR";
    order: "排序", "Order";
    by_date: "按日期", "Newest first";
    by_rank: "按相关度（最新 5000 篇）", "Best match of the newest 5,000";
    more_found: "查到 {} 篇以上", "Reports found: more than {}";
    n_found: "查到 {} 篇", "Reports found: {}";
    in_revision: "在第 {} 版中；最新版已无此内容", "in revision {}; the newest no longer has it";
    in_file: "附件 {}", "in the file {}";
    unindexed: "另有 {} 个版本尚未编入索引。", "{} revisions are not in the index yet.";
    wrong_query: "检索词有误：{}", "This cannot be searched for: {}";

    coverage: "应公开", "Coverage";
    division: "行政区划代码", "Division";
    until_year: "报告年度至", "Up to year";
    nobody_owes: "没有站点负有公开义务：在站点文件的 [obligations] 中写明 unit。", "No site owes a report: give its file `unit` under [obligations].";
    on_this_page: "本页，{} 年度", "on this page, for {}";
    days_late: "迟 {} 天", "{} days late";
    due_by: "限 {}", "due {}";
    due: "期限", "Due";
    rule: "依据", "Rule";
    found: "查到", "Found";
    named_for_kind: "专设栏目", "named for this kind";
    whole_walk: "完整翻阅", "Walked to its end";
    no_whole_walk: "期限之后尚未完整翻阅", "not since the due day";
    n_pages: "{} 页", "pages: {}";
    n_rows: "{} 行", "rows: {}";
    rows_span: "行的日期", "Dates of its rows";

    lag: "距期限的天数", "Days after the due day";
    lag_note: "竖线为期限；左侧为提前公开，右侧为迟公开。圆点为已公开，空心方块为至今未查到。超出图幅的标在边缘。",
        "The upright line is the due day: left of it is early, right of it late. A dot is a report, a hollow square one that was not found until today. What is farther off stands at the edge.";

    log_in: "登录", "Log in";
    password: "密码", "Password";
    wrong_password: "密码不对。", "That is not the password.";
    too_many_tries: "尝试次数过多，请一分钟后再试。", "Too many tries: wait a minute, then try again.";

    not_found: "没有这个页面", "There is no such page";
    not_found_next: "可能网址有误。可从首页、检索或站点进入。", "The address may be mistyped. Start from Today, Search or Sites.";
    unknown: "没有找到", "Not found";
    wrong_value: "网址中的值不对", "A value of the address is wrong";
    wrong_name: "网址中的参数名不对", "A name of the address is wrong";
    described: "路径、参数及其取值见 /api/v1/openapi.json。", "/api/v1/openapi.json describes paths, names and values.";
    unfit: "无法处理此请求", "This request cannot be answered";
    foreign_host: "此名称未登记", "This name is not known here";
    foreign_host_next: "若这是本服务的正式名称，请写入 govwatch.toml 的 web.names。", "If this is a name of this page, write it into web.names of govwatch.toml.";
    foreign_page: "请求来自其他网页", "The request comes from another page";
    foreign_page_next: "请在本页面上操作。", "Go back and use the form of this page itself.";
    not_logged_in: "需要登录", "A login is needed";
    not_logged_in_next: "请登录，或携带令牌：Authorization: Bearer …", "Log in, or send a token: Authorization: Bearer ...";
    only_reading: "此令牌只能读取", "This token may only read";
    took_too_long: "检索用时过长，已中止", "The search took too long and was ended";
    took_too_long_next: "请换用较少见的词，或限定站点、年份。", "Ask for rarer words, for one site, or for fewer years.";
    forwarded: "请求由代理转来，而本页面未设密码", "The request came through a proxy, and this page has no password";
    forwarded_next: "请在 govwatch.toml 中设置 web.password，并在 web.names 中写入代理所用的名称。", "Set web.password in govwatch.toml, and write the proxy's name into web.names.";
    no_tools: "此处不能添加、修改或抓取站点", "Sites cannot be added, edited or polled from here";
    no_tools_next: "请使用 govwatch daemon 提供的页面。", "Use the page of govwatch daemon.";
    not_watched: "此站点不在抓取之列", "This site is not polled";
    not_watched_next: "它可能已暂停，或站点文件有误：运行 govwatch site resume 或 govwatch check。", "It may be paused, or its file wrong: run govwatch site resume, or govwatch check.";
    file_failed: "站点文件无法读写", "The site file cannot be read or written";
    file_failed_next: "请检查服务用户对该文件夹的权限；若文件刚被修改，请重新打开后再保存。", "Check that the user of the service may write there. If the file was changed just now, open it again before saving.";
    only_reading_next: "请使用管理令牌。", "Use a token that may change things.";
    store_failed: "数据库无法使用", "The store cannot be used";
    store_failed_next: "详情见日志；数据未受影响。请运行 govwatch status 检查。", "The log says more; nothing was lost. Run govwatch status on the machine itself.";
    lost: "此内容在数据库中已损坏", "This content is damaged in the store";
    lost_next: "其余内容不受影响。若网页未变，可用 govwatch fetch --full 重新保存；否则备份中或许还有。", "All else can be read. If its page still says the same, govwatch fetch --full makes it whole; else a backup may have it.";
    failed: "出错了", "Something went wrong";
    failed_next: "详情见日志。请重试；若再次出错，请报告。", "The log says more. Try again; if it happens once more, report it.";
}

impl Texts {
    /// A text with a value in its place.
    pub(super) fn with(text: &str, value: impl std::fmt::Display) -> String {
        text.replacen("{}", &value.to_string(), 1)
    }

    /// Whether this is 简体中文.
    pub(super) fn is_chinese(&self) -> bool {
        self.lang == ZH.lang
    }

    /// The same for those who write more than words.
    pub(super) fn language(&self) -> Lang {
        if self.is_chinese() { Lang::Zh } else { Lang::En }
    }

    /// The word in this language.
    pub(super) fn choose(&self, zh: &'static str, en: &'static str) -> &'static str {
        if self.is_chinese() { zh } else { en }
    }
}
