-- The rows of read_place for pairs of students ($2) and courses ($3) in generation $1,
-- as far as there are any.
--
-- One probe of the primary key for each pair, which finds two rows at most. Of the
-- indexes only that one begins with what is known here, so the planner finds it even
-- while the tables fill and it knows nothing about them.
select asked.student_id, asked.course_id, place.waiting, place.since
from unnest($2::text[], $3::text[]) as asked (student_id, course_id)
cross join lateral (
    select waiting, since
    from read_place
    where generation = $1
      and student_id = asked.student_id
      and course_id = asked.course_id
    limit 2
) as place
