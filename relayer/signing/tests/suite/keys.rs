//! Keys: generated, listed, found again, refused.

use super::sandbox::{MODULE, PIN, TOKEN, sign, story};
use greatseal_signing::{Custody, Error};
use std::process::Stdio;

const KEPT: Custody =
    Custody { sensitive: true, always_sensitive: true, unextractable: true, never_extractable: true, local: true };

story!(generated_keys_are_listed_by_label, async |sandbox| {
    let token = sandbox.open().await;
    assert_eq!(token.keys().await.unwrap(), []);
    let second = token.generate("second").await.unwrap();
    let first = token.generate("first").await.unwrap();
    assert_ne!(first.key, second.key);
    assert_ne!(first.id, second.id);
    for (info, label) in [(&first, "first"), (&second, "second")] {
        assert_eq!((info.label.as_str(), info.id.len(), info.custody), (label, 16, KEPT));
        assert_eq!(token.signer(label).await.unwrap().info(), info);
    }
    assert_eq!(token.keys().await.unwrap(), [first, second]);
});

story!(another_program_reads_the_same_attributes, async |sandbox| {
    let token = sandbox.open().await;
    let info = token.generate("seat").await.unwrap();
    let listing = sandbox.pkcs11_tool(&["--list-objects"]);
    let (private, public) = if listing.find("Private Key Object") < listing.find("Public Key Object") {
        listing.split_once("Public Key Object").unwrap()
    } else {
        let (public, private) = listing.split_once("Private Key Object").unwrap();
        (private, public)
    };
    assert!(private.contains("Access:     sensitive, always sensitive, never extractable, local"), "{listing}");
    assert!(private.contains("Usage:      sign\n"), "{listing}");
    let key = info.key.unwrap().to_string();
    assert!(public.contains(key.strip_prefix("ed25519:").unwrap()), "{listing}");
    assert_eq!(listing.matches(&hex::encode(&info.id)).count(), 2, "{listing}");
});

story!(a_taken_label_is_refused, async |sandbox| {
    let token = sandbox.open().await;
    let first = token.generate("seat").await.unwrap();
    assert!(matches!(token.generate("seat").await, Err(Error::KeyExists { label }) if label == "seat"));
    assert_eq!(token.keys().await.unwrap(), [first]);
});

story!(a_label_is_short_and_printable, async |sandbox| {
    let token = sandbox.open().await;
    for label in ["", "a\nb", &"x".repeat(65)] {
        assert!(matches!(token.generate(label).await, Err(Error::BadLabel)), "{label:?}");
    }
    token.generate(&"x".repeat(64)).await.unwrap();
});

story!(two_keys_with_one_id_are_refused, async |sandbox| {
    for label in ["one", "other"] {
        sandbox.pkcs11_tool(&["--keypairgen", "--key-type", "EC:edwards25519", "--id", "01", "--label", label]);
    }
    let token = sandbox.open().await;
    assert!(matches!(token.signer("one").await, Err(Error::SeveralKeys { count: 2, half: "private key", .. })));
    let keys = token.keys().await.unwrap();
    assert_eq!(keys.len(), 2);
    assert!(keys.iter().all(|key| key.key.is_none() && key.defect.as_ref().unwrap().contains("share")));
});

story!(two_keys_with_one_label_are_refused, async |sandbox| {
    for id in ["01", "02"] {
        sandbox.pkcs11_tool(&["--keypairgen", "--key-type", "EC:edwards25519", "--id", id, "--label", "seat"]);
    }
    let token = sandbox.open().await;
    assert!(matches!(token.signer("seat").await, Err(Error::SeveralKeys { count: 2, .. })));
});

story!(half_a_key_is_no_key, async |sandbox| {
    let token = sandbox.open().await;
    assert!(
        matches!(token.signer("seat").await, Err(Error::NoSuchKey { label, half: "private key" }) if label == "seat")
    );
    token.generate("seat").await.unwrap();
    sandbox.pkcs11_tool(&["--delete-object", "--type", "pubkey", "--label", "seat"]);
    assert!(matches!(token.signer("seat").await, Err(Error::NoSuchKey { half: "public key", .. })));
});

story!(a_key_that_may_do_more_than_sign_is_refused, async |sandbox| {
    sandbox.pkcs11_tool(&["--keypairgen", "--key-type", "EC:edwards25519", "--id", "01", "--label", "seat"]);
    let token = sandbox.open().await;
    assert!(
        matches!(token.signer("seat").await, Err(Error::AttributeMismatch { attribute }) if attribute == "CKA_DERIVE")
    );
});

story!(an_imported_key_is_refused, async |sandbox| {
    let file = sandbox.path("key.pem");
    let file = file.to_str().unwrap();
    sandbox.run("openssl", &["genpkey", "-algorithm", "ed25519", "-out", file]);
    sandbox.run("softhsm2-util", &["--import", file, "--token", TOKEN, "--label", "seat", "--id", "01", "--pin", PIN]);
    let token = sandbox.open().await;
    let refused = token.signer("seat").await;
    assert!(matches!(refused, Err(Error::AttributeMismatch { attribute }) if attribute == "CKA_ALWAYS_SENSITIVE"));
    let keys = token.keys().await.unwrap();
    let [key] = keys.as_slice() else { panic!("{keys:?}") };
    assert!(key.key.is_some() && key.defect.is_some() && !key.custody.never_extractable && !key.custody.local);
});

story!(a_new_process_finds_the_key, async |sandbox| {
    if sandbox.phase() == 0 {
        let (token, signer) = sandbox.signer("seat").await;
        token.close().await.unwrap();
        let output = sandbox.again(1, Stdio::null());
        assert!(output.status.success(), "{output:?}");
        let found = std::fs::read_to_string(sandbox.path("found")).unwrap();
        assert_eq!(found, signer.key().to_string());
    } else {
        let token = sandbox.open().await;
        let signer = token.signer("seat").await.unwrap();
        sign(&signer, 1).await.unwrap();
        std::fs::write(sandbox.path("found"), signer.key().to_string()).unwrap();
    }
});

story!(a_second_handle_in_one_process_finds_the_key, async |sandbox| {
    let (_token, signer) = sandbox.signer("seat").await;
    assert_eq!(sandbox.config().module.to_str(), Some(MODULE));
    let again = sandbox.open().await.signer("seat").await.unwrap();
    assert_eq!(again.key(), signer.key());
    sign(&again, 1).await.unwrap();
});
