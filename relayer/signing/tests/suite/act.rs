//! The direct door: a seat's key signs a transaction only where every byte of it is known and as it must be.

use super::sandbox::{both, command, decision, domain};
use greatseal_protocol::{
    action::Action,
    bytes::{ChainGenesis, DocumentHash, Label, ReferenceHash},
    command::{Command, Order},
    key::{Key, Signature},
    language::{
        policy,
        proposal::{self, Execute},
    },
    proposal_id::Decision,
    scale::Encode,
};
use greatseal_signing::{
    Act, Confirmation, Entry, Error, Extension, FileJournal, Intent, Place, Purpose, Revive, Transaction,
};

const REVIVE: Revive = Revive { pallet: 100, call: 1, map_account: 7 };
const GENESIS: ChainGenesis = ChainGenesis([0x6e; 32]);
const ACT: [u8; 4] = [0xcd, 0xce, 0xbd, 0x21];

fn place() -> Place {
    Place { domain: domain(), genesis: GENESIS, revive: REVIVE }
}

/// A call of pallet-revive, field by field.
#[derive(Clone)]
struct Call {
    numbers: [u8; 2],
    contract: [u8; 20],
    value: Vec<u8>,
    data: Vec<u8>,
}

impl Call {
    fn of(key: Key, command: &Command) -> Self {
        Self {
            numbers: [100, 1],
            contract: domain().contract.0,
            value: vec![0],
            data: (ACT, (key, command).encode()).encode(),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        // A weight of 8 ps and 12 bytes, a deposit of 16: compact.
        [&self.numbers[..], &self.contract, &self.value, &[8 << 2, 12 << 2, 16 << 2], &self.data.encode()].concat()
    }
}

fn extension(name: &str, explicit: &[u8], implicit: &[u8]) -> Extension {
    Extension { name: name.into(), explicit: explicit.into(), implicit: implicit.into() }
}

fn extensions() -> Vec<Extension> {
    vec![
        extension("CheckNonZeroSender", &[], &[]),
        extension("CheckSpecVersion", &[], &9_u32.to_le_bytes()),
        extension("CheckTxVersion", &[], &1_u32.to_le_bytes()),
        extension("CheckGenesis", &[], &GENESIS.0),
        // 64 blocks: 2 << 5.
        extension("CheckMortality", &[0x15, 0x00], &[0xb1; 32]),
        extension("CheckNonce", &[3 << 2], &[]),
        extension("ChargeAssetTxPayment", &[0, 0], &[]),
        extension("CheckMetadataHash", &[0], &[0]),
    ]
}

fn transaction(key: Key, command: &Command) -> Transaction {
    Transaction { call: Call::of(key, command).bytes(), extensions: extensions() }
}

fn refused(key: Key, transaction: &Transaction) -> &'static str {
    match Act::read(place(), key, transaction) {
        Err(Error::NoAct(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn everything_that_is_signed_is_shown() {
    let key = Key::Ed25519([5; 32]);
    let act = Act::read(place(), key, &transaction(key, &command(12))).unwrap();
    assert_eq!((act.command(), act.order()), (Some(&command(12)), "cancel"));
    let words = act.words();
    for (label, value) in [
        ("order", "cancel"),
        ("proposal", "12.S0.1"),
        ("expires at", "1800000000"),
        ("signed by", &key.to_string()),
        ("for contract", &"c2".repeat(20)),
        ("of deployment", &"d1".repeat(32)),
        ("on chain", "420420421"),
        ("weight at most", "8 ps, 12 bytes of proof"),
        ("deposit at most", "16 base units"),
        ("chain's genesis", &"6e".repeat(32)),
        ("account's nonce", "3"),
        ("lives for", "64 blocks"),
        ("runtime", "9"),
        ("tip", "none"),
    ] {
        assert!(words.iter().any(|line| line.0 == label && line.1 == value), "{label}: {words:?}");
    }
}

#[test]
fn the_payload_is_the_call_then_what_is_sent_then_what_both_sides_know() {
    let key = Key::Ed25519([5; 32]);
    let Transaction { call, extensions } = transaction(key, &command(12));
    let sent: Vec<u8> = extensions.iter().flat_map(|extension| extension.explicit.clone()).collect();
    let known: Vec<u8> = extensions.iter().flat_map(|extension| extension.implicit.clone()).collect();
    let act = Act::read(place(), key, &Transaction { call: call.clone(), extensions }).unwrap();
    let payload = [call, sent, known].concat();
    assert!(payload.len() <= 256, "{}", payload.len());
    assert_eq!(act.message(), payload);

    // One that is longer than 256 bytes is signed by its BLAKE2-256.
    let mut long = transaction(key, &command(12));
    let label = Label::new("a-label-of-thirty-two-characters").unwrap();
    let execute = Execute {
        id: "12.S0.1".parse().unwrap(),
        action: Action::Policy(policy::Action::Adopt { name: label, text: DocumentHash([1; 32]) }),
        version: label,
        sbom: ReferenceHash([2; 32]),
    };
    long.call =
        Call::of(key, &Command { order: Order::Proposal(proposal::Order::Execute(Box::new(execute))), ..command(12) })
            .bytes();
    let act = Act::read(place(), key, &long).unwrap();
    assert_eq!(act.message().len(), 32);
}

#[test]
fn rule_3_a_wrong_call_is_not_signed() {
    let key = Key::Ed25519([5; 32]);
    let right = Call::of(key, &command(12));
    let other = Key::Ed25519([6; 32]);
    let bare = (key, command(12)).encode();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("calls nothing", vec![100]),
        ("calls something else", Call { numbers: [10, 1], ..right.clone() }.bytes()),
        ("calls something else", Call { numbers: [100, 3], ..right.clone() }.bytes()),
        ("another contract", Call { contract: [0xc3; 20], ..right.clone() }.bytes()),
        ("moves money", Call { value: vec![1 << 2], ..right.clone() }.bytes()),
        ("moves money", Call { value: vec![0x01, 0x01], ..right.clone() }.bytes()),
        ("another message", Call { data: ([1, 2, 3, 4], bare.clone()).encode(), ..right.clone() }.bytes()),
        ("another message", Call { data: Vec::new(), ..right.clone() }.bytes()),
        ("message cannot be read", Call { data: [&right.data[..], &[0]].concat(), ..right.clone() }.bytes()),
        ("command cannot be read", Call { data: (ACT, [&bare[..], &[0]].concat()).encode(), ..right.clone() }.bytes()),
        ("command cannot be read", Call { data: (ACT, &bare[..bare.len() - 1]).encode(), ..right.clone() }.bytes()),
        ("another key's", Call::of(other, &command(12)).bytes()),
        ("cannot be read", [&right.bytes()[..], &[0]].concat()),
        ("cannot be read", right.bytes()[..40].to_vec()),
        ("something behind its call", vec![100, 7, 0]),
    ];
    for (wanted, call) in cases {
        let reason = refused(key, &Transaction { call, extensions: extensions() });
        assert!(reason.contains(wanted), "{wanted}: {reason}");
    }
    let p256 = Key::P256([2; 33]);
    assert!(refused(p256, &transaction(p256, &command(12))).contains("P-256"));
}

#[test]
fn rule_3_a_wrong_extension_is_not_signed() {
    let key = Key::Ed25519([5; 32]);
    let cases = [
        ("another chain", extension("CheckGenesis", &[], &[0x6f; 32])),
        ("another chain", extension("CheckGenesis", &[0], &GENESIS.0)),
        ("no number", extension("CheckSpecVersion", &[], &[9, 0, 0])),
        ("no number", extension("CheckTxVersion", &[], &[])),
        ("for ever", extension("CheckMortality", &[0], &[0xb1; 32])),
        ("too many blocks", extension("CheckMortality", &[0x18, 0x00], &[0xb1; 32])),
        ("too many blocks", extension("CheckMortality", &[0x00, 0x01], &[0xb1; 32])),
        ("not known", extension("CheckMortality", &[0x15, 0x00], &[0xb1; 31])),
        ("nonce", extension("CheckNonce", &[3 << 2, 0], &[])),
        ("nonce", extension("CheckNonce", &[0x0d, 0x00], &[])),
        ("not known", extension("CheckNonce", &[3 << 2], &[1])),
        ("tip", extension("ChargeAssetTxPayment", &[4, 0], &[])),
        ("tip", extension("ChargeAssetTxPayment", &[0, 1], &[])),
        ("not known", extension("CheckMetadataHash", &[1], &[1])),
        ("not known", extension("CheckNonZeroSender", &[0], &[])),
    ];
    for (wanted, wrong) in cases {
        let mut transaction = transaction(key, &command(12));
        let place = transaction.extensions.iter_mut().find(|extension| extension.name == wrong.name).unwrap();
        *place = wrong.clone();
        let reason = refused(key, &transaction);
        assert!(reason.contains(wanted), "{wrong:?}: {reason}");
    }
    for added in [
        ("tip", extension("ChargeTransactionPayment", &[4], &[])),
        ("not known", extension("ProvideCode", &[], &[7])),
        ("twice", extension("CheckNonce", &[3 << 2], &[])),
    ] {
        let mut transaction = transaction(key, &command(12));
        transaction.extensions.push(added.1.clone());
        assert!(refused(key, &transaction).contains(added.0), "{added:?}");
    }
    for needed in ["CheckGenesis", "CheckSpecVersion", "CheckMortality", "CheckNonce"] {
        let mut transaction = transaction(key, &command(12));
        transaction.extensions.retain(|extension| extension.name != needed);
        assert!(refused(key, &transaction).contains("lacks"), "{needed}");
    }
}

#[test]
fn an_account_is_mapped_and_nothing_with_it() {
    let key = Key::Ed25519([5; 32]);
    let act = Act::read(place(), key, &Transaction { call: vec![100, 7], extensions: extensions() }).unwrap();
    assert_eq!((act.command(), act.order()), (None, "map the account"));
    assert!(act.words().iter().any(|line| line.0 == "account's nonce" && line.1 == "3"));
}

both!(an_act_is_on_record_and_its_signature_verifies, async |sandbox| {
    let (keyring, signer) = sandbox.signer("seat").await;
    let act = Act::read(place(), signer.key(), &transaction(signer.key(), &command(12))).unwrap();
    let (message, digest) = (act.message(), act.digest());
    let agreed = act.clone().confirm(Confirmation::Person);
    let signature = signer.act(&agreed).await.unwrap();
    signer.key().verify(&message, &Signature::Ed25519(signature)).unwrap();
    let report = FileJournal::read(&sandbox.path("journal")).unwrap();
    let uses = report.lines.iter().filter_map(|line| match &line.entry {
        Entry::Intended(it) => Some((it.order.clone(), it.digest.clone(), it.confirmation.clone())),
        _ => None,
    });
    assert_eq!(uses.collect::<Vec<_>>(), [("cancel".into(), hex::encode(digest), "person".into())]);
    assert_eq!(report.unreleased, [0_u64; 0]);

    keyring.generate("other", Purpose::Seat).await.unwrap();
    let other = keyring.signer("other").await.unwrap();
    assert!(matches!(other.act(&agreed).await, Err(Error::WrongKey { .. })));
});

both!(one_decision_whichever_door, async |sandbox| {
    let (_keyring, signer) = sandbox.signer("seat").await;
    let key = signer.key();
    let say = |said| decision(said, 1, 1_800_000_000);
    let act = |said| Act::read(place(), key, &transaction(key, &say(said))).unwrap();
    let envelope = async |said| {
        let intent = Intent::new(domain(), say(said), key);
        signer.sign(&intent.confirm(Confirmation::Beforehand)).await
    };
    signer.act(&act(Decision::Approve).confirm(Confirmation::Beforehand)).await.unwrap();
    // By an envelope the same may be said again, and nothing else.
    envelope(Decision::Approve).await.unwrap();
    let refused = envelope(Decision::Reject).await;
    assert!(matches!(refused, Err(Error::OtherDecision { .. })), "{refused:?}");
    let refused = signer.act(&act(Decision::Reject).confirm(Confirmation::Beforehand)).await;
    assert!(matches!(refused, Err(Error::OtherDecision { .. })), "{refused:?}");
    // But for an approval that is taken back.
    signer.act(&act(Decision::Reject).confirm(Confirmation::Beforehand).withdrawing()).await.unwrap();
});
