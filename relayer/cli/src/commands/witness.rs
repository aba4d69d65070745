//! `greatseal witness`: from the command line to a running service, and to its end.

use crate::{
    cli,
    error::CliError,
    place::{read_deployment, system_time},
    witness::{Alarms, Witness, router},
};
use greatseal_audit::checkpoint::origin;
use greatseal_host::{
    config::Listen,
    end::told_to_end,
    serve::{Opening, listen, serve},
    service,
};
use greatseal_signing::{HeadFile, Keyring};
use greatseal_trail::{
    checkpoint::Log,
    note::{KeyError, KeyName, VerifierKey},
    witness::Kept,
};
use std::path::Path;
use tokio::sync::oneshot;

const LOG: &str = "give FILE=VKEY: a deployment file, and the vkey that `greatseal key vkey` shows of the log's key";

/// Serves until it is told to end.
///
/// # Errors
///
/// [`CliError::SplitView`] with `--exit-on-alarm`; what the key, the state or the address fail with.
pub async fn run(command: &cli::Witness) -> Result<(), CliError> {
    let end = told_to_end(command.exit_with_parent);
    tokio::pin!(end);
    let logs = logs(&command.logs)?;
    let name = KeyName::new(command.name.as_str()).map_err(|error: KeyError| {
        CliError::input("--name", error, "give a URL without its scheme, such as audit.example.org/witness")
    })?;
    let heads = HeadFile::open(&command.state)?;
    let keyring = Keyring::open_without_journal(command.keys.source()?.store).await?;
    let key = keyring.witness_key(&command.key, name, heads).await?;
    for log in &logs {
        let Some(note) = key.last(&log.origin) else { continue };
        let help = "give the key that signed it as well: --log FILE=VKEY twice while a log's key is being replaced";
        Kept::open(note.as_bytes(), log).map_err(|error| CliError::file(&command.state, error, help))?;
    }
    let witness = Witness::new(key, logs, Alarms::beside(&command.state), system_time);
    if let Some((origin, evidence)) = witness.alarm() {
        tracing::error!(%origin, evidence, "ALARM: the log shows different histories, and nobody has dealt with it");
        alarmed(command, &witness)?;
    }
    let (listener, url) =
        listen(&Opening { plain: command.listen_plain, ..Opening::local(command.listen) }).await.map_err(|error| {
            let help = error.help();
            CliError::input("--listen", error, help)
        })?;
    service::ready("greatseal-witness", &url);
    let (end_serving, told) = oneshot::channel::<()>();
    let limits = Listen::<7702>::default().limits();
    let serving = tokio::spawn(serve(listener, router(witness.clone()), limits, async {
        let _ = told.await;
    }));
    tokio::select! {
        () = &mut end => {}
        () = witness.alarmed(), if command.exit_on_alarm => {}
    }
    let _ = end_serving.send(());
    let served = serving.await.map_err(std::io::Error::other).and_then(|served| served);
    served.map_err(|error| CliError::Failed(format!("cannot serve: {error}")))?;
    alarmed(command, &witness)
}

fn alarmed(command: &cli::Witness, witness: &Witness) -> Result<(), CliError> {
    match witness.alarm().filter(|_| command.exit_on_alarm) {
        Some((origin, evidence)) => Err(CliError::SplitView { log: origin.to_string(), evidence }),
        None => Ok(()),
    }
}

/// Every log with its keys: a log that is named twice has both.
fn logs(named: &[String]) -> Result<Vec<Log>, CliError> {
    let mut logs: Vec<Log> = Vec::new();
    for text in named {
        let wrong = |reason: String| CliError::input("--log", reason, LOG);
        let (file, vkey) = text.rsplit_once('=').ok_or_else(|| wrong("is not FILE=VKEY".into()))?;
        let key: VerifierKey = vkey.parse().map_err(|error: KeyError| wrong(error.to_string()))?;
        let origin = origin(&read_deployment(Path::new(file))?).map_err(|error| wrong(error.to_string()))?;
        if key.name().as_str() != origin.as_str() {
            return Err(wrong(format!("the key is one of {}, the deployment's log is {origin}", key.name())));
        }
        match logs.iter_mut().find(|log| log.origin == origin) {
            Some(log) => log.keys.push(key),
            None => logs.push(Log { origin, keys: vec![key] }),
        }
    }
    Ok(logs)
}
