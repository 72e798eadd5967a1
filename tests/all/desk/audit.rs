use std::os::unix::fs::PermissionsExt;

use halligan::{
    audit::{AuditQuery, Format, Kind, Record},
    desk::DeskError,
    directory::Query,
    password::profile::Profile,
    permission::Role,
    store::StoreError,
};

use crate::support::acts::Acts as _;
use crate::support::station::{NEW_PASSWORD, Station, order};

#[tokio::test]
async fn sign_ins_searches_views_resets_and_exports_all_leave_their_record() {
    let station = Station::open(Profile::nist()).await;
    let user = station
        .add("E7", Role::None, "granite-willow-pepper-12")
        .await;
    let admin = station.admin().await;
    let desk = &station.desk;
    desk.open_search(&admin).await.unwrap();
    let query = Query {
        text: "E7".into(),
        limit: 10,
        offset: 0,
        ..Query::default()
    };
    desk.search(&admin, &query).await.unwrap();
    desk.open_user(&admin, &user.id).await.unwrap();
    desk.reset(&admin, order(&user, NEW_PASSWORD))
        .await
        .unwrap();
    desk.audit_verify(&admin, None).await.unwrap();
    desk.sign_out(&admin).await.unwrap();
    let kinds: Vec<Kind> = station
        .records()
        .await
        .iter()
        .rev()
        .map(|record| record.event.kind)
        .collect();
    assert!(
        kinds.ends_with(&[
            Kind::SignIn,
            Kind::SearchOpened,
            Kind::UserViewed,
            Kind::PasswordReset,
            Kind::PasswordReset,
            Kind::AuditVerified,
            Kind::SignOut,
        ]),
        "{kinds:?}"
    );
    assert_eq!(kinds[0], Kind::StoreCreated);
}

#[tokio::test]
async fn an_export_is_lossless_as_json_lines_and_harmless_as_csv() {
    let station = Station::open(Profile::nist()).await;
    let user = station
        .add("E7", Role::None, "granite-willow-pepper-12")
        .await;
    let admin = station.admin().await;
    let mut formula = order(&user, NEW_PASSWORD);
    formula.reason = "=HYPERLINK(\"http://example.invalid\")".into();
    station.desk.reset(&admin, formula).await.unwrap();

    let folder = tempfile::tempdir().unwrap();
    let lines = folder.path().join("audit.jsonl");
    let table = folder.path().join("audit.csv");
    let count = station
        .desk
        .audit_export(&admin, lines.clone(), Format::JsonLines)
        .await
        .unwrap();
    let written: Vec<Record> = std::fs::read_to_string(&lines)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(written.len() as u64, count);
    let mut listed = station.audit.list(AuditQuery::default()).await.unwrap();
    listed.reverse();
    assert_eq!(written, listed);
    let mode = std::fs::metadata(&lines).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    station
        .desk
        .audit_export(&admin, table.clone(), Format::Csv)
        .await
        .unwrap();
    let mut reader = csv::Reader::from_path(&table).unwrap();
    let reason = reader
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "reason")
        .unwrap();
    let reasons: Vec<String> = reader
        .records()
        .map(|row| row.unwrap()[reason].to_owned())
        .collect();
    assert!(reasons.iter().any(|cell| cell.starts_with("'=HYPERLINK")));
    assert!(reasons.iter().all(|cell| !cell.starts_with('=')));

    let again = station
        .desk
        .audit_export(&admin, table, Format::Csv)
        .await
        .unwrap_err();
    assert!(matches!(again, DeskError::File(_)), "{again:?}");
}

#[tokio::test]
async fn the_store_itself_refuses_to_change_or_delete_a_record() {
    let station = Station::open(Profile::nist()).await;
    for attack in [
        "UPDATE audit SET kind = 'sign-out' WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 1",
    ] {
        let refused = station
            .audit
            .store()
            .write(move |transaction| Ok::<_, StoreError>(transaction.execute(attack, [])?))
            .await;
        assert!(refused.is_err(), "{attack} went through");
    }
    let verified = station.audit.verify(None).await.unwrap();
    assert_eq!(verified.first_bad, None);
}
