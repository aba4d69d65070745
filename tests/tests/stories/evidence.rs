//! Evidence in a file, verified by itself: no node, no indexer, no chain. The history is the protocol's golden one.

use std::fs;

use greatseal_api::wire::EventRow;
use greatseal_deployment::Deployment;
use greatseal_tests::{
    Outcome,
    program::{Answer, command, run},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::forging::{export, golden};

/// A folder with a deployment file and an export.
struct Evidence {
    folder: TempDir,
    deployment: Deployment,
    rows: Vec<EventRow>,
}

impl Evidence {
    fn new() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let (deployment, rows) = golden()?;
        fs::write(folder.path().join("deployment.json"), serde_json::to_vec(&deployment)?)?;
        export(&folder.path().join("evidence.jsonl"), &rows)?;
        Ok(Self { folder, deployment, rows })
    }

    fn write(&self, content: &[u8]) -> Outcome {
        Ok(fs::write(self.folder.path().join("evidence.jsonl"), content)?)
    }

    fn read(&self) -> Outcome<Vec<u8>> {
        Ok(fs::read(self.folder.path().join("evidence.jsonl"))?)
    }

    fn head(&self, events: usize) -> &str {
        &self.rows[events - 1].hash
    }

    async fn verify(&self, more: &[&str]) -> Outcome<Answer> {
        let mut command = command("greatseal", self.folder.path())?;
        command.args(["audit", "verify", "--file", "evidence.jsonl", "--offline", "--json"]).args(more);
        Ok(run(command).await?)
    }
}

#[tokio::test]
async fn rule_26_offline_says_what_it_has_not_checked_and_ends_with_another_code() -> Outcome {
    let evidence = Evidence::new()?;
    let all = evidence.rows.len();
    let answer = evidence.verify(&[]).await?;
    assert_eq!(answer.code, 10, "{answer:?}");
    let told = &answer.json;
    assert_eq!((&told["verified"], &told["exit_code"]), (&json!("in-part"), &json!(10)));
    assert_eq!((&told["events"], &told["head"]), (&json!(all.to_string()), &json!(evidence.head(all))));
    let open = |told: &Value| -> Vec<String> {
        let list = told["not_checked"].as_array().cloned().unwrap_or_default();
        list.iter().filter_map(|open| open["what"].as_str().map(str::to_owned)).collect()
    };
    // The golden history has hybrid acts as well.
    assert!(open(told).contains(&"completeness".to_owned()), "{told}");
    assert!(open(told).contains(&"signatures".to_owned()), "{told}");
    assert!(answer.stderr.contains("--expect-head"), "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn rule_26_a_head_from_elsewhere_shows_what_was_cut_off_or_rewritten() -> Outcome {
    let evidence = Evidence::new()?;
    let all = evidence.rows.len();
    let checked = |answer: &Answer| !answer.json["not_checked"].to_string().contains("completeness");
    let whole = evidence.verify(&["--expect-head", evidence.head(all)]).await?;
    assert!(checked(&whole) && whole.json["expected_head_at"].as_str() == Some(&*all.to_string()), "{whole:?}");
    // An older head: what came later is there, and nobody knows whether it is all.
    let older = evidence.verify(&["--expect-head", evidence.head(50)]).await?;
    assert!(older.code == 10 && !checked(&older) && older.json["expected_head_at"] == "50", "{older:?}");
    // The first fifty of them.
    let text = String::from_utf8(evidence.read()?)?;
    let half: String = text.lines().take(50).map(|line| format!("{line}\n")).collect();
    evidence.write(half.as_bytes())?;
    assert_eq!(evidence.verify(&[]).await?.code, 10, "by itself nothing is wrong with it");
    let cut = evidence.verify(&["--expect-head", evidence.head(all)]).await?;
    assert!(cut.code == 8 && cut.stderr.contains("no event has the expected head"), "{cut:?}");
    let none = evidence.verify(&["--expect-head", "abc"]).await?;
    assert!(none.code == 3 && none.stderr.contains("64 hexadecimal digits"), "{none:?}");
    Ok(())
}

#[tokio::test]
async fn rule_26_a_file_without_the_deployment_is_no_history() -> Outcome {
    let evidence = Evidence::new()?;
    for nothing in ["", "\n\n", "\r\n"] {
        evidence.write(nothing.as_bytes())?;
        let answer = evidence.verify(&[]).await?;
        assert!(answer.code == 8 && answer.stderr.contains("begins with its deployment"), "{answer:?}");
    }
    export(&evidence.folder.path().join("evidence.jsonl"), &evidence.rows[1..])?;
    let answer = evidence.verify(&[]).await?;
    assert!(
        answer.code == 8 && answer.stderr.contains("event 0: ") && answer.stderr.contains("(line 1)"),
        "{answer:?}"
    );
    Ok(())
}

#[tokio::test]
async fn rule_26_another_deployment_is_named_as_such() -> Outcome {
    let evidence = Evidence::new()?;
    let other = Deployment { deployment: [7; 32], ..evidence.deployment.clone() };
    fs::write(evidence.folder.path().join("deployment.json"), serde_json::to_vec(&other)?)?;
    let answer = evidence.verify(&[]).await?;
    let named = answer.stderr.contains("the history is of the deployment") && answer.stderr.contains(&"07".repeat(32));
    assert!(answer.code == 7 && named, "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn rule_46_words_may_be_worded_otherwise_and_facts_may_not() -> Outcome {
    let evidence = Evidence::new()?;
    let honest = evidence.verify(&[]).await?;
    let mut rows = evidence.rows.clone();
    for row in &mut rows {
        row.words.iter_mut().for_each(|(label, _)| label.push_str(", in other words"));
    }
    export(&evidence.folder.path().join("evidence.jsonl"), &rows)?;
    let reworded = evidence.verify(&[]).await?;
    assert_eq!((reworded.code, &reworded.json), (honest.code, &honest.json));

    let mut wrong = rows.clone();
    wrong[7].event.kind = "Lifted".into();
    export(&evidence.folder.path().join("evidence.jsonl"), &wrong)?;
    let answer = evidence.verify(&[]).await?;
    assert!(
        answer.code == 8 && answer.stderr.contains("event 7: ") && answer.stderr.contains("(line 8)"),
        "{answer:?}"
    );

    // The economics of a route, which are deep inside: the bytes beside them are right.
    let at = rows.iter().position(|row| row.event.kind == "RouteChanged").ok_or("no route was changed")?;
    let mut wrong = rows.clone();
    wrong[at].event.fields["economics"]["tx_max"] = json!("1");
    export(&evidence.folder.path().join("evidence.jsonl"), &wrong)?;
    let answer = evidence.verify(&[]).await?;
    let named = answer.stderr.contains(&format!("event {at}: "))
        && answer.stderr.contains("`event.fields.economics.tx_max` differs from the record");
    assert!(answer.code == 8 && named, "{answer:?}");

    export(&evidence.folder.path().join("evidence.jsonl"), &evidence.rows)?;
    let text = String::from_utf8(evidence.read()?)?;
    evidence.write(text.replace("\"seq\":", "\"approved_by\":\"the whole parliament\",\"seq\":").as_bytes())?;
    let answer = evidence.verify(&[]).await?;
    let named = answer.stderr.contains("line 1: column 14: unknown field `approved_by`");
    assert!(answer.code == 3 && named, "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn a_damaged_line_is_named_by_its_number_in_the_file() -> Outcome {
    let evidence = Evidence::new()?;
    let whole = evidence.read()?;
    let lines: Vec<&[u8]> = whole.split(|byte| *byte == b'\n').collect();
    let with = |seventh: &[u8]| {
        let mut lines = lines.clone();
        lines[6] = seventh;
        // Empty lines count, and so do those that end as on other systems.
        lines.insert(2, b"\r");
        lines.join(&b'\n')
    };
    let torn = with(&lines[6][..300]);
    let nul = with(&[&lines[6][..300], b"\0", &lines[6][301..]].concat());
    for (damaged, column) in [(torn, "column 300"), (nul, "column 30")] {
        evidence.write(&damaged)?;
        let answer = evidence.verify(&[]).await?;
        let named = answer.stderr.contains("evidence.jsonl: line 8: ") && answer.stderr.contains(column);
        assert!(answer.code == 3 && named, "{answer:?}");
    }
    let crlf = lines.join(&b"\r\n"[..]);
    evidence.write(&[b"\n\n", &crlf[..], b"\r\n\r\n"].concat())?;
    assert_eq!(evidence.verify(&[]).await?.code, 10);
    evidence.write(whole.trim_ascii_end())?;
    assert_eq!(evidence.verify(&[]).await?.code, 10, "without a last line break");
    Ok(())
}

/// Larger than anything that is read whole. The words are long; they are no evidence and are not looked at.
#[tokio::test]
async fn rule_46_an_export_of_any_size_is_verified() -> Outcome {
    let evidence = Evidence::new()?;
    let mut rows = evidence.rows.clone();
    for row in rows.iter_mut().take(40) {
        row.words.push(("minutes of the meeting".into(), "word ".repeat(400_000)));
    }
    export(&evidence.folder.path().join("evidence.jsonl"), &rows)?;
    assert!(fs::metadata(evidence.folder.path().join("evidence.jsonl"))?.len() > 64 * 1024 * 1024);
    let answer = evidence.verify(&["--expect-head", evidence.head(rows.len())]).await?;
    assert_eq!(answer.json["expected_head_at"], rows.len().to_string(), "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn offline_asks_nobody_and_so_needs_a_file() -> Outcome {
    let evidence = Evidence::new()?;
    let mut command = command("greatseal", evidence.folder.path())?;
    command.args(["audit", "verify", "--offline"]);
    let answer = run(command).await?;
    assert!(answer.code == 2 && answer.stderr.contains("--file"), "{answer:?}");
    Ok(())
}
