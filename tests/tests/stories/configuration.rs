//! Services are configured by a file, switches win over it, and what is wrong with it is said by line.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use greatseal_tests::{
    Outcome,
    program::{Answer, Program, command, run},
    tokens::write_secret,
    world::{Options, World},
};

const BARE: Options<'_> = Options { devnet: &[], relayer: false, indexer: false };
const SERVICES: [(&str, &str); 2] = [("greatseal-relayer", "journal"), ("greatseal-indexer", "database")];

#[tokio::test]
async fn a_file_is_all_that_a_service_needs() -> Outcome {
    let world = World::start(BARE).await?;
    fs::create_dir(world.file("etc"))?;
    for (name, storage) in SERVICES {
        // Paths start at the file's folder, not at the one that the service runs in.
        let text = format!(
            "[node]\nurl = {:?}\n[deployment]\nfile = \"../deployment.json\"\n[{storage}]\nfile = \"{storage}.db\"\n\
             [listen]\naddress = \"127.0.0.1:1\"\n[process]\nexit_with_parent = true\n",
            world.node().url()
        );
        fs::write(world.file("etc/service.toml"), text)?;
        let with = ["--config", "etc/service.toml", "--listen", "127.0.0.1:0"];
        let checked = service(&world, name, &[&["config", "check"], &with[..], &["--json"]].concat()).await?.done()?;
        assert_eq!(checked["ok"], true, "{checked}");
        assert!(!world.file(&format!("etc/{storage}.db")).exists(), "checking leaves no trace");

        let shown = service(&world, name, &[&["config", "show"], &with[..], &["--json"]].concat()).await?.done()?;
        let from = |key: &str| format!("{} {}", shown["keys"][key]["from"], shown["keys"][key]["value"]);
        assert_eq!(from("listen.address"), "\"switch\" \"127.0.0.1:0\"");
        assert_eq!(from("listen.connections"), "\"default\" 256");
        assert_eq!(from("process.exit_with_parent"), "\"file\" true");
        assert_eq!(shown["keys"]["node.url"]["line"], 2);

        let mut start = command(name, &world.file(""))?;
        start.args(with);
        let running = Program::start(start).await?;
        assert!(world.file(&format!("etc/{storage}.db")).exists());
        let meanwhile = service(&world, name, &[&["config", "check"], &with[..]].concat()).await?;
        assert_eq!(meanwhile.code, 0, "the service runs, and its file is as good as before: {meanwhile:?}");
        // The switch did not take `exit_with_parent` away.
        assert_eq!(running.end().await?, 0);
        let checked = service(&world, name, &[&["config", "check"], &with[..]].concat()).await?;
        assert!(checked.code == 0 && checked.stdout.contains("of this deployment"), "{}", checked.stdout);
        for beside in ["-wal", "-shm"] {
            let left = world.file(&format!("etc/{storage}.db{beside}"));
            assert!(!left.exists(), "checking leaves no trace: {}", left.display());
        }
        // What is shown can be read again, and says the same.
        let first = service(&world, name, &[&["config", "show"], &with[..]].concat()).await?;
        fs::write(world.file("shown.toml"), &first.stdout)?;
        let second = service(&world, name, &["config", "show", "--config", "shown.toml"]).await?;
        let values = |text: &str| -> Vec<String> {
            text.lines().filter_map(|line| line.split(" # ").next()).map(|value| value.trim().to_owned()).collect()
        };
        assert!(values(&first.stdout).len() > 10, "{}", first.stdout);
        assert_eq!(values(&second.stdout), values(&first.stdout));
    }
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_is_said_by_line_and_no_secret_is_repeated() -> Outcome {
    let home = tempfile::tempdir()?;
    let file = home.path().join("service.toml");
    for (name, storage) in SERVICES {
        let least = format!("[deployment]\nfile = \"d\"\n[{storage}]\nfile = \"s\"\n");
        for (text, said, helped) in [
            ("[node]\nulr = \"ws://a\"\n", ":6: there is no key `node.ulr`", "did you mean `node.url`?"),
            ("[lisen]\naddress = \"\"\n", ":6: there is no key `lisen.address`", "did you mean `listen.address`?"),
            ("[node]\ncolour = 1\n", ":6: there is no key `node.colour`", "known here: url"),
            ("[metrics]\nport = 1\n", ":6: there is no key `metrics.port`", "known here: [node]"),
            ("[listen]\nconnections = \"9\"\n", ":6: `listen.connections`", "docs/config"),
            ("[listen]\nconnections = 0\n", ":6: `listen.connections`", "docs/config"),
            ("[listen]\nheader_timeout = \"10\"\n", ":6: `listen.header_timeout`: give a time", "docs/config"),
            ("[node]\nurl = \"http://a\"\n", ":6: `node.url`: give ws://", "docs/config"),
            ("[log]\nfilter = \"loud=very\"\n", ":6: `log.filter`: give error, warn", "docs/config"),
            ("[node]\nurl = \"ws://a\"\nurl = \"ws://b\"\n", ":7: ", "docs/config"),
            ("[node]\npin = \"hunter2\"\n", ":6: `node.pin` would be a secret", "change it now"),
            ("[node]\npin = \"hunter2\n", ":6: ", "docs/config"),
            ("[node]\nurl = \"ws://me:hunter2@a\"\n", ":6: `node.url`: give an address without", "docs/config"),
        ] {
            fs::write(&file, format!("{least}{text}"))?;
            for args in [&["config", "check"][..], &["config", "show"], &[]] {
                refused(&looking(name, &file, args).await?, said, helped).map_err(|error| format!("{text}{error}"))?;
            }
        }
        fs::write(&file, "[deployment]\nfile = \"d\"\n")?;
        refused(&looking(name, &file, &[]).await?, &format!("there is no `{storage}.file`"), &format!("--{storage}"))?;
        fs::write(&file, "x".repeat(70_000))?;
        refused(&looking(name, &file, &[]).await?, "longer than 64 KiB", "--config")?;
        refused(&looking(name, &home.path().join("missing"), &[]).await?, "No such file", "--config")?;
        // Neither a file nor its switches is usage, as ever.
        assert_eq!(run(command(name, home.path())?).await?.code, 2);
    }
    Ok(())
}

#[tokio::test]
async fn accounts_in_tokens_and_sealed_files_are_checked() -> Outcome {
    let home = tempfile::tempdir()?;
    let file = home.path().join("relayer.toml");
    let least = "[deployment]\nfile = \"deployment.json\"\n[journal]\nfile = \"new/journal.db\"\n[account]\n";
    write_secret(&home.path().join("secret"), "hunter2")?;
    write_secret(&home.path().join("k.sealed"), "hunter2")?;
    fs::write(home.path().join("open"), "hunter2")?;
    fs::set_permissions(home.path().join("open"), fs::Permissions::from_mode(0o644))?;
    let token = |secret: &str| {
        format!(
            "{least}kind = \"token\"\nmodule = \"/etc/passwd\"\ntoken = \"t\"\nkey = \"k\"\npin_file = \"{secret}\"\n"
        )
    };
    let sealed =
        |secret: &str| format!("{least}kind = \"sealed\"\npath = \".\"\nkey = \"k\"\npassphrase_file = \"{secret}\"\n");
    for (text, wrong) in [
        (token("secret"), &[][..]),
        (token("open"), &["account.pin_file: ", "mode 644"]),
        (token("missing"), &["account.pin_file: ", "No such file"]),
        (sealed("secret"), &[]),
        (sealed("open"), &["account.passphrase_file: ", "mode 644"]),
    ] {
        fs::write(&file, text)?;
        let answer = looking("greatseal-relayer", &file, &["config", "check"]).await?;
        let always =
            ["deployment.file: ", "journal.file: nothing can be created in", "wrong  account.signing_journal: "];
        for part in always.iter().chain(wrong) {
            assert!(answer.stdout.contains(part), "{part}: {}", answer.stdout);
        }
        assert_eq!(answer.code, 3);
        assert_eq!(answer.stdout.matches("wrong ").count(), if wrong.is_empty() { 3 } else { 4 }, "{}", answer.stdout);
        assert!(!format!("{}{}", answer.stdout, answer.stderr).contains("hunter2"));
    }
    for (text, said) in [
        ("kind = \"token\"\nmodule = \"m\"\ntoken = \"t\"\nkey = \"k\"\n", "missing field `pin_file`"),
        ("kind = \"dev\"\nname = \"bob\"\npin_file = \"p\"\n", "unknown field `pin_file`"),
        ("kind = \"purse\"\n", "unknown variant `purse`"),
        ("name = \"bob\"\n", "missing field `kind`"),
        ("kind = \"dev\"\nname = \"mallory\"\n", "unknown variant `mallory`"),
        ("kind = \"token\"\npin_fil = \"p\"\n", ":7: there is no key `account.pin_fil`"),
        ("kind = \"token\"\npin_file = 1234\n", "`account.pin_file`: give a path in quotes"),
    ] {
        fs::write(&file, format!("{least}{text}"))?;
        let answer = looking("greatseal-relayer", &file, &[]).await?;
        let help = if said.contains("pin_fil`") { "did you mean `account.pin_file`?" } else { "docs/config" };
        refused(&answer, said, help).map_err(|error| format!("{text}{error}"))?;
        assert!(!answer.stderr.contains("1234"), "{}", answer.stderr);
    }
    // With a file that is sound and a deployment that is there, the token has to open.
    let world = World::start(BARE).await?;
    let mut start = command("greatseal-relayer", &world.file(""))?;
    fs::write(world.file("relayer.toml"), token("secret"))?;
    start.args(["--config", "relayer.toml", "--node", world.node().url()]);
    let answer = run(start).await?;
    assert!(answer.code == 6 && answer.stderr.contains("/etc/passwd"), "{answer:?}");
    assert!(!answer.stderr.contains("hunter2"), "{answer:?}");
    Ok(())
}

async fn service(world: &World, name: &str, args: &[&str]) -> Outcome<Answer> {
    let mut service = command(name, &world.file(""))?;
    service.args(args);
    Ok(run(service).await?)
}

async fn looking(name: &str, file: &Path, args: &[&str]) -> Outcome<Answer> {
    let mut looking = command(name, file.parent().ok_or("no folder")?)?;
    looking.args(args).arg("--config").arg(file);
    Ok(run(looking).await?)
}

fn refused(answer: &Answer, said: &str, helped: &str) -> Outcome {
    let lines: Vec<&str> = answer.stderr.lines().collect();
    let error = lines.iter().any(|line| line.starts_with("error: ") && line.contains(said));
    let help = lines.iter().any(|line| line.starts_with("help: ") && line.contains(helped));
    match answer.code == 3 && error && help && answer.stdout.is_empty() && !answer.stderr.contains("hunter2") {
        true => Ok(()),
        false => Err(format!("exit code {}, not 3: {}{}", answer.code, answer.stdout, answer.stderr).into()),
    }
}
