//! Any text, read as a configuration file: what was understood can be written down and is
//! understood the same again, and every key in force is listed once.

use halligan::config::Loaded;

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(loaded) = Loaded::from_text(text) else {
        return;
    };
    let settings = loaded.settings();
    let mut keys: Vec<_> = settings.iter().map(|setting| &setting.key).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), settings.len());
    let _ = loaded.profile.remark();

    let written = toml::to_string(&loaded.config).expect("a configuration can be written");
    let again = Loaded::from_text(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
    assert_eq!(again.config, loaded.config, "{written}");
    assert_eq!(again.profile, loaded.profile, "{written}");
}
