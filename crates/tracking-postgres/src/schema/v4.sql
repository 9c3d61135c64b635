alter table tracking.store add column partition_every bigint;
comment on column tracking.store.partition_every is
  'How many ids of tracks a partition covers, fixed when the store is created; null where it has no ranges.';
