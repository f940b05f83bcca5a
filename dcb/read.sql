-- Finds the events that match a query, and where the log ends.
--
--   $1  the query's items: [{"types": [...], "tags": [...]}, ...]
--   $2  only events after this position
--   $3  only events up to this position, included
--   $4  at most this many events, the first ones; null for no limit
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
found as (
    -- union, not union all: an event that matches two items is one event.
    select matching.position
    from jsonb_to_recordset($1::jsonb) as item (types text[], tags text[])
    -- One descent of an index per item. Ordering by the whole key and taking
    -- the first few keeps the planner on it, even before the first analyze.
    cross join lateral (
        -- Tags: follow the first in log order, look up the others.
        (
            select first.position
            from dcb_event_tag as first
            where first.tag = item.tags[1]
              and first.position > $2
              and first.position <= $3
              and (item.types = '{}' or first.type = any (item.types))
              and not exists (
                  select
                  from unnest(item.tags[2:]) as other (tag)
                  where not exists (
                      select
                      from dcb_event_tag as also
                      where also.tag = other.tag
                        and also.position = first.position
                  )
              )
            order by first.tag, first.position
            limit $4
        )
        union all
        -- No tags, but types.
        (
            select e.position
            from dcb_event as e
            where item.tags = '{}'
              and item.types <> '{}'
              and e.type = any (item.types)
              and e.position > $2
              and e.position <= $3
            order by e.position
            limit $4
        )
        union all
        -- Neither: every event.
        (
            select e.position
            from dcb_event as e
            where item.tags = '{}'
              and item.types = '{}'
              and e.position > $2
              and e.position <= $3
            order by e.position
            limit $4
        )
    ) as matching
    group by matching.position
    order by matching.position
    limit $4
)
select head.position, e.position, e.id::text, e.type, e.tags, e.data,
       coalesce(e.causation_id, ''), coalesce(e.correlation_id, ''), e.recorded_at
from head
left join (found join dcb_event as e using (position)) on true
order by e.position
