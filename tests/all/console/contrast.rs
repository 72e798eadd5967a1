//! Every style and every cell of every screen is readable on the ground that it was made for: at
//! least 4.5 to 1 (WCAG 2.2, success criterion 1.4.3).

use std::{fmt::Write as _, fs, path::Path};

use halligan::console::{
    ColourMode, Ground,
    theme::{Theme, ground_answer},
};
use ratatui::style::{Color, Modifier, Style};

use crate::support::{
    pilot::{Pilot, Setting},
    world::NEW_PASSWORD,
};

type Rgb = [u8; 3];

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];

/// What the eight colours look like; the terminal has them, we only name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Palette {
    /// xterm's own.
    Xterm,
    /// The PC's text mode, as on the Linux console: bold letters are bright.
    Pc,
}

const XTERM: [Rgb; 8] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
];
const PC: [Rgb; 8] = [
    [0, 0, 0],
    [170, 0, 0],
    [0, 170, 0],
    [170, 85, 0],
    [0, 0, 170],
    [170, 0, 170],
    [0, 170, 170],
    [170, 170, 170],
];
const PC_BRIGHT: [Rgb; 8] = [
    [85, 85, 85],
    [255, 85, 85],
    [85, 255, 85],
    [255, 255, 85],
    [85, 85, 255],
    [255, 85, 255],
    [85, 255, 255],
    [255, 255, 255],
];

fn rgb(colour: Color, bold: bool, palette: Palette, default: Rgb) -> Rgb {
    let basic = |n: usize| match (palette, bold) {
        (Palette::Xterm, _) => XTERM[n],
        (Palette::Pc, false) => PC[n],
        (Palette::Pc, true) => PC_BRIGHT[n],
    };
    match colour {
        Color::Reset => default,
        Color::Black => basic(0),
        Color::Red => basic(1),
        Color::Green => basic(2),
        Color::Yellow => basic(3),
        Color::Blue => basic(4),
        Color::Magenta => basic(5),
        Color::Cyan => basic(6),
        Color::Gray => basic(7),
        Color::Indexed(n @ 16..=231) => {
            let level = |n: u8| [0, 95, 135, 175, 215, 255][usize::from(n % 6)];
            let n = n - 16;
            [level(n / 36), level(n / 6), level(n)]
        }
        Color::Indexed(n @ 232..) => [8 + 10 * (n - 232); 3],
        other => panic!("{other:?} is not a colour of the eight or of the cube"),
    }
}

/// Relative luminance (WCAG 2.2).
fn luminance(rgb: Rgb) -> f64 {
    let [red, green, blue] = rgb.map(|level| {
        let level = f64::from(level) / 255.0;
        if level <= 0.040_45 {
            level / 12.92
        } else {
            ((level + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn ratio(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The least contrast that ink of this style has on the grounds on which it may stand.
fn least(style: Style, ground: Ground, palette: Palette) -> f64 {
    let grounds: &[(Rgb, Rgb)] = match ground {
        Ground::Dark => &[(WHITE, BLACK)],
        Ground::Light => &[(BLACK, WHITE)],
        Ground::Unknown => &[(WHITE, BLACK), (BLACK, WHITE)],
    };
    let bold = style.add_modifier.contains(Modifier::BOLD);
    let ratios = grounds.iter().map(|(ink, ground)| {
        let fg = rgb(style.fg.unwrap_or_default(), bold, palette, *ink);
        let bg = rgb(style.bg.unwrap_or_default(), false, palette, *ground);
        ratio(fg, bg)
    });
    ratios.fold(f64::INFINITY, f64::min)
}

const EVERY: [(ColourMode, Ground, Palette); 8] = [
    (ColourMode::Indexed, Ground::Dark, Palette::Xterm),
    (ColourMode::Indexed, Ground::Light, Palette::Xterm),
    (ColourMode::Indexed, Ground::Unknown, Palette::Xterm),
    (ColourMode::Basic, Ground::Dark, Palette::Xterm),
    (ColourMode::Basic, Ground::Dark, Palette::Pc),
    (ColourMode::Basic, Ground::Light, Palette::Xterm),
    (ColourMode::Basic, Ground::Unknown, Palette::Xterm),
    (ColourMode::None, Ground::Unknown, Palette::Xterm),
];

#[test]
fn every_style_has_a_contrast_of_four_and_a_half_to_one() {
    let mut faint = Vec::new();
    for (colour, ground, palette) in EVERY {
        for (name, style) in Theme::new(colour, ground).all() {
            let found = least(style, ground, palette);
            if found < 4.5 {
                faint.push(format!(
                    "{colour:?} {ground:?} {palette:?} {name}: {found:.2}"
                ));
            }
        }
    }
    assert!(faint.is_empty(), "{faint:#?}");
}

/// `docs/contrast.md` is generated; run with `HALLIGAN_TEST_BLESS=1` to renew it.
#[test]
fn the_table_of_contrasts_is_fresh() {
    let mut text = String::from(
        "<!-- Made by tests/all/console/contrast.rs; renew with: HALLIGAN_TEST_BLESS=1 cargo test --test all contrast -->\n\n\
         # Contrast\n\n\
         The least contrast of each style (WCAG 2.2, relative luminance), on black for a dark ground, on white for a\n\
         light one, on the worse of both where the ground is not known. 4.5 to 1 is asked for (success criterion\n\
         1.4.3). The ground is what `console.theme` says, else what the terminal answers to OSC 11, else what\n\
         `COLORFGBG` says; of the eight colours those of xterm are meant, and of the PC's text mode where it says so.\n\
         A test draws every screen of a call in each of these and looks at every cell.\n\n\
         | style |",
    );
    let titles = EVERY.map(|(colour, ground, palette)| {
        let colours = match colour {
            ColourMode::None => "none",
            ColourMode::Basic => "8",
            ColourMode::Indexed => "256",
        };
        let palette = if palette == Palette::Pc { ", PC" } else { "" };
        format!(" {colours}, {ground:?}{palette} |").to_lowercase()
    });
    text.push_str(&titles.concat());
    text.push_str("\n|---|");
    text.push_str(&"---:|".repeat(EVERY.len()));
    text.push('\n');
    for (n, (name, _)) in Theme::new(ColourMode::None, Ground::Unknown)
        .all()
        .iter()
        .enumerate()
    {
        write!(text, "| {} |", name.replace('_', " ")).unwrap();
        for (colour, ground, palette) in EVERY {
            let (_, style) = Theme::new(colour, ground).all()[n];
            write!(text, " {:.1} |", least(style, ground, palette)).unwrap();
        }
        text.push('\n');
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/contrast.md");
    if std::env::var_os("HALLIGAN_TEST_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "docs/contrast.md is stale");
}

/// The ground that a terminal tells need be neither black nor white.
#[test]
fn a_ground_that_a_terminal_tells_is_taken_only_where_every_style_is_readable_on_it() {
    let (mut dark, mut light) = (0, 0);
    for grey in 0..=255_u8 {
        let answer =
            format!("11;rgb:{grey:02x}{grey:02x}/{grey:02x}{grey:02x}/{grey:02x}{grey:02x}");
        let told = ground_answer::ground(answer.as_bytes()).unwrap();
        let ink = match told {
            Ground::Dark => WHITE,
            Ground::Light => BLACK,
            Ground::Unknown => continue,
        };
        if told == Ground::Dark {
            dark += 1;
        } else {
            light += 1;
        }
        for (name, style) in Theme::new(ColourMode::Indexed, told).all() {
            let bold = style.add_modifier.contains(Modifier::BOLD);
            let fg = rgb(style.fg.unwrap_or_default(), bold, Palette::Xterm, ink);
            let bg = rgb(
                style.bg.unwrap_or_default(),
                false,
                Palette::Xterm,
                [grey; 3],
            );
            assert!(
                ratio(fg, bg) >= 4.5,
                "{name} on {grey}: {:.2}",
                ratio(fg, bg)
            );
        }
    }
    assert!(dark > 30 && light > 20, "{dark} {light}");
}

/// Styles are laid over one another, so that what is drawn may be none of them.
#[test]
fn every_cell_of_a_call_is_readable() {
    for (colour, ground, palette) in EVERY {
        let setting = Setting {
            colour,
            ground,
            ..Setting::default()
        };
        let mut pilot = Pilot::new(setting);
        let readable = |pilot: &Pilot| {
            for (width, height) in [(80, 24), (160, 48)] {
                for cell in &pilot.buffer(width, height).content {
                    if cell.symbol() == " " {
                        continue;
                    }
                    let style = Style {
                        fg: Some(cell.fg),
                        bg: Some(cell.bg),
                        add_modifier: cell.modifier,
                        ..Style::new()
                    };
                    let found = least(style, ground, palette);
                    assert!(
                        found >= 4.5,
                        "{colour:?} {ground:?} {palette:?} {:?} {style:?}: {found:.2}\n{}",
                        cell.symbol(),
                        pilot.screen()
                    );
                }
            }
        };
        readable(&pilot);
        pilot.sign_in();
        readable(&pilot);
        pilot.text("vasq");
        readable(&pilot);
        pilot.press("enter");
        readable(&pilot);
        pilot.text("short");
        readable(&pilot);
        pilot.press("ctrl-k");
        readable(&pilot);
        pilot.press("esc");
        pilot.press("ctrl-g");
        readable(&pilot);
        pilot.press("enter");
        readable(&pilot);
        pilot.text(NEW_PASSWORD);
        readable(&pilot);
    }
}
