//! `greatseal outcome`: what the rails did with the entries of a batch. Asks no node.

use crate::{
    answers::{Text, outcome::OutcomesChecked},
    cli,
    error::CliError,
    manifest::{load, outcome::outcomes},
    output::Output,
};

/// `greatseal outcome …`
///
/// # Errors
///
/// [`CliError::Faults`] with every outcome that is not right.
pub fn run(command: &cli::Outcomes, output: Output) -> Result<(), CliError> {
    let cli::Outcomes::Check { file, manifest } = command;
    let checked = load(manifest, None)?;
    let found = outcomes(file, &checked)?;
    output.answer(&OutcomesChecked {
        manifest: checked.hash().map(Text),
        root: Text(found.root),
        count: checked.head.size,
        closed: found.sums.closed,
        paid: Text(found.sums.paid),
        unpaid: Text(found.sums.unpaid),
        arrived: Text(found.sums.arrived),
    })
}
