//! The registry of money: what is renewed, revoked and registered again, and who asks it.

use crate::{
    lists::{ACCOUNTS, asks},
    money::{ASSET, PAYER, batch, funded},
    world::{DAY, HOUR, REASON, START, World, asset, economics, execute, register, subject},
};
use greatseal_protocol::{
    action::Action,
    bytes::AssetHash,
    cells::{CellKey, Cells},
    event::Event,
    language::{bridge, registry},
    registry::{Entry, EntryKey, Registered},
    scope::Watched,
    spelling,
};

fn from(entry: Entry, valid_from: u64, valid_until: u64, replaces: u32) -> Action {
    Action::Registry(registry::Action::Register { entry, valid_from, valid_until, replaces })
}

pub(crate) fn revoke(entry: EntryKey) -> Action {
    Action::Registry(registry::Action::Revoke { entry, reason: REASON })
}

fn payer(program: u32) -> Entry {
    Entry::Payer { account: PAYER, program }
}

impl World {
    fn money(&mut self, action: &Action) {
        self.escalate("O0", Watched::Money);
        self.enact("M0", action);
    }

    fn stands(&self, key: EntryKey) -> bool {
        let entry: Option<Registered> = self.cells.cell(&CellKey::Entry(key)).unwrap();
        entry.is_some_and(|entry| entry.holds(self.now))
    }

    fn convert_small(&mut self) -> Option<u16> {
        let conversion = self.conversion(1, ACCOUNTS[0], 100);
        self.applied("O0", asks(conversion));
        match &self.records.last().unwrap().event {
            Event::Bridge(bridge::Event::ConversionRefused { refusal, .. }) => Some(refusal.code()),
            _ => None,
        }
    }
}

/// One account pays for two programmes: to register it for the second takes nothing from the first.
#[test]
fn one_account_pays_for_many_programmes() {
    let mut world = funded();
    crate::money::second(&mut world);
    world.money(&register(payer(2)));
    assert!(world.stands(EntryKey::Payer(PAYER, 1)) && world.stands(EntryKey::Payer(PAYER, 2)));
    let paid = world.carry("O0", &batch(&world, "january", 3, 30));
    world.execute("O0", &paid);
    // Revoked for one it still pays for the other.
    world.enact("M0", &revoke(EntryKey::Payer(PAYER, 2)));
    let paid = world.carry("O0", &batch(&world, "february", 3, 30));
    world.execute("O0", &paid);
    let text = EntryKey::Payer(PAYER, 2).to_string();
    assert_eq!(text.parse(), Ok(EntryKey::Payer(PAYER, 2)));
    assert!(text.ends_with(":2") && text.strip_suffix(":2").unwrap().parse::<EntryKey>().is_err());
    world.folds();
}

/// Money that was revoked can return, by the same row; under the version that it replaces and no other.
#[test]
fn an_asset_returns_after_its_revocation() {
    let mut world = World::with_bridge();
    let key = EntryKey::Asset(economics().source);
    world.enact("M0", &revoke(key));
    assert_eq!(world.convert_small(), Some(620), "the route asks the registry");
    let again = |replaces| from(asset(economics().source), START, START + 300 * DAY, replaces);
    for stale in [0, 1, 3] {
        world.refused_action("M0", &again(stale), 411);
    }
    world.refused_action("M0", &again(2), 414);
    world.money(&again(2));
    assert_eq!(world.convert_small(), None);
    for entry in [payer(1), Entry::Party { id: subject("bank"), organisation: crate::world::label("bank") }] {
        let mut world = world.clone();
        world.money(&register(entry));
        world.enact("M0", &revoke(entry.key()));
        assert!(!world.stands(entry.key()));
        world.money(&from(entry, START, START + 300 * DAY, 2));
        assert!(world.stands(entry.key()));
    }
    world.folds();
}

/// Either end of a route: to revoke an asset stops its conversions at once, lots too.
#[test]
fn a_route_asks_the_registry_620() {
    for id in [economics().source, economics().destination] {
        let mut world = World::with_bridge();
        assert_eq!(world.convert_small(), None);
        world.enact("M0", &revoke(EntryKey::Asset(id)));
        assert_eq!(world.convert_small(), Some(620));
    }
    // One that begins later does not hold yet.
    let mut world = World::with_route();
    world.settle_in(economics().source);
    let later = world.now + 10 * DAY;
    world.money(&from(asset(economics().destination), later, later + DAY, 0));
    world.serve(1, crate::lists::open_to_all());
    assert_eq!(world.convert_small(), Some(620));
    world.wait(later - world.now);
    assert_eq!(world.convert_small(), None);
}

/// Pensions do not stop until a renewal begins: what holds is not replaced by what begins later.
#[test]
fn a_renewal_leaves_no_gap_622() {
    let mut world = funded();
    for entry in [payer(1), asset(ASSET)] {
        let now = world.now;
        world.escalate("O0", Watched::Money);
        world.refused_action("M0", &from(entry, now + 200 * DAY, now + 400 * DAY, 1), 622);
        world.refused_action("M0", &from(entry, now + 1, now + 400 * DAY, 1), 622);
        world.money(&from(entry, now, now + 400 * DAY, 1));
        assert!(world.stands(entry.key()));
    }
    let paid = world.carry("O0", &batch(&world, "january", 3, 30));
    world.execute("O0", &paid);
    // What does not hold is in nobody's way: one that has not begun, and one that is over.
    let id = AssetHash([7; 32]);
    world.money(&from(asset(id), world.now + 50 * DAY, world.now + 60 * DAY, 0));
    world.money(&from(asset(id), world.now + 40 * DAY, world.now + 60 * DAY, 1));
    world.folds();
}

/// It is asked again when it is executed: an entry may have begun to hold meanwhile.
#[test]
fn an_entry_that_holds_by_then_is_not_cut_off_622() {
    let mut world = World::new();
    let begins = world.now + 2 * HOUR;
    world.money(&from(asset(ASSET), begins, begins + 100 * DAY, 0));
    world.escalate("O0", Watched::Money);
    let later = world.carry("M0", &from(asset(ASSET), begins + 50 * DAY, begins + 100 * DAY, 1));
    world.wait(2 * HOUR);
    assert!(world.stands(EntryKey::Asset(ASSET)));
    world.refused("O0", execute(&later), 622);
    assert!(world.stands(EntryKey::Asset(ASSET)));
}

/// Each account and transaction has one spelling; `vectors/spellings.json` has good ones and refused ones.
#[test]
fn accounts_and_transactions_have_one_spelling() {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("../../vectors/spellings.json")).unwrap();
    for (good, bad, read) in [
        ("accounts", "no_accounts", spelling::account as fn(&str) -> Result<[u8; 32], spelling::NotSpelled>),
        ("transactions", "no_transactions", spelling::transaction),
    ] {
        let of = |name: &str| vectors[name].as_array().unwrap().clone();
        let mut known = std::collections::BTreeSet::new();
        for vector in of(good) {
            let bytes = read(vector["text"].as_str().unwrap()).unwrap();
            assert_eq!(greatseal_protocol::bytes::to_hex(&bytes), vector["bytes"].as_str().unwrap(), "{vector}");
            assert!(known.insert(bytes), "{vector}: the bytes of another");
        }
        for vector in of(bad) {
            assert_eq!(read(vector["text"].as_str().unwrap()), Err(spelling::NotSpelled), "{vector}");
        }
    }
}
