-- A page of the listed courses of generation $1 whose title or id contains $2, in the
-- order in which they were defined: behind position $3, or, when $4 is not 0, in
-- front of $4. At most $5 of them.
--
-- Each half is a walk along one index that ends when the page is full. What
-- position() says the planner cannot guess, so it has no reason to collect and sort.
select page.*
from (
    (
        select id, title, capacity, seats_taken, waiting, archived, defined_at, changed_at, listed
        from read_course
        where listed
          and generation = $1
          and defined_at > $3
          and position($2 in folded) > 0
          and $4 = 0
        order by defined_at
        limit $5
    )
    union all
    (
        select id, title, capacity, seats_taken, waiting, archived, defined_at, changed_at, listed
        from read_course
        where listed
          and generation = $1
          and defined_at < $4
          and position($2 in folded) > 0
        order by defined_at desc
        limit $5
    )
) as page
order by page.defined_at
