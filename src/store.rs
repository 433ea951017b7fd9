//! The only room that knows diesel: one door for reading, one for writing.
