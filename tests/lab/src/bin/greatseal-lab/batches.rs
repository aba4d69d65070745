//! Batches and their settlement: what they cost, early and late in the life of a programme, and among many programmes.

use crate::{Flat, HISTORY, act, executed, proposed, seat};
use greatseal_lab::Lab;
use greatseal_protocol::{
    action::Action,
    batch::{Attestation, Header, Rail, Seen, Settled},
    bytes::{AssetHash, ChainHash, DocumentHash, EntriesRoot, ManifestHash, ReferenceHash, TxHash},
    cells::CellKey,
    command::Order,
    council::Council,
    digest,
    hash::sha256,
    language::{
        program,
        proposal::{self, Open},
    },
    line::{Line, LineTerms, SetLine},
    program::{Privacy, Program, RuleSet, Terms},
    proposal_id::Decision,
    registry::{Entry, EntryKey, Registered},
    row::RowId,
};
use sp_runtime::Weight;

const ASSET: AssetHash = AssetHash([8; 32]);
const PAYER: [u8; 32] = [9; 32];
/// Entries of a batch, each of one unit.
const ENTRIES: u32 = 200;
/// Ranges of the record that is measured.
const RANGES: u32 = 100;

pub(crate) fn measure(lab: &mut Lab) {
    begin(lab);
    let mut flat = Flat::default();
    let mut number = 0;
    for past in HISTORY {
        while number < past {
            number += 1;
            execute(lab, number);
        }
        number += 1;
        rows(lab, &mut flat, number, past, "batches");
    }
    for program in 2..=10_000 {
        lab.write(&CellKey::Program(program), &program_with(0));
    }
    number += 1;
    rows(lab, &mut flat, number, 10_000, "batches and 10000 programmes");
}

fn rows(lab: &mut Lab, flat: &mut Flat, number: u64, past: u64, of: &str) {
    let (manifest, executing) = execute(lab, number);
    let settled = (1..=RANGES).map(|up_to| Settled { up_to, amount: 1, reference: ReferenceHash([5; 32]) }).collect();
    let order = Order::Program(program::Order::RecordSettlement { manifest, from: 0, settled });
    let (_, recording) = act(lab, seat(Council::Operator, 0), order);
    let (_, one) = act(lab, seat(Council::Auditor, 0), attestation(manifest, 0, 1));
    let (_, sixteen) = act(lab, seat(Council::Auditor, 0), attestation(manifest, 1, 16));
    flat.row("executing a batch", past, of, executing);
    flat.row("a settlement record of 100 ranges", past, of, recording);
    flat.row("an attestation of 1 transaction", past, of, one);
    flat.row("an attestation of 16 transactions", past, of, sixteen);
}

/// What decisions with their delays would leave behind: a programme, its line, its asset and who pays.
fn begin(lab: &mut Lab) {
    let entry = |entry| Registered { version: 1, entry, valid_from: 0, valid_until: u64::MAX, revoked: None };
    let until = lab.now() + 1_000_000_000;
    let terms = LineTerms { until, limit: 1 << 100, credit_max: 0, small_one: 1 << 90, small_all: 1 << 90 };
    let line = SetLine { line: 1, previous: 0, asset: ASSET, from: 0, terms };
    let rules = RuleSet { hash: ReferenceHash([1; 32]), effective_from: 0, effective_until: None };
    lab.write(&CellKey::Program(1), &program_with(0));
    lab.write(&CellKey::Rules(1, 1), &rules);
    lab.write(&CellKey::Line(1, 1), &Line::new(&line));
    lab.write(&CellKey::Entry(EntryKey::Asset(ASSET)), &entry(Entry::Asset { id: ASSET, chain: ChainHash([3; 32]) }));
    lab.write(&CellKey::Entry(EntryKey::Payer(PAYER, 1)), &entry(Entry::Payer { account: PAYER, program: 1 }));
}

fn program_with(batches: u32) -> Program {
    let (privacy, schedule) = (Privacy::Public, ReferenceHash([2; 32]));
    let terms = Terms { authority: 1, privacy, schedule, auditors: 1, challenge: 86_400 };
    Program { version: 1, terms, rules: 1, batches, last: None }
}

fn header(lab: &Lab, number: u64, pay_on: u64) -> Header {
    Header {
        version: Header::VERSION,
        deployment: lab.domain.deployment,
        program: 1,
        asset: ASSET,
        payer: PAYER,
        rail: Rail::Queryable,
        rules: 1,
        line: 1,
        pay_on,
        count: ENTRIES,
        total: ENTRIES.into(),
        root: EntriesRoot(sha256(&[b"manifest", &number.to_le_bytes()])),
        parent: None,
    }
}

/// Opened by one member, approved by another: what executing it costs.
fn execute(lab: &mut Lab, number: u64) -> (ManifestHash, Weight) {
    let (author, other) = (seat(Council::Program(1), 0), seat(Council::Program(1), 1));
    let batch = header(lab, number, lab.now());
    let action = Action::Program(program::Action::ExecuteBatch(batch));
    let open = Open {
        row: RowId::BATCH_SMALL,
        action: action.clone(),
        document: DocumentHash([2; 32]),
        approve_within: 86_400,
        execute_within: 86_400,
        nonce: number,
        approve: false,
    };
    let (id, digest) = proposed(&act(lab, author, Order::Proposal(proposal::Order::Open(Box::new(open)))).0);
    act(lab, other, Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Approve }));
    (digest::manifest_hash(&batch), executed(lab, author, id, action))
}

/// So many entries from the first one on, each in a transaction of its own.
fn attestation(manifest: ManifestHash, from: u32, entries: u32) -> Order {
    let tx = |entry: u32| TxHash(sha256(&[b"tx", &manifest.0, &entry.to_le_bytes()]));
    let seen = (from..from + entries).map(|entry| Seen { tx: tx(entry), logs: vec![0] }).collect();
    let chain = ChainHash([6; 32]);
    Order::Program(program::Order::AttestSettlement(Attestation {
        manifest,
        from,
        amount: entries.into(),
        chain,
        seen,
    }))
}
