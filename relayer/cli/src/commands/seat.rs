//! `greatseal seat`: what a seat says about itself.

use super::order::give;
use crate::{cli, error::CliError, session::Session, text};
use greatseal_protocol::{
    command::Order,
    language::{council, phase},
};

/// `greatseal seat …`
///
/// # Errors
///
/// [`CliError::Refused`] by the contract's rules.
pub async fn run(session: &Session, command: &cli::Seat) -> Result<(), CliError> {
    match command {
        cli::Seat::Accept(signer) => {
            // The key that sat there before is read from the chain: new → old.
            let order = |member: &crate::place::Member| {
                Order::Council(council::Order::AcceptSeat { seat: member.id, previous: member.seat.previous })
            };
            give(session, signer, order).await
        }
        cli::Seat::SuspendSelf(signer) => give(session, signer, |_| Order::Council(council::Order::SuspendSelf)).await,
        cli::Seat::NameSuccessor { successor, signer } => {
            let successor = text::key(successor)?;
            give(session, signer, |member| {
                Order::Council(council::Order::NameSuccessor { successor, nonce: member.next_nonce() })
            })
            .await
        }
        cli::Seat::NameCompanion(signer) => {
            const HELP: &str = "give --companion LABEL --companion-sealed FOLDER --companion-passphrase-file FILE";
            let companion = signer.options()?.companion;
            let companion = companion.ok_or_else(|| CliError::input("--companion", "missing", HELP))?;
            let companion = companion.open().await?.name();
            give(session, signer, |_| Order::Phase(phase::Order::NameCompanion { companion })).await
        }
        cli::Seat::Heartbeat(signer) => {
            give(session, signer, |member| Order::Council(council::Order::Heartbeat { nonce: member.next_nonce() }))
                .await
        }
    }
}
