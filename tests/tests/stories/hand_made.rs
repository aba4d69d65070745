//! A member who signs with a program of her own: the seat P0 has a key that the stories know.

use ed25519_dalek::{Signer as _, SigningKey};
use greatseal_deployment::Deployment;
use greatseal_protocol::{
    action::Action,
    bytes::DocumentHash,
    command::{Capacity, Command, Order},
    content::Address,
    council::{Council, SeatId},
    digest::signed_message,
    envelope::Envelope,
    hash,
    key::{Key, Signature},
    language::proposal::{self, Open},
    row::RowId,
};
use greatseal_tests::{
    Outcome,
    world::{Options, World},
};
use serde_json::{Value, json};
use std::{
    fs,
    time::{SystemTime, UNIX_EPOCH},
};

/// Her seat.
pub(crate) const SEAT: SeatId = SeatId { council: Council::Policy, index: 0 };
/// Neither relayer nor indexer.
pub(crate) const BARE: Options<'_> = Options { devnet: &[], relayer: false, indexer: false };

/// A deployment in which she sits, with relayer and indexer.
///
/// # Errors
/// Where it does not start.
pub(crate) async fn start() -> Outcome<World> {
    let mut world = World::start(BARE).await?;
    let mut seats: Value = serde_json::from_slice(&fs::read(world.file("seats.json"))?)?;
    for seat in seats.as_array_mut().ok_or("no seats")? {
        if seat["seat"] == SEAT.to_string() {
            seat["key"] = json!(key().to_string());
        }
    }
    fs::write(world.file("seats.json"), seats.to_string())?;
    fs::remove_file(world.file("deployment.json"))?;
    world.deploy("deployment.json").await?.done()?;
    world.start_relayer().await?;
    world.start_indexer().await?;
    Ok(world)
}

/// An opening of hers: an hour to approve it, eight to execute it.
pub(crate) fn opening(row: RowId, action: Action, document: DocumentHash, nonce: u64) -> Open {
    Open { row, action, document, approve_within: 3_600, execute_within: 28_800, nonce, approve: false }
}

/// Signs an opening and submits it.
///
/// # Errors
/// Where it is refused.
pub(crate) async fn open(world: &World, open: Open) -> Outcome {
    let secret = SigningKey::from_bytes(&[77; 32]);
    let domain = Deployment::domain(&serde_json::from_slice(&fs::read(world.file("deployment.json"))?)?);
    let status = world.greatseal(&["status"]).await?.done()?;
    let now: u64 = status["block"]["time"].as_str().unwrap_or_default().parse()?;
    let command = Command {
        capacity: Capacity::Seat { seat: SEAT, epoch: 0 },
        expiry: now.max(since_1970()) + 1_800,
        order: Order::Proposal(proposal::Order::Open(Box::new(open))),
    };
    let signature = secret.sign(&signed_message(&domain, &key(), &command)).to_bytes();
    let envelope = Envelope::seal(&domain, command, key(), Signature::Ed25519(signature)).to_bytes();
    fs::write(world.file("open.hex"), hex::encode(envelope))?;
    // Whoever writes such a proposal does not care whether anybody can read what it names.
    let answer = world.greatseal(&["governance", "submit", "open.hex", "--unkept"]).await?;
    match answer.json["state"] == "applied" {
        true => Ok(()),
        false => Err(format!("{answer:?}").into()),
    }
}

/// Brings bytes to the indexer, whatever they are.
///
/// # Errors
/// Where the indexer does not keep them.
pub(crate) async fn bring(world: &World, bytes: &[u8]) -> Outcome {
    let address = Address::Sha256(hash::sha256(&[bytes]));
    let url = format!("{}/v1/contents/{address}", world.indexer_url());
    reqwest::Client::new().put(&url).body(bytes.to_vec()).send().await?.error_for_status()?;
    Ok(())
}

fn key() -> Key {
    Key::Ed25519(SigningKey::from_bytes(&[77; 32]).verifying_key().to_bytes())
}

fn since_1970() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
