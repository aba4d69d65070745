//! Why a batch does not fit its budget line: what the line has left, and what gives it more.

use super::reason::Reason;
use greatseal_protocol::{action::Action, batch::Header, cells::Cells, language::program, line::Line, state::State};

/// What is left of the line, and the next step: to make the parent's statement final, to raise `credit_max` where more came
/// back than it lets count, or to raise the limit.
pub(super) fn does_not_fit(cells: &impl Cells, action: &Action) -> Option<Reason> {
    let Action::Program(program::Action::ExecuteBatch(batch)) = action else { return None };
    let line: Line = cells.line(batch.program, batch.line).ok()??;
    let left = line.left();
    let told = format!("the batch pays {}, and budget line {} has {left} left", batch.total, batch.line);
    Some((told, Some(next(cells, batch, &line, batch.total.saturating_sub(left)))))
}

/// What gives the line as much as is missing.
fn next(cells: &impl Cells, batch: &Header, line: &Line, missing: u128) -> String {
    let (returned, credited) = (line.returned, line.credited());
    let parent = batch.parent.and_then(|parent| cells.batch(parent).ok());
    if parent.is_some_and(|parent| parent.line == batch.line && parent.last.is_none()) {
        return "make a statement about the parent final first: the line gets back what of it was not debited"
            .to_owned();
    }
    let raised = credited.saturating_add(missing);
    if raised <= returned.min(line.terms.limit) {
        return format!(
            "{returned} came back to the line, of which credit_max lets {credited} count: let program-change raise \
             credit_max to {raised}, or pay less"
        );
    }
    "pay less, or let program-change raise the line's limit; what failed in another batch comes back with its final statement"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::{
        batch::{Batch, Rail},
        bytes::{AssetHash, DeploymentId, EntriesRoot, ManifestHash, StatementHash},
        cells::CellKey,
        council::{Council, SeatId},
        line::{LineTerms, SetLine},
        memory::Memory,
        settlement::Final,
    };
    use parity_scale_codec::Encode as _;

    const PARENT: ManifestHash = ManifestHash([7; 32]);
    const ASSET: AssetHash = AssetHash([1; 32]);

    fn pays(total: u128, parent: Option<ManifestHash>) -> Action {
        Action::Program(program::Action::ExecuteBatch(Header {
            version: Header::VERSION,
            deployment: DeploymentId([0; 32]),
            program: 1,
            asset: ASSET,
            payer: [2; 32],
            rail: Rail::Opaque,
            rules: 1,
            line: 8,
            pay_on: 0,
            count: 1,
            total,
            root: EntriesRoot([3; 32]),
            parent,
        }))
    }

    /// A line of 800 that is spent, of which so much came back and 300 may count, and a batch out of it.
    fn cells(returned: u128, last: Option<Final>) -> Memory {
        let terms = LineTerms { until: 9, limit: 800, credit_max: 300, small_one: 0, small_all: 0 };
        let line = Line::new(&SetLine { line: 8, previous: 0, asset: ASSET, from: 0, terms });
        let mut cells = Memory::new();
        cells.insert(CellKey::Line(1, 8), Line { spent: 800, returned, ..line }.encode());
        let (number, rules, count, total, auditors, challenge) = (1, 1, 8, 800, 1, 3_600);
        let (program, asset, pay_on, again) = (1, ASSET, 0, 0);
        let batch =
            Batch { program, asset, number, rules, line: 8, pay_on, count, total, auditors, challenge, last, again };
        cells.insert(CellKey::Batch(PARENT), batch.encode());
        cells
    }

    fn last() -> Final {
        Final {
            recorder: SeatId { council: Council::Operator, index: 0 },
            version: 1,
            commitment: StatementHash([4; 32]),
            stated_at: 1,
            at: 2,
            closed: 8,
            paid: 400,
            unpaid: 400,
            debited: 400,
            credit: 400,
        }
    }

    #[test]
    fn what_is_missing_is_told_with_the_step_that_gives_it() {
        let told = |cells: &Memory, total, parent| {
            does_not_fit(cells, &pays(total, parent)).and_then(|(told, help)| Some((told, help?))).unwrap_or_default()
        };
        let (words, help) = told(&cells(400, Some(last())), 400, Some(PARENT));
        assert_eq!(words, "the batch pays 400, and budget line 8 has 300 left");
        assert!(help.contains("400 came back") && help.contains("raise credit_max to 400"), "{help}");
        let (words, help) = told(&cells(0, None), 400, Some(PARENT));
        assert!(words.contains("has 0 left") && help.contains("about the parent final first"), "{words}: {help}");
        // More than came back takes a higher limit.
        for parent in [None, Some(PARENT)] {
            let (_, help) = told(&cells(400, Some(last())), 401, parent);
            assert!(help.contains("raise the line's limit"), "{help}");
        }
    }
}
