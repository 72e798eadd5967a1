//! Letters of other scripts that look like an ASCII letter or digit (Unicode UTS #39).

/// What reads as the ASCII character, as far as NFKC does not lead to it. What looks like `l`, `I`
/// and `1` alike stands at `1`, which is read as each of them. Scripts that run from right to left
/// are left out, since nobody writes a Latin word in them unseen.
const LOOK_ALIKES: [(char, &str); 35] = [
    ('1', "ƖǀΙІӀӏᛁᛐⲒⵊⵏꓲꕯꞁꞮꟾ꠰"),
    ('2', "ƧϨჇᒿᘖᲷꙄꛯꝚ"),
    ('3', "ƷȜЗӠՅ३૩ᜂᲕⲜⳄⳌꝪꞫ"),
    ('4', "Ꮞꮞ"),
    ('5', "Ƽ"),
    ('6', "ϬбᏮⳒⳓⳜꕃꮾ"),
    ('7', "ᜪᲄ"),
    ('8', "Ȣȣ৪੪ଃꖉ"),
    ('9', "৭੧୨൭ⳊⳋꝮꝯ"),
    ('a', "ɑΑαАаᎪᗅꓮꭤ"),
    ('b', "ƄΒВЬᏏᏴᑲᖯᗷⲂꓐꕗꞴ"),
    ('c', "СсငၚᏟᲃᴄⲤⲥꓚꮯ"),
    ('d', "ԁᎠᏧᑯᗞᗪꓒꓓ"),
    ('e', "ΕЕеҽᎬⴹꓰꗋꬲ"),
    ('f', "ƒʄϜքᖴẝꓝꞘꞙꬵ"),
    ('g', "ƍɡԌցᏀᏳᶃꓖ"),
    ('h', "ΗНҺһհႹᎻᏂᕼⲎꓧ"),
    ('i', "ıɩɪιіւᎥⲓꙇꭵ"),
    ('j', "ȷͿϳЈјյᎫᒍꓙꞲ"),
    ('k', "ΚКᏦᛕⲔꓗ"),
    ('l', "ᏞᒪⳐꓡ"),
    ('m', "ΜϺМՠᎷᗰᛖⲘꓟ"),
    ('n', "ΝոռⲚꓠ"),
    ('o', "ΟοσϭОоՕօ०০੦૦ଠ୦௦ం౦ಂ೦ംഠ൦ං๐໐ဝ၀ჿᄋᆼዐ០ᩅ᪀᪐ᯪᲂᲿᴏᴑⲞⲟⵔ〇ꓳꬽ"),
    ('p', "þƿΡρϸРрᏢᑭⲢⲣⳎⳏꓑ"),
    ('q', "Ԛԛգզⵕ"),
    ('r', "ƦɌгᎡᏒᖇᴦⲅꓣꭇꭈꮁ"),
    ('s', "ƽЅѕՏടႽჽᏕᏚᲽꓢꕶꜱꮪ"),
    ('t', "ΤТᎢⲦㄒ丅ꓔꔋ"),
    ('u', "ʋυՍսሀᑌᴜꓴꞟꭎꭒ"),
    ('v', "νѴѵᏙᐯᴠⴸꓦꛟꮩ"),
    ('w', "ɯшѡԜԝաᎳᏔᴡⲽꓪꟺꮃꮤ"),
    ('x', "ΧХхᕁᕽᚷᝣᯬᳵⲬⵝꓫꞳ"),
    ('y', "ɣʏΥγУуҮүყᎩᎽᶌỿⲨⲩㄚ丫ꓬꭚ"),
    ('z', "ΖჍᏃᴢⱫⱬⲌⲍⴭꓜꛉꮓ"),
];

/// The ASCII letter or digit that `char` looks like; `None` for ASCII itself and for what looks like
/// none.
pub fn ascii_look_alike(char: char) -> Option<char> {
    if char.is_ascii() {
        return None;
    }
    LOOK_ALIKES
        .iter()
        .find(|(_, others)| others.contains(char))
        .map(|(ascii, _)| *ascii)
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;
    use unicode_security::confusable_detection::skeleton;

    use super::*;

    #[test]
    fn a_cyrillic_er_looks_like_a_p_and_neither_a_zhe_nor_ascii_looks_like_anything() {
        assert_eq!(ascii_look_alike('р'), Some('p'));
        assert_eq!(ascii_look_alike('ж'), None);
        assert_eq!(ascii_look_alike('p'), None);
    }

    #[test]
    fn the_table_has_the_letters_that_the_unicode_consortium_calls_confusable_and_no_other() {
        let looks_like = |char: char, ascii: char| {
            let skeleton_of =
                |char: char| -> String { skeleton(char.encode_utf8(&mut [0; 4])).collect() };
            let own = skeleton_of(char);
            own == skeleton_of(ascii) || own == skeleton_of(ascii.to_ascii_uppercase())
        };
        for char in '\u{80}'..='\u{ffff}' {
            let right_to_left = ('\u{590}'..='\u{8ff}').contains(&char);
            let own = std::iter::once(char);
            if right_to_left || !char.is_alphanumeric() || !own.clone().nfkc().eq(own) {
                assert_eq!(ascii_look_alike(char), None, "{char:?}");
                continue;
            }
            let expected = ('a'..='z')
                .chain('0'..='9')
                .any(|ascii| looks_like(char, ascii));
            match ascii_look_alike(char) {
                Some(ascii) => assert!(looks_like(char, ascii), "{char:?} is no {ascii}"),
                None => assert!(!expected, "{char:?} is missing"),
            }
        }
    }
}
