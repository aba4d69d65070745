//! The oracle's own reckoning of what went over the bridge: every conversion since the beginning, added up anew.

use crate::oracle::Findings;
use greatseal_protocol::{
    bytes::AssetHash,
    conversion::{Conversion, Quote},
    council::{Council, SeatId},
    event::Event,
    language::bridge,
    route::{Compliance, Course, Economics},
};
use std::collections::{BTreeMap, BTreeSet};

/// What was authorised.
#[derive(Clone, Copy, Debug)]
struct Passed {
    at: u64,
    conversion: Conversion,
    asset: (AssetHash, Course),
}

/// Since when a length holds.
type Lengths = Vec<(u64, u64)>;

#[derive(Debug, Default)]
pub(crate) struct Reckoning {
    routes: BTreeMap<u32, (u32, Economics)>,
    served: BTreeMap<u32, (u32, Compliance)>,
    periods: BTreeMap<u32, Lengths>,
    /// The longest period of all routes that take an asset one way.
    longest: BTreeMap<(AssetHash, Course), Lengths>,
    passed: Vec<Passed>,
    next: BTreeMap<u32, u64>,
    open: BTreeSet<(u32, u64)>,
    words: Vec<(u64, SeatId, Conversion)>,
}

/// The shortest length that held at any moment since `from`.
fn shortest(lengths: &Lengths, from: u64) -> u64 {
    let after = lengths.iter().filter(|(since, _)| *since >= from).map(|(_, length)| *length);
    let before = lengths.iter().rev().find(|(since, _)| *since < from).map(|(_, length)| *length);
    after.chain(before).min().unwrap_or(0)
}

/// What is in the way of a conversion from outside of the bridge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weather {
    /// A pause or the read-only mode.
    pub(crate) blocked: bool,
    /// The limited mode.
    pub(crate) limited: bool,
}

impl Reckoning {
    pub(crate) fn route_changed(&mut self, route: u32, version: u32, economics: &Economics, at: u64) {
        let before = self.routes.insert(route, (version, *economics));
        self.periods.entry(route).or_default().push((at, economics.period.into()));
        let key = |economics: &Economics| (economics.source, economics.course);
        for asset in before.iter().map(|(_, old)| key(old)).chain([key(economics)]) {
            let together = self.routes.values().filter(|(_, other)| key(other) == asset);
            if let Some(longest) = together.map(|(_, other)| u64::from(other.period)).max() {
                self.longest.entry(asset).or_default().push((at, longest));
            }
        }
    }

    pub(crate) fn compliance_changed(
        &mut self,
        route: u32,
        version: u32,
        compliance: &Compliance,
        found: &mut Findings,
    ) {
        let before = self.served.insert(route, (version, *compliance));
        let next = version == before.map_or(1, |(version, _)| version + 1);
        found.must("fold", next, || format!("version {version} of whom route {route} serves"));
    }

    /// The present compliance of a route.
    pub(crate) fn compliance(&self, route: u32) -> Option<Compliance> {
        self.served.get(&route).map(|(_, compliance)| *compliance)
    }

    pub(crate) fn read(&mut self, event: &Event, weather: Weather, at: u64, found: &mut Findings) {
        match event {
            Event::Bridge(bridge::Event::ConversionAuthorized { seat, conversion, quote, cosigned }) => {
                self.numbered(*seat, conversion, found);
                self.authorized(conversion, quote, *cosigned, weather, at, found);
            }
            Event::Bridge(bridge::Event::ConversionRefused { seat, conversion, refusal }) => {
                self.numbered(*seat, conversion, found);
                let blocked = refusal.code() != 500 || weather.blocked;
                found.must("never_blocked", blocked, || format!("{conversion:?} was blocked by nothing"));
            }
            Event::Bridge(bridge::Event::ConversionCosigned { seat, conversion }) => {
                found.must("who_counts", seat.council == Council::Treasury, || format!("{seat} co-signs"));
                self.words.push((at, *seat, *conversion));
            }
            Event::Bridge(bridge::Event::ConversionCompleted { seat, route, number, .. })
            | Event::Bridge(bridge::Event::ConversionReleased { seat, route, number, .. }) => {
                let sound = self.open.remove(&(*route, *number)) && seat.council == Council::Operator;
                found.must("executed_once", sound, || format!("{event:?}"));
            }
            _ => {}
        }
    }

    /// Every number of a route has one answer, in order.
    fn numbered(&mut self, seat: SeatId, conversion: &Conversion, found: &mut Findings) {
        let next = self.next.entry(conversion.route).or_insert(1);
        let sound = *next == conversion.number && seat.council == Council::Operator;
        *next += 1;
        found.must("executed_once", sound, || format!("{seat} asks for {conversion:?}"));
    }

    fn authorized(
        &mut self,
        conversion: &Conversion,
        quote: &Quote,
        cosigned: Option<SeatId>,
        weather: Weather,
        at: u64,
        found: &mut Findings,
    ) {
        let (version, economics) = self.routes[&conversion.route];
        let (served, compliance) = self.served[&conversion.route];
        let open = compliance.enabled && conversion.versions == (version, served) && !weather.blocked;
        let valid = economics.rate_from <= at && at < economics.rate_until;
        found.must("bridge_window", open && valid, || format!("{conversion:?} over a closed route"));
        let tenth = if weather.limited { 10 } else { 1 };
        let asset = (economics.source, economics.course);
        let passed = Passed { at, conversion: *conversion, asset };
        self.passed.push(passed);
        let sum = |which: &dyn Fn(&Passed) -> bool, lengths: &[&Lengths], count: bool| -> u128 {
            let counts = |one: &&Passed| {
                let length = lengths.iter().map(|lengths| shortest(lengths, one.at)).min().unwrap();
                which(one) && one.at + length > at
            };
            let amount = |one: &Passed| if count { 1 } else { one.conversion.amount };
            self.passed.iter().filter(counts).map(amount).sum()
        };
        let own = &self.periods[&conversion.route];
        let same = |one: &Passed| one.conversion.route == conversion.route;
        let mine = |one: &Passed| same(one) && one.conversion.account == conversion.account;
        let account = sum(&mine, &[own], false);
        let number = sum(&same, &[own], true);
        let aggregate = sum(&|one| one.asset == asset, &[own, &self.longest[&asset]], false);
        let amount = conversion.amount;
        let within = economics.tx_min <= amount
            && amount <= economics.tx_max / tenth
            && account <= economics.account_max / tenth
            && aggregate <= economics.aggregate_max / tenth
            && number <= u128::from(economics.count_max) / tenth;
        let words = || format!("{conversion:?}: {account}, {aggregate}, {number} in {economics:?}");
        found.must("bridge_window", within, words);
        // Amounts of stories are small: plain products do.
        let share = amount.saturating_mul(economics.fee_bps.into()) / 10_000;
        let fee = share.max(economics.fee_min).min(economics.fee_max);
        let result = (amount - fee).checked_mul(economics.rate_num).map(|product| product / economics.rate_den);
        let sound = quote.fee == fee && result.is_none_or(|result| result == quote.result) && quote.result > 0;
        found.must("bridge_window", sound, || format!("{quote:?} for {conversion:?}"));
        let word = self
            .words
            .iter()
            .any(|(said, seat, what)| what == conversion && Some(*seat) == cosigned && at < said + 900);
        let needed = amount >= economics.large;
        found.must("who_counts", needed == cosigned.is_some() && (word || !needed), || format!("{conversion:?}"));
        self.open.insert((conversion.route, conversion.number));
        let route_open = self.open.iter().filter(|(route, _)| *route == conversion.route).count();
        found.must("bounded", route_open <= 64, || format!("{route_open} open conversions"));
    }
}
