//! The kinds of channels: the one list of which keys each takes, and how often its service lets it send.

/// A kind of channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelKind {
    /// Mail over SMTP.
    Email,
    /// JSON to an address of one's own.
    Webhook,
    /// 钉钉, a group's robot.
    DingTalk,
    /// 企业微信, a group's robot.
    WeCom,
    /// 飞书, a group's robot.
    Feishu,
    /// Slack, an incoming webhook.
    Slack,
    /// Discord, a webhook.
    Discord,
    /// Telegram, a bot.
    Telegram,
    /// ntfy, a topic.
    Ntfy,
    /// Atom and JSON Feed files.
    Feed,
}

/// What a kind of channel takes and may do.
pub(super) struct Traits {
    pub(super) word: &'static str,
    /// Keys that must be there.
    pub(super) needs: &'static [&'static str],
    /// Keys that may be there.
    pub(super) takes: &'static [&'static str],
    /// Where it is when no `url` says so.
    pub(super) url: Option<&'static str>,
    /// Most messages in a span, when no `rate` says so: a service's own limit, or less.
    pub(super) rate: (u32, u64),
}

impl ChannelKind {
    /// All kinds, in the order of the README.
    pub const ALL: [Self; 10] = [
        Self::Email,
        Self::Webhook,
        Self::DingTalk,
        Self::WeCom,
        Self::Feishu,
        Self::Slack,
        Self::Discord,
        Self::Telegram,
        Self::Ntfy,
        Self::Feed,
    ];

    pub(super) fn traits(self) -> Traits {
        let of = |word, needs, takes, url, rate| Traits { word, needs, takes, url, rate };
        match self {
            Self::Email => of("email", &["server", "from", "to"], &["password", "ca"], None, (60, 3600)),
            Self::Webhook => of("webhook", &["url"], &["secret", "form"], None, (600, 60)),
            // Source: open.dingtalk.com "自定义机器人接入": 20 a minute, else silence for ten.
            Self::DingTalk => of("dingtalk", &["url"], &["secret"], None, (20, 60)),
            // Source: developer.work.weixin.qq.com/document/path/91770: 20 a minute.
            Self::WeCom => of("wecom", &["url"], &[], None, (20, 60)),
            // Source: open.feishu.cn "自定义机器人使用指南": 100 a minute, 5 a second.
            Self::Feishu => of("feishu", &["url"], &["secret"], None, (60, 60)),
            // Source: docs.slack.dev/apis/web-api/rate-limits: 1 a second for incoming webhooks.
            Self::Slack => of("slack", &["url"], &[], None, (50, 60)),
            // Source: docs.discord.com/developers/topics/rate-limits: told by 429; 30 a minute is known to pass.
            Self::Discord => of("discord", &["url"], &[], None, (30, 60)),
            // Source: core.telegram.org/bots/faq: 20 a minute to the same group.
            Self::Telegram => of("telegram", &["token", "chat"], &["url"], Some("https://api.telegram.org/"), (20, 60)),
            // Source: docs.ntfy.sh/publish/#limitations: 60 at once, then one in 5 seconds.
            Self::Ntfy => of("ntfy", &["topic"], &["url", "token"], Some("https://ntfy.sh/"), (12, 60)),
            Self::Feed => of("feed", &["folder"], &[], None, (600, 60)),
        }
    }

    /// The word of the settings.
    pub fn as_str(self) -> &'static str {
        self.traits().word
    }
}
