//! Words that anybody would try for this user here: names, agency, mail domain, this program
//! (SP 800-63B-4, 3.1.1.2; ASVS 6.1.2 and 6.2.11).

use super::{
    Context, Rule, Verdict,
    derivative::{Word, is_made_of},
    reject_user_id,
};
use crate::password::profile::Derivatives;

const PROGRAM: &str = "halligan";

pub(super) const RULE: Rule = Rule {
    key: "context_words",
    label: |_, _| Some("not just names of the user or the agency".to_owned()),
    check: |profile, candidate, context| {
        // One refusal for one fault.
        if reject_user_id::is_broken(profile, candidate, context) {
            return Verdict::Kept;
        }
        let words = words(context);
        let broken = match profile.reject_user_id {
            Derivatives::Equal => words.iter().any(|word| word.is(&candidate.plain)),
            Derivatives::AndDerivatives => is_made_of(&candidate.plain, &words),
        };
        if broken {
            Verdict::broken(
                "it is made only of names that belong to the user, the agency or this program",
                "Add words that have nothing to do with the user or the agency.",
            )
        } else {
            Verdict::Kept
        }
    },
};

fn words(context: &Context<'_>) -> Vec<Word> {
    let user = context.user;
    let domain = user.email.split('@').nth(1).unwrap_or_default();
    let mut words = reject_user_id::words(context);
    words.extend(
        [context.agency, PROGRAM, domain]
            .into_iter()
            .chain([user.given_name.as_str(), user.family_name.as_str()])
            .chain(parts(context.agency))
            .chain(parts(&user.given_name))
            .chain(parts(&user.family_name))
            .chain(parts(domain))
            .chain(parts(&user.email))
            .filter_map(Word::new),
    );
    words
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    // Short ones count only as themselves (`derivative::LEAST`).
    text.split(|char: char| !char.is_alphanumeric())
}
