-- The planner has to know that taking JSON apart costs more than reading a row.
alter function tracking.field(json, text[]) cost 400;
alter function tracking.number(text) cost 400;

-- The indexes on data fields began with the column `store`. Their condition fixes it, so the planner
-- leaves it out of what it looks for, and then had to walk through the whole index.
do $$
declare
  old record;
begin
  for old in
    select c.relname as name, pg_get_indexdef(c.oid) as definition
    from pg_index as i join pg_class as c on c.oid = i.indexrelid
    where i.indrelid = 'tracking.track'::regclass and c.relname ~ '^track_(field|number)_.*_[0-9]+$'
  loop
    execute format('drop index tracking.%I', old.name);
    execute regexp_replace(old.definition, '\(store, ', '(');
  end loop;
end
$$;
