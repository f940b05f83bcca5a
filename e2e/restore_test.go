//go:build linux || darwin

package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgpair"
)

// Somebody restores the database to a moment, because of what was stored after it. All
// processes go on running, and have read what is not there any more.
func TestARestoreToAPointInTimeIsNoticed(t *testing.T) {
	t.Parallel()
	for name, outgrows := range map[string]bool{"and the new log outgrows the old one": true, "and the new log stays shorter": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFailover(t)
			f.Standby.Stop(t, pgpair.Fast) // it would have to be made again
			archive := f.Primary.Archive(t)
			f.begin(f.URL())
			forms := startFormSender(t, f.app)
			open := f.opensPages(outgrows)
			f.goesOn(f.Primary)

			moment := f.Primary.Now(t)
			f.goesOn(f.Primary)
			f.callers.hold()
			open.opensMore()
			old := logOf(t, f.Primary)
			archive.Restore(t, moment)
			restored := f.Primary.Now(t)
			if outgrows {
				f.reaches(f.Primary, int64(len(old))+grows)
			}
			f.callers.goOn()
			if outgrows {
				f.goesOn(f.Primary)
			}
			told, registered := f.callers.end(), forms.end()
			open.goOn()
			f.lostOnlyWhatIsYounger(old, moment, restored, told, registered)
		})
	}
}

// lostOnlyWhatIsYounger requires that what was acknowledged before a moment, or after the
// restore, is in the log, and that everybody knows what the log says now.
func (f *failover) lostOnlyWhatIsYounger(old []dcb.Event, moment, restored time.Time, told []note, registered []registration) {
	t := f.t
	t.Helper()
	log := logOf(t, f.Primary)
	is := fold(t, log)
	v := judge(told, is)
	common := fork(old, log)
	require.NotEmpty(t, old[common:], "without a loss there is nothing to see")
	t.Logf("the old log ended at %d or later, the new one at %d, and they part behind %d: %v", len(old), len(log), common, v)
	is.keepsTheRules(t, "new log")
	assert.Empty(t, v.doubled)
	assert.Empty(t, v.wrong)
	for _, n := range v.lost {
		assert.WithinRange(t, n.At, moment, restored, "%+v", n)
	}
	for _, r := range registered {
		if _, there := is.taken[r.student]; !there {
			assert.WithinRange(t, r.at, moment, restored, "%s is not registered", r.student)
		}
	}
	f.follower.endsAt(t, log)
	requireProjected(t, f.Primary, is, int64(len(log)))
	f.page.endsAtTheTruth(t, log)
	requireReceiptsOf(t, f.Primary)
}

// requireReceiptsOf requires that every receipt is of what the log says: the events that it
// tells of stand where it says.
func requireReceiptsOf(t *testing.T, server addressed) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.URL())
	require.NoError(t, err)
	defer conn.Close(context.Background())
	var receipts, strangers int
	require.NoError(t, conn.QueryRow(t.Context(), receiptsOfOtherLogs).Scan(&receipts, &strangers))
	require.NotZero(t, receipts)
	assert.Zero(t, strangers, "of %d receipts tell of events that the log does not have", receipts)
}

// receiptsOfOtherLogs counts the receipts of decisions that stored something, and among all
// that they stored the events that are not in the log.
const receiptsOfOtherLogs = `
	select count(distinct decided.id), count(*) filter (where not exists (
		select from dcb_event as e where e.position = (wanted->>'position')::bigint and e.id::text = wanted->>'id'))
	from decision_receipt as decided
	cross join json_array_elements(decided.receipt->'attempts') as attempt
	cross join json_array_elements(case json_typeof(attempt->'wanted') when 'array' then attempt->'wanted' else '[]' end) as wanted
	where (wanted->>'position')::bigint > 0`
