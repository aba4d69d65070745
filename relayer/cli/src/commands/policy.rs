//! `greatseal policy`: the table in words, and a check of one that nobody has proposed yet.

use crate::{
    cli::{Policy, PolicyShow, ProfileName},
    dead_end::gaps,
    error::CliError,
    file,
    output::{Line, Output, Printable, line, object, say},
    session::{Session, Settings},
    table::{Sizes, TableFile, check},
};
use greatseal_protocol::{
    cells::{CellKey, Cells},
    council::Council,
    genesis::Profile,
    row::{Direction, Executors, Row, RowId},
    state::State,
    table::default_rows,
    words,
};
use serde_json::{Value, json};
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
    let name = if supposed { profile.name().to_owned() } else { profile.to_string() };
    let mut lines = vec![line("profile", &name)];
    lines.push(line("councils", sizes.iter().map(seats).collect::<Vec<_>>().join(", ")));
    lines.extend(rows.iter().map(|row| line(&row.id.to_string(), explained(row, sizes))));
    let value = json!({
        "profile": name,
        "councils": sizes.iter().map(|(council, size)| (words::council(*council), json!(size))).collect::<serde_json::Map<_, _>>(),
        "rows": rows.iter().map(|row| value(row, sizes)).collect::<Vec<_>>(),
    });
    output.answer(&lines, &value);
    Ok(())
}

fn judge(path: &Path, output: Output) -> Result<(), CliError> {
    let table: TableFile = file::load(path, HELP)?;
    let (profile, sizes, rows) = table.parse()?;
    check(profile, &sizes, &rows)?;
    let missing: Vec<_> = default_rows(profile)
        .iter()
        .filter(|row| rows.iter().all(|other| other.id != row.id))
        .map(|row| row.id.to_string())
        .collect();
    let mut lines: Vec<Line> = vec![
        line("table", path.display()),
        line("profile", profile.name()),
        line("rows", rows.len()),
        line("invariants", "1 to 12 hold; organisations and expiries are looked at when councils have their seats"),
    ];
    if !missing.is_empty() {
        lines.push(line("denied", missing.join(", ")));
    }
    // The file has the sizes of councils that vote: whether anybody operates or audits it does not say.
    let cannot = gaps(profile, &rows, |council| sizes.get(&council).copied().unwrap_or(0)).into_iter();
    lines.extend(cannot.filter(|gap| gap.of_table()).map(|gap| line("cannot", gap)));
    lines.push(line("holds", "yes"));
    output.answer(&lines, &object(&lines));
    Ok(())
}

fn seats((council, size): (&Council, &u8)) -> String {
    format!("{} {size}", words::council(*council))
}

/// A row in a sentence.
pub(super) fn explained(row: &Row, sizes: &Sizes) -> String {
    let of = |council| u32::from(sizes.get(&council).copied().unwrap_or(0));
    let all: u32 = row.minima.iter().map(|(council, _)| of(council)).sum();
    let voices: Vec<_> = row
        .minima
        .iter()
        .map(|(council, k)| match k {
            0 => words::council(council),
            k => format!("{} (at least {k})", words::council(council)),
        })
        .collect();
    let executors = match row.executors {
        Executors::Anyone => "anyone",
        Executors::Operator => "an operator, its councils after half of that",
        Executors::Members => "an operator or its councils",
    };
    let delay =
        if row.delay == 0 { "at once".to_owned() } else { format!("{} after the quorum", words::duration(row.delay)) };
    format!(
        "{} of {all} of {}; decided within {}; executed {delay}, within {}, by {executors}{}{}",
        row.m,
        voices.join(", "),
        words::duration(row.approve_by),
        words::duration(row.window),
        direction(row.id),
        if row.direct { "; own accounts may act" } else { "" },
    )
}

fn direction(row: RowId) -> &'static str {
    match row.direction() {
        Direction::Protects => "; narrows",
        Direction::Neutral => "",
        Direction::Loosens => "; widens",
    }
}

pub(super) fn value(row: &Row, sizes: &Sizes) -> Value {
    json!({
        "row": row.id.to_string(),
        "number": row.id.0,
        "version": row.version,
        "approvals": row.m,
        "minima": row.minima.iter().map(|(council, k)| (words::council(council), json!(k))).collect::<serde_json::Map<_, _>>(),
        "delay": row.delay,
        "approve_by": row.approve_by,
        "window": row.window,
        "executors": match row.executors {
            Executors::Anyone => "anyone",
            Executors::Operator => "operator",
            Executors::Members => "members",
        },
        "direct": row.direct,
        "protective": row.id.protective(),
        "escalation": row.id.escalation(),
        "never_blocked": row.id.never_blocked(),
        "words": explained(row, sizes),
    })
}
