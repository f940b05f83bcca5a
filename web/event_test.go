package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

func TestAnEventHasAPage(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	left := app.head() + 1
	got := app.visitor().post("/courses/cryptography/subscriptions/ada/delete")
	require.Equal(t, http.StatusSeeOther, got.status)
	id := got.header.Get("X-Request-Id")
	seated := left + 1

	page := app.visitor().get(fmt.Sprintf("/log/%d", seated))
	require.Equal(t, http.StatusOK, page.status)
	for _, says := range []string{
		"Jonas took a seat in Cryptography",
		"StudentSubscribedToCourse student_id:jonas course_id:cryptography",
		`{ "student_id": "jonas", "course_id": "cryptography" }`,
		fmt.Sprintf("Because of %d Ada left Cryptography", left),
		fmt.Sprintf("What followed %d Jonas left the waitlist of Cryptography", seated+1),
		"Correlation ID " + id + " See the receipt of the decision",
	} {
		assert.Contains(t, page.text(), says)
	}
	for _, link := range []string{
		fmt.Sprintf(`rel="prev" href="/log/%d"`, left), fmt.Sprintf(`rel="next" href="/log/%d"`, seated+1),
		`href="/courses/cryptography">Cryptography<`, `href="/students/jonas">Jonas<`,
		`href="/log?tags=student_id%3Ajonas"`, `href="/log?type=StudentSubscribedToCourse"`,
	} {
		assert.Contains(t, page.body, link)
	}
	assert.Contains(t, app.visitor().get(receiptIn(t, page)).text(), "Ada leaves Cryptography")

	cause := app.visitor().get(fmt.Sprintf("/log/%d", left)).text()
	assert.Contains(t, cause, "Because of no other event")
	assert.Contains(t, cause, fmt.Sprintf("What followed %d Jonas took a seat in Cryptography Correlation ID", seated), "and not what followed from that")
	sample := app.visitor().get("/log/1")
	assert.Contains(t, sample.text(), "What followed nothing Correlation ID none")
	assert.NotContains(t, sample.body, `rel="prev"`)
	last := app.visitor().get(fmt.Sprintf("/log/%d", app.head()))
	assert.NotContains(t, last.body, `rel="next"`)
}

func TestAPositionWithoutAnEventIsAnsweredWithWhereTheLogEnds(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for position, says := range map[string]string{
		"186": "The log ends at position 185.", "9223372036854775807": "The log ends at position 185.",
		"0": "the first is 1.", "-1": "the first is 1.", "01": "the first is 1.", "1.0": "the first is 1.", "9223372036854775808": "the first is 1.",
		"ada": "the first is 1.", "%00": "the first is 1.", "1%20": "the first is 1.", "+1": "the first is 1.",
	} {
		page := app.visitor().get("/log/" + position)
		assert.Equal(t, http.StatusNotFound, page.status, position)
		assert.Contains(t, page.text(), says+" To the log", position)
	}
}

// Other programs may append events that no command makes.
func TestAnEventOfOthersIsShownAsItIs(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	strange := dcb.NewInputEvent("Painted <b>", dcb.Tags{"red & blue", "no-key", "a:<i>"}, []byte(`{"html":"<script>alert(1)</script>","big":12345678901234567890,"long":"`+strings.Repeat("é", 20_000)+`"}`))
	strange.CausationID = "a brush"
	_, err := app.store.AppendEvents(dcb.WithCorrelationID(t.Context(), "a job"), []dcb.InputEvent{strange}, dcb.Query{}, 0)
	require.NoError(t, err)
	app.awaitPages()

	page := app.visitor().get(fmt.Sprintf("/log/%d", app.head()))
	require.Equal(t, http.StatusOK, page.status)
	assert.Contains(t, page.body, "&lt;script&gt;alert(1)&lt;/script&gt;")
	assert.Contains(t, page.body, "12345678901234567890")
	assert.NotContains(t, page.body, "<script>")
	assert.Contains(t, page.text(), "more bytes are not shown.")
	assert.Contains(t, page.text(), "Because of a brush , which is not an event of this log")
	assert.Contains(t, page.text(), "Correlation ID a job")
	assert.NotContains(t, page.text(), "See the receipt", "there is none")
	assert.Contains(t, page.body, `<span class="chip">red &amp; blue</span>`)
	assert.Contains(t, page.whole(), `<span class="chip">no-key</span>`)
	assert.Contains(t, page.body, `href="/log?tags=a%3A%3Ci%3E"`)
	assert.Less(t, len(page.body), 100_000)

	log := app.visitor().get("/log?type=" + "Painted+%3Cb%3E")
	assert.Equal(t, []int64{app.head()}, inLog(log))
}

// The tag of a request finds all events of that request. The tag of its fingerprint finds no
// other event, so it is not a link.
func TestAFingerprintLeadsNowhere(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	cmd := courses.SubscribeStudent{Student: "ada", Course: "compilers", Request: "first"}
	app.carryOut(cmd)
	for _, path := range []string{fmt.Sprintf("/log/%d", app.head()), "/log"} {
		page := app.visitor().get(path)
		assert.Contains(t, page.whole(), `<a class="chip chip--tag" href="/log?tags=request%3Afirst">request:first</a>`, path)
		assert.Contains(t, page.whole(), `<span class="chip">`+string(courses.Asked(cmd))+`</span>`, path)
	}
}
