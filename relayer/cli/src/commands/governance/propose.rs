//! `greatseal governance propose`

mod approve;
mod emergency;
mod program;
mod records;
mod seats;

use super::{document, economics, outcome};
use crate::{
    cli,
    commands::{bridge::AccountList, dispute::subject, review::due},
    error::CliError,
    output::{Line, line},
    session::{Session, open_signer},
    text, unknown,
};
use greatseal_protocol::{
    action::Action,
    bytes::{ContractAddress, ContractCode, DocumentHash, ReferenceHash},
    cells::{CellKey, Cells},
    command::Order,
    council::Council,
    digest,
    dispute::Resolution,
    event::Event,
    language::{
        self, bridge, contract, dispute, policy,
        proposal::{self, Open},
        registry,
    },
    merkle::TreeHead,
    refusal::Refusal,
    route::{Compliance, SetCompliance, SetRoute},
    row::RowId,
    succession::Import,
};

/// An action, and the row that it belongs to.
struct Chosen {
    action: Action,
    row: Under,
}

/// The row of an action.
#[derive(Clone, Copy)]
enum Under {
    /// The only one.
    Row(RowId),
    /// A row of the Sovereign council for its seats, and another for all others.
    Whoever { sovereign: RowId, others: RowId },
}

impl Under {
    fn of(self, council: Council) -> RowId {
        match self {
            Self::Row(row) => row,
            Self::Whoever { sovereign, .. } if council == Council::Sovereign => sovereign,
            Self::Whoever { others, .. } => others,
        }
    }
}

/// Opens a proposal and gives its document to the indexer.
///
/// # Errors
///
/// [`CliError::Input`] before anything is signed, [`CliError::Refused`] by the contract's rules.
pub async fn run(session: &Session, command: &cli::Propose) -> Result<(), CliError> {
    let (texts, bytes, document) = document::load(&command.document)?;
    let mut notes = Vec::new();
    let Chosen { action, row } = choose(session, &command.action, &mut notes).await?;
    let named = command.row.as_deref().map(row_named).transpose()?;
    let about = unknown::of_action(session, &action).await?.or_refuse(&command.signer, command.allow_unknown)?;

    let signer = open_signer(&command.signer).await?;
    let member = session.member(signer.key()).await?;
    let row_id = named.unwrap_or_else(|| row.of(member.id.council));
    let row = session.cells([CellKey::Row(row_id)]).await?.row(row_id).map_err(refused)?;
    if command.approve {
        approve::may(&row, member.id.council)?;
    }
    let mut new_rows = seats::new_rows(session, &action).await?;
    new_rows.extend(unknown::begun(&action));
    let order = Order::Proposal(proposal::Order::Open(Box::new(Open {
        row: row_id,
        action,
        document,
        approve_within: command.approve_within.unwrap_or(row.approve_by),
        execute_within: command.execute_within.unwrap_or(row.window),
        nonce: member.next_nonce(),
        approve: command.approve,
    })));
    let mut context = document::lines(&texts);
    context.extend(notes.iter().cloned());
    context.extend(new_rows.iter().cloned());
    context.extend(about.lines());
    let state = session
        .sign_and_submit(&signer, &command.signer, member.capacity(), order, row_id.protective(), &context)
        .await?;

    let mut more = vec![line("row", row_id), line("document", format!("sha256:{document}"))];
    more.extend(notes);
    more.extend(new_rows);
    more.extend(about.lines());
    let mut held = Ok(());
    if let Some(state) = &state {
        let records = session.record(state).await?;
        let opened = records.iter().find_map(|record| match &record.event {
            Event::Proposal(proposal::Event::Opened(opened)) => Some(opened),
            _ => None,
        });
        let opened = opened.ok_or_else(|| CliError::Contradiction("no opening event in the block".into()))?;
        more.insert(0, line("proposal", opened.id));
        more.push(line("proposal digest", opened.digest));
        more.push(line("approve by", opened.approve_by));
        more.extend(approve::told(&records, &row));
        held = document::give(session, bytes).await;
        let told = held.as_ref().map_or_else(|error| format!("no: {error}"), |()| "yes".to_owned());
        more.push(line("document held", told));
        held = held.map_err(|error| CliError::NotHeld { proposal: opened.id.to_string(), reason: error.to_string() });
    }
    let (lines, mut value) = outcome(state.as_ref(), &more);
    about.tell(&mut value);
    session.output.answer(&lines, &value);
    held
}

fn refused(refusal: Refusal) -> CliError {
    CliError::Refused { refusal, fee_paid: false }
}

fn row_named(name: &str) -> Result<RowId, CliError> {
    let unknown = || CliError::input("--row", format!("`{name}` is none"), "`greatseal policy show` lists the rows");
    RowId::named(name).ok_or_else(unknown)
}

/// What is proposed. Whatever it builds on is read from the chain.
async fn choose(session: &Session, proposed: &cli::Proposed, notes: &mut Vec<Line>) -> Result<Chosen, CliError> {
    use cli::Proposed;
    Ok(match proposed {
        Proposed::Pause { scope, minutes, incident } => emergency::pause(scope, *minutes, incident)?,
        Proposed::Lift { scope } => emergency::lift(session, scope).await?,
        Proposed::Suspend(of) => emergency::suspend(session, of).await?,
        Proposed::Reinstate(of) => emergency::reinstate(session, of).await?,
        Proposed::Mode { mode, minutes, incident } => emergency::mode(*mode, *minutes, incident)?,
        Proposed::LeaveMode => emergency::leave_mode(session).await?,
        Proposed::Route { route, economics } => set_route(session, *route, economics).await?,
        Proposed::Compliance(change) => set_compliance(session, change).await?,
        Proposed::Row(change) => seats::row(session, change).await?,
        Proposed::Reconstitute { file } => seats::reconstitute(session, file).await?,
        Proposed::Rotate { seat, new } => seats::rotate(session, seat, new).await?,
        Proposed::Recover { file } => seats::recover(session, file).await?,
        Proposed::Register(entry) => records::register(session, entry).await?,
        Proposed::Revoke { entry, reason } => {
            let entry = text::entry_key(entry)?;
            let action = Action::Registry(registry::Action::Revoke { entry, reason: text::words(reason) });
            Chosen { action, row: Under::Row(entry.revoke_row()) }
        }
        Proposed::Release(release) => records::release(session, release).await?,
        Proposed::Baseline { name, value } => records::baseline(session, name, *value).await?,
        Proposed::Phase(change) => records::phase(session, change).await?,
        Proposed::Adopt { name, text: file } => {
            let (name, text) = (text::label("name", name)?, DocumentHash(text::hash(file)?));
            Chosen {
                action: Action::Policy(policy::Action::Adopt { name, text }),
                row: Under::Row(RowId::DOCUMENT_ONLY),
            }
        }
        Proposed::Consent { scope, evidence } => {
            let (scope, evidence) = (text::scope(scope)?, ReferenceHash(text::hash(evidence)?));
            let incident = due(session, scope).await?.incident;
            Chosen {
                action: Action::Emergency(language::emergency::Action::Consent { scope, incident, evidence }),
                row: Under::Row(RowId::MANUAL_OVERRIDE),
            }
        }
        Proposed::Resolve { subject: about, answer, statement, party } => {
            let outcome = match answer {
                cli::Answer::Upheld => Resolution::Upheld,
                cli::Answer::Dismissed => Resolution::Dismissed,
            };
            let (subject, statement) = (subject(about)?, ReferenceHash(text::hash(statement)?));
            let action = Action::Dispute(dispute::Action::Resolve {
                subject,
                outcome,
                statement,
                party: text::label("party", party)?,
            });
            Chosen { action, row: Under::Row(RowId::DISPUTE_OVERRIDE) }
        }
        Proposed::ExtendDispute(said) => program::extend(session, said).await?,
        Proposed::ProgramCreate { file } => program::create(session, file).await?,
        Proposed::ProgramChange { file } => program::change(session, file).await?,
        Proposed::Batch(said) => program::batch(session, said, notes).await?,
        Proposed::Except(said) => program::except(session, said).await?,
        Proposed::Retire { successor } => retire(session, successor).await?,
        Proposed::RenewProfile { days } => {
            let until = session.now.saturating_add(days.saturating_mul(text::DAY));
            Chosen {
                action: Action::Policy(policy::Action::RenewProfile { until }),
                row: Under::Row(RowId::POLICY_TABLE),
            }
        }
    })
}

/// The code is read from the chain, and is what is decided: whoever approves compares it with what was built.
async fn retire(session: &Session, successor: &str) -> Result<Chosen, CliError> {
    const HELP: &str = "give the address that `greatseal succeed deploy` printed";
    let successor: ContractAddress = successor.parse().map_err(|error| CliError::input("--successor", error, HELP))?;
    let own = session.deployment.contract();
    match session.chain.awaiting(successor, &session.block).await? {
        Some(import) if import == Import::of(own) => {}
        _ => return Err(CliError::input("--successor", "does not await this contract's state", HELP)),
    }
    let code = ContractCode(session.chain.code_hash(successor, &session.block).await?);
    Ok(Chosen {
        action: Action::Contract(contract::Action::Retire { successor, code }),
        row: Under::Row(RowId::HIGH_RISK_UPGRADE),
    })
}

/// Which way it goes is found by comparing with what holds.
async fn set_route(session: &Session, route: u32, economics: &std::path::Path) -> Result<Chosen, CliError> {
    let economics = economics::load(economics)?;
    let current = session.cells([CellKey::Route(route)]).await?.route(route).map_err(refused)?;
    let previous = current.as_deref().map(digest::route_hash);
    let row = match current {
        Some(current) if current.economics.tightens_to(&economics) => RowId::BRIDGE_TIGHTEN,
        _ => RowId::BRIDGE_LOOSEN,
    };
    Ok(Chosen {
        action: Action::Bridge(bridge::Action::SetRoute(SetRoute { route, previous, economics })),
        row: Under::Row(row),
    })
}

/// Whom a route serves: the present answer with what is asked for.
async fn set_compliance(session: &Session, change: &cli::Compliance) -> Result<Chosen, CliError> {
    let route = change.route;
    let present = session.cells([CellKey::Compliance(route)]).await?.served(route).map_err(refused)?;
    let base = present.map(|served| served.compliance);
    let first = |what| CliError::input(what, "missing", "a route that served nobody yet needs a policy and a finality");
    let policy = change.policy.as_deref().map(text::hash).transpose()?.map(ReferenceHash);
    let tree = |file: Option<&std::path::Path>, excluded| {
        file.map(|path| AccountList::load(path, excluded)?.head(path)).transpose()
    };
    let listed = |named: Option<TreeHead>, nobody: bool, base| if nobody { None } else { named.or(base) };
    let compliance = Compliance {
        enabled: change.enable || !change.disable && base.is_some_and(|base| base.enabled),
        allow: listed(tree(change.served.as_deref(), false)?, change.serve_everybody, base.and_then(|base| base.allow)),
        deny: listed(tree(change.excluded.as_deref(), true)?, change.exclude_nobody, base.and_then(|base| base.deny)),
        policy: policy.or(base.map(|base| base.policy)).ok_or_else(|| first("--policy"))?,
        min_finality: change
            .min_finality
            .or(base.map(|base| base.min_finality))
            .ok_or_else(|| first("--min-finality"))?,
    };
    let row = match base {
        Some(base) if base.tightens_to(&compliance) => RowId::BRIDGE_TIGHTEN,
        _ => RowId::BRIDGE_LOOSEN,
    };
    let previous = present.as_ref().map(digest::compliance_hash);
    Ok(Chosen {
        action: Action::Bridge(bridge::Action::SetCompliance(SetCompliance { route, previous, compliance })),
        row: Under::Row(row),
    })
}
