//! `greatseal rules`: rule sets of a programme, and what names them. They begin and end by a change of the programme.

use super::{
    governance::propose::{Proposal, open, program},
    listing::Listing,
    program::rule_sets,
};
use crate::{
    answers::{
        Text,
        program::RuleSet,
        rules::{RuleSetShown, RuleSets, RulesHashed},
    },
    cli,
    contents::AtHand,
    error::CliError,
    output::{Output, Printable, say},
    session::{Session, Settings},
};
use greatseal_protocol::{bytes::ReferenceHash, cells::CellKey, refusal::Refusal, state::State};

/// `greatseal rules …`
///
/// # Errors
///
/// [`CliError::Refused`] with 800 where there is no such programme, with 804 where it has no such rule set.
pub async fn run(command: &cli::RuleSets, settings: &Settings) -> Result<(), CliError> {
    let session = || Session::open(settings);
    match command {
        cli::RuleSets::Show { program, version } => show(&session().await?, *program, *version).await,
        cli::RuleSets::List { program } => list(&session().await?, *program).await,
        cli::RuleSets::Hash { file } => hash(file, settings.output),
        cli::RuleSets::Add(cli::RulesAdd { program, rules, how }) => {
            let session = session().await?;
            let action = program::add_rules(&session, *program, rules).await?;
            open(&session, how, Proposal::of(action)).await
        }
        cli::RuleSets::End(cli::RulesEnd { program, end, how }) => {
            let session = session().await?;
            let action = program::end_rules(&session, *program, end).await?;
            open(&session, how, Proposal::of(action)).await
        }
    }
}

async fn show(session: &Session, program: u32, version: u32) -> Result<(), CliError> {
    let cells = session.cells([CellKey::Program(program), CellKey::Rules(program, version)]).await?;
    cells.program(program)?;
    let rules = cells.rules(program, version)?.ok_or(Refusal::RulesDiffer)?;
    let rule_set = RuleSet::of(version, &rules, session.now);
    session.output.answer(&RuleSetShown { block: session.at(), program, rule_set })
}

async fn list(session: &Session, program: u32) -> Result<(), CliError> {
    let present = session.cells([CellKey::Program(program)]).await?.program(program)?;
    let listing = Listing::of(session).await?;
    let rule_sets = rule_sets(session, &listing, (program, &present)).await?;
    session.output.answer(&RuleSets { block: session.at(), program, rule_sets, listing: listing.told() })
}

/// For people the hash alone, as files and other commands take it.
fn hash(file: &str, output: Output) -> Result<(), CliError> {
    let hash = ReferenceHash(program::canonical(&AtHand::default(), file)?);
    if output.json {
        return output.answer(&RulesHashed { hash: Text(hash) });
    }
    say(&Printable::new(format_args!("sha256:{hash}")));
    Ok(())
}
