//! Evidence in a folder, verified by itself: no node, no indexer, no chain. The history is the protocol's golden one.

use std::fs;

use greatseal_deployment::Deployment;
use greatseal_made::{Log, Made};
use greatseal_tests::{
    Outcome,
    program::{Answer, command, run},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::forging::write;

/// A folder with a deployment file and an export.
struct Evidence {
    folder: TempDir,
    log: Log,
}

impl Evidence {
    fn new() -> Outcome<Self> {
        Self::of(&Made::all())
    }

    fn of(made: &Made) -> Outcome<Self> {
        let (folder, log) = (tempfile::tempdir()?, made.log());
        fs::write(folder.path().join("deployment.json"), serde_json::to_vec(&log.deployment)?)?;
        let evidence = Self { folder, log };
        evidence.write(&evidence.log)?;
        Ok(evidence)
    }

    fn write(&self, log: &Log) -> Outcome {
        write(&self.folder.path().join("evidence"), log)
    }

    fn head(&self, events: usize) -> String {
        let head = self.log.parts().head(events);
        format!("{}:{}", head.size, head.root)
    }

    async fn verify(&self, more: &[&str]) -> Outcome<Answer> {
        let mut command = command("greatseal", self.folder.path())?;
        command.args(["audit", "verify", "--bundle", "evidence", "--offline", "--json"]).args(more);
        Ok(run(command).await?)
    }
}

#[tokio::test]
async fn rule_26_offline_says_what_it_has_not_checked_and_ends_with_another_code() -> Outcome {
    let made = Made::all();
    let evidence = Evidence::of(&made)?;
    let all = made.records.len();
    let answer = evidence.verify(&[]).await?;
    assert_eq!(answer.code, 10, "{answer:?}");
    let told = &answer.json;
    assert_eq!((&told["verified"], &told["exit_code"]), (&json!("in-part"), &json!(10)));
    assert_eq!((&told["events"], &told["head"]), (&json!(all.to_string()), &json!(evidence.head(all))));
    let open = |told: &Value| -> Vec<String> {
        let list = told["not_checked"].as_array().cloned().unwrap_or_default();
        list.iter().filter_map(|open| open["what"].as_str().map(str::to_owned)).collect()
    };
    // The golden history has hybrid acts as well, and acts by accounts whose transactions nobody kept.
    for what in ["completeness", "signatures", "metadata", "second-signatures"] {
        assert!(open(told).contains(&what.to_owned()), "{told}");
    }
    assert_eq!(told["signed"]["by_block"][0]["why"], "unreadable", "{told}");
    assert!(answer.stderr.contains("--expect-head"), "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn rule_26_a_head_from_elsewhere_shows_what_was_cut_off_or_rewritten() -> Outcome {
    let made = Made::all();
    let evidence = Evidence::of(&made)?;
    let all = made.records.len();
    let checked = |answer: &Answer| !answer.json["not_checked"].to_string().contains("completeness");
    let whole = evidence.verify(&["--expect-head", &evidence.head(all)]).await?;
    assert!(checked(&whole) && whole.json["expected_head_at"].as_str() == Some(&*all.to_string()), "{whole:?}");
    // An older head: what came later is there, and nobody knows whether it is all.
    let older = evidence.verify(&["--expect-head", &evidence.head(50)]).await?;
    assert!(older.code == 10 && !checked(&older) && older.json["expected_head_at"] == "50", "{older:?}");
    let other = format!("50:{}", "00".repeat(32));
    let rewritten = evidence.verify(&["--expect-head", &other]).await?;
    assert!(rewritten.code == 8 && rewritten.stderr.contains("the history was rewritten"), "{rewritten:?}");
    // The first fifty of them.
    let mut half = made;
    half.records.truncate(50);
    let (expected, half) = (evidence.head(all), half.log());
    fs::write(evidence.folder.path().join("deployment.json"), serde_json::to_vec(&half.deployment)?)?;
    evidence.write(&half)?;
    assert_eq!(evidence.verify(&[]).await?.code, 10, "by itself nothing is wrong with it");
    let cut = evidence.verify(&["--expect-head", &expected]).await?;
    assert!(cut.code == 8 && cut.stderr.contains("the history was cut off"), "{cut:?}");
    for wrong in ["abc", "1:abc", &"ab".repeat(32), &format!("+1:{}", "00".repeat(32))] {
        let none = evidence.verify(&["--expect-head", wrong]).await?;
        assert!(none.code == 3 && none.stderr.contains("size and the root"), "{none:?}");
    }
    Ok(())
}

#[tokio::test]
async fn rule_26_a_log_without_the_deployment_is_no_history() -> Outcome {
    let mut none = Made::all();
    none.records.clear();
    let answer = Evidence::of(&none)?.verify(&[]).await?;
    assert!(answer.code == 8 && answer.stderr.contains("begins with its deployment"), "{answer:?}");
    let mut late = Made::all();
    late.records.remove(0);
    (0..).zip(&mut late.records).for_each(|(seq, record)| record.seq = seq);
    let answer = Evidence::of(&late)?.verify(&[]).await?;
    assert!(answer.code == 8 && answer.stderr.contains("event 0: "), "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn rule_26_another_deployment_is_named_as_such() -> Outcome {
    let evidence = Evidence::new()?;
    let other = Deployment { deployment: [7; 32], ..evidence.log.deployment.clone() };
    fs::write(evidence.folder.path().join("deployment.json"), serde_json::to_vec(&other)?)?;
    let answer = evidence.verify(&[]).await?;
    assert!(answer.code == 7 && answer.stderr.contains("the history is of the deployment"), "{answer:?}");
    // Whoever renames the head as well is found out by the first event.
    let mut renamed = evidence.log.clone();
    renamed.head.deployment = "07".repeat(32);
    evidence.write(&renamed)?;
    let answer = evidence.verify(&[]).await?;
    let named = answer.stderr.contains("the history is of the deployment") && answer.stderr.contains(&"07".repeat(32));
    assert!(answer.code == 7 && named, "{answer:?}");
    Ok(())
}

/// A file that is missing, cut short, or too long for what it is.
#[tokio::test]
async fn a_damaged_folder_is_told_by_its_file() -> Outcome {
    let evidence = Evidence::new()?;
    let file = |name: &str| evidence.folder.path().join("evidence/log").join(name);
    let damage = async |name: &str, bytes: Option<&[u8]>| -> Outcome<Answer> {
        evidence.write(&evidence.log)?;
        match bytes {
            Some(bytes) => fs::write(file(name), bytes)?,
            None => fs::remove_file(file(name))?,
        }
        evidence.verify(&[]).await
    };
    for name in ["head", "tile/entries/000", "evidence/000", "headers/000.p/1", "metadata/7"] {
        let name = fs::read_dir(file("headers"))?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .find(|_| name.starts_with("headers"))
            .map_or_else(
                || name.to_owned(),
                |found| match found.strip_suffix(".p") {
                    Some(_) => format!("headers/{found}/{}", evidence.log.parts().headers.len()),
                    None => format!("headers/{found}"),
                },
            );
        let missing = damage(&name, None).await?;
        assert!(missing.code == 3 && missing.stderr.contains(&name), "{missing:?}");
        let empty = damage(&name, Some(b"")).await?;
        let told = empty.code == 3 || empty.code == 8;
        assert!(told && empty.stderr.contains("error: "), "{name}: {empty:?}");
        let whole = fs::read(file(&name)).unwrap_or_default();
        let longer = damage(&name, Some(&[&whole[..], b"{}"].concat())).await?;
        assert!(longer.code == 3 || longer.code == 8, "{name}: {longer:?}");
    }
    let huge = damage("head", Some(&vec![b' '; 70_000])).await?;
    assert!(huge.code == 3 && huge.stderr.contains("larger than"), "{huge:?}");
    Ok(())
}

#[tokio::test]
async fn offline_asks_nobody_and_so_needs_a_bundle() -> Outcome {
    let evidence = Evidence::new()?;
    let mut command = command("greatseal", evidence.folder.path())?;
    command.args(["audit", "verify", "--offline"]);
    let answer = run(command).await?;
    assert!(answer.code == 2 && answer.stderr.contains("--bundle"), "{answer:?}");
    Ok(())
}
