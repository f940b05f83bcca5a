package site_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgpair"
	"go-crablet/nearby"
	. "go-crablet/web/site"
)

// A pairSite is a site of one page, which is read from a pair.
type pairSite struct {
	*httptest.Server
	*nearby.Standbys
	pair    *pgpair.Pair
	primary *pgxpool.Pool
	page    func(*Visit) error
}

func newPairSite(t *testing.T) *pairSite {
	t.Helper()
	s := &pairSite{pair: pgpair.New(t)}
	s.pair.Primary.Exec(t, `create table kept (n int)`)
	var err error
	s.primary, err = pgxpool.New(t.Context(), s.pair.Primary.URL())
	require.NoError(t, err)
	t.Cleanup(s.primary.Close)
	config, err := pgxpool.ParseConfig(s.pair.Standby.URL())
	require.NoError(t, err)
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	s.Standbys, err = nearby.Open(t.Context(), s.primary, []*pgxpool.Config{config}, logger)
	require.NoError(t, err)
	t.Cleanup(s.Standbys.Close)
	require.Eventually(t, func() bool { return s.States()[0].Why == "" }, time.Minute, 10*time.Millisecond)
	site := New(Config{
		Nearby: s.Standbys, Logger: logger, SessionKeys: [][]byte{make([]byte, 32)},
		IsOutage: func(error) bool { return false }, IsFull: func(error) bool { return false }, Ping: s.primary.Ping,
	})
	page := func(v *Visit) error { return s.page(v) }
	s.Server = httptest.NewServer(site.Handler(Rooms{Routes: []Route{
		{Pattern: "GET /page", May: Anyone, Do: page, Traits: IsPage},
		{Pattern: "POST /form", May: Anyone, Do: page},
	}}))
	t.Cleanup(s.Server.Close)
	return s
}

// browser returns a client that keeps cookies, as a browser does.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &http.Client{Jar: jar}
}

func (s *pairSite) get(t *testing.T, client *http.Client) (status int, source string) {
	t.Helper()
	response, err := client.Get(s.URL + "/page")
	require.NoError(t, err)
	defer response.Body.Close()
	return response.StatusCode, response.Header.Get("Source")
}

// pauseReplay makes the standby stay at what it has, which is all that the primary has.
func (s *pairSite) pauseReplay(t *testing.T) {
	t.Helper()
	s.pair.CatchUp(t)
	s.pair.Standby.Exec(t, `select pg_wal_replay_pause()`)
	s.pair.Standby.Await(t, `select pg_get_wal_replay_pause_state() = 'paused'`)
}

// count answers with where it reads, and with how many rows there are.
func (s *pairSite) count(rows *int) func(*Visit) error {
	return func(v *Visit) error {
		v.W.Header().Set("Source", nearby.Source(v.Context()))
		if err := nearby.Pool(v.Context(), s.primary).QueryRow(v.Context(), `select count(*) from kept`).Scan(rows); err != nil {
			return err
		}
		return v.RenderText(http.StatusOK, "counted")
	}
}

// Whoever has done something sees it on the next page, wherever that is read. Whoever has seen
// a page of the primary is never shown an older one.
func TestTheNextPageHasWhatTheVisitorDidAndSaw(t *testing.T) {
	t.Parallel()
	s := newPairSite(t)
	var rows int
	add := func(v *Visit) error {
		_, err := s.primary.Exec(v.Context(), `insert into kept values (1)`)
		if err != nil {
			return err
		}
		return v.RenderText(http.StatusOK, "added")
	}
	ada, bob := browser(t), browser(t)
	for n := 1; n <= 50; n++ {
		s.page = add
		response, err := ada.Post(s.URL+"/form", "application/x-www-form-urlencoded", nil)
		require.NoError(t, err)
		response.Body.Close()
		require.Equal(t, http.StatusOK, response.StatusCode)
		s.page = s.count(&rows)
		status, _ := s.get(t, ada)
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, n, rows)
	}

	s.pauseReplay(t)
	s.page = add
	response, err := ada.Post(s.URL+"/form", "application/x-www-form-urlencoded", nil)
	require.NoError(t, err)
	response.Body.Close()
	s.page = s.count(&rows)
	_, source := s.get(t, bob)
	require.Equal(t, "a standby", source, "he has seen nothing yet")
	require.Equal(t, 50, rows)
	began := time.Now()
	_, source = s.get(t, ada)
	require.Equal(t, "the primary, since no standby had within 2s what you have seen", source)
	require.Equal(t, 51, rows)
	require.GreaterOrEqual(t, time.Since(began), nearby.Patience)
}

// A program without cookies can't carry what it did. Its form is answered when a standby shows it.
func TestAProgramWithoutCookiesSeesWhatItDid(t *testing.T) {
	t.Parallel()
	s := newPairSite(t)
	var rows int
	add := func() (took time.Duration) {
		s.page = func(v *Visit) error {
			if _, err := s.primary.Exec(v.Context(), `insert into kept values (1)`); err != nil {
				return err
			}
			return v.RenderText(http.StatusOK, "added")
		}
		began := time.Now()
		response, err := http.Post(s.URL+"/form", "application/x-www-form-urlencoded", nil)
		require.NoError(t, err)
		response.Body.Close()
		return time.Since(began)
	}
	for n := 1; n <= 50; n++ {
		add()
		s.page = s.count(&rows)
		status, _ := s.get(t, http.DefaultClient)
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, n, rows)
	}
	s.pauseReplay(t)
	require.GreaterOrEqual(t, add(), nearby.Patience)
}

// Replay wins over a query that is in its way. The page is then made on the primary, and the headers
// of the first try are gone.
func TestAConflictWithReplayIsTriedAgainOnThePrimary(t *testing.T) {
	t.Parallel()
	s := newPairSite(t)
	s.pair.Standby.Exec(t, `alter system set max_standby_streaming_delay = 0`, `select pg_reload_conf()`)
	s.pair.Standby.Await(t, `select current_setting('max_standby_streaming_delay') = '0'`)
	var codes []string
	s.page = func(v *Visit) error {
		v.W.Header().Add("Tries", "one")
		v.W.Header().Set("Source", nearby.Source(v.Context()))
		ctx := v.Context()
		if !nearby.IsChosen(ctx) {
			return v.RenderText(http.StatusOK, "made")
		}
		err := pgx.BeginTxFunc(ctx, nearby.Pool(ctx, s.primary), pgx.TxOptions{IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, `select count(*) from kept`); err != nil {
				return err
			}
			if _, err := s.primary.Exec(ctx, `truncate kept`); err != nil { // its lock is in the way of the query
				return err
			}
			_, err := tx.Exec(ctx, `select pg_sleep(60)`)
			return err
		})
		if e, ok := errors.AsType[*pgconn.PgError](err); ok {
			codes = append(codes, e.Code)
		}
		return err
	}
	response, err := http.Get(s.URL + "/page")
	require.NoError(t, err)
	response.Body.Close()
	require.Equal(t, []string{"40001"}, codes)
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Equal(t, []string{"one"}, response.Header.Values("Tries"))
	require.Equal(t, "the primary, since the standby could not answer", response.Header.Get("Source"))
}

// What a standby does not have, the primary may have.
func TestWhatAStandbyDoesNotFindThePrimaryIsAskedFor(t *testing.T) {
	t.Parallel()
	s := newPairSite(t)
	s.page = func(v *Visit) error {
		if nearby.IsChosen(v.Context()) {
			return BadRequest(http.StatusNotFound, "It is not here.")
		}
		v.W.Header().Set("Source", nearby.Source(v.Context()))
		return v.RenderText(http.StatusOK, "found")
	}
	status, source := s.get(t, browser(t))
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "the primary, since the standby could not answer", source)
}

// A page whose standby says nothing is made on the primary.
func TestAPageOnAFrozenStandbyIsMadeOnThePrimary(t *testing.T) {
	t.Parallel()
	s := newPairSite(t)
	var rows int
	count := s.count(&rows)
	s.page = func(v *Visit) error {
		if nearby.IsChosen(v.Context()) {
			s.pair.Standby.Freeze(t)
		}
		return count(v)
	}
	status, source := s.get(t, browser(t))
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "the primary, since the standby could not answer", source)
	s.page = count
	_, source = s.get(t, browser(t))
	require.Equal(t, "the primary, since no standby can be used", source)
}

// News are told of what is committed now, wherever they are read.
func TestReadNowHasAllThatIsCommitted(t *testing.T) {
	t.Parallel()
	s := newPairSite(t)
	site := New(Config{Nearby: s.Standbys, SessionKeys: [][]byte{make([]byte, 32)}})
	for n := 1; n <= 50; n++ {
		if n == 50 {
			s.pauseReplay(t)
		}
		_, err := s.primary.Exec(t.Context(), `insert into kept values (1)`)
		require.NoError(t, err)
		var rows int
		require.NoError(t, site.ReadNow(t.Context(), func(ctx context.Context) error {
			return nearby.Pool(ctx, s.primary).QueryRow(ctx, `select count(*) from kept`).Scan(&rows)
		}))
		require.Equal(t, n, rows)
	}
	s.pair.Standby.Exec(t, `select pg_wal_replay_resume()`)
	s.pair.CatchUp(t)
	tries := 0
	require.NoError(t, site.ReadNow(t.Context(), func(ctx context.Context) error {
		if tries++; nearby.IsChosen(ctx) {
			return errors.New("a conflict with recovery")
		}
		return nil
	}))
	require.Equal(t, 2, tries)
}
