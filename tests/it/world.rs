//! What polls a simulated portal: the real fetcher and parser around a store and a clock of the test.

use govwatch::clock::{Clock, ManualClock};
use govwatch::config::{Allowed, Network};
use govwatch::crawl::{Interrupt, Parser, Progress, World};
use govwatch::fetch::{Fetcher, Hosts, Recognise, Sandbox};
use govwatch::store::Store;

use crate::portal::Portal;

/// A network in which the portal answers for these hosts.
pub(crate) fn network<'a>(portal: &Portal, hosts: impl IntoIterator<Item = &'a str>) -> Network {
    let allow = vec![Allowed { net: "127.0.0.1/32".parse().expect("a network"), port: None }];
    Network { allow, resolve: portal.resolve(hosts), ..Network::default() }
}

/// A world on a clock that is moved by hand.
pub(crate) fn world(network: Network, store: Store, clock: &ManualClock) -> World {
    let clock = Clock::Manual(clock.clone());
    let fetcher = Fetcher::new(network, None, Hosts::Store(store.clone()), clock.clone()).expect("a fetcher");
    around(fetcher, store, clock)
}

/// A world around a fetcher.
pub(crate) fn around(fetcher: Fetcher, store: Store, clock: Clock) -> World {
    World {
        store,
        fetcher,
        clock,
        parser: Parser::new(2),
        sandbox: Sandbox::new(env!("CARGO_BIN_EXE_govwatch").into(), Recognise::Never),
        interrupt: Interrupt::default(),
        progress: Progress::default(),
    }
}
