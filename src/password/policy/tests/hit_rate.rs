//! How many passwords of a list that ours was not made from are refused; `benches/hit-rate` runs it.

use super::*;

/// `HALLIGAN_HIT_RATE_LISTS`: files of passwords, one a line, separated by colons.
#[test]
fn the_hit_rate_of_each_list_is_printed() {
    let lists = std::env::var("HALLIGAN_HIT_RATE_LISTS").unwrap();
    let user = maria();
    let context = context(&user);
    for path in lists.split(':') {
        let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
        for profile in [Profile::nist(), Profile::legacy_90_10()] {
            let least = profile.min_chars as usize;
            let long: Vec<_> = text
                .lines()
                .filter(|line| line.chars().count() >= least && !line.contains('\u{fffd}'))
                .filter(|line| !COMMON_PASSWORDS.contains(&line.to_lowercase()))
                .step_by(if least < 15 { 20 } else { 1 })
                .collect();
            let (mut expected, mut weak) = (0, 0);
            for line in &long {
                let rules = judge(&profile, line, &context).err().unwrap_or_default();
                let by = |key: &str| rules.iter().any(|refusal| refusal.rule == key);
                expected += usize::from(by("blocklist"));
                weak += usize::from(!rules.is_empty());
                if rules.is_empty() && std::env::var_os("HALLIGAN_HIT_RATE_SHOW").is_some() {
                    println!("taken {} {line}", profile.name);
                }
            }
            let percent = |count: usize| count * 1000 / long.len().max(1);
            println!(
                "{path}: {} from {least} characters on that are not on our list; {} per mille by the rules \
                 of the blocklist, {} per mille by all rules",
                long.len(),
                percent(expected),
                percent(weak)
            );
        }
    }
}
