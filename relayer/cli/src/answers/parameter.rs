//! `greatseal parameter show`: what operators tune, its baseline, and how far they may go.

use super::{Answer, Text, chain::Block};
use crate::{
    output::{Line, line},
    text::about,
};
use greatseal_protocol::{parameter, parameter::Tuning};
use schemars::JsonSchema;
use serde::Serialize;

/// The parameters that have a value.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Parameters {
    /// Where they were read.
    pub block: Block,
    /// In the order of their closed list.
    pub parameters: Vec<Parameter>,
}

/// A parameter that has a value.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Parameter {
    /// Its name.
    pub name: Text<parameter::Parameter>,
    /// What holds.
    pub value: Text<u64>,
    /// Middle of the band.
    pub baseline: Text<u64>,
    /// Least value that an operator may set.
    pub least: Text<u64>,
    /// Greatest value that an operator may set.
    pub most: Text<u64>,
    /// Since when the value holds.
    pub since: Text<u64>,
}

impl Parameter {
    /// A parameter as the contract keeps it.
    pub fn of(name: parameter::Parameter, tuning: Tuning) -> Self {
        let Tuning { value, baseline, at } = tuning;
        let width = baseline / Tuning::BAND;
        Self {
            name: Text(name),
            value: Text(value),
            baseline: Text(baseline),
            least: Text(baseline.saturating_sub(width)),
            most: Text(baseline.saturating_add(width)),
            since: Text(at),
        }
    }

    pub(crate) fn words(&self) -> String {
        let Self { name, value, baseline, least, most, .. } = self;
        format!("{name} {value}, baseline {baseline}, band {least} to {most}")
    }
}

impl Answer for Parameters {
    fn lines(&self) -> Vec<Line> {
        let since = |parameter: &Parameter| about(self.block.time.0.saturating_sub(parameter.since.0));
        let one = |parameter: &Parameter| {
            line(&parameter.name.to_string(), format!("{}, for {}", parameter.words(), since(parameter)))
        };
        match self.parameters.as_slice() {
            [] => {
                vec![line("parameters", "none has a baseline yet: see `greatseal governance propose baseline --help`")]
            }
            some => some.iter().map(one).collect(),
        }
    }
}
