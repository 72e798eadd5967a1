use proptest::prelude::*;

use super::*;

fn shown(text: &str) -> String {
    clean(text).into_owned()
}

#[test]
fn each_row_of_the_table_is_written_out_and_flagged() {
    for (text, safe) in [
        ("a\x1b[31mred", "a\\x1b[31mred"),
        ("two\r\nlines\ttab", "two\\r\\nlines\\ttab"),
        ("bell\x07", "bell\\x07"),
        ("del\x7f", "del\\x7f"),
        ("csi\u{9b}2J", "csi\\u{9b}2J"),
        ("osc\u{9d}0;t", "osc\\u{9d}0;t"),
        ("soft\u{ad}hyphen", "soft\\u{ad}hyphen"),
        ("arabic\u{61c}mark", "arabic\\u{61c}mark"),
        ("lrm\u{200e}rlm\u{200f}", "lrm\\u{200e}rlm\\u{200f}"),
        ("over\u{202e}ride", "over\\u{202e}ride"),
        ("iso\u{2066}late\u{2069}", "iso\\u{2066}late\\u{2069}"),
        ("zero\u{200b}width\u{feff}", "zero\\u{200b}width\\u{feff}"),
        ("joiner\u{2060}", "joiner\\u{2060}"),
        ("line\u{2028}para\u{2029}", "line\\u{2028}para\\u{2029}"),
        ("heart\u{2764}\u{fe0f}", "heart\u{2764}"),
        ("supplement\u{e0100}", "supplement"),
        ("tag\u{e0041}", "tag\\u{e0041}"),
    ] {
        let neutral = neutralise(text);
        assert_eq!(neutral.text, safe);
        assert!(neutral.hidden, "{safe}");
    }
}

#[test]
fn honest_names_are_left_alone_and_not_copied() {
    for name in [
        "O'Brien-Smith",
        "José García",
        "Nguyễn Văn",
        "田中",
        "Jose\u{301}",
    ] {
        let neutral = neutralise(name);
        assert!(!neutral.hidden, "{name}");
        assert!(matches!(neutral.text, Cow::Borrowed(text) if text == name));
    }
}

#[test]
fn stacked_marks_are_cut_and_a_mark_without_a_base_is_written_out() {
    let zalgo = format!("Z{}a", "\u{301}".repeat(40));
    let neutral = neutralise(&zalgo);
    assert_eq!(neutral.text, format!("Z{}a", "\u{301}".repeat(4)));
    assert!(neutral.hidden);
    assert_eq!(shown("\u{301}x"), "\\u{301}x");
    assert_eq!(shown("\u{1b}\u{301}"), "\\x1b\\u{301}");
}

#[test]
fn a_cut_counts_cells_and_keeps_graphemes_whole() {
    assert_eq!(truncate("Vasquez", 7, true), "Vasquez");
    assert_eq!(truncate("Vasquez", 6, true), "Vasqu…");
    assert_eq!(truncate("Vasquez", 6, false), "Vas...");
    assert_eq!(truncate("田中太郎", 5, true), "田中…");
    assert_eq!(truncate("田中太郎", 4, true), "田…");
    assert_eq!(truncate("e\u{301}e\u{301}e\u{301}", 2, true), "e\u{301}…");
    assert_eq!(truncate("Vasquez", 2, false), "Va");
    assert_eq!(truncate("Vasquez", 0, true), "");
}

#[test]
fn a_locale_without_utf8_still_reads_the_name() {
    assert_eq!(ascii("José Åström"), "Jose Astrom");
    assert_eq!(ascii("Straße 7 – “A”"), "Strasse 7 - \"A\"");
    assert_eq!(ascii("plain"), "plain");
    assert_eq!(ascii("over\u{202e}ride"), "over\\u{202e}ride");
}

#[test]
fn a_search_folds_case_accents_and_blanks() {
    assert_eq!(fold("  JOSÉ\t\u{a0} García\n"), "jose garcia");
    assert_eq!(fold("Jose\u{301}"), "jose");
    assert_eq!(fold("Weiß"), "weiss");
    assert_eq!(fold("ＦＵＬＬ"), "full");
    assert_eq!(fold("Jo\u{200b}se\u{202e}"), "jose");
    assert_eq!(fold("M.Vasquez@Example.ORG"), "m.vasquez@example.org");
    assert_eq!(fold("\0\x1b"), "");
}

#[test]
fn a_cell_never_starts_a_formula() {
    assert_eq!(csv_cell("=1+1"), "'=1+1");
    assert_eq!(csv_cell("+49 30 1"), "'+49 30 1");
    assert_eq!(csv_cell("-5"), "'-5");
    assert_eq!(csv_cell("@SUM(A1)"), "'@SUM(A1)");
    assert_eq!(csv_cell("\t=1"), "' =1");
    assert_eq!(csv_cell("\r=1"), "' =1");
    assert_eq!(csv_cell("\0=1"), "'\\x00=1");
    assert_eq!(csv_cell("\x01=1"), "\\x01=1");
    assert_eq!(csv_cell("＝1"), "'＝1");
    assert_eq!(csv_cell("two\nlines\x1b\u{9b}"), "two lines\\x1b\\u{9b}");
    assert_eq!(csv_cell("a-b = c"), "a-b = c");
}

#[test]
fn every_control_is_written_out_and_the_printable_neighbours_are_not() {
    assert_eq!(shown("\0"), "\\x00");
    assert_eq!(shown("\u{1f}\u{7f}"), "\\x1f\\x7f");
    assert_eq!(shown(" !}~"), " !}~");
    assert_eq!(shown("é\0"), "é\\x00");
    for char in [
        '\u{a0}', '\u{200a}', '\u{2027}', '\u{202f}', '\u{205f}', '\u{fffd}',
    ] {
        assert!(!is_hidden(char), "{char:?}");
    }
    for range in &HIDDEN {
        assert!(is_hidden(*range.start()) && is_hidden(*range.end()));
    }
    for char in [
        '\u{180b}',
        '\u{180f}',
        '\u{fe00}',
        '\u{fe0f}',
        '\u{e0100}',
        '\u{e01ef}',
    ] {
        assert!(is_variation_selector(char) && is_hidden(char), "{char:?}");
    }
    assert!(!is_variation_selector('a'));
}

#[test]
fn text_that_is_not_ascii_is_searched_by_its_near_letters_or_as_it_is() {
    assert_eq!(fold("Ünïté\u{2003}Sept"), "unite sept");
    assert_eq!(fold("\u{e000}x"), "\u{e000}x");
    assert_eq!(fold("  \u{3000} "), "");
    assert_eq!(fold("a  b"), "a b");
    // White space that is hidden too parts words all the same.
    assert_eq!(fold("é\tx\u{2028}y"), "e x y");
    assert_eq!(fold("a\x01b"), "ab");
    assert_eq!(ascii("x\u{e000}"), "x?");
}

#[test]
fn a_text_is_as_wide_as_its_cells_and_cut_to_them() {
    assert_eq!(width("Vasquez"), 7);
    assert_eq!(width("田中"), 4);
    assert_eq!(width("e\u{301}"), 1);
    assert_eq!(truncate("abcd", 3, false), "...");
    assert_eq!(truncate("abcd", 1, true), "…");
    assert_eq!(truncate("田中", 1, true), "…");
    assert_eq!(truncate("abc", 3, true), "abc");
}

/// Text rich in what this module is about.
fn nasty() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        '\0',
        '\t',
        '\n',
        '\r',
        '\x1b',
        '\x7f',
        '\u{9b}',
        '\u{ad}',
        '\u{200b}',
        '\u{202e}',
        '\u{2066}',
        '\u{2028}',
        '\u{fe0f}',
        '\u{e0041}',
        '\u{301}',
        '\u{323}',
        '=',
        '-',
        '＝',
        ' ',
        'a',
        'É',
        '田',
        '🚒',
    ]);
    prop::collection::vec(prop_oneof![special, any::<char>()], 0..40)
        .prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #[test]
    fn nothing_hidden_survives_and_the_result_is_stable(text in nasty()) {
        let first = neutralise(&text);
        prop_assert!(!first.text.chars().any(is_hidden));
        let second = neutralise(&first.text);
        prop_assert_eq!(&second.text, &first.text);
        prop_assert!(!second.hidden);
        prop_assert_eq!(first.hidden, first.text != text);
    }

    #[test]
    fn a_cut_always_fits(text in nasty(), cells in 0_usize..30, utf8: bool) {
        let text = clean(&text);
        prop_assert!(width(&truncate(&text, cells, utf8)) <= cells);
    }

    #[test]
    fn the_ascii_form_is_printable_ascii(text in nasty()) {
        prop_assert!(ascii(&text).bytes().all(|byte| matches!(byte, b' '..=b'~')));
    }

    #[test]
    fn a_folded_text_folds_to_itself_whatever_its_normal_form(text in nasty()) {
        let folded = fold(&text);
        prop_assert_eq!(fold(&folded), folded.clone());
        let decomposed: String = text.nfd().collect();
        prop_assert_eq!(fold(&decomposed), folded.clone());
        prop_assert!(!folded.contains("  ") && folded.trim() == folded);
    }

    #[test]
    fn a_cell_holds_no_control_and_starts_no_formula(text in nasty()) {
        let cell = csv_cell(&text);
        prop_assert!(!cell.chars().any(is_hidden));
        let first = cell.trim_start().chars().next();
        prop_assert!(!first.is_some_and(|first| "=+-@＝＋－＠".contains(first)));
    }
}

#[test]
fn json_shows_what_acts_or_hides_and_says_the_same() {
    for (document, shown) in [
        ("{\"name\": \"Ada\"}\n", "{\"name\": \"Ada\"}\n"),
        ("\"José 消防 \u{9b}\"", "\"José 消防 \\u009b\""),
        ("\"\u{202e}x\"", "\"\\u202ex\""),
        ("\"e\u{301}\"", "\"e\\u0301\""),
        ("\"\u{e0001}\"", "\"\\udb40\\udc01\""),
    ] {
        assert_eq!(json(document), shown);
        let value: serde_json::Value = serde_json::from_str(document).unwrap();
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(shown).unwrap(),
            value
        );
    }
    assert_eq!(json("José"), "José", "what is only not ASCII stays");
}
