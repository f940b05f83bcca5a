-- Which process works on what pages show. See package readmodel.

-- +goose up

-- read_lease has a row for each task that one process at a time should do. A process
-- takes the lease by writing its name here, renews it while it works, and gives it back
-- when it ends. If it can't give it back, the lease runs out, by the clock of this
-- server. A lock of a session would not do: behind a pooler, sessions are shared.
create table read_lease (
    task   text        primary key,
    holder text        not null default '', -- host, process and a random part
    until  timestamptz not null default '-infinity'
);

insert into read_lease (task) values ('project'), ('rebuild');
