//! `kagraph profiles`: the shipped mappings.

use clap::Args;

use crate::cli::stdout::put;
use crate::error::Failure;
use crate::mapping::profiles;

/// Lists the shipped mappings, or prints one, to start an own one from.
#[derive(Args, Debug)]
pub struct Profiles {
    /// The profile to print.
    name: Option<String>,
}

impl Profiles {
    /// Prints.
    pub fn run(&self) -> Result<(), Failure> {
        match &self.name {
            None => put(&profiles::ALL.iter().map(|(name, _)| format!("{name}\n")).collect::<String>()),
            Some(name) => {
                let found = profiles::ALL.iter().find(|(it, _)| it == name);
                let unknown = || {
                    Failure::User(
                        format!("there is no shipped profile {name}\nhint: `kagraph profiles` lists them").into(),
                    )
                };
                put(found.ok_or_else(unknown)?.1)
            }
        }
    }
}
