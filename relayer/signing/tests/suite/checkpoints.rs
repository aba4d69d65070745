//! An audit key signs a log that only grows, a witness's key cosigns one; both write the head down first.

use super::sandbox::{Sandbox, both, story};
use greatseal_protocol::digest;
use greatseal_signing::{Cosigning, Error, Growth, HeadFile, Keyring, NoGrowth, Purpose};
use greatseal_trail::{
    checkpoint::{Checkpoint, Log, Origin, Signed},
    cosignature::WitnessKey,
    note::{KeyName, VerifierKey},
    tree::{Head, Memory, consistency, leaf_hash, root},
    witness::{AddCheckpoint, Judgement, Kept},
};
use std::fs;

fn origin() -> Origin {
    Origin::new(format!("greatseal/{}", "d1".repeat(32))).unwrap()
}

/// A log's tree; `other` tells histories apart from leaf 2 on.
fn tree(size: u64, other: bool) -> Memory {
    let mut tree = Memory::new();
    for leaf in 0..size {
        let text = format!("{leaf}{}", if other && leaf >= 2 { " otherwise" } else { "" });
        tree.push(leaf_hash(text.as_bytes())).unwrap();
    }
    tree
}

fn checkpoint(size: u64, other: bool) -> Checkpoint {
    Checkpoint::new(origin(), Head { size, root: root(&mut tree(size, other), size).unwrap() })
}

/// A checkpoint of so many leaves after that of the first `old`.
fn growth(old: u64, size: u64, other: bool) -> Result<Growth, NoGrowth> {
    let proof = consistency(&mut tree(size, other), old, size).unwrap();
    let last = (old > 0).then(|| checkpoint(old, false));
    Growth::judge(&origin(), last, checkpoint(size, other), &proof)
}

async fn keyring(sandbox: &Sandbox) -> Keyring {
    Keyring::open_without_journal(sandbox.store()).await.unwrap()
}

both!(rule_27_an_audit_key_signs_what_begins_with_the_last, async |sandbox| {
    let keyring = keyring(sandbox).await;
    let made = keyring.generate("log", Purpose::Audit).await.unwrap();
    assert_eq!(made.purpose, Purpose::Audit);
    let heads = HeadFile::open(&sandbox.path("heads")).unwrap();
    let key = keyring.audit_key("log", origin(), heads).await.unwrap();
    assert_eq!(Some(key.vkey().public()), made.key.map(|key| key.topic()).as_ref());
    let log = Log { origin: origin(), keys: vec![key.vkey().to_string().parse::<VerifierKey>().unwrap()] };
    let (mut old, mut notes) = (0, Vec::new());
    for size in [1, 2, 5, 5, 300] {
        let signed = key.sign(&growth(old, size, false).unwrap()).await.unwrap();
        Signed::open(signed.note().to_string().as_bytes(), &log).unwrap();
        assert_eq!(key.last(), Some(checkpoint(size, false)));
        notes.push(signed.note().to_string());
        old = size;
    }
    assert_eq!(notes[2], notes[3], "a head that has not grown has one note");

    // A history that contradicts the last head cannot be made into something that the key signs.
    let refused = growth(300, 301, true).unwrap_err();
    assert!(matches!(refused, NoGrowth::NotProved { size: 300, .. }), "{refused}");
    assert!(growth(300, 300, true).is_err() && Growth::judge(&origin(), Some(checkpoint(300, false)), checkpoint(5, false), &[]).is_err());
    let elsewhere = Origin::new("greatseal/another").unwrap();
    let other = Checkpoint::new(elsewhere.clone(), *checkpoint(5, false).head());
    assert!(matches!(Growth::judge(&origin(), None, other.clone(), &[]), Err(NoGrowth::OtherLog { .. })));
    let extended = checkpoint(5, false).extended("and more").unwrap();
    assert_eq!(Growth::judge(&origin(), None, extended, &[]), Err(NoGrowth::Extended));

    // What was judged by another head than the one on disk is not signed.
    for stale in [growth(5, 300, false).unwrap(), growth(0, 400, true).unwrap()] {
        assert!(matches!(key.sign(&stale).await, Err(Error::HeadMoved { .. })));
    }
    let foreign = Growth::judge(&elsewhere, None, other, &[]).unwrap();
    assert!(matches!(key.sign(&foreign).await, Err(Error::NoGrowth(NoGrowth::OtherLog { .. }))));
    assert_eq!(key.last(), Some(checkpoint(300, false)));
});

both!(rule_3_an_audit_key_does_nothing_else, async |sandbox| {
    let keyring = keyring(sandbox).await;
    keyring.generate("log", Purpose::Audit).await.unwrap();
    keyring.generate("eye", Purpose::Witness).await.unwrap();
    assert!(!sandbox.path("journal").exists() && !sandbox.path("keys/signing.journal").exists(), "it has no journal");
    let heads = HeadFile::open(&sandbox.path("heads")).unwrap();
    let name = || KeyName::new("audit.example.org/witness").unwrap();
    for (label, purpose) in [("log", Purpose::Audit), ("eye", Purpose::Witness)] {
        let refused = keyring.signer(label).await;
        assert!(matches!(refused, Err(Error::WrongPurpose { purpose: it, wanted: Purpose::Seat, .. }) if it == purpose));
        let refused = keyring.payer(label).await;
        assert!(matches!(refused, Err(Error::WrongPurpose { purpose: it, wanted: Purpose::Payer, .. }) if it == purpose));
    }
    assert!(matches!(keyring.audit_key("eye", origin(), heads.clone()).await, Err(Error::WrongPurpose { .. })));
    assert!(matches!(keyring.witness_key("log", name(), heads.clone()).await, Err(Error::WrongPurpose { .. })));
    // A seat's key in the same store still starts its journal, and signs no checkpoint.
    let (_, signer) = sandbox.signer("seat").await;
    assert!(sandbox.path("journal").exists());
    assert!(matches!(sandbox.open().await.audit_key("seat", origin(), heads).await, Err(Error::WrongPurpose { .. })));
    // Nothing that a log or a witness signs can be a message of the protocol.
    let text = checkpoint(1, false).to_string();
    assert!(!text.as_bytes().starts_with(&digest::PREFIX[..9]), "{text}");
    drop(signer);
});

both!(rule_27_a_witness_cosigns_growth_and_keeps_it_first, async |sandbox| {
    let keyring = keyring(sandbox).await;
    keyring.generate("log", Purpose::Audit).await.unwrap();
    keyring.generate("eye", Purpose::Witness).await.unwrap();
    let log_key = keyring.audit_key("log", origin(), HeadFile::open(&sandbox.path("log.heads")).unwrap()).await.unwrap();
    // The same key with another memory: whoever rewrites a log.
    let liar = keyring.audit_key("log", origin(), HeadFile::open(&sandbox.path("liar.heads")).unwrap()).await.unwrap();
    let log = Log { origin: origin(), keys: vec![log_key.vkey().clone()] };
    let name = KeyName::new("audit.example.org/witness").unwrap();
    let state = sandbox.path("witness.heads");
    let mut eye = keyring.witness_key("eye", name.clone(), HeadFile::open(&state).unwrap()).await.unwrap();
    let vkey: WitnessKey = eye.vkey().to_string().parse().unwrap();
    let kept = |eye: &greatseal_signing::WitnessKey| eye.last(&origin()).map(|note| Kept::open(note.as_bytes(), &log).unwrap());
    let request = |old: u64, signed: &Signed, other: bool| AddCheckpoint {
        old_size: old,
        proof: consistency(&mut tree(signed.checkpoint().head().size, other), old, signed.checkpoint().head().size).unwrap(),
        checkpoint: signed.clone(),
    };
    let mut old = 0;
    for (size, time) in [(2, 1_800_000_000), (7, 1_800_000_060), (7, 1_800_000_120)] {
        let mut signed = log_key.sign(&growth(old, size, false).unwrap()).await.unwrap();
        let cosigning = Cosigning::judge(kept(&eye).as_ref(), &request(old, &signed, false), &log).unwrap();
        let line = eye.cosign(&cosigning, time).await.unwrap();
        signed.note_mut().add_lines(line.as_bytes()).unwrap();
        let cosigned = signed.cosignatures(std::slice::from_ref(&vkey)).unwrap();
        assert_eq!(cosigned.iter().map(|one| one.time).collect::<Vec<_>>(), [time]);
        // Started anew, it goes on from there.
        drop(eye);
        eye = keyring.witness_key("eye", name.clone(), HeadFile::open(&state).unwrap()).await.unwrap();
        assert_eq!(kept(&eye).map(|kept| *kept.head()), Some(*checkpoint(size, false).head()));
        // What was judged by what it kept before is not cosigned any more.
        if old != size {
            assert!(matches!(eye.cosign(&cosigning, time).await, Err(Error::HeadMoved { .. })));
        }
        old = size;
    }
    let forged = liar.sign(&Growth::judge(&origin(), None, checkpoint(7, true), &[]).unwrap()).await.unwrap();
    let refused = Cosigning::judge(kept(&eye).as_ref(), &request(7, &forged, true), &log).unwrap_err();
    assert!(matches!(refused, Judgement::SplitView { conflict: None, .. }), "{refused:?}");
});

story!(rule_27_the_head_is_on_disk_before_the_token_signs, async |sandbox| {
    let keyring = Keyring::open_without_journal(greatseal_signing::Store::Token(sandbox.faulty())).await.unwrap();
    keyring.generate("log", Purpose::Audit).await.unwrap();
    let key = keyring.audit_key("log", origin(), HeadFile::open(&sandbox.path("heads")).unwrap()).await.unwrap();
    key.sign(&growth(0, 3, false).unwrap()).await.unwrap();
    // CKR_DEVICE_ERROR
    sandbox.fault("C_Sign", Some("48"));
    let failed = key.sign(&growth(3, 8, false).unwrap()).await;
    assert!(failed.is_err(), "{failed:?}");
    sandbox.fault("C_Sign", None);
    assert_eq!(key.last(), Some(checkpoint(8, false)), "it was promised");
    // What was promised binds: another history of that size or a later one is not signed, the same one is.
    for before in [growth(3, 9, false).unwrap(), growth(0, 8, true).unwrap()] {
        assert!(matches!(key.sign(&before).await, Err(Error::HeadMoved { .. })));
    }
    key.sign(&growth(8, 8, false).unwrap()).await.unwrap();
    key.sign(&growth(8, 9, false).unwrap()).await.unwrap();
});

story!(sealed a_file_of_heads_is_one_or_nothing, async |sandbox| {
    let path = sandbox.path("heads");
    let held = HeadFile::open(&path).unwrap();
    assert!(matches!(HeadFile::open(&path), Err(Error::HeadsBusy { .. })), "one process signs");
    assert!(!path.exists() && held.last(&origin()).is_none());
    drop(held);
    let text = checkpoint(1, false).to_string();
    let whole = serde_json::json!({ "schema": "greatseal.heads/1", "logs": { origin().as_str(): text } });
    fs::write(&path, whole.to_string()).unwrap();
    assert_eq!(HeadFile::open(&path).unwrap().last(&origin()), Some(checkpoint(1, false)));
    let with = |field: &str, value: serde_json::Value| {
        let mut form = whole.clone();
        form[field] = value;
        form.to_string()
    };
    for damaged in [
        String::new(),
        "{}".into(),
        whole.to_string()[..40].to_owned(),
        with("schema", "greatseal.heads/2".into()),
        with("more", 1.into()),
        with("logs", serde_json::json!({ "greatseal/another": text })),
        with("logs", serde_json::json!({ origin().as_str(): "no checkpoint" })),
    ] {
        fs::write(&path, &damaged).unwrap();
        assert!(matches!(HeadFile::open(&path), Err(Error::HeadsUnreadable { .. })), "{damaged}");
    }
});
