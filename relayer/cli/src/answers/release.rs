//! `greatseal release show`: what components run, and what they may go back to.

use super::{Answer, Text, chain::Block, listing::Listing};
use crate::output::{Line, line};
use greatseal_protocol::{
    bytes::{CodeHash, Label},
    registry::{Deployment, Running},
};
use schemars::JsonSchema;
use serde::Serialize;

/// `greatseal release show COMPONENT`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ComponentShown {
    /// Where it was read.
    pub block: Block,
    /// The component.
    #[serde(flatten)]
    pub component: Component,
}

/// `greatseal release show`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Components {
    /// Where they were read.
    pub block: Block,
    /// By their names.
    pub components: Vec<Component>,
    /// Who lists them.
    pub listing: Listing,
}

/// A component that runs something.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Component {
    /// Its name.
    pub component: Text<Label>,
    /// What it runs.
    pub runs: Version,
    /// What it ran before.
    pub before: Option<Version>,
    /// Second from which going back needs a decision.
    pub rollback_until: Option<Text<u64>>,
    /// Whether an operator may go back, and why not. The contract asks besides whether it is paused.
    pub rollback: Rollback,
}

/// A version that runs, or ran.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Version {
    /// Its name.
    pub version: Text<Label>,
    /// Its code.
    pub code: Text<CodeHash>,
}

/// Whether an operator may go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rollback {
    /// It may.
    Allowed,
    /// There is nothing to go back to.
    FirstRelease,
    /// The time for it is over.
    Expired,
}

impl From<Running> for Version {
    fn from(Running { version, code }: Running) -> Self {
        Self { version: Text(version), code: Text(code) }
    }
}

impl Component {
    /// A component as the contract keeps it.
    pub fn of(component: Label, found: &Deployment, now: u64) -> Self {
        let rollback = match found.before {
            None => Rollback::FirstRelease,
            Some(_) if now >= found.rollback_until => Rollback::Expired,
            Some(_) => Rollback::Allowed,
        };
        Self {
            component: Text(component),
            runs: found.current.into(),
            before: found.before.map(Version::from),
            rollback_until: found.before.map(|_| Text(found.rollback_until)),
            rollback,
        }
    }

    fn back(&self, block: &Block) -> String {
        let until = self.rollback_until.unwrap_or_default();
        match (self.rollback, self.before) {
            (Rollback::Allowed, Some(before)) => format!("to {} until {}", before.version, block.clock(until.0)),
            (Rollback::Allowed | Rollback::FirstRelease, _) => "no: there is nothing before it".to_owned(),
            (Rollback::Expired, _) => format!("no longer: until {}", until.date()),
        }
    }
}

impl Answer for ComponentShown {
    fn lines(&self) -> Vec<Line> {
        let runs = |Version { version, code }: Version| format!("{version}, code sha256:{code}");
        let Self { block, component } = self;
        vec![
            line("component", component.component),
            line("runs", runs(component.runs)),
            line("before", component.before.map_or_else(|| "nothing".to_owned(), runs)),
            line("roll back", component.back(block)),
        ]
    }
}

impl Answer for Components {
    fn lines(&self) -> Vec<Line> {
        let one = |component: &Component| {
            let back = component.back(&self.block);
            line(&component.component.to_string(), format!("runs {}; roll back: {back}", component.runs.version))
        };
        let nothing = line("components", "none runs anything: see `greatseal governance propose release --help`");
        self.listing.with(self.components.iter().map(one).collect(), nothing)
    }
}
