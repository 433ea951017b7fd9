//! Holds `docs/glossary.md` to the code: every public type of the domain opens with its Dutch word, and stands there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Below this line the page is made from the code.
const MARK: &str = "<!-- Hieronder gemaakt uit src/domain: verander de code, niet de tabel. -->\n";

struct Named {
    word: String,
    note: String,
}

fn files_under(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files_under(&path, found),
            false => found.push(path),
        }
    }
}

/// Every public type with its opening line, by name and file; types whose line is wrong come apart.
fn public_types() -> (BTreeMap<(String, String), Named>, Vec<String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    files_under(&root.join("domain"), &mut files);
    let (mut types, mut wrong) = (BTreeMap::new(), Vec::new());
    for file in files.iter().filter(|file| !file.ends_with("tests.rs")) {
        let text = std::fs::read_to_string(file).unwrap();
        let place = file.strip_prefix(&root).unwrap().display().to_string();
        let lines: Vec<&str> = text.lines().map(str::trim).take_while(|line| *line != "mod tests {").collect();
        for (number, line) in lines.iter().enumerate() {
            let declared =
                ["pub struct ", "pub enum ", "pub trait ", "pub type "].iter().find_map(|kind| line.strip_prefix(kind));
            let Some(declared) = declared.filter(|rest| !rest.starts_with('$')) else { continue };
            let name: String =
                declared.chars().take_while(|symbol| symbol.is_alphanumeric() || *symbol == '_').collect();
            let above: Vec<&str> = lines[..number]
                .iter()
                .rev()
                .copied()
                .take_while(|l| l.starts_with("///") || l.starts_with("#["))
                .collect();
            let docs: Vec<&str> =
                above.into_iter().rev().filter_map(|l| l.strip_prefix("///")).map(str::trim).collect();
            let paragraph: Vec<&str> = docs.split(|line| line.is_empty()).next().unwrap_or_default().to_vec();
            let opening = paragraph.join(" ");
            match opening.strip_prefix("Dutch: *").and_then(|rest| rest.split_once("*. ")) {
                Some((word, note)) => {
                    let named = Named { word: word.to_owned(), note: note.replace('|', "\\|") };
                    types.insert((name, place.clone()), named);
                }
                None => wrong.push(format!("{place}: {name}")),
            }
        }
    }
    (types, wrong)
}

#[test]
fn glossary_is_complete() {
    let (types, wrong) = public_types();
    assert!(wrong.is_empty(), "these types do not open with \"/// Dutch: *woord*. \": {wrong:#?}");
    assert!(types.len() > 100, "only {} types were found: the search is broken", types.len());

    let mut rows: Vec<String> = types
        .iter()
        .map(|((name, place), named)| format!("| {} | `{name}` | {} ({place}) |", named.word, named.note))
        .collect();
    rows.sort_by_key(|row| row.to_lowercase());
    let table = format!("\n| Dutch | Code | Note |\n|---|---|---|\n{}\n", rows.join("\n"));

    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/glossary.md");
    let committed = std::fs::read_to_string(page).unwrap();
    let (written, _) = committed.split_once(MARK).expect("docs/glossary.md has lost the line above the table");
    crate::domain::assert_page_is_current("docs/glossary.md", &format!("{written}{MARK}{table}"));
}
