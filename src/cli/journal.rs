//! What the service says about itself, on standard error: a service manager keeps it.

use crate::config::{LogConfig, LogFormat, LogLevel};
use tracing_subscriber::EnvFilter;

/// Starts it. A second start in one process changes nothing.
pub(super) fn start(config: &LogConfig) {
    let level = match config.level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
        LogLevel::Trace => "trace",
    };
    // The libraries below stay at warnings: they would write down the microsecond of every request.
    let others = if config.level == LogLevel::Error { "error" } else { "warn" };
    let ours = EnvFilter::new(format!("{others},{}={level}", env!("CARGO_CRATE_NAME")));
    let lines = tracing_subscriber::fmt().with_env_filter(ours).with_writer(std::io::stderr).with_ansi(false);
    drop(match config.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    });
}
