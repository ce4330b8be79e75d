//! The statements of the program as its stores spell them: the calls of the macros of `db.rs`, their
//! texts put together as the compiler does.

use std::{collections::BTreeMap, fs, path::Path};

/// A statement, and where it stands.
pub struct Statement {
    /// Module and function, e.g. `session::store::find`.
    pub place: String,
    /// Its text, as SQLite is sent it.
    pub sql: String,
}

/// The parameters of a macro and the expression it stands for.
type Macros = BTreeMap<String, (Vec<String>, String)>;

/// Those of all stores.
pub fn all() -> Vec<Statement> {
    let mut found = Vec::new();
    read_folder(Path::new("src"), &mut found);
    found
}

fn read_folder(folder: &Path, found: &mut Vec<Statement>) {
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read_folder(&path, found);
        } else if path.file_stem().unwrap().to_string_lossy().ends_with("store") {
            let module = path.with_extension("").to_string_lossy().replace('/', "::");
            let module = module.trim_start_matches("src::");
            found.extend(of_file(module, &fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The statements of one file.
pub fn of_file(module: &str, text: &str) -> Vec<Statement> {
    let macros = macros(text);
    let mut found = Vec::new();
    for (at, _) in text.match_indices("!(") {
        let name = last_word(&text[..at]);
        let arguments = || arguments(&text[at + 2..]);
        let sql = match name {
            "exec" => spelt(&arguments()[1], &macros, &BTreeMap::new()),
            "fetch" => spelt(&arguments()[3], &macros, &BTreeMap::new()),
            "fetch_among" => among(&arguments(), &macros),
            "shift" => shifted(&arguments(), &macros),
            _ => continue,
        };
        let function = text[..at].rsplit_once("fn ").expect("a statement is in a function").1;
        let function = first_word(function);
        found.push(Statement { place: format!("{module}::{function}"), sql });
    }
    found
}

fn among(arguments: &[String], macros: &Macros) -> String {
    let spelt = |argument: &String| spelt(argument, macros, &BTreeMap::new());
    let listed = match first_word(&arguments[3]) {
        "Ids" => "IN (SELECT unhex(value) FROM json_each($1))",
        "Texts" => "IN (SELECT value FROM json_each($1))",
        other => panic!("a list of {other}"),
    };
    format!("{}{listed}{}", spelt(&arguments[2]), spelt(&arguments[4]))
}

fn shifted(arguments: &[String], macros: &Macros) -> String {
    let spelt = |argument: &String| spelt(argument, macros, &BTreeMap::new());
    let moved: Vec<_> = arguments[3..].iter().map(spelt).map(|c| format!("{c} = {c}")).collect();
    format!("UPDATE {} SET {}", spelt(&arguments[1]), moved.join(", "))
}

/// What an expression of literals comes to.
fn spelt(expression: &str, macros: &Macros, given: &BTreeMap<String, String>) -> String {
    if expression.starts_with('"') {
        return literal(expression);
    }
    if let Some(parameter) = expression.strip_prefix('$') {
        return given[parameter].clone();
    }
    let (name, rest) = expression.split_once("!(").unwrap_or_else(|| panic!("read {expression}"));
    let parts = arguments(rest).into_iter().map(|part| spelt(&part, macros, given));
    if name == "concat" {
        return parts.collect();
    }
    let (parameters, body) = macros.get(name).unwrap_or_else(|| panic!("no macro {name}"));
    spelt(body, macros, &parameters.iter().cloned().zip(parts).collect())
}

/// The macros of a file that have one arm, an expression.
fn macros(text: &str) -> Macros {
    let mut found = Macros::new();
    for rest in text.split("macro_rules! ").skip(1) {
        let pattern = arguments(rest.split_once('(').expect("a pattern").1);
        let parameters = pattern.iter().map(|one| first_word(&one[1..]).to_owned()).collect();
        let body = rest.split_once("=> {").expect("an arm").1;
        let body = arguments(body).remove(0);
        found.insert(first_word(rest).to_owned(), (parameters, body));
    }
    found
}

/// What stands between commas, up to the bracket that closes.
fn arguments(text: &str) -> Vec<String> {
    let (mut depth, mut quoted, mut start, mut found) = (0, false, 0, Vec::new());
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        let ends = match letter {
            '\\' if quoted => {
                letters.next();
                false
            }
            '"' => {
                quoted = !quoted;
                false
            }
            _ if quoted => false,
            '(' | '[' | '{' => {
                depth += 1;
                false
            }
            ')' | ']' | '}' if depth == 0 => true,
            ')' | ']' | '}' => {
                depth -= 1;
                false
            }
            ',' => depth == 0,
            _ => false,
        };
        if !ends {
            continue;
        }
        let argument = text[start..at].trim();
        if !argument.is_empty() {
            found.push(argument.to_owned());
        }
        if letter != ',' {
            return found;
        }
        start = at + 1;
    }
    panic!("no bracket closes {text:.80}")
}

/// What a literal says.
fn literal(text: &str) -> String {
    let mut said = String::new();
    let mut letters = text[1..].chars();
    loop {
        match letters.next().expect("a literal ends") {
            '"' => return said,
            '\\' => said.push(letters.next().expect("something after a backslash")),
            letter => said.push(letter),
        }
    }
}

fn is_of_a_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn first_word(text: &str) -> &str {
    text.split(|letter| !is_of_a_word(letter)).next().unwrap_or_default()
}

fn last_word(text: &str) -> &str {
    text.rsplit(|letter| !is_of_a_word(letter)).next().unwrap_or_default()
}
