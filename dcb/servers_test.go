package dcb_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbschema"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
	"go-crablet/migrations"
)

// Every connection of the pools has prepared its statements. After a migration their plans
// are stale.
func TestAppendsAndReadsGoOnAfterAMigration(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store := openStore(t, pool)
	racetest.AtOnce(4, func(i int) {
		appendAll(t, store, event("A", "x"))
		readAll(t, store, tagged("x"), dcb.ReadOptions{})
	})
	for _, migration := range []string{
		`alter table dcb_event alter column type type text collate "POSIX"`,
		`alter table dcb_event add column more text`,
		`alter table dcb_event drop column more`,
		`alter table dcb_event alter column type type text collate "C"`,
	} {
		_, err := pool.Exec(t.Context(), migration)
		require.NoError(t, err)
		appendAll(t, store, event("A", "x")) // on a connection that nobody has used since
		racetest.AtOnce(4, func(i int) {
			readAll(t, store, tagged("x"), dcb.ReadOptions{})
			appendAll(t, store, event("A", "x"))
		})
	}
	require.Len(t, readAll(t, store, tagged("x"), dcb.ReadOptions{}), 24)
}

// inSchema returns the URL of a log in a schema of its own.
func inSchema(t *testing.T, database, schema string) string {
	t.Helper()
	within, err := url.Parse(database)
	require.NoError(t, err)
	query := within.Query()
	query.Set("search_path", schema)
	within.RawQuery = query.Encode()
	pool := openPool(t, within.String())
	_, err = pool.Exec(t.Context(), `create schema `+schema)
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), dcbschema.SQL())
	require.NoError(t, err)
	return within.String()
}

// Neither waits for the other's lock, and neither is woken by the other's commits.
func TestTwoLogsInOneDatabaseHaveNothingToDoWithEachOther(t *testing.T) {
	t.Parallel()
	database := pgtest.URL(t)
	one, two := inSchema(t, database, "one"), inSchema(t, database, "two")
	storeOne, reached, release := holdInsert(t, one)
	held := send(t.Context(), storeOne, tagged("x"), event("One", "x"))
	<-reached
	require.Equal(t, result{1, nil}, <-send(t.Context(), openStore(t, openPool(t, two)), tagged("x"), event("Two", "x")))
	release()
	require.Equal(t, result{1, nil}, <-held, "it has not been waited for")

	channels := map[string]bool{}
	for _, log := range []string{one, two} {
		var channel string
		require.NoError(t, openPool(t, log).QueryRow(t.Context(), dcb.ChannelSQL).Scan(&channel))
		channels[channel] = true
	}
	require.Len(t, channels, 2)
}

// A program of a version before that rule takes the lock that all logs had together.
func TestAProgramOfAnOlderVersionIsKeptOut(t *testing.T) {
	t.Parallel()
	database := pgtest.URL(t)
	store, other := openStore(t, openPool(t, database)), openPool(t, database)
	older, err := other.Begin(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = older.Rollback(context.Background()) })
	_, err = older.Exec(t.Context(), `select pg_advisory_xact_lock(4919131752989213764)`)
	require.NoError(t, err)
	done := send(t.Context(), store, dcb.Query{}, event("A"))
	const waits = `select exists (select from pg_locks where locktype = 'advisory' and mode = 'ShareLock' and not granted
		and database = (select oid from pg_database where datname = current_database()))`
	require.Eventually(t, func() bool {
		var waiting bool
		require.NoError(t, other.QueryRow(t.Context(), waits).Scan(&waiting))
		return waiting
	}, aWhile, time.Millisecond)
	require.NoError(t, older.Rollback(t.Context()))
	require.Equal(t, result{1, nil}, <-done)
}

// openWithFullQueue opens a store whose notifications have no room. The queue has room for
// 8 GB, so a function stands in for it. It fails at the commit of a transaction that has
// notified, when and how PostgreSQL does.
func openWithFullQueue(t *testing.T) (*dcb.Store, *racetest.Hook) {
	t.Helper()
	url := pgtest.URL(t)
	admin := openPool(t, url)
	_, err := admin.Exec(t.Context(), `
		create table full_queue (is_full boolean);
		insert into full_queue values (true);
		create function pg_notify(text, text) returns void language plpgsql as
			$$ begin perform set_config('test.notified', 'yes', true); end $$;
		create function no_room() returns trigger language plpgsql as $$ begin
			if (select is_full from full_queue) and current_setting('test.notified', true) = 'yes' then
				raise exception 'too many notifications in the NOTIFY queue' using errcode = '54000';
			end if;
			return null;
		end $$;
		create constraint trigger no_room after insert on dcb_event deferrable initially deferred
			for each row execute function no_room()`)
	require.NoError(t, err)
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	hook := &racetest.Hook{}
	config.ConnConfig.Tracer = hook
	config.ConnConfig.RuntimeParams["search_path"] = "public, pg_catalog" // so that the function is found first
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return openStore(t, pool), hook
}

// Nothing of it is stored when it was turned down, so it can still be taken back.
func TestAnAppendMayBeCancelledBeforeItIsTriedAgain(t *testing.T) {
	t.Parallel()
	inOneTripAndInTwo(t, func(t *testing.T, m mode) {
		store, hook := openWithFullQueue(t)
		m.set(store)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		begun, reached, release := 0, make(chan struct{}), make(chan struct{})
		defer close(release)
		hook.Set(beforeBegin(func() {
			if begun++; begun == 2 {
				hook.Set(func(string) {})
				close(reached)
				<-release
			}
		}))
		sent := send(ctx, store, dcb.Query{}, event("A"))
		<-reached
		cancel()
		select {
		case got := <-sent:
			require.ErrorIs(t, got.err, context.Canceled)
		case <-time.After(aWhile):
			require.FailNow(t, "it is taken for sent")
		}
		release <- struct{}{}
		require.EqualValues(t, 1, appendAll(t, store, event("B")))
	})
}

func TestAppendsGoOnWhileTheQueueOfNotificationsIsFull(t *testing.T) {
	t.Parallel()
	store, _ := openWithFullQueue(t)
	follower := follow(t.Context(), t, store, dcb.AllEvents(), 0)
	for i := range int64(3) {
		require.Equal(t, result{i + 1, nil}, <-send(t.Context(), store, dcb.Query{}, event("A")))
	}
	follower.reaches(t, 3)
}

// Nobody has heard of a machine that is gone for a while: its connections say nothing.
func TestAppendsReadsAndTailsGoOnWhenTheirServerVanishes(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a quarter of a minute of waiting")
	store, safe, wire, _ := openWired(t)
	appendAll(t, store, event("Before"))
	follower := follow(t.Context(), t, store, dcb.AllEvents(), 0)
	follower.reaches(t, 1)
	wire.vanish()
	began := time.Now()
	e := event("After", "x")
	var got result
	for attempt := 0; ; attempt++ {
		if got = <-send(t.Context(), store, tagged("x"), e); got.err == nil {
			break
		}
	}
	took := time.Since(began)
	t.Logf("stored %.1f s after the loss", took.Seconds())
	require.Less(t, took, 30*time.Second, "twice what is promised, for a busy machine")
	require.Len(t, readAll(t, safe, tagged("x"), dcb.ReadOptions{}), 1)
	require.Len(t, readAll(t, store, tagged("x"), dcb.ReadOptions{}), 1)
	follower.reaches(t, got.position)
	last := appendAll(t, safe, event("Later"))
	follower.reaches(t, last)
}

// The connection that listens is silent, like one to a machine that is gone. A tail would
// be a second late from then on.
func TestAListeningConnectionThatIsDeadIsReplaced(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a quarter of a minute of waiting")
	url := pgtest.URL(t)
	store, safe, wire, hook := openWiredAt(t, url, "read committed")
	listening := make(chan struct{}, 8)
	hook.Set(func(sql string) {
		if strings.HasPrefix(sql, "listen") {
			listening <- struct{}{}
		}
	})
	follower := follow(t.Context(), t, store, dcb.AllEvents(), 0)
	<-listening
	listens(t, openPool(t, url)) // not only asked to
	wire.vanish()
	select {
	case <-listening:
	case <-time.After(30 * time.Second):
		require.Fail(t, "it still listens to a dead connection")
	}
	follower.reaches(t, appendAll(t, safe, event("A")))
}

// A database is moved to another machine, and its libraries sort text in another order than
// those that have built the indexes. Here German and Swedish stand for two versions: the one
// has ö near o, and the other behind z.
func TestTagsAreFoundWhateverTheDatabaseTakesForOrder(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t, "template template0 encoding 'UTF8' locale 'C' locale_provider icu icu_locale 'de'")
	_, err := migrations.Apply(t.Context(), url, nil)
	require.NoError(t, err)
	store := openStore(t, openPool(t, url))
	var seats []dcb.InputEvent
	for _, row := range []string{"a", "å", "ä", "b", "o", "ö", "p", "v", "w", "y", "ü", "z"} {
		for n := range 30 {
			seats = append(seats, event("Taken", dcb.Tag(fmt.Sprint("seat:", row, n))))
		}
	}
	appendAll(t, store, seats...)
	store.Close()

	admin, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	_, err = admin.Exec(t.Context(), `do $$ begin
		if current_setting('server_version_num')::int < 170000 then
			update pg_database set daticulocale = 'sv' where datname = current_database();
		else
			update pg_database set datlocale = 'sv' where datname = current_database();
		end if;
	end $$`)
	require.NoError(t, err)
	require.NoError(t, admin.Close(t.Context()))

	pool := openPool(t, url)
	moved := openStore(t, pool)
	var after bool
	require.NoError(t, pool.QueryRow(t.Context(), `select 'ö' > 'z'`).Scan(&after))
	require.True(t, after, "the order is another one")
	takenTwice := 0
	for _, seat := range seats {
		_, err := moved.AppendEvents(t.Context(), []dcb.InputEvent{event("Taken", seat.Tags...)}, tagged(seat.Tags...), 0)
		if err == nil {
			takenTwice++
			continue
		}
		require.ErrorIs(t, err, dcb.ErrConflict)
	}
	require.Zero(t, takenTwice, "of %d seats", len(seats))
}

func TestNewEventStoreSaysWhichMigrationIsMissing(t *testing.T) {
	t.Parallel()
	for undo, missing := range map[string]string{
		`drop table dcb_event, dcb_event_tag`:                                  "0001_dcb.sql",
		`alter table dcb_event drop column append_rest`:                        "0006_dcb_append.sql",
		`alter table dcb_event_tag alter column tag type text collate "POSIX"`: "0008_dcb_collation.sql",
		`alter table dcb_event drop column metadata`:                           "0014_dcb_metadata.sql",
	} {
		pool := pgtest.New(t)
		_, err := pool.Exec(t.Context(), undo)
		require.NoError(t, err)
		_, err = dcb.NewEventStore(t.Context(), pool)
		require.ErrorContains(t, err, fmt.Sprintf("apply %s of package dcbschema", missing))
	}
}
