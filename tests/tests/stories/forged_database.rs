//! Whoever owns the audit database rewrites it, and makes every link anew: rows alone do not show it, the chain does.

use std::{fs, time::Duration};

use greatseal_api::{link::Row, wire::EventRow};
use greatseal_client::{Account as _, Chain, DevAccount};
use greatseal_deployment::Deployment;
use greatseal_protocol::{
    bytes::{EnvelopeDigest, Label, parse_hex_bytes},
    council::{Council, SeatId},
    event::{Door, Event, Record},
    key::Key,
    language::{contract, council, proposal},
};
use greatseal_tests::{
    Outcome,
    program::Answer,
    world::{Options, World},
};

use serde_json::json;

use crate::forging::{export, forged, import, read, rewrite_database};

const HOUR: Duration = Duration::from_secs(3600);

/// One thing that an owner of the database would like to have been otherwise.
struct Wish {
    what: &'static str,
    seq: u64,
    forge: Box<dyn Fn(&mut Record)>,
}

#[tokio::test]
async fn rule_26_rows_that_were_rewritten_and_linked_anew_are_found_by_asking_the_chain() -> Outcome {
    let mut world = World::start(Options::default()).await?;
    let pause = world.propose_pause("E0", "route:1").await?;
    world.all_approve(&["E0", "E1"], &pause).await?;
    world.execute(&pause).await?.done()?;
    world.decide("P0", &["baseline", "cache-ttl", "300"], &["P0", "T0", "T1"], HOUR).await?;
    world.order("E2", &["seat", "heartbeat", "--envelope-out", "beat.hex"]).await?.done()?;
    world.greatseal(&["governance", "submit", "beat.hex"]).await?.done()?;
    // Two seats decide about what is taken back before anybody brings their envelopes.
    let late = world.propose_pause("E0", "route:3").await?;
    for seat in ["E1", "E2"] {
        world.approval(seat, &late).await?;
    }
    world.sign("E0", &["cancel", &late]).await?.done()?;
    for late in ["approval-E1.hex", "approval-E2.hex"] {
        refused_on_record(&world, late).await?;
        assert!(refused_on_record(&world, late).await.is_err(), "{late} is refused once on record");
    }
    assert!(refused_on_record(&world, "beat.hex").await.is_err(), "what was done already is none");
    // Another proposal has the slot of the first by now: who approved that one stands in no cell any more.
    world.propose_pause("E0", "route:2").await?;

    let honest = world.greatseal(&["audit", "verify"]).await?.done()?;
    let head = honest["head"].as_str().ok_or("no head")?;
    world.greatseal(&["audit", "export", "--out", "honest.jsonl"]).await?.done()?;
    let rows = import(&world.file("honest.jsonl"))?;
    let wishes = wishes(&rows)?;
    assert_eq!(wishes.len(), 5);

    // Each by itself, in a file: the rules have nothing against it, an expected head and the chain have.
    for wish in &wishes {
        export(&world.file("forged.jsonl"), &all_forged(&rows, std::slice::from_ref(wish))?)?;
        let file = ["audit", "verify", "--file", "forged.jsonl"];
        let alone = world.greatseal(&[&file[..], &["--offline"]].concat()).await?;
        assert_eq!(alone.code, 10, "{}: {alone:?}", wish.what);
        let told = world.greatseal(&[&file[..], &["--offline", "--expect-head", head]].concat()).await?;
        assert_eq!(told.code, 8, "{}: {told:?}", wish.what);
        let online = world.greatseal(&file).await?;
        assert!(found_at(&online, wish.seq), "{}: {online:?}", wish.what);
    }
    missing_and_misplaced(&world, &rows).await?;

    // All of them at once, in the database itself, served by the real indexer.
    let indexer = world.take_indexer().ok_or("no indexer")?;
    assert_eq!(indexer.end().await?, 0);
    fs::copy(world.file("audit.db"), world.file("forged.db"))?;
    rewrite_database(&world.file("forged.db"), &rows, &all_forged(&rows, &wishes)?)?;
    let lying = world.another_indexer("forged.db").await?;
    let health: serde_json::Value = reqwest::get(format!("{}/health", lying.url())).await?.json().await?;
    assert_eq!(health["events"], rows.len().to_string(), "{health}");
    let online = world.greatseal(&["--indexer", lying.url(), "audit", "verify"]).await?;
    let first = wishes.iter().map(|wish| wish.seq).min().ok_or("no wish")?;
    assert!(found_at(&online, first), "{online:?}");
    // The truth is still to be had.
    world.start_indexer().await?;
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}

/// Evidence that is there is left as it is, unless somebody asks for its replacement.
#[tokio::test]
async fn an_export_does_not_replace_evidence_that_is_there() -> Outcome {
    let world = World::start(Options { relayer: false, ..Options::default() }).await?;
    let out = ["audit", "export", "--out", "evidence.jsonl"];
    world.greatseal(&out).await?.done()?;
    let whole = fs::read_to_string(world.file("evidence.jsonl"))?;
    fs::write(world.file("evidence.jsonl"), "what was found in June\n")?;
    let refused = world.greatseal(&out).await?;
    assert!(refused.code == 3 && refused.stderr.contains("exists already") && refused.stderr.contains("--replace"));
    assert_eq!(fs::read_to_string(world.file("evidence.jsonl"))?, "what was found in June\n");
    world.greatseal(&[&out[..], &["--replace"]].concat()).await?.done()?;
    assert_eq!(fs::read_to_string(world.file("evidence.jsonl"))?, whole);
    // A link stays one, and what it leads to is as safe.
    std::os::unix::fs::symlink("evidence.jsonl", world.file("link.jsonl"))?;
    let through = world.greatseal(&["audit", "export", "--out", "link.jsonl"]).await?;
    assert!(through.code == 3 && world.file("link.jsonl").is_symlink(), "{through:?}");
    let folder = world.greatseal(&["audit", "export", "--out", "."]).await?;
    assert!(folder.code == 3, "{folder:?}");
    // A device takes what comes, and stays one.
    let pipe = world.greatseal(&["audit", "export", "--out", "/dev/null"]).await?;
    assert!(pipe.code == 0 && !std::path::Path::new("/dev/null").is_file(), "{pipe:?}");
    let left: Vec<_> = fs::read_dir(world.file(""))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    Ok(())
}

/// What is in no cell: who approved, who operated, whose envelope it was, who was refused.
fn wishes(rows: &[EventRow]) -> Outcome<Vec<Wish>> {
    let records = rows.iter().map(|row| Ok(read(row)?.1)).collect::<Outcome<Vec<_>>>()?;
    let seq = |is: fn(&Event) -> bool, nth: usize| {
        let found = records.iter().filter(|record| is(&record.event)).nth(nth);
        found.map(|record| record.seq).ok_or("the history lacks an event")
    };
    let Some(Event::Contract(contract::Event::Deployed { genesis, .. })) = records.first().map(|first| &first.event)
    else {
        return Err("no deployment".into());
    };
    let key = |council, index| -> Outcome<Key> {
        let seat = SeatId { council, index };
        let found = genesis.seats().find(|(id, _)| *id == seat);
        Ok(found.map(|(_, seat)| seat.key).ok_or("no such seat")?)
    };
    let (never_signed, sovereign) = (key(Council::Emergency, 2)?, key(Council::Sovereign, 0)?);
    let pinned = move |record: &mut Record| record.actor = Some(sovereign);
    // A stranger's execution leaves no version, and the rules say so.
    let executed_by_a_seat: fn(&Event) -> bool =
        |event| matches!(event, Event::Proposal(proposal::Event::Executed { log, .. }) if log.version.is_some());
    let is_refused: fn(&Event) -> bool = |event| matches!(event, Event::Contract(contract::Event::Refused { .. }));
    Ok(vec![
        Wish {
            what: "an approval given to a seat that never signed",
            seq: seq(|event| matches!(event, Event::Proposal(proposal::Event::Decided { .. })), 0)?,
            forge: Box::new(move |record| {
                record.actor = Some(never_signed);
                if let Event::Proposal(proposal::Event::Decided { seat, .. }) = &mut record.event {
                    seat.index = 2;
                }
            }),
        },
        Wish {
            what: "another version in the deployment log",
            seq: seq(executed_by_a_seat, 0)?,
            forge: Box::new(|record| {
                if let Event::Proposal(proposal::Event::Executed { log, .. }) = &mut record.event {
                    let given = log.version.map(|version| version.to_string()).unwrap_or_default();
                    log.version = Label::new(&given.chars().map(|_| 'x').collect::<String>());
                }
            }),
        },
        Wish {
            what: "an envelope that nobody signed",
            seq: seq(|event| matches!(event, Event::Council(council::Event::Heartbeat { .. })), 0)?,
            forge: Box::new(|record| record.door = Door::Envelope(EnvelopeDigest([7; 32]))),
        },
        Wish { what: "a refusal pinned on a Sovereign seat", seq: seq(is_refused, 0)?, forge: Box::new(pinned) },
        Wish { what: "another one", seq: seq(is_refused, 1)?, forge: Box::new(pinned) },
    ])
}

fn all_forged(rows: &[EventRow], wishes: &[Wish]) -> Outcome<Vec<EventRow>> {
    forged(rows, |record, _| {
        let seq = record.seq;
        wishes.iter().filter(|wish| wish.seq == seq).for_each(|wish| (wish.forge)(record));
        true
    })
}

/// A row that is left out, one that is invented, a tail that is cut off, a row in another place.
async fn missing_and_misplaced(world: &World, rows: &[EventRow]) -> Outcome {
    let refused = rows.iter().position(|row| row.event.kind == "Refused").ok_or("nothing was refused")?;
    let at = u64::try_from(refused)?;
    let verify = async |rows: Vec<EventRow>| -> Outcome<Answer> {
        export(&world.file("forged.jsonl"), &rows)?;
        Ok(world.greatseal(&["audit", "verify", "--file", "forged.jsonl"]).await?)
    };
    let lacks = verify(forged(rows, |record, _| record.seq != at)?).await?;
    assert!(found_at(&lacks, at), "{lacks:?}");
    let cut = verify(forged(rows, |record, _| record.seq < at)?).await?;
    // A file that was cut off looks like one that is older: it is not called whole.
    assert!(cut.code == 10 && cut.json["verified"] == "in-part" && cut.json["chain"]["later_events"] != "0", "{cut:?}");
    let elsewhere = |row: &mut Row| row.index += 1;
    let moved = verify(forged(rows, |record, row| {
        if record.seq == at {
            elsewhere(row);
        }
        true
    })?)
    .await?;
    assert!(found_at(&moved, at) && moved.stderr.contains("the chain has it in transaction"), "{moved:?}");
    let mut block = rows.to_vec();
    block.truncate(refused + 1);
    let other = verify(forged(&block, |record, row| {
        if record.seq == at {
            row.block_hash = [7; 32];
        }
        true
    })?)
    .await?;
    assert!(found_at(&other, at) && other.stderr.contains("is not the chain's"), "{other:?}");
    Ok(())
}

fn found_at(answer: &Answer, seq: u64) -> bool {
    answer.code == 8 && answer.stderr.contains(&format!("event {seq}: "))
}

/// Anybody may bring an envelope again: the rules refuse it, and that is on record.
async fn refused_on_record(world: &World, envelope: &str) -> Outcome {
    let chain = Chain::connect(world.node().url()).await?;
    let deployment: Deployment = serde_json::from_slice(&fs::read(world.file("deployment.json"))?)?;
    let stranger = DevAccount::named("dev:dave")?;
    chain.map_account(&stranger).await?;
    let envelopes = [parse_hex_bytes(fs::read_to_string(world.file(envelope))?.trim())?];
    let contract = deployment.contract();
    let dry_run = chain.dry_run(contract, stranger.id(), &envelopes).await?;
    let nonce = chain.finalized_nonce(stranger.id()).await?;
    let room = chain.room().await?;
    let prepared = chain.prepare_submit(&stranger, nonce, contract, &envelopes, &dry_run, room).await?;
    chain.send(&prepared).await?;
    let (_, found) = chain.settle(&prepared).await?;
    if found.success { Ok(()) } else { Err("it was not put on record".into()) }
}

/// An archive is as old as it is: later events on the chain do not make it wrong.
#[tokio::test]
async fn an_older_export_is_verified_in_part_and_whole_with_its_own_head() -> Outcome {
    let world = World::start(Options::default()).await?;
    world.order("E2", &["seat", "heartbeat"]).await?.done()?;
    let honest = world.greatseal(&["audit", "verify"]).await?.done()?;
    let head = honest["head"].as_str().ok_or("no head")?;
    world.greatseal(&["audit", "export", "--out", "old.jsonl"]).await?.done()?;
    world.order("E2", &["seat", "heartbeat"]).await?.done()?;
    let old = world.greatseal(&["audit", "verify", "--file", "old.jsonl"]).await?;
    assert!(old.code == 10 && old.json["chain"]["later_events"] == "1", "{old:?}");
    let whole = world.greatseal(&["audit", "verify", "--file", "old.jsonl", "--expect-head", head]).await?.done()?;
    assert_eq!((&whole["verified"], &whole["chain"]["later_events"]), (&json!("yes"), &json!("1")), "{whole}");
    Ok(())
}
