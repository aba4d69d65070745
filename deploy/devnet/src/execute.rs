//! Runs the runtime natively over a state, and survives what the runtime does not.

use std::{
    any::Any,
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Once,
};

use parity_scale_codec::{DecodeAll, Encode};
use sp_core::H256;
use sp_externalities::set_and_run_with_externalities;
use sp_runtime::{
    OpaqueExtrinsic,
    transaction_validity::{TransactionSource, TransactionValidity},
};
use sp_state_machine::{BackendTransaction, Ext, OverlayedChanges};

use crate::{
    runtime::api,
    state::{Archive, Hasher, STATE_VERSION, View},
};

/// Why the runtime gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trap {
    /// The caller named a function that the runtime does not have.
    #[error("Exported method {0} is not found")]
    UnknownMethod(String),
    /// The runtime panicked, as a Wasm runtime traps: the argument was malformed.
    #[error("Execution aborted due to trap: {0}")]
    Panicked(String),
    /// The runtime answered something else than its interface promises: a defect of this program.
    #[error("{method} answered with unexpected bytes")]
    UnexpectedAnswer {
        /// The function that was called.
        method: &'static str,
    },
}

/// A state with changes on top that may still be thrown away.
pub struct Scratch<'a> {
    view: View<'a>,
    overlay: OverlayedChanges<Hasher>,
}

impl<'a> Scratch<'a> {
    /// Starts from the state at `root`.
    pub fn new(archive: &'a Archive, root: H256) -> Self {
        Self { view: archive.at(root), overlay: OverlayedChanges::default() }
    }

    /// Calls a runtime function; what it writes stays in the overlay.
    ///
    /// # Errors
    /// After [`Trap::Panicked`] the overlay is as far as the runtime got. Use [`Self::attempt`] to
    /// have it undone.
    pub fn call(&mut self, method: &str, data: &[u8]) -> Result<Vec<u8>, Trap> {
        let mut ext = Ext::new(&mut self.overlay, &self.view, None);
        guarded(|| set_and_run_with_externalities(&mut ext, || api::dispatch(method, data)))?
            .ok_or_else(|| Trap::UnknownMethod(method.to_owned()))
    }

    /// Calls a runtime function and decodes its whole answer.
    ///
    /// # Errors
    /// Those of [`Self::call`].
    pub fn ask<T: DecodeAll>(&mut self, method: &'static str, arguments: impl Encode) -> Result<T, Trap> {
        let answer = self.call(method, &arguments.encode())?;
        T::decode_all(&mut answer.as_slice()).map_err(|_| Trap::UnexpectedAnswer { method })
    }

    /// Calls `step` and keeps its changes only if `keep` agrees with the outcome.
    ///
    /// # Errors
    /// What `step` answered; its changes are undone.
    pub fn attempt<T>(
        &mut self,
        step: impl FnOnce(&mut Self) -> Result<T, Trap>,
        keep: impl FnOnce(&T) -> bool,
    ) -> Result<T, Trap> {
        let depth = self.overlay.transaction_depth();
        self.overlay.start_transaction();
        let outcome = step(self);
        if outcome.as_ref().is_ok_and(keep) {
            let _ = self.overlay.commit_transaction();
        }
        // A panic leaves the runtime's own transactions open as well.
        while self.overlay.transaction_depth() > depth {
            if self.overlay.rollback_transaction().is_err() {
                break;
            }
        }
        outcome
    }

    /// The root and the trie nodes of everything that was written.
    ///
    /// # Errors
    /// If the state could not be read: a defect of this program.
    pub fn into_changes(mut self) -> Result<(H256, BackendTransaction<Hasher>), String> {
        let changes =
            self.overlay.drain_storage_changes(&self.view, STATE_VERSION).map_err(|error| error.to_string())?;
        Ok((changes.transaction_storage_root, changes.transaction))
    }
}

/// What the runtime says about a transaction that came from outside.
///
/// # Errors
/// If the runtime cannot even read the transaction.
pub fn validate(
    archive: &Archive,
    root: H256,
    block: H256,
    transaction: &OpaqueExtrinsic,
) -> Result<TransactionValidity, Trap> {
    Scratch::new(archive, root)
        .ask("TaggedTransactionQueue_validate_transaction", (TransactionSource::External, transaction, block))
}

/// Keeps the panics which this module catches off stderr; call once, early.
pub fn hush_runtime_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if GUARDED.get() {
                tracing::debug!(%info, "the runtime trapped");
            } else {
                report(info);
            }
        }));
    });
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, Trap> {
    let before = GUARDED.replace(true);
    // The overlay may be half-written afterwards; `Scratch::attempt` rolls it back.
    let outcome = catch_unwind(AssertUnwindSafe(run));
    GUARDED.set(before);
    outcome.map_err(|panic| Trap::Panicked(panic_message(panic.as_ref())))
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<String>() {
        text.clone()
    } else if let Some(text) = panic.downcast_ref::<&str>() {
        (*text).to_owned()
    } else {
        "runtime panicked".to_owned()
    }
}
