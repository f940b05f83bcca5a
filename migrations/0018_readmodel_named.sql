-- The names of students and the titles of courses as people read them, to tell which ones
-- stand twice, and to sort lists by them.

-- +goose up

-- Search reads some letters in plain ones now, as readmodel/text.go says. A rebuild would make
-- the same texts. The letters stand here as bytes of UTF-8, because a database in another
-- encoding may lack them. Then no name has them either.
-- +goose statementbegin
do $$
declare
    utf8   bytea;
    plain  text;
    letter text;
begin
    for utf8, plain in values
        ('\xc3b8', 'o'), ('\xc582', 'l'), ('\xc491', 'd'), ('\xc3b0', 'd'), ('\xc4a7', 'h'), ('\xc5a7', 't'),
        ('\xc4b1', 'i'), ('\xc58b', 'n'), ('\xc999', 'e'), ('\xc993', 'b'), ('\xc997', 'd'), ('\xc699', 'k'),
        ('\xc6b4', 'y'), ('\xc3a6', 'ae'), ('\xc593', 'oe'), ('\xc3be', 'th'), ('\xe28099', ''''),
        ('\xe28098', ''''), ('\xcabc', '''')
    loop
        begin
            letter := convert_from(utf8, 'UTF8');
        exception when untranslatable_character then
            continue;
        end;
        update read_course set folded = replace(folded, letter, plain) where strpos(folded, letter) > 0;
        update read_student set folded = replace(folded, letter, plain) where strpos(folded, letter) > 0;
    end loop;
end
$$;
-- +goose statementend

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
