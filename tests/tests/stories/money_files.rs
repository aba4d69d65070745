//! Files of several batches together: claims of one transfer, and entries that are paid again. No chain is asked.

use std::{fs, path::Path};

use greatseal_tests::{
    Outcome,
    program::{Answer, command, run},
};
use serde_json::{Value, json};

use crate::manifests::{entries, header, lines, manifest};

const TX: &str = "eip155:1:0xa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";

/// `greatseal --json outcome check …`: outcomes, and their manifests in the same order.
async fn check(folder: &Path, files: &[&str], manifests: &[&str]) -> Outcome<(Answer, Value)> {
    let mut greatseal = command("greatseal", folder)?;
    greatseal.args(["--json", "outcome", "check"]).args(files);
    manifests.iter().for_each(|manifest| {
        greatseal.arg("--manifest").arg(manifest);
    });
    let answer = run(greatseal).await?;
    let told = serde_json::from_str(answer.stdout.trim())?;
    Ok((answer, told))
}

/// Writes a manifest of these entries, and answers its hash.
async fn headed(folder: &Path, name: &str, of: &[Value], parent: Option<&str>) -> Outcome<String> {
    fs::write(folder.join(name), lines(of))?;
    let checked = manifest(folder, &["check", name]).await?.done()?;
    let mut header = header(&checked);
    header["header"]["parent"] = json!(parent);
    fs::write(folder.join(name), format!("{header}\n{}", lines(of)))?;
    let checked = manifest(folder, &["check", name]).await?.done()?;
    Ok(checked["manifest"].as_str().ok_or("no hash")?.to_owned())
}

fn reference(log: u32, amount: u32, share: u32) -> Value {
    json!({ "transaction": TX, "log": log, "amount": amount.to_string(), "share": share.to_string() })
}

/// A closed entry of which so much was paid, as these references show.
fn paid(index: u32, paid: u32, references: &[Value]) -> Value {
    let evidence = "e1".repeat(32);
    let reason = if paid == 0 { json!("account-closed") } else { Value::Null };
    json!({
        "index": index, "state": "closed", "paid": paid.to_string(), "reason": reason,
        "references": references, "evidence": evidence,
    })
}

#[tokio::test]
async fn references_show_what_arrived_and_transfers_are_claimed_once() -> Outcome {
    let home = tempfile::tempdir()?;
    let folder = home.path();
    headed(folder, "two.jsonl", &entries(0, &[50, 50]), None).await?;
    let one = |references: &[Value]| paid(0, 50, references);
    let other = paid(1, 50, &[reference(1, 50, 50)]);
    for (what, first, second, reason) in [
        ("share", one(&[reference(0, 40, 50)]), &other, "line 1: reference 1 gives it 50 of a transfer that moved 40"),
        ("sum", one(&[reference(0, 90, 40)]), &other, "line 1: its references show 40, and 50 arrived"),
        ("none", one(&[]), &other, "line 1: its references show 0, and 50 arrived"),
        (
            "twice",
            one(&[reference(0, 50, 25), reference(0, 50, 25)]),
            &other,
            "line 1: reference 2 names a transfer that one before it names",
        ),
        (
            "more",
            one(&[reference(1, 60, 50)]),
            &paid(1, 50, &[reference(1, 60, 50)]),
            "which moved 60: also by entry 0",
        ),
        ("amount", one(&[reference(1, 99, 50)]), &other, "line 2: "),
        ("field", json!({ "index": 0, "chain": "eip155:1" }), &other, "unknown field `chain`"),
        (
            "spelling",
            one(&[json!({ "transaction": "a1".repeat(32), "log": 0, "amount": "50", "share": "50" })]),
            &other,
            "has not the one spelling",
        ),
    ] {
        fs::write(folder.join("outcomes.jsonl"), lines(&[first, second.clone()]))?;
        let (answer, _) = check(folder, &["outcomes.jsonl"], &["two.jsonl"]).await?;
        assert!(answer.code == 3 && answer.stderr.contains(reason), "{what}: {answer:?}");
    }
    // One transfer for two entries, two transfers for one.
    let both = [one(&[reference(0, 70, 50)]), paid(1, 50, &[reference(0, 70, 20), reference(2, 30, 30)])];
    fs::write(folder.join("outcomes.jsonl"), lines(&both))?;
    let (answer, told) = check(folder, &["outcomes.jsonl"], &["two.jsonl"]).await?;
    assert_eq!((answer.code, &told["search"]["transfers"]), (0, &json!("2")), "{answer:?}");
    // On a rail that nobody else can look at, the evidence may stand alone.
    let opaque = fs::read_to_string(folder.join("two.jsonl"))?.replacen("\"queryable\"", "\"opaque\"", 1);
    fs::write(folder.join("opaque.jsonl"), opaque)?;
    fs::write(folder.join("outcomes.jsonl"), lines(&[one(&[]), paid(1, 50, &[])]))?;
    assert_eq!(check(folder, &["outcomes.jsonl"], &["opaque.jsonl"]).await?.0.code, 0);
    let long = format!("{}\n{}", one(&[reference(0, 50, 50)]), " ".repeat(70_000));
    fs::write(folder.join("outcomes.jsonl"), long)?;
    let (answer, _) = check(folder, &["outcomes.jsonl"], &["two.jsonl"]).await?;
    assert!(answer.code == 3 && answer.stderr.contains("line 2: longer than 65536 bytes"), "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn two_batches_do_not_claim_one_transfer() -> Outcome {
    let home = tempfile::tempdir()?;
    let folder = home.path();
    let may = headed(folder, "may.jsonl", &entries(0, &[50]), None).await?;
    headed(folder, "june.jsonl", &entries(10, &[50]), None).await?;
    fs::write(folder.join("a.jsonl"), lines(&[paid(0, 50, &[reference(0, 80, 50)])]))?;
    fs::write(folder.join("b.jsonl"), lines(&[paid(0, 50, &[reference(0, 80, 30), reference(1, 20, 20)])]))?;
    let (files, manifests) = (["a.jsonl", "b.jsonl"], ["may.jsonl", "june.jsonl"]);
    let (answer, told) = check(folder, &files, &manifests).await?;
    assert_eq!((answer.code, &told["search"]["transfers"]), (0, &json!("2")), "one served both: {answer:?}");
    fs::write(folder.join("b.jsonl"), lines(&[paid(0, 50, &[reference(0, 80, 31), reference(1, 20, 19)])]))?;
    let (answer, told) = check(folder, &files, &manifests).await?;
    let claim = &told["search"]["double_claims"][0];
    assert_eq!((answer.code, &told["exit_code"], &claim["claimed"]), (8, &json!(8), &json!("81")), "{answer:?}");
    let first = json!({ "file": "a.jsonl", "manifest": may, "entry": 0 });
    assert_eq!((&claim["first"], &claim["second"]["file"]), (&first, &json!("b.jsonl")), "{told}");
    // Two versions of one word are not two batches, and each file has its manifest.
    let (answer, _) = check(folder, &["a.jsonl", "a.jsonl"], &["may.jsonl", "may.jsonl"]).await?;
    assert!(answer.code == 3 && answer.stderr.contains("has the entries whose outcomes are a.jsonl"), "{answer:?}");
    let (answer, _) = check(folder, &files, &["may.jsonl"]).await?;
    assert!(answer.code == 3 && answer.stderr.contains("1 for 2 files of outcomes"), "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn what_was_left_unpaid_is_paid_again_once() -> Outcome {
    let home = tempfile::tempdir()?;
    let folder = home.path();
    let first = entries(0, &[50; 4]);
    let parent = headed(folder, "first.jsonl", &first, None).await?;
    let became = [
        paid(0, 50, &[reference(0, 50, 50)]),
        paid(1, 0, &[]),
        paid(2, 0, &[]),
        json!({ "index": 3, "state": "open", "paid": "0", "evidence": "e1".repeat(32) }),
    ];
    fs::write(folder.join("became.jsonl"), lines(&became))?;
    let again = |repays: usize, amount: u32| {
        let mut entry = entries(100, &[amount])[0].clone();
        entry["repays"] = json!(repays);
        entry["person"] = first.get(repays).unwrap_or(&first[0])["person"].clone();
        entry
    };
    headed(folder, "again.jsonl", &[again(1, 50)], Some(&parent)).await?;
    let with = ["check", "again.jsonl", "--parent", "first.jsonl", "--parent-outcome", "became.jsonl"];
    let done = manifest(folder, &with).await?.done()?;
    let repays = &done["repays"];
    let left = (&repays["left_entries"], &repays["left_amount"]);
    assert_eq!((&repays["parent"], left), (&json!(parent), (&json!(1), &json!("50"))), "{done}");
    let mut stranger = again(1, 50);
    stranger["person"] = first[2]["person"].clone();
    for (what, entry, reason) in [
        ("paid", again(0, 50), "pays entry 0 of"),
        ("open", again(3, 50), "it may still be paid"),
        ("more", again(2, 51), "50 of it is left"),
        ("none", again(9, 50), "there is no such entry"),
        ("stranger", stranger, "it was due to another person"),
    ] {
        headed(folder, "again.jsonl", &[entry], Some(&parent)).await?;
        let answer = manifest(folder, &with).await?;
        assert!(answer.code == 3 && answer.stderr.contains(reason), "{what}: {answer:?}");
    }
    let other = manifest(folder, &["check", "first.jsonl", "--parent", "first.jsonl"]).await?;
    assert!(other.code == 3 && other.stderr.contains("pays no entries of first.jsonl again"), "{other:?}");

    // Two children pay the same entry again: the outcomes of all three show it.
    headed(folder, "again.jsonl", &[again(1, 50)], Some(&parent)).await?;
    let mut twice = again(1, 40);
    twice["salt"] = json!("5a".repeat(16));
    headed(folder, "twice.jsonl", &[twice], Some(&parent)).await?;
    fs::write(folder.join("a.jsonl"), lines(&[paid(0, 50, &[reference(1, 50, 50)])]))?;
    fs::write(folder.join("b.jsonl"), lines(&[paid(0, 40, &[reference(2, 40, 40)])]))?;
    let (files, manifests) = (["became.jsonl", "a.jsonl", "b.jsonl"], ["first.jsonl", "again.jsonl", "twice.jsonl"]);
    let (answer, told) = check(folder, &files, &manifests).await?;
    let bad = &told["search"]["bad_repayments"];
    assert_eq!((answer.code, bad.as_array().map(Vec::len)), (8, Some(1)), "{answer:?}");
    assert_eq!(
        (&bad[0]["why"], &bad[0]["entry"]["file"], &bad[0]["repays"]),
        (&json!("again"), &json!("b.jsonl"), &json!(1))
    );
    let (answer, _) = check(folder, &files[..2], &manifests[..2]).await?;
    assert_eq!(answer.code, 0, "{answer:?}");
    Ok(())
}
