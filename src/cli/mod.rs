//! The command line: one file a command, each parse + call + print.

use clap::{Parser, Subcommand};

use crate::error::Failure;

mod interrupt;
mod query;
mod synth;

/// Finds a company's next key accounts.
#[derive(Parser, Debug)]
#[command(version, about, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Query(query::Query),
    Synth(synth::Synth),
}

/// Runs the command.
pub fn run(cli: &Cli) -> Result<(), Failure> {
    match &cli.command {
        Command::Query(query) => query.run(),
        Command::Synth(synth) => synth.run(),
    }
}
