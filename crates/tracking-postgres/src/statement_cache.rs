//! The prepared statements of a connection.

use std::collections::HashMap;

use tokio_postgres::Statement;

use crate::statement::Sql;

/// How many composed texts a connection remembers. The least recently used one goes first.
const MAX_COMPOSED: usize = 64;

/// The prepared statements of a connection, by their text.
#[derive(Default)]
pub(crate) struct StatementCache {
    /// As many as this program has texts.
    fixed: HashMap<&'static str, Statement>,
    composed: HashMap<String, Composed>,
    /// Counts the uses of composed texts.
    uses: u64,
}

/// A composed text that was used before.
struct Composed {
    /// Nothing after the first use: most texts are used once, and preparing takes a round trip.
    statement: Option<Statement>,
    last_use: u64,
}

/// What to do with a statement.
pub(crate) enum Preparation {
    /// It is prepared.
    Done(Statement),
    /// Prepare it now.
    Wanted,
    /// Run it without preparing it.
    Unwanted,
}

impl StatementCache {
    /// Notes the use of a statement, and says whether to prepare it.
    pub(crate) fn look_up(&mut self, sql: &Sql) -> Preparation {
        if let Some(text) = sql.fixed_text() {
            return match self.fixed.get(text) {
                Some(statement) => Preparation::Done(statement.clone()),
                None => Preparation::Wanted,
            };
        }
        if !sql.is_reusable() {
            return Preparation::Unwanted;
        }
        self.uses += 1;
        let last_use = self.uses;
        if let Some(composed) = self.composed.get_mut(sql.text()) {
            composed.last_use = last_use;
            return match &composed.statement {
                Some(statement) => Preparation::Done(statement.clone()),
                None => Preparation::Wanted,
            };
        }
        self.make_room();
        let composed = Composed {
            statement: None,
            last_use,
        };
        self.composed.insert(sql.text().to_owned(), composed);
        Preparation::Unwanted
    }

    /// Keeps a statement that was prepared. A composed one that others have displaced meanwhile is
    /// not kept.
    pub(crate) fn insert(&mut self, sql: &Sql, statement: &Statement) {
        if let Some(text) = sql.fixed_text() {
            self.fixed.insert(text, statement.clone());
        } else if let Some(composed) = self.composed.get_mut(sql.text()) {
            composed.statement = Some(statement.clone());
        }
    }

    /// Forgets the least recently used text where there are too many. The server forgets the
    /// statement once nobody runs it.
    fn make_room(&mut self) {
        if self.composed.len() < MAX_COMPOSED {
            return;
        }
        let oldest = self
            .composed
            .iter()
            .min_by_key(|(_, composed)| composed.last_use)
            .map(|(text, _)| text.clone());
        if let Some(oldest) = oldest {
            self.composed.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(cache: &mut StatementCache, sql: &Sql) -> bool {
        matches!(cache.look_up(sql), Preparation::Wanted)
    }

    #[test]
    fn a_composed_statement_is_prepared_at_its_second_use() {
        let mut cache = StatementCache::default();
        assert!(wants(&mut cache, &Sql::fixed("select 1")));
        let once = Sql::composed("select 1");
        assert!(!wants(&mut cache, &once) && !wants(&mut cache, &once));
        let often = Sql::composed("select 1").reusable();
        assert!(!wants(&mut cache, &often));
        assert!(wants(&mut cache, &often));
    }

    #[test]
    fn the_least_recently_used_text_is_forgotten() {
        let mut cache = StatementCache::default();
        let text = |number: usize| Sql::composed(format!("select {number}")).reusable();
        for number in 0..MAX_COMPOSED {
            assert!(!wants(&mut cache, &text(number)));
        }
        assert!(wants(&mut cache, &text(0)));
        assert!(!wants(&mut cache, &text(MAX_COMPOSED)));
        assert_eq!(cache.composed.len(), MAX_COMPOSED);
        assert!(wants(&mut cache, &text(0)), "it was used lately");
        assert!(!wants(&mut cache, &text(1)), "it made room");
    }
}
