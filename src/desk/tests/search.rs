//! Searches through the desk, and what is found of the directory itself.

use super::*;
use crate::directory::{Finding, FindingVerdict, Found, Query, Total};

fn found(total: u64) -> Found {
    Found {
        rows: Vec::new(),
        total: Total::Exact(total),
        population: None,
        meant: None,
        remark: None,
    }
}

impl Place {
    async fn search(&self, session: &Session, text: &str) -> Total {
        let seat = self.desk.at(session).users_read(Kind::SearchOpened).await;
        let query = Query {
            text: text.into(),
            limit: 5,
            offset: 0,
            ..Query::default()
        };
        self.directory.told().searched.clear();
        seat.unwrap().search(&query).await.unwrap().total
    }

    fn searched(&self) -> Vec<String> {
        self.directory.told().searched.clone()
    }
}

#[tokio::test]
async fn what_finds_nobody_as_typed_is_read_as_other_programs_write_it() {
    let place = Place::open().await;
    let session = place.session().await;
    let typed = "Maria Vasquez <m@x>";

    place.directory.told().found = [found(1)].into();
    assert_eq!(place.search(&session, typed).await, Total::Exact(1));
    assert_eq!(place.searched(), [typed], "somebody is found as typed");

    place.directory.told().found = [found(0), found(0), found(2)].into();
    assert_eq!(place.search(&session, typed).await, Total::Exact(2));
    assert_eq!(place.searched().len(), 3, "{:?}", place.searched());
    assert!(place.searched()[1..].iter().all(|text| text != typed));

    place.directory.told().found = vec![found(0); 4].into();
    assert_eq!(place.search(&session, typed).await, Total::Exact(0));
    assert_eq!(place.searched().len(), 4, "{:?}", place.searched());
}

#[tokio::test]
async fn whoever_bears_an_identifier_is_handed_on_as_the_directory_says() {
    let place = Place::open().await;
    let session = place.session().await;
    let operator = session.operator();
    let user = place.directory.user(&operator, &seven()).await.unwrap();
    for named in [None, Some(Vec::new()), Some(vec![user])] {
        place.directory.told().named.clone_from(&named);
        let seat = place.desk.at(&session).users_read(Kind::UserViewed).await;
        assert_eq!(seat.unwrap().named("e7").await.unwrap(), named);
    }
}

#[tokio::test]
async fn what_was_found_of_the_directory_and_the_time_of_an_act_are_handed_on() {
    let place = Place::open().await;
    let session = place.session().await;
    let finding = Finding {
        verdict: FindingVerdict::Wrong,
        what: "no answer".into(),
        cure: "Start it.".into(),
    };
    place.directory.told().findings = vec![finding];
    let told = |findings: Vec<Finding>| findings.into_iter().map(|it| it.what).collect::<Vec<_>>();
    assert_eq!(told(place.desk.examine_servers().await), ["no answer"]);
    let seat = place.desk.at(&session).users_read(Kind::UserViewed).await;
    assert_eq!(told(seat.unwrap().examine().await.unwrap()), ["no answer"]);
    for limit in [None, Some(Duration::from_secs(8))] {
        place.directory.told().act_limit = limit;
        assert_eq!(place.desk.act_limit(), limit);
    }
}

#[tokio::test]
async fn the_audit_is_read_at_the_machine_and_who_asked_is_on_record() {
    let place = Place::open().await;
    place.session().await;
    let source = source();
    let audit = place.desk.audit_at_machine("root", &source);
    let listed = audit.audit_list(AuditQuery::default()).await.unwrap();
    assert_eq!(listed[0].event.kind, Kind::AuditListed);
    let asked = "asked for at this machine by root";
    assert_eq!(listed[0].event.detail.as_deref(), Some(asked));
    let records = place.records().await.len() as u64;
    assert_eq!(audit.audit_verify(None).await.unwrap().records, records);
    let file = place.folder.path().join("audit.jsonl");
    let format = crate::audit::Format::JsonLines;
    let written = audit.audit_export(file.clone(), format).await.unwrap();
    let lines = std::fs::read_to_string(file).unwrap().lines().count() as u64;
    assert_eq!((written, lines), (records + 2, records + 2));
}
