//! Bytes as letters and digits: for tokens that must be alphanumeric and of one length.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `bytes`, as a number, in exactly `length` digits of base 62; the caller has chosen a length that is enough.
pub(super) fn encode(bytes: &[u8], length: usize) -> String {
    let mut number = bytes.to_vec();
    let mut digits = vec![DIGITS[0]; length];
    for digit in digits.iter_mut().rev() {
        let mut remainder = 0_u32;
        for byte in &mut number {
            let value = remainder << 8 | u32::from(*byte);
            // The remainder is below 62, so the quotient is below 256.
            *byte = (value / 62).to_le_bytes()[0];
            remainder = value % 62;
        }
        *digit = DIGITS[remainder as usize];
    }
    String::from_utf8_lossy(&digits).into_owned()
}

/// The `N` bytes that `text` stands for, or nothing where it has other characters or stands for a larger number.
pub(super) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut number = [0; N];
    for character in text.bytes() {
        let mut carry = u32::try_from(DIGITS.iter().position(|digit| *digit == character)?).ok()?;
        for byte in number.iter_mut().rev() {
            let value = u32::from(*byte) * 62 + carry;
            *byte = value.to_le_bytes()[0];
            carry = value >> 8;
        }
        if carry != 0 {
            return None;
        }
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_74_bytes_are_100_characters_and_back(bytes in prop::array::uniform32(any::<u8>()), more in prop::array::uniform32(any::<u8>()), last in any::<[u8; 10]>()) {
            let bytes = [&bytes[..], &more, &last].concat();
            let text = encode(&bytes, 100);
            prop_assert_eq!(text.len(), 100);
            prop_assert!(text.bytes().all(|c| c.is_ascii_alphanumeric()));
            prop_assert_eq!(decode::<74>(&text).map(Vec::from), Some(bytes));
        }

        #[test]
        fn no_text_makes_decoding_panic(text in "\\PC{0,120}") {
            let _ = decode::<74>(&text);
        }
    }

    #[test]
    fn a_number_too_large_is_refused() {
        assert_eq!(decode::<74>(&"z".repeat(100)), None);
        assert_eq!(decode::<1>("48"), None);
        assert_eq!(decode::<1>("47"), Some([255]));
    }
}
