package stage

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"go-crablet/lab/stage"
	"go-crablet/web/site"
)

// The parameters of an address. A switch that is right is left out.
const (
	besideKey   = "beside"
	boundaryKey = "boundary"
	appendKey   = "append"
	didKey      = "did"  // the steps that were taken
	atKey       = "at"   // how many of them are shown, if not all
	likeKey     = "like" // leads on: these steps, as far as they can be taken
)

// An address is all that decides what the page shows.
type address struct {
	stage.Setting
	Steps []stage.Step
	At    int // the number of steps that are shown; those after it lie ahead
}

// startOf is the address of a setting before the first step.
func startOf(setting stage.Setting) address { return address{Setting: setting} }

// shown returns the steps that are shown.
func (a address) shown() []stage.Step { return a.Steps[:a.At] }

// after is the address after more steps. What lies ahead stays there, if it begins with them.
func (a address) after(steps ...stage.Step) address {
	all := append(append([]stage.Step{}, a.shown()...), steps...)
	if ahead := stage.Codes(a.Steps); strings.HasPrefix(ahead, stage.Codes(all)) {
		return address{a.Setting, a.Steps, len(all)}
	}
	return address{a.Setting, all, len(all)}
}

// at is the address with n steps shown.
func (a address) at(n int) address { return address{a.Setting, a.Steps, n} }

// URL is the address as text. The browser puts the focus on the next step.
func (a address) URL() string {
	return a.link(didKey, stage.Codes(a.Steps)) + "#next"
}

// like leads to the steps of a, as far as they can be taken in another setting.
func (a address) like(setting stage.Setting) string {
	return address{Setting: setting}.link(likeKey, stage.Codes(a.shown()))
}

func (a address) link(key, codes string) string {
	query := url.Values{}
	set := func(key, value, usual string) {
		if value != usual {
			query.Set(key, value)
		}
	}
	set(besideKey, string(a.Beside), string(stage.SameCourse))
	set(boundaryKey, string(a.Boundary), string(stage.Exact))
	set(appendKey, string(a.Append), string(stage.Correct))
	set(key, codes, "")
	if a.At < len(a.Steps) {
		query.Set(atKey, strconv.Itoa(a.At))
	}
	page := url.URL{Path: "/stage", RawQuery: query.Encode()}
	return page.String()
}

// addressOf reads the address of a request. Its error says what to write instead.
func addressOf(v *site.Visit) (a address, err error) {
	if a.Setting, err = settingOf(v); err != nil {
		return a, err
	}
	if a.Steps, err = stepsOf(v, didKey); err != nil {
		return a, err
	}
	a.At = len(a.Steps)
	text, err := v.Only(atKey)
	if text == "" || err != nil {
		return a, err
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > len(a.Steps) {
		return a, bad(fmt.Sprintf("at says how many of the steps are shown: a number from 0 to %d.", len(a.Steps)))
	}
	a.At = n
	return a, nil
}

func settingOf(v *site.Visit) (s stage.Setting, err error) {
	if s.Beside, err = chosen(v, besideKey, stage.Besides()); err != nil {
		return s, err
	}
	if s.Boundary, err = chosen(v, boundaryKey, stage.Boundaries()); err != nil {
		return s, err
	}
	s.Append, err = chosen(v, appendKey, stage.Appends())
	return s, err
}

// chosen returns which of the choices a parameter names. Without the parameter it is the first.
func chosen[Choice ~string](v *site.Visit, key string, choices []Choice) (Choice, error) {
	text, err := v.Only(key)
	if text == "" || err != nil {
		return choices[0], err
	}
	var names []string
	for _, choice := range choices {
		if string(choice) == text {
			return choice, nil
		}
		names = append(names, string(choice))
	}
	return "", bad(fmt.Sprintf("%s is one of these: %s.", key, strings.Join(names, ", ")))
}

func stepsOf(v *site.Visit, key string) ([]stage.Step, error) {
	codes, err := v.Only(key)
	if err != nil {
		return nil, err
	}
	steps, err := stage.ParseSteps(codes)
	if err != nil {
		return nil, badStep(err)
	}
	return steps, nil
}

func badStep(err error) error { return bad("The steps can't be taken: " + err.Error() + ".") }

// bad is the answer to an address that leads to no stage. The text says what to write instead.
func bad(text string) error {
	p := site.BadRequest(http.StatusBadRequest, text)
	p.Next.URL, p.Next.Words = "/stage", "To the stage"
	return p
}
