//! The command line: one file a command, each parse + call + print.

mod backtest;
mod bench;
mod build;
mod days;
mod discover;
mod evaluate;
mod explain;
mod export;
mod failure;
mod info;
mod interrupt;
mod journal;
mod load;
mod memory;
mod profiles;
mod progress;
mod query;
mod resolve;
mod run;
mod settings_file;
mod stdout;
mod synth;
mod verify;
mod workspace;

pub use stdout::write_line;

use clap::{Parser, Subcommand};

use crate::error::Failure;

/// Finds a company's next key accounts: one knowledge graph, three lists with reasons, SPARQL over all of it.
#[derive(Parser, Debug)]
#[command(version, about, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Threads to use (default: one for each core).
    #[arg(long, global = true, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Subcommand, Debug)]
enum Command {
    Run(run::Run),
    Load(load::Load),
    Build(build::Build),
    Discover(discover::Discover),
    Query(query::Query),
    Bench(bench::Bench),
    Backtest(backtest::Backtest),
    Explain(explain::Explain),
    Export(export::Export),
    Info(info::Info),
    Verify(verify::Verify),
    Evaluate(evaluate::Evaluate),
    Resolve(resolve::Resolve),
    #[command(alias = "why-not")]
    Why(resolve::Why),
    Review(resolve::Review),
    Profiles(profiles::Profiles),
    Synth(synth::Synth),
}

/// Runs the command.
pub fn run(cli: &Cli) -> Result<(), Failure> {
    if let Some(threads) = cli.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
        pool.map_err(|error| Failure::User(error.into()))?;
    }
    match &cli.command {
        Command::Run(command) => command.run(),
        Command::Load(command) => command.run(),
        Command::Build(command) => command.run(),
        Command::Discover(command) => command.run(),
        Command::Query(command) => command.run(),
        Command::Backtest(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::Export(command) => command.run(),
        Command::Bench(command) => command.run(),
        Command::Info(command) => command.run(),
        Command::Verify(command) => command.run(),
        Command::Evaluate(command) => command.run(),
        Command::Resolve(command) => command.run(),
        Command::Why(command) => command.run(),
        Command::Review(command) => command.run(),
        Command::Profiles(command) => command.run(),
        Command::Synth(command) => command.run(),
    }
}
