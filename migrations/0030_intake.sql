-- Lists that the registrar imports, line by line. See package intake. No rule reads them.

-- +goose up

create table import (
    id         text        primary key,
    kind       text        not null check (kind in ('students', 'courses', 'enrolments')),
    -- waiting until somebody starts it, then under way, then over
    state      text        not null check (state in ('waiting', 'started', 'done', 'cancelled')),
    at         timestamptz not null default now(), -- when it reached the state
    -- How the file was written: its encoding, its separator, and so on.
    written    json        not null,
    -- Which process carries it out, and until when nobody else does.
    clerk      text        not null default '',
    claimed_to timestamptz not null default '-infinity'
);

-- Finds the next one to carry out, and those that are too old.
create index import_state on import (state, at, id);

create table import_line (
    import   text     not null references import on delete cascade,
    line     integer  not null, -- its number in the file
    student  text     not null,
    course   text     not null,
    -- The title of a course, or the name of a student. A name is deleted when the line is decided.
    text     text     not null,
    capacity bigint   not null,
    state    text     not null check (state in ('new', 'done', 'there', 'refused')),
    why      text     not null,
    primary key (import, line)
);

-- Finds the lines that are not decided yet.
create index import_line_state on import_line (import, state, line);

-- Statistics keep the most common names in a table of their own.
alter table import_line alter column text set statistics 0;
