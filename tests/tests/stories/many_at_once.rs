//! Many commands use tokens at the same time; each ends with its own exit code, and none by a signal.

use greatseal_tests::{
    Outcome,
    world::{Options, World},
};

const ROUNDS: usize = 100;

#[tokio::test]
async fn signing_commands_end_well() -> Outcome {
    let world = World::start(Options { relayer: false, ..Options::default() }).await?;
    for round in 0..ROUNDS {
        let sign = async |out: &str| -> Outcome<i32> {
            let signer = ["--token", "A0", "--pin-file", "pins/A0", "--yes", "--envelope-out", out];
            let escalate = ["governance", "escalate", "--scope", "money", "--report", "report.txt"];
            Ok(world.greatseal(&[&escalate[..], &signer[..]].concat()).await?.code)
        };
        let codes = tokio::try_join!(sign("0.hex"), sign("1.hex"), sign("2.hex"), sign("3.hex"))?;
        assert_eq!(codes, (0, 0, 0, 0), "round {round}");
    }
    Ok(())
}
