-- Every save moves the end of its run. Pages that are half empty have room for the new row next to the old one, and
-- then no index changes.
alter table tracking.run set (fillfactor = 50);

-- An object with the keys of another one put over its own. Text of type `json` stays as it is, and keys
-- are in code-point order, so the result is what the program itself would write.
create function tracking.merged(old_data json, new_data json) returns json
  language plpgsql immutable strict parallel safe as $$
begin
  return (
    select '{' || string_agg(to_json(key)::text || ':' || value::text, ',' order by key collate "C") || '}'
    from (
      select key, value from json_each(new_data)
      union all
      select key, value from json_each(old_data)
      where key not in (select json_object_keys(new_data))
    ) as entry
  );
end
$$;

-- Saves one track into a run that is there: into the current run of its task where `run_id` is null. In the
-- modes `merge` and `replace` it updates the last track of the task, run and user, if there is one. Returns
-- the id of the track; 0 where the run is not there; null where this store is changed in another way.
-- Without an id as the result, nothing is changed.
--
-- Each statement sees what was committed before it began, and the first one waits for the store's row, so
-- all others see what no other transaction changes meanwhile. Where the time is that of the program's clock, the
-- row must be free: after a wait that time would be earlier than that of saves made meanwhile.
create function tracking.save_track(
  of_store text, of_task text, of_task_rest text, run_id bigint, of_user text, of_user_rest text,
  at_time timestamptz, new_data json, save_mode text, lock_timeout text, may_wait boolean
) returns bigint
  language plpgsql as $$
declare
  in_run bigint;
  saved bigint;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    return null;
  end if;
  perform set_config('lock_timeout', save_track.lock_timeout, true);
  if may_wait then
    perform from tracking.store
      where store = of_store and not feed_is_on and last_track < 9223372036854775807
      for no key update;
  else
    perform from tracking.store
      where store = of_store and not feed_is_on and last_track < 9223372036854775807
      for no key update nowait;
  end if;
  if not found then
    return null;
  end if;
  if run_id is null then
    update tracking.run set end_time = greatest(end_time, at_time)
      where store = of_store and current and task = of_task and task_rest is not distinct from of_task_rest
      returning id into in_run;
  else
    update tracking.run set end_time = greatest(end_time, at_time)
      where store = of_store and id = run_id
      returning id into in_run;
  end if;
  if in_run is null then
    return 0;
  end if;
  if save_mode <> 'append' then
    update tracking.track
      set time = at_time, data = case save_mode when 'merge' then tracking.merged(data, new_data) else new_data end
      where store = of_store and id = (
        select id from tracking.track
        where store = of_store and task = of_task and task_rest is not distinct from of_task_rest
          and username = of_user and username_rest is not distinct from of_user_rest and run = in_run
        order by time desc, id desc limit 1
      )
      returning id into saved;
    if saved is not null then
      return saved;
    end if;
  end if;
  update tracking.store set last_track = last_track + 1 where store = of_store returning last_track into saved;
  insert into tracking.track (store, id, task, task_rest, run, username, username_rest, time, data)
    values (of_store, saved, of_task, of_task_rest, in_run, of_user, of_user_rest, at_time, new_data);
  return saved;
end
$$;
