//! `greatseal batch`: how the entries of a batch end. Where the last ones ended is read from the chain.

use super::{
    history::records,
    order::{give, signed},
};
use crate::{
    answers::{
        self, Text,
        batch::{Attested, BatchShown, Excepted, Executed, History, Reconciled},
        chain::Range as Entries,
        dispute::Dispute,
    },
    cli,
    commands::unknown::Unknown,
    error::CliError,
    file,
    manifest::{Checked, named, quoted},
    place::Member,
    session::Session,
    text,
};
use greatseal_protocol::{
    batch::{Attestation, Batch, Seen, Settled},
    bytes::{ManifestHash, ReferenceHash},
    cells::CellKey,
    command::Order,
    event::{Event, Record},
    language::program,
    state::State,
    words,
};
use serde::Deserialize;

/// What happens to a batch.
const KINDS: [&str; 5] =
    ["BatchExecuted", "SettlementRecorded", "EntryExcepted", "SettlementAttested", "BatchReconciled"];
const SETTLE: &str = "see `greatseal batch settle --help` for ranges in a file";
const ATTEST: &str = "see `greatseal batch attest --help` for transactions in a file";
const RANGE: &str = "`greatseal batch show` has the cursor and the number of entries";
const AMOUNT: &str = "give the amount, or name the batch by its manifest's file";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SettledFile {
    settled: Vec<Range>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    up_to: Option<u32>,
    amount: Option<String>,
    reference: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeenFile {
    chain: String,
    amount: String,
    seen: Vec<Transaction>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Transaction {
    tx: String,
    logs: Vec<u32>,
}

/// `greatseal batch …`
///
/// # Errors
///
/// [`CliError::Input`], [`CliError::Refused`] by the contract's rules.
pub async fn run(session: &Session, command: &cli::Batches) -> Result<(), CliError> {
    match command {
        cli::Batches::Show { batch } => show(session, batch).await,
        cli::Batches::Settle(command) => settle(session, command).await,
        cli::Batches::Attest(command) => attest(session, command).await,
        cli::Batches::Reconcile { batch, signer } => {
            let (manifest, _) = named(batch)?;
            give(session, signer, |_| Order::Program(program::Order::Reconcile { manifest })).await
        }
    }
}

/// A batch as the chain has it. Where its manifest is at hand, that says the same.
///
/// # Errors
///
/// [`CliError::Refused`] with 812 where there is none, [`CliError::Contradiction`] where the manifest is at hand and has
/// another count or total.
pub async fn stored(session: &Session, manifest: ManifestHash, checked: Option<&Checked>) -> Result<Batch, CliError> {
    let batch = session.cells([CellKey::Batch(manifest)]).await?.batch(manifest)?;
    let other = checked.map(|checked| (checked.head.size, checked.total));
    match other.filter(|other| *other != (batch.count, batch.total)) {
        Some((count, total)) => Err(CliError::Contradiction(format!(
            "the batch was executed for {} entries and {}, its manifest has {count} and {total}",
            batch.count, batch.total
        ))),
        None => Ok(batch),
    }
}

/// What a range of entries ends with: as it was said, as the manifest has it, or all that is left of the batch. Where two
/// of them are there they are the same.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn amount(
    (field, said): (&str, Option<&str>),
    checked: Option<&Checked>,
    (from, up_to): (u32, u32),
    rest: Option<u128>,
) -> Result<u128, CliError> {
    let said = said.map(|text| text::amount(field, text)).transpose()?;
    let listed = checked.map(|checked| {
        let none =
            || CliError::input(words::range(from, up_to), "the batch has no such entries from its cursor on", RANGE);
        checked.sum(from, up_to).ok_or_else(none)
    });
    let listed = listed.transpose()?;
    match (said, listed) {
        (Some(said), Some(listed)) if said != listed => {
            let reason = format!("{said} is not what the manifest has for the entries {}", words::range(from, up_to));
            Err(CliError::input(field, format!("{reason}: {listed}"), "compare the manifest with the rail"))
        }
        (said, listed) => said.or(listed).or(rest).ok_or_else(|| CliError::input(field, "missing", AMOUNT)),
    }
}

async fn show(session: &Session, batch: &str) -> Result<(), CliError> {
    let (manifest, checked) = named(batch)?;
    let batch = stored(session, manifest, checked.as_ref()).await?;
    let subject = ReferenceHash(manifest.0);
    let dispute = session.cells([CellKey::Dispute(subject)]).await?.dispute(subject)?;
    let dispute = dispute.map(|dispute| Dispute::of(subject, &dispute, session.now));
    let disputed = dispute.as_ref().is_some_and(|dispute| dispute.open);
    let (history, history_error) = match records(session, &KINDS).await {
        Ok(records) => (Some(history(manifest, &batch, &records)?), None),
        Err(error @ CliError::Contradiction(_)) => return Err(error),
        Err(error) => (None, Some(error.to_string())),
    };
    let batch = answers::batch::Batch::of(manifest, &batch, disputed);
    session.output.answer(&BatchShown { block: session.at(), batch, dispute, history, history_error })
}

/// Who did what, by the indexer's records, which have to add up to what the chain has.
fn history(manifest: ManifestHash, batch: &Batch, records: &[Record]) -> Result<History, CliError> {
    let (mut history, mut sum) = (History::default(), 0_u128);
    for Record { at, event, .. } in records {
        let at = Text(*at);
        match event {
            Event::Program(program::Event::BatchExecuted { id, batch }) if batch.manifest == manifest => {
                let (proposal, parent) = (Text(*id), batch.header.parent.map(Text));
                history.executed = Some(Executed { at, proposal, small: batch.small, parent });
            }
            Event::Program(program::Event::SettlementRecorded { seat, manifest: of, from, settled })
                if *of == manifest =>
            {
                let (seat, mut from) = (Text(*seat), *from);
                for Settled { up_to, amount, reference } in settled {
                    let entries = Entries { from, up_to: *up_to };
                    let (amount, reference) = (Text(*amount), Text(*reference));
                    history.settled.push(answers::batch::Settled { entries, amount, seat, at, reference });
                    (from, sum) = (*up_to, sum.saturating_add(amount.0));
                }
            }
            Event::Program(program::Event::EntryExcepted { manifest: of, from, up_to, amount, id, .. })
                if *of == manifest =>
            {
                let entries = Entries { from: *from, up_to: *up_to };
                let (amount, proposal) = (Text(*amount), Text(*id));
                history.excepted.push(Excepted { entries, amount, proposal, at });
            }
            Event::Program(program::Event::SettlementAttested { seat, attestation })
                if attestation.manifest == manifest =>
            {
                let entries = Entries { from: attestation.from, up_to: attestation.up_to() };
                let (amount, seat) = (Text(attestation.amount), Text(*seat));
                history.attested.push(Attested { entries, amount, seat, at });
            }
            Event::Program(program::Event::BatchReconciled { seat, manifest: of }) if *of == manifest => {
                history.reconciled = Some(Reconciled { seat: Text(*seat), at });
            }
            _ => {}
        }
    }
    match sum == batch.settled {
        true => Ok(history),
        false => {
            Err(CliError::Contradiction(format!("the indexer's settlements sum up to {sum}, not {}", batch.settled)))
        }
    }
}

async fn settle(session: &Session, command: &cli::Settle) -> Result<(), CliError> {
    let (manifest, checked) = named(&command.batch)?;
    let ranges = match (&command.file, &command.reference) {
        (Some(path), _) => file::load::<SettledFile>(path, SETTLE)?.settled,
        (None, Some(reference)) => {
            vec![Range { up_to: command.up_to, amount: command.amount.clone(), reference: reference.clone() }]
        }
        (None, None) => return Err(CliError::input("--reference", "missing", SETTLE)),
    };
    let batch = stored(session, manifest, checked.as_ref()).await?;
    let (from, mut cursor, mut open) = (batch.cursor, batch.cursor, batch.open());
    let mut settled = Vec::with_capacity(ranges.len());
    for (place, range) in ranges.iter().enumerate() {
        let field = |name: &str| match &command.file {
            Some(path) => format!("{}: settled[{place}].{name}", path.display()),
            None => format!("--{name}"),
        };
        let up_to = range.up_to.unwrap_or(batch.count);
        let rest = (up_to == batch.count).then_some(open);
        let amount = (&*field("amount"), range.amount.as_deref());
        let amount = self::amount(amount, checked.as_ref(), (cursor, up_to), rest)?;
        let reference = text::reference(&range.reference)
            .map_err(|_| CliError::input(field("reference"), "is no text, and no hash as sha256:HEX", SETTLE))?;
        settled.push(Settled { up_to, amount, reference });
        (cursor, open) = (up_to, open.saturating_sub(amount));
    }
    let order = |_: &Member| Order::Program(program::Order::RecordSettlement { manifest, from, settled });
    let mut signed = signed(session, &command.signer, order, Unknown::default()).await?;
    if let answers::signed::Order::RecordSettlement { count, .. } = &mut signed.order {
        *count = Some(batch.count);
    }
    session.output.answer(&signed)
}

async fn attest(session: &Session, command: &cli::Attest) -> Result<(), CliError> {
    let (manifest, checked) = named(&command.batch)?;
    let said = match (&command.file, &command.chain, &command.tx, &command.amount) {
        (Some(path), ..) => file::load(path, ATTEST)?,
        (None, Some(chain), Some(tx), Some(amount)) => SeenFile {
            chain: chain.clone(),
            amount: amount.clone(),
            seen: vec![Transaction { tx: tx.clone(), logs: command.logs.clone() }],
        },
        _ => return Err(CliError::input("--chain, --tx, --log, --amount", "one is missing", ATTEST)),
    };
    let field = |name: &str| match &command.file {
        Some(path) => format!("{}: {name}", path.display()),
        None => format!("--{}", name.rsplit('.').next().unwrap_or(name)),
    };
    let seen = (0_usize..).zip(said.seen).map(|(place, said)| seen(&field(&format!("seen[{place}].tx")), said));
    let seen = seen.collect::<Result<Vec<_>, _>>()?;
    let chain = text::rail_chain(&field("chain"), &said.chain)?;
    let from = stored(session, manifest, checked.as_ref()).await?.attested;
    let mut attestation = Attestation { manifest, from, amount: 0, chain, seen };
    let range = (from, attestation.up_to());
    attestation.amount = amount((&field("amount"), Some(&said.amount)), checked.as_ref(), range, None)?;
    give(session, &command.signer, |_| Order::Program(program::Order::AttestSettlement(attestation))).await
}

fn seen(field: &str, said: Transaction) -> Result<Seen, CliError> {
    const HELP: &str = "a transaction is 64 hexadecimal digits";
    let tx = said
        .tx
        .parse()
        .map_err(|error| CliError::input(field, format!("{} is none: {error}", quoted(&said.tx)), HELP))?;
    Ok(Seen { tx, logs: said.logs })
}
