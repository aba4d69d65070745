//! How the relayer is, kept in memory: answered without the journal, and whatever the node does.

use crate::{journal::Load, succession::Standing};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

/// A transaction that waits for so long without a new final block shows that the chain stands still.
const STALLED: Duration = Duration::from_secs(90);
/// A balance below so many transactions like the last one, or so many existential deposits, is low.
const TRANSACTIONS: u128 = 20;
const DEPOSITS: u128 = 100;

/// What is wrong. Its word stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// The node does not answer.
    NodeUnreachable,
    /// The node serves another chain.
    WrongChain,
    /// The node's chain does not have the contract: it was begun anew.
    NoContract,
    /// The contract is retired, and its successor does not have the state yet.
    Retired,
    /// Blocks do not become final.
    FinalityStalled,
    /// The account cannot pay.
    NoMoney,
    /// The account's key does not sign.
    AccountKey,
    /// The journal cannot be read or written.
    Journal,
    /// No step has succeeded for a while: nothing is submitted, and nothing is found.
    StepsFail,
    /// No more envelopes are taken in.
    QueueFull,
    /// The account will soon be unable to pay.
    LowBalance,
}

/// A reason why the relayer is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Stable word.
    pub code: &'static str,
    /// What is wrong, and what to do.
    pub text: String,
}

/// Shared by routes and worker. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<RwLock<State>>);

#[derive(Debug, Default)]
struct State {
    reasons: BTreeMap<Code, String>,
    head: Option<Head>,
    balance: Option<String>,
    /// What the last transaction took, in base units.
    cost: u128,
    load: Load,
    step: Duration,
    last_error: Option<LastError>,
}

#[derive(Clone, Copy, Debug)]
struct Head {
    number: u64,
    time: u64,
    /// When it was first seen, and when the node last answered.
    new: Instant,
    seen: Instant,
}

#[derive(Clone, Debug, Serialize)]
struct LastError {
    code: &'static str,
    text: String,
    at: String,
}

impl Code {
    fn word(self) -> &'static str {
        match self {
            Self::NodeUnreachable => "node_unreachable",
            Self::WrongChain => "wrong_chain",
            Self::NoContract => "no_contract",
            Self::Retired => "retired",
            Self::FinalityStalled => "finality_stalled",
            Self::NoMoney => "no_money",
            Self::AccountKey => "account_key",
            Self::Journal => "journal",
            Self::StepsFail => "steps_fail",
            Self::QueueFull => "queue_full",
            Self::LowBalance => "low_balance",
        }
    }

    /// Whether nothing can be submitted.
    fn stops(self) -> bool {
        match self {
            Self::NodeUnreachable
            | Self::WrongChain
            | Self::NoContract
            | Self::Retired
            | Self::FinalityStalled
            | Self::NoMoney
            | Self::AccountKey
            | Self::Journal
            | Self::StepsFail => true,
            Self::QueueFull | Self::LowBalance => false,
        }
    }
}

impl Health {
    /// Notes what is wrong, until it is cleared; tells it where that is news.
    pub fn set(&self, code: Code, text: impl Into<String>) {
        let text = text.into();
        if self.with(|state| state.reasons.insert(code, text.clone())).is_none() {
            tracing::warn!(code = code.word(), text, "not as it should be");
        }
    }

    /// Notes that something is right again.
    pub fn clear(&self, code: Code) {
        if self.with(|state| state.reasons.remove(&code)).is_some() {
            tracing::warn!(code = code.word(), "right again");
        }
    }

    /// Notes the last final block.
    pub(crate) fn head(&self, number: u64, time: u64) {
        self.with(|state| {
            let now = Instant::now();
            let new = state.head.filter(|head| head.number == number).map_or(now, |head| head.new);
            state.head = Some(Head { number, time, new, seen: now });
        });
    }

    /// Notes what the account has, of what an account must have, and says whether that is little.
    pub(crate) fn balance(&self, free: u128, existential_deposit: u128, amount: impl Fn(u128) -> String) {
        let least = self.with(|state| {
            state.balance = Some(amount(free));
            existential_deposit.saturating_mul(DEPOSITS).max(state.cost.saturating_mul(TRANSACTIONS))
        });
        match free < least {
            true => self.set(
                Code::LowBalance,
                format!("the account has {}, less than {}: send money to it", amount(free), amount(least)),
            ),
            false => self.clear(Code::LowBalance),
        }
    }

    /// Notes what a transaction takes.
    pub(crate) fn cost(&self, base_units: u128) {
        self.with(|state| state.cost = base_units);
    }

    /// Notes how much is open.
    pub(crate) fn load(&self, load: Load) {
        self.with(|state| state.load = load);
    }

    /// Notes how long a step took.
    pub(crate) fn stepped(&self, took: Duration) {
        self.with(|state| state.step = took);
    }

    /// Notes what failed, by a word that stays.
    pub(crate) fn failed(&self, code: &'static str, text: &str, at: i64) {
        self.with(|state| state.last_error = Some(LastError { code, text: text.to_owned(), at: at.to_string() }));
    }

    /// Whether the chain is not the deployment's: then nothing is concluded from it.
    pub(crate) fn misled(&self) -> bool {
        self.with(|state| [Code::WrongChain, Code::NoContract].iter().any(|code| state.reasons.contains_key(code)))
    }

    /// The first reason why nothing can be submitted.
    pub(crate) fn hold(&self) -> Option<Reason> {
        let all = self.reasons(false);
        all.into_iter().find(|(code, _)| code.stops()).map(|(code, text)| Reason { code: code.word(), text })
    }

    /// Whether envelopes can be submitted, and all that there is to say.
    pub fn tell(&self, standing: &Standing) -> (bool, serde_json::Value) {
        let reasons = self.reasons(standing.awaited.is_some());
        let ready = !reasons.iter().any(|(code, _)| code.stops());
        let status = match (standing.awaited.is_some(), reasons.is_empty()) {
            (true, _) => "retired",
            (false, true) => "ok",
            (false, false) => "degraded",
        };
        let reasons: Vec<_> = reasons.into_iter().map(|(code, text)| Reason { code: code.word(), text }).collect();
        let domain = standing.deployment.domain();
        let mut told = self.with(|state| {
            let head = state.head.map(|head| {
                serde_json::json!({
                    "finalized": head.number.to_string(),
                    "block_time": head.time.to_string(),
                    "answered_seconds_ago": head.seen.elapsed().as_secs().to_string(),
                })
            });
            serde_json::json!({
                "status": status,
                "ready": ready,
                "reasons": reasons,
                "profile": standing.profile,
                "pending": state.load.open,
                "in_flight": state.load.in_flight,
                "deployment": domain.deployment.to_string(),
                "contract": domain.contract.to_string(),
                "node": head,
                "balance": state.balance,
                "step_micros": state.step.as_micros().to_string(),
                "last_error": state.last_error,
            })
        });
        if let Some(successor) = standing.awaited {
            told["successor"] = successor.to_string().into();
            told["help"] = "bring the state over with `greatseal succeed import`".into();
        }
        (ready, told)
    }

    fn reasons(&self, retired: bool) -> BTreeMap<Code, String> {
        let (mut reasons, stalled) = self.with(|state| {
            let waits = state.load.in_flight > 0;
            let stalled = state.head.filter(|head| waits && head.new.elapsed() > STALLED);
            (state.reasons.clone(), stalled)
        });
        if retired {
            let text =
                "the contract is retired and refuses everything: bring its state over with `greatseal succeed import`";
            reasons.insert(Code::Retired, text.into());
        }
        if let Some(head) = stalled {
            let text =
                format!("block {} has been the last final one for {} s", head.number, head.new.elapsed().as_secs());
            reasons.insert(Code::FinalityStalled, text);
        }
        reasons
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.write().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_9_a_balance_near_the_existential_deposit_or_for_a_few_transactions_only_is_low() {
        let health = Health::default();
        let low = |health: &Health| health.reasons(false).contains_key(&Code::LowBalance);
        health.balance(100 * 10, 10, |base| base.to_string());
        assert!(!low(&health));
        health.balance(100 * 10 - 1, 10, |base| base.to_string());
        assert!(low(&health), "a hundred existential deposits are the least");
        assert!(health.hold().is_none(), "there is enough for now");
        health.cost(500);
        health.balance(20 * 500 - 1, 10, |base| base.to_string());
        assert!(low(&health), "and so are twenty transactions");
        health.balance(20 * 500, 10, |base| base.to_string());
        assert!(!low(&health));
    }

    #[test]
    fn what_is_wrong_is_said_until_it_is_right_again() {
        let health = Health::default();
        health.set(Code::LowBalance, "little");
        health.set(Code::NoMoney, "none");
        health.set(Code::NodeUnreachable, "gone");
        assert_eq!(health.hold(), Some(Reason { code: "node_unreachable", text: "gone".into() }));
        health.clear(Code::NodeUnreachable);
        assert_eq!(health.hold().map(|reason| reason.code), Some("no_money"));
        health.clear(Code::NoMoney);
        assert_eq!(health.hold(), None);
    }
}
