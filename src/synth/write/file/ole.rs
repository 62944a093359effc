//! The OLE container (compound file) around a BIFF8 stream.

use std::io::{self, Cursor, Write};
use std::time::{Duration, SystemTime};

/// A compound file with the stream `Workbook`.
pub(super) fn write(workbook: &[u8]) -> io::Result<Vec<u8>> {
    // Version 3 (512-byte sectors) is what Excel writes and what every reader knows.
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))?;
    file.create_stream("/Workbook")?.write_all(workbook)?;
    // The root is stamped with the current time, which would make no two files equal: 2000-01-01 instead.
    let fixed = SystemTime::UNIX_EPOCH + Duration::from_secs(946_684_800);
    file.set_modified_time("/", fixed)?;
    file.set_created_time("/", fixed)?;
    file.flush()?;
    Ok(file.into_inner().into_inner())
}
