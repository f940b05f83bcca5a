-- The places of student $2 in generation $1, seats before places on waitlists, the oldest
-- first; and, for those on a waitlist, how many wait in front.
select place.course_id, course.title, place.waiting, place.since,
       case when place.waiting then (
           select count(*)
           from read_place as other
           where other.generation = $1
             and other.course_id = place.course_id
             and other.waiting
             and other.since < place.since
       ) else 0 end
from read_place as place
join read_course as course on course.generation = $1 and course.id = place.course_id
where place.generation = $1
  and place.student_id = $2
order by place.waiting, place.since
limit $3
