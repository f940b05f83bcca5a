-- A page of the listed courses whose name or id contains $1, in the order of their names: after
-- the one that began at position $2, or, if $3 is not 0, before the one that began at $3. At
-- most $4 of them, of the generation that serves. Of equal names, the oldest comes first.
--
-- Each half is a walk along one index, as in courses.sql. It begins at the name that the one at
-- the position has now, so a page goes on from where that one stands, even if it was renamed.
select page.id, page.title, page.capacity, page.seats_taken, page.waiting, page.archived, page.defined_at, page.changed_at, page.listed,
       exists (
           select
           from read_course as other
           where other.generation = page.generation
             and other.listed
             and other.named = page.named
             and other.id <> page.id
       )
from (
    (
        select id, title, capacity, seats_taken, waiting, archived, defined_at, changed_at, listed, generation, named
        from read_course
        where listed
          and generation = (select generation from read_generation where serving)
          and (named, defined_at) > (coalesce((
              select at.named from read_course as at
              where at.listed and at.generation = (select generation from read_generation where serving) and at.defined_at = $2
          ), ''), $2)
          and position($1 in folded) > 0
          and $3 = 0
        order by named, defined_at
        limit $4
    )
    union all
    (
        select id, title, capacity, seats_taken, waiting, archived, defined_at, changed_at, listed, generation, named
        from read_course
        where listed
          and generation = (select generation from read_generation where serving)
          and (named, defined_at) < (coalesce((
              select at.named from read_course as at
              where at.listed and at.generation = (select generation from read_generation where serving) and at.defined_at = $3
          ), ''), $3)
          and position($1 in folded) > 0
        order by named desc, defined_at desc
        limit $4
    )
) as page
order by page.named, page.defined_at
