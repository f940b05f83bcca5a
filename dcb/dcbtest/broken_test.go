package dcbtest_test

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// Deliberately broken stores, for no other purpose than that the suite fails each.

const (
	oneSeat  = "of two appends that want the same seat one is stored, wherever they meet"
	queries  = "a query means the same to a read and to a condition"
	noLock   = `select where $1::text[] is not null`
	fromHead = `(select coalesce(max(position), 0) + 1 from dcb_event)`
)

// broken has the mistakes that event stores have shipped with, and which promises
// the suite has to find broken.
var broken = map[string]struct {
	promises []string
	change   func(s *script)
}{
	"no lock": {[]string{oneSeat}, func(s *script) {
		s.lock = noLock
		s.positionsFromASequence()
	}},
	"lock inside the statement that checks": {[]string{oneSeat}, func(s *script) {
		s.lock = noLock
		s.check = replaced(s.check, `where`, `where (select pg_advisory_xact_lock(2)::text is not null) and`)
		s.positionsFromASequence()
	}},
	"lock released before the commit": {[]string{oneSeat}, func(s *script) {
		s.lock = `select pg_advisory_lock(2) where $1::text[] is not null`
		s.commit = `select pg_advisory_unlock_all(); commit`
		s.rollback = `rollback; select pg_advisory_unlock_all()`
		s.positionsFromASequence()
	}},
	"repeatable read": {[]string{oneSeat}, func(s *script) {
		s.begin = `begin isolation level repeatable read`
		s.positionsFromASequence()
	}},
	"isolation level left to its default": {[]string{"one of two appends is stored where the default isolation level is repeatable read"}, func(s *script) {
		s.begin = `begin`
		s.positionsFromASequence()
	}},
	"serializable instead of a lock": {[]string{"two appends that share nothing are both stored, wherever they meet"}, func(s *script) {
		s.begin = `begin isolation level serializable`
		s.lock = noLock
		s.positionsFromASequence()
	}},
	"and for or": {[]string{queries}, func(s *script) {
		s.check = replaced(s.check, `bool_or`, `bool_and`)
	}},
	"types ignored": {[]string{queries}, func(s *script) {
		s.check = replaced(s.check, `item.types = '[]'`, `true`)
	}},
	"at or after instead of after": {[]string{"an event at the known position is no conflict"}, func(s *script) {
		s.check = replaced(s.check, `e.position > $2`, `e.position >= $2`)
	}},
	"conflicts hidden behind an open transaction": {[]string{"a conflict shows while an unrelated transaction is open"}, func(s *script) {
		s.check = replaced(s.check, `where`, `where e.xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint and`)
	}},
	"events hidden behind an open transaction": {[]string{"a read shows what is stored while an unrelated transaction is open"}, func(s *script) {
		s.read = replaced(s.read, `where`, `where e.xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint and`)
	}},
	"events inserted one by one": {[]string{"all events of an append are stored or none", "nobody sees half of an append"}, func(s *script) {
		// Still one append at a time, but in steps that show.
		s.begin = `select`
		s.lock = `select pg_advisory_lock(2) where $1::text[] is not null`
		s.atOnce = 1
		s.commit = `select pg_advisory_unlock_all()`
		s.rollback = s.commit
	}},
	"events and head from two snapshots": {[]string{"events and position are of one moment"}, func(s *script) {
		s.beginRead = `begin isolation level read committed`
	}},
	"a reader without order": {[]string{"events are read in the order of positions", "a tail catches up and follows, in order and each event once"}, func(s *script) {
		s.read = replaced(s.read, `order by e.position`, `order by e.type`) // as an index happens to return them
	}},
	"a reader who goes past a position that is not committed": {[]string{"a reader who goes on from the last position misses nothing", "a tail misses nothing that commits late"}, func(s *script) {
		s.lock = `select pg_advisory_xact_lock(hashtextextended(tag, 0)) from (select distinct unnest($1::text[]) as tag order by 1) as locked`
		s.positionsFromASequence()
	}},
	"numbers that a rollback loses": {[]string{"an append that the database turned down leaves no gap"}, func(s *script) {
		s.positionsFromASequence()
	}},
	"a reader from the known position on": {[]string{"a tail catches up and follows, in order and each event once"}, func(s *script) {
		s.read = replaced(s.read, `e.position > $2`, `e.position >= $2`)
	}},
	"the race of AppendEventsIfNotExists": {[]string{"AppendEventsIfNotExists finds what another appended in its gap"}, func(s *script) {
		s.unguarded = true
	}},
}

func (s *script) positionsFromASequence() {
	s.insert = replaced(s.insert, fromHead, `nextval('next_position')`)
}

func replaced(sql, was, is string) string {
	if !strings.Contains(sql, was) {
		panic("there is no " + was)
	}
	return strings.Replace(sql, was, is, 1)
}

func TestTheSuiteFailsEveryBrokenStore(t *testing.T) {
	t.Parallel()
	for name, store := range broken {
		for _, promise := range store.promises {
			t.Run(name+": "+promise, func(t *testing.T) {
				t.Parallel()
				test := strings.ReplaceAll(promise, " ", "_")
				output := failing(t, name, "^TestStore$/^"+regexp.QuoteMeta(test)+"$")
				require.Contains(t, output, "--- FAIL: TestStore/"+test+" ")
			})
		}
	}
}

// failing runs tests of this program in a process of its own, with a broken store,
// and returns what it writes. The tests have to fail.
func failing(t *testing.T, store, tests string) (output string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+tests, "-test.timeout=2m")
	child.Env = append(os.Environ(), brokenStore+"="+store, "TEST_DATABASE_URL="+pgtest.URL(t))
	written, err := child.CombinedOutput()
	exit, ok := errors.AsType[*exec.ExitError](err)
	require.True(t, ok, "the tests passed, or did not run: %v\n%s", err, written)
	require.Equal(t, 1, exit.ExitCode(), "%s", written)
	return string(written)
}

// brokenScript returns the script of a broken store.
func brokenScript(name string) script {
	s := correct()
	broken[name].change(&s)
	return s
}
