package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
)

const swapLens = "/courses/compilers/boundary?student=ada&give=cryptography"

// Commands that the lens names while Ada looks at the boundary of a swap of Cryptography for Compilers.
const (
	adaGives       = "Ada leaves Cryptography"
	omarJoinsLine  = "Omar waits for Cryptography"
	wandaGivesSeat = "Wanda leaves Cryptography" // the first in line gets the seat
)

func TestTheLensOnASwapUnderEachDrawing(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	tests := []struct {
		by, query, size            string
		conflicts, falsely, missed []string
	}{
		{
			by: "type-and-tag", query: "The query, 6 items", size: "Exact: what the rules need.",
			conflicts: []string{kofiSubscribes, lenaLeaves, moreSeats, compilersArchived, adaGives, omarJoinsLine, wandaGivesSeat},
		},
		{
			by: "tag", query: "The query, 6 items", size: "Too large: it has false conflicts.",
			conflicts: []string{kofiSubscribes, lenaLeaves, moreSeats, compilersArchived, adaGives, omarJoinsLine, wandaGivesSeat},
			falsely:   []string{adaSubscribes, adaLeaves, anotherTitle, anotherName},
		},
		{ // one stream can't hold both courses
			by: "stream", query: "The query, 1 item tagged course_id:compilers", size: "Too large and too small.",
			conflicts: []string{kofiSubscribes, lenaLeaves, moreSeats, compilersArchived},
			falsely:   []string{anotherTitle}, missed: []string{adaGives, omarJoinsLine, wandaGivesSeat},
		},
	}
	for _, tt := range tests {
		page := ada.get(swapLens + "&by=" + tt.by)
		require.Equal(t, http.StatusOK, page.status)
		become := map[string][]string{}
		for _, event := range page.possible() {
			does, outcome, _ := strings.Cut(event, ": ")
			become[outcome] = append(become[outcome], does)
		}
		assert.Equal(t, tt.conflicts, become["conflict"], tt.by)
		assert.Equal(t, tt.falsely, become["false conflict"], tt.by)
		assert.Equal(t, tt.missed, become["missed"], tt.by)
		for _, says := range []string{"What will swapping read?", "You would give Cryptography back and get seat 16 of 16 in Compilers.", "Not appended yet: Jonas took a seat in Cryptography", tt.query, tt.size} {
			assert.Contains(t, page.text(), says, tt.by)
		}
		assert.NotContains(t, page.text(), "Counted over", "what is counted is subscriptions")
		assert.Contains(t, page.body, "by=tag&amp;give=cryptography&amp;student=ada", "another drawing is of the same swap")
	}
	assert.Equal(t, int64(185), app.head(), "nothing was appended")
}

// Both courses, the student, and each student who waits have switches of their own.
func TestTheLensDrawsTheBoundaryOfASwapByHand(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	page := ada.get(swapLens + "&put=member-leaves-given&draw=course_id:cryptography/StudentUnsubscribedFromCourse")
	require.Equal(t, 5, strings.Count(page.body, `class="turns"`))
	assert.Contains(t, page.possible(), wandaGivesSeat+": conflict", "Jonas gets the seat, and his seats are looked at")
	page = ada.get(swapLens + "&put=outsider-waits-given&draw=course_id:cryptography/StudentJoinedWaitlist")
	assert.Contains(t, page.text(), "Missed. Omar waits for Cryptography first.")
	app.carryOut(courses.LeaveWaitlist{Student: "amara", Course: "cryptography"})
	gone := ada.get(swapLens + "&draw=student_id:amara/StudentRenamed")
	assert.Equal(t, 4, strings.Count(gone.body, `class="turns"`))
	assert.Contains(t, gone.text(), "Exact: what the rules need.", "a switch for somebody who waits no more is none")
}

// The page shows each item of the query that the swap of its form then has.
func TestTheLensShowsTheBoundaryThatTheSwapThenHas(t *testing.T) {
	t.Parallel()
	ada := newApp(t).as("ada")
	page := ada.get(swapLens)
	send := page.formTo(t, "/courses/compilers/swaps")
	sent := ada.post(send.action, send.fields...)
	require.Equal(t, http.StatusSeeOther, sent.status, sent)
	course := ada.get(sent.location)
	require.Contains(t, course.text(), "Swapped: you have a seat in Compilers, and none in Cryptography any more.")
	kept := ada.get(receiptIn(t, course))
	for _, part := range [][2]string{{`<ol class="query__items">`, `</ol>`}, {`<caption>What the decision knew</caption>`, `</table>`}} {
		assert.Equal(t, page.part(t, part[0], part[1]), kept.part(t, part[0], part[1]))
	}
}

func TestTheLensOnASwapSaysWhatARuleWouldSay(t *testing.T) {
	t.Parallel()
	ada := newApp(t).as("ada")
	tests := []struct {
		course, query string
		status        int
		says          string
	}{
		{"compilers", "give=distributed-systems", 200, "You would give Distributed Systems back and get seat 16 of 16 in Compilers."},
		{"compilers", "student=kofi&give=distributed-systems", 200, "Kofi would give Distributed Systems back"},
		{"compilers", "give=type-theory", 200, "Refused: you have no seat in Type Theory."},
		{"compilers", "student=omar&give=cryptography", 200, "Refused: Omar has no seat in Cryptography."},
		{"compilers", "give=compilers", 200, "Refused: a seat can be swapped only for one in another course."},
		{"formal-methods", "give=cryptography", 200, "Refused: every seat in Formal Methods is taken."},
		{"compilers", "give=nope", 404, "There is no such course."},
		{"compilers", "give=%00", 404, "There is no such course."},
		{"nope", "give=cryptography", 404, "There is no such course."},
		{"compilers", "student=nobody&give=cryptography", 404, "There is no such student."},
		{"compilers", "give=cryptography&give=nope", 400, "The address has give in it more than once"},
		{"compilers", "give=", 200, "You would get seat 16 of 16."},
	}
	for _, tt := range tests {
		got := ada.get("/courses/" + tt.course + "/boundary?" + tt.query)
		assert.Equal(t, tt.status, got.status, tt.query)
		assert.Contains(t, got.text(), tt.says, tt.query)
	}
}

// The lens of a swap is linked where one swaps, and offers the student's other seats.
func TestTheLensOffersWhatToGiveBack(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	first := "/courses/compilers/boundary?" + url.Values{"student": {"ada"}, "give": {"distributed-systems"}}.Encode()
	require.Contains(t, ada.get("/courses/compilers").body, `href="`+strings.ReplaceAll(first, "&", "&amp;")+`"`)
	assert.Contains(t, ada.get(first).body, `<option value="distributed-systems" selected>Give Distributed Systems back</option>`)
	assert.Contains(t, ada.get(first).body, `<option value="cryptography">Give Cryptography back</option>`)
	assert.Contains(t, ada.get("/courses/compilers/boundary").body, `<option value="cryptography">Give Cryptography back</option>`, "subscribing leads there, too")
	assert.NotContains(t, ada.get("/courses/cryptography/boundary").body, `<option value="cryptography"`, "a seat is not swapped for itself")

	asks := app.visitor().get("/courses/compilers/boundary?give=cryptography")
	assert.Contains(t, asks.text(), "whose swap is it?")
	assert.Contains(t, asks.body, `<input type="hidden" name="give" value="cryptography">`, "the choice of a student keeps the swap")
}
