//! Signals: the first one stops what is new, the second one everything.
//!
//! Nothing exits in here: tokens are cancelled, and the run ends by itself.

use std::{
    io,
    sync::{Arc, OnceLock},
};

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{
    engine::{GRACE, Stop},
    event::{Event, Observer},
};

/// A signal that ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Interrupt,
    Terminate,
    Hangup,
}

impl Ending {
    pub const ALL: [Self; 3] = [Self::Interrupt, Self::Terminate, Self::Hangup];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
            Self::Hangup => "SIGHUP",
        }
    }

    /// What shells report of a process that the signal killed: 128 and its number.
    pub const fn exit_status(self) -> u8 {
        128 + self.number()
    }

    const fn number(self) -> u8 {
        match self {
            Self::Interrupt => 2,
            Self::Terminate => 15,
            Self::Hangup => 1,
        }
    }

    const fn kind(self) -> SignalKind {
        match self {
            Self::Interrupt => SignalKind::interrupt(),
            Self::Terminate => SignalKind::terminate(),
            Self::Hangup => SignalKind::hangup(),
        }
    }
}

/// Waits for signals from the moment it is made.
#[derive(Debug, Clone)]
pub struct Signals {
    stop: Stop,
    first: Arc<OnceLock<Ending>>,
}

impl Signals {
    /// Begins to listen; must be called within a tokio runtime.
    ///
    /// A signal that was being ignored when the program started stays ignored: that is how `nohup`
    /// and shells' background jobs ask for it.
    pub fn listen(observer: &Arc<dyn Observer>) -> io::Result<Self> {
        let signals = Self { stop: Stop::default(), first: Arc::default() };
        let ignored = ignored();
        for ending in Ending::ALL {
            if ignored & (1 << (ending.number() - 1)) == 0 {
                let stream = signal(ending.kind())?;
                tokio::spawn(signals.clone().watch(ending, stream, Arc::clone(observer)));
            }
        }
        Ok(signals)
    }

    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// The first signal that arrived.
    pub fn first(&self) -> Option<Ending> {
        self.first.get().copied()
    }

    async fn watch(self, ending: Ending, mut stream: Signal, observer: Arc<dyn Observer>) {
        while stream.recv().await.is_some() {
            if self.first.set(ending).is_err() {
                self.stop.force.cancel();
                continue;
            }
            observer.observe(&Event::Stopping { signal: ending.name(), grace: GRACE });
            self.stop.admission.cancel();
            let force = self.stop.force.clone();
            tokio::spawn(async move {
                tokio::time::sleep(GRACE).await;
                force.cancel();
            });
        }
    }
}

/// The signals that this process ignores, as a set of bits (bit 0 is signal 1). Only Linux says;
/// elsewhere none is taken to be ignored.
fn ignored() -> u64 {
    std::fs::read_to_string("/proc/self/status").map_or(0, |status| ignored_in(&status))
}

fn ignored_in(status: &str) -> u64 {
    status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ignored_signals_are_read() {
        assert_eq!(ignored_in("Name:\tx\nSigIgn:\t0000000000001001\nSigCgt:\t0\n"), 0x1001);
        assert_eq!(ignored_in(""), 0);
    }

    #[test]
    fn exit_statuses_are_those_of_shells() {
        assert_eq!(Ending::ALL.map(Ending::exit_status), [130, 143, 129]);
    }
}
