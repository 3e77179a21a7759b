//! Files that are compressed as they stand, such as `sitemap.xml.gz`.
//!
//! In: the bytes of a body. Out: what is in them. Never: a bomb; the limits are those of a compressed answer.

use std::io::Read;

use flate2::read::MultiGzDecoder;

/// The first bytes of a gzip file. Source: RFC 1952, section 2.3.1.
const MAGIC: [u8; 3] = [0x1F, 0x8B, 0x08];

/// Largest content: that of a page.
const MOST_BYTES: u64 = 20 << 20;

/// Content up to which its ratio does not matter, and the highest ratio above it: real sitemaps reach 20.
const FREE_BYTES: u64 = 1 << 20;
const MOST_RATIO: u64 = 100;

/// The content of a gzip file; `None` where the bytes are none, or broken, or beyond the limits.
pub(super) fn content(body: &[u8]) -> Option<Vec<u8>> {
    if !body.starts_with(&MAGIC) {
        return None;
    }
    let most = (body.len() as u64).saturating_mul(MOST_RATIO).clamp(FREE_BYTES, MOST_BYTES);
    let mut content = Vec::new();
    MultiGzDecoder::new(body).take(most + 1).read_to_end(&mut content).ok()?;
    (content.len() as u64 <= most).then_some(content)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(bytes).expect("memory can be written to");
        packer.finish().expect("memory can be written to")
    }

    #[test]
    fn a_whole_file_within_the_limits_is_read() {
        assert_eq!(content(&packed(b"<urlset>")).as_deref(), Some(b"<urlset>".as_slice()));
        assert_eq!(content(b"<urlset>"), None);
        let mut cut = packed(b"<urlset><url></url></urlset>");
        cut.truncate(20);
        assert_eq!(content(&cut), None);
        assert_eq!(content(&packed(&vec![0; 8 << 20])), None);
    }
}
