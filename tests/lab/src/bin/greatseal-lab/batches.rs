//! Batches and their settlement: what they cost, early and late in the life of a programme, and among many programmes.

use crate::{Flat, HISTORY, act, executed, proposed, seat};
use greatseal_lab::Lab;
use greatseal_protocol::{
    action::Action,
    batch::{Header, Rail},
    bytes::{AssetHash, ChainHash, DocumentHash, EntriesRoot, ManifestHash, OutcomesRoot, ReferenceHash},
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
    settlement::{Statement, Verdict, Vote},
};
use sp_runtime::Weight;

const ASSET: AssetHash = AssetHash([8; 32]);
const PAYER: [u8; 32] = [9; 32];
/// Entries of a batch, each of one unit.
const ENTRIES: u32 = 1_000_000;
/// Seconds without contradiction.
const CHALLENGE: u64 = 3_600;

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
    let (operator, auditor) = (seat(Council::Operator, 0), seat(Council::Auditor, 0));
    let total = u128::from(ENTRIES);
    let (root, previous) = (OutcomesRoot([5; 32]), None);
    let statement =
        Statement { manifest, version: 1, previous, root, closed: ENTRIES, paid: total, unpaid: 0, debited: total };
    let commitment = digest::statement_hash(operator, &statement);
    let vote = Vote {
        manifest,
        number: 1,
        recorder: operator,
        version: 1,
        commitment,
        verdict: Verdict::Confirmed,
        evidence: ReferenceHash([5; 32]),
    };
    let (_, stating) = act(lab, operator, Order::Program(program::Order::State(statement)));
    let (_, voting) = act(lab, auditor, Order::Program(program::Order::Vote(vote)));
    lab.wait(CHALLENGE);
    let order = Order::Program(program::Order::Finalise { manifest, recorder: operator, version: 1 });
    let (_, finalising) = act(lab, operator, order);
    flat.row("executing a batch", past, of, executing);
    flat.row("a statement about a batch", past, of, stating);
    flat.row("a vote on a statement", past, of, voting);
    flat.row("making a statement final", past, of, finalising);
}

/// What decisions with their delays would leave behind: a programme, its line, its asset and who pays.
fn begin(lab: &mut Lab) {
    let entry = |entry| Registered { version: 1, entry, valid_from: 0, valid_until: u64::MAX, revoked: None };
    let until = lab.now() + 1_000_000_000;
    let terms = LineTerms { until, limit: 1 << 100, credit_max: 0, small_one: 1 << 60, small_all: 1 << 60 };
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
    let terms = Terms { authority: 1, privacy, schedule, auditors: 1, challenge: 3_600 };
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
