//! Holds the order of the modules and the table of STYLE: where a line belongs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use std::{
    collections::BTreeMap,
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

/// A folder of modules: its front page, and the children in the order in which the page lists them.
struct Folder {
    path: PathBuf,
    page: String,
    children: Vec<String>,
    /// What the page hands on, and from which child.
    handed_on: BTreeMap<String, String>,
}

impl Folder {
    fn read(path: &Path) -> Option<Self> {
        let pages = [path.join("mod.rs"), path.with_extension("rs")];
        let page = code(pages.iter().find(|page| page.exists())?);
        let children: Vec<String> = page
            .split(';')
            .filter_map(|line| line.rsplit_once("mod "))
            .filter(|(_, name)| word(name) == *name)
            .map(|(_, name)| name.to_owned())
            .collect();
        let mut handed_on = BTreeMap::new();
        for path in page.split("use ").skip(1).flat_map(paths) {
            let (child, name) = path.split_once("::").unwrap_or_default();
            let name =
                name.rsplit_once(" as ").or(name.rsplit_once("::")).map_or(name, |two| two.1);
            if children.iter().any(|known| known == child) {
                handed_on.insert(name.to_owned(), child.to_owned());
            }
        }
        Some(Self { path: path.to_owned(), page, children, handed_on })
    }

    /// What the files of `child` may not name: siblings below it, also by way of the front page, and
    /// functions that the front page has of its own.
    fn upward(&self, child: &str) -> Vec<String> {
        let own = self.children.iter().position(|name| name == child).unwrap();
        let is_function = |name: &str| {
            ["(", "<"].iter().any(|next| self.page.contains(&format!("fn {name}{next}")))
        };
        let mut wrong = Vec::new();
        for (file, name) in self.named_by(child) {
            let sibling = self.handed_on.get(&name).unwrap_or(&name);
            if self.children[own + 1..].contains(sibling) {
                wrong.push(format!("{file} uses {name} of {sibling}, which is listed below it"));
            } else if !self.handed_on.contains_key(&name) && is_function(&name) {
                wrong.push(format!("{file} uses the function {name} of its front page"));
            }
        }
        wrong
    }

    /// What each file of `child` names of this folder.
    fn named_by(&self, child: &str) -> Vec<(String, String)> {
        let mut files = vec![self.path.join(child).with_extension("rs")];
        if self.path.join(child).is_dir() {
            files.extend(sources(&self.path.join(child)));
        }
        files.retain(|file| file.exists() && !is_of_tests(file));
        let inside = self.path.strip_prefix("src").unwrap();
        let inside: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        let from_above = format!("crate::{}::", inside.join("::"));
        let mut named = Vec::new();
        for file in files {
            let depth = file.strip_prefix(&self.path).unwrap().components().count()
                - usize::from(file.ends_with("mod.rs"));
            let from_below = "super::".repeat(depth);
            for path in used(&code(&file)) {
                let rest = path.strip_prefix(&from_above).or(path.strip_prefix(&from_below));
                named.extend(rest.map(|rest| (file.display().to_string(), word(rest))));
            }
        }
        named
    }
}

fn is_of_tests(file: &Path) -> bool {
    let name = file.file_stem().unwrap().to_string_lossy();
    name.ends_with("tests") || name == "properties"
}

/// A file on one line, without comments and unit tests.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let lines = without_tests(&text).lines().map(str::trim);
    lines.filter(|line| !line.starts_with("//")).collect::<Vec<_>>().join(" ")
}

/// Every path in `text` that begins at `super` or `crate`, whole.
fn used(text: &str) -> Vec<String> {
    let begins = text.match_indices("super::").chain(text.match_indices("crate::"));
    let begins = begins.filter(|(at, _)| !text[..*at].ends_with([':', '_']));
    begins.flat_map(|(at, _)| paths(&text[at..])).collect()
}

/// The paths of the use tree that `text` begins with: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn paths(text: &str) -> Vec<String> {
    let end = text.find(|c: char| ",;{}()[]<>!.&=?\"'".contains(c)).unwrap_or(text.len());
    let begin = text[..end].trim();
    if !text[end..].starts_with('{') || !begin.ends_with("::") {
        return vec![begin.to_owned()];
    }
    let (mut depth, mut found, mut start) = (0, Vec::new(), true);
    for (at, c) in text[end..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => start = true,
            ' ' | ',' => {}
            _ if depth == 1 && start => {
                let inner = paths(&text[end + at..]);
                found.extend(inner.into_iter().map(|inner| format!("{begin}{inner}")));
                start = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    found
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(folders(&path));
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn a_module_uses_only_modules_listed_above_it_inside_a_folder_too() {
    let folders: Vec<_> =
        folders(Path::new("src")).iter().filter_map(|path| Folder::read(path)).collect();
    assert!(folders.iter().any(|folder| folder.handed_on.len() > 10), "front pages hand on");
    let wrong: Vec<String> = folders
        .iter()
        .flat_map(|folder| folder.children.iter().flat_map(|child| folder.upward(child)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_tree_of_uses_is_read_whole() {
    let text = "use super::{Error, store::{self, find as f}}; let x = super::rules::fits(1); \
                use crate::{app::App, http::{problem::Problem, told}};";
    let expected = [
        "super::Error",
        "super::store::self",
        "super::store::find as f",
        "super::rules::fits",
        "crate::app::App",
        "crate::http::problem::Problem",
        "crate::http::told",
    ];
    assert_eq!(used(text), expected);
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

/// Files that read what people send with a parser of their kind: they run in a process of its own. The
/// bank's files are written, not read.
const PARSERS: [&str; 6] = [
    "src/enrolment/table.rs",
    "src/enrolment/table/csv.rs",
    "src/enrolment/table/ods.rs",
    "src/enrolment/table/xlsx.rs",
    "src/enrolment/table_tests.rs",
    "src/verify/offline.rs",
];

#[test]
fn what_people_send_is_parsed_only_where_a_process_of_its_own_reads_it() {
    let mut wrong = Vec::new();
    for path in sources(Path::new("src")) {
        let text = fs::read_to_string(&path).unwrap();
        let parses = ["calamine", "quick_xml", "lopdf", "csv::Reader", "csv_core", "ZipArchive"]
            .iter()
            .any(|parser| without_tests(&text).contains(parser));
        if parses && !PARSERS.iter().any(|known| path == Path::new(known)) {
            wrong.push(path.display().to_string());
        }
    }
    assert!(wrong.is_empty(), "read it in a process of its own (`confined`): {wrong:?}");
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
