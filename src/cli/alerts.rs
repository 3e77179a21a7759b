//! `alerts`: what is owed, failed and delivered; `alerts test` tries a channel, `alerts retry` tries again what is owed.
//!
//! In: the store and the settings. Out: a table, or a JSON row an alert. Only `test` and `retry` send anything.

use clap::{Args, Subcommand, ValueEnum};

use super::out::clean;
use super::{Context, Exit, Stop, channels, table, world};
use crate::alert::{Delivered, outbox};
use crate::clock::Clock;
use crate::config::{ChannelRule, Settings};
use crate::crawl::Interrupt;
use crate::fetch::Fetcher;
use crate::model::AlertId;
use crate::store::{AlertFilter, AlertRow, Store, StoreError};

/// Which alerts to list.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  govwatch alerts --only dead\n  govwatch alerts test mail\n  govwatch alerts retry           all that is owed, now\n  govwatch alerts retry 17 18     these, dead ones too\n  govwatch alerts retry --dead    all that were given up\n  govwatch alerts retry --channel mail   all that are owed to it, though it was switched off"
)]
pub struct AlertsArgs {
    /// What to do instead of listing
    #[command(subcommand)]
    pub act: Option<Act>,
    /// Only alerts in this state
    // `--state` is the folder of the database.
    #[arg(long, value_name = "STATE")]
    pub only: Option<State>,
    /// Only alerts of this channel
    #[arg(long, value_name = "ID")]
    pub channel: Option<String>,
    /// At most so many, the youngest
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = super::how_many())]
    pub limit: usize,
}

/// What to do instead of listing.
#[derive(Debug, Subcommand)]
pub enum Act {
    /// Sends a message that says that it is a test; ends with 1 and the receiver's words if it is not taken
    Test {
        /// The channel's id
        #[arg(value_name = "CHANNEL")]
        channel: String,
    },
    /// Tries now what is owed, or the alerts of these numbers, dead ones too
    Retry {
        /// Numbers of alerts, as `alerts` shows them [default: all that are owed]
        #[arg(value_name = "ID")]
        alerts: Vec<i64>,
        /// All alerts that were given up
        #[arg(long, conflicts_with = "alerts")]
        dead: bool,
        /// All that are owed to this channel, though it was switched off since its receiver wants nothing any more
        #[arg(long, value_name = "ID", conflicts_with_all = ["alerts", "dead"])]
        channel: Option<String>,
    },
}

/// The states of an alert.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum State {
    /// To be sent.
    Owed,
    /// Waits for the end of its poll.
    Held,
    /// Taken by its receiver.
    Delivered,
    /// Given up, and kept.
    Dead,
}

/// Runs `alerts`.
pub async fn run(context: &Context, args: &AlertsArgs, settings: &Settings) -> Result<Exit, Stop> {
    match &args.act {
        None => list(context, args, settings).await,
        Some(Act::Test { channel }) => test(context, channel, settings).await,
        Some(Act::Retry { alerts, dead, channel }) => {
            let wanted = match channel {
                Some(channel) => Wanted::Channel(channel),
                None if *dead => Wanted::Dead,
                None => Wanted::Alerts(alerts.iter().copied().map(AlertId).collect()),
            };
            retry(context, wanted, settings).await
        }
    }
}

async fn list(context: &Context, args: &AlertsArgs, settings: &Settings) -> Result<Exit, Stop> {
    let store = Store::open_existing(&context.global.state)?;
    let state = args.only.map(|state| match state {
        State::Owed => "owed",
        State::Held => "held",
        State::Delivered => "delivered",
        State::Dead => "dead",
    });
    let filter = AlertFilter { channel: args.channel.clone(), state: state.map(str::to_owned), limit: args.limit };
    let alerts = store.alerts(filter).await?;
    // A channel that was taken out of the settings still has what it was owed.
    if let Some(channel) = args.channel.as_deref().filter(|_| alerts.is_empty()) {
        known(channel, settings)?;
    }
    if context.global.json {
        alerts.iter().try_for_each(|alert| context.out.json(alert))?;
        return Ok(Exit::Done);
    }
    if alerts.is_empty() {
        context.out.line("no such alerts")?;
    } else {
        context.out.text(&text(&alerts))?;
    }
    let lines = channels::lines(&store, settings, Clock::System.now()).await?;
    lines.iter().try_for_each(|line| context.out.line(clean(line)))?;
    Ok(Exit::Done)
}

fn text(alerts: &[AlertRow]) -> String {
    let mut heads = vec!["ALERT", "CHANNEL", "STATE", "TRIES", "NEXT TRY (UTC)", "EVENT", "SITE", "WHAT"];
    // Most lists have no error to show.
    let has_errors = alerts.iter().any(|alert| alert.last_error.is_some());
    heads.extend(has_errors.then_some("LAST ERROR"));
    let mut rows = table::table(&heads);
    for alert in alerts {
        let mut cells = vec![
            alert.alert.to_string(),
            clean(&alert.channel),
            alert.state.clone(),
            alert.tries.to_string(),
            table::or_dash(alert.next_try_at.map(table::minute)),
            alert.event.replace('_', " "),
            clean(alert.site.as_str()),
            clean(alert.title.as_deref().unwrap_or_default()),
        ];
        cells.extend(has_errors.then(|| clean(alert.last_error.as_deref().unwrap_or_default())));
        rows.add_row(cells);
    }
    table::text(rows)
}

async fn test(context: &Context, channel: &str, settings: &Settings) -> Result<Exit, Stop> {
    let rule = known(channel, settings)?;
    if let Some(lacks) = &rule.lacks {
        return Err(Stop::new(Exit::Config, clean(&format!("channel {channel}: {lacks}"))));
    }
    // A channel can be tried before anything was polled.
    let store = match Store::open_existing(&context.global.state) {
        Err(StoreError::Missing { .. }) => Store::in_memory()?,
        store => store?,
    };
    let fetcher: Fetcher = world::passing_fetcher(settings)?;
    let channels = world::channels(settings, &fetcher, &[]);
    let now = Clock::System.now();
    if let Err(trouble) = channels.test(&store, channel, now).await {
        return Err(Stop::new(Exit::SomeFailed, clean(&format!("channel {channel}: {}", trouble.error))));
    }
    store.forget_trouble(channel).await?;
    if !context.global.quiet && !context.global.json {
        context.out.line(format!("channel {channel} took a test message"))?;
    }
    Ok(Exit::Done)
}

/// The channel of this id.
fn known<'s>(channel: &str, settings: &'s Settings) -> Result<&'s ChannelRule, Stop> {
    settings.channels.iter().find(|rule| rule.id == channel).ok_or_else(|| {
        let ids: Vec<&str> = settings.channels.iter().map(|rule| rule.id.as_str()).collect();
        let known = if ids.is_empty() { "there are none in the settings".to_owned() } else { ids.join(", ") };
        Stop::new(Exit::Usage, clean(&format!("there is no channel {channel:?}; channels: {known}")))
    })
}

/// What is tried again.
enum Wanted<'a> {
    /// The alerts of these numbers; all that are owed, where there are none.
    Alerts(Vec<AlertId>),
    /// All that were given up.
    Dead,
    /// All that are owed to a channel.
    Channel(&'a str),
}

async fn retry(context: &Context, wanted: Wanted<'_>, settings: &Settings) -> Result<Exit, Stop> {
    if let Wanted::Channel(channel) = wanted {
        known(channel, settings)?;
    }
    let sites = world::sites(context, &[], settings)?.sites;
    let store = Store::open_existing(&context.global.state)?.with_routes(world::routes(settings, &sites));
    let now = Clock::System.now();
    let (n_due, n_named) = match &wanted {
        Wanted::Alerts(alerts) => (store.retry_alerts(alerts, now).await?, alerts.len()),
        Wanted::Dead => (store.retry_dead(now).await?, 0),
        Wanted::Channel(channel) => (store.retry_channel(channel, now).await?, 0),
    };
    if n_due < n_named {
        let message =
            "some of these are not owed and not dead, or there are none of these numbers; see: govwatch alerts";
        return Err(Stop::new(Exit::Usage, message));
    }
    let fetcher = world::passing_fetcher(settings)?;
    let channels = world::channels(settings, &fetcher, &sites);
    let Delivered { delivered, failed, dead, troubles, .. } =
        outbox::run_once(&store, &channels, &Clock::System, &Interrupt::default()).await?;
    for trouble in troubles {
        eprintln!("{}", clean(&format!("channel {}: {}", trouble.channel, trouble.error)));
    }
    for line in channels::idle(&store, settings, now).await? {
        eprintln!("{}", clean(&line));
    }
    if !context.global.json && !context.global.quiet {
        context.out.line(format!("{delivered} delivered, {failed} failed, {dead} given up"))?;
    }
    Ok(Exit::Done)
}
