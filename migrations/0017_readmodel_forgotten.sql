-- Students whose names are sealed in the log, and those who are forgotten. See package
-- readmodel. It opens names, because search has to read them.

-- +goose up

alter table read_student
    -- The name as it stands in the log, if it is sealed there, else ''.
    add column sealed    text    not null default '',
    add column forgotten boolean not null default false;

-- A projector of an older version does not know how to open a name. Without the defaults it
-- fails, and one of this version takes over.
alter table read_student
    alter column sealed    drop default,
    alter column forgotten drop default;

-- Statistics keep the most common names in a table of their own, where nobody would find
-- them when a student is forgotten. No plan depends on them.
alter table read_student
    alter column name   set statistics 0,
    alter column folded set statistics 0;
