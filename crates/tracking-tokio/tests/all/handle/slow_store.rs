//! A store whose saves wait until the test lets them go on.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use tracking_btree::BTreeStorage;
use tracking_core::{NewTrack, Query, Result, TrackId, TrackingStorage};
use tracking_tokio::{AsyncStorage, AsyncStorageBuilder};

/// Lets calls that wait go on, one for each signal.
pub(crate) struct Gate {
    pub(crate) store: Arc<BTreeStorage>,
    entered: Mutex<Receiver<()>>,
    go_on: Sender<()>,
}

/// What a test does in its calls: it says that it has started, waits, and then does it.
#[derive(Clone)]
pub(crate) struct Gated {
    entered: Sender<()>,
    go_on: Arc<Mutex<Receiver<()>>>,
}

pub(crate) fn gate() -> (Gate, Gated) {
    let (entered, has_entered) = channel();
    let (go_on, may_go_on) = channel();
    let gate = Gate {
        store: Arc::new(BTreeStorage::new()),
        entered: Mutex::new(has_entered),
        go_on,
    };
    let gated = Gated {
        entered,
        go_on: Arc::new(Mutex::new(may_go_on)),
    };
    (gate, gated)
}

impl Gate {
    pub(crate) fn builder(&self) -> AsyncStorageBuilder {
        AsyncStorage::builder(Arc::clone(&self.store) as Arc<dyn TrackingStorage>)
    }

    /// Waits until a call has started.
    pub(crate) async fn wait_for_start(&self) {
        while self.entered.lock().unwrap().try_recv().is_err() {
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn release_one(&self) {
        self.go_on.send(()).unwrap();
    }

    pub(crate) fn tracks(&self) -> u64 {
        self.store.count(&Query::all()).unwrap()
    }

    /// Waits until the store holds this many tracks.
    pub(crate) async fn wait_for_tracks(&self, tracks: u64) {
        while self.tracks() < tracks {
            tokio::task::yield_now().await;
        }
    }
}

impl Gated {
    pub(crate) fn wait(&self) {
        self.entered.send(()).unwrap();
        self.go_on.lock().unwrap().recv().unwrap();
    }

    /// A save that waits before it is done.
    pub(crate) fn save(
        &self,
    ) -> impl FnOnce(&dyn TrackingStorage) -> Result<TrackId> + Send + 'static {
        let gated = self.clone();
        move |store| {
            gated.wait();
            store.save(track("anna"))
        }
    }

    /// A visit that waits before it is made.
    pub(crate) fn visit(&self) -> impl FnOnce(&dyn TrackingStorage) -> Result<()> + Send + 'static {
        let gated = self.clone();
        move |store| {
            gated.wait();
            store.visit(&Query::all(), &mut |_| ControlFlow::Continue(()))?;
            Ok(())
        }
    }
}

pub(crate) fn track(user: &str) -> NewTrack {
    NewTrack::new("lesson-1", user, serde_json::json!({"page": 1})).unwrap()
}
