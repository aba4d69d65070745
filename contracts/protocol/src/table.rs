//! The default policy tables: section 4 of the protocol as data.

use crate::{
    council::Council,
    genesis::Profile,
    row::{Executors, Minima, Row, RowId},
};
use alloc::{vec, vec::Vec};

const HOUR: u32 = 60 * 60;
const DAY: u32 = 24 * HOUR;

/// The default table of a profile.
pub fn default_rows(profile: Profile) -> Vec<Row> {
    match profile {
        Profile::Standard => standard(),
        Profile::Micronode { .. } => micronode(),
    }
}

fn standard() -> Vec<Row> {
    use Council::{
        Custody as C, Emergency as E, Identity as I, Policy as P, Sovereign as S, Technical as T, Treasury as M,
    };
    use Executors::{Anyone, Members, Operator};
    const PR: Council = Council::PROGRAM;
    let row = |id, m, minima: &[(Council, u8)], delay, executors| with_clocks(id, m, minima, delay, executors);
    vec![
        row(RowId::DOCUMENT_ONLY, 1, &[(P, 1)], 0, Anyone),
        row(RowId::ROUTINE_UPGRADE, 2, &[(T, 2)], HOUR, Operator),
        row(RowId::HIGH_RISK_UPGRADE, 3, &[(P, 1), (T, 1)], DAY, Operator),
        row(RowId::CONFIG_OUTSIDE_BAND, 3, &[(P, 1), (T, 1)], HOUR, Operator),
        row(RowId::EMERGENCY_PAUSE, 2, &[(E, 2)], 0, Anyone),
        row(RowId::SEAT_SUSPENSION, 2, &[(E, 2)], 0, Anyone),
        row(RowId::DEGRADED_MODE, 2, &[(E, 2)], 0, Anyone),
        row(RowId::SOVEREIGN_PAUSE, 2, &[(S, 2)], 0, Anyone),
        row(RowId::SOVEREIGN_SUSPENSION, 2, &[(S, 2)], 0, Anyone),
        row(RowId::LIFT_EARLY, 2, &[(S, 2)], 0, Anyone),
        row(RowId::DEGRADED_MODE_OFF, 2, &[(S, 2)], 0, Anyone),
        row(RowId::BRIDGE_LOOSEN, 3, &[(S, 1), (M, 1)], HOUR, Anyone),
        row(RowId::REGISTRY_MONEY, 3, &[(S, 1), (M, 1)], HOUR, Anyone),
        row(RowId::BRIDGE_TIGHTEN, 3, &[(S, 1), (M, 1)], 0, Anyone),
        row(RowId::REGISTRY_REVOKE_MONEY, 3, &[(S, 1), (M, 1)], 0, Anyone),
        row(RowId::CUSTODY, 2, &[(C, 2)], HOUR, Operator),
        row(RowId::PROGRAM_CREATE, 3, &[(S, 1), (P, 1)], DAY, Anyone),
        row(RowId::PROGRAM_CHANGE, 3, &[(S, 1), (PR, 2)], HOUR, Anyone),
        row(RowId::BATCH_LARGE, 2, &[(PR, 2)], 0, Members),
        row(RowId::BATCH_SMALL, 1, &[(PR, 1)], 0, Members),
        row(RowId::REGISTRY_IDENTITY, 2, &[(I, 2)], HOUR, Anyone),
        row(RowId::REGISTRY_REVOKE_IDENTITY, 2, &[(I, 2)], 0, Anyone),
        row(RowId::DISPUTE_OVERRIDE, 2, &[(S, 2)], 0, Anyone),
        row(RowId::MANUAL_OVERRIDE, 2, &[(S, 2)], 0, Anyone),
        row(RowId::POLICY_TABLE, 4, &[(S, 2), (P, 1)], 2 * DAY, Anyone),
        row(RowId::ROTATE_SOVEREIGN, 3, &[(S, 2), (P, 1)], 2 * DAY, Anyone),
        row(RowId::ROTATE_POLICY, 3, &[(S, 2), (P, 1)], 2 * DAY, Anyone),
        row(RowId::ROTATE_TECHNICAL, 4, &[(S, 2), (T, 2)], DAY, Anyone),
        row(RowId::ROTATE_EMERGENCY, 4, &[(S, 2), (E, 2)], HOUR, Anyone),
        row(RowId::ROTATE_CUSTODY, 4, &[(S, 2), (C, 2)], HOUR, Anyone),
        row(RowId::ROTATE_IDENTITY, 4, &[(S, 2), (I, 2)], HOUR, Anyone),
        row(RowId::ROTATE_PROGRAM, 4, &[(S, 2), (PR, 2)], HOUR, Anyone),
        row(RowId::ROTATE_TREASURY, 3, &[(S, 2), (M, 1)], HOUR, Anyone),
        row(RowId::ROTATE_OPERATOR, 4, &[(S, 2), (T, 1)], DAY, Anyone),
        row(RowId::ROTATE_AUDITOR, 3, &[(S, 1), (P, 1)], DAY, Anyone),
        row(RowId::RECOVER_SOVEREIGN, 7, &[(P, 0), (C, 0), (M, 0), (I, 0)], 10 * DAY, Anyone),
        row(RowId::RECOVER_POLICY, 7, &[(S, 0), (C, 0), (M, 0), (I, 0)], 10 * DAY, Anyone),
        row(RowId::RETIRE, 5, &[(S, 2), (P, 1), (T, 1)], 7 * DAY, Anyone),
        row(RowId::BATCH_STOP, 2, &[(PR, 2)], 0, Anyone),
    ]
}

/// One council of two, owner and security officer: one of them protects and keeps it running, both do all else.
fn micronode() -> Vec<Row> {
    let executors = |row: &Row| match row.executors {
        Executors::Operator => Executors::Members,
        other => other,
    };
    let mut rows = standard();
    rows.retain(|row| !NOT_ON_A_MICRONODE.contains(&row.id));
    for row in &mut rows {
        row.m = if row.id.one_of_two() { 1 } else { 2 };
        row.minima = Minima::table(&[(Council::Sovereign, row.m)]);
        row.executors = executors(row);
        if row.id.recovers().is_some() || row.id == RowId::RETIRE {
            row.delay = row.id.least_delay();
        }
    }
    rows
}

/// Rows about councils that a micronode does not have.
const NOT_ON_A_MICRONODE: [RowId; 15] = [
    RowId::EMERGENCY_PAUSE,
    RowId::SEAT_SUSPENSION,
    RowId::DEGRADED_MODE,
    RowId::PROGRAM_CREATE,
    RowId::PROGRAM_CHANGE,
    RowId::BATCH_LARGE,
    RowId::BATCH_STOP,
    RowId::ROTATE_POLICY,
    RowId::ROTATE_TECHNICAL,
    RowId::ROTATE_EMERGENCY,
    RowId::ROTATE_CUSTODY,
    RowId::ROTATE_IDENTITY,
    RowId::ROTATE_PROGRAM,
    RowId::ROTATE_TREASURY,
    RowId::RECOVER_POLICY,
];

fn with_clocks(id: RowId, m: u8, minima: &[(Council, u8)], delay: u32, executors: Executors) -> Row {
    let (approve_by, window) = match id {
        RowId::RECOVER_SOVEREIGN | RowId::RECOVER_POLICY | RowId::RETIRE => (7 * DAY, 7 * DAY),
        RowId::BRIDGE_TIGHTEN
        | RowId::REGISTRY_REVOKE_MONEY
        | RowId::REGISTRY_REVOKE_IDENTITY
        | RowId::DISPUTE_OVERRIDE
        | RowId::DOCUMENT_ONLY => (DAY, DAY),
        RowId::LIFT_EARLY | RowId::DEGRADED_MODE_OFF => (6 * HOUR, 6 * HOUR),
        _ if id.protective() => (HOUR, HOUR),
        _ => (DAY, 3 * DAY),
    };
    let minima = Minima::table(minima);
    Row { id, version: 0, m, minima, delay, approve_by, window, executors, direct: id.direct_by_default() }
}
