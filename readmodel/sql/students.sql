-- A page of the listed students of generation $1 whose name or id contains $2, in the order
-- in which they were registered: behind position $3, or, when $4 is not 0, in front
-- of $4. At most $5 of them. It walks as courses.sql does.
select page.*
from (
    (
        select id, name, courses_taken, registered_at, changed_at, listed
        from read_student
        where listed
          and generation = $1
          and registered_at > $3
          and position($2 in folded) > 0
          and $4 = 0
        order by registered_at
        limit $5
    )
    union all
    (
        select id, name, courses_taken, registered_at, changed_at, listed
        from read_student
        where listed
          and generation = $1
          and registered_at < $4
          and position($2 in folded) > 0
        order by registered_at desc
        limit $5
    )
) as page
order by page.registered_at
