-- A page of the listed courses whose title or id contains $1, in the order in which they
-- were defined: after position $2, or, if $3 is not 0, before $3. At most $4 of them, of
-- the generation that serves.
--
-- Each half is a walk along one index that ends when the page is full. The planner can't
-- guess the result of position(), so it has no reason to collect rows and sort them. Whether
-- a title is shared is looked up for the rows of the page only.
select page.id, page.title, page.capacity, page.seats_taken, page.waiting, page.archived, page.defined_at, page.changed_at,
       page.listed, exists (
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
          and defined_at > $2
          and position($1 in folded) > 0
          and $3 = 0
        order by defined_at
        limit $4
    )
    union all
    (
        select id, title, capacity, seats_taken, waiting, archived, defined_at, changed_at, listed, generation, named
        from read_course
        where listed
          and generation = (select generation from read_generation where serving)
          and defined_at < $3
          and position($1 in folded) > 0
        order by defined_at desc
        limit $4
    )
) as page
order by page.defined_at
