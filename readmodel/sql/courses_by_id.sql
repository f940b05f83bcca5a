-- The courses with ids $1, of the generation that serves. A title is shared if another course
-- on the lists has the same one. The courses of races are on no list and share none.
select id, title, capacity, seats_taken, waiting, archived, defined_at, changed_at, listed,
       listed and exists (
           select
           from read_course as other
           where other.generation = course.generation
             and other.listed
             and other.named = course.named
             and other.id <> course.id
       )
from read_course as course
where generation = (select generation from read_generation where serving)
  and id = any ($1)
