//! The second door: a member acts from its own chain account, and the seat's key signs the transaction itself.

use crate::{
    cli,
    error::CliError,
    output::{line, note},
    screen::{About, Screen},
    session::Session,
};
use greatseal_api::wire::EnvelopeState;
use greatseal_chain::{AccountSignature, ChainError, Draft, DryRun, Extrinsic, Prepared, address};
use greatseal_protocol::{
    bytes::to_hex,
    cells::{CellKey, Cells},
    command::{Command, Order},
    event::{Door, Event, Record},
    key::Key,
    language::{contract, council, proposal},
    outcome::{Outcome, Undone},
    refusal::Refusal,
};
use greatseal_signing::{Act, Extension, Place, Revive, Signer, Transaction};

/// What an act will do on the chain.
struct Plan {
    /// Where pallet-revive does not know the account yet.
    mapping: Option<Draft>,
    act: Draft,
    fee: u128,
}

impl Session {
    /// Shows the command and the transaction around it in words, asks, signs, sends, and waits until it is final.
    ///
    /// # Errors
    ///
    /// [`CliError::Refused`] or [`CliError::NoMoney`] before anything is signed, [`CliError::NotConfirmed`], or what kept
    /// it from the chain.
    pub(crate) async fn act(
        &self,
        signer: &Signer,
        how: &cli::Signer,
        command: Command,
        about: About,
    ) -> Result<EnvelopeState, CliError> {
        let account = self.may_act(signer.key(), &command.order).await?;
        let Plan { mapping, act, fee } = self.plan(account, &command).await?;
        let mapping = match mapping {
            Some(draft) => Some((self.read(signer.key(), &draft)?, draft)),
            None => None,
        };
        let (read, draft) = (self.read(signer.key(), &act)?, act);
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
        screen.show(line("fee about", self.chain.units().await?.amount(fee)));
        screen.show(line("transaction digest", to_hex(&read.digest())));
        let confirmation = screen.ask(how.yes)?;

        if let Some((first, draft)) = mapping {
            let signature = signer.act(&first.confirm(confirmation)).await?;
            let prepared = self.sent(&draft, signature).await?;
            if !self.chain.settle(&prepared).await?.1.success {
                return Err(CliError::Failed("the account could not be mapped".into()));
            }
        }
        let authorized = read.confirm(confirmation);
        let authorized = if how.withdraws { authorized.withdrawing() } else { authorized };
        let signature = signer.act(&authorized).await?;
        let prepared = self.sent(&draft, signature).await?;
        note("sent; waiting until it is final");
        let (block, found) = self.chain.settle(&prepared).await?;
        let records = self.records_of(block.number, &prepared.hash).await?;
        end(&records, &found, block.number)
    }

    /// Whether this key may act so, by the cells of the session's block; answers its account.
    async fn may_act(&self, key: Key, order: &Order) -> Result<[u8; 32], CliError> {
        let direct = match order {
            Order::Proposal(proposal::Order::Open(open)) => {
                Some(self.cells([CellKey::Row(open.row)]).await?.row(open.row).map_err(refused)?.direct)
            }
            other => self.direct_of(other).await?,
        };
        door(key, order, direct).map_err(refused)
    }

    /// Whether members may act on the proposal that an order is about: as its row said when it was opened.
    async fn direct_of(&self, order: &Order) -> Result<Option<bool>, CliError> {
        let Some(id) = order.proposal() else { return Ok(None) };
        let proposal = self.cells([CellKey::proposal(id)]).await?.proposal(id).map_err(refused)?;
        Ok(Some(proposal.direct))
    }

    /// Looks at the account, tries the call without paying, and prepares what it takes.
    async fn plan(&self, account: [u8; 32], command: &Command) -> Result<Plan, CliError> {
        let (chain, contract) = (&self.chain, self.deployment.contract());
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
    fn read(&self, key: Key, draft: &Draft) -> Result<Act, CliError> {
        let numbers = draft.numbers()?;
        let place = Place {
            domain: self.deployment.domain(),
            genesis: self.deployment.chain(),
            revive: Revive { pallet: numbers.pallet, call: numbers.call, map_account: numbers.map_account },
        };
        let extensions = draft.parts()?.into_iter();
        let extensions = extensions
            .map(|part| Extension { name: part.name, explicit: part.explicit, implicit: part.implicit })
            .collect();
        let act = Act::read(place, key, &Transaction { call: draft.call()?, extensions })?;
        match act.message() == draft.payload()? {
            true => Ok(act),
            false => Err(CliError::Contradiction("the transaction's payload is not made of its parts".into())),
        }
    }

    async fn sent(&self, draft: &Draft, signature: [u8; 64]) -> Result<Prepared, CliError> {
        let prepared = draft.signed(AccountSignature::Ed25519(signature))?;
        self.chain.send(&prepared).await?;
        Ok(prepared)
    }

    /// The contract's records of one transaction, read from the chain's own block.
    pub(crate) async fn records_of(&self, number: u64, transaction: &[u8; 32]) -> Result<Vec<Record>, CliError> {
        let missing = || CliError::Contradiction("the block does not hold the transaction any more".into());
        let block = self.chain.finalized_block(number).await?.ok_or_else(missing)?;
        let index = block.extrinsics.iter().position(|extrinsic| extrinsic.hash == *transaction).ok_or_else(missing)?;
        let ours = block.events.iter().filter(|event| {
            usize::try_from(event.extrinsic) == Ok(index) && event.contract == self.deployment.contract()
        });
        Ok(ours.map(greatseal_chain::ContractEvent::record).collect::<Result<Vec<_>, _>>()?)
    }
}

/// What the contract would say of this door, said before anything is signed; `direct` where the order is about a row.
fn door(key: Key, order: &Order, direct: Option<bool>) -> Result<[u8; 32], Refusal> {
    match (key, order, direct) {
        (Key::P256(_), ..) => Err(Refusal::NotTheCaller),
        (_, Order::Council(council::Order::AcceptSeat { .. }), _) | (_, _, Some(false)) => Err(Refusal::DoorClosed),
        (Key::Ed25519(account), ..) => Ok(account),
    }
}

/// How it ended, as the relayer tells it of envelopes.
fn end(records: &[Record], found: &Extrinsic, block: u64) -> Result<EnvelopeState, CliError> {
    match records.iter().find(|record| record.door == Door::Direct) {
        Some(Record { event: Event::Contract(contract::Event::Refused { refusal }), .. }) => {
            Err(CliError::Refused { refusal: *refusal, fee_paid: true })
        }
        Some(record) => Ok(EnvelopeState {
            envelope: String::new(),
            state: "applied".into(),
            refusal: None,
            reason: None,
            fee_paid: found.fee.is_some(),
            transaction: Some(to_hex(&found.hash)),
            block_number: Some(block),
            seq: Some(record.seq.to_string()),
            companioned: None,
            waiting: None,
            expires: None,
        }),
        None if found.success => Err(CliError::Failed("the contract ignored it".into())),
        None => Err(CliError::Failed("the transaction was undone".into())),
    }
}

/// What the contract would refuse is refused here: nothing is signed and nobody pays.
fn refusal(dry_run: &DryRun) -> Result<(), CliError> {
    let outcomes = match &dry_run.outcomes {
        Ok(outcomes) | Err(Undone::NothingAuthentic(outcomes)) => outcomes,
        Err(Undone::Bounds(refusal)) => return Err(refused(*refusal)),
        Err(Undone::Storage) => return Err(refused(Refusal::Unreadable)),
    };
    match outcomes.as_slice() {
        [Outcome::Applied { .. }] => Ok(()),
        [Outcome::Refused { refusal, .. } | Outcome::Ignored { refusal }] => Err(refused(*refusal)),
        _ => Err(CliError::WrongDeployment("the contract does not answer for one command".into())),
    }
}

fn refused(refusal: Refusal) -> CliError {
    CliError::Refused { refusal, fee_paid: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::{
        council::{Council, SeatId},
        genesis::Profile,
        table::default_rows,
    };

    const HEARTBEAT: Order = Order::Council(council::Order::Heartbeat { nonce: 1 });

    #[test]
    fn an_ed25519_key_acts_where_the_row_lets_it() {
        let key = Key::Ed25519([7; 32]);
        assert_eq!(door(key, &HEARTBEAT, None), Ok([7; 32]));
        let rows = default_rows(Profile::Standard);
        let open: Vec<_> = rows.iter().map(|row| (row.direct, door(key, &HEARTBEAT, Some(row.direct)))).collect();
        assert!(open.iter().any(|(direct, _)| *direct) && open.iter().any(|(direct, _)| !direct));
        for (direct, answer) in open {
            assert_eq!(answer, if direct { Ok([7; 32]) } else { Err(Refusal::DoorClosed) });
        }
    }

    #[test]
    fn neither_a_p256_key_nor_a_seat_that_is_taken_comes_in_there() {
        assert_eq!(door(Key::P256([2; 33]), &HEARTBEAT, None), Err(Refusal::NotTheCaller));
        let accept = Order::Council(council::Order::AcceptSeat {
            seat: SeatId { council: Council::Sovereign, index: 0 },
            previous: None,
        });
        assert_eq!(door(Key::Ed25519([7; 32]), &accept, None), Err(Refusal::DoorClosed));
        assert_eq!((Refusal::NotTheCaller.code(), Refusal::DoorClosed.code()), (110, 109));
    }
}
