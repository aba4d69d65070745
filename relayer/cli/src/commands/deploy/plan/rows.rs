//! Rows of the default table that the councils with seats can use, and what the others lack.
//!
//! Whether a row can stand without those who operate, audit and arbitrate says the protocol's own check of a table.

use crate::table::Sizes;
use greatseal_protocol::{
    council::Council,
    genesis::{CouncilSeats, Profile},
    policy::{Broken, check_table},
    row::{Minima, Row, RowId},
    table::default_rows,
};

/// A row of the default table that is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(crate) row: RowId,
    pub(crate) lack: Lack,
}

/// Why a row is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lack {
    /// These councils, which it asks or is about, have no seats.
    Seats(Vec<Council>),
    /// Those whom it asks have seats. Without seats of these councils, or of one of them, it breaks an invariant.
    Others { invariant: u8, councils: Vec<Council>, one_is_enough: bool },
    /// A table of one's own has no such row.
    Own,
}

/// The profile's default rows that the councils with seats can use, and the others.
pub(crate) fn rows(profile: Profile, councils: &[CouncilSeats]) -> (Vec<Row>, Vec<LeftOut>) {
    let sits = |council: Council| councils.iter().any(|entry| entry.council.in_row() == council);
    let (mut used, mut left_out) = (Vec::new(), Vec::new());
    for row in default_rows(profile) {
        let row = match row.id {
            RowId::RETIRE | RowId::ROTATE_OPERATOR => stood_in(row, &sits),
            _ => row,
        };
        match lack(profile, &row, &sits) {
            Some(lack) => left_out.push(LeftOut { row: row.id, lack }),
            None => used.push(row),
        }
    }
    (used, left_out)
}

/// What a row lacks, if anything.
fn lack(profile: Profile, row: &Row, sits: &dyn Fn(Council) -> bool) -> Option<Lack> {
    // The first authority brings its row for more of them.
    let about = (row.id == RowId::PROGRAM_CREATE).then_some(Council::PROGRAM);
    let asked = row.minima.iter().map(|(council, _)| council).chain(about);
    let mut absent: Vec<Council> = asked.filter(|council| !sits(*council)).collect();
    absent.dedup();
    if !absent.is_empty() {
        return Some(Lack::Seats(absent));
    }
    let Broken { invariant, .. } = broken(profile, row.id, sits)?;
    let others = Council::IN_ROWS.into_iter().filter(|council| !council.counts() && !sits(*council));
    // Those of whom each alone is missed; where none is, any of them would do.
    let missed = |council: &Council| broken(profile, row.id, &|other| other != *council).is_some();
    let needed: Vec<Council> = others.clone().filter(missed).collect();
    if !needed.is_empty() {
        return Some(Lack::Others { invariant, councils: needed, one_is_enough: false });
    }
    let cures = |council: &Council| broken(profile, row.id, &|other| other == *council || sits(other)).is_none();
    Some(Lack::Others { invariant, councils: others.filter(cures).collect(), one_is_enough: true })
}

/// How a row breaks the default table where of those who approve everybody sits, and of the others these.
fn broken(profile: Profile, row: RowId, sits: &dyn Fn(Council) -> bool) -> Option<Broken> {
    let sizes = default_sizes(profile);
    let seats = |council| sizes.get(&council).copied().unwrap_or(0);
    let size = |council: Council| if council.counts() || sits(council) { seats(council) } else { 0 };
    let mut rows = default_rows(profile);
    loop {
        let broken = check_table(profile, &rows, size).err()?;
        if broken.row == row.0 {
            return Some(broken);
        }
        // Another row's fault; where no row of the table is at fault, it is not this one's either.
        let before = rows.len();
        rows.retain(|other| other.id.0 != broken.row);
        if rows.len() == before {
            return None;
        }
    }
}

/// Where one of the row's councils has no seats, another one that votes takes its place: every deployment is to have retire,
/// and operators other keys.
fn stood_in(row: Row, sits: &dyn Fn(Council) -> bool) -> Row {
    let mut asked: Vec<(Council, u8)> = row.minima.iter().collect();
    for at in 0..asked.len() {
        let others = || Council::IN_ROWS.into_iter().filter(|council| council.counts() && *council != Council::PROGRAM);
        let free = others().find(|council| sits(*council) && asked.iter().all(|(other, _)| other != council));
        if let (Some((council, _)), Some(free)) = (asked.get_mut(at), free)
            && !sits(*council)
        {
            *council = free;
        }
    }
    asked.sort_unstable();
    Row { minima: Minima::new(asked).unwrap_or_else(|| row.minima.clone()), ..row }
}

/// Seats of each council for which the default table is made: section 4 of the protocol.
pub(crate) fn default_sizes(profile: Profile) -> Sizes {
    const MICRONODE: [(Council, u8); 3] = [(Council::Sovereign, 2), (Council::Operator, 1), (Council::Auditor, 1)];
    const STANDARD: [(Council, u8); 11] = [
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
    if profile.micronode() { Sizes::from(MICRONODE) } else { Sizes::from(STANDARD) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each row lacks where nobody sits in these councils.
    fn without(profile: Profile, absent: &[Council]) -> Vec<LeftOut> {
        let sizes = default_sizes(profile);
        let sits = |council: Council| sizes.contains_key(&council) && !absent.contains(&council);
        let rows = default_rows(profile).into_iter();
        rows.filter_map(|row| Some(LeftOut { row: row.id, lack: lack(profile, &row, &sits)? })).collect()
    }

    fn others(invariant: u8, councils: &[Council], one_is_enough: bool) -> Lack {
        Lack::Others { invariant, councils: councils.to_vec(), one_is_enough }
    }

    #[test]
    fn a_row_is_left_out_for_whom_it_lacks() {
        const MICRONODE: Profile = Profile::Micronode { until: 0 };
        let (o, a, x) = (Council::Operator, Council::Auditor, Council::Panel);
        assert_eq!((without(Profile::Standard, &[]), without(MICRONODE, &[])), (Vec::new(), Vec::new()));
        let reviewed = [RowId::EMERGENCY_PAUSE, RowId::SEAT_SUSPENSION, RowId::DEGRADED_MODE];
        for (absent, disputes) in [(vec![a], vec![a]), (vec![x], vec![x]), (vec![a, x], vec![a, x])] {
            let left_out = without(Profile::Standard, &absent);
            let of = |row| left_out.iter().find(|left_out| left_out.row == row).map(|left_out| left_out.lack.clone());
            assert_eq!(of(RowId::DISPUTE_OVERRIDE), Some(others(30, &disputes, false)));
            let review = absent.contains(&a).then(|| others(30, &[a], false));
            assert!(reviewed.iter().all(|row| of(*row) == review), "{left_out:?}");
        }
        // An escalation is made by either of them.
        let escalated = |absent: &[Council]| {
            let left_out = without(Profile::Standard, absent).into_iter();
            left_out.filter(|left_out| left_out.row.escalation()).map(|left_out| left_out.lack).collect::<Vec<_>>()
        };
        assert_eq!((escalated(&[o]), escalated(&[a])), (Vec::new(), Vec::new()));
        let neither = escalated(&[o, a]);
        assert!(!neither.is_empty() && neither.iter().all(|lack| *lack == others(29, &[o, a], true)), "{neither:?}");
        // Who is asked comes first, and a micronode asks nobody for reviews.
        let technical = without(Profile::Standard, &[Council::Technical]);
        assert!(
            technical.contains(&LeftOut { row: RowId::ROUTINE_UPGRADE, lack: Lack::Seats(vec![Council::Technical]) })
        );
        assert!(without(MICRONODE, &[a]).iter().all(|left_out| !reviewed.contains(&left_out.row)));
    }
}
