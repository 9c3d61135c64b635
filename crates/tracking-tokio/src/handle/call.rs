//! Calls of a program's own: any synchronous code on the store.

use std::sync::Arc;

use tracking_core::{Result, TrackingStorage};

use super::AsyncStorage;
use super::outcome::Call;

impl AsyncStorage {
    /// Runs code that only reads, as one call: several queries, a visit without copies, the
    /// conveniences of [`TrackingStorageExt`](tracking_core::TrackingStorageExt).
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
    /// # use std::sync::Arc;
    /// # use tracking_btree::BTreeStorage;
    /// # use tracking_tokio::AsyncStorage;
    /// use tracking_core::{Query, TrackingStorageExt};
    ///
    /// # let storage = AsyncStorage::new(Arc::new(BTreeStorage::new()));
    /// let longest = storage
    ///     .read(|store| {
    ///         let mut longest = 0;
    ///         store.for_each(&Query::all(), |track| longest = longest.max(track.data().as_str().len()))?;
    ///         Ok(longest)
    ///     })
    ///     .await?;
    /// # assert_eq!(longest, 0);
    /// # Ok::<(), tracking_core::Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the code; a retryable error where the deadline passes.
    pub async fn read<T, F>(&self, code: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&dyn TrackingStorage) -> Result<T> + Send + 'static,
    {
        self.reading("answer", code).await
    }

    /// Runs code that may change the store, as one call.
    ///
    /// The code is not a transaction: each call in it is atomic by itself. For changes that are
    /// made together or not at all, use [`apply`](Self::apply).
    ///
    /// # Errors
    ///
    /// Those of the code; see [`AsyncStorage`] for deadlines.
    pub async fn change<T, F>(&self, code: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&dyn TrackingStorage) -> Result<T> + Send + 'static,
    {
        self.changing("make a change", code).await
    }

    pub(super) async fn reading<T, F>(&self, action: &'static str, code: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&dyn TrackingStorage) -> Result<T> + Send + 'static,
    {
        let changes = false;
        self.call(Call { action, changes }, code).await
    }

    pub(super) async fn changing<T, F>(&self, action: &'static str, code: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&dyn TrackingStorage) -> Result<T> + Send + 'static,
    {
        let changes = true;
        self.call(Call { action, changes }, code).await
    }

    async fn call<T, F>(&self, call: Call, code: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&dyn TrackingStorage) -> Result<T> + Send + 'static,
    {
        match &self.pool {
            None => code(&*self.store),
            Some(pool) => pool.run(Arc::clone(&self.store), call, code).await,
        }
    }
}
