-- Makes the empty table of tracks a partitioned one. Each store has a partition of its own, `track_<store>_store`,
-- so what is done to the partitions of one store locks no other store. The partition of a store with ranges is
-- partitioned by id: `track_<store>_<first id>_range`.
alter table tracking.track rename to unpartitioned_track;
create table tracking.track (like tracking.unpartitioned_track including all) partition by list (store);
drop table tracking.unpartitioned_track cascade;

create view tracking.tracks as
  select store, id, task || coalesce(task_rest, '') as task, run,
    username || coalesce(username_rest, '') as "user", time, data
  from tracking.track;
