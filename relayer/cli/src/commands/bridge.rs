//! `greatseal bridge`: conversions over routes, and what routes let through.

mod lists;

use super::order::{ended, give, signed};
use crate::{
    answers::{
        self, Hex, Text,
        bridge::{Open, RouteCompliance, RouteEconomics, RouteShown, Used, UsedBy},
        signed::{self, Converted, Signed},
    },
    cli,
    commands::unknown::Unknown,
    door::Door,
    error::CliError,
    output::Output,
    place::Member,
    session::{Session, Settings},
    text,
};
use greatseal_protocol::{
    ask::Wish,
    cells::CellKey,
    command::Order,
    conversion::{Account, Conversion, Counted, ListProofs, PLACES, Reservation},
    event::Event,
    language::bridge,
    refusal::Refusal,
    route::{Economics, Route, Served},
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
        cli::Bridge::Cosign { conversion: of, signer } => {
            let session = open().await?;
            let (conversion, route, _) = next(&session, of).await?;
            let order = |_: &Member| Order::Bridge(bridge::Order::Cosign { conversion });
            let signed = signed(&session, signer, order, Unknown::default()).await?;
            let order = signed::Order::Cosign(expected(&route.economics, &conversion));
            session.output.answer(&Signed { order, ..signed })
        }
        cli::Bridge::Complete { route, number, reference, signer } => {
            let (route, number, reference) = (*route, *number, text::words(reference));
            give(&open().await?, signer, |_| Order::Bridge(bridge::Order::Complete { route, number, reference })).await
        }
        cli::Bridge::Release { route, number, reason, signer } => {
            let (route, number, reason) = (*route, *number, text::words(reason));
            give(&open().await?, signer, |_| Order::Bridge(bridge::Order::Release { route, number, reason })).await
        }
    }
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
    let (conversion, route, present) = next(session, of).await?;
    let proofs = proofs(&conversion.account, present.as_ref(), served, excluded)?;
    let mut converted = expected(&route.economics, &conversion);
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
                converted = Converted::of(&conversion, Some(quote));
            }
            _ => {}
        }
    }
    let ended = ended(&sent.command, &sent.delivery)?;
    session.output.answer(&Signed { order: signed::Order::Authorize(converted), ..ended })
}

/// The next conversion of a route, with the route's present parameters.
async fn next(session: &Session, of: &cli::Conversion) -> Result<(Conversion, Route, Option<Served>), CliError> {
    let id = of.route;
    let (account, amount) = (account("--account", &of.account)?, text::amount("--amount", &of.amount)?);
    let cells = session.cells([CellKey::Route(id), CellKey::Compliance(id), CellKey::Traffic(id)]).await?;
    let route = *cells.route(id)?.ok_or(Refusal::UnknownRoute)?;
    let served = cells.served(id)?;
    let number = cells.traffic(id)?.next;
    let versions = (route.version, served.map_or(0, |served| served.version));
    Ok((Conversion { route: id, number, account, amount, versions }, route, served))
}

/// What the route's lists ask for. A list that is not the route's is refused before anything is signed.
fn proofs(
    account: &Account,
    present: Option<&Served>,
    served: Option<&Path>,
    excluded: Option<&Path>,
) -> Result<ListProofs, CliError> {
    let mut proofs = ListProofs::default();
    let Some(compliance) = present.map(|served| served.compliance) else { return Ok(proofs) };
    let other =
        |path| CliError::file(path, "not the list that the route commits to", "take the one with its size and root");
    if let Some(head) = compliance.allow {
        let path =
            served.ok_or_else(|| CliError::input("--served", "missing", "the route serves a list of accounts"))?;
        let list = List::load(path, false)?;
        if list.head(path)? != head {
            return Err(other(path));
        }
        proofs.allow = list.place(account);
    }
    if let Some(head) = compliance.deny {
        let path = excluded.ok_or_else(|| CliError::input("--excluded", "missing", "the route excludes a list"))?;
        let list = List::load(path, true)?;
        if list.head(path)? != head {
            return Err(other(path));
        }
        proofs.deny = list.absence(account);
    }
    Ok(proofs)
}

fn expected(economics: &Economics, conversion: &Conversion) -> Converted {
    Converted::of(conversion, economics.quote(conversion.amount).ok().as_ref())
}

fn account(what: &'static str, text: &str) -> Result<Account, CliError> {
    const HELP: &str = "an account is 64 hexadecimal digits, or as the chain shows it";
    lists::account(text).ok_or_else(|| CliError::input(what, format!("`{text}` is no account"), HELP))
}

async fn show(session: &Session, id: u32, of: Option<&str>) -> Result<(), CliError> {
    let of = of.map(|text| account("--account", text)).transpose()?;
    let counted = [Counted::Number(id)].into_iter().chain(of.map(|account| Counted::Account(id, account)));
    let places = (0..=u8::MAX).take_while(|place| u64::from(*place) < PLACES);
    let keys = [CellKey::Route(id), CellKey::Compliance(id), CellKey::Traffic(id)].into_iter();
    let keys = keys.chain(counted.map(CellKey::Window)).chain(places.map(|place| CellKey::Reservation(id, place)));
    let cells = session.cells(keys).await?;
    let route = cells.route(id)?.ok_or(Refusal::UnknownRoute)?;
    let economics = &route.economics;
    let aggregate = (economics.source, economics.course);
    let together = session.cells([CellKey::Aggregate(aggregate)]).await?.aggregate(aggregate)?;
    let traffic = cells.traffic(id)?;

    let used = |counted| -> Result<Text<u128>, CliError> {
        let window = traffic.window(&cells, counted, economics.period)?;
        Ok(Text(window.sum(session.now)))
    };
    let by = of.map(|account| {
        let amount = used(Counted::Account(id, account))?;
        Ok::<_, CliError>(UsedBy { account: Hex(account), amount })
    });
    let mut without_end = Vec::new();
    for number in traffic.next.saturating_sub(PLACES)..traffic.next {
        let held: Option<Reservation> = cells.reservation(id, number)?;
        without_end.extend(held.filter(|held| held.end.is_none()).as_ref().map(Open::from));
    }
    session.output.answer(&RouteShown {
        block: session.at(),
        route: id,
        version: route.version,
        economics: RouteEconomics(*economics),
        compliance: cells.served(id)?.map(RouteCompliance),
        used: Used {
            all: Text(together.window.sum(session.now)),
            conversions: used(Counted::Number(id))?,
            account: by.transpose()?,
        },
        traffic: (&traffic).into(),
        without_end,
    })
}
