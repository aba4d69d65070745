//! `greatseal-indexer`: checks what it is given, says where it serves, and ends when told to.

use clap::Parser;
use greatseal_host::{end::told_to_end, log, service};
use greatseal_indexer::{
    args::{Args, Command, Migrate, Switches},
    config::{self, Config},
    error::Error,
    keeping,
    run::Service,
};
use greatseal_store::Roles;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = Args::parse();
    service::run(async {
        match args.command {
            None => start(args.switches).await,
            Some(Command::Config(look)) => Ok(service::look(look, Switches::settle, config::check).await?),
            Some(Command::Backup(backup)) => keeping::backup(settled(backup.switches)?, backup.to).await,
            Some(Command::Restore(restore)) => keeping::restore(settled(restore.switches)?, restore.from).await,
            Some(Command::Migrate(Migrate { switches, writer, reader })) => {
                keeping::migrate(settled(switches)?, Roles { writers: writer, readers: reader }).await
            }
        }
    })
}

/// The configuration, with its log begun.
fn settled(switches: Switches) -> Result<Config, Error> {
    let config = switches.settle()?.config;
    log::start(&config.log);
    Ok(config)
}

/// Signals are caught from the very beginning: told to end while it starts, the program ends well.
async fn start(switches: Switches) -> Result<ExitCode, Error> {
    let config = settled(switches)?;
    let end = told_to_end(config.process.exit_with_parent);
    tokio::pin!(end);
    let started = tokio::select! {
        prepared = Service::prepare(config) => prepared?,
        () = &mut end => return Ok(ExitCode::SUCCESS),
    };
    service::ready("greatseal-indexer", started.url());
    started.run(end).await?;
    Ok(ExitCode::SUCCESS)
}
