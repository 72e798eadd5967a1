//! The whole record.

use ratatui::text::{Line, Span};

use crate::{
    audit::{Outcome, Record},
    console::{
        screens::Site,
        widgets::{Page, wrap},
    },
    receipt::Proof,
};

/// Draws a record, and when its act was begun where that is a record of its own.
pub fn draw(record: &Record, begun: Option<&Record>, page: &mut Page, site: &Site) {
    let look = &site.look;
    let event = &record.event;
    let at = record.at.to_zoned(site.zone.clone());
    let mut rows = vec![
        ("Record", record.sequence.to_string()),
        ("When", at.strftime("%Y-%m-%d %H:%M:%S%.3f %Z").to_string()),
        ("What", event.kind.word().to_owned()),
        ("Outcome", outcome_words(&event.outcome)),
    ];
    if let Some(actor) = &event.operator {
        rows.push(("Operator", format!("{} ({})", actor.name, actor.login)));
    }
    if let Some(target) = &event.target {
        rows.push(("User", format!("{} ({})", target.name, target.login)));
    }
    rows.push(("From", event.source.clone()));
    rows.push(("Directory", event.directory.clone()));
    rows.push(("Profile", event.profile.clone()));
    if let Some(reason) = &event.reason {
        rows.push(("Reason", reason.clone()));
    }
    if let Some(intent) = event.intent {
        let at = begun.map_or_else(String::new, |begun| {
            let at = begun.at.to_zoned(site.zone.clone());
            at.strftime(" at %H:%M:%S%.3f %Z").to_string()
        });
        rows.push(("Begun in", format!("record {intent}{at}")));
    }
    for (step, how) in &event.steps {
        rows.push(("Step", format!("{}: {}", step.words(), how.sentence())));
    }
    let proof = event.proof.as_ref().map(Proof::sentence);
    if let Some(proof) = proof.filter(|proof| !proof.is_empty()) {
        rows.push(("How sure", proof));
    }
    if let Some(detail) = &event.detail {
        rows.push(("Detail", detail.clone()));
    }
    rows.push(("Hash", record.hash.clone()));
    for (label, value) in rows {
        let room = page.width().saturating_sub(14);
        for (n, part) in wrap(&look.clean(&value), room).into_iter().enumerate() {
            let head = if n == 0 { label } else { "" };
            page.line(Line::from(vec![
                Span::styled(format!("   {head:<10}"), look.theme.faint),
                Span::raw(part),
            ]));
        }
    }
}

fn outcome_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Intent => "begun".into(),
        Outcome::Done => "done".into(),
        Outcome::Partial
        | Outcome::Accepted
        | Outcome::CannotSignIn(_)
        | Outcome::SignInNotKnown(_) => outcome.sentence(),
        Outcome::Refused(why) => format!("refused: {why}"),
        Outcome::SignInRefused(why) => format!("refused: {}", why.words()),
        Outcome::Failed(why) => format!("failed: {why}"),
        Outcome::Unknown(why) => format!("not known: {why}"),
        Outcome::Cancelled => "cancelled".into(),
    }
}
