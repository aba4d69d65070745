//! `greatseal governance log`: the rows of the audit database as the indexer serves them.

use super::{Answer, schema};
use crate::output::{Line, line};
use greatseal_api::wire::EventRow;
use schemars::JsonSchema;
use serde::Serialize;

/// The events that were asked for, oldest first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Log {
    /// Rows of the audit database.
    #[schemars(schema_with = "schema::rows")]
    pub events: Vec<EventRow>,
}

impl Answer for Log {
    fn lines(&self) -> Vec<Line> {
        let one = |row: &EventRow| {
            let words: Vec<_> = row.words.iter().map(|(label, value)| format!("{label}: {value}")).collect();
            let subject = row.proposal.as_deref().unwrap_or("-");
            line(&format!("{} {} {}", row.seq, row.at, row.event.kind), format!("{subject}  {}", words.join(", ")))
        };
        self.events.iter().map(one).collect()
    }
}
