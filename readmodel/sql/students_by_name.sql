-- A page of the listed students whose name or id contains $1, in the order of their names: after
-- the one that began at position $2, or, if $3 is not 0, before the one that began at $3. At
-- most $4 of them, of the generation that serves. Of equal names, the oldest comes first.
--
-- Each half is a walk along one index, as in students.sql. It begins at the name that the one at
-- the position has now, so a page goes on from where that one stands, even if it was renamed.
select page.id, page.name, page.courses_taken, page.registered_at, page.changed_at, page.listed, page.sealed, page.forgotten,
       exists (
           select
           from read_student as other
           where other.generation = page.generation
             and other.listed
             and other.named = page.named
             and other.id <> page.id
       )
from (
    (
        select id, name, courses_taken, registered_at, changed_at, listed, sealed, forgotten, generation, named
        from read_student
        where listed
          and generation = (select generation from read_generation where serving)
          and (named, registered_at) > (coalesce((
              select at.named from read_student as at
              where at.listed and at.generation = (select generation from read_generation where serving) and at.registered_at = $2
          ), ''), $2)
          and position($1 in folded) > 0
          and $3 = 0
        order by named, registered_at
        limit $4
    )
    union all
    (
        select id, name, courses_taken, registered_at, changed_at, listed, sealed, forgotten, generation, named
        from read_student
        where listed
          and generation = (select generation from read_generation where serving)
          and (named, registered_at) < (coalesce((
              select at.named from read_student as at
              where at.listed and at.generation = (select generation from read_generation where serving) and at.registered_at = $3
          ), ''), $3)
          and position($1 in folded) > 0
        order by named desc, registered_at desc
        limit $4
    )
) as page
order by page.named, page.registered_at
