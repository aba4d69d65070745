//! Programmes, batches and disputes in words.

use super::{
    event::{Line, line, sha256},
    pairs,
};
use greatseal_protocol::{batch::Executed, words};

/// Every field of a batch that was executed.
pub(super) fn executed(batch: &Executed) -> Vec<Line> {
    let mut lines = pairs(words::batch(&batch.order));
    lines.extend([
        sha256("rule set pinned", &batch.rules.hash),
        line("number", batch.number),
        line("previous", batch.previous.map_or_else(|| "none: the first".to_owned(), |root| root.to_string())),
        line("period", batch.period),
        line("small", batch.small),
    ]);
    lines
}
