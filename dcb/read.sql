-- Finds the events that match a query, and where the log ends; for several queries
-- at once, each after a position of its own.
--
--   $1      the items of all queries: the number of the query that each belongs to
--   $2, $3  the tags of each and the types of each, as the text of an array, for
--           SQL has no arrays of different length in one
--   $4      of each, only events after this position
--   $5      only events up to this position, included
--   $6      at most this many events for each item, the first ones
--   $7..$9  checkpoints: positions, and the ID and the time of the event at each
--   $10     at most this many bytes of tags and data in all, those of the first events
--   $11     but of so many events in any case
--
-- Returns the events in log order, each once, with the numbers of the queries that it
-- matches, of each as often as items do, and the position of the log's last event;
-- when nothing matches, one row with that position alone. The first row also has the ID
-- and the time of the last event, and the numbers of the checkpoints that are not of this
-- log, which count from 1. The first $6 events of a query are the right ones; behind them
-- some may be missing. From the first event that has no room left in $10 on, tags and data
-- are null.
--
-- It is one statement, so all of it is seen in one snapshot: the head can be
-- no older and no newer than the events. Reads use it, and so do appends for
-- their conditions ("is there anything after what you had read?"), so that the
-- two can never come to mean different things. An append in one trip (one_trip.go) uses
-- the part up to the line of dashes.
with head as (
    select last.position, last.id, last.recorded_at,
           (
               -- Which of the checkpoints are not of this log.
               select array_agg(known.number::int)
               from unnest($7::bigint[], $8::uuid[], $9::timestamptz[])
                        with ordinality as known (position, id, recorded_at, number)
               left join lateral (
                   select e.id, e.recorded_at
                   from dcb_event as e
                   where e.position = known.position
                   limit 1
               ) as there on true
               where (there.id, there.recorded_at) is distinct from (known.id, known.recorded_at)
           ) as unlike
    from (select 1) as one_row_in_any_case
    left join lateral (
        select e.position, e.id, e.recorded_at
        from dcb_event as e
        order by e.position desc
        limit 1
    ) as last on true
),
unpacked as (
    select query, tags::text[] as tags, types::text[] as types, after
    from unnest($1::int[], $2::text[], $3::text[], $4::bigint[]) as packed (query, tags, types, after)
    offset 0 -- unpack each item once, not once per row that it is compared with
),
item as materialized (
    select unpacked.*,
           -- The tag to follow: of several the one that the fewest events have, whatever
           -- the order in which they are asked for. To find it, count until one of them has
           -- come to an end. If each has ten thousand events and more, follow the one whose
           -- ten thousand reach furthest: the others may not be worth counting.
           case when cardinality(tags) <= 1 then tags[1] else (
               select rarest.tag
               from (values (100), (10000)) as bound (most)
               cross join lateral (
                   select asked.tag, counted.events
                   from unnest(unpacked.tags) as asked (tag)
                   cross join lateral (
                       select count(*) as events, max(position) as reached
                       from (
                           select t.position
                           from dcb_event_tag as t
                           where t.tag = asked.tag
                             and t.position > unpacked.after
                             and t.position <= $5
                           order by t.tag, t.position
                           limit bound.most
                       ) as first
                   ) as counted
                   order by counted.events, counted.reached desc, asked.tag
                   limit 1
               ) as rarest
               where rarest.events < bound.most or bound.most = 10000
               limit 1
           ) end as leading_tag
    from unpacked
),
-- One walk along an index per item, in log order, that ends after $6 rows.
-- Without the limits in here the planner would rather collect and sort.
matching as (
    -- Tags: follow one; the event itself tells whether it has the others.
    select item.query, followed.position
    from item
    cross join lateral (
        select t.position
        from dcb_event_tag as t
        where t.tag = item.leading_tag
          and t.position > item.after
          and t.position <= $5
          and (item.types = '{}' or t.type = any (item.types))
          and (
              cardinality(item.tags) = 1
              or item.tags <@ (select e.tags from dcb_event as e where e.position = t.position)
          )
        order by t.tag, t.position
        limit $6
    ) as followed
    where item.tags <> '{}'
    union all
    -- No tags, but types: a walk for each, since no index has several in one order.
    select item.query, followed.position
    from item
    cross join unnest(item.types) as wanted (type)
    cross join lateral (
        select e.position
        from dcb_event as e
        where e.type = wanted.type
          and e.position > item.after
          and e.position <= $5
        order by e.type, e.position
        limit $6
    ) as followed
    where item.tags = '{}'
    union all
    -- Neither: every event.
    select item.query, followed.position
    from item
    cross join lateral (
        select e.position
        from dcb_event as e
        where e.position > item.after
          and e.position <= $5
        order by e.position
        limit $6
    ) as followed
    where item.tags = '{}' and item.types = '{}'
)
----
, found as (
    -- An event is sent once, however many items and queries it matches.
    select position, array_agg(query) as queries
    from matching
    group by position
),
sized as (
    select found.queries, e.*,
           row_number() over in_order = 1 as is_first,
           row_number() over in_order <= $11
           -- Events of before 0006_dcb_append.sql do not tell; they may be compressed.
           or sum(coalesce(e.bytes, pg_column_size(e.tags) + pg_column_size(e.data))) over in_order <= $10 as has_room
    from found
    -- One step along the index each.
    cross join lateral (
        select *
        from dcb_event
        where position = found.position
        limit 1
    ) as e
    window in_order as (order by e.position rows unbounded preceding)
)
select coalesce(head.position, 0),
       case when e.is_first is not false then head.id::text end,
       case when e.is_first is not false then head.recorded_at end,
       case when e.is_first is not false then head.unlike end,
       e.queries, coalesce(e.position, 0), coalesce(e.id::text, ''), coalesce(e.type, ''),
       case when e.has_room then e.tags end, case when e.has_room then e.data end,
       coalesce(e.causation_id, ''), coalesce(e.correlation_id, ''), case when e.has_room then e.metadata end,
       coalesce(e.recorded_at, 'epoch')
from head
left join sized as e on true
order by e.position
