//! `halligan user import`

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use clap::Args;
use serde_json::json;

use crate::{
    audit::Kind,
    cli::{Context, Exit, Failure, progress, secret_input::confirm},
    console::OpenedRoster,
    directory::{ImportWatch, RosterRows},
    roster::Roster,
};

/// Faulty lines that are shown; the rest is counted.
const SHOWN: usize = 20;

/// Add the people of a CSV file, all of them or none.
///
/// The first line names the columns, in any order: `id`, `email`, `given_name`, `family_name`,
/// `kind`, `role`, `active`. Passwords are never taken from a file; people get theirs by a reset.
#[derive(Debug, Args)]
pub struct Import {
    /// The file: UTF-8, parted by commas, semicolons or tabs.
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// Try every row against the store and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Pass over lines that are faulty in themselves, instead of refusing the whole file.
    #[arg(long)]
    skip_faulty: bool,
}

fn users(count: u64) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} user{plural}")
}

/// Opens a roster for the console's set-up screen.
pub(in crate::cli) fn open(path: &Path) -> Result<OpenedRoster, String> {
    let roster = Roster::open(path)?;
    Ok(OpenedRoster {
        ignored: roster.ignored().to_vec(),
        rows: roster.into_rows(),
    })
}

impl Import {
    /// Reads the file twice: first to tell every faulty line at once, then to add.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (good, faulty, ignored) = self.read_through()?;
        for column in &ignored {
            context.out.remark(&format!(
                "The column '{column}' is of no use here and is passed over."
            ))?;
        }
        if faulty.count > 0 && !self.skip_faulty {
            return Err(faulty.refusal(&self.file));
        }
        for line in &faulty.shown {
            context.out.remark(&format!("passed over: {line}"))?;
        }
        let (added, unchanged) = context
            .at_desk(async |signed_in| {
                if !self.dry_run {
                    let question = format!("Add {} from {}?", users(good), self.file.display());
                    confirm(&question, context.yes)?;
                }
                let watch = ImportWatch {
                    only_try: self.dry_run,
                    ..ImportWatch::default()
                };
                let taken = Arc::new(AtomicU64::new(0));
                let import = signed_in
                    .at()
                    .users_create(Kind::RosterImported)
                    .await?
                    .import(self.rows(taken.clone())?, watch.clone());
                let shown = !context.out.is_json();
                match progress::watched(import, &watch, Some(good), shown).await {
                    Ok(imported) => Ok((imported.added, imported.unchanged)),
                    Err(_) if watch.fits.load(Ordering::Relaxed) => Ok((0, 0)),
                    Err(_) if watch.stop.load(Ordering::Relaxed) => Err(Failure::new(
                        Exit::Interrupted,
                        "interrupted",
                        "Nobody was added.",
                        "",
                    )),
                    Err(error) => Err(error.into()),
                }
            })
            .await?;
        let line = if self.dry_run {
            format!("{} could be added; nobody was.", users(good))
        } else {
            format!("{} added, {unchanged} were there already.", users(added))
        };
        context.out.result(
            &json!({
                "file": self.file,
                "dry_run": self.dry_run,
                "rows": good,
                "added": added,
                "unchanged": unchanged,
                "faulty": faulty.count,
                "faulty_lines": faulty.shown,
                "ignored_columns": ignored,
            }),
            [line],
        )?;
        Ok(Exit::Done)
    }

    /// Good rows, faulty ones, columns of no use.
    fn read_through(&self) -> Result<(u64, Faulty, Vec<String>), Failure> {
        let roster = Roster::open(&self.file).map_err(|why| unusable(&why))?;
        let ignored = roster.ignored().to_vec();
        let mut good = 0;
        let mut faulty = Faulty::default();
        for row in roster {
            match row {
                Ok(_) => good += 1,
                Err(why) => faulty.note(why),
            }
        }
        Ok((good, faulty, ignored))
    }

    fn rows(&self, taken: Arc<AtomicU64>) -> Result<RosterRows, Failure> {
        let roster = Roster::open(&self.file).map_err(|why| unusable(&why))?;
        let skip = self.skip_faulty;
        let rows = roster
            .filter(move |row| !skip || row.is_ok())
            .inspect(move |_| {
                taken.fetch_add(1, Ordering::Relaxed);
            });
        Ok(Box::new(rows))
    }
}

fn unusable(why: &str) -> Failure {
    Failure::new(
        Exit::Failed,
        why,
        "Nobody was added.",
        "Correct the file and import it again.",
    )
}

#[derive(Default)]
struct Faulty {
    count: u64,
    shown: Vec<String>,
}

impl Faulty {
    fn note(&mut self, why: String) {
        self.count += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(why);
        }
    }

    fn refusal(self, file: &Path) -> Failure {
        let mut text = format!("{}: {} faulty lines", file.display(), self.count);
        for line in &self.shown {
            text.push('\n');
            text.push_str(line);
        }
        Failure::new(
            Exit::Failed,
            &text,
            "Nobody was added.",
            "Correct them and import again, or give --skip-faulty to leave them out.",
        )
        .with("faulty_lines", json!(self.shown))
        .with("faulty", json!(self.count))
    }
}
