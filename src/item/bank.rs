//! The item bank: read once from the shipped files, and checked before anything is drawn from it.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::scheme::{self, Scheme};

use super::{Item, check as rules, raw::File};

/// All shipped items, all versions.
#[derive(Debug, Default)]
pub struct Bank {
    items: Vec<Item>,
    places: BTreeMap<(String, i32), usize>,
}

/// Why the program does not start with this bank.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the item bank has {} faults, the first: {}", .0.len(), .0.first().map_or("", String::as_str))]
pub struct BadItems(pub Vec<String>);

#[derive(rust_embed::RustEmbed)]
#[folder = "schemes/"]
struct Files;

static BANK: LazyLock<Result<Bank, BadItems>> = LazyLock::new(|| {
    let files = Files::iter().filter(|name| name.contains("/items/")).map(|name| {
        let bytes = Files::get(&name).map(|file| file.data).unwrap_or_default();
        (name.to_string(), String::from_utf8_lossy(&bytes).into_owned())
    });
    Bank::read(files)
});

static NOTHING: LazyLock<Bank> = LazyLock::new(Bank::default);

/// The shipped bank; empty when [`check`] fails.
pub fn bank() -> &'static Bank {
    BANK.as_ref().unwrap_or(&NOTHING)
}

/// A version of an item.
pub fn find(id: &str, version: i32) -> Option<&'static Item> {
    let bank = bank();
    bank.places.get(&(id.to_owned(), version)).map(|at| &bank.items[*at])
}

/// Checks the shipped bank; the program does not start on an error.
pub fn check() -> Result<(), BadItems> {
    BANK.as_ref().map(|_| ()).map_err(Clone::clone)
}

impl Bank {
    /// All items.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The newest versions of the items that fit a place in a form.
    pub fn fit(
        &self,
        scheme: &Scheme,
        framework: &str,
        competence: &str,
        difficulty: i32,
    ) -> Vec<&Item> {
        let newest = |item: &Item| !self.places.contains_key(&(item.id.clone(), item.version + 1));
        let fits = |item: &&Item| {
            item.scheme == scheme.id
                && item.framework == framework
                && item.competence == competence
                && item.difficulty == difficulty
                && newest(item)
        };
        self.items.iter().filter(fits).collect()
    }

    /// Reads and checks all files, by path; all faults are told at once.
    fn read(files: impl Iterator<Item = (String, String)>) -> Result<Self, BadItems> {
        let mut bank = Self::default();
        let mut faults = Vec::new();
        for (name, text) in files {
            bank.read_file(&name, &text).unwrap_or_else(|mut more| faults.append(&mut more));
        }
        for scheme in scheme::all() {
            faults.append(&mut bank.empty_places(scheme));
        }
        if faults.is_empty() { Ok(bank) } else { Err(BadItems(faults)) }
    }

    fn read_file(&mut self, name: &str, text: &str) -> Result<(), Vec<String>> {
        let file: File = toml::from_str(text).map_err(|e| vec![format!("{name}: {e}")])?;
        let scheme = name.split('/').next().unwrap_or_default();
        let mut faults = Vec::new();
        for raw in file.item {
            let id = raw.id.clone();
            let checked = raw.into_item(scheme).and_then(|item| {
                rules::check(&item, name)?;
                Ok(item)
            });
            match checked {
                Ok(item) => faults.extend(self.add(item).err()),
                Err(why) => faults.push(format!("{id}: {why}")),
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn add(&mut self, item: Item) -> Result<(), String> {
        let key = (item.id.clone(), item.version);
        if self.places.insert(key, self.items.len()).is_some() {
            return Err(format!("{}: version {} is there twice", item.id, item.version));
        }
        self.items.push(item);
        Ok(())
    }

    /// The places of a scheme's blueprint that no item fits.
    fn empty_places(&self, scheme: &Scheme) -> Vec<String> {
        let mut faults = Vec::new();
        for part in &scheme.parts {
            let framework = scheme::framework(&part.framework);
            for competence in framework.iter().flat_map(|framework| framework.competences()) {
                for draw in &part.blueprint.draws {
                    if !self.fills(scheme, &part.framework, &competence.id, draw) {
                        let place = format!("{} {}", part.framework, competence.id);
                        faults.push(format!("no items of {place} for the draw {draw:?}"));
                    }
                }
            }
        }
        faults
    }

    fn fills(&self, scheme: &Scheme, framework: &str, competence: &str, draw: &[i32]) -> bool {
        draw.iter().all(|difficulty| {
            let needed = draw.iter().filter(|other| *other == difficulty).count();
            self.fit(scheme, framework, competence, *difficulty).len() >= needed
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::item::ItemType;

    #[test]
    fn shipped_bank_is_sound() {
        if let Err(BadItems(faults)) = check() {
            panic!("{}", faults.join("\n"));
        }
        assert!(bank().items().len() >= 128);
    }

    #[test]
    fn each_competence_has_four_items_of_rising_difficulty_and_three_types() {
        for scheme in scheme::all() {
            for part in &scheme.parts {
                for competence in scheme::framework(&part.framework).unwrap().competences() {
                    let items: Vec<&Item> = (1..=4)
                        .flat_map(|d| bank().fit(scheme, &part.framework, &competence.id, d))
                        .collect();
                    let types: BTreeSet<ItemType> = items.iter().map(|i| i.item_type()).collect();
                    assert!(items.len() >= 4, "{} {}", part.framework, competence.id);
                    assert!(types.len() >= 3, "{} {}", part.framework, competence.id);
                }
            }
        }
    }

    #[test]
    fn every_type_of_item_is_shipped() {
        let types: BTreeSet<ItemType> = bank().items().iter().map(Item::item_type).collect();
        assert_eq!(types.len(), 8);
    }

    #[test]
    fn no_two_items_ask_the_same() {
        let prompts: BTreeSet<&str> = bank().items().iter().map(|i| i.prompt.fr.as_str()).collect();
        assert_eq!(prompts.len(), bank().items().len());
    }

    #[test]
    fn bank_with_faults_tells_them_all() {
        let text = r#"
            [[item]]
            id = "crcn-1.1-01"
            version = 1
            framework = "crcn"
            competence = "1.1"
            difficulty = 1
            prompt = { fr = "Q ?", en = "Q?" }
            justification = { fr = "p", en = "p" }
            type = "single_choice"
            choices = [{ id = "a", fr = "a", en = "a" }, { id = "b", fr = "b", en = "b" }]
            key = "c"
        "#;
        let file = ("pix-edu/items/crcn-1.1.toml".to_owned(), text.to_owned());
        let BadItems(faults) = Bank::read([file].into_iter()).unwrap_err();
        assert_eq!(faults[0], "crcn-1.1-01: the key names no choice: c");
        assert_eq!(faults[1], "no items of crcn 1.1 for the draw [1, 4]");
    }
}
