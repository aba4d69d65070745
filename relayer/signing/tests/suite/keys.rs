//! Keys: generated, listed, found again, refused.

use super::sandbox::{both, sign};
use greatseal_signing::{Config, Error, Purpose, Sealed, SecretSource, Store, public_key};
use std::process::Stdio;

both!(generated_keys_are_listed_by_label, async |sandbox| {
    let keyring = sandbox.open().await;
    let second = keyring.generate("second", Purpose::Seat).await.unwrap();
    let first = keyring.generate("first", Purpose::Seat).await.unwrap();
    assert_ne!(first.key, second.key);
    for (info, label) in [(&first, "first"), (&second, "second")] {
        assert_eq!((info.label.as_str(), info.purpose), (label, Purpose::Seat));
        assert_eq!(keyring.signer(label).await.unwrap().info(), info);
    }
    assert_eq!(keyring.keys().await.unwrap(), [first, second]);
});

both!(a_taken_label_is_refused, async |sandbox| {
    let keyring = sandbox.open().await;
    let first = keyring.generate("seat", Purpose::Seat).await.unwrap();
    assert!(
        matches!(keyring.generate("seat", Purpose::Seat).await, Err(Error::KeyExists { label }) if label == "seat")
    );
    assert_eq!(keyring.keys().await.unwrap(), [first]);
});

both!(a_label_is_short_and_printable, async |sandbox| {
    let keyring = sandbox.open().await;
    for label in ["", "a\nb", &"x".repeat(65)] {
        assert!(
            matches!(keyring.generate(label, Purpose::Seat).await, Err(Error::BadLabel | Error::BadFileName)),
            "{label:?}"
        );
    }
    keyring.generate(&"x".repeat(64), Purpose::Seat).await.unwrap();
});

both!(a_new_process_finds_the_key, async |sandbox| {
    if sandbox.phase() == 0 {
        let (keyring, signer) = sandbox.signer("seat").await;
        keyring.close().await.unwrap();
        let output = sandbox.again(1, Stdio::null());
        assert!(output.status.success(), "{output:?}");
        let found = std::fs::read_to_string(sandbox.path("found")).unwrap();
        assert_eq!(found, signer.key().to_string());
    } else {
        let keyring = sandbox.open().await;
        let signer = keyring.signer("seat").await.unwrap();
        sign(&signer, 1).await.unwrap();
        std::fs::write(sandbox.path("found"), signer.key().to_string()).unwrap();
    }
});

both!(a_second_handle_in_one_process_finds_the_key, async |sandbox| {
    let (_keyring, signer) = sandbox.signer("seat").await;
    let again = sandbox.open().await.signer("seat").await.unwrap();
    assert_eq!(again.key(), signer.key());
    sign(&again, 1).await.unwrap();
});

both!(a_seats_public_key_is_shown_to_whoever_has_no_secret, async |sandbox| {
    if sandbox.phase() == 0 {
        let keyring = sandbox.open().await;
        let seat = keyring.generate("seat", Purpose::Seat).await.unwrap().key.unwrap();
        keyring.generate("payer", Purpose::Payer).await.unwrap();
        std::fs::write(sandbox.path("made"), seat.to_string()).unwrap();
        keyring.close().await.unwrap();
        let output = sandbox.again(1, Stdio::null());
        assert!(output.status.success(), "{output:?}");
        return;
    }
    let nowhere = SecretSource::File(sandbox.path("nowhere"));
    let store = match sandbox.store() {
        Store::Token(config) => Store::Token(Config { pin: nowhere, ..config }),
        Store::Sealed(sealed) => Store::Sealed(Sealed { passphrase: nowhere, ..sealed }),
    };
    let shown = public_key(&store, "seat").await.unwrap();
    assert_eq!(shown.map(|key| key.to_string()), Some(std::fs::read_to_string(sandbox.path("made")).unwrap()));
    assert_eq!(public_key(&store, "payer").await.unwrap(), None, "it is no seat's");
    match (&store, public_key(&store, "other").await) {
        (Store::Token(_), Ok(None)) | (Store::Sealed(_), Err(Error::NoSuchKey { .. })) => {}
        (_, other) => panic!("{other:?}"),
    }
    // Whoever opens it afterwards opens it as ever.
    let signer = sandbox.open().await.signer("seat").await.unwrap();
    assert_eq!(Some(signer.key()), shown);
    sign(&signer, 1).await.unwrap();
});
