//! Who must act when a command fails, and the exit code that says so.

use std::error::Error;
use std::fmt::Write;

/// Why a command failed, by who must act.
#[derive(Debug)]
pub enum Failure {
    /// The data were refused: too many rejects, a gate failed, a damaged file. Exit code 1.
    Data(Box<dyn Error + Send + Sync>),
    /// The command line, settings, mapping or query is wrong. Exit code 2.
    User(Box<dyn Error + Send + Sync>),
    /// A fault of ours, or of the machine. Exit code 70.
    Internal(Box<dyn Error + Send + Sync>),
}

impl Failure {
    /// The process exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Data(_) => 1,
            Self::User(_) => 2,
            Self::Internal(_) => 70,
        }
    }

    /// The error with its causes, one after the other, for stderr.
    pub fn message(&self) -> String {
        let (Self::Data(error) | Self::User(error) | Self::Internal(error)) = self;
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            let _ = write!(text, ": {inner}");
            cause = inner.source();
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_says_who_must_act() {
        assert_eq!(Failure::Data("x".into()).exit_code(), 1);
        assert_eq!(Failure::User("x".into()).exit_code(), 2);
        assert_eq!(Failure::Internal("x".into()).exit_code(), 70);
        assert_eq!(Failure::User("x".into()).message(), "x");
    }
}
