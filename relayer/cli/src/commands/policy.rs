//! `greatseal policy`: the table in words, and a check of one that nobody has proposed yet.

use crate::{
    answers::{
        self, Text,
        policy::{PolicyChecked, PolicyTable, PolicyWritten, per_council},
    },
    cli::{Policy, PolicyShow, ProfileName},
    commands::deploy::default_sizes,
    dead_end::gaps,
    error::CliError,
    file,
    output::{Output, Printable, say},
    session::{Session, Settings},
    table::{Sizes, Table, TableFile, check},
};
use greatseal_protocol::{
    cells::{CellKey, Cells},
    council::Council,
    genesis::Profile,
    row::{Row, RowId},
    state::State,
    table::default_rows,
};
use std::path::Path;

const HELP: &str = "see `greatseal policy check --help` for the file";

/// `greatseal policy …`
///
/// # Errors
///
/// [`CliError::Broken`] where a checked table breaks an invariant.
pub async fn run(command: &Policy, settings: &Settings) -> Result<(), CliError> {
    match command {
        Policy::Show(which) => {
            let (profile, sizes, rows) = match &which.file {
                Some(path) => read(path)?,
                None if which.default => default_table(which.profile),
                None => deployed(&Session::open(settings).await?).await?,
            };
            show(which, profile, &sizes, &rows, settings.output)
        }
        Policy::Init { profile, out } => init(*profile, out, settings.output),
        Policy::Check { file } => judge(file, settings.output),
    }
}

/// Writes the default table as a file to begin with: above each row what it is for, and what it says in words.
fn init(name: ProfileName, out: &Path, output: Output) -> Result<(), CliError> {
    if out.symlink_metadata().is_ok() {
        return Err(CliError::file(out, "exists already", "choose another file with --out"));
    }
    let (profile, sizes, rows) = default_table(name);
    file::publish(out, commented(profile, &sizes, &rows)?.as_bytes())?;
    output.answer(&PolicyWritten {
        file: out.display().to_string(),
        profile: answers::chain::Profile::supposed(profile).name,
        rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
    })
}

fn commented(profile: Profile, sizes: &Sizes, rows: &[Row]) -> Result<String, CliError> {
    let text = toml::to_string(&TableFile::of(profile, sizes, rows))
        .map_err(|error| CliError::input("policy table", error, "report this"))?;
    let seats = per_council(sizes);
    let sentence = |row: &Row| {
        let meaning = RowId::NAMED.iter().zip(RowId::MEANINGS).find(|((id, _), _)| *id == row.id);
        let meaning = meaning.map_or("", |(_, meaning)| meaning.trim());
        format!("# {meaning}\n# {}.", answers::policy::Row::from(row).words(&seats))
    };
    let mut sentences = rows.iter().map(sentence);
    let mut commented = String::from(PREAMBLE);
    for line in text.lines() {
        if line == "[[rows]]" {
            commented.extend(sentences.next());
            commented.push('\n');
        }
        commented.push_str(line);
        commented.push('\n');
    }
    Ok(commented)
}

/// What stands above the table.
const PREAMBLE: &str = "\
# A policy table to begin with: the default one. Change what your country needs changed, and look at it:
#   greatseal policy show FILE     explains it
#   greatseal policy check FILE    judges it as the contract does
#   greatseal deploy --policy FILE --seats FILE --dry-run    shows what would be deployed, and what differs from the default
# A row that is left out is denied until policy-table adds it. `councils` are the numbers of seats that the seats file has.

";

fn read(path: &Path) -> Result<(Profile, Sizes, Vec<Row>), CliError> {
    let Table { profile, sizes, rows, .. } = TableFile::read(path, HELP)?;
    Ok((profile, sizes, rows))
}

fn default_table(profile: ProfileName) -> (Profile, Sizes, Vec<Row>) {
    let profile = match profile {
        ProfileName::Standard => Profile::Standard,
        ProfileName::Micronode => Profile::Micronode { until: 0 },
    };
    (profile, default_sizes(profile), default_rows(profile))
}

/// The table that the contract holds, with the sizes of its councils.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn deployed(session: &Session) -> Result<(Profile, Sizes, Vec<Row>), CliError> {
    let names = RowId::NAMED.iter().map(|(id, _)| *id);
    let cells = session.cells(names.clone().map(CellKey::Row).chain([CellKey::Head])).await?;
    let rows: Vec<Row> = names.filter_map(|id| cells.cell(&CellKey::Row(id)).transpose()).collect::<Result<_, _>>()?;
    let heads = session.cells(Council::IN_ROWS.map(CellKey::Council)).await?;
    let size = |council| Ok((council, heads.council(council)?.size));
    let mut sizes = Council::IN_ROWS.into_iter().map(size).collect::<Result<Sizes, CliError>>()?;
    sizes.retain(|_, size| *size > 0);
    Ok((cells.head()?.profile, sizes, rows))
}

fn show(which: &PolicyShow, profile: Profile, sizes: &Sizes, rows: &[Row], output: Output) -> Result<(), CliError> {
    if which.toml {
        let text = toml::to_string(&TableFile::of(profile, sizes, rows))
            .map_err(|error| CliError::input("policy table", error, "report this"))?;
        say(&Printable::lines(text.trim_end()));
        return Ok(());
    }
    let supposed = which.default || which.file.is_some();
    output.answer(&PolicyTable {
        profile: if supposed {
            answers::chain::Profile::supposed(profile)
        } else {
            answers::chain::Profile::deployed(profile)
        },
        councils: per_council(sizes),
        rows: rows.iter().map(answers::policy::Row::from).collect(),
    })
}

fn judge(path: &Path, output: Output) -> Result<(), CliError> {
    let (profile, sizes, rows) = read(path)?;
    check(profile, &sizes, &rows)?;
    let missing = default_rows(profile).into_iter().filter(|row| rows.iter().all(|other| other.id != row.id));
    let cannot = gaps(profile, &rows, |council| sizes.get(&council).copied().unwrap_or(0));
    output.answer(&PolicyChecked {
        file: path.display().to_string(),
        profile: answers::chain::Profile::supposed(profile).name,
        rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        denied: missing.map(|row| Text(row.id)).collect(),
        cannot,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Lines;

    /// What is written to begin with is the default table, to the last cell, and each row has its sentence.
    #[test]
    fn a_table_to_begin_with_is_the_default_one() -> Result<(), Box<dyn std::error::Error>> {
        for name in [ProfileName::Standard, ProfileName::Micronode] {
            let (profile, sizes, rows) = default_table(name);
            check(profile, &sizes, &rows)?;
            let text = commented(profile, &sizes, &rows)?;
            let table = toml::from_str::<TableFile>(&text)?.parse(&Lines::of(&text))?;
            assert_eq!((table.profile, table.sizes, &table.rows), (profile, sizes, &rows));
            // Each row is found in its line.
            let line = |id: &RowId| text.lines().position(|line| line == format!("row = \"{id}\"")).map(|at| at + 1);
            assert!(
                table
                    .places
                    .iter()
                    .all(|(id, place)| line(id).map(|line| format!("line {line}")).as_ref() == Some(place))
            );
            let meanings = text.lines().filter(|line| RowId::MEANINGS.iter().any(|m| *line == format!("#{m}")));
            assert_eq!(meanings.count(), rows.len(), "{text}");
        }
        Ok(())
    }
}
