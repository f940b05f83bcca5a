-- Stores events right behind the head of the log, and their tags in the index.
--
--   $1      the position of the head
--   $2..$5  the events: ids, types, tags (each the text of an array), data
--   $6, $7  the causation and correlation ID of them all
--
-- Correct only while the caller holds the append lock: it makes sure that the
-- head is still the head. The statement is not what keeps positions apart.
with input as (
    select $1::bigint + event.n as position,
           event.id,
           event.type,
           event.tags::text[] as tags,
           event.data
    from unnest($2::uuid[], $3::text[], $4::text[], $5::json[]) with ordinality
             as event (id, type, tags, data, n)
),
tagged as (
    insert into dcb_event_tag (tag, position, type)
    -- An event may be given a tag twice; it carries it once.
    select distinct unnest(tags), position, type
    from input
)
insert into dcb_event (position, id, type, tags, data, causation_id, correlation_id)
select position, id, type, tags, data, nullif($6, ''), nullif($7, '')
from input
