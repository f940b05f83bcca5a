-- The first $4 listed students of generation $1 whose name or id contains $2 and who have
-- neither a seat in course $3 nor a place on its waitlist, in the order in which they
-- were registered.
select id, name, courses_taken, registered_at, changed_at, listed
from read_student as student
where listed
  and generation = $1
  and position($2 in folded) > 0
  and not exists (
      select
      from read_place as place
      where place.generation = $1
        and place.student_id = student.id
        and place.course_id = $3
  )
order by registered_at
limit $4
