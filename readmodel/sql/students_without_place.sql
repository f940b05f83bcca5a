-- The first $3 listed students whose name or id contains $1, who are not forgotten, and who
-- have neither a seat in course $2 nor a place on its waitlist, in the order in which they
-- were registered. All is of the generation that serves.
select id, name, courses_taken, registered_at, changed_at, listed, sealed, forgotten,
       exists (
           select
           from read_student as other
           where other.generation = student.generation
             and other.listed
             and other.named = student.named
             and other.id <> student.id
       )
from read_student as student
where listed
  and not forgotten
  and generation = (select generation from read_generation where serving)
  and position($1 in folded) > 0
  and not exists (
      select
      from read_place as place
      where place.generation = student.generation
        and place.student_id = student.id
        and place.course_id = $2
  )
order by registered_at
limit $3
