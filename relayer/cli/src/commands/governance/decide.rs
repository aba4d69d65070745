//! `greatseal governance approve`, `reject`, `cancel`, `veto`, `call-panel` and `panel-approve`: what is signed is shown first, read from the chain.

use super::{document::attached, show};
use crate::{
    answers::proposal::no_points,
    cli,
    commands::order::ended,
    contents::{Looked, Patience, Reading, look, proposal_protects},
    door::{Door, Options},
    error::CliError,
    manifest::{Checked, kept, of_items},
    output::{Line, line},
    session::Session,
};
use greatseal_protocol::{
    action::Action,
    ask::Wish,
    batch::Header,
    command::Order,
    content::Address,
    council::SeatId,
    key::Key,
    language::{program, proposal},
    proposal_id::Decision,
};
use greatseal_signing::Error;
use std::path::Path;

/// Entries that are shown before a batch is approved.
const LARGEST: usize = 10;
/// What to do about a manifest of another batch.
pub(super) const OTHER_MANIFEST: &str = "ask the author for the manifest that was proposed, or reject the proposal";

/// What to say about the proposal.
#[derive(Clone, Copy, Debug)]
pub enum Word {
    /// For it.
    Approve,
    /// Against it.
    Reject {
        /// Whether an approval by the same key is taken back.
        withdraws: bool,
    },
    /// Take it back.
    Cancel,
    /// Stop it while its delay runs.
    Veto {
        /// Whether an approval by the same key is taken back.
        withdraws: bool,
    },
    /// Ask the panel.
    CallPanel,
    /// For it, as the panel.
    PanelApprove,
}

/// What the signer has at hand of what is decided about.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    /// The document.
    pub document: Option<&'a Path>,
    /// The manifest of a batch.
    pub manifest: Option<&'a Path>,
    /// How contents are read.
    pub reading: &'a Reading,
}

/// Decides on a proposal.
///
/// # Errors
///
/// [`CliError::NotConfirmed`], [`CliError::Refused`], or [`CliError::Contradiction`] before anything is signed.
pub async fn run(
    session: &Session,
    id: &str,
    Files { document, manifest: entries, reading }: Files<'_>,
    signer: &cli::Signer,
    word: Word,
) -> Result<(), CliError> {
    let seen = match word {
        // What stops it does not wait for what explains it.
        Word::Cancel | Word::Veto { .. } => {
            let reading = Reading { patience: Patience::brake(), ..reading.clone() };
            show::look(session, id, document, &reading).await?
        }
        Word::Approve | Word::Reject { .. } | Word::CallPanel | Word::PanelApprove => {
            show::look(session, id, document, reading).await?
        }
    };
    if matches!(word, Word::Approve | Word::PanelApprove) {
        seen.document.approvable()?;
        keys_are_keys(&seen.action)?;
    }
    let (checked, looked) = match word {
        Word::Approve | Word::PanelApprove => {
            let checked = manifest(session, &seen.action, entries)?;
            let looked = contents(session, &seen, reading).await?;
            (checked.map_or_else(|| of_store(session, &seen.action), |checked| Ok(Some(checked)))?, looked)
        }
        Word::Reject { .. } | Word::Cancel | Word::Veto { .. } | Word::CallPanel => (no_manifest(entries)?, Vec::new()),
    };
    let withdraws = matches!(word, Word::Reject { withdraws: true } | Word::Veto { withdraws: true });
    let door = Door::find(session, Options { withdraws, ..signer.options()? }).await?;
    let member = session.member(door.key()).await?;
    let (id, digest) = (seen.id, seen.proposal.digest);
    turned(&seen, door.key(), member.id, word)?;
    let order = match word {
        Word::Approve => Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Approve }),
        Word::Reject { .. } => Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Reject }),
        Word::Cancel => Order::Proposal(proposal::Order::Cancel { id }),
        Word::Veto { .. } => Order::Proposal(proposal::Order::Veto { id, digest }),
        Word::CallPanel => Order::Proposal(proposal::Order::CallPanel { id }),
        Word::PanelApprove => Order::Proposal(proposal::Order::PanelApprove { id, digest }),
    };
    let mut about = show::about(session, &seen)?;
    about.lines.extend(looked.iter().flat_map(Looked::lines));
    about.lines.extend(checked.iter().flat_map(entries_of));
    if withdraws {
        about.lines.push(line("takes back", "an approval by this key, if there is one"));
    }
    let sent = door.send(Some(&member), Wish::Order(Box::new(order)), about).await?;
    session.signed(&ended(&sent)?)
}

/// A seat that is given to a key with which nobody can sign would be lost, and the contract does not look at its curve.
pub(super) fn keys_are_keys(action: &Action) -> Result<(), CliError> {
    match no_points(action).next() {
        Some(key) => {
            let reason = format!("{key} is no point of its curve: nobody can ever sign with it");
            Err(CliError::input(
                "the key that comes",
                reason,
                "reject it, and have it proposed with the token's own key",
            ))
        }
        None => Ok(()),
    }
}

/// What a proposal names by hash, with the attachments of its document. Nobody approves what nobody shows; a proposal that only
/// protects goes on without, and says so.
pub(super) async fn contents(session: &Session, seen: &show::Seen, reading: &Reading) -> Result<Vec<Looked>, CliError> {
    let attached = seen.document.document().map(attached).unwrap_or_default();
    let named = seen.action.contents().into_iter().chain(attached);
    if proposal_protects(seen.proposal.row) {
        // A passphrase is typed before the time runs.
        reading.identity()?;
        return look(session, named, &Reading { patience: Patience::brake(), ..reading.clone() }).await;
    }
    let looked = look(session, named, reading).await?;
    looked.iter().try_for_each(Looked::shown)?;
    Ok(looked)
}

/// The entries of a batch that an indexer gave, from which what the proposal says of them is computed again.
pub(super) fn of_store(session: &Session, action: &Action) -> Result<Option<Checked>, CliError> {
    let Some(header) = batch(action) else { return Ok(None) };
    let items = session.at_hand.find(&Address::Entries(header.root.0))?.ok_or_else(missing)?;
    let checked = of_items(&items, header)?;
    judged(checked, header, &format!("the entries {}", header.root)).map(Some)
}

/// The entries of a batch that is approved, from which what the proposal says of them is computed again. Whoever stops a batch
/// may compare it too.
fn manifest(session: &Session, action: &Action, file: Option<&Path>) -> Result<Option<Checked>, CliError> {
    let (header, file) = match (batch(action), stopped(action), file) {
        (Some(header), _, Some(file)) | (None, Some(header), Some(file)) => (header, file),
        (None, None, file) => return no_manifest(file),
        (_, _, None) => return Ok(None),
    };
    let checked = kept(&session.at_hand, file, Some(header.rail))?;
    judged(checked, header, &file.display().to_string()).map(Some)
}

/// Entries, where they are the ones of a header.
fn judged(checked: Checked, header: &Header, what: &str) -> Result<Checked, CliError> {
    let same = is_of(&checked, header);
    if same && checked.pays_again() != header.parent.is_some() {
        let reason = "entries say which entries of a parent they pay again exactly where the batch has a parent";
        return Err(CliError::input(what, reason, "reject it, and have it proposed with another manifest"));
    }
    match same {
        true => Ok(checked),
        false => Err(CliError::Differs(format!("{what} is not the manifest of the proposal"), OTHER_MANIFEST)),
    }
}

/// That nobody gave a manifest where none is looked at: who gives one believes that it was compared.
pub(super) fn no_manifest(file: Option<&Path>) -> Result<Option<Checked>, CliError> {
    const HELP: &str = "leave --manifest out: only the entries of a batch are looked at, by whoever approves it";
    match file {
        Some(file) => Err(CliError::input("--manifest", format!("{} says nothing here", file.display()), HELP)),
        None => Ok(None),
    }
}

/// What a proposal pays.
pub(crate) fn batch(action: &Action) -> Option<&Header> {
    match action {
        Action::Program(program::Action::ExecuteBatch(header)) => Some(header),
        _ => None,
    }
}

fn stopped(action: &Action) -> Option<&Header> {
    match action {
        Action::Program(program::Action::Stop { header, .. }) => Some(header),
        _ => None,
    }
}

/// Whether a manifest is the one of a header.
pub(super) fn is_of(checked: &Checked, header: &Header) -> bool {
    let same = (checked.head.size, checked.total, checked.root()) == (header.count, header.total, header.root);
    same && checked.header.is_none_or(|found| found == *header)
}

/// That somebody would approve entries that nobody looked at.
pub(super) fn missing() -> CliError {
    const HELP: &str = "give the manifest with --manifest: nobody approves entries that were not looked at";
    CliError::input("--manifest", "missing", HELP)
}

/// What somebody looks at before a batch is approved.
pub(super) fn entries_of(checked: &Checked) -> Vec<Line> {
    let mut lines = largest(checked);
    lines.extend(checked.warnings.lines());
    lines
}

/// How many entries there are, and the largest ones.
pub(super) fn largest(checked: &Checked) -> Vec<Line> {
    let mut lines = vec![line("entries", checked.head.size), line("total", checked.total)];
    let largest = checked.largest(LARGEST).into_iter();
    lines.extend(largest.map(|(index, amount)| line("largest", format!("entry {index}: {amount}"))));
    lines
}

/// The key's own journal knows no proposal of an approval that came with the opening: the chain does.
pub(super) fn turned(seen: &show::Seen, key: Key, seat: SeatId, word: Word) -> Result<(), CliError> {
    let now = match word {
        Word::Reject { withdraws: false } => "reject",
        Word::Veto { withdraws: false } => "veto",
        _ => return Ok(()),
    };
    let approved = seen.proposal.decision(seat) == Some(Decision::Approve);
    match seen.proposal.author == key && approved {
        true => Err(CliError::Signing(Error::OtherDecision {
            proposal: seen.id.to_string(),
            before: "approve".into(),
            now: now.into(),
        })),
        false => Ok(()),
    }
}
