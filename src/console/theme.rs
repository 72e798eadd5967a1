//! Colours and marks. State is always told in words too; colour only underlines it.

mod colours;
mod glyphs;
pub mod ground_answer;
mod styles;

pub use colours::{Asked, ColourMode, Ground, Surroundings};
pub use glyphs::Glyphs;
pub use styles::Theme;

use crate::text;

/// Everything that a screen needs in order to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Styles.
    pub theme: Theme,
    /// Marks.
    pub glyphs: Glyphs,
    colour: ColourMode,
}

impl Look {
    /// The look of a terminal with this ground.
    pub fn new(colour: ColourMode, ground: Ground, utf8: bool) -> Self {
        Self {
            theme: Theme::new(colour, ground),
            glyphs: Glyphs::new(utf8),
            colour,
        }
    }

    /// The same on another ground.
    #[must_use]
    pub fn on(self, ground: Ground) -> Self {
        Self {
            theme: Theme::new(self.colour, ground),
            ..self
        }
    }

    /// Text from elsewhere, made fit for the terminal and the locale.
    pub fn clean(&self, text: &str) -> String {
        let safe = text::clean(text);
        if self.glyphs.utf8 {
            safe.into_owned()
        } else {
            text::ascii(&safe).into_owned()
        }
    }
}
