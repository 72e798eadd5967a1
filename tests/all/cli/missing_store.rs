//! A store that is not where it should be.

use std::fs;

use halligan::cli::Exit;

use super::{ADMINISTRATOR, House, PASSWORD, code, err};
use crate::support::pty::{Pty, TempDir};

fn refused_by_name(house: &House, arguments: &[&str]) {
    let refused = house.admin(arguments, "");
    assert_eq!(code(&refused), Exit::Store.code(), "{arguments:?}");
    let said = err(&refused);
    assert!(said.contains("there is no store at"), "{said}");
    assert!(said.contains("Is its disk mounted"), "{said}");
}

#[test]
fn a_store_that_is_named_and_not_there_is_an_error_and_none_is_made() {
    let house = House::empty();
    let store = house.path("volume/halligan.db");
    let store = store.to_str().unwrap();
    let config = house.private("config.toml", &format!("store = {store:?}\n"));
    let config = config.to_str().unwrap();
    for command in [
        &["find", "ada"][..],
        &["audit", "list"],
        &["store", "check"],
    ] {
        refused_by_name(&house, &[command, &["--store", store]].concat());
        refused_by_name(&house, &[command, &["--config", config]].concat());
    }
    refused_by_name(&house, &["find", "ada"]);
    let served = house.run(&["serve", "--self-signed", "--store", store], "");
    assert_eq!(code(&served), Exit::Store.code(), "{}", err(&served));
    assert!(!house.path("volume").exists());
    assert!(!house.path(".local").exists());
}

#[test]
fn an_empty_file_in_the_place_of_a_named_store_is_a_store_that_is_missing() {
    let house = House::empty();
    fs::create_dir(house.path("volume")).unwrap();
    let store = house.private("volume/halligan.db", "");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    fs::set_permissions(house.path("volume"), mode).unwrap();
    refused_by_name(&house, &["find", "ada", "--store", store.to_str().unwrap()]);
    assert_eq!(fs::metadata(&store).unwrap().len(), 0);
}

#[test]
fn init_makes_the_store_that_is_named() {
    let house = House::empty();
    let store = house.path("volume/halligan.db");
    let store = store.to_str().unwrap();
    let made = house.run(
        &[
            "init",
            "--store",
            store,
            "--email",
            ADMINISTRATOR,
            "--given-name",
            "Ada",
            "--family-name",
            "Ortiz",
            "--id",
            "A1",
            "--password-stdin",
        ],
        PASSWORD,
    );
    assert_eq!(code(&made), 0, "{}", err(&made));
    let found = house.admin(&["find", "ada", "--store", store], "");
    assert_eq!(code(&found), 0, "{}", err(&found));
}

#[test]
fn a_console_on_a_named_store_that_is_missing_shows_no_set_up_screen() {
    let home = TempDir::new();
    let store = home.path().join("volume/halligan.db");
    let store = store.to_str().unwrap();
    for (arguments, environment) in [
        (&["--store", store][..], &[][..]),
        (&[][..], &[("HALLIGAN_STORE", store)][..]),
    ] {
        let pty = Pty::open(&home, arguments, (80, 24), environment);
        pty.sees("there is no store at");
        assert!(!pty.screen().contains("first administrator"));
    }
    assert!(!home.path().join("volume").exists());
    // At its usual place a first start makes one.
    let pty = Pty::open(&home, &[], (80, 24), &[]);
    pty.sees("Who is its first administrator?");
}

#[test]
fn a_named_store_that_is_missing_is_an_error_before_an_ldap_directory_too() {
    let house = House::empty();
    let store = house.path("volume/halligan.db");
    let ldap = "directory = \"ldap\"\n[ldap]\nurls = [\"ldap://127.0.0.1:1\"]\n\
                bases = [\"dc=lab\"]\nplain_on_loopback = true\n";
    let named = house.private("config.toml", &format!("store = {store:?}\n{ldap}"));
    let named = named.to_str().unwrap();
    refused_by_name(&house, &["find", "ada", "--config", named]);
    let usual = house.private("usual.toml", ldap);
    let usual = usual.to_str().unwrap();
    let (path, refused) = (store.to_str().unwrap(), &["find", "ada", "--config", usual]);
    refused_by_name(&house, &[&refused[..], &["--store", path]].concat());
    assert!(!house.path("volume").exists());
    // `init` makes it, and asks for nobody: the operators are those of the directory.
    let made = house.run(&["init", "--config", named], "");
    assert_eq!(code(&made), 0, "{}", err(&made));
    assert!(store.exists());
    let down = house.admin(&["find", "ada", "--config", named], "");
    assert_eq!(code(&down), Exit::Unavailable.code(), "{}", err(&down));
    // At its usual place it is made.
    assert_eq!(code(&house.admin(refused, "")), Exit::Unavailable.code());
    assert!(house.path(".local/share/halligan/halligan.db").exists());
}
