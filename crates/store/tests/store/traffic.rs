//! Visits counted, on both databases.

use countersign_store::testing::both;
use countersign_store::traffic::{Traffic, TrafficBy, count_traffic};
use countersign_store::visit::{VisitRow, insert_visit};
use countersign_store::visit_identity::{ContactRow, upsert_contact, upsert_identity};
use countersign_store::{StoreError, Tx};
use countersign_types::{ChannelId, Timestamp, time};

use crate::visit::{SITE, contact, people, visit};

/// 2026-03-28 22:30 UTC, half an hour before midnight in Berlin, an hour and a half before that of UTC.
const EVENING: Timestamp = Timestamp::from_micros(1_774_737_000_000_000);

fn at(n: u8, started_at: Timestamp, device: Option<i64>) -> VisitRow {
    let agent =
        format!("{{\"browser\":\"Firefox\",\"device\":\"{}\"}}", ["desktop", "mobile"][usize::from(n % 2)]);
    VisitRow {
        started_at,
        last_at: started_at.plus(i64::from(n) * time::MINUTE),
        device,
        pages: i64::from(n),
        source: (n > 1).then(|| "newsletter".to_owned()),
        agent: (n < 4).then_some(agent),
        ..visit(n)
    }
}

#[tokio::test]
async fn visits_are_counted_by_day_site_and_what_brought_them() {
    both(async |db| {
        let (ann, ben) = people(&db).await;
        db.write(async move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
            upsert_identity(tx, ann, 11).await?;
            upsert_identity(tx, ben, 13).await?;
            // One browser twice, on both sides of midnight; a browser nobody knows; the day after clocks changed.
            insert_visit(tx, &at(1, EVENING, Some(5))).await?;
            insert_visit(tx, &at(2, EVENING.plus(time::HOUR), Some(5))).await?;
            insert_visit(tx, &at(3, EVENING.plus(2 * time::HOUR), None)).await?;
            insert_visit(tx, &at(4, EVENING.plus(2 * time::DAY), Some(6))).await?;
            upsert_contact(tx, &contact(1_001, 11, 9, 1)).await?;
            upsert_contact(tx, &contact(1_001, 11, 10, 2)).await?;
            let named = ContactRow { association: "recognised".to_owned(), ..contact(1_002, 11, 1, 1) };
            upsert_contact(tx, &named).await?;
            let rejected = ContactRow { association: "rejected".to_owned(), ..contact(1_003, 13, 0, 1) };
            upsert_contact(tx, &rejected).await?;
            let span = (EVENING, EVENING.plus(3 * time::DAY));

            let all = count_traffic(tx, &TrafficBy::All, None, span).await?;
            let expected = Traffic {
                visits: 4,
                visitors: 3,
                pages: 10,
                with_pages: 4,
                single_page: 1,
                micros: 10 * time::MINUTE,
                signed_in: 1,
                named: 2,
                ..Traffic::default()
            };
            assert_eq!(all, [expected]);

            // An hour ahead of UTC until the clocks change, two from then on.
            let change = EVENING.plus(150 * time::MINUTE);
            let days = TrafficBy::Day(vec![(change, time::HOUR), (span.1, 2 * time::HOUR)]);
            let mut of_days: Vec<(i64, i64, i64)> = count_traffic(tx, &days, None, span)
                .await?
                .iter()
                .map(|t| (t.day, t.visits, t.visitors))
                .collect();
            of_days.sort_unstable();
            assert_eq!(of_days, [(20_540, 1, 1), (20_541, 2, 2), (20_543, 1, 1)]);

            let words = async |tx: &mut Tx<'_>, by| -> Result<Vec<(Option<String>, i64)>, StoreError> {
                let rows = count_traffic(tx, &by, None, span).await?;
                let mut words: Vec<_> = rows.into_iter().map(|t| (t.word, t.visits)).collect();
                words.sort();
                Ok(words)
            };
            let some = |word: &str| Some(word.to_owned());
            assert_eq!(words(tx, TrafficBy::Source).await?, [(None, 1), (some("newsletter"), 3)]);
            let devices = [(None, 1), (some("desktop"), 1), (some("mobile"), 2)];
            assert_eq!(words(tx, TrafficBy::Device).await?, devices);
            assert_eq!(words(tx, TrafficBy::Entry).await?, [(some("https://shop.example/"), 4)]);
            assert_eq!(words(tx, TrafficBy::Language).await?, [(some("en"), 4)]);
            let sites = count_traffic(tx, &TrafficBy::Site, Some(SITE), span).await?;
            assert_eq!(sites.iter().map(|t| (t.site, t.visits)).collect::<Vec<_>>(), [(Some(SITE), 4)]);
            let elsewhere = Some(ChannelId::from_bytes([1; 16]));
            assert!(count_traffic(tx, &TrafficBy::Site, elsewhere, span).await?.is_empty());
            let earlier = (EVENING.plus(-time::DAY), EVENING);
            assert!(count_traffic(tx, &TrafficBy::Source, None, earlier).await?.is_empty());
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}
