//! What was measured, as tables with units: on the terminal, and in `docs/benchmarks.md` when asked.

use std::fmt::Write as _;
use std::time::Duration;

/// A table with what must be said under it.
pub(crate) struct Table {
    title: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
}

impl Table {
    pub(crate) fn new(title: impl Into<String>, head: &[&str]) -> Self {
        let head = head.iter().map(|cell| (*cell).to_owned()).collect();
        Self { title: title.into(), head, rows: Vec::new(), notes: Vec::new() }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        assert_eq!(N, self.head.len(), "een rij van {} past niet onder haar kop", self.title);
        self.rows.push(cells.to_vec());
    }

    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Readable as text and as Markdown: the first column to the left, figures to the right.
    fn text(&self) -> String {
        let mut widths: Vec<usize> = self.head.iter().map(|cell| cell.chars().count()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let line = |cells: &[String]| {
            let mut text = String::from("|");
            for (place, (cell, width)) in cells.iter().zip(&widths).enumerate() {
                let _ = if place == 0 { write!(text, " {cell:<width$} |") } else { write!(text, " {cell:>width$} |") };
            }
            text
        };
        let mut text = format!("### {}\n\n{}\n|", self.title, line(&self.head));
        for (place, width) in widths.iter().enumerate() {
            let _ = if place == 0 {
                write!(text, "{:-<1$}|", "", width + 2)
            } else {
                write!(text, "{:->1$}:|", "", width + 1)
            };
        }
        for row in &self.rows {
            let _ = write!(text, "\n{}", line(row));
        }
        text.push('\n');
        for note in &self.notes {
            let _ = write!(text, "\n{note}\n");
        }
        text
    }
}

/// Whether what was wanted was found.
struct Aim {
    what: String,
    wanted: String,
    found: String,
    met: Met,
}

/// Dutch: *gehaald*.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Met {
    Yes,
    No,
}

impl From<bool> for Met {
    fn from(fact: bool) -> Self {
        if fact { Self::Yes } else { Self::No }
    }
}

/// Everything of one run.
#[derive(Default)]
pub(crate) struct Report {
    tables: Vec<Table>,
    aims: Vec<Aim>,
}

impl Report {
    /// Shows a table at once, and keeps it.
    pub(crate) fn add(&mut self, table: Table) {
        println!("{}", table.text());
        self.tables.push(table);
    }

    pub(crate) fn aim(&mut self, what: impl Into<String>, wanted: &str, found: impl Into<String>, met: impl Into<Met>) {
        self.aims.push(Aim { what: what.into(), wanted: wanted.to_owned(), found: found.into(), met: met.into() });
    }

    /// The aims beside what was found; shown, and kept as the first table.
    pub(crate) fn conclude(&mut self) {
        let mut table = Table::new("Doelen", &["Wat", "Doel", "Gevonden", "Gehaald"]);
        for aim in &self.aims {
            let met = if aim.met == Met::Yes { "ja" } else { "NEE" };
            table.row([aim.what.clone(), aim.wanted.clone(), aim.found.clone(), met.to_owned()]);
        }
        println!("{}", table.text());
        self.tables.insert(0, table);
    }

    /// The aims that were missed.
    pub(crate) fn missed(&self) -> Vec<&str> {
        self.aims.iter().filter(|aim| aim.met == Met::No).map(|aim| aim.what.as_str()).collect()
    }

    /// Every table, as Markdown.
    pub(crate) fn markdown(&self) -> String {
        self.tables.iter().map(|table| table.text().replacen("###", "##", 1)).collect::<Vec<_>>().join("\n")
    }
}

/// A whole number with a point between the thousands.
pub(crate) fn whole(number: f64) -> String {
    meldroute::web::pages::signals::thousands(number.round() as u64)
}

/// A duration in the unit that reads best, with a comma, to three digits.
pub(crate) fn time(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    let (value, unit) = match seconds {
        s if s >= 1.0 => (s, "s"),
        s if s >= 1e-3 => (s * 1e3, "ms"),
        s => (s * 1e6, "µs"),
    };
    format!("{} {unit}", digits(value))
}

/// Three digits that count, with a comma.
pub(crate) fn digits(value: f64) -> String {
    let places = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.places$}").replace('.', ",")
}

/// `part` as a share of `whole`.
pub(crate) fn share(part: f64, whole: f64) -> String {
    if whole > 0.0 { format!("{:.0} %", 100.0 * part / whole) } else { "–".to_owned() }
}

/// Bytes in MiB.
pub(crate) fn mib(bytes: u64) -> String {
    format!("{} MiB", digits(bytes as f64 / 1_048_576.0))
}
