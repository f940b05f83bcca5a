-- Saves places of students ($2) in courses ($3), on the waitlist or not ($4), since
-- positions ($5), in generation $1. A student who left and came back within one stretch of
-- the log has a row already, with another position.
insert into read_place (generation, student_id, course_id, waiting, since)
select $1, place.*
from unnest($2::text[], $3::text[], $4::boolean[], $5::bigint[]) as place
on conflict (generation, student_id, course_id, waiting) do update
set since = excluded.since
