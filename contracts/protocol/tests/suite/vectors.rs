//! Golden vectors for other implementers: bytes as hexadecimal, integers as decimal strings, in `vectors/*.json`.
//!
//! `GREATSEAL_BLESS=1` writes them; otherwise the committed files must be what this code produces, byte for byte.

use crate::world::{HOUR, economics, first, key_of, lift, pause, seat, set_route, signer, version};
use crate::{
    fields::{action_fields, command_fields, domain_fields},
    json::{Json, hex, text},
    story::Story,
};
use greatseal_protocol::{
    action::{Action, Economics, Scope},
    cells::Cells,
    digest::{self, ProposalTerms},
    envelope::Envelope,
    event::{Door, Event, Record},
    key::Signature,
    refusal::Refusal,
    scale::Encode,
    submit::Outcome,
};
use std::{fs, path::Path};

/// Every command variant and action, with what is signed and what travels.
fn envelopes(story: &Story) -> Json {
    let domain = story.world.domain;
    let entry = |(now, bytes, outcome): &(u64, Vec<u8>, Outcome)| {
        let envelope = Envelope::parse(bytes).unwrap();
        let Signature::Ed25519(signature) = envelope.signature else { panic!() };
        let mut entry = command_fields(&envelope.command);
        let message = digest::signed_message(&domain, &envelope.key, &envelope.command);
        entry.extend([
            ("command", hex(envelope.command.encode())),
            ("key", hex(envelope.key.encode())),
            ("signed_message", hex(message)),
            ("signature", hex(signature)),
            ("envelope", hex(bytes)),
            ("envelope_digest", hex(Envelope::digest(bytes).0)),
            ("submitted_at", text(now)),
            ("outcome", hex(outcome.encode())),
        ]);
        entry.push(match crate::world::code_of(outcome) {
            (None, _) => ("result", text("applied")),
            (Some(code), true) => ("result", text(format!("refused {code}"))),
            (Some(code), false) => ("result", text(format!("ignored {code}"))),
        });
        Json::Object(entry)
    };
    Json::Object(vec![
        ("domain", domain_fields(&domain)),
        ("envelopes", Json::List(story.submitted.iter().map(entry).collect())),
    ])
}

/// The story's records, which fold to the story's cells.
fn records(story: &Story) -> Json {
    let entry = |record: &Record| {
        Json::Object(vec![
            ("kind", text(record.event.kind())),
            ("seq", text(record.seq)),
            ("at", text(record.at)),
            (
                "door",
                match record.door {
                    Door::Envelope(digest) => text(format!("envelope {digest}")),
                    Door::Constructor => text("constructor"),
                },
            ),
            ("actor", record.actor.map_or_else(|| text(""), text)),
            ("subject_topic", hex(record.event.subject())),
            ("actor_topic", record.actor.map_or_else(|| text(""), |key| hex(key.topic()))),
            ("record", hex(record.encode())),
        ])
    };
    Json::Object(vec![("records", Json::List(story.world.records.iter().map(entry).collect()))])
}

fn cells(story: &Story) -> Json {
    let entry = |(key, bytes): (&greatseal_protocol::cells::CellKey, &Vec<u8>)| {
        Json::Object(vec![("key", hex(key.encode())), ("cell", hex(bytes)), ("name", text(format!("{key:?}")))])
    };
    Json::Object(vec![("cells", Json::List(story.world.cells.iter().map(entry).collect()))])
}

fn digests(story: &Story) -> Json {
    let Event::Deployed { genesis, .. } = &story.world.records[0].event else { panic!() };
    let opened = story.world.records.iter().find_map(|record| match &record.event {
        Event::Opened(opened) => Some((record, opened)),
        _ => None,
    });
    let (record, opened) = opened.unwrap();
    let terms = ProposalTerms {
        deployment: story.world.domain.deployment,
        id: opened.id,
        opened_at: record.at,
        author: record.actor.unwrap(),
        nonce: opened.nonce,
        row: opened.row,
        row_version: opened.row_version,
        epochs: opened.epochs.clone(),
        action: digest::action_hash(&opened.action),
        document: opened.document,
        approve_by: opened.approve_by,
        delay: opened.delay,
        window: opened.window,
    };
    assert_eq!(digest::proposal_digest(&terms), opened.digest);
    let action = |action: Action| {
        Json::Object(vec![
            ("fields", action_fields(&action)),
            ("bytes", hex(action.encode())),
            ("action_hash", hex(digest::action_hash(&action).0)),
        ])
    };
    let actions = [
        pause(Scope::Everything, HOUR),
        pause(Scope::Account([0xAC; 32]), 1),
        lift(Scope::Upgrades),
        lift(Scope::Program(u32::MAX)),
        set_route(1, None, economics()),
        set_route(u32::MAX, Some(version(u32::MAX, economics())), Economics { tx_max: u128::MAX, ..economics() }),
    ];
    Json::Object(vec![
        ("prefix", hex(digest::PREFIX)),
        ("domain", domain_fields(&story.world.domain)),
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
        ("actions", Json::List(actions.into_iter().map(action).collect())),
    ])
}

/// Test seats: name, seed, key.
fn keys(story: &Story) -> Json {
    let entry = |name: &str| {
        let signer = signer(name);
        Json::Object(vec![("name", text(name)), ("seed", hex(signer.to_bytes())), ("key", text(key_of(&signer)))])
    };
    let known = |name: &&str| story.world.cells.seat(seat(name)).is_ok();
    let mut names: Vec<&str> = crate::steps::SEATS.into_iter().filter(known).collect();
    names.push("stranger");
    Json::Object(vec![("keys", Json::List(names.into_iter().map(entry).collect()))])
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

const KINDS: [&str; 12] = [
    "Deployed",
    "Refused",
    "Opened",
    "Decided",
    "QuorumReached",
    "Cancelled",
    "Rejected",
    "Executed",
    "Paused",
    "Lifted",
    "Escalated",
    "RouteChanged",
];

/// Does not compile once a kind of event is added: then it belongs into [`KINDS`] and into the story.
fn told(event: &Event) -> bool {
    match event {
        Event::Deployed { .. }
        | Event::Refused { .. }
        | Event::Opened(_)
        | Event::Decided { .. }
        | Event::QuorumReached { .. }
        | Event::Cancelled { .. }
        | Event::Rejected { .. }
        | Event::Executed { .. }
        | Event::Paused { .. }
        | Event::Lifted { .. }
        | Event::Escalated { .. }
        | Event::RouteChanged { .. } => KINDS.contains(&event.kind()),
    }
}

fn topics() -> Json {
    let entry =
        |kind: &&str| Json::Object(vec![("kind", text(kind)), ("signature_topic", hex(Record::signature_topic(kind)))]);
    Json::Object(vec![("topics", Json::List(KINDS.iter().map(entry).collect()))])
}

#[test]
fn vectors_are_the_committed_bytes() {
    let story = Story::told();
    let files = [
        ("cells.json", cells(&story)),
        ("digests.json", digests(&story)),
        ("envelopes.json", envelopes(&story)),
        ("keys.json", keys(&story)),
        ("records.json", records(&story)),
        ("refusals.json", refusals()),
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
    found.retain(|name| name.ends_with(".json"));
    found.sort();
    assert_eq!(found, files.map(|(name, _)| name.to_owned()), "no file without a generator");
}

/// By which the chain's events are found: the SCALE bytes of the proposal's id, or of the scope, hashed.
#[test]
fn subject_topics_hash_what_the_event_is_about() {
    for record in Story::told().world.records {
        let wants = match (&record.event, record.event.proposal()) {
            (Event::Deployed { deployment, .. }, _) => deployment.0,
            (Event::Escalated { scope, .. }, _) => digest::sha256(&[&scope.encode()]),
            (_, Some(id)) => digest::sha256(&[&id.serial.to_le_bytes(), &id.author.encode(), &[id.slot]]),
            (_, None) => [0; 32],
        };
        assert_eq!(record.event.subject(), wants, "{}", record.event.kind());
    }
}

/// The vectors leave out no kind of event, no order and no action.
#[test]
fn vectors_show_every_kind_and_every_order() {
    let story = Story::told();
    assert!(story.world.records.iter().all(|record| told(&record.event)));
    for kind in KINDS {
        assert!(story.world.records.iter().any(|record| record.event.kind() == kind), "{kind}");
    }
    for name in ["open", "approve", "reject", "cancel", "execute", "escalate"] {
        let told =
            |(_, bytes, _): &(u64, Vec<u8>, Outcome)| Envelope::parse(bytes).unwrap().command.order.name() == name;
        assert!(story.submitted.iter().any(told), "{name}");
    }
}
