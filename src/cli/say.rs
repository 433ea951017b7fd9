//! Everything commands print goes through here. A reader that went away (`meldroute .. | head`) is no failure.

use std::fmt::Display;
use std::io::Write as _;

/// One line on standard output.
pub(super) fn line(text: impl Display) {
    drop(writeln!(std::io::stdout().lock(), "{text}"));
}

/// A step that is being taken, shown at once.
pub(super) fn step(text: impl Display) {
    let mut out = std::io::stdout().lock();
    drop(writeln!(out, "==> {text}").and_then(|()| out.flush()));
}

/// A table: each column as wide as its longest cell.
pub(super) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) {
    let mut widths = head.map(|cell| cell.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let print = |cells: [&str; N]| {
        let padded: Vec<String> = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        line(format!("  {}", padded.join("  ")).trim_end());
    };
    print(head);
    for row in rows {
        print(row.each_ref().map(String::as_str));
    }
}

/// What went wrong, on standard error.
pub(super) fn problem(text: &impl Display) {
    drop(writeln!(std::io::stderr().lock(), "meldroute: {text}"));
}
