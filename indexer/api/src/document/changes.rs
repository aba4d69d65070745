//! What a proposal does, as facts: its action, and beside each value that it sets the one that holds.

use super::{NoDocument, json, replaced, schema};
use greatseal_facts::{self as facts, NotFacts};
use greatseal_protocol::{action::Action, cells::Cells, refusal::Refusal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The change set of a document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// The action as facts: every field, by the rules of `docs/protocol/facts.md`.
    #[schemars(schema_with = "schema::action")]
    pub action: Value,
    /// Values of the state that it replaces, each beside what shall hold.
    #[schemars(schema_with = "schema::values")]
    pub values: Vec<Changed>,
}

/// A value of the state that an action replaces.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Changed {
    /// Which: `route:1`, `row:rotate-emergency`, `seat:S0`.
    pub of: String,
    /// What holds when the proposal is opened; null where there is none.
    pub old: Value,
    /// What shall hold; null where it ends.
    pub new: Value,
}

/// Why there is no change set. Neither happens to an action of the protocol over cells that hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoChanges {
    /// A value has no facts.
    #[error(transparent)]
    Facts(#[from] NotFacts),
    /// A cell cannot be read.
    #[error("a cell that the action replaces cannot be read: {0}")]
    Cell(Refusal),
}

impl From<Refusal> for NoChanges {
    fn from(refusal: Refusal) -> Self {
        Self::Cell(refusal)
    }
}

impl Changed {
    /// The values that an action would replace in a state.
    ///
    /// Those of actions that protect at once (pauses, modes, suspensions) are left out: who prolongs a pause is not held up
    /// because it was prolonged a moment ago.
    ///
    /// # Errors
    ///
    /// [`NoChanges`].
    pub fn all(action: &Action, cells: &impl Cells) -> Result<Vec<Self>, NoChanges> {
        replaced::values(action, cells)
    }

    /// What differs inside it: path, old and new; the whole where one of the two is missing.
    pub fn fields(&self) -> Vec<(String, &Value, &Value)> {
        let mut fields = Vec::new();
        leaves("", &self.old, &self.new, &mut fields);
        fields
    }
}

impl Changes {
    /// What an action does, beside these values.
    ///
    /// # Errors
    ///
    /// [`NotFacts`].
    pub fn new(action: &Action, values: Vec<Changed>) -> Result<Self, NotFacts> {
        Ok(Self { action: facts::action(action)?, values })
    }

    pub(super) fn judge(&self) -> Result<(), NoDocument> {
        json::look(&self.action, "changes.action")?;
        for (index, Changed { of, old, new }) in self.values.iter().enumerate() {
            let field = format!("changes.values[{index}]");
            json::shown(of, &format!("{field}.of"))?;
            json::look(old, &format!("{field}.old"))?;
            json::look(new, &format!("{field}.new"))?;
        }
        Ok(())
    }
}

fn leaves<'a>(path: &str, old: &'a Value, new: &'a Value, found: &mut Vec<(String, &'a Value, &'a Value)>) {
    match (old, new) {
        (Value::Object(before), Value::Object(after)) if before.keys().eq(after.keys()) => {
            for ((name, old), new) in before.iter().zip(after.values()) {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                leaves(&path, old, new, found);
            }
        }
        (old, new) if old == new => {}
        _ => found.push((path.to_owned(), old, new)),
    }
}
