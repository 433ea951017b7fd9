//! Coming in: what slows whoever guesses, and what a member has to show.

mod attempts;
