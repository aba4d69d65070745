//! Contents get into an export from indexers that lie, refuse, or do not answer: what is in it fits, and the answer says what is not.

use greatseal_protocol::{bytes::to_hex, hash::sha256};
use greatseal_tests::{
    Outcome,
    program::Answer,
    world::{Options, World},
};
use serde_json::{Value, json};

use crate::lying_indexer::{Lie, lie};

const REPORT: &str = "The auditor has looked at route 1.\n";
/// Nobody listens there.
const DEAD: &str = "http://127.0.0.1:1";

/// An export from these indexers, and what an offline verification finds of its contents.
async fn exported(world: &World, out: &str, indexers: &[&str]) -> Outcome<(Answer, Value)> {
    let mut args = vec!["audit", "export", "--out", out];
    args.extend(indexers.iter().flat_map(|url| ["--indexer", *url]));
    let answer = world.greatseal(&args).await?;
    let verified = world.greatseal(&["audit", "verify", "--offline", "--bundle", out]).await?;
    assert_eq!(verified.code, 10, "whatever indexers do, what is written holds: {verified:?}");
    Ok((answer, verified.json["contents"].clone()))
}

fn counts(answer: &Answer) -> [u64; 5] {
    let contents = &answer.json["contents"];
    let count = |word: &str| contents[word].as_str().and_then(|text| text.parse().ok()).unwrap_or(u64::MAX);
    ["public", "encrypted", "missing", "unfit", "unanswered"].map(count)
}

#[tokio::test]
async fn rule_30_what_is_in_an_export_fits_whoever_gave_it() -> Outcome {
    let world = World::start(Options::default()).await?;
    std::fs::write(world.file("looked.txt"), REPORT)?;
    let escalate = ["escalate", "--scope", "route:1", "--report", "looked.txt", "--allow-unknown"];
    world.sign("A0", &escalate).await?.done()?;
    world.pause("route:1").await?;
    world.greatseal(&["audit", "verify"]).await?.done()?;
    let address = format!("sha256:{}", to_hex(&sha256(&[REPORT.as_bytes()])));
    let real = world.indexer_url();
    let (honest, found) = exported(&world, "honest", &[&real]).await?;
    let [all, ..] = counts(&honest);
    assert!(all > 2 && honest.code == 0, "{honest:?}");
    assert_eq!((counts(&honest), &found["public"]), ([all, 0, 0, 0, 0], &json!(all.to_string())));

    // One that lies about a content: by itself it is told, beside an honest one nothing is lost.
    let lies = [
        ("other", Lie::Content(address.clone(), Some(b"all was well")), [all - 1, 0, 0, 1, 0]),
        ("gone", Lie::Content(address.clone(), None), [all - 1, 0, 1, 0, 0]),
        ("letter", Lie::Sealed(address.clone(), b"Dear auditor: it was withdrawn"), [all - 1, 0, 0, 1, 0]),
        ("magic", Lie::Sealed(address.clone(), b"age-encryption.org/v1\nDear auditor"), [all - 1, 0, 0, 1, 0]),
    ];
    for (name, told, counted) in lies {
        let (url, lying) = lie(&world, told).await?;
        let (answer, found) = exported(&world, name, &[&url]).await?;
        assert_eq!((counts(&answer), answer.code), (counted, 0), "{name}: {answer:?}");
        let lacking = &found["lacking"][0];
        assert_eq!((&lacking["address"], &lacking["why"]), (&json!(address), &json!("missing")), "{name}: {found}");
        let (answer, _) = exported(&world, &format!("{name}-beside"), &[&url, &real]).await?;
        assert_eq!((counts(&answer), answer.code), ([all, 0, 0, 0, 0], 0), "{name}: {answer:?}");
        // Another one that does not answer may have it: that is said, and the export is there.
        let (answer, _) = exported(&world, &format!("{name}-dead"), &[&url, DEAD]).await?;
        assert_eq!((counts(&answer), answer.code), ([all - 1, 0, 0, 0, 1], 5), "{name}: {answer:?}");
        assert!(answer.stderr.contains("the export is written without contents"), "{answer:?}");
        lying.abort();
    }
    let (answer, _) = exported(&world, "dead-beside", &[&real, DEAD]).await?;
    assert_eq!((counts(&answer), answer.code), ([all, 0, 0, 0, 0], 0), "{answer:?}");
    // What one holds to be confidential, nobody's plain bytes are taken for.
    let (url, lying) = lie(&world, Lie::Confidential(address.clone())).await?;
    let (answer, _) = exported(&world, "confidential", &[&real, &url]).await?;
    assert_eq!((counts(&answer), answer.code), ([all - 1, 0, 1, 0, 0], 0), "{answer:?}");
    lying.abort();
    // Nothing is left of what did not fit.
    let bundle = greatseal_bundle::Bundle::open(&world.file("other"))?;
    assert!(bundle.names().is_ok_and(|names| !names.iter().any(|name| name.contains('~'))));
    Ok(())
}
