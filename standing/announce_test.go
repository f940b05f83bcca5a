package standing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
	. "go-crablet/standing"
)

func TestAProcessIsSeenUntilItEnds(t *testing.T) {
	t.Parallel()
	pool := on(t, pgtest.URL(t))
	stop := Announce(pool, Process{
		Address: "127.0.0.1:8080", Program: Build{Version: "v1.2.3"},
		Load: func() Load { return Load{Waiting: 300 * time.Millisecond, Viewers: 3, Told: 7} },
	}, logger(t))
	process := func() (found Line) {
		for _, line := range look(t, pool).Sections[0].Lines {
			found = line
		}
		return found
	}
	require.Eventually(t, func() bool { return process().Name != "Processes" }, time.Minute, 10*time.Millisecond)
	require.Regexp(t, `^.+, process \d+$`, process().Name)
	require.Regexp(t, `^at 127\.0\.0\.1:8080 since .+, version v1\.2\.3; seen \d s ago; oldest append 0\.3 s; 3 pages hear of news, 0 events behind$`, process().Value)
	require.Equal(t, Well, process().State)
	stop()
	require.Equal(t, "none runs", process().Value)
}

// A process that was killed leaves its row.
func TestAProcessThatIsSilentIsToldForTenMinutes(t *testing.T) {
	t.Parallel()
	pool := on(t, pgtest.URL(t))
	execute(t, pool, `insert into process (name, address, version, seen_at) values ('here 42 X', '127.0.0.1:1', 'v1', clock_timestamp() - interval '11 seconds')`)
	report := look(t, pool)
	require.Equal(t, []string{"here, process 42"}, unwell(report))
	require.Contains(t, lines(report)["here, process 42"].Value, "seen 11 s ago")

	execute(t, pool, `update process set seen_at = clock_timestamp() - interval '10 minutes'`)
	require.Empty(t, unwell(look(t, pool)))
	stop := Announce(pool, Process{Load: func() Load { return Load{} }}, logger(t))
	t.Cleanup(stop)
	require.Eventually(t, func() bool {
		var rows int
		require.NoError(t, pool.QueryRow(t.Context(), `select count(*) from process where name = 'here 42 X'`).Scan(&rows))
		return rows == 0
	}, time.Minute, 10*time.Millisecond, "another process removes the row")
}

func TestAProcessGoesOnAnnouncingAfterAnOutage(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	line := pgtest.NewLine(t, url)
	line.Cut()
	stop := Announce(on(t, line.URL), Process{Load: func() Load { return Load{} }}, logger(t))
	t.Cleanup(stop)
	pool := on(t, url)
	require.Equal(t, "none runs", lines(look(t, pool))["Processes"].Value)
	line.Restore()
	require.Eventually(t, func() bool { return lines(look(t, pool))["Processes"].Value == "" }, time.Minute, 50*time.Millisecond)
}

// Behind a pooler, sessions of the server belong to nobody. Processes are seen all the same.
func TestProcessesAreSeenBehindAPooler(t *testing.T) {
	t.Parallel()
	through := pgtest.WithExecMode(pgtest.StartPooler(t).Through(pgtest.URL(t)), "exec")
	pool := on(t, through)
	for range 2 {
		t.Cleanup(Announce(on(t, through), Process{Address: "here", Load: func() Load { return Load{} }}, logger(t)))
	}
	require.Eventually(t, func() bool { return len(look(t, pool).Sections[0].Lines) == 2 }, time.Minute, 50*time.Millisecond)
	require.Empty(t, unwell(look(t, pool)))
	require.Empty(t, unseen(look(t, pool)))
}
