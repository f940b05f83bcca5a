package standing_test

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbfile"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgpair"
	"go-crablet/internal/pgtest"
	. "go-crablet/standing"
)

func TestANewDatabaseIsWellInEveryExecMode(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a database in each mode")
	for _, mode := range pgtest.ExecModes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			report := look(t, on(t, pgtest.WithExecMode(pgtest.URL(t), mode)))
			require.Empty(t, unwell(report))
			require.Empty(t, unseen(report))
			found := lines(report)
			require.Contains(t, found["Migrations"].Value, "are applied, the last of them")
			require.Equal(t, "none runs", found["Processes"].Value)
			require.Equal(t, "nobody", found["Projector"].Value)
			for name, line := range found {
				require.NotEmpty(t, line.Value, name)
				require.NotEmpty(t, line.Normal, name)
				require.NotEmpty(t, line.ToDo, name)
			}
		})
	}
}

func TestADatabaseThatIsNotMigratedIsLookedAt(t *testing.T) {
	t.Parallel()
	report := look(t, on(t, pgtest.Empty(t, "")))
	require.Equal(t, []string{"Migrations"}, unwell(report))
	require.Contains(t, lines(report)["Migrations"].Value, "none is applied, and ")
	for _, name := range []string{"Process", "Head", "Projector", "Read model", "Parked events", "Events of the log", "Receipts"} {
		require.Contains(t, unseen(report), name)
		require.Equal(t, "there is no table for it", lines(report)[name].Value, name)
	}
	require.Equal(t, Well, lines(report)["Role"].State)
}

func TestALogWhoseImportIsNotFinishedIsLookedAt(t *testing.T) {
	t.Parallel()
	pool := on(t, pgtest.URL(t))
	cutOff := io.MultiReader(strings.NewReader(`{"format":"dcb events","version":1,"events":1}`+"\n"), iotest.ErrReader(io.ErrClosedPipe))
	_, err := dcbfile.Import(t.Context(), pool, cutOff, nil)
	require.ErrorIs(t, err, io.ErrClosedPipe)
	report := look(t, pool)
	require.Equal(t, []string{"Identity"}, unwell(report))
	require.Equal(t, "an import into this log is not finished", lines(report)["Identity"].Value)
	for _, name := range unseen(report) {
		require.Equal(t, "a table has other columns: see Migrations and Identity", lines(report)[name].Value, name)
	}
	require.Contains(t, unseen(report), "Head")
	require.Equal(t, Well, lines(report)["Events of the log"].State)
	require.Equal(t, Well, lines(report)["Index of the log"].State)
}

func TestARoleThatMaySeeNothingIsToldSo(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	role := pgtest.Role(t, url)
	execute(t, on(t, url), `revoke all on all tables in schema public from `+role)
	report := look(t, on(t, strings.Replace(url, "postgres://postgres", "postgres://"+role, 1)))
	require.Empty(t, unwell(report))
	for _, name := range []string{"Process", "Migrations", "Head", "Projector", "Read model", "Parked events"} {
		require.Contains(t, unseen(report), name)
		require.Equal(t, "this role may not see it", lines(report)[name].Value, name)
	}
	for _, name := range []string{"Oldest waiting append", "Connections", "Events of the log", "Whole database"} {
		require.Equal(t, Well, lines(report)[name].State, "%s: %s", name, lines(report)[name].Value)
	}
}

func TestAStandbyIsLookedAt(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	stop := Announce(on(t, pair.Primary.URL()), Process{Address: "127.0.0.1:1", Load: func() Load { return Load{} }}, logger(t))
	t.Cleanup(stop)
	primary, standby := on(t, pair.Primary.URL()), on(t, pair.Standby.URL())
	require.Eventually(t, func() bool { return lines(look(t, standby))["Processes"].Value == "" }, time.Minute, 50*time.Millisecond, "the process is seen on the standby")
	require.Contains(t, lines(look(t, primary))["Standbys"].Value, "1, of which")
	report := look(t, standby)
	require.Equal(t, []string{"Role"}, unwell(report))
	require.Equal(t, "standby", lines(report)["Role"].Value)
	require.Equal(t, Well, lines(report)["Behind the primary"].State)
	require.Empty(t, unseen(report))
}

func TestMigrationsThatAreMissingOrUnknownAreTold(t *testing.T) {
	t.Parallel()
	pool := on(t, pgtest.URL(t))
	execute(t, pool, `insert into goose_db_version (version_id, is_applied) values (9999, true)`)
	require.Equal(t, "9999 is applied, of a newer program", lines(look(t, pool))["Migrations"].Value)
	require.Equal(t, []string{"Migrations"}, unwell(look(t, pool)))
	execute(t, pool, `delete from goose_db_version where version_id in (12, 9999)`)
	require.Contains(t, lines(look(t, pool))["Migrations"].Value, "1 are missing, the first of them 0012")
	require.Equal(t, []string{"Migrations"}, unwell(look(t, pool)))
}

func TestAnAppendThatWaitsIsTold(t *testing.T) {
	t.Parallel()
	pool := on(t, pgtest.URL(t))
	store, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	conn, err := pool.Acquire(t.Context())
	require.NoError(t, err)
	defer conn.Release()
	const lock = `select pg_advisory_lock(4473666, to_regclass('dcb_event')::oid::int), pg_backend_pid()`
	_, err = conn.Exec(t.Context(), lock)
	require.NoError(t, err)
	appended := make(chan error, 1)
	go func() {
		_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{dcb.NewInputEvent("A", nil, []byte(`{}`))}, dcb.Query{}, 0)
		appended <- err
	}()
	require.Eventually(t, func() bool { return len(unwell(look(t, pool))) > 0 }, time.Minute, 50*time.Millisecond)
	report := look(t, pool)
	require.Equal(t, []string{"Oldest waiting append"}, unwell(report))
	require.Regexp(t, `^1 wait, the oldest for [\d.]+m?s; session \d+ keeps the log locked$`, lines(report)["Oldest waiting append"].Value)
	_, err = conn.Exec(t.Context(), `select pg_advisory_unlock(4473666, to_regclass('dcb_event')::oid::int)`)
	require.NoError(t, err)
	require.NoError(t, <-appended)
	require.Equal(t, "none waits", lines(look(t, pool))["Oldest waiting append"].Value)
}

func TestFollowersThatAreBehindOrElsewhereAreTold(t *testing.T) {
	t.Parallel()
	pool := on(t, pgtest.URL(t))
	execute(t, pool, `insert into dcb_event (position, id, type, tags, data, append_rest, bytes)
		select n, gen_random_uuid(), 'A', '{}', '{}', 0, 2 from generate_series(1, 1001) as n`)
	require.Equal(t, []string{"Projector", "Read model"}, unwell(look(t, pool)), "nobody projects")
	require.Equal(t, "at 0, 1001 events behind", lines(look(t, pool))["Read model"].Value)
	require.Contains(t, lines(look(t, pool))["Head"].Value, "1001, event ")

	execute(t, pool, `insert into dcb_consumer (name, position, event_id, recorded_at, holder, until)
		select name, position, id, recorded_at, 'here 42 XYZ', clock_timestamp() + interval '1 hour'
		from dcb_event, (values ('readmodel'), ('mail')) as of (name) where position = 1001`)
	execute(t, pool, `update read_generation set (position, event_id, recorded_at) = (select position, id, recorded_at from dcb_event where position = 1001)`)
	report := look(t, pool)
	require.Empty(t, unwell(report))
	require.Equal(t, "here, process 42", lines(report)["Projector"].Value)
	require.Equal(t, "at 1001, 0 events behind", lines(report)["Consumer mail"].Value)

	execute(t, pool, `insert into dcb_parked (consumer, position, event_id, recorded_at, tries, error) select 'mail', position, id, recorded_at, 1, 'no' from dcb_event where position = 7`)
	require.Equal(t, []string{"Parked events"}, unwell(look(t, pool)))
	execute(t, pool, `delete from dcb_parked; delete from dcb_event where position > 1000`)
	report = look(t, pool)
	require.Equal(t, []string{"Read model", "Consumer mail"}, unwell(report))
	require.Equal(t, "at 1001, with an event that the log does not have", lines(report)["Read model"].Value)
}

func TestSettingsThatLoseDecisionsAreTold(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	pgtest.Configure(t, url, "synchronous_commit = off")
	require.Equal(t, []string{"synchronous_commit"}, unwell(look(t, on(t, url))))
}

func TestATableThatIsLockedKeepsNothingElseFromBeingSeen(t *testing.T) {
	t.Parallel()
	pool := on(t, pgtest.URL(t))
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	defer tx.Rollback(t.Context())
	_, err = tx.Exec(t.Context(), `lock table read_generation`)
	require.NoError(t, err)
	report := look(t, pool)
	require.Equal(t, "no answer within 2s", lines(report)["Read model"].Value)
	require.Contains(t, unseen(report), "Read model")
	require.Equal(t, Well, lines(report)["Head"].State)
}

func TestADatabaseThatIsAwayIsAnError(t *testing.T) {
	t.Parallel()
	pool := on(t, "postgres://nobody@127.0.0.1:1/nothing?connect_timeout=1")
	_, err := Look(t.Context(), pool, Build{})
	require.ErrorContains(t, err, "look how the database stands")
}

func TestTheTextOfAReport(t *testing.T) {
	t.Parallel()
	report := Report{
		At: time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC), Program: Build{"v1.2.3", "abc", "go1.26"},
		Sections: []Section{{"Server", []Line{
			{"Role", "primary", Well, "primary", "Promote it."},
			{"fsync", "off", Unwell, "on", "Set it to on."},
			{"Standbys", "this role may not see it", Unseen, "any", "Ask."},
		}}},
	}
	var text strings.Builder
	require.NoError(t, report.WriteText(&text))
	assert.Equal(t, `webapp v1.2.3, commit abc, go1.26
30 November 2026, 12:00:00 UTC

Server
  ok      Role: primary
          normal: primary
  LOOK    fsync: off
          normal: on
          to do: Set it to on.
  unseen  Standbys: this role may not see it
          normal: any

One line is outside its normal range.
`, text.String())
}
