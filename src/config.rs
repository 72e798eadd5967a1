//! Files, environment and flags become a [`Config`], and it stays known where each value came from.
//!
//! `/etc/halligan/config.toml`, then `halligan/config.toml` in the user's configuration directory
//! (XDG), then `HALLIGAN_*` variables, then flags; the later wins. With `--config FILE` that file
//! stands in the place of both. Where the machine has its file, only that one sets the rules and the
//! directory (`guarded.rs`). Secrets have no key here: passwords come from a prompt, standard
//! input or a file descriptor only.

mod guarded;
mod keys;
mod known;
mod open;
mod server;
mod warnings;

pub use keys::{Characters, Config, ConfigError, Console, DirectoryKind, ShowPasswords, Theme};
pub use open::{OpenError, SCHEMA, open_desk, open_desk_unasked, open_store};
pub use server::Server;
pub use warnings::{mistakes, warnings};

use std::{
    collections::HashMap,
    env,
    path::{Path, PathBuf},
};

use ::config::{File, FileFormat, Source as _, Value};
use etcetera::BaseStrategy as _;
use serde::Serialize;

use guarded::{Part, Taken, flatten};

use crate::{
    password::profile::{Profile, Profiles},
    text::system_error,
};

/// The file for all users of the machine.
pub const SYSTEM_FILE: &str = "/etc/halligan/config.toml";

/// What the command line says about the configuration; it wins over files and environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// Stands in the place of both files.
    pub config: Option<PathBuf>,
    /// The store's file.
    pub store: Option<PathBuf>,
    /// Name of the profile.
    pub profile: Option<String>,
}

/// One key with its value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// Dotted: `console.theme`.
    pub key: String,
    /// As it would be written in the file.
    pub value: String,
    /// The file's path, `the environment`, `the command line` or `the default`.
    pub origin: String,
}

/// The configuration in force, and where it came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What is in force.
    pub config: Config,
    /// The profile that comes of it.
    pub profile: Profile,
    /// The same, with those of kinds that have one of their own.
    pub profiles: Profiles,
    /// The files that were read, weakest first.
    pub files: Vec<PathBuf>,
    /// Keys that were given in vain, each with where: only the machine's file sets them.
    pub ignored: Vec<(String, String)>,
    /// What they, the environment and the flags say, by dotted key.
    given: Vec<(String, Value)>,
}

impl Loaded {
    /// Reads the files, the environment and `flags`.
    ///
    /// # Errors
    /// A file that cannot be read, unknown keys, values of the wrong kind; all of them named.
    pub fn read(flags: &Flags) -> Result<Self, ConfigError> {
        let variables = env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            // Variables of our own tests are nobody's settings.
            .filter(|(name, _)| !name.starts_with("HALLIGAN_TEST_"))
            .collect();
        let own = etcetera::choose_base_strategy()
            .ok()
            .map(|base| base.config_dir().join("halligan").join("config.toml"));
        let places = Places {
            system: Path::new(SYSTEM_FILE),
            own: own.as_deref(),
        };
        Self::read_from(&places, variables, flags)
    }

    /// The same with other places and variables.
    fn read_from(
        places: &Places<'_>,
        variables: HashMap<String, String>,
        flags: &Flags,
    ) -> Result<Self, ConfigError> {
        let (files, taken) = places.files(flags)?;
        let foreign = |error: ::config::ConfigError| ConfigError(error.to_string());
        let names: Vec<PathBuf> = files.iter().map(|(file, _)| file.clone()).collect();
        let mut builder = ::config::Config::builder();
        let mut ignored = Vec::new();
        for (file, taken) in &files {
            crate::file::open(file, crate::file::SETTINGS).map_err(|error| {
                ConfigError(format!("{}: {}", file.display(), system_error(&error)))
            })?;
            let text = File::from(file.as_path()).format(FileFormat::Toml);
            let part = Part::new(text, *taken);
            for (key, value) in part.ignored().map_err(foreign)? {
                ignored.push((key, origin(&value, &names)));
            }
            builder = builder.add_source(part);
        }
        let environment = Part::new(guarded::environment(variables), taken);
        for (key, value) in environment.ignored().map_err(foreign)? {
            ignored.push((key, origin(&value, &names)));
        }
        let mut profile = flags.profile.clone();
        if taken == Taken::Unguarded && profile.take().is_some() {
            ignored.push(("profile".into(), "the command line".into()));
        }
        let store = flags.store.as_ref();
        let merged = builder
            .add_source(environment)
            .set_override_option(
                "store",
                store.map(|path| path.to_string_lossy().into_owned()),
            )
            .and_then(|builder| builder.set_override_option("profile", profile))
            .and_then(::config::ConfigBuilder::<::config::builder::DefaultState>::build)
            .map_err(foreign)?;
        Self::of(merged, names, ignored)
    }

    /// Reads `text` as the only file, without environment and flags; for the fuzzer.
    #[cfg(feature = "fuzz")]
    #[doc(hidden)]
    pub fn from_text(text: &str) -> Result<Self, ConfigError> {
        let text = File::from_str(text, FileFormat::Toml);
        let merged = ::config::Config::builder().add_source(text).build();
        let merged = merged.map_err(|error| ConfigError(error.to_string()))?;
        Self::of(merged, Vec::new(), Vec::new())
    }

    fn of(
        merged: ::config::Config,
        files: Vec<PathBuf>,
        ignored: Vec<(String, String)>,
    ) -> Result<Self, ConfigError> {
        let table = merged.collect();
        let given = flatten(&table.map_err(|error| ConfigError(error.to_string()))?);
        known::refuse_unknown(&given)?;
        let config: Config = merged
            .try_deserialize()
            .map_err(|error| known::wrong_value(&error, &given))?;
        let profiles = config.password_profiles()?;
        if let Some(fault) = config.verification.fault() {
            return Err(ConfigError(format!("[verification] {fault}")));
        }
        Ok(Self {
            config,
            profile: Profile::clone(profiles.general()),
            profiles,
            files,
            ignored,
            given,
        })
    }

    /// Does a file, the environment or a flag say where the store is? Then it must be there.
    pub fn names_store(&self) -> bool {
        self.given.iter().any(|(key, _)| key == "store")
    }

    /// Every key, what it is and where that came from; worked out when it is asked for, since no
    /// start wants it.
    pub fn settings(&self) -> Vec<Setting> {
        settings(&self.config, &self.profile, &self.given, &self.files)
    }
}

/// Where files are looked for.
#[derive(Debug)]
struct Places<'a> {
    system: &'a Path,
    own: Option<&'a Path>,
}

impl Places<'_> {
    /// The files to read, weakest first, with what is taken of each, and of environment and flags.
    /// Missing files are passed over, except one named by a flag.
    fn files(&self, flags: &Flags) -> Result<(Vec<(PathBuf, Taken)>, Taken), ConfigError> {
        let machine = self.system.exists();
        let taken = if machine {
            Taken::Unguarded
        } else {
            Taken::All
        };
        let mut files = Vec::new();
        if let Some(file) = &flags.config {
            if !file.exists() {
                return Err(ConfigError(format!(
                    "{}: there is no such file (--config)",
                    file.display()
                )));
            }
            if machine && file.canonicalize().ok() == self.system.canonicalize().ok() {
                files.push((file.clone(), Taken::All));
                return Ok((files, taken));
            }
            if machine {
                files.push((self.system.to_owned(), Taken::Guarded));
            }
            files.push((file.clone(), taken));
            return Ok((files, taken));
        }
        if machine {
            files.push((self.system.to_owned(), Taken::All));
        }
        if let Some(own) = self.own.filter(|own| own.exists()) {
            files.push((own.to_owned(), taken));
        }
        Ok((files, taken))
    }
}

/// The `config` crate names a file relative to the working directory; people want its own name.
fn origin(value: &Value, files: &[PathBuf]) -> String {
    let Some(origin) = value.origin() else {
        return "the command line".to_owned();
    };
    let there = std::fs::canonicalize(origin).ok();
    files
        .iter()
        .find(|file| there.is_some() && file.canonicalize().ok() == there)
        .map_or_else(|| origin.to_owned(), |file| file.display().to_string())
}

fn settings(
    config: &Config,
    profile: &Profile,
    given: &[(String, Value)],
    files: &[PathBuf],
) -> Vec<Setting> {
    let of_profile = serde_json::to_value(profile).unwrap_or_default();
    known::leaves(config)
        .into_iter()
        .map(|(key, value)| {
            if let Some((_, given)) = given.iter().find(|(given, _)| *given == key) {
                let origin = origin(given, files);
                return Setting { key, value, origin };
            }
            // What an override leaves alone is what the profile says.
            let inherited = key
                .strip_prefix("policy.")
                .and_then(|key| of_profile.get(key))
                .filter(|value| !value.is_null());
            match inherited {
                Some(value) => Setting {
                    key,
                    value: value.to_string(),
                    origin: format!("the profile {}", profile.base_name()),
                },
                None => Setting {
                    key,
                    value,
                    origin: "the default".to_owned(),
                },
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
