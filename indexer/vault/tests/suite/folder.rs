//! A folder keeps the promises.

use crate::{Outcome, promises};
use greatseal_vault::Place;

#[tokio::test]
async fn what_was_brought_is_there_whole_and_keeping_it_again_changes_nothing() -> Outcome {
    let home = tempfile::tempdir()?;
    promises::what_was_brought_is_there_whole_and_keeping_it_again_changes_nothing(&place(&home)).await
}

#[tokio::test]
async fn what_does_not_fit_or_ends_early_leaves_nothing() -> Outcome {
    let home = tempfile::tempdir()?;
    promises::what_does_not_fit_or_ends_early_leaves_nothing(&place(&home)).await
}

#[tokio::test]
async fn ciphertexts_are_kept_beside_each_other_under_their_own_hash() -> Outcome {
    let home = tempfile::tempdir()?;
    promises::ciphertexts_are_kept_beside_each_other_under_their_own_hash(&place(&home)).await
}

fn place(home: &tempfile::TempDir) -> Place {
    Place::Folder(home.path().join("contents"))
}
