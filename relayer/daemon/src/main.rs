//! `greatseal-relayer`: submits signed envelopes and keeps the journal of it.

use clap::Parser;
use greatseal_host::{end::told_to_end, log, out, printable::Printable, service};
use greatseal_relayer::{
    args::{Args, Command, Keep, Switches},
    config,
    error::RelayerError,
    journal, start,
};
use std::{path::Path, process::ExitCode};

fn main() -> ExitCode {
    let args = Args::parse();
    service::run(async {
        match args.command {
            None => serve(args.switches).await,
            Some(Command::Config(look)) => Ok(service::look(look, Switches::settle, config::check).await?),
            Some(Command::Journal(Keep::Backup { journal, out })) => back_up(&journal, &out).await,
        }
    })
}

async fn serve(switches: Switches) -> Result<ExitCode, RelayerError> {
    let config = switches.settle()?.config;
    log::start(&config.log);
    let ready = |url: &str| service::ready("greatseal-relayer", url);
    start::run(&config, ready, told_to_end(config.process.exit_with_parent)).await?;
    Ok(ExitCode::SUCCESS)
}

async fn back_up(journal: &Path, to: &Path) -> Result<ExitCode, RelayerError> {
    journal::back_up(journal, to).await?;
    out::say(&Printable::json(serde_json::json!({ "backup": to.display().to_string() })));
    Ok(ExitCode::SUCCESS)
}
