-- Makes rows of read_student in generation $1 what the arrays say, whether they are
-- there or not. A student is registered once, so the place in the order stays, and so
-- does whether the student is listed.
insert into read_student (generation, id, name, folded, courses_taken, registered_at, changed_at, listed, sealed, forgotten)
select $1, student.*
from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::boolean[], $9::text[], $10::boolean[]) as student
on conflict (generation, id) do update
set name = excluded.name,
    folded = excluded.folded,
    courses_taken = excluded.courses_taken,
    changed_at = excluded.changed_at,
    sealed = excluded.sealed,
    forgotten = excluded.forgotten
