-- A page of the listed students whose name or id contains $1, in the order in which they
-- were registered: after position $2, or, if $3 is not 0, before $3. At most $4 of them,
-- of the generation that serves. It walks as courses.sql does.
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
          and registered_at > $2
          and position($1 in folded) > 0
          and $3 = 0
        order by registered_at
        limit $4
    )
    union all
    (
        select id, name, courses_taken, registered_at, changed_at, listed, sealed, forgotten, generation, named
        from read_student
        where listed
          and generation = (select generation from read_generation where serving)
          and registered_at < $3
          and position($1 in folded) > 0
        order by registered_at desc
        limit $4
    )
) as page
order by page.registered_at
