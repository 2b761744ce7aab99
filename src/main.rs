//! The `kagraph` command.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use kagraph::cli::{self, Cli};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_env("KAGRAPH_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).without_time();
    log.with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).init();
    match cli::run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            cli::write_line(format_args!("error: {}", failure.message()));
            ExitCode::from(failure.exit_code())
        }
    }
}
