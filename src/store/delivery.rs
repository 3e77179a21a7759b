//! The verbs of delivery: what is due, how a try went, what people see and do about it.

use jiff::Timestamp;

use super::record::{AlertFilter, AlertRow, ChannelHealth, Claimed, Due, ToldOf, Tried};
use super::sqlite::verbs;
use super::{Store, StoreError};
use crate::model::{AlertId, Event};

impl Store {
    /// Claims what a channel may be sent now. What is more than its rate allows becomes one digest.
    pub async fn claim_due(&self, due: Due) -> Result<Claimed, StoreError> {
        self.engine.write(move |conn| verbs::claim_due(conn, &due)).await
    }

    /// Gives back what was claimed and not tried.
    pub async fn give_back(&self, owner: &str, channel: &str) -> Result<(), StoreError> {
        let (owner, channel) = (owner.to_owned(), channel.to_owned());
        self.engine.write(move |conn| verbs::give_back(conn, &owner, &channel)).await
    }

    /// Keeps how a try went. Gives what operators are told of the channel by it.
    pub async fn record_try(&self, tried: Tried) -> Result<Option<Event>, StoreError> {
        let routes = std::sync::Arc::clone(&self.routes);
        self.engine.write(move |conn| verbs::record_try(conn, &routes, &tried)).await
    }

    /// How a channel does.
    pub async fn channel_health(&self, channel: &str) -> Result<ChannelHealth, StoreError> {
        let channel = channel.to_owned();
        self.engine.read(move |conn| verbs::channel_health(conn, &channel)).await
    }

    /// How many alerts wait for nothing but the rate of their channel.
    pub async fn n_waiting(&self, channel: &str, now: Timestamp) -> Result<u64, StoreError> {
        let channel = channel.to_owned();
        self.engine.read(move |conn| verbs::n_waiting(conn, &channel, now)).await
    }

    /// Makes all alerts due now that are owed to a channel, and sends there again though it was switched off. Gives how
    /// many.
    pub async fn retry_channel(&self, channel: &str, now: Timestamp) -> Result<usize, StoreError> {
        let channel = channel.to_owned();
        self.engine.write(move |conn| verbs::retry_channel(conn, &channel, now)).await
    }

    /// Alerts, the youngest first.
    pub async fn alerts(&self, filter: AlertFilter) -> Result<Vec<AlertRow>, StoreError> {
        self.engine.read(move |conn| verbs::alerts(conn, &filter)).await
    }

    /// Makes alerts due now: those named, dead ones too, or all that are owed. Gives how many.
    pub async fn retry_alerts(&self, alerts: &[AlertId], now: Timestamp) -> Result<usize, StoreError> {
        let alerts = alerts.to_vec();
        self.engine.write(move |conn| verbs::retry_alerts(conn, &alerts, now)).await
    }

    /// Makes all alerts due now that were given up. Gives how many.
    pub async fn retry_dead(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.engine.write(move |conn| verbs::retry_dead(conn, now)).await
    }

    /// A channel was seen to work: it is no longer left alone or switched off.
    pub async fn forget_trouble(&self, channel: &str) -> Result<(), StoreError> {
        let channel = channel.to_owned();
        self.engine.write(move |conn| verbs::forget_trouble(conn, &channel)).await
    }

    /// The last changes among these that a channel was given or is given now, the youngest first.
    pub async fn told_by(
        &self,
        channel: &str,
        among: ToldOf,
        limit: usize,
    ) -> Result<Vec<(String, Event)>, StoreError> {
        let channel = channel.to_owned();
        self.engine.read(move |conn| verbs::told_by(conn, &channel, &among, limit)).await
    }
}
