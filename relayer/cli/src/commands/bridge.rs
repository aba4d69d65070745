//! `greatseal bridge`: conversions over routes, and what routes let through.

pub(crate) mod carried;
mod lists;

use super::order::{ended, give, signed};
use crate::{
    answers::{
        self, Hex, Text,
        bridge::{Lists, Open, Rate, RouteCompliance, RouteEconomics, RouteShown, Said, Used, UsedBy, What},
        signed::{self, Converted, Signed},
    },
    cli,
    commands::{places, unknown::Unknown},
    door::Door,
    error::CliError,
    output::Output,
    place::Member,
    session::{Session, Settings},
    text,
};
use greatseal_protocol::{
    ask::Wish,
    cells::{CellKey, Cells as _},
    command::Order,
    conversion::{
        Account, Completion, Conversion, Counted, ListProofs, PLACES, Reservation, Transfer, Versions, WORD_LIFE, Word,
    },
    council::Council,
    daily::{self, DayLists, DayRate, Following},
    event::Event,
    language::bridge,
    refusal::Refusal,
    route::{Economics, Route},
    state::State,
};
use lists::List;
use std::path::Path;

pub(crate) use lists::List as AccountList;

/// `greatseal bridge …`
///
/// # Errors
///
/// [`CliError::Refused`] by the contract's rules.
pub async fn run(command: &cli::Bridge, settings: &Settings) -> Result<(), CliError> {
    let open = || Session::open(settings);
    match command {
        cli::Bridge::List { file, excluded } => list(settings.output, file, *excluded),
        cli::Bridge::Show { route, account } => show(&open().await?, *route, account.as_deref()).await,
        cli::Bridge::Authorize { conversion, served, excluded, signer } => {
            authorize(&open().await?, conversion, (served.as_deref(), excluded.as_deref()), signer).await
        }
        cli::Bridge::Promise { conversion: of, signer } => promise(&open().await?, of, signer).await,
        cli::Bridge::Withdraw { route, signer } => {
            let order = |nonce| bridge::Order::Withdraw { route: *route, nonce };
            said(&open().await?, signer, order).await
        }
        cli::Bridge::Rate { route, num, until, signer } => {
            let session = open().await?;
            let present = session.cells([CellKey::Route(*route)]).await?.route(*route)?.ok_or(Refusal::UnknownRoute)?;
            let num = text::amount("--num", num)?;
            let until = text::moment("--until", until, session.now)?;
            let rate = DayRate { num, den: present.economics.rate_den, until };
            said(&session, signer, |nonce| bridge::Order::StateRate { route: *route, rate, nonce }).await
        }
        cli::Bridge::WithdrawRate { route, signer } => {
            let order = |nonce| bridge::Order::WithdrawRate { route: *route, nonce };
            said(&open().await?, signer, order).await
        }
        cli::Bridge::Lists { route, served, excluded, signer } => {
            let session = open().await?;
            let tree = |path: Option<&Path>, excluded| {
                path.map(|path| List::load(path, excluded)?.kept(&session.at_hand, path)).transpose()
            };
            let lists = DayLists { allow: tree(served.as_deref(), false)?, deny: tree(excluded.as_deref(), true)? };
            let previous = session.cells([CellKey::Daily(*route)]).await?.daily(*route)?.lists_version;
            let lists = Following { previous, lists };
            said(&session, signer, |nonce| bridge::Order::StateLists { route: *route, lists, nonce }).await
        }
        cli::Bridge::Carried { file } => settings.output.answer(&carried::load(file)?),
        cli::Bridge::Complete { route, number, carried, signer } => {
            let session = open().await?;
            let sums = carried::kept(&session.at_hand, carried)?;
            let (route, number) = (*route, *number);
            let version = version(&session, route, number).await?;
            let (count, amount, fees) = (sums.count, sums.amount.0, sums.fees.0);
            let completion = Completion { route, number, version, count, amount, fees, root: sums.root.0 };
            give(&session, signer, |_| Order::Bridge(bridge::Order::Complete(completion))).await
        }
        cli::Bridge::Release { route, number, reason, signer } => {
            let session = open().await?;
            let (route, number, root) = (*route, *number, text::words(&session.at_hand, reason));
            let version = version(&session, route, number).await?;
            let nothing = Completion { route, number, version, count: 0, amount: 0, fees: 0, root };
            give(&session, signer, |_| Order::Bridge(bridge::Order::Complete(nothing))).await
        }
    }
}

/// What a seat says under its next nonce.
async fn said(session: &Session, how: &cli::Signer, order: impl FnOnce(u64) -> bridge::Order) -> Result<(), CliError> {
    give(session, how, |member: &Member| Order::Bridge(order(member.next_nonce()))).await
}

/// The Treasury's word: for any number, and for nothing but just this.
async fn promise(session: &Session, of: &cli::Conversion, how: &cli::Signer) -> Result<(), CliError> {
    let Next { conversion, rate, route, .. } = next(session, of).await?;
    let transfer = conversion.transfer;
    let order = |member: &Member| Order::Bridge(bridge::Order::Promise { transfer, nonce: member.next_nonce() });
    let mut signed = signed(session, how, &[], order, Unknown::default()).await?;
    if let signed::Order::Promise { transfer, .. } = &mut signed.order {
        *transfer = Converted { conversion: None, ..expected(&route.economics, rate, &conversion) };
    }
    session.signed(&signed)
}

/// The version of the next statement about a conversion: its last one's and one, or of those about conversions of long ago.
async fn version(session: &Session, route: u32, number: u64) -> Result<u32, CliError> {
    let place = CellKey::Reservation(route, Reservation::place(number));
    let cells = session.cells([place, CellKey::Traffic(route)]).await?;
    let last = match cells.reservation(route, number)? {
        Some(held) if held.number == number => held.version,
        Some(held) if held.number > number => cells.traffic(route)?.restated,
        _ => return Err(Refusal::UnknownConversion.into()),
    };
    Ok(last.saturating_add(1))
}

/// Size and root of a file's list; needs no chain.
fn list(output: Output, file: &Path, excluded: bool) -> Result<(), CliError> {
    let head = List::load(file, excluded)?.head(file)?;
    output.answer(&answers::bridge::AccountList::from(head))
}

/// Asks, and says what the answer is.
async fn authorize(
    session: &Session,
    of: &cli::Conversion,
    (served, excluded): (Option<&Path>, Option<&Path>),
    how: &cli::Signer,
) -> Result<(), CliError> {
    let Next { conversion, rate, route, lists } = next(session, of).await?;
    let proofs = match &conversion.transfer.account {
        Some(account) => proofs(account, &lists, served, excluded)?,
        None => ListProofs::default(),
    };
    let mut converted = expected(&route.economics, rate, &conversion);
    let door = Door::find(session, how.options()?).await?;
    let member = session.member(door.key()).await?;
    let wish = Wish::Order(Box::new(Order::Bridge(bridge::Order::Authorize { conversion, proofs })));
    let sent = door.send(Some(&member), wish, &converted.lines()).await?;
    for record in sent.delivery.records().unwrap_or_default() {
        match &record.event {
            Event::Bridge(bridge::Event::ConversionRefused { refusal, .. }) => {
                return Err(CliError::Refused { refusal: *refusal, fee_paid: sent.delivery.fee_paid() });
            }
            Event::Bridge(bridge::Event::ConversionAuthorized { quote, .. }) => {
                converted = Converted::of(&conversion, quote.as_ref());
            }
            _ => {}
        }
    }
    let ended = ended(&sent)?;
    session.signed(&Signed { order: signed::Order::Authorize(converted), ..ended })
}

/// The next conversion of a route, and what holds for it now.
struct Next {
    conversion: Conversion,
    route: Route,
    rate: (u128, u128),
    lists: DayLists,
}

async fn next(session: &Session, of: &cli::Conversion) -> Result<Next, CliError> {
    let id = of.route;
    let account = of.account.as_deref().map(|text| text::account("--account", text)).transpose()?;
    let amount = text::amount("--amount", &of.amount)?;
    let keys = [CellKey::Route(id), CellKey::Compliance(id), CellKey::Traffic(id), CellKey::Daily(id)];
    let cells = session.cells(keys).await?;
    let route = *cells.route(id)?.ok_or(Refusal::UnknownRoute)?;
    let (served, daily) = (cells.served(id)?, cells.daily(id)?);
    let (rate_version, rate) = daily.rate(&route.economics, session.now);
    let none = (0, DayLists { allow: None, deny: None });
    let (lists_version, lists) = served.as_ref().map_or(none, |served| daily.lists(&served.compliance));
    let versions = Versions {
        economics: route.version,
        compliance: served.map_or(0, |served| served.version),
        rate: rate_version,
        lists: lists_version,
    };
    let transfer = Transfer { route: id, count: of.lot.unwrap_or(1), amount, account, versions };
    Ok(Next { conversion: Conversion { number: cells.traffic(id)?.next, transfer }, route, rate, lists })
}

/// What the route's lists ask for. A list that is not the route's is refused before anything is signed.
fn proofs(
    account: &Account,
    lists: &DayLists,
    served: Option<&Path>,
    excluded: Option<&Path>,
) -> Result<ListProofs, CliError> {
    let mut proofs = ListProofs::default();
    let other =
        |path| CliError::file(path, "not the list that the route commits to", "take the one with its size and root");
    if let Some(head) = lists.allow {
        let path =
            served.ok_or_else(|| CliError::input("--served", "missing", "the route serves a list of accounts"))?;
        let list = List::load(path, false)?;
        if list.head(path)? != head {
            return Err(other(path));
        }
        proofs.allow = list.place(account);
    }
    if let Some(head) = lists.deny {
        let path = excluded.ok_or_else(|| CliError::input("--excluded", "missing", "the route excludes a list"))?;
        let list = List::load(path, true)?;
        if list.head(path)? != head {
            return Err(other(path));
        }
        proofs.deny = list.absence(account);
    }
    Ok(proofs)
}

fn expected(economics: &Economics, rate: (u128, u128), conversion: &Conversion) -> Converted {
    let quote = conversion.transfer.account.and_then(|_| economics.quote(conversion.transfer.amount, rate).ok());
    Converted::of(conversion, quote.as_ref())
}

async fn show(session: &Session, id: u32, of: Option<&str>) -> Result<(), CliError> {
    let of = of.map(|text| text::account("--account", text)).transpose()?;
    let counted = [Counted::Number(id), Counted::Lots(id)].into_iter();
    let counted = counted.chain(of.map(|account| Counted::Account(id, account)));
    let places = (0..=u8::MAX).take_while(|place| u64::from(*place) < PLACES);
    let own = [CellKey::Route(id), CellKey::Compliance(id), CellKey::Traffic(id), CellKey::Daily(id)].into_iter();
    let keys = own.chain(counted.map(CellKey::Window)).chain(places.map(|place| CellKey::Reservation(id, place)));
    let cells = session.cells(keys).await?;
    let route = cells.route(id)?.ok_or(Refusal::UnknownRoute)?;
    let economics = &route.economics;
    let aggregate = (economics.source, economics.course);
    let together = session.cells([CellKey::Aggregate(aggregate)]).await?.aggregate(aggregate)?;
    let traffic = cells.traffic(id)?;

    let used = |counted| -> Result<Text<u128>, CliError> {
        let meter = traffic.window(&cells, counted, economics.period)?;
        Ok(Text(meter.sum(session.now)))
    };
    let by = of.map(|account| {
        let amount = used(Counted::Account(id, account))?;
        Ok::<_, CliError>(UsedBy { account: Hex(account), amount })
    });
    let mut without_end = Vec::new();
    for number in traffic.next.saturating_sub(PLACES)..traffic.next {
        let held = cells.reservation(id, number)?.filter(|held| held.number == number && held.version == 0);
        without_end.extend(held.as_ref().map(Open::from));
    }
    let (served, daily) = (cells.served(id)?, cells.daily(id)?);
    let rate = daily.rate.filter(|_| daily.rate(economics, session.now).0 > 0);
    let lists = daily.lists.filter(|_| served.is_some_and(|served| served.compliance.daily));
    session.output.answer(&RouteShown {
        block: session.at(),
        route: id,
        version: route.version,
        economics: RouteEconomics(*economics),
        compliance: served.map(RouteCompliance),
        rate: rate.map(|rate| Rate::of(daily.rate_version, &rate)),
        lists: lists.map(|lists| Lists::of(daily.lists_version, &lists)),
        said: said_by_seats(session, id).await?,
        used: Used {
            all: Text(together.sum(session.now)),
            lots: used(Counted::Lots(id))?,
            conversions: used(Counted::Number(id))?,
            account: by.transpose()?,
        },
        traffic: (&traffic).into(),
        without_end,
    })
}

/// What Treasury and Identity seats have said alone, as far as their keys still say it.
async fn said_by_seats(session: &Session, route: u32) -> Result<Vec<Said>, CliError> {
    let councils = [Council::Treasury, Council::Identity];
    let seats = places::sitting(session, &councils).await?;
    let keys = seats.iter().flat_map(|seat| {
        let said = [CellKey::Word(route, *seat), CellKey::SaidRate(route, *seat), CellKey::SaidLists(route, *seat)];
        [CellKey::Seat(*seat)].into_iter().chain(said)
    });
    let cells = session.cells(keys).await?;
    let mut all = Vec::new();
    for seat in seats {
        let key = cells.seat(seat)?.key;
        let word: Option<Option<Word>> = cells.cell(&CellKey::Word(route, seat))?;
        let word = word.flatten().filter(|word| word.key == key);
        let word = word.filter(|word| session.now < word.at.saturating_add(WORD_LIFE));
        let rate: Option<Option<daily::Said<DayRate>>> = cells.cell(&CellKey::SaidRate(route, seat))?;
        let rate = rate.flatten().filter(|said| said.key == key && session.now < said.what.until);
        let lists: Option<Option<daily::Said<Following>>> = cells.cell(&CellKey::SaidLists(route, seat))?;
        let lists = lists.flatten().filter(|said| said.key == key);
        let what = [
            word.as_ref().map(What::from),
            rate.map(|said| What::Rate(Rate::of(0, &said.what))),
            lists.map(|said| What::Lists(Lists::of(0, &said.what.lists))),
        ];
        all.extend(what.into_iter().flatten().map(|what| Said { seat: Text(seat), what }));
    }
    Ok(all)
}
