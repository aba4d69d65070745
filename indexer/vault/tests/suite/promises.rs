//! Promises that hold wherever contents are kept. Whoever includes this file says where.

use futures::StreamExt as _;
use greatseal_content::check::{Unfit, address};
use greatseal_protocol::content::Address;
use greatseal_vault::{Limits, Name, Place, Vault, VaultError};

type Outcome = Result<(), Box<dyn std::error::Error>>;

const LONGEST: u64 = 20 << 20;

fn limits() -> Limits {
    Limits { longest: LONGEST, ..Limits::default() }
}

fn hashed(bytes: &[u8]) -> Result<Address, Unfit> {
    address(&Address::Sha256([0; 32]), bytes)
}

async fn read(vault: &Vault, name: Name) -> Result<Option<Vec<u8>>, VaultError> {
    let Some(reading) = vault.open(name).await? else { return Ok(None) };
    let mut whole = Vec::new();
    let mut parts = std::pin::pin!(reading.into_stream());
    while let Some(part) = parts.next().await {
        whole.extend_from_slice(&part?);
    }
    Ok(Some(whole))
}

/// Lengths around every limit: of a part, of what is checked before it is given out.
const LENGTHS: [usize; 8] = [0, 1, 1 << 20, (1 << 20) + 1, (8 << 20) - 1, 8 << 20, (8 << 20) + 1, 17 << 20];

pub(crate) async fn what_was_brought_is_there_whole_and_keeping_it_again_changes_nothing(place: &Place) -> Outcome {
    let vault = Vault::within(place, &limits()).await?;
    for length in LENGTHS {
        let bytes: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap_or(0)).collect();
        let name = Name::Public(hashed(&bytes)?);
        assert_eq!(read(&vault, name).await?, None);
        for _ in 0..2 {
            let mut upload = vault.keep(name.address());
            for piece in bytes.chunks(300_007) {
                upload.push(piece).await?;
            }
            assert_eq!(upload.finish().await?.name, name);
            assert!(read(&vault, name).await?.is_some_and(|read| read == bytes), "{length} bytes in {place:?}");
        }
    }
    let listed = vault.list().await?;
    assert_eq!(listed.len(), LENGTHS.len());
    // Another program's start sees the same.
    let mut again = Vault::within(place, &limits()).await?.list().await?;
    again.sort_by_key(|kept| kept.name);
    let mut sorted = listed.clone();
    sorted.sort_by_key(|kept| kept.name);
    assert_eq!(again, sorted);
    for kept in listed {
        vault.remove(&kept.name).await?;
        vault.remove(&kept.name).await?;
        assert_eq!(read(&vault, kept.name).await?, None);
    }
    Ok(())
}

pub(crate) async fn what_does_not_fit_or_ends_early_leaves_nothing(place: &Place) -> Outcome {
    let vault = Vault::within(place, &limits()).await?;
    let bytes = vec![5; 17 << 20];
    let name = Name::Public(hashed(&bytes)?);
    for length in [0, 1, 9 << 20, (17 << 20) - 1] {
        let part = bytes.get(..length).unwrap_or_default();
        let mut upload = vault.keep(name.address());
        upload.push(part).await?;
        assert!(matches!(upload.finish().await, Err(VaultError::Unfit(_))));
        let mut dropped = vault.keep(name.address());
        dropped.push(part).await?;
        drop(dropped);
    }
    let mut long = vault.keep(name.address());
    long.push(&bytes).await?;
    assert!(matches!(long.push(&bytes).await, Err(VaultError::TooLong(LONGEST))));
    drop(long);
    assert_eq!(vault.list().await?, vec![]);
    assert_eq!(read(&vault, name).await?, None);
    Ok(())
}

pub(crate) async fn ciphertexts_are_kept_beside_each_other_under_their_own_hash(place: &Place) -> Outcome {
    let vault = Vault::within(place, &limits()).await?;
    let address = hashed(b"the plain text")?;
    for length in [22, 100, 17 << 20] {
        let mut bytes = b"age-encryption.org/v1\n".to_vec();
        bytes.resize(length, 7);
        let mut upload = vault.keep_restricted(address);
        for piece in bytes.chunks(300_007) {
            upload.push(piece).await?;
        }
        let kept = upload.finish().await?;
        let own = *hashed(&bytes)?.hash();
        assert_eq!(kept.name, Name::Restricted(address, own));
        assert!(read(&vault, kept.name).await?.is_some_and(|read| read == bytes));
    }
    assert_eq!(vault.list().await?.len(), 3);
    for bytes in [&b""[..], b"age-encryption.org/v1", b"age-encryption.org/v2\n", b"the plain text"] {
        let mut upload = vault.keep_restricted(address);
        let ended = match upload.push(bytes).await {
            Ok(()) => upload.finish().await.map(drop),
            Err(error) => Err(error),
        };
        assert!(matches!(ended, Err(VaultError::NotEncrypted)));
    }
    Ok(())
}
