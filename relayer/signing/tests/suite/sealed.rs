//! Sealed files: altered, exchanged, open to others, opened with another passphrase.

use super::sandbox::{Sandbox, sign, story};
use greatseal_signing::{Custody, Error, Purpose, Sealed, SecretSource, Work};
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    process::Stdio,
};

story!(sealed a_new_file_is_for_its_owner_only, async |sandbox| {
    let (_keyring, signer) = sandbox.signer("seat").await;
    let mode = |name: &str| fs::metadata(sandbox.path(name)).unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode("keys"), mode("keys/seat.sealed")), (0o700, 0o600));
    assert_eq!(fs::read_dir(sandbox.path("keys")).unwrap().count(), 1, "nothing is left beside it");
    assert_eq!(signer.info().custody, Custody::Sealed(Work::LEAST));
});

/// Made with pyca/cryptography and the HChaCha20 of draft-irtf-cfrg-xchacha: 8 MiB, 2 passes, 1 lane.
const FOREIGN: &str = concat!(
    "47524541545345414c2d5345414c45442d4b45592d310a",
    "01",
    "002000000201",
    "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
    "c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7",
    "79b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad049664",
    "0473656174",
    "39bf41443900deed47c726a578aa317eca810e0ba087c83cd4f61d5cee1d827c",
    "399c975ebf5556a564d4291c197b30d0",
);

story!(sealed a_file_that_another_program_made_opens, async |sandbox| {
    let keyring = sandbox.open().await;
    keyring.generate("other", Purpose::Seat).await.unwrap();
    fs::write(file(sandbox, "seat"), hex::decode(FOREIGN).unwrap()).unwrap();
    fs::set_permissions(file(sandbox, "seat"), Permissions::from_mode(0o600)).unwrap();
    let signer = keyring.signer("seat").await.unwrap();
    let key = "ed25519:79b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad049664";
    assert_eq!(signer.key().to_string(), key);
    assert_eq!(signer.info().custody, Custody::Sealed(Work { memory: 8192, passes: 2, lanes: 1 }));
    sign(&signer, 1).await.unwrap();
});

/// Place of the purpose in a file: behind the format's name.
const PURPOSE: usize = 23;

story!(sealed no_byte_can_be_altered, async |sandbox| {
    let (keyring, _) = sandbox.signer("seat").await;
    let file = file(sandbox, "seat");
    let whole = fs::read(&file).unwrap();
    for place in 0..whole.len() {
        for flip in [0x01, 0x80] {
            let mut altered = whole.clone();
            altered[place] ^= flip;
            fs::write(&file, altered).unwrap();
            refused(keyring.signer("seat").await.unwrap_err(), place);
            refused(keyring.payer("seat").await.unwrap_err(), place);
        }
    }
    // A purpose that exists: the header is sealed with the key, so that a seat's does not become a payer's.
    let mut payer = whole.clone();
    payer[PURPOSE] = 2;
    fs::write(&file, &payer).unwrap();
    assert!(matches!(keyring.payer("seat").await.unwrap_err(), Error::NotUnsealed { .. }));
    for length in 0..whole.len() {
        fs::write(&file, &whole[..length]).unwrap();
        refused(keyring.signer("seat").await.unwrap_err(), length);
    }
    fs::write(&file, [whole.as_slice(), &[0]].concat()).unwrap();
    refused(keyring.signer("seat").await.unwrap_err(), whole.len());
    fs::write(&file, vec![b'G'; 1 << 20]).unwrap();
    refused(keyring.signer("seat").await.unwrap_err(), whole.len());
    fs::write(&file, whole).unwrap();
    sign(&keyring.signer("seat").await.unwrap(), 1).await.unwrap();
});

story!(sealed parameters_are_bounded_before_any_work, async |sandbox| {
    let (keyring, _) = sandbox.signer("seat").await;
    let whole = fs::read(file(sandbox, "seat")).unwrap();
    let with = |place: usize, bytes: &[u8]| {
        let mut altered = whole.clone();
        altered[place..place + bytes.len()].copy_from_slice(bytes);
        altered
    };
    let hostile = [
        with(24, &u32::MAX.to_le_bytes()),
        with(24, &(1024 * 1024 + 1_u32).to_le_bytes()),
        with(24, &(8 * 1024 - 1_u32).to_le_bytes()),
        with(24, &0_u32.to_le_bytes()),
        with(28, &[0]),
        with(28, &[17]),
        with(29, &[0]),
        with(29, &[17]),
    ];
    for altered in hostile {
        fs::write(file(sandbox, "seat"), altered).unwrap();
        let refused = keyring.signer("seat").await;
        assert!(
            matches!(&refused, Err(Error::NotSealed { reason, .. }) if reason.contains("out of bounds")),
            "{refused:?}"
        );
    }
    let weak = Sealed { work: Work { memory: 1024, ..Work::LEAST }, ..sandbox.sealed() };
    let refused = sandbox.folder(weak).await.unwrap().generate("weak", Purpose::Seat).await;
    assert!(matches!(refused, Err(Error::NotSealed { .. })), "{refused:?}");
});

story!(sealed a_file_in_anothers_place_is_refused, async |sandbox| {
    let (keyring, _) = sandbox.signer("one").await;
    keyring.generate("two", Purpose::Seat).await.unwrap();
    let (one, two) = (fs::read(file(sandbox, "one")).unwrap(), fs::read(file(sandbox, "two")).unwrap());
    fs::write(file(sandbox, "one"), two).unwrap();
    fs::write(file(sandbox, "two"), one).unwrap();
    for (label, inside) in [("one", "two"), ("two", "one")] {
        let refused = keyring.signer(label).await;
        assert!(matches!(&refused, Err(Error::SealedAsAnother { label, .. }) if label == inside), "{refused:?}");
    }
    assert!(keyring.keys().await.unwrap().iter().all(|key| key.defect.is_some() && key.key.is_none()));
});

story!(sealed a_file_that_others_may_read_is_refused, async |sandbox| {
    let (keyring, signer) = sandbox.signer("seat").await;
    for open in [0o640, 0o604, 0o660, 0o601] {
        fs::set_permissions(file(sandbox, "seat"), Permissions::from_mode(open)).unwrap();
        let refused = keyring.signer("seat").await;
        assert!(matches!(&refused, Err(Error::SealedTooOpen { mode, .. }) if *mode == open), "{refused:?}");
        assert!(signer.probe().await.is_err());
    }
});

story!(sealed a_file_that_cannot_be_read_is_refused, async |sandbox| {
    let (keyring, _) = sandbox.signer("seat").await;
    fs::remove_file(file(sandbox, "seat")).unwrap();
    assert!(matches!(keyring.signer("seat").await, Err(Error::NoSuchKey { .. })));
    fs::create_dir(file(sandbox, "seat")).unwrap();
    assert!(matches!(keyring.signer("seat").await, Err(Error::SealedUnreadable { .. })));
    assert!(matches!(keyring.signer("../keys/seat").await, Err(Error::BadFileName)));
    let nowhere = Sealed { folder: sandbox.path("nowhere"), ..sandbox.sealed() };
    assert!(matches!(sandbox.folder(nowhere).await.unwrap().keys().await, Err(Error::SealedUnreadable { .. })));
});

story!(sealed another_passphrase_opens_nothing, async |sandbox| {
    sandbox.signer("seat").await;
    let passphrase = sandbox.secret("other", "the cat sat on a walrus", 0o600);
    let other = sandbox.folder(Sealed { passphrase, ..sandbox.sealed() }).await.unwrap();
    let refused = other.signer("seat").await.unwrap_err();
    assert!(matches!(refused, Error::NotUnsealed { .. }), "{refused:?}");
    assert!(!format!("{refused} {refused:?} {other:?}").contains("walrus"));
});

story!(sealed a_passphrase_that_could_be_guessed_is_refused, async |sandbox| {
    let passphrase = sandbox.secret("short", "eleven byte", 0o600);
    let short = sandbox.folder(Sealed { passphrase, ..sandbox.sealed() }).await.unwrap();
    assert!(matches!(short.generate("seat", Purpose::Seat).await, Err(Error::PassphraseTooShort)));
    let passphrase = sandbox.secret("open", "long enough for all", 0o644);
    let open = sandbox.folder(Sealed { passphrase, ..sandbox.sealed() }).await;
    assert!(matches!(open, Err(Error::SecretFileTooOpen { .. })));
});

story!(sealed a_descriptor_gives_the_passphrase, async |sandbox| {
    if sandbox.phase() == 0 {
        sandbox.signer("seat").await;
        let file = fs::File::open(sandbox.path("passphrase")).unwrap();
        let output = sandbox.again(1, Stdio::from(file));
        assert!(output.status.success(), "{output:?}");
    } else {
        let sealed = Sealed { passphrase: SecretSource::Descriptor(0), ..sandbox.sealed() };
        sandbox.folder(sealed).await.unwrap().signer("seat").await.unwrap();
    }
});

fn file(sandbox: &Sandbox, label: &str) -> std::path::PathBuf {
    sandbox.path("keys").join(format!("{label}.sealed"))
}

fn refused(error: Error, place: usize) {
    let known = matches!(error, Error::NotSealed { .. } | Error::NotUnsealed { .. } | Error::SealedAsAnother { .. });
    assert!(known, "{place}: {error:?}");
}
