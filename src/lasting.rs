//! Causes that last: told at once, and then once a minute with how often they came meanwhile.

use std::{
    collections::HashMap,
    fmt::Display,
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

/// How often a cause that lasts is told.
const EVERY: Duration = Duration::from_mins(1);
/// Beyond so many causes at once they are one.
const CAUSES: usize = 64;

/// How often each cause came since it was told, by what failed and why.
#[derive(Debug, Default)]
struct Lasting(Mutex<HashMap<(&'static str, String), u64>>);

static LASTING: LazyLock<Lasting> = LazyLock::new(Lasting::default);

impl Lasting {
    /// Counts a cause. Returns the name under which it is counted when it is new, and to be told.
    fn count(&self, what: &'static str, cause: String) -> Option<String> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = counted.contains_key(&(what, cause.clone()));
        let cause = if is_known || counted.len() < CAUSES {
            cause
        } else {
            "one of many causes".to_owned()
        };
        if let Some(more) = counted.get_mut(&(what, cause.clone())) {
            *more += 1;
            return None;
        }
        counted.insert((what, cause.clone()), 0);
        Some(cause)
    }

    /// How often it came since the last time; one that did not is forgotten.
    fn since(&self, what: &'static str, cause: &str) -> u64 {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (what, cause.to_owned());
        let more = counted.get_mut(&key).map(std::mem::take).unwrap_or_default();
        if more == 0 {
            counted.remove(&key);
        }
        more
    }
}

/// Writes an error into the log, or counts it when it was there within the last minute.
pub fn error(what: &'static str, cause: &dyn Display) {
    let Some(cause) = LASTING.count(what, cause.to_string()) else { return };
    tracing::error!(cause, "{what}");
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn(tell_of_more(what, cause))),
        Err(_) => drop(LASTING.since(what, &cause)),
    }
}

async fn tell_of_more(what: &'static str, cause: String) {
    loop {
        tokio::time::sleep(EVERY).await;
        match LASTING.since(what, &cause) {
            0 => return,
            more => tracing::error!(cause, more, "{what}, and {more} more within a minute"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_that_lasts_is_told_once_and_then_with_its_number() {
        let lasting = Lasting::default();
        let count = || lasting.count("a request failed", "disk full".to_owned());
        assert_eq!(count(), Some("disk full".to_owned()));
        assert_eq!([count(), count()], [None, None]);
        assert_eq!(lasting.since("a request failed", "disk full"), 2);
        assert_eq!(count(), None, "it lasts: told with the next number");
        assert_eq!(lasting.since("a request failed", "disk full"), 1);
        assert_eq!(lasting.since("a request failed", "disk full"), 0);
        assert_eq!(count(), Some("disk full".to_owned()), "it was over, and is there again");
    }

    #[test]
    fn ever_new_causes_do_not_fill_the_log() {
        let lasting = Lasting::default();
        let told = (0..10_000).filter_map(|n| lasting.count("a request failed", format!("{n}")));
        assert_eq!(told.count(), CAUSES + 1);
    }
}
