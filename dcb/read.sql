-- Finds the events that match a query, and where the log ends.
--
--   $1, $2  the query's items: the tags of each and the types of each, as the
--           text of an array, for SQL has no arrays of different length in one
--   $3      only events after this position
--   $4      only events up to this position, included
--   $5      at most this many events, the first ones
--
-- Returns the events in log order, each with the position of the log's last
-- event; when nothing matches, one row with that position alone.
--
-- It is one statement, so all of it is seen in one snapshot: the head can be
-- no older and no newer than the events. Reads use it, and so does the append for
-- its condition ("is there anything after what you had read?"), so that the
-- two can never come to mean different things.
with head as (
    select coalesce(max(position), 0) as position
    from dcb_event
),
item as (
    select tags::text[] as tags, types::text[] as types
    from unnest($1::text[], $2::text[]) as packed (tags, types)
    offset 0 -- unpack each item once, not once per row that it is compared with
),
found as (
    -- An event that matches two items is one event.
    select distinct matching.position
    from item
    -- One walk along an index per item, in log order, that ends after $5 rows.
    -- Without the limit in here the planner would rather collect and sort.
    cross join lateral (
        -- Tags: follow the first; the event itself tells whether it has the others.
        (
            select t.position
            from dcb_event_tag as t
            where t.tag = item.tags[1]
              and t.position > $3
              and t.position <= $4
              and (item.types = '{}' or t.type = any (item.types))
              and (
                  cardinality(item.tags) = 1
                  or item.tags <@ (select e.tags from dcb_event as e where e.position = t.position)
              )
            order by t.tag, t.position
            limit $5
        )
        union all
        -- No tags, but types.
        (
            select e.position
            from dcb_event as e
            where item.tags = '{}'
              and item.types <> '{}'
              and e.type = any (item.types)
              and e.position > $3
              and e.position <= $4
            order by e.position
            limit $5
        )
        union all
        -- Neither: every event.
        (
            select e.position
            from dcb_event as e
            where item.tags = '{}'
              and item.types = '{}'
              and e.position > $3
              and e.position <= $4
            order by e.position
            limit $5
        )
    ) as matching
    order by matching.position
    limit $5
)
select head.position, e.position, e.id::text, e.type, e.tags, e.data,
       coalesce(e.causation_id, ''), coalesce(e.correlation_id, ''), e.recorded_at
from head
left join (found join dcb_event as e using (position)) on true
order by e.position
