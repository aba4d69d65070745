//! What went through in the last period: sliding windows that never forget too soon, of constant size.

use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Amounts of the last period, in sub-buckets of an eighth of it.
///
/// The sum goes over nine of them: the running one and the eight before. Whatever moment one looks at, the whole period
/// before it is covered, so no period of any alignment lets more through than the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Window {
    /// Seconds of one sub-bucket.
    pub bucket: u32,
    /// Number of the newest sub-bucket: a time divided by `bucket`.
    pub newest: u64,
    /// Amounts in the newest sub-bucket and in those before it.
    pub amounts: [u128; Self::BUCKETS],
}

impl Window {
    /// Sub-buckets that are summed up.
    pub const BUCKETS: usize = 9;

    /// Sub-buckets of a period, each a second long at least.
    pub fn bucket(period: u32) -> u32 {
        period.div_ceil(8).max(1)
    }

    /// One through which nothing went.
    pub fn empty(period: u32) -> Self {
        Self { bucket: Self::bucket(period), newest: 0, amounts: [0; Self::BUCKETS] }
    }

    /// The window at `now`; it never goes back.
    #[must_use]
    pub fn moved_to(mut self, now: u64) -> Self {
        let (newest, by) = self.moves(now);
        self.amounts.copy_within(..Self::BUCKETS.saturating_sub(by), by);
        self.amounts.iter_mut().take(by).for_each(|amount| *amount = 0);
        self.newest = newest;
        self
    }

    /// The newest sub-bucket at `now`, and how many of the oldest are out of the sum by then.
    fn moves(&self, now: u64) -> (u64, usize) {
        let newest = (now.checked_div(self.bucket.into()).unwrap_or(0)).max(self.newest);
        let by = newest.saturating_sub(self.newest);
        (newest, usize::try_from(by).unwrap_or(Self::BUCKETS).min(Self::BUCKETS))
    }

    /// With the period that holds since then. If it is another one, all that counts at the change counts as if it were
    /// used then: it may have been less by then, never more.
    #[must_use]
    pub fn with_period(self, period: u32, since: u64) -> Self {
        if self.bucket == Self::bucket(period) {
            return self;
        }
        Self::empty(period).charged(self.sum(since), since)
    }

    /// What counts at `now`.
    pub fn sum(&self, now: u64) -> u128 {
        self.sum_of(Self::BUCKETS.saturating_sub(self.moves(now).1))
    }

    /// The sum of so many of the newest sub-buckets.
    fn sum_of(&self, newest: usize) -> u128 {
        self.amounts.iter().take(newest).fold(0, |sum, amount| sum.saturating_add(*amount))
    }

    /// Whether `amount` more is within `limit` at `now`.
    pub fn lets_through(&self, amount: u128, limit: u128, now: u64) -> bool {
        self.sum(now).checked_add(amount).is_some_and(|sum| sum <= limit)
    }

    /// With `amount` more at `now`.
    #[must_use]
    pub fn charged(self, amount: u128, now: u64) -> Self {
        let mut moved = self.moved_to(now);
        if let Some(newest) = moved.amounts.first_mut() {
            *newest = newest.saturating_add(amount);
        }
        moved
    }
}

/// What counts against a limit whose period may change, without forgetting by the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Meter {
    /// Amounts under the present period.
    pub window: Window,
    /// Amounts of longer periods before it, as long as they count.
    pub kept: Option<Window>,
}

impl Meter {
    /// One through which nothing went.
    pub fn empty(period: u32) -> Self {
        Self { window: Window::empty(period), kept: None }
    }

    /// With the period that holds since then. Each sub-bucket counts from its last second, at most `since`, and is kept
    /// until the longest of the periods has passed under which it counted.
    #[must_use]
    pub fn with_period(self, period: u32, since: u64) -> Self {
        let fresh = Window::empty(period);
        if self.window.bucket == fresh.bucket {
            return self;
        }
        // What was used after the change is not older than it is.
        let since = since.max(self.window.newest.saturating_mul(self.window.bucket.into()));
        let kept = self.kept.filter(|kept| kept.sum(since) > 0);
        let longest = kept.map_or(0, |kept| kept.bucket).max(self.window.bucket);
        let shorter = fresh.bucket < longest;
        let into = if shorter { Window { bucket: longest, ..fresh } } else { fresh };
        let all = kept.iter().fold(into, |into, kept| kept.poured(into, since));
        let all = self.window.poured(all, since);
        if shorter { Self { window: fresh, kept: Some(all) } } else { Self { window: all, kept: None } }
    }

    /// Whether it was used under this period at that time or later.
    pub fn used_under(&self, period: u32, since: u64) -> bool {
        let bucket = Window::bucket(period);
        self.window.bucket == bucket && since.checked_div(bucket.into()).is_some_and(|at| at <= self.window.newest)
    }

    /// What counts at `now`.
    pub fn sum(&self, now: u64) -> u128 {
        self.kept.iter().fold(self.window.sum(now), |sum, kept| sum.saturating_add(kept.sum(now)))
    }

    /// Whether `amount` more is within `limit` at `now`.
    pub fn lets_through(&self, amount: u128, limit: u128, now: u64) -> bool {
        self.sum(now).checked_add(amount).is_some_and(|sum| sum <= limit)
    }

    /// With `amount` more at `now`.
    #[must_use]
    pub fn charged(self, amount: u128, now: u64) -> Self {
        Self { window: self.window.charged(amount, now), kept: self.kept.filter(|kept| kept.sum(now) > 0) }
    }
}

impl Window {
    /// All that counts at `since`, put into a window whose sub-buckets are as long or longer: each at its last second.
    fn poured(&self, into: Self, since: u64) -> Self {
        let (from, mut into) = (self.moved_to(since), into.moved_to(since));
        for (back, amount) in (0_u64..).zip(from.amounts) {
            let bucket = u64::from(from.bucket);
            let next = from.newest.saturating_sub(back).saturating_add(1).saturating_mul(bucket);
            let last = next.saturating_sub(1).min(since).checked_div(into.bucket.into()).unwrap_or(into.newest);
            let at = usize::try_from(into.newest.saturating_sub(last)).unwrap_or(Self::BUCKETS);
            if let Some(place) = into.amounts.get_mut(at.min(Self::BUCKETS.saturating_sub(1))) {
                *place = place.saturating_add(amount);
            }
        }
        into
    }
}
