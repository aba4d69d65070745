//! The values of the state that each action replaces.
//!
//! Every action is named: one that is added does not compile before it says what it replaces. Where an action names what it
//! replaces (a hash, a version, a key, an epoch), the contract refuses it once something else holds, so that old and new stay
//! true for as long as the proposal can take effect.

use super::{Changed, NoChanges};
use greatseal_facts::Types;
use greatseal_protocol::{
    action::Action,
    cells::{CellKey, Cells, Head},
    council::{Council, CouncilHead, Seat, SeatId},
    genesis::{NewSeat, Profile},
    language::{bridge, council, dispute, emergency, operation, phase, policy, program, registry},
    line::{Line, SetLine},
    phase::SetPhase,
    program::{ChangeProgram, Program, RuleSet, RulesChange, Terms},
    registry::{Deployment, Registered, Running},
    route::{Route, Served},
    row::Row,
    scale::Encode,
};
use scale_info::TypeInfo;
use serde_json::Value;

type Values = Result<Vec<Changed>, NoChanges>;

pub(super) fn values(action: &Action, cells: &impl Cells) -> Values {
    match action {
        Action::Council(action) => of_council(action, cells),
        Action::Policy(action) => of_policy(action, cells),
        Action::Bridge(action) => of_bridge(action, cells),
        Action::Program(action) => of_program(action, cells),
        Action::Registry(action) => of_registry(action, cells),
        Action::Dispute(action) => of_dispute(action),
        Action::Phase(action) => of_phase(action),
        Action::Operation(operation::Action::SetBaseline { name, previous, value }) => {
            one(format!("parameter:{name}"), previous.as_ref(), Some(value))
        }
        Action::Emergency(
            emergency::Action::Pause(_)
            | emergency::Action::Lift { .. }
            | emergency::Action::SetMode(_)
            | emergency::Action::LeaveMode { .. }
            | emergency::Action::Consent { .. },
        )
        | Action::Contract(_) => Ok(Vec::new()),
    }
}

fn of_council(action: &council::Action, cells: &impl Cells) -> Values {
    match action {
        council::Action::Suspend { .. } | council::Action::Reinstate { .. } => Ok(Vec::new()),
        council::Action::Rotate { seat, new, .. } => Ok(vec![sits(*seat, Some(new), cells)?]),
        council::Action::Recover { council, seats, .. } => seats
            .iter()
            .map(|(index, new)| sits(SeatId { council: *council, index: *index }, Some(new), cells))
            .collect(),
        council::Action::Reconstitute(change) => {
            let head: Option<CouncilHead> = cells.cell(&CellKey::Council(change.council))?;
            let present = head.map_or(0, |head| head.size);
            let mut values = one(format!("council:{}", change.council), Some(&present), Some(&change.size))?;
            values.extend(resized(change.council, present, change.size, &change.added, cells)?);
            for row in &change.rows {
                values.push(table(row, cells)?);
            }
            Ok(values)
        }
    }
}

/// Seats that come at the end of a council, or leave there.
fn resized(council: Council, present: u8, size: u8, added: &[NewSeat], cells: &impl Cells) -> Values {
    let seat = |index| SeatId { council, index };
    let leave = (size..present).map(|index| sits(seat(index), None, cells));
    let come = (present..size).zip(added);
    // What a cell says of a seat that the council does not have is over.
    let come = come.map(|(index, new)| changed(format!("seat:{}", seat(index)), None, Some(new)));
    leave.chain(come).collect()
}

fn of_policy(action: &policy::Action, cells: &impl Cells) -> Values {
    match action {
        policy::Action::SetRow(row) => Ok(vec![table(row, cells)?]),
        policy::Action::RenewProfile { until } => {
            let head: Option<Box<Head>> = cells.cell(&CellKey::Head)?;
            let old = head.and_then(|head| match head.profile {
                Profile::Micronode { until } => Some(until),
                Profile::Standard => None,
            });
            one("profile:micronode", old.as_ref(), Some(until))
        }
        policy::Action::Adopt { .. } => Ok(Vec::new()),
    }
}

fn of_bridge(action: &bridge::Action, cells: &impl Cells) -> Values {
    match action {
        bridge::Action::SetRoute(change) => {
            let old: Option<Box<Route>> = cells.cell(&CellKey::Route(change.route))?;
            let old = old.map(|route| route.economics);
            one(format!("route:{}", change.route), old.as_ref(), Some(&change.economics))
        }
        bridge::Action::SetCompliance(change) => {
            let old: Option<Served> = cells.cell(&CellKey::Compliance(change.route))?;
            let old = old.map(|served| served.compliance);
            one(format!("compliance:{}", change.route), old.as_ref(), Some(&change.compliance))
        }
    }
}

fn of_program(action: &program::Action, cells: &impl Cells) -> Values {
    match action {
        program::Action::Change(change) => of_change(change, cells),
        program::Action::Create(_)
        | program::Action::CreateAuthority(_)
        | program::Action::ExecuteBatch(_)
        | program::Action::Overrule { .. }
        | program::Action::Stop { .. } => Ok(Vec::new()),
    }
}

fn of_change(change: &ChangeProgram, cells: &impl Cells) -> Values {
    let program = change.program;
    let mut values = Vec::new();
    if let Some((_, terms)) = &change.terms {
        let old: Option<Program> = cells.cell(&CellKey::Program(program))?;
        let old: Option<Terms> = old.map(|program| program.terms);
        values.push(changed(format!("program:{program}"), old.as_ref(), Some(terms))?);
    }
    for rules in &change.rules {
        let version = rules.version();
        let old: Option<RuleSet> = cells.cell(&CellKey::Rules(program, version))?;
        let new = match rules {
            RulesChange::Begin { rules, .. } => Some(*rules),
            RulesChange::End { until, .. } => old.map(|rules| RuleSet { effective_until: Some(*until), ..rules }),
        };
        values.push(changed(format!("rules:{program}:{version}"), old.as_ref(), new.as_ref())?);
    }
    for SetLine { line, terms, .. } in &change.lines {
        let old: Option<Line> = cells.cell(&CellKey::Line(program, *line))?;
        let old = old.map(|line| line.terms);
        values.push(changed(format!("line:{program}:{line}"), old.as_ref(), Some(terms))?);
    }
    Ok(values)
}

fn of_registry(action: &registry::Action, cells: &impl Cells) -> Values {
    match action {
        registry::Action::Register { entry, valid_from, valid_until, replaces } => {
            let old: Option<Registered> = cells.cell(&CellKey::Entry(entry.key()))?;
            let (version, entry, valid_from, valid_until) =
                (replaces.saturating_add(1), *entry, *valid_from, *valid_until);
            let new = Registered { version, entry, valid_from, valid_until, revoked: None };
            one(format!("entry:{}", entry.key()), old.as_ref(), Some(&new))
        }
        registry::Action::Revoke { entry, .. } => {
            let old: Option<Registered> = cells.cell(&CellKey::Entry(*entry))?;
            one(format!("entry:{entry}"), old.as_ref(), None)
        }
        registry::Action::Release(release) => {
            let old: Option<Deployment> = cells.cell(&CellKey::Running(release.component))?;
            let old = old.map(|deployment| deployment.current);
            let new = Running { version: release.version, code: release.code };
            one(format!("release:{}", release.component), old.as_ref(), Some(&new))
        }
    }
}

fn of_dispute(action: &dispute::Action) -> Values {
    match action {
        dispute::Action::Extend { dispute, previous, until, .. } => {
            one(format!("dispute:{}:{}", dispute.seat, dispute.subject), Some(previous), Some(until))
        }
        dispute::Action::Resolve { .. } => Ok(Vec::new()),
    }
}

fn of_phase(action: &phase::Action) -> Values {
    match action {
        phase::Action::SetPhase(SetPhase { council, previous, next, .. }) => {
            one(format!("phase:{council}"), Some(previous), Some(next))
        }
        phase::Action::RevokeWayBack(_) => Ok(Vec::new()),
    }
}

fn table(row: &Row, cells: &impl Cells) -> Result<Changed, NoChanges> {
    let old: Option<Row> = cells.cell(&CellKey::Row(row.id))?;
    changed(format!("row:{}", row.id), old.as_ref(), Some(row))
}

/// Who sits in a seat, as a proposal names it.
fn sits(id: SeatId, new: Option<&NewSeat>, cells: &impl Cells) -> Result<Changed, NoChanges> {
    let old: Option<Box<Seat>> = cells.cell(&CellKey::Seat(id))?;
    let old = old.map(|seat| NewSeat {
        key: seat.key,
        holder: seat.holder,
        organisation: seat.organisation,
        role: seat.role,
        valid_until: seat.valid_until,
    });
    changed(format!("seat:{id}"), old.as_ref(), new)
}

fn one<T: Encode + TypeInfo + 'static>(of: impl Into<String>, old: Option<&T>, new: Option<&T>) -> Values {
    Ok(vec![changed(of, old, new)?])
}

fn changed<T: Encode + TypeInfo + 'static>(
    of: impl Into<String>,
    old: Option<&T>,
    new: Option<&T>,
) -> Result<Changed, NoChanges> {
    let types = Types::of::<T>();
    let facts = |value: Option<&T>| value.map_or(Ok(Value::Null), |value| types.facts(&value.encode()));
    Ok(Changed { of: of.into(), old: facts(old)?, new: facts(new)? })
}
