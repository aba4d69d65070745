//! Polkadot-JS takes the embedded chain for an ordinary node.

use std::{
    fs,
    io::{Write as _, stderr},
    path::Path,
    process::Command,
};

use greatseal_tests::{
    Outcome,
    node::Node,
    npm,
    program::run,
    world::{Options, World, artefact},
};
use serde_json::{Value, json};

#[tokio::test]
async fn polkadot_js_transfers_follows_and_calls_the_contract_by_its_metadata() -> Outcome {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("polkadot-js");
    let Some(packages) = npm::install(&project)? else {
        // `scripts/test` says it as well: test runners keep back what a test says that passes.
        writeln!(stderr(), "SKIPPED: npm reaches no registry, Polkadot-JS was not tried")?;
        return Ok(());
    };
    let world = World::start(Options { devnet: &[], relayer: false, indexer: false }).await?;
    let Node::Devnet(devnet) = world.node() else { return Err("this story is of the embedded chain".into()) };
    let deployment: Value = serde_json::from_slice(&fs::read(world.file("deployment.json"))?)?;
    let mut node = Command::new("node");
    node.arg(project.join("story.mjs")).arg(devnet.url());
    node.arg(deployment["contract"].as_str().unwrap_or_default());
    node.arg(artefact().join("governance.json")).arg(&packages);
    let told = run(node).await?;
    assert_eq!(told.stderr, "", "the library warns of nothing");
    let told = told.done()?;

    let asked = &told["questions"];
    assert_eq!((&asked["chain"], &asked["specName"]), (&json!("Great Seal Devnet"), &json!("greatseal-devnet")));
    assert_eq!(asked["type"], json!({ "development": null }));
    assert_eq!(asked["health"], json!({ "peers": 0, "isSyncing": false, "shouldHavePeers": false }));
    assert_eq!(asked["genesis"], devnet.genesis());
    assert_eq!(asked["fee"]["partialFee"], asked["feeByRuntime"]);
    assert_eq!((&asked["storageAt"], &asked["pending"]), (&json!(1), &json!(0)));

    assert_eq!(told["received"], "1000000000000");
    for (transaction, event) in [("transfer", "balances.Transfer"), ("call", "transactionPayment.TransactionFeePaid")] {
        let transaction = &told[transaction];
        assert!(has(&transaction["events"], event) && has(&transaction["events"], "system.ExtrinsicSuccess"), "{told}");
        assert!(has(&transaction["statuses"], "Finalized"), "{told}");
    }
    assert!(has(&told["events"], "balances.Transfer"), "{told}");
    for heads in ["best", "finalized"] {
        let heads: Vec<u64> = serde_json::from_value(told["heads"][heads].clone())?;
        assert!(heads.len() > 2 && heads.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{heads:?}");
    }

    // The cell begins with the deployment's id; a route that nobody decided on is none; and one byte is no envelope.
    let head = told["head"]["returned"]["ok"].as_str().unwrap_or_default();
    assert!(head.contains(deployment["contract"].as_str().unwrap_or_default().trim_start_matches("0x")), "{told}");
    assert_eq!(told["route"]["returned"], json!({ "ok": null }));
    let refused = json!({ "ok": { "err": { "nothingAuthentic": [{ "ignored": { "refusal": 102 } }] } } });
    assert_eq!((&told["refused"]["reverted"], &told["refused"]["returned"]), (&json!(true), &refused));
    Ok(())
}

fn has(list: &Value, name: &str) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(|one| one == name))
}
