//! Fields, which of them has the focus, and whether anything was typed. A form is a struct of its
//! fields, made by the macro `form!`: a field is one line there, and what
//! a screen asks a field for is looked at by the compiler.

use crossterm::event::Event;

use super::field::{AnyField, Control, Field};
use crate::console::keymap::{Action, Scope};

/// Fields of a form in the order of the Tab key: one, or several that belong together.
pub trait Part {
    /// Adds them to `fields`.
    fn add_to<'a>(&'a self, fields: &mut Vec<&'a dyn AnyField>);

    /// The same, to be changed.
    fn add_mut_to<'a>(&'a mut self, fields: &mut Vec<&'a mut dyn AnyField>);
}

impl<C: Control> Part for Field<C> {
    fn add_to<'a>(&'a self, fields: &mut Vec<&'a dyn AnyField>) {
        fields.push(self);
    }

    fn add_mut_to<'a>(&'a mut self, fields: &mut Vec<&'a mut dyn AnyField>) {
        fields.push(self);
    }
}

/// As many as there are, of one kind.
impl<P: Part> Part for Vec<P> {
    fn add_to<'a>(&'a self, fields: &mut Vec<&'a dyn AnyField>) {
        for part in self {
            part.add_to(fields);
        }
    }

    fn add_mut_to<'a>(&'a mut self, fields: &mut Vec<&'a mut dyn AnyField>) {
        for part in self {
            part.add_mut_to(fields);
        }
    }
}

/// Names a field of the form `F`.
pub type Place<F> = for<'a> fn(&'a mut F) -> &'a mut dyn AnyField;

/// What is wrong, and with which field.
pub struct Fault<F> {
    /// The field.
    pub at: Place<F>,
    /// What to do about it.
    pub why: String,
}

impl<F> Fault<F> {
    /// This is wrong with that field.
    pub fn new(at: Place<F>, why: impl Into<String>) -> Self {
        Self {
            at,
            why: why.into(),
        }
    }
}

/// Fields of which one has the focus.
pub trait Form: Part + Sized {
    /// The fields.
    fn fields(&self) -> Vec<&dyn AnyField> {
        let mut fields = Vec::new();
        self.add_to(&mut fields);
        fields
    }

    /// The fields, to be changed.
    fn fields_mut(&mut self) -> Vec<&mut dyn AnyField> {
        let mut fields = Vec::new();
        self.add_mut_to(&mut fields);
        fields
    }

    /// Moves the focus to a field.
    fn focus_on(&mut self, at: Place<Self>) {
        if !at(self).is_visible() {
            return;
        }
        self.blur();
        at(self).set_focused(true);
    }

    /// Takes the focus away.
    fn blur(&mut self) {
        for field in self.fields_mut() {
            field.set_focused(false);
        }
    }

    /// Moves the focus to the first field that can be seen.
    fn focus_on_first(&mut self) {
        self.blur();
        if let Some(field) = self
            .fields_mut()
            .into_iter()
            .find(|field| field.is_visible())
        {
            field.set_focused(true);
        }
    }

    /// Marks a field as wrong and moves the focus there.
    fn refuse(&mut self, at: Place<Self>, why: impl Into<String>) {
        at(self).mark(Some(why.into()));
        self.focus_on(at);
    }

    /// Enter in a form that wants more than this field. Goes on to the next field and marks what is
    /// wrong with the one that is left; only on the `last` field, and behind it, it leads back to what
    /// is wrong. So what is typed behind it never lands in a field that was left already.
    fn advance(&mut self, last: Place<Self>, fault: Fault<Self>) {
        if self.is_at_or_behind(last) {
            self.refuse(fault.at, fault.why);
            return;
        }
        let field = (fault.at)(self);
        if field.is_focused() {
            field.mark(Some(fault.why));
        }
        self.step(1);
    }

    /// Has `field`, or one behind it, the focus?
    fn is_at_or_behind(&mut self, field: Place<Self>) -> bool {
        let wanted = std::ptr::from_mut(field(self)).cast::<()>();
        let fields = self.fields();
        let place = |found: Option<usize>| found.unwrap_or(0);
        let is_wanted = |field: &&dyn AnyField| std::ptr::addr_eq(*field, wanted.cast_const());
        place(fields.iter().position(|field| field.is_focused()))
            >= place(fields.iter().position(is_wanted))
    }

    /// Takes every mark away.
    fn forgive(&mut self) {
        for field in self.fields_mut() {
            field.mark(None);
        }
    }

    /// Wipes every password field.
    fn blank_secrets(&mut self) {
        for field in self.fields_mut() {
            field.wipe();
        }
    }

    /// Masks every password field.
    fn mask(&mut self) {
        for field in self.fields_mut() {
            field.mask();
        }
    }

    /// Does any field hold something that was not there at first?
    fn is_dirty(&self) -> bool {
        self.fields().into_iter().any(AnyField::is_dirty)
    }

    /// Which keys are alive on the field that has the focus.
    fn scope(&self) -> Scope {
        self.fields()
            .into_iter()
            .find(|field| field.is_focused())
            .map_or(Scope::Text, AnyField::scope)
    }

    /// Moves the focus or turns a switch; true when the action was one of the form's own.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a screen answers to its own keys; the rest is for whoever stands around it"
    )]
    fn act(&mut self, action: Action) -> bool {
        match action {
            Action::NextField => self.step(1),
            Action::PreviousField => self.step(self.fields().len().saturating_sub(1)),
            Action::Toggle | Action::NextChoice | Action::PreviousChoice => {
                for field in self.fields_mut() {
                    if field.is_focused() {
                        field.act(action);
                    }
                }
            }
            _ => return false,
        }
        true
    }

    /// Moves the focus by so many fields, and on to the next that can be seen.
    fn step(&mut self, by: usize) {
        let mut fields = self.fields_mut();
        let most = fields.len().max(1);
        let from = fields.iter().position(|field| field.is_focused());
        let from = from.unwrap_or(0);
        let to = (1..=most)
            .map(|times| (from + by * times) % most)
            .find(|place| fields.get(*place).is_some_and(|field| field.is_visible()));
        if let Some(to) = to {
            for (place, field) in fields.iter_mut().enumerate() {
                field.set_focused(place == to);
            }
        }
    }

    /// Gives a key or paste to the field that has the focus: whether it holds something else now.
    ///
    /// # Errors
    /// Why a paste was refused.
    fn input(&mut self, event: &Event) -> Result<bool, &'static str> {
        let mut fields = self.fields_mut().into_iter();
        match fields.find(|field| field.is_focused()) {
            Some(field) => field.input(event),
            None => Ok(false),
        }
    }
}

/// A form: a struct of [`Part`]s, each with what makes it. `new` puts the focus on the first field.
macro_rules! form {
    ($(#[$doc:meta])* $visibility:vis struct $form:ident {
        $($(#[$about:meta])* $field:ident: $kind:ty = $make:expr,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug)]
        $visibility struct $form {
            $($(#[$about])* pub $field: $kind,)*
        }

        impl $form {
            /// The form as it is at first.
            pub fn new() -> Self {
                let mut form = Self { $($field: $make,)* };
                $crate::console::widgets::Form::focus_on_first(&mut form);
                form
            }
        }

        impl Default for $form {
            fn default() -> Self {
                Self::new()
            }
        }

        impl $crate::console::widgets::Part for $form {
            fn add_to<'a>(&'a self, fields: &mut Vec<&'a dyn $crate::console::widgets::AnyField>) {
                $($crate::console::widgets::Part::add_to(&self.$field, fields);)*
            }

            fn add_mut_to<'a>(
                &'a mut self,
                fields: &mut Vec<&'a mut dyn $crate::console::widgets::AnyField>,
            ) {
                $($crate::console::widgets::Part::add_mut_to(&mut self.$field, fields);)*
            }
        }

        impl $crate::console::widgets::Form for $form {}
    };
}

pub(crate) use form;
