//! The secret that turns ID numbers into digests: 32 random bytes in hex, in a file of its own.

use std::fmt;
use std::path::Path;

use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::error::{Error, ErrorKind, Result};

/// Never printed.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// Reads the key; makes one only for a database that is new: without its own key an old one cannot be understood.
    ///
    /// # Errors
    /// A key that is missing, damaged, or cannot be read or written.
    pub fn load_or_create(path: &Path, may_create: bool) -> Result<Self> {
        match std::fs::read_to_string(path) {
            // What a first start left that died while it wrote: nothing was kept under it.
            Ok(text) if may_create && Self::parse(text.trim()).is_none() => Self::create(path),
            Ok(text) => Self::parse(text.trim()).ok_or_else(|| {
                Error::new(ErrorKind::Output, "状态密钥文件损坏")
                    .at(path.display().to_string())
                    .remedy("从备份恢复hecha.key；没有备份的，把它和状态数据库一起移走后重新开始")
            }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && may_create => Self::create(path),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                Err(Error::new(ErrorKind::Output, "状态数据库的密钥不见了")
                    .at(path.display().to_string())
                    .remedy("把hecha.key放回状态数据库所在目录；没有备份的，把数据库移走后重新开始"))
            }
            Err(e) => Err(Error::io(ErrorKind::Output, "读不了状态密钥", path, &e)),
        }
    }

    fn create(path: &Path) -> Result<Self> {
        let cannot = |e: &std::io::Error| Error::io(ErrorKind::Output, "写不了状态密钥", path, e);
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes).map_err(|e| cannot(&std::io::Error::other(e.to_string())))?;
        let text = format!("{}\n", data_encoding::HEXLOWER.encode(&bytes));
        // Whole or not at all: written aside and renamed.
        let aside = path.with_extension("key.new");
        let _ = std::fs::remove_file(&aside);
        crate::private::write(&aside, text.as_bytes())
            .and_then(|()| std::fs::rename(&aside, path))
            .map_err(|e| cannot(&e))?;
        Ok(Self(bytes))
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// HMAC-SHA-256 in hex.
    pub fn digest(&self, text: &str) -> String {
        data_encoding::HEXLOWER.encode(&self.mac(text))
    }

    /// HMAC-SHA-256.
    pub fn mac(&self, text: &str) -> [u8; 32] {
        // A key of any length is accepted.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return [0; 32] };
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
    }
}
