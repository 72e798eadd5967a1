use super::*;
use proptest::prelude::*;

fn events(chunks: &[&[u8]]) -> Vec<Event> {
    let mut parser = Parser::default();
    let mut out = VecDeque::new();
    for chunk in chunks {
        parser.feed(chunk, &mut out);
    }
    parser.give_up(&mut out);
    out.into()
}

fn plain(code: KeyCode) -> Event {
    key(code, KeyModifiers::NONE)
}

#[test]
fn keys_of_xterm_vt220_and_the_linux_console_are_known() {
    for (bytes, code) in [
        (&b"a"[..], KeyCode::Char('a')),
        ("ñ".as_bytes(), KeyCode::Char('ñ')),
        (b"\r", KeyCode::Enter),
        (b"\t", KeyCode::Tab),
        (b"\x7f", KeyCode::Backspace),
        (b"\x1b", KeyCode::Esc),
        (b"\x1b[A", KeyCode::Up),
        (b"\x1bOB", KeyCode::Down),
        (b"\x1b[H", KeyCode::Home),
        (b"\x1b[4~", KeyCode::End),
        (b"\x1b[6~", KeyCode::PageDown),
        (b"\x1b[[A", KeyCode::F(1)),
        (b"\x1bOP", KeyCode::F(1)),
        (b"\x1b[11~", KeyCode::F(1)),
        (b"\x1b[3~", KeyCode::Delete),
    ] {
        assert_eq!(events(&[bytes]), [plain(code)], "{bytes:?}");
    }
    for (bytes, code, modifiers) in [
        (&b"\x07"[..], KeyCode::Char('g'), KeyModifiers::CONTROL),
        (b"\x1c", KeyCode::Char('4'), KeyModifiers::CONTROL),
        (b"\x1b[Z", KeyCode::BackTab, KeyModifiers::SHIFT),
        (b"\x1b[1;5C", KeyCode::Right, KeyModifiers::CONTROL),
        (b"\x1bx", KeyCode::Char('x'), KeyModifiers::ALT),
    ] {
        assert_eq!(events(&[bytes]), [key(code, modifiers)], "{bytes:?}");
    }
}

#[test]
fn a_sequence_that_the_line_tears_apart_is_one_key() {
    assert_eq!(
        events(&[b"\x1b", b"[", b"1;", b"5A"]),
        [key(KeyCode::Up, KeyModifiers::CONTROL)]
    );
    assert_eq!(events(&[b"\xc3", b"\xb1"]), [plain(KeyCode::Char('ñ'))]);
}

#[test]
fn a_paste_is_one_event_however_it_comes() {
    let pasted = [Event::Paste("two\rlines \u{1b}[31m".into())];
    assert_eq!(events(&[b"\x1b[200~two\rlines \x1b[31m\x1b[201~"]), pasted);
    assert_eq!(
        events(&[b"\x1b[200~two\r", b"lines \x1b[31m\x1b[2", b"01~"]),
        pasted
    );
    let huge = [&b"\x1b[200~"[..], &vec![b'x'; 1 << 20], b"\x1b[201~y"].concat();
    let out = events(&[&huge]);
    assert!(matches!(&out[..], [Event::Paste(text), _] if text.len() == PASTE));
}

#[test]
fn bytes_that_are_not_utf8_become_a_mark() {
    assert_eq!(
        events(&[b"a\xff\xfeb\xc3"]),
        [
            plain(KeyCode::Char('a')),
            unreadable(),
            unreadable(),
            plain(KeyCode::Char('b')),
            unreadable()
        ]
    );
}

#[test]
fn sequences_that_nobody_knows_are_dropped() {
    assert_eq!(
        events(&[b"\x1b[I\x1b[?1;2c\x1b[999zz"]),
        [plain(KeyCode::Char('z'))]
    );
    let long = [&b"\x1b["[..], &[b'1'; 100]].concat();
    assert_eq!(events(&[&long]), []);
}

proptest! {
    #[test]
    fn any_bytes_in_any_pieces_give_the_same_events(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        cuts in prop::collection::vec(0..200_usize, 0..8),
    ) {
        let whole = events(&[&bytes]);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(events(&pieces), whole);
    }
}

#[test]
fn what_a_terminal_answers_is_swallowed_up_to_its_end() {
    for string in [
        &b"\x1b]11;rgb:1e1e/1e1e/1e1e\x07"[..],
        b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
        b"\x1b]52;c;c2VjcmV0\x1b\\",
        b"\x1bP>|XTerm(390)\x1b\\",
        b"\x1bP1$r0m\x07 still it\x1b\\",
        b"\x1b_Gi=31;OK\x1b\\",
        b"\x1b^private\x1b\\",
        b"\x1bXstart of string\x1b\\",
        b"\x1b]0;broken off\x18",
        b"\x1b[?2026;2$y",
        b"\x1b[?1u",
        b"\x1b[24;80R",
        b"\x1b[8;24;80t",
        b"\x1b[>41;390;0c",
    ] {
        let whole = [string, b"z"].concat();
        assert_eq!(events(&[&whole]), [plain(KeyCode::Char('z'))], "{string:?}");
        let bytes: Vec<&[u8]> = whole.chunks(1).collect();
        assert_eq!(events(&bytes), [plain(KeyCode::Char('z'))], "{string:?}");
        // Its end has not come: nothing of it is typed.
        assert_eq!(events(&[&string[..string.len() - 1]]), [], "{string:?}");
    }
}

#[test]
fn a_string_that_never_ends_does_not_swallow_for_ever() {
    let mut endless = b"\x1b]52;c;".to_vec();
    endless.resize(endless.len() + STRING, b'x');
    let out = events(&[&endless]);
    assert_eq!(out.len(), 5, "what is beyond the bound is typed again");
    let mut parser = Parser::default();
    let mut out = VecDeque::new();
    parser.feed(b"\x1b]0;lost", &mut out);
    assert!(parser.is_unfinished(), "its end is waited for");
    parser.give_up(&mut out);
    parser.feed(b"a", &mut out);
    assert_eq!(out, [plain(KeyCode::Char('a'))]);
    assert!(parser.pending.is_empty());
}

#[test]
fn another_sequence_breaks_a_string_off() {
    assert_eq!(events(&[b"\x1b]0;title\x1b[A"]), [plain(KeyCode::Up)]);
}

#[test]
fn a_mouse_types_nothing() {
    for mouse in [
        &b"\x1b[M !!"[..],
        b"\x1b[M\x20\xf0\xff",
        "\x1b[M \u{a1}\u{b2}".as_bytes(),
        b"\x1b[<0;10;20M",
        b"\x1b[<0;10;20m",
        b"\x1b[32;10;20M",
    ] {
        let whole = [mouse, b"z"].concat();
        assert_eq!(events(&[&whole]), [plain(KeyCode::Char('z'))], "{mouse:?}");
        let bytes: Vec<&[u8]> = whole.chunks(1).collect();
        assert_eq!(events(&bytes), [plain(KeyCode::Char('z'))], "{mouse:?}");
    }
    assert_eq!(events(&[b"\x1b[M \x1b[A"]), [plain(KeyCode::Up)]);
}

#[test]
fn keys_that_are_told_by_number_are_the_keys_that_they_are() {
    let control = KeyModifiers::CONTROL;
    let none = KeyModifiers::NONE;
    for (bytes, code, modifiers) in [
        (&b"\x1b[107;5u"[..], KeyCode::Char('k'), control),
        (b"\x1b[27;5;107~", KeyCode::Char('k'), control),
        (b"\x1b[97u", KeyCode::Char('a'), none),
        (b"\x1b[97;2u", KeyCode::Char('A'), none),
        (b"\x1b[97;65u", KeyCode::Char('A'), none),
        (b"\x1b[97:65;2u", KeyCode::Char('A'), none),
        (b"\x1b[49:33;2u", KeyCode::Char('!'), none),
        (b"\x1b[49;2;33u", KeyCode::Char('!'), none),
        (b"\x1b[27;2;33~", KeyCode::Char('!'), none),
        (b"\x1b[13u", KeyCode::Enter, none),
        (b"\x1b[27u", KeyCode::Esc, none),
        (b"\x1b[9;2u", KeyCode::BackTab, KeyModifiers::SHIFT),
        (b"\x1b[127u", KeyCode::Backspace, none),
        (b"\x1b[57400u", KeyCode::Char('1'), none),
        (b"\x1b[57419u", KeyCode::Up, none),
    ] {
        assert_eq!(events(&[bytes]), [key(code, modifiers)], "{bytes:?}");
    }
    // Which character that is hangs on the layout; Super, Caps Lock and volume are no text.
    for bytes in [
        &b"\x1b[49;2u"[..],
        b"\x1b[97;9u",
        b"\x1b[57358u",
        b"\x1b[57440u",
        b"\x1b[55296u",
        b"\x1b[2u",
    ] {
        assert_eq!(events(&[bytes]), [], "{bytes:?}");
    }
}

#[test]
fn a_key_that_is_held_or_let_go_is_told_as_such() {
    use crossterm::event::KeyEventKind;
    let kinds = |bytes: &[u8]| {
        let kinds = events(&[bytes]).into_iter().map(|event| {
            let key = event.as_key_event().expect("a key");
            key.kind
        });
        kinds.collect::<Vec<_>>()
    };
    assert_eq!(kinds(b"\x1b[13;1:2u"), [KeyEventKind::Repeat]);
    assert_eq!(
        kinds(b"\x1b[13;1:3u\x1b[1;1:2B"),
        [KeyEventKind::Release, KeyEventKind::Repeat]
    );
}

#[test]
fn of_a_paste_of_a_megabyte_no_more_is_kept_than_a_field_could_take() {
    let (mut parser, mut out) = (Parser::default(), VecDeque::new());
    parser.feed(b"\x1b[200~", &mut out);
    for _ in 0..256 {
        parser.feed(&[b'x'; 4096], &mut out);
        let Within::Paste(paste) = &parser.within else {
            panic!("the paste has not ended");
        };
        let kept = paste.capacity();
        assert!(kept <= 2 * PASTE, "{kept} bytes are kept of the paste");
        let pending = parser.pending.capacity();
        assert!(pending <= 4096, "{pending} bytes wait");
        assert!(out.is_empty());
    }
    parser.feed(PASTE_END, &mut out);
    let Some(Event::Paste(text)) = out.pop_front() else {
        panic!("no paste came out");
    };
    assert_eq!(text.len(), PASTE);
    assert!(matches!(parser.within, Within::Nothing));
}
