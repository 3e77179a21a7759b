//! How long a host in trouble is left alone. In: the interval of its site, how often it failed in a row, a chance. Out: a
//! span. Pure, but for the chance.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// Backoff doubles at most this often: 2^20 intervals are beyond any cap.
const MOST_DOUBLINGS: u32 = 20;

/// `interval` times 2 to the number of troubles, a quarter more or less by `chance` (0..1).
pub(super) fn backoff(interval: Duration, n_troubles: u32, chance: f64) -> Duration {
    interval.saturating_mul(1 << n_troubles.min(MOST_DOUBLINGS)).mul_f64(0.75 + 0.5 * chance)
}

/// A number in 0..1 from the system's own hash keys: enough for jitter.
pub(super) fn chance() -> f64 {
    let bits = u32::try_from(RandomState::new().build_hasher().finish() >> 32).unwrap_or(0);
    f64::from(bits) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_never_shrinks_while_failing_and_stays_near_its_double() {
        let interval = Duration::from_secs(3);
        for n in 0..10 {
            let (least, most) = (backoff(interval, n, 0.0), backoff(interval, n, 1.0));
            assert_eq!(least, Duration::from_millis(2250 << n));
            assert_eq!(most, Duration::from_millis(3750 << n));
            assert!(backoff(interval, n + 1, 0.0) > most);
        }
        assert_eq!(backoff(Duration::ZERO, 9, 1.0), Duration::ZERO);
        assert!((0.0..=1.0).contains(&chance()));
    }
}
