//! Log lines: JSON for machines, text for people, both on standard error.

use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config;
use crate::failure::Style;

/// Begins to log.
pub fn start(log: &config::Log) {
    // Checked with the other settings.
    let filter: Targets = log.level.parse().unwrap_or_default();
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let layer = if log.format == "text" {
        layer.with_ansi(Style::of_stderr().is_coloured()).with_target(false).boxed()
    } else {
        layer.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed()
    };
    // A second call, in a test, changes nothing.
    let _ = tracing_subscriber::registry().with(layer.with_filter(filter)).try_init();
}
