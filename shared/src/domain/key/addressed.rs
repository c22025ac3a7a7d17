//! The codec of Woosa's keys, which name the server that their plugins call.
//!
//! A key is the upper-case hex of AES-128 in counter mode, under a zero key and a fixed counter block, of
//! `{host}*{unix time}{random letters and digits}`. The published client wants an even number of hex digits, decrypts them, takes
//! what stands before the first `*` (a port included) and calls `https://{that}/wp-json/lmn/v1/…`. Everybody can decrypt a key: the
//! cipher is a spelling and no protection. What makes a key unguessable is its random part. The original has 8 characters there;
//! ours has 22 (131 bits), which clients ignore.

use aes::Aes128;
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit as _, StreamCipher as _};

use super::{KeyError, LicenseKey, MAX_CHARS};
use crate::domain::time::Timestamp;
use crate::random::Random;

/// The first counter block, as the published client has it.
const COUNTER: [u8; 16] = *b"ab86d144ab86d144";
/// log2(62) is 5.954, so that 22 characters are 131 bits.
const RANDOM_CHARS: usize = 22;
const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Makes a key for the deployment at `host`, which may have a port.
///
/// A key of 255 characters leaves 94 bytes for the host until the year 2286; a longer one is refused.
pub fn encode(host: &str, now: Timestamp, random: &Random) -> Result<LicenseKey, KeyError> {
    if !is_host(host) {
        return Err(KeyError::Host);
    }
    let text = format!("{host}*{}{}", now.as_seconds(), random.text(ALPHABET, RANDOM_CHARS));
    if text.len() * 2 > MAX_CHARS {
        return Err(KeyError::HostTooLong);
    }
    let mut bytes = text.into_bytes();
    apply_cipher(&mut bytes);
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    Ok(LicenseKey(digits.map(|digit| char::from(b"0123456789ABCDEF"[usize::from(digit)])).collect()))
}

/// The server that a plugin would call for this key, or nothing where the key is not in this form.
pub fn server_host(key: &LicenseKey) -> Option<String> {
    let text = decode(key)?;
    let (host, _) = text.split_once('*')?;
    is_host(host).then(|| host.to_owned())
}

fn decode(key: &LicenseKey) -> Option<String> {
    let digits: Vec<u8> = key.expose().chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    let (pairs, odd) = digits.as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    let mut bytes: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
    apply_cipher(&mut bytes);
    String::from_utf8(bytes).ok()
}

/// Encrypts or decrypts: in counter mode both are the same.
fn apply_cipher(bytes: &mut [u8]) {
    Ctr128BE::<Aes128>::new(&[0; 16].into(), &COUNTER.into()).apply_keystream(bytes);
}

/// Whether a text can stand before the `*`. It is the operator's own setting, so this only keeps the key readable.
fn is_host(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the API's own documentation.
    const EXAMPLE: &str = "ABD8791E75BC1425314DF428D5883E0530489FD1EA2D023B09EDC70FFF3962F537D13B3890E38D765873E2F99E3346FDDFDFA2";

    fn key(text: &str) -> LicenseKey {
        LicenseKey::parse(text).unwrap()
    }

    fn now() -> Timestamp {
        Timestamp::from_seconds(1_780_000_000).unwrap()
    }

    #[test]
    fn the_documented_key_decodes() {
        assert_eq!(decode(&key(EXAMPLE)).as_deref(), Some("license-manager-dev.woosashop.nl*1649258298Y3ygxZWF"));
        assert_eq!(server_host(&key(EXAMPLE)).as_deref(), Some("license-manager-dev.woosashop.nl"));
        assert_eq!(server_host(&key(&EXAMPLE.to_lowercase())).as_deref(), Some("license-manager-dev.woosashop.nl"));
    }

    #[test]
    fn a_made_key_names_its_host_and_has_22_random_characters() {
        let random = Random::seeded(8);
        for host in ["licenses.example.com", "localhost:8443", "x"] {
            let key = encode(host, now(), &random).unwrap();
            assert!(key.expose().bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte)));
            assert_eq!(server_host(&key).as_deref(), Some(host));
            let text = decode(&key).unwrap();
            let tail = text.strip_prefix(&format!("{host}*1780000000")).unwrap();
            assert!(tail.len() == 22 && tail.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{text}");
        }
    }

    #[test]
    fn a_host_that_cannot_stand_in_a_key_is_refused() {
        let random = Random::seeded(9);
        assert_eq!(encode(&"h".repeat(94), now(), &random).unwrap().expose().len(), 254);
        assert_eq!(encode(&"h".repeat(95), now(), &random), Err(KeyError::HostTooLong));
        for host in ["", "a*b", "a b", "bücher.example", "a\n"] {
            assert_eq!(encode(host, now(), &random), Err(KeyError::Host), "{host:?}");
        }
    }

    #[test]
    fn other_keys_name_no_host() {
        let odd = &EXAMPLE[1..];
        for other in
            [odd, "3FA85F64-5717-4562-B3FC-2C963F66AFA6", "0123456789ABCDEFGHJK", "00", "+1", "00000000000000000000000000000000", "鍵鍵"]
        {
            assert_eq!(server_host(&key(other)), None, "{other}");
        }
        // What decrypts to `*` has an empty host.
        let mut star = *b"*1";
        apply_cipher(&mut star);
        assert_eq!(server_host(&key(&format!("{:02X}{:02X}", star[0], star[1]))), None);
    }
}
