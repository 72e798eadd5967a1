//! Writes a roster of fictional people for the comparison: `roster_of_people -- FILE.csv COUNT SEED`.
//!
//! The same seed gives the same people; `halligan user import` reads the file.

use std::{
    env,
    error::Error,
    fs::File,
    io::{self, BufWriter, Write},
};

use halligan::population::Population;

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo bench` adds a `--bench` of its own.
    let arguments: Vec<String> = env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .collect();
    let [file, count, seed] = &arguments[..] else {
        writeln!(
            io::stderr(),
            "roster_of_people: give FILE.csv COUNT SEED; nothing was written"
        )?;
        return Ok(());
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
