//! Post-quantum companions: made in sealed files, refused by tokens, signing beside envelopes only.

use super::sandbox::{both, command, domain, sign};
use greatseal_protocol::{
    companion::{NotCompanioned, Sent},
    council::Phase,
};
use greatseal_signing::{Confirmation, Error, Intent, Keyring, Purpose, Store};

both!(a_companion_signs_beside_its_seat, async |sandbox| {
    let (keyring, signer) = sandbox.signer("seat").await;
    let made = keyring.generate("twin", Purpose::Companion).await;
    if matches!(sandbox.store(), Store::Token(_)) {
        assert!(matches!(made, Err(Error::NoCompanions)), "{made:?}");
        return;
    }
    let made = made.unwrap();
    let companion = keyring.companion("twin").await.unwrap();
    assert_eq!((made.key, made.companion), (None, Some(companion.name())));
    // The same key from the same file.
    assert_eq!(sandbox.open().await.companion("twin").await.unwrap().name(), companion.name());
    let authorized = Intent::new(domain(), command(12), signer.key()).confirm(Confirmation::Person);
    let envelope = signer.sign(&authorized).await.unwrap();
    let both = companion.accompany(&authorized, &envelope).unwrap();
    let sent = Sent::parse(&both.to_bytes()).unwrap();
    assert_eq!(sent.admit(&domain(), Phase::Hybrid, Some(companion.name())), Ok(envelope.clone()));
    // Not for another command, nor for an envelope that was altered.
    let other = sign(&signer, 13).await.unwrap();
    assert!(matches!(companion.accompany(&authorized, &other), Err(Error::OtherEnvelope)));
    let mut altered = envelope.clone();
    altered.signature = other.signature;
    assert!(matches!(companion.accompany(&authorized, &altered), Err(Error::OtherEnvelope)));
    // Another folder's companion is another key.
    let third = keyring.generate("third", Purpose::Companion).await.unwrap();
    let refused = sent.admit(&domain(), Phase::Hybrid, third.companion);
    assert_eq!(refused, Err(NotCompanioned::OtherKey));
    purposes(&keyring).await;
});

async fn purposes(keyring: &Keyring) {
    let wanted = |refused: Error| match refused {
        Error::WrongPurpose { purpose, wanted, .. } => (purpose, wanted),
        other => panic!("{other:?}"),
    };
    let refused = keyring.signer("twin").await.unwrap_err();
    assert_eq!(wanted(refused), (Purpose::Companion, Purpose::Seat));
    let refused = keyring.payer("twin").await.unwrap_err();
    assert_eq!(wanted(refused), (Purpose::Companion, Purpose::Payer));
    let refused = keyring.companion("seat").await.unwrap_err();
    assert_eq!(wanted(refused), (Purpose::Seat, Purpose::Companion));
    let labels: Vec<String> = keyring.keys().await.unwrap().into_iter().map(|info| info.label).collect();
    assert_eq!(labels, ["seat", "third", "twin"]);
}
