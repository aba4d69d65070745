//! The worker: asks the plan for the next step and takes it. What fails in passing is tried again.

use crate::{
    error::RelayerError,
    inbox::{Desk, now},
    journal::{End, Outcome, Pending, Sent},
    phase,
    plan::{Progress, Step, plan},
};
use greatseal_api::deployment::Deployment;
use greatseal_chain::{Account, Block, Chain, ChainError, DryRun, Prepared, asking};
use greatseal_protocol::{
    bytes::EnvelopeDigest,
    event::{Door, Event, Record},
    submit::{self, Undone},
};
use std::time::Duration;
use tokio::sync::watch;

/// Pause between two looks at the chain while something is under way.
const POLL: Duration = Duration::from_millis(150);
/// Longest pause after a passing failure.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(10);
/// Transactions that may carry an attempt in vain before it is given up.
const TRIES: i64 = 5;

/// Submits what the desk takes in, until the future is dropped.
pub struct Worker<A> {
    /// The desk.
    pub desk: Desk,
    /// Who pays.
    pub account: A,
    /// The node; the desk sees each one that this worker reaches.
    pub node: watch::Sender<Chain>,
}

/// Where the worker is.
struct Place {
    /// The transaction under way; 0 where there is none.
    tx: i64,
    /// What is known about it.
    progress: Progress,
    /// Of the contract that it is for.
    deployment: Deployment,
}

impl<A: Account> Worker<A> {
    /// Works for ever, reconnecting where it must.
    pub async fn run(&self) {
        let mut chain = self.node.borrow().clone();
        let mut place =
            Place { tx: 0, progress: Progress::default(), deployment: self.desk.standing.borrow().deployment.clone() };
        let mut back_off = POLL;
        loop {
            match self.step(&chain, &mut place).await {
                Ok(true) => back_off = POLL,
                Ok(false) => {
                    back_off = POLL;
                    let _woken = tokio::time::timeout(POLL, self.desk.wake.notified()).await;
                }
                Err(error) => {
                    tracing::warn!(%error, wait_ms = back_off.as_millis(), "step failed, trying again");
                    tokio::time::sleep(back_off).await;
                    back_off = back_off.saturating_mul(2).min(LONGEST_BACK_OFF);
                    if let Ok(fresh) = Chain::connect(chain.url()).await {
                        chain = fresh;
                        self.node.send_replace(chain.clone());
                    }
                }
            }
        }
    }

    /// Takes one step; says whether there may be another at once.
    async fn step(&self, chain: &Chain, place: &mut Place) -> Result<bool, RelayerError> {
        let expected = place.deployment.chain();
        if chain.genesis() != expected {
            let (expected, found) = (expected.to_string(), chain.genesis().to_string());
            return Err(RelayerError::WrongChain { expected, found });
        }
        let (under_way, pending) = {
            let mut journal = self.desk.journal.lock().await;
            (journal.under_way().await?, journal.pending().await?)
        };
        let tx = under_way.as_ref().map_or(0, |sent| sent.tx);
        if place.tx != tx {
            (place.tx, place.progress) = (tx, Progress::default());
        }
        if under_way.is_none() {
            // Not sooner: what is under way is for the contract before, which tells what becomes of it.
            place.deployment = self.desk.standing.borrow().deployment.clone();
            if pending.is_empty() {
                return Ok(false);
            }
        }
        let finalized = chain.finalized().await?.number;
        match plan(under_way.as_ref(), &pending, place.progress, finalized) {
            Step::Rest => Ok(false),
            Step::Submit(attempts) => self.submit(chain, &place.deployment, &attempts).await.map(|()| true),
            Step::Send(sent) => {
                self.send(chain, &sent).await?;
                place.progress.sent = true;
                Ok(true)
            }
            Step::Scan(sent, from, to) => {
                for number in from..=to {
                    let Some(block) = chain.finalized_block(number).await? else { break };
                    if self.found(&place.deployment, &sent, &block).await? {
                        return Ok(true);
                    }
                    place.progress.searched = number;
                }
                Ok(true)
            }
            Step::Expire(sent) => self.ended_in_vain(&sent, End::Expired, "its era ended").await.map(|()| true),
        }
    }

    /// Dry run, sort out what would be refused, sign the rest and write it down. Sending is the next step.
    async fn submit(&self, chain: &Chain, deployment: &Deployment, attempts: &[Pending]) -> Result<(), RelayerError> {
        let contract = deployment.contract();
        let admitted = self.admitted(chain, deployment, attempts).await?;
        let mut left: Vec<&Pending> = admitted.iter().collect();
        // Whatever is sorted out may change what the others do: the last dry run is of exactly what is sent.
        while !left.is_empty() {
            let bytes: Vec<_> = left.iter().map(|attempt| attempt.bytes.clone()).collect();
            let dry_run = match chain.dry_run(contract, self.account.id(), &bytes).await {
                Err(ChainError::WouldFail(reason)) => {
                    // One that fails must not hold up the others: they are tried one by one.
                    if let [alone] = left.as_slice() {
                        let outcome = Outcome { state: "failed".into(), reason: Some(reason), ..Outcome::default() };
                        return self.desk.journal.lock().await.decided(alone.attempt, &outcome, now()).await;
                    }
                    left.truncate(1);
                    continue;
                }
                other => other?,
            };
            let refused = refusals(&dry_run, left.len());
            if refused.is_empty() {
                // A transaction that declares too much is neither refused nor ever included.
                let room = chain.room().await?;
                let alone = if let [alone] = left.as_slice() { Some(alone) } else { None };
                // One that stands alone goes without the margin, if it must.
                let fits = match alone {
                    Some(_) => dry_run.weight.fits(room.most),
                    None => dry_run.weight.with_margin_to_ask(asking(&bytes)).fits(room.sure),
                };
                if !fits {
                    if let Some(alone) = alone {
                        let reason = format!("needs {}, one transaction may take {}", dry_run.weight, room.most);
                        let outcome = Outcome { state: "failed".into(), reason: Some(reason), ..Outcome::default() };
                        return self.desk.journal.lock().await.decided(alone.attempt, &outcome, now()).await;
                    }
                    left.truncate(left.len() / 2);
                    continue;
                }
                let nonce = chain.finalized_nonce(self.account.id()).await?;
                let prepared = chain.prepare_submit(&self.account, nonce, contract, &bytes, &dry_run, room).await?;
                let ids: Vec<_> = left.iter().map(|attempt| attempt.attempt).collect();
                return self.desk.journal.lock().await.prepared(&prepared, &ids, now()).await;
            }
            let mut journal = self.desk.journal.lock().await;
            for (place, outcome) in &refused {
                if let Some(attempt) = left.get(*place) {
                    tracing::info!(envelope = %attempt.envelope, reason = ?outcome.reason, "refused by the dry run");
                    journal.decided(attempt.attempt, outcome, now()).await?;
                }
            }
            let keep = |place: &usize| !refused.iter().any(|(refused, _)| refused == place);
            left = left.into_iter().enumerate().filter(|(place, _)| keep(place)).map(|(_, attempt)| attempt).collect();
        }
        Ok(())
    }

    /// The envelopes alone, of which each counts in its council's phase; the others are decided here.
    async fn admitted(
        &self,
        chain: &Chain,
        deployment: &Deployment,
        attempts: &[Pending],
    ) -> Result<Vec<Pending>, RelayerError> {
        let mut admitted = Vec::with_capacity(attempts.len());
        for (attempt, answer) in phase::judge(chain, deployment, attempts).await? {
            match answer {
                Ok(bytes) => admitted.push(Pending { bytes, ..attempt.clone() }),
                Err(missing) => {
                    tracing::info!(envelope = %attempt.envelope, reason = %missing, "does not count in its phase");
                    let reason = Some(format!("{missing}; {}", missing.help()));
                    let outcome = Outcome { state: "failed".into(), reason, ..Outcome::default() };
                    self.desk.journal.lock().await.decided(attempt.attempt, &outcome, now()).await?;
                }
            }
        }
        Ok(admitted)
    }

    async fn send(&self, chain: &Chain, sent: &Sent) -> Result<(), RelayerError> {
        let (bytes, hash, nonce) = (sent.bytes.clone(), sent.hash, sent.nonce);
        match chain.send(&Prepared { bytes, hash, nonce, born: sent.born, dies: sent.dies }).await {
            Ok(()) => {
                tracing::info!(transaction = %hex::encode(hash), nonce, "sent");
                Ok(())
            }
            // It may be in a block already, final or not, where scanning finds it; if it is not, its era ends.
            Err(ChainError::Refused(reason)) if chain.best_nonce(self.account.id()).await? > nonce => {
                tracing::info!(%reason, "refused as old: looking for it in the blocks");
                Ok(())
            }
            Err(ChainError::Refused(reason)) => self.ended_in_vain(sent, End::Refused, &reason).await,
            Err(other) => Err(other.into()),
        }
    }

    /// The transaction brought nothing and cost nothing: its envelopes wait again, unless that happened too often.
    async fn ended_in_vain(&self, sent: &Sent, end: End, reason: &str) -> Result<(), RelayerError> {
        tracing::warn!(transaction = %hex::encode(sent.hash), reason, "ended in vain");
        let mut journal = self.desk.journal.lock().await;
        let mut given_up = Vec::new();
        for (attempt, _) in journal.carried(sent.tx).await? {
            if journal.tries(attempt).await? >= TRIES {
                let reason = Some(format!("given up after {TRIES} transactions: {reason}"));
                given_up.push((attempt, Outcome { state: "failed".into(), reason, ..Outcome::default() }));
            }
        }
        journal.end(sent.tx, end, Some(reason), &given_up, now()).await
    }

    /// Whether the block holds the transaction; if so, its end and all outcomes are written at once.
    async fn found(&self, deployment: &Deployment, sent: &Sent, block: &Block) -> Result<bool, RelayerError> {
        let Some(index) = block.extrinsics.iter().position(|extrinsic| extrinsic.hash == sent.hash) else {
            return Ok(false);
        };
        let success = block.extrinsics.get(index).is_some_and(|extrinsic| extrinsic.success);
        let records = records(deployment, block, index)?;
        let number = block.at.number;
        let mut journal = self.desk.journal.lock().await;
        let outcomes: Vec<_> = journal
            .carried(sent.tx)
            .await?
            .into_iter()
            .map(|(attempt, envelope)| {
                let outcome = outcome(&records, envelope, success);
                (attempt, Outcome { tx: Some(sent.tx), block: Some(number), ..outcome })
            })
            .collect();
        let end = if success { End::Succeeded(number) } else { End::Failed(number) };
        journal.end(sent.tx, end, None, &outcomes, now()).await?;
        tracing::info!(transaction = %hex::encode(sent.hash), block = number, success, "final");
        Ok(true)
    }
}

/// What the contract says in one extrinsic.
fn records(deployment: &Deployment, block: &Block, extrinsic: usize) -> Result<Vec<Record>, RelayerError> {
    let events = block.events.iter().filter(|event| usize::try_from(event.extrinsic) == Ok(extrinsic));
    let ours = events.filter(|event| event.contract == deployment.contract());
    ours.map(|event| Ok(event.record()?)).collect()
}

/// What finalised records say about an envelope.
fn outcome(records: &[Record], envelope: EnvelopeDigest, success: bool) -> Outcome {
    let first = records.iter().find(|record| record.door == Door::Envelope(envelope));
    match first.map(|record| (&record.event, record.seq)) {
        Some((Event::Refused { refusal }, seq)) => Outcome {
            state: "refused".into(),
            refusal: Some(refusal.code()),
            reason: Some(refusal.sentence().into()),
            seq: Some(seq),
            ..Outcome::default()
        },
        Some((_, seq)) => Outcome { state: "applied".into(), seq: Some(seq), ..Outcome::default() },
        None => {
            let reason = if success { "the contract ignored it" } else { "the transaction was undone" };
            Outcome { state: "failed".into(), reason: Some(reason.into()), ..Outcome::default() }
        }
    }
}

/// Places of the envelopes that the dry run refuses, with what to tell.
fn refusals(dry_run: &DryRun, count: usize) -> Vec<(usize, Outcome)> {
    let refused = |refusal: greatseal_protocol::refusal::Refusal| Outcome {
        state: "refused".into(),
        refusal: Some(refusal.code()),
        reason: Some(refusal.sentence().into()),
        ..Outcome::default()
    };
    let outcomes = match &dry_run.outcomes {
        Ok(outcomes) | Err(Undone::NothingAuthentic(outcomes)) => outcomes,
        Err(Undone::Bounds(refusal)) => return (0..count).map(|place| (place, refused(*refusal))).collect(),
        Err(Undone::Storage) => {
            return (0..count)
                .map(|place| (place, refused(greatseal_protocol::refusal::Refusal::Unreadable)))
                .collect();
        }
    };
    outcomes
        .iter()
        .enumerate()
        .filter_map(|(place, outcome)| match outcome {
            submit::Outcome::Applied { .. } => None,
            submit::Outcome::Refused { refusal, .. } | submit::Outcome::Ignored { refusal } => {
                Some((place, refused(*refusal)))
            }
        })
        .collect()
}
