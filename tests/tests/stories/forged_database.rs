//! Whoever owns the audit database rewrites it, and makes the tree anew: blocks and signatures do not go along.

use std::{fs, time::Duration};

use greatseal_client::{Account as _, Chain, DevAccount};
use greatseal_deployment::Deployment;
use greatseal_made::{Log, Parts};
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

use crate::forging::{rewrite_database, write};

const HOUR: Duration = Duration::from_secs(3600);

/// One thing that an owner of the database would like to have been otherwise.
struct Wish {
    what: &'static str,
    seq: u64,
    forge: Box<dyn Fn(&mut Record)>,
}

#[tokio::test]
async fn rule_26_leaves_that_were_rewritten_are_found_without_asking_anybody() -> Outcome {
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

    world.greatseal(&["audit", "verify"]).await?.done()?;
    world.greatseal(&["audit", "export", "--out", "honest"]).await?.done()?;
    let honest = Log::read(&world.file("honest"));
    let parts = honest.parts();
    let wishes = wishes(&parts)?;
    assert_eq!(wishes.len(), 5);

    // Each by itself, in a folder: nobody need be asked.
    for wish in &wishes {
        let forged = all_forged(&parts, std::slice::from_ref(wish));
        write(&world.file("forged"), &forged.log(honest.deployment.clone()))?;
        let alone = world.greatseal(&["audit", "verify", "--bundle", "forged", "--offline"]).await?;
        assert!(found_at(&alone, wish.seq), "{}: {alone:?}", wish.what);
    }
    missing_and_misplaced(&world, &honest, &parts).await?;

    // All of them at once, in the database itself, served by the real indexer.
    let indexer = world.take_indexer().ok_or("no indexer")?;
    assert_eq!(indexer.end().await?, 0);
    fs::copy(world.file("audit.db"), world.file("forged.db"))?;
    // But for the envelope that is not there: the indexer misses it by itself.
    let wishes: Vec<_> = wishes.into_iter().filter(|wish| !wish.what.contains("envelope")).collect();
    rewrite_database(&world.file("forged.db"), &all_forged(&parts, &wishes)).await?;
    let lying = world.another_indexer("forged.db").await?;
    let health: serde_json::Value = reqwest::get(format!("{}/health", lying.url())).await?.json().await?;
    assert_eq!(health["events"], parts.leaves.len().to_string(), "{health}");
    let online = world.greatseal(&["--indexer", lying.url(), "audit", "verify"]).await?;
    let first = wishes.iter().map(|wish| wish.seq).min().ok_or("no wish")?;
    assert!(found_at(&online, first), "{online:?}");
    // The truth is still to be had.
    world.start_indexer().await?;
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}

/// Evidence that is there is left as it is.
#[tokio::test]
async fn an_export_does_not_replace_evidence_that_is_there() -> Outcome {
    let world = World::start(Options { relayer: false, ..Options::default() }).await?;
    let out = ["audit", "export", "--out", "evidence"];
    let told = world.greatseal(&out).await?.done()?;
    assert_eq!(told["folder"], "evidence", "{told}");
    let head = fs::read_to_string(world.file("evidence/log/head"))?;
    let refused = world.greatseal(&out).await?;
    assert!(refused.code == 3 && refused.stderr.contains("exists already"), "{refused:?}");
    assert_eq!(fs::read_to_string(world.file("evidence/log/head"))?, head);
    fs::write(world.file("notes"), "what was found in June\n")?;
    std::os::unix::fs::symlink("nowhere", world.file("link"))?;
    for there in ["notes", "link", ".", "/dev/null"] {
        let refused = world.greatseal(&["audit", "export", "--out", there]).await?;
        assert!(refused.code == 3, "{there}: {refused:?}");
    }
    assert_eq!(fs::read_to_string(world.file("notes"))?, "what was found in June\n");
    // What does not come to its end leaves nothing.
    let nowhere = world.greatseal(&["audit", "export", "--out", "no/such/folder"]).await?;
    assert_eq!(nowhere.code, 3, "{nowhere:?}");
    // The same log gives the same bytes.
    world.greatseal(&["audit", "export", "--out", "again"]).await?.done()?;
    let (one, other) = (Log::read(&world.file("evidence")), Log::read(&world.file("again")));
    assert!(one.head.size == other.head.size && one.parts().leaves == other.parts().leaves);
    let left: Vec<_> = fs::read_dir(world.file(""))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.contains(".part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    Ok(())
}

/// What is in no cell: who approved, who operated, whose envelope it was, who was refused.
fn wishes(parts: &Parts) -> Outcome<Vec<Wish>> {
    let records = parts.records();
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

fn all_forged(parts: &Parts, wishes: &[Wish]) -> Parts {
    parts.forged(|record, _, _| {
        let seq = record.seq;
        wishes.iter().filter(|wish| wish.seq == seq).for_each(|wish| (wish.forge)(record));
        true
    })
}

/// A leaf that is left out, a tail that is cut off, a leaf in another place.
async fn missing_and_misplaced(world: &World, honest: &Log, parts: &Parts) -> Outcome {
    let refused = parts.records().iter().position(|record| record.event.kind() == "Refused");
    let at = u64::try_from(refused.ok_or("nothing was refused")?)?;
    let verify = async |forged: &Parts| -> Outcome<Answer> {
        write(&world.file("forged"), &forged.log(honest.deployment.clone()))?;
        Ok(world.greatseal(&["audit", "verify", "--bundle", "forged"]).await?)
    };
    let lacks = verify(&parts.forged(|record, _, _| record.seq != at)).await?;
    assert!(lacks.code == 8, "{lacks:?}");
    let cut = verify(&parts.forged(|record, _, _| record.seq < at)).await?;
    // A log that was cut off looks like one that is older: it is not called whole.
    assert!(cut.code == 10 && cut.json["verified"] == "in-part" && cut.json["chain"]["later_events"] != "0", "{cut:?}");
    type Change = fn(&mut greatseal_log::leaf::Leaf);
    let changes: [(Change, &str); 5] = [
        (|leaf| leaf.index += 1, "is not the next event of the contract in its block"),
        (|leaf| leaf.extrinsic += 1, "is not the next event of the contract in its block"),
        (|leaf| leaf.block_hash = [7; 32], "names a block that is not in the chain of headers"),
        (|leaf| leaf.time_ms += 1, "has another time than its block"),
        (|leaf| leaf.block_number += 1, "nothing proves the events of its block"),
    ];
    for (change, told) in changes {
        let moved = verify(&parts.forged(|record, leaf, _| {
            if record.seq == at {
                change(leaf);
            }
            true
        }))
        .await?;
        assert!(found_at(&moved, at) && moved.stderr.contains(told), "{told}: {moved:?}");
    }
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
    world.greatseal(&["audit", "export", "--out", "old"]).await?.done()?;
    world.order("E2", &["seat", "heartbeat"]).await?.done()?;
    let old = world.greatseal(&["audit", "verify", "--bundle", "old"]).await?;
    assert!(old.code == 10 && old.json["chain"]["later_events"] == "1", "{old:?}");
    let whole = world.greatseal(&["audit", "verify", "--bundle", "old", "--expect-head", head]).await?.done()?;
    assert_eq!((&whole["verified"], &whole["chain"]["later_events"]), (&json!("yes"), &json!("1")), "{whole}");
    Ok(())
}
