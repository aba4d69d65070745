//! One stolen key of each kind in the middle of a month: an Operator's, the Treasury's, the ministry's, an auditor's. Each
//! does its worst; each step is refused with its number, or somebody honest goes on.

use crate::{
    money::{ASSET, PAYER, stop},
    world::{DAY, Opened, REASON, acknowledge, approve, dispute, dispute_of, execute, retract, seat, triage},
    year_files::{File, entries},
    year_office::{Office, PENSIONS, month},
};
use greatseal_protocol::{
    action::Action,
    batch::Header,
    command::Order,
    dispute::{Resolution, Subject},
    language::{program, proposal::Open, registry},
    registry::EntryKey,
    row::RowId,
    settlement::{Statement, Verdict},
    state::State,
};

/// July's pensions were paid. The thieves come one after the other; each is replaced when it has been noticed.
pub(crate) fn all(office: &mut Office, file: usize) {
    office.until(office.files[file].header.pay_on + 2 * DAY);
    office.states(file, "O0");
    office.votes(file, ("A0", "O0"), Verdict::Confirmed);
    operator(office, file);
    treasury(office, file);
    ministry(office, file);
    auditor(office, file);
    office.books();
}

/// What somebody says who wants the money spent again: all is over, nothing arrived, nothing left.
fn nothing_left(office: &Office, file: usize, who: &str) -> Statement {
    let Header { count, total, .. } = office.files[file].header;
    let honest = office.statement(file, who);
    Statement { closed: count, paid: 0, unpaid: total, debited: 0, ..honest }
}

fn states(statement: Statement) -> Order {
    Order::Program(program::Order::State(statement))
}

/// Opened by the thief and approved by nobody else.
fn alone(office: &mut Office, who: &str, row: RowId, action: &Action) -> Opened {
    let name = office.name(who);
    let open = Open { row, ..office.world.opening(&name, action) };
    office.world.open_as(&name, open)
}

/// A batch that pays a stranger all that the line has.
fn booty(office: &mut Office, line: u32) -> usize {
    let number = u32::try_from(office.files.len()).unwrap();
    let most = office.line(PENSIONS, line).terms.limit;
    let header = office.header(PENSIONS, line, month(4) + 4 * DAY);
    office.filed(File::of(entries("booty", &[(900 + number, most, None)]), header))
}

fn operator(office: &mut Office, file: usize) {
    let lie = nothing_left(office, file, "O1");
    // Sums that are none, and what nobody is asked for.
    office.refused("O1", states(Statement { unpaid: lie.unpaid + 1, ..lie }), 815);
    office.refused("O1", states(Statement { closed: lie.closed + 1, ..lie }), 815);
    office.says("O1", states(lie));
    let order = office.finality(file, "O1");
    office.refused("O1", order, 840);
    let own = office.vote(file, ("A1", "O1"), Verdict::Confirmed);
    office.refused("O1", own, 204);
    // Nobody else's statement moves for it, and it cannot go back to an old one of its own.
    for _ in 0..5 {
        let again = nothing_left(office, file, "O1");
        office.says("O1", states(again));
    }
    office.refused("O1", states(lie), 411);
    // It may ask for a batch, and nobody has to agree.
    let booty = booty(office, 5);
    let action = office.execution(booty);
    let proposal = alone(office, "O1", RowId::BATCH_LARGE, &action);
    office.refused("O1", execute(&proposal), 404);
    office.refused("O1", approve(&proposal), 204);
    office.world.wait(DAY);
    office.finalised(file, "O0");
    office.rotated("O1");
    // What the thief said went with the thief.
    let order = office.finality(file, "O1");
    office.refused("O0", order, 838);
}

fn treasury(office: &mut Office, file: usize) {
    let lie = nothing_left(office, file, "M1");
    office.says("M1", states(lie));
    let order = office.finality(file, "M1");
    office.refused("M1", order, 840);
    // The account and the asset stay in the registry: it takes three, of whom one is a Sovereign seat.
    for entry in [EntryKey::Asset(ASSET), EntryKey::Payer(PAYER, PENSIONS)] {
        let revoke = Action::Registry(registry::Action::Revoke { entry, reason: REASON });
        let proposal = alone(office, "M1", RowId::REGISTRY_REVOKE_MONEY, &revoke);
        office.says("M1", approve(&proposal));
        office.refused("M1", execute(&proposal), 404);
    }
    let booty = booty(office, 5);
    let action = office.execution(booty);
    office.world.refused_action(office.name("M1"), &action, 206);
    office.rotated("M1");
}

fn ministry(office: &mut Office, file: usize) {
    let thief = "Pr:1-2";
    let lie = nothing_left(office, file, "O0");
    office.refused(thief, states(Statement { version: 1, previous: None, ..lie }), 204);
    // A large batch takes two of the ministry, and of a small one the author is not the one who approves.
    let booty = booty(office, 5);
    let action = office.execution(booty);
    let proposal = alone(office, thief, RowId::BATCH_LARGE, &action);
    office.says(thief, approve(&proposal));
    office.refused(thief, execute(&proposal), 404);
    let small = File::of(entries("small booty", &[(950, 250, None)]), office.header(PENSIONS, 13, office.world.now));
    let small = office.filed(small);
    let action = office.execution(small);
    let own = alone(office, thief, RowId::BATCH_SMALL, &action);
    office.refused(thief, approve(&own), 811);
    office.refused(thief, execute(&own), 404);
    // It stops nothing alone, and holds entries on record only: another seat of the ministry frees them.
    let header = office.files[file].header;
    let proposal = alone(office, thief, RowId::BATCH_STOP, &stop(header));
    office.says(thief, approve(&proposal));
    office.refused(thief, execute(&proposal), 404);
    let (manifest, until) = (office.files[file].manifest, office.world.now + 90 * DAY);
    for index in 0..3 {
        let nonce = office.world.nonce(office.name(thief));
        office.says(thief, Order::Program(program::Order::HoldEntry { manifest, index, until, reason: REASON, nonce }));
        let nonce = office.world.nonce(office.name("Pr:1-0"));
        office.says("Pr:1-0", Order::Program(program::Order::FreeEntry { manifest, index, nonce }));
    }
    // An appeal about nothing: it keeps the next statement from being final for a day, once.
    office.until(office.world.now.max(office.files[file].header.pay_on + 6 * DAY));
    office.states(file, "O0");
    office.votes(file, ("A0", "O0"), Verdict::Confirmed);
    office.disputes(thief, file);
    let doubt = dispute_of(thief, office.subject(file));
    let order = office.finality(file, "O0");
    office.refused("O0", order.clone(), 823);
    office.says("Pr:1-0", acknowledge(doubt));
    office.says("A0", triage(doubt));
    office.answered(thief, file, Resolution::Dismissed);
    office.refused("O0", order, 842);
    office.world.wait(DAY);
    office.finalised(file, "O0");
    office.disputes("Pr:1-1", file);
    office.says("Pr:1-1", retract(office.subject(file)));
    office.rotated(thief);
}

fn auditor(office: &mut Office, file: usize) {
    let thief = "A1";
    office.until(office.world.now.max(office.files[file].header.pay_on + 11 * DAY));
    office.states(file, "O0");
    office.votes(file, ("A0", "O0"), Verdict::Confirmed);
    // It contradicts whatever is said, until two of the Sovereign council overrule it for that statement.
    office.votes(file, (thief, "O0"), Verdict::Contradicted);
    office.world.wait(DAY);
    let order = office.finality(file, "O0");
    office.refused("O0", order.clone(), 841);
    let manifest = office.files[file].manifest;
    let commitment = office.world.cells.stated(manifest, seat("O0")).unwrap().unwrap().commitment;
    let overrule = program::Action::Overrule { manifest, auditor: seat(thief), commitment, reason: REASON };
    office.decided("S0", &Action::Program(overrule));
    office.votes(file, (thief, "O0"), Verdict::Contradicted);
    office.refused("O0", order, 842);
    office.world.wait(DAY);
    office.finalised(file, "O0");
    // It disputes what is to be paid again: a day, and no longer. That it disputes the proposal then holds nothing.
    let child = office.again(file, "again/july").unwrap();
    let proposal = office.carried("Pr:1-0", &office.execution(child));
    office.disputes(thief, child);
    office.refused("Pr:1-0", execute(&proposal), 823);
    office.world.wait(DAY);
    office.says(thief, dispute(Subject::Proposal(proposal.id, proposal.digest)));
    office.world.execute(office.name("Pr:1-0"), &proposal);
    office.files[child].executed = true;
    office.files[child].pays();
    office.until(office.files[child].header.pay_on + DAY);
    office.states(child, "O0");
    office.votes(child, ("A0", "O0"), Verdict::Confirmed);
    office.rotated(thief);
    office.world.wait(DAY);
    office.finalised(child, "O0");
    // Its disputes ended with its key.
    let late = triage(dispute_of(thief, office.subject(child)));
    office.refused("A0", late, 641);
}
