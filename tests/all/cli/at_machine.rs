//! Reading the audit at the machine, while nobody can sign in.

use std::net::{SocketAddr, TcpListener};

use halligan::cli::Exit;

use super::{House, code, document, err, out};

/// A house whose LDAP server is down, with a record of a sign-in that failed for that.
fn cut_off() -> House {
    let house = House::empty();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = free.local_addr().unwrap();
    drop(free);
    configure(&house, place);
    house
}

/// Users live at the LDAP server of this place.
fn configure(house: &House, place: SocketAddr) {
    let folder = house.path(".config");
    std::fs::create_dir_all(folder.join("halligan")).unwrap();
    std::fs::write(
        folder.join("halligan/config.toml"),
        format!(
            "directory = \"ldap\"\n[ldap]\nurls = [\"ldap://{place}\"]\nplain_on_loopback = true\n\
             login_dn = \"uid={{}},ou=people,dc=lab,dc=test\"\n"
        ),
    )
    .unwrap();
}

#[test]
fn the_record_is_read_without_any_server_and_says_who_asked() {
    let house = cut_off();
    let refused = house.admin(&["audit", "list"], "");
    assert_eq!(
        code(&refused),
        Exit::Unavailable.code(),
        "{}",
        err(&refused)
    );
    assert!(err(&refused).contains("--at-machine"), "{}", err(&refused));

    let listed = house.run(&["audit", "list", "--at-machine", "--json"], "");
    assert_eq!(code(&listed), 0, "{}", err(&listed));
    let records = document(&listed);
    let of = |n: usize, key: &str| records["records"][n][key].clone();
    let me = rustix::process::getuid().as_raw();
    assert_eq!(of(0, "kind"), "audit-listed", "the reading itself");
    let detail = of(0, "detail").as_str().unwrap_or_default().to_owned();
    assert!(
        detail.contains(&format!("asked for at this machine by user number {me}")),
        "{detail}"
    );
    assert_eq!(of(1, "kind"), "sign-in", "{records}");

    let verified = house.run(&["audit", "--at-machine", "verify"], "");
    assert_eq!(code(&verified), 0, "{}", err(&verified));
    assert!(out(&verified).contains("all fit"));
    let head = house.run(&["audit", "head", "--at-machine"], "");
    let anchor = out(&head).trim().to_owned();
    let verified = house.run(
        &["audit", "verify", "--at-machine", "--anchor", &anchor],
        "",
    );
    assert_eq!(code(&verified), 0, "{}", err(&verified));
    let file = house.path("audit.jsonl");
    let exported = house.run(
        &["audit", "export", "--at-machine", file.to_str().unwrap()],
        "",
    );
    assert_eq!(code(&exported), 0, "{}", err(&exported));
    assert!(
        std::fs::read_to_string(&file)
            .unwrap()
            .contains("asked for at this machine")
    );
    let recoveries = house.run(&["audit", "recoveries", "--at-machine"], "");
    assert_eq!(code(&recoveries), Exit::Usage.code());
}

/// A server that takes connections and says nothing would be waited for.
#[test]
fn no_server_is_even_connected_to() {
    let house = House::empty();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    silent.set_nonblocking(true).unwrap();
    configure(&house, silent.local_addr().unwrap());
    let refused = house.admin(&["audit", "list"], "");
    assert_ne!(code(&refused), 0);
    assert!(silent.accept().is_ok(), "whoever signs in connects");
    while silent.accept().is_ok() {}
    let listed = house.run(&["audit", "list", "--at-machine"], "");
    assert_eq!(code(&listed), 0, "{}", err(&listed));
    assert!(silent.accept().is_err(), "nobody came");
}

#[test]
fn where_operators_sign_in_at_the_store_itself_they_do() {
    let house = House::set_up();
    let refused = house.run(&["audit", "list", "--at-machine"], "");
    assert_eq!(code(&refused), Exit::Usage.code(), "{}", err(&refused));
    assert!(
        err(&refused).contains("needs no server"),
        "{}",
        err(&refused)
    );
}
