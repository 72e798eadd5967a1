//! The bar of what takes longer than a second, on standard error.

use std::{
    future::Future,
    io::{self, IsTerminal as _},
    pin::pin,
    sync::atomic::Ordering,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::directory::ImportWatch;

/// What ends sooner needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);
const PERIOD: Duration = Duration::from_millis(100);

/// Waits for `work`, which counts in `watch`, and shows how far it is of `total` rows. Ctrl-C sets
/// the wish to stop; the work itself then ends without a change.
pub(super) async fn watched<T>(
    work: impl Future<Output = T>,
    watch: &ImportWatch,
    total: Option<u64>,
    shown: bool,
) -> T {
    let mut work = pin!(work);
    let mut bar = None;
    let begun = tokio::time::Instant::now();
    let mut period = tokio::time::interval(PERIOD);
    loop {
        tokio::select! {
            done = &mut work => {
                if let Some(bar) = bar {
                    ProgressBar::finish_and_clear(&bar);
                }
                return done;
            }
            _ = tokio::signal::ctrl_c() => watch.stop.store(true, Ordering::Relaxed),
            _ = period.tick() => {
                if shown && begun.elapsed() >= PATIENCE && io::stderr().is_terminal() {
                    bar.get_or_insert_with(|| draw(total))
                        .set_position(watch.rows.load(Ordering::Relaxed));
                }
            }
        }
    }
}

fn draw(total: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(5));
    let template = match total {
        Some(_) => "{bar:30} {human_pos} of {human_len} ({eta} left)",
        None => "{spinner} {human_pos}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("##-").tick_chars("-\\|/ "));
    }
    bar
}
