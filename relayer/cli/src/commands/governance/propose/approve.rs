//! `greatseal governance propose --approve`: the author's approval comes with the opening.

use crate::{
    commands::governance::show,
    error::CliError,
    output::{Line, line},
};
use greatseal_protocol::{
    council::Council,
    event::{Event, Record},
    language::proposal,
    proposal_id::Decision,
    row::Row,
};

/// Whether the author's council votes under the row.
///
/// # Errors
///
/// [`CliError::Input`] before anything is signed; the contract would refuse it with 204.
pub(super) fn may(row: &Row, council: Council) -> Result<(), CliError> {
    if row.minima.iter().any(|(voting, _)| voting == council.in_row()) {
        return Ok(());
    }
    let reason = format!("the {council} council opens under {} and does not vote there", row.id);
    Err(CliError::input("--approve", reason, "leave --approve out, and ask seats of the row's councils to approve"))
}

/// What the opening's records say of the approval that came with it, and what is missing next; nothing where none did.
pub(super) fn told(records: &[Record], row: &Row) -> Vec<Line> {
    let seat = records.iter().find_map(|record| match record.event {
        Event::Proposal(proposal::Event::Decided { seat, decision: Decision::Approve, .. }) => Some(seat),
        _ => None,
    });
    let Some(seat) = seat else { return Vec::new() };
    let reached = records.iter().find_map(|record| match record.event {
        Event::Proposal(proposal::Event::QuorumReached { eta, execute_by, .. }) => Some((eta, execute_by)),
        _ => None,
    });
    let missing = match reached {
        Some((eta, until)) => format!("nothing: to be executed from {eta} until {until}"),
        None => missing(row, seat.council),
    };
    vec![line("approved by", seat), line("missing", missing)]
}

/// What a row asks for after one approval of a council.
fn missing(row: &Row, council: Council) -> String {
    let given = |voting: Council| u8::from(voting == council.in_row());
    let left: Vec<_> = row.minima.iter().map(|(voting, least)| (voting, least.saturating_sub(given(voting)))).collect();
    let least = left.iter().fold(0_u8, |sum, (_, least)| sum.saturating_add(*least));
    show::needs(row.m.saturating_sub(1).max(least), left.into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::{genesis::Profile, row::RowId, table::default_rows};

    fn row(id: RowId) -> Result<Row, String> {
        default_rows(Profile::Standard).into_iter().find(|row| row.id == id).ok_or_else(|| format!("no {id}"))
    }

    #[test]
    fn who_votes_may_approve_and_who_only_opens_may_not() -> Result<(), String> {
        assert!(may(&row(RowId::ROUTINE_UPGRADE)?, Council::Technical).is_ok());
        assert!(may(&row(RowId::BATCH_LARGE)?, Council::Program(7)).is_ok());
        for id in [RowId::ROUTINE_UPGRADE, RowId::BATCH_LARGE] {
            let refused = may(&row(id)?, Council::Operator).err().ok_or("an operator votes")?;
            assert_eq!(refused.exit_code(), 3);
            assert!(refused.to_string().contains(&id.to_string()), "{refused}");
        }
        Ok(())
    }

    #[test]
    fn one_approval_is_taken_off_what_the_row_asks_for() -> Result<(), String> {
        let cases = [
            (RowId::EMERGENCY_PAUSE, Council::Emergency, "1 approval, at least 1 of Emergency"),
            (RowId::BRIDGE_LOOSEN, Council::Sovereign, "2 approvals, at least 1 of Treasury"),
            (RowId::PROGRAM_CHANGE, Council::Program(2), "2 approvals, at least 1 of Sovereign and 1 of the programme"),
            // Of whichever of its councils.
            (RowId::RECOVER_SOVEREIGN, Council::Policy, "6 approvals"),
        ];
        for (id, author, words) in cases {
            assert_eq!(missing(&row(id)?, author), words, "{id}");
        }
        Ok(())
    }
}
