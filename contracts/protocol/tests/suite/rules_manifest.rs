//! Manifests: entries as bytes, what a batch commits to, and what is no manifest.

use crate::{
    arbitrary::Any,
    dice::throw,
    json::{Json, hex, text},
    world::label,
};
use greatseal_protocol::{
    batch::Rail,
    bytes::ReferenceHash,
    hash,
    manifest::{Destination, Entry, EntrySalt, Flaw, Manifest, Pseudonym},
    merkle,
};

fn account(at: u32) -> Destination {
    Destination::new(&format!("eip155:1:0x{at:040x}")).unwrap()
}

pub(crate) fn entry(index: u32) -> Entry {
    let salt = hash::sha256(&[b"salt/", &index.to_le_bytes()]);
    Entry {
        index,
        person: Pseudonym::derive(label("pensions-2026"), b"key of the tests", &index.to_le_bytes()),
        destination: Some(account(index)),
        amount: 100 + u128::from(index),
        eligibility: ReferenceHash([0xE1; 32]),
        revocation: ReferenceHash([0xE2; 32]),
        repays: None,
        salt: EntrySalt(salt[..16].try_into().unwrap()),
    }
}

fn entries(count: u32) -> Vec<Entry> {
    (0..count).map(entry).collect()
}

/// The bytes for other implementers: entries, their leaves, the roots of the first 1 to 5.
pub(crate) fn vectors() -> Json {
    let all = entries(5);
    let one = |entry: &Entry| {
        Json::Object(vec![
            ("key", text(entry.person.key)),
            ("pseudonym", hex(entry.person.code)),
            ("destination", text(entry.destination.as_ref().unwrap())),
            ("amount", text(entry.amount)),
            ("bytes", hex(entry.to_bytes())),
            ("leaf", hex(entry.leaf())),
        ])
    };
    let tree = |count: usize| {
        let manifest = Manifest::of(&all[..count], Rail::Queryable).unwrap();
        let last = u32::try_from(count).unwrap() - 1;
        let path = manifest.proof(last).unwrap().path;
        Json::Object(vec![
            ("count", text(manifest.head.size)),
            ("total", text(manifest.total)),
            ("root", hex(manifest.root().0)),
            ("path_of_the_last", Json::List(path.iter().map(hex).collect())),
        ])
    };
    Json::Object(vec![
        ("hmac_key", hex(b"key of the tests")),
        ("entries", Json::List(all.iter().map(one).collect())),
        ("manifests", Json::List((1..=5).map(tree).collect())),
    ])
}

#[test]
fn rule_29_a_manifest_commits_to_every_entry() {
    for count in [1, 2, 3, 7, 100] {
        let all = entries(count);
        let manifest = Manifest::of(&all, Rail::Queryable).unwrap();
        assert_eq!(manifest.head.size, count);
        assert_eq!(manifest.total, all.iter().map(|entry| entry.amount).sum::<u128>());
        for entry in &all {
            let proof = manifest.proof(entry.index).unwrap();
            assert!(manifest.head.holds(entry.leaf(), &proof, &hash::sha256));
            let other = Entry { amount: entry.amount + 1, ..entry.clone() };
            assert!(!manifest.head.holds(other.leaf(), &proof, &hash::sha256));
        }
        assert_eq!(manifest.proof(count), None);
    }
}

#[test]
fn rule_29_what_is_no_manifest() {
    type Change = fn(&mut Vec<Entry>);
    let cases: [(Change, Flaw); 8] = [
        (Vec::clear, Flaw::Count),
        (|all| all.swap(1, 2), Flaw::Index(1)),
        (|all| all[2].amount = 0, Flaw::Amount(2)),
        (|all| all[1].amount = u128::MAX, Flaw::Total(1)),
        (|all| all[2].destination = None, Flaw::Destination(2)),
        (|all| all[1].person.key = label("other"), Flaw::Key(1)),
        (|all| all[2].person = all[0].person, Flaw::Person(2)),
        (|all| all[2].salt = all[1].salt, Flaw::Salt(2)),
    ];
    for (change, flaw) in cases {
        let mut all = entries(3);
        change(&mut all);
        assert_eq!(Manifest::of(&all, Rail::Queryable), Err(flaw), "{flaw}");
    }
    // Where nobody can look, nobody has to say where.
    let mut all = entries(3);
    all[1].destination = None;
    assert!(Manifest::of(&all, Rail::Opaque).is_ok());
}

#[test]
fn an_entry_has_one_byte_string_and_a_version() {
    throw(500, |dice| {
        let entry = Entry::any(dice);
        let bytes = entry.to_bytes();
        assert_eq!(Entry::parse(&bytes).as_ref(), Ok(&entry));
        let mut other = bytes.clone();
        other[0] ^= 1;
        assert!(Entry::parse(&other).is_err());
        assert!(Entry::parse(&[&bytes[..], &[0]].concat()).is_err());
        assert!(Entry::parse(&bytes[..bytes.len() - 1]).is_err());
        // A leaf is no node and no bare hash.
        assert_ne!(entry.leaf(), hash::sha256(&[&bytes]));
        assert_eq!(entry.leaf(), merkle::leaf(&bytes, &hash::sha256));
    });
    assert!(Entry::parse(&[]).is_err());
}

#[test]
fn destinations_are_caip_10() {
    let long = format!("eip155:1:{}", "a".repeat(128));
    for good in
        ["eip155:1:0xab16a96D359eC26a11e2C2b3d8f8B8942d5Bfcdb", "bip122:000000000019d6689c085ae165831e93:1A", &long]
    {
        assert_eq!(Destination::new(good).unwrap().as_str(), good);
    }
    let longer = format!("eip155:1:{}", "a".repeat(129));
    for bad in [
        "",
        "eip155",
        "eip155:1",
        "eip155:1:",
        "EIP155:1:a",
        "ei:1:a",
        "eip155::a",
        "eip155:1:a b",
        "eip155:1:a:b",
        &longer,
    ] {
        assert_eq!(Destination::new(bad), None, "{bad:?}");
    }
}

/// RFC 4231, cases 1, 2 and 6: a short key, a shorter one, and one longer than a block.
#[test]
fn pseudonyms_are_hmac_sha256() {
    let cases: [(Vec<u8>, &[u8], &str); 3] = [
        (vec![0x0B; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (
            b"Jefe".to_vec(),
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            vec![0xAA; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
    ];
    for (key, message, code) in cases {
        assert_eq!(::hex::encode(Pseudonym::derive(label("k"), &key, message).code), code);
    }
}
