//! How many questions this thread puts to the database.

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use std::cell::Cell;

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

struct Count;

impl Instrumentation for Count {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            ASKED.with(|asked| asked.set(asked.get() + 1));
        }
    }
}

/// Counts on every connection that is opened from here on: called before a service is started.
pub fn count() {
    set_default_instrumentation(|| Some(Box::new(Count))).unwrap();
}

/// How many questions this takes.
pub fn asked_by(act: impl FnOnce()) -> usize {
    let before = ASKED.with(Cell::get);
    act();
    ASKED.with(Cell::get) - before
}
