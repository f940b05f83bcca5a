package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

func TestAReceiptSaysWhoDecidedWhatCameFirst(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	var others []string // the receipts of the decisions that came first
	app.meanwhile = func(int) {
		app.meanwhile = nil
		kofi := app.as("kofi")
		require.Equal(t, http.StatusSeeOther, kofi.post("/courses/history-of-computing/subscriptions").status)
		others = append(others, receiptIn(t, kofi.get("/")))
		app.carryOut(courses.SubscribeStudent{Student: "omar", Course: "history-of-computing"})
	}
	page := app.visitor().get(receiptOfASeat(t, app))
	require.Len(t, others, 1)
	_, because, found := strings.Cut(page.body, `<dl class="because">`)
	require.True(t, found)
	because, _, _ = strings.Cut(because, "</dl>")
	assert.Equal(t, "Seats taken 0 → became 2 "+
		"By 186 Kofi took a seat in History of Computing, decided in Kofi subscribes to History of Computing "+
		"By 187 Omar took a seat in History of Computing, decided by no request: its event has no correlation ID",
		answer{body: because}.text())
	assert.Contains(t, because, fmt.Sprintf("href=%q", others[0]))
	assert.Contains(t, because, `href="/log/186"`)
	assert.Contains(t, page.text(), "func (cmd SubscribeStudent) boundary(s *subscription) dcb.Boundary", "where the query comes from")
}

func TestAReceiptOfARaceLeadsToThatOfTheRival(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	got := app.visitor().post("/race", "contenders", "8", "seats", "3", "courses", "1", "think", "500", "spread", "0")
	require.Equal(t, http.StatusSeeOther, got.status, got)
	app.awaitRaces()
	receipts, err := receipt.NewStore(app.pool).Latest(t.Context(), receipt.Filter{Kind: receipt.KindConflicted, Races: true}, 50)
	require.NoError(t, err)
	require.Len(t, receipts, 7, "all but the first had read what it made stale")
	rival := regexp.MustCompile(`took a seat in [^<]*, decided\s+in <a href="(/decisions/[a-z2-7]{10})">A contender takes a seat in a race</a>`)
	for _, record := range receipts {
		page := app.visitor().get("/decisions/" + record.ID)
		leads := rival.FindStringSubmatch(page.body)
		require.NotNil(t, leads, page)
		assert.Contains(t, app.visitor().get(leads[1]).text(), fmt.Sprintf("Appended at %d", record.Attempts[0].Conflict.Events[0].Position))
	}
	event := app.visitor().get(fmt.Sprintf("/log/%d", receipts[0].Attempts[0].Conflict.Events[0].Position))
	assert.Regexp(t, `href="/decisions/[a-z2-7]{10}"`, event.body, "the event knows its decision, too")
}
