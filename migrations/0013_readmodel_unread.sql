-- Events that pages leave out because nobody can make sense of their content. Decisions that
-- look at one fail, so the page of what it is about says so.

-- +goose up

-- read_unread has the first such event for every tag. Those that were taken in before this
-- table was made are in it once the pages are rebuilt.
create table read_unread (
    generation integer not null,
    tag        text    not null collate "C",
    type       text    not null,
    position   bigint  not null,
    primary key (generation, tag)
);
