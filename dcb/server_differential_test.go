package dcb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// The server of the simulation stands for PostgreSQL. So both get the statements that a store
// sends, in 200 random histories, in a usual run 90, and have to give the same answers: rows, command tags and errors.
func TestTheSimulatedServerAnswersAsPostgreSQLDoes(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	url := pgtest.URL(t)
	real, other, clean := connect(t, url), connect(t, url), connect(t, url)
	seen := map[string]int{}
	for range effort.Times(90, 200) {
		seed := rand.Uint64()
		_, err := clean.Exec(t.Context(), `truncate dcb_event, dcb_event_tag`)
		require.NoError(t, err)
		want := converse(t.Context(), seed, real, other)
		var got []string
		synctest.Test(t, func(t *testing.T) {
			server := newSimServer(simWeather{seed: seed})
			conn, other := server.connect(t), server.connect(t)
			got = converse(t.Context(), seed, conn, other)
			require.NoError(t, errors.Join(conn.Close(t.Context()), other.Close(t.Context())))
		})
		for i, line := range want {
			require.Equal(t, line, got[i], "answer %d of seed %d", i, seed)
			said, _, _ := strings.Cut(line, " |")
			seen[said]++
		}
		require.Len(t, got, len(want))
	}
	t.Log(seen)
	for _, said := range []string{
		"stores if nobody is in the way: INSERT 0 0", "stores if nobody is in the way: INSERT 0 2", "stores if nobody is in the way: 23505 dcb_event_id_is_unique",
		"stores behind the head: INSERT 0 2", "stores behind the head: 23505 dcb_event_id_is_unique", "stores behind the head: 23505 dcb_event_pkey",
		"commit: COMMIT", "commit: ROLLBACK", "rollback: ROLLBACK", "reads: SELECT 1", "reads: SELECT 2", "reads backwards: SELECT 2", "looks events up: SELECT 2",
	} {
		require.Positive(t, seen[said], "%s: histories without it prove nothing about it", said)
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func (s *simServer) connect(t *testing.T) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig("postgres://somebody:@192.0.2.1:5432/log?sslmode=disable")
	require.NoError(t, err)
	config.DialFunc = s.dial
	conn, err := pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	return conn
}

// A conversation is what a client says to a server, by a seed, and what the server answers.
type conversation struct {
	ctx    context.Context
	random *rand.Rand
	conn   *pgx.Conn
	log    []Event // as far as the client knows
	said   []string
}

// converse sends the statements of some calls, and returns the answers. other is a second
// connection.
func converse(ctx context.Context, seed uint64, conn, other *pgx.Conn) []string {
	c := &conversation{ctx: ctx, random: rand.New(rand.NewPCG(seed, 0)), conn: conn}
	for range 15 {
		switch c.random.IntN(6) {
		case 0:
			c.appendInTwoTrips()
		case 1, 2:
			c.appendInOneTrip(other)
		case 3, 4:
			c.read()
		default:
			c.lookUp()
		}
	}
	return c.said
}

// A saying is a statement with its parameters.
type saying struct {
	sql  string
	args []any
}

func say(sql string, args ...any) saying { return saying{sql, args} }

// send sends statements in one round trip, and notes the answers up to the first error. It
// returns the rows of the last one.
func (c *conversation) send(sayings ...saying) (last [][]any) {
	var batch pgx.Batch
	for _, s := range sayings {
		batch.Queue(s.sql, s.args...)
	}
	results := c.conn.SendBatch(c.ctx, &batch)
	defer results.Close()
	for _, s := range sayings {
		rows, _ := results.Query() // CollectRows returns the error
		all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
		name := simNames[s.sql]
		if isOfTransaction(s.sql) {
			name = strings.Fields(s.sql)[0]
		}
		if err != nil {
			refusal, ok := errors.AsType[*pgconn.PgError](err)
			if !ok {
				refusal = &pgconn.PgError{Code: err.Error()}
			}
			c.note(name, strings.TrimSpace(refusal.Code+" "+refusal.ConstraintName), nil)
			return nil
		}
		// What is set and locked returns rows that nobody looks at.
		if isOfTransaction(s.sql) || !slices.Contains([]string{setPlan, setBounds, takeLock, takeLockIfFree}, s.sql) {
			c.note(name, rows.CommandTag().String(), c.comparable(s.sql, all))
		}
		last = all
	}
	return last
}

func (c *conversation) note(statement, answer string, rows [][]any) {
	c.said = append(c.said, fmt.Sprintf("%s: %s | %v", statement, answer, rows))
}

// comparable returns rows without the times, which differ from server to server: only
// whether they are those of their events. What has no order is put into one.
func (c *conversation) comparable(sql string, rows [][]any) [][]any {
	var told [][]any
	isOf := func(at, position any) any {
		p := position.(int64)
		if at == nil || p == 0 {
			return "nothing's"
		}
		return p <= int64(len(c.log)) && c.log[p-1].RecordedAt.Equal(at.(time.Time))
	}
	for _, row := range rows {
		row = slices.Clone(row)
		switch sql {
		case readSQL, readBackwardsSQL:
			row[2], row[13] = isOf(row[2], row[0]), isOf(row[13], row[5])
			if queries, ok := row[4].([]any); ok {
				slices.SortFunc(queries, func(a, b any) int { return int(a.(int32) - b.(int32)) })
				row[4] = slices.Compact(queries) // one that asks for a type twice is named twice
			}
		case lookUpSQL:
			row[2] = isOf(row[2], row[1])
		case appendSQL, oneTripSQL:
			row = row[:1]
		}
		told = append(told, row)
	}
	if sql == lookUpSQL {
		slices.SortFunc(told, func(a, b []any) int { return int(a[0].(int64) - b[0].(int64)) })
	}
	return told
}

// requests makes up to two requests. Some have the ID of an event that is stored.
func (c *conversation) requests() (batch []*request) {
	for range 1 + c.random.IntN(2) {
		var events []InputEvent
		for range 1 + c.random.IntN(2) {
			e := InputEvent{
				ID:   fmt.Sprintf("%08x-0000-7000-8000-%012x", c.random.Uint32(), c.random.Uint32()),
				Type: typesToDraw[c.random.IntN(3)], Tags: draw(c.random, tagsToDraw, 3), Data: fmt.Appendf(nil, `{"n": %d}`, c.random.IntN(1000)),
				CausationID: []string{"", "cause"}[c.random.IntN(2)],
			}
			if len(c.log) > 0 && c.random.IntN(12) == 0 {
				e.ID = c.log[c.random.IntN(len(c.log))].ID
			}
			events = append(events, e)
		}
		r := &request{}
		query, known := randomQuery(c.random), c.checkpoint()
		if c.random.IntN(2) == 0 {
			query = Query{}
		}
		ctx := c.ctx
		if c.random.IntN(2) == 0 {
			ctx = WithMetadata(ctx, "by", "ada")
		}
		r.fill(ctx, events, query, known)
		batch = append(batch, r)
	}
	return batch
}

// checkpoint makes a checkpoint that is of the log, or no more than a position, or wrong.
func (c *conversation) checkpoint() Checkpoint {
	if len(c.log) == 0 || c.random.IntN(6) == 0 {
		return At(c.random.Int64N(int64(len(c.log)) + 2))
	}
	known := c.log[c.random.IntN(len(c.log))].Checkpoint()
	switch c.random.IntN(12) {
	case 0:
		known.RecordedAt = known.RecordedAt.Add(time.Second)
	case 1:
		known.EventID = "00000000-0000-7000-8000-000000000000"
	case 2:
		known.Position++
	}
	return known
}

// stored takes note of what a server says that it has stored.
func (c *conversation) stored(events []*Event, rows [][]any) {
	for i, row := range rows {
		events[i].Position, events[i].RecordedAt = row[0].(int64), row[1].(time.Time)
		c.log = append(c.log, *events[i])
	}
}

// appendInTwoTrips appends whatever the check says, and now and then not behind the head.
func (c *conversation) appendInTwoTrips() {
	batch := c.requests()
	questions, known := asked(batch)
	most := bounds{events: 1 + c.random.IntN(4), bytes: c.random.IntN(200)}
	checked := c.send(say(begin), say(setPlan), say(setBounds), say(takeLock), say(readSQL, asSQL(questions, toTheEnd, most, named(known...))...))
	head := checked[0][0].(int64)
	if head > 0 && c.random.IntN(8) == 0 {
		head--
	}
	verdicts, accepted := allAccepted(batch)
	insert := say(appendSQL, append(toStore(verdicts, c.random.IntN(2) == 0), head)...)
	switch c.random.IntN(8) {
	case 0:
		c.send(say(rollback))
	case 1: // the transaction ends by itself if it has failed
		c.send(insert)
		c.send(say(rollback))
	case 2:
		rows := c.send(insert)
		c.send(say(commit))
		c.stored(accepted, rows)
	default:
		rows := c.send(insert)
		if rows == nil {
			c.send(say(rollback))
			return
		}
		c.send(say(commit))
		c.stored(accepted, rows)
	}
}

// appendInOneTrip appends if nothing is in the way. The other connection may have the lock.
func (c *conversation) appendInOneTrip(other *pgx.Conn) {
	if c.random.IntN(6) == 0 {
		var lock pgx.Batch
		lock.Queue(begin)
		lock.Queue(takeLock)
		c.note("somebody else", fmt.Sprint(other.SendBatch(c.ctx, &lock).Close()), nil)
		defer func() {
			_, err := other.Exec(c.ctx, rollback)
			c.note("somebody else", fmt.Sprint(err), nil)
		}()
	}
	batch := c.requests()
	verdicts, accepted := allAccepted(batch)
	before := len(c.said)
	rows := c.send(say(begin), say(setPlan), say(setBounds), say(takeLockIfFree), say(oneTripSQL, slices.Concat(guard(batch), toStore(verdicts, true))...))
	if len(c.said) > before && strings.Contains(c.said[len(c.said)-1], "INSERT") {
		c.send(say(commit))
		c.stored(accepted, rows)
		return
	}
	c.send(say([]string{commit, rollback}[c.random.IntN(2)])) // of what has failed
}

// read reads as reads and decisions do.
func (c *conversation) read() {
	var questions []question
	var known []Checkpoint
	for range 1 + c.random.IntN(3) {
		questions = append(questions, question{randomQuery(c.random), c.random.Int64N(int64(len(c.log)) + 2)})
		known = append(known, c.checkpoint())
	}
	upTo := toTheEnd
	if c.random.IntN(3) == 0 {
		upTo = c.random.Int64N(int64(len(c.log)) + 2)
	}
	most := bounds{events: 1 + c.random.IntN(6), bytes: c.random.IntN(300), whole: c.random.IntN(2)}
	sql := []string{readSQL, readBackwardsSQL}[c.random.IntN(2)]
	c.send(say(setPlan), say(sql, asSQL(questions, upTo, most, named(known...))...))
}

// lookUp looks for stored events by their IDs, for some of them with other content.
func (c *conversation) lookUp() {
	r := &request{}
	for range 1 + c.random.IntN(3) {
		e := Event{ID: "00000000-0000-7000-8000-000000000000", Type: "A", Data: []byte(`{}`)}
		if len(c.log) > 0 {
			e = c.log[c.random.IntN(len(c.log))]
		}
		switch c.random.IntN(6) {
		case 0:
			e.Type = typesToDraw[c.random.IntN(3)]
		case 1:
			e.Tags = append(slices.Clone(e.Tags), tagsToDraw[c.random.IntN(4)])
		case 2:
			e.Data = []byte(`{"n":1}`)
		case 3:
			slices.Reverse(e.Tags)
		}
		r.events = append(r.events, e)
	}
	var look pgx.Batch
	queueLookUp(&look, []*request{r})
	c.send(say(begin), say(look.QueuedQueries[0].SQL, look.QueuedQueries[0].Arguments...), say(waitForStandby), say(commit))
}
