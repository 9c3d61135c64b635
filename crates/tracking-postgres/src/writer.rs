//! Applying batches: callers that wait at the same time share one transaction.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tracking_core::{Batch, Outcome, Record};

use crate::change::Change;
use crate::error::{Result, StoreError};
use crate::inner::{Inner, repeat_while};
use crate::prefetch::Prefetch;
use crate::restore;
use crate::single_save;

/// How many batches share a transaction at most.
const MAX_GROUP: usize = 64;
/// How many operations the batches of a shared transaction have at most.
const MAX_GROUP_OPERATIONS: usize = 256;

/// A batch, and who waits for it.
pub(crate) struct Request {
    pub(crate) batch: Batch,
    pub(crate) reply: oneshot::Sender<Result<Vec<Outcome>>>,
}

/// Applies batches as they come, until the store is dropped.
pub(crate) async fn run(inner: Arc<Inner>, mut requests: UnboundedReceiver<Request>) {
    let mut waiting = Vec::new();
    while requests.recv_many(&mut waiting, MAX_GROUP).await > 0 {
        while !waiting.is_empty() {
            let count = group_size(&waiting);
            let group: Vec<Request> = waiting.drain(..count).collect();
            serve(&inner, group).await;
        }
    }
}

/// How many of the first requests share a transaction.
fn group_size(waiting: &[Request]) -> usize {
    let mut operations = 0;
    let fits = |request: &&Request| {
        operations += request.batch.operations().len();
        operations <= MAX_GROUP_OPERATIONS
    };
    waiting.iter().take_while(fits).count().max(1)
}

/// What the batches of a group gave, in their order.
type Answers = Vec<Result<Vec<Outcome>>>;

async fn serve(inner: &Arc<Inner>, group: Vec<Request>) {
    let batches: Vec<&Batch> = group.iter().map(|request| &request.batch).collect();
    let answers = match apply(inner, &batches).await {
        Ok(answers) => answers,
        Err(error) if batches.len() > 1 && error.may_concern_one_batch() => {
            apply_one_by_one(inner, &batches).await
        }
        // What stops one stops all, so nobody waits for the same failure again.
        Err(error) => {
            let others = group.iter().skip(1);
            let mut answers: Answers = others.map(|_| Err(error.duplicate())).collect();
            answers.push(Err(error));
            answers
        }
    };
    for (request, answer) in group.into_iter().zip(answers) {
        // Who does not wait any more needs no answer.
        let _no_receiver = request.reply.send(answer);
    }
}

/// Applies each batch in a transaction of its own. Once one fails for a reason that would stop the
/// others too, the rest fail with it.
async fn apply_one_by_one(inner: &Arc<Inner>, batches: &[&Batch]) -> Answers {
    let mut answers = Answers::with_capacity(batches.len());
    let mut stopped: Option<StoreError> = None;
    for batch in batches {
        let answer = match &stopped {
            Some(error) => Err(error.duplicate()),
            None => apply(inner, &[*batch]).await.and_then(only),
        };
        if let Err(error) = &answer
            && stopped.is_none()
            && !error.may_concern_one_batch()
        {
            stopped = Some(error.before_commit());
        }
        answers.push(answer);
    }
    answers
}

fn only(mut answers: Answers) -> Result<Vec<Outcome>> {
    answers.pop().unwrap_or_else(|| Ok(Vec::new()))
}

/// Applies batches in one transaction. Each fails on its own; where the transaction fails, all do.
async fn apply(inner: &Arc<Inner>, batches: &[&Batch]) -> Result<Answers> {
    if let [batch] = batches
        && let Some(answer) = single_save::try_save(inner, batch).await
    {
        return answer.map(|outcomes| vec![Ok(outcomes)]);
    }
    repeat_while(StoreError::is_conflict, || apply_once(inner, batches)).await
}

async fn apply_once(inner: &Arc<Inner>, batches: &[&Batch]) -> Result<Answers> {
    let mut prefetch = Prefetch::default();
    for batch in batches {
        prefetch.add(batch);
    }
    if prefetch.sessions.needs_now() {
        prefetch.sessions.set_now(inner.now());
    }
    let (transaction, fetched) = inner.begin(|| prefetch.statements(&inner.store)).await?;
    let mut change = Change::new(transaction);
    prefetch.load(&mut change, fetched)?;
    let mut answers = Vec::with_capacity(batches.len());
    let is_shared = batches.len() > 1;
    for batch in batches {
        let savepoint = is_shared.then(|| change.savepoint());
        // Each batch has a time of its own, read while nobody else writes.
        let now = inner.now();
        change.transaction.now = now;
        match change.apply(batch, now).await {
            Ok(outcomes) => answers.push(Ok(outcomes)),
            Err(error @ StoreError::Core(_)) => {
                let Some(savepoint) = savepoint else {
                    change.transaction.roll_back().await;
                    return Ok(vec![Err(error)]);
                };
                change.roll_back_to(savepoint);
                answers.push(Err(error));
            }
            Err(error) => return Err(error),
        }
    }
    change.commit().await?;
    Ok(answers)
}

/// Takes all records, or none of them.
pub(crate) async fn restore(inner: &Arc<Inner>, records: &[Record]) -> Result<()> {
    repeat_while(StoreError::is_conflict, || restore_once(inner, records)).await
}

async fn restore_once(inner: &Arc<Inner>, records: &[Record]) -> Result<()> {
    let prefetch = restore::prefetch(records);
    let (transaction, fetched) = inner.begin(|| prefetch.statements(&inner.store)).await?;
    let mut change = Change::new(transaction);
    prefetch.load(&mut change, fetched)?;
    match change.restore(records).await {
        Ok(statements) => change.commit_with(statements).await,
        Err(error) => {
            change.transaction.roll_back().await;
            Err(error)
        }
    }
}
