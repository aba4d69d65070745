//! What to do next, as a function of the journal and the chain. Asks nothing, does nothing.

use crate::journal::{Pending, Sent};
use greatseal_protocol::submit::MAX_ENVELOPES;
use std::{
    ops::RangeInclusive,
    time::{Duration, Instant},
};

/// Most bytes of envelopes in one call: ink!'s buffer holds 32 KiB, and the call has a little of its own.
const MAX_CALL: usize = 30 * 1024;
/// Pauses between two sendings of the same bytes: a pool forgets, or never had them.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// Pauses between two looks at an attempt that waits, in seconds.
const FIRST_LOOK: i64 = 2;
const LONGEST_LOOK: i64 = 60;

/// What this process knows about the transaction in flight; empty after a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// When it is to be sent (again), and how long the pause after that is.
    send: Instant,
    pause: Duration,
    /// Last finalised block that was searched for it.
    searched: u64,
}

/// What is to be done about the transaction in flight, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Todo {
    /// Send it, whatever else there is to do: sending the same bytes again is harmless.
    pub send: bool,
    /// Then look for it in these finalised blocks.
    pub search: RangeInclusive<u64>,
}

impl Progress {
    /// Nothing is known but what the journal says.
    pub fn of(sent: &Sent, now: Instant) -> Self {
        Self { send: now, pause: FIRST_PAUSE, searched: sent.born }
    }

    /// What is to be done when this block is final.
    pub fn todo(&self, sent: &Sent, finalized: u64, now: Instant) -> Todo {
        let last = finalized.min(sent.dies);
        Todo { send: now >= self.send && finalized < sent.dies, search: self.searched.saturating_add(1)..=last }
    }

    /// It was sent, or tried to be.
    pub fn sent(&mut self, now: Instant) {
        self.send = now.checked_add(self.pause).unwrap_or(now);
        self.pause = self.pause.saturating_mul(2).min(LONGEST_PAUSE);
    }

    /// It is not in this block nor in any before.
    pub fn searched(&mut self, number: u64) {
        self.searched = number;
    }

    /// Whether it can no longer come: all finalised blocks of its life were searched.
    pub fn over(&self, sent: &Sent) -> bool {
        self.searched >= sent.dies
    }

    /// Whether it can no longer come because its nonce is used: all finalised blocks up to one were searched, and after that
    /// block the account's next nonce is a later one.
    pub fn outrun(&self, sent: &Sent, block: u64, next_nonce: u64) -> bool {
        self.searched >= block && next_nonce > sent.nonce
    }
}

/// The most urgent attempts that fit one call; an envelope stands in a call once.
pub fn choose(due: &[Pending]) -> Vec<Pending> {
    let mut bytes = 0_usize;
    let mut chosen: Vec<Pending> = Vec::new();
    for attempt in due {
        let more = bytes.saturating_add(attempt.bytes.len()).saturating_add(4);
        let twice = chosen.iter().any(|other| other.envelope == attempt.envelope);
        if chosen.len() >= MAX_ENVELOPES || more > MAX_CALL {
            break;
        }
        if !twice {
            bytes = more;
            chosen.push(attempt.clone());
        }
    }
    chosen
}

/// Second from which an attempt that was looked at so often in vain is looked at again.
pub fn look_again(now: i64, tries: u32) -> i64 {
    let pause = FIRST_LOOK.checked_shl(tries.min(16)).unwrap_or(LONGEST_LOOK);
    now.saturating_add(pause.min(LONGEST_LOOK))
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::bytes::EnvelopeDigest;

    fn pending(id: i64, size: usize) -> Pending {
        let name = u8::try_from(id).unwrap_or_default();
        Pending { attempt: id, envelope: EnvelopeDigest([name; 32]), bytes: vec![1; size], tries: 0 }
    }

    fn sent() -> Sent {
        Sent { tx: 1, hash: [7; 32], nonce: 3, born: 10, dies: 74, bytes: vec![1] }
    }

    #[test]
    fn a_call_takes_what_fits_and_each_envelope_once() {
        assert_eq!(choose(&[]), []);
        let twins = [pending(1, 10), pending(1, 10), pending(2, 10)];
        assert_eq!(choose(&twins), [twins[0].clone(), twins[2].clone()]);
        let many: Vec<_> = (0..40).map(|id| pending(id, 100)).collect();
        assert_eq!(choose(&many).len(), 16);
        let large: Vec<_> = (0..4).map(|id| pending(id, 12 * 1024)).collect();
        assert_eq!(choose(&large).len(), 2);
    }

    #[test]
    fn it_is_sent_first_however_many_blocks_wait_to_be_searched() {
        let now = Instant::now();
        let mut progress = Progress::of(&sent(), now);
        assert_eq!(progress.todo(&sent(), 12, now), Todo { send: true, search: 11..=12 });
        progress.sent(now);
        assert_eq!(progress.todo(&sent(), 13, now), Todo { send: false, search: 11..=13 });
        progress.searched(13);
        let later = now + FIRST_PAUSE;
        let again = progress.todo(&sent(), 13, later);
        assert!(again.send && again.search.is_empty(), "sent again, for a pool forgets");
    }

    #[test]
    fn rule_19_a_nonce_is_free_only_after_every_block_of_the_era_was_searched() {
        let now = Instant::now();
        let mut progress = Progress::of(&sent(), now);
        assert_eq!(progress.todo(&sent(), 90, now), Todo { send: false, search: 11..=74 });
        for searched in [10, 73] {
            progress.searched(searched);
            assert!(!progress.over(&sent()));
        }
        progress.searched(74);
        assert!(progress.over(&sent()));
    }

    #[test]
    fn rule_19_a_nonce_that_another_transaction_used_is_given_up_only_after_the_blocks_were_searched() {
        let mut progress = Progress::of(&sent(), Instant::now());
        progress.searched(20);
        assert!(!progress.outrun(&sent(), 21, 4), "block 21 may hold it");
        assert!(!progress.outrun(&sent(), 20, 3), "nobody has used it");
        assert!(progress.outrun(&sent(), 20, 4));
    }

    #[test]
    fn what_waits_is_looked_at_less_and_less_often_and_never_less_than_once_a_minute() {
        let pauses: Vec<_> = [0, 1, 2, 3, 4, 5, 60, u32::MAX].map(|tries| look_again(100, tries) - 100).into();
        assert_eq!(pauses, [2, 4, 8, 16, 32, 60, 60, 60]);
    }
}
