//! `greatseal line`: budget lines of a programme. One is set by a change of the programme, under which nothing else changes.

use super::{
    governance::propose::{Proposal, open, program::change_line},
    listing::Listing,
    program::lines,
};
use crate::{
    answers::{
        line::{LineShown, Lines},
        program::BudgetLine,
    },
    cli,
    error::CliError,
    output::{Line, line},
    session::Session,
};
use greatseal_protocol::{
    cells::CellKey,
    line::{self, SetLine},
    refusal::Refusal,
    state::State,
};

/// `greatseal line …`
///
/// # Errors
///
/// [`CliError::Refused`] with 800 where there is no such programme, with 803 where it has no such line.
pub async fn run(session: &Session, command: &cli::Lines) -> Result<(), CliError> {
    let at = |program: u32| [CellKey::Program(program)];
    match command {
        cli::Lines::Show { program, line } => {
            let cells = session.cells(at(*program).into_iter().chain([CellKey::Line(*program, *line)])).await?;
            cells.program(*program)?;
            let found = cells.line(*program, *line)?.ok_or(Refusal::UnknownLine)?;
            let line = BudgetLine::of(*line, &found, session.now);
            session.output.answer(&LineShown { block: session.at(), program: *program, line })
        }
        cli::Lines::List { program } => {
            session.cells(at(*program)).await?.program(*program)?;
            let listing = Listing::of(session).await?;
            let lines = lines(session, &listing, *program).await?;
            session.output.answer(&Lines { block: session.at(), program: *program, lines, listing: listing.told() })
        }
        cli::Lines::Set(set) => {
            let cli::LineSet { program, change, how } = &**set;
            let (action, present, set) = change_line(session, *program, change).await?;
            open(session, how, Proposal { about: changes(present.as_ref(), &set), ..Proposal::of(action) }).await
        }
    }
}

/// What becomes different, with what holds now. Above the question, which shows the whole line.
fn changes(present: Option<&line::Line>, set: &SetLine) -> Vec<Line> {
    let Some(present) = present else { return vec![line("new line", format!("{}, which is not there yet", set.line))] };
    let (old, new) = (&present.terms, &set.terms);
    let all = [
        ("asset", present.asset.to_string(), set.asset.to_string()),
        ("from", present.from.to_string(), set.from.to_string()),
        ("until", old.until.to_string(), new.until.to_string()),
        ("limit", old.limit.to_string(), new.limit.to_string()),
        ("credit_max", old.credit_max.to_string(), new.credit_max.to_string()),
        ("small_one", old.small_one.to_string(), new.small_one.to_string()),
        ("small_all", old.small_all.to_string(), new.small_all.to_string()),
    ];
    let different = all.into_iter().filter(|(_, old, new)| old != new);
    let mut lines: Vec<Line> =
        different.map(|(name, old, new)| line("changes", format!("{name} from {old} to {new}"))).collect();
    lines.push(line("spent", format!("{} until now", present.spent)));
    lines
}
