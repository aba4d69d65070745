//! What a command names and the chain does not know.

use crate::{
    answers::Text,
    output::{Line, line},
};
use schemars::JsonSchema;
use serde::Serialize;

/// A name that the chain does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Missing {
    /// What kind of thing it would name.
    pub kind: Kind,
    /// The name, such as `route:77`.
    pub name: String,
    /// The block at which it was looked for.
    pub block_number: Text<u64>,
}

/// What a name would name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A bridge route.
    Route,
    /// A programme.
    Program,
    /// What is disputed.
    Subject,
}

impl Missing {
    /// That it is not there.
    pub(crate) fn sentence(&self) -> String {
        let Self { kind, name, block_number } = self;
        let number = name.rsplit(':').next().unwrap_or_default();
        match kind {
            Kind::Route => format!("there is no route {number} at block {block_number}"),
            Kind::Program => format!("there is no programme {number} at block {block_number}"),
            Kind::Subject => format!(
                "no batch has this root, and no proposal that the chain holds at block {block_number} this digest: if it is the hash of another record, nobody can see that here"
            ),
        }
    }

    /// What stands above the question, and in the answer.
    pub(crate) fn warning(&self) -> Line {
        line("warning", self.sentence())
    }
}
