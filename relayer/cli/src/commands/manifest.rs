//! `greatseal manifest`: what a batch commits to. Asks no node.

use crate::{
    cli,
    error::CliError,
    manifest::{load, rail},
    output::{Output, line, object, say},
};
use greatseal_protocol::batch::Rail;

/// `greatseal manifest …`
///
/// # Errors
///
/// [`CliError::Input`] with the first entry that is not right.
pub fn run(command: &cli::Manifests, output: Output) -> Result<(), CliError> {
    let (file, rail, bare) = match command {
        cli::Manifests::Check { file, rail: name } => (file, rail(name)?, false),
        cli::Manifests::Root { file } => (file, Rail::Opaque, true),
    };
    let checked = load(file, rail)?;
    let manifest = &checked.manifest;
    if bare && !output.json {
        say(manifest.root());
        return Ok(());
    }
    let mut lines =
        vec![line("root", manifest.root()), line("count", manifest.head.size), line("total", manifest.total)];
    if !bare {
        lines.extend(checked.entries.first().map(|entry| line("pseudonyms", entry.person.key)));
        lines.push(line("rail", rail));
    }
    output.answer(&lines, &object(&lines));
    Ok(())
}
