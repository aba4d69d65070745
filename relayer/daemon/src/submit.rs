//! The queue's turn: what the bytes prove is decided, what the contract would refuse waits, the rest is signed and written
//! down. Sending is the next step.

use crate::{
    error::RelayerError,
    health::Code,
    inbox::now,
    journal::{Outcome, Pending, Verdict, Waiting},
    judge::expected,
    phase::{self, Worth},
    plan::{choose, look_again},
    work::{Next, Place, Worker},
};
use greatseal_client::{Account, BlockRef, Chain, ChainError, DryRun, Room, lacks_money};
use greatseal_deployment::Deployment;
use greatseal_protocol::refusal::Refusal;

/// Existential deposits that stay in the account, whatever waits.
const RESERVE: u128 = 2;

impl<A: Account> Worker<A> {
    /// Looks at what is due.
    pub(crate) async fn turn(&self, chain: &Chain, place: &mut Place) -> Result<Next, RelayerError> {
        let head = chain.finalized().await?;
        let time = chain.time(&head).await?;
        self.desk.health.head(head.number, time);
        if self.expire(&head, time).await? {
            return Ok(Next::AtOnce);
        }
        let due = self.desk.journal.lock().await.due(now()).await?;
        if due.is_empty() {
            return Ok(Next::Pause);
        }
        let chosen = choose(&due);
        self.submit(chain, &place.deployment, &head, &chosen).await
    }

    /// Once a finalised block's time is past an envelope's expiry, no later block can carry it out: that is proved.
    async fn expire(&self, head: &BlockRef, time: u64) -> Result<bool, RelayerError> {
        let mut journal = self.desk.journal.lock().await;
        let expired = journal.expired(time).await?;
        for (attempt, waited_for) in &expired {
            let before = waited_for.as_ref().map(|reason| format!("; it waited: {reason}")).unwrap_or_default();
            let outcome = proved(
                Refusal::EnvelopeExpired,
                format!("expired by block {}, and in no block by this relayer{before}", head.number),
                head.number,
            );
            journal.decided(*attempt, &outcome, now()).await?;
        }
        Ok(!expired.is_empty())
    }

    async fn submit(
        &self,
        chain: &Chain,
        deployment: &Deployment,
        head: &BlockRef,
        attempts: &[Pending],
    ) -> Result<Next, RelayerError> {
        let contract = deployment.contract();
        let counting = self.counting(chain, deployment, head, attempts).await?;
        let mut left: Vec<&Pending> = counting.iter().collect();
        // Whatever is sorted out may change what the others do: the last dry run is of exactly what is sent.
        while let Some(first) = left.first().copied() {
            let bytes: Vec<_> = left.iter().map(|attempt| attempt.bytes.clone()).collect();
            let dry_run = match chain.dry_run(contract, self.account.id(), &bytes).await {
                // Some of them may be cheaper than all.
                Err(ChainError::WouldFail(reason)) if lacks_money(&reason) && left.len() > 1 => {
                    left.truncate(left.len() / 2);
                    continue;
                }
                Err(ChainError::WouldFail(reason)) if lacks_money(&reason) => {
                    let poor = chain.no_money(self.account.id(), "more, for the deposit of what is stored").await;
                    return Ok(self.poor(&poor));
                }
                // One that fails, or whose answer cannot be read, must not hold up the others: they are tried one by one.
                Err(error @ (ChainError::WouldFail(_) | ChainError::NoContract(_) | ChainError::Undecodable(_))) => {
                    if left.len() == 1 {
                        return self.wait(first, "would_fail", None, error.to_string(), head).await;
                    }
                    left.truncate(1);
                    continue;
                }
                other => other?,
            };
            let Some(expected) = expected(&dry_run, left.len()) else {
                return self.wait(first, "would_fail", None, "the contract answers for others".into(), head).await;
            };
            let refused = expected.iter().filter(|expected| expected.refusal().is_some()).count();
            if refused > 0 {
                for (attempt, refusal) in left.iter().zip(expected.iter().map(|expected| expected.refusal())) {
                    if let Some(refusal) = refusal {
                        let reason = refusal.sentence().to_owned();
                        self.wait(attempt, "refused", Some(refusal), reason, head).await?;
                    }
                }
                let all = left.into_iter().zip(expected);
                left = all.filter(|(_, expected)| expected.refusal().is_none()).map(|(attempt, _)| attempt).collect();
                continue;
            }
            // A transaction that declares too much is neither refused nor ever included.
            let room = chain.room().await?;
            // One that stands alone goes without the margin, if it must.
            let fits = match left.len() {
                1 => dry_run.weight.fits(room.most),
                _ => dry_run.weight.with_margin().fits(room.sure),
            };
            if !fits {
                if left.len() == 1 {
                    let reason = format!("needs {}, one transaction may take {}", dry_run.weight, room.most);
                    return self.wait(first, "too_heavy", None, reason, head).await;
                }
                left.truncate(left.len() / 2);
                continue;
            }
            match self.prepare(chain, deployment, &left, &bytes, &dry_run, room).await? {
                Some(next) => return Ok(next),
                None => left.truncate(left.len() / 2),
            }
        }
        Ok(Next::AtOnce)
    }

    /// Signs the call and writes it down, where the account has enough for it; nothing where it may have for fewer of them.
    async fn prepare(
        &self,
        chain: &Chain,
        deployment: &Deployment,
        left: &[&Pending],
        bytes: &[Vec<u8>],
        dry_run: &DryRun,
        room: Room,
    ) -> Result<Option<Next>, RelayerError> {
        let (contract, payer, health) = (deployment.contract(), self.account.id(), &self.desk.health);
        let (fee, funds, least, nonce) = tokio::try_join!(
            chain.fee_of_submit(payer, contract, bytes, dry_run, room),
            chain.funds(payer),
            chain.existential_deposit(),
            chain.finalized_nonce(payer),
        )?;
        let cost = fee.saturating_add(dry_run.deposit);
        health.cost(cost);
        let needs = cost.saturating_add(least.saturating_mul(RESERVE));
        if funds.free < needs && left.len() > 1 {
            return Ok(None);
        }
        if funds.free < needs {
            let needs = chain.units().await?.amount(needs);
            let poor = chain.no_money(payer, &needs).await;
            return Ok(Some(self.poor(&poor)));
        }
        let prepared = chain.prepare_submit(&self.account, nonce, contract, bytes, dry_run, room).await?;
        health.clear(Code::AccountKey);
        health.clear(Code::NoMoney);
        let ids: Vec<_> = left.iter().map(|attempt| attempt.attempt).collect();
        self.desk.journal.lock().await.prepared(&prepared, &ids, now()).await?;
        Ok(Some(Next::AtOnce))
    }

    /// Holds the queue until somebody sends money: that is nobody's outcome.
    fn poor(&self, poor: &ChainError) -> Next {
        self.desk.health.set(Code::NoMoney, format!("{poor}; {}", poor.help()));
        Next::Hold
    }

    /// The envelopes alone, of which each counts in its council's phase; of the others, what is proved is decided.
    async fn counting(
        &self,
        chain: &Chain,
        deployment: &Deployment,
        head: &BlockRef,
        attempts: &[Pending],
    ) -> Result<Vec<Pending>, RelayerError> {
        let mut counting = Vec::with_capacity(attempts.len());
        for (attempt, worth) in phase::judge(chain, deployment, attempts).await? {
            match worth {
                Worth::Counts(bytes) => counting.push(Pending { bytes, ..attempt.clone() }),
                Worth::Never(refusal) => {
                    let outcome = proved(refusal, refusal.sentence().into(), head.number);
                    self.desk.journal.lock().await.decided(attempt.attempt, &outcome, now()).await?;
                }
                Worth::NotNow { code, reason } => {
                    self.wait(attempt, code, None, reason, head).await?;
                }
            }
        }
        Ok(counting)
    }

    /// Notes what an attempt waits for.
    async fn wait(
        &self,
        attempt: &Pending,
        code: &str,
        refusal: Option<Refusal>,
        reason: String,
        head: &BlockRef,
    ) -> Result<Next, RelayerError> {
        tracing::info!(envelope = %attempt.envelope, code, reason, "waits");
        let waiting = Waiting {
            code: code.into(),
            refusal: refusal.map(Refusal::code),
            reason,
            block: head.number,
            not_before: look_again(now(), attempt.tries),
        };
        self.desk.journal.lock().await.wait(attempt.attempt, &waiting).await?;
        Ok(Next::AtOnce)
    }
}

/// An outcome that bytes and a finalised block prove, without a transaction.
fn proved(refusal: Refusal, reason: String, block: u64) -> Outcome {
    Outcome { refusal: Some(refusal.code()), reason: Some(reason), block: Some(block), ..Outcome::of(Verdict::Refused) }
}
