//! `greatseal-relayer`: submits signed envelopes and keeps the journal of it.

use clap::Parser;
use greatseal_host::{check, end::told_to_end, log, out, printable::Printable};
use greatseal_relayer::{
    args::{Args, Command, Keep, Look, Looking, Switches},
    config,
    error::RelayerError,
    journal, start,
};
use std::{path::Path, process::ExitCode};

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let ended = match args.command {
        None => serve(args.switches).await,
        Some(Command::Config(Look::Check(looking))) => look(looking, true).await,
        Some(Command::Config(Look::Show(looking))) => look(looking, false).await,
        Some(Command::Journal(Keep::Backup { journal, out })) => back_up(&journal, &out).await,
    };
    ended.unwrap_or_else(|error| {
        out::fail(&error, error.help());
        ExitCode::from(error.exit_code())
    })
}

async fn serve(switches: Switches) -> Result<ExitCode, RelayerError> {
    let config = switches.settle()?.config;
    log::start(&config.log);
    start::run(&config, ready, told_to_end(config.process.exit_with_parent)).await?;
    Ok(ExitCode::SUCCESS)
}

/// Shows the configuration, or what checking it found.
async fn look(looking: Looking, checking: bool) -> Result<ExitCode, RelayerError> {
    let settled = looking.switches.settle()?;
    if !checking {
        out::say(&match looking.json {
            true => Printable::json(format_args!("{:#}", settled.to_json())),
            false => Printable::lines(settled.to_toml().trim_end()),
        });
        return Ok(ExitCode::SUCCESS);
    }
    Ok(check::tell(&config::check(&settled.config).await, looking.json))
}

async fn back_up(journal: &Path, to: &Path) -> Result<ExitCode, RelayerError> {
    journal::back_up(journal, to).await?;
    out::say(&Printable::json(serde_json::json!({ "backup": to.display().to_string() })));
    Ok(ExitCode::SUCCESS)
}

/// Whoever reads may have gone already; that is no reason to fail.
fn ready(url: &str) {
    out::say(&Printable::json(serde_json::json!({ "ready": "greatseal-relayer", "url": url })));
}
