-- The students with ids $1, of the generation that serves. A name is shared as a title is in
-- courses_by_id.sql.
select id, name, courses_taken, registered_at, changed_at, listed, sealed, forgotten,
       listed and exists (
           select
           from read_student as other
           where other.generation = student.generation
             and other.listed
             and other.named = student.named
             and other.id <> student.id
       )
from read_student as student
where generation = (select generation from read_generation where serving)
  and id = any ($1)
