//! A ministry's year: what `docs/year.md` tells people to type works, line by line, and is refused where the page says so.

use std::{collections::BTreeSet, fs, path::Path, process::Command, time::Duration};

use greatseal_tests::{
    Outcome,
    program::{Answer, run},
    world::{Options, World},
};
use serde_json::{Value, json};

use crate::manifests::{entries, lines};

const PAGE: &str = include_str!("../../../docs/year.md");
/// The treasury single account: //Dave's, as people write it.
const ACCOUNT: &str = "306721211d5404bd9da88e0204360a1a9ab8b87c66c1bc2fcdd37f3c2222cc20";
/// How a refusal begins, as a user sees it.
const REFUSED: &str = "error: refused with ";

/// What the page asks of its reader.
enum Step {
    /// A file of this name.
    File(&'static str, &'static str),
    /// The prompt's seat, or nobody in particular, types this line, and sees these.
    Types { seat: String, line: String, sees: Vec<String> },
    /// Time passes.
    Passes(Duration),
}

/// The page's files and lines, in their order.
fn steps() -> Outcome<Vec<Step>> {
    let mut steps = Vec::new();
    for block in PAGE.split("\n```").skip(1).step_by(2) {
        let (kind, text) = block.split_once('\n').ok_or("an empty block")?;
        match kind {
            "toml" => {
                let name = text.lines().next().and_then(|line| line.strip_prefix("# ")).ok_or("a file has no name")?;
                steps.push(Step::File(name, text));
            }
            "console" => typed_in(text, &mut steps)?,
            other => return Err(format!("a block of {other}").into()),
        }
    }
    Ok(steps)
}

/// A block's lines; one that ends with a backslash goes on.
fn typed_in(text: &str, steps: &mut Vec<Step>) -> Outcome {
    text.replace("\\\n   ", "").lines().try_for_each(|line| typed(line, steps))
}

fn typed(line: &str, steps: &mut Vec<Step>) -> Outcome {
    if let Some(passes) = line.strip_prefix("# ") {
        let words: Vec<&str> = passes.split(' ').collect();
        let [number, unit, "later"] = words[..] else { return Err(format!("no time: {line}").into()) };
        let hours = if unit.starts_with("day") { 24 } else { 1 };
        steps.push(Step::Passes(Duration::from_secs(number.parse::<u64>()? * hours * 3600)));
        return Ok(());
    }
    match (line.split_once("$ greatseal "), steps.last_mut()) {
        (Some((seat, words)), _) => {
            let (seat, line) = (seat.to_owned(), format!("greatseal {words}"));
            steps.push(Step::Types { seat, line, sees: Vec::new() });
        }
        (None, Some(Step::Types { sees, .. })) => sees.push(line.to_owned()),
        (None, _) => return Err(format!("nobody types: {line}").into()),
    }
    Ok(())
}

#[tokio::test]
async fn the_year_of_a_ministry() -> Outcome {
    let world = World::start(Options::default()).await?;
    write_files(&world)?;
    let (mut ids, mut commands, mut refusals) = (Vec::new(), 0, BTreeSet::new());
    for step in steps()? {
        match step {
            Step::File(name, text) => fs::write(world.file(name), text)?,
            Step::Passes(time) => {
                if !world.node().pass(time).await? {
                    return Ok(());
                }
            }
            Step::Types { seat, line, sees } => {
                commands += 1;
                let answer = types(&world, &seat, &with_ids(&line, &ids)?).await?;
                let refused = sees.iter().find_map(|line| line.strip_prefix(REFUSED));
                refusals.extend(refused.and_then(|text| text.get(..3)).map(str::to_owned));
                let right = answer.code == if refused.is_some() { 4 } else { 0 };
                let shown = |line: &String| answer.stdout.contains(line) || answer.stderr.contains(line);
                if !right || !sees.iter().all(shown) {
                    return Err(format!("{seat}$ {line}\n{sees:?}\n{answer:?}").into());
                }
                if line.starts_with(PROPOSE) && refused.is_none() {
                    ids.push(world.opened(answer).await?);
                }
            }
        }
    }
    let all = ["204", "404", "805", "807", "811", "823", "825", "840", "841", "842"];
    assert!(commands > 170 && refusals.iter().map(String::as_str).eq(all), "{commands} commands, {refusals:?}");
    reckoned(&world).await
}

/// Over the whole year no line has paid more than its limit and what came back.
async fn reckoned(world: &World) -> Outcome {
    let amount =
        |line: &Value, name: &str| line[name].as_str().and_then(|text| text.parse::<u128>().ok()).ok_or("no sum");
    for program in ["1", "2"] {
        let shown = world.greatseal(&["program", "show", program]).await?.done()?;
        let lines = shown["lines"].as_array().ok_or("no lines")?;
        for line in lines {
            let (limit, spent) = (amount(line, "limit")?, amount(line, "spent")?);
            let (credited, left) = (amount(line, "credited")?, amount(line, "left")?);
            assert_eq!(limit + credited, spent + left, "{line}");
        }
        let batches = if program == "1" { 12 } else { 1 };
        assert_eq!(shown["batches"], batches, "{shown}");
    }
    let status = world.greatseal(&["status"]).await?.done()?;
    assert_eq!(status["listing"]["complete"], true, "{status}");
    Ok(())
}

const PROPOSE: &str = "greatseal governance propose ";

/// The line with the ids of the last proposals.
fn with_ids(line: &str, ids: &[String]) -> Outcome<String> {
    let mut words = Vec::new();
    for word in line.split(' ') {
        let back = match word {
            "ID" => 0,
            "ID-1" => 1,
            "ID-2" => 2,
            other => {
                words.push(other);
                continue;
            }
        };
        words.push(ids.iter().nth_back(back).ok_or("no proposal yet")?);
    }
    Ok(words.join(" "))
}

/// Types a line into a shell, with the seat's key where the prompt names one.
async fn types(world: &World, seat: &str, line: &str) -> Outcome<Answer> {
    let signer = if seat.is_empty() { String::new() } else { format!(" --token {seat} --pin-file pins/{seat} --yes") };
    let line = match line.strip_prefix(PROPOSE) {
        Some(action) => format!("{}{signer} {action} --json", PROPOSE.trim_end()),
        None => format!("{line}{signer}"),
    };
    let greatseal = world.command(&[])?;
    let programs = Path::new(greatseal.get_program()).parent().ok_or("no folder of programs")?;
    let mut shell = Command::new("bash");
    shell.arg("-c").arg(&line).current_dir(world.file(""));
    for (name, value) in greatseal.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.env("PATH", format!("{}:{}", programs.display(), std::env::var("PATH")?)).env("ACCOUNT", ACCOUNT);
    Ok(run(shell).await?)
}

/// What the ministry's register and the bank write: entries, and what became of them.
fn write_files(world: &World) -> Outcome {
    let write = |name: &str, of: &[Value]| fs::write(world.file(&format!("{name}.jsonl")), lines(of));
    fs::write(world.file("schedule.txt"), "on the fifth of each month\n")?;
    fs::write(world.file("rules-2027.json"), json!({ "amount": "100", "year": 2027 }).to_string())?;
    fs::write(world.file("rules-2028.json"), json!({ "amount": "104", "year": 2028 }).to_string())?;
    for month in ["april", "may", "june", "july", "august", "november"] {
        write(&format!("{month}-entries"), &entries(0, &[100; 8]))?;
    }
    write("march-entries", &entries(0, &[100; 9]))?;
    write("housing-entries", &entries(0, &[300; 2]))?;
    write("friend-entries", &entries(500, &[50]))?;
    write("hardship-entries", &entries(3, &[50]))?;
    write("april-again-entries", &again(&[(3, 100), (4, 30), (6, 100)]))?;
    write("august-again-entries", &again(&[(3, 100), (5, 100)]))?;
    write("november-rest-entries", &again(&[(4, 100), (5, 100), (6, 100), (7, 100)]))?;
    write("march-again-entries", &again(&[(2, 100)]))?;

    let mut early = paid(&[100; 8]);
    early[0]["references"] = json!([transfer("home", 200, 100)]);
    early[1]["references"] = json!([transfer("home", 200, 100)]);
    early[2]["references"] = json!([transfer("one part", 60, 60), transfer("other part", 40, 40)]);
    early[3] = unpaid(3, 0, "account-closed");
    early[4] = unpaid(4, 70, "account-limit");
    let late = early.clone();
    (early[5]["state"], early[5]["paid"], early[5]["references"]) = (json!("open"), json!("0"), json!([]));
    let late = [&late[..6], &[unpaid(6, 0, "returned")], &late[7..]].concat();
    for (batch, file, outcomes) in [
        ("april", "early", early),
        ("april", "late", late),
        ("april-again", "paid", paid(&[100, 30, 100])),
        ("may", "paid", but(8, &[7], "deceased")),
        ("housing", "paid", paid(&[300; 2])),
        ("june", "wrong", paid(&[100; 8])),
        ("june", "right", but(8, &[4], "account-closed")),
        ("july", "paid", paid(&[100; 8])),
        ("july", "nothing", but(8, &[0, 1, 2, 3, 4, 5, 6, 7], "returned")),
        ("august", "paid", but(8, &[3], "account-closed")),
        ("august", "right", but(8, &[3, 5], "not-arrived")),
        ("november", "half", but(8, &[4, 5, 6, 7], "stopped")),
        ("march", "paid", paid(&[100; 9])),
        ("march", "returned", but(9, &[2], "returned")),
    ] {
        write(&format!("{batch}-{file}"), &of_batch(batch, outcomes))?;
    }
    Ok(())
}

/// Entries that pay these entries of a parent again: which, and how much.
fn again(of: &[(u32, u32)]) -> Vec<Value> {
    let entry = |(index, (repays, amount)): (usize, &(u32, u32))| {
        let mut entry = entries(*repays, &[*amount]).swap_remove(0);
        (entry["index"], entry["repays"]) = (json!(index), json!(repays));
        entry
    };
    of.iter().enumerate().map(entry).collect()
}

/// A transfer, by a name that is its batch's own.
fn transfer(name: &str, amount: u32, share: u32) -> Value {
    let (amount, share) = (amount.to_string(), share.to_string());
    json!({ "transaction": name, "log": 0, "amount": amount, "share": share })
}

/// With transactions as a bank writes them: no two batches have one.
fn of_batch(batch: &str, mut outcomes: Vec<Value>) -> Vec<Value> {
    for transfer in outcomes.iter_mut().filter_map(|outcome| outcome["references"].as_array_mut()).flatten() {
        let name = format!("{batch}/{}", transfer["transaction"].as_str().unwrap_or_default());
        transfer["transaction"] = json!(format!("eip155:1:0x{:0>64}", hex::encode(name)));
    }
    outcomes
}

/// Outcomes of entries that were paid in full, each by a transfer of its own.
fn paid(amounts: &[u32]) -> Vec<Value> {
    let outcome = |(index, amount): (usize, &u32)| {
        json!({
            "index": index, "state": "closed", "paid": amount.to_string(), "evidence": "e1".repeat(32),
            "references": [transfer(&format!("transfer {index}"), *amount, *amount)],
        })
    };
    amounts.iter().enumerate().map(outcome).collect()
}

/// The outcome of an entry that was not paid in full.
fn unpaid(index: usize, paid: u32, reason: &str) -> Value {
    let references = if paid > 0 { json!([transfer("in part", paid, paid)]) } else { json!([]) };
    json!({
        "index": index, "state": "closed", "paid": paid.to_string(), "reason": reason, "evidence": "e1".repeat(32),
        "references": references,
    })
}

/// All of so many were paid 100 but these, for this reason.
fn but(count: usize, not: &[usize], reason: &str) -> Vec<Value> {
    let mut of = paid(&vec![100; count]);
    not.iter().for_each(|index| of[*index] = unpaid(*index, 0, reason));
    of
}
