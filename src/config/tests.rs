use super::*;
use std::{fs, path::Path};

fn merge(text: &str, variables: &[(&str, &str)], flags: &Flags) -> Result<Loaded, ConfigError> {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("config.toml");
    fs::write(&file, text).unwrap();
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect();
    let places = Places {
        system: &directory.path().join("none"),
        own: Some(&file),
    };
    Loaded::read_from(&places, variables, flags)
}

/// With a file of the machine, an own one and variables.
fn on_a_machine(
    machine: &str,
    own: &str,
    variables: &[(&str, &str)],
    flags: Option<(&str, Option<&str>)>,
) -> Loaded {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let file = directory.path().join(name);
        fs::write(&file, text).unwrap();
        file
    };
    let (system, own) = (file("system.toml", machine), file("own.toml", own));
    let named = flags.map(|(text, profile)| Flags {
        config: (!text.is_empty()).then(|| file("named.toml", text)),
        profile: profile.map(str::to_owned),
        ..Flags::default()
    });
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect();
    let places = Places {
        system: &system,
        own: Some(&own),
    };
    Loaded::read_from(&places, variables, &named.unwrap_or_default()).unwrap()
}

const MACHINE: &str = "agency = 'Machine'\nprofile = 'cjis'\n[policy]\nlockout_attempts = 3\n";
const WEAKER: &str = "agency = 'Mine'\nprofile = 'legacy-90-10'\ndirectory = 'ldap'\n\
    [policy]\nlockout_attempts = 100\nmin_chars = 8\n[ldap]\nstart_tls = false\n";

fn ignored(loaded: &Loaded) -> Vec<&str> {
    loaded.ignored.iter().map(|(key, _)| key.as_str()).collect()
}

fn is_the_machines(loaded: &Loaded) {
    assert_eq!(loaded.config.profile, "cjis");
    assert_eq!(loaded.profile.lockout_attempts, 3);
    assert_eq!(loaded.profile.min_chars, 15);
    assert_eq!(loaded.config.directory, DirectoryKind::Local);
    assert_eq!(loaded.config.ldap, Config::default().ldap);
}

#[test]
fn the_rules_of_the_machine_are_not_those_of_an_own_file_a_variable_or_a_flag() {
    let own = on_a_machine(MACHINE, WEAKER, &[], None);
    is_the_machines(&own);
    assert_eq!(own.config.agency, "Mine", "what is no rule is the user's");
    for key in [
        "profile",
        "directory",
        "policy.min_chars",
        "policy.lockout_attempts",
    ] {
        assert!(ignored(&own).contains(&key), "{key}: {:?}", own.ignored);
    }
    assert!(
        own.ignored
            .iter()
            .all(|(_, place)| place.ends_with("own.toml"))
    );

    let named = on_a_machine(MACHINE, "", &[], Some((WEAKER, None)));
    is_the_machines(&named);
    assert_eq!(named.config.agency, "Mine");
    assert!(ignored(&named).contains(&"policy.lockout_attempts"));

    let variables = [
        ("HALLIGAN_POLICY__LOCKOUT_ATTEMPTS", "100"),
        ("HALLIGAN_PROFILE", "legacy-90-10"),
        ("HALLIGAN_DIRECTORY", "ldap"),
        ("HALLIGAN_LDAP__START_TLS", "false"),
        ("HALLIGAN_AGENCY", "Mine"),
    ];
    let set = on_a_machine(MACHINE, "", &variables, None);
    is_the_machines(&set);
    assert_eq!(set.config.agency, "Mine");
    assert_eq!(set.ignored.len(), 4, "{:?}", set.ignored);
    assert!(
        set.ignored
            .iter()
            .all(|(_, place)| place == "the environment")
    );

    let flag = on_a_machine(MACHINE, "", &[], Some(("", Some("legacy-90-10"))));
    is_the_machines(&flag);
    assert_eq!(
        flag.ignored,
        [("profile".into(), "the command line".into())]
    );
}

#[test]
fn rules_that_the_machine_does_not_name_are_the_defaults_and_nobody_elses() {
    let loaded = on_a_machine("agency = 'Machine'", WEAKER, &[], None);
    assert_eq!(loaded.profile, Profile::nist());
    assert_eq!(loaded.config.directory, DirectoryKind::Local);
}

#[test]
fn what_was_ignored_is_warned_of() {
    let loaded = on_a_machine(MACHINE, WEAKER, &[], None);
    let said = warnings(&loaded).join("\n");
    assert!(said.contains("policy.min_chars"), "{said}");
    assert!(said.contains("is ignored"), "{said}");
    let quiet = warnings(&on_a_machine(MACHINE, "", &[], None)).join("\n");
    assert!(!quiet.contains("is ignored"), "{quiet}");
}

fn origin(loaded: &Loaded, key: &str) -> String {
    let mut settings = loaded.settings().into_iter();
    settings.find(|setting| setting.key == key).unwrap().origin
}

#[test]
fn flags_win_over_the_environment_which_wins_over_the_file() {
    let flags = Flags {
        store: Some("/flag.db".into()),
        ..Flags::default()
    };
    let loaded = merge(
        "agency = 'From file'\nstore = '/file.db'\nprofile = 'cjis'\n",
        &[
            ("HALLIGAN_STORE", "/environment.db"),
            ("HALLIGAN_AGENCY", "From environment"),
            ("HALLIGAN_CONSOLE__THEME", "light"),
        ],
        &flags,
    )
    .unwrap();
    assert_eq!(loaded.config.store, Path::new("/flag.db"));
    assert_eq!(loaded.config.agency, "From environment");
    assert_eq!(loaded.config.profile, "cjis");
    assert_eq!(loaded.config.console.theme, Theme::Light);
    assert_eq!(origin(&loaded, "store"), "the command line");
    assert_eq!(origin(&loaded, "agency"), "the environment");
    assert!(origin(&loaded, "profile").ends_with("config.toml"));
    assert_eq!(origin(&loaded, "read_back"), "the default");
    assert_eq!(origin(&loaded, "policy.kdf"), "the profile cjis");
}

#[test]
fn an_unknown_key_is_refused_and_the_nearest_right_one_is_named() {
    let error = merge("[console]\nteme = 'mono'\n", &[], &Flags::default()).unwrap_err();
    assert!(error.0.contains("console.teme"), "{error}");
    assert!(error.0.contains("'console.theme'"), "{error}");
    let error = merge("", &[("HALLIGAN_AGNECY", "x")], &Flags::default()).unwrap_err();
    assert!(error.0.contains("the environment"), "{error}");
    assert!(error.0.contains("'agency'"), "{error}");
}

#[test]
fn a_file_that_turned_colours_off_under_the_former_name_still_does() {
    let loaded = merge("[console]\ncolour = 'never'\n", &[], &Flags::default()).unwrap();
    assert_eq!(loaded.config.console.theme, Theme::Mono);
}

#[test]
fn a_key_of_an_earlier_version_is_refused_with_what_became_of_it() {
    for (key, says) in [
        ("audit_keep_days = 365", "records are never deleted"),
        ("min_chars_with_mfa = 8", "min_chars always holds"),
    ] {
        let text = format!("[policy]\n{key}\n");
        let error = merge(&text, &[], &Flags::default()).unwrap_err();
        assert!(error.0.contains("no longer a key"), "{error}");
        assert!(error.0.contains(says), "{error}");
        assert!(error.0.contains("take it out"), "{error}");
    }
}

#[test]
fn a_password_in_the_environment_is_refused() {
    let error = merge("", &[("HALLIGAN_PASSWORD", "x")], &Flags::default()).unwrap_err();
    assert!(error.0.contains("unset HALLIGAN_PASSWORD"), "{error}");
}

#[test]
fn a_wrong_value_is_named_with_its_key() {
    let error = merge("generator = 'dice'\n", &[], &Flags::default()).unwrap_err();
    assert!(
        error.0.contains("dice") && error.0.contains("words"),
        "{error}"
    );
    let error = merge("profile = 'nist'\n", &[], &Flags::default()).unwrap_err();
    assert!(error.0.contains("nist-800-63b-4"), "{error}");
    let error = merge("[policy]\nmin_chars = 3\n", &[], &Flags::default()).unwrap_err();
    assert!(error.0.contains("min_chars = 3"), "{error}");
}

#[test]
fn a_broken_file_is_named() {
    let error = merge("agency = \n", &[], &Flags::default()).unwrap_err();
    assert!(error.0.contains("config.toml"), "{error}");
}

#[test]
fn the_example_holds_every_key_with_its_default() {
    let example = include_str!("../../config.example.toml");
    // Every setting is commented out with a single #; prose has a space after it.
    let lines = example.lines().map(|line| {
        let bare = line.strip_prefix('#').filter(|rest| !rest.starts_with(' '));
        bare.unwrap_or(line)
    });
    let loaded = merge(
        &lines.collect::<Vec<_>>().join("\n"),
        &[],
        &Flags::default(),
    )
    .unwrap();
    let settings = loaded.settings();
    let missing: Vec<_> = settings
        .iter()
        .filter(|setting| !setting.origin.ends_with("config.toml"))
        .map(|setting| setting.key.as_str())
        .collect();
    assert!(missing.is_empty(), "not in the example: {missing:?}");
    let untouched = merge(example, &[], &Flags::default()).unwrap();
    assert_eq!(
        untouched.config,
        Config::default(),
        "the example changes nothing"
    );
}
