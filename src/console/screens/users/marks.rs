//! Which part of a row is why it was found.

use ratatui::{
    style::{Modifier, Style},
    text::Span,
};

use crate::text;

/// The words of a query, folded as the search folds them.
pub fn words(query: &str) -> Vec<String> {
    text::fold(query)
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// `text` with every word underlined that holds one of `words`. The whole word, so that the next
/// letter of the search need not draw it again.
pub fn marked(text: &str, words: &[String], style: Style) -> Vec<Span<'static>> {
    let places = places(text, words);
    let mut spans = Vec::new();
    let mut run = String::new();
    let mut underlined = false;
    let mut flush = |run: &mut String, underlined: bool| {
        if !run.is_empty() {
            let style = if underlined {
                style.add_modifier(Modifier::UNDERLINED)
            } else {
                style
            };
            spans.push(Span::styled(std::mem::take(run), style));
        }
    };
    for (c, marked) in text.chars().zip(places) {
        if marked != underlined {
            flush(&mut run, underlined);
            underlined = marked;
        }
        run.push(c);
    }
    flush(&mut run, underlined);
    spans
}

/// Does `text` hold this word, as the search folds it?
pub fn holds(text: &str, word: &str) -> bool {
    places(text, &[word.to_owned()]).contains(&true)
}

/// For each character whether it belongs to a word.
fn places(text: &str, words: &[String]) -> Vec<bool> {
    // Folding may make none or several characters of one: for each of them, which it came from.
    let mut folded = String::new();
    let mut origins = Vec::new();
    for (index, c) in text.chars().enumerate() {
        if c == ' ' {
            folded.push(' ');
        } else {
            folded.push_str(&text::fold(c.encode_utf8(&mut [0; 4])));
        }
        origins.resize(folded.len(), index);
    }
    let mut marked = vec![false; text.chars().count()];
    let is_part = |at: &usize| {
        let byte = folded.as_bytes().get(*at);
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
    };
    for word in words {
        for (at, found) in folded.match_indices(word.as_str()) {
            let begin = (0..at).rev().take_while(is_part).last().unwrap_or(at);
            let end = at + found.len();
            let end = (end..folded.len())
                .take_while(is_part)
                .last()
                .map_or(end, |last| last + 1);
            for origin in origins.get(begin..end).unwrap_or_default() {
                if let Some(mark) = marked.get_mut(*origin) {
                    *mark = true;
                }
            }
        }
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, query: &str) -> String {
        marked(text, &words(query), Style::new())
            .iter()
            .map(|span| {
                if span.style.add_modifier.contains(Modifier::UNDERLINED) {
                    format!("_{}_", span.content)
                } else {
                    span.content.to_string()
                }
            })
            .collect()
    }

    #[test]
    fn what_was_searched_for_is_marked_wherever_it_stands() {
        for (text, query, wanted) in [
            ("Maria Vasquez", "vasq", "Maria _Vasquez_"),
            ("Maria Vasquez", "vasq mar", "_Maria_ _Vasquez_"),
            ("José García", "garcia jo", "_José_ _García_"),
            ("maria.vasquez@x.org", "vasq", "maria._vasquez_@x.org"),
            ("E1042", "042", "_E1042_"),
            ("Maria Vasquez", "Vasquez, Maria", "_Maria_ _Vasquez_"),
            ("Straße", "strasse", "_Straße_"),
            ("Maria", "", "Maria"),
            ("Maria", "x", "Maria"),
        ] {
            assert_eq!(shown(text, query), wanted, "{query}");
        }
    }
}
