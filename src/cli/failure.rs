//! Which error asks whom to act.

use crate::error::Failure;
use crate::pipeline::PipelineError;
use crate::store::StoreError;

/// An error of the store, by who must act.
pub fn store_failure(error: StoreError) -> Failure {
    match error {
        StoreError::Damaged { .. } | StoreError::ForeignBase { .. } | StoreError::NoSpace { .. } => {
            Failure::Data(error.into())
        }
        StoreError::NewerFormat { .. }
        | StoreError::OlderFormat { .. }
        | StoreError::Locked { .. }
        | StoreError::NotAWorkspace { .. }
        | StoreError::NothingBuilt { .. } => Failure::User(error.into()),
        StoreError::Io { .. } | StoreError::Parquet { .. } | StoreError::TooMany { .. } | StoreError::NoNode => {
            Failure::Internal(error.into())
        }
    }
}

/// An error of the pipeline, by who must act.
pub fn pipeline_failure(error: PipelineError) -> Failure {
    match error {
        PipelineError::Store(error) => store_failure(error),
        PipelineError::TooManyRejects { .. } | PipelineError::Ingest(_) => Failure::Data(error.into()),
        PipelineError::Publish(_) | PipelineError::RowsLost { .. } => Failure::Internal(error.into()),
        PipelineError::Sources(_)
        | PipelineError::Mapping(_)
        | PipelineError::Map(_)
        | PipelineError::Input { .. }
        | PipelineError::Decisions(_)
        | PipelineError::Kept(_)
        | PipelineError::KeptCases(_)
        | PipelineError::NoRecords { .. }
        | PipelineError::NoDay => Failure::User(error.into()),
    }
}
