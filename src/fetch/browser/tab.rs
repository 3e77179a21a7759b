//! A tab for one page, that can neither keep anything nor go anywhere by itself.
//!
//! In: a browser. Out: a tab whose every request stops before it is made. Never: the storage of another page, a download,
//! the clock or the language of this machine.

use serde_json::{Value, json};

use super::wire::{Lost, Wire};
use crate::fetch::FetchPlan;

/// Where a page is drawn.
pub(super) struct Tab {
    /// Its storage, which ends with it.
    pub(super) context: String,
    /// By which it is spoken to.
    pub(super) session: String,
    pub(super) frame: String,
}

impl Tab {
    pub(super) async fn open(wire: &mut Wire, plan: &FetchPlan) -> Result<Self, Lost> {
        let created = wire.call(None, "Target.createBrowserContext", json!({ "disposeOnDetach": true })).await?;
        let context = text(&created["browserContextId"]);
        let target = json!({ "url": "about:blank", "browserContextId": context });
        let frame = text(&wire.call(None, "Target.createTarget", target).await?["targetId"]);
        let attached = wire.call(None, "Target.attachToTarget", json!({ "targetId": frame, "flatten": true })).await?;
        let session = text(&attached["sessionId"]);
        let deny = json!({ "behavior": "deny", "browserContextId": context });
        wire.call(None, "Browser.setDownloadBehavior", deny).await?;
        let tab = Some(session.as_str());
        for domain in ["Page.enable", "Inspector.enable"] {
            wire.call(tab, domain, json!({})).await?;
        }
        // What a page shows must not depend on the machine it is drawn on.
        if let Some(zone) = plan.zone.iana_name() {
            wire.call(tab, "Emulation.setTimezoneOverride", json!({ "timezoneId": zone })).await?;
        }
        wire.call(tab, "Emulation.setLocaleOverride", json!({ "locale": "zh-CN" })).await?;
        wire.call(tab, "Fetch.enable", json!({ "patterns": [{ "urlPattern": "*" }] })).await?;
        Ok(Self { context, session, frame })
    }
}

/// A text of the protocol's; empty where there is none.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
