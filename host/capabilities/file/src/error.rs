//! Why something could not be done with a file.

use std::io::{Error, ErrorKind};

use llmspell_base::{Code, Failure};

/// Why something could not be done with a file, without the path that a spell gave for it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FileError {
    /// There is no such file or folder.
    #[error("there is no such file or folder")]
    Missing,
    /// A folder on the way is not there.
    #[error("there is no folder '{0}' on the way to it")]
    NoFolder(String),
    /// A link, or the path itself, leads out of the granted folder.
    #[error("it leads out of the folder that is granted")]
    Escapes,
    /// Where it leads to, or something in it, is not granted.
    #[error("{0}")]
    Denied(String),
    /// A folder, where a file is wanted.
    #[error("it is a folder")]
    IsFolder,
    /// A file, where a folder is wanted.
    #[error("it is no folder")]
    NotFolder,
    /// A pipe, a device or a socket.
    #[error("it is no plain file, and spells get no pipes, devices and sockets")]
    NotPlain,
    /// The granted folder can't be removed or replaced.
    #[error("it is the granted folder itself")]
    IsGrant,
    /// A folder that has something in it.
    #[error("the folder is not empty: ask for it with all that is in it")]
    NotEmpty,
    /// What is to be made is there.
    #[error("there is one already")]
    Exists,
    /// More bytes than a file may have here.
    #[error("it has {bytes} bytes, and here a file may have {most}")]
    TooLarge {
        /// How many there are.
        bytes: u64,
        /// How many there may be.
        most: u64,
    },
    /// Nothing waits for it any more.
    #[error("it was cancelled")]
    Cancelled,
    /// The run's own limits.
    #[error("{}", .0.message)]
    Limit(Failure),
    /// Anything else.
    #[error("{0}")]
    Unusable(String),
}

impl FileError {
    /// The failure that the spell gets; `path` is the one that it gave.
    pub fn of(self, path: &str) -> Failure {
        use FileError as E;
        let code = match &self {
            E::Missing | E::NoFolder(_) => Code::NotFound,
            E::Escapes | E::Denied(_) => Code::Denied,
            E::TooLarge { .. } => Code::TooLarge,
            E::Cancelled => Code::Cancelled,
            E::Limit(failure) => return failure.clone(),
            E::IsFolder | E::NotFolder | E::NotPlain | E::IsGrant | E::NotEmpty | E::Exists | E::Unusable(_) => {
                Code::Invalid
            }
        };
        Failure::new(code, format!("'{}': {self}", shown(path)))
    }
}

impl From<Error> for FileError {
    fn from(error: Error) -> FileError {
        match error.kind() {
            ErrorKind::NotFound => FileError::Missing,
            ErrorKind::NotADirectory => FileError::NotFolder,
            ErrorKind::IsADirectory => FileError::IsFolder,
            ErrorKind::DirectoryNotEmpty => FileError::NotEmpty,
            ErrorKind::AlreadyExists => FileError::Exists,
            // cap-std's word for what leads out, and not the system's for what may not be touched.
            ErrorKind::PermissionDenied if error.raw_os_error().is_none() => FileError::Escapes,
            #[cfg(unix)]
            _ if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
                FileError::Unusable("it was replaced by a link meanwhile".into())
            }
            _ => FileError::Unusable(error.to_string()),
        }
    }
}

impl From<Failure> for FileError {
    fn from(failure: Failure) -> FileError {
        FileError::Limit(failure)
    }
}

/// A path for a message: on one line, and not longer than one.
pub fn shown(path: &str) -> String {
    path.escape_debug().take(120).collect()
}
