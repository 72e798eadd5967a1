//! No cell keeps anything of an earlier frame, whatever the terminal thinks of the width of a
//! character: two emulators that count cells in different ways show after each frame exactly what
//! they show after a repaint of that frame alone.

use std::{cell::RefCell, io, io::Write, num::NonZeroU16, rc::Rc};

use halligan::console::terminal::{Abilities, Frugal};
use proptest::prelude::*;
use ratatui::{
    Terminal,
    layout::Size,
    style::{Color, Modifier, Style},
};

const COLUMNS: u16 = 40;
const ROWS: u16 = 6;

/// What the program sends before its first frame: characters do not run over into the next line.
const NO_WRAP: &[u8] = b"\x1b[?7l";

#[derive(Clone, Default)]
struct Line(Rc<RefCell<Vec<u8>>>);

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the shape of a question for the size"
)]
fn size() -> io::Result<Size> {
    Ok(Size::new(COLUMNS, ROWS))
}

type Sizer = fn() -> io::Result<Size>;

/// The program's side of a line.
struct Sender {
    line: Line,
    screen: Terminal<Frugal<Line, Sizer>>,
}

impl Sender {
    fn new(abilities: Abilities) -> Self {
        let line = Line::default();
        let backend: Frugal<Line, Sizer> = Frugal::new(line.clone(), size, abilities);
        let screen = Terminal::new(backend).unwrap();
        Self { line, screen }
    }

    /// The bytes of a frame.
    fn draw(&mut self, words: &[Word]) -> Vec<u8> {
        self.screen
            .draw(|frame| {
                for word in words {
                    let mut style = Style::new();
                    if let Some(colour) = word.colour {
                        style = style.fg(Color::Indexed(colour));
                    }
                    if word.reversed {
                        style = style.add_modifier(Modifier::REVERSED);
                    }
                    frame
                        .buffer_mut()
                        .set_string(word.x, word.y, word.text, style);
                }
            })
            .unwrap();
        std::mem::take(&mut *self.line.0.borrow_mut())
    }
}

/// A word somewhere on the screen, in some style.
#[derive(Debug, Clone, Copy)]
struct Word {
    x: u16,
    y: u16,
    text: &'static str,
    colour: Option<u8>,
    reversed: bool,
}

const fn plain(x: u16, y: u16, text: &'static str) -> Word {
    Word {
        x,
        y,
        text,
        colour: None,
        reversed: false,
    }
}

/// A terminal, as far as it can be seen: a text and a style for each cell.
trait Emulator {
    fn take(&mut self, bytes: &[u8]);
    fn cells(&self) -> Vec<Vec<String>>;
}

impl Emulator for vt100::Parser {
    fn take(&mut self, bytes: &[u8]) {
        self.process(bytes);
    }

    fn cells(&self) -> Vec<Vec<String>> {
        let cell = |x, y| {
            let cell = self.screen().cell(y, x).unwrap();
            let text = if cell.has_contents() {
                cell.contents()
            } else {
                " "
            };
            let ink = (text != " ").then(|| (cell.fgcolor(), cell.is_wide_continuation()));
            format!("{text} {:?} {} {ink:?}", cell.bgcolor(), cell.inverse())
        };
        (0..ROWS)
            .map(|y| (0..COLUMNS).map(|x| cell(x, y)).collect())
            .collect()
    }
}

impl Emulator for avt::Terminal {
    fn take(&mut self, bytes: &[u8]) {
        self.feed(std::str::from_utf8(bytes).unwrap());
    }

    fn cells(&self) -> Vec<Vec<String>> {
        let cell = |cell: &avt::Cell| {
            let (text, pen) = (cell.char(), cell.pen());
            let ink = (text != ' ').then(|| (pen.foreground(), cell.width()));
            format!("{text} {:?} {} {ink:?}", pen.background(), pen.is_inverse())
        };
        let lines = self.screen().visible_lines();
        lines
            .map(|line| line.cells().iter().map(cell).collect())
            .collect()
    }
}

type Emulators = Vec<Box<dyn Emulator>>;

/// Adds a combining character to the cell before it; knows no way to keep a line from running over.
fn by_column() -> Box<dyn Emulator> {
    let (rows, columns) = (NonZeroU16::new(ROWS), NonZeroU16::new(COLUMNS));
    Box::new(vt100::Parser::new(rows.unwrap(), columns.unwrap(), 0))
}

/// Gives every code point a cell of its own, combining or not.
fn by_code_point() -> Box<dyn Emulator> {
    let mut emulator = avt::Terminal::new(usize::from(COLUMNS), usize::from(ROWS)).unwrap();
    emulator.take(NO_WRAP);
    Box::new(emulator)
}

fn both() -> Emulators {
    vec![by_column(), by_code_point()]
}

/// Draws the frames one after the other, and each of them also alone on fresh terminals.
fn nothing_remains(emulators: fn() -> Emulators, frames: &[Vec<Word>]) {
    for (erases, repeats) in [(false, false), (true, false), (true, true)] {
        let abilities = Abilities {
            second_screen: true,
            erases,
            repeats,
        };
        nothing_remains_on(abilities, emulators, frames);
    }
}

fn nothing_remains_on(abilities: Abilities, emulators: fn() -> Emulators, frames: &[Vec<Word>]) {
    let mut sender = Sender::new(abilities);
    let mut seen = emulators();
    for (n, words) in frames.iter().enumerate() {
        let bytes = sender.draw(words);
        let repaint = Sender::new(abilities).draw(words);
        for (which, (seen, mut fresh)) in seen.iter_mut().zip(emulators()).enumerate() {
            seen.take(&bytes);
            fresh.take(&repaint);
            let (found, wanted) = (seen.cells(), fresh.cells());
            for (y, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
                for (x, (found, wanted)) in found.iter().zip(wanted).enumerate() {
                    assert_eq!(
                        found, wanted,
                        "emulator {which}, frame {n}, column {x} of row {y}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_latin_name_after_a_wide_one_is_spelled_as_it_is() {
    nothing_remains(
        both,
        &[
            vec![plain(0, 0, "Samira Silva")],
            vec![plain(0, 0, "田中 陽子")],
            vec![plain(0, 0, "Martha Watson")],
        ],
    );
    // Seen on a 2-column gap that was bridged with what had stood there before the wide name.
    nothing_remains(
        both,
        &[
            vec![plain(0, 0, "abcdefghij")],
            vec![plain(0, 0, "abcd田efg")],
            vec![plain(0, 0, "Xbcd田efY")],
            vec![plain(0, 0, "Xbcd  efZ")],
        ],
    );
}

#[test]
fn a_family_of_several_code_points_leaves_nothing_beside_itself() {
    nothing_remains(
        both,
        &[
            vec![plain(0, 0, "👩‍👩‍👧‍👦 Ana"), plain(0, 1, "below")],
            vec![plain(0, 0, "Ana Costa"), plain(0, 1, "below")],
            vec![plain(0, 0, "Ana 👍🏽 Costa"), plain(0, 1, "below")],
            vec![plain(0, 0, "Ana"), plain(0, 1, "below")],
        ],
    );
}

const NAMES: [&str; 24] = [
    "────────────────────────────────────────",
    "                                        ",
    "a",
    "Martha Watson",
    "José Muñoz",
    "x y",
    "田中 陽子",
    "김민준",
    "ノダ",
    "ｶﾅ",
    "Zoe\u{308}",
    "Nguye\u{302}\u{303}n",
    "z\u{335}\u{321}\u{327}\u{322}algo",
    "আনিকা রহমান",
    "अंजलि शर्मा",
    "ශ්‍රී ලංකා",
    "សុខ ចាន់",
    "👩‍👩‍👧‍👦",
    "👍🏽 ok",
    "🇨🇭🇫🇷",
    "❤️ heart",
    "שרה לוי",
    "محمد الأمين",
    "a\u{200b}\u{202e}b\u{feff}c",
];

fn word(columns: u16) -> impl Strategy<Value = Word> {
    (
        0..columns,
        0..ROWS,
        prop::sample::select(&NAMES[..]),
        prop::option::of(1..8_u8),
        any::<bool>(),
    )
        .prop_map(|(x, y, text, colour, reversed)| Word {
            x,
            y,
            text,
            colour,
            reversed,
        })
}

fn frames(columns: u16) -> impl Strategy<Value = Vec<Vec<Word>>> {
    prop::collection::vec(prop::collection::vec(word(columns), 0..8), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_frames_leave_the_screen_as_a_repaint_would(frames in frames(20)) {
        nothing_remains(both, &frames);
    }

    #[test]
    fn at_the_right_edge_nothing_runs_over_either(frames in frames(COLUMNS)) {
        nothing_remains(|| vec![by_code_point()], &frames);
    }
}
