//! An opening and the document that explains it.

use crate::{
    cli, commands::governance::document as texts, door::Door, error::CliError, file, place::Member, session::Session,
};
use greatseal_api::document::{self, Claims, Document};
use greatseal_protocol::{
    action::Action,
    ask::{Draft, Wish},
    command::Order,
    digest,
    language::proposal,
    row::RowId,
};

/// The opening with its document, in which what the chain knows is filled in and compared. Row and windows are those that the
/// rules find for the action now.
///
/// # Errors
///
/// [`CliError::OtherThanProposed`] where the file states something else than what is proposed; what the rules refuse.
pub(super) async fn opening(
    session: &Session,
    door: &Door<'_>,
    member: &Member,
    how: &cli::Opening,
    (row, action): (Option<RowId>, Action),
    draft: document::Draft,
) -> Result<(Wish, Document), CliError> {
    let approve_within = how.approve_within.or(draft.expiry.approve_within);
    let execute_within = how.execute_within.or(draft.expiry.execute_within);
    // The rules ask for a document, and look at no more than that.
    let document = digest::document_hash(draft.title.as_bytes());
    let (nonce, approve) = (member.next_nonce(), how.approve);
    let wanted = Draft { row, action, document, approve_within, execute_within, nonce, approve };
    let command = door.command(member, &Wish::Open(Box::new(wanted.clone()))).await?;
    let Order::Proposal(proposal::Order::Open(open)) = command.order else {
        return Err(CliError::Contradiction("another command was found than an opening".into()));
    };
    let values = texts::values(session, &open.action).await?;
    let claims = Claims::of_opening(member.id, &open, values).map_err(texts::no_changes)?;
    let whole = texts::filled(&how.document, draft, &claims)?;
    if let Some(path) = &how.document_out {
        file::publish(path, &whole.canonical())?;
    }
    let opening = Draft {
        row: Some(open.row),
        document: texts::hash(&whole),
        approve_within: Some(open.approve_within),
        execute_within: Some(open.execute_within),
        ..wanted
    };
    Ok((Wish::Open(Box::new(opening)), whole))
}
