//! How long a text message is for the network: parts of 70 characters, of 67 where they are joined.

/// UTF-16 units that fit into a message of one part.
const ALONE_MAX: usize = 70;
/// Units of each part of a longer one; the rest is taken by what joins them.
const JOINED_MAX: usize = 67;

/// The parts in which a text travels, as UCS-2 (短信条数). A sign of two units, such as a rare character of a name,
/// stands in one part.
pub fn parts(text: &str) -> u32 {
    if text.encode_utf16().count() <= ALONE_MAX {
        return u32::from(!text.is_empty());
    }
    let (mut parts, mut used) = (1, 0);
    for sign in text.chars() {
        let units = sign.len_utf16();
        if used + units > JOINED_MAX {
            (parts, used) = (parts + 1, 0);
        }
        used += units;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seventy_characters_are_one_part_and_longer_ones_are_joined() {
        let of = |count| parts(&"信".repeat(count));
        assert_eq!([0, 1, 70, 71, 134, 135, 201, 202].map(of), [0, 1, 1, 2, 2, 3, 3, 4]);
        assert_eq!(parts(&"a".repeat(71)), 2, "with Chinese around it a letter takes as much");
    }

    #[test]
    fn a_rare_character_counts_twice_and_is_not_cut() {
        assert_eq!(parts(&"𠮷".repeat(35)), 1);
        assert_eq!(parts(&"𠮷".repeat(36)), 2);
        // 33 of them fill 66 units of a part, and the 34th does not fit into the last one.
        assert_eq!((parts(&"𠮷".repeat(66)), parts(&"𠮷".repeat(67))), (2, 3));
    }
}
