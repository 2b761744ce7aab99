//! Which batches of a source count, where a full export or another reading of the same files has replaced earlier ones.
//!
//! ```json
//! {"crm":["<hash of the last full export>","<hash of what was added since>"]}
//! ```
//!
//! A source that is not named here has never been exported as a whole, nor read again with another mapping: all its
//! batches count. Replaced batches stay on the disk, so an export that comes back, because a newer one was wrong, is in use
//! again without being read again.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::store::StoreError;
use crate::store::batch::BatchManifest;
use crate::store::durable::{read_text, replace_file};

const HINT: &str = "delete it and load the full exports again";

/// The batches that count, by source.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::store) struct InUse(BTreeMap<String, Vec<String>>);

impl InUse {
    /// What the file says; without a file all batches count.
    pub fn read(path: &Path) -> Result<Self, StoreError> {
        let Some(text) = read_text(path)? else { return Ok(Self::default()) };
        serde_json::from_str(&text).map_err(|error| StoreError::damaged(path, HINT, error.to_string()))
    }

    /// Replaces the file.
    pub fn write(&self, path: &Path) -> Result<(), StoreError> {
        let mut text = serde_json::to_string(self).unwrap_or_default();
        text.push('\n');
        replace_file(path, text.as_bytes())
    }

    /// The same after a batch has been loaded, which is its whole source or adds to it.
    #[must_use]
    pub fn with(mut self, batch: &BatchManifest, is_whole: bool) -> Self {
        if is_whole {
            self.0.insert(batch.source.clone(), vec![batch.hash.clone()]);
        } else if let Some(hashes) = self.0.get_mut(&batch.source)
            && !hashes.contains(&batch.hash)
        {
            hashes.push(batch.hash.clone());
        }
        self
    }

    /// The same when only these batches of a source count.
    #[must_use]
    pub fn with_only(mut self, source: &str, hashes: Vec<String>) -> Self {
        self.0.insert(source.to_owned(), hashes);
        self
    }

    /// Whether a batch counts.
    pub fn counts(&self, batch: &BatchManifest) -> bool {
        self.0.get(&batch.source).is_none_or(|hashes| hashes.contains(&batch.hash))
    }
}
