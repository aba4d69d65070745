//! What people type: times, names, hashes. Everything that is not understood is refused with what would be.

use crate::{
    caip::{Asset, ChainId},
    contents::AtHand,
    date,
    error::CliError,
    manifest::quoted,
    number::whole,
};
use greatseal_protocol::{
    bytes::{AssetHash, ChainHash, IncidentId, Label, ReferenceHash, SubjectId, parse_hex, to_hex},
    council::{Council, SeatId},
    key::Key,
    parameter::Parameter,
    proposal_id::ProposalId,
    registry::EntryKey,
    scope::{Scope, Severity},
    spelling,
};
use std::path::Path;

/// Seconds of a day.
pub const DAY: u64 = 24 * 60 * 60;
/// How a time is written.
pub const TIME: &str = "write a number and a unit: 90 s, 30 min, 2 h or 14 d";

/// Most seconds between now and a moment that people type; what is further away is a mistake in the unit.
const FARTHEST: u64 = 20 * 365 * DAY;

/// A scope; an account in its one spelling, or by its bytes.
///
/// # Errors
///
/// [`CliError::Input`], here and below.
pub fn scope(text: &str) -> Result<Scope, CliError> {
    const HELP: &str =
        "a scope is everything, upgrades, route:ID, program:ID or account: and an account in its one spelling";
    let address = || text.strip_prefix("account:").and_then(account_bytes).map(Scope::Account);
    let scope = text.parse().ok().or_else(address);
    scope.ok_or_else(|| CliError::input("--scope", format!("`{text}` is not a scope"), HELP))
}

/// A seat's address.
pub fn seat(text: &str) -> Result<SeatId, CliError> {
    text.parse()
        .map_err(|_| CliError::input("seat", format!("`{text}` is not a seat"), "a seat looks like S0 or Pr:1-0"))
}

/// A member's key that somebody can sign with.
pub fn key(text: &str) -> Result<Key, CliError> {
    const HELP: &str = "a key is ed25519: or p256: and its hexadecimal digits, as `greatseal key list` shows it";
    let key: Key = text.parse().map_err(|_| CliError::input("key", format!("`{text}` is not a key"), HELP))?;
    match sound(&key) {
        true => Ok(key),
        false => Err(CliError::input("key", format!("`{text}` is on no curve or weak: nobody can sign with it"), HELP)),
    }
}

/// What the contract asks of a key, and that a P-256 key is a point of the curve: the contract does not compute that.
fn sound(key: &Key) -> bool {
    key.is_a_point() && key.admit().is_ok()
}

/// A short name.
pub fn label(what: &'static str, text: &str) -> Result<Label, CliError> {
    Label::new(text).ok_or_else(|| CliError::input(what, format!("`{text}` is no name"), "1 to 32 of a-z, 0-9 and -"))
}

/// A tuned parameter.
pub fn parameter(text: &str) -> Result<Parameter, CliError> {
    const HELP: &str = "choose inflight, cache-ttl, cache-size or mint-rate";
    text.parse().map_err(|_| CliError::input("parameter", format!("`{text}` is none"), HELP))
}

/// A council by its letter; `Pr` is every programme's.
pub fn council(text: &str) -> Result<Council, CliError> {
    const HELP: &str = "a council is S, P, T, E, C, M, I, Pr, Pr:1, O, A or X";
    if text == Council::PROGRAM.letter() {
        return Ok(Council::PROGRAM);
    }
    let index = if text.contains(':') { "-0" } else { "0" };
    let first: SeatId =
        format!("{text}{index}").parse().map_err(|_| CliError::input("council", format!("`{text}` is none"), HELP))?;
    Ok(first.council)
}

/// How a council is written in files: its letter, and a programme's number.
pub fn letter(council: Council) -> String {
    match council {
        Council::PROGRAM => council.letter().to_owned(),
        Council::Program(id) => format!("{}:{id}", council.letter()),
        other => other.letter().to_owned(),
    }
}

/// What a refusal means to whoever signs an envelope.
pub const NOT_YET: &str = "not yet: whoever has the envelope can submit it again until it expires";

/// A severity from 1 to 4.
pub fn severity(number: u8) -> Severity {
    match number {
        1 => Severity::Sev1,
        2 => Severity::Sev2,
        3 => Severity::Sev3,
        _ => Severity::Sev4,
    }
}

/// An incident's id, or a new one.
pub fn incident(text: Option<&str>) -> Result<IncidentId, CliError> {
    const HELP: &str = "an incident id is 32 hexadecimal digits";
    if let Some(text) = text {
        return text.parse().map_err(|error| CliError::input("--incident", error, HELP));
    }
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| CliError::input("random numbers", error, "check this machine"))?;
    Ok(IncidentId(bytes))
}

/// The proposal that set a pause or a mode, where one is named.
pub fn set_by(text: Option<&str>) -> Result<Option<ProposalId>, CliError> {
    proposal("--set-by", text)
}

/// The proposal that an option names, where it names one.
pub fn proposal(option: &'static str, text: Option<&str>) -> Result<Option<ProposalId>, CliError> {
    const HELP: &str = "`greatseal status` shows it: a proposal's id, for example 12.E0.1";
    text.map(|text| text.parse().map_err(|error| CliError::input(option, error, HELP))).transpose()
}

/// SHA-256 of a text that goes on chain only as its hash, and that is kept at hand.
pub fn words(at_hand: &AtHand, text: &str) -> ReferenceHash {
    ReferenceHash(at_hand.words(text))
}

/// SHA-256 of a file, or the hash itself where it is given as `sha256:HEX`.
pub fn hash(at_hand: &AtHand, text: &str) -> Result<[u8; 32], CliError> {
    const HELP: &str = "give the file, or its hash as sha256:HEX";
    match text.strip_prefix("sha256:") {
        Some(hex) => parse_hex(hex).map_err(|error| CliError::input(text.to_owned(), error, HELP)),
        None => at_hand.file(Path::new(text), HELP),
    }
}

/// SHA-256 of a file.
pub fn report(at_hand: &AtHand, path: &Path) -> Result<ReferenceHash, CliError> {
    Ok(ReferenceHash(at_hand.file(path, "give the report whose hash shall stand on chain")?))
}

/// The chain of an asset, as CAIP-2 text in its one spelling. A rail of its own is named so as well: `rtgs:national`.
pub fn chain(at_hand: &AtHand, what: &str, text: &str) -> Result<ChainHash, CliError> {
    const HELP: &str = "name a chain as CAIP-2 text such as eip155:1, or a rail of its own such as rtgs:national";
    let wrong = |reason: &dyn std::fmt::Display| CliError::input(what, format!("{} {reason}", quoted(text)), HELP);
    let chain = ChainId::parse(text).map_err(|reason| wrong(&reason))?;
    Ok(ChainHash(at_hand.words(&chain.to_string())))
}

/// An amount in base units of its asset.
pub fn amount(what: &str, text: &str) -> Result<u128, CliError> {
    const HELP: &str = "write a whole number of base units: digits only, in quotes in a file";
    whole(text).map_err(|reason| CliError::input(what, format!("{} {reason}", quoted(text)), HELP))
}

/// What the contract knows an asset by: its CAIP-19 text in any spelling, or the hash itself.
pub fn asset(at_hand: &AtHand, what: &str, text: &str) -> Result<AssetHash, CliError> {
    const HELP: &str = "an asset is CAIP-19 text such as eip155:1/slip44:60, or its SHA-256 in hexadecimal";
    if let Ok(hash) = text.parse() {
        return Ok(hash);
    }
    let asset =
        Asset::parse(text).map_err(|reason| CliError::input(what, format!("{} {reason}", quoted(text)), HELP))?;
    Ok(AssetHash(at_hand.words(&asset.to_string())))
}

/// An account on a rail: its text in the one spelling of its namespace, or its 32 bytes on chain.
pub fn account(what: &'static str, text: &str) -> Result<[u8; 32], CliError> {
    const HELP: &str = "an account is eip155:1:0x and 40 lower-case digits, polkadot:GENESIS:64 digits, RAIL:NAME:LABEL, or its 64 lower-case hexadecimal digits on chain";
    account_bytes(text)
        .ok_or_else(|| CliError::input(what, format!("{} is no account in its one spelling", quoted(text)), HELP))
}

/// The 32 bytes of an account, where its text has the one spelling.
pub fn account_bytes(text: &str) -> Option<[u8; 32]> {
    let bytes = parse_hex(text).ok().filter(|bytes| to_hex(bytes) == text);
    bytes.or_else(|| spelling::account(text).ok())
}

/// An identifier in its own world: 64 hexadecimal digits, or a name whose SHA-256 is taken.
pub fn subject(at_hand: &AtHand, text: &str) -> SubjectId {
    text.parse().unwrap_or_else(|_| SubjectId(at_hand.words(text)))
}

/// An entry's address as people write it: assets as CAIP-19, subjects by name or by hash, accounts in their one spelling or by
/// their 32 bytes.
pub fn entry_key(at_hand: &AtHand, text: &str) -> Result<EntryKey, CliError> {
    const ENTRY: &str = "name it as component:NAME, issuer:NAME, schema:NAME, party:NAME, asset:CAIP-19, payer:ACCOUNT:PROGRAMME or custody:SETTING[:TENANT]";
    let unknown = || CliError::input("entry", format!("`{text}` is none"), ENTRY);
    let (kind, id) = text.split_once(':').ok_or_else(unknown)?;
    Ok(match kind {
        "issuer" => EntryKey::Issuer(subject(at_hand, id)),
        "schema" => EntryKey::Schema(subject(at_hand, id)),
        "party" => EntryKey::Party(subject(at_hand, id)),
        "asset" => EntryKey::Asset(asset(at_hand, "entry", id)?),
        "payer" => {
            let (text, program) = id.rsplit_once(':').ok_or_else(unknown)?;
            EntryKey::Payer(account("entry", text)?, whole(program).map_err(|_| unknown())?)
        }
        _ => text.parse().map_err(|_| unknown())?,
    })
}

/// A time that lasts: a number with a unit, or seconds.
pub fn duration(what: &'static str, text: &str) -> Result<u32, CliError> {
    let wrong = || CliError::input(what, format!("`{text}` is no time"), TIME);
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = match text.get(digits.len()..).unwrap_or_default() {
        "" | "s" => 1,
        "min" | "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err(wrong()),
    };
    whole::<u32>(digits.trim_end()).ok().and_then(|number| number.checked_mul(unit)).ok_or_else(wrong)
}

/// About how long that is, in words.
pub fn about(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} d", seconds / DAY),
    }
}

/// A moment: a date, seconds since the epoch, or `+` and a time from now; within twenty years of now.
pub fn moment(what: &'static str, text: &str, now: u64) -> Result<u64, CliError> {
    const HELP: &str = "write a date such as 2027-02-05 or 2027-02-05T12:00Z, seconds (not milliseconds) since 1970, or a time from now such as '+30 d'";
    let moment = match text.strip_prefix('+') {
        Some(time) => now.saturating_add(duration(what, time.trim())?.into()),
        None => {
            let seconds = date::parse(text).or_else(|| text.parse().ok());
            seconds.ok_or_else(|| CliError::input(what, format!("`{text}` is no moment"), HELP))?
        }
    };
    if moment.abs_diff(now) > FARTHEST {
        let reason = format!("`{text}` is in the year {}, more than twenty years from now", date::year(moment));
        return Err(CliError::input(what, reason, HELP));
    }
    Ok(moment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::hash;

    #[test]
    fn times_have_units_and_moments_may_be_from_now() {
        let times = [("90", 90), ("90 s", 90), ("30min", 1_800), ("2 h", 7_200), ("14 d", 1_209_600)];
        for (text, seconds) in times {
            assert_eq!(duration("time", text).ok(), Some(seconds), "{text}");
        }
        for text in ["", "h", "2 weeks", "-1 h", "1.5 h", "99999999 d", "+5 h", "05 h"] {
            assert!(duration("time", text).is_err(), "{text}");
        }
        assert_eq!(moment("time", "+1 h", 100).ok(), Some(3_700));
        assert_eq!(moment("time", "3700", 100).ok(), Some(3_700));
        assert!(moment("time", "tomorrow", 100).is_err());
    }

    #[test]
    fn a_moment_is_within_twenty_years() {
        let now = 1_795_894_461;
        assert_eq!(moment("time", "2027-02-26T17:21:01Z", now).ok(), Some(1_803_662_461));
        assert_eq!(moment("time", "1803662461", now).ok(), Some(1_803_662_461));
        for (text, year) in
            [("1803662461000", "59125"), ("18036", "1970"), ("+40000 d", "2136"), ("2099-01-01", "2099")]
        {
            let refused = moment("time", text, now).err().map(|error| (error.exit_code(), error.to_string()));
            let told =
                refused.as_ref().is_some_and(|(code, told)| *code == 3 && told.contains(&format!("year {year},")));
            assert!(told, "{text}: {refused:?}");
        }
    }

    #[test]
    fn an_account_to_be_frozen_is_read_in_its_one_spelling() {
        let alice = "eip155:1:0xab16a96d359ec26a11e2c2b3d8f8b8942d5bfcdb";
        assert!(matches!(scope(&format!("account:{alice}")), Ok(Scope::Account(_))));
        assert!(matches!(scope(&format!("account:{}", "30".repeat(32))), Ok(Scope::Account(_))));
        for other in [alice.replacen("ab16", "AB16", 1), alice.replacen("db", "d", 1)] {
            assert!(scope(&format!("account:{other}")).is_err(), "{other}");
        }
        assert!(scope(&format!("route:{alice}")).is_err());
    }

    #[test]
    fn a_chain_has_the_spelling_that_it_has_in_a_transaction() {
        let hashed = |text: &str| Some(ChainHash(hash::sha256(&[text.as_bytes()])));
        for sound in ["eip155:1", "polkadot:91b171bb158e2d3848fa23a9f1c25182", "rtgs:national"] {
            assert_eq!(chain(&AtHand::default(), "--chain", sound).ok(), hashed(sound));
        }
        for other in ["eip155:01", "EIP155:1", "eip155", "a bank's rail", "SEPA", "polkadot:relay", ""] {
            assert_eq!(
                chain(&AtHand::default(), "--chain", other).err().map(|error| error.exit_code()),
                Some(3),
                "{other}"
            );
        }
    }

    #[test]
    fn a_key_that_nobody_can_sign_with_is_none() {
        let sound = "p256:036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
        assert!(key(sound).is_ok(), "the generator of the curve");
        let weak = [
            // Wycheproof, ecdh secp256r1 ecpoint, test 349: on no curve.
            "p256:02fd4bf61763b46581fd9174d623516cf3c81edd40e29ffa2777fb6cb0ae3ce535".to_owned(),
            format!("p256:02{}", "ff".repeat(32)),
            format!("p256:04{}", "11".repeat(32)),
            // Of small order, not reduced, no point.
            format!("ed25519:01{}", "00".repeat(31)),
            format!("ed25519:{}", "00".repeat(32)),
            format!("ed25519:{}", "ff".repeat(32)),
            format!("ed25519:02{}", "00".repeat(31)),
            format!("ed25519:{}", "ee".repeat(32)),
        ];
        for text in weak {
            assert_eq!(key(&text).err().map(|error| error.exit_code()), Some(3), "{text}");
        }
    }

    #[test]
    fn what_lasts_is_read_as_it_is_written() {
        for seconds in [0, 1, 59, 60, 90, 3_600, 5_400, 86_400, 1_209_600] {
            assert_eq!(duration("time", &greatseal_protocol::words::duration(seconds)).ok(), Some(seconds));
        }
    }

    #[test]
    fn councils_are_read_as_they_are_written() {
        for name in ["S", "P", "T", "E", "C", "M", "I", "Pr", "Pr:7", "O", "A", "X"] {
            assert_eq!(council(name).map(letter).ok().as_deref(), Some(name));
        }
        for name in ["", "Q", "S0", "s", "Pr:", "Pr:0x"] {
            assert!(council(name).is_err(), "{name}");
        }
    }
}
