//! Every method of the contract, by the handle and by the store itself.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::json;
use tracking_btree::BTreeStorage;
use tracking_core::{
    Batch, Field, GroupBy, Key, ManualClock, NewRun, NewTrack, Query, Removal, Retention,
    RunChoice, RunQuery, RunSelector, SessionGap, StopRun, TaskId, Timestamp, TrackUpdate,
    TrackingStorage, UserName,
};
use tracking_tokio::AsyncStorage;

fn store() -> Arc<dyn TrackingStorage> {
    let clock = Arc::new(ManualClock::new(Timestamp::EPOCH));
    Arc::new(BTreeStorage::builder().clock(clock).build())
}

fn name(name: &str) -> UserName {
    UserName::new(name).unwrap()
}

fn task() -> TaskId {
    TaskId::new("lesson-1").unwrap()
}

/// The same calls on a pool and on the spot leave the same store behind.
#[tokio::test]
async fn every_method_does_what_the_stores_does() {
    let mut left = Vec::new();
    for storage in [AsyncStorage::new(store()), AsyncStorage::direct(store())] {
        every_method(&storage).await.unwrap();
        let mut records = Vec::new();
        let keep = &mut |record| {
            records.push(format!("{record:?}"));
            ControlFlow::Continue(())
        };
        storage.store().export(keep).unwrap();
        assert!(records.len() > 3);
        left.push(records);
    }
    assert_eq!(left[0], left[1]);
}

async fn every_method(storage: &AsyncStorage) -> tracking_core::Result<()> {
    let new = |user| NewTrack::new("lesson-1", user, json!({"page": 1}));
    let run = storage.start_run(NewRun::of(task())).await?;
    let id = storage.save(new("anna")?.with_key(Key::new("k")?)).await?;
    storage
        .update(TrackUpdate::merge(
            id,
            r#"{"page":2}"#.parse::<tracking_core::Data>()?,
        ))
        .await?;
    let batch = Batch::new().save(new("bea")?).save(new("carl")?);
    assert_eq!(storage.apply(batch).await?.len(), 2);
    assert_eq!(
        storage.track(id).await?.unwrap().data().as_str(),
        r#"{"page":2}"#
    );
    let last = storage.last_track(task(), RunChoice::Current, name("bea"));
    assert_eq!(last.await?.unwrap().user().as_str(), "bea");
    assert_eq!(storage.page(Query::all().limit(2)).await?.tracks.len(), 2);
    assert_eq!(storage.count(Query::all()).await?, 3);
    assert_eq!(
        storage
            .groups(Query::all(), GroupBy::User.into())
            .await?
            .len(),
        3
    );
    assert_eq!(storage.task_ids().await?, [task()]);
    assert_eq!(storage.user_names(Some(task())).await?.len(), 3);
    assert_eq!(storage.run(RunSelector::Id(run)).await?.unwrap().id(), run);
    assert_eq!(storage.runs(RunQuery::all()).await?.len(), 1);
    let session = storage.session_run(name("bea"), Timestamp::EPOCH, SessionGap::default());
    assert!(session.await?.is_none(), "its run is of a task");
    assert_eq!(storage.count_runs(RunQuery::all()).await?, 1);
    let groups = storage.run_groups(RunQuery::all(), GroupBy::Task.into());
    assert_eq!(groups.await?.len(), 1);
    assert_eq!(storage.run_summary(run).await?.unwrap().users, 3);
    assert!(storage.add_index(Field::from("page")).await?);
    assert_eq!(storage.indexes().await?.len(), 1);
    assert!(storage.drop_index(Field::from("page")).await?);
    storage.reindex().await?;
    assert_eq!(
        storage
            .rename_user(name("carl"), name("dora"))
            .await?
            .tracks,
        1
    );
    assert_eq!(storage.erase_user(name("dora")).await?.tracks, 1);
    assert_eq!(storage.remove_matching(Query::all().user("bea")).await?, 1);
    assert!(storage.key_use(Key::new("k")?).await?.is_some());
    assert_eq!(storage.key_uses(None, 10).await?.len(), 1);
    assert_eq!(storage.counters().await?.last_track().unwrap().number(), 3);
    assert!(storage.checkpoints().await?.is_empty());
    assert!(storage.checkpoints_after(None, 1).await?.is_empty());
    let checkpoint = tracking_core::CheckpointName::new("log")?;
    assert!(storage.checkpoint(checkpoint).await?.is_none());
    storage.restore(Vec::new()).await?;
    let other = storage.save(new("emil")?).await?;
    assert!(storage.remove(other).await?);
    assert_eq!(storage.expire_runs(Timestamp::EPOCH).await?.len(), 0);
    let expired = storage.expire_runs_before(Timestamp::EPOCH, 1);
    assert_eq!(expired.await?.len(), 0);
    let nothing = Removal::empty_runs(RunQuery::all());
    assert!(storage.remove_by(nothing).await?.is_nothing());
    assert_eq!(storage.stop_run(StopRun::new(task())).await?, Some(run));
    assert_eq!(storage.prune(Retention::none().keep_last(1)).await?, 0);
    let seen = storage.read(|store| store.count(&Query::all())).await?;
    assert_eq!(seen, 1);
    storage
        .change(move |store| store.save(new("finn")?))
        .await?;
    Ok(())
}

/// A method that is added to the contract is missed here until the handle has it.
#[test]
fn no_method_of_the_contract_is_missing() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let contract = read("../tracking-core/src/storage/forward.rs");
    let handle = read("src/handle/changes.rs") + &read("src/handle/reads.rs");
    // Their visitors run within the call, so these are for `read`; `page` and `tracks`, too.
    let elsewhere = ["visit", "export", "apply_one"];
    let methods = contract.split("fn ").skip(1);
    let methods = methods.filter_map(|text| text.split_once('(').map(|(name, _)| name.trim()));
    let mut count = 0;
    for method in methods.filter(|method| !elsewhere.contains(method)) {
        assert!(
            handle.contains(&format!("pub async fn {method}(")),
            "{method} is missing"
        );
        count += 1;
    }
    assert!(count > 25, "{count}");
}
