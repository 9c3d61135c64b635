-- Every key begins with the column `store`, so that the tables can be distributed by it.
-- A name of 200 characters or more continues in the column that ends in `_rest`, because an
-- index entry cannot be long.

create table tracking.store (
  store text collate "C" primary key,
  last_track bigint not null default 0,
  last_run bigint not null default 0,
  last_batch bigint not null default 0,
  last_index bigint not null default 0,
  batch_max_age bigint default 604800000000,
  batch_max_count bigint default 100000,
  feed_is_on boolean not null default false,
  feed_epoch bigint not null default 0,
  feed_timeline integer,
  feed_max_age bigint,
  feed_max_count bigint,
  last_change bigint not null default 0
) with (fillfactor = 50);
comment on table tracking.store is
  'One row for each named store: its counters and settings. Every change locks the row of its store first.';

create table tracking.run (
  store text collate "C" not null,
  id bigint not null,
  task text collate "C",
  task_rest text collate "C",
  start_time timestamptz not null,
  end_time timestamptz not null,
  finished boolean not null default false,
  current boolean not null default false,
  primary key (store, id)
);
create index run_task on tracking.run (store, task, id) where task is not null;
create index run_current on tracking.run (store, task) where current;
create index run_start on tracking.run (store, start_time);

create table tracking.track (
  store text collate "C" not null,
  id bigint not null,
  task text collate "C" not null,
  task_rest text collate "C",
  run bigint not null,
  username text collate "C" not null,
  username_rest text collate "C",
  time timestamptz not null,
  data json not null,
  primary key (store, id)
);
create index track_time on tracking.track (store, time, id);
create index track_task on tracking.track (store, task, time, id);
create index track_user on tracking.track (store, username, time, id);
create index track_run on tracking.track (store, run, time, id);
create index track_pair on tracking.track (store, task, username, run, time, id);

create table tracking.key (
  store text collate "C" not null,
  key text collate "C" not null,
  key_rest text collate "C",
  track bigint not null,
  fingerprint bytea not null
);
create unique index key_key on tracking.key (store, key, md5(coalesce(key_rest, '')));
create index key_track on tracking.key (store, track);

create table tracking.checkpoint (
  store text collate "C" not null,
  name text collate "C" not null,
  name_rest text collate "C",
  position json not null
);
create unique index checkpoint_name on tracking.checkpoint (store, name, md5(coalesce(name_rest, '')));

create table tracking.batch (
  store text collate "C" not null,
  number bigint not null,
  id text collate "C" not null,
  id_rest text collate "C",
  time timestamptz not null,
  fingerprint bytea not null,
  outcomes text not null,
  primary key (store, number)
);
create unique index batch_id on tracking.batch (store, id, md5(coalesce(id_rest, '')));

create table tracking.change (
  store text collate "C" not null,
  position bigint not null,
  kind text not null,
  first_id bigint not null,
  last_id bigint not null,
  time timestamptz not null,
  primary key (store, position)
);

create table tracking.feed_epoch (
  store text collate "C" not null,
  epoch bigint not null,
  start_position bigint not null,
  primary key (store, epoch)
);
comment on table tracking.feed_epoch is
  'The change feed of a store begins a new epoch when it is turned on, and after a failover.';

create table tracking.field_index (
  store text collate "C" not null,
  field text collate "C" not null,
  number bigint not null,
  primary key (store, number)
);
comment on table tracking.field_index is
  'Data fields with an index of their own, as JSON lists of keys. The indexes are named track_field_<store>_<number> and track_number_<store>_<number>.';

-- The JSON text of a field, exactly as the data has it; null where it is missing. A key is written
-- as within a JSON string. PostgreSQL cannot take apart JSON with a NUL in it, so a character that
-- the data does not have stands for it meanwhile.
create function tracking.field(data json, keys text[]) returns text
  language plpgsql immutable strict parallel safe as $$
declare
  body text := data::text;
  marker text;
  key text;
begin
  if strpos(body, '\u0000') > 0 then
    for code in 57344..63743 loop
      marker := '\u' || to_hex(code);
      exit when strpos(body, marker) = 0 and strpos(body, chr(code)) = 0
        and strpos(array_to_string(keys, ''), chr(code)) = 0;
    end loop;
    data := replace(body, '\u0000', marker)::json;
  end if;
  foreach key in array keys loop
    if strpos(key, '\') > 0 then
      if strpos(key, '\u0000') > 0 then
        if marker is null then
          return null;
        end if;
        key := replace(key, '\u0000', marker);
      end if;
      key := ('["' || key || '"]')::json ->> 0;
    end if;
    data := data -> key;
    if data is null then
      return null;
    end if;
  end loop;
  if marker is null then
    return data::text;
  end if;
  return replace(data::text, marker, '\u0000');
end
$$;

-- The number that a JSON text is, exactly, also where it is a large float; null for other values.
create function tracking.number(value text) returns numeric
  language plpgsql immutable strict parallel safe as $$
declare
  float float8;
  exact numeric;
  halvings integer := 0;
begin
  if strpos('-0123456789', left(value, 1)) = 0 then
    return null;
  end if;
  if strpos(value, '.') = 0 and strpos(value, 'e') = 0 then
    return value::numeric;
  end if;
  float := value::float8;
  if abs(float) < 9007199254740992 or abs(float) >= 1e20 then
    return value::numeric;
  end if;
  while abs(float) >= 9007199254740992 loop
    float := float / 2;
    halvings := halvings + 1;
  end loop;
  exact := float::bigint;
  for halving in 1..halvings loop
    exact := exact * 2;
  end loop;
  return exact;
end
$$;

-- The timeline of the server, which is another one after a failover; null on a standby, and where the
-- server has none.
create function tracking.timeline() returns integer
  language plpgsql volatile as $$
begin
  if pg_is_in_recovery() then
    return null;
  end if;
  return ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer;
exception when others then
  return null;
end
$$;

create view tracking.tracks as
  select store, id, task || coalesce(task_rest, '') as task, run,
    username || coalesce(username_rest, '') as "user", time, data
  from tracking.track;
create view tracking.runs as
  select store, id, task || coalesce(task_rest, '') as task, start_time as start,
    end_time as "end", finished, current
  from tracking.run;
