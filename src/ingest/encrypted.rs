//! Encrypted Office packages: a compound file around an `.xlsx`.
//!
//! Source: [MS-OFFCRYPTO] §2.3.4 (ECMA-376 document encryption), *standard* (Office 2007) and *agile* (2010 on).
//! Only reading; the integrity check of the agile form is left to the checksums of the package inside.

use super::ReadError;
use super::biff::Bytes;
use super::xml::{self, Xml};
use aes::cipher::{BlockDecrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256, Block};
use data_encoding::BASE64;
use quick_xml::events::{BytesStart, Event};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// With this password Excel encrypts files that are write-protected only; it opens them without asking.
const BUILT_IN: &str = "VelvetSweatshop";
/// What the errors say that a password would mend.
pub(super) const LOCKED: &str = "文件有密码";
pub(super) const WRONG: &str = "文件有密码，配置给出的密码不对";
/// Office uses 100,000 turns; more only serves to keep a program busy.
const MAX_TURNS: u32 = 1_000_000;
/// The agile form encrypts the package in pieces of this size.
const SEGMENT: usize = 4096;
const BLOCK: usize = 16;

/// Decrypts the package of an encrypted file with the password, or without one by the built-in password.
///
/// # Errors
/// No or a wrong password, or an unknown kind of encryption.
pub(super) fn decrypt(info: &[u8], package: Vec<u8>, password: Option<&str>) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Bytes(info);
    let (major, minor) = (bytes.u16()?, bytes.u16()?);
    bytes.u32()?;
    let scheme: Box<dyn Scheme> = match (major, minor) {
        (4, 4) => Box::new(Agile::read(bytes.0)?),
        (2..=4, 2) => Box::new(Standard::read(bytes)?),
        _ => return Err(unknown()),
    };
    let candidates = password.into_iter().chain([BUILT_IN]);
    for candidate in candidates {
        if let Some(key) = scheme.key(candidate)? {
            let (size, body) = package.split_first_chunk::<8>().ok_or_else(damaged)?;
            let size = usize::try_from(u64::from_le_bytes(*size)).map_err(|_| damaged())?;
            let mut body = body.to_vec();
            body.truncate(body.len() / BLOCK * BLOCK);
            scheme.package(&key, &mut body)?;
            if size > body.len() {
                return Err(damaged());
            }
            body.truncate(size);
            return Ok(body);
        }
    }
    Err(match password {
        Some(_) => ReadError::new(WRONG, "请核对密码，或另存为无密码的文件"),
        None => ReadError::new(LOCKED, "请在配置 [[source]] 写 password_env，或另存为无密码的文件"),
    })
}

fn unknown() -> ReadError {
    ReadError::new("文件有密码，加密方式不支持", "请打开后另存为无密码的 .xlsx 文件")
}

fn damaged() -> ReadError {
    ReadError::damaged("加密文件不完整")
}

/// One of the two ways of encryption.
trait Scheme {
    /// The key of the package, `None` where the password is wrong.
    fn key(&self, password: &str) -> Result<Option<Vec<u8>>, ReadError>;
    /// Decrypts the whole package in place.
    fn package(&self, key: &[u8], body: &mut [u8]) -> Result<(), ReadError>;
}

/// Standard encryption (§2.3.4.5-2.3.4.9): SHA-1, AES in ECB mode.
struct Standard {
    key_length: usize,
    salt: Vec<u8>,
    verifier: Vec<u8>,
    verifier_hash: Vec<u8>,
}

impl Standard {
    fn read(mut bytes: Bytes) -> Result<Self, ReadError> {
        let header_size = bytes.u32()? as usize;
        let mut header = Bytes(bytes.take(header_size)?);
        header.take(16)?;
        let key_length = header.u32()? as usize / 8;
        if !matches!(key_length, 16 | 24 | 32) || bytes.u32()? != 16 {
            return Err(unknown());
        }
        let (salt, verifier) = (bytes.take(16)?.to_vec(), bytes.take(16)?.to_vec());
        bytes.u32()?;
        Ok(Self { key_length, salt, verifier, verifier_hash: bytes.take(32)?.to_vec() })
    }
}

impl Scheme for Standard {
    fn key(&self, password: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let hash = HashKind::Sha1;
        let turned = hash.turned(&self.salt, password, 50_000);
        let last = hash.of(&[&turned, &0u32.to_le_bytes()]);
        let derived = |fill: u8| {
            let mut block = [fill; 64];
            block.iter_mut().zip(&last).for_each(|(b, h)| *b ^= h);
            hash.of(&[&block])
        };
        let mut key = [derived(0x36), derived(0x5C)].concat();
        key.truncate(self.key_length);
        let (mut verifier, mut expected) = (self.verifier.clone(), self.verifier_hash.clone());
        self.package(&key, &mut verifier)?;
        self.package(&key, &mut expected)?;
        Ok((hash.of(&[&verifier]) == expected[..20]).then_some(key))
    }

    fn package(&self, key: &[u8], body: &mut [u8]) -> Result<(), ReadError> {
        aes(key, None, body)
    }
}

/// Agile encryption (§2.3.4.10-2.3.4.15): parameters in XML, AES in CBC mode.
#[derive(Default)]
struct Agile {
    data: Parameters,
    password: Parameters,
    turns: u32,
    input: Vec<u8>,
    value: Vec<u8>,
    key: Vec<u8>,
}

#[derive(Default)]
struct Parameters {
    salt: Vec<u8>,
    key_length: usize,
    hash: HashKind,
}

impl Parameters {
    fn read(e: &BytesStart) -> Result<Self, ReadError> {
        let text = |name| xml::attr(e, name).unwrap_or_default();
        if text("cipherAlgorithm") != "AES" || text("cipherChaining") != "ChainingModeCBC" || text("blockSize") != "16"
        {
            return Err(unknown());
        }
        let hash = match &*text("hashAlgorithm") {
            "SHA1" | "SHA-1" => HashKind::Sha1,
            "SHA256" | "SHA-256" => HashKind::Sha256,
            "SHA384" | "SHA-384" => HashKind::Sha384,
            "SHA512" | "SHA-512" => HashKind::Sha512,
            _ => return Err(unknown()),
        };
        // Nothing that follows is made as long as a number in the file says.
        let key_length = match xml::attr_number::<u32>(e, "keyBits") {
            Some(bits @ (128 | 192 | 256)) => bits as usize / 8,
            _ => return Err(unknown()),
        };
        Ok(Self { salt: packed(e, "saltValue")?, key_length, hash })
    }
}

fn packed(e: &BytesStart, name: &str) -> Result<Vec<u8>, ReadError> {
    BASE64.decode(xml::attr(e, name).unwrap_or_default().as_bytes()).map_err(|_| damaged())
}

impl Agile {
    fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        let text = xml::decode(bytes)?;
        let mut reader = Xml::new(text.trim_end_matches('\0'));
        let (mut agile, mut found) = (Self::default(), 0);
        loop {
            match reader.next()? {
                Event::Eof if found == 2 => return Ok(agile),
                Event::Eof => return Err(unknown()),
                Event::Start(e) | Event::Empty(e) => match xml::name(&e) {
                    "keyData" => {
                        agile.data = Parameters::read(&e)?;
                        found += 1;
                    }
                    "encryptedKey" => {
                        agile.password = Parameters::read(&e)?;
                        agile.turns = xml::attr_number(&e, "spinCount").unwrap_or(u32::MAX);
                        agile.input = packed(&e, "encryptedVerifierHashInput")?;
                        agile.value = packed(&e, "encryptedVerifierHashValue")?;
                        agile.key = packed(&e, "encryptedKeyValue")?;
                        found += 1;
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    }
}

impl Scheme for Agile {
    fn key(&self, password: &str) -> Result<Option<Vec<u8>>, ReadError> {
        if self.turns > MAX_TURNS {
            return Err(unknown());
        }
        let Parameters { salt, key_length, hash } = &self.password;
        let turned = hash.turned(salt, password, self.turns);
        // Block keys of §2.3.4.13.
        let open = |block_key: [u8; 8], data: &[u8]| -> Result<Vec<u8>, ReadError> {
            let mut key = hash.of(&[&turned, &block_key]);
            key.resize(*key_length, 0x36);
            let mut plain = data.to_vec();
            aes(&key, Some(&initial(salt)), &mut plain)?;
            Ok(plain)
        };
        let input = open([0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79], &self.input)?;
        let value = open([0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E], &self.value)?;
        if !value.starts_with(&hash.of(&[&input])) {
            return Ok(None);
        }
        let mut key = open([0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6], &self.key)?;
        key.truncate(self.data.key_length);
        Ok(Some(key))
    }

    fn package(&self, key: &[u8], body: &mut [u8]) -> Result<(), ReadError> {
        for (i, segment) in body.chunks_mut(SEGMENT).enumerate() {
            let start = self.data.hash.of(&[&self.data.salt, &(i as u32).to_le_bytes()]);
            aes(key, Some(&initial(&start)), segment)?;
        }
        Ok(())
    }
}

/// An initial vector: cut or filled to the block.
fn initial(bytes: &[u8]) -> [u8; BLOCK] {
    let mut block = [0x36; BLOCK];
    block.iter_mut().zip(bytes).for_each(|(b, v)| *b = *v);
    block
}

/// Decrypts whole blocks in place: CBC with an initial vector, ECB without.
fn aes(key: &[u8], initial: Option<&[u8; BLOCK]>, data: &mut [u8]) -> Result<(), ReadError> {
    match key.len() {
        16 => blocks(&Aes128::new_from_slice(key).map_err(|_| unknown())?, initial, data),
        24 => blocks(&Aes192::new_from_slice(key).map_err(|_| unknown())?, initial, data),
        32 => blocks(&Aes256::new_from_slice(key).map_err(|_| unknown())?, initial, data),
        _ => Err(unknown()),
    }
}

fn blocks<C>(cipher: &C, initial: Option<&[u8; BLOCK]>, data: &mut [u8]) -> Result<(), ReadError>
where
    C: BlockDecrypt<BlockSize = aes::cipher::consts::U16>,
{
    let mut chain = initial.copied();
    let (chunks, rest) = data.as_chunks_mut::<BLOCK>();
    if !rest.is_empty() {
        return Err(damaged());
    }
    for chunk in chunks {
        let sealed = *chunk;
        let mut block = Block::from(sealed);
        cipher.decrypt_block(&mut block);
        chunk.copy_from_slice(&block);
        if let Some(chain) = &mut chain {
            chunk.iter_mut().zip(*chain).for_each(|(b, c)| *b ^= c);
            *chain = sealed;
        }
    }
    Ok(())
}

#[derive(Default, Clone, Copy)]
enum HashKind {
    #[default]
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl HashKind {
    /// The hash of the pieces joined.
    fn of(self, pieces: &[&[u8]]) -> Vec<u8> {
        fn run<D: Digest>(pieces: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            pieces.iter().for_each(|p| digest.update(p));
            digest.finalize().to_vec()
        }
        match self {
            HashKind::Sha1 => run::<Sha1>(pieces),
            HashKind::Sha256 => run::<Sha256>(pieces),
            HashKind::Sha384 => run::<Sha384>(pieces),
            HashKind::Sha512 => run::<Sha512>(pieces),
        }
    }

    /// The salted password, hashed again and again.
    fn turned(self, salt: &[u8], password: &str, turns: u32) -> Vec<u8> {
        let password: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let first = self.of(&[salt, &password]);
        (0..turns).fold(first, |hash, turn| self.of(&[&turn.to_le_bytes(), &hash]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap()
    }

    /// Vectors of an independent implementation (msoffcrypto-tool).
    #[test]
    fn standard_keys() {
        let scheme = Standard {
            key_length: 16,
            salt: hex("e88266490c5bd1eebd2b4394e3f830ef"),
            verifier: hex("516f732e966fac17b1c5d7d8cc36c928"),
            verifier_hash: hex("2b6168dabe2911ad2bd37c1746745c14d3cf1bb140a48f4e6f3d23880872b16a"),
        };
        let key = hex("40b13a71f90b966e375408f2d181a1aa");
        assert_eq!(scheme.key("Password1234_").unwrap(), Some(key));
        assert_eq!(scheme.key("Password1234").unwrap(), None);
    }

    /// The header asks for a key of 10 TB, for a key of no length, for a block of a gigabyte, for endless turns.
    #[test]
    fn absurd_numbers_in_the_agile_header() {
        let info = |bits: &str, block: &str, turns: &str| {
            let cipher = format!(
                "saltSize=\"16\" blockSize=\"{block}\" keyBits=\"{bits}\" hashSize=\"64\" cipherAlgorithm=\"AES\" \
                 cipherChaining=\"ChainingModeCBC\" hashAlgorithm=\"SHA512\" saltValue=\"AAAAAAAAAAAAAAAAAAAAAA==\""
            );
            let sealed = BASE64.encode(&[7; 64]);
            let xml = format!(
                "<encryption><keyData {cipher}/><keyEncryptors><keyEncryptor><encryptedKey spinCount=\"{turns}\" {cipher} \
                 encryptedVerifierHashInput=\"{sealed}\" encryptedVerifierHashValue=\"{sealed}\" \
                 encryptedKeyValue=\"{sealed}\"/></keyEncryptor></keyEncryptors></encryption>"
            );
            [&[4, 0, 4, 0, 0x40, 0, 0, 0], xml.as_bytes()].concat()
        };
        let said = |info: &[u8]| decrypt(info, vec![0; 64], Some("x")).unwrap_err().what;
        assert_eq!(said(&info("256", "16", "1")), WRONG, "an ordinary header is only locked");
        for (bits, block, turns) in [
            ("80000000000000", "16", "1"),
            ("4294967288", "16", "1"),
            ("0", "16", "1"),
            ("-8", "16", "1"),
            ("", "16", "1"),
            ("256", "1073741824", "1"),
            ("256", "16", "4294967295"),
        ] {
            assert_eq!(said(&info(bits, block, turns)), unknown().what, "{bits} {block} {turns}");
        }
    }

    #[test]
    fn damaged_information() {
        for info in [&b""[..], &[4, 0, 4, 0, 0, 0, 0, 0], &[3, 0, 2, 0, 0, 0, 0, 0, 255, 255, 255, 255], &[9; 40]] {
            assert!(decrypt(info, vec![0; 64], Some("x")).is_err());
        }
    }
}
