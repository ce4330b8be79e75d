//! What may come in floods is told one by one while it is rare, and as a number once a minute when
//! it is not: six thousand refusals are some lines in the log, not six thousand.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::Duration;

use crate::base::Timestamp;

/// Told one by one in a minute, of each kind.
const TOLD: u64 = 10;
/// How long they are counted together.
const MINUTE: Duration = Duration::minutes(1);

/// What has come in the minute that began at `since`.
#[derive(Debug)]
struct Flood {
    since: Timestamp,
    count: u64,
}

/// What has come, by kind. The kinds are words of ours, so that they are few.
#[derive(Debug, Clone, Default)]
pub struct Floods(Arc<Mutex<BTreeMap<String, Flood>>>);

impl Floods {
    /// Counts one more; whether it is told by itself.
    pub fn is_told(&self, kind: &str, now: Timestamp) -> bool {
        let mut floods = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flood) = floods.get_mut(kind) {
            flood.count += 1;
            return flood.count <= TOLD;
        }
        floods.insert(kind.to_owned(), Flood { since: now, count: 1 });
        true
    }

    /// The kinds whose minute is over, and how many of each were not told; they begin anew.
    pub fn take_over(&self, now: Timestamp) -> Vec<(String, u64)> {
        self.take(|flood| now - flood.since >= MINUTE)
    }

    /// All kinds, and how many of each were not told: the program ends.
    pub fn take_all(&self) -> Vec<(String, u64)> {
        self.take(|_| true)
    }

    fn take(&self, is_over: impl Fn(&Flood) -> bool) -> Vec<(String, u64)> {
        let mut floods = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let over: Vec<_> = floods.extract_if(.., |_, flood| is_over(flood)).collect();
        let untold = over.into_iter().map(|(kind, flood)| (kind, flood.count.saturating_sub(TOLD)));
        untold.filter(|(_, count)| *count > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_thousand_refusals_are_ten_lines_and_a_number() {
        let (floods, start) = (Floods::default(), Timestamp::UNIX_EPOCH);
        let told = (0..6000).filter(|_| floods.is_told("refused", start)).count();
        assert_eq!(told, 10);
        assert!(floods.is_told("signed_in", start), "each kind by itself");
        assert_eq!(floods.take_over(start + Duration::seconds(59)), []);
        let over = floods.take_over(start + MINUTE);
        assert_eq!(over, [("refused".to_owned(), 5990)]);
        assert!(floods.is_told("refused", start + MINUTE));
    }
}
