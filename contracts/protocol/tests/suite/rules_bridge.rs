//! Bridge routes and conversions, section 10: each rule by its name and its number.

use crate::{
    lists::{ACCOUNTS, asks, complete, fenced, listed, open_to_all, proofs, release_of, set_compliance, tree},
    world::{DAY, HOUR, World, economics, key_named, set_mode, set_route, suspend},
};
use greatseal_protocol::{
    bytes::{AssetHash, ReferenceHash},
    cells::{CellKey, Cells},
    command::Order,
    conversion::{Conversion, Counted, ListProofs, PLACES, Quote, Sharing, Transfer, Versions, WORD_LIFE},
    event::Event,
    language::{bridge, proposal},
    route::{Compliance, Course, Economics, Served},
    scope::{Mode, Scope, Watched},
    state::State,
    wide::mul_div,
    window::Meter,
};

const A: [u8; 32] = ACCOUNTS[0];
const B: [u8; 32] = ACCOUNTS[2];

impl World {
    /// What an operator's request came to: its quote, or the number of the refusal that is on record.
    fn verdict(&mut self, order: Order) -> Result<Quote, u16> {
        self.applied("O0", order);
        match &self.records.last().unwrap().event {
            Event::Bridge(bridge::Event::ConversionAuthorized { quote, .. }) => Ok(quote.unwrap()),
            Event::Bridge(bridge::Event::ConversionRefused { refusal, .. }) => Err(refusal.code()),
            other => panic!("{other:?}"),
        }
    }

    fn convert(&mut self, account: [u8; 32], amount: u128) -> Result<Quote, u16> {
        let order = self.authorize(1, account, amount);
        self.verdict(order)
    }

    /// The same with a Treasury seat's word where the amount is large.
    fn convert_large(&mut self, account: [u8; 32], amount: u128) -> Result<Quote, u16> {
        let word = self.promise("M1", self.transfer(1, account, amount));
        self.applied("M1", word);
        self.convert(account, amount)
    }

    fn used(&self, counted: Counted) -> u128 {
        let meter: Option<Meter> = self.cells.cell(&CellKey::Window(counted)).unwrap();
        meter.map_or(0, |meter| meter.sum(self.now))
    }

    fn aggregate(&self) -> Meter {
        self.cells.aggregate((economics().source, Course::ToPublic)).unwrap()
    }

    fn sharing(&self) -> Sharing {
        self.cells.sharing((economics().source, Course::ToPublic)).unwrap()
    }
}

#[test]
fn a_conversion_is_counted_kept_and_completed_once() {
    let mut world = World::with_bridge();
    // 20 bps of 1,000 is 2; 995 of 1,000 of the rest, rounded down.
    assert_eq!(world.convert(A, 1_000), Ok(Quote { fee: 2, result: 993 }));
    assert_eq!((world.used(Counted::Account(1, A)), world.used(Counted::Number(1))), (1_000, 1));
    assert_eq!(world.aggregate().sum(world.now), 1_000);
    let held = world.cells.reservation(1, 1).unwrap().unwrap();
    assert_eq!((held.account, held.amount, held.count, held.version), (Some(A), 1_000, 1, 0));
    world.refused("O1", complete(1, 2), 715);
    world.refused("M0", complete(1, 1), 204);
    world.applied("O1", complete(1, 1));
    world.refused("O1", complete(1, 1), 108);
    world.refused("O1", release_of(1, 1), 108);
    let held = world.cells.reservation(1, 1).unwrap().unwrap();
    assert_eq!(held.version, 1);
    world.folds();
}

/// What was authorised may have been paid: to give it back would let the limit be used twice.
#[test]
fn rule_10_a_release_gives_nothing_back() {
    let mut world = World::with_bridge();
    world.convert_large(A, 10_000).unwrap();
    let used = (world.used(Counted::Account(1, A)), world.aggregate().sum(world.now));
    world.applied("O0", release_of(1, 1));
    assert_eq!((world.used(Counted::Account(1, A)), world.aggregate().sum(world.now)), used);
    let traffic = world.cells.traffic(1).unwrap();
    assert_eq!((traffic.next, traffic.authorised, traffic.refused, traffic.ended), (2, 1, 0, 1));
}

/// Only the next number is answered, and each once: authorised or refused, it is on record and counted.
#[test]
fn rule_10_every_number_has_one_answer() {
    let mut world = World::with_bridge();
    let first = world.authorize(1, A, 1_000);
    let too_small = world.authorize(1, A, 9);
    assert_eq!(world.verdict(too_small), Err(704));
    world.refused("O0", first, 108);
    let mut early = world.conversion(1, A, 1_000);
    early.number += 1;
    world.refused("O0", asks(early), 411);
    world.convert(A, 1_000).unwrap();
    let traffic = world.cells.traffic(1).unwrap();
    assert_eq!((traffic.next, traffic.authorised, traffic.refused), (3, 1, 1));
    // Refused requests use nothing up.
    assert_eq!(world.used(Counted::Number(1)), 1);
    world.refused("M0", world.authorize(1, A, 1_000), 204);
    world.refused("O0", world.authorize(2, A, 1_000), 701);
    world.refused("M0", world.promise("M0", world.transfer(2, A, 1)), 701);
    world.refused("O0", complete(2, 1), 715);
}

#[test]
fn route_disabled_702_until_somebody_is_served() {
    let mut world = World::with_route();
    world.settle_in(economics().source);
    world.settle_in(economics().destination);
    assert_eq!(world.convert(A, 1_000), Err(702));
    world.refused_action("M0", &set_compliance(2, None, open_to_all()), 701);
    world.serve(1, Compliance { enabled: false, ..open_to_all() });
    assert_eq!(world.convert(A, 1_000), Err(702));
    world.serve(1, open_to_all());
    world.convert(A, 1_000).unwrap();
    // To close it takes no time.
    let present = world.cells.served(1).unwrap();
    let closed = world.open("M0", &set_compliance(1, present, Compliance { enabled: false, ..open_to_all() }));
    world.approve(&["S0", "M0", "M1"], &closed);
    world.execute("O0", &closed);
    assert_eq!(world.convert(A, 1_000), Err(702));
    world.folds();
}

#[test]
fn rate_not_valid_703_before_and_after_its_time() {
    let mut world = World::with_bridge();
    let from = world.now + DAY;
    world.economise(1, Economics { rate_from: from, rate_until: from + HOUR, ..economics() });
    for (at, sound) in [(from - 1, false), (from, true), (from + HOUR - 1, true), (from + HOUR, false)] {
        world.wait(at - world.now);
        assert_eq!(world.convert(A, 1_000).err(), (!sound).then_some(703), "at {at}");
    }
}

#[test]
fn amounts_704_705_706_707_at_each_edge() {
    let world = World::with_bridge();
    for (amount, answer) in [(9, Err(704)), (10, Ok(())), (10_000, Ok(())), (10_001, Err(704))] {
        assert_eq!(world.clone().convert_large(A, amount).map(|_| ()), answer, "{amount}");
    }
    let tight = |economics: Economics| Economics { large: u128::MAX, ..economics };
    let mut account = world.clone();
    account.economise(1, tight(Economics { account_max: 12_000, ..economics() }));
    account.convert(A, 10_000).unwrap();
    assert_eq!(account.convert(A, 2_001), Err(705));
    account.convert(A, 2_000).unwrap();
    assert_eq!(account.convert(A, 10), Err(705));
    account.convert(B, 10_000).unwrap();
    let mut aggregate = world.clone();
    aggregate.economise(1, tight(Economics { account_max: 12_000, aggregate_max: 15_000, ..economics() }));
    aggregate.convert(A, 10_000).unwrap();
    assert_eq!(aggregate.convert(B, 5_001), Err(706));
    aggregate.convert(B, 5_000).unwrap();
    assert_eq!(aggregate.convert(ACCOUNTS[3], 10), Err(706));
    let mut count = world;
    count.economise(1, Economics { count_max: 2, ..economics() });
    count.convert(A, 10).unwrap();
    count.convert(B, 10).unwrap();
    assert_eq!(count.convert(B, 10), Err(707));
    // A day later, and not a second before, there is room again.
    count.wait(DAY - 1);
    assert_eq!(count.convert(B, 10), Err(707));
    count.wait(DAY / 8 + 1);
    count.convert(B, 10).unwrap();
}

/// Two routes that take the same asset the same way share one limit; the other way has its own.
#[test]
fn rule_10_the_aggregate_is_over_all_routes_of_an_asset_and_a_course() {
    let mut world = World::with_bridge();
    let tight = Economics { aggregate_max: 50_000, large: u128::MAX, ..economics() };
    world.economise(1, tight);
    world.settle_in(AssetHash([3; 32]));
    world.economise(2, Economics { destination: AssetHash([3; 32]), ..tight });
    world.economise(3, Economics { course: Course::ToPrivate, ..tight });
    (2..=3).for_each(|route| world.serve(route, open_to_all()));
    for (account, route) in [(A, 1), (B, 2), (ACCOUNTS[3], 1), (ACCOUNTS[4], 2), (A, 1)] {
        let order = world.authorize(route, account, 10_000);
        world.verdict(order).unwrap();
    }
    assert_eq!(world.convert(B, 10), Err(706));
    let other = world.authorize(2, A, 10);
    assert_eq!(world.verdict(other), Err(706));
    let back = world.authorize(3, A, 10_000);
    world.verdict(back).unwrap();
    // A route that takes another asset leaves its old companions, and what it used stays with them.
    world.economise(2, Economics { source: AssetHash([9; 32]), ..tight });
    assert_eq!(world.sharing().0, [(1, tight.period)]);
    assert_eq!(world.convert(B, 10), Err(706));
    world.folds();
}

#[test]
fn too_many_routes_717_take_one_asset_one_way() {
    let mut world = World::with_bridge();
    for route in 2..=u32::try_from(Sharing::MOST).unwrap() {
        world.economise(route, economics());
    }
    let none = set_route(17, None, economics());
    world.refused_action("M0", &none, 717);
    let other = set_route(17, None, Economics { course: Course::ToPrivate, ..economics() });
    world.escalate("O0", Watched::Route(17));
    world.open("M0", &other);
    // Those that are there can be changed.
    world.economise(16, Economics { period: 2 * 86_400, ..economics() });
    assert_eq!(world.aggregate().window.bucket, 2 * 86_400 / 8);
    world.folds();
}

#[test]
fn rule_29_lists_708_709_let_through_who_is_on_one_and_not_on_the_other() {
    let mut world = World::with_bridge();
    world.serve(1, listed());
    // On both lists: excluded. On none: not served.
    let answers = [(ACCOUNTS[0], Ok(())), (ACCOUNTS[1], Err(709)), (ACCOUNTS[2], Ok(())), (ACCOUNTS[4], Err(708))];
    for (account, answer) in answers {
        assert_eq!(world.clone().convert(account, 1_000).map(|_| ()), answer, "{account:?}");
    }
    // What proves it for one account does not for another, and no proof at all proves nothing.
    let conversion = world.conversion(1, ACCOUNTS[4], 1_000);
    let other = proofs(&ACCOUNTS[0], &ACCOUNTS[..4], &ACCOUNTS[1..2]);
    let mut attempts = vec![(conversion, other.clone(), 708)];
    let mine = world.conversion(1, A, 1_000);
    attempts.push((mine, ListProofs { allow: None, ..other.clone() }, 708));
    attempts.push((mine, ListProofs { deny: None, ..other.clone() }, 709));
    // A hole between leaves that are no neighbours; a fence that is another tree's.
    let mut wide = other.clone();
    let deny = wide.deny.as_mut().unwrap();
    let far = proofs(&ACCOUNTS[3], &ACCOUNTS[..4], &ACCOUNTS[1..2]).deny.unwrap();
    (deny.above, deny.above_at) = (far.above, far.above_at);
    attempts.push((mine, wide, 709));
    attempts.push((mine, ListProofs { deny: proofs(&A, &[], &[]).deny, ..other }, 709));
    for (conversion, proofs, code) in attempts {
        assert_eq!(world.clone().verdict(Order::Bridge(bridge::Order::Authorize { conversion, proofs })), Err(code));
    }
    // Whoever is excluded cannot hide behind a fence that has a gap at their own place.
    let excluded = world.conversion(1, ACCOUNTS[1], 1_000);
    let beside = proofs(&A, &ACCOUNTS[..4], &ACCOUNTS[1..2]);
    let own = ListProofs { allow: proofs(&ACCOUNTS[1], &ACCOUNTS[..4], &[]).allow, ..beside };
    assert_eq!(world.verdict(Order::Bridge(bridge::Order::Authorize { conversion: excluded, proofs: own })), Err(709));
    assert_eq!(tree(&fenced(&[])).size, 2);
}

#[test]
fn fee_exceeds_710_and_nothing_arrives_711() {
    let mut world = World::with_bridge();
    let base = Economics { tx_min: 0, ..economics() };
    world.economise(1, Economics { fee_min: 100, ..base });
    assert_eq!(world.convert(A, 99), Err(710));
    assert_eq!(world.convert(A, 100), Err(711));
    assert_eq!(world.convert(A, 102), Ok(Quote { fee: 100, result: 1 }));
    world.economise(1, Economics { rate_num: u128::MAX, rate_den: 1, ..base });
    assert_eq!(world.convert(A, 4_000), Err(711));
    assert_eq!(world.convert(A, 2), Ok(Quote { fee: 1, result: u128::MAX }));
    world.economise(1, Economics { fee_bps: 10_000, fee_max: u128::MAX, ..base });
    assert_eq!(world.convert(A, 4_000), Err(711));
    assert_eq!(world.convert(A, 0), Err(710));
}

#[test]
fn other_version_712_of_either_kind() {
    let mut world = World::with_bridge();
    let now = world.conversion(1, A, 1_000);
    let Versions { economics, compliance, .. } = now.transfer.versions;
    for versions in [
        Versions { economics: economics + 1, ..now.transfer.versions },
        Versions { compliance: compliance + 1, ..now.transfer.versions },
        Versions { rate: 1, ..now.transfer.versions },
        Versions { lists: 1, ..now.transfer.versions },
    ] {
        let transfer = Transfer { versions, ..now.transfer };
        assert_eq!(world.clone().verdict(asks(Conversion { transfer, ..now })), Err(712));
    }
    world.serve(1, Compliance { min_finality: 1, ..open_to_all() });
    assert_eq!(world.verdict(asks(now)), Err(712));
}

/// From the large amount on the Treasury gives its word for just this transfer, and the operator cannot.
#[test]
fn no_word_713_for_a_large_conversion() {
    let mut world = World::with_bridge();
    assert!(world.clone().convert(A, 4_999).is_ok());
    let wanted = world.transfer(1, A, 5_000);
    let order = world.authorize(1, A, 5_000);
    world.refused("O0", order.clone(), 713);
    world.refused("O1", world.promise("O1", wanted), 204);
    // For another amount, another account, other versions: not for this one.
    for other in [
        Transfer { amount: 5_001, ..wanted },
        Transfer { account: Some(B), ..wanted },
        Transfer { account: None, ..wanted },
        Transfer { count: 2, ..wanted },
        Transfer { versions: Versions { compliance: 0, ..wanted.versions }, ..wanted },
    ] {
        let mut world = world.clone();
        let word = world.promise("M0", other);
        world.applied("M0", word);
        world.refused("O0", order.clone(), 713);
    }
    let word = world.promise("M0", wanted);
    world.applied("M0", word);
    for (wait, code) in [(WORD_LIFE - 1, None), (WORD_LIFE, Some(713))] {
        let mut world = world.clone();
        world.wait(wait);
        let outcome = world.order("O0", order.clone());
        assert_eq!(crate::world::code_of(&outcome).0, code);
    }
    // Whoever is set aside meanwhile, or has left, has given no word.
    let mut aside = world.clone();
    aside.enact("E0", &suspend("M0"));
    aside.refused("O0", order.clone(), 713);
    world.convert(A, 5_000).unwrap();
    let Event::Bridge(bridge::Event::ConversionAuthorized { word, .. }) = world.records.last().unwrap().event else {
        panic!()
    };
    assert_eq!(word.map(|seat| seat.to_string()), Some("M0".into()));
    // Once.
    let again = world.authorize(1, A, 5_000);
    world.refused("O0", again, 713);
    assert_ne!(key_named("M0"), key_named("O0"));
    world.folds();
}

/// Sixty-four conversions without an end are all that a route has places for.
#[test]
fn place_taken_714_by_a_conversion_without_an_end() {
    let mut world = World::with_bridge();
    world.economise(1, Economics { account_max: 100_000, ..economics() });
    for _ in 0..PLACES {
        world.convert(A, 10).unwrap();
    }
    assert_eq!(world.convert(A, 10), Err(714));
    // The next number has another place, which is taken too until its conversion ends.
    world.applied("O0", release_of(1, 2));
    world.convert(A, 10).unwrap();
    world.refused("O0", complete(1, PLACES + 3), 715);
    world.applied("O0", complete(1, PLACES + 2));
    world.applied("O0", complete(1, 1));
    world.folds();
}

#[test]
fn rule_14_a_pause_stops_conversions_of_everything_the_route_or_the_account() {
    let world = World::with_bridge();
    for (scope, blocks) in [
        (Scope::Everything, true),
        (Scope::Route(1), true),
        (Scope::Account(A), true),
        (Scope::Account(B), false),
        (Scope::Route(2), false),
        (Scope::Upgrades, false),
    ] {
        let mut world = world.clone();
        world.convert(A, 100).unwrap();
        world.paused(scope, HOUR);
        assert_eq!(world.convert(A, 100).err(), blocks.then_some(500), "{scope}");
        // What happened on the rail is said at any time.
        world.applied("O0", complete(1, 1));
        world.wait(HOUR);
        world.convert(A, 100).unwrap();
    }
}

#[test]
fn rule_14_in_limited_mode_a_tenth_of_every_limit() {
    let mut world = World::with_bridge();
    world.economise(1, Economics { account_max: 15_000, aggregate_max: 20_000, count_max: 40, ..economics() });
    let mut read_only = world.clone();
    read_only.enact("E0", &set_mode(Mode::ReadOnly, HOUR));
    assert_eq!(read_only.convert(A, 100), Err(500));
    world.enact("E0", &set_mode(Mode::Limited, HOUR));
    assert_eq!(world.convert(A, 1_001), Err(704));
    world.convert(A, 1_000).unwrap();
    assert_eq!(world.convert(A, 501), Err(705));
    world.convert(B, 1_000).unwrap();
    assert_eq!(world.convert(ACCOUNTS[3], 10), Err(706));
    world.wait(HOUR);
    world.convert(A, 1_001).unwrap();
    let mut count = World::with_bridge();
    count.economise(1, Economics { count_max: 10, ..economics() });
    count.enact("E0", &set_mode(Mode::Limited, HOUR));
    count.convert(A, 10).unwrap();
    assert_eq!(count.convert(A, 10), Err(707));
}

/// A lower cap bites at once, and a new period forgets nothing of what the old one held.
#[test]
fn rule_10_a_change_of_limits_keeps_what_was_used() {
    let mut world = World::with_bridge();
    let base = Economics { large: u128::MAX, ..economics() };
    world.economise(1, base);
    world.convert(A, 9_000).unwrap();
    let mut lower = world.clone();
    let present = lower.cells.route(1).unwrap().map(|route| *route);
    let tight = set_route(1, present, Economics { account_max: 9_500, tx_max: 9_500, ..base });
    let proposal = lower.open("M0", &tight);
    lower.approve(&["S0", "M0", "M1"], &proposal);
    lower.execute("O0", &proposal);
    assert_eq!(lower.convert(A, 501), Err(705));
    // Shorter or longer: it is kept until the longer of the two periods has passed.
    let charged = world.now;
    for period in [8 * 60, 10 * 86_400] {
        let mut world = world.clone();
        world.economise(1, Economics { account_max: 9_500, tx_max: 9_500, count_max: 1, period, ..base });
        let (since, longest) = (world.now, u64::from(period).max(DAY));
        assert_eq!(world.convert(A, 501), Err(705));
        assert_eq!(world.convert(B, 10), Err(707));
        world.wait(charged + longest - 1 - world.now);
        assert_eq!(world.convert(A, 501), Err(705), "{period}");
        world.wait(since + longest + longest / 8 + 1 - world.now);
        world.convert(A, 501).unwrap();
    }
}

/// Whoever widens the circle waits; whoever narrows it does not. A mix widens.
#[test]
fn rule_11_compliance_is_compared_field_by_field() {
    let narrow = listed();
    let other = tree(&ACCOUNTS[..3]);
    let tightens = [
        Compliance { enabled: false, ..narrow },
        Compliance { min_finality: 13, ..narrow },
        narrow,
        Compliance { enabled: false, min_finality: 99, ..narrow },
    ];
    let loosens = [
        Compliance { min_finality: 11, ..narrow },
        Compliance { policy: ReferenceHash([1; 32]), ..narrow },
        Compliance { allow: None, ..narrow },
        Compliance { allow: Some(other), ..narrow },
        Compliance { deny: None, ..narrow },
        Compliance { deny: Some(other), enabled: false, ..narrow },
    ];
    assert!(tightens.iter().all(|new| narrow.tightens_to(new)));
    assert!(loosens.iter().all(|new| !narrow.tightens_to(new)));
    assert!(open_to_all().tightens_to(&listed()), "first lists tighten");
    assert!(!Compliance { enabled: false, ..narrow }.tightens_to(&narrow));
    let mut world = World::with_bridge();
    let present = world.cells.served(1).unwrap();
    // Under the wrong row, on another version, without a look.
    let mut open = world.opening("M0", &set_compliance(1, present, listed()));
    open.row = greatseal_protocol::row::RowId::BRIDGE_LOOSEN;
    world.escalate("O0", Watched::Route(1));
    world.refused("M0", Order::Proposal(proposal::Order::Open(Box::new(open))), 305);
    let stale = present.map(|served| Served { version: 9, ..served });
    world.refused_action("M0", &set_compliance(1, stale, listed()), 411);
    world.refused_action("M0", &set_compliance(1, None, listed()), 411);
    let mut unseen = World::with_bridge();
    let looser = Compliance { min_finality: 1, ..open_to_all() };
    unseen.refused_action("M0", &set_compliance(1, unseen.cells.served(1).unwrap(), looser), 414);
    assert_eq!(set_compliance(1, None, narrow).scope(), Scope::Route(1));
}

#[test]
fn products_are_of_256_bits() {
    let max = u128::MAX;
    assert_eq!(mul_div(max, max, max), Some(max));
    assert_eq!(mul_div(max, max, max - 1), None);
    assert_eq!(mul_div(max, 1, 1), Some(max));
    assert_eq!(mul_div(max, 2, 3), Some(226_854_911_280_625_642_308_916_404_954_512_140_970));
    assert_eq!(mul_div(1, 1, 0), None);
    assert_eq!(mul_div(0, max, 1), Some(0));
    crate::dice::throw(20_000, |dice| {
        let mut number = || match dice.below(5) {
            0 => u128::from(dice.below(100)),
            1 => max - u128::from(dice.below(100)),
            2 => u128::from(dice.word()),
            _ => u128::from_le_bytes(dice.bytes()),
        };
        let (a, b, d) = (number(), number(), number());
        // Schoolbook in 32-bit digits, and back: q·d ≤ a·b < (q + 1)·d.
        let digits =
            |value: u128| (0..4).map(|at| u64::try_from(value >> (32 * at) & 0xFFFF_FFFF).unwrap()).collect::<Vec<_>>();
        let product = |x: u128, y: u128| {
            let mut sum = vec![0_u64; 9];
            for (i, x) in digits(x).iter().enumerate() {
                let mut carry = 0;
                for (j, y) in digits(y).iter().enumerate() {
                    let at = sum[i + j] + x * y + carry;
                    sum[i + j] = at & 0xFFFF_FFFF;
                    carry = at >> 32;
                }
                sum[i + 4] += carry;
            }
            sum.reverse();
            sum
        };
        let whole = product(a, b);
        match mul_div(a, b, d) {
            Some(q) => {
                assert!(product(q, d) <= whole, "{a} * {b} / {d} is less than {q}");
                assert!(q == max || product(q + 1, d) > whole, "{a} * {b} / {d} is more than {q}");
            }
            None => assert!(d == 0 || product(max, d) < whole, "{a} * {b} / {d}"),
        }
    });
}

/// 100 conversions or 10,000: the same cells are read and written.
#[test]
fn bounded_a_conversion_costs_the_same_after_many() {
    let mut world = World::with_bridge();
    world.economise(1, Economics { count_max: u32::MAX, account_max: 1_000_000, large: 1_000_000, ..economics() });
    let mut cells = Vec::new();
    for number in 1..=300 {
        world.convert(A, 10).unwrap();
        world.applied("O0", complete(1, number));
        cells.push(world.cells.len());
    }
    assert_eq!(cells[usize::try_from(PLACES).unwrap()], cells[299], "storage does not grow with history");
}
