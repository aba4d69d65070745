//! Examples of what commands answer that sign nothing.

use super::Example;
use greatseal_api::{
    document::{self, Attachment, Changed, Changes, Document, Draft, Expiry, Impact, Intent, Kind, Run, SCHEMA},
    wire::EventRow,
};
use greatseal_cli::{
    answers::{
        Hex, Text,
        audit::{
            self, AuditDiffered, AuditExported, AuditSelectionVerified, AuditVerified, BundleChecked, ChainCompared,
            Checkpoint, Companions, CompanionsExported, ContentsChecked, ContentsExported, Cosigned, ExportedSelection,
            FirstDifference, Headers, Lack, Lacking, LeafShown, LogSide, Metadata, Money, NotChecked, NotShown,
            Relation, Rests, Signed, Unchecked, Verdict, Why, Witnessed,
        },
        batch::{Batch, BatchNotExecuted, BatchShown, Executed, Statement, Vote},
        bridge::{
            AccountList, CarriedSums, Counts, Lists, Open, Rate, RouteCompliance, RouteEconomics, RouteShown, Said,
            Used, UsedBy, What,
        },
        chain::{Block, Profile, Severity, Unit, Work},
        content::{
            ContentGot, ContentHeld, ContentKept, ContentPut, ContentsListed, ContentsPut, Held, IndexerHolds, Keeping,
        },
        deploy::{self, Breaks, Cost, DeployTried, Deployed, LeftOut, Plan},
        dispute::{Dispute, DisputeShown},
        document::{Difference, DocumentChecked, DocumentPut},
        escalation::{Escalation, Escalations},
        failure::Failure,
        files::{Contradicted, Contradiction, FilesChecked, HeldEntry, Missing, MissingFile, Stranger},
        key::{Custody, Funded, KeyShown, Keys, ReaderMade, SigningJournal, Vkey},
        line::{LineShown, Lines},
        listing::{Guessed, Listing, Source},
        log::Log,
        manifest::{Manifest, ManifestChecked, SharedAccount, Warnings},
        money::{BadRepayment, DoubleClaim, EntryOf, NotRepayable, PaidAgain, Search},
        node::{self, Check, Found, Need, NodeChecked, Room},
        outcome::{BatchOutcomes, OutcomesChecked},
        parameter::{Parameter, Parameters},
        policy::{PolicyChecked, PolicyTable, PolicyWritten, Row},
        program::{BudgetLine, Program, ProgramShown, RuleSet},
        proposal::{Decisions, DocumentHeld, Needs, ProposalShown, Shown, Status},
        registry::{Entry, EntryShown, Registry},
        release::{Component, ComponentShown, Components},
        rules::{RuleSetShown, RuleSets, RulesHashed},
        status::{self, StatusShown},
        succession::{StateImported, SuccessorDeployed},
    },
    dead_end::Gap,
    error::CliError,
    manifest::Faults,
    money::compare::{Differs, Sum},
    table::Breach,
};
use greatseal_protocol::{
    action::Action,
    batch,
    content::{Address, Content},
    council::{Council, SeatId},
    dispute::{self, DisputeId, Subject, Triage},
    event::Event,
    genesis,
    language::{self, emergency},
    line::{Line, LineTerms},
    merkle::TreeHead,
    parameter::Tuning,
    policy::Broken,
    program,
    refusal::Refusal,
    registry::{self, ComponentKind, Deployment, EntryKey, Registered, Risk, Running, Setting},
    route::{Compliance, Course, Economics, Served},
    row::RowId,
    scope::{self, Pause, Scope},
    settlement,
    table::default_rows,
};
use greatseal_signing::{self as signing, Purpose, Work as Effort};
use std::{fmt::Debug, str::FromStr};

const NOW: u64 = 1_767_225_600;

/// A value by its text form.
pub(super) fn of<T: FromStr<Err: Debug>>(text: &str) -> Text<T> {
    Text(text.parse().unwrap())
}

/// A hash of one byte again and again.
pub(super) fn hash<T: FromStr<Err: Debug>>(byte: &str) -> Text<T> {
    of(&byte.repeat(32))
}

pub(super) fn label(text: &str) -> Text<greatseal_protocol::bytes::Label> {
    Text(greatseal_protocol::bytes::Label::new(text).unwrap())
}

fn block() -> Block {
    Block { number: Text(1_204), time: Text(NOW) }
}

fn unit() -> Unit {
    Unit { symbol: "UNIT".into(), decimals: 12 }
}

fn work() -> Work {
    Work { ref_time: Text(8_412_000_000), proof_size: Text(182_004) }
}

fn listed() -> Listing {
    Listing { complete: true, source: Source::Node, cells: 214, guessed: None }
}

fn guessed() -> Listing {
    let guessed = Guessed {
        routes_below: 16,
        programs_below: 9,
        lines_below: 17,
        rule_sets: 32,
        node_error: "the node lists 3 of 215 cells".into(),
        indexer_error: "the indexer does not have block 1204 yet".into(),
    };
    Listing { complete: false, source: Source::Nobody, cells: 61, guessed: Some(guessed) }
}

pub(super) fn document() -> Document {
    Document {
        schema: SCHEMA.into(),
        title: "Stop route 1".into(),
        rationale: "The rate feed is compromised.".into(),
        impact: Impact {
            security: "stops the loss".into(),
            availability: "route 1 stands still".into(),
            privacy: "none".into(),
        },
        risk: "Conversions wait.".into(),
        rollback: "The pause ends by itself.".into(),
        expiry: Expiry { approve_within: 900, execute_within: 7_200, then: "Route 1 goes on.".into() },
        attachments: vec![
            Attachment { name: "report".into(), sha256: "0e".repeat(32), size: 48_213, kind: None },
            Attachment {
                name: "tests.xml".into(),
                sha256: "0f".repeat(32),
                size: 90_112,
                kind: Some(Kind::Ci(Run {
                    pipeline: "route-limits/17".into(),
                    commit: "1a".repeat(20),
                    result: "0f".repeat(32),
                })),
            },
        ],
        author: SeatId { council: Council::Emergency, index: 0 },
        scope: Scope::Route(1),
        changes: Changes::new(&pause(), Vec::new()).unwrap(),
    }
}

/// A proposal's document as an author writes it.
fn draft() -> Draft {
    let expiry = Intent { approve_within: None, execute_within: None, then: "Route 1 goes on.".into() };
    Draft { author: None, scope: None, changes: None, expiry, ..document().into() }
}

/// Another baseline, explained by a document about another one.
fn another_than_explained() -> ProposalShown {
    let action = |value| {
        let name = greatseal_protocol::parameter::Parameter::CacheTtl;
        Action::Operation(language::operation::Action::SetBaseline { name, previous: Some(300), value })
    };
    let changes = |value: u64| {
        let (of, old) = ("parameter:cache-ttl".into(), "300".into());
        vec![Changed { of, old, new: value.to_string().into() }]
    };
    let said =
        Document { scope: Scope::Everything, changes: Changes::new(&action(310), changes(310)).unwrap(), ..document() };
    let differs = Some(Difference {
        field: "changes.action.operation.set-baseline.value".into(),
        said: "310".into(),
        proposed: "360".into(),
    });
    ProposalShown {
        action: Shown::of(action(360)).unwrap(),
        no_points: Vec::new(),
        replaces: Some(changes(360)),
        document: DocumentHeld { hash: hash("52"), texts: Some(said), differs, error: None },
        ..proposal()
    }
}

pub(super) fn pause() -> Action {
    Action::Emergency(emergency::Action::Pause(Pause {
        scope: Scope::Route(1),
        seconds: 3_600,
        incident: of("03".repeat(16).as_str()).0,
        severity: scope::Severity::Sev1,
        reason: hash("04").0,
    }))
}

pub(super) fn economics() -> Economics {
    Economics {
        source: hash("21").0,
        destination: hash("22").0,
        course: Course::ToPublic,
        rate_num: 1,
        rate_den: 2,
        rate_from: NOW,
        rate_until: NOW + 86_400,
        fee_bps: 10,
        fee_min: 1,
        fee_max: 1_000,
        tx_min: 1,
        tx_max: 50_000,
        account_max: 100_000,
        aggregate_max: u128::MAX,
        count_max: 500,
        period: 86_400,
        large: 25_000,
        lot_max: 1_000_000,
        rate_band_bps: 100,
    }
}

/// A dispute about a batch.
pub(super) fn disputed() -> DisputeId {
    DisputeId { subject: Subject::Batch(hash("31").0), seat: of("A1").0 }
}

fn a_dispute() -> Dispute {
    let dispute = dispute::Dispute {
        triaged: Some(Triage {
            at: NOW - 60,
            organisation: label("ext-auditor-2").0,
            finding: hash("33").0,
            decide_by: NOW + 86_340,
        }),
        acknowledged: Some(NOW - 120),
        ..dispute::Dispute::new(
            of(&format!("ed25519:{}", "40".repeat(32))).0,
            label("ext-auditor-1").0,
            NOW - 7_300,
            hash("32").0,
        )
    };
    Dispute::of(disputed(), &dispute, true, NOW)
}

fn a_batch() -> Batch {
    let batch = batch::Batch {
        program: 1,
        asset: hash("22").0,
        number: 2,
        rules: 3,
        line: 2,
        pay_on: NOW - 86_400,
        count: 10,
        total: 1_000,
        auditors: 1,
        challenge: 86_400,
        again: 150,
        last: Some(settlement::Final {
            recorder: of("O0").0,
            version: 2,
            commitment: hash("37").0,
            stated_at: NOW - 90_000,
            at: NOW - 600,
            closed: 6,
            paid: 400,
            unpaid: 200,
            debited: 400,
            credit: 200,
        }),
    };
    Batch::of(hash("31").0, &batch, Some(NOW - 300), true)
}

fn a_program() -> Program {
    Program {
        program: 1,
        version: 4,
        authority: 1,
        privacy: of("public"),
        schedule: hash("35"),
        auditors: 1,
        challenge: 86_400,
        rule_sets: vec![a_rule_set()],
        batches: 3,
        last_batch: Some(hash("31")),
        batches_not_listed: 1,
        lines: vec![a_line()],
    }
}

fn a_rule_set() -> RuleSet {
    let rules =
        program::RuleSet { hash: hash("36").0, effective_from: NOW - 86_400, effective_until: Some(NOW + 86_400) };
    RuleSet::of(3, &rules, NOW)
}

fn a_line() -> BudgetLine {
    let terms = LineTerms { until: NOW + 9_000, limit: 1_000, credit_max: 50, small_one: 90, small_all: 100 };
    let line = Line {
        version: 2,
        asset: hash("22").0,
        from: NOW - 90_000,
        first_until: NOW + 10_000,
        terms,
        spent: 600,
        small_spent: 10,
        returned: 80,
    };
    BudgetLine::of(2, &line, NOW)
}

fn an_escalation() -> Escalation {
    Escalation {
        scope: of("route:1"),
        seat: of("A0"),
        at: Text(NOW - 3_600),
        until: Text(NOW + 601_200),
        usable: true,
        report: hash("34"),
    }
}

fn a_parameter() -> Parameter {
    Parameter::of(
        greatseal_protocol::parameter::Parameter::CacheTtl,
        Tuning { baseline: 300, value: 330, at: NOW - 600 },
    )
}

/// Every answer of a command that signs nothing.
pub(super) fn all() -> Vec<Example> {
    let mut examples = vec![
        Example::of("status", &status()),
        Example::of("governance-show", &proposal()),
        Example::of("governance-show-differs", &another_than_explained()),
        Example::of("governance-log", &Log { events: vec![row()] }),
        Example::of(
            "governance-escalations",
            &Escalations { block: block(), escalations: vec![an_escalation()], listing: listed() },
        ),
        Example::of("dispute-show", &DisputeShown { block: block(), dispute: a_dispute() }),
        Example::of("parameter-show", &Parameters { block: block(), parameters: vec![a_parameter()] }),
    ];
    examples.extend(money());
    examples.extend(registries());
    examples.extend(tables());
    examples.extend(keys());
    examples.extend(audits());
    examples.extend(contracts());
    examples.extend(failures());
    examples
}

fn status() -> StatusShown {
    let id = |text: &str| of(text);
    StatusShown {
        deployment: hash("01"),
        contract: of(&"c0".repeat(20)),
        profile: Profile::deployed(genesis::Profile::Micronode { until: NOW + 86_400 }),
        block: block(),
        events: Text(87),
        successor: Some(of(&"c1".repeat(20))),
        listing: guessed(),
        mode: Some(status::Mode {
            mode: of("read-only"),
            until: Text(NOW + 1_800),
            incident: of(&"03".repeat(16)),
            set_by: id("9.S1.0"),
        }),
        pauses: vec![status::Pause {
            scope: of("route:1"),
            until: Text(NOW + 3_600),
            severity: Severity::Sev1,
            incident: of(&"03".repeat(16)),
            set_by: id("7.E0.1"),
        }],
        reviews: vec![status::Review {
            scope: of("program:2"),
            set_by: id("5.E1.0"),
            incident: of(&"05".repeat(16)),
            pauses: 2,
            paused_until: Text(NOW - 60),
            reports: vec![status::Report { seat: of("E2"), version: 2, severity: Severity::Sev3, report: hash("35") }],
            consent: true,
        }],
        escalations: vec![an_escalation()],
        routes: vec![status::Route {
            route: 1,
            version: 2,
            enabled: true,
            tx_max: Text(50_000),
            account_max: Text(100_000),
            aggregate_max: Text(1_000_000),
            period: 86_400,
            authorised: Text(3),
            refused: Text(1),
            without_end: Text(2),
        }],
        parameters: vec![a_parameter()],
        councils: vec![council()],
        proposals: vec![status::Proposal {
            proposal: id("12.S0.1"),
            row: Text(RowId::BRIDGE_LOOSEN),
            status: Status::Executable { until: Text(NOW + 86_400) },
            approve_by: Text(NOW - 60),
            quorum_stands: Some(false),
        }],
        programs: vec![a_program()],
        batches: vec![a_batch()],
        disputes: vec![a_dispute()],
        disputes_not_listed: 1,
    }
}

fn council() -> status::Council {
    let seat = |index: u8| status::Seat {
        seat: of(&format!("E{index}")),
        key: of(&format!("ed25519:{}", format!("4{index}").repeat(32))),
        key_is_a_point: index != 1,
        organisation: label("cert"),
        accepted_at: Some(Text(NOW - 864_000)),
        valid_until: Text(NOW + 6_000_000),
        suspended: None,
        heartbeat_at: Some(Text(NOW - 30)),
        companion: Some(true),
    };
    let suspended = status::Suspension { by: status::Suspender::Sovereign, until: None };
    status::Council {
        council: Text(Council::Emergency),
        epoch: 3,
        phase: of("hybrid"),
        way_back: Some(status::WayBack { to: of("optional"), until: Text(NOW + 86_400) }),
        seats: vec![
            seat(0),
            status::Seat { accepted_at: None, heartbeat_at: None, companion: Some(false), ..seat(1) },
            status::Seat { valid_until: Text(NOW - 60), suspended: Some(suspended), ..seat(2) },
        ],
    }
}

fn proposal() -> ProposalShown {
    ProposalShown {
        block: block(),
        proposal: of("7.E0.1"),
        digest: hash("51"),
        action: Shown::of(pause()).unwrap(),
        no_points: vec![of(&format!("p256:02{}", "01".repeat(32)))],
        status: Status::Waiting { from: Text(NOW + 60) },
        row: Text(RowId::EMERGENCY_PAUSE),
        author: of(&format!("ed25519:{}", "40".repeat(32))),
        needs: Needs { approvals: 2, minima: [(Text(Council::Emergency), 2)].into() },
        missing: Needs { approvals: 0, minima: [].into() },
        decisions: vec![Decisions {
            council: Text(Council::Emergency),
            approve: vec![of("E0"), of("E1")],
            reject: vec![of("E2")],
        }],
        vetoes: vec![of("S2")],
        opened_at: Text(NOW - 300),
        approve_by: Text(NOW + 600),
        delay: 360,
        window: 7_200,
        answers: Some(disputed().into()),
        replaces: Some(Vec::new()),
        document: DocumentHeld { hash: hash("52"), texts: Some(document()), differs: None, error: None },
    }
}

fn heartbeat() -> Event {
    let seat = SeatId { council: Council::Emergency, index: 0 };
    Event::Council(language::council::Event::Heartbeat { seat, nonce: 6 })
}

fn row() -> EventRow {
    EventRow {
        seq: "12".into(),
        at: NOW.to_string(),
        door: "envelope".into(),
        envelope: Some("53".repeat(32)),
        actor: Some(format!("ed25519:{}", "40".repeat(32))),
        proposal: None,
        event: greatseal_facts::event(&heartbeat()).unwrap(),
        words: vec![("seat".into(), "E0".into())],
        block_number: 1_204,
        block_hash: "54".repeat(32),
        time_ms: NOW * 1000,
        extrinsic_index: 2,
        event_index: 9,
        transaction: "55".repeat(32),
        record: "00".into(),
        leaf: "56".repeat(32),
    }
}

fn money() -> Vec<Example> {
    let key = of(&format!("ed25519:{}", "40".repeat(32))).0;
    let statement = settlement::Statement {
        manifest: hash("31").0,
        version: 3,
        previous: Some(hash("37").0),
        root: hash("39").0,
        closed: 10,
        paid: 800,
        unpaid: 200,
        debited: 800,
    };
    let stated = settlement::Stated { key, at: NOW - 500, commitment: hash("38").0, statement, voters: 3, cleared: 0 };
    let voted = settlement::Voted {
        number: 1,
        recorder: of("O0").0,
        commitment: hash("38").0,
        verdict: settlement::Verdict::Contradicted,
        key,
        at: NOW - 400,
        overruled: Some(hash("38").0),
    };
    let earlier = settlement::Voted { commitment: hash("37").0, overruled: None, ..voted };
    let shown = BatchShown {
        block: block(),
        batch: a_batch(),
        disputes: vec![a_dispute()],
        upheld_at: Some(Text(NOW - 700)),
        statements: vec![
            Statement::of(of("O0").0, &stated, Some(Refusal::NotConfirmed)),
            Statement::of(of("M1").0, &stated, None),
        ],
        votes: vec![Vote::of(of("A0").0, &earlier, Some(&stated)), Vote::of(of("A1").0, &voted, Some(&stated))],
        executed: Some(Executed {
            at: Text(NOW - 900),
            proposal: of("20.Pr:1-0.2"),
            small: false,
            parent: Some(hash("37")),
        }),
        history_error: None,
    };
    let unknown = BatchShown {
        executed: None,
        history_error: Some("cannot reach the indexer".into()),
        disputes: vec![],
        ..shown.clone()
    };
    let ahead = BatchNotExecuted {
        block: block(),
        manifest: hash("31"),
        stopped_at: Some(Text(NOW - 300)),
        upheld_at: None,
        disputes: vec![a_dispute()],
    };
    let outcomes = BatchOutcomes {
        file: "outcomes.jsonl".into(),
        manifest: Some(hash("31")),
        root: hash("39"),
        count: 10,
        closed: 10,
        paid: Text(800),
        unpaid: Text(200),
        arrived: Text(800),
    };
    let search = Search { transfers: Text(8), ..Search::default() };
    let one = OutcomesChecked { outcomes: vec![outcomes.clone()], search, exit_code: 0 };
    let again = BatchOutcomes { file: "again-outcomes.jsonl".into(), manifest: Some(hash("37")), ..outcomes.clone() };
    let several = OutcomesChecked { outcomes: vec![outcomes, again], search: a_search(), exit_code: 8 };
    let list = TreeHead { size: 4, root: hash::<greatseal_protocol::bytes::ReferenceHash>("61").0.0 };
    let compliance = Compliance {
        enabled: true,
        allow: None,
        deny: Some(list),
        policy: hash("62").0,
        min_finality: 12,
        daily: true,
    };
    let route = RouteShown {
        block: block(),
        route: 1,
        version: 2,
        economics: RouteEconomics(economics()),
        compliance: Some(RouteCompliance(Served { version: 1, compliance })),
        rate: Some(Rate { version: 3, num: Text(1_004), den: Text(1_000), until: Text(NOW + 600) }),
        lists: Some(Lists { version: 2, served: None, excluded: Some(AccountList::from(list)) }),
        said: vec![
            Said {
                seat: of("M0"),
                what: What::Word { account: None, count: 500, amount: Text(90_000), until: Text(NOW + 900) },
            },
            Said {
                seat: of("M1"),
                what: What::Rate(Rate { version: 0, num: Text(1_001), den: Text(1_000), until: Text(NOW + 900) }),
            },
            Said { seat: of("I0"), what: What::Lists(Lists { version: 0, served: None, excluded: None }) },
        ],
        used: Used {
            all: Text(20_000),
            lots: Text(15_000),
            conversions: Text(1),
            account: Some(UsedBy { account: Hex([0xA0; 32]), amount: Text(20_000) }),
        },
        traffic: Counts { next: Text(4), authorised: Text(2), refused: Text(1), ended: Text(1), restated: 0 },
        without_end: vec![Open {
            number: Text(3),
            account: Some(Hex([0xA0; 32])),
            count: 1,
            amount: Text(20_000),
            at: Text(NOW - 60),
        }],
    };
    let manifest = Manifest { manifest: Some(hash("31")), root: hash("3A"), count: 10, total: Text(1_000) };
    let warnings = Warnings {
        shared_accounts: vec![SharedAccount {
            account: "eip155:1:0x5fbdb2315678afecb367f032d93f642f64180aa3".into(),
            lines: vec![1, 3],
        }],
        more_shared_accounts: Text(0),
        unchecked_destinations: [("rtgs".to_owned(), Text(1))].into(),
    };
    vec![
        Example::of("batch-show", &shown),
        Example::of("batch-show-without-indexer", &unknown),
        Example::of("batch-show-not-executed", &ahead),
        Example::of("bridge-show", &route),
        Example::of("bridge-list", &AccountList::from(list)),
        Example::of(
            "bridge-carried",
            &CarriedSums { count: 2, amount: Text(900), fees: Text(2), result: Text(898), root: hash("65") },
        ),
        Example::of(
            "manifest-check",
            &ManifestChecked {
                manifest,
                pseudonyms: label("pensions-2026"),
                rail: of("queryable"),
                repays: Some(paid_again()),
                warnings,
            },
        ),
        Example::of("manifest-hash", &manifest),
        Example::of("outcome-check", &one),
        Example::of("outcome-check-several", &several),
        Example::of("program-show", &ProgramShown { block: block(), program: a_program(), listing: guessed() }),
        Example::of("line-show", &LineShown { block: block(), program: 1, line: a_line() }),
        Example::of("line-list", &Lines { block: block(), program: 1, lines: vec![a_line()], listing: listed() }),
        Example::of("rules-show", &RuleSetShown { block: block(), program: 1, rule_set: a_rule_set() }),
        Example::of(
            "rules-list",
            &RuleSets { block: block(), program: 1, rule_sets: vec![a_rule_set()], listing: listed() },
        ),
        Example::of("rules-hash", &RulesHashed { hash: hash("36") }),
    ]
}

fn paid_again() -> PaidAgain {
    PaidAgain {
        parent: hash("31"),
        children: vec![hash("37")],
        entries: 1,
        left_entries: Some(1),
        left_amount: Some(Text(100)),
    }
}

/// Two batches that contradict each other in each way there is.
fn a_search() -> Search {
    let of = |file: &str, manifest, entry| EntryOf { file: file.into(), manifest: Some(hash(manifest)), entry };
    let claim = DoubleClaim {
        transaction: format!("eip155:1:0x{}", "a1".repeat(32)),
        log: 3,
        moved: Text(100),
        claimed: Text(150),
        moved_otherwise: None,
        first: of("outcomes.jsonl", "31", 4),
        second: of("again-outcomes.jsonl", "37", 0),
    };
    let otherwise = DoubleClaim { log: 4, claimed: Text(100), moved_otherwise: Some(Text(99)), ..claim.clone() };
    let paid = BadRepayment {
        entry: of("again.jsonl", "37", 0),
        parent: hash("31"),
        repays: 4,
        why: NotRepayable::Paid,
        left: None,
        first: None,
    };
    let more = BadRepayment { repays: 5, why: NotRepayable::More, left: Some(Text(30)), ..paid.clone() };
    let first = Some(of("again.jsonl", "37", 1));
    let twice = BadRepayment { repays: 6, why: NotRepayable::Again, first, ..paid.clone() };
    Search {
        transfers: Text(17),
        double_claims: vec![claim, otherwise],
        more_double_claims: Text(0),
        parents: vec![paid_again()],
        bad_repayments: vec![paid, more, twice],
        more_bad_repayments: Text(0),
    }
}

fn registries() -> Vec<Example> {
    let registered =
        |entry| Registered { version: 1, entry, valid_from: NOW - 60, valid_until: u64::MAX, revoked: None };
    let (name, organisation) = (label("relayer").0, label("cert").0);
    let (id, asset, value) = (hash("71").0, hash("22").0, hash("72").0);
    let entries = [
        registry::Entry::Component { name, kind: ComponentKind::Service, risk: Risk::Routine },
        registry::Entry::Issuer { id, organisation },
        registry::Entry::Schema { id },
        registry::Entry::Asset { id: asset, chain: hash("63").0 },
        registry::Entry::Payer { account: [0xA1; 32], program: 1 },
        registry::Entry::Party { id, organisation },
        registry::Entry::Custody { setting: Setting::RootKey, tenant: Some(label("mint").0), value },
    ];
    let entries = entries.map(|entry| Entry::of(entry.key(), &registered(entry), NOW)).to_vec();
    let revoked = Registered {
        revoked: Some((NOW - 30, hash("73").0)),
        valid_until: NOW + 60,
        ..registered(registry::Entry::Asset { id: asset, chain: hash("63").0 })
    };
    let one = EntryShown { block: block(), entry: Entry::of(EntryKey::Asset(asset), &revoked, NOW) };
    let version = |name: &str, code: &str| Running { version: label(name).0, code: hash(code).0 };
    let deployment = |before| Deployment { current: version("v2", "74"), before, rollback_until: NOW + 600 };
    let runs = |before| Component::of(name, &deployment(before), NOW);
    let before = Some(version("v1", "75"));
    let component = ComponentShown { block: block(), component: runs(before) };
    let components = vec![runs(before), runs(None)];
    let whole = DocumentChecked { hash: Some(hash("52")), left_out: Vec::new(), document: document().into() };
    let left_out = draft().left_out().into_iter().map(str::to_owned).collect();
    let address = Text(Address::Sha256([0x34; 32]));
    let report = Text(greatseal_protocol::content::Kind::Report);
    let kept = ContentKept {
        kind: Text(greatseal_protocol::content::Kind::Document),
        address: Text(Address::Sha256([0x52; 32])),
        keeping: Keeping { restricted: false, kept_by: 1, of: 1, reason: None },
    };
    let got = ContentGot { address, bytes: Text(24), text: Some("rate feed compromised".into()), file: None };
    let put = ContentPut {
        file: "report.pdf".into(),
        address,
        keeping: Keeping {
            restricted: true,
            kept_by: 1,
            of: 2,
            reason: Some("cannot reach the indexer at http://127.0.0.1:7711: Connection refused".into()),
        },
    };
    let put = ContentsPut { files: vec![put] };
    let says = |held, error| IndexerHolds { indexer: "http://127.0.0.1:7701".into(), held, error };
    let refused = "cannot reach the indexer at http://127.0.0.1:7711: Connection refused".to_owned();
    let indexers = vec![
        says(Some(Held::Public), None),
        says(Some(Held::Restricted), None),
        says(Some(Held::None), None),
        says(None, Some(refused)),
    ];
    let listed_contents = ContentsListed { named: vec![ContentHeld { kind: report, address, indexers }] };
    vec![
        Example::of("registry-show", &Registry { block: block(), entries, listing: listed() }),
        Example::of("registry-show-entry", &one),
        Example::of("release-show", &Components { block: block(), components, listing: listed() }),
        Example::of("release-show-component", &component),
        Example::of("document-check", &whole),
        Example::of("document-check-draft", &DocumentChecked { hash: None, left_out, document: draft() }),
        Example::of("document-put", &DocumentPut { hash: hash("52"), contents: vec![kept] }),
        Example::of("content-get", &got),
        Example::of("content-put", &put),
        Example::of("content-list", &listed_contents),
    ]
}

fn rows() -> Vec<Row> {
    default_rows(genesis::Profile::Standard).iter().take(2).map(Row::from).collect()
}

fn tables() -> Vec<Example> {
    let councils = [(Text(Council::Sovereign), 3), (Text(Council::Policy), 2), (Text(Council::PROGRAM), 3)].into();
    let profile = Profile::supposed(genesis::Profile::Standard);
    let checked = PolicyChecked {
        file: "policy.toml".into(),
        profile: profile.name,
        rows: 20,
        denied: vec![Text(RowId::ROUTINE_UPGRADE)],
        cannot: vec![Gap::NoRecovery(Council::Sovereign), Gap::NoPause],
    };
    vec![
        Example::of("policy-show", &PolicyTable { profile, councils, rows: rows() }),
        Example::of("policy-init", &PolicyWritten { file: "policy.toml".into(), profile: checked.profile, rows: 39 }),
        Example::of("policy-check", &checked),
    ]
}

fn keys() -> Vec<Example> {
    let token = Custody::Token {
        id: "01ab".into(),
        sensitive: true,
        always_sensitive: true,
        extractable: false,
        never_extractable: true,
        local: true,
    };
    let account = "5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy";
    let key = KeyShown {
        label: "seat".into(),
        purpose: Text(Purpose::Seat),
        key: Some(of(&format!("ed25519:{}", "40".repeat(32)))),
        account: Some(account.into()),
        companion: None,
        custody: token,
        defect: None,
    };
    let companion = KeyShown {
        label: "second".into(),
        purpose: Text(Purpose::Companion),
        key: None,
        account: None,
        companion: Some(hash("41")),
        custody: Custody::Sealed(Effort::LEAST.into()),
        defect: Some("sealed with less work than is asked for".into()),
    };
    let started = signing::Entry::Started { version: 3, id: "0f".repeat(16), continues: None };
    let journal = SigningJournal {
        journal: "seat.journal".into(),
        lines: vec![signing::Line { seq: 0, at: NOW, entry: started }],
        head: Hex([0x42; 32]),
        unreleased: vec![7],
        torn_bytes: 3,
    };
    let vkey = Vkey {
        label: "witness".into(),
        purpose: Text(Purpose::Witness),
        name: "audit.example/w".into(),
        vkey: "audit.example/w+0badcafe+BDIy".into(),
    };
    let reader = ReaderMade { file: "auditor.age".into(), recipient: "age1yes".into() };
    let funded =
        Funded { account: account.into(), amount: Text(10_000_000_000_000), unit: unit(), block_number: Text(4) };
    vec![
        Example::of("key-list", &Keys { keys: vec![key, companion] }),
        Example::of("key-vkey", &vkey),
        Example::of("key-reader", &reader),
        Example::of("key-journal", &journal),
        Example::of("key-fund", &funded),
    ]
}

/// One of everything that files can show.
fn files_that_contradict() -> FilesChecked {
    let paid = Differs { sum: Sum::Paid, stated: 900, found: 800 };
    let kept = Differs { sum: Sum::Fees, stated: 3, found: 2 };
    let reason = Some("the header has 10 entries; the entries are 9".into());
    FilesChecked {
        folder: "money".into(),
        files: Text(6),
        batches: Text(3),
        manifests: Text(1),
        outcomes: Text(0),
        bridge_statements: Text(2),
        carried: Text(0),
        search: a_search(),
        contradictions: vec![
            Contradiction { manifest: Some(hash("31")), ..Contradiction::sum("outcomes.jsonl", paid) },
            Contradiction { route: Some(1), number: Some(Text(7)), ..Contradiction::sum("lot-7.jsonl", kept) },
            Contradiction {
                manifest: Some(hash("37")),
                reason,
                ..Contradiction::of("again.jsonl", Contradicted::Entries)
            },
        ],
        held_and_paid: vec![HeldEntry { manifest: hash("31"), entry: 7, until: Text(NOW + 900) }],
        missing: vec![
            MissingFile { what: Missing::Manifest, manifest: Some(hash("32")), route: None, number: None },
            MissingFile { what: Missing::Conversions, manifest: None, route: Some(1), number: Some(Text(8)) },
        ],
        strangers: vec![Stranger { file: "notes.txt".into(), reason: "is no manifest with a header".into() }],
        ..FilesChecked::default()
    }
}

fn audits() -> Vec<Example> {
    let whole = AuditVerified {
        verified: Verdict::Yes,
        events: Text(87),
        cells: Text(214),
        head: format!("87:{}", "81".repeat(32)),
        headers: Headers { linked: Text(1_200), last: Text(1_204), hash: "82".repeat(32) },
        signed: Signed { by_envelope: Text(82), by_transaction: Text(4), by_block: Vec::new() },
        metadata: vec![Metadata { spec_version: 1_003_000, sha256: "83".repeat(32) }],
        companions: Companions { given: true, held: Text(4), unchecked: Text(0) },
        chain: Some(ChainCompared { blocks: Text(60), later_events: Text(0) }),
        expected_head_at: Some(Text(87)),
        checkpoint: Some(checkpoint()),
        no_points: Vec::new(),
        money: Money { batches: Text(2), bridge_statements: Text(1) },
        files: Some(FilesChecked {
            folder: "money".into(),
            files: Text(5),
            batches: Text(2),
            manifests: Text(2),
            outcomes: Text(2),
            bridge_statements: Text(1),
            carried: Text(1),
            search: Search { transfers: Text(17), parents: vec![paid_again()], ..Search::default() },
            ..FilesChecked::default()
        }),
        bundle: Some(bundle()),
        contents: Some(contents(0)),
        not_checked: vec![NotChecked { what: Unchecked::Metadata, blocking: false }],
        exit_code: 0,
        help: None,
    };
    let part = AuditVerified {
        verified: Verdict::InPart,
        signed: Signed {
            by_envelope: Text(81),
            by_transaction: Text(2),
            by_block: vec![
                Rests { why: Why::Within, events: Text(2), first: Some(Text(40)) },
                Rests { why: Why::Unreconstructed, events: Text(1), first: Some(Text(51)) },
            ],
        },
        companions: Companions { given: false, held: Text(0), unchecked: Text(4) },
        chain: None,
        expected_head_at: None,
        checkpoint: None,
        files: None,
        bundle: None,
        contents: None,
        not_checked: vec![
            NotChecked { what: Unchecked::Completeness, blocking: true },
            NotChecked { what: Unchecked::Checkpoint, blocking: false },
            NotChecked { what: Unchecked::SecondSignatures, blocking: true },
            NotChecked { what: Unchecked::Chain, blocking: false },
            NotChecked { what: Unchecked::Files, blocking: false },
            NotChecked { what: Unchecked::Contents, blocking: false },
            NotChecked { what: Unchecked::Signatures, blocking: false },
            NotChecked { what: Unchecked::Metadata, blocking: false },
        ],
        exit_code: 10,
        help: Some("give --expect-head SIZE:ROOT".into()),
        ..whole.clone()
    };
    let contradicted = AuditVerified {
        verified: Verdict::No,
        files: Some(files_that_contradict()),
        contents: Some(contents(1)),
        not_checked: vec![
            NotChecked { what: Unchecked::Files, blocking: true },
            NotChecked { what: Unchecked::Contents, blocking: false },
            NotChecked { what: Unchecked::Metadata, blocking: false },
        ],
        exit_code: 8,
        help: Some("keep the files as they are".into()),
        ..whole.clone()
    };
    let exported = AuditExported {
        events: Text(87),
        head: format!("87:{}", "81".repeat(32)),
        last_block: Text(1_204),
        folder: Some("evidence".into()),
        tar: None,
        selection: None,
        bundle: bundle(),
        checkpoint_at: Some(Text(80)),
        contents: Some(ContentsExported {
            public: Text(31),
            encrypted: Text(2),
            missing: Text(1),
            unfit: Text(1),
            unanswered: Text(0),
        }),
        companions: Some(CompanionsExported { signatures: Text(4), file: "companions.hex".into() }),
    };
    vec![
        Example::of("audit-verify", &whole),
        Example::of("audit-verify-in-part", &part),
        Example::of("audit-verify-files", &contradicted),
        Example::of("audit-export", &exported),
        Example::of(
            "audit-export-selection",
            &AuditExported {
                folder: None,
                tar: Some("incident.tar".into()),
                selection: Some(ExportedSelection { events: Text(17), filter: of_incident() }),
                checkpoint_at: None,
                contents: None,
                companions: None,
                ..exported.clone()
            },
        ),
        Example::of("audit-verify-selection", &selection()),
        Example::of("audit-diff", &differed()),
    ]
}

fn contents(lacking: u64) -> ContentsChecked {
    let one = |why, event| Lacking {
        address: format!("sha256:{}", "5c".repeat(32)),
        kind: "report".into(),
        event: Text(event),
        why,
    };
    let named = [one(Lack::Missing, 40), one(Lack::Closed, 41), one(Lack::Other, 42)];
    ContentsChecked {
        public: Text(31),
        opened: Text(2),
        closed: Text(lacking),
        other: Text(lacking),
        missing: Text(lacking),
        lacking: named.into_iter().filter(|_| lacking > 0).collect(),
    }
}

fn bundle() -> BundleChecked {
    BundleChecked { listed_files: Text(21), manifest_sha256: "9d".repeat(32) }
}

fn of_incident() -> audit::Filter {
    audit::Filter {
        incident: Some(of(&"5f".repeat(16))),
        programme: None,
        proposal: None,
        since: None,
        until: Some(Text(NOW)),
    }
}

fn checkpoint() -> Checkpoint {
    Checkpoint {
        events: Text(80),
        signed_by: format!("greatseal/{}+0badc0de+ATIy", "84".repeat(32)),
        witnessed: Some(Witnessed {
            needed: Text(1),
            known: Text(2),
            cosigned: vec![Cosigned { witness: "audit.example/w+0badcafe+BDIy".into(), at: Text(1_803_662_461) }],
            agreed_at: Text(1_803_662_461),
        }),
    }
}

fn selection() -> AuditSelectionVerified {
    AuditSelectionVerified {
        verified: Verdict::InPart,
        events: Text(17),
        of_events: Text(87),
        head: format!("87:{}", "81".repeat(32)),
        filter: of_incident(),
        under_checkpoint: Some(Text(15)),
        blocks: Text(9),
        signed: Signed { by_envelope: Text(16), by_transaction: Text(0), by_block: Vec::new() },
        metadata: vec![Metadata { spec_version: 1, sha256: "3e".repeat(32) }],
        checkpoint: Some(checkpoint()),
        on_chain: None,
        bundle: Some(bundle()),
        contents: Some(contents(1)),
        not_shown: vec![
            NotShown::Completeness,
            NotShown::Rules,
            NotShown::Tree,
            NotShown::Headers,
            NotShown::Chain,
            NotShown::Metadata,
        ],
        exit_code: 10,
        help: "verify the whole log".into(),
    }
}

fn differed() -> AuditDiffered {
    let side = |source: &str, root: &str, size: u64| LogSide {
        source: source.into(),
        head: format!("{size}:{}", root.repeat(32)),
        more_events: Text(size - 40),
    };
    let leaf = |hash: &str, block| LeafShown {
        leaf: hash.repeat(32),
        kind: Some("Decided".into()),
        at: Some(Text(NOW)),
        block_number: Some(Text(block)),
        block_hash: Some("b1".repeat(32)),
    };
    AuditDiffered {
        deployment: "01".repeat(32),
        left: side("evidence", "81", 87),
        right: side("the indexer", "82", 90),
        common_events: Text(40),
        common_root: "83".repeat(32),
        relation: Relation::Contradict,
        first_difference: Some(FirstDifference { seq: Text(40), left: leaf("84", 611), right: leaf("85", 612) }),
        exit_code: 8,
        help: Some("keep both".into()),
    }
}

fn plan() -> Plan {
    let seat = |id: &str, holder_named| deploy::Seat {
        seat: of(id),
        key: of(&format!("ed25519:{}", "40".repeat(32))),
        organisation: label("cabinet"),
        role: label("member"),
        holder: hash("43"),
        holder_named,
        valid_until: Text(NOW + 5_961_600),
    };
    Plan {
        chain_genesis: hash("02"),
        chain_id: Text(420_420_421),
        profile: Profile::deployed(genesis::Profile::Standard),
        now: Text(NOW),
        councils: vec![deploy::Council {
            council: Text(Council::Sovereign),
            seats: vec![seat("S0", true), seat("S1", false)],
        }],
        rows: rows(),
        policy: Some("policy.toml".into()),
        differs: vec![deploy::Differs { row: Text(RowId::DOCUMENT_ONLY), default: rows().into_iter().next() }],
        left_out: vec![
            LeftOut { row: Text(RowId::ROUTINE_UPGRADE), without_seats: vec![Text(Council::Technical)], breaks: None },
            LeftOut {
                row: Text(RowId::DISPUTE_OVERRIDE),
                without_seats: vec![Text(Council::Auditor), Text(Council::Panel)],
                breaks: Some(Breaks { invariant: 30, one_is_enough: false }),
            },
        ],
        cannot: vec![Gap::NoSuccession],
    }
}

fn contracts() -> Vec<Example> {
    let (fee, deposit) = (Text(1_520_000_000), Text(88_000_000_000_000));
    let cost = Cost { transactions: 3, fee, deposit, unit: unit(), paid_by: "dev:alice".into(), has: Text(u128::MAX) };
    let deployed = Deployed {
        deployment: hash("01"),
        contract: of(&"c0".repeat(20)),
        block_number: Text(4),
        fee: Some(fee),
        deposit,
        unit: unit(),
        weight: work(),
        paid_by: "dev:alice".into(),
        file: "deployment.json".into(),
        plan: plan(),
    };
    let successor = SuccessorDeployed {
        successor: of(&"c1".repeat(20)),
        code_hash: Hex([0x44; 32]),
        predecessor: of(&"c0".repeat(20)),
        block_number: Text(1_204),
        fee: None,
        unit: unit(),
        weight: work(),
        paid_by: "dev:alice".into(),
    };
    let imported = StateImported {
        successor: of(&"c1".repeat(20)),
        cells: 214,
        brought: 200,
        calls: 3,
        fee: Some(fee),
        unit: unit(),
        events: Text(87),
    };
    vec![
        Example::of("deploy", &deployed),
        Example::of("deploy-dry-run", &DeployTried { plan: plan(), cost, dry_run: true }),
        Example::of("succeed-deploy", &successor),
        Example::of("succeed-import", &imported),
        Example::of("node-check", &node_checked()),
    ]
}

fn node_checked() -> NodeChecked {
    let (free, deposit) = (Text(5_000_000_000_000), Text(88_000_000_000_000));
    let need = Need { weight: work(), bytes: Text(181_000), deposit, room: Room::Unsure };
    let found = [
        (node::Verdict::Ok, Found::Chain { name: "Devnet".into(), runtime: "devnet-1".into(), node: "0.1".into() }),
        (node::Verdict::Ok, Found::Genesis { hash: hash("02") }),
        (node::Verdict::Ok, Found::Units { ss58: 42 }),
        (node::Verdict::Ok, Found::TransactionExtensions { names: vec!["CheckNonce".into(), "SetOrigin".into()] }),
        (node::Verdict::Ok, Found::PalletRevive { chain_id: Some(Text(420_420_421)) }),
        (node::Verdict::Unfit, Found::RuntimeCalls { missing: vec!["get_storage_var_key"] }),
        (node::Verdict::Ok, Found::LargestCall { weight: work() }),
        (node::Verdict::Ok, Found::StorageDeposit { item: Text(200_000_000), byte: Text(10_000_000) }),
        (
            node::Verdict::Note,
            Found::Finality {
                finalized: Text(12),
                best: Text(12),
                block_time_ms: Some(Text(6_000)),
                moved: false,
                patience: 30,
            },
        ),
        (node::Verdict::Ok, Found::Clock { chain: Text(NOW), here: Text(NOW + 2) }),
        (node::Verdict::Note, Found::Archive { oldest: Text(7) }),
        (node::Verdict::Ok, Found::Account { free, mapped: false }),
        (node::Verdict::Ok, Found::AccountMapping { fee: Some(Text(1_000_000)), error: None }),
        (node::Verdict::Note, Found::Deployment { need: Some(need), error: None }),
        (node::Verdict::Note, Found::Means { free, deposit }),
    ];
    let checks = found.into_iter().map(|(verdict, found)| Check { verdict, found }).collect();
    NodeChecked { fit: false, unit: unit(), checks }
}

fn failures() -> Vec<Example> {
    let refused = CliError::Refused { refusal: Refusal::Blocked, fee_paid: true };
    let mut faults = Faults::default();
    faults.add(2, "has the salt of line 1");
    faults.whole("a manifest has at least one entry");
    let faults = CliError::Faults { what: "pensions.jsonl".into(), faults, help: "see the help" };
    let row = Broken { invariant: 2, row: RowId::CUSTODY.0 };
    let council = Broken { invariant: 1, row: 0 };
    let broken = CliError::Broken(vec![
        Breach { broken: row, council: None, numbers: Some("custody asks for 1 approval".into()) },
        Breach { broken: council, council: Some((Council::Technical, 40)), numbers: None },
    ]);
    let differs = CliError::NotApprovable(document::Differs {
        field: "changes.action.operation.set-baseline.value".into(),
        document: "310".into(),
        proposal: "360".into(),
    });
    let address = Address::Sha256([0x34; 32]);
    let content = Content { kind: greatseal_protocol::content::Kind::Report, address };
    let unseen = CliError::Unseen { content, reason: "the indexer at http://127.0.0.1:7701 does not have it".into() };
    vec![
        Example::of("failure", &Failure::of(&refused)),
        Example::of("failure-faults", &Failure::of(&faults)),
        Example::of("failure-broken", &Failure::of(&broken)),
        Example::of("failure-differs", &Failure::of(&differs)),
        Example::of("failure-content", &Failure::of(&unseen)),
    ]
}
