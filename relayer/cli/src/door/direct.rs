//! From the key's own chain account: the seat's key signs the transaction itself.

use super::Door;
use crate::{
    error::CliError,
    output::{line, note},
    screen::{About, Screen},
};
use greatseal_client::{AccountSignature, ChainError, Draft, DryRun, Extrinsic, Prepared, address};
use greatseal_payer::transaction;
use greatseal_protocol::{
    bytes::to_hex,
    command::Command,
    event::{self, Event, Record},
    language::contract,
    outcome::{Outcome, Undone},
    refusal::Refusal,
};
use greatseal_signing::{Act, Place, Revive};

/// A command that took effect from the key's own account.
#[derive(Clone, Debug)]
pub struct Direct {
    /// Hash of the transaction.
    pub transaction: [u8; 32],
    /// The finalised block that holds it.
    pub block: u64,
    /// Whether a fee was paid.
    pub fee_paid: bool,
    /// `seq` of its first event.
    pub seq: u64,
    /// Its records, read from the chain's own block.
    pub records: Vec<Record>,
}

/// What an act will do on the chain.
struct Plan {
    /// Where pallet-revive does not know the account yet.
    mapping: Option<Draft>,
    act: Draft,
    fee: u128,
}

impl Door<'_> {
    /// Shows the command and the transaction around it in words, asks, signs, sends, and waits until it is final.
    ///
    /// # Errors
    ///
    /// [`CliError::Refused`] or [`CliError::NoMoney`] before anything is signed, [`CliError::NotConfirmed`], or what kept
    /// it from the chain.
    pub(super) async fn act(&self, command: Command, about: About) -> Result<Direct, CliError> {
        let account = *self.key().account().ok_or(Refusal::NotTheCaller)?;
        let Plan { mapping, act, fee } = self.plan(account, &command).await?;
        let mapping = match mapping {
            Some(draft) => Some((self.read(&draft)?, draft)),
            None => None,
        };
        let (read, draft) = (self.read(&act)?, act);
        if read.command() != Some(&command) {
            return Err(CliError::Contradiction("the transaction carries another command".into()));
        }
        let mut screen = Screen::new(about, &command);
        if let Some((first, _)) = &mapping {
            screen.show(line("first", "a transaction that makes the account known to pallet-revive"));
            first.words().into_iter().for_each(|(label, value)| screen.show(line(label, value)));
            screen.show(line("then", "the transaction with the command"));
        }
        screen.signed(&read.words());
        screen.show(line("paid by", address(account)));
        screen.show(line("fee about", self.place.chain.units().await?.amount(fee)));
        screen.show(line("transaction digest", to_hex(&read.digest())));
        let confirmation = screen.ask(self.options.agreed)?;
        let signer = self.signer().await?;

        if let Some((first, draft)) = mapping {
            let signature = signer.act(&first.confirm(confirmation)).await?;
            let prepared = self.sent(&draft, signature).await?;
            if !self.place.chain.settle(&prepared).await?.1.success {
                return Err(CliError::Failed("the account could not be mapped".into()));
            }
        }
        let authorized = read.confirm(confirmation);
        let authorized = if self.options.withdraws { authorized.withdrawing() } else { authorized };
        let signature = signer.act(&authorized).await?;
        let prepared = self.sent(&draft, signature).await?;
        note("sent; waiting until it is final");
        let (block, found) = self.place.chain.settle(&prepared).await?;
        let records = self.place.records_of(block.number, &prepared.hash).await?;
        end(records, &found, block.number)
    }

    /// Looks at the account, tries the call without paying, and prepares what it takes.
    async fn plan(&self, account: [u8; 32], command: &Command) -> Result<Plan, CliError> {
        let (chain, contract) = (&self.place.chain, self.place.deployment.contract());
        let funds = chain.funds(account).await?;
        let units = chain.units().await?;
        let poor =
            |needs: String| CliError::NoMoney { account: address(account), has: units.amount(funds.free), needs };
        if funds.free == 0 {
            return Err(poor("fees and deposits".into()));
        }
        let dry_run = match chain.dry_run_act(contract, account, command).await {
            Err(ChainError::WouldFail(reason)) if reason.ends_with("NotEnoughFunds") => {
                return Err(poor("more, for the deposit of what it stores".into()));
            }
            other => other?,
        };
        refusal(&dry_run)?;
        let nonce = chain.finalized_nonce(account).await?;
        let unsigned = AccountSignature::Ed25519([0; 64]);
        let (mapping, nonce, mut fee) = match funds.mapped {
            true => (None, nonce, 0),
            false => {
                let draft = chain.draft_mapping(account, nonce).await?;
                let fee = chain.fee(&draft.signed(unsigned.clone())?).await?;
                (Some(draft), nonce.saturating_add(1), fee)
            }
        };
        let act = chain.draft_act(account, nonce, contract, command, &dry_run).await?;
        fee = fee.saturating_add(chain.fee(&act.signed(unsigned)?).await?);
        let needs = fee.saturating_add(dry_run.deposit);
        match funds.free >= needs {
            true => Ok(Plan { mapping, act, fee }),
            false => Err(poor(units.amount(needs))),
        }
    }

    /// The signing crate's own reading of a transaction, and whether it will sign the bytes that the chain expects.
    fn read(&self, draft: &Draft) -> Result<Act, CliError> {
        let numbers = draft.numbers()?;
        let place = Place {
            domain: self.place.deployment.domain(),
            genesis: self.place.deployment.chain(),
            revive: Revive { pallet: numbers.pallet, call: numbers.call, map_account: numbers.map_account },
        };
        let act = Act::read(place, self.key(), &transaction(draft.call()?, draft.parts()?))?;
        match act.message() == draft.payload()? {
            true => Ok(act),
            false => Err(CliError::Contradiction("the transaction's payload is not made of its parts".into())),
        }
    }

    async fn sent(&self, draft: &Draft, signature: [u8; 64]) -> Result<Prepared, CliError> {
        let prepared = draft.signed(AccountSignature::Ed25519(signature))?;
        self.place.chain.send(&prepared).await?;
        Ok(prepared)
    }
}

/// How it ended.
fn end(records: Vec<Record>, found: &Extrinsic, block: u64) -> Result<Direct, CliError> {
    // One transaction, one command.
    let records: Vec<_> = records.into_iter().filter(|record| record.door == event::Door::Direct).collect();
    match records.first() {
        Some(Record { event: Event::Contract(contract::Event::Refused { refusal, .. }), .. }) => {
            Err(CliError::Refused { refusal: *refusal, fee_paid: true })
        }
        Some(Record { seq, .. }) => {
            Ok(Direct { transaction: found.hash, block, fee_paid: found.fee.is_some(), seq: *seq, records })
        }
        None if found.success => Err(CliError::Failed("the contract ignored it".into())),
        None => Err(CliError::Failed("the transaction was undone".into())),
    }
}

/// What the contract would refuse is refused here: nothing is signed and nobody pays.
fn refusal(dry_run: &DryRun) -> Result<(), CliError> {
    let outcomes = match &dry_run.outcomes {
        Ok(outcomes) | Err(Undone::NothingAuthentic(outcomes)) => outcomes,
        Err(Undone::Bounds(refusal)) => return Err((*refusal).into()),
        Err(Undone::Storage) => return Err(Refusal::Unreadable.into()),
    };
    match outcomes.as_slice() {
        [Outcome::Applied { .. }] => Ok(()),
        [Outcome::Refused { refusal, .. } | Outcome::Ignored { refusal }] => Err((*refusal).into()),
        _ => Err(CliError::WrongDeployment("the contract does not answer for one command".into())),
    }
}
