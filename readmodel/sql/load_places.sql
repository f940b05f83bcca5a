-- The rows of read_place for pairs of students ($2) and courses ($3) in generation $1.
--
-- Each pair takes one probe of the primary key, which finds at most two rows. No other
-- index begins with these columns, so the planner uses it even while the tables fill and
-- have no statistics.
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
