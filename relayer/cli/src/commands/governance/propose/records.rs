//! Registry, releases, baselines.

use crate::{cli, contents::AtHand, error::CliError, file, session::Session, text};
use greatseal_protocol::{
    action::Action,
    bytes::{ChainHash, CodeHash, ReferenceHash},
    cells::{CellKey, Cells},
    council::Phase,
    language::{operation, phase, registry},
    parameter::Tuning,
    phase::{SetPhase, Way, WayBack},
    refusal::Refusal,
    registry::{ComponentKind, Deployment, Entry, EntryKey, Registered, Release, Risk},
    state::State,
};

const ENTRY: &str = "see `greatseal governance propose register --help` for what an entry needs";
const PHASE: &str = "a phase is classical, optional, hybrid or post-quantum";
const RELEASE: &str = "see `greatseal governance propose release --help` for what a release needs";
/// Seconds of a change window, and of the time to go back, where nobody says.
const WINDOW: u64 = 3 * text::DAY;
const ROLLBACK: u64 = 7 * text::DAY;

/// Writes an entry; the version that it replaces is read from the chain.
pub(super) async fn register(session: &Session, said: &cli::Register) -> Result<Action, CliError> {
    let said = match &said.file {
        Some(path) => &file::load(path, ENTRY)?,
        None => said,
    };
    let missing = |what: &'static str| CliError::input(what, "missing", ENTRY);
    let key = text::entry_key(&session.at_hand, said.entry.as_deref().ok_or_else(|| missing("entry"))?)?;
    let organisation = || {
        let name = said.organisation.as_deref().ok_or_else(|| missing("organisation"))?;
        text::label("organisation", name)
    };
    let entry = match key {
        EntryKey::Component(name) => Entry::Component { name, kind: kind(said)?, risk: risk(said)? },
        EntryKey::Issuer(id) => Entry::Issuer { id, organisation: organisation()? },
        EntryKey::Schema(id) => Entry::Schema { id },
        EntryKey::Asset(id) => Entry::Asset { id, chain: chain(&session.at_hand, said)? },
        EntryKey::Payer(account, program) => Entry::Payer { account, program },
        EntryKey::Party(id) => Entry::Party { id, organisation: organisation()? },
        EntryKey::Custody(setting, tenant) => {
            let value = text::hash(&session.at_hand, said.value.as_deref().ok_or_else(|| missing("value"))?)?;
            Entry::Custody { setting, tenant, value: ReferenceHash(value) }
        }
    };
    let cell = CellKey::Entry(key);
    let present: Option<Registered> = session.cells([cell]).await?.cell(&cell)?;
    let action = Action::Registry(registry::Action::Register {
        entry,
        valid_from: moment("valid_from", &said.valid_from, session.now, session.now)?,
        valid_until: moment("valid_until", &said.valid_until, session.now, u64::MAX)?,
        replaces: present.map_or(0, |present| present.version),
    });
    Ok(action)
}

/// Lets a release run; what runs now is read from the chain.
pub(super) async fn release(session: &Session, said: &cli::Release) -> Result<Action, CliError> {
    let said = match &said.file {
        Some(path) => &file::load(path, RELEASE)?,
        None => said,
    };
    let given = |what: &'static str, text: &Option<String>| {
        text.clone().ok_or_else(|| CliError::input(what, "missing", RELEASE))
    };
    let component = text::label("component", &given("component", &said.component)?)?;
    let cells = session.cells([CellKey::Running(component)]).await?;
    let running: Option<Deployment> = cells.cell(&CellKey::Running(component))?;
    let not_before = moment("not_before", &said.not_before, session.now, session.now)?;
    let not_after = moment("not_after", &said.not_after, session.now, not_before.saturating_add(WINDOW))?;
    let release = Release {
        component,
        version: text::label("version", &given("version", &said.version)?)?,
        code: CodeHash(text::hash(&session.at_hand, &given("code", &said.code)?)?),
        sbom: ReferenceHash(text::hash(&session.at_hand, &given("sbom", &said.sbom)?)?),
        not_before,
        not_after,
        replaces: running.map(|running| running.current.code),
        rollback_until: moment(
            "rollback_until",
            &said.rollback_until,
            session.now,
            not_after.saturating_add(ROLLBACK),
        )?,
    };
    Ok(Action::Registry(registry::Action::Release(release)))
}

/// Sets a parameter and its baseline; the present baseline is read from the chain.
pub(super) async fn baseline(session: &Session, name: &str, value: u64) -> Result<Action, CliError> {
    let name = text::parameter(name)?;
    let key = CellKey::Parameter(name);
    let present: Option<Tuning> = session.cells([key]).await?.cell(&key)?;
    let action = Action::Operation(operation::Action::SetBaseline {
        name,
        previous: present.map(|present| present.baseline),
        value,
    });
    Ok(action)
}

/// Gives a council another phase; the present one is read from the chain.
pub(super) async fn phase(session: &Session, said: &cli::Phase) -> Result<Action, CliError> {
    let council = text::council(&said.council)?;
    let name = |what: &'static str, name: &str| {
        name.parse::<Phase>().map_err(|_| CliError::input(what, format!("`{name}` is none"), PHASE))
    };
    let (next, key) = (name("phase", &said.next)?, CellKey::Council(council));
    let previous = session.cells([key]).await?.council(council)?.phase;
    let not_before = moment("not_before", &said.not_before, session.now, session.now)?;
    let not_after = moment("not_after", &said.not_after, session.now, not_before.saturating_add(WINDOW))?;
    let until = moment("rollback_until", &said.rollback_until, session.now, not_after.saturating_add(ROLLBACK))?;
    let to = said.rollback_to.as_deref().map_or(Ok(previous), |to| name("rollback_to", to))?;
    let change = SetPhase {
        council,
        previous,
        next,
        not_before,
        not_after,
        property_tests: ReferenceHash(text::hash(&session.at_hand, &said.property_tests)?),
        performance: ReferenceHash(text::hash(&session.at_hand, &said.performance)?),
        way_back: (next > previous).then_some(WayBack { to, until }),
    };
    Ok(Action::Phase(phase::Action::SetPhase(change)))
}

/// Closes the way back that the chain has, from a phase or from a release.
pub(super) async fn close_way_back(
    session: &Session,
    council: Option<&str>,
    component: Option<&str>,
) -> Result<Action, CliError> {
    let way = match (council, component) {
        (Some(council), _) => {
            let council = text::council(council)?;
            let key = CellKey::WayBack(council);
            let back: Option<WayBack> = session.cells([key]).await?.cell::<Option<WayBack>>(&key)?.flatten();
            Way::Phase { council, back: back.ok_or(Refusal::NoWayBack)? }
        }
        (None, component) => {
            let component = text::label("component", component.unwrap_or_default())?;
            let key = CellKey::Running(component);
            let running: Option<Deployment> = session.cells([key]).await?.cell(&key)?;
            Way::Release { component, version: running.ok_or(Refusal::NoRollback)?.current.version }
        }
    };
    Ok(Action::Phase(phase::Action::RevokeWayBack(way)))
}

fn moment(what: &'static str, said: &Option<String>, now: u64, otherwise: u64) -> Result<u64, CliError> {
    said.as_deref().map_or(Ok(otherwise), |text| text::moment(what, text, now))
}

/// The chain of an asset: its CAIP-19 text says it; of a hash somebody has to.
fn chain(at_hand: &AtHand, said: &cli::Register) -> Result<ChainHash, CliError> {
    let id = said.entry.as_deref().and_then(|entry| entry.strip_prefix("asset:")).unwrap_or_default();
    match (id.split_once('/'), &said.chain) {
        (Some((chain, _)), None) => text::chain(at_hand, "entry", chain),
        (None, Some(chain)) => text::chain(at_hand, "--chain", chain),
        (Some(_), Some(_)) => Err(CliError::input("chain", "the asset's text says it", ENTRY)),
        (None, None) => Err(CliError::input("chain", "missing", ENTRY)),
    }
}

fn kind(said: &cli::Register) -> Result<ComponentKind, CliError> {
    Ok(match said.kind.as_deref() {
        Some("contract") => ComponentKind::Contract,
        Some("runtime") => ComponentKind::Runtime,
        Some("node") => ComponentKind::Node,
        Some("service") => ComponentKind::Service,
        Some("client") => ComponentKind::Client,
        _ => return Err(CliError::input("kind", "none of contract, runtime, node, service, client", ENTRY)),
    })
}

fn risk(said: &cli::Register) -> Result<Risk, CliError> {
    match said.risk.as_deref() {
        Some("routine") => Ok(Risk::Routine),
        Some("high") => Ok(Risk::High),
        _ => Err(CliError::input("risk", "none of routine, high", ENTRY)),
    }
}
