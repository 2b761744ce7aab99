//! The `kagraph` command.

use std::process::ExitCode;

use clap::Parser;
use kagraph::cli::{self, Cli};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_env("KAGRAPH_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).without_time().init();
    match cli::run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            cli::write_line(format_args!("error: {}", failure.message()));
            ExitCode::from(failure.exit_code())
        }
    }
}
