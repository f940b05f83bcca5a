-- Deletes the places of students ($2) in courses ($3), on the waitlist or not ($4), in
-- generation $1. It probes as load_places.sql does. The rows that it finds do not move
-- (ctid), because nobody else writes.
delete from read_place
where ctid = any (array(
    select place.ctid
    from unnest($2::text[], $3::text[], $4::boolean[]) as gone (student_id, course_id, waiting)
    cross join lateral (
        select ctid, waiting
        from read_place
        where generation = $1
          and student_id = gone.student_id
          and course_id = gone.course_id
        limit 2
    ) as place
    where place.waiting = gone.waiting
))
