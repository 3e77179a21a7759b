//! Every codec, whole, cut, chained and as a bomb.

use super::*;

const CAPS: Caps = Caps { bytes: 4 << 20, ratio: 100, ratio_from: 1 << 20, encodings: 2, beyond: Beyond::Refuse };

fn inflate(encodings: &[&str], wire: &[u8], piece: usize, caps: Caps) -> Result<Vec<u8>, InflateError> {
    let mut inflate = Inflate::new(encodings.iter().copied(), caps)?;
    for piece in wire.chunks(piece) {
        inflate.push(piece)?;
    }
    inflate.finish()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn br(bytes: &[u8]) -> Vec<u8> {
    let mut packer = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
    packer.write_all(bytes).unwrap();
    packer.into_inner()
}

type Packer = fn(&[u8]) -> Vec<u8>;
const CODECS: [(&str, Packer); 4] = [("gzip", gzip), ("deflate", zlib), ("deflate", raw_deflate), ("br", br)];

#[test]
fn every_codec_gives_back_what_was_packed_in_pieces_of_any_size() {
    let text: Vec<u8> = (0..20_000_u32).flat_map(|n| format!("第{n}条，").into_bytes()).collect();
    for (token, pack) in CODECS {
        for piece in [1, 2, 7, 4096, usize::MAX] {
            assert_eq!(inflate(&[token], &pack(&text), piece, CAPS), Ok(text.clone()), "{token} by {piece}");
        }
    }
    assert_eq!(inflate(&[], b"plain", 2, CAPS), Ok(b"plain".to_vec()));
    assert_eq!(inflate(&["identity"], b"plain", 2, CAPS), Ok(b"plain".to_vec()));
}

#[test]
fn a_bomb_of_any_codec_is_refused_before_it_is_large() {
    for (token, pack) in CODECS {
        let bomb = pack(&vec![0; 64 << 20]);
        let refused = inflate(&[token], &bomb, 4096, CAPS);
        assert_eq!(refused, Err(InflateError::Bomb(100)), "{token}");
        let twice = inflate(&["gzip", token], &pack(&gzip(&vec![0; 64 << 20])), 4096, CAPS);
        assert_eq!(twice, Err(InflateError::Bomb(100)), "gzip, {token}");
    }
}

#[test]
fn the_cap_holds_for_every_codec_and_for_none() {
    let noise: Vec<u8> = blake3::Hasher::new().finalize_xof().take_bytes(200_000);
    let caps = Caps { bytes: 100_000, ..CAPS };
    assert_eq!(inflate(&[], &noise, 999, caps), Err(InflateError::TooBig(100_000)));
    for (token, pack) in CODECS {
        assert_eq!(inflate(&[token], &pack(&noise), 999, caps), Err(InflateError::TooBig(100_000)), "{token}");
    }
    let short = inflate(&["gzip"], &gzip(&noise), 999, Caps { beyond: Beyond::Drop, ..caps });
    assert_eq!(short, Ok(noise[..100_000].to_vec()));
}

#[test]
fn two_encodings_are_taken_off_in_order_and_three_are_refused() {
    assert_eq!(inflate(&["gzip, br"], &br(&gzip(b"page")), 3, CAPS), Ok(b"page".to_vec()));
    assert_eq!(inflate(&["deflate", "gzip"], &gzip(&zlib(b"page")), 3, CAPS), Ok(b"page".to_vec()));
    assert_eq!(inflate(&["gzip, gzip", "gzip"], b"", 3, CAPS), Err(InflateError::TooMany(3)));
    assert_eq!(inflate(&["zstd"], b"", 3, CAPS), Err(InflateError::Unknown("zstd".to_owned())));
}

#[test]
fn a_cut_body_of_any_codec_is_broken_and_never_a_shorter_page() {
    for (token, pack) in CODECS {
        let whole = pack("法治政府建设年度报告".repeat(500).as_bytes());
        let cut = inflate(&[token], &whole[..whole.len() - 5], 64, CAPS);
        assert!(matches!(cut, Err(InflateError::Broken(_))), "{token}: {cut:?}");
    }
    assert_eq!(inflate(&["gzip"], b"", 1, CAPS), Ok(Vec::new()));
    assert!(matches!(inflate(&["gzip"], b"<html>", 6, CAPS), Err(InflateError::Broken(_))));
}

#[test]
fn gzip_members_follow_one_another_and_padding_is_ignored() {
    let mut wire = gzip(b"one, ");
    wire.extend(gzip(b"two"));
    wire.extend([0; 16]);
    for piece in [1, 5, 1000] {
        assert_eq!(inflate(&["gzip"], &wire, piece, CAPS), Ok(b"one, two".to_vec()));
    }
}

trait TakeBytes {
    fn take_bytes(self, n: usize) -> Vec<u8>;
}

impl TakeBytes for blake3::OutputReader {
    fn take_bytes(mut self, n: usize) -> Vec<u8> {
        let mut bytes = vec![0; n];
        self.fill(&mut bytes);
        bytes
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_under_any_encoding_end_within_the_cap(bytes: Vec<u8>, piece in 1_usize..50) {
        for encoding in ["gzip", "deflate", "br", "br, gzip", "gzip, deflate"] {
            let body = inflate(&[encoding], &bytes, piece, CAPS).unwrap_or_default();
            proptest::prop_assert!(body.len() as u64 <= CAPS.bytes);
        }
    }
}
