//! `greatseal batch`: what is stated, confirmed and final. What a word follows is read from the chain.

mod show;

use super::order::{anybody, give, give_as};
use crate::{
    cli,
    contents::{Filed, Looked, look},
    date::date,
    error::CliError,
    manifest::{
        headed, named,
        outcome::{Outcomes, with_items},
    },
    output::{Line, line, told},
    place::Member,
    screen::About,
    session::Session,
    text,
};
use greatseal_protocol::{
    bytes::{ManifestHash, ReferenceHash},
    cells::CellKey,
    command::Order,
    content::{Address, Kind},
    council::SeatId,
    language::program,
    refusal::Refusal,
    settlement::{Stated, Statement, Verdict, Vote, Voted},
    state::State,
    words,
};
use std::path::Path;

/// `greatseal batch …`
///
/// # Errors
///
/// [`CliError::Input`], [`CliError::Refused`] by the contract's rules.
pub async fn run(session: &Session, command: &cli::Batches) -> Result<(), CliError> {
    match command {
        cli::Batches::Show { batch } => show::run(session, batch).await,
        cli::Batches::State { batch, outcome, debited, signer } => {
            state(session, (batch, outcome), debited.as_deref(), signer).await
        }
        cli::Batches::Vote(said) => vote(session, said).await,
        cli::Batches::Finalise { batch, recorder, signer } => {
            let (manifest, recorder) = (named(batch)?.0, text::seat(recorder)?);
            let stated = session.cells([CellKey::Statement(manifest, recorder)]).await?.stated(manifest, recorder)?;
            let version = stated.ok_or(Refusal::UnknownStatement)?.statement.version;
            anybody(session, signer, Order::Program(program::Order::Finalise { manifest, recorder, version })).await
        }
        cli::Batches::Hold { batch, entry: index, until, reason, signer } => {
            let (manifest, index) = (named(batch)?.0, *index);
            let (until, reason) = (text::moment("--until", until, session.now)?, text::words(&session.at_hand, reason));
            let order = |nonce| program::Order::HoldEntry { manifest, index, until, reason, nonce };
            give(session, signer, |member| Order::Program(order(member.next_nonce()))).await
        }
        cli::Batches::Free { batch, entry: index, signer } => {
            let (manifest, index) = (named(batch)?.0, *index);
            let order = |nonce| program::Order::FreeEntry { manifest, index, nonce };
            give(session, signer, |member| Order::Program(order(member.next_nonce()))).await
        }
    }
}

/// Root and sums follow from the outcomes, version and predecessor from the seat's last statement.
async fn state(
    session: &Session,
    (batch, outcome): (&Path, &Path),
    debited: Option<&str>,
    signer: &cli::Signer,
) -> Result<(), CliError> {
    let (manifest, checked) = headed(batch)?;
    let mut found = with_items(outcome, &checked)?;
    found.keep(&session.at_hand);
    let (sums, debited) = (found.sums, self::debited(&found, debited)?);
    let order = async |member: &Member| {
        let last = session.cells([CellKey::Statement(manifest, member.id)]).await?.stated(manifest, member.id)?;
        Ok(Order::Program(program::Order::State(Statement {
            manifest,
            version: last.as_ref().map_or(1, |last| last.statement.version.saturating_add(1)),
            previous: last.map(|last| last.commitment),
            root: found.root,
            closed: sums.closed,
            paid: sums.paid,
            unpaid: sums.unpaid,
            debited,
        })))
    };
    give_as(session, signer, &[], order).await
}

/// What left the payer's account and did not come back: what arrived, where nothing else is said.
fn debited(found: &Outcomes, said: Option<&str>) -> Result<u128, CliError> {
    said.map_or(Ok(found.sums.arrived), |text| text::amount("--debited", text))
}

/// Who confirms has computed root and sums again, and reads what the recorder said.
async fn vote(session: &Session, said: &cli::Vote) -> Result<(), CliError> {
    const VERDICT: &str = "a verdict is confirmed, contradicted or withdrawn";
    const RECORDER: &str = "name the seat whose statement it is: `greatseal batch show` lists them";
    const MANIFEST: &str = "name the batch by its manifest's file, to compare the outcomes with";
    let (manifest, checked) = named(&said.batch)?;
    let recorder = said.recorder.as_deref().map(text::seat).transpose()?;
    let none = |_| CliError::input("--verdict", format!("`{}` is none", said.verdict), VERDICT);
    let verdict: Verdict = said.verdict.parse().map_err(none)?;
    let evidence = ReferenceHash(text::hash(&session.at_hand, &said.evidence)?);
    if verdict == Verdict::Withdrawn {
        return withdraw(session, manifest, (recorder, evidence), &said.signer).await;
    }
    let recorder = recorder.ok_or_else(|| CliError::input("--recorder", "is left out", RECORDER))?;
    let stated = session.cells([CellKey::Statement(manifest, recorder)]).await?.stated(manifest, recorder)?;
    let stated = stated.ok_or(Refusal::UnknownStatement)?;
    if let Some(path) = &said.outcome {
        let checked = checked.ok_or_else(|| CliError::input(&said.batch, "is no file", MANIFEST))?;
        let mut found = with_items(path, &checked)?;
        let differ = differences(&found, debited(&found, said.debited.as_deref())?, &stated.statement);
        if verdict == Verdict::Confirmed && !differ.is_empty() {
            return Err(other(path, recorder, &differ));
        }
        found.keep(&session.at_hand);
    }
    let (version, commitment) = (stated.statement.version, stated.commitment);
    let order = async |member: &Member| {
        let last = session.cells([CellKey::Vote(manifest, member.id)]).await?.voted(manifest, member.id)?;
        let number = last.map_or(1, |last| last.number.saturating_add(1));
        let vote = Vote { manifest, number, recorder, version, commitment, verdict, evidence };
        Ok(Order::Program(program::Order::Vote(vote)))
    };
    let mut about = About::from(&heard(recorder, &stated));
    if verdict == Verdict::Confirmed {
        // What is confirmed is kept too, whatever became of the recorder's files.
        let outcomes = Address::Outcomes(stated.statement.root.0);
        about.contents.extend(Kind::Outcomes.at(outcomes));
        session.at_hand.note_filed(outcomes, Filed::Surely);
        let reading = said.look.reading(&said.signer);
        let evidence = Kind::Evidence.hashed(evidence.0);
        let looked = look(session, evidence.into_iter().chain(about.contents.iter().copied()), &reading).await?;
        looked.iter().try_for_each(Looked::shown)?;
        about.lines.extend(looked.iter().flat_map(Looked::lines));
    }
    give_as(session, &said.signer, about, order).await
}

/// The seat's last vote is taken back, whether the statement that it is about is still there or not: its version is 0 where
/// the recorder has made another one since.
async fn withdraw(
    session: &Session,
    manifest: ManifestHash,
    (recorder, evidence): (Option<SeatId>, ReferenceHash),
    signer: &cli::Signer,
) -> Result<(), CliError> {
    const NONE: &str = "`greatseal batch show` lists the votes";
    const OTHER: &str = "leave --recorder out, or name the seat that the vote is about";
    let order = async |member: &Member| {
        let last = session.cells([CellKey::Vote(manifest, member.id)]).await?.voted(manifest, member.id)?;
        let none = || CliError::input("--verdict", format!("{} has no vote on the batch", member.id), NONE);
        let Voted { number, recorder: about, commitment, .. } = last.ok_or_else(none)?;
        if recorder.is_some_and(|recorder| recorder != about) {
            let reason = format!("the vote of {} is on a statement of {about}", member.id);
            return Err(CliError::input("--recorder", reason, OTHER));
        }
        let stated = session.cells([CellKey::Statement(manifest, about)]).await?.stated(manifest, about)?;
        let present = stated.filter(|stated| stated.commitment == commitment);
        Ok(Order::Program(program::Order::Vote(Vote {
            manifest,
            number: number.saturating_add(1),
            recorder: about,
            version: present.map_or(0, |stated| stated.statement.version),
            commitment,
            verdict: Verdict::Withdrawn,
            evidence,
        })))
    };
    give_as(session, signer, &[], order).await
}

/// What the recorder said, above the question of whoever votes on it.
fn heard(recorder: SeatId, stated: &Stated) -> Vec<Line> {
    let mut lines = vec![line("stated by", format!("{recorder} at {}", date(stated.at)))];
    lines.extend(told(words::statement(&stated.statement)));
    lines
}

/// What of a statement is not what the outcomes give: each with both values.
fn differences(found: &Outcomes, debited: u128, stated: &Statement) -> Vec<String> {
    let sums = found.sums;
    let all = [
        ("root", found.root.to_string(), stated.root.to_string()),
        ("closed", sums.closed.to_string(), stated.closed.to_string()),
        ("paid", sums.paid.to_string(), stated.paid.to_string()),
        ("unpaid", sums.unpaid.to_string(), stated.unpaid.to_string()),
        ("debited", debited.to_string(), stated.debited.to_string()),
    ];
    let differ = all.into_iter().filter(|(_, own, said)| own != said);
    differ.map(|(name, own, said)| format!("{name} is {own} and was stated as {said}")).collect()
}

fn other(path: &Path, recorder: SeatId, differ: &[String]) -> CliError {
    const HELP: &str = "contradict the statement, or ask its recorder for another one; say with --debited what left the payer's account where it is not what arrived";
    CliError::Differs(format!("{} is not what {recorder} has stated: {}", path.display(), differ.join(", ")), HELP)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Findings;
    use greatseal_protocol::{bytes::OutcomesRoot, settlement::Sums};

    #[test]
    fn every_part_of_a_statement_is_compared() {
        let sums = Sums { closed: 10, paid: 400, unpaid: 100, arrived: 400 };
        let found = Outcomes {
            root: OutcomesRoot([1; 32]),
            sums,
            settled: Vec::new(),
            claimed: Findings::default(),
            items: None,
        };
        let same = Statement {
            manifest: ManifestHash([2; 32]),
            version: 1,
            previous: None,
            root: found.root,
            closed: 10,
            paid: 400,
            unpaid: 100,
            debited: 400,
        };
        assert_eq!(differences(&found, 400, &same), [""; 0]);
        for (other, name) in [
            (Statement { root: OutcomesRoot([3; 32]), ..same }, "root"),
            (Statement { closed: 9, ..same }, "closed"),
            (Statement { paid: 399, ..same }, "paid"),
            (Statement { unpaid: 101, ..same }, "unpaid"),
            (Statement { debited: 500, ..same }, "debited"),
        ] {
            let differ = differences(&found, 400, &other);
            assert!(matches!(differ.as_slice(), [only] if only.starts_with(name)), "{name}: {differ:?}");
        }
        assert_eq!(differences(&found, 500, &same), ["debited is 500 and was stated as 400"]);
    }
}
