//! Batches and their settlement.

use crate::{act, executed, proposed, scale::Steps, seat};
use greatseal_lab::{Answer, Lab};
use greatseal_protocol::{
    action::Action,
    batch::{Header, Rail},
    bytes::{AssetHash, ChainHash, DocumentHash, EntriesRoot, ManifestHash, OutcomesRoot, ReferenceHash},
    cells::CellKey,
    command::Order,
    council::Council,
    digest,
    language::{
        program,
        proposal::{self, Open},
    },
    line::{Line, LineTerms, SetLine},
    outcome::Outcome,
    program::{Privacy, Program, RuleSet, Terms},
    proposal_id::Decision,
    registry::{Entry, EntryKey, Registered},
    row::RowId,
    settlement::{Statement, Verdict, Vote},
};

const ASSET: AssetHash = AssetHash([8; 32]);
const PAYER: [u8; 32] = [9; 32];
/// Seconds without contradiction.
const CHALLENGE: u32 = 3_600;

/// What decisions with their delays would leave behind: a programme, its line, its asset and who pays.
pub(crate) fn begin(lab: &mut Lab) {
    lab.write(&CellKey::Entry(EntryKey::Asset(ASSET)), &entry(Entry::Asset { id: ASSET, chain: ChainHash([3; 32]) }));
    write_program(lab, 1);
}

/// A programme with its rules, its first line and who pays for it.
pub(crate) fn write_program(lab: &mut Lab, program: u32) {
    let (privacy, schedule) = (Privacy::Public, ReferenceHash([2; 32]));
    let terms = Terms { authority: 1, privacy, schedule, auditors: 1, challenge: CHALLENGE };
    let rules = RuleSet { hash: ReferenceHash([1; 32]), effective_from: 0, effective_until: None };
    lab.write(&CellKey::Program(program), &Program { version: 1, terms, rules: 1, batches: 0, last: None });
    lab.write(&CellKey::Rules(program, 1), &rules);
    lab.write(&CellKey::Entry(EntryKey::Payer(PAYER, program)), &entry(Entry::Payer { account: PAYER, program }));
    write_line(lab, program, 1);
}

/// A line of which nothing is spent.
pub(crate) fn write_line(lab: &mut Lab, program: u32, line: u32) {
    let until = lab.now() + 1_000_000_000;
    let terms = LineTerms { until, limit: 1 << 100, credit_max: 0, small_one: 1 << 60, small_all: 1 << 60 };
    lab.write(&CellKey::Line(program, line), &Line::new(&SetLine { line, previous: 0, asset: ASSET, from: 0, terms }));
}

fn entry(entry: Entry) -> Registered {
    Registered { version: 1, entry, valid_from: 0, valid_until: u64::MAX, revoked: None }
}

/// Batches of the first programme, each of so many entries of one unit under the same root.
pub(crate) struct Payments {
    count: u32,
    root: EntriesRoot,
    /// Batches so far.
    number: u64,
}

impl Payments {
    pub(crate) fn new(count: u32, root: [u8; 32]) -> Self {
        Self { count, root: EntriesRoot(root), number: 0 }
    }

    /// Other entries from here on.
    pub(crate) fn pay(&mut self, count: u32, root: [u8; 32]) {
        (self.count, self.root) = (count, EntriesRoot(root));
    }

    /// Executes batches until there are `past`.
    pub(crate) fn live(&mut self, lab: &mut Lab, past: u64) {
        while self.number < past {
            self.execute(lab);
        }
    }

    /// Executes one more, states what became of it, votes on that and makes it final.
    pub(crate) fn steps(&mut self, lab: &mut Lab) -> Steps {
        let (manifest, executing) = self.execute(lab);
        let (operator, auditor) = (seat(Council::Operator, 0), seat(Council::Auditor, 0));
        let (closed, total) = (self.count, u128::from(self.count));
        // As many outcomes as entries: their root is a number that nobody computes on the chain either.
        let (root, previous) = (OutcomesRoot(self.root.0), None);
        let statement =
            Statement { manifest, version: 1, previous, root, closed, paid: total, unpaid: 0, debited: total };
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
        let stating = act(lab, operator, Order::Program(program::Order::State(statement)));
        let voting = act(lab, auditor, Order::Program(program::Order::Vote(vote)));
        lab.wait(CHALLENGE.into());
        let order = Order::Program(program::Order::Finalise { manifest, recorder: operator, version: 1 });
        let finalising = act(lab, operator, order);
        vec![
            ("executing a batch", executing),
            ("a statement about a batch", stating),
            ("a vote on a statement", voting),
            ("making a statement final", finalising),
        ]
    }

    /// Opened by one member, approved by another: the batch, and what executing it costs.
    fn execute(&mut self, lab: &mut Lab) -> (ManifestHash, Answer<Outcome>) {
        let (author, other) = (seat(Council::Program(1), 0), seat(Council::Program(1), 1));
        self.number += 1;
        // The same entries are another batch on another payday.
        lab.wait(1);
        let batch = self.header(lab);
        let action = Action::Program(program::Action::ExecuteBatch(batch));
        let open = Open {
            row: RowId::BATCH_SMALL,
            action: action.clone(),
            document: DocumentHash([2; 32]),
            approve_within: 86_400,
            execute_within: 86_400,
            nonce: self.number,
            approve: false,
        };
        let (id, digest) = proposed(&act(lab, author, Order::Proposal(proposal::Order::Open(Box::new(open)))));
        act(lab, other, Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Approve }));
        (digest::manifest_hash(&batch), executed(lab, author, id, action))
    }

    fn header(&self, lab: &Lab) -> Header {
        Header {
            version: Header::VERSION,
            deployment: lab.domain.deployment,
            program: 1,
            asset: ASSET,
            payer: PAYER,
            rail: Rail::Queryable,
            rules: 1,
            line: 1,
            pay_on: lab.now(),
            count: self.count,
            total: self.count.into(),
            root: self.root,
            parent: None,
        }
    }
}
