//! Golden histories as rows of an audit database; only the blocks are made up.

use greatseal_api::{
    link::{Row, RowHash},
    render::event_row,
    verify::{Fault, Verified, Verifier},
    wire::EventRow,
};
use greatseal_deployment::Deployment;
use greatseal_protocol::{
    bytes::to_hex,
    digest::deployment_id,
    event::{Event, Record},
    key::Key,
    language::contract,
    scale::{DecodeAll, Encode},
    submit,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// Records of a golden history, which may be changed before they become rows.
#[derive(Clone)]
pub(crate) struct History {
    pub(crate) deployment: Deployment,
    pub(crate) records: Vec<Record>,
}

impl History {
    /// The one in which everything happens.
    pub(crate) fn all() -> Self {
        Self::golden("records")
    }

    /// A history of the golden vectors.
    pub(crate) fn golden(name: &str) -> Self {
        let path = format!("{}/../../contracts/protocol/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let record = |record: &Value| {
            let bytes = hex::decode(record["record"].as_str().unwrap()).unwrap();
            Record::decode_all(&mut &*bytes).unwrap()
        };
        let records: Vec<_> = vectors["records"].as_array().unwrap().iter().map(record).collect();
        let Event::Contract(contract::Event::Deployed { deployment, contract, genesis }) = &records[0].event else {
            panic!("no deployment")
        };
        let deployment = Deployment {
            deployment: deployment.0,
            contract: contract.0,
            chain_genesis: genesis.chain.0,
            chain_id: genesis.chain_id,
            code_hash: [0xCC; 32],
            block_number: 5,
            block_hash: block_hash(5),
        };
        Self { deployment, records }
    }

    /// Which record is the first that is so.
    pub(crate) fn first(&self, is: impl Fn(&Event) -> bool) -> usize {
        self.records.iter().position(|record| is(&record.event)).expect("the history has one")
    }

    /// Without the records that are so; those behind them move up.
    pub(crate) fn without(mut self, is: impl Fn(&Record) -> bool) -> Self {
        self.records.retain(|record| !is(record));
        for (seq, record) in (0..).zip(&mut self.records) {
            record.seq = seq;
        }
        self
    }

    /// With one event changed.
    pub(crate) fn with(mut self, at: usize, change: impl FnOnce(&mut Record)) -> Self {
        change(&mut self.records[at]);
        self
    }

    /// One block for each second, one transaction a block; every link as it has to be.
    pub(crate) fn rows(&self) -> Vec<EventRow> {
        let mut previous = RowHash::before_first(&self.deployment.domain().deployment);
        let (mut number, mut index, mut time) = (4, 0, None);
        let mut rows = Vec::new();
        for record in &self.records {
            if time != Some(record.at) {
                (number, index, time) = (number + 1, 0, Some(record.at));
            }
            index += 1;
            let row = Row {
                block_number: number,
                block_hash: block_hash(number),
                extrinsic: 1,
                index,
                record: record.encode(),
            };
            let hash = previous.then(&row);
            rows.push(event_row(record, &row, previous, hash).unwrap());
            previous = hash;
        }
        rows
    }

    pub(crate) fn verify(&self) -> Result<Verified, Fault> {
        verify(&self.deployment, &self.rows())
    }

    /// What is wrong, as a sentence.
    pub(crate) fn fault(&self) -> String {
        self.verify().expect_err("it was forged").to_string()
    }
}

pub(crate) fn verify(deployment: &Deployment, rows: &[EventRow]) -> Result<Verified, Fault> {
    let mut verifier = Verifier::new(deployment.clone());
    for row in rows {
        let entry = verifier.read(row)?;
        verifier.fold(entry)?;
    }
    verifier.finish()
}

fn block_hash(number: u64) -> [u8; 32] {
    [u8::try_from(number % 251).unwrap(); 32]
}

/// The cells that a golden history ends with.
fn golden_cells(name: &str) -> BTreeMap<String, String> {
    let path = format!("{}/../../contracts/protocol/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let text = |cell: &Value, field: &str| cell[field].as_str().unwrap().to_owned();
    vectors["cells"].as_array().unwrap().iter().map(|cell| (text(cell, "key"), text(cell, "cell"))).collect()
}

#[test]
fn an_honest_history_with_everything_in_it_is_verified() {
    for (records, cells) in
        [("records", "cells"), ("succession-records", "succession-cells"), ("micronode-records", "micronode-cells")]
    {
        let history = History::golden(records);
        let verified = history.verify().unwrap_or_else(|fault| panic!("{records}: {fault}"));
        assert_eq!(verified.events, u64::try_from(history.records.len()).unwrap());
        assert_eq!(to_hex(&verified.last.hash.0), history.rows().last().unwrap().hash);
        let state: BTreeMap<_, _> =
            verified.state.iter().map(|(key, cell)| (to_hex(&key.encode()), to_hex(cell))).collect();
        assert_eq!(state, golden_cells(cells), "{records}");
    }
}

/// A contract takes a P-256 key that is no point of its curve: whoever verifies says so.
#[test]
fn keys_are_keys_and_a_verification_names_those_that_are_none() {
    let honest = History::golden("micronode-records");
    assert_eq!(honest.verify().map(|verified| verified.no_points), Ok(Vec::new()));
    let Event::Contract(contract::Event::Deployed { contract, genesis, .. }) = honest.records[0].event.clone() else {
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
    let record = submit::deploy(genesis.clone(), contract, honest.records[0].at).unwrap();
    let deployment = Deployment { deployment: deployment_id(&genesis).0, ..honest.deployment };
    let history = History { deployment, records: vec![record] };
    assert_eq!(history.verify().map(|verified| verified.no_points), Ok(vec![(0, off)]));
}
