//! Whatever the help texts, README and the guide tell people to type is a command.

use super::Cli;
use clap::{CommandFactory, Parser, error::ErrorKind};

/// With how many commands they have at least, by themselves and in sentences.
const DOCUMENTS: [(&str, &str, (usize, usize)); 3] = [
    ("README.md", include_str!("../../../../README.md"), (10, 5)),
    ("docs/governance.md", include_str!("../../../../docs/governance.md"), (10, 5)),
    ("docs/witness.md", include_str!("../../../../docs/witness.md"), (5, 1)),
];
/// Stands for the words before an action that can be proposed.
const PROPOSE: &str = "greatseal governance propose --document FILE";
/// What a command that only stands for itself may lack.
const NAMED: [ErrorKind; 4] = [
    ErrorKind::DisplayHelp,
    ErrorKind::MissingRequiredArgument,
    ErrorKind::MissingSubcommand,
    ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand,
];
/// What the guide leaves out.
const SIGNER: &str = "--token NAME --pin-file FILE";

#[test]
fn every_example_of_the_help_is_a_command() {
    let mut examples = Vec::new();
    collect(&Cli::command(), &mut examples);
    assert!(examples.len() > 60, "{} examples", examples.len());
    check("help", &examples, &[]);
}

#[test]
fn every_command_of_the_documents_is_one() {
    for (name, text, (alone, within)) in DOCUMENTS {
        let text = text.replace("\\\n", " ");
        let mut fenced = true;
        let (mut examples, mut prose) = (Vec::<String>::new(), String::new());
        for part in text.split("```") {
            fenced = !fenced;
            match fenced {
                true => examples.extend(part.lines().map(|line| line.trim().to_owned())),
                false => prose.push_str(part),
            }
        }
        examples.retain(|example| command(example));
        assert!(examples.len() > alone, "{name}: {} commands", examples.len());
        check(name, &examples, &[]);
        // In a sentence a command may stand for itself, without what it needs.
        let spans = prose.split('`').skip(1).step_by(2);
        let spans = spans.map(|span| span.split_whitespace().collect::<Vec<_>>().join(" "));
        let spans: Vec<_> = spans.filter(|span| command(span) && !span.contains("COMMAND")).collect();
        assert!(spans.len() > within, "{name}: {} commands in sentences", spans.len());
        check(name, &spans, &NAMED);
    }
}

fn collect(command: &clap::Command, examples: &mut Vec<String>) {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default().replace("\\\n", " ");
    examples.extend(help.lines().map(|line| line.trim().to_owned()).filter(|line| self::command(line)));
    command.get_subcommands().for_each(|command| collect(command, examples));
}

fn command(line: &str) -> bool {
    line.starts_with("greatseal ") || line.starts_with("… ")
}

fn check(place: &str, examples: &[String], allowed: &[ErrorKind]) {
    let wrong: Vec<_> = examples.iter().filter_map(|line| Some((line, problem(line, allowed)?))).collect();
    assert!(wrong.is_empty(), "{place}: {wrong:#?}");
}

/// Why it is none: as it stands, with a signer at its end, and with one before what is proposed.
fn problem(line: &str, allowed: &[ErrorKind]) -> Option<String> {
    let whole = line.replacen('…', PROPOSE, 1);
    let ways =
        [whole.clone(), format!("{whole} {SIGNER}"), whole.replacen(" propose ", &format!(" propose {SIGNER} "), 1)];
    let parse = |way: &String| Cli::try_parse_from(words(way)).err().filter(|error| !allowed.contains(&error.kind()));
    let errors: Vec<_> = ways.iter().map(parse).collect();
    match errors.into_iter().collect::<Option<Vec<_>>>() {
        Some(errors) => errors.first().map(ToString::to_string),
        None => None,
    }
}

/// The words of a line as a shell would take it apart, up to where its output goes.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut depth) = (Vec::new(), String::new(), None, 0_u32);
    for letter in line.chars() {
        match (letter, quote) {
            (letter, Some(mark)) if letter == mark => quote = None,
            ('\'' | '"', None) if depth == 0 => quote = Some(letter),
            ('>' | '|', None) if depth == 0 => break,
            (' ', None) if depth == 0 => {
                words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            }
            _ => {
                depth = match letter {
                    '(' => depth.saturating_add(1),
                    ')' => depth.saturating_sub(1),
                    _ => depth,
                };
                word.push(letter);
            }
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}
