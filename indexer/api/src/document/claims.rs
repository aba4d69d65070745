//! What a document says and the chain knows too, and the first field in which they differ.

use super::{Changed, Changes, NoChanges};
use greatseal_facts as facts;
use greatseal_protocol::{
    action::Action,
    council::SeatId,
    language::{emergency, proposal::Open},
    proposal::Proposal,
    proposal_id::ProposalId,
    scope::Scope,
};
use serde_json::Value;
use std::{collections::BTreeSet, fmt};

/// Most characters of a value that an error repeats.
const LONGEST: usize = 120;

/// What the chain knows of a proposal that its document says too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The author's seat.
    pub author: SeatId,
    /// What it is about.
    pub scope: Scope,
    /// Seconds from the opening until the quorum must stand.
    pub approve_within: u32,
    /// Seconds, after the delay, in which it may be executed.
    pub execute_within: u32,
    /// The action as facts.
    pub action: Value,
    /// The values that it replaces; `None` where they are no longer there to be read, and not compared then.
    pub values: Option<Vec<Changed>>,
}

/// A document says something else than the proposal that names it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} is {document} in the document, and {proposal} in the proposal")]
pub struct Differs {
    /// The first field that differs, such as `changes.action.bridge.set-route.economics.tx_max`.
    pub field: String,
    /// What the document says.
    pub document: String,
    /// What is proposed.
    pub proposal: String,
}

/// What is stated of all this; `None` where it is left out.
pub(super) struct Said<'a> {
    pub(super) author: Option<SeatId>,
    pub(super) scope: Option<Scope>,
    pub(super) approve_within: Option<u32>,
    pub(super) execute_within: Option<u32>,
    pub(super) changes: Option<&'a Changes>,
}

impl Claims {
    /// Those of a proposal that is about to be opened.
    ///
    /// # Errors
    ///
    /// [`NoChanges::Facts`].
    pub fn of_opening(author: SeatId, open: &Open, values: Vec<Changed>) -> Result<Self, NoChanges> {
        Ok(Self {
            author,
            scope: scope(&open.action),
            approve_within: open.approve_within,
            execute_within: open.execute_within,
            action: facts::action(&open.action)?,
            values: Some(values),
        })
    }

    /// Those of a proposal that was opened, given the action that its cell names by hash.
    ///
    /// # Errors
    ///
    /// [`NoChanges::Facts`].
    pub fn of_proposal(
        id: ProposalId,
        proposal: &Proposal,
        action: &Action,
        values: Option<Vec<Changed>>,
    ) -> Result<Self, NoChanges> {
        let approve_within = proposal.approve_by.saturating_sub(proposal.opened_at);
        Ok(Self {
            author: id.author,
            scope: scope(action),
            approve_within: u32::try_from(approve_within).unwrap_or(u32::MAX),
            execute_within: proposal.window,
            action: facts::action(action)?,
            values,
        })
    }

    /// The change set, where all of it is known.
    pub(super) fn changes(&self) -> Option<Changes> {
        Some(Changes { action: self.action.clone(), values: self.values.clone()? })
    }

    pub(super) fn compare(&self, said: &Said<'_>) -> Result<(), Differs> {
        equal("author", said.author, self.author)?;
        equal("scope", said.scope, self.scope)?;
        equal("expiry.approve_within", said.approve_within, self.approve_within)?;
        equal("expiry.execute_within", said.execute_within, self.execute_within)?;
        let Some(changes) = said.changes else { return Ok(()) };
        same("changes.action", Some(&changes.action), Some(&self.action))?;
        match &self.values {
            Some(values) => same_values(&changes.values, values),
            None => Ok(()),
        }
    }
}

/// What a proposal is about. For pauses that is what they stop; for others, what stops them.
pub fn scope(action: &Action) -> Scope {
    match action {
        Action::Emergency(emergency::Action::Pause(pause)) => pause.scope,
        Action::Emergency(emergency::Action::Lift { scope, .. } | emergency::Action::Consent { scope, .. }) => *scope,
        Action::Emergency(emergency::Action::SetMode(_) | emergency::Action::LeaveMode { .. })
        | Action::Council(_)
        | Action::Policy(_)
        | Action::Bridge(_)
        | Action::Program(_)
        | Action::Registry(_)
        | Action::Dispute(_)
        | Action::Phase(_)
        | Action::Operation(_)
        | Action::Contract(_) => action.scope(),
    }
}

fn equal<T: PartialEq + fmt::Display>(field: &str, said: Option<T>, is: T) -> Result<(), Differs> {
    match said {
        Some(said) if said != is => {
            Err(Differs { field: field.into(), document: said.to_string(), proposal: is.to_string() })
        }
        _ => Ok(()),
    }
}

fn same_values(said: &[Changed], are: &[Changed]) -> Result<(), Differs> {
    for (index, is) in are.iter().enumerate() {
        let field = |name: &str| format!("changes.values[{index}].{name}");
        let said = said.get(index);
        let of = |changed: &Changed| Value::from(changed.of.as_str());
        same(&field("of"), said.map(of).as_ref(), Some(&of(is)))?;
        same(&field("old"), said.map(|said| &said.old), Some(&is.old))?;
        same(&field("new"), said.map(|said| &said.new), Some(&is.new))?;
    }
    match said.get(are.len()) {
        Some(more) => same(&format!("changes.values[{}].of", are.len()), Some(&more.of.as_str().into()), None),
        None => Ok(()),
    }
}

/// That two values are one, down to the first place where they are not.
fn same(field: &str, said: Option<&Value>, is: Option<&Value>) -> Result<(), Differs> {
    match (said, is) {
        (Some(Value::Object(said)), Some(Value::Object(is))) => {
            let names: BTreeSet<_> = said.keys().chain(is.keys()).collect();
            names.into_iter().try_for_each(|name| same(&format!("{field}.{name}"), said.get(name), is.get(name)))
        }
        (Some(Value::Array(said)), Some(Value::Array(is))) => {
            let longer = said.len().max(is.len());
            (0..longer).try_for_each(|index| same(&format!("{field}[{index}]"), said.get(index), is.get(index)))
        }
        (said, is) if said == is => Ok(()),
        (said, is) => Err(Differs { field: cut(field), document: short(said), proposal: short(is) }),
    }
}

fn short(value: Option<&Value>) -> String {
    match value {
        None => "missing".into(),
        Some(Value::String(text)) => cut(text),
        Some(other) => cut(&other.to_string()),
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST { text.to_owned() } else { text.chars().take(LONGEST).chain(['…']).collect() }
}
