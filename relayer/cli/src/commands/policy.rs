//! `greatseal policy`: the table in words, and a check of one that nobody has proposed yet.

use crate::{
    answers::{
        self, Text,
        policy::{PolicyChecked, PolicyTable, per_council},
    },
    cli::{Policy, PolicyShow, ProfileName},
    dead_end::gaps,
    error::CliError,
    file,
    output::{Output, Printable, say},
    session::{Session, Settings},
    table::{Sizes, TableFile, check},
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

/// Sizes of section 4 of the protocol.
const STANDARD: [(Council, u8); 8] = [
    (Council::Sovereign, 3),
    (Council::Policy, 2),
    (Council::Technical, 3),
    (Council::Emergency, 3),
    (Council::Custody, 3),
    (Council::Treasury, 2),
    (Council::Identity, 3),
    (Council::PROGRAM, 3),
];

/// `greatseal policy …`
///
/// # Errors
///
/// [`CliError::Broken`] where a checked table breaks an invariant.
pub async fn run(command: &Policy, settings: &Settings) -> Result<(), CliError> {
    match command {
        Policy::Show(which) => {
            let (profile, sizes, rows) = match &which.file {
                Some(path) => file::load::<TableFile>(path, HELP)?.parse()?,
                None if which.default => default_table(which.profile),
                None => deployed(&Session::open(settings).await?).await?,
            };
            show(which, profile, &sizes, &rows, settings.output)
        }
        Policy::Check { file } => judge(file, settings.output),
    }
}

fn default_table(profile: ProfileName) -> (Profile, Sizes, Vec<Row>) {
    let (profile, sizes) = match profile {
        ProfileName::Standard => (Profile::Standard, Sizes::from(STANDARD)),
        ProfileName::Micronode => (Profile::Micronode { until: 0 }, Sizes::from([(Council::Sovereign, 2)])),
    };
    (profile, sizes, default_rows(profile))
}

/// The table that the contract holds, with the sizes of the councils that vote in it.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn deployed(session: &Session) -> Result<(Profile, Sizes, Vec<Row>), CliError> {
    let names = RowId::NAMED.iter().map(|(id, _)| *id);
    let cells = session.cells(names.clone().map(CellKey::Row).chain([CellKey::Head])).await?;
    let rows: Vec<Row> = names.filter_map(|id| cells.cell(&CellKey::Row(id)).transpose()).collect::<Result<_, _>>()?;
    let mut councils: Vec<Council> =
        rows.iter().flat_map(|row| row.minima.iter().map(|(council, _)| council)).collect();
    councils.sort_unstable();
    councils.dedup();
    let heads = session.cells(councils.iter().copied().map(CellKey::Council)).await?;
    let size = |council| Ok((council, heads.council(council)?.size));
    let sizes = councils.into_iter().map(size).collect::<Result<_, CliError>>()?;
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
    let table: TableFile = file::load(path, HELP)?;
    let (profile, sizes, rows) = table.parse()?;
    check(profile, &sizes, &rows)?;
    let missing = default_rows(profile).into_iter().filter(|row| rows.iter().all(|other| other.id != row.id));
    // The file has the sizes of councils that vote: whether anybody operates or audits it does not say.
    let cannot = gaps(profile, &rows, |council| sizes.get(&council).copied().unwrap_or(0)).into_iter();
    output.answer(&PolicyChecked {
        file: path.display().to_string(),
        profile: answers::chain::Profile::supposed(profile).name,
        rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        denied: missing.map(|row| Text(row.id)).collect(),
        cannot: cannot.filter(|gap| gap.of_table()).collect(),
    })
}
