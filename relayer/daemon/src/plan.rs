//! What to do next, as a function of the journal and the chain. Asks nothing, does nothing.

use crate::journal::{Pending, Sent};
use greatseal_protocol::submit::MAX_ENVELOPES;

/// Most bytes of envelopes in one call: ink!'s buffer holds 32 KiB, and the call has a little of its own.
const MAX_CALL: usize = 30 * 1024;

/// The next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing waits.
    Rest,
    /// Submit these attempts in one call.
    Submit(Vec<Pending>),
    /// Send the transaction (again): it may never have left.
    Send(Sent),
    /// Look for the transaction in the finalised blocks `[from, to]`.
    Scan(Sent, u64, u64),
    /// The transaction can no longer come: its nonce is free.
    Expire(Sent),
}

/// What this process knows about the transaction under way; empty after a restart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Whether this process has sent it.
    pub sent: bool,
    /// Last finalised block that was searched for it.
    pub searched: u64,
}

/// The next step. One transaction at a time: its outcome decides the next nonce.
pub fn plan(under_way: Option<&Sent>, pending: &[Pending], progress: Progress, finalized: u64) -> Step {
    let Some(sent) = under_way else { return submit(pending) };
    let from = progress.searched.max(sent.born).saturating_add(1);
    let to = finalized.min(sent.dies);
    if from <= to {
        return Step::Scan(sent.clone(), from, to);
    }
    match (progress.sent, finalized >= sent.dies) {
        (_, true) => Step::Expire(sent.clone()),
        (false, false) => Step::Send(sent.clone()),
        (true, false) => Step::Rest,
    }
}

/// The oldest attempts that fit one call; an envelope stands in a call once.
fn submit(pending: &[Pending]) -> Step {
    let mut bytes = 0_usize;
    let mut chosen: Vec<Pending> = Vec::new();
    for attempt in pending {
        bytes = bytes.saturating_add(attempt.bytes.len()).saturating_add(4);
        let twice = chosen.iter().any(|other| other.envelope == attempt.envelope);
        if chosen.len() >= MAX_ENVELOPES || bytes > MAX_CALL {
            break;
        }
        if !twice {
            chosen.push(attempt.clone());
        }
    }
    match chosen.is_empty() {
        true => Step::Rest,
        false => Step::Submit(chosen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::bytes::EnvelopeDigest;

    fn pending(id: i64, size: usize) -> Pending {
        let name = u8::try_from(id).unwrap_or_default();
        Pending { attempt: id, envelope: EnvelopeDigest([name; 32]), bytes: vec![1; size] }
    }

    fn sent() -> Sent {
        Sent { tx: 1, hash: [7; 32], nonce: 3, born: 10, dies: 74, bytes: vec![1] }
    }

    #[test]
    fn an_idle_relayer_submits_what_fits_and_each_envelope_once() {
        assert_eq!(plan(None, &[], Progress::default(), 5), Step::Rest);
        let twins = [pending(1, 10), pending(1, 10), pending(2, 10)];
        assert_eq!(plan(None, &twins, Progress::default(), 5), Step::Submit(vec![twins[0].clone(), twins[2].clone()]));
        let many: Vec<_> = (0..40).map(|id| pending(id, 100)).collect();
        assert!(matches!(plan(None, &many, Progress::default(), 5), Step::Submit(chosen) if chosen.len() == 16));
        let large: Vec<_> = (0..4).map(|id| pending(id, 12 * 1024)).collect();
        assert!(matches!(plan(None, &large, Progress::default(), 5), Step::Submit(chosen) if chosen.len() == 2));
    }

    #[test]
    fn rule_19_after_a_restart_blocks_are_searched_first_then_the_same_bytes_are_sent() {
        let fresh = Progress::default();
        assert_eq!(plan(Some(&sent()), &[], fresh, 12), Step::Scan(sent(), 11, 12));
        assert_eq!(plan(Some(&sent()), &[], Progress { searched: 12, ..fresh }, 12), Step::Send(sent()));
        assert_eq!(plan(Some(&sent()), &[], Progress { searched: 12, sent: true }, 12), Step::Rest);
    }

    #[test]
    fn rule_19_a_nonce_is_free_only_after_every_block_of_the_era_was_searched() {
        let searched = |searched| Progress { sent: true, searched };
        assert_eq!(plan(Some(&sent()), &[], searched(70), 90), Step::Scan(sent(), 71, 74));
        assert_eq!(plan(Some(&sent()), &[], searched(74), 90), Step::Expire(sent()));
    }
}
