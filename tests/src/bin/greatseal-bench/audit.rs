//! How long an auditor waits: an exported log is verified by `greatseal-audit`, beside what its signatures alone cost.

use crate::{row, row_beside};
use greatseal_made::Made;
use greatseal_tests::Outcome;
use serde_json::{Value, json};
use std::{fs, process::Command, time::Instant};

/// Signed records and others, the smaller log first.
const LOGS: [(usize, usize); 2] = [(10_000, 90_000), (100_000, 900_000)];

pub(crate) async fn measure() -> Outcome {
    for (signed, others) in LOGS {
        let folder = tempfile::tempdir()?;
        let made = Made::busy(signed, others);
        let baseline = signatures(&made)?;
        let log = made.log();
        log.write(folder.path());
        let (records, size) = (log.head.size, bytes(folder.path())?);
        drop((made, log));
        let began = Instant::now();
        let mut child = Command::new(std::env::current_exe()?.with_file_name("greatseal-audit"))
            .args(["--json", "--deployment", "deployment.json", "."])
            .current_dir(folder.path())
            .stdout(std::process::Stdio::piped())
            .spawn()?;
        let memory = peak(&mut child)?;
        let answer = child.wait_with_output()?;
        let seconds = began.elapsed().as_secs_f64();
        let verdict: Value = serde_json::from_slice(&answer.stdout)?;
        if verdict["holds"] != true {
            return Err(format!("the log does not hold: {verdict}").into());
        }
        let name = |what: &str| format!("verify {records} records, {signed} signatures: {what}");
        let targets = if signed == 100_000 { (Some("<= 20"), Some("<= 512")) } else { (None, None) };
        row_beside("audit", &name("time"), json!(seconds), "s", targets.0, json!(baseline));
        row("audit", &name("memory"), json!(memory), "MB", targets.1);
        row("audit", &name("log"), json!(size / 1_000_000), "MB", None);
    }
    Ok(())
}

/// Seconds for the signatures alone, on one core.
fn signatures(made: &Made) -> Outcome<f64> {
    let domain = made.deployment.domain();
    let began = Instant::now();
    for bytes in made.envelopes.values() {
        let envelope = greatseal_protocol::envelope::Envelope::parse(bytes).map_err(|refusal| refusal.to_string())?;
        envelope.verify(&domain).map_err(|refusal| refusal.to_string())?;
    }
    Ok(began.elapsed().as_secs_f64())
}

/// The most memory that the process had, in megabytes: asked for until it ends.
fn peak(child: &mut std::process::Child) -> Outcome<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait()?.is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        most = kib.unwrap_or_default().max(most);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    Ok(most * 1024 / 1_000_000)
}

fn bytes(folder: &std::path::Path) -> Outcome<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        sum += if entry.file_type()?.is_dir() { bytes(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(sum)
}
