//! A folder that somebody else changes.

use crate::Outcome;
use futures::StreamExt as _;
use greatseal_content::check::address;
use greatseal_protocol::content::Address;
use greatseal_vault::{Name, Place, Vault, VaultError};
use std::fs;

#[tokio::test]
async fn changed_bytes_are_never_given_out_whole() -> Outcome {
    let home = tempfile::tempdir()?;
    let vault = Vault::at(&Place::Folder(home.path().to_owned())).await?;
    for length in [100_usize, 3 << 20] {
        let bytes = vec![9; length];
        let name = Name::Public(address(&Address::Sha256([0; 32]), &bytes)?);
        let mut upload = vault.keep(name.address());
        upload.push(&bytes).await?;
        upload.finish().await?;
        let path = home.path().join(name.to_string());
        for place in [0, length / 2, length - 1] {
            let mut changed = bytes.clone();
            if let Some(byte) = changed.get_mut(place) {
                *byte ^= 1;
            }
            fs::write(&path, &changed)?;
            let given = match vault.open(name).await {
                Err(error) => Err(error),
                Ok(None) => return Err("it is gone".into()),
                Ok(Some(reading)) => {
                    let mut given = 0;
                    let mut parts = std::pin::pin!(reading.into_stream());
                    let mut ended = Ok(());
                    while let Some(part) = parts.next().await {
                        match part {
                            Ok(part) => given += part.len(),
                            Err(error) => ended = Err(error),
                        }
                    }
                    assert!(given < length, "all of {length} bytes were given out");
                    ended
                }
            };
            assert!(matches!(given, Err(VaultError::Damaged(damaged)) if damaged == name), "byte {place} of {length}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_a_killed_process_was_writing_goes_and_other_files_are_no_contents() -> Outcome {
    let home = tempfile::tempdir()?;
    let digits = "ab".repeat(32);
    let folder = home.path().join("sha256/ab");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(format!("{digits}#3")), "half")?;
    fs::write(folder.join("notes.txt"), "somebody's")?;
    fs::write(home.path().join("README"), "somebody's")?;
    let vault = Vault::at(&Place::Folder(home.path().to_owned())).await?;
    assert_eq!(vault.list().await?, vec![]);
    assert!(!folder.join(format!("{digits}#3")).exists());
    assert!(folder.join("notes.txt").exists() && home.path().join("README").exists());
    Ok(())
}

#[tokio::test]
async fn a_place_that_cannot_be_used_is_told() -> Outcome {
    let home = tempfile::tempdir()?;
    fs::write(home.path().join("file"), "")?;
    let place = Place::Folder(home.path().join("file/contents"));
    assert!(matches!(Vault::at(&place).await, Err(VaultError::Unusable { .. })));
    Ok(())
}
