//! Golden vectors for other implementers: bytes as hexadecimal, integers as decimal strings, in `vectors/*.json`.
//!
//! `GREATSEAL_BLESS=1` writes them; otherwise the committed files must be what this code produces, byte for byte.

use crate::{
    json::{Json, hex, text},
    rules_closed::nested,
    rules_companion::companion,
    story,
    world::{
        HOUR, NO_PROPOSAL, SEATS, Submission, World, code_of, economics, first, key_named, key_of, label, lift,
        p256_signer, pause, set_route, signer, version,
    },
};
use greatseal_protocol::{
    action::Action,
    bytes::{ChainHash, ManifestHash, OutcomesRoot, ReferenceHash, TxHash},
    command::{Command, Order},
    council::{Council, SeatId},
    digest::{self, Domain},
    envelope::Envelope,
    event::{Door, Event, Record},
    hash,
    key::{Key, Signature},
    language::{self, bridge, contract, council, dispute, emergency, operation, program, proposal, registry},
    merkle, phase,
    refusal::Refusal,
    route::Economics,
    scale::{DecodeAll, Encode},
    scope::Scope,
    settlement::{self, Reference, Statement},
    words::{self, Line},
};
use std::{collections::BTreeSet, fs, path::Path};

/// Files of this folder that the tests of `indexer/api` make: they know the audit database and documents.
const ELSEWHERE: [&str; 4] = ["canonical-json.json", "leaves.json", "spellings.json", "types.json"];

/// What a person reads: every field of it.
fn words(lines: &[Line]) -> Json {
    Json::List(lines.iter().map(|(label, value)| text(format!("{label}: {value}"))).collect())
}

pub(crate) fn domain_fields(domain: &Domain) -> Json {
    Json::Object(vec![
        ("deployment", hex(domain.deployment.0)),
        ("contract", hex(domain.contract.0)),
        ("chain_id", text(domain.chain_id)),
        ("bytes", hex((1_u8, domain).encode())),
        ("tag", hex(domain.tag().0)),
    ])
}

/// Key and command of a submission through either door.
fn said(submission: &Submission) -> (Key, Command, Option<Signature>) {
    match submission.door {
        Door::Direct => {
            let (key, command) = <(Key, Command)>::decode_all(&mut &*submission.bytes).unwrap();
            (key, command, None)
        }
        _ => {
            let envelope = Envelope::parse(&submission.bytes).unwrap();
            (envelope.key, envelope.command, Some(envelope.signature))
        }
    }
}

/// Everything that was sent, with what is signed and what travels.
fn submissions(world: &World) -> Json {
    let entry = |submission: &Submission| {
        let (key, command, signature) = said(submission);
        let mut entry = vec![
            ("words", words(&words::command(&command))),
            ("command", hex(command.encode())),
            ("key", hex(key.encode())),
        ];
        match signature {
            None => entry.push(("direct_door", hex(&submission.bytes))),
            Some(signature) => entry.extend([
                ("signed_message", hex(digest::signed_message(&world.domain, &key, &command))),
                (
                    "signature",
                    match signature {
                        Signature::Ed25519(bytes) => hex(bytes),
                        Signature::P256(bytes) => hex(bytes),
                    },
                ),
                ("envelope", hex(&submission.bytes)),
                ("envelope_digest", hex(Envelope::digest(&submission.bytes).0)),
            ]),
        }
        entry.extend([("submitted_at", text(submission.at)), ("outcome", hex(submission.outcome.encode()))]);
        entry.push(match code_of(&submission.outcome) {
            (None, _) => ("result", text("applied")),
            (Some(code), true) => ("result", text(format!("refused {code}"))),
            (Some(code), false) => ("result", text(format!("ignored {code}"))),
        });
        Json::Object(entry)
    };
    Json::Object(vec![
        ("domain", domain_fields(&world.domain)),
        ("envelopes", Json::List(world.submitted.iter().map(entry).collect())),
    ])
}

/// The story's records, which fold to the story's cells.
fn records(world: &World) -> Json {
    let entry = |record: &Record| {
        Json::Object(vec![
            ("kind", text(record.event.kind())),
            ("seq", text(record.seq)),
            ("at", text(record.at)),
            (
                "door",
                match record.door {
                    Door::Envelope(digest) => text(format!("envelope {digest}")),
                    Door::Direct => text("direct"),
                    Door::Constructor => text("constructor"),
                },
            ),
            ("actor", record.actor.map_or_else(|| text(""), text)),
            ("subject_topic", hex(record.event.subject())),
            ("actor_topic", record.actor.map_or_else(|| text(""), |key| hex(key.topic()))),
            ("record", hex(record.encode())),
        ])
    };
    Json::Object(vec![("records", Json::List(world.records.iter().map(entry).collect()))])
}

fn cells(world: &World) -> Json {
    let entry = |(key, bytes): (&greatseal_protocol::cells::CellKey, &Vec<u8>)| {
        Json::Object(vec![("key", hex(key.encode())), ("cell", hex(bytes)), ("name", text(format!("{key:?}")))])
    };
    Json::Object(vec![("cells", Json::List(world.cells.iter().map(entry).collect()))])
}

/// Actions that were opened, each once, and some at the ends of their ranges.
fn actions(worlds: &[&World]) -> Vec<Action> {
    let mut actions = vec![
        pause(Scope::Account([0xAC; 32]), 1),
        lift(Scope::Program(u32::MAX), NO_PROPOSAL),
        set_route(u32::MAX, Some(version(u32::MAX, economics())), Economics { tx_max: u128::MAX, ..economics() }),
        pause(Scope::Everything, HOUR),
    ];
    for submission in worlds.iter().flat_map(|world| &world.submitted) {
        // What was altered on its way does not count, but it was an execution.
        if let Order::Proposal(proposal::Order::Open(open)) = said(submission).1.order
            && !actions.contains(&open.action)
        {
            actions.push(open.action);
        }
    }
    actions
}

/// What a recorder says of a batch of three entries: one was paid, one not fully, and of one nothing is certain yet.
fn settlement(manifest: ManifestHash) -> Vec<(&'static str, Json)> {
    let reference =
        Reference { chain: ChainHash([0x51; 32]), transaction: TxHash([0x52; 32]), log: 7, amount: 10, share: 10 };
    let (references, evidence) = (vec![reference], ReferenceHash([0x53; 32]));
    let paid = settlement::Outcome { index: 0, closed: true, paid: 10, excess: 0, references, reason: None, evidence };
    let reason = Some(label("account-closed"));
    let short = settlement::Outcome { index: 1, paid: 4, references: Vec::new(), reason, ..paid.clone() };
    let open = settlement::Outcome { index: 2, closed: false, paid: 0, references: Vec::new(), ..paid.clone() };
    let outcomes = [paid, short, open];
    let leaves = outcomes.each_ref().map(settlement::Outcome::leaf);
    let statement = Statement {
        manifest,
        version: 1,
        previous: None,
        root: OutcomesRoot(merkle::root(&leaves, &hash::sha256)),
        closed: 2,
        paid: 14,
        unpaid: 6,
        debited: 14,
    };
    assert!(statement.adds_up(3, 30));
    let outcome = |outcome: &settlement::Outcome| {
        Json::Object(vec![("bytes", hex(outcome.to_bytes())), ("leaf", hex(outcome.leaf()))])
    };
    let recorder = SeatId { council: Council::Operator, index: 0 };
    vec![
        ("recorder", hex(recorder.encode())),
        ("statement", hex(statement.encode())),
        ("statement_hash", hex(digest::statement_hash(recorder, &statement).0)),
        ("outcomes", Json::List(outcomes.iter().map(outcome).collect())),
    ]
}

fn digests(world: &World, micronode: &World) -> Json {
    let Event::Contract(contract::Event::Deployed { genesis, .. }) = &world.records[0].event else { panic!() };
    let opened = world.records.iter().find_map(|record| match &record.event {
        Event::Proposal(proposal::Event::Opened(opened)) => Some((record, opened)),
        _ => None,
    });
    let (record, opened) = opened.unwrap();
    let terms = world.terms(record, opened);
    assert_eq!(digest::proposal_digest(&terms), opened.digest);
    let header = crate::money::header(world, "manifest", 3, 30);
    let action = |action: Action| {
        Json::Object(vec![
            ("words", words(&words::action(&action))),
            ("bytes", hex(action.encode())),
            ("action_hash", hex(digest::action_hash(&action).0)),
        ])
    };
    let mut digests = vec![
        ("prefix", hex(digest::PREFIX)),
        ("domain", domain_fields(&world.domain)),
        ("genesis", hex(genesis.encode())),
        ("deployment_id", hex(digest::deployment_id(genesis).0)),
        ("proposal_id", text(opened.id)),
        ("proposal_terms", hex(terms.encode())),
        ("proposal_digest", hex(opened.digest.0)),
        ("document", text("{}")),
        ("document_hash", hex(digest::document_hash(b"{}").0)),
        ("economics", hex(economics().encode())),
        ("route", hex(first().encode())),
        ("route_hash", hex(digest::route_hash(&first()).0)),
        ("manifest", hex(header.encode())),
        ("manifest_hash", hex(digest::manifest_hash(&header).0)),
    ];
    digests.extend(settlement(digest::manifest_hash(&header)));
    digests.push(("actions", Json::List(actions(&[world, micronode]).into_iter().map(action).collect())));
    Json::Object(digests)
}

/// Test keys: name, seed, key. The seed of a P-256 key is its scalar.
fn keys() -> Json {
    let successors = ["stranger", "third-operator", "p256-anna", "p256-policy", "p256-officer", "Pr:2-0"];
    let entry = |name: &str| {
        let key = key_named(name);
        let seed = match key {
            Key::Ed25519(_) => hex(signer(name).to_bytes()),
            Key::P256(_) => hex(p256_signer(name).to_bytes()),
        };
        assert!(matches!(key, Key::P256(_)) || key == key_of(&signer(name)));
        Json::Object(vec![("name", text(name)), ("seed", seed), ("key", text(key))])
    };
    Json::Object(vec![("keys", Json::List(SEATS.into_iter().chain(successors).map(entry).collect()))])
}

/// A companion's signature beside an envelope: seed, key, message, both signatures, and what travels.
fn companions(world: &World) -> Json {
    let (seed, key) = (hash::sha256(&[b"greatseal/test-companion/S0"]), companion("S0"));
    let order = Order::Phase(language::phase::Order::NameCompanion { companion: key.name() });
    let envelope = Envelope::parse(&World::new().envelope("S0", order)).unwrap();
    let companioned = key.accompany(&world.domain, &envelope).unwrap();
    Json::Object(vec![
        ("algorithm", text("ML-DSA-65, pure, deterministic")),
        ("context", text(std::str::from_utf8(phase::CONTEXT).unwrap())),
        ("seed", hex(seed)),
        ("companion_key", hex(key.public())),
        ("companion_hash", hex(key.name().0)),
        ("words", words(&words::command(&envelope.command))),
        ("signed_message", hex(digest::signed_message(&world.domain, &envelope.key, &envelope.command))),
        ("envelope", hex(envelope.to_bytes())),
        ("companion_signature", hex(*companioned.signature)),
        ("companioned", hex(companioned.to_bytes())),
    ])
}

fn refusals() -> Json {
    let entry = |refusal: &Refusal| {
        Json::Object(vec![
            ("code", text(refusal.code())),
            ("name", text(format!("{refusal:?}"))),
            ("sentence", text(refusal.sentence())),
            ("help", text(refusal.help())),
            ("bytes", hex(refusal.encode())),
        ])
    };
    Json::Object(vec![("refusals", Json::List(Refusal::ALL.iter().map(entry).collect()))])
}

fn topics() -> Json {
    let entry =
        |kind: &str| Json::Object(vec![("kind", text(kind)), ("signature_topic", hex(Record::signature_topic(kind)))]);
    Json::Object(vec![("topics", Json::List(Event::kinds().map(entry).collect()))])
}

#[test]
fn vectors_are_the_committed_bytes() {
    let (world, micronode) = (story::told(), story::told_of_a_micronode());
    let succession = story::told_of_a_succession();
    let files = [
        ("cells.json", cells(&world)),
        ("companion.json", companions(&world)),
        ("digests.json", digests(&world, &micronode)),
        ("envelopes.json", submissions(&world)),
        ("keys.json", keys()),
        ("malformed.json", crate::malformed::vectors(&world)),
        ("manifests.json", crate::rules_manifest::vectors()),
        ("micronode-cells.json", cells(&micronode)),
        ("micronode-envelopes.json", submissions(&micronode)),
        ("micronode-records.json", records(&micronode)),
        ("records.json", records(&world)),
        ("refusals.json", refusals()),
        ("succession-cells.json", cells(&succession)),
        ("succession-records.json", records(&succession)),
        ("topics.json", topics()),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let bless = std::env::var("GREATSEAL_BLESS").is_ok_and(|value| value == "1");
    for (name, json) in &files {
        let (path, produced) = (folder.join(name), json.to_file());
        serde_json::from_str::<serde_json::Value>(&produced).unwrap();
        if bless {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &produced).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        let line = committed.lines().zip(produced.lines()).position(|(left, right)| left != right);
        assert!(
            committed == produced,
            "{name} differs from line {line:?}: bytes are for ever, or scripts/bless-vectors.sh"
        );
    }
    let mut found: Vec<String> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    found.retain(|name| name.ends_with(".json") && !ELSEWHERE.contains(&name.as_str()));
    found.sort();
    assert_eq!(found, files.map(|(name, _)| name.to_owned()), "no file without a generator");
}

/// By which the chain's events are found: the SCALE bytes of what each is about, or their hash where they are longer
/// than a topic.
#[test]
fn subject_topics_hash_what_the_event_is_about() {
    for record in story::told().records {
        let topic = |bytes: &[u8]| match bytes.len() {
            length @ 0..=32 => std::array::from_fn(|at| if at < length { bytes[at] } else { 0 }),
            _ => hash::sha256(&[bytes]),
        };
        let wants = match (&record.event, record.event.proposal()) {
            (Event::Contract(contract::Event::Deployed { deployment, .. }), _) => deployment.0,
            (_, Some(id)) => topic(&[&id.serial.to_le_bytes()[..], &id.author.encode(), &[id.slot]].concat()),
            (Event::Operation(operation::Event::Escalated { watched, .. }), _) => topic(&watched.encode()),
            (
                Event::Emergency(emergency::Event::ReviewFiled { scope, .. })
                | Event::Emergency(emergency::Event::ReviewAttested { scope, .. }),
                _,
            ) => topic(&scope.encode()),
            (Event::Registry(registry::Event::ReleaseRolledBack { component, .. }), _) => topic(&component.encode()),
            (Event::Phase(language::phase::Event::PhaseRolledBack { council, .. }), _) => topic(&council.encode()),
            (Event::Operation(operation::Event::Tuned { name, .. }), _) => topic(&name.encode()),
            (Event::Proposal(proposal::Event::DecidedTogether { seat, .. }), _) => topic(&seat.encode()),
            (
                Event::Dispute(dispute::Event::DisputeOpened { dispute, .. })
                | Event::Dispute(dispute::Event::DisputeAcknowledged { dispute, .. })
                | Event::Dispute(dispute::Event::DisputeTriaged { dispute, .. })
                | Event::Dispute(dispute::Event::DisputeRetracted { dispute, .. }),
                _,
            ) => topic(&dispute.subject.encode()),
            (
                Event::Program(program::Event::StatementFinal { manifest, .. })
                | Event::Program(program::Event::EntryHeld { manifest, .. }),
                _,
            ) => manifest.0,
            (Event::Program(program::Event::StatementMade { statement, .. }), _) => statement.manifest.0,
            (Event::Program(program::Event::VoteCast { vote, .. }), _) => vote.manifest.0,
            (
                Event::Bridge(bridge::Event::ConversionAuthorized { conversion, .. })
                | Event::Bridge(bridge::Event::ConversionRefused { conversion, .. }),
                _,
            ) => topic(&(conversion.transfer.route, conversion.number).encode()),
            (Event::Bridge(bridge::Event::ConversionCompleted { completion, .. }), _) => {
                topic(&(completion.route, completion.number).encode())
            }
            (Event::Bridge(bridge::Event::WordGiven { transfer, .. }), _) => topic(&transfer.route.encode()),
            (
                Event::Bridge(bridge::Event::WordWithdrawn { route, .. })
                | Event::Bridge(bridge::Event::RateStated { route, .. })
                | Event::Bridge(bridge::Event::RateWithdrawn { route, .. })
                | Event::Bridge(bridge::Event::ListsStated { route, .. }),
                _,
            ) => topic(&route.encode()),
            (
                Event::Council(council::Event::SeatAccepted { seat, .. })
                | Event::Council(council::Event::SeatSuspended { seat, .. })
                | Event::Council(council::Event::Heartbeat { seat, .. })
                | Event::Operation(operation::Event::DrillFiled { seat, .. })
                | Event::Phase(language::phase::Event::CompanionNamed { seat, .. })
                | Event::Council(council::Event::SuccessorNamed { seat, .. }),
                None,
            ) => topic(&seat.encode()),
            _ => [0; 32],
        };
        assert_eq!(record.event.subject(), wants, "{}", record.event.kind());
    }
}

/// The vectors leave out no kind of event, no order and no action, no algorithm and no door.
#[test]
fn vectors_show_every_kind_every_order_and_every_action() {
    let (world, micronode) = (story::told(), story::told_of_a_micronode());
    let succession = story::told_of_a_succession();
    let worlds = [&world, &micronode, &succession];
    let kinds: BTreeSet<&str> =
        worlds.iter().flat_map(|world| &world.records).map(|record| record.event.kind()).collect();
    assert_eq!(kinds, Event::kinds().collect());
    let applied = |submission: &&Submission| code_of(&submission.outcome).0.is_none();
    let all: Vec<&Submission> = worlds.iter().flat_map(|world| &world.submitted).filter(applied).collect();
    let tags = |bytes: Vec<u8>| *bytes.first_chunk().unwrap();
    let orders: BTreeSet<[u8; 2]> = all.iter().map(|submission| tags(said(submission).1.order.encode())).collect();
    assert_eq!(orders, nested::<Order>());
    let actions: BTreeSet<[u8; 2]> = actions(&worlds).into_iter().map(|action| tags(action.encode())).collect();
    assert_eq!(actions, nested::<Action>());
    assert!(all.iter().any(|submission| submission.door == Door::Direct));
    assert!(all.iter().any(|submission| matches!(said(submission).2, Some(Signature::P256(_)))));
}
