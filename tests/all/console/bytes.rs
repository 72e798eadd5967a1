//! What a frame costs on the line, at 80x24 with 256 colours, and that what is written is what was
//! drawn.

use std::{cell::RefCell, io, io::Write, num::NonZeroU16, rc::Rc};

use halligan::{
    console::{
        ColourMode, app,
        effect::Reply,
        terminal::{Abilities, Frugal},
    },
    user::{AccountKind, Fact},
};
use proptest::prelude::*;
use ratatui::{
    Terminal,
    layout::Size,
    style::{Color, Modifier, Style},
};

use unicode_width::UnicodeWidthStr;

use crate::support::{
    pilot::{Pilot, Setting},
    world::{self, NEW_PASSWORD},
};

/// Keeps the writes apart.
#[derive(Clone, Default)]
struct Line(Rc<RefCell<Vec<Vec<u8>>>>);

impl Line {
    /// The bytes since the last look, and in how many writes.
    fn take(&self) -> (Vec<u8>, usize) {
        let writes = std::mem::take(&mut *self.0.borrow_mut());
        (writes.concat(), writes.len())
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().push(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A terminal that can erase to the end of a line and no more.
const VT100: Abilities = Abilities {
    second_screen: true,
    erases: false,
    repeats: false,
};

type Sizer = fn() -> io::Result<Size>;

#[expect(
    clippy::unnecessary_wraps,
    reason = "the shape of a question for the size"
)]
fn at_80x24() -> io::Result<Size> {
    Ok(Size::new(80, 24))
}

fn terminal(line: &Line) -> Terminal<Frugal<Line, Sizer>> {
    let backend: Frugal<Line, Sizer> = Frugal::new(
        line.clone(),
        at_80x24,
        Abilities {
            second_screen: true,
            ..Abilities::default()
        },
    );
    Terminal::new(backend).unwrap()
}

/// The bytes of one frame of the pilot's console.
fn frame(pilot: &Pilot, terminal: &mut Terminal<Frugal<Line, Sizer>>, line: &Line) -> Vec<u8> {
    terminal
        .draw(|frame| app::view(&pilot.model, frame))
        .unwrap();
    let (bytes, writes) = line.take();
    assert!(writes <= 1, "{writes} writes for one frame");
    bytes
}

fn at_crowd() -> Pilot {
    let mut pilot = Pilot::at_menu_of(Setting {
        colour: ColourMode::Indexed,
        ..Setting::default()
    });
    pilot.choose("Users");
    pilot.answers_at_once = false;
    pilot.text("s");
    pilot.answer_named("Search", Reply::Found(world::crowd(50, "S")));
    pilot
}

#[test]
fn a_typed_character_with_the_list_unchanged_costs_at_most_45_bytes() {
    let (line, mut pilot) = (Line::default(), at_crowd());
    let mut screen = terminal(&line);
    pilot.text("0");
    pilot.answer_named("Search", Reply::Found(world::crowd(50, "S")));
    frame(&pilot, &mut screen, &line);
    // The word that was found stays the same, and so does its mark.
    pilot.text("0");
    pilot.answer_named("Search", Reply::Found(world::crowd(50, "S")));
    let bytes = frame(&pilot, &mut screen, &line);
    println!("typed character, list unchanged: {} bytes", bytes.len());
    assert!(!bytes.is_empty());
    assert!(bytes.len() <= 45, "{} bytes", bytes.len());
}

/// What no way to draw can do without: the letters that stand where others, or none, stood before.
fn letters(before: &ratatui::buffer::Buffer, after: &ratatui::buffer::Buffer) -> usize {
    let cells = before.content.iter().zip(&after.content);
    let changed = cells.filter(|(before, after)| before.symbol() != after.symbol());
    let inked = changed.filter(|(_, after)| after.symbol() != " ");
    inked.map(|(_, after)| after.symbol().len()).sum()
}

#[test]
fn a_typed_character_with_the_list_wholly_changed_costs_at_most_1400_bytes() {
    let (line, mut pilot) = (Line::default(), at_crowd());
    let mut screen = terminal(&line);
    frame(&pilot, &mut screen, &line);
    let before = pilot.buffer(80, 24);
    pilot.text("p");
    // No cell stays what it was.
    let mut others = world::crowd(50, "Q");
    for (n, user) in others.rows.iter_mut().enumerate() {
        user.login = format!("R7{:03}", 999 - n);
        user.given_name = [
            "Bartholomew",
            "Wilhelmina",
            "Maximilian",
            "Theodora",
            "Ezekiel",
        ][n % 5]
            .into();
        user.family_name = ["Kingsley", "Thornbury", "Okonkwo", "Lindqvist"][n % 4].into();
        user.email = format!("{}.{n}@harborview.example", user.given_name.to_lowercase());
        user.kind = Fact::Known(AccountKind::ALL[1 + n % 3]);
        user.state.must_change = Fact::Known(n % 2 == 0);
    }
    pilot.answer_named("Search", Reply::Found(others));
    let bytes = frame(&pilot, &mut screen, &line);
    let letters = letters(&before, &pilot.buffer(80, 24));
    println!(
        "typed character, list changed: {} bytes, {letters} of them letters",
        bytes.len()
    );
    assert!(bytes.len() <= 1_400, "{} bytes", bytes.len());
    // Blanks between columns, colours, the ends of lines: what is not a letter is less than half.
    assert!(bytes.len() * 2 < letters * 3, "{letters} letters");
}

#[test]
fn a_masked_character_and_a_moved_selection_are_cheap() {
    let (line, mut pilot) = (Line::default(), at_crowd());
    let mut screen = terminal(&line);
    frame(&pilot, &mut screen, &line);
    pilot.press("down");
    let down = frame(&pilot, &mut screen, &line).len();
    println!("moved selection: {down} bytes");
    assert!(down <= 400, "{down} bytes for a moved selection");

    let mut pilot = Pilot::editing("vasquez");
    pilot.text(NEW_PASSWORD);
    frame(&pilot, &mut screen, &line);
    pilot.text("x");
    let masked = frame(&pilot, &mut screen, &line).len();
    println!("masked character: {masked} bytes");
    assert!(masked <= 45, "{masked} bytes for a masked character");
}

#[test]
fn a_frame_without_changes_writes_nothing() {
    let (line, pilot) = (Line::default(), at_crowd());
    let mut screen = terminal(&line);
    assert!(!frame(&pilot, &mut screen, &line).is_empty());
    for _ in 0..100 {
        assert_eq!(frame(&pilot, &mut screen, &line), Vec::<u8>::new());
    }
}

#[test]
fn the_first_frame_is_one_write_of_moderate_size() {
    let (line, pilot) = (Line::default(), Pilot::new(Setting::default()));
    let mut screen = terminal(&line);
    let bytes = frame(&pilot, &mut screen, &line);
    println!("first frame: {} bytes", bytes.len());
    assert!(bytes.len() <= 2_000, "{} bytes", bytes.len());
}

#[test]
fn what_is_written_is_what_was_drawn() {
    let line = Line::default();
    let mut screen = terminal(&line);
    let mut seen = emulator();
    let mut pilot = Pilot::at_menu();
    let check = |pilot: &Pilot, screen: &mut Terminal<_>, seen: &mut vt100::Parser| {
        seen.process(&frame(pilot, screen, &line));
        let shown: Vec<String> = seen
            .screen()
            .rows(0, 80)
            .map(|row| row.trim_end().to_owned())
            .collect();
        assert_eq!(shown.join("\n"), pilot.screen());
    };
    check(&pilot, &mut screen, &mut seen);
    pilot.choose("Users");
    check(&pilot, &mut screen, &mut seen);
    pilot.text("vasq");
    check(&pilot, &mut screen, &mut seen);
    pilot.press("enter");
    check(&pilot, &mut screen, &mut seen);
    pilot.text(NEW_PASSWORD);
    check(&pilot, &mut screen, &mut seen);
    pilot.press("ctrl-k");
    check(&pilot, &mut screen, &mut seen);
    pilot.press("esc");
    pilot.press("enter");
    check(&pilot, &mut screen, &mut seen);
}

/// What is done, and how.
type Move = (&'static str, fn(&mut Pilot));

/// The screens of a call, each with the step that led to it.
fn call() -> Vec<(&'static str, Pilot)> {
    let setting = || Setting {
        colour: ColourMode::Indexed,
        ..Setting::default()
    };
    let steps: [Move; 12] = [
        ("sign in", Pilot::sign_in),
        ("menu: type v", |pilot| pilot.text("v")),
        ("list: type asq", |pilot| pilot.text("asq")),
        ("list: next row", |pilot| pilot.press("down")),
        ("list: open the user", |pilot| pilot.press("enter")),
        ("user: help", |pilot| pilot.press("ctrl-k")),
        ("help: close", |pilot| pilot.press("esc")),
        ("user: type a password", |pilot| pilot.text(NEW_PASSWORD)),
        ("user: save", |pilot| pilot.press("enter")),
        ("receipt: spell", |pilot| pilot.press("r")),
        ("receipt: back to the list", |pilot| pilot.press("enter")),
        ("list: back to the menu", |pilot| pilot.press("esc")),
    ];
    (0..=steps.len())
        .map(|done| {
            let mut pilot = Pilot::new(setting());
            for (_, step) in steps.iter().take(done) {
                step(&mut pilot);
            }
            let name = done.checked_sub(1).map_or("start", |last| steps[last].0);
            (name, pilot)
        })
        .collect()
}

/// The table that `benches/frame-bytes` prints.
#[test]
fn no_change_of_screen_costs_more_than_a_repaint() {
    let xterm = Abilities {
        erases: true,
        repeats: true,
        ..VT100
    };
    println!(
        "{:<28} {:>9} {:>7} {:>7} {:>11}",
        "step", "repaint", "vt100", "xterm", "9600 baud"
    );
    let on = |abilities| {
        let line = Line::default();
        let backend: Frugal<Line, Sizer> = Frugal::new(line.clone(), at_80x24, abilities);
        (Terminal::new(backend).unwrap(), line)
    };
    let (mut plain, plain_line) = on(VT100);
    let (mut able, able_line) = on(xterm);
    for (step, pilot) in call() {
        let (mut fresh, fresh_line) = on(VT100);
        let repaint = frame(&pilot, &mut fresh, &fresh_line).len();
        let bytes = frame(&pilot, &mut plain, &plain_line).len();
        let fewer = frame(&pilot, &mut able, &able_line).len();
        // Ten bits a byte: eight, a start bit and a stop bit.
        let millis = bytes * 10_000 / 9_600;
        println!("{step:<28} {repaint:>9} {bytes:>7} {fewer:>7} {millis:>8} ms");
        // What is there is erased first, and a repaint begins with the pen that it finds.
        let erased = "\x1b[m\x1b[H\x1b[J".len();
        assert!(
            bytes <= repaint + erased,
            "{step}: {bytes} against {repaint}"
        );
        assert!(fewer <= bytes, "{step}: {fewer} against {bytes}");
    }
}

fn emulator() -> vt100::Parser {
    let (rows, columns) = (NonZeroU16::new(24).unwrap(), NonZeroU16::new(80).unwrap());
    vt100::Parser::new(rows, columns, 0)
}

/// Every cell of the emulator is as it was drawn. Blanks have no ink: there only the ground counts.
fn same(drawn: &ratatui::buffer::Buffer, seen: &vt100::Screen) -> Result<(), TestCaseError> {
    let colour = |colour: Color| match colour {
        Color::Indexed(index) => vt100::Color::Idx(index),
        _ => vt100::Color::Default,
    };
    for y in 0..24 {
        let mut x = 0;
        while x < 80 {
            let wanted = &drawn[(x, y)];
            let found = seen.cell(y, x).unwrap();
            let blank = wanted.symbol() == " ";
            prop_assert_eq!(
                found.contents().trim(),
                wanted.symbol().trim(),
                "at {},{}",
                x,
                y
            );
            prop_assert_eq!(
                found.inverse(),
                wanted.modifier.contains(Modifier::REVERSED)
            );
            prop_assert_eq!(found.bgcolor(), colour(wanted.bg));
            if !blank {
                prop_assert_eq!(found.fgcolor(), colour(wanted.fg));
                prop_assert_eq!(found.bold(), wanted.modifier.contains(Modifier::BOLD));
            }
            x += u16::try_from(wanted.symbol().width()).unwrap().max(1);
        }
    }
    Ok(())
}

/// A word somewhere on the screen, in some style.
type Word = (u16, u16, String, Option<u8>, Option<u8>, bool, bool);

fn word() -> impl Strategy<Value = Word> {
    (
        0..76_u16,
        0..24_u16,
        prop::sample::select(vec!["a", "word", "José", "✓", "日本", "x y", "─"])
            .prop_map(String::from),
        prop::option::of(0..16_u8),
        prop::option::of(0..16_u8),
        any::<bool>(),
        any::<bool>(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_frames_come_out_as_they_were_drawn(
        frames in prop::collection::vec(prop::collection::vec(word(), 0..12), 1..6)
    ) {
        let line = Line::default();
        let mut screen = terminal(&line);
        let mut seen = emulator();
        for words in frames {
            let mut drawn = ratatui::buffer::Buffer::empty(ratatui::layout::Rect::ZERO);
            screen.draw(|frame| {
                for (x, y, text, fg, bg, bold, reversed) in &words {
                    let mut style = Style::new();
                    if let Some(fg) = fg { style = style.fg(Color::Indexed(*fg)); }
                    if let Some(bg) = bg { style = style.bg(Color::Indexed(*bg)); }
                    if *bold { style = style.add_modifier(Modifier::BOLD); }
                    if *reversed { style = style.add_modifier(Modifier::REVERSED); }
                    // Wide characters keep to rows and columns of their own: half of one cannot
                    // be drawn over.
                    let wide = text.width() > text.chars().count();
                    let (x, y) = if wide { (*x / 4 * 4, 12 + y / 2) } else { (*x, y / 2) };
                    frame.buffer_mut().set_string(x, y, text, style);
                }
                drawn = frame.buffer_mut().clone();
            }).unwrap();
            seen.process(&line.take().0);
            same(&drawn, seen.screen())?;
        }
    }
}
