//! Services speak TLS, and listen to other machines only where that was meant.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use greatseal_tests::{
    Outcome,
    program::{Answer, Program, command, run},
    world::{Options, World},
};

const BARE: Options<'_> = Options { devnet: &[], relayer: false, indexer: false };
const SERVICES: [(&str, &str); 2] = [("greatseal-relayer", "journal"), ("greatseal-indexer", "database")];

/// An authority, `ca.pem`, and its certificate for this machine.
fn certificate(world: &World) -> Outcome {
    let openssl = |args: &[&str]| -> Outcome {
        let made = Command::new("openssl").args(args).current_dir(world.file("")).output()?;
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Ok(())
    };
    let new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    let authority = ["req", "-x509", "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem"];
    openssl(&[&authority[..], &new].concat())?;
    let ours = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "tls.key", "-out", "tls.csr"];
    openssl(&[&["req", "-subj", "/CN=service"], &new[..], &ours].concat())?;
    let sign = ["x509", "-req", "-in", "tls.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
    openssl(&[&sign[..], &["-copy_extensions", "copy", "-days", "1", "-out", "tls.pem"]].concat())?;
    Ok(fs::set_permissions(world.file("tls.key"), fs::Permissions::from_mode(0o600))?)
}

/// A configuration with this `[listen]`.
fn configured(world: &World, storage: &str, listen: &str) -> Outcome {
    let text = format!(
        "[node]\nurl = \"{}\"\n[deployment]\nfile = \"deployment.json\"\n[{storage}]\nfile = \"{storage}.db\"\n\
         [listen]\n{listen}\n",
        world.node().url()
    );
    Ok(fs::write(world.file("service.toml"), text)?)
}

async fn service(world: &World, name: &str, args: &[&str]) -> Outcome<Answer> {
    let mut command = command(name, &world.file(""))?;
    command.args(args).args(["--config", "service.toml"]);
    Ok(run(command).await?)
}

#[tokio::test]
async fn a_service_with_a_certificate_is_reached_by_the_authority_that_was_named() -> Outcome {
    let world = World::start(BARE).await?;
    certificate(&world)?;
    let mut running = Vec::new();
    for (name, storage) in SERVICES {
        let tls = "address = \"127.0.0.1:0\"\ncertificate = \"tls.pem\"\nkey_file = \"tls.key\"";
        configured(&world, storage, tls)?;
        let checked = service(&world, name, &["config", "check"]).await?;
        assert!(checked.code == 0 && checked.stdout.contains("127.0.0.1:0, with TLS"), "{checked:?}");
        let mut start = command(name, &world.file(""))?;
        start.args(["--config", "service.toml", "--exit-with-parent"]);
        let program = Program::start(start).await?;
        assert!(program.url().starts_with("https://127.0.0.1:"), "{}", program.url());
        running.push(program);
    }
    let [relayer, indexer] = running.as_slice() else { return Err("two services".into()) };
    let ask = ["--relayer", relayer.url(), "--indexer", indexer.url()];
    // Waits for the indexer, which the log does not.
    world.greatseal(&[&["audit", "verify", "--ca", "ca.pem"], &ask[..]].concat()).await?.done()?;
    let told = world.greatseal(&[&["governance", "log", "--ca", "ca.pem"], &ask[..]].concat()).await?.done()?;
    assert_eq!(told["events"][0]["event"]["kind"], "Deployed", "{told}");
    let stranger = world.greatseal(&[&["governance", "log"], &ask[..]].concat()).await?;
    assert!(stranger.code == 5 && stranger.stderr.contains("authority that is not trusted"), "{stranger:?}");
    // Nothing is said in plain.
    let plain = indexer.url().replacen("https:", "http:", 1);
    let refused = world.greatseal(&["governance", "log", "--indexer", &plain]).await?;
    assert_eq!(refused.code, 5, "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn others_are_listened_to_where_that_was_said_twice() -> Outcome {
    let world = World::start(BARE).await?;
    certificate(&world)?;
    for (name, storage) in SERVICES {
        for (listen, told) in [
            ("address = \"0.0.0.0:0\"", "can be reached from other machines, and there is no TLS"),
            ("address = \"[::]:0\"\nplain = \"0.0.0.0:0\"", "can be reached from other machines"),
            ("certificate = \"tls.pem\"", "a certificate needs its key"),
            ("certificate = \"tls.key\"\nkey_file = \"tls.key\"", "tls.key"),
            ("certificate = \"tls.pem\"\nkey_file = \"service.toml\"", "service.toml"),
        ] {
            configured(&world, storage, listen)?;
            for args in [&[][..], &["config", "check"]] {
                let refused = service(&world, name, args).await?;
                assert!(refused.code == 3 && refused.stderr.contains(told), "{name} {args:?} {listen}: {refused:?}");
                assert!(refused.stderr.contains("help: "), "{refused:?}");
            }
        }
        configured(&world, storage, "address = \"0.0.0.0:0\"\nplain = \"0.0.0.0:0\"")?;
        let checked = service(&world, name, &["config", "check"]).await?;
        assert!(checked.code == 0 && checked.stdout.contains("for every machine that reaches it"), "{checked:?}");
        let mut start = command(name, &world.file(""))?;
        start.args(["--config", "service.toml", "--exit-with-parent"]);
        let program = Program::start(start).await?;
        assert!(program.url().starts_with("http://0.0.0.0:"), "{}", program.url());
    }
    Ok(())
}
