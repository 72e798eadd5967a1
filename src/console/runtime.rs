//! The impure edge: one loop over terminal events and answers. Backend and event stream are
//! parameters, so the tests run this very loop.

mod current_session;
pub mod hangup;
mod perform;
mod roster;

pub use current_session::CurrentSession;
use hangup::Watchdog;
pub use roster::{OpenedRoster, RosterReader};

use std::{
    collections::{BTreeMap, BTreeSet},
    future::poll_fn,
    io::{self, Write as _},
    panic::{AssertUnwindSafe, resume_unwind},
    pin::pin,
    task::Poll,
    time::Duration,
};

use crossterm::event::Event;
use futures_util::{FutureExt as _, Stream, StreamExt};
use jiff::Timestamp;
use ratatui::{Terminal, backend::Backend};
use tokio::{
    sync::mpsc,
    task::{AbortHandle, JoinSet},
    time::Instant,
};

use super::{
    app::{self, Millis, Model, Msg},
    effect::{Effect, Family, Reply, Request, Ticket},
    terminal,
    theme::{Ground, Look},
};
use crate::{
    desk::{Desk, LostWatch},
    directory::Capabilities,
    operator::OperatorChange,
    store,
};

/// An answer that comes within this time is drawn together with the key that asked for it.
const TOGETHER: Duration = Duration::from_millis(8);

/// So many events are taken together; a paste without brackets is as many keys as characters, and
/// memory that was taken for them at once would stay.
const MOST_TOGETHER: usize = 256;

/// What happened at the edge.
#[derive(Debug)]
enum Happened {
    Replied(Ticket, Reply),
    Woke(Ticket),
    OperatorChanged(OperatorChange),
    Look(Box<Look>),
}

/// Performs effects and feeds the core.
#[derive(Debug)]
pub struct Runtime {
    desk: Desk,
    current: CurrentSession,
    roster: RosterReader,
    sender: mpsc::UnboundedSender<Happened>,
    inbox: mpsc::UnboundedReceiver<Happened>,
    reads: JoinSet<()>,
    writes: JoinSet<()>,
    timers: JoinSet<()>,
    /// Looks at the operator when nobody presses a key; ends with the loop.
    looks: JoinSet<()>,
    /// The questions on their way that a newer one would supersede.
    newest: BTreeMap<Family, (Ticket, AbortHandle)>,
    awaited: BTreeSet<Ticket>,
    /// What the model knows of the directory.
    capabilities: Capabilities,
    imports: Vec<crate::directory::ImportWatch>,
    /// Writes whose lost answers may be left when the program ends.
    lost: Vec<LostWatch>,
    started: Instant,
    /// How long the machine had been running then.
    booted: Duration,
    watchdog: Option<Watchdog>,
}

impl Runtime {
    /// A runtime at this desk.
    pub fn new(desk: Desk, current: CurrentSession, roster: RosterReader) -> Self {
        let (sender, inbox) = mpsc::unbounded_channel();
        Self {
            capabilities: desk.capabilities(),
            desk,
            current,
            roster,
            sender,
            inbox,
            reads: JoinSet::new(),
            writes: JoinSet::new(),
            timers: JoinSet::new(),
            looks: JoinSet::new(),
            newest: BTreeMap::new(),
            awaited: BTreeSet::new(),
            imports: Vec::new(),
            lost: Vec::new(),
            started: Instant::now(),
            booted: crate::desk::since_boot(),
            watchdog: None,
        }
    }

    /// Takes the ground that the terminal answers, whenever it does, and draws in this look on it.
    pub fn ground_teller(&self, look: Look) -> impl Fn(Ground) + Send + 'static {
        let sender = self.sender.clone();
        move |ground| {
            // The loop may have ended meanwhile.
            let _ = sender.send(Happened::Look(Box::new(look.on(ground))));
        }
    }

    /// Sets this watchdog when the loop ends in another way than by the operator's wish.
    #[must_use]
    pub fn watched_by(self, watchdog: Watchdog) -> Self {
        Self {
            watchdog: Some(watchdog),
            ..self
        }
    }

    /// Draws and listens until the model is over, the events end, the terminal fails or a defect
    /// shows; in each of these cases it then waits for the writes that are on their way.
    ///
    /// # Errors
    /// The terminal's: it cannot be written to or has gone away.
    pub async fn run<B, E>(
        mut self,
        screen: &mut Terminal<B>,
        model: &mut Model,
        events: E,
    ) -> io::Result<()>
    where
        B: Backend,
        B::Error: Send + Sync + 'static,
        E: Stream<Item = io::Result<Event>> + Unpin,
    {
        self.look_between_acts();
        let turns = AssertUnwindSafe(self.turns(screen, model, events));
        let ended = turns.catch_unwind().await;
        if !matches!(ended, Ok(Ok(()))) {
            // What stands on it is not for whoever comes next.
            terminal::leave_screen();
            if let Some(watchdog) = self.watchdog.take() {
                watchdog.set(128 + signal_hook::consts::SIGHUP);
            }
            if self.current.writes() > 0 {
                // The terminal may have gone away.
                let _ = write!(
                    io::stderr(),
                    "A change is being saved; Halligan ends as soon as its answer is there.\r\n"
                );
            }
        }
        self.finish().await;
        match ended {
            Ok(ended) => {
                self.tell_rest(model);
                ended
            }
            // The model may be in pieces: it is told nothing any more.
            Err(defect) => resume_unwind(defect),
        }
    }

    async fn turns<B, E>(
        &mut self,
        screen: &mut Terminal<B>,
        model: &mut Model,
        mut events: E,
    ) -> io::Result<()>
    where
        B: Backend,
        B::Error: Send + Sync + 'static,
        E: Stream<Item = io::Result<Event>> + Unpin,
    {
        self.measure(screen, model)?;
        let mut changed = true;
        let mut hold: Option<Instant> = None;
        let mut told = None;
        while !model.is_over() {
            if changed && hold.is_none() {
                draw(screen, model)?;
                changed = false;
            }
            let mut batch = Vec::new();
            tokio::select! {
                biased;
                event = events.next() => match event {
                    Some(event) => batch.push(Msg::Term(self.millis(), event?)),
                    None => return Err(io::ErrorKind::UnexpectedEof.into()),
                },
                Some(happened) = self.inbox.recv() => self.tell(happened, &mut batch),
                () = tokio::time::sleep(Duration::from_secs(1)),
                    if self.current.writes() > 0 || told.is_some() =>
                {
                    let waited = store::held_for().map(|time| time.as_secs()).filter(|n| *n > 0);
                    if waited == told {
                        continue;
                    }
                    told = waited;
                    batch.push(Msg::StoreHeld(waited));
                }
                () = until(hold), if hold.is_some() => {
                    hold = None;
                    continue;
                }
            }
            // What has arrived together is taken together: one search, one frame.
            while batch.len() < MOST_TOGETHER
                && let Some(event) = at_once(&mut events).await
            {
                batch.push(Msg::Term(self.millis(), event?));
            }
            while let Ok(happened) = self.inbox.try_recv() {
                self.tell(happened, &mut batch);
            }
            changed = true;
            let mut asked = false;
            if batch
                .iter()
                .any(|msg| matches!(msg, Msg::Term(_, Event::Resize(..))))
            {
                self.measure(screen, model)?;
            }
            for effect in app::update_all(model, batch) {
                asked |= matches!(&effect, Effect::Ask(_, request) if !request.is_write());
                if matches!(effect, Effect::Repaint) {
                    screen.clear().map_err(io::Error::other)?;
                } else {
                    self.perform(effect);
                }
            }
            if self.awaited.is_empty() {
                hold = None;
            } else if asked && hold.is_none() {
                hold = Some(Instant::now() + TOGETHER);
            }
        }
        Ok(())
    }

    /// Starts to look at whoever sits here when something has been written to the store, so that an
    /// open console whose operator was changed shows nothing more, without a key pressed.
    fn look_between_acts(&mut self) {
        let (desk, current, sender) =
            (self.desk.clone(), self.current.clone(), self.sender.clone());
        self.looks.spawn(async move {
            let mut watch = desk.watch_operators();
            loop {
                watch.due().await;
                let Some(session) = current.session() else {
                    continue;
                };
                if let Some(change) = desk.at(&session).change_between_acts().await {
                    // The loop may have ended meanwhile.
                    let _ = sender.send(Happened::OperatorChanged(change));
                }
            }
        });
    }

    /// Tells the model how large the window is.
    fn measure<B>(&mut self, screen: &Terminal<B>, model: &mut Model) -> io::Result<()>
    where
        B: Backend,
        B::Error: Send + Sync + 'static,
    {
        let size = screen.size().map_err(io::Error::other)?;
        for effect in app::update(model, Msg::Window(size.width, size.height)) {
            self.perform(effect);
        }
        Ok(())
    }

    /// Waits for the writes.
    async fn finish(&mut self) {
        for import in &self.imports {
            import
                .stop
                .store(true, std::sync::atomic::Ordering::Relaxed);
        }
        // What was lost is told as that, and its intent stays open: two minutes are too long to
        // keep a terminal.
        for lost in &self.lost {
            lost.leave();
        }
        while self.writes.join_next().await.is_some() {}
    }

    /// Lets the model say what became of the writes.
    fn tell_rest(&mut self, model: &mut Model) {
        while let Ok(happened) = self.inbox.try_recv() {
            let mut messages = Vec::new();
            self.tell(happened, &mut messages);
            // Nothing new is begun any more.
            drop(app::update_all(model, messages));
        }
    }

    fn millis(&self) -> Millis {
        // The longer of both: only the one since the start of the machine counts its suspension.
        let since_boot = crate::desk::since_boot().saturating_sub(self.booted);
        let elapsed = self.started.elapsed().max(since_boot);
        u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
    }

    fn tell(&mut self, happened: Happened, batch: &mut Vec<Msg>) {
        match happened {
            Happened::Replied(ticket, reply) => {
                self.awaited.remove(&ticket);
                let now = self.desk.capabilities();
                if now != self.capabilities {
                    self.capabilities = now.clone();
                    batch.push(Msg::Capabilities(Box::new(now)));
                }
                batch.push(Msg::Reply(ticket, Timestamp::now(), reply));
            }
            Happened::OperatorChanged(change) => batch.push(Msg::OperatorChanged(change)),
            Happened::Look(look) => batch.push(Msg::Look(look)),
            Happened::Woke(ticket) => batch.push(Msg::Wake(ticket, self.millis())),
        }
    }

    fn perform(&mut self, effect: Effect) {
        // Finished tasks are forgotten here, so that none of the sets grows for ever.
        while self.reads.try_join_next().is_some() {}
        while self.writes.try_join_next().is_some() {}
        while self.timers.try_join_next().is_some() {}
        let sender = self.sender.clone();
        match effect {
            Effect::After(time, ticket) => {
                self.timers.spawn(async move {
                    tokio::time::sleep(time).await;
                    // The loop may have ended meanwhile.
                    let _ = sender.send(Happened::Woke(ticket));
                });
            }
            Effect::Ask(_, Request::StopImport) => {
                for import in self.imports.drain(..) {
                    import
                        .stop
                        .store(true, std::sync::atomic::Ordering::Relaxed);
                }
            }
            Effect::Ask(ticket, request) => self.ask(ticket, request, sender),
            Effect::Repaint => {}
        }
    }

    fn ask(&mut self, ticket: Ticket, request: Request, sender: mpsc::UnboundedSender<Happened>) {
        let family = request.family();
        // A guess that was made is recorded, whoever leaves meanwhile.
        let is_write = request.is_write() || matches!(request, Request::Check(..));
        let lost = LostWatch::default();
        let desk = perform::Performer {
            desk: self.desk.clone().watched_by(lost.clone()),
            current: self.current.clone(),
            roster: self.roster.clone(),
        };
        // Counted before the task has run for the first time.
        let writing = is_write.then(|| self.current.writing());
        if let Request::Import(_) = &request {
            let watch = crate::directory::ImportWatch::default();
            self.imports.push(watch.clone());
            let ticking = sender.clone();
            self.writes.spawn(async move {
                let reply = desk
                    .import(request, watch, |rows| {
                        let _ = ticking.send(Happened::Replied(ticket, Reply::Progress(rows)));
                    })
                    .await;
                drop(writing);
                let _ = sender.send(Happened::Replied(ticket, reply));
            });
            return;
        }
        if is_write {
            if self.writes.is_empty() {
                self.lost.clear();
            }
            self.lost.push(lost.clone());
        }
        let work = async move {
            let mut told = lost.told();
            let mut answer = pin!(desk.answer(request));
            let reply = loop {
                tokio::select! {
                    reply = &mut answer => break reply,
                    Ok(()) = told.changed() => {
                        let now = told.borrow_and_update().clone();
                        if let Some(now) = now {
                            let _ = sender.send(Happened::Replied(ticket, Reply::Lost(now)));
                        }
                    }
                }
            };
            drop(writing);
            let _ = sender.send(Happened::Replied(ticket, reply));
        };
        if is_write {
            self.writes.spawn(work);
            return;
        }
        self.awaited.insert(ticket);
        let handle = self.reads.spawn(work);
        if let Some(family) = family
            && let Some((older, handle)) = self.newest.insert(family, (ticket, handle))
        {
            // Its future is dropped; nobody waits for its answer any more.
            handle.abort();
            self.awaited.remove(&older);
        }
    }
}

/// The next event if it is there already. Polled with the waker of the loop: crossterm's stream
/// keeps the waker of the last poll that found nothing, and must not keep one that wakes nobody.
async fn at_once<E>(events: &mut E) -> Option<io::Result<Event>>
where
    E: Stream<Item = io::Result<Event>> + Unpin,
{
    poll_fn(|context| match events.poll_next_unpin(context) {
        Poll::Ready(event) => Poll::Ready(event),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

async fn until(hold: Option<Instant>) {
    if let Some(time) = hold {
        tokio::time::sleep_until(time).await;
    }
}

fn draw<B: Backend>(terminal: &mut Terminal<B>, model: &Model) -> io::Result<()>
where
    B::Error: Send + Sync + 'static,
{
    terminal
        .draw(|frame| app::view(model, frame))
        .map_err(io::Error::other)?;
    Ok(())
}
