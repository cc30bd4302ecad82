//! Length and SHA-256 of files and streams.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// Length and SHA-256 of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// Length in bytes.
    pub bytes: u64,
    /// In lower-case hexadecimal digits.
    pub sha256: String,
}

impl Fingerprint {
    /// Reads a stream to its end.
    ///
    /// # Errors
    /// Those of the stream.
    pub fn of(mut stream: impl Read) -> io::Result<Self> {
        let mut hasher = ContentHasher::default();
        let mut buffer = vec![0; 1 << 16];
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => return Ok(hasher.fingerprint()),
                Ok(count) => hasher.update(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Takes the fingerprint of what is read through it.
#[derive(Debug)]
pub struct FingerprintReader<R> {
    inner: R,
    hasher: ContentHasher,
}

impl<R: Read> FingerprintReader<R> {
    /// A reader of `inner`.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            hasher: ContentHasher::default(),
        }
    }

    /// Of what was read so far.
    #[must_use]
    pub fn fingerprint(self) -> Fingerprint {
        self.hasher.fingerprint()
    }
}

impl<R: Read> Read for FingerprintReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        Ok(count)
    }
}

/// A SHA-256 and a length, built up piece by piece.
#[derive(Debug, Clone, Default)]
pub(crate) struct ContentHasher {
    hash: Sha256,
    bytes: u64,
}

impl ContentHasher {
    pub(crate) fn update(&mut self, piece: &[u8]) {
        self.hash.update(piece);
        self.bytes += piece.len() as u64;
    }

    pub(crate) fn fingerprint(self) -> Fingerprint {
        Fingerprint {
            bytes: self.bytes,
            sha256: hex(&self.hash.finalize()),
        }
    }
}

/// The SHA-256 of `bytes`, in lower-case hexadecimal digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        // FIPS 180-4, example "abc".
        assert_eq!(
            sha256_hex(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn what_is_read_through_is_hashed() {
        let mut reader = FingerprintReader::new(&b"abc"[..]);
        io::copy(&mut reader, &mut io::sink()).unwrap();
        assert_eq!(reader.fingerprint(), Fingerprint::of(&b"abc"[..]).unwrap());
    }

    #[test]
    fn pieces_hash_as_the_whole() {
        let mut hasher = ContentHasher::default();
        hasher.update(b"a");
        hasher.update(b"bc");
        let fingerprint = hasher.fingerprint();
        assert_eq!(fingerprint.sha256, sha256_hex(b"abc"));
        assert_eq!(fingerprint.bytes, 3);
    }
}
