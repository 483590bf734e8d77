//! A store in one file, for several processes at once: SQLite in WAL mode, synced at every commit.

use std::io::{ErrorKind, Read as _};
use std::ops::ControlFlow;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};
use rustix::fs::StatVfsMountFlags;

use crate::engine::{Batch, Both, Each, Engine, Read, Want, Writer};
use crate::error::{StoreError, damaged, explain};
use crate::keys;
use crate::record::HEAD_BYTES;

/// "lspl": marks a file as a store of llmspell.
const APPLICATION: i32 = 0x6c73_706c;
const FORMAT: i32 = 2;

/// How every database of SQLite begins.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Connections that are kept for readers.
const IDLE: usize = 8;

#[derive(Clone)]
struct Reader(Arc<Shared>);

struct Shared {
    file: PathBuf,
    name: String,
    wait: Duration,
    idle: Mutex<Vec<Connection>>,
}

struct Sqlite {
    shared: Arc<Shared>,
    connection: Connection,
}

/// `known`: there are backups of it, so that it was a store once, whatever it is now.
pub fn open(file: &Path, name: &str, wait: Duration, known: bool) -> Result<Engine, StoreError> {
    let shared = Shared { file: file.into(), name: name.into(), wait, idle: Mutex::default() };
    let shared = Arc::new(shared);
    look(file, name, known)?;
    if !file.exists() {
        shared.make()?;
    }
    let connection = shared.connect()?;
    shared.examine(&connection)?;
    let reader = Box::new(Reader(shared.clone()));
    Ok(Engine { reader, writer: Box::new(Sqlite { shared, connection }), waits: true, exclusive: false })
}

/// Tells a file that is no store of llmspell from a damaged store.
fn look(file: &Path, name: &str, known: bool) -> Result<(), StoreError> {
    let refused = |what: &str| Err(StoreError::Unusable { store: name.into(), what: what.into() });
    let Ok(about) = std::fs::metadata(file) else { return Ok(()) };
    if about.is_dir() {
        return refused("it is a folder, and a store of the kind sqlite is a file: name one in it");
    }
    if !about.is_file() {
        return refused("it is no plain file: name another");
    }
    let mut beginning = Vec::new();
    // What can't be opened is told of by SQLite.
    let read = std::fs::File::open(file).and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut beginning));
    match read {
        // To SQLite it would be a database in which nothing is yet.
        Ok(0) if known => Err(damaged(name, "the file is empty")),
        Ok(0) => refused("the file is empty: name another, or remove it so that a store can be made there"),
        Ok(_) if beginning != MAGIC && known => Err(damaged(name, "the file does not begin as a database does")),
        Ok(_) if beginning != MAGIC => refused("the file is no database: name another, or one that is not there yet"),
        _ => Ok(()),
    }
}

impl Shared {
    /// A file that is there is a store, whole: it is made under another name, and gets its own at once.
    fn make(&self) -> Result<(), StoreError> {
        let mut draft = self.file.as_os_str().to_os_string();
        draft.push(format!(".{}.draft", std::process::id()));
        let draft = PathBuf::from(draft);
        let unusable = |error: &std::io::Error| StoreError::unusable(&self.name, "making it", error);
        let made = || -> rusqlite::Result<()> {
            let connection = Connection::open(&draft)?;
            connection.execute_batch(&format!(
                "PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL;
                 BEGIN;
                 PRAGMA application_id = {APPLICATION};
                 PRAGMA user_version = {FORMAT};
                 CREATE TABLE state (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
                 COMMIT;"
            ))?;
            connection.execute("INSERT INTO state VALUES (?1, ?2)", params![keys::mark(), b"1"])?;
            Ok(())
        };
        let _ = std::fs::remove_file(&draft);
        // Only this user may read what spells keep. SQLite gives its other files the same mode.
        let own = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft);
        own.map_err(|error| unusable(&error))?;
        if let Err(error) = made() {
            let _ = std::fs::remove_file(&draft);
            return Err(self.error(error));
        }
        let named = std::fs::hard_link(&draft, &self.file);
        let _ = std::fs::remove_file(&draft);
        match named {
            // Another process was faster.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            other => other.map_err(|error| unusable(&error))?,
        }
        std::fs::File::open(self.folder()).and_then(|folder| folder.sync_all()).map_err(|error| unusable(&error))
    }

    fn folder(&self) -> &Path {
        self.file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connect = || -> rusqlite::Result<Connection> {
            let connection = Connection::open_with_flags(&self.file, flags)?;
            connection.busy_timeout(self.wait)?;
            // It is in WAL mode since it was made. A file that is no store of llmspell is not touched.
            connection.execute_batch(
                "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;",
            )?;
            Ok(connection)
        };
        connect().map_err(|error| self.error(error))
    }

    fn examine(&self, connection: &Connection) -> Result<(), StoreError> {
        let number = |pragma: &str| -> Result<i32, StoreError> {
            connection.pragma_query_value(None, pragma, |row| row.get(0)).map_err(|error| self.error(error))
        };
        let (application, format) = (number("application_id")?, number("user_version")?);
        if application != APPLICATION {
            let what = "the file is a database of another program: name another file".into();
            return Err(StoreError::Unusable { store: self.name.clone(), what });
        }
        if format != FORMAT {
            let what = format!("its format is {format}, which this version does not know");
            return Err(StoreError::Unusable { store: self.name.clone(), what });
        }
        let mark = get(connection, &keys::mark()).map_err(|error| self.error(error))?;
        mark.map(drop).ok_or_else(|| damaged(&self.name, "it holds nothing of what a store begins with"))
    }

    fn error(&self, error: rusqlite::Error) -> StoreError {
        let store = self.name.clone();
        let unusable = |what: String| StoreError::Unusable { store: store.clone(), what };
        let extended = error.sqlite_error().map(|error| error.extended_code);
        match error.sqlite_error_code() {
            // The file ends within a page: the system has no error to tell of.
            _ if extended == Some(rusqlite::ffi::SQLITE_IOERR_SHORT_READ) => {
                damaged(&self.name, "the file ends before its last page does")
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => damaged(&self.name, &error.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy {
                store,
                owner: "other processes".into(),
                waited: humantime::format_duration(self.wait).to_string(),
            },
            Some(ErrorCode::DiskFull) => {
                let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
                unusable(format!("writing it: {}", explain(&full)))
            }
            Some(ErrorCode::SystemIoFailure) => {
                let system = std::io::Error::last_os_error();
                unusable(format!("reading or writing it: {error} ({})", explain(&system)))
            }
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                let kind = match rustix::fs::statvfs(self.folder()) {
                    Ok(about) if about.f_flag.contains(StatVfsMountFlags::RDONLY) => ErrorKind::ReadOnlyFilesystem,
                    _ => ErrorKind::PermissionDenied,
                };
                unusable(format!("{error}: {}", explain(&kind.into())))
            }
            _ => unusable(error.to_string()),
        }
    }

    fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let result = work(&connection);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE {
            idle.push(connection);
        }
        result
    }

    fn get(&self, connection: &Connection, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        get(connection, key).map_err(|error| self.error(error))
    }

    fn get_both(&self, connection: &Connection, one: &[u8], other: &[u8]) -> Result<Both, StoreError> {
        let find = || {
            let mut statement = connection.prepare_cached(
                "SELECT (SELECT value FROM state WHERE key = ?1), (SELECT value FROM state WHERE key = ?2)",
            )?;
            statement.query_row(params![one, other], |row| Ok((row.get(0)?, row.get(1)?)))
        };
        find().map_err(|error| self.error(error))
    }

    fn peek(&self, connection: &Connection, key: &[u8]) -> Result<Option<(Vec<u8>, u64)>, StoreError> {
        let find = || {
            let mut statement =
                connection.prepare_cached("SELECT substr(value, 1, ?2), length(value) FROM state WHERE key = ?1")?;
            let row = statement.query_row(params![key, HEAD_BYTES as i64], |row| {
                let beginning: Option<Vec<u8>> = row.get(0)?;
                Ok((beginning.unwrap_or_default(), row.get::<_, i64>(1)?.unsigned_abs()))
            });
            row.optional()
        };
        find().map_err(|error| self.error(error))
    }

    fn scan(
        &self,
        connection: &Connection,
        (from, end): (&[u8], &[u8]),
        want: Want,
        each: Each<'_>,
    ) -> Result<(), StoreError> {
        let text = match want {
            Want::Whole => "SELECT key, value, length(value), ?3 FROM state WHERE key >= ?1 AND key < ?2 ORDER BY key",
            Want::Heads => {
                "SELECT key, substr(value, 1, ?3), length(value) FROM state WHERE key >= ?1 AND key < ?2 ORDER BY key"
            }
        };
        let fail = |error| self.error(error);
        let mut statement = connection.prepare_cached(text).map_err(fail)?;
        let mut rows = statement.query(params![from, end, HEAD_BYTES as i64]).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            // The beginning of nothing is NULL.
            let blob =
                |column| -> rusqlite::Result<_> { Ok(row.get_ref(column)?.as_blob_or_null()?.unwrap_or_default()) };
            let (key, value) = (blob(0).map_err(fail)?, blob(1).map_err(fail)?);
            let length = row.get::<_, i64>(2).map_err(fail)?.unsigned_abs();
            if let ControlFlow::Break(()) = each(key, value, length)? {
                break;
            }
        }
        Ok(())
    }
}

fn get(connection: &Connection, key: &[u8]) -> rusqlite::Result<Option<Vec<u8>>> {
    connection.prepare_cached("SELECT value FROM state WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()
}

impl Read for Reader {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.with(|connection| self.0.get(connection, key))
    }
    fn get_both(&self, one: &[u8], other: &[u8]) -> Result<Both, StoreError> {
        self.0.with(|connection| self.0.get_both(connection, one, other))
    }
    fn peek(&self, key: &[u8]) -> Result<Option<(Vec<u8>, u64)>, StoreError> {
        self.0.with(|connection| self.0.peek(connection, key))
    }
    fn scan(&self, range: (&[u8], &[u8]), want: Want, each: Each<'_>) -> Result<(), StoreError> {
        self.0.with(|connection| self.0.scan(connection, range, want, each))
    }
}

impl Read for Sqlite {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.shared.get(&self.connection, key)
    }
    fn peek(&self, key: &[u8]) -> Result<Option<(Vec<u8>, u64)>, StoreError> {
        self.shared.peek(&self.connection, key)
    }
    fn scan(&self, range: (&[u8], &[u8]), want: Want, each: Each<'_>) -> Result<(), StoreError> {
        self.shared.scan(&self.connection, range, want, each)
    }
}

impl Sqlite {
    fn run(&self, text: &str) -> Result<(), StoreError> {
        let run = self.connection.prepare_cached(text).and_then(|mut statement| statement.execute([]));
        run.map(drop).map_err(|error| self.shared.error(error))
    }
}

impl Writer for Sqlite {
    fn begin(&mut self) -> Result<(), StoreError> {
        self.run("BEGIN IMMEDIATE")
    }

    fn apply(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let apply = || -> rusqlite::Result<()> {
            let mut put = self.connection.prepare_cached("INSERT OR REPLACE INTO state VALUES (?1, ?2)")?;
            let mut delete = self.connection.prepare_cached("DELETE FROM state WHERE key = ?1")?;
            for (key, value) in batch {
                match value {
                    Some(value) => put.execute(params![key, value])?,
                    None => delete.execute([key])?,
                };
            }
            Ok(())
        };
        apply().map_err(|error| self.shared.error(error))
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        self.run("COMMIT").inspect_err(|_| drop(self.run("ROLLBACK")))
    }

    fn discard(&mut self) {
        // Where there is nothing to roll back, SQLite says so.
        let _ = self.run("ROLLBACK");
    }

    fn check(&mut self) -> Result<Vec<String>, StoreError> {
        let check = || -> rusqlite::Result<Vec<String>> {
            let mut statement = self.connection.prepare("PRAGMA integrity_check(20)")?;
            let lines: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            Ok(lines.into_iter().filter(|line| line != "ok").collect())
        };
        check().map_err(|error| self.shared.error(error))
    }
}
