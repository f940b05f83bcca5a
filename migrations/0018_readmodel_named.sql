-- The names of students and the titles of courses as people read them, to tell which ones
-- stand twice, and to sort lists by them.

-- +goose up

-- Search reads some letters in plain ones now, as readmodel/text.go says. A rebuild would make
-- the same texts.
update read_course
set folded = replace(replace(replace(translate(folded, 'øłđðħŧıŋəɓɗƙƴ’‘ʼ', 'olddhtinebdky'''''''), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
where folded ~ '[øłđðħŧıŋəɓɗƙƴ’‘ʼæœþ]';

update read_student
set folded = replace(replace(replace(translate(folded, 'øłđðħŧıŋəɓɗƙƴ’‘ʼ', 'olddhtinebdky'''''''), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
where folded ~ '[øłđðħŧıŋəɓɗƙƴ’‘ʼæœþ]';

-- named is folded without the id at its end.
alter table read_course add column named text collate "C" not null
    generated always as (left(folded, greatest(0, length(folded) - length(id) - 1))) stored;
alter table read_student add column named text collate "C" not null
    generated always as (left(folded, greatest(0, length(folded) - length(id) - 1))) stored;

-- As for the other columns with a name; see 0017_readmodel_forgotten.sql.
alter table read_student alter column named set statistics 0;

-- Finds those who are called the same, and a page of a list by name. A name that stands twice
-- is followed by the position, so the order is always the same.
create index read_course_by_name on read_course (generation, named, defined_at) where listed;
create index read_student_by_name on read_student (generation, named, registered_at) where listed;

-- Finds an id that was written in another case.
create index read_course_in_any_case on read_course (generation, lower(id));
create index read_student_in_any_case on read_student (generation, lower(id));
