//! Any table with councils of any size: judged, never a panic; and what is accepted holds when it is counted out.

use super::input::Input;
use greatseal_protocol::{
    council::Council,
    genesis::Profile,
    policy::check_table,
    row::{Minima, Row, RowId},
    scale::DecodeAll,
    table::default_rows,
};

/// First byte: profile, and whether a default table is altered or one is read; eight bytes of sizes; the table.
pub fn run(bytes: &[u8]) {
    let mut input = Input(bytes);
    let kind = input.byte();
    let profile = if kind & 1 == 0 { Profile::Standard } else { Profile::Micronode { until: u64::MAX } };
    let counting: Vec<Council> = Council::IN_ROWS.into_iter().filter(|council| council.counts()).collect();
    let sizes: Vec<(Council, u8)> = counting.iter().map(|council| (*council, input.byte())).collect();
    let rows = match kind & 2 {
        0 => altered(profile, &counting, &mut input),
        _ => match Vec::<Row>::decode_all(&mut &*input.0) {
            Ok(rows) => rows,
            Err(_) => return,
        },
    };
    let size = |council: Council| sizes.iter().find(|(known, _)| *known == council).map_or(1, |(_, size)| *size);
    if check_table(profile, &rows, size).is_ok() {
        rows.iter().for_each(|row| sound(profile, row, &size));
    }
}

fn altered(profile: Profile, councils: &[Council], input: &mut Input<'_>) -> Vec<Row> {
    let mut rows = default_rows(profile);
    while input.more() {
        let at = input.below(rows.len());
        let Some(row) = rows.get_mut(at) else { break };
        match input.byte() % 8 {
            0 => row.m = input.byte(),
            1 => row.delay = u32::from(input.short()) * 60,
            2 => row.approve_by = u32::from(input.short()) * 60,
            3 => row.window = u32::from(input.short()) * 60,
            4 => row.id = RowId(input.byte()),
            5 => drop(rows.remove(at)),
            6 => {
                let mut list: Vec<(Council, u8)> = row.minima.iter().collect();
                let council = input.one(councils).unwrap_or(Council::Panel);
                list.retain(|(other, _)| *other != council);
                if !input.rarely(4) {
                    list.push((council, input.byte() % 5));
                }
                list.sort_unstable();
                row.minima = Minima::new(list).unwrap_or_else(|| row.minima.clone());
            }
            _ => row.delay = row.delay.wrapping_add(u32::MAX / 2),
        }
    }
    rows
}

/// Counted out, not computed: no two quorums without a common seat, no council nor any one lost key that blocks.
fn sound(profile: Profile, row: &Row, size: &impl Fn(Council) -> u8) {
    let councils: Vec<(u32, u32)> = row.minima.iter().map(|(council, k)| (size(council).into(), k.into())).collect();
    let m = u32::from(row.m);
    let total: u32 = councils.iter().map(|(n, _)| n).sum();
    assert!(m >= 1 && m <= total, "{:?}: m {m} of {total}", row.id);
    assert!(row.minima.iter().all(|(council, _)| council.counts()), "{:?}: who counts", row.id);
    // A quorum of m = 1 is alone; larger councils take too long to count out.
    if m < 2 || total > 24 {
        return;
    }
    let whole = possible(&councils, m);
    assert!(whole, "{:?}: there is a quorum", row.id);
    assert!(!disjoint(&councils, 0, 0, m), "{:?}: two quorums without a common seat", row.id);
    if !profile.micronode() {
        for at in 0..councils.len() {
            let lost = councils.iter().enumerate().map(|(other, (n, k))| (n - u32::from(other == at), *k)).collect();
            assert!(possible_of(lost, m), "{:?}: one lost key blocks", row.id);
        }
    }
}

fn possible(councils: &[(u32, u32)], m: u32) -> bool {
    possible_of(councils.to_vec(), m)
}

fn possible_of(councils: Vec<(u32, u32)>, m: u32) -> bool {
    councils.iter().all(|(n, k)| n >= k) && councils.iter().map(|(n, _)| n).sum::<u32>() >= m
}

/// Whether the seats can be shared out to two quorums.
fn disjoint(councils: &[(u32, u32)], first: u32, second: u32, m: u32) -> bool {
    let Some(((n, k), rest)) = councils.split_first() else { return first >= m && second >= m };
    (*k..=*n).any(|one| {
        let other = n - one;
        other >= *k && disjoint(rest, first + one, second + other, m)
    })
}
