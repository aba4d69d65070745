//! What `--out` names: a file is replaced whole and keeps its permissions; nothing else becomes a file.

use std::{
    fs,
    os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink},
    process::Command,
};

use greatseal_tests::{
    Outcome,
    program::command,
    world::{Options, World},
};

use crate::manifests::{entries, header, lines, manifest};

#[tokio::test]
async fn what_is_no_file_stays_what_it_is() -> Outcome {
    let world = World::start(Options::default()).await?;
    let folders = std::cell::Cell::new(0);
    // The companions' signatures go into a file of their own; here there are none.
    let export = async |out: &str, more: &[&str]| {
        folders.set(folders.get() + 1);
        let folder = format!("evidence-{}", folders.get());
        let export = ["audit", "export", "--out", &folder, "--companions", out];
        world.greatseal(&[&export[..], more].concat()).await
    };
    fs::write(world.file("signatures.part"), "mine")?;
    export("signatures.hex", &[]).await?.done()?;
    assert_eq!(fs::read(world.file("signatures.part"))?, b"mine");
    assert!(world.file("signatures.hex").is_file());

    // A pipe gets everything.
    assert!(Command::new("mkfifo").arg(world.file("pipe")).status()?.success());
    let pipe = world.file("pipe");
    let reader = std::thread::spawn(move || fs::read(pipe));
    export("pipe", &[]).await?.done()?;
    assert!(reader.join().map_err(|_| "the reader failed")??.is_empty(), "it has ended");
    assert!(world.file("pipe").symlink_metadata()?.file_type().is_fifo());

    // A device stays one.
    for device in ["/dev/null", "/dev/full"] {
        export(device, &[]).await?.done()?;
        assert!(fs::symlink_metadata(device)?.file_type().is_char_device(), "{device}");
    }

    // A link stays a link, and what it leads to keeps its permissions.
    fs::write(world.file("target"), "old")?;
    fs::set_permissions(world.file("target"), fs::Permissions::from_mode(0o600))?;
    symlink("target", world.file("link"))?;
    assert_eq!(export("link", &[]).await?.code, 3, "it is not replaced unasked");
    export("link", &["--replace"]).await?.done()?;
    assert!(world.file("link").symlink_metadata()?.is_symlink());
    assert!(fs::read(world.file("target"))?.is_empty());
    assert_eq!(world.file("target").metadata()?.permissions().mode() & 0o777, 0o600);
    symlink("nowhere", world.file("dangling"))?;
    let dangling = export("dangling", &[]).await?;
    assert!(dangling.code == 3 && !world.file("nowhere").exists(), "{dangling:?}");
    Ok(())
}

#[tokio::test]
async fn an_answer_that_did_not_get_out_was_not_given() -> Outcome {
    let folder = tempfile::tempdir()?;
    let sound = lines(&entries(0, &[10, 20]));
    fs::write(folder.path().join("bare.jsonl"), &sound)?;
    let checked = manifest(folder.path(), &["check", "bare.jsonl"]).await?.done()?;
    fs::write(folder.path().join("m.jsonl"), format!("{}\n{sound}", header(&checked)))?;
    for json in [&["--json"][..], &[]] {
        for args in [&["manifest", "hash", "m.jsonl"][..], &["manifest", "check", "m.jsonl"]] {
            let mut full = command("greatseal", folder.path())?;
            let ended = full.args(json).args(args).stdout(fs::File::create("/dev/full")?).output()?;
            let told = String::from_utf8_lossy(&ended.stderr).into_owned();
            assert!(ended.status.code() == Some(1) && told.contains("No space left"), "{args:?}: {told}");
        }
    }
    // Whoever has read enough (`| head -1`) is no reason to fail.
    for args in [&["completions", "bash"][..], &["manifest", "hash", "m.jsonl"]] {
        let (reader, writer) = std::io::pipe()?;
        drop(reader);
        let mut closed = command("greatseal", folder.path())?;
        let ended = closed.args(args).stdout(writer).output()?;
        let told = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(ended.status.code() == Some(0) && told.is_empty(), "{args:?}: {:?} {told}", ended.status);
    }
    Ok(())
}
