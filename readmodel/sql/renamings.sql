-- The tags of the events of types $1 after position $2: of each type the first $3 events.
select renaming.tags
from unnest($1::text[]) as wanted (type)
cross join lateral (
    select e.tags
    from dcb_event as e
    where e.type = wanted.type
      and e.position > $2
    order by e.type, e.position
    limit $3
) as renaming
