//! Drives the console's pure core the way an operator would, with a desk made of fixtures: key
//! scripts in, screen text and questions to the desk out.

use std::{fmt::Write, sync::Arc, time::Duration};

use crossterm::event::{Event, KeyEvent};
use halligan::{
    console::{
        ColourMode, DemoSignIn, Ground, ReceiptShows,
        app::{self, Model, Msg},
        effect::{Effect, Reply, Request, Ticket},
        screens::Site,
        theme::Look,
    },
    directory::Capabilities,
    password::{generate::Shape, profile::Profile, read_back::Alphabet},
    verification::Rules,
};
use jiff::{Timestamp, tz::TimeZone};
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

use super::world;

/// An operator's hands and eyes.
pub struct Pilot {
    pub model: Model,
    /// Milliseconds on the console's clock.
    pub clock: u64,
    /// Questions that are not answered yet.
    pub asked: Vec<(Ticket, Request)>,
    /// Sleeps that have not ended yet.
    pub sleeping: Vec<(u64, Ticket)>,
    /// Every question ever asked, by its variant's name.
    pub history: Vec<String>,
    /// Key presses that were not text.
    pub presses: usize,
    /// Texts that were typed or pasted.
    pub texts: usize,
    pub repaints: usize,
    /// Answers follow every key at once.
    pub answers_at_once: bool,
}

/// How a pilot's console is set up.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of a test, independent"
)]
pub struct Setting {
    pub profile: Profile,
    pub capabilities: Capabilities,
    pub asks_for_password: bool,
    pub act_limit: Option<Duration>,
    pub colour: ColourMode,
    pub ground: Ground,
    pub utf8: bool,
    pub demo: Option<DemoSignIn>,
    pub first_run: bool,
    pub brackets_paste: bool,
    pub receipt_shows: ReceiptShows,
    pub verification: Rules,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            profile: Profile::nist(),
            capabilities: world::capabilities(),
            asks_for_password: true,
            act_limit: None,
            colour: ColourMode::Basic,
            ground: Ground::Dark,
            utf8: true,
            demo: None,
            first_run: false,
            brackets_paste: true,
            receipt_shows: ReceiptShows::default(),
            verification: Rules::default(),
        }
    }
}

impl Pilot {
    pub fn new(setting: Setting) -> Self {
        let site = Site {
            capabilities: setting.capabilities,
            asks_for_password: setting.asks_for_password,
            act_limit: setting.act_limit,
            agency: "Riverside Fire".into(),
            profiles: setting.profile.clone().into(),
            profile: Arc::new(setting.profile),
            zone: TimeZone::UTC,
            alphabet: Alphabet::default(),
            shape: Shape::default(),
            look: Look::new(setting.colour, setting.ground, setting.utf8),
            brackets_paste: setting.brackets_paste,
            demo: setting.demo,
            receipt_shows: setting.receipt_shows,
            verification: setting.verification,
        };
        Self {
            model: Model::new(site, setting.first_run),
            clock: 1_000,
            asked: Vec::new(),
            sleeping: Vec::new(),
            history: Vec::new(),
            presses: 0,
            texts: 0,
            repaints: 0,
            answers_at_once: true,
        }
    }

    /// Signed in as the administrator, at the menu.
    pub fn at_menu() -> Self {
        Self::at_menu_of(Setting::default())
    }

    pub fn at_menu_of(setting: Setting) -> Self {
        let mut pilot = Self::new(setting);
        pilot.sign_in();
        pilot
    }

    pub fn sign_in(&mut self) {
        self.text("chief@riverside.example");
        self.press("tab");
        self.text(world::OWN_PASSWORD);
        self.press("enter");
        self.presses = 0;
        self.texts = 0;
    }

    /// At the page of the first user who matches.
    pub fn editing(who: &str) -> Self {
        Self::editing_with(Setting::default(), who)
    }

    pub fn editing_with(setting: Setting, who: &str) -> Self {
        let mut pilot = Self::at_menu_of(setting);
        pilot.text(who);
        pilot.press("enter");
        pilot
    }

    /// Presses a key that is not text: `enter`, `ctrl-g`, `?`.
    pub fn press(&mut self, key: &str) {
        self.presses += 1;
        self.clock += 900;
        self.key(key);
    }

    /// Goes to an entry of the menu with the arrow keys and opens it.
    #[track_caller]
    pub fn choose(&mut self, entry: &str) {
        self.press("home");
        let lines = self.screen();
        let lines: Vec<&str> = lines.lines().collect();
        let place = |found: &dyn Fn(&str) -> bool| lines.iter().position(|line| found(line));
        let first = place(&|line| line.trim_start().starts_with(['›', '>']));
        let wanted = place(&|line| line.trim_start_matches([' ', '›', '>']).starts_with(entry));
        let (Some(first), Some(wanted)) = (first, wanted) else {
            panic!("no {entry:?} on the menu:\n{}", self.screen());
        };
        for _ in first..wanted {
            self.press("down");
        }
        self.press("enter");
    }

    /// A key without any time of its own.
    pub fn key(&mut self, key: &str) {
        let event = key_event(key);
        self.feed(Msg::Term(self.clock, Event::Key(event)));
    }

    /// Types text, a character every 60 ms.
    pub fn text(&mut self, text: &str) {
        self.texts += 1;
        for c in text.chars() {
            self.clock += 60;
            let key = KeyEvent::from(crossterm::event::KeyCode::Char(c));
            self.feed(Msg::Term(self.clock, Event::Key(key)));
        }
        self.clock += 60;
    }

    pub fn paste(&mut self, text: &str) {
        self.clock += 60;
        self.feed(Msg::Term(self.clock, Event::Paste(text.into())));
    }

    pub fn feed(&mut self, msg: Msg) {
        self.feed_all(vec![msg]);
    }

    pub fn feed_all(&mut self, messages: Vec<Msg>) {
        let effects = app::update_all(&mut self.model, messages);
        self.take(effects);
        while self.answers_at_once && !self.asked.is_empty() {
            self.answer_next();
        }
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(ticket, request) => {
                    self.history.push(name(&request));
                    self.asked.push((ticket, request));
                }
                Effect::After(time, ticket) => {
                    let millis = u64::try_from(time.as_millis()).expect("a short time");
                    self.sleeping.push((self.clock + millis, ticket));
                }
                Effect::Repaint => self.repaints += 1,
            }
        }
    }

    /// Answers the oldest question as the world would.
    pub fn answer_next(&mut self) {
        let (_, request) = self.asked.first().expect("a question");
        let reply = world::answer(request);
        self.answer_with(reply);
    }

    /// Answers the oldest question.
    pub fn answer_with(&mut self, reply: Reply) {
        let (ticket, _) = self.asked.remove(0);
        self.reply(ticket, reply);
    }

    /// Answers the oldest question whose name this is; others stay open.
    pub fn answer_named(&mut self, wanted: &str, reply: Reply) {
        let index = self
            .asked
            .iter()
            .position(|(_, request)| name(request) == wanted)
            .unwrap_or_else(|| panic!("no open {wanted}: {:?}", self.open()));
        let (ticket, _) = self.asked.remove(index);
        self.reply(ticket, reply);
    }

    pub fn reply(&mut self, ticket: Ticket, reply: Reply) {
        let effects = app::update(&mut self.model, Msg::Reply(ticket, now(), reply));
        self.take(effects);
    }

    /// The names of the open questions.
    pub fn open(&self) -> Vec<String> {
        self.asked
            .iter()
            .map(|(_, request)| name(request))
            .collect()
    }

    /// How often something was asked.
    pub fn count(&self, wanted: &str) -> usize {
        self.history.iter().filter(|asked| *asked == wanted).count()
    }

    /// Lets time pass; sleeps that end meanwhile wake their askers.
    pub fn wait(&mut self, time: Duration) {
        let end = self.clock + u64::try_from(time.as_millis()).expect("a short time");
        loop {
            let next = self
                .sleeping
                .iter()
                .enumerate()
                .filter(|(_, (at, _))| *at <= end)
                .min_by_key(|(_, (at, _))| *at)
                .map(|(index, _)| index);
            let Some(index) = next else { break };
            let (at, ticket) = self.sleeping.remove(index);
            self.clock = self.clock.max(at);
            let clock = self.clock;
            self.feed(Msg::Wake(ticket, clock));
        }
        self.clock = end;
    }

    /// The screen as text, without blanks at the ends of lines.
    pub fn screen_at(&self, width: u16, height: u16) -> String {
        let buffer = self.buffer(width, height);
        let mut lines = Vec::new();
        for y in 0..height {
            let line: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
            lines.push(line.trim_end().to_owned());
        }
        lines.join("\n")
    }

    pub fn screen(&self) -> String {
        self.screen_at(80, 24)
    }

    pub fn buffer(&self, width: u16, height: u16) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test backend");
        terminal
            .draw(|frame| app::view(&self.model, frame))
            .expect("drawing never fails");
        terminal.backend().buffer().clone()
    }

    /// Where the terminal's cursor stands; `None` where it is hidden.
    pub fn cursor(&self, width: u16, height: u16) -> Option<(u16, u16)> {
        use ratatui::{backend::Backend as _, layout::Position};
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test backend");
        // A frame that wants no cursor leaves it where it was.
        let nowhere = Position::new(width - 1, height - 1);
        let _ = terminal.backend_mut().set_cursor_position(nowhere);
        terminal
            .draw(|frame| app::view(&self.model, frame))
            .expect("drawing never fails");
        let found = terminal
            .backend_mut()
            .get_cursor_position()
            .expect("a test backend");
        (found != nowhere).then_some((found.x, found.y))
    }

    /// The text of the line with the cursor.
    pub fn read_line(&self) -> String {
        let (_, y) = self.cursor(80, 24).expect("the cursor is nowhere");
        let line = self.screen().lines().nth(y.into()).map(str::to_owned);
        line.unwrap_or_default()
    }

    /// The styled runs of the lines that contain `needle`: `colour modifiers: text`.
    pub fn styles(&self, needle: &str) -> String {
        let buffer = self.buffer(80, 24);
        let mut out = String::new();
        for y in 0..24 {
            let line: String = (0..80).map(|x| buffer[(x, y)].symbol()).collect();
            if !line.contains(needle) {
                continue;
            }
            let mut run = String::new();
            let mut style = String::new();
            for x in 0..80 {
                let cell = &buffer[(x, y)];
                let this = format!("{:?}/{:?} {:?}", cell.fg, cell.bg, cell.modifier);
                if this != style {
                    flush(&mut out, &style, &run);
                    run.clear();
                    style = this;
                }
                run.push_str(cell.symbol());
            }
            flush(&mut out, &style, &run);
        }
        out
    }

    /// Sees this text.
    #[track_caller]
    pub fn sees(&self, text: &str) {
        let flat = flat(&self.screen());
        assert!(
            flat.contains(&self::flat(text)),
            "{text:?} is not on the screen:\n{}",
            self.screen()
        );
    }

    #[track_caller]
    pub fn does_not_see(&self, text: &str) {
        assert!(
            !flat(&self.screen()).contains(&flat(text)),
            "{text:?} is on the screen:\n{}",
            self.screen()
        );
    }
}

/// Line breaks and runs of blanks do not matter when looking for words.
fn flat(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '│')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn flush(out: &mut String, style: &str, run: &str) {
    if !run.trim().is_empty() {
        let _ = writeln!(out, "{style}: {}", run.trim());
    }
}

/// When everything happens.
pub fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().expect("a time")
}

pub fn key_event(key: &str) -> KeyEvent {
    let parsed = crokey::parse(key).unwrap_or_else(|error| panic!("{key}: {error:?}"));
    KeyEvent::new(*parsed.codes.first(), parsed.modifiers)
}

/// The variant's name of a request.
pub fn name(request: &Request) -> String {
    let text = format!("{request:?}");
    text.split(['(', ' ', '{'])
        .next()
        .unwrap_or_default()
        .to_owned()
}
