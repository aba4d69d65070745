//! `greatseal`: the one command that signers, authorities, operators and auditors type.

use clap::{CommandFactory, Parser};
use greatseal_cli::{
    answers::failure::Failure,
    cli::{self, Audit, Cli, Command, Governance},
    commands::{
        self,
        governance::decide::{Files, Word},
    },
    error::CliError,
    output::{Output, Printable, fail, say},
    session::{Session, Settings},
};
use greatseal_host::{log, out};
use greatseal_protocol::proposal_id::Decision;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    // What a witness has seen is worth a line.
    log::start_from_environment(if matches!(cli.command, Command::Witness(_)) { "info" } else { "error" });
    let json = cli.globals.json;
    let ended = run(cli).await;
    // An answer that did not get out was not given.
    match ended.and_then(|()| out::written().map_err(CliError::NotTold)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&error, json);
            ExitCode::from(error.exit_code())
        }
    }
}

async fn run(cli: Cli) -> Result<(), CliError> {
    let settings = &cli.globals.settings();
    let (node, output) = (settings.node.as_str(), settings.output);
    match cli.command {
        Command::Key(command) => commands::key::run(command, settings).await,
        Command::Deploy(command) => commands::deploy::run(&command, node, output).await,
        Command::Node(cli::Node::Check(command)) => commands::node::check(&command, output).await,
        Command::Governance(command) => governance(*command, settings).await,
        Command::Document(command) => commands::document::run(&command, settings).await,
        Command::Content(command) => commands::content::run(&Session::open(settings).await?, &command).await,
        Command::Seat(command) => commands::seat::run(&Session::open(settings).await?, &command).await,
        Command::Review(command) => commands::review::run(&Session::open(settings).await?, &command).await,
        Command::Tune(command) => commands::operate::tune(&Session::open(settings).await?, &command).await,
        Command::Drill(command) => commands::operate::drill(&Session::open(settings).await?, &command).await,
        Command::Parameter(command) => commands::parameter::run(&Session::open(settings).await?, &command).await,
        Command::Registry(command) => commands::registry::run(&Session::open(settings).await?, &command).await,
        Command::Release(command) => commands::operate::release(&Session::open(settings).await?, &command).await,
        Command::Phase(command) => commands::operate::phase(&Session::open(settings).await?, &command).await,
        Command::Bridge(command) => commands::bridge::run(&command, settings).await,
        Command::Program(command) => commands::program::run(&Session::open(settings).await?, &command).await,
        Command::Line(command) => commands::line::run(&Session::open(settings).await?, &command).await,
        Command::Rules(command) => commands::rules::run(&command, settings).await,
        Command::Manifest(command) => commands::manifest::run(&command, settings).await,
        Command::Outcome(command) => commands::outcome::run(&command, output),
        Command::Batch(command) => commands::batch::run(&Session::open(settings).await?, &command).await,
        Command::Dispute(command) => commands::dispute::run(&Session::open(settings).await?, &command).await,
        Command::Policy(command) => commands::policy::run(&command, settings).await,
        Command::Succeed(command) => commands::succeed::run(&Session::open(settings).await?, &command).await,
        Command::Status => commands::status::run(&Session::open(settings).await?).await,
        Command::Audit(Audit::Export(command)) => {
            commands::audit::export(&Session::open(settings).await?, &command).await
        }
        Command::Audit(Audit::Diff(command)) => commands::audit::diff(settings, &command).await,
        Command::Audit(Audit::Verify(command)) => commands::audit::verify(settings, &command).await,
        Command::Witness(command) => commands::witness::run(&command).await,
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "greatseal", &mut script);
            say(&Printable::lines(String::from_utf8_lossy(&script).trim_end()));
            Ok(())
        }
    }
}

async fn decide(session: &Session, command: &cli::Decide, word: Word) -> Result<(), CliError> {
    let cli::Decide { id, document, manifest, look, signer } = command;
    let reading = &look.reading(signer);
    let files = Files { document: document.as_deref(), manifest: manifest.as_deref(), reading };
    commands::governance::decide::run(session, id, files, signer, word).await
}

async fn governance(command: Governance, settings: &Settings) -> Result<(), CliError> {
    use commands::governance as command_of;
    if let Governance::Log { since, proposal } = &command {
        let indexer = settings.services.indexer()?;
        return command_of::log::run(&indexer, settings.output, since.as_deref(), proposal.as_deref()).await;
    }
    let session = Session::open(settings).await?;
    match command {
        Governance::Propose(command) => command_of::propose::run(&session, &command).await,
        Governance::Show { id, document, read } => {
            command_of::show::run(&session, &id, document.as_deref(), &read.reading()).await
        }
        Governance::Approve(command) => command_of::together::run(&session, &command, Decision::Approve, false).await,
        Governance::Reject(command) => {
            let withdraws = command.withdraw_approval;
            command_of::together::run(&session, &command.several, Decision::Reject, withdraws).await
        }
        Governance::Veto(command) => {
            let word = Word::Veto { withdraws: command.withdraw_approval };
            decide(&session, &command.decide, word).await
        }
        Governance::CallPanel(command) => decide(&session, &command, Word::CallPanel).await,
        Governance::PanelApprove(command) => decide(&session, &command, Word::PanelApprove).await,
        Governance::Cancel(command) => decide(&session, &command, Word::Cancel).await,
        Governance::Execute(command) => command_of::execute::run(&session, &command).await,
        Governance::Escalate(command) => command_of::escalate::run(&session, &command).await,
        Governance::Escalations => command_of::escalations::run(&session).await,
        Governance::Submit { envelope, contents } => command_of::submit(&session, &envelope, &contents.bring()).await,
        Governance::Log { .. } => Ok(()),
    }
}

fn tell(error: &CliError, json: bool) {
    // Where the command has answered already, its one object says what is missing.
    let answered = matches!(
        error,
        CliError::NotHeld { .. }
            | CliError::ContentsLack { .. }
            | CliError::NotTold(_)
            | CliError::NotAllChecked { .. }
            | CliError::Found { .. }
    );
    if json && !answered {
        // Where even this cannot be written, the lines below say it.
        let _ = Output { json }.answer(&Failure::of(error));
    }
    fail(error, error.help());
}
