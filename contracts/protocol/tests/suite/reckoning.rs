//! The oracle's own reckoning of what went over the bridge: every conversion since the beginning, added up anew.

use crate::oracle::Findings;
use greatseal_protocol::{
    bytes::{AssetHash, Label},
    conversion::{Conversion, Quote, Transfer},
    council::{Council, SeatId},
    daily::{DayLists, DayRate, Following},
    event::{Event, Record},
    language::bridge,
    route::{Compliance, Course, Economics},
};
use std::collections::{BTreeMap, BTreeSet};

/// What was authorised, and until when it counts at least: the longest period that held while it still counted.
#[derive(Clone, Copy, Debug)]
struct Passed {
    at: u64,
    transfer: Transfer,
    asset: (AssetHash, Course),
    own: u64,
    together: u64,
}

/// What a seat has said last, with its organisation by then, and how often what the route had was set or withdrawn before.
type Said<T> = BTreeMap<(u32, SeatId), (T, Option<Label>, u32)>;

#[derive(Debug, Default)]
pub(crate) struct Reckoning {
    routes: BTreeMap<u32, (u32, Economics)>,
    served: BTreeMap<u32, (u32, Compliance)>,
    passed: Vec<Passed>,
    next: BTreeMap<u32, u64>,
    open: BTreeSet<(u32, u64)>,
    /// The last statement's version of every conversion, and of those whose place another has.
    versions: BTreeMap<(u32, u64), u32>,
    restated: BTreeMap<u32, u32>,
    words: Said<(u64, Transfer)>,
    rates: Said<DayRate>,
    lists: Said<Following>,
    rate: BTreeMap<u32, (u32, Option<DayRate>)>,
    listed: BTreeMap<u32, (u32, Option<DayLists>)>,
}

/// What is in the way of a conversion from outside of the bridge, or is not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Weather {
    /// A pause or the read-only mode.
    pub(crate) blocked: bool,
    /// The limited mode.
    pub(crate) limited: bool,
    /// Whether the registry has both assets.
    pub(crate) registered: bool,
}

fn asset(economics: &Economics) -> (AssetHash, Course) {
    (economics.source, economics.course)
}

impl Reckoning {
    fn longest(&self, of: (AssetHash, Course)) -> Option<u64> {
        let together = self.routes.values().filter(|(_, other)| asset(other) == of);
        together.map(|(_, other)| u64::from(other.period)).max()
    }

    /// What counts at the change counts until the longer of the two periods has passed.
    pub(crate) fn route_changed(&mut self, route: u32, version: u32, economics: &Economics, at: u64) {
        let before = self.routes.insert(route, (version, *economics));
        let period = u64::from(economics.period);
        for one in self.passed.iter_mut().filter(|one| one.transfer.route == route && one.own > at) {
            one.own = one.own.max(one.at + period);
        }
        for changed in before.iter().map(|(_, old)| asset(old)).chain([asset(economics)]) {
            let Some(longest) = self.longest(changed) else { continue };
            for one in self.passed.iter_mut().filter(|one| one.asset == changed && one.together > at) {
                one.together = one.together.max(one.at + longest);
            }
        }
        let rate = |of: &Economics| (of.source, of.destination, of.course, of.rate_num, of.rate_den, of.rate_band_bps);
        if before.is_none_or(|(_, old)| rate(&old) != rate(economics)) {
            self.rates_end(route, economics, before.is_none());
        }
    }

    /// The day's rates of a route that was changed, and of the way back.
    fn rates_end(&mut self, route: u32, economics: &Economics, first: bool) {
        self.rate.entry(route).or_default();
        let back = |other: &Economics| (other.source, other.course) == (economics.destination, economics.course.back());
        for (id, (_, other)) in &self.routes {
            if let Some((version, held)) = self.rate.get_mut(id).filter(|_| *id == route || back(other))
                && (held.take().is_some() || *id == route && !first)
            {
                *version += 1;
            }
        }
    }

    pub(crate) fn compliance_changed(&mut self, route: u32, version: u32, new: &Compliance, found: &mut Findings) {
        let before = self.served.insert(route, (version, *new));
        let next = version == before.map_or(1, |(version, _)| version + 1);
        found.must("fold", next, || format!("version {version} of whom route {route} serves"));
        let trees = |of: &Compliance| (of.allow, of.deny, of.daily);
        if before.is_some_and(|(_, old)| old.daily && trees(&old) != trees(new)) {
            let listed = self.listed.entry(route).or_default();
            *listed = (listed.0 + 1, None);
        }
    }

    /// The present compliance of a route.
    pub(crate) fn compliance(&self, route: u32) -> Option<Compliance> {
        self.served.get(&route).map(|(_, compliance)| *compliance)
    }

    pub(crate) fn read(
        &mut self,
        record: &Record,
        organisation: Option<Label>,
        weather: Weather,
        found: &mut Findings,
    ) {
        let Event::Bridge(event) = &record.event else { return };
        let at = record.at;
        match event {
            bridge::Event::ConversionAuthorized { seat, conversion, quote, word } => {
                self.numbered(*seat, conversion, found);
                self.authorized(conversion, *quote, *word, weather, at, found);
            }
            bridge::Event::ConversionRefused { seat, conversion, refusal } => {
                self.numbered(*seat, conversion, found);
                let blocked = refusal.code() != 500 || weather.blocked;
                found.must("never_blocked", blocked, || format!("{conversion:?} was blocked by nothing"));
                // Only a word that is missing leaves the number to the next.
                found.must("executed_once", refusal.code() != 713, || format!("{conversion:?}"));
            }
            bridge::Event::WordGiven { seat, transfer, .. } => {
                found.must("who_counts", seat.council == Council::Treasury, || format!("{seat} gives its word"));
                self.words.insert((transfer.route, *seat), ((at, *transfer), organisation, 0));
            }
            bridge::Event::WordWithdrawn { seat, route, .. } => {
                found.must("who_counts", seat.council == Council::Treasury, || format!("{seat} takes its word"));
                self.words.remove(&(*route, *seat));
            }
            bridge::Event::RateStated { seat, route, rate, agreed, .. } => {
                self.rate_stated((*route, *seat), *rate, *agreed, organisation, at, found);
            }
            bridge::Event::RateWithdrawn { seat, route, .. } => {
                found.must("who_counts", seat.council == Council::Treasury, || format!("{seat} withdraws a rate"));
                self.rates.remove(&(*route, *seat));
                let rate = self.rate.entry(*route).or_default();
                *rate = (rate.0 + 1, None);
            }
            bridge::Event::ListsStated { seat, route, lists, agreed, .. } => {
                let listed = self.listed.entry(*route).or_default();
                let sound = seat.council == Council::Identity && lists.previous == listed.0;
                found.must("who_counts", sound, || format!("{event:?}"));
                if twice(&mut self.lists, (*route, *seat), *lists, *agreed, (organisation, listed.0), found) {
                    *listed = (listed.0 + 1, Some(lists.lists));
                }
            }
            bridge::Event::ConversionCompleted { seat, completion, .. } => {
                let of = (completion.route, completion.number);
                // Sixty-four later another one has the place, if it was authorised.
                let displaced = self.passed_numbers(of);
                let last = match displaced {
                    true => self.restated.entry(completion.route).or_default(),
                    false => self.versions.entry(of).or_default(),
                };
                let sound = completion.version == *last + 1 && seat.council == Council::Operator;
                *last = completion.version;
                self.open.remove(&of);
                found.must("executed_once", sound, || format!("{event:?}"));
            }
            bridge::Event::RouteChanged { .. } | bridge::Event::ComplianceChanged { .. } => {}
        }
    }

    /// Whether a later authorised number has the place of this one.
    fn passed_numbers(&self, (route, number): (u32, u64)) -> bool {
        let later = self.versions.range((route, number + 1)..=(route, u64::MAX));
        later.into_iter().any(|((_, other), _)| (other - number).is_multiple_of(64))
    }

    fn rate_stated(
        &mut self,
        (route, seat): (u32, SeatId),
        rate: DayRate,
        agreed: Option<SeatId>,
        organisation: Option<Label>,
        at: u64,
        found: &mut Findings,
    ) {
        let (_, economics) = self.routes[&route];
        let off = rate.num.abs_diff(economics.rate_num) * 10_000;
        let within = off <= economics.rate_num * u128::from(economics.rate_band_bps) && rate.den == economics.rate_den;
        let short = at < rate.until && rate.until <= at + 7 * 86_400;
        let sound = seat.council == Council::Treasury && within && short;
        found.must("who_counts", sound, || format!("{seat} states {rate:?} for route {route}"));
        let version = self.rate.entry(route).or_default().0;
        if twice(&mut self.rates, (route, seat), rate, agreed, (organisation, version), found) {
            let held = self.rate.entry(route).or_default();
            *held = (held.0 + 1, Some(rate));
        }
    }

    /// Every number of a route has one answer, in order.
    fn numbered(&mut self, seat: SeatId, conversion: &Conversion, found: &mut Findings) {
        let next = self.next.entry(conversion.transfer.route).or_insert(1);
        let sound = *next == conversion.number && seat.council == Council::Operator;
        *next += 1;
        found.must("executed_once", sound, || format!("{seat} asks for {conversion:?}"));
    }

    fn authorized(
        &mut self,
        conversion: &Conversion,
        quote: Option<Quote>,
        word: Option<SeatId>,
        weather: Weather,
        at: u64,
        found: &mut Findings,
    ) {
        let transfer = conversion.transfer;
        let Transfer { route, count, amount, account, versions } = transfer;
        let (version, economics) = self.routes[&route];
        let (served, compliance) = self.served[&route];
        let (rate_version, rate) = self.rate.get(&route).copied().unwrap_or_default();
        let off = |rate: &DayRate| rate.num.abs_diff(economics.rate_num) * 10_000;
        let most = economics.rate_num.saturating_mul(economics.rate_band_bps.into());
        let rate = rate.filter(|rate| at < rate.until && rate.den == economics.rate_den && off(rate) <= most);
        let listed = self.listed.get(&route).copied().unwrap_or_default();
        let lists = listed.1.filter(|_| compliance.daily).map_or(0, |_| listed.0);
        let same = (versions.economics, versions.compliance, versions.lists) == (version, served, lists)
            && versions.rate == rate.map_or(0, |_| rate_version);
        let open = compliance.enabled && same && !weather.blocked && weather.registered;
        let valid = economics.rate_from <= at && at < economics.rate_until;
        found.must("window", open && valid, || format!("{conversion:?} over a closed route"));
        let tenth = if weather.limited { 10 } else { 1 };
        let asset = asset(&economics);
        let (own, together) = (at + u64::from(economics.period), at + self.longest(asset).unwrap());
        self.passed.push(Passed { at, transfer, asset, own, together });
        let sum = |which: &dyn Fn(&Passed) -> bool, value: &dyn Fn(&Passed) -> u128| -> u128 {
            self.passed.iter().filter(|one| which(one)).map(value).sum()
        };
        let amounts = |one: &Passed| one.transfer.amount;
        let on = |one: &Passed| one.transfer.route == route && one.own > at;
        let mine = sum(&|one| on(one) && one.transfer.account == account, &amounts);
        let number = sum(&on, &|one| one.transfer.count.into());
        let aggregate = sum(&|one| one.asset == asset && one.together > at, &amounts);
        let each = u128::from(count);
        let own = match account {
            Some(_) => {
                count == 1
                    && economics.tx_min <= amount
                    && amount <= economics.tx_max / tenth
                    && mine <= economics.account_max / tenth
            }
            None => {
                count > 0
                    && economics.tx_min * each <= amount
                    && amount <= economics.tx_max / tenth * each
                    && amount <= economics.lot_max / tenth
            }
        };
        let within =
            own && aggregate <= economics.aggregate_max / tenth && number <= u128::from(economics.count_max) / tenth;
        found.must("window", within, || format!("{conversion:?}: {mine}, {aggregate}, {number} in {economics:?}"));
        self.quoted(&economics, rate, &transfer, quote, found);
        // Slices do not slip under what is large: whatever an account, or all lots, have used counts.
        let needed = mine >= economics.large;
        found.must("word_once", !needed || word.is_some(), || format!("{conversion:?} without a word: {mine}"));
        if let Some(seat) = word {
            let given = self.words.remove(&(route, seat));
            self.words.retain(|(of, _), ((_, what), ..)| *of != route || *what != transfer);
            let sound = given.is_some_and(|((said, what), ..)| what == transfer && at < said + 900);
            found.must("word_once", sound, || format!("{seat} has not said {conversion:?}"));
        }
        self.open.insert((route, conversion.number));
        self.versions.insert((route, conversion.number), 0);
        let route_open = self.open.iter().filter(|(other, _)| *other == route).count();
        found.must("bounded", route_open <= 64, || format!("{route_open} open conversions"));
    }

    /// Amounts of stories are small: plain products do.
    fn quoted(
        &self,
        economics: &Economics,
        rate: Option<DayRate>,
        transfer: &Transfer,
        quote: Option<Quote>,
        found: &mut Findings,
    ) {
        let amount = transfer.amount;
        let (num, den) = rate.map_or((economics.rate_num, economics.rate_den), |rate| (rate.num, rate.den));
        let sound = quote.map_or(transfer.account.is_none(), |quote| {
            let share = amount.saturating_mul(economics.fee_bps.into()) / 10_000;
            let fee = share.max(economics.fee_min).min(economics.fee_max);
            let result = (amount - fee).checked_mul(num).map(|product| product / den);
            quote.fee == fee && result.is_none_or(|result| result == quote.result) && quote.result > 0
        });
        found.must("window", sound, || format!("{quote:?} for {transfer:?}"));
    }
}

/// Whether it holds now: another seat of another organisation has said the same, which nobody finds there again.
fn twice<T: Copy + PartialEq + std::fmt::Debug>(
    said: &mut Said<T>,
    (route, seat): (u32, SeatId),
    what: T,
    agreed: Option<SeatId>,
    (organisation, version): (Option<Label>, u32),
    found: &mut Findings,
) -> bool {
    let own = said.insert((route, seat), (what, organisation, version));
    let Some(other) = agreed else { return false };
    let theirs = said.remove(&(route, other));
    said.remove(&(route, seat));
    let same = |(theirs, of, under): (T, Option<Label>, u32)| {
        (theirs, under) == (what, version) && of.is_some() && of != organisation
    };
    let sound = other != seat && theirs.is_some_and(same);
    found.must("word_once", sound, || format!("{seat} and {other} about {what:?}, after {own:?}"));
    true
}
