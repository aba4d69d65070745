//! `greatseal status`: everything from the chain, at one finalised block. What there is to look at, the listing says.

mod councils;
mod flags;
mod money;

use crate::{
    commands::listing::Listing,
    error::CliError,
    output::{Line, line, object},
    session::Session,
    text::about,
};
use greatseal_protocol::{cells::CellKey, genesis::Profile, state::State};

/// Labels that stand once; all others are lists.
const SINGLE: [&str; 8] = ["deployment", "contract", "profile", "block", "events", "listed", "mode", "retired"];

/// Flags with their clocks, decisions and reviews that are due, councils and seats that need somebody's attention.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn run(session: &Session) -> Result<(), CliError> {
    let head = session.cells([CellKey::Head]).await?.head()?;
    let mut lines = vec![
        line("deployment", session.deployment.domain().deployment),
        line("contract", session.deployment.contract()),
        line("profile", profile(head.profile, session.now)),
        line("block", format!("{} at {}", session.block.number, session.now)),
        line("events", head.seq),
    ];
    if let Some(successor) = head.successor {
        lines.push(line("retired", format!("in favour of {successor}, which has not got the whole state yet")));
    }
    let listing = Listing::of(session).await?;
    lines.extend(listing.lines());
    flags::tell(session, &listing, &mut lines).await?;
    councils::tell(session, &listing, &mut lines).await?;
    money::tell(session, &listing, &mut lines).await?;
    let mut value = object_of_lists(&lines);
    value["complete"] = listing.complete().into();
    session.output.answer(&lines, &value);
    Ok(())
}

fn profile(profile: Profile, now: u64) -> String {
    match profile {
        Profile::Standard => "standard".to_owned(),
        Profile::Micronode { until } if now >= until => {
            format!("micronode: nothing loosens since {until}, until it is renewed")
        }
        Profile::Micronode { until } => format!("micronode: loosens until {}", clock(until, now)),
    }
}

/// A second that is still to come, and how long that is.
fn clock(until: u64, now: u64) -> String {
    format!("{until} ({} left)", about(until.saturating_sub(now)))
}

/// Labels that stand several times become lists.
fn object_of_lists(lines: &[Line]) -> serde_json::Value {
    let mut value =
        object(&lines.iter().filter(|(label, _)| SINGLE.contains(&label.as_str())).cloned().collect::<Vec<_>>());
    for (label, text) in lines.iter().filter(|(label, _)| !SINGLE.contains(&label.as_str())) {
        let list = &mut value[label.replace(' ', "_")];
        match list.as_array_mut() {
            Some(list) => list.push(text.as_str().into()),
            None => *list = serde_json::json!([text]),
        }
    }
    value
}
