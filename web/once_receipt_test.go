package web_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Somebody has stored the events and is about to keep the receipt, when the same form
// arrives at another process.
func TestAReceiptThatIsAboutToBeKeptIsWaitedFor(t *testing.T) {
	t.Parallel()
	first := newApp(t)
	stored := first.head()
	keeping, err := first.pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = keeping.Exec(t.Context(), `lock table decision_receipt in exclusive mode`) // reading is still allowed
	require.NoError(t, err)

	const path = "/courses/compilers/subscriptions"
	var answered sync.WaitGroup
	ada := first.as("ada")
	var answer, again answer
	answered.Go(func() { answer = ada.post(path, "request", "first") })
	require.Eventually(t, func() bool { return first.head() > stored }, time.Minute, time.Millisecond, "the seat is taken")

	second, looked := first.watched()
	adaElsewhere := second.as("ada")
	answered.Go(func() { again = adaElsewhere.post(path, "request", "first") })
	<-looked // in vain
	require.NoError(t, keeping.Rollback(t.Context()))
	answered.Wait()
	require.Equal(t, http.StatusSeeOther, answer.status)
	require.Equal(t, http.StatusSeeOther, again.status)
	assert.Equal(t, ada.get(answer.location).told(t), adaElsewhere.get(again.location).told(t))
}

// Somebody died after the events were stored and before the receipt was.
func TestAReceiptThatWasNeverKeptIsNotWaitedForForever(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/compilers/subscriptions", "request", "first").status)
	_, err := app.pool.Exec(t.Context(), `delete from decision_receipt`)
	require.NoError(t, err)
	stored := app.head()
	again := ada.post("/courses/compilers/subscriptions", "request", "first")
	require.Equal(t, http.StatusSeeOther, again.status)
	assert.Contains(t, ada.get(again.location).text(), "Done already: Ada subscribes to Compilers. See the receipt")
	assert.Equal(t, stored, app.head())
}

// watched is the application in another process, which tells when it has looked for a
// receipt for the first time.
func (a *app) watched() (another *app, looked <-chan struct{}) {
	a.t.Helper()
	watch := &receiptWatch{looked: make(chan struct{})}
	config := a.pool.Config()
	config.ConnConfig.Tracer = watch
	pool, err := pgxpool.NewWithConfig(a.t.Context(), config)
	require.NoError(a.t, err)
	a.t.Cleanup(pool.Close)
	another = &app{t: a.t, pool: pool}
	another.start()
	return another, watch.looked
}

type receiptWatch struct {
	once   sync.Once
	looked chan struct{}
}

type queryKey struct{}

func (*receiptWatch) TraceQueryStart(ctx context.Context, _ *pgx.Conn, query pgx.TraceQueryStartData) context.Context {
	return context.WithValue(ctx, queryKey{}, query.SQL)
}

func (w *receiptWatch) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryEndData) {
	if sql, _ := ctx.Value(queryKey{}).(string); strings.Contains(sql, "from decision_receipt where id") {
		w.once.Do(func() { close(w.looked) })
	}
}
