//! Keys in a token: attributes as they must be, duplicates and halves refused.

use super::sandbox::{PIN, TOKEN, domain, sign, story};
use greatseal_protocol::key::Key;
use greatseal_signing::{Algorithm, Custody, Error, Purpose, TokenCustody};

story!(another_program_reads_the_same_attributes, async |sandbox| {
    let token = sandbox.open().await;
    let info = token.generate("seat", Purpose::Seat).await.unwrap();
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
    assert_eq!(listing.matches(&hex::encode(&custody(&info.custody).id)).count(), 2, "{listing}");
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
    token.generate("seat", Purpose::Seat).await.unwrap();
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
    assert!(
        key.key.is_some()
            && key.defect.is_some()
            && !custody(&key.custody).never_extractable
            && !custody(&key.custody).local
    );
});

story!(generated_keys_are_kept_as_they_must_be, async |sandbox| {
    let token = sandbox.open().await;
    let first = token.generate("first", Purpose::Seat).await.unwrap();
    let second = token.generate("second", Purpose::Seat).await.unwrap();
    assert_ne!(custody(&first.custody).id, custody(&second.custody).id);
    for info in [first, second] {
        let TokenCustody { id, sensitive, always_sensitive, unextractable, never_extractable, local } =
            custody(&info.custody);
        assert_eq!(id.len(), 16);
        assert!(sensitive & always_sensitive & unextractable & never_extractable & local);
    }
});

story!(a_p256_key_signs_envelopes_in_the_protocols_form, async |sandbox| {
    let token = sandbox.open().await;
    let info = token.generate_with("seat", Purpose::Seat, Algorithm::P256).await.unwrap();
    assert!(matches!(info.key, Some(Key::P256(_))), "{info:?}");
    let TokenCustody { sensitive, always_sensitive, unextractable, never_extractable, local, .. } =
        custody(&info.custody);
    assert!(sensitive & always_sensitive & unextractable & never_extractable & local);
    assert_eq!(token.keys().await.unwrap(), std::slice::from_ref(&info));

    // Of two numbers a token gives either; only the lower one verifies.
    let signer = token.signer("seat").await.unwrap();
    assert_eq!(Some(signer.key()), info.key);
    for number in 0..16 {
        sign(&signer, number).await.unwrap().verify(&domain()).unwrap();
    }
    signer.probe().await.unwrap();
});

story!(both_kinds_of_keys_share_a_token, async |sandbox| {
    let token = sandbox.open().await;
    token.generate("one", Purpose::Seat).await.unwrap();
    token.generate_with("two", Purpose::Seat, Algorithm::P256).await.unwrap();
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let taken = token.generate_with("one", Purpose::Seat, algorithm).await;
        assert!(matches!(taken, Err(Error::KeyExists { .. })), "{taken:?}");
    }
    assert!(matches!(token.signer("one").await.unwrap().key(), Key::Ed25519(_)));
    assert!(matches!(token.signer("two").await.unwrap().key(), Key::P256(_)));
    // No label names one of each, however it came about.
    sandbox.pkcs11_tool(&["--keypairgen", "--key-type", "EC:prime256v1", "--id", "01", "--label", "one"]);
    assert!(matches!(token.signer("one").await, Err(Error::SeveralKeys { count: 2, .. })));
});

story!(keys_on_other_curves_are_none_of_ours, async |sandbox| {
    sandbox.pkcs11_tool(&["--keypairgen", "--key-type", "EC:secp384r1", "--id", "01", "--label", "seat"]);
    let token = sandbox.open().await;
    assert_eq!(token.keys().await.unwrap(), []);
    assert!(token.signer("seat").await.is_err());
});

story!(a_payer_has_no_p256_key, async |sandbox| {
    let token = sandbox.open().await;
    let refused = token.generate_with("purse", Purpose::Payer, Algorithm::P256).await;
    assert!(matches!(refused, Err(Error::NoP256)), "{refused:?}");
});

story!(sealed a_sealed_file_holds_no_p256_key, async |sandbox| {
    let folder = sandbox.open().await;
    let refused = folder.generate_with("seat", Purpose::Seat, Algorithm::P256).await;
    assert!(matches!(refused, Err(Error::NoP256)), "{refused:?}");
    assert!(!sandbox.path("journal").exists(), "nothing was begun");
});

fn custody(custody: &Custody) -> &TokenCustody {
    match custody {
        Custody::Token(custody) => custody,
        other => panic!("{other:?}"),
    }
}
