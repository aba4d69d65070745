//! What a command's contents are about: a programme that is confidential, and whether the command only protects.

use crate::{error::CliError, session::Session};
use greatseal_api::document::{self, Document};
use greatseal_protocol::{
    action::Action,
    batch::Batch,
    bytes::ManifestHash,
    cells::{CellKey, Cells as _},
    command::Order,
    dispute::Subject,
    language::{council, dispute, emergency, program, proposal, registry},
    program::{Privacy as Terms, Program},
    registry::EntryKey,
    row::RowId,
    scope::Scope,
};

/// Who may read the contents of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// Everybody.
    Public,
    /// Those who have a reader's key: the programme is confidential, and this is its number.
    Confidential(u32),
    /// The chain does not say which programme it is, or whether that one is confidential.
    Unknown,
}

/// What says who may read.
enum Matter {
    /// No programme.
    Public,
    /// A programme, and what it shall be where the command says so.
    Program(u32, Option<Terms>),
    /// The programme of a batch.
    Batch(ManifestHash),
    /// Nobody but its author knows what it is.
    Unknown,
}

impl Privacy {
    /// Of what an order names.
    ///
    /// # Errors
    ///
    /// [`CliError::Chain`], here and below.
    pub async fn of_order(session: &Session, order: &Order) -> Result<Self, CliError> {
        Self::of(session, ordered(order)).await
    }

    /// Of what an action names.
    ///
    /// # Errors
    ///
    /// Those of [`Self::of_order`].
    pub async fn of_action(session: &Session, action: &Action) -> Result<Self, CliError> {
        Self::of(session, acted(action)).await
    }

    /// Of what is put without a command, and says its programme itself: one that the chain does not know may be about to become
    /// confidential.
    ///
    /// # Errors
    ///
    /// Those of [`Self::of_order`].
    pub async fn of_program(session: &Session, id: u32) -> Result<Self, CliError> {
        let key = CellKey::Program(id);
        Ok(match session.cells([key]).await?.cell::<Program>(&key)? {
            None => Self::Unknown,
            Some(program) if program.terms.privacy == Terms::Confidential => Self::Confidential(id),
            Some(_) => Self::Public,
        })
    }

    /// Of a document that is put without its proposal, by what it says itself.
    ///
    /// # Errors
    ///
    /// Those of [`Self::of_order`].
    pub async fn of_document(session: &Session, document: &Document) -> Result<Self, CliError> {
        let does = |pointer| document.changes.action.pointer(pointer).is_some();
        match document.scope {
            Scope::Program(id) => Self::of_program(session, id).await,
            // Their batch stands in the proposal, and what stops them is a pause of everything.
            Scope::Everything if does("/dispute") || does("/program/overrule") => Ok(Self::Unknown),
            Scope::Everything | Scope::Upgrades | Scope::Route(_) | Scope::Account(_) => Ok(Self::Public),
        }
    }

    async fn of(session: &Session, matter: Matter) -> Result<Self, CliError> {
        let (id, shall) = match matter {
            Matter::Public => return Ok(Self::Public),
            Matter::Unknown => return Ok(Self::Unknown),
            Matter::Program(id, shall) => (id, shall),
            Matter::Batch(manifest) => {
                let key = CellKey::Batch(manifest);
                match session.cells([key]).await?.cell::<Batch>(&key)? {
                    Some(batch) => (batch.program, None),
                    None => return Ok(Self::Unknown),
                }
            }
        };
        let key = CellKey::Program(id);
        let is = session.cells([key]).await?.cell::<Program>(&key)?.map(|program| program.terms.privacy);
        match [is, shall].contains(&Some(Terms::Confidential)) {
            true => Ok(Self::Confidential(id)),
            false => Ok(Self::Public),
        }
    }
}

/// Whether an order only protects: it goes on where nobody keeps its contents, so that brakes work with everything down.
pub(super) fn protects(order: &Order) -> bool {
    match order {
        Order::Proposal(order) => match order {
            proposal::Order::Open(open) => proposal_protects(open.row),
            proposal::Order::Cancel { .. } | proposal::Order::Veto { .. } => true,
            // It names the bill of materials of a release, and nothing where it protects.
            proposal::Order::Execute(_)
            | proposal::Order::Decide { .. }
            | proposal::Order::CallPanel { .. }
            | proposal::Order::PanelApprove { .. }
            | proposal::Order::DecideTogether(_) => false,
        },
        Order::Program(order) => match order {
            program::Order::HoldEntry { .. } => true,
            program::Order::State(_)
            | program::Order::Vote(_)
            | program::Order::Finalise { .. }
            | program::Order::FreeEntry { .. } => false,
        },
        Order::Dispute(order) => match order {
            dispute::Order::Open { .. } => true,
            dispute::Order::Acknowledge { .. } | dispute::Order::Triage { .. } | dispute::Order::Retract { .. } => {
                false
            }
        },
        Order::Council(order) => match order {
            council::Order::SuspendSelf => true,
            council::Order::AcceptSeat { .. }
            | council::Order::Heartbeat { .. }
            | council::Order::NameSuccessor { .. } => false,
        },
        Order::Emergency(_) | Order::Bridge(_) | Order::Registry(_) | Order::Phase(_) | Order::Operation(_) => false,
    }
}

/// Whether an order confirms what somebody else has filed, and files nothing of its own.
pub(super) fn confirms(order: &Order) -> bool {
    match order {
        Order::Emergency(order) => match order {
            emergency::Order::AttestReview { .. } => true,
            emergency::Order::FileReview { .. } => false,
        },
        // Evidence is the voter's own.
        Order::Program(order) => match order {
            program::Order::State(_)
            | program::Order::Vote(_)
            | program::Order::Finalise { .. }
            | program::Order::HoldEntry { .. }
            | program::Order::FreeEntry { .. } => false,
        },
        Order::Proposal(order) => match order {
            proposal::Order::Execute(_) => true,
            proposal::Order::Open(_)
            | proposal::Order::Decide { .. }
            | proposal::Order::Cancel { .. }
            | proposal::Order::Veto { .. }
            | proposal::Order::CallPanel { .. }
            | proposal::Order::PanelApprove { .. }
            | proposal::Order::DecideTogether(_) => false,
        },
        Order::Dispute(_)
        | Order::Council(_)
        | Order::Bridge(_)
        | Order::Registry(_)
        | Order::Phase(_)
        | Order::Operation(_) => false,
    }
}

/// Whether a proposal only protects: its row says so.
pub fn proposal_protects(row: RowId) -> bool {
    row.protective()
}

fn ordered(order: &Order) -> Matter {
    match order {
        Order::Proposal(order) => match order {
            proposal::Order::Open(open) => acted(&open.action),
            proposal::Order::Execute(execute) => acted(&execute.action),
            proposal::Order::Decide { .. }
            | proposal::Order::Cancel { .. }
            | proposal::Order::Veto { .. }
            | proposal::Order::CallPanel { .. }
            | proposal::Order::PanelApprove { .. }
            | proposal::Order::DecideTogether(_) => Matter::Public,
        },
        Order::Program(order) => match order {
            program::Order::State(statement) => Matter::Batch(statement.manifest),
            program::Order::Vote(vote) => Matter::Batch(vote.manifest),
            program::Order::Finalise { manifest, .. }
            | program::Order::HoldEntry { manifest, .. }
            | program::Order::FreeEntry { manifest, .. } => Matter::Batch(*manifest),
        },
        Order::Emergency(order) => match order {
            emergency::Order::FileReview { scope, .. } | emergency::Order::AttestReview { scope, .. } => scoped(scope),
        },
        Order::Dispute(order) => match order {
            dispute::Order::Open { subject, .. } | dispute::Order::Retract { subject, .. } => disputed(subject),
            dispute::Order::Acknowledge { dispute } | dispute::Order::Triage { dispute, .. } => {
                disputed(&dispute.subject)
            }
        },
        Order::Council(_) | Order::Bridge(_) | Order::Registry(_) | Order::Phase(_) | Order::Operation(_) => {
            Matter::Public
        }
    }
}

/// What its document calls its scope, and what that lacks.
fn acted(action: &Action) -> Matter {
    let scope = || scoped(&document::scope(action));
    match action {
        Action::Program(action) => match action {
            program::Action::Create(new) => Matter::Program(new.program, Some(new.terms.privacy)),
            program::Action::Change(change) => {
                Matter::Program(change.program, change.terms.as_ref().map(|(_, terms)| terms.privacy))
            }
            program::Action::Overrule { manifest, .. } => Matter::Batch(*manifest),
            program::Action::ExecuteBatch(_) | program::Action::Stop { .. } | program::Action::CreateAuthority(_) => {
                scope()
            }
        },
        Action::Dispute(action) => disputed(&doubted(action)),
        Action::Registry(action) => match action {
            registry::Action::Revoke { entry: EntryKey::Payer(_, program), .. } => Matter::Program(*program, None),
            registry::Action::Revoke { .. } | registry::Action::Register { .. } | registry::Action::Release(_) => {
                scope()
            }
        },
        Action::Emergency(_)
        | Action::Bridge(_)
        | Action::Policy(_)
        | Action::Contract(_)
        | Action::Council(_)
        | Action::Phase(_)
        | Action::Operation(_) => scope(),
    }
}

/// What is disputed that an action answers.
pub fn doubted(action: &dispute::Action) -> Subject {
    match action {
        dispute::Action::Resolve { dispute, .. } | dispute::Action::Extend { dispute, .. } => dispute.subject,
    }
}

fn scoped(scope: &Scope) -> Matter {
    match scope {
        Scope::Program(id) => Matter::Program(*id, None),
        Scope::Everything | Scope::Upgrades | Scope::Route(_) | Scope::Account(_) => Matter::Public,
    }
}

fn disputed(subject: &Subject) -> Matter {
    match subject {
        Subject::Batch(manifest) => Matter::Batch(*manifest),
        // What a proposal does stands in its opening alone.
        Subject::Proposal(..) => Matter::Unknown,
        Subject::Other(_) => Matter::Public,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::{
        bytes::{AssetHash, DocumentHash, ReferenceHash, SubjectId},
        language::proposal::Open,
        registry::Setting,
    };

    fn opens(row: RowId, action: Action) -> bool {
        let document = DocumentHash([1; 32]);
        let open = Open { row, action, document, approve_within: 60, execute_within: 60, nonce: 1, approve: false };
        protects(&Order::Proposal(proposal::Order::Open(Box::new(open))))
    }

    #[test]
    fn what_narrows_is_opened_and_approved_though_nobody_keeps_it() {
        let reason = ReferenceHash([2; 32]);
        for (entry, narrows) in [
            (EntryKey::Asset(AssetHash([3; 32])), true),
            (EntryKey::Payer([3; 32], 1), true),
            (EntryKey::Issuer(SubjectId([3; 32])), true),
            // Without its entry another setting holds.
            (EntryKey::Custody(Setting::Amnesia, None), false),
        ] {
            let row = entry.revoke_row();
            let action = Action::Registry(registry::Action::Revoke { entry, reason });
            assert_eq!((opens(row, action), proposal_protects(row)), (narrows, narrows), "{entry}");
        }
        for (row, narrows) in [(RowId::BRIDGE_TIGHTEN, true), (RowId::BRIDGE_LOOSEN, false), (RowId::BATCH_STOP, true)]
        {
            assert_eq!(proposal_protects(row), narrows, "{row:?}");
        }
    }
}
