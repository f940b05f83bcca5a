-- Which courses and students lists leave out, as the projector says. It was guessed by
-- the form of an id before, which also hid a course called race-conditions-part-2.

-- +goose up

-- The columns keep what they hold. They get no default: the projector of an older
-- version says nothing about them, so it fails and hands over to one of this version,
-- before it has put a race on a list.
alter table read_course alter column listed drop expression;
alter table read_student alter column listed drop expression;

-- What looks like one of a race, and was not made in that race.
update read_course as course
set listed = true
from dcb_event as event
where not course.listed
  and event.position = course.defined_at
  and event.correlation_id is distinct from 'race-' || substr(course.id, 6, 10);

update read_student as student
set listed = true
from dcb_event as event
where not student.listed
  and event.position = student.registered_at
  and event.correlation_id is distinct from 'race-' || substr(student.id, 6, 10);

-- What was made by an event with the tag of a race.
update read_course as course
set listed = false
from dcb_event as event
where course.listed
  and event.position = course.defined_at
  and exists (select from unnest(event.tags) as tag where tag like 'race:%');

update read_student as student
set listed = false
from dcb_event as event
where student.listed
  and event.position = student.registered_at
  and exists (select from unnest(event.tags) as tag where tag like 'race:%');
