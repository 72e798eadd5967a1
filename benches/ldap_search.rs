//! The LDAP directory, asked as the list of users asks it: one text a line on standard input, one
//! JSON object a line on standard output. Started by `benches/ldap-side-by-side`.
#![allow(clippy::expect_used, reason = "a bench ends at the first surprise")]
#![allow(clippy::print_stdout, reason = "the figures are its output")]

use std::{
    env,
    io::{self, BufRead},
    time::Instant,
};

use halligan::{
    directory::{
        Directory, Query,
        ldap::{LdapDirectory, settings::LdapSettings},
    },
    password::Secret,
};

/// As many rows as the console asks for at once.
const PAGE: usize = 50;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // `cargo bench` and `cargo test --benches` start every bench, with arguments of their own.
    let Ok(config) = env::var("HALLIGAN_LDAP_BENCH") else {
        println!("ldap_search: see benches/ldap-side-by-side");
        return;
    };
    let settings: LdapSettings = toml::from_str(&config).expect("settings");
    let mut lines = io::stdin().lock().lines();
    let mut line = || lines.next().transpose().expect("standard input");
    let login = line().expect("whom to sign in");
    let password = Secret::from_typed(&line().expect("the password")).expect("a password");
    let directory = LdapDirectory::open(settings).await.expect("good settings");
    let operator = directory
        .sign_in(&login, &password)
        .await
        .expect("signed in");
    println!("ready");
    while let Some(text) = line() {
        let query = Query {
            text,
            limit: PAGE,
            offset: 0,
            ..Query::default()
        };
        let began = Instant::now();
        let found = directory.search(&operator, &query).await;
        let took = began.elapsed();
        let found = found.expect("found");
        println!(
            "{{\"ms\": {:.4}, \"rows\": {}, \"total\": \"{}\"}}",
            took.as_secs_f64() * 1000.0,
            found.rows.len(),
            found.total
        );
    }
    directory.sign_out(&operator).await;
}
