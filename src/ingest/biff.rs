//! What the binary workbooks (`.xls`, `.xlsb`) have in common: cursor, packed numbers, error codes.

use super::ReadError;

/// A number packed into 30 bits (MS-XLS §2.5.122 RkNumber).
pub(super) fn rk(packed: u32) -> f64 {
    let value =
        if packed & 2 != 0 { f64::from((packed as i32) >> 2) } else { f64::from_bits(u64::from(packed & !3) << 32) };
    if packed & 1 != 0 { value / 100.0 } else { value }
}

/// The text of an error code (MS-XLS §2.5.10 BErr).
pub(super) fn error_text(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2B => "#GETTING_DATA",
        _ => "#N/A",
    }
}

pub(super) fn bool_text(code: u8) -> &'static str {
    if code == 0 { "FALSE" } else { "TRUE" }
}

/// Takes little-endian values off the front of a record.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], ReadError> {
        let (head, tail) = self.0.split_at_checked(n).ok_or_else(short)?;
        self.0 = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ReadError> {
        let (head, tail) = self.0.split_first_chunk::<N>().ok_or_else(short)?;
        self.0 = tail;
        Ok(*head)
    }

    pub fn u8(&mut self) -> Result<u8, ReadError> {
        self.array::<1>().map(|[b]| b)
    }

    pub fn u16(&mut self) -> Result<u16, ReadError> {
        self.array().map(u16::from_le_bytes)
    }

    pub fn u32(&mut self) -> Result<u32, ReadError> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn f64(&mut self) -> Result<f64, ReadError> {
        self.array().map(f64::from_le_bytes)
    }
}

fn short() -> ReadError {
    ReadError::damaged("文件内部的记录不完整")
}

/// UTF-16 code units as text; lone surrogates become U+FFFD.
pub(super) fn push_utf16(units: impl Iterator<Item = u16>, out: &mut String) {
    out.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers() {
        let cases =
            [(0x0000_0006, 1.0), (0x0000_0007, 0.01), (0xFFFF_FFFE, -1.0), (0x3FF0_0000, 1.0), (0x40C8_1C80, 12345.0)];
        for (packed, want) in cases {
            assert_eq!(rk(packed), want, "{packed:x}");
        }
    }
}
