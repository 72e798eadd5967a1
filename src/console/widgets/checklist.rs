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
/// broken yet. No mark looks like a switch.
pub fn draw(rules: &[Rule], typed: bool, indent: usize, page: &mut Page, look: &Look) {
    let glyphs = &look.glyphs;
    let (open, later) = if glyphs.utf8 {
        (glyphs.open, glyphs.later)
    } else {
        (".", "?")
    };
    let indent = if page.width() >= 60 { indent } else { 2 };
    let room = page.width().saturating_sub(indent + 1);
    for rule in rules {
        let (mark, word, style) = match (typed, rule.tick) {
            (false, _) => (open, "", look.theme.faint),
            (_, Tick::Kept) => (glyphs.tick, "", look.theme.good),
            (_, Tick::Broken) => (glyphs.cross, "", look.theme.bad),
            (_, Tick::Doubtful) => (later, " (look again)", look.theme.warn),
            (_, Tick::OnSave) => (later, " (seen when you save)", look.theme.faint),
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

/// The meter: five cells, the word and a hint. What a rule refuses is never praised, however hard
/// it is to guess.
pub fn meter(
    strength: Option<&Strength>,
    rules: &[Rule],
    indent: usize,
    page: &mut Page,
    look: &Look,
) {
    let Some(strength) = strength else {
        // Its line is kept free, so that nothing jumps when the rating comes.
        page.line(" ");
        return;
    };
    let refused = rules.iter().any(|rule| rule.tick == Tick::Broken);
    let score = if refused {
        strength.score.min(1)
    } else {
        strength.score
    };
    let filled = usize::from(score) + 1;
    let style = match score {
        0 | 1 => look.theme.bad,
        2 => look.theme.warn,
        _ => look.theme.good,
    };
    let words = if refused {
        "not allowed yet".to_owned()
    } else {
        format!("{} to guess", hardness(score))
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
        Span::raw(format!(" {words}")),
    ];
    let room = page.width().saturating_sub(indent + 30);
    // A few letters of a hint are none.
    if let Some(hint) = strength.hint.as_ref().filter(|_| room >= 12) {
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
