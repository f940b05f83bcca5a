-- A page of the places in course $1, on the waitlist or not ($2), the oldest first: after
-- position $3, or, if $4 is not 0, before $4. At most $5 of them, of the generation that
-- serves. It walks as courses.sql does.
select page.student_id, student.name, page.since,
       student.listed and exists (
           select
           from read_student as other
           where other.generation = student.generation
             and other.listed
             and other.named = student.named
             and other.id <> student.id
       )
from (
    (
        select student_id, since
        from read_place
        where generation = (select generation from read_generation where serving)
          and course_id = $1
          and waiting = $2
          and since > $3
          and $4 = 0
        order by since
        limit $5
    )
    union all
    (
        select student_id, since
        from read_place
        where generation = (select generation from read_generation where serving)
          and course_id = $1
          and waiting = $2
          and since < $4
        order by since desc
        limit $5
    )
) as page
join read_student as student
  on student.generation = (select generation from read_generation where serving)
 and student.id = page.student_id
order by page.since
