//! Programmes, batches and disputes in words.

use super::{
    event::{Line, line, sha256},
    pairs,
};
use greatseal_protocol::{batch::Executed, words};

/// Every field of a batch that was executed.
pub(super) fn executed(batch: &Executed) -> Vec<Line> {
    let mut lines = pairs(words::batch(&batch.header));
    lines.extend([
        sha256("rule set pinned", &batch.rules.hash),
        line("in effect", words::span(batch.rules.effective_from, batch.rules.effective_until)),
        line("number", batch.number),
        line("previous", batch.previous.map_or_else(|| "none: the first".to_owned(), |root| root.to_string())),
        line("small", batch.small),
        line("auditors", batch.auditors),
        line("challenge", words::duration(batch.challenge)),
    ]);
    lines
}
