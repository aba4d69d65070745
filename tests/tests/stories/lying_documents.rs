//! A document that speaks of something else than its proposal: the author's own file is refused before she signs, and what somebody
//! else put on chain is approved by nobody.

use crate::hand_made;
use greatseal_api::document::{Changed, Claims, Document, Draft};
use greatseal_protocol::{
    action::Action,
    bytes::{DocumentHash, Label},
    digest::document_hash,
    language::{operation, policy},
    memory::Memory,
    parameter::Parameter,
    row::RowId,
};
use greatseal_tests::{
    Outcome,
    world::{Options, World},
};
use serde_json::{Value, json};
use std::fs;

const BASELINE: [&str; 3] = ["baseline", "cache-ttl", "300"];

fn adopt(name: Label) -> Action {
    Action::Policy(policy::Action::Adopt { name, text: DocumentHash([1; 32]) })
}

fn baseline(value: u64) -> Action {
    let name = Parameter::CacheTtl;
    Action::Operation(operation::Action::SetBaseline { name, previous: None, value })
}

/// The honest document of an opening by hand.
fn honest(world: &World, row: RowId, action: &Action) -> Outcome<Document> {
    let opening = hand_made::opening(row, action.clone(), DocumentHash([1; 32]), 1);
    let values = Changed::all(action, &Memory::new())?;
    let claims = Claims::of_opening(hand_made::SEAT, &opening, values)?;
    Ok(Draft::parse(&fs::read(world.file("why.json"))?)?.fill(&claims)?)
}

#[tokio::test]
async fn rule_1_nobody_approves_a_document_about_something_else() -> Outcome {
    let world = hand_made::start().await?;
    let (adopt_it, set_it) = (adopt("surrender-all-data".parse()?), baseline(360));
    let text = honest(&world, RowId::DOCUMENT_ONLY, &adopt_it)?;
    let value = honest(&world, RowId::CONFIG_OUTSIDE_BAND, &set_it)?;

    let mut another_text = text.clone();
    another_text.changes.action["policy"]["adopt"]["name"] = "privacy-notice".into();
    let mut another_author = text.clone();
    another_author.author = "S0".parse()?;
    let mut longer = text.clone();
    longer.expiry.approve_within = 7_200;
    let mut another_old = value.clone();
    another_old.changes.values[0].old = "350".into();

    let lies = [
        (RowId::DOCUMENT_ONLY, &adopt_it, another_text, "changes.action.policy.adopt.name", "surrender-all-data"),
        (RowId::DOCUMENT_ONLY, &adopt_it, another_author, "author", "P0"),
        (RowId::DOCUMENT_ONLY, &adopt_it, longer, "expiry.approve_within", "3600"),
        (RowId::CONFIG_OUTSIDE_BAND, &set_it, another_old, "changes.values[0].old", "null"),
    ];
    let mut ids = Vec::new();
    for ((row, action, document, field, proposed), nonce) in lies.into_iter().zip(1..) {
        let bytes = document.canonical();
        hand_made::open(&world, hand_made::opening(row, action.clone(), document_hash(&bytes), nonce)).await?;
        // A lie is evidence.
        hand_made::bring(&world, &bytes).await?;
        let id = format!("{nonce}.P0.{}", nonce - 1);

        let answer = world.approve("P1", &id).await?;
        assert!(answer.code == 8 && answer.stderr.contains(&format!("not approvable: {field} is ")), "{answer:?}");
        let told = &answer.json["differs"];
        assert_eq!((&told["field"], &told["proposed"]), (&json!(field), &json!(proposed)), "{answer:?}");
        // The file is compared too.
        fs::write(world.file("lie.json"), &bytes)?;
        let by_file = world.sign("P1", &["approve", &id, "--document", "lie.json"]).await?;
        assert!(by_file.code == 8 && by_file.stderr.contains("not approvable"), "{by_file:?}");
        let shown = world.greatseal(&["governance", "show", &id]).await?.done()?;
        assert_eq!(&shown["document"]["differs"], told, "{shown}");
        let text = String::from_utf8(world.command(&["governance", "show", &id])?.output()?.stdout)?;
        assert!(text.contains("warning") && text.contains("do not approve"), "{text}");
        ids.push(id);
    }
    let together = world.sign("P1", &["approve", &ids[0], &ids[1]]).await?;
    assert!(together.code == 8 && together.stderr.contains(&format!("{}: not approvable", ids[0])), "{together:?}");
    assert_eq!(world.used("P1").await?, Vec::<String>::new(), "nothing was signed");

    // Whoever rejects needs no document.
    world.sign("P1", &["reject", &ids[0]]).await?.done()?;
    world.sign("P1", &["reject", &ids[1], &ids[2]]).await?.done()?;
    Ok(())
}

#[tokio::test]
async fn what_an_author_states_of_the_proposal_is_what_is_proposed() -> Outcome {
    let world = World::start(Options::default()).await?;
    let why: Value = serde_json::from_slice(&fs::read(world.file("why.json"))?)?;
    let with = |pointer: &str, value: Value| {
        let mut stated = why.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", pointer));
        if let Some(parent) = stated.pointer_mut(parent) {
            parent[name] = value;
        }
        stated
    };
    let action = json!({ "operation": { "set-baseline": { "name": "cache-ttl", "previous": null, "value": "301" } } });
    let right = json!([{ "of": "parameter:cache-ttl", "old": null, "new": "300" }]);
    for (document, field) in [
        (with("/author", json!("P1")), "author is P1 in the document, and P0 in the proposal"),
        (with("/scope", json!("route:1")), "scope is route:1 in the document, and everything"),
        (
            with("/changes", json!({ "action": action, "values": right })),
            "changes.action.operation.set-baseline.value is 301 in the document, and 300",
        ),
    ] {
        fs::write(world.file("why.json"), document.to_string())?;
        let answer = world.propose("P0", &BASELINE).await?;
        assert!(answer.code == 3 && answer.stderr.contains(&format!("why.json: {field}")), "{answer:?}");
    }
    // The windows are the document's, and a switch that says otherwise is found out.
    fs::write(world.file("why.json"), with("/expiry/approve_within", json!(3_600)).to_string())?;
    let answer = world.propose("P0", &[&["--approve-within", "7200"], &BASELINE[..]].concat()).await?;
    assert!(answer.code == 3 && answer.stderr.contains("expiry.approve_within is 3600"), "{answer:?}");
    assert_eq!(world.used("P0").await?, Vec::<String>::new(), "nothing was signed");

    let written = ["--document-out", "whole.json"];
    let opened = world.propose("P0", &[&written, &BASELINE[..]].concat()).await?;
    let id = world.opened(opened.clone()).await?;
    assert_eq!(opened.json["approve_within"], 3_600, "{opened:?}");
    let whole = fs::read(world.file("whole.json"))?;
    assert_eq!(opened.json["document"], document_hash(&whole).to_string());
    let checked = world.greatseal(&["document", "check", "whole.json"]).await?.done()?;
    assert_eq!((&checked["hash"], &checked["left_out"]), (&opened.json["document"], &json!([])));
    let shown = world.greatseal(&["governance", "show", &id]).await?.done()?;
    let texts = &shown["document"]["texts"];
    assert_eq!((&texts["author"], &texts["scope"]), (&json!("P0"), &json!("everything")), "{shown}");
    assert_eq!((&texts["changes"]["values"], &texts["changes"]["action"]), (&right, &shown["action"]));
    assert_eq!((&shown["replaces"], shown["document"]["differs"].is_null()), (&right, true));
    world.all_approve(&["P0", "T0", "T1"], &id).await?;
    world.node().pass(std::time::Duration::from_secs(3_600)).await?;
    world.execute(&id).await?.done()?;

    // The next one shows the present value beside its own; of one that has ended nothing is compared that is gone.
    let shown = world.greatseal(&["governance", "show", &id]).await?.done()?;
    assert!(shown["replaces"].is_null() && shown["document"]["differs"].is_null(), "{shown}");
    fs::write(world.file("why.json"), why.to_string())?;
    let id = world.opened(world.propose("P0", &["baseline", "cache-ttl", "360"]).await?).await?;
    let text = String::from_utf8(world.command(&["governance", "show", &id])?.output()?.stdout)?;
    assert!(text.contains("parameter:cache-ttl: 300 -> 360"), "{text}");
    // What the author wrote is enough for whoever has no indexer, whoever fills it in.
    let nowhere = ["--indexer", "http://127.0.0.1:9"];
    let file = [&["approve", &id, "--document", "why.json"], &nowhere[..]].concat();
    world.sign("P1", &file).await?.done()?;
    let put = world.greatseal(&["document", "put", "why.json", "--proposal", &id]).await?.done()?;
    assert_eq!(put["contents"][0]["kept_by"], 1, "{put}");
    Ok(())
}
