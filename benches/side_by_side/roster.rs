//! A roster of fictional people; the same seed gives the same people.

use std::{error::Error, fs::File, io::BufWriter};

use halligan::population::Population;

pub fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [file, count, seed] = arguments else {
        return Err("roster wants FILE.csv COUNT SEED".into());
    };
    let mut roster = csv::Writer::from_writer(BufWriter::new(File::create(file)?));
    roster.write_record([
        "id",
        "email",
        "given_name",
        "family_name",
        "kind",
        "role",
        "active",
    ])?;
    for user in Population::new(seed.parse()?, count.parse()?) {
        roster.write_record([
            user.login.as_str(),
            &user.email,
            &user.given_name,
            &user.family_name,
            user.kind.word(),
            user.role.word(),
            if user.active { "yes" } else { "no" },
        ])?;
    }
    roster.flush()?;
    Ok(())
}
