//! Section 16.1 of the protocol: what [`crate::trust`] and [`crate::trust_orders`] find, as tables; and what its sentences say.

use crate::{
    fixture::{COUNCILS, genesis, micronode},
    trust::{Keys, MOST, Table, clock, sets, smallest, text},
    trust_orders::{joint, single},
};
use greatseal_protocol::{
    council::Council,
    genesis::Genesis,
    row::{Direction, Row, RowId},
};
use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

const DAY: u32 = 24 * 3_600;

fn names(rows: &[RowId]) -> String {
    rows.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn decided_table(table: &Table<'_>) -> String {
    let mut out = String::from("| keys | decide | others have | who else stops it |\n|---|---|---|---|\n");
    for (keys, lines) in table.decided() {
        for (at, line) in lines.iter().enumerate() {
            let keys = if at == 0 { text(&keys) } else { String::new() };
            writeln!(out, "| {keys} | {} | {} | {} |", names(&line.rows), line.time, line.stops).unwrap();
        }
    }
    out
}

fn refused_table(table: &Table<'_>) -> String {
    let mut out = String::from("| keys | nothing of this is decided without them |\n|---|---|\n");
    for (keys, rows) in table.refused() {
        writeln!(out, "| {} | {} |", text(&keys), names(&rows)).unwrap();
    }
    out.push_str("\n| keys | veto while the delay runs |\n|---|---|\n");
    let vetoes: BTreeSet<(Council, u8)> = table.rows.iter().filter_map(|row| table.veto(row)).collect();
    for veto in vetoes {
        let keys = Keys::from([veto]);
        let vetoed = table.vetoed(&keys);
        let delayed = table.rows.iter().filter(|row| row.delay > 0).map(|row| row.id);
        let (with, without): (Vec<RowId>, Vec<RowId>) = delayed.partition(|row| vetoed.contains(row));
        let what = match (with.len() > without.len(), without.is_empty()) {
            (true, true) => "every row with a delay".to_owned(),
            (true, false) => format!("every row with a delay but {}", names(&without)),
            (false, _) => names(&with),
        };
        writeln!(out, "| {} | {what} |", text(&keys)).unwrap();
    }
    out
}

fn withheld_table(table: &Table<'_>) -> String {
    let mut out = String::from("| keys | by setting seats aside under | out of reach besides |\n|---|---|---|\n");
    for under in [RowId::SEAT_SUSPENSION, RowId::SOVEREIGN_SUSPENSION] {
        let Some((keys, rows)) = table.withheld(under) else { continue };
        let rows = if rows.is_empty() { "nothing".into() } else { names(&rows) };
        writeln!(out, "| {} | {under} | {rows} |", text(&keys)).unwrap();
    }
    out
}

fn grown_table(table: &Table<'_>) -> String {
    let mut out = String::from("| keys | one after the other | in all | in the end |\n|---|---|---|---|\n");
    let sets = sets(&table.all, MOST);
    let grows = smallest(&sets, |keys| {
        let rotates = |row: &&Row| row.id.rotated().is_some();
        table.rows.iter().filter(rotates).any(|row| Table::decide(row, keys))
    });
    for keys in grows {
        let (path, time, whole) = table.grown(&keys);
        let mut last = keys.clone();
        path.iter().filter_map(|row| row.rotated()).for_each(|council| *last.entry(council).or_insert(0) += 1);
        let end = if whole { "everything".to_owned() } else { text(&last) };
        writeln!(out, "| {} | {} | {} | {end} |", text(&keys), names(&path), clock(time)).unwrap();
    }
    out
}

fn fewest_table(genesis: &Genesis, table: &Table<'_>) -> String {
    let mut out = String::from("| fewest | keys decide | organisations decide |\n|---|---|---|\n");
    let (keys, organisations) = (table.fewest(), Table::organisations(genesis, 7));
    let cell = |rows: Option<&Vec<RowId>>| rows.map_or_else(|| "–".into(), |rows| names(rows));
    for count in 1..=7_u32 {
        let of = organisations.get(&usize::try_from(count).unwrap());
        if keys.contains_key(&count) || of.is_some() {
            writeln!(out, "| {count} | {} | {} |", cell(keys.get(&count)), cell(of)).unwrap();
        }
    }
    out
}

fn joint_table() -> String {
    let mut out =
        String::from("| keys | bring about by their orders | others have | who ends it |\n|---|---|---|---|\n");
    for (keys, what) in joint() {
        writeln!(out, "| {} | {} | {} | {} |", text(&keys), what.brings, what.time, what.ends).unwrap();
    }
    out
}

fn single_table() -> String {
    let mut out = String::from("| order | one key of | what comes of it | who ends it |\n|---|---|---|---|\n");
    for (order, councils, comes, ends) in single() {
        let some: Vec<&str> = councils.iter().map(|council| council.letter()).collect();
        let whose = if councils.len() == COUNCILS.len() { "anybody".into() } else { some.join(", ") };
        writeln!(out, "| {order} | {whose} | {comes} | {ends} |").unwrap();
    }
    out
}

fn rendered() -> String {
    let (standard, small) = (genesis(), micronode());
    let (table, pair) = (Table::of(&standard), Table::of(&small));
    let parts = [
        ("What up to three keys decide", decided_table(&table)),
        ("What one to three keys bring about without a proposal", joint_table()),
        ("What single orders do", single_table()),
        ("What up to three keys refuse", refused_table(&table)),
        ("What suspensions add", withheld_table(&table)),
        ("What rotations add", grown_table(&table)),
        ("How many it takes", fewest_table(&standard, &table)),
        ("A micronode: what up to three keys decide", decided_table(&pair)),
        ("A micronode: what they refuse", refused_table(&pair)),
    ];
    parts.iter().map(|(title, table)| format!("\n#### {title}\n\n{table}")).collect()
}

const BEGIN: &str = "<!-- computed from the default table; scripts/bless-vectors.sh writes it -->\n";
const END: &str = "\n<!-- end of what is computed -->\n";

/// Section 16 has what hostile keys can do as it follows from the default table: whoever changes the table sees it there.
#[test]
fn the_section_on_trust_has_what_is_computed_from_the_default_tables() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/protocol/trust.md");
    let committed = fs::read_to_string(&path).unwrap();
    let (before, rest) = committed.split_once(BEGIN).expect("the beginning of what is computed");
    let (present, after) = rest.split_once(END).expect("the end of what is computed");
    let wants = rendered();
    if std::env::var_os("GREATSEAL_BLESS").is_some() {
        return fs::write(&path, [before, BEGIN, &wants, END, after].concat()).unwrap();
    }
    for (line, wants) in present.lines().zip(wants.lines()) {
        assert_eq!(line, wants, "docs/protocol/trust.md (scripts/bless-vectors.sh writes it)");
    }
    assert_eq!(present.lines().count(), wants.lines().count(), "docs/protocol/trust.md is longer or shorter");
}

/// What the prose of section 16 and the README say in words.
#[test]
fn the_sentences_on_trust_follow_from_the_default_table() {
    use Council::{
        Auditor as A, Custody as C, Emergency as E, Identity as I, Operator as O, Policy as P, Sovereign as S,
        Technical as T, Treasury as M,
    };
    const PR: Council = Council::PROGRAM;
    let genesis = genesis();
    let table = Table::of(&genesis);
    let decide =
        |id: RowId, keys: &[(Council, u8)]| Table::decide(table.row(id).unwrap(), &keys.iter().copied().collect());
    let refuse =
        |id: RowId, keys: &[(Council, u8)]| table.refuse(table.row(id).unwrap(), &keys.iter().copied().collect());
    // One key decides a document; a small batch takes an author and somebody else.
    assert!(decide(RowId::DOCUMENT_ONLY, &[(P, 1)]));
    assert!(!decide(RowId::BATCH_SMALL, &[(PR, 1)]));
    assert!(decide(RowId::BATCH_SMALL, &[(PR, 1), (O, 1)]) && decide(RowId::BATCH_SMALL, &[(PR, 2)]));
    // No two keys change who decides, rows, routes or what runs with a high risk.
    let pairs: Vec<Keys> = sets(&table.all, 2);
    for row in table.rows.iter().filter(|row| row.id.direction() == Direction::Loosens) {
        let decides = pairs.iter().any(|keys| Table::decide(row, keys));
        let alone = [RowId::ROUTINE_UPGRADE, RowId::CUSTODY, RowId::REGISTRY_IDENTITY];
        assert_eq!(decides, alone.contains(&row.id), "{}", row.id);
    }
    // Three do, with a key of Policy or the Treasury.
    assert!(decide(RowId::ROTATE_SOVEREIGN, &[(S, 2), (P, 1)]) && !decide(RowId::POLICY_TABLE, &[(S, 2), (P, 1)]));
    assert!(decide(RowId::ROTATE_TREASURY, &[(S, 2), (M, 1)]) && decide(RowId::BRIDGE_LOOSEN, &[(S, 1), (M, 2)]));
    assert!(decide(RowId::HIGH_RISK_UPGRADE, &[(P, 1), (T, 2)]) && decide(RowId::HIGH_RISK_UPGRADE, &[(P, 2), (T, 1)]));
    for row in [RowId::POLICY_TABLE, RowId::RETIRE, RowId::RECOVER_SOVEREIGN, RowId::RECOVER_POLICY] {
        assert!(!sets(&table.all, MOST).iter().any(|keys| Table::decide(table.row(row).unwrap(), keys)), "{row}");
    }
    let (path, time, whole) = table.grown(&[(S, 2), (P, 1)].into());
    assert_eq!((path, time, whole), (vec![RowId::ROTATE_POLICY, RowId::POLICY_TABLE], 4 * DAY, true));
    // Who refuses.
    for row in [RowId::HIGH_RISK_UPGRADE, RowId::POLICY_TABLE, RowId::ROTATE_SOVEREIGN, RowId::ROTATE_AUDITOR] {
        assert!(refuse(row, &[(P, 2)]), "{row}");
    }
    for row in [RowId::BRIDGE_LOOSEN, RowId::BRIDGE_TIGHTEN, RowId::REGISTRY_MONEY, RowId::ROTATE_TREASURY] {
        assert!(refuse(row, &[(M, 2)]), "{row}");
    }
    assert!(table.rows.iter().all(|row| !refuse(row.id, &[(S, 1)])), "no single key refuses anything");
    let single = sets(&table.all, 1);
    assert!(single.iter().all(|keys| table.rows.iter().all(|row| !table.refuse(row, keys))));
    assert_eq!(table.withheld(RowId::SEAT_SUSPENSION).unwrap(), ([(E, 2)].into(), vec![RowId::POLICY_TABLE]));
    assert!(refuse(RowId::CUSTODY, &[(C, 2)]) && refuse(RowId::REGISTRY_IDENTITY, &[(I, 2)]));
    assert_eq!(table.vetoed(&[(P, 2)].into()), [RowId::RECOVER_POLICY]);
    assert!([C, E, M, T, I, A].iter().all(|council| table.vetoed(&[(*council, 2)].into()).is_empty()));
    // Whom the Sovereign's majority has above it.
    for (row, third) in [(RowId::ROTATE_SOVEREIGN, P), (RowId::ROTATE_TREASURY, M), (RowId::PROGRAM_CREATE, P)] {
        assert_eq!(table.stops(table.row(row).unwrap(), &[(S, 2), (third, 1)].into()), "suspension E2");
    }
    // How many it takes.
    let (keys, organisations) = (table.fewest(), Table::organisations(&genesis, 7));
    assert_eq!((&keys[&1], &organisations[&1]), (&vec![RowId::DOCUMENT_ONLY], &vec![RowId::DOCUMENT_ONLY]));
    assert_eq!(keys[&2], organisations[&2]);
    let four = [
        RowId::POLICY_TABLE,
        RowId::ROTATE_TECHNICAL,
        RowId::ROTATE_EMERGENCY,
        RowId::ROTATE_CUSTODY,
        RowId::ROTATE_IDENTITY,
        RowId::ROTATE_PROGRAM,
        RowId::ROTATE_OPERATOR,
    ];
    assert_eq!((&keys[&4][..], &keys[&5][..]), (&four[..], &[RowId::RETIRE][..]));
    assert_eq!(keys[&7], [RowId::RECOVER_SOVEREIGN, RowId::RECOVER_POLICY]);
}
