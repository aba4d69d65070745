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
async fn a_file_that_was_cut_is_damaged_and_mended_by_keeping_it_again() -> Outcome {
    let home = tempfile::tempdir()?;
    let vault = Vault::at(&Place::Folder(home.path().to_owned())).await?;
    for length in [1_usize, 100, 1 << 20, 3 << 20] {
        let bytes = vec![9; length];
        let name = Name::Public(address(&Address::Sha256([0; 32]), &bytes)?);
        for left in [0, length / 2, length - 1] {
            let mut upload = vault.keep(name.address());
            upload.push(&bytes).await?;
            upload.finish().await?;
            assert!(read(&vault, name).await?.is_some_and(|whole| whole == length));
            fs::write(home.path().join(name.to_string()), vec![9; left])?;
            let given = read(&vault, name).await;
            assert!(
                matches!(given, Err(VaultError::Damaged(damaged)) if damaged == name),
                "{left} of {length}: {given:?}"
            );
        }
    }
    // A list without items is whole without a byte.
    let none = Name::Public(address(&Address::Accounts([0; 32]), &[])?);
    vault.keep(none.address()).finish().await?;
    assert_eq!(read(&vault, none).await?, Some(0));
    Ok(())
}

/// How many bytes are given out, where all of them are.
async fn read(vault: &Vault, name: Name) -> Result<Option<usize>, VaultError> {
    let Some(reading) = vault.open(name).await? else { return Ok(None) };
    let mut given = 0;
    let mut parts = std::pin::pin!(reading.into_stream());
    while let Some(part) = parts.next().await {
        given += part?.len();
    }
    Ok(Some(given))
}

#[tokio::test]
async fn folders_go_with_their_last_content() -> Outcome {
    let home = tempfile::tempdir()?;
    let vault = Vault::at(&Place::Folder(home.path().to_owned())).await?;
    let of = address(&Address::Sha256([0; 32]), b"hidden")?;
    let mut names = Vec::new();
    for number in [1, 2] {
        let mut upload = vault.keep_restricted(of);
        upload.push(&[b"age-encryption.org/v1\n", &[number][..]].concat()).await?;
        names.push(upload.finish().await?.name);
    }
    let folder = home.path().join(names[0].to_string()).parent().ok_or("no folder")?.to_owned();
    vault.remove(&names[0]).await?;
    assert!(folder.exists() && vault.open(names[1]).await?.is_some());
    vault.remove(&names[1]).await?;
    assert_eq!(fs::read_dir(home.path())?.count(), 0, "the folder of contents is empty, and is there");
    Ok(())
}

#[tokio::test]
async fn what_a_killed_process_was_writing_goes_and_other_files_are_no_contents() -> Outcome {
    let home = tempfile::tempdir()?;
    let digits = "ab".repeat(32);
    let folder = home.path().join("sha256/ab");
    fs::create_dir_all(&folder)?;
    let staged = [
        folder.join(format!("{digits}#3")),
        folder.join(format!("{digits}.age#12")),
        home.path().join(format!("uploading/{}#1", "0f".repeat(16))),
    ];
    let others = [
        folder.join("notes#1"),
        folder.join("#1"),
        folder.join(format!("{digits}#")),
        folder.join(format!("{digits}#1a")),
        folder.join(format!("{digits}.txt#1")),
        folder.join(format!("{}#1", "AB".repeat(32))),
        folder.join(format!("{}#1", "ab".repeat(20))),
    ];
    fs::create_dir(home.path().join("uploading"))?;
    for path in staged.iter().chain(&others) {
        fs::write(path, "half")?;
    }
    fs::write(folder.join("notes.txt"), "somebody's")?;
    fs::write(home.path().join("README"), "somebody's")?;
    let vault = Vault::at(&Place::Folder(home.path().to_owned())).await?;
    assert_eq!(vault.list().await?, vec![]);
    assert!(!staged.iter().any(|path| path.exists()));
    assert!(others.iter().all(|path| path.exists()));
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
