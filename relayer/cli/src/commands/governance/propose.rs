//! `greatseal governance propose`

mod emergency;
mod explained;
pub(crate) mod program;
mod records;
mod seats;

use super::{decide::largest, document, document::attached, economics};
use crate::{
    answers::{
        self, Text,
        proposal::Needs,
        signed::{self, Approval, Notes, Quorum},
    },
    cli,
    commands::{
        bridge::AccountList,
        dispute::{privacy, stored, this},
        order::ended,
        review::{due, named},
        unknown::{self, Unknown},
    },
    contents::Privacy,
    door::{Delivery, Door},
    error::CliError,
    foresee,
    manifest::Checked,
    output::Line,
    screen::About,
    session::Session,
    text,
};
use greatseal_protocol::{
    action::Action,
    bytes::{ContractAddress, ContractCode, DocumentHash, ReferenceHash},
    cells::CellKey,
    digest,
    dispute::Resolution,
    event::Event,
    language::{self, bridge, contract, dispute, policy, proposal, registry},
    merkle::TreeHead,
    proposal_id::ProposalId,
    route::{Compliance, SetCompliance, SetRoute},
    row::RowId,
    state::State,
    succession::Import,
};

/// What is proposed.
pub(crate) struct Proposal {
    /// What it does.
    pub(crate) action: Action,
    /// Its row, where one is named.
    pub(crate) row: Option<RowId>,
    /// The entries of a batch, where they are at hand.
    pub(crate) entries: Option<Checked>,
    /// What it names and the chain does not know.
    pub(crate) unknown: Unknown,
    /// What else stands above the question.
    pub(crate) about: Vec<Line>,
    /// Who may read its contents, where the action alone does not say what it is about.
    pub(crate) privacy: Option<Privacy>,
}

impl Proposal {
    /// An action under the row that the rules find, with nothing to look at beside it.
    pub(crate) fn of(action: Action) -> Self {
        Self { action, row: None, entries: None, unknown: Unknown::default(), about: Vec::new(), privacy: None }
    }
}

/// Opens what the command line says.
///
/// # Errors
///
/// Those of [`open`], [`CliError::Input`].
pub async fn run(session: &Session, command: &cli::Propose) -> Result<(), CliError> {
    document::load(&command.how.document)?;
    let mut proposal = choose(session, &command.action).await?;
    proposal.row = command.row.as_deref().map(row_named).transpose()?;
    let unknown = unknown::of_action(session, &proposal.action).await?;
    proposal.unknown = unknown.or_refuse(command.how.signer.yes, command.allow_unknown)?;
    open(session, &command.how, proposal).await
}

/// Opens a proposal, once its document and all that it names are kept.
///
/// # Errors
///
/// [`CliError::Input`] before anything is signed, [`CliError::Refused`] by the contract's rules.
pub(crate) async fn open(session: &Session, how: &cli::Opening, proposal: Proposal) -> Result<(), CliError> {
    let Proposal { action, row, entries, unknown, about, privacy } = proposal;
    let draft = document::load(&how.document)?;
    if how.approve {
        looked_at(&action, entries.as_ref())?;
    }
    let door = Door::find(session, how.signer.options()?).await?;
    let member = session.member(door.key()).await?;
    let notes = Notes {
        new_rows: seats::new_rows(session, &action).await?,
        new_route: unknown::begun(&action),
        manifest: entries.as_ref().map(|entries| entries.warnings.clone()),
    };
    let (wish, texts) = explained::opening(session, &door, &member, how, (row, action), draft).await?;
    session.at_hand.bytes(texts.canonical());
    let attachments = attached(&texts);
    let mut context = answers::document::changes(&texts.changes.values);
    context.splice(0..0, answers::document::lines(&texts.into()));
    context.extend(about);
    context.extend(entries.iter().flat_map(largest));
    context.extend(notes.lines());
    context.extend(unknown.lines());
    let about = About { contents: attachments, privacy, ..About::from(&context) };
    let sent = door.send(Some(&member), wish, about).await?;

    let mut signed = ended(&sent)?;
    signed.unknown = unknown.missing();
    let signed::Order::Open(opening) = &mut signed.order else {
        return Err(CliError::Contradiction("another command was signed than an opening".into()));
    };
    opening.notes = notes;
    if let Some(records) = sent.delivery.records() {
        let opened = records.iter().find_map(|record| match &record.event {
            Event::Proposal(proposal::Event::Opened(opened)) => Some(opened),
            _ => None,
        });
        let opened = opened.ok_or_else(|| CliError::Contradiction("no opening event in the block".into()))?;
        let proposal = opened.id;
        opening.proposal = Some(Text(proposal));
        opening.digest = Some(Text(opened.digest));
        opening.approve_by = Some(Text(opened.approve_by));
        opening.approval = approved(session, &sent.delivery, proposal).await?;
    }
    session.signed(&signed)
}

/// Who approves a batch with its opening has looked at its entries, like everybody who approves it.
fn looked_at(action: &Action, entries: Option<&Checked>) -> Result<(), CliError> {
    const HELP: &str = "give the manifest with --manifest, or open it without --approve: nobody approves entries that were not looked at";
    match (action, entries) {
        (Action::Program(language::program::Action::ExecuteBatch(_)), None) => {
            Err(CliError::input("--approve", "a header alone does not show the entries", HELP))
        }
        _ => Ok(()),
    }
}

/// What the opening's records say of the approval that came with it, and what is missing next; `None` where none did.
async fn approved(session: &Session, delivery: &Delivery, id: ProposalId) -> Result<Option<Approval>, CliError> {
    let seat = delivery.records().unwrap_or_default().iter().find_map(|record| match record.event {
        Event::Proposal(proposal::Event::Decided { seat, .. }) => Some(seat),
        _ => None,
    });
    let (Some(seat), Some(number)) = (seat, delivery.block()) else { return Ok(None) };
    let block = session.chain.block_ref(number).await?;
    let now = session.chain.time(&block).await?;
    let outlook = foresee::outlook(session, id, &block, now).await?;
    let quorum = outlook.execution.map(|(from, until)| Quorum { from: Text(from), until: Text(until) });
    Ok(Some(Approval { seat: Text(seat), missing: Needs::from(&outlook.missing), quorum }))
}

fn row_named(name: &str) -> Result<RowId, CliError> {
    let unknown = || CliError::input("--row", format!("`{name}` is none"), "`greatseal policy show` lists the rows");
    RowId::named(name).ok_or_else(unknown)
}

/// What is proposed. Whatever it builds on is read from the chain.
async fn choose(session: &Session, proposed: &cli::Proposed) -> Result<Proposal, CliError> {
    use cli::Proposed;
    Ok(Proposal::of(match proposed {
        Proposed::Pause { scope, minutes, incident } => emergency::pause(session, scope, *minutes, incident)?,
        Proposed::Lift { scope, set_by } => emergency::lift(session, scope, set_by.as_deref()).await?,
        Proposed::Suspend { of, recovery } => emergency::suspend(session, of, recovery.as_deref()).await?,
        Proposed::Reinstate(of) => emergency::reinstate(session, of).await?,
        Proposed::Mode { mode, minutes, incident } => emergency::mode(session, *mode, *minutes, incident)?,
        Proposed::LeaveMode { set_by } => emergency::leave_mode(session, set_by.as_deref()).await?,
        Proposed::Route { route, economics } => set_route(session, *route, economics).await?,
        Proposed::Compliance(change) => set_compliance(session, change).await?,
        Proposed::Row(change) => seats::row(session, change).await?,
        Proposed::Reconstitute { file } => seats::reconstitute(session, file).await?,
        Proposed::Rotate { seat, new } => seats::rotate(session, seat, new).await?,
        Proposed::Recover { file } => seats::recover(session, file).await?,
        Proposed::Register(entry) => records::register(session, entry).await?,
        Proposed::Revoke { entry, reason } => {
            let entry = text::entry_key(&session.at_hand, entry)?;
            Action::Registry(registry::Action::Revoke { entry, reason: text::words(&session.at_hand, reason) })
        }
        Proposed::Release(release) => records::release(session, release).await?,
        Proposed::Baseline { name, value } => records::baseline(session, name, *value).await?,
        Proposed::Phase(change) => records::phase(session, change).await?,
        Proposed::CloseWayBack { council, component } => {
            records::close_way_back(session, council.as_deref(), component.as_deref()).await?
        }
        Proposed::Adopt { name, text: file } => {
            let (name, text) = (text::label("name", name)?, DocumentHash(text::hash(&session.at_hand, file)?));
            Action::Policy(policy::Action::Adopt { name, text })
        }
        Proposed::Consent { scope, evidence, set_by } => {
            let (scope, evidence) = (text::scope(scope)?, ReferenceHash(text::hash(&session.at_hand, evidence)?));
            let (set_by, incident) = named(due(session, scope).await?, set_by.as_deref())?;
            Action::Emergency(language::emergency::Action::Consent { scope, set_by, incident, evidence })
        }
        Proposed::Resolve { which, answer, statement } => {
            let outcome = match answer {
                cli::Answer::Upheld => Resolution::Upheld,
                cli::Answer::Dismissed => Resolution::Dismissed,
            };
            let ((dispute, known), statement) =
                (this(session, which).await?, ReferenceHash(text::hash(&session.at_hand, statement)?));
            let (opened, privacy) =
                (stored(session, dispute).await?.at, privacy(session, dispute.subject, known).await?);
            let action = Action::Dispute(dispute::Action::Resolve { dispute, opened, outcome, statement });
            return Ok(Proposal { privacy, ..Proposal::of(action) });
        }
        Proposed::ExtendDispute(said) => return program::extend(session, said).await,
        Proposed::AuthorityCreate { file } => program::authority(session, file).await?,
        Proposed::BatchStop(said) => program::stop(session, said)?,
        Proposed::ProgramCreate { file } => program::create(session, file)?,
        Proposed::ProgramChange { file } => program::change(session, file).await?,
        Proposed::Batch(said) => {
            let (action, entries) = program::batch(session, said)?;
            return Ok(Proposal { entries, ..Proposal::of(action) });
        }
        Proposed::Overrule(said) => program::overrule(session, said).await?,
        Proposed::Retire { successor } => retire(session, successor).await?,
        Proposed::RenewProfile { days } => {
            let until = session.now.saturating_add(days.saturating_mul(text::DAY));
            Action::Policy(policy::Action::RenewProfile { until })
        }
    }))
}

/// The code is read from the chain, and is what is decided: whoever approves compares it with what was built.
async fn retire(session: &Session, successor: &str) -> Result<Action, CliError> {
    const HELP: &str = "give the address that `greatseal succeed deploy` printed";
    let successor: ContractAddress = successor.parse().map_err(|error| CliError::input("--successor", error, HELP))?;
    let own = session.deployment.contract();
    match session.chain.awaiting(successor, &session.block).await? {
        Some(import) if import == Import::of(own) => {}
        _ => return Err(CliError::input("--successor", "does not await this contract's state", HELP)),
    }
    let code = ContractCode(session.chain.code_hash(successor, &session.block).await?);
    Ok(Action::Contract(contract::Action::Retire { successor, code }))
}

/// Parameters for a route, over those that hold.
async fn set_route(session: &Session, route: u32, economics: &std::path::Path) -> Result<Action, CliError> {
    let economics = economics::load(&session.at_hand, economics)?;
    let current = session.cells([CellKey::Route(route)]).await?.route(route)?;
    let previous = current.as_deref().map(digest::route_hash);
    Ok(Action::Bridge(bridge::Action::SetRoute(SetRoute { route, previous, economics })))
}

/// Whom a route serves: the present answer with what is asked for.
async fn set_compliance(session: &Session, change: &cli::Compliance) -> Result<Action, CliError> {
    let route = change.route;
    let present = session.cells([CellKey::Compliance(route)]).await?.served(route)?;
    let base = present.map(|served| served.compliance);
    let first = |what| CliError::input(what, "missing", "a route that served nobody yet needs a policy and a finality");
    let policy =
        change.policy.as_deref().map(|text| text::hash(&session.at_hand, text)).transpose()?.map(ReferenceHash);
    let tree = |file: Option<&std::path::Path>, excluded| {
        file.map(|path| AccountList::load(path, excluded)?.kept(&session.at_hand, path)).transpose()
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
        daily: change.daily_lists || !change.no_daily_lists && base.is_some_and(|base| base.daily),
    };
    let previous = present.as_ref().map(digest::compliance_hash);
    Ok(Action::Bridge(bridge::Action::SetCompliance(SetCompliance { route, previous, compliance })))
}
