-- What happened in each of the last $1 stretches of two seconds, the earliest first. The stretch
-- that is not over yet is left out.
--
-- A receipt is listed once for each of its kinds. Each kind is a range of one index, which has all
-- that is asked for.
with stretch as (
    select at
    from (select date_bin('2 seconds', clock_timestamp(), 'epoch') as now) as clock,
         generate_series(now - $1::int * interval '2 seconds', now - interval '2 seconds', '2 seconds') as at
),
decided as (
    select date_bin('2 seconds', decided_at, 'epoch') as at, kind, count(*) as n
    from decision_receipt_listing
    where list = 'all' and kind in ('any', 'conflicted', 'refused', 'lost')
      and decided_at >= (select min(at) from stretch)
    group by 1, 2
)
select stretch.at,
       coalesce(sum(n) filter (where kind = 'any'), 0)::int,
       coalesce(sum(n) filter (where kind = 'conflicted'), 0)::int,
       coalesce(sum(n) filter (where kind in ('refused', 'lost')), 0)::int,
       max(lag_sample.lag)
from stretch
left join decided using (at)
left join lag_sample using (at)
group by stretch.at
order by stretch.at
