//! The policy's rules with their ticks, and the strength in words.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::page::{Page, cut};
use crate::{
    console::theme::Look,
    password::{
        policy::{Line as Rule, Tick},
        strength::Strength,
    },
};

/// Draws the rules, one a line. `typed` is false for an empty field: then nothing is marked as
/// broken yet.
pub fn draw(rules: &[Rule], typed: bool, indent: usize, page: &mut Page, look: &Look) {
    let glyphs = &look.glyphs;
    let indent = if page.width() >= 60 { indent } else { 2 };
    let room = page.width().saturating_sub(indent + 1);
    for rule in rules {
        let (mark, word, style) = match (typed, rule.tick) {
            (false, _) => (glyphs.open, "", look.theme.faint),
            (_, Tick::Kept) => (glyphs.kept, "", look.theme.good),
            (_, Tick::Doubtful | Tick::Broken) => (glyphs.open, "", look.theme.warn),
            (_, Tick::OnSave) => (glyphs.later, " (seen when you save)", look.theme.faint),
        };
        let label = cut(
            &format!("{}{word}", rule.label),
            room.saturating_sub(mark.width() + 1),
            look,
        );
        page.line(Line::from(vec![
            Span::raw(" ".repeat(indent)),
            Span::styled(format!("{mark} "), style),
            Span::raw(label),
        ]));
    }
}

/// The meter: five cells, the word and a hint.
pub fn meter(strength: Option<&Strength>, indent: usize, page: &mut Page, look: &Look) {
    let Some(strength) = strength else {
        // Its line is kept free, so that nothing jumps when the rating comes.
        page.line(" ");
        return;
    };
    let filled = usize::from(strength.score) + 1;
    let style = match strength.score {
        0 | 1 => look.theme.bad,
        2 => look.theme.warn,
        _ => look.theme.good,
    };
    let (full, empty) = look.glyphs.meter;
    let bar = format!(
        "{}{}",
        full.repeat(filled),
        empty.repeat(5_usize.saturating_sub(filled))
    );
    let mut spans = vec![
        Span::raw(" ".repeat(indent)),
        Span::styled(bar, style),
        Span::raw(format!(" {} to guess", hardness(strength.score))),
    ];
    if let Some(hint) = &strength.hint {
        let room = page.width().saturating_sub(indent + 30);
        spans.push(Span::styled(
            format!(" {} {}", look.glyphs.dot, cut(hint, room, look)),
            look.theme.faint,
        ));
    }
    page.line(Line::from(spans));
}

const fn hardness(score: u8) -> &'static str {
    match score {
        0 => "very easy",
        1 => "easy",
        2 => "fairly hard",
        3 => "hard",
        _ => "very hard",
    }
}
