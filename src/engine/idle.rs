//! When a request that moves no byte any more is given up.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{pace::delivery::Delivery, types::ByteCount};

/// No byte for so long while a body goes out: the connection is dead, or as good as.
pub(super) const NO_BYTE: Duration = Duration::from_mins(1);

/// No answer for so long after the last byte was handed to the socket, or for as long as the body has
/// taken, whichever is longer: the socket itself may still hold some MiB by then, and a link that
/// many bodies share is as slow for them as it was for the rest.
pub(super) const NO_ANSWER: Duration = Duration::from_mins(2);

/// When bytes of one body last moved. There is no clock on the whole of it: a slow upload may take
/// as long as it takes.
pub(super) struct Activity {
    size: ByteCount,
    /// The longest time without a sign of life that anybody has the patience for.
    longest: Duration,
    begun: Instant,
    state: Mutex<State>,
}

struct State {
    moved: u64,
    last: Instant,
    /// When the first byte did.
    first: Option<Instant>,
    delivery: Delivery,
}

impl Activity {
    /// `size` is the whole body's.
    pub(super) fn new(size: ByteCount, longest: Duration) -> Self {
        let begun = Instant::now();
        Self {
            size,
            longest,
            begun,
            state: Mutex::new(State {
                moved: 0,
                last: begun,
                first: None,
                delivery: Delivery::new(size.get()),
            }),
        }
    }

    /// So many bytes went into the socket; how many more are taken to have got through.
    pub(super) fn moved(&self, bytes: ByteCount) -> u64 {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.moved += bytes.get();
        state.last = Instant::now();
        let now = state.last;
        let since_first = now - *state.first.get_or_insert(now);
        state.delivery.moved(bytes.get(), since_first)
    }

    fn deadline(&self) -> Instant {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let patience = if state.moved >= self.size.get() {
            NO_ANSWER.min(self.longest).max(state.last - self.begun)
        } else {
            NO_BYTE.min(self.longest)
        };
        state.last + patience
    }

    /// Ends when nothing has moved for too long; how long that was.
    pub(super) async fn idle(&self) -> Duration {
        loop {
            let deadline = self.deadline();
            if Instant::now() >= deadline {
                let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                return state.last.elapsed();
            }
            tokio::time::sleep_until(deadline).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_trickle_keeps_a_body_alive() {
        let activity = Activity::new(ByteCount::new(10), Duration::MAX);
        let begun = Instant::now();
        tokio::select! {
            _ = activity.idle() => {}
            () = async {
                for _ in 0..5 {
                    tokio::time::sleep(Duration::from_secs(59)).await;
                    activity.moved(ByteCount::new(1));
                }
                std::future::pending::<()>().await;
            } => {}
        }
        assert_eq!(begun.elapsed().as_secs(), 5 * 59 + 60);
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_slow_body_the_answer_may_take_as_long_again() {
        let activity = Activity::new(ByteCount::new(10), Duration::MAX);
        for _ in 0..10 {
            tokio::time::sleep(Duration::from_secs(50)).await;
            activity.moved(ByteCount::new(1));
        }
        assert_eq!(activity.idle().await.as_secs(), 500);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_may_take_longer() {
        let activity = Activity::new(ByteCount::new(10), Duration::MAX);
        activity.moved(ByteCount::new(10));
        assert_eq!(activity.idle().await.as_secs(), 120);
    }
}
