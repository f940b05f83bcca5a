-- Inserts or updates rows of read_course in generation $1. A course is defined once, so
-- defined_at and listed never change.
insert into read_course (generation, id, title, folded, capacity, seats_taken, waiting, archived, defined_at, changed_at, listed)
select $1, course.*
from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::boolean[], $9::bigint[], $10::bigint[], $11::boolean[]) as course
on conflict (generation, id) do update
set title = excluded.title,
    folded = excluded.folded,
    capacity = excluded.capacity,
    seats_taken = excluded.seats_taken,
    waiting = excluded.waiting,
    archived = excluded.archived,
    changed_at = excluded.changed_at
