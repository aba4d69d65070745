//! Signing: only what was agreed to, and only what verifies.

use super::sandbox::{both, command, domain, sign};
use greatseal_protocol::{digest, envelope::Envelope};
use greatseal_signing::{Confirmation, Error, Intent, Keyring, Purpose, Request, Signer};
use std::collections::BTreeSet;

both!(an_envelope_verifies_and_travels, async |sandbox| {
    let (_keyring, signer) = sandbox.signer("seat").await;
    let envelope = sign(&signer, 12).await.unwrap();
    assert_eq!((&envelope.command, envelope.key), (&command(12), signer.key()));
    let arrived = Envelope::parse(&envelope.to_bytes()).unwrap();
    arrived.verify(&domain()).unwrap();
    let elsewhere = digest::Domain { chain_id: 1, ..domain() };
    assert!(arrived.verify(&elsewhere).is_err());
    signer.probe().await.unwrap();
});

both!(everything_that_is_signed_is_shown, async |sandbox| {
    let (_keyring, signer) = sandbox.signer("seat").await;
    let intent = Intent::new(domain(), command(12), signer.key());
    let words = intent.words();
    for (label, value) in [
        ("order", "cancel"),
        ("proposal", "12.S0.1"),
        ("expires at", "1800000000"),
        ("signed by", &signer.key().to_string()),
        ("for contract", &"c2".repeat(20)),
        ("of deployment", &"d1".repeat(32)),
        ("on chain", "420420421"),
    ] {
        assert!(words.iter().any(|line| line.0 == label && line.1 == value), "{label}: {words:?}");
    }
    let message = digest::signed_message(&domain(), &signer.key(), &command(12));
    assert_eq!(intent.digest().as_slice(), message.strip_prefix(digest::PREFIX).unwrap());
    let agreed = intent.confirm(Confirmation::Beforehand);
    assert_eq!(agreed.confirmation(), Confirmation::Beforehand);
    assert_eq!(agreed.request(), &Request::Command { domain: domain(), command: command(12) });
});

both!(rule_3_what_was_agreed_for_one_key_is_not_signed_with_another, async |sandbox| {
    let (keyring, signer) = sandbox.signer("seat").await;
    keyring.generate("other", Purpose::Seat).await.unwrap();
    let other = keyring.signer("other").await.unwrap();
    let agreed = Intent::new(domain(), command(1), other.key()).confirm(Confirmation::Person);
    let refused = signer.sign(&agreed).await.unwrap_err();
    assert!(
        matches!(refused, Error::WrongKey { authorized, held } if authorized == other.key() && held == signer.key())
    );
});

both!(sixty_four_callers_share_one_handle, async |sandbox| {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<Signer>();
    shared::<Keyring>();
    let (_keyring, signer) = sandbox.signer("seat").await;
    let callers: Vec<_> = (0..64)
        .map(|number| {
            let signer = signer.clone();
            tokio::spawn(async move { sign(&signer, number).await })
        })
        .collect();
    let mut seen = BTreeSet::new();
    for (number, caller) in (0..).zip(callers) {
        let envelope = caller.await.unwrap().unwrap();
        assert_eq!(envelope.command, command(number));
        envelope.verify(&domain()).unwrap();
        seen.insert(envelope.to_bytes());
    }
    assert_eq!(seen.len(), 64);
});
