//! Keys: generated, listed, found again, refused.

use super::sandbox::{both, sign};
use greatseal_signing::{Error, Purpose};
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
