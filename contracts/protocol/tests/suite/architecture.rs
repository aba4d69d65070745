//! The modules of the protocol import each other in one direction: there is no circle.

use crate::audience::PROTOCOL;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Modules that a module imports, and for each the name that ties them.
type Graph = BTreeMap<String, BTreeMap<String, String>>;

/// Modules that only group files: a file below them is a module of its own, a file below any other one is a part of it.
const GROUPS: [&str; 1] = ["language"];

#[test]
fn no_module_imports_one_that_imports_it() {
    let graph = graph();
    let arrows: usize = graph.values().map(BTreeMap::len).sum();
    assert!(graph.len() > 40 && arrows > 200, "{} modules with {arrows} arrows were found", graph.len());
    let circles = circles(&graph);
    assert!(circles.is_empty(), "imports run in a circle:\n{}", circles.join("\n"));
}

#[test]
fn a_circle_is_told_with_the_names_that_tie_it() {
    let arrow = |from: &str, to: &str, name: &str| (from.to_owned(), [(to.to_owned(), name.to_owned())].into());
    let graph = Graph::from([arrow("a", "b", "b::One"), arrow("b", "c", "c::Two"), arrow("c", "a", "a::Three")]);
    assert_eq!(circles(&graph), ["a -> b by b::One, b -> c by c::Two, c -> a by a::Three"]);
    assert!(circles(&Graph::from([arrow("a", "b", "b::One"), arrow("b", "c", "c::Two")])).is_empty());
}

fn graph() -> Graph {
    let root = Path::new(PROTOCOL).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let module = |path: &Path| -> String {
        let parts: Vec<String> =
            path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
        named(&parts)
    };
    let known: BTreeSet<String> = files.iter().map(|file| module(file.strip_prefix(&root).unwrap())).collect();
    let mut graph = Graph::new();
    for file in &files {
        let from = module(file.strip_prefix(&root).unwrap());
        if from == "lib" {
            continue;
        }
        let text = fs::read_to_string(file).unwrap();
        // Documentation and tests name what they like.
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let tied = graph.entry(from.clone()).or_default();
        for path in paths(&code.join("\n")) {
            let to = named(&path);
            if to != from && known.contains(&to) {
                tied.entry(to).or_insert_with(|| path.join("::"));
            }
        }
    }
    graph
}

/// The module of a path: its first part, or its first two below a group.
fn named(path: &[String]) -> String {
    let parts = if path.first().is_some_and(|first| GROUPS.contains(&first.as_str())) { 2 } else { 1 };
    path.iter().take(parts).cloned().collect::<Vec<_>>().join("::")
}

/// Every path that begins with `crate::`, those in braces one by one.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (_, rest) in code.match_indices("crate::").map(|(at, word)| (at, &code[at + word.len()..])) {
        expand(rest, &mut Vec::new(), &mut found);
    }
    found
}

/// Reads one path, or a tree in braces, and answers what stands behind it.
fn expand<'a>(mut rest: &'a str, before: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> &'a str {
    let depth = before.len();
    loop {
        rest = rest.trim_start();
        if let Some(inner) = rest.strip_prefix('{') {
            rest = inner.trim_start();
            while !rest.starts_with('}') && !rest.is_empty() {
                rest = expand(rest, before, found).trim_start();
                rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
            }
            rest = rest.strip_prefix('}').unwrap_or(rest);
            break;
        }
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        before.push(rest[..end].to_owned());
        rest = &rest[end..];
        match rest.strip_prefix("::") {
            Some(more) if end > 0 => rest = more,
            _ => {
                found.push(before.iter().filter(|part| *part != "self").cloned().collect());
                // A new name for it.
                if let Some(alias) = rest.strip_prefix(" as ") {
                    let end = alias.find([',', '}', ';']).unwrap_or(alias.len());
                    rest = &alias[end..];
                }
                break;
            }
        }
    }
    before.truncate(depth);
    rest
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

/// One circle through every module that is in any, as a sentence.
fn circles(graph: &Graph) -> Vec<String> {
    let mut told = BTreeSet::new();
    let mut sentences = Vec::new();
    for start in graph.keys().filter(|start| !start.is_empty()) {
        if told.contains(start) {
            continue;
        }
        if let Some(way) = way_back(graph, start) {
            told.extend(way.iter().cloned());
            let ties = way.iter().zip(way.iter().skip(1).chain([start]));
            let tie = |(from, to): (&String, &String)| format!("{from} -> {to} by {}", graph[from][to]);
            sentences.push(ties.map(tie).collect::<Vec<_>>().join(", "));
        }
    }
    sentences
}

/// The shortest way from a module back to itself.
fn way_back(graph: &Graph, start: &String) -> Option<Vec<String>> {
    let mut ways = vec![vec![start.clone()]];
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in &ways {
            for next in graph.get(way.last()?).into_iter().flat_map(BTreeMap::keys) {
                if next == start {
                    return Some(way.clone());
                }
                if seen.insert(next.clone()) {
                    longer.push([&way[..], std::slice::from_ref(next)].concat());
                }
            }
        }
        ways = longer;
    }
    None
}
