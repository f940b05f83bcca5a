-- What pages show: courses, students, seats and waitlists as of one position of the
-- log. See package readmodel, which fills these tables from the log and can do so
-- again at any time. No decision reads them.

-- +goose up

-- read_generation has a row for every filling of the tables. One of them serves
-- pages; while a rebuild fills the next, both stand side by side, which is why every
-- table and every key below begins with the generation. To swap them is to change
-- this table, in one transaction.
create table read_generation (
    generation integer primary key,

    -- The checkpoint: all events up to here are in the rows of this generation. It is
    -- changed in the transaction that changes them, first of all and only from the
    -- value that its writer has seen. So it is also what keeps two writers apart:
    -- who comes second waits for this row, finds another value, and changes nothing.
    position   bigint  not null default 0 check (position >= 0),

    serving    boolean not null default false
);

-- There is one that serves.
create unique index read_generation_that_serves on read_generation (serving) where serving;

insert into read_generation (generation, serving) values (1, true);

-- Ids sort by their bytes, whatever the locale of the database: nobody is shown that
-- order, and it is the fastest.
create table read_course (
    generation  integer not null,
    id          text    collate "C" not null,
    title       text    not null,
    -- Title and id as search sees them: without case and accents.
    folded      text    collate "C" not null,
    capacity    bigint  not null,
    seats_taken bigint  not null,
    waiting     bigint  not null,
    archived    boolean not null,
    defined_at  bigint  not null, -- position of the event; pages list in this order
    changed_at  bigint  not null, -- position of the last event that changed this row
    -- Races make courses and students by the hundred, with ids like this. They have
    -- pages like all others, and no list has them.
    listed      boolean not null generated always as (id !~ '^race-[a-z2-7]{10}-[a-z]+-[0-9]+$') stored,
    primary key (generation, id)
);

-- Finds a page of the catalogue. Its order never changes, so that paging through it
-- neither skips nor repeats a course that is renamed meanwhile. Search walks it too,
-- and looks at every row until the page is full: 100,000 rows took 20 ms. An index
-- of words would be faster, and would need an extension to find a part of a word.
create index read_course_in_order on read_course (generation, defined_at) where listed;

create table read_student (
    generation    integer not null,
    id            text    collate "C" not null,
    name          text    not null,
    folded        text    collate "C" not null, -- as that of a course
    courses_taken bigint  not null,
    registered_at bigint  not null, -- position of the event; pages list in this order
    changed_at    bigint  not null, -- position of the last event that changed this row
    listed        boolean not null generated always as (id !~ '^race-[a-z2-7]{10}-[a-z]+-[0-9]+$') stored,
    primary key (generation, id)
);

-- Finds a page of students, as read_course_in_order does of courses.
create index read_student_in_order on read_student (generation, registered_at) where listed;

-- The counts in these rows change with every seat. None of them is indexed, and the
-- pages have room, so that a new version of a row stays on its page and no index
-- learns of it.
alter table read_course set (fillfactor = 80);
alter table read_student set (fillfactor = 80);

-- A place in a course is a seat, or one on its waitlist.
create table read_place (
    generation integer not null,
    student_id text    collate "C" not null,
    course_id  text    collate "C" not null,
    waiting    boolean not null, -- for a seat, instead of having one
    since      bigint  not null, -- position of the event that gave it
    -- A student has few places, and at most one of a kind in a course.
    primary key (generation, student_id, course_id, waiting)
);

-- Finds a page of the seats of a course, the longest held first, and of its waitlist,
-- the longest waiting first; and counts who is in front. The course is not the first
-- that it compares, or it would look as good as the primary key for finding one
-- place, and take every place in the course for it.
create index read_place_in_course on read_place (generation, waiting, course_id, since);
