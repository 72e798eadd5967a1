//! When a session that lies open is looked at.

use super::*;

#[tokio::test]
async fn operators_in_the_store_are_looked_at_when_it_is_written_and_only_those_elsewhere_by_the_clock()
 {
    for elsewhere in [true, false] {
        let place = Place::open().await;
        place.directory.told().records_outcome = !elsewhere;
        let mut watch = place.desk.watch_operators();
        assert_eq!(watch.asks, elsewhere);
        let early = tokio::time::timeout(Duration::from_millis(1), watch.due()).await;
        assert!(
            early.is_err(),
            "nothing was written and no minute has passed"
        );
        place.session().await;
        watch.due().await;
    }
}
