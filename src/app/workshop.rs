//! What takes a processor for long (documents, spreadsheets, scores), done beside the threads that
//! serve: nobody's answer waits for somebody's document.

use std::{future, panic, sync::Arc, thread};

use tokio::{sync::Semaphore, task::spawn_blocking};

/// As many at once as there are processors; others wait in the order in which they came.
#[derive(Debug, Clone)]
pub struct Workshop(Arc<Semaphore>);

impl Default for Workshop {
    fn default() -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new(processors)))
    }
}

impl Workshop {
    /// Does `work` when its turn comes. A panic in it is the caller's.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _turn = self.0.acquire().await.expect("it is never closed");
        match spawn_blocking(work).await {
            Ok(done) => done,
            Err(failed) => match failed.try_into_panic() {
                Ok(cause) => panic::resume_unwind(cause),
                // the runtime ends, and the caller with it
                Err(_) => future::pending().await,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_panics_does_so_before_its_caller_and_keeps_nobody_out() {
        let workshop = Workshop::default();
        for _ in 0..64 {
            let theirs = workshop.clone();
            let cut_off = tokio::spawn(async move { theirs.run(|| panic!("a page")).await }).await;
            assert!(cut_off.unwrap_err().is_panic());
        }
        assert_eq!(workshop.run(|| 7).await, 7);
    }
}
