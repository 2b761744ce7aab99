//! The command line: one file a command, each parse + call + print.

use clap::{Parser, Subcommand};

use crate::error::Failure;

/// Finds a company's next key accounts.
#[derive(Parser, Debug)]
#[command(version, about, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {}

/// Runs the command.
pub fn run(cli: &Cli) -> Result<(), Failure> {
    let _ = &cli.command;
    Ok(())
}
