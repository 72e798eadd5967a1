use std::os::unix::fs::PermissionsExt as _;

use proptest::prelude::*;

use super::*;
use crate::{
    permission::Permissions,
    roster::{Reading, Roster},
    user::{AccountKind, AccountState, Details, Fact, UserId, Version},
};

fn user(texts: [&str; 4], kind: AccountKind, role: &Role, active: bool) -> User {
    let [login, email, given, family] = texts.map(str::to_owned);
    User {
        id: UserId(login.clone()),
        login,
        email,
        given_name: given,
        family_name: family,
        kind: Fact::Known(kind),
        details: Fact::Known(Details {
            phone: "+1 303 555 0142".into(),
            ..Details::default()
        }),
        state: AccountState {
            active: Fact::Known(active),
            ..AccountState::default()
        },
        permissions: role.permissions(),
        reach: crate::permission::Reach::EVERYWHERE,
        role: Some(role.clone()),
        version: Version("1".into()),
    }
}

fn written(users: &[User], format: Format) -> String {
    let mut out = Vec::new();
    write(&mut out, format, users, Timestamp::UNIX_EPOCH).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn no_cell_is_a_formula_in_a_spreadsheet() {
    for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
        let someone = user(["E1", "", "", text], AccountKind::Staff, &Role::None, true);
        let csv = written(&[someone], Format::Csv);
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        for cell in &reader.records().next().unwrap().unwrap() {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell:?}"
            );
        }
    }
}

#[test]
fn json_lines_keep_every_text_as_it_is() {
    let someone = user(
        ["E1", "", "", "=1+1"],
        AccountKind::Unit,
        &Role::None,
        false,
    );
    let line: serde_json::Value =
        serde_json::from_str(written(&[someone], Format::JsonLines).trim()).unwrap();
    assert_eq!(line["family_name"], "=1+1");
    assert_eq!(line["active"], "false");
}

#[test]
fn a_file_is_private_and_replaces_none_unless_it_is_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.csv");
    let someone = user(["E1", "", "", "Oak"], AccountKind::Staff, &Role::None, true);
    let write = |replace| {
        let users = std::slice::from_ref(&someone);
        write_file(&path, replace, Format::Csv, users, Timestamp::UNIX_EPOCH)
    };
    write(false).unwrap();
    let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    std::fs::write(&path, "mine").unwrap();
    assert!(matches!(write(false), Err(ExportError::Exists(_))));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    write(true).unwrap();
    assert_eq!(mode(), 0o600);
    assert!(std::fs::read_to_string(&path).unwrap().contains("Oak"));
}

#[test]
fn permissions_of_no_role_are_not_called_one() {
    let mut someone = user(["E1", "", "", "Oak"], AccountKind::Staff, &Role::None, true);
    someone.permissions = Permissions::from_iter([crate::permission::Permission::UsersDelete]);
    someone.role = None;
    assert!(written(&[someone], Format::JsonLines).contains("\"role\":\"\""));
}

fn people() -> impl Strategy<Value = Vec<User>> {
    let name = "[=+@'-]?[A-Za-zé][a-zé' -]{0,6}[a-z]";
    let one = (
        "[=+@'-]?[A-Za-z][A-Za-z0-9.]{0,5}",
        prop_oneof![Just(String::new()), "[a-z+-]{1,4}@[a-z]{2,5}\\.org"],
        prop_oneof![Just(String::new()), name],
        name,
        proptest::sample::select(AccountKind::ALL.to_vec()),
        proptest::sample::select(Role::BUILT_IN.to_vec()),
        any::<bool>(),
    );
    proptest::collection::vec(
        one.prop_map(|(login, email, given, family, kind, role, active)| {
            user([&login, &email, &given, &family], kind, &role, active)
        }),
        1..8,
    )
}

proptest! {
    #[test]
    fn an_export_imports_again_to_the_same_people(users in people()) {
        let csv = written(&users, Format::Csv);
        let roster = Roster::read(csv.as_bytes(), &Reading::default())
            .map_err(TestCaseError::fail)?;
        let rows: Vec<_> = roster
            .rows()
            .map_err(TestCaseError::fail)?
            .collect::<Result<_, _>>()
            .map_err(|fault| TestCaseError::fail(fault.to_string()))?;
        prop_assert_eq!(rows.len(), users.len());
        for (row, user) in rows.iter().zip(&users) {
            let new = &row.user;
            prop_assert_eq!(
                (&new.login, &new.email, &new.given_name, &new.family_name),
                (&user.login, &user.email, &user.given_name, &user.family_name)
            );
            prop_assert_eq!(Fact::Known(new.kind), user.kind.clone());
            prop_assert_eq!(new.role.permissions(), user.permissions);
            prop_assert_eq!(Fact::Known(new.active), user.state.active.clone());
        }
    }
}
