//! Two kinds of keys that cannot stand in for each other: seats sign commands, payers sign transactions.

use super::{
    payments::payment,
    sandbox::{both, sign},
};
use greatseal_protocol::{bytes::ChainGenesis, digest, key::Signature};
use greatseal_signing::{Calls, Entry, Error, FileJournal, Purpose, Transaction};

both!(a_payer_signs_transactions, async |sandbox| {
    let keyring = sandbox.open().await;
    let made = keyring.generate("purse", Purpose::Payer).await.unwrap();
    let payer = keyring.payer("purse").await.unwrap();
    assert_eq!((payer.info(), Some(payer.account())), (&made, made.key.map(|key| key.topic())));
    for payment in [payment(1), payment(2)] {
        let signature = payer.pay(&payment).await.unwrap();
        made.key.unwrap().verify(payment.message(), &Signature::Ed25519(signature)).unwrap();
    }
    payer.probe().await.unwrap();
    let report = FileJournal::read(&sandbox.path("journal")).unwrap();
    let paid = report.lines.iter().filter(|line| matches!(&line.entry, Entry::Intended(it) if it.order == "pay"));
    assert_eq!((paid.count(), report.unreleased), (2, vec![]));
});

both!(rule_3_a_payer_signs_nothing_that_a_council_key_could_be_asked_for, async |sandbox| {
    let keyring = sandbox.open().await;
    keyring.generate("payer", Purpose::Payer).await.unwrap();
    let refused = keyring.signer("payer").await;
    assert!(
        matches!(refused, Err(Error::WrongPurpose { purpose: Purpose::Payer, wanted: Purpose::Seat, .. })),
        "{refused:?}"
    );
    let payer = keyring.payer("payer").await.unwrap();
    let calls = Calls { pallet: b'G', call: b'R', map_account: b'R', instantiate: b'R', upload_code: b'R' };
    let command = [digest::PREFIX.as_slice(), &[0; 32]].concat();
    for call in [command.as_slice(), b"GREATSEAL-PROOF-V1:x", b""] {
        let transaction = Transaction { call: call.to_vec(), extensions: Vec::new() };
        let refused = payer.read_and_pay(calls, ChainGenesis([1; 32]), &transaction, call).await;
        assert!(matches!(refused, Err(Error::NoAct(_))), "{call:?}: {refused:?}");
    }
    // Nothing was written, as nothing was intended.
    assert_eq!(FileJournal::read(&sandbox.path("journal")).unwrap().lines.len(), 1);
});

both!(rule_3_a_seat_pays_for_nothing, async |sandbox| {
    let (keyring, signer) = sandbox.signer("seat").await;
    let refused = keyring.payer("seat").await;
    assert!(matches!(refused, Err(Error::WrongPurpose { purpose: Purpose::Seat, wanted: Purpose::Payer, .. })));
    sign(&signer, 1).await.unwrap();
});

both!(purposes_are_listed, async |sandbox| {
    let keyring = sandbox.open().await;
    let payer = keyring.generate("payer", Purpose::Payer).await.unwrap();
    let seat = keyring.generate("seat", Purpose::Seat).await.unwrap();
    assert_eq!((payer.purpose, seat.purpose), (Purpose::Payer, Purpose::Seat));
    assert_eq!(keyring.keys().await.unwrap(), [payer, seat]);
});
