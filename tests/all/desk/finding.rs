//! Finding somebody by what other programs write.

use halligan::{directory::Query, password::profile::Profile};

use crate::support::{
    acts::Acts as _,
    station::{Station, person},
};

#[tokio::test]
async fn what_is_pasted_from_a_mail_or_a_ticket_finds_the_person() {
    let station = Station::open(Profile::nist()).await;
    let admin = station.admin().await;
    for new in [
        person("E1042", "mvasquez@fire.example", "Maria", "Vasquez"),
        person("E1043", "ben@fire.example", "Ben", "Vasquez"),
        person("E1044", "jan@fire.example", "Jan", "van den Berg"),
        person("E1045", "ian@fire.example", "Ian", "Mac Donald"),
        person("E1046", "jl@fire.example", "Jean-Luc", "Picard"),
    ] {
        station.desk.create_user(&admin, new, None).await.unwrap();
    }
    let found = async |text: &str| -> Vec<String> {
        let query = Query {
            text: text.into(),
            limit: 20,
            offset: 0,
            ..Query::default()
        };
        let found = station.desk.search(&admin, &query).await.unwrap();
        found.rows.into_iter().map(|user| user.login).collect()
    };
    for text in [
        "Vasquez, Maria",
        "Maria Vasquez <m@x>",
        "Maria Vasquez <mvasquez@fire.example>",
        "\"Vasquez, Maria\" <mvasquez@fire.example>",
        "mailto:mvasquez@fire.example",
        "FIRE\\mvasquez",
        "maria vasquez.",
        "E1042;",
    ] {
        assert_eq!(found(text).await, ["E1042"], "{text}");
    }
    assert_eq!(found("vandenberg").await, ["E1044"]);
    assert_eq!(found("macdonald").await, ["E1045"]);
    assert_eq!(found("jeanluc").await, ["E1046"]);
    assert!(found("nobody, at all").await.is_empty());
}
