package workshop

import (
	"net/http"
	"strconv"
	"time"

	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
	"go-crablet/workshop/room"
	"go-crablet/workshop/steps"
)

// reloadAfter is after how many seconds a page without scripts is loaded again.
const reloadAfter = 15

type roomView struct {
	site.Layout
	Code   string
	Join   string // the command that participants type
	Far    string // how many are here, and how many minutes are left
	Rows   []rowView
	Say    sayView
	Visits []visitView
	Shows  []showView
}

// A rowView is a step, and how far the room is with it.
type rowView struct {
	steps.Step
	Here         bool // most people are here
	Count        string
	Begun, Green string // the width of a bar
	Median       string
	Fails        string // which test stops most of those who are red, or ""
	SayURL       string
}

// A sayView is what the leader says about a step.
type sayView struct {
	steps.Step
	Before string
	After  []string
	Ready  bool // most of those who began it are green
}

// A visitView is somebody who may want a visit.
type visitView struct{ Name, Step, Fails, Since string }

// A showView is a page that a participant can show to everybody.
type showView struct{ Name, What, Address string }

// Room shows the leader how far everybody is.
func (p *Pages) Room(v *site.Visit) error {
	code := v.ID("room")
	board, found, err := p.rooms.Look(code)
	if err != nil {
		return err
	}
	if !found && v.IsRefetch() { // it was stopped while somebody looked
		return v.SendAway(overviewURL)
	}
	if !found {
		return noRoom
	}
	chosen, known := room.ParseNumbers(v.R.URL.Query().Get("step"), len(board.Steps))
	if !known || len(chosen) > 1 {
		return site.BadRequest(http.StatusBadRequest, "The address names a step that does not exist. Leave step out, or send a number like step=3.")
	}
	if len(chosen) == 1 {
		board.Now = chosen[0] - 1
	}
	layout, err := v.Page("Room "+code, "", nil)
	if err != nil {
		return err
	}
	view := viewOf(layout, code, board)
	view.Join = "go run ./workshop room " + addressOf(v, code)
	return v.Render(http.StatusOK, roomPage(view))
}

// addressOf returns the address of a room as participants have to type it.
func addressOf(v *site.Visit, code string) string {
	scheme := "http://"
	if v.Client().Secure {
		scheme = "https://"
	}
	return scheme + v.R.Host + roomURL(code)
}

func viewOf(layout site.Layout, code string, board room.Board) roomView {
	view := roomView{Layout: layout, Code: code, Far: farOf(board), Say: sayOf(board.Steps[board.Now])}
	view.Path, view.Refresh, view.Topics = roomURL(code), reloadAfter, []site.Topic{site.RoomTopic(code)}
	for i, row := range board.Steps {
		view.Rows = append(view.Rows, rowOf(row, board, i))
		if !layout.StageMode { // there, a link to what is folded unfolds it for everybody
			view.Rows[i].SayURL += "#say"
		}
	}
	for _, visit := range board.Visits {
		view.Visits = append(view.Visits, visitOf(visit))
	}
	for _, show := range board.Shows {
		what := "a receipt"
		if _, isRace := site.PathID(show.Address, "/race/"); isRace {
			what = "a race"
		}
		view.Shows = append(view.Shows, showView{show.Name, what, show.Address})
	}
	return view
}

func farOf(board room.Board) string {
	people := strconv.Itoa(board.People) + " " + ui.Plural(board.People, "person is", "people are") + " here."
	if board.People == 0 {
		people = "Nobody is here yet."
	}
	if board.Left < 0 {
		return people + " The time is over."
	}
	return people + " " + minutes(board.Left) + " left."
}

// minutes writes a duration in whole minutes.
func minutes(d time.Duration) string {
	n := int(d.Round(time.Minute).Minutes())
	if n == 0 {
		return "less than a minute"
	}
	return strconv.Itoa(n) + " " + ui.Plural(n, "minute", "minutes")
}

func rowOf(row room.Row, board room.Board, i int) rowView {
	view := rowView{
		Step: row.Step, Here: row.Here > 0 && i == board.Now,
		Begun: share(row.Begun, board.People), Green: share(row.Green, board.People),
		SayURL: "?step=" + strconv.Itoa(i+1),
	}
	if row.Begun > 0 {
		view.Count = strconv.Itoa(row.Green) + " of " + strconv.Itoa(row.Begun)
	}
	if row.Median > 0 {
		view.Median = minutes(row.Median)
	}
	switch n := strconv.Itoa(row.Fail); {
	case row.Fail > 0 && row.Test == "":
		view.Fails = n + " " + ui.Plural(row.Fail, "does", "do") + " not compile"
	case row.Fail > 0:
		view.Fails = n + " " + ui.Plural(row.Fail, "stops", "stop") + " at: " + steps.Sentence(row.Test)
	}
	return view
}

// share returns a part of a whole as the width of a bar.
func share(part, whole int) string { return strconv.Itoa(100 * part / max(whole, 1)) }

// fails says what somebody who is red sees.
func fails(test string) string {
	if test == "" {
		return "It does not compile"
	}
	return steps.Sentence(test)
}

func sayOf(row room.Row) sayView {
	return sayView{Step: row.Step, Before: row.Say[0], After: row.Say[1:], Ready: row.Begun > 0 && 2*row.Green > row.Begun}
}

func visitOf(visit room.Visit) visitView {
	view := visitView{
		Name: visit.Name, Step: "step " + strconv.Itoa(visit.Step.Number()),
		Fails: fails(visit.Test), Since: minutes(visit.Since),
	}
	if visit.Quiet > time.Minute {
		view.Since += ", last check " + minutes(visit.Quiet) + " ago"
	}
	return view
}

var whyRoom = ui.Idea{
	Text: "Each program works on its own machine and never asks this room for anything. " +
		"The room hears how a check ended, and takes part in no decision: a log decides without anybody who leads it.",
	URL: story.SourceURL("dcb/decide.go", "Decide"), Words: "Who takes a decision",
}
