-- A comparison of strategies is shown in under_way, too. See package underway.

-- +goose up
alter table under_way drop constraint under_way_kind_check;
alter table under_way add constraint under_way_kind_check check (kind in ('race', 'comparison', 'held'));
