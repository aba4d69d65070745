//! `greatseal-relayer`: submits signed envelopes and keeps the journal of it.

use clap::Parser;
use greatseal_host::{check, end::told_to_end, log};
use greatseal_relayer::{
    args::{Args, Command, Look, Looking, Switches},
    config,
    error::RelayerError,
    start,
};
use std::{
    io::{self, Write as _},
    process::ExitCode,
};

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let ended = match args.command {
        None => serve(args.switches).await,
        Some(Command::Config(Look::Check(looking))) => look(looking, true).await,
        Some(Command::Config(Look::Show(looking))) => look(looking, false).await,
    };
    ended.unwrap_or_else(|error| {
        eprintln!("error: {error}\nhelp: {}", error.help());
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
        say(&if looking.json { format!("{:#}\n", settled.to_json()) } else { settled.to_toml() });
        return Ok(ExitCode::SUCCESS);
    }
    Ok(check::tell(&config::check(&settled.config).await, looking.json))
}

fn ready(url: &str) {
    say(&format!("{}\n", serde_json::json!({ "ready": "greatseal-relayer", "url": url })));
}

/// Whoever reads may have gone already; that is no reason to fail.
fn say(text: &str) {
    let mut out = io::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
