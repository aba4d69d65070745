//! What is looked at before an envelope is taken in. To turn somebody away at the door is no outcome: nothing is written down,
//! nothing was sent, and whoever has the envelope can bring it again.

use crate::{
    inbox::{Desk, now},
    journal::Pending,
    judge::{Expected, expected},
    phase::{self, Worth},
};
use greatseal_client::{Chain, ChainError};
use greatseal_protocol::{bytes::EnvelopeDigest, clock::LIFE, envelope::Envelope, refusal::Refusal};
use std::time::Duration;

/// Longest time that an envelope waits at the door for the node; then it is taken in unseen, for it must not be lost.
const ASKING: Duration = Duration::from_secs(2);
/// Seconds by which the chain's clock may be behind this machine's without an envelope being taken for one that lives too long.
const MARGIN: u64 = 120;

/// What the node says of an envelope at its last final block.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Block time in seconds.
    time: u64,
    worth: Worth,
    /// `None` where nothing can be expected: the chain would not even run the call.
    expected: Option<Expected>,
}

/// Why an envelope is not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// A rule of the contract.
    Refused(Refusal),
    /// It does not count now.
    NotNow {
        /// Stable word.
        code: &'static str,
        /// In words.
        reason: String,
    },
}

impl Seen {
    /// Whether the contract would carry it out now.
    pub(crate) fn welcome(&self) -> bool {
        self.expected == Some(Expected::Applied)
    }

    /// Why the envelope is not taken in, if it is not; `keep` where it is to wait for better times.
    ///
    /// What no member signed is never kept: anybody can sign. Neither is what has expired, nor what lives longer than the
    /// contract takes: nothing waits here for more than an hour.
    pub(crate) fn closed(&self, envelope: &Envelope, keep: bool) -> Option<Closed> {
        let expiry = envelope.command.expiry;
        if self.time >= expiry {
            return Some(Closed::Refused(Refusal::EnvelopeExpired));
        }
        let clock = self.time.max(u64::try_from(now()).unwrap_or_default());
        if expiry > clock.saturating_add(LIFE).saturating_add(MARGIN) {
            return Some(Closed::Refused(Refusal::LifeTooLong));
        }
        match (&self.worth, self.expected) {
            (Worth::Never(refusal), _) => Some(Closed::Refused(*refusal)),
            (Worth::Counts(_), Some(Expected::Ignored(refusal))) => Some(Closed::Refused(refusal)),
            (Worth::Counts(_), Some(Expected::Refused(refusal))) if !keep => Some(Closed::Refused(refusal)),
            (Worth::NotNow { code, reason }, _) if !keep => Some(Closed::NotNow { code, reason: reason.clone() }),
            (Worth::Counts(_) | Worth::NotNow { .. }, _) => None,
        }
    }
}

/// Why an envelope is not taken in that no node could be asked about: what would stay here for longer than any envelope may.
pub(crate) fn unseen(envelope: &Envelope) -> Option<Closed> {
    let clock = u64::try_from(now()).unwrap_or_default();
    let longest = clock.saturating_add(LIFE).saturating_add(MARGIN);
    (envelope.command.expiry > longest).then_some(Closed::Refused(Refusal::LifeTooLong))
}

impl Desk {
    /// Asks the node about an envelope; `None` where it does not say in time.
    pub(crate) async fn look(&self, digest: EnvelopeDigest, envelope: &Envelope, bytes: &[u8]) -> Option<Seen> {
        let attempt = Pending { attempt: 0, envelope: digest, bytes: bytes.to_vec(), tries: 0 };
        let looking = async {
            let chain = self.reach().await?;
            let deployment = self.standing.borrow().deployment.clone();
            if chain.genesis() != deployment.chain() || self.health.misled() {
                return None;
            }
            let head = chain.finalized().await.ok()?;
            let time = chain.time(&head).await.ok()?;
            let judged = phase::judge(&chain, &deployment, std::slice::from_ref(&attempt)).await.ok()?;
            let (_, worth) = judged.into_iter().next()?;
            let expected = match &worth {
                Worth::Counts(bytes) => {
                    let call = [bytes.clone()];
                    match chain.dry_run(deployment.contract(), self.payer, &call).await {
                        Ok(dry_run) => expected(&dry_run, 1)?.first().copied(),
                        Err(ChainError::WouldFail(_)) => None,
                        Err(_) => return None,
                    }
                }
                Worth::Never(_) | Worth::NotNow { .. } => None,
            };
            let applied = expected == Some(Expected::Applied);
            let refusal = expected.and_then(Expected::refusal).map(Refusal::code);
            tracing::debug!(%digest, key = %envelope.key, applied, refusal, "seen at the door");
            Some(Seen { time, worth, expected })
        };
        tokio::time::timeout(ASKING, looking).await.ok().flatten()
    }

    /// A connection that nobody has used for hours may be dead although the node is well.
    async fn reach(&self) -> Option<Chain> {
        let chain = self.node.borrow().clone();
        match chain.finalized().await {
            Ok(_) => Some(chain),
            Err(_) => Chain::connect(chain.url()).await.ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::language::council;
    use greatseal_protocol::{
        bytes::{ContractAddress, DeploymentId},
        command::{Capacity, Command, Order},
        digest::Domain,
        key::{Key, Signature},
    };

    fn envelope(expiry: u64) -> Envelope {
        let domain = Domain { deployment: DeploymentId([1; 32]), contract: ContractAddress([2; 20]), chain_id: 3 };
        let command = Command {
            capacity: Capacity::Anyone,
            expiry,
            order: Order::Council(council::Order::Heartbeat { nonce: 1 }),
        };
        Envelope::seal(&domain, command, Key::Ed25519([1; 32]), Signature::Ed25519([0; 64]))
    }

    fn seen(time: u64, expected: Option<Expected>) -> Seen {
        Seen { time, worth: Worth::Counts(Vec::new()), expected }
    }

    #[test]
    fn rule_44_what_the_contract_would_refuse_now_waits_where_it_is_to_be_kept() {
        let clock = u64::try_from(now()).unwrap_or_default();
        let refused = seen(clock, Some(Expected::Refused(Refusal::NoQuorum)));
        assert_eq!(refused.closed(&envelope(clock + 60), true), None);
        assert_eq!(refused.closed(&envelope(clock + 60), false), Some(Closed::Refused(Refusal::NoQuorum)));
        assert!(!refused.welcome() && seen(clock, Some(Expected::Applied)).welcome());
        assert_eq!(
            seen(clock, None).closed(&envelope(clock + 60), false),
            None,
            "an unknown expectation closes nothing"
        );
    }

    #[test]
    fn what_nobody_could_be_asked_about_does_not_stay_for_ever() {
        let clock = u64::try_from(now()).unwrap_or_default();
        assert_eq!(unseen(&envelope(clock + LIFE)), None);
        for expiry in [clock + LIFE + 600, u64::MAX] {
            assert_eq!(unseen(&envelope(expiry)), Some(Closed::Refused(Refusal::LifeTooLong)));
        }
    }

    #[test]
    fn what_no_member_signed_and_what_never_expires_is_not_kept() {
        let clock = u64::try_from(now()).unwrap_or_default();
        let ignored = seen(clock, Some(Expected::Ignored(Refusal::UnknownKey)));
        assert_eq!(ignored.closed(&envelope(clock + 60), true), Some(Closed::Refused(Refusal::UnknownKey)));
        let applied = seen(clock, Some(Expected::Applied));
        assert_eq!(applied.closed(&envelope(clock), true), Some(Closed::Refused(Refusal::EnvelopeExpired)));
        assert_eq!(applied.closed(&envelope(u64::MAX), true), Some(Closed::Refused(Refusal::LifeTooLong)));
        assert_eq!(applied.closed(&envelope(clock + LIFE), true), None);
    }
}
