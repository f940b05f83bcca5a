package dcb

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// BenchmarkClock measures what it would cost to ask for the time between the insert and the commit:
// transactions of appends with one more statement and without take turns. It counts the processor
// time of the server's process, which Linux tells to the nanosecond, so it means something on a busy machine.
//
//	go test -run '^$' -bench Clock -benchtime 2000x ./dcb
func BenchmarkClock(b *testing.B) {
	conn, err := pgx.Connect(b.Context(), pgtest.Durable(b))
	require.NoError(b, err)
	var used [2][]time.Duration // without the time and with it
	for n := range 2 * b.N {
		asks := n % 2
		r := &request{}
		r.fill(b.Context(), []InputEvent{{Type: "SeatTaken", Tags: []Tag{"room:blue", Tag(fmt.Sprint("seat:", n))}, Data: []byte(`{}`)}}, Query{}, Checkpoint{})
		verdicts, _ := allAccepted([]*request{r})
		trip := tripOf(begin, setPlan, setBounds, takeLock)
		trip.Queue(appendSQL, append(toStore(verdicts, false), n)...)
		if asks == 1 {
			trip.Queue(`select clock_timestamp() - now()`)
		}
		trip.Queue(commit)
		before := serverTime(b, conn)
		require.NoError(b, conn.SendBatch(b.Context(), trip).Close())
		used[asks] = append(used[asks], serverTime(b, conn)-before)
	}
	for asks, name := range []string{"µs-server", "µs-server-with-time"} {
		slices.Sort(used[asks])
		b.ReportMetric(float64(used[asks][b.N/2].Nanoseconds())/1e3, name)
	}
	b.ReportMetric(0, "ns/op")
}

// serverTime returns how much time of processors the process at the other end of a connection has used.
func serverTime(b *testing.B, conn *pgx.Conn) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", conn.PgConn().PID()))
	require.NoError(b, err)
	used, err := strconv.ParseInt(strings.Fields(string(text))[0], 10, 64)
	require.NoError(b, err)
	return time.Duration(used)
}
