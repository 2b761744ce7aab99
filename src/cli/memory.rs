//! How much memory a build may use.

use clap::Args;

use crate::model::Size;
use crate::pipeline::LoadSettings;
use crate::store::Writing;

/// What every command takes that may build a snapshot.
#[derive(Args, Debug, Clone, Copy)]
pub struct MemoryArgument {
    /// What a build may keep in memory, such as 4G or 512M; more goes through scratch files (default: as settings say).
    #[arg(long, value_name = "SIZE")]
    memory: Option<Size>,
}

impl MemoryArgument {
    /// The writer with this bound.
    #[must_use]
    pub fn bound<'a>(&self, writing: Writing<'a>, settings: LoadSettings) -> Writing<'a> {
        writing.with_memory(self.memory.unwrap_or(settings.memory).bytes())
    }
}
