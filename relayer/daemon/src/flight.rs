//! The transaction in flight: sent, sent again, and looked for in finalised blocks until it is found or can no longer come.

use crate::{
    error::RelayerError,
    health::Code,
    inbox::now,
    journal::{After, End, Outcome, Sent, Verdict, Waiting},
    plan::{Progress, look_again},
    work::{Next, Place, Worker},
};
use greatseal_client::{Account, Block, BlockRef, Chain, ChainError, PoolClass, Prepared};
use greatseal_deployment::Deployment;
use greatseal_protocol::{
    bytes::EnvelopeDigest,
    event::{Door, Event, Record},
    language::contract,
};
use std::time::{Duration, Instant};

/// Longest wait for the answer of a pool: it decides nothing, and blocks are searched meanwhile.
const ANSWER: Duration = Duration::from_secs(5);
/// Fees that are paid in vain for an envelope before it is given up.
const FEES: u32 = 3;

impl<A: Account> Worker<A> {
    /// Sends it where that is due, then searches what has become final.
    pub(crate) async fn follow(&self, chain: &Chain, place: &mut Place, sent: &Sent) -> Result<Next, RelayerError> {
        let head = chain.finalized().await?;
        let mut progress = match place.progress {
            Some((tx, progress)) if tx == sent.tx => progress,
            _ => Progress::of(sent, Instant::now()),
        };
        let todo = progress.todo(sent, head.number, Instant::now());
        let mut outdated = false;
        if todo.send {
            outdated = self.send(chain, sent).await?;
            progress.sent(Instant::now());
        }
        place.progress = Some((sent.tx, progress));
        for number in todo.search {
            // A node behind the same address may know less than the one that was asked before.
            let Some(block) = chain.finalized_block(number).await? else { break };
            if self.found(&place.deployment, sent, &block).await? {
                return Ok(Next::AtOnce);
            }
            progress.searched(number);
            place.progress = Some((sent.tx, progress));
        }
        if progress.over(sent) {
            return self.gone(sent, &head, "its era ended").await;
        }
        if outdated {
            let next = chain.nonce_at(self.account.id(), &head).await?;
            if progress.outrun(sent, head.number, next) {
                return self.gone(sent, &head, "another transaction of the account used its nonce").await;
            }
        }
        Ok(Next::Pause)
    }

    /// Gives it to the node. What a pool says is no outcome; says whether the nonce is used by what the pool knows.
    async fn send(&self, chain: &Chain, sent: &Sent) -> Result<bool, RelayerError> {
        let (bytes, hash, nonce) = (sent.bytes.clone(), sent.hash, sent.nonce);
        let prepared = Prepared { bytes, hash, nonce, born: sent.born, dies: sent.dies };
        match tokio::time::timeout(ANSWER, chain.send(&prepared)).await {
            Ok(Ok(())) => {
                tracing::info!(transaction = %hex::encode(hash), nonce, "sent");
                self.desk.health.clear(Code::NoMoney);
                Ok(false)
            }
            Ok(Err(ChainError::Refused(refused))) => {
                tracing::info!(transaction = %hex::encode(hash), nonce, %refused, "not taken into the pool: sent again later");
                self.desk.health.failed("pool", &refused.words, now());
                if refused.class == PoolClass::Money {
                    let poor = chain.no_money(self.account.id(), "more, to pay the fee").await;
                    self.desk.health.set(Code::NoMoney, format!("{poor}; {}", poor.help()));
                }
                Ok(refused.class == PoolClass::Outdated)
            }
            Ok(Err(other)) if !other.passing() => Err(other.into()),
            // Whether it arrived is not known: blocks are searched all the same.
            Ok(Err(_)) | Err(_) => {
                tracing::info!(transaction = %hex::encode(hash), nonce, "the node has not answered: sent again later");
                Ok(false)
            }
        }
    }

    /// It can no longer come, as finalised blocks show: its nonce is free, and its envelopes wait again.
    async fn gone(&self, sent: &Sent, head: &BlockRef, reason: &str) -> Result<Next, RelayerError> {
        tracing::warn!(transaction = %hex::encode(sent.hash), reason, "can no longer come");
        let mut journal = self.desk.journal.lock().await;
        let waiting = Waiting {
            code: "expired_transaction".into(),
            refusal: None,
            reason: format!("the transaction that carried it did not come into a block: {reason}; a new one is made"),
            block: head.number,
            not_before: 0,
        };
        let again = |(attempt, _, _)| (attempt, After::Again { paid: false, waiting: waiting.clone() });
        let attempts: Vec<_> = journal.carried(sent.tx).await?.into_iter().map(again).collect();
        journal.end(sent.tx, End::Expired, Some(reason), &attempts, now()).await?;
        Ok(Next::AtOnce)
    }

    /// Whether the block holds the transaction; if so, its end and all outcomes are written at once.
    async fn found(&self, deployment: &Deployment, sent: &Sent, block: &Block) -> Result<bool, RelayerError> {
        let Some(index) = block.extrinsics.iter().position(|extrinsic| extrinsic.hash == sent.hash) else {
            return Ok(false);
        };
        let success = block.extrinsics.get(index).is_some_and(|extrinsic| extrinsic.success);
        let records = records(deployment, block, index);
        let number = block.at.number;
        let mut journal = self.desk.journal.lock().await;
        let attempts: Vec<_> = journal
            .carried(sent.tx)
            .await?
            .into_iter()
            .map(|(attempt, envelope, paid)| {
                let after = match outcome(&records, envelope) {
                    Some(outcome) => After::Decided(Outcome { tx: Some(sent.tx), block: Some(number), ..outcome }),
                    None => without_record(sent.tx, number, success, paid, now()),
                };
                (attempt, after)
            })
            .collect();
        let end = if success { End::Succeeded(number) } else { End::Failed(number) };
        journal.end(sent.tx, end, None, &attempts, now()).await?;
        tracing::info!(transaction = %hex::encode(sent.hash), block = number, success, "final");
        Ok(true)
    }
}

/// What the contract says in one extrinsic. A record that this release cannot read decides nothing, and stops nobody.
fn records(deployment: &Deployment, block: &Block, extrinsic: usize) -> Vec<Record> {
    let events = block.events.iter().filter(|event| usize::try_from(event.extrinsic) == Ok(extrinsic));
    let ours = events.filter(|event| event.contract == deployment.contract());
    ours.filter_map(|event| {
        let record = event.record();
        if let Err(error) = &record {
            tracing::error!(%error, block = block.at.number, "a record of the contract cannot be read");
        }
        record.ok()
    })
    .collect()
}

/// What finalised records say about an envelope; `None` where they do not name it.
fn outcome(records: &[Record], envelope: EnvelopeDigest) -> Option<Outcome> {
    let first = records.iter().find(|record| record.door == Door::Envelope(envelope))?;
    Some(match &first.event {
        Event::Contract(contract::Event::Refused { refusal, .. }) => Outcome {
            refusal: Some(refusal.code()),
            reason: Some(refusal.sentence().into()),
            seq: Some(first.seq),
            ..Outcome::of(Verdict::Refused)
        },
        _ => Outcome { seq: Some(first.seq), ..Outcome::of(Verdict::Applied) },
    })
}

/// A fee was paid, and no record names the envelope: it waits again, unless that has happened too often.
fn without_record(tx: i64, block: u64, success: bool, paid: u32, now: i64) -> After {
    let what = if success { "no record of it names this envelope" } else { "it was undone" };
    let reason = format!("its transaction is in block {block}, and {what}");
    if paid.saturating_add(1) >= FEES {
        let reason = Some(format!("given up after {FEES} fees: {reason}"));
        return After::Decided(Outcome { reason, tx: Some(tx), block: Some(block), ..Outcome::of(Verdict::Failed) });
    }
    let not_before = look_again(now, paid.saturating_add(1));
    let waiting = Waiting { code: "undone".into(), refusal: None, reason, block, not_before };
    After::Again { paid: true, waiting }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_44_what_no_record_names_is_no_outcome_until_its_fees_are_used_up() {
        for success in [true, false] {
            assert!(matches!(without_record(1, 9, success, 0, 0), After::Again { paid: true, .. }));
            assert!(matches!(without_record(1, 9, success, 1, 0), After::Again { paid: true, .. }));
            let last = without_record(1, 9, success, 2, 0);
            assert!(matches!(last, After::Decided(Outcome { tx: Some(1), block: Some(9), .. })), "{last:?}");
        }
    }
}
