-- A page of the places in course $2 of generation $1, on the waitlist or not ($3), the
-- oldest first: behind position $4, or, when $5 is not 0, in front of $5. At most $6
-- of them. It walks as courses.sql does.
select page.student_id, student.name, page.since
from (
    (
        select student_id, since
        from read_place
        where generation = $1
          and course_id = $2
          and waiting = $3
          and since > $4
          and $5 = 0
        order by since
        limit $6
    )
    union all
    (
        select student_id, since
        from read_place
        where generation = $1
          and course_id = $2
          and waiting = $3
          and since < $5
        order by since desc
        limit $6
    )
) as page
join read_student as student on student.generation = $1 and student.id = page.student_id
order by page.since
