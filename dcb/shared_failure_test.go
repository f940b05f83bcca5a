package dcb

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
	"go-crablet/migrations"
)

// One of those who share a statement asks for something that takes the server a minute. The
// server ends the statement, and the others have their answers.
func TestAReadThatTakesLongTakesNoOtherOneDown(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	takeSeats(t, store, 1)
	store.sharedReads().most = 1
	ask := store.sharedReads().ask
	alone := make(chan string, 1) // gets the settings
	store.sharedReads().ask = func(ctx context.Context, settings string, questions []question, known []Checkpoint) (found, error) {
		takesLong := func(q question) bool { return q.query.Items()[0].Tags[0] == "takes long" }
		if !slices.ContainsFunc(questions, takesLong) {
			return ask(ctx, settings, questions, known)
		}
		if len(questions) == 1 {
			alone <- settings
		}
		return found{}, store.queryWith(ctx, settings, `select pg_sleep(60)`, nil, func(results pgx.BatchResults) error {
			_, err := results.Exec()
			return err
		})
	}
	h := holdReads(store)
	first := readInBackground(t.Context(), store, NewQuery(Tags{"elsewhere"}))
	<-h.sent
	impatient, cancel := context.WithCancel(t.Context())
	slow := readInBackground(impatient, store, NewQuery(Tags{"takes long"}))
	waitForReads(t, store, 1)
	quick := readInBackground(t.Context(), store, NewQuery(Tags{"room"}))
	waitForReads(t, store, 2)
	close(h.release)
	require.NoError(t, (<-first).err)
	require.Equal(t, answerOfARead{[]int64{1}, nil}, <-quick)
	require.Equal(t, setPlan, <-alone, "it has all the time that it needs")
	cancel()
	require.ErrorIs(t, (<-slow).err, context.Canceled, "it was still being asked for")
}

// The server has no time for anything. Those who are asked for alone do not all ask at once,
// or there would be no connection left for appends.
func TestReadsThatAreAskedForAloneTakeTurns(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	store.sharedReads().most = 1
	var mu sync.Mutex
	var now, most, alone int
	ask := store.sharedReads().ask
	store.sharedReads().ask = func(ctx context.Context, settings string, questions []question, known []Checkpoint) (found, error) {
		if len(questions) > 1 {
			return found{}, &pgconn.PgError{Code: "57014", SeverityUnlocalized: "ERROR"}
		}
		mu.Lock()
		now, alone = now+1, alone+1
		most = max(most, now)
		mu.Unlock()
		defer func() {
			mu.Lock()
			defer mu.Unlock()
			now--
		}()
		return ask(ctx, settings, questions, known)
	}
	h := holdReads(store)
	first := readInBackground(t.Context(), store, NewQuery(Tags{"elsewhere"}))
	<-h.sent
	var others []<-chan answerOfARead
	for i := range mostReadsAtOnce {
		others = append(others, readInBackground(t.Context(), store, NewQuery(Tags{Tag(fmt.Sprint("room:", i))})))
		waitForReads(t, store, i+1)
	}
	close(h.release)
	require.NoError(t, (<-first).err)
	for _, other := range others {
		require.NoError(t, (<-other).err)
	}
	require.Equal(t, 1+mostReadsAtOnce, alone)
	require.LessOrEqual(t, most, cap(store.sharedReads().alone))
}

// A shorter time limit that the caller has set stays in force.
func TestAStatementOfSeveralReadsHasLittleTime(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	for theirs, want := range map[string]string{"0": "2s", "300ms": "300ms", "2s": "2s", "1min": "2s"} {
		tx, err := pool.Begin(t.Context())
		require.NoError(t, err)
		for _, sql := range []string{`set local intervalstyle = 'sql_standard'`, `set local statement_timeout = '` + theirs + `'`, setPlanAndTime} {
			_, err = tx.Exec(t.Context(), sql)
			require.NoError(t, err)
		}
		var limit string
		require.NoError(t, tx.QueryRow(t.Context(), `show statement_timeout`).Scan(&limit))
		require.NoError(t, tx.Rollback(t.Context()))
		require.Equal(t, want, limit, theirs)
	}
}

func TestAReadThatIsCancelledLeavesTheStatementToTheOthers(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	store.sharedReads().most = 1
	h := holdReads(store)
	first := readInBackground(t.Context(), store, Query{})
	<-h.sent
	impatient, cancel := context.WithCancel(t.Context())
	one := readInBackground(impatient, store, NewQuery(Tags{"room"}))
	two := readInBackground(t.Context(), store, NewQuery(Tags{"room"}))
	three := readInBackground(impatient, store, NewQuery(Tags{"elsewhere"}))
	waitForReads(t, store, 3)
	h.release <- struct{}{}
	require.NoError(t, (<-first).err)
	require.Equal(t, 2, <-h.sent)
	cancel()
	require.ErrorIs(t, (<-one).err, context.Canceled, "and at once")
	require.ErrorIs(t, (<-three).err, context.Canceled)
	select {
	case answer := <-two:
		require.FailNow(t, "the statement is still held", answer)
	default:
	}
	h.release <- struct{}{}
	require.NoError(t, (<-two).err)
}

// Nobody waits for the statement any more, so it ends, and its connection is free.
func TestAStatementEndsWhenAllItsReadsAreCancelled(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	store.sharedReads().most = 1
	h := holdReads(store)
	impatient, cancel := context.WithCancel(t.Context())
	first := readInBackground(impatient, store, NewQuery(Tags{"room"}))
	<-h.sent
	waiting := readInBackground(impatient, store, NewQuery(Tags{"another"}))
	waitForReads(t, store, 1)
	cancel()
	require.ErrorIs(t, (<-first).err, context.Canceled)
	require.ErrorIs(t, (<-waiting).err, context.Canceled)
	next := readInBackground(t.Context(), store, NewQuery(Tags{"room"}))
	require.Equal(t, 1, <-h.sent, "the one that waited is never asked for")
	close(h.release)
	require.NoError(t, (<-next).err)
	require.Empty(t, h.sent)
}

// The server does not accept connections. Those who wait together are told together.
func TestAnOutageReachesAllWhoShareAStatement(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	line := pgtest.NewLine(t, url)
	pool, err := pgxpool.New(t.Context(), line.URL)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := openWith(t, pool, defaultMemory)
	store.sharedReads().most = 1
	h := holdReads(store)
	first := readInBackground(t.Context(), store, NewQuery(Tags{"room"}))
	<-h.sent
	var others []<-chan answerOfARead
	for i := range mostReadsAtOnce {
		others = append(others, readInBackground(t.Context(), store, NewQuery(Tags{Tag(fmt.Sprint("room:", i))})))
	}
	waitForReads(t, store, mostReadsAtOnce)
	line.Cut()
	close(h.release)
	require.Error(t, (<-first).err)
	for _, other := range others {
		require.ErrorContains(t, (<-other).err, "read events: ")
	}
	require.Equal(t, mostReadsAtOnce, <-h.sent)
	require.Empty(t, h.sent, "nobody asks for himself")

	line.Restore()
	_, _, err = readShared(t.Context(), store, NewQuery(Tags{"room"}))
	require.NoError(t, err)
}

// A database in an encoding that can't hold every text turns a whole statement down. The
// others who share it get their answers.
func TestAReadThatFailsTakesNoOtherOneDown(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t, "encoding 'LATIN1' template template0 locale 'C'")
	_, err := migrations.Apply(t.Context(), url, nil)
	require.NoError(t, err)
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	config.ConnConfig.RuntimeParams["client_encoding"] = "UTF8"
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := openWith(t, pool, defaultMemory)
	takeSeats(t, store, 1)
	store.sharedReads().most = 1
	h := holdReads(store)
	first := readInBackground(t.Context(), store, Query{})
	<-h.sent
	var others []<-chan answerOfARead
	for _, tag := range []Tag{"room", "日本", "room", "elsewhere"} {
		others = append(others, readInBackground(t.Context(), store, NewQuery(Tags{tag})))
		waitForReads(t, store, len(others))
	}
	close(h.release)
	require.NoError(t, (<-first).err)
	require.Equal(t, answerOfARead{[]int64{1}, nil}, <-others[0])
	require.ErrorContains(t, (<-others[1]).err, `has no equivalent in encoding "LATIN1"`)
	require.Equal(t, answerOfARead{[]int64{1}, nil}, <-others[2])
	require.Equal(t, answerOfARead{nil, nil}, <-others[3])
}

// A failed requirement of a test ends the goroutine that runs a hook of the pool. That is
// no reason for anybody to wait for ever.
func TestAHookThatEndsItsGoroutineEndsTheRead(t *testing.T) {
	t.Parallel()
	store := openWith(t, pgtest.New(t), defaultMemory)
	store.sharedReads().most = 1
	ask := store.sharedReads().ask
	store.sharedReads().ask = func(context.Context, string, []question, []Checkpoint) (found, error) {
		store.sharedReads().ask = ask
		runtime.Goexit()
		return found{}, nil
	}
	answer := <-readInBackground(t.Context(), store, NewQuery(Tags{"room"}))
	require.ErrorContains(t, answer.err, "a hook of the connection pool has ended this")
	require.NoError(t, (<-readInBackground(t.Context(), store, NewQuery(Tags{"room"}))).err)
}

// A read that remembers another history of the log is asked for again from the beginning, whether
// its statement was shared or not.
func TestAReadThatRemembersAnotherHistoryIsAskedForAgain(t *testing.T) {
	t.Parallel()
	lost, head := upTo(5), upTo(9)
	for name, most := range map[string]int{"with the others": 2, "alone": 1} {
		r := &sharedReads{memory: newMemory(1 << 20), alone: make(chan struct{}, 1)}
		r.memory.extend(keyOf(1), nothing, someEvents(5, 1), lost)
		r.ask = func(_ context.Context, settings string, questions []question, known []Checkpoint) (found, error) {
			if len(questions) > 1 {
				assert.Equal(t, setPlanAndTime, settings, "a statement of several reads has little time")
			} else {
				assert.Equal(t, setPlan, settings)
			}
			if len(questions) > most {
				return found{}, &pgconn.PgError{Code: "57014", SeverityUnlocalized: "ERROR"}
			}
			answer := found{head: head, unlike: slices.DeleteFunc(named(known...), func(c Checkpoint) bool { return c != lost })}
			for _, q := range questions {
				answer.events = append(answer.events, someEvents(2, q.after+1))
			}
			return answer, nil
		}
		var batch []*sharedRead
		for n := range 2 {
			item := QueryItem{Tags: Tags{Tag(fmt.Sprint("item:", n))}}
			batch = append(batch, &sharedRead{ctx: t.Context(), items: []QueryItem{item}, keys: []itemKey{item.key()}, answered: make(chan struct{})})
		}
		r.answerAll(batch)
		for _, read := range batch {
			<-read.answered
			require.NoError(t, read.err, name)
			require.Equal(t, head.Position, read.upTo, name)
			require.Equal(t, unshared(someEvents(2, 1)), unshared(read.events), name)
		}
	}
}
