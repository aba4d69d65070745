//! What a deployment can never do, judged by what its rows and councils bring about (rule 37 of the failures that shaped
//! this project): a table that passes every invariant may still be one that nobody can ever use or change again.

use greatseal_protocol::{
    council::Council,
    emergency::Cap,
    genesis::Profile,
    row::{Row, RowId},
    words,
};
use std::{collections::BTreeSet, fmt};

/// Something that a deployment cannot do as it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// No row changes the table or the size of a council.
    NoChange,
    /// Seats that decide about the table expire, and no row gives them other keys.
    NoWayOn(Council),
    /// A pause owes a review that nobody can attest.
    NoReview,
    /// A micronode without anybody who operates it.
    NoOperator,
    /// Seats expire, and no row gives them other keys.
    NoRotation(Council),
    /// No row gives the council other keys once it has lost its quorum.
    NoRecovery(Council),
    /// No other contract can ever go on with the state of this one.
    NoSuccession,
    /// Nobody may pause at once.
    NoPause,
    /// Nobody votes on statements, opens disputes or audits.
    NoAuditor,
    /// Nobody operates.
    NobodyOperates,
}

/// What cannot be done under these rows by councils of these sizes; what nobody should deploy comes first.
pub fn gaps(profile: Profile, rows: &[Row], size: impl Fn(Council) -> u8) -> Vec<Gap> {
    let there = |id: RowId| rows.iter().any(|row| row.id == id);
    let mut gaps = Vec::new();
    let changes = there(RowId::POLICY_TABLE);
    if !changes {
        gaps.push(Gap::NoChange);
    }
    let deciders = deciders(rows);
    let rotated = |council: &Council| there(RowId::rotate(*council));
    gaps.extend(deciders.iter().filter(|council| !rotated(council)).map(|council| Gap::NoWayOn(*council)));
    let (operators, auditors) = (size(Council::Operator), size(Council::Auditor));
    let reviewed = rows
        .iter()
        .any(|row| pauses(row.id) && Cap::of(profile, row.sovereign(size(Council::Sovereign))).rolling.is_some());
    if auditors == 0 && (reviewed || profile.micronode()) {
        gaps.push(Gap::NoReview);
    }
    if operators == 0 && profile.micronode() {
        gaps.push(Gap::NoOperator);
    }
    let sits = |council: &Council| size(*council) > 0;
    let others = Council::IN_ROWS.iter().filter(|council| sits(council) && !deciders.contains(council));
    gaps.extend(others.filter(|council| !rotated(council)).map(|council| Gap::NoRotation(*council)));
    for row in [RowId::RECOVER_SOVEREIGN, RowId::RECOVER_POLICY] {
        gaps.extend(row.recovers().filter(|council| sits(council) && !there(row)).map(Gap::NoRecovery));
    }
    let rest = [
        (!there(RowId::RETIRE), Gap::NoSuccession),
        (!rows.iter().any(|row| pauses(row.id)), Gap::NoPause),
        (auditors == 0 && !gaps.contains(&Gap::NoReview), Gap::NoAuditor),
        (operators == 0 && !gaps.contains(&Gap::NoOperator), Gap::NobodyOperates),
    ];
    gaps.extend(rest.into_iter().filter(|(lacks, _)| *lacks).map(|(_, gap)| gap));
    gaps
}

/// Councils without which the table cannot be changed: those that vote about it, those that vote about their seats, and so
/// on.
fn deciders(rows: &[Row]) -> BTreeSet<Council> {
    let voters = |id: RowId| rows.iter().filter(move |row| row.id == id).flat_map(|row| row.minima.iter());
    let mut found = BTreeSet::new();
    let mut next: Vec<Council> = voters(RowId::POLICY_TABLE).map(|(council, _)| council).collect();
    while let Some(council) = next.pop() {
        if found.insert(council) {
            next.extend(voters(RowId::rotate(council)).map(|(council, _)| council));
        }
    }
    found
}

fn pauses(row: RowId) -> bool {
    matches!(row, RowId::EMERGENCY_PAUSE | RowId::SOVEREIGN_PAUSE)
}

impl Gap {
    /// Whether nobody should deploy so: there would be no way out of it, or out of the first use of what protects.
    pub fn dead_end(self) -> bool {
        matches!(self, Self::NoChange | Self::NoWayOn(_) | Self::NoReview | Self::NoOperator)
    }

    /// Whether it is the want of a row that is a dead end, not that of somebody's seat.
    pub fn of_table(self) -> bool {
        matches!(self, Self::NoChange | Self::NoWayOn(_))
    }

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoChange => "no-change",
            Self::NoWayOn(_) => "no-way-on",
            Self::NoReview => "no-review",
            Self::NoOperator => "no-operator",
            Self::NoRotation(_) => "no-rotation",
            Self::NoRecovery(_) => "no-recovery",
            Self::NoSuccession => "no-succession",
            Self::NoPause => "no-pause",
            Self::NoAuditor => "no-auditor",
            Self::NobodyOperates => "nobody-operates",
        }
    }

    /// The council that it is about.
    pub fn council(self) -> Option<Council> {
        match self {
            Self::NoWayOn(council) | Self::NoRotation(council) | Self::NoRecovery(council) => Some(council),
            Self::NoChange
            | Self::NoReview
            | Self::NoOperator
            | Self::NoSuccession
            | Self::NoPause
            | Self::NoAuditor
            | Self::NobodyOperates => None,
        }
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            Self::NoChange | Self::NoWayOn(_) => {
                "give at least three Sovereign seats (S0, S1, S2) and two Policy seats (P0, P1), of different organisations"
            }
            Self::NoReview | Self::NoAuditor => "add an Auditor seat (A0) of another organisation",
            Self::NoOperator | Self::NobodyOperates => "add an Operator seat (O0) of another organisation",
            Self::NoRotation(_) | Self::NoRecovery(_) | Self::NoSuccession | Self::NoPause => {
                "add seats of the councils that the row asks, or add the row under policy-table later"
            }
        }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoChange => out.write_str(
                "the table has no row policy-table: no row could ever be added or changed, no seat ever added",
            ),
            Self::NoWayOn(council) => write!(
                out,
                "the table has no row {}: the seats of {} would expire and never get other keys, and without them nobody changes the table",
                RowId::rotate(*council),
                words::council(*council)
            ),
            Self::NoReview => out.write_str(
                "there is no Auditor seat: the review of a pause could never be attested, and until it is nothing is paused again",
            ),
            Self::NoOperator => {
                out.write_str("there is no Operator seat: nobody could run the machine, tune it or state what the rail did")
            }
            Self::NoRotation(council) => write!(
                out,
                "the seats of {} expire and get no other keys, until policy-table adds {}",
                words::council(*council),
                RowId::rotate(*council)
            ),
            Self::NoRecovery(council) => write!(
                out,
                "{} gets no other keys once its quorum is lost: nobody could change anything any more",
                words::council(*council)
            ),
            Self::NoSuccession => {
                out.write_str("no other contract goes on with this one's state, until policy-table adds retire")
            }
            Self::NoPause => out.write_str("nobody pauses anything, until policy-table adds a row for that"),
            Self::NoAuditor => out.write_str("nobody votes on statements or opens disputes, until an Auditor seat is added"),
            Self::NobodyOperates => out.write_str(
                "nobody operates: executing what Operators execute waits for half of its window, until an Operator seat is added",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::{
        policy::{self, Broken},
        table::default_rows,
    };
    use std::collections::BTreeMap;

    type Sizes = BTreeMap<Council, u8>;

    /// The rows of the default table whose councils all have seats.
    fn rows(profile: Profile, sizes: &Sizes) -> Vec<Row> {
        let mut rows = default_rows(profile);
        rows.retain(|row| row.minima.iter().all(|(council, _)| sizes.contains_key(&council)));
        rows
    }

    /// The gaps of councils with the default rows that they can use, of which the contract says this.
    fn found(profile: Profile, sizes: &[(Council, u8)], contract: Result<(), Broken>) -> Vec<Gap> {
        let sizes: Sizes = sizes.iter().copied().collect();
        let (rows, size) = (rows(profile, &sizes), |council| sizes.get(&council).copied().unwrap_or(0));
        assert_eq!(policy::check_table(profile, &rows, size), contract, "{sizes:?}");
        gaps(profile, &rows, size)
    }

    /// What the contract says of a table without what this row is for.
    fn incomplete(row: RowId) -> Result<(), Broken> {
        Err(Broken { invariant: 30, row: row.0 })
    }

    fn fatal(gaps: &[Gap]) -> Vec<Gap> {
        gaps.iter().copied().filter(|gap| gap.dead_end()).collect()
    }

    const WHOLE: [(Council, u8); 11] = [
        (Council::Sovereign, 3),
        (Council::Policy, 2),
        (Council::Technical, 3),
        (Council::Emergency, 3),
        (Council::Custody, 3),
        (Council::Treasury, 2),
        (Council::Identity, 3),
        (Council::PROGRAM, 3),
        (Council::Operator, 2),
        (Council::Auditor, 2),
        (Council::Panel, 2),
    ];
    const MICRONODE: Profile = Profile::Micronode { until: 0 };

    #[test]
    fn rule_37_the_default_deployments_can_do_everything() {
        assert_eq!(found(Profile::Standard, &WHOLE, Ok(())), []);
        let micronode = [(Council::Sovereign, 2), (Council::Operator, 1), (Council::Auditor, 1)];
        assert_eq!(found(MICRONODE, &micronode, Ok(())), []);
    }

    #[test]
    fn rule_37_a_table_that_can_never_be_used_again_is_found_out() {
        let sovereign = found(Profile::Standard, &[(Council::Sovereign, 3)], incomplete(RowId::POLICY_TABLE));
        assert_eq!(fatal(&sovereign), [Gap::NoChange], "nothing can ever be changed");
        // Deploying leaves the row out for which nobody audits or arbitrates; without it the contract takes the table.
        let contract = incomplete(RowId::DISPUTE_OVERRIDE);
        let both = found(Profile::Standard, &[(Council::Sovereign, 3), (Council::Policy, 2)], contract);
        assert_eq!(fatal(&both), [], "{both:?}");
        assert!(both.contains(&Gap::NoRecovery(Council::Sovereign)), "{both:?}");
        for (missing, gap) in [(Council::Auditor, Gap::NoReview), (Council::Operator, Gap::NoOperator)] {
            let rest: Vec<_> = [(Council::Sovereign, 2), (Council::Operator, 1), (Council::Auditor, 1)]
                .into_iter()
                .filter(|(council, _)| *council != missing)
                .collect();
            // The invariants hold all the same: nobody else warns of it.
            assert_eq!(fatal(&found(MICRONODE, &rest, Ok(()))), [gap]);
        }
        // Emergency power owes a review on every profile.
        let unaudited: Vec<_> = WHOLE.into_iter().filter(|(council, _)| *council != Council::Auditor).collect();
        let contract = incomplete(RowId::EMERGENCY_PAUSE);
        assert_eq!(fatal(&found(Profile::Standard, &unaudited, contract)), [Gap::NoReview]);
    }

    #[test]
    fn rule_37_whoever_decides_about_the_table_can_be_replaced() {
        let sizes: Sizes = WHOLE.into_iter().collect();
        let size = |council| sizes.get(&council).copied().unwrap_or(0);
        for council in [Council::Sovereign, Council::Policy] {
            let mut rows = default_rows(Profile::Standard);
            rows.retain(|row| row.id != RowId::rotate(council));
            assert_eq!(policy::check_table(Profile::Standard, &rows, size), incomplete(RowId::rotate(council)));
            let gaps = gaps(Profile::Standard, &rows, size);
            assert_eq!(gaps, [Gap::NoWayOn(council)]);
            assert!(gaps[0].dead_end());
        }
        // Custody decides nothing about the table: the row that it lacks can be added.
        let mut rows = default_rows(Profile::Standard);
        rows.retain(|row| row.id != RowId::ROTATE_CUSTODY);
        let gaps = gaps(Profile::Standard, &rows, size);
        assert_eq!((gaps.as_slice(), fatal(&gaps)), (&[Gap::NoRotation(Council::Custody)][..], Vec::new()));
    }

    #[test]
    fn rule_37_each_council_that_a_rotation_asks_must_be_replaceable_too() {
        let sizes: Sizes = WHOLE.into_iter().collect();
        let mut rows = default_rows(Profile::Standard);
        for row in rows.iter_mut().filter(|row| row.id == RowId::ROTATE_POLICY) {
            row.minima = greatseal_protocol::row::Minima::new(vec![(Council::Sovereign, 2), (Council::Treasury, 1)])
                .unwrap_or_else(|| unreachable!("two councils in order"));
        }
        rows.retain(|row| row.id != RowId::ROTATE_TREASURY);
        let size = |council| sizes.get(&council).copied().unwrap_or(0);
        assert_eq!(gaps(Profile::Standard, &rows, size), [Gap::NoWayOn(Council::Treasury)]);
    }

    #[test]
    fn every_gap_says_what_and_what_to_do() {
        let all = [
            Gap::NoChange,
            Gap::NoWayOn(Council::Policy),
            Gap::NoReview,
            Gap::NoOperator,
            Gap::NoRotation(Council::PROGRAM),
            Gap::NoRecovery(Council::Sovereign),
            Gap::NoSuccession,
            Gap::NoPause,
            Gap::NoAuditor,
            Gap::NobodyOperates,
        ];
        let names: BTreeSet<_> = all.iter().map(|gap| gap.name()).collect();
        assert_eq!(names.len(), all.len());
        assert!(all.iter().all(|gap| gap.to_string().len() > 20 && gap.help().len() > 20));
    }
}
