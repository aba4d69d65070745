//! Golden histories as logs; nobody signed what brought them, so that the rules alone judge their records.

use greatseal_audit::{Expected, Fault, FileFault, Verification, Verified};
use greatseal_deployment::Deployment;
use greatseal_made::{Log, Made};
use greatseal_protocol::{
    bytes::to_hex,
    digest::deployment_id,
    event::{Event, Record},
    key::Key,
    language::contract,
    scale::Encode,
    submit,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// Records of a golden history, which may be changed before they become a log.
#[derive(Clone)]
pub(crate) struct History {
    pub(crate) made: Made,
}

impl History {
    /// The one in which everything happens.
    pub(crate) fn all() -> Self {
        Self::golden("records")
    }

    /// A history of the golden vectors.
    pub(crate) fn golden(name: &str) -> Self {
        Self { made: Made::golden(name, "") }
    }

    pub(crate) fn records(&self) -> &[Record] {
        &self.made.records
    }

    /// Which record is the first that is so.
    pub(crate) fn first(&self, is: impl Fn(&Event) -> bool) -> usize {
        self.records().iter().position(|record| is(&record.event)).expect("the history has one")
    }

    /// Without the records that are so; those behind them move up.
    pub(crate) fn without(mut self, is: impl Fn(&Record) -> bool) -> Self {
        self.made.records.retain(|record| !is(record));
        for (seq, record) in (0..).zip(&mut self.made.records) {
            record.seq = seq;
        }
        self
    }

    /// With one event changed.
    pub(crate) fn with(mut self, at: usize, change: impl FnOnce(&mut Record)) -> Self {
        change(&mut self.made.records[at]);
        self
    }

    pub(crate) fn verify(&self) -> Result<Verified, Fault> {
        verified(&self.made.log())
    }

    /// What is wrong, as a sentence.
    pub(crate) fn fault(&self) -> String {
        self.verify().expect_err("it was forged").to_string()
    }
}

/// The verdict on a log, by its own deployment.
pub(crate) fn verified(log: &Log) -> Result<Verified, Fault> {
    verify(&log.deployment, log)
}

pub(crate) fn verify(deployment: &Deployment, log: &Log) -> Result<Verified, Fault> {
    let expected = Expected { tiles: true, ..Expected::of(&log.head, deployment)? };
    let mut verification = Verification::new(deployment.clone(), expected);
    while let Some(file) = verification.need() {
        let missing = || Fault::File { path: file.path(), what: FileFault::Form };
        let bytes = log.files.get(&file).ok_or_else(missing)?;
        verification.give(file, bytes, &mut |_, _| Ok::<_, Fault>(()))?;
    }
    verification.finish()
}

/// The cells that a golden history ends with.
pub(crate) fn golden_cells(name: &str) -> BTreeMap<String, String> {
    let path = format!("{}/../../contracts/protocol/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let text = |cell: &Value, field: &str| cell[field].as_str().unwrap().to_owned();
    vectors["cells"].as_array().unwrap().iter().map(|cell| (text(cell, "key"), text(cell, "cell"))).collect()
}

/// Cells as the golden files have them.
pub(crate) fn cells(verified: &Verified) -> BTreeMap<String, String> {
    verified.state.iter().map(|(key, cell)| (to_hex(&key.encode()), to_hex(cell))).collect()
}

#[test]
fn an_honest_history_with_everything_in_it_is_verified() {
    for (records, golden) in
        [("records", "cells"), ("succession-records", "succession-cells"), ("micronode-records", "micronode-cells")]
    {
        let history = History::golden(records);
        let verified = history.verify().unwrap_or_else(|fault| panic!("{records}: {fault}"));
        let size = u64::try_from(history.records().len()).unwrap();
        assert_eq!((verified.head.size, verified.bases.by_envelope, verified.bases.by_transaction), (size, 0, 0));
        assert_eq!(verified.bases.by_block.values().sum::<u64>(), size);
        assert_eq!(cells(&verified), golden_cells(golden), "{records}");
    }
}

/// A contract takes a P-256 key that is no point of its curve: whoever verifies says so.
#[test]
fn keys_are_keys_and_a_verification_names_those_that_are_none() {
    let honest = History::golden("micronode-records");
    assert_eq!(honest.verify().map(|verified| verified.no_points), Ok(Vec::new()));
    let Event::Contract(contract::Event::Deployed { contract, genesis, .. }) = honest.records()[0].event.clone() else {
        panic!("no deployment")
    };
    let off = (0..=u8::MAX).map(|x| {
        let mut bytes = [0; 33];
        (bytes[0], bytes[32]) = (2, x);
        Key::P256(bytes)
    });
    let off = off.into_iter().find(|key| !key.is_a_point()).unwrap();
    let mut genesis = genesis;
    genesis.councils[0].seats[0].key = off;
    let record = submit::deploy(genesis.clone(), contract, honest.records()[0].at).unwrap();
    let mut history = honest.clone();
    history.made.deployment.deployment = deployment_id(&genesis).0;
    history.made.records = vec![record];
    assert_eq!(history.verify().map(|verified| verified.no_points), Ok(vec![(0, off)]));
}
