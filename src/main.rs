//! The one binary: everything it does lives in the library.

fn main() -> std::process::ExitCode {
    meldroute::cli::run()
}
