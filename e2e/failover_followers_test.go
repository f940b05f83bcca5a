//go:build linux || darwin

package e2e

import (
	"bufio"
	"context"
	"errors"
	"html"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A follower follows the log by a tail. When it is told that the log has another history
// it forgets what the two do not have in common, and goes on from there.
type follower struct {
	store *dcb.Store

	mu     sync.Mutex
	seen   []dcb.Event
	parted []int64 // where each other history parts from the one before
}

func startFollower(t testing.TB, url string) *follower {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	config.ConnConfig.ConnectTimeout = 3 * time.Second // as the program has it
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	store, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	f := &follower{store: store}
	ctx, cancel := context.WithCancel(context.Background())
	var following sync.WaitGroup
	following.Go(func() {
		for after := (dcb.Checkpoint{}); ctx.Err() == nil; {
			after = f.follow(ctx, after)
		}
	})
	t.Cleanup(func() {
		cancel()
		following.Wait()
		store.Close()
		pool.Close()
	})
	return f
}

// follow returns when the log has another history, and up to where it is the same.
func (f *follower) follow(ctx context.Context, after dcb.Checkpoint) (same dcb.Checkpoint) {
	for progress, err := range f.store.Tail(ctx, dcb.AllEvents(), after) {
		other, differs := errors.AsType[*dcb.OtherHistoryError](err)
		f.mu.Lock()
		if differs {
			f.seen = f.seen[:other.Same.Position:other.Same.Position]
			f.parted = append(f.parted, other.Same.Position)
		}
		f.seen = append(f.seen, progress.Events...)
		f.mu.Unlock()
		if differs {
			return other.Same
		}
	}
	return after // the context is done
}

func (f *follower) saw() (seen []dcb.Event, parted []int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen, f.parted
}

// endsAt requires that the follower comes to have seen a log, and nothing else.
func (f *follower) endsAt(t testing.TB, log []dcb.Event) {
	t.Helper()
	same := assert.Eventually(t, func() bool {
		seen, _ := f.saw()
		return len(seen) == len(log) && fork(seen, log) == len(log)
	}, followed, often, "the tail has seen the log")
	seen, parted := f.saw()
	if !same {
		t.Errorf("the tail saw %d events, and the log has %d; they part behind %d", len(seen), len(log), fork(seen, log))
	}
	t.Logf("the tail was told of other histories, the same up to %d", parted)
}

const (
	followed = 20 * time.Second // how long a follower may need to come to the end
	often    = 20 * time.Millisecond
)

// A watcher looks at a page as a browser does: it hears the news, fetches the page again
// when it is invited to, and comes back when the connection is lost.
type watcher struct {
	app  *process
	page string // its address
	live string // the address of its news

	mu    sync.Mutex
	shows string
}

var (
	newsOf    = regexp.MustCompile(`data-news="([^"]+)"`)
	keyOf     = regexp.MustCompile(`name="request" value="([^"]+)"`)
	refetchOf = regexp.MustCompile(`id="refetch" hx-get="([^"]+)"`)
)

func startWatcher(t testing.TB, app *process, page string) *watcher {
	t.Helper()
	first := get(t, app.url+page)
	news, refetch := newsOf.FindStringSubmatch(first), refetchOf.FindStringSubmatch(first)
	require.NotNil(t, news)
	require.NotNil(t, refetch)
	w := &watcher{app: app, page: app.url + html.UnescapeString(refetch[1]), live: app.url + html.UnescapeString(news[1])}
	ctx, cancel := context.WithCancel(context.Background())
	var watching sync.WaitGroup
	watching.Go(func() {
		for ctx.Err() == nil {
			w.watch(ctx)
			time.Sleep(100 * time.Millisecond)
		}
	})
	t.Cleanup(func() {
		cancel()
		watching.Wait()
	})
	return w
}

// watch returns when the connection is lost. While the page is fetched, or was just now,
// one invitation is as good as many.
func (w *watcher) watch(ctx context.Context) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, w.live, nil)
	if err != nil {
		return
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return
	}
	defer answer.Body.Close()
	invited := make(chan struct{}, 1)
	var fetching sync.WaitGroup
	fetching.Go(func() {
		for range invited {
			if shows, ok := w.fetch(ctx); ok {
				w.mu.Lock()
				w.shows = shows
				w.mu.Unlock()
			}
			time.Sleep(300 * time.Millisecond)
		}
	})
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		if lines.Text() == "event: changed" {
			select {
			case invited <- struct{}{}:
			default:
			}
		}
	}
	close(invited)
	fetching.Wait()
}

// fetch fetches what the page shows that may change, without the places where a line may break.
func (w *watcher) fetch(ctx context.Context) (shows string, ok bool) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, w.page, nil)
	if err != nil {
		return "", false
	}
	request.Header.Set("HX-Request", "true")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", false
	}
	defer answer.Body.Close()
	var body strings.Builder
	_, err = bufio.NewReader(answer.Body).WriteTo(&body)
	return withoutBreaks(body.String()), err == nil && answer.StatusCode == http.StatusOK
}

// endsAtTheTruth requires that the page comes to show what it would show if it were
// loaded now, and that this is the end of the log.
func (w *watcher) endsAtTheTruth(t testing.TB, log []dcb.Event) {
	t.Helper()
	assert.Contains(t, w.endsAsLoaded(t), string(log[len(log)-1].Tags[0]), "of the last event")
}

// endsAsLoaded requires that the page comes to show what it would show if it were loaded now, and
// returns that. The keys of its forms differ each time.
func (w *watcher) endsAsLoaded(t testing.TB) (now string) {
	t.Helper()
	var shows string
	same := assert.Eventually(t, func() bool {
		page, ok := w.fetch(t.Context())
		w.mu.Lock()
		defer w.mu.Unlock()
		shows, now = withoutKeys(w.shows), withoutKeys(page)
		return ok && shows == now
	}, followed, often, "the page shows the truth without being loaded again")
	w.mu.Lock() // a try may be under way still
	defer w.mu.Unlock()
	if !same {
		differs := 0
		for differs < min(len(shows), len(now)) && shows[differs] == now[differs] {
			differs++
		}
		from := max(0, differs-100)
		t.Errorf("from byte %d on, the page shows\n%.500s\nand would show\n%.500s", from, shows[from:], now[from:])
	}
	return now
}

// withoutKeys removes the keys of the forms on a page, also where a query on the page names them.
func withoutKeys(page string) string {
	for _, key := range keyOf.FindAllStringSubmatch(page, -1) {
		page = strings.ReplaceAll(page, key[1], "")
	}
	return page
}

// requireProjected requires that the tables of the read model come to say what the log says.
func requireProjected(t testing.TB, server addressed, is *truth, head int64) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.URL())
	require.NoError(t, err)
	defer conn.Close(context.Background())
	const serving = ` where generation = (select generation from read_generation where serving)`
	assert.Eventually(t, func() bool {
		var position int64
		require.NoError(t, conn.QueryRow(t.Context(), `select position from read_generation where serving`).Scan(&position))
		return position == head
	}, followed, often, "the read model is at the end of the log")
	seats, taken := map[courses.CourseID]int{}, map[courses.StudentID]int{}
	collect(t, conn, seats, `select id, seats_taken from read_course`+serving)
	collect(t, conn, taken, `select id, courses_taken from read_student`+serving)
	want := map[courses.CourseID]int{}
	for course, members := range is.members {
		want[course] = len(members)
	}
	assert.Equal(t, want, seats, "seats taken")
	assert.Equal(t, is.taken, taken, "courses taken")
}

func collect[ID ~string](t testing.TB, conn *pgx.Conn, into map[ID]int, sql string) {
	t.Helper()
	rows, _ := conn.Query(t.Context(), sql)
	var id ID
	var n int
	_, err := pgx.ForEachRow(rows, []any{&id, &n}, func() error {
		into[id] = n
		return nil
	})
	require.NoError(t, err)
}
