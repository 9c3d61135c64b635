-- 50,000 tracks of 2,500 tasks and 1,250 users in 500 runs, a small store next to it, and as many keys,
-- checkpoints, batches and changes as make a walk through any of the tables expensive.
insert into tracking.store (store, last_track, last_run) values ('small', 5000, 500)
  on conflict (store) do update set last_track = 5000, last_run = 500;
update tracking.store set last_track = 50000, last_run = 500 where store = 'main';
insert into tracking.run
  select store, n, case when n % 4 > 0 then 'task' || n * 7 % 2500 end, null,
    timestamptz '2026-01-01' + n * interval '6 minutes', timestamptz '2026-01-01' + n * interval '7 minutes',
    n % 8 = 1, n % 50 = 2
  from generate_series(1, 500) as n, (values ('main'), ('small')) as s (store);
insert into tracking.run
  select 'main', n, null, null, timestamptz '2026-01-01' + n * interval '6 minutes',
    timestamptz '2026-01-01' + n * interval '7 minutes', n % 8 = 1, false
  from generate_series(501, 20000) as n;
insert into tracking.track
  select 'main', n, 'task' || abs(hashint4(n)::bigint) % 2500, null, 1 + abs(hashint4(n + 100000)::bigint) % 500,
    'user' || abs(hashint4(n + 200000)::bigint) % 1250, null, timestamptz '2026-01-01' + n * interval '4 seconds',
    json_build_object('page', abs(hashint4(n + 300000)::bigint) % 500, 'other', n % 10)::text::json
  from generate_series(1, 50000) as n;
insert into tracking.track
  select 'small', id, task, null, run, username, null, time, data from tracking.track where id <= 5000;
insert into tracking.key
  select store, 'key' || id, null, id, '\x00112233445566778899aabbccddeeff' from tracking.track where id % 2 = 0;
insert into tracking.checkpoint select 'main', 'checkpoint' || n, null, '{}' from generate_series(1, 20000) as n;
insert into tracking.batch
  select 'main', n, 'batch' || n, null, timestamptz '2026-01-01' + n * interval '4 seconds', '\x00', '[]'
  from generate_series(1, 20000) as n;
insert into tracking.change
  select 'main', n, 'track_saved', n, n, timestamptz '2026-01-01' + n * interval '4 seconds'
  from generate_series(1, 20000) as n;
