//! `greatseal manifest`: what a batch commits to. Asks no node.

use crate::{
    answers::{Text, manifest::ManifestChecked},
    cli,
    error::CliError,
    manifest::{load, rail},
    output::{Output, Printable, say},
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
    if bare {
        return output.answer(&checked.facts());
    }
    output.answer(&ManifestChecked {
        manifest: checked.facts(),
        pseudonyms: Text(checked.key),
        rail: Text(rail),
        warnings: checked.warnings,
    })
}
