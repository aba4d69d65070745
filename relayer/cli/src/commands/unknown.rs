//! What a command names and the chain does not know: in an emergency a wrong number must not look like success.

use super::{
    dispute,
    listing::Listing,
    places::{self, authorities},
};
use crate::{
    answers::{
        Text,
        signed::{Kind, Missing},
    },
    error::CliError,
    output::Line,
    session::Session,
};
use greatseal_protocol::{
    action::Action,
    batch::Batch,
    cells::{CellKey, Cells},
    council::{Council, SeatId},
    dispute::Subject,
    language::{bridge, emergency, registry},
    proposal_id::ProposalId,
    registry::Entry,
    scope::{Scope, Watched},
    state::State,
};
use std::io::IsTerminal as _;

const HELP: &str =
    "compare it with `greatseal status`; if it is meant all the same, give --allow-unknown, or answer at a terminal";

/// A name that was looked for, and what was not found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unknown(Option<Missing>);

impl Unknown {
    fn unless(known: bool, kind: Kind, name: impl ToString, block: u64) -> Self {
        Self((!known).then(|| Missing { kind, name: name.to_string(), block_number: Text(block) }))
    }

    /// Goes on where everything is known, where the person allowed the unknown beforehand, and where one can be asked.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] before anything is signed.
    pub(crate) fn or_refuse(self, agreed: bool, allowed: bool) -> Result<Self, CliError> {
        let asks = !agreed && std::io::stdin().is_terminal();
        match &self.0 {
            Some(missing) if !allowed && !asks => Err(CliError::input(&missing.name, missing.sentence(), HELP)),
            _ => Ok(self),
        }
    }

    /// What stands above the question.
    pub(crate) fn lines(&self) -> Vec<Line> {
        self.0.iter().map(Missing::warning).collect()
    }

    /// What is not known; empty where everything is.
    pub(crate) fn missing(self) -> Vec<Missing> {
        self.0.into_iter().collect()
    }
}

/// What a proposal is about, where it names it by a number that anybody can mistype. Other actions name what they replace,
/// and are refused where that is not there.
///
/// # Errors
///
/// [`CliError::Chain`].
pub(crate) async fn of_action(session: &Session, action: &Action) -> Result<Unknown, CliError> {
    match action {
        Action::Emergency(emergency::Action::Pause(pause)) => of_scope(session, pause.scope).await,
        Action::Registry(registry::Action::Register { entry: Entry::Payer { program, .. }, .. }) => {
            of_program(session, *program).await
        }
        _ => Ok(Unknown::default()),
    }
}

/// A route that the proposal begins: it is meant, and still a number that somebody typed.
pub(crate) fn begun(action: &Action) -> Option<u32> {
    match action {
        Action::Bridge(bridge::Action::SetRoute(change)) if change.previous.is_none() => Some(change.route),
        _ => None,
    }
}

/// A scope. Whether an account exists cannot be seen: any can receive.
///
/// # Errors
///
/// [`CliError::Chain`], here and below.
pub(crate) async fn of_scope(session: &Session, scope: Scope) -> Result<Unknown, CliError> {
    match scope {
        Scope::Route(route) => of_route(session, route).await,
        Scope::Program(program) => of_program(session, program).await,
        Scope::Everything | Scope::Upgrades | Scope::Account(_) => Ok(Unknown::default()),
    }
}

/// What somebody has looked at.
pub(crate) async fn of_watched(session: &Session, watched: Watched) -> Result<Unknown, CliError> {
    match watched {
        Watched::Route(route) => of_route(session, route).await,
        Watched::Money => Ok(Unknown::default()),
    }
}

async fn of_route(session: &Session, route: u32) -> Result<Unknown, CliError> {
    let known = session.cells([CellKey::Route(route)]).await?.route(route)?.is_some();
    Ok(Unknown::unless(known, Kind::Route, Scope::Route(route), session.block.number))
}

/// A programme. That there is an authority of its number says nothing: numbers of both are given by themselves.
async fn of_program(session: &Session, program: u32) -> Result<Unknown, CliError> {
    let key = CellKey::Program(program);
    let known = session.cells([key]).await?.load(&key).is_some();
    Ok(Unknown::unless(known, Kind::Program, Scope::Program(program), session.block.number))
}

/// What a dispute is about: anything but what is known by a hash alone.
pub(crate) async fn of_subject(session: &Session, subject: Subject) -> Result<Unknown, CliError> {
    let known = match subject {
        Subject::Batch(manifest) => {
            let key = CellKey::Batch(manifest);
            session.cells([key]).await?.load(&key).is_some()
        }
        Subject::Proposal(..) => true,
        Subject::Other(_) => !dispute::about(session, None, subject).await?.is_empty(),
    };
    Ok(Unknown::unless(known, Kind::Subject, subject, session.block.number))
}

/// Where proposals lie.
pub(crate) async fn proposals(session: &Session) -> Result<Vec<CellKey>, CliError> {
    let listing = Listing::of(session).await?;
    let listed = listing.named(|key| matches!(key, CellKey::Proposal(..)).then_some(*key));
    let mut keys: Vec<CellKey> = listed.collect();
    if !listing.complete() {
        keys.extend(slots(session, &listing).await?);
    }
    Ok(keys)
}

/// Places of seats that can have disputed this: auditors', and those of the authority whose batch it is.
pub(crate) async fn disputing(session: &Session, subject: Subject) -> Result<Vec<SeatId>, CliError> {
    let mut councils = vec![Council::Auditor];
    if let Subject::Batch(manifest) = subject {
        let key = CellKey::Batch(manifest);
        let batch: Option<Batch> = session.cells([key]).await?.cell(&key)?;
        if let Some(Batch { program, .. }) = batch {
            let program = session.cells([CellKey::Program(program)]).await?.program(program)?;
            councils.push(Council::Program(program.terms.authority));
        }
    }
    Ok(councils.into_iter().flat_map(places::every).collect())
}

/// Where the seats of all councils keep their proposals; of authorities, those that are listed.
async fn slots(session: &Session, listing: &Listing) -> Result<Vec<CellKey>, CliError> {
    let councils: Vec<_> = places::standing().chain(authorities(listing)).collect();
    let seats = places::sitting(session, &councils).await?.into_iter();
    let slots = |seat: SeatId| (0..ProposalId::slots(seat.council)).map(move |slot| CellKey::Proposal(seat, slot));
    Ok(seats.flat_map(slots).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::line;

    #[test]
    fn what_is_not_there_is_said_to_people_and_to_programs() -> Result<(), serde_json::Error> {
        let unknown = Unknown::unless(false, Kind::Route, Scope::Route(77), 9);
        assert_eq!(unknown.lines(), [line("warning", "there is no route 77 at block 9")]);
        let told = serde_json::to_value(unknown.missing())?;
        assert_eq!(told, serde_json::json!([{ "kind": "route", "name": "route:77", "block_number": "9" }]));
        let known = Unknown::unless(true, Kind::Route, Scope::Route(1), 9);
        assert_eq!((known.lines(), known.missing()), (Vec::new(), Vec::new()));
        Ok(())
    }
}
