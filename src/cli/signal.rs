//! What people and the system tell a running command: to stop, to stop at once, to read its files again.

use tokio::sync::mpsc;

use super::Exit;
use crate::crawl::Interrupt;

/// The first Ctrl-C or SIGTERM finishes what is held and stops, which `say` tells; the second one ends at once.
pub(super) fn interrupt_on_signal(interrupt: Interrupt, say: fn(&str)) {
    tokio::spawn(async move {
        stop_signal().await;
        interrupt.set();
        say("stopping: what is under way is finished and kept; once more ends at once");
        stop_signal().await;
        std::process::exit(Exit::Interrupted as i32);
    });
}

/// A word for each SIGHUP.
pub(super) fn reload_on_signal() -> mpsc::Receiver<()> {
    let (word, words) = mpsc::channel(1);
    #[cfg(unix)]
    tokio::spawn(async move {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
        while hangup.recv().await.is_some() {
            // One word that waits says all that a second one would.
            let _ = word.try_send(());
        }
    });
    #[cfg(not(unix))]
    drop(word);
    words
}

/// Waits for Ctrl-C or SIGTERM.
pub(super) async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without signals there is nothing to wait for, and nothing to stop by.
    drop(tokio::signal::ctrl_c().await);
}
