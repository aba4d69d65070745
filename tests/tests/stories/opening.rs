//! Whoever opens a proposal approves it with the same signature, if that is wanted: one command and one transaction less.

use greatseal_tests::{
    Outcome,
    acts::pause,
    world::{Options, World},
};
use serde_json::{Value, json};

const APPROVE: &[&str] = &["--approve"];

/// What is missing after the first approval of a pause.
fn one_of_emergency() -> Value {
    json!({ "approvals": 1, "minima": { "Emergency": 1 } })
}

#[tokio::test]
async fn an_author_approves_with_the_opening() -> Outcome {
    let world = World::start(Options::default()).await?;
    let before = world.events().await?;
    let answer = world.propose("E0", &[APPROVE, &pause("route:1")].concat()).await?;
    let told = answer.clone().done()?;
    assert_eq!((&told["approval"]["seat"], &told["state"]), (&json!("E0"), &json!("applied")), "{told}");
    assert_eq!(told["approval"]["missing"], one_of_emergency(), "{told}");
    let id = world.opened(answer).await?;
    assert_eq!(world.events().await?, before + 2, "opened and decided");
    assert_eq!(world.used("E0").await?, ["open"], "one signature");
    let shown = world.greatseal(&["governance", "show", &id]).await?.done()?;
    let emergency = json!([{ "council": "Emergency", "approve": ["E0"], "reject": [] }]);
    assert_eq!((&shown["status"], &shown["decisions"]), (&json!("open"), &emergency), "{shown}");
    // It is an approval like any other.
    world.approve("E0", &id).await?.refused(402)?;
    world.approve("E1", &id).await?.done()?;
    world.execute(&id).await?.done()?;

    // The journal of the key knows no id of what it opened. What the chain knows is held against it.
    let id = world.opened(world.propose("E0", &[APPROVE, &pause("route:2")].concat()).await?).await?;
    let uses = world.used("E0").await?;
    let contradiction = world.sign("E0", &["reject", &id]).await?;
    assert_eq!(contradiction.code, 6, "{contradiction:?}");
    assert!(contradiction.stderr.contains("--withdraw-approval"), "{contradiction:?}");
    assert_eq!(world.used("E0").await?, uses);
    world.sign("E0", &["reject", &id, "--withdraw-approval"]).await?.done()?;
    let shown = world.greatseal(&["governance", "show", &id]).await?.done()?;
    assert_eq!(shown["decisions"][0]["reject"], json!(["E0"]), "{shown}");

    // Where one approval is enough, nothing is missing.
    let adopt = ["adopt", "privacy-notice", "--text", "report.txt"];
    let answer = world.propose("P0", &[APPROVE, &adopt].concat()).await?;
    let told = answer.clone().done()?;
    assert_eq!(told["approval"]["missing"]["approvals"], 0, "{told}");
    assert!(told["approval"]["quorum"]["from"].is_string(), "{told}");
    let id = world.opened(answer).await?;
    world.execute(&id).await?.done()?;
    // Who only opens says nothing of approvals.
    let told = world.propose("P0", &adopt).await?.done()?;
    assert_eq!(told["approval"], Value::Null, "{told}");

    // An operator opens a release, and does not vote on it.
    let before = world.events().await?;
    let register = ["register", "component:relayer", "--kind", "service", "--risk", "routine"];
    let refused = world.propose("O0", &[APPROVE, &register].concat()).await?;
    refused.refused(204)?;
    let told = "the Operator council opens under high-risk-upgrade and does not vote there";
    assert!(refused.stderr.contains(told), "{refused:?}");
    assert!(refused.stderr.contains("help: leave --approve out"), "{refused:?}");
    assert_eq!(world.events().await?, before, "nothing is on record");
    world.opened(world.propose("O0", &register).await?).await?;
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}

#[tokio::test]
async fn an_author_approves_with_the_opening_from_its_own_account() -> Outcome {
    let world = World::start(Options { devnet: &[], relayer: false, indexer: true }).await?;
    for seat in ["E0", "E1", "O0"] {
        world.fund(seat).await?;
    }
    let direct = ["--approve", "--direct"];
    let answer = world.propose("E0", &[&direct, &pause("route:1")[..]].concat()).await?;
    let told = answer.clone().done()?;
    assert_eq!((&told["door"], &told["approval"]["seat"]), (&json!("direct"), &json!("E0")), "{told}");
    assert_eq!(told["approval"]["missing"], one_of_emergency(), "{told}");
    let id = world.opened(answer).await?;
    let uses = world.used("E0").await?;
    let again = world.sign("E0", &["approve", &id, "--direct"]).await?;
    assert!(again.code == 4 && again.stderr.contains("402"), "{again:?}");
    assert_eq!(world.used("E0").await?, uses, "what would be refused is not signed");
    world.sign("E1", &["approve", &id, "--direct"]).await?.done()?;
    world.sign("O0", &["execute", &id, "--direct"]).await?.done()?;
    let shown = world.greatseal(&["governance", "show", &id]).await?.done()?;
    assert_eq!(shown["status"], json!("executed"), "{shown}");
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}
