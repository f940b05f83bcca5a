-- The first $2 places of student $1, seats before places on waitlists, the oldest first.
-- A place on a waitlist comes with the number of students in front. Each comes with whether
-- its course is archived, and whether it has a free seat. All is of the generation that serves.
select place.course_id, course.title, place.waiting, place.since,
       case when place.waiting then (
           select count(*)
           from read_place as other
           where other.generation = place.generation
             and other.course_id = place.course_id
             and other.waiting
             and other.since < place.since
       ) else 0 end,
       course.archived,
       course.seats_taken < course.capacity and not course.archived,
       course.listed and exists (
           select
           from read_course as other
           where other.generation = course.generation
             and other.listed
             and other.named = course.named
             and other.id <> course.id
       )
from read_place as place
join read_course as course on course.generation = place.generation and course.id = place.course_id
where place.generation = (select generation from read_generation where serving)
  and place.student_id = $1
order by place.waiting, place.since
limit $2
