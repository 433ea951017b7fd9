//! The project's own source, for tests that read it.

use std::path::{Path, PathBuf};

/// One file.
pub struct Source {
    /// From the root of the project, with `/`.
    pub path: String,
    pub text: String,
}

/// Where the project stands.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file under a folder, by path.
pub fn under(folder: &str) -> Vec<Source> {
    let mut files = Vec::new();
    collect(&root().join(folder), &mut files);
    files.sort();
    assert!(!files.is_empty(), "no source under {folder}");
    files
        .into_iter()
        .map(|path| Source {
            path: path.strip_prefix(root()).unwrap().to_string_lossy().into_owned(),
            text: std::fs::read_to_string(&path).unwrap(),
        })
        .collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

impl Source {
    /// The room a file of `src` belongs to: `src/web.rs` and `src/web/form.rs` are both `web`.
    pub fn room(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inside.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// How many steps up lead to the root of the crate: 1 for `src/web.rs`, 2 for `src/web/form.rs`.
    pub fn depth(&self) -> usize {
        self.path.matches('/').count()
    }

    /// Lines by number, without comments.
    pub fn code_lines(&self) -> impl Iterator<Item = (usize, String)> {
        self.text.lines().enumerate().map(|(place, line)| {
            let code = if line.trim_start().starts_with("//") { "" } else { line };
            (place + 1, code.split(" // ").next().unwrap_or_default().to_owned())
        })
    }
}

fn is_name(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || sign == '_'
}

/// The names that begin a path in a line of code: `diesel` in `diesel::update(..)` and in `use diesel as d`.
pub fn crates_named(line: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (place, _) in line.match_indices("::") {
        let name: String = line[..place].chars().rev().take_while(|sign| is_name(*sign)).collect();
        let before = line[..place - name.len()].chars().next_back();
        if !name.is_empty() && !matches!(before, Some(':' | '.')) {
            names.push(name.chars().rev().collect());
        }
    }
    let code = line.trim_start();
    if let Some(path) = code.strip_prefix("use ").or_else(|| code.strip_prefix("extern crate ")) {
        names.push(path.chars().take_while(|sign| is_name(*sign)).collect());
    }
    names
}

/// The rooms that a line of code names: `crate::store::..`, and each of `crate::{store::.., vault}`.
pub fn rooms_named(line: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (place, start) in line.match_indices("crate::") {
        let rest = &line[place + start.len()..];
        if line[..place].ends_with('$') {
            continue;
        }
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            let mut done = false;
            for sign in group.chars() {
                match sign {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        rooms.push(std::mem::take(&mut name));
                        done = false;
                    }
                    _ if depth == 0 && !done && is_name(sign) => name.push(sign),
                    ' ' => {}
                    _ => done = !name.is_empty(),
                }
            }
            rooms.push(name);
        } else {
            rooms.push(rest.chars().take_while(|sign| is_name(*sign)).collect());
        }
    }
    // `crate::assert_page` and the like name an item of lib.rs, not a room.
    rooms.retain(|room| !room.is_empty() && root().join("src").join(format!("{room}.rs")).exists());
    rooms
}

/// The dependencies that stand under a comment in `Cargo.toml`, as their names in code.
pub fn crates_listed_under(comment: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    text.lines()
        .skip_while(|line| !line.starts_with(comment))
        .skip(1)
        .take_while(|line| !line.starts_with('#') && !line.starts_with('['))
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name.replace('-', "_"))
        .collect()
}

#[test]
fn the_reader_of_imports_sees_paths_groups_and_renames() {
    assert_eq!(rooms_named("use crate::{store::Tx, vault::{seal, x}, web};"), ["store", "vault", "web"]);
    assert_eq!(rooms_named("let x = crate::app::App::new();"), ["app"]);
    assert_eq!(crates_named("use diesel as d;"), ["diesel"]);
    assert_eq!(crates_named("    let a = sha2::Sha256::digest(b); self.x::y()"), ["sha2"]);
}
