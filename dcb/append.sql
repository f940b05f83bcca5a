-- Stores events right behind the head of the log, and their tags in the index.
--
--   base    a row with the position of the head; without a row, nothing is stored
--   $1..$9  the events: ids, types, tags (each the text of an array), data,
--           causation and correlation ids, metadata, how many of the same append stand
--           behind each, bytes of its tags, data and metadata
--   $10     whether to notify tails
--
-- Returns the position of each, and when it was recorded. Correct only while the caller
-- holds the append lock, which makes sure that the head is still the head: nothing in here
-- keeps two appends apart.
input as (
    select base.position + event.n as position,
           event.id,
           event.type,
           event.tags::text[] as tags,
           event.data,
           event.causation_id,
           event.correlation_id,
           event.metadata,
           event.append_rest,
           event.bytes
    from base
    cross join unnest($1::uuid[], $2::text[], $3::text[], $4::json[], $5::text[], $6::text[], $7::text[], $8::smallint[], $9::int[])
               with ordinality as event (id, type, tags, data, causation_id, correlation_id, metadata, append_rest, bytes, n)
),
tagged as (
    insert into dcb_event_tag (tag, position, type)
    -- An event may be given a tag twice; it carries it once.
    select distinct unnest(tags), position, type
    from input
)
insert into dcb_event (position, id, type, tags, data, causation_id, correlation_id, metadata, append_rest, bytes)
select position, id, type, tags, data, nullif(causation_id, ''), nullif(correlation_id, ''), nullif(metadata, '')::json, append_rest, bytes
from input
-- Wakes the tails at commit. The channel is that of this log: see append.go.
cross join (
    select case when $10 then pg_notify('dcb_append_' || to_regclass('dcb_event')::oid, '') end
) as notified
order by position
returning position, recorded_at
