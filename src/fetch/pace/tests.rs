use super::*;

fn pace(hosts: Hosts) -> Arc<Pace> {
    Arc::new(Pace::new(hosts, Clock::System))
}

fn rule(seconds: u64, concurrent: usize) -> PaceRule {
    PaceRule { min_interval: Duration::from_secs(seconds), concurrent, hours: (0, 1440) }
}

async fn permit(pace: &Pace, host: &str, rule: &PaceRule) -> Result<Permit, FetchError> {
    let need = Need { host, rule, zone: &TimeZone::UTC, interval: rule.min_interval };
    pace.permit(need, &Limits::default()).await
}

#[tokio::test(start_paused = true)]
async fn requests_to_one_host_start_exactly_an_interval_apart() {
    let (pace, rule, start) = (pace(Hosts::default()), rule(3, 1), Instant::now());
    for n in 0..5 {
        permit(&pace, "a", &rule).await.unwrap();
        assert_eq!(start.elapsed(), Duration::from_secs(3 * n));
    }
    permit(&pace, "b", &rule).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(12), "another host does not wait");
}

#[tokio::test(start_paused = true)]
async fn each_request_keeps_its_own_interval_when_rules_differ() {
    let (pace, start) = (pace(Hosts::default()), Instant::now());
    permit(&pace, "a", &rule(3, 1)).await.unwrap();
    permit(&pace, "a", &rule(30, 1)).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(30));
    permit(&pace, "a", &rule(3, 1)).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(33));
}

#[tokio::test(start_paused = true)]
async fn no_more_requests_are_under_way_than_the_strictest_rule_allows() {
    let (pace, start) = (pace(Hosts::default()), Instant::now());
    let first = permit(&pace, "a", &rule(1, 2)).await.unwrap();
    let _second = permit(&pace, "a", &rule(1, 2)).await.unwrap();
    let waiting = tokio::spawn({
        let pace = Arc::clone(&pace);
        async move { permit(&pace, "a", &rule(1, 2)).await.map(|_| Instant::now()) }
    });
    sleep(Duration::from_secs(50)).await;
    assert!(!waiting.is_finished());
    drop(first);
    let started = waiting.await.unwrap().unwrap();
    assert_eq!(started - start, Duration::from_secs(51));
}

#[tokio::test(start_paused = true)]
async fn a_short_hold_is_slept_and_a_long_one_is_an_error_that_says_until_when() {
    let (hosts, rule) = (Hosts::default(), rule(3, 1));
    let clock = crate::clock::ManualClock::new(Timestamp::UNIX_EPOCH);
    let pace = Pace::new(hosts.clone(), Clock::Manual(clock));
    let at = |second| Timestamp::from_second(second).unwrap();
    let start = Instant::now();
    hosts.hold_back("a", at(40)).await;
    permit(&pace, "a", &rule).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(40));
    let need = Need { host: "a", rule: &rule, zone: &TimeZone::UTC, interval: rule.min_interval };
    pace.trouble(need, Some(Duration::from_hours(1)), &Limits::default()).await;
    let held = permit(&pace, "a", &rule).await.map(|_| ()).unwrap_err();
    assert!(matches!(held, FetchError::HeldBack { until, .. } if until == at(3600)), "{held}");
    assert_eq!(start.elapsed(), Duration::from_secs(40), "it fails at once");
}

#[tokio::test(start_paused = true)]
async fn a_hold_of_our_own_after_failures_is_told_from_one_that_the_host_wants() {
    let clock = crate::clock::ManualClock::new(Timestamp::UNIX_EPOCH);
    let (pace, rule) = (Pace::new(Hosts::default(), Clock::Manual(clock)), rule(10, 1));
    let need = Need { host: "a", rule: &rule, zone: &TimeZone::UTC, interval: rule.min_interval };
    for _ in 0..4 {
        pace.trouble(need, None, &Limits::default()).await;
    }
    let held = pace.permit(need, &Limits::default()).await.map(|_| ()).unwrap_err();
    assert!(matches!(held, FetchError::InTrouble { n_in_row: 4, .. }), "{held}");
    pace.trouble(need, Some(Duration::from_hours(1)), &Limits::default()).await;
    let held = pace.permit(need, &Limits::default()).await.map(|_| ()).unwrap_err();
    assert!(matches!(held, FetchError::HeldBack { .. }), "{held}");
}

#[tokio::test(start_paused = true)]
async fn the_spacing_is_handed_over_to_a_process_that_had_the_host_before() {
    let (hosts, start) = (Hosts::default(), Instant::now());
    let clock = crate::clock::ManualClock::new(Timestamp::UNIX_EPOCH);
    let [one, two] = [(); 2].map(|()| Pace::new(hosts.clone(), Clock::Manual(clock.clone())));
    permit(&one, "a", &rule(5, 1)).await.unwrap();
    one.release_all().await;
    sleep(Duration::from_hours(1)).await;
    clock.advance(jiff::SignedDuration::from_hours(1));
    permit(&two, "a", &rule(5, 1)).await.unwrap();
    two.release_all().await;
    permit(&one, "a", &rule(5, 1)).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(3605));
}

#[tokio::test(start_paused = true)]
async fn two_processes_never_ask_one_host_at_once_and_the_spacing_is_handed_over() {
    let hosts = Hosts::default();
    let clock = crate::clock::ManualClock::new(Timestamp::UNIX_EPOCH);
    let [one, two] = [(); 2].map(|()| Pace::new(hosts.clone(), Clock::Manual(clock.clone())));
    let start = Instant::now();
    permit(&one, "a", &rule(5, 1)).await.unwrap();
    let limits = Limits { patience: Duration::from_secs(10), ..Limits::default() };
    let need = Need { host: "a", rule: &rule(5, 1), zone: &TimeZone::UTC, interval: Duration::from_secs(5) };
    let held = two.permit(need, &limits).await.map(|_| ()).unwrap_err();
    assert!(matches!(held, FetchError::Taken { until, .. } if until.as_second() == 20), "{held}");
    one.release_all().await;
    two.permit(need, &limits).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(5));
    two.trouble(need, Some(Duration::from_hours(1)), &limits).await;
    two.release_all().await;
    clock.advance(jiff::SignedDuration::from_secs(30));
    sleep(limits.lease * 2).await;
    let held = one.permit(need, &limits).await.map(|_| ()).unwrap_err();
    assert!(matches!(held, FetchError::HeldBack { until, .. } if until.as_second() == 3600), "{held}");
}

#[tokio::test(start_paused = true)]
async fn a_host_is_given_back_when_the_last_poll_that_asks_it_ends() {
    let hosts = Hosts::default();
    let clock = crate::clock::ManualClock::new(Timestamp::UNIX_EPOCH);
    let [one, two] = [(); 2].map(|()| Pace::new(hosts.clone(), Clock::Manual(clock.clone())));
    let limits = Limits { patience: Duration::from_secs(10), ..Limits::default() };
    let (rule, start) = (rule(5, 1), Instant::now());
    let need = Need { host: "a", rule: &rule, zone: &TimeZone::UTC, interval: Duration::from_secs(5) };
    let [first, last] = [(); 2].map(|()| one.ask("a", &limits));
    one.permit(need, &limits).await.unwrap();
    one.leave("a", first).await;
    let held = two.permit(need, &limits).await.map(|_| ()).unwrap_err();
    assert!(matches!(held, FetchError::Taken { .. }), "{held}");
    one.leave("a", last).await;
    two.permit(need, &limits).await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(5), "the spacing is handed over");
}
