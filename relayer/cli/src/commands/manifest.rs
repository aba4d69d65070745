//! `greatseal manifest`: what a batch commits to. Asks no node.

use crate::{
    cli,
    error::CliError,
    manifest::{load, rail},
    output::{Output, Printable, line, object, say},
};
use greatseal_protocol::batch::Rail;

/// `greatseal manifest …`
///
/// # Errors
///
/// [`CliError::Faults`] with every entry that is not right.
pub fn run(command: &cli::Manifests, output: Output) -> Result<(), CliError> {
    let (file, rail, bare) = match command {
        cli::Manifests::Check { file, rail: name } => (file, rail(name)?, false),
        cli::Manifests::Root { file } => (file, Rail::Opaque, true),
    };
    let checked = load(file, rail)?;
    if bare && !output.json {
        say(&Printable::new(checked.root()));
        return Ok(());
    }
    let mut lines = vec![line("root", checked.root()), line("count", checked.head.size), line("total", checked.total)];
    if !bare {
        lines.extend([line("pseudonyms", checked.key), line("rail", rail)]);
    }
    let mut value = object(&lines);
    if !bare {
        lines.extend(checked.warnings());
        value["warnings"] = checked.typed();
    }
    output.answer(&lines, &value);
    Ok(())
}
