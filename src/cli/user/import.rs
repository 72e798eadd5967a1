//! `halligan user import`

mod told;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
};

use clap::{Args, builder::PossibleValuesParser, builder::TypedValueParser as _};

use crate::{
    audit::Kind,
    cli::{Context, Exit, Failure, context::SignedIn, progress, secret_input::confirm},
    console::{OpenedRoster, RosterReader},
    desk::DeskError,
    directory::{DirectoryError, ImportOrder, ImportWatch, Imported, MatchBy, Missing},
    roster::{self, Encoding, Field, ImportReport, Mapping, Reading, Roster},
};

/// Add the people of a file, all of them or none, after a plan that says what becomes of each.
///
/// A heading names the columns, in any order and as other programs call them: an ID, a name or its
/// parts, and where they are there email, kind, role and state. CSV parted by commas, semicolons,
/// tabs or pipes, and LDIF. Passwords are never taken from a file; people get theirs by a reset.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command"
)]
pub struct Import {
    /// The file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Plan only: say what would become of every row, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Pass over rows that cannot be taken, instead of refusing the whole file; each is told.
    #[arg(long)]
    skip_faulty: bool,
    /// Change people who are there already, and only by what the file says of them.
    #[arg(long)]
    update: bool,
    /// By what people who are there are known.
    #[arg(long, value_name = "WHAT", default_value = "id", value_parser = match_by(), requires = "update")]
    match_by: MatchBy,
    /// Disable people who are there and not in the file, of the kinds that are in it. Without this
    /// they are told. Nobody is ever removed.
    #[arg(long, requires = "update")]
    disable_missing: bool,
    /// What stands in a column: `Employee #=id`. Fields are `id`, `email`, `name`, `given_name`,
    /// `family_name`, `kind`, `role`, `active` and `inactive`; several are parted by commas, and `-` passes a
    /// column over.
    #[arg(long = "column", value_name = "HEADING=FIELD", value_parser = roster::mapped)]
    columns: Vec<(String, Vec<Field>)>,
    /// How the file is coded, where it does not tell itself.
    #[arg(long, value_parser = encoding())]
    encoding: Option<Encoding>,
}

fn match_by() -> impl clap::builder::TypedValueParser<Value = MatchBy> {
    PossibleValuesParser::new(["id", "email"]).map(|word| match word.as_str() {
        "email" => MatchBy::Email,
        _ => MatchBy::Id,
    })
}

fn encoding() -> impl clap::builder::TypedValueParser<Value = Encoding> {
    PossibleValuesParser::new(Encoding::ALL.map(Encoding::word)).map(|word| {
        let known = Encoding::ALL.into_iter().find(|known| known.word() == word);
        known.unwrap_or(Encoding::Utf8)
    })
}

/// What to do where [`saved`] fails.
const CORRECT: &str = "Correct `roster.columns` in the configuration.";

/// What the settings say of columns.
fn saved(columns: &[String]) -> Result<Mapping, String> {
    columns.iter().map(|text| roster::mapped(text)).collect()
}

/// Opens rosters for the console's set-up screen, with what the settings say of columns. That is
/// read when a roster is opened: most who open the console open none.
pub(in crate::cli) fn reader(settings: Vec<String>) -> RosterReader {
    RosterReader::new(move |path, columns| {
        let saved = saved(&settings).map_err(|why| format!("{why}. {CORRECT}"))?;
        let given = columns.split(';').filter(|text| !text.trim().is_empty());
        let reading = Reading {
            columns: given.map(roster::mapped).collect::<Result<_, _>>()?,
            saved,
            ..Reading::default()
        };
        open(path, &reading)
    })
}

/// How the text reads, where its encoding was guessed.
fn guess(roster: &Roster) -> Option<String> {
    let (word, sample) = (roster.encoding().word(), roster.guessed()?);
    Some(format!(
        "The file is not UTF-8. As {word} it reads: {sample}"
    ))
}

fn open(path: &Path, reading: &Reading) -> Result<OpenedRoster, String> {
    let roster = Roster::open(path, reading)?;
    let mut remarks = roster.remarks().to_vec();
    // The plan is the question: whoever goes on from it has seen how the text reads.
    remarks.extend(guess(&roster));
    Ok(OpenedRoster {
        rows: roster.rows()?,
        ignored: roster.ignored().to_vec(),
        remarks,
    })
}

impl Import {
    /// Plans, asks, and does what was planned.
    pub async fn run(self, context: &Context) -> Result<Exit, Failure> {
        let saved = saved(&context.loaded.config.roster.columns)
            .map_err(|why| Failure::new(Exit::Failed, &why, "Nothing was changed.", CORRECT))?;
        let reading = Reading {
            columns: self.columns.clone(),
            saved,
            encoding: self.encoding,
            update: self.update,
            roles: Vec::new(),
        };
        // What cannot be read is told before anybody signs in.
        let roster = Roster::open(&self.file, &reading).map_err(|why| unusable(&why))?;
        self.settle_encoding(context, &roster)?;
        let (told, roster) = context
            .at_desk(async |signed_in| {
                let roster = self.with_roles_of_the_site(signed_in, roster, reading).await?;
                for column in roster.ignored() {
                    context.out.remark(&format!(
                        "The column '{column}' is of no use here and is passed over."
                    ))?;
                }
                for remark in roster.remarks() {
                    context.out.remark(remark)?;
                }
                let planning = self.dry_run || !context.yes;
                let planned = if planning {
                    Some(self.take(context, signed_in, &roster, true).await?)
                } else {
                    None
                };
                let told = match planned {
                    Some(planned) if self.dry_run => planned,
                    Some(planned) => {
                        for line in planned.sentences() {
                            context.out.remark(&line)?;
                        }
                        context.out.remark(&format!("Plan: {}.", planned.counts.planned()))?;
                        confirm(&format!("Do this with {}?", self.file.display()), false)?;
                        let done = self.take(context, signed_in, &roster, false).await?;
                        if done.counts != planned.counts {
                            context.out.remark(
                                "The users were changed between plan and import: what was done is below.",
                            )?;
                        }
                        done
                    }
                    None => self.take(context, signed_in, &roster, false).await?,
                };
                Ok((told, roster))
            })
            .await?;
        let mut lines = told.sentences();
        if self.dry_run {
            lines.push(format!("Plan: {}.", told.counts.planned()));
            lines.push("Nothing was changed.".into());
        } else {
            lines.push(format!("Done: {}.", told.counts.described()));
        }
        context.out.result(
            &told::document(&told, &self.file, &roster, self.dry_run),
            lines,
        )?;
        Ok(Exit::Done)
    }

    /// The roster once more, where the site has roles that may stand in it.
    async fn with_roles_of_the_site(
        &self,
        signed_in: &SignedIn,
        roster: Roster,
        reading: Reading,
    ) -> Result<Roster, Failure> {
        let seat = signed_in.at().users_create(Kind::RosterImported).await?;
        let kept = seat.roles_to_choose().await?;
        if kept.is_empty() {
            return Ok(roster);
        }
        let roles = kept.iter().map(|kept| kept.role.name.clone()).collect();
        let reading = Reading { roles, ..reading };
        Roster::open(&self.file, &reading).map_err(|why| unusable(&why))
    }

    /// What was guessed is said, and a guess needs a yes: names would be wrong for good.
    fn settle_encoding(&self, context: &Context, roster: &Roster) -> Result<(), Failure> {
        let Some(said) = guess(roster) else {
            return Ok(());
        };
        if self.dry_run {
            context.out.remark(&said)?;
            return Ok(());
        }
        confirm(&format!("{said}. Is that right?"), false).map_err(|failure| {
            if failure.exit() == Exit::Usage {
                let word = roster.encoding().word();
                let cure = format!("If it is right, give --encoding {word}.");
                Failure::new(Exit::Failed, &said, "Nothing was changed.", &cure)
            } else {
                failure
            }
        })
    }

    /// A plan and an import are the same way through the store.
    async fn take(
        &self,
        context: &Context,
        signed_in: &SignedIn,
        roster: &Roster,
        only_plan: bool,
    ) -> Result<ImportReport, Failure> {
        let order = ImportOrder {
            update: self.update,
            by: self.match_by,
            missing: if self.disable_missing {
                Missing::Disabled
            } else {
                Missing::Told
            },
            skip_faulty: self.skip_faulty,
            only_plan,
            one_record: false,
        };
        let watch = ImportWatch::default();
        let told = Arc::new(Mutex::new(ImportReport::default()));
        let report = {
            let told = Arc::clone(&told);
            Box::new(move |line| {
                told.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .note(line);
            })
        };
        let import = signed_in
            .at()
            .users_create(Kind::RosterImported)
            .await?
            .import(
                roster.rows().map_err(|why| unusable(&why))?,
                order,
                watch.clone(),
                report,
            );
        let shown = !context.out.is_json();
        let answer: Result<Imported, DeskError> =
            progress::watched(Box::pin(import), &watch, Some(roster.count()), shown).await;
        let mut told = std::mem::take(&mut *told.lock().unwrap_or_else(PoisonError::into_inner));
        match answer {
            Ok(counts) => {
                told.counts = counts;
                Ok(told)
            }
            Err(_) if watch.stop.load(Ordering::Relaxed) => Err(Failure::new(
                Exit::Interrupted,
                "interrupted",
                "Nothing was changed.",
                "",
            )),
            Err(DeskError::Directory(DirectoryError::Invalid { .. })) if told.faults() > 0 => {
                Err(told::refusal(&told, &self.file))
            }
            Err(error) => Err(error.into()),
        }
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
