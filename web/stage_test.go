package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	stageSays = regexp.MustCompile(`(?s)<p class="stage__says[^>]*>(.*?)</p>`)
	stageNext = regexp.MustCompile(`(?s)<a class="button button--you stage__next"[^>]*href="([^"]*)"[^>]*>\s*<kbd[^>]*>.</kbd>(.*?)</a>`)
)

// onStage opens the stage, and returns what it says and the button that goes on: its words and
// its address.
func (v visitor) onStage(address string) (page answer, says, words, next string) {
	t := v.app.t
	t.Helper()
	page = v.get(address)
	require.Equal(t, http.StatusOK, page.status, address)
	said, button := stageSays.FindStringSubmatch(page.body), stageNext.FindStringSubmatch(page.body)
	require.NotNil(t, said, address)
	require.NotNil(t, button, address)
	return page, answer{body: said[1]}.text(), answer{body: button[2]}.text(), addressIn(button[1])
}

// addressIn returns the address of a link as a browser asks for it.
func addressIn(href string) string {
	address, _, _ := strings.Cut(strings.ReplaceAll(href, "&amp;", "&"), "#")
	return address
}

// presses are what the page and its large button say in each preset, to a visitor who presses
// nothing but that button.
var presses = map[string][]string{
	"/stage": {
		"One seat is left. Both want it. -> Both read and decide",
		"Both decide: take it. -> Kofi appends",
		"Kofi is in. Ada has not read that. -> Ada appends",
		"Conflict. Kofi got in after Ada had read. -> Ada reads on and decides",
		"Refused. Ada read Kofi’s event, and decided again: full. -> Start again",
		"One seat is left. Both want it. -> Both read and decide",
	},
	"/stage?beside=tab": {
		"Ada takes nine courses of ten. She asks twice. -> Both read and decide",
		"Both decide: take it. -> Tab 2 appends",
		"Tab 2 is in. Tab 1 has not read that. -> Tab 1 appends",
		"Conflict. Tab 2 got in after tab 1 had read. -> Tab 1 reads on and decides",
		"Refused. Tab 1 read tab 2’s event, and decided again: ten courses already. -> Start again",
	},
	"/stage?beside=other": {
		"Ada wants a seat in Type Theory, and Kofi one in Logic. -> Both read and decide",
		"Both decide: take it. -> Kofi appends",
		"Kofi is in. That is outside Ada’s boundary. -> Ada appends",
		"Both are in. Neither is new to the other. -> Start again",
	},
	"/stage?append=none": {
		"One seat is left. Both want it. -> Both read and decide",
		"Both decide: take it. -> Kofi appends",
		"Kofi is in. Ada has not read that. -> Ada appends",
		"Sold twice. Nobody asked what came after 6. -> The same, correct",
		"Conflict. Kofi got in after Ada had read. -> Ada reads on and decides",
	},
	"/stage?append=unlocked": {
		"One seat is left. Both want it. -> Both read and decide",
		"Both decide: take it. -> Both check",
		"Both find nothing new after 6. Neither holds a lock. -> Both insert",
		"Sold twice. Both had checked before either inserted. -> The same, correct",
	},
	"/stage?beside=title&boundary=tag": {
		"Ada wants a seat. The registrar changes the title. -> Both read and decide",
		"Both have decided. Nothing is stored yet. -> The registrar appends",
		"The new title is in. Ada has not read that. -> Ada appends",
		"A false conflict. 7 is new, but changes nothing for Ada. -> Ada reads on and decides",
		"Ada decides again: take it. -> Ada appends",
		"Ada is in. The second attempt went through. -> The same, correct",
		"Both are in. Neither is new to the other. -> Start again",
	},
	"/stage?beside=tab&boundary=stream&did=a1-a2-b1-b2-b3": {
		"Tab 2 is in. Tab 1 has not read that. -> Tab 1 appends",
		"An eleventh course. The condition did not cover 13. -> The same, correct",
	},
}

func TestThreePressesLeadToWhatAPresetIsThereFor(t *testing.T) {
	t.Parallel()
	visitor := newApp(t).visitor()
	for address, sees := range presses {
		for i, want := range sees {
			_, says, words, next := visitor.onStage(address)
			assert.Equal(t, want, says+" -> "+words, "press %d, %s", i, address)
			if to := visitor.get(next); to.status == http.StatusSeeOther {
				next = addressIn(to.location)
			}
			address = next
		}
	}
}

// An address that can't be is answered with what to write instead.
func TestAnAddressOfTheStageThatCannotBeSaysWhatCan(t *testing.T) {
	t.Parallel()
	visitor := newApp(t).visitor()
	for query, says := range map[string]string{
		"boundary=wide":   "boundary is one of these: exact, tag, stream, and.",
		"append=Correct":  "append is one of these: correct, none, unlocked.",
		"beside=mei":      "beside is one of these: same, other, title, tab.",
		"did=a2":          "The steps can't be taken: step 1 can't be a2: take a1 first.",
		"did=a1-a2-a3-a3": "step 4 can't be a3, because that decision is over: leave the step out.",
		"did=a1-a2-a3-a4": "step 4 can't be a4, because that decision is over",
		"did=read":        `"read" is not a step: steps are a1 to a4 and b1 to b4, with "-" between them.`,
		"did=a1-a1&at=0":  "step 2 can't be a1: take a2 first.",
		"did=" + strings.Repeat("a1-", 500) + "a1": "there are more than 24 steps: leave the last ones out.",
		"did=a1-a2&at=3":            "at says how many of the steps are shown: a number from 0 to 2.",
		"did=a1-a2&at=-1":           "a number from 0 to 2.",
		"did=a1&at=x":               "a number from 0 to 1.",
		"did=a1&did=a1":             "The address has did in it more than once",
		"boundary=and&boundary=tag": "The address has boundary in it more than once",
		"like=c1":                   `"c1" is not a step`,
		"as_of=5":                   "This page shows only what is now.",
	} {
		got := visitor.get("/stage?" + query)
		assert.Equal(t, http.StatusBadRequest, got.status, query)
		assert.Contains(t, got.text(), says, query)
	}
	assert.Contains(t, visitor.get("/stage?did=a2").body, `href="/stage"`, "and leads back")
}

// What lies ahead stays there while one goes back, and is forgotten when something else happens.
func TestTheStageGoesBackAndForward(t *testing.T) {
	t.Parallel()
	visitor := newApp(t).visitor()
	page, says, _, next := visitor.onStage("/stage?did=a1-a2-b1-b2-b3-a3&at=4")
	assert.Equal(t, "Both decide: take it.", says)
	assert.Equal(t, "/stage?at=5&did=a1-a2-b1-b2-b3-a3", next, "it happened like this")
	links := linksIn(page.body)
	assert.Contains(t, links, "/stage?at=3&did=a1-a2-b1-b2-b3-a3#next", "back")
	assert.Contains(t, links, "/stage?did=a1-a2-b1-b2-b3-a3#next", "the end of what happened")
	assert.Contains(t, links, "/stage?did=a1-a2-b1-b2-a3#next", "Ada appends first now")
	_, says, _, _ = visitor.onStage("/stage?at=0&did=a1-a2")
	assert.Equal(t, "One seat is left. Both want it.", says)
}

// A switch leads to the same steps, as far as they can be taken.
func TestASwitchPlaysTheSameSteps(t *testing.T) {
	t.Parallel()
	visitor := newApp(t).visitor()
	for like, leads := range map[string]string{
		"append=none&like=a1-a2-b1-b2-b3-a3":           "/stage?append=none&did=a1-a2-b1-b2-b3-a3#next",
		"like=a1-a2-b1-b2-b3-a3-b4-a4":                 "/stage?did=a1-a2-b1-b2-b3-a3#next",
		"append=none&like=a1-a2-b1-b2-b3-a3-a1-a2":     "/stage?append=none&did=a1-a2-b1-b2-b3-a3#next",
		"beside=other&like=a1-b1":                      "/stage?beside=other&did=a1-b1#next",
		"boundary=tag&beside=title&like=a1-a2-b1&at=0": "/stage?beside=title&boundary=tag&did=a1-a2-b1#next",
	} {
		got := visitor.get("/stage?" + like)
		assert.Equal(t, http.StatusSeeOther, got.status, like)
		assert.Equal(t, leads, got.location)
	}
}

// From the states of each preset, all links of the stage lead to the stage.
func TestEveryLinkOfTheStageLeadsToTheStage(t *testing.T) {
	t.Parallel()
	visitor := newApp(t).visitor()
	seen := map[string]bool{}
	for _, address := range []string{"/stage", "/stage?beside=tab", "/stage?append=unlocked", "/stage?beside=title&boundary=tag", "/stage?append=none"} {
		for range 5 {
			page, _, _, next := visitor.onStage(address)
			for _, link := range linksIn(page.body) {
				if link = addressIn(link); !strings.HasPrefix(link, "/stage") || seen[link] {
					continue
				}
				seen[link] = true
				got := visitor.get(link)
				if got.status == http.StatusSeeOther {
					got = visitor.get(addressIn(got.location))
				}
				require.Equal(t, http.StatusOK, got.status, "%s leads to %s: %s", address, link, got)
				require.NotContains(t, got.body, "%!", link)
			}
			if to := visitor.get(next); to.status == http.StatusSeeOther {
				next = addressIn(to.location)
			}
			address = next
		}
	}
	require.Greater(t, len(seen), 100)
}
