//go:build linux || darwin

package e2e

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgpair"
)

var promotions = flag.Int("promotions", 1, "how many promotions of each kind a standby has to stand")

// besideOthers lets promotions go on side by side if there are several of each kind. A subtest that
// is parallel begins when all other tests of the package have begun, and the check would wait for it.
func besideOthers(t *testing.T) {
	if *promotions > 1 {
		t.Parallel()
	}
}

const (
	grows      = 120 // events that are enough to see that the load goes on
	linkIsGone = 700 * time.Millisecond
)

// A failover is a pair of servers under load, and who follows.
type failover struct {
	*pgpair.Pair
	t        *testing.T
	callers  *callers
	follower *follower
	app      *process
	page     *watcher

	asked time.Time // when the promotion was asked for
}

func newFailover(t *testing.T) *failover {
	t.Helper()
	return &failover{Pair: pgpair.New(t), t: t}
}

// begin starts the callers on a URL, and those who follow on that which finds the primary.
func (f *failover) begin(url string) {
	f.t.Helper()
	f.app = start(f.t, []string{"DATABASE_URL=" + f.URL(), "LOG_FORMAT=text"}, "-data", dataDir(f.t))
	f.page = startWatcher(f.t, f.app, "/log")
	f.follower = startFollower(f.t, f.URL())
	f.callers = startCallers(f.t, url)
	f.goesOn(f.Primary)
}

// goesOn waits until the log of a server has grown.
func (f *failover) goesOn(server *pgpair.Server) {
	f.t.Helper()
	f.reaches(server, headOf(f.t, server)+grows)
}

func (f *failover) reaches(server *pgpair.Server, position int64) {
	f.t.Helper()
	server.Await(f.t, fmt.Sprintf(`select coalesce(max(position), 0) >= %d from dcb_event`, position))
}

// headOf returns the position of the last event in the log of a server.
func headOf(t testing.TB, server addressed) (head int64) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.URL())
	require.NoError(t, err)
	defer conn.Close(context.Background())
	require.NoError(t, conn.QueryRow(t.Context(), `select coalesce(max(position), 0) from dcb_event`).Scan(&head))
	return head
}

// promote promotes the standby, and remembers when.
func (f *failover) promote() {
	f.t.Helper()
	f.asked = time.Now()
	f.Promote(f.t)
}

// promotionTook tells how much of that time was PostgreSQL's.
func (f *failover) promotionTook() string {
	return fmt.Sprint("; the promotion took ", f.PromotedAt(f.t).Sub(f.asked).Round(time.Millisecond))
}

// figures are what promotions are remembered for.
type figures struct {
	mu    sync.Mutex
	first []time.Duration
	lines []string
}

func (f *figures) add(first time.Duration, line string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.first, f.lines = append(f.first, first), append(f.lines, fmt.Sprint(line, "; first decision after ", first.Round(time.Millisecond)))
}

func (f *figures) log(t *testing.T) {
	if len(f.first) == 0 {
		return
	}
	slices.Sort(f.first)
	for _, line := range f.lines {
		t.Log(line)
	}
	t.Logf("first decision stored after the promotion: median %v, worst %v", f.first[len(f.first)/2], f.first[len(f.first)-1])
}

// The standby has every commit before anybody is told of it, so nothing that was
// acknowledged can be lost, however the primary ends.
func TestASynchronousStandbyTakesOver(t *testing.T) {
	t.Parallel()
	var figures figures
	t.Run("promotions", func(t *testing.T) {
		for i := range *promotions {
			t.Run(fmt.Sprint(i+1), func(t *testing.T) {
				besideOthers(t)
				f := newFailover(t)
				f.Synchronous(t, true)
				f.begin(f.URL())
				f.callers.hold()
				f.Primary.Stop(t, []pgpair.Mode{pgpair.Immediate, pgpair.Fast, pgpair.Kill}[i%3])
				f.promote()
				f.goesOn(f.Standby)
				f.callers.goOn()
				f.goesOn(f.Standby)
				told := f.callers.end()

				log := logOf(t, f.Standby)
				is := fold(t, log)
				v, first := judge(told, is), firstAfter(t, log, f.asked)
				figures.add(first, fmt.Sprint(v, f.promotionTook()))
				is.keepsTheRules(t, "log")
				assert.Empty(t, v.lost)
				assert.Empty(t, v.doubled)
				assert.Empty(t, v.wrong)
				for _, n := range told {
					assert.True(t, n.Refusal == "" || is.stands(n), "%+v", n)
				}
				f.allFollow(log, is)
			})
		}
	})
	figures.log(t)
}

// allFollow requires that whoever follows the log ends with what it says.
func (f *failover) allFollow(log []dcb.Event, is *truth) {
	f.t.Helper()
	f.follower.endsAt(f.t, log)
	requireProjected(f.t, f.Standby, is, int64(len(log)))
	f.page.endsAtTheTruth(f.t, log)
}

// What the standby had not got is lost: one suffix of the log, and nothing in it matters
// to the new one, which gives the positions again.
func TestAnAsynchronousStandbyTakesOver(t *testing.T) {
	t.Parallel()
	var figures figures
	t.Run("promotions", func(t *testing.T) {
		for i := range *promotions {
			for name, outgrows := range map[string]bool{"and the new log outgrows the old one": true, "and the new log stays shorter": false} {
				t.Run(fmt.Sprint(i+1, " ", name), func(t *testing.T) {
					besideOthers(t)
					f := newFailover(t)
					f.begin(f.URL())
					f.Cut(t)
					time.Sleep(linkIsGone)
					f.callers.hold()
					reached := headOf(t, f.Primary)
					f.Primary.Stop(t, pgpair.Immediate)
					f.promote()
					if outgrows {
						f.reaches(f.Standby, reached+grows)
						f.callers.goOn()
						f.goesOn(f.Standby)
					} else {
						f.callers.goOn()
					}
					told := f.callers.end()
					first, line := f.lostOneSuffix(told)
					figures.add(first, line)
				})
			}
		}
	})
	figures.log(t)
}

// lostOneSuffix requires that nothing is lost but the end of the old log.
func (f *failover) lostOneSuffix(told []note) (first time.Duration, line string) {
	t := f.t
	t.Helper()
	log := logOf(t, f.Standby)
	is := fold(t, log)
	f.allFollow(log, is)
	f.app.stop(syscall.SIGKILL) // before there is another primary to go to
	f.Primary.Start(t)
	old := logOf(t, f.Primary)
	was := fold(t, old)
	common := fork(old, log)
	require.NotEmpty(t, old[common:], "without a loss there is nothing to see")

	v := judge(told, is)
	is.keepsTheRules(t, "new log")
	was.keepsTheRules(t, "old log")
	assert.Empty(t, v.doubled)
	assert.Empty(t, v.wrong)
	for _, n := range v.lost {
		if assert.True(t, was.answered(n), "%+v was acknowledged, and stands in neither log", n) {
			assert.Greater(t, was.answers[n.Request][0].Position, int64(common), "lost from the middle of the log")
		}
	}
	stored := map[string]bool{}
	for _, e := range log[common:] {
		stored[e.ID] = true
	}
	for _, e := range old[common:] {
		assert.False(t, stored[e.ID], "%d of the old log has come back", e.Position)
	}
	return firstAfter(t, log, f.asked), fmt.Sprintf("the old log ends at %d, the new one at %d, and they part behind %d: %v%s", len(old), len(log), common, v, f.promotionTook())
}

// Two servers accept writes, and connections lead now to the one, now to the other, as
// behind a name with two addresses. What was decided on one must not be stored on the other.
func TestTwoPrimariesBreakNoRule(t *testing.T) {
	t.Parallel()
	for i := range *promotions {
		for how, comesBack := range map[string]bool{"when the old one comes back": true, "when the old one never stopped": false} {
			t.Run(fmt.Sprint(i+1, " ", how), func(t *testing.T) {
				besideOthers(t)
				f := newFailover(t)
				name := f.Name(t)
				f.begin(name.URL() + "&pool_max_conn_lifetime=1500ms&pool_health_check_period=300ms")
				f.Cut(t)
				time.Sleep(linkIsGone)
				f.callers.hold()
				name.LeadsTo(f.Primary, f.Standby)
				if comesBack {
					f.Primary.Stop(t, pgpair.Immediate)
				}
				f.promote()
				f.goesOn(f.Standby)
				if comesBack {
					f.Primary.Start(t)
				}
				f.callers.goOn()
				f.goesOn(f.Primary)
				f.goesOn(f.Standby)
				f.bothAreRight(f.callers.end())
			})
		}
	}
}

// bothAreRight requires that each of two logs keeps all rules, and that what was
// acknowledged stands in one of them.
func (f *failover) bothAreRight(told []note) {
	t := f.t
	t.Helper()
	one, another := logOf(t, f.Primary), logOf(t, f.Standby)
	old, young := fold(t, one), fold(t, another)
	old.keepsTheRules(t, "old log")
	young.keepsTheRules(t, "new log")
	acknowledged := 0
	for _, n := range told {
		assert.LessOrEqual(t, len(old.answers[n.Request]), 1, "%+v, in the old log", n)
		assert.LessOrEqual(t, len(young.answers[n.Request]), 1, "%+v, in the new log", n)
		if n.Refusal == "" {
			acknowledged++
			assert.True(t, old.answered(n) || young.answered(n), "%+v was acknowledged, and stands in neither log", n)
		}
	}
	t.Logf("the logs end at %d and %d, and part behind %d: %d acknowledged, %d refused",
		len(one), len(another), fork(one, another), acknowledged, len(told)-acknowledged)
}
