package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

// BenchmarkClick posts forms and follows the redirect, as browsers do: each client is a
// student who takes a seat and gives it back. It reports the processor time of a click, in
// PostgreSQL and in this process (the application and the clients), and its round trips to
// the database:
//
//	go test -run '^$' -bench Click -benchtime 5000x ./web
func BenchmarkClick(b *testing.B) {
	config, err := pgxpool.ParseConfig(pgtest.Durable(b))
	require.NoError(b, err)
	config.MaxConns = 32
	trips := &tripCounter{}
	config.ConnConfig.Tracer = trips
	pool, err := pgxpool.NewWithConfig(b.Context(), config)
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	a := &app{t: b, pool: pool}
	a.start()
	a.server = httptest.NewServer(a.handler) // without the tests' traces
	b.Cleanup(a.server.Close)
	students := a.clickers(b, 64)
	server := postgresProcess(b, pool)
	for _, clients := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			tripsBefore, ours, theirs, began := trips.n.Load(), cpuOfThisProcess(b), server.cpu(), time.Now()
			b.ResetTimer()
			took := clickAtOnce(b, students[:clients])
			b.StopTimer()
			slices.Sort(took)
			clicks := float64(len(took))
			milliseconds := func(d time.Duration) float64 { return d.Seconds() * 1000 }
			b.ReportMetric(clicks/time.Since(began).Seconds(), "clicks/s")
			b.ReportMetric(milliseconds(took[len(took)/2]), "p50-ms")
			b.ReportMetric(milliseconds(took[len(took)*99/100]), "p99-ms")
			b.ReportMetric(milliseconds(cpuOfThisProcess(b)-ours)/clicks, "cpu-ms")
			b.ReportMetric(milliseconds(server.cpu()-theirs)/clicks, "postgres-cpu-ms")
			b.ReportMetric(float64(trips.n.Load()-tripsBefore)/clicks, "trips")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// clickers returns n students, each with a course for the clicks of that student.
func (a *app) clickers(b *testing.B, n int) (students []visitor) {
	b.Helper()
	for i := range n {
		id := courses.StudentID("s" + strconv.Itoa(i))
		require.NoError(b, courses.DefineCourse{Course: hall(i), Title: "Hall " + strconv.Itoa(i), Capacity: 60}.Decide(b.Context(), a.store))
		require.NoError(b, courses.RegisterStudent{Student: id, Name: sealed.Text(string(id))}.Decide(b.Context(), a.store))
	}
	a.awaitPages()
	for i := range n {
		v := a.as("s" + strconv.Itoa(i))
		v.client.CheckRedirect = nil
		v.client.Transport = &http.Transport{}
		students = append(students, v)
	}
	return students
}

// clickAtOnce lets the students click b.N times together, and returns how long each click took.
func clickAtOnce(b *testing.B, students []visitor) (took []time.Duration) {
	var left atomic.Int64
	left.Store(int64(b.N))
	var clicking sync.WaitGroup
	var mu sync.Mutex
	for i, student := range students {
		clicking.Go(func() {
			mine := student.clicks(b, i, &left)
			mu.Lock()
			defer mu.Unlock()
			took = append(took, mine...)
		})
	}
	clicking.Wait()
	return took
}

// clicks takes the i-th student's seat and gives it back in turn, while clicks are left.
func (v visitor) clicks(b *testing.B, i int, left *atomic.Int64) (took []time.Duration) {
	subscriptions := "/courses/" + string(hall(i)) + "/subscriptions"
	for n := 0; left.Add(-1) >= 0; n++ {
		path := subscriptions
		if n%2 == 1 {
			path += "/s" + strconv.Itoa(i) + "/delete"
		}
		began := time.Now()
		if got := v.post(path, "student", "s"+strconv.Itoa(i)); got.status != http.StatusOK {
			b.Errorf("%s: %d %s", path, got.status, got.text())
			return nil
		}
		took = append(took, time.Since(began))
	}
	if len(took)%2 == 1 { // leaves no seat taken for the next run
		v.post(subscriptions + "/s" + strconv.Itoa(i) + "/delete")
	}
	return took
}

// A tripCounter counts round trips to the database.
type tripCounter struct{ n atomic.Int64 }

func (c *tripCounter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.n.Add(1)
	return ctx
}

func (c *tripCounter) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	c.n.Add(1)
	return ctx
}

func (*tripCounter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData)     {}
func (*tripCounter) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (*tripCounter) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

func cpuOfThisProcess(b *testing.B) time.Duration {
	var used syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// A postmaster is the process that started all other processes of a PostgreSQL server.
type postmaster struct{ pid string }

func postgresProcess(b *testing.B, pool *pgxpool.Pool) postmaster {
	b.Helper()
	var file string
	require.NoError(b, pool.QueryRow(b.Context(), `select pg_read_file('postmaster.pid')`).Scan(&file))
	pid, _, _ := strings.Cut(file, "\n")
	return postmaster{pid}
}

// cpu returns the processor time of the server's living processes, or 0 where the system does
// not say.
func (p postmaster) cpu() (used time.Duration) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, stat := range stats {
		text, _ := os.ReadFile(stat) // it may have ended
		_, behindName, _ := strings.Cut(string(text), ") ")
		fields := strings.Fields(behindName) // from the third on, as proc(5) counts them
		if len(fields) < 13 || fields[1] != p.pid {
			continue
		}
		for _, ticks := range fields[11:13] {
			n, _ := strconv.ParseInt(ticks, 10, 64)
			used += time.Duration(n) * 10 * time.Millisecond
		}
	}
	return used
}
