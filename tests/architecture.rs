//! Holds the order of the modules and the table of STYLE: where a line belongs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn modules() -> Vec<String> {
    fs::read_to_string("src/lib.rs")
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned))
        .collect()
}

fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix("src").unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules that a text names: `crate::x` and the groups of `use crate::{x, y::z}`.
fn named(text: &str, modules: &[String]) -> Vec<String> {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for rest in joined.split("crate::").skip(1) {
        let names = match rest.strip_prefix('{') {
            Some(group) => top_names(group),
            None => vec![word(rest)],
        };
        found.extend(names.into_iter().filter(|name| modules.contains(name)));
    }
    found
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn top_names(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut start) = (0, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            ' ' => {}
            _ if start => {
                names.push(word(&group[at..]));
                start = false;
            }
            _ => {}
        }
    }
    names
}

#[test]
fn a_module_uses_only_modules_listed_above_it() {
    let order = modules();
    assert!(order.len() > 10, "src/lib.rs lists the modules");
    let mut wrong = Vec::new();
    for path in sources(Path::new("src")) {
        let Some(own) = order.iter().position(|name| *name == module_of(&path)) else { continue };
        let text = fs::read_to_string(&path).unwrap();
        for name in named(&text, &order) {
            if order.iter().position(|other| *other == name).unwrap() > own {
                wrong.push(format!("{} uses {name}, which stands below it", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The lines of a file without its unit tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap()
}

#[test]
fn sql_stands_in_stores_only() {
    let mut wrong = Vec::new();
    for path in sources(Path::new("src")) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let has_sql = ["exec!(", "fetch!("].iter().any(|call| without_tests(&text).contains(call));
        if has_sql && !name.ends_with("store") && !path.starts_with("src/db") {
            wrong.push(path.display().to_string());
        }
    }
    let wrong: Vec<_> = wrong.into_iter().filter(|path| path != "src/db.rs").collect();
    assert!(wrong.is_empty(), "SQL outside a store: {wrong:?}");
}

#[test]
fn rules_know_neither_clock_nor_database_nor_waiting() {
    for path in sources(Path::new("src")).into_iter().filter(|path| is_of_rules(path)) {
        let text = fs::read_to_string(&path).unwrap();
        for word in ["async fn", ".await", "Tx", "App", "sqlx", "Clock", "Chance"] {
            let found =
                without_tests(&text).split(|c: char| !c.is_alphanumeric()).any(|w| w == word)
                    || (word.contains(' ') || word.contains('.'))
                        && without_tests(&text).contains(word);
            assert!(!found, "{} names {word}", path.display());
        }
    }
}

/// `rules.rs` and what stands in a folder `rules`, but for tests.
fn is_of_rules(path: &Path) -> bool {
    let named = |name: &str| path.file_name().is_some_and(|file| file == name);
    let inside = path.parent().is_some_and(|folder| folder.ends_with("rules"));
    named("rules.rs") || inside && !named("tests.rs") && !named("properties.rs")
}

#[test]
fn rules_match_every_state_by_name() {
    let mut wrong = Vec::new();
    for path in sources(Path::new("src")).into_iter().filter(|path| is_of_rules(path)) {
        let text = fs::read_to_string(&path).unwrap();
        for (line, number) in without_tests(&text).lines().zip(1..) {
            if ["_ =>", "_ if "].iter().any(|arm| line.trim_start().starts_with(arm)) {
                wrong.push(format!("{}:{number}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "`_` hides next year's state: {wrong:?}");
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |kind: &str| {
        let mut names: Vec<_> = fs::read_dir(format!("migrations/{kind}"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

/// What was shipped has run on the databases of others, who would never be given the change.
#[test]
fn a_shipped_migration_is_never_changed() {
    let listed = fs::read_to_string("migrations/digests.txt").unwrap();
    let listed: Vec<_> = listed.lines().filter_map(|line| line.split_once("  ")).collect();
    for (digest, name) in &listed {
        let path = format!("migrations/{name}");
        let text = fs::read(&path).unwrap_or_else(|_| panic!("{path} was shipped and is gone"));
        let now = hex::encode(Sha256::digest(&text));
        assert_eq!(*digest, now, "{path} was shipped and has changed: write a new migration");
    }
    for kind in ["postgres", "sqlite"] {
        for entry in fs::read_dir(format!("migrations/{kind}")).unwrap() {
            let name = format!("{kind}/{}", entry.unwrap().file_name().to_string_lossy());
            let has_line = listed.iter().any(|(_, other)| *other == name);
            assert!(has_line, "{name} has no line in migrations/digests.txt (sha256sum)");
        }
    }
}

#[test]
fn no_file_is_longer_than_four_hundred_lines() {
    let roots = ["src", "tests", "benches"].map(Path::new);
    let mut long = Vec::new();
    for path in roots.into_iter().filter(|root| root.exists()).flat_map(sources) {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        if lines > 400 {
            long.push(format!("{}: {lines}", path.display()));
        }
    }
    assert!(long.is_empty(), "{long:?}");
}
