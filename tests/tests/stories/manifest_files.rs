//! Manifests as people and their programs make them: with typing errors, other spellings, other line ends, any length.

use std::{fmt::Write as _, fs, path::Path, process::Stdio};

use greatseal_tests::{
    Outcome,
    program::{Answer, command, run},
};
use serde_json::{Value, json};

use crate::manifests::{entries, header, lines, manifest};

const KNOWN: &str = "eip155:1:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed";

/// An entry to this destination, one file.
async fn to(folder: &Path, destination: &str) -> Outcome<Answer> {
    let mut entry = entries(0, &[1000]);
    entry[0]["destination"] = json!(destination);
    fs::write(folder.join("to.jsonl"), lines(&entry))?;
    manifest(folder, &["check", "to.jsonl", "--rail", "queryable"]).await
}

#[tokio::test]
async fn a_destination_that_is_mistyped_is_refused() -> Outcome {
    let folder = tempfile::tempdir()?;
    for (destination, reason) in [
        ("eip155:1:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeE", "a typing error: the capitals are not those of EIP-55"),
        ("eip155:1:0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "a typing error: the capitals are not those of EIP-55"),
        ("eip155:1:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", "an address of 39 digits"),
        ("eip155:1:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAedd", "an address of 41 digits"),
        ("eip155:1:5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "does not begin with 0x"),
        ("eip155:1:payee.eth", "is not 0x and 40 hexadecimal digits"),
        ("eip155:1:0x0000000000000000000000000000000000000000", "the address of zeros"),
        ("eip155:01:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "names no chain"),
        ("eip155:mainnet:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "names no chain"),
        (
            "polkadot:91b171bb158e2d3848fa23a9f1c25182:5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ",
            "a typing error: the address is not SS58",
        ),
    ] {
        let answer = to(folder.path(), destination).await?;
        let said = answer.stderr.contains(reason) && answer.stderr.contains("line 1: destination");
        assert!(answer.code == 3 && said, "{destination}: {answer:?}");
    }
    // Another spelling of an account is told the one that it has.
    let (polkadot, key) = (
        "polkadot:91b171bb158e2d3848fa23a9f1c25182",
        "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d",
    );
    for (other, one) in [
        ("eip155:1:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed".to_owned(), KNOWN.to_owned()),
        (format!("{polkadot}:5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"), format!("{polkadot}:{key}")),
    ] {
        let answer = to(folder.path(), &other).await?;
        let told = answer.stderr.contains(&format!("another spelling than the one of this account, `{one}`"));
        assert!(answer.code == 3 && told, "{other}: {answer:?}");
        let done = to(folder.path(), &one).await?.done()?;
        assert_eq!(done["warnings"]["unchecked_destinations"], json!({}), "{one}");
    }
    // On a rail of its own an account is a party's label. Only its form is looked at, and that is said.
    let other = to(folder.path(), "cosmos:cosmoshub-3:cosmos1t2uflqwqe0fsj0shcfkrvpukewcw40yjj6hdc0").await?;
    assert!(other.code == 3 && other.stderr.contains("no party's label on this rail"), "{other:?}");
    let rail = to(folder.path(), "rtgs:national:central-bank").await?.done()?;
    assert_eq!(rail["warnings"]["unchecked_destinations"], json!({ "rtgs": "1" }));
    Ok(())
}

#[tokio::test]
async fn several_persons_with_one_account_are_named() -> Outcome {
    let folder = tempfile::tempdir()?;
    let mut couple = entries(0, &[10, 20, 30]);
    couple[0]["destination"] = json!(KNOWN);
    couple[2]["destination"] = json!(KNOWN);
    fs::write(folder.path().join("couple.jsonl"), lines(&couple))?;
    let done = manifest(folder.path(), &["check", "couple.jsonl"]).await?.done()?;
    let shared = json!([{ "account": KNOWN, "lines": [1, 3] }]);
    assert_eq!(done["warnings"]["shared_accounts"], shared, "{done}");
    let mut people = command("greatseal", folder.path())?;
    people.args(["manifest", "check", "couple.jsonl"]);
    let people = run(people).await?;
    let named = format!("shared account  {KNOWN} on the lines 1, 3");
    assert!(people.code == 0 && people.stdout.contains(&named), "{people:?}");
    Ok(())
}

#[tokio::test]
async fn a_person_is_paid_once_in_whichever_spelling() -> Outcome {
    let folder = tempfile::tempdir()?;
    let mut twice = entries(0xabc, &[10, 20]);
    let code = twice[0]["person"]["code"].as_str().ok_or("no code")?.to_owned();
    for same in [code.clone(), code.to_ascii_uppercase(), format!("0x{code}")] {
        twice[1]["person"]["code"] = json!(same);
        fs::write(folder.path().join("twice.jsonl"), lines(&twice))?;
        let answer = manifest(folder.path(), &["check", "twice.jsonl"]).await?;
        let said = answer.stderr.contains("line 2: pays the person of line 1 again");
        assert!(answer.code == 3 && said, "{same}: {answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_number_has_one_spelling() -> Outcome {
    let folder = tempfile::tempdir()?;
    let with = async |amount: &str| {
        let mut entry = entries(0, &[1]);
        entry[0]["amount"] = json!(amount);
        fs::write(folder.path().join("amount.jsonl"), lines(&entry))?;
        manifest(folder.path(), &["check", "amount.jsonl"]).await
    };
    for amount in [
        "+1000",
        "0001000",
        "1,000",
        "1.000",
        "1'000",
        "1_000",
        "1e3",
        " 1000",
        "１０００",
        "١٠٠٠",
        "0x3e8",
        "-0",
        "1000 EUR",
        "=1000",
        "",
        "340282366920938463463374607431768211456",
    ] {
        let answer = with(amount).await?;
        assert!(answer.code == 3 && answer.stderr.contains("line 1: amount"), "{amount}: {answer:?}");
    }
    assert_eq!(with(&u128::MAX.to_string()).await?.done()?["total"], u128::MAX.to_string());
    // Numbers of a command line likewise: nothing is asked for with them.
    for args in [
        &["bridge", "show", "+1"][..],
        &["bridge", "show", "01"],
        &["batch", "hold", "to.jsonl", "--entry", "+5", "--until", "+1 d", "--reason", "has died"],
        &["key", "fund", "ACCOUNT", "--amount", "010"],
    ] {
        let mut typed = command("greatseal", folder.path())?;
        typed.args(args);
        let answer = run(typed).await?;
        assert!(answer.code == 2 && answer.stderr.contains("invalid value"), "{args:?}: {answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_a_file_is_its_content_says() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (place, sound) = (|name: &str| folder.path().join(name), entries(0, &[10, 20]));
    let text = lines(&sound);
    let turned = |entry: &Value| {
        let fields = entry.as_object().into_iter().flatten().rev().map(|(name, value)| format!("\"{name}\":{value}"));
        format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
    };
    let others = [
        ("two.jsonl", text.clone()),
        ("upper.JSONL", text.clone()),
        ("two.ndjson", text.clone()),
        ("two.txt", text.clone()),
        ("two", text.clone()),
        ("crlf.jsonl", text.replace('\n', "\r\n")),
        ("blank.jsonl", format!("\n\n{}\n\n", text.replace('\n', "\n\n"))),
        ("no-end.jsonl", text.trim_end().to_owned()),
        ("turned.jsonl", sound.iter().map(turned).collect::<Vec<_>>().join("\n")),
        ("list.jsonl", json!(sound).to_string()),
        ("whole.txt", serde_json::to_string_pretty(&json!({ "entries": sound }))?),
    ];
    let mut roots = Vec::new();
    for (name, text) in others {
        fs::write(place(name), text)?;
        roots.push(manifest(folder.path(), &["check", name]).await?.done().map_err(|error| format!("{name}: {error}"))?["root"].clone());
    }
    roots.dedup();
    assert_eq!(roots.len(), 1, "{roots:?}");
    // From a pipe, with the header that names the batch and without one.
    let piped = |args: &[&str], name: &str| -> Outcome<String> {
        let mut piped = command("greatseal", folder.path())?;
        piped.args(args).arg("/dev/stdin").stdin(Stdio::from(fs::File::open(place(name))?));
        Ok(String::from_utf8(piped.output()?.stdout)?)
    };
    let checked: Value = serde_json::from_str(&piped(&["--json", "manifest", "check"], "two.txt")?)?;
    assert_eq!(checked["root"], roots[0]);
    fs::write(place("headed.jsonl"), format!("{}\n{text}", header(&checked)))?;
    let checked: Value = serde_json::from_str(&piped(&["--json", "manifest", "check"], "headed.jsonl")?)?;
    let hash = piped(&["manifest", "hash"], "headed.jsonl")?;
    assert!(hash.trim().len() == 64 && json!(hash.trim()) == checked["manifest"], "{hash}: {checked}");
    Ok(())
}

#[tokio::test]
async fn what_no_editor_shows_is_named() -> Outcome {
    let folder = tempfile::tempdir()?;
    let text = lines(&entries(0, &[10, 20]));
    let (first, second) = text.split_once('\n').ok_or("one line")?;
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let double = first.replacen("\"amount\"", "\"amount\":\"9\",\"amount\"", 1);
    for (what, bytes, reason) in [
        ("bom", format!("\u{FEFF}{text}").into_bytes(), "begins with a byte order mark (U+FEFF)"),
        ("two files", format!("{first}\n\u{FEFF}{second}").into_bytes(), "line 2: begins with a byte order mark"),
        ("utf-16", utf16, "is UTF-16"),
        ("nul", format!("{first}\n\0{second}").into_bytes(), "line 2: column 1: a NUL byte"),
        ("latin", [first.as_bytes(), b"\n{\"n\xE4me\"}"].concat(), "line 2: column 4: the byte 0xe4 is not UTF-8"),
        ("nul in a list", b"[\n{\0}]".to_vec(), "line 2: a NUL byte"),
        ("twice", double.into_bytes(), "duplicate field `amount`"),
        ("endless", "{".repeat(20_000).into_bytes(), "longer than 16384 bytes"),
        ("endless in a list", format!("[{}", " ".repeat(20_000)).into_bytes(), "longer than 16384 bytes"),
        ("object", b"{\"entries\": [], \"note\": 1}".to_vec(), "unknown field `note`"),
    ] {
        fs::write(folder.path().join("odd.jsonl"), bytes)?;
        let answer = manifest(folder.path(), &["check", "odd.jsonl"]).await?;
        assert!(answer.code == 3 && answer.stderr.contains(reason), "{what}: {answer:?}");
    }
    fs::create_dir(folder.path().join("folder"))?;
    let pipe = std::process::Command::new("mkfifo").arg(folder.path().join("pipe")).status()?;
    assert!(pipe.success());
    for (name, reason) in [("folder", "is a folder"), ("pipe", "is a pipe"), ("/dev/zero", "is a device")] {
        let answer = manifest(folder.path(), &["check", name]).await?;
        assert!(answer.code == 3 && answer.stderr.contains(reason), "{name}: {answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn all_faults_are_in_one_report() -> Outcome {
    let folder = tempfile::tempdir()?;
    let mut many = entries(0, &[1; 40]);
    many[1]["amount"] = json!("+1");
    many[1]["destination"] = json!("eip155:1:payee.eth");
    many[3]["person"] = many[0]["person"].clone();
    many[5]["salt"] = json!("aa");
    fs::write(folder.path().join("many.jsonl"), format!("{}not JSON\n", lines(&many)))?;
    let answer = manifest(folder.path(), &["check", "many.jsonl"]).await?;
    let told: Value = serde_json::from_str(answer.stdout.trim())?;
    let at: Vec<_> =
        told["faults"]["found"].as_array().into_iter().flatten().map(|fault| fault["line"].clone()).collect();
    assert_eq!((answer.code, at), (3, ["2", "2", "4", "6", "41"].map(Value::from).to_vec()), "{told}");
    // The same list, with the lines of its entries.
    fs::write(folder.path().join("many.json"), format!("[{}]", lines(&many).trim_end().replace('\n', ",\n")))?;
    let answer = manifest(folder.path(), &["check", "many.json"]).await?;
    let told: Value = serde_json::from_str(answer.stdout.trim())?;
    let at: Vec<_> =
        told["faults"]["found"].as_array().into_iter().flatten().map(|fault| fault["line"].clone()).collect();
    assert_eq!((answer.code, at), (3, ["2", "2", "4", "6"].map(Value::from).to_vec()), "{told}");
    // A number of them that nobody reads is counted.
    many.iter_mut().for_each(|entry| entry["amount"] = json!("x"));
    fs::write(folder.path().join("many.jsonl"), lines(&many))?;
    let answer = manifest(folder.path(), &["check", "many.jsonl"]).await?;
    let told: Value = serde_json::from_str(answer.stdout.trim())?;
    assert_eq!(told["faults"]["found"].as_array().map(Vec::len), Some(20));
    assert!(answer.code == 3 && answer.stderr.contains("more"), "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn a_manifest_may_be_larger_than_what_is_read_as_one_piece() -> Outcome {
    let folder = tempfile::tempdir()?;
    let mut text = String::new();
    for index in 0..170_000_u32 {
        let unique = |kind: u32, digits: usize| format!("{:0>digits$x}", u64::from(kind) << 32 | u64::from(index + 1));
        writeln!(
            text,
            "{{\"index\":{index},\"person\":{{\"key\":\"reg-2026\",\"code\":\"{}\"}},\"destination\":\"eip155:1:0x{}\",\
             \"amount\":\"1000\",\"eligibility\":\"{}\",\"revocation\":\"{}\",\"salt\":\"{}\"}}",
            unique(1, 64),
            unique(2, 40),
            unique(3, 64),
            unique(4, 64),
            unique(5, 32)
        )?;
    }
    assert!(text.len() > 64 * 1024 * 1024);
    fs::write(folder.path().join("big.jsonl"), text)?;
    let done = manifest(folder.path(), &["check", "big.jsonl"]).await?.done()?;
    assert_eq!((&done["count"], &done["total"]), (&json!(170_000), &json!("170000000")));
    Ok(())
}
